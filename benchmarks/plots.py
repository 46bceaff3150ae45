"""The pictures: SVG files that come out the same from the same results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from .contestants import FINAL, LOADS, OBJECTS, OURS, VALUE
from .fragments import BLOCKS, FOUR
from .measure import Spread
from .results import Cell, Growth, Results
from .rivals import ALL
from .targets import GROWTH

# A light card of its own, so that it reads on light and dark pages alike.
_STYLE = {
    "svg.hashsalt": "partialjson",
    "svg.fonttype": "path",
    "font.size": 10,
    "figure.facecolor": "#fcfcfa",
    "axes.facecolor": "#fcfcfa",
    "savefig.facecolor": "#fcfcfa",
    "text.color": "#222222",
    "axes.labelcolor": "#222222",
    "xtick.color": "#222222",
    "ytick.color": "#222222",
    "axes.edgecolor": "#999999",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "axes.axisbelow": True,
    "legend.frameon": False,
}
_OURS = "#c0392b"
_OTHERS = (
    *("#2c6fad", "#7b4fa3", "#2a8c5a", "#c77f1a", "#5d6d7e"),
    *("#17a2b8", "#8c6d31", "#ad5f9b", "#4a4a4a", "#9aab2e"),
)
_MARKERS = "osD^vPX*<>"
_NAMES = [contestant.name for contestant in ALL]


def draw(results: Results, folder: Path) -> Iterator[tuple[str, str]]:
    """Draw what there are results for.

    Args:
        results: what was measured.
        folder: where the files go.

    Yields:
        File name and caption of each picture.
    """
    for name, caption, picture in _PICTURES:
        with _figure() as pyplot:
            if (figure := picture(pyplot, results)) is not None:
                file = f"benchmarks-{name}.svg"
                figure.savefig(folder / file, metadata={"Date": None}, bbox_inches="tight")
                yield file, caption


def available() -> bool:
    """Whether matplotlib is installed."""
    try:
        import_module("matplotlib")
    except ImportError:
        return False
    return True


@contextmanager
def _figure() -> Iterator[Any]:
    """Matplotlib, without a display, in our style; what it drew is let go after."""
    matplotlib = import_module("matplotlib")
    matplotlib.use("Agg")
    pyplot = import_module("matplotlib.pyplot")
    with matplotlib.rc_context(_STYLE):
        yield pyplot
        pyplot.close("all")


# --- time per fragment against size ------------------------------------------------------


def _sizes(pyplot: Any, results: Results) -> Any:
    """Two panels, strings and records: who gets slower as the text grows."""
    kinds = {
        kind: [cell for cell in results.main.cells if _is_size(cell, kind)]
        for kind in ("string", "records")
    }
    if not all(len(cells) > 1 for cells in kinds.values()):
        return None
    figure, panels = pyplot.subplots(1, 2, figsize=(9.5, 4.2), sharey=True, layout="constrained")
    for panel, (kind, cells) in zip(panels, kinds.items(), strict=True):
        _lines(panel, sorted(cells, key=lambda cell: cell.size))
        panel.set_title({"string": "one long string", "records": "records"}[kind])
        panel.set_xlabel("size of the text, kB")
    panels[0].set_ylabel("µs a fragment")
    panels[0].yaxis.set_major_formatter("{x:g}")
    lines = {line.get_label(): line for panel in panels for line in panel.get_lines()}
    figure.legend(lines.values(), lines, loc="outside lower center", ncols=3)
    return figure


def _is_size(cell: Cell, kind: str) -> bool:
    return cell.cut == FOUR and cell.mode == VALUE and cell.workload.startswith(f"{kind},")


def _lines(panel: Any, cells: list[Cell]) -> None:
    panel.set_xscale("log", base=2)
    panel.set_yscale("log")
    for name in _NAMES:
        points = [(cell.size / 1000, cell.per_fragment(name)) for cell in cells]
        known = [(x, y.median) for x, y in points if isinstance(y, Spread)]
        if known:
            x, y = zip(*known, strict=True)
            panel.plot(x, y, label=name, **_look(name))
    ticks = [round(cell.size / 1000) for cell in cells]
    panel.set_xticks(ticks, [str(tick) for tick in ticks])
    panel.minorticks_off()


def _look(name: str) -> dict[str, Any]:
    """A contestant looks the same in all pictures."""
    if name == OURS.name:
        return {"color": _OURS, "marker": "o", "linewidth": 2.5, "zorder": 5}
    place = _NAMES.index(name) - 1
    return {
        "color": _OTHERS[place % len(_OTHERS)],
        "marker": _MARKERS[place % len(_MARKERS)],
        "linewidth": 1.2,
        "markersize": 5,
    }


def _objects(pyplot: Any, results: Results) -> Any:
    """The same, of those that make validated objects."""
    cells = [cell for cell in results.main.cells if (cell.cut, cell.mode) == (FOUR, OBJECTS)]
    if len(cells) < 2:
        return None
    figure, panel = pyplot.subplots(figsize=(6.5, 4.2), layout="constrained")
    _lines(panel, sorted(cells, key=lambda cell: cell.size))
    panel.set_xlabel("size of the records, kB")
    panel.set_ylabel("µs a fragment")
    panel.yaxis.set_major_formatter("{x:g}")
    figure.legend(loc="outside lower center", ncols=2)
    return figure


# --- blocks, in the speed of json.loads --------------------------------------------------


def _speeds(pyplot: Any, results: Results) -> Any:
    cells = [
        cell
        for cell in results.main.cells
        if cell.cut == BLOCKS
        and cell.mode == FINAL
        and isinstance(cell.speedup(LOADS.name, OURS.name), Spread)
    ]
    if not cells:
        return None
    names = [name for name in _NAMES if name in cells[0].outcomes and name != LOADS.name]
    figure, panel = pyplot.subplots(figsize=(9.5, 4.2), layout="constrained")
    width = 0.8 / len(names)
    known = set()
    for place, name in enumerate(names):
        for at, cell in enumerate(cells):
            ratio = cell.speedup(LOADS.name, name)
            look = _look(name)
            if isinstance(ratio, Spread):
                left = at - 0.4 + (place + 0.5) * width
                label = None if name in known else name
                known.add(name)
                panel.bar(left, ratio.median, width * 0.9, color=look["color"], label=label)
    panel.axhline(1, color="#222222", linewidth=1)
    panel.set_yscale("log")
    panel.set_yticks([0.03, 0.1, 0.3, 1, 3], ["0.03", "0.1", "0.3", "1", "3"])
    panel.set_xticks(range(len(cells)), [cell.workload for cell in cells])
    panel.grid(visible=False, axis="x")
    panel.set_ylabel("times as fast as json.loads")
    figure.legend(loc="outside lower center", ncols=4)
    return figure


# --- growth ------------------------------------------------------------------------------


def _growth(pyplot: Any, results: Results) -> Any:
    rows: list[tuple[str, Growth]] = []
    for suite in (results.main, results.pure):
        if suite is not None:
            rows += [(suite.build, growth) for growth in suite.growth]
    if not rows:
        return None
    figure, panel = pyplot.subplots(figsize=(9.5, 0.8 + 0.42 * len(rows)), layout="constrained")
    for at, (_build, growth) in enumerate(reversed(rows)):
        for place, (step, marker) in enumerate(zip(growth.steps(), "osD", strict=True)):
            y = at + 0.22 * (1 - place)
            panel.plot((step.low, step.high), (y, y), color=_OTHERS[place], linewidth=1.5)
            label = ("16 to 64 kB", "64 to 256 kB", "256 to 1024 kB")[place] if at == 0 else None
            panel.plot(step.median, y, marker, color=_OTHERS[place], label=label)
    panel.axvline(4, color="#222222", linewidth=1)
    panel.axvline(GROWTH, color=_OURS, linewidth=1, linestyle="--")
    titles = [f"{growth.kind}, {growth.mode}\n{build}" for build, growth in reversed(rows)]
    panel.set_yticks(range(len(rows)), titles)
    panel.set_xlabel("time for four times the size; 4 is linear, dashed is what was promised")
    figure.legend(loc="outside lower center", ncols=3)
    return figure


_PICTURES: tuple[tuple[str, str, Callable[[Any, Results], Any]], ...] = (
    (
        "size",
        "Microseconds a four-character fragment costs, the value read after each, against the "
        "size of the text. Missing points would have taken too long.",
        _sizes,
    ),
    (
        "objects",
        "Microseconds a four-character fragment costs, a validated object for each record, "
        "against the size of the text.",
        _objects,
    ),
    ("speed", "64 KiB blocks, nothing but the final value: as fast as json.loads is 1.", _speeds),
    ("growth", "Time for four times the size.", _growth),
)
