"""Naive readers of bodies: the messages that are whole, decoded as simply as possible."""

from __future__ import annotations

import base64
import json
import re
import struct
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeAlias

Data: TypeAlias = dict[str, Any]


def messages(kind: str, body: bytes) -> list[Data]:
    """The messages of a body; `kind` is how its file's name ends."""
    return [*_READERS[kind](body)]


def from_sse(body: bytes) -> Iterator[Data]:
    text = re.sub(r"\r\n?", "\n", body.decode("utf-8-sig", errors="replace"))
    for block in text.split("\n\n")[:-1]:
        fields: defaultdict[str, list[str]] = defaultdict(list)
        for line in block.split("\n"):
            field, _, value = line.partition(":")
            fields[field].append(value.removeprefix(" "))
        data = "\n".join(fields["data"])
        if data.startswith("{"):
            yield json.loads(data)
        elif fields["event"] == ["error"]:
            yield {"error": {"message": data}}


def from_lines(body: bytes) -> Iterator[Data]:
    whole, _, last = body.rpartition(b"\n")
    for line in whole.split(b"\n"):
        if line.strip():
            yield json.loads(line)
    if last.endswith(b"}"):
        yield json.loads(last)


def from_array(body: bytes) -> Iterator[Data]:
    text, decoder = body.decode(), json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        try:
            message, at = decoder.raw_decode(text, at)
        except ValueError:
            return
        yield message
        at = text.find("{", at)


def from_eventstream(body: bytes) -> Iterator[Data]:
    at = 0
    while at + 8 <= len(body):
        total, length = struct.unpack_from(">II", body, at)
        if at + total > len(body):
            return
        headers = body[at + 12 : at + 12 + length]
        kind = re.search(rb":(?:event|exception)-type\x07..([A-Za-z]+)", headers, re.DOTALL)
        assert kind
        payload = json.loads(body[at + 12 + length : at + total - 4])
        if "bytes" in payload:
            payload["bytes"] = base64.b64decode(payload["bytes"])  # as boto3 does
        yield {kind.group(1).decode(): payload}
        at += total


_READERS = {
    "sse": from_sse,
    "ndjson": from_lines,
    "jsonl": from_lines,
    "jsonarray": from_array,
    "eventstream": from_eventstream,
}
