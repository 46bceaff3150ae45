"""The open containers of a document, each with the shapes it may still have.

Usually one shape is left, and the container is *settled*: what its members fail by is certain.
In a union several shapes go on side by side. A shape dies with the first member that it
cannot have; when the last one dies the value is wrong, and when all but one have died the
rest is settled, with all that was already closed below it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .kinds import Shape
    from .plan import Node, Tag

_NOTHING: dict[str, Any] = {}


class Slot:
    """A shape that an open container may have, and the slot of its parent that allows it."""

    __slots__ = ("alive", "shape", "up")

    def __init__(self, shape: Shape, up: Slot | None) -> None:
        self.shape = shape
        self.up = up
        self.alive = True


class Level:
    """An open container.

    Attributes:
        node: its place in the type; None while its parent is not settled.
        options: the slots of the parent and the nodes that they have here, if so.
        slots: the shapes that are left; none if nothing is known about the members.
        tags: the members that tell the shapes apart.
        settled: one shape is left, and so it is in all containers around.
        dead: it is wrong, and nothing in it matters any more.
        silent: that could not be told yet.
        mixed: it began with several shapes that no tag tells apart.
        start: the offset of its bracket.
        step: the key or index of the present member.
        next: the node of the present member, if the level is settled and there is one.
        objects: what its completed members became, by step, as far as that is known: the
            object, the `Span` of a text that is to be validated, or the closed level.
        end: the offset after its closing bracket, once that is there.
        judged: it was validated when it was closed; `due`: that was before this level.

    What follows from these, for speed:
        easy: a scalar is judged by `next` alone.
        members, others: the nodes of an object's members; `refuses`: it has no others.
        varied: the items of an array are not all alike.
        most: how many items it can have.
    """

    __slots__ = (
        *("dead", "due", "easy", "end", "is_array", "judged", "members", "mixed"),
        *("most", "next", "node", "objects", "options", "others", "refuses", "settled"),
        *("silent", "slots", "start", "step", "tags", "varied"),
    )

    def __init__(
        self, node: Node | None, slots: list[Slot], is_array: bool, start: int, settled: bool
    ) -> None:
        self.node = node
        self.slots = slots
        self.is_array = is_array
        self.start = start
        self.settled = settled
        self.options: list[tuple[Slot, Node]] | None = None
        self.tags: list[Tag] | None = None
        self.objects: dict[Any, Any] | None = None
        self.dead = self.due = self.judged = self.silent = False
        self.mixed = len(slots) > 1
        self.end = 0
        self.step: Any = 0 if is_array else None
        self.next: Node | None
        self.most: int | None
        self.members: dict[str, Node | None]
        self.others: Node | None
        self.easy: bool
        self.varied: bool
        self.refuses: bool
        if settled and slots:
            self._lay_out(slots[0].shape)
        else:
            self.arrange()

    def _lay_out(self, shape: Shape) -> None:
        """What follows from the one shape that a new level has."""
        if shape.layouts is None:
            shape.layouts = {}
        known = shape.layouts.get(self.is_array)
        if known is None:
            self.arrange()
            known = self.members, self.others, self.refuses, self.next, self.most
            shape.layouts[self.is_array] = (*known, self.varied, self.easy)
        else:
            (
                self.members,
                self.others,
                self.refuses,
                self.next,
                self.most,
                self.varied,
                self.easy,
            ) = known

    def arrange(self) -> None:
        """Work out what follows from the shapes that are left."""
        self.next = None
        self.most = None
        self.others = None
        self.varied = self.refuses = False
        self.members = _NOTHING
        self.easy = self.settled and self.tags is None
        if not self.slots:
            return
        shape = self.slots[0].shape
        if self.settled and not self.is_array:
            self.members, self.others, self.refuses = shape.keys, shape.others, shape.closed
            if self.step is not None:
                self.next = shape.member(self.step)
        elif self.is_array:
            mosts = [s.shape.most for s in self.slots if s.shape.most is not None]
            self.most = min(mosts, default=None)
            self.easy = self.easy and self.most != 0
            self.varied = not self.settled or len(shape.prefix) > 0
            if self.settled:
                self.next = shape.item(self.step)

    def keep(self, step: Any, made: Any) -> None:
        """Remember what a member became."""
        if self.objects is None:
            self.objects = {}
        self.objects[step] = made

    def keep_open(self, step: Any, found: Any) -> None:
        """Remember what a member is to become, unless it is known already."""
        if self.objects is None:
            self.objects = {}
        self.objects.setdefault(step, found)

    def go_on(self) -> None:
        """The next item is to come."""
        self.step += 1
        if self.varied and self.settled:
            self.next = self.slots[0].shape.item(self.step)

    def choices(self) -> list[tuple[Slot, Node]]:
        """Which slots have something to say about the present member, and what."""
        found = []
        for slot in self.slots:
            shape = slot.shape
            node = shape.item(self.step) if self.is_array else shape.member(self.step)
            if node is not None and node.is_judged():
                found.append((slot, node))
        return found


def kill(levels: list[Level], dying: Iterable[Slot]) -> Level | None:
    """Let slots of the last level die, with all that hangs on them.

    Returns:
        The outermost level of which nothing is left, if there is one: it is dead then.
    """
    dying = list(dying)
    at = len(levels) - 1
    wrong = None
    while dying:
        for slot in dying:
            slot.alive = False
        level = levels[at]
        level.slots = [slot for slot in level.slots if slot.alive]
        if level.node is not None:
            wrong = None if level.slots else level
            break
        ups = {id(slot.up): slot.up for slot in dying}
        for slot in level.slots:
            ups.pop(id(slot.up), None)
        dying = [slot for slot in ups.values() if slot is not None]
        at -= 1
    if wrong is not None:
        bury(levels[at:])
    settle(levels)
    return wrong


def bury(levels: Iterable[Level]) -> None:
    """They are wrong, and nothing in them matters any more."""
    for level in levels:
        level.dead = True
        level.slots = []
        level.arrange()


def settle(levels: list[Level]) -> None:
    """Work out anew which levels are settled."""
    settled = True
    above: Level | None = None
    for level in levels:
        for slot in level.slots:
            if slot.up is not None and not slot.up.alive:
                slot.alive = False
        level.slots = [slot for slot in level.slots if slot.alive]
        if level.node is None and settled and above is not None and above.slots:
            only = above.slots[0]
            options = level.options or []
            level.node = next((node for slot, node in options if slot is only), None)
            if level.node is None:  # nothing is known here
                bury([level])
        settled = settled and len(level.slots) <= 1
        level.settled = settled
        level.arrange()
        above = level
