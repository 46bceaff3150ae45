"""The tokens of a valid document, by a naive reading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

BLANKS: Final = " \t\n\r"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[-+.0-9eE]+|[a-z]+|[\[\]{},:]')


class Token(NamedTuple):
    """Where a token stands, and its text."""

    start: int
    end: int
    text: str

    @property
    def kind(self) -> str:
        """One character that stands for its class: `"`, `0`, `t`, `[`, `]`, `,` or `:`."""
        c = self.text[0]
        if c in "-0123456789":
            return "0"
        return "t" if c.isalpha() else {"}": "]", "{": "["}.get(c, c)


def tokens(document: str) -> Iterator[Token]:
    """The tokens of a valid document; what lies between them is white space.

    >>> [token.text for token in tokens('{"a": [1]}')]
    ['{', '"a"', ':', '[', '1', ']', '}']
    """
    for found in _TOKEN.finditer(document):
        yield Token(found.start(), found.end(), found.group())
