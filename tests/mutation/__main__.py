"""What became of the mutants: a table, and the survivors that nobody explained.

    python -m tests.mutation MUTANTS

MUTANTS is the folder that mutmut wrote (`.ci/mutate` runs it). Ends with 1 if fewer than LEAST
percent of the mutants that have tests were killed, or if a survivor has no explanation.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from .report import LEAST, Change, Mutant, explanations, mutants, share, table


def main(folder: Path, known: Mapping[Change, str]) -> int:
    found = mutants(folder)
    waiting = sum(each.fate == "not run" for each in found)
    lives = [each for each in found if each.lives and each.fate != "not run"]
    open_ones = [each for each in lives if each.change not in known]
    for each in open_ones:
        print(f"{each.name}: {each.fate}", *each.change.lines(), sep="\n", end="\n\n")
    print(table(found, known))
    killed = share(found, {"killed", "timeout"})
    print(f"\nkilled: {killed:.1%}, at least {LEAST:.0%}; not explained: {len(open_ones)};", end="")
    print(f" not run: {waiting}")
    return int(killed < LEAST or bool(open_ones) or waiting > 0 or unused(found, known))


def unused(found: list[Mutant], known: Mapping[Change, str]) -> bool:
    """Name the explanations of what is killed or is no mutant any longer."""
    alive = {each.change for each in found if each.lives}
    rest = [change for change in known if change not in alive]
    for change in rest:
        print(f"explained, but killed or gone: {change}")
    return bool(rest)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), explanations()))
