"""Checkpoints: the state as plain data, taken anywhere, resumed anywhere; nothing else is one."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from decimal import Decimal
from functools import partial
from math import inf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partialjson import (
    CheckpointError,
    DocumentCompleted,
    FieldCompleted,
    IncompleteJSONError,
    LimitExceededError,
    Limits,
    Parser,
    PartialJSONError,
    UsageError,
    ValueStarted,
    Violation,
    loads,
)
from partialjson._core.checkpoint import load_violation, name_of, save_violation
from partialjson._seal import seal

from .fragmenting import Fragments, Run, run

DOCUMENT = (
    '{"a": [1, -2.50e+3, "x\\u00e9\\ud83d\\ude00y\\n", true, null, 1e400], "b": {"c": {}, '
    '"d": [[], [0.10], ""]}, "é\\t": "zß😀", "n": 12345678901234567890, "t": false}'
)
REPEATED = '{"a": 1.10, "b": [2.0], "a": {"x": "old", "x": "new"}, "b": "s", "a": [3, {"a": 1.0}]}'
MANY = '{"a": [1, "x"]} "é" 12.50 null [] 7 '
RECORDS = (
    '{"items": [{"id": 1, "x": [1, "y"]}, {"id": "é\\u0041"}], "more": {"id": [2.50]}, "id": 0}'
)

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "all": (DOCUMENT, {}),
    "decimals": (DOCUMENT, {"parse_float": Decimal, "parse_int": str}),
    "few events": (DOCUMENT, {"events": FieldCompleted, "paths": ["/a/2", "$.b..*"]}),
    "repeated, last": (REPEATED, {"parse_float": Decimal}),
    "repeated, first": (REPEATED, {"duplicate_keys": "first", "parse_float": Decimal}),
    "repeated, error": (REPEATED, {"duplicate_keys": "error"}),
    "repeated, error, not kept": (REPEATED, {"duplicate_keys": "error", "keep": False}),
    "repeated, first, not kept": (
        REPEATED,
        {"duplicate_keys": "first", "keep": False, "paths": "$..a"},
    ),
    "many": (MANY, {"many": True}),
    "many, not kept": (MANY, {"many": True, "keep": False}),
    "not kept": (RECORDS, {"keep": False}),
    "records": (RECORDS, {"keep": False, "paths": "$.items[*]", "parse_int": Decimal}),
    "nested records": (RECORDS, {"keep": False, "paths": ["$..id", "$.items[0]", ("more",)]}),
    "rest": ('[1] é\n"x', {"trailing": "keep"}),
    "replaced": ('["\\ud83dx\\ud83d\\u0041\\ude00"]', {"lone_surrogates": "replace"}),
    "malformed": ('{"a": [1, "b\\u00e9", nulL]}', {}),
    "lone surrogate": ('["a", "\\ud83d\\u0041"]', {}),
    "incomplete": ('{"a": [1, {"b": "c', {}),
    "limited": (
        '{"aa": ["xyz", 123], "b": {"c": 1, "d": 2}}',
        {"limits": Limits(max_depth=2, max_string=3, max_number=3, max_key=2, max_members=2)},
    ),
    "limited at last": ('["xyz", 12, 3456]', {"limits": Limits(max_number=3, max_document=15)}),
}


def again(options: dict[str, Any]) -> dict[str, Any]:
    """What is to be given to `restore`."""
    return {k: v for k, v in options.items() if k in ("limits", "parse_int", "parse_float")}


def through_json(checkpoint: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json.dumps(checkpoint, allow_nan=False))
    assert data == checkpoint  # no tuples, no keys but strings
    return data


def assert_same(resumed: Run, result: Run) -> None:
    assert resumed.events == result.events
    assert resumed.error == result.error
    assert repr(resumed.value) == repr(result.value)
    if isinstance(result.error, IncompleteJSONError):
        assert isinstance(resumed.error, IncompleteJSONError)
        assert resumed.error.value == result.error.value


def resume_everywhere(text: Any, options: dict[str, Any], look: bool) -> None:
    for cut in range(len(text) + 1):
        parser = Parser(**options)
        with suppress(PartialJSONError):  # an error is part of the state
            parser.feed(text[:cut])
        if look:
            assert parser.value is parser.value
        checkpoint = through_json(parser.checkpoint())
        restored = Parser.restore(checkpoint, **again(options))
        assert restored.checkpoint() == checkpoint
        assert restored.open_path == parser.open_path
        assert restored.expected == parser.expected
        assert repr(restored.value) == repr(parser.value)
        assert repr(restored) == repr(parser)
        assert_same(run(restored, [text[cut:]]), run(parser, [text[cut:]]))
        assert (restored.rest, restored.offset) == (parser.rest, parser.offset)


@pytest.mark.parametrize("look", [False, True], ids=["unseen", "seen"])
@pytest.mark.parametrize("name", CASES)
def test_a_checkpoint_after_each_character_resumes_with_the_same_events(
    name: str, look: bool
) -> None:
    text, options = CASES[name]
    resume_everywhere(text, options, look)


@pytest.mark.parametrize("name", ["all", "many", "nested records", "rest"])
def test_a_checkpoint_after_each_byte_resumes_with_the_same_events(name: str) -> None:
    text, options = CASES[name]
    resume_everywhere(text.encode(), options, look=False)


def test_half_a_character_is_held_in_a_checkpoint() -> None:
    for before, after in ((b'"\xf0\x9f', b'\x98\x80"'), ('"\ud83d', '\ude00"')):
        parser = Parser()
        parser.feed(before)
        assert run(Parser.restore(through_json(parser.checkpoint())), [after]).value == "😀"


def test_resuming_after_every_character_in_turn_changes_nothing() -> None:
    for text, options in CASES.values():
        whole = run(Parser(**options), [text])
        parser = Parser(**options)
        result = Run()
        try:
            for character in text:
                parser = Parser.restore(through_json(parser.checkpoint()), **again(options))
                result.add(parser.feed(character))
            parser = Parser.restore(through_json(parser.checkpoint()), **again(options))
            result.add(parser.close())
        except PartialJSONError as error:
            result.error = error
            result.add(getattr(error, "events", ()))
        result.value = parser.value
        assert_same(result, whole)


def test_making_a_checkpoint_changes_nothing() -> None:
    text, _ = CASES["all"]
    parser = Parser()
    result = Run()
    for character in text:
        result.add(parser.feed(character))
        assert parser.checkpoint() == parser.checkpoint()
    result.add(parser.close())
    assert result.events == run(Parser(), [text]).events


# --- what it is ----------------------------------------------------------------------


def nesting(data: Any) -> int:
    if isinstance(data, dict):
        return 1 + max(map(nesting, data.values()), default=0)
    if isinstance(data, list):
        return 1 + max(map(nesting, data), default=0)
    return 0


def test_a_checkpoint_is_flat_versioned_strict_json() -> None:
    shallow, deep = Parser(), Parser()
    shallow.feed('{"a": [')
    deep.feed('{"a":[' * 90 + "1e400, " + DOCUMENT)
    for parser in (shallow, deep):
        checkpoint = through_json(parser.checkpoint())
        assert checkpoint["format"] == "partialjson.checkpoint"
        assert checkpoint["version"] == 1
        assert isinstance(checkpoint["digest"], str)
    assert nesting(deep.checkpoint()) == nesting(shallow.checkpoint())


def test_a_checkpoint_works_at_the_greatest_depth() -> None:
    text = '[{"k":' * 100
    parser = Parser()
    parser.feed(text)
    restored = Parser.restore(through_json(parser.checkpoint()))
    with pytest.raises(LimitExceededError) as caught:
        restored.fork().feed("[")
    assert (caught.value.limit, caught.value.offset) == ("max_depth", len(text))
    restored.feed("0" + "}]" * 100)
    assert restored.value == loads(text + "0" + "}]" * 100)


def test_a_checkpoint_resumes_in_a_fresh_process() -> None:
    text, options = CASES["records"]
    code = (
        "import json, sys, decimal, partialjson\n"
        "data = json.load(sys.stdin)\n"
        "p = partialjson.Parser.restore(data['checkpoint'], parse_int=decimal.Decimal)\n"
        "print([*p.feed(data['rest']), *p.close()], p.value)\n"
    )
    parser = Parser(**options)
    cut = text.index("y")
    parser.feed(text[:cut])
    given = json.dumps({"checkpoint": parser.checkpoint(), "rest": text[cut:]})
    printed = subprocess.run(
        [sys.executable, "-c", code], input=given, capture_output=True, text=True, check=True
    )
    remaining = [*parser.feed(text[cut:]), *parser.close()]
    assert printed.stdout == f"{remaining} {parser.value}\n"


def test_numbers_are_kept_as_they_were_written() -> None:
    parser = Parser(parse_float=Decimal, parse_int=Decimal)
    parser.feed('{"a": 1.10, "b": [-0, 1E+2, {"c": 3.00}], "d": [10.0, "x')
    for _ in range(3):
        parser = Parser.restore(
            through_json(parser.checkpoint()), parse_float=Decimal, parse_int=Decimal
        )
    parser.feed('", 2.50]}')
    assert repr(parser.value) == repr(
        {
            "a": Decimal("1.10"),
            "b": [Decimal("-0"), Decimal("1E+2"), {"c": Decimal("3.00")}],
            "d": [Decimal("10.0"), "x", Decimal("2.50")],
        }
    )


@pytest.mark.parametrize("text", ["1.10", "[1.10", '{"a": 1.10,', '{"a": [[1.10]]', "[[1.10], ["])
def test_what_parse_float_makes_may_be_anything(text: str) -> None:
    for make in (str, Decimal, listed, keyed, fractioned):
        parser = Parser(parse_float=make)
        parser.feed(text + " ")
        restored = Parser.restore(through_json(parser.checkpoint()), parse_float=make)
        assert restored.value == parser.value


def listed(text: str) -> list[str]:
    return text.split(".")


def keyed(text: str) -> dict[str, str]:
    return {"number": text}


def fractioned(text: str) -> tuple[str, ...]:
    return tuple(text.split("."))


def test_repeated_keys_keep_their_order() -> None:
    for cut in range(len(REPEATED)):
        parser = Parser()
        parser.feed(REPEATED[:cut])
        restored = parser.fork()
        assert list(restored.value or ()) == list(parser.value or ()) if cut else True
        restored.feed(REPEATED[cut:])
        assert json.dumps(restored.value) == json.dumps(json.loads(REPEATED))


# --- after the end -------------------------------------------------------------------


@pytest.mark.parametrize("text", ["[1,]", '{"a": "\ud83d"}', "[" * 201, '{"a": 1', b'"\xff'])
def test_an_error_stays_after_a_checkpoint(text: Any) -> None:
    parser = Parser()
    error = run(parser, [text]).error
    restored = Parser.restore(through_json(parser.checkpoint()))
    for last in ("x", "", None):
        with pytest.raises(PartialJSONError) as caught:
            restored.close() if last is None else restored.feed(last)
        assert caught.value == error
        assert type(caught.value) is type(error)
        assert getattr(caught.value, "events", None) == []
    assert restored.value == parser.value
    assert not restored.is_complete


def refuse(text: str) -> int:
    raise RuntimeError(text)


def test_an_exception_of_a_function_stays_after_a_checkpoint() -> None:
    parser = Parser(parse_int=refuse)
    with pytest.raises(RuntimeError):
        parser.feed('["a", 1]')
    restored = Parser.restore(through_json(parser.checkpoint()), parse_int=refuse)
    with pytest.raises(UsageError) as caught:
        restored.feed("]")
    assert caught.value.code == "failed"
    assert restored.value == ["a"]


def test_a_closed_parser_stays_closed() -> None:
    parser = Parser()
    parser.feed("[1]")
    parser.close()
    restored = Parser.restore(through_json(parser.checkpoint()))
    assert restored.close() == []
    assert restored.value == [1]
    assert restored.is_complete
    with pytest.raises(UsageError):
        restored.feed(" ")


# --- what it does not hold -----------------------------------------------------------


def test_limits_are_those_given_to_restore() -> None:
    parser = Parser(limits=Limits(max_depth=3, max_string=10))
    parser.feed('[["abcde')
    checkpoint = parser.checkpoint()
    assert "max_depth" not in json.dumps(checkpoint)
    Parser.restore(checkpoint).feed("f" * 100 + '", [[[[1')
    for limits, text in ((Limits(max_string=6), "xy"), (Limits(max_string=3), "y")):
        with pytest.raises(LimitExceededError) as caught:
            Parser.restore(checkpoint, limits=limits).feed(text)
        assert caught.value.offset == parser.offset + len(text) - 1
    with pytest.raises(LimitExceededError):
        Parser.restore(checkpoint, limits=Limits(max_depth=2)).feed('", [')


@contextmanager
def at_most(calls: int) -> Iterator[None]:
    """Whoever calls more functions than that is in an endless loop."""
    left = calls

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise AssertionError("an endless loop")

    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(None)


def test_a_document_may_be_longer_already_than_the_limit_given_to_restore() -> None:
    parser = Parser()
    parser.feed('{"abc": "defghi')
    restored = Parser.restore(parser.checkpoint(), limits=Limits(max_document=10))
    assert restored.value == {"abc": "defghi"}
    with pytest.raises(LimitExceededError) as caught, at_most(10_000):
        restored.feed("jk")
    assert (caught.value.limit, caught.value.offset) == ("max_document", parser.offset)


def test_a_limit_given_to_restore_counts_from_where_the_present_document_began() -> None:
    parser = Parser(many=True)
    parser.feed('{"a": 1} {"b": ')
    restored = Parser.restore(parser.checkpoint(), limits=Limits(max_document=10))
    with at_most(10_000):
        restored.feed("1}")
    assert restored.value == {"b": 1}
    with pytest.raises(LimitExceededError) as caught, at_most(10_000):
        restored.feed(" [123456789]")
    assert caught.value.offset == len('{"a": 1} {"b": 1}') + 10


def test_other_functions_are_refused() -> None:
    parser = Parser(parse_float=Decimal)
    parser.feed("[1.5")
    for functions in ({}, {"parse_float": str}, {"parse_float": Decimal, "parse_int": int}):
        with pytest.raises(CheckpointError) as caught:
            Parser.restore(parser.checkpoint(), **functions)
        assert caught.value.code == "wrong_functions"


class OtherParser(Parser):
    pass


def test_a_checkpoint_of_another_parser_is_refused() -> None:
    with pytest.raises(CheckpointError) as caught:
        OtherParser.restore(Parser().checkpoint())
    assert caught.value.code == "wrong_parser"
    assert type(OtherParser.restore(OtherParser().checkpoint())) is OtherParser


# --- what is none --------------------------------------------------------------------


def taken() -> dict[str, Any]:
    parser = Parser(paths=["$.a[*]", ("b", 0)], duplicate_keys="error", parse_float=Decimal)
    parser.feed('\ufeff{"a": [1.50, {"x": "y"}, ["z\\u00e9')
    return parser.checkpoint()


def restored_or_refused(checkpoint: Any) -> Parser | None:
    """Anything but a parser or a CheckpointError fails the test."""
    try:
        return Parser.restore(checkpoint, parse_float=Decimal)
    except CheckpointError:
        return None


@pytest.mark.parametrize(
    "foreign",
    [None, 1, "x", [], {}, {"format": "other"}, {"format": None, "version": 1}, object, b"{}"],
    ids=repr,
)
def test_what_is_no_checkpoint_is_refused(foreign: Any) -> None:
    with pytest.raises(CheckpointError) as caught:
        Parser.restore(foreign)
    assert caught.value.code == "not_a_checkpoint"


@pytest.mark.parametrize("version", [0, 2, "1", None, [1]])
def test_another_version_is_refused_by_name(version: Any) -> None:
    with pytest.raises(CheckpointError, match="version") as caught:
        Parser.restore({**taken(), "version": version})
    assert caught.value.code == "wrong_version"


def test_a_missing_or_changed_entry_is_refused() -> None:
    for key in taken():
        missing = {k: v for k, v in taken().items() if k != key}
        for damaged in (missing, {**missing, key: 0}):
            with pytest.raises(CheckpointError):
                Parser.restore(damaged, parse_float=Decimal)
    with pytest.raises(CheckpointError, match="damaged"):
        Parser.restore({**taken(), "closed": True}, parse_float=Decimal)
    with pytest.raises(CheckpointError, match="damaged"):
        Parser.restore({**taken(), "extra": object()}, parse_float=Decimal)


def test_an_endless_or_bottomless_checkpoint_is_refused() -> None:
    bottomless: Any = []
    for _ in range(100_000):
        bottomless = [bottomless]
    endless: dict[str, Any] = {}
    endless["x"] = endless
    for extra in (bottomless, endless):
        assert restored_or_refused({**taken(), "tree": extra}) is None
    while bottomless:
        bottomless = bottomless.pop()


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-1, 0, 1, 2, 10, 0x110000, 10**20, -(10**20), 1 << 62]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "x", "[", "{", "[1,", "{}", "[[]]", "null", "value", "string", "zz", "é"]),
    st.lists(st.sampled_from([None, 0, "a", [], {}]), max_size=3),
    st.dictionaries(st.sampled_from(["a", "keep", "path"]), st.integers(0, 2), max_size=2),
)


def places(data: Any) -> list[tuple[Any, Any]]:
    """Every (container, key or index) in the data."""
    found = []
    todo = [data]
    while todo:
        node = todo.pop()
        if isinstance(node, (dict, list)):
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            found += [(node, key) for key in keys]
            todo += [node[key] for key in keys]
    return found


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A checkpoint in which a few entries are something else, or gone."""
    checkpoint = deepcopy(taken())
    for _ in range(draw(st.integers(1, 3))):
        node, key = draw(st.sampled_from(places(checkpoint)))
        if draw(st.integers(0, 3)) == 0:
            del node[key]
        else:
            node[key] = draw(JUNK)
        if not checkpoint:
            break
    return checkpoint


@given(mutated())
@settings(max_examples=150, deadline=None)
def test_a_mutated_checkpoint_is_refused(checkpoint: dict[str, Any]) -> None:
    if checkpoint != taken():
        assert restored_or_refused(checkpoint) is None


@given(mutated())
@settings(max_examples=500, deadline=None)
def test_a_mutated_checkpoint_with_a_true_digest_is_refused_or_a_parser(
    checkpoint: dict[str, Any],
) -> None:
    checkpoint.pop("digest", None)
    restored_or_refused(seal({k: v for k, v in checkpoint.items() if k != "version"}))


@pytest.mark.parametrize(
    ("place", "junk"),
    [
        (("text", "high"), [10**20]),
        (("text", "high"), [-1]),
        (("text", "held"), "zz"),
        (("options", "keep"), 1),
        (("options", "limits"), {}),
        (("options", "repair"), True),
        (("events", 0), "event_from_dict"),
        (("events", 0), "__name__"),
        (("paths", 0), {"path": [None]}),
        (("paths", 0), "$[?(@.a)]"),
        (("tokenizer", "state"), "nowhere"),
        (("tokenizer", "base"), 1 << 62),
        (("tree", "frames"), []),
        (("tree", "frames", 1, 2), "[1,"),
        (("tree", "frames", 1, 2), "[1"),
        (("tree", "frames", 1, 2), "["),
        (("tree", "frames", 1, 2), '"not an object"'),
        (("error",), {"type": "UsageError"}),
        (("error",), 3),
    ],
    ids=repr,
)
def test_an_impossible_entry_with_a_true_digest_is_refused(
    place: tuple[Any, ...], junk: Any
) -> None:
    assert restored_or_refused(forged(taken(), place, junk)) is None


def forged(checkpoint: dict[str, Any], place: tuple[Any, ...], junk: Any) -> dict[str, Any]:
    """The checkpoint with something else at one place, and a digest that fits."""
    data = {k: v for k, v in deepcopy(checkpoint).items() if k != "digest"}
    node: Any = data
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = junk
    return seal(data)


@pytest.mark.parametrize(
    ("text", "place", "junk"),
    [
        ("[12", ("tokenizer", "token"), "x"),
        ("[12", ("tokenizer", "token"), "1.5"),
        ("[-", ("tokenizer", "token"), "01"),
        ("[1.", ("tokenizer", "state"), "exp"),
        ("[1", ("tokenizer", "high"), False),
        ("[1", ("tokenizer", "newline"), -1.0),
        ("[1", ("tokenizer", "documents"), 5),
        ("", ("tokenizer", "documents"), 1),
        ("", ("tokenizer", "state"), "done"),
        ("[1]", ("tokenizer", "documents"), 0),
        ("[1]", ("tree", "frames", 0, 2), None),
        ("", ("tree", "flags", "repeated"), True),
        ('["a', ("tree", "text"), "\ud83d"),
        ('{"a', ("tokenizer", "token"), "\ud83d"),
        ("{", ("tokenizer", "state"), "item"),
        ("[1, ", ("tree", "text"), "abc"),
        ('{"a', ("tree", "text"), "abc"),
        ("[tr", ("tokenizer", "matched"), 0),
        ("[tr", ("tokenizer", "matched"), 4),
        ("[1,", ("tree", "flags", "repeated"), True),
        ("{", ("tree", "flags", "repeated"), True),
        ('{"a":1,', ("tree", "flags", "repeated"), True),
    ],
    ids=lambda each: ascii(each).replace("\\", "/"),
)
def test_what_does_not_fit_together_is_refused(
    text: str, place: tuple[Any, ...], junk: Any
) -> None:
    parser = Parser()
    parser.feed(text)
    Parser.restore(parser.checkpoint())
    with pytest.raises(CheckpointError):
        Parser.restore(forged(parser.checkpoint(), place, junk))


@pytest.mark.parametrize(
    ("text", "name", "junk"),
    [
        ("['a", "modes", None),
        ("['a", "modes", ["nothing"]),
        ("['a", "modes", ["bracket"]),
        ("['a", "modes", ["quoted", "quoted"]),
        ("['a", "modes", ["quoted", "ticks"]),
        ("['a", "held", {}),
        ("['a", "held", "xyz"),
        ("['a", "shift", "1"),
        ("['a", "shift", 1 << 60),
        ("['a", "edits", [[1]]),
        ("['a", "repairs", [{}]),
        ("['a", "repairs", [{"type": "StringDelta", "path": [], "delta": ""}]),
        ("['a", "span_name", []),
        ("['a", "more", 1),
        ('{"a": [1}', "held", "a"),
        ("[1 /", "held", ""),
        ("[None", "held", "x" * 999),
        ("```", "held", ""),
    ],
)
def test_a_made_up_state_of_repairs_is_refused(text: str, name: str, junk: Any) -> None:
    parser = Parser(repair=True)
    parser.feed(text)
    checkpoint = parser.checkpoint()
    Parser.restore(checkpoint)
    with pytest.raises(CheckpointError):
        Parser.restore(forged(checkpoint, ("repairs", name), junk))


def test_a_made_up_bracket_that_closes_nothing_is_refused() -> None:
    parser = Parser(repair=True)
    parser.feed("[[1 ")
    checkpoint = parser.checkpoint()
    for held in ("]", "}"):
        edited = forged(checkpoint, ("repairs", "modes"), ["bracket"])
        edited = forged(edited, ("repairs", "held"), held)
        if held == "]":
            Parser.restore(edited)
        else:
            with pytest.raises(CheckpointError, match="the bracket closes nothing"):
                Parser.restore(edited)


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        ("", {("tokenizer", "documents"): 5, ("tree", "flags", "index"): 5}),
        ("1 ", {("tokenizer", "documents"): 0, ("tree", "flags", "index"): 0}),
        ('["a', {("tokenizer", "in_key"): True, ("tree", "flags", "in_string"): False}),
        ('{"a":"b', {("tokenizer", "stack"): [], ("tree", "frames"): [["[", *6 * [None]]]}),
    ],
    ids=["a missing document", "no document", "a key in an array", "inside of nothing"],
)
def test_several_edits_that_fit_together_are_refused(
    text: str, edits: dict[tuple[Any, ...], Any]
) -> None:
    parser = Parser()
    parser.feed(text)
    checkpoint = parser.checkpoint()
    Parser.restore(checkpoint)
    for place, junk in edits.items():
        checkpoint = forged(checkpoint, place, junk)
    with pytest.raises(CheckpointError):
        Parser.restore(checkpoint)


# --- size ----------------------------------------------------------------------------


def size(parser: Parser) -> int:
    return len(json.dumps(parser.checkpoint()))


def test_after_a_gigabyte_a_checkpoint_is_smaller_than_four_kilobytes() -> None:
    record = json.dumps({"id": 12.5, "tags": ["a", {}], "more": {"text": "x" * 500_000}}) + ","
    block = record * 8
    parser = Parser(keep=False, paths=["$.log[*].id", "$.log[*].tags"])
    parser.feed('{"log": [')
    completed = 0
    while parser.offset < 1_000_000_000:
        completed += len(parser.feed(block))
    parser.feed(record[:1000])
    assert completed > 4 * 2 * 200
    assert size(parser) < 4096
    restored = Parser.restore(parser.checkpoint())
    restored.feed(record[1000:-1] + "]}")
    assert restored.is_complete


@pytest.mark.parametrize("paths", [None, "$[*].id", "$..*"])
def test_what_was_let_go_adds_nothing_to_a_checkpoint(paths: str | None) -> None:
    parser = Parser(keep=False, paths=paths, limits=Limits(max_members=100))
    parser.feed("[")
    record = '{"id": 1, "x": [[], {"y": null}], "s": "text"}, '
    sizes = []
    for _ in range(3):
        for _ in range(400):
            parser.feed(record)
        sizes.append(size(parser))
    assert max(sizes) - min(sizes) < 40  # counters gain digits, nothing else


def test_a_stream_of_documents_adds_nothing_to_a_checkpoint() -> None:
    sizes = []
    parser = Parser(many=True)
    for _ in range(3):
        for _ in range(300):
            parser.feed('{"id": [1, "x"]}\n')
        sizes.append(size(parser))
    assert max(sizes) - min(sizes) < 40


def test_the_size_of_a_kept_value_bounds_that_of_its_checkpoint() -> None:
    for shape in ('"%s"' % ("é" * 5000), json.dumps(list(range(2000))), json.dumps([{}] * 2000)):
        parser = Parser()
        parser.feed(shape)
        empty = Parser()
        empty.feed("0 ")
        assert size(parser) < size(empty) + 8 * len(shape) + 200


# --- forks ---------------------------------------------------------------------------


def test_forks_go_their_own_ways() -> None:
    parser = Parser(parse_int=lambda text: float(text))
    parser.feed('{"a": [1, ')
    fork = parser.fork()
    left: Fragments = ['"left"]}']
    right: Fragments = ["[], {", '"b": "right"}]}']
    one, other = run(parser, left), run(fork, right)
    assert one.value["a"][1:] == ["left"]
    assert other.value["a"][1:] == [[], {"b": "right"}]
    assert other.value["a"] is not one.value["a"]
    assert isinstance(one.events[-1], DocumentCompleted)


def test_a_fork_has_the_options_limits_and_functions_of_its_parser() -> None:
    parser = Parser(
        events=FieldCompleted,
        paths="$[*]",
        limits=Limits(max_depth=1),
        duplicate_keys="error",
        parse_float=Decimal,
    )
    parser.feed("[1.50")
    fork = parser.fork()
    assert fork.feed(",") == [FieldCompleted((0,), Decimal("1.50"))]
    with pytest.raises(LimitExceededError):
        fork.feed("[")
    assert parser.feed("]") == [FieldCompleted((0,), Decimal("1.50"))]


# --- what restores can be used ---------------------------------------------------------

PREFIXES = [
    *('{"a": [1, 2.5, {"b": "x\\ud83d', '[1, {"k', '{"a":1,"b":"xy', "[[[12", '{"x": tr', "[1."),
    *('"ab\\u00', '{"a": {"b": null}}', "[]", '{"q": [', '{"a":'),
]
SETTINGS: list[dict[str, Any]] = [
    {},
    {"keep": False},
    {"keep": False, "paths": "$.a"},
    {"duplicate_keys": "first"},
    {"many": True},
    {"lone_surrogates": "replace"},
]
MADE_UP: list[Any] = [
    None,
    True,
    0,
    -1,
    1,
    7,
    1.5,
    "",
    "x",
    "string",
    "key",
    "{",
    [],
    [1],
    {},
    "null",
    "[1]",
]


def places_in(data: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    steps = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for step in steps:
        found += places_in(data[step], (*at, step))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_made_up_data_is_refused_or_a_parser_that_works(seed: int) -> None:
    rng = random.Random(seed)
    restored = 0
    for _ in range(250):
        parser = Parser(**rng.choice(SETTINGS))
        text = rng.choice(PREFIXES)
        with suppress(PartialJSONError):
            parser.feed(text[: rng.randrange(len(text) + 1)])
        data = {k: v for k, v in through_json(parser.checkpoint()).items() if k != "digest"}
        *outer, last = rng.choice(places_in(data))
        node: Any = data
        for step in outer:
            node = node[step]
        node[last] = rng.choice(MADE_UP)
        try:
            again = Parser.restore(seal(data))
        except CheckpointError:
            continue
        restored += 1
        with suppress(PartialJSONError):
            for c in '",:1}]a\\ude00 [{"':
                again.feed(c)
                again.snapshot()
                again.checkpoint()
        with suppress(PartialJSONError):
            again.close()
    assert restored > 5


@pytest.mark.parametrize(
    ("text", "limits", "named"),
    [
        ("[" * 5, Limits(max_depth=4), "max_depth"),
        ("[[[[1]]]", Limits(max_depth=3), "max_depth"),
        ("[[0, [[1]]", Limits(max_depth=3), "max_depth"),
        ('["abcd", ', Limits(max_string=3), "max_string"),
        ('[{"abcd": 1}, ', Limits(max_key=3), "max_key"),
        ("[[1, 2, 3], ", Limits(max_members=2), "max_members"),
        ("[1234, ", Limits(max_number=3), "max_number"),
        ("[1234", Limits(max_number=3), "max_number"),
    ],
)
def test_what_a_checkpoint_holds_is_within_the_limits_or_it_is_refused(
    text: str, limits: Limits, named: str
) -> None:
    parser = Parser()
    parser.feed(text)
    checkpoint = parser.checkpoint()
    assert Parser.restore(checkpoint).value == parser.value
    with pytest.raises(CheckpointError, match=named):
        Parser.restore(checkpoint, limits=limits)
    exact = {f"{named}": getattr(limits, named) + 1}
    assert Parser.restore(checkpoint, limits=Limits(**exact)).value == parser.value


def test_a_number_may_be_written_longer_than_it_was() -> None:
    limits = Limits(max_number=4)
    parser = Parser(limits=limits)
    parser.feed("[7e2, ")
    again = Parser.restore(parser.checkpoint(), limits=limits)
    again.feed("1]")
    assert again.value == [700.0, 1]


# --- what is written down ---------------------------------------------------------------


def resumed(text: str, rest: str, **options: Any) -> Any:
    """The value of a text that was read in two processes."""
    parser = Parser(**options)
    parser.feed(text)
    saved = json.loads(json.dumps(parser.checkpoint()))
    again = Parser.restore(saved, limits=options.get("limits"))
    again.feed(rest)
    again.close()
    return again.value


def test_a_parser_that_read_nothing_has_this_state() -> None:
    checkpoint = Parser().checkpoint()
    assert checkpoint["text"] == {"held": "", "high": [], "tail": "", "wide": 0}
    zeros = "base began commas digits document_start documents high lines mark matched unit"
    assert checkpoint["tokenizer"] == {
        **dict.fromkeys([*zeros.split(), "string_length"], 0),
        **dict.fromkeys(["rest", "token", "word"], ""),
        "in_key": False,
        "is_object": False,
        "newline": -1,
        "stack": [],
        "state": "start",
    }
    always = dict.fromkeys(["_kept", "_store", "_told", "_valued", "want_pieces"], True)
    assert checkpoint["tree"] == {
        "flags": {**always, "in_string": False, "index": 0, "placed": False, "repeated": False},
        "frames": [["{", None, None, False, True, False, None]],
        "text": "",
    }


def test_numbers_beyond_the_floats_keep_their_sign() -> None:
    assert resumed("[1e999, -1e999, [-1E400], ", "1]") == [inf, -inf, [-inf], 1]


def test_what_is_written_longer_than_it_was_read_does_not_count_against_the_document() -> None:
    text = "[" + 10 * "7e2,"
    limits = Limits(max_document=len(text) + 4, max_number=3)
    assert resumed(text, "7e2]", limits=limits) == 11 * [700.0]


def test_a_value_that_is_no_json_says_what_it_is() -> None:
    parser = Parser()
    parser.feed('{"a": [1], "b": ')
    parser.value["a"].append({2})
    with pytest.raises(CheckpointError) as caught:
        parser.checkpoint()
    told = "a value cannot be written down: Object of type set is not JSON serializable"
    assert str(caught.value) == told


def test_functions_are_remembered_by_name() -> None:
    assert name_of(None) is None
    assert name_of(Decimal) == "decimal.Decimal"
    assert name_of(partial(int, base=10)) == "functools.partial"


def test_what_a_library_said_of_a_violation_is_saved_as_text() -> None:
    said = {"error": KeyError("a b"), "kinds": int}
    told = Violation((), "kind", "no", 0, early=False, detail=said)
    assert load_violation(save_violation(told)).detail == {
        "error": "'a b'",
        "kinds": "<class 'int'>",
    }


def test_only_violations_are_loaded_as_such() -> None:
    for event in (ValueStarted((), "string"), FieldCompleted((), 1)):
        with pytest.raises(ValueError, match=r"\Awhat was told is no violation\Z"):
            load_violation(save_violation(event))


def test_flags_of_a_tree_that_has_nothing_to_choose_are_not_obeyed() -> None:
    parser = Parser()
    parser.feed('["a", ')
    for name in ("_told", "_store", "_kept", "_valued", "repeated", "want_pieces"):
        for value in (True, False):
            place = ("tree", "flags", name)
            if name == "repeated" and value:
                continue  # refused: this is no object
            again = Parser.restore(forged(parser.checkpoint(), place, value))
            assert again.feed('"b"]') == Parser.restore(parser.checkpoint()).feed('"b"]')
            assert again.value == ["a", "b"]
