cimport cython

from ..events cimport field_completed, string_delta, value_started
from . cimport scan
from .handler cimport Handler

@cython.final
cdef class Frame:
    cdef public object node, where, key
    cdef public Py_ssize_t index
    cdef public bint is_array, told, used
    cdef public object live
    cdef public object keys, sources

@cython.locals(frame=Frame)
cdef Frame _frame(object node, object where, bint is_array)

cdef class Tree(Handler):
    cdef public bint _deltas, _documents, _fields, _kept, _placing, _starts, _store, _told, _valued
    cdef public bint choosy, closed_told, deep, in_string, keep, placed, repeated, sourced, want_pieces
    cdef public object _convert_float, _convert_int, dropped, duplicates, leaf, patterns
    cdef public Frame frame, root
    cdef public list out, pieces, stack
    cdef public Py_ssize_t fresh, index

    @cython.locals(patterns=object)
    cdef object _select(self, Frame frame)
    cpdef object live_at(self, Frame frame)
    @cython.locals(items=list, members=dict)
    cdef int _put(self, Frame frame, object leaf, object value, object source=*) except -1
    @cython.locals(frame=Frame, inner=Frame, items=list, members=dict)
    cdef int _open(self, object node, bint is_array) except -1
    @cython.locals(frame=Frame, inner=Frame)
    cpdef Frame enter(self, object node, bint is_array, object live)
    @cython.locals(inner=Frame, frame=Frame)
    cdef int _close(self) except -1
    cdef _repeat(self, str key, Py_ssize_t offset)
    @cython.locals(n=Py_ssize_t, fresh=Py_ssize_t, pieces=list)
    cpdef int flush(self) except -1
    @cython.locals(text=str)
    cpdef settle(self)
    @cython.locals(frame=Frame)
    cpdef Py_ssize_t members(self, bint pending) except -1
    @cython.locals(frame=Frame)
    cpdef on_key(self, str key, Py_ssize_t start, Py_ssize_t end)
    @cython.locals(frame=Frame)
    cpdef on_string(self, str value, Py_ssize_t start, Py_ssize_t end)
    @cython.locals(frame=Frame)
    cpdef on_string_start(self, Py_ssize_t offset)
    @cython.locals(frame=Frame)
    cpdef on_string_end(self, Py_ssize_t offset)
    @cython.locals(frame=Frame)
    cpdef on_number(self, str text, bint is_float, Py_ssize_t start, Py_ssize_t end)
    @cython.locals(frame=Frame)
    cpdef on_literal(self, object value, Py_ssize_t start, Py_ssize_t end)
