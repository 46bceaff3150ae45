"""What repairs do seldom: text that ends in the middle of what is held, and the like."""

from __future__ import annotations

from typing import Any

import pytest

from partialjson import Limits, Parser, Repaired

from .fragmenting import cuts, run

READ: list[tuple[str, str, Any]] = [
    ("1```u", "fence prose", 1),
    ("```x[] ", "fence prose", []),
    ("x\n[] \nz", "prose", []),
    ("1```#", "prose", 1),
    ("null```\n\n", "prose", None),
    ("/\n[]", "prose", []),
    ("0x", "missing_close number_forms", 0),
    ("Tr", "missing_close python_literals", True),
    ("5“ /", "bare_strings comments", "5“ /"),
    ("s /1", "bare_strings comments", "s /1"),
    ("N //", "bare_strings comments", "N"),
    ("N /* x */", "bare_strings comments", "N"),
    ("r\t#", "bare_strings comments", "r"),
    ("1/", "bare_strings comments", "1/"),
    ("1/", "bare_strings comments prose", "1/"),
    ("1/x", "bare_strings comments prose", "1/x"),
    ("true/\n", "bare_strings comments prose", True),
    ("1/2 of [3, 4]", "bare_strings comments prose", [3, 4]),
    ("1/x", "comments prose", 1),
    ("[1/", "bare_strings comments missing_close", ["1/"]),
    ('["a\\\r', "invalid_escape missing_close", ["a"]),
    ('["a\\udc', "lone_surrogate missing_close", ["a"]),
    (".5\tu", "bare_strings number_forms", ".5\tu"),
    ("[None a", "bare_strings missing_close missing_comma python_literals", ["None a"]),
    ('"a\\x4', "invalid_escape missing_close", "a"),
]
REFUSED: list[tuple[str, str, int, str]] = [
    ("-", "bare_strings", 1, "the text ended, expected a value"),
    ("[1/", "bare_strings comments", 3, "the text ended, expected '/' or '*'"),
    ("[NaN;", "nan_infinity semicolon trailing_comma", 5, "the text ended, expected a value"),
    ('["\\ud83d\\u0', "lone_surrogate", 11, "the text ended, expected a hex digit"),
    ('["a\\\r', "invalid_escape", 5, "the text ended, expected a character or '\"'"),
    ("<", "tool_tag", 1, "the text ended, expected '>'"),
    (
        "[None a",
        "bare_strings missing_comma python_literals",
        7,
        "the text ended, expected a value",
    ),
    ('"\\x4', "invalid_escape", 4, "the text ended, expected a hex digit"),
    ('["\\ud83d\\u1', "lone_surrogate", 11, "the text ended, expected a hex digit"),
    ("1\ud800", "bare_strings", 1, "half a surrogate pair stands alone"),
    ('NaN"', "nan_infinity", 3, "expected the end, found '\"'"),
    ("n\xa0", "white_space", 1, "expected 'u', found a character outside ASCII"),
    ("\u20031/\\u\n\n", "white_space", 2, "expected the end, found '/' (JSON has no comments)"),
]


def names(repairs: str) -> set[str]:
    return set(repairs.split())


@pytest.mark.parametrize("size", [1, 2, 99])
@pytest.mark.parametrize(("text", "repairs", "value"), READ, ids=range(len(READ)))
def test_what_is_held_at_the_end_is_read(text: str, repairs: str, value: Any, size: int) -> None:
    parser = Parser(repair=names(repairs))
    for piece in cuts(text, size):
        parser.feed(piece)
    parser.close()
    assert (parser.value, type(parser.value)) == (value, type(value))


@pytest.mark.parametrize("size", [1, 2, 99])
@pytest.mark.parametrize(("text", "repairs", "offset", "why"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_read_is_refused_where_it_stands(
    text: str, repairs: str, offset: int, why: str, size: int
) -> None:
    parser = Parser(repair=names(repairs))
    error: Any = run(parser, cuts(text, size)).error
    assert (error.offset, error.message.partition(";")[0]) == (offset, why)


@pytest.mark.parametrize("size", [1, 99])
def test_a_comma_that_is_held_to_the_end_counts_as_one(size: int) -> None:
    parser = Parser(limits=Limits(max_members=2), repair={"trailing_comma"})
    error: Any = run(parser, cuts("[1,2, ", size)).error
    assert (error.code, error.offset) == ("limit_exceeded", 4)


def test_bytes_that_are_replaced_by_an_option_are_no_repair() -> None:
    parser = Parser(bad_utf8="replace", repair={"comments"})
    parser.feed(b'["\xff" /* x */]')
    parser.close()
    assert parser.value == ["\ufffd"]
    assert [repair.repair for repair in parser.repairs] == ["comments"]
    assert all(isinstance(repair, Repaired) for repair in parser.repairs)


@pytest.mark.parametrize("options", [{"trailing": "keep"}, {"many": True}])
def test_what_may_follow_a_literal_is_white_space(options: Any) -> None:
    error: Any = run(Parser(repair={"white_space", "nan_infinity"}, **options), ['null"']).error
    assert (error.code, error.offset) == ("extra_data", 4)
