"""What following a JSON Schema costs: `python -m benchmarks.schema_cost [--quick]`.

Documents that ordinary tools are called with come in fragments of four characters. Two scales:

- the plain `Parser` fed the same, where both hand out all events and each path is read;
- who collects the text, and at its end calls `json.loads` and jsonschema once, with a validator
  that was made before. `SchemaParser` hands out violations only, which is more than that gives.

All documents are valid: then nothing stops early, and the whole cost is paid. The schema is known
to `SchemaParser` from a run before, as it is to the validator; what a parser costs until its
first character, and the first of a schema, is told apart.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Final

from .build import Build, load, prefer_installed
from .build import measured as measured_build
from .earliest.generate import Generator, written
from .earliest.schemas import Named, Schema
from .earliest.schemas import load as schemas
from .fragments import FOUR, cut
from .measure import FULL, QUICK, Effort, Run, Spread, alone, clock, once, race

ALL: Final = "SchemaParser, all events"
FOUND: Final = "SchemaParser, violations only"
PLAIN: Final = "Parser, all events"
BARE: Final = "Parser, no events"
AT_THE_END: Final = "json.loads and jsonschema at the end"

_MOST: Final = {"interpreted": 2.0, "compiled": 3.0}  # times the time of the plain Parser
_LEAST: Final = 2.0  # times as fast as validating at the end
_LEGEND: Final = (
    "  all: with all events, as are the µs a fragment; found: with violations only; bare: a Parser",
    "  without events, so the last column is the most that can be had; end: json.loads and",
    "  jsonschema at the end. Each the median of the rounds, the least and the greatest.",
)
_LINE: Final = 'def area(width: float, height: float) -> float:\n    """In m²."""\n\n'
_DOCUMENTS: Final[tuple[tuple[str, str, tuple[int, ...]], ...]] = (  # schema, what grows, sizes
    ("weather", "", (100,)),
    ("write_file", "content", (1_000, 17_500)),
    ("calendar_event", "attendees", (500, 4_000)),
    ("search", "", (250,)),
    ("invoice", "items", (1_000, 5_000, 20_000)),
    ("order_list", "orders", (1_000, 5_000, 20_000)),
)


@dataclass(frozen=True)
class Text:
    """A valid document of about a size.

    Args:
        name: its schema's.
        schema: that schema, its arrays without a limit.
        text: as a model would write it.
    """

    name: str
    schema: Schema
    text: str

    @property
    def title(self) -> str:
        """Name and size."""
        return f"{self.name}, {len(self.text.encode()) / 1000:.1f} kB"


@dataclass(frozen=True)
class Row:
    """What one document took.

    Args:
        title: of the document.
        fragments: how many it came in.
        micro: microseconds a fragment, by contestant.
        against_parser: time of all events over the plain Parser's.
        against_bare: time of violations only over that of a Parser without events.
        against_end: how many times as fast as validating at the end, violations only.
        all_against_end: the same, with all events.
        ceiling: the same of the Parser without events: more cannot be had.
    """

    title: str
    fragments: int
    micro: dict[str, float]
    against_parser: Spread
    against_bare: Spread
    against_end: Spread
    all_against_end: Spread
    ceiling: Spread


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Answers with 0, or 2 where there is no SchemaParser."""
    options = _options().parse_args(arguments)
    prefer_installed()  # before anything below imports partialjson
    build = measured_build()
    if not hasattr(import_module("partialjson"), "SchemaParser"):
        print("this partialjson has no SchemaParser", file=sys.stderr)
        return 2
    effort = QUICK if options.quick else FULL
    rows = []
    with alone():
        for text in texts():
            rows.append(measure(text, effort))
            print(_row(rows[-1]), file=sys.stderr, flush=True)
    starts = [
        start(named_text) for named_text in texts() if named_text.name in ("weather", "invoice")
    ]
    print("\n".join(report(build, rows, dict(starts))))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps([asdict(row) for row in rows]), "utf-8")
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.schema_cost",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="little effort: under a minute")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    return parser


# --- documents ---------------------------------------------------------------------------


def texts() -> Iterator[Text]:
    """All documents, the same ones each time."""
    for name, grows, sizes in _DOCUMENTS:
        wide = _unlimited(schemas()[name].schema)
        named = Named(name, "", wide, wide)
        for size in sizes:
            value = _grown(named, grows, size)
            named.validator.validate(value)
            yield Text(name, wide, written(value))


def _unlimited(node: Any) -> Any:
    """The schema without limits to the length of its arrays."""
    if isinstance(node, list):
        return [_unlimited(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {key: _unlimited(each) for key, each in node.items() if key != "maxItems"}


def _grown(named: Named, grows: str, size: int) -> Any:
    """A document of at least so many bytes, if there is something in it that can grow."""
    documents = Generator(named, Random(named.name)).documents()
    value = max(islice(documents, 20), key=lambda document: len(document.text)).value
    if not grows:
        return value
    value[grows] = value[grows][:1]
    while (short := size - len(written(value).encode())) > 0:
        if isinstance(value[grows], str):
            value[grows] = (_LINE * (size // len(_LINE) + 1))[: len(value[grows]) + short]
        else:
            value[grows] += next(documents).value[grows]
    return value


# --- contestants -------------------------------------------------------------------------


def contestants(text: Text) -> dict[str, Run]:
    """All that run, by name. Each answers with the value."""
    library: Any = import_module("partialjson")
    fragments = cut(text.text, FOUR).strings
    schema = text.schema
    valid: Callable[[Any], bool] = Named(text.name, "", schema, schema).validator.is_valid

    def at_the_end() -> object:
        collected: list[str] = []
        for fragment in fragments:
            collected.append(fragment)
        value = json.loads("".join(collected))
        return value if valid(value) else None

    def judged(**options: Any) -> object:
        parser = library.SchemaParser(schema, **options)
        value = _fed(parser, fragments)
        return value if parser.verdict == "valid" else None

    return {
        ALL: judged,
        FOUND: lambda: judged(events=library.Violation),
        PLAIN: lambda: _fed(library.Parser(), fragments),
        BARE: lambda: _fed(library.Parser(events=()), fragments),
        AT_THE_END: at_the_end,
    }


def _fed(parser: Any, fragments: list[str]) -> object:
    """Each event's path is read; the document's own event, the last, has none."""
    feed = parser.feed
    for fragment in fragments[:-1]:
        for event in feed(fragment):
            event.path  # noqa: B018  # reading is the point
    for event in [*feed(fragments[-1]), *parser.close()]:
        getattr(event, "path", None)
    return parser.value


# --- figures -----------------------------------------------------------------------------


def measure(text: Text, effort: Effort) -> Row:
    """Let all of them run in turn."""
    runs = contestants(text)
    wanted = json.loads(text.text)
    seconds: dict[str, float] = {}
    for name, run in runs.items():
        _, value = once(run)  # the first of a schema: it is compiled
        if value != wanted:
            raise AssertionError(f"{name}, {text.title}: {value!r}")
        seconds[name], _ = once(run)
    times = race(runs, seconds, effort)
    count = len(cut(text.text, FOUR))

    def ratio(one: str, other: str) -> Spread:
        pairs = zip(times[one], times[other], strict=True)
        return Spread.of(over / under for over, under in pairs)

    return Row(
        title=text.title,
        fragments=count,
        micro={name: statistics.median(found) / count * 1e6 for name, found in times.items()},
        against_parser=ratio(ALL, PLAIN),
        against_bare=ratio(FOUND, BARE),
        against_end=ratio(AT_THE_END, FOUND),
        all_against_end=ratio(AT_THE_END, ALL),
        ceiling=ratio(AT_THE_END, BARE),
    )


def start(text: Text) -> tuple[str, Spread]:
    """Microseconds to make a parser for a schema that was seen before."""
    library: Any = import_module("partialjson")

    def made() -> float:
        began = clock()
        for _ in range(200):
            library.SchemaParser(text.schema)
        return (clock() - began) / 200 * 1e6

    made()
    return text.name, Spread.of(made() for _ in range(5))


def report(build: Build, rows: Sequence[Row], starts: dict[str, Spread]) -> list[str]:
    """Table and targets, for a terminal."""
    lines = [f"partialjson {build.version}, {build.name}, load {load()}", ""]
    titles = ("all / Parser", "found / bare", "end / found", "end / all", "end / bare")
    lines.append(f"  {'document':<24}{'µs a fragment':>15}" + "".join(f"{t:>24}" for t in titles))
    lines += map(_row, rows)
    lines += _LEGEND
    for name, spread in starts.items():
        lines.append(f"  a parser for {name}, its schema seen before: {spread.median:.1f} µs")
    most = _MOST[build.name]
    lines += ["", "Targets"]
    ours = [row.against_parser.median for row in rows]
    ends = [row.against_end.median for row in rows]
    for what, figures, good, bound in (
        ("time of all events, of the plain Parser's", ours, max(ours) <= most, f"<= {most}"),
        ("times as fast as validating at the end", ends, min(ends) >= _LEAST, f">= {_LEAST}"),
    ):
        met = "met" if good else "MISSED"
        low, middle, high = min(figures), statistics.median(figures), max(figures)
        shown = f"{middle:.2f} in the median, {low:.2f} to {high:.2f}"
        lines.append(f"  {what:<44} {bound:<8} {shown:<38} {met}")
    return lines


def _row(row: Row) -> str:
    spreads = (
        *(row.against_parser, row.against_bare, row.against_end),
        *(row.all_against_end, row.ceiling),
    )
    cells = (f"{each.median:.2f} ({each.low:.2f} to {each.high:.2f})" for each in spreads)
    return f"  {row.title:<24}{row.micro[ALL]:>15.2f}" + "".join(f"{cell:>24}" for cell in cells)


if __name__ == "__main__":
    raise SystemExit(main())
