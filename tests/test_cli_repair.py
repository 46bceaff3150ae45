"""`partialjson repair`: what it writes and when, what it says of that, and how it exits."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("typer")
pytest.importorskip("rich")

from typer.testing import CliRunner, Result

from partialjson import Parser, PartialJSONError, Repaired, UsageError, loads
from partialjson._core.handler import Handler
from partialjson._core.repair.names import JSON5, REPAIRS, SAFE
from partialjson._core.source import Source
from partialjson.apps import cli
from partialjson.apps.findings import Finding
from partialjson.apps.outcome import Outcome
from partialjson.apps.place import Place, Reader, pointed
from partialjson.apps.repair import Asked, Repairing, RepairingParser, asked
from partialjson.apps.screen import Screen
from partialjson.apps.watch import Reading, Tally
from partialjson.testing import Damaged, cut_at, damaged, documents

RAW_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
ANSWER = """Here you are:

```json
{'name': 'Zoë', // who
 "tags": ["a" "b"], 'ok': True}
```
"""


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(cli.app, list(arguments), input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert not RAW_CONTROL.search(result.stderr)
    return result


def repair(text: str | bytes, *options: str) -> Result:
    return run("repair", "-", *options, stdin=text)


def written(result: Result) -> str:
    """What was written, to the letter: the runner's own `stdout` knows no carriage return."""
    return result.stdout_bytes.decode()


def told(result: Result) -> list[str]:
    return result.stderr.splitlines()


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


# --- JSON ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        ' {"a" : [ 1,2 ] }\n\n',
        '{\r\n\t"a": 1,\r\n\t"b": "x\\r\\n"\r\n}\r\n',
        '{"b": 1, "a": 2, "b": 3}',
        "[1E400, -0.0, 1.10, 12345678901234567890123, -0]",
        '["👩‍🚀", "\\ud83d\\ude00", "\\u00e9é", "\u2028\x7f\x9b", "\\/"]',
        '"a text"',
        "12",
        "-1.5e3 ",
        "true",
        "[,]".replace(",", '",,],"'),
    ],
)
def test_json_stays_as_it_is_to_the_letter(text: str) -> None:
    result = repair(text)
    assert written(result) == (text if text.endswith("\n") else text + "\n")
    assert (result.exit_code, result.stderr) == (0, "")
    assert run("repair", "-", "--check", stdin=text).exit_code == 0


@settings(deadline=None)
@given(documents())
def test_every_json_text_stays_as_it_is(text: str) -> None:
    result = repair(text, "--report")
    assert written(result) == (text if text.endswith("\n") else text + "\n")
    assert result.stderr == "json: nothing to repair\n"


def test_a_byte_order_mark_goes() -> None:
    assert written(repair("\ufeff[1]")) == "[1]\n"
    assert written(repair("\ufeff[1,]")) == "[1 ]\n"


def test_a_file_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    file.write_text(ANSWER, encoding="utf-8")
    result = run("repair", str(file))
    assert result.exit_code == 0
    assert json.loads(written(result)) == {"name": "Zoë", "tags": ["a", "b"], "ok": True}


# --- what is repaired ------------------------------------------------------------------


def test_what_is_repaired_keeps_all_the_rest() -> None:
    result = repair("{'a': 1.50, // one\r\n  \"b\": [True, 0x10,],}\r\n")
    assert written(result) == '{"a": 1.50,  \r\n  "b": [true, 16 ] }\r\n'
    assert (result.exit_code, result.stderr) == (0, "")


@settings(deadline=None)
@given(damaged(mendable=True))
def test_what_is_written_is_what_a_parser_reads(made: Damaged) -> None:
    result = repair(made.text)
    assert result.exit_code == 0
    assert json.loads(written(result)) == loads(made.text, repair=True) == made.value


def test_only_the_repairs_that_are_named_are_made() -> None:
    assert written(repair("['a']", "--repairs", "single_quotes")) == '["a"]\n'
    assert written(repair("['a',]", "--repairs", "single_quotes, trailing_comma")) == '["a" ]\n'
    result = repair("['a',]", "--repairs", "trailing_comma")
    assert result.exit_code == 1
    assert "  ['a',]" in told(result)


def test_json5_is_a_name_for_several() -> None:
    assert written(repair("{a: 'b', c: .5,}", "--repairs", "json5")) == '{"a": "b", "c": 0.5 }\n'
    assert repair("{a: True}", "--repairs", "json5").exit_code == 1


def test_safe_goes_together_with_others() -> None:
    text = '[\'a\', "say "hi" to her"]'
    assert repair(text).exit_code == 1
    result = repair(text, "--repairs", "safe,inner_quotes")
    assert written(result) == '["a", "say \\"hi\\" to her"]\n'


def test_a_name_of_no_repair_is_wrong_usage() -> None:
    for names in ("quotes", "", "safe,,json5", "single-quotes"):
        result = repair("{}", "--repairs", names)
        assert result.exit_code == 2
        assert result.stdout_bytes == b""
        assert result.stderr.startswith("partialjson: --repairs: there is no repair '")
        assert len(told(result)) == 1


def test_text_without_any_json_is_no_string_unless_that_is_asked_for() -> None:
    for options in ([], ["--complete"], ["--repairs", "safe,inner_quotes"]):
        result = repair("I cannot do that.", *options)
        assert (result.exit_code, result.stdout_bytes) == (1, b"")
        assert told(result)[-1].endswith("; nothing was written")
    result = repair("I cannot do that.", "--repairs", "safe,bare_strings")
    assert written(result) == '"I cannot do that."\n'


@pytest.mark.parametrize(
    ("names", "complete", "expected"),
    [
        ("safe", False, Asked(["safe"], SAFE)),
        ("safe", True, Asked(["safe", "missing_close"], SAFE | {"missing_close"})),
        ("fence", False, Asked(["fence"], frozenset({"fence"}))),
        (
            " json5 , bare_strings",
            False,
            Asked(["json5", "bare_strings"], JSON5 | {"bare_strings"}),
        ),
    ],
)
def test_names_are_understood(names: str, complete: bool, expected: Asked) -> None:
    assert asked(names, complete=complete) == expected


def test_each_repair_has_its_name_here() -> None:
    for name in REPAIRS:
        assert asked(name).names == {name}
    with pytest.raises(UsageError, match="there are safe, json5, fence"):
        asked("Safe")


# --- several documents -----------------------------------------------------------------


def test_several_documents_are_read_with_many() -> None:
    result = repair("{'a': 1}\n[True]\n# three\n 3\n", "--many", "--report")
    assert written(result) == '{"a": 1}\n[true]\n \n 3\n'
    assert told(result) == [
        "stdin:1:2: document 0: (root): single_quotes: \"'\" → '\"'",
        "stdin:2:2: document 1: /0: python_literals: 'True' → 'true'",
        "stdin:3:1: document 2: (root): comments: '# three' → nothing",
        "repaired: 3 documents; 3 repairs (single_quotes 1, python_literals 1, comments 1)",
    ]


def test_without_many_a_second_document_is_an_error_that_names_the_option() -> None:
    result = repair("{}\n{}")
    assert result.exit_code == 1
    assert "  ^ --many reads several documents" in told(result)


def test_no_document_at_all_is_fine_among_many() -> None:
    result = repair("", "--many", "--report")
    assert (result.exit_code, result.stdout_bytes) == (0, b"")
    assert result.stderr == "json: 0 documents; nothing to repair\n"


# --- the report ------------------------------------------------------------------------


def test_a_report_has_a_line_for_each_repair() -> None:
    result = repair(ANSWER, "--report")
    assert result.exit_code == 0
    assert told(result) == [
        "stdin:1:1: (root): prose: 'Here you are:\\n\\n' → nothing",
        "stdin:3:1: (root): fence: '```json' → nothing",
        "stdin:4:2: (root): single_quotes: \"'\" → '\"'",
        "stdin:4:10: /name: single_quotes: \"'\" → '\"'",
        "stdin:4:17: (root): comments: '// who' → nothing",
        "stdin:5:15: /tags: missing_comma: nothing → ','",
        "stdin:5:21: (root): single_quotes: \"'\" → '\"'",
        "stdin:5:27: /ok: python_literals: 'True' → 'true'",
        "stdin:6:1: (root): fence: '```' → nothing",
        "repaired: 9 repairs (single_quotes 3, fence 2, prose 1, comments 1, missing_comma 1, "
        "python_literals 1)",
    ]


def test_a_long_part_of_the_text_is_shown_by_its_ends() -> None:
    (line, _) = told(repair(f"[1 /* {'x' * 500} */]", "--report"))
    assert len(line) < 120
    assert line.startswith("stdin:1:4: (root): comments: '/* xxx")


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_place_far_back_is_found_all_the_same(size: int) -> None:
    long = "\n".join(["x" * 70] * 40)
    text = f"Well,\n {long}\n{{'a': 1, /* {long}\n */ b: 2}}\n\n bye {long}"
    places = {name: place for place, name in in_pieces(text, size).places}
    assert places["comments"] == place_in(text, text.index("/*")) == (42, 10)
    assert places["bare_keys"] == place_in(text, text.index("b: 2"))
    assert places["prose"] == place_in(text, text.index("bye"))
    assert ((1, 1), "prose") in in_pieces(text, size).places


def place_in(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")


REPAIR_KEYS = [
    *("type", "file", "document", "path", "pointer", "repair", "before", "after"),
    *("line", "column", "offset", "byte_offset"),
]
VERDICT_KEYS = [
    *("type", "file", "verdict", "documents", "repairs", "truncated", "characters", "written"),
]
ERROR_KEYS = [
    *("type", "file", "document", "path", "pointer", "kind", "message"),
    *("line", "column", "offset", "byte_offset", "code", "expected", "repair"),
]


def test_json_is_one_object_a_line_and_the_verdict_is_the_last() -> None:
    result = repair("{'é': [None\n]}", "--json")
    assert written(result) == '{"é": [null\n]}\n'
    *found, verdict = objects(result.stderr)
    assert all([*x] == REPAIR_KEYS for x in found)
    assert [*verdict] == VERDICT_KEYS
    assert found[1] == {
        "type": "repair",
        "file": "stdin",
        "document": 0,
        "path": ["é", 0],
        "pointer": "/é/0",
        "repair": "python_literals",
        "before": "None",
        "after": "null",
        "line": 1,
        "column": 8,
        "offset": 7,
        "byte_offset": 8,
    }
    assert verdict == {
        "type": "verdict",
        "file": "stdin",
        "verdict": "repaired",
        "documents": 1,
        "repairs": {"single_quotes": 1, "python_literals": 1},
        "truncated": False,
        "characters": 14,
        "written": 14,
    }
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("text", "verdict", "code"),
    [
        ("['a' 'b' 5 : ", "malformed", "unexpected_character"),
        ("['a", "incomplete", "incomplete"),
        ("[" * 201, "limit_exceeded", "limit_exceeded"),
    ],
)
def test_json_of_an_error(text: str, verdict: str, code: str) -> None:
    result = repair(text, "--json")
    assert result.exit_code == 1
    *_, error, last = objects(result.stderr)
    assert [*error] == ERROR_KEYS
    assert (error["type"], error["code"]) == ("error", code)
    assert (last["verdict"], last["documents"]) == (verdict, 0)
    assert last["written"] == len(written(result))


def test_several_documents_are_told_apart_in_json() -> None:
    *found, verdict = objects(repair("{}\n[1,]\n[2,]", "--many", "--json").stderr)
    assert [event["document"] for event in found] == [1, 2]
    assert verdict["documents"] == 3


# --- a check ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options", "line", "code"),
    [
        ('{"a": 1}', [], "json: nothing to repair", 0),
        ("1 2", ["--many"], "json: 2 documents; nothing to repair", 0),
        ("['a',]", [], "repairable: 2 repairs (single_quotes 1, trailing_comma 1)", 1),
        (
            "[1",
            ["--complete"],
            "repairable: 1 repair (missing_close 1); the document is cut off",
            1,
        ),
        (
            "[1",
            [],
            "incomplete: line 1, column 3: the text ended, expected a digit, '.', 'e', ',' or ']'",
            1,
        ),
        (
            "['a': 1]",
            [],
            "malformed: line 1, column 5: expected ',' or ']', found ':'; "
            "before it 1 repair (single_quotes 1)",
            1,
        ),
        (
            "[" * 201,
            [],
            "limit exceeded: line 1, column 201: max_depth is 200, and it is exceeded",
            1,
        ),
    ],
)
def test_a_check_is_one_line(text: str, options: list[str], line: str, code: int) -> None:
    result = repair(text, "--check", *options)
    assert result.stderr == ""
    assert result.exit_code == code
    said = written(result).splitlines()
    assert len(said) == 1
    if not line.startswith("limit"):
        assert said == [line]
    assert said[0].startswith(line.partition(":")[0])


def test_a_check_reports_on_request() -> None:
    result = repair("['a': 1]", "--check", "--report")
    assert written(result).splitlines() == [
        "stdin:1:2: /0: single_quotes: \"'\" → '\"'",
        "stdin:1:5: (root): expected ',' or ']', found ':' (unexpected_character)",
        "  ['a': 1]",
        "      ^",
        "malformed: line 1, column 5: expected ',' or ']', found ':'; "
        "before it 1 repair (single_quotes 1)",
    ]
    repairs, verdict = objects(written(repair("['a']", "--check", "--json")))
    assert (repairs["type"], verdict["verdict"]) == ("repair", "repaired")


# --- a document that is cut off --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": [1, {"b": "x', '{"a": [1, {"b": "x"}]}'),
        ('{"a": [1, ', '{"a": [1  ]}'),
        ('{"a": 12', '{"a": 12}'),
        ('{"a": tr', '{"a": true}'),
        ('{"a": "x\\u00', '{"a": "x"}'),
        ("{'a': 'x", '{"a": "x"}'),
        ('{"a":', '{"a":null}'),
    ],
)
def test_what_is_cut_off_is_completed_on_request_and_said(text: str, expected: str) -> None:
    result = repair(text, "--complete")
    assert written(result) == expected + "\n"
    assert result.exit_code == 0
    (line,) = told(result)
    assert line.endswith(" (the document is cut off)")
    assert "missing_close: " in line
    assert objects(repair(text, "--complete", "--json").stderr)[-1]["truncated"] is True


def test_what_is_whole_needs_no_completion() -> None:
    result = repair("[1]", "--complete")
    assert (written(result), result.stderr) == ("[1]\n", "")
    assert objects(repair("[1]", "--complete", "--json").stderr)[-1]["truncated"] is False


def test_without_that_it_is_an_error() -> None:
    result = repair('{"a": 1, "b": [2, ')
    assert result.exit_code == 1
    assert written(result) == '{"a": 1, "b": [2, '
    assert told(result) == [
        "stdin:1:19: /b/1: the text ended, expected a value (incomplete)",
        '  {"a": 1, "b": [2,',
        "                    ^ the text ends here",
        "incomplete: the text ends at character 18; what was written before it stays: "
        "18 characters",
    ]


# --- errors ----------------------------------------------------------------------------


def test_an_error_shows_its_place_what_was_repaired_and_what_was_written() -> None:
    result = repair("{'a': True,\n 'b' 2 4}")
    assert result.exit_code == 1
    assert written(result) == '{"a": true,\n "b" :2 '
    assert told(result) == [
        "stdin:2:8: (root): expected ',' or '}', found '4' (unexpected_character)",
        "   'b' 2 4}",
        "         ^",
        "malformed: an error at character 19; before it 4 repairs (single_quotes 2, "
        "python_literals 1, missing_colon 1); what was written before it stays: 20 characters",
    ]


def test_nothing_but_blanks_is_no_json() -> None:
    for text in ("", " \n"):
        result = repair(text)
        assert result.exit_code == 1
        assert told(result)[0].endswith(": (root): the text ended, expected a value (incomplete)")


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00\x01", b"\x00\x1b[31m", bytes(range(256)), b"{'\xe2\x82", b"\x1f\x8b"]
)
@pytest.mark.parametrize("names", ["safe", "json5", "bare_strings,prose"])
def test_binary_garbage_is_an_error_in_printable_characters(data: bytes, names: str) -> None:
    result = repair(data, "--repairs", names, "--report")
    assert result.exit_code == 1
    assert told(result)[-1].startswith(("malformed: ", "incomplete: "))


def test_bytes_that_are_not_utf8_become_replacement_characters_in_strings() -> None:
    result = repair(b'["a\xff\xe2\x82b", "\xf0\x9f\x98", True]', "--report")
    assert written(result) == '["a\ufffd\ufffdb", "\ufffd", true]\n'
    assert told(result)[:-1] == [
        "stdin:1:4: /0: bad_utf8: '\\\\xff' → '\ufffd'",
        "stdin:1:5: /0: bad_utf8: '\\\\xe2\\\\x82' → '\ufffd'",
        "stdin:1:11: /1: bad_utf8: '\\\\xf0\\\\x9f\\\\x98' → '\ufffd'",
        "stdin:1:15: /2: python_literals: 'True' → 'true'",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing-here.json"], "cannot read nothing-here.json: "),
        (["."], "cannot read .: "),
        (["a\nb\x1b"], "cannot read a\\nb\\u001b: "),
    ],
)
def test_what_cannot_be_read_is_one_line_on_stderr(arguments: list[str], message: str) -> None:
    result = run("repair", *arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"partialjson: {message}")
    assert len(told(result)) == 1
    assert result.stdout_bytes == b""


def test_help_documents_the_options_and_the_exit_codes() -> None:
    result = run("repair", "--help")
    assert result.exit_code == 0
    for word in (
        "Exit codes",
        "--repairs",
        "--complete",
        "--many",
        "--check",
        "--report",
        "--json",
    ):
        assert word in result.stdout
    for name in REPAIRS:
        assert re.search(rf"\b{name}\b", result.stdout)


# --- while it streams ------------------------------------------------------------------


class Arriving(io.RawIOBase):
    """A text that comes in pieces, however much is asked for."""

    def __init__(self, text: str | bytes, size: int) -> None:
        data = text.encode() if isinstance(text, str) else text
        self.pieces = iter([data[i : i + size] for i in range(0, len(data), size)])

    def read1(self, size: int) -> bytes:
        return next(self.pieces, b"")


class TextParser(Parser):
    """Keeps the repaired text."""

    def _handler(self) -> Handler:
        self._source = Source(0)
        return super()._handler()

    @property
    def text(self) -> str:
        assert self._source is not None
        return "".join(self._source.chunks)[: self._tokenizer.base]


class Told:
    """A view that keeps what it is told."""

    def __init__(self) -> None:
        self.places: list[tuple[tuple[int, int], str]] = []
        self.events: list[Repaired] = []
        self.finding: Finding | None = None
        self.outcome: Outcome | None = None
        self.written: list[str] = []

    def repaired(self, document: int, place: Place, event: Repaired) -> None:
        self.events.append(event)
        self.places.append(((place.line, place.column), event.repair))

    def found(self, finding: Finding) -> None:
        self.finding = finding

    def over(self, outcome: Outcome) -> None:
        self.outcome = outcome

    @property
    def text(self) -> str:
        return "".join(self.written)


def in_pieces(text: str | bytes, size: int, names: str = "safe", *, many: bool = False) -> Told:
    """The command without its process, for a text that comes in pieces."""
    view = Told()
    stream = cast("BinaryIO", Arriving(text, size))
    Repairing(asked(names), view.written.append, view, many=many).run(stream)
    return view


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ('{"a', '{"a'),
        ('{"a":', '{"a":'),
        ('{"a": "some wor', '{"a": "some wor'),
        ('["\\', '["'),
        ('["x\\u00e', '["x'),
        ('["x\\u00e9', '["x\\u00e9'),
        ('["x\\ud83d\\ude0', '["x'),
        ("[12", "["),
        ("[12.5e", "["),
        ("[12 ", "[12 "),
        ("[12,", "[12"),
        ('{"a": 1, \n ', '{"a": 1'),
        ("[1, 2", "[1, "),
        ('["a", "', '["a", "'),
        ("[tru", "["),
        ("[true", "[true"),
        ("['a", '["a'),
        ("['a'", '["a'),
        ("['a' ", '["a" '),
        ("[1] ", "[1] "),
    ],
)
def test_what_is_settled_is_written_at_once(text: str, settled: str) -> None:
    for size in (1, len(text)):
        parser = RepairingParser(asked("safe"), many=False)
        got = ""
        for i in range(0, len(text), size):
            parser.feed(text[i : i + size])
            got += parser.text()
        assert got == settled


@settings(deadline=None)
@given(
    damaged(mendable=True).map(lambda made: made.text) | documents(),
    st.sampled_from(["safe", "json5", "safe,missing_close", ",".join(REPAIRS)]),
    st.booleans(),
    st.data(),
)
def test_what_was_written_is_never_another(
    text: str, names: str, many: bool, data: st.DataObject
) -> None:
    text = text[: data.draw(st.integers(0, len(text)))]
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=9) | st.just(range(len(text))))
    chosen = asked(names)
    parser = RepairingParser(chosen, many)
    whole = TextParser(many=many, repair=chosen.repair)
    got = ""
    failed = False
    for fragment in [*cut_at(text, cuts), None]:
        for each in (parser, whole):
            try:
                if fragment is None:
                    each.close()
                else:
                    each.feed(fragment)
            except PartialJSONError:
                failed = True
        got += parser.text(over=failed or fragment is None)
        assert whole.text.startswith(got)
        if failed:
            break
    assert got == whole.text


@settings(deadline=None)
@given(documents(), st.integers(1, 9))
def test_pieces_do_not_matter_to_json(text: str, size: int) -> None:
    told = in_pieces(text, size)
    assert told.text == (text if text.endswith("\n") else text + "\n")
    assert told.events == []


def test_little_is_kept_of_a_long_text() -> None:
    parser = RepairingParser(asked("safe"), many=False)
    assert parser._source is not None
    parser.feed("[")
    length = 0
    for i in range(2000):
        parser.feed(f"'{'x' * 90}', // no {i}\n {i}, ")
        length += len(parser.text())
        assert sum(map(len, parser._source.chunks)) < 1000
        assert parser.repairs == []
    assert length > 200_000


def test_blanks_after_a_comma_are_looked_at_once() -> None:
    parser = RepairingParser(asked("safe"), many=False)
    parser.feed("[1,")
    for _ in range(20_000):  # quadratic, this would take minutes
        parser.feed("   " * 100)
        assert parser.text() in ("", "[1")
    parser.feed("]")
    text = parser.text()
    assert len(text) == 6_000_002
    assert text.startswith("  ")


# --- places ----------------------------------------------------------------------------


@given(
    st.lists(
        st.sampled_from([b"a", b"\n", b"\xc3\xa9", b"\xf0\x9f\x98\x80"])
        | st.sampled_from([b"\xff", b"\xe2\x82", b"\xf0\x9f\x98", b"\xf0\x9f", b"\xed\xa0\x80"])
        | st.binary(max_size=4),
        max_size=30,
    ).map(b"".join)
)
def test_bytes_that_are_no_utf8_count_as_the_parser_counts_them(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    reader = Reader([data], looks_ahead=False, joins=True)
    for _ in reader:
        pass
    assert reader.characters == len(text)
    assert reader.place(len(text)).byte_offset == len(data)
    for offset in range(len(text)):
        place = reader.place(offset)
        assert (place.line, place.column) == place_in(text, offset)
        assert not any(RAW_CONTROL.search(line) for line in pointed(place))


@settings(deadline=None)
@given(damaged(mendable=True), st.data())
def test_the_place_of_an_error_is_the_parsers_own(made: Damaged, data: st.DataObject) -> None:
    text = made.text
    text = text[: data.draw(st.integers(0, len(text)))] + data.draw(st.sampled_from("}]:{'é\n"))
    told = in_pieces(text, data.draw(st.integers(1, 50)))
    assert told.outcome is not None
    if told.finding is not None:
        place, error = told.finding.place, told.outcome.error
        assert error is not None
        assert place.offset == error.offset == told.outcome.characters
        assert place.byte_offset == error.byte_offset
        assert (place.line, place.column) == (error.lineno, error.colno)


# --- processes: pipes, signals, terminals ----------------------------------------------


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "partialjson", *arguments]


def hears_ctrl_c() -> None:
    """What a shell starts in the background does not, and neither does what that starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def started(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command("repair", *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hears_ctrl_c,
    )


def test_the_beginning_is_there_before_the_end_has_come() -> None:
    process = started("-")
    assert process.stdin is not None
    assert process.stdout is not None
    for given_text, expected in [
        ("Sure:\n```json\n{'city'", b'\n{"city'),
        (": 'Zür", '": "Zür'.encode()),
        ('ich\', "n": 12', b'ich", "n": '),
        (", ", b"12"),
    ]:
        process.stdin.write(given_text.encode())
        process.stdin.flush()
        assert process.stdout.read(len(expected)) == expected
    rest, errors = process.communicate(b"}\n```\n")
    assert rest == b"  }\n\n"
    assert errors == b""
    assert process.returncode == 0


def test_ctrl_c_is_no_traceback() -> None:
    process = started("-", "--report")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b'["a')
    process.stdin.flush()
    assert process.stdout.read(3) == b'["a'
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert errors == b""


def test_a_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    big = tmp_path / "big.json"
    big.write_text("[" + ", ".join(map(str, range(200_000))) + "]")
    process = started(str(big))
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141
    assert process.stdin is not None
    process.stdin.close()


def test_a_big_file_is_written_whole(tmp_path: Path) -> None:
    rows = [{"id": i, "name": f"Nr. {i} é", "tags": ["a", "b"]} for i in range(9_000)]
    big = tmp_path / "big.txt"
    text = json.dumps(rows, ensure_ascii=False, indent=1)
    big.write_text(text.replace("\n ]", ",\n ]").replace('"id"', "id"), encoding="utf-8")
    done = subprocess.run(command("repair", str(big)), capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == rows


def test_the_output_is_utf8_whatever_the_encoding() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        command("repair", "-", "--report"),
        input="['é😀',]".encode(),
        capture_output=True,
        env=environment,
    )
    assert done.stdout == '["é😀" ]\n'.encode()
    assert done.stderr.decode("ascii").startswith("stdin:1:2: /0: single_quotes: ")


def in_terminal(text: str, *arguments: str, **environment: str) -> tuple[int, str]:
    """Run in a pseudo-terminal; the exit code and all that was written."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    inherited = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    terminal = {"TERM": "xterm", "COLUMNS": "80", "LINES": "24", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        command("repair", "-", *arguments),
        stdin=subprocess.PIPE,
        stdout=theirs,
        stderr=theirs,
        env={**inherited, **terminal, **environment},
    )
    os.close(theirs)
    assert process.stdin is not None
    process.stdin.write(text.encode())
    process.stdin.close()
    written = bytearray()
    try:
        while block := os.read(ours, 4096):
            written += block
    except OSError:  # Linux says so when the other side is closed
        pass
    os.close(ours)
    return process.wait(), written.decode()


def test_a_terminal_gets_colours_and_an_error_its_own_line() -> None:
    code, written = in_terminal("['a': ", "--report")
    assert code == 1
    assert '["a"\r\n\x1b[1mstdin:1:2:' in written
    assert "\x1b[1;31mmalformed: " in written
    _, written = in_terminal("['a']", "--check")
    assert "\x1b[1;31mrepairable: 1 repair" in written
    _, written = in_terminal("['a', 'b']", "--report")
    assert written.startswith('["a", "b"]\r\n\x1b[1mstdin:1:2:')
    assert "\x1b[1;32mrepaired: 2 repairs" in written


# --- the other commands ----------------------------------------------------------------


def test_watch_reads_what_is_no_json_too() -> None:
    result = run("watch", "-", "--repair", "--chunk", "99", stdin="{'a': True} bye")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "started        (root) object",
        "repaired       (root) single_quotes: \"'\" → '\"' (character 1)",
        "repaired       /a python_literals: 'True' → 'true' (character 6)",
        "completed      /a true",
        "completed      (root) object of 1",
        "document       0",
        "repaired       (root) prose: 'bye' → nothing (character 12)",
        "done           15 characters, 1 fragment, 7 events, 1 document completed, 3 repairs",
    ]
    assert run("watch", "-", "--repairs", "json5", stdin="{'a': True}").exit_code == 1
    assert run("watch", "-", "--repairs", "json5", stdin="{'a': 1}").exit_code == 0
    assert run("watch", "-", "--repairs", "x", stdin="{}").exit_code == 2


def test_watch_repairs_the_arguments_of_calls() -> None:
    body = (
        'data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c",'
        '"function":{"name":"f","arguments":"{\'a\': [1,]}"}}]}}]}\n\n'
        'data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}\n\n'
        "data: [DONE]\n\n"
    )
    assert run("watch", "-", stdin=body).exit_code == 1
    result = run("watch", "-", "--repair", stdin=body)
    assert result.exit_code == 0
    assert 'call-completed #0 f {"a": [1]}' in result.stdout
    assert "repaired       #0 /a trailing_comma: " in result.stdout
    result = run("watch", "-", "--repairs", "safe,missing_close", stdin=body)
    assert result.exit_code == 2
    assert "a call that is cut off has failed" in result.stderr


@pytest.mark.parametrize("size", [1, 3, 99])
def test_watch_shows_the_text_from_an_error_on_that_was_held_back(size: int) -> None:
    text = "[1, 'a' /x, 2]"
    result = run("watch", "-", "--repair", "--chunk", str(size), stdin=text)
    assert result.exit_code == 1
    error = result.stderr.splitlines()
    at = error[-1].index("^")
    assert error[-2][at] == "x"


def test_text_after_a_document_begins_no_other_in_the_picture() -> None:
    tally = Tally(calls=False)
    screen = Screen(tally, "it")
    reading = Reading(Parser(repair=True), screen, tally)
    reading.feed(b"{'a': 1} and so on", 18)
    reading.close()
    picture = [line.plain for line in screen.lines(90, 20)]
    assert picture[0] == "✓ it"
    assert not any("#2" in line for line in picture)
    assert picture[-1].endswith("2 repairs")


def test_validate_reads_what_is_no_json_too(tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text('{"properties": {"id": {"minimum": 1}}}')
    validate = ["validate", "-", "--schema", str(schema)]
    text = "```json\n{'id': 1,}\n```"
    assert run(*validate, stdin=text).exit_code == 1
    result = run(*validate, "--repair", stdin=text)
    assert (result.exit_code, result.stdout) == (0, "valid: read with 4 repairs\n")
    result = run(*validate, "--repair", stdin='{"id": 1}')
    assert (result.exit_code, result.stdout) == (0, "valid\n")
    (verdict,) = objects(run(*validate, "--repair", "--json", stdin=text).stdout)
    assert verdict["repairs"] == 4
    result = run(*validate, "--repairs", "json5", "--all", stdin=b"{'\xc3\xa9': 1,\nid: 0,}")
    assert result.stdout.splitlines() == [
        "stdin:2:6: /id: 0 is less than the minimum of 1 (minimum)",
        "  id: 0,}",
        "       ^",
        "invalid: 1 violation, known at character 14 of 16; read with 3 repairs",
    ]


def test_validate_finds_places_behind_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text('{"items": {"type": "string"}}')
    data = b'["\xe2\x82\xf0\x9f\x98", "a", 5]'
    result = run("validate", "-", "--schema", str(schema), "--repair", stdin=data)
    assert result.stdout.splitlines()[:3] == [
        "stdin:1:13: /2: is not of type 'string' (type)",
        '  ["��", "a", 5]',
        "              ^",
    ]


def test_a_model_reads_what_is_no_json_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repaired_of_the_tests.py").write_text(
        "from pydantic import BaseModel\n\nclass Order(BaseModel):\n    id: int\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    model = ["--model", "repaired_of_the_tests:Order", "--repair"]
    try:
        result = run("validate", "-", *model, stdin="{id: 1}")
        assert result.stdout == "valid: read with 1 repair\n"
        result = run("watch", "-", *model, stdin="{id: 1}")
        assert "validated      (root) Order(id=1)" in result.stdout
    finally:
        sys.modules.pop("repaired_of_the_tests", None)
