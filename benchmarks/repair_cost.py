"""What repairs cost: `python -m benchmarks.repair_cost [--quick]`.

Documents come in fragments of four characters. Three scales:

- valid JSON, by `Parser(repair=True)` and by a strict one: what it costs to be ready;
- documents with defects, by `Parser(repair=True)`, and the same documents without them by a
  strict one: what mending costs, with so many defects in a thousand characters;
- `json_repair`, which reads the whole text again at each fragment, with the same defects, where
  it is installed. It is timed once: it takes seconds.

All events are handed out in the first two, none in the last: there only the value counts.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from .build import measured, prefer_installed
from .fragments import FOUR, cut
from .measure import FULL, QUICK, Effort, Run, Spread, alone, once, race

_MOST: Final = 1.5  # times the time of the strict parser
_LEAST: Final = 100.0  # times as fast as json_repair
_SIZES: Final = (1_000, 9_000, 40_000)  # characters
_WORDS: Final = ("a few words of text", "it's", "C:\\temp", "line\nbreak", "é and 😀", "10:30")
STRICT, READY, MENDED, RIVAL = "strict", "repair=True", "with defects", "json_repair"


@dataclass(frozen=True)
class Text:
    """A document, as JSON and with defects."""

    valid: str
    damaged: str
    value: Any
    defects: int


@dataclass(frozen=True)
class Row:
    """What was measured of one document."""

    size: int
    defects: float  # in a thousand characters
    ready: Spread
    mended: Spread
    rival: float | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Answers with 0."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.repair_cost",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="little effort: under a minute")
    options = parser.parse_args(arguments)
    prefer_installed()  # before anything below imports partialjson
    build = measured()
    effort = QUICK if options.quick else FULL
    with alone():
        rows = [measure(text(size), effort) for size in _SIZES]
    print("\n".join(report(build.name, rows)))
    return 0


# --- documents ---------------------------------------------------------------------------


def text(size: int) -> Text:
    """Records such as a model lists, of about so many characters."""
    chance = random.Random(size)
    records: list[Any] = []
    while len(json.dumps(records)) < size:
        records.append(
            {
                "id": chance.randrange(10_000),
                "name": chance.choice(_WORDS),
                "price": round(chance.random() * 100, 2),
                "active": chance.random() < 0.5,
                "tags": chance.sample(("red", "green", "blue", "new"), 2),
                "note": None,
                "text": " ".join(chance.choices(_WORDS, k=6)),
            }
        )
    value = {"records": records}
    valid = json.dumps(value, indent=1, ensure_ascii=False)
    damaged, defects = with_defects(valid, chance)
    return Text(valid, damaged, value, defects)


def with_defects(valid: str, chance: random.Random) -> tuple[str, int]:
    """The document in a fence and with about one defect in ten lines, and how many there are."""
    from partialjson.testing import damage  # not before its build is chosen

    count = valid.count("\n") // 10
    made = damage(valid, chance, mendable=True, defects=_DEFECTS, least=count, most=count)
    return f"```json\n{made.text}\n```", 1 + len(made.defects)


_DEFECTS: Final = (
    *("comments", "bare_keys", "single_quotes", "python_literals", "raw_control"),
    "trailing_comma",
)


# --- figures -----------------------------------------------------------------------------


def measure(made: Text, effort: Effort) -> Row:
    """Let them run in turn."""
    library: Any = import_module("partialjson")

    def read(given: str, **options: Any) -> Run:
        fragments = cut(given, FOUR).strings
        return lambda: fed(library.Parser(**options), fragments)

    runs = {
        STRICT: read(made.valid),
        READY: read(made.valid, repair=True),
        MENDED: read(made.damaged, repair=True),
    }
    seconds = {}
    for name, run in runs.items():
        seconds[name], value = once(run)
        if value != made.value:
            raise AssertionError(f"{name}: another value")
    times = race(runs, seconds, effort)

    def ratio(name: str) -> Spread:
        pairs = zip(times[name], times[STRICT], strict=True)
        return Spread.of(over / under for over, under in pairs)

    rival = None
    if made is not None and len(made.damaged) < 20_000:
        rival = against_rival(made, read(made.damaged, repair=True, events=()))
    defects = made.defects * 1000 / len(made.damaged)
    return Row(len(made.valid), defects, ratio(READY), ratio(MENDED), rival)


def against_rival(made: Text, ours: Run) -> float | None:
    """How many times as long json_repair takes; None where it is not installed."""
    try:
        loads = import_module("json_repair").loads
    except ImportError:
        return None
    fragments = cut(made.damaged, FOUR).strings

    def theirs() -> object:
        value, collected = None, ""
        for fragment in fragments:
            collected += fragment
            value = loads(collected, stream_stable=True)
        return value

    seconds, _ = once(theirs)
    return seconds / min(once(ours)[0] for _ in range(5))


def fed(parser: Any, fragments: Sequence[str]) -> object:
    """Each event's path is read, as a consumer does."""
    feed = parser.feed
    for fragment in fragments:
        for event in feed(fragment):
            getattr(event, "path", None)
    parser.close()
    return parser.value


def report(build: str, rows: list[Row]) -> list[str]:
    """The figures as lines."""
    lines = [
        f"partialjson, {build}: times the strict parser's on the same document",
        "  characters   valid JSON, repair=True   defects / 1000      with defects   json_repair",
    ]
    for row in rows:
        rival = "" if row.rival is None else f"{row.rival:8,.0f} times"
        lines.append(
            f"  {row.size:10,}   {shown(row.ready):>23}   {row.defects:14.1f}"
            f"   {shown(row.mended):>15}   {rival}"
        )
    ready = max(row.ready.median for row in rows)
    rivals = [row.rival for row in rows if row.rival is not None and row.size > 5_000]
    lines += ["", "Targets", _target("valid JSON, of strict", "<=", _MOST, ready, ready <= _MOST)]
    mended = max(row.mended.median for row in rows)
    lines.append(_target("with defects, of strict", "<=", _MOST, mended, mended <= _MOST))
    if rivals:
        least = min(rivals)
        lines.append(_target("as fast as json_repair", ">=", _LEAST, least, least >= _LEAST))
    return lines


def shown(spread: Spread) -> str:
    """The median with the least and the greatest."""
    return f"{spread.median:.2f} ({spread.low:.2f} to {spread.high:.2f})"


def _target(what: str, sign: str, wanted: float, found: float, met: bool) -> str:
    return f"  {what:26} {sign} {wanted:6.1f}   {found:8.2f}   {'met' if met else 'MISSED'}"


if __name__ == "__main__":
    raise SystemExit(main())
