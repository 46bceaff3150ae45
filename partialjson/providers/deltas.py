"""What adapters say: the same few nouns, whatever the provider sends.

`key` is the number of a call in its stream, from 0, in the order of their starts. What a
provider sends may be anything, so deltas check what they are made of; an adapter may raise
what wrong shapes raise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from .reading import counts


def _check(name: str, value: object, *kinds: type) -> None:
    if not isinstance(value, kinds):
        raise TypeError(f"{name} is of type {type(value).__name__}")


def _check_index(name: str, value: object) -> None:
    _check(name, value, int)
    if not counts(value):  # type: ignore[arg-type]  # it is an int
        raise ValueError(f"{name} is {value!r:.40}")


@dataclass(slots=True)
class CallStarted:
    """A tool call begins.

    `server`: the provider runs the tool itself. `free`: its input is free text, not JSON.
    """

    key: int
    id: str | None
    name: str
    choice: int = 0
    server: bool = False
    free: bool = False

    def __post_init__(self) -> None:
        _check("id", self.id, str, type(None))
        _check("name", self.name, str)
        _check_index("choice", self.choice)


@dataclass(slots=True, init=False)
class CallText:
    """More of a call's arguments, as JSON text (or of its free text)."""

    key: int
    text: str

    def __init__(self, key: int, text: str) -> None:
        self.key = key
        self.text = text
        if type(text) is not str:
            _check("arguments", text, str)


@dataclass(slots=True)
class CallEnded:
    """The provider marked the end of a call's arguments."""

    key: int


@dataclass(slots=True)
class CallMended:
    """The adapter knew a fault of the server, and undid it.

    `repair` names it; `before` was received, `after` was taken in its place.
    """

    key: int
    repair: str
    before: str
    after: str


@dataclass(slots=True)
class Text:
    """Text beside the calls.

    `channel` is text, reasoning or refusal; `part` tells texts of one channel and choice
    apart, where a provider sends several.
    """

    channel: str
    text: str
    choice: int = 0
    part: int | str = 0

    def __post_init__(self) -> None:
        _check("text", self.text, str)
        _check_index("choice", self.choice)
        _check("part", self.part, int, str)


@dataclass(slots=True)
class Finished:
    """A choice is finished. `reason`: complete, length, content_filter, refusal or unknown.

    `said` is the provider's own word.
    """

    choice: int
    reason: str
    said: str

    def __post_init__(self) -> None:
        _check_index("choice", self.choice)
        _check("the finish reason", self.said, str)


@dataclass(slots=True)
class Ended:
    """The provider marked the end of the stream."""


@dataclass(slots=True)
class Restarted:
    """The provider began its answer anew; what was open will not go on."""


@dataclass(slots=True)
class Failed:
    """The provider reported an error in the stream."""

    message: str

    def __post_init__(self) -> None:
        _check("the error's message", self.message, str)


Delta: TypeAlias = (
    CallStarted | CallText | CallEnded | CallMended | Text | Finished | Ended | Restarted | Failed
)
