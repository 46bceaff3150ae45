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
        settled: one shape is left, and so it is in all containers around.
        dead: it is wrong, and nothing in it matters any more.
        mixed: it began with several shapes that no tag tells apart.
        step: the key or index of the present member.
        next: the node of the present member, if the level is settled and there is one.
        start: the offset of its bracket.
        objects: the validated objects of its members.
    """

    __slots__ = (
        *("dead", "is_array", "mixed", "next", "node", "objects", "options"),
        *("settled", "slots", "start", "step", "tags"),
    )

    def __init__(self, node: Node | None, slots: list[Slot], is_array: bool, start: int) -> None:
        self.node = node
        self.slots = slots
        self.is_array = is_array
        self.start = start
        self.options: list[tuple[Slot, Node]] = []
        self.tags: list[Tag] = []
        self.settled = False
        self.dead = False
        self.mixed = len(slots) > 1
        self.step: Any = 0 if is_array else None
        self.next: Node | None = None
        self.objects: dict[Any, Any] | None = None

    def look_up(self) -> None:
        """Find the node of the present member."""
        self.next = None
        if self.settled and self.slots and not self.dead:
            shape = self.slots[0].shape
            self.next = shape.item(self.step) if self.is_array else shape.member(self.step)

    def choices(self) -> list[tuple[Slot, Node]]:
        """Which slots have something to say about the present member, and what."""
        found = []
        for slot in self.slots:
            shape = slot.shape
            node = shape.item(self.step) if self.is_array else shape.member(self.step)
            if node is not None and not node.forgiving:
                found.append((slot, node))
        return found

    def most(self) -> int | None:
        """How many items there can be, by the narrowest shape."""
        return min((s.shape.most for s in self.slots if s.shape.most is not None), default=None)


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
        for level in levels[at:]:
            level.dead = True
            level.slots = []
    settle(levels)
    return wrong


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
            level.node = next((node for slot, node in level.options if slot is only), None)
            if level.node is None:  # nothing is known here
                level.dead = True
                level.slots = []
        settled = settled and len(level.slots) <= 1
        level.settled = settled
        level.look_up()
        above = level
