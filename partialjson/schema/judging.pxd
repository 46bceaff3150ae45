cimport cython

from .rules cimport Child, Layout

cdef class Judge:
    cdef object _limits
    cdef bint _plain
    cdef public Py_ssize_t left

    @cython.locals(layout=Layout)
    cpdef bint fits(self, Child child, int kind, object value, Py_ssize_t offset) except -1
