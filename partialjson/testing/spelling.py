r"""The spellings of one JSON value: white space, escapes, digits, the order of members.

    >>> import random
    >>> respelled('{"a": "x/y", "b": [1, 2.50]}', random.Random(3))
    ' {"b" :[ 1,250e-2]\r\n\t,"a":"x\\u002Fy"\r\n\t}'

A tree is a value as it is taken apart here: a dict or a list of trees, or the JSON text of a
scalar, so that numbers keep their digits.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias, Union

Tree: TypeAlias = Union[str, "list[Tree]", "dict[str, Tree]"]

_BLANKS = (*("",) * 9, " ", "\n", "\r\n\t")
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "/": "\\/", '"': '\\"', "\\": "\\\\"}
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")


def respelled(text: str, chance: random.Random, *, numbers: float = 0.3) -> str:
    """Another text of the same value.

    Objects have the same members in any order; strings some characters as escapes; numbers the
    same value, as a double, in other digits (`1`, `1.0`, `10e-1`); white space is anywhere.

    Args:
        text: valid JSON; of a repeated key the last member stays.
        chance: where chance comes from.
        numbers: the share of the numbers that are written otherwise, from 0.0 to 1.0. Some
            readers tell `1` from `1.0`.

    >>> import random
    >>> respelled("[10, true]", random.Random(4), numbers=1.0)
    '[100e-1,true]'
    """
    return written(tree_of(text), chance, numbers=numbers)


# --- trees --------------------------------------------------------------------------------


class _Number(str):
    """The text of a number, as it was read."""


def tree_of(text: str) -> Tree:
    """The tree of a text; its numbers keep their digits.

    >>> tree_of('[1.50, "a"]')
    ['1.50', '"a"']
    """
    return _tree(json.loads(text, parse_int=_Number, parse_float=_Number))


def _tree(value: Any) -> Tree:
    if isinstance(value, dict):
        return {key: _tree(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_tree(item) for item in value]
    return str(value) if isinstance(value, _Number) else json.dumps(value)


def written(tree: Tree, chance: random.Random, *, numbers: float = 0.0) -> str:
    """The tree as text, in some spelling; see `respelled`."""
    writing = _Writing(chance, numbers)
    if not writing.often(0.7):
        return writing.written(tree, lambda: "")
    return writing.blank() + writing.written(tree, writing.blank)


class _Writing:
    """Writes trees by chance; of two ways the simpler is the first."""

    def __init__(self, chance: random.Random, numbers: float) -> None:
        self.chance = chance
        self.numbers = numbers

    def often(self, share: float) -> bool:
        return self.chance.randrange(100) >= 100 - 100 * share

    def blank(self) -> str:
        return self.chance.choice(_BLANKS)

    def written(self, tree: Tree, blank: Callable[[], str]) -> str:
        if isinstance(tree, str):
            return self.scalar(tree)
        if isinstance(tree, list):
            items = [f"{blank()}{self.written(item, blank)}{blank()}" for item in tree]
            return f"[{','.join(items)}]"
        pairs = list(tree.items())
        if self.often(0.5):
            self.chance.shuffle(pairs)
        members = [
            f"{blank()}{self.string(key)}{blank()}:{blank()}{self.written(member, blank)}{blank()}"
            for key, member in pairs
        ]
        return "{" + ",".join(members) + "}"

    def scalar(self, text: str) -> str:
        if text[0] == '"':
            return self.string(json.loads(text))
        is_number = text[0] in "-0123456789"
        return (
            self.chance.choice(spellings(text)) if is_number and self.often(self.numbers) else text
        )

    def string(self, value: str) -> str:
        if not self.often(0.3):
            return json.dumps(value, ensure_ascii=self.often(0.5))
        return f'"{"".join(map(self.character, value))}"'

    def character(self, c: str) -> str:
        if ord(c) < 0x10000 and self.often(0.3):
            return f"\\u{ord(c):04x}" if self.often(0.5) else f"\\u{ord(c):04X}"
        if c in _SHORT and self.often(0.5):
            return _SHORT[c]
        return json.dumps(c, ensure_ascii=self.often(0.2))[1:-1]


# --- numbers ------------------------------------------------------------------------------


def spellings(number: str) -> list[str]:
    """The number, and other ways to write it.

    >>> spellings("12")
    ['12', '12.0', '12e0', '120e-1', '12E+0', '0.12E+2', '1.2e1']
    """
    if len(number) > 300 or math.isinf(float(number)):
        return [number]
    if float(number) == 0:
        return [number, "0", "0.0", "-0", "0e5", "-0.0E-2"]
    sign, figures, power = Decimal(number).as_tuple()
    assert isinstance(power, int)
    minus, digits = "-" * sign, "".join(map(str, figures))
    found = [f"{number}.0", f"{minus}{digits}e{power}", f"{minus}{digits}0e{power - 1}"]
    found += [f"{minus}{digits}E+{power}", f"{minus}0.{digits}E{power + len(digits):+}"]
    found += [f"{minus}{digits[0]}.{digits[1:] or 0}e{power + len(digits) - 1}"]
    return [number, *(text for text in found if _same_number(text, number))]


def _same_number(text: str, number: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and bool(json.loads(text) == json.loads(number))
