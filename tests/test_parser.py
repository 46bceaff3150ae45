"""`Parser`: feeding, closing, looking, and every option by example."""

from __future__ import annotations

import json
import math
import sys
import weakref
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

import partialjson
from partialjson import (
    DocumentCompleted,
    Event,
    FieldCompleted,
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    Limits,
    Parser,
    PartialJSONError,
    StringDelta,
    UsageError,
    ValueStarted,
)

from .fragmenting import Run, cuts, run, same_every_way, ways


def code_and_offset(result: Run) -> tuple[str, int]:
    error = result.error
    assert isinstance(error, JSONSyntaxError | IncompleteJSONError | LimitExceededError)
    return error.code, error.offset


# --- events --------------------------------------------------------------------------


def test_a_document_has_these_events() -> None:
    result = same_every_way('{"a": ["x\\n", 1, {}], "b": "", "c": null}')
    assert result.events == [
        ValueStarted((), "object"),
        ValueStarted(("a",), "array"),
        ValueStarted(("a", 0), "string"),
        StringDelta(("a", 0), "x\n"),
        FieldCompleted(("a", 0), "x\n"),
        FieldCompleted(("a", 1), 1),
        ValueStarted(("a", 2), "object"),
        FieldCompleted(("a", 2), {}),
        FieldCompleted(("a",), ["x\n", 1, {}]),
        ValueStarted(("b",), "string"),
        FieldCompleted(("b",), ""),
        FieldCompleted(("c",), None),
        FieldCompleted((), {"a": ["x\n", 1, {}], "b": "", "c": None}),
        DocumentCompleted({"a": ["x\n", 1, {}], "b": "", "c": None}, 0),
    ]


@pytest.mark.parametrize("kind", [ValueStarted, StringDelta, FieldCompleted, DocumentCompleted])
def test_only_the_wanted_events_are_handed_out(kind: type[Event]) -> None:
    text = '{"a": ["x", 1, {}], "b": "y"}'
    everything = same_every_way(text).events
    wanted = [event for event in everything if isinstance(event, kind)]
    for events in (kind, [kind], (kind,), iter([kind])):
        assert run(Parser(events=events), [text]).events == wanted
    assert run(Parser(events=()), [text]).value == json.loads(text)


def test_a_string_has_at_most_one_delta_per_feed_and_no_empty_one() -> None:
    parser = Parser(events=StringDelta)
    assert parser.feed('"a\\nb\\u00e9c') == [StringDelta((), "a\nbéc")]
    assert parser.feed("\\") == []
    assert parser.feed("") == []
    assert parser.feed("td") == [StringDelta((), "\td")]
    assert parser.feed('"') == []


def test_a_number_is_completed_by_the_character_after_it_or_by_close() -> None:
    parser = Parser(events=FieldCompleted)
    assert parser.feed("[12") == []
    assert parser.feed("3") == []
    assert parser.feed(",") == [FieldCompleted((0,), 123)]
    root = Parser()
    assert root.feed("-1.5e1") == []
    assert root.close() == [FieldCompleted((), -15.0), DocumentCompleted(-15.0, 0)]


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False), ("null", None)])
def test_a_literal_is_completed_by_its_last_letter(text: str, value: object) -> None:
    parser = Parser()
    for letter in text[:-1]:
        assert parser.feed(letter) == []
    assert parser.feed(text[-1]) == [FieldCompleted((), value), DocumentCompleted(value, 0)]


# --- value, snapshot, state, open_path -----------------------------------------------


def test_the_value_is_missing_until_something_began() -> None:
    parser = Parser()
    seen = [parser.value]
    for fragment in (" \n", "1", "2"):  # a number appears whole
        parser.feed(fragment)
        seen.append(parser.value)
    parser.close()
    assert seen == [partialjson.MISSING] * 4
    assert parser.value == 12


def test_the_value_is_one_object_that_grows() -> None:
    parser = Parser()
    seen = []
    for fragment in ('{"a"', ': "x', 'y"', ', "b": [1', ", {", '"c": tr', "ue}", "]}"):
        parser.feed(fragment)
        seen.append(json.dumps(parser.value))
        assert parser.value is parser.value
        if len(seen) == 4:
            root, items = parser.value, parser.value["b"]
    assert seen == [
        "{}",
        '{"a": "x"}',
        '{"a": "xy"}',
        '{"a": "xy", "b": []}',
        '{"a": "xy", "b": [1, {}]}',
        '{"a": "xy", "b": [1, {}]}',
        '{"a": "xy", "b": [1, {"c": true}]}',
        '{"a": "xy", "b": [1, {"c": true}]}',
    ]
    assert parser.value is root
    assert parser.value["b"] is items


def test_reading_the_value_changes_no_event() -> None:
    text = '{"a": ["xy\\u00e9z", {"b": "abc"}], "a": "defg", "": "hi"}'
    expected = run(Parser(), [text])
    for fragments in ways(text):
        parser, result = Parser(), Run()
        for fragment in fragments:
            result.add(parser.feed(fragment))
            assert parser.value is parser.value
        result.add(parser.close())
        assert result.events == expected.events
        assert parser.value == expected.value


def test_a_snapshot_stays_as_it_was() -> None:
    parser = Parser()
    text = '{"done": [1, [2]], "open": [{"a": "x"}, {"b": "yz", "c": [3, "w"]}]}'
    taken = []
    for character in text:
        parser.feed(character)
        if parser.value is not partialjson.MISSING:
            taken.append((parser.snapshot(), json.dumps(parser.value)))
    for snapshot, as_it_was in taken:
        assert json.dumps(snapshot) == as_it_was


def test_a_snapshot_copies_what_is_open_and_shares_what_is_complete() -> None:
    parser = Parser()
    parser.feed('{"done": [1], "open": [[2], {"deep": ["x')
    snapshot, value = parser.snapshot(), parser.value
    assert snapshot == value
    assert snapshot["done"] is value["done"]
    assert snapshot["open"][0] is value["open"][0]
    for copied, live in (
        (snapshot, value),
        (snapshot["open"], value["open"]),
        (snapshot["open"][1], value["open"][1]),
        (snapshot["open"][1]["deep"], value["open"][1]["deep"]),
    ):
        assert copied is not live
    snapshot["open"][1]["deep"][0] = "mine"
    parser.feed('y"]}]}')
    assert parser.value["open"][1]["deep"] == ["xy"]
    assert parser.snapshot() is parser.value  # all is complete, all is shared


@pytest.mark.parametrize(
    ("fed", "states"),
    [
        ("", {(): "absent", "/a": "absent"}),
        (" ", {(): "absent"}),
        ("{", {(): "partial", ("a",): "absent", "/a": "absent"}),
        ('{"a"', {(): "partial", "/a": "absent"}),
        ('{"a":', {"/a": "absent"}),
        ('{"a": "', {"/a": "partial", "/a/b": "absent"}),
        ('{"a": "x"', {"/a": "complete", (): "partial", "/b": "absent"}),
        ('{"a": 1', {"/a": "partial"}),
        ('{"a": 1,', {"/a": "complete"}),
        ('{"a": tr', {"/a": "partial"}),
        ('{"a": true', {"/a": "complete"}),
        ('{"a": [', {"/a": "partial", "/a/0": "absent", ("a", 0): "absent"}),
        ('{"a": [{}', {"/a": "partial", "/a/0": "complete", "/a/00": "absent", "/a/-": "absent"}),
        ('{"a": [{}, "x', {"/a/0": "complete", "/a/1": "partial", ("a", 1): "partial"}),
        ('{"a": [{}, [', {"/a/1": "partial", "/a/1/0": "absent"}),
        ('{"0": [', {"/0": "partial", ("0",): "partial", (0,): "absent"}),
        ('{"a": {"b": [1]}, "c": "', {"/a/b/0": "complete", "/a": "complete", "/c": "partial"}),
        ("[1]", {(): "complete", "/0": "complete", "/1": "absent", ("0",): "absent"}),
        ('"x', {(): "partial", "/0": "absent"}),
        ("12", {(): "partial"}),
        ("nul", {(): "partial"}),
        ("null", {(): "complete"}),
        ('{"a/b": {"~": 1}} ', {"/a~1b/~0": "complete", ("a/b", "~"): "complete"}),
    ],
)
def test_a_value_is_absent_then_partial_then_complete(fed: str, states: dict[Any, str]) -> None:
    for fragments in (["", fed], cuts(fed, 1)):
        parser = Parser()
        for fragment in fragments:
            parser.feed(fragment)
        assert {path: parser.state(path) for path in states} == states


def test_a_failed_parser_still_knows_what_was_complete() -> None:
    parser = Parser()
    assert run(parser, ['{"a": [1], "b": "x\n']).error is not None
    assert parser.state("/a") == "complete"
    assert parser.state("/b") == "partial"
    assert parser.value == {"a": [1], "b": "x"}


@pytest.mark.parametrize(
    ("fed", "path"),
    [
        ("", ()),
        ("[", ()),
        ("[1", (0,)),
        ("[1,", (1,)),
        ("[1, []", ()),
        ('{"a', ()),
        ('{"a"', ("a",)),
        ('{"a": ', ("a",)),
        ('{"a": [0, {"b": "', ("a", 1, "b")),
        ('{"a": [0, {"b": ""}', ("a",)),
        ('{"a": 1}', ()),
        ('"x', ()),
    ],
)
def test_the_open_path_is_that_of_what_is_being_read(fed: str, path: tuple[str | int, ...]) -> None:
    parser = Parser()
    for character in fed:
        parser.feed(character)
    assert parser.open_path == path


@pytest.mark.parametrize(
    ("fed", "expected"),
    [
        ("", {"value"}),
        ("[", {"value", "]"}),
        ("[1,", {"value"}),
        ("{", {"key", "}"}),
        ('{"a": 1,', {"key"}),
        ('{"a"', {":"}),
        ('{"a":', {"value"}),
        ('{"a": {}', {",", "}"}),
        ("[[]", {",", "]"}),
        ('"', {"character", '"'}),
        ('"\\', {"escape"}),
        ('"\\u1', {"hex digit"}),
        ('"\\ud83d', {"\\"}),
        ('"\\ud83d\\', {"u"}),
        ('"\\ud83d\\u', {"d"}),
        ("-", {"digit"}),
        ("1.", {"digit"}),
        ("[0", {".", "e", ",", "]"}),
        ("[1e", {"digit", "+", "-"}),
        ("t", {"r"}),
        ("nul", {"l"}),
        ("[] ", {"end"}),
    ],
)
def test_it_is_known_what_may_come_next(fed: str, expected: set[str]) -> None:
    parser = Parser()
    parser.feed(fed)
    assert set(parser.expected) == expected


KINDS = {
    "value": '"-0123456789[{tfn',
    "key": '"',
    "digit": "0123456789",
    "hex digit": "0123456789abcdefABCDEF",
    "escape": '"\\/bfnrtu',
    "character": "".join(map(chr, range(0x20, 0x7F))),
    "end": "",
    "white space": "",
}


def test_every_character_that_is_expected_may_come_and_no_other() -> None:
    text = ' [0, -1.5E+3, {"a\\u00e9": "x\\ud83d\\ude00\\n"}, [], true] '
    for i in range(len(text)):
        for c in map(chr, range(0x21, 0x7F)):
            parser = Parser()
            parser.feed(text[:i])
            expected = "".join(KINDS.get(word, word) for word in parser.expected)
            accepted = run_one(parser, c) is None
            if accepted:
                assert c in expected or c.lower() in expected
            elif not text[:i].endswith("\\ud"):  # some hex digits are of the wrong half
                assert c not in expected


def run_one(parser: Parser, character: str) -> PartialJSONError | None:
    try:
        parser.feed(character)
    except PartialJSONError as error:
        return error
    return None


def test_a_document_is_complete_with_its_last_character() -> None:
    for text, complete in (
        ("[1", False),
        ("[1]", True),
        ("null", True),
        ("", False),
        ("12", False),
    ):
        parser = Parser()
        parser.feed(text)
        assert parser.is_complete is complete
    parser.close()
    assert parser.is_complete
    failed = Parser()
    assert run_one(failed, "[]]") is not None
    assert not failed.is_complete


def test_the_offset_counts_characters_up_to_the_error() -> None:
    parser = Parser()
    parser.feed('["é')
    parser.feed("😀".encode())
    assert parser.offset == 4
    with pytest.raises(JSONSyntaxError):
        parser.feed('", }')
    assert parser.offset == 7


def test_a_parser_shows_where_it_is() -> None:
    parser = Parser()
    parser.feed("[1]")
    assert repr(parser) == "<Parser open at character 3>"
    parser.close()
    assert "closed" in repr(parser)


# --- the end -------------------------------------------------------------------------


def test_a_parser_can_be_referred_to_weakly() -> None:
    parser = Parser()
    parsers = weakref.WeakSet([parser])
    assert list(parsers) == [parser]


def test_closing_twice_gives_nothing_and_feeding_after_it_is_refused() -> None:
    parser = Parser()
    parser.feed("1")
    assert len(parser.close()) == 2
    assert parser.close() == []
    for fragment in ("", " ", b"", "1"):
        with pytest.raises(UsageError) as caught:
            parser.feed(fragment)
        assert caught.value.code == "closed"
    assert parser.value == 1


@pytest.mark.parametrize("text", ["", " ", "[", '{"a": 1', '"x', "tr", "-", "1.", "1e", '"\\ud83d'])
def test_an_unfinished_text_is_incomplete_at_close_and_never_before(text: str) -> None:
    result = same_every_way(text)
    assert isinstance(result.error, IncompleteJSONError)
    assert code_and_offset(result) == ("incomplete", len(text))
    parser = Parser()
    parser.feed(text)
    for _ in range(2):
        with pytest.raises(IncompleteJSONError) as caught:
            parser.close()
        assert caught.value == result.error
        assert caught.value.value is parser.value
        assert caught.value.events == []


@pytest.mark.parametrize(
    ("text", "code", "offset"),
    [
        ("01", "invalid_number", 1),
        ("-}", "invalid_number", 1),
        ("1.e", "invalid_number", 2),
        ("[1,]", "unexpected_character", 3),
        ("nulL", "invalid_literal", 3),
        ('{"a":1,}', "unexpected_character", 7),
        ('"\\ud800"', "lone_surrogate", 7),
        ('"\\udc00', "lone_surrogate", 4),
        ('"\\ud800\n', "lone_surrogate", 7),
        ('"\\ud800\\n', "lone_surrogate", 8),
        ('"\\ud800\\u0', "lone_surrogate", 9),
        ("[] []", "extra_data", 3),
        ("1 2", "extra_data", 2),
        ("[1 2]", "unexpected_character", 3),
        ('{"a" 1}', "unexpected_character", 5),
        ("{1: 2}", "unexpected_character", 1),
        ('"\t"', "control_character", 1),
        ('"\\x"', "invalid_escape", 2),
        ('"\\u12g4"', "invalid_escape", 5),
        ("[1}", "unexpected_character", 2),
        ("'a'", "unexpected_character", 0),
        ("NaN", "unexpected_character", 0),
        ("[-Infinity]", "invalid_number", 2),
        ("[Infinity]", "unexpected_character", 1),
        ("+1", "unexpected_character", 0),
        (".5", "unexpected_character", 0),
        ("[1_0]", "invalid_number", 2),
        ("truefalse", "extra_data", 4),
        ("\v1", "unexpected_character", 0),
        ("\xa01", "unexpected_character", 0),
    ],
)
def test_an_error_comes_at_the_first_hopeless_character(text: str, code: str, offset: int) -> None:
    assert code_and_offset(same_every_way(text)) == (code, offset)
    parser = Parser()
    parser.feed(text[:offset])
    with pytest.raises(JSONSyntaxError):
        parser.feed(text[offset])


def test_an_error_is_sticky_and_new_each_time() -> None:
    parser = Parser()
    with pytest.raises(JSONSyntaxError) as first:
        parser.feed('["a", 1, }')
    assert [type(event).__name__ for event in first.value.events] == [
        *("ValueStarted", "ValueStarted", "StringDelta", "FieldCompleted", "FieldCompleted"),
    ]
    for last in ("1]", None, ""):
        with pytest.raises(JSONSyntaxError) as caught:
            parser.close() if last is None else parser.feed(last)
        assert caught.value == first.value
        assert caught.value is not first.value
        assert caught.value.events == []
    assert len(first.value.events) == 5
    assert parser.value == ["a", 1]
    assert parser.expected == ()


# --- numbers -------------------------------------------------------------------------


def test_parse_int_and_parse_float_get_the_text_as_written() -> None:
    text = "[0, -0, 12, 1.50, -1E+2, 1e400, 0.0]"
    result = same_every_way(text, lambda: Parser(parse_int="i{}".format, parse_float="f{}".format))
    assert result.value == ["i0", "i-0", "i12", "f1.50", "f-1E+2", "f1e400", "f0.0"]
    exact = same_every_way(text, lambda: Parser(parse_float=Decimal)).value
    assert str(exact[3]) == "1.50"
    assert type(exact[0]) is int


@pytest.mark.parametrize("error", [KeyError("x"), ValueError("y"), KeyboardInterrupt()])
def test_an_exception_of_parse_int_passes_unchanged(error: BaseException) -> None:
    def refuse(text: str) -> int:
        raise error

    parser = Parser(parse_int=refuse)
    with pytest.raises(type(error)) as caught:
        parser.feed('["a", 7, "b"]')
    assert caught.value is error
    assert FieldCompleted((0,), "a") in parser.undelivered
    assert len(parser.undelivered) == 4
    for last in ("1", None):
        with pytest.raises(UsageError) as refused:
            parser.close() if last is None else parser.feed(last)
        assert refused.value.code == "failed"
    assert parser.value == ["a"]


def test_an_exception_at_close_passes_unchanged() -> None:
    parser = Parser(parse_int=lambda text: {}[text])  # type: ignore[index]  # the exception
    parser.feed("7")
    with pytest.raises(KeyError):
        parser.close()
    with pytest.raises(UsageError):
        parser.close()


def test_numbers_are_those_of_json_loads() -> None:
    text = "[-0, 0, -0.0, 1e400, -1e400, 1e-400, 123456789012345678901234567890, 1E5, 0.1, 5e-324]"
    value = same_every_way(text).value
    assert repr(value) == repr(json.loads(text))
    assert [type(number) for number in value[:2]] == [int, int]
    assert math.copysign(1, value[2]) == -1


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "nan", "[1, NaN]", "-NaN"])
def test_nan_and_infinity_are_no_numbers(text: str) -> None:
    assert isinstance(same_every_way(text).error, JSONSyntaxError)


@pytest.fixture
def few_digits() -> Iterator[None]:
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(700)
    yield
    sys.set_int_max_str_digits(before)


@pytest.mark.usefixtures("few_digits")
def test_an_integer_beyond_the_interpreters_limit_is_a_limit_error() -> None:
    result = same_every_way("[1, " + "7" * 800 + "]")
    assert isinstance(result.error, LimitExceededError)
    assert result.error.limit == "max_number"
    assert result.error.maximum == 700
    assert "set_int_max_str_digits" in result.error.message
    assert result.value == [1]
    longer = Parser(parse_int=Decimal)
    assert run(longer, ["[" + "7" * 800 + "]"]).value == [Decimal("7" * 800)]


def test_a_number_may_be_as_long_as_the_limit() -> None:
    for text in ("1" * 4300, "0." + "1" * 4298, "1e" + "0" * 4297 + "1"):
        for fragments in ([text], cuts(text, 1000)):
            assert run(Parser(), fragments).value == json.loads(text)
            longer = run(Parser(), [*fragments, "1"])
            assert code_and_offset(longer) == ("limit_exceeded", 4300)
    raised = Parser(limits=Limits(max_number=10_000), parse_int=len)
    assert run(raised, ["[" + "1" * 9000 + "]"]).value == [9000]


# --- repeated keys -------------------------------------------------------------------

REPEATED = '{"a": 1, "b": {"c": "x", "c": [2]}, "a": "yz"}'


def test_the_last_member_wins_as_in_json_loads() -> None:
    result = same_every_way(REPEATED)
    assert result.value == json.loads(REPEATED)
    assert list(result.value) == list(json.loads(REPEATED))
    told = [event.path for event in result.events if isinstance(event, FieldCompleted)]
    assert told.count(("a",)) == 2  # once for each occurrence


def test_the_first_member_wins_and_the_repeated_one_is_not_told() -> None:
    result = same_every_way(REPEATED, lambda: Parser(duplicate_keys="first"))
    assert result.value == {"a": 1, "b": {"c": "x"}}
    told = [event.path for event in result.events if isinstance(event, FieldCompleted)]
    assert told == [("a",), ("b", "c"), ("b",), ()]
    assert result.events == same_every_way('{"a": 1, "b": {"c": "x"}}').events


@pytest.mark.parametrize("member", ["01", '"\t"', "{,}", '{"b": 1, "b": [}', "nul", "[1", '"'])
def test_a_member_that_is_skipped_is_checked_all_the_same(member: str) -> None:
    text = '{"a": 1, "a": ' + member
    skipped = same_every_way(text, lambda: Parser(duplicate_keys="first"))
    assert code_and_offset(skipped) == code_and_offset(same_every_way(text))


def test_a_repeated_key_may_be_an_error_at_its_closing_quote() -> None:
    for text, offset in (
        ('{"a":1,"a"', 9),
        ('{"a": 1, "\\u0061": 2}', 16),
        (REPEATED, 27),
        ('{"": 1, "": 2}', 9),
    ):
        result = same_every_way(text, lambda: Parser(duplicate_keys="error"))
        assert code_and_offset(result) == ("duplicate_key", offset)
    fine = same_every_way('[{"a": {"a": 1}}, {"a": 2}]', lambda: Parser(duplicate_keys="error"))
    assert fine.error is None


# --- many documents, and the rest ----------------------------------------------------


def test_documents_follow_one_another() -> None:
    result = same_every_way('{"a": 1}[2]"x"\n3 4\ttrue  null ', lambda: Parser(many=True))
    assert result.error is None
    documents = [event for event in result.events if isinstance(event, DocumentCompleted)]
    assert [event.value for event in documents] == [{"a": 1}, [2], "x", 3, 4, True, None]
    assert [event.index for event in documents] == list(range(7))
    assert result.value is None


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\ufeff"])
def test_no_documents_are_fine(text: str) -> None:
    result = same_every_way(text, lambda: Parser(many=True))
    assert (result.error, result.events) == (None, [])
    assert result.value is partialjson.MISSING


@pytest.mark.parametrize(
    ("text", "offset"),
    [("1[", 1), ('1"a"', 1), ("true[]", 4), ("null1", 4), ("[1] 2 ]", 6), ("1,2", 1), ("[],[]", 2)],
)
def test_a_number_or_literal_is_followed_by_white_space(text: str, offset: int) -> None:
    assert code_and_offset(same_every_way(text, lambda: Parser(many=True)))[1] == offset


def test_many_documents_keep_their_place_and_their_error() -> None:
    parser = Parser(many=True)
    parser.feed('{"a": 1}\n["b')
    assert parser.value == ["b"]
    assert parser.state("/0") == "partial"
    assert not parser.is_complete
    parser.feed('"]\n')
    assert parser.is_complete
    assert parser.value == ["b"]
    with pytest.raises(JSONSyntaxError) as caught:
        parser.feed(" ]")
    assert (caught.value.offset, caught.value.lineno, caught.value.colno) == (16, 3, 2)
    with pytest.raises(JSONSyntaxError):
        parser.feed("[]")


def test_limits_are_per_document() -> None:
    limits = Limits(max_document=6, max_members=2)
    make = lambda: Parser(many=True, limits=limits)  # noqa: E731
    assert same_every_way("[1, 2][3, 4][5, 6]", make).error is None
    assert code_and_offset(same_every_way("[1, 2][3, 4 ]", make)) == ("limit_exceeded", 12)


def test_what_follows_a_document_may_be_kept() -> None:
    for document in ('{"a": 1}', '"x"', "[ ]"):
        for rest in ("", " ", "\n```\nDone é.", "[2]", '"', "\ttrue"):
            for fragments in ways(document + rest):
                parser = Parser(trailing="keep")
                result = run(parser, fragments)
                assert result.error is None
                assert parser.rest == rest
                assert result.value == json.loads(document)
                assert parser.is_complete


def test_a_literal_or_number_is_followed_by_white_space_before_the_rest() -> None:
    for text, rest in (("null x", " x"), ("12 x", " x"), ("-1.5\n", "\n"), ("true", "")):
        for fragments in ways(text):
            parser = Parser(trailing="keep")
            assert run(parser, fragments).error is None
            assert parser.rest == rest
    for text in ("nullx", "12x", "1,"):
        assert same_every_way(text, lambda: Parser(trailing="keep")).error is not None


# --- limits --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "text", "offset"),
    [
        ({"max_depth": 2}, "[[1], [[", 7),
        ({"max_depth": 2}, '{"a": {"b": {', 12),
        ({"max_string": 3}, '["abc", "abcd', 12),
        ({"max_string": 3}, '"ab\\u00e9\\n', 9),
        ({"max_string": 1}, '"\\ud83d\\ude00x', 13),
        ({"max_key": 3}, '{"abcd', 5),
        ({"max_key": 3, "max_string": 1}, '{"abc": "xy', 10),
        ({"max_number": 3}, "[123, -123", 9),
        ({"max_number": 3}, "1.5e", 3),
        ({"max_members": 2}, "[1, 2,", 5),
        ({"max_members": 2}, '[[1, 2], {"a": 1, "b": 2,', 24),
        ({"max_members": 1}, '{"a":1,', 6),
        ({"max_members": 1}, "[1,", 2),
        ({"max_members": 1}, '["x",', 4),
        ({"max_members": 1}, '{"a": [1.5,', 10),
        ({"max_document": 5}, "[1, 2]", 5),
        ({"max_document": 5}, "[1, 2", None),
        ({"max_document": 3}, "[] \n", 3),
    ],
)
def test_a_limit_is_exceeded_by_the_first_character_over_it(
    limits: dict[str, int], text: str, offset: int | None
) -> None:
    result = same_every_way(text, lambda: Parser(limits=Limits(**limits)))
    if offset is None:
        assert isinstance(result.error, IncompleteJSONError)
        return
    error = result.error
    assert isinstance(error, LimitExceededError)
    assert error.offset == offset
    assert limits[error.limit] == error.maximum
    assert error.limit in error.message


def test_what_is_within_the_limits_is_parsed() -> None:
    limits = Limits(max_depth=3, max_string=3, max_key=2, max_number=4, max_members=3)
    text = '{"ab": ["abc", 1234, [1.25, -1e1, "é😀"]], "\\u00e9": {}, "": "\\"\\n"}'
    assert same_every_way(text, lambda: Parser(limits=limits)).value == json.loads(text)


# --- odd fragments -------------------------------------------------------------------


class Token(str):
    def __getitem__(self, key: Any) -> str:
        raise AssertionError("a fragment is its characters, whatever its class does")


@pytest.mark.parametrize("text", ['["abc", {"é": 1.5}]', "[1, true]", '"é😀"'])
def test_a_subclass_of_str_is_a_fragment(text: str) -> None:
    parser = Parser()
    events = parser.feed(Token(text))
    assert parser.value == json.loads(text)
    for event in events:
        if isinstance(event, StringDelta):
            assert type(event.delta) is str
    one_by_one = Parser()
    for character in text:
        one_by_one.feed(Token(character))
    assert one_by_one.value == parser.value


def test_empty_fragments_do_nothing() -> None:
    parser = Parser()
    for empty in ("", b"", bytearray(), memoryview(b"")):
        assert parser.feed(empty) == []
    assert parser.offset == 0
    assert parser.value is partialjson.MISSING


def test_a_parser_may_be_made_again_by_its_own_function() -> None:
    def convert(text: str) -> int:
        parser.__init__(parse_int=convert)  # type: ignore[misc]  # nobody should
        return 0

    parser = Parser(parse_int=convert)
    for _ in range(300):
        parser.feed("[1, 2, [3, 4], 5]")
    assert parser.offset == 0
