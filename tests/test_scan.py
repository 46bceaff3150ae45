"""The primitives by themselves: both tellings of them, against a reference that says it simply.

`scan.py` is always tried as it stands there; in a compiled install the module in use is another.
"""

from __future__ import annotations

import json
import re
import string
import sys
from importlib.util import module_from_spec, spec_from_file_location
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import partialjson
from partialjson._core import grammar, scan
from partialjson._core.grammar import EXPONENT, FRACTION, INT, VALUE
from partialjson.paths import Place

from .strategies import examples

CORE = Path(partialjson.__file__).parent / "_core"


def interpreted() -> ModuleType:
    """What `scan.py` says, whatever is installed beside it."""
    spec = spec_from_file_location("partialjson._core.scan_as_it_is_read", CORE / "scan.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EITHER: dict[str, Any] = {"scan.py": interpreted(), "in use": scan}
either = pytest.mark.parametrize("tried", EITHER.values(), ids=EITHER)
FILLERS = ("", "x", "é", "€", "😀")  # behind a text, they decide how wide its characters lie
SURROGATES = ("\ud800", "\udbff", "\udc00", "\udfff")


def ranges(alphabet: str, most: int = 40) -> st.SearchStrategy[tuple[str, int, int]]:
    """A text, where to begin and where to end; what lies around them is not to be looked at."""
    texts = st.text(st.sampled_from(alphabet), max_size=most)
    around = st.text(st.sampled_from(alphabet + "".join(FILLERS)), max_size=3)
    return st.builds(
        lambda before, text, after: (before + text + after, len(before), len(before + text)),
        *(around, texts, around),
    )


def test_the_tellings_are_two_in_a_compiled_install() -> None:
    assert EITHER["scan.py"].__file__.endswith("scan.py")
    assert str(scan.__file__).endswith("scan.py") is not partialjson.COMPILED


def test_every_primitive_is_tried_here() -> None:
    declared = re.findall(r"^cpdef .*?(\w+)\(", (CORE / "scan.pxd").read_text(), re.MULTILINE)
    tried = set(re.findall(r"\btried\.(\w+)\(", Path(__file__).read_text(encoding="utf-8")))
    assert {*declared} == tried
    for name, told in product(declared, EITHER.values()):
        assert callable(getattr(told, name))


# --- strings --------------------------------------------------------------------------


def is_plain(c: str) -> bool:
    return c >= " " and c not in '"\\' and not "\ud800" <= c <= "\udfff"


def end_of_plain(text: str, i: int, n: int) -> int:
    while i < n and is_plain(text[i]):
        i += 1
    return i


PLAIN = " !#[]^~\x7f\x80\x9f\xa0éÿĀ€\u2028\ud7ff\ue000\uffff\U00010000😀\U0010ffff"
SPECIAL = ('"', "\\", "\x00", "\t", "\n", "\x1f", *SURROGATES)


@either
@pytest.mark.parametrize("filler", FILLERS)
def test_a_plain_run_ends_at_each_special_character(tried: Any, filler: str) -> None:
    for special, before in product(SPECIAL, ("", "a", "ab" * 20, filler * 7)):
        text = before + special + "b" + filler
        assert tried.plain_end(text, 0, len(text)) == len(before)
        assert tried.plain_end(text, 0, len(before)) == len(before)
        assert tried.plain_end(text, len(before) + 1, len(text)) == len(text)
        assert tried.plain_end(text, len(before), len(before)) == len(before)


@either
def test_every_character_is_plain_or_special(tried: Any) -> None:
    for code in [*range(0x3000), *range(0xD700, 0xE100), *range(0xFFF0, 0x10010), 0x10FFFF]:
        c = chr(code)
        assert tried.plain_end(c, 0, 1) == is_plain(c)
        assert bool(tried.special(c)) is not is_plain(c)


@either
@examples(400)
@given(ranges(PLAIN + PLAIN + "".join(SPECIAL)))
def test_a_plain_run_ends_where_the_reference_says(tried: Any, case: tuple[str, int, int]) -> None:
    text, i, n = case
    end = tried.plain_end(text, i, n)
    assert (end, type(end)) == (end_of_plain(text, i, n), int)
    assert bool(tried.special(text[i:n])) is (end < n)


@either
@pytest.mark.parametrize("filler", ["x", "é", "€", "😀"])
@pytest.mark.parametrize("length", [0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 1000])
def test_a_run_of_any_length_is_read_to_its_end(tried: Any, filler: str, length: int) -> None:
    text = filler * length
    assert tried.plain_end(text, 0, length) == length
    assert not tried.special(text)
    for special in ('"', "\n", "\udc00"):
        assert tried.plain_end(text + special, 0, length + 1) == length
        assert tried.special(text + special)


# --- how wide -------------------------------------------------------------------------


def bytes_over_characters(text: str) -> int:
    if re.search("[\ud800-\udfff]", text):
        return -1
    return sum((c >= "\x80") + (c >= "\u0800") + (c >= "\U00010000") for c in text)


@either
@examples(300)
@given(st.text(st.sampled_from("ab\x7f\x80éÿĀ\u07ff\u0800€\uffff\U00010000😀\ud800\udfff")))
def test_a_text_is_as_wide_as_the_reference_says(tried: Any, text: str) -> None:
    wide = tried.wide(text)
    assert (wide, type(wide)) == (bytes_over_characters(text), int)
    assert bool(tried.is_ascii(text)) is text.isascii()


@either
@pytest.mark.parametrize("filler", ["x", "é", "߿", "€", "😀"])
@pytest.mark.parametrize("length", [0xFFFF, 0x10000, 0x10001, 0x20000, 200_000])
def test_a_long_text_is_as_wide_as_all_of_it(tried: Any, filler: str, length: int) -> None:
    text = filler * length
    each = len(filler.encode()) - 1
    assert tried.wide(text) == each * length
    assert tried.wide("é" + text + "😀") == each * length + 4
    assert bool(tried.is_ascii(text)) is (filler == "x")
    for surrogate in SURROGATES:
        assert tried.wide(text + surrogate) == tried.wide(surrogate + text) == -1
        assert tried.wide(text + surrogate + text) == -1


# --- escapes --------------------------------------------------------------------------

SOME = [*map(chr, range(0x250)), *"０１９Ａａ𝟎", "\u0661", "\ud800", "\uffff", "\U0010ffff"]


@either
def test_hex_digits_are_those_of_ascii(tried: Any) -> None:
    for c in SOME:
        expected = int(c, 16) if c in string.hexdigits else -1
        assert tried.hex_value(c) == expected, c


@either
def test_escapes_are_those_of_json(tried: Any) -> None:
    for c in SOME:
        expected = json.loads(f'"\\{c}"') if c in '"\\/bfnrt' else ""
        assert tried.escaped(c) == expected, c


# --- white space ----------------------------------------------------------------------


def end_of_blank(text: str, i: int, n: int) -> tuple[int, int, int]:
    end = i
    while end < n and text[end] in " \t\n\r":
        end += 1
    found = [at for at in range(i, end) if text[at] == "\n"]
    return end, len(found), found[-1] if found else -1


@either
@examples(400)
@given(ranges("   \n\n\r\t\t\x0b\x0c\x85\xa0\u2003\u3000x\U0001f600"))
def test_white_space_ends_where_the_reference_says(tried: Any, case: tuple[str, int, int]) -> None:
    assert tried.blank_end(*case) == end_of_blank(*case)


@either
@pytest.mark.parametrize("filler", FILLERS)
def test_white_space_is_that_of_json(tried: Any, filler: str) -> None:
    text = filler + " \n\t\r\n " + filler
    start, end = len(filler), len(filler) + 6
    assert tried.blank_end(text, start, end) == (end, 2, start + 4)
    assert tried.blank_end(text, start, start + 4) == (start + 4, 1, start + 1)
    assert tried.blank_end(text, start, start) == (start, 0, -1)
    assert tried.blank_end(text, start, start + 1) == (start + 1, 0, -1)
    assert tried.blank_end(text + "x", end, len(text)) == (end, 0, -1)


# --- numbers --------------------------------------------------------------------------

WHOLE, POINTED = r"-?(0|[1-9][0-9]*)", r"-?(0|[1-9][0-9]*)\.[0-9]+"
BEFORE_EXP = rf"{WHOLE}(\.[0-9]+)?[eE]"
PREFIXES = {  # what has been read of a number in each state
    "minus": "-",
    "zero": "-?0",
    "int": "-?[1-9][0-9]*",
    "point": rf"{WHOLE}\.",
    "fraction": POINTED,
    "exp": BEFORE_EXP,
    "exp_sign": rf"{BEFORE_EXP}[-+]",
    "exponent": rf"{BEFORE_EXP}[-+]?[0-9]+",
    "value": "",
}


def end_of_number(text: str, i: int, n: int) -> tuple[int, int]:
    """Where the longest beginning of a number ends, and its state there."""
    for end in range(n, i - 1, -1):
        for name, prefix in PREFIXES.items():
            if re.fullmatch(prefix, text[i:end]):
                return end, grammar.STATE_NAMES.index(name)
    raise AssertionError(text)


NUMBERS = [
    *("0", "-0", "-", "7", "-1", "10", "12345678901234567890", "1.5", "0.5", "-0.0", "1.", "1.e"),
    *("1e5", "1E+5", "1e-05", "0e0", "-0e-0", "1.5e3", "1e", "1e+", "00", "-00", "0123", "1..2"),
    *("1.5e+3.2", "1e5e5", "+1", ".5", "-.5", "--1", "1-", "1+1", "0x1", "1_0", "01", "", "e5"),
    *("1٣", "١", "1e٣", "0" * 30, "9" * 30, "0." + "0" * 30, "1e" + "0" * 30, "-1." + "9" * 30),
]
AFTER = ("", ",", "]", "}", " ", "\n", "\x0b", "\u2003", "x", ":", ", 1, 2, 3, 4, 5, 6", "] " * 20)


@either
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_ends_where_the_reference_says(tried: Any, number: str) -> None:
    for after, filler in product(AFTER, FILLERS):
        text = filler + number + after + filler
        i = len(filler)
        for n in {i, i + len(number) // 2, i + len(number), len(text)}:
            expected = end_of_number(text, i, n)
            assert tried.number_end(text, i, n, VALUE) == expected, text[i:n]


@either
@examples(600)
@given(ranges("00112233445566778899-+..eEx,]} 😀"))
def test_any_number_ends_where_the_reference_says(tried: Any, case: tuple[str, int, int]) -> None:
    assert tried.number_end(*case, VALUE) == end_of_number(*case)


@either
@examples(150)
@given(st.from_regex(r"\A-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][-+]?[0-9]{1,5})?[,\]} ]\Z"))
def test_a_number_may_be_read_in_two_parts(tried: Any, text: str) -> None:
    whole = tried.number_end(text, 0, len(text), VALUE)
    assert whole == (len(text) - 1, end_of_number(text, 0, len(text))[1])
    for place in range(whole[0] + 1):
        end, state = tried.number_end(text, 0, place, VALUE)
        assert end == place
        assert tried.number_end(text, place, len(text), state) == whole


@either
@pytest.mark.parametrize(("state", "text"), [(FRACTION, "5.3"), (EXPONENT, "5e3"), (INT, "5.e3")])
def test_the_rest_of_a_number_is_no_number_of_its_own(tried: Any, state: int, text: str) -> None:
    end = 2 if state == INT else 1
    assert tried.number_end(text + " " * 30, 0, 33, state)[0] == end


def of_digits(count: int) -> list[str]:
    digits = ("9" * count, "1" * count, "1" + "0" * (count - 1))
    return [sign + number for sign in ("", "-") for number in digits]


NEAR_POWERS = [2**bits + d for bits in (31, 32, 59, 60, 62, 63, 64) for d in (-1, 0, 1)]
INTEGERS = [
    *("0", "-0", "7", "-7", "10", "-10"),
    *(number for count in (17, 18, 19, 20, 21, 40, 4300) for number in of_digits(count)),
    *(str(sign * near) for near in NEAR_POWERS for sign in (1, -1)),
]


@either
@pytest.mark.parametrize("text", INTEGERS, ids=lambda text: f"{text[:12]} of {len(text)}")
def test_an_integer_is_what_python_makes_of_it(tried: Any, text: str) -> None:
    value = tried.integer(text)
    assert (value, type(value)) == (int(text), int)


@either
@examples(300)
@given(st.integers(-(10**25), 10**25))
def test_any_integer_is_itself(tried: Any, value: int) -> None:
    assert tried.integer(str(value)) == value


@either
def test_an_integer_that_python_does_not_convert_is_a_value_error(tried: Any) -> None:
    for text in of_digits(sys.get_int_max_str_digits() + 1):
        with pytest.raises(ValueError, match="digits"):
            tried.integer(text)


REALS = [
    *("0.0", "-0.0", "0e0", "-0e5", "1.5", "-1.5e3", "1E+2", "1e-2", "0.1", "1e22", "1e23"),
    *("1e308", "1.7976931348623157e308", "1.7976931348623159e308", "1e309", "-1e309", "1e4000"),
    *("5e-324", "2e-324", "-1e-400", "2.2250738585072014e-308", "9007199254740993.0"),
    *(
        "0." + "1" * 800,
        "1" * 400 + ".5",
        "1" * 300 + "e5",
        "0." + "0" * 400 + "1",
        "1e" + "9" * 99,
    ),
]


@either
@pytest.mark.parametrize("text", REALS, ids=lambda text: f"{text[:12]} of {len(text)}")
def test_a_real_number_is_what_python_makes_of_it(tried: Any, text: str) -> None:
    value = tried.real(text)
    assert (repr(value), type(value)) == (repr(float(text)), float)


@either
@examples(400)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_real_number_is_itself(tried: Any, value: float) -> None:
    for text in (repr(value), f"{value:.3e}", f"{value:.25f}"):
        assert repr(tried.real(text)) == repr(float(text))


# --- keys -----------------------------------------------------------------------------


@either
@pytest.mark.parametrize("length", [0, 1, 2, 3, 31, 32, 33, 100])
@pytest.mark.parametrize("filler", FILLERS)
def test_a_key_is_its_characters(tried: Any, length: int, filler: str) -> None:
    for c in ("k", "\x7f", "é", "ÿ", "Ā", "€", "\uffff", "😀"):
        key = c * length
        text = filler + key + '"' + filler
        for _ in range(2):  # the second time it may be known
            found = tried.key(text, len(filler), len(filler) + length)
            assert (found, type(found), hash(found)) == (key, str, hash(key))
            assert tried.known(key) == key


def alike(key: str) -> list[str]:
    """Keys that only look like it where somebody looks at some of it."""
    first, middle, last = key[0], key[1:-1], key[-1]
    return [
        *(key, key[::-1], first + middle[::-1] + last),
        *(key[:-1], key + last, first * len(key), key.upper()),
        *("".join(chr(ord(c) + more) for c in key) for more in (0x100, 0x1000, 0x10000, 0x100000)),
        *(
            "".join(chr(ord(c) + 0x1000 * (at == i)) for at, c in enumerate(key))
            for i in (0, 1, -1)
        ),
    ]


@either
@pytest.mark.parametrize("filler", FILLERS)
def test_keys_that_share_a_place_in_memory_stay_apart(tried: Any, filler: str) -> None:
    known = ("ab", "abcde", "name", "k" * 31 + "l", "k" * 32 + "l")
    keys = [other for key in known for other in alike(key)]
    for key in [*keys, *reversed(keys), *keys]:
        text = f"{filler}{key}{filler}"
        assert tried.key(text, len(filler), len(filler) + len(key)) == key
        assert tried.known(key) == key


@either
def test_more_keys_than_can_be_known_stay_apart(tried: Any) -> None:
    keys = [f"{c}{i}" for i in range(3000) for c in ("k", "é", "€", "😀")]
    text = '"'.join(keys)
    for _ in range(2):
        at = 0
        for key in keys:
            assert tried.key(text, at, at + len(key)) == key
            at += len(key) + 1


@either
@examples(300)
@given(ranges("aaabcdXé€😀", 35))
def test_any_key_is_its_characters(tried: Any, case: tuple[str, int, int]) -> None:
    text, i, end = case
    assert tried.key(text, i, end) == tried.known(text[i:end]) == text[i:end]


@pytest.mark.skipif(not partialjson.COMPILED, reason="interpreted, each key is a new object")
def test_a_key_that_comes_again_is_the_same_object() -> None:
    first = scan.key('"some key":', 1, 9)
    assert scan.key('{"some key": "€"', 2, 10) is first
    assert scan.known("".join(("some", " ", "key"))) is first


# --- places ---------------------------------------------------------------------------


@either
def test_below_nowhere_is_the_root(tried: Any) -> None:
    assert tried.below(None, "a") == ()
    assert tried.below((), "a") == ("a",)
    assert tried.below(("a",), 0) == ("a", 0)


@either
@pytest.mark.parametrize("depth", [0, 1, 198, 199, 200, 201, 1000])
def test_places_are_spelled_down_to_200_levels_and_linked_from_there(
    tried: Any, depth: int
) -> None:
    where = tuple(range(depth))
    found = tried.below(where, "step")
    assert isinstance(found, Place) is (depth >= 200)
    assert (found.path if depth >= 200 else found) == (*where, "step")
    if depth >= 200:
        assert found.parent is where
        deeper = tried.below(found, 1)
        assert deeper.parent is found
        assert deeper.path == (*where, "step", 1)


@either
def test_places_hold_what_they_are_made_of_and_nothing_more(tried: Any) -> None:
    for depth in (0, 5, 199, 200):
        where = tuple(f"step {i}" for i in range(depth))
        parts: list[Any] = [*where, "".join(("st", "ep"))]
        before = [sys.getrefcount(part) for part in parts]
        places = [tried.below(where, parts[-1]) for _ in range(10)]
        held = 10 if depth < 200 else 0  # a link holds the tuple, not its steps
        expected = [held] * depth + [10]
        after = [sys.getrefcount(part) for part in parts]
        assert [b - a for a, b in zip(before, after, strict=True)] == expected
        del places
        assert [sys.getrefcount(part) for part in parts] == before
