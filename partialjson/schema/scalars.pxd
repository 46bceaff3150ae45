from .rules cimport Layout

cdef class Text(Layout):
    cdef public object least, most
    cdef public list candidates, mortal, patterns
    cdef public Py_ssize_t longest
    cdef public set automata
    cdef public bint simple, sure_at_once, watched
    cdef object _least_part, _listed, _most_part

    cpdef bint passes(self, str value) except -1
    cpdef bint goes_on(self, Py_ssize_t length, str begun, list states) except -1

cdef class OpenText:
    cdef public Py_ssize_t length
    cdef public dict states
    cdef public str _begun
    cdef public Py_ssize_t _keep

cdef class Numeric(Layout):
    cdef public object bounds
    cdef public list bounded
    cdef object _integral
    cdef list _checks, _listed, _sets

    cpdef bint passes(self, object value) except -1
