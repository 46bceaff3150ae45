"""Where in a text something is, and what to show of that place.

Of the text itself only a little is kept: what has just been read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.cells import cell_len

from .words import shown

__all__ = ["Place", "Reader", "byte_count", "pointed"]

_KEPT = 512  # characters before and after a place that can be shown
_WIDTH = 78  # columns of a line that are shown
_BEFORE = 56  # of them, at most before a place
_INDENT = " " * 4  # a tab at the beginning of a line
_BEGUN = re.compile(  # bytes, as surrogates, that begin a character and do not end it
    "[\udce1-\udcec\udcee\udcef][\udc80-\udcbf]|\udce0[\udca0-\udcbf]|\udced[\udc80-\udc9f]"
    "|[\udcf1-\udcf3][\udc80-\udcbf]{1,2}|\udcf0[\udc90-\udcbf][\udc80-\udcbf]?"
    "|\udcf4[\udc80-\udc8f][\udc80-\udcbf]?"
)
_TWO, _THREE = "\ud802", "\ud803"  # so many of them, as one character
_BYTES = {**dict.fromkeys(range(0xDC80, 0xDD00), "."), 0xD802: "..", 0xD803: "..."}


class Place(NamedTuple):
    """A character of a text.

    Args:
        offset, byte_offset: how many characters and UTF-8 bytes stand before it.
        line, column: from 1, in characters, as `json.JSONDecodeError` counts them.
        before, after: the text up to it, and from it on, as far as they are kept.
    """

    offset: int
    byte_offset: int
    line: int
    column: int
    before: str
    after: str


class _Mark(NamedTuple):
    """An index in the kept text, the bytes before it, its line and the offset of that."""

    at: int = 0
    byte_offset: int = 0
    line: int = 1
    line_start: int = 0


class Reader:
    """Hands out the fragments of a text and remembers their ends, to find places in them.

    Args:
        fragments: UTF-8, cut between characters; bytes that are not count as one each.
        looks_ahead: whether the next fragment may be fetched to show what follows a place; it
            may not where that could mean to wait.
        joins: whether bytes that begin a character and do not end it count as one together, as
            they do where they are read as U+FFFD; no fragment may be cut inside them.
    """

    def __init__(
        self, fragments: Iterable[bytes], looks_ahead: bool, *, joins: bool = False
    ) -> None:
        self._fragments = iter(fragments)
        self._looks_ahead = looks_ahead
        self._joins = joins
        self._next: bytes | None = None  # fetched, but not yet handed out
        self._kept = ""
        self._first = 0  # the offset of the first character that is kept
        self._begun = 0  # the index of the first one of the fragment that was fetched last
        self._start = self._mark = _Mark()

    def __iter__(self) -> Iterator[bytes]:
        while True:
            fragment = self._fetched() if self._next is None else self._next
            self._next = None
            if not fragment:
                return
            self._forget()
            yield fragment

    def _fetched(self) -> bytes:
        fragment = next(self._fragments, b"")
        self._begun = len(self._kept)
        text = fragment.decode("utf-8", "surrogateescape")
        if self._joins and not text.isascii():
            text = _BEGUN.sub(lambda found: _THREE if len(found[0]) == 3 else _TWO, text)
        self._kept += text
        return fragment

    def _forget(self) -> None:
        """Let go of what stands far before the fragment that was fetched last."""
        mark = self._moved(max(self._begun - _KEPT, 0))
        self._kept = self._kept[mark.at :]
        self._first += mark.at
        self._begun -= mark.at
        self._start = self._mark = mark._replace(at=0)

    @property
    def characters(self) -> int:
        """How many characters were read."""
        return self._first + len(self._kept)

    def place(self, offset: int) -> Place:
        """The place at that many characters; quickest if it stands behind the last one."""
        index = min(max(offset - self._first, 0), len(self._kept))
        if self._looks_ahead and not self._next and not self._shows_enough(index):
            self._next = self._fetched()
        mark = self._mark = self._moved(index)
        before = self._kept[max(index - _KEPT, 0) : index]
        after = self._kept[index : index + _KEPT]
        offset = self._first + index
        column = offset - mark.line_start + 1
        return Place(offset, mark.byte_offset, mark.line, column, before, after)

    def _shows_enough(self, index: int) -> bool:
        after = self._kept[index : index + _KEPT]
        return len(after) == _KEPT or "\n" in after

    def _moved(self, index: int) -> _Mark:
        mark = self._mark if self._mark.at <= index else self._start
        passed = self._kept[mark.at : index]
        line_start = mark.line_start
        if "\n" in passed:
            line_start = self._first + mark.at + passed.rindex("\n") + 1
        byte_offset = mark.byte_offset + byte_count(passed)
        return _Mark(index, byte_offset, mark.line + passed.count("\n"), line_start)


def byte_count(text: str) -> int:
    """How many bytes a part of a kept text is."""
    try:
        return len(text.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return len(text.translate(_BYTES).encode())


# --- what is shown ---------------------------------------------------------------------


def pointed(place: Place, note: str = "", encoding: str = "utf-8") -> list[str]:
    r"""The line of a place, and a mark that points at its character from below.

    Where nothing but white space stands before it, the last line that has more comes first.

    Args:
        place: what is pointed at.
        note: what to say behind the mark.
        encoding: of the output; what that does not know becomes an escape.

    >>> pointed(Place(9, 13, 2, 8, '{\n\t"都市": ', '5,\n'))
    ['    "都市": 5,', '            ^']
    """
    *earlier, line = place.before.split("\n")
    head = _beginning(line, is_cut=place.column - 1 > len(line))
    texts = [head + _rest(re.split("\r?\n|\r$", place.after)[0], _WIDTH - cell_len(head))]
    if not line.strip():
        above = [text.removesuffix("\r") for text in earlier if text.strip()][-1:]
        texts = [*(_beginning(text, is_cut=False) for text in above), *texts]
    mark = " " * cell_len(_encoded(head, encoding)) + "^"
    return [*(_encoded(text, encoding) for text in texts), f"{mark} {note}".rstrip()]


def _beginning(line: str, *, is_cut: bool) -> str:
    """A line up to some place: the end of that, if it is long."""
    if not is_cut:
        inside = line.lstrip(" \t")
        line = line[: len(line) - len(inside)].replace("\t", _INDENT) + inside
    taken, more = _fitting(reversed(line), _BEFORE)
    return ("…" if more or is_cut else "") + "".join(reversed(taken))


def _rest(line: str, room: int) -> str:
    """What follows some place in a line: the beginning of that, if it is long."""
    taken, more = _fitting(line, room - 1)
    return "".join(taken) + ("…" if more else "")


def _fitting(text: Iterable[str], room: int) -> tuple[list[str], bool]:
    """The first characters, as they are shown, in so many columns; and whether there are more."""
    taken: list[str] = []
    for character in map(_shown, text):
        room -= cell_len(character)
        if room < 0:
            return taken, True
        taken.append(character)
    return taken, False


def _shown(character: str) -> str:
    """A character as it is shown; one that stands for a byte that is not UTF-8 as that."""
    if character in (_TWO, _THREE):
        return "\ufffd"
    is_byte = "\udc80" <= character <= "\udcff"
    return f"\\x{ord(character) - 0xDC00:02x}" if is_byte else shown(character)


def _encoded(text: str, encoding: str) -> str:
    return text.encode(encoding, "backslashreplace").decode(encoding)
