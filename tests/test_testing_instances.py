"""`documents_for`: all that is drawn is valid, and there is some of all that is valid."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar
from uuid import UUID

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from jsonschema.validators import Draft202012Validator, validator_for
from pydantic import (
    AfterValidator,
    AnyUrl,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Json,
    JsonValue,
    NaiveDatetime,
    TypeAdapter,
    field_validator,
    model_validator,
)
from typing_extensions import Required, TypedDict

from partialjson import ModelParser, SchemaParser, UsageError
from partialjson.testing import documents_for
from partialjson.testing.schemas import DEEPEST, Schemas

from .strategies import exactly, examples


def drawn(given_: Any, n: int = 20, **options: Any) -> list[str]:
    """So many documents, the same in each run."""
    found: list[str] = []

    @exactly(n)
    @given(documents_for(given_, **options))
    def add(text: str) -> None:
        found.append(text)

    add()
    return found


def some(found: list[str], *patterns: str) -> None:
    """Each pattern is found in some of the texts."""
    for pattern in patterns:
        assert any(re.search(pattern, text) for text in found), pattern


# --- types ------------------------------------------------------------------------------


class Color(Enum):
    RED = "red"
    GREEN = "green"


class Tree(BaseModel):
    value: int
    children: list[Tree] = []


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: UUID
    price: Decimal = Field(gt=0, max_digits=8, decimal_places=2)
    tags: set[str] = Field(max_length=3)
    when: datetime
    day: date | None = None
    color: Color
    lasts: timedelta


class Order(BaseModel):
    items: list[Item] = Field(min_length=1, max_length=2)
    address: dict[str, str]
    total: float = Field(multiple_of=0.5)
    note: str | None = Field(None, alias="Note", max_length=20)
    pair: tuple[int, str]
    kind: Literal["a", "b", 1]


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = Field(ge=0, le=9)


class Dog(BaseModel):
    kind: Literal["dog"]
    barks: bool
    friend: Pet | None = None


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]
Dog.model_rebuild()


class Row(TypedDict, total=False):
    a: Required[int]
    b: list[bytes]
    c: time


@dataclass
class Point:
    x: int
    y: tuple[float, ...] = ()
    at: IPv4Address | None = None


class Pair(NamedTuple):
    left: int
    right: str = ""


class Mixed(BaseModel):
    inner: Json[list[int]]
    url: AnyUrl
    network: IPv4Network
    either: int | str | list[bool]
    by_number: dict[int, float]


class Left(BaseModel):
    right: Right | None = None


class Right(BaseModel):
    lefts: list[Left]


T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    rows: list[T]
    more: bool = False


def even(number: int) -> int:
    assert number % 2 == 0, "odd"
    return number


class Range(BaseModel):
    low: int
    high: int

    @model_validator(mode="after")
    def ordered(self) -> Range:
        assert self.low <= self.high, "the wrong way round"
        return self


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    n: int
    f: float
    items: tuple[int, int]


TYPES: dict[str, Any] = {
    "int": int,
    "tree": Tree,
    "item": Item,
    "order": Order,
    "pet": Pet,
    "pets": list[Pet],
    "row": Row,
    "point": Point,
    "pair": Pair,
    "mixed": Mixed,
    "left": Left,
    "page": Page[Point],
    "even": Annotated[int, AfterValidator(even)],
    "range": Range,
    "strict": Strict,
    "naive": NaiveDatetime,
    "aware": AwareDatetime,
    "any": JsonValue,
    "nested": dict[str, list[dict[str, bool | None]]],
}


@pytest.mark.parametrize("name", TYPES)
def test_documents_of_types_are_valid(name: str) -> None:
    adapter = TypeAdapter[Any](TYPES[name])
    found = drawn(TYPES[name])
    for text in found:
        parser = ModelParser(TYPES[name])
        parser.feed(text)
        parser.close()
        assert parser.result == adapter.validate_json(text)
    assert len({*found}) > len(found) / 3


def test_documents_have_what_is_optional_and_leave_it_out() -> None:
    found = [json.loads(text) for text in drawn(Order, 100)]
    for name in ("day", "extra"):
        assert {name in item for text in found for item in text["items"]} == {name == "day", False}
    assert {"Note" in text for text in found} == {True, False}
    assert any({*text} - {"items", "address", "total", "Note", "pair", "kind"} for text in found)
    assert {text["kind"] for text in found} == {"a", "b", 1}
    assert {len(text["items"]) for text in found} == {1, 2}


def test_documents_of_what_recurses_are_flat_and_deep() -> None:
    def depth(tree: Any) -> int:
        return 1 + max(map(depth, tree.get("children", ())), default=0)

    depths = {depth(json.loads(text)) for text in drawn(Tree, 60)}
    assert {1, 2, 3} <= depths
    assert max(depths) <= 6


def test_documents_are_spelled_in_many_ways() -> None:
    found = drawn(Range, 60)
    some(found, r"\n", r"\\u00", r"\\u00[0-9a-f]+\"\s*:", r"\d\.0|\d[eE]")
    assert {"low", "high"} <= {next(iter(json.loads(text))) for text in found}
    plain = drawn(Range, 10, respell=False)
    assert all(text == json.dumps(json.loads(text)) for text in plain)


def test_documents_that_fail_shrink() -> None:
    few = settings(examples(200))
    text = find(documents_for(Tree), lambda text: len(json.loads(text)) > 1, settings=few)
    assert json.loads(text) == {"value": 0, "children": []}
    assert text == json.dumps(json.loads(text))


# --- schemas ----------------------------------------------------------------------------

NODE = {
    "type": "object",
    "properties": {"v": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#/$defs/n"}, {}]}},
    "required": ["v", "next"],
    "additionalProperties": False,
}
SCHEMAS: dict[str, Any] = {
    "anything": True,
    "nothing said": {},
    "references": {"type": "array", "items": {"$ref": "#/$defs/n"}, "$defs": {"n": NODE}},
    "a tuple": {
        "type": "array",
        "prefixItems": [{"type": "string"}, {"enum": [1, 2]}],
        "items": False,
        "minItems": 2,
    },
    "a set with a seven": {
        "type": "array",
        "items": {"type": "integer"},
        "uniqueItems": True,
        "minItems": 2,
        "contains": {"const": 7},
    },
    "all of": {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
            {"properties": {"a": {"minimum": 3}, "b": {"type": "string"}}, "required": ["b"]},
        ],
        "unevaluatedProperties": False,
    },
    "dependent": {
        "type": "object",
        "properties": {"a": {"type": "null"}, "b": {"type": "null"}, "c": {"type": "null"}},
        "dependentRequired": {"a": ["b"]},
        "dependentSchemas": {"c": {"required": ["d"], "properties": {"d": {"const": 1}}}},
        "additionalProperties": {"type": "integer"},
    },
    "if": {
        "type": "object",
        "if": {"properties": {"k": {"const": 1}}, "required": ["k"]},
        "then": {"required": ["x"]},
        "else": {"required": ["y"]},
    },
    "patterns": {
        "type": "object",
        "patternProperties": {"^x-": {"type": "number"}},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 2,
    },
    "names": {
        "type": "object",
        "propertyNames": {"pattern": "^[ab]{1,9}$"},
        "additionalProperties": {"type": "string", "format": "ipv4"},
        "minProperties": 2,
    },
    "draft 7": {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": {"p": {"type": "integer", "multipleOf": 3, "minimum": -9, "maximum": 99}},
        "type": "array",
        "items": [{"$ref": "#/definitions/p"}],
        "additionalItems": {"type": "null"},
    },
    "one of": {"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 5}]},
    "a date": {"type": "string", "format": "date-time"},
    "a code": {"type": "string", "pattern": "^[A-Z]{2}\\d{4}$"},
    "bounds": {"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 1.5},
    "steps": {"type": "number", "multipleOf": 0.25, "minimum": 0.1, "maximum": 3},
    "JSON": {
        "$ref": "#/$defs/json",
        "$defs": {
            "json": {
                "anyOf": [
                    {"type": ["null", "integer"]},
                    {"type": "array", "items": {"$ref": "#/$defs/json"}},
                    {"type": "object", "additionalProperties": {"$ref": "#/$defs/json"}},
                ]
            }
        },
    },
    "anchors": {
        "$dynamicAnchor": "node",
        "type": "object",
        "properties": {"x": {"$dynamicRef": "#node"}, "y": {"$ref": "#part"}},
        "$defs": {"p": {"$anchor": "part", "type": "boolean"}},
        "required": ["y"],
    },
    "a list with enough": {
        "type": "array",
        "contains": {"type": "string"},
        "minContains": 2,
        "maxContains": 3,
        "items": {"type": ["string", "null"]},
        "maxItems": 5,
    },
    "nothing named": {"properties": {"a": {"type": "null"}}, "required": ["a"]},
    "text": {"type": "string", "contentMediaType": "application/json", "minLength": 2},
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_documents_of_schemas_are_valid(name: str) -> None:
    schema = SCHEMAS[name]
    validator = validator_for(schema, Draft202012Validator)(schema)
    found = drawn(schema)
    for text in found:
        assert validator.is_valid(json.loads(text)), text
        parser = SchemaParser(schema)
        parser.feed(text)
        parser.close()
        assert parser.verdict == "valid"
    assert len({*found}) >= 9


def test_what_keywords_allow_occurs() -> None:
    for name, patterns in {
        "dependent": ('"a"', '"b"', '"d"', r"^\s*\{\s*\}"),
        "if": (r'"k": 1', '"y"'),
        "one of": ("^-", r"\."),
        "nothing named": ('"a": null', r"^[^{]"),
        "a tuple": ("1]", "2]"),
        "JSON": (r"\[\[", "{", "null", r"^-?\d"),
        "anchors": ('"x".*"y"|"y".*"x"', "true", "false"),
    }.items():
        some(drawn(SCHEMAS[name], 40, respell=False), *patterns)


def test_a_tool_definition_is_a_schema_too() -> None:
    tool = {
        "type": "function",
        "function": {
            "name": "f",
            "parameters": {"type": "object", "properties": {"n": {"const": 3}}, "required": ["n"]},
        },
    }
    assert all(json.loads(text)["n"] == 3 for text in drawn(tool, 10))


# --- what a schema cannot say -------------------------------------------------------------


class Account(BaseModel):
    number: str
    owners: list[dict[str, str]] = []

    @field_validator("number")
    @classmethod
    def checked(cls, number: str) -> str:
        assert re.fullmatch("DE[0-9]{4}", number), "not a number of an account"
        return number


def test_values_can_be_overridden() -> None:
    numbers = st.integers(0, 9999).map("DE{:04}".format)
    people = st.sampled_from(["Ada", "Grace"])
    found = drawn(Account, 60, overrides={("number",): numbers, "$.owners[*].*": people})
    names = {
        name
        for text in found
        for who in json.loads(text).get("owners", [])
        for name in who.values()
    }
    assert names == {"Ada", "Grace"}
    roots = drawn({"type": "integer"}, 10, overrides={"": st.just(5)})
    assert {json.loads(text) for text in roots} == {5}


def test_formats_can_be_given() -> None:
    schema = {"type": "string", "format": "x-plate"}
    found = drawn(schema, 10, formats={"x-plate": st.just("B-X 1")})
    assert {json.loads(text) for text in found} == {"B-X 1"}


def test_it_is_said_if_nothing_is_valid() -> None:
    @settings(examples(300), phases=[Phase.generate])
    @given(documents_for(Account))
    def never(text: str) -> None:
        raise AssertionError(text)

    with pytest.raises(UsageError, match=r"(?s)Account.*not a number of an account.*overrides="):
        never()


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        (False, "nothing is valid"),
        ({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}}, "nothing is"),
        ({"$ref": "#/$defs/none"}, "names nothing|cannot be resolved"),
        ({"$ref": "https://example.org/other"}, "names nothing|cannot be resolved"),
        ("object", "JSON Schema|cannot validate"),
        (object(), "cannot validate"),
        (Callable[[int], int], "no JSON Schema"),
    ],
)
def test_what_has_no_documents_is_refused(schema: Any, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        documents_for(schema)


def test_any_text_that_a_validator_turns_into_more_is_still_asked_for() -> None:
    def split(value: Any) -> Any:
        return value.split() if isinstance(value, str) else value

    texts = drawn(Annotated[list[str], BeforeValidator(split)], 20)
    assert all(isinstance(json.loads(text), list) for text in texts)


# --- how flat a schema is -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "height"),
    [
        (True, 0),
        (False, DEEPEST),
        ({"type": "string"}, 0),
        ({"type": "array"}, 1),
        ({"type": "array", "minItems": 1, "items": {"type": "object"}}, 2),
        ({"type": "array", "contains": {"type": "array"}}, 2),
        ({"type": ["array", "null"]}, 0),
        ({"anyOf": [{"type": "object"}, {"const": 1}]}, 0),
        ({"allOf": [{"type": "object"}, {"properties": {"a": {}}, "required": ["a"]}]}, 1),
        ({"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}, DEEPEST),
        ({"type": "object", "additionalProperties": {"$ref": "#"}, "required": ["a"]}, DEEPEST),
        ({"properties": {"a": {"$ref": "#"}}, "required": ["a"]}, 0),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, 0),
        ({"type": "array", "items": {"$ref": "#"}}, 1),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "array", "items": {"$ref": "#"}}},
                "required": ["a"],
            },
            2,
        ),
    ],
)
def test_the_flattest_instance(schema: Any, height: int) -> None:
    assert Schemas(schema).height(schema) == height


def test_references_that_lead_back() -> None:
    schemas = Schemas(
        {"$defs": {"a": {"items": {"$ref": "#/$defs/b"}}, "b": {"$ref": "#/$defs/c"}, "c": {}}}
    )
    assert not any(schemas.leads_back(f"#/$defs/{name}") for name in "abc")
    schemas.root["$defs"]["c"]["not"] = {"$ref": "#/$defs/b"}
    again = Schemas(schemas.root)
    assert [again.leads_back(f"#/$defs/{name}") for name in "abc"] == [False, True, True]
