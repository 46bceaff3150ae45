"""The clock, and races: things that run in turn, so that their ratios mean something.

The clock is the processor time of this process: the machine is shared, and what others do
with its cores is not our time. What they do to its caches and its speed still is, so runners
take turns in rotating order, each round counts their best time only, ratios are made round
by round, and what is told is the median of the ratios with the least and the greatest.
"""

from __future__ import annotations

import contextlib
import gc
import math
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Run: TypeAlias = Callable[[], object]

clock = time.process_time
_SAMPLE = 0.001  # seconds; the clock itself takes less than a microsecond


@dataclass(frozen=True)
class Effort:
    """How much time is spent.

    Args:
        rounds: of a race, as far as they fit into its seconds.
        least: rounds of a race in any case.
        slot: seconds that each runner has in a round, if one run takes less.
        run: seconds that one run of a rival may take.
        race: seconds that a race may take.
        few: rounds in any case of a race in which one takes longer than `HEAVY` such races.
    """

    rounds: int
    least: int
    slot: float
    run: float
    race: float
    few: int = 1


QUICK = Effort(rounds=5, least=3, slot=0.006, run=0.12, race=1.0, few=1)
FULL = Effort(rounds=7, least=3, slot=0.02, run=1.5, race=5.0, few=2)
HEAVY = 4


@dataclass(frozen=True)
class Spread:
    """Several measurements of one thing: the median, the least and the greatest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """The spread of at least one value."""
        found = [*values]
        return cls(statistics.median(found), min(found), max(found))


def once(run: Run) -> tuple[float, object]:
    """Seconds of a single run, and what it answered."""
    gc.collect()
    start = clock()
    value = run()
    return clock() - start, value


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Keep all there is by now out of the collector's sight, as if nothing had been imported.

    Who makes many objects would otherwise pay for what others imported, each time that garbage
    is collected: up to as much again as the work itself takes.
    """
    gc.collect()
    held = most_are_frozen()  # by whoever measures us
    gc.freeze()
    try:
        yield
    finally:
        if not held:
            gc.unfreeze()


def most_are_frozen() -> bool:
    """Whether somebody froze what there is; from 3.12 on collecting freezes immortal objects."""
    return gc.get_freeze_count() > len(gc.get_objects())


def race(runs: Mapping[str, Run], seconds: Mapping[str, float], effort: Effort) -> _Times:
    """Let them run in turn.

    Args:
        runs: what runs, by name.
        seconds: about how long one run of each takes.
        effort: how many rounds, and how long.

    Returns:
        Seconds of the best run of each round, by name.
    """
    names = [*runs]
    times: _Times = {name: [] for name in names}
    lap = sum(max(seconds[name], effort.slot) for name in names)
    least = effort.few if lap > HEAVY * effort.race else effort.least
    rounds = max(least, min(effort.rounds, int(effort.race / max(lap, 1e-9))))
    for number in range(rounds):
        turn = number % max(len(names), 1)
        for name in names[turn:] + names[:turn]:
            times[name].append(_best(runs[name], seconds[name], effort.slot))
    return times


_Times: TypeAlias = dict[str, list[float]]


def _best(run: Run, seconds: float, slot: float) -> float:
    """The best of as many samples as the slot takes, of one at least.

    The runner before left the caches to itself; short runs are warmed up, long ones are
    their own warming up.
    """
    seconds = max(seconds, 1e-7)
    gc.collect()  # once: with everything imported it takes longer than most runs
    if seconds < slot:
        run()
    calls = max(1, round(_SAMPLE / seconds))
    samples = max(1, round(slot / (seconds * calls)))
    return min(_sample(run, calls) for _ in range(samples))


def _sample(run: Run, calls: int) -> float:
    start = clock()
    for _ in range(calls):
        run()
    return (clock() - start) / calls


def forecast(first: Callable[[int], Run], count: int, limit: float) -> float:
    """Seconds that a run over all fragments would take.

    Args:
        first: makes the run over that many fragments from the first on. What it raises at
            the end of an unfinished text does not matter.
        count: how many there are.
        limit: seconds that it may take.

    Returns:
        What a run took that was whole, or on which more than the limit was spent; else
        an estimate over the limit, from how the time grew with the beginning.
    """
    size = max(1, min(32, count // 16))
    before = 0.0
    while True:
        seconds = _attempt(first(size))
        if size == count:
            return seconds
        power = math.log2(seconds / before) if 0 < before < seconds else 1.0
        expected = seconds * (count / size) ** min(max(power, 1.0), 2.0)
        if expected > limit and seconds > limit / 20:
            return float(expected)
        before = seconds
        size = min(count, size * 2)


def _attempt(run: Run) -> float:
    gc.collect()
    start = clock()
    with contextlib.suppress(Exception):  # unfinished text: each has an error of its own for that
        run()
    return clock() - start
