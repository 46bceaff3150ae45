"""How the repair of a text went, told to people and to programs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Protocol, TextIO

from ..errors import IncompleteJSONError, JSONSyntaxError
from ..events import Repaired
from ..paths import pointer
from .findings import Finding, Lines, TextError
from .place import Place
from .words import change, counted, remedy, shown, without_hint

__all__ = ["CUT_OFF", "JSONLines", "Later", "Outcome", "People", "View"]

CUT_OFF = "missing_close"  # the repair of a document that is cut off


@dataclass
class Outcome:
    """What is to be said of the whole text.

    Attributes:
        many: whether it may be several documents.
        documents: how many were complete.
        repairs: how many of each name.
        error: what ended the text before its end.
        truncated: whether it was cut off and closed.
        characters: how many were read, or stand before the error.
        written: how many characters of JSON that gave.
    """

    many: bool
    documents: int = 0
    repairs: Counter[str] = field(default_factory=Counter)
    error: TextError | None = None
    truncated: bool = False
    characters: int = 0
    written: int = 0

    @property
    def word(self) -> str:
        """`json`, `repaired`, or by the error `malformed`, `incomplete` or `limit_exceeded`."""
        if isinstance(self.error, IncompleteJSONError):
            return "incomplete"
        if self.error is not None:
            return "malformed" if isinstance(self.error, JSONSyntaxError) else self.error.code
        return "repaired" if self.repairs else "json"

    def is_fine(self, *, checks: bool) -> bool:
        """Whether it is JSON now; if it was only a check, whether it was before."""
        return self.error is None and not (checks and self.repairs)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain JSON data; the names of the keys are part of the API."""
        return {
            "type": "verdict",
            "verdict": self.word,
            "documents": self.documents,
            "repairs": dict(self.repairs),
            "truncated": self.truncated,
            "characters": self.characters,
            "written": self.written,
        }

    def said(self, *, checks: bool) -> str:
        """The same in a line; if it was only a check, with all there is to know of an error."""
        documents = [counted(self.documents, "document")] if self.many else []
        if self.error is None:
            word = "repairable" if checks and self.repairs else self.word
            cut_off = ["the document is cut off"] if self.truncated else []
            parts = [*documents, self._made() or "nothing to repair", *cut_off]
        else:
            word = self.word.replace("_", " ")
            parts = [self._ended(self.error, checks)]
            made = self._made()
            parts += [f"before it {made}"] if made else []
            parts += [] if checks else [self._left()]
        return f"{word}: " + "; ".join(parts)

    def _made(self) -> str:
        if not self.repairs:
            return ""
        each = ", ".join(f"{name} {number:,}" for name, number in self.repairs.most_common())
        return f"{counted(self.repairs.total(), 'repair')} ({each})"

    def _ended(self, error: TextError, checks: bool) -> str:
        if not checks:
            ends = isinstance(error, IncompleteJSONError)
            return f"{'the text ends' if ends else 'an error'} at character {error.offset:,}"
        message = shown(without_hint(error.message, error))
        helps = remedy(error)
        line = f"line {error.lineno}, column {error.colno}: {message}"
        return f"{line} ({helps})" if helps else line

    def _left(self) -> str:
        if not self.written:
            return "nothing was written"
        return f"what was written before it stays: {counted(self.written, 'character')}"


class View(Protocol):
    """Who is told."""

    def repaired(self, document: int, place: Place, event: Repaired) -> None:
        """A repair was made."""

    def found(self, finding: Finding) -> None:
        """Nothing reads what stands here."""

    def over(self, outcome: Outcome) -> None:
        """That was all."""


class People:
    """A line for each repair, the error with its place, and how it went.

    Args:
        name: of the text.
        many: whether documents are to be told apart.
        file: where to.
        reports: whether it is told in full; else only what one must know.
        checks: whether nothing is written: how it went is what one must know.
    """

    def __init__(self, name: str, many: bool, file: TextIO, *, reports: bool, checks: bool) -> None:
        self._lines = Lines(name, many, file)
        self._reports = reports
        self._checks = checks

    def repaired(self, document: int, place: Place, event: Repaired) -> None:
        """One line."""
        cut_off = event.repair == CUT_OFF
        if self._reports or (cut_off and not self._checks):
            note = " (the document is cut off)" if cut_off else ""
            self._lines.at(document, place, event.path, f"{event.repair}: {change(event)}", note)

    def found(self, finding: Finding) -> None:
        """What, and the line with a mark below it."""
        if self._reports or not self._checks:
            self._lines.found(finding)

    def over(self, outcome: Outcome) -> None:
        """One line."""
        if self._reports or self._checks or outcome.error is not None:
            good = outcome.is_fine(checks=self._checks)
            self._lines.last(outcome.said(checks=self._checks), good=good)


class Later:
    """Tells another view at the end: where the JSON is written to the same terminal.

    Args:
        view: who is told.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._repaired: list[tuple[int, Place, Repaired]] = []
        self._found: list[Finding] = []

    def repaired(self, document: int, place: Place, event: Repaired) -> None:
        """Kept until the end."""
        self._repaired.append((document, place, event))

    def found(self, finding: Finding) -> None:
        """Kept until the end."""
        self._found.append(finding)

    def over(self, outcome: Outcome) -> None:
        """All of it."""
        for repair in self._repaired:
            self._view.repaired(*repair)
        for finding in self._found:
            self._view.found(finding)
        self._view.over(outcome)


class JSONLines:
    """A JSON object for each repair and for the error, and a last one for how it went.

    Args:
        name: of the text.
        file: where to.
    """

    def __init__(self, name: str, file: TextIO) -> None:
        self._name = name
        self._file = file

    def repaired(self, document: int, place: Place, event: Repaired) -> None:
        """One line."""
        self._print(
            {
                "type": "repair",
                "document": document,
                "path": [*event.path],
                "pointer": pointer(event.path),
                "repair": event.repair,
                "before": event.before,
                "after": event.after,
                "line": place.line,
                "column": place.column,
                "offset": place.offset,
                "byte_offset": place.byte_offset,
            }
        )

    def found(self, finding: Finding) -> None:
        """One line."""
        self._print(finding.as_dict())

    def over(self, outcome: Outcome) -> None:
        """One line."""
        self._print(outcome.as_dict())

    def _print(self, data: dict[str, Any]) -> None:
        print(json.dumps({"type": data["type"], "file": self._name, **data}), file=self._file)
