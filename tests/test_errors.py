"""Errors are data: what they are, say and keep; and which arguments are refused."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

import partialjson
from partialjson import (
    CheckpointError,
    FieldCompleted,
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    Limits,
    Parser,
    PartialJSONError,
    StreamError,
    UsageError,
    Validated,
    ValidationFailed,
    Violation,
    error_from_dict,
    loads,
)

from .fragmenting import run

VIOLATION = Violation(("a", 0), "int_type", "no int", 7, True, {"type": "int_type"})


def error_of(text: Any, **options: Any) -> Any:
    """What the text comes to; one of the errors that stand at a character."""
    error = run(Parser(**options), [text]).error
    assert error is not None
    return error


def errors() -> list[PartialJSONError]:
    """One of each kind, the ones of a parser as it raises them."""
    return [
        PartialJSONError("no", code="x"),
        error_of('{"é": [1,\n ]'),
        error_of(b'["ab\xff'),
        error_of('{"a": {"b": "x'),
        error_of(" "),
        error_of("[[[", limits=Limits(max_depth=2)),
        ValidationFailed("failed", violation=VIOLATION, events=[FieldCompleted((), 1)]),
        CheckpointError("no checkpoint", code="wrong_version"),
        UsageError("no", code="closed"),
        StreamError("cut", code="truncated"),
    ]


# --- what they are -------------------------------------------------------------------


@pytest.mark.parametrize("error", errors(), ids=lambda error: type(error).__name__)
def test_every_error_is_a_value_error_with_a_code_and_a_message(error: PartialJSONError) -> None:
    assert isinstance(error, ValueError)
    assert isinstance(error, PartialJSONError)
    assert error.code.isidentifier()
    assert error.message
    assert error.message in str(error)


def test_syntax_and_incomplete_errors_are_those_of_json_too() -> None:
    for kind in (JSONSyntaxError, IncompleteJSONError):
        assert issubclass(kind, json.JSONDecodeError)
    assert not issubclass(JSONSyntaxError, IncompleteJSONError)
    for other in (LimitExceededError, CheckpointError, UsageError, StreamError, ValidationFailed):
        assert not issubclass(other, json.JSONDecodeError)
    try:
        loads("[1,\n x]")
    except json.JSONDecodeError as error:
        told = (error.msg, error.pos, error.lineno, error.colno, error.doc)
    message = "expected a value, found 'x'; repair={'bare_strings'} reads it"
    assert told == (message, 5, 2, 2, "[1,\n ")


def test_an_error_stands_at_its_place() -> None:
    error = error_of('{"é": [1,\n ]')
    assert isinstance(error, JSONSyntaxError)
    assert (error.offset, error.pos, error.byte_offset) == (11, 11, 12)
    assert (error.lineno, error.colno) == (2, 2)
    assert error.path == ("é", 1)
    assert error.expected == ("value",)
    assert error.doc == '{"é": [1,\n '
    assert error.events[-1] == FieldCompleted(("é", 0), 1)
    hint = "(JSON has no trailing commas); repair={'trailing_comma'} reads it"
    where = "line 2 column 2 (char 11), in /é/1"
    assert str(error) == f"expected a value, found ']' {hint}: {where}"


def test_an_incomplete_error_holds_the_value() -> None:
    error = error_of('{"a": {"b": "x')
    assert error.value == {"a": {"b": "x"}}
    assert error.path == ("a", "b")
    assert error_of(" ").value is partialjson.MISSING


def test_a_limit_error_names_its_limit() -> None:
    error = error_of("[[[", limits=Limits(max_depth=2))
    assert (error.code, error.limit, error.maximum) == ("limit_exceeded", "max_depth", 2)
    assert "max_depth=2" in str(error)


def test_a_deep_path_is_shortened_in_the_message_only() -> None:
    error = error_of('{"key":[' * 60 + "x")
    assert len(error.path) > 100
    assert ", in /key/0/key/0/…/" in str(error)
    assert len(str(error)) < 200
    long = error_of('{"' + "k" * 500 + '": x')
    assert len(str(long)) < 200


# --- what they say -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("['a']", "JSON strings are in double quotes"),
        ("{'a': 1}", "a key in double quotes"),
        ("{a: 1}", "a key in double quotes"),
        ("// x", "no comments"),
        ("[1, /* x */ 2]", "no comments"),
        ("# x", "no comments"),
        ("NaN", "NaN"),
        ("[Infinity]", "no Infinity"),
        ("None", "null is in lower case"),
        ("True", "true is in lower case"),
        ("[False]", "false is in lower case"),
        ("undefined", "no undefined"),
        ("+1", "no plus sign"),
        (".5", "begins with a digit"),
        ("01", "no leading zeros"),
        ("[-007]", "no leading zeros"),
        ("```json\n{}", "Markdown"),
        ("[1,]", "expected a value, found ']'"),
        ('{"a":1,}', "expected a key in double quotes, found '}'"),
        ('{"a" 1}', "expected ':'"),
        ("[1 2]", "expected ',' or ']'"),
        ("[1}", "',' or ']'"),
        ("[] x", "expected the end"),
        ('"a\nb"', r"\u000a"),
        ('"\\x"', 'one of " \\ / b f n r t u'),
        ('"\\u12g"', "a hex digit"),
        ('"\\ud800"', "half a surrogate pair"),
        ("\x00", "U+0000"),
        ("", "the text ended, expected a value"),
        ('{"a": "x', "the text ended"),
        (b'"\xff"', "0xFF"),
    ],
)
def test_a_message_says_what_to_do_about_it(text: Any, help_: str) -> None:
    assert help_ in error_of(text).message


def test_a_repeated_key_is_named_and_shortened() -> None:
    error = error_of('{"a": 1, "a": 2}', duplicate_keys="error")
    assert error.code == "duplicate_key"
    assert "'a'" in error.message
    long = '"' + "k" * 500 + '": 1'
    assert len(error_of("{" + long + "," + long, duplicate_keys="error").message) < 100


# --- what they keep ------------------------------------------------------------------


@pytest.mark.parametrize("error", errors(), ids=lambda error: type(error).__name__)
def test_pickling_and_copying_keep_everything(error: PartialJSONError) -> None:
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(other) is type(error)
        assert other == error
        assert hash(other) == hash(error)
        assert vars(other) == vars(error)
        assert str(other) == str(error)
        assert other.args == error.args


@pytest.mark.parametrize("error", errors(), ids=lambda error: type(error).__name__)
def test_a_dict_of_an_error_is_json_and_comes_back(error: PartialJSONError) -> None:
    data = error.as_dict()
    assert data["type"] == type(error).__name__
    back = error_from_dict(json.loads(json.dumps(data, allow_nan=False)))
    if isinstance(error, ValidationFailed):
        assert (type(back), back.code) == (PartialJSONError, "validation_failed")
    else:
        assert back == error
        assert str(back) == str(error)


def test_errors_compare_by_what_they_say() -> None:
    assert UsageError("a") == UsageError("a")
    assert UsageError("a") != UsageError("b")
    assert UsageError("a") != UsageError("a", code="closed")
    assert UsageError("a") != StreamError("a", code="invalid_option")
    assert error_of("[1,]") == error_of("[1,]")
    assert error_of("[1,]") != error_of("[12,]")
    assert error_of("[[", limits=Limits(max_depth=1)) != error_of("[[", limits=Limits(max_depth=2))
    assert UsageError("a") != "a"


def test_an_error_of_another_library_comes_back_as_the_base() -> None:
    back = error_from_dict({"type": "OSError", "code": "error", "message": "gone"})
    assert type(back) is PartialJSONError
    assert back.message == "gone"


@pytest.mark.parametrize(
    "data",
    [
        None,
        1,
        [],
        {},
        {"type": "UsageError"},
        {"message": 1},
        {"type": ["UsageError"], "message": "x"},
        {"type": {}, "message": "x"},
        {"type": "JSONSyntaxError", "message": "x", "path": 5},
        {"type": "JSONSyntaxError", "message": "x", "expected": None},
        {"type": "JSONSyntaxError", "message": "x", "expected": [1]},
        {"type": "JSONSyntaxError", "message": "x", "path": ["a", None]},
        {"type": "JSONSyntaxError", "message": "x", "offset": "1"},
        {"type": "LimitExceededError", "message": "x", "maximum": None},
        {"type": "UsageError", "message": "x", "code": 5},
    ],
    ids=repr,
)
def test_what_describes_no_error_is_refused(data: Any) -> None:
    with pytest.raises(UsageError):
        error_from_dict(data)


# --- limits --------------------------------------------------------------------------

NAMES = ["max_depth", "max_string", "max_key", "max_number", "max_members", "max_document"]


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_is_an_int_from_one(name: str) -> None:
    assert getattr(Limits(**{name: 1}), name) == 1
    for wrong in (0, -1):
        with pytest.raises(UsageError, match=f"{name} must be at least 1"):
            Limits(**{name: wrong})
    for odd in (1.0, "1", True, [1]):
        with pytest.raises(TypeError, match=f"{name} must be an int, not {type(odd).__name__}"):
            Limits(**{name: odd})  # type: ignore[arg-type]  # the point


def test_only_the_document_may_be_without_a_limit() -> None:
    assert Limits(max_document=None) == Limits()
    for name in NAMES[:-1]:
        with pytest.raises(TypeError, match="NoneType"):
            Limits(**{name: None})  # type: ignore[arg-type]  # the point


def test_the_default_limits_are_the_documented_ones() -> None:
    limits = Limits()
    mi, ki = 1024 * 1024, 1024
    assert [getattr(limits, name) for name in NAMES] == [200, 16 * mi, 64 * ki, 4300, mi, None]


def test_limits_do_not_change() -> None:
    with pytest.raises(AttributeError):
        Limits().max_depth = 3  # type: ignore[misc]  # the point


# --- options -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "allowed"),
    [
        ({"duplicate_keys": "never"}, "'last' or 'first' or 'error'"),
        ({"duplicate_keys": None}, "'last' or 'first' or 'error'"),
        ({"duplicate_keys": []}, "'last' or 'first' or 'error'"),
        ({"lone_surrogates": "ignore"}, "'error' or 'replace'"),
        ({"bad_utf8": True}, "'error' or 'replace'"),
        ({"trailing": "drop"}, "'error' or 'keep'"),
        ({"repair": None}, "repair must be False, True, 'json5' or a set of names"),
        ({"repair": "comments"}, "{'comments'} is one"),
        ({"repair": {"coments"}}, "no repair 'coments'; there are safe, json5, fence"),
        ({"repair": [["comments"]]}, "there is no repair"),
        ({"repair": "all"}, "repair must be False"),
        ({"repair": 0}, "repair must be False"),
        ({"many": True, "trailing": "keep"}, "trailing='error'"),
        (
            {"events": [Validated]},
            "ValueStarted, StringDelta, FieldCompleted, DocumentCompleted, Repaired",
        ),
        ({"events": Violation}, "Parser has no event Violation"),
        ({"events": str}, "Parser has no event str"),
        ({"events": "all"}, "Parser has no event"),
        ({"events": ["FieldCompleted"]}, "Parser has no event 'FieldCompleted'"),
        ({"events": [None]}, "Parser has no event None"),
    ],
)
def test_a_wrong_option_is_a_usage_error_that_says_what_is_allowed(
    options: dict[str, Any], allowed: str
) -> None:
    with pytest.raises(UsageError) as caught:
        Parser(**options)
    assert allowed in caught.value.message
    assert next(iter(options)) in caught.value.message or "events" in options


@pytest.mark.parametrize(
    "options",
    [
        {"keep": 1},
        {"keep": None},
        {"many": "yes"},
        {"limits": 200},
        {"limits": {"max_depth": 3}},
        {"parse_int": "int"},
        {"parse_float": 1.5},
        {"events": 1},
        {"paths": 1},
        {"no_such_option": 1},
    ],
)
def test_an_option_of_the_wrong_type_is_a_type_error(options: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=next(iter(options))):
        Parser(**options)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"duplicate_keys": "x"}, "invalid_option"),
        ({"repair": "all"}, "invalid_option"),
        ({"many": True, "trailing": "keep"}, "conflicting_options"),
        ({"events": [Validated]}, "invalid_option"),
        ({"paths": "x"}, "invalid_path"),
    ],
)
def test_a_usage_error_has_its_code(options: dict[str, Any], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        Parser(**options)
    assert caught.value.code == code


def test_options_have_names() -> None:
    with pytest.raises(TypeError):
        Parser(None)  # type: ignore[call-arg]  # the point
