cdef class Keys:
    cdef public Py_ssize_t end
    cdef public bint is_open
    cdef public str guess
    cdef Py_ssize_t _length
    cdef object _judge, _text
    cdef set _told

    cpdef reset(self)
    cpdef goes_on(self, Py_ssize_t length, Py_ssize_t end)
