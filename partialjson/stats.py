"""What went through a stack of framing, adapter, calls and parsers, and how long it took."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter
from typing import Any

from ._seal import checked
from .events import (
    CallEvent,
    Event,
    FieldCompleted,
    OutputEvent,
    ToolCallCompleted,
    ToolCallFailed,
)

__all__ = ["Stats"]

_TIMES = {
    "seconds": (float, int),
    **dict.fromkeys(("first_fragment", "first_field"), (float, int, type(None))),
}
_COUNTS = ("fragments", "bytes", "messages", "characters", "saved")


class Stats:
    """Counts and times of one stream. All times are seconds since the stack was made.

    Attributes:
        fragments: how often something was fed.
        bytes: of the fragments that were text or bytes (text counts as UTF-8).
        messages: of the provider.
        characters: of arguments and JSON output that were parsed.
        saved: characters that came for calls after a violation or another fault had decided
            them: what stopping at the verdict saves.
        first_fragment, first_field: when the first fragment came, and when the first field
            was complete; None before that.
        completed, failed: when each call was, by its index.
    """

    def __init__(self) -> None:
        self.fragments = 0
        self.bytes = 0
        self.messages = 0
        self.characters = 0
        self.saved = 0
        self.first_fragment: float | None = None
        self.first_field: float | None = None
        self.completed: dict[int, float] = {}
        self.failed: dict[int, float] = {}
        self._made = perf_counter()

    @property
    def seconds(self) -> float:
        """Since the stack was made."""
        return perf_counter() - self._made

    def fed(self, fragment: Any) -> None:
        """A fragment is about to be read."""
        self.fragments += 1
        if self.first_fragment is None:
            self.first_fragment = self.seconds
        if isinstance(fragment, str):
            self.bytes += len(fragment) if fragment.isascii() else _encoded(fragment)
        elif isinstance(fragment, (bytes, bytearray)):
            self.bytes += len(fragment)
        elif isinstance(fragment, memoryview):
            self.bytes += fragment.nbytes

    def told(self, events: Iterable[Event]) -> None:
        """Events are about to be handed out."""
        for event in events:
            if self.first_field is None:
                self._look_for_field(event)
            if type(event) is ToolCallCompleted:
                self.completed[event.call.index] = self.seconds
            elif type(event) is ToolCallFailed:
                self.failed[event.call.index] = self.seconds

    def _look_for_field(self, event: Event) -> None:
        inner = event.event if isinstance(event, (CallEvent, OutputEvent)) else event
        if isinstance(inner, FieldCompleted):
            self.first_field = self.seconds

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        times = {"seconds": self.seconds}
        for name in ("first_fragment", "first_field"):
            if getattr(self, name) is not None:
                times[name] = getattr(self, name)
        calls = {"completed": [*map(list, self.completed.items())]}
        calls["failed"] = [*map(list, self.failed.items())]
        return {**{name: getattr(self, name) for name in _COUNTS}, **times, **calls}

    def load(self, data: dict[str, Any]) -> None:
        """Go on counting where `as_dict` was made.

        Raises:
            CheckpointError, TypeError, ValueError: for what it never made.
        """
        data = {"first_fragment": None, "first_field": None, **data}
        lists = {"completed": list, "failed": list}
        checked(data, **dict.fromkeys(_COUNTS, int), **_TIMES, **lists)
        for name in (*_COUNTS, "first_fragment", "first_field"):
            setattr(self, name, data[name])
        self.completed = {int(index): float(time) for index, time in data["completed"]}
        self.failed = {int(index): float(time) for index, time in data["failed"]}
        self._made = perf_counter() - data["seconds"]

    def __repr__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.as_dict().items())
        return f"Stats({facts})"


def _encoded(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
