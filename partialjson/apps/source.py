"""Where the bytes come from: files and standard input, recognised, cut and paced."""

from __future__ import annotations

import codecs
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import BinaryIO, Literal, TypeAlias

__all__ = [
    "JSON_RATE",
    "SSE_RATE",
    "Form",
    "Unreadable",
    "blocks",
    "characters",
    "messages",
    "opened",
    "paced",
    "pieces",
    "pleasant",
    "recognised",
    "size_of",
]

Form: TypeAlias = Literal["sse", "eventstream", "json"]

_BLOCK = 1 << 16
_BLANK = b" \t\r\n"
_BOM = codecs.BOM_UTF8
_FIELD = re.compile(rb"(?:data|event|id|retry)?:")
_FIELD_NAMES = (b"data:", b"event:", b"id:", b"retry:")
_MESSAGE = re.compile(rb"(?s).+?(?:\r\n\r\n|\n\n|\r\r|\Z)")
SSE_RATE = 2000.0  # characters a second that are pleasant to watch
JSON_RATE = 250.0
_LONGEST = 12.0  # seconds that a file plays at most, unless a rate is given
_CONTINUATION = bytes(range(0x80, 0xC0))  # the bytes of UTF-8 that begin no character


class Unreadable(Exception):
    """The source cannot be read. The message says why, in one line."""


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """The bytes of a file, or of standard input for `-`.

    Raises:
        Unreadable: if there is nothing to read.
    """
    if name == "-":
        if sys.stdin is None:
            raise Unreadable("standard input is closed")
        yield sys.stdin.buffer
        return
    try:
        file = open(name, "rb")  # noqa: SIM115  # only its opening may fail here
    except (OSError, ValueError) as error:  # ValueError: a name with NUL
        raise Unreadable(f"cannot read {name}: {_reason(error)}") from None
    with file:
        yield file


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def size_of(stream: BinaryIO) -> int | None:
    """How many bytes a regular file has; None for what has no size beforehand."""
    try:
        status = os.fstat(stream.fileno())
    except OSError:
        return None
    return (stat.S_ISREG(status.st_mode) and status.st_size) or None


def blocks(stream: BinaryIO) -> Iterator[bytes]:
    """What there is to read, each time as much as has arrived.

    Raises:
        Unreadable: if reading fails on the way.
    """
    read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
    try:
        while block := read(_BLOCK):
            yield block
    except OSError as error:
        raise Unreadable(f"cannot read on: {_reason(error)}") from None


def recognised(stream: Iterable[bytes]) -> tuple[Form, Iterator[bytes]]:
    """Tell a provider's stream from JSON text by its beginning; answer all bytes along with it.

    SSE begins with one of its field names or a comment, an AWS event stream with a zero
    byte; no JSON text does.
    """
    rest = iter(stream)
    seen: list[bytes] = []
    start = b""
    for block in rest:
        seen.append(block)
        start = (start + block[:_BLOCK]).removeprefix(_BOM).lstrip(_BLANK)
        if start and not any(known.startswith(start) for known in (*_FIELD_NAMES, _BOM)):
            break  # else it may still become one of them
    form: Form = "sse" if _FIELD.match(start) else "json"
    if start.startswith(b"\0"):
        form = "eventstream"
    return form, chain(seen, rest)


def messages(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Cut an SSE body after its blank lines: about one event each."""
    for block in stream:
        yield from _MESSAGE.findall(block)


def pieces(stream: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Cut UTF-8 into fragments of that many characters; what is not UTF-8 stays as it is."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for block in chain(stream, [b""]):
        text = decoder.decode(block, final=not block)
        for at in range(0, len(text), size):
            yield text[at : at + size].encode("utf-8", "surrogateescape")


def characters(fragment: bytes) -> int:
    """How many characters begin in these bytes."""
    return len(fragment.translate(None, _CONTINUATION))


def paced(
    fragments: Iterable[bytes],
    rate: float,
    *,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[bytes]:
    """The same fragments, at that many characters a second; 0 is as fast as it goes."""
    if not rate:
        yield from fragments
        return
    start, done = clock(), 0
    for fragment in fragments:
        done += characters(fragment)
        wait = start + done / rate - clock()
        if wait > 0:
            sleep(wait)
        yield fragment


def pleasant(form: str, size: int | None) -> float:
    """A pace to watch a file at; nothing is known of what has no size."""
    if size is None:
        return 0.0
    return max(SSE_RATE if form == "sse" else JSON_RATE, size / _LONGEST)
