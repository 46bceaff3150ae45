"""The beginning of a JSON text: what is open in it, and what it stops in."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from .places import TOKEN, Open

VALUE: Final = "a value"  # must begin here
ITEM: Final = "a value or ]"
KEY: Final = "a key"
MEMBER: Final = "a key or }"
COLON: Final = "a colon"
AFTER: Final = "a comma or a bracket"
END: Final = "the end"
IN_KEY: Final = "inside a key"
IN_STRING: Final = "inside a string"
IN_NUMBER: Final = "inside a number"
IN_LITERAL: Final = "inside a literal"

_CHARACTERS: Final = re.compile(r'"(?:[^"\\]|\\u[0-9a-fA-F]{4}|\\[^u])*', re.DOTALL)
_SPACE: Final = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class Prefix:
    """The beginning of a text.

    Args:
        text: the beginning.
        open: the objects and arrays that are not closed, outer ones first.
        state: what comes next, or what it stops in.
        token: the unfinished string, number or literal that it stops in, or "".
    """

    text: str
    open: tuple[Open, ...]
    state: str
    token: str

    @property
    def said(self) -> str:
        """What an unfinished string says so far, without an unfinished escape."""
        return str(json.loads(self._whole + '"'))

    @property
    def cut(self) -> str:
        """The unfinished escape that an unfinished string ends with, or ""."""
        return self.token[len(self._whole) :]

    @property
    def _whole(self) -> str:
        found = _CHARACTERS.match(self.token)
        return found[0] if found else '"'


def prefix_of(text: str) -> Prefix:
    """Read the beginning of a well-formed text.

    >>> prefix_of('{"a": [1, "x').state
    'inside a string'
    """
    reader = _Reader()
    at = 0
    while match := TOKEN.match(text, _SPACE.match(text, at).end()):  # type: ignore[union-attr]
        if match[0][0] in "-0123456789" and match.end() == len(text):
            break  # the next character may still be a digit
        reader.read(match[0])
        at = match.end()
    rest = text[at:].lstrip()
    state = reader.state
    if rest:
        state = _inside(rest, reader.state)
    return Prefix(text, tuple(reader.open), state, rest)


def _inside(rest: str, state: str) -> str:
    """What the text stops in, given what was to come."""
    if rest[0] == '"':
        return IN_KEY if state in (KEY, MEMBER) else IN_STRING
    return IN_NUMBER if rest[0] in "-0123456789" else IN_LITERAL


class _Reader:
    """Follows the tokens."""

    def __init__(self) -> None:
        self.open: list[Open] = []
        self.state = VALUE

    def read(self, token: str) -> None:
        """Go on by one token."""
        if token in ("{", "["):
            path = self.open[-1].inner if self.open else ()
            self.open.append(Open(path, token == "["))
            self.state = ITEM if token == "[" else MEMBER
        elif token in ("}", "]"):
            self.open.pop()
            self._closed()
        elif token == ",":
            self.open[-1].count += 1
            self.state = VALUE if self.open[-1].array else KEY
        elif token == ":":
            self.state = VALUE
        elif self.state in (KEY, MEMBER):
            self.open[-1].keys.append(json.loads(token))
            self.state = COLON
        else:
            self._closed()

    def _closed(self) -> None:
        self.state = AFTER if self.open else END
