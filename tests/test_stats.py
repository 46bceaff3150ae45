"""Counts and times of a stack, and the hook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from partialjson import (
    Parser,
    Stats,
    ToolCallCompleted,
    ToolCalls,
    ToolCallStarted,
    ValidationFailed,
    astream,
    stream,
)


def chunk(text: str = "", name: str | None = None, finish: str | None = None) -> dict[str, Any]:
    call = {"index": 0, "id": name, "function": {"name": name, "arguments": text}}
    calls = {"tool_calls": [call]} if text or name else {}
    return {"choices": [{"index": 0, "delta": calls, "finish_reason": finish}]}


MESSAGES = [chunk("", "f"), chunk('{"a": '), chunk('1, "b": "é"}'), chunk(finish="stop")]


def test_calls_count_what_goes_through_them() -> None:
    calls = ToolCalls({"f": dict[str, Any]})
    for message in MESSAGES:
        calls.feed(message)
    calls.close()
    stats = calls.stats
    assert (stats.fragments, stats.messages, stats.bytes) == (4, 4, 0)
    assert (stats.characters, stats.saved) == (18, 0)
    assert stats.first_fragment is not None
    assert stats.first_field is not None
    assert stats.first_fragment <= stats.first_field <= stats.completed[0] <= stats.seconds
    assert stats.failed == {}


def test_bytes_are_those_of_the_body() -> None:
    calls = ToolCalls()
    body = 'data: {"choices": [], "x": "é"}\n\n'
    for part in (body, body.encode(), bytearray(body.encode()), memoryview(body.encode())):
        calls.feed(part)
    assert calls.stats.bytes == 4 * len(body.encode())
    assert calls.stats.messages == 4


def test_what_comes_after_the_verdict_is_what_a_stop_saves() -> None:
    calls = ToolCalls({"f": dict[str, int]})
    for message in (chunk('{"a": nope', "f"), chunk(" and so"), chunk(" on"), chunk(finish="stop")):
        calls.feed(message)
    calls.close()
    assert calls.stats.characters == 10
    assert calls.stats.saved == 10
    assert [*calls.stats.failed] == [0]


def test_a_stream_counts_for_parsers_that_do_not() -> None:
    with stream(['{"a": [1, ', b"2]}"], Parser()) as events:
        assert list(events)
        assert (events.stats.fragments, events.stats.bytes) == (2, 13)
        assert events.stats.first_field is not None
    calls = ToolCalls()
    with stream(MESSAGES, calls) as of_calls:
        assert list(of_calls)
        assert of_calls.stats is calls.stats
        assert calls.stats.fragments == 4


def test_an_async_stream_counts_alike() -> None:
    async def source() -> AsyncIterator[str]:
        yield "[1, "
        yield "2]"

    async def count() -> Stats:
        async with astream(source(), Parser()) as events:
            async for _ in events:
                pass
            return events.stats

    assert asyncio.run(count()).fragments == 2


def test_a_hook_hears_of_calls_and_of_the_end() -> None:
    heard: list[tuple[str, dict[str, Any]]] = []

    def hook(name: str, attributes: dict[str, Any]) -> None:
        heard.append((name, attributes))

    calls = ToolCalls(hook=hook)
    for message in MESSAGES:
        calls.feed(message)
    calls.close()
    assert [name for name, _ in heard] == [
        "partialjson.call.started",
        "partialjson.call.completed",
        "partialjson.stream.closed",
    ]
    assert heard[0][1]["gen_ai.tool.name"] == "f"
    assert heard[-1][1]["partialjson.characters"] == 18
    for _, attributes in heard:
        assert all(isinstance(value, (str, int, float)) for value in attributes.values())


def test_a_hook_hears_why_something_failed() -> None:
    heard: list[tuple[str, dict[str, Any]]] = []
    calls = ToolCalls(hook=lambda name, attributes: heard.append((name, attributes)))
    calls.feed(chunk('{"a"', "f"))
    calls.close()
    reasons = [(name, a.get("error.type")) for name, a in heard]
    assert ("partialjson.call.failed", "disconnected") in reasons
    assert ("partialjson.stream.failed", "disconnected") in reasons


def test_a_hook_hears_of_outputs() -> None:
    heard: list[tuple[str, dict[str, Any]]] = []

    def hook(name: str, attributes: dict[str, Any]) -> None:
        heard.append((name, attributes))

    for text, name in (("[1]", "completed"), ("[1", "failed")):
        calls = ToolCalls(hook=hook, output=list[int])
        calls.feed({"choices": [{"delta": {"content": text}, "finish_reason": "stop"}]})
        calls.close()
        found, attributes = heard[-2]
        assert (found, attributes["partialjson.output.index"]) == (f"partialjson.output.{name}", 0)
    assert heard[-2][1]["error.type"] == "malformed"


def test_what_a_stop_leaves_unread_is_saved() -> None:
    first = {"index": 0, "id": "a", "function": {"name": "f", "arguments": '["'}}
    second = {"index": 1, "id": "b", "function": {"name": "f", "arguments": "[{}, {}]"}}
    calls = ToolCalls({"f": list[dict[str, Any]]}, stop_on_violation=True)
    with pytest.raises(ValidationFailed):
        calls.feed({"choices": [{"delta": {"tool_calls": [first, second]}}]})
    assert (calls.stats.characters, calls.stats.saved) == (2, 8)


def test_an_exception_of_the_hook_leaves_no_event_behind() -> None:
    def hook(name: str, attributes: dict[str, Any]) -> None:
        raise RuntimeError(name)

    calls = ToolCalls(hook=hook)
    with pytest.raises(RuntimeError, match="started"):
        calls.feed(chunk('{"a": 1}', "f"))
    assert isinstance(calls.undelivered[0], ToolCallStarted)
    told = []
    with (
        pytest.raises(RuntimeError),
        stream(MESSAGES, ToolCalls(hook=hook)) as events,
    ):
        told += [*events]
    assert not [e for e in told if isinstance(e, ToolCallCompleted)]


def test_a_restored_stack_goes_on_counting() -> None:
    calls = ToolCalls()
    for message in MESSAGES[:2]:
        calls.feed(message)
    again = ToolCalls.restore(calls.checkpoint())
    before = again.stats.as_dict()
    assert before["fragments"] == 2
    again.feed(MESSAGES[2])
    assert again.stats.characters == 18
    assert again.stats.seconds >= before["seconds"]
    assert "characters=18" in repr(again.stats)
