"""Bedrock ConverseStream."""

from __future__ import annotations

from collections.abc import Sequence

from . import framings
from .answers import Answer, Call, Part, Said, Thought
from .wire import Message, Place, Wire

_REASONS = {"length": "max_tokens", "content_filter": "content_filtered"}


class BedrockConverse(Wire):
    """ConverseStream: an event's name is its only key; text blocks have no start.

    Each event has padding; an error is a message of another type, an exception.
    """

    name = "bedrock_converse"
    provider = "bedrock_converse"
    framing = "eventstream"
    marks_ends = True
    parallel = True
    servers = True
    kinds = (Call, Said, Thought)
    finishes = ("complete", "length", "content_filter", "error", None)
    usual = (0, 11, 7)

    def start(self, answers: Sequence[Answer]) -> list[Message]:
        return [{"messageStart": {"role": "assistant"}}]

    def opening(self, part: Part, place: Place) -> list[Message]:
        if not isinstance(part, Call):
            return []
        tool = {"name": part.name, "toolUseId": part.id}
        if part.server:
            tool["type"] = "server_tool_use"
        start = {"contentBlockIndex": place.part, "start": {"toolUse": tool}}
        return [{"contentBlockStart": start}]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        delta: Message = {"text": text}
        if isinstance(part, Call):
            delta = {"toolUse": {"input": text}}
        if isinstance(part, Thought):
            delta = {"reasoningContent": delta}
        return [{"contentBlockDelta": {"contentBlockIndex": place.part, "delta": delta}}]

    def closing(self, part: Part, place: Place) -> list[Message]:
        return [{"contentBlockStop": {"contentBlockIndex": place.part}}]

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        reason = _REASONS.get(str(answer.finish), "tool_use" if answer.calls else "end_turn")
        return [{"messageStop": {"stopReason": reason}}]

    def stop(self, answers: Sequence[Answer]) -> list[Message]:
        usage = {"inputTokens": 471, "outputTokens": 91, "totalTokens": 562}
        return [{"metadata": {"metrics": {"latencyMs": 422}, "usage": usage}}]

    def error(self) -> list[Message]:
        message = "The system encountered an unexpected error during processing. Try again."
        return [{"modelStreamErrorException": {"message": message}}]

    def numbered(self, messages: list[Message]) -> list[Message]:
        return [
            {
                kind: said if kind.endswith("Exception") else {**said, "p": framings.padding(i)}
                for kind, said in message.items()
            }
            for i, message in enumerate(messages)
        ]
