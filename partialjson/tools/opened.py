"""A JSON text that is being parsed, and what becomes of it: the arguments of a call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..errors import (
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    StreamError,
    ValidationFailed,
)
from ..events import (
    CallEvent,
    DocumentCompleted,
    Event,
    FieldCompleted,
    Repaired,
    StringDelta,
    TextDelta,
    ToolCall,
    ToolCallCompleted,
    ToolCallFailed,
    Validated,
    missing,
)
from ..framing.text import paired
from ..parser import Parser
from ..paths import Path
from .declared import Tool

SPENT = Parser()  # stands for the parsers of texts that are done, which are let go
SPENT.feed("null")
SPENT.close()


class Opened:
    """A text, its parser and its fate. The verbs answer the events that they cause.

    `ended`: the provider marked its end. `done`: it is completed or failed, and told so.
    """

    def __init__(self, tool: Tool, parser: Parser, choice: int) -> None:
        self.tool = tool
        self.parser = parser
        self.choice = choice
        self.texts: list[str] = []
        self._whole = ""  # the texts, when they were last asked for
        self.ended = False
        self.done = False
        self.stopped: ValidationFailed | None = None  # the violation that ended the parse

    @property
    def text(self) -> str:
        """All that was received. Characters that were cut in two are whole again."""
        if len(self.texts) != 1 or self.texts[0] is not self._whole:
            self._whole = paired("".join(self.texts))
            self.texts[:] = [self._whole] if self._whole else []
        return self._whole

    def feed(self, text: str) -> list[Event]:
        """More of the text."""
        self.texts.append(text)
        return [] if self.done else self._parsed(text)

    def _parsed(self, text: str) -> list[Event]:
        try:
            return self.tell(self.parser.feed(text))
        except Exception as error:
            return self._broken(error)

    def close(self) -> list[Event]:
        """No more of the text comes."""
        try:
            return self.tell(self.parser.close())
        except Exception as error:
            return self._broken(error)

    def _broken(self, error: Exception) -> list[Event]:
        """The parser raised: that fails the text, and nothing else."""
        if isinstance(error, ValidationFailed):
            return self.refuse(error)
        if isinstance(error, (JSONSyntaxError, IncompleteJSONError)):
            return [*self.tell(error.events), *self.fail("malformed", error)]
        if isinstance(error, LimitExceededError):
            return [*self.tell(error.events), *self.fail("limit", error)]
        # a validator's own
        return [*self.tell(self.parser.undelivered), *self.fail("violation", error)]

    def refuse(self, error: ValidationFailed) -> list[Event]:
        """The text does not fit its type."""
        self.stopped = error
        told = [event for event in error.events if event is not error.violation]
        return [*self.tell([*told, error.violation]), *self.fail("violation", error)]

    def settle(self, reason: str, error: Exception) -> list[Event]:
        """Nothing more comes, and the provider did not say that it is whole."""
        try:
            told = self.tell(self.parser.close())
        except Exception as cut:  # it says more about what is missing
            return [*self.tell(getattr(cut, "events", ())), *self.fail(reason, cut)]
        return [*told, *self.fail(reason, error)]

    # --- what differs between calls and outputs --------------------------------------

    def tell(self, events: Iterable[Event]) -> list[Event]:
        """What is handed on of what the parser says."""
        raise NotImplementedError

    def complete(self) -> list[Event]:
        """The text is whole, says the provider: complete it, if it is valid."""
        raise NotImplementedError

    def fail(self, reason: str, error: BaseException | None) -> list[Event]:
        """The text is not to be used."""
        raise NotImplementedError

    def facts(self) -> tuple[Any, tuple[Path, ...], tuple[Path, ...], str]:
        """Value, complete members, missing members and text, for the event of a failure."""
        parser = self.parser
        value = parser.value
        complete = tuple(path for path in _members(value) if parser.state(path) == "complete")
        required = self.tool.required(parser)
        missing = tuple((key,) for key in required if (key,) not in complete)
        return value, complete, missing, self.text


class OpenCall(Opened):
    """A call whose arguments are JSON."""

    def __init__(self, call: ToolCall, tool: Tool, parser: Parser) -> None:
        super().__init__(tool, parser, call.choice)
        self.call = call

    def tell(self, events: Iterable[Event]) -> list[Event]:
        """Everything but the root's completion."""
        call = self.call
        return [
            CallEvent(call, event)
            for event in events
            if type(event) is StringDelta or not _ends(event)
        ]

    def mend(self, repair: str, before: str, after: str) -> list[Event]:
        """A fault of the server was undone before the text came here."""
        offset = self.parser.offset
        return [CallEvent(self.call, Repaired((), repair, offset, before, after))]

    def complete(self) -> list[Event]:
        """The arguments are what came, if they are whole and valid."""
        told: list[Event] = []
        if not self.texts:  # no arguments at all mean none; what fits not, fails as any other
            told += self._parsed("{}")
        if not self.done:
            told += self.close()
        return told if self.done else [*told, *self._conclude()]

    def _conclude(self) -> list[Event]:
        try:
            arguments = self.tool.arguments(self.parser)
        except ValidationFailed as error:  # its violations were told
            self.stopped = error
            return self.fail("violation", error)
        except Exception as error:  # the verdict, or a validator's own
            return self.fail("violation", error)
        self.done = True
        self.call._run = self.tool.bound(arguments)
        self.parser = SPENT
        return [ToolCallCompleted(self.call, arguments, self.text)]

    def fail(self, reason: str, error: BaseException | None) -> list[Event]:
        """The call must not be run."""
        self.done = True
        facts = self.facts()
        self.parser = SPENT
        return [ToolCallFailed(self.call, reason, error, *facts)]


class FreeCall(OpenCall):
    """A call whose input is free text: it is handed on, and never parsed."""

    def feed(self, text: str) -> list[Event]:
        """More of the text."""
        self.texts.append(text)
        return [] if self.done else [CallEvent(self.call, TextDelta("input", text))]

    def complete(self) -> list[Event]:
        """The input is what came."""
        self.done = True
        return [ToolCallCompleted(self.call, self.text, self.text)]

    def settle(self, reason: str, error: Exception) -> list[Event]:
        """Nothing more comes, and the provider did not say that it is whole."""
        return self.fail(reason, error)

    def facts(self) -> tuple[Any, tuple[Path, ...], tuple[Path, ...], str]:
        """There are no members; the value is the text."""
        return self.text or missing(), (), (), self.text


def cut_error() -> StreamError:
    """The error of a text that parses, but whose end never came."""
    return StreamError("the stream ended before the call did", code="truncated")


def _ends(event: Event) -> bool:
    """Whether an event says that the whole document is complete."""
    if isinstance(event, (FieldCompleted, Validated)):
        return event.path == ()
    return isinstance(event, DocumentCompleted)


def _members(value: Any) -> list[Path]:
    if isinstance(value, dict):
        return [(key,) for key in value]
    return [(i,) for i in range(len(value))] if isinstance(value, list) else []
