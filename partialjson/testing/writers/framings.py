"""Messages as bytes: server-sent events, lines of JSON, one JSON array, AWS event stream."""

from __future__ import annotations

import base64
import json
import re
import struct
from typing import Any
from zlib import crc32

_SURROGATE = re.compile("[\ud800-\udfff]")
_PADDING = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def padding(number: int, most: int = len(_PADDING)) -> str:
    """Letters whose number tells an onlooker nothing: another number for each message."""
    return _PADDING[: 1 + number * 7 % most]


def dumped(value: Any, *, spaced: bool = False) -> bytes:
    """Strict JSON in UTF-8. Half a surrogate pair, which has no UTF-8, is escaped.

    >>> dumped({"é": "\\ud83d"})
    b'{"\\xc3\\xa9":"\\\\ud83d"}'
    """
    separators = (", ", ": ") if spaced else (",", ":")
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=separators)
    return _SURROGATE.sub(lambda half: f"\\u{ord(half.group()):04x}", text).encode()


def sse(data: bytes, event: str | None = None, newline: bytes = b"\n") -> bytes:
    """One server-sent event: an optional `event` line and one `data` line."""
    named = b"" if event is None else b"event: " + event.encode() + newline
    return named + b"data: " + data + newline * 2


def ndjson(data: bytes) -> bytes:
    """One line of JSON."""
    return data + b"\n"


def eventstream(payload: bytes, headers: dict[str, str]) -> bytes:
    """One message of an AWS event stream (`application/vnd.amazon.eventstream`).

    Total length, length of the headers and the CRC-32 of both; the headers, all strings
    (type 7); the payload; the CRC-32 of all before it. Numbers are big-endian.
    """
    head = b"".join(_header(name, value) for name, value in headers.items())
    prelude = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    message = prelude + struct.pack(">I", crc32(prelude)) + head + payload
    return message + struct.pack(">I", crc32(message))


def _header(name: str, value: str) -> bytes:
    name_, value_ = name.encode(), value.encode()
    return struct.pack(">B", len(name_)) + name_ + struct.pack(">BH", 7, len(value_)) + value_


def event(kind: str, payload: bytes) -> bytes:
    """An event of a Bedrock stream, or, if its name ends so, an exception."""
    what = "exception" if kind.endswith("Exception") else "event"
    headers = {f":{what}-type": kind, ":content-type": "application/json", ":message-type": what}
    return eventstream(payload, headers)


def chunk(model_event: bytes, number: int) -> bytes:
    """A `chunk` of InvokeModelWithResponseStream: the model's own event in base64."""
    payload = {"bytes": base64.b64encode(model_event).decode(), "p": padding(number)}
    return event("chunk", dumped(payload))
