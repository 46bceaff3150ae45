"""Attacks on framings and tool calls: what a provider may send."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from zlib import crc32

from partialjson import Limits, StreamFailed, ToolCallFailed, ToolCalls
from partialjson.framing import (
    Decoder,
    EventStreamDecoder,
    JSONArrayDecoder,
    MessageDecoder,
    NDJSONDecoder,
    SSEDecoder,
)
from partialjson.framing.eventstream import encode

from .attack import BLOCK, READ, Attack, Run, outcome, repeated


def _decoded(make: Callable[[], Decoder[Any]], before: Any, again: Any, after: Any = None) -> Run:
    """An attack on a decoder: a stream in which something comes over and over."""

    def run(n: int) -> str:
        decoder = make()

        def feed() -> str:
            decoder.feed(before)
            block = again * max(1, min(n, BLOCK) // len(again))
            for _ in range(max(1, n // len(block))):
                decoder.feed(block[:-1] + block[-1:])
            if after is not None:
                decoder.feed(after)
            decoder.close()
            return "truncated" if decoder.truncated else READ

        return outcome(feed)

    return run


def _prelude(length: int, headers: int, crc: int | None = None) -> bytes:
    """How a binary message begins that says these lengths of itself."""
    data = struct.pack(">II", length, headers)
    return data + struct.pack(">I", crc32(data) if crc is None else crc)


def _lie(length: int, headers: int, crc: int | None = None) -> Run:
    return _decoded(EventStreamDecoder, _prelude(length, headers, crc), b"x")


def _bad_checksum(n: int) -> str:
    good = encode({":message-type": "event"}, b"x" * n)
    return outcome(lambda: EventStreamDecoder().feed(good[:-1] + b"\0"))


# --- tool calls ------------------------------------------------------------------------


def _told(messages: Iterable[Any], **options: Any) -> str:
    """The limit that a call or the stream exceeds, or why the stream failed; else `READ`."""
    calls = ToolCalls(**{"provider": "openai_chat", **options})
    for message in messages:
        for event in calls.feed(message):
            if isinstance(event, (StreamFailed, ToolCallFailed)):
                limit = getattr(event.error, "limit", "")
                if limit or isinstance(event, StreamFailed):
                    return limit or event.reason
    last = calls.close()[-1]
    return last.reason if isinstance(last, StreamFailed) else READ


def _chunk(text: str, choice: int = 0) -> bytes:
    return f'data: {{"choices":[{{"index":{choice},"delta":{{{text}}}}}]}}\n\n'.encode()


def _call(index: int, text: str = "{}", name: str = "f", id_: str = "") -> bytes:
    function = f'{{"name":"{name}","arguments":{json.dumps(text)}}}'
    entry = f'{{"index":{index},"id":"{id_ or index}","function":{function}}}'
    return _chunk(f'"tool_calls":[{entry}]')


def _more(index: int, text: str) -> bytes:
    entry = f'{{"index":{index},"function":{{"arguments":{json.dumps(text)}}}}}'
    return _chunk(f'"tool_calls":[{entry}]')


def _calls(n: int) -> Iterator[bytes]:
    for index in range(n):
        yield _call(index)


def _long(n: int) -> Iterator[bytes]:
    """A call with a long string."""
    yield _call(0, '{"a": "')
    block = _more(0, "x" * 1000)
    for _ in range(n // 1000):
        yield block


def _named(n: int) -> Iterator[bytes]:
    """Fragments that could each begin the next call: they have a name and nothing else."""
    entry = '"tool_calls":[{"function":{"name":"f","arguments":"%s"}}]'
    yield _chunk(entry % '{\\"a\\": \\"')
    block = _chunk(entry % "{}")
    for _ in range(n):
        yield block


def _restarts(n: int) -> Iterator[dict[str, Any]]:
    """As many calls as there may be, and an answer that begins anew and anew."""
    for index in range(4000):
        yield {"type": "TOOL_CALL_START", "toolCallId": f"c{index}", "toolCallName": "f"}
    for _ in range(n):
        yield {"type": "RUN_STARTED"}


def _answers(n: int) -> Iterator[bytes]:
    for choice in range(n):
        yield _chunk('"content":"[1"', choice)


_LESS: Final = Limits(max_message=2 << 20)
_SSE: Final = (
    Attack(
        "an SSE line without end",
        _decoded(SSEDecoder, b"data: ", b"x"),
        10**8,
        25_300_000,
        "max_message",
        "bytes",
        per=0,
    ),
    Attack(
        "an SSE event without end",
        _decoded(SSEDecoder, b"", b"data: xyz\n"),
        10**8,
        32_000_000,
        "max_message",
        "bytes",
        per=0,
    ),
    Attack(
        "SSE comments", _decoded(SSEDecoder, b"", b": ping\n"), 10**8, 10**5, READ, "bytes", slow=4
    ),
    Attack(
        "SSE line ends",
        _decoded(SSEDecoder, b"", b"\r\n\r\n\n\r"),
        50_000_000,
        10**5,
        READ,
        "bytes",
        slow=4,
    ),
    Attack(
        "an SSE id of a megabyte",
        _decoded(SSEDecoder, b"id: ", b"x", b"\ndata: 1\n\n"),
        2**20,
        10**5,
        READ,
        "bytes",
        per=4,
    ),
)
_OTHERS: Final = (
    Attack(
        "a line of NDJSON without end",
        _decoded(NDJSONDecoder, b'"', b"x"),
        10**8,
        25_300_000,
        "max_message",
        "bytes",
    ),
    Attack(
        "an element of an array without end",
        _decoded(JSONArrayDecoder, b"[[", b"1,"),
        10**8,
        2_200_000,
        "max_members",
        "bytes",
    ),
    Attack(
        "..., in many lists, `max_message` 2 Mi",
        _decoded(lambda: JSONArrayDecoder(_LESS), b"[[", b"[" + b"[1]," * 1000 + b"0],"),
        10_000_000,
        2_200_000,
        "max_message",
        "bytes",
        fixed=128,
    ),
    Attack(
        "elements of an array",
        _decoded(JSONArrayDecoder, b"[", b'{"a":[1]}, ', b"0]"),
        20_000_000,
        10**4,
        READ,
        "bytes",
        slow=4,
    ),
    Attack(
        "white space before everything",
        _decoded(MessageDecoder, b"", b" \n"),
        10**8,
        25_300_000,
        "max_message",
        "bytes",
    ),
)
_BINARY: Final = (
    Attack(
        "a binary message of 4 GiB, it says",
        _lie(2**32 - 1, 0),
        10**8,
        10**4,
        "max_message",
        "bytes",
    ),
    Attack(
        "... of 24 MiB, that never comes",
        _lie(24 * 2**20, 0),
        20_000_000,
        10**4,
        "truncated",
        "bytes",
        per=2.2,
    ),
    Attack(
        "... whose headers are longer than it", _lie(100, 200), 10**8, 10**4, "malformed", "bytes"
    ),
    Attack(
        "... with headers of 1 MiB", _lie(2 * 2**20, 2**20), 10**8, 10**4, "MAX_HEADERS", "bytes"
    ),
    Attack("... of no length", _lie(0, 0), 10**8, 10**4, "malformed", "bytes"),
    Attack(
        "... whose first checksum is wrong", _lie(100, 0, 7), 10**8, 10**4, "malformed", "bytes"
    ),
    Attack(
        "... whose second checksum is wrong",
        _bad_checksum,
        20_000_000,
        10**4,
        "malformed",
        "bytes",
        per=6,
    ),
)
_TOOLS: Final = (
    Attack("a million tool calls", lambda n: _told(_calls(n)), 10**6, 5000, "max_calls", "calls"),
    Attack(
        "an id of a megabyte",
        lambda n: _told([_call(0, id_="x" * n)]),
        2**20,
        10**5,
        "max_name",
        per=30,
    ),
    Attack(
        "a name of a megabyte",
        lambda n: _told([_call(0, name="x" * n)]),
        2**20,
        10**5,
        "max_name",
        per=30,
    ),
    Attack(
        "a million answers at once, `output` set",
        lambda n: _told(_answers(n), output=list[int]),
        10**6,
        5000,
        "max_calls",
        "answers",
    ),
    Attack(
        "a million documents in one answer",
        lambda n: _told((_chunk('"content":"1 2 3 4 5 "') for _ in range(n // 5)), output=int),
        10**6,
        1000,
        "disconnected",
        "documents",
        per=700,
        slow=10,
    ),
    Attack(
        "a call with a string of 100 MB", lambda n: _told(_long(n)), 10**8, 17_000_000, "max_string"
    ),
    Attack(
        "fragments that each may be a new call",
        lambda n: _told(_named(n)),
        400_000,
        500,
        "disconnected",
        "fragments",
        per=500,
        slow=4,
    ),
    Attack(
        "messages that say nothing",
        lambda n: _told(repeated('data: {"choices":[]}\n\n', n)),
        40_000_000,
        10**4,
        "disconnected",
        slow=4,
    ),
    Attack(
        "answers that begin anew, after 4000 calls",
        lambda n: _told(_restarts(n), provider="ag_ui"),
        400_000,
        50,
        "disconnected",
        "answers",
        slow=4,
    ),
    Attack(
        "a message nested ever deeper",
        lambda n: _told([b"data: " + b"[" * n + b"\n\n"]),
        10**7,
        10**5,
        "malformed",
        "bytes",
        per=6,
    ),
    Attack(
        "a number of a million digits in a message",
        lambda n: _told([b'data: {"choices":' + b"7" * n + b"}\n\n"]),
        10**6,
        10**5,
        "malformed",
        "bytes",
        per=10,
    ),
)
STREAMS: Final = (*_SSE, *_OTHERS, *_BINARY, *_TOOLS)
