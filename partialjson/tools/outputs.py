"""JSON texts of an answer beside its calls: `ToolCalls(tools, output=Model)`.

A text may hold several documents; each has a number of its own in the stream, and its own
fate. What is no JSON, such as an introduction or a fence around it, fails the text, unless a
repair reads it: that is told with the document that follows, or else with the last one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..errors import IncompleteJSONError, ValidationFailed
from ..events import (
    DocumentCompleted,
    Event,
    FieldCompleted,
    OutputCompleted,
    OutputEvent,
    OutputFailed,
    Repaired,
    Validated,
    Violation,
    missing,
)
from ..limits import Limits
from ..parser import Parser, Repair
from .declared import Tool
from .opened import Opened


@dataclass
class _Document:
    """A document that is whole: its value, what was made of it, or why nothing was."""

    index: int
    value: Any
    made: Any
    error: ValidationFailed | None = None


class Output(Opened):
    """One text of an answer, with the documents in it."""

    def __init__(self, outputs: Outputs, choice: int, parser: Parser) -> None:
        super().__init__(outputs.tool, parser, choice)
        self._outputs = outputs
        self.index = -1  # of the document that is open
        self.documents: list[_Document] = []
        self.earlier: list[int] = []  # documents from before a restored checkpoint
        self._made: Any = missing()
        self.violations: list[Violation] = []

    def tell(self, events: Iterable[Event]) -> list[Event]:
        """Everything but the roots' completions, each with the number of its document."""
        told: list[Event] = []
        for event in events:
            last = self._last()
            if self.index < 0 and last >= 0 and isinstance(event, Repaired):  # behind a document
                told.append(OutputEvent(self.choice, last, event))
                continue
            if self.index < 0:
                self.index = self._outputs.started
                self._outputs.started += 1
            if isinstance(event, DocumentCompleted):
                told += self._document(event.value)
            elif isinstance(event, Validated) and event.path == ():
                self._made = event.object
            elif not (isinstance(event, FieldCompleted) and event.path == ()):
                if isinstance(event, Violation):
                    self.violations.append(event)
                told.append(OutputEvent(self.choice, self.index, event))
        return told

    def _last(self) -> int:
        """The last document that is whole; -1 if there is none."""
        if self.documents:
            return self.documents[-1].index
        return self.earlier[-1] if self.earlier else -1

    def _document(self, value: Any) -> list[Event]:
        """A document is whole; what it comes to is told when the answer is finished."""
        told: list[Event] = []
        known = len(self.violations)
        offset = self.parser.offset - 1
        try:
            made = self.tool.document(value, self._made, self.violations, offset)
            self.documents.append(_Document(self.index, value, made))
        except ValidationFailed as error:
            self.documents.append(_Document(self.index, value, None, error))
            if not known:
                found = [error.violation, *error.events]
                told = [OutputEvent(self.choice, self.index, event) for event in found]
        self.index = -1
        self._made = missing()
        self.violations = []
        return told

    def complete(self) -> list[Event]:
        """The documents are what came, if they are whole and valid."""
        told = self.close()
        if self.done:
            return told
        if self.index >= 0:  # nothing but what repairs left out
            message = "there is no document in the text"
            offset = self.parser.offset
            error = IncompleteJSONError(message, offset=offset, expected=("value",))
            error.value = self.parser.value
            return [*told, *self.fail("malformed", error)]
        self.done = True
        self._make_again()
        for document in self.documents:
            told.append(
                OutputCompleted(self.choice, document.index, document.made, self.text)
                if document.error is None
                else self._failed(document, "violation", document.error)
            )
        return told

    def _failed(self, document: _Document, reason: str, error: Any) -> Event:
        """A document that is whole, and yet not to be used."""
        value = document.value
        complete = tuple((key,) for key in value) if isinstance(value, dict) else ()
        return OutputFailed(
            *(self.choice, document.index, reason, error), *(value, complete, (), self.text)
        )

    def _make_again(self) -> None:
        """The documents of before the checkpoint, from their text."""
        if self.earlier:
            started = self._outputs.started
            again = self._outputs.fresh(self.choice)
            again.feed(self.text)
            self._outputs.started = started
            made = again.documents[: len(self.earlier)]
            for index, document in zip(self.earlier, made, strict=False):  # as far as they are
                document.index = index
            self.documents[:0] = made
            self.earlier = []

    def fail(self, reason: str, error: BaseException | None) -> list[Event]:
        """No document of this text is to be used."""
        self.done = True
        self._make_again()
        told: list[Event] = []
        for document in self.documents:
            wrong = document.error
            why = ("violation", wrong) if wrong is not None else (reason, error)
            told.append(self._failed(document, *why))
        if self.index < 0 and not self.documents and self.text.strip():  # at its first character
            self.index = self._outputs.started
            self._outputs.started += 1
        if self.index >= 0:
            told.append(OutputFailed(self.choice, self.index, reason, error, *self.facts()))
        return told


class Outputs:
    """All JSON texts of a stream."""

    def __init__(
        self, tool: Tool, limits: Limits | None, stop: bool, repair: Repair = False
    ) -> None:
        self.tool = tool
        self.started = 0  # how many documents have been
        self.texts: dict[tuple[int, int | str], Output] = {}
        self._limits = limits
        self._stop = stop
        self._repair = repair

    def text(self, choice: int, part: int | str) -> Output:
        """The text of this part of an answer."""
        known = self.texts.get((choice, part))
        if known is None:
            known = self.texts[choice, part] = self.fresh(choice)
        return known

    def fresh(self, choice: int) -> Output:
        """A text of which nothing has come."""
        parser = self.tool.parser(self._limits, self._stop, True, self._repair)
        return Output(self, choice, parser)
