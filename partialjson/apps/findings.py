"""What is found wrong with a text, told to people, to programs, and to who wrote the text."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias

from rich.console import Console
from rich.text import Text

from ..errors import IncompleteJSONError, JSONSyntaxError, LimitExceededError
from ..events import Violation
from ..paths import Path, pointer
from .place import Place, pointed
from .stage import is_terminal
from .words import shown, where

__all__ = ["Finding", "JSONLines", "Lines", "Report", "ReportOnly", "TextError", "Verdict", "View"]

TextError: TypeAlias = JSONSyntaxError | IncompleteJSONError | LimitExceededError

_LONG_PATH = 80  # characters that a person is shown of a path,
_LONG_MESSAGE = 240  # and of a message; jsonschema's show whole values
_MOST = 100  # lines of a report


class Finding(NamedTuple):
    """A violation, or the error that ended the text.

    Args:
        document: in which one, from 0.
        place: of the character by which it is certain.
        cause: the event or the error.
    """

    document: int
    place: Place
    cause: Violation | TextError

    @property
    def kind(self) -> str:
        """The keyword, Pydantic's error type, the limit or the error's code."""
        cause = self.cause
        if isinstance(cause, Violation):
            return cause.kind
        return cause.limit if isinstance(cause, LimitExceededError) else cause.code

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain JSON data; the names of the keys are part of the API."""
        cause, place = self.cause, self.place
        more: dict[str, Any]
        if isinstance(cause, Violation):
            steps = cause.detail.get("schema_path")
            more = {"early": cause.early, "schema_path": None if steps is None else [*steps]}
        else:
            more = {"code": cause.code, "expected": [*cause.expected]}
        return {
            "type": "violation" if isinstance(cause, Violation) else "error",
            "document": self.document,
            "path": [*cause.path],
            "pointer": pointer(cause.path),
            "kind": self.kind,
            "message": cause.message,
            "line": place.line,
            "column": place.column,
            "offset": place.offset,
            "byte_offset": place.byte_offset,
            **more,
        }


@dataclass
class Verdict:
    """What is to be said of the whole text.

    Attributes:
        many: whether it may be several documents.
        documents: how many were complete.
        failed: how many have violations.
        violations: how many were found.
        offset: of the first thing found.
        error: what ended the text before its end.
        characters: of the whole text; None if it was not read to its end.
        size: of the whole text in bytes, if known.
        unread: bytes after the last character that was looked at; None if nobody knows.
    """

    many: bool
    documents: int = 0
    failed: int = 0
    violations: int = 0
    offset: int | None = None
    error: TextError | None = None
    characters: int | None = None
    size: int | None = None
    unread: int | None = None

    @property
    def word(self) -> str:
        """`valid`, `invalid`, or by its error `malformed`, `incomplete` or `limit_exceeded`."""
        if isinstance(self.error, IncompleteJSONError):
            return "incomplete"
        if self.error is not None:
            return "malformed" if isinstance(self.error, JSONSyntaxError) else self.error.code
        return "invalid" if self.violations else "valid"

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain JSON data; the names of the keys are part of the API."""
        return {
            "type": "verdict",
            "verdict": self.word,
            "documents": self.documents,
            "invalid_documents": self.failed,
            "violations": self.violations,
            "offset": self.offset,
            "characters": self.characters,
            "bytes": self.size,
            "unread_bytes": self.unread,
        }

    def said(self) -> str:
        """The same in a line."""
        parts = []
        if self.violations:
            number = _many(self.violations, "violation") + self._among()
            parts.append(f"{number}, known at character {self._at(self.offset or 0)}")
        if self.error is not None:
            parts.append(self._ended(self.error))
        if self.many and not parts:
            parts.append(_many(self.documents, "document"))
        line = self.word.replace("_", " ")
        return (f"{line}: " + "; ".join(parts) if parts else line) + self._left()

    def _among(self) -> str:
        if not self.many:
            return ""
        if self.characters is None:
            return f" in {_many(self.failed, 'document')}"
        return f" in {self.failed:,} of {_many(self.documents, 'document')}"

    def _at(self, offset: int) -> str:
        whole = "" if self.characters is None else f" of {self.characters:,}"
        return f"{offset:,}{whole}"

    def _ended(self, error: TextError) -> str:
        if isinstance(error, IncompleteJSONError):
            return f"the text ends at character {error.offset:,}"
        if isinstance(error, LimitExceededError):
            return f"{error.limit} is {error.maximum:,}, exceeded at character {error.offset:,}"
        return f"an error at character {self._at(error.offset)}"

    def _left(self) -> str:
        if self.characters is not None:
            return ""
        if self.unread is None or self.size is None:
            return "; the rest was not read"
        return f"; {self.unread:,} of {_many(self.size, 'byte')} left unread"


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


class View(Protocol):
    """Who is told."""

    def found(self, finding: Finding) -> None:
        """Something is wrong."""

    def over(self, verdict: Verdict, report: Callable[[], str]) -> None:
        """That was all; `report` makes the text for who wrote the document."""


# --- for people ------------------------------------------------------------------------


class Lines:
    """Each finding with its place, and the verdict; coloured in a terminal.

    Args:
        name: of the text.
        many: whether documents are to be told apart.
    """

    def __init__(self, name: str, many: bool) -> None:
        self._name = shown(name)
        self._many = many
        self._console = Console(highlight=False) if is_terminal() else None
        self._encoding = getattr(sys.stdout, "encoding", None) or "utf-8"

    def found(self, finding: Finding) -> None:
        """What, and the line with a mark below it."""
        place, cause = finding.place, finding.cause
        document = f"document {finding.document}: " if self._many else ""
        path = _short(where(cause.path), _LONG_PATH)
        self._print(
            (f"{self._name}:{place.line}:{place.column}:", "bold"),
            f" {document}{path}: {_short(shown(cause.message), _LONG_MESSAGE)}",
            (f" ({shown(finding.kind)})", "dim"),
        )
        *lines, mark = pointed(place, _note(finding), self._encoding)
        for line in lines:
            self._print(f"  {line}".rstrip())
        self._print((f"  {mark}", "bold red"))

    def over(self, verdict: Verdict, report: Callable[[], str]) -> None:
        """One line."""
        good = verdict.word == "valid"
        self._print((verdict.said(), "bold green" if good else "bold red"))

    def _print(self, *parts: str | tuple[str, str]) -> None:
        text = Text.assemble(*parts)
        if self._console is None:
            print(text.plain)
        else:
            self._console.print(text, soft_wrap=True)


def _note(finding: Finding) -> str:
    """What the mark says."""
    if finding.kind == "extra_data":
        return "--many reads several documents"
    return "" if finding.place.after else "the text ends here"


def _short(text: str, longest: int) -> str:
    """The beginning and the end of a long text."""
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]} … {text[-half:]}"


# --- for programs ----------------------------------------------------------------------


class JSONLines:
    """A JSON object for each finding, and a last one for the verdict.

    Args:
        name: of the text.
        reports: whether the verdict has a report.
    """

    def __init__(self, name: str, reports: bool) -> None:
        self._name = name
        self._reports = reports

    def found(self, finding: Finding) -> None:
        """One line."""
        self._print(finding.as_dict())

    def over(self, verdict: Verdict, report: Callable[[], str]) -> None:
        """One line."""
        self._print({**verdict.as_dict(), **({"report": report()} if self._reports else {})})

    def _print(self, data: dict[str, Any]) -> None:
        print(json.dumps({"type": data["type"], "file": self._name, **data}))


# --- for who wrote it ------------------------------------------------------------------


class ReportOnly:
    """The report, and nothing else."""

    def found(self, finding: Finding) -> None:
        """It will be in the report."""

    def over(self, verdict: Verdict, report: Callable[[], str]) -> None:
        """All of it."""
        print(report())


class Report:
    """Plain words about what was found, where the parser has none.

    Args:
        many: whether documents are to be told apart.
    """

    def __init__(self, many: bool) -> None:
        self._many = many
        self._lines: list[str] = []
        self._more = 0
        self._document = -1

    def add(self, finding: Finding) -> None:
        """One thing more."""
        if len(self._lines) >= _MOST:
            self._more += 1
            return
        if finding.document != self._document:
            self._document = finding.document
            which = f"Document {finding.document}" if self._many else "The JSON"
            self._lines.append(f"{which} does not fit its schema:")
        self._lines.append(_reported(finding.cause))

    def text(self) -> str:
        """All of it."""
        more = [f"- and {self._more:,} more"] if self._more else []
        return "\n".join([*self._lines, *more]) or "The JSON fits its schema."


def _reported(cause: Violation | TextError) -> str:
    if isinstance(cause, Violation):
        return f"- {_named(cause.path)}: {cause.message}"
    return f"- the text is no JSON: {cause}"


def _named(path: Path) -> str:
    return pointer(path) if path else "the document"
