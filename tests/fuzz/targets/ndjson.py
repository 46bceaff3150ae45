r"""Lines of JSON.

Property: the values are those of `json.loads` for each line up to the first that is no JSON;
that one is the error, and a last line without its end counts if it is whole. So it is however
the stream is cut, as bytes or text, and wherever its state goes through a checkpoint.

Documented: StreamError (code `malformed`) for a line that is no JSON or no UTF-8.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any

from partialjson.framing import NDJSONDecoder
from tests.decoding import Decoded, decoded
from tests.fuzz.choices import Choices, pieces
from tests.test_promises import exact

MAX_LEN = 400
WORDS = (
    *("\n", "\r\n", "\r", '{"a": 1}', "[1, 2]", "null", '"x"', "\ufeff", "\u2028", "NaN", "1e999"),
    *('"\\ud83d\\ude00"', '"\\ud83d"', "\t", "[[[[", "12", b"\xff", b"\xc3", b"\xed\xa0\xbd"),
)


def run(data: bytes) -> None:
    choices = Choices(data)
    as_text, sizes, resume = choices.flag(), choices.sizes(), choices.flag()
    stream = choices.text() if as_text else choices.rest()
    whole = decoded(NDJSONDecoder, [stream])
    check(whole, naive(stream))
    fragments = pieces(stream, sizes)
    for parts, again in ((fragments, resume and len(fragments) < 12), (pieces(stream, [1]), False)):
        other = decoded(NDJSONDecoder, parts, resume=again)
        assert exact(other) == exact(whole)


def check(result: Decoded, expected: tuple[list[Any], bool, bool]) -> None:
    values, fails, truncated = expected
    assert exact(result.messages) == exact(values)
    assert (result.error is not None) == fails
    assert result.error is None or result.error.code == "malformed"
    assert result.truncated == truncated


def naive(stream: str | bytes) -> tuple[list[Any], bool, bool]:
    """The values, whether it is malformed, whether it was cut off."""
    whole = stream.encode("utf-16", "surrogatepass") if isinstance(stream, str) else stream
    lines: list[Any] = []
    if isinstance(stream, str):
        lines += whole.decode("utf-16", "surrogatepass").removeprefix("\ufeff").split("\n")
    else:
        lines += whole.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    values: list[Any] = []
    for number, line in enumerate(lines):
        is_last = number + 1 == len(lines)
        try:
            text = line if isinstance(line, str) else line.decode()
            text = text if is_last else text.removesuffix("\r")
            if text.strip(" \t\r"):
                values.append(json.loads(text))
        except UnicodeDecodeError as error:
            held = is_last and waits(error.object)
            return values, not held, held
        except ValueError:
            return values, not is_last, is_last
    return values, False, False


def waits(line: bytes) -> bool:
    """Whether more bytes could make it UTF-8, as far as CPython knows."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(line)
    except UnicodeDecodeError:
        return False
    return True


def seeds() -> Iterator[bytes]:
    yield b'\0\0\0\0{"a": 1}\n[2]\r\n\n"x"'
    yield b'\0\x21\x03\1{"a": "\xf0\x9f\x98\x80"}\n \t[2]\r\r\n{"a'
    yield b'\1\x21\x03\1"\xed\xa0\xbd\xed\xb8\x80"\nNaN\nx\n1'
    yield b"\0\1\0\0\xef\xbb\xbf1\n\xff"
