cdef class Consequences:
    cdef object _news, _reporter, _weighed
    cdef set _dirty
