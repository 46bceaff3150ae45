"""What is shown of a typed document while it grows."""

from __future__ import annotations

import copy
import dataclasses
import gc
import json
import pickle
import random
import shutil
import subprocess
import sys
import tracemalloc
import warnings
import weakref
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    RootModel,
    StringConstraints,
    TypeAdapter,
    ValidationInfo,
    computed_field,
    create_model,
    field_validator,
    model_validator,
)
from pydantic_core import MISSING
from typer.testing import CliRunner
from typing_extensions import NotRequired, TypedDict

from partialjson import ModelParser, Parser, Partial, Stream, UsageError, Validated
from partialjson.typed.partial import PartialModel, PartialRecord, partial_class

from .conftest import pure_only, untraced_only
from .fragmenting import cut_at, cuts, ways
from .typed_family import by_hand, documents, family

MAKE: Any = ModelParser  # types come from tables here
T = TypeVar("T")


class Item(BaseModel):
    sku: str
    price: Decimal
    day: date | None = None


class Order(BaseModel):
    id: int
    kind: Literal["order"] = "order"
    items: list[Item]
    best: Item | None = None
    following: Order | None = None


class Row(TypedDict):
    name: str
    size: NotRequired[int]


@dataclasses.dataclass
class Point:
    x: int
    label: str = ""
    item: Item | None = None


class Pair(NamedTuple):
    first: str
    second: int = 0


class Box(BaseModel, Generic[T]):
    content: T
    spare: list[T] = []


class Color(Enum):
    RED = "red"


def shown(type_: Any, text: str, /, **options: Any) -> Any:
    """What is shown of a text; `|` stands where somebody looks before."""
    parser = MAKE(type_, **options)
    for part in text.split("|"):
        parser.feed(part)
        found = parser.partial
    return found


def fields(view: Any) -> dict[str, Any]:
    """The fields that are there."""
    return {name: value for name, value in vars(view).items() if value is not MISSING}


# --- what is shown ------------------------------------------------------------------------


def test_an_object_has_all_fields_and_what_has_not_come_is_missing() -> None:
    parser = ModelParser(Order)
    first = parser.partial
    assert vars(first) == {
        "id": MISSING,
        "kind": "order",
        "items": MISSING,
        "best": MISSING,
        "following": MISSING,
    }
    parser.feed('{"id": 7, "items": [{"sku": "a", "price": 1.25}, {"sku": "b')
    assert parser.partial is first
    assert not isinstance(first, Order)
    assert first.id == 7
    assert first.items[0] == Item(sku="a", price=Decimal("1.25"))
    assert fields(first.items[1]) == {"sku": "b"}
    assert first.best is MISSING


def test_objects_are_the_very_ones_that_were_handed_out_and_the_end_is_the_result() -> None:
    text = '{"id":1,"items":[{"sku":"a","price":1},{"sku":"b","price":"2"}],"best":null}'
    for size in (1, 7, len(text)):
        parser = ModelParser(Order)
        told: dict[Any, Any] = {}
        for part in cuts(text, size):
            told |= {e.path: e.object for e in parser.feed(part) if isinstance(e, Validated)}
            if parser.is_complete:
                break
            items: Any = parser.partial.items
            for i, item in enumerate([] if items is MISSING else items):
                assert isinstance(item, Item) == (("items", i) in told)
                assert item is told.get(("items", i), item)
        parser.close()
        assert_final(parser.partial, parser.result)
        assert parser.partial.get(lambda order: order.id) == 1


@pytest.mark.parametrize(
    ("type_", "text", "expected"),
    [
        (str, '"ab', "ab"),
        (str, "", MISSING),
        (int, "12", MISSING),
        (int, "12 ", 12),
        (date, '"2024-01-0', MISSING),
        (str | None, '"ab', "ab"),
        (Annotated[str, Field(min_length=5, max_length=9)], '"ab', "ab"),
        (Annotated[str, Field(max_length=2)], '"a|bc', MISSING),
        (Annotated[str, Field(pattern="^a")], '"ab', MISSING),
        (Annotated[str, StringConstraints(to_upper=True)], '"ab', MISSING),
        (Annotated[str, AfterValidator(str.title)], '"ab', MISSING),
        (str | int, '"ab', MISSING),
        (Literal["abc", "abd"], '"ab', MISSING),
        (Color, '"re', MISSING),
        (list[str], '["a", "b', ["a", "b"]),
        (list[str | None], '["a", null, "b', ["a", None, "b"]),
        (list[date], '["2024-01-01", "2024-01', [date(2024, 1, 1)]),
        (list[Decimal], "[1.10, 2.50, 3", [Decimal("1.1"), Decimal("2.5")]),
        (list[float], "[1, 2.5, 3", [1.0, 2.5]),
        (list[list[int]], "[[1, 2], [3, 4", [[1, 2], [3]]),
        (list[int], "[1, |[2], 3, ", [1, 3]),
        (dict[str, list[int]], '{"a": [1], "b": [2, 3', {"a": [1], "b": [2]}),
        (dict[int, str], '{"1": "a", "2": "b', {1: "a", 2: "b"}),
        (dict[str, Any], '{"a": {"b": 1}, "c": {"d": 2', {"a": {"b": 1}}),
        (tuple[int, str], '[1, "a', [1, "a"]),
        (list[tuple[int, str]], '[[1, "a"], [2', [(1, "a"), []]),
        (list[tuple[int, ...]], "[[1, 2], [3, 4", [(1, 2), [3]]),
        (set[int], "[1, 2, ", MISSING),
        (list[set[int]], "[[1, 1], [2", [{1}]),
        (Row, '{"name": "a', {"name": "a"}),
        (Row, "", {}),
        (list[Row], '[{"name": "a", "size": "1"}, {"si', [{"name": "a", "size": 1}, {}]),
        (RootModel[list[int]], "[1, 2, ", [1, 2]),
        (RootModel[str], '"ab', "ab"),
        (list[int] | dict[str, int], "[1, 2", [1]),
        (list[list[int] | list[str]], "[[1], [2", [[1]]),
        (Item | None, "", MISSING),
        (Any, '{"a": 1', MISSING),
    ],
)
def test_types(type_: Any, text: str, expected: Any) -> None:
    found = shown(type_, text)
    assert found == expected
    assert type(found) is type(expected)


def test_dataclasses_and_named_tuples_are_shown_as_dataclasses() -> None:
    assert (
        repr(shown(Point, '{"x": 1, "label": "ab')) == "PartialPoint(x=1, label='ab', item=MISSING)"
    )
    point = shown(Point, '{"x": 1, "item": {"sku": "a"')
    assert dataclasses.is_dataclass(type(point))
    assert fields(point.item) == {"sku": "a"}
    if TypeAdapter(Pair).core_schema["type"] == "named-tuple":  # older ones are calls of a function
        for text in ('["a", 1', '{"first": "a", "second": 1'):
            assert repr(shown(Pair, text)) == "PartialPair(first='a', second=MISSING)"
    assert shown(list[Pair], '[["a", 1], ["b')[0] == Pair("a", 1)


def test_aliases_lead_to_fields_and_uncertain_ones_wait_for_their_object() -> None:
    class Named(BaseModel):
        one: str = Field(alias="Eins")
        two: int = Field(validation_alias=AliasPath("deep", "two"))
        three: str = Field(validation_alias=AliasChoices("three", "drei"))

    class Holder(BaseModel):
        named: Named

    begun = '{"named": {"Eins": "a", "deep": {"two": 2}, "drei": "c'
    assert fields(shown(Holder, begun).named) == {"one": "a"}
    whole = shown(Holder, begun + '"}')
    assert whole.named == Named.model_validate({"Eins": "a", "deep": {"two": 2}, "drei": "c"})


def test_unknown_keys_are_kept_where_the_type_keeps_them() -> None:
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        a: int

    view = shown(Open, '{"a": 1, "b": {"c": [1]}, "d": "x')
    assert view.__pydantic_extra__ == {"b": {"c": [1]}}
    assert view.b == {"c": [1]}
    assert view.model_dump() == {"a": 1, "b": {"c": [1]}}
    assert not hasattr(shown(Item, '{"sku": "a", "b": 1, '), "b")


def test_a_union_is_shown_when_one_member_is_left() -> None:
    class Cat(BaseModel):
        kind: Literal["cat"]
        name: str

    class Dog(BaseModel):
        kind: Literal["dog"]
        name: str

    tagged: Any = Annotated[Cat | Dog, Field(discriminator="kind")]
    assert shown(tagged, '{"name": "a') is MISSING
    assert (
        repr(shown(tagged, '{"name": "a|bc", "kind": "dog"'))
        == "PartialDog(kind='dog', name='abc')"
    )
    assert shown(list[Item | Order], '[{"sku": "a", "id": 1') == []
    assert shown(list[Item | Order], '[{"sku": "a", "price": 1}, ') == [
        Item(sku="a", price=Decimal(1))
    ]


def test_what_needs_its_surroundings_is_shown_with_them() -> None:
    class Odd(BaseModel):
        before: Annotated[str, BeforeValidator(lambda v: v)]
        informed: str
        after: Annotated[int, AfterValidator(lambda v: v + 1)]

        @field_validator("informed")
        @classmethod
        def look(cls, value: str, info: ValidationInfo) -> str:
            return f"{value}{info.data['before']}"

    text = '[{"before": "a", "informed": "b", "after": 1'
    assert fields(shown(list[Odd], text + ", ")[0]) == {"after": 2}
    assert shown(list[Odd], text + "}")[0].informed == "ba"
    assert shown(list[Annotated[int, BeforeValidator(int)]], '["1", "2", ') == []
    nested = shown(list[list[Annotated[int, BeforeValidator(int)]]], '[["1", "2"], ["3", ')
    assert nested == [[1, 2], []]


def test_a_model_that_nobody_sees_through_is_shown_when_it_is_complete() -> None:
    class Wrapped(BaseModel):
        a: str

        @model_validator(mode="before")
        @classmethod
        def unwrap(cls, data: Any) -> Any:
            return data.get("in", data)

    assert repr(shown(Wrapped, '{"a": "x", ')) == "PartialWrapped(a=MISSING)"
    assert shown(list[Wrapped], '[{"a": "x", ') == []
    assert shown(list[Wrapped], '[{"in": {"a": "x"}}, ') == [Wrapped(a="x")]


def test_what_is_wrong_is_not_shown_and_what_is_right_stays() -> None:
    view = shown(Order, '{"id": "x", "items": [{"sku": 1, "price": 2}, {"sku": "b", "price": 3}]')
    assert fields(view) == {"kind": "order", "items": view.items}
    assert fields(view.items[0]) == {"price": Decimal(2)}
    assert view.items[1] == Item(sku="b", price=Decimal(3))
    parser = ModelParser(Order)
    parser.feed('{"id": 1, "items": "none", "following": {"id": 2}}')
    parser.close()
    assert {**fields(parser.partial), "following": ...} == {
        "id": 1,
        "kind": "order",
        "following": ...,
    }
    assert fields(parser.partial.following) == {"id": 2, "kind": "order"}
    three = Annotated[list[int], Field(max_length=3)]
    for text in ("[1, 2, 3, 4, 5", "[1, 2,| 3, |4, 5", "[1, 2, 3, 4, 5]"):
        assert shown(three, text) == [1, 2, 3]
    assert shown(Order, '{"kind": "other", ').kind is MISSING
    assert shown(list[Literal["ab"]], '["ab", "ax", ') == ["ab"]


def test_paths_choose_what_is_told_and_not_what_is_shown() -> None:
    text = '{"id":1,"items":[{"sku":"a","price":1.5},{"sku":"b","price":2'
    view = shown(Order, text, paths="$.id")
    assert view.items[0] == Item(sku="a", price=Decimal("1.5"))
    assert fields(view.items[1]) == {"sku": "b"}


def test_many_documents_each_have_a_view() -> None:
    parser = ModelParser(Item, many=True)
    parser.feed('{"sku": "a", "pr')
    first = parser.partial
    assert first.sku == "a"
    parser.feed('ice": 1} ')
    assert_final(parser.partial, Item(sku="a", price=Decimal(1)))
    parser.feed(' {"sku": "b')
    assert parser.partial is not first
    assert fields(parser.partial) == {"sku": "b"}


def test_a_restored_or_forked_parser_shows_the_same() -> None:
    text = '{"id":1,"items":[{"sku":"a","price":1.5},{"sku":1},{"sku":"b","price":2'
    parser = ModelParser(Order, early_defaults=True)
    parser.feed(text)
    again = ModelParser.restore(
        json.loads(json.dumps(parser.checkpoint())), Order, early_defaults=True
    )
    assert repr(again.partial) == repr(parser.partial) == repr(parser.fork().partial)


def test_an_exception_of_a_validator_goes_through_once() -> None:
    def explode(value: int) -> int:
        return 1 // value

    class Risky(BaseModel):
        a: Annotated[int, AfterValidator(explode)]
        b: str

    parser = ModelParser(Risky)
    parser.feed('{"a": 0, "b": "x')
    with pytest.raises(ZeroDivisionError):
        _ = parser.partial
    assert fields(parser.partial) == {"b": "x"}


# --- known in advance, and marks ------------------------------------------------------------


def test_what_can_only_be_one_thing_is_shown_from_the_start() -> None:
    class Known(BaseModel):
        a: Literal["x"]
        b: Color
        c: Literal["x", "y"] = "x"
        d: list[int] = Field(default_factory=list)
        e: str = "e"
        f: list[int] = [1]

    assert fields(shown(Known, "")) == {"a": "x", "b": Color.RED}
    early = shown(Known, "{", early_defaults=True)
    assert fields(early) == {"a": "x", "b": Color.RED, "c": "x", "e": "e", "f": [1]}
    assert early.f is not shown(Known, "{", early_defaults=True).f
    assert fields(shown(Known, '{|"e"', early_defaults=True)).get("e") is None
    assert shown(Known, '{|"e": "|n|ew', early_defaults=True).e == "new"
    assert shown(Known, '{|"c": "|', early_defaults=True).c is MISSING
    assert shown(Known, '{"a": "|', early_defaults=True).a == "x"


def test_marks_hold_back_a_value_or_what_it_is_in() -> None:
    class Part(BaseModel):
        title: Annotated[str, Stream(done=True)]
        text: str
        key: Annotated[int, Stream(required=True)]

    class Page(BaseModel):
        parts: list[Part]
        first: Part | None = None
        notes: Annotated[list[str], Stream(done=True)] = []

    begun = '{"first": {"text": "a", "title": "b'
    assert shown(Page, begun).first is MISSING
    assert fields(shown(Page, begun + '", "key": 1, ').first) == {
        "text": "a",
        "title": "b",
        "key": 1,
    }
    listed = '{"parts": [{"key": 1, "text": "a", "title": "b'
    assert fields(shown(Page, listed).parts[0]) == {"key": 1, "text": "a"}
    assert shown(Page, '{"parts": [{"text": "a').parts == []
    assert shown(Page, '{"notes": ["a", "b').notes is MISSING
    assert shown(Page, '{"notes": ["a", "b"]').notes == ["a", "b"]
    assert shown(Part, '{"text": "a') is MISSING
    assert fields(shown(Part, '{"text": "a", "key": 1,')) == {"text": "a", "key": 1}


def test_a_mark_changes_nothing_else() -> None:
    class Marked(BaseModel):
        item: Annotated[Item, Stream(required=True)]
        other: Item
        more: list[Annotated[Marked, Stream(done=True)]] = []

    assert "partialjson" not in str(Item.__pydantic_core_schema__.get("metadata"))
    assert TypeAdapter(Marked).json_schema()["$defs"].keys() == {"Item", "Marked"}
    text = '{"other": {"sku": "a", "price": 1}, "item": {"sku": "a", "price": 2}}'
    assert ModelParser(Marked).feed(text)[-2] == Validated((), Marked.model_validate_json(text))
    early = ModelParser(Marked).feed('{"item": 1')
    assert early == ModelParser(create_model("Marked", item=Item, other=Item)).feed('{"item": 1')
    assert repr(Stream(done=True)) == "Stream(done=True, required=False)"


# --- the classes ----------------------------------------------------------------------------


def test_classes_are_made_when_somebody_looks_and_stay_with_their_model() -> None:
    inner: Any = ("list[Fresh]", [])
    fresh: Any = create_model("Fresh", inner=inner)
    parser = ModelParser(fresh)
    parser.feed('{"inner": [{')
    assert "__partialjson_partial__" not in vars(fresh)
    first = type(parser.partial)
    assert partial_class(fresh) is first
    assert type(ModelParser(fresh).partial) is first is type(parser.partial.inner[0])
    assert not issubclass(first, fresh)


def test_classes_go_with_their_model() -> None:
    short = create_model("Short", a=(int, 1))
    gone = weakref.ref(partial_class(short))
    del short
    gc.collect()
    assert gone() is None


def test_generic_deferred_and_inherited_models_have_classes_of_their_own() -> None:
    class Late(BaseModel):
        model_config = ConfigDict(defer_build=True)
        a: int

    class Later(Late):
        b: int

    assert repr(shown(Box[int], '{"content": 1, ')) == "PartialBoxInt(content=1, spare=MISSING)"
    assert repr(shown(Late, '{"a": 1, ')) == "PartialLate(a=1)"
    assert repr(shown(Later, '{"a": 1, ')) == "PartialLater(a=1, b=MISSING)"


def test_names_of_base_model_are_fields_without_a_word() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shadowing = create_model("Shadowing", json=(str, ...), copy=(int, 1), get=(str, ""))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        view = shown(shadowing, '{"json": "a", "get": "b')
    assert (view.json, view.copy, view.get) == ("a", MISSING, "b")


def test_computed_fields_and_methods_of_the_model_are_not_there() -> None:
    class Computed(BaseModel):
        a: int

        @computed_field  # type: ignore[prop-decorator]
        @property
        def double(self) -> int:
            return self.a * 2

    assert not hasattr(shown(Computed, "{"), "double")


def test_a_view_can_be_dumped_compared_pickled_and_copied() -> None:
    class Shop(BaseModel):
        orders: list[Order]
        point: Point
        pair: tuple[int, Item]
        secret: Annotated[int, PlainSerializer(lambda v: f"<{v}>")] = 0
        shared: int = Field(1, serialization_alias="Shared")

    text = (
        '{"orders": [{"id": 1, "items": [{"sku": "a", "price": 1}, {"sku": "b"}]}], "secret": 2,'
        ' "shared": 3, "point": {"x": 1, "item": {"sku": "c'
    )
    view = shown(Shop, text)
    other = shown(Shop, text)
    plain = {
        "orders": [
            {
                "id": 1,
                "kind": "order",
                "items": [{"sku": "a", "price": "1", "day": None}, {"sku": "b"}],
            }
        ],
        "point": {"x": 1, "item": {"sku": "c"}},
        "secret": "<2>",
        "shared": 3,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert json.loads(view.model_dump_json()) == plain
        assert view.model_dump()["point"]["item"] == {"sku": "c"}
        assert view.model_dump(by_alias=True)["Shared"] == 3
    assert view == other
    assert view is not other
    assert repr(view) == repr(other)
    assert "price=MISSING" in repr(view)
    for copied in (copy.copy(view), copy.deepcopy(view)):
        assert copied == view
    assert copy.deepcopy(view).orders[0] is not view.orders[0]


def test_a_view_of_models_that_can_be_found_is_pickled() -> None:
    for type_, text in ((Order, '{"id": 1, "items": [{"sku": "a'), (Point, '{"x": 1, "item": {')):
        view = shown(type_, text)
        again = pickle.loads(pickle.dumps(view))
        assert again == view
        assert type(again) is type(view)
        assert [v is MISSING for v in vars(again).values()] == [
            v is MISSING for v in vars(view).values()
        ]


def test_a_view_knows_what_was_set() -> None:
    view = shown(Order, '{"id": 1, "items": [], "best": {"sku": "a')
    assert view.model_fields_set == {"id", "items", "best"}
    assert view.model_dump(exclude_unset=True) == {"id": 1, "items": [], "best": {"sku": "a"}}


def test_get_answers_missing_for_whatever_is_not_there() -> None:
    parser = ModelParser(Order)
    parser.feed('{"id": 1, "items": [{"sku": "a')
    view: Partial[Order] = parser.partial
    assert isinstance(view, Partial)
    assert view.get(lambda order: order.id) == 1
    assert view.get(lambda order: order.items[0].sku) == "a"
    missing: list[Any] = [
        lambda order: order.best.sku,
        lambda order: order.items[3].sku,
        lambda order: order.items[0].price + 1,
        lambda order: order.following["x"],
        lambda order: len(order.best),
    ]
    assert [view.get(pick) for pick in missing] == [MISSING] * len(missing)
    with pytest.raises(AttributeError, match="nothing"):
        view.get(lambda order: order.nothing)  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="int"):
        view.get(lambda order: order.id + "x")  # type: ignore[operator]
    parser.feed('", "price": 1}]}')
    assert Partial.get(parser.partial, lambda order: order.items[0].price) == 1


# --- classes that somebody wrote -------------------------------------------------------------


class MyItem(BaseModel):
    sku: str | MISSING = MISSING
    price: Decimal | MISSING = MISSING
    day: date | MISSING | None = MISSING

    def label(self) -> str:
        return "?" if self.sku is MISSING else self.sku


class MyOrder(BaseModel):
    id: int | MISSING = MISSING
    kind: str | MISSING = MISSING
    items: list[Item | MyItem] | MISSING = MISSING
    best: Item | MISSING | None = MISSING
    following: Any = MISSING


def test_instances_of_a_class_that_somebody_wrote_are_made() -> None:
    parser = ModelParser(Order, partial=MyOrder)
    parser.feed('{"id": 1, "best": {"sku": "a", "price": 1}, "items": [{"sku": "ab')
    view = parser.partial
    assert type(view) is MyOrder
    assert view.items is not MISSING
    item = view.items[0]
    assert isinstance(item, MyItem)
    assert item.label() == "ab"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # before 2.14 Pydantic wonders about what is missing
        assert view.model_dump_json(include={"items"}) == '{"items":[{"sku":"ab"}]}'


def test_what_it_has_no_room_for_is_shown_when_it_is_complete() -> None:
    parser = ModelParser(Order, partial=MyOrder)
    parser.feed('{"best": {"sku": "a"')
    assert fields(parser.partial) == {"kind": "order"}
    parser.feed(', "price": 1}')
    assert fields(parser.partial)["best"] == Item(sku="a", price=Decimal(1))


def test_a_class_that_does_not_fit_is_refused_with_the_difference() -> None:
    lacking: Any = create_model("Lacking", sku=(str | MISSING, MISSING))
    more: Any = create_model("More", __base__=MyItem, size=(int | MISSING, MISSING))
    strict: Any = create_model("Strict", __base__=MyItem, sku=(str, MISSING))
    default: Any = create_model("Default", __base__=MyItem, sku=(str | MISSING, ""))
    heir: Any = create_model("Heir", __base__=Item)
    for cls, told in (
        (lacking, "no field price, day"),
        (more, "Item has no field size"),
        (strict, "the type of sku must take MISSING"),
        (default, "the default of sku must be MISSING"),
        (heir, "subclass"),
        (int, "neither"),
    ):
        with pytest.raises(UsageError, match=told):
            ModelParser(Item, partial=cls)
    with pytest.raises(UsageError, match="only a model"):
        MAKE(list[Item], partial=MyItem)


def test_the_command_prints_a_class_that_fits(tmp_path: Path) -> None:
    from partialjson.apps import cli

    done = CliRunner().invoke(cli.app, ["partial", f"{__name__}:Order"])
    assert done.exit_code == 0
    assert "    items: list[Item | PartialItem] | MISSING = MISSING\n" in done.stdout
    assert "    following: Order | PartialOrder | None | MISSING = MISSING\n" in done.stdout
    module = type(sys)("printed")
    sys.modules["printed"] = module
    try:
        exec(done.stdout, module.__dict__)
        parser = ModelParser(Order, partial=module.__dict__["PartialOrder"])
        parser.feed('{"items": [{"sku": "a')
        assert type(parser.partial.items[0]) is module.__dict__["PartialItem"]
    finally:
        del sys.modules["printed"]
    for name in ("nothing", "json:dumps", f"{__name__}:T", "no_such_module:X"):
        refused = CliRunner().invoke(cli.app, ["partial", name])
        assert refused.exit_code == 2, name
        assert refused.stderr.startswith("partialjson: ")


# --- type checkers ---------------------------------------------------------------------------

CHECKS = Path(__file__).parent / "typing_checks.py"


def test_mypy_knows_the_types() -> None:
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--strict", str(CHECKS)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKS.parents[1])
    assert done.returncode == 0, done.stdout


def test_pyright_knows_the_types() -> None:
    beside = Path(sys.executable).parent / "pyright"
    pyright = str(beside) if beside.exists() else shutil.which("pyright")
    if pyright is None:
        pytest.skip("pyright is not installed")
    command = [pyright, "--pythonpath", sys.executable, str(CHECKS)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKS.parents[1])
    if done.returncode not in (0, 1):
        pytest.skip(f"pyright does not run here: {done.stderr[-200:]}")
    assert done.returncode == 0, done.stdout


# --- always ----------------------------------------------------------------------------------


def is_partial(value: Any) -> bool:
    return isinstance(value, (PartialModel, PartialRecord))


def unfit(view: Any, result: Any) -> Iterator[str]:
    """In what a view is not on the way to a result."""
    if view is MISSING:
        return
    while isinstance(result, RootModel) and not isinstance(view, RootModel):
        result = result.root
    if is_partial(view):
        if not isinstance(result, type(view).__dict__["__partialjson_model__"]):
            yield f"{view!r} is no {type(result)}"
            return
        for name, value in vars(view).items():
            if value is not MISSING:
                yield from unfit(value, getattr(result, name))
        for name, value in (getattr(view, "__pydantic_extra__", None) or {}).items():
            yield from unfit(value, result.__pydantic_extra__[name])
    elif type(view) is list and isinstance(result, (list, tuple)):
        for value, final in zip(view, result, strict=False):
            yield from unfit(value, final)
        if len(view) > len(result):
            yield f"{view!r} is longer than {result!r}"
    elif type(view) is dict and isinstance(result, dict):
        for key, value in view.items():
            if key not in result:
                yield f"{key!r} is new"
            elif type(key) is str:  # of others, several texts may be one key
                yield from unfit(value, result[key])
    elif type(view) is str and isinstance(result, str):
        if not result.startswith(view):
            yield f"{view!r} does not begin {result!r}"
    elif type(view) is not type(result) or (view != result and repr(view) != repr(result)):
        yield f"{view!r} is not {result!r}"


def views_of(parser: Any, fragments: list[str]) -> Iterator[tuple[int, Any]]:
    """What is shown after each fragment, and how many characters it took."""
    end = 0
    for fragment in fragments:
        parser.feed(fragment)
        end += len(fragment)
        yield end, parser.partial


def check_views(make: Any, text: str, seed: int) -> None:
    """However it is cut the same is shown, and it is what is going to be."""
    try:
        parser = make()
        parser.feed(text)
        parser.close()
        result: Any = parser.result
    except Exception:  # it is wrong, or a validator of a user is
        result = MISSING
    rng = random.Random(seed)
    edges = rng.sample(range(1, len(text)), min(len(text) - 1, 1 + rng.randrange(12)))
    try:
        once = {end: repr(view) for end, view in views_of(make(), [*text])}
        seen = [(end, repr(view)) for end, view in views_of(make(), cut_at(text, edges))]
    except Exception:  # of a user's validator
        return
    for end, view in seen:
        if end < len(text) or result is MISSING:
            assert view == once[end], text[:end]
        (_, fresh) = next(views_of(make(), [text[:end]]))
        assert repr(fresh) == once[end], text[:end]
    if result is MISSING:
        return
    parser = make()
    for end, view in views_of(parser, [*text]):
        assert [*unfit(view, result)] == [], text[:end]
    parser.close()
    assert_final(parser.partial, parser.result)


def assert_final(view: Any, result: Any) -> None:
    """A view of a complete document has the result's own fields, or is the result."""
    if "__partialjson_model__" not in vars(type(view)):
        assert view is result
        return
    for name, value in fields(view).items():
        assert value is getattr(result, name) or value == getattr(result, name), name


@pytest.mark.parametrize("seed", range(4))
def test_views_of_a_family_of_types_only_grow_towards_the_result(seed: int) -> None:
    rng = random.Random(seed)
    for relative in family(seed + 70, 40):
        if "missing-sentinel" in str(relative.adapter.core_schema):
            continue
        for i, text in enumerate(documents(relative.sort, rng, 3)):
            if 1 < len(text) < 250:
                check_views(lambda r=relative: MAKE(r.adapter, **r.arguments), text, i)


def test_views_of_types_written_by_hand_only_grow_towards_the_result() -> None:
    rng = random.Random(1)
    for sort in by_hand():
        for i, text in enumerate(documents(sort, rng, 3)):
            if 1 < len(text) < 250:
                check_views(lambda s=sort: MAKE(s.type), text, i)


ITEMS = st.fixed_dictionaries(
    {"sku": st.text(max_size=5), "price": st.integers(0, 99) | st.sampled_from(["1.5", 2.25])},
    optional={"day": st.none() | st.dates().map(str)},
)
ORDERS = st.fixed_dictionaries(
    {"id": st.integers(), "items": st.lists(ITEMS, max_size=3)},
    optional={"best": st.none() | ITEMS, "kind": st.just("order")},
)


def expected_of(annotation: Any, parser: Parser, value: Any, path: tuple[str | int, ...]) -> Any:
    """What is to be shown of the value at a path, worked out from the plain value alone."""
    if parser.state(path) == "complete":
        return TypeAdapter(annotation).validate_json(json.dumps(value))
    if annotation is str:
        return value
    if annotation in (Item, Item | None):
        return {
            name: expected_of(Item.model_fields[name].annotation, parser, inner, (*path, name))
            for name, inner in value.items()
            if parser.state((*path, name)) == "complete" or name == "sku"
        }
    return [expected_of(Item, parser, inner, (*path, i)) for i, inner in enumerate(value)]


def as_dict(view: Any) -> Any:
    if isinstance(view, list):
        return [as_dict(item) for item in view]
    return {k: as_dict(v) for k, v in fields(view).items()} if is_partial(view) else view


@settings(deadline=None, max_examples=60)
@given(ORDERS, st.booleans())
def test_what_is_there_is_shown_at_once(order: dict[str, Any], escaped: bool) -> None:
    text = json.dumps(order, ensure_ascii=escaped)
    parser, plain = ModelParser(Order), Parser()
    for end, view in views_of(parser, [*text[:-1]]):
        plain.feed(text[end - 1])
        value = {} if plain.value is MISSING else plain.value
        wanted: dict[str, Any] = {"kind": "order"}
        for name, inner in value.items():
            if name != "kind":
                type_ = Order.model_fields[name].annotation
                wanted[name] = expected_of(type_, plain, inner, (name,))
        assert as_dict(view) == wanted, text[:end]


def test_no_fragmentation_matters() -> None:
    text = (
        '{"id":1,"items":[{"sku":"a\\u00e9","price":1.5}],"best":{"sku":"\U0001f600","price":"2"}}'
    )
    last = None
    for fragments in ways(text):
        parser: Any = ModelParser(Order)
        for fragment in fragments:
            parser.feed(fragment)
            assert [*unfit(parser.partial, Order.model_validate_json(text))] == []
        last = last or parser.partial
        assert_final(parser.partial, parser.result)
        assert parser.partial == last


# --- costs -----------------------------------------------------------------------------------


class Record(BaseModel):
    id: int
    name: str
    scores: list[float]


def records(n: int) -> str:
    return json.dumps([{"id": i, "name": f"name {i}", "scores": [i / 2, 3]} for i in range(n)])


def calls_of(text: str, look: bool, type_: Any) -> int:
    """How many functions are called while a text is fed in pieces of four characters."""
    parser = MAKE(type_)
    _ = look and parser.partial
    count = 0

    def called(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        for part in cuts(text, 4):
            parser.feed(part)
            if look:
                _ = parser.partial
    finally:
        sys.setprofile(before)
    return count


@pure_only
def test_a_look_costs_what_has_changed() -> None:
    small, large = (calls_of(records(n), True, list[Record]) for n in (100, 400))
    assert large < 4.2 * small
    extra = large - calls_of(records(400), False, list[Record])
    assert extra < 25 * len(cuts(records(400), 4))


@pure_only
@pytest.mark.parametrize("shape", ["list", "dict", "deep", "string"])
def test_no_shape_makes_a_look_dearer(shape: str) -> None:
    texts: dict[str, Any] = {
        "list": (list[int], lambda n: json.dumps([*range(1000, 1000 + n)])),
        "dict": (dict[str, int], lambda n: json.dumps({f"{i:05}": 1 for i in range(n)})),
        "deep": (list[Any], lambda n: "[" + "1," * n),
        "string": (Record, lambda n: '{"name": "' + "x" * 4 * n),
    }
    type_, write = texts[shape]
    small, large = (calls_of(write(n), True, type_) for n in (300, 1200))
    assert large < 4.3 * small


@pure_only
@untraced_only
def test_a_long_string_is_not_copied_for_each_look() -> None:
    parser = ModelParser(Record)
    parser.feed('{"name": "' + "x" * 1_000_000)
    _ = parser.partial
    tracemalloc.start()
    for _ in range(20):
        parser.feed("yyyy")
        assert parser.partial.name[-4:] == "yyyy"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_500_000


def test_nothing_is_done_for_nobody() -> None:
    parser = ModelParser(Order)
    parser.feed('{"id": 1, "items": [{"sku": "a')
    assert parser._view is None
    assert partial_class(Order) is type(parser.partial)
