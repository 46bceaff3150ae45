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
    from .levels import Level
    from .plan import Node, Plan

Loc = tuple[Any, ...]


def loc_of(plan: Plan, levels: Sequence[Level]) -> Loc:
    """What Pydantic's `loc` begins with for the present member of the last level."""
    loc: Loc = ()
    for level in levels:
        if len(level.slots) == 1:
            loc += resolved(plan, level.slots[0].shape)
        loc += (level.step,)
    return loc


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
    early: bool,
) -> Iterator[Violation]:
    """The violations that an error is made of.

    Args:
        node: of the value that was validated.
        place: its path, and the beginning of its `loc`.
        value: as plain data, to find the errors' paths in.
    """
    path, loc = place
    for entry in error.errors():
        detail: Any = {**entry, "loc": (*loc, *entry["loc"])}
        where = path + _steps(plan, node, value, entry["loc"], entry["type"])
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
        found = child(value, step) if isinstance(step, (str, int)) else None
        if found is None:
            if kind == "missing" and not loc:
                steps.append(step)
            continue
        steps.append(found)
        value = value[found]
        inner = _below(shapes, found)
        shapes = () if inner is None else inner.shapes
    return tuple(steps)


def _below(shapes: Sequence[Shape], step: str | int) -> Node | None:
    for shape in shapes:
        node = shape.item(step) if isinstance(step, int) else shape.member(step)
        if node is not None:
            return node
    return None
