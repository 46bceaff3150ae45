"""`keep=False`: what is built, what is told, and that nothing stays."""

from __future__ import annotations

import json
import random
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

import partialjson
from partialjson import (
    DROPPED,
    DocumentCompleted,
    Event,
    FieldCompleted,
    JSONSyntaxError,
    LimitExceededError,
    Limits,
    Parser,
    StringDelta,
    UsageError,
    ValueStarted,
)
from partialjson._core.handler import Handler
from partialjson._core.options import Options
from partialjson._core.tokenizer import Tokenizer
from partialjson.testing import document

from .fragmenting import cuts, run, same_every_way

TEXT = '{"a": [1, {"id": "x", "b": {}}, []], "id": {"id": [2.5], "k": null}, "s": "end"}'


def letting_go(**options: Any) -> Callable[[], Parser]:
    return lambda: Parser(keep=False, **options)


def completed(events: list[Event]) -> list[tuple[partialjson.Path, Any]]:
    return [(e.path, e.value) for e in events if isinstance(e, FieldCompleted)]


# --- which events --------------------------------------------------------------------


def test_without_paths_everything_is_told_and_containers_lost_their_members() -> None:
    result = same_every_way(TEXT, letting_go())
    assert completed(result.events) == [
        (("a", 0), 1),
        (("a", 1, "id"), "x"),
        (("a", 1, "b"), {}),
        (("a", 1), DROPPED),
        (("a", 2), []),
        (("a",), DROPPED),
        (("id", "id", 0), 2.5),
        (("id", "id"), DROPPED),
        (("id", "k"), None),
        (("id",), DROPPED),
        (("s",), "end"),
        ((), DROPPED),
    ]
    assert result.events[-1] == DocumentCompleted(DROPPED, 0)
    kept = run(Parser(), [TEXT]).events
    assert [type(e) for e in result.events] == [type(e) for e in kept]
    for one, other in zip(result.events, kept, strict=True):
        if isinstance(one, (ValueStarted, StringDelta)):
            assert one == other


def test_with_paths_only_what_they_select_is_told_and_it_is_whole() -> None:
    result = same_every_way(TEXT, letting_go(paths=["$.a[*]", "$.s"]))
    assert result.events == [
        FieldCompleted(("a", 0), 1),
        ValueStarted(("a", 1), "object"),
        FieldCompleted(("a", 1), {"id": "x", "b": {}}),
        ValueStarted(("a", 2), "array"),
        FieldCompleted(("a", 2), []),
        ValueStarted(("s",), "string"),
        StringDelta(("s",), "end"),
        FieldCompleted(("s",), "end"),
        DocumentCompleted(DROPPED, 0),
    ]


def test_matches_inside_matches_are_told_from_the_one_tree() -> None:
    result = same_every_way(TEXT, letting_go(paths="$..id", events=FieldCompleted))
    assert completed(result.events) == [
        (("a", 1, "id"), "x"),
        (("id", "id"), [2.5]),
        (("id",), {"id": [2.5], "k": None}),
    ]
    inner, outer = completed(result.events)[1:]
    assert outer[1]["id"] is inner[1]


@pytest.mark.parametrize(
    "paths", ["$", "$..a", "$[*]", ["$.a..b", "$..[1]"], ["$..*"], ("a", 0), "/b/1", []]
)
def test_what_paths_select_is_told_as_if_everything_were_kept(paths: Any) -> None:
    rng = random.Random(5)
    for _ in range(60):
        fragments = cuts(document(rng), 5)
        kept = run(Parser(paths=paths), fragments)
        dropped = run(Parser(paths=paths, keep=False), fragments)
        assert dropped.events[:-1] == kept.events[:-1]
        assert dropped.events[-1] == DocumentCompleted(kept.value if paths == "$" else DROPPED, 0)


@pytest.mark.parametrize(
    ("text", "paths", "value"),
    [
        ("[1, 2]", None, DROPPED),
        ("[]", None, []),
        ("{ }", None, {}),
        ("7", None, 7),
        ('"x"', None, "x"),
        ("null", None, None),
        ("[1, 2]", "", [1, 2]),
        ("[1, [2]]", ["$", "$[1]"], [1, [2]]),
        ("[1, 2]", "$[0]", DROPPED),
        ("[1, 2]", [], DROPPED),
        ("7", "$[0]", DROPPED),
    ],
)
def test_a_document_is_completed_with_the_root_or_dropped(
    text: str, paths: Any, value: Any
) -> None:
    result = same_every_way(text, letting_go(paths=paths))
    assert result.events[-1] == DocumentCompleted(value, 0)


@pytest.mark.parametrize("text", ["7", "-1.5e3", '"some text"', '"a\\u00e9"', "true", "[]"])
@pytest.mark.parametrize("events", [DocumentCompleted, [DocumentCompleted, ValueStarted]])
def test_a_document_is_completed_with_its_root_whatever_else_is_told(
    text: str, events: Any
) -> None:
    result = same_every_way(text, letting_go(events=events))
    assert result.events[-1] == DocumentCompleted(json.loads(text), 0)


def test_documents_follow_one_another_without_a_trace() -> None:
    result = same_every_way('[1] "x" {} [] {"a": 2}', letting_go(many=True))
    documents = [e for e in result.events if isinstance(e, DocumentCompleted)]
    assert [e.value for e in documents] == [DROPPED, "x", {}, [], DROPPED]
    assert [e.index for e in documents] == [0, 1, 2, 3, 4]


def test_the_path_of_an_item_counts_what_was_let_go() -> None:
    text = "[" + "[0], " * 1000 + '{"k": [5]}]'
    events = run(Parser(keep=False, paths="$[1000].k[0]"), [text]).events
    assert events[0] == FieldCompleted((1000, "k", 0), 5)


# --- what can be asked ---------------------------------------------------------------


def test_the_value_is_missing_then_dropped() -> None:
    parser = Parser(keep=False, paths="$")
    seen = [(parser.value, parser.snapshot())]
    for fragment in ("[", '{"a": "x', '"}', "]"):
        parser.feed(fragment)
        seen.append((parser.value, parser.snapshot()))
    parser.close()
    seen.append((parser.value, parser.snapshot()))
    missing = partialjson.MISSING
    assert seen == [(missing, missing), *[(DROPPED, DROPPED)] * 5]


def test_state_cannot_be_asked_for() -> None:
    with pytest.raises(UsageError) as caught:
        Parser(keep=False).state(())
    assert caught.value.code == "not_kept"


def test_the_open_path_is_known_all_the_same() -> None:
    parser = Parser(keep=False, events=())
    parser.feed('{"a": [0, [], {"b": "x')
    assert parser.open_path == ("a", 2, "b")


def test_an_error_comes_with_the_events_before_it() -> None:
    result = same_every_way('{"a": [1, "x", nulL]}', letting_go(paths="$.a[*]"))
    assert isinstance(result.error, JSONSyntaxError)
    assert completed(result.events) == [(("a", 0), 1), (("a", 1), "x")]
    assert result.error.path == ("a", 2)


# --- repeated keys -------------------------------------------------------------------


def test_keys_are_remembered_where_a_repetition_is_an_error() -> None:
    make = letting_go(duplicate_keys="error")
    result = same_every_way('{"a": 1, "b": {"a": 2}, "a": 3}', make)
    assert isinstance(result.error, JSONSyntaxError)
    assert (result.error.code, result.error.offset) == ("duplicate_key", 26)
    assert same_every_way('[{"a": 1}, {"a": {"a": 2}}]', make).error is None


def test_a_repeated_member_is_told_again_or_not_at_all() -> None:
    text = '{"a": 1, "b": 2, "a": [3, "x"], "c": 4}'
    last = same_every_way(text, letting_go())
    assert [path for path, _ in completed(last.events)][:5] == [
        *(("a",), ("b",), ("a", 0), ("a", 1), ("a",)),
    ]
    first = same_every_way(text, letting_go(duplicate_keys="first"))
    assert completed(first.events)[:-1] == [(("a",), 1), (("b",), 2), (("c",), 4)]
    malformed = same_every_way(text.replace("3", "3 3"), letting_go(duplicate_keys="first"))
    assert malformed.error is not None


def test_keys_are_forgotten_with_their_object() -> None:
    parser = Parser(keep=False, duplicate_keys="error", events=())
    parser.feed("[")
    assert grown_by(parser, lambda i: f'{{"key{i}": {{"k{i}": 1}}}},', 300) < 2000


# --- what stays ----------------------------------------------------------------------


def grown_by(parser: Parser, record: Callable[[int], str], count: int) -> int:
    """How many bytes are held after `count` more records than after a few."""
    records = [record(i) for i in range(count)]
    tracemalloc.start()
    try:
        for i in range(100):  # an error would show some of the last fragments
            parser.feed(record(i))
        before = tracemalloc.get_traced_memory()[0]
        for text in records:
            parser.feed(text)
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("paths", [None, "$[*]", "$..id", "$.none"])
@pytest.mark.parametrize("events", [None, FieldCompleted, ()])
def test_nothing_stays_of_what_was_let_go(paths: str | None, events: Any) -> None:
    parser = Parser(keep=False, paths=paths, events=events)
    parser.feed("[")
    record = '{"id": 1, "x": ["text", {"id": [2.5, "é"]}]}, '
    assert grown_by(parser, lambda i: record, 500) < 2000


@pytest.mark.parametrize(
    "options",
    [{"paths": "$.other"}, {"events": StringDelta}, {"events": ValueStarted}, {"events": ()}],
)
def test_nothing_stays_of_a_string_that_nobody_will_have_whole(options: dict[str, Any]) -> None:
    parser = Parser(keep=False, **options)
    parser.feed('{"s": "')
    assert grown_by(parser, lambda i: "some more text" * 10, 500) < 5000


def test_only_what_is_selected_is_built() -> None:
    parser = Parser(keep=False, paths="$.a[*]")
    parser.feed('{"b": [1, {"c": [2')
    tree = parser._tree
    assert [frame.node for frame in [*tree.stack, tree.frame]] == [None] * 5
    parser.feed(']}], "a": [{"d": [3, {"e": 4')
    nodes = [frame.node for frame in [*tree.stack, tree.frame]]
    assert nodes[:3] == [None] * 3
    assert nodes[3] == {"d": [3, {}]}
    parser.feed("}]}, 5")
    assert [frame.node for frame in [*tree.stack, tree.frame]] == [None] * 3


def test_only_selected_numbers_are_converted() -> None:
    seen: list[str] = []

    def note(text: str) -> int:
        seen.append(text)
        return int(text)

    run(Parser(keep=False, paths="$.a", parse_int=note), ['{"b": [1, 2], "a": [3, 4], "c": 5}'])
    assert seen == ["3", "4"]


def test_only_retained_members_count_towards_their_limit() -> None:
    limits = Limits(max_members=2)
    assert same_every_way("[1, 2, 3, 4]", letting_go(limits=limits)).error is None
    assert same_every_way('{"a": 1, "b": 2, "c": 3}', letting_go(limits=limits)).error is None
    selected = same_every_way("[1, [2, 3, 4]]", letting_go(limits=limits, paths="$[*]"))
    assert isinstance(selected.error, LimitExceededError)
    assert selected.error.offset == 9
    remembered = same_every_way(
        '{"a": 1, "b": 2, "c": 3}', letting_go(limits=limits, duplicate_keys="error")
    )
    assert isinstance(remembered.error, LimitExceededError)
    assert remembered.error.offset == 15


def test_who_retains_nothing_has_no_members_to_count() -> None:
    tokenizer = Tokenizer(Handler(), Options(limits=Limits(max_members=1)))
    tokenizer.feed("[1,2,3]")
    tokenizer.close()
    assert tokenizer.documents == 1
