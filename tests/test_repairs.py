"""Repairs: what they read, and that they keep to what they promise."""

from __future__ import annotations

import codecs
import json
import random
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partialjson import (
    COMPILED,
    DocumentCompleted,
    FieldCompleted,
    IncompleteJSONError,
    JSONSyntaxError,
    ModelParser,
    Parser,
    PartialJSONError,
    Repaired,
    SchemaParser,
    StringDelta,
    UsageError,
    loads,
)
from partialjson._core.handler import Handler
from partialjson._core.repair.names import HELD, JSON5, REPAIRS, SAFE
from partialjson._core.source import Source
from partialjson.testing import Damaged, damaged, documents, fragmentations

from .fragmenting import Run, cuts, run, ways
from .strategies import examples

ALL = frozenset(REPAIRS)
# Without a type or schema these have nothing to go by.
UNGUIDED = ALL - {"wrap_list", "key_case"}


class TextParser(Parser):
    """Keeps the repaired text."""

    def _handler(self) -> Handler:
        self._source = Source(0)
        return super()._handler()

    @property
    def text(self) -> str:
        assert self._source is not None
        return "".join(self._source.chunks)


def log(parser: Parser, text: str, size: int = 1) -> list[tuple[int, Any]]:
    """Each event with the fragment that brought it; the error last."""
    found: list[tuple[int, Any]] = []
    try:
        for i, fragment in enumerate(cuts(text, size)):
            found += [(i, event) for event in parser.feed(fragment)]
        found += [(-1, event) for event in parser.close()]
    except PartialJSONError as error:
        found += [(-2, event) for event in getattr(error, "events", ())]
        found.append((-2, error))
    return found


def joined(events: list[Any]) -> list[Any]:
    """The events with the deltas of a string as one."""
    found: list[Any] = []
    for event in events:
        last = found[-1] if found else None
        if isinstance(event, StringDelta) and isinstance(last, StringDelta):
            found[-1] = StringDelta(last.path, last.delta + event.delta)
        else:
            found.append(event)
    return found


def apart(events: list[Any]) -> tuple[list[Any], list[Any]]:
    """The events without repairs, and those without deltas: what lies in one fragment comes
    as one delta, whatever is told in the middle of it."""
    told = joined([event for event in events if not isinstance(event, Repaired)])
    return told, [event for event in events if not isinstance(event, StringDelta)]


def every_way(text: str | bytes, make: Callable[[], Parser]) -> Run:
    """Run the text in every way it can be cut; all must come to the same."""
    first: Run | None = None
    for fragments in ways(text):
        other = run(make(), fragments)
        if first is None:
            first = other
        assert apart(other.events) == apart(first.events), fragments
        assert other.error == first.error
        assert other.value == first.value
    assert first is not None
    return first


# --- what is read --------------------------------------------------------------------

READ: list[tuple[str, str, Any]] = [
    ("comments", '// a\n{"a": /* b */ 1, # c\n"b": 2} // d', {"a": 1, "b": 2}),
    ("comments", "[1/**/,2/***/,/* * / */3//\r\n]", [1, 2, 3]),
    ("comments", "1 # one", 1),
    ("trailing_comma", '{"a": [1, 2, ], }', {"a": [1, 2]}),
    ("trailing_comma", "[1],", [1]),
    ("leading_comma", '[, 1, {, "a": 2}]', [1, {"a": 2}]),
    (
        "missing_comma",
        '{"a": [1 2 "b" true {} []] "c": null}',
        {"a": [1, 2, "b", True, {}, []], "c": None},
    ),
    ("missing_comma", '["a""b" 1"c"]', ["a", "b", 1, "c"]),
    (
        "missing_colon",
        '{"a" 1, "b" [2], "c""d", "e" null}',
        {"a": 1, "b": [2], "c": "d", "e": None},
    ),
    ("semicolon", '{"a": 1; "b": [2; 3]};', {"a": 1, "b": [2, 3]}),
    ("white_space", '\u00a0{\u2028"a"\u3000:\ufeff1\f}\v', {"a": 1}),
    ("single_quotes", "{'a': 'b\"c', 'd': 'it\\'s', 'e': ''}", {"a": 'b"c', "d": "it's", "e": ""}),
    ("single_quotes", "['it's working', 'x']", ["it's working", "x"]),
    ("smart_quotes", "{“a”: ‘b’, «c»: `d´, „e“: ‚f‘}", {"a": "b", "c": "d", "e": "f"}),
    (
        "bare_keys",
        "{a: 1, $b_2: 2, true: 3, 4: 4, é-f.g: 5}",
        {"a": 1, "$b_2": 2, "true": 3, "4": 4, "é-f.g": 5},
    ),
    (
        "bare_strings",
        "[abc, two words , 2024-01-15, 12:30, north, 1.2.3]",
        ["abc", "two words", "2024-01-15", "12:30", "north", "1.2.3"],
    ),
    (
        "bare_strings",
        '{"u": https://a.b/c?d=e#f, "p": C:\\dir}',
        {"u": "https://a.b/c?d=e#f", "p": "C:\\dir"},
    ),
    ("bare_strings", '{"a": hello\n}', {"a": "hello"}),
    ("bare_strings", "hello world", "hello world"),
    ("bare_strings", "trueish", "trueish"),
    (
        "inner_quotes",
        '{"a": "say "hi" to", "b": "5\'3"", "c": ["x"y", "z"]}',
        {"a": 'say "hi" to', "b": "5'3\"", "c": ['x"y', "z"]},
    ),
    ("inner_quotes", '"The TV is 72""', 'The TV is 72"'),
    ("raw_control", '["a\nb\tc\r\nd\x08\x0c"]', ["a\nb\tc\r\nd\b\f"]),
    ("raw_control", '{"a\nb": 1}', {"a\nb": 1}),
    (
        "invalid_escape",
        r'["it\'s \$1 \d+ C:\Users \x41\x4 \v\0 \é"]',
        ["it's $1 \\d+ C:\\Users A\\x4 \v\0 é"],
    ),
    ("invalid_escape", '["a\\\nb\\\r\nc\\\u2028d"]', ["abcd"]),
    (
        "lone_surrogate",
        r'["\ud800", "\udc00x", "\ud800\n", "\ud800\u0041", "\uD83D\uDE00"]',
        ["\ufffd", "\ufffdx", "\ufffd\n", "\ufffdA", "😀"],
    ),
    ("lone_surrogate", '["a\ud800b", "\udc00"]', ["a\ufffdb", "\ufffd"]),
    ("python_literals", '{"a": True, "b": [False, None]}', {"a": True, "b": [False, None]}),
    ("python_literals", "None", None),
    ("js_literals", "[undefined,undefined]", [None, None]),
    ("nan_infinity", "[NaN, Infinity, -Infinity, -NaN]", [None, float("inf"), float("-inf"), None]),
    (
        "number_forms",
        "[+1, .5, 5., -.5, 0x1F, -0xff, 1_000, 0789, -05, 00.5, +.5e1, 1_0.2_5]",
        [1, 0.5, 5.0, -0.5, 31, -255, 1000, 789, -5, 0.5, 5.0, 10.25],
    ),
    ("number_forms", "5.", 5.0),
    ("mismatched_close", '{"a": [1, 2}', {"a": [1, 2]}),
    ("mismatched_close", '{"a": {"b": [1}, "c": 2}', {"a": {"b": [1]}, "c": 2}),
    ("mismatched_close", '{"a": [1, 2}, "b": 3}', {"a": [1, 2], "b": 3}),
    ("mismatched_close", "[1, 2}", [1, 2]),
    ("extra_close", '{"a": 1}} ] }', {"a": 1}),
    ("missing_close", '{"a": [1, {"b": "c', {"a": [1, {"b": "c"}]}),
    ("missing_close", '{"a": [1, ', {"a": [1]}),
    ("missing_close", '{"a": tr', {"a": True}),
    ("missing_close", '{"a": 1.', {"a": 1}),
    ("missing_close", '{"a": "x\\u00', {"a": "x"}),
    ("missing_close", '{"a": "x\\ud83d', {"a": "x"}),
    ("missing_close", '{"a', {"a": None}),
    ("missing_close", '{"a": ', {"a": None}),
    ("missing_value", '{"a": , "b": }', {"a": None, "b": None}),
    ("fence", '```json\n{"a": 1}\n```', {"a": 1}),
    ("fence", "```\n[1]\n```\n", [1]),
    ("fence", '```{"a": "```"}```', {"a": "```"}),
    ("fence", '{"a": 1}\n```', {"a": 1}),
    ("think", '<think>{"a": 1} is it?</think>\n{"b": 2}', {"b": 2}),
    ("think", "<reasoning>\n</think></reasoning>[1]", [1]),
    ("tool_tag", '<tool_call>\n{"a": 1}\n</tool_call>', {"a": 1}),
    ("tool_tag", '<function=f name="g">{"a": 1}</function>', {"a": 1}),
    ("tool_tag", "<|python_tag|>[1]<|eom_id|>", [1]),
    ("prose", 'The set {x} and [1], {"y"} or {{z}} say {"a": 1} and {b}.', {"a": 1}),
    ("prose", "Sure:\n[]\n", []),
    ("prose", "Sure:\n[1]\nDone.", [1]),
    ("prose", 'As in [1] it is ["a", "b"].', ["a", "b"]),
    ("prose", "It is [[1, 2], [3, 4]] then", [[1, 2], [3, 4]]),
    ("prose", "this is not true: [null]", [None]),
    ("prose", '- list: [{"a": 1}]', [{"a": 1}]),
    ("prose", '{"a": 1}\n\nThat {"b": 2} is no more.', {"a": 1}),
    ("prose", "42 is the answer", 42),
]


@pytest.mark.parametrize(("name", "text", "value"), READ)
def test_a_repair_reads(name: str, text: str, value: Any) -> None:
    result = every_way(text, lambda: Parser(repair={name}))
    assert result.error is None
    assert result.value == value
    made = [event for event in result.events if isinstance(event, Repaired)]
    assert {event.repair for event in made} == ({name} if made else set())
    if text not in ("42 is the answer",):
        assert made


def test_every_repair_without_a_type_has_examples() -> None:
    assert {name for name, _, _ in READ} == UNGUIDED - {"bad_utf8"}


def test_bytes_that_are_no_utf8() -> None:
    result = every_way(
        b'["a\xffb", "\xe2\x82", "\xf0\x9f\x98"]', lambda: Parser(repair={"bad_utf8"})
    )
    assert result.value == ["a\ufffdb", "\ufffd", "\ufffd"]
    made = [event for event in result.events if isinstance(event, Repaired)]
    assert [(event.offset, event.before, event.after) for event in made] == [
        *((3, "\\xff", "\ufffd"), (9, "\\xe2\\x82", "\ufffd"), (14, "\\xf0\\x9f\\x98", "\ufffd")),
    ]
    with pytest.raises(JSONSyntaxError):
        run_all(b"[1, \xff]", repair={"bad_utf8"})


def run_all(text: str | bytes, **options: Any) -> Any:
    parser = Parser(**options)
    parser.feed(text)
    parser.close()
    return parser.value


TOGETHER: list[tuple[str, Any]] = [
    (
        '{"a": $x, b: _y, c: @z, e: 12/05/2024, f: 50%}',
        {"a": "$x", "b": "_y", "c": "@z", "e": "12/05/2024", "f": "50%"},
    ),
    ("[a\nb\nNone 2]", ["a", "b", None, 2]),
    ("{'a': True, b: [1, 2,], // c\n'd': 'x\ny'}", {"a": True, "b": [1, 2], "d": "x\ny"}),
    ("```json\n{a: .5,\n b: None}\n```\nHope it helps!", {"a": 0.5, "b": None}),
    ("<think>hm</think>Here:\n```json\n[1,]\n```", [1]),
    ("[True False]", [True, False]),
    ("[None of these]", ["None of these"]),
    ("{a: None b: 1}", {"a": None, "b": 1}),
    ("[None 5, NaN true]", [None, 5, None, True]),
    ("{a: 1b: 2}", None),
    ('True, it is: {"a": 1}', {"a": 1}),
    ("// a\n'b'", "b"),
    ("{“a”: 'b', `c`: \"d\"}", {"a": "b", "c": "d"}),
    ('{"a": \'it\\\'s "x"\'}', {"a": 'it\'s "x"'}),
    ("{\"a\": '\\ud83d\\ude00\\ud800'}", {"a": "😀\ufffd"}),
]


@pytest.mark.parametrize(("text", "value"), TOGETHER)
def test_repairs_go_together(text: str, value: Any) -> None:
    result = every_way(text, lambda: Parser(repair=True))
    if value is None:
        assert isinstance(result.error, JSONSyntaxError)
    else:
        assert result.error is None
        assert result.value == value
        assert loads(text, repair=True) == value


# What no reader could know is an error, not a guess: the text, the offset, and why.
LINE: list[tuple[str, int, str]] = [
    ("[1,000]", 6, "two numbers, or one with a thousands separator?"),
    ("['the dogs' bowl', 1]", 12, "more of the string, or another one?"),
    ("[1,,2]", 3, "a hole: null, or a slip?"),
    ('{"a": , "b": 1}', 6, "no value was given; `missing_value` makes it null, by name"),
    ('{"a": 1}{"b": 2}', 8, "a second document; many=True reads both"),
    ('{"a": 1}foo', 8, "glued to the document: no sentence begins so"),
    ('["\\u26"]', 6, "which character was meant?"),
    ('["a\x00"]', 3, "binary data, not text"),
    ("[...]", 2, "what was left out?"),
    ("{...}", 1, "what was left out?"),
    ('{"a": b"c"}', 7, "text, or a string with something in front?"),
    ("{a: b c: d}", 8, "one text, or two members?"),
    ('["a" + "b"]', 5, "an expression, not a value"),
    ('{"a": ObjectId("1")}', 15, "an expression, not a value"),
    ("{a b: 1}", 3, "which is the key?"),
    ('{"a" ]', 5, "a key without a value"),
    ("{:2}", 1, "a value without a key"),
    ('{"a",', 4, "a set, or a key without a value?"),
    ("[```\n1\n```]", 3, "a fence inside a document"),
    ("/regex/", 7, "an expression, not a value"),
    ('["a', 3, "cut off; `missing_close` completes it, by name"),
    ("[1 /", 4, "cut off in the middle of a comment"),
    ("[1 /* a", 7, "cut off in the middle of a comment"),
    ("nullify {}", 4, "a scalar at the very start is the document"),
]


@pytest.mark.parametrize(("text", "offset", "why"), LINE)
def test_the_line_is_drawn(text: str, offset: int, why: str) -> None:
    result = every_way(text, lambda: Parser(repair=True))
    assert isinstance(result.error, (JSONSyntaxError, IncompleteJSONError)), why
    assert result.error.offset == offset


# --- promise 11: repairs leave JSON alone ------------------------------------------------


@given(
    documents(repeated_keys=True),
    st.sampled_from([True, "json5", UNGUIDED - {"inner_quotes", "bare_strings"}]),
)
@examples(300)
def test_repairs_leave_json_alone(document: str, repair: Any) -> None:
    assert log(Parser(repair=repair), document) == log(Parser(), document)


@given(documents(), st.integers(1, 9))
@examples(200)
def test_quotes_that_are_held_leave_json_alone(document: str, size: int) -> None:
    found = log(Parser(repair=ALL), document, size)
    strict = log(Parser(), document, size)
    assert joined([event for _, event in found]) == joined([event for _, event in strict])


def spoilt(made: Damaged, seed: int) -> str:
    """A damaged document, sometimes cut off or with some characters changed."""
    chance = random.Random(seed)
    text = made.text
    for _ in range(chance.choice((0, 0, 1, 3))):
        i = chance.randrange(len(text) + 1)
        text = (
            text[:i]
            + chance.choice("'\"`{}[],:;/#\\<> \nu\ud8001.-+TNx“é")
            + text[i + chance.randrange(2) :]
        )
    if chance.random() < 0.3:
        text = text[: chance.randrange(len(text) + 1)]
    return text


MENDABLE = damaged(documents(deep=False, levels=4), mendable=True)
SPOILT = st.builds(spoilt, MENDABLE, st.integers(0, 2**64))


@given(st.data(), SPOILT, st.sampled_from([True, ALL]))
@examples(400)
def test_fragments_never_matter(data: st.DataObject, text: str, repair: Any) -> None:
    whole = run(Parser(repair=repair), [text])
    other = run(Parser(repair=repair), data.draw(fragmentations(text)))
    assert apart(other.events) == apart(whole.events)
    assert other.error == whole.error
    assert other.value == whole.value


@given(MENDABLE, st.booleans())
@examples(1500)
def test_known_defects_are_mended(made: Damaged, all_: bool) -> None:
    parser = Parser(repair=True if all_ else made.repairs)
    assert run(parser, [made.text]).error is None
    assert repr(parser.value) == repr(made.value)
    assert {event.repair for event in parser.repairs} >= {*made.defects} - {
        "extra_close",
        "think",
        "tool_tag",
    }


def prefixes(text: str, repair: Any) -> Iterator[Any]:
    """What is shown after each character: copies, for they are looked at later.

    A key that comes again, where brackets are lost, would replace what was shown.
    """
    parser = Parser(repair=repair, duplicate_keys="first")
    try:
        for c in text:
            parser.feed(c)
            yield parser.snapshot()
        parser.close()
    except PartialJSONError:
        pass
    yield parser.snapshot()


def extends(old: Any, new: Any) -> bool:
    """Whether `new` is `old`, or what it can grow into."""
    if isinstance(old, str):
        return isinstance(new, str) and new.startswith(old)
    if isinstance(old, list):
        return isinstance(new, list) and len(new) >= len(old) and all(map(extends, old, new))
    if isinstance(old, dict):
        return isinstance(new, dict) and all(
            key in new and extends(old[key], new[key]) for key in old
        )
    return type(old) is type(new) and bool(old == new)


@given(SPOILT, st.sampled_from([True, ALL]))
@examples(300)
def test_nothing_shown_is_taken_back(text: str, repair: Any) -> None:
    from partialjson import MISSING

    before: Any = MISSING
    for value in prefixes(text, repair):
        assert before is MISSING or extends(before, value)
        before = value


@given(SPOILT, st.sampled_from([True, ALL]))
@examples(300)
def test_the_repaired_text_is_json_and_says_the_same(text: str, repair: Any) -> None:
    parser = TextParser(repair=repair)
    result = run(parser, [text])
    strict = run(Parser(), [parser.text])
    if result.error is None:
        assert strict.error is None
        assert json.loads(parser.text) == parser.value
    events = [event for event in result.events if not isinstance(event, Repaired)]
    assert joined(events)[: len(strict.events)] == joined(strict.events)[: len(events)]


@given(SPOILT, st.sampled_from([True, ALL]))
@examples(300)
def test_an_error_stands_in_the_given_text(text: str, repair: Any) -> None:
    error = run(Parser(repair=repair), cuts(text, 3)).error
    if isinstance(error, (JSONSyntaxError, IncompleteJSONError)):
        before = text[: error.offset]
        assert error.lineno == before.count("\n") + 1
        assert error.colno == error.offset - before.rfind("\n")
        assert error.byte_offset == len(before.encode("utf-8", "surrogatepass"))
        assert before.endswith(error.doc)


@given(SPOILT, st.sampled_from([True, ALL]))
@examples(200)
def test_a_repair_stands_in_the_given_text(text: str, repair: Any) -> None:
    parser = Parser(repair=repair)
    run(parser, cuts(text, 5))
    for event in parser.repairs:
        if event.repair not in ("trailing_comma", "missing_close"):
            before = event.before.removesuffix("…")
            if event.repair != "lone_surrogate":
                assert text[event.offset : event.offset + len(before)] == before
    if parser._repairer is not None:
        assert parser.offset <= len(text)


@given(SPOILT, st.sampled_from([True, ALL]))
@examples(200)
def test_no_more_is_held_than_the_bound_says(text: str, repair: Any) -> None:
    parser = Parser(repair=repair)
    try:
        for c in text:
            parser.feed(c)
            assert parser._repairer is not None
            assert len(parser._repairer.held) <= HELD + 1
    except PartialJSONError:
        pass


@pytest.mark.parametrize("c", [" ", "x", "{", '"', "`", "<", "a b ", "[1 ", "\n", "N", "/"])
@pytest.mark.parametrize(
    "start", ["", "{'", "[", "[1", '["', "x {", "```", "<", "[1} ", "{a", "[None "]
)
def test_nothing_is_held_longer_than_the_bound(start: str, c: str) -> None:
    parser = Parser(repair=ALL)
    try:
        parser.feed(start)
        for _ in range(3 * HELD // len(c)):
            parser.feed(c)
            assert parser._repairer is not None
            assert len(parser._repairer.held) <= HELD + 1
    except PartialJSONError:
        pass


@given(SPOILT)
@examples(150)
def test_every_parser_reads_the_same(text: str) -> None:
    plain = run(Parser(repair=True, duplicate_keys="error"), cuts(text, 3))
    for parser in (SchemaParser({}, repair=True), ModelParser(Any, repair=True)):
        other = run(parser, cuts(text, 3))
        assert other.error == plain.error
        assert other.value == plain.value
        assert parser.repairs == plain_repairs(text)


def plain_repairs(text: str) -> list[Repaired]:
    parser = Parser(repair=True, duplicate_keys="error")
    run(parser, [text])
    return parser.repairs


@pytest.mark.parametrize("text", ["true that", "-3 is", "null and void", "false", "-", "nul"])
def test_a_first_word_is_read_alike_by_parsers_that_are_told_of_it_early(text: str) -> None:
    plain = log(Parser(repair=True), text)
    told = log(SchemaParser({}, repair=True, events=Parser._event_types), text)
    assert told == plain


def test_commas_and_brackets_between_documents() -> None:
    for text in ("[1],[2]", "[1];[2];", "[1]][2]}", "[1] // a\n,[2]"):
        assert roots(text) == [[1], [2]]
    assert roots("true,false;null]1,2") == [True, False, None, 1, 2]
    assert roots("True,None") == [True, None]


def roots(text: str) -> list[Any]:
    parser = Parser(repair=SAFE - {"prose"}, many=True, events=DocumentCompleted)
    told: list[Any] = [*parser.feed(text), *parser.close()]
    return [event.value for event in told]


# --- options -----------------------------------------------------------------------------


def test_json5_is_what_json5_has() -> None:
    text = "// c\n{a: 'b', \"d\": [+1, .5, 0x1F,], e: NaN,}"
    assert loads(text, repair="json5") == {"a": "b", "d": [1, 0.5, 31], "e": None}
    assert "python_literals" not in JSON5
    with pytest.raises(JSONSyntaxError):
        loads("[True]", repair="json5")


def test_what_guesses_or_delays_is_off_unless_named() -> None:
    guesses = {"inner_quotes", "missing_close", "missing_value", "wrap_list", "key_case"}
    assert guesses == ALL - SAFE
    with pytest.raises(JSONSyntaxError):
        loads("{'a': }", repair=True)
    with pytest.raises(IncompleteJSONError):
        loads("hello", repair=True)
    assert loads("hello", repair=["bare_strings"]) == "hello"


def test_a_set_may_hold_sets() -> None:
    assert loads('[True, "a"b"]', repair={"safe", "inner_quotes"}) == [True, 'a"b']
    assert loads("{a: undefined}", repair=["json5", "js_literals"]) == {"a": None}
    with pytest.raises(IncompleteJSONError):  # which is not to say that prose is a string
        loads("hello", repair={"safe"})
    restored = Parser.restore(Parser(repair={"safe"}).checkpoint())
    restored.feed("hello")
    with pytest.raises(IncompleteJSONError):
        restored.close()


@pytest.mark.parametrize("repair", [False, "json5", {"fence"}])
def test_a_bad_byte_stands_where_it_stands(repair: Any) -> None:
    for data, offset, lineno, colno in ((b'[1, \n "\xff"]', 7, 2, 3), (b'[1,\n "ab\xe2', 8, 2, 5)):
        error: Any = run(Parser(repair=repair), [data]).error
        assert (error.offset, error.lineno, error.colno) == (offset, lineno, colno)
        assert error.byte_offset in (offset, offset + 1)


@pytest.mark.parametrize("data", [b',{"[/\x94', b',{"[/\xe2\x82', b',{"[/ \x94\xe2\x82 \x94'])
@pytest.mark.parametrize("options", [{}, {"bad_utf8": "replace"}], ids=str)
def test_bytes_that_were_replaced_count_as_they_stood(data: bytes, options: Any) -> None:
    parser, forked = Parser(repair=True, **options), Parser(repair=True, **options)
    parser.feed(data)
    for byte in data:
        forked.feed(bytes([byte]))
        forked = forked.fork()
    for each in (parser, forked):
        with pytest.raises(JSONSyntaxError) as caught:
            each.close()
        assert caught.value.offset == 5
        assert caught.value.byte_offset == 5


def bytes_of_characters(data: bytes) -> list[int]:
    """Where each character begins, also those in place of bad bytes, and where the last ends."""
    bad: dict[int, int] = {}

    def noted(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        bad[error.start] = error.end
        return "\ufffd", error.end

    codecs.register_error("noted", noted)
    data.decode("utf-8", "noted")
    begins, at = [], 0
    while at < len(data):
        begins.append(at)
        first = data[at]
        at = bad.get(at, at + 1 + (first >= 0xC0) + (first >= 0xE0) + (first >= 0xF0))
    return [*begins, at]


PIECES = [*(c.encode() for c in '{}[],:"/-1a \né'), b"\x94", b"\xe2\x82", b"\xff"]


@pytest.mark.parametrize("before", [b"", b',{"[/'])  # behind the second, text is held
@given(st.lists(st.sampled_from(PIECES), max_size=6), st.sampled_from([1, 2, 3, 100]))
@examples(1000)
def test_the_byte_of_an_error_is_where_its_character_begins(
    before: bytes, pieces: list[bytes], size: int
) -> None:
    data = before + b"".join(pieces)
    for options in ({}, {"bad_utf8": "replace"}):
        error: Any = run(Parser(repair=True, **options), cuts(data, size)).error  # type: ignore[arg-type]
        if error is not None:
            assert error.byte_offset == bytes_of_characters(data)[error.offset]


def test_repairs_are_events_of_their_own() -> None:
    parser = Parser(repair=True, events=Repaired, paths="$.a")
    assert parser.feed("{'a': 'x', b: True}") == [Repaired(("a",), "single_quotes", 6, "'", '"')]
    assert [event.repair for event in parser.repairs] == [
        *("single_quotes", "single_quotes", "bare_keys", "python_literals"),
    ]
    assert parser.close() == []
    assert not parser.truncated


def test_a_document_that_was_cut_off_says_so() -> None:
    parser = Parser(repair={"missing_close"})
    parser.feed('{"a": [1, "b')
    assert not parser.truncated
    assert parser.close()[0] == Repaired(("a", 1), "missing_close", 12, "", '"]}')
    assert parser.truncated
    assert parser.value == {"a": [1, "b"]}
    whole = Parser(repair={"missing_close"})
    whole.feed("12")
    whole.close()
    assert not whole.truncated
    with pytest.raises(IncompleteJSONError):
        loads("", repair={"missing_close"})
    with pytest.raises(IncompleteJSONError):
        loads("-", repair={"missing_close"})


def test_several_fenced_documents() -> None:
    text = 'First:\n```json\n{"a": 1}\n```\nand then\n```json\n{"b": 2}\n```\nDone.'
    parser = Parser(repair=True, many=True, events=FieldCompleted)
    told: list[Any] = parser.feed(text)
    roots = [event.value for event in told if event.path == ()]
    parser.close()
    assert roots == [{"a": 1}, {"b": 2}]
    result = every_way(text, lambda: Parser(repair=True))
    assert isinstance(result.error, JSONSyntaxError)
    assert result.error.code == "extra_data"
    assert "many=True" in result.error.message
    assert text[result.error.offset :].startswith('{"b"')


NAMED = [(name, text) for name, text, _ in READ if name not in ("inner_quotes", "missing_close")]


@pytest.mark.parametrize(("name", "text"), NAMED)
def test_a_strict_error_names_the_repair_that_reads_the_text(name: str, text: str) -> None:
    strict: Any = run(Parser(), [text]).error
    assert strict.repair or text in ("trueish", "5.")  # glued, and cut
    assert run(Parser(), cuts(text, 1)).error == strict
    other: Any = run(Parser(repair={strict.repair or name}), [text]).error
    if strict.repair in (name, ""):
        assert other is None
    else:  # it names another that reads this character, too
        assert other is None or other.offset > strict.offset


def test_an_error_names_no_repair_that_is_on() -> None:
    parser = Parser(repair={"comments"})
    with pytest.raises(JSONSyntaxError) as caught:
        parser.feed("[/* a */ 'b']")
    assert caught.value.repair == "single_quotes"
    assert "repair={'single_quotes'} reads it" in caught.value.message


def test_plain_text_of_long_repairs_is_shortened() -> None:
    parser = Parser(repair=True)
    parser.feed("[/*" + "x" * 1000 + "*/ 1]")
    assert len(parser.repairs[0].before) == HELD
    assert parser.repairs[0].before.endswith("…")


def test_tool_calls_take_no_cut_off_arguments() -> None:
    from partialjson import ToolCalls

    with pytest.raises(UsageError, match="cut off"):
        ToolCalls(repair={"missing_close"})


# --- constant work per character -----------------------------------------------------------

NASTY = {
    "brackets in prose": ("x ", "[", ""),
    "braces in prose": ("x ", "{", ""),
    "open strings in prose": ("x ", '{"', ""),
    "keys in prose": ("x ", "{a ", ""),
    "fences": ("x ", "``` ", ""),
    "tags": ("x ", "<a ", ""),
    "thoughts": ("<think>", "</thin", ""),
    "comments": ("[", "/* */", "1]"),
    "stars": ("[/*", "*", "*/1]"),
    "single quotes": ("['", '"', "']"),
    "members": ("[", "'a' ", "1]"),
    "words": ("[", "a b, ", "1]"),
    "literals": ("[", "None ", "1]"),
    "numbers": ("[", "+1 ", "1]"),
    "escapes": ('["', "\\d", '"]'),
    "halves": ('["', "\\ud800", '"]'),
    "inner quotes": ('["', 'a"b ', '"]'),
    "white space": ("[1,", " \n", "]"),
    "odd white space": ("[1,", "\u00a0", "2]"),
    "closing brackets": ("[1]", "]", ""),
    "a line": ("[1] // ", "x", ""),
}


def calls(text: str, size: int, repair: Any) -> int:
    """How many functions are called while a text is read, and what is copied is counted in."""
    count = 0

    def note(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    parser = Parser(repair=repair, events=())
    fragments = cuts(text, size)
    sys.setprofile(note)
    try:
        for fragment in fragments:
            parser.feed(fragment)
    except PartialJSONError:
        pass
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.skipif(COMPILED, reason="calls of compiled code are not seen")
@pytest.mark.parametrize("size", [1, 100_000])
@pytest.mark.parametrize("name", NASTY)
def test_work_per_character_is_constant(name: str, size: int) -> None:
    start, middle, end = NASTY[name]
    for repair in (True, ALL):
        short, long = (
            calls(start + middle * (n // len(middle)) + end, size, repair) for n in (800, 1600)
        )
        assert long < 2.2 * short + 200
