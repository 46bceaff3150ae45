"""What was measured, as plain data: reports, plots and targets are made of nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .measure import Spread


@dataclass(frozen=True)
class Outcome:
    """Seconds of each round; or none, and why."""

    seconds: tuple[float, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Cell:
    """One workload, cut one way, in one mode: a race of contestants.

    Args:
        workload, cut, mode: names.
        fragments: how many.
        size: bytes of UTF-8.
        outcomes: by contestant.
    """

    workload: str
    cut: str
    mode: str
    fragments: int
    size: int
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)

    def speedup(self, rival: str, ours: str) -> Spread | str:
        """How many times as fast `ours` is as the rival; or why nobody knows."""
        for name in (rival, ours):
            outcome = self.outcomes.get(name, Outcome(note=f"{name} did not run"))
            if not outcome.seconds:
                return outcome.note
        pairs = zip(self.outcomes[rival].seconds, self.outcomes[ours].seconds, strict=True)
        return Spread.of(theirs / own for theirs, own in pairs)

    def per_fragment(self, name: str) -> Spread | str:
        """Microseconds a fragment takes the contestant; or why nobody knows."""
        outcome = self.outcomes.get(name, Outcome(note="did not run"))
        if not outcome.seconds:
            return outcome.note
        return Spread.of(1e6 * s / self.fragments for s in outcome.seconds)


@dataclass(frozen=True)
class Growth:
    """One contestant over texts of one kind, each about four times as long as the last.

    Args:
        kind, mode: names.
        sizes: fragments of each text.
        seconds: of each text, of each round.
    """

    kind: str
    mode: str
    sizes: tuple[int, ...]
    seconds: tuple[tuple[float, ...], ...]

    def steps(self) -> list[Spread]:
        """Time for four times the size, for each step; the sizes' small error is taken out."""
        found = []
        for i in range(len(self.sizes) - 1):
            fair = 4 * self.sizes[i] / self.sizes[i + 1]
            pairs = zip(self.seconds[i + 1], self.seconds[i], strict=True)
            found.append(Spread.of(fair * big / small for big, small in pairs))
        return found

    def worst(self) -> Spread:
        """The step with the greatest median."""
        return max(self.steps(), key=lambda spread: spread.median)


@dataclass(frozen=True)
class Suite:
    """What one process measured with its build: `compiled` or `interpreted`."""

    build: str
    cells: tuple[Cell, ...] = ()
    growth: tuple[Growth, ...] = ()

    def cell(self, workload: str, cut: str, mode: str) -> Cell | None:
        """The cell, if it was measured."""
        for cell in self.cells:
            if (cell.workload, cell.cut, cell.mode) == (workload, cut, mode):
                return cell
        return None


@dataclass(frozen=True)
class Results:
    """All of a run.

    Args:
        head: what was measured, on what; in the order in which reports tell it.
        versions: of the rivals; "not installed" for those that are not there.
        gives: what each contestant gives its user.
        stand_ins: files that a text of the same character stood in for.
        main: of this process.
        pure: of a process with the interpreted build, or None.
        figures: of whole processes, by name, several of each.
        loaded: heavy modules that an import brought along, by statement.
        late: characters between an item's `}` and its Validated, of several items, by kind.
        quick: made in a hurry.
    """

    head: Mapping[str, str]
    versions: Mapping[str, str]
    gives: Mapping[str, str]
    stand_ins: tuple[str, ...]
    main: Suite
    pure: Suite | None = None
    figures: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    loaded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    late: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    quick: bool = False

    def suite(self, build: str) -> Suite | None:
        """What the build was measured as, if it was."""
        for suite in (self.pure, self.main):
            if suite is not None and suite.build == build:
                return suite
        return None

    def figure(self, name: str) -> Spread | None:
        """A figure of whole processes, if it was measured."""
        values = self.figures.get(name)
        return Spread.of(values) if values else None


def dumps(results: Results | Suite) -> str:
    """As JSON."""
    return json.dumps(asdict(results), indent=1)


def suite_of(data: Mapping[str, Any]) -> Suite:
    """From the data of `dumps`."""
    cells = []
    for cell in data["cells"]:
        outcomes = {
            name: Outcome(tuple(outcome["seconds"]), outcome["note"])
            for name, outcome in cell["outcomes"].items()
        }
        cells.append(Cell(**{**cell, "outcomes": outcomes}))
    growth = [
        Growth(g["kind"], g["mode"], tuple(g["sizes"]), tuple(map(tuple, g["seconds"])))
        for g in data["growth"]
    ]
    return Suite(data["build"], tuple(cells), tuple(growth))


def results_of(data: Mapping[str, Any]) -> Results:
    """From the data of `dumps`."""
    return Results(
        **{
            **data,
            "stand_ins": tuple(data["stand_ins"]),
            "main": suite_of(data["main"]),
            "pure": None if data["pure"] is None else suite_of(data["pure"]),
            "figures": {name: tuple(values) for name, values in data["figures"].items()},
            "loaded": {name: tuple(values) for name, values in data["loaded"].items()},
            "late": {name: tuple(values) for name, values in data.get("late", {}).items()},
        }
    )
