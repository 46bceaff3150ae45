"""Amazon Bedrock ConverseStream: events that are objects with one member, `{name: event}`.

boto3 hands out the same dicts that stand on the wire.

Quirks:
- A call is a content block: `contentBlockStart` with `toolUse`, deltas with a piece of its
  `input`, `contentBlockStop`. `contentBlockIndex` tells calls apart. Text blocks have no
  start. Nova sends a call's input whole, in one delta.
- A tool that Bedrock runs itself has the `type` `server_tool_use`; its `toolResult` follows in
  a block of its own, which is none of a call's.
- Each event of the wire carries `p`, padding of random length.
- The answer is over with `messageStop`. `metadata` follows with figures only, and is not
  waited for: not all who speak this send it.
- Stop reasons may say that the model's output was malformed: that is no good end.
- Errors are events named `...Exception`, or an object `error`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from .adapter import Adapter, Message
from .deltas import CallEnded, CallText, Delta, Ended, Failed, Finished, Text
from .reading import fields, present, word

_REASONS = {
    "end_turn": "complete",
    "tool_use": "complete",
    "stop_sequence": "complete",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter",
}


class BedrockConverse(Adapter):
    """Reads the events of one response."""

    name: ClassVar[str] = "bedrock_converse"
    marks_ends: ClassVar[bool] = True

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like an event of this API."""
        return any(name in _EVENTS or _is_exception(name) for name in message)

    def feed(self, message: Any) -> Iterable[Delta]:
        """What an event says; nothing for events that are of no concern here."""
        message = fields(message)
        for name, event in message.items():
            read = _EVENTS.get(name)
            if read is not None and event is not None:
                return read(self, fields(event))
        return failures(message)

    def _block_start(self, event: Message) -> Iterable[Delta]:
        use = fields(fields(event.get("start")).get("toolUse"))
        if not use:
            return ()
        started = self.open(
            (event.get("contentBlockIndex", 0),),
            id=present(use.get("toolUseId")),
            name=present(use.get("name")) or "",
            server=(word(use.get("type")) or "tool_use") != "tool_use",
        )
        return (started,)

    def _block_delta(self, event: Message) -> Iterable[Delta]:
        delta = fields(event.get("delta"))
        index = event.get("contentBlockIndex", 0)
        if "toolUse" in delta:
            text = fields(delta["toolUse"]).get("input")
            key = self.slots.get((index,))
            return (CallText(key, text),) if text and key is not None else ()
        text = delta.get("text")
        if text:
            return (Text("text", text, 0, index),)
        text = fields(delta.get("reasoningContent")).get("text")
        return (Text("reasoning", text, 0, index),) if text else ()

    def _block_stop(self, event: Message) -> Iterable[Delta]:
        call = self.known((event.get("contentBlockIndex", 0),))
        if call is None or call.ended:
            return ()
        call.ended = True
        return (CallEnded(call.key),)

    def _message_stop(self, event: Message) -> Iterable[Delta]:
        said = word(event.get("stopReason")) or "none"
        return (Finished(0, _REASONS.get(said, "unknown"), said), Ended())


def failures(message: Message) -> tuple[Failed, ...]:
    """The errors among an event's members: exceptions, or an `error`."""
    return tuple(
        _failed(name, value)
        for name, value in message.items()
        if value is not None and (name == "error" or _is_exception(name))
    )


def _is_exception(name: Any) -> bool:
    return isinstance(name, str) and name.endswith("Exception")


def _failed(name: str, value: Any) -> Failed:
    if isinstance(value, str):
        return Failed(f"{name}: {value}")
    said = fields(value)
    code = said.get("code") or said.get("type") or name
    return Failed(f"{code}: {said.get('message') or said.get('originalMessage') or ''}")


_EVENTS: dict[str, Callable[[BedrockConverse, Message], Iterable[Delta]]] = {
    "contentBlockDelta": BedrockConverse._block_delta,
    "contentBlockStart": BedrockConverse._block_start,
    "contentBlockStop": BedrockConverse._block_stop,
    "messageStart": lambda adapter, event: (),
    "messageStop": BedrockConverse._message_stop,
}

ADAPTER = BedrockConverse
