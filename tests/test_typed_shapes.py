"""Every shape a type can have, fed character by character: each object at its last character."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import ipaddress
import itertools
import pathlib
import uuid
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

import pydantic
import pytest
from pydantic import (
    AfterValidator,
    AnyUrl,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Json,
    OnErrorOmit,
    PlainValidator,
    RootModel,
    SecretStr,
    StringConstraints,
    Tag,
    TypeAdapter,
    ValidationInfo,
    WrapValidator,
    create_model,
    field_validator,
    model_validator,
)
from typing_extensions import NotRequired, TypeAliasType, TypedDict

from partialjson import Event, FieldCompleted, ModelParser, UsageError, Validated, Violation

from .fragmenting import cuts
from .oracle import read

Path = tuple[str | int, ...]
T = TypeVar("T")
MAKE: Any = ModelParser  # types and options come from tables here
LIST: Any = list
DICT: Any = dict
TUPLE: Any = tuple


class Item(BaseModel, frozen=True):
    sku: str
    qty: int = 1


class Order(BaseModel):
    id: int
    lines: list[Item]
    best: Item | None = None


class Lines(RootModel[list[Item]]):
    pass


class Label(RootModel[str]):
    pass


class Labelled(BaseModel):
    first: Label
    more: list[Label]


class Box(BaseModel, Generic[T]):
    content: T
    spare: list[T] = []


class Tree(BaseModel):
    name: str
    left: Tree | None = None
    children: list[Tree] = []


@pydantic.dataclasses.dataclass
class Card:
    item: Item
    note: str = ""


@dataclasses.dataclass
class Point:
    x: int
    item: Item
    tags: list[str] = dataclasses.field(default_factory=list)


class Row(TypedDict):
    item: Item
    cells: NotRequired[list[Item]]


class Pair(NamedTuple):
    item: Item
    number: int = 0


class Defaults(BaseModel):
    item: Item = Item(sku="x")
    items: list[Item] = Field(default_factory=list)
    maybe: Item | None = None


class Renamed(BaseModel):
    inner: Item = Field(alias="inner-item")
    rows: list[Row] = Field(validation_alias="r")


class Loose(BaseModel, extra="allow"):
    __pydantic_extra__: dict[str, Item]
    id: int


class Refund(BaseModel):
    reason: str


class Cat(BaseModel):
    kind: Literal["cat"]
    toy: Item


class Dog(BaseModel):
    kind: Literal["dog"]
    breed: Literal["pug"]
    toy: Item


class Lab(BaseModel):
    kind: Literal["dog"]
    breed: Literal["lab"]


Items = TypeAliasType("Items", list[Item])
Smart = Item | Refund
InOrder = Annotated[Refund | Item, Field(union_mode="left_to_right")]
ByField = Annotated[Cat | Dog, Field(discriminator="kind")]
Dogs = Annotated[Dog | Lab, Field(discriminator="breed")]
Nested = Annotated[Cat | Dogs, Field(discriminator="kind")]
ByCall = Annotated[
    Annotated[Cat, Tag("c")] | Annotated[Item, Tag("i")],
    Discriminator(lambda data: "c" if "kind" in data else "i"),
]

A, B = '{"sku": "a", "qty": 2}', '{"sku": "b"}'


def changed(item: Item) -> Item:
    return item.model_copy(update={"qty": 9})


# A type, a text, and where in it something model-like is, the root aside.
SHAPES: dict[str, tuple[Any, str, list[Path]]] = {
    "model": (
        Order,
        '{"id": 1, "lines": [{"sku": "a", "qty": 2}, {"sku": "}"}], "best": {"sku": "\\u00e9"}}',
        [("lines", 0), ("lines", 1), ("best",)],
    ),
    "nothing in an optional place": (Order, '{"id": 1, "lines": [], "best": null}', []),
    "RootModel of a list": (Lines, f"[{A}, {B}]", [(0,), (1,)]),
    "RootModel of a string": (
        Labelled,
        '{"first": "a\\"b", "more": ["", "c"]}',
        [("first",), ("more", 0), ("more", 1)],
    ),
    "generic model": (
        Box[Box[Item]],
        f'{{"content": {{"content": {A}}}, "spare": [{{"content": {B}}}]}}',
        [("content", "content"), ("content",), ("spare", 0, "content"), ("spare", 0)],
    ),
    "generic model of a number": (Box[int], '{"content": 1, "spare": [2]}', []),
    "recursive model": (
        Tree,
        '{"name": "a", "left": {"name": "b", "left": {"name": "c"}}, "children": '
        '[{"name": "d", "children": [{"name": "e"}]}]}',
        [("left", "left"), ("left",), ("children", 0, "children", 0), ("children", 0)],
    ),
    "pydantic dataclass": (list[Card], f'[{{"item": {A}}}]', [(0, "item"), (0,)]),
    "dataclass": (
        dict[str, Point],
        f'{{"p": {{"x": 1, "item": {A}, "tags": ["t"]}}}}',
        [("p", "item"), ("p",)],
    ),
    "TypedDict": (
        list[Row],
        f'[{{"item": {A}, "cells": [{B}]}}]',
        [(0, "item"), (0, "cells", 0), (0,)],
    ),
    "NamedTuple from an array": (list[Pair], f"[[{A}, 2]]", [(0, 0), (0,)]),
    "NamedTuple from an object": (list[Pair], f'[{{"item": {A}}}]', [(0, "item"), (0,)]),
    "list": (list[Item], f"[{A}]", [(0,)]),
    "dict": (dict[str, Item], f'{{"a": {A}, "": {B}}}', [("a",), ("",)]),
    "dict with other keys": (dict[int, Item], f'{{"1": {A}}}', [("1",)]),
    "fixed tuple": (tuple[Item, int, Item | None], f"[{A}, 7, {B}]", [(0,), (2,)]),
    "variadic tuple": (tuple[Item, ...], f"[{A}, {B}]", [(0,), (1,)]),
    "set": (set[Item], f"[{A}, {B}]", [(0,), (1,)]),
    "frozenset": (frozenset[Item], f"[{A}, {B}]", [(0,), (1,)]),
    "deque": (deque[Item], f"[{A}]", [(0,)]),
    "sequence": (Sequence[Item], f"[{A}]", [(0,)]),
    "nested lists": (
        list[list[list[Item]]],
        f"[[], [[{A}], [{B}, {A}]]]",
        [(1, 0, 0), (1, 1, 0), (1, 1, 1)],
    ),
    "lists in a dict": (dict[str, list[Item]], f'{{"a": [{A}]}}', [("a", 0)]),
    "a default that is replaced": (
        Defaults,
        f'{{"item": {A}, "items": [{B}], "maybe": {A}}}',
        [("item",), ("items", 0), ("maybe",)],
    ),
    "a default that stays": (Defaults, "{}", []),
    "aliases": (
        Renamed,
        f'{{"inner-item": {A}, "r": [{{"item": {B}}}]}}',
        [("inner-item",), ("r", 0, "item"), ("r", 0)],
    ),
    "typed extras": (Loose, f'{{"id": 1, "more": {A}}}', [("more",)]),
    "type alias": (dict[str, Items], f'{{"a": [{A}]}}', [("a", 0)]),
}

CHOICES: dict[str, tuple[Any, str, list[Path]]] = {  # what is below is not what it will be
    "after validator": (list[Annotated[Item, AfterValidator(changed)]], f"[{A}]", [(0,)]),
    "smart union": (list[Smart], f'[{{"reason": "a"}}, {B}]', [(0,), (1,)]),
    "optional union": (list[Smart | None], f"[null, {B}]", [(1,)]),
    "union with a scalar": (dict[str, Item | str], f'{{"a": {A}}}', [("a",)]),
    "left to right": (list[InOrder], f'[{B}, {{"reason": "a"}}]', [(0,), (1,)]),
    "by a field": (list[ByField], f'[{{"kind": "cat", "toy": {A}}}]', [(0, "toy"), (0,)]),
    "by a function": (list[ByCall], f'[{{"kind": "cat", "toy": {A}}}, {B}]', [(0,), (1,)]),
    "nested discriminators": (
        dict[str, Nested],
        f'{{"a": {{"kind": "dog", "breed": "pug", "toy": {A}}}, '
        f'"b": {{"breed": "lab", "kind": "dog"}}, "c": {{"kind": "cat", "toy": {B}}}}}',
        [("a", "toy"), ("a",), ("b",), ("c", "toy"), ("c",)],
    ),
    "a union at the root": (ByField, f'{{"kind": "cat", "toy": {A}}}', [("toy",)]),
}
if pydantic.VERSION.startswith(("2.12.", "2.13.")):  # where they are functions to Pydantic
    for new in ("NamedTuple from an array", "NamedTuple from an object", "deque"):
        del SHAPES[new]
EVERY = {**SHAPES, **CHOICES}


def heard(kind: Any, text: str, **options: Any) -> tuple[list[tuple[int, Event]], Any]:
    """Each event with the index of the character that brought it; and the parser."""
    parser = MAKE(kind, **options)
    events = [(i, event) for i, c in enumerate(text) for event in parser.feed(c)]
    return events + [(len(text), event) for event in parser.close()], parser


def objects(kind: Any, text: str, **options: Any) -> list[tuple[int, Path, Any]]:
    events, _ = heard(kind, text, **options)
    assert not [event for _, event in events if isinstance(event, Violation)]
    return [(i, e.path, e.object) for i, e in events if isinstance(e, Validated)]


def closings(text: str) -> list[tuple[int, Path]]:
    """Where each value of a text is complete, by a reader that knows no types."""
    return [(i, entry[1]) for i, entry in read(text).log if entry[0] == "completed"]


def at(value: Any, path: Path) -> Any:
    """What stands at a place of Pydantic's result."""
    for step in path:
        if isinstance(value, RootModel):
            value = value.root
        if isinstance(value, (set, frozenset)):
            value = sorted(value, key=repr)
        if isinstance(value, dict):
            value = value[step] if step in value else value[int(step)]
        elif isinstance(step, int):
            value = value[step]
        else:
            value = getattr(value, attribute(value, step))
    return value


def attribute(value: Any, key: str) -> str:
    fields = type(value).model_fields if isinstance(value, BaseModel) else {}
    return next((name for name, f in fields.items() if key == f.validation_alias), key)


def check(kind: Any, text: str, places: list[Path], **options: Any) -> None:
    """These places and no others are handed out, each when and as it should be."""
    final = TypeAdapter(kind).validate_json(text)
    told = objects(kind, text, **options)
    wanted = [(i, path) for i, path in closings(text) if path in places]
    assert [(i, path) for i, path, _ in told] == wanted
    for _, path, found in told:
        assert type(found) is type(at(final, path))
        assert found == at(final, path)


@pytest.mark.parametrize("name", EVERY)
def test_each_object_comes_with_its_closing_character(name: str) -> None:
    kind, text, paths = EVERY[name]
    check(kind, text, [*paths, ()])


@pytest.mark.parametrize("name", SHAPES)
def test_with_a_pattern_for_everything_every_value_comes(name: str) -> None:
    kind, text, _ = SHAPES[name]
    check(kind, text, [path for _, path in closings(text) if path], paths="$..*")


@pytest.mark.parametrize("name", EVERY)
def test_one_selected_place_is_the_only_one_handed_out(name: str) -> None:
    kind, text, paths = EVERY[name]
    for path in [*paths, ()]:
        check(kind, text, [path], paths=[path])


@pytest.mark.parametrize("name", EVERY)
def test_fragments_and_the_result_are_the_same_whatever_the_shape(name: str) -> None:
    kind, text, _ = EVERY[name]
    events = [e for _, e in heard(kind, text, events=[Validated, Violation])[0]]
    for fragments in ([text], cuts(text, 7), cuts(text.encode(), 1)):
        parser = MAKE(kind, events=[Validated, Violation])
        assert [e for part in fragments for e in parser.feed(part)] + parser.close() == events
        assert parser.result == TypeAdapter(kind).validate_json(text)


@pytest.mark.parametrize("name", SHAPES)
def test_an_object_follows_its_own_completion_and_precedes_its_parents(name: str) -> None:
    kind, text, paths = SHAPES[name]
    events = [event for _, event in heard(kind, text)[0]]
    for before, event in itertools.pairwise(events):
        if isinstance(event, Validated):
            assert isinstance(before, FieldCompleted)
            assert before.path == event.path
    assert sum(isinstance(event, Validated) for event in events) == len(paths) + 1


# --- scalars ----------------------------------------------------------------------------


class Colour(enum.Enum):
    RED = "red"
    REDDISH = "reddish"


class Level(enum.IntEnum):
    LOW = 1


SCALARS: dict[str, tuple[Any, str]] = {
    "int": (int, "-12"),
    "float": (float, "1.5e3"),
    "bool": (bool, "true"),
    "none": (None, "null"),
    "str": (str, '"a\\ud83d\\ude00b"'),
    "literal": (Literal["a", "ab", 1], '"ab"'),
    "enum": (Colour, '"red"'),
    "int enum": (Level, "1"),
    "constrained int": (Annotated[int, Field(ge=1, multiple_of=2)], "4"),
    "constrained str": (Annotated[str, StringConstraints(pattern="^a", to_upper=True)], '"ab"'),
    "after validator": (Annotated[int, AfterValidator(lambda n: n + 1)], "1"),
    "before validator": (Annotated[int, BeforeValidator(lambda n: n + 1)], "1"),
    "wrap validator": (Annotated[int, WrapValidator(lambda n, inner: inner(n) + 1)], "1"),
    "plain validator": (Annotated[int, PlainValidator(lambda n: [n])], "1"),
    "json": (Json[list[Item]], '"[{\\"sku\\": \\"a\\"}]"'),
    "bytes": (bytes, '"a\\u00e9"'),
    "date": (dt.date, '"2026-01-02"'),
    "datetime": (dt.datetime, '"2026-01-02T03:04:05Z"'),
    "datetime of a number": (dt.datetime, "1577934245"),
    "timedelta": (dt.timedelta, '"P1DT2H"'),
    "uuid": (uuid.UUID, '"12345678-1234-5678-1234-567812345678"'),
    "decimal": (Decimal, '"1.10"'),
    "union": (int | str, '"1"'),
    "path": (pathlib.Path, '"/a/b"'),
    "address": (ipaddress.IPv4Address, '"127.0.0.1"'),
    "url": (AnyUrl, '"https://example.org/"'),
    "secret": (SecretStr, '"a"'),
    "anything": (Any, '"x"'),
    "list": (list[int], "[1, 2]"),
    "empty dict": (dict[str, int], "{}"),
}


@pytest.mark.parametrize("name", SCALARS)
def test_a_selected_scalar_comes_at_its_end_wherever_it_stands(name: str) -> None:
    kind, text = SCALARS[name]
    model: Any = create_model("Holder", value=(kind, ...), after=(int, 0))
    check(model, f'{{"value": {text}, "after": 1}}', [("value",)], paths="$.value")
    check(model, f'{{"value": {text}}}', [("value",)], paths="$.value")
    check(LIST[kind], f"[{text}, {text} ]", [(0,), (1,)], paths="$[*]")
    check(DICT[str, kind], f'{{"k": {text}}}', [("k",)], paths="$.*")
    check(TUPLE[int, kind], f"[1, {text}]", [(1,)], paths="$[1]")
    check(TUPLE[kind, ...], f"[{text}]", [(0,)], paths="$[0]")
    check(kind, text, [()])
    check(kind, f" {text} ", [()], paths="$")


# --- unions -----------------------------------------------------------------------------

BOTH = pytest.mark.parametrize("union", [Cat | Dog, ByField], ids=["untagged", "tagged"])


@BOTH
def test_below_a_union_objects_come_once_one_alternative_is_left(union: Any) -> None:
    check(list[union], f'[{{"kind": "cat", "toy": {A}}}]', [(0, "toy"), (0,), ()])


@BOTH
def test_what_closed_before_the_alternatives_died_is_handed_out_then(union: Any) -> None:
    text = f'[{{"toy": {A}, "breed": "pug", "kind": "dog"}}]'
    told = objects(list[union], text)
    assert [path for _, path, _ in told] == [(0, "toy"), (0,), ()]
    assert text.index('"dog"') < told[0][0] <= text.index('dog"') + 3
    assert told[0][2] == Item(sku="a", qty=2)


def test_below_a_union_nothing_comes_while_two_alternatives_live() -> None:
    class Longer(Order):
        end: int

    text = f'{{"id": 1, "lines": [{A}], "end": 1}}'
    check(Order | Longer, text, [()])


def test_the_kind_of_a_value_alone_can_leave_one_alternative() -> None:
    check(Order | list[Item] | None, '[{"sku": "a"}]', [(0,), ()])


# --- what is left to an ancestor ----------------------------------------------------------


FUNCTIONS = {
    "before": BeforeValidator(lambda value: value),
    "wrap": WrapValidator(lambda value, inner: inner(value)),
    "plain": PlainValidator(TypeAdapter(Order).validate_python),
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_below_a_function_of_a_field_nothing_comes(function: str) -> None:
    model: Any = create_model("Owner", order=(Annotated[Order, FUNCTIONS[function]], ...))
    text = '{"order": {"id": 1, "lines": [{"sku": "a"}]}}'
    assert {path for _, path, _ in objects(model, text)} - {("order",)} == {()}
    check(model, text, [("order",)], paths="$..*")


class BeforeAll(Order):
    @model_validator(mode="before")
    @classmethod
    def check_before(cls, data: Any) -> Any:
        return data


class AroundAll(Order):
    @model_validator(mode="wrap")
    @classmethod
    def check_around(cls, data: Any, handler: Any) -> Any:
        return handler(data)


class OwnInit(Order):
    def __init__(self, **data: Any) -> None:
        super().__init__(**data)


@pytest.mark.parametrize("model", [BeforeAll, AroundAll, OwnInit])
def test_a_model_with_a_function_over_all_its_fields_comes_whole(model: Any) -> None:
    text = '[{"id": 1, "lines": [{"sku": "a"}]}]'
    check(list[model], text, [(0,), ()])
    check(list[model], text, [(0,)], paths="$..*")


def test_an_item_that_may_be_left_out_comes_only_if_it_is_good() -> None:
    text = '[{"sku": "a"}, {"qty": 1}, {"sku": "c"}]'
    told = objects(list[OnErrorOmit[Item]], text)
    assert [path for _, path, _ in told] == [(0,), (2,), ()]
    assert told[-1][2] == [Item(sku="a"), Item(sku="c")]


class Informed(BaseModel):
    first: int
    item: Item
    items: list[Annotated[Item, AfterValidator(lambda item, info: item)]] = []
    plain: Item | None = None

    @field_validator("item")
    @classmethod
    def with_first(cls, item: Item, info: ValidationInfo) -> Item:
        return item.model_copy(update={"qty": info.data["first"]})


class Sibling(BaseModel):
    low: int
    high: int

    @field_validator("high")
    @classmethod
    def above(cls, high: int, info: ValidationInfo) -> int:
        assert high > info.data["low"]
        return high


def test_what_asks_for_its_surroundings_is_left_to_its_parent() -> None:
    text = f'{{"first": 5, "item": {A}, "items": [{B}], "plain": {A}}}'
    check(Informed, text, [("plain",), ()])
    assert objects(Informed, text)[-1][2].item.qty == 5


def test_what_asks_for_its_own_siblings_needs_no_parent() -> None:
    check(list[Sibling], '[{"low": 1, "high": 2}]', [(0,), ()])


# --- configuration, and what is passed on ---------------------------------------------------


class Bare(TypedDict):
    name: str


class Stripped(BaseModel, str_strip_whitespace=True, str_to_upper=True):
    name: str
    names: list[str] = []
    bare: Bare | None = None
    loose: Label | None = None


def test_a_value_on_its_own_keeps_the_configuration_of_its_owner() -> None:
    text = '{"name": " a ", "names": [" b "], "bare": {"name": " c "}, "loose": " d "}'
    check(Stripped, text, [path for _, path in closings(text) if path], paths="$..*")
    check(Stripped, text, [("bare",), ("loose",), ()])


def test_an_adapter_may_stand_for_its_type_with_its_configuration() -> None:
    adapter = TypeAdapter(list[str], config=ConfigDict(str_strip_whitespace=True))
    told = objects(adapter, '[" a ", " b "]', paths=["$", "$[*]"])
    assert [found for _, _, found in told] == ["a", "b", ["a", "b"]]
    told = objects(TypeAdapter(list[Item]), f"[{B}]")
    assert [found for _, _, found in told] == [Item(sku="b"), [Item(sku="b")]]


class Named(BaseModel):
    size: int = Field(alias="sz")


BY_NAME = {"by_alias": False, "by_name": True}


@pytest.mark.parametrize(
    ("text", "good", "bad"), [('[{"sz": 1}]', {}, BY_NAME), ('[{"size": 1}]', BY_NAME, {})]
)
def test_aliases_of_the_call_are_passed_on(
    text: str, good: dict[str, bool], bad: dict[str, bool]
) -> None:
    found = [o for _, _, o in objects(list[Named], text, **good)]
    assert found == [Named(sz=1), [Named(sz=1)]]
    events, _ = heard(list[Named], text, **bad)
    assert [e.kind for _, e in events if isinstance(e, Violation)] == ["missing"]


class Mixed(BaseModel):
    lax: int
    strict: int = Field(strict=True)


@pytest.mark.parametrize(
    ("text", "strict", "good"),
    [
        ('{"lax": 1, "strict": "2"}', None, False),
        ('{"lax": "1", "strict": 2}', None, True),
        ('{"lax": 1, "strict": "2"}', False, True),
        ('{"lax": "1", "strict": 2}', True, False),
    ],
)
def test_strictness_of_the_call_beats_that_of_the_type(
    text: str, strict: bool | None, good: bool
) -> None:
    events, _ = heard(list[Mixed], f"[{text}]", strict=strict)
    told = [e.object for _, e in events if isinstance(e, Validated)]
    assert told == [Mixed(lax=1, strict=2), [Mixed(lax=1, strict=2)]] * good
    assert any(isinstance(e, Violation) for _, e in events) is not good


class Scaled(BaseModel):
    n: int

    @field_validator("n")
    @classmethod
    def scale(cls, n: int, info: ValidationInfo) -> int:
        return n * int((info.context or {"factor": 1})["factor"])


def test_the_context_reaches_live_and_final_objects_alike() -> None:
    told = objects(list[Scaled], '[{"n": 2}]', context={"factor": 3})
    assert [found for _, _, found in told] == [Scaled(n=6), [Scaled(n=6)]]


# --- types that are late, or that nobody can follow -------------------------------------------


class Late(BaseModel, defer_build=True):
    items: list[Item]


class Forward(BaseModel):
    item: Later
    items: list[Later] = []


class Later(BaseModel):
    n: int


def test_types_that_are_built_late_are_built_when_they_are_needed() -> None:
    check(Late, '{"items": [{"sku": "a"}]}', [("items", 0), ()])
    deferred = TypeAdapter(list[Late], config=ConfigDict(defer_build=True))
    told = objects(deferred, '[{"items": [{"sku": "a"}]}]')
    assert [path for _, path, _ in told] == [(0, "items", 0), (0,), ()]
    check(Forward, '{"item": {"n": 1}, "items": [{"n": 2}]}', [("item",), ("items", 0), ()])


class Open(BaseModel):
    n: Nowhere  # type: ignore[name-defined]  # noqa: F821  # on purpose


@dataclasses.dataclass
class Streams:
    numbers: Iterable[int]


class StreamsToo(TypedDict):
    numbers: NotRequired[Iterable[int]]


class Knot(BaseModel):
    inner: Knot | None = None
    numbers: Iterable[int] = ()


REFUSED = (
    *(Open, list[Open], Iterable[int], Generator[int, None, None], list[Iterable[int]]),
    *(dict[str, tuple[int, Iterable[Item]]], Streams, StreamsToo, Knot, Box[Iterable[int]]),
    *(Item | Iterable[int], TypeAdapter(Iterable[int]), object()),
)


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_followed_is_refused_when_the_parser_is_made(kind: Any) -> None:
    with pytest.raises(UsageError) as refused:
        MAKE(kind)
    assert refused.value.code == "unsupported_type"


# --- what a user's functions raise ------------------------------------------------------


@pytest.mark.parametrize("raised", [ZeroDivisionError(), KeyError("x"), RuntimeError("stop")])
def test_an_exception_of_a_function_comes_as_it_is_after_the_events_before_it(
    raised: Exception,
) -> None:
    class Angry(BaseModel):
        n: int

        @model_validator(mode="after")
        def refuse(self) -> Angry:
            if self.n == 0:
                raise raised
            return self

    parser = MAKE(list[Angry])
    with pytest.raises(type(raised)) as caught:
        parser.feed('[{"n": 1}, {"n": 0}, {"n": 2}]')
    assert caught.value is raised
    told = [e for e in parser.undelivered if isinstance(e, Validated)]
    assert [(e.path, e.object.n) for e in told] == [((0,), 1)]
    assert parser.undelivered[-1] == FieldCompleted((1,), {"n": 0})
    with pytest.raises(UsageError) as refused:
        parser.feed("]")
    assert refused.value.code == "failed"


def test_an_exception_at_the_end_of_a_number_comes_out_of_close() -> None:
    def refuse(n: int) -> int:
        raise LookupError(n)

    parser = MAKE(Annotated[int, AfterValidator(refuse)])
    parser.feed("12")
    with pytest.raises(LookupError):
        parser.close()
    assert parser.undelivered == [FieldCompleted((), 12)]
