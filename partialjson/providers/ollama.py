"""Ollama's own API, `/api/chat` and `/api/generate`: one JSON object per line.

Quirks:
- Each entry of `message.tool_calls` is a whole call, its arguments an object; several calls
  come in one object or in several. Newer servers send an `id` and `function.index`; the
  Python client drops both.
- The last object has `done: true`; its `done_reason` is `stop` also where there are calls.
- `message.thinking` is the model's reasoning.
- `/api/generate` has the text in `response` and the reasoning in `thinking`.
- An error in mid-stream is an object with `error`, a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from .adapter import Adapter, Message
from .arguments import as_text
from .deltas import CallEnded, CallText, Delta, Ended, Failed, Finished, Text
from .reading import fields, listed, present

_REASONS = {"stop": "complete", "length": "length"}


class Ollama(Adapter):
    """Reads the objects of one response."""

    name: ClassVar[str] = "ollama"
    marks_ends: ClassVar[bool] = True

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like an object of this API, or an error in place of one."""
        spoken = "message" in message or "response" in message
        return ("done" in message and spoken) or (
            isinstance(message.get("error"), str) and message.keys() <= {"error", "status_code"}
        )

    def feed(self, message: Any) -> Iterator[Delta]:
        """What an object says."""
        message = fields(message)
        if message.get("error"):
            yield Failed(message["error"])
            return
        spoken = fields(message.get("message"))
        thought = spoken.get("thinking") or message.get("thinking")
        if thought:
            yield Text("reasoning", thought)
        text = spoken.get("content") or message.get("response")
        if text:
            yield Text("text", text)
        for call in listed(spoken.get("tool_calls")):
            yield from self._call(fields(call))
        if message.get("done"):
            said = message.get("done_reason") or "done"
            yield Finished(0, _REASONS.get(said, "unknown"), said)
            yield Ended()

    def _call(self, call: Message) -> Iterator[Delta]:
        function = fields(call.get("function"))
        started = self.open(id=present(call.get("id")), name=function.get("name") or "")
        yield started
        text = as_text(function.get("arguments"))
        if text:
            yield CallText(started.key, text)
        yield CallEnded(started.key)


ADAPTER = Ollama
