"""What a user can rely on, each promise a property of the same name.

The oracle is a second, naive reader (`oracle`); `json.loads` is another.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partialjson import (
    MISSING,
    DocumentCompleted,
    Event,
    FieldCompleted,
    IncompleteJSONError,
    LimitExceededError,
    Limits,
    Parser,
    PartialJSONError,
    StringDelta,
    UsageError,
    ValueStarted,
)
from partialjson._core import scan
from partialjson.testing import Damaged, damaged, documents, fragmentations, halved, truncated

from .conftest import pure_only
from .fragmenting import Fragments, run, ways
from .oracle import MUCH, Entry, Reading, Rules, characters, decode, first_hopeless_byte, read
from .strategies import examples

HIGH, LOW = "\ud83d", "\ude00"  # the halves of 😀
PLAIN = Rules()


# --- what is tried ----------------------------------------------------------------------

_LIMITS = ("max_depth", "max_string", "max_key", "max_number", "max_members", "max_document")


def _some_rules(seed: int) -> Rules:
    chance = random.Random(seed)
    pick = chance.choice
    names = chance.sample(_LIMITS, pick((0, 0, 0, 1, 1, 2)))
    limits = {name: pick((1, 1, 2, 2, 3, 4, 6)) for name in names}
    if "max_document" in limits:
        limits["max_document"] = chance.randint(1, 30)
    many = pick((True, False, False))
    return Rules(
        many=many,
        duplicate_keys=pick(("last", "first", "error")),
        lone_surrogates=pick(("error", "replace")),
        bad_utf8=pick(("error", "replace")),
        trailing="error" if many else pick(("error", "error", "keep")),
        **limits,
    )


_seeds = st.integers(0, 2**64)


def rules() -> st.SearchStrategy[Rules]:
    """Options of every kind, and sometimes one or two narrow limits."""
    return st.builds(_some_rules, _seeds)


def limits_of(rules: Rules) -> Limits:
    return Limits(
        max_depth=rules.max_depth,
        max_string=rules.max_string,
        max_key=rules.max_key,
        max_number=rules.max_number,
        max_members=rules.max_members,
        max_document=None if rules.max_document == MUCH else rules.max_document,
    )


def parser_of(rules: Rules, **more: Any) -> Parser:
    return Parser(
        many=rules.many,
        duplicate_keys=rules.duplicate_keys,
        lone_surrogates=rules.lone_surrogates,
        bad_utf8=rules.bad_utf8,
        trailing=rules.trailing,
        limits=limits_of(rules),
        **more,
    )


_SNIPPETS = (
    *'[]{},:"0179-+.eE \n\t\r\\u/\x00dDcCfx',
    *("true", "fals", "nul", '"a"', '"a":1', '"":', "é", "😀", "\ufeff", "[1]", "12"),
    *("\\ud83d", "\\uDE00", "\\ud83d\\ude00", "\\n", "\\u00", "\\ud8", HIGH, LOW, HIGH + LOW),
)


def mutated(text: str, seed: int, count: int) -> str:
    """The text with some characters replaced, left out or put in."""
    chance = random.Random(seed)
    chars = list(text)
    for _ in range(count):
        place = chance.randrange(len(chars) + 1)
        end = place + chance.choice((0, 0, 1, 2))
        chars[place:end] = chance.choice(("", chance.choice(_SNIPPETS), chance.choice(_SNIPPETS)))
    return "".join(chars)


def soup(seed: int, count: int) -> str:
    """Characters of strings and of everything else, in a string or not."""
    chance = random.Random(seed)
    before = chance.choice(("", "", '"', '{"', '["a', "\ufeff"))
    return before + "".join(chance.choices(_SNIPPETS, k=count))


_STRING_SNIPPETS = (
    *("a", "é", "😀", HIGH, LOW, HIGH + LOW, "\\ud83d", "\\uDE00", "\\ud83d\\ude00", "\\n", "\\"),
    *("\\u", "\\u0", "\\ud", "\\u0041", "\\uD", "c", "00", '\\"', "\\ud83d\\u", "\x1f", "bcd"),
)


def string_soup(seed: int, count: int) -> str:
    """A string, perhaps a key, of pieces that go together or not."""
    chance = random.Random(seed)
    before, after = chance.choice((('"', '"'), ('["a", "', '"]'), ('{"', '":1}'), ('{"":"', '"}')))
    return before + "".join(chance.choices(_STRING_SNIPPETS, k=count)) + after


_all_documents = st.booleans().flatmap(lambda again: documents(repeated_keys=again))
_kinds_of_texts = (
    documents(),
    documents(repeated_keys=True),
    damaged().map(lambda made: made.text),
    st.builds(mutated, _all_documents, _seeds, st.integers(1, 3)),
    st.builds(soup, _seeds, st.integers(1, 12)),
    st.builds(string_soup, _seeds, st.integers(1, 8)),
    st.builds(
        lambda between, *texts: between.join(texts),
        st.sampled_from(("", " ", "\n")),
        *(documents(deep=False, levels=2) for _ in range(3)),
    ),
)
_texts = st.sampled_from(_kinds_of_texts).flatmap(lambda kind: kind)

_BAD_BYTES = (
    *(b"\x80", b"\xbf", b"\xc0", b"\xc1", b"\xf5", b"\xf8", b"\xff", b"\xfe"),
    *(b"\xc3", b"\xe2", b"\xe2\x82", b"\xf0", b"\xf0\x9f", b"\xf0\x9f\x98"),
    *(b"\xe0\x80", b"\xe0\x9f\xbf", b"\xf0\x80", b"\xf0\x8f", b"\xed\xa0\x80", b"\xed\xbf"),
    *(b"\xf4\x90", b"\xf4\x8f\xbf", b"\xef\xbb", b"\xef\xbb\xbf", b"\xef", b"\xc3\xa9"),
)


def spoilt(text: str, seed: int, count: int) -> bytes:
    """The text as bytes, some of them no UTF-8."""
    chance = random.Random(seed)
    data = text.encode("utf-8", "surrogatepass")
    for _ in range(count):
        place = chance.choice((0, len(data), chance.randrange(len(data) + 1)))
        if b'"' in data and chance.random() < 0.7:  # most are more interesting in strings
            place = chance.choice([i for i, byte in enumerate(data) if byte == ord('"')]) + 1
        end = place + chance.choice((0, 0, 1))
        data = data[:place] + chance.choice(_BAD_BYTES) + data[end:]
    return data


_small_documents = documents(deep=False, levels=2)
_kinds_of_datas = (
    st.builds(spoilt, _small_documents, _seeds, st.integers(0, 2)),
    st.builds(spoilt, st.builds(soup, _seeds, st.integers(0, 8)), _seeds, st.integers(0, 2)),
    st.builds(spoilt, st.builds(string_soup, _seeds, st.integers(0, 5)), _seeds, st.just(1)),
)
_datas = st.sampled_from(_kinds_of_datas).flatmap(lambda kind: kind)


@st.composite
def cut(draw: Callable[[st.SearchStrategy[Any]], Any], texts: Any) -> tuple[Any, Fragments]:
    """A text and one way to cut it."""
    text = draw(texts)
    return text, draw(fragmentations(text))


# --- what is compared -------------------------------------------------------------------


def entry(event: Event) -> Entry:
    """The event as the oracle would note it."""
    match event:
        case ValueStarted():
            return "started", event.path, event.kind
        case StringDelta():
            return "delta", event.path, event.delta
        case FieldCompleted():
            return "completed", event.path, event.value
        case DocumentCompleted():
            return "document", event.value, event.index
    raise AssertionError(event)


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """Deltas that follow one another as one."""
    found: list[Entry] = []
    for this in entries:
        if this[0] == "delta" and found and found[-1][:2] == this[:2]:
            found[-1] = (*this[:2], found[-1][2] + this[2])
        else:
            found.append(this)
    return found


def exact(thing: object) -> str:
    """For comparing: 1 is not True here, and 0.0 is not -0.0."""
    return repr(thing)


def entries_of(events: Iterable[Event]) -> str:
    return exact(merged(map(entry, events)))


def feed_all(parser: Parser, fragments: Fragments) -> tuple[int | None, Any, list[list[Event]]]:
    """Feed until one fails: which, with what, and the events of each (the last ones from it)."""
    events = []
    for i, fragment in enumerate(fragments):
        try:
            events.append(parser.feed(fragment))
        except PartialJSONError as error:
            events.append(error.events)  # type: ignore[attr-defined]  # all of them have it
            return i, error, events
    return None, None, events


def flat(lists: Iterable[list[Event]]) -> list[Event]:
    return [event for events in lists for event in events]


def bringing(fragments: Fragments, index: int) -> int:
    """Which fragment brings the character, or byte, of that index."""
    ends = list(accumulate(map(len, fragments)))
    return next(i for i, end in enumerate(ends) if end > index)


def units_before(text: str, character: int) -> int:
    """How many code points of a `str` stand before a character of it."""
    place = 0
    for c in characters(text)[:character]:
        place += 1 if text[place] == c else 2
    return place


# --- 1 ----------------------------------------------------------------------------------


@examples(500)
@given(cut(_texts), rules())
def test_fragments_never_matter(case: tuple[str, Fragments], rules: Rules) -> None:
    text, fragments = case
    whole = run(parser_of(rules), [text])
    parts = run(parser_of(rules), fragments)
    assert entries_of(parts.events) == entries_of(whole.events)
    assert facts(parts.error) == facts(whole.error)
    assert exact(parts.value) == exact(whole.value)


@examples(400)
@given(cut(_datas), rules())
def test_fragments_of_bytes_never_matter(case: tuple[bytes, Fragments], rules: Rules) -> None:
    data, fragments = case
    whole = run(parser_of(rules), [data])
    parts = run(parser_of(rules), fragments)
    assert entries_of(parts.events) == entries_of(whole.events)
    assert facts(parts.error) == facts(whole.error)
    assert exact(parts.value) == exact(whole.value)


@pytest.mark.parametrize("size", [1, 100, 1024, 5000, 1 << 20])
def test_bad_bytes_in_long_fragments_do_not_matter(size: int) -> None:
    chance = random.Random(1)
    good = ["some words, ", "é", "€", "😀", "\u2028"]
    parts = [chance.choice(good).encode() for _ in range(3000)]
    for _ in range(5):
        parts[chance.randrange(3000)] = chance.choice(_BAD_BYTES)
    text = b"".join(parts)
    data = b'["' + text + b'", 1]'
    parser = Parser(bad_utf8="replace")
    for i in range(0, len(data), size):
        parser.feed(data[i : i + size])
    parser.close()
    assert parser.value == [text.decode(errors="replace"), 1]


def facts(error: PartialJSONError | None) -> dict[str, Any] | None:
    """All that an error says."""
    if error is None:
        return None
    names = ("code", "message", "offset", "byte_offset", "pos", "lineno", "colno", "doc", "path")
    limits = ("expected", "limit", "maximum")
    return {
        "type": type(error),
        "text": str(error),
        **{name: getattr(error, name) for name in names},
        **{name: getattr(error, name, None) for name in limits},
    }


# --- 2 ----------------------------------------------------------------------------------


@examples(600)
@given(cut(_all_documents))
def test_the_value_is_what_json_loads_gives(case: tuple[str, Fragments]) -> None:
    text, fragments = case
    parser = Parser()
    for fragment in fragments:
        parser.feed(fragment)
    parser.close()
    assert exact(parser.value) == exact(json.loads(text))
    assert parser.is_complete


@examples(200)
@given(damaged())
def test_what_is_no_json_is_refused(made: Damaged) -> None:
    assert run(Parser(), [made.text]).error is not None


# --- 3 ----------------------------------------------------------------------------------


def check_text(text: str, rules: Rules) -> None:
    """The parser stops at the character at which the oracle does, and says the same before."""
    reading = read(text, rules)
    parser = parser_of(rules)
    at, error, _ = feed_all(parser, list(text))
    if reading.hopeless is None:
        assert error is None, repr(error)
        assert parser.offset in (len(characters(text)), len(characters(text)) - 1)
        check_close(parser, reading.complete)
        return
    assert at == units_before(text, reading.hopeless), repr(error)
    assert not isinstance(error, IncompleteJSONError)
    assert error.offset == error.pos == parser.offset == reading.hopeless


def check_close(parser: Parser, complete: bool) -> None:
    if complete:
        parser.close()
        return
    with pytest.raises(IncompleteJSONError) as caught:
        parser.close()
    assert caught.value.offset == parser.offset


@examples(1400)
@given(_texts, rules())
def test_errors_come_at_the_first_hopeless_character(text: str, rules: Rules) -> None:
    check_text(text, rules)


@examples(1400)
@given(_datas, rules())
def test_errors_come_at_the_first_hopeless_byte(data: bytes, rules: Rules) -> None:
    expected = first_hopeless_byte(data, rules)
    parser = parser_of(rules)
    at, error, _ = feed_all(parser, [bytes([byte]) for byte in data])
    assert at == expected, repr(error)
    if expected is None:
        return
    done = decode(data[: expected + 1], rules.bad_utf8 == "replace")
    offset = read("".join(done.chars), rules).hopeless
    if offset is None:  # it is in the character that is not whole
        offset = len(done.chars)
        done.starts.append((expected + 1 if done.bad is None else done.bad) - len(done.held))
    assert error.offset == offset
    assert error.byte_offset == (expected if error.code == "bad_utf8" else done.starts[offset])
    assert (error.code == "bad_utf8") <= (rules.bad_utf8 == "error")


@examples(400)
@given(cut(st.one_of(_texts, _datas)), rules())
def test_the_fragment_that_brings_the_hopeless_character_raises(
    case: tuple[Any, Fragments], rules: Rules
) -> None:
    text, fragments = case
    if isinstance(text, bytes) or any(isinstance(x, bytes) for x in fragments):
        fragments = [x.encode() if isinstance(x, str) else x for x in fragments]
        expected = first_hopeless_byte(b"".join(fragments), rules)
    else:
        hopeless = read(text, rules).hopeless
        joined = "".join(fragments)
        expected = None if hopeless is None else units_before(joined, hopeless)
    at, error, _ = feed_all(parser_of(rules), fragments)
    assert at == (None if expected is None else bringing(fragments, expected)), repr(error)


@examples(300)
@given(documents(deep=False).flatmap(truncated), st.sampled_from((PLAIN, Rules(many=True))))
def test_a_beginning_of_a_document_is_never_an_error(prefix: str, rules: Rules) -> None:
    check_text(prefix, rules)
    assert feed_all(parser_of(rules), [prefix])[0] is None


@examples(400)
@given(_texts, rules())
def test_lines_and_columns_are_those_of_json(text: str, rules: Rules) -> None:
    parser = parser_of(rules)
    _, error, _ = feed_all(parser, [text])
    if error is None:
        try:
            parser.close()
        except IncompleteJSONError as incomplete:
            error = incomplete
    if error is None:
        return
    before = "".join(characters(text)[: error.offset])
    theirs = json.JSONDecodeError("", before, error.offset)
    assert (error.lineno, error.colno) == (theirs.lineno, theirs.colno)
    assert error.doc == before[-80:]
    assert error.byte_offset == len(before.encode("utf-8", "surrogatepass"))
    assert isinstance(error, json.JSONDecodeError) != isinstance(error, LimitExceededError)


BY_EXAMPLE: list[tuple[str, Rules, int | None]] = [
    ("01", PLAIN, 1),
    ("-}", PLAIN, 1),
    ("1.e", PLAIN, 2),
    ("[1,]", PLAIN, 3),
    ("nulL", PLAIN, 3),
    ('{"a":1,}', PLAIN, 7),
    ('"\\ud800"', PLAIN, 7),
    ('"\\udc00', PLAIN, 4),
    ('"\\ud800\\n', PLAIN, 8),
    ('"\\ud800\\u0', PLAIN, 9),
    ("[] []", PLAIN, 3),
    ('{"a":1,"a"', Rules(duplicate_keys="error"), 9),
    ("[1,2,3]", Rules(max_members=2), 4),
    ('{"a":1,"b":2,"c":3}', Rules(max_members=2), 12),
    ('{"a":1,"a":2,"b":3}', Rules(max_members=2), None),
    ('{"a":1,"a":2,"b":3,"c":4}', Rules(max_members=2, duplicate_keys="first"), 18),
    ("", PLAIN, None),
    ("[[[", Rules(max_depth=2), 2),
    ('"abc', Rules(max_string=2), 3),
    ('"ab\\n', Rules(max_string=2), 3),
    ('"a\\ud83d\\ude00"', Rules(max_string=2), None),
    ('"a😀b"', Rules(max_string=2), 3),
    ('{"abc', Rules(max_key=2), 4),
    ("1234", Rules(max_number=3), 3),
    ("-1.5e3 ", Rules(max_number=6), None),
    ("[1,2]", Rules(max_document=4), 4),
    ("\ufeff[1,2]", Rules(max_document=4), 5),
    ("[1,2] ", Rules(max_document=5), 5),
    ("1 2 3 ", Rules(max_document=2, many=True), None),
    ("1  2", Rules(max_document=2, many=True), 3),
    ("1 x", Rules(trailing="keep"), None),
    ("1x", Rules(trailing="keep"), 1),
    ("[]x", Rules(trailing="keep"), None),
    ("truefalse", Rules(many=True), 4),
    ('[]{}""1 2', Rules(many=True), None),
    (f'"{HIGH}x', PLAIN, 2),
    (f'"{LOW}', PLAIN, 1),
    (f'"{HIGH}{LOW}"', PLAIN, None),
    (HIGH, PLAIN, 0),
    (f'"{HIGH}', Rules(max_document=1), 1),
    (f"[]{HIGH}", Rules(max_document=2, trailing="keep"), 2),
    (f'"a{HIGH}', Rules(max_string=1), 2),
    ('"\\ud83dx', Rules(max_string=1, lone_surrogates="replace"), 7),
    ('"\\ud83d\\n', Rules(max_string=1, lone_surrogates="replace"), 8),
    ('"\\ud83d\\u0', Rules(max_string=1, lone_surrogates="replace"), 9),
    ('"\\ud83d\\ud8', Rules(max_string=1, lone_surrogates="replace"), 10),
    ('"\\ud83d"', Rules(max_string=1, lone_surrogates="replace"), None),
]


@pytest.mark.parametrize(("text", "rules", "offset"), BY_EXAMPLE)
def test_errors_come_where_the_examples_say(text: str, rules: Rules, offset: int | None) -> None:
    assert read(text, rules).hopeless == offset
    check_text(text, rules)


ANY = Rules(bad_utf8="replace")
BYTES_BY_EXAMPLE: list[tuple[bytes, Rules, int | None]] = [
    (b'"\x80', PLAIN, 1),
    (b'"\xc0', PLAIN, 1),
    (b'"\xc1', PLAIN, 1),
    (b'"\xf5', PLAIN, 1),
    (b'"\xff', PLAIN, 1),
    (b'"\xe0\x80', PLAIN, 2),
    (b'"\xf0\x80', PLAIN, 2),
    (b'"\xed\xa0', PLAIN, 2),
    (b'"\xf4\x90', PLAIN, 2),
    (b'"\xe2\x82"', PLAIN, 3),
    (b'"\xf0\x9f\x98"', PLAIN, 4),
    (b'"\xe2\x82', PLAIN, None),
    (b'"\xff\xe2\x82"\xe2', ANY, 5),
    (b"\xc3", PLAIN, 0),
    (b"[\xe2", PLAIN, 1),
    (b'"\\\xc3', PLAIN, 2),
    (b'"\\ud83d\xf0', PLAIN, 7),
    (b'"\n\xff', PLAIN, 1),
    (b"\xef\xbb\xbf1", PLAIN, None),
    (b"\xef\xbb", PLAIN, None),
    (b"\xef\xba", PLAIN, 1),
    (b"\xef\xbb[", PLAIN, 2),
    (b"\xef\xbb[", ANY, 2),
    (b" \xef", PLAIN, 1),
    (b'"a\xc3', Rules(max_string=1), 2),
    (b'{"a\xc3', Rules(max_key=1), 3),
    (b'"\xc3', Rules(max_document=1), 1),
    (b'"\xff', Rules(max_document=1, bad_utf8="replace"), 1),
    (b"[]\xc3", Rules(max_document=2, trailing="keep"), 2),
    (b"[]\xc3", Rules(trailing="keep"), None),
    (b"1\xc3", Rules(trailing="keep"), 1),
]


@pytest.mark.parametrize(("data", "rules", "place"), BYTES_BY_EXAMPLE)
def test_bytes_are_hopeless_where_the_examples_say(
    data: bytes, rules: Rules, place: int | None
) -> None:
    assert first_hopeless_byte(data, rules) == place
    at, error, _ = feed_all(parser_of(rules), [bytes([byte]) for byte in data])
    assert at == place, repr(error)


@pytest.mark.parametrize("text", ["[1,", '["a",', "[[],", "[1.5e3,", "[null,", "[1 ,", '{"a":1,'])
@pytest.mark.parametrize("before", ["", "[", '{"b":'])
def test_an_error_at_a_comma_has_the_path_of_its_container(text: str, before: str) -> None:
    path = {"": (), "[": (0,), '{"b":': ("b",)}[before]
    for fragments in ways(before + text):
        error = run(Parser(limits=Limits(max_members=1)), fragments).error
        assert isinstance(error, LimitExceededError)
        assert (error.offset, error.path) == (len(before + text) - 1, path), fragments


# --- 4 ----------------------------------------------------------------------------------


def looks(patch: pytest.MonkeyPatch) -> list[int]:
    """How many characters the scanning primitives look at from now on, call by call."""
    counts: list[int] = []

    def counting(name: str, end_of: Callable[[Any], int]) -> None:
        primitive = getattr(scan, name)

        def count(text: str, i: int, *others: int) -> Any:
            answer = primitive(text, i, *others)
            counts.append(end_of(answer) - i + 1)
            return answer

        patch.setattr(scan, name, count)

    counting("plain_end", int)
    counting("blank_end", lambda answer: int(answer[0]))
    counting("number_end", lambda answer: int(answer[0]))
    return counts


def big_texts(n: int) -> dict[str, str]:
    """Texts of about n characters, each long in another way."""
    return {
        "a long string": '"' + "abc " * (n // 4) + '"',
        "a string of escapes": '"' + "\\u00e9\\n" * (n // 8) + '"',
        "a string outside ASCII": '"' + "é😀" * (n // 2) + '"',
        "a long key": '{"' + "k" * n + '": 1}',
        "long numbers": "[" + ",".join(["1" * 500, "0." + "5" * 490] * (n // 1000)) + "]",
        "many numbers": "[" + ",".join(map(str, range(n // 6))) + "]",
        "many literals": "[" + ", ".join(["true", "null"] * (n // 12)) + "]",
        "many members": "{" + ",".join(f'"k{i}": "v"' for i in range(n // 12)) + "}",
        "deep arrays": "[" * (n // 2) + "]" * (n // 2),
        "deep objects": '{"a":' * (n // 6) + "1" + "}" * (n // 6),
        "white space": "[" + " \n\t\r" * (n // 4) + "]",
    }


DEEP = Limits(max_depth=MUCH, max_key=MUCH)


@pure_only
@pytest.mark.parametrize("size", [1, 3, 17, 1 << 20])
@pytest.mark.parametrize("name", list(big_texts(0)))
def test_constant_work_per_character(name: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = looks(monkeypatch)
    text = big_texts(3000)[name]
    parser = Parser(limits=DEEP)
    for i in range(0, len(text), size):
        parser.feed(text[i : i + size])
    parser.close()
    assert sum(counts) <= 4 * len(text) + 20


@pure_only
def test_the_scanning_primitives_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = looks(monkeypatch)
    run(Parser(), ['["some words",\n  12345 ]'])
    assert sum(counts) >= len("some words") + len("\n  ") + len("12345")


@pure_only
@examples(200)
@given(cut(_texts), rules())
def test_constant_work_for_any_text(case: tuple[str, Fragments], rules: Rules) -> None:
    text, fragments = case
    with pytest.MonkeyPatch.context() as patch:
        counts = looks(patch)
        run(parser_of(rules), fragments)
    assert sum(counts) <= 4 * len(text) + 20


def calls_for(text: Any, size: int, **options: Any) -> int:
    """How many functions are called for a text in fragments of that size."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    parser = Parser(limits=DEEP, **options)
    fragments = [text[i : i + size] for i in range(0, len(text), size)]
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        for fragment in fragments:
            parser.feed(fragment)
            if options:
                _ = parser.value
        parser.close()
    finally:
        sys.setprofile(before)
    return calls


@pure_only
@pytest.mark.parametrize("options", [{}, {"keep": False, "paths": "$..a"}], ids=["all", "some"])
@pytest.mark.parametrize("size", [1, 1 << 20])
@pytest.mark.parametrize("name", list(big_texts(0)))
def test_no_text_takes_more_steps_for_being_long(
    name: str, size: int, options: dict[str, Any]
) -> None:
    short, long = (big_texts(n)[name] for n in (1500, 6000))
    once, again = (calls_for(text, size, **options) / len(text) for text in (short, long))
    assert again <= once * 1.1 + 1


def test_nesting_needs_no_recursion() -> None:
    depth = 20_000
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        parser = Parser(limits=DEEP)
        events = parser.feed(opening * depth)
        events += parser.feed("1" + closing * depth)
        parser.close()
        completed = [event for event in events if isinstance(event, FieldCompleted)]
        assert len(completed) == depth + 1
        assert len(completed[0].path) == depth


# --- 5 ----------------------------------------------------------------------------------


def grows(old: Any, new: Any) -> bool:
    """Whether a value that was `old` may be `new` later."""
    if old is MISSING:
        return True
    if type(old) is not type(new):
        return False
    if isinstance(old, str):
        return bool(new.startswith(old))
    if isinstance(old, list):
        return len(new) >= len(old) and all(map(grows, old, new))
    if isinstance(old, dict):
        keys = list(new)[: len(old)] == list(old)
        return keys and all(grows(value, new[key]) for key, value in old.items())
    return exact(old) == exact(new)


@examples(300)
@given(
    cut(st.one_of(documents(), damaged().map(lambda made: made.text))),
    st.sampled_from(("first", "error", "last")),
)
def test_values_only_grow(case: tuple[str, Fragments], policy: Any) -> None:
    _, fragments = case
    parser = Parser(duplicate_keys=policy)
    seen: Any = MISSING
    completed: list[tuple[Any, Any, str]] = []
    for fragment in fragments:
        try:
            events = parser.feed(fragment)
        except PartialJSONError as error:
            events = error.events  # type: ignore[attr-defined]  # later ones have none
        assert grows(seen, parser.value)
        seen = copy.deepcopy(parser.value)
        assert exact(parser.snapshot()) == exact(parser.value)
        completed += [
            (event.path, event.value, exact(event.value))
            for event in events
            if isinstance(event, FieldCompleted)
        ]
    for path, value, was in completed:
        found = parser.value
        for step in path:
            found = found[step]
        assert exact(value) == was == exact(found)
        assert found is value or not isinstance(value, (list, dict))


@examples(120)
@given(cut(documents(repeated_keys=True)))
def test_values_only_grow_where_the_first_of_a_key_wins(case: tuple[str, Fragments]) -> None:
    _, fragments = case
    parser = Parser(duplicate_keys="first")
    seen: Any = MISSING
    for fragment in fragments:
        for event in parser.feed(fragment):
            assert not isinstance(event, FieldCompleted) or event.value is not MISSING
        assert grows(seen, parser.value)
        seen = copy.deepcopy(parser.value)


# --- 6 ----------------------------------------------------------------------------------


def paths_of(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of a value and what is in it, children before parents."""
    steps: Iterable[Any] = ()
    if isinstance(value, list):
        steps = range(len(value))
    elif isinstance(value, dict):
        steps = value
    for step in steps:
        yield from paths_of(value[step], (*path, step))
    yield path


@examples(400)
@given(cut(documents()))
def test_each_value_is_completed_exactly_once(case: tuple[str, Fragments]) -> None:
    text, fragments = case
    events = run(Parser(), fragments).events
    completed = [event.path for event in events if isinstance(event, FieldCompleted)]
    assert completed == list(paths_of(json.loads(text)))
    assert sum(isinstance(event, DocumentCompleted) for event in events) == 1
    assert isinstance(events[-1], DocumentCompleted)


# --- 7 ----------------------------------------------------------------------------------


def arrived(reading: Reading, chars: list[str]) -> Iterator[tuple[int, Entry]]:
    """The log by the characters that bring it: half a pair is one only when the next has come."""
    for index, this in reading.log:
        is_half = index < len(chars) and "\ud800" <= chars[index] <= "\udbff"
        yield index + is_half, this


def check_log(text: str, rules: Rules, fragments: list[str]) -> None:
    """Each feed says what the oracle has at its characters, deltas joined."""
    reading = read(text, rules)
    log = list(arrived(reading, characters(text)))
    parser = parser_of(rules)
    at, _, said = feed_all(parser, fragments)
    if at is None and reading.complete:
        said.append(parser.close())
    end = 0
    for i, events in enumerate(said):
        start, end = end, end + len(characters(fragments[i])) if i < len(fragments) else end + 1
        expected = merged(this for index, this in log if start <= index < end)
        assert exact([entry(event) for event in events]) == exact(expected)


@examples(800)
@given(_texts, rules())
def test_events_are_prompt(text: str, rules: Rules) -> None:
    check_log(text, rules, characters(text))


@examples(400)
@given(_texts, rules(), st.integers(1, 30), _seeds)
def test_a_feed_says_what_its_characters_bring(
    text: str, rules: Rules, size: int, seed: int
) -> None:
    chars = characters(text)
    chance = random.Random(seed)
    fragments = []
    while chars:
        n = chance.randint(0, size)
        fragments.append("".join(chars[:n]))
        chars = chars[n:]
    check_log(text, rules, fragments)


# --- 8 ----------------------------------------------------------------------------------


@examples(600)
@given(cut(st.one_of(_texts, _datas)), rules())
def test_nothing_is_lost(case: tuple[Any, Fragments], rules: Rules) -> None:
    _, fragments = case
    parser = parser_of(rules)
    _, error, said = feed_all(parser, fragments)
    if error is None:
        return
    chars = characters("".join(x if isinstance(x, str) else "" for x in fragments))
    if any(isinstance(x, bytes) for x in fragments):
        data = b"".join(x.encode() if isinstance(x, str) else x for x in fragments)
        chars = decode(data, rules.bad_utf8 == "replace").chars
    other = parser_of(rules)
    events = other.feed("".join(chars[: error.offset]))
    assert entries_of(flat(said)) == entries_of(events)
    assert exact(parser.value) == exact(other.value)
    assert exact(parser.snapshot()) == exact(other.snapshot())
    check_sticky(parser, error)


def check_sticky(parser: Parser, error: PartialJSONError) -> None:
    """Later calls raise a new, equal error without events."""
    calls: list[Callable[[], object]] = [
        lambda: parser.feed("1"),
        lambda: parser.feed(b"\xff"),
        lambda: parser.feed(""),
        parser.close,
    ]
    raised: list[PartialJSONError] = [error]
    for call in calls:
        with pytest.raises(PartialJSONError) as caught:
            call()
        again = caught.value
        assert again == error
        assert facts(again) == facts(error)
        assert again.events == []  # type: ignore[attr-defined]
        assert all(again is not other for other in raised)
        raised.append(again)


@examples(200)
@given(documents(deep=False).flatmap(truncated))
def test_what_is_incomplete_keeps_its_value(prefix: str) -> None:
    parser, other = Parser(), Parser()
    parser.feed(prefix)
    other.feed(prefix)
    if read(prefix).complete:
        return
    with pytest.raises(IncompleteJSONError) as caught:
        parser.close()
    error = caught.value
    assert exact(error.value) == exact(parser.value) == exact(other.value)
    assert error.events == []
    check_sticky(parser, error)


# --- 9 ----------------------------------------------------------------------------------


def resumed(parser: Parser, rules: Rules, **functions: Any) -> Parser:
    """The parser, as it is in another process."""
    data = json.loads(json.dumps(parser.checkpoint(), allow_nan=False))
    return Parser.restore(data, limits=limits_of(rules), **functions)


def outcome(call: Callable[[], list[Event]]) -> tuple[str, Any]:
    try:
        return exact([entry(event) for event in call()]), None
    except PartialJSONError as error:
        events = exact([entry(event) for event in getattr(error, "events", ())])
        return events, facts(error) if not isinstance(error, UsageError) else str(error)
    except ArithmeticError as error:  # Decimal has limits of its own
        return "", repr(error)


def check_resuming(
    parser: Parser, units: Fragments, rules: Rules, looks: bool, **functions: Any
) -> None:
    """A parser that is resumed after each unit does the same as one that is not."""
    other = resumed(parser, rules, **functions)
    for unit in units:
        assert outcome(lambda p=parser, u=unit: p.feed(u)) == outcome(  # type: ignore[misc]
            lambda p=other, u=unit: p.feed(u)  # type: ignore[misc]
        )
        if looks:
            assert exact(parser.value) == exact(other.value)
        assert (parser.offset, parser.expected) == (other.offset, other.expected)
        assert parser.open_path == other.open_path
        assert (parser.is_complete, parser.rest) == (other.is_complete, other.rest)
        other = resumed(other, rules, **functions)
    assert outcome(parser.close) == outcome(other.close)
    assert exact(parser.value) == exact(other.value)
    again = resumed(other, rules, **functions)
    assert outcome(parser.close) == outcome(again.close)
    assert outcome(lambda: parser.feed("")) == outcome(lambda: again.feed(""))
    assert exact(parser.value) == exact(again.value)


def units_of(text: str | bytes) -> Fragments:
    """Code points or bytes."""
    if isinstance(text, str):
        return list(halved(text))
    return [bytes([byte]) for byte in text]


_CHOICES: tuple[dict[str, Any], ...] = (
    {},
    {},
    {"parse_float": Decimal},
    {"parse_float": Decimal, "parse_int": Decimal},
    {"paths": "$..a"},
    {"keep": False, "paths": "$..a"},
    {"keep": False, "paths": ["$[*]", "/a", "$.*.*"]},
    {"keep": False},
    {"keep": False, "paths": "$..*", "parse_float": Decimal},
    {"events": [FieldCompleted]},
    {"events": [StringDelta], "paths": "$.*"},
    {"events": ()},
)


@examples(500)
@given(st.one_of(_texts, _datas), rules(), st.sampled_from(_CHOICES), st.booleans())
def test_a_checkpoint_resumes_anywhere(
    text: str | bytes, rules: Rules, choice: dict[str, Any], looks: bool
) -> None:
    functions = {name: choice[name] for name in ("parse_int", "parse_float") if name in choice}
    check_resuming(parser_of(rules, **choice), units_of(text), rules, looks, **functions)


@examples(400)
@given(st.one_of(_texts, _datas), rules(), st.sampled_from(_CHOICES), st.integers(0, 200))
def test_a_checkpoint_between_two_fragments_resumes(
    text: Any, rules: Rules, choice: dict[str, Any], place: int
) -> None:
    functions = {name: choice[name] for name in ("parse_int", "parse_float") if name in choice}
    place %= len(text) + 1
    parser = parser_of(rules, **choice)
    outcome(lambda: parser.feed(text[:place]))
    fork = parser.fork()
    check_resuming(parser, [text[place:]], rules, True, **functions)
    assert fork.value is MISSING or fork.offset <= parser.offset
    outcome(lambda: fork.feed(text[place:]))
    outcome(fork.close)
    assert exact(fork.value) == exact(parser.value)


def test_a_checkpoint_stays_small_where_nothing_is_kept() -> None:
    parser = Parser(keep=False, paths="$[*].name")
    parser.feed("[")
    for i in range(2000):
        parser.feed(f'{{"name": "{i}", "more": [1, 2, {{"text": "some words"}}]}},')
    assert len(json.dumps(parser.checkpoint())) < 4000


# --- 13 ---------------------------------------------------------------------------------


def without_limits(rules: Rules) -> Rules:
    return with_limits(rules, dict.fromkeys(_LIMITS, MUCH))


def with_limits(rules: Rules, limits: dict[str, Any]) -> Rules:
    return replace(rules, **limits)


@examples(800)
@given(_texts, rules())
def test_limits_hold(text: str, rules: Rules) -> None:
    at, error, _ = feed_all(parser_of(rules), [text])
    hopeless = read(text, rules).hopeless
    assert (at is None) == (hopeless is None)
    if error is None:
        return
    grammar = read(text, without_limits(rules)).hopeless
    if isinstance(error, LimitExceededError):
        assert grammar is None or grammar >= error.offset
        assert getattr(rules, error.limit) == error.maximum
        assert error.code == "limit_exceeded"
        assert error.limit in error.message
        alone = with_limits(without_limits(rules), {error.limit: error.maximum})
        assert read(text, alone).hopeless == hopeless  # it is that limit indeed
    else:
        assert grammar == error.offset


def test_limits_have_the_defaults_of_the_contract() -> None:
    limits = Limits()
    assert limits.max_depth == 200
    assert limits.max_string == 16 * 1024 * 1024
    assert limits.max_key == 64 * 1024
    assert limits.max_number == 4300
    assert limits.max_members == 1024 * 1024
    assert limits.max_document is None


AT_THE_LIMIT: list[tuple[str, str, str, int]] = [
    ("max_depth", "[" * 200 + "]" * 200, "[" * 201, 200),
    ("max_key", '{"' + "k" * 65536 + '":1}', '{"' + "k" * 65537, 65538),
    ("max_number", "1" * 4300, "1" * 4301, 4300),
    ("max_number", "-" + "1" * 4298 + ".5"[1:], "-1." + "1" * 4298, 4300),
]


@pytest.mark.parametrize(("limit", "allowed", "refused", "offset"), AT_THE_LIMIT)
@pytest.mark.parametrize("size", [1, 1000, 1 << 20])
def test_limits_hold_by_default(
    limit: str, allowed: str, refused: str, offset: int, size: int
) -> None:
    assert (
        run(Parser(), [allowed[i : i + size] for i in range(0, len(allowed), size)]).error is None
    )
    error = run(Parser(), [refused[i : i + size] for i in range(0, len(refused), size)]).error
    assert isinstance(error, LimitExceededError)
    assert (error.limit, error.offset) == (limit, offset)
