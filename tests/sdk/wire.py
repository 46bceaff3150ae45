"""The two calls that every provider makes here, and the ways in which messages are written.

The arguments hold what is easily broken on the way: escapes, an emoji as two escapes, an
emoji as it is, a line separator (U+2028) as it is, a quote, a nested list and null. They are
cut without regard to any of that.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterable
from typing import Any

from tests.sdk.server import Body

NOTE_TEXT = (
    '{"path": "notes/day/gr\\u00f6\\u00dfe.md", "content": "caf\u00e9\\n\\t\\"so\\" \\ud83d\\ude00'
    ' \U0001f600 \u65e5\u672c\u2028end", "size": 12.5, "tags": ["a", null]}'
)
WEATHER_TEXT = '{"city":"Reykjav\\u00edk","days":3}'
NOTE: dict[str, Any] = json.loads(NOTE_TEXT)
WEATHER: dict[str, Any] = json.loads(WEATHER_TEXT)
SAID = "Gl\u00fcck\u2028auf: \U0001f600 first the note, then the weather."


def cut(text: str, size: int = 7) -> list[str]:
    """The text in pieces."""
    return [text[at : at + size] for at in range(0, len(text), size)]


SAID_FIRST = cut(SAID)[0]
IN_A_STRING = cut(NOTE_TEXT)[2]  # arguments that may come any number of times
LAST = cut(WEATHER_TEXT)[-1]


def compact(message: Any) -> str:
    """JSON as most providers write it: what is not ASCII stays as it is."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def in_ascii(message: Any) -> str:
    """JSON as others write it, for those SDKs that break lines at a line separator."""
    return json.dumps(message, separators=(",", ":"))


def data(message: dict[str, Any], write: Callable[[Any], str] = compact, end: str = "\n") -> bytes:
    """A message as a server-sent event without a name."""
    return f"data: {write(message)}{end}{end}".encode()


def named(message: dict[str, Any], write: Callable[[Any], str] = compact) -> bytes:
    """A message as a server-sent event with its type as its name."""
    return f"event: {message['type']}\n".encode() + data(message, write)


def line(message: dict[str, Any], write: Callable[[Any], str] = compact) -> bytes:
    """A message as a line of JSON."""
    return f"{write(message)}\n".encode()


def frame(kind: str, payload: dict[str, Any]) -> bytes:
    """A message of an AWS event stream: prelude, headers, payload, each with its checksum."""
    named_as = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    headers = b"".join(map(_header, named_as, named_as.values()))
    content = compact(payload).encode()
    prelude = struct.pack("!II", 16 + len(headers) + len(content), len(headers))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + headers + content
    return message + struct.pack("!I", zlib.crc32(message))


def _header(name: str, value: str) -> bytes:
    is_text = b"\x07"
    length = struct.pack("!H", len(value))
    return bytes([len(name)]) + name.encode() + is_text + length + value.encode()


def server_sent(messages: Iterable[bytes], repeats: bytes, last: bytes = b"") -> Body:
    """A body of server-sent events.

    The one that has `repeats` in it may come again and again, the one that has `last` in it
    brings the last of the arguments.
    """
    return _body("text/event-stream", messages, repeats, last)


def lines(messages: Iterable[bytes], repeats: bytes, last: bytes = b"") -> Body:
    """A body of lines."""
    return _body("application/x-ndjson", messages, repeats, last)


def frames(messages: Iterable[bytes], repeats: bytes, last: bytes = b"") -> Body:
    """A body in AWS's framing."""
    return _body("application/vnd.amazon.eventstream", messages, repeats, last)


def _body(content_type: str, messages: Iterable[bytes], repeats: bytes, last: bytes) -> Body:
    written = tuple(messages)
    ending = _where(written, last) if last else None
    return Body(content_type, written, _where(written, repeats), ending)


def _where(messages: tuple[bytes, ...], part: bytes) -> int:
    (at,) = [at for at, message in enumerate(messages) if part in message]
    return at
