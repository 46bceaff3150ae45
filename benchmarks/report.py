"""The report: what was measured, the targets, and tables of everything, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from .contestants import (
    COMPLETED,
    EVENTS,
    FINAL,
    MODES,
    OBJECTS,
    OURS,
    PARTIAL,
    PATH,
    TYPED,
    TYPED_MODES,
    VALUE,
)
from .fragments import BLOCKS, FOUR
from .measure import Spread
from .results import Cell, Growth, Results, Suite
from .rivals import ALL
from .targets import COMPILED, HEAVY, TARGETS, Target, Verdict, judged

_NAMES = [contestant.name for contestant in ALL[1:]]

_HOW = """\
Every figure that compares is a ratio of two things that ran in turn, in rotating order, in one
process (or, for whole processes, in one run): the median of the ratios of the rounds, with the
least and the greatest in brackets. A round counts the best time of each. The clock is the
processor time of the process; garbage is collected before each turn and as usual during it.
Before a contestant is timed its final value is compared with that of `json.loads`, as JSON. Where
events are on, the path of each is read. Nothing is extrapolated: what would take too long is not
run, and says about how long it would take. In the tables, each contestant's column says how many
times as fast partialjson is; below 1 the contestant is faster."""

_MODES = {
    EVENTS: (
        "partialjson hands out all events and each path is read. Rivals without events do what is "
        "nearest: they give a value after each fragment, or the completed values."
    ),
    COMPLETED: "Only the completed values and their paths.",
    PATH: (
        "Only the values at one path, nothing else is kept. Those that parse again after each "
        "fragment need what the value after each fragment needs."
    ),
    VALUE: "The value is read after every fragment and let go before the next.",
    FINAL: (
        "Nothing but the final value. *Whole*: handed the whole text at once, without "
        "fragments, so this is as fast as it can be."
    ),
    OBJECTS: (
        "A ModelParser hands out a validated object for each record and nothing else, and its "
        "`result` is read at the end. The rivals validate everything again after each fragment, "
        "so races of long texts have few rounds. They do not say when an item is complete: it is "
        "taken when the next one begins. Models, validators and agents are made before. Here and "
        "in the next two tables garbage is collected as if nothing else had been imported."
    ),
    TYPED: (
        "A ModelParser hands out all events and each path is read, and its `result`. The scale: "
        "a Parser does the same, and `validate_json` is called after it for each object that a "
        "ModelParser hands out, the document among them, with the object's own text, which is "
        "known already. Below 1, the scale is faster."
    ),
    PARTIAL: (
        "A ModelParser without events; `partial` is read after every fragment. The scale: a "
        "Parser hands out all events and each path is read. Below 1, the scale is faster."
    ),
}


_TARGETS = """\
The compiled build has to keep all of them but those that name the interpreted one. *times*: how
many times as fast partialjson is. *times the time*: how many times as long it takes."""

_PROCESSES = """\
**Memory.** Of an idle parser: what `tracemalloc` counts for one of a thousand. All else: what the
system gave the process, from before the first byte to the peak. The 10 MB document is a file of
records; partialjson is fed its blocks of 64 KiB, hands out no events and keeps the value, and
`json.load` reads it as a text file, its leanest way. The array of items is made while it is fed,
{size} of it in blocks of 64 KiB; each item is handed out and let go.

**Imports.** Processor time of `python -c` with the statement, less that with `pass` in the same
round."""


def markdown(results: Results, plots: Iterable[tuple[str, str]] = ()) -> str:
    """The whole report.

    Args:
        results: what was measured.
        plots: file and caption of each picture.
    """
    parts = ["# Benchmarks", "", "Made by `python -m benchmarks`; not to be edited.", ""]
    if results.main.build != COMPILED:
        parts += [f"> **{warning()}**", ""]
    parts += [f"> **{line}**\n" for line in own_failures(results)]
    if results.quick:
        parts += ["> Made with `--quick`: few rounds, few texts.", ""]
    parts += [_HOW, "", *_head(results), "", "## Targets", ""]
    parts += [_TARGETS, "", *target_table(results), ""]
    for file, caption in plots:
        parts += [f"![{caption}]({file})", "", f"*{caption}*", ""]
    for title, lines in _sections(results):
        parts += [f"## {title}", "", *lines, ""]
    return "\n".join(parts).rstrip() + "\n"


def warning() -> str:
    """What to say where there is no compiled build."""
    return (
        "The interpreted build was measured. The targets of the compiled build are not judged, "
        "and no figure here is one of the compiled build."
    )


def own_failures(results: Results) -> list[str]:
    """Where partialjson itself did not do what it was to do; that is no matter of speed."""
    suites = [suite for suite in (results.main, results.pure) if suite is not None]
    return [
        f"{OURS.name}, {suite.build}: {cell.workload}; {cell.cut}; {cell.mode}: {outcome.note}"
        for suite in suites
        for cell in suite.cells
        if (outcome := cell.outcomes[OURS.name]).note
    ]


def target_table(results: Results) -> list[str]:
    """Floor, stretch and measured figure of each target."""
    rows = [_target_row(verdict) for verdict in judged(results)]
    return table(("target", "of", "floor", "stretch", "measured", ""), rows)


def target_lines(results: Results) -> Iterator[str]:
    """The same for a terminal."""
    for what, verdicts in groupby(judged(results), lambda verdict: verdict.target.what):
        yield what
        for verdict in verdicts:
            _, part, floor, stretch, measured, says = _target_row(verdict)
            bounds = f"{floor} | {stretch}" if stretch else floor
            yield f"  {part:48} {bounds:30} {measured:46} {says.replace('*', '')}"


def _target_row(verdict: Verdict) -> tuple[str, ...]:
    target = verdict.target
    measured = verdict.measured
    shown = measured if isinstance(measured, str) else _spread(measured, target.unit)
    says = f"**{verdict.says}**" if verdict.met is False else verdict.says
    return (
        target.what,
        target.part,
        _bound(target, target.floor),
        "" if target.stretch is None else _number(target.stretch),
        shown,
        says,
    )


def _bound(target: Target, bound: float) -> str:
    return f"{'≥' if target.at_least else '≤'} {_number(bound)} {target.unit}".rstrip()


def table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """A Markdown table."""
    head = [*titles]
    lines = [f"| {' | '.join(head)} |", "|" + " --- |" * len(head)]
    for row in rows:
        cells = (cell.replace("|", "\\|") for cell in row)
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _spread(spread: Spread, unit: str = "") -> str:
    text = f"{_number(spread.median)} {unit}".rstrip()
    if spread.low == spread.high:
        return text
    return f"{text} ({_number(spread.low)} to {_number(spread.high)})"


def _number(value: float) -> str:
    """Three digits, two below 1; no exponent."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) < 1:
        return f"{value:#.2g}" if abs(value) >= 0.0001 else "0.0000"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


# --- the parts ---------------------------------------------------------------------------


def _head(results: Results) -> list[str]:
    rows = [*results.head.items()]
    rows += [(name, version) for name, version in results.versions.items()]
    if results.stand_ins:
        names = ", ".join(results.stand_ins)
        rows.append(("stand-ins", f"{names}: made texts of the same size and character"))
    return table(("", ""), rows)


def _sections(results: Results) -> Iterator[tuple[str, list[str]]]:
    cells = results.main.cells
    for mode in MODES:
        found = [cell for cell in cells if cell.cut == FOUR and cell.mode == mode]
        if found:
            yield f"Fragments of 4 characters: {mode}", [_MODES[mode], "", *_cells(found, "text")]
    found = [cell for cell in cells if cell.cut not in (FOUR, BLOCKS) and cell.mode == EVENTS]
    if found:
        yield "Other fragments: all events", [_MODES[EVENTS], "", *_cells(found, "cut")]
    for mode in MODES:
        found = [cell for cell in cells if cell.cut != FOUR and cell.mode == mode != EVENTS]
        found += [cell for cell in cells if cell.cut == BLOCKS and cell.mode == mode == EVENTS]
        if found:
            yield f"64 KiB blocks: {mode}", [_MODES[mode], "", *_cells(found, "speed")]
    if results.late:
        yield "From an item's brace to its object", [*_late(results)]
    suites = [suite for suite in (results.main, results.pure) if suite and suite.growth]
    if suites:
        yield "Growth", [*_growth(suites)]
    if results.pure is not None:
        yield "The interpreted build", [*_interpreted(results.pure)]
    if results.figures:
        yield "Whole processes", [*_processes(results)]
    yield "What each contestant gives", table(("", ""), results.gives.items())


def _cells(cells: list[Cell], style: str) -> list[str]:
    """A row for each cell, a column for each contestant that ran in one of them."""
    names = [name for name in _NAMES if any(name in cell.outcomes for cell in cells)]
    unit = "MB/s" if style == "speed" else "µs a fragment"
    titles = ("text", f"{OURS.name}, {unit}", *names)
    return table(titles, [_cell_row(cell, names, style) for cell in cells])


def _cell_row(cell: Cell, names: list[str], style: str) -> list[str]:
    title = {"text": cell.workload, "cut": f"{cell.workload}; {cell.cut}"}.get(style)
    wide = "" if cell.cut == BLOCKS else f"; {cell.cut}"
    row = [title or f"{cell.workload}{wide}", _own(cell, style)]
    for name in names:
        ratio = cell.speedup(name, OURS.name)
        if name not in cell.outcomes or cell.outcomes[OURS.name].note:
            row.append("")
        elif isinstance(ratio, str):
            row.append(ratio)
        else:
            row.append(_spread(ratio))
    return row


def _own(cell: Cell, style: str) -> str:
    """Our own figure, for a feeling; only ratios compare."""
    outcome = cell.outcomes[OURS.name]
    if not outcome.seconds:
        return outcome.note
    if style == "speed":
        return _number(Spread.of(cell.size / s / 1e6 for s in outcome.seconds).median)
    return _number(Spread.of(1e6 * s / cell.fragments for s in outcome.seconds).median)


def _late(results: Results) -> Iterator[str]:
    yield "Characters that a ModelParser is fed between the last one of an item, its `}`, and the"
    yield "one that brings its Validated; counted, of small documents fed one character at a time."
    yield ""
    rows = [
        (kind, str(len(counted)), _number(max(counted))) for kind, counted in results.late.items()
    ]
    yield from table(("items", "of them", "the latest"), rows)


def _growth(suites: list[Suite]) -> Iterator[str]:
    yield "Time for four times the size, of 16, 64, 256 and 1024 kB in fragments of 4 characters;"
    yield "linear work takes four times as long."
    yield ""
    rows = [(suite.build, growth) for suite in suites for growth in suite.growth]
    titles = ("build", "text", "mode", "16 to 64 kB", "64 to 256 kB", "256 to 1024 kB")
    yield from table(titles, [(build, *_growth_row(growth)) for build, growth in rows])


def _growth_row(growth: Growth) -> list[str]:
    return [growth.kind, growth.mode, *(_spread(step) for step in growth.steps())]


def _interpreted(suite: Suite) -> Iterator[str]:
    yield "Fragments of 4 characters, all events. *Calls*: what a loop over as many calls of a"
    yield "function costs that does nothing, a scale for this machine."
    yield ""
    rows = []
    for cell in suite.cells:
        if cell.mode in TYPED_MODES:
            continue
        own, calls = (cell.per_fragment(name) for name in cell.outcomes)
        assert not isinstance(own, str)  # neither is a rival
        assert not isinstance(calls, str)
        ratio = cell.speedup(OURS.name, [*cell.outcomes][1])
        shown = ratio if isinstance(ratio, str) else _spread(ratio, "×")
        rows.append((cell.workload, _spread(own, "µs"), _spread(calls, "µs"), shown))
    yield from table(("text", "a fragment", "calls", "ratio"), rows)
    for mode in TYPED_MODES:
        if found := [cell for cell in suite.cells if cell.mode == mode]:
            yield from ("", f"**{mode.capitalize()}.** {_MODES[mode]}", "", *_cells(found, "text"))


def _processes(results: Results) -> Iterator[str]:
    yield _PROCESSES.format(size="100 MB" if results.quick else "1 GB")
    yield ""
    units = {target.part: target.unit for target in TARGETS}
    rows = [
        (name, _spread(Spread.of(values), units.get(name, "")), str(len(values)))
        for name, values in results.figures.items()
    ]
    yield from table(("", "measured", "rounds"), rows)
    yield ""
    for statement, modules in results.loaded.items():
        none = f"neither {' nor '.join(HEAVY)}"
        yield f"- `{statement}` loads {', '.join(modules) or none}"
