"""Repairs in streams: the arguments of calls, outputs, items, and streams with a schema."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, BeforeValidator, Field

from partialjson import (
    MISSING,
    CallEvent,
    DocumentCompleted,
    Event,
    FieldCompleted,
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    Limits,
    ModelParser,
    OutputCompleted,
    OutputEvent,
    OutputFailed,
    Parser,
    PartialJSONError,
    Repaired,
    SchemaParser,
    StringDelta,
    TextDelta,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCalls,
    ToolCallStarted,
    UsageError,
    Validated,
    ValidationFailed,
    Violation,
    aitems,
    astream,
    event_from_dict,
    items,
    stream,
    validate_stream,
)
from partialjson._core.repair.names import SAFE

from .fragmenting import cuts, ways
from .repair_cases import EVERY_TEXT, ORDER, Order, spoilt
from .strategies import examples


class Forecast(BaseModel):
    city: str = Field(max_length=12)
    days: int = 1
    tags: list[str] = Field(default=[], max_length=2)


class Part(BaseModel):
    part_no: int


def order(parts: list[Part], note: str = "") -> tuple[int, str]:
    return parts[0].part_no, note


SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "maxLength": 12},
        "days": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
    },
    "required": ["city"],
}
TOOLS: dict[str, dict[str, Any] | None] = {
    "typed": {"forecast": Forecast},
    "schema": {"forecast": SCHEMA},
    "untyped": None,
}
kinds = pytest.mark.parametrize("kind", TOOLS)

READ: list[tuple[str, dict[str, Any]]] = [
    ("{'city': 'Paris', days: +3,}", {"city": "Paris", "days": 3}),
    ('```json\n{"city": "Paris", "tags": ["a", "b",]}\n```', {"city": "Paris", "tags": ["a", "b"]}),
    ('Sure: {"city": "Paris"} is it.', {"city": "Paris"}),
    ("{city: it's far, tags: [no, 12x], /* 1 */}", {"city": "it's far", "tags": ["no", "12x"]}),
    ('{"city": "Paris", "tags": ["a"}', {"city": "Paris", "tags": ["a"]}),
    ('{"city": "Paris"]', {"city": "Paris"}),
    ('{"city": "Paris"}}', {"city": "Paris"}),
    ('{"city": "a\\\nb\tc"} // done', {"city": "ab\tc"}),
    ("<tool_call>{“city”: “Paris”}</tool_call>", {"city": "Paris"}),
    ('{"city": "Paris"', {}),
    ("{city: Par", {}),
    ("{'city': 'Par'", {}),
    ('{"city": "Paris", "days": +1', {}),
    ("none", {}),
    ('{"city": ["a" + "b"]}', {}),
]  # fmt: skip


# --- what providers send ------------------------------------------------------------------------


def openai(text: str | None, finish: str | None = None, **function: Any) -> dict[str, Any]:
    calls = [{"index": 0, "id": "c", "function": {"arguments": text, **function}}]
    delta = {} if text is None else {"tool_calls": calls}
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def openai_call(
    fragments: Iterable[str], finish: str | None = "tool_calls"
) -> list[dict[str, Any]]:
    """A call without an end of its own: it is complete when its stream is finished."""
    parts = [openai("", name="forecast"), *map(openai, fragments)]
    return [*parts, *([openai(None, finish)] if finish else [])]


def anthropic_call(fragments: Iterable[str], stop: bool = True) -> list[dict[str, Any]]:
    """A call whose end is marked."""
    content = {"type": "tool_use", "id": "c", "name": "forecast", "input": {}}
    parts: list[dict[str, Any]] = [
        {"type": "message_start", "message": {"content": []}},
        {"type": "content_block_start", "index": 0, "content_block": content},
    ]
    for text in fragments:
        delta = {"type": "input_json_delta", "partial_json": text}
        parts.append({"type": "content_block_delta", "index": 0, "delta": delta})
    return [*parts, *([{"type": "content_block_stop", "index": 0}] if stop else [])]


def stop_reason(reason: str) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": reason}}


def run(messages: Iterable[Any], kind: str = "typed", **options: Any) -> list[Event]:
    calls = ToolCalls(TOOLS[kind], **{"repair": True, **options})
    return [*(e for message in messages for e in calls.feed(message)), *calls.close()]


def fate(events: Iterable[Event]) -> Any:
    """How the only call ended."""
    (found,) = [e for e in events if isinstance(e, (ToolCallCompleted, ToolCallFailed))]
    return found


def inner(events: Iterable[Event]) -> list[Event]:
    return [event.event for event in events if isinstance(event, (CallEvent, OutputEvent))]


def made_of(value: dict[str, Any], kind: str) -> Any:
    return Forecast(**value) if kind == "typed" else value


# --- calls --------------------------------------------------------------------------------------


@kinds
@pytest.mark.parametrize(("text", "value"), READ)
def test_a_call_is_completed_by_what_its_repaired_arguments_say(
    kind: str, text: str, value: dict[str, Any]
) -> None:
    for size in (1, 3, 100):
        end = fate(run(openai_call(cuts(text, size)), kind))
        assert text.startswith(end.text)
        if value:
            assert end.text == text
            assert isinstance(end, ToolCallCompleted)
            assert end.arguments == made_of(value, kind)
        else:
            assert isinstance(end, ToolCallFailed)
            assert end.reason == "malformed"
            assert isinstance(end.error, (IncompleteJSONError, JSONSyntaxError))


@kinds
@pytest.mark.parametrize(("text", "value"), READ)
def test_a_marked_end_completes_at_once(kind: str, text: str, value: dict[str, Any]) -> None:
    calls = ToolCalls(TOOLS[kind], repair=True)
    *before, mark = anthropic_call(cuts(text, 4))
    told = [event for message in before for event in calls.feed(message)]
    assert not any(isinstance(event, ToolCallCompleted) for event in told)
    at_mark = calls.feed(mark)
    rest = calls.feed(stop_reason("tool_use")) + calls.feed({"type": "message_stop"})
    end = fate(told + at_mark + rest + calls.close())
    assert text.startswith(end.text)
    assert isinstance(end, ToolCallCompleted) == bool(value)
    if value:
        assert end.text == text
        assert end.arguments == made_of(value, kind)
        assert (end in at_mark) == (text != LATER)


LATER = '{"city": "Paris", "tags": ["a"}'  # the brace may stand for a bracket, up to the end


@kinds
@pytest.mark.parametrize(("text", "value"), READ)
def test_what_was_cut_off_stays_failed(kind: str, text: str, value: dict[str, Any]) -> None:
    for finish, reason in (("length", "length"), ("content_filter", "content_filter"), (None, "")):
        end = fate(run(openai_call([text], finish), kind))
        assert isinstance(end, ToolCallFailed)
        assert text.startswith(end.text)
        if not isinstance(end.error, JSONSyntaxError):
            assert end.reason == (reason or "disconnected")
    *open_, _ = anthropic_call([text])
    end = fate(run([*open_, stop_reason("max_tokens"), {"type": "message_stop"}], kind))
    assert isinstance(end, ToolCallFailed)


@kinds
@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("{days: 3, city: Par", [("days",)]),
        ("{'days': 3, 'city': 'Par'", [("days",)]),
        ("{days: 3, city: 'Par", [("days",)]),
        ("{'city': 'Paris', 'days': +1", [("city",)]),
        ("{'city': 'Paris', 'days': 0x1", [("city",)]),
        ("{'city': 'Paris', 'days': Non", [("city",)]),
        ("{'city': 'Paris', 'tags': ['a', 'b'", [("city",)]),
        ("{'city': 'Paris', 'tags': [a b", [("city",)]),
        ("{'city': 'Paris', 'tags': ['a'],", [("city",), ("tags",)]),
    ],
)
def test_nothing_that_was_cut_off_is_called_complete(
    kind: str, text: str, complete: list[Any]
) -> None:
    """The next character could have made more of it."""
    for size in (1, 100):
        for messages in (
            openai_call(cuts(text, size), "length"),
            openai_call(cuts(text, size), None),
            openai_call(cuts(text, size)),
        ):
            events = run(messages, kind)
            end = fate(events)
            assert isinstance(end, ToolCallFailed)
            assert end.complete == tuple(complete)
            told = [e.path for e in inner(events) if isinstance(e, FieldCompleted)]
            assert [path for path in told if len(path) == 1] == complete


def test_the_events_of_a_call_say_what_was_repaired() -> None:
    text = "{'city': 'Paris', days: +3,}"
    direct = ModelParser(Forecast, repair=True)
    wanted = direct.feed(text) + direct.close()
    for size in (1, 5, 100):
        events = run(openai_call(cuts(text, size)))
        call = events[0].call  # type: ignore[attr-defined]
        assert all(event.call == call for event in events if isinstance(event, CallEvent))
        told = [event for event in inner(events) if isinstance(event, Repaired)]
        assert told == [event for event in wanted if isinstance(event, Repaired)]
        wrapped = [event for event in events if isinstance(event, CallEvent)]
        assert [event_from_dict(event.as_dict()) for event in wrapped] == wrapped
        assert not any(isinstance(event, DocumentCompleted) for event in inner(events))
        assert not any(
            isinstance(event, (FieldCompleted, Validated)) and event.path == ()
            for event in inner(events)
        )


@pytest.mark.parametrize("repair", [{"missing_close"}, ["trailing_comma", "missing_close"]])
def test_a_document_that_is_cut_off_is_not_completed(repair: Any) -> None:
    with pytest.raises(UsageError, match="missing_close"):
        ToolCalls(TOOLS["typed"], repair=repair)


@pytest.mark.parametrize("repair", [{"no such"}, "prose", 1, "all"])
def test_what_is_no_choice_of_repairs(repair: Any) -> None:
    with pytest.raises(UsageError):
        ToolCalls(None, repair=repair)


def test_without_repairs_such_arguments_fail_and_name_the_repair() -> None:
    end = fate(run(openai_call(["{'city': 'Paris'}"]), repair=False))
    assert end.reason == "malformed"
    assert end.error.repair == "single_quotes"


def test_types_settle_the_arguments() -> None:
    repair = (SAFE | {"wrap_list", "key_case", "inner_quotes"}) - {"prose"}
    text = '{"Parts": {"partNo": 1}, "note": "say "hi" now"}'
    for size in (1, 100):
        calls = ToolCalls([order], repair=repair)
        messages = openai_call(cuts(text, size))
        messages[0]["choices"][0]["delta"]["tool_calls"][0]["function"]["name"] = "order"
        events = [*(e for m in messages for e in calls.feed(m)), *calls.close()]
        end = fate(events)
        assert isinstance(end, ToolCallCompleted)
        assert end.call() == (1, 'say "hi" now')
        assert end.text == text
        told = [event.repair for event in inner(events) if isinstance(event, Repaired)]
        assert told == ["key_case", "wrap_list", "key_case", "inner_quotes", "inner_quotes"]


@kinds
def test_no_arguments_are_none(kind: str) -> None:
    end = fate(run(openai_call([""]), kind))
    assert isinstance(end, ToolCallCompleted) == (kind == "untyped")
    assert end.text == ""


def test_calls_side_by_side_are_repaired_each_for_itself() -> None:
    first, second = "{'city': 'Paris',}", "```json\n{city: Rome}\n```"
    calls = ToolCalls(TOOLS["typed"], repair=True)
    events: list[Event] = []
    texts = [cuts(first, 2), cuts(second, 2)]
    for at in range(max(map(len, texts))):
        for index, parts in enumerate(texts):
            if at < len(parts):
                function = {"name": "forecast" if at == 0 else None, "arguments": parts[at]}
                call = {"index": index, "id": f"c{index}", "function": function}
                delta = {"tool_calls": [call]}
                message = {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
                events += calls.feed(message)
    events += calls.feed(openai(None, "tool_calls")) + calls.close()
    ends = [event for event in events if isinstance(event, ToolCallCompleted)]
    assert [(end.arguments.city, end.text) for end in ends] == [("Paris", first), ("Rome", second)]


def test_a_violation_of_repaired_arguments_fails_the_call() -> None:
    text = "{'city': 'Paris', tags: [a, b, c,]}"
    for kind, reported in (("typed", "too_long"), ("schema", "maxItems")):
        for size in (1, 100):
            events = run(openai_call(cuts(text, size)), kind)
            assert fate(events).reason == "violation"
            (violation,) = [event for event in inner(events) if isinstance(event, Violation)]
            assert (violation.kind, violation.offset) == (reported, text.rindex(", c"))


@pytest.mark.parametrize("kind", ["typed", "schema"])
def test_the_first_violation_stops_the_stream(kind: str) -> None:
    text = "{'city': 'Paris', tags: [a, b, c,]}"
    for size in (1, 100):
        calls = ToolCalls(TOOLS[kind], repair=True, stop_on_violation=True)
        messages = openai_call(cuts(text, size))
        events: list[Event] = []

        def feed() -> None:
            for message in messages:  # noqa: B023
                events.extend(calls.feed(message))  # noqa: B023

        with pytest.raises(ValidationFailed) as caught:
            feed()
        assert caught.value.violation.offset == text.rindex(", c")
        told = inner([*events, *caught.value.events])
        assert [e.repair for e in told if isinstance(e, Repaired)][:2] == ["single_quotes"] * 2


def test_limits_and_validators_of_a_call() -> None:
    end = fate(run(openai_call(["{city: 'Pa", "ris'}"]), limits=Limits(max_string=3)))
    assert end.reason == "limit"
    assert isinstance(end.error, LimitExceededError)
    assert end.error.offset == 11

    def explode(value: Any) -> Any:
        raise ZeroDivisionError

    class Fragile(BaseModel):
        city: Annotated[str, BeforeValidator(explode)]

    calls = ToolCalls({"forecast": Fragile}, repair=True)
    messages = openai_call(["{city: 'Paris',}"])
    end = fate([*(e for m in messages for e in calls.feed(m)), *calls.close()])
    assert end.reason == "violation"
    assert isinstance(end.error, ZeroDivisionError)
    assert end.text == "{city: 'Paris',}"


def plain(events: Iterable[Event]) -> list[dict[str, Any]]:
    return [event.as_dict() for event in events]


def joined(events: Iterable[Event]) -> tuple[list[str], dict[str, str]]:
    """The events but for the deltas, which are joined."""
    lines: list[str] = []
    deltas: dict[str, str] = {}
    for event in events:
        below = event.event if isinstance(event, (CallEvent, OutputEvent)) else event
        if isinstance(below, StringDelta):
            deltas[repr(below.path)] = deltas.get(repr(below.path), "") + below.delta
        elif not isinstance(event, TextDelta):
            facts = {**event.as_dict(), "text": ""}  # of a call that has failed: up to there
            lines.append(str(facts))
    return lines, deltas


@kinds
@given(seed=st.integers(0, 2**32))
@examples(60)
def test_damaged_arguments_come_to_the_same_however_they_are_cut(kind: str, seed: int) -> None:
    chance = random.Random(seed)
    text = spoilt(chance, chance.choice([text for text, value in READ if value]))
    finish = chance.choice(("tool_use", "tool_use", "max_tokens", ""))
    repair = chance.choice((True, True, SAFE | {"wrap_list", "key_case", "inner_quotes"}))
    ends = [stop_reason(finish), {"type": "message_stop"}] if finish else []

    def heard(size: int) -> list[Event]:
        parts = anthropic_call(cuts(text, size), finish == "tool_use")
        return run([*parts, *ends], kind, repair=repair)

    whole = heard(1000)
    end = fate(whole)
    assert isinstance(end, ToolCallFailed) or (end.text, finish) == (text, "tool_use")
    for size in (1, 3):
        assert joined(heard(size)) == joined(whole)
    if not text:
        return  # no arguments are {}
    if isinstance(end, ToolCallCompleted):
        make: dict[str, Any] = {
            "typed": lambda: ModelParser(Forecast, repair=repair),
            "schema": lambda: SchemaParser(SCHEMA, repair=repair),
            "untyped": lambda: Parser(repair=repair, duplicate_keys="error"),
        }
        parser = make[kind]()
        parser.feed(text)
        parser.close()
        assert end.arguments == (parser.result if kind == "typed" else parser.value)


@kinds
@pytest.mark.parametrize(("text", "value"), READ)
def test_after_each_message_the_same_events_remain(
    kind: str, text: str, value: dict[str, Any]
) -> None:
    messages = openai_call(cuts(text, 1))
    straight = ToolCalls(TOOLS[kind], repair=True)
    steps = [plain(straight.feed(message)) for message in messages] + [plain(straight.close())]
    resumed = ToolCalls(TOOLS[kind], repair=True)
    for i, message in enumerate(messages):
        saved = json.loads(json.dumps(resumed.checkpoint(), allow_nan=False))
        again = ToolCalls.restore(saved, TOOLS[kind])
        rest = [plain(again.feed(later)) for later in messages[i:]] + [plain(again.close())]
        assert rest == steps[i:], text[:i]
        resumed.feed(message)


# --- outputs ------------------------------------------------------------------------------------


def answer(text: str, finish: str | None = "stop", size: int = 5) -> list[dict[str, Any]]:
    def chunk(content: str | None, finish: str | None = None) -> dict[str, Any]:
        return {"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}]}

    return [*map(chunk, cuts(text, size)), *([chunk(None, finish)] if finish else [])]


def outputs(text: str, finish: str | None = "stop", size: int = 5, **options: Any) -> list[Event]:
    calls = ToolCalls(None, output=Forecast, **{"repair": True, **options})
    events = [event for message in answer(text, finish, size) for event in calls.feed(message)]
    return [*events, *calls.close()]


ANSWERS: list[tuple[str, list[str]]] = [
    ('Here:\n```json\n{"city": "Paris",}\n```\nThat is all.', ["Paris"]),
    ("{'city': 'Paris'} and {city: Rome}", ["Paris", "Rome"]),
    ('One:\n```\n{"city": "a"}\n```\nTwo:\n```\n{"city": "b",}\n```\n', ["a", "b"]),
    ("{'city': 'Paris'}\n\n", ["Paris"]),
]


@pytest.mark.parametrize(("text", "cities"), ANSWERS)
def test_documents_of_an_answer_are_found_in_it(text: str, cities: list[str]) -> None:
    for size in (1, 7, 100):
        events = outputs(text, size=size)
        ends = [e for e in events if isinstance(e, (OutputCompleted, OutputFailed))]
        assert [type(end) for end in ends] == [OutputCompleted] * len(cities)
        assert [end.value.city for end in ends] == cities
        assert [end.index for end in ends] == [*range(len(cities))]
        assert {end.text for end in ends} == {text}
        known = {event.index for event in events if isinstance(event, OutputEvent)}
        assert known == {*range(len(cities))}


@pytest.mark.parametrize("text", ["I cannot do that.", "```\n```", "No {json} here"])
def test_an_answer_without_a_document_fails(text: str) -> None:
    for size in (1, 100):
        (end,) = [e for e in outputs(text, size=size) if isinstance(e, OutputFailed)]
        assert (end.reason, end.index, end.text, end.value) == ("malformed", 0, text, MISSING)
        assert isinstance(end.error, IncompleteJSONError)
        assert end.error.offset == len(text)


def test_an_answer_of_nothing_is_no_output() -> None:
    assert [e for e in outputs(" \n ") if not isinstance(e, TextDelta)] == []


def test_an_answer_that_is_cut_off_fails() -> None:
    for text in ("{'city': 'Paris', tags: ['a'", "Here: {'city': 'Paris',}", "Here: "):
        (end,) = [e for e in outputs(text, "length") if isinstance(e, OutputFailed)]
        assert end.reason == "length"
        assert end.text == text


@pytest.mark.parametrize(("text", "cities"), ANSWERS)
def test_outputs_go_on_from_a_checkpoint(text: str, cities: list[str]) -> None:
    messages = answer(text, size=1)
    straight = ToolCalls(None, output=Forecast, repair=True)
    steps = [plain(straight.feed(message)) for message in messages] + [plain(straight.close())]
    resumed = ToolCalls(None, output=Forecast, repair=True)
    for i, message in enumerate(messages):
        saved = json.loads(json.dumps(resumed.checkpoint(), allow_nan=False))
        again = ToolCalls.restore(saved, None, output=Forecast)
        rest = [plain(again.feed(later)) for later in messages[i:]] + [plain(again.close())]
        assert rest == steps[i:], text[:i]
        resumed.feed(message)


# --- items and streams --------------------------------------------------------------------------


class Line(BaseModel):
    sku: str
    qty: int = 1


LINES = (
    "Here:\n```json\n{lines: [{sku: a1, qty: +2,}, {'sku': 'it's'} {“sku”: 3}, {sku: x,}],}\n```"
)


async def trickle(text: str | bytes, size: int) -> AsyncIterator[Any]:
    for fragment in cuts(text, size):
        yield fragment


@pytest.mark.parametrize("size", [1, 4, 200])
def test_items_are_found_in_what_is_no_json(size: int) -> None:
    found = items(cuts(LINES, size), "$.lines[*]", Line, "skip", repair=True)
    assert [*found] == [Line(sku="a1", qty=2), Line(sku="it's"), Line(sku="x")]
    mixed = [*items(cuts(LINES.encode(), size), "$.lines[*]", Line, "yield", repair=True)]
    (violation,) = [item for item in mixed if isinstance(item, Violation)]
    assert mixed.index(violation) == 2
    assert (violation.path, violation.kind) == (("lines", 2, "sku"), "string_type")
    assert LINES[violation.offset] == "}"
    untyped = [*items(cuts(LINES, size), "$.lines[*].sku", repair=True)]
    assert untyped == ["a1", "it's", 3, "x"]
    with pytest.raises(JSONSyntaxError):
        [*items(cuts(LINES, size), "$.lines[*]", Line)]


@pytest.mark.parametrize("size", [1, 4, 200])
def test_items_of_an_async_source(size: int) -> None:
    async def read() -> list[Any]:
        found = aitems(trickle(LINES, size), "$.lines[*]", Line, "skip", repair=True)
        return [item async for item in found]

    assert asyncio.run(read()) == [Line(sku="a1", qty=2), Line(sku="it's"), Line(sku="x")]


def test_items_of_many_documents() -> None:
    text = "{'n': 1,}\n{n: 2} {“n”: 3}"
    for fragments in ways(text):
        assert [*items(fragments, "$.n", int, many=True, repair=True)] == [1, 2, 3]
        assert [*items(fragments, "$.n", many=True, repair=True)] == [1, 2, 3]


def test_items_and_what_takes_types_or_completes() -> None:
    cut = items(["{'lines': [{sku: a}, {sku: b"], "$..sku", str, repair={*SAFE, "missing_close"})
    assert [*cut] == ["a", "b"]
    with pytest.raises(IncompleteJSONError):
        [*items(["{'lines': [{sku: a}, {sku: b"], "$..sku", str, repair=True)]


@pytest.mark.parametrize(("name", "text"), EVERY_TEXT)
def test_items_of_each_text(name: str, text: str | bytes) -> None:
    """The same as the fields of the whole."""
    repair = True if name in SAFE else {*SAFE, name}
    whole = Parser(repair=repair, events=FieldCompleted)
    fields = whole.feed(text) + whole.close()
    wanted = [e.value for e in fields if isinstance(e, FieldCompleted) and len(e.path) == 1]
    for size in (1, 5):
        assert [*items(cuts(text, size), "$.*", repair=repair)] == wanted
        assert [*items(cuts(text, size), "$.*", Any, repair=repair)] == wanted


@pytest.mark.parametrize("size", [1, 4, 200])
def test_a_stream_with_a_schema(size: int) -> None:
    good = "Sure: {id: 7, 'tags': [a, 'b',], /* c */}"
    with validate_stream(cuts(good, size), ORDER, repair=True) as events:
        told = [*events]
    assert [e.object for e in told if isinstance(e, Validated) and e.path == ()] == [
        {"id": 7, "tags": ["a", "b"]}
    ]
    assert next(e.repair for e in told if isinstance(e, Repaired)) == "prose"
    bad = "{id: 7, 'tags': [a, 'b', c, d, e]}"
    read: list[Event] = []
    with (
        pytest.raises(ValidationFailed) as caught,
        validate_stream(cuts(bad, size), ORDER, repair=True) as events,
    ):
        read.extend(events)
    assert caught.value.violation.offset == bad.index(", d")
    with pytest.raises(JSONSyntaxError):
        [*validate_stream(cuts(good, size), ORDER)]


@pytest.mark.parametrize("size", [1, 4, 200])
def test_streams_end_with_what_is_held(size: int) -> None:
    text = "{'id': 7, 'tags': ['a'}"
    with stream(cuts(text, size), ModelParser(Order, repair=True)) as events:
        told = [*events]
    assert told[-2:] == [
        Validated((), Order(id=7, tags=["a"])),
        DocumentCompleted({"id": 7, "tags": ["a"]}, 0),
    ]

    async def read() -> list[Event]:
        async with astream(trickle(text, size), ModelParser(Order, repair=True)) as events:
            return [event async for event in events]

    assert asyncio.run(read()) == told


def test_what_came_before_an_error_is_handed_out() -> None:
    read: list[Event] = []
    with pytest.raises(PartialJSONError) as caught:
        read.extend(stream(["{'id': 7, 'tags': ['a' + 'b']}"], ModelParser(Order, repair=True)))
    assert isinstance(caught.value, JSONSyntaxError)
    assert caught.value.offset == 23
    started = stream(["{'id': 7, 'tags': ['a' + 'b']}"], ModelParser(Order, repair=True))
    assert next(started).path == ()  # type: ignore[attr-defined]


def test_a_call_starts_before_it_is_repaired() -> None:
    events = run(openai_call(["{'city': 'Paris'}"]))
    assert isinstance(events[0], ToolCallStarted)
