"""Whatever a stream contains, `ToolCalls` keeps its word.

Streams of all providers are damaged by chance: their messages are dropped, repeated, swapped,
cut short and mixed with those of others, any value in them becomes another, and their bytes
are changed anywhere. What is promised must hold for what comes out.
`PARTIALJSON_EXAMPLES=10` in the environment tries ten times as many.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter, field_validator
from typing_extensions import TypedDict

from partialjson import (
    CallEvent,
    Event,
    Limits,
    OutputCompleted,
    OutputEvent,
    OutputFailed,
    StreamFailed,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCalls,
    ToolCallStarted,
    ValidationFailed,
)
from partialjson.framing.messages import END, MessageDecoder
from partialjson.providers import PROVIDERS
from tests.conftest import pure_only
from tests.fragmenting import cut_at, cuts
from tests.recordings import STREAMS as RECORDINGS
from tests.recordings import expected
from tests.wires.framings import sse

TIMES = int(os.environ.get("PARTIALJSON_EXAMPLES", "1"))
SEEDS = range(2 * TIMES)
EACH = 90  # damaged streams, for each seed and property
FIXTURES = Path(__file__).parents[1] / "fixtures" / "streams"
LONGEST = 24_000  # bytes of a stream that is damaged
SHORT = 6_000  # bytes of one that is fed byte by byte
Rng: TypeAlias = random.Random
Messages: TypeAlias = list[Any]  # decoded JSON, or END

# --- the streams --------------------------------------------------------------------------


@dataclass
class Stream:
    """A response as it was made or recorded."""

    name: str
    provider: str
    body: bytes
    messages: Messages


@cache
def streams() -> list[Stream]:
    """All that can be read, fixtures and, if they are there, recordings."""
    kinds = ("sse", "ndjson", "eventstream", "jsonarray", "jsonl")
    files = [
        (path.parent.name, path)
        for path in sorted(FIXTURES.rglob("*"))
        if path.suffix[1:] in kinds and not path.name.endswith(".events.jsonl")
    ]
    files += [("auto", RECORDINGS / name) for name in expected()]
    read = [stream(provider, path) for provider, path in files]
    return [one for one in read if one.messages and len(one.body) <= LONGEST]


def stream(provider: str, path: Path) -> Stream:
    body = path.read_bytes()
    decoder = MessageDecoder()
    found: Messages = []
    try:
        found += decoder.feed(body)
        found += decoder.close()
    except ValueError as error:
        found += getattr(error, "messages", [])
    name = f"{path.parent.name}/{path.name}"
    return Stream(name, provider, body, found)


def one_of_all(rng: Rng) -> Stream:
    """Any stream; all providers have the same chance."""
    provider = rng.choice(sorted({one.provider for one in streams()}))
    return rng.choice([one for one in streams() if one.provider == provider])


# --- damage to messages -------------------------------------------------------------------

Place: TypeAlias = tuple[Any, Any]  # a container, and a key of it


def places(value: Any) -> list[Place]:
    """All places of a value at which something stands."""
    found: list[Place] = []
    todo = [value]
    while todo:
        inside = todo.pop()
        keys = range(len(inside)) if isinstance(inside, list) else [*inside]
        for key in keys:
            found.append((inside, key))
            if isinstance(inside[key], (dict, list)):
                todo.append(inside[key])
    return found


def copied(value: Any) -> Any:
    """A copy, of any depth."""
    whole = [value]
    todo: list[Any] = [whole]
    while todo:
        inside = todo.pop()
        for key in range(len(inside)) if isinstance(inside, list) else inside:
            if isinstance(inside[key], (dict, list)):
                inside[key] = inside[key].copy()
                todo.append(inside[key])
    return whole[0]


def deep(rng: Rng) -> Any:
    """Something in something, many times."""
    value: Any = rng.choice([1, None, {}, "x"])
    for _ in range(rng.choice([3, 150, 600])):
        value = {"a": value} if rng.random() < 0.5 else [value]
    return value


def other(rng: Rng) -> Any:
    """A value that is expected nowhere."""
    values: list[Callable[[], Any]] = [
        *(lambda: None, lambda: "", lambda: True, lambda: False, lambda: [], lambda: {}),
        *(lambda: 0, lambda: 1, lambda: -1, lambda: 2.5, lambda: 10**30, lambda: float("inf")),
        *(lambda: float("nan"), lambda: "\ud83d", lambda: "\ude00", lambda: "null", lambda: "{}"),
        *(lambda: "x" * rng.choice([100, 20_000]), lambda: deep(rng), lambda: [None]),
        *(lambda: {"a": {"b": [1, {}]}}, lambda: [[], "a", {"index": 0}], lambda: "stop"),
        *(lambda: '{"a": 1}', lambda: '{"a": "\ud83d', lambda: "}", lambda: "[1, {"),
    ]
    return rng.choice(values)()


def cut_text(text: str, rng: Rng) -> str:
    """A text with a piece missing, doubled or new."""
    a, b = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
    ways = (
        *(text[:a], text[a:], text[:a] + text[b:], text[:b] + text[a:]),
        *(text[:a] + rng.choice('{}[]",:\\0\ud83d\ude00é \n-e') + text[a:], text * 2),
    )
    return rng.choice(ways)


def replaced(message: Any, rng: Rng) -> None:
    inside, key = rng.choice(places(message))
    inside[key] = other(rng)


def text_cut(message: Any, rng: Rng) -> None:
    texts = [(inside, key) for inside, key in places(message) if type(inside[key]) is str]
    if texts:
        inside, key = rng.choice(texts)
        inside[key] = cut_text(inside[key], rng)


def moved(message: Any, rng: Rng) -> None:
    """What stands at one place stands at another."""
    inside, key = rng.choice(places(message))
    elsewhere, there = rng.choice(places(message))
    elsewhere[there] = copied(inside[key])


def deleted(message: Any, rng: Rng) -> None:
    inside, key = rng.choice(places(message))
    del inside[key]


def renamed(message: Any, rng: Rng) -> None:
    named = [(inside, key) for inside, key in places(message) if isinstance(inside, dict)]
    inside, key = rng.choice(named)
    new = rng.choice(["", "type", "index", "id", "error", "choices", f"{key}x", key.upper()])
    inside[new] = inside.pop(key)


INSIDE = (replaced, replaced, replaced, text_cut, text_cut, moved, deleted, renamed)


def inside_one(messages: Messages, rng: Rng) -> int:
    """Damage in one message. Answer which is the first that is not what it was."""
    at = rng.randrange(len(messages))
    message = messages[at] = copied(messages[at])
    if message and isinstance(message, dict):
        rng.choice(INSIDE)(message, rng)
    return at


def dropped(messages: Messages, rng: Rng) -> int:
    at = rng.randrange(len(messages))
    del messages[at : at + rng.choice([1, 1, 2, 5])]
    return at


def repeated(messages: Messages, rng: Rng) -> int:
    at = rng.randrange(len(messages))
    to = at + rng.choice([1, 1, 2, 5, len(messages)])
    messages[at:at] = messages[at:to]
    return at


def swapped(messages: Messages, rng: Rng) -> int:
    a, b = rng.randrange(len(messages)), rng.randrange(len(messages))
    messages[a], messages[b] = messages[b], messages[a]
    return min(a, b)


def truncated(messages: Messages, rng: Rng) -> int:
    at = rng.randrange(len(messages))
    del messages[at:]
    return at


def strange(messages: Messages, rng: Rng) -> int:
    """A message that is none."""
    at = rng.randrange(len(messages) + 1)
    messages.insert(at, other(rng))
    return at


def spliced(messages: Messages, rng: Rng) -> int:
    """Messages of another stream between those of this one."""
    at = rng.randrange(len(messages) + 1)
    others = one_of_all(rng).messages
    start = rng.randrange(len(others))
    messages[at:at] = others[start : start + rng.choice([1, 2, len(others)])]
    return at


WHOLE = (dropped, repeated, swapped, truncated, spliced)
DAMAGES = (*(inside_one,) * 8, *WHOLE, strange)


# --- a damaged stream, and with what it is read ------------------------------------------


class Place_(TypedDict):
    city: str


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")
    city: Any = None
    path: str | None = None


class Strict(BaseModel):
    city: str
    days: int = 3


class Raising(BaseModel):
    model_config = ConfigDict(extra="allow")

    @field_validator("*", mode="after", check_fields=False)
    @classmethod
    def never(cls, value: Any) -> Any:
        raise ZeroDivisionError


def function(city: str = "", *, days: float = 1) -> None: ...


SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TYPES = (Loose, Loose, Strict, Raising, Place_, dict[str, Any], Any, function, SCHEMA, True, False)
OUTPUTS = (None, None, Any, Loose, Strict, list[Any], SCHEMA)


@cache
def names() -> list[str]:
    """The tools that are called in streams."""
    found: set[str] = set()
    for one in streams():
        events = run([one.body], {}).events
        found |= {event.call.name for event in events if isinstance(event, ToolCallStarted)}
    return sorted(found)


def options_for(rng: Rng, provider: str) -> dict[str, Any]:
    """Options for `ToolCalls`, by chance."""
    tools = {name: rng.choice(TYPES) for name in names()} if rng.random() < 0.6 else None
    limits = Limits(max_depth=3, max_string=40) if rng.random() < 0.1 else None
    return {
        "tools": tools,
        "provider": provider if rng.random() < 0.5 else "auto",
        "output": rng.choice(OUTPUTS),
        "unknown": rng.choice(["parse", "parse", "refuse"]),
        "limits": limits,
    }


@dataclass
class Case:
    """A damaged stream. `first`: before this one, all messages are as they were."""

    name: str
    options: dict[str, Any]
    messages: Messages
    first: int

    def body(self) -> bytes:
        return b"".join(
            sse(b"[DONE]" if one is END else json.dumps(one).encode()) for one in self.messages
        )

    def dicts(self) -> Messages:
        return [one for one in self.messages if type(one) is dict]


def made(rng: Rng) -> Case:
    """A damaged stream, and what reads it."""
    stream_ = one_of_all(rng)
    messages = [*stream_.messages]
    first = len(messages)
    for _ in range(rng.choice([1, 1, 2, 3, 8])):
        if messages:
            first = min(first, rng.choice(DAMAGES)(messages, rng))
    return Case(stream_.name, options_for(rng, stream_.provider), messages, first)


@dataclass
class Torn:
    """A stream of damaged bytes. `first`: before this one, all are as they were."""

    name: str
    options: dict[str, Any]
    body: bytes
    first: int


def torn(rng: Rng) -> Torn:
    """A stream of which bytes are missing, new or others."""
    stream_ = one_of_all(rng)
    body, first = bytearray(stream_.body), len(stream_.body)
    for _ in range(rng.choice([1, 1, 2, 3, 8])):
        at = rng.randrange(len(body) + 1)
        till = at + rng.choice([0, 0, 1, 1, 3, 40])
        new = rng.choice([b"", bytes([rng.randrange(256)]), rng.choice(BITS), body[at : at + 50]])
        body[at:till] = new
        first = min(first, at)
    if rng.random() < 0.1:
        del body[rng.randrange(len(body) + 1) :]
    return Torn(
        stream_.name, options_for(rng, stream_.provider), bytes(body), min(first, len(body))
    )


BITS = (
    *(b"\n", b"\r", b"\r\n\r\n", b"\n\n", b"\x00", b"\xff", b'"', b"{", b"}", b"[", b"]", b","),
    *(b"\\ud83d", b"\xf0\x9f", b"data: [DONE]\n\n", b"event: error\n", b"data: {}\n\n", b"null"),
    *(b"\xef\xbb\xbf", b"1e999", b"NaN", b"[" * 2000, b'{"a":' * 2000, b"9" * 5000, b"id: 1\n"),
)


# --- running ------------------------------------------------------------------------------


@dataclass
class Heard:
    """What came of it; `raised`, with `stop_on_violation`."""

    events: list[Event]
    raised: int = 0


def run(fragments: Iterable[Any], options: dict[str, Any]) -> Heard:
    """Feed all of it, and close."""
    return go_on(ToolCalls(**options), fragments)


def go_on(calls: ToolCalls, fragments: Iterable[Any]) -> Heard:
    events = [event for fragment in fragments for event in calls.feed(fragment)]
    return Heard([*events, *calls.close()])


def stopping(fragments: Iterable[Any], options: dict[str, Any]) -> Heard:
    """The same with `stop_on_violation`; what is fed after the violation is refused."""
    calls = ToolCalls(**options, stop_on_violation=True)
    heard = Heard([])
    verbs = [*((calls.feed, fragment) for fragment in fragments), (calls.close,), (calls.close,)]
    for verb, *fragment in verbs:
        try:
            heard.events += verb(*fragment)
        except ValidationFailed as error:
            assert not (heard.raised and error.events), "events after the first ValidationFailed"
            heard.events += error.events
            heard.raised += 1
    return heard


def plain(events: Iterable[Event]) -> list[str]:
    return [json.dumps(event.as_dict()) for event in events]


# --- what is promised ---------------------------------------------------------------------


def fates(events: list[Event]) -> Iterator[str]:
    """Each call has one start and then one fate; the stream fails once, and nothing follows."""
    started: dict[int, Any] = {}
    done: set[int] = set()
    for at, event in enumerate(events):
        if isinstance(event, ToolCallStarted):
            if event.call.index != len(started):
                yield f"call {event.call.index} is the {len(started)}th that starts"
            started[event.call.index] = event.call
        elif isinstance(event, (CallEvent, ToolCallCompleted, ToolCallFailed)):
            index = event.call.index
            if started.get(index) != event.call:
                yield f"{event!r} of a call that never started"
            if index in done:
                yield f"{event!r} after the fate of the call"
            if not isinstance(event, CallEvent):
                done.add(index)
        elif isinstance(event, StreamFailed) and event is not events[-1]:
            yield f"{events[at + 1]!r} after {event!r}"
    yield from (f"no fate of {call!r}" for index, call in started.items() if index not in done)


def documents(events: list[Event]) -> Iterator[str]:
    """The same for outputs."""
    seen: dict[int, int] = {}
    done: set[int] = set()
    for event in events:
        if isinstance(event, (OutputEvent, OutputCompleted, OutputFailed)):
            choice = seen.setdefault(event.index, event.choice)
            if (event.index, event.choice) != ([*seen].index(event.index), choice):
                yield f"{event!r} is of another output"
            if event.index in done:
                yield f"{event!r} after the fate of the output"
            if not isinstance(event, OutputEvent):
                done.add(event.index)
    yield from (f"no fate of output {index}" for index in seen if index not in done)


def arguments(events: list[Event], tools: dict[str, Any] | None) -> Iterator[str]:
    """What is completed is what its text says."""
    for event in events:
        if isinstance(event, ToolCallCompleted):
            call = event.call
            type_ = None if call.server else (tools or {}).get(call.name)
            try:
                meant = event.text if call.free else value_of(event.text, type_)
            except ValueError as error:
                yield f"{event!r} of {event.text!r:.80}: {error}"
            else:
                if repr(meant) != repr(event.arguments):
                    yield f"{event!r} of {event.text!r:.80}"


def value_of(text: str, type_: Any) -> Any:
    text = text or "{}"
    if type_ is None or isinstance(type_, (dict, bool)):
        return json.loads(text)
    if type_ is function:
        return json.loads(text)
    return TypeAdapter(type_).validate_json(text.encode("utf-8", "surrogatepass"))


def all_promises(heard: Heard, options: dict[str, Any]) -> Iterator[str]:
    yield from fates(heard.events)
    yield from documents(heard.events)
    yield from arguments(heard.events, options["tools"])
