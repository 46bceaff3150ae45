cimport cython

cdef class Event:
    pass

cdef class ValueStarted(Event):
    cdef public object path, kind

cdef class StringDelta(Event):
    cdef public object path, delta

cdef class FieldCompleted(Event):
    cdef public object path, value

@cython.locals(event=ValueStarted)
cpdef ValueStarted value_started(object path, object kind)
@cython.locals(event=StringDelta)
cpdef StringDelta string_delta(object path, object delta)
@cython.locals(event=FieldCompleted)
cpdef FieldCompleted field_completed(object path, object value)

cdef class DocumentCompleted(Event):
    cdef public object value, index

cdef class Validated(Event):
    cdef public object path, object

cdef class Violation(Event):
    cdef public object path, kind, message, offset, early, detail

cdef class Repaired(Event):
    cdef public object path, repair, offset, before, after

cdef class ToolCallStarted(Event):
    cdef public object call

cdef class CallEvent(Event):
    cdef public object call, event

cdef class ToolCallCompleted(Event):
    cdef public object call, arguments, text

cdef class ToolCallFailed(Event):
    cdef public object call, reason, error, value, complete, missing, text

cdef class TextDelta(Event):
    cdef public object channel, delta

cdef class StreamFailed(Event):
    cdef public object reason, error

cdef class OutputEvent(Event):
    cdef public object choice, index, event

cdef class OutputCompleted(Event):
    cdef public object choice, index, value, text

cdef class OutputFailed(Event):
    cdef public object choice, index, reason, error, value, complete, missing, text
