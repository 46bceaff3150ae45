cdef class Part:
    cdef public object node, label, above
    cdef public Py_ssize_t entry

cdef class Child:
    cdef public Rules rules
    cdef public tuple origins

cdef class Rules:
    cdef public object plan
    cdef public tuple entries
    cdef public int easy
    cdef dict _layouts
    cdef object _impossible
    cdef int _signs

    cpdef Layout layout(self, int kind)
    cpdef bint takes_sign(self, bint negative) except -1

cdef class Layout:
    cdef public Rules rules
    cdef public object comma, plan, refusal
    cdef public int kind
    cdef public bint direct, easy, ends, keyed
    cdef public list choices, handed, parts, todo
