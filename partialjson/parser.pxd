cimport cython

from ._core cimport scan
from ._core.source cimport Source
from ._core.text cimport Decoder
from ._core.tokenizer cimport Tokenizer
from ._core.tree cimport Tree

cdef int DONE, LITERAL, REST, SPACE, START
cdef Py_ssize_t _MANY, _TAIL
cdef int _PLAIN, _SPECIAL, _BUSY

cdef class Parser:
    cdef object __weakref__
    cdef public object _options, _repairer, _kinds, _patterns, _error
    cdef public Decoder _decoder
    cdef public Tree _tree
    cdef public Tokenizer _tokenizer
    cdef public Source _source
    cdef public list _recent, _undelivered
    cdef public Py_ssize_t _many, _wide
    cdef public int _special
    cdef public bint _closed, _over

    @cython.locals(text=str, wide=Py_ssize_t, recent=list, tokenizer=Tokenizer, tree=Tree, events=list)
    cpdef list feed(self, fragment)
    cdef int _manner(self) except -1
    cdef _begin(self)
    cdef _finish(self)
    cdef _refuse_busy(self)
    cdef _read(self, Py_ssize_t wide)
    @cython.locals(tokenizer=Tokenizer)
    cdef _push(self, str text, Py_ssize_t wide)
    cdef list _take(self)
    cdef _close(self)
