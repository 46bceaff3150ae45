"""Anthropic Messages, `stream: true`: events with a `type` of their own.

Quirks:
- A call is a content block: `content_block_start` (`tool_use`), `input_json_delta`s, the
  first of them empty, `content_block_stop`. The block's `index` tells calls apart.
- A tool without parameters sends one empty delta and nothing else. A block that starts with
  a full `input` gets no deltas; deltas after it would contradict it, and are an error.
- `server_tool_use` and `mcp_tool_use` blocks stream alike; the provider runs those tools.
- `message_start` may bring finished blocks, calls among them, and then the stop reason.
- With fine-grained streaming the arguments may be invalid, or cut at `max_tokens`, with or
  without a `content_block_stop`; the stop reason comes after it.
- `refusal` can be the stop reason after a call was started.
- `ping` comes anywhere. A second `message_start` begins the answer anew, and its indexes start
  over; with the same message id it is the same one, which gateways send twice.
- The SDK's `messages.stream()` yields events of its own beside the raw ones (`text`,
  `input_json`, `thinking`, ...): they say nothing new.
- Gateways may send `{}` as a first delta, and the arguments after it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar

from .adapter import Adapter, Call, Message
from .arguments import release, take
from .deltas import CallEnded, CallText, Delta, Ended, Failed, Finished, Restarted, Text
from .reading import fields, listed, present, scalar, word

_REASONS = {
    "end_turn": "complete",
    "tool_use": "complete",
    "stop_sequence": "complete",
    "pause_turn": "complete",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
}
_CHANNELS = {"text": "text", "thinking": "reasoning"}
_DELTAS = {"text_delta": ("text", "text"), "thinking_delta": ("reasoning", "thinking")}
_PLACEHOLDERS: tuple[Any, ...] = (None, {}, "", "{}")


class AnthropicMessages(Adapter):
    """Reads the events of one response.

    Facts: `started` whether a message was, `message` its id, `others` the indexes of blocks
    that are no calls. Of a call's texts only the first
    is kept; `held` is its full input, or an opening `{}`.
    """

    name: ClassVar[str] = "anthropic_messages"
    marks_ends: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self.facts = {"started": False, "message": None, "others": {}}

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like an event of this API."""
        kind = message.get("type")
        if kind == "error":
            return "error" in message and "sequence_number" not in message
        return isinstance(kind, str) and (
            kind == "ping" or kind.startswith(("message_", "content_block_"))
        )

    def feed(self, message: Any) -> Iterable[Delta]:
        """What an event says; nothing for events that are of no concern here."""
        message = fields(message)
        kind = message.get("type")
        read = _EVENTS.get(kind)
        if read is not None:
            return read(self, message)
        return self._error(message) if kind is None and message.get("error") else ()

    # --- messages --------------------------------------------------------------------

    def _message_start(self, message: Message) -> Iterator[Delta]:
        begun = fields(message.get("message"))
        id_ = scalar(present(begun.get("id")))
        if self.facts["started"]:
            if id_ is not None and id_ == self.facts["message"]:
                return
            yield Restarted()
        self.slots.clear()
        self.facts.update(started=True, message=id_)
        blocks = listed(begun.get("content"))
        for index, thing in enumerate(blocks):
            yield from self._finished_block(index, fields(thing))
        if blocks:
            yield from _finished(begun)

    def _finished_block(self, index: int, block: Message) -> Iterator[Delta]:
        """A block that came whole; the index of such a one may be given again."""
        yield from self._block(index, block)
        call = self.known((index,))
        if call is not None:
            yield from self._end(call)
            del self.slots[(index,)]

    def _message_delta(self, message: Message) -> Iterable[Delta]:
        return _finished(fields(message.get("delta")))

    def _message_stop(self, message: Message) -> Iterable[Delta]:
        return (Ended(),)

    def _error(self, message: Message) -> Iterable[Delta]:
        error = message.get("error")
        if isinstance(error, str):
            return (Failed(error),)
        error = fields(error) or message
        return (Failed(f"{error.get('type') or 'error'}: {error.get('message') or ''}"),)

    # --- blocks ----------------------------------------------------------------------

    def _block_start(self, message: Message) -> Iterable[Delta]:
        return self._block(message.get("index", 0), fields(message.get("content_block")))

    def _block(self, index: Any, block: Message) -> Iterable[Delta]:
        kind = block.get("type")
        if kind in _CHANNELS:
            self.facts["others"][str(scalar(index))] = True
            text = block.get(kind)
            return (Text(_CHANNELS[kind], text, 0, index),) if text else ()
        if not isinstance(kind, str) or not _is_call(kind, block):
            self.slots.pop((index,), None)
            self.facts["others"][str(scalar(index))] = True
            return ()
        name = present(block.get("name")) or ""
        id_ = present(block.get("id"))
        started = self.open((index,), id=id_, name=name, server=kind != "tool_use")
        self.calls[-1].held = _full(block.get("input"))
        return (started,)

    def _block_delta(self, message: Message) -> Iterable[Delta]:
        delta = fields(message.get("delta"))
        kind = delta.get("type")
        index = message.get("index", 0)
        if kind == "input_json_delta":
            return self._more(index, delta.get("partial_json"))
        known = _DELTAS.get(kind or "")
        if known is None:
            return ()
        channel, field = known
        text = delta.get(field)
        return (Text(channel, text, 0, index),) if text else ()

    def _more(self, index: Any, text: Any) -> Iterable[Delta]:
        """A delta of arguments."""
        key = self.slots.get((index,))
        if not text:
            return ()
        if key is None:
            if str(index) in self.facts["others"]:
                return ()  # a block of a kind that is no call
            raise LookupError(f"arguments came for the block {index!r}, which never started")
        call = self.calls[key]
        if call.texts and not call.held:
            return (CallText(key, text),)
        return self._first(call, text)

    def _first(self, call: Call, text: str) -> Iterator[Delta]:
        """The first delta, or one after an input that was held back."""
        if call.held == "{}" or (text == "{}" and not call.held):
            yield from take(call, text, self.facts)
        elif call.held:
            raise ValueError(f"the call {call.id!r} began with its input, and deltas follow")
        else:
            yield CallText(call.key, text)
            call.texts.append(text)

    def _block_stop(self, message: Message) -> Iterable[Delta]:
        call = self.known((message.get("index", 0),))
        return () if call is None or call.ended else self._end(call)

    def _end(self, call: Call) -> Iterator[Delta]:
        if call.held == "{}":
            yield from release(call, self.facts)
        elif call.held:
            yield CallText(call.key, call.held)
            call.held = ""
        call.ended = True
        yield CallEnded(call.key)


def _is_call(kind: str, block: Message) -> bool:
    """Whether a block is a call; there are more kinds of them every month."""
    return kind.endswith("tool_use") or ("name" in block and "input" in block)


def _full(value: Any) -> str:
    """The input of a block's start as JSON text; "" where it only stands for one to come."""
    if value in _PLACEHOLDERS:
        return ""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, default=fields)
    except RecursionError:
        raise ValueError("the input of a call is nested too deeply") from None


def _finished(thing: Message) -> Iterable[Delta]:
    said = word(thing.get("stop_reason"))
    return (Finished(0, _REASONS.get(said, "unknown"), said),) if said else ()


_EVENTS: dict[Any, Callable[[AnthropicMessages, Message], Iterable[Delta]]] = {
    "message_start": AnthropicMessages._message_start,
    "content_block_start": AnthropicMessages._block_start,
    "content_block_delta": AnthropicMessages._block_delta,
    "content_block_stop": AnthropicMessages._block_stop,
    "message_delta": AnthropicMessages._message_delta,
    "message_stop": AnthropicMessages._message_stop,
    "error": AnthropicMessages._error,
}

ADAPTER = AnthropicMessages
