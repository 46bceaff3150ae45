"""What is found wrong with a text, told to people, to programs, and to who wrote the text."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TextIO, TypeAlias

from rich.console import Console
from rich.text import Text

from ..errors import IncompleteJSONError, JSONSyntaxError, LimitExceededError
from ..events import Violation
from ..paths import Path, pointer
from .place import Place, pointed
from .stage import is_terminal
from .words import counted, remedy, shortened, shown, where, without_hint

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

    @property
    def message(self) -> str:
        """What is wrong, in words."""
        cause = self.cause
        if isinstance(cause, Violation):
            return cause.message
        return without_hint(cause.message, cause)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain JSON data; the names of the keys are part of the API."""
        cause, place = self.cause, self.place
        more: dict[str, Any]
        if isinstance(cause, Violation):
            steps = cause.detail.get("schema_path")
            more = {"early": cause.early, "schema_path": None if steps is None else [*steps]}
        else:
            repair = getattr(cause, "repair", "") or None
            more = {"code": cause.code, "expected": [*cause.expected], "repair": repair}
        return {
            "type": "violation" if isinstance(cause, Violation) else "error",
            "document": self.document,
            "path": [*cause.path],
            "pointer": pointer(cause.path),
            "kind": self.kind,
            "message": self.message,
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
        repairs: how many were made; None if none were asked for.
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
    repairs: int | None = None
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
            **({} if self.repairs is None else {"repairs": self.repairs}),
            "offset": self.offset,
            "characters": self.characters,
            "bytes": self.size,
            "unread_bytes": self.unread,
        }

    def said(self) -> str:
        """The same in a line."""
        parts = []
        if self.violations:
            number = counted(self.violations, "violation") + self._among()
            parts.append(f"{number}, known at character {self._at(self.offset or 0)}")
        if self.error is not None:
            parts.append(self._ended(self.error))
        if self.many and not parts:
            parts.append(counted(self.documents, "document"))
        if self.repairs:
            parts.append(f"read with {counted(self.repairs, 'repair')}")
        line = self.word.replace("_", " ")
        return (f"{line}: " + "; ".join(parts) if parts else line) + self._left()

    def _among(self) -> str:
        if not self.many:
            return ""
        if self.characters is None:
            return f" in {counted(self.failed, 'document')}"
        return f" in {self.failed:,} of {counted(self.documents, 'document')}"

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
        return f"; {self.unread:,} of {counted(self.size, 'byte')} left unread"


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
        file: where to; stdout, if it is not said.
    """

    def __init__(self, name: str, many: bool, file: TextIO | None = None) -> None:
        self._name = shown(name)
        self._many = many
        self._file = file or sys.stdout
        is_drawn = is_terminal(self._file)
        self._console = Console(file=self._file, highlight=False) if is_drawn else None
        self._encoding = getattr(self._file, "encoding", None) or "utf-8"

    def found(self, finding: Finding) -> None:
        """What, and the line with a mark below it."""
        place = finding.place
        message = shortened(shown(finding.message), _LONG_MESSAGE)
        self.at(finding.document, place, finding.cause.path, message, f" ({shown(finding.kind)})")
        *lines, mark = pointed(place, _note(finding), self._encoding)
        for line in lines:
            self._print(f"  {line}".rstrip())
        self._print((f"  {mark}", "bold red"))

    def at(self, document: int, place: Place, path: Path, message: str, more: str = "") -> None:
        """A line about something at a place, and at a path."""
        which = f"document {document}: " if self._many else ""
        self._print(
            (f"{self._name}:{place.line}:{place.column}:", "bold"),
            f" {which}{shortened(where(path), _LONG_PATH)}: {message}",
            (more, "dim"),
        )

    def over(self, verdict: Verdict, report: Callable[[], str]) -> None:
        """One line."""
        self.last(verdict.said(), good=verdict.word == "valid")

    def last(self, line: str, *, good: bool) -> None:
        """The line that says how it all went."""
        self._print((line, "bold green" if good else "bold red"))

    def _print(self, *parts: str | tuple[str, str]) -> None:
        text = Text.assemble(*parts)
        if self._console is None:
            print(text.plain, file=self._file)
        else:
            self._console.print(text, soft_wrap=True)


def _note(finding: Finding) -> str:
    """What the mark says."""
    cause = finding.cause
    ends = [] if finding.place.after else ["the text ends here"]
    helps = [] if isinstance(cause, Violation) else [remedy(cause)]
    return "; ".join(filter(None, [*ends, *helps]))


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
    return f"- the text is no JSON: {without_hint(str(cause), cause)}"


def _named(path: Path) -> str:
    return pointer(path) if path else "the document"
