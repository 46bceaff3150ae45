"""`loads`: whole texts as `json.loads`, and the value of every beginning of one."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

import pytest

import partialjson
from partialjson import (
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    Limits,
    Parser,
    UsageError,
    loads,
)

MISSING: Any = partialjson.MISSING


@pytest.mark.parametrize(
    "text",
    [
        "1",
        " [] ",
        '"x"',
        "null",
        "-0.0",
        '{"a": [1, 2.5, {"b": null}], "a": 2}',
        '"\\ud83d\\ude00é"',
        "[1e400, 12345678901234567890]",
    ],
)
def test_a_whole_text_has_the_value_of_json_loads(text: str) -> None:
    for form in (text, text.encode(), bytearray(text.encode()), memoryview(text.encode())):
        assert repr(loads(form)) == repr(json.loads(text))
        assert repr(loads(form, partial=True, numbers="keep")) == repr(json.loads(text))


@pytest.mark.parametrize(
    "text", ["[1,]", "{'a': 1}", "nul]", '"\n"', "01", "[1] 2", b'"\xff"', "}"]
)
@pytest.mark.parametrize("partial", [False, True])
def test_malformed_text_raises_always(text: Any, partial: bool) -> None:
    with pytest.raises(JSONSyntaxError) as caught:
        loads(text, partial=partial)
    assert isinstance(caught.value, json.JSONDecodeError)
    with pytest.raises(ValueError, match="line 1 column"):
        loads(text, partial=partial)


@pytest.mark.parametrize("partial", [False, True])
def test_limits_are_errors_always(partial: bool) -> None:
    with pytest.raises(LimitExceededError):
        loads("[[", limits=Limits(max_depth=1), partial=partial)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", MISSING),
        ("  ", MISSING),
        ("tr", MISSING),
        ("-", MISSING),
        ("12", 12),
        ("[1, 2", [1]),
        ('{"a": "x', {"a": "x"}),
        ('{"a": {"b', {"a": {}}),
        ('"x\\', "x"),
    ],
)
def test_a_truncated_text_is_incomplete_and_the_error_holds_what_is_there(
    text: str, value: Any
) -> None:
    if text == "12":
        assert loads(text) == 12  # the text is over, so the number is
        return
    with pytest.raises(IncompleteJSONError) as caught:
        loads(text)
    assert caught.value.offset == len(text)
    assert caught.value.value == value
    assert isinstance(caught.value, json.JSONDecodeError)


# Every beginning of one document: the text added, the value without what is unfinished, and
# the values that are others if unfinished strings, numbers or literals are kept.
ONE: Any = {"a": [-15.0]}
TWO: Any = {"a": [-15.0, True]}
TABLE: list[tuple[str, Any, dict[str, Any]]] = [
    (" ", MISSING, {}),
    ("{", {}, {}),
    ('"', {}, {}),
    ("a", {}, {}),
    ('"', {}, {}),
    (":", {}, {}),
    ("[", {"a": []}, {}),
    ("-", {"a": []}, {}),
    ("1", {"a": []}, {"numbers": {"a": [-1]}}),
    (".", {"a": []}, {"numbers": {"a": [-1]}}),
    ("5", {"a": []}, {"numbers": {"a": [-1.5]}}),
    ("e", {"a": []}, {"numbers": {"a": [-1.5]}}),
    ("+", {"a": []}, {"numbers": {"a": [-1.5]}}),
    ("1", {"a": []}, {"numbers": ONE}),
    (",", ONE, {}),
    ("t", ONE, {"literals": TWO}),
    ("r", ONE, {"literals": TWO}),
    ("u", ONE, {"literals": TWO}),
    ("e", TWO, {}),
    ("]", TWO, {}),
    (",", TWO, {}),
    ('"b"', TWO, {}),
    (":", TWO, {}),
    ('"', TWO, {"strings": {**TWO, "b": ""}}),
    ("x", TWO, {"strings": {**TWO, "b": "x"}}),
    ("\\u00e", TWO, {"strings": {**TWO, "b": "x"}}),
    ("9", TWO, {"strings": {**TWO, "b": "xé"}}),
    ('"', {**TWO, "b": "xé"}, {}),
    ("}", {**TWO, "b": "xé"}, {}),
    (" ", {**TWO, "b": "xé"}, {}),
]
BEGINNINGS = [
    ("".join(added for added, *_ in TABLE[: i + 1]), *row[1:]) for i, row in enumerate(TABLE)
]


@pytest.mark.parametrize(("text", "bare", "kept"), BEGINNINGS)
def test_every_beginning_has_the_value_that_was_asked_for(
    text: str, bare: Any, kept: dict[str, Any]
) -> None:
    for strings in ("keep", "drop"):
        for numbers in ("keep", "drop"):
            for literals in ("keep", "drop"):
                choice: dict[str, Any] = {
                    "strings": strings,
                    "numbers": numbers,
                    "literals": literals,
                }
                wanted = [kept[name] for name in kept if choice[name] == "keep"]
                value = loads(text, partial=True, **choice)
                assert repr(value) == repr(wanted[0] if wanted else bare)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("-", MISSING),
        ("0", 0),
        ("-0", 0),
        ("12", 12),
        ("1.", 1),
        ("1.0", 1.0),
        ("1e", 1),
        ("1.5E-", 1.5),
        ("[-", []),
        ('{"a": -', {}),
        ('{"a": 1, "a": -', {"a": 1}),
        ('{"a": 1, "a": 2', {"a": 2}),
    ],
)
def test_a_kept_number_is_its_longest_beginning_that_is_one(text: str, kept: Any) -> None:
    assert repr(loads(text, partial=True, numbers="keep")) == repr(kept)


@pytest.mark.parametrize("word", ["true", "false", "null"])
def test_a_kept_literal_is_known_by_its_first_letter(word: str) -> None:
    for end in range(1, len(word)):
        for before, after in (("", ""), ("[1, ", "]"), ('{"a": ', "}")):
            kept = loads(before + word[:end], partial=True, literals="keep")
            assert kept == json.loads(before + word + after)
            dropped = loads(before + word[:end], partial=True)
            assert dropped == {"": MISSING, "[1, ": [1], '{"a": ': {}}[before]


@pytest.mark.parametrize(
    ("text", "keep", "drop"),
    [
        ('"', "", MISSING),
        ('"x', "x", MISSING),
        ('["x', ["x"], []),
        ('["x\\ud83d', ["x"], []),
        ('{"a": "x', {"a": "x"}, {}),
        ('{"a": 1, "b', {"a": 1}, {"a": 1}),
        ('{"a": "old", "a": "x', {"a": "x"}, {"a": "old"}),
        ('["x"', ["x"], ["x"]),
    ],
)
def test_an_open_string_is_kept_or_dropped_with_its_key(text: str, keep: Any, drop: Any) -> None:
    assert loads(text, partial=True, strings="keep") == keep
    assert loads(text, partial=True, strings="drop") == drop


def test_bytes_may_end_inside_a_character() -> None:
    text = '["aé'.encode()
    assert loads(text[:-1], partial=True) == ["a"]
    assert loads(text, partial=True) == ["aé"]
    with pytest.raises(IncompleteJSONError):
        loads(text[:-1])
    assert loads('["a\ud83d', partial=True) == ["a"]


def test_the_partial_value_is_what_a_parser_has() -> None:
    text = '{"a": ["x\\n", -1.5, {"b": null}], "c": "é", "d": tru'
    for end in range(len(text) + 1):
        parser = Parser()
        parser.feed(text[:end])
        assert loads(text[:end], partial=True) == parser.value


def test_the_partial_value_of_a_skipped_member_is_the_first() -> None:
    for open_member in ('"x', "12", "tr", '{"b": "x', "[1"):
        text = '{"a": [0], "a": ' + open_member
        value = loads(text, partial=True, numbers="keep", literals="keep", duplicate_keys="first")
        assert value == {"a": [0]}


def test_functions_and_options_are_those_of_the_parser() -> None:
    assert loads("[1.10, 2]", parse_float=Decimal, parse_int=str) == [Decimal("1.10"), "2"]
    assert loads("1.10", partial=True, numbers="keep", parse_float=Decimal) == Decimal("1.10")
    assert loads('{"a": 1, "a": 2}', duplicate_keys="first") == {"a": 1}
    with pytest.raises(JSONSyntaxError):
        loads('{"a": 1, "a"', duplicate_keys="error", partial=True)
    assert loads('"\\ud800"', lone_surrogates="replace") == "\ufffd"
    assert loads(b'"\xff"', bad_utf8="replace") == "\ufffd"
    assert math.isinf(loads("1e999"))


@pytest.mark.parametrize("choice", [{"strings": "drop"}, {"numbers": "keep"}, {"literals": "keep"}])
def test_choices_about_unfinished_values_need_partial(choice: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="partial=True") as caught:
        loads("1", **choice)
    assert caught.value.code == "conflicting_options"


@pytest.mark.parametrize("name", ["strings", "numbers", "literals"])
def test_a_choice_is_keep_or_drop(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} must be 'keep' or 'drop'"):
        loads("1", partial=True, **{name: "yes"})  # type: ignore[arg-type]  # the point


def test_a_wrong_partial_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="partial"):
        loads("1", partial="yes")  # type: ignore[arg-type]  # the point
