"""What is told of a stream: one plain line per event, errors with their place, the tally.

Nothing here touches a terminal or a file. Text out of a stream is never shown as it is:
control characters, which could drive a terminal, are spelled as JSON escapes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from rich.cells import cell_len

from ..errors import IncompleteJSONError, PartialJSONError
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
    "Problem",
    "Reading",
    "Tally",
    "View",
    "brief",
    "explained",
    "object_text",
    "plain",
    "quoted",
    "shown",
    "where",
]

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_JOINER = "\u200d"  # holds composed emoji together
_WORD = 14  # columns of the first word of a plain line
_CONTEXT = 64  # columns of text before an error


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


def quoted(value: Any) -> str:
    """A parsed value as JSON text on one line."""
    return shown(json.dumps(value, ensure_ascii=False))


def where(path: Path) -> str:
    """A path as a JSON Pointer (RFC 6901); the root, whose pointer is empty, by name.

    >>> where(("items", 0)), where(())
    ('/items/0', '(root)')
    """
    return shown(pointer(path)) or "(root)"


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
        return "repaired", where(event.path), f"{event.repair} at character {event.offset}"
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
    if len(lines) > 2:  # Pydantic's: a headline, then where, what and a link for each
        return shown(f"{lines[0]} ({lines[1]}: {lines[2].partition(' [')[0]})")
    return shown(": ".join(lines) or type(error).__name__)


# --- errors ----------------------------------------------------------------------------


class Problem:
    """What is wrong, for a person: a headline, and lines that show the place.

    Args:
        headline: one line.
        lines: more about it; may be empty.
    """

    def __init__(self, headline: str, lines: Iterable[str] = ()) -> None:
        self.headline = headline
        self.lines = list(lines)


def explained(error: BaseException, following: str = "", what: str = "") -> Problem:
    """An error with its line, its column, what was expected, and the text around it.

    Args:
        error: what was raised.
        following: the text from the offending character on, as far as it is known.
        what: what the text is, where that needs saying.
    """
    place = f"{what}: " if what else ""
    if not isinstance(error, PartialJSONError) or not hasattr(error, "lineno"):
        return Problem(place + one_line(error))
    lines = [
        f"line {error.lineno}, column {error.colno}, character {error.offset}, "
        f"at {where(error.path)}"
    ]
    if error.expected:
        lines.append("expected: " + " or ".join(shown(x) for x in error.expected))
    ended = isinstance(error, IncompleteJSONError)
    lines += ["", *_marked(error, "" if ended else following, ended)]
    return Problem(place + shown(error.message), lines)


def _marked(error: Any, following: str, ended: bool) -> list[str]:
    """The text up to the offending character, with a mark under it."""
    *earlier, last = error.doc.split("\n")
    head = _end_of(shown(last), _CONTEXT)
    if not earlier and error.offset > len(error.doc):
        head = "…" + head.removeprefix("…")
    context = [_end_of(shown(earlier[-1]), _CONTEXT)] if earlier else []
    offending = shown(following[:1])
    if following[:1] not in ("\n", "\r"):
        offending += shown(re.split("[\r\n]", following[1:9])[0])
    note = " the text ends here" if ended else ""
    return [*context, head + offending, " " * cell_len(head) + "^" + note]


def _end_of(text: str, width: int) -> str:
    return text if len(text) <= width else "…" + text[1 - width :]


# --- reading ---------------------------------------------------------------------------


class Tally:
    """What was counted on the way.

    Attributes:
        characters, fragments: what was fed.
        kinds: how many events of each class; those inside calls count as what they wrap.
        broken: whether something else than an event says that the text is not fine.
    """

    def __init__(self) -> None:
        self.characters = 0
        self.fragments = 0
        self.kinds: Counter[type[Event]] = Counter()
        self.broken = False

    def count(self, event: Event) -> None:
        """One more event."""
        self.kinds[type(event.event if isinstance(event, CallEvent) else event)] += 1

    @property
    def failed(self) -> bool:
        """Whether anything went wrong."""
        bad = (ToolCallFailed, StreamFailed, Violation)
        return self.broken or any(self.kinds[kind] for kind in bad)

    def parts(self) -> list[str]:
        """The statistics, each as a number and its noun."""
        kinds = self.kinds
        said = [
            _many(self.characters, "character"),
            _many(self.fragments, "fragment"),
            _many(kinds.total(), "event"),
        ]
        if kinds[ToolCallStarted] or not kinds[DocumentCompleted]:
            said += [f"{_many(kinds[ToolCallCompleted], 'call')} completed"]
            said += [f"{kinds[ToolCallFailed]} failed"]
        if kinds[DocumentCompleted]:
            said.append(f"{_many(kinds[DocumentCompleted], 'document')} completed")
        if kinds[Validated] or kinds[Violation]:
            said.append(f"{_many(kinds[Validated], 'object')} validated")
        if kinds[Violation]:
            said.append(_many(kinds[Violation], "violation"))
        return said


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


class View(Protocol):
    """Who is told."""

    def event(self, event: Event) -> None:
        """Something happened."""

    def problem(self, problem: Problem) -> None:
        """Something is wrong; events about it have been told."""


class Reading:
    """Feeds a parser and tells a view; what a text contains never raises here.

    Args:
        parser: what has `feed`, `close` and, if it is typed, `result`.
        view: who is told.
        result: whether `parser.result` is to be asked for at the end.
    """

    def __init__(self, parser: Any, view: View, *, result: bool = False) -> None:
        self.parser = parser
        self.view = view
        self.result = result
        self.tally = Tally()
        self.over = False

    def feed(self, fragment: bytes, characters: int) -> None:
        """Feed one fragment of so many characters; nothing after an error."""
        if self.over:
            return
        self.tally.fragments += 1
        self.tally.characters += characters
        before = getattr(self.parser, "offset", 0)
        try:
            events = self.parser.feed(fragment)
        except Exception as error:  # a parser's, or a validator's own
            text = fragment.decode("utf-8", "replace")
            self._failed(error, text[getattr(error, "offset", before) - before :])
        else:
            self._tell(events)

    def close(self) -> None:
        """Say that the text is over, and ask for the verdict."""
        if self.over:
            return
        try:
            self._tell(self.parser.close())
            if self.result:
                self.parser.result  # noqa: B018  # raises where the verdict is bad
        except Exception as error:
            self._failed(error, "")
        self.over = True

    def _failed(self, error: Exception, following: str) -> None:
        self.over = self.tally.broken = True
        self._tell(getattr(error, "events", None) or getattr(self.parser, "undelivered", ()))
        problem = explained(error, following)
        if getattr(error, "code", "") == "extra_data":
            problem.lines.append("(--many reads several documents)")
        self.view.problem(problem)

    def _tell(self, events: Iterable[Event]) -> None:
        for event in events:
            self.tally.count(event)
            self.view.event(event)
            if isinstance(event, ToolCallFailed) and event.error is not None:
                offset = getattr(event.error, "offset", len(event.text))
                what = f"call #{event.call.index} {shown(event.call.name)} ({event.reason})"
                self.view.problem(explained(event.error, event.text[offset:], what))
            elif isinstance(event, StreamFailed) and event.error is not None:
                self.view.problem(explained(event.error, what=f"the stream ({event.reason})"))
