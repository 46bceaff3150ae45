"""The Ollama SDK: lines of JSON, and the bytes.

The SDK breaks lines at U+2028, also inside a string, so its own objects come from a body that
has it as an escape; the bytes may have it as it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from typing import Any

from partialjson import TextDelta
from tests.sdk.bodies import body
from tests.sdk.replay import (
    Source,
    each_cutting,
    each_source,
    expected_whole,
    heard,
    heard_async,
    is_left,
    is_left_async,
    provider,
    sdk,
)

ollama = sdk("ollama")
httpx = sdk("httpx")  # what the SDK runs on
SDK = "ollama"

OLLAMA = body("ollama")
OLLAMA_IN_ASCII = body("ollama").in_ascii()
MESSAGES = [{"role": "user", "content": "go"}]
HEARD = expected_whole(None, None)  # the SDK leaves the ids out
HEARD_OF_BYTES = expected_whole()


@contextmanager
def objects(url: str) -> Iterator[Any]:
    with closing(ollama.Client(host=url)) as client:
        yield client.chat(model="m", messages=MESSAGES, stream=True)


@contextmanager
def bytes_(url: str) -> Iterator[Any]:
    with httpx.stream("POST", f"{url}/api/chat") as response:
        yield response.iter_bytes()


@asynccontextmanager
async def objects_async(url: str) -> AsyncIterator[Any]:
    client = ollama.AsyncClient(host=url)
    yield await client.chat(model="m", messages=MESSAGES, stream=True)
    await client.close()


@asynccontextmanager
async def bytes_async(url: str) -> AsyncIterator[Any]:
    async with (
        httpx.AsyncClient() as client,
        client.stream("POST", f"{url}/api/chat") as response,
    ):
        yield response.aiter_bytes()


SOURCES = (
    Source("objects", OLLAMA_IN_ASCII, HEARD, objects),
    Source("bytes", OLLAMA, HEARD_OF_BYTES, bytes_),
)
ASYNC_SOURCES = (
    Source("objects", OLLAMA_IN_ASCII, HEARD, objects_async),
    Source("bytes", OLLAMA, HEARD_OF_BYTES, bytes_async),
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


@each_source(*SOURCES)
def test_leaving_early_closes_the_connection(source: Source) -> None:
    with provider(source.body, endless=True) as server, source.open(server.url) as messages:
        assert is_left(messages, server, TextDelta)


@each_source(*ASYNC_SOURCES)
async def test_leaving_early_closes_the_async_connection(source: Source) -> None:
    with provider(source.body, endless=True) as server:
        async with source.open(server.url) as messages:
            assert await is_left_async(messages, server, TextDelta)
