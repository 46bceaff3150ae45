cdef class Slot:
    cdef public object shape
    cdef public Slot up
    cdef public bint alive

cdef class Level:
    cdef public object members, most, next, node, objects, options, others, step, tags
    cdef public bint dead, due, easy, is_array, judged, mixed, refuses, settled, silent, varied
    cdef public list slots
    cdef public Py_ssize_t end, start

    cdef _lay_out(self, object shape)
    cpdef arrange(self)
    cpdef go_on(self)
