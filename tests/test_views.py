"""Different looks at the same document must agree, on any document, however it is cut."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from partialjson import (
    DROPPED,
    DocumentCompleted,
    Event,
    FieldCompleted,
    Parser,
    PartialJSONError,
    Path,
    ValueStarted,
)
from partialjson.testing import documents
from tests.fragmenting import cuts, run

PATTERNS: list[Any] = [
    *("$", "$.a", "$..a", "$[*]", "$..*", "$.a[*]", "$..[0]", "/a", "/0", "", "$[*][*]"),
    ["$.a", "$[0]"],
]
DOCUMENTS = st.booleans().flatmap(lambda repeated: documents(repeated_keys=repeated))
POLICIES: Any = st.sampled_from(["last", "first", "error"])


def but_documents(events: list[Event]) -> list[Event]:
    return [event for event in events if not isinstance(event, DocumentCompleted)]


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, st.sampled_from(PATTERNS), st.integers(1, 9), POLICIES)
def test_what_is_selected_is_told_alike_whether_the_rest_is_kept_or_not(
    text: str, paths: Any, size: int, policy: Any
) -> None:
    keeping = run(Parser(paths=paths, duplicate_keys=policy), cuts(text, size))
    dropping = run(Parser(paths=paths, duplicate_keys=policy, keep=False), cuts(text, size))
    assert but_documents(dropping.events) == but_documents(keeping.events)
    assert dropping.error == keeping.error


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, st.integers(1, 9), POLICIES)
def test_without_paths_only_containers_lose_their_value(text: str, size: int, policy: Any) -> None:
    keeping = run(Parser(duplicate_keys=policy), cuts(text, size))
    dropping = run(Parser(duplicate_keys=policy, keep=False), cuts(text, size))
    for kept, dropped in zip(keeping.events, dropping.events, strict=True):
        value = getattr(kept, "value", None)
        if isinstance(value, (list, dict)) and value:
            assert getattr(dropped, "value", None) is DROPPED
        else:
            assert dropped == kept


class Book:
    """What the events say of each path: a repeated key begins its subtree anew."""

    def __init__(self) -> None:
        self.states: dict[Path, str] = {}

    def add(self, event: Event) -> None:
        if isinstance(event, ValueStarted):
            self._forget(event.path)
            self.states[event.path] = "partial"
        elif isinstance(event, FieldCompleted):
            if not isinstance(event.value, (list, dict)):
                self._forget(event.path)
            self.states[event.path] = "complete"

    def _forget(self, path: Path) -> None:
        for known in [known for known in self.states if known[: len(path)] == path]:
            del self.states[known]


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, st.integers(1, 5), st.booleans())
def test_the_state_of_each_path_is_what_the_events_said(text: str, size: int, reads: bool) -> None:
    parser = Parser()
    book = Book()
    for fragment in cuts(text, size):
        try:
            events = parser.feed(fragment)
        except PartialJSONError:
            return
        if reads:
            _ = parser.value
        for event in events:
            book.add(event)
        opened = parser.open_path
        again = book.states.get(opened) == "complete"  # a repeated key: numbers start unheard
        for path, state in book.states.items():
            if not (again and path[: len(opened)] == opened):
                assert parser.state(path) == state, path
        assert parser.state(("no such key", 7)) == "absent"
