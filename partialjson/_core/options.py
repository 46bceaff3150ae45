"""Which options there are, and which go together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import UsageError
from ..events import Event
from ..limits import Limits

_CHOICES: dict[str, tuple[str, ...]] = {
    "duplicate_keys": ("last", "first", "error"),
    "lone_surrogates": ("error", "replace"),
    "bad_utf8": ("error", "replace"),
    "trailing": ("error", "keep"),
}


def check_options(options: dict[str, Any], repair: object) -> None:
    for name in ("keep", "many"):
        if not isinstance(options[name], bool):
            raise TypeError(f"{name} must be a bool, not {type(options[name]).__name__}")
    for name, allowed in _CHOICES.items():
        if options[name] not in allowed:
            choices = " or ".join(map(repr, allowed))
            raise UsageError(f"{name} must be {choices}, not {options[name]!r}")
    if repair is not False:
        raise UsageError("repair must be False: there are no repairs yet", code="not_available")
    if options["many"] and options["trailing"] == "keep":
        raise UsageError(
            "many=True reads documents to the end, so nothing trails; leave trailing='error'",
            code="conflicting_options",
        )


def checked_limits(limits: Any) -> Limits:
    if limits is None:
        return Limits()
    if not isinstance(limits, Limits):
        raise TypeError(f"limits must be Limits(...), not {type(limits).__name__}")
    return limits


def checked_function(name: str, function: object) -> object:
    if function is not None and not callable(function):
        raise TypeError(f"{name} must be callable, not {type(function).__name__}")
    return function


def checked_events(
    events: object, allowed: tuple[type[Event], ...], owner: str
) -> tuple[type[Event], ...]:
    """The event classes that `events=` names; None for all that `owner` has."""
    if events is None:
        return allowed
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
