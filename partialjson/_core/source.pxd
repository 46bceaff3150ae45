cdef class Source:
    cdef public object since
    cdef public list _chunks, _starts
    cdef Py_ssize_t _end

    cpdef append(self, str text)
