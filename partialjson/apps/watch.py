"""What is told of a stream: its events, errors with their place, and the tally.

Nothing here touches a terminal or a file; a `View` does the telling.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeAlias

from rich.cells import cell_len

from ..errors import (
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    PartialJSONError,
)
from ..events import (
    CallEvent,
    DocumentCompleted,
    Event,
    Repaired,
    StreamFailed,
    ToolCallCompleted,
    ToolCallFailed,
    Validated,
    Violation,
)
from ..streams import events_before
from .words import counted, one_line, remedy, shown, where, without_hint

__all__ = ["Problem", "Reading", "Tally", "View", "explained"]

_Positioned: TypeAlias = JSONSyntaxError | IncompleteJSONError | LimitExceededError

_CONTEXT = 52  # columns of text before an error
_RECENT = 512  # characters before a fragment: a repair may have held back some of them


class Problem:
    """What is wrong, for a person: a headline, and lines that show the place.

    Args:
        headline: one line.
        lines: more about it; may be empty.

    Attributes:
        told: whether an event has said the same, in fewer words.
    """

    def __init__(self, headline: str, lines: Iterable[str] = ()) -> None:
        self.headline = headline
        self.lines = list(lines)
        self.told = False

    def text(self) -> list[str]:
        """All of it, as lines."""
        return [f"error: {self.headline}", *(f"  {line}".rstrip() for line in self.lines)]


def explained(error: BaseException, following: str = "", what: str = "") -> Problem:
    """An error with its line, its column, what was expected, and the text around it.

    Args:
        error: what was raised.
        following: the text from the offending character on, as far as it is known.
        what: what the text is, where that needs saying.
    """
    place = f"{what}: " if what else ""
    if not isinstance(error, (JSONSyntaxError, IncompleteJSONError, LimitExceededError)):
        return Problem(place + one_line(error))
    lines = [
        f"line {error.lineno}, column {error.colno}, character {error.offset}, "
        f"at {where(error.path)}"
    ]
    if error.expected:
        lines.append(f"expected: {_alternatives(error.expected)}")
    ended = isinstance(error, IncompleteJSONError)
    lines += ["", *_marked(error, "" if ended else following, ended)]
    return Problem(place + shown(without_hint(error.message, error)), lines)


def _alternatives(expected: Iterable[str]) -> str:
    """What could have come: the names of things as they are, parts of the text in quotes."""
    *most, last = (x if len(x) > 1 else repr(x) for x in map(shown, expected))
    return f"{', '.join(most)} or {last}" if most else last


def _marked(error: _Positioned, following: str, ended: bool) -> list[str]:
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

    Args:
        calls: whether this is a stream of calls, or of documents.

    Attributes:
        characters, fragments: what was fed.
        kinds: how many events of each class; those inside calls count as what they wrap.
        broken: whether something else than an event says that the text is not fine.
    """

    def __init__(self, calls: bool) -> None:
        self.calls = calls
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
            counted(self.characters, "character"),
            counted(self.fragments, "fragment"),
            counted(kinds.total(), "event"),
        ]
        if self.calls:
            said += [f"{counted(kinds[ToolCallCompleted], 'call')} completed"]
            said += [f"{kinds[ToolCallFailed]} failed"]
        else:
            said.append(f"{counted(kinds[DocumentCompleted], 'document')} completed")
        if kinds[Validated] or kinds[Violation]:
            said.append(f"{counted(kinds[Validated], 'object')} validated")
        if kinds[Violation]:
            said.append(counted(kinds[Violation], "violation"))
        if kinds[Repaired]:
            said.append(counted(kinds[Repaired], "repair"))
        return said


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
        tally: what counts it all.
        result: whether `parser.result` is to be asked for at the end.
    """

    def __init__(self, parser: Any, view: View, tally: Tally, *, result: bool = False) -> None:
        self.parser = parser
        self.view = view
        self.tally = tally
        self.result = result
        self.over = False
        self._recent = ""

    def feed(self, fragment: bytes, characters: int) -> None:
        """Feed one fragment of so many characters; nothing after an error."""
        if self.over:
            return
        self.tally.fragments += 1
        self.tally.characters += characters
        before = getattr(self.parser, "offset", 0)
        error = self._step(lambda: self.parser.feed(fragment))
        text = self._recent + fragment.decode("utf-8", "replace")
        if error is not None:
            at = len(self._recent) + getattr(error, "offset", before) - before
            self._failed(error, text[max(at, 0) :])
        self._recent = text[-_RECENT:]

    def close(self) -> None:
        """Say that the text is over, and ask for the verdict."""
        if self.over:
            return
        self.over = True
        error = self._step(self.parser.close)
        if error is None and self.result:
            error = self._step(self._verdict)
        if error is not None:
            self._failed(error)

    def _step(self, step: Callable[[], list[Event]]) -> Exception | None:
        """Take a step and tell its events; answer what it raised, be it a validator's own."""
        try:
            events = step()
        except Exception as error:
            self._tell(events_before(error, self.parser))
            return error
        self._tell(events)
        return None

    def _verdict(self) -> list[Event]:
        self.parser.result  # noqa: B018  # it raises where the document does not fit
        return []

    def _failed(self, error: Exception, following: str = "") -> None:
        self.over = self.tally.broken = True
        self.view.problem(_helped(explained(error, following), error))

    def _tell(self, events: Iterable[Event]) -> None:
        for event in events:
            self.tally.count(event)
            self.view.event(event)
            if isinstance(event, (ToolCallFailed, StreamFailed)) and event.error is not None:
                problem = _behind(event, event.error)
                problem.told = True
                self.view.problem(problem)


def _behind(event: ToolCallFailed | StreamFailed, error: BaseException) -> Problem:
    """The error that an event carries."""
    if isinstance(event, StreamFailed):
        return explained(error, what=f"the stream ({event.reason})")
    call, text = event.call, event.text
    following = text[getattr(error, "offset", len(text)) :]
    what = f"call #{call.index} {shown(call.name)} ({event.reason})"
    problem = explained(error, following, what)
    return problem if event.reason != "malformed" else _helped(problem, error)


def _helped(problem: Problem, error: BaseException) -> Problem:
    """The same with the option that would have helped, if there is one."""
    helps = remedy(error) if isinstance(error, PartialJSONError) else ""
    if helps:
        problem.lines.append(f"({helps})")
    return problem
