"""What is run: which texts in which fragments and modes, and how one race is held."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

from . import fragments, workloads
from .contestants import (
    BY_HAND,
    CALLS,
    COMPLETED,
    EVENTS,
    FINAL,
    OBJECTS,
    OURS,
    PARTIAL,
    PATH,
    PLAIN,
    TYPED,
    TYPED_MODES,
    VALUE,
    Contestant,
    Job,
    Run,
    Way,
    Ways,
)
from .fragments import BLOCKS, FOUR
from .measure import FULL, QUICK, Effort, alone, forecast, once, race
from .results import Cell, Growth, Outcome, Suite
from .rivals import ALL, RIVALS
from .targets import NEEDED, TYPED_TEXT

Name = tuple[str, str, str]  # of a cell: workload, cut, mode
Say = Callable[[str], None]

_FILES = ("github", "twitter", "citm_catalog", "canada")
_SMALL = ("tool call, 109 B", "records, 9 kB", "prose, 115 kB")
_QUICK_TEXTS = (
    *_SMALL,
    *("tool call, 2 kB", "records, 32 kB", "records, 128 kB", "string, 16 kB", "string, 64 kB"),
    *("deep nesting, 17 kB", "github"),
)
_CUTS = [name for name in fragments.NAMES if name not in (FOUR, BLOCKS, fragments.WIDE)]


def tokens(quick: bool) -> Iterator[Name]:
    """Four characters a fragment: every text, every mode."""
    if quick:
        yield from ((text, FOUR, mode) for text in _QUICK_TEXTS for mode in (EVENTS, VALUE, FINAL))
        yield ("records, 32 kB", FOUR, PATH)
        return
    grown = {f"records, {size} kB" for size in workloads.GROWTH_SIZES}
    for text in workloads.names():
        if text not in grown:
            yield from ((text, FOUR, mode) for mode in (EVENTS, PATH, VALUE, FINAL))


def cuts(quick: bool) -> Iterator[Name]:
    """Other fragments, with all events."""
    texts = ["records, 9 kB"] if quick else ["tool call, 109 B", "records, 32 kB", "string, 64 kB"]
    for text in texts:
        yield from ((text, cut, EVENTS) for cut in _CUTS)


def blocks(quick: bool) -> Iterator[Name]:
    """Blocks of bytes; the files also as text, to see what decoding costs."""
    for text in _FILES:
        yield (text, BLOCKS, FINAL)
        yield (text, BLOCKS, COMPLETED)
        if not quick:
            yield (text, fragments.WIDE, FINAL)
    if not quick:
        for text in ("records, 512 kB", "string, 1024 kB"):
            yield from ((text, BLOCKS, mode) for mode in (FINAL, COMPLETED, EVENTS, PATH))
        yield from ((text, BLOCKS, mode) for text in _FILES for mode in (EVENTS, PATH))


def objects(quick: bool) -> Iterator[Name]:
    """Records as validated objects. Last, for its rivals bring much along."""
    texts = [TYPED_TEXT] if quick else ["records, 9 kB", TYPED_TEXT, "records, 128 kB"]
    for mode in reversed(TYPED_MODES):
        yield from ((text, FOUR, mode) for text in texts)


PARTS: dict[str, Callable[[bool], Iterator[Name]]] = {
    "tokens": tokens,
    "cuts": cuts,
    "blocks": blocks,
    "objects": objects,
}


def main(parts: Iterable[str], build: str, quick: bool, say: Say) -> Suite:
    """Measure the build of this process, with all rivals.

    Args:
        parts: some of `PARTS`, and `growth`.
        build: its name.
        quick: with little effort.
        say: is told what is being measured.
    """
    effort = QUICK if quick else FULL
    wanted = [*parts]
    names = dict.fromkeys(name for part in wanted if part in PARTS for name in PARTS[part](quick))
    # Growth first: once the rivals are imported, collecting garbage takes far longer.
    growth = tuple(_growth(effort, say) if "growth" in wanted else ())
    return Suite(build, tuple(_cell(name, ALL, effort, say) for name in names), growth)


def pure(build: str, quick: bool, say: Say) -> Suite:
    """Measure the interpreted build for its own targets, beside the cost of the calls alone."""
    effort = QUICK if quick else FULL
    races = [(f"records, {size} kB", EVENTS, CALLS) for size in workloads.RECORD_SIZES]
    growth = tuple(_growth(effort, say))  # first, as above: the last races import Pydantic
    races += [(TYPED_TEXT, TYPED, BY_HAND), (TYPED_TEXT, PARTIAL, PLAIN)]
    cells = [_cell((text, FOUR, mode), (OURS, scale), effort, say) for text, mode, scale in races]
    return Suite(build, tuple(cells), growth)


def late(say: Say) -> dict[str, tuple[float, ...]]:
    """Characters between the brace of an item and its object, counted: see `objects.late`."""
    from . import objects  # and with it Pydantic, which nothing else here needs

    say("from an item's brace to its object")
    return objects.late()


def versions() -> dict[str, str]:
    """Of the packages of all rivals; those that are not there are said to be so."""
    found = {}
    for package in sorted({package for rival in ALL for package in rival.packages}):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


# --- one race ----------------------------------------------------------------------------


def _cell(name: Name, contestants: Iterable[Contestant], effort: Effort, say: Say) -> Cell:
    text, cut, mode = name
    say(f"{text}; {cut}; {mode}")
    workload = workloads.named(text)
    job = Job(workload, fragments.cut(workload.text, cut))
    expected = expected_of(workload, mode)
    runs: dict[str, Run] = {}
    seconds: dict[str, float] = {}
    outcomes: dict[str, Outcome] = {}
    with _heap(mode):
        for contestant in contestants:
            ways = _ways(contestant)
            if isinstance(ways, str):
                outcomes[contestant.name] = Outcome(note=ways)
            elif mode in ways:
                limit = _limit(contestant, name, effort)
                admitted = admit(ways[mode], job, json.dumps(expected), limit)
                if admitted is None:
                    continue
                if isinstance(admitted, str):
                    outcomes[contestant.name] = Outcome(note=admitted)
                else:
                    runs[contestant.name], seconds[contestant.name] = admitted
    with _heap(mode):  # again: what was imported for the jobs is out of sight now
        for who, times in race(runs, seconds, effort).items():
            outcomes[who] = Outcome(tuple(times))
    size = len(workload.text.encode())
    return Cell(text, cut, mode, len(job.fragments), size, outcomes)


def _heap(mode: str) -> AbstractContextManager[None]:
    """Rivals that make objects make many, and bring much along: each is measured as if alone."""
    return alone() if mode in TYPED_MODES else nullcontext()


def expected_of(workload: workloads.Workload, mode: str) -> Any:
    """What has to be found, as JSON's values."""
    value = json.loads(workload.text)
    if mode == PATH:
        return [*at_path(value, workload.path)]
    return value["items"] if mode == OBJECTS else value


def _ways(contestant: Contestant) -> Ways | str:
    try:
        return contestant.load()
    except ImportError:
        return "not installed"


def _limit(contestant: Contestant, name: Name, effort: Effort) -> float:
    """Only rivals are hurried, and not where a target asks for them."""
    if contestant not in RIVALS or (*name, contestant.name) in NEEDED:
        return float("inf")
    return effort.run


def admit(way: Way, job: Job, expected: str, limit: float) -> tuple[Run, float] | str | None:
    """Let a contestant start if it is quick enough and right.

    Args:
        way: how it does it.
        job: what it is to do.
        expected: JSON of what it has to find.
        limit: seconds that a run may take.

    Returns:
        Its run and about how long that takes; or why it may not start; None where it
        cannot do the job at all.
    """
    try:
        run = way.make(job)
        seconds = 0.0
        if limit < float("inf"):
            first = partial(_first, way, job)
            seconds = forecast(first, len(job.fragments), limit)
            if seconds > limit:
                return f"not run (would take about {float(f'{seconds:.2g}'):,g} s)"
        taken, value = once((way.proof or way.make)(job))
        if way.read is not None:
            value = way.read(value)
    except NotImplementedError:
        return None
    except Exception as error:  # whatever a rival raises
        return f"failed: {type(error).__name__}: {str(error)[:80]}"
    if _written(value) != expected:
        return f"wrong: found {_written(value)[:60]}, expected {expected[:60]}"
    return run, taken if way.proof is None else seconds or once(run)[0]


def _first(way: Way, job: Job, count: int) -> Run:
    return way.make(job.first(count))


def _written(value: object) -> str:
    """JSON tells 1 from 1.0 and True, which `==` does not."""
    try:
        return json.dumps(value)
    except TypeError:
        return repr(value)


def at_path(value: Any, path: str) -> Iterator[Any]:
    """The values that a JSONPath of names and `[*]` selects, in document order."""
    steps = path.replace("[*]", ".*").split(".")[1:]
    found = [value]
    for step in steps:
        found = [
            child
            for parent in found
            for child in (parent if step == "*" else [parent[step]] if step in parent else [])
        ]
    yield from found


# --- growth ------------------------------------------------------------------------------


def _growth(effort: Effort, say: Say) -> Iterator[Growth]:
    for kind in ("string", "records"):
        for mode in (EVENTS, VALUE):
            say(f"growth; {kind}; {mode}")
            yield _grown(kind, mode, effort)


def _grown(kind: str, mode: str, effort: Effort) -> Growth:
    way = OURS.load()[mode]
    runs: dict[str, Run] = {}
    seconds: dict[str, float] = {}
    sizes = []
    for size in workloads.GROWTH_SIZES:
        name = f"{kind}, {size} kB"
        workload = workloads.named(name)
        job = Job(workload, fragments.cut(workload.text, FOUR))
        sizes.append(len(job.fragments))
        runs[name] = way.make(job)
        seconds[name] = once(runs[name])[0]
    longer = replace(  # a step of 4.1 or 4.4 is a small difference
        effort, rounds=2 * effort.rounds, slot=4 * effort.slot, race=2 * effort.race
    )
    times = race(runs, seconds, longer)
    return Growth(kind, mode, tuple(sizes), tuple(tuple(times[name]) for name in runs))
