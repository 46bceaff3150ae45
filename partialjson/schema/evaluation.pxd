from .rules cimport Child, Layout

cdef class Frame:
    cdef public bint counts, failed, is_array, repeated
    cdef public Py_ssize_t asked, count
    cdef public object comma, seen
    cdef public list evaluations
    cdef public Child next
    cdef public Evaluation sole

cdef class Evaluation:
    cdef public Layout layout
    cdef public Frame frame
    cdef public Child next
    cdef public Evaluation above
    cdef public object counters, decisions, died, origins, owners, told
    cdef public Py_ssize_t pending
    cdef public int state
    cdef public bint overfull, spine
