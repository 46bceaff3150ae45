"""LiteLLM: its chunks of an OpenAI and of an Anthropic model.

Of Anthropic's API it breaks lines at U+2028, also inside a string, and then loses the whole
answer without a word; so that body has it as an escape.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from partialjson import astream, stream
from tests.sdk.bodies import body
from tests.sdk.replay import (
    Source,
    cut_off,
    each_cutting,
    each_source,
    expected,
    heard,
    heard_async,
    is_collected,
    is_left_async,
    provider,
    sdk,
    tool_calls,
)

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else it asks the network for one
litellm = sdk("litellm")
SDK = "litellm"
pytestmark = [
    pytest.mark.filterwarnings("ignore:Item '.*' on TypedDict class"),  # its types are at fault
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # it keeps clients and loops for good
]

ANTHROPIC_IN_ASCII = body("anthropic_messages").in_ascii()
OPENAI_CHAT = body("openai_chat")
ASKED = {"api_key": "k", "messages": [{"role": "user", "content": "go"}], "stream": True}
HEARD = expected()


def completion(url: str, model: str) -> Any:
    return litellm.completion(**ASKED, model=model, api_base=url)


@contextmanager
def openai(url: str) -> Iterator[Any]:
    yield completion(f"{url}/v1", "openai/m")


@contextmanager
def anthropic(url: str) -> Iterator[Any]:
    yield completion(url, "anthropic/m")


@asynccontextmanager
async def acompletion(url: str, model: str) -> AsyncIterator[Any]:
    yield await litellm.acompletion(**ASKED, model=model, api_base=url)
    await litellm.close_litellm_async_clients()  # else they outlive their loop


def openai_async(url: str) -> Any:
    return acompletion(f"{url}/v1", "openai/m")


def anthropic_async(url: str) -> Any:
    return acompletion(url, "anthropic/m")


SOURCES = (
    Source("openai", OPENAI_CHAT, HEARD, openai),
    Source("anthropic", ANTHROPIC_IN_ASCII, HEARD, anthropic),
)
ASYNC_SOURCES = (
    Source("openai", OPENAI_CHAT, HEARD, openai_async),
    Source("anthropic", ANTHROPIC_IN_ASCII, HEARD, anthropic_async),
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


@pytest.mark.xfail(reason="it makes up a reason to finish, as if the provider had sent one")
@cut_off
@each_source(*SOURCES)
def test_a_call_without_an_end_is_not_complete(source: Source) -> None:
    with provider(source.body.cut_off()) as server, source.open(server.url) as messages:
        found = heard(messages)
    assert found.failed
    assert "get_weather" not in found.completed


@pytest.mark.xfail(reason="it makes up a reason to finish, as if the provider had sent one")
@cut_off
@each_source(*ASYNC_SOURCES)
async def test_a_call_without_an_end_is_not_complete_async(source: Source) -> None:
    with provider(source.body.cut_off()) as server:
        async with source.open(server.url) as messages:
            found = await heard_async(messages)
    assert found.failed
    assert "get_weather" not in found.completed


@pytest.mark.row("left early, then dropped")  # there is nothing in it to close
@each_source(*SOURCES)
def test_leaving_early_and_keeping_nothing_closes_the_connection(source: Source) -> None:
    with provider(source.body, endless=True) as server:
        with source.open(server.url) as messages, stream(messages, tool_calls()) as events:
            assert next(events)
            assert not server.left.is_set()
        del messages, events
        assert asyncio.run(is_collected(server))


@each_source(ASYNC_SOURCES[0])
async def test_leaving_early_closes_the_async_connection(source: Source) -> None:
    with provider(source.body, endless=True) as server:
        async with source.open(server.url) as messages:
            assert await is_left_async(messages, server)


@pytest.mark.row("left early, then dropped")  # its close does nothing with Anthropic's API
@each_source(ASYNC_SOURCES[1])
async def test_leaving_early_and_keeping_nothing_closes_the_async_connection(
    source: Source,
) -> None:
    with provider(source.body, endless=True) as server:
        async with source.open(server.url) as messages:
            async with astream(messages, tool_calls()) as events:
                assert await anext(events)
                assert not server.left.is_set()
            del messages, events
            assert await is_collected(server)
