"""The words: how events, values and paths are spelled, one plain line per event.

Text out of a stream is never shown as it is: control characters, which could drive a
terminal, are spelled as JSON escapes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ..errors import PartialJSONError
from ..events import (
    CallEvent,
    DocumentCompleted,
    Event,
    FieldCompleted,
    Repaired,
    StreamFailed,
    StringDelta,
    TextDelta,
    ToolCall,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCallStarted,
    Validated,
    ValueStarted,
    Violation,
)
from ..paths import Path, pointer

__all__ = [
    *("brief", "change", "counted", "object_text", "one_line", "plain", "quoted", "shortened"),
    *("remedy", "shown", "where", "without_hint"),
]

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_JOINER = "\u200d"  # holds composed emoji together
_WORD = 14  # columns of the first word of a plain line
_CHANGED = 60  # characters that are shown of what a repair found


# --- words -----------------------------------------------------------------------------


def shown(text: str) -> str:
    r"""Text fit for a line of a terminal: what is not printable becomes an escape of JSON.

    >>> shown("a\n\x1b[31m\ud800")
    'a\\n\\u001b[31m\\ud800'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == _JOINER else _escape(c) for c in text)


def _escape(c: str) -> str:
    units = c.encode("utf-16-be", "surrogatepass").hex()
    return _ESCAPES.get(c) or "".join(f"\\u{unit}" for unit in re.findall("....", units))


def shortened(text: str, longest: int) -> str:
    """The beginning and the end of a long text."""
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]} … {text[-half:]}"


def counted(number: int, noun: str) -> str:
    """A number and what it counts.

    >>> counted(1, "byte"), counted(1200, "byte")
    ('1 byte', '1,200 bytes')
    """
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def quoted(value: Any) -> str:
    """A parsed value as JSON text on one line."""
    return shown(json.dumps(value, ensure_ascii=False))


def where(path: Path) -> str:
    """A path as a JSON Pointer (RFC 6901); the root, whose pointer is empty, by name.

    >>> where(("items", 0)), where(())
    ('/items/0', '(root)')
    """
    return shown(pointer(path)) or "(root)"


def change(event: Repaired) -> str:
    """What a repair made of what.

    >>> print(change(Repaired((), "single_quotes", 0, "'", '"')))
    "'" → '"'
    """
    return f"{_part(event.before)} → {_part(event.after)}"


def _part(text: str) -> str:
    return shortened(repr(text), _CHANGED) if text else "nothing"


def without_hint(text: str, error: PartialJSONError) -> str:
    """What an error says, but for the repair that would do, which is an option here: `remedy`."""
    repair = getattr(error, "repair", "")
    return text.replace(f"; repair={{{repair!r}}} reads it", "")


def remedy(error: PartialJSONError) -> str:
    """The option that would read the text after all; "" if there is none."""
    repair = getattr(error, "repair", "")
    if repair:
        return f"--repairs {repair} reads it"
    return "--many reads several documents" if error.code == "extra_data" else ""


def object_text(value: Any) -> str:
    """A validated object as it shows itself, whatever its class makes of that."""
    try:
        return shown(repr(value))
    except Exception as error:
        return f"<{type(value).__name__} whose repr raised {type(error).__name__}>"


def brief(value: Any, room: int) -> str:
    """The beginning of a value as JSON text: a little over `room` characters, however big it is.

    >>> brief({"a": [1, 2], "b": "x" * 1000}, 20)
    '{"a": [1, 2], "b": "xxxxxxxxxxxxxxxxxxxx"'
    """
    parts: list[str] = []
    for token in _tokens(value, room):
        parts.append(token)
        room -= len(token)
        if room < 0:
            break
    return "".join(parts)


def _tokens(value: Any, room: int) -> Iterator[str]:
    if isinstance(value, dict):
        yield "{"
        for i, (key, member) in enumerate(value.items()):
            yield (", " if i else "") + quoted(key[:room]) + ": "
            yield from _tokens(member, room)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for i, item in enumerate(value):
            yield ", " if i else ""
            yield from _tokens(item, room)
        yield "]"
    else:
        yield quoted(value[:room] if isinstance(value, str) else value)


# --- plain lines -----------------------------------------------------------------------


def plain(event: Event) -> str:
    """The one line that says what an event says: its name, where, what.

    >>> plain(FieldCompleted(("items", 0), 5))
    'completed      /items/0 5'
    """
    inner, call = (event.event, event.call) if isinstance(event, CallEvent) else (event, None)
    word, *facts = _facts(inner)
    number = [] if call is None else [f"#{call.index}"]
    return f"{word:<{_WORD}} " + " ".join([*number, *facts])


def _facts(event: Event) -> tuple[str, ...]:
    if isinstance(event, ValueStarted):
        return "started", where(event.path), event.kind
    if isinstance(event, StringDelta):
        return "delta", where(event.path), quoted(event.delta)
    if isinstance(event, FieldCompleted):
        return "completed", where(event.path), _size_or_value(event.value)
    if isinstance(event, DocumentCompleted):
        return "document", str(event.index)
    if isinstance(event, Validated):
        return "validated", where(event.path), object_text(event.object)
    if isinstance(event, Violation):
        return "violation", where(event.path), _violation(event)
    if isinstance(event, TextDelta):
        return shown(event.channel), quoted(event.delta)
    return _outer_facts(event)


def _outer_facts(event: Event) -> tuple[str, ...]:
    if isinstance(event, ToolCallStarted):
        return "call-started", *_called(event.call), shown(event.call.id or "")
    if isinstance(event, ToolCallCompleted):
        return "call-completed", *_called(event.call), _arguments(event.arguments)
    if isinstance(event, ToolCallFailed):
        return "call-failed", *_called(event.call), _reason(event.reason, event.error)
    if isinstance(event, StreamFailed):
        return "stream-failed", _reason(event.reason, event.error)
    if isinstance(event, Repaired):
        at = f"(character {event.offset})"
        return "repaired", where(event.path), f"{event.repair}: {change(event)}", at
    return "event", shown(repr(event))


def _called(call: ToolCall) -> tuple[str, str]:
    return f"#{call.index}", shown(call.name) or "(no name)"


def _size_or_value(value: Any) -> str:
    """Containers by their size: their members have had their lines."""
    if isinstance(value, (dict, list)):
        return f"{'object' if isinstance(value, dict) else 'array'} of {len(value)}"
    return quoted(value)


def _arguments(arguments: Any) -> str:
    parsed = arguments is None or type(arguments) in (dict, list, str, int, float, bool)
    try:
        return quoted(arguments) if parsed else object_text(arguments)
    except TypeError:  # plain outside, objects inside
        return object_text(arguments)


def _violation(event: Violation) -> str:
    early = ", early" if event.early else ""
    return f"{event.kind}: {shown(event.message)} (character {event.offset}{early})"


def _reason(reason: str, error: BaseException | None) -> str:
    return reason if error is None else f"{reason}: {one_line(error)}"


def one_line(error: BaseException) -> str:
    """An error in one line; a validation error of several lines as their summary."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if isinstance(error, PartialJSONError):
        return shown(without_hint(": ".join(lines), error))
    if hasattr(error, "error_count") and len(lines) > 2:  # Pydantic's: headline, where, what
        return shown(f"{lines[0]} ({lines[1]}: {lines[2].partition(' [')[0]})")
    return shown(": ".join([type(error).__name__, *lines]))
