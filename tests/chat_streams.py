"""The one helper that takes messages to an adapter of the chat family, resumed or not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from partialjson.providers.adapter import Adapter
from partialjson.providers.deltas import (
    CallMended,
    CallStarted,
    CallText,
    Delta,
    Ended,
    Failed,
    Finished,
    Text,
)

from .recordings import STREAMS, blocks, expected

Make = Callable[[], Adapter]


def resumed(adapter: Adapter) -> Adapter:
    """The same adapter after a checkpoint in another process."""
    saved = json.loads(json.dumps(adapter.save(), allow_nan=False))
    again = type(adapter)()
    again.load(saved)
    assert json.loads(json.dumps(again.save())) == saved
    return again


def heard(adapter: Adapter, messages: Iterable[Any], *, resume: bool) -> Iterator[Delta]:
    for message in messages:
        adapter = resumed(adapter) if resume else adapter
        yield from adapter.feed(message)
    adapter = resumed(adapter) if resume else adapter
    yield from adapter.close()
    yield from adapter.close()  # the second time it says nothing


def said(make: Make, messages: Iterable[Any]) -> list[Delta]:
    """All deltas of a response, which must be the same if it is resumed at each message."""
    messages = list(messages)
    deltas = list(heard(make(), messages, resume=False))
    assert list(heard(make(), messages, resume=True)) == deltas
    return deltas


@dataclass
class Made:
    """A call as its deltas make it."""

    id: str | None
    name: str
    choice: int = 0
    texts: list[str] = field(default_factory=list)
    server: bool = False
    free: bool = False

    @property
    def text(self) -> str:
        return "".join(self.texts)


def made(deltas: Iterable[Delta]) -> list[Made]:
    """The calls of a response; their texts come after their starts and are never empty."""
    calls: list[Made] = []
    for delta in deltas:
        if isinstance(delta, CallStarted):
            assert delta.key == len(calls)
            calls.append(Made(delta.id, delta.name, delta.choice, [], delta.server, delta.free))
        elif isinstance(delta, CallText):
            assert delta.text
            calls[delta.key].texts.append(delta.text)
    return calls


def told(deltas: Iterable[Delta]) -> list[tuple[str | None, str, str]]:
    """Id, name and text of each call."""
    return [(call.id, call.name, call.text) for call in made(deltas)]


def texts(deltas: Iterable[Delta], channel: str = "text") -> list[str]:
    return [d.text for d in deltas if isinstance(d, Text) and d.channel == channel]


def mended(deltas: Iterable[Delta]) -> list[tuple[int, str, str, str]]:
    return [(d.key, d.repair, d.before, d.after) for d in deltas if isinstance(d, CallMended)]


def ends(deltas: Iterable[Delta]) -> list[Delta]:
    return [d for d in deltas if isinstance(d, (Finished, Ended, Failed))]


def entry(text: Any = None, name: Any = None, **others: Any) -> dict[str, Any]:
    """An entry of `tool_calls`; what is not given is not in it."""
    function = {"name": name, "arguments": text}
    function = {key: value for key, value in function.items() if value is not None}
    return {**others, "function": function}


def chunk(
    *calls: dict[str, Any], finish: Any = None, choice: int | None = 0, **delta: Any
) -> dict[str, Any]:
    """A chunk of one choice."""
    if calls:
        delta["tool_calls"] = list(calls)
    said: dict[str, Any] = {"delta": delta, "finish_reason": finish}
    if choice is not None:
        said["index"] = choice
    return {"object": "chat.completion.chunk", "choices": [said]}


CHATS = [name for name, what in expected().items() if what["api"] == "openai.chat"]


def recorded(name: str) -> list[dict[str, Any]]:
    """The messages of a recording."""
    return [message for _, message in blocks((STREAMS / name).read_bytes())]
