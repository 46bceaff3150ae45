cimport cython

from . cimport scan
from .handler cimport Handler

cdef int AFTER, COLON, DONE, ESCAPE, FIRST_KEY, HEX, HIGH, HIGH_ESCAPE, INT, ITEM, KEY
cdef int LITERAL, LOW, MINUS, RAW_HIGH, REST, SPACE, START, STRING, VALUE, ZERO

@cython.final
cdef class Tokenizer:
    cdef public Py_ssize_t base, commas, digits, document_end, document_start, documents
    cdef public Py_ssize_t began, lines, mark, matched, newline, room
    cdef public Py_ssize_t counted, max_depth, max_document, max_key, max_members, max_number, max_string
    cdef public int high, state, unit
    cdef public bint holds_commas, in_key, is_object, keep_rest, many, replace, tells_keys, tells_scalars
    cdef public Handler handler, listener
    cdef public list rest, stack
    cdef public str token, word

    @cython.locals(n=Py_ssize_t, i=Py_ssize_t)
    cpdef feed(self, str text)
    @cython.locals(i=Py_ssize_t, j=Py_ssize_t, start=Py_ssize_t)
    cdef int _feed_limited(self, str text, Py_ssize_t n) except -1
    cdef bint _ends_number_at_root(self, Py_UCS4 c)
    @cython.locals(c=Py_UCS4, state=int)
    cdef int _structure(self, str text, Py_ssize_t i, Py_ssize_t n) except -1
    @cython.locals(end=Py_ssize_t, newlines=Py_ssize_t, newline=Py_ssize_t)
    cdef Py_ssize_t _blank(self, str text, Py_ssize_t i, Py_ssize_t n) except -1
    @cython.locals(newline=Py_ssize_t)
    cdef Py_ssize_t _rest(self, str text, Py_ssize_t i, Py_ssize_t n) except -1
    cdef Py_ssize_t _value(self, Py_UCS4 c, str text, Py_ssize_t i, Py_ssize_t n) except -1
    cdef int _open(self, Py_ssize_t i, bint is_object) except -1
    @cython.locals(entry=Py_ssize_t)
    cdef int _close(self, Py_UCS4 c, Py_ssize_t i) except -1
    cdef _tell_key(self, Py_ssize_t end)
    cdef _comma(self, Py_ssize_t i)
    cdef int _check_members(self, Py_ssize_t i, bint pending) except -1
    cdef int _end_value(self, Py_ssize_t end) except -1
    cdef int _end_document(self, Py_ssize_t end) except -1
    @cython.locals(end=Py_ssize_t)
    cdef Py_ssize_t _key(self, Py_UCS4 c, str text, Py_ssize_t i, Py_ssize_t n) except -1
    @cython.locals(end=Py_ssize_t)
    cdef Py_ssize_t _string_value(self, str text, Py_ssize_t i, Py_ssize_t n) except -1
    @cython.locals(c=Py_UCS4, token=str)
    cdef Py_ssize_t _string(self, str text, Py_ssize_t i, Py_ssize_t n, Py_ssize_t end) except -1
    @cython.locals(stop=Py_ssize_t)
    cdef _cut(self, str text, Py_ssize_t i)
    cdef int _piece(self, str text, Py_ssize_t start, Py_ssize_t end) except -1
    @cython.locals(state=int)
    cdef Py_ssize_t _escape(self, Py_UCS4 c, Py_ssize_t i) except -1
    @cython.locals(character=str)
    cdef int _escaped(self, Py_UCS4 c, Py_ssize_t i) except -1
    cdef int _character(self, object c, Py_ssize_t end) except -1
    @cython.locals(unit=int, value=int)
    cdef int _hex_digit(self, Py_UCS4 c, Py_ssize_t i) except -1
    @cython.locals(unit=int, value=int, digits=Py_ssize_t)
    cdef int _low_digit(self, Py_UCS4 c, Py_ssize_t i) except -1
    cdef int _replace_high(self, Py_ssize_t i, bint more=*) except -1
    @cython.locals(end=Py_ssize_t, state=int)
    cdef Py_ssize_t _number_value(self, str text, Py_ssize_t i, Py_ssize_t n) except -1
    @cython.locals(end=Py_ssize_t, state=int, room=Py_ssize_t)
    cdef Py_ssize_t _number(self, str text, Py_ssize_t i, Py_ssize_t n) except -1
    @cython.locals(token=str)
    cdef int _grow(self, str text) except -1
    cdef Py_ssize_t _number_to(self, str text, Py_ssize_t i, Py_ssize_t n, Py_ssize_t end, int state) except -1
    cdef bint _ends_number(self, int state, Py_UCS4 c)
    @cython.locals(token=str)
    cdef int _end_number(self, Py_ssize_t end) except -1
    @cython.locals(end=Py_ssize_t)
    cdef Py_ssize_t _literal_value(self, Py_UCS4 c, str text, Py_ssize_t i, Py_ssize_t n) except -1
    @cython.locals(word=str)
    cdef Py_ssize_t _literal(self, str text, Py_ssize_t i, Py_ssize_t n) except -1
    @cython.locals(word=str)
    cdef int _end_literal(self, Py_ssize_t end) except -1
    @cython.locals(state=int)
    cdef Py_ssize_t _resume(self, str text, Py_ssize_t i, Py_ssize_t n) except -1
