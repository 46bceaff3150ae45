"""What the tests of each SDK do alike: listen to a stream to its end, or leave it early."""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import time
from collections.abc import AsyncIterable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import BaseModel

from partialjson import (
    CallEvent,
    Event,
    StreamFailed,
    StringDelta,
    TextDelta,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCalls,
    astream,
    stream,
)
from partialjson.testing import ReplayServer, replay_server
from tests.sdk.bodies import IDS, NOTE, NOTE_TEXT, SAID, WEATHER, WEATHER_TEXT, Body

A_FEW = 5.0  # seconds in which a provider must notice that its client is gone
DEADLINE = 10.0  # seconds after which an endless body breaks off, whoever still listens
CUTTINGS: dict[str, Any] = {"whole": "whole", "7 bytes": 7, "1 byte": 1}
PATHS = {  # where the providers' own APIs are
    "/api/chat",
    "/model/m/converse-stream",
    "/model/m/invoke-with-response-stream",
    "/openai/v1/chat/completions",
    "/v1/chat",
    "/v1/chat/completions",
    "/v1/messages",
    "/v1/models/m:streamGenerateContent",
    "/v1/responses",
    "/v2/chat",
}


def sdk(module: str) -> Any:
    """An SDK's module; without it the tests are skipped, unless nox runs them to have it."""
    if os.environ.get("PARTIALJSON_REQUIRE_SDK"):
        return importlib.import_module(module)
    return pytest.importorskip(module)


cut_off = pytest.mark.row("cut off")  # stands in the table in place of a cutting
each_cutting = pytest.mark.parametrize("cutting", CUTTINGS.values(), ids=CUTTINGS)


class WriteNote(BaseModel):
    """The arguments of `write_note`."""

    path: str
    content: str
    size: float
    tags: list[str | None]


class GetWeather(BaseModel):
    """The arguments of `get_weather`."""

    city: str
    days: int


def tool_calls() -> ToolCalls:
    """A new listener, which is not told who the provider is."""
    return ToolCalls({"write_note": WriteNote, "get_weather": GetWeather})


@dataclass
class Heard:
    """What came of one response: the text, each call with its id, name, text and arguments.

    `strings` are the strings of each call's arguments, put together from their deltas;
    `failed` is whatever went wrong.
    """

    said: str = ""
    calls: list[tuple[str | None, str, str, BaseModel]] = field(default_factory=list)
    strings: dict[tuple[int, Any], str] = field(default_factory=dict)
    failed: list[Event] = field(default_factory=list)

    @property
    def completed(self) -> list[str]:
        """The names of the calls that were said to be complete."""
        return [name for _, name, _, _ in self.calls]

    def take(self, event: Event) -> None:
        """Note an event."""
        match event:
            case TextDelta(channel="text", delta=delta):
                self.said += delta
            case CallEvent(call=call, event=StringDelta(path=path, delta=delta)):
                at = (call.index, path)
                self.strings[at] = self.strings.get(at, "") + delta
            case ToolCallCompleted(call=call, arguments=arguments, text=text):
                self.calls.append((call.id, call.name, text, arguments))
            case ToolCallFailed() | StreamFailed():
                self.failed.append(event)


def expected(
    first: str | None = IDS[0],
    second: str | None = IDS[1],
    note: str = NOTE_TEXT,
    weather: str = WEATHER_TEXT,
) -> Heard:
    """What is to be heard of the bodies here, given the ids of the calls and their texts."""
    strings = {
        (0, ("path",)): NOTE["path"],
        (0, ("content",)): NOTE["content"],
        (0, ("tags", 0)): NOTE["tags"][0],
        (1, ("city",)): WEATHER["city"],
    }
    calls = [
        (first, "write_note", note, WriteNote(**NOTE)),
        (second, "get_weather", weather, GetWeather(**WEATHER)),
    ]
    return Heard(SAID, calls, strings)


def expected_whole(first: str | None = IDS[0], second: str | None = IDS[1]) -> Heard:
    """The same where a provider sends arguments as objects: their text is made of those."""
    texts = (json.dumps(arguments, ensure_ascii=False) for arguments in (NOTE, WEATHER))
    return expected(first, second, *texts)


@dataclass(frozen=True)
class Source:
    """One way of streaming that an SDK has.

    `open(url)` is a context manager that asks the provider at that address, and gives what is
    to be iterated over.
    """

    name: str
    body: Body
    heard: Heard
    open: Callable[[str], Any]


@contextmanager
def provider(
    body: Body, cutting: Any = "frames", *, endless: bool = False
) -> Iterator[ReplayServer]:
    """A provider that sends a body; every request must go where it would to the real one."""
    repeats = body.repeats if endless else None
    with replay_server(body.response, cut=cutting, endless=repeats, deadline=DEADLINE) as server:
        yield server
    asked_for = {request.path for request in server.requests}
    assert asked_for <= PATHS, asked_for


def each_source(*sources: Source) -> pytest.MarkDecorator:
    """Run a test with each of these."""
    return pytest.mark.parametrize("source", sources, ids=[source.name for source in sources])


def heard(messages: Iterable[Any], found: Heard | None = None) -> Heard:
    """Listen to a stream to its end; what is heard of one without an end is in `found`."""
    found = Heard() if found is None else found
    with stream(messages, tool_calls()) as events:
        for event in events:
            found.take(event)
    return found


async def heard_async(messages: AsyncIterable[Any]) -> Heard:
    """Listen to an async stream to its end."""
    found = Heard()
    async with astream(messages, tool_calls()) as events:
        async for event in events:
            found.take(event)
    return found


def is_left(messages: Iterable[Any], server: ReplayServer, at: type[Event] = CallEvent) -> bool:
    """Leave a stream in the middle; whether the provider notices while the client is open."""
    with stream(messages, tool_calls()) as events:
        for event in events:
            if isinstance(event, (at, StreamFailed)):
                break
        assert isinstance(event, at)
        assert not server.left.is_set()
    return server.left.wait(A_FEW)


async def is_left_async(
    messages: AsyncIterable[Any], server: ReplayServer, at: type[Event] = CallEvent
) -> bool:
    """Leave an async stream in the middle; whether the provider notices."""
    async with astream(messages, tool_calls()) as events:
        async for event in events:
            if isinstance(event, (at, StreamFailed)):
                break
        assert isinstance(event, at)
        assert not server.left.is_set()
    return await server.wait_left(A_FEW)


async def is_collected(server: ReplayServer) -> bool:
    """Whether the provider notices that a stream is garbage, once that is collected."""
    end = time.monotonic() + A_FEW
    while not server.left.is_set() and time.monotonic() < end:
        gc.collect()
        await asyncio.sleep(0.05)  # what closes may take turns of the loop, and leave garbage
    return server.left.is_set()
