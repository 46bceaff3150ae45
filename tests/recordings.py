"""Where recorded streams and conformance suites lie, if they are there at all.

What is read here is read naively, on purpose: it is the other opinion.
"""

from __future__ import annotations

import base64
import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[2] / "shared"
STREAMS = SHARED / "streams"

needs_recordings = pytest.mark.skipif(
    not (STREAMS / "EXPECTED.json").is_file(), reason="the recordings are not beside this checkout"
)


def expected() -> dict[str, Any]:
    """What an independent reassembly made of each recording."""
    path = STREAMS / "EXPECTED.json"
    data: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
    return data


def messages(name: str, body: bytes) -> list[tuple[int, dict[str, Any]]]:
    """The messages of a body, each with the number of bytes after which it is whole."""
    kinds = {"sse": blocks, "jsonl": lines, "eventstream": packets}
    return [*kinds[name.rpartition(".")[2]](body)]


def blocks(body: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    """Server-sent events. A CR alone ends a line, so the LF after the last one is not needed."""
    start = 0
    for blank in re.finditer(rb"\r\n\r\n|\n\n", body):
        block, start = body[start : blank.start()], blank.end()
        rows = block.replace(b"\r\n", b"\n").split(b"\n")
        data = b"\n".join(row[5:] for row in rows if row.startswith(b"data:"))
        if data.strip() in (b"", b"[DONE]"):
            continue
        try:
            yield start - (blank.group() == b"\r\n\r\n"), json.loads(data)
        except ValueError:
            return  # nothing can be said of what follows


def lines(body: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    """JSON lines. An object is whole at its brace; the LF is not needed."""
    end = 0
    for line in body.splitlines(keepends=True):
        yield end + len(line.rstrip()), json.loads(line)
        end += len(line)


def packets(body: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    """AWS event streams: Converse events, or what InvokeModel wraps."""
    at = 0
    while at < len(body):
        total, headers = struct.unpack_from(">II", body, at)
        kind = body[at + 12 : at + 12 + headers]
        payload = json.loads(body[at + 12 + headers : at + total - 4] or b"{}")
        at += total
        if "bytes" in payload:
            yield at, json.loads(base64.b64decode(payload["bytes"]))
        else:
            name = re.search(rb":event-type\x07..([A-Za-z]+)", kind, re.DOTALL)
            assert name
            yield at, {name.group(1).decode(): payload}
