r"""A regular expression as a tree, read from the tree of Python's own parser.

A *leaf* takes one character, and asks `re` about it, so that classes, case and flags are
`re`'s own. A *gate* takes none. What cannot be said exactly is read as more than it is:

    lazy repeats                        as greedy ones, which match the same texts
    lookaround, `\b`, `\B`              as what they are, which only a whole text can answer
    possessive repeats, atomic groups   as plain ones
    back references                     as any text
    conditional groups                  as either of their two sides
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

_parser: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")

FREE, LINE, TAIL, END = range(4)
"""What may follow: anything; the end or a newline; the end or one last newline; the end."""

ANYWHERE, LINE_START, TEXT_START = range(3)
"""Where a gate opens."""

_TYPES = re.ASCII | re.UNICODE
_DEPTH = 100  # levels of groups, alternatives and repeats; each takes frames of Python's stack


@dataclass(eq=False, slots=True)
class Leaf:
    """Takes one character.

    Attributes:
        matches: whether a character is one of the leaf's, as a truth value.
        possible: False where none is.
    """

    matches: Callable[[str], object]
    possible: bool = True
    size: int = field(init=False, default=1)


@dataclass(eq=False, slots=True)
class Gate:
    """Takes nothing: passed at certain places, and with a promise about what follows."""

    since: int = ANYWHERE
    follow: int = FREE
    size: int = field(init=False, default=1)


@dataclass(eq=False, slots=True)
class Look:
    """Takes nothing: passed where `body` matches (or, negated, does not) ahead or behind."""

    body: Tree
    ahead: bool
    negated: bool
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = 1 + self.body.size


@dataclass(eq=False, slots=True)
class Sequence:
    """One after the other."""

    items: tuple[Tree, ...]
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = sum(item.size for item in self.items)


@dataclass(eq=False, slots=True)
class Branch:
    """One of several; of none, what never matches."""

    items: tuple[Tree, ...]
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = max(1, sum(max(1, item.size) for item in self.items))


@dataclass(eq=False, slots=True)
class Repeat:
    """The same again, `least` to `most` times (None: any number)."""

    body: Tree
    least: int
    most: int | None
    size: int = field(init=False)

    def __post_init__(self) -> None:
        times = max(self.least, 1) if self.most is None else self.most
        self.size = times * max(1, self.body.size)


Tree = Leaf | Gate | Look | Sequence | Branch | Repeat

ANYTHING = Leaf(lambda character: True)


class Echo(Repeat):
    """A back reference: any text, as far as is known before the whole is there."""

    __slots__ = ()


class Reading(NamedTuple):
    """A pattern as a tree.

    Attributes:
        tree: the tree.
        exact: no part of it needs to know what comes next, or what came before.
        decided: those that do are lookaround, which a whole text answers.
    """

    tree: Tree
    exact: bool
    decided: bool


@lru_cache(maxsize=1_024)
def read(pattern: str) -> Reading:
    """A pattern as a tree.

    Raises:
        re.error: as `re.compile`; also for what nests or repeats beyond what it can hold.
    """
    try:
        re.compile(pattern)
        parsed = _parser.parse(pattern)
    except OverflowError as error:
        raise re.error(str(error), pattern) from None
    except RecursionError:
        if pattern.count("(") < _DEPTH:
            raise  # the caller's own stack is nearly full
        raise re.error("nested too deeply", pattern) from None
    reader = _Reader(pattern)
    tree = reader.sequence(parsed, parsed.state.flags)
    return Reading(tree, reader.exact, reader.decided)


class _Reader:
    """Reads the tree of Python's own parser, whose operators go by their names here."""

    def __init__(self, pattern: str) -> None:
        self.exact = True
        self.decided = True
        self._pattern = pattern
        self._depth = 0

    def sequence(self, items: Any, flags: int) -> Tree:
        """The items of one level, with the flags that hold for them."""
        self._depth += 1
        if self._depth > _DEPTH:
            raise re.error("nested too deeply", self._pattern)
        parts = []
        for operator, argument in items:
            known = getattr(self, f"_{operator!r}".lower(), self._groupref)  # else: anything
            parts.append(known(argument, flags))
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _literal(self, code: int, flags: int) -> Tree:
        if flags & re.IGNORECASE:
            return _leaf(_written(code), flags & (re.IGNORECASE | _TYPES))
        return _alone(code)

    def _not_literal(self, code: int, flags: int) -> Tree:
        if not flags & re.IGNORECASE:
            return _but(code)
        return _leaf(f"[^{_written(code)}]", flags & (re.IGNORECASE | _TYPES))

    def _any(self, _: None, flags: int) -> Tree:
        return _leaf(".", flags & re.DOTALL)

    def _in(self, items: list[tuple[Any, Any]], flags: int) -> Tree:
        inside = "".join([_member(repr(name), argument) for name, argument in items])
        return _leaf(f"[{inside}]", flags & (re.IGNORECASE | _TYPES), _possible(items))

    def _at(self, where: Any, flags: int) -> Tree:
        if "BOUNDARY" in repr(where):
            self.exact = False
            return _boundary(flags & _TYPES, "NON" in repr(where))
        lines = bool(flags & re.MULTILINE)
        if repr(where) == "AT_BEGINNING":
            return Gate(since=LINE_START if lines else TEXT_START)
        if repr(where) == "AT_END":
            return Gate(follow=LINE if lines else TAIL)
        return Gate(since=TEXT_START) if "BEGINNING" in repr(where) else Gate(follow=END)

    def _subpattern(self, argument: tuple[Any, int, int, Any], flags: int) -> Tree:
        _, added, removed, items = argument
        if added & _TYPES:
            flags &= ~_TYPES
        return self.sequence(items, (flags | added) & ~removed)

    def _branch(self, argument: tuple[None, list[Any]], flags: int) -> Tree:
        return Branch(tuple([self.sequence(items, flags) for items in argument[1]]))

    def _max_repeat(self, argument: tuple[int, int, Any], flags: int) -> Tree:
        least, most, items = argument
        body = self.sequence(items, flags)
        return Repeat(body, least, None if most == _parser.MAXREPEAT else most)

    _min_repeat = _max_repeat

    def _possessive_repeat(self, argument: tuple[int, int, Any], flags: int) -> Tree:
        self.exact = self.decided = False
        return self._max_repeat(argument, flags)

    def _atomic_group(self, items: Any, flags: int) -> Tree:
        self.exact = self.decided = False
        return self.sequence(items, flags)

    def _groupref(self, _: Any, flags: int) -> Tree:
        self.exact = self.decided = False
        return Echo(ANYTHING, 0, None)

    def _groupref_exists(self, argument: tuple[int, Any, Any], flags: int) -> Tree:
        self.exact = self.decided = False
        _, yes, no = argument
        return Branch((self.sequence(yes, flags), self.sequence(no or [], flags)))

    def _assert(self, argument: tuple[int, Any], flags: int) -> Tree:
        self.exact = False
        return Look(self.sequence(argument[1], flags), ahead=argument[0] > 0, negated=False)

    def _assert_not(self, argument: tuple[int, Any], flags: int) -> Tree:
        if not len(argument[1]):
            return self._failure(argument, flags)
        self.exact = False
        return Look(self.sequence(argument[1], flags), ahead=argument[0] > 0, negated=True)

    def _failure(self, _: Any, flags: int) -> Tree:
        return Branch(())  # (?!) holds nowhere


@lru_cache(maxsize=1_024)
def _alone(code: int) -> Leaf:
    return Leaf(chr(code).__eq__)


@lru_cache(maxsize=1_024)
def _but(code: int) -> Leaf:
    return Leaf(chr(code).__ne__)


@lru_cache(maxsize=1_024)
def _leaf(source: str, flags: int, possible: bool = True) -> Leaf:
    return Leaf(re.compile(source, flags).match, possible)


def _boundary(flags: int, negated: bool) -> Tree:
    r"""`\b` or `\B`, said by what is on both sides."""
    word = _leaf(r"\w", flags)
    behind, before = (Look(word, ahead=side, negated=False) for side in (False, True))
    not_behind, not_before = (Look(word, ahead=side, negated=True) for side in (False, True))
    if not negated:
        return Branch((Sequence((behind, not_before)), Sequence((not_behind, before))))
    inside = Branch((Sequence((behind, before)), Sequence((not_behind, not_before))))
    if re.search(r"\B", ""):  # since Python 3.14
        return inside
    any_text = [Look(ANYTHING, ahead=side, negated=False) for side in (False, True)]
    return Sequence((Branch(tuple(any_text)), inside))


_CATEGORIES = {
    f"CATEGORY_{'NOT_' if letter.isupper() else ''}{name}": f"\\{letter}"
    for name, letters in (("DIGIT", "dD"), ("SPACE", "sS"), ("WORD", "wW"))
    for letter in letters
}


def _written(code: int) -> str:
    return f"\\U{code:08x}"


def _member(name: str, argument: Any) -> str:
    """A member of a class, as a pattern says it."""
    if name == "RANGE":
        return f"{_written(argument[0])}-{_written(argument[1])}"
    if name == "CATEGORY":
        return _CATEGORIES[repr(argument)]
    return "^" if name == "NEGATE" else _written(argument)


def _possible(items: list[tuple[Any, Any]]) -> bool:
    """Whether a class has any characters; False only if surely not, as in `[^\\s\\S]`."""
    names = [repr(operator) for operator, _ in items]
    if names[0] != "NEGATE":
        return True
    left_out = {repr(x) for name, (_, x) in zip(names, items, strict=True) if name == "CATEGORY"}
    if any(category.replace("_NOT_", "_") in left_out - {category} for category in left_out):
        return False
    ranges = [x for name, (_, x) in zip(names, items, strict=True) if name == "RANGE"]
    ranges += [(x, x) for name, (_, x) in zip(names, items, strict=True) if name == "LITERAL"]
    least = 0  # that is in none of the ranges
    for low, high in sorted(ranges):
        if low <= least:
            least = max(least, high + 1)
    return least <= sys.maxunicode
