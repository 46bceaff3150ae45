"""Strings that match a regular expression, made from its parse tree."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from random import Random
from typing import Any, Final

_parser: Any = import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")

_DIGITS: Final = "0123456789"
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_CATEGORIES: Final = {
    "CATEGORY_DIGIT": _DIGITS,
    "CATEGORY_WORD": _LETTERS + _DIGITS + "_",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": _LETTERS + _DIGITS + ".-",
}
_WIDE: Final = 4  # how many more than it must an open repetition has at most


def sample(pattern: str, rng: Random) -> str:
    """A string that the pattern finds something in: what it finds, and nothing around it.

    Only what the benchmark's schemas use is known: literals, classes, groups, repetitions,
    alternatives and anchors at both ends. `KeyError` for anything else.
    """
    return "".join(_part(str(op), argument, rng) for op, argument in _tree(pattern))


@cache
def _tree(pattern: str) -> Any:
    return _parser.parse(pattern)


def _sequence(parts: Iterable[tuple[Any, Any]], rng: Random) -> str:
    return "".join(_part(str(op), argument, rng) for op, argument in parts)


def _part(op: str, argument: Any, rng: Random) -> str:
    match op:
        case "LITERAL":
            return chr(argument)
        case "NOT_LITERAL":
            return rng.choice([letter for letter in _LETTERS if ord(letter) != argument])
        case "IN":
            return _member(argument, rng)
        case "ANY":
            return rng.choice(_LETTERS)
        case "AT":
            return ""
        case "BRANCH":
            return _sequence(rng.choice(argument[1]), rng)
        case "SUBPATTERN":
            return _sequence(argument[3], rng)
        case "MAX_REPEAT":
            least, most, repeated = argument
            count = rng.randint(least, min(int(most), least + _WIDE))
            return "".join(_sequence(repeated, rng) for _ in range(count))
    raise KeyError(op)


def _member(members: list[tuple[Any, Any]], rng: Random) -> str:
    """A character of a class; of a negated one, a letter or digit outside it."""
    if str(members[0][0]) == "NEGATE":
        outside = {char for kind, of in members[1:] for char in _range(str(kind), of)}
        return rng.choice([char for char in _LETTERS + _DIGITS if char not in outside])
    kind, of = rng.choice(members)
    return rng.choice(_range(str(kind), of))


def _range(kind: str, of: Any) -> str:
    match kind:
        case "LITERAL":
            return chr(of)
        case "RANGE":
            return "".join(map(chr, range(of[0], of[1] + 1)))
    return _CATEGORIES[str(of)]
