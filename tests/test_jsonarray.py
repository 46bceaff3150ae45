"""One array written over time: its elements, what is wrong with it, any fragments."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partialjson import FieldCompleted, JSONSyntaxError, Parser, StreamError, UsageError
from partialjson.framing import JSONArrayDecoder
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
from .fragmenting import cut_at


def elements_of(stream: str | bytes) -> list[Any]:
    """The elements of a whole array, however it is cut."""
    result = same_every_way(JSONArrayDecoder, stream)
    assert result.error is None
    assert not result.truncated
    return result.messages


def error_of(stream: str | bytes) -> Decoded:
    """What comes of a broken array, however it is cut."""
    result = same_every_way(JSONArrayDecoder, stream)
    assert result.error is not None
    assert result.error.code == "malformed"
    return result


# --- elements --------------------------------------------------------------------------


def test_an_element_comes_when_it_is_complete() -> None:
    decoder = JSONArrayDecoder()
    assert decoder.feed(b'[{"text": "a"') == []
    assert decoder.feed(b"}") == [{"text": "a"}]
    assert decoder.feed(b',\r\n{"text": "b"},{}') == [{"text": "b"}, {}]
    assert decoder.feed(b"\n]\n") == []
    assert decoder.close() == []
    assert not decoder.truncated


def test_a_number_comes_with_what_follows_it() -> None:
    decoder = JSONArrayDecoder()
    assert decoder.feed("[12") == []
    assert decoder.feed("3]") == [123]


@pytest.mark.parametrize(
    ("stream", "elements"),
    [
        *(("[]", []), ("[1]", [1]), (" \r\n\t[ 1 , 2 ]\n ", [1, 2]), ("\ufeff [null]", [None])),
        *(('[[1, [2]], {"a": {"b": []}}, "x", true]', [[1, [2]], {"a": {"b": []}}, "x", True]),),
        *(('["\\ud83d\\ude00", "é\u2028"]', ["😀", "é\u2028"]), ("[" * 50 + "]" * 50, None)),
    ],
)
def test_the_elements_are_those_of_json_loads(stream: str, elements: Any) -> None:
    assert elements_of(stream) == json.loads(stream.lstrip("\ufeff"))
    assert elements is None or elements_of(stream) == elements


def test_inner_arrays_give_nothing_of_their_own() -> None:
    assert elements_of('{"a": 1}'.join(["[[", "]]"])) == [[{"a": 1}]]


def test_nothing_is_kept_but_the_open_element() -> None:
    decoder = JSONArrayDecoder()
    decoder.feed("[" + '{"a": "' + "x" * 200 + '"},' * 1)
    size = len(json.dumps(decoder.checkpoint()))
    for _ in range(1000):
        decoder.feed('{"a": "' + "x" * 200 + '"},')
    assert len(json.dumps(decoder.checkpoint())) < size + 50


# --- the end ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stream", ["", " ", "\ufeff", "[", "[1", "[1,", '[{"a": [1', '["x', b"\xef\xbb", b'["\xc3']
)
def test_an_array_that_does_not_end_is_truncated(stream: str | bytes) -> None:
    result = same_every_way(JSONArrayDecoder, stream)
    assert result == Decoded([1] if stream == "[1," else [], None, truncated=True)


# --- what is broken --------------------------------------------------------------------


@pytest.mark.parametrize("stream", ['{"error": 1}', "12", '"x"', "null", "data: x", ": c", "x"])
def test_what_is_no_array_is_malformed_at_once(stream: str) -> None:
    assert error_of(f" \n{stream}") == Decoded(
        [], StreamError(f"the stream is no JSON array: it starts with {stream[0]!r}")
    )
    with pytest.raises(StreamError):
        JSONArrayDecoder().feed(stream[0])


@pytest.mark.parametrize("stream", ["é[", "\x00", "\u2028[]", "😀", b"\xff[", "\ufeff\ufeff[]"])
def test_a_first_character_that_cannot_be_shown_is_not_shown(stream: str | bytes) -> None:
    assert "does not start with '['" in str(error_of(stream).error)


def test_the_parser_says_what_is_wrong_and_what_came_before_is_not_lost() -> None:
    result = error_of('[{"a": 1}, 2, {"b": nope}, 3]')
    assert result.messages == [{"a": 1}, 2]
    with pytest.raises(JSONSyntaxError) as caught:
        Parser().feed('[{"a": 1}, 2, {"b": nope}, 3]')
    assert str(result.error) == f"the array is malformed: {caught.value}"


@pytest.mark.parametrize("stream", ["[1] x", "[1]]", "[1][2]", "[1],", '[1] {"a": 1}', "[1]\u2028"])
def test_anything_after_the_array_is_malformed(stream: str) -> None:
    assert error_of(stream).messages == [1]


@pytest.mark.parametrize(
    "stream", ["[1,]", "[,1]", "[1 2]", "[01]", "[NaN]", b'["\xff"]', '["\n"]']
)
def test_what_is_not_json_is_malformed(stream: str | bytes) -> None:
    assert set(error_of(stream).messages) <= {1}


def test_the_limits_of_the_parser_hold() -> None:
    result = same_every_way(JSONArrayDecoder, "[1, " + "[" * 200 + "]" * 200 + "]")
    assert result.messages == [1]
    assert result.error is not None
    assert (result.error.code, result.error.limit) == ("limit_exceeded", "max_depth")
    assert "max_depth" in str(result.error)


def test_text_inside_a_utf8_sequence_is_a_usage_error_that_changes_nothing() -> None:
    decoder = JSONArrayDecoder()
    for held, rest in ((b"\xef\xbb", b'\xbf["'), (b"\xc3", b'\xa9"')):
        decoder.feed(held)
        with pytest.raises(UsageError) as caught:
            decoder.feed("[")
        assert caught.value.code == "mixed_input"
        found = decoder.feed(rest)
    assert found == ["é"]


# --- fragments, resuming ---------------------------------------------------------------


@given(st.lists(documents(levels=2)), st.data())
def test_any_elements_come_back_however_they_are_cut_and_resumed(
    texts: list[str], data: st.DataObject
) -> None:
    text = f"[{','.join(texts)}]"
    elements = json.loads(text)
    for stream in (text, text.encode()):
        places = data.draw(st.lists(st.integers(0, len(stream)), max_size=8))
        assert decoded(JSONArrayDecoder, cut_at(stream, places)) == Decoded(elements)
        assert decoded(JSONArrayDecoder, cut_at(stream, places), resume=True) == Decoded(elements)


@given(
    st.lists(
        st.sampled_from([b"[", b"]", b",", b"1", b'"', b" ", b"\xef\xbb\xbf", b"\xed", b"\xa0"])
    )
)
def test_any_bytes_come_to_the_same_however_they_are_cut(parts: list[bytes]) -> None:
    same_every_way(JSONArrayDecoder, b"".join(parts))


SAMPLE = '\ufeff \n[{"a": "é😀"}, [1, 2.50],\r\n "x", {"b": [{"c": "cu'.encode()


def test_a_checkpoint_resumes_after_every_single_byte() -> None:
    assert check_every_checkpoint(JSONArrayDecoder, SAMPLE) == Decoded(
        [{"a": "é😀"}, [1, 2.5], "x"], None, truncated=True
    )
    assert check_every_checkpoint(JSONArrayDecoder, b" [1, 2] ") == Decoded([1, 2])


@pytest.mark.parametrize("at", [0, 2, 4, 5, 12, 18, len(SAMPLE)])
def test_what_is_no_checkpoint_is_refused_or_behaves(at: int) -> None:
    decoder = JSONArrayDecoder()
    decoder.feed(SAMPLE[:at])
    check_forgeries(decoder, SAMPLE[at:])


def parser_at(text: str, **options: Any) -> dict[str, Any]:
    """The checkpoint of a parser that is not the decoder's own."""
    parser = Parser(**{"events": FieldCompleted, "paths": "$[*]", "keep": False, **options})
    parser.feed(text)
    return parser.checkpoint()


@pytest.mark.parametrize(
    ("held", "parser"),
    [
        (None, parser_at('{"a": ')),
        ([], parser_at("[1")),
        ([{"text": "["}], parser_at("")),
        ([{"text": " ", "more": 1}], parser_at("")),
        ([{"base64": "Ww=="}], parser_at("")),
        ([{"base64": "?"}], parser_at("")),
        (None, parser_at("[1", keep=True)),
        (None, parser_at("[1", paths="$..*")),
        (None, parser_at("[1", events=())),
        (None, parser_at("[1", many=True)),
        (None, JSONArrayDecoder().checkpoint()),
    ],
)
def test_a_parser_that_is_not_its_own_is_refused(held: Any, parser: dict[str, Any]) -> None:
    good = JSONArrayDecoder().checkpoint()
    refused(JSONArrayDecoder, forged(good, state={"held": held, "parser": parser}))


def test_a_parser_that_does_not_go_on_is_refused() -> None:
    done = Parser(events=FieldCompleted, paths="$[*]", keep=False)
    done.feed("[1]")
    done.close()
    failed = Parser(events=FieldCompleted, paths="$[*]", keep=False)
    with pytest.raises(JSONSyntaxError):
        failed.feed("[1]x")
    good = JSONArrayDecoder().checkpoint()
    for parser in (done, failed):
        state = {"held": None, "parser": parser.checkpoint()}
        refused(JSONArrayDecoder, forged(good, state=state))


def test_what_holds_for_every_decoder_holds() -> None:
    check_common_rules(JSONArrayDecoder, b"[1, 2")
    check_own_bytes(JSONArrayDecoder, SAMPLE)
