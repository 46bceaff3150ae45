"""Cohere's chat API v1, `stream: true`: events with an `event_type`.

Quirks:
- Calls have no ids. `tool-calls-chunk` events bring the name and then fragments of the
  arguments (`parameters`); the `index` in them, a float in the SDK, tells calls apart. The
  model's plan comes in the same events, as `text`: reasoning.
- `tool-calls-generation` has all calls again, with their arguments as objects: the one mark
  of their end. They must be what the fragments said. Older models send no chunks before it.
- `stream-end` has the finish reason, `COMPLETE` also where there are calls, and repeats the
  whole response.
- Several events have the API's `event_type` only and are of no concern: searches, citations.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from .adapter import Adapter, Call, Message
from .arguments import as_text
from .deltas import CallEnded, CallText, Delta, Ended, Finished, Restarted, Text
from .reading import fields, listed, word

_REASONS = {
    "COMPLETE": "complete",
    "STOP_SEQUENCE": "complete",
    "TOOL_CALL": "complete",
    "MAX_TOKENS": "length",
    "ERROR_LIMIT": "length",
    "ERROR_TOXIC": "content_filter",
}
_OTHERS = ("search-queries-generation", "search-results", "citation-generation", "debug")


class CohereV1(Adapter):
    """Reads the events of one response.

    `texts` of a call: its arguments, to be compared. `facts`: `begun`, once the stream has,
    and `planned`, once a part of the plan came.
    """

    name: ClassVar[str] = "cohere_v1"
    marks_ends: ClassVar[bool] = True

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like an event of this API."""
        kind = message.get("event_type")
        return isinstance(kind, str) and (kind in _EVENTS or kind in _OTHERS)

    def feed(self, message: Any) -> Iterator[Delta]:
        """What an event says; nothing for events that are of no concern here."""
        message = fields(message)
        read = _EVENTS.get(message.get("event_type"))
        return iter(()) if read is None else read(self, message)

    def _stream_start(self, message: Message) -> Iterator[Delta]:
        if self.facts.get("begun"):
            self.slots.clear()
            yield Restarted()
        self.facts["begun"] = True

    def _text(self, message: Message) -> Iterator[Delta]:
        if message.get("text"):
            yield Text("text", message["text"])

    def _chunk(self, message: Message) -> Iterator[Delta]:
        if message.get("text"):
            self.facts["planned"] = True
            yield Text("reasoning", message["text"])
        delta = message.get("tool_call_delta")
        if delta is None:
            return
        delta = fields(delta)
        slot = ("index", delta.get("index"))
        call = self.known(slot)
        if call is None or call.ended:
            yield self.open(slot, id=None, name=delta.get("name") or "")
            call = self.calls[-1]
        text = delta.get("parameters")
        if text:
            yield CallText(call.key, text)
            call.texts.append(text)

    def _generation(self, message: Message) -> Iterator[Delta]:
        if message.get("text") and not self.facts.get("planned"):
            self.facts["planned"] = True
            yield Text("reasoning", message["text"])
        yield from self._whole_calls(message)

    def _stream_end(self, message: Message) -> Iterator[Delta]:
        yield from self._whole_calls(fields(message.get("response")))
        said = word(message.get("finish_reason"))
        if said:
            yield Finished(0, _REASONS.get(said, "unknown"), said)
        yield Ended()

    def _whole_calls(self, message: Message) -> Iterator[Delta]:
        """The calls with all their arguments; each ends here, if it has not before."""
        for index, whole in enumerate(map(fields, listed(message.get("tool_calls")))):
            call = self.known(("index", index))
            if call is None:
                yield self.open(("index", index), id=None, name=whole.get("name") or "")
                call = self.calls[-1]
                call.texts.append(as_text(whole.get("parameters")))
                if call.text:
                    yield CallText(call.key, call.text)
            elif not call.ended:
                _compare(call, whole)
            if not call.ended:
                call.ended = True
                yield CallEnded(call.key)


_EVENTS: dict[Any, Callable[[CohereV1, Message], Iterator[Delta]]] = {
    "stream-start": CohereV1._stream_start,
    "text-generation": CohereV1._text,
    "tool-calls-chunk": CohereV1._chunk,
    "tool-calls-generation": CohereV1._generation,
    "stream-end": CohereV1._stream_end,
}


def _compare(call: Call, whole: Message) -> None:
    """Hold a whole call against what its fragments said."""
    try:
        same = json.loads(call.text or "{}") == (whole.get("parameters") or {})
    except RecursionError:
        same = False
    if not same or (whole.get("name") or "") != call.name:
        raise ValueError(f"the call of {call.name!r} is not what its fragments said")


ADAPTER = CohereV1
