"""What a checkpoint's data must look like: types, ranges, and what must go together.

A digest tells damage; this tells data that somebody made up, so that `restore` refuses it and
no later call trips over it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from . import grammar as g
from . import scan

Check: TypeAlias = Callable[[Any], bool]

_MOST = 1 << 53  # what every reader of JSON can count to
_OUTSIDE = (g.START, g.DONE, g.SPACE, g.REST)
_AT_VALUE = (g.COLON, g.VALUE, *range(g.MINUS, g.REST))  # of which the tree has not heard yet


def check(data: dict[str, Any]) -> None:
    """Raise ValueError unless `data` can be the state of a parser."""
    _check_fields("text", data["text"], _TEXT)
    _check_fields("tokenizer", data["tokenizer"], _TOKENIZER)
    _check_fields("tree", data["tree"], _TREE)
    _check_fields("flags", data["tree"]["flags"], dict.fromkeys(_FLAGS, _flag) | {"index": _count})
    for frame in data["tree"]["frames"]:
        _check_frame(frame)
    if data["error"] is None:  # else nothing is read any more, and anybody may have cut in
        _check_nesting(data["tokenizer"], data["tree"]["frames"])
        _check_token(data["tokenizer"], data["tree"])
        _check_documents(data["tokenizer"], data["tree"], data["options"]["keep"])
    if not _flag(data["closed"]):
        raise ValueError("closed is no flag")


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value < _MOST


def _flag(value: Any) -> bool:
    return type(value) is bool


def _str(value: Any) -> bool:
    return type(value) is str


def _characters(value: Any) -> bool:
    """A text that was read: halves of surrogate pairs were joined or replaced."""
    return type(value) is str and not any("\ud800" <= c <= "\udfff" for c in value)


def _newline(value: Any) -> bool:
    return type(value) is int and -1 <= value < _MOST


def _half_pair(value: Any) -> bool:
    return value == [] or (
        isinstance(value, list) and len(value) == 1 and _count(value[0]) and _high(value[0])
    )


def _high(value: int) -> bool:
    return 0xD800 <= value <= 0xDBFF


_TEXT: dict[str, Check] = {
    "held": lambda v: _str(v) and re.fullmatch(r"(?:[0-9a-f]{2}){0,3}", v) is not None,
    "high": _half_pair,
    "wide": _count,
    "tail": _str,
}
_TOKENIZER: dict[str, Check] = {
    **dict.fromkeys(("base", "commas", "document_start", "began", "documents", "lines"), _count),
    **dict.fromkeys(("mark", "string_length"), _count),
    "digits": lambda v: _count(v) and v <= 4,
    "high": lambda v: _count(v) and (v == 0 or _high(v)),
    "in_key": _flag,
    "is_object": _flag,
    "matched": lambda v: _count(v) and v <= 5,
    "newline": _newline,
    "rest": _str,
    "stack": lambda v: isinstance(v, list) and all(map(_count, v)),
    "state": lambda v: v in g.STATE_NAMES,
    "token": _characters,
    "unit": lambda v: _count(v) and v <= 0xFFFF,
    "word": lambda v: v == "" or v in [word for word, _ in g.WORDS.values()],
}
_TREE: dict[str, Check] = {
    "frames": lambda v: isinstance(v, list) and len(v) > 0,
    "text": _characters,
    "flags": lambda v: isinstance(v, dict),
}
_FLAGS = ("_told", "_store", "_kept", "_valued", "in_string", "placed", "repeated", "want_pieces")


def _check_fields(name: str, data: Any, checks: dict[str, Check]) -> None:
    if not isinstance(data, dict) or data.keys() != checks.keys():
        raise ValueError(f"{name} has other fields")
    for field, fits in checks.items():
        if not fits(data[field]):
            raise ValueError(f"{name}.{field} cannot be {data[field]!r:.40}")


def _check_frame(frame: Any) -> None:
    kind, step, text, *flags, keys = frame
    if kind not in ("[", "{") or len(flags) != 3 or not all(map(_flag, flags)):
        raise ValueError("a frame has another form")
    if not (step is None or (_count(step) if kind == "[" else _characters(step))):
        raise ValueError("a frame's step is of another type")
    if not (text is None or _str(text)):
        raise ValueError("a frame's text is none")
    if not (keys is None or (isinstance(keys, list) and all(map(_characters, keys)))):
        raise ValueError("a frame's keys are none")


def _check_nesting(tokenizer: dict[str, Any], frames: list[Any]) -> None:
    """Tokenizer and tree must be inside the same containers."""
    stack = [*tokenizer["stack"], 2 * tokenizer["commas"] + tokenizer["is_object"]][1:]
    kinds = ["{" if entry & 1 else "[" for entry in stack]
    if kinds != [frame[0] for frame in frames[1:]]:
        raise ValueError("the containers do not fit")
    for entry, frame in zip(stack, frames[1:], strict=True):
        if frame[0] == "[" and (frame[1] is None or frame[1] not in (entry >> 1, (entry >> 1) + 1)):
            raise ValueError("an array's index does not fit")


def _check_documents(tokenizer: dict[str, Any], tree: dict[str, Any], keep: bool) -> None:
    """A completed document must be there."""
    documents = tokenizer["documents"]
    if documents != tree["flags"]["index"]:
        raise ValueError("the documents do not fit")
    between = g.STATE_NAMES.index(tokenizer["state"]) in _OUTSIDE
    if keep is True and documents and between and tree["frames"][0][2] is None:
        raise ValueError("the completed document is missing")


def _is_number(token: str, state: int) -> bool:
    """Whether reading a number up to here gives this state."""
    n = len(token)
    return scan.number_end(token, 0, n, g.VALUE) == (n, state)


def _check_token(tokenizer: dict[str, Any], tree: dict[str, Any]) -> None:
    """The state must be one that can be inside this container, with this open token."""
    state = g.STATE_NAMES.index(tokenizer["state"])
    is_object, inside = tokenizer["is_object"], bool(tokenizer["stack"])
    flags = tree["flags"]
    in_text = g.STRING <= state < g.MINUS
    fits = (
        (state not in (g.FIRST_KEY, g.KEY, g.COLON) or (inside and is_object))
        and (state != g.ITEM or (inside and not is_object))
        and (state != g.AFTER or inside)
        and (state not in _OUTSIDE or not inside)
        and (not (in_text and tokenizer["in_key"]) or (inside and is_object))
        and (state != g.LITERAL or 0 < tokenizer["matched"] < len(tokenizer["word"]))
        and (state not in (g.DONE, g.SPACE, g.REST) or tokenizer["documents"] > 0)
        and (state not in (g.HIGH, g.HIGH_ESCAPE, g.LOW) or _high(tokenizer["high"]))
        and flags["in_string"] == (in_text and not tokenizer["in_key"])
        and (not flags["placed"] or flags["in_string"])
        and (not tree["text"] or flags["in_string"])
        and (not flags["repeated"] or (inside and is_object and state in _AT_VALUE))
        and (state not in g.NUMBER_EXPECTED or _is_number(tokenizer["token"], state))
    )
    if not fits:
        raise ValueError("the state does not fit")
