"""The Anthropic SDK: messages, its helper stream, and the bytes."""

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

anthropic = sdk("anthropic")
httpx = sdk("httpx2")  # what the SDK runs on
SDK = "anthropic"

ANTHROPIC = body("anthropic_messages")
ASKED = {"model": "m", "max_tokens": 99, "messages": [{"role": "user", "content": "go"}]}
HEARD = expected()


def client_at(url: str) -> Any:
    return anthropic.Anthropic(base_url=url, api_key="k", max_retries=0)


def async_client_at(url: str) -> Any:
    return anthropic.AsyncAnthropic(base_url=url, api_key="k", max_retries=0)


@contextmanager
def events(url: str) -> Iterator[Any]:
    with client_at(url) as client:
        yield client.messages.create(**ASKED, stream=True)


@contextmanager
def helper(url: str) -> Iterator[Any]:
    with client_at(url) as client, client.messages.stream(**ASKED) as source:
        yield source


@contextmanager
def bytes_(url: str) -> Iterator[Any]:
    with client_at(url) as client:
        asked = client.messages.with_streaming_response.create(**ASKED, stream=True)
        with asked as response:
            yield response.iter_bytes()


@asynccontextmanager
async def events_async(url: str) -> AsyncIterator[Any]:
    async with async_client_at(url) as client:
        yield await client.messages.create(**ASKED, stream=True)


@asynccontextmanager
async def helper_async(url: str) -> AsyncIterator[Any]:
    async with async_client_at(url) as client, client.messages.stream(**ASKED) as source:
        yield source


@asynccontextmanager
async def bytes_async(url: str) -> AsyncIterator[Any]:
    async with async_client_at(url) as client:
        asked = client.messages.with_streaming_response.create(**ASKED, stream=True)
        async with asked as response:
            yield response.iter_bytes()


SOURCES = (
    Source("events", ANTHROPIC, HEARD, events),
    Source("helper", ANTHROPIC, HEARD, helper),
    Source("bytes", ANTHROPIC, HEARD, bytes_),
)
ASYNC_SOURCES = (
    Source("events", ANTHROPIC, HEARD, events_async),
    Source("helper", ANTHROPIC, HEARD, helper_async),
    Source("bytes", ANTHROPIC, HEARD, bytes_async),
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


@each_cutting
def test_events_of_the_helper_that_were_kept_give_the_calls_too(cutting: int) -> None:
    with provider(ANTHROPIC, cutting) as server, helper(server.url) as messages:
        assert heard(list(messages)) == HEARD


BUSY = Reply(
    {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
    status=529,
    headers={"retry-after-ms": "1"},
)


@pytest.mark.row("529, then tried again")
def test_it_is_refused_and_tries_again() -> None:
    with replay_server(BUSY, ANTHROPIC.response, BUSY) as server:
        url = server.base_urls["anthropic"]
        with anthropic.Anthropic(base_url=url, api_key="k", max_retries=1) as client:
            assert heard(client.messages.create(**ASKED, stream=True)) == HEARD
        refused = pytest.raises(anthropic.APIStatusError, match="Overloaded")
        with client_at(server.url) as client, refused as raised:
            client.messages.create(**ASKED, stream=True)
    assert raised.value.status_code == 529
    assert [request.json["stream"] for request in server.requests] == [True] * 3


@pytest.mark.row("connection reset")
@each_source(*SOURCES)
def test_a_connection_that_breaks_raises_and_completes_nothing_more(source: Source) -> None:
    found = Heard()
    error = pytest.raises((anthropic.APIConnectionError, httpx.ReadError))
    with replay_server(source.body.reset()) as server, source.open(server.url) as messages, error:
        heard(messages, found)
    assert found.said == SAID
    assert found.failed
    assert "get_weather" not in found.completed
