"""Work is counted, not timed: each character costs a constant, at any length and any depth.

Counted are the characters handed to the scanning primitives and the calls of functions,
of Python's own as well as ours. Of compiled code neither can be seen; what it allocates can.
"""

from __future__ import annotations

import codecs
import contextlib
import gc
import random
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from partialjson import (
    DocumentCompleted,
    Event,
    FieldCompleted,
    IncompleteJSONError,
    Limits,
    Parser,
    PartialJSONError,
    StringDelta,
    ValueStarted,
    loads,
)
from partialjson._core import scan
from partialjson.testing import document

from .conftest import pure_only, untraced_only
from .fragmenting import Fragments, cuts, run
from .test_promises import mutated, soup, spoilt

NONE = 1 << 60
LIMITS = Limits(max_depth=NONE, max_string=NONE, max_key=NONE, max_number=NONE, max_members=NONE)
DEPTH = 100_000


class Steps:
    """How much was done while it was running."""

    def __init__(self) -> None:
        self.scanned = 0
        self.calls = 0

    def _profile(self, frame: object, event: str, arg: object) -> None:
        self.calls += event in ("call", "c_call")

    def of(self, action: Callable[[], object]) -> int:
        self.scanned = self.calls = 0
        sys.setprofile(self._profile)
        try:
            action()
        finally:
            sys.setprofile(None)
        return self.scanned + self.calls


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """Counts what the primitives of `scan` look at, too."""
    counter = Steps()

    def counted(primitive: Callable[..., Any]) -> Callable[..., Any]:
        def count(text: str, i: int, *others: int) -> Any:
            answer = primitive(text, i, *others)
            counter.scanned += (answer if isinstance(answer, int) else answer[0]) - i + 1
            return answer

        return count

    for name in ("plain_end", "blank_end", "number_end"):
        monkeypatch.setattr(scan, name, counted(getattr(scan, name)))
    return counter


def feed_all(parser: Parser, fragments: list[Any]) -> None:
    for fragment in fragments:
        parser.feed(fragment)


# Each shape: a text of about n characters, and the parser's options.
Shape = tuple[Callable[[int], "str | bytes"], dict[str, Any]]
SHAPES: dict[str, Shape] = {
    "a string": (lambda n: '"' + "x" * n, {}),
    "a string outside ASCII": (lambda n: ('"' + "é€" * (n // 5)).encode(), {}),
    "a string that is not wanted": (lambda n: '"' + "x" * n, {"keep": False, "events": ()}),
    "escapes": (lambda n: '"' + "\\n\\u00e9" * (n // 8), {}),
    "surrogate pairs": (lambda n: '"' + "\\ud83d\\ude00" * (n // 12), {}),
    "lone surrogates": (lambda n: '"' + "\\ud83d" * (n // 6), {"lone_surrogates": "replace"}),
    "raw surrogates": (lambda n: '"' + "\ud83d" * n, {"lone_surrogates": "replace"}),
    "a key": (lambda n: '{"' + "k" * n, {}),
    "a key of escapes": (lambda n: '{"' + "\\t" * (n // 2), {}),
    "digits": (lambda n: "[0." + "1" * n + ",", {"parse_float": len}),
    "digits of an exponent": (lambda n: "[1e" + "1" * n, {}),
    "white space": (lambda n: "[1" + " \n" * (n // 2), {}),
    "white space at the end": (lambda n: "1" + " " * n, {}),
    "numbers": (lambda n: "[" + "1, " * (n // 3), {}),
    "literals": (lambda n: "[" + "true,null," * (n // 10), {}),
    "strings": (lambda n: "[" + '"ab",' * (n // 5), {}),
    "members": (lambda n: "{" + ",".join(f'"{i:06}":1' for i in range(n // 11)), {}),
    "repeated keys": (lambda n: "{" + '"a":[1],' * (n // 8), {"duplicate_keys": "first"}),
    "different keys": (
        lambda n: "{" + ",".join(f'"{i:06}":1' for i in range(n // 11)),
        {"duplicate_keys": "error", "keep": False},
    ),
    "records": (lambda n: "[" + '{"a":[1,"b"]},' * (n // 14), {}),
    "opening brackets": (lambda n: "[" * n, {}),
    "brackets": (lambda n: "[" * (n // 2) + "]" * (n // 2), {}),
    "objects in objects": (lambda n: '{"a":' * (n // 5), {}),
    "documents": (lambda n: '{"a":[1,"b"]} 7 ' * (n // 16), {"many": True}),
    "short documents": (
        lambda n: "1 " * (n // 2),
        {"many": True, "limits": Limits(max_document=5)},
    ),
    "the rest": (lambda n: "1 " + "xy\n" * (n // 3), {"trailing": "keep"}),
    "patterns": (
        lambda n: "[" + '{"a":[1,"b"]},' * (n // 14),
        {"paths": ["$..a[0]", "$[*].a", "/1/a"], "keep": False},
    ),
    "patterns in depth": (lambda n: '{"a":' * (n // 5), {"paths": ["$..a..a..b", "$..*"]}),
    "limited": (
        lambda n: "[" + '{"a":[1,"b"]},' * (n // 14),
        {"limits": Limits(max_members=NONE, max_document=NONE)},
    ),
    "bad bytes": (lambda n: b'"' + b"\xff\xe2\x82" * (n // 3), {"bad_utf8": "replace"}),
}


DEEP_SHAPES = ("opening brackets", "brackets", "objects in objects", "patterns in depth")


@pure_only
@pytest.mark.parametrize("size", [1, 50, NONE], ids=["one by one", "in fifties", "whole"])
@pytest.mark.parametrize("name", SHAPES)
def test_each_character_costs_a_constant(name: str, size: int, steps: Steps) -> None:
    make, options = SHAPES[name]

    def cost(n: int) -> float:
        fragments = cuts(make(n), min(size, 10 * n))
        parser = Parser(**{"limits": LIMITS, **options})
        return steps.of(lambda: feed_all(parser, fragments)) / n

    least = 4000 if name in DEEP_SHAPES else 1000  # what lies deep costs a little more
    small, large = cost(least), cost(4 * least)
    assert large < 60
    assert large <= small * 1.05


@pure_only
@pytest.mark.parametrize("name", SHAPES)
def test_the_primitives_see_each_character_at_most_four_times(name: str, steps: Steps) -> None:
    make, options = SHAPES[name]
    text = make(3000)
    for size in (1, 2, 7, 3000):
        parser = Parser(**{"limits": LIMITS, **options})
        steps.of(lambda: feed_all(parser, cuts(text, size)))  # noqa: B023
        assert steps.scanned <= 4 * len(text)


LARGE = 30_000  # bytes; what stands is many times that


@untraced_only
@pytest.mark.parametrize("name", SHAPES)
def test_no_fragment_takes_memory_for_what_came_before_it(name: str) -> None:
    make, options = SHAPES[name]
    text = make(200_000)
    parser = Parser(**{"limits": LIMITS, **options})
    parser.feed(text[:-600])
    feed_all(parser, cuts(text[-600:-500], 1))  # it is learnt that strings may be extended in place
    large = 0
    tracemalloc.start()
    try:
        for piece in cuts(text[-500:], 1):
            tracemalloc.reset_peak()
            standing = tracemalloc.get_traced_memory()[0]
            parser.feed(piece)
            large += tracemalloc.get_traced_memory()[1] - standing > LARGE
    finally:
        tracemalloc.stop()
    assert large <= 6  # lists that are full move to a larger place, once in a while


def test_bad_bytes_are_handed_to_the_decoder_a_constant_number_of_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handed = 0
    decode = codecs.utf_8_decode

    def counted(data: Any, *how: Any) -> tuple[str, int]:
        nonlocal handed
        handed += len(data)  # an error of the decoder holds a copy of all that it was given
        return decode(data, *how)

    def cost(n: int) -> float:
        nonlocal handed
        handed = 0
        Parser(bad_utf8="replace").feed(b'"' + b"\xff" * n)
        assert handed >= n
        return handed / n

    monkeypatch.setattr(codecs, "utf_8_decode", counted)
    assert cost(80_000) <= cost(20_000) * 1.1


# --- reading while it grows ----------------------------------------------------------


@pure_only
@pytest.mark.parametrize("before", ["", "[1, ", '{"a": {"b": '])
def test_reading_the_value_after_each_fragment_is_linear(before: str, steps: Steps) -> None:
    def cost(n: int) -> float:
        parser = Parser(limits=LIMITS)
        parser.feed(before + '"')

        def read() -> None:
            for _ in range(n):
                parser.feed("abc")
                assert parser.value is not None

        return steps.of(read) / n

    assert cost(4000) <= cost(1000) * 1.05


@untraced_only
@pytest.mark.parametrize("before", ["", "[1, ", '{"a": {"b": '])
def test_a_string_that_is_read_while_it_grows_is_extended_where_it_is(before: str) -> None:
    parser = Parser(events=())
    parser.feed(before + '"' + "x" * 1_000_000)
    for _ in range(50):  # the interpreter learns that it may extend a string in place
        parser.feed("y")
        assert parser.value
    copies = 0
    tracemalloc.start()
    try:
        parser.feed("y")
        assert parser.value  # from here on the string's memory is traced
        for _ in range(100):
            tracemalloc.reset_peak()
            standing = tracemalloc.get_traced_memory()[0]
            parser.feed("y")
            assert parser.value
            copies += tracemalloc.get_traced_memory()[1] - standing > 500_000
    finally:
        tracemalloc.stop()
    assert copies <= 5


@pure_only
@pytest.mark.parametrize("look", ["open_path", "expected", "is_complete", "offset"])
def test_looking_at_the_state_costs_no_more_in_a_long_document(look: str, steps: Steps) -> None:
    def cost(n: int) -> int:
        parser = Parser(limits=LIMITS)
        parser.feed("[" + '{"a": [1, "b"]}, ' * n + '{"a": "b')
        return steps.of(lambda: getattr(parser, look))

    assert cost(2000) == cost(20)


def test_a_snapshot_copies_only_what_is_open(steps: Steps) -> None:
    def cost(n: int) -> int:
        parser = Parser(limits=LIMITS)
        parser.feed('{"done": ' + "[" * n + "]" * n + ', "open": ' + "[" * 100)
        return steps.of(parser.snapshot)

    assert cost(2000) == cost(20) > 100


# --- depth ---------------------------------------------------------------------------

DEEP: dict[str, tuple[str, str, str]] = {  # opening, innermost, closing
    "arrays": ("[", "[]", "]"),
    "objects": ('{"k":', '"leaf"', "}"),
    "both": ('[0,{"k":', "1.5 ", ',"l":null},true]'),
}


def deep(name: str, levels: int) -> str:
    opening, inner, closing = DEEP[name]
    levels //= 2 if name == "both" else 1
    return opening * levels + inner + closing * levels


def deep_parser(**options: Any) -> Parser:
    return Parser(limits=LIMITS, **options)


@pytest.fixture(scope="module", params=list(DEEP))
def deepest(request: pytest.FixtureRequest) -> tuple[str, list[Event], Any]:
    """The text, all its events, and its value."""
    text = deep(request.param, DEPTH)
    parser = deep_parser()
    events = [event for fragment in cuts(text, 1000) for event in parser.feed(fragment)]
    events += parser.close()
    return text, events, parser.value


def test_a_hundred_thousand_levels_have_all_their_events(
    deepest: tuple[str, list[Event], Any],
) -> None:
    text, events, value = deepest
    kinds = [event.__class__ for event in events]
    containers = text.count("[") + text.count("{")
    assert containers >= DEPTH
    assert kinds.count(ValueStarted) == containers + ("leaf" in text)
    assert kinds.count(FieldCompleted) >= containers
    last = events[-1]
    assert isinstance(last, DocumentCompleted)
    assert last.value is value


def test_events_of_the_deepest_values_compare_and_show_themselves(
    deepest: tuple[str, list[Event], Any],
) -> None:
    text, events, value = deepest
    other = loads(text, limits=LIMITS)
    assert other is not value
    assert events[-1] == DocumentCompleted(other, 0)
    assert events[-2] == FieldCompleted((), other)
    assert events[-1] != DocumentCompleted(loads(deep("arrays", DEPTH - 1), limits=LIMITS), 0)
    middle = next(e for e in events[len(events) // 2 :] if isinstance(e, FieldCompleted))
    assert len(middle.path) > DEPTH // 2
    assert middle == FieldCompleted(middle.path, middle.value)
    for event in (events[0], middle, events[-2], events[-1]):
        assert len(repr(event)) < 500
        assert event.as_dict()["type"] == type(event).__name__


def test_the_deepest_open_value_can_be_looked_at(deepest: tuple[str, list[Event], Any]) -> None:
    text, _, value = deepest
    parser = deep_parser()
    third = len(text) // 3
    parser.feed(text[:third])
    path = parser.open_path
    assert len(path) > DEPTH // 4
    assert parser.state(path) in ("partial", "absent")
    assert parser.state(path[:-1]) == "partial"
    copied = parser.snapshot()
    assert copied is not parser.value
    assert FieldCompleted((), copied) == FieldCompleted((), parser.value)
    parser.feed(text[third:])
    assert FieldCompleted((), parser.value) == FieldCompleted((), value)
    assert FieldCompleted((), copied) != FieldCompleted((), parser.value)


def test_the_deepest_checkpoint_resumes() -> None:
    text = deep("both", DEPTH)
    value = loads(text, limits=LIMITS)
    parser = deep_parser()
    parser.feed(text[: len(text) // 2])
    restored = Parser.restore(parser.checkpoint(), limits=LIMITS)
    restored.feed(text[len(text) // 2 :])
    assert FieldCompleted((), restored.value) == FieldCompleted((), value)
    whole = Parser.restore(restored.checkpoint(), limits=LIMITS)
    assert FieldCompleted((), whole.value) == FieldCompleted((), value)


def test_the_deepest_error_can_be_read() -> None:
    parser = deep_parser(events=StringDelta)
    parser.feed("[" * DEPTH)
    with pytest.raises(IncompleteJSONError) as caught:
        parser.close()
    error = caught.value
    assert len(str(error)) < 500
    assert len(error.path) >= DEPTH - 1
    assert depth_of_lists(error.value) == DEPTH
    assert depth_of_lists(loads("[" * DEPTH, partial=True, limits=LIMITS)) == DEPTH


def depth_of_lists(value: Any) -> int:
    depth = 0
    while isinstance(value, list):
        depth += 1
        value = value[0] if value else None
    return depth


def test_deep_trees_events_and_parsers_are_let_go_without_recursion() -> None:
    for name in DEEP:
        parser = deep_parser()
        text = deep(name, DEPTH)
        events = parser.feed(text[: len(text) // 2])
        del parser
        assert len(events[-1].path) > DEPTH // 4  # type: ignore[attr-defined]
        del events


def test_memory_grows_with_the_depth_and_no_faster() -> None:
    def peak(levels: int) -> int:
        parser = deep_parser()
        fragments = cuts(deep("both", levels), 1000)
        tracemalloc.start()
        try:
            events = [parser.feed(fragment) for fragment in fragments]
            assert events
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert 3 < peak(DEPTH) / peak(DEPTH // 4) < 5


# --- in the long run -----------------------------------------------------------------

CHOICES: tuple[dict[str, Any], ...] = (
    {},
    {"keep": False, "paths": ["$..a", "$[*]"]},
    {"many": True, "lone_surrogates": "replace", "bad_utf8": "replace"},
    {"duplicate_keys": "error", "trailing": "keep"},
    {"parse_int": str, "parse_float": str, "limits": Limits(max_depth=3, max_string=4)},
)


def some_texts(count: int) -> list[tuple[Fragments, dict[str, Any]]]:
    """Documents, broken ones among them, in fragments, and options for each."""
    found = []
    for seed in range(count):
        chance = random.Random(seed)
        text: Any = document(chance, repeated_keys=seed % 3 == 0)
        text = (text, mutated(text, seed, 2), soup(seed, 9), spoilt(text, seed, 1))[seed % 4]
        if seed % 7 == 0:
            text = '["' + "x" * 5000 + '", {"' + "k" * 700 + '": -' + "1" * 700 + "}"
        found.append((cuts(text, chance.choice((3, 7, 1000))), CHOICES[seed % len(CHOICES)]))
    return found


def use(fragments: Fragments, options: dict[str, Any], forks: bool) -> None:
    """What a parser may see in its life."""
    parser = Parser(**options)
    for fragment in fragments[: len(fragments) // 2] if forks else ():
        with contextlib.suppress(PartialJSONError):
            parser.feed(fragment)
            assert parser.value is not None or not parser.offset or parser.is_complete
    if forks:
        with contextlib.suppress(PartialJSONError):
            run(parser.fork(), fragments)
    run(parser, fragments)
    assert parser.snapshot() is not parser


def test_parsers_leave_nothing_behind() -> None:
    texts = some_texts(250)

    def live(laps: int, every: int) -> None:
        for lap in range(laps):
            for i, (fragments, options) in enumerate(texts):
                use(fragments, options, forks=(i + lap) % every == 0)
        gc.collect()

    live(20, every=10)  # caches fill, and one lap is like another
    blocks = sys.getallocatedblocks()  # 0 if another allocator than Python's own is in use
    live(40, every=10)
    assert sys.getallocatedblocks() - blocks < 500  # of 10,000 parsers
    tracemalloc.start()
    try:
        live(6, every=NONE)  # CPython remembers thousands of names that forks look up
        memory = tracemalloc.get_traced_memory()[0]
        live(3, every=NONE)
        assert tracemalloc.get_traced_memory()[0] - memory < 10_000
    finally:
        tracemalloc.stop()


def test_a_checkpoint_and_its_restoring_cost_what_the_depth_is(steps: Steps) -> None:
    def cost(levels: int) -> float:
        parser = deep_parser()
        parser.feed('{"a": [1, "b"], "k": ' * levels)
        return steps.of(parser.fork) / levels

    assert cost(2000) <= cost(500) * 1.05
