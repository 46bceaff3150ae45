"""Events are plain nouns: they compare, show themselves, match, and go through JSON."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
from pydantic import BaseModel

import partialjson
from partialjson import (
    DROPPED,
    CallEvent,
    DocumentCompleted,
    Event,
    FieldCompleted,
    JSONSyntaxError,
    LimitExceededError,
    Limits,
    OutputCompleted,
    OutputEvent,
    OutputFailed,
    Parser,
    Repaired,
    StreamError,
    StreamFailed,
    StringDelta,
    TextDelta,
    ToolCall,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCallStarted,
    UsageError,
    Validated,
    ValueStarted,
    Violation,
    event_from_dict,
)

CALL = ToolCall("call_1", 2, "weather", choice=1, server=True)
PLAIN = ToolCall(None, 0, "")
MISSING: Any = partialjson.MISSING

FAILED = ToolCallFailed(CALL, "length", None, {"a": 1}, (("a",),), (("b",),), '{"a": 1')

EVENTS: list[Event] = [
    ValueStarted((), "object"),
    ValueStarted(("a", 0, "é"), "string"),
    StringDelta(("a", 1), 'x\n"\u2028'),
    FieldCompleted((), None),
    FieldCompleted(("a",), [1, 2.5, {"b": [True, None, "c"]}]),
    FieldCompleted(("a",), DROPPED),
    FieldCompleted(("a",), "DROPPED"),
    FieldCompleted(("a",), {"type": "FieldCompleted", "value_is": "MISSING"}),
    DocumentCompleted({"a": 1}, 3),
    DocumentCompleted(DROPPED, 0),
    Validated(("a", 0), {"id": 1}),
    Violation(("a", 0), "int_type", "no int", 7, True, {"type": "int_type", "loc": ["a", 0]}),
    Repaired(("a",), "single_quotes", 3, "'", '"'),
    ToolCallStarted(CALL),
    ToolCallStarted(PLAIN),
    CallEvent(CALL, FieldCompleted(("city",), "Paris")),
    OutputEvent(1, 0, FieldCompleted(("city",), "Paris")),
    OutputCompleted(0, 2, {"city": "Paris"}, '{"city": "Paris"}'),
    OutputFailed(0, 2, "length", None, {"city": "Pa"}, (), (("city",),), '{"city": "Pa'),
    CallEvent(CALL, FieldCompleted(("city",), DROPPED)),
    CallEvent(CALL, Violation((), "missing", "needed", 9, False, None)),
    ToolCallCompleted(CALL, {"city": "Paris"}, '{"city": "Paris"}'),
    ToolCallFailed(CALL, "length", None, {"city": "Par"}, (), (("city",),), '{"city": "Par'),
    ToolCallFailed(CALL, "no_end", None, MISSING, (("a",), ("b", 0)), (), ""),
    ToolCallFailed(
        PLAIN,
        "malformed",
        JSONSyntaxError("no", offset=3, path=("a", 0), expected=("value",), doc="[1,"),
        [1],
        (("a",),),
        (),
        "[1,]",
    ),
    ToolCallFailed(
        CALL, "limit", LimitExceededError("deep", limit="max_depth", maximum=2), {}, (), (), "[["
    ),
    TextDelta("reasoning", "hm"),
    StreamFailed("disconnected", StreamError("cut", code="truncated")),
    StreamFailed("malformed", None),
]


def from_parser() -> list[Event]:
    """Events with links instead of paths."""
    return Parser().feed('{"a": [{"b": "x"}, [], 1], "c": null} ')


def deep_events() -> list[Event]:
    """Events from below 200 levels, which spell their paths when those are read."""
    parser = Parser(limits=Limits(max_depth=1000))
    events = parser.feed("[" * 250 + '{"k": "ab')
    return [*events[-4:], *parser.feed('c", "l": [1]}')]


SAMPLE = [*EVENTS, *from_parser(), *deep_events()]
sample = pytest.mark.parametrize("event", SAMPLE, ids=lambda event: event.__class__.__name__)


def fields(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__match_args__}


def test_there_is_an_example_of_every_event() -> None:
    kinds = {kind for kind in vars(partialjson.events).values() if isinstance(kind, type)}
    kinds = {kind for kind in kinds if issubclass(kind, Event) and kind.__match_args__}
    assert kinds == {type(event) for event in EVENTS}
    deep = {event.__class__ for event in deep_events() if type(event) is not event.__class__}
    assert deep == {ValueStarted, StringDelta, FieldCompleted}
    assert {type(event).__module__ for event in deep_events()} == {"partialjson.events"}


@sample
def test_an_event_goes_through_json_and_comes_back(event: Event) -> None:
    data = event.as_dict()
    assert data["type"] == event.__class__.__name__ == type(event).__name__
    back = event_from_dict(json.loads(json.dumps(data, allow_nan=False)))
    assert back == event
    assert repr(back) == repr(event)
    assert back.as_dict() == data


@sample
def test_an_event_is_pickled_and_copied(event: Event) -> None:
    protocols = range(pickle.HIGHEST_PROTOCOL + 1)
    pickled = [pickle.loads(pickle.dumps(event, protocol)) for protocol in protocols]
    for other in (*pickled, copy.copy(event), copy.deepcopy(event)):
        assert other is not event
        assert type(other) is event.__class__
        assert other == event
        assert event == other
        assert repr(other) == repr(event)


@sample
def test_an_event_is_made_of_its_fields_by_position_and_by_name(event: Event) -> None:
    kind: Any = event.__class__
    assert list(fields(event)) == list(kind.__match_args__)
    for other in (kind(*fields(event).values()), kind(**fields(event))):
        assert type(other) is kind
        assert other == event
        assert repr(other) == repr(event)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_made_of_all_its_fields_and_nothing_else(event: Event) -> None:
    kind: Any = type(event)
    values = list(fields(event).values())
    wrong: list[tuple[list[Any], dict[str, Any]]] = [
        ([], {}),
        (values[:-1], {}),
        ([*values, None], {}),
        (values, {"no_such_field": 1}),
        (values, {kind.__match_args__[0]: 1}),
    ]
    for positional, named in wrong:
        with pytest.raises(TypeError):
            kind(*positional, **named)


@sample
def test_an_event_passes_for_its_kind(event: Event) -> None:
    kind = event.__class__
    assert isinstance(event, kind)
    assert isinstance(event, Event)
    assert issubclass(kind, Event)
    assert kind.__module__ == "partialjson.events"
    assert kind is getattr(partialjson, kind.__name__)
    others = {type(other) for other in EVENTS} - {kind}
    assert not isinstance(event, tuple(others))


@pytest.mark.parametrize("kind", [Event, *{type(event) for event in EVENTS}], ids=str)
def test_a_kind_of_event_is_described(kind: type[Event]) -> None:
    first = (kind.__doc__ or "").partition("\n")[0]
    assert first.endswith(".")
    assert "(" not in first  # as in a signature


def test_the_sentinels_stay_themselves() -> None:
    for event in EVENTS:
        for name in event.__match_args__:
            value = getattr(event, name)
            if value is DROPPED or value is MISSING:
                assert getattr(event_from_dict(event.as_dict()), name) is value
                assert getattr(copy.deepcopy(event), name) is value
    assert pickle.loads(pickle.dumps(DROPPED)) is DROPPED
    assert copy.deepcopy(DROPPED) is DROPPED
    assert repr(DROPPED) == "DROPPED"


def test_events_are_equal_if_their_kind_and_all_their_fields_are() -> None:
    for i, event in enumerate(EVENTS):
        for j, other in enumerate(EVENTS):
            assert (event == other) == (i == j)
    assert FieldCompleted((), 1) != "FieldCompleted"
    assert FieldCompleted((), [1, [2]]) != FieldCompleted((), [1, [2, 3]])
    assert FieldCompleted((), {"a": 1}) != FieldCompleted((), {"b": 1})
    assert FieldCompleted((), {"a": [1]}) != FieldCompleted((), {"a": [2]})
    assert FieldCompleted((), []) != FieldCompleted((), {})


def test_an_event_of_a_parser_equals_one_that_was_spelled_out() -> None:
    linked = from_parser()
    assert linked[3] == ValueStarted(("a", 0, "b"), "string")
    spelled = [event_from_dict(event.as_dict()) for event in linked]
    assert linked == spelled
    assert [type(event) for event in linked] == [type(event) for event in spelled]


@sample
def test_events_have_no_hash_and_no_order(event: Event) -> None:
    other: Any = event
    with pytest.raises(TypeError):
        hash(event)
    with pytest.raises(TypeError):
        assert event < other
    assert event.__class__.__hash__ is None
    assert event.__eq__(1) is NotImplemented
    assert (event != copy.copy(event)) is False


@sample
def test_events_have_no_other_attributes(event: Event) -> None:
    with pytest.raises(AttributeError):
        event.no_such_field = 1  # type: ignore[attr-defined]  # the point
    with pytest.raises(AttributeError):
        _ = event.no_such_field  # type: ignore[attr-defined]  # the point
    assert not hasattr(event, "__dict__")


@sample
def test_the_fields_of_events_can_be_set_but_for_paths_in_the_depth(event: Event) -> None:
    changed = copy.copy(event) if type(event) is event.__class__ else event
    for name, value in fields(event).items():
        if name == "path" and type(changed) is not changed.__class__:
            with pytest.raises(AttributeError):
                setattr(changed, name, ())
        else:
            setattr(changed, name, value)
            assert getattr(changed, name) is value
    assert changed == event


class Noted(FieldCompleted):
    """What somebody may make of an event."""

    __match_args__ = ("path", "value", "note")

    def __init__(self, path: partialjson.Path, value: Any, note: str = "") -> None:
        super().__init__(path, value)
        self.note = note


def test_events_can_be_subclassed() -> None:
    event = Noted(("a",), 1, note="x")
    assert repr(event) == "Noted(path=('a',), value=1, note='x')"
    assert event.as_dict() == {"type": "Noted", "path": ["a"], "value": 1, "note": "x"}
    assert event == Noted(("a",), 1, "x")
    assert event != Noted(("a",), 1, "y")
    assert event != FieldCompleted(("a",), 1)
    assert copy.deepcopy(event) == event
    assert pickle.loads(pickle.dumps(event)) == event


# --- matching ------------------------------------------------------------------------


def told(event: Event) -> str:
    match event:
        case ValueStarted(path, "object"):
            return f"object at {path}"
        case StringDelta(("a", int(index)), delta):
            return f"{delta} at {index}"
        case FieldCompleted(path=("a",), value=[first, *_]):
            return f"list from {first}"
        case DocumentCompleted(value, index):
            return f"document {index}: {value}"
        case Validated(path=(*_, 0), object={"id": key}):
            return f"validated {key}"
        case Violation(_, kind, _, offset, True):
            return f"{kind} at {offset}"
        case CallEvent(ToolCall(name=name), FieldCompleted(path, value)):
            return f"{name} has {path} {value}"
        case ToolCallCompleted(call=ToolCall(id="call_1"), arguments=arguments):
            return f"run {arguments}"
        case ToolCallFailed(_, "length", missing=missing):
            return f"failed, {missing}"
        case TextDelta("reasoning", delta):
            return delta
        case StreamFailed(error=StreamError(code=code)):
            return code
    return ""


def test_events_match_by_position_and_by_name() -> None:
    assert [text for event in EVENTS if (text := told(event))] == [
        "object at ()",
        'x\n"\u2028 at 1',
        "list from 1",
        "document 3: {'a': 1}",
        "document 0: DROPPED",
        "validated 1",
        "int_type at 7",
        "weather has ('city',) Paris",
        "weather has ('city',) DROPPED",
        "run {'city': 'Paris'}",
        "failed, (('city',),)",
        "hm",
        "truncated",
    ]


def test_events_from_the_depth_match_as_others_do() -> None:
    found: list[tuple[Any, ...]] = []
    for event in deep_events():
        match event:
            case ValueStarted((0, *_, "k"), kind):
                found.append(("started", kind))
            case StringDelta((*_, "k"), delta):
                found.append(("delta", delta))
            case FieldCompleted(path=(0, 0, *_, "l", 0), value=value):
                found.append(("completed", value))
            case FieldCompleted((*_, "k"), value):
                found.append(("completed", value))
    assert found == [
        *(("started", "string"), ("delta", "ab"), ("delta", "c")),
        *(("completed", "abc"), ("completed", 1)),
    ]


# --- showing -------------------------------------------------------------------------


def test_an_event_shows_its_fields() -> None:
    assert repr(ValueStarted(("a", 0), "array")) == "ValueStarted(path=('a', 0), kind='array')"
    assert repr(FieldCompleted((), DROPPED)) == "FieldCompleted(path=(), value=DROPPED)"
    assert (
        repr(ToolCallStarted(PLAIN)) == "ToolCallStarted(call=ToolCall(id=None, index=0, name=''))"
    )


def test_what_an_event_shows_is_short() -> None:
    deep: Any = "x"
    for i in range(100_000):
        deep = [deep] if i % 2 else {"k": deep}
    long_path = tuple(range(100_000))
    model = type("Model", (), {"__repr__": lambda self: "M" * 10_000})()
    for event in (
        FieldCompleted((), deep),
        FieldCompleted(long_path, "x" * 100_000),
        StringDelta((), "x" * 100_000),
        DocumentCompleted([[1] * 1000] * 1000, 0),
        DocumentCompleted({"k" * 1000 + str(i): "v" * 1000 for i in range(100)}, 0),
        Validated((), model),
        CallEvent(CALL, FieldCompleted((), deep)),
        ToolCallCompleted(CALL, deep, "x" * 100_000),
    ):
        assert len(repr(event)) < 800
    assert CallEvent(CALL, FieldCompleted((), deep)) == CallEvent(CALL, FieldCompleted((), deep))


# --- plain data ----------------------------------------------------------------------


class City(BaseModel):
    name: str
    size: float | None = None


def test_an_object_becomes_plain_data() -> None:
    event = event_from_dict(Validated(("a",), City(name="Paris")).as_dict())
    assert event == Validated(("a",), {"name": "Paris", "size": None})
    called = ToolCallCompleted(CALL, City(name="Rome"), "{}").as_dict()
    assert called["arguments"] == {"name": "Rome", "size": None}


def test_an_exception_of_another_library_becomes_the_base_error() -> None:
    event = event_from_dict(StreamFailed("disconnected", OSError("gone")).as_dict())
    assert isinstance(event, StreamFailed)
    assert type(event.error) is partialjson.PartialJSONError
    assert str(event.error) == "gone"


@pytest.mark.parametrize(
    "data",
    [
        None,
        1,
        "FieldCompleted",
        [],
        {},
        {"type": None},
        {"type": "Nothing"},
        {"type": "Event"},
        {"type": ["FieldCompleted"]},
        {"type": {"a": 1}},
        {"type": "FieldCompleted"},
        {"type": "FieldCompleted", "path": []},
        {"type": "FieldCompleted", "value": 1},
        {"type": "FieldCompleted", "path": None, "value": 1},
        {"type": "FieldCompleted", "path": 5, "value": 1},
        {"type": "FieldCompleted", "path": "abc", "value": 1},
        {"type": "FieldCompleted", "path": [None], "value": 1},
        {"type": "FieldCompleted", "path": [], "value_is": "OTHER"},
        {"type": "CallEvent", "call": CALL.as_dict(), "event": None},
        {"type": "CallEvent", "call": CALL.as_dict(), "event": {"type": "Nothing"}},
        {"type": "StringDelta", "path": [], "value": "x"},
        {"type": "StringDelta", "path": [], "delta": None},
        {"type": "StringDelta", "path": [], "delta_is": "MISSING"},
        {"type": "DocumentCompleted", "value": 1, "index": True},
        {**Violation((), "type", "no", 3, True, None).as_dict(), "offset": "3"},
        {**Violation((), "type", "no", 3, True, None).as_dict(), "early": None},
        {"type": "ToolCallStarted", "call": None},
        {"type": "ToolCallStarted", "call": {"id": "x"}},
        {"type": "ToolCallStarted", "call": {**CALL.as_dict(), "name": 5}},
        {"type": "ToolCallStarted", "call": {**CALL.as_dict(), "more": 1}},
        {"type": "ToolCallStarted", "call": [1, 2]},
        {"type": "StreamFailed", "reason": "x", "error": {"message": 5}},
        {"type": "StreamFailed", "reason": "x", "error": 5},
        {"type": "StreamFailed", "reason": "x", "error": {"type": [], "message": "x"}},
        {**FAILED.as_dict(), "complete": 5},
        {**FAILED.as_dict(), "missing": [5]},
    ],
    ids=repr,
)
def test_what_describes_no_event_is_a_usage_error(data: Any) -> None:
    with pytest.raises(UsageError):
        event_from_dict(data)


def test_events_in_events_without_end_are_a_usage_error() -> None:
    data = FieldCompleted((), 1).as_dict()
    for _ in range(2000):
        data = {"type": "CallEvent", "call": PLAIN.as_dict(), "event": data}
    with pytest.raises(UsageError):
        event_from_dict(data)


# --- calls ---------------------------------------------------------------------------


def test_calls_compare_by_all_they_say() -> None:
    assert ToolCall("a", 0, "x") == ToolCall("a", 0, "x")
    assert hash(ToolCall("a", 0, "x")) == hash(ToolCall("a", 0, "x"))
    assert len({ToolCall("a", 0, "x"), ToolCall("a", 0, "x"), ToolCall("b", 1, "x")}) == 2
    assert ToolCall("a", 0, "x") != ToolCall("a", 0, "x", choice=1)
    assert ToolCall("a", 0, "x") != "a"
    assert pickle.loads(pickle.dumps(CALL)) == CALL
