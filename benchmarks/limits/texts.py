"""Attacks on the parser itself: what a model may write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from partialjson import FieldCompleted, Limits, Parser, StringDelta

from .attack import BLOCK, READ, WIDE, Attack, fed, outcome, repeated, text

_MI: Final = 1 << 20


def _balanced(n: int) -> str:
    """As many brackets closed as opened."""
    parser = Parser(events=(), limits=WIDE)
    return outcome(lambda: fed(parser, [*repeated("[", n // 2), *repeated("]", n // 2)]))


def _digits(before: str, after: str, convert: object = None) -> object:
    return text(before, "7", after, limits=WIDE, parse_int=convert, parse_float=convert)


def _keys(n: int, **options: object) -> str:
    parser = Parser(events=(), **options)  # type: ignore[arg-type]  # options of any kind
    return outcome(lambda: fed(parser, _members(n), "}"))


def _members(n: int) -> Iterator[str]:
    yield '{"":0'
    for start in range(1, n, 1000):
        yield "".join(f',"{i:x}":0' for i in range(start, min(n, start + 1000)))


def _single(kind: type, n: int) -> str:
    """A document in fragments of one character or one byte."""
    parser = Parser(events=FieldCompleted, paths="$[*].b", keep=False)
    unit = '{"a": [1, "b\\n", null], "b": "x"}, '
    pieces = [*unit] if kind is str else [bytes([byte]) for byte in unit.encode()]
    parser.feed("[")
    for _ in range(n // len(pieces)):
        for piece in pieces:
            parser.feed(piece)
    return outcome(lambda: fed(parser, (), "0]"))


def _halves(n: int) -> str:
    """Half a surrogate pair in each fragment."""
    parser = Parser(events=(), limits=WIDE)
    parser.feed('"')
    for _ in range(n // 2):
        parser.feed("\ud83d")
        parser.feed("\ude00")
    return outcome(lambda: fed(parser, (), '"'))


def _in_pairs(n: int) -> str:
    """A string in fragments of two characters, of which each is an object."""
    parser = Parser(events=StringDelta, limits=WIDE)
    parser.feed('"')
    for i in range(n // 2):
        parser.feed(chr(97 + i % 13) + "é")
    return outcome(lambda: fed(parser, (), '"'))


def _empty(n: int) -> str:
    parser = Parser()
    parser.feed("[")
    for _ in range(n // 2):
        parser.feed("")
        parser.feed(b"")
    return outcome(lambda: fed(parser, (), "]"))


def _deep_patterns(n: int) -> str:
    """Objects in objects, under patterns that may begin at any of them."""
    level = '{"a":' * 150 + "[0]" + "}" * 150 + ","
    parser = Parser(paths=["$..a..a..a..b", "$..a..b..a", "$..*..c"], keep=False)
    return outcome(lambda: fed(parser, ["[", *repeated(level, n)], "0]"))


def _in_one_feed(n: int) -> str:
    """All events of a long text at once."""
    parser = Parser()
    return outcome(lambda: fed(parser, ["[" + "1," * (n // 2 - 1) + "1]"]))


def _read_all_the_time(n: int) -> str:
    """Somebody looks at the value after each fragment."""
    parser = Parser(events=(), limits=WIDE)
    parser.feed('["')
    for _ in range(n // 64):
        parser.feed("x" * 64)
        assert parser.value
    return outcome(lambda: fed(parser, (), '"]'))


_DELTAS: Final = {"keep": False, "events": StringDelta, "paths": "$", "limits": WIDE}

DEPTH: Final = (
    Attack("opening brackets", text("", "["), 10_000_000, 1000, "max_depth"),
    Attack(
        "opening and closing brackets", text("", "[" * 300 + "]" * 300), 10**7, 1000, "max_depth"
    ),
    Attack("objects in objects", text("", '{"a":'), 10_000_000, 2000, "max_depth"),
    Attack("brackets, `max_depth` raised", _balanced, 10_000_000, 2000, READ, per=260),
    Attack("patterns with `..` in the depth", _deep_patterns, 2_000_000, 5000, READ, slow=4),
)
STRINGS: Final = (
    Attack("a string of 1 GB", text('"', "x"), 10**9, 17 * _MI, "max_string"),
    Attack(
        "..., `max_string` raised, `keep=False`", text('"', "x", '"', **_DELTAS), 10**9, 10**5, READ
    ),
    Attack(
        "..., raised and kept",
        text('"', "x", '"', events=(), limits=WIDE),
        10**9,
        10**5,
        READ,
        per=2.1,
    ),
    Attack("a string in fragments of two", _in_pairs, 4_000_000, 10**4, READ, per=90, slow=4),
    Attack(
        "a string that is read all the time",
        _read_all_the_time,
        64_000_000,
        10**4,
        READ,
        per=2.1,
        slow=4,
    ),
    Attack("a key without end", text('{"', "k"), 10_000_000, 200_000, "max_key"),
    Attack(
        "escapes",
        text('"', "\\u00e9\\n", '"', events=(), limits=WIDE),
        16_000_000,
        8000,
        READ,
        per=15,
        slow=4,
    ),
    Attack(
        "surrogate pairs as escapes",
        text('"', "\\ud83d\\ude00", '"', events=(), limits=WIDE),
        12 * 10**6,
        9600,
        READ,
        per=15,
        slow=4,
    ),
    Attack("half a pair in each fragment", _halves, 4_000_000, 10**4, READ, per=90, slow=4),
    Attack(
        "lone surrogates, replaced",
        text('"', "\\ud83d", '"', events=(), limits=WIDE, lone_surrogates="replace"),
        12 * 10**6,
        9600,
        READ,
        per=15,
        slow=4,
    ),
)
NUMBERS: Final = (
    Attack("an integer of a million digits", text("[", "7", "]"), 1_000_000, 10**4, "max_number"),
    Attack(
        "..., `max_number` raised",
        text("[", "7", "]", limits=WIDE),
        1_000_000,
        10**4,
        "max_number",
        per=5,
    ),
    Attack(
        "..., and `parse_int` given",
        text("[", "7", "]", limits=WIDE, parse_int=len),
        10**7,
        10**4,
        READ,
        per=5,
    ),
    Attack(
        "a fraction of a million digits",
        text("[0.", "7", "]", limits=WIDE),
        4_000_000,
        10**4,
        READ,
        per=5,
    ),
    Attack(
        "exponents",
        text("[", "1e999999999,-1E-999999999,0e5555555555,", "0]", events=()),
        10**7,
        8000,
        READ,
        per=3,
        slow=4,
    ),
)
MEMBERS: Final = (
    Attack("10 million keys", _keys, 10_000_000, 1_100_000, "max_members", "members", fixed=300),
    Attack(
        "..., `max_members` raised",
        lambda n: _keys(n, limits=WIDE),
        10**7,
        1000,
        READ,
        "members",
        per=190,
    ),
    Attack("one key over and over", text('{"a":0', ',"a":[1]', "}"), 10**7, 8000, READ, slow=4),
    Attack(
        '..., `duplicate_keys="error"`',
        text('{"a":0', ',"a":[1]', "}", duplicate_keys="error"),
        10**7,
        8000,
        "duplicate_key",
    ),
    Attack(
        "a document without end, `max_document` set",
        text("[", "[1],", limits=Limits(max_document=_MI)),
        10**7,
        2 * _MI,
        "max_document",
        per=20,
    ),
    Attack("all events in one fragment", _in_one_feed, 2_000_000, 10**4, READ, per=140),
    Attack(
        "a million documents, `many=True`",
        text("", '{"a":[1,"b"]} 7 ', many=True),
        16_000_000,
        8000,
        READ,
        slow=4,
    ),
)
FRAGMENTS: Final = (
    Attack(
        "fragments of one character", lambda n: _single(str, n), 100_000_000, 10**4, READ, slow=20
    ),
    Attack(
        "fragments of one byte",
        lambda n: _single(bytes, n),
        100_000_000,
        10**4,
        READ,
        "bytes",
        slow=20,
    ),
    Attack("empty fragments", _empty, 10_000_000, 10**4, READ, "fragments", slow=4),
    Attack("white space", text("[", " \n\t", "]"), 100_000_000, BLOCK, READ),
)


def _repaired(name: str, before: str, again: str, after: str = "", expected: str = READ) -> Attack:
    run = text(before, again, after, repair=True)
    return Attack(name, run, 2_000_000, 4000, expected, per=180, slow=4)


REPAIRS: Final = (
    _repaired("prose before the document", "", "Well, here it is. ", '{"a": 1}'),
    _repaired("brackets in prose", "", "see [1] and {x} ", '{"a": 1}'),
    _repaired("arrays in arrays", "", "[ ", "", "max_depth"),
    _repaired("backticks", "", "` ", '{"a": 1}'),
    _repaired("fences", "", "```", '{"a": 1}'),
    _repaired("quotes and spaces in a string", '{"a": "', '" " " " ', '"}'),
    _repaired("quotes in a string", '{"a": "', '""""', '"}'),
    _repaired("apostrophes in a string", '{"a": "', "it's ", '"}'),
    _repaired("a comment that does not end", "[1, /*", " * / ", "*/ 2]"),
    _repaired("a comment in one line", "[1, //", " no end ", "\n2]"),
    _repaired("strings in single quotes", "[", "'a' ", "]"),
    _repaired("commas", "[", ",", "1]"),
    _repaired("letters that begin a literal", '{"a": ', "tru ", "}"),
)
