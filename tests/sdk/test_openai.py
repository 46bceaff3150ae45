"""The OpenAI SDK: chat completions and Responses, their helper streams, and their bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from partialjson.testing import Reply, replay_server
from tests.sdk.bodies import SAID, body
from tests.sdk.replay import (
    Heard,
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

openai = sdk("openai")
httpx = sdk("httpx2")  # what the SDK runs on
SDK = "openai"

OPENAI_CHAT = body("openai_chat")
OPENAI_RESPONSES = body("openai_responses")
CHAT: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "go"}]}
RESPONSE: dict[str, Any] = {"model": "m", "input": "go"}
HEARD = expected()


def client_at(url: str) -> Any:
    return openai.OpenAI(base_url=f"{url}/v1", api_key="k", max_retries=0)


def async_client_at(url: str) -> Any:
    return openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="k", max_retries=0)


@contextmanager
def chat(url: str) -> Iterator[Any]:
    with client_at(url) as client:
        yield client.chat.completions.create(**CHAT, stream=True)


@contextmanager
def chat_helper(url: str) -> Iterator[Any]:
    with client_at(url) as client, client.chat.completions.stream(**CHAT) as events:
        yield events


@contextmanager
def chat_bytes(url: str) -> Iterator[Any]:
    with client_at(url) as client:
        asked = client.chat.completions.with_streaming_response.create(**CHAT, stream=True)
        with asked as response:
            yield response.iter_bytes()


@contextmanager
def responses(url: str) -> Iterator[Any]:
    with client_at(url) as client:
        yield client.responses.create(**RESPONSE, stream=True)


@contextmanager
def responses_helper(url: str) -> Iterator[Any]:
    with client_at(url) as client, client.responses.stream(**RESPONSE) as events:
        yield events


@contextmanager
def responses_bytes(url: str) -> Iterator[Any]:
    with client_at(url) as client:
        asked = client.responses.with_streaming_response.create(**RESPONSE, stream=True)
        with asked as response:
            yield response.iter_bytes()


@asynccontextmanager
async def chat_async(url: str) -> AsyncIterator[Any]:
    async with async_client_at(url) as client:
        yield await client.chat.completions.create(**CHAT, stream=True)


@asynccontextmanager
async def chat_helper_async(url: str) -> AsyncIterator[Any]:
    async with async_client_at(url) as client, client.chat.completions.stream(**CHAT) as events:
        yield events


@asynccontextmanager
async def chat_bytes_async(url: str) -> AsyncIterator[Any]:
    async with async_client_at(url) as client:
        asked = client.chat.completions.with_streaming_response.create(**CHAT, stream=True)
        async with asked as response:
            yield response.iter_bytes()


@asynccontextmanager
async def responses_async(url: str) -> AsyncIterator[Any]:
    async with async_client_at(url) as client:
        yield await client.responses.create(**RESPONSE, stream=True)


@asynccontextmanager
async def responses_helper_async(url: str) -> AsyncIterator[Any]:
    async with async_client_at(url) as client, client.responses.stream(**RESPONSE) as events:
        yield events


@asynccontextmanager
async def responses_bytes_async(url: str) -> AsyncIterator[Any]:
    async with async_client_at(url) as client:
        asked = client.responses.with_streaming_response.create(**RESPONSE, stream=True)
        async with asked as response:
            yield response.iter_bytes()


SOURCES = (
    Source("chat", OPENAI_CHAT, HEARD, chat),
    Source("chat helper", OPENAI_CHAT, HEARD, chat_helper),
    Source("chat bytes", OPENAI_CHAT, HEARD, chat_bytes),
    Source("responses", OPENAI_RESPONSES, HEARD, responses),
    Source("responses helper", OPENAI_RESPONSES, HEARD, responses_helper),
    Source("responses bytes", OPENAI_RESPONSES, HEARD, responses_bytes),
)
ASYNC_SOURCES = (
    Source("chat", OPENAI_CHAT, HEARD, chat_async),
    Source("chat helper", OPENAI_CHAT, HEARD, chat_helper_async),
    Source("chat bytes", OPENAI_CHAT, HEARD, chat_bytes_async),
    Source("responses", OPENAI_RESPONSES, HEARD, responses_async),
    Source("responses helper", OPENAI_RESPONSES, HEARD, responses_helper_async),
    Source("responses bytes", OPENAI_RESPONSES, HEARD, responses_bytes_async),
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


BUSY = Reply(
    {"error": {"message": "Slow down.", "type": "requests", "code": "rate_limit_exceeded"}},
    status=429,
    headers={"retry-after-ms": "1"},
)


@pytest.mark.row("429, then tried again")
def test_it_is_refused_and_tries_again() -> None:
    with replay_server(BUSY, OPENAI_CHAT.response, BUSY) as server:
        url = server.base_urls["openai"]
        with openai.OpenAI(base_url=url, api_key="k", max_retries=1) as client:
            assert heard(client.chat.completions.create(**CHAT, stream=True)) == HEARD
        with client_at(server.url) as client, pytest.raises(openai.RateLimitError, match="Slow"):
            client.chat.completions.create(**CHAT, stream=True)
    assert [request.json["stream"] for request in server.requests] == [True] * 3
    retried = [request.headers["x-stainless-retry-count"] for request in server.requests]
    assert retried == ["0", "1", "0"]


@pytest.mark.row("connection reset")
@each_source(*SOURCES)
def test_a_connection_that_breaks_raises_and_completes_nothing_more(source: Source) -> None:
    found = Heard()
    error = pytest.raises((openai.APIConnectionError, httpx.ReadError))
    with replay_server(source.body.reset()) as server, source.open(server.url) as messages, error:
        heard(messages, found)
    assert found.said == SAID
    assert found.failed
    assert "get_weather" not in found.completed
