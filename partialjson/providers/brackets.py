"""Whether a text that comes in pieces is closed, told by its brackets and quotes.

Each character is read once, however often the question is asked.
"""

from __future__ import annotations

import re

__all__ = ["Brackets"]

_SPECIAL = re.compile(r'[][{}"\\]')


class Brackets:
    """What is open at the end of a list of pieces that only grows.

    >>> brackets = Brackets()
    >>> brackets.closed(['{"a": "}']), brackets.closed(['{"a": "}', '"}'])
    (False, True)
    """

    __slots__ = ("_depth", "_in_string", "_read", "_skipped")

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """The list is another one."""
        self._read = 0  # how many pieces were
        self._depth = 0
        self._in_string = False
        self._skipped = 0  # 1 if the next character stands behind a backslash

    def closed(self, pieces: list[str]) -> bool:
        """Whether every bracket and quote in them has its other half."""
        while self._read < len(pieces):
            self._take(pieces[self._read])
            self._read += 1
        return self._depth == 0 and not self._in_string

    def _take(self, piece: str) -> None:
        at = self._skipped
        while found := _SPECIAL.search(piece, at):
            at = found.end()
            c = found.group()
            if self._in_string:
                self._in_string = c != '"'
                at += c == "\\"
            elif c == '"':
                self._in_string = True
            elif c != "\\":
                self._depth += 1 if c in "[{" else -1
        self._skipped = max(0, at - len(piece))
