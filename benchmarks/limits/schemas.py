"""Attacks by schemas, patterns and types, and by texts on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

from partialjson import Limits, ModelParser, SchemaParser

from .attack import READ, Attack, judged, outcome, repeated

_MODULUS: Final = (1 << 61) - 1  # CPython hashes integers modulo this


class Item(BaseModel):
    """What most documents are made of."""

    id: int
    tags: list[str] = []


class Left(BaseModel):
    """One of two that hold each other, which nothing tells apart."""

    a: Left | Right | None = None


class Right(BaseModel):
    """The other."""

    a: Left | Right | None = None


def _pattern(pattern: str, piece: str, n: int) -> str:
    """A pattern on a long text that almost matches."""
    return outcome(lambda: judged(SchemaParser({"pattern": pattern}), _string(piece, n)))


def _string(piece: str, n: int) -> Iterator[str]:
    yield '"'
    yield from repeated(piece, n)
    yield '!"'


def _each_twice(n: int) -> str:
    """Definitions that each refer twice to the next."""
    definitions: dict[str, Any] = {"d0": {"type": "integer"}}
    for i in range(1, n + 1):
        reference = {"$ref": f"#/$defs/d{i - 1}"}
        definitions[f"d{i}"] = {"properties": {"a": reference, "b": reference}}
    schema = {"$ref": f"#/$defs/d{n}", "$defs": definitions}
    return judged(SchemaParser(schema), ['{"a": {"b": {"a": 1}}}'])


def _one_of_one_of(n: int) -> str:
    """Alternatives of alternatives of alternatives, which are all to be counted."""
    schema: dict[str, Any] = {"type": "integer", "multipleOf": 7}
    for _ in range(8):
        schema = {"oneOf": [schema, {**schema, "title": "2"}]}
    items = ["[", *repeated("1,", n), "1]"]
    return outcome(lambda: judged(SchemaParser({"items": schema}), items))


def _alternatives(n: int) -> str:
    schema = {"anyOf": [{"properties": {"a": {"const": i}}} for i in range(n)]}
    return outcome(lambda: judged(SchemaParser(schema), [f'{{"a": {n - 1}}}']))


def _endless(n: int) -> str:
    schema = {"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}}
    return outcome(lambda: judged(SchemaParser(schema), ["1 "]))


def _nested(n: int) -> str:
    schema: dict[str, Any] = {}
    for _ in range(n):
        schema = {"allOf": [schema]}
    return outcome(lambda: judged(SchemaParser(schema), ["1 "]))


def _work(n: int) -> str:
    """A text that makes jsonschema apply many subschemas, again for each item."""
    schema = {"items": {"anyOf": [{"maximum": -i} for i in range(100)]}}
    return outcome(lambda: judged(SchemaParser(schema), ["[", *repeated("1,", n), "1]"]))


def _unique(n: int) -> str:
    """Items that Python hashes to the same place."""
    text = json.dumps([*(k * _MODULUS for k in range(n)), "x"])
    return outcome(lambda: judged(SchemaParser({"uniqueItems": True}), [text]))


def _violations(n: int) -> str:
    parser = SchemaParser({"items": {"type": "integer"}})
    found = judged(parser, ["[", *repeated('"x",', n), "0]"])
    return f"{found}, {len(parser.errors)} listed"


def _exponents(n: int) -> str:
    schema = {"items": {"multipleOf": 0.01, "maximum": 1e308}}
    text = "1e-999999999,1e999999999,"
    return outcome(lambda: judged(SchemaParser(schema), ["[", *repeated(text, n), "0]"]))


# --- types -----------------------------------------------------------------------------


def _items(n: int) -> str:
    return judged(
        ModelParser(list[Item]), ["[", *repeated('{"id":1,"tags":["a"]},', n), '{"id":1}]']
    )


def _wrong_items(n: int) -> str:
    return judged(ModelParser(list[Item]), ["[", *repeated('{"id":"x"},', n), '{"id":1}]'])


def _union(n: int) -> str:
    """What is open could be of many shapes, twice as many on each level."""
    parser = ModelParser(Left, limits=Limits(max_depth=n + 1))
    parser.feed('{"a":' * n)
    return READ


SCHEMAS: Final = (
    Attack(
        "`^(a+)+$`",
        lambda n: _pattern("^(a+)+$", "a", n),
        4_000_000,
        10**4,
        "invalid",
        per=40,
        slow=4,
    ),
    Attack(
        "`^(a{1,100}){1,100}$`",
        lambda n: _pattern("^(a{1,100}){1,100}$", "a", n),
        40_000,
        10**4,
        "max_pattern_states",
        fixed=150,
    ),
    Attack(
        "`^(a+)+\\1$`", lambda n: _pattern("^(a+)+\\1$", "a", n), 40_000, 10**4, "invalid_pattern"
    ),
    Attack(
        "`^(.*)(.*)(.*)-\\1$`",
        lambda n: _pattern("^(.*)(.*)(.*)-\\1$", "a-", n),
        400_000,
        10**4,
        "max_pattern_input",
        per=8,
    ),
    Attack(
        "each definition twice in the next",
        _each_twice,
        4000,
        20,
        "valid",
        "definitions",
        per=30_000,
    ),
    Attack(
        "`oneOf` in `oneOf` in `oneOf`",
        _one_of_one_of,
        100_000,
        4000,
        "max_schema_work",
        fixed=150,
        slow=4,
    ),
    Attack("`anyOf` of many", _alternatives, 20_000, 300, "valid", "alternatives", per=20_000),
    Attack("a schema that applies itself", _endless, 1, 1, "endless_schema", "schemas"),
    Attack("`allOf` in `allOf`", _nested, 100_000, 5000, "invalid_schema", "levels", per=5000),
    Attack(
        "100 alternatives for each item", _work, 1_000_000, 40_000, "max_schema_work", fixed=150
    ),
    Attack(
        "items that collide, `uniqueItems`",
        _unique,
        100_000,
        1000,
        "valid",
        "items",
        per=2500,
        slow=4,
    ),
    Attack("violations", _violations, 1_000_000, 4000, "invalid, 100 listed", per=60, slow=4),
    Attack("exponents, `multipleOf`", _exponents, 1_000_000, 5000, "invalid", per=60, slow=4),
    Attack("a list of models", _items, 4_000_000, 5000, "valid", per=80, slow=4),
    Attack(
        "a list of models that are wrong", _wrong_items, 2_000_000, 5000, "invalid", per=250, slow=4
    ),
    Attack("a union in a union in a union", _union, 150, 40, READ, "levels", fixed=150),
)
