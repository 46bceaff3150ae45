"""Server-sent events.

Property: the events, the last id, the reconnection time and whether the stream was cut are
those of the standard's own words, character by character (`tests.test_sse.Reference`); however
the stream is cut, as bytes or text, and wherever its state goes through a checkpoint.

Documented: nothing in a stream is an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.fuzz.choices import Choices, pieces
from tests.test_sse import Reference, decoded

MAX_LEN = 400
WORDS = (
    *("data:", "data: ", "event: ", "id:", "retry: ", ":", "\n", "\r\n", "\r", "\n\n", "\x00"),
    *("\ufeff", "\u2028", "\x85", "data", "retry: 10\n", "id: 1\n"),
    *(b"\xff", b"\xef\xbb", b"\xf0\x9f\x98", b"\xed\xa0\xbd", b"\xed\xb8\x80"),
)


def run(data: bytes) -> None:
    choices = Choices(data)
    as_text, sizes, resume = choices.flag(), choices.sizes(), choices.flag()
    stream = choices.text() if as_text else choices.rest()
    text = stream if isinstance(stream, str) else stream.decode("utf-8", "replace")
    expected = Reference(text).all()
    for fragments in ([stream], pieces(stream, [1])):
        assert decoded(fragments) == expected
    fragments = pieces(stream, sizes)
    assert decoded(fragments, resume=resume and len(fragments) < 12) == expected


def seeds() -> Iterator[bytes]:
    yield b"\0\0\0\0data: a\n\ndata: b\ndata: c\n\n"
    yield b"\0\x21\x03\1event: ping\r\ndata: 1\r\n\r\nid: 7\r\rretry: 10\n\ndata\n\n"
    yield b"\1\x21\x03\1:x\ndata:  a\ndata:b\n\ndata: \xe2\x80\xa8\xed\xa0\xbd\n\n"
    yield b"\0\1\0\0\xef\xbb\xbfdata: \xff\xe2\x82\n\nid: a\0b\ndata: x\n\nevent: y\n\n"
