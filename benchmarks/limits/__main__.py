"""What withstands what: `python -m benchmarks.limits [--quick] [--write]`.

Each attack runs in a process of its own, at two sizes of which one is four times the other, with
the compiled build and the interpreted one, where both are there. What comes of it, how long it
takes and how much memory at the peak is held against what must be: the named limit or the
reading of it all, about four times the time, and so many bytes for each character. It ends
with 1 where anything is not so. `--write` puts the tables into `docs/limits.md`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from ..build import ROOT, machine, prefer_installed

PAGE: Final = ROOT / "docs" / "limits.md"
_PLACE: Final = re.compile(r"(<!-- attacks -->\n).*?(<!-- /attacks -->)", re.DOTALL)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and hold against what must be."""
    options = _options().parse_args(arguments)
    prefer_installed()  # before anything below imports partialjson
    from . import table
    from .catalogue import GROUPS

    if options.one:
        group, name, size = options.one
        (attack,) = [attack for attack in GROUPS[group] if attack.name == name]
        print(json.dumps(asdict(table.once(attack, int(size)))))
        return 0
    rows = []
    for file in options.beside or ():
        rows += table.from_data(json.loads(file.read_text("utf-8")))
    for build in options.build or _builds():
        for group, attacks in GROUPS.items():
            for attack in attacks:
                if options.only and not re.search(options.only, f"{group}: {attack.name}"):
                    continue
                size = attack.small * 4 if options.quick else attack.size // options.scale
                chosen = replace(attack, size=max(size, attack.small))
                rows.append(table.measured(group, chosen, build))
                _say(rows[-1])
                if options.json:
                    options.json.write_text(json.dumps(table.as_data(rows)), "utf-8")
    lines = [*_about(), *table.tables(rows, GROUPS)]
    print("\n".join(lines))
    if options.write:
        text = "\n".join(lines) + "\n\n"
        page = PAGE.read_text("utf-8")
        PAGE.write_text(_PLACE.sub(lambda found: f"{found[1]}\n{text}{found[2]}", page), "utf-8")
    return 1 if any(row.wrong for row in rows) else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.limits",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: a few minutes")
    parser.add_argument("--scale", type=int, default=1, help="divide the sizes by this")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/limits.md")
    parser.add_argument("--only", metavar="REGEX", help="only attacks whose group or name fits")
    parser.add_argument("--build", action="append", choices=("compiled", "interpreted"))
    parser.add_argument(
        "--beside",
        type=Path,
        action="append",
        metavar="FILE",
        help="show the figures of an earlier --json, too",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--one", nargs=3, metavar="WORD", help=argparse.SUPPRESS)
    return parser


def _builds() -> list[str]:
    import partialjson

    return ["compiled", "interpreted"] if partialjson.COMPILED else ["interpreted"]


def _about() -> list[str]:
    import partialjson

    facts = machine()
    told = ", ".join(facts[name] for name in ("interpreter", "processor", "system", "date"))
    return [
        f"partialjson {partialjson.__version__}, {told}, load {facts['load before']}. Times are",
        "processor time; × is how many times as long four times the size take, where it is long",
        "enough to tell; the peak is what the process took beside what it had before.",
    ]


def _say(row: object) -> None:
    from .table import Row

    assert isinstance(row, Row)
    wrong = "".join(f"\n    WRONG: {why}" for why in row.wrong)
    ratio = "" if row.ratio is None else f", x{row.ratio:.1f}"
    told = f"{row.large.seconds:.2f} s{ratio}, {row.large.megabytes:.0f} MB"
    print(
        f"{row.build[:8]} {row.name} ({row.large.size:,}): {row.large.outcome}, {told}{wrong}",
        file=sys.stderr,
        flush=True,
    )


if __name__ == "__main__":
    raise SystemExit(main())
