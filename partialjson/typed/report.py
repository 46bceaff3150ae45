"""From Pydantic's errors to violations: each once, with its path in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..events import Violation
from ..paths import Path, child
from .plan import Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import ValidationError

    from .kinds import Shape
    from .levels import Level, Slot
    from .plan import Node, Plan

Loc = tuple[Any, ...]

_AT_THE_END = frozenset(
    {
        *("missing", "too_short", "union_tag_not_found", "missing_argument"),
        *("missing_keyword_only_argument", "missing_positional_only_argument"),
    }
)


def loc_of(plan: Plan, levels: Sequence[Level], slot: Slot | None = None) -> Loc:
    """What Pydantic's `loc` begins with for the present member of the last level.

    Args:
        slot: of the last level: the one to speak of. Without it the labels of unions are only
            known as far as one shape is left.
    """
    parts: list[Loc] = []
    for level in reversed(levels):
        if slot is None and len(level.slots) == 1:
            slot = level.slots[0]
        parts.append((level.step if slot is None else slot.shape.said(level.step),))
        if slot is not None:
            parts.append(resolved(plan, slot.shape))
            slot = slot.up
    return tuple(step for part in reversed(parts) for step in part)


def resolved(plan: Plan, shape: Shape) -> Loc:
    """The labels and tags of a shape, as Pydantic spells them."""
    return tuple(
        plan.label(part.choice, part.config) if isinstance(part, Label) else part
        for part in shape.loc
    )


class Reported:
    """Which places were found wrong."""

    def __init__(self) -> None:
        self._paths: set[Path] = set()

    def add(self, path: Path) -> None:
        """Nothing at or below this path is told again."""
        self._paths.add(path)

    def covers(self, path: Path, depth: int) -> bool:
        """Whether the path, or a beginning of it of at least `depth` steps, was."""
        paths = self._paths
        return any(path[:n] in paths for n in range(depth, len(path) + 1))

    def as_data(self) -> list[list[str | int]]:
        """For a checkpoint."""
        return sorted(([*path] for path in self._paths), key=repr)

    def load(self, data: list[list[str | int]]) -> None:
        """Take up what a checkpoint says."""
        self._paths = {tuple(path) for path in data}


def violations(
    plan: Plan,
    error: ValidationError,
    node: Node,
    place: tuple[Path, Loc],
    value: Any,
    offset: int,
    open_path: Path | None,
) -> Iterator[Violation]:
    """The violations that an error is made of.

    Args:
        node: of the value that was validated.
        place: its path, and the beginning of its `loc`.
        value: as plain data, to find the errors' paths in.
        open_path: of what is being read, if the value was not complete: then nothing is said
            that only its end could decide.
    """
    path, loc = place
    for entry in error.errors():
        detail: Any = {**entry, "loc": (*loc, *entry["loc"])}
        where = path + _steps(plan, node, value, entry["loc"], entry["type"])
        early = open_path is not None and where in (open_path[: len(where)], path[: len(where)])
        if open_path is not None and entry["type"] in _AT_THE_END:
            continue
        yield Violation(where, detail["type"], detail["msg"], offset, early, detail)


def _steps(plan: Plan, node: Node | None, value: Any, loc: Loc, kind: str) -> Path:
    """The part of a `loc` that is a path in the text: without labels and tags."""
    steps: list[str | int] = []
    shapes: Sequence[Shape] = () if node is None else node.shapes
    while loc:
        labelled = [(shape, resolved(plan, shape)) for shape in shapes if shape.loc]
        named = [(shape, label) for shape, label in labelled if loc[: len(label)] == label]
        if named:
            loc = loc[len(named[0][1]) :]
            shapes = [shape for shape, _ in named]
            if not loc:
                break
        step, *rest = loc
        loc = tuple(rest)
        found = _found(value, step, shapes)
        if found is None:
            if kind == "missing" and (shapes or not loc):
                return tuple(steps) if isinstance(step, int) and step < 0 else (*steps, step)
            continue
        steps.append(found)
        value = value[found]
        inner = _below(shapes, found)
        shapes = () if inner is None else inner.shapes
    return tuple(steps)


def _found(value: Any, step: Any, shapes: Sequence[Shape]) -> str | int | None:
    """The step in the text for one of a `loc`, which may be by another name."""
    if isinstance(step, int) and step < 0 and isinstance(value, list):
        step = step + len(value) if step + len(value) >= 0 else None
    found = child(value, step) if isinstance(step, (str, int)) else None
    if found is None:
        names = [name for shape in shapes for name in shape.same.get(step, ())]
        found = next((name for name in names if child(value, name) is not None), None)
    return found


def _below(shapes: Sequence[Shape], step: str | int) -> Node | None:
    for shape in shapes:
        node = shape.item(step) if isinstance(step, int) else shape.member(step)
        if node is not None:
            return node
    return None
