"""Lines of JSON: what a line is, what is wrong with one, and that fragments never matter."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partialjson import StreamError, UsageError
from partialjson.framing import NDJSONDecoder
from partialjson.testing import documents

from .decoding import (
    Decoded,
    check_common_rules,
    check_every_checkpoint,
    check_forgeries,
    check_own_bytes,
    decoded,
    forged,
    refused,
    same_every_way,
)
from .fragmenting import cut_at, cuts


def values_of(stream: str | bytes) -> list[Any]:
    """The values of a sound stream, however it is cut."""
    result = same_every_way(NDJSONDecoder, stream)
    assert result.error is None
    assert not result.truncated
    return result.messages


def error_of(stream: str | bytes) -> Decoded:
    """What comes of a broken stream, however it is cut."""
    result = same_every_way(NDJSONDecoder, stream)
    assert result.error is not None
    assert result.error.code == "malformed"
    return result


# --- lines -----------------------------------------------------------------------------


def test_a_value_comes_with_the_lf_that_ends_its_line() -> None:
    decoder = NDJSONDecoder()
    assert decoder.feed(b'{"a": 1}') == []
    assert decoder.feed(b"\n") == [{"a": 1}]
    assert decoder.feed(b"[]\n12\nnull\n") == [[], 12, None]


def test_a_cr_before_the_lf_belongs_to_the_end() -> None:
    assert values_of('{"a": 1}\r\n2\r\n') == [{"a": 1}, 2]


def test_a_cr_alone_ends_no_line() -> None:
    assert values_of('{"a":\r1}\n') == [{"a": 1}]
    assert error_of("1\r2\n").messages == []


@pytest.mark.parametrize("blank", ["", " ", "\t", "\r", " \r"])
def test_blank_lines_are_skipped_and_counted(blank: str) -> None:
    assert values_of(f"{blank}\n1\n{blank}\n{blank}\n2\n{blank}") == [1, 2]
    assert "line 4 " in str(error_of(f"{blank}\n1\n{blank}\nx\n").error)


@pytest.mark.parametrize("c", "\u2028\u2029\x85\x7f\ufeff")
def test_what_unicode_takes_for_a_line_end_is_data(c: str) -> None:
    assert values_of(f'{{"a": "x{c}y"}}\n"{c}"\n') == [{"a": f"x{c}y"}, c]


def test_white_space_around_a_value_is_fine() -> None:
    assert values_of(' \t{"a": 1} \n  2\t\r\n') == [{"a": 1}, 2]


def test_one_leading_bom_is_skipped() -> None:
    assert values_of("\ufeff1\n2\n") == [1, 2]
    assert values_of("\ufeff\n\ufeff"[:2] + "3\n") == [3]
    assert error_of("1\n\ufeff2\n").messages == [1]


def test_a_character_that_the_provider_cut_in_two_is_joined() -> None:
    assert decoded(NDJSONDecoder, ['"\ud83d', '\ude00"\n']).messages == ["😀"]
    assert values_of('"\ud83d\ude00"\n"\ude00"\n') == ["😀", "\ude00"]


# --- the end ---------------------------------------------------------------------------


@pytest.mark.parametrize("last", ['{"a": 1}', "12", '"x"', "[1]\r", "true "])
def test_a_last_line_without_lf_counts_if_it_is_whole(last: str) -> None:
    assert values_of(f"0\n{last}") == [0, json.loads(last)]


@pytest.mark.parametrize("last", ['{"a": 1', "-", '"x', "[1,", "tru", "x", b'"\xc3', b"\xef\xbb"])
def test_a_last_line_that_is_not_whole_is_truncated(last: str | bytes) -> None:
    stream = last if isinstance(last, bytes) else f"0\n{last}"
    result = same_every_way(NDJSONDecoder, stream)
    assert result == Decoded([] if isinstance(last, bytes) else [0], None, truncated=True)


@pytest.mark.parametrize("stream", ["", "\n", " ", "\ufeff", "1\n", "1\n \r"])
def test_a_stream_that_ends_between_lines_is_whole(stream: str) -> None:
    assert values_of(stream) == ([1] if "1" in stream else [])


# --- what is broken --------------------------------------------------------------------


def test_what_is_not_json_names_the_line_and_what_json_said() -> None:
    result = error_of('{"a": 1}\n\n{"b": nope}\n{"c": 1}\n')
    assert result.messages == [{"a": 1}]
    assert str(result.error) == (
        "line 3 is not JSON: Expecting value: line 1 column 7 (char 6): '{\"b\": nope}'"
    )


def test_a_long_line_is_shown_shortened() -> None:
    message = str(error_of("[" + "1," * 1000 + "]\n").error)
    assert message.endswith("'[" + "1," * 29 + "1…'")


@pytest.mark.parametrize("line", ["1 2", "{} {}", "nul", "'a'", "{", "\u2028", "\x0b", '"\x01"'])
def test_a_line_is_one_value(line: str) -> None:
    assert error_of(f"0\n{line}\n1\n").messages == [0]


@pytest.mark.parametrize("line", ["[" * 100_000, "9" * 5000])
def test_what_json_cannot_take_is_malformed_too(line: str) -> None:
    with pytest.raises(StreamError) as caught:
        NDJSONDecoder().feed(f"0\n{line}\n")
    assert caught.value.code == "malformed"
    assert caught.value.messages == [0]


@pytest.mark.parametrize(
    ("bad", "byte"),
    [
        *((b"\xff", 0xFF), (b"\xc3(", 0xC3), (b"\xed\xa0\x80", 0xED), (b"\xc0\xaf", 0xC0)),
        *((b"\xe2\x82\n", 0xE2), (b"\xf0\x9f\x98x", 0xF0), (b"\x80", 0x80)),
    ],
)
def test_what_is_not_utf8_names_the_line_and_the_byte(bad: bytes, byte: int) -> None:
    result = error_of(b'1\n{"a": "\xc3\xa9"}\n  "x' + bad + b'"\n3\n')
    assert result.messages == [1, {"a": "é"}]
    assert str(result.error) == f"line 3 is not JSON: byte 0x{byte:02X} is not UTF-8: '  \"x'"


def test_after_an_error_nothing_is_held() -> None:
    for stream in (b"1\nnope\n{", b'1\n"x\xff'):
        decoder = NDJSONDecoder()
        with pytest.raises(StreamError):
            decoder.feed(stream)
        assert decoder.checkpoint()["state"]["line"] == ""


def test_of_two_faults_the_first_one_counts() -> None:
    assert "nope" in str(error_of(b"1\nnope\n\xff\n").error)
    assert "0xFF" in str(error_of(b"1\nno\xffpe\n").error)


def test_text_inside_a_utf8_sequence_is_a_usage_error_that_changes_nothing() -> None:
    decoder = NDJSONDecoder()
    decoder.feed(b'"\xc3')
    with pytest.raises(UsageError) as caught:
        decoder.feed("x")
    assert caught.value.code == "mixed_input"
    assert decoder.feed("") == []
    assert decoder.feed(b'\xa9"') + decoder.feed("\n") == ["é"]


# --- fragments, work, resuming ---------------------------------------------------------

LINES = documents(white_space=False, levels=2)
ENDS = st.sampled_from(["\n", "\r\n", "\n\n", "\n \r\n"])


@given(st.lists(st.tuples(LINES, ENDS)), st.data())
def test_any_values_come_back_however_they_are_cut_and_resumed(
    lines: list[tuple[str, str]], data: st.DataObject
) -> None:
    text = "".join(line + end for line, end in lines)
    expected = Decoded([json.loads(line) for line, _ in lines])
    for stream in (text, text.encode()):
        places = data.draw(st.lists(st.integers(0, len(stream)), max_size=8))
        assert decoded(NDJSONDecoder, cut_at(stream, places)) == expected
        assert decoded(NDJSONDecoder, cut_at(stream, places), resume=True) == expected


BYTES = [b"\n", b"1", b'"', b"{", b"}", b" ", b"\xc3", b"\xa9", b"\xff", b"\xed", b"\xa0"]


@given(st.lists(st.sampled_from(BYTES)))
def test_any_bytes_come_to_the_same_however_they_are_cut(parts: list[bytes]) -> None:
    same_every_way(NDJSONDecoder, b"".join(parts))


def test_a_long_line_in_single_bytes_is_kept_as_pieces_and_joined_once() -> None:
    decoder = NDJSONDecoder()
    for byte in cuts(b'"' + b"x" * 300_000, 1):
        assert decoder.feed(byte) == []
    assert decoder._line.length == 300_001
    assert len(decoder._line._pieces) < 1000
    assert decoder.feed(b'"\n') == ["x" * 300_000]
    assert (decoder._line.length, decoder._line.text) == (0, "")


SAMPLE = '\ufeff{"a": "é😀\u2028"}\r\n\n [1, 2] \n"x"\n{"cut": tr'.encode()


def test_a_checkpoint_resumes_after_every_single_byte() -> None:
    assert check_every_checkpoint(NDJSONDecoder, SAMPLE) == Decoded(
        [{"a": "é😀\u2028"}, [1, 2], "x"], None, truncated=True
    )


@pytest.mark.parametrize("at", [0, 2, 10, 12, 30, len(SAMPLE)])
def test_what_is_no_checkpoint_is_refused_or_behaves(at: int) -> None:
    decoder = NDJSONDecoder()
    decoder.feed(SAMPLE[:at])
    check_forgeries(decoder, SAMPLE[at:])


@pytest.mark.parametrize("state", [{"line": "a\nb"}, {"number": 0}, {"number": True}, {"line": 1}])
def test_a_forged_state_that_no_stream_brings_about_is_refused(state: dict[str, Any]) -> None:
    good = NDJSONDecoder().checkpoint()
    refused(NDJSONDecoder, forged(good, state={**good["state"], **state}))


def test_what_holds_for_every_decoder_holds() -> None:
    check_common_rules(NDJSONDecoder, b"1\n2")
    check_own_bytes(NDJSONDecoder, SAMPLE)
