"""The Groq SDK: chunks like OpenAI's with whole arguments, and the bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from partialjson import TextDelta
from tests.sdk.bodies import body
from tests.sdk.replay import (
    Source,
    cut_off,
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

groq = sdk("groq")
SDK = "groq"

GROQ = body("groq")
ASKED = {"model": "m", "messages": [{"role": "user", "content": "go"}], "stream": True}
HEARD = expected()


def client_at(url: str) -> Any:
    return groq.Groq(base_url=url, api_key="k", max_retries=0)


def async_client_at(url: str) -> Any:
    return groq.AsyncGroq(base_url=url, api_key="k", max_retries=0)


@contextmanager
def chunks(url: str) -> Iterator[Any]:
    with client_at(url) as client:
        yield client.chat.completions.create(**ASKED)


@contextmanager
def bytes_(url: str) -> Iterator[Any]:
    with client_at(url) as client:
        asked = client.chat.completions.with_streaming_response.create(**ASKED)
        with asked as response:
            yield response.iter_bytes()


@asynccontextmanager
async def chunks_async(url: str) -> AsyncIterator[Any]:
    async with async_client_at(url) as client:
        yield await client.chat.completions.create(**ASKED)


@asynccontextmanager
async def bytes_async(url: str) -> AsyncIterator[Any]:
    async with async_client_at(url) as client:
        asked = client.chat.completions.with_streaming_response.create(**ASKED)
        async with asked as response:
            yield response.iter_bytes()


SOURCES = (Source("chunks", GROQ, HEARD, chunks), Source("bytes", GROQ, HEARD, bytes_))
ASYNC_SOURCES = (
    Source("chunks", GROQ, HEARD, chunks_async),
    Source("bytes", GROQ, HEARD, bytes_async),
)


@each_source(*SOURCES)
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


@cut_off
@each_source(*SOURCES)
def test_a_call_without_an_end_is_not_complete(source: Source) -> None:
    with provider(source.body.cut_off()) as server, source.open(server.url) as messages:
        found = heard(messages)
    assert found.failed
    assert "get_weather" not in found.completed


@cut_off
@each_source(*ASYNC_SOURCES)
async def test_a_call_without_an_end_is_not_complete_async(source: Source) -> None:
    with provider(source.body.cut_off()) as server:
        async with source.open(server.url) as messages:
            found = await heard_async(messages)
    assert found.failed
    assert "get_weather" not in found.completed


@each_source(*SOURCES)
def test_leaving_early_closes_the_connection(source: Source) -> None:
    with provider(source.body, endless=True) as server, source.open(server.url) as messages:
        assert is_left(messages, server, TextDelta)


@each_source(*ASYNC_SOURCES)
async def test_leaving_early_closes_the_async_connection(source: Source) -> None:
    with provider(source.body, endless=True) as server:
        async with source.open(server.url) as messages:
            assert await is_left_async(messages, server, TextDelta)
