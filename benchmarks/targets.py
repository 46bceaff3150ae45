"""What was promised, as data, and whether the measurements keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from .contestants import (
    BY_HAND,
    COMPLETED,
    EVENTS,
    FINAL,
    LOADS,
    OBJECTS,
    OURS,
    PARTIAL,
    PLAIN,
    TYPED,
    VALUE,
)
from .fragments import BLOCKS, FOUR
from .measure import Spread
from .results import Results
from .rivals import IJSON_PARSE, IJSON_PUSH, JITER, SJP
from .validators import INSTRUCTOR, PYDANTIC_AI, TYPE_ADAPTER
from .workloads import RECORD_SIZES

COMPILED: Final = "compiled"
PURE: Final = "interpreted"
EITHER: Final = "either"  # whichever is measured

Find: TypeAlias = Callable[[Results], Spread | str]


@dataclass(frozen=True)
class Target:
    """One promise.

    Args:
        what: the promise's row.
        part: which of its figures.
        floor: what it must keep.
        stretch: what would be better still, or None.
        unit: of all figures of the row.
        build: which build has to keep it.
        at_least: whether more is better.
        find: takes it from results: a spread, or why there is none.
    """

    what: str
    part: str
    floor: float
    stretch: float | None
    unit: str
    build: str
    at_least: bool
    find: Find


@dataclass(frozen=True)
class Verdict:
    """What became of a target.

    Args:
        target: the promise.
        measured: the figure, or why there is none.
        says: `met`, `met, and the stretch`, `missed by 5 %` or `not measured`.
        met: None where it was not measured, or on a build that did not promise it.
    """

    target: Target
    measured: Spread | str
    says: str
    met: bool | None


def judge(target: Target, results: Results) -> Verdict:
    """Hold a target against what was measured: the median counts."""
    measured = target.find(results)
    if isinstance(measured, str):
        return Verdict(target, measured, "not measured", None)
    if target.build == COMPILED and results.main.build != COMPILED:
        return Verdict(target, measured, "not judged: the interpreted build", None)
    if _keeps(measured.median, target.floor, target.at_least):
        beyond = target.stretch is not None and _keeps(
            measured.median, target.stretch, target.at_least
        )
        return Verdict(target, measured, "met, and the stretch" if beyond else "met", True)
    if not target.floor:
        return Verdict(target, measured, "missed", False)
    off = 100 * abs(measured.median - target.floor) / target.floor
    share = f"{off:.0f}" if off >= 1 else f"{off:.1g}"
    return Verdict(target, measured, f"missed by {share} %", False)


def judged(results: Results) -> list[Verdict]:
    """All targets in their order."""
    return [judge(target, results) for target in TARGETS]


def _keeps(figure: float, bound: float, at_least: bool) -> bool:
    return figure >= bound if at_least else figure <= bound


# --- where the figures are ---------------------------------------------------------------


def _speedup(workload: str, cut: str, mode: str, rival: str) -> Find:
    def find(results: Results) -> Spread | str:
        cell = results.main.cell(workload, cut, mode)
        return "not run" if cell is None else cell.speedup(rival, OURS.name)

    return find


def _growth(build: str, kind: str, mode: str) -> Find:
    def find(results: Results) -> Spread | str:
        suite = results.suite(build)
        if suite is None:
            return f"no {build} build"
        for growth in suite.growth:
            if (growth.kind, growth.mode) == (kind, mode):
                return growth.worst()
        return "not run"

    return find


def _pure_fragment(workload: str) -> Find:
    def find(results: Results) -> Spread | str:
        suite = results.suite(PURE)
        cell = suite.cell(workload, FOUR, EVENTS) if suite else None
        return "not run" if cell is None else cell.per_fragment(OURS.name)

    return find


def _cost(build: str, mode: str, scale: str) -> Find:
    """Our time over that of the scale."""

    def find(results: Results) -> Spread | str:
        suite = results.suite(build)
        if suite is None:
            return f"no {build} build"
        cell = suite.cell(TYPED_TEXT, FOUR, mode)
        return "not run" if cell is None else cell.speedup(OURS.name, scale)

    return find


def _latest(kind: str) -> Find:
    def find(results: Results) -> Spread | str:
        counted = results.late.get(kind)
        return Spread.of([max(counted)]) if counted else "not run"

    return find


def _figure(name: str) -> Find:
    return lambda results: results.figure(name) or "not run"


def _loaded(results: Results) -> Spread | str:
    if not results.loaded:
        return "not run"
    return Spread.of([float(len({name for found in results.loaded.values() for name in found}))])


# --- the promises ------------------------------------------------------------------------

_JITER = "4-character fragments, all events, against jiter re-parsing"
_SJP = "4-character fragments, all events, against streaming-json-parser native (no events)"
_LOADS = "64 KiB blocks, final value only, of the speed of json.loads"
_PARSE = "64 KiB blocks, completed values only, against ijson yajl2_c parse (which pulls)"
_OBJECT = "4-character fragments, a validated object per record, against"
_PUSH = "64 KiB blocks, completed values only, against ijson yajl2_c parse_coro (which is fed)"
_SPEEDUPS: tuple[tuple[str, str, str, str, str, float, float | None], ...] = (
    (_JITER, "tool call, 109 B", FOUR, EVENTS, JITER, 1.6, 2.0),
    (_JITER, "records, 9 kB", FOUR, EVENTS, JITER, 95, 120),
    (_JITER, "prose, 115 kB", FOUR, EVENTS, JITER, 240, 320),
    (_SJP, "tool call, 109 B", FOUR, EVENTS, SJP, 1.8, None),
    (_SJP, "records, 9 kB", FOUR, EVENTS, SJP, 2.0, None),
    (_SJP, "prose, 115 kB", FOUR, EVENTS, SJP, 10, None),
    (_LOADS, "twitter", BLOCKS, FINAL, LOADS.name, 0.80, 1.0),
    (_LOADS, "citm_catalog", BLOCKS, FINAL, LOADS.name, 0.80, 1.0),
    (_LOADS, "canada", BLOCKS, FINAL, LOADS.name, 0.75, 1.0),
    (_PARSE, "twitter", BLOCKS, COMPLETED, IJSON_PARSE, 1.4, 2.0),
    (_PARSE, "citm_catalog", BLOCKS, COMPLETED, IJSON_PARSE, 1.2, 2.0),
    (_PUSH, "twitter", BLOCKS, COMPLETED, IJSON_PUSH, 1.4, 2.0),
    (_PUSH, "citm_catalog", BLOCKS, COMPLETED, IJSON_PUSH, 1.2, 2.0),
    *(
        (f"{_OBJECT} {rival}", text, FOUR, OBJECTS, rival, floor, None)
        for rival in (TYPE_ADAPTER, INSTRUCTOR, PYDANTIC_AI)
        for text, floor in (("records, 32 kB", 50.0), ("records, 128 kB", 200.0))
    ),
)
NEEDED = {row[1:5] for row in _SPEEDUPS}  # what a rival runs for these is never too slow

TYPED_TEXT = "records, 32 kB"
_COST = "4-character fragments, ModelParser with all events, against Parser and validate_json"
_SHOWN = "4-character fragments, partial after each, against Parser with all events"
_COSTS: tuple[tuple[str, str, str, str, float], ...] = (
    (_COST, TYPED, BY_HAND.name, COMPILED, 3.0),
    (_COST, TYPED, BY_HAND.name, PURE, 1.5),
    (_SHOWN, PARTIAL, PLAIN.name, COMPILED, 3.0),
    (_SHOWN, PARTIAL, PLAIN.name, PURE, 3.0),
)
LATE = (
    *("models in a list", "models in a dict", "models in a model", "models of a union"),
    *("models of a tagged union", "dataclasses in a list", "TypedDicts in a list"),
)

GROWTH = 4.4  # time for four times the size
IDLE, STARTED = "an idle parser", "a parser in the middle of a tool call"
DOCUMENT, ITEMS = "a 10 MB document", "array items with keep=False"
IMPORTS = ("import partialjson", "from partialjson import Parser")
HEAVY = ("pydantic", "jsonschema")  # what an import must not bring along


def _targets() -> Iterator[Target]:
    for what, text, cut, mode, rival, floor, stretch in _SPEEDUPS:
        find = _speedup(text, cut, mode, rival)
        yield Target(what, text, floor, stretch, "times", COMPILED, True, find)
    for what, mode, scale, build, floor in _COSTS:
        part = f"{TYPED_TEXT}, {build}"
        yield Target(
            what, part, floor, None, "times the time", build, False, _cost(build, mode, scale)
        )
    for kind in LATE:
        what = "from an item's } to its Validated, the latest"
        yield Target(what, kind, 0, None, "characters", EITHER, False, _latest(kind))
    what = "time for 4 times the size, 16 kB to 1 MB, the worst step"
    for build in (COMPILED, PURE):
        for kind in ("string", "records"):
            for mode in (EVENTS, VALUE):
                part = f"{kind}, {mode}, {build}"
                find = _growth(build, kind, mode)
                yield Target(what, part, GROWTH, 4.1, "times", build, False, find)
    what = "interpreted, 4-character fragments, all events, a fragment"
    for size in RECORD_SIZES:
        text = f"records, {size} kB"
        yield Target(what, text, 1.4, 1.0, "\u00b5s", PURE, False, _pure_fragment(text))
    for name, floor, unit in (
        (IDLE, 2000, "B"),
        (STARTED, 2000, "B"),
        (DOCUMENT, 1.15, "times json.loads' peak"),
        (ITEMS, 20, "MB of growth"),
    ):
        yield Target("memory", name, floor, None, unit, EITHER, False, _figure(name))
    for name in IMPORTS:
        what = "over a bare interpreter"
        yield Target(what, name, 25, 10, "ms", EITHER, False, _figure(name))
    what = f"{' or '.join(HEAVY)} loaded by it"
    yield Target(what, "modules", 0, None, "", EITHER, False, _loaded)


TARGETS = tuple(_targets())
