cdef class Source:
    cdef public object since
    cdef public list chunks
    cdef list _starts
    cdef Py_ssize_t _first

    cpdef Py_ssize_t tidy(self) except -1
    cdef list _index(self)
    cdef _forget(self, Py_ssize_t chunks)
