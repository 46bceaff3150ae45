"""Anthropic Messages, `stream: true`: events with a `type` of their own.

Quirks:
- A call is a content block: `content_block_start` (`tool_use`), `input_json_delta`s, the
  first of them empty, `content_block_stop`. The block's `index` tells calls apart.
- A tool without parameters sends one empty delta and nothing else. A block that starts with
  a full `input` gets no deltas.
- `server_tool_use` and `mcp_tool_use` blocks stream alike; the provider runs those tools.
- With fine-grained streaming the arguments may be invalid, or cut at `max_tokens`, with or
  without a `content_block_stop`; the stop reason comes after it.
- `refusal` can be the stop reason after a call was started.
- `ping` comes anywhere. A second `message_start` begins the answer anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar

from .deltas import (
    CallEnded,
    CallStarted,
    CallText,
    Delta,
    Ended,
    Failed,
    Finished,
    Message,
    Restarted,
    Text,
)

_REASONS = {
    "end_turn": "complete",
    "tool_use": "complete",
    "stop_sequence": "complete",
    "pause_turn": "complete",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
}
_CALLS = {"tool_use": False, "server_tool_use": True, "mcp_tool_use": True}
_CHANNELS = {"text_delta": ("text", "text"), "thinking_delta": ("reasoning", "thinking")}


class AnthropicMessages:
    """Reads the events of one response."""

    marks_ends: ClassVar[bool] = True

    def __init__(self) -> None:
        self._messages = 0
        self._open: dict[Any, str] = {}  # blocks that are calls: what they started with
        self._events: dict[str, Callable[[Message], list[Delta]]] = {
            "message_start": self._message_start,
            "content_block_start": self._block_start,
            "content_block_delta": self._block_delta,
            "content_block_stop": self._block_stop,
            "message_delta": self._message_delta,
            "message_stop": self._message_stop,
            "error": self._error,
        }

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like an event of this API."""
        kind = message.get("type")
        return isinstance(kind, str) and (
            kind in ("ping", "error") or kind.startswith(("message_", "content_block_"))
        )

    def feed(self, message: Message) -> list[Delta]:
        """What an event says; nothing for events that are of no concern here."""
        read = self._events.get(message.get("type", ""))
        return [] if read is None else read(message)

    def _message_start(self, message: Message) -> list[Delta]:
        self._messages += 1
        self._open.clear()
        return [Restarted()] if self._messages > 1 else []

    def _block_start(self, message: Message) -> list[Delta]:
        block = message.get("content_block") or {}
        kind = block.get("type")
        if kind == "text" and block.get("text"):
            return [Text("text", block["text"])]
        if kind not in _CALLS:
            return []
        index = message.get("index")
        self._open[index] = json.dumps(block["input"]) if block.get("input") else ""
        name = block.get("name") or ""
        return [CallStarted(self._key(index), block.get("id"), name, server=_CALLS[kind])]

    def _block_delta(self, message: Message) -> list[Delta]:
        delta = message.get("delta") or {}
        kind = delta.get("type")
        if kind in _CHANNELS:
            channel, field = _CHANNELS[kind]
            text = delta.get(field)
            return [Text(channel, text)] if text else []
        index = message.get("index")
        text = delta.get("partial_json")
        if kind != "input_json_delta" or not text:
            return []
        self._open[index] = ""
        return [CallText(self._key(index), text)]

    def _block_stop(self, message: Message) -> list[Delta]:
        index = message.get("index")
        if index not in self._open:
            return []
        key = self._key(index)
        whole = self._open.pop(index)
        return [CallText(key, whole), CallEnded(key)] if whole else [CallEnded(key)]

    def _message_delta(self, message: Message) -> list[Delta]:
        said = (message.get("delta") or {}).get("stop_reason")
        return [Finished(0, _REASONS.get(said, "unknown"), said)] if said else []

    def _message_stop(self, message: Message) -> list[Delta]:
        return [Ended()]

    def _error(self, message: Message) -> list[Delta]:
        error = message.get("error") or {}
        return [Failed(f"{error.get('type', 'error')}: {error.get('message', '')}")]

    def _key(self, index: Any) -> tuple[int, Any]:
        return self._messages, index
