"""Whole processes: memory, imports, and the interpreted build beside the compiled one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import workloads
from .build import PURE, ROOT, Build
from .probe import STATUS
from .results import Suite, suite_of
from .targets import DOCUMENT, HEAVY, IDLE, IMPORTS, ITEMS, STARTED

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

Say = Callable[[str], None]
Figures = dict[str, tuple[float, ...]]

_MB = 1_000_000


def interpreted(quick: bool, say: Say) -> Suite:
    """What the interpreted build does, measured in a process that was told to use it."""
    say("the interpreted build, in a process of its own")
    return suite_of(_probe("pure", "quick" if quick else "full", pure=True))


def memory(build: Build, quick: bool, say: Say) -> Figures:
    """The memory targets' figures; several of each, of processes run in turn."""
    say("memory; idle parsers")
    call = workloads.named("tool call, 109 B").text[:40]
    pieces = "|".join(call[i : i + 4] for i in range(0, len(call), 4))
    idle = _probe("idle", pieces, file=build.file)
    found: Figures = {IDLE: (idle["fresh"],), STARTED: (idle["started"],)}
    if not STATUS.is_file():
        say(f"memory; the rest is not measured where there is no {STATUS}")
        return found
    say("memory; a 10 MB document")
    found[DOCUMENT] = _document(build, 2 if quick else 5)
    say("memory; array items with keep=False")
    items = _probe("items", str((100 if quick else 1000) * _MB), file=build.file)
    found[ITEMS] = (items["growth"] / _MB,)
    return found


def _document(build: Build, rounds: int) -> tuple[float, ...]:
    """Our peak over that of `json.load`, for each round."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.json"
        path.write_text(workloads.records(10 * _MB)[0], encoding="utf-8")
        ratios = []
        for _ in range(rounds):
            theirs = _probe("loads", str(path), file=build.file)["peak"]
            ratios.append(_probe("document", str(path), file=build.file)["peak"] / theirs)
    return tuple(ratios)


def imports(build: Build, quick: bool, say: Say) -> Figures:
    """Milliseconds that each statement of `IMPORTS` adds to a bare interpreter."""
    say("import")
    statements = ("pass", *IMPORTS)
    found: dict[str, list[float]] = {name: [] for name in IMPORTS}
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(build)
        for number in range(10 if quick else 30):
            turn = number % len(statements)
            took = {
                statement: _seconds(statement, folder, environment)
                for statement in statements[turn:] + statements[:turn]
            }
            if number:  # the first wrote the byte code
                for name in IMPORTS:
                    found[name].append(1000 * (took[name] - took["pass"]))
    return {name: tuple(values) for name, values in found.items()}


def loaded(build: Build) -> dict[str, tuple[str, ...]]:
    """Which of `HEAVY` each statement loads, and parsing something with the last."""
    found = {}
    for statement in (*IMPORTS, f"{IMPORTS[-1]}; Parser().feed('[1]')"):
        code = f"{statement}\nimport json, sys\nprint(json.dumps([*sys.modules]))"
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-c", code],
                **_how(folder, _environment(build)),
                stdout=subprocess.PIPE,
            )
        modules = json.loads(done.stdout)
        found[statement] = tuple(name for name in HEAVY if name in modules)
    return found


def _seconds(statement: str, folder: str, environment: dict[str, str]) -> float:
    """Processor time of the process, where that is known: the machine is shared."""
    start = _spent()
    subprocess.run([sys.executable, "-c", statement], **_how(folder, environment))
    return _spent() - start


def _spent() -> float:
    """Processor time of all processes that were waited for."""
    if resource is None:
        return time.perf_counter()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _how(folder: str, environment: dict[str, str]) -> dict[str, Any]:
    """An empty folder, for `-c` looks there first."""
    return {"cwd": folder, "env": environment, "check": True}


def _environment(build: Build) -> dict[str, str]:
    """Where the measured package is only in the source tree, processes have to be told."""
    environment = dict(os.environ)
    if Path(build.file).parents[1] == ROOT:
        known = [environment["PYTHONPATH"]] if environment.get("PYTHONPATH") else []
        environment["PYTHONPATH"] = os.pathsep.join([*known, str(ROOT)])
    return environment


def _probe(name: str, argument: str, *, pure: bool = False, file: str = "") -> Any:
    """What the probe printed. It must have measured the file, if one is given."""
    environment = {**os.environ, **({PURE: "1"} if pure else {})}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.probe", name, argument],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    data = json.loads(done.stdout)
    if file and data["file"] != file:
        raise SystemExit(f"{name} measured {data['file']}, not {file}")
    return data
