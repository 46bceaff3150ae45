"""`SchemaParser` by example: what it takes, what it says, what it refuses, and its limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from partialjson import (
    CheckpointError,
    DocumentCompleted,
    Event,
    FieldCompleted,
    JSONSyntaxError,
    LimitExceededError,
    Limits,
    PartialJSONError,
    SchemaParser,
    StringDelta,
    UsageError,
    Validated,
    ValidationFailed,
    Violation,
    validate_stream,
)
from partialjson.schema import Expected, nodes
from tests.fragmenting import same_every_way

HEARD = (FieldCompleted, Validated, Violation, DocumentCompleted)


def violations(schema: Any, text: str, **options: Any) -> list[Violation]:
    """What is wrong; the same in every fragmentation."""
    run = same_every_way(text, lambda: SchemaParser(schema, events=HEARD, **options))
    return [event for event in run.events if isinstance(event, Violation)]


def validated(schema: Any, text: str, **options: Any) -> list[tuple[Any, Any]]:
    run = same_every_way(text, lambda: SchemaParser(schema, events=HEARD, **options))
    return [(e.path, e.object) for e in run.events if isinstance(e, Validated)]


def fed(schema: Any, text: str, **options: Any) -> SchemaParser:
    parser = SchemaParser(schema, **options)
    parser.feed(text)
    return parser


# --- when -------------------------------------------------------------------------------------

CITY = {
    "type": "object",
    "properties": {"city": {"type": "string", "maxLength": 4}, "days": {"type": "integer"}},
    "required": ["city"],
    "additionalProperties": False,
}
TWO = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
WHEN = {"if": {"properties": {"k": {"const": 1}}, "required": ["k"]}, "then": {"required": ["a"]}}
TAGGED = {
    "anyOf": [
        {"properties": {"t": {"const": "a"}, "x": {"type": "integer"}}, "required": ["t"]},
        {"properties": {"t": {"const": "b"}, "y": {"type": "integer"}}, "required": ["t"]},
    ]
}
DECIDED: list[tuple[Any, str, tuple[Any, ...], str]] = [  # ^ stands before the character
    (CITY, '{"city": ^7}', ("city",), "type"),
    (CITY, '{"city": "Pari^s"}', ("city",), "maxLength"),
    (CITY, '{"ci^p": 1}', (), "additionalProperties"),
    (CITY, '{"cit^": 1}', (), "additionalProperties"),
    (CITY, '{"cit^i": 1}', (), "additionalProperties"),
    (CITY, '{"city": "Pari^\\n', ("city",), "maxLength"),
    (CITY, '{"city": "\\ud83d\\ude00ari^\\u0041', ("city",), "maxLength"),
    (CITY, '{"days": 1^}', (), "required"),
    (CITY, '{"city": "a", "days": 1^, "x": 1}', (), "additionalProperties"),
    (CITY, '{"days": 1.5^, "city": ""}', ("days",), "type"),
    (CITY, '{"days": ^"1", "city": ""}', ("days",), "type"),
    (CITY, '{"days": ^true, "city": ""}', ("days",), "type"),
    ({"enum": ["north", "south"]}, '"no^t"', (), "enum"),
    ({"enum": ["north", "south"]}, '"nor^"', (), "enum"),
    ({"enum": [1, "a", None]}, "^true", (), "enum"),
    ({"const": {"a": [1, 2]}}, '{"a": [1, 3^]}', (), "const"),
    ({"maxItems": 2}, "[1, 2^, 3]", (), "maxItems"),
    ({"maxItems": 0}, "[^1]", (), "maxItems"),
    ({"minItems": 2}, "[1^]", (), "minItems"),
    ({"items": False}, "[^1]", (), "items"),
    ({"prefixItems": [{}], "items": False}, "[1^, 2]", (), "items"),
    ({"pattern": "^[a-c]+$"}, '"ab^d"', (), "pattern"),
    ({"maximum": 120}, "121^ ", (), "maximum"),
    ({"minimum": 1}, "^-1 ", (), "minimum"),
    ({"uniqueItems": True}, '["a", "b", "a^"]', (), "uniqueItems"),
    ({"uniqueItems": True}, "[true, ^true]", (), "uniqueItems"),
    ({"contains": {"type": "string"}, "maxContains": 1}, '["a", ^"b"]', (), "contains"),
    ({"contains": {"type": "string"}}, "[1^]", (), "contains"),
    ({"not": {"required": ["a"]}}, '{"a^": 1}', (), "not"),
    (TWO, '{"a": 1, "b^": 2}', (), "oneOf"),
    (TWO, '{"c": 1^}', (), "oneOf"),
    (WHEN, '{"k": 1^}', (), "required"),
    (TAGGED, '{"t": "b", "y": ^"1"}', ("y",), "type"),
    (TAGGED, '{"t": "^c"}', (), "anyOf"),
    ({"propertyNames": {"maxLength": 2}}, '{"ab^c": 1}', (), "propertyNames"),
    ({"maxProperties": 1}, '{"a": 1^, "b": 2}', (), "maxProperties"),
    ({"maxProperties": 2, "required": ["a", "b"]}, '{"c^": 1}', (), "maxProperties"),
    ({"minProperties": 2}, '{"c": 1^}', (), "minProperties"),
    ({"dependentRequired": {"a": ["b"]}}, '{"a": 1^}', (), "dependentRequired"),
    ({"dependentSchemas": {"b": {"maxProperties": 1}}}, '{"b": 1^, "a": 1}', (), "maxProperties"),
    (
        {"unevaluatedProperties": False, "allOf": [{"properties": {"ab": {}}}]},
        '{"a^c": 1}',
        (),
        "unevaluatedProperties",
    ),
    (
        {"unevaluatedItems": False, "allOf": [{"prefixItems": [{}]}]},
        "[1^, 2]",
        (),
        "unevaluatedItems",
    ),
    ({"properties": {"a": False}}, '{"a^": 1}', (), "properties"),
    (
        {"properties": {"a": {"type": "string", "enum": [1]}}, "required": ["a"]},
        "^{}",
        (),
        "required",
    ),
    (False, "^null", (), "false"),
]


@pytest.mark.parametrize(
    ("schema", "marked", "path", "kind"), DECIDED, ids=lambda each: str(each).replace("\\", "/")
)
def test_the_character_that_decides(schema: Any, marked: str, path: Any, kind: str) -> None:
    at = marked.index("^")
    text = marked.replace("^", "")
    first = violations(schema, text)[0]
    assert (first.path, first.kind, first.offset) == (path, kind, at)
    assert first.detail["message"] == first.message
    assert first.detail["path"] == [*path]


PLAIN = [
    ({"maximum": 120}, "12^1 "),
    ({"minimum": 0}, "-^1 "),
    ({"type": "integer"}, "1.^5 "),
    ({"enum": [1, 20, 2.5]}, "^3 "),
    ({"minimum": 10, "maximum": 40}, "^5 "),
]


@pytest.mark.parametrize(("schema", "marked"), PLAIN, ids=str)
def test_plain_numbers_are_decided_at_the_digit(schema: Any, marked: str) -> None:
    text = marked.replace("^", "")
    assert violations(schema, text, numbers="plain")[0].offset == marked.index("^")
    assert violations(schema, text)[0].offset == len(text) - 1


@pytest.mark.parametrize("marked", ["1^e5 ", "1.50^E1 ", "[1.0^]", "-0.00^ ", '{"a": [2.000^, 1]}'])
def test_a_number_that_breaks_the_promise_is_an_error(marked: str) -> None:
    text = marked.replace("^", "")
    error = same_every_way(text, lambda: SchemaParser({}, numbers="plain")).error
    assert isinstance(error, JSONSyntaxError)
    assert (error.code, error.offset) == ("number_form", marked.index("^"))
    assert violations({}, text) == []


@pytest.mark.parametrize("text", ["1 ", "-0 ", "0.5 ", "[10.25, -3]"])
def test_plain_numbers_are_taken(text: str) -> None:
    assert violations({}, text, numbers="plain") == []


# --- what is said -----------------------------------------------------------------------------


def test_objects_and_arrays_are_told_as_they_close() -> None:
    schema = {"properties": {"a": {"type": "array", "items": CITY}, "b": {"type": "object"}}}
    text = '{"a": [{"city": "Rome"}, {"city": 1}], "b": {}, "c": []}'
    assert validated(schema, text) == [(("a", 0), {"city": "Rome"}), (("b",), {})]
    right = text.replace("1", '"Bern"')
    paths = [path for path, _ in validated(schema, right)]
    assert paths == [("a", 0), ("a", 1), ("a",), ("b",), ()]


def test_what_is_selected_is_told_if_it_is_valid() -> None:
    schema = {"properties": {"a": {"items": {"type": "integer"}}}}
    text = '{"a": [1, "x", 3], "b": [4]}'
    assert validated(schema, text, paths="$.a[*]") == [(("a", 0), 1), (("a", 2), 3)]
    found = violations(schema, text, paths="$.b")
    assert found == []
    assert fed(schema, text, paths="$.b").verdict == "invalid"


def test_scalars_and_anything_at_the_root_have_a_verdict() -> None:
    for text in ("1 ", '"a"', "null", "[]", "{}"):
        assert validated(True, text) == [((), json.loads(text))]
    assert fed({}, "12").verdict == "undecided"
    parser = fed({"type": "integer"}, "12")
    parser.close()
    assert parser.verdict == "valid"


def test_the_verdict_is_known_before_the_end_and_the_errors_are_jsonschemas() -> None:
    parser = fed(CITY, '{"days": "x"')
    assert parser.verdict == "invalid"
    with pytest.raises(UsageError, match="not complete"):
        _ = parser.errors
    parser.feed(', "b": 1}')
    expected = [*Draft202012Validator(CITY).iter_errors({"days": "x", "b": 1})]
    assert [e.message for e in parser.errors] == [e.message for e in expected]
    assert [e.absolute_schema_path for e in parser.errors] == [
        e.absolute_schema_path for e in expected
    ]
    assert parser.errors[0].instance == expected[0].instance


def test_a_schema_that_nothing_fits_is_known_before_the_text() -> None:
    assert SchemaParser({"type": "string", "enum": [1]}).verdict == "invalid"
    assert SchemaParser({"type": "string"}).verdict == "undecided"


def verdict_of(parser: SchemaParser) -> str:
    return parser.verdict


def of_violations(events: list[Event]) -> list[Violation]:
    return [event for event in events if isinstance(event, Violation)]


def test_documents_that_follow_one_another_have_a_verdict_each() -> None:
    parser = SchemaParser(CITY, many=True, events=(Violation, Validated))
    assert parser.feed('{"city": "a"} {"city"')[0] == Validated((), {"city": "a"})
    assert verdict_of(parser) == "undecided"
    assert [v.offset for v in of_violations(parser.feed(": 1"))] == [23]
    assert verdict_of(parser) == "invalid"
    assert [v.kind for v in parser.violations] == ["type"]
    assert parser.feed("}{")[-1:] == []
    assert verdict_of(parser) == "undecided"
    parser.feed('"city": "b"}')
    assert (verdict_of(parser), parser.errors, parser.violations) == ("valid", [], [])


def test_who_stops_hears_what_came_before() -> None:
    parser = SchemaParser(CITY, stop_on_violation=True)
    with pytest.raises(ValidationFailed) as stopped:
        parser.feed('{"city": "a", "days": "x", "more": 1}')
    assert stopped.value.violation.path == ("days",)
    assert stopped.value.violation.offset == 22
    told: list[Any] = [e for e in stopped.value.events if not isinstance(e, StringDelta)]
    assert [event.path for event in told[-2:]] == [("city",), ("days",)]
    with pytest.raises(ValidationFailed) as again:
        parser.feed("x")
    assert again.value.events == []
    assert parser.report() == "The JSON does not fit its schema:\n- /days: is not of type 'integer'"


def test_a_report_says_all_in_plain_words() -> None:
    assert fed(CITY, '{"city": "a"}').report() == "The JSON fits its schema."
    assert fed(CITY, "{").report().startswith("Nothing is wrong with the JSON so far")
    wrong = fed(CITY, '{"city": 1, "day": 2}')
    assert wrong.report().splitlines() == [
        "The JSON does not fit its schema:",
        "- /city: is not of type 'string'",
        "- the document: the key 'day' is not allowed here (allowed: 'city', 'days')",
    ]
    broken = SchemaParser(CITY)
    with pytest.raises(JSONSyntaxError):
        broken.feed('{"city": 1, }')
    assert broken.report().splitlines()[-1].startswith("- the text is no JSON that can be read: ")
    assert SchemaParser(False).report() == "No JSON fits the schema."


class Closing:
    closed = False

    def __iter__(self) -> Iterator[str]:
        yield '{"city": '
        yield "1, "
        raise AssertionError("nobody asks for more")

    def close(self) -> None:
        self.closed = True


def test_a_stream_is_stopped_by_the_first_violation() -> None:
    source = Closing()
    with validate_stream(source, CITY) as events, pytest.raises(ValidationFailed):
        list(events)
    assert source.closed
    with validate_stream(['{"city": 1}'], CITY, stop_on_violation=False) as events:
        assert [e.kind for e in events if isinstance(e, Violation)] == ["type"]


# --- what may still come ----------------------------------------------------------------------


def now(parser: SchemaParser) -> Expected:
    return parser.expected


def test_what_may_still_come() -> None:
    order = {
        "type": "object",
        "properties": {
            "size": {"enum": ["small", "medium", "large"]},
            "note": {"type": ["string", "null"], "maxLength": 5},
            "count": {"type": "integer", "enum": [1, 2]},
            "tags": {"type": "array", "maxItems": 3, "items": {"const": "x"}},
        },
        "required": ["size", "count"],
        "additionalProperties": False,
    }
    parser = SchemaParser(order)
    assert [*now(parser)] == ["value"]
    assert now(parser).types == ("object",)
    parser.feed("{")
    assert [*now(parser)] == ["key", "}"]
    assert now(parser).keys == ("size", "note", "count", "tags")
    assert now(parser).required == ("size", "count")
    assert now(parser).room == 4
    parser.feed('"size": "m')
    assert now(parser).candidates == ("medium",)
    parser.feed('edium", "n')
    assert now(parser).keys == ("note",)
    parser.feed('ote": ')
    assert now(parser).types == ("string", "null")
    parser.feed('"abc')
    assert now(parser).room == 2
    parser.feed('", "count":')
    assert now(parser).types == ("integer",)
    assert now(parser).candidates == (1, 2)
    parser.feed('1, "tags": ["x", ')
    assert now(parser).candidates == ("x",)
    assert now(parser).room == 2
    parser.feed('"x"]}')
    assert ([*now(parser)], now(parser).types) == (["end"], ())


def test_what_may_still_come_among_alternatives() -> None:
    parser = fed(TAGGED, "{")
    assert now(parser).keys == ("t", "x", "y")
    assert now(parser).required == ("t",)
    parser.feed('"t": ')
    assert now(parser).candidates == ("a", "b")
    parser.feed('"b", ')
    assert now(parser).keys == ("y",)
    assert now(fed({"items": {}}, "[{")).keys == ()


# --- what it takes ----------------------------------------------------------------------------


class Trip(BaseModel):
    city: str
    days: int | None = None


WRAPPED = [
    Trip,
    Trip.model_json_schema(),
    {"type": "json_schema", "json_schema": {"name": "trip", "schema": Trip.model_json_schema()}},
    {"type": "json_schema", "name": "trip", "schema": Trip.model_json_schema(), "strict": True},
    {"type": "function", "function": {"name": "trip", "parameters": Trip.model_json_schema()}},
    {"type": "function", "name": "trip", "parameters": Trip.model_json_schema()},
    {"name": "trip", "input_schema": Trip.model_json_schema()},
]


@pytest.mark.parametrize("given", WRAPPED, ids=str)
def test_schemas_come_in_many_wrappings(given: Any) -> None:
    parser = SchemaParser(given)
    assert parser.schema == Trip.model_json_schema()
    assert parser.required == ("city",)
    assert fed(given, '{"city": 1').verdict == "invalid"


def test_an_object_of_any_kind_is_what_json_mode_promises() -> None:
    assert SchemaParser({"type": "json_object"}).schema == {"type": "object"}


@pytest.mark.parametrize(
    "given",
    [
        3,
        None,
        "object",
        [],
        {"type": "objekt"},
        {"minimum": "1"},
        {"pattern": "("},
        {"pattern": "a{99999999999}"},
        {"$schema": 5},
        {"$schema": []},
        {"$schema": "http://["},
        {"type": "json_schema", "json_schema": 5},
    ],
    ids=str,
)
def test_what_is_no_schema_is_refused(given: Any) -> None:
    with pytest.raises(UsageError) as refused:
        SchemaParser(given)
    assert refused.value.code == "invalid_schema"


def test_a_dialect_below_that_is_none_is_refused_when_a_value_comes_there() -> None:
    parser = SchemaParser({"properties": {"a": {"$schema": "http://["}}})
    parser.feed('{"b": 1, ')
    with pytest.raises(UsageError) as refused:
        parser.feed('"a": 1}')
    assert refused.value.code == "unusable_schema"


def test_options_that_make_no_sense_are_refused() -> None:
    for options in (
        {"duplicate_keys": "last"},
        {"numbers": "exact"},
        {"many": True, "trailing": "keep"},
    ):
        with pytest.raises(UsageError):
            SchemaParser({}, **options)
    with pytest.raises(TypeError):
        SchemaParser({}, limits=3)  # type: ignore[arg-type]  # on purpose


def test_repeated_keys_are_errors() -> None:
    error = same_every_way('{"a": 1, "a": 2}', lambda: SchemaParser({})).error
    assert isinstance(error, JSONSyntaxError)
    assert error.code == "duplicate_key"


def test_formats_are_asserted_on_request() -> None:
    schema = {"format": "date"}
    assert violations(schema, '"tomorrow"') == []
    assert violations(schema, '"tomorrow"', format=True)[0].message == "'tomorrow' is not a 'date'"
    checker = FormatChecker(formats=())
    checker.checks("even")(lambda value: len(str(value)) % 2 == 0)
    assert violations({"format": "even"}, '"abc"', format=checker)[0].kind == "format"


def test_references_lead_to_the_registry_and_nowhere_else() -> None:
    resource = DRAFT202012.create_resource({"type": "integer"})
    registry: Registry[Any] = Registry().with_resource("urn:example:number", resource)
    schema = {"items": {"$ref": "urn:example:number"}}
    assert violations(schema, '[1, "a"]', registry=registry)[0].path == (1,)
    with pytest.raises(UsageError, match="nothing is fetched") as lost:
        fed(schema, "[1, ")
    assert lost.value.code == "unresolvable_reference"
    assert fed(schema, "[").verdict == "undecided"


def test_what_is_wrong_in_a_schema_is_found_when_a_value_gets_there() -> None:
    for schema, code in (
        ({"$ref": "#/$defs/none"}, "unresolvable_reference"),
        ({"$ref": "#/properties/a"}, "endless_schema"),
        ({"anyOf": [{"type": "integer"}, {"$ref": "#/properties/a"}]}, "endless_schema"),
        ({"pattern": r"^(a+)+\1$"}, "invalid_pattern"),
    ):
        parser = SchemaParser({"properties": {"a": schema}})
        parser.feed('{"b": "x", "a":')
        with pytest.raises(UsageError) as found:
            parser.feed(' "aaa"}')
        assert found.value.code == code
        assert parser.undelivered is not None
        with pytest.raises(UsageError, match="an earlier call failed"):
            parser.feed("}")


# --- limits -----------------------------------------------------------------------------------


def bomb(levels: int, keyword: str, last: Any) -> dict[str, Any]:
    """Each definition refers to the next one twice."""
    defs: dict[str, Any] = {f"d{levels}": last}
    for i in range(levels):
        defs[f"d{i}"] = {keyword: [{"$ref": f"#/$defs/d{i + 1}"}, {"$ref": f"#/$defs/d{i + 1}"}]}
    return {"$defs": defs, "$ref": "#/$defs/d0"}


def test_rules_that_many_ways_lead_to_are_applied_once() -> None:
    parser = fed(bomb(24, "allOf", {"type": "object", "required": ["a"]}), '{"a": 1}')
    assert parser.verdict == "valid"
    assert parser._live.judge.left > Limits().max_schema_work - 100
    parser = fed(bomb(24, "anyOf", {"type": "object", "required": ["a"]}), '{"a": 1}')
    assert parser.verdict == "valid"


def over(schema: Any, text: str, **limits: int) -> str:
    with pytest.raises(LimitExceededError) as exceeded:
        _ = fed(schema, text, limits=Limits(**limits)).errors
    return exceeded.value.limit


def test_limits_of_schemas_have_names() -> None:
    strings = bomb(16, "anyOf", {"type": "string", "maxLength": 1})
    assert over(strings, '"abc"', max_schema_work=1000) == "max_schema_work"
    deep = bomb(12, "anyOf", {"required": ["a"]})
    assert over(deep, '{"b": 1}', max_schema_work=1000) == "max_schema_work"
    wide = {"properties": {"a": {"properties": {"b": {"type": "integer"}}}}}
    assert over(wide, '{"a": {"b": 1}}', max_schema_nodes=2) == "max_schema_nodes"
    states = {"pattern": "^(a{1,50}){1,50}$"}
    assert over(states, '"' + "a" * 60 + '"', max_pattern_states=100) == "max_pattern_states"


def test_alternatives_without_number_are_decided_when_the_value_is_complete() -> None:
    schema = {"anyOf": [{"const": i} for i in range(20)]}
    few = Limits(max_branches=10)
    assert violations(schema, '["x"]')[0].offset == 0
    assert violations(schema, '["x"]', limits=few)[0].offset == 4
    assert violations(schema, "[]", limits=few)[0].kind == "anyOf"
    assert fed(schema, "7 ", limits=few).verdict == "valid"


def test_errors_are_listed_up_to_a_limit() -> None:
    text = "[" + ", ".join(["1"] * 300) + "]"
    schema = {"items": {"type": "string"}}
    assert len(fed(schema, text).errors) == 100
    assert len(fed(schema, text, limits=Limits(max_violations=7)).errors) == 7
    assert len([*fed(schema, text).violations]) == 100


def test_an_exponential_pattern_runs_in_linear_time() -> None:
    schema = {"pattern": "^(a+)+$", "patternProperties": {"^(b+)+$": False}}
    assert fed(schema, '"' + "a" * 3000 + '!"').verdict == "invalid"
    assert fed(schema, '{"' + "b" * 3000 + '!": 1}').verdict == "valid"
    parser = fed(schema, '"' + "a" * 3000 + '!"')
    assert [e.validator for e in parser.errors] == ["pattern"]


def test_depth_is_no_matter_until_jsonschema_has_to_follow() -> None:
    deep = Limits(max_depth=5000)
    text = "[" * 3000 + "1" + "]" * 3000
    assert fed({"items": {"$ref": "#"}}, "[" * 3000 + "]" * 3000, limits=deep).verdict == "valid"
    with pytest.raises(UsageError) as lost:
        _ = fed({"items": {"$ref": "#"}, "type": "array"}, text, limits=deep).errors
    assert lost.value.code == "too_deep"


def test_infinite_numbers_are_multiples_of_nothing() -> None:
    for divisor in (0.5, 2):
        assert violations({"multipleOf": divisor}, "1e999 ")[0].kind == "multipleOf"
    assert violations({"multipleOf": 0.5}, "1" + "0" * 400 + " ") == []


# --- resuming ---------------------------------------------------------------------------------


def through_json(data: Any) -> Any:
    return json.loads(json.dumps(data, allow_nan=False))


def test_a_checkpoint_is_small_and_for_one_schema() -> None:
    parser = fed(CITY, '{"city": "Rom')
    data = through_json(parser.checkpoint())
    assert len(json.dumps(data)) < 2000
    with pytest.raises(CheckpointError, match="another schema"):
        SchemaParser.restore(data, {"type": "object"})
    with pytest.raises(CheckpointError):
        SchemaParser.restore({**data, "data": {}}, CITY)
    restored = SchemaParser.restore(data, CITY)
    assert restored.feed("es")[0] == parser.feed("es")[0]


def test_a_parser_that_was_stopped_is_restored_as_that() -> None:
    parser = SchemaParser(CITY, stop_on_violation=True)
    with pytest.raises(ValidationFailed) as stopped:
        parser.feed('{"city": 1')
    restored = SchemaParser.restore(through_json(parser.checkpoint()), CITY)
    with pytest.raises(ValidationFailed) as again:
        restored.feed("}")
    assert again.value.violation == stopped.value.violation


@pytest.mark.parametrize(
    "text",
    ['{"city": 1', '{"days": 1}', '{"days": "x", nul]', '{"city": "a"} x', "{", '{"city": 1} x'],
)
@pytest.mark.parametrize("stop", [False, True])
def test_what_was_found_is_known_after_an_error_too(text: str, stop: bool) -> None:
    parser = SchemaParser(CITY, stop_on_violation=stop)
    with suppress(PartialJSONError):
        parser.feed(text)
    restored = SchemaParser.restore(through_json(parser.checkpoint()), CITY)
    assert restored.verdict == parser.verdict
    assert restored.violations == parser.violations
    assert restored.report() == parser.report()


@pytest.mark.parametrize("stop", [False, True])
def test_what_was_found_may_be_infinite(stop: bool) -> None:
    parser = SchemaParser({"maximum": 1e400, "items": {"maximum": 3}}, stop_on_violation=stop)
    with suppress(ValidationFailed):
        parser.feed("[1e999, 4]")
    restored = SchemaParser.restore(through_json(parser.checkpoint()), parser.schema)
    assert restored.violations == parser.violations
    assert restored.report() == parser.report()


@pytest.mark.parametrize(
    ("text", "offset"), [("1ex", 1), ("[1e5x", 2), ("[1.0,x", 4), ("[1e\udcf0", 2)]
)
def test_of_a_number_that_may_not_come_and_what_follows_it_the_first_is_told(
    text: str, offset: int
) -> None:
    error = same_every_way(text, lambda: SchemaParser({}, numbers="plain")).error
    assert isinstance(error, JSONSyntaxError)
    assert error.offset == offset


@pytest.mark.parametrize("literal", ["true", "false", "null"])
@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"oneOf": [{"maxLength": 3}, {"minimum": 3}]}, "oneOf"),
        ({"oneOf": [{"maxLength": 3}, {"enum": [-1, 3]}, {"format": "email"}]}, "oneOf"),
        ({"not": {"maxLength": 3}}, "not"),
        ({"anyOf": [{"type": "string"}, {"const": 1}]}, "anyOf"),
        ({"enum": [1, "a"], "oneOf": [{"maxLength": 3}, {"minimum": 3}]}, "enum"),
    ],
    ids=str,
)
def test_a_literal_is_refused_by_what_refuses_it(schema: Any, kind: str, literal: str) -> None:
    run = same_every_way(literal, lambda: SchemaParser(schema, format=True))
    (violation,) = [event for event in run.events if isinstance(event, Violation)]
    assert (violation.kind, violation.offset, violation.early) == (kind, 0, True)


@pytest.mark.parametrize("text", ["[-4.0e", "[-4.0e,", "[1.0,", "[1e5]", "[1.5e+"])
def test_a_number_that_may_not_be_is_told_before_the_form_that_was_excluded(text: str) -> None:
    schema = {"items": {"type": "string"}}
    run = same_every_way(text, lambda: SchemaParser(schema, numbers="plain"))
    assert isinstance(run.error, JSONSyntaxError)
    assert run.error.code == "number_form"
    assert [event.kind for event in run.events if isinstance(event, Violation)] == ["type"]


@pytest.mark.parametrize("text", ["[12x", "[1.5x", "[-x", "[12.x"])
def test_a_number_that_may_not_be_is_told_before_the_error_in_it(text: str) -> None:
    schema = {"items": {"type": "string"}}
    assert [e.kind for e in violations(schema, text)] == ["type"]


@pytest.mark.parametrize("fragments", [['{"', "\\u0063"], ['{"\\', "u0063"], ['{"\\u0063']])
def test_a_key_that_may_not_come_is_told_at_its_quote(fragments: list[str]) -> None:
    parser = SchemaParser({"enum": [None, {}]})
    told = [event for event in parser.feed(fragments[0]) if isinstance(event, Violation)]
    assert [event.offset for event in told] == [1]
    restored = SchemaParser.restore(through_json(parser.checkpoint()), parser.schema)
    for fragment in fragments[1:]:
        assert restored.feed(fragment) == parser.feed(fragment) == []


def test_a_complete_document_keeps_its_verdict() -> None:
    for text in ('{"city": 1}', '{"city": "a"}'):
        parser = fed(CITY, text)
        restored = SchemaParser.restore(through_json(parser.checkpoint()), CITY)
        assert restored.verdict == parser.verdict
        assert [e.message for e in restored.errors] == [e.message for e in parser.errors]
        assert restored.violations == parser.violations


def test_plans_are_shared_by_equal_schemas_and_keep_no_later_change() -> None:
    schema: dict[str, Any] = {"properties": {"a": {"type": "integer"}}}
    first, second = SchemaParser(schema), SchemaParser(json.loads(json.dumps(schema)))
    assert first._plan is second._plan
    schema["properties"]["a"]["type"] = "string"
    first.feed('{"a": "x"}')
    assert first.verdict == "invalid"
    assert nodes.plan_of(schema, None, False, None) is not first._plan
