"""Quirks of chunks: what comes in one, what comes around them, and how answers finish."""

# ruff: noqa: D102  # what a writer is asked is said at `writers.wire.Wire`
from __future__ import annotations

from typing import Any, ClassVar

from ..writers import Answer, Call, Message, Part, Wire
from ..writers.bedrock import BedrockConverse
from ..writers.compatible import CallsInLastChunk, Plain
from ..writers.google import Gemini, Vertex
from ..writers.hosted import Azure, DeepSeek, OpenRouter, Together, Writer
from ..writers.libraries import LangChain, LiteLLM
from ..writers.ollama import Ollama
from ..writers.openai_chat import OpenAIChat
from ..writers.wire import Place, Step
from ..writers.xai import XAI
from .arguments import with_entries
from .quirk import Families, Layer, Needs, already

# --- all calls in one message -----------------------------------------------------------


class CallsInOneChunk(Layer):
    """All calls whole in one message. A subclass says what it looks like."""

    families: ClassVar[Families] = (Wire,)
    streams_text = False
    parallel = False

    def together(self, calls: list[tuple[Call, Place]]) -> Message:
        """The message with all calls."""
        raise NotImplementedError

    def lane(self, part: Part, place: Place) -> list[Step]:
        if not isinstance(part, Call):
            return super().lane(part, place)
        if place.call:
            return []
        answer, choice = place.answer, place.choice
        numbered = [(p, i) for i, p in enumerate(answer.parts) if isinstance(p, Call)]
        message = self.together([(call, Place(answer, choice, i)) for call, i in numbered])
        return [Step([message], tuple(i for _, i in numbered) if self.marks_ends else ())]


class CallsInOneChunkOfChat(CallsInOneChunk, OpenAIChat):
    """All entries of `tool_calls` in one chunk, their arguments whole."""

    families: ClassVar[Families] = (OpenAIChat,)
    needs: ClassVar[Needs] = (with_entries, already(CallsInLastChunk))

    def together(self, calls: list[tuple[Call, Place]]) -> Message:
        entries = [self.whole(call, place) for call, place in calls]
        return self.delta(calls[0][1].choice, tool_calls=entries)


def not_in_patches(wire: Wire) -> str | None:
    """Arguments come whole."""
    return "its arguments come in patches" if isinstance(wire, Vertex) else None


class CallsInOneChunkOfGemini(CallsInOneChunk, Gemini):
    """All calls are parts of one response."""

    families: ClassVar[Families] = (Gemini,)
    needs: ClassVar[Needs] = (not_in_patches,)

    def together(self, calls: list[tuple[Call, Place]]) -> Message:
        message = self.candidate(calls[0][1].choice, {})
        message["candidates"][0]["content"]["parts"] = [self.call_part(call) for call, _ in calls]
        return message


class CallsInOneChunkOfOllama(CallsInOneChunk, Ollama):
    """All calls in one object."""

    families: ClassVar[Families] = (Ollama,)

    def together(self, calls: list[tuple[Call, Place]]) -> Message:
        return self.line(False, tool_calls=[self.call(*each) for each in calls])


class CallsInOneChunkOfXAI(CallsInOneChunk, XAI):
    """All calls in one output."""

    families: ClassVar[Families] = (XAI,)

    def together(self, calls: list[tuple[Call, Place]]) -> Message:
        return self.said(tool_calls=[self.call(call) for call, _ in calls])


class CallsInOneChunkOfLangChain(CallsInOneChunk, LangChain):
    """All calls in one chunk."""

    families: ClassVar[Families] = (LangChain,)

    def together(self, calls: list[tuple[Call, Place]]) -> Message:
        return self.of([self.fragment(call, place, call.arguments) for call, place in calls])


# --- the finish reason ------------------------------------------------------------------


class FinishWithCalls(Layer, OpenAIChat):
    """The finish reason comes with the last fragment."""

    families: ClassVar[Families] = (OpenAIChat,)
    needs: ClassVar[Needs] = (already(CallsInLastChunk, Together),)

    def steps(self, answer: Answer, choice: int) -> list[Step]:
        steps = super().steps(answer, choice)
        if len(steps) < 2 or not steps[-1].finished:
            return steps
        *first, last, finish = steps
        *before, message = last.messages
        (said,) = message["choices"]
        said = {**said, "finish_reason": self.reason(answer)}
        joined = Step([{**message, "choices": [said]}], finish.ends, True)
        return [*first, *(Step([each]) for each in before), joined]


def finishing_apart(wire: Wire) -> str | None:
    """The finish reason comes in one chunk of its own."""
    taken = isinstance(wire, (CallsInLastChunk, Together)) or "finish_with_calls" in wire.quirks
    return "the finish reason comes with the calls" if taken else None


class FinishTwice(Layer, OpenAIChat):
    """Two chunks have the finish reason."""

    families: ClassVar[Families] = (OpenAIChat,)
    needs: ClassVar[Needs] = (finishing_apart,)

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        return super().finish(answer, choice) * 2


class TextAfterFinish(Layer, OpenAIChat):
    """A finish reason, the last fragment after it, and the reason again."""

    families: ClassVar[Families] = (OpenAIChat,)
    needs: ClassVar[Needs] = (finishing_apart,)

    def steps(self, answer: Answer, choice: int) -> list[Step]:
        steps = super().steps(answer, choice)
        if len(steps) < 2 or not steps[-1].finished:
            return steps
        early = Step(self.finish(answer, choice), (), True)
        return [*steps[:-2], early, steps[-2], Step(steps[-1].messages, steps[-1].ends)]


def other_reason(wire: Wire) -> str | None:
    """Answers with calls have a reason of their own."""
    return "it is so already" if getattr(wire, "calls_reason", "") == "stop" else None


class FinishStop(Layer, OpenAIChat):
    """The finish reason is `stop`, also after calls."""

    families: ClassVar[Families] = (OpenAIChat,)
    needs: ClassVar[Needs] = (other_reason,)
    calls_reason = "stop"

    def call_objection(self, call: Call) -> str | None:
        if isinstance(self, LiteLLM) and not call.arguments:
            return "its `stop` may be made up, and so completes no call without arguments"
        return super().call_objection(call)


class FinishWithCallsOfGemini(Layer, Gemini):
    """The finish reason comes with the last part."""

    families: ClassVar[Families] = (Gemini,)
    needs: ClassVar[Needs] = (not_in_patches,)

    def steps(self, answer: Answer, choice: int) -> list[Step]:
        steps = super().steps(answer, choice)
        if len(steps) < 2 or not steps[-1].finished:
            return steps
        *first, last, finish = steps
        reason = finish.messages[0]["candidates"][0]["finishReason"]
        last.messages[-1]["candidates"][0]["finishReason"] = reason
        return [*first, Step(last.messages, last.ends, True)]


# --- chunks that say something else -----------------------------------------------------

_USED: Message = {"prompt_tokens": 171, "completion_tokens": 14, "total_tokens": 185}


def without_usage(wire: Wire) -> str | None:
    """No chunk has the usage and no choices."""
    has = isinstance(wire, (OpenRouter, Writer)) or bool(getattr(wire, "usage", None))
    return "it has one already" if has else None


class UsageChunk(Layer, OpenAIChat):
    """A last chunk without choices has the usage."""

    families: ClassVar[Families] = (OpenAIChat,)
    needs: ClassVar[Needs] = (without_usage,)
    usage: ClassVar[Message | None] = _USED


class EmptyChoices(Layer, OpenAIChat):
    """A first chunk has no choices."""

    families: ClassVar[Families] = (OpenAIChat,)
    needs: ClassVar[Needs] = (already(Azure),)

    def start(self, answers: Any) -> list[Message]:
        return [{**self.chunk([]), "prompt_filter_results": []}, *super().start(answers)]


def with_usage(wire: Wire) -> str | None:
    """A message of its own has the usage."""
    return None if without_usage(wire) else "it has none"


class NoUsage(Layer, OpenAIChat):
    """No chunk has the usage."""

    families: ClassVar[Families] = (OpenAIChat,)
    needs: ClassVar[Needs] = (with_usage,)

    def stop(self, answers: Any) -> list[Message]:
        return []


class NoUsageOfBedrock(Layer, BedrockConverse):
    """There is no `metadata`."""

    families: ClassVar[Families] = (BedrockConverse,)

    def stop(self, answers: Any) -> list[Message]:
        return []


class MessagesToo(Layer, OpenAIChat):
    """Each delta stands in the chunk twice, once as `message`."""

    families: ClassVar[Families] = (OpenAIChat,)
    needs: ClassVar[Needs] = (already(Writer),)

    def numbered(self, messages: list[Message]) -> list[Message]:
        return super().numbered([_twice(message) for message in messages])


def _twice(message: Message) -> Message:
    if "choices" not in message:
        return message
    choices = [{**choice, "message": choice["delta"]} for choice in message["choices"]]
    return {**message, "choices": choices}


class ReasoningRenamed(Layer, OpenAIChat):
    """Reasoning stands in `reasoning`."""

    families: ClassVar[Families] = (DeepSeek, Plain, LiteLLM)

    def numbered(self, messages: list[Message]) -> list[Message]:
        return super().numbered([_reasoning(message, self.keeps()) for message in messages])

    def keeps(self) -> bool:
        """Whether it stands in `reasoning_content`, too."""
        return False


class ReasoningTwice(ReasoningRenamed):
    """Reasoning stands in `reasoning`, too."""

    def keeps(self) -> bool:
        return True


def _reasoning(message: Message, keeps: bool) -> Message:
    if not message.get("choices"):
        return message
    edited = []
    for choice in message["choices"]:
        delta = dict(choice["delta"])
        if delta.get("reasoning_content"):
            text = delta["reasoning_content"] if keeps else delta.pop("reasoning_content")
            delta = {"reasoning": text, **delta}
        edited.append({**choice, "delta": delta})
    return {**message, "choices": edited}


class UnknownFields(Layer):
    """Each message has fields that nobody knows."""

    def numbered(self, messages: list[Message]) -> list[Message]:
        return super().numbered([_unknown(message) for message in messages])


def _unknown(message: Message) -> Message:
    if "error" in message:
        return message
    more = {"x_trace": {"id": "7f3a2b", "hops": [1, None]}}
    if len(message) == 1:  # an event whose name is its only key
        ((name, said),) = message.items()
        return {name: {**said, **more}} if isinstance(said, dict) else message
    return {**message, **more}
