"""Reads what mutmut left behind, and `explained.txt`."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LEAST: Final = 0.90
EXPLAINED: Final = Path(__file__).with_name("explained.txt")
_FATES: Final = {0: "survived", 1: "killed", 3: "killed", 33: "no tests", -24: "timeout"}
_COLUMNS: Final = ("killed", "timeout", "survived", "no tests", "other")


@dataclass(frozen=True)
class Change:
    """What a mutant differs in.

    Attributes:
        function: the dotted name.
        removed, added: the lines, without the white space around them.
    """

    function: str
    removed: tuple[str, ...]
    added: tuple[str, ...]

    def lines(self) -> list[str]:
        return [
            self.function,
            *(f"- {line}" for line in self.removed),
            *(f"+ {line}" for line in self.added),
        ]

    def __str__(self) -> str:
        return " ".join(self.lines())


@dataclass(frozen=True)
class Mutant:
    """One of them: its name in mutmut's words, what became of it, what it differs in."""

    name: str
    module: str
    fate: str
    change: Change

    @property
    def lives(self) -> bool:
        return self.fate not in ("killed", "timeout")


def mutants(folder: Path) -> list[Mutant]:
    """All mutants of a folder that mutmut wrote."""
    found: list[Mutant] = []
    for meta in sorted(folder.rglob("*.py.meta")):
        source = meta.with_suffix("").read_text().splitlines()
        spans = json.loads(meta.with_suffix(".spans").read_text())["spans"]
        for name, code in json.loads(meta.read_text())["exit_code_by_key"].items():
            found.append(_mutant(name, code, source, spans))
    return found


def _mutant(name: str, code: int | None, source: list[str], spans: dict[str, list[int]]) -> Mutant:
    module, _, mangled = name.rpartition(".")
    original, _, _ = mangled.rpartition("__mutmut_")
    plain = original.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    old, new = (
        [line.strip() for line in source[slice(*spans[each])] if f" {each}(" not in line]
        for each in (f"{original}__mutmut_orig", mangled)
    )
    fate = "not run" if code is None else _FATES.get(code, f"exit code {code}")
    return Mutant(name, module, fate, _change(f"{module}.{plain}", old, new))


def _change(function: str, old: list[str], new: list[str]) -> Change:
    lines = [*difflib.ndiff(old, new)]
    removed = tuple(line[2:] for line in lines if line.startswith("- "))
    added = tuple(line[2:] for line in lines if line.startswith("+ "))
    return Change(function, removed, added)


def explanations(text: str | None = None) -> dict[Change, str]:
    """By change: why no test can tell it from the original.

    A paragraph for each: the function's name, the lines removed and added, the reason.
    """
    known: dict[Change, str] = {}
    written = EXPLAINED.read_text() if text is None else text
    for paragraph in written.split("\n\n"):
        lines = [line for line in paragraph.splitlines() if not line.startswith("#")]
        if not lines:
            continue
        removed = tuple(line[2:] for line in lines[1:] if line.startswith("- "))
        added = tuple(line[2:] for line in lines[1:] if line.startswith("+ "))
        reason = " ".join(lines[1 + len(removed) + len(added) :])
        if not reason or not removed:
            raise ValueError(f"there is no change or no reason: {paragraph}")
        known[Change(lines[0], removed, added)] = reason
    return known


def share(found: list[Mutant], fates: set[str]) -> float:
    """How many of the mutants came to one of these ends."""
    return sum(each.fate in fates for each in found) / max(1, len(found))


def table(found: list[Mutant], known: Mapping[Change, str]) -> str:
    """A row for each module, and one for all."""
    rows = [f"{'module':<40}{'mutants':>9}" + "".join(f"{c:>10}" for c in _COLUMNS)]
    rows[0] += f"{'explained':>11}{'killed':>9}"
    modules = sorted({each.module for each in found})
    for module in [*modules, ""]:
        some = [each for each in found if module in ("", each.module)]
        fates = Counter(each.fate if each.fate in _COLUMNS else "other" for each in some)
        explained = sum(each.lives and each.change in known for each in some)
        rows.append(
            f"{module or 'all':<40}{len(some):>9}"
            + "".join(f"{fates[c]:>10}" for c in _COLUMNS)
            + f"{explained:>11}{share(some, {'killed', 'timeout'}):>9.1%}"
        )
    return "\n".join(rows)
