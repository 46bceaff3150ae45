"""How early the verdict is: `python -m benchmarks.earliest`.

Each schema's documents are damaged, one value or key each, and fed to `SchemaParser` character
by character. Where its first Violation comes is held against the byte at which llguidance
refuses the document, against the close of the value that jsonschema complains about, and
against documents that begin in the same way: none may be valid.

llguidance comes with `pip install llguidance`; without it there is no oracle, and the rest is
measured. Numbers are measured a second time in their plain form.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ..build import measured as measured_build
from ..build import prefer_installed


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print.

    Answers with 0; 1 where a verdict was unsound; 2 where there is no SchemaParser.
    """
    options = _options().parse_args(arguments)
    prefer_installed()  # before anything below imports partialjson
    from . import report, schemas, verdicts
    from .damage import NUMBERS
    from .measure import Bench, Measured

    if not verdicts.available():
        print("this partialjson has no SchemaParser", file=sys.stderr)
        return 2
    build = measured_build()
    print(f"partialjson {build.version}, {build.name}, {build.file}", file=sys.stderr)
    names = options.schemas or [*schemas.load()]
    runs: dict[str, dict[str, Measured]] = {}
    start = time.perf_counter()
    for form, kinds in ((report.JSON_NUMBERS, ()), (report.PLAIN_NUMBERS, NUMBERS)):
        runs[form] = {}
        for name in names:
            bench = Bench(
                schemas.load()[name],
                verdicts.ours,
                seed=options.seed,
                plain=form == report.PLAIN_NUMBERS,
                continuations=options.continuations,
            )
            found = bench.run(options.documents, kinds)
            if found.outcomes or found.failures or not kinds:
                runs[form][name] = found
            print(f"{time.perf_counter() - start:7.1f} s  {form}: {name}", file=sys.stderr)
    print(report.text(runs, full=options.full))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report.as_data(runs), ensure_ascii=False), "utf-8")
    return int(any(target.met is False and target.floor == "0" for target in report.targets(runs)))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.earliest",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--documents", type=int, default=40, metavar="N", help="damaged ones of each schema"
    )
    parser.add_argument("--schemas", nargs="+", metavar="NAME", help="only these")
    parser.add_argument("--seed", type=int, default=0, help="of documents and damage")
    parser.add_argument(
        "--continuations", type=int, default=100, metavar="N", help="tried after each verdict"
    )
    parser.add_argument("--full", action="store_true", help="list all, not a few of each group")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there, too")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
