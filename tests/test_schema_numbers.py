"""Number bounds: never hopeless while some continuation will do, and hopeless as soon as none does.

The reference knows nothing of prefixes: it tries continuations, and compares the value that
`json.loads` makes of each as jsonschema does.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import product
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from partialjson.schema.numbers import Bounds, Number

INFINITY = math.inf
LARGEST = sys.float_info.max
UP = "0" * 24 + "1"  # fraction digits that are lost in rounding
DOWN = "9" * 25  # fraction digits that round up to the next number
VANISHING = ("0." + "0" * 330 + "1", "-0." + "0" * 330 + "1")
NEAR = ("01", "001", UP, "9", "99", DOWN)

SchemaDict = dict[str, Any]


def bounds_of(*schemas: SchemaDict) -> Bounds:
    """What all of the schemas demand of a number."""
    bounds = Bounds()
    add: dict[str, Callable[[Any], None]] = {
        "minimum": bounds.add_minimum,
        "exclusiveMinimum": bounds.add_exclusive_minimum,
        "maximum": bounds.add_maximum,
        "exclusiveMaximum": bounds.add_exclusive_maximum,
        "enum": bounds.allow_only,
        "const": lambda value: bounds.allow_only([value]),
        "type": lambda _: bounds.demand_integer(),
    }
    for schema in schemas:
        for keyword, value in schema.items():
            add[keyword](value)
    return bounds


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda value, bound: not value < bound,
    "exclusiveMinimum": lambda value, bound: not value <= bound,
    "maximum": lambda value, bound: not value > bound,
    "exclusiveMaximum": lambda value, bound: not value >= bound,
    "enum": lambda value, candidates: value in candidates,
    "const": lambda value, constant: value == constant,
    "type": lambda value, _: isinstance(value, int) or value.is_integer(),
}


def accepted(value: Number, *schemas: SchemaDict) -> bool:
    """Whether a number satisfies all of the schemas."""
    return all(
        COMPARISONS[keyword](value, bound)
        for schema in schemas
        for keyword, bound in schema.items()
    )


def prefixes(text: str) -> Iterator[str]:
    return (text[:end] for end in range(1, len(text) + 1))


def living(texts: dict[str, Number], *schemas: SchemaDict) -> set[str]:
    """The prefixes of those texts whose values will do."""
    good = (text for text, value in texts.items() if accepted(value, *schemas))
    return {prefix for text in good for prefix in prefixes(text)}


def valued(texts: Iterable[str]) -> dict[str, Number]:
    """The texts with their values, and two that are worth 0."""
    return {text: json.loads(text) for text in (*texts, *VANISHING)}


# --- texts to try, all of a small alphabet --------------------------------------------------


def integers(alphabet: str, length: int) -> list[str]:
    """All of them up to a number of digits, of either sign."""
    several = (
        "".join(digits) for n in range(1, length + 1) for digits in product(alphabet, repeat=n)
    )
    unsigned = ["0", *(text for text in several if text[0] != "0")]
    return [sign + text for text in unsigned for sign in ("", "-")]


def fractions(alphabet: str, length: int) -> list[str]:
    """All of them up to a number of digits, each also with some that take it near another."""
    exact = ["".join(digits) for n in range(length + 1) for digits in product(alphabet, repeat=n)]
    return [f + more for f in exact for more in ("", *NEAR) if (f + more).strip("0")]


@cache
def plain_texts() -> dict[str, Number]:
    whole = integers("0159", 2)
    return valued(whole + [f"{i}.{f}" for i in whole for f in fractions("159", 1)])


@cache
def decimal_texts() -> dict[str, Number]:
    """With all ten digits, as many as bounds below 50 can tell apart."""
    whole = integers("0123456789", 2)
    whole += [i + "00" for i in whole if i.strip("-0")]  # longer than any bound
    return valued(whole + [f"{i}.{f}" for i in whole for f in ("5", *NEAR)])


@cache
def exponent_texts() -> dict[str, Number]:
    bases = [*integers("015", 2), "0.5", "-0.5", "1.5", "-1.5", "5.00", "-0.00"]
    exponents = ["e0", "E+1", "e-1", "e2", "e-02", "e400", "e-400"]
    return valued(base + exponent for base in bases for exponent in ["", *exponents])


# --- schemas to try -------------------------------------------------------------------------


def random_schema(
    random: Random, values: Sequence[Number], integers_only: bool = False
) -> SchemaDict:
    """Some keywords, with bounds out of some values and out of their neighbours."""
    schema: SchemaDict = {}

    def bound() -> Number:
        value = random.choice(values)
        if integers_only or abs(value) >= LARGEST or random.random() < 0.7:
            return value
        return math.nextafter(value, random.choice([-INFINITY, INFINITY]))

    for keyword in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"):
        if random.random() < 0.35:
            schema[keyword] = bound()
    if random.random() < 0.3:
        schema["enum"] = [bound() for _ in range(random.randint(1, 4))]
    if random.random() < 0.3:
        schema["type"] = "integer"
    return schema


def around(random: Random, value: Number) -> SchemaDict:
    """A schema that accepts a value, as tightly as it can be said."""
    schema: SchemaDict = {}
    if random.random() < 0.6:
        schema["minimum"] = value
    if random.random() < 0.6:
        schema["maximum"] = value
    if random.random() < 0.3:
        schema["enum"] = [value, random.choice([0, 7, -value])]
    if abs(value) < LARGEST and random.random() < 0.5:
        schema["exclusiveMinimum"] = math.nextafter(value, -INFINITY)
        schema["exclusiveMaximum"] = math.nextafter(value, INFINITY)
    if isinstance(value, int) and random.random() < 0.5:
        schema["exclusiveMinimum"] = value - 1
        schema["exclusiveMaximum"] = value + 1
    if accepted(value, {"type": "integer"}) and random.random() < 0.5:
        schema["type"] = "integer"
    return schema if accepted(value, schema) else {}


# --- brute force ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_plain_is_never_hopeless_while_a_continuation_will_do(seed: int) -> None:
    random = Random(seed)
    texts = plain_texts()
    schema = random_schema(random, list(texts.values()))
    bounds = bounds_of(schema)
    assert [p for p in living(texts, schema) if bounds.hopeless(p, plain=True)] == []


@pytest.mark.parametrize("seed", range(60))
def test_plain_is_hopeless_as_soon_as_no_continuation_will_do(seed: int) -> None:
    random = Random(seed)
    texts = decimal_texts()
    schema = random_schema(random, range(-49, 50), integers_only=True)
    bounds = bounds_of(schema)
    alive = living(texts, schema)
    tried = {p for text in texts for p in prefixes(text[:5])}
    assert {p for p in tried if not bounds.hopeless(p, plain=True)} == alive & tried


@pytest.mark.parametrize("seed", range(60))
def test_plain_is_hopeless_at_the_digit_between_fractions_too(seed: int) -> None:
    random = Random(seed)
    texts = valued(
        f"{sign}{i}{f}"
        for sign, i in product(("", "-"), range(10))
        for f in ["", *("." + f for f in fractions("0123456789", 1))]
    )
    tenths: list[Number] = [tenth / 10 for tenth in range(-99, 100)]
    schema = {"minimum": -9.9, "maximum": 9.9} | random_schema(random, tenths, integers_only=True)
    bounds = bounds_of(schema)
    alive = living(texts, schema)
    tried = {p for text in texts for p in prefixes(text[:4])}
    assert {p for p in tried if not bounds.hopeless(p, plain=True)} == alive & tried


@pytest.mark.parametrize("seed", range(60))
def test_json_is_decided_by_the_sign_and_by_nothing_else(seed: int) -> None:
    schema = random_schema(Random(seed), range(-49, 50), integers_only=True)
    bounds = bounds_of(schema)
    good = {text[0] == "-" for text, value in decimal_texts().items() if accepted(value, schema)}
    for text, value in exponent_texts().items():
        answers = {bounds.hopeless(p, plain=False) for p in prefixes(text)}
        assert answers == {(text[0] == "-") not in good}
        assert answers == {False} or not accepted(value, schema)


def hard_texts(random: Random, count: int) -> Iterator[str]:
    """Numbers where floats are coarse, fine, at their ends, or just about to be rounded."""
    powers = [2**53, 2**60, 2**63, 10**15, 10**22, 10**23, 2**1024 - 2**970, 10**308, 10**320]
    for _ in range(count):
        sign = random.choice(["", "-"])
        near = random.choice([*powers, random.randint(0, 2000), random.randint(0, 10**18)])
        whole = str(abs(near + random.randint(-3, 3)))
        if random.random() < 0.2:
            whole = str(random.randint(1, 9)) + random.choice("0959") * random.randint(1, 330)
        zeros = "0" * random.choice([0, 1, 5, 15, 16, 17, 320, 330])
        nines = "9" * random.choice([0, 1, 15, 16, 17, 18, 320])
        some = str(random.randint(1, 999))
        yield (
            sign
            + whole
            + random.choice(
                ["", f".{zeros}{some}", f".{nines}{some}", f".{some}{nines}1", f".5{zeros}1", ".5"]
            )
        )


@pytest.mark.parametrize("seed", range(8))
def test_no_prefix_of_an_acceptable_number_is_hopeless(seed: int) -> None:
    random = Random(seed)
    kinds = set()
    for text in hard_texts(random, 120):
        value = json.loads(text)
        schema = around(random, value)
        bounds = bounds_of(schema)
        assert not bounds.impossible
        wrong = [p for p in prefixes(text) if any(bounds.hopeless(p, x) for x in (True, False))]
        assert wrong == [], schema
        kinds.add((type(value), abs(value) == INFINITY, abs(value) >= 2**53, "type" in schema))
    assert len(kinds) >= 6


@pytest.mark.parametrize("seed", range(8))
def test_hopeless_remains_so_and_plain_is_no_later_than_json(seed: int) -> None:
    random = Random(seed)
    values = [json.loads(text) for text in hard_texts(random, 40)]
    deaths = 0
    for text in hard_texts(random, 100):
        schema = random_schema(random, [*values, 10**700, -(10**700), *range(-20, 20)])
        bounds = bounds_of(schema)
        plain = [bounds.hopeless(p, plain=True) for p in prefixes(text)]
        quick = [bounds.hopeless(p, plain=False) for p in prefixes(text)]
        assert plain == sorted(plain)
        assert quick in ([True] * len(text), [False] * len(text))
        assert quick <= plain
        deaths += plain[-1] and not plain[0]
    assert deaths


# --- by name --------------------------------------------------------------------------------

# schema, text; ⟪ stands before the character that makes it hopeless, if any does
PLAIN = [
    *(({"minimum": 0}, text) for text in ("-⟪1", "-0", "-0.", "-0.0", "-0.⟪5", "0", "7")),
    *(({"minimum": 1}, text) for text in ("⟪-", "0", "0.", "0.9", "0.⟪8", "1.5")),
    *(({"minimum": 10}, text) for text in ("5", "9.", "9.9", "9.⟪8", "⟪0")),
    *(({"exclusiveMinimum": 0}, text) for text in ("⟪-", "0", "0.", "0.0", "0.1", "3")),
    *(({"exclusiveMaximum": 0}, text) for text in ("⟪0", "⟪5", "-", "-0", "-0.0", "-7")),
    *(({"maximum": 120}, text) for text in ("119", "120", "120.", "12⟪1", "13⟪0", "-500")),
    *(({"maximum": 120}, text) for text in ("120.0", "120.⟪1", "120.0⟪1")),
    *(({"exclusiveMaximum": 120}, text) for text in ("119", "119.99", "12⟪0")),
    *(({"minimum": -5}, text) for text in ("-5", "-5.", "-5.0", "-⟪6", "-5⟪0", "-5.⟪1")),
    *(({"minimum": 10, "maximum": 40}, text) for text in ("⟪5", "⟪50", "4", "40", "4⟪1", "1")),
    *(
        ({"minimum": 120, "maximum": 129}, text)
        for text in ("12", "1⟪3", "11", "119", "11⟪8", "⟪2")
    ),
    *(({"minimum": -40, "maximum": -10}, text) for text in ("⟪1", "-⟪5", "-4", "-40", "-4⟪1")),
    *(({"minimum": 1000, "maximum": 1999}, text) for text in ("1", "1⟪.5", "12", "12⟪.", "⟪2")),
    *(({"type": "integer"}, text) for text in ("1", "1.", "1.0", "1.⟪5", "1.9", "1.9⟪8", "-0.⟪1")),
    *(({"type": "integer"}, text) for text in ("9007199254740993.5", "4503599627370495.⟪5")),
    *(({"enum": [1, 20, 2.5]}, text) for text in ("⟪3", "⟪-", "1", "1.0", "1⟪2", "1.⟪2")),
    *(({"enum": [1, 20, 2.5]}, text) for text in ("2", "20", "2⟪1", "2.5", "2.⟪6", "2.50", "2.4")),
    *(({"enum": [10, 12]}, text) for text in ("1", "10", "12", "1⟪3", "1⟪.", "10⟪0", "⟪2")),
    *(({"enum": [-10, 0.25]}, text) for text in ("⟪1", "-1", "-1⟪2", "0", "0.2", "0.⟪3", "-⟪0")),
    *(({"enum": [1e22]}, text) for text in ("1", "1" + "0" * 22, "1" + "0" * 22 + "⟪0", "1⟪1")),
    *(({"const": 1.5, "type": "integer"}, text) for text in ("⟪1", "⟪-")),
    *(({}, text) for text in ("-", "0", "12", "1.5", "-0.001")),
]


@pytest.mark.parametrize(("schema", "marked"), PLAIN)
def test_a_plain_number_dies_at_its_character(schema: SchemaDict, marked: str) -> None:
    alive, dies, _ = marked.partition("⟪")
    text = marked.replace("⟪", "")
    bounds = bounds_of(schema)
    deaths = [bounds.hopeless(p, plain=True) for p in prefixes(text)]
    assert deaths == [bool(dies) and n >= len(alive) for n in range(len(text))]


# schema, and a number that satisfies it though its digits do not look like it
TRAPS = [
    ({"minimum": 1}, "0.99999999999999999999"),
    ({"maximum": 1}, "1.00000000000000000001"),
    ({"type": "integer"}, "1.00000000000000000001"),
    ({"type": "integer", "minimum": 10, "maximum": 10}, "9.99999999999999999999"),
    ({"enum": [10, 12]}, "11.99999999999999999999"),
    ({"const": 0}, "-0"),
    ({"minimum": 0}, "-0." + "0" * 400 + "1"),
    ({"minimum": 0.0, "maximum": -0.0}, "-0"),
    ({"exclusiveMinimum": 2**53 + 1}, "9007199254740993.00001"),
    ({"exclusiveMaximum": 2**53 + 1}, "9007199254740992.99999"),
    ({"const": 2**53 + 1}, "9007199254740993"),
    ({"const": 5e-324}, "0." + "0" * 323 + "3"),
    ({"exclusiveMinimum": LARGEST}, "9" * 309),
    ({"exclusiveMinimum": LARGEST, "type": "integer"}, "9" * 400),
    ({"minimum": INFINITY}, "9" * 309 + ".5"),
    ({"maximum": -INFINITY}, "-" + "1" * 310 + ".5"),
    ({"maximum": LARGEST}, str(2**1024 - 2**970 - 1) + ".999"),
    ({"const": 10**23}, "1" + "0" * 23),
    ({"const": 1e23}, "99999999999999991611392"),
    ({"const": 1e23}, "9" * 23 + ".5"),
]


@pytest.mark.parametrize(("schema", "text"), TRAPS)
def test_what_rounding_makes_acceptable_is_not_hopeless(schema: SchemaDict, text: str) -> None:
    assert accepted(json.loads(text), schema)
    bounds = bounds_of(schema)
    assert not any(bounds.hopeless(p, plain) for p in prefixes(text) for plain in (True, False))


# the same at the character after which rounding no longer helps
EDGES = [
    ({"minimum": 1}, "0.9999999999999999⟪3"),
    ({"maximum": 1}, "1.000000000000000⟪2"),
    ({"type": "integer"}, "1.0000000000000001⟪2"),
    ({"const": 10**23}, "⟪9"),
    ({"const": 1e23}, "⟪1"),
    ({"const": 2**53}, "900719925474099⟪3.5"),
    ({"const": 2**53 + 1}, "9007199254740993⟪.5"),
    ({"const": 2**53 + 3}, "9007199254740995⟪.5"),
    ({"minimum": INFINITY}, "⟪0"),
    ({"minimum": INFINITY}, "1⟪.5"),
    ({"exclusiveMinimum": INFINITY}, "⟪1"),
    ({"minimum": INFINITY, "type": "integer"}, "⟪1"),
    ({"exclusiveMaximum": 5e-324}, "0." + "0" * 323 + "⟪3"),
    ({"exclusiveMinimum": 1, "maximum": math.nextafter(1, 2)}, "1.0000000000000003⟪9"),
    ({"exclusiveMinimum": 1, "exclusiveMaximum": math.nextafter(1, 2)}, "⟪1"),
]


@pytest.mark.parametrize(("schema", "marked"), EDGES)
def test_rounding_is_done_and_not_guessed(schema: SchemaDict, marked: str) -> None:
    test_a_plain_number_dies_at_its_character(schema, marked)


JSON = [
    ({"minimum": 1}, "-", True),
    ({"minimum": 5e-324}, "-", True),
    ({"exclusiveMinimum": 0}, "-", True),
    ({"minimum": 0}, "-", False),
    ({"minimum": 0}, "-1", False),
    ({"minimum": 10}, "5", False),
    ({"maximum": 120}, "121", False),
    ({"maximum": -1}, "0", True),
    ({"exclusiveMaximum": 0}, "7", True),
    ({"maximum": 0}, "7", False),
    ({"enum": [1, 20, 2.5]}, "3", False),
    ({"enum": [1, 20, 2.5]}, "-", True),
    ({"enum": [0]}, "-", False),
    ({"enum": [-5, 3], "maximum": 0}, "3", True),
    ({"type": "integer"}, "1.5", False),
    ({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, "0", True),
    ({"minimum": INFINITY}, "1", False),
]


@pytest.mark.parametrize(("schema", "text", "dead"), JSON)
def test_a_json_number_dies_at_its_sign(schema: SchemaDict, text: str, dead: bool) -> None:
    assert bounds_of(schema).hopeless(text, plain=False) is dead


# --- impossible -----------------------------------------------------------------------------

IMPOSSIBLE = [
    {"minimum": 2, "maximum": 1},
    {"exclusiveMinimum": 1, "maximum": 1},
    {"exclusiveMinimum": INFINITY},
    {"exclusiveMaximum": -INFINITY},
    {"minimum": INFINITY, "type": "integer"},
    {"minimum": 1.2, "maximum": 1.8, "type": "integer"},
    {"exclusiveMinimum": 1, "exclusiveMaximum": 2, "type": "integer"},
    {"exclusiveMinimum": 1, "exclusiveMaximum": math.nextafter(1, 2)},
    {"exclusiveMinimum": 2**60, "maximum": 2**60},
    {"minimum": 10**700, "maximum": 10**700 - 1},
    {"enum": []},
    {"enum": [1, 5], "minimum": 2, "maximum": 4},
    {"enum": [1.5, INFINITY], "type": "integer"},
    {"enum": [math.nan]},
    {"enum": [True]},
    {"enum": [1, 2], "const": 3},
]
POSSIBLE = [
    {},
    {"minimum": 1, "maximum": 1},
    {"minimum": -0.0, "maximum": 0},
    {"minimum": INFINITY},
    {"exclusiveMinimum": LARGEST, "type": "integer"},
    {"exclusiveMinimum": 2**60, "exclusiveMaximum": 2**60 + 2},
    {"exclusiveMinimum": 0, "maximum": 5e-324},
    {"minimum": 10**700, "maximum": 10**700},
    {"minimum": math.nan, "maximum": math.nan},
    {"enum": [1, 2], "const": 2.0},
    {"enum": [2**53 + 1], "type": "integer"},
]


@pytest.mark.parametrize("schema", IMPOSSIBLE)
def test_impossible(schema: SchemaDict) -> None:
    bounds = bounds_of(schema)
    assert bounds.impossible
    assert all(bounds.hopeless(text, plain) for text in "-07" for plain in (True, False))


@pytest.mark.parametrize("schema", POSSIBLE)
def test_possible(schema: SchemaDict) -> None:
    bounds = bounds_of(schema)
    assert not bounds.impossible
    assert not all(bounds.hopeless(text, plain=False) for text in "-0")


@pytest.mark.parametrize("seed", range(20))
def test_impossible_is_never_said_of_what_some_number_satisfies(seed: int) -> None:
    schema = random_schema(Random(seed), range(-3, 4), integers_only=True)
    some = any(accepted(value, schema) for value in decimal_texts().values())
    assert bounds_of(schema).impossible is not some


# --- merging --------------------------------------------------------------------------------


def test_only_the_tightest_bounds_are_kept() -> None:
    bounds = bounds_of({"minimum": 1}, {"exclusiveMinimum": 1}, {"minimum": 1.0}, {"minimum": 0})
    assert (bounds.least, bounds.least_excluded) == (1, True)
    bounds.add_minimum(2)
    assert (bounds.least, bounds.least_excluded) == (2, False)
    bounds = bounds_of({"maximum": 1}, {"exclusiveMaximum": 1}, {"maximum": 1.0}, {"maximum": 3})
    assert (bounds.most, bounds.most_excluded) == (1, True)
    bounds.add_maximum(-2)
    assert (bounds.most, bounds.most_excluded) == (-2, False)


def test_new_bounds_admit_everything() -> None:
    bounds = Bounds()
    assert (bounds.least, bounds.most) == (-INFINITY, INFINITY)
    assert (bounds.least_excluded, bounds.most_excluded) == (False, False)
    assert (bounds.integral, bounds.candidates) == (False, None)


def test_candidates_are_intersected_as_numbers() -> None:
    bounds = bounds_of({"enum": [1, 2.0, 3, 3.0, False]}, {"enum": [2, 3, 4, math.nan]})
    assert bounds.candidates == (2, 3)


def test_tightening_counts_after_a_question_too() -> None:
    bounds = bounds_of({"maximum": 50})
    texts = ("-9.5", "40", "4.5", "4", "31", "-", "30")

    def deaths() -> int:
        return sum(bounds.hopeless(text, plain=True) for text in texts)

    assert deaths() == 0
    bounds.add_minimum(-9)
    assert deaths() == 1
    bounds.add_exclusive_maximum(40)
    assert deaths() == 2
    bounds.demand_integer()
    assert deaths() == 3
    bounds.allow_only([30, 31])
    assert deaths() == 5
    bounds.add_maximum(30)
    assert deaths() == 6
    bounds.add_exclusive_minimum(30)
    assert deaths() == 7


@pytest.mark.parametrize("seed", range(20))
def test_order_does_not_matter(seed: int) -> None:
    random = Random(seed)
    schemas = [random_schema(random, range(-20, 20)) for _ in range(3)]
    one, other = bounds_of(*schemas), bounds_of(*reversed(schemas))
    for text in plain_texts():
        assert one.hopeless(text, plain=True) == other.hopeless(text, plain=True)


# --- the reference, and sizes ---------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_the_reference_compares_as_jsonschema_does(seed: int) -> None:
    random = Random(seed)
    texts = [*plain_texts(), *exponent_texts(), *hard_texts(random, 30)]
    schema = random_schema(random, [json.loads(text) for text in random.sample(texts, 20)])
    validator = Draft202012Validator(schema)
    for value in map(json.loads, random.sample(texts, 60)):
        assert validator.is_valid(value) == accepted(value, schema), (schema, value)


def test_long_texts_and_huge_bounds_cost_nothing_and_break_nothing() -> None:
    huge = [bounds_of({"minimum": 10**5000}), bounds_of({"maximum": 10**5000}), Bounds()]
    finite = bounds_of({"minimum": 5, "maximum": 10**308})
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)  # the least that CPython can be told
    try:
        for n in (1, 599, 600, 601, 602, 603, 640, 641, 4300, 9000):
            text = "9" * n
            assert not any(bounds.hopeless(text, plain=True) for bounds in huge)
            assert finite.hopeless(text, plain=True) == (n > 308)
            assert finite.hopeless(text + ".5", plain=True) == (n > 308)
            assert not finite.hopeless("5." + text, plain=True)
            for power in (598, 599, 600, 601, 650, 2000):
                assert not bounds_of({"maximum": 10**power}).hopeless("9" * power, plain=True)
                assert not bounds_of({"const": 10**power}).hopeless("1", plain=True)
    finally:
        sys.set_int_max_str_digits(before)
