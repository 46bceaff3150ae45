"""What was written over a wire and read back: that nothing else is told than what was said."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from partialjson import (
    Event,
    TextDelta,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCalls,
    ToolCallStarted,
)
from partialjson.testing.responses import Wired
from partialjson.testing.wiring import Draw, answers_for
from partialjson.testing.writers import Answer, Call, Frame, Wire, unhalved
from tests.fragmenting import cut_at, cuts

_REASONS = {"length": "length", "content_filter": "content_filter", "refusal": "refusal"}
_SHORT = 3_000  # bytes of a body that is fed byte by byte
_SLACK = {"sse": 0, "ndjson": 1, "jsonarray": 0, "eventstream": 0, "objects": 0}


@dataclass
class Fed:
    """A response of which only the beginning arrived: the first `at` bytes, or messages."""

    response: Wired
    at: int
    fragments: list[Any]

    @property
    def wire(self) -> Wire:
        return self.response.writer

    @property
    def answers(self) -> tuple[Answer, ...]:
        return self.response.answers

    def frames(self, slack: int = 0) -> list[Frame]:
        """The frames that arrived whole, but for so many bytes."""
        frames = self.response.frames
        objects = self.wire.framing == "objects"
        ends = itertools.accumulate(1 if objects else len(frame.data) for frame in frames)
        return [frame for frame, end in zip(frames, ends, strict=True) if end - slack <= self.at]

    @property
    def slack(self) -> int:
        """How many bytes at the end of a message are not needed to know that it ended."""
        return _SLACK[self.wire.framing] + len(self.wire.newline) - 1

    def events(self, provider: Any) -> list[Event]:
        calls = ToolCalls(None, provider=provider)
        fed = [event for fragment in self.fragments for event in calls.feed(fragment)]
        return [*fed, *calls.close()]


def written(wire: Wire, answers: Iterable[Answer]) -> Wired:
    """The response that says this."""
    given = tuple(answers)
    return Wired(wire, given, tuple(wire.frames(given)))


@st.composite
def feedings(draw: Draw, wire: Wire, whole: bool) -> Fed:
    """A response that arrived, or its beginning, in pieces."""
    response = written(wire, draw(answers_for(wire, shrink=False)))
    return arrived(response, random.Random(draw(st.integers(0, 2**32))), whole)


def arrived(response: Wired, chance: random.Random, whole: bool) -> Fed:
    """The response, or its beginning, as it may arrive."""
    is_objects = response.framing == "objects"
    body: Any = response.messages if is_objects else response.body
    at = len(body) if whole else chance.randint(0, len(body))
    if is_objects:
        return Fed(response, at, body[:at])
    size = chance.choice((0, 0, 0, 1, 7))
    if size:
        return Fed(response, at, cuts(body[:at], size if at < _SHORT else 29))
    return Fed(response, at, cut_at(body[:at], (chance.randint(0, at) for _ in range(6))))


def told_of_calls(events: list[Event], answers: Sequence[Answer]) -> list[list[Any]]:
    """By choice: each call that started, with the event of its fate."""
    fates: dict[int, Any] = {}
    for event in events:
        if isinstance(event, (ToolCallCompleted, ToolCallFailed)):
            assert event.call.index not in fates
            fates[event.call.index] = event
    started = [event.call for event in events if isinstance(event, ToolCallStarted)]
    assert [call.index for call in started] == [*range(len(started))]
    assert fates.keys() == {call.index for call in started}
    assert all(0 <= call.choice < len(answers) for call in started)
    return [
        [(call, fates[call.index]) for call in started if call.choice == choice]
        for choice in range(len(answers))
    ]


def assert_same_call(wire: Wire, call: Call, seen: Any) -> None:
    assert seen.name == call.name
    assert seen.id == (call.id if wire.ids else None)
    assert seen.server == call.server


def assert_completed(wire: Wire, call: Call, event: ToolCallCompleted) -> None:
    assert event.arguments == call.value
    if wire.arguments == "text" and call.arguments:
        assert unhalved(event.text) == unhalved(call.arguments)
    else:
        assert json.loads(event.text or "{}") == call.value


def assert_failed(fed: Fed, choice: int, event: ToolCallFailed) -> None:
    """A call that has no end among what arrived fails for the right reason."""
    answer = fed.answers[choice]
    reasons = set()
    for slack in {0, fed.slack}:
        frames = fed.frames(slack)
        finished = any(choice in frame.finished for frame in frames)
        if any(frame.error for frame in frames):
            reasons.add("provider_error")
        elif finished:
            reasons.add(_REASONS.get(str(answer.finish), "no_end"))
        else:
            reasons.add("disconnected")
    assert event.reason in reasons


def assert_told_right(fed: Fed, events: list[Event]) -> None:
    """What is told of a response, or of its beginning, is what was written in it."""
    certain = {end for frame in fed.frames() for end in frame.ends}
    possible = {end for frame in fed.frames(fed.slack) for end in frame.ends}
    for choice, seen in enumerate(told_of_calls(events, fed.answers)):
        made = [
            (number, part)
            for number, part in enumerate(fed.answers[choice].parts)
            if isinstance(part, Call)
        ]
        for (number, call), (told, fate) in zip(made, seen, strict=False):
            assert_same_call(fed.wire, call, told)
            if isinstance(fate, ToolCallCompleted):
                assert (choice, number) in possible
                assert_completed(fed.wire, call, fate)
            else:
                assert (choice, number) not in certain, fate
                assert_failed(fed, choice, fate)
        assert len(seen) <= len(made)
        assert {number for c, number in certain if c == choice} <= {n for n, _ in made[: len(seen)]}
    assert_texts(fed, events)


def assert_texts(fed: Fed, events: list[Event]) -> None:
    """The texts are those of the answer, as far as they came."""
    complete = len(fed.frames()) == len(fed.response.frames)
    for choice, answer in enumerate(fed.answers):
        for channel in ("text", "reasoning", "refusal"):
            name = channel if choice == 0 else f"{channel}[{choice}]"
            deltas = [e.delta for e in events if isinstance(e, TextDelta) and e.channel == name]
            said = [
                p.text for p in answer.parts if not isinstance(p, Call) and p.channel == channel
            ]
            told, meant = "".join(deltas), "".join(said)
            assert meant.startswith(told)
            assert told == meant or not complete
