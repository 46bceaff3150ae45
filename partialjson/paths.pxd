cdef class Place:
    cdef public object parent, step
