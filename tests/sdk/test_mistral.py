"""The Mistral SDK: events around chunks, the chunks, and the bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from partialjson import TextDelta
from tests.sdk.bodies import body
from tests.sdk.replay import (
    Source,
    each_cutting,
    each_source,
    expected,
    heard,
    heard_async,
    is_left,
    is_left_async,
    provider,
    sdk,
)

mistral = sdk("mistralai.client")
SDK = "mistralai"

MISTRAL = body("mistral")
ASKED = {"model": "m", "messages": [{"role": "user", "content": "go"}]}
HEARD = expected()


def client_at(url: str) -> Any:
    return mistral.Mistral(api_key="k", server_url=url)


@contextmanager
def events(url: str) -> Iterator[Any]:
    with client_at(url) as client:
        yield client.chat.stream(**ASKED)


@contextmanager
def chunks(url: str) -> Iterator[Any]:
    with events(url) as source:
        yield (event.data for event in source)


@contextmanager
def bytes_(url: str) -> Iterator[Any]:
    with events(url) as source:
        yield source.response.iter_bytes()


@asynccontextmanager
async def events_async(url: str) -> AsyncIterator[Any]:
    async with client_at(url) as client:
        yield await client.chat.stream_async(**ASKED)


@asynccontextmanager
async def bytes_async(url: str) -> AsyncIterator[Any]:
    async with events_async(url) as source:
        yield source.response.aiter_bytes()


SOURCES = (
    Source("events", MISTRAL, HEARD, events),
    Source("bytes", MISTRAL, HEARD, bytes_),
)
ASYNC_SOURCES = (
    Source("events", MISTRAL, HEARD, events_async),
    Source("bytes", MISTRAL, HEARD, bytes_async),
)


@each_source(*SOURCES, Source("chunks", MISTRAL, HEARD, chunks))
@each_cutting
def test_its_streams_give_the_calls(source: Source, cutting: int) -> None:
    with provider(source.body, cutting) as server, source.open(server.url) as messages:
        assert heard(messages) == source.heard


@each_source(*ASYNC_SOURCES)
@each_cutting
async def test_its_async_streams_give_the_calls(source: Source, cutting: int) -> None:
    with provider(source.body, cutting) as server:
        async with source.open(server.url) as messages:
            assert await heard_async(messages) == source.heard


@each_source(*SOURCES)
def test_leaving_early_closes_the_connection(source: Source) -> None:
    with provider(source.body, endless=True) as server, source.open(server.url) as messages:
        assert is_left(messages, server, TextDelta)


@each_source(*ASYNC_SOURCES)
async def test_leaving_early_closes_the_async_connection(source: Source) -> None:
    with provider(source.body, endless=True) as server:
        async with source.open(server.url) as messages:
            assert await is_left_async(messages, server, TextDelta)
