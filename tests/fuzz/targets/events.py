"""Events and errors from their JSON form.

Property: what describes no event, or no error, is refused; what does is one, which prints, and
whose own JSON form describes an equal one, also after a round trip through JSON.

Documented: UsageError.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from partialjson import (
    DROPPED,
    MISSING,
    CallEvent,
    CheckpointError,
    DocumentCompleted,
    Event,
    FieldCompleted,
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    OutputCompleted,
    OutputEvent,
    OutputFailed,
    PartialJSONError,
    Repaired,
    StreamError,
    StreamFailed,
    StringDelta,
    TextDelta,
    ToolCall,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCallStarted,
    UsageError,
    Validated,
    ValueStarted,
    Violation,
    error_from_dict,
    event_from_dict,
)
from tests.fuzz.choices import Choices

MAX_LEN = 500
WORDS = (
    *('"type":', '"path":', '"value_is":"DROPPED"', '"value_is":"MISSING"', '"call":', '"event":'),
    *('"error":', '"message":', '"code":', '"expected":[]', '"events":[]', '"complete":[[]]'),
    *(f'"{kind.__name__}"' for kind in Event.__subclasses__()),
    *(f'"{kind.__name__}"' for kind in PartialJSONError.__subclasses__()),
)


def run(data: bytes) -> None:
    choices = Choices(data)
    read: Any = choices.pick((event_from_dict, error_from_dict))
    try:
        given = json.loads(choices.text())
    except (ValueError, RecursionError):
        return
    before = copy.deepcopy(given)
    try:
        made = read(given)
    except UsageError:
        return
    assert repr(given) == repr(before)
    repr(made)
    str(made)
    form = made.as_dict()
    assert read(form) == made or is_nan(given)
    if is_nan(given):
        return
    again = read(json.loads(json.dumps(form, allow_nan=False)))
    assert again == made
    assert again.as_dict() == json.loads(json.dumps(form))


def is_nan(given: Any) -> bool:
    """Whether there is something in it that JSON has not, and that equals nothing."""
    text = json.dumps(given)
    return "NaN" in text or "Infinity" in text


def seeds() -> Iterator[bytes]:
    for event in some_events():
        yield b"\0" + json.dumps(event.as_dict()).encode()
    for error in some_errors():
        yield b"\1" + json.dumps(error.as_dict()).encode()


def some_errors() -> Iterator[PartialJSONError]:
    where: dict[str, Any] = {"offset": 3, "doc": "[1,", "path": ("a", 0), "expected": ("value",)}
    yield JSONSyntaxError("no", code="bad_utf8", **where)
    yield IncompleteJSONError("no", **where)
    yield LimitExceededError("no", limit="max_depth", maximum=3, **where)
    yield CheckpointError("no")
    yield UsageError("no", code="closed")
    yield StreamError("no", code="truncated")


def some_events() -> Iterator[Event]:
    call, error = ToolCall("c", 0, "add"), next(some_errors())
    yield ValueStarted((), "object")
    yield StringDelta(("a", 0), "x")
    yield FieldCompleted(("a",), [1, {"b": None}])
    yield FieldCompleted((), DROPPED)
    yield DocumentCompleted({"a": 1}, 2)
    yield Validated((), {"a": 1})
    yield Violation(("a",), "type", "no", 3, True, {"validator": "type", "path": []})
    yield Repaired((), "comments", 0, "//", "")
    yield ToolCallStarted(call)
    yield CallEvent(call, StringDelta(("a",), "x"))
    yield ToolCallCompleted(call, {"a": 1}, '{"a": 1}')
    yield ToolCallFailed(call, "malformed", error, MISSING, (("a",),), ((),), "[")
    yield TextDelta("text", "x")
    yield StreamFailed("disconnected", StreamError("no"))
    yield OutputEvent(0, 0, FieldCompleted((), 1))
    yield OutputCompleted(0, 0, 1, "1")
    yield OutputFailed(0, 0, "no_end", None, MISSING, (), (), "")
