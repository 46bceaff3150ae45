"""The keyword `pattern`: Python's regular expressions, decided while the text comes in.

jsonschema asks `re.search`, so that is what a pattern means here: it may match anywhere, `$`
holds before a last newline too, and classes and cases are Unicode's. `expressions` reads a
pattern and `automata` follows it through a text, in linear time, and where it is exact, that
is the answer. Where it says no, too. What it leaves open `re` is asked, which is faster by far
or, for back references, conditional and atomic groups, possessive repeats and patterns too
large for an automaton, the only one that knows. But `re` tries one way after the other, and
there can be more ways than there is time for. They are estimated beforehand: what may take
`re` too long is left to `automata`, and refused by name if that cannot answer.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import log2

from .automata import NEVER, Automaton, State, occurs
from .expressions import TEXT_START, Branch, Echo, Gate, Look, Repeat, Sequence, Tree, read

__all__ = [
    "NEVER",
    "Automaton",
    "Irregular",
    "PatternInput",
    "State",
    "automaton",
    "risky",
    "search",
]

_ORDINARY = 1_000  # characters: the text by which a pattern is judged once and for all
_WAYS = 31.0  # log2: three scans of an ordinary text, one in the other
_WAYS_LONG = 24.0  # log2: for longer texts, where each way takes longer too


class Irregular(Exception):
    """Only `re` could decide this pattern, and it might need exponential time.

    Attributes:
        pattern: the pattern.
    """

    def __init__(self, pattern: str) -> None:
        super().__init__(f"{pattern[:100]!r} may take exponential time")
        self.pattern = pattern


class PatternInput(Exception):
    """A pattern and its text are beyond a limit, and `re` might take too long instead.

    Attributes:
        limit: `max_pattern_states` or `max_pattern_input`.
        maximum: what it allows.
    """

    def __init__(self, limit: str, maximum: int) -> None:
        super().__init__(f"{limit} is {maximum}")
        self.limit = limit
        self.maximum = maximum


@lru_cache(maxsize=512)
def automaton(pattern: str, max_states: int) -> Automaton | None:
    r"""The automaton of a pattern; None if it takes more than `max_states` states.

    Each character class, gate and copy of what is repeated is a state.

    Raises:
        re.error: it is no pattern, or is nested too deeply or repeated too often for `re`.

    >>> machine = automaton("^[a-z]+$", 100)
    >>> [machine.dead(machine.step(machine.start, text)) for text in ("ab", "ab\n", "a1")]
    [False, False, True]
    """
    reading = read(pattern)
    return Automaton(reading.tree, reading.exact) if reading.tree.size < max_states else None


def search(pattern: str, text: str, max_states: int, max_input: int) -> bool:
    """What `bool(re.search(pattern, text))` is, but never in exponential time.

    Raises:
        re.error: as `automaton`.
        Irregular: the pattern is `risky`, and the automaton did not rule the text out.
        PatternInput: the pattern has too many states, or needs `re` and the text is longer
            than `max_input` characters, and in either case `re` might take too long.

    >>> search("^(a+)+$", 10_000 * "a" + "!", max_states=100, max_input=1_000)
    False
    """
    machine = automaton(pattern, max_states)
    if machine is not None:
        if not machine.accepts(machine.step(machine.start, text)):
            return False
        if machine.exact:
            return True
    reading = read(pattern)
    long = _effort(reading.tree, len(text)) > _WAYS_LONG
    if reading.decided and long:
        if machine is None:
            raise PatternInput("max_pattern_states", max_states)
        return occurs(machine.program, text)
    if not reading.decided and risky(pattern):
        raise Irregular(pattern)
    if long and len(text) > max_input:
        raise PatternInput("max_pattern_input", max_input)
    return re.search(pattern, text) is not None


def risky(pattern: str) -> bool:
    r"""Whether only `re` can decide a pattern and might need exponential time for it.

    That takes a back reference, a conditional or atomic group or a possessive repeat, and
    besides it repeats or alternatives that are repeated, or four scans in a row.

    Raises:
        re.error: as `automaton`.

    >>> risky(r"^(a+)+\1$"), risky(r"^(a+)-\1$"), risky("^(a+)+$")
    (True, False, False)
    """
    reading = read(pattern)
    return not reading.decided and _effort(reading.tree, _ORDINARY) > _WAYS


def explodes(pattern: str) -> bool:
    """Whether `re` might need exponential time for a pattern.

    Raises:
        re.error: as `automaton`.

    >>> explodes("^(a+)+$"), explodes("^a+$")
    (True, False)
    """
    return _effort(read(pattern).tree, _ORDINARY) > _WAYS


def _effort(tree: Tree, length: int) -> float:
    """How many ways through a pattern `re` may try on a text of this length, as log2."""
    first = tree.items[0] if isinstance(tree, Sequence) and tree.items else tree
    begins_once = isinstance(first, Gate) and first.since == TEXT_START
    return _ways(tree, length) + (0 if begins_once else log2(length + 1))


def _ways(tree: Tree, length: int) -> float:
    if isinstance(tree, Look):
        return _ways(tree.body, length)
    if isinstance(tree, Sequence):
        return _ways_of_sequence(tree, length)
    if isinstance(tree, Branch):
        return log2(len(tree.items) or 1) + max((_ways(x, length) for x in tree.items), default=0)
    if isinstance(tree, Repeat) and not isinstance(tree, Echo):
        times = max(length, tree.least)
        times = times if tree.most is None else min(tree.most, times)
        return (times and times * _ways(tree.body, length)) + log2(times - tree.least + 1)
    return 0


def _ways_of_sequence(tree: Sequence, length: int) -> float:
    """Those of the items multiply; a lookaround is tried after all before it, and then left."""
    ways, most, looks = 0.0, 0.0, 0
    for item in tree.items:
        if isinstance(item, Look):
            most = max(most, ways + _ways(item, length))
            looks += 1
        else:
            ways += _ways(item, length)
    return max(most, ways) + log2(1 + looks)
