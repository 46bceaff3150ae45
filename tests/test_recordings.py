"""What providers really sent, against what an independent reassembly made of it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias

import pytest

from partialjson import (
    Event,
    OutputCompleted,
    OutputFailed,
    StreamFailed,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCalls,
    ToolCallStarted,
)
from partialjson.framing.messages import END, MessageDecoder
from partialjson.providers import adapter_for
from partialjson.providers import deltas as said
from tests.fragmenting import cut_at, cuts
from tests.recordings import STREAMS, expected, messages, needs_recordings
from tests.strategies import EVERY_BYTE

pytestmark = needs_recordings
NAMES = [*expected()]
SMALL = 2_000
# The streams that are broken as they were recorded, and how.
BROKEN = {
    "ag-ui/sse_streams.sse": "malformed",
    "pydantic-ai/groq-openai-gpt-oss-120b-test_tool_use_failed_error_streaming-2.sse": (
        "provider_error"
    ),
    "pydantic-ai/openrouter-minimax-minimax-m2-free-test_openrouter_stream_error.sse": (
        "provider_error"
    ),
}
At: TypeAlias = int
Ends: TypeAlias = Iterator[tuple[At, Any]]


@cache
def body_of(name: str) -> bytes:
    return (STREAMS / name).read_bytes()


def cuttings(body: bytes) -> dict[str, list[bytes]]:
    rng = random.Random(len(body))
    places = sorted(rng.sample(range(len(body)), min(len(body), len(body) // 20 + 1)))
    return {
        "whole": [body],
        "4096": cuts(body, 4096),
        "random": cut_at(body, places),
        "7": cuts(body, 7),
        "1": cuts(body, 1),
    }


def run(fragments: list[bytes], **options: Any) -> list[Event]:
    calls = ToolCalls(**options)
    events = [event for part in fragments for event in calls.feed(part)]
    return [*events, *calls.close()]


def test_all_recordings_are_there() -> None:
    assert len(NAMES) == 134
    assert sum(len(expected()[name]["calls"]) for name in NAMES) == 144


@pytest.mark.parametrize("cutting", ["whole", "4096", "random", "7", "1"])
@pytest.mark.parametrize("name", NAMES)
def test_calls_and_arguments_are_exactly_those(name: str, cutting: str) -> None:
    events = run(cuttings(body_of(name))[cutting])
    completed = [e for e in events if isinstance(e, ToolCallCompleted)]
    assert [(e.call.id, e.call.name, e.text) for e in completed] == [
        (call["id"], call["name"], call["args"]) for call in expected()[name]["calls"]
    ]
    for event, call in zip(completed, expected()[name]["calls"], strict=True):
        assert event.arguments == json.loads(call["args"] or "{}")
    assert not [e for e in events if isinstance(e, ToolCallFailed)]
    broken = [e.reason for e in events if isinstance(e, StreamFailed)]
    assert broken == [BROKEN[name]] if name in BROKEN else not broken


def heard(name: str) -> list[said.Delta]:
    """What the adapter says of a recording."""
    decoder = MessageDecoder()
    found = []
    for part in cuts(body_of(name), 50):  # small: what comes before a break is heard
        try:
            found += decoder.feed(part)
        except ValueError:
            assert name in BROKEN
            break
    adapter = None
    deltas: list[said.Delta] = []
    for message in found:
        if message is END:
            continue
        adapter = adapter or adapter_for(message)
        assert adapter is not None
        deltas += adapter.feed(message)
    assert adapter is not None
    return [*deltas, *adapter.close()]


@pytest.mark.parametrize("name", NAMES)
def test_fragments_and_texts_are_exactly_those(name: str) -> None:
    deltas = heard(name)
    fragments: dict[int, list[int]] = {}
    texts: dict[Any, str] = {}
    for delta in deltas:
        if isinstance(delta, said.CallStarted):
            fragments[delta.key] = []
        elif isinstance(delta, said.CallText):
            fragments[delta.key].append(len(delta.text))
        elif isinstance(delta, said.Text) and delta.channel == "text":
            place = (delta.choice, delta.part)
            texts[place] = texts.get(place, "") + delta.text
    calls = expected()[name]["calls"]
    assert [*fragments.values()] == [[n for n in call["fragments"] if n] for call in calls]
    wanted = [text["text"].strip() for text in expected()[name]["texts"]]
    found = [text.strip() for text in texts.values()]
    assert [text for text in wanted if text not in found] == []


@pytest.mark.parametrize("name", [n for n in NAMES if expected()[n]["texts"]])
def test_json_texts_are_outputs(name: str) -> None:
    events = run(cuts(body_of(name), 64), output=Any)
    completed = [e for e in events if isinstance(e, OutputCompleted)]
    values = [e.value for e in completed]
    for text in expected()[name]["texts"]:
        if text["state"] == "valid":
            assert json.loads(text["text"]) in values
        elif text["state"] == "valid(fenced)":
            assert [e.reason for e in events if isinstance(e, OutputFailed)] == ["malformed"]
        else:  # two documents, one after the other
            assert len(completed) == 2


# --- where calls end, by a naive reading -------------------------------------------------


def ends_in_chat(parts: list[tuple[At, Any]]) -> Ends:
    opened: dict[Any, Any] = {}
    for end, message in parts:
        for choice in message.get("choices") or ():
            for i, call in enumerate(choice["delta"].get("tool_calls") or ()):
                if call.get("id") or (call.get("function") or {}).get("name"):
                    slot = call["id"] if call.get("id") else call.get("index", i)
                    opened[choice["index"], slot] = call.get("id") or None
            if choice.get("finish_reason"):
                yield from ((end, id_) for id_ in opened.values())
                opened.clear()


def ends_at_blocks(parts: list[tuple[At, Any]]) -> Ends:
    opened: dict[int, str] = {}
    for end, message in parts:
        block = message.get("content_block", {})
        if block.get("type", "").endswith("tool_use"):
            opened[message["index"]] = block["id"]
        if message.get("type") == "content_block_stop" and message["index"] in opened:
            yield end, opened.pop(message["index"])


def ends_in_responses(parts: list[tuple[At, Any]]) -> Ends:
    opened: dict[int, str] = {}
    for end, message in parts:
        kind = message.get("type")
        item = message.get("item", {})
        if kind == "response.output_item.added" and item["type"] in ("function_call", "mcp_call"):
            opened[message["output_index"]] = item.get("call_id") or item["id"]
        over = kind in (
            "response.function_call_arguments.done",
            "response.mcp_call_arguments.done",
            "response.output_item.done",
        )
        if over and message["output_index"] in opened:
            yield end, opened.pop(message["output_index"])


def ends_in_gemini(parts: list[tuple[At, Any]]) -> Ends:
    for end, message in parts:
        for candidate in message.get("candidates", ()):
            for part in candidate.get("content", {}).get("parts", ()):
                if "functionCall" in part:
                    yield end, part["functionCall"].get("id")


def ends_in_converse(parts: list[tuple[At, Any]]) -> Ends:
    opened: dict[int, str] = {}
    for end, message in parts:
        if "contentBlockStart" in message:
            start = message["contentBlockStart"]
            if "toolUse" in start["start"]:
                opened[start["contentBlockIndex"]] = start["start"]["toolUse"]["toolUseId"]
        index = message.get("contentBlockStop", {}).get("contentBlockIndex")
        if index in opened:
            yield end, opened.pop(index)


def ends_in_cohere(parts: list[tuple[At, Any]]) -> Ends:
    opened: dict[int, str] = {}
    for end, message in parts:
        if message["type"] == "tool-call-start":
            opened[message["index"]] = message["delta"]["message"]["tool_calls"]["id"]
        elif message["type"] == "tool-call-end":
            yield end, opened.pop(message["index"])


def ends_in_xai(parts: list[tuple[At, Any]]) -> Ends:
    for end, message in parts:
        for output in message["chunk"].get("outputs", ()):
            for call in output["delta"].get("tool_calls", ()):
                yield end, call["id"]


def ends_in_ag_ui(parts: list[tuple[At, Any]]) -> Ends:
    return ((end, m["toolCallId"]) for end, m in parts if m["type"] == "TOOL_CALL_END")


ENDS: dict[str, Callable[[list[tuple[At, Any]]], Ends]] = {
    "openai.chat": ends_in_chat,
    "anthropic.messages": ends_at_blocks,
    "openai.responses": ends_in_responses,
    "gemini.generateContent": ends_in_gemini,
    "bedrock.converse": ends_in_converse,
    "cohere.v2.chat": ends_in_cohere,
    "xai.grpc": ends_in_xai,
    "ag-ui": ends_in_ag_ui,
}


def places_to_cut(body: bytes, parts: list[tuple[At, Any]]) -> set[At]:
    """Every byte of a short body; of a long one those around the ends of its messages."""
    if EVERY_BYTE or len(body) <= SMALL:
        return set(range(len(body) + 1))
    ends = [end for end, _ in parts]
    return {
        min(len(body), max(0, end + d))
        for end in ends[:: len(ends) // (25 if EVERY_BYTE else 9) + 1]
        for d in range(-2, 3)
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_cut_stream_completes_exactly_the_calls_that_ended(name: str) -> None:
    body = body_of(name)
    parts = messages(name, body)
    ends = [*ENDS[expected()[name]["api"]](parts)]
    assert len(ends) == len(expected()[name]["calls"])
    places = sorted({*places_to_cut(body, parts), *(end for end, _ in ends), len(body)})
    calls = ToolCalls()
    events: list[Event] = []
    fed = 0
    for at in places:
        events += calls.feed(body[fed:at])
        fed = at
        seen = [*events, *ToolCalls.restore(calls.checkpoint()).close()]
        started = [e.call.id for e in seen if isinstance(e, ToolCallStarted)]
        completed = [e.call.id for e in seen if isinstance(e, ToolCallCompleted)]
        failed = [e.call.id for e in seen if isinstance(e, ToolCallFailed)]
        assert completed == [id_ for end, id_ in ends if end <= at], at
        assert sorted(completed + failed, key=str) == sorted(started, key=str), at
