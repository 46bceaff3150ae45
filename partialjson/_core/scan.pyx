# The scanning primitives over the characters' memory; `scan.py` says what each of them does.
# cython: boundscheck=False, wraparound=False, initializedcheck=False

from cpython.ref cimport Py_INCREF, PyObject
from cpython.tuple cimport PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM
from cpython.unicode cimport (
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
    PyUnicode_Substring,
)
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcmp

from ..paths import Place
from .grammar import ESCAPES, HEX_VALUES, NUMBER

cdef extern from "Python.h":
    bint PyUnicode_IS_ASCII(object)
    void PyObject_GC_UnTrack(void *)
    double PyOS_string_to_double(const char *, char **, PyObject *) except? -1.0

ctypedef fused Char:
    uint8_t
    uint16_t
    uint32_t

# --- strings --------------------------------------------------------------------------

cdef bint _STOPS[256]  # which of the first characters end a plain run

cdef int _code
for _code in range(256):
    _STOPS[_code] = _code < 0x20 or _code == 0x22 or _code == 0x5C


cdef inline Py_ssize_t _plain_end(Char *data, Py_ssize_t i, Py_ssize_t n) noexcept:
    while i < n:
        if data[i] < 256:
            if _STOPS[data[i]]:
                return i
        elif Char is not uint8_t:
            if 0xD800 <= data[i] <= 0xDFFF:
                return i
        i += 1
    return n


cpdef Py_ssize_t plain_end(str text, Py_ssize_t i, Py_ssize_t n) noexcept:
    cdef int kind = PyUnicode_KIND(text)
    if kind == 1:
        return _plain_end(<uint8_t *>PyUnicode_DATA(text), i, n)
    if kind == 2:
        return _plain_end(<uint16_t *>PyUnicode_DATA(text), i, n)
    return _plain_end(<uint32_t *>PyUnicode_DATA(text), i, n)


cpdef bint special(str text) noexcept:
    cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text)
    return plain_end(text, 0, n) < n


cdef inline Py_ssize_t _wide(Char *data, Py_ssize_t n) noexcept:
    cdef Py_ssize_t all = 0
    cdef Py_ssize_t i = 0
    cdef Py_ssize_t end
    cdef uint32_t more, surrogates
    while i < n:
        end = min(n, i + 0x10000)  # counters of 32 bits let the compiler do several at a time
        more = surrogates = 0
        while i < end:
            more += data[i] >= 0x80
            if Char is not uint8_t:
                more += data[i] >= 0x800
                surrogates += 0xD800 <= data[i] <= 0xDFFF
            if Char is uint32_t:
                more += data[i] >= 0x10000
            i += 1
        if surrogates:
            return -1
        all += more
    return all


cpdef bint is_ascii(str text) noexcept:
    return PyUnicode_IS_ASCII(text)


cpdef Py_ssize_t wide(str text) noexcept:
    cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text)
    cdef int kind = PyUnicode_KIND(text)
    if PyUnicode_IS_ASCII(text):
        return 0
    if kind == 1:
        return _wide(<uint8_t *>PyUnicode_DATA(text), n)
    if kind == 2:
        return _wide(<uint16_t *>PyUnicode_DATA(text), n)
    return _wide(<uint32_t *>PyUnicode_DATA(text), n)


# --- escapes --------------------------------------------------------------------------

cdef signed char _HEX[128]
cdef list _ESCAPED = [""] * 128

for _code in range(128):
    _HEX[_code] = HEX_VALUES.get(chr(_code), -1)
    _ESCAPED[_code] = ESCAPES.get(chr(_code), "")


cpdef int hex_value(Py_UCS4 c) noexcept:
    return _HEX[<int>c] if <uint32_t>c < 128 else -1


cpdef str escaped(Py_UCS4 c):
    return <str>_ESCAPED[<Py_ssize_t>c] if <uint32_t>c < 128 else ""


# --- white space ----------------------------------------------------------------------

cdef inline (Py_ssize_t, Py_ssize_t, Py_ssize_t) _blank_end(
    Char *data, Py_ssize_t i, Py_ssize_t n
) noexcept:
    cdef Py_ssize_t newlines = 0
    cdef Py_ssize_t newline = -1
    while True:
        if Char is uint8_t:  # indentation, most of it, in steps of eight
            while i + 8 <= n and memcmp(data + i, b"        ", 8) == 0:
                i += 8
        while i < n and data[i] == 0x20:
            i += 1
        if i < n and data[i] == 0x0A:
            newlines += 1
            newline = i
        elif i == n or (data[i] != 0x0D and data[i] != 0x09):
            return i, newlines, newline
        i += 1


cpdef (Py_ssize_t, Py_ssize_t, Py_ssize_t) blank_end(str text, Py_ssize_t i, Py_ssize_t n) noexcept:
    cdef int kind = PyUnicode_KIND(text)
    if kind == 1:
        return _blank_end(<uint8_t *>PyUnicode_DATA(text), i, n)
    if kind == 2:
        return _blank_end(<uint16_t *>PyUnicode_DATA(text), i, n)
    return _blank_end(<uint32_t *>PyUnicode_DATA(text), i, n)


# --- numbers --------------------------------------------------------------------------

cdef uint8_t _FOLLOWING[32][128]  # the state after a state and a character; 0: none

cdef int _state
for _state in NUMBER:
    for _c, _next in NUMBER[_state].items():
        _FOLLOWING[_state][<int>ord(_c)] = _next


cdef inline (Py_ssize_t, int) _number_end(
    Char *data, Py_ssize_t i, Py_ssize_t n, int state
) noexcept:
    cdef int following
    while i < n and data[i] < 128:
        following = _FOLLOWING[state][data[i]]
        if following == 0:
            break
        state = following
        i += 1
        if _FOLLOWING[state][0x30] == state:  # digits lead nowhere else
            while i < n and 0x30 <= data[i] <= 0x39:
                i += 1
    return i, state


cpdef (Py_ssize_t, int) number_end(str text, Py_ssize_t i, Py_ssize_t n, int state) noexcept:
    cdef int kind = PyUnicode_KIND(text)
    if kind == 1:
        return _number_end(<uint8_t *>PyUnicode_DATA(text), i, n, state)
    if kind == 2:
        return _number_end(<uint16_t *>PyUnicode_DATA(text), i, n, state)
    return _number_end(<uint32_t *>PyUnicode_DATA(text), i, n, state)


cdef enum:
    _DIGITS = 18  # that 64 bits hold


cpdef object integer(str text):
    cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text)
    cdef uint8_t *data = <uint8_t *>PyUnicode_DATA(text)
    cdef Py_ssize_t i = n > 0 and data[0] == 0x2D
    cdef int64_t value = 0
    if n > _DIGITS:
        return int(text)
    while i < n:
        value = value * 10 + (data[i] - 0x30)
        i += 1
    return -value if data[0] == 0x2D else value


cpdef object real(str text):
    return PyOS_string_to_double(<const char *>PyUnicode_DATA(text), NULL, NULL)


# --- keys -----------------------------------------------------------------------------

# Keys come again and again; each of the last ones is one object, its hash already known.
# A list of a fixed size: nothing that a text says makes it grow.
cdef list _KEYS = [""] * 4096
cdef enum:
    _LONGEST = 32


cdef inline bint _equal(Char *data, Py_ssize_t n, str last) noexcept:
    cdef uint8_t *ascii = <uint8_t *>PyUnicode_DATA(last)
    cdef Py_ssize_t i
    if PyUnicode_GET_LENGTH(last) != n or not PyUnicode_IS_ASCII(last):
        return False
    for i in range(n):
        if data[i] != ascii[i]:
            return False
    return True


cdef inline str _key(Char *data, str text, Py_ssize_t i, Py_ssize_t n):
    cdef size_t slot = n * 31 + data[0] * 7 + data[n >> 1] * 211 + data[n - 1] * 1009
    cdef str last = <str>_KEYS[slot & 4095]
    if not _equal(data, n, last):
        last = PyUnicode_Substring(text, i, i + n)
        _KEYS[slot & 4095] = last
    return last


cpdef str key(str text, Py_ssize_t i, Py_ssize_t end):
    cdef Py_ssize_t n = end - i
    cdef int kind = PyUnicode_KIND(text)
    cdef void *data = PyUnicode_DATA(text)
    if n == 0 or n > _LONGEST:
        return PyUnicode_Substring(text, i, end)
    if kind == 1:
        return _key(<uint8_t *>data + i, text, i, n)
    if kind == 2:
        return _key(<uint16_t *>data + i, text, i, n)
    return _key(<uint32_t *>data + i, text, i, n)


cpdef str known(str text):
    return key(text, 0, PyUnicode_GET_LENGTH(text))


# --- places ---------------------------------------------------------------------------

cdef enum:
    _SPELLED = 200


cpdef object below(object where, object step):
    cdef Py_ssize_t n, i
    cdef tuple path
    if type(where) is not tuple:
        return () if where is None else Place(where, step)
    n = PyTuple_GET_SIZE(where)
    if n >= _SPELLED:
        return Place(where, step)
    path = PyTuple_New(n + 1)
    for i in range(n):
        item = <object>PyTuple_GET_ITEM(where, i)
        Py_INCREF(item)
        PyTuple_SET_ITEM(path, i, item)
    Py_INCREF(step)
    PyTuple_SET_ITEM(path, n, step)
    PyObject_GC_UnTrack(<void *>path)  # keys and indexes are in no cycle
    return path
