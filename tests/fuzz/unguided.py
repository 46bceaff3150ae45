"""A target by chance alone: where there is no atheris, and for the compiled build.

    python -m tests.fuzz.unguided TARGET FINDS SECONDS SEED

Replays all inputs of the target, then changes them by chance. It prints what the runner reads,
in libFuzzer's words.
"""

from __future__ import annotations

import faulthandler
import random
import resource
import sys
import time
from pathlib import Path

from benchmarks.build import prefer_installed

from .catalogue import Target, name_of, target
from .finds import Finds
from .mutating import mutated

LONGEST = 60.0  # seconds for one input
MOST = 4096  # megabytes


def main() -> None:
    prefer_installed()
    name, folder, seconds, seed = sys.argv[1:]
    known = target(name)
    finds = Finds(known, Path(folder))
    done, slowest = fuzz(known, finds, float(seconds), int(seed))
    print(f"stat::number_of_executed_units: {done}")
    print(f"stat::slowest_unit_time_sec: {slowest:.1f}")
    print(f"stat::peak_rss_mb: {resident()}")


def fuzz(known: Target, finds: Finds, seconds: float, seed: int) -> tuple[int, float]:
    """Run for so long; answer how many inputs it were, and the seconds of the slowest."""
    inputs = [*known.inputs().values()]
    rng = random.Random(seed)
    end = time.monotonic() + seconds
    done, slowest = 0, 0.0
    while done < len(inputs) or time.monotonic() < end:
        data = inputs[done] if done < len(inputs) else changed(known, inputs, rng)
        slowest = max(slowest, guarded(finds, data))
        done += 1
    return done, slowest


def changed(known: Target, inputs: list[bytes], rng: random.Random) -> bytes:
    some = rng.choice(inputs) if inputs else b""
    other = rng.choice(inputs) if inputs else b""
    return mutated(some, rng, known.max_len, known.words, other)


def guarded(finds: Finds, data: bytes) -> float:
    """Run one input, which is left as a file if it kills the process. Answer the seconds."""
    trace = finds.folder / f"fatal-{name_of(data)}"
    trace.write_bytes(data)
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    begun = time.monotonic()
    try:
        finds.run(data)
    finally:
        faulthandler.cancel_dump_traceback_later()
    if resident() > MOST:
        raise SystemExit(f"it takes more than {MOST} megabytes")
    trace.unlink()
    return time.monotonic() - begun


def resident() -> int:
    """The most memory that the process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    faulthandler.enable()
    main()
