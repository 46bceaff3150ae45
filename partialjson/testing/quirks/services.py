"""Quirks of single services, and of what stands before them: gateways and proxies."""

# ruff: noqa: D102  # what a writer is asked is said at `writers.wire.Wire`
from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from ..writers import Answer, Call, Frame, Message, Part, Wire
from ..writers.anthropic import AnthropicMessages
from ..writers.cohere import Cohere, CohereV1
from ..writers.google import Gemini
from ..writers.libraries import LangChain, LangChainBlocks
from ..writers.openai_responses import LlamaCppResponses, OpenAIResponses
from ..writers.user_interfaces import AGUI, VercelUI
from ..writers.wire import Arguments, Finishes, Framing, Place, Step
from .quirk import Families, Layer, Needs, streaming

# --- Anthropic --------------------------------------------------------------------------


class Pings(Layer, AnthropicMessages):
    """`ping` after every event."""

    families: ClassVar[Families] = (AnthropicMessages,)

    def steps(self, answer: Answer, choice: int) -> list[Step]:
        steps = super().steps(answer, choice)
        return [each for step in steps for each in (step, Step([{"type": "ping"}]))]


class MessageStartTwice(Layer, AnthropicMessages):
    """A gateway sends `message_start` twice, with one id."""

    families: ClassVar[Families] = (AnthropicMessages,)

    def start(self, answers: Sequence[Answer]) -> list[Message]:
        return super().start(answers) * 2


# --- OpenAI Responses -------------------------------------------------------------------


class NoDeltas(Layer):
    """Arguments come in no delta, only when they are done."""

    families: ClassVar[Families] = (OpenAIResponses,)
    needs: ClassVar[Needs] = (streaming,)
    streams_text = False

    def pieces(self, part: Part) -> tuple[str, ...]:
        return () if isinstance(part, Call) else super().pieces(part)


class NoDeltasOfVercel(NoDeltas, VercelUI):
    """Input comes only when it is available, parsed."""

    families: ClassVar[Families] = (VercelUI,)
    arguments: ClassVar[Arguments] = "object"


class NoDeltasOfCohere(Layer, CohereV1):
    """Calls come whole, and nothing of them before."""

    families: ClassVar[Families] = (CohereV1,)
    arguments: ClassVar[Arguments] = "object"
    streams_text = False
    parallel = False

    def lane(self, part: Part, place: Place) -> list[Step]:
        return [] if isinstance(part, Call) else super().lane(part, place)

    def answer_objection(self, answer: Answer) -> str | None:
        if answer.calls and answer.finish != "complete":
            return "its calls come with a good end, or not at all"
        return super().answer_objection(answer)


class EmptyUntilCompleted(Layer, OpenAIResponses):
    """Items are done with empty arguments; those stand in the completed response."""

    families: ClassVar[Families] = (OpenAIResponses,)
    streams_text = False
    parallel = False

    def pieces(self, part: Part) -> tuple[str, ...]:
        return () if isinstance(part, Call) else super().pieces(part)

    def closing(self, part: Part, place: Place) -> list[Message]:
        closed = super().closing(part, place)
        if not isinstance(part, Call):
            return closed
        *done, item = closed
        empty = {**item, "item": {**item["item"], "arguments": ""}}
        return [*({**each, "arguments": ""} for each in done), empty]

    def lane(self, part: Part, place: Place) -> list[Step]:
        return [Step(step.messages) for step in super().lane(part, place)]

    def last_ends(self, answer: Answer) -> tuple[int, ...]:
        calls = [(i, p) for i, p in enumerate(answer.parts) if isinstance(p, Call) and p.ended]
        return tuple(i for i, p in calls if p.arguments or answer.finish == "complete")


def with_done(wire: Wire) -> str | None:
    """An event of its own has a call's whole arguments."""
    return "it has no such event" if isinstance(wire, LlamaCppResponses) else None


class DoneNamesNoItem(Layer, OpenAIResponses):
    """The event with the whole arguments does not say whose they are."""

    families: ClassVar[Families] = (OpenAIResponses,)
    needs: ClassVar[Needs] = (with_done,)
    parallel = False

    def closing(self, part: Part, place: Place) -> list[Message]:
        closed = super().closing(part, place)
        names = ("item_id", "output_index") if isinstance(part, Call) else ()
        first, *others = closed
        return [{k: v for k, v in first.items() if k not in names}, *others]

    def answer_objection(self, answer: Answer) -> str | None:
        if any(not call.ended for call in answer.calls[:-1]):
            return "of several open calls nobody knows which is done"
        if len(answer.calls) > 1 and not all(call.arguments for call in answer.calls):
            return "calls without arguments stay open, and then nobody knows which is done"
        return super().answer_objection(answer)


def counted(wire: Wire) -> str | None:
    """Events have numbers."""
    return "its events have no numbers" if isinstance(wire, LlamaCppResponses) else None


class EventTwice(Layer, OpenAIResponses):
    """A proxy sends an event twice: the first one that has arguments."""

    families: ClassVar[Families] = (OpenAIResponses,)
    needs: ClassVar[Needs] = (streaming, counted)

    def sent(self, frames: list[Frame]) -> list[Frame]:
        for at, frame in enumerate(frames):
            kind = (frame.message or {}).get("type", "")
            if kind.endswith("arguments.delta"):
                return super().sent([*frames[: at + 1], *frames[at:]])
        return super().sent(frames)


def with_errors(wire: Wire) -> str | None:
    """Errors are reported."""
    return None if "error" in wire.finishes else "it reports no errors"


class FlatError(Layer, OpenAIResponses):
    """An error is flat, and there is no failed response after it."""

    families: ClassVar[Families] = (OpenAIResponses,)
    needs: ClassVar[Needs] = (with_errors,)

    def error(self) -> list[Message]:
        told = super().error()[0]["error"]
        return [{"type": "error", **{k: told[k] for k in ("code", "message", "param")}}]


# --- Cohere, user interfaces, libraries -------------------------------------------------


class CallsInLists(Layer, Cohere):
    """`tool_calls` is a list, as its name says."""

    families: ClassVar[Families] = (Cohere,)

    def said(self, kind: str, index: int, **message: Any) -> Message:
        if isinstance(message.get("tool_calls"), dict):
            message["tool_calls"] = [message["tool_calls"]]
        return super().said(kind, index, **message)


class NoFinishReason(Layer, VercelUI):
    """`finish` has no reason; all went well."""

    families: ClassVar[Families] = (VercelUI,)

    finishes: ClassVar[Finishes] = ("complete", "error", None)

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        return [{"type": "finish"}]


def in_chunks(wire: Wire) -> str | None:
    """Calls stand in `tool_call_chunks`."""
    return "they stand there only" if isinstance(wire, LangChainBlocks) else None


class InContentToo(Layer, LangChain):
    """Fragments stand in `content`, too."""

    families: ClassVar[Families] = (LangChain,)
    needs: ClassVar[Needs] = (in_chunks,)

    def numbered(self, messages: list[Message]) -> list[Message]:
        return super().numbered(
            [
                {**each, "content": each["tool_call_chunks"]} if each["tool_call_chunks"] else each
                for each in messages
            ]
        )


# --- what SDKs hand over ----------------------------------------------------------------


class SnakeCase(Layer):
    """Messages as the SDK hands them over, their names in snake case."""

    families: ClassVar[Families] = (Gemini, AGUI)
    framing: ClassVar[Framing] = "objects"

    def numbered(self, messages: list[Message]) -> list[Message]:
        return [_snake(message) for message in super().numbered(messages)]


def _snake(value: Any) -> Any:
    """A message with its names in snake case; arguments are no message."""
    if isinstance(value, list):
        return [_snake(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {_as_snake(k): v if k == "args" else _snake(v) for k, v in value.items()}


def _as_snake(name: str) -> str:
    return re.sub("[A-Z]", lambda found: f"_{found.group().lower()}", name)
