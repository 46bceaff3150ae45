"""Server-sent events: the standard's rules, one by one, and that fragments never matter."""

from __future__ import annotations

import ast
import doctest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partialjson.errors import UsageError
from partialjson.framing import sse
from partialjson.framing.sse import ServerSentEvent, SSEDecoder

from .decoding import (
    check_common_rules,
    check_every_checkpoint,
    check_forgeries,
    check_own_bytes,
    forged,
    refused,
    resumed,
)
from .fragmenting import Fragments, cut_at, cuts, ways

E = ServerSentEvent


def decoded(
    fragments: Fragments, *, resume: bool = False
) -> tuple[list[ServerSentEvent], str, int | None, bool]:
    decoder: Any = SSEDecoder()
    events = []
    for fragment in fragments:
        decoder = resumed(decoder) if resume else decoder
        events += decoder.feed(fragment)
    decoder = resumed(decoder) if resume else decoder
    events += decoder.close()
    decoder = resumed(decoder) if resume else decoder
    return events, decoder.last_event_id, decoder.retry, decoder.truncated


def events_of(text: str | bytes) -> list[ServerSentEvent]:
    """The events of a stream, which must be the same however it is cut."""
    first, *others = [decoded(fragments) for fragments in ways(text)]
    assert all(other == first for other in others)
    return first[0]


class Reference:
    """The standard's own words, character by character over the whole stream."""

    def __init__(self, text: str) -> None:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        self.events: list[ServerSentEvent] = []
        self.last_id = self.id = self.data = self.type = ""
        self.retry: int | None = None
        self.block_retry: int | None = None
        self.open = False
        line, i = "", 1 if text[:1] == "\ufeff" else 0
        while i < len(text):
            if text[i] in "\r\n":
                i += 2 if text[i : i + 2] == "\r\n" else 1
                self.line(line)
                line = ""
            else:
                line += text[i]
                i += 1
        self.truncated = self.open or line != ""

    def line(self, line: str) -> None:
        if line == "":
            self.dispatch()
        elif line[0] != ":":
            name, value = line, ""
            if ":" in line:
                name, value = line[: line.index(":")], line[line.index(":") + 1 :]
                value = value[1:] if value[:1] == " " else value
            self.open = True
            self.field(name, value)

    def field(self, name: str, value: str) -> None:
        if name == "event":
            self.type = value
        if name == "data":
            self.data += value + "\n"
        if name == "id" and "\0" not in value:
            self.id = value
        if name == "retry" and value and all(c in "0123456789" for c in value):
            self.retry = self.block_retry = int(value)

    def dispatch(self) -> None:
        self.last_id = self.id
        if self.data != "":
            kind = self.type or "message"
            self.events.append(E(kind, self.data[:-1], self.last_id, self.block_retry))
        self.data = self.type = ""
        self.block_retry, self.open = None, False

    def all(self) -> tuple[list[ServerSentEvent], str, int | None, bool]:
        return self.events, self.last_id, self.retry, self.truncated


# --- the rules, one by one -------------------------------------------------------------


def test_a_block_is_dispatched_by_its_blank_line() -> None:
    assert events_of("data: a\n\ndata: b\n\n") == [E(data="a"), E(data="b")]


def test_an_event_comes_with_the_fragment_that_ends_its_block() -> None:
    decoder = SSEDecoder()
    assert decoder.feed("data: a\r") == []
    assert decoder.feed("\r") == [E(data="a")]  # a lone CR ends the line already
    assert decoder.feed("\n") == []  # and the LF that belongs to it ends no other


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_end_at_lf_cr_or_crlf(end: str) -> None:
    assert events_of(f"data: a{end}data: b{end}{end}data: c{end}{end}") == [
        E(data="a\nb"),
        E(data="c"),
    ]


def test_line_ends_may_be_mixed() -> None:
    assert events_of("data: a\rdata: b\r\ndata: c\n\r\n") == [E(data="a\nb\nc")]


def test_lf_cr_is_two_line_ends() -> None:
    assert events_of("data: a\n\rdata: b\n\r") == [E(data="a"), E(data="b")]


@pytest.mark.parametrize("c", "\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e\x00")
def test_other_separators_are_data(c: str) -> None:
    assert events_of(f"data: a{c}b\n\n") == [E(data=f"a{c}b")]


def test_one_leading_bom_is_ignored() -> None:
    assert events_of("\ufeffdata: a\n\n") == [E(data="a")]


def test_a_second_bom_is_not_ignored() -> None:
    assert events_of("\ufeff\ufeffdata: a\n\n") == []
    assert events_of("data: a\n\n\ufeffdata: b\n\n") == [E(data="a")]


def test_comments_are_ignored_and_dispatch_nothing() -> None:
    assert events_of(": hello\n\n:\n\ndata: a\n: between\ndata: b\n\n: bye\n\n") == [
        E(data="a\nb"),
    ]


def test_one_space_after_the_colon_is_removed_and_no_more() -> None:
    assert events_of("data:a\ndata: b\ndata:  c \ndata:\td\n\n") == [E(data="a\nb\n c \n\td")]


def test_only_the_first_colon_parts_name_and_value() -> None:
    assert events_of('data: {"a": 1}\n\n') == [E(data='{"a": 1}')]


def test_a_line_without_colon_is_a_field_with_an_empty_value() -> None:
    assert events_of("data\n\n") == [E(data="")]
    assert events_of("data\ndata\n\n") == [E(data="\n")]


def test_a_lone_empty_data_line_dispatches_an_empty_event() -> None:
    assert events_of("data:\n\n") == [E(data="")]


def test_unknown_fields_and_other_spellings_are_ignored() -> None:
    assert events_of("Data: x\n data: x\ndata : x\nfoo: bar\nfoo\ndata: a\n\n") == [E(data="a")]


def test_blocks_without_data_dispatch_nothing() -> None:
    assert events_of("event: ping\n\nid: 1\n\nretry: 5\n\n\n\n") == []


def test_the_event_type_is_of_its_block_only() -> None:
    assert events_of("event: x\n\ndata: a\n\nevent: y\ndata: b\n\ndata: c\n\n") == [
        E(data="a"),
        E("y", "b"),
        E(data="c"),
    ]


def test_the_last_event_type_of_a_block_counts_and_an_empty_one_is_message() -> None:
    assert events_of("event: x\nevent: y\ndata: a\n\nevent: x\nevent\ndata: b\n\n") == [
        E("y", "a"),
        E("message", "b"),
    ]


def test_data_may_come_before_event() -> None:
    assert events_of("data: a\nevent: x\n\n") == [E("x", "a")]


def test_the_last_event_id_persists() -> None:
    assert events_of("id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n") == [
        E(data="a", id="1"),
        E(data="b", id="1"),
        E(data="c", id=""),
    ]


def test_an_id_without_data_counts_for_what_follows() -> None:
    assert events_of("id: 7\n\ndata: a\n\n") == [E(data="a", id="7")]


def test_an_id_with_nul_is_ignored() -> None:
    assert events_of("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n") == [
        E(data="a", id="1"),
        E(data="b", id="1"),
    ]


def test_an_id_counts_from_the_end_of_its_block_on() -> None:
    decoder = SSEDecoder()
    decoder.feed("id: 1\ndata: a\n")
    assert decoder.last_event_id == ""
    decoder.feed("\nid: 2\n")
    assert decoder.last_event_id == "1"
    decoder.close()
    assert decoder.last_event_id == "1"


def test_retry_is_of_its_block_and_stays_in_force() -> None:
    assert events_of("retry: 0250\ndata: a\n\ndata: b\n\n") == [
        E(data="a", retry=250),
        E(data="b"),
    ]
    decoder = SSEDecoder()
    decoder.feed("retry: 30\n\nretry: no\n\n")
    assert decoder.retry == 30


@pytest.mark.parametrize("value", ["1_0", "-5", "+5", "1.5", " 7", "7 ", "٣", "²", "", "1e3"])
def test_retry_with_anything_but_ascii_digits_is_ignored(value: str) -> None:
    assert events_of(f"retry: {value}\ndata: a\n\n") == [E(data="a")]


def test_retry_of_any_length_raises_nothing() -> None:
    assert decoded(["retry: " + "0" * 9000 + "9\n"])[2] == 9
    assert decoded(["retry: " + "9" * 9000 + "\n"])[2] is None
    assert decoded(["retry: " + "9" * 640 + "\n"])[2] == 10**640 - 1
    assert decoded(["retry: " + "9" * 641 + "\n"])[2] is None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xff", "\ufffd"),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
        (b"\xe2\x82", "\ufffd"),
        (b"\xf0\x9f\x98x", "\ufffdx"),
        (b"\xc0\xaf", "\ufffd\ufffd"),
        ("é😀".encode(), "é😀"),
    ],
)
def test_bad_utf8_becomes_replacement_characters(data: bytes, text: str) -> None:
    assert events_of(b"data: " + data + b"\n\n") == [E(data=text)]


# --- the end ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "truncated"),
    [
        ("", False),
        ("data: a\n\n", False),
        ("data: a\r\n\r", False),
        (": comment\n", False),
        ("data: a\n", True),
        ("data: a\n\nevent: x\n", True),
        ("id: 1\n", True),
        ("d", True),
        ("data: a\n\n: half a comm", True),
        (b"data: a\n\n\xf0\x9f", True),
        ("\ufeff", False),
    ],
)
def test_an_unfinished_block_is_discarded_and_reported(text: str | bytes, truncated: bool) -> None:
    for fragments in ways(text):
        assert decoded(fragments)[3] is truncated
    assert SSEDecoder().truncated is False


def test_truncated_is_known_only_after_close() -> None:
    decoder = SSEDecoder()
    decoder.feed("data: a\n")
    assert not decoder.truncated
    assert decoder.close() == []
    assert decoder.truncated


def test_what_is_discarded_is_let_go() -> None:
    decoder = SSEDecoder()
    decoder.feed("id: 1\nevent: x\ndata: a\ndata: b")
    decoder.close()
    fresh = SSEDecoder().checkpoint()["state"]
    assert decoder.checkpoint()["state"] == {**fresh, "text": {**fresh["text"], "begun": True}}


def test_an_event_is_a_value() -> None:
    event = E("x", "a")
    assert event == E("x", "a") != E("x", "b")
    assert hash(event) == hash(E("x", "a"))
    with pytest.raises(AttributeError):
        event.data = "b"  # type: ignore[misc]
    assert not hasattr(event, "__dict__")


def test_closing_twice_gives_nothing() -> None:
    decoder = SSEDecoder()
    decoder.feed("data: a")
    assert decoder.close() == decoder.close() == []
    assert decoder.truncated


@pytest.mark.parametrize("fragment", ["x", b"x", "", b""])
def test_feeding_after_close_is_a_usage_error(fragment: str | bytes) -> None:
    decoder = SSEDecoder()
    decoder.close()
    with pytest.raises(UsageError) as caught:
        decoder.feed(fragment)
    assert caught.value.code == "closed"


@pytest.mark.parametrize("fragment", [None, 1, ["data: a"], {"data": "a"}])
def test_anything_but_text_and_bytes_is_a_type_error(fragment: Any) -> None:
    decoder = SSEDecoder()
    with pytest.raises(TypeError, match="memoryview or str"):
        decoder.feed(fragment)
    assert decoder.feed("data: a\n\n") == [E(data="a")]


def test_text_inside_a_utf8_sequence_is_a_usage_error_that_changes_nothing() -> None:
    decoder = SSEDecoder()
    decoder.feed(b"data: \xc3")
    with pytest.raises(UsageError) as caught:
        decoder.feed("x")
    assert caught.value.code == "mixed_input"
    assert decoder.feed("") == []
    assert decoder.feed(b"\xa9\n") == []
    assert decoder.feed("\n") == [E(data="é")]


def test_a_released_memoryview_is_a_usage_error() -> None:
    view = memoryview(b"data: a\n\n")
    view.release()
    with pytest.raises(UsageError):
        SSEDecoder().feed(view)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_every_kind_of_bytes_is_taken(kind: Any) -> None:
    assert decoded([kind(b"data: a\n\n")])[0] == [E(data="a")]


# --- fragments and work ----------------------------------------------------------------

LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *("", "data", "data:", "data: {", "data: [DONE]", "event: x", "event", ": c"),
                *("id: 1", "id", "id: \0", "retry: 10", "retry: x", "data: é😀\u2028", "\ufeff"),
            ]
        ),
        st.text(alphabet="dat:e \0\x85é😀\u2028\ufeff", max_size=8),
    ).flatmap(lambda line: st.sampled_from(["\n", "\r", "\r\n"]).map(line.__add__)),
    max_size=12,
)
STREAMS = st.builds(
    lambda bom, lines, rest: bom + "".join(lines) + rest,
    st.sampled_from(["", "\ufeff"]),
    LINES,
    st.sampled_from(["", "data: a", "dat", "\r", ":"]),
)


@given(STREAMS)
def test_any_text_gives_what_the_standard_says(text: str) -> None:
    assert decoded([text]) == decoded([text.encode()]) == Reference(text).all()


@given(STREAMS.map(str.encode) | st.binary(max_size=40), st.data())
def test_fragments_of_bytes_never_matter(stream: bytes, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=20))
    expected = Reference(stream.decode("utf-8", "replace")).all()
    assert decoded(cut_at(stream, places)) == expected
    assert decoded(cuts(stream, 1)) == expected


SURROGATES = st.lists(
    st.sampled_from(["data: ", "\n", "\n\n", "\r", "x", "\ud83d", "\ude00", "\ud83d\ude00", "😀"])
).map("".join)


@given(STREAMS | SURROGATES, st.data())
def test_fragments_of_text_never_matter(stream: str, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=20))
    expected = Reference(stream).all()
    assert decoded(cut_at(stream, places)) == expected
    assert decoded(cuts(stream, 1)) == expected


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_character_that_the_provider_cut_in_two_is_joined(end: str) -> None:
    for fragments in ways(f"data: \ud83d\ude00 \ude00\ud83d{end}{end}"):
        assert decoded(fragments)[0] == [E(data="😀 \ude00\ud83d")]
    for high, low in (("\ud800", "\udc00"), ("\udbff", "\udfff")):
        whole = (high + low).encode("utf-16", "surrogatepass").decode("utf-16")
        fragments = ["data: " + high, low + end * 2]
        assert decoded(fragments, resume=True)[0] == [E(data=whole)]
    assert decoded(["data: \ud83d", b"x", "\ude00\n\n"])[0] == [E(data="\ud83dx\ude00")]


BLOCKS = [
    *("data: a\n\n", "data: {}\ndata: b\n\n", "event: x\ndata: a\n\n", ": c\n\n", "\n", "\n\n"),
    *("data: a\r\n\r\n", "data: a\r\r\n", "id: 7\n\n", "data:\n\n", "data: a\n", "\r\n", "x\n\n"),
    *("event: y\n\n", "retry: 9\ndata: r\n\n", "data: \n\n", "data: a\n\ndata: b\n\n"),
]


@given(st.lists(st.sampled_from(BLOCKS), max_size=6), st.booleans())
def test_the_short_way_for_whole_blocks_ends_where_the_long_one_does(
    blocks: list[str], joined: bool
) -> None:
    expected = Reference("".join(blocks)).all()
    assert decoded(["".join(blocks)] if joined else blocks) == expected
    assert decoded([b"".join(map(str.encode, blocks))]) == expected


@pytest.mark.parametrize("start", ["data: ", ": ", "unknown: "])
def test_a_long_line_in_single_bytes_is_kept_as_pieces_and_joined_once(start: str) -> None:
    size = 300_000
    decoder = SSEDecoder()
    for byte in cuts((start + "x" * size).encode(), 1):
        assert decoder.feed(byte) == []
    assert decoder._line.length == len(start) + size
    assert len(decoder._line._pieces) < 1000
    events = decoder.feed(b"\n\n")
    assert [len(event.data) for event in events] == ([size] if start == "data: " else [])


def test_many_data_lines_are_joined_once() -> None:
    decoder = SSEDecoder()
    for _ in range(50_000):
        decoder.feed("data: x\n")
    assert decoder._data.length == 99_999
    assert len(decoder._data._pieces) < 1000
    assert len(decoder.feed("\n")[0].data) == 99_999


# --- the room --------------------------------------------------------------------------


def test_the_examples_in_the_docstrings_run() -> None:
    result = doctest.testmod(sse)
    assert result.attempted
    assert not result.failed


def test_it_imports_nothing_of_ours_but_errors_and_its_own_room() -> None:
    tree = ast.parse(Path(sse.__file__).read_text())
    ours = [x.module for x in ast.walk(tree) if isinstance(x, ast.ImportFrom) and x.level]
    assert ours == ["_seal", "errors", "limits", "decoder", "text"]


# --- resuming --------------------------------------------------------------------------

SAMPLE = (
    "\ufeff: hello\r\n\r\nid: 1\revent: é\r\ndata: a😀\ndata\ndata: b\n\n"
    "retry: 20\ndata: c\r\r\nid: 2\n\ndata: d\n\nevent: x\nid: 3\nretry: 5\ndata: ha"
).encode()


def test_a_checkpoint_resumes_after_every_single_byte() -> None:
    whole = check_every_checkpoint(SSEDecoder, SAMPLE)
    assert len(whole.messages) == 3
    assert whole.truncated
    expected = Reference(SAMPLE.decode()).all()
    assert decoded(cuts(SAMPLE, 1), resume=True) == decoded([SAMPLE]) == expected


@given(STREAMS.map(str.encode) | st.binary(max_size=40) | STREAMS | SURROGATES, st.data())
def test_checkpoints_anywhere_never_matter(stream: str | bytes, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=6))
    assert decoded(cut_at(stream, places), resume=True) == decoded([stream])


@pytest.mark.parametrize("at", [0, 1, 2, 20, 40, 50, 60, 80, len(SAMPLE)])
def test_what_is_no_checkpoint_is_refused_or_behaves(at: int) -> None:
    decoder = SSEDecoder()
    decoder.feed(SAMPLE[:at])
    check_forgeries(decoder, SAMPLE[at:])


@pytest.mark.parametrize(
    "state",
    [
        *({"line": "a\nb"}, {"line": "\r"}, {"event": "x\n"}, {"lines": "a\rb"}, {"id": "a\n"}),
        *({"id": "\0"}, {"retry": -1}, {"retry": True}, {"in_block": False}, {"in_block": 1}),
        *({"after_cr": True}, {"last_event_id": None}, {"line": 1}, {"block_retry": -1}),
        {"text": {"held": "ff", "high": 0, "begun": True}},
        {"text": {"held": "61", "high": 0, "begun": True}},
        {"text": {"held": "e2", "high": 0xD83D, "begun": True}},
        {"text": {"held": "", "high": 0xDC00, "begun": True}},
        {"text": {"held": "", "high": 0xD7FF, "begun": True}},
        {"text": {"held": "zz", "high": 0, "begun": True}},
    ],
)
def test_a_forged_state_that_no_stream_brings_about_is_refused(state: dict[str, Any]) -> None:
    decoder = SSEDecoder()
    decoder.feed("id: 1\ndata: a\nevent: x\ndat")
    good = decoder.checkpoint()
    assert isinstance(SSEDecoder.restore(good), SSEDecoder)
    refused(SSEDecoder, forged(good, state={**good["state"], **state}))
    refused(SSEDecoder, forged(good, error={"code": "malformed", "message": "no"}))


def test_what_holds_for_every_decoder_holds() -> None:
    check_common_rules(SSEDecoder, b"data: a\n\ndata")
    check_own_bytes(SSEDecoder, SAMPLE)


@pytest.mark.parametrize(
    "left", ["", "data: ha", "data: half\n", "id: 2\n", ": c", "\r", "id: 2\r"]
)
def test_a_new_connection_begins_with_a_whole_block(left: str) -> None:
    decoder = SSEDecoder()
    decoder.feed("id: 1\nretry: 9\ndata: a\n\n" + left)
    decoder.reconnect()
    assert (decoder.last_event_id, decoder.retry) == ("1", 9)
    assert decoder.feed("\ufeffdata: b\n\n") == [ServerSentEvent("message", "b", "1", None)]
    decoder.feed(b"data: \xe2\x82")
    decoder.reconnect()
    assert decoder.feed("data: c\n\n")[0].data == "c"
    decoder.close()
    with pytest.raises(UsageError, match="closed"):
        decoder.reconnect()
