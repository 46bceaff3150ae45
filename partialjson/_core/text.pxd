cdef class Decoder:
    cdef public bytes held
    cdef public str high
