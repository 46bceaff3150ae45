"""What adapters say: the same few nouns, whatever the provider sends.

An adapter is an object with `feed(message) -> deltas`, where a message is a decoded
JSON object, and the two facts

- `marks_ends`: the provider says where each call ends (`CallEnded`); otherwise calls end with
  the stream, if it finished well;
- `matches(message)`: whether a message looks like this provider's.

`key` tells calls of one stream apart; it means nothing outside. What a provider sends may be
anything, so deltas check what they are made of; an adapter may raise what wrong shapes raise.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeAlias

Message: TypeAlias = Mapping[str, Any]


def _check(name: str, value: object, *kinds: type) -> None:
    if not isinstance(value, kinds):
        raise TypeError(f"{name} is of type {type(value).__name__}")


@dataclass
class CallStarted:
    """A tool call begins; `server` if the provider runs the tool itself."""

    key: Hashable
    id: str | None
    name: str
    choice: int = 0
    server: bool = False

    def __post_init__(self) -> None:
        _check("id", self.id, str, type(None))
        _check("name", self.name, str)
        _check("choice", self.choice, int)


@dataclass
class CallText:
    """More of a call's arguments, as JSON text."""

    key: Hashable
    text: str

    def __post_init__(self) -> None:
        _check("arguments", self.text, str)


@dataclass
class CallEnded:
    """The provider marked the end of a call's arguments."""

    key: Hashable


@dataclass
class Text:
    """Text beside the calls; `channel` is text, reasoning or refusal."""

    channel: str
    text: str

    def __post_init__(self) -> None:
        _check("text", self.text, str)


@dataclass
class Finished:
    """A choice is finished. `reason`: complete, length, content_filter, refusal or unknown.

    `said` is the provider's own word.
    """

    choice: int
    reason: str
    said: str

    def __post_init__(self) -> None:
        _check("choice", self.choice, int)


@dataclass
class Ended:
    """The provider marked the end of the stream."""


@dataclass
class Restarted:
    """The provider began its answer anew; what was open will not go on."""


@dataclass
class Failed:
    """The provider reported an error in the stream."""

    message: str


Delta: TypeAlias = CallStarted | CallText | CallEnded | Text | Finished | Ended | Restarted | Failed


class Adapter(Protocol):
    """What each provider's file holds one of."""

    marks_ends: ClassVar[bool]

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like a message of the provider."""

    def feed(self, message: Message) -> Iterable[Delta]:
        """What a message says, in order."""


def channel(name: str, choice: int) -> str:
    """A channel's name: answers after the first are told apart."""
    return name if choice == 0 else f"{name}[{choice}]"
