"""Many streams in one process: `python -m benchmarks.load [--streams N] [--mode asyncio|threads]`.

Each stream is a response of its own: tool calls with arguments that no other stream has, written
as one of the providers would and cut into small fragments, or a document of a model. All are
open at once and take turns. What comes out of each is held against what went in, so nothing is
mixed up; when one is over the next begins in its place, until the time is up. Told are the
fragments each stream had a second, memory for each open stream, and what is left when all are
over: it ends with 1 where anything was mixed up, or memory or objects grew while they ran.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from .build import load, measured, prefer_installed

STATUS: Final = Path("/proc/self/status")
_CLEAR: Final = Path("/proc/self/clear_refs")
PROVIDERS: Final = ("openai_chat", "anthropic_messages", "openai_responses", "gemini")
_GROWTH: Final = 0.1  # of memory and objects, from the first quarter of the time to the last
_BLOCKS: Final = 20_000  # that may be left: Pydantic remembers 16,384 short strings, for one


@dataclass
class Counts:
    """What went through.

    Attributes:
        streams: how many are over.
        fragments: how many were fed.
        wrong: what did not come out as it went in.
        samples: seconds, megabytes and objects, now and then.
    """

    streams: int = 0
    fragments: int = 0
    wrong: list[str] = field(default_factory=list)
    samples: list[tuple[float, float, int]] = field(default_factory=list)


def document(number: int) -> dict[str, Any]:
    """What no other stream has."""
    chance = Random(number)
    words = [f"{chance.choice('abcdefgh')}{number}-{i}é" for i in range(chance.randint(2, 8))]
    return {"id": number, "title": f"stream {number}", "words": words, "score": number / 8}


def body(number: int) -> tuple[str, list[bytes]]:
    """A provider's response with two calls of this stream's own, and its name; in fragments."""
    from partialjson.testing import WIRES, Answer, Call, cut

    name = PROVIDERS[number % len(PROVIDERS)]
    texts = [json.dumps(document(number)), json.dumps(document(-number - 1))]
    calls = [
        Call("save", text, f"call_{number}_{i}", cut(text, 1 + (number + i) % 7))
        for i, text in enumerate(texts)
    ]
    data = WIRES[name].body(Answer(tuple(calls)))
    size = 40 + number % 160
    return name, [data[i : i + size] for i in range(0, len(data), size)]


# --- a stream --------------------------------------------------------------------------


def stream(number: int, counts: Counts) -> Generator[None, None, None]:
    """One stream from its first fragment to its last; it stops after each."""
    reads = _reads_document if number % 5 == 0 else _reads_calls
    yield from reads(number, counts)
    counts.streams += 1


def _reads_calls(number: int, counts: Counts) -> Iterator[None]:
    from partialjson import ToolCallCompleted, ToolCalls

    name, fragments = body(number)
    calls = ToolCalls({"save": model()} if number % 2 else None, provider=name)  # type: ignore[arg-type]
    done = []
    for fragment in fragments:
        done += [e for e in calls.feed(fragment) if isinstance(e, ToolCallCompleted)]
        counts.fragments += 1
        yield
    done += [e for e in calls.close() if isinstance(e, ToolCallCompleted)]
    found = [json.loads(event.text) for event in done]
    made = [e.arguments.model_dump() if number % 2 else e.arguments for e in done]
    _compare(number, counts, found == made == [document(number), document(-number - 1)])


def _reads_document(number: int, counts: Counts) -> Iterator[None]:
    from partialjson import ModelParser
    from partialjson.testing import cut

    parser = ModelParser(model())
    wanted = document(number)
    for fragment in cut(json.dumps(wanted), 1 + number % 5):
        parser.feed(fragment)
        assert parser.partial is not None
        counts.fragments += 1
        yield
    parser.close()
    _compare(number, counts, parser.result.model_dump() == wanted)


def _compare(number: int, counts: Counts, same: bool) -> None:
    if not same:
        counts.wrong.append(f"stream {number} came out as another")


def model() -> Any:
    """The type of a stream's documents; the same for all."""
    global _model
    if _model is None:
        from pydantic import create_model

        _model = create_model("Saved", id=int, title=str, words=list[str], score=float)
    return _model


_model: Any = None


# --- many of them ----------------------------------------------------------------------


def in_tasks(streams: int, seconds: float, counts: Counts, sample: Callable[[], None]) -> None:
    """Each stream is a task, and gives way after each fragment."""

    async def again_and_again(first: int) -> None:
        number = first
        while True:
            async for _ in _giving_way(stream(number, counts)):
                pass
            number += streams
            if time.monotonic() >= until:
                return

    async def watch() -> None:
        while time.monotonic() < until:
            sample()
            await asyncio.sleep(seconds / 40)

    async def all_of_them() -> None:
        await asyncio.gather(watch(), *map(again_and_again, range(streams)))

    until = time.monotonic() + seconds
    asyncio.run(all_of_them())


async def _giving_way(steps: Iterator[None]) -> AsyncIterator[None]:
    for _ in steps:
        await asyncio.sleep(0)
        yield


def in_threads(
    streams: int, seconds: float, counts: Counts, sample: Callable[[], None], threads: int = 16
) -> None:
    """Threads share the streams: each steps through its own in turn, a fragment of each."""

    def turns(own: range) -> Counts:
        mine = Counts()
        running = {number: stream(number, mine) for number in own}
        while running:
            for number, steps in [*running.items()]:
                if next(steps, "over") == "over":
                    del running[number]
                    if time.monotonic() < until:
                        running[number + streams] = stream(number + streams, mine)
        return mine

    def watch() -> None:
        while not over.wait(seconds / 40):
            sample()

    over = threading.Event()
    until = time.monotonic() + seconds
    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(threads) as pool:
        for mine in pool.map(turns, [range(i, streams, threads) for i in range(threads)]):
            counts.streams += mine.streams
            counts.fragments += mine.fragments
            counts.wrong += mine.wrong
    over.set()
    watcher.join()


MODES: Final = {"asyncio": in_tasks, "threads": in_threads}


# --- what it came to -------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """What a run came to.

    Args:
        mode, streams, seconds: what was run, and for how long.
        counts: what went through.
        kilobytes: that each open stream took at the peak of a first lap, its fragments included.
        kept: megabytes that the process had at the end and not after that lap: what is free in
            the allocator's arenas counts, and arenas fill up with holes for a while.
        blocks: those of Python's allocator that were in use at the end and not after that lap.
        objects: the same, of Python's objects.
        grown: by which part memory grew from the first quarter of the time to the last.
    """

    mode: str
    streams: int
    seconds: float
    counts: Counts
    kilobytes: float
    kept: float
    blocks: int
    objects: int
    grown: float

    def problems(self) -> list[str]:
        """What is not as it must be."""
        found = self.counts.wrong[:5]
        if self.blocks > _BLOCKS:
            found.append(f"{self.blocks:,} blocks are left")
        if self.objects > 200 + self.streams // 100:
            found.append(f"{self.objects} objects are left")
        if self.grown > _GROWTH:
            found.append(f"memory grew by {self.grown:.0%}")
        return found

    def line(self) -> str:
        """A row of the table."""
        each = self.counts.fragments / self.seconds
        cells = (
            *(self.mode, f"{self.streams:,}", f"{self.seconds:,.0f} s"),
            *(f"{self.counts.streams:,}", f"{each:,.0f}", f"{each / self.streams:,.1f}"),
            *(f"{self.kilobytes:.1f} kB", f"{self.grown:+.1%}", f"{self.kept:.1f} MB"),
            *(f"{self.blocks:,}", f"{self.objects:,}"),
            f"{len(self.counts.wrong)}",
        )
        return f"| {' | '.join(cells)} |"


HEAD: Final = (
    "| mode | open streams | time | streams read | fragments a second | of each stream "
    "| memory of each | growth | kept | blocks left | objects left | mixed up |\n"
    + "|---" * 12
    + "|"
)


def run(mode: str, streams: int, seconds: float) -> Figures:
    """Run streams for so many seconds, and until those that are open then are over."""
    gc.collect()
    with suppress(OSError):  # not everywhere
        _CLEAR.write_text("5")  # forget the peak so far
    before = memory()
    MODES[mode](streams, 0.0, Counts(), lambda: None)  # each of them once: what stays is stayed
    each = max(0.0, memory("VmHWM") - before) / streams
    gc.collect()
    before, blocks, objects = memory(), sys.getallocatedblocks(), len(gc.get_objects())
    counts = Counts()
    began = time.monotonic()

    def sample() -> None:
        counts.samples.append((time.monotonic() - began, memory(), counts.streams))

    MODES[mode](streams, seconds, counts, sample)
    took = time.monotonic() - began
    samples = counts.samples
    counts.samples = []
    gc.collect()
    return Figures(
        mode=mode,
        streams=streams,
        seconds=took,
        counts=counts,
        kilobytes=1000 * each,
        kept=max(0.0, memory() - before),
        blocks=max(0, sys.getallocatedblocks() - blocks),
        objects=len(gc.get_objects()) - objects,
        grown=_growth([sample[1] for sample in samples]),
    )


def _growth(figures: list[float]) -> float:
    """From the median of the second quarter, when all are open, to that of the last."""
    quarter = len(figures) // 4
    if quarter < 2:
        return 0.0
    early, late = sorted(figures[quarter : 2 * quarter]), sorted(figures[-quarter:])
    return late[quarter // 2] / early[quarter // 2] - 1


def memory(name: str = "VmRSS") -> float:
    """Megabytes in use, or at the peak so far (`VmHWM`); 0 where nobody says."""
    if not STATUS.is_file():
        return 0.0
    (line,) = [x for x in STATUS.read_text().splitlines() if x.startswith(f"{name}:")]
    return int(line.split()[1]) / 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print. Answers with 1 where anything was mixed up or left over."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--streams", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--mode", choices=tuple(MODES), action="append")
    options = parser.parse_args(arguments)
    prefer_installed()  # before anything below imports partialjson
    build = measured()
    print(f"partialjson {build.version}, {build.name}, load {load()}\n\n{HEAD}", flush=True)
    good = True
    for mode in options.mode or MODES:
        figures = run(mode, options.streams, options.seconds)
        print(figures.line(), flush=True)
        for problem in figures.problems():
            good = False
            print(f"{mode}: {problem}", file=sys.stderr)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
