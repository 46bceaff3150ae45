"""The UI message stream of Vercel's AI SDK: parts with a `type` of their own.

Quirks:
- A call is `tool-input-start` (id and name), `tool-input-delta`s with fragments of JSON text,
  and `tool-input-available`, which marks the end and has the input as a value. Where the
  model does not stream its calls, that is all that comes.
- After deltas the value is not looked at: it is what the sender's schema made of the text,
  defaults filled in, and may differ. The text is what the model wrote.
- A call whose input did not fit ends with `tool-input-error` instead: it has no end. The
  stream goes on.
- `providerExecuted` marks tools that the model's provider runs.
- Texts and reasoning have ids; several may be open at once.
- `reset-step` takes back everything since the step's start: the answer begins anew.
- `finish` may have a `finishReason`; without one it means that all went well. `abort` comes
  in its place if the sender stopped.
- `data-*` parts, sources, files and the outputs of tools are of no concern here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from .adapter import Adapter, Message
from .deltas import CallEnded, CallText, Delta, Ended, Failed, Finished, Restarted, Text
from .reading import fields, present

_REASONS = {
    "stop": "complete",
    "tool-calls": "complete",
    "length": "length",
    "content-filter": "content_filter",
}
_OTHERS = (
    *("text-start", "text-end", "reasoning-start", "reasoning-end", "tool-input-error"),
    *("tool-output-available", "tool-output-error", "tool-output-denied"),
    *("tool-approval-request", "source-url", "source-document", "file", "message-metadata"),
    *("start", "start-step", "finish-step"),
)


class VercelUI(Adapter):
    """Reads the parts of one message. `texts` of a call: its first fragment."""

    name: ClassVar[str] = "vercel_ui"
    marks_ends: ClassVar[bool] = True

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like a part of such a stream."""
        kind = message.get("type")
        if not isinstance(kind, str):
            return False
        if kind == "error":
            return "errorText" in message
        return kind in _PARTS or kind in _OTHERS or kind.startswith("data-")

    def feed(self, message: Any) -> Iterator[Delta]:
        """What a part says; nothing for parts that are of no concern here."""
        message = fields(message)
        read = _PARTS.get(message.get("type"))
        return iter(()) if read is None else read(self, message)

    def _text(self, message: Message) -> Iterator[Delta]:
        if message.get("delta"):
            yield Text("text", message["delta"], 0, message.get("id") or 0)

    def _reasoning(self, message: Message) -> Iterator[Delta]:
        if message.get("delta"):
            yield Text("reasoning", message["delta"], 0, message.get("id") or 0)

    def _input_start(self, message: Message) -> Iterator[Delta]:
        id_, name = present(message.get("toolCallId")), message.get("toolName") or ""
        server = bool(message.get("providerExecuted"))
        yield self.open(("call", id_), id=id_, name=name, server=server)

    def _input_delta(self, message: Message) -> Iterator[Delta]:
        call = self.calls[self.slots["call", message.get("toolCallId")]]
        text = message.get("inputTextDelta")
        if text:
            yield CallText(call.key, text)
            if not call.texts:
                call.texts.append(text)

    def _input_available(self, message: Message) -> Iterator[Delta]:
        call = self.known(("call", message.get("toolCallId")))
        if call is None:
            yield from self._input_start(message)
            call = self.calls[-1]
        elif message.get("toolName") not in (None, call.name):
            raise ValueError(f"the call of {call.name!r} became one of {message['toolName']!r}")
        if call.ended:
            return
        call.ended = True
        if not call.text and message.get("input") is not None:
            yield CallText(call.key, json.dumps(message["input"], ensure_ascii=False))
        yield CallEnded(call.key)

    def _reset_step(self, message: Message) -> Iterator[Delta]:
        self.slots.clear()
        yield Restarted()

    def _finish(self, message: Message) -> Iterator[Delta]:
        said = message.get("finishReason") or "stop"
        yield Finished(0, _REASONS.get(said, "unknown"), said)
        yield Ended()

    def _abort(self, message: Message) -> Iterator[Delta]:
        yield Finished(0, "unknown", message.get("reason") or "abort")

    def _error(self, message: Message) -> Iterator[Delta]:
        yield Failed(message.get("errorText") or "error")


_PARTS: dict[Any, Callable[[VercelUI, Message], Iterator[Delta]]] = {
    "text-delta": VercelUI._text,
    "reasoning-delta": VercelUI._reasoning,
    "tool-input-start": VercelUI._input_start,
    "tool-input-delta": VercelUI._input_delta,
    "tool-input-available": VercelUI._input_available,
    "reset-step": VercelUI._reset_step,
    "finish": VercelUI._finish,
    "abort": VercelUI._abort,
    "error": VercelUI._error,
}

ADAPTER = VercelUI
