"""xAI's own API, a gRPC stream, where each call comes in one message."""

from __future__ import annotations

from typing import Any

from .answers import Answer, Call, Part, Said, Thought
from .wire import Message, Place, Wire


class XAI(Wire):
    """xAI's gRPC stream, each chunk as a line of JSON: whole calls, their type an enumeration."""

    name = "xai"
    provider = "xai"
    framing = "ndjson"
    streams_text = False
    marks_ends = True
    servers = True
    kinds = (Call, Said, Thought)
    usual = (5,)

    def chunk(self, output: Message) -> Message:
        """A message around an output."""
        usage = {
            "completion_tokens": 30,
            "prompt_tokens": 826,
            "total_tokens": 856,
            "prompt_text_tokens": 826,
            "cached_prompt_text_tokens": 181,
        }
        chunk = {
            "id": "eaf49755-15fc-a6fa-3c32-30a8c4df5bb7",
            "outputs": [output],
            "created": "2026-01-16T17:05:02.153248979Z",
            "model": "grok-4-fast-non-reasoning",
            "system_fingerprint": "fp_4616e76413",
            "usage": usage,
        }
        return {"chunk": chunk}

    def said(self, **delta: Any) -> Message:
        """A message that says one thing."""
        return self.chunk({"delta": {"role": "ROLE_ASSISTANT", **delta}})

    def pieces(self, part: Part) -> tuple[str, ...]:
        return () if isinstance(part, Call) else super().pieces(part)

    def opening(self, part: Part, place: Place) -> list[Message]:
        if not isinstance(part, Call):
            return []
        return [self.said(tool_calls=[self.call(part)])]

    def call(self, call: Call) -> Message:
        """The entry of `tool_calls` of a call."""
        kind = "CODE_EXECUTION" if call.server else "CLIENT_SIDE"
        function = {"name": call.name, "arguments": call.arguments}
        return {"id": call.id, "type": f"TOOL_CALL_TYPE_{kind}_TOOL", "function": function}

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        field = "reasoning_content" if isinstance(part, Thought) else "content"
        return [self.said(**{field: text})]

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        reason = "REASON_TOOL_CALLS" if answer.calls else "REASON_STOP"
        reason = "REASON_MAX_LEN" if answer.finish == "length" else reason
        return [self.chunk({"delta": {"role": "ROLE_ASSISTANT"}, "finish_reason": reason})]
