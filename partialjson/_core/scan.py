"""The scanning primitives: all that looks at more than one character at a time.

Each takes the text, where to begin and where to end, and answers where it stopped. No
character is handed to one of them more often than a small constant, however the text is
cut; a test counts them.

They are the only code that is written twice: `scan.pyx` does the same over the characters'
memory, and takes this file's place in the compiled build.
"""

from __future__ import annotations

import re

from .grammar import FRACTION, INT, NUMBER, VALUE

# What a string cannot hold as it stands (RFC 8259, 7), and surrogates: a lone one is no
# character, and a pair never comes here, because pairs are joined before.
_special = re.compile('["\\\\\x00-\x1f\ud800-\udfff]').search  # None where all is plain
_blank = re.compile(r"[ \t\n\r]*").match
_number = re.compile(r"-?(?:0|[1-9][0-9]*)((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?=[,\]}\s])").match
_LONG = 16  # characters from which on a regular expression is the faster reader of numbers


def plain_end(text: str, i: int, n: int) -> int:
    """Where the run of plain string characters from `i` ends; `n` if it does not."""
    found = _special(text, i, n)
    return n if found is None else found.start()


def blank_end(text: str, i: int, n: int) -> tuple[int, int, int]:
    """Where the white space from `i` ends, its newlines, and where the last is (or -1)."""
    end = _blank(text, i, n).end()  # type: ignore[union-attr]  # it matches nothing, too
    newlines = text.count("\n", i, end)
    return end, newlines, text.rfind("\n", i, end) if newlines else -1


def number_end(text: str, i: int, n: int, state: int) -> tuple[int, int]:
    """Where the number that is in `state` at `i` stops going on, and its state there."""
    if state == VALUE and n - i > _LONG:
        found = _number(text, i, n)
        if found is not None:
            return found.end(), FRACTION if found[1] else INT
    while i < n:
        following = NUMBER[state].get(text[i])
        if following is None:
            break
        state = following
        i += 1
    return i, state


def key(text: str, i: int, end: int) -> str:
    """The key from `i` to `end`."""
    return text[i:end]


def wide(text: str) -> int:
    """How many bytes UTF-8 needs over one for each character; -1 with surrogates."""
    try:
        return 0 if text.isascii() else len(text.encode()) - len(text)
    except UnicodeEncodeError:
        return -1
