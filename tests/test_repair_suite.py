"""Repairs against public suites: texts that must be left alone, and what another repairer reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from partialjson import FieldCompleted, Limits, Parser, PartialJSONError
from partialjson._core.repair.names import REPAIRS

from .fragmenting import cuts, run
from .test_repairs import apart, every_way

SUITES = Path(__file__).parents[2] / "shared" / "suites"
PARSING = sorted((SUITES / "jsontestsuite" / "test_parsing").glob("*.json"))
LENIENT = SUITES / "lenient" / "jsonrepair_js.jsonl"
DEEP = Limits(max_depth=200_000)
ALL = frozenset(REPAIRS)

pytestmark = pytest.mark.skipif(not LENIENT.is_file(), reason="the suite's files are not here")


# --- JSONTestSuite -----------------------------------------------------------------------


def log(parser: Parser, text: bytes) -> list[tuple[int, Any]]:
    """Each event with the byte that brought it."""
    pieces = enumerate(cuts(text, 1))
    return [(i, event) for i, piece in pieces for event in parser.feed(piece)] + [
        (-1, event) for event in parser.close()
    ]


@pytest.mark.parametrize("file", [f for f in PARSING if f.name[0] == "y"], ids=lambda f: f.stem)
def test_what_is_json_is_left_alone(file: Path) -> None:
    text = file.read_bytes()
    assert log(Parser(repair=True), text) == log(Parser(), text)
    every = run(Parser(repair=ALL), cuts(text, 1))
    assert every.error is None
    assert apart(every.events) == apart(run(Parser(), cuts(text, 1)).events)


@pytest.mark.parametrize("file", [f for f in PARSING if f.name[0] != "y"], ids=lambda f: f.stem)
def test_what_is_none_is_read_alike_however_it_is_cut(file: Path) -> None:
    text = file.read_bytes()
    if len(text) > 2000:
        for repair in (True, ALL):
            whole = run(Parser(repair=repair, limits=DEEP, events=FieldCompleted), [text])
            other = run(Parser(repair=repair, limits=DEEP, events=FieldCompleted), cuts(text, 7))
            assert whole.error == other.error
        return
    for repair in (True, ALL):
        every_way(text, lambda repair=repair: Parser(repair=repair))  # type: ignore[misc]  # bound


# --- jsonrepair's own cases --------------------------------------------------------------

# The cases that come to something else here, by the rule that leaves them out. The numbers
# are those of the file's lines, from 0.
LEFT_OUT: dict[str, tuple[int, ...]] = {
    "a string ends at its quote: none is put where it was forgotten": (
        *(71, 72, 73, 74, 78, 82, 83, 84, 85, 86, 87, 88, 91, 92, 93),
        *(138, 139, 140, 142, 143, 144, 145, 146, 147, 148, 149, 314),
    ),
    "an ellipsis stands for what was left out, and nobody knows what": tuple(range(120, 138)),
    "JSONP is a call, not a document; without brackets in it, it is text": tuple(range(227, 240)),
    "a fence stands around a document, not inside it": (249, 250, 251, 252),
    "text that was escaped as a whole is no JSON with defects": (253, 254, 255, 256, 257, 258),
    "an object without its brackets is not told from another one": (290, 291, 292),
    "a Mongo type is a call": (309, 310, 311),
    "a regular expression is no value": (346, 347, 349),
    "strings are not added up": (350, 351, 352, 353, 354, 355, 356, 357),
    "no list is made of what has no brackets": (389, *range(391, 399)),
    "a number with leading zeros is a number": (336, 337, 343, *range(399, 405)),
    "a number's beginning is completed at the end only, and a sign or a point is none": (
        *(110, 328, 345, 372, 373, 374, 375),
    ),
    "a literal is complete at its last letter": (38,),
    "half a key is kept as it is": (116,),
    "a backslash before a letter was to be doubled": (169,),
    "a backslash before a line break goes on with the line, as in JSON5": (170,),
}
_LINES = [*map(json.loads, LENIENT.read_text().splitlines())] if LENIENT.is_file() else []
_OUT = {number for numbers in LEFT_OUT.values() for number in numbers}
_REPAIRED = [
    i for i, line in enumerate(_LINES) if "error" not in line and "valid_input" not in line
]
_VALID = [i for i, line in enumerate(_LINES) if line.get("valid_input")]
_REFUSED = [i for i, line in enumerate(_LINES) if "error" in line]


def read(text: str) -> Any:
    """What every repair makes of a text; every way of cutting it comes to the same."""
    result = every_way(text, lambda: Parser(repair=ALL))
    if result.error is not None:
        raise result.error
    return result.value


def test_as_many_cases_are_repaired_as_should_be() -> None:
    assert len(_REPAIRED) == 344
    assert len(_REFUSED) == 13
    assert len(set(_REPAIRED) - _OUT) >= 230


@pytest.mark.parametrize("number", sorted(set(_REPAIRED) - _OUT))
def test_a_case_is_repaired(number: int) -> None:
    case = _LINES[number]
    assert read(case["input"]) == json.loads(case["expected_text"])


@pytest.mark.parametrize("number", sorted(_OUT))
def test_a_case_that_is_left_out_is_refused_or_says_what_was_read(number: int) -> None:
    case = _LINES[number]
    parser = Parser(repair=ALL)
    try:
        parser.feed(case["input"])
        parser.close()
    except PartialJSONError:
        return
    assert parser.value != json.loads(case["expected_text"])  # else it is no exception
    assert parser.repairs  # it is not silent


@pytest.mark.parametrize("number", _VALID)
def test_a_case_that_is_json_is_left_alone(number: int) -> None:
    text = _LINES[number]["input"]
    assert apart(run(Parser(repair=ALL), cuts(text, 1)).events) == apart(
        run(Parser(), cuts(text, 1)).events
    )


@pytest.mark.parametrize("number", _REFUSED)
def test_a_case_that_must_be_refused_is(number: int) -> None:
    with pytest.raises(PartialJSONError):
        read(_LINES[number]["input"])
