"""What the tests of adapters share: recorded messages, and what an adapter says of them."""

from __future__ import annotations

import contextlib
import json
import warnings
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pytest

from partialjson.framing.sse import SSEDecoder
from partialjson.providers.adapter import Adapter
from partialjson.providers.deltas import CallEnded, CallStarted, CallText, Delta, Text

from .recordings import STREAMS, expected

Messages = list[dict[str, Any]]


def recordings_of(api: str) -> list[str]:
    """The recordings of an API."""
    return sorted(name for name, known in expected().items() if known["api"] == api)


def recorded(name: str) -> Messages:
    """The messages of a recording; what is no JSON is left out."""
    body = (STREAMS / name).read_bytes()
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in body.splitlines()]
    messages = []
    for event in SSEDecoder().feed(body + b"\n\n"):
        with contextlib.suppress(ValueError):
            messages.append(json.loads(event.data))
    return messages


def heard(adapter: Adapter, messages: Iterable[Any]) -> list[Delta]:
    """All that an adapter says of messages, its last word included."""
    said = [delta for message in messages for delta in adapter.feed(message)]
    return [*said, *adapter.close()]


def heard_with_resuming(kind: type[Adapter], messages: Iterable[Any]) -> list[Delta]:
    """The same, with another adapter for each message, made from what the last one saved."""
    said: list[Delta] = []
    saved = json.dumps(kind().save())
    for message in messages:
        adapter = kind()
        adapter.load(json.loads(saved))
        said += adapter.feed(message)
        saved = json.dumps(adapter.save())
        assert json.loads(saved) == adapter.save()  # plain data, as it is
    last = kind()
    last.load(json.loads(saved))
    return [*said, *last.close()]


def same_with_resuming(kind: type[Adapter], messages: list[Any]) -> list[Delta]:
    """What an adapter says, which must be the same if it is resumed at every message."""
    said = heard(kind(), messages)
    assert heard_with_resuming(kind, messages) == said
    return said


def calls_in(said: Iterable[Delta]) -> list[tuple[str | None, str, str, bool]]:
    """Id, name, arguments and whether it ended, of each call."""
    calls: dict[int, list[Any]] = {}
    for delta in said:
        if isinstance(delta, CallStarted):
            assert delta.key == len(calls)
            calls[delta.key] = [delta.id, delta.name, "", False]
        elif isinstance(delta, CallText):
            assert delta.text
            assert not calls[delta.key][3]
            calls[delta.key][2] += delta.text
        elif isinstance(delta, CallEnded):
            calls[delta.key][3] = True
    return [(id_, name, text, ended) for id_, name, text, ended in calls.values()]


def lengths_in(said: Iterable[Delta]) -> list[list[int]]:
    """The lengths of the fragments of each call's arguments."""
    lengths: dict[int, list[int]] = {}
    for delta in said:
        if isinstance(delta, CallStarted):
            lengths[delta.key] = []
        elif isinstance(delta, CallText):
            lengths[delta.key].append(len(delta.text))
    return list(lengths.values())


def texts_in(said: Iterable[Delta]) -> dict[tuple[str, int, int | str], str]:
    """Each text, by channel, choice and part."""
    texts: defaultdict[tuple[str, int, int | str], str] = defaultdict(str)
    for delta in said:
        if isinstance(delta, Text):
            assert delta.text
            texts[delta.channel, delta.choice, delta.part] += delta.text
    return dict(texts)


def kinds_in(said: Iterable[Delta]) -> list[str]:
    """The names of the deltas."""
    return [type(delta).__name__ for delta in said]


def check_against_recording(kind: type[Adapter], name: str) -> list[Delta]:
    """Calls and JSON texts must be those that an independent reassembly found."""
    messages = recorded(name)
    assert any(kind.matches(message) for message in messages)
    said = same_with_resuming(kind, messages)
    known = expected()[name]
    calls = [(call["id"], call["name"], call["args"], True) for call in known["calls"]]
    assert calls_in(said) == calls
    assert lengths_in(said) == [call["fragments"] for call in known["calls"]]
    texts = [text for (channel, _, _), text in texts_in(said).items() if channel == "text"]
    assert all(text["text"] in texts for text in known["texts"])
    return said


def sdk(module: str) -> Any:
    """An SDK's module; without it the test is skipped."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(module)
