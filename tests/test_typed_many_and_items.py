"""Documents that follow one another, and items that are let go: each validated on its own."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    field_validator,
)
from typing_extensions import NotRequired, TypedDict

from partialjson import (
    DocumentCompleted,
    Event,
    IncompleteJSONError,
    JSONSyntaxError,
    ModelParser,
    UsageError,
    Validated,
    ValidationFailed,
    Violation,
    aitems,
    items,
)

from .fragmenting import cuts, ways

MAKE: Any = ModelParser  # types and options come from tables here
ITEMS: Any = items
AITEMS: Any = aitems
LIST: Any = list
DICT: Any = dict


class Line(BaseModel):
    sku: str
    qty: int = Field(default=1, ge=1)


class Order(BaseModel):
    id: int
    lines: list[Line] = []


class Log(BaseModel):
    kind: Literal["log"]
    text: str


class Call(BaseModel):
    kind: Literal["call"]
    name: str
    line: Line | None = None


Message = Annotated[Log | Call, Field(discriminator="kind")]


@dataclasses.dataclass
class Point:
    x: int
    line: Line


class Row(TypedDict):
    line: Line
    note: NotRequired[str]


class Strict(BaseModel, extra="forbid"):
    id: int


class Pug(BaseModel):
    kind: Literal["dog"]
    breed: Literal["pug"]
    line: Line


class Lab(BaseModel):
    kind: Literal["dog"]
    breed: Literal["lab"]


class Cat(BaseModel):
    kind: Literal["cat"]
    line: Line


Dog = Annotated[Pug | Lab, Field(discriminator="breed")]
Pet = Annotated[Cat | Dog, Field(discriminator="kind")]

# --- documents one after the other -----------------------------------------------------------

WANTED = [Validated, Violation, DocumentCompleted]


def told(events: Iterable[Event]) -> list[Any]:
    """Validated: (path, object); Violation: (path, kind, offset); DocumentCompleted: its index."""
    found: list[Any] = []
    for event in events:
        if isinstance(event, Validated):
            found.append((event.path, event.object))
        elif isinstance(event, Violation):
            found.append((event.path, event.kind, event.offset))
        elif isinstance(event, DocumentCompleted):
            found.append(event.index)
    return found


def said(parser: Any, fragments: Iterable[Any]) -> list[Any]:
    return told([*(e for part in fragments for e in parser.feed(part)), *parser.close()])


DOCUMENTS: list[tuple[Any, str, list[Any]]] = [
    (
        Order,
        '{"id": 1, "lines": [{"sku": "a"}]}\n{"id": 2}',
        [
            (("lines", 0), Line(sku="a")),
            ((), Order(id=1, lines=[Line(sku="a")])),
            0,
            ((), Order(id=2)),
            1,
        ],
    ),
    (Line, '{"sku": "a"}{"sku": "b"} ', [((), Line(sku="a")), 0, ((), Line(sku="b")), 1]),
    (int, "1 2\n3", [((), 1), 0, ((), 2), 1, ((), 3), 2]),
    (str, '"a" "" "\\u00e9"', [((), "a"), 0, ((), ""), 1, ((), "é"), 2]),
    (bool | None, "true null false", [((), True), 0, ((), None), 1, ((), False), 2]),
    (
        list[Line],
        '[{"sku": "a"}][]',
        [((0,), Line(sku="a")), ((), [Line(sku="a")]), 0, ((), []), 1],
    ),
    (RootModel[int], "7 8", [((), RootModel[int](7)), 0, ((), RootModel[int](8)), 1]),
    (Message, '{"kind": "log", "text": "t"}', [((), Log(kind="log", text="t")), 0]),
    (
        TypeAdapter(dict[str, float]),
        '{"a": 1} {"b": "2"}',
        [((), {"a": 1.0}), 0, ((), {"b": 2.0}), 1],
    ),
    (
        Line,
        '{"sku": 1} {"sku": 2, "qty": 0} {"sku": "a"} {}',
        [
            *((("sku",), "string_type", 9), 0),
            *((("sku",), "string_type", 20), (("qty",), "greater_than_equal", 30), 1),
            *(((), Line(sku="a")), 2),
            *((("sku",), "missing", 46), 3),
        ],
    ),
    (int, '1 "x" 2', [((), 1), 0, ((), "int_parsing", 4), 1, ((), 2), 2]),
    (Order, "", []),
    (Order, " \n", []),
]


@pytest.mark.parametrize(("kind", "text", "wanted"), DOCUMENTS)
def test_each_document_has_its_objects_and_violations_before_its_end(
    kind: Any, text: str, wanted: list[Any]
) -> None:
    for fragments in ways(text):
        assert said(MAKE(kind, many=True, events=WANTED), fragments) == wanted


def test_a_document_comes_with_its_last_character_and_a_number_with_the_next() -> None:
    for text, last in (('{"sku": "a"} {"sku": "b"}', [11, 24]), ("12 345 6", [2, 6, 8])):
        parser = MAKE(Line if "{" in text else int, many=True, events=Validated)
        when = [i for i, c in enumerate(text) for _ in parser.feed(c)]
        assert when + [len(text)] * len(parser.close()) == last


@pytest.mark.parametrize("size", [1, 4, 99])
def test_the_result_is_that_of_the_last_document(size: int) -> None:
    parser = MAKE(Line, many=True)
    said(parser, cuts('{"sku": 1} {"sku": "a"} {"sku": "b"}', size))
    assert parser.result == Line(sku="b")
    said(parser := MAKE(Line, many=True), cuts('{"sku": "a"} {"sku": 1}', size))
    with pytest.raises(ValidationError) as wrong:
        _ = parser.result
    assert [error["loc"] for error in wrong.value.errors()] == [("sku",)]


def test_without_any_document_there_is_no_result() -> None:
    parser = MAKE(Line, many=True)
    assert parser.feed(" ") == parser.close() == []
    with pytest.raises(UsageError) as none:
        _ = parser.result
    assert none.value.code == "not_available"


def test_an_error_in_one_document_leaves_those_before_it() -> None:
    parser = MAKE(Line, many=True, events=WANTED)
    with pytest.raises(JSONSyntaxError) as broken:
        parser.feed('{"sku": "a"} {"sku" "b"}')
    assert broken.value.offset == 20
    assert told(broken.value.events) == [((), Line(sku="a")), 0]
    parser = MAKE(Line, many=True, events=WANTED)
    assert told(parser.feed('{"sku": "a"} {"sku": "b"')) == [((), Line(sku="a")), 0]
    with pytest.raises(IncompleteJSONError):
        parser.close()


REFUSED: list[tuple[Any, str]] = [
    (Order | Strict, '{"qty": 1}'),
    (Order | Strict, '{"lines": [{"sku": 1}], "x": 1}'),
    (Log | Call, '{"kind": "unknown", "text": "t", "name": "n"}'),
    (Log | Call, '{"text": {}, "name": 1, "kind": "log"}'),
    (Message, '{"kind": "unknown"}'),
    (Message, '{"kind": 7, "text": "t"}'),
    (Message, '{"text": ["x"], "name": "n", "kind": "log"}'),
    (Message, '{"line": {"sku": 1}, "name": "n", "kind": "call"}'),
    (Message, '{"line": {"sku": 1}, "name": "n", "kind": ["call"]}'),
    (Message, '{"text": "t", "name": "n"}'),
    (Dog, '{"line": {"sku": 1}, "kind": "dog", "breed": "pug"}'),
    (Pet, '{"kind": "dog", "breed": "cat"}'),
    (Pet, '{"kind": "dog", "line": {"sku": 1}, "breed": "pug"}'),
    (Pet, '{"line": {"sku": 1}, "breed": "pug", "kind": "dog"}'),
    (Pet, '{"line": {"sku": []}, "kind": "dog", "breed": "pug"}'),
    (Pet | int | None, '{"line": {"sku": 1}, "breed": "pug", "kind": "dog"}'),
    (Line | list[Line] | int, '[{"sku": "a"}, {"sku": 1}]'),
    (dict[str, int | list[Line]], '{"a": [{"sku": 1}], "b": "x"}'),
]


@pytest.mark.parametrize(("kind", "text"), REFUSED)
@pytest.mark.parametrize("place", ["{}", "[{}]", '{{"k": {}}}'])
def test_what_is_refused_is_told_once_and_the_same_whatever_the_fragments(
    kind: Any, text: str, place: str
) -> None:
    kind = {"{}": kind, "[{}]": LIST[kind]}.get(place, DICT[str, kind])
    text = place.format(text)
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_json(text)
    parser = MAKE(kind, many=True, events=Violation)
    told = [*parser.feed(text + " " + text), *parser.close()]
    bare = [(e.kind, e.detail["loc"]) for e in told if e.offset <= len(text)]
    assert bare
    assert len({*bare}) == len(bare)
    assert [(e.kind, e.detail["loc"]) for e in told] == bare * 2
    assert not [e for e in told if e.kind == "missing" and f'"{e.path[-1]}":' in text]
    parser = MAKE(kind, many=True, events=Violation)
    each = [event for character in text for event in parser.feed(character)]
    assert each == told[: len(bare)]
    assert [event.detail for event in each] == [event.detail for event in told[: len(bare)]]


def test_patterns_and_the_stop_hold_in_every_document() -> None:
    text = '{"id": 1, "lines": [{"sku": "a"}]} {"id": 2, "lines": [{"sku": "b"}, {"sku": 3}]}'
    parser = MAKE(Order, many=True, events=[Validated], paths="$.lines[*]")
    assert [found.sku for _, found in said(parser, cuts(text, 5))] == ["a", "b"]
    parser = MAKE(Order, many=True, events=WANTED, stop_on_violation=True)
    with pytest.raises(ValidationFailed) as failed:
        parser.feed(text)
    assert failed.value.violation.path == ("lines", 1, "sku")
    assert failed.value.violation.offset == text.index("3}") + 1
    assert [x if isinstance(x, int) else x[0] for x in told(failed.value.events)] == [
        *(("lines", 0), (), 0),
        ("lines", 0),
    ]


def test_each_document_is_validated_twice_and_no_more() -> None:
    seen: list[str] = []

    class Counted(BaseModel):
        name: str

        @field_validator("name")
        @classmethod
        def count(cls, name: str) -> str:
            seen.append(name)
            return name

    parser = MAKE(list[Counted], many=True)
    said(parser, cuts('[{"name": "a"}] [{"name": "b"}] []', 3))
    assert parser.result == []
    assert {name: seen.count(name) <= 2 for name in seen} == {"a": True, "b": True}


def peak(work: Callable[[], object]) -> int:
    """The most memory that some work held at once, in bytes."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_documents_that_are_over_are_let_go() -> None:
    def work() -> None:
        parser = MAKE(Order, many=True, events=Validated)
        for _ in range(500):
            parser.feed('{"id": 1, "lines": [{"sku": "' + "x" * 1000 + '"}]}\n')

    assert peak(work) < 100_000


# --- items --------------------------------------------------------------------------------


async def drawn(source: Iterable[Any]) -> AsyncIterator[Any]:
    for fragment in source:
        await asyncio.sleep(0)
        yield fragment


def take(source: Iterable[Any], *arguments: Any, **options: Any) -> tuple[list[Any], Any]:
    """The items, and the error that ended them."""
    found: list[Any] = []
    try:
        with ITEMS(source, *arguments, **options) as run:
            for item in run:
                found.append(item)  # what came before an error counts
    except Exception as error:
        return found, error
    return found, None


def atake(source: Iterable[Any], *arguments: Any, **options: Any) -> tuple[list[Any], Any]:
    async def run() -> tuple[list[Any], Any]:
        found: list[Any] = []
        try:
            async with AITEMS(drawn(source), *arguments, **options) as running:
                async for item in running:
                    found.append(item)
        except Exception as error:
            return found, error
        return found, None

    return asyncio.run(run())


Take = Callable[..., tuple[list[Any], Any]]
BOTH = pytest.mark.parametrize("take", [take, atake], ids=["sync", "async"])
A, B = '{"sku": "a", "qty": 2}', '{"sku": "b"}'

KINDS: dict[str, tuple[Any, str, list[Any]]] = {
    "model": (Line, f"{A}, {B}", [Line(sku="a", qty=2), Line(sku="b")]),
    "adapter": (TypeAdapter(Line), B, [Line(sku="b")]),
    "adapter with configuration": (
        TypeAdapter(list[str], config=ConfigDict(str_strip_whitespace=True)),
        '[" a "], []',
        [["a"], []],
    ),
    "dataclass": (Point, f'{{"x": 1, "line": {B}}}', [Point(1, Line(sku="b"))]),
    "TypedDict": (Row, f'{{"line": {B}}}', [{"line": Line(sku="b")}]),
    "RootModel": (RootModel[list[int]], "[1], []", [RootModel[list[int]](x) for x in ([1], [])]),
    "tagged union": (
        Message,
        '{"text": "t", "kind": "log"}, {"kind": "call", "name": "n"}',
        [Log(kind="log", text="t"), Call(kind="call", name="n")],
    ),
    "untagged union": (Line | int | None, f"1, null, {B}", [1, None, Line(sku="b")]),
    "constrained int": (Annotated[int, Field(ge=1)], '1, "2", 30', [1, 2, 30]),
    "constrained str": (
        Annotated[str, StringConstraints(to_upper=True, max_length=3)],
        '"ab", "\\u00e9"',
        ["AB", "É"],
    ),
    "date": (dt.date, '"2026-01-02"', [dt.date(2026, 1, 2)]),
    "list": (list[Line], f"[], [{B}]", [[], [Line(sku="b")]]),
    "anything": (Any, f"1, [null], {B}", [1, [None], {"sku": "b"}]),
    "no type": (None, f'true, "x", {B}', [True, "x", {"sku": "b"}]),
}


@BOTH
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("size", [1, 6, 999])
def test_items_of_any_type_are_what_pydantic_makes_of_them(
    take: Take, name: str, size: int
) -> None:
    kind, text, wanted = KINDS[name]
    text = f'{{"x": [{text}], "orders": [{text}], "n": "{{"}}'
    found, error = take(cuts(text.encode(), size), "$.orders[*]", kind)
    assert error is None
    assert found == wanted
    assert [*map(type, found)] == [*map(type, wanted)]


BAD = f'{{"orders": [{A}, {{"sku": 1, "qty": 0}}, {B}, 7, {A}]}}'


@BOTH
@pytest.mark.parametrize("size", [1, 10, 999])
def test_what_becomes_of_an_item_that_does_not_fit(take: Take, size: int) -> None:
    good = [Line(sku="a", qty=2), Line(sku="b"), Line(sku="a", qty=2)]
    found, error = take(cuts(BAD, size), "$.orders[*]", Line)
    assert found == good[:1]
    assert isinstance(error, ValidationFailed)
    assert error.violation.detail["loc"] == ("orders", 1, "sku")
    found, error = take(cuts(BAD, size), "$.orders[*]", Line, on_error="skip")
    assert (found, error) == (good, None)
    found, error = take(cuts(BAD, size), "$.orders[*]", Line, on_error="yield")
    assert error is None
    assert [x if isinstance(x, Line) else (x.detail["loc"], x.kind) for x in found] == [
        good[0],
        (("orders", 1, "sku"), "string_type"),
        (("orders", 1, "qty"), "greater_than_equal"),
        good[1],
        (("orders", 3), "model_type"),
        good[2],
    ]


@BOTH
def test_an_item_comes_with_its_last_character_and_a_failure_reads_no_further(take: Take) -> None:
    read: list[str] = []

    def model() -> Iterator[str]:
        for character in BAD:
            read.append(character)
            yield character

    with ITEMS(model(), "$.orders[*]", Line) as run:
        assert next(run) == Line(sku="a", qty=2)
        assert "".join(read) == BAD[: BAD.index("}") + 1]
    read.clear()
    _, error = take(model(), "$.orders[*]", Line)
    assert isinstance(error, ValidationFailed)
    assert len(read) <= BAD.index("}, " + B) + 1


@BOTH
def test_an_item_that_was_cut_is_no_item(take: Take) -> None:
    text = f'{{"orders": [{A}, {B}'
    for end in range(text.index(B), len(text)):
        found, error = take([text[:end]], "$.orders[*]", Line)
        assert found == [Line(sku="a", qty=2)]
        assert isinstance(error, IncompleteJSONError)
    found, error = take([text], "$.orders[*]", Line)
    assert (found[1:], type(error)) == ([Line(sku="b")], IncompleteJSONError)
    found, error = take([text + "}"], "$.orders[*]", Line)
    assert (len(found), type(error)) == (2, JSONSyntaxError)


@BOTH
def test_what_is_not_selected_is_not_validated(take: Take) -> None:
    text = f'{{"x": {{"orders": [1]}}, "orders": [{B}], "y": [{{}}]}}'
    assert take([text], "$.orders[*]", Line) == ([Line(sku="b")], None)
    assert take([text], "/orders/0/sku", str) == (["b"], None)
    assert take([text], ["$.x.orders[0]", "$.y"], list[Any] | int) == ([1, [{}]], None)
    assert take([text], "$.nothing", Line) == ([], None)


@BOTH
def test_items_of_documents_that_follow_one_another(take: Take) -> None:
    text = f'{{"orders": [{A}]}}\n{{"orders": []}} {{"orders": [{B}, {B}]}}'
    found, error = take(cuts(text, 3), "$.orders[*]", Line, many=True)
    assert (found, error) == ([Line(sku="a", qty=2), Line(sku="b"), Line(sku="b")], None)
    assert take(["1 2 ", "3"], "$", int, many=True) == ([1, 2, 3], None)


@BOTH
def test_a_type_or_an_answer_to_errors_that_makes_no_sense_is_refused(take: Take) -> None:
    found, error = take([BAD], "$.orders[*]", "NoSuchName")
    assert (found, error.code) == ([], "unsupported_type")
    found, error = take([BAD], "$.orders[*]", Line, on_error="ignore")
    assert (found, error.code) == ([], "invalid_option")


def test_twenty_thousand_items_take_the_memory_of_one() -> None:
    one = '{"kind": "call", "name": "' + "x" * 100 + f'", "line": {A}}}, '

    def fragments(count: int) -> Iterator[str]:
        yield '{"noise": "' + "y" * 1000 + '", "orders": ['
        for _ in range(count):
            yield one[:50]
            yield one[50:]
        yield '{"kind": "log", "text": ""}]}'

    def work(count: int) -> int:
        return sum(1 for _ in ITEMS(fragments(count), "$.orders[*]", Message))

    work(1)  # what is made once and kept is made now
    small, large = peak(lambda: work(200)), peak(lambda: work(20_000))
    assert work(200) == 201
    assert large < small + 20_000
