"""The arguments of a call that come as fragments of JSON text, and servers that repeat them.

Three faults are undone, each with a `CallMended`:

- `empty_object_first`: an opening `{}`, which stands for "nothing yet", and after it the
  real arguments. A first text of exactly `{}` is therefore held back until it is known
  what follows.
- `resent_text`: each fragment is all the text so far and more.
- `repeated_delta`: a fragment is all the text so far and nothing more, as when the first
  delta of a call is sent twice.

Whether a fragment repeats the text is never guessed. `{"a":` after `{"a":` may be an object
in an object; `{"a": 1` after `{"a": 1` cannot be JSON, whatever follows. So a fragment that
begins with all the text so far repeats it exactly if the two together could not go on as
JSON, which a reading of the tokens decides. A call whose text was sent again once is taken
to do so ever after.

Only a fragment that begins with `{` is looked at, and comparing it with the text so far
costs no more than its own length.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from .adapter import Call
from .deltas import CallMended, CallText, Delta

_WHITE = " \t\n\r"


def as_text(arguments: Any) -> str:
    """Arguments as JSON text, where a provider may send an object; "" for none.

    >>> as_text({"city": "Köln"})
    '{"city": "Köln"}'

    Raises:
        TypeError: for what is neither text, nor an object or list, nor null.
        ValueError: for what nests too deeply, or holds itself.
    """
    if isinstance(arguments, str):
        return arguments
    if arguments is None:
        return ""
    if isinstance(arguments, (dict, list)):
        try:
            return json.dumps(arguments, ensure_ascii=False)
        except RecursionError:
            raise ValueError("arguments are nested too deeply") from None
    raise TypeError(f"arguments are of type {type(arguments).__name__}")


def take(call: Call, text: str, facts: dict[str, Any]) -> Iterator[Delta]:
    """What a fragment brings that is new.

    It has to be asked for fragments that begin with `{`, and for those of a call that has
    something held back; others are new as they are.

    Args:
        call: the call; its `texts` and `held` are kept up to date.
        text: the fragment, not empty.
        facts: the adapter's, where it keeps `held`, the calls whose `{}` is held back, and
            `resending`, those that send their text again.
    """
    if call.held:
        yield from _after_empty(call, text, facts)
    elif text == "{}" and not any(call.texts):
        call.held = text
        facts.setdefault("held", []).append(call.key)
    else:
        rest = _news(call, text, facts)
        if rest != text:
            repair = "resent_text" if rest else "repeated_delta"
            yield CallMended(call.key, repair, text, rest)
        if rest:
            call.texts.append(rest)
            yield CallText(call.key, rest)


def release(call: Call, facts: dict[str, Any]) -> Iterator[Delta]:
    """Hand on the `{}` that a call holds back: it is the arguments."""
    text = call.held + call.text
    call.texts[:] = [text]
    _forget(call, facts)
    yield CallText(call.key, text)


def _after_empty(call: Call, text: str, facts: dict[str, Any]) -> Iterator[Delta]:
    """What follows the `{}` that is held back; white space is held back with it."""
    first = text.lstrip(_WHITE)[:1]
    if text == "{}":
        yield CallMended(call.key, "repeated_delta", text, "")
    elif not first:
        call.texts.append(text)
    elif first == "{":
        text = call.text + text
        call.texts[:] = [text]
        _forget(call, facts)
        yield CallMended(call.key, "empty_object_first", "{}", "")
        yield CallText(call.key, text)
    else:
        yield from release(call, facts)
        call.texts.append(text)
        yield CallText(call.key, text)


def _forget(call: Call, facts: dict[str, Any]) -> None:
    facts["held"].remove(call.key)
    call.held = ""


def _news(call: Call, text: str, facts: dict[str, Any]) -> str:
    """The fragment without the text so far, where it repeats it."""
    known = length_of(call.texts, text)
    if not known:
        return text
    resending = facts.setdefault("resending", [])
    if call.key not in resending:
        if not repeats(call.text, text):
            return text
        if known < len(text):
            resending.append(call.key)
    return text[known:]


def length_of(texts: list[str], fragment: str) -> int:
    """How long the texts are together, if a fragment begins with them all; else 0."""
    at = 0
    for text in texts:
        if not fragment.startswith(text, at):
            return 0
        at += len(text)
    return at


# --- what may still become JSON --------------------------------------------------------

_STRING = r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*'
_INTEGER = r"-?(?:0|[1-9][0-9]*)"
_SCALAR = rf"(?:{_INTEGER}(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)(?=[ \t\n\r,\]}}])"
_TOKEN = re.compile(rf'[ \t\n\r]*(?:(?P<mark>[{{}}\[\]:,])|(?P<string>{_STRING}")|{_SCALAR})')
_OPEN_STRING = re.compile(rf"{_STRING}(?:\\(?:u[0-9a-fA-F]{{0,3}})?)?")
_OPEN_SCALAR = re.compile(
    rf"-?|{_INTEGER}(?:\.[0-9]*|(?:\.[0-9]+)?[eE][+-]?[0-9]*)?"
    r"|t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|n(?:u(?:ll?)?)?"
)

# What is expected, and what each token makes of it; "scalar" is a number or a literal. After
# a value, what is expected depends on what it stands in: "" for nothing, the document.
_VALUE = {"string": "end", "scalar": "end", "{": "first key", "[": "first item"}
_KEY = {"string": "colon"}
_NEXT = {
    "value": _VALUE,
    "first item": {**_VALUE, "]": "end"},
    "first key": {**_KEY, "}": "end"},
    "key": _KEY,
    "colon": {":": "value"},
    "after{": {",": "key", "}": "end"},
    "after[": {",": "value", "]": "end"},
    "after": {},
}


def _read(text: str) -> tuple[str | None, str]:
    """What is expected after a text's whole tokens, None where one is wrong; and the rest."""
    expected, inside, at = "value", [""], 0
    while token := _TOKEN.match(text, at):
        kind = token["mark"] or token.lastgroup or "scalar"
        following = _NEXT[expected].get(kind)
        if following is None:
            return None, ""
        if kind in ("{", "["):
            inside.append(kind)
        elif kind in ("}", "]"):
            inside.pop()
        expected = "after" + inside[-1] if following == "end" else following
        at = token.end()
    return expected, text[at:].lstrip(_WHITE)


def may_go_on(text: str) -> bool:
    """Whether a text is JSON, or some continuation would make it so (RFC 8259).

    >>> may_go_on('{"a": "b'), may_go_on('{"a": tr'), may_go_on('{"a": 1 {')
    (True, True, False)
    """
    expected, rest = _read(text)
    if expected is None:
        return False
    if not rest:
        return True
    if rest[0] == '"':
        return "string" in _NEXT[expected] and _OPEN_STRING.fullmatch(rest) is not None
    return "scalar" in _NEXT[expected] and _OPEN_SCALAR.fullmatch(rest) is not None


def repeats(before: str, fragment: str) -> bool:
    """Whether a fragment that begins with all the text before it must be that text again.

    It must, if it cannot go on from there: never a matter of likelihood.

    >>> repeats('{"a"', '{"a": 1'), repeats('{"a":', '{"a": 1')
    (True, False)
    """
    return may_go_on(before) and not may_go_on(before + fragment)
