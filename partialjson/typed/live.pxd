cimport cython

from .._core.handler cimport Handler
from .._core.tokenizer cimport Tokenizer
from .._core.tree cimport Tree
from .levels cimport Level, Slot

cdef class LiveValidator(Handler):
    cdef public Tree tree
    cdef public object closed, plan, source, verdicts
    cdef public Tokenizer tokenizer
    cdef public list later, levels
    cdef public Level level
    cdef list _words
    cdef object _key
    cdef public bint viewed
    cdef public Py_ssize_t _skipped, most
    cdef bint _counting, _deltas, _fields, _hopeless, _plain, _selective
    cdef Py_ssize_t _began, _start

    cpdef on_object_start(self, Py_ssize_t offset)
    cpdef on_array_start(self, Py_ssize_t offset)
    cpdef on_object_end(self, Py_ssize_t offset)
    cpdef on_array_end(self, Py_ssize_t offset)
    @cython.locals(level=Level)
    cpdef on_key(self, str key, Py_ssize_t start, Py_ssize_t end)
    @cython.locals(level=Level, kind=int)
    cpdef on_number(self, str text, bint is_float, Py_ssize_t start, Py_ssize_t end)
    @cython.locals(level=Level, kind=int)
    cpdef on_literal(self, value, Py_ssize_t start, Py_ssize_t end)
    @cython.locals(level=Level)
    cpdef on_string(self, str value, Py_ssize_t start, Py_ssize_t end)
    cpdef on_string_start(self, Py_ssize_t offset)
    @cython.locals(last=Py_ssize_t)
    cpdef on_string_piece(self, str text, Py_ssize_t start, Py_ssize_t end)
    @cython.locals(level=Level)
    cpdef on_string_end(self, Py_ssize_t offset)
    cpdef Py_ssize_t members(self, bint pending) except -1
    @cython.locals(level=Level, inner=Level, up=Slot)
    cdef _enter(self, int kind, Py_ssize_t offset)
    @cython.locals(level=Level, outer=Level)
    cdef _leave(self, Py_ssize_t offset, object where)
    @cython.locals(level=Level)
    cdef bint _is_easy(self, Level level, int kind) except -1
    cdef _push(self, Level level)
