"""Regular expressions of schemas.

Property: what is no pattern for `re` is none here, and the other way round. `search` says what
`re.search` says, or refuses by name what might take `re` exponential time; what an automaton
calls dead no text that follows makes match; its states do not depend on how a text is cut.

Documented: `re.error`, `Irregular`, `PatternInput`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from partialjson.schema.patterns import (
    Irregular,
    PatternInput,
    automaton,
    explodes,
    risky,
    search,
)
from tests.fuzz.choices import Choices, pieces

MAX_LEN = 90
WORDS = (
    *("^", "$", "|", "(", ")", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?i)", "(?m)", "(?s:", "(?x)"),
    *("*", "+", "?", "{1,3}", "{2}", "{,2}", "*?", "++", "[a-c]", "[^a]", "\\d", "\\w", "\\s", "."),
    *(
        "\\b",
        "\\B",
        "\\A",
        "\\Z",
        "\\1",
        "(?P<n>",
        "(?P=n)",
        "(?(1)a|b)",
        "(?>",
        "\\u0061",
        "\\x41",
    ),
    *(
        "\x00",
        "a",
        "b",
        "\n",
        "é",
        "😀",
        "ſ",
        "K",
        "_",
        "-",
        "]",
        "\\N{DIGIT ONE}",
        b"\xed\xa0\xbd",
    ),
)
_STATES, _INPUT = 400, 60


def run(data: bytes) -> None:
    choices = Choices(data)
    sizes = choices.sizes()
    pattern, _, text = choices.text().partition("\x00")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sets that may become others in a later Python
        check(pattern, text, sizes)


def check(pattern: str, text: str, sizes: list[int]) -> None:
    try:
        re.compile(pattern)
        is_pattern = True
    except (re.error, OverflowError, RecursionError):
        is_pattern = False
    try:
        machine = automaton(pattern, _STATES)
    except re.error:
        assert not is_pattern
        return
    assert is_pattern
    try:
        found = search(pattern, text, _STATES, _INPUT)
    except Irregular:
        assert risky(pattern)
        return
    except PatternInput as error:
        assert error.limit in ("max_pattern_states", "max_pattern_input")
        return
    matches = found if explodes(pattern) else re.search(pattern, text) is not None
    assert found == matches
    if machine is not None:
        whole = machine.step(machine.start, text)
        state = machine.start
        for piece in pieces(text, sizes):
            state = machine.step(state, piece)
            if machine.dead(state):
                assert not matches
        assert state == whole
        if matches:
            assert machine.accepts(whole)
        elif machine.exact:
            assert not machine.accepts(whole)


def seeds() -> Iterator[bytes]:
    for pattern, text in (
        *(("^[a-c]+$", "abc\n"), ("a|b", "xb"), ("(a*)*b", "aaab"), (r"^\d{2}-\w+$", "12-é")),
        *((r"(.)\1", "abb"), ("^(?=a)b", "ab"), (r"\bab\b", "x ab"), ("(?i)^É$", "é")),
        *(("(?m)^a$", "b\na\n"), ("(a{1,3}){2}", "aaaa"), ("(?P<x>a)(?(x)b|c)", "ab")),
        *(("[", ""), ("(?<=a+)b", "ab"), ("^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaa!")),
    ):
        yield b"\x21\0" + f"{pattern}\x00{text}".encode()
