cpdef bint special(str text) noexcept
cpdef Py_ssize_t plain_end(str text, Py_ssize_t i, Py_ssize_t n) noexcept
cpdef (Py_ssize_t, Py_ssize_t, Py_ssize_t) blank_end(str text, Py_ssize_t i, Py_ssize_t n) noexcept
cpdef (Py_ssize_t, int) number_end(str text, Py_ssize_t i, Py_ssize_t n, int state) noexcept
cpdef object integer(str text)
cpdef object real(str text)
cpdef str key(str text, Py_ssize_t i, Py_ssize_t end)
cpdef bint is_ascii(str text) noexcept
cpdef Py_ssize_t wide(str text) noexcept
cpdef int hex_value(Py_UCS4 c) noexcept
cpdef str escaped(Py_UCS4 c)
cpdef str known(str text)
cpdef object below(object where, object step)
