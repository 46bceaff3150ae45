"""Hypothesis strategies over responses: what a consumer of model streams may have to read.

    @given(wires(calls={"get_weather": documents_for(GetWeather)}, finishes=["complete"]))
    def test_my_reader(response: Wired) -> None:
        assert [call.name for call in read(response)] == [call.name for call in response.calls]

What a response means is drawn first, and then written: `Wired.answers` is what it says.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any, TypeAlias

from hypothesis import strategies as st

from ..errors import UsageError
from . import answering
from .faults import FAULTS, Faulty, faulty
from .quirks import QUIRKS, quirked
from .responses import Wired
from .striking import OF_DATA
from .writers import WIRES, Answer, Finish, Unwritable, Wire

__all__ = ["answers_for", "faulty_streams", "wires"]

Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]
Tools: TypeAlias = Mapping[str, st.SearchStrategy[Any]]

_MOST_QUIRKS = 3


def wires(
    provider: str | Iterable[str] | None = None,
    *,
    calls: Tools | None = None,
    finishes: Iterable[Finish] | None = None,
    quirks: bool | str | Iterable[str] = True,
    shrink: bool = True,
) -> st.SearchStrategy[Wired]:
    """Responses of providers, each with what it means (`answers`).

    Args:
        provider: names of `WIRES`, one or several; None: any.
        calls: the tools that are called, each with a strategy for its arguments: JSON texts
            (`documents_for(Model)`), or values. None: any tools, any arguments. What a wire
            cannot carry is left out.
        finishes: how answers may finish; None: as the provider can tell. With
            `["complete"]` and `calls`, no call is cut off.
        quirks: whether responses may have quirks, or which; up to three at a time.
        shrink: False makes answers from seeds: in a fifth of the time, for thousands of
            examples.

    Raises:
        UsageError: for a name that is none of a wire or a quirk, or a finish that no such
            wire can tell.

    >>> from hypothesis import find
    >>> made = find(wires("ollama", calls={"add": st.just({"a": 1})}), lambda one: one.calls)
    >>> made.wire, made.quirks, [(call.name, call.value) for call in made.calls]
    ('ollama', (), [('add', {'a': 1})])
    """
    names = [*WIRES] if provider is None else _known(provider, WIRES, "wire")
    allowed = [*QUIRKS] if quirks is True else _known(quirks or (), QUIRKS, "quirk")
    ways = None if finishes is None else tuple(finishes)
    if ways is not None:
        names = [name for name in names if {*ways} & {*WIRES[name].finishes}]
    if not names:
        raise UsageError(f"no such wire has an answer that finishes as one of {ways}")
    return _responses(names, calls, ways, allowed, shrink)


def _known(given: str | Iterable[str], table: Mapping[str, Any], what: str) -> list[str]:
    names = [given] if isinstance(given, str) else [*given]
    for name in names:
        if name not in table:
            raise UsageError(f"no {what} is called {name!r}; there are: {', '.join(table)}")
    return names


@st.composite
def _responses(
    draw: Draw,
    names: list[str],
    tools: Tools | None,
    finishes: tuple[Finish, ...] | None,
    quirks: list[str],
    shrink: bool,
) -> Wired:
    wire = WIRES[draw(st.sampled_from(names))]
    fitting = [quirk for quirk in quirks if quirk in _fitting(wire.name)]
    if fitting:
        for quirk in draw(st.lists(st.sampled_from(fitting), max_size=_MOST_QUIRKS, unique=True)):
            wire = _with(wire, quirk, finishes)
    given = tuple(draw(answers_for(wire, tools=tools, finishes=finishes, shrink=shrink)))
    return Wired(wire, given, tuple(wire.frames(given)))


@cache
def _fitting(wire: str) -> tuple[str, ...]:
    return tuple(name for name, quirk in QUIRKS.items() if wire in quirk.wires)


def _with(wire: Wire, quirk: str, finishes: tuple[Finish, ...] | None) -> Wire:
    """The wire with one more quirk, if it fits and leaves a way to finish."""
    try:
        other = quirked(wire.name, (*wire.quirks, quirk))
    except Unwritable:
        return wire
    return wire if finishes is not None and {*finishes}.isdisjoint(other.finishes) else other


@st.composite
def answers_for(
    draw: Draw,
    wire: Wire,
    *,
    tools: Tools | None = None,
    finishes: Iterable[Finish] | None = None,
    shrink: bool = True,
) -> list[Answer]:
    """The answers of one response, such that the wire can say them; arguments as for `wires`."""
    ways = None if finishes is None else tuple(finishes)
    made = None if tools is None else {name: partial(draw, each) for name, each in tools.items()}
    if shrink:
        chance = draw(st.randoms(use_true_random=False))
    else:
        chance = random.Random(draw(st.integers(0, 2**64)))
    return answering.answers(chance, wire, tools=made, finishes=ways)


# --- faults -----------------------------------------------------------------------------


def faulty_streams(
    responses: st.SearchStrategy[Wired] | None = None,
    *,
    faults: str | Iterable[str] | None = None,
    most: int = 3,
    error: type[BaseException] | BaseException | None = None,
) -> st.SearchStrategy[Faulty]:
    """Responses with faults; they shrink to few faults, and to none where it does not matter.

    Nothing is waited for where they stall.

    Args:
        responses: what is struck; None: those of `wires`.
        faults: which of `FAULTS` there may be; None: all.
        most: how many there are at most.
        error: what is raised where a connection breaks; None: a ConnectionResetError.

    Raises:
        UsageError: for a fault that is none.

    >>> from hypothesis import find
    >>> complete = wires("ollama", finishes=["complete"], quirks=False)
    >>> find(faulty_streams(complete, faults="cut"), lambda one: not [*one]).log
    [Fault(0, 'cut')]
    """
    kinds = [*FAULTS] if faults is None else _known(faults, FAULTS, "fault")
    return _struck(wires() if responses is None else responses, kinds, most, error)


@st.composite
def _struck(
    draw: Draw, responses: st.SearchStrategy[Wired], kinds: list[str], most: int, error: Any
) -> Faulty:
    response = draw(responses)
    events = [*response]
    fitting = [kind for kind in kinds if _can_be(kind, response)]
    script: list[Any] = []
    if events and fitting:
        places = st.integers(0, len(events) - 1)
        script = draw(st.lists(st.tuples(places, st.sampled_from(fitting)), max_size=most))
    seed = draw(st.integers(0, 2**16))
    return faulty(response, script=script, seed=seed, error=error, sleep=_at_once)


def _can_be(kind: str, response: Wired) -> bool:
    if kind == "error":
        return "error" in response.writer.finishes
    return kind not in OF_DATA or response.framing != "objects"


def _at_once(seconds: float) -> None:
    """Wait for nothing."""
