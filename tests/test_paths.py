"""Paths and patterns: how they are written, what they select, what they cost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partialjson import FieldCompleted, Parser, Path, UsageError, pointer
from partialjson._core import scan
from partialjson.paths import (
    Patterns,
    Place,
    Segment,
    Where,
    read_path,
    read_pattern,
)

from .fragmenting import run

STORE = (
    '{"items": [{"id": 1, "tags": ["a", "b"]}, {"id": 2, "items": [{"id": 3}]}], '
    '"0": "zero", "a/b": {"m~n": 5}, "*": 6, "": {"": 7}, "é ü": 8, "id": [[9]]}'
)


def selected(paths: Any, text: str = STORE) -> list[Path]:
    parser = Parser(paths=paths, events=FieldCompleted)
    events = run(parser, [text]).events
    return [event.path for event in events if isinstance(event, FieldCompleted)]


# --- what a pattern selects ----------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ((), [()]),
        ("", [()]),
        ("$", [()]),
        (("items", 0, "id"), [("items", 0, "id")]),
        ("/items/0/id", [("items", 0, "id")]),
        ("$.items[0].id", [("items", 0, "id")]),
        ("$['items'][0][\"id\"]", [("items", 0, "id")]),
        ("$ .items [ 0 ] .id", [("items", 0, "id")]),
        ("$.items[*].id", [("items", 0, "id"), ("items", 1, "id")]),
        ("$.items.*.id", [("items", 0, "id"), ("items", 1, "id")]),
        ("$.items", [("items",)]),
        ("$..tags", [("items", 0, "tags")]),
        ("$..tags[*]", [("items", 0, "tags", 0), ("items", 0, "tags", 1)]),
        (
            "$..id",
            [("items", 0, "id"), ("items", 1, "id"), ("items", 1, "items", 0, "id"), ("id",)],
        ),
        ("$..items..id", [("items", 0, "id"), ("items", 1, "id"), ("items", 1, "items", 0, "id")]),
        ("$.items..items[0]", [("items", 1, "items", 0)]),
        ("$..[0][0]", [("id", 0, 0)]),
        ("$..['id'][*]", [("id", 0)]),
        ("/0", [("0",)]),
        ("$['0']", [("0",)]),
        ("$[0]", []),
        ((0,), []),
        (("0",), [("0",)]),
        ("/a~1b/m~0n", [("a/b", "m~n")]),
        (("a/b", "m~n"), [("a/b", "m~n")]),
        ("$['a/b']['m~n']", [("a/b", "m~n")]),
        ("/*", [("*",)]),
        ("$['*']", [("*",)]),
        ("/", [("",)]),
        ("//", [("", "")]),
        ("$['']['']", [("", "")]),
        ("$['é ü']", [("é ü",)]),
        ("$['\\u00e9\\u0020\\u00FC']", [("é ü",)]),
        ("/items/-", []),
        ("/items/00", []),
        ("/items/99999999999999999999", []),
        ("$.nothing", []),
    ],
)
def test_a_pattern_selects_these_nodes_and_nothing_under_them(
    pattern: Any, paths: list[Path]
) -> None:
    assert selected(pattern) == paths


def test_all_and_below_select_every_member_and_every_value() -> None:
    assert selected("$.*") == [path for path in selected(None) if len(path) == 1]
    assert selected("$..*") == selected(None)[:-1]
    assert selected("$..[*]") == selected("$..*")


def test_several_patterns_select_what_any_of_them_selects_once() -> None:
    several = ["$.items[*].id", "/items/0/id", ("id",), "$..id", ""]
    assert selected(several) == [*selected("$..id"), ()]
    assert selected(tuple(several[:0])) == [()]  # an empty tuple is the root's path
    assert selected([]) == []


def test_digits_of_a_pointer_are_keys_and_indexes() -> None:
    assert selected("/1", "[5, 6]") == [(1,)]
    assert selected("/1", '{"1": 5}') == [("1",)]
    assert selected("$[1]", '{"1": 5}') == []
    assert selected("$['1']", "[5, 6]") == []
    assert selected("/1/01", '[[], {"01": 5, "1": 6}]') == [(1, "01")]


def test_escapes_in_quoted_names() -> None:
    text = '{"a\\"b\'c": 1, "\\\\": 2, "\\n\\t": 3, "😀": 4, "/": 5}'
    assert selected("$['a\"b\\'c']", text) == [("a\"b'c",)]
    assert selected('$["a\\"b\'c"]', text) == [("a\"b'c",)]
    assert selected("$['\\\\']", text) == [("\\",)]
    assert selected("$['\\n\\t']", text) == [("\n\t",)]
    assert selected("$['\\ud83d\\ude00']", text) == [("😀",)]
    assert selected("$.😀", text) == [("😀",)]
    assert selected("$['\\/']", text) == [("/",)]


# --- what is refused -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("$[-1]", "negative index"),
        ("$[0:2]", "slice"),
        ("$[:2]", "slice"),
        ("$[::2]", "slice"),
        ("$['a','b']", "union"),
        ("$[0, 1]", "union"),
        ("$[?@.a]", "filter"),
        ("$[?(@.a == 1)]", "filter"),
        ("$[(@.length-1)]", "script"),
        ("$..[?@.a]", "filter"),
        ((-1,), "negative index"),
        (("$.a", "$.b"), "list"),
        ("items", "JSONPath"),
        ("a.b", "'/'"),
        ("/a~b", "'~'"),
        ("/a~2", "'~'"),
        ("$.", "character 2"),
        ("$..", "character 3"),
        ("$a", "character 1"),
        ("$.a.", "character 4"),
        ("$.a b", "character 4"),
        ("$.1a", "character 2"),
        ("$.a ", "white space"),
        ("$ ", "white space"),
        ("$[", "character 2"),
        ("$[]", "character 2"),
        ("$['a'", "']'"),
        ("$['a", "not closed"),
        ("$['a\\", "escape"),
        ("$['\\x']", "escape"),
        ("$['\\u12']", "escape"),
        ("$['\\ud83d']", "escape"),
        ("$['\n']", "control character"),
        ("$[a]", "quoted name"),
        ("$[01]", "']'"),
        ("$.a-b", "character 3"),
    ],
)
def test_what_is_no_pattern_is_refused_by_name(pattern: Any, named: str) -> None:
    with pytest.raises(UsageError) as caught:
        Parser(paths=pattern if isinstance(pattern, str) else [pattern])
    assert caught.value.code == "invalid_path"
    assert named in caught.value.message
    assert repr(pattern) in caught.value.message or "negative" in named


@pytest.mark.parametrize(
    "wrong", [1, 1.5, [1], [None], (None,), (1.5,), (True,), [b"/a"], object()]
)
def test_a_path_of_the_wrong_type_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Parser(paths=wrong)


def test_a_state_is_asked_for_by_a_path_not_by_a_pattern() -> None:
    parser = Parser()
    parser.feed('{"a": 1, ')
    for pattern in ("$.a", "$", "a"):
        with pytest.raises(UsageError):
            parser.state(pattern)
    for wrong in (1, ["a"], (None,), (True,)):
        with pytest.raises(TypeError):
            parser.state(wrong)  # type: ignore[arg-type]  # the point


# --- pointers and places -------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text"),
    [((), ""), (("a", 0), "/a/0"), (("a/b", "m~n", "~1"), "/a~1b/m~0n/~01"), (("",), "/")],
)
def test_a_pointer_spells_a_path(path: Path, text: str) -> None:
    assert pointer(path) == text
    assert list(read_path(text)) == [str(step) for step in path]


@given(st.lists(st.one_of(st.text("~/01a"), st.integers(0, 20)), max_size=4))
def test_a_pointer_selects_what_its_path_selects(steps: list[str | int]) -> None:
    patterns = Patterns([pointer(tuple(steps))])
    state = patterns.start
    for step in steps:
        state = patterns.step(state, step)
    assert patterns.accepts(state)


def test_a_place_spells_its_path() -> None:
    where: Where = ()
    steps: list[str | int] = ["a", 0, "b"] * 100
    for step in steps:
        where = scan.below(where, step)
    assert isinstance(where, Place)
    assert where.path == tuple(steps)
    assert where.path == tuple(steps)


def test_near_the_root_a_path_is_spelled_at_once() -> None:
    assert scan.below(None, ()) == ()
    assert scan.below((), "a") == ("a",)
    assert scan.below(("a",), 0) == ("a", 0)


# --- against the plainest matcher there is -------------------------------------------


def matches(segments: list[Segment], path: list[str | int]) -> bool:
    """Whether the path is one that the segments select, by trying everything."""
    if not segments:
        return not path
    if not path:
        return False
    first, rest = segments[0], segments[1:]
    here = step_matches(first, path[0]) and matches(rest, path[1:])
    return here or (first.below and matches(segments, path[1:]))


def step_matches(segment: Segment, step: str | int) -> bool:
    if segment.any:
        return True
    return segment.key == step if isinstance(step, str) else segment.index == step


STEPS: st.SearchStrategy[str | int] = st.sampled_from(["a", "b", "0", 0, 1])
SELECTORS = st.sampled_from(["['a']", "['b']", "['0']", "[0]", "[1]", "[*]"])
JSONPATHS = st.lists(st.tuples(st.sampled_from(["", "", ".."]), SELECTORS), max_size=4).map(
    lambda parts: "$" + "".join(below + selector for below, selector in parts)
)
POINTERS = st.lists(STEPS, max_size=3).map(lambda steps: pointer(tuple(steps)))
TUPLES = st.lists(STEPS, max_size=3).map(tuple)


@given(
    st.lists(st.one_of(JSONPATHS, POINTERS, TUPLES), min_size=1, max_size=4),
    st.lists(STEPS, max_size=6),
)
@settings(max_examples=400)
def test_the_automaton_selects_what_a_plain_matcher_selects(
    sources: list[Any], path: list[str | int]
) -> None:
    patterns = Patterns(sources)
    state = patterns.start
    for i in range(len(path) + 1):
        expected = any(matches(read_pattern(source), path[:i]) for source in sources)
        assert patterns.accepts(state) == expected
        if i < len(path):
            state = patterns.step(state, path[i])
            if not state:
                return


@given(st.lists(JSONPATHS, min_size=1, max_size=3))
@settings(max_examples=100)
def test_a_parser_hands_out_what_a_plain_matcher_selects(sources: list[Any]) -> None:
    text = '{"a": [{"a": 1, "0": [2]}, [3, {"b": 4}]], "0": {"b": []}, "b": {"a": {"a": 5}}}'
    every = selected(None, text)
    segments = [read_pattern(source) for source in sources]
    expected = [path for path in every if any(matches(s, list(path)) for s in segments)]
    for keep in (True, False):
        parser = Parser(paths=sources, events=FieldCompleted, keep=keep)
        events = run(parser, [text]).events
        assert [e.path for e in events if isinstance(e, FieldCompleted)] == expected


# --- what it costs -------------------------------------------------------------------


def test_the_work_for_a_value_is_bounded_by_the_patterns_length(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = 0
    selects = Segment.selects

    def counted(self: Segment, step: str | int) -> bool:
        nonlocal calls
        calls += 1
        return selects(self, step)

    monkeypatch.setattr(Segment, "selects", counted)
    paths = ["$..a..a[*]", "$..*..b", "$.a.a.a"]
    length = 8
    for text, values in (
        ('{"a":' * 100 + "1" + "}" * 100, 100),
        ("[" + '{"a": {"a": [1, 2]}},' * 100 + "1]", 501),
        ('{"a": [' + "1," * 500 + "1]}", 502),
    ):
        calls = 0
        run(Parser(paths=paths, keep=False), [text])
        assert 0 < calls <= values * length


def test_nothing_is_matched_below_what_no_pattern_can_reach(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(self: Segment, step: str | int) -> bool:
        assert step in ("a", "b")
        return self.key == step

    monkeypatch.setattr(Segment, "selects", refuse)
    assert selected("$.a.b", '{"b": {"x": [1, {"y": 2}]}, "a": {"b": {"z": [3]}}}') == [("a", "b")]


@pytest.mark.parametrize("steps", [31, 32, 63, 64, 150])
def test_a_pattern_may_have_more_steps_than_an_integer_of_c_has_bits(steps: int) -> None:
    patterns = Patterns([("a",) * steps, ("a",) * (steps - 1) + ("b",)])
    state = patterns.start
    for _ in range(steps - 1):
        state = patterns.step(state, "a")
        assert not patterns.accepts(state)
    assert patterns.accepts(patterns.step(state, "a"))
    assert patterns.accepts(patterns.step(state, "b"))
    assert not patterns.accepts(patterns.step(state, "c"))


@pytest.mark.parametrize("many", [7, 20, 50])
def test_many_patterns_run_together(many: int) -> None:
    patterns = [f"$.a.b.c.k{i}" for i in range(many)]
    parser = Parser(events=FieldCompleted, paths=patterns)
    members = ", ".join(f'"k{i}": {i}, "n{i}": 0' for i in range(many))
    events = parser.feed('{"a": {"b": {"c": {' + members + "}}}}")
    assert [event.value for event in events if isinstance(event, FieldCompleted)] == [*range(many)]
