"""Whatever a stream contains, `ToolCalls` keeps its word.

Streams of all providers are damaged by chance: their messages are dropped, repeated, swapped,
cut short and mixed with those of others, any value in them becomes another, and their bytes
are changed anywhere. What is promised must hold for what comes out.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter, field_validator
from typing_extensions import TypedDict

from partialjson import (
    CallEvent,
    Event,
    Limits,
    OutputCompleted,
    OutputEvent,
    OutputFailed,
    StreamFailed,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCalls,
    ToolCallStarted,
    ValidationFailed,
)
from partialjson.framing.messages import END, MessageDecoder
from partialjson.providers import PROVIDERS
from partialjson.testing.faults import faulty
from partialjson.testing.writers.framings import sse
from tests.conftest import pure_only
from tests.fragmenting import cut_at, cuts
from tests.recordings import STREAMS as RECORDINGS
from tests.recordings import expected
from tests.strategies import times

SEEDS = range(times(2))
EACH = 90  # damaged streams, for each seed and property
FIXTURES = Path(__file__).parents[1] / "fixtures" / "streams"
LONGEST = 24_000  # bytes of a stream that is damaged
SHORT = 6_000  # bytes of one that is fed byte by byte
Rng: TypeAlias = random.Random
Messages: TypeAlias = list[Any]  # decoded JSON, or END

# --- the streams --------------------------------------------------------------------------


@dataclass
class Stream:
    """A response as it was made or recorded."""

    name: str
    provider: str
    body: bytes
    messages: Messages


@cache
def streams() -> list[Stream]:
    """All that can be read, fixtures and, if they are there, recordings."""
    kinds = ("sse", "ndjson", "eventstream", "jsonarray", "jsonl")
    files = [
        (path.parent.name, path)
        for path in sorted(FIXTURES.rglob("*"))
        if path.suffix[1:] in kinds and not path.name.endswith(".events.jsonl")
    ]
    files += [("auto", RECORDINGS / name) for name in expected()]
    read = [stream(provider, path) for provider, path in files]
    return [one for one in read if one.messages and len(one.body) <= LONGEST]


def stream(provider: str, path: Path) -> Stream:
    body = path.read_bytes()
    decoder = MessageDecoder()
    found: Messages = []
    try:
        found += decoder.feed(body)
        found += decoder.close()
    except ValueError as error:
        found += getattr(error, "messages", [])
    name = f"{path.parent.name}/{path.name}"
    return Stream(name, provider, body, found)


def one_of_all(rng: Rng) -> Stream:
    """Any stream; all providers have the same chance."""
    provider = rng.choice(sorted({one.provider for one in streams()}))
    return rng.choice([one for one in streams() if one.provider == provider])


# --- damage to messages -------------------------------------------------------------------

Place: TypeAlias = tuple[Any, Any]  # a container, and a key of it


def places(value: Any) -> list[Place]:
    """All places of a value at which something stands."""
    found: list[Place] = []
    todo = [value]
    while todo:
        inside = todo.pop()
        keys = range(len(inside)) if isinstance(inside, list) else [*inside]
        for key in keys:
            found.append((inside, key))
            if isinstance(inside[key], (dict, list)):
                todo.append(inside[key])
    return found


def copied(value: Any) -> Any:
    """A copy, of any depth."""
    whole = [value]
    todo: list[Any] = [whole]
    while todo:
        inside = todo.pop()
        for key in range(len(inside)) if isinstance(inside, list) else inside:
            if isinstance(inside[key], (dict, list)):
                inside[key] = inside[key].copy()
                todo.append(inside[key])
    return whole[0]


def deep(rng: Rng) -> Any:
    """Something in something, many times."""
    value: Any = rng.choice([1, None, {}, "x"])
    for _ in range(rng.choice([3, 150, 600])):
        value = {"a": value} if rng.random() < 0.5 else [value]
    return value


def other(rng: Rng) -> Any:
    """A value that is expected nowhere."""
    values: list[Callable[[], Any]] = [
        *(lambda: None, lambda: "", lambda: True, lambda: False, list, dict),
        *(lambda: 0, lambda: 1, lambda: -1, lambda: 2.5, lambda: 10**30, lambda: float("inf")),
        *(lambda: float("nan"), lambda: "\ud83d", lambda: "\ude00", lambda: "null", lambda: "{}"),
        *(lambda: "x" * rng.choice([100, 20_000]), lambda: deep(rng), lambda: [None]),
        *(lambda: {"a": {"b": [1, {}]}}, lambda: [[], "a", {"index": 0}], lambda: "stop"),
        *(lambda: '{"a": 1}', lambda: '{"a": "\ud83d', lambda: "}", lambda: "[1, {"),
    ]
    return rng.choice(values)()


def cut_text(text: str, rng: Rng) -> str:
    """A text with a piece missing, doubled or new."""
    a, b = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
    ways = (
        *(text[:a], text[a:], text[:a] + text[b:], text[:b] + text[a:]),
        *(text[:a] + rng.choice('{}[]",:\\0\ud83d\ude00é \n-e') + text[a:], text * 2),
    )
    return rng.choice(ways)


def replaced(message: Any, rng: Rng) -> None:
    inside, key = rng.choice(places(message))
    inside[key] = other(rng)


def text_cut(message: Any, rng: Rng) -> None:
    texts = [(inside, key) for inside, key in places(message) if type(inside[key]) is str]
    if texts:
        inside, key = rng.choice(texts)
        inside[key] = cut_text(inside[key], rng)


def moved(message: Any, rng: Rng) -> None:
    """What stands at one place stands at another."""
    inside, key = rng.choice(places(message))
    elsewhere, there = rng.choice(places(message))
    elsewhere[there] = copied(inside[key])


def deleted(message: Any, rng: Rng) -> None:
    inside, key = rng.choice(places(message))
    del inside[key]


def renamed(message: Any, rng: Rng) -> None:
    named = [(inside, key) for inside, key in places(message) if isinstance(inside, dict)]
    inside, key = rng.choice(named)
    new = rng.choice(["", "type", "index", "id", "error", "choices", f"{key}x", key.upper()])
    inside[new] = inside.pop(key)


INSIDE = (replaced, replaced, replaced, text_cut, text_cut, moved, deleted, renamed)


def inside_one(messages: Messages, rng: Rng) -> int:
    """Damage in one message. Answer which is the first that is not what it was."""
    at = rng.randrange(len(messages))
    message = messages[at] = copied(messages[at])
    if message and isinstance(message, dict):
        rng.choice(INSIDE)(message, rng)
    return at


FAULTS = ("dropped", "replayed", "replayed", "reordered", "cut")
HOW_MANY = (1, 1, 2, 5, 1_000)


def struck(messages: Messages, rng: Rng) -> int:
    """What can happen to the messages as a whole, on their way."""
    at, kind, count = rng.randrange(len(messages)), rng.choice(FAULTS), rng.choice(HOW_MANY)
    script: list[Any] = [(at, kind, None if kind == "cut" else count)]
    if kind == "dropped":
        script = [(number, kind) for number in range(at, at + min(count, 5))]
    messages[:] = faulty(messages, script=script, together=False)
    return at


def strange(messages: Messages, rng: Rng) -> int:
    """A message that is none."""
    at = rng.randrange(len(messages) + 1)
    messages.insert(at, other(rng))
    return at


def spliced(messages: Messages, rng: Rng) -> int:
    """Messages of another stream between those of this one."""
    at = rng.randrange(len(messages) + 1)
    others = one_of_all(rng).messages
    start = rng.randrange(len(others))
    messages[at:at] = others[start : start + rng.choice([1, 2, len(others)])]
    return at


DAMAGES = (*(inside_one,) * 8, *(struck,) * 4, spliced, strange)


# --- a damaged stream, and with what it is read ------------------------------------------


class InPlace(TypedDict):
    city: str


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")
    city: Any = None
    path: str | None = None


class Strict(BaseModel):
    city: str
    days: int = 3


class Raising(BaseModel):
    model_config = ConfigDict(extra="allow")

    @field_validator("*", mode="after", check_fields=False)
    @classmethod
    def never(cls, value: Any) -> Any:
        raise ZeroDivisionError


def function(city: str = "", *, days: Any = 1) -> None: ...


SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TYPES = (Loose, Loose, Strict, Raising, InPlace, dict[str, Any], Any, function, SCHEMA, True, False)
OUTPUTS = (None, None, Any, Loose, Strict, list[Any], SCHEMA)


@cache
def names() -> list[str]:
    """The tools that are called in streams."""
    found: set[str] = set()
    for one in streams():
        events = run([one.body], {}).events
        found |= {event.call.name for event in events if isinstance(event, ToolCallStarted)}
    return sorted(found)


def options_for(rng: Rng, provider: str) -> dict[str, Any]:
    """Options for `ToolCalls`, by chance."""
    tools = {name: rng.choice(TYPES) for name in names()} if rng.random() < 0.6 else None
    limits = Limits(max_depth=3, max_string=40) if rng.random() < 0.1 else None
    return {
        "tools": tools,
        "provider": provider if rng.random() < 0.5 else "auto",
        "output": rng.choice(OUTPUTS),
        "unknown": rng.choice(["parse", "parse", "refuse"]),
        "limits": limits,
    }


@dataclass
class Case:
    """A damaged stream. `first`: before this one, all messages are as they were."""

    name: str
    options: dict[str, Any]
    messages: Messages
    first: int

    def body(self) -> bytes:
        return b"".join(
            sse(b"[DONE]" if one is END else json.dumps(one).encode()) for one in self.messages
        )

    def dicts(self) -> Messages:
        return [one for one in self.messages if type(one) is dict]


def made(rng: Rng) -> Case:
    """A damaged stream, and what reads it."""
    stream_ = one_of_all(rng)
    messages = [*stream_.messages]
    first = len(messages)
    for _ in range(rng.choice([1, 1, 2, 3, 8])):
        if messages:
            first = min(first, rng.choice(DAMAGES)(messages, rng))
    return Case(stream_.name, options_for(rng, stream_.provider), messages, first)


@dataclass
class Torn:
    """A stream of damaged bytes. `first`: before this one, all are as they were."""

    name: str
    options: dict[str, Any]
    body: bytes
    first: int


def torn(rng: Rng) -> Torn:
    """A stream of which bytes are missing, new or others."""
    stream_ = one_of_all(rng)
    body, first = bytearray(stream_.body), len(stream_.body)
    for _ in range(rng.choice([1, 1, 2, 3, 8])):
        at = rng.randrange(len(body) + 1)
        till = at + rng.choice([0, 0, 1, 1, 3, 40])
        new = rng.choice([b"", bytes([rng.randrange(256)]), rng.choice(BITS), body[at : at + 50]])
        body[at:till] = new
        first = min(first, at)
    if rng.random() < 0.1:
        del body[rng.randrange(len(body) + 1) :]
    return Torn(
        stream_.name, options_for(rng, stream_.provider), bytes(body), min(first, len(body))
    )


BITS = (
    *(b"\n", b"\r", b"\r\n\r\n", b"\n\n", b"\x00", b"\xff", b'"', b"{", b"}", b"[", b"]", b","),
    *(b"\\ud83d", b"\xf0\x9f", b"data: [DONE]\n\n", b"event: error\n", b"data: {}\n\n", b"null"),
    *(b"\xef\xbb\xbf", b"1e999", b"NaN", b"[" * 2000, b'{"a":' * 2000, b"9" * 5000, b"id: 1\n"),
)


# --- running ------------------------------------------------------------------------------


@dataclass
class Heard:
    """What came of it; `raised`, with `stop_on_violation`."""

    events: list[Event]
    raised: int = 0
    late: list[Event] = field(default_factory=list)  # that came after it had raised


def run(fragments: Iterable[Any], options: dict[str, Any]) -> Heard:
    """Feed all of it, and close."""
    return go_on(ToolCalls(**options), fragments)


def go_on(calls: ToolCalls, fragments: Iterable[Any]) -> Heard:
    events = [event for fragment in fragments for event in calls.feed(fragment)]
    return Heard([*events, *calls.close()])


def stopping(fragments: Iterable[Any], options: dict[str, Any]) -> Heard:
    """The same with `stop_on_violation`; what is fed after the violation is refused."""
    calls = ToolCalls(**options, stop_on_violation=True)
    heard = Heard([])
    verbs = [*((calls.feed, fragment) for fragment in fragments), (calls.close,), (calls.close,)]
    for verb, *fragment in verbs:
        try:
            heard.events += verb(*fragment)
        except ValidationFailed as error:
            heard.events += error.events
            heard.late += error.events if heard.raised else []
            heard.raised += 1
    return heard


def plain(events: Iterable[Event]) -> list[str]:
    return [json.dumps(event.as_dict()) for event in events]


# --- what is promised ---------------------------------------------------------------------


def fates(events: list[Event]) -> Iterator[str]:
    """Each call has one start and then one fate; the stream fails once, and nothing follows."""
    started: dict[int, Any] = {}
    done: set[int] = set()
    for at, event in enumerate(events):
        if isinstance(event, ToolCallStarted):
            if event.call.index != len(started):
                yield f"call {event.call.index} is the {len(started)}th that starts"
            started[event.call.index] = event.call
        elif isinstance(event, (CallEvent, ToolCallCompleted, ToolCallFailed)):
            index = event.call.index
            if started.get(index) != event.call:
                yield f"{event!r} of a call that never started"
            if index in done:
                yield f"{event!r} after the fate of the call"
            if not isinstance(event, CallEvent):
                done.add(index)
        elif isinstance(event, StreamFailed) and event is not events[-1]:
            yield f"{events[at + 1]!r} after {event!r}"
    yield from (f"no fate of {call!r}" for index, call in started.items() if index not in done)


def documents(events: list[Event]) -> Iterator[str]:
    """The same for outputs."""
    seen: dict[int, int] = {}
    done: set[int] = set()
    for event in events:
        if isinstance(event, (OutputEvent, OutputCompleted, OutputFailed)):
            choice = seen.setdefault(event.index, event.choice)
            if (event.index, event.choice) != ([*seen].index(event.index), choice):
                yield f"{event!r} is of another output"
            if event.index in done:
                yield f"{event!r} after the fate of the output"
            if not isinstance(event, OutputEvent):
                done.add(event.index)
    yield from (f"no fate of output {index}" for index in seen if index not in done)


def arguments(events: list[Event], tools: dict[str, Any] | None) -> Iterator[str]:
    """What is completed is what its text says."""
    for event in events:
        if isinstance(event, ToolCallCompleted):
            call = event.call
            type_ = None if call.server else (tools or {}).get(call.name)
            try:
                meant = event.text if call.free else value_of(event.text, type_)
            except ValueError as error:
                yield f"{event!r} of {event.text!r:.80}: {error}"
            else:
                if repr(meant) != repr(event.arguments):
                    yield f"{event!r} of {event.text!r:.80}"


def value_of(text: str, type_: Any) -> Any:
    text = text or "{}"
    if type_ is None or isinstance(type_, (dict, bool)):
        return json.loads(text)
    if type_ is function:
        return json.loads(text)
    return TypeAdapter(type_).validate_json(text.encode("utf-8", "surrogatepass"))


def all_promises(heard: Heard, options: dict[str, Any]) -> Iterator[str]:
    yield from fates(heard.events)
    yield from documents(heard.events)
    yield from arguments(heard.events, options["tools"])


def raises_nothing_and_tells_fates(case: Case) -> Iterator[str]:
    """Bytes and messages: what is promised holds, and they come to the same."""
    whole = run([case.body()], case.options)
    yield from all_promises(whole, case.options)
    fed = run(case.dicts(), case.options)
    yield from all_promises(fed, case.options)
    if len(case.dicts()) == len(case.messages) and plain(whole.events) != plain(fed.events):
        yield "bytes and messages differ"


def before_the_damage_nothing_changes(case: Case) -> Iterator[str]:
    """The events of what came before stand, the completed calls among them."""
    before = Case(case.name, case.options, case.messages[: case.first], 0).body()
    calls = ToolCalls(**case.options)
    early = plain(calls.feed(before))
    if early != plain(run([case.body()], case.options).events)[: len(early)]:
        yield "what came before the damage differs"
    if early != plain(go_on(ToolCalls(**case.options), cuts(before, 100)).events)[: len(early)]:
        yield "what came before the damage differs by its fragments"


def stops_once(case: Case) -> Iterator[str]:
    """With `stop_on_violation` all is as without, up to the first violation."""
    for fragments in ([case.body()], case.dicts()):
        heard = stopping(fragments, case.options)
        yield from all_promises(heard, case.options)
        if heard.late:
            yield f"{heard.late[0]!r} after the first ValidationFailed"
        if heard.raised and any(isinstance(event, StreamFailed) for event in heard.events[:-1]):
            yield "the stream failed before the violation"


def checkpoints_go_on(case: Case) -> Iterator[str]:
    """Saved between any two messages, it goes on with the same events."""
    messages = case.dicts()
    rng = random.Random(len(messages))
    for at in {rng.randrange(len(messages) + 1), min(case.first + 1, len(messages))}:
        one = ToolCalls(**case.options)
        fed = [event for message in messages[:at] for event in one.feed(message)]
        again = restored(one, case.options)
        rest = plain(go_on(one, messages[at:]).events)
        if plain(go_on(again, messages[at:]).events) != rest:
            yield f"restored after {at} messages, {len(fed)} events, it goes on otherwise"


def restored(calls: ToolCalls, options: dict[str, Any]) -> ToolCalls:
    """What another process makes of a checkpoint."""
    saved = json.loads(json.dumps(calls.checkpoint(), allow_nan=False))
    given = {name: options[name] for name in ("tools", "output", "limits")}
    return ToolCalls.restore(saved, **given)


def fragments_do_not_matter(case: Torn) -> Iterator[str]:
    """Damaged bytes, cut anywhere: the promises hold, and the events are the same."""
    for runner in (run, stopping):
        whole = runner([case.body], case.options)
        yield from all_promises(whole, case.options)
        for fragments in cuttings(case.body):
            heard = runner(fragments, case.options)
            if plain(heard.events) != plain(whole.events):
                yield f"{runner.__name__} in {len(fragments)} pieces differs"


def cuttings(body: bytes) -> list[list[bytes]]:
    """A body in pieces."""
    rng = random.Random(len(body))
    at = rng.sample(range(len(body)), min(len(body), 20))
    return [cuts(body, 1 if len(body) < SHORT else 7), cut_at(body, at)]


def torn_bytes_go_on(case: Torn) -> Iterator[str]:
    """Damaged bytes: a checkpoint anywhere goes on, and what came before the damage stands."""
    rng = random.Random(len(case.body))
    for at in {rng.randrange(len(case.body) + 1), case.first}:
        one = ToolCalls(**case.options)
        early = plain(one.feed(case.body[:at]))
        again = restored(one, case.options)
        rest = plain(go_on(one, [case.body[at:]]).events)
        if plain(go_on(again, [case.body[at:]]).events) != rest:
            yield f"restored after {at} bytes it goes on otherwise"
        if early + rest != plain(run([case.body], case.options).events):
            yield f"cut after {at} bytes it comes to something else"


# --- the tests ----------------------------------------------------------------------------

Prop: TypeAlias = Callable[[Any], Iterable[str]]


def found(prop: Prop, case: Any) -> list[str]:
    """What contradicts a promise; what is raised does, too."""
    try:
        return [what[:300] for what in prop(case)]
    except Exception as error:
        return [f"raised {error!r:.300}"]


def smallest(prop: Prop, case: Case) -> Case:
    """The same case with as few messages as show a contradiction, too."""
    size = len(case.messages)
    while size := size // 2:
        at = 0
        while at < len(case.messages):
            fewer = replace(case, messages=case.messages[:at] + case.messages[at + size :])
            if found(prop, fewer):
                case = fewer
            else:
                at += size
    return case


def holds(prop: Prop, make: Callable[[Rng], Any], seed: int, each: int = EACH) -> None:
    """A property holds for streams that are damaged by chance."""
    wrong = [
        (number, case)
        for number in range(each)
        if found(prop, case := make(random.Random(f"{prop.__name__} {seed} {number}")))
    ]
    if wrong:
        number, case = wrong[0]
        if isinstance(case, Case):
            case = smallest(prop, case)
        shown = case.messages if isinstance(case, Case) else case.body
        tools = case.options["tools"] and "tools"
        options = {**case.options, "tools": tools}
        raise AssertionError(
            f"{len(wrong)} of {each}; number {number}, {case.name}, {options}:\n"
            f"{found(prop, case)[0]}\n{str(shown)[:2000]}"
        )


all_seeds = pytest.mark.parametrize("seed", SEEDS)


@all_seeds
@pytest.mark.parametrize(
    "prop",
    [
        raises_nothing_and_tells_fates,
        before_the_damage_nothing_changes,
        stops_once,
        checkpoints_go_on,
    ],
)
def test_damaged_messages_break_no_promise(prop: Prop, seed: int) -> None:
    holds(prop, made, seed)


@all_seeds
@pytest.mark.parametrize("prop", [fragments_do_not_matter, torn_bytes_go_on])
def test_damaged_bytes_break_no_promise(prop: Prop, seed: int) -> None:
    holds(prop, torn, seed, EACH // 3)


# --- any value at any place ---------------------------------------------------------------


def path_to(message: Any) -> Iterator[tuple[str, list[Any]]]:
    """All places of a message, each as its path, with a name that all of its kind have."""
    todo: list[tuple[list[Any], Any]] = [([], message)]
    while todo:
        path, inside = todo.pop()
        for key in range(len(inside)) if isinstance(inside, list) else inside:
            steps = [*path, key]
            yield ".".join("#" if type(step) is int else step for step in steps), steps
            if isinstance(inside[key], (dict, list)):
                todo.append((steps, inside[key]))


@cache
def kinds_of_places() -> dict[str, list[tuple[Stream, int, list[Any]]]]:
    """One place of each kind, by provider: stream, message, path."""
    found: dict[str, list[tuple[Stream, int, list[Any]]]] = {name: [] for name in PROVIDERS}
    seen = set()
    for one in streams():
        for at, message in enumerate(one.messages):
            kind = isinstance(message, dict) and str(message.get("type", message.get("event_type")))
            for name, path in path_to(message if isinstance(message, dict) else {}):
                place = (one.provider, kind, name)
                if one.provider in found and place not in seen:
                    seen.add(place)
                    found[one.provider].append((one, at, path))
    return found


def with_another(one: Stream, at: int, path: list[Any], value: Any) -> Messages:
    message = inside = copied(one.messages[at])
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return [*one.messages[:at], message, *one.messages[at + 1 :]]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_any_value_may_stand_at_any_place(provider: str) -> None:
    rng = random.Random(provider)
    wrong: Counter[str] = Counter()
    for one, at, path in kinds_of_places()[provider]:
        for _ in range(times(1)):
            value = other(rng)
            given = rng.choice(["auto", provider])
            options = {"tools": None, "provider": given, "output": None, "limits": None}
            messages = with_another(one, at, path, value)
            case = Case(one.name, options, [one for one in messages if one is not END], at)
            for prop in (raises_nothing_and_tells_fates, checkpoints_go_on):
                for what in found(prop, case)[:1]:
                    wrong[f"{what} ({one.name}, message {at}, {path}: {value!r:.60})"] += 1
    assert not wrong, f"{len(wrong)} times:\n" + "\n".join([*wrong][:5])


# --- the work is linear -------------------------------------------------------------------


def lines_run(messages: Messages, options: dict[str, Any]) -> int:
    """How many lines of code are run for it."""
    count = 0

    def counting(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        count += event == "line"
        return counting

    calls = ToolCalls(**options)
    before = sys.gettrace()
    sys.settrace(counting)
    try:
        go_on(calls, messages)
    finally:
        sys.settrace(before)
    return count


def as_others(message: Any, number: int) -> Any:
    """The message with other ids and indexes, so that it speaks of something new."""
    message = copied(message)
    for inside, key in places(message):
        value = inside[key]
        if type(value) is int and "index" in str(key).lower():
            inside[key] = value + 50 * number
        elif type(value) is str and str(key).lower().endswith("id"):
            inside[key] = f"{value}_{number}"
    return message


@pure_only
@all_seeds
def test_many_times_the_messages_are_many_times_the_work(seed: int) -> None:
    for number in range(EACH // 6):
        rng = random.Random(f"linear {seed} {number}")
        case = made(rng)
        messages = case.dicts()[:60]
        vary: Callable[[Any, int], Any] = rng.choice([as_others, lambda message, _: message])
        few, many = (
            lines_run([vary(m, n) for n in range(times) for m in messages], case.options)
            for times in (4, 16)
        )
        assert many <= 6 * few + 5_000, (number, case.name, few, many)
