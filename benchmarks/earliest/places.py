"""Where each value of a text stands: read here, so that no parser under test is trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from .generate import Path

Places: TypeAlias = "dict[Path, tuple[int, int]]"

TOKEN: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|true|false|null|[{}\[\],:]', re.DOTALL
)


@dataclass
class Open:
    """An object or array that is not closed.

    Args:
        path: where it stands.
        array: whether it is an array.
        keys: of the members begun, if it is an object.
        count: of the items begun before the present one, if it is an array.
        start: its first character.
    """

    path: Path
    array: bool
    keys: list[str] = field(default_factory=list)
    count: int = 0
    start: int = 0

    @property
    def inner(self) -> Path:
        """The path of the member or item that is being read."""
        return (*self.path, self.count if self.array else self.keys[-1])


def places(text: str) -> Places:
    """First character and close of each value of a JSON text, by path.

    The close is the character that ends it: a quote, a bracket, the last letter of a literal.
    A number ends with the character after it, at the end of the text with the text.
    """
    found: Places = {}
    for path, start, end in _places(text):
        found[path] = (start, end)
    return found


def _places(text: str) -> Iterator[tuple[Path, int, int]]:
    stack: list[Open] = []
    key = False  # whether the next string is a key
    for match in TOKEN.finditer(text):
        token, start = match.group(), match.start()
        here = stack[-1].inner if stack and not key and token not in "}]" else ()
        if token in "{[":
            stack.append(Open(here, token == "[", start=start))
            key = token == "{"
        elif token in "}]":
            closed = stack.pop()
            key = False
            yield closed.path, closed.start, start
        elif token == ",":
            key = not stack[-1].array
            stack[-1].count += 1
        elif token == ":":
            key = False
        elif key:
            stack[-1].keys.append(json.loads(token))
        else:
            yield here, start, match.end() - (token[0] not in "-0123456789")


def number_at(text: str, at: int) -> tuple[int, int] | None:
    """The number that a character is in or right after: its first character and its close."""
    for start, end in places(text).values():
        if start <= at <= end and text[start] in "-0123456789":
            return start, end
    return None
