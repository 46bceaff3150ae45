"""What a stream may make `ToolCalls` hold, and what its messages may cost."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from partialjson import (
    Limits,
    OutputCompleted,
    StreamFailed,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCalls,
    ToolCallStarted,
)
from partialjson.providers.deltas import CallEnded, CallText
from partialjson.providers.openai_chat import OpenAIChat
from partialjson.providers.openai_responses import OpenAIResponses

from .conftest import pure_only


def chunk(*calls: dict[str, Any], finish: str | None = None, **delta: Any) -> dict[str, Any]:
    if calls:
        delta["tool_calls"] = list(calls)
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def call(index: int, *, id_: str = "", name: str = "f", arguments: str = "{}") -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"index": index, "id": id_ or f"c{index}", "function": function}


# --- how many calls --------------------------------------------------------------------


def test_a_call_more_than_max_calls_fails_the_stream_by_name() -> None:
    calls = ToolCalls(limits=Limits(max_calls=3))
    started = [calls.feed(chunk(call(i, arguments='{"a":'))) for i in range(3)]
    assert all(isinstance(events[0], ToolCallStarted) for events in started)
    events = calls.feed(chunk(call(3)))
    failed = [event for event in events if isinstance(event, ToolCallFailed)]
    assert [(event.call.index, event.reason) for event in failed] == [
        (i, "limit") for i in range(3)
    ]
    last = events[-1]
    assert isinstance(last, StreamFailed)
    assert last.reason == "limit"
    assert (last.error.code, last.error.limit, last.error.maximum) == (  # type: ignore[union-attr]
        "limit_exceeded",
        "max_calls",
        3,
    )
    assert calls.feed(chunk(call(4))) == calls.close() == []


def test_calls_that_are_over_count() -> None:
    calls = ToolCalls(limits=Limits(max_calls=2), provider="ollama")
    message = {"message": {"tool_calls": [{"function": {"name": "f", "arguments": {}}}]}}
    assert isinstance(calls.feed(message)[-1], ToolCallCompleted)
    assert isinstance(calls.feed(message)[-1], ToolCallCompleted)
    (event,) = calls.feed(message)
    assert isinstance(event, StreamFailed)
    assert event.reason == "limit"


def test_the_limit_holds_after_a_checkpoint_and_is_not_read_from_it() -> None:
    calls = ToolCalls(limits=Limits(max_calls=2))
    calls.feed(chunk(call(0)))
    for most, reason in ((1, "limit"), (2, None)):
        again = ToolCalls.restore(calls.checkpoint(), limits=Limits(max_calls=most))
        found = [e for e in again.feed(chunk(call(1))) if isinstance(e, StreamFailed)]
        assert [event.reason for event in found] == ([reason] if reason else [])


def test_json_texts_of_the_answer_are_as_many_at_most() -> None:
    calls = ToolCalls(output=list[int], limits=Limits(max_calls=2))
    for choice in range(2):
        texts = {"choices": [{"index": choice, "delta": {"content": "[1"}}]}
        assert not any(isinstance(event, StreamFailed) for event in calls.feed(texts))
    events = calls.feed({"choices": [{"index": 2, "delta": {"content": "[1"}}]})
    last = events[-1]
    assert isinstance(last, StreamFailed)
    assert "max_calls=2" in str(last.error)


# --- names and ids ---------------------------------------------------------------------


@pytest.mark.parametrize("where", ["id_", "name"])
def test_a_name_that_is_too_long_fails_its_call_and_no_other(where: str) -> None:
    calls = ToolCalls(limits=Limits(max_name=10))
    long: Any = {where: "x" * 11}
    events = calls.feed(chunk(call(0, **long), call(1, id_="y" * 10, name="z" * 10)))
    events += calls.feed(chunk(finish="tool_calls")) + calls.close()
    (failed,) = [event for event in events if isinstance(event, ToolCallFailed)]
    assert (failed.call.index, failed.reason) == (0, "limit")
    assert "max_name=10" in str(failed.error)
    assert [e.call.index for e in events if isinstance(e, ToolCallCompleted)] == [1]


def test_a_message_that_is_too_long_fails_the_stream_by_name() -> None:
    calls = ToolCalls(limits=Limits(max_message=30))
    events = calls.feed(b"data: " + b"x" * 25)
    (failed,) = events
    assert isinstance(failed, StreamFailed)
    assert failed.reason == "limit"
    assert "max_message=30" in str(failed.error)
    resumed = ToolCalls(limits=Limits(max_message=30))
    resumed.feed(b"data: " + b"x" * 20)
    again = ToolCalls.restore(resumed.checkpoint(), limits=Limits(max_message=30))
    assert again.feed(b"x" * 5) == events


# --- work ------------------------------------------------------------------------------


def work(action: Any) -> int:
    """How many functions are called, Python's own among them."""
    count = 0

    def profile(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


@pure_only
def test_answers_that_begin_anew_cost_the_same_after_many_calls() -> None:
    def cost(n: int) -> int:
        calls = ToolCalls(provider="ag_ui")
        for i in range(n):
            calls.feed({"type": "TOOL_CALL_START", "toolCallId": f"c{i}", "toolCallName": "f"})
        calls.feed({"type": "RUN_STARTED"})
        calls.feed({"type": "RUN_STARTED"})
        return work(lambda: calls.feed({"type": "RUN_STARTED"}))

    assert cost(400) == cost(10)


@pure_only
def test_documents_in_one_answer_cost_the_same_after_many() -> None:
    def cost(n: int) -> int:
        calls = ToolCalls(output=int, provider="openai_chat")
        calls.feed(chunk(content="1 " * n))
        return work(lambda: calls.feed(chunk(content="2 ")))

    assert cost(2000) == cost(10)
    calls = ToolCalls(output=int, provider="openai_chat")
    events = calls.feed(chunk(content="1 2 ")) + calls.feed(chunk(finish="stop"))
    done = [event for event in events + calls.close() if isinstance(event, OutputCompleted)]
    assert [event.index for event in done] == [0, 1]


def test_text_that_only_seems_to_end_is_not_read_again_and_again() -> None:
    """Fragments with a name and nothing else: each may be the next call."""
    adapter = OpenAIChat()
    list(adapter.feed(chunk({"function": {"name": "f", "arguments": '{"a": "'}})))
    for _ in range(500):
        (delta,) = adapter.feed(chunk({"function": {"name": "f", "arguments": "{}"}}))
        assert delta.text == "{}"  # type: ignore[union-attr]
    (opened,) = adapter.calls
    assert opened.whole == ""  # the whole text was never asked for
    assert opened.brackets._read == len(opened.texts) - 1
    list(adapter.feed(chunk({"function": {"name": "f", "arguments": '"}'}})))
    list(adapter.feed(chunk({"function": {"name": "f", "arguments": "{"}})))
    assert [len(each.text) for each in adapter.calls] == [7 + 1000 + 2, 1]


def test_a_whole_text_of_no_call_is_not_compared_with_all_that_came() -> None:
    adapter = OpenAIResponses()
    item = {"type": "function_call", "call_id": "c", "id": "i", "name": "f", "arguments": ""}
    done = {"type": "response.function_call_arguments.done", "arguments": "no"}
    for other in ("c", "d"):
        added = {**item, "call_id": other, "id": other + "i"}
        list(adapter.feed({"type": "response.output_item.added", "item": added}))
    delta = {"type": "response.function_call_arguments.delta", "item_id": "ci", "delta": "[1"}
    list(adapter.feed(delta))
    list(adapter.feed({**delta, "item_id": "di", "delta": '["'}))
    for _ in range(100):
        list(adapter.feed({**delta, "delta": ",1"}))
        assert list(adapter.feed(done)) == []
    assert [each.whole for each in adapter.calls] == ["", ""]
    whole = "[1" + ",1" * 100 + "]"
    deltas = list(adapter.feed({**done, "arguments": whole}))
    assert deltas == [CallText(0, "]"), CallEnded(0)]
