"""Where the events of a body end, however its pieces are cut.

Faults strike events, not what a network made of them. Which framing it is shows in the first
character, as for `partialjson.framing`; nothing is decoded here, so what is broken passes
through as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from .writers.wire import Framing

__all__ = ["Events"]

_Find: TypeAlias = Callable[[bytearray, int], "int | None"]

_BLANK = re.compile(rb"(?:\r\n|\n|\r(?=[^\n])){2}")  # after a last CR an LF may come
_LEAST = 16  # bytes of a message of an AWS event stream
_MOST = 16 * 2**20
_BOM = b"\xef\xbb\xbf"
_FRAMINGS: dict[bytes, Framing] = {b"[": "jsonarray", b"{": "ndjson"}


class Events:
    """Collects pieces and hands on whole events.

    Args:
        framing: of the body; None: told by its first character.

    >>> events = Events()
    >>> events.feed(b"data: 1\\n"), events.feed(b"\\ndata: 2\\n\\nda"), events.close()
    ([], [b'data: 1\\n\\n', b'data: 2\\n\\n'], [b'da'])
    """

    def __init__(self, framing: Framing | None = None) -> None:
        self.framing = framing
        self._held = bytearray()
        self._seen = 0  # before this, nothing ends

    def feed(self, piece: bytes) -> list[bytes]:
        """Take a piece; answer the events that it completes."""
        self._held += piece
        if self.framing is None:
            self.framing = _told_by(bytes(self._held))
        return [] if self.framing is None else [*self._whole(self.framing)]

    def close(self) -> list[bytes]:
        """What is left: an event that has no end."""
        rest, self._held = bytes(self._held), bytearray()
        return [rest] if rest else []

    def _whole(self, framing: Framing) -> Iterator[bytes]:
        end_of, overlap = _ENDS[framing]
        at = 0
        while (end := end_of(self._held, max(at, self._seen))) is not None:
            yield bytes(self._held[at:end])
            at = self._seen = end
        del self._held[:at]
        self._seen = max(0, len(self._held) - overlap) if overlap is not None else 0


def _told_by(start: bytes) -> Framing | None:
    """The framing of a body with such a start; None if it does not show yet."""
    if start.startswith(b"\x00"):
        return "eventstream"
    first = start.removeprefix(_BOM).lstrip()[:1]
    return _FRAMINGS.get(first, "sse") if first else None


def _end_of_event(held: bytearray, at: int) -> int | None:
    found = _BLANK.search(held, at)
    return None if found is None else found.end()


def _end_of_line(held: bytearray, at: int) -> int | None:
    return held.find(b"\n", at) + 1 or None


def _end_of_message(held: bytearray, at: int) -> int | None:
    if len(held) < at + 4:
        return None
    length = int.from_bytes(held[at : at + 4], "big")
    if not _LEAST <= length <= _MOST:
        return len(held)  # a length that cannot be
    return at + length if len(held) >= at + length else None


def _end_of_piece(held: bytearray, at: int) -> int | None:
    return len(held) if len(held) > at else None


# How an event's end is found, and how many bytes at the end of those that were searched may
# belong to it; None: the search begins with the event.
_ENDS: dict[Framing, tuple[_Find, int | None]] = {
    "sse": (_end_of_event, 3),
    "ndjson": (_end_of_line, 0),
    "eventstream": (_end_of_message, None),
    "jsonarray": (_end_of_piece, None),  # where elements end only a parser knows
    "objects": (_end_of_piece, None),
}
