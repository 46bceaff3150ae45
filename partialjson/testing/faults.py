"""Faults of streams: events lost, doubled, late; garbage and errors; connections that break.

    for piece in faulty(wire("openai_chat", calls), seed=3):
        consumer.feed(piece)

What was done is in `Faulty.log`, and the repr is code that does it again.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeAlias

from ..errors import UsageError
from .responses import Wired
from .striking import ENDING, FAULTS, HARMLESS, Fault, Striker, as_planned, by_chance
from .writers import WIRES, Wire

__all__ = ["ENDING", "FAULTS", "HARMLESS", "Fault", "Faulty", "faulty"]

Script: TypeAlias = "Iterable[Fault | tuple[int, str] | tuple[int, str, Any]]"
Sleep: TypeAlias = "Callable[[float], Awaitable[Any] | Any]"
_BROKEN = "the connection broke, as a fault that was asked for"


def faulty(
    stream: Any,
    *,
    faults: str | Iterable[str] | None = None,
    rate: float = 0.1,
    seed: int = 0,
    script: Script | None = None,
    provider: str | None = None,
    together: bool = True,
    error: type[BaseException] | BaseException | None = None,
    sleep: Sleep | None = None,
) -> Faulty:
    """A stream with faults.

    Args:
        stream: a response of `wire`, or an iterable or async iterable of pieces of a body
            (bytes or str), of `Frame`s, or of messages.
        faults: which of `FAULTS` there may be; None: all that the stream can have.
        rate: how probable it is for an event to be struck, from 0 to 1.
        seed: where chance comes from: the same seed, the same faults.
        script: the faults themselves, instead of chance: `Fault`s, or tuples of an event's
            number, a name, and perhaps the detail; what is left open comes from the seed.
            Of an event's faults the first one strikes first.
        provider: a name of `WIRES`: who sends the stream, for errors that it reports.
            Responses of `wire` know it.
        together: whether pieces of a body are put together to events first, so that a fault
            strikes a whole event, whatever the pieces were. Bodies that are one JSON array
            are struck piece by piece.
        error: what is raised where the connection breaks; None: a ConnectionResetError.
        sleep: called with seconds where the stream stalls; what it answers is awaited, if it
            can be. None: `time.sleep`, or `asyncio.sleep`.

    Raises:
        UsageError: for a fault or a wire that is none, or a rate that is no probability; in
            the stream, for a fault of the script that its event cannot have.

    >>> from partialjson.testing import wire
    >>> stream = faulty(wire("ollama", text="Hi"), script=[(0, "doubled"), (1, "cut")])
    >>> len([*stream]), stream.log
    (2, [Fault(0, 'doubled'), Fault(1, 'cut')])
    """
    kinds = _known([*FAULTS] if faults is None else [faults] if isinstance(faults, str) else faults)
    planned = None if script is None else [_fault(each) for each in script]
    _known([fault.kind for fault in planned or ()])
    if not 0 <= rate <= 1:
        raise UsageError(f"a rate is a probability, from 0 to 1, not {rate!r}")
    wire = stream.writer if isinstance(stream, Wired) else _wire(provider)
    make = partial(
        Striker,
        wire=wire,
        error=partial(_raised, error),
        together=together and not isinstance(stream, Wired),
    )
    others = f", provider={provider!r}" if provider is not None else ""
    others += "" if together else ", together=False"
    others += "" if error is None else f", error={_named(error)}"
    if planned is not None:
        how = f"script={planned}" + (f", seed={seed}" if seed else "")
        return Faulty(stream, lambda: make(as_planned(planned, seed)), sleep, how, others)
    how = f"rate={rate}, seed={seed}" + (f", faults={kinds}" if faults is not None else "")
    return Faulty(stream, lambda: make(by_chance(rate, seed, kinds)), sleep, how, others)


class Faulty:
    """A stream with faults, made by `faulty`.

    `for` and `async for` go through it; each time anew, if the stream can be gone through
    anew, and with the same faults.

    Attributes:
        log: the faults of the last time, in the order in which they struck.
    """

    def __init__(
        self, stream: Any, strike: Callable[[], Striker], sleep: Sleep | None, how: str, others: str
    ) -> None:
        self.log: list[Fault] = []
        self._stream = stream
        self._strike = strike
        self._sleep = sleep
        self._how = how  # how faults are chosen, and what else was asked for, as arguments
        self._others = others
        self._begun = False

    @property
    def reproduction(self) -> str:
        """Code that makes the stream again, as far as it came; its repr, too.

        Before the first time it says how faults are chosen, and then which were. A stream
        that is no response of `wire` is called `stream`.
        """
        stream = repr(self._stream) if isinstance(self._stream, Wired) else "stream"
        how = f"script={self.log}" if self._begun else self._how
        return f"faulty({stream}, {how}{self._others})"

    def __repr__(self) -> str:
        return self.reproduction

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))  # for Hypothesis and IPython

    def __iter__(self) -> Iterator[Any]:
        if not hasattr(self._stream, "__iter__"):
            raise UsageError("this stream is asynchronous: use `async for`")
        return self._struck()

    def _struck(self) -> Iterator[Any]:
        striker, source = self._begin(), iter(self._stream)
        sleep = self._sleep or time.sleep
        try:
            for action, what in _actions(striker, source):
                if action == "wait":
                    sleep(what)
                else:
                    yield what
        finally:
            if hasattr(source, "close"):
                source.close()

    async def __aiter__(self) -> AsyncIterator[Any]:
        striker = self._begin()
        is_async = hasattr(self._stream, "__aiter__")
        source = aiter(self._stream) if is_async else _asynchronous(iter(self._stream))
        try:
            async for thing in source:
                for action, what in striker.feed(thing):
                    if action == "wait":
                        await self._wait(what)
                    else:
                        yield what
                if striker.over:
                    return
            for _, what in striker.close():
                yield what
        finally:
            if hasattr(source, "aclose"):
                await source.aclose()

    async def _wait(self, seconds: float) -> None:
        if self._sleep is None:
            import asyncio  # only for those who run a loop already

            await asyncio.sleep(seconds)
        else:
            answer = self._sleep(seconds)
            if inspect.isawaitable(answer):
                await answer

    def _begin(self) -> Striker:
        striker = self._strike()
        self._begun = True
        self.log = striker.log
        return striker


def _actions(striker: Striker, source: Iterator[Any]) -> Iterator[tuple[str, Any]]:
    for thing in source:
        yield from striker.feed(thing)
        if striker.over:
            return
    yield from striker.close()


async def _asynchronous(source: Iterator[Any]) -> AsyncIterator[Any]:
    try:
        for thing in source:
            yield thing
    finally:
        if hasattr(source, "close"):
            source.close()


# --- what was asked for -----------------------------------------------------------------


def _known(kinds: Iterable[str]) -> list[str]:
    kinds = [*kinds]
    for kind in kinds:
        if kind not in FAULTS:
            raise UsageError(f"no fault is called {kind!r}; there are: {', '.join(FAULTS)}")
    return kinds


def _fault(given: Any) -> Fault:
    return given if isinstance(given, Fault) else Fault(*given)


def _wire(provider: str | None) -> Wire | None:
    if provider is not None and provider not in WIRES:
        raise UsageError(f"no wire is called {provider!r}; there are: {', '.join(WIRES)}")
    return None if provider is None else WIRES[provider]


def _named(error: type[BaseException] | BaseException) -> str:
    return error.__name__ if isinstance(error, type) else repr(error)


def _raised(error: type[BaseException] | BaseException | None) -> BaseException:
    if error is None:
        return ConnectionResetError(_BROKEN)
    return error() if isinstance(error, type) else error
