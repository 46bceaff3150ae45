"""Holds a JSON text against a schema or a model while it is read, and says what is wrong where."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, BinaryIO, Literal

from .. import loads
from ..errors import (
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    PartialJSONError,
    UsageError,
    ValidationFailed,
)
from ..events import DocumentCompleted, Event, Violation
from ..parser import Parser
from . import source as sources
from .findings import Finding, Report, TextError, Verdict, View
from .place import Reader, byte_count
from .repair import Asked
from .words import one_line, shown, without_hint

__all__ = ["Unusable", "Validation", "by_model", "by_schema"]

_PIECE = 1 << 17  # characters at most that are fed at once: what was read is never cut
_EVENTS = (Violation, DocumentCompleted)


class Unusable(Exception):
    """The schema or the model cannot be used. The message says why, in one line."""


# --- what to hold it against -----------------------------------------------------------


def by_schema(
    name: str,
    *,
    format: bool,
    numbers: Literal["json", "plain"],
    many: bool,
    goes_on: bool,
    asked: Asked | None = None,
) -> Parser:
    """A parser for documents that must satisfy the schema in a file.

    Args:
        name: of the file; `-` is standard input.
        format, numbers, many: as for `SchemaParser`.
        goes_on: whether it reads on after a violation.
        asked: the repairs to make.

    Raises:
        Unreadable: if there is no such file.
        Unusable: if it holds no schema.
    """
    from ..schema import SchemaParser

    schema = _read_schema(name)
    try:
        return SchemaParser(
            schema,
            format=format,
            numbers=numbers,
            many=many,
            events=_EVENTS,
            stop_on_violation=not goes_on,
            repair=asked.repair if asked else False,
        )
    except Exception as error:  # a schema may be anything
        raise Unusable(f"--schema {shown(name)}: {_reason(error)}") from error


def _read_schema(name: str) -> Any:
    with sources.opened(name) as file:
        text = b"".join(sources.blocks(file))
    try:
        return loads(text)
    except (JSONSyntaxError, IncompleteJSONError, LimitExceededError) as error:
        place = f"{shown(name)}:{error.lineno}:{error.colno}"
        raise Unusable(f"--schema {place}: {shown(without_hint(error.message, error))}") from error


def by_model(
    type_: Any, name: str, *, many: bool, goes_on: bool, asked: Asked | None = None
) -> Parser:
    """A parser for documents of a Pydantic type.

    Args:
        type_: the type.
        name: how it was asked for.
        many, goes_on, asked: as for `by_schema`.

    Raises:
        Unusable: if Pydantic cannot validate it.
    """
    from ..typed import ModelParser

    repair = asked.repair if asked else False
    stops = not goes_on
    try:
        parser = ModelParser(
            type_, many=many, events=_EVENTS, stop_on_violation=stops, repair=repair
        )
    except (PartialJSONError, TypeError) as error:
        raise Unusable(f"--model {shown(name)}: {_reason(error)}") from error
    return parser


def _reason(error: Exception) -> str:
    """Why a schema or a model is of no use."""
    if not isinstance(error, UsageError):
        return one_line(error)
    if error.code == "unresolvable_reference":
        what = error.message.partition(";")[0]
        return shown(f"{what}: it leads to nothing in this file, and nothing is fetched")
    return one_line(error)


# --- holding it against that -----------------------------------------------------------


class Validation:
    """One text, one parser, and who is told.

    Args:
        parser: of `by_schema` or `by_model`.
        against: what was asked for, to begin a message with.
        view: who is told.
        many: whether documents may follow one another.
        asked: the repairs that the parser makes.
    """

    def __init__(
        self, parser: Parser, against: str, view: View, many: bool, asked: Asked | None = None
    ) -> None:
        self._parser = parser
        self._against = against
        self._view = view
        self._verdict = Verdict(many)
        self._asked = asked
        self._report = Report(many)
        self._reader = Reader((), looks_ahead=False)
        self._last: Finding | None = None
        self._over = False

    def run(self, stream: BinaryIO, flush: Callable[[], None]) -> Verdict:
        """Read as much as is needed, and tell what is found.

        Args:
            stream: the text.
            flush: called before more of it is waited for.

        Raises:
            Unreadable: if reading fails on the way.
            Unusable: if a value reaches something in the schema or model that is of no use.
        """
        size = sources.size_of(stream)
        fragments = sources.pieces(sources.blocks(stream), _PIECE)
        joins = self._asked is not None and self._asked.joins
        self._reader = Reader(fragments, looks_ahead=size is not None, joins=joins)
        for fragment in self._reader:
            self._step(partial(self._parser.feed, fragment))
            if self._over:
                self._stopped(size)
                break
            flush()
        else:
            self._step(self._parser.close)
            self._ended()
        if self._asked is not None:
            self._verdict.repairs = len(self._parser.repairs)
        self._view.over(self._verdict, self._reported)
        return self._verdict

    def _step(self, step: Callable[[], list[Event]]) -> None:
        """Take a step, and tell what comes of it."""
        cause: Violation | TextError | None = None
        try:
            events = step()
        except ValidationFailed as failed:
            events, cause = failed.events, failed.violation
        except (JSONSyntaxError, IncompleteJSONError, LimitExceededError) as error:
            events, cause = error.events, error
        except Exception as error:  # a schema that is of no use, or a validator's own
            self._tell(self._parser.undelivered)
            raise Unusable(f"{self._against}: {_reason(error)}") from error
        self._tell(events)
        if cause is not None:
            self._over = True
            self._found(cause)

    def _tell(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, Violation):
                self._found(event)
            else:
                self._verdict.documents += 1

    def _found(self, cause: Violation | TextError) -> None:
        verdict = self._verdict
        finding = Finding(verdict.documents, self._reader.place(cause.offset), cause)
        if verdict.offset is None:
            verdict.offset = finding.place.offset
        if isinstance(cause, Violation):
            verdict.violations += 1
            if self._last is None or self._last.document != finding.document:
                verdict.failed += 1
        else:
            verdict.error = cause
        self._last = finding
        self._report.add(finding)
        self._view.found(finding)

    def _stopped(self, size: int | None) -> None:
        """Nothing more is read, though there may be more."""
        assert self._last is not None
        place = self._last.place
        verdict = self._verdict
        verdict.size = size
        if size is not None:
            looked_at = place.byte_offset + byte_count(place.after[:1])
            verdict.unread = max(size - looked_at, 0)
            if not verdict.unread:
                verdict.characters = place.offset + 1

    def _ended(self) -> None:
        whole = self._reader.place(self._reader.characters)
        verdict = self._verdict
        verdict.characters, verdict.size, verdict.unread = whole.offset, whole.byte_offset, 0

    def _reported(self) -> str:
        """For who wrote it: in the parser's words, if it has some for all of the text."""
        written = getattr(self._parser, "report", None)
        if written is None or self._verdict.many:
            return self._report.text()
        return str(written())
