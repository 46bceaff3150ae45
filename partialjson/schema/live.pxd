cimport cython

from .._core.handler cimport Handler
from .._core.tokenizer cimport Tokenizer
from .._core.tree cimport Frame as TreeFrame
from .._core.tree cimport Tree
from .containers cimport Items, Members
from .evaluation cimport Evaluation, Frame
from .judging cimport Judge
from .keys cimport Keys
from .rules cimport Child, Layout
from .scalars cimport Text

cdef int ARRAY, FALSE, INTEGER, NULL, OBJECT, REAL, STRING, TRUE

cdef class LiveSchema(Handler):
    cdef public Tree tree
    cdef public object hints, plan, reporter, rereads
    cdef public Judge judge
    cdef public Tokenizer tokenizer
    cdef public Frame frame
    cdef public list frames
    cdef public bint complete
    cdef public Py_ssize_t skipped
    cdef bint _compared, _easy, _failing, _objects, _plain, _selective
    cdef Child _root
    cdef object _follow, _text
    cdef Keys _keys
    cdef Py_ssize_t _began, _escape, _heard, _length
    cdef Text _watched
    cdef str _begun
    cdef list _open, _states
    cdef set _decided

    cpdef on_object_start(self, Py_ssize_t offset)
    cpdef on_array_start(self, Py_ssize_t offset)
    cpdef on_object_end(self, Py_ssize_t offset)
    cpdef on_array_end(self, Py_ssize_t offset)
    @cython.locals(frame=Frame, sole=Evaluation, members=Members, known=dict)
    cpdef on_key(self, str key, Py_ssize_t start, Py_ssize_t end)
    @cython.locals(frame=Frame, keys=Keys)
    cpdef on_open_key(self, str begun, Py_ssize_t start, Py_ssize_t end)
    cpdef on_comma(self, Py_ssize_t offset, Py_ssize_t members)
    @cython.locals(frame=Frame, kind=int)
    cpdef on_number(self, str text, bint is_float, Py_ssize_t start, Py_ssize_t end)
    @cython.locals(frame=Frame, kind=int)
    cpdef on_literal(self, value, Py_ssize_t start, Py_ssize_t end)
    cpdef on_open_number(self, str begun, Py_ssize_t start)
    @cython.locals(frame=Frame, child=Child)
    cdef _number_so_far(self, str begun, Py_ssize_t start)
    @cython.locals(frame=Frame, kind=int)
    cpdef on_open_literal(self, value, Py_ssize_t start)
    @cython.locals(frame=Frame, child=Child)
    cpdef on_string(self, str value, Py_ssize_t start, Py_ssize_t end)
    @cython.locals(frame=Frame, child=Child)
    cpdef on_string_start(self, Py_ssize_t offset)
    @cython.locals(watched=Text, length=Py_ssize_t, begun=str, states=list)
    cpdef on_string_piece(self, str text, Py_ssize_t start, Py_ssize_t end)
    cpdef on_open_escape(self, Py_ssize_t offset)
    @cython.locals(frame=Frame)
    cpdef on_string_end(self, Py_ssize_t offset)
    cpdef on_document_end(self, Py_ssize_t offset)
    cpdef Py_ssize_t members(self, bint pending) except -1

    @cython.locals(outer=Frame, child=Child, layout=Layout)
    cdef _enter(self, int kind, Py_ssize_t offset)
    @cython.locals(frame=Frame, evaluation=Evaluation, items=Items)
    cdef _enter_directly(self, Evaluation above, Child child, Layout layout, bint is_array)
    cdef _skip(self)
    @cython.locals(frame=Frame, sole=Evaluation)
    cdef _leave(self, object value, Py_ssize_t offset)
    cdef _left(self, object value, Py_ssize_t offset)
    @cython.locals(layout=Text)
    cdef bint _begins_simply(self, Child child) except -1
    cdef bint _fits(self, Child child, int kind, Py_ssize_t offset) except -1
    cdef _scalar_fits(self, Frame frame, Py_ssize_t offset)
    @cython.locals(frame=TreeFrame, items=list, members=dict)
    cdef object _completed(self)
    @cython.locals(frame=Frame, sole=Evaluation, items=Items)
    cdef _value_ends(self, Py_ssize_t offset)
    cdef _one_more(self, Py_ssize_t offset)
    cdef _listen(self)
    cdef _hear(self, Py_ssize_t comma)
