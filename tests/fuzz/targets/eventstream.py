"""Amazon's event stream, as it comes and with its checksums put right.

Half of the inputs go through `sealed`, which mends the checksum of each prelude and message
whose lengths are believable, so that what is behind the checksums is reached.

Property: the messages are those of a naive reading, up to the first that is broken; however the
stream is cut, and wherever its state goes through a checkpoint. What can be written again comes
back the same.

Documented: StreamError (code `malformed`).
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterator
from typing import Any
from zlib import crc32

from partialjson.framing import EventStreamDecoder
from partialjson.framing.eventstream import MAX_HEADERS, MAX_MESSAGE, EventStreamMessage, encode
from tests.decoding import decoded
from tests.fuzz.choices import Choices, pieces

MAX_LEN = 400
WORDS = (
    *(b":message-type\x07\x00\x05event", b":event-type\x07\x00\x05chunk", b'{"bytes":"e30="}'),
    *(b"\x00\x00\x00\x10", b"\x00\x00\x00\x20", b"\x00\x00\x00\x00", b"\x00\x00\x00\x05"),
    *(b"\x01a\x00", b"\x01b\x02\x80", b"\x01c\x03\x00\x01", b"\x01d\x09" + b"\x11" * 16),
    *(b"\x01e\x06\x00\x02ab", b"\x01f\x08" + b"\xff" * 8, b"\x01g\x07\x00\x01\xff"),
)
_LEAST = 16


def run(data: bytes) -> None:
    choices = Choices(data)
    seals, sizes, resume = choices.flag(), choices.sizes(), choices.flag()
    stream = sealed(choices.rest()) if seals else choices.rest()
    whole = decoded(EventStreamDecoder, [stream])
    messages, ends = naive(stream)
    assert whole.messages == messages
    assert (whole.error is not None, whole.truncated) == ends
    fragments = pieces(stream, sizes)
    for parts, again in ((fragments, resume and len(fragments) < 12), (pieces(stream, [1]), False)):
        assert decoded(EventStreamDecoder, parts, resume=again) == whole
    for message in messages:
        if not any(type(value) is int for value in message.headers.values()):  # sent as longs
            again_ = decoded(EventStreamDecoder, [encode(message.headers, message.payload)])
            assert again_.messages == [message]


def sealed(data: bytes) -> bytes:
    """The stream with checksums that fit, as far as its lengths make sense.

    A message whose length is none is taken to be the rest.
    """
    found = b""
    while len(data) >= _LEAST:
        length, headers = struct.unpack_from(">II", data)
        if not _LEAST <= length <= len(data):
            length = len(data)
        headers = min(headers, length - _LEAST) if data[8] % 8 else headers
        prelude = struct.pack(">II", length, headers)
        body = prelude + struct.pack(">I", crc32(prelude)) + data[12 : length - 4]
        found += body + struct.pack(">I", crc32(body))
        data = data[length:]
    return found + data


def naive(stream: bytes) -> tuple[list[EventStreamMessage], tuple[bool, bool]]:
    """The messages; whether it is malformed, and whether it was cut off."""
    found: list[EventStreamMessage] = []
    while len(stream) >= 12:
        length, headers, crc = struct.unpack_from(">III", stream)
        fits = headers + _LEAST <= length <= MAX_MESSAGE and headers <= MAX_HEADERS
        if crc32(stream[:8]) != crc or not fits:
            return found, (True, False)
        if len(stream) < length:
            break
        message, stream = stream[:length], stream[length:]
        if crc32(message[:-4]) != int.from_bytes(message[-4:], "big"):
            return found, (True, False)
        try:
            named = dict(headers_of(message[12 : 12 + headers]))
        except (ValueError, KeyError, IndexError):
            return found, (True, False)
        found.append(EventStreamMessage(named, message[12 + headers : -4]))
    return found, (False, len(stream) > 0)


def headers_of(block: bytes) -> Iterator[tuple[str, Any]]:
    """Name and value of each header; ValueError, KeyError or IndexError for what is none."""
    seen = set()
    while block:
        size = block[0]
        name, kind, block = taken(block, 1, size).decode(), block[1 + size], block[2 + size :]
        if name in seen:
            raise ValueError(name)
        seen.add(name)
        if kind < 2:
            yield name, kind == 0
            continue
        start = 2 if kind in (6, 7) else 0
        length = int.from_bytes(taken(block, 0, 2), "big") if start else _SIZES[kind]
        value, block = taken(block, start, length), block[start + length :]
        if kind == 9:
            yield name, uuid.UUID(bytes=value)
        elif kind in (6, 7):
            yield name, value.decode() if kind == 7 else value
        else:
            yield name, int.from_bytes(value, "big", signed=True)


_SIZES = {2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}


def taken(block: bytes, start: int, size: int) -> bytes:
    if len(block) < start + size:
        raise ValueError("the block ends in it")
    return block[start : start + size]


def seeds() -> Iterator[bytes]:
    plain = encode({":message-type": "event", ":event-type": "chunk"}, b'{"bytes":"e30="}')
    more = encode({"a": True, "b": b"x", "c": 7, "d": uuid.UUID(int=1)}, b"payload")
    yield b"\0\0\0\0" + plain + more
    yield b"\1\x75\x03\1" + more + plain
    yield b"\1\0\0\0" + encode({}) + more[:-3]
    yield b"\0\1\0\0" + plain[:20]
