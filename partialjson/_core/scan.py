"""The primitives, the only code that is written twice.

In the compiled build `scan.pyx` takes this file's place: it does the same over the characters'
memory, and where objects are made it makes them with fewer steps.

What looks at more than one character at a time is here and nowhere else. It takes the text,
where to begin and where to end, and answers where it stopped. No character is handed to one
of these functions more often than a small constant, however the text is cut; a test counts
them.
"""

from __future__ import annotations

import re
from typing import Any

from ..paths import Place, Where
from .grammar import ESCAPES, EXPONENT, FRACTION, HEX_VALUES, NUMBER, VALUE

# What a string cannot hold as it stands (RFC 8259, 7), and surrogates: a lone one is no
# character, and a pair never comes here, because pairs are joined before.
special = re.compile('["\\\\\x00-\x1f\ud800-\udfff]').search  # None where all is plain
_blank = re.compile(r"[ \t\n\r]*").match
_float = re.compile(
    r"-?(?:0|[1-9][0-9]*)(?=[.eE])(?:\.[0-9]+)?([eE][-+]?[0-9]+)?(?=[,\]} \t\n\r])"
).match
_LONG = 16  # characters from which on a regular expression is the faster reader of them


is_ascii = str.isascii


def plain_end(text: str, i: int, n: int) -> int:
    """Where the run of plain string characters from `i` ends; `n` if it does not."""
    found = special(text, i, n)
    return n if found is None else found.start()


def blank_end(text: str, i: int, n: int) -> tuple[int, int, int]:
    """Where the white space from `i` ends, its newlines, and where the last is (or -1)."""
    end = _blank(text, i, n).end()  # type: ignore[union-attr]  # it matches nothing, too
    newlines = text.count("\n", i, end)
    return end, newlines, text.rfind("\n", i, end) if newlines else -1


def number_end(text: str, i: int, n: int, state: int) -> tuple[int, int]:
    """Where the number that is in `state` at `i` stops going on, and its state there."""
    if state == VALUE and n - i > _LONG:
        found = _float(text, i, n)
        if found is not None:
            return found.end(), EXPONENT if found[1] else FRACTION
    while i < n:
        following = NUMBER[state].get(text[i])
        if following is None:
            break
        state = following
        i += 1
    return i, state


real = float  # of the text of any JSON number
integer = int  # of the text of a JSON integer; a ValueError where Python converts none so long


def key(text: str, i: int, end: int) -> str:
    """The key from `i` to `end`."""
    return text[i:end]


def hex_value(c: str) -> int:
    """The value of a hex digit; -1 if it is none."""
    return HEX_VALUES.get(c, -1)


def escaped(c: str) -> str:
    """The character that `c` stands for after a backslash; "" if for none."""
    return ESCAPES.get(c, "")


def wide(text: str) -> int:
    """How many bytes UTF-8 needs over one for each character; -1 with surrogates."""
    try:
        return 0 if text.isascii() else len(text.encode()) - len(text)
    except UnicodeEncodeError:
        return -1


known = str  # of a key that came in pieces: the object that the same key had before, if possible

# Steps: the default of max_depth. To spell every path below would be no constant work.
_SPELLED = 200


def below(where: Where | None, step: Any) -> Where:
    """Where the child at `step` stands; the root's, if its container stands nowhere."""
    if type(where) is tuple and len(where) < _SPELLED:
        return where + (step,)  # noqa: RUF005  # unpacking takes twice as long
    return () if where is None else Place(where, step)
