"""Who runs: partialjson, and what parses a whole text at once. The rivals are in `rivals`.

A contestant has a way for each mode it can do. A way makes, of a job, a function without
arguments that does the whole job, from the making of the parser to the end of the text, and
answers with what it found, so that it can be checked before it is timed. It raises
NotImplementedError for a job that makes no sense for the contestant.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from partialjson import DocumentCompleted, Event, FieldCompleted, Parser

from .fragments import Fragments
from .workloads import Workload

EVENTS: Final = "all events"
COMPLETED: Final = "completed values only"
PATH: Final = "one path"
VALUE: Final = "value after every fragment"
FINAL: Final = "final value only"
OBJECTS: Final = "validated objects"
TYPED: Final = "all events, validated objects among them"
PARTIAL: Final = "partial after every fragment"
PLAIN_MODES = (EVENTS, COMPLETED, PATH, VALUE, FINAL)
TYPED_MODES = (OBJECTS, TYPED, PARTIAL)  # for records only: the others have no model
MODES = (*PLAIN_MODES, *TYPED_MODES)

Run: TypeAlias = Callable[[], object]


@dataclass(frozen=True)
class Job:
    """A text, how it arrives, and the path that is asked for in mode `PATH`."""

    workload: Workload
    fragments: Fragments

    def first(self, count: int) -> Job:
        """The same with only the first fragments."""
        return Job(self.workload, self.fragments.first(count))


Make: TypeAlias = Callable[[Job], Run]


@dataclass(frozen=True)
class Way:
    """How a contestant does a mode.

    Args:
        make: the run that is timed.
        proof: a run that is checked in its place, where the timed one leaves no value.
        read: makes JSON's values of what a run found, for the check; not timed.
    """

    make: Make
    proof: Make | None = None
    read: Callable[[object], object] | None = None


Ways: TypeAlias = Mapping[str, Way]


@dataclass(frozen=True)
class Contestant:
    """One who runs.

    Args:
        name: as tables call it.
        packages: the distributions it needs; none for the standard library.
        gives: what its user gets in the modes with events.
        load: imports it and answers with its ways, by mode; ImportError if it is not there.
    """

    name: str
    packages: tuple[str, ...]
    gives: str
    load: Callable[[], Ways]


def as_given(run: Callable[[Any], object]) -> Make:
    """It is fed what arrives: text from an SDK, bytes in blocks."""
    return lambda job: _bound(run, job.fragments.given)


def as_bytes(run: Callable[[Any], object]) -> Make:
    """It is fed UTF-8; encoding it is not timed."""
    return lambda job: _bound(run, job.fragments.data)


def as_text(run: Callable[[Any], object]) -> Make:
    """It is fed text, also where bytes arrive; decoding them is not timed."""
    return lambda job: _bound(run, job.fragments.strings)


def as_whole(run: Callable[[Any], object]) -> Make:
    """It is handed the whole text in the form in which it arrives; joining it is not timed."""

    def make(job: Job) -> Run:
        fragments = job.fragments
        joined = b"".join(fragments.data) if fragments.blocks else "".join(fragments.strings)
        return _bound(run, joined)

    return make


def as_whole_bytes(run: Callable[[Any], object]) -> Make:
    """The same for who takes bytes only."""
    return lambda job: _bound(run, b"".join(job.fragments.data))


def _bound(run: Callable[[Any], object], argument: object) -> Run:
    return lambda: run(argument)


# --- partialjson -------------------------------------------------------------------------


def all_events(fragments: list[Any]) -> object:
    """Each event's path is read. The document's has none; it comes with the last fragment.

    So only the events of the last fragment are asked what they are.
    """
    parser = Parser()
    feed = parser.feed
    for fragment in fragments[:-1]:
        for event in feed(fragment):
            event.path  # type: ignore[attr-defined]  # noqa: B018  # reading is the point
    for event in [*feed(fragments[-1]), *parser.close()]:
        if event.__class__ is not DocumentCompleted:
            event.path  # type: ignore[attr-defined]  # noqa: B018
    return parser.value


def completed_values(fragments: list[Any]) -> object:
    """Completed values and their paths."""
    parser = Parser(events=FieldCompleted)
    feed = parser.feed
    for fragment in fragments:
        for event in feed(fragment):
            event.path  # type: ignore[attr-defined]  # noqa: B018
    parser.close()
    return parser.value


def value_after_each(fragments: list[Any]) -> object:
    """The live value is read, and let go before the next fragment."""
    parser = Parser(events=())
    feed = parser.feed
    for fragment in fragments:
        feed(fragment)
        parser.value  # noqa: B018  # reading is the point
    parser.close()
    return parser.value


def final_value(fragments: list[Any]) -> object:
    """Nothing but the final value."""
    parser = Parser(events=())
    feed = parser.feed
    for fragment in fragments:
        feed(fragment)
    parser.close()
    return parser.value


def _one_path(job: Job) -> Run:
    path = job.workload.path
    fragments = job.fragments.given

    def run() -> object:
        found = []
        parser = Parser(events=FieldCompleted, paths=path, keep=False)
        feed = parser.feed
        for fragment in fragments:
            for event in feed(fragment):
                event.path  # type: ignore[attr-defined]  # noqa: B018
                found.append(event.value)  # type: ignore[attr-defined]
        parser.close()
        return found

    return run


def as_data(found: object) -> object:
    """Models, or a list of them, as `json.loads` would have them."""
    data: object = importlib.import_module("pydantic_core").to_jsonable_python(found)
    return data


def _typed(name: str) -> Way:
    """A way in `objects`, which is imported when there is a job."""

    def make(job: Job) -> Run:
        run: Run = getattr(importlib.import_module(f"{__package__}.objects"), name)(job)
        return run

    return Way(make, read=as_data)


def _ours() -> Ways:
    return {
        EVENTS: Way(as_given(all_events)),
        COMPLETED: Way(as_given(completed_values)),
        PATH: Way(_one_path),
        VALUE: Way(as_given(value_after_each)),
        FINAL: Way(as_given(final_value)),
        OBJECTS: _typed("validated"),
        TYPED: _typed("everything"),
        PARTIAL: _typed("partial"),
    }


OURS = Contestant("partialjson", (), "events, a value at any time", _ours)

# --- a scale: what the loop costs by itself ----------------------------------------------


def _nothing(fragment: object) -> list[Event]:
    return []


def _calls(fragments: list[Any]) -> object:
    feed = _nothing
    for fragment in fragments:
        for event in feed(fragment):
            event.path  # type: ignore[attr-defined]  # noqa: B018
    return None


def _calls_only() -> Ways:
    return {EVENTS: Way(as_given(_calls), proof=as_whole(json.loads))}


CALLS = Contestant("a call that does nothing", (), "nothing: a scale", _calls_only)
PLAIN = Contestant(
    "Parser, all events",
    (),
    "events without a type: a scale",
    lambda: {PARTIAL: Way(as_given(all_events))},
)
BY_HAND = Contestant(
    "Parser, then validate_json of each object",
    (),
    "events, then the objects, all after the end: a scale",
    lambda: {TYPED: _typed("by_hand")},
)
SCALES = (PLAIN, BY_HAND)

# --- the whole text at once: as fast as it can be ----------------------------------------


def _json() -> Ways:
    return {FINAL: Way(as_whole(json.loads))}


def _orjson() -> Ways:
    return {FINAL: Way(as_whole(importlib.import_module("orjson").loads))}


def _jiter() -> Ways:
    return {FINAL: Way(as_whole_bytes(importlib.import_module("jiter").from_json))}


LOADS = Contestant("json.loads, whole", (), "a value at the end", _json)
WHOLE = (
    LOADS,
    Contestant("orjson, whole", ("orjson",), "a value at the end", _orjson),
    Contestant("jiter, whole", ("jiter",), "a value at the end", _jiter),
)
