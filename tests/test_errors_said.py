"""What each error says, word for word, to be read aloud.

`errors.txt` has a row for each error of a parser, `refusals.txt` for each checkpoint that is none.
"""

from __future__ import annotations

from ast import literal_eval
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from partialjson import CheckpointError, Limits, Parser, PartialJSONError, UsageError, loads

from .fragmenting import cuts, run
from .test_checkpoint import forged


def rows(name: str) -> list[list[str]]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


ROWS, REFUSALS = rows("errors.txt"), rows("refusals.txt")
LIMITS = {field.name for field in fields(Limits)}


def parser_with(options: dict[str, Any]) -> Parser:
    """A parser with these options and limits."""
    limits = {name: value for name, value in options.items() if name in LIMITS}
    others = {name: value for name, value in options.items() if name not in LIMITS}
    return Parser(limits=Limits(**limits), **others)


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize("row", ROWS, ids=[f"{i} {row[2]}" for i, row in enumerate(ROWS)])
def test_every_error_says_what_it_should(row: list[str], size: int) -> None:
    text, options, code, offset, expected, message = row
    parser = parser_with(literal_eval(options))
    error: Any = run(parser, cuts(literal_eval(text), size)).error
    found = (error.code, str(error.offset), ascii(error.expected), error.message)
    assert found == (code, offset, expected, message)


@pytest.mark.parametrize("row", REFUSALS, ids=[f"{i} {row[3]}" for i, row in enumerate(REFUSALS)])
def test_every_refusal_of_a_checkpoint_says_what_it_should(row: list[str]) -> None:
    text, options, limits, place, junk = map(literal_eval, row[:5])
    parser = Parser(**options)
    with suppress(PartialJSONError):
        parser.feed(text)
    checkpoint = parser.checkpoint()
    if place:
        Parser.restore(checkpoint)
        checkpoint = forged(checkpoint, place, junk)
    with pytest.raises(CheckpointError) as caught:
        Parser.restore(checkpoint, limits=Limits(**limits))
    assert str(caught.value) == row[5]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"keep": 1}, "keep must be a bool, not int"),
        ({"many": None}, "many must be a bool, not NoneType"),
        ({"parse_int": "f"}, "parse_int must be callable, not str"),
        ({"parse_float": 1}, "parse_float must be callable, not int"),
        ({"limits": {"max_depth": 1}}, "limits must be Limits(...), not dict"),
        ({"events": 5}, "events must be event classes, not int"),
        ({"trailing": "x"}, "trailing must be 'error' or 'keep', not 'x'"),
        (
            {"many": True, "trailing": "keep"},
            "many=True reads documents to the end, so nothing trails; leave trailing='error'",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_options_that_do_not_fit_say_what_would(options: dict[str, Any], message: str) -> None:
    with pytest.raises((TypeError, UsageError)) as caught:
        Parser(**options)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"partial": 1}, "partial must be a bool, not int"),
        ({"partial": True, "strings": "x"}, "strings must be 'keep' or 'drop', not 'x'"),
        (
            {"numbers": "keep"},
            "strings, numbers and literals speak of unfinished values; they need partial=True",
        ),
    ],
    ids=["partial", "strings", "numbers"],
)
def test_choices_that_do_not_fit_say_what_would(options: dict[str, Any], message: str) -> None:
    with pytest.raises((TypeError, UsageError)) as caught:
        loads("1", **options)
    assert str(caught.value) == message


def test_an_integer_that_the_interpreter_converts_not_says_so() -> None:
    error: Any = run(Parser(limits=Limits(max_number=10_000)), ["[", 5000 * "1", "]"]).error
    assert (error.code, error.limit, error.maximum) == ("limit_exceeded", "max_number", 4300)
    assert error.offset == 5001
    assert error.message == (
        "this interpreter converts no integer of 5000 digits "
        "(sys.set_int_max_str_digits is 4300); max_number allows them"
    )
