"""Cohere's chat API v2, `stream: true`: events with a `type` of their own.

Quirks:
- A call is `tool-call-start` (id and name), `tool-call-delta`s with fragments of JSON text,
  `tool-call-end`. The event's `index` tells calls apart.
- `delta.message.tool_calls` is one object, though its name is a plural. A list is taken, too.
- A tool without parameters sends no delta at all.
- Before the calls the model writes down its plan, in `tool-plan-delta`s: reasoning.
- The content of `content-delta` has a `text` or a `thinking`; its `index` is that of the
  content, not of a call.
- `message-end` has the finish reason, `TOOL_CALL` where there are calls, or an `error`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

from .adapter import Adapter, Message
from .arguments import as_text
from .deltas import CallEnded, CallText, Delta, Ended, Failed, Finished, Restarted, Text
from .reading import fields, listed, present, word

_REASONS = {
    "COMPLETE": "complete",
    "TOOL_CALL": "complete",
    "STOP_SEQUENCE": "complete",
    "MAX_TOKENS": "length",
}
_OTHERS = ("content-end", "citation-start", "citation-end", "debug")


class Cohere(Adapter):
    """Reads the events of one response. `facts`: `begun`, once the message has."""

    name: ClassVar[str] = "cohere"
    marks_ends: ClassVar[bool] = True

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like an event of this API."""
        kind = message.get("type")
        return isinstance(kind, str) and (kind in _EVENTS or kind in _OTHERS)

    def feed(self, message: Any) -> Iterator[Delta]:
        """What an event says; nothing for events that are of no concern here."""
        message = fields(message)
        read = _EVENTS.get(message.get("type"))
        return iter(()) if read is None else read(self, message)

    def _message_start(self, message: Message) -> Iterator[Delta]:
        if self.facts.get("begun"):
            self.slots.clear()
            yield Restarted()
        self.facts["begun"] = True

    def _content(self, message: Message) -> Iterator[Delta]:
        content = fields(_spoken(message).get("content"))
        index = message.get("index") or 0
        if content.get("thinking"):
            yield Text("reasoning", content["thinking"], 0, index)
        if content.get("text"):
            yield Text("text", content["text"], 0, index)

    def _tool_plan(self, message: Message) -> Iterator[Delta]:
        plan = _spoken(message).get("tool_plan")
        if plan:
            yield Text("reasoning", plan, 0, "plan")

    def _call_start(self, message: Message) -> Iterator[Delta]:
        for call in map(fields, _calls(message)):
            function = fields(call.get("function"))
            id_, name = present(call.get("id")), function.get("name") or ""
            started = self.open(("call", message.get("index")), id=id_, name=name)
            yield started
            text = as_text(function.get("arguments"))
            if text:
                yield CallText(started.key, text)

    def _call_delta(self, message: Message) -> Iterator[Delta]:
        key = self.slots["call", message.get("index")]
        for call in _calls(message):
            text = fields(fields(call).get("function")).get("arguments")
            if text:
                yield CallText(key, text)

    def _call_end(self, message: Message) -> Iterator[Delta]:
        yield CallEnded(self.slots["call", message.get("index")])

    def _message_end(self, message: Message) -> Iterator[Delta]:
        delta = fields(message.get("delta"))
        said = word(delta.get("finish_reason"))
        if delta.get("error") or said in ("ERROR", "TIMEOUT"):
            yield Failed(delta.get("error") or said)
            return
        if said:
            yield Finished(0, _REASONS.get(said, "unknown"), said)
        yield Ended()


_EVENTS: dict[Any, Callable[[Cohere, Message], Iterator[Delta]]] = {
    "message-start": Cohere._message_start,
    "content-start": Cohere._content,
    "content-delta": Cohere._content,
    "tool-plan-delta": Cohere._tool_plan,
    "tool-call-start": Cohere._call_start,
    "tool-call-delta": Cohere._call_delta,
    "tool-call-end": Cohere._call_end,
    "message-end": Cohere._message_end,
}


def _spoken(message: Message) -> Message:
    """The part of the message that an event brings."""
    return fields(fields(message.get("delta")).get("message"))


def _calls(message: Message) -> Sequence[Any]:
    """The calls of an event: one, or a list of them."""
    calls = _spoken(message).get("tool_calls")
    return listed(calls) if calls is None or isinstance(calls, (list, tuple)) else (calls,)


ADAPTER = Cohere
