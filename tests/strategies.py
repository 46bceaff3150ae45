"""Texts to try a parser with: documents of every shape, cut, cut short and damaged."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
Fragments = list[Any]  # of str and bytes

# --- white space and scalars --------------------------------------------------------------

_BLANKS = ("", "", "", "", "", "", " ", "\n", "\t", "\r", "\r\n", " \n\t\r ")
_LITERALS = ("true", "false", "null")
_SHORT_ESCAPES = ('\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t")
_CODE_ESCAPES = ("\\u0000", "\\u0041", "\\u00e9", "\\u20AC", "\\uFfFd", "\\ud7ff", "\\uE000")
_PAIR_ESCAPES = ("\\ud83d\\ude00", "\\uD800\\uDC00", "\\uDBFF\\udfff", "\\uda01\\uDe55")
_LETTERS = ("a", "b", " ", "x1", "/", "'", "{", "]", ":,", "\x7f", "some words ")
_NON_ASCII = ("é", "ß", "\x80", "€", "\u2028", "\ufeff", "\ufffd", "\u0800", "\uffff")
_ASTRAL = ("😀", "\U00010000", "\U0010ffff")
_PIECES = (_LETTERS, _SHORT_ESCAPES, _CODE_ESCAPES, _PAIR_ESCAPES, _NON_ASCII, _ASTRAL)
_INTEGERS = ("0", "-0", "-0", "7", "-1", "10", "12", "1234567890")
_FRACTIONS = ("", "", ".0", ".5", ".000", ".1234567890123456789")
_EXPONENTS = ("", "", "", "", "", "e0", "E1", "e+2", "E+03", "e-4", "E-05", "e00", "e400", "E-400")


class Writer:
    """Writes documents by chance.

    Args:
        chance: where chance comes from.
        repeated_keys: in each object that has members one key comes twice, perhaps spelled
            in two ways; otherwise none does.
    """

    def __init__(self, chance: random.Random, repeated_keys: bool) -> None:
        self.chance = chance
        self.pick = chance.choice
        self.repeated_keys = repeated_keys

    def blank(self) -> str:
        return self.pick(_BLANKS)

    def string(self) -> str:
        pieces = (self.pick(self.pick(_PIECES)) for _ in range(self.chance.randrange(5)))
        return f'"{"".join(pieces)}"'

    def number(self) -> str:
        digits = self.pick(_INTEGERS)
        if self.chance.random() < 0.3:
            digits = self.pick(("", "-")) + str(self.chance.randrange(10**19, 10**40))
        if self.chance.random() < 0.5:
            return digits
        return digits + self.pick(_FRACTIONS) + self.pick(_EXPONENTS)

    def scalar(self) -> str:
        kind = self.chance.randrange(3)
        return (self.string, self.number, lambda: self.pick(_LITERALS))[kind]()

    def value(self, levels: int) -> str:
        kind = self.chance.random() if levels else 0.0
        if kind < 0.3:
            return self.scalar()
        if kind < 0.38:
            return self.pick(_EMPTIES)
        if kind < 0.66:
            items = [self.value(levels - 1) for _ in range(self.chance.randint(1, 3))]
            return self.joined("[", items, "]")
        return self.joined("{", [self.member(key, levels) for key in self.keys()], "}")

    def keys(self) -> list[str]:
        keys = [
            self.pick(_KEYS) if self.chance.random() < 0.7 else self.string()
            for _ in range(self.chance.randint(1, 3))
        ]
        if self.repeated_keys:
            key = self.pick(keys)
            return [*keys, _RESPELLED.get(key, key)]
        return list({json.loads(key): key for key in keys}.values())

    def member(self, key: str, levels: int) -> str:
        return f"{key}{self.blank()}:{self.blank()}{self.value(levels - 1)}"

    def joined(self, opening: str, members: list[str], closing: str) -> str:
        spaced = [f"{self.blank()}{member}{self.blank()}" for member in members]
        return f"{opening}{','.join(spaced)}{closing}"

    def nested(self, value: str) -> str:
        for _ in range(self.chance.randint(21, 40)):
            opening, closing = self.pick(_WRAPPERS)
            value = f"{opening}{value}{closing}"
        return value

    def document(self, levels: int, deep: bool) -> str:
        value = self.value(levels)
        if deep and self.chance.random() < 0.1:
            value = self.nested(value)
        return f"{self.blank()}{value}{self.blank()}"


_EMPTIES = ("[]", "{}", "[ ]", "{\n}", '""')
_KEYS = (*('""', '"a"', '"b"', '"é"', '"k\\n"'), '"😀"', '"\\u0061"')
_RESPELLED = {'"a"': '"\\u0061"', '"é"': '"\\u00e9"', '"😀"': '"\\ud83d\\ude00"'}
_WRAPPERS = (("[", "]"), ('{"":', "}"), ("[0, ", ',"x"]'), ('{"d" : ', ',"e":[]}'), ("[\n", "\t]"))


def documents(
    *, repeated_keys: bool = False, deep: bool = True, levels: int = 3
) -> st.SearchStrategy[str]:
    """The text of a valid document, with white space around it.

    The text comes from a seed: to have many different ones matters more here than to see
    the smallest one that fails.

    Args:
        repeated_keys: in each object that has members one key comes twice, perhaps spelled
            in two ways; otherwise none does.
        deep: some have more than 20 levels.
        levels: how many the others have at most.
    """

    def write(levels: int, seed: int) -> str:
        return Writer(random.Random(seed), repeated_keys).document(levels, deep)

    return st.builds(write, st.integers(1, levels), st.integers(0, 2**64))


# --- fragments --------------------------------------------------------------------------


def halved(text: str) -> str:
    """The text with each character beyond U+FFFF as two surrogates."""
    return re.sub("[\U00010000-\U0010ffff]", _halves, text)


def _halves(found: re.Match[str]) -> str:
    high, low = divmod(ord(found.group()) - 0x10000, 0x400)
    return chr(0xD800 + high) + chr(0xDC00 + low)


def _forms(text: str | bytes) -> list[str]:
    if isinstance(text, bytes):
        return ["as it is"]
    if re.search("[\ud800-\udfff]", text):
        return ["as it is"]
    forms = ["as it is", "bytes"]
    if not text.isascii():
        forms += ["bytes", "halves", "mixed"]
    return forms


@st.composite
def fragmentations(draw: Draw, text: str | bytes) -> Fragments:
    """The text in pieces, some of them empty: as str, as UTF-8, or in turns.

    UTF-8 is cut anywhere; as str, characters beyond U+FFFF may come as two surrogates and be
    cut between them.
    """
    form = draw(st.sampled_from(_forms(text)))
    whole: Any = text
    if form == "bytes":
        whole = whole.encode()
    elif form == "halves":
        whole = halved(whole)
    n = len(whole)
    how = draw(st.sampled_from(("whole", "one by one", "few", "few", "many")))
    if how == "whole":
        places: list[int] = []
    elif how == "one by one":
        places = list(range(1, n))
    else:
        most = 4 if how == "few" else 20
        places = sorted(draw(st.lists(st.integers(0, n), min_size=1, max_size=most)))
    edges = [0, *places, n]
    fragments = [whole[a:b] for a, b in pairwise(edges)]
    if form == "mixed":
        fragments = [x.encode() if draw(st.booleans()) else x for x in fragments]
    return fragments


@st.composite
def truncated(draw: Draw, document: str) -> str:
    """A proper prefix of the document."""
    return document[: draw(st.integers(0, len(document) - 1))]


# --- damage -----------------------------------------------------------------------------

_token = re.compile(r'"(?:[^"\\]|\\.)*"|[-+.0-9eE]+|[a-z]+|[\[\]{},:]|[ \t\n\r]+')
Token = tuple[int, int, str]


def tokens(document: str) -> Iterator[Token]:
    """Start, end and text of the tokens of a valid document, white space left out."""
    for found in _token.finditer(document):
        if found.group().strip():
            yield found.start(), found.end(), found.group()


def _insert_at_start(what: str) -> Callable[[str], str]:
    return lambda string: '"' + what + string[1:]


def _insert_at_end(what: str) -> Callable[[str], str]:
    return lambda string: string[:-1] + what + '"'


def _instead(what: str) -> Callable[[str], str]:
    return lambda token: what


# name: (which tokens, what becomes of one). No parser may accept the result, whatever the
# document was; some results are only cut short where the document ends with the token.
_DAMAGE: dict[str, tuple[str, Callable[[str], str]]] = {
    "a raw newline in a string": ('"', _insert_at_start("\n")),
    "a raw NUL in a string": ('"', _insert_at_end("\x00")),
    "an unknown escape": ('"', _insert_at_end("\\x")),
    "a bad hex digit": ('"', _insert_at_end("\\u12g4")),
    "a short code escape": ('"', _insert_at_end("\\u123")),
    "a lone high surrogate": ('"', _insert_at_end("\\ud800")),
    "a lone low surrogate": ('"', _insert_at_start("\\uDC00")),
    "two high surrogates": ('"', _insert_at_end("\\ud800\\uDBFF")),
    "single quotes": ('"', lambda string: f"'{string[1:-1]}'"),
    "a quote too many": ('"', lambda string: f'{string}"'),
    "a leading zero": (
        "0",
        lambda number: re.sub("^-?", r"\g<0>0", number),
    ),
    "a plus sign": ("0", lambda number: "+" + number.lstrip("-")),
    "a point without digits": ("0", lambda number: re.split("[.eE]", number)[0] + ".e1"),
    "an exponent without digits": ("0", lambda number: re.split("[eE]", number)[0] + "e+"),
    "a second point": ("0", lambda number: re.split("[.eE]", number)[0] + ".0.0"),
    "a sign alone": ("0", _instead("-")),
    "an infinite number": ("0", _instead("-Infinity")),
    "a capital letter": ("t", str.capitalize),
    "a letter too few": ("t", lambda word: word[:-1]),
    "a letter too many": ("t", lambda word: word + word[-1]),
    "a word of another language": ("t", _instead("None")),
    "not a number": ("t", _instead("NaN")),
    "a comma twice": (",", _instead(",,")),
    "a comma missing": (",", _instead(" ")),
    "a comma at the end": ("]", lambda bracket: "," + bracket),
    "a colon missing": (":", _instead(" ")),
    "a colon twice": (":", _instead("::")),
    "a comma for a colon": (":", _instead(",")),
    "the other closing bracket": ("]", lambda bracket: "}" if bracket == "]" else "]"),
    "the other opening bracket": ("[", lambda bracket: "{" if bracket == "[" else "["),
    "a bracket missing": ("]", _instead("")),
    "a comment": ("]", lambda bracket: "/**/" + bracket),
    "a bracket too many": ("", lambda token: "[" + token),
}
_AROUND = ("something after it", "something before it", "a byte order mark in the middle")
DEFECTS = (*_DAMAGE, *_AROUND)


def _class_of(token: str) -> str:
    """The class of tokens that a row of `_DAMAGE` names by one of them."""
    c = token[0]
    if c in "-0123456789":
        return "0"
    if c.isalpha():
        return "t"
    return {"}": "]", "{": "["}.get(c, c)


@st.composite
def damaged(draw: Draw, document: str) -> tuple[str, str]:
    """A text that is no JSON any more, and what is wrong with it."""
    found = list(tokens(document))
    classes = {_class_of(token) for _, _, token in found}
    possible = [name for name, (where, _) in _DAMAGE.items() if where in classes or not where]
    what = draw(st.sampled_from([*possible, *_AROUND]))
    if what == "something after it":
        return f"{document} {draw(st.sampled_from(('0', '[', ']', ',', 'x', 'é', '{}')))}", what
    if what == "something before it":
        return draw(st.sampled_from((",", "]", ":", "x", "€", "``"))) + document, what
    if what == "a byte order mark in the middle":
        return f"{document}\ufeff", what
    where, change = _DAMAGE[what]
    start, end, token = draw(
        st.sampled_from([t for t in found if _class_of(t[2]) == where or not where])
    )
    return document[:start] + change(token) + document[end:], what


def examples(n: int) -> settings:
    """So many examples, the same in each run, however long they take."""
    return settings(
        max_examples=n,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
