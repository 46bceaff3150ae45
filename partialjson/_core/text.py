"""From fragments to text: what a fragment left unfinished is held until the next one.

Bytes are decoded as UTF-8, no further than to the first byte that cannot continue its
sequence. In `str` fragments the two halves of a surrogate pair may come as code points of
their own (some providers split an emoji over two messages); they are joined, also over
fragments. Whatever is joined counts as one character.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from ..errors import UsageError

_BITE = 1024  # bytes
_pair = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class Piece(NamedTuple):
    """Decoded text with what is special about it.

    Attributes:
        text: characters, pairs joined.
        size: how many UTF-8 bytes they are in the stream.
        bad: how many bytes of the next character stand before the one that cannot follow
            them, -1 if the text does not end at such a byte.
    """

    text: str
    size: int
    bad: int = -1


class Decoder:
    """Holds the beginning of a character that a fragment ended in.

    Attributes:
        held: the bytes of an unfinished UTF-8 sequence.
        high: a high surrogate whose other half may come, or "".
    """

    __slots__ = ("held", "high")

    def __init__(self) -> None:
        self.held = b""
        self.high = ""

    def of_str(self, fragment: str) -> Piece:
        """The text of a `str` that has surrogates, or comes after a held one."""
        text = _pair.sub(_joined, self.high + fragment)
        self.high = ""
        if "\ud800" <= text[-1] <= "\udbff":
            self.high = text[-1]
            text = text[:-1]
        return Piece(text, size_of(text))

    def of_bytes(self, data: bytes, at: int) -> tuple[Piece, int]:
        """The text of `data` from `at`, as far as it goes, or to a bad byte; and where that is."""
        # An error holds a copy of all that was to be decoded: after the first, take small bites.
        end = len(data) if at == 0 else min(len(data), at + _BITE)
        try:
            text, used = codecs.utf_8_decode(memoryview(data)[at:end], "strict", False)
        except UnicodeDecodeError as error:
            start = at + error.start
            text = data[at:start].decode()
            return Piece(text, start - at, _good_bytes(error)), start
        held = data[at + used : end]
        try:
            held.decode()
        except UnicodeDecodeError as error:  # CPython goes on waiting after ED A0
            if error.reason != "unexpected end of data":
                return Piece(text, used, _good_bytes(error)), at + used
        if end < len(data):
            return Piece(text, used), at + used
        self.held = held
        return Piece(text, used), end


def as_bytes(fragment: bytes | bytearray | memoryview) -> bytes:
    """A copy: the buffer may be used again.

    Raises:
        UsageError: for a memoryview that was released.
    """
    try:
        return bytes(fragment)
    except ValueError as error:
        raise UsageError(f"this memoryview cannot be read: {error}") from None


def size_of(text: str) -> int:
    """How many UTF-8 bytes a text is; a lone surrogate counts three."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _good_bytes(error: UnicodeDecodeError) -> int:
    """How many bytes of the sequence are good; the one after them cannot continue it."""
    return 0 if error.reason == "invalid start byte" else error.end - error.start


def _joined(pair: re.Match[str]) -> str:
    return pair.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le")
