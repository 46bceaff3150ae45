"""`faulty`: what each fault does, that it can be done again, and what `ToolCalls` makes of it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from partialjson import (
    Event,
    StreamFailed,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCalls,
    ToolCallStarted,
    UsageError,
)
from partialjson.testing import (
    ENDING,
    FAULTS,
    HARMLESS,
    WIRES,
    Answer,
    Call,
    Fault,
    Faulty,
    Frame,
    Refusal,
    Said,
    Thought,
    Wired,
    faulty,
    faulty_streams,
    wire,
    wires,
)
from partialjson.testing.boundaries import Events
from tests.fragmenting import cut_at, cuts
from tests.reading_back import Fed, assert_told_right
from tests.strategies import examples

EVENTS = [b"data: %d\n\n" % number for number in range(6)]
MESSAGES = [{"number": number} for number in range(6)]
FRAMES = [Frame(data, message) for data, message in zip(EVENTS, MESSAGES, strict=True)]
RESPONSE = wire("openai_chat", {"f": {"a": "ü"}}, "Hi.")


def no_wait(seconds: float) -> None:
    """Do not."""


def came(stream: Any, *script: Any, **options: Any) -> list[Any]:
    """What comes of a stream with these faults."""
    return [*faulty(stream, script=script, sleep=no_wait, **options)]


# --- what each fault does -----------------------------------------------------------------

a, b, c, d, e, f = EVENTS


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ([], [a, b, c, d, e, f]),
        ([(1, "dropped")], [a, c, d, e, f]),
        ([(5, "doubled")], [a, b, c, d, e, f, f]),
        ([(2, "replayed", 1)], [a, b, b, c, d, e, f]),
        ([(2, "dropped"), (4, "replayed", 3)], [a, b, d, b, c, d, e, f]),
        ([(0, "replayed", 2), (1, "replayed", 2)], [a, a, b, c, d, e, f]),
        ([(1, "reordered", 1)], [a, c, b, d, e, f]),
        ([(1, "reordered", 3), (2, "reordered", 1)], [a, d, c, e, b, f]),
        ([(4, "reordered", 3)], [a, b, c, d, f, e]),
        ([(1, "garbage", b": x\n\n")], [a, b": x\n\n", b, c, d, e, f]),
        ([(1, "stalled", 9)], [a, b, c, d, e, f]),
        ([(1, "split", 2)], [a, b[:2], b[2:], c, d, e, f]),
        ([(1, "joined"), (2, "joined")], [a, b + c + d, e, f]),
        ([(5, "joined")], [a, b, c, d, e, f]),
        ([(1, "joined"), (2, "garbage", b"x")], [a, b + b"x", c, d, e, f]),
        ([(1, "joined"), (2, "cut")], [a, b]),
        ([(1, "truncated", 3)], [a, b[:3]]),
        ([(1, "joined"), (2, "truncated", 3)], [a, b + c[:3]]),
        ([(0, "cut")], []),
        ([(3, "cut"), (1, "reordered", 3)], [a, c]),
        ([(1, "doubled"), (1, "split", 2)], [a, b[:2], b[2:], b[:2], b[2:], c, d, e, f]),
        ([(1, "doubled"), (1, "reordered", 1)], [a, c, b, b, d, e, f]),
        ([(9, "cut")], [a, b, c, d, e, f]),
    ],
)
def test_a_fault_does_what_the_table_says(script: list[Any], expected: list[bytes]) -> None:
    assert came(EVENTS, *script) == expected
    assert came([b"".join(EVENTS)], *script) == expected
    assert came([e.decode() for e in EVENTS], *script) == [e.decode() for e in expected]
    frames = came(FRAMES, *script)
    assert [frame.data for frame in frames] == expected


def test_messages_are_struck_as_a_whole() -> None:
    script = [(0, "doubled"), (1, "dropped"), (2, "reordered", 1), (4, "cut")]
    assert came(MESSAGES, *script) == [MESSAGES[i] for i in (0, 0, 3, 2)]
    (garbage, *_) = came(MESSAGES, (0, "garbage"))
    assert isinstance(garbage, dict)
    for kind in ("split", "joined", "truncated"):
        with pytest.raises(UsageError, match=rf"Fault\(1, '{kind}'\) cannot strike: .* no bytes"):
            came(MESSAGES, (1, kind))
    with pytest.raises(UsageError, match="too short"):
        came([Frame(b"x")], (0, "split"))


def test_frames_that_come_whole_keep_their_messages() -> None:
    frames = came(FRAMES, (1, "doubled"), (2, "split", 3), (4, "garbage", b": x\n\n"))
    assert [frame.message for frame in frames[:3]] == [MESSAGES[0], MESSAGES[1], MESSAGES[1]]
    assert [frame.message for frame in frames[3:5]] == [None, None]
    assert frames[6] == Frame(b": x\n\n")


def test_a_connection_that_breaks_raises_what_is_asked_for() -> None:
    for error, kind in ((None, ConnectionResetError), (KeyError, KeyError), (OSError(5), OSError)):
        stream = faulty(EVENTS, script=[(2, "broken")], error=error)
        steps = iter(stream)
        assert [next(steps), next(steps)] == [a, b]
        with pytest.raises(kind):
            next(steps)
        assert stream.log == [Fault(2, "broken")]
    with pytest.raises(ConnectionError):
        came(EVENTS, (0, "broken"))


@pytest.mark.parametrize("name", [n for n, w in WIRES.items() if "error" in w.finishes])
def test_an_error_is_the_provider_s_own(name: str) -> None:
    response = wire(name, text="" if name == "cohere_plan" else "Hi.")
    last = len(response.frames) - 1
    calls = ToolCalls(provider=provider_of(response))
    events = [e for piece in came(response, (last, "error")) for e in calls.feed(piece)]
    assert [e.reason for e in events if isinstance(e, StreamFailed)] == ["provider_error"]
    pieces = [*faulty(response.pieces(50), rate=0)] if response.framing != "objects" else []
    if pieces and response.framing != "jsonarray":
        script = (len(pieces) - 1, "error")
        struck = b"".join(came(response.pieces(50), script, provider=name))
        assert struck == b"".join(came(response, (last, "error")))


def test_without_a_provider_there_is_no_error() -> None:
    with pytest.raises(UsageError, match="no provider is known"):
        came(EVENTS, (0, "error"))
    assert not faulty(EVENTS, faults="error", rate=1).log
    assert came(wire("langchain"), rate=1) == [*wire("langchain")]


def test_a_stall_waits_as_asked() -> None:
    waited: list[float] = []
    stream = faulty(EVENTS, script=[(1, "stalled", 7), (1, "stalled", 8)], sleep=waited.append)
    steps = iter(stream)
    assert (next(steps), waited) == (a, [])
    assert (next(steps), waited) == (b, [7, 8])


def test_a_stall_waits_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("time.sleep", waited.append)
    monkeypatch.setattr("asyncio.sleep", sleep)
    stream = faulty(EVENTS, script=[(1, "stalled", 7)])
    assert [*stream] == asyncio.run(collected(stream)) == EVENTS
    given = faulty(EVENTS, script=[(1, "stalled", 8)], sleep=sleep)
    assert asyncio.run(collected(given)) == EVENTS
    assert waited == [7, 7, 8]


# --- streams ------------------------------------------------------------------------------


async def collected(stream: Any) -> list[Any]:
    return [piece async for piece in stream]


async def slowly(pieces: Iterable[Any], closed: list[str]) -> AsyncIterator[Any]:
    try:
        for piece in pieces:
            await asyncio.sleep(0)
            yield piece
    finally:
        closed.append("closed")


def once(pieces: Iterable[Any], closed: list[str]) -> Iterator[Any]:
    try:
        yield from pieces
    finally:
        closed.append("closed")


@pytest.mark.parametrize("kind", [None, *FAULTS])
def test_with_and_without_a_loop_the_same_comes(kind: str | None) -> None:
    for seed in range(6):
        options = {"rate": 0.3, "seed": seed, "faults": kind, "sleep": no_wait}
        stream = faulty(RESPONSE, **options)  # type: ignore[arg-type]  # as given
        assert outcome(lambda one=stream: [*one]) == outcome(
            lambda one=stream: asyncio.run(collected(one))
        )
        closed: list[str] = []
        source = slowly([*RESPONSE], closed)
        other = faulty(source, provider="openai_chat", **options)  # type: ignore[arg-type]
        assert outcome(lambda one=other: asyncio.run(collected(one))) == outcome(
            lambda one=stream: [*one]
        )
        assert stream.log == other.log
        assert closed == ["closed"]


def outcome(run: Any) -> Any:
    try:
        return run()
    except ConnectionError:
        return "broken"


def test_what_ends_a_stream_closes_its_source() -> None:
    for script in ([(1, "cut")], [(1, "truncated")], []):
        closed: list[str] = []
        assert came(once(EVENTS, closed), *script)
        assert closed == ["closed"]
    closed = []
    leaving = iter(faulty(once(EVENTS, closed)))
    next(leaving)
    leaving.close()  # type: ignore[attr-defined]  # it is a generator
    assert closed == ["closed"]


def test_whoever_leaves_a_loop_closes_its_source() -> None:
    async def leave() -> list[str]:
        closed: list[str] = []
        source = once(EVENTS, closed)  # it stays
        leaving: Any = aiter(faulty(source))
        await anext(leaving)
        await leaving.aclose()
        return [*closed]

    assert asyncio.run(leave()) == ["closed"]
    closed: list[str] = []
    source = once(EVENTS, closed)
    assert asyncio.run(collected(faulty(source, script=[(1, "cut")])))
    assert closed == ["closed"]


def test_of_the_past_no_more_comes_again_than_was_asked_for() -> None:
    for count in range(len(EVENTS) + 2):
        at = len(EVENTS) - 1
        again = EVENTS[max(0, at - count) : at]
        assert came(EVENTS, (at, "replayed", count)) == [*EVENTS[:at], *again, EVENTS[at]]


def test_an_asynchronous_stream_needs_a_loop() -> None:
    with pytest.raises(UsageError, match="async for"):
        iter(faulty(slowly([], [])))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"faults": ["lost"]}, "no fault is called 'lost'; there are: dropped, "),
        ({"script": [(1, "lost")]}, "no fault is called 'lost'"),
        ({"rate": 1.5}, "from 0 to 1"),
        ({"provider": "xyz"}, "no wire is called 'xyz'"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        faulty(EVENTS, **options)


# --- chance -------------------------------------------------------------------------------


def test_chance_comes_from_the_seed() -> None:
    def log(**options: Any) -> list[Fault]:
        stream = faulty(RESPONSE, sleep=no_wait, **options)
        outcome(lambda: [*stream])
        return stream.log

    assert log(seed=3, rate=0.5) == log(seed=3, rate=0.5) != log(seed=4, rate=0.5)
    assert log(rate=0) == []
    assert len(log(rate=1, faults=["dropped", "doubled"])) == len(RESPONSE.frames)
    kinds = {f.kind for seed in range(200) for f in log(seed=seed, rate=0.2)}
    assert kinds == {*FAULTS}
    details = {
        kind: {f.detail for s in range(60) for f in log(seed=s, rate=0.5, faults=kind)}
        for kind in ("reordered", "garbage", "split", "stalled")
    }
    assert all(len(found) >= 3 for found in details.values())


def test_some_cuts_go_through_a_character() -> None:
    stream = faulty(RESPONSE, rate=1, faults="split")
    pieces = [*stream]
    assert any(0x80 <= piece[0] < 0xC0 for piece in pieces)
    assert b"".join(pieces) == RESPONSE.body


# Names that a reproduction uses.
NAMES: dict[str, Any] = {
    each.__name__: each
    for each in (faulty, wire, Fault, Answer, Call, Said, Thought, Refusal, KeyError)
}


def again(stream: Faulty, source: Any = None) -> Faulty:
    """What its repr makes."""
    made: Faulty = eval(repr(stream), {**NAMES, "stream": source})  # what it is for
    made._sleep = no_wait
    return made


@examples(80)
@given(wires(shrink=False), st.integers(0, 2**32), st.sampled_from([0.02, 0.1, 0.5]))
def test_the_repr_makes_the_same_stream_again(response: Wired, seed: int, rate: float) -> None:
    stream = faulty(response, seed=seed, rate=rate, sleep=no_wait)
    before = again(stream)
    first = outcome(lambda: [*stream])
    assert outcome(lambda: [*before]) == first
    assert outcome(lambda: [*again(stream)]) == first
    assert again(stream).log == []
    assert outcome(lambda: [*stream]) == first


def test_the_repr_says_what_was_done_as_far_as_it_came() -> None:
    stream = faulty(EVENTS, script=[(0, "doubled"), (4, "split")], seed=5)
    assert repr(stream) == "faulty(stream, script=[Fault(0, 'doubled'), Fault(4, 'split')], seed=5)"
    next(steps := iter(stream))
    assert repr(stream) == "faulty(stream, script=[Fault(0, 'doubled')])"
    rest = [*steps]
    assert [a, *rest] == [*again(stream, EVENTS)]
    other = faulty(EVENTS, rate=0.5, faults="cut", provider="groq", together=False, error=KeyError)
    assert repr(other) == (
        "faulty(stream, rate=0.5, seed=0, faults=['cut'], provider='groq', together=False, "
        "error=KeyError)"
    )


# --- pieces and events --------------------------------------------------------------------


@examples(60)
@given(wires(shrink=False), st.integers(0, 2**32))
def test_a_fault_strikes_the_same_event_however_pieces_are_cut(response: Wired, seed: int) -> None:
    chance = random.Random(seed)
    if response.framing in ("objects", "jsonarray"):
        return
    body = response.body

    def struck(pieces: list[bytes]) -> Any:
        return outcome(lambda: b"".join(faulty(pieces, seed=seed, sleep=no_wait)))

    expected = struck([body])
    assert struck(cuts(body, 1 + seed % 50)) == expected
    assert struck(cut_at(body, (chance.randint(0, len(body)) for _ in range(5)))) == expected
    assert b"".join(faulty(cuts(body, 5), rate=0)) == body


@pytest.mark.parametrize("name", ["openai_chat", "ollama", "bedrock_converse", "gemini"])
def test_events_are_those_that_the_wire_wrote(name: str) -> None:
    response = wire(name, {"f": {"a": [1, "ü"]}}, "Hi.\r\n")
    whole = [frame.data for frame in response.frames]
    for size in (1, 7, 10_000):
        assert [*faulty(cuts(response.body, size), rate=0)] == whole
    pieces = cuts(response.body, 7)
    assert [*faulty(pieces, rate=0, together=False)] == pieces


def test_a_body_with_other_line_ends_has_events_too() -> None:
    for quirk in ("crlf", "cr", "comments", "bom"):
        response = wire("openai_compatible", {"f": {}}, quirks=[quirk])
        got = [*faulty(cuts(response.body, 3), rate=0)]
        assert b"".join(got) == response.body
        assert len([piece for piece in got if b'"choices"' in piece]) == len(response.messages)


def test_an_event_is_looked_for_once() -> None:
    events, steps = Events("sse"), 0
    for _ in range(20_000):
        assert events.feed(b"x") == []
        steps += len(events._held) - events._seen
    assert steps <= 4 * 20_000
    assert Events().feed(b" \n") == Events("eventstream").feed(b"\x00\x00") == []
    assert Events().feed(b"\x00\x00\x00\x01abcdef") == [b"\x00\x00\x00\x01abcdef"]


# --- as a strategy ------------------------------------------------------------------------


def test_faulty_streams_shrink_to_few_faults() -> None:
    def is_incomplete(stream: Faulty) -> bool:
        events = events_of("openai_chat", stream)
        return not any(isinstance(event, ToolCallCompleted) for event in events)

    strategy = faulty_streams(st.just(RESPONSE), faults=["split", "dropped", "stalled"], most=6)
    stream = find(strategy, is_incomplete, settings=examples(200))
    assert [fault.kind for fault in stream.log] == ["dropped"]
    with pytest.raises(UsageError, match="no fault is called 'lost'"):
        faulty_streams(faults="lost")


@examples(40)
@given(faulty_streams(wires(shrink=False)))
def test_faulty_streams_are_of_all_wires_and_faults(stream: Faulty) -> None:
    assert_keeps_its_word(stream, stream._stream.provider)


# --- what ToolCalls makes of it -----------------------------------------------------------


def provider_of(response: Wired) -> Any:
    return response.provider


def events_of(provider: Any, stream: Iterable[Any]) -> list[Event]:
    calls = ToolCalls(provider=provider)
    events = [event for piece in arriving(stream) for event in calls.feed(piece)]
    return [*events, *calls.close()]


def arriving(stream: Iterable[Any]) -> Iterator[Any]:
    """What arrives; a connection that breaks ends it."""
    with contextlib.suppress(ConnectionError):
        yield from stream


def plain(events: Iterable[Event]) -> list[Any]:
    """The events as data; deltas of one text that follow each other are one."""
    told: list[Any] = []
    for event in events:
        data = event.as_dict()
        inner = data.get("event", data)
        delta = inner.pop("delta", None)
        if delta is not None and told and told[-1][0] == data:
            told[-1][1] += delta
        else:
            told.append([data, delta])
    return told


seeds = st.integers(0, 2**32)


@examples(120)
@given(wires(shrink=False), seeds, st.sampled_from([0.1, 0.6]))
def test_harmless_faults_change_no_event(response: Wired, seed: int, rate: float) -> None:
    stream = faulty(response, faults=HARMLESS, rate=rate, seed=seed, sleep=no_wait)
    told = events_of(provider_of(response), stream)
    assert plain(told) == plain(events_of(provider_of(response), response)), stream


@examples(200)
@given(wires(shrink=False), seeds)
def test_of_a_stream_that_ends_early_exactly_the_calls_that_ended_are_completed(
    response: Wired, seed: int
) -> None:
    if "text_after_finish" in response.quirks:  # the first finish reason is none there
        return
    stream = faulty(response, faults=(*ENDING, *HARMLESS), rate=0.1, seed=seed, sleep=no_wait)
    pieces = [*arriving(stream)]
    at = len(pieces) if response.framing == "objects" else sum(map(len, pieces))
    fed = Fed(response, at, pieces)
    assert_told_right(fed, fed.events(response.provider))


@examples(120)
@given(wires(shrink=False), seeds)
def test_an_error_that_is_reported_fails_the_stream_and_what_is_open(
    response: Wired, seed: int
) -> None:
    stream = faulty(response, faults="error", rate=0.1, seed=seed)
    events = events_of(provider_of(response), stream)
    if stream.log:
        (failed,) = [event for event in events if isinstance(event, StreamFailed)]
        assert failed.reason == "provider_error", stream
        assert events[-1] is failed


def assert_keeps_its_word(stream: Faulty, provider: str) -> None:
    """What holds whatever happened: one fate for each call, and completed ones are JSON."""
    events = events_of(provider, stream)
    started = [event.call for event in events if isinstance(event, ToolCallStarted)]
    fates = [e for e in events if isinstance(e, (ToolCallCompleted, ToolCallFailed))]
    assert [call.index for call in started] == [*range(len(started))], stream
    assert sorted(event.call.index for event in fates) == [*range(len(started))], stream
    for event in fates:
        if isinstance(event, ToolCallCompleted):
            assert json.loads(event.text or "{}") == event.arguments, stream
    failures = [event for event in events if isinstance(event, StreamFailed)]
    assert failures == events[-1:] or not failures, stream


@pytest.mark.parametrize("provider", ["by name", "auto"])
@examples(300)
@given(wires(shrink=False), seeds, st.sampled_from([0.05, 0.2, 0.7]))
def test_whatever_happens_to_a_stream_the_promises_hold(
    provider: str, response: Wired, seed: int, rate: float
) -> None:
    stream = faulty(response, rate=rate, seed=seed, sleep=no_wait)
    assert_keeps_its_word(stream, response.provider if provider == "by name" else "auto")


def marks(response: Wired) -> Iterator[int]:
    """The frames that say that calls are over, or after which that may be said."""
    for number, frame in enumerate(response.frames):
        if frame.ends or frame.finished:
            yield number


@examples(200)
@given(wires(shrink=False, finishes=["complete", "length"]), seeds)
def test_without_a_word_that_it_is_over_no_call_is_completed(response: Wired, seed: int) -> None:
    if response.wire == "ag_ui_chunks":  # whatever comes next ends a call, also if it is late
        return
    first = next(marks(response), len(response.frames))
    faults = ("dropped", "doubled", "replayed", "reordered", "garbage", *HARMLESS)
    frames = list(itertools.islice(response, first))
    stream = faulty(frames, faults=faults, seed=seed, rate=0.2, sleep=no_wait, together=False)
    events = events_of(provider_of(response), stream)
    assert not [event for event in events if isinstance(event, ToolCallCompleted)], stream
