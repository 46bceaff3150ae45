"""The scanning primitives: all that looks at more than one character at a time.

Each takes the text, where to begin and where to end, and answers where it stopped. No
character is handed to one of them more often than a small constant, however the text is
cut; a test counts them.
"""

from __future__ import annotations

import re

# What a string cannot hold as it stands (RFC 8259, 7), and surrogates: a lone one is no
# character, and a pair never comes here, because pairs are joined before.
special = re.compile('["\\\\\x00-\x1f\ud800-\udfff]').search  # None where all is plain
_blank = re.compile(r"[ \t\n\r]*").match
_number = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?").match


def plain_end(text: str, i: int, n: int) -> int:
    """Where the run of plain string characters from `i` ends; `n` if it does not."""
    found = special(text, i, n)
    return n if found is None else found.start()


def blank_end(text: str, i: int, n: int) -> int:
    """Where the white space from `i` ends."""
    return _blank(text, i, n).end()  # type: ignore[union-attr]  # it matches nothing, too


def number_end(text: str, i: int, n: int) -> tuple[int, bool]:
    """Where the longest number from `i` ends (`i` if there is none); whether it is a float."""
    found = _number(text, i, n)
    return (i, False) if found is None else (found.end(), found.lastindex is not None)
