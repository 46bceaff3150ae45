"""The handler that validates subtrees as they close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from .._core.handler import Handler
from .._core.tree import NOTHING, Tree
from ..events import Validated, Violation
from ..paths import Path, Patterns, child

if TYPE_CHECKING:
    from collections.abc import Collection

    from pydantic_core import SchemaValidator

    from .._core.source import Source
    from ..events import Event
    from .plan import Node


class LiveValidator(Handler):
    """Validates each subtree that the plan names, from its own source text.

    It hears everything after the tree, whose stack tells where it is.

    Attributes:
        outcome: what came of the root: `("object", it)` or `("error", ValidationError)`.
    """

    def __init__(
        self,
        tree: Tree,
        source: Source,
        plan: Node,
        kinds: Collection[type[Event]],
        patterns: Patterns | None,
        arguments: dict[str, Any],
    ) -> None:
        self.tree = tree
        self.source = source
        self.plan = plan
        self.patterns = patterns
        self.arguments = arguments
        self.validated = Validated in kinds
        self.violations = Violation in kinds
        self.open: list[tuple[Node | None, int]] = []  # the plan and the offset of each container
        self.reported: set[tuple[Path, str]] = set()
        self.outcome: tuple[str, Any] | None = None

    def on_object_start(self, offset: int) -> None:
        self._start(offset)

    def on_array_start(self, offset: int) -> None:
        self._start(offset)

    def _start(self, offset: int) -> None:
        node: Node | None
        if not self.open:
            node = self.plan
        else:
            outer = self.open[-1][0]
            skipped = outer is None or self.tree.frame.live == NOTHING
            node = None if skipped or outer is None else outer.child(self.tree.stack[-1].step)
        self.open.append((node, offset))

    def on_object_end(self, offset: int) -> None:
        self._end(offset)

    def on_array_end(self, offset: int) -> None:
        self._end(offset)

    def _end(self, offset: int) -> None:
        node, start = self.open.pop()
        if node is not None and node.validator is not None:
            self._validate(node.validator, start, offset + 1)

    def on_string(self, value: str, start: int, end: int) -> None:
        self._scalar(end)

    def on_string_end(self, offset: int) -> None:
        self._scalar(offset + 1)

    def on_number(self, text: str, is_float: bool, start: int, end: int) -> None:
        self._scalar(end)

    def on_literal(self, value: bool | None, start: int, end: int) -> None:
        self._scalar(end)

    def _scalar(self, end: int) -> None:
        if not self.open and self.plan.validator is not None:  # the root is one
            self._validate(self.plan.validator, 0, end)

    def _validate(self, validator: SchemaValidator, start: int, end: int) -> None:
        text = self.source.slice(start, end)
        if start == 0:
            text = text.removeprefix("\ufeff")
        path = self.tree.completed_path()
        try:
            validated = validator.validate_json(text, **self.arguments)
        except ValidationError as error:
            self._report(error, path, end)
            outcome: tuple[str, Any] = ("error", error)
        else:
            outcome = ("object", validated)
            if self.validated and self._wanted(path):
                self.tree.out.append(Validated(path, validated))
        if not self.open:
            self.outcome = outcome

    def _report(self, error: ValidationError, path: Path, end: int) -> None:
        """Each error once: what a subtree has reported its ancestors leave out."""
        for entry in error.errors():
            detail: Any = {**entry, "loc": (*path, *entry["loc"])}
            known = (detail["loc"], detail["type"])
            if known in self.reported:
                continue
            self.reported.add(known)
            place = path + self._place(path, entry["loc"], entry["type"])
            if self.violations and self._wanted(place):
                self.tree.out.append(
                    Violation(place, detail["type"], detail["msg"], end, False, detail)
                )

    def _place(self, path: Path, loc: tuple[str | int, ...], kind: str) -> Path:
        """The part of Pydantic's `loc` that is a path in the text; unions add labels to it."""
        value: Any = self._value(path)
        steps: list[str | int] = []
        for step in loc:
            found = child(value, step)
            if found is None:
                return (*steps, step) if kind == "missing" else tuple(steps)
            steps.append(found)
            value = value[found]
        return tuple(steps)

    def _value(self, path: Path) -> Any:
        value = self.tree.built()
        for step in path:
            value = value[step]
        return value

    def _wanted(self, path: Path) -> bool:
        patterns = self.patterns
        if patterns is None:
            return True
        state = patterns.start
        for step in path:
            state = patterns.step(state, step)
        return patterns.accepts(state)
