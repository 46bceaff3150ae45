"""What a hook is told: names and attributes, as OpenTelemetry's `Span.add_event` takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from ..events import (
    Event,
    OutputCompleted,
    OutputFailed,
    StreamFailed,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCallStarted,
)
from ..stats import Stats

Hook: TypeAlias = Callable[[str, dict[str, Any]], object]

_NAMES: dict[type[Event], str] = {
    ToolCallStarted: "partialjson.call.started",
    ToolCallCompleted: "partialjson.call.completed",
    ToolCallFailed: "partialjson.call.failed",
    OutputCompleted: "partialjson.output.completed",
    OutputFailed: "partialjson.output.failed",
    StreamFailed: "partialjson.stream.failed",
}


def report(hook: Hook, events: Iterable[Event], stats: Stats) -> None:
    """Tell a hook what became of calls and of the stream."""
    for event in events:
        name = _NAMES.get(type(event))
        if name is not None:
            hook(name, {**_attributes(event), "partialjson.seconds": stats.seconds})


def report_end(hook: Hook, stats: Stats) -> None:
    """Tell a hook that the stream was closed, and what went through it."""
    facts = {k: v for k, v in stats.as_dict().items() if isinstance(v, (int, float))}
    hook("partialjson.stream.closed", {f"partialjson.{name}": v for name, v in facts.items()})


def _attributes(event: Event) -> dict[str, Any]:
    """What tells the event from others; names of the semantic conventions where they have one."""
    attributes: dict[str, Any] = {}
    if isinstance(event, (ToolCallStarted, ToolCallCompleted, ToolCallFailed)):
        attributes["gen_ai.tool.name"] = event.call.name
        attributes["partialjson.call.index"] = event.call.index
        if event.call.id is not None:
            attributes["gen_ai.tool.call.id"] = event.call.id
    if isinstance(event, (OutputCompleted, OutputFailed)):
        attributes["partialjson.output.index"] = event.index
    if isinstance(event, (ToolCallFailed, OutputFailed, StreamFailed)):
        attributes["error.type"] = event.reason
    return attributes
