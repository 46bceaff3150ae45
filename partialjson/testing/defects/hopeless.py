"""Defects that come alone: one edit of a valid document, after which no parser may accept it.

Some results are only cut short, where the document ends with the token that was edited.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from .tokens import Token, tokens


class Edit(NamedTuple):
    """What becomes of one token.

    Attributes:
        what: what is wrong then, in a few words.
        kind: which tokens it fits, as `Token.kind`; "" is any.
        change: the token's text to what stands in its place.
    """

    what: str
    kind: str
    change: Callable[[str], str]


def _at_start(what: str) -> Callable[[str], str]:
    return lambda string: '"' + what + string[1:]


def _at_end(what: str) -> Callable[[str], str]:
    return lambda string: string[:-1] + what + '"'


def _instead(what: str) -> Callable[[str], str]:
    return lambda token: what


def _other(pair: str) -> Callable[[str], str]:
    return lambda bracket: pair[0] if bracket == pair[1] else pair[1]


EDITS: Final[dict[str, Edit]] = {
    "raw_newline": Edit("a raw newline in a string", '"', _at_start("\n")),
    "raw_nul": Edit("a raw NUL in a string", '"', _at_end("\x00")),
    "unknown_escape": Edit("an unknown escape", '"', _at_end("\\x")),
    "bad_hex_digit": Edit("a bad hex digit in an escape", '"', _at_end("\\u12g4")),
    "short_code_escape": Edit("an escape of three hex digits", '"', _at_end("\\u123")),
    "high_surrogate": Edit("a high surrogate alone", '"', _at_end("\\ud800")),
    "low_surrogate": Edit("a low surrogate alone", '"', _at_start("\\uDC00")),
    "two_high_surrogates": Edit("two high surrogates", '"', _at_end("\\ud800\\uDBFF")),
    "extra_quote": Edit("a quote too many", '"', lambda string: f'{string}"'),
    "bare_point": Edit(
        "a point without digits", "0", lambda number: re.split("[.eE]", number)[0] + ".e1"
    ),
    "bare_exponent": Edit(
        "an exponent without digits", "0", lambda number: re.split("[eE]", number)[0] + "e+"
    ),
    "second_point": Edit(
        "a second point", "0", lambda number: re.split("[.eE]", number)[0] + ".0.0"
    ),
    "bare_sign": Edit("a sign alone", "0", _instead("-")),
    "infinite_number": Edit("an infinite number", "0", _instead("-Infinity")),
    "not_a_number": Edit("not a number", "t", _instead("NaN")),
    "capital_letter": Edit("a literal with a capital letter", "t", str.capitalize),
    "short_literal": Edit("a literal without its last letter", "t", lambda word: word[:-1]),
    "long_literal": Edit("a literal with a letter too many", "t", lambda word: word + word[-1]),
    "double_comma": Edit("a comma twice", ",", _instead(",,")),
    "double_colon": Edit("a colon twice", ":", _instead("::")),
    "comma_for_colon": Edit("a comma in place of a colon", ":", _instead(",")),
    "other_closing": Edit("the other closing bracket", "]", _other("]}")),
    "other_opening": Edit("the other opening bracket", "[", _other("[{")),
    "lost_closing": Edit("a closing bracket missing", "]", _instead("")),
    "comma_in_place": Edit("a comma before a closing bracket", "]", lambda bracket: "," + bracket),
    "extra_opening": Edit("an opening bracket too many", "", lambda token: "[" + token),
}
_AFTER = ("0", "[", "]", ",", "x", "é", "{}")
_BEFORE = (",", "]", ":", "x", "€", "``")
AROUND: Final = {
    "text_after": "something after the document",
    "text_before": "something before the document",
    "inner_mark": "a byte order mark after the document",
}
HOPELESS: Final = {**{name: edit.what for name, edit in EDITS.items()}, **AROUND}


def fitting(document: str) -> list[str]:
    """The names of those that can be made in a document."""
    kinds = {token.kind for token in tokens(document)}
    return [*(name for name, edit in EDITS.items() if edit.kind in ("", *kinds)), *AROUND]


def broken(document: str, name: str, chance: random.Random) -> str:
    """The document with that defect, in a place where it fits."""
    if name == "text_after":
        return f"{document} {chance.choice(_AFTER)}"
    if name == "text_before":
        return chance.choice(_BEFORE) + document
    if name == "inner_mark":
        return f"{document}\ufeff"
    edit = EDITS[name]
    found: list[Token] = [x for x in tokens(document) if edit.kind in ("", x.kind)]
    start, end, token = chance.choice(found)
    return document[:start] + edit.change(token) + document[end:]
