from .rules cimport Child, Layout

cdef class Members(Layout):
    cdef public list closed, dependent, described, names
    cdef public dict known, required
    cdef public object least, least_part, listed, most
    cdef public bint waits
    cdef bint _particular
    cdef Py_ssize_t _obliging
    cdef object _most_part, _others
    cdef dict _refused
    cdef list _named, _unevaluated

    cpdef str left(self, str begun, object used)

cdef class Items(Layout):
    cdef public object least, least_part, most
    cdef public Py_ssize_t varied
    cdef public Child rest
    cdef public dict required
    cdef public list contained, unique
    cdef public bint waits
    cdef object _most_part, _overfull
    cdef list _described, _prefix, _unevaluated

    cpdef Child item(self, Py_ssize_t index)
