cdef class Handler:
    cpdef on_object_start(self, Py_ssize_t offset)
    cpdef on_object_end(self, Py_ssize_t offset)
    cpdef on_array_start(self, Py_ssize_t offset)
    cpdef on_array_end(self, Py_ssize_t offset)
    cpdef on_key(self, str key, Py_ssize_t start, Py_ssize_t end)
    cpdef on_string(self, str value, Py_ssize_t start, Py_ssize_t end)
    cpdef on_string_start(self, Py_ssize_t offset)
    cpdef on_string_piece(self, str text, Py_ssize_t start, Py_ssize_t end)
    cpdef on_string_end(self, Py_ssize_t offset)
    cpdef on_number(self, str text, bint is_float, Py_ssize_t start, Py_ssize_t end)
    cpdef on_literal(self, value, Py_ssize_t start, Py_ssize_t end)
    cpdef on_comma(self, Py_ssize_t offset, Py_ssize_t members)
    cpdef on_document_end(self, Py_ssize_t offset)
    cpdef Py_ssize_t members(self, bint pending) except -1

cdef class Chain(Handler):
    cdef public tuple handlers
