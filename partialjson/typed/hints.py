"""What repairs may know of a type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._core.hints import same_but_for_case
from .kinds import ARRAY, BOOLEAN, INTEGER, NULL, OBJECT, REAL, STRING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .live import LiveValidator
    from .plan import Node

_NAMES = (
    *((OBJECT, "object"), (ARRAY, "array"), (STRING, "string")),
    *((INTEGER | REAL, "number"), (BOOLEAN, "boolean"), (NULL, "null")),
)


class TypeHints:
    """Answers for the place that a validator is at; see `Hints`."""

    def __init__(self, live: LiveValidator) -> None:
        self._live = live

    def kinds_expected(self) -> frozenset[str] | None:
        """What the value to come may be."""
        return _kinds_of(self._nodes())

    def items_expected(self) -> frozenset[str] | None:
        """What the items of an array may be that stands there."""
        nodes = [node for node in self._nodes() if node is not None]
        return _kinds_of([shape.item(0) for node in nodes for shape in node.of_kind(ARRAY)])

    def _nodes(self) -> list[Node | None]:
        live = self._live
        level = live.level
        if live._skipped:
            return [None]
        if level is None:
            return [live.plan.root]
        if level.settled:
            return [level.next]
        return [node for _, node in level.choices()] or [None]

    def canonical_key(self, key: str) -> str | None:
        """The key of the open object that `key` is but for case and underscores."""
        live = self._live
        if live._skipped or live.level is None:
            return None
        keys = dict.fromkeys(key for slot in live.level.slots for key in slot.shape.keys)
        return same_but_for_case(key, keys)


def _kinds_of(nodes: Iterable[Node | None]) -> frozenset[str] | None:
    """What a value may be that one of these nodes is for."""
    kinds = 0
    for node in nodes:
        if node is None or not node.shapes:
            return None
        kinds |= node.kinds
    return frozenset(name for bits, name in _NAMES if kinds & bits) or None
