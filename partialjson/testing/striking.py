"""How faults strike the events of a stream: a core without I/O, under the shells of `faults`.

An event is what a provider sends at once: bytes, a str, a `Frame`, or a message. A `Striker`
takes what a stream brings, puts pieces of a body together to events, asks which faults
strike each, and answers what comes out instead: things to give, and seconds to wait.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal, TypeAlias

from ..errors import UsageError
from .boundaries import Events
from .writers import Answer, Frame, Message, Wire
from .writers import framings as framed
from .writers.wire import Framing

__all__ = ["ENDING", "FAULTS", "HARMLESS", "OF_DATA", "Fault", "Striker", "as_planned", "by_chance"]

FAULTS: dict[str, str] = {
    "dropped": "the event never comes",
    "doubled": "it comes twice",
    "replayed": "the last `detail` events come again before it, as after a reconnection",
    "reordered": "the next `detail` events come before it",
    "garbage": "`detail`, which is none of the provider's, comes before it",
    "error": "the provider reports an error before it",
    "stalled": "nothing comes for `detail` seconds before it",
    "split": "it comes in two pieces, the first of `detail` bytes",
    "joined": "it comes in one piece with the next",
    "truncated": "only its first `detail` bytes come, and the stream ends",
    "cut": "the stream ends before it",
    "broken": "the connection breaks before it: an exception is raised",
}
"""All faults by their names, and what each does about the event that it strikes."""

HARMLESS = ("stalled", "split", "joined")
"""Faults after which a stream says what it would say without."""

ENDING = ("truncated", "cut", "broken")
"""Faults after which nothing comes."""

OF_DATA = ("split", "joined", "truncated")
"""Faults that messages cannot have, which have no bytes."""

_CUT = ("split", "truncated")
_AGAIN = (1, 2, 5, 20)
_MOST_AGAIN = 1_000  # events that are kept
_LATE = (1, 2, 3)
_STALLS = (0.05, 0.01, 0.2)
_STRANGE: tuple[Message, ...] = (
    {"type": "something.new", "data": [1, {}]},
    {},
    {"unknown": None},
    {"message": "upstream timed out"},
)
_GARBAGE: dict[Framing, tuple[Any, ...]] = {
    "sse": (
        *(b"data: <html>502 Bad Gateway</html>\n\n", b'data: {"unknown": [1, {}]}\n\n'),
        *(b": nothing\n\n", b"data:\n\n", b"data: null\n\n", b"event: \xff\xfe\x00\n\n"),
        *(b"<html>\n\n", b"id\nretry: soon\nfoo: bar\n\n", b"data: {\n\n"),
    ),
    "ndjson": (
        *(b"<html>502 Bad Gateway</html>\n", b'{"unknown": [1, {}]}\n', b"\n", b" \r\n"),
        *(b"null\n", b"\xff\xfe\x00\n", b"{\n"),
    ),
    "eventstream": (
        b"HTTP/1.1 502 Bad Gateway\r\n\r\n",
        framed.event("somethingNew", b'{"unknown": [1, {}]}'),
        framed.event("contentBlockDelta", b"<html>"),
        framed.event("somethingNew", b"{}")[:-1] + b"\xff",  # a wrong checksum
        b"\x00\x00\x00\x10" * 4,
    ),
    "jsonarray": (b"<html>", b'{"unknown": [1, {}]}', b", null", b",", b" \r\n", b"]"),
    "objects": _STRANGE,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that strikes an event.

    Attributes:
        at: the number of the event in the stream as it is without faults, from 0.
        kind: one of `FAULTS`.
        detail: what `FAULTS` calls it; None: as it suits the event.
    """

    at: int
    kind: str
    detail: Any = None

    def __repr__(self) -> str:
        detail = "" if self.detail is None else f", {self.detail!r}"
        return f"Fault({self.at}, {self.kind!r}{detail})"


Event: TypeAlias = Any
Action: TypeAlias = "tuple[Literal['give', 'wait'], Any]"
Choose: TypeAlias = "Callable[[int, Event, Striker], Sequence[Fault]]"


class Striker:
    """Strikes one stream, once.

    Args:
        choose: asked for each event, with its number, which faults strike it.
        wire: who speaks: for errors that are reported in the stream, and for the framing.
        error: makes what is raised where the connection breaks.
        together: whether pieces of a body are put together to events.

    Attributes:
        log: the faults that struck, in order.
        over: whether nothing comes any more.
    """

    def __init__(
        self, choose: Choose, wire: Wire | None, error: Callable[[], BaseException], together: bool
    ) -> None:
        self.log: list[Fault] = []
        self.over = False
        self.errors = [] if wire is None else _reported(wire)
        self._choose = choose
        self._error = error
        self._events = Events(None if wire is None else wire.framing) if together else None
        self._framing = None if wire is None else wire.framing
        self._as_str = False
        self._number = 0
        self._past: deque[Event] = deque(maxlen=_MOST_AGAIN)
        self._late: list[tuple[int, Event]] = []  # after which others they come
        self._joined: list[Event] = []  # what comes with the next

    def feed(self, thing: Any) -> Iterator[Action]:
        """What comes of the next thing that the stream brings.

        Raises:
            Exception: where a connection breaks.
        """
        for event in self._put_together(thing):
            yield from self._strike(event)
            if self.over:
                return

    def close(self) -> Iterator[Action]:
        """What comes when the stream has brought everything."""
        if self._events is not None:
            for event in self._typed(self._events.close()):
                yield from self._strike(event)
        if not self.over:
            for event in [event for _, event in self._late]:
                yield from self._give(event)
            yield from (("give", event) for event in self._joined)
        self.over = True

    def framing(self, event: Event) -> Framing:
        """The framing, as far as it is known."""
        if data_of(event) is None:
            return "objects"
        known = self._framing if self._events is None else self._events.framing
        return "sse" if known is None or known == "objects" else known

    # --- events ----------------------------------------------------------------------

    def _put_together(self, thing: Any) -> list[Event]:
        if self._events is None or not isinstance(thing, (str, bytes, bytearray, memoryview)):
            return [thing]
        self._as_str = isinstance(thing, str)
        data = thing.encode("utf-8", "surrogatepass") if isinstance(thing, str) else bytes(thing)
        return self._typed(self._events.feed(data))

    def _typed(self, events: list[bytes]) -> list[Event]:
        """The events as bytes or as str, whichever the pieces were."""
        return [e.decode("utf-8", "surrogatepass") for e in events] if self._as_str else events

    # --- faults ----------------------------------------------------------------------

    def _strike(self, event: Event) -> Iterator[Action]:
        number, self._number = self._number, self._number + 1
        given, joined = [event], False
        for fault in self._choose(number, event, self):
            self.log.append(fault)
            kind, detail = fault.kind, fault.detail
            if kind in ("cut", "broken", "truncated"):
                yield from self._end(kind, event, detail)
                return
            if kind == "stalled":
                yield "wait", detail
            elif kind in ("garbage", "error", "replayed"):
                for each in self._before(event, kind, detail):
                    yield from self._give(each)
            elif kind == "reordered":
                self._late += [(number + detail, each) for each in given]
                given = []
            else:
                given = _changed(kind, given, detail)
                joined = joined or kind == "joined"
        self._past.append(event)
        yield from self._give_all(given, joined)
        for after, late in self._late:
            if after <= number:
                yield from self._give(late)
        self._late = [each for each in self._late if each[0] > number]

    def _before(self, event: Event, kind: str, detail: Any) -> list[Event]:
        """What comes before an event, for a fault."""
        if kind == "replayed":
            past = [*self._past]
            return past[max(0, len(past) - detail) :]
        return [like(event, each) for each in ([detail] if kind == "garbage" else self.errors)]

    def _end(self, kind: str, event: Event, detail: Any) -> Iterator[Action]:
        self.over = True
        if kind == "truncated":
            yield from self._give(_with(event, data_of(event)[:detail]))
        else:
            yield from (("give", each) for each in self._joined)
        if kind == "broken":
            raise self._error()

    def _give_all(self, given: list[Event], joined: bool) -> Iterator[Action]:
        last = given[-1:] if joined else []
        for event in given[: len(given) - len(last)]:
            yield from self._give(event)
        self._joined += last

    def _give(self, event: Event) -> Iterator[Action]:
        parts, self._joined = [*self._joined, event], []
        texts = [data_of(part) for part in parts]
        if len(parts) > 1 and all(type(text) is type(texts[0]) for text in texts):
            empty: Any = "" if isinstance(texts[0], str) else b""
            yield "give", _with(event, empty.join(texts))
        else:
            yield from (("give", part) for part in parts)


def _changed(kind: str, given: list[Event], detail: Any) -> list[Event]:
    if kind == "dropped":
        return []
    if kind == "doubled":
        return given * 2
    if kind == "split":
        return [part for event in given for part in _split(event, detail)]
    return given


def _split(event: Event, at: int) -> list[Event]:
    data = data_of(event)
    return [_with(event, data[:at]), _with(event, data[at:])]


# --- events of all kinds ----------------------------------------------------------------


def data_of(event: Event) -> Any:
    """The bytes or the text of an event; None if it is a message."""
    if isinstance(event, Frame):
        return event.data or None
    return event if isinstance(event, (bytes, str)) else None


def _with(event: Event, data: Any) -> Event:
    return Frame(data) if isinstance(event, Frame) else data


def like(event: Event, other: Any) -> Event:
    """A frame, or bytes, or a message, as a thing of the kind of an event."""
    if isinstance(event, Frame):
        if isinstance(other, Frame):
            return other
        return Frame(other) if isinstance(other, bytes) else Frame(b"", other)
    if isinstance(other, Frame):
        other = other.message if data_of(event) is None else other.data
    return other.decode("utf-8", "replace") if isinstance(event, str) else other


def _reported(wire: Wire) -> list[Frame]:
    """How a provider reports an error; empty if it does not."""
    if "error" not in wire.finishes:
        return []
    return [frame for frame in wire.frames(Answer((), "error")) if frame.error]


# --- which faults -----------------------------------------------------------------------


def by_chance(rate: float, seed: int, kinds: Sequence[str]) -> Choose:
    """One of these faults for every so many events; the same ones for the same seed."""
    chance = Random(seed)

    def choose(number: int, event: Event, striker: Striker) -> Sequence[Fault]:
        if chance.random() >= rate:
            return ()
        fitting = [kind for kind in kinds if misfit(kind, event, striker) is None]
        faults = [Fault(number, chance.choice(fitting))] if fitting else []
        return [_detailed(fault, event, striker, chance) for fault in faults]

    return choose


def as_planned(script: Iterable[Fault], seed: int) -> Choose:
    """The faults of a script; details that it leaves open come from the seed."""
    planned: dict[int, list[Fault]] = {}
    for fault in script:
        planned.setdefault(fault.at, []).append(fault)
    chance = Random(seed)

    def choose(number: int, event: Event, striker: Striker) -> Sequence[Fault]:
        faults = planned.get(number, ())
        for fault in faults:
            problem = misfit(fault.kind, event, striker)
            if problem is not None:
                raise UsageError(f"{fault!r} cannot strike: {problem}")
        return [_detailed(fault, event, striker, chance) for fault in faults]

    return choose


def misfit(kind: str, event: Event, striker: Striker) -> str | None:
    """Why an event cannot be struck so; None if it can."""
    if kind == "error" and not striker.errors:
        return "no provider is known, or it reports no errors"
    data = data_of(event)
    if kind in OF_DATA and data is None:
        return "the event is a message, which has no bytes"
    return "the event is too short" if kind in _CUT and len(data) < 2 else None


def _detailed(fault: Fault, event: Event, striker: Striker, chance: Random) -> Fault:
    """The fault with its detail, by chance if it has none."""
    options: Sequence[Any] = ()
    if fault.kind == "replayed":
        options = _AGAIN
    elif fault.kind == "reordered":
        options = _LATE
    elif fault.kind == "stalled":
        options = _STALLS
    elif fault.kind == "garbage":
        options = _GARBAGE[striker.framing(event)]
    elif fault.kind in _CUT:
        options = _insides(data_of(event), chance)
    if fault.detail is not None or not options:
        return fault
    return replace(fault, detail=chance.choice(options))


def _insides(data: str | bytes, chance: Random) -> Sequence[int]:
    """Places inside some text: those inside of characters, if there are any, half of the time."""
    halves = [at for at, byte in enumerate(data) if isinstance(byte, int) and 0x80 <= byte < 0xC0]
    return halves if halves and chance.random() < 0.5 else range(1, len(data))
