"""Ollama's own API, where each call comes in one message."""

from __future__ import annotations

from typing import Any

from .answers import Answer, Call, Part, Said, Thought
from .wire import Message, Place, Wire


class Ollama(Wire):
    """Ollama's /api/chat: lines of JSON; arguments are objects, calls have ids and indexes.

    The reason of the end is `stop`, also after calls.
    """

    name = "ollama"
    provider = "ollama"
    framing = "ndjson"
    arguments = "object"
    streams_text = False
    marks_ends = True
    kinds = (Call, Said, Thought)
    finishes = ("complete", "length", "error", None)
    usual = (4,)

    def line(self, done: bool, /, **message: Any) -> Message:
        """A message."""
        said = {"role": "assistant", "content": "", **message}
        made = "2026-11-20T09:41:17.123456789Z"
        return {"model": "qwen3", "created_at": made, "message": said, "done": done}

    def pieces(self, part: Part) -> tuple[str, ...]:
        return () if isinstance(part, Call) else super().pieces(part)

    def opening(self, part: Part, place: Place) -> list[Message]:
        if not isinstance(part, Call):
            return []
        return [self.line(False, tool_calls=[self.call(part, place)])]

    def call(self, call: Call, place: Place) -> Message:
        """The entry of `tool_calls` of a call."""
        function = {"index": place.call, "name": call.name, "arguments": call.value}
        return {"id": call.id, "function": function}

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Thought):
            return [self.line(False, thinking=text)]
        return [self.line(False, content=text)]

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        counts = {
            "total_duration": 1174872917,
            "load_duration": 58612333,
            "prompt_eval_count": 164,
            "prompt_eval_duration": 402117542,
            "eval_count": 21,
            "eval_duration": 711404250,
        }
        reason = "length" if answer.finish == "length" else "stop"
        return [{**self.line(True), "done_reason": reason, **counts}]

    def error(self) -> list[Message]:
        return [{"error": "an error was encountered while running the model: unexpected EOF"}]
