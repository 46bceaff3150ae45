"""Amazon's event stream: every field of a message, every check, damage, and any fragments."""

from __future__ import annotations

import base64
import json
import re
import struct
import uuid
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partialjson import StreamError, UsageError
from partialjson.framing import EventStreamDecoder, EventStreamMessage, eventstream
from partialjson.framing.eventstream import MAX_HEADERS, MAX_MESSAGE, encode

from .decoding import (
    Decoded,
    check_common_rules,
    check_every_checkpoint,
    check_forgeries,
    check_own_bytes,
    decoded,
    forged,
    recordings_of,
    refused,
    same_every_way,
)
from .fragmenting import cut_at, cuts
from .recordings import STREAMS

M = EventStreamMessage


def sealed(headers: bytes, payload: bytes = b"", **wrong: int) -> bytes:
    """A message around these header bytes; a length or checksum may be told wrong."""
    length = wrong.get("length", len(headers) + len(payload) + 16)
    prelude = struct.pack(">II", length, wrong.get("size", len(headers)))
    prelude += struct.pack(">I", wrong.get("prelude", crc32(prelude)))
    body = prelude + headers + payload
    return body + struct.pack(">I", wrong.get("crc", crc32(body)))


def header(name: bytes, kind: int, value: bytes = b"") -> bytes:
    return bytes([len(name)]) + name + bytes([kind]) + value


def messages_of(stream: bytes) -> list[EventStreamMessage]:
    """The messages of a whole stream, however it is cut."""
    result = same_every_way(EventStreamDecoder, stream)
    assert result.error is None
    assert not result.truncated
    return result.messages


def problem_of(stream: bytes, limit: str = "") -> str:
    """What is wrong with the second of two messages, however they are cut."""
    result = same_every_way(EventStreamDecoder, encode({"a": "b"}) + stream)
    assert result.error is not None
    assert result.error.code == ("limit_exceeded" if limit else "malformed")
    assert result.error.limit == limit
    assert result.messages == [M({"a": "b"})]
    return result.error.message.removeprefix("a message of the event stream: ")


# --- messages --------------------------------------------------------------------------


def test_a_message_comes_with_its_last_byte() -> None:
    data = encode({":message-type": "event", ":event-type": "chunk"}, b"{}")
    decoder = EventStreamDecoder()
    assert decoder.feed(data[:-1]) == []
    assert decoder.feed(data[-1:] + data[:5]) == [
        M({":message-type": "event", ":event-type": "chunk"}, b"{}")
    ]


def test_a_known_message_is_read_and_written_byte_by_byte() -> None:
    data = bytes.fromhex(
        "0000003d 00000020 07fd8396"  # lengths and their checksum
        "0c 636f6e74656e742d74797065 07 0010 6170706c69636174696f6e2f6a736f6e"  # one header
        "7b27666f6f273a27626172277d 8d9c08b1"  # payload and checksum
    )
    message = M({"content-type": "application/json"}, b"{'foo':'bar'}")
    assert messages_of(data) == [message]
    assert encode(message.headers, message.payload) == data


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        *((0, b"", True), (1, b"", False), (2, b"\xff", -1), (2, b"\x7f", 127)),
        *((3, b"\x80\x00", -(2**15)), (4, b"\x00\x00\x01\x00", 256), (4, b"\xff" * 4, -1)),
        *((5, b"\x80" + bytes(7), -(2**63)), (5, b"\x7f" + b"\xff" * 7, 2**63 - 1)),
        *((6, b"\x00\x03\x00\xff\x01", b"\x00\xff\x01"), (6, b"\x00\x00", b"")),
        *((7, b"\x00\x02\xc3\xa9", "é"), (7, b"\x00\x00", "")),
        (8, struct.pack(">q", 1_700_000_000_123), 1_700_000_000_123),
        (9, bytes(range(16)), uuid.UUID(bytes=bytes(range(16)))),
    ],
)
def test_each_type_of_header(kind: int, value: bytes, read: Any) -> None:
    block = header(b"a", kind, value) + header(b":last", 7, b"\x00\x01x")
    (message,) = messages_of(sealed(block, b"payload"))
    assert message == M({"a": read, ":last": "x"}, b"payload")
    assert type(message.headers["a"]) is type(read)


def test_messages_without_headers_or_payload() -> None:
    stream = sealed(b"") + sealed(b"", b"\x00") + sealed(header(b"", 0))
    assert messages_of(stream) == [M(), M({}, b"\x00"), M({"": True})]


def test_what_a_message_says_of_itself() -> None:
    message = M({":message-type": "exception", ":exception-type": "x", ":event-type": 5})
    assert (message.message_type, message.exception_type) == ("exception", "x")
    assert message.event_type is None
    assert M().message_type is None
    with pytest.raises(AttributeError):
        message.payload = b""  # type: ignore[misc]


# --- the end ---------------------------------------------------------------------------


def test_a_stream_that_ends_inside_a_message_is_truncated() -> None:
    data = encode({"a": "b"}, b"xyz")
    for end in range(1, len(data)):
        result = same_every_way(EventStreamDecoder, data + data[:end], resume=False)
        assert result == Decoded([M({"a": "b"}, b"xyz")], None, truncated=True)
    assert messages_of(b"") == []


# --- what is broken --------------------------------------------------------------------


def test_the_checksums_are_checked() -> None:
    assert problem_of(sealed(b"", prelude=0)) == "the prelude's checksum does not fit"
    assert problem_of(sealed(b"", crc=0)) == "its checksum does not fit"


def test_a_bad_prelude_is_refused_before_the_message_is_waited_for() -> None:
    decoder = EventStreamDecoder()
    with pytest.raises(StreamError):
        decoder.feed(sealed(b"", length=2**31)[:12])


@pytest.mark.parametrize(
    ("length", "headers", "problem"),
    [
        (MAX_MESSAGE + 1, 0, "a message of 25165825 bytes is longer than max_message=25165824"),
        (2**32 - 1, 0, "a message of 4294967295 bytes is longer than max_message=25165824"),
        (
            MAX_MESSAGE,
            MAX_HEADERS + 1,
            "a header block of 131073 bytes is longer than MAX_HEADERS=131072",
        ),
        (0, 0, "0 bytes of headers in a message of 0"),
        (15, 0, "0 bytes of headers in a message of 15"),
        (40, 25, "25 bytes of headers in a message of 40"),
    ],
)
def test_lengths_are_bounded(length: int, headers: int, problem: str) -> None:
    limit = (re.findall("(?i)max_[a-z]+", problem) or [""])[0]
    assert problem_of(sealed(b"", length=length, size=headers), limit) == problem


def test_the_longest_lengths_are_waited_for() -> None:
    decoder = EventStreamDecoder()
    assert decoder.feed(sealed(b"", length=MAX_MESSAGE, size=MAX_HEADERS)) == []


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (header(b"a", 10), "a header has the unknown type 10"),
        (header(b"a", 255), "a header has the unknown type 255"),
        (header(b"a", 0) * 2, "the header 'a' is there twice"),
        (header(b"\xff", 0), "a header is not UTF-8"),
        (header(b"a", 7, b"\x00\x01\xff"), "a header is not UTF-8"),
        *(
            (block, "a header goes on after the end of the headers")
            for block in (
                *(b"\x05abc", b"\x01", b"\x01a", header(b"a", 7), header(b"a", 7, b"\x00")),
                *(header(b"a", 7, b"\x00\x02x"), header(b"a", 4, b"\x00" * 3)),
                *(header(b"a", 9, b"\x00" * 15), header(b"a", 6, b"\xff\xff"), header(b"a", 2)),
            )
        ),
    ],
)
def test_broken_headers_are_malformed(block: bytes, problem: str) -> None:
    assert problem_of(sealed(block, b"p" * 20)) == problem


def test_text_is_no_event_stream() -> None:
    decoder = EventStreamDecoder()
    data = encode({"a": "b"})
    decoder.feed(data[:9])
    with pytest.raises(TypeError, match="bytes"):
        decoder.feed("x")
    assert decoder.feed(data[9:]) == [M({"a": "b"})]


# --- damage ----------------------------------------------------------------------------

TWO = [M({":event-type": "a", "n": 7, "yes": True}, b'{"x": 1}'), M({":event-type": "b"}, b"{}")]
STREAM = b"".join(encode(message.headers, message.payload) for message in TWO)


@pytest.mark.parametrize("change", [1, 0x80, 0xFF, 0x20])
def test_a_damaged_byte_never_makes_a_wrong_message(change: int) -> None:
    first = len(encode(TWO[0].headers, TWO[0].payload))
    for at in range(len(STREAM)):
        damaged = bytearray(STREAM)
        damaged[at] ^= change
        result = decoded(EventStreamDecoder, [bytes(damaged)])
        assert result.error is not None, at
        assert result.messages == (TWO[:1] if at >= first else []), at


def test_a_missing_or_a_doubled_byte_never_makes_a_wrong_message() -> None:
    for at in range(len(STREAM)):
        for damaged in (
            STREAM[:at] + STREAM[at + 1 :],
            STREAM[: at + 1] + STREAM[at : at + 1] + STREAM[at + 1 :],
        ):
            result = decoded(EventStreamDecoder, [damaged])
            assert result.error is not None or result.truncated or damaged == STREAM
            assert result.messages == TWO[: len(result.messages)]


@given(st.binary(max_size=60))
def test_any_bytes_come_to_the_same_however_they_are_cut(stream: bytes) -> None:
    result = same_every_way(EventStreamDecoder, stream)
    assert result.messages == []


# --- fragments, work, resuming ---------------------------------------------------------

NAMES = st.text(max_size=12) | st.sampled_from([":event-type", ":message-type"])
HEADERS = st.dictionaries(
    NAMES,
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text() | st.binary() | st.uuids(),
    max_size=4,
)
MESSAGES = st.lists(st.builds(M, HEADERS, st.binary(max_size=60)), max_size=4)


@given(MESSAGES, st.data())
def test_any_messages_come_back_however_they_are_cut_and_resumed(
    messages: list[EventStreamMessage], data: st.DataObject
) -> None:
    stream = b"".join(encode(message.headers, message.payload) for message in messages)
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=8))
    expected = Decoded(messages)
    assert decoded(EventStreamDecoder, cut_at(stream, places)) == expected
    assert decoded(EventStreamDecoder, cut_at(stream, places), resume=True) == expected
    assert decoded(EventStreamDecoder, cuts(stream, 1)) == expected


def test_each_byte_is_summed_up_a_bounded_number_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    summed = 0

    def counted(data: bytes, *start: int) -> int:
        nonlocal summed
        summed += len(data)
        return crc32(data, *start)

    stream = encode({"a": "b"}, b"x" * 100_000) + encode({}, b"y") * 1000
    monkeypatch.setattr(eventstream, "crc32", counted)
    for size in (1, 1000, len(stream)):
        summed = 0
        decoder = EventStreamDecoder()
        found = [m for part in cuts(stream, size) for m in decoder.feed(part)]
        assert len(found) == 1001
        assert summed < 2 * len(stream)
        assert decoder._held == b""


def test_a_checkpoint_resumes_after_every_single_byte() -> None:
    whole = check_every_checkpoint(EventStreamDecoder, STREAM + STREAM[:20])
    assert whole == Decoded(TWO, None, truncated=True)


@pytest.mark.parametrize("at", [0, 5, 11, 12, 30, len(STREAM) - 1, len(STREAM)])
def test_what_is_no_checkpoint_is_refused_or_behaves(at: int) -> None:
    decoder = EventStreamDecoder()
    decoder.feed(STREAM[:at])
    check_forgeries(decoder, STREAM[at:])


@pytest.mark.parametrize(
    "held", [STREAM, STREAM[:-1], sealed(b"", prelude=0), b"\xff" * 12, b"\x00" * 12]
)
def test_held_bytes_that_are_no_unfinished_message_are_refused(held: bytes) -> None:
    good = EventStreamDecoder().checkpoint()
    text = base64.b64encode(held).decode()
    refused(EventStreamDecoder, forged(good, state={"held": text}))
    refused(EventStreamDecoder, forged(good, state={"held": text + " "}))
    refused(EventStreamDecoder, forged(good, state={"held": "é"}))


def test_what_holds_for_every_decoder_holds() -> None:
    check_common_rules(EventStreamDecoder, STREAM[:-3])
    check_own_bytes(EventStreamDecoder, STREAM)


# --- writing ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        *({"n" * 256: "x"}, {"a": "x" * 65_536}, {"a": b"x" * 65_536}, {"a": 2**63}),
        *({"a": -(2**63) - 1}, {"\ud800": "x"}, {"a": "\ud800"}),
        {str(n): "x" * 65_000 for n in range(3)},
    ],
)
def test_what_has_no_place_in_a_message_is_a_usage_error(headers: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        encode(headers)


def test_a_message_that_is_too_long_is_a_usage_error() -> None:
    assert len(encode({}, bytes(MAX_MESSAGE - 16))) == MAX_MESSAGE
    with pytest.raises(UsageError):
        encode({}, bytes(MAX_MESSAGE - 15))


@pytest.mark.parametrize("value", [None, 1.5, [], {}])
def test_a_header_of_another_type_is_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError):
        encode({"a": value})


# --- what Bedrock really sent ----------------------------------------------------------


def naive(stream: bytes) -> Iterator[tuple[dict[str, str], bytes]]:
    """The messages of a sound stream with string headers only."""
    while stream:
        length, size = struct.unpack(">II", stream[:8])
        block, headers = stream[12 : 12 + size], {}
        while block:
            name, block = block[1 : 1 + block[0]], block[1 + block[0] :]
            assert block[0] == 7
            end = 3 + int.from_bytes(block[1:3], "big")
            headers[name.decode()], block = block[3:end].decode(), block[end:]
        yield headers, stream[12 + size : length - 4]
        stream = stream[length:]


RECORDINGS = recordings_of(".eventstream")


@pytest.mark.skipif(not RECORDINGS, reason="the recordings are not beside this checkout")
def test_all_recordings_are_there() -> None:
    assert len(RECORDINGS) == 14


@pytest.mark.parametrize("size", [None, 7, 1])
@pytest.mark.parametrize("name", RECORDINGS)
def test_recordings_are_read_to_the_last_byte(name: str, size: int | None) -> None:
    stream = (STREAMS / name).read_bytes()
    expected = [M(headers, payload) for headers, payload in naive(stream)]
    assert len(expected) >= 5
    result = decoded(EventStreamDecoder, cuts(stream, size or len(stream)))
    assert result == Decoded(expected)
    assert all(message.message_type == "event" for message in result.messages)
    assert all(isinstance(json.loads(message.payload), dict) for message in result.messages)


@pytest.mark.parametrize("name", RECORDINGS)
def test_recordings_are_written_as_they_were(name: str) -> None:
    stream = (STREAMS / name).read_bytes()
    assert b"".join(encode(*message) for message in naive(stream)) == stream


@pytest.mark.parametrize("name", RECORDINGS[:3])
def test_recordings_resume_in_seven_byte_pieces(name: str) -> None:
    stream = (STREAMS / name).read_bytes()
    expected = decoded(EventStreamDecoder, [stream])
    assert decoded(EventStreamDecoder, cuts(stream, 7), resume=True) == expected
