"""What a stream may make a framing hold: `max_message`, at its character, however it is cut."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from partialjson import Limits, StreamError
from partialjson.framing import (
    Decoder,
    EventStreamDecoder,
    JSONArrayDecoder,
    MessageDecoder,
    NDJSONDecoder,
    SSEDecoder,
)
from partialjson.framing.eventstream import encode

from .decoding import Decoded, same_every_way
from .fragmenting import cuts

MOST = 20
LIMITS = Limits(max_message=MOST)
TOO_LONG = "a message of the stream is longer than max_message=20"


def over(make: Callable[[Limits], Decoder[Any]], stream: str | bytes) -> list[Any]:
    """The messages of a stream in which one is too long, which must be the same in every way."""
    result = same_every_way(lambda: make(LIMITS), stream)
    assert result.error is not None
    assert (result.error.code, result.error.limit) == ("limit_exceeded", "max_message")
    assert result.error.maximum == MOST
    return result.messages


def within(make: Callable[[Limits], Decoder[Any]], stream: str | bytes) -> list[Any]:
    result = same_every_way(lambda: make(LIMITS), stream)
    assert result.error is None
    return result.messages


# --- server-sent events ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "counted"),
    [
        ("data: 90", 8),
        (": 345", 5),
        ("unknown: 01", 11),
        ("id: 5", 5),
        ("data: 2\ndata\n\r\ndata", 4),
        ("data: 2\ndata: 2\ndata", 18),
        ("data:6\n: a comment\n:", 7),
        ("event: 8\r\ndata: 2", 15),
        ("retry: 9\rretry: 8\rd:", 18),
    ],
)
def test_the_lines_of_an_event_are_counted(block: str, counted: int) -> None:
    stream = "data: a\n\n" + block + "x" * (MOST - counted)
    assert within(SSEDecoder, stream + "\n\n")[0].data == "a"
    messages = over(SSEDecoder, stream + "x\n\ndata: b\n\n")
    assert [event.data for event in messages][:1] == ["a"]
    assert "b" not in [event.data for event in messages]


def test_comments_that_are_over_are_not_held_and_do_not_count() -> None:
    stream = ": 34567890\n" * 5 + "data: x\n" + ":ok\n" * 9 + "\n"
    assert [event.data for event in within(SSEDecoder, stream)] == ["x"]


def test_blank_lines_are_nothing() -> None:
    assert within(SSEDecoder, "\n\r\n\r" * 40) == []


def test_events_that_lie_whole_in_a_fragment_are_counted_too() -> None:
    decoder = SSEDecoder(LIMITS)
    with pytest.raises(StreamError) as caught:
        decoder.feed("data: a\n\ndata: b\n\n" + "data: " + "x" * 30 + "\n\n")
    assert caught.value.message == TOO_LONG
    assert [event.data for event in caught.value.messages] == ["a", "b"]


def test_what_a_broken_event_said_is_forgotten() -> None:
    decoder = SSEDecoder(LIMITS)
    decoder.feed("id: 1\ndata: a\n\nid: 2\n")
    with pytest.raises(StreamError):
        decoder.feed("x" * 30)
    assert decoder.last_event_id == "1"
    again = SSEDecoder.restore(decoder.checkpoint(), limits=LIMITS)
    for each in (decoder, again):
        for call in (lambda each=each: each.feed("\n"), each.reconnect, each.close):
            with pytest.raises(StreamError, match="max_message=20"):
                call()


# --- lines -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ['"' + "x" * 18 + '"', " " * 20, '"é€😀' + "x" * 15 + '"'])
def test_a_line_is_counted_in_characters(text: str) -> None:
    values = [json.loads(text)] if text.strip() else []
    assert within(NDJSONDecoder, f"1\n{text}\n2") == [1, *values, 2]
    assert over(NDJSONDecoder, f"1\n {text}\n2") == [1]


def test_a_line_is_too_long_before_it_is_wrong() -> None:
    assert over(NDJSONDecoder, b"1\n" + b"x" * 21 + b"\xff\n") == [1]


# --- arrays ----------------------------------------------------------------------------

ELEMENTS = [
    ('{"a":[1,"b"],"c":{}}', True),
    ('[[[[[[1]]]]], "abc"]', True),
    ('"012345678901234567"', True),
    ("12345678901234567890", False),
    ('"\\u00e9\\n0123456789"', True),
    ("[12345, 12345, null]", True),
]


@pytest.mark.parametrize(("text", "grows"), ELEMENTS)
def test_an_element_is_counted_from_its_first_character_to_its_last(text: str, grows: bool) -> None:
    assert len(text) == MOST
    value = json.loads(text)
    spaces = " " * 50
    assert within(JSONArrayDecoder, f"[1,{spaces}{text}{spaces}, {text}]") == [1, value, value]
    longer = text[:-1] + " " * (text[-1] in "]}") + text[-1] * (1 + (not grows))
    if text[0] == '"':
        longer = text[:-1] + 'x"'
    assert len(longer) == MOST + 1
    assert over(JSONArrayDecoder, f"[1,{spaces}{longer}, 2]") == [1]


@pytest.mark.parametrize("text", ["[" + "1,", '{"a": [[1], ', "[" + '"ab", '])
def test_an_element_without_end_is_too_long_at_its_character(text: str) -> None:
    endless = text + " " * (MOST - len(text))
    assert within(JSONArrayDecoder, "[1, 2," + endless) == [1, 2]
    assert over(JSONArrayDecoder, "[1, 2," + endless + " ") == [1, 2]
    assert over(JSONArrayDecoder, "[1, 2," + endless + " ?") == [1, 2]


def test_what_is_wrong_at_the_limit_is_wrong_and_after_it_too_long() -> None:
    endless = "[" + " " * (MOST - 1)
    result = same_every_way(lambda: JSONArrayDecoder(LIMITS), f"[1, {endless}?")
    assert result.error is not None
    assert result.error.code == "malformed"
    assert over(JSONArrayDecoder, f"[1, {endless} ?") == [1]


def test_the_other_limits_of_a_parser_are_named_too() -> None:
    for limits, text in (
        (Limits(max_depth=3), "[[[["),
        (Limits(max_string=3), '["abcd"'),
        (Limits(max_members=2), "[[1,2,3"),
    ):
        result = same_every_way(partial(JSONArrayDecoder, limits), text)
        assert result.error is not None
        assert f"{result.error.limit}={result.error.maximum}" in repr(limits)
        assert result.error.code == "limit_exceeded"


# --- binary messages -------------------------------------------------------------------


def test_a_binary_message_is_counted_in_bytes_and_refused_by_its_length() -> None:
    assert within(EventStreamDecoder, encode({}, b"1234"))[0].payload == b"1234"
    whole = encode({}, b"12345")
    result = same_every_way(lambda: EventStreamDecoder(LIMITS), encode({}, b"1") + whole[:12])
    assert result.error is not None
    assert (result.error.limit, result.error.maximum) == ("max_message", MOST)
    assert [message.payload for message in result.messages] == [b"1"]


# --- whichever it is -------------------------------------------------------------------


@pytest.mark.parametrize("framing", ["auto", "jsonarray", "ndjson"])
def test_white_space_before_everything_is_bounded(framing: Any) -> None:
    def make(limits: Limits) -> Decoder[Any]:
        return MessageDecoder(framing, limits)

    blank = " " * MOST
    start = {"jsonarray": "[{}]", "ndjson": "\n{}\n"}.get(framing, "\n{}\n")
    if framing != "auto":
        assert within(make, blank + start) == [{}]
    assert over(make, blank + " " + start) == []
    assert over(make, blank + " ") == []


def test_bytes_before_everything_are_held_together() -> None:
    decoder = MessageDecoder()
    for byte in cuts(b"\xef\xbb\xbf" + b" \n" * 20_000, 1):
        assert decoder.feed(byte) == []
    assert len(decoder._start.held) < 100
    again = MessageDecoder.restore(decoder.checkpoint())
    for each in (decoder, again):
        assert each.feed(b"[{}") == [{}]


@pytest.mark.parametrize(
    ("framing", "stream", "messages"),
    [
        ("sse", 'data: {"a": 1}\n\ndata: ' + "x" * 30, [{"a": 1}]),
        ("ndjson", '{"a": 1}\n' + "x" * 30, [{"a": 1}]),
        ("jsonarray", '[{"a": 1}, {' + " " * 30, [{"a": 1}]),
        ("eventstream", encode({}, b"12345"), []),
    ],
)
def test_the_limit_goes_through_to_each_framing(
    framing: Any, stream: Any, messages: list[Any]
) -> None:
    assert over(lambda limits: MessageDecoder(framing, limits), stream) == messages
    if framing != "eventstream":
        assert over(lambda limits: MessageDecoder("auto", limits), stream) == messages


def test_the_limits_given_to_restore_are_those_that_count() -> None:
    decoder = SSEDecoder()
    decoder.feed("data: " + "x" * 30)
    again = SSEDecoder.restore(decoder.checkpoint(), limits=LIMITS)
    with pytest.raises(StreamError, match="max_message=20"):
        again.feed("x")
    wide = SSEDecoder.restore(decoder.checkpoint(), limits=Limits(max_message=40))
    assert [event.data for event in wide.feed("\n\n")] == ["x" * 30]


def test_what_is_no_limits_is_a_type_error() -> None:
    for wrong in (5, {"max_message": 5}):
        with pytest.raises(TypeError, match="limits must be Limits"):
            SSEDecoder(wrong)  # type: ignore[arg-type]


def test_pieces_of_a_line_take_little_more_than_their_characters() -> None:
    decoder = SSEDecoder()
    for _ in range(100_000):
        decoder.feed("ab")
    held = decoder._line._joined + decoder._line._pieces
    assert sum(map(sys.getsizeof, held)) < 300_000


def test_a_decoder_without_limits_has_the_default_ones() -> None:
    for kind in (SSEDecoder, NDJSONDecoder, EventStreamDecoder, JSONArrayDecoder, MessageDecoder):
        assert kind()._most == 24 * 1024 * 1024
    assert Decoded() == Decoded()
