"""What a repairer's part of a checkpoint must look like: types, and what a mode goes by.

As `_core.shape`, this tells data that somebody made up, so that no mode trips over it later.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..grammar import (
    AFTER,
    DONE,
    FIRST_KEY,
    ITEM,
    KEY,
    LITERAL,
    MINUS,
    START,
    STRING,
    VALUE,
    ZERO,
)
from .names import HELD, REPAIRS

if TYPE_CHECKING:
    from .repairer import Repairer

_MOST: Final = 1 << 53  # what every reader of JSON can count to
_BETWEEN: Final = (*range(STRING), *range(ZERO, LITERAL))  # tokens; a number may end there
_WORDS: Final = (START, VALUE, ITEM)


class _Needs(NamedTuple):
    """The states of the tokenizer in which a mode can be, and what it may hold."""

    states: tuple[int, ...]
    held: str = ""


_NEEDS: Final = {
    "comma": _Needs((AFTER,), r",[\s\S]*"),
    "slash": _Needs(_BETWEEN, "/"),
    "line": _Needs(_BETWEEN),
    "block": _Needs(_BETWEEN, r"\*?"),
    "bracket": _Needs((AFTER, ITEM, FIRST_KEY), r"[\]}][ \t\n\r]*"),
    "quoted": _Needs((*range(STRING, MINUS),), r"[\s\S]?"),
    "inner": _Needs((*range(STRING, MINUS),), r'("[ \t\n\r]*)?'),
    "hex": _Needs((STRING,), r"\\x[0-9a-fA-F]?"),
    "crlf": _Needs((STRING,)),
    "low": _Needs((STRING,), r"\\u[0-9a-fA-F]{1,3}"),
    "first_word": _Needs((START,), "-|[a-z]{0,4}"),
    "word": _Needs(_WORDS, r"[\s\S]*"),
    "word_end": _Needs(_WORDS, r"\S[\s\S]*"),
    "next_word": _Needs(_WORDS, r"\S[\s\S]*"),
    "bare": _Needs((STRING,), r"[\s\S]*"),
    "bare_key": _Needs((STRING,)),
    "cased": _Needs((FIRST_KEY, KEY), r"[\s\S]*"),
    "ticks": _Needs((START, DONE), "`{1,3}"),
    "info": _Needs((START,), r"[\s\S]*"),
    "tag": _Needs((START, DONE), r"<[\s\S]*"),
    "thinking": _Needs((START, DONE), r"[\s\S]*"),
    "prose": _Needs((START,), r"([\[{][\s\S]*)?"),
    "after": _Needs((DONE,), r"(`[\s\S]*)?"),
}
_INSIDE: Final = {  # modes in which others may begin, and which
    "quoted": ("hex", "crlf", "low"),
    "inner": ("hex", "crlf", "low"),
    "prose": ("ticks", "tag"),
}


def check(data: dict[str, Any], r: Repairer, failed: bool) -> None:
    """Raise ValueError unless `data` can be the state of a repairer whose tokenizer is loaded."""
    if data.keys() != _FIELDS.keys():
        raise ValueError("repairs have other fields")
    for field, fits in _FIELDS.items():
        if not fits(data[field]):
            raise ValueError(f"repairs.{field} cannot be {data[field]!r:.40}")
    if not failed:
        _check_modes(data["modes"], data["held"], r)


def _check_modes(modes: list[str], held: str, r: Repairer) -> None:
    state = r.tokenizer.state
    if any(mode not in _NEEDS or state not in _NEEDS[mode].states for mode in modes):
        raise ValueError("there is no such mode here")
    if len(modes) > 2 or (len(modes) == 2 and modes[1] not in _INSIDE.get(modes[0], ())):
        raise ValueError("these modes are not in each other")
    if not re.fullmatch(_NEEDS[modes[-1]].held if modes else "", held):
        raise ValueError("this mode holds something else")
    if modes == ["bracket"] and not _closes_something(r, held[0] == "}"):
        raise ValueError("the bracket closes nothing")


def _closes_something(r: Repairer, wanted: bool) -> bool:
    """Whether a container is open that the held bracket closes."""
    from .structure import FARTHEST, kinds

    return not r.at_root and wanted in islice(kinds(r), FARTHEST)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < _MOST


def _is_offset(value: Any) -> bool:
    """Less what is left out, or with what is put in, it may be below zero."""
    return type(value) is int and -_MOST < value < _MOST


def _is_text(value: Any) -> bool:
    return type(value) is str


def _is_flag(value: Any) -> bool:
    return type(value) is bool


def _are(each: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Whether it is a list of these."""
    return lambda value: isinstance(value, list) and all(map(each, value))


def _is_edit(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_offset, value))


_FIELDS: Final[dict[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(("close_tag", "closers", "fenced", "heard", "tail"), _is_text),
    **dict.fromkeys(("line_blank", "truncated"), _is_flag),
    **dict.fromkeys(("counted", "newline", "shift", "span_at", "tail_at"), _is_offset),
    "edits": _are(_is_edit),
    "held": lambda value: _is_text(value) and len(value) <= HELD + 1,
    "lines": _is_count,
    "modes": _are(_is_text),
    "narrow": _are(_is_edit),
    "repairs": _are(lambda value: isinstance(value, dict)),
    "span": lambda value: value is None or _is_text(value),
    "span_name": lambda value: value == "" or value in REPAIRS,
    "wrapped": _are(_is_count),
}
