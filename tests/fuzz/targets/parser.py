"""`Parser`, strict, over text and bytes.

Property: what it says character by character, and which character is the first hopeless one,
is what the reference reader says (`tests.oracle`), under all options and narrow limits. Whole,
cut as the input has it and one by one, the events, the value and all an error says are the
same; a checkpoint anywhere goes on the same. The value is that of `json.loads`, and only grows.

Documented: JSONSyntaxError and LimitExceededError from `feed`, IncompleteJSONError from `close`.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from decimal import Context, Decimal
from typing import Any

from partialjson import IncompleteJSONError, Parser, PartialJSONError
from tests.fragmenting import Fragments, Run
from tests.fragmenting import run as fed
from tests.fuzz.choices import Choices, pieces
from tests.oracle import Rules, characters, first_hopeless_byte
from tests.test_promises import (
    check_log,
    check_sticky,
    check_text,
    entries_of,
    exact,
    facts,
    feed_all,
    grows,
    limits_of,
    parser_of,
)

MAX_LEN = 260
WORDS = (
    *("{", "}", "[", "]", ",", ":", '"', "\\", "\\u", "true", "false", "null", "-0", "1e5", "0.5"),
    *('"a":', '"a":1', '""', "[]", "{}", "\\ud83d", "\\ude00", "\\ud83d\\ude00", "\\u0061", "\\n"),
    *("\ufeff", "é", "😀", "\u2028", " ", "\n", "\r", "\t", "E+", "12345678901234567890", "1e999"),
    *(
        b"\xed\xa0\xbd",
        b"\xed\xb8\x80",
        b"\xff",
        b"\xc3",
        b"\xe2\x82",
        b"\xf0\x9f\x98",
        b"\xc0\x80",
    ),
)
_LIMITS = ("max_depth", "max_string", "max_key", "max_number", "max_members", "max_document")


def exactly(text: str) -> Decimal:
    """A number of any size. What Decimal itself raises for some exponents would pass unchanged."""
    return Decimal(text, Context(traps=[]))


_FUNCTIONS: tuple[dict[str, Any], ...] = ({}, {}, {}, {"parse_float": exactly, "parse_int": str})
FORMS = ("text", "text", "bytes", "mixed")


def run(data: bytes) -> None:
    choices = Choices(data)
    rules, functions = rules_of(choices), choices.pick(_FUNCTIONS)
    form, sizes, place = choices.pick(FORMS), choices.sizes(), choices.byte()
    whole: Any = choices.rest() if form == "bytes" else choices.text()
    ways = [[whole], pieces(whole, sizes), pieces(whole, [1])]
    if form == "mixed" and not any("\ud800" <= c < "\ue000" for c in whole):
        ways.append([x.encode() if i % 2 else x for i, x in enumerate(ways[1])])
    runs = [fed(parser_of(rules, **functions), fragments) for fragments in ways]
    for other in runs[1:]:
        same(other, runs[0])
    goes_on(ways[1], place, rules, functions, runs[0])
    if functions:
        return
    if form == "bytes":
        stops_at_the_first_hopeless_byte(whole, rules)
    else:
        check_text(whole, rules)
        check_log(whole, rules, characters(whole))
        check_log(whole, rules, ["".join(part) for part in pieces(characters(whole), sizes)])
        is_what_json_gives(whole, rules, runs[0])
    only_grows(ways[1], rules)


def rules_of(choices: Choices) -> Rules:
    """Options, and with the last bits set one limit or two, all narrow."""
    bits, narrow = choices.byte(), choices.byte()
    many = bits & 3 == 3
    limits: Any = {
        _LIMITS[n % 6]: 1 + size for n, size in ((narrow % 8, narrow // 8 % 4), (narrow, 2))
    }
    rules: dict[str, Any] = {
        "many": many,
        "duplicate_keys": ("last", "first", "error", "last")[bits >> 2 & 3],
        "lone_surrogates": ("error", "replace")[bits >> 4 & 1],
        "bad_utf8": ("error", "replace")[bits >> 5 & 1],
        "trailing": "keep" if bits >> 6 & 1 and not many else "error",
    }
    return Rules(**rules, **(limits if bits & 128 and narrow else {}))


def same(one: Run, other: Run) -> None:
    assert entries_of(one.events) == entries_of(other.events)
    assert facts(one.error) == facts(other.error)
    assert exact(one.value) == exact(other.value)


def goes_on(
    fragments: Fragments, place: int, rules: Rules, functions: dict[str, Any], whole: Run
) -> None:
    """A checkpoint between two fragments, or after the error, changes nothing."""
    place %= len(fragments) + 1
    parser = parser_of(rules, **functions)
    at, error, events = feed_all(parser, fragments[:place])
    data = json.loads(json.dumps(parser.checkpoint(), allow_nan=False))
    again = Parser.restore(data, limits=limits_of(rules), **functions)
    assert again.checkpoint() == data
    if at is not None:
        assert error is not None
        check_sticky(again, error)
        return
    rest = fed(again, fragments[place:])
    assert facts(rest.error) == facts(whole.error)
    assert exact(rest.value) == exact(whole.value)
    before = [event for each in events for event in each]
    assert entries_of([*before, *rest.events]) == entries_of(whole.events)


def stops_at_the_first_hopeless_byte(data: bytes, rules: Rules) -> None:
    at, _, _ = feed_all(parser_of(rules), pieces(data, [1]))
    assert at == first_hopeless_byte(data, rules)


def is_what_json_gives(text: str, rules: Rules, found: Run) -> None:
    """The same value, for what both accept; and strict JSON is accepted, but for limits."""
    if rules != Rules(duplicate_keys="last"):
        return
    try:
        value = json.loads(text.removeprefix("\ufeff"), parse_constant=refuse)
    except ValueError:
        assert found.error is not None
        return
    if found.error is None:
        assert exact(found.value) == exact(value)
    else:
        assert "\\ud" in exact(value)  # half a surrogate pair


def refuse(name: str) -> None:
    raise ValueError(name)


def only_grows(fragments: Fragments, rules: Rules) -> None:
    """Of one document, that no repeated key replaces."""
    if rules.many or rules.duplicate_keys == "last":
        return
    parser = parser_of(rules)
    seen = copy.deepcopy(parser.value)
    for fragment in fragments:
        try:
            parser.feed(fragment)
        except PartialJSONError as error:
            assert not isinstance(error, IncompleteJSONError)
            return
        assert grows(seen, parser.value)
        assert exact(parser.snapshot()) == exact(parser.value)
        seen = copy.deepcopy(parser.value)


def seeds() -> Iterator[bytes]:
    text = '{"a": [1, -2.50e+3, "x\\u00e9\\ud83d\\ude00y\\n", true, null, 1e400], "é": {"": {}}}'
    for head in (
        b"\0\0\0\0\0\0\0",
        b"\x08\0\0\2\x21\3\5",
        b"\x04\0\3\0\1\0\4",
        b"\x30\0\0\3\4\1\1",
    ):
        yield head + text.encode()
        yield head + b'{"a": 1, "a": {"b": 2, "b": 3}, "c": "\xed\xa0\xbd\xed\xb8\x80"} x'
        yield head + b' "\\ud83dx\xff\xe2\x82" '
    yield b'\x03\0\0\0\x02\0\3[1] "x" 2 {}\n3 '
    for narrow in (9, 18, 27, 36, 45, 250):
        yield bytes([128, narrow]) + b'\0\0\3\0\2["abcd", {"abc": 1234, "b": [[2]]}, 3]'
