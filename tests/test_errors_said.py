"""What each error says, word for word: `errors.txt` has a row for each, to be read aloud."""

from __future__ import annotations

from ast import literal_eval
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from partialjson import Limits, Parser

from .fragmenting import cuts, run

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "errors.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
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
