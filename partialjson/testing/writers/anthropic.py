"""Anthropic Messages, and the same events inside Bedrock's InvokeModelWithResponseStream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from . import framings
from .answers import Answer, Call, Part, Said, Thought
from .wire import Arguments, Finishes, Kinds, Message, Place, Wire

_REASONS = {"length": "max_tokens", "refusal": "refusal"}


class AnthropicMessages(Wire):
    """Anthropic Messages: content blocks; the first fragment of a call's input is empty.

    `ping` comes after the first block has started. Some events have padding inside.
    """

    name = "anthropic_messages"
    provider = "anthropic_messages"
    marks_ends = True
    parallel = True
    servers = True
    kinds: ClassVar[Kinds] = (Call, Said, Thought)
    finishes: ClassVar[Finishes] = ("complete", "length", "refusal", "error", None)
    usual = (6, 7, 9)

    pings: ClassVar[bool] = True
    blocks: ClassVar[int] = 1  # how many blocks a call takes
    message: ClassVar[Message] = {
        "model": "claude-haiku-4-5-20251001",
        "id": "msg_01V2noLbAb2NgKnjaNw6Cn3w",
        "type": "message",
        "role": "assistant",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            "input_tokens": 542,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": 1,
        },
    }

    def event(self, message: Message) -> str | None:
        return str(message["type"])

    def index(self, place: Place) -> int:
        """The number of the first block of a part."""
        return place.part + place.call * (self.blocks - 1)

    # --- blocks ----------------------------------------------------------------------

    def block(self, part: Part) -> Message:
        """What a part's block starts with."""
        if isinstance(part, Call):
            kind = "server_tool_use" if part.server else "tool_use"
            return {"type": kind, "id": part.id, "name": part.name, "input": {}}
        if isinstance(part, Thought):
            return {"type": "thinking", "thinking": "", "signature": ""}
        return {"type": "text", "text": ""}

    def delta(self, place: Place, delta: Message) -> Message:
        """An event that goes on with a block."""
        return {"type": "content_block_delta", "index": self.index(place), "delta": delta}

    def opening(self, part: Part, place: Place) -> list[Message]:
        index = self.index(place)
        started = {"type": "content_block_start", "index": index, "content_block": self.block(part)}
        pings: list[Message] = [{"type": "ping"}] if self.pings and place.part == 0 else []
        first = self.piece(part, place, "") if isinstance(part, Call) else []
        return [started, *pings, *first]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Call):
            return [self.delta(place, {"type": "input_json_delta", "partial_json": text})]
        if isinstance(part, Thought):
            return [self.delta(place, {"type": "thinking_delta", "thinking": text})]
        return [self.delta(place, {"type": "text_delta", "text": text})]

    def closing(self, part: Part, place: Place) -> list[Message]:
        stopped: Message = {"type": "content_block_stop", "index": self.index(place)}
        if isinstance(part, Thought):
            signed = {"type": "signature_delta", "signature": "EuoCCkYICBgCKkDPqznnPHupi9rVXvaQ"}
            return [self.delta(place, signed), stopped]
        return [stopped]

    # --- the message -----------------------------------------------------------------

    def start(self, answers: Sequence[Answer]) -> list[Message]:
        return [{"type": "message_start", "message": self.message}]

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        mine = any(not call.server for call in answer.calls)
        reason = _REASONS.get(str(answer.finish), "tool_use" if mine else "end_turn")
        delta = {"stop_reason": reason, "stop_sequence": None}
        usage = {
            "input_tokens": 542,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": 62,
        }
        return [{"type": "message_delta", "delta": delta, "usage": usage}]

    def stop(self, answers: Sequence[Answer]) -> list[Message]:
        return [{"type": "message_stop"}]

    def error(self) -> list[Message]:
        return [{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}]

    def dumped(self, message: Message, number: int) -> bytes:
        data = framings.dumped(message, spaced=message["type"] == "ping")
        if self.pings and message["type"] == "content_block_delta":
            return data[:-1] + b" " * (number * 5 % 16) + data[-1:]
        return data


class AnthropicFineGrained(AnthropicMessages):
    """With eager input streaming: longer fragments, none of them empty, cut anywhere."""

    name = "anthropic_fine_grained"
    pings = False
    usual = (23, 61, 112)

    def opening(self, part: Part, place: Place) -> list[Message]:
        return super().opening(part, place)[:1]


class AnthropicFullInput(AnthropicMessages):
    """Programmatic tool calling: a block starts with its whole input, and gets no deltas."""

    name = "anthropic_full_input"
    arguments: ClassVar[Arguments] = "object"
    streams_text = False

    def block(self, part: Part) -> Message:
        if not isinstance(part, Call):
            return super().block(part)
        caller = {"type": "code_execution_20260120", "tool_id": "srvtoolu_01SPfvT38PDPAFnkcrMNGUrM"}
        return {
            **super().block(part),
            "input": part.value,
            "caller": caller,
        }

    def opening(self, part: Part, place: Place) -> list[Message]:
        return (
            super().opening(part, place)[:-1]
            if isinstance(part, Call)
            else super().opening(part, place)
        )

    def pieces(self, part: Part) -> tuple[str, ...]:
        return () if isinstance(part, Call) else super().pieces(part)


class AnthropicServerTools(AnthropicMessages):
    """Tools that the provider runs: each call is followed by a block with its result."""

    name = "anthropic_server_tools"
    blocks = 2

    def call_objection(self, call: Call) -> str | None:
        if not call.server:
            return "the provider runs all its tools"
        return super().call_objection(call)

    def closing(self, part: Part, place: Place) -> list[Message]:
        closed = super().closing(part, place)
        if not isinstance(part, Call):
            return closed
        index = self.index(place) + 1
        result = {"type": "web_search_tool_result", "tool_use_id": part.id, "content": []}
        return [
            *closed,
            {"type": "content_block_start", "index": index, "content_block": result},
            {"type": "content_block_stop", "index": index},
        ]


class BedrockInvoke(AnthropicMessages):
    """Claude by InvokeModelWithResponseStream: Anthropic's events as `chunk`s of bytes."""

    name = "bedrock_invoke"
    provider = "bedrock_invoke"
    framing = "eventstream"
    pings = False
    finishes: ClassVar[Finishes] = ("complete", "length", "refusal", None)

    def stop(self, answers: Sequence[Answer]) -> list[Message]:
        metrics = {
            "inputTokenCount": 594,
            "outputTokenCount": 91,
            "invocationLatency": 2267,
            "firstByteLatency": 1560,
        }
        return [{"type": "message_stop", "amazon-bedrock-invocationMetrics": metrics}]

    def numbered(self, messages: list[Message]) -> list[Message]:
        return [{"chunk": {"bytes": framings.dumped(message)}} for message in messages]
