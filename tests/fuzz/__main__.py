"""The runner: all targets in turn, each in a process of its own; then a table.

    python -m tests.fuzz [--seconds N] [--target NAME]... [--jobs N] [--plain] [--grow]

Exits with 1 if anything was found: each find is shown as a literal, made small, and kept as a
file, with the command that repeats it.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from .catalogue import CORPUS, NAMES, WEIGHTS, Target, name_of, target
from .finds import FOLDER, HERE, broken, smaller

SLOW, LARGE = 60, 3072  # seconds and megabytes for one input: libFuzzer ends there
MOST_FILES, MOST_BYTES = 40, 12_000  # of one corpus
_STAT = re.compile(r"stat::(\w+): +([\d.]+)")
_COVERED = re.compile(r" cov: (\d+) ft: (\d+) ")


@dataclass
class Result:
    """What became of a target.

    Attributes:
        facts: libFuzzer's figures by their names, and `cov` and `ft`: edges and features.
        new: inputs that reached what none before did.
        found: files of what broke.
        code: how the process ended.
        log: what it wrote.
    """

    name: str
    facts: dict[str, str] = field(default_factory=dict)
    new: list[bytes] = field(default_factory=list)
    found: list[Path] = field(default_factory=list)
    code: int = 0
    log: str = ""

    def row(self) -> tuple[str, ...]:
        runs, rate = self.facts.get("number_of_executed_units", "?"), self.facts.get("rate", "?")
        covered = f"{self.facts.get('cov', '-')}/{self.facts.get('ft', '-')}"
        slowest = self.facts.get("slowest_unit_time_sec", "?")
        memory = self.facts.get("peak_rss_mb", "?")
        return (
            *(self.name, runs, rate, covered, str(len(self.new)), slowest, memory),
            str(len(self.found)),
        )


HEAD = ("target", "executions", "exec/s", "edges/features", "new", "slowest s", "MB", "finds")


def main() -> int:
    given = arguments()
    if given.repeat is not None:
        return repeat(target(given.target[0]), given.repeat)
    guides = importlib.util.find_spec("atheris") is not None and not given.plain
    print("guided by coverage" if guides else "by chance alone", flush=True)
    names = given.target or [*NAMES]
    shares = sum(WEIGHTS[name] for name in names) / given.jobs

    def work(name: str) -> Result:
        seconds = max(1.0, given.seconds * WEIGHTS[name] / shares)
        result = run(name, seconds, given.seed, guides)
        print("done:", *result.row(), flush=True)
        return result

    with ThreadPoolExecutor(given.jobs) as pool:
        results = [*pool.map(work, names)]
    table([HEAD, *(result.row() for result in results), total(results)])
    if given.grow:
        for result in results:
            grow(result)
    return max([tell(result) for result in results], default=0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=180, help="for all targets together")
    parser.add_argument("--target", action="append", choices=NAMES, help="this one; default: all")
    parser.add_argument("--jobs", type=int, default=1, help="how many run at a time")
    parser.add_argument("--seed", type=int, default=1, help="where chance begins")
    parser.add_argument("--plain", action="store_true", help="by chance alone, in this build")
    parser.add_argument("--grow", action="store_true", help="keep new inputs in the corpus")
    parser.add_argument("--repeat", type=Path, help="run this file, by the target")
    given = parser.parse_args()
    if given.repeat is not None and len(given.target or ()) != 1:
        parser.error("--repeat needs one --target")
    return given


def repeat(known: Target, path: Path) -> int:
    """Run one input, and let its traceback be seen."""
    data = path.read_bytes()
    print(data)
    error = broken(known.run, data)
    if error is not None:
        traceback.print_exception(error)
    return int(error is not None)


# --- running ----------------------------------------------------------------------------


def run(name: str, seconds: float, seed: int, guides: bool) -> Result:
    """Fuzz a target in a process of its own."""
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    before = {*folder.iterdir()}
    with tempfile.TemporaryDirectory() as work:
        command = (
            [*guided(name, seconds, seed, Path(work))]
            if guides
            else [
                *(sys.executable, "-m", "tests.fuzz.unguided", name, str(folder), str(seconds)),
                str(seed),
            ]
        )
        ended = subprocess.run(
            command, cwd=HERE, capture_output=True, text=True, errors="replace", check=False
        )
        new = Path(work) / "new"
        found = [path.read_bytes() for path in sorted(new.glob("*"))]
    result = Result(name, new=found, code=ended.returncode, log=ended.stdout + ended.stderr)
    result.facts = facts_of(result.log, seconds)
    result.found = sorted(x for x in {*folder.iterdir()} - before if x.suffix != ".txt")
    return result


def guided(name: str, seconds: float, seed: int, work: Path) -> Iterator[str]:
    """The command that runs a target under atheris."""
    for part in ("new", "seeds"):
        (work / part).mkdir()
    known = target(name)
    for data in known.inputs().values():
        (work / "seeds" / name_of(data)).write_bytes(data)
    yield from (sys.executable, "-m", "tests.fuzz.guided", name, str(FOLDER / name))
    yield from (str(work / "new"), str(work / "seeds"))
    yield from (f"-max_total_time={int(seconds)}", f"-max_len={known.max_len}", f"-seed={seed}")
    yield from (f"-timeout={SLOW}", f"-rss_limit_mb={LARGE}", "-print_final_stats=1")
    yield f"-artifact_prefix={FOLDER / name}{os.sep}"


def facts_of(log: str, seconds: float) -> dict[str, str]:
    facts = dict(_STAT.findall(log))
    if covered := _COVERED.findall(log):
        facts["cov"], facts["ft"] = covered[-1]
    done = float(facts.get("number_of_executed_units", 0))
    facts["rate"] = facts.get("average_exec_per_sec", f"{done / seconds:.0f}")
    return facts


# --- telling ----------------------------------------------------------------------------


def table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        first, *others = row
        cells = [
            first.ljust(widths[0]),
            *(x.rjust(w) for x, w in zip(others, widths[1:], strict=False)),
        ]
        print("  ".join(cells))


def total(results: list[Result]) -> tuple[str, ...]:
    def summed(i: int) -> str:
        return str(sum(int(row[i]) for row in rows if row[i].isdigit()))

    rows = [result.row() for result in results]
    return ("all", summed(1), "", "", summed(4), "", "", summed(7))


def tell(result: Result) -> int:
    """Show what was found. Answer 1 if anything was."""
    for path in result.found:
        data = path.read_bytes()
        if path.name.startswith("crash-"):
            data = smaller(target(result.name), data)
            path.write_bytes(data)
        print(f"\n== {result.name}: {path.relative_to(HERE)}\n{data!r}")
        trace = path.with_suffix(".txt")
        print(trace.read_text(encoding="utf-8") if trace.is_file() else result.log[-3000:])
        print(f"python -m tests.fuzz --target {result.name} --repeat {path.relative_to(HERE)}")
    if result.code and not result.found:
        print(f"\n== {result.name} ended with {result.code}\n{result.log[-3000:]}")
    return int(bool(result.found or result.code))


def grow(result: Result) -> None:
    """Keep new inputs, small and large ones, as long as there is room."""
    folder = CORPUS / result.name
    folder.mkdir(parents=True, exist_ok=True)
    kept = [path.stat().st_size for path in folder.iterdir()]
    count, size = len(kept), sum(kept)
    found = sorted(result.new, key=len)
    for data in found[:: max(1, len(found) // MOST_FILES)]:
        path = folder / name_of(data)
        if count < MOST_FILES and size + len(data) <= MOST_BYTES and not path.exists():
            path.write_bytes(data)
            count, size = count + 1, size + len(data)
    print(f"{result.name}: {count} files, {size} bytes")


if __name__ == "__main__":
    sys.exit(main())
