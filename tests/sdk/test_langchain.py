"""LangChain: message chunks of ChatOpenAI, by both of OpenAI's APIs, and of ChatAnthropic."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from tests.sdk.bodies import body
from tests.sdk.replay import (
    GetWeather,
    Source,
    WriteNote,
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

langchain_openai = sdk("langchain_openai")
langchain_anthropic = sdk("langchain_anthropic")
SDK = "langchain-core"

ANTHROPIC = body("anthropic_messages")
OPENAI_CHAT = body("openai_chat")
OPENAI_RESPONSES = body("openai_responses")
TOOLS = [
    {**WriteNote.model_json_schema(), "title": "write_note"},
    {**GetWeather.model_json_schema(), "title": "get_weather"},
]
HEARD = expected()


def openai(url: str, **more: Any) -> Any:
    model = langchain_openai.ChatOpenAI(
        model="m", base_url=f"{url}/v1", api_key="k", max_retries=0, **more
    )
    return model.bind_tools(TOOLS)


def responses(url: str) -> Any:
    return openai(url, use_responses_api=True)


def anthropic(url: str) -> Any:
    model = langchain_anthropic.ChatAnthropic(model="m", base_url=url, api_key="k", max_retries=0)
    return model.bind_tools(TOOLS)


def streamed(make: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda url: nullcontext(make(url).stream("go"))


def streamed_async(make: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda url: nullcontext(make(url).astream("go"))


SOURCES = (
    Source("ChatOpenAI chat", OPENAI_CHAT, HEARD, streamed(openai)),
    Source("ChatOpenAI responses", OPENAI_RESPONSES, HEARD, streamed(responses)),
    Source("ChatAnthropic", ANTHROPIC, HEARD, streamed(anthropic)),
)
ASYNC_SOURCES = (
    Source("ChatOpenAI chat", OPENAI_CHAT, HEARD, streamed_async(openai)),
    Source("ChatOpenAI responses", OPENAI_RESPONSES, HEARD, streamed_async(responses)),
    Source("ChatAnthropic", ANTHROPIC, HEARD, streamed_async(anthropic)),
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
