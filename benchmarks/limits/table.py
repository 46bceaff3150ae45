"""Measuring attacks, each in a process of its own, and the table that comes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from ..build import PURE, ROOT
from .attack import Attack

STATUS: Final = Path("/proc/self/status")
_CLEAR: Final = Path("/proc/self/clear_refs")
_STEP: Final = 4  # the larger size is so many times the smaller
_WORST: Final = 8.0  # how many times the time it may take: 4 is linear, 16 would be quadratic
_AGAIN: Final = 2  # how often that is tried
_LEAST: Final = 0.25  # seconds below which the clock tells nothing


@dataclass(frozen=True)
class Figure:
    """What an attack of some size came to.

    Args:
        size: how large it was.
        outcome: what came of it.
        seconds: of processor time.
        megabytes: at the peak, without what the process had before.
    """

    size: int
    outcome: str
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Row:
    """An attack, at both sizes.

    Args:
        group, name: which one.
        build: `compiled` or `interpreted`.
        small, large: the figures.
        wrong: what is not as it must be.
    """

    group: str
    name: str
    build: str
    small: Figure
    large: Figure
    wrong: tuple[str, ...] = ()

    @property
    def ratio(self) -> float | None:
        """How many times as long the larger took; None where the clock tells nothing."""
        if self.large.seconds < _LEAST:
            return None
        return self.large.seconds / max(self.small.seconds, 1e-3)


def once(attack: Attack, size: int) -> Figure:
    """Do it here. What was imported before and warmed up does not count."""
    attack.run(min(attack.small, 100))
    before = _peak_forgotten()
    began = time.process_time()
    found = attack.run(size)
    seconds = time.process_time() - began
    return Figure(size, found, seconds, max(0.0, _memory("VmHWM") - before))


def _peak_forgotten() -> float:
    """Megabytes in use; the peak so far is forgotten, where the system can."""
    try:
        _CLEAR.write_text("5")
    except OSError:
        return _memory("VmHWM")
    return _memory("VmRSS")


def _memory(name: str) -> float:
    """Megabytes, from the line of that name."""
    for line in STATUS.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1000
    raise SystemExit(f"{STATUS} has no {name}")


def measured(group: str, attack: Attack, build: str) -> Row:
    """Both sizes, each in a process of its own, held against what must come of them."""
    size = max(attack.size // (attack.slow if build == "interpreted" else 1), attack.small)
    smaller = max(size // _STEP, min(attack.small, size))
    row = _row(group, attack, (smaller, size), build)
    for _ in range(_AGAIN):
        if row.wrong:  # others may have had the processor's caches; what is so stays so
            again = _row(group, attack, (smaller, size), build)
            small, large = _best(row.small, again.small), _best(row.large, again.large)
            row = replace(row, small=small, large=large)
            row = replace(row, wrong=tuple(_wrong(attack, row)))
    return row


def _row(group: str, attack: Attack, sizes: tuple[int, int], build: str) -> Row:
    small, large = (_elsewhere(group, attack, size, build) for size in sizes)
    row = Row(group, attack.name, build, small, large)
    return replace(row, wrong=tuple(_wrong(attack, row)))


def _best(one: Figure, other: Figure) -> Figure:
    """The quicker of two runs; the one with another outcome, if there is one."""
    if one.outcome != other.outcome:
        return one
    return min(one, other, key=lambda figure: figure.seconds)


def _wrong(attack: Attack, row: Row) -> Iterator[str]:
    for figure in (row.small, row.large):
        if figure.outcome != attack.outcome:
            yield f"at {figure.size:,} the outcome is {figure.outcome}, not {attack.outcome}"
        most = attack.fixed + attack.per * figure.size / 1e6
        if figure.megabytes > most:
            yield f"at {figure.size:,} it takes {figure.megabytes:.0f} MB, not {most:.0f} at most"
    times = row.large.size / row.small.size
    if row.ratio is not None and row.ratio > _WORST * times / _STEP:
        yield f"{times:.0f} times the size take {row.ratio:.1f} times the time"


def _elsewhere(group: str, attack: Attack, size: int, build: str) -> Figure:
    environment = {**os.environ, PURE: "1" if build == "interpreted" else ""}
    command = [sys.executable, "-m", "benchmarks.limits", "--one", group, attack.name, str(size)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        return Figure(size, f"the process ended with {done.returncode}", 0.0, 0.0)
    return Figure(**json.loads(done.stdout))


# --- what is told of it ----------------------------------------------------------------


def tables(rows: Sequence[Row], groups: Mapping[str, Sequence[Attack]]) -> list[str]:
    """A table for each group, in Markdown; what was not measured has no figures."""
    lines: list[str] = []
    builds = sorted({row.build for row in rows})
    found = {(row.group, row.name, row.build): row for row in rows}
    for group, attacks in groups.items():
        lines += ["", f"### {group}", "", _head(builds), "|" + "---|" * (2 + 4 * len(builds))]
        for attack in attacks:
            mine = [found.get((group, attack.name, build)) for build in builds]
            cells = [cell for row in mine for cell in _cells(row)]
            lines.append("| " + " | ".join([attack.name, f"`{attack.outcome}`", *cells]) + " |")
    return lines


def _head(builds: Iterable[str]) -> str:
    cells = [f"{build}: size | time | × | peak" for build in builds]
    return "| attack | outcome | " + " | ".join(cells) + " |"


def _cells(row: Row | None) -> tuple[str, ...]:
    if row is None:
        return ("", "", "", "")
    seconds = row.large.seconds
    took = f"{seconds:.2f} s" if seconds >= 0.01 else "< 0.01 s"
    ratio = "" if row.ratio is None else f"{row.ratio:.1f}"
    return _size(row.large.size), took, ratio, f"{row.large.megabytes:,.0f} MB"


def _size(size: int) -> str:
    for unit, name in ((10**9, "G"), (10**6, "M"), (1000, "k")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return str(size)


def as_data(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The figures as plain data."""
    return [asdict(row) for row in rows]


def from_data(data: Iterable[dict[str, Any]]) -> list[Row]:
    """The figures that `as_data` told."""
    return [
        Row(
            **{
                **row,
                "small": Figure(**row["small"]),
                "large": Figure(**row["large"]),
                "wrong": tuple(row["wrong"]),
            }
        )
        for row in data
    ]
