"""`partialjson validate`: what it finds, how it shows it, when it stops, and how it exits."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("typer")
pytest.importorskip("rich")

from rich.cells import cell_len
from typer.testing import CliRunner, Result

from partialjson import SchemaParser, Violation
from partialjson.apps import cli
from partialjson.apps.place import Place, Reader, pointed

FIXTURES = Path(__file__).parents[1] / "fixtures" / "validate"
SCHEMA = str(FIXTURES / "order.schema.json")
ORDER = str(FIXTURES / "order.json")
BROKEN = str(FIXTURES / "broken.json")
RAW_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

NUMBER_OR_NULL = {"properties": {"id": {"type": ["integer", "null"], "minimum": 1}}}
STRINGS = {"items": {"type": "string"}}
NEVER = False

MODELS = """
from pydantic import BaseModel, Field, field_validator

class Item(BaseModel):
    sku: str
    quantity: int = Field(ge=1, le=99)

class Order(BaseModel):
    id: int
    items: list[Item]

class Explodes(BaseModel):
    id: int

    @field_validator("id")
    @classmethod
    def check(cls, value: int) -> int:
        raise RuntimeError("out of order")

class NoType:
    pass
"""


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(cli.app, ["validate", *arguments], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert not RAW_CONTROL.search(result.output)
    return result


class Validate:
    """The command, with a schema of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, text: str | bytes, schema: Any, *options: str) -> Result:
        """Validate a text from stdin."""
        return run("-", "--schema", self.schema(schema), *options, stdin=text)

    def schema(self, schema: Any) -> str:
        file = self.folder / "schema.json"
        file.write_text(schema if isinstance(schema, str) else json.dumps(schema))
        return str(file)

    def file(self, text: str | bytes, name: str = "text.json") -> str:
        file = self.folder / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(file)


@pytest.fixture
def validate(tmp_path: Path) -> Validate:
    return Validate(tmp_path)


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "models_of_the_tests.py").write_text(MODELS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    sys.modules.pop("models_of_the_tests", None)


def lines(result: Result) -> list[str]:
    return result.stdout.splitlines()


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines(result)]


# --- what people see -------------------------------------------------------------------


def test_a_text_that_fits_is_valid() -> None:
    result = run(ORDER, "--schema", SCHEMA)
    assert result.exit_code == 0
    assert result.stdout == "valid\n"
    assert result.stderr == ""


def test_the_first_violation_is_shown_at_its_place_and_ends_it() -> None:
    result = run(BROKEN, "--schema", SCHEMA)
    assert result.exit_code == 1
    assert lines(result) == [
        f"{BROKEN}:3:61: /customer: 'email' is a required property (required)",
        '  …mer": {"name": "東京 花子", "mail": "hanako@example.org"},',
        "                                                           ^",
        "invalid: 1 violation, known at character 76; 272 of 357 bytes left unread",
    ]
    assert result.stderr == ""


def test_all_violations_are_shown_with_all() -> None:
    result = run(BROKEN, "--schema", SCHEMA, "--all")
    assert result.exit_code == 1
    found = [line.removeprefix(BROKEN) for line in lines(result) if line.startswith(BROKEN)]
    assert [re.sub(r": .*(?=\()", " ", line) for line in found] == [
        ":3:61 (required)",
        ":4:19 (enum)",
        ":6:20 (pattern)",
        ":7:38 (maximum)",
        ":7:52 (additionalProperties)",
        ":8:35 (type)",
        ":8:52 (exclusiveMinimum)",
    ]
    assert lines(result)[-1] == "invalid: 7 violations, known at character 76 of 349"


def test_what_is_shown_is_what_the_parser_tells() -> None:
    parser = SchemaParser(json.loads(Path(SCHEMA).read_text()), events=Violation)
    told = parser.feed(Path(BROKEN).read_text())
    result = run(BROKEN, "--schema", SCHEMA, "--all", "--json")
    found = [(tuple(x["path"]), x["kind"], x["message"], x["offset"]) for x in objects(result)[:-1]]
    assert found == [(x.path, x.kind, x.message, x.offset) for x in told if type(x) is Violation]


def test_formats_count_on_request() -> None:
    assert "(format)" not in run(BROKEN, "--schema", SCHEMA, "--all").stdout
    result = run(BROKEN, "--schema", SCHEMA, "--all", "--format")
    assert f"{BROKEN}:10:24: /pickup: '2026-11-31' is not a 'date' (format)" in lines(result)


def test_plain_numbers_are_decided_at_the_digit(validate: Validate) -> None:
    schema = {"items": {"maximum": 99}}
    assert "\n  [100, 1]\n      ^\n" in validate("[100, 1]", schema).stdout
    assert "\n  [100, 1]\n     ^\n" in validate("[100, 1]", schema, "--numbers", "plain").stdout
    broken = validate("[1e0]", schema, "--numbers", "plain")
    assert broken.exit_code == 1
    assert "(number_form)" in broken.stdout


def test_a_number_at_the_root_is_decided_where_the_text_ends(validate: Validate) -> None:
    result = validate("0", {"minimum": 1})
    assert lines(result) == [
        "stdin:1:2: (root): 0 is less than the minimum of 1 (minimum)",
        "  0",
        "   ^ the text ends here",
        "invalid: 1 violation, known at character 1 of 1",
    ]


def test_a_schema_that_nothing_fits_is_known_at_once(validate: Validate) -> None:
    result = validate(" [1]", NEVER)
    assert lines(result)[0] == "stdin:1:2: (root): no value is allowed here (false)"


def test_definitions_of_providers_are_taken_as_they_come(validate: Validate) -> None:
    parameters = {"type": "object", "properties": {"n": {"type": "integer"}}}
    for given_schema in (
        {"type": "json_schema", "json_schema": {"name": "out", "schema": parameters}},
        {"type": "function", "function": {"name": "f", "parameters": parameters}},
        {"name": "f", "input_schema": parameters},
    ):
        assert validate('{"n": 1}', given_schema).exit_code == 0
        assert validate('{"n": ""}', given_schema).exit_code == 1


# --- malformed and incomplete ----------------------------------------------------------


def test_a_syntax_error_is_shown_likewise(validate: Validate) -> None:
    file = validate.file('{\n\t"id": 1,\n\t"b" 2}\n')
    result = run(file, "--schema", validate.schema(NUMBER_OR_NULL))
    assert result.exit_code == 1
    assert lines(result) == [
        f"{file}:3:6: /b: expected ':', found '2' (unexpected_character)",
        '      "b" 2}',
        "          ^ --repairs missing_colon reads it",
        "malformed: an error at character 17; 2 of 20 bytes left unread",
    ]


def test_an_incomplete_text_is_shown_likewise(validate: Validate) -> None:
    result = validate('{"id": 1, "na', NUMBER_OR_NULL)
    assert result.exit_code == 1
    assert lines(result) == [
        "stdin:1:14: (root): the text ended, expected a character or '\"' (incomplete)",
        '  {"id": 1, "na',
        "               ^ the text ends here",
        "incomplete: the text ends at character 13",
    ]


def test_an_end_on_an_empty_line_shows_the_line_above(validate: Validate) -> None:
    result = validate('{\n  "id": 1,\r\n\n', NUMBER_OR_NULL)
    assert lines(result)[:-1] == [
        "stdin:4:1: (root): the text ended, expected a key in double quotes (incomplete)",
        '    "id": 1,',
        "",
        "  ^ the text ends here",
    ]


def test_violations_before_an_error_count(validate: Validate) -> None:
    result = validate('{"id": 0, "b": ]', NUMBER_OR_NULL, "--all")
    assert lines(result)[-1] == (
        "malformed: 1 violation, known at character 8; an error at character 15; "
        "the rest was not read"
    )
    result = validate('{"id": 0, "b": ', NUMBER_OR_NULL, "--all")
    assert lines(result)[-1] == (
        "incomplete: 1 violation, known at character 8 of 15; the text ends at character 15"
    )


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00\x01", b'["\xc3"]', b"\x00\x1b[31m", bytes(range(256)), b'["\xe2\x82']
)
def test_binary_garbage_is_an_error_in_printable_characters(
    validate: Validate, data: bytes
) -> None:
    result = validate(data, {})
    assert result.exit_code == 1
    assert lines(result)[-1].startswith(("malformed: ", "incomplete: "))


def test_bytes_that_are_not_utf8_are_shown_as_such(validate: Validate) -> None:
    file = validate.file(b'["\xc3", "\xe2\x82\xac"]')
    result = run(file, "--schema", validate.schema({}))
    assert lines(result)[0].endswith(": /0: byte 0x22 cannot stand here in UTF-8 (bad_utf8)")
    assert lines(result)[1:] == [
        '  ["\\xc3", "€"]',
        "    ^ --repairs bad_utf8 reads it",
        "malformed: an error at character 2; 9 of 12 bytes left unread",
    ]
    result = validate(b'["\xe2\x82', {})
    assert lines(result)[1] == '  ["\\xe2\\x82'
    assert lines(result)[2].startswith("    ^")


def test_a_repeated_key_is_an_error(validate: Validate) -> None:
    result = validate('{"id": 1, "id": 2}', {})
    assert "the key 'id' is repeated in its object (duplicate_key)" in result.stdout


def test_a_limit_is_named_and_a_long_path_shortened(validate: Validate) -> None:
    result = validate("[" * 300, {})
    assert result.exit_code == 1
    assert lines(result)[0].startswith("stdin:1:201: /0/0/0")
    assert lines(result)[0].endswith("(max_depth)")
    assert len(lines(result)[0]) < 150
    assert lines(result)[-1].startswith("limit exceeded: max_depth is 200, ")


def test_what_follows_a_document_names_the_option(validate: Validate) -> None:
    result = validate("{}\n{}", {})
    assert result.exit_code == 1
    assert "  ^ --many reads several documents" in lines(result)


# --- the mark --------------------------------------------------------------------------


def marked(result: Result) -> tuple[str, int]:
    """The line above the first mark, and the index of the character that it stands below."""
    told = lines(result)
    at = next(i for i, line in enumerate(told) if line.strip().startswith("^"))
    column = told[at].index("^")
    text = told[at - 1]
    ends = [cell_len(text[:i]) for i in range(len(text) + 1)]
    return text, ends.index(column)


@pytest.mark.parametrize(
    "text",
    [
        '{\n\t\t"id": "x"}',
        '{\r\n\t"id": "x"\r\n}\r\n',
        '{"東京": "都", "id": "x"}',
        '{"a\u0301👩‍🚀🇩🇪": 1, "id": "x"}',
        '{"' + "a" * 5000 + '": 1, "id": "x"}',
        '{"' + "京" * 5000 + '": 1, "id": "x", "b": "' + "京" * 5000 + '"}',
        '{"id": "x' + "\u202e" * 90 + '"}',
        '{"\\u001b": "\u009b", "id":\t"x"}',
    ],
)
def test_the_mark_stands_below_the_offending_character(validate: Validate, text: str) -> None:
    result = validate(text, NUMBER_OR_NULL)
    before = text[: text.index('"x')]
    line, column = before.count("\n") + 1, len(before.split("\n")[-1]) + 1
    assert lines(result)[0].startswith(f"stdin:{line}:{column}: /id: ")
    shown, index = marked(result)
    assert shown[index] == '"'
    assert shown[index + 1] == "x"
    assert all(cell_len(line) <= 80 for line in lines(result)[1:])


def test_at_the_end_of_a_line_the_mark_stands_behind_it(validate: Validate) -> None:
    for end in ("\n", "\r\n"):
        result = validate(f'{{"id": 0{end}}}', NUMBER_OR_NULL)
        assert lines(result)[:3] == [
            "stdin:1:9: /id: 0 is less than the minimum of 1 (minimum)",
            '  {"id": 0',
            "          ^",
        ]


def test_both_ends_of_a_long_line_are_left_out(validate: Validate) -> None:
    text = '["' + "a" * 900 + '", 5, "' + "b" * 900 + '"]'
    shown, index = marked(validate(text, STRINGS))
    assert shown.startswith("  …aaa")
    assert shown.endswith("bbb…")
    assert shown[index] == "5"


@pytest.mark.parametrize("at", [65_535, 65_536, 65_537, 70_000])
def test_how_a_file_is_read_does_not_show(validate: Validate, at: int) -> None:
    text = '["' + "a" * (at - 5) + '", 5, "next"]'
    assert text.index("5") == at
    result = run(validate.file(text), "--schema", validate.schema(STRINGS))
    assert marked(result)[0].endswith('aa", 5, "next"]')
    assert lines(result)[-1].endswith(f"; 9 of {len(text):,} bytes left unread")


def test_the_mark_is_right_where_the_output_knows_ascii_only(validate: Validate) -> None:
    file = validate.file('["東京", 5]')
    done = subprocess.run(
        command(file, "--schema", validate.schema(STRINGS)),
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    text, mark = done.stdout.decode("ascii").splitlines()[1:3]
    assert text == '  ["\\u6771\\u4eac", 5]'
    assert mark.index("^") == text.index("5")


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n\r\t京")), st.data())
def test_places_are_those_of_the_whole_text(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
    ends = [0, *cuts, len(text)]
    pieces = [text[a:b].encode() for a, b in pairwise(ends) if a < b]
    reader = Reader(pieces, looks_ahead=data.draw(st.booleans()))
    read = 0
    for piece in reader:
        start, read = read, read + len(piece.decode())
        for offset in data.draw(st.lists(st.integers(start, read), max_size=3)):
            place = reader.place(offset)
            before = text[:offset]
            assert place[:2] == (offset, len(before.encode()))
            assert place.line == before.count("\n") + 1
            assert place.column == offset - before.rfind("\n")
            assert before.endswith(place.before)
            assert text[offset:].startswith(place.after)
            check_pointed(place)
    assert read == reader.characters == len(text)


def check_pointed(place: Place) -> None:
    for encoding in ("utf-8", "ascii"):
        shown = pointed(place, encoding=encoding)
        assert len(shown) <= 3
        assert not any(RAW_CONTROL.search(line) for line in shown)
        assert "\n" not in "".join(shown)
        assert encoding == "ascii" or all(cell_len(line) <= 78 for line in shown)


def test_only_a_little_of_the_text_is_kept() -> None:
    reader = Reader((b"x" * 1000 for _ in range(100)), looks_ahead=True)
    for i, _ in enumerate(reader):
        place = reader.place(i * 1000 + 999)
        assert place.column == i * 1000 + 1000
        assert len(reader._kept) <= 4000
        assert len(place.before) <= 512


# --- a JSON object a line --------------------------------------------------------------

VIOLATION_KEYS = [
    *("type", "file", "document", "path", "pointer", "kind", "message"),
    *("line", "column", "offset", "byte_offset", "early", "schema_path"),
]
ERROR_KEYS = [*VIOLATION_KEYS[:-2], "code", "expected", "repair"]
VERDICT_KEYS = [
    *("type", "file", "verdict", "documents", "invalid_documents", "violations"),
    *("offset", "characters", "bytes", "unread_bytes"),
]


def test_json_is_one_object_a_line_and_the_verdict_is_the_last() -> None:
    result = run(BROKEN, "--schema", SCHEMA, "--all", "--json")
    assert result.exit_code == 1
    *found, verdict = objects(result)
    assert all([*x] == VIOLATION_KEYS for x in found)
    assert [*verdict] == VERDICT_KEYS
    assert found[1] == {
        "type": "violation",
        "file": BROKEN,
        "document": 0,
        "path": ["currency"],
        "pointer": "/currency",
        "kind": "enum",
        "message": "cannot become one of ['EUR', 'GBP', 'JPY']",
        "line": 4,
        "column": 19,
        "offset": 97,
        "byte_offset": 105,
        "early": True,
        "schema_path": ["properties", "currency", "enum"],
    }
    assert verdict == {
        "type": "verdict",
        "file": BROKEN,
        "verdict": "invalid",
        "documents": 1,
        "invalid_documents": 1,
        "violations": 7,
        "offset": 76,
        "characters": 349,
        "bytes": 357,
        "unread_bytes": 0,
    }


def test_json_of_a_valid_text_is_its_verdict() -> None:
    result = run(ORDER, "--schema", SCHEMA, "--json")
    assert result.exit_code == 0
    (verdict,) = objects(result)
    assert verdict["verdict"] == "valid"
    assert verdict["offset"] is None
    assert verdict["bytes"] == os.path.getsize(ORDER)


@pytest.mark.parametrize(
    ("text", "verdict", "code", "kind", "unread"),
    [
        ("[1,]", "malformed", "unexpected_character", "unexpected_character", None),
        ("[1,", "incomplete", "incomplete", "incomplete", 0),
        ("[" * 201, "limit_exceeded", "limit_exceeded", "max_depth", None),
    ],
)
def test_json_of_an_error(
    validate: Validate, text: str, verdict: str, code: str, kind: str, unread: int | None
) -> None:
    result = validate(text, {}, "--json")
    assert result.exit_code == 1
    error, last = objects(result)
    assert [*error] == ERROR_KEYS
    assert (error["type"], error["code"], error["kind"]) == ("error", code, kind)
    assert (last["verdict"], last["unread_bytes"]) == (verdict, unread)


def test_json_says_what_is_left_unread() -> None:
    result = run(BROKEN, "--schema", SCHEMA, "--json")
    violation, verdict = objects(result)
    assert violation["early"] is False
    assert (verdict["characters"], verdict["bytes"], verdict["unread_bytes"]) == (None, 357, 272)


# --- a report --------------------------------------------------------------------------


def test_a_report_is_the_parsers_own() -> None:
    parser = SchemaParser(json.loads(Path(SCHEMA).read_text()))
    parser.feed(Path(BROKEN).read_text())
    result = run(BROKEN, "--schema", SCHEMA, "--all", "--report")
    assert result.exit_code == 1
    assert result.stdout == parser.report() + "\n"
    assert "- /customer: 'email' is a required property" in lines(result)
    (*_, verdict) = objects(run(BROKEN, "--schema", SCHEMA, "--all", "--report", "--json"))
    assert verdict["report"] == parser.report()


def test_a_report_of_several_documents_tells_them_apart(validate: Validate) -> None:
    text = '{"id": "x"}\n{}\n{"id": 0} {"id": ]'
    result = validate(text, NUMBER_OR_NULL, "--many", "--all", "--report")
    assert lines(result) == [
        "Document 0 does not fit its schema:",
        "- /id: is not of type 'integer' or 'null'",
        "Document 2 does not fit its schema:",
        "- /id: 0 is less than the minimum of 1",
        "Document 3 does not fit its schema:",
        "- the text is no JSON: expected a value, found ']': line 3 column 18 (char 32), in /id",
    ]


def test_a_report_has_an_end(validate: Validate) -> None:
    result = validate("5\n" * 300, {"type": "string"}, "--many", "--all", "--report")
    assert len(lines(result)) <= 103
    assert re.fullmatch(r"- and \d+ more", lines(result)[-1])


def test_a_report_of_a_text_that_fits_says_so(validate: Validate) -> None:
    for options in ([], ["--many"]):
        assert validate("{}", {}, "--report", *options).stdout == "The JSON fits its schema.\n"


# --- several documents -----------------------------------------------------------------

MANY = '{"id": 1}\n{"id": "x"}\n{"id": null}\n{"id": 0}\n'


def test_several_documents_are_told_apart(validate: Validate) -> None:
    result = validate(MANY, NUMBER_OR_NULL, "--many", "--all")
    assert result.exit_code == 1
    assert [line for line in lines(result) if line.startswith("stdin")] == [
        "stdin:2:8: document 1: /id: is not of type 'integer' or 'null' (type)",
        "stdin:4:9: document 3: /id: 0 is less than the minimum of 1 (minimum)",
    ]
    assert lines(result)[-1] == (
        "invalid: 2 violations in 2 of 4 documents, known at character 17 of 45"
    )


def test_the_first_bad_document_ends_it(validate: Validate) -> None:
    file = validate.file(MANY)
    result = run(file, "--schema", validate.schema(NUMBER_OR_NULL), "--many")
    assert lines(result)[-1] == (
        "invalid: 1 violation in 1 document, known at character 17; 27 of 45 bytes left unread"
    )
    violation, verdict = objects(
        run(file, "--schema", validate.schema(NUMBER_OR_NULL), "--many", "--json")
    )
    assert violation["document"] == 1
    assert (verdict["documents"], verdict["invalid_documents"]) == (1, 1)


def test_several_documents_that_fit_are_counted(validate: Validate) -> None:
    assert validate("{} {}\n5", {}, "--many").stdout == "valid: 3 documents\n"
    assert validate("{}", {}, "--many").stdout == "valid: 1 document\n"
    assert validate("", {}, "--many").stdout == "valid: 0 documents\n"


def test_an_error_in_several_documents_names_its_own(validate: Validate) -> None:
    result = validate("1 2 x", {}, "--many")
    assert lines(result)[0].startswith("stdin:1:5: document 2: (root): ")


# --- models ----------------------------------------------------------------------------


@pytest.mark.usefixtures("models")
def test_a_model_takes_the_place_of_a_schema() -> None:
    result = run(BROKEN, "--model", "models_of_the_tests:Order")
    assert result.exit_code == 1
    assert lines(result) == [
        f"{BROKEN}:7:38: /items/1/quantity: Input should be less than or equal to 99 "
        "(less_than_equal)",
        '      {"sku": "BUN-21", "quantity": 120, "price": 2.4, "prize": 0},',
        "                                       ^",
        "invalid: 1 violation, known at character 204; 144 of 357 bytes left unread",
    ]
    assert run(ORDER, "--model", "models_of_the_tests:Order").stdout == "valid\n"


@pytest.mark.usefixtures("models")
def test_a_models_violations_have_the_same_keys() -> None:
    result = run(BROKEN, "--model", "models_of_the_tests:Order", "--all", "--json")
    *found, verdict = objects(result)
    assert [x["kind"] for x in found] == ["less_than_equal", "int_parsing"]
    assert all([*x] == VIOLATION_KEYS for x in found)
    assert all(x["schema_path"] is None for x in found)
    assert [*verdict] == VERDICT_KEYS


@pytest.mark.usefixtures("models")
def test_a_model_takes_many_documents_and_a_report() -> None:
    name = "models_of_the_tests:Order"
    text = '{"id": 1, "items": []}{"id": 1}'
    result = run("-", "--model", name, "--many", stdin=text)
    assert lines(result)[0] == "stdin:1:31: document 1: /items: Field required (missing)"
    result = run("-", "--model", name, "--report", stdin='{"id": 1}')
    assert lines(result) == ["The JSON does not fit its schema:", "- /items: Field required"]


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("models_of_the_tests", "--model takes MODULE:CLASS"),
        ("models_of_the_tests:Nope", "--model models_of_the_tests:Nope cannot be imported: "),
        ("models_of_the_tests:NoType", "--model models_of_the_tests:NoType: "),
        ("models_of_the_tests:Explodes", "--model models_of_the_tests:Explodes: RuntimeError: out"),
    ],
)
def test_a_model_that_cannot_be_used_is_wrong_usage(name: str, message: str) -> None:
    result = run("-", "--model", name, stdin='{"id": 1}')
    assert result.exit_code == 2
    assert result.stderr.startswith(f"partialjson: {message}")
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


# --- wrong usage -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([ORDER], "--schema FILE or --model MODULE:CLASS, one of the two"),
        ([ORDER, "--schema", SCHEMA, "--model", "a:B"], "one of the two"),
        (["-", "--schema", "-"], "cannot both be read from stdin"),
        ([ORDER, "--model", "a:B", "--format"], "--format and --numbers go with --schema"),
        ([ORDER, "--model", "a:B", "--numbers", "plain"], "go with --schema"),
        (["nothing-here.json", "--schema", SCHEMA], "cannot read nothing-here.json: "),
        ([".", "--schema", SCHEMA], "cannot read .: "),
        ([ORDER, "--schema", "nothing-here.json"], "cannot read nothing-here.json: "),
        ([ORDER, "--schema", "a\nb\x1b"], "cannot read a\\nb\\u001b: "),
    ],
)
def test_wrong_usage_is_one_line_on_stderr(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("partialjson: ")
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_unknown_options_are_wrong_usage() -> None:
    assert run().exit_code == 2
    assert run(ORDER, "--schema", SCHEMA, "--numbers", "roman").exit_code == 2
    assert run(ORDER, "--schema", SCHEMA, "--nothing").exit_code == 2


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("", "schema.json:1:1: the text ended, expected a value"),
        ('{\n  "type": "object",\n}', "schema.json:3:1: expected a key in double quotes, found"),
        ("[1]", "schema.json: a JSON Schema is an object or a boolean"),
        ("null", "schema.json: a JSON Schema is an object or a boolean"),
        ('{"type": "strin"}', "schema.json: this is no JSON Schema: 'strin' is not valid under"),
        ('{"pattern": "("}', "schema.json: "),
        ('{"type": "json_schema", "json_schema": 5}', "schema.json: "),
        ('{"$ref": "#/$defs/x"}', "the reference '#/$defs/x' cannot be resolved: it leads to no"),
        ('{"$ref": "https://example.org/x"}', "and nothing is fetched"),
        ('{"$ref": "#"}', "schema.json: the schema applies itself to the same value"),
    ],
)
def test_a_schema_that_cannot_be_used_is_wrong_usage(
    validate: Validate, schema: str, message: str
) -> None:
    result = validate('"text"', schema)
    assert result.exit_code == 2
    assert result.stderr.startswith("partialjson: --schema ")
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_what_was_found_before_a_bad_reference_is_shown(validate: Validate) -> None:
    schema = {"properties": {**NUMBER_OR_NULL["properties"], "b": {"$ref": "#/$defs/x"}}}
    assert validate('{"id": 1}', schema).exit_code == 0
    result = validate('{"id": 0, "b": 1}', schema, "--all")
    assert result.exit_code == 2
    assert lines(result)[0].startswith("stdin:1:9: /id: ")
    assert "'#/$defs/x'" in result.stderr


def test_help_documents_the_options_and_the_exit_codes() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for word in ("Exit codes", "--schema", "--model", "--all", "--many", "--report", "130", "141"):
        assert word in result.stdout


# --- processes: pipes, signals, terminals ----------------------------------------------


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "partialjson", "validate", *arguments]


def test_the_rest_of_a_pipe_is_left_unread(validate: Validate) -> None:
    process = subprocess.Popen(
        command("-", "--schema", validate.schema(STRINGS)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with pytest.raises(BrokenPipeError):  # noqa: PT012  # the pipe is closed at some time
        process.stdin.write(b'["a", 5')
        process.stdin.flush()
        while True:
            process.stdin.write(b', "and so on"')
            process.stdin.flush()
    out, errors = process.stdout.read(), process.stderr.read()
    process.stdout.close()
    process.stderr.close()
    with suppress(BrokenPipeError):
        process.stdin.close()
    assert process.wait() == 1
    assert errors == b""
    assert (
        out.splitlines()[-1] == b"invalid: 1 violation, known at character 6; the rest was not read"
    )


def test_a_violation_is_seen_while_the_text_is_still_being_written(validate: Validate) -> None:
    process = subprocess.Popen(
        command("-", "--schema", validate.schema(STRINGS), "--all"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=hears_ctrl_c,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b'["a", 5')
    process.stdin.flush()
    assert process.stdout.readline() == b"stdin:1:7: /1: is not of type 'string' (type)\n"
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 130


def hears_ctrl_c() -> None:
    """What a shell starts in the background does not, and neither does what that starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_closed_pipe_is_no_traceback(validate: Validate) -> None:
    file = validate.file("[" + ", ".join("1" * 20_000) + "]")
    process = subprocess.Popen(
        command(file, "--schema", validate.schema(STRINGS), "--all", "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


def test_a_pipe_gets_no_escape_codes_whatever_the_environment_says() -> None:
    environment = {**os.environ, "FORCE_COLOR": "1", "TERM": "xterm-256color"}
    done = subprocess.run(command(BROKEN, "--schema", SCHEMA), capture_output=True, env=environment)
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout + done.stderr


def in_terminal(*arguments: str, **environment: str) -> tuple[int, str]:
    """Run in a pseudo-terminal; the exit code and all that was written."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    inherited = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    terminal = {"TERM": "xterm", "COLUMNS": "80", "LINES": "24", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        command(*arguments),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**inherited, **terminal, **environment},
    )
    os.close(theirs)
    written = bytearray()
    try:
        while block := os.read(ours, 4096):
            written += block
    except OSError:  # Linux says so when the other side is closed
        pass
    os.close(ours)
    return process.wait(), written.decode()


def test_a_terminal_gets_colours() -> None:
    code, written = in_terminal(BROKEN, "--schema", SCHEMA)
    assert code == 1
    assert f"\x1b[1m{BROKEN}:3:61:\x1b[0m /customer" in written
    assert "\x1b[1;31minvalid: 1 violation" in written
    _, written = in_terminal(ORDER, "--schema", SCHEMA)
    assert "\x1b[1;32mvalid\x1b[0m" in written


def test_a_terminal_without_colour_gets_none() -> None:
    _, written = in_terminal(BROKEN, "--schema", SCHEMA, NO_COLOR="1")
    assert "invalid: 1 violation" in written
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", written)


def test_a_dumb_terminal_gets_plain_lines() -> None:
    _, written = in_terminal(BROKEN, "--schema", SCHEMA, TERM="dumb")
    assert "invalid: 1 violation" in written
    assert "\x1b" not in written
