"""Validated objects at each closing bracket."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from partialjson import (
    Event,
    IncompleteJSONError,
    JSONSyntaxError,
    ModelParser,
    UsageError,
    Validated,
    Violation,
)
from partialjson.typed import ItemParser
from tests.fragmenting import cuts, ways


class Item(BaseModel):
    sku: str
    qty: int = Field(ge=1)


class Order(BaseModel):
    id: int
    items: list[Item]
    best: Item | None = None
    following: Order | None = None


TEXT = (
    '{"id": 7, "items": [{"sku": "a\\u00e9", "qty": 1}, {"sku": "b", "qty": 2}],'
    ' "best": {"sku": "\U0001f600", "qty": 3}, "following": {"id": 8, "items": []}}'
)


def said(parser: Any, text: Any, size: int | None = None) -> list[Event]:
    events = [e for part in cuts(text, size or len(text)) for e in parser.feed(part)]
    return [*events, *parser.close()]


def validated(events: list[Event]) -> list[tuple[Any, Any]]:
    return [(e.path, e.object) for e in events if isinstance(e, Validated)]


def violations(events: list[Event]) -> list[tuple[Any, str]]:
    return [(e.path, e.kind) for e in events if isinstance(e, Violation)]


def test_an_object_comes_the_moment_its_brace_closes() -> None:
    parser = ModelParser(Order)
    when = {
        e.path: i for i, c in enumerate(TEXT) for e in parser.feed(c) if isinstance(e, Validated)
    }
    closing = [i for i, c in enumerate(TEXT) if c == "}"]
    assert [when[path] for path in when] == closing
    assert list(when) == [("items", 0), ("items", 1), ("best",), ("following",), ()]


@pytest.mark.parametrize("size", [None, 1, 7])
def test_objects_and_result_are_pydantics_own(size: int | None) -> None:
    parser = ModelParser(Order)
    events = said(parser, TEXT.encode(), size)
    whole = Order.model_validate_json(TEXT)
    assert parser.result == whole
    assert validated(events) == [
        (("items", 0), whole.items[0]),
        (("items", 1), whole.items[1]),
        (("best",), whole.best),
        (("following",), whole.following),
        ((), whole),
    ]


def test_fragments_never_matter_to_objects_and_violations() -> None:
    bad = TEXT.replace('"qty": 2', '"qty": 0').replace('"id": 8', '"id": "x"')
    for text in (TEXT, bad):
        first = None
        for fragments in ways(text):
            parser = ModelParser(Order, events=[Validated, Violation])
            events = [e for part in fragments for e in parser.feed(part)] + parser.close()
            first = first or events
            assert events == first


def test_a_bad_item_does_not_hide_the_good_ones_and_each_error_is_told_once() -> None:
    text = '{"id": "x", "items": [{"sku": "a", "qty": 0}, {"sku": 1}, {"sku": "c", "qty": 3}]}'
    parser = ModelParser(Order)
    events = said(parser, text, 5)
    assert validated(events) == [(("items", 2), Item(sku="c", qty=3))]
    assert violations(events) == [
        (("id",), "int_parsing"),
        (("items", 0, "qty"), "greater_than_equal"),
        (("items", 1, "sku"), "string_type"),
        (("items", 1, "qty"), "missing"),
    ]
    with pytest.raises(ValidationError) as final:
        _ = parser.result
    told = [e.detail for e in events if isinstance(e, Violation)]
    key: Callable[[Any], str] = lambda entry: json.dumps(entry, default=repr, sort_keys=True)  # noqa: E731
    assert sorted(told, key=key) == sorted(final.value.errors(), key=key)


def test_a_violation_stands_at_the_character_that_decides_and_has_pydantics_own_detail() -> None:
    parser = ModelParser(list[Item])
    (violation,) = [e for e in said(parser, '[{"sku": "a", "qty": 0}]') if isinstance(e, Violation)]
    assert violation.offset == 22
    assert not violation.early
    assert violation.detail["loc"] == (0, "qty")
    assert set(violation.detail) >= {"type", "loc", "msg", "input", "ctx", "url"}


class Aliased(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)
    inner: Item = Field(alias="inner-item")
    names: list[str] = []


class Checked(BaseModel):
    low: int
    high: int

    @model_validator(mode="after")
    def in_order(self) -> Checked:
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


class Hidden(BaseModel):
    """What its before validator makes of the item nobody knows until it has run."""

    item: Annotated[Item, BeforeValidator(lambda data: {**data, "qty": 5})]
    pair: Checked


class Wrapped(BaseModel):
    item: Item

    @model_validator(mode="before")
    @classmethod
    def unpacked(cls, data: Any) -> Any:
        return data.get("wrapper", data)


def test_aliases_find_their_fields() -> None:
    parser = ModelParser(Aliased)
    events = said(parser, '{"inner-item": {"sku": " a ", "qty": 1}, "names": [" b "]}')
    assert [path for path, _ in validated(events)] == [("inner-item",), ()]
    assert parser.result.names == ["b"]


def test_below_a_before_validator_nothing_is_validated_before_its_owner() -> None:
    events = said(ModelParser(Hidden), '{"item": {"sku": "a"}, "pair": {"low": 2, "high": 1}}')
    assert violations(events) == [(("pair",), "value_error")]
    events = said(ModelParser(Wrapped), '{"wrapper": {"item": {"sku": "a", "qty": 1}}}')
    assert [path for path, _ in validated(events)] == [()]


def test_a_validator_that_asks_for_its_surroundings_is_left_to_the_parent() -> None:
    def needs_siblings(item: Item, info: ValidationInfo) -> Item:
        assert info.data["first"] == 1
        return item

    class Parent(BaseModel):
        first: int
        item: Annotated[Item, AfterValidator(needs_siblings)]

    events = said(ModelParser(Parent), '{"first": 1, "item": {"sku": "a", "qty": 1}}')
    assert [path for path, _ in validated(events)] == [()]


class Follows(BaseModel):
    """Its own validator reads what its parent has already seen; alone it has no parent."""

    name: str
    inner: Item | None = None

    @model_validator(mode="before")
    @classmethod
    def after_first(cls, data: Any, info: ValidationInfo) -> Any:
        return {**data, "name": f"{info.data['first']}-{data['name']}"}


class Leads(BaseModel):
    first: int
    follows: Follows


def test_a_model_validator_that_asks_for_its_surroundings_waits_for_its_parent() -> None:
    text = '{"first": 1, "follows": {"name": "x", "inner": {"sku": "a", "qty": 1}}}'
    parser = ModelParser(Leads)
    events = said(parser, text, 4)
    assert validated(events) == [((), Leads.model_validate_json(text))]
    assert parser.result.follows.name == "1-x"


def test_an_after_validator_is_part_of_the_live_object() -> None:
    class Upper(BaseModel):
        items: list[Annotated[Item, AfterValidator(lambda i: i.model_copy(update={"sku": "X"}))]]

    parser = ModelParser(Upper)
    events = said(parser, '{"items": [{"sku": "a", "qty": 1}]}')
    assert validated(events)[0] == (("items", 0), Item(sku="X", qty=1))
    assert parser.result.items[0].sku == "X"


def test_a_value_inside_k_models_is_validated_k_plus_one_times() -> None:
    seen: list[str] = []

    class Leaf(BaseModel):
        name: str

        @field_validator("name")
        @classmethod
        def counted(cls, name: str) -> str:
            seen.append(name)
            return name

    class Middle(BaseModel):
        leaf: Leaf

    class Top(BaseModel):
        middle: Middle

    parser = ModelParser(Top)
    said(parser, '{"middle": {"leaf": {"name": "x"}}}', 3)
    assert parser.result.middle.leaf.name == "x"
    assert parser.result is parser.result
    assert len(seen) == 3


@dataclass
class Point:
    x: int


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (int, " 12 "),
        (str, '"a"'),
        (list[int], "[1, 2]"),
        (dict[str, Item], '{"a": {"sku": "a", "qty": 1}}'),
        (Point, '{"x": 1}'),
        (RootModel[list[Item]], '[{"sku": "a", "qty": 1}]'),
        (Item | None, "null"),
        (TypeAdapter(Item), '{"sku": "a", "qty": 1}'),
        (bool, "\ufefftrue"),
        (float, "1.5e3"),
    ],
)
@pytest.mark.parametrize("size", [None, 1])
def test_the_root_of_any_type_gets_its_verdict(kind: Any, text: str, size: int | None) -> None:
    parser = ModelParser(kind)
    events = said(parser, text, size)
    adapter = kind if isinstance(kind, TypeAdapter) else TypeAdapter(kind)
    assert parser.result == adapter.validate_json(text.lstrip("\ufeff"))
    assert validated(events)[-1] == ((), parser.result)


def test_strict_and_context_are_passed_on() -> None:
    class Scaled(BaseModel):
        n: int

        @field_validator("n")
        @classmethod
        def scaled(cls, n: int, info: ValidationInfo) -> int:
            return n * int((info.context or {})["factor"])

    parser = ModelParser(Scaled, context={"factor": 3})
    said(parser, '{"n": 2}')
    assert parser.result.n == 6
    assert violations(said(ModelParser(Item, strict=True), '{"sku": "a", "qty": "1"}'))


def test_paths_and_events_filter_what_is_handed_out_not_the_verdict() -> None:
    parser = ModelParser(Order, events=Validated, paths="$.items[*]")
    assert [path for path, _ in validated(said(parser, TEXT))] == [("items", 0), ("items", 1)]
    assert parser.result.id == 7


def test_what_makes_no_sense_is_refused_when_the_parser_is_made() -> None:
    with pytest.raises(UsageError, match="Pydantic cannot validate"):
        ModelParser("NoSuchName")  # type: ignore[call-overload]  # on purpose
    with pytest.raises(UsageError, match="duplicate_keys='error' only"):
        ModelParser(Item, duplicate_keys="last")  # type: ignore[call-overload]  # on purpose
    with pytest.raises(UsageError, match="no checkpoints yet"):
        ItemParser("$[*]", Item).checkpoint()


def test_the_result_waits_for_the_document_and_speaks_of_its_errors() -> None:
    parser = ModelParser(Item)
    parser.feed('{"sku": "a", ')
    with pytest.raises(UsageError, match="not complete"):
        _ = parser.result
    with pytest.raises(IncompleteJSONError):
        parser.close()
    with pytest.raises(IncompleteJSONError):
        _ = parser.result


def test_a_repeated_key_is_an_error() -> None:
    with pytest.raises(JSONSyntaxError) as error:
        ModelParser(Item).feed('{"sku": "a", "sku": "b"}')
    assert (error.value.code, error.value.offset) == ("duplicate_key", 17)


def test_an_exception_of_a_validator_passes_with_the_events_before_it_kept() -> None:
    class Divides(BaseModel):
        n: int

        @field_validator("n")
        @classmethod
        def inverse(cls, n: int) -> int:
            return 1 // n

    parser = ModelParser(list[Divides], events=Validated)
    with pytest.raises(ZeroDivisionError):
        parser.feed('[{"n": 1}, {"n": 0}]')
    assert validated(parser.undelivered) == [((0,), Divides(n=1))]
    with pytest.raises(UsageError, match="ZeroDivisionError"):
        parser.feed("x")


def test_deep_recursive_models_are_validated_at_each_level() -> None:
    depth = 50
    text = '{"id": 1, "items": [], "following": ' * depth + "null" + "}" * depth
    events = said(ModelParser(Order, events=Validated), text, 11)
    assert [len(path) for path, _ in validated(events)] == list(range(depth - 1, -1, -1))


# --- items ------------------------------------------------------------------------------


def test_items_are_roots_of_their_own_and_nothing_else_is_kept() -> None:
    for fragments in ways('{"x": [1, [2]], "ids": [1, "2", "x", 3.0], "n": 12}'):
        parser = ItemParser("$.ids[*]", int)
        events = [e for part in fragments for e in parser.feed(part)] + parser.close()
        assert validated(events) == [(("ids", 0), 1), (("ids", 1), 2), (("ids", 3), 3)]
        assert violations(events) == [(("ids", 2), "int_parsing")]


def test_nested_matches_and_root_matches_are_items_too() -> None:
    events = said(ItemParser("$..a", Any), '{"a": {"a": [1]}, "b": {"a": "x"}}', 2)
    assert validated(events) == [(("a", "a"), [1]), (("a",), {"a": [1]}), (("b", "a"), "x")]
    assert validated(said(ItemParser("$", int, many=True), "1 2\n3", 1)) == [
        ((), 1),
        ((), 2),
        ((), 3),
    ]


def test_source_text_is_let_go_between_items() -> None:
    parser = ItemParser("$.items[*]", Item)
    parser.feed('{"noise": "')
    for _ in range(1000):
        parser.feed("x" * 1000)
    assert parser._source is not None
    assert sum(map(len, parser._source.chunks)) < 10_000
    parser.feed('", "items": [{"sku": "')
    parser.feed("a" * 100)
    assert len(parser._source.chunks) < 20
    assert validated(parser.feed('", "qty": 1}')) == [(("items", 0), Item(sku="a" * 100, qty=1))]


values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.sampled_from(["", "a", "1", "x" * 9]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "sku", "qty", "items", "best"]), inner, max_size=4)
    ),
    max_leaves=12,
)
orders = st.fixed_dictionaries(
    {
        "id": st.integers() | values,
        "items": st.lists(
            st.fixed_dictionaries({"sku": st.text(max_size=3), "qty": st.integers(-1, 3)})
        )
        | values,
    },
    optional={"best": values, "following": values},
)


def verdict(validate: Callable[[], Any]) -> tuple[Any, Any]:
    try:
        return validate(), None
    except ValidationError as error:
        return None, error.errors()


@settings(max_examples=150, deadline=None)
@given(data=values | orders, size=st.integers(1, 20))
def test_the_result_is_that_of_the_whole_text_for_any_document(data: Any, size: int) -> None:
    text = json.dumps(data)
    parser = ModelParser(Order)
    events = said(parser, text, size)
    whole, errors = verdict(lambda: Order.model_validate_json(text))
    result, result_errors = verdict(lambda: parser.result)
    assert result_errors == errors
    if errors is not None:
        assert violations(events)
    else:
        assert result == whole
        assert validated(events)[-1] == ((), whole)
        assert not violations(events)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_scalars_are_validated_wherever_they_are_cut(size: int) -> None:
    text = '[true, false, null, -12.5e1, "a\\u00e9b"]'
    parser = ItemParser("$[*]", bool | float | str | None)
    events = [event for i in range(0, len(text), size) for event in parser.feed(text[i : i + size])]
    found = [event.object for event in events if isinstance(event, Validated)]
    assert found == [True, False, None, -125.0, "aéb"]
