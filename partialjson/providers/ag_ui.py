"""AG-UI, the protocol between agents and user interfaces: events with a `type` in capitals.

Quirks:
- A call is `TOOL_CALL_START` (id and name), `TOOL_CALL_ARGS` with fragments of JSON text,
  `TOOL_CALL_END`. The id is in each.
- `TOOL_CALL_CHUNK` stands for all three: the first chunk of a call has its id and name,
  later ones may leave both out. Such a call ends with the first chunk of another call and
  with any other event of the run, except for those that come from elsewhere: raw events,
  activities, subagents. An error is no end, nor is a run that was cancelled.
- Texts have the id of their message, which their chunks, too, may leave out. The older
  thinking events have none.
- `RUN_FINISHED` ends the stream, whatever its `outcome`. Another `RUN_STARTED` begins anew.
- On the wire names are in camel case, in the SDK's objects in snake case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from .adapter import Adapter, Message
from .deltas import CallEnded, CallText, Delta, Ended, Failed, Finished, Restarted, Text
from .reading import either, fields, present, scalar, word

_REASONS = {"RUN_FINISHED": "complete", "success": "complete", "interrupt": "complete"}
_PREFIXES = (
    *("TEXT_MESSAGE_", "TOOL_CALL_", "STATE_", "MESSAGES_SNAPSHOT", "ACTIVITY_", "RUN_"),
    *("STEP_", "THINKING_", "REASONING_", "SUBAGENT_"),
)
_ENDING_CHUNKS = frozenset(
    (
        *("TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "TEXT_MESSAGE_CHUNK"),
        *("TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "TOOL_CALL_RESULT"),
        *("STATE_SNAPSHOT", "STATE_DELTA", "MESSAGES_SNAPSHOT", "CUSTOM"),
        *("STEP_STARTED", "STEP_FINISHED", "THINKING_START", "THINKING_END"),
        *("THINKING_TEXT_MESSAGE_START", "THINKING_TEXT_MESSAGE_CONTENT"),
        *("THINKING_TEXT_MESSAGE_END", "REASONING_START", "REASONING_END"),
        *("REASONING_MESSAGE_START", "REASONING_MESSAGE_CONTENT", "REASONING_MESSAGE_END"),
        "REASONING_MESSAGE_CHUNK",
    )
)


class AGUI(Adapter):
    """Reads the events of one run.

    `facts`: `begun`, once the run has; `chunk`, the key of the call that came in chunks and
    goes on; by channel, the id of the message whose chunks may leave it out.
    """

    name: ClassVar[str] = "ag_ui"
    marks_ends: ClassVar[bool] = True

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like an event of this protocol."""
        kind = word(message.get("type"))
        return isinstance(kind, str) and kind.startswith(_PREFIXES)

    def feed(self, message: Any) -> Iterator[Delta]:
        """What an event says; nothing for events that are of no concern here."""
        message = fields(message)
        kind = word(message.get("type"))
        if kind in _ENDING_CHUNKS:
            yield from self._end_chunks()
        read = _EVENTS.get(kind)
        if read is not None:
            yield from read(self, message)

    def _run_started(self, message: Message) -> Iterator[Delta]:
        if self.facts.get("begun"):
            self.slots.clear()
            self.facts.clear()
            yield Restarted()
        self.facts["begun"] = True

    def _run_finished(self, message: Message) -> Iterator[Delta]:
        said = fields(message.get("outcome")).get("type") or "RUN_FINISHED"
        reason = _REASONS.get(said, "unknown")
        if reason == "complete":
            yield from self._end_chunks()
        yield Finished(0, reason, said)
        yield Ended()

    def _run_error(self, message: Message) -> Iterator[Delta]:
        yield Failed(f"{message.get('code') or 'error'}: {message.get('message') or ''}")

    # --- calls -----------------------------------------------------------------------

    def _call_start(self, message: Message) -> Iterator[Delta]:
        id_ = present(either(message, "toolCallId", "tool_call_id"))
        name = either(message, "toolCallName", "tool_call_name") or ""
        yield self.open(("call", id_), id=id_, name=name)

    def _call_args(self, message: Message) -> Iterator[Delta]:
        key = self.slots["call", either(message, "toolCallId", "tool_call_id")]
        if message.get("delta"):
            yield CallText(key, message["delta"])

    def _call_end(self, message: Message) -> Iterator[Delta]:
        yield CallEnded(self.slots["call", either(message, "toolCallId", "tool_call_id")])

    def _call_chunk(self, message: Message) -> Iterator[Delta]:
        id_ = present(either(message, "toolCallId", "tool_call_id"))
        key = self.facts.get("chunk")
        if key is None or id_ not in (None, self.calls[key].id):
            yield from self._end_chunks()
            name = either(message, "toolCallName", "tool_call_name")
            if id_ is None or name is None:
                raise ValueError("the first chunk of a call has no id or no name")
            yield self.open(id=id_, name=name)
            key = self.facts["chunk"] = len(self.calls) - 1
        if message.get("delta"):
            yield CallText(key, message["delta"])

    def _end_chunks(self) -> Iterator[Delta]:
        key = self.facts.pop("chunk", None)
        if key is not None:
            yield CallEnded(key)

    # --- texts -----------------------------------------------------------------------

    def _text(self, message: Message) -> Iterator[Delta]:
        return self._said("text", message)

    def _reasoning(self, message: Message) -> Iterator[Delta]:
        return self._said("reasoning", message)

    def _said(self, channel: str, message: Message) -> Iterator[Delta]:
        part = either(message, "messageId", "message_id")
        if part is None:
            part = self.facts.get(channel, 0)
        else:
            self.facts[channel] = scalar(part)
        if message.get("delta"):
            yield Text(channel, message["delta"], 0, part)


_EVENTS: dict[Any, Callable[[AGUI, Message], Iterator[Delta]]] = {
    "RUN_STARTED": AGUI._run_started,
    "RUN_FINISHED": AGUI._run_finished,
    "RUN_ERROR": AGUI._run_error,
    "TOOL_CALL_START": AGUI._call_start,
    "TOOL_CALL_ARGS": AGUI._call_args,
    "TOOL_CALL_END": AGUI._call_end,
    "TOOL_CALL_CHUNK": AGUI._call_chunk,
    "TEXT_MESSAGE_CONTENT": AGUI._text,
    "TEXT_MESSAGE_CHUNK": AGUI._text,
    "REASONING_MESSAGE_CONTENT": AGUI._reasoning,
    "REASONING_MESSAGE_CHUNK": AGUI._reasoning,
    "THINKING_TEXT_MESSAGE_CONTENT": AGUI._reasoning,
}

ADAPTER = AGUI
