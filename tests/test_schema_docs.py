"""What `docs/schema.md` says is what happens."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from partialjson import Limits, SchemaParser, UsageError, Violation
from partialjson.schema.keywords import KEYWORDS
from tests import test_readme

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/schema.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```\n(?:```text\n(.*?)```)?", PAGE, re.DOTALL)
TRANSCRIPTS = re.findall(r"^\$ partialjson (.+)\n((?:(?!\$ |```).*\n)+)", PAGE, re.MULTILINE)


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[2:]]


@pytest.mark.parametrize(("code", "output"), BLOCKS)
def test_the_examples_do_what_they_say(code: str, output: str) -> None:
    assert output
    test_readme.test_the_examples_do_what_they_say(code, output)


def test_the_keywords_are_those_that_are_streamed() -> None:
    listed = [(name.strip("`"), decided) for name, decided in rows("The keywords")]
    assert listed == [(name, row.decided) for name, row in KEYWORDS.items()]


def test_the_limits_are_the_real_ones() -> None:
    listed = [
        (name.strip("`"), int(default.split()[0].replace(",", "")))
        for name, default, _ in rows("Limits")
    ]
    assert listed == [(field.name, field.default) for field in fields(Limits)][-6:]


# --- when: each line of the two lists, and the character that decides --------------------------

ENUM = {"type": "boolean", "enum": ["true"]}  # nothing satisfies it
KEYS = {"properties": {"a": {}, "b": {}}, "additionalProperties": False}
COMBINED: list[tuple[Any, str, int]] = [
    ({"allOf": [{"type": ["string", "null"]}, {"type": ["string", "array"]}]}, "null", 0),
    ({"properties": {"a": ENUM}}, '{"a": true', 3),
    ({"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}, '"a', 1),
    ({"properties": {"a": {"enum": [1, 2], "minimum": 3}}}, '{"a": 1', 3),
    ({"properties": {"a": {"enum": [1.5], "type": "integer"}}}, '{"a": 1', 3),
    ({"enum": ["ab", "abc"], "minLength": 3, "pattern": "^a"}, '"b', 1),
    ({"enum": ["ab", "cb"], "pattern": "^c"}, '"a', 1),
    ({"minimum": 5, "maximum": 3}, "4", 0),
    ({"type": ["integer", "null"], "exclusiveMinimum": 1, "exclusiveMaximum": 2}, "1", 0),
    ({"minLength": 5, "maxLength": 3}, '"', 0),
    ({"minItems": 5, "maxItems": 3}, "[", 0),
    ({"minProperties": 5, "maxProperties": 3}, "{", 0),
    ({"minProperties": 3, **KEYS}, "{", 0),
    ({"required": ["a"], "properties": {"a": ENUM}}, "{", 0),
    ({"required": ["c"], **KEYS}, "{", 0),
    ({"required": ["c"], "propertyNames": {"pattern": "^[ab]"}}, "{", 0),
    ({"required": ["a", "b"], "maxProperties": 1}, "{", 0),
    ({"required": ["a", "b"], "maxProperties": 2}, '{"c"', 3),
    ({"pattern": "^[0-9]{4}$", "maxLength": 3}, '"', 0),
    ({"pattern": "[0-9]{3}$", "maxLength": 4}, '"ab', 2),
    ({"properties": {"ab": ENUM, "ac": {}}, "additionalProperties": False}, '{"ab', 3),
    ({"prefixItems": [{}, ENUM]}, "[0,", 2),
    ({"prefixItems": [{}, ENUM], "minItems": 2}, "[", 0),
    ({"contains": ENUM}, "[", 0),
    ({"contains": {}, "minContains": 3, "maxContains": 2}, "[", 0),
    ({"contains": {}, "minContains": 3, "maxItems": 2}, "[", 0),
    ({"anyOf": [ENUM, {"type": "string", "maxLength": 1}], "pattern": "^a"}, '"b', 1),
    ({"allOf": [{"anyOf": [{"type": "null"}, {"enum": ["a"]}]}, {"minLength": 2}]}, '"', 0),
]
AT_THE_END: list[tuple[Any, str, int]] = [
    ({"allOf": [{"pattern": "^a*$"}, {"pattern": "^(ab)+$"}]}, '"a"', 2),
    ({"multipleOf": 10, "minimum": 1, "maximum": 9}, "5 ", 1),
    ({"uniqueItems": True, "items": {"type": "boolean"}, "minItems": 3}, "[true,false]", 11),
    ({"oneOf": [{"required": ["a"]}, {"required": ["a"], "maxProperties": 9}]}, '{"a":1}', 6),
    (
        {
            "allOf": [
                {"anyOf": [{"prefixItems": [{"type": t}]} for t in ("string", "null")]},
                {"anyOf": [{"contains": {"const": n}} for n in (1, 2)]},
            ],
            "maxItems": 1,
        },
        '["a"]',
        4,
    ),
]
DETAILS: list[tuple[Any, str, int]] = [
    ({"type": "string"}, "true", 0),
    ({"minimum": 10}, "1 ", 1),
    ({"minimum": 10}, "-", 0),
    ({"enum": ["age"]}, r'"b"', 1),
    ({"enum": ["age"]}, r'"\u0062"', 6),
    ({"enum": ["age"]}, r'"\ud83d\ude00"', 12),
    ({"pattern": "a"}, '"b"', 2),
    ({"maxLength": 1}, r'"a\u0062"', 2),
    ({"maxItems": 0}, "[[", 1),
    ({"maxProperties": 0}, '{"', 1),
]


@pytest.mark.parametrize(("schema", "text", "offset"), COMBINED + AT_THE_END + DETAILS)
def test_what_is_certain_when(schema: Any, text: str, offset: int) -> None:
    assert first_violation(schema, text) == offset


def first_violation(schema: Any, text: str) -> int | None:
    parser = SchemaParser(schema)
    for fragment in text:
        for event in parser.feed(fragment):
            if isinstance(event, Violation):
                return event.offset
    return None


def test_a_document_can_be_impossible_before_it_begins() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": ENUM}}
    assert SchemaParser(schema).verdict == "invalid"


@pytest.mark.parametrize(("text", "offset"), [("121", 2), ("-1", 1), ("1.5", 2)])
def test_plain_numbers_are_decided_at_the_digit(text: str, offset: int) -> None:
    schema = {"type": "integer", "minimum": 0, "maximum": 120}
    parser = SchemaParser(schema, numbers="plain")
    for fragment in text:
        parser.feed(fragment)
    assert [violation.offset for violation in parser.violations] == [offset]


# --- what cannot be used -----------------------------------------------------------------------

UNUSABLE: list[tuple[str, Any, str]] = [
    ("invalid_schema", {"type": "strin"}, ""),
    ("unsupported_type", Callable[[], int], ""),
    ("unresolvable_reference", {"items": {"$ref": "#/nowhere"}}, "[1]"),
    ("invalid_pattern", {"pattern": r"^(a+)+\1$"}, '"aaaa"'),
    ("endless_schema", {"$ref": "#"}, "1"),
]


@pytest.mark.parametrize(("code", "schema", "text"), UNUSABLE)
def test_schemas_that_cannot_be_used(code: str, schema: Any, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        feed_one(schema, text)
    assert caught.value.code == code


def feed_one(schema: Any, text: str) -> None:
    SchemaParser(schema).feed(text)


def test_the_codes_are_those_that_are_raised() -> None:
    files = (ROOT / "partialjson/schema").glob("*.py")
    sources = [file.read_text(encoding="utf-8") for file in files]
    raised = set(re.findall(r'code="(\w+)"', "".join(sources))) - {"not_available", "wrong_type"}
    listed = {code.strip("`") for code, *_ in rows("References, and schemas that cannot be used")}
    assert listed == raised


def test_the_surprises_are_kept() -> None:
    for schema, text, verdict in (
        ({"multipleOf": 0.01}, "19.99", "invalid"),
        ({"uniqueItems": True}, "[[1], [true], [1]]", "valid"),
    ):
        parser = SchemaParser(schema)
        parser.feed(text)
        parser.close()
        assert parser.verdict == verdict


# --- on the command line -----------------------------------------------------------------------


@pytest.mark.parametrize(("command", "output"), TRANSCRIPTS)
def test_the_transcripts_are_real(
    command: str, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    pytest.importorskip("typer")
    pytest.importorskip("rich")
    from typer.testing import CliRunner

    from partialjson.apps import cli

    result = CliRunner().invoke(cli.app, command.split())
    assert result.output == output
    assert result.exit_code == 1


def test_there_are_examples_and_a_transcript() -> None:
    assert len(BLOCKS) == 3
    assert len(TRANSCRIPTS) == 1
