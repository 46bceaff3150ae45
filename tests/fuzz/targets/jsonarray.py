"""One JSON array, written over time.

Property: the elements of a whole array are those of `json.loads`; of a broken one those before
its first hopeless character are given, and of one that was cut off those that are complete.
So it is however the stream is cut, as bytes or text, and wherever its state goes through a
checkpoint.

Documented: StreamError (code `malformed`).
"""

from __future__ import annotations

from collections.abc import Iterator

from partialjson.framing import JSONArrayDecoder
from tests.decoding import decoded
from tests.fuzz.choices import Choices, pieces
from tests.oracle import Reading, Rules, first_hopeless_byte, read
from tests.test_promises import exact

MAX_LEN = 300
WORDS = (
    *("[", "]", ",", "[1", "]\n", '{"a": 1}', "null", '"x"', "\ufeff", "\u2028", " ", "12"),
    *("[[", "]]", '"\\ud83d', "\\ude00", b"\xff", b"\xc3", b"\xed\xa0\xbd"),
)
_RULES = Rules(max_depth=200, max_number=4300)


def run(data: bytes) -> None:
    choices = Choices(data)
    as_text, sizes, resume = choices.flag(), choices.sizes(), choices.flag()
    stream = choices.text() if as_text else choices.rest()
    whole = decoded(JSONArrayDecoder, [stream])
    text = stream if isinstance(stream, str) else before(stream)
    reading = read(text, _RULES)
    if text.lstrip("\ufeff \t\n\r")[:1] == "[":
        assert exact(whole.messages) == exact(elements(reading))
    else:
        assert whole.messages == []
    begun = text.lstrip("\ufeff \t\n\r")
    if isinstance(stream, str) and not (len(begun) == 1 and "\ud800" <= begun <= "\udbff"):
        is_array = text.removeprefix("\ufeff").lstrip(" \t\n\r")[:1] in ("[", "")
        assert (whole.error is None) == (reading.viable and is_array)
    fragments = pieces(stream, sizes)
    for parts, again in ((fragments, resume and len(fragments) < 12), (pieces(stream, [1]), False)):
        assert exact(decoded(JSONArrayDecoder, parts, resume=again)) == exact(whole)


def before(stream: bytes) -> str:
    """The text before the first hopeless byte."""
    bad = first_hopeless_byte(stream, _RULES)
    return stream[:bad].decode("utf-8", "ignore")


def elements(reading: Reading) -> list[object]:
    """The elements that are complete before the text is hopeless."""
    return [entry[2] for _, entry in reading.log if entry[0] == "completed" and len(entry[1]) == 1]


def seeds() -> Iterator[bytes]:
    yield b'\0\0\0\0[{"text": "a"},\r\n{"text": "b"}\n]\n'
    yield b'\0\x21\x03\1 [1, [2], "\xf0\x9f\x98\x80", {"a": {}}'
    yield b'\1\x21\x03\1\xef\xbb\xbf["\xed\xa0\xbd\xed\xb8\x80", null] x'
    yield b"\0\1\0\0[1, 2,]"
    yield b'\0\1\0\0{"a": 1}'
