"""Whatever the framing: which one it is, what its messages are, and that nothing is lost."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import partialjson
from partialjson import StreamError, UsageError, framing
from partialjson.framing import END, MessageDecoder
from partialjson.framing.eventstream import encode
from partialjson.framing.value import shortened, value_of
from partialjson.testing import documents

from .decoding import (
    Decoded,
    Make,
    check_common_rules,
    check_every_checkpoint,
    check_forgeries,
    check_own_bytes,
    decoded,
    forged,
    recordings_of,
    refused,
    resumed,
    same_every_way,
)
from .fragmenting import cut_at, cuts
from .recordings import STREAMS, blocks, expected

FRAMINGS = ("sse", "ndjson", "eventstream", "jsonarray")


def amazon(kind: str, name: str, payload: bytes = b"{}", **more: Any) -> bytes:
    headers = {":message-type": kind, f":{kind}-type": name, **more}
    return encode(headers, payload)


def messages_of(stream: str | bytes, make: Make = MessageDecoder) -> list[Any]:
    """The messages of a sound stream, however it is cut."""
    result = same_every_way(make, stream)
    assert result.error is None
    assert not result.truncated
    return result.messages


def error_of(stream: str | bytes, make: Make = MessageDecoder) -> Decoded:
    """What comes of a broken stream, however it is cut."""
    result = same_every_way(make, stream)
    assert result.error is not None
    assert result.error.code == "malformed"
    return result


def framing_of(stream: Any) -> str | None:
    """What is told of a stream, whole and in single pieces."""
    decoder = MessageDecoder()
    for part in cuts(stream, 1):
        try:
            decoder.feed(part)
        except StreamError:
            break
    return decoder.framing


# --- which framing it is ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("stream", "name"),
    [
        *((b"data: 1\n\n", "sse"), (b": c\n", "sse"), (b"event: x", "sse"), (b"x", "sse")),
        *((b"{", "ndjson"), (b"[", "jsonarray"), (b"\x00", "eventstream"), (b"\x01", "sse")),
        *((b"\xff", "sse"), (b"\xc3", None), ("é".encode(), "sse"), (b'"', "sse"), (b"1", "sse")),
        *((b"\xef\xbb\xbf[", "jsonarray"), (b"\xef\xbb\xbf\r\n\t {", "ndjson")),
        *((b" \n{", "ndjson"), (b"\r\n\r\ndata", "sse"), (b"\xef\xbb\xbfdata:", "sse")),
        *((b"", None), (b" \r\n\t", None), (b"\xef\xbb", None), (b"\xef\xbb\xbf", None)),
        *(("\ufeff[", "jsonarray"), (" {", "ndjson"), ("d", "sse"), ("\x00", "sse")),
        *(("\ufeff\ufeff[", "sse"), ("\u2028{", "sse"), ("\x0b{", "sse"), ("\ud83d", None)),
    ],
)
def test_the_first_significant_character_tells_the_framing(stream: Any, name: str | None) -> None:
    assert framing_of(stream) == name


def test_a_real_message_of_amazons_begins_with_a_zero() -> None:
    assert encode({}, bytes(2**24 - 17))[:1] == b"\x00"
    decoder = MessageDecoder()
    assert decoder.feed(amazon("event", "a", b'{"x": 1}')) == [{"a": {"x": 1}}]
    assert decoder.framing == "eventstream"


def test_a_zero_after_text_is_no_event_stream() -> None:
    decoder = MessageDecoder()
    decoder.feed(" ")
    decoder.feed(b"\x00")
    assert decoder.framing == "sse"


@pytest.mark.parametrize("name", FRAMINGS)
def test_a_framing_that_is_given_is_not_guessed(name: Any) -> None:
    decoder = MessageDecoder(name)
    assert decoder.framing == name
    assert decoder.last_event_id == ""
    assert decoder.retry is None


def test_data_may_begin_with_a_brace_where_the_framing_is_given() -> None:
    assert messages_of('{"a": 1}\n\n', lambda: MessageDecoder("sse")) == []
    assert messages_of('\n[]\n{"a": 1}'[4:], lambda: MessageDecoder("ndjson")) == [{"a": 1}]


@pytest.mark.parametrize("name", ["", "SSE", "json", None, 5])
def test_another_framing_is_a_usage_error_that_names_all(name: Any) -> None:
    with pytest.raises(UsageError) as caught:
        MessageDecoder(name)
    assert caught.value.code == "invalid_option"
    for known in ("auto", *FRAMINGS):
        assert repr(known) in str(caught.value)


@pytest.mark.parametrize("stream", [b"", b" \n", b"\xef\xbb\xbf\n", "\ufeff"])
def test_a_stream_of_nothing_is_whole_and_has_no_framing(stream: Any) -> None:
    assert messages_of(stream) == []


def test_a_stream_that_ends_inside_its_first_character_is_truncated() -> None:
    assert same_every_way(MessageDecoder, b" \xe2\x82") == Decoded([], None, truncated=True)
    assert same_every_way(MessageDecoder, "\ud83d") == Decoded([], None, truncated=True)


def test_text_inside_the_bom_is_a_usage_error_that_changes_nothing() -> None:
    decoder = MessageDecoder()
    decoder.feed(b"\xef\xbb")
    with pytest.raises(UsageError) as caught:
        decoder.feed("[")
    assert caught.value.code == "mixed_input"
    assert decoder.framing is None
    assert decoder.feed(b'\xbf[{"a": 1}') == [{"a": 1}]


def test_what_is_held_counts_for_lines_and_offsets() -> None:
    assert "line 3 " in str(error_of("\ufeff\n \n{\n").error)
    assert "line 3 column 3 (char 5)" in str(error_of("\ufeff\n\n [x").error)


# --- server-sent events ----------------------------------------------------------------


def test_the_data_of_events_are_the_messages() -> None:
    stream = ': hello\n\nevent: a\ndata: {"x": 1}\n\ndata: {"y":\ndata: [2]}\r\n\r\n'
    assert messages_of(stream) == [{"x": 1}, {"y": [2]}]


def test_blank_data_are_skipped() -> None:
    assert messages_of('data:\n\ndata: \t \n\ndata\ndata\n\ndata: {"x": 1}\n\n') == [{"x": 1}]


def test_white_space_around_the_data_is_fine() -> None:
    assert messages_of('data:   {"x": 1}  \n\n') == [{"x": 1}]


def test_done_is_the_end() -> None:
    assert messages_of('data: {"x": 1}\n\ndata: [DONE]\n\n') == [{"x": 1}, END]
    assert messages_of("data:[DONE] \n\n") == [END]
    assert messages_of('data: [DONE]\n\ndata: {"x": 1}\n\n') == [END, {"x": 1}]


def test_the_end_is_one_object() -> None:
    assert repr(END) == "END"
    assert copy.deepcopy(END) is END
    assert pickle.loads(pickle.dumps(END)) is END


def test_what_an_error_event_says_is_a_message() -> None:
    stream = 'event: error\ndata: overloaded\n\nevent: error\ndata: {"error": {"code": 1}}\n\n'
    assert messages_of(stream) == [{"error": {"message": "overloaded"}}, {"error": {"code": 1}}]
    assert messages_of('event: error\ndata: "no"\n\n') == [{"error": {"message": '"no"'}}]
    assert messages_of("event: error\ndata: \n\n") == []
    assert messages_of("event: error\ndata: [DONE]\n\n") == [END]


def test_data_that_are_no_json_are_malformed_and_shown() -> None:
    result = error_of('data: {"a": 1}\n\ndata: <html>' + "x" * 100 + '\n\ndata: {"b": 1}\n\n')
    assert result.messages == [{"a": 1}]
    assert str(result.error) == (
        "a message of the stream is not JSON: Expecting value: line 1 column 1 (char 0): "
        f"'<html>{'x' * 54}…'"
    )
    assert error_of("event: err\ndata: no\n\n").messages == []


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        *(("[1]", "an array"), ('"x"', "a string"), ("1", "a number"), ("1.5", "a number")),
        *(("true", "a boolean"), ("null", "null"), (" [] ", "an array")),
    ],
)
def test_what_is_no_object_is_malformed_in_every_framing(data: str, kind: str) -> None:
    problem = f"a message of the stream is no JSON object but {kind}"
    for stream in (
        f'data: {{"a": 1}}\n\ndata: {data}\n\n',
        f'{{"a": 1}}\n{data}\n{{"b": 1}}\n',
        f'[{{"a": 1}}, {data}, {{"b": 1}}]',
        f'{{"a": 1}}\n{data}',  # found by close
    ):
        result = error_of(stream)
        assert result.messages == [{"a": 1}]
        assert str(result.error) == problem


@pytest.mark.parametrize("data", ["[" * 100_000, "9" * 5000])
def test_what_json_cannot_take_is_malformed_too(data: str) -> None:
    with pytest.raises(StreamError) as caught:
        MessageDecoder().feed(f"data: {{}}\n\ndata: {data}\n\n")
    assert caught.value.messages == [{}]


def test_the_last_id_and_the_reconnection_time_are_those_of_the_events() -> None:
    decoder: Any = MessageDecoder()
    for part in cuts(b"id: 7\nretry: 20\n\nid: 8\ndata: {}\n\nid: 9\n", 4):
        decoder = resumed(decoder)
        decoder.feed(part)
    assert (decoder.last_event_id, decoder.retry) == ("8", 20)


def test_an_unfinished_block_is_truncated() -> None:
    result = same_every_way(MessageDecoder, 'data: {}\n\ndata: {"a": 1}\n')
    assert result == Decoded([{}], None, truncated=True)


# --- the other framings ----------------------------------------------------------------


def test_lines_are_messages() -> None:
    assert messages_of('{"a": 1}\r\n\n{"b": "\u2028"}') == [{"a": 1}, {"b": "\u2028"}]
    cut = same_every_way(MessageDecoder, '{"a": 1}\n{"b"')
    assert cut == Decoded([{"a": 1}], None, truncated=True)


def test_elements_are_messages() -> None:
    assert messages_of(' [{"a": 1}\n,\n{"b": {}}]\n') == [{"a": 1}, {"b": {}}]
    assert same_every_way(MessageDecoder, '[{"a": 1},{"b"') == Decoded([{"a": 1}], None, True)


def test_messages_of_amazon_are_named_by_their_types() -> None:
    stream = (
        amazon("event", "contentBlockDelta", '{"delta": {"text": "é"}}'.encode())
        + amazon("event", "ping", b"")
        + amazon("exception", "throttlingException", b'{"message": "slow down"}')
        + amazon("exception", "modelStreamErrorException", b"not \xff json")
        + amazon("exception", "internalServerException", b'"text"')
        + amazon("exception", "validationException", b"")
        + encode({":message-type": "error", ":error-code": "500", ":error-message": "no"}, b"x")
        + encode({":message-type": "error", ":error-code": 500})
    )
    assert messages_of(stream) == [
        {"contentBlockDelta": {"delta": {"text": "é"}}},
        {"ping": {}},
        {"throttlingException": {"message": "slow down"}},
        {"modelStreamErrorException": {"message": "not \ufffd json"}},
        {"internalServerException": {"message": '"text"'}},
        {"validationException": {"message": ""}},
        {"error": {"code": "500", "message": "no"}},
        {"error": {"code": None, "message": None}},
    ]


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (encode({}), "has no type that is known: '{}'"),
        (encode({":message-type": "event"}), "has no type that is known"),
        (encode({":message-type": "exception"}), "has no type that is known"),
        (encode({":message-type": "other", ":event-type": "x"}), "has no type that is known"),
        (encode({":message-type": "event", ":event-type": 5}), "has no type that is known"),
        (amazon("event", "x", b"{"), "a message of the stream is not JSON: Expecting property"),
        (amazon("event", "x", b'"\xff"'), "a message of the stream is not JSON: 'utf-8' codec"),
        (amazon("event", "x")[:-1] + b"\x00", "its checksum does not fit"),
    ],
)
def test_a_broken_message_of_amazon_is_malformed(message: bytes, problem: str) -> None:
    result = error_of(amazon("event", "a") + message + amazon("event", "b"))
    assert result.messages == [{"a": {}}]
    assert problem in str(result.error)


def test_broken_framing_loses_nothing_either() -> None:
    assert error_of('{"a": 1}\n{"b": 2}\nnope\n').messages == [{"a": 1}, {"b": 2}]
    assert error_of('[{"a": 1}, {"b": 2}] nope').messages == [{"a": 1}, {"b": 2}]


def test_of_two_faults_in_one_fragment_the_first_one_counts() -> None:
    result = error_of('{"a": 1}\n5\nnope\n')
    assert result.messages == [{"a": 1}]
    assert "no JSON object" in str(result.error)


# --- JSON texts ------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["{}", " {} ", "[1]\r\n", "1", '"x"', '{"a": NaN}', "\t\n1"])
def test_a_text_has_the_value_that_json_gives_it(text: str) -> None:
    assert repr(value_of(text)) == repr(json.loads(text))


@pytest.mark.parametrize("text", ["", " ", "{", "1 2", "{}x", "{} x", "x", "\ufeff1", "\xa01"])
def test_what_json_says_against_a_text_is_said(text: str) -> None:
    with pytest.raises(json.JSONDecodeError) as expected:
        json.loads(text)
    with pytest.raises(ValueError, match=r"line|BOM") as caught:
        value_of(text)
    assert str(caught.value) == str(expected.value)


def test_a_text_is_shown_shortened() -> None:
    assert shortened("x" * 60) == repr("x" * 60)
    assert shortened("x" * 61) == repr("x" * 60 + "…")


# --- fragments, resuming ---------------------------------------------------------------

OBJECTS = st.lists(
    documents(root="object", levels=2, deep=False, big_numbers=False).map(json.loads), max_size=5
)


def written(objects: list[dict[str, Any]], framing: str, more: str) -> bytes:
    """The objects as a stream; `more` is the white space before it, or in it."""
    texts = [json.dumps(x, ensure_ascii=len(objects) % 2 == 0) for x in objects]
    if framing == "eventstream":
        return b"".join(amazon("event", "e", text.encode()) for text in texts)
    if framing == "jsonarray":
        return f"{more}[{','.join(texts)}]{more}".encode()
    form = "data: {}\n\n" if framing == "sse" else "{}\n"
    return (more + more.join(map(form.format, texts))).encode()


@given(OBJECTS, st.sampled_from(FRAMINGS), st.sampled_from(["", "\n", "\r\n"]), st.data())
def test_any_messages_come_back_however_they_are_cut_and_resumed(
    objects: list[dict[str, Any]], framing: Any, more: str, data: st.DataObject
) -> None:
    stream = written(objects, framing, more)
    if framing != "eventstream" and data.draw(st.booleans()):
        stream = b"\xef\xbb\xbf" + stream
    messages = [{"e": x} for x in objects] if framing == "eventstream" else objects
    fragments: Any = cut_at(stream, data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    for make in (MessageDecoder, lambda: MessageDecoder(framing)):
        assert decoded(make, fragments) == Decoded(messages)
        assert decoded(make, fragments, resume=True) == Decoded(messages)


@given(
    st.lists(st.sampled_from([b"\xef\xbb\xbf", b"\xef", b" ", b"[", b"{", b"\x00", b"d", b"\n"]))
)
def test_any_bytes_come_to_the_same_however_they_are_cut(parts: list[bytes]) -> None:
    same_every_way(MessageDecoder, b"".join(parts))


SAMPLES = {
    "sse": '\ufeff: c\n\nid: 1\ndata: {"a": "é😀"}\r\n\r\ndata: {\ndata: }\n\ndata: [DONE]\n\nda',
    "ndjson": '\ufeff\n {"a": "é😀"}\r\n\n{}\n{"b": [1, 2]}\n{"c',
    "jsonarray": '\ufeff \n[{"a": "é😀"}, {}\n,{"b": [1, {}]}, {"c',
}
STREAM = amazon("event", "a", b'{"x": 1}') + amazon("exception", "b", b"no")
BYTES = {**{name: text.encode() for name, text in SAMPLES.items()}, "eventstream": STREAM * 2}


@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_checkpoint_resumes_after_every_single_byte(framing: Any) -> None:
    stream = BYTES[framing]
    whole = check_every_checkpoint(MessageDecoder, stream)
    assert len(whole.messages) >= 3
    assert whole.truncated == (framing != "eventstream")
    assert check_every_checkpoint(lambda: MessageDecoder(framing), stream) == whole


@pytest.mark.parametrize("at", [0, 2, 4, 20])
@pytest.mark.parametrize("framing", FRAMINGS)
def test_what_is_no_checkpoint_is_refused_or_behaves(framing: str, at: int) -> None:
    decoder = MessageDecoder()
    decoder.feed(BYTES[framing][:at])
    check_forgeries(decoder, BYTES[framing][at:])


def test_a_state_that_no_stream_brings_about_is_refused() -> None:
    fresh = MessageDecoder().checkpoint()
    known = MessageDecoder("sse").checkpoint()
    other = MessageDecoder("ndjson").checkpoint()["state"]["decoder"]
    closed = MessageDecoder("sse")
    closed.close()
    ended = closed.checkpoint()["state"]["decoder"]
    failed = forged(other, error={"code": "malformed", "message": "no"})
    for good, state in (
        (fresh, {"held": [{"text": "x"}]}),
        (fresh, {"held": [{"base64": "ew=="}]}),
        (fresh, {"held": [{"base64": "77s="}, {"text": "x"}]}),
        (fresh, {"decoder": known["state"]["decoder"]}),
        (fresh, {"framing": "sse"}),
        (known, {"framing": None}),
        (known, {"framing": "auto"}),
        (known, {"framing": "ndjson"}),
        (known, {"decoder": other}),
        (known, {"decoder": ended}),
        (known, {"framing": "ndjson", "decoder": failed}),
        (known, {"held": [{"text": " "}]}),
    ):
        refused(MessageDecoder, forged(good, state={**good["state"], **state}))
    refused(MessageDecoder, forged(known, closed=True))


@pytest.mark.parametrize("framing", FRAMINGS)
def test_what_holds_for_every_decoder_holds(framing: Any) -> None:
    check_common_rules(MessageDecoder, BYTES[framing])
    check_common_rules(lambda: MessageDecoder(framing), BYTES[framing])
    check_own_bytes(MessageDecoder, BYTES[framing])


def test_what_is_held_is_a_copy() -> None:
    decoder, buffer = MessageDecoder(), bytearray(b"\n")
    decoder.feed(buffer)
    buffer[:] = b"x"
    assert decoder.feed(b'{"a": 1}\n') == [{"a": 1}]
    assert decoder.framing == "ndjson"


# --- what providers really sent --------------------------------------------------------

EVENTS = recordings_of(".sse")
AMAZON = recordings_of(".eventstream")
LINES = recordings_of(".jsonl")
BROKEN = "ag-ui/sse_streams.sse"  # on purpose


@pytest.mark.skipif(not EVENTS, reason="the recordings are not beside this checkout")
def test_all_recordings_are_there() -> None:
    assert (len(EVENTS), len(AMAZON), len(LINES)) == (115, 14, 5)


@pytest.mark.parametrize("name", EVENTS)
def test_recorded_events_are_the_messages_of_a_naive_reading(name: str) -> None:
    stream = (STREAMS / name).read_bytes()
    messages = [message for _, message in blocks(stream)]
    for size in (len(stream), 4096, 7):
        result = decoded(MessageDecoder, cuts(stream, size))
        assert [m for m in result.messages if m is not END] == messages
        assert (result.error is not None) == (name == BROKEN)
        assert not result.truncated
        assert result.messages.count(END) == (b"data: [DONE]" in stream)


@pytest.mark.parametrize("name", LINES)
def test_recorded_lines_are_the_messages_of_a_naive_reading(name: str) -> None:
    stream = (STREAMS / name).read_bytes()
    for size in (len(stream), 7):
        result = decoded(MessageDecoder, cuts(stream, size))
        assert result == Decoded([json.loads(line) for line in stream.splitlines()])


@pytest.mark.parametrize("size", [None, 7, 1])
@pytest.mark.parametrize("name", AMAZON)
def test_recorded_calls_of_bedrock_are_whole(name: str, size: int | None) -> None:
    stream = (STREAMS / name).read_bytes()
    result = decoded(MessageDecoder, cuts(stream, size or len(stream)))
    assert result.error is None
    assert not result.truncated
    if expected()[name]["api"] == "bedrock.converse":
        deltas = [m["contentBlockDelta"] for m in result.messages if "contentBlockDelta" in m]
        texts = [
            d["delta"]["toolUse"].get("input") or "" for d in deltas if "toolUse" in d["delta"]
        ]
        assert "".join(texts) == "".join(call["args"] for call in expected()[name]["calls"])
    else:
        assert all(list(message) == ["chunk"] for message in result.messages)


@pytest.mark.parametrize("name", [*EVENTS[::40], *AMAZON[::8]])
def test_recordings_resume_in_large_pieces(name: str) -> None:
    stream = (STREAMS / name).read_bytes()
    size = len(stream) // 50 + 1
    assert decoded(MessageDecoder, cuts(stream, size), resume=True) == decoded(
        MessageDecoder, [stream]
    )


# --- the room --------------------------------------------------------------------------


@pytest.mark.parametrize("name", framing.__all__)
def test_the_room_lists_what_is_there(name: str) -> None:
    assert getattr(framing, name) is not None
    assert name in dir(framing)


def test_what_the_room_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_like_it"):
        getattr(framing, "nothing_like_it")  # noqa: B009


def test_events_and_lines_are_read_without_the_parser() -> None:
    code = (
        "import sys; from partialjson.framing import SSEDecoder, NDJSONDecoder;"
        " print('partialjson.parser' in sys.modules)"
    )
    root = str(Path(partialjson.__file__).parents[1])
    printed = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert printed.stdout == "False\n"
