"""The base of all adapters: what they have in common, and what they remember of calls.

An adapter reads one response: `feed(message)` says what a message says, as deltas; `close`
says what was held back. All it remembers is plain data, so that `save` and `load` are the
same for each. A subclass has a file, where its quirks are listed at the top, and

- `name`: what `provider=` calls it;
- `marks_ends`: the provider says where each call ends (`CallEnded`); otherwise calls end with
  the stream, if it finished well;
- `matches(message)`: whether a message looks like this provider's;
- `feed(message)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, TypeAlias

from .._seal import checked
from ..framing.text import paired
from .brackets import Brackets
from .deltas import CallStarted, Delta
from .reading import scalar

Message: TypeAlias = Mapping[str, Any]
Slot: TypeAlias = tuple[Any, ...]  # scalars: what a provider tells calls apart by


@dataclass(slots=True)
class Call:
    """What an adapter remembers of a call.

    `texts` is what came of its arguments, for those adapters that need it; `held` what was
    not handed on yet.
    """

    key: int
    id: str | None
    name: str
    choice: int = 0
    texts: list[str] = field(default_factory=list)
    held: str = ""
    ended: bool = False
    whole: str = field(default="", repr=False)  # the texts, when they were last asked for
    brackets: Brackets = field(default_factory=Brackets, repr=False, compare=False)

    @property
    def text(self) -> str:
        """What came of the arguments. Characters that were cut in two are whole again."""
        if len(self.texts) != 1 or self.texts[0] is not self.whole:
            self.whole = paired("".join(self.texts))
            self.texts[:] = [self.whole] if self.whole else []
            self.brackets.restart()
        return self.whole

    @property
    def is_closed(self) -> bool:
        """Whether every bracket in the arguments has its other half."""
        return self.brackets.closed(self.texts)


class _Slots(dict[Slot, int]):
    """Which call is known by what. What a provider sends may be anything; here it is checked."""

    def __setitem__(self, slot: Slot, key: int) -> None:
        for part in slot:
            scalar(part)
        super().__setitem__(slot, key)


class Adapter:
    """Reads the messages of one response."""

    name: ClassVar[str]
    marks_ends: ClassVar[bool]

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.slots: dict[Slot, int] = _Slots()
        self.facts: dict[str, Any] = {}  # whatever else has to be remembered: plain data

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like a message of the provider."""
        raise NotImplementedError

    def feed(self, message: Any) -> Iterable[Delta]:
        """What a message says, in order.

        Raises:
            TypeError, AttributeError, ValueError, LookupError: for a message of another shape.
        """
        raise NotImplementedError

    def close(self) -> Iterable[Delta]:
        """The stream is over: what was held back."""
        return ()

    # --- for adapters ----------------------------------------------------------------

    def open(
        self,
        *slots: Slot,
        id: str | None,
        name: str,
        choice: int = 0,
        server: bool = False,
        free: bool = False,
    ) -> CallStarted:
        """A new call, known by these slots from now on."""
        started = CallStarted(len(self.calls), id, name, choice, server, free)
        self.calls.append(Call(started.key, id, name, choice))
        for slot in slots:
            self.slots[slot] = started.key
        return started

    def known(self, *slots: Slot) -> Call | None:
        """The call that the first known one of these slots stands for."""
        for slot in slots:
            key = self.slots.get(slot)
            if key is not None:
                return self.calls[key]
        return None

    # --- resuming --------------------------------------------------------------------

    def save(self) -> dict[str, Any]:
        """All it remembers, as plain data."""
        calls = [_saved(call) for call in self.calls]
        slots = [[*slot, key] for slot, key in self.slots.items()]
        facts = deepcopy(self.facts)  # what goes on from here changes no checkpoint
        return {"provider": self.name, "calls": calls, "slots": slots, "facts": facts}

    @property
    def opened(self) -> int:
        """How many calls there have been."""
        return len(self.calls)

    def load(self, data: dict[str, Any]) -> None:
        """Take up what another one remembered.

        Raises:
            CheckpointError, TypeError, ValueError, LookupError: for what none can remember.
        """
        data = deepcopy(checked(data, provider=str, calls=list, slots=list, facts=dict))
        self.calls = [_loaded(key, call) for key, call in enumerate(data["calls"])]
        self.slots = _Slots()
        for *slot, key in data["slots"]:
            self.slots[tuple(slot)] = self.calls[key].key
        self.facts = data["facts"]


def _loaded(key: int, data: dict[str, Any]) -> Call:
    kinds = {"key": int, "id": (str, type(None)), "name": str, "choice": int, "texts": list}
    call = Call(**checked(data, **kinds, held=str, ended=bool, whole=str))
    if call.key != key or not all(type(text) is str for text in call.texts):
        raise ValueError("its calls are out of order, or have no texts")
    return call


def _saved(call: Call) -> dict[str, Any]:
    text = call.text
    data = {**asdict(call), "texts": [text] if text else [], "whole": ""}
    del data["brackets"]
    return data
