"""Amazon's binary messages (`application/vnd.amazon.eventstream`): bytes in, messages out.

A message, all numbers big-endian:

    4 bytes   length of the whole message           the prelude
    4 bytes   length of the headers
    4 bytes   CRC-32 of the 8 bytes before
    headers   each: length of the name (1 byte), name, type (1 byte), value
    payload   whatever is left
    4 bytes   CRC-32 of all bytes before

Values by type: 0 true, 1 false, 2 byte, 3 short, 4 int, 5 long (signed), 6 bytes and 7 string
(each after its length in 2 bytes), 8 timestamp (milliseconds since 1970, as a long), 9 UUID
(16 bytes).
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from .._seal import checked
from ..errors import StreamError, UsageError
from ..limits import Limits
from .decoder import Decoder, Fragment, require
from .text import as_bytes

__all__ = ["MAX_HEADERS", "MAX_MESSAGE", "EventStreamDecoder", "EventStreamMessage", "encode"]

MAX_MESSAGE = Limits().max_message
"""The longest message that is written, in bytes: what Amazon's own SDK takes as payload."""

MAX_HEADERS = 128 * 1024
"""The longest headers of one message, in bytes, by the same measure."""

_PRELUDE = struct.Struct(">III")
_CRC = struct.Struct(">I")
_AROUND = _PRELUDE.size + _CRC.size  # what a message has besides headers and payload
_TRUE, _FALSE, _LONG, _BYTES, _STRING, _UUID = 0, 1, 5, 6, 7, 9
_NUMBERS = {
    kind: struct.Struct(">" + code)
    for kind, code in {2: "b", 3: "h", 4: "i", 5: "q", 8: "q"}.items()
}


@dataclass(frozen=True, slots=True)
class EventStreamMessage:
    """One message.

    Args:
        headers: their values by name: bool, int, bytes, str or `uuid.UUID`. A timestamp is an
            int, the milliseconds since 1970.
        payload: the bytes after them.
    """

    headers: dict[str, Any] = field(default_factory=dict)
    payload: bytes = b""

    @property
    def message_type(self) -> str | None:
        """`:message-type`: `"event"`, `"exception"` or `"error"`."""
        return self.text_of(":message-type")

    @property
    def event_type(self) -> str | None:
        """`:event-type`: what event it is."""
        return self.text_of(":event-type")

    @property
    def exception_type(self) -> str | None:
        """`:exception-type`: what exception it is."""
        return self.text_of(":exception-type")

    def text_of(self, name: str) -> str | None:
        """A header's value, if it is a string."""
        value = self.headers.get(name)
        return value if isinstance(value, str) else None


class EventStreamDecoder(Decoder[EventStreamMessage]):
    """A push decoder for Amazon's event streams. It takes bytes only.

    Both checksums are checked, the first as soon as its bytes are there; so damage never makes
    a message, and no length is believed that is not the sender's. What is broken is a
    StreamError (code `malformed`) that says which check failed; so is a message of more bytes
    than `max_message`, or with headers of more than `MAX_HEADERS` (`limit_exceeded`), as soon as
    it says so.

    >>> data = encode({":message-type": "event", ":event-type": "ping"}, b"{}")
    >>> decoder = EventStreamDecoder()
    >>> decoder.feed(data[:20])
    []
    >>> [(message.event_type, message.payload) for message in decoder.feed(data[20:])]
    [('ping', b'{}')]
    """

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits)
        self._held = bytearray()  # the bytes of the unfinished message
        self._length = 0  # of the whole of it; 0 while its prelude is not there

    def _take(self, fragment: Fragment, found: list[EventStreamMessage]) -> None:
        if isinstance(fragment, str):
            raise TypeError("an event stream is bytes: feed takes bytes, bytearray or memoryview")
        held = self._held
        held += as_bytes(fragment)
        at = 0
        try:
            while len(held) - at >= (self._length or _PRELUDE.size):
                if self._length == 0:
                    self._length = _length(held, at, self._most)
                    continue
                found.append(_message(bytes(held[at : at + self._length])))
                at += self._length
                self._length = 0
        except StreamError:
            held.clear()
            self._length = 0
            raise
        del held[:at]

    def _end(self, found: list[EventStreamMessage]) -> bool:
        truncated = bool(self._held)
        self._held.clear()
        self._length = 0
        return truncated

    # --- resuming --------------------------------------------------------------------

    def _save(self) -> dict[str, Any]:
        return {"held": base64.b64encode(self._held).decode()}

    def _load(self, state: dict[str, Any]) -> None:
        checked(state, held=str)
        whole: list[EventStreamMessage] = []
        try:
            self._take(base64.b64decode(state["held"], validate=True), whole)
        except StreamError as error:
            raise ValueError(error.message) from None
        require(not whole, "it holds a whole message")


# --- reading --------------------------------------------------------------------------


def _length(held: bytearray, at: int, most: int) -> int:
    """The length of the message whose prelude stands there, if the prelude is sound."""
    length, headers, crc = _PRELUDE.unpack_from(held, at)
    _check(crc32(held[at : at + 8]) == crc, "the prelude's checksum does not fit")
    _bound(f"a message of {length} bytes", length, "max_message", most)
    _bound(f"a header block of {headers} bytes", headers, "MAX_HEADERS", MAX_HEADERS)
    _check(headers + _AROUND <= length, f"{headers} bytes of headers in a message of {length}")
    return int(length)


def _message(data: bytes) -> EventStreamMessage:
    end = len(data) - _CRC.size
    _check(crc32(data[:end]) == _CRC.unpack_from(data, end)[0], "its checksum does not fit")
    payload = _PRELUDE.size + _PRELUDE.unpack_from(data)[1]
    return EventStreamMessage(_headers(data[_PRELUDE.size : payload]), data[payload:end])


def _headers(data: bytes) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    at = 0
    while at < len(data):
        name_end = at + 1 + data[at]
        name = _text(_bytes(data, at + 1, name_end))
        _check(name not in headers, f"the header {name!r:.60} is there twice")
        kind = _bytes(data, name_end, name_end + 1)[0]
        headers[name], at = _value(data, kind, name_end + 1)
    return headers


def _value(data: bytes, kind: int, at: int) -> tuple[Any, int]:
    """A header's value, and where it ends."""
    if kind in (_TRUE, _FALSE):
        return kind == _TRUE, at
    if kind in _NUMBERS:
        end = at + _NUMBERS[kind].size
        return _NUMBERS[kind].unpack(_bytes(data, at, end))[0], end
    if kind == _UUID:
        from uuid import UUID  # nobody was seen to send one

        return UUID(bytes=_bytes(data, at, at + 16)), at + 16
    _check(kind in (_BYTES, _STRING), f"a header has the unknown type {kind}")
    start = at + 2
    end = start + int.from_bytes(_bytes(data, at, start), "big")
    value = _bytes(data, start, end)
    return _text(value) if kind == _STRING else value, end


def _bytes(data: bytes, start: int, end: int) -> bytes:
    _check(end <= len(data), "a header goes on after the end of the headers")
    return data[start:end]


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise StreamError("a message of the event stream: a header is not UTF-8") from None


def _check(fits: bool, otherwise: str) -> None:
    if not fits:
        raise StreamError(f"a message of the event stream: {otherwise}")


def _bound(what: str, size: int, limit: str, maximum: int) -> None:
    if size > maximum:
        message = f"a message of the event stream: {what} is longer than {limit}={maximum}"
        raise StreamError(message, limit=limit, maximum=maximum)


# --- writing --------------------------------------------------------------------------


def encode(headers: Mapping[str, Any], payload: bytes = b"") -> bytes:
    """A message as bytes, as a server would send it.

    Args:
        headers: values of type bool, int (sent as a long), bytes, str or `uuid.UUID`.
        payload: the bytes after them.

    Raises:
        UsageError: for what has no place in a message: too long, or out of range.
        TypeError: for a value of another type.

    >>> encode({}, b"ping").hex(" ", 4)
    '00000014 00000000 f042ee2b 70696e67 2a347105'
    """
    block = b"".join(_named(name, value) for name, value in headers.items())
    length = len(block) + len(payload) + _AROUND
    if len(block) > MAX_HEADERS or length > MAX_MESSAGE:
        raise UsageError(f"a message may have {MAX_MESSAGE} bytes, its headers {MAX_HEADERS}")
    data = struct.pack(">II", length, len(block))
    data += _CRC.pack(crc32(data)) + block + payload
    return data + _CRC.pack(crc32(data))


def _named(name: str, value: Any) -> bytes:
    try:
        data = name.encode()
        return struct.pack(">B", len(data)) + data + _written(value)
    except (struct.error, UnicodeEncodeError) as error:
        raise UsageError(f"the header {name!r:.60} cannot be sent: {error}") from None


def _written(value: Any) -> bytes:
    """A value with its type."""
    if isinstance(value, bool):
        return bytes([_TRUE if value else _FALSE])
    if isinstance(value, int):
        return struct.pack(">Bq", _LONG, value)
    if isinstance(value, (str, bytes)):
        kind = _STRING if isinstance(value, str) else _BYTES
        data = value.encode() if isinstance(value, str) else value
        return struct.pack(">BH", kind, len(data)) + data
    uuid = getattr(value, "bytes", None)
    if isinstance(uuid, bytes) and len(uuid) == 16:
        return bytes([_UUID]) + uuid
    raise TypeError(f"a header is no {type(value).__name__}")
