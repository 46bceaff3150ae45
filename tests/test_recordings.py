"""What providers really sent, against what an independent reassembly made of it."""

from __future__ import annotations

import copy
import os
from typing import Any

import pytest

from partialjson import (
    Event,
    StreamFailed,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCalls,
    ToolCallStarted,
)
from tests.fragmenting import cuts
from tests.recordings import STREAMS, blocks, expected, needs_recordings, of_openai_and_anthropic

pytestmark = needs_recordings
NAMES = of_openai_and_anthropic()
EVERY_BYTE = bool(os.environ.get("PARTIALJSON_ALL_CUTS"))  # minutes instead of seconds
SMALL = 4_000


def test_all_recordings_are_there() -> None:
    assert len(NAMES) == 41
    assert sum(len(expected()[name]["calls"]) for name in NAMES) == 49


@pytest.mark.parametrize("size", [None, 7, 1])
@pytest.mark.parametrize("name", NAMES)
def test_calls_and_arguments_are_exactly_those(name: str, size: int | None) -> None:
    body = (STREAMS / name).read_bytes()
    calls = ToolCalls()
    events = [e for part in cuts(body, size or len(body)) for e in calls.feed(part)]
    events += calls.close()
    completed = [e for e in events if isinstance(e, ToolCallCompleted)]
    assert [(e.call.id, e.call.name, e.text) for e in completed] == [
        (call["id"], call["name"], call["args"]) for call in expected()[name]["calls"]
    ]
    assert not [e for e in events if isinstance(e, (ToolCallFailed, StreamFailed))]


def ends_of_calls(body: bytes) -> list[tuple[int, str]]:
    """Where each call's end lies: its own mark, or the finish reason of its choice."""
    opened: dict[Any, str] = {}
    ends = []
    for end, message in blocks(body):
        block = message.get("content_block", {})
        if block.get("type", "").endswith("tool_use"):
            opened[message["index"]] = block["id"]
        if message.get("type") == "content_block_stop" and message["index"] in opened:
            ends.append((end, opened.pop(message["index"])))
        for choice in message.get("choices", ()):
            for call in choice["delta"].get("tool_calls") or ():
                if call.get("id"):
                    opened[choice["index"], call["index"]] = call["id"]
            if choice.get("finish_reason"):
                ends += [(end, id_) for id_ in opened.values()]
                opened.clear()
    return ends


def places_to_cut(body: bytes) -> set[int]:
    """Every byte of a short body; of a long one those around the ends of its messages."""
    if EVERY_BYTE or len(body) <= SMALL:
        return set(range(len(body) + 1))
    ends = [end for end, _ in blocks(body)]
    return {
        min(len(body), max(0, end + d))
        for end in ends[:: len(ends) // 40 + 1]
        for d in range(-3, 4)
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_cut_stream_completes_exactly_the_calls_that_ended(name: str) -> None:
    body = (STREAMS / name).read_bytes()
    ends = ends_of_calls(body)
    places = places_to_cut(body)
    calls = ToolCalls()
    events: list[Event] = []
    for at in range(len(body) + 1):
        if at in places:
            seen = [*events, *copy.deepcopy(calls).close()]
            started = [e.call.id for e in seen if isinstance(e, ToolCallStarted)]
            completed = [e.call.id for e in seen if isinstance(e, ToolCallCompleted)]
            failed = [e.call.id for e in seen if isinstance(e, ToolCallFailed)]
            assert completed == [id_ for end, id_ in ends if end <= at], at
            assert sorted(completed + failed, key=str) == sorted(started, key=str), at
        events += calls.feed(body[at : at + 1]) if at < len(body) else []
