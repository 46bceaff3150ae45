"""What was measured, as tables, targets and lists of what needs a look."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeAlias

from .damage import KINDS, NUMBERS
from .measure import ALONE, EARLIER, EXACT, LATER, NUMBER, Measured, Outcome

Runs: TypeAlias = "Mapping[str, Mapping[str, Measured]]"  # by form of numbers, by schema

JSON_NUMBERS: Final = "json"
PLAIN_NUMBERS: Final = "plain"
_FLOOR: Final = 0.95
_SHOWN: Final = 3  # examples of each group
_HEAD: Final = (
    *("documents", "own byte", "in number", "later", "(excused)", "earlier", "bytes"),
    *("saved", "oracle's", "proved"),
)


@dataclass(frozen=True)
class Target:
    """A promise and what was found.

    Args:
        what: the promise.
        floor: its bound, in words.
        figure: what was found, in words.
        met: None where nothing was measured.
    """

    what: str
    floor: str
    figure: str
    met: bool | None


def text(runs: Runs, *, full: bool = False) -> str:
    """Everything for a terminal; `full` lists all of each group instead of a few."""
    lines: list[str] = []
    for form, measured in runs.items():
        title = f"numbers={form!r}, {sum(len(each.outcomes) for each in measured.values())} damaged"
        lines += [title + f" documents of {len(measured)} schemas", ""]
        lines += [*_table(_outcomes(measured.values()))]
        lines += [*_alone(_outcomes(measured.values()))]
        lines += [*_notes(measured), ""]
    lines += ["Targets", ""]
    for target in targets(runs):
        lines.append(f"  {target.what:<78} {target.floor:<8} {target.figure:<26} {_says(target)}")
    return "\n".join([*lines, "", *_lists(runs, full)])


def as_data(runs: Runs) -> dict[str, Any]:
    """Everything as plain data."""
    return {
        "targets": [asdict(target) for target in targets(runs)],
        "rows": {form: _rows_data(measured) for form, measured in runs.items()},
        "runs": {
            form: {name: asdict(each) for name, each in measured.items()}
            for form, measured in runs.items()
        },
    }


# --- targets -----------------------------------------------------------------------------


def targets(runs: Runs) -> list[Target]:
    """All promises in their order."""
    everything = [each for measured in runs.values() for each in _outcomes(measured.values())]
    main = [each for each in _of(runs, JSON_NUMBERS) if each.oracle is not None]
    apart = [each for each in main if each.kind not in NUMBERS]
    return [
        _share("strings, enums, keys, structure, counts: at the oracle's own byte", apart, _exact),
        _share(
            "  without those in which a valid document proves the oracle too early",
            [each for each in apart if not each.excused],
            _exact,
            floor=None,
        ),
        _share("  the oracle asked in one order only", apart, _exact_in_own_order, floor=None),
        *(
            _share(f"numbers, {form}: by the character after the number", each, _by, floor=1.0)
            for form in runs
            if (each := _numbers(runs, form))
        ),
        _none("unsound: a valid document begins so", [e for e in everything if e.contradictions]),
        _none("later than the close of what is wrong", [e for e in everything if e.ours > e.close]),
        _none(
            "another offset when fed at once",
            [each for each in everything if each.whole != _own(each)],
        ),
        _count("valid documents with a violation", runs, lambda each: len(each.alarms)),
        _count("exceptions", runs, lambda each: len(each.failures)),
    ]


def _own(outcome: Outcome) -> int | None:
    return None if outcome.verdict is None else outcome.ours


def _of(runs: Runs, form: str) -> list[Outcome]:
    return _outcomes(runs.get(form, {}).values())


def _numbers(runs: Runs, form: str) -> list[Outcome]:
    found = [each for each in _of(runs, form) if each.kind in NUMBERS]
    return [each for each in found if each.oracle is not None]


def _exact(outcome: Outcome) -> bool:
    return outcome.place == EXACT


def _exact_in_own_order(outcome: Outcome) -> bool:
    return outcome.ours == outcome.own_order


def _by(outcome: Outcome) -> bool:
    return outcome.place in (EXACT, NUMBER)


def _share(
    what: str,
    found: Sequence[Outcome],
    good: Callable[[Outcome], bool],
    *,
    floor: float | None = _FLOOR,
) -> Target:
    """A share that is at least the floor; without a floor it is only told."""
    bound = "" if floor is None else f">= {floor:.0%}"
    if not found:
        return Target(what, bound, "not measured", None)
    number = sum(map(good, found))
    share = number / len(found)
    met = None if floor is None else share >= floor
    return Target(what, bound, f"{share:.1%} ({number} of {len(found)})", met)


def _none(what: str, found: Sequence[Outcome]) -> Target:
    return Target(what, "0", str(len(found)), not found)


def _count(what: str, runs: Runs, size: Callable[[Measured], int]) -> Target:
    number = sum(size(each) for measured in runs.values() for each in measured.values())
    return Target(what, "0", str(number), number == 0)


def _says(target: Target) -> str:
    return {True: "met", False: "MISSED", None: ""}[target.met]


# --- tables ------------------------------------------------------------------------------


def _table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A row for each kind of damage; only what the oracle can judge."""
    judged = [each for each in outcomes if each.oracle is not None]
    yield f"  {'':<16}" + "".join(f"{title:>11}" for title in _HEAD)
    for title, found in _groups(judged):
        cells = _cells(found)
        yield f"  {title:<16}" + "".join(f"{cells[name]:>11}" for name in _HEAD)
    yield "  bytes: mean from the oracle's to ours; saved: share of the document after ours;"
    yield "  excused: of those later, a valid document proves the oracle too early, by its order;"
    yield "  proved: a valid document has all that is before ours, so none could be earlier."


def _groups(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, list[Outcome]]]:
    kinds = [kind for kind in KINDS if any(each.kind == kind for each in outcomes)]
    for kind in kinds:
        yield kind, [each for each in outcomes if each.kind == kind]
    numbers = [each for each in outcomes if each.kind in NUMBERS]
    others = [each for each in outcomes if each.kind not in NUMBERS]
    for title, found in (("not numbers", others), ("numbers", numbers), ("all", [*outcomes])):
        if found and (numbers or title == "all"):
            yield title, found


def _cells(found: Sequence[Outcome]) -> dict[str, str]:
    def share(condition: Callable[[Outcome], bool]) -> str:
        return f"{sum(map(condition, found)) / len(found):.1%}"

    return {
        "documents": str(len(found)),
        "own byte": share(_exact),
        "in number": share(lambda each: each.place == NUMBER),
        "later": share(lambda each: each.place == LATER),
        "(excused)": share(lambda each: each.excused),
        "earlier": share(lambda each: each.place == EARLIER),
        "bytes": f"{statistics.fmean(each.distance for each in found):.2f}",
        "saved": f"{_saved(found, lambda each: each.ours):.1%}",
        "oracle's": f"{_saved(found, lambda each: each.oracle or 0):.1%}",
        "proved": share(lambda each: each.proved),
    }


def _saved(found: Sequence[Outcome], place: Callable[[Outcome], int]) -> float:
    """Share of a document that need not be generated; all of it is for who validates at the end."""
    return statistics.fmean(1 - min(place(each) + 1, each.length) / each.length for each in found)


def _rows_data(measured: Mapping[str, Measured]) -> dict[str, dict[str, str]]:
    judged = [each for each in _outcomes(measured.values()) if each.oracle is not None]
    return {title: _cells(found) for title, found in _groups(judged)}


def _alone(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What was judged without the oracle."""
    found = [each for each in outcomes if each.place == ALONE]
    if found:
        proved = sum(each.proved for each in found)
        saved = _saved(found, lambda each: each.ours)
        yield f"  without an oracle: {len(found)} documents, {saved:.1%} saved, "
        yield f"    for {proved / len(found):.1%} it is proved that no verdict could come earlier"


def _notes(measured: Mapping[str, Measured]) -> Iterator[str]:
    unknown = {name: each.unknown for name, each in measured.items() if each.unknown}
    for name, why in unknown.items():
        yield f"  the oracle cannot read {name}: {why}"
    for name, each in measured.items():
        if each.refused:
            yield f"  {name}: {each.refused} did not count, the oracle refuses them undamaged"


# --- lists -------------------------------------------------------------------------------


def _lists(runs: Runs, full: bool) -> Iterator[str]:
    everything = [each for measured in runs.values() for each in _outcomes(measured.values())]
    titles: dict[str, Callable[[Outcome], bool]] = {
        "UNSOUND": lambda each: bool(each.contradictions),
        "After the close of what is wrong": lambda each: each.ours > each.close,
        "Another offset when fed at once": lambda each: each.whole != _own(each),
        "Earlier than the oracle": lambda each: each.place == EARLIER,
        "Later, and not by the oracle's order": lambda each: (
            each.place == LATER and not each.excused
        ),
        "Later, the oracle's order being too early": lambda each: each.excused,
        "Without an oracle, and not proved to be the earliest": lambda each: (
            each.place == ALONE and not each.proved
        ),
    }
    for title, condition in titles.items():
        found = [each for each in everything if condition(each)]
        if found:
            yield f"{title}: {len(found)}"
            yield from _grouped(found, full)
            yield ""
    yield from _raised(runs)


def _grouped(found: Iterable[Outcome], full: bool) -> Iterator[str]:
    """By damage and keyword, the largest group first."""
    groups: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for each in found:
        keyword = each.verdict.keyword if each.verdict else "no violation"
        groups[each.kind, keyword].append(each)
    for (kind, keyword), members in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        yield f"  {kind}, by {keyword}: {len(members)}"
        members.sort(key=lambda each: each.length)
        for each in members if full else members[:_SHOWN]:
            yield f"    {each.schema}: {_marked(each)}"
            if each.contradictions:
                yield f"      but valid: {min(each.contradictions, key=len)}"


def _marked(outcome: Outcome) -> str:
    """The text with the oracle's byte and ours marked."""
    marks = [(outcome.ours, "<ours>")]
    if outcome.oracle is not None:
        marks.append((outcome.oracle, "<oracle>"))
    if outcome.ours > outcome.close:
        marks.append((outcome.close, "<close>"))
    data = outcome.text.encode()
    for place, mark in sorted(marks, reverse=True):
        data = data[:place] + mark.encode() + data[place:]
    shown = data.decode()
    first, last = shown.index("<"), shown.rindex(">")
    start = max(0, first - 160)
    return ("..." if start else "") + shown[start : last + 60]


def _raised(runs: Runs) -> Iterator[str]:
    """What the parser raised, and valid documents it found a violation in."""
    for title, of in (("Exceptions", "failures"), ("Violations in valid documents", "alarms")):
        found = [
            f"  numbers={form!r}, {name}: {line}"
            for form, measured in runs.items()
            for name, each in measured.items()
            for line in getattr(each, of)
        ]
        if found:
            yield f"{title}: {len(found)}"
            yield from sorted(found, key=len)[: 4 * _SHOWN]


def _outcomes(measured: Iterable[Measured]) -> list[Outcome]:
    return [outcome for each in measured for outcome in each.outcomes]
