"""Paths: where a value stands, how that is written, and which values a pattern selects.

A path is a tuple of `str` keys and `int` indexes from the root, `()` for the root. While
parsing nobody builds long tuples: in the depth a `Place` is one link to its parent, and the
tuple is spelled out when somebody reads it.

A pattern is a tuple (exactly that path), a JSON Pointer (RFC 6901: `""` or `/...`) or a
JSONPath (RFC 9535: `$...`) made of names, indexes from 0, `*` and `..`. A pattern selects
nodes, not what lies under them. All patterns of a parser run together as one automaton:
each segment is a bit, a container's state is the set of segments already matched, and a
step from a container to a child costs at most the patterns' length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from . import _cython as cython
from .errors import UsageError

if cython.compiled:
    import cython  # type: ignore[no-redef,unused-ignore]  # where Cython learns the name

__all__ = ["Path", "Pattern", "Patterns", "Place", "pointer", "read_path"]

Path: TypeAlias = tuple[str | int, ...]
Pattern: TypeAlias = str | Path


@cython.trashcan(True)
@cython.cclass
class Place:
    """Where a value in the depth stands: a step from where its container stands.

    >>> Place(("items",), 3).path
    ('items', 3)
    """

    __slots__ = ("parent", "step")

    def __init__(self, parent: Where, step: str | int) -> None:
        self.parent = parent
        self.step = step

    @property
    def path(self) -> Path:
        """The path as a tuple; costs its length."""
        steps = []
        where: Where = self
        while isinstance(where, Place):
            steps.append(where.step)
            where = where.parent
        steps.reverse()
        return (*where, *steps)


Where: TypeAlias = Path | Place


def pointer(path: Path) -> str:
    """The JSON Pointer (RFC 6901) of a path.

    >>> pointer(("a/b", 0, "m~n"))
    '/a~1b/0/m~0n'
    """
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


class Token(str):
    """A step of a JSON Pointer: digits are a key in an object and an index in an array."""

    __slots__ = ()


@dataclass(frozen=True)
class Segment:
    """One step of a pattern. `any` is `*`; `below` is `..`: at any depth."""

    key: str | None
    index: int | None
    any: bool = False
    below: bool = False

    def selects(self, step: str | int) -> bool:
        if self.any:
            return True
        wanted = self.key if isinstance(step, str) else self.index
        return wanted is not None and wanted == step


class Patterns:
    """Several patterns as one automaton over paths. States are ints, 0 is the dead one.

    >>> patterns = Patterns(["$.items[*].id"])
    >>> state = patterns.start
    >>> for step in ("items", 3, "id"):
    ...     state = patterns.step(state, step)
    >>> patterns.accepts(state)
    True
    """

    __slots__ = ("_final", "_segments", "source", "start")

    def __init__(self, source: Iterable[Pattern]) -> None:
        self.source = list(source)
        self._segments: list[Segment | None] = []  # None ends a pattern: its accepting bit
        self.start = 0
        self._final = 0
        for pattern in self.source:
            self.start |= _bit(len(self._segments))
            self._segments += read_pattern(pattern)
            self._final |= _bit(len(self._segments))
            self._segments.append(None)

    def step(self, state: int, step: str | int) -> int:
        """The state of the child at `step` of a container whose state is `state`."""
        after = 0
        bit = 1
        for segment in self._segments:
            if state & bit and segment is not None:
                if segment.selects(step):
                    after |= bit << 1
                if segment.below:
                    after |= bit
            bit <<= 1
        return after

    def accepts(self, state: int) -> bool:
        """Whether a value in that state is selected by one of the patterns."""
        return state & self._final != 0

    def covers(self, path: Path) -> bool:
        """Whether a selected value stands at a path or above it."""
        state = self.start
        for step in path:
            if self.accepts(state):
                return True
            state = self.step(state, step)
        return self.accepts(state)


def _bit(n: int) -> int:
    one = 1  # an object in the compiled build: there may be more segments than a C int has bits
    return one << n


def read_patterns(paths: object) -> Patterns:
    """What `paths=` was given: one pattern, or a list of them."""
    if isinstance(paths, (str, tuple)):
        return Patterns([paths])
    if isinstance(paths, Iterable):
        return Patterns(paths)
    raise TypeError(f"paths must be a pattern or a list of patterns, not {type(paths).__name__}")


def read_pattern(pattern: object) -> list[Segment]:
    """The segments of a tuple, a JSON Pointer or a JSONPath."""
    if isinstance(pattern, tuple):
        _refuse_list_in_tuple(pattern)
        return [_exact(step) for step in _checked(pattern)]
    if not isinstance(pattern, str):
        raise TypeError(
            f"a path is a tuple, a JSON Pointer or a JSONPath, not {type(pattern).__name__}"
        )
    if pattern.startswith("$"):
        return _JSONPath(pattern).segments()
    return [Segment(key=token, index=_index(token)) for token in _pointer_tokens(pattern)]


def read_path(path: object) -> Sequence[str | int]:
    """One exact path: a tuple, or a JSON Pointer whose digits may be keys or indexes."""
    if isinstance(path, tuple):
        return _checked(path)
    if not isinstance(path, str):
        raise TypeError(f"a path is a tuple or a JSON Pointer, not {type(path).__name__}")
    return [Token(token) for token in _pointer_tokens(path)]


def child(container: object, step: str | int) -> str | int | None:
    """The key or index that `step` means in this container; None where it means nothing."""
    if isinstance(container, list):
        index = _index(step) if isinstance(step, Token) else step
        return index if isinstance(index, int) and index < len(container) else None
    if isinstance(container, dict) and isinstance(step, str):
        return str(step) if step in container else None
    return None


def _exact(step: str | int) -> Segment:
    return Segment(step, None) if isinstance(step, str) else Segment(None, step)


def _refuse_list_in_tuple(pattern: Path) -> None:
    if pattern and all(isinstance(step, str) and step[:2] in ("$.", "$[") for step in pattern):
        raise UsageError(
            f"{pattern!r} is one path with these keys; pass several patterns as a list",
            code="invalid_path",
        )


def _checked(path: Path) -> Path:
    for step in path:
        if isinstance(step, bool) or not isinstance(step, (str, int)):
            raise TypeError(f"a path holds str keys and int indexes, not {type(step).__name__}")
        if isinstance(step, int) and step < 0:
            raise UsageError(
                f"negative index {step}: a stream has no known end to count from",
                code="invalid_path",
            )
    return path


def _pointer_tokens(text: str) -> list[str]:
    if text and not text.startswith("/"):
        raise UsageError(
            f"{text!r} is no path: a JSON Pointer is '' or begins with '/', a JSONPath with '$'",
            code="invalid_path",
        )
    if re.search(r"~(?![01])", text):
        raise UsageError(
            f"{text!r} is no JSON Pointer: '~' must be written '~0'", code="invalid_path"
        )
    return [t.replace("~1", "/").replace("~0", "~") for t in text.split("/")[1:]]


def _index(token: str) -> int | None:
    return int(token) if re.fullmatch(r"0|[1-9][0-9]{0,17}", token) else None


_OTHER_SELECTORS = {"?": "a filter", "(": "a script expression"}
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "/": "/", "\\": "\\"}


class _JSONPath:
    """A reader for the part of RFC 9535 that a stream can answer at once."""

    _blank = re.compile(r"[ \t\n\r]*")
    _name = re.compile(r"(?:[A-Za-z_]|[^\x00-\x7f])(?:[A-Za-z0-9_]|[^\x00-\x7f])*")
    _int = re.compile(r"-?(?:0|[1-9][0-9]*)")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 1

    def segments(self) -> list[Segment]:
        found = []
        while self.at < len(self.text):
            start = self.at
            self._take(self._blank)
            if self.at == len(self.text):
                self.at = start
                raise self._error("white space at the end")
            found.append(self._segment())
        return found

    def _segment(self) -> Segment:
        if self.text.startswith("..", self.at):
            self.at += 2
            inner = self._bracketed() if self._next() == "[" else self._dotted()
            return replace(inner, below=True)
        if self._next() == ".":
            self.at += 1
            return self._dotted()
        if self._next() == "[":
            return self._bracketed()
        raise self._error("expected '.', '..' or '['")

    def _dotted(self) -> Segment:
        if self._next() == "*":
            self.at += 1
            return Segment(None, None, any=True)
        name = self._take(self._name)
        if not name:
            raise self._error("expected a name or '*' (write other names as ['...'])")
        return Segment(name, None)

    def _bracketed(self) -> Segment:
        self.at += 1
        self._take(self._blank)
        selector = self._selector()
        self._take(self._blank)
        following = self._next()
        if following == ",":
            raise self._refusal("a union of several selectors")
        if following == ":":
            raise self._refusal("a slice")
        if following != "]":
            raise self._error("expected ']'")
        self.at += 1
        return selector

    def _selector(self) -> Segment:
        first = self._next()
        if first == "*":
            self.at += 1
            return Segment(None, None, any=True)
        if first in ("'", '"') and first:
            return Segment(self._quoted(first), None)
        if first in _OTHER_SELECTORS:
            raise self._refusal(_OTHER_SELECTORS[first])
        if first == ":":
            raise self._refusal("a slice")
        number = self._take(self._int)
        if not number:
            raise self._error("expected a quoted name, an index or '*'")
        if number.startswith("-"):
            raise self._refusal("a negative index")
        return Segment(None, int(number[:19]))

    def _quoted(self, quote: str) -> str:
        self.at += 1
        name = []
        while (c := self._next()) != quote:
            if c < " ":
                raise self._error("the name is not closed" if not c else "a control character")
            self.at += 1
            name.append(self._escape(quote) if c == "\\" else c)
        self.at += 1
        return "".join(name)

    def _escape(self, quote: str) -> str:
        c = self._next()
        self.at += 1
        if c == quote:
            return quote
        if c == "u":
            return self._hex_escape()
        if c not in _ESCAPES:
            raise self._error("an unknown escape")
        return _ESCAPES[c]

    def _hex_escape(self) -> str:
        unit = self._take(re.compile(r"[0-9A-Fa-f]{4}"))
        if unit[:1] in ("d", "D") and unit[1] in "89abAB":
            low = self._take(re.compile(r"\\u[dD][c-fC-F][0-9A-Fa-f]{2}"))
            if low:
                return bytes.fromhex(unit + low[2:]).decode("utf-16-be")
        if not unit or 0xD800 <= int(unit, 16) <= 0xDFFF:
            raise self._error("an incomplete \\u escape")
        return chr(int(unit, 16))

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _take(self, what: re.Pattern[str]) -> str:
        found = what.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found.group()

    def _error(self, problem: str) -> UsageError:
        return UsageError(
            f"{self.text!r} is no JSONPath: {problem} at character {self.at}", code="invalid_path"
        )

    def _refusal(self, selector: str) -> UsageError:
        return UsageError(
            f"{self.text!r}: {selector} (character {self.at}) is not supported in a stream; "
            "names, indexes from 0, '*' and '..' are",
            code="invalid_path",
        )
