"""What repairs may know of a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._core.hints import same_but_for_case
from ..errors import UsageError
from .consequences import present
from .containers import Items, Members
from .rules import ARRAY, FALSE, INTEGER, NULL, OBJECT, REAL, STRING, TRUE
from .scalars import OPEN

if TYPE_CHECKING:
    from .live import LiveSchema
    from .rules import Child

_NAMES = (
    *((OBJECT, "object"), (ARRAY, "array"), (STRING, "string"), (INTEGER, "number")),
    *((REAL, "number"), (TRUE, "boolean"), (FALSE, "boolean"), (NULL, "null")),
)


class SchemaHints:
    """Answers for the place that a `LiveSchema` is at; see `Hints`."""

    def __init__(self, live: LiveSchema) -> None:
        self._live = live

    def kinds_expected(self) -> frozenset[str] | None:
        """What the value to come may be by all that speaks of it, but for alternatives."""
        return _kinds_of(self._next())

    def items_expected(self) -> frozenset[str] | None:
        """What the items of an array may be that stands there."""
        try:
            layouts = [child.rules.layout(ARRAY) for child in self._next()]
        except UsageError:
            return None
        items = [layout.item(0) for layout in layouts if isinstance(layout, Items)]
        return _kinds_of([child for child in items if child is not None])

    def _next(self) -> list[Child]:
        """The rules of the value to come that the document must satisfy."""
        live = self._live
        if live.skipped:
            return []
        found = present(live.frame)
        return [
            child
            for evaluation, child in found
            if child is not None and evaluation.spine and evaluation.state == OPEN
        ]

    def canonical_key(self, key: str) -> str | None:
        """The key of the open object that `key` is but for case and underscores."""
        live = self._live
        if live.skipped:
            return None
        layouts = [evaluation.layout for evaluation in live.frame.evaluations]
        members = [layout for layout in layouts if isinstance(layout, Members)]
        described = [each for layout in members for each in layout.described]
        return same_but_for_case(key, dict.fromkeys(k for d in described for k in d.properties))


def _kinds_of(children: list[Child]) -> frozenset[str] | None:
    """What a value may be by all these rules: nothing, where they contradict each other."""
    if not children:
        return None
    try:
        return frozenset(
            name
            for kind, name in _NAMES
            if all(child.rules.layout(kind).refusal is None for child in children)
        )
    except UsageError:  # it says so when a value comes there
        return None
