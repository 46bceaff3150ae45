"""What partialjson costs, against its promises and its rivals: `python -m benchmarks`.

Measured is the installed library. If its core is not compiled, nothing is measured unless
`--pure` says that this is known: a build that fell back to the interpreter must not pass for
a compiled one. Rivals come with `pip install 'partialjson-live[bench]'`; those that are not
there are named and left out.

instructor is not in that extra: it holds jiter, another rival, at a version that is slower.
`pip install --no-deps instructor` brings as much of it as is needed here.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .build import ROOT, load, machine, measured, prefer_installed

if TYPE_CHECKING:
    from .results import Results

PARTS = ("tokens", "cuts", "blocks", "objects", "growth", "pure", "memory", "import")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the targets, write the report.

    Answers with 0; 1 where partialjson did not find what `json.loads` finds; 2 where the
    build is not the one to measure. A missed target is no failure.
    """
    options = _options().parse_args(arguments)
    prefer_installed()  # before anything below imports partialjson
    if options.read:
        from .results import results_of

        results = results_of(json.loads(options.read.read_text("utf-8")))
    else:
        build = measured()
        print(f"partialjson {build.version}, {build.name}, {build.file}", file=sys.stderr)
        if not build.compiled and not options.pure:
            print(
                "This is the interpreted build, so no target of the compiled one can be measured. "
                "Install a compiled one, or say --pure to measure this.",
                file=sys.stderr,
            )
            return 2
        results = _measure(options.only or PARTS, options.quick)
    return 1 if _write(results, options) else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="little effort: under two minutes")
    parser.add_argument(
        "--pure", action="store_true", help="go on although the installed build is interpreted"
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=PARTS,
        help="measure only this part (may be repeated); writes nothing unless --out is given",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write there instead of to docs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the raw times, too")
    parser.add_argument(
        "--read", type=Path, metavar="FILE", help="measure nothing, report what --json wrote"
    )
    return parser


def _measure(parts: Sequence[str], quick: bool) -> Results:
    from . import files, process, suite, workloads
    from .contestants import OURS
    from .results import Results
    from .rivals import ALL

    start = time.perf_counter()

    def say(text: str) -> None:
        print(f"{time.perf_counter() - start:7.1f} s  {text}", file=sys.stderr, flush=True)

    build = measured()
    head = machine()
    own = [*parts]
    if not build.compiled and "pure" in own:
        own = [part for part in own if part != "growth"]  # the other process measures the same
    main_suite = suite.main(own, build.name, quick, say)
    figures: process.Figures = {}
    if "memory" in parts:
        figures |= process.memory(build, quick, say)
    if "import" in parts:
        figures |= process.imports(build, quick, say)
    pure = process.interpreted(quick, say) if "pure" in parts else None
    cython = f" by Cython {build.cython}" if build.cython else ""
    return Results(
        head={
            OURS.name: f"{build.version}, {build.name}{cython}, {build.short_file}",
            **head,
            "load after": load(),
            "took": f"{time.perf_counter() - start:.0f} s",
        },
        versions=suite.versions(),
        gives={contestant.name: contestant.gives for contestant in ALL},
        stand_ins=tuple(name for name in files.NAMES if workloads.named(name).stand_in),
        main=main_suite,
        pure=pure,
        figures=figures,
        late=suite.late(say) if "objects" in parts else {},
        loaded=process.loaded(build) if "import" in parts else {},
        quick=quick,
    )


def _write(results: Results, options: argparse.Namespace) -> list[str]:
    """Write and print everything. Answers with where partialjson itself failed."""
    from . import plots, report
    from .results import dumps
    from .targets import COMPILED

    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(dumps(results), "utf-8")
    folder = options.out or (None if options.only else ROOT / "docs")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        drawn = []
        if plots.available():
            drawn = [*plots.draw(results, folder)]
        else:
            print("without pictures: matplotlib is not installed", file=sys.stderr)
        (folder / "benchmarks.md").write_text(report.markdown(results, drawn), "utf-8")
        print(f"wrote {folder / 'benchmarks.md'}", file=sys.stderr)
    for name, value in results.head.items():
        print(f"{name:14} {value}")
    print("\n".join(["", *report.target_lines(results)]))
    if results.main.build != COMPILED:
        print(f"\nNOTE: {report.warning()}")
    failures = report.own_failures(results)
    for failure in failures:
        print(f"\nFAILED: {failure}")
    return failures


if __name__ == "__main__":
    raise SystemExit(main())
