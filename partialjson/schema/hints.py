"""What repairs may know of a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._core.hints import same_but_for_case
from ..errors import UsageError
from .containers import Members
from .rules import ARRAY, FALSE, INTEGER, NULL, OBJECT, REAL, STRING, TRUE

if TYPE_CHECKING:
    from .live import LiveSchema

_NAMES = (
    *((OBJECT, "object"), (ARRAY, "array"), (STRING, "string"), (INTEGER, "number")),
    *((REAL, "number"), (TRUE, "boolean"), (FALSE, "boolean"), (NULL, "null")),
)


class SchemaHints:
    """Answers for the place that a `LiveSchema` is at; see `Hints`."""

    def __init__(self, live: LiveSchema) -> None:
        self._live = live

    def kinds_expected(self) -> frozenset[str] | None:
        """What the value to come may be; None where several rules speak of it."""
        live = self._live
        child = live.frame.next
        if live.skipped or live.frame.sole is None or child is None:
            return None
        try:
            refused = [child.rules.layout(kind).refusal is not None for kind, _ in _NAMES]
        except UsageError:  # it says so when a value comes there
            return None
        names = [name for (_, name), no in zip(_NAMES, refused, strict=True) if not no]
        return frozenset(names) or None

    def canonical_key(self, key: str) -> str | None:
        """The key of the open object that `key` is but for case and underscores."""
        live = self._live
        if live.skipped:
            return None
        layouts = [evaluation.layout for evaluation in live.frame.evaluations]
        members = [layout for layout in layouts if isinstance(layout, Members)]
        described = [each for layout in members for each in layout.described]
        return same_but_for_case(key, dict.fromkeys(k for d in described for k in d.properties))
