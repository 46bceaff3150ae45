"""Open containers, and the rules that are being applied to them.

A `Frame` is an open container, an `Evaluation` one application of rules to it. The spine are
the evaluations that the document must satisfy: what they find wrong is told, and they go on.
All others belong to alternatives: such an evaluation is open until it is *dead* (the rules
are broken, whatever follows) or *sure* (they hold, whatever follows), and tells that once to
those who wait for it: to the evaluation of the container around, or to a `Decision` between
alternatives. Rules that several ways lead to are applied once and have several owners.

What is decided is never taken back. An alternative that is the last one left joins the spine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from .containers import Contained, Members
from .rules import Child, Choice, Label, Part
from .scalars import DEAD, OPEN, SURE

if TYPE_CHECKING:
    from ..paths import Path
    from .rules import Cause

Origins: TypeAlias = "Sequence[tuple[Part, Label]]"
_NOTHING: frozenset[tuple[int, str]] = frozenset()
GONE = 3  # of an evaluation: nobody waits for it any more


class Frame:
    """An open container, or the document itself.

    Attributes:
        is_array: which.
        counts: whether the end of a member matters: of an item, or of the document.
        evaluations: the rules that are applied to it and not decided.
        sole: the only one that says anything of the members, if that is on the spine and a
            look at its layout is enough.
        next: the rules of the present or next member, if there is a sole one.
        count: how many members have begun.
        comma: after how many members a comma is to be heard; None for never.
        failed: whether it or something in it was found wrong.
        seen: the items so far in a form that can be compared, if no two may be equal.
        repeated: whether two of them are.
    """

    __slots__ = (
        *("asked", "comma", "count", "counts", "evaluations", "failed", "is_array", "next"),
        *("repeated", "seen", "sole"),
    )

    def __init__(self, is_array: bool) -> None:
        self.is_array = is_array
        self.counts = is_array
        self.evaluations: list[Evaluation] = []
        self.sole: Evaluation | None = None
        self.next: Child | None = None
        self.count = 0
        self.comma: int | None = None
        self.failed = False
        self.seen: set[Any] | None = None
        self.repeated = False
        self.asked = 0  # how often jsonschema was asked about repeated items

    def arrange(self) -> None:
        """Work out what follows from the evaluations that are left."""
        self.evaluations = [each for each in self.evaluations if each.state == OPEN]
        self.sole = None
        commas = []
        telling = []
        for each in self.evaluations:
            if each.layout.comma is not None and not each.overfull:
                commas.append(each.layout.comma)
            if not each.silent:
                telling.append(each)
        self.comma = min(commas, default=None)
        if len(telling) == 1 and telling[0].easy:
            self.sole = telling[0]
            if self.is_array:
                self.next = self.sole.layout.item(self.count)
            elif self.count:  # between a key and its value
                self.next = self.sole.next


class Evaluation:
    """One application of rules to an open container.

    Attributes:
        layout: what they come to.
        spine: whether the document must satisfy them.
        state: OPEN, DEAD, SURE or GONE.
        owners: who waits for it; nobody, on the spine.
        above: what it comes from: the evaluation of the container around, or the one that has
            the alternative; None for alternatives, as long as they are some.
        origins: for each of its rules' subschemas the part of `above` and the label there.
        frame: the container.
        next: the rules of its present or next member.
        decisions, counters: what is to be decided for it.
        pending: how much has to come until it is sure; -1 if only the end can tell.
        overfull: one member too many was told.
        told: keywords that were told, of the spine, so that the end does not tell them again.
        died: why, and where.
    """

    __slots__ = (
        *("above", "counters", "decisions", "died", "frame", "layout", "next", "origins"),
        *("overfull", "owners", "pending", "spine", "state", "told"),
    )

    def __init__(
        self, frame: Frame, layout: Any, spine: bool, above: Evaluation | None, origins: Origins
    ) -> None:
        self.frame = frame
        self.layout: Any = layout  # Members or Items
        self.spine = spine
        self.state = OPEN
        self.owners: Sequence[Evaluation | Decision | Counter] = ()
        self.above = above
        self.origins = origins
        self.next: Child | None = None
        self.decisions: Sequence[Decision] = ()
        self.counters: Sequence[Counter] = ()
        self.pending = 0
        self.overfull = False
        self.told: frozenset[tuple[int, str]] = _NOTHING
        self.died: tuple[Cause, Path] | None = None

    @property
    def silent(self) -> bool:
        """Whether it says nothing of keys, items and how many there are."""
        layout = self.layout
        if not layout.easy or (layout.least and not self.spine):  # with so many it may be sure
            return False
        if isinstance(layout, Members):
            if layout.required and not self.spine:  # the same with these keys
                return False
            return not (layout.described or layout.closed)
        return not (layout.varied or layout.rest or self.counters)

    @property
    def easy(self) -> bool:
        """Whether a look at the layout is enough for each member."""
        return self.spine and bool(self.layout.easy)

    def tells(self, cause: Cause) -> bool:
        """Whether a keyword was not told yet. Now it is."""
        key = id(cause.part), cause.keyword
        if key in self.told:
            return False
        self.told = self.told | {key}
        return True

    def expect(self) -> None:
        """Count what has to come until it is sure."""
        layout = self.layout
        if layout.waits or any(each.wanted.most is not None for each in self.counters):
            self.pending = -1
            return
        self.pending = (layout.least > 0) + len(self.decisions)
        if isinstance(layout, Members):
            self.pending += len(layout.required) + layout.obliging()
        self.pending += sum(counter.wanted.least > 0 for counter in self.counters)

    def met(self) -> bool:
        """One thing less has to come. Answer whether it is sure now."""
        if self.pending > 0:
            self.pending -= 1
            return self.pending == 0
        return False


def schema_path(above: Evaluation | None, origins: Origins, part: Part) -> Label:
    """The path in the schema to a part of what is applied.

    Args:
        above, origins: as of an `Evaluation`.
    """
    labels = [part.label]
    while above is not None and origins:
        part, label = origins[min(part.entry, len(origins) - 1)]
        labels.append(label)
        origins = above.origins
        above = above.above
    return tuple(step for label in reversed(labels) for step in label)


class Decision:
    """Alternatives for an open container, as far as they are decided.

    Attributes:
        owner: the evaluation that has them.
        choice: what they are.
        options: their evaluations; None where there is nothing to evaluate.
        states: what is known of each.
        state: what is known of all together.
        active: of "dependent": whether its key is there.
    """

    __slots__ = (
        *("_open", "_places", "_sure", "active", "choice", "options", "owner", "state", "states"),
    )

    def __init__(self, owner: Evaluation, choice: Choice) -> None:
        self.owner = owner
        self.choice = choice
        self.options: list[Evaluation | None] = []
        self.states: list[int] = []
        self.state = OPEN
        self.active = choice.how != "dependent"
        self._places: dict[int, list[int]] = {}
        self._sure = choice.sure
        self._open = 0

    def add(self, option: Evaluation | None, state: int) -> None:
        """One more alternative, and what is known of it from the start."""
        if option is not None:
            if id(option) not in self._places:
                option.owners = [*option.owners, self]
            self._places.setdefault(id(option), []).append(len(self.options))
        self.options.append(option)
        self.states.append(state)
        self._open += state == OPEN
        self._sure += state == SURE

    def hears(self, option: Evaluation, state: int) -> None:
        """An alternative is decided."""
        for place in self._places[id(option)]:
            self.states[place] = state
            self._open -= 1
            self._sure += state == SURE

    def outcome(self) -> int:
        """What they come to now."""
        how = self.choice.how
        if how in ("anyOf", "constant"):
            return SURE if self._sure else OPEN if self._open else DEAD
        if how == "oneOf":
            if self._sure > 1 or not (self._sure or self._open):
                return DEAD
            return OPEN if self._open else SURE
        if how == "not":
            return (OPEN, SURE, DEAD)[self.states[0]]
        if how == "dependent":
            return self.states[0] if self.active else OPEN
        condition, then, otherwise = self.states
        if condition == OPEN:
            return then if then == otherwise else OPEN
        return then if condition == SURE else otherwise

    def last(self) -> Evaluation | None:
        """The alternative that the value must satisfy now, if that is certain and not decided."""
        how = self.choice.how
        place = None
        if how in ("anyOf", "oneOf") and self._open == 1 and not self._sure:
            place = self.states.index(OPEN)
        elif how == "dependent" and self.active:
            place = 0
        elif how == "if" and self.states[0] in (SURE, DEAD):
            place = 1 if self.states[0] == SURE else 2
        if place is None or self.states[place] != OPEN:
            return None
        option = self.options[place]
        return option if option is not None and len(option.owners) == 1 else None

    def label_of(self, option: Evaluation) -> Label:
        """The label of an alternative."""
        return self.choice.labels[self.options.index(option)]


class Counter:
    """One `contains` of an open array.

    Attributes:
        owner: the evaluation that has it.
        wanted: what is counted.
        matched: how many items are certain to match.
        state: what is known.
    """

    __slots__ = ("matched", "owner", "state", "wanted")
    spine = False

    def __init__(self, owner: Evaluation, wanted: Contained) -> None:
        self.owner = owner
        self.wanted = wanted
        self.matched = 0
        self.state = OPEN

    def hears(self, state: int) -> None:
        """An item is decided."""
        self.matched += state == SURE

    def outcome(self) -> int:
        """What it comes to now."""
        most = self.wanted.most
        if most is not None:
            return DEAD if self.matched > most else OPEN
        return SURE if self.matched >= self.wanted.least else OPEN
