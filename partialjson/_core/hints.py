"""What repairs may ask of a type or a schema; `typed` and `schema` have the answers."""

from __future__ import annotations

from typing import Protocol


class Hints(Protocol):
    """Knows what is expected at the place that is being read."""

    def kinds_expected(self) -> frozenset[str] | None:
        """What the value to come may be, of JSON's six types; None if nobody knows.

        The names are `object`, `array`, `string`, `number`, `boolean` and `null`.
        """

    def items_expected(self) -> frozenset[str] | None:
        """What the items of an array may be that stands there; None if nobody knows."""

    def canonical_key(self, key: str) -> str | None:
        """The key of the open object that `key` is but for case and underscores, if it is one.

        None where `key` itself is known, or no other key or several ones would do.
        """


def same_but_for_case(key: str, known: object) -> str | None:
    """The one of the known keys that differs from `key` only in case, `_` and `-`."""
    if not isinstance(known, (list, tuple, set, frozenset, dict)) or key in known:
        return None
    folded = _folded(key)
    found = [other for other in known if _folded(other) == folded]
    return found[0] if len(found) == 1 else None


def _folded(key: str) -> str:
    return key.replace("_", "").replace("-", "").casefold()
