"""`SchemaParser` with a schema that comes from the input, too.

Property: a schema is refused exactly if jsonschema refuses it. With one that is not, a document
has the verdict that the library's own call of jsonschema gives; for schemas without references
and patterns, jsonschema itself is asked, as in the target `schema`. However the document is cut
and resumed, the same is told. All within the limits of work, which are low here.

Documented: UsageError for a schema that is of no use; LimitExceededError; what a `Parser`
raises.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any

from jsonschema import SchemaError
from jsonschema.validators import Draft202012Validator, validator_for

from partialjson import (
    LimitExceededError,
    Limits,
    PartialJSONError,
    SchemaParser,
    UsageError,
)
from tests.fragmenting import run as fed
from tests.fuzz.choices import Choices, pieces
from tests.schema_checks import PROPERTIES, Case, Subject, spelled, told
from tests.schema_family import by_hand, documents, family

from .typed import is_json

MAX_LEN = 300
WORDS = (
    *("\x00", '"type":', '"object"', '"array"', '"string"', '"number"', '"integer"', '"null"'),
    *('"properties":{"a":', '"required":["a"]', '"items":', '"prefixItems":[', '"contains":'),
    *('"anyOf":[', '"oneOf":[', '"allOf":[', '"not":', '"if":', '"then":', '"else":', '"enum":['),
    *('"const":', '"$ref":"#"', '"$ref":"#/$defs/a"', '"$defs":{"a":', '"$dynamicRef":"#a"'),
    *('"$dynamicAnchor":"a"', '"$anchor":"a"', '"$id":"x"', '"$schema":', '"pattern":"^a"'),
    *('"patternProperties":{"^a":', '"additionalProperties":false', '"unevaluatedItems":false'),
    *('"unevaluatedProperties":', '"dependentSchemas":{"a":', '"dependentRequired":{"a":["b"]}'),
    *('"propertyNames":', '"minItems":', '"maxItems":', '"uniqueItems":true', '"multipleOf":'),
    *('"minimum":', '"maximum":', '"minLength":', '"maxLength":', '"maxProperties":', '"format":'),
    *(
        '"minContains":',
        '"maxContains":',
        "true",
        "false",
        "{}",
        '"http://json-schema.org/draft-07/schema#"',
    ),
    *('"(a+)+$"', '"(?=a)"', '"(a)\\\\1"', "1e400", "0.01", "[1]", '{"a":1}'),
)
LIMITS = Limits(
    max_schema_work=3_000,
    max_schema_nodes=2_000,
    max_branches=8,
    max_pattern_states=200,
    max_pattern_input=50,
)
_RISKY = ("$ref", "$dynamicRef", "$recursiveRef", "pattern", "$id", "$schema", "format", "id")


def run(data: bytes) -> None:
    choices = Choices(data)
    asserts, sizes, place = choices.flag(), choices.sizes(), choices.byte()
    written, _, text = choices.text().partition("\x00")
    try:
        schema = json.loads(written, parse_constant=refuse)
    except (ValueError, RecursionError):
        return
    if not is_usable(schema, asserts):
        return
    fragments = pieces(text, sizes)
    goes_on(schema, asserts, fragments, place)
    if is_json(text):
        check_verdict(schema, asserts, text, fragments)


def refuse(name: str) -> None:
    raise ValueError(name)


def make(schema: Any, asserts: bool, **options: Any) -> SchemaParser:
    return SchemaParser(schema, format=asserts, limits=LIMITS, **options)


def is_usable(schema: Any, asserts: bool) -> bool:
    """Whether a parser takes the schema, which it must exactly if jsonschema does."""
    try:
        make(schema, asserts)
    except UsageError as error:
        assert error.code == "invalid_schema"
        assert isinstance(schema, (dict, bool)) is False or not is_valid(schema)
        return False
    except LimitExceededError as error:
        assert error.limit == "max_schema_nodes"
        return False
    assert is_valid(schema)
    return True


def is_valid(schema: Any) -> bool:
    """What jsonschema says of it."""
    try:
        kind: Any = validator_for(schema, default=Draft202012Validator)
        kind.check_schema(schema)
    except (SchemaError, RecursionError, TypeError, AttributeError, ValueError, OverflowError):
        return False
    return True


def said(error: PartialJSONError | None) -> dict[str, Any] | None:
    return None if error is None else error.as_dict()


def goes_on(schema: Any, asserts: bool, fragments: list[Any], place: int) -> None:
    """However it is cut and resumed the same is told, but for an open key at an error."""
    whole = fed(make(schema, asserts), ["".join(fragments)])
    parts = fed(make(schema, asserts), fragments)
    lines = [
        [spelled(event) for event in found.events if not hasattr(event, "delta")]
        for found in (whole, parts)
    ]
    assert said(whole.error) == said(parts.error)
    if whole.error is None:
        assert lines[0] == lines[1]
    place %= len(fragments) + 1
    parser = make(schema, asserts)
    try:
        for fragment in fragments[:place]:
            parser.feed(fragment)
    except PartialJSONError:
        return
    data = json.loads(json.dumps(parser.checkpoint(), allow_nan=False))
    again = SchemaParser.restore(data, schema, format=asserts, limits=LIMITS)
    one, two = fed(again, fragments[place:]), fed(parser, fragments[place:])
    if isinstance(one.error, LimitExceededError) or isinstance(two.error, LimitExceededError):
        return  # reading the beginning again is work, too
    assert said(one.error) == said(two.error)
    assert [*map(spelled, one.events)] == [*map(spelled, two.events)]


def check_verdict(schema: Any, asserts: bool, text: str, fragments: list[Any]) -> None:
    parser = make(schema, asserts)
    with suppress(UsageError, LimitExceededError):
        parser.feed(text)
        parser.close()
        assert parser.verdict in ("valid", "invalid")
        assert (parser.verdict == "valid") == (not parser.violations)
        assert (parser.verdict == "valid") == (parser.errors == [])
    subject = Subject(schema, format=asserts)
    if any(f'"{word}' in json.dumps(schema) for word in _RISKY):
        return
    case = Case(subject, text)
    if case.errors is None:
        return
    try:
        runs = [told(subject, way) for way in [*case.fragmentations(), fragments]]
    except LimitExceededError:
        return
    for prop in PROPERTIES:
        against = [*prop(case, runs)]
        assert not against, f"{prop.__name__}: {case} {against[0]}"


def seeds() -> Iterator[bytes]:
    rng = Random(1)
    for number, relative in enumerate([*by_hand(), *family(2, 40)]):
        written = json.dumps(relative.schema, separators=(",", ":"))
        if len(written) < MAX_LEN - 40:
            (text,) = documents(relative.schema, rng, 1)
            head = bytes([relative.format, 0x21, number % 7, number % 256])
            yield head + written.encode() + b"\x00" + text.encode()
