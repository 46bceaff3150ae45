"""The Cohere SDK: its clients of API v2 and of v1, and the bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

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

cohere = sdk("cohere")
httpx = sdk("httpx")  # what the SDK runs on
SDK = "cohere"
pytestmark = pytest.mark.filterwarnings(  # the SDK asks Pydantic's models in an old way
    "ignore:The `__fields__` attribute is deprecated"
)

COHERE = body("cohere")
COHERE_V1 = body("cohere_v1").in_ascii()
V2 = {"model": "m", "messages": [{"role": "user", "content": "go"}]}
V1 = {"model": "m", "message": "go"}
HEARD_V2 = expected()
HEARD_V1 = expected(None, None)


@contextmanager
def v2(url: str) -> Iterator[Any]:
    with cohere.ClientV2(api_key="k", base_url=url) as client:
        yield client.chat_stream(**V2)


@contextmanager
def v1(url: str) -> Iterator[Any]:
    with cohere.Client(api_key="k", base_url=url) as client:
        yield client.chat_stream(**V1)


@contextmanager
def bytes_(url: str) -> Iterator[Any]:
    with httpx.stream("POST", f"{url}/v2/chat") as response:
        yield response.iter_bytes()


@asynccontextmanager
async def v2_async(url: str) -> AsyncIterator[Any]:
    async with cohere.AsyncClientV2(api_key="k", base_url=url) as client:
        yield client.chat_stream(**V2)


@asynccontextmanager
async def v1_async(url: str) -> AsyncIterator[Any]:
    async with cohere.AsyncClient(api_key="k", base_url=url) as client:
        yield client.chat_stream(**V1)


SOURCES = (
    Source("v2", COHERE, HEARD_V2, v2),
    Source("v2 bytes", COHERE, HEARD_V2, bytes_),
    Source("v1", COHERE_V1, HEARD_V1, v1),
    Source("v1 bytes", COHERE_V1, HEARD_V1, bytes_),
)
ASYNC_SOURCES = (
    Source("v2", COHERE, HEARD_V2, v2_async),
    Source("v1", COHERE_V1, HEARD_V1, v1_async),
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
        assert is_left(messages, server)


@each_source(*ASYNC_SOURCES)
async def test_leaving_early_closes_the_async_connection(source: Source) -> None:
    with provider(source.body, endless=True) as server:
        async with source.open(server.url) as messages:
            assert await is_left_async(messages, server)
