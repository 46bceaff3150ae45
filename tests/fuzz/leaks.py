"""Whether memory stays flat while all inputs of the corpora are run over and over.

    python -m tests.fuzz.leaks [--loops N] [--target NAME]...

One process runs each target's inputs: some times until all caches are full, then N times more.
Printed are the blocks that Python has allocated and the objects that its collector knows, at
both times, and the resident memory. Exits with 1 if blocks or objects grew with the loops.
`PARTIALJSON_PURE=1` in the environment takes the interpreted build.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.build import measured, prefer_installed

from .catalogue import NAMES, Target, target

WARM = 8  # loops until what is kept for later is kept
OBJECTS = 20  # that may come: `Held` itself, and what the interpreter counts late
BLOCKS = 1000  # that may come: the interpreter's cache of attributes holds names from JSON
SLOW = 20  # runs, and as many more blocks, before it is called a leak
HEAD = ("target", "inputs", "loops", "blocks", "then", "objects", "then", "MB", "then")


@dataclass(frozen=True)
class Held:
    """What the process holds: blocks, objects, megabytes."""

    blocks: int
    objects: int
    resident: float

    @classmethod
    def now(cls) -> Held:
        """After everything was let go that can be."""
        for _ in range(3):
            gc.collect()
        return cls(sys.getallocatedblocks(), len(gc.get_objects()), resident())


def resident() -> float:
    """Megabytes of memory that the process has now; 0 where nobody knows."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * 4096 / 1e6


def looped(known: Target, inputs: Sequence[bytes], loops: int) -> tuple[Held, Held]:
    """What is held before and after so many loops over the inputs."""
    _loop(known, inputs, WARM)
    Held.now()  # which makes a codec, once
    before = Held.now()
    _loop(known, inputs, loops)
    return before, Held.now()


def _loop(known: Target, inputs: Iterable[bytes], loops: int) -> None:
    for _ in range(loops):
        for data in inputs:
            with suppress(Exception):  # finds are another matter
                known.run(data)


def grew(before: Held, after: Held, inputs: int, loops: int) -> bool:
    """Whether more is held with every loop."""
    objects, blocks = after.objects - before.objects, after.blocks - before.blocks
    return objects > OBJECTS or blocks > BLOCKS + inputs * loops / SLOW


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.leaks", description=__doc__)
    parser.add_argument("--loops", type=int, default=50, help="after those that warm it up")
    parser.add_argument("--target", action="append", choices=NAMES, help="this one; default: all")
    given = parser.parse_args()
    prefer_installed()
    print(measured().name, flush=True)
    print(("{:15}" + "{:>9}" * 8).format(*HEAD))
    leaking = 0
    for name in given.target or NAMES:
        known = target(name)
        inputs = [*known.inputs().values()]
        a, b = looped(known, inputs, given.loops)
        row = (len(inputs), given.loops, a.blocks, b.blocks, a.objects, b.objects)
        print(f"{name:15}" + "".join(f"{n:9}" for n in row), end="")
        print(f"{a.resident:9.1f}{b.resident:9.1f}", flush=True)
        leaking += grew(a, b, len(inputs), given.loops)
    return int(leaking > 0)


if __name__ == "__main__":
    sys.exit(main())
