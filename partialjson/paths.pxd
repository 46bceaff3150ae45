cimport cython

cdef class Place:
    cdef public object parent, step

cdef class Patterns:
    cdef public object _final, start
    cdef public list _segments, source

    @cython.locals(after=object, bit=object)
    cpdef object step(self, object state, object step)
    cpdef bint accepts(self, object state)

@cython.locals(one=object)
cdef object _bit(object n)
