r"""`loads`, of whole texts and of beginnings.

Property: a whole text has the value of `json.loads`, or the error that a `Parser` raises for it.
Of a beginning, the value is that of `json.loads` for the text as `mended` completes it, which
knows nothing of the parser: for each choice of what becomes of an open string, number, literal.

Documented: JSONSyntaxError and LimitExceededError; IncompleteJSONError without `partial`.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

from partialjson import (
    MISSING,
    IncompleteJSONError,
    Parser,
    PartialJSONError,
    loads,
)
from tests.fuzz.choices import Choices
from tests.test_promises import exact, facts

from .parser import WORDS as WORDS

MAX_LEN = 200
_OPTIONS: tuple[dict[str, Any], ...] = (
    *({"duplicate_keys": "error"}, {"duplicate_keys": "error"}, {}, {"duplicate_keys": "first"}),
    *({"lone_surrogates": "replace"}, {"bad_utf8": "replace"}, {"repair": True}),
)


def run(data: bytes) -> None:
    choices = Choices(data)
    options, as_text = choices.pick(_OPTIONS), not choices.flag()
    text: Any = choices.text() if as_text else choices.rest()
    fed, closed = errors_of(text, options)
    try:
        value = loads(text, **options)
    except IncompleteJSONError as error:
        assert facts(error) == facts(closed)
        value = error.value
    except PartialJSONError as error:
        assert facts(error) == facts(fed or closed)  # a repair may decide at the end
    else:
        assert fed is None
        assert closed is None
        if options.get("duplicate_keys") != "first" and "repair" not in options:
            check_whole(text, value)
    for strings, numbers, literals in itertools.product(("keep", "drop"), repeat=3):
        try:
            begun = loads(
                text,
                partial=True,
                strings=strings,  # type: ignore[arg-type]  # each of two
                numbers=numbers,  # type: ignore[arg-type]
                literals=literals,  # type: ignore[arg-type]
                **options,
            )
        except PartialJSONError as error:
            assert facts(error) == facts(fed)
        else:
            assert fed is None
            if as_text and options == _OPTIONS[0]:
                check_beginning(text, begun, (strings, numbers, literals))


def errors_of(text: Any, options: dict[str, Any]) -> tuple[Any, Any]:
    """What a parser raises for a text: by `feed`, by `close`."""
    parser = Parser(**options)
    try:
        parser.feed(text)
    except PartialJSONError as error:
        return error, None
    try:
        parser.close()
    except PartialJSONError as error:
        return None, error
    return None, None


def check_whole(text: Any, value: Any) -> None:
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    try:
        expected = json.loads(text.removeprefix("\ufeff"))
    except UnicodeEncodeError:
        return
    if "\\ud" not in exact(expected):  # what was replaced
        assert exact(value) == exact(expected)


def check_beginning(text: str, value: Any, choice: tuple[str, str, str]) -> None:
    whole = mended(text.removeprefix("\ufeff"), *choice)
    if whole is None:
        assert value is MISSING, value
    else:
        expected = json.loads(whole)
        assert exact(value) == exact(halves_dropped(expected)), whole


_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")|(?P<open>"(?:[^"\\]|\\.)*\\?$)|(?P<number>-?[0-9][0-9.eE+-]*|-)'
    r"|(?P<word>[a-z]+)|(?P<sign>[\[\]{},:])|[ \t\n\r]+",
    re.DOTALL,
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORDS = ("true", "false", "null")
_HALF = "\\\\[uU][dD][89abAB][0-9a-fA-F]{2}"
_CUT = re.compile(rf"({_HALF})?(\\(u[0-9a-fA-F]{{0,3}})?)?$|[\ud800-\udbff]$")


def mended(text: str, strings: str, numbers: str, literals: str) -> str | None:
    """The beginning of a document as a whole one; None where no value began that is kept."""
    tokens = [(m.lastgroup, m.group()) for m in _TOKEN.finditer(text) if m.lastgroup]
    if tokens:
        last = tokens.pop()
        tokens += finished(last, strings, numbers, literals, _at_key(tokens))
    closing = [x for _, x in opened(tokens)]
    _drop_what_is_unfinished(tokens)
    return "".join(x for _, x in tokens) + "".join(reversed(closing)) if tokens else None


Token = tuple[Any, str]


def finished(last: Token, strings: str, numbers: str, literals: str, key: bool) -> list[Token]:
    """The last token as a whole one, or none."""
    kind, text = last
    if kind == "open":
        kept = '"' + _CUT.sub("", text[1:]) + '"'
        return [("string", kept)] if strings == "keep" and not key else []
    if kind == "word" and text not in _WORDS:
        word = next(word for word in _WORDS if word.startswith(text))
        return [("word", word)] if literals == "keep" else []
    if kind == "number":
        whole = _NUMBER.match(text)
        return [("number", whole.group())] if numbers == "keep" and whole else []
    return [last]


def opened(tokens: list[Token]) -> list[Token]:
    """The closing brackets that are due."""
    due: list[Token] = []
    for kind, text in tokens:
        if kind == "sign" and text in "[{":
            due.append(("sign", "]" if text == "[" else "}"))
        elif kind == "sign" and text in "]}":
            due.pop()
    return due


def _at_key(tokens: list[Token]) -> bool:
    """Whether a key comes next."""
    due = opened(tokens)
    return bool(due) and due[-1][1] == "}" and tokens[-1][1] in ("{", ",")


def _drop_what_is_unfinished(tokens: list[Token]) -> None:
    """A comma, a colon or a key at the end."""
    if tokens and tokens[-1] == ("sign", ":"):
        tokens.pop()
    if tokens and tokens[-1][0] == "string" and _at_key(tokens[:-1]):
        tokens.pop()
    if tokens and tokens[-1] == ("sign", ","):
        tokens.pop()


def halves_dropped(value: Any) -> Any:
    """`json` joins two halves that came as characters only if they are written as escapes."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    if isinstance(value, list):
        return [halves_dropped(item) for item in value]
    if isinstance(value, dict):
        return {halves_dropped(key): halves_dropped(item) for key, item in value.items()}
    return value


def seeds() -> Iterator[bytes]:
    text = b'{"a": [-15.0, true], "b": "x\\u00e9", "\\ud83d\\ude00": {"c": [nul'
    for head in (b"\0\0", b"\2\0", b"\4\1", b"\6\0"):
        yield head + text
        yield head + text[:40]
        yield head + b'["a", 1, 1.5E-'
        yield head + b'"\\ud83d\\ud'
        yield head + b"-"
    yield b"\5\1" + b'["\xff\xe2\x82", {"a": 1, "a": 2}]'
