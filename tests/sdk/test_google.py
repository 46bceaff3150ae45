"""The Google Gen AI SDK: whole arguments, arguments as patches, and the bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from partialjson import TextDelta, astream
from tests.sdk.bodies import body
from tests.sdk.replay import (
    A_FEW,
    Source,
    cut_off,
    each_cutting,
    each_source,
    expected_whole,
    heard,
    heard_async,
    is_collected,
    is_left,
    provider,
    sdk,
    tool_calls,
)

genai = sdk("google.genai")
httpx = sdk("httpx2")  # what the SDK runs on
SDK = "google-genai"

GEMINI = body("gemini")
GEMINI_PARTIAL = body("vertex")
ASKED = {"model": "m", "contents": "go"}
WHOLE = expected_whole()
PATCHES = expected_whole(None, None)


def client_at(url: str) -> Any:
    return genai.Client(api_key="k", http_options={"base_url": url})


@contextmanager
def chunks(url: str) -> Iterator[Any]:
    with client_at(url) as client:
        yield client.models.generate_content_stream(**ASKED)


@contextmanager
def bytes_(url: str) -> Iterator[Any]:
    path = "/v1/models/m:streamGenerateContent?alt=sse"
    with httpx.stream("POST", url + path) as response:
        yield response.iter_bytes()


@asynccontextmanager
async def chunks_async(url: str) -> AsyncIterator[Any]:
    async with client_at(url).aio as client:
        yield await client.models.generate_content_stream(**ASKED)


SOURCES = (
    Source("args", GEMINI, WHOLE, chunks),
    Source("args bytes", GEMINI, WHOLE, bytes_),
    Source("partialArgs", GEMINI_PARTIAL, PATCHES, chunks),
    Source("partialArgs bytes", GEMINI_PARTIAL, PATCHES, bytes_),
)
ASYNC_SOURCES = (
    Source("args", GEMINI, WHOLE, chunks_async),
    Source("partialArgs", GEMINI_PARTIAL, PATCHES, chunks_async),
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
@each_source(*SOURCES[2:])
def test_a_call_without_an_end_is_not_complete(source: Source) -> None:
    with provider(source.body.cut_off()) as server, source.open(server.url) as messages:
        found = heard(messages)
    assert found.failed
    assert "get_weather" not in found.completed


@cut_off
@each_source(*ASYNC_SOURCES[1:])
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


async def leave(messages: Any) -> None:
    async with astream(messages, tool_calls()) as events:
        await anext(events)


@pytest.mark.row("left early, then collected")  # closing does not reach the SDK's inner generators
@each_source(*ASYNC_SOURCES)
async def test_leaving_early_closes_the_async_connection_with_the_next_collection(
    source: Source,
) -> None:
    with provider(source.body, endless=True) as server:
        async with source.open(server.url) as messages:
            await leave(messages)
            assert await is_collected(server)


@pytest.mark.row("left early, then client closed")
@each_source(*ASYNC_SOURCES)
async def test_closing_the_client_closes_what_was_left_early(source: Source) -> None:
    with provider(source.body, endless=True) as server:
        async with source.open(server.url) as messages:
            await leave(messages)
        assert await asyncio.to_thread(server.left.wait, A_FEW)
