"""A guard by counted instructions: `python -m benchmarks.instructions`.

Times differ from run to run, instructions hardly do. Each work runs N and 3 N times under
valgrind's callgrind; the difference divided by 2 N is what one costs, without what starting
and stopping cost. It is compared with `instructions.json`, which holds one baseline for each
build, with the toolchain it was made by: other toolchains count otherwise.

It ends with 0 where all is within 2 %, with 1 where something is not, and with 2 where
nothing can be said. `--record` makes what was counted the baseline.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import files, fragments, workloads
from .build import ROOT, Build, machine, measured, prefer_installed

BASELINE = Path(__file__).with_name("instructions.json")
TOLERANCE = 0.02
# Work, and N. Counting takes some fifty times as long as doing, so the numbers are small.
WORKS = {"tool call": 60, "records": 3, "string": 2, "blocks": 1}


def main(arguments: Sequence[str] | None = None) -> int:
    """Count, and compare or record. Answers with the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions")
    parser.add_argument("--pure", action="store_true", help="count the interpreted build")
    parser.add_argument("--record", action="store_true", help="make this the baseline")
    parser.add_argument("--work", nargs=2, metavar=("NAME", "TIMES"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    prefer_installed()
    if options.work:
        work(options.work[0], int(options.work[1]))
        return 0
    if shutil.which("valgrind") is None:
        return _cannot("valgrind is not installed, and nothing else counts instructions here.")
    build = measured()
    print(f"partialjson {build.version}, {build.name}, {build.file}")
    if not (build.compiled or options.pure):
        return _cannot("This is the interpreted build. Install a compiled one, or say --pure.")
    tools = toolchain(build)
    known = json.loads(BASELINE.read_text("utf-8")) if BASELINE.is_file() else {}
    if not options.record and (why := _differs(known.get(build.name), tools)):
        return _cannot(f"{why} Count with --record on a state that is known to be good.")
    counted = {name: count(name, times) for name, times in WORKS.items()}
    if options.record:
        known[build.name] = {"toolchain": tools, "instructions": counted}
        BASELINE.write_text(json.dumps(known, indent=2) + "\n", "utf-8")
    lines, good = compare(known[build.name]["instructions"], counted)
    print("\n".join(lines))
    return 0 if good else 1


def work(name: str, times: int) -> None:
    """Do one of `WORKS` that many times."""
    from .contestants import all_events, final_value

    run = all_events
    if name == "blocks":
        run = final_value
        given = fragments.cut(files.stand_in("twitter").text, fragments.BLOCKS).given
    else:
        text = {
            "tool call": workloads.tool_call(109)[0],
            "records": workloads.records(9000)[0],
            "string": workloads.prose(16_000)[0],
        }[name]
        given = fragments.cut(text, fragments.FOUR).given
    for _ in range(times):
        run(given)


def count(name: str, times: int) -> int:
    """Instructions that one of the work costs."""
    return round((_collected(name, 3 * times) - _collected(name, times)) / (2 * times))


def compare(baseline: Mapping[str, int], counted: Mapping[str, int]) -> tuple[list[str], bool]:
    """A table of both, and whether all is within the tolerance."""
    lines = [f"{'':12} {'baseline':>14} {'counted':>14} {'change':>9}"]
    good = True
    for name, now in counted.items():
        before = baseline.get(name, 0)
        change = now / before - 1 if before else float("inf")
        far = abs(change) > TOLERANCE
        good = good and not far
        lines.append(f"{name:12} {before:14,} {now:14,} {change:+9.2%}{'  <--' if far else ''}")
    return lines, good


def toolchain(build: Build) -> dict[str, str]:
    """What counts are made by, as far as it is known."""
    valgrind = subprocess.run(
        ["valgrind", "--version"], stdout=subprocess.PIPE, text=True, check=True
    )
    about = machine()
    return {
        "python": about["interpreter"],
        "compiler": about["its compiler"],
        "system": about["system"],
        "cython": build.cython,
        "valgrind": valgrind.stdout.strip(),
        "platform": platform.machine(),
    }


def _differs(baseline: Mapping[str, Mapping[str, str]] | None, tools: Mapping[str, str]) -> str:
    """Why counts of this toolchain cannot be held against the baseline; or ""."""
    if baseline is None:
        return "There is no baseline for this build yet."
    known = baseline["toolchain"]
    off = [f"{name}: {known.get(name)!r}, here {tools[name]!r}" for name in tools]
    off = [text for text, name in zip(off, tools, strict=True) if known.get(name) != tools[name]]
    return f"The baseline was made by other tools ({'; '.join(off)})." if off else ""


def _collected(name: str, times: int) -> int:
    """Instructions of a whole process that does the work so many times."""
    done = subprocess.run(
        [
            *("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"),
            *(sys.executable, "-m", "benchmarks.instructions", "--work", name, str(times)),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        stderr=subprocess.PIPE,
        text=True,
    )
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found:
        raise SystemExit(f"{name} failed under valgrind:\n{done.stderr[-2000:]}")
    return int(found.group(1))


def _cannot(why: str) -> int:
    print(why)
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
