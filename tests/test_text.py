"""From fragments to text: BOM, surrogates, UTF-8 good and bad, and the types that are text."""

from __future__ import annotations

import array
import json
import random
from typing import Any, Literal

import pytest

from partialjson import (
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    Limits,
    Parser,
    PartialJSONError,
    UsageError,
    loads,
)

from .fragmenting import Run, cuts, run, same_every_way, ways

HIGH, LOW = "\ud83d", "\ude00"  # the halves of 😀


def replacing() -> Parser:
    return Parser(lone_surrogates="replace", bad_utf8="replace")


def error_of(result: Run) -> PartialJSONError:
    assert result.error is not None
    return result.error


def where(result: Run) -> tuple[str, int, int]:
    error = result.error
    assert isinstance(error, JSONSyntaxError | IncompleteJSONError)
    return error.code, error.offset, error.byte_offset


# --- the byte order mark -------------------------------------------------------------


def test_a_leading_bom_is_skipped_in_text_and_in_bytes() -> None:
    assert same_every_way('\ufeff{"a": [1]}').value == {"a": [1]}


def test_a_bom_counts_as_one_character_and_three_bytes() -> None:
    parser = Parser()
    parser.feed("\ufeff")
    assert parser.offset == 1
    assert where(same_every_way("\ufeff[1,]")) == ("unexpected_character", 4, 6)
    error = error_of(same_every_way("\ufeff\n ]"))
    assert isinstance(error, JSONSyntaxError)
    assert (error.lineno, error.colno, error.offset) == (2, 2, 3)


def test_a_bom_alone_is_an_incomplete_text() -> None:
    assert where(same_every_way("\ufeff")) == ("incomplete", 1, 3)


@pytest.mark.parametrize(
    ("text", "offset"), [("\ufeff\ufeff1", 1), (" \ufeff1", 1), ("[\ufeff1]", 1), ("1 \ufeff", 2)]
)
def test_a_bom_elsewhere_is_no_white_space(text: str, offset: int) -> None:
    code, found, _ = where(same_every_way(text))
    assert (code, found) in {("unexpected_character", offset), ("extra_data", offset)}


def test_a_bom_in_a_string_is_a_character_of_it() -> None:
    assert same_every_way('"\ufeffa\ufeff"').value == "\ufeffa\ufeff"


def test_half_a_bom_is_bad_utf8() -> None:
    assert where(same_every_way(b"\xef\xbb[")) == ("bad_utf8", 0, 2)
    assert where(same_every_way(b"\xef\xbb")) == ("incomplete", 0, 0)


def test_a_character_that_only_begins_like_a_bom_is_refused() -> None:
    code, offset, _ = where(same_every_way("\ufeab1"))
    assert (code, offset) == ("unexpected_character", 0)


# --- surrogates in str ---------------------------------------------------------------


@pytest.mark.parametrize("whole", ["😀", "\U00010000", "\U0010ffff"])
def test_the_halves_of_a_pair_are_joined_over_fragments(whole: str) -> None:
    parser = Parser()
    code = ord(whole) - 0x10000
    high, low = chr(0xD800 + (code >> 10)), chr(0xDC00 + (code & 0x3FF))
    assert "".join(e.delta for e in parser.feed('"' + high) if hasattr(e, "delta")) == ""
    parser.feed("")
    parser.feed(low + '"')
    parser.close()
    assert parser.value == whole
    assert parser.offset == 3  # one character, however it came


@pytest.mark.parametrize("last", ["a", "é", "\ud7ff", "\ue000", "😀"])
def test_only_half_a_pair_is_held(last: str) -> None:
    parser = Parser()
    parser.feed(f'"{HIGH}{LOW}{last}')
    assert parser.value == "😀" + last


@pytest.mark.parametrize(
    "text",
    [
        f'"{HIGH}{LOW}"',
        f'"a{HIGH}{LOW}b{HIGH}{LOW}"',
        f'{{"{HIGH}{LOW}": "{HIGH}{LOW}"}}',
        f'"{HIGH}{LOW}\\ud83d\\ude00"',
    ],
)
def test_raw_pairs_are_one_character_wherever_they_are_cut(text: str) -> None:
    joined = text.replace(HIGH + LOW, "😀")
    assert same_every_way(text) == same_every_way(joined)
    assert same_every_way(text).value == json.loads(joined)


@pytest.mark.parametrize(
    ("text", "offset", "byte_offset"),
    [
        (f'"{HIGH}"', 2, 4),
        (f'"{HIGH}x"', 2, 4),
        (f'"{HIGH}{HIGH}{LOW}"', 2, 4),
        (f'"{LOW}"', 1, 1),
        (f'"{HIGH}{LOW}{LOW}"', 2, 5),
        (f'{{"{HIGH}": 1}}', 3, 5),
        (f'"é{HIGH}\n"', 3, 6),
    ],
)
def test_a_lone_raw_surrogate_is_an_error_where_a_lone_escape_would_be(
    text: str, offset: int, byte_offset: int
) -> None:
    code, found, found_bytes = where(same_every_way(text))
    assert (found, found_bytes) == (offset, byte_offset)
    assert code == "lone_surrogate"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f'"{HIGH}"', "\ufffd"),
        (f'"{LOW}{HIGH}x"', "\ufffd\ufffdx"),
        (f'"{HIGH}{HIGH}{LOW}"', "\ufffd😀"),
        ('"\\ud83d"', "\ufffd"),
        ('"\\ude00\\ud83dx\\ud83d\\ud83d\\ude00"', "\ufffd\ufffdx\ufffd😀"),
        ('"\\ud83d\\u0041\\ud83d\\n"', "\ufffdA\ufffd\n"),
        (f'{{"{HIGH}": "{LOW}"}}', {"\ufffd": "\ufffd"}),
    ],
)
def test_lone_surrogates_are_replaced_if_asked(text: str, value: object) -> None:
    assert same_every_way(text, replacing).value == value


@pytest.mark.parametrize("text", [HIGH, LOW, f"[{HIGH}{LOW}", f"1{HIGH}", f"tr{LOW}", f"[1]{HIGH}"])
@pytest.mark.parametrize("make", [Parser, replacing])
def test_a_surrogate_outside_strings_is_refused_at_once(text: str, make: type[Parser]) -> None:
    expected = text.index(HIGH) if HIGH in text else text.index(LOW)
    _, offset, byte_offset = where(same_every_way(text, make))
    assert (offset, byte_offset) == (expected, expected)
    parser = make()
    with pytest.raises(JSONSyntaxError):
        parser.feed(text[: expected + 1])  # no waiting for a second half


def test_a_text_that_ends_in_half_a_pair_is_incomplete() -> None:
    for make in (Parser, replacing):
        assert same_every_way(f'"{HIGH}', make).error == same_every_way(f'"{HIGH}', make).error
        assert error_of(same_every_way(f'"{HIGH}', make)).code == "incomplete"


def test_bytes_after_half_a_pair_leave_it_alone() -> None:
    parser = Parser()
    parser.feed('"' + HIGH)
    parser.feed(b"")
    with pytest.raises(JSONSyntaxError) as caught:
        parser.feed(b'x"')
    assert (caught.value.code, caught.value.offset) == ("lone_surrogate", 2)
    parser = replacing()
    assert run(parser, ['"' + HIGH, b'x"']).value == "\ufffdx"


# --- UTF-8 ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "offset", "byte_offset"),
    [
        (b'"\xff"', 1, 1),
        (b'"\x80"', 1, 1),
        (b'"\xc0\x80"', 1, 1),
        (b'"\xed\xa0\x80"', 1, 2),
        (b'"\xe2\x82A"', 1, 3),
        (b'"\xe2\x82"', 1, 3),
        (b'"\xf0\x9f\x98"', 1, 4),
        (b'"\xe0\x9f\xbf"', 1, 2),
        (b'"\xf4\x90\x80\x80"', 1, 2),
        (b'"\xc3\xa9\xe2\x82\xac\xe2A"', 3, 7),
        (b'{"\xc3\xa9\xffk": 1}', 3, 4),
        (b'"\xed\xa0', 1, 2),
        (b'["a", "b\xc3', 8, 8),
    ],
)
def test_the_bad_byte_is_the_first_that_cannot_go_on(
    data: bytes, offset: int, byte_offset: int
) -> None:
    result = same_every_way(data)
    code = "incomplete" if data.endswith(b"\xc3") else "bad_utf8"
    assert where(result) == (code, offset, byte_offset)


def test_an_overlong_or_surrogate_sequence_fails_before_it_is_whole() -> None:
    parser = Parser()
    parser.feed(b'"\xed')
    with pytest.raises(JSONSyntaxError) as caught:
        parser.feed(b"\xa0")
    assert "0xA0" in caught.value.message
    assert parser.offset == 1


def test_what_stands_before_a_bad_byte_gives_its_events() -> None:
    result = same_every_way(b'["ab", 1, "c\xff"]')
    assert [repr(event) for event in result.events[-3:]] == [
        "FieldCompleted(path=(1,), value=1)",
        "ValueStarted(path=(2,), kind='string')",
        "StringDelta(path=(2,), delta='c')",
    ]
    assert result.value == ["ab", 1, "c"]


@pytest.mark.parametrize("make", [Parser, replacing])
@pytest.mark.parametrize(
    ("data", "offset", "code"),
    [
        (b'[1,] "\xff"', 3, "unexpected_character"),
        (b'"\n\xff"', 1, "control_character"),
        (b'nulL "\xe2\x82"', 3, "invalid_literal"),
    ],
)
def test_an_earlier_error_of_the_json_wins(
    data: bytes, offset: int, code: str, make: type[Parser]
) -> None:
    assert where(same_every_way(data, make))[:2] == (code, offset)


@pytest.mark.parametrize("begun", [b"\xff", b"\xc3", b"\xe2\x82", b"\xe2A", b"\xed\xa0"])
@pytest.mark.parametrize("before", [b"", b"[", b'{"a"', b'{"a":1', b"[1]", b"[-", b"[tr", b"\n"])
@pytest.mark.parametrize("make", [Parser, replacing])
def test_no_character_outside_strings_is_waited_for(
    begun: bytes, before: bytes, make: type[Parser]
) -> None:
    _, offset, byte_offset = where(same_every_way(before + begun, make))
    assert (offset, byte_offset) == (len(before), len(before))
    parser = make()
    parser.feed(before)
    with pytest.raises(JSONSyntaxError):
        parser.feed(begun[:1])


def test_bad_bytes_are_replaced_as_python_does_it() -> None:
    rng = random.Random(4)
    alphabet = [0x41, 0x80, 0xA0, 0xBF, 0xC0, 0xC3, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF]
    for _ in range(150):
        data = bytes(rng.choices(alphabet, k=rng.randint(1, 8)))
        result = same_every_way(b'"' + data + b'"', lambda: Parser(bad_utf8="replace"))
        assert result.error is None
        assert result.value == data.decode(errors="replace")


def test_replaced_bytes_count_as_they_stood_in_the_stream() -> None:
    data = b'"\xff\xe2\x82A\xed\xa0"]'
    code, offset, byte_offset = where(same_every_way(data, replacing))
    assert code == "extra_data"
    assert byte_offset == data.index(b"]")
    assert offset == len(data.decode(errors="replace")) - 1


@pytest.mark.parametrize("mode", ["error", "replace"])
@pytest.mark.parametrize("data", [b'"\xc3', b'"\xe2\x82', b'"\xf0\x9f\x98', b'["a\xf0'])
def test_a_text_that_ends_inside_a_sequence_is_incomplete(
    data: bytes, mode: Literal["error", "replace"]
) -> None:
    code, offset, byte_offset = where(same_every_way(data, lambda: Parser(bad_utf8=mode)))
    start = data.rindex(b'"') + 1 + (data[-2:-1] == b"a")
    assert (code, offset) == ("incomplete", start)
    assert byte_offset == start


def test_a_rest_that_ends_inside_a_sequence_is_incomplete_or_replaced() -> None:
    data = b"1 \xc3\xa9\xe2\x82"
    strict = same_every_way(data, lambda: Parser(trailing="keep"))
    assert where(strict)[:2] == ("incomplete", 3)
    for fragments in ways(data):
        parser = Parser(trailing="keep", bad_utf8="replace")
        assert run(parser, fragments).error is None
        assert parser.rest == " é\ufffd"


def test_limits_count_characters_not_bytes() -> None:
    limits = Limits(max_string=3, max_key=2)
    assert same_every_way('{"éé": "€€€"}', lambda: Parser(limits=limits)).value == {"éé": "€€€"}
    result = same_every_way('["€€€€"]', lambda: Parser(limits=limits))
    error = error_of(result)
    assert isinstance(error, LimitExceededError)
    assert (error.limit, error.offset, error.byte_offset) == ("max_string", 5, 11)


# --- str and bytes together ----------------------------------------------------------


def test_a_str_inside_an_open_sequence_is_refused_and_nothing_has_happened() -> None:
    parser = Parser()
    parser.feed(b'["\xe2\x82')
    parser.feed("")  # nothing is no text
    for _ in range(2):
        with pytest.raises(UsageError) as caught:
            parser.feed('a"]')
        assert caught.value.code == "mixed_input"
    parser.feed(b"\xac")
    parser.feed('a"]')
    parser.close()
    assert parser.value == ["€a"]


def test_str_and_bytes_may_take_turns_between_characters() -> None:
    fragments: list[Any] = ['{"a": "é', b"\xc3\xa9", "é\\u00", b"e9", bytearray(b'"'), "}"]
    assert run(Parser(), fragments).value == {"a": "éééé"}


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_everything_that_is_bytes_is_text(kind: Any) -> None:
    parser = Parser()
    for fragment in cuts('{"é": [1, "😀"]}'.encode(), 1):
        parser.feed(kind(fragment))
    parser.close()
    assert parser.value == {"é": [1, "😀"]}


def test_a_buffer_may_be_reused_once_it_was_fed() -> None:
    buffer = bytearray(b'["abc\xc3')
    parser = Parser()
    parser.feed(memoryview(buffer))
    buffer[:] = b"XXXXXXX"
    parser.feed(b'\xa9", 1]')
    assert parser.value == ["abcé", 1]


def test_memoryviews_of_any_shape_are_their_bytes() -> None:
    every_second = memoryview(b"[_1_,_2_]_")[::2]
    assert loads(every_second) == [1, 2]
    words = memoryview(array.array("H", [0x315B, 0x5D20]).tobytes()).cast("H")
    assert loads(words) == [1]


def test_a_released_memoryview_is_a_usage_error() -> None:
    view = memoryview(b"1")
    view.release()
    with pytest.raises(UsageError, match="memoryview"):
        Parser().feed(view)


@pytest.mark.parametrize("wrong", [None, 1, ["[", "]"], {"a": 1}, iter("1"), 1.5, object])
def test_what_is_no_text_is_a_type_error_and_changes_nothing(wrong: Any) -> None:
    parser = Parser()
    parser.feed("[1, ")
    with pytest.raises(TypeError, match=type(wrong).__name__):
        parser.feed(wrong)
    parser.feed("2]")
    assert parser.value == [1, 2]
    with pytest.raises(TypeError):
        loads(wrong)


# --- where errors are ----------------------------------------------------------------


def test_line_and_column_are_those_of_json() -> None:
    for text in ("[\n1,\n\n  x]", "\n\n]", '{"a":\r\n1,}', "[1\n]\n x", '["é€😀",\n "😀" x]'):
        error = error_of(same_every_way(text))
        assert isinstance(error, JSONSyntaxError)
        theirs = json.JSONDecodeError("", text, error.pos)
        assert (error.lineno, error.colno) == (theirs.lineno, theirs.colno)
        assert error.byte_offset == len(text[: error.offset].encode())


def test_doc_is_what_stood_before_the_error_at_most_80_characters() -> None:
    for text in ("[1, é x", '["' + "ab" * 100 + '", x'):
        error = error_of(same_every_way(text))
        assert isinstance(error, JSONSyntaxError)
        assert error.doc == text[: error.offset][-80:]
