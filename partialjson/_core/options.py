"""Which options there are, and which go together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ..errors import UsageError
from ..events import Event
from ..limits import Limits
from .repair.names import chosen, names_in

_CHOICES: dict[str, tuple[str, ...]] = {
    "duplicate_keys": ("last", "first", "error"),
    "lone_surrogates": ("error", "replace"),
    "bad_utf8": ("error", "replace"),
    "trailing": ("error", "keep"),
}


class Options(NamedTuple):
    """What a parser was told, apart from what it is to hand out."""

    keep: bool = True
    many: bool = False
    duplicate_keys: str = "last"
    lone_surrogates: str = "error"
    bad_utf8: str = "error"
    trailing: str = "error"
    limits: Limits | None = None
    parse_int: Callable[[str], Any] | None = None
    parse_float: Callable[[str], Any] | None = None
    repair: object = False

    @property
    def conversions(self) -> tuple[Callable[[str], Any] | None, Callable[[str], Any] | None]:
        """What makes integers and other numbers; None for what Python does."""
        return self.parse_int, self.parse_float

    def as_data(self) -> dict[str, Any]:
        """What a checkpoint remembers."""
        data = {name: getattr(self, name) for name in _DATA}
        return {**data, "repair": repair_as_data(self.repair)}


def repair_as_data(repair: object) -> bool | str | list[str]:
    """What was said of repairs, as plain data."""
    if isinstance(repair, (bool, str)):
        return repair
    return names_in(repair)


PLAIN = Options()
BOUNDS = Limits()._bounds
_DATA = ("keep", "many", *_CHOICES)


def checked(options: Options) -> Options:
    """The options with their limits, if they make sense."""
    for name in ("keep", "many"):
        if not isinstance(getattr(options, name), bool):
            raise TypeError(f"{name} must be a bool, not {type(getattr(options, name)).__name__}")
    for name, allowed in _CHOICES.items():
        if getattr(options, name) not in allowed:
            choices = " or ".join(map(repr, allowed))
            raise UsageError(f"{name} must be {choices}, not {getattr(options, name)!r}")
    for name in ("parse_int", "parse_float"):
        function = getattr(options, name)
        if function is not None and not callable(function):
            raise TypeError(f"{name} must be callable, not {type(function).__name__}")
    chosen(options.repair)
    if options.many and options.trailing == "keep":
        raise UsageError(
            "many=True reads documents to the end, so nothing trails; leave trailing='error'",
            code="conflicting_options",
        )
    if options.limits is not None and not isinstance(options.limits, Limits):
        raise TypeError(f"limits must be Limits(...), not {type(options.limits).__name__}")
    return options


def checked_events(
    events: object, allowed: tuple[type[Event], ...], owner: str
) -> tuple[type[Event], ...]:
    """The event classes that `events=` names, of those that `owner` has."""
    if isinstance(events, type):
        events = (events,)
    if not isinstance(events, Iterable):
        raise TypeError(f"events must be event classes, not {type(events).__name__}")
    kinds = tuple(events)
    for kind in kinds:
        if kind not in allowed:
            names = ", ".join(kind.__name__ for kind in allowed)
            name = getattr(kind, "__name__", repr(kind))
            raise UsageError(f"{owner} has no event {name}; it has {names}")
    return kinds


def check_choice(choice: Mapping[str, str], partial: object) -> None:
    """What becomes of an unfinished token: only a partial value has one."""
    if not isinstance(partial, bool):
        raise TypeError(f"partial must be a bool, not {type(partial).__name__}")
    for name, value in choice.items():
        if value not in ("keep", "drop"):
            raise UsageError(f"{name} must be 'keep' or 'drop', not {value!r}")
    if not partial and dict(choice) != {"strings": "keep", "numbers": "drop", "literals": "drop"}:
        raise UsageError(
            "strings, numbers and literals speak of unfinished values; they need partial=True",
            code="conflicting_options",
        )
