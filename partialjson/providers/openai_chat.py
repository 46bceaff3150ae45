"""OpenAI chat completions, `stream=True`: chunks with `choices[].delta`.

Quirks:
- The arguments of a call come as string fragments under `(choice, index)`; only the first
  delta of a call has `id` and `name`. A call has no end of its own: it is over when its
  choice has a finish reason and the stream ends.
- Choices of `n > 1` interleave freely.
- `finish_reason` is `stop`, not `tool_calls`, where the request named the tool.
- A chunk may have no choices at all (usage, prompt filter results).
- A tool without parameters sends `{}` or nothing.
- An error in mid-stream is a message with `error` instead of, or beside, `choices`.
- Servers that copy this API leave out indexes or repeat them for every call, repeat ids and
  names, send `""`, null or `"null"` for them, or open a new call under an old index: a known
  id says which call it is, a new id with a name opens one, else the index or, without it,
  the latest call of the choice does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from .deltas import CallStarted, CallText, Delta, Failed, Finished, Message, Text, channel

_REASONS = {
    "stop": "complete",
    "tool_calls": "complete",
    "function_call": "complete",
    "length": "length",
    "content_filter": "content_filter",
}
_ABSENT = (None, "", "null")


class OpenAIChat:
    """Reads the chunks of one response."""

    marks_ends: ClassVar[bool] = False

    def __init__(self) -> None:
        self._by_id: dict[tuple[int, str], int] = {}
        self._by_index: dict[tuple[int, Any], int] = {}
        self._latest: dict[int, int] = {}
        self._ids: list[str | None] = []  # of each call, by its key

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like a chunk, or an error in place of one."""
        kind = message.get("object")
        return kind == "chat.completion.chunk" or (
            "type" not in message and ("choices" in message or "error" in message)
        )

    def feed(self, message: Message) -> Iterator[Delta]:
        """What a chunk says."""
        for choice in message.get("choices") or ():
            yield from self._choice(choice)
        if message.get("error"):
            yield Failed(_error_text(message["error"]))

    def _choice(self, choice: Message) -> Iterator[Delta]:
        number = 0 if choice.get("index") is None else choice["index"]
        delta = choice.get("delta") or {}
        for field, name in (("content", "text"), ("refusal", "refusal")):
            if isinstance(delta.get(field), str) and delta[field]:
                yield Text(channel(name, number), delta[field])
        for call in delta.get("tool_calls") or ():
            yield from self._call(call, number)
        if delta.get("function_call"):
            yield from self._call({"index": "legacy", "function": delta["function_call"]}, number)
        said = choice.get("finish_reason")
        if said:
            yield Finished(number, _REASONS.get(said, "unknown"), said)

    def _call(self, call: Message, choice: int) -> Iterator[Delta]:
        function = call.get("function") or {}
        id_ = None if call.get("id") in _ABSENT else call["id"]
        name = "" if function.get("name") in _ABSENT else function["name"]
        key = self._known(id_, call.get("index"), choice, name)
        if key is None:
            key = len(self._ids)
            self._ids.append(id_)
            yield CallStarted(key, id_, name, choice)
        if id_ is not None:
            self._by_id[choice, id_] = key
        if call.get("index") is not None:
            self._by_index[choice, call["index"]] = key
        self._latest[choice] = key
        if function.get("arguments"):
            yield CallText(key, function["arguments"])

    def _known(self, id_: str | None, index: Any, choice: int, name: str) -> int | None:
        """The key of the call that a delta continues; None if it opens one."""
        if id_ is not None and (choice, id_) in self._by_id:
            return self._by_id[choice, id_]
        at = self._latest.get(choice) if index is None else self._by_index.get((choice, index))
        if at is None or id_ is None:
            # Without any id, a name on a slot that is taken may only be said again.
            return at
        return None if name or self._ids[at] is not None else at


def _error_text(error: Any) -> str:
    if isinstance(error, dict):
        return str(error.get("message") or error)
    return str(error)
