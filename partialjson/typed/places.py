"""The containers that are shown while they are open, each with what it is shown as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import MISSING

from .kinds import ARRAY, OBJECT
from .shown import HIDDEN

if TYPE_CHECKING:
    from .._core.tree import Tree
    from .kinds import Shape
    from .levels import Level, Slot
    from .plan import Node
    from .shown import Mould
    from .written import Room


_NOTHING: list[Any] = []


class Place:
    """A container that is shown while it is open.

    Attributes:
        level, node, shape, mould: what is known of it.
        raw: its plain value.
        target: what it is shown as.
        around: the partial objects that it can hold; None for any.
        depth: how many containers are around it.
        step: where it stands in the container around it.
        queue: completed members that are still to be taken over, the first one last.
        taken: how many members were queued or are places of their own.
        queued: it was complete when it was taken over by the place around it.
        attached: it is visible in the place around it.
        awaited: the fields without which it is not.
        limit: how many members are worth taking over, if it is wrong.
        holes: how many members are not shown.
        showing: the member that is not complete is shown.
        still: the step of an open string of which nothing is shown.
    """

    __slots__ = (
        *(
            "around",
            "attached",
            "awaited",
            "depth",
            "holes",
            "level",
            "limit",
            "mould",
            "node",
            "queue",
        ),
        *("queued", "raw", "shape", "showing", "step", "still", "taken", "target"),
    )

    def __init__(
        self, level: Level, node: Node, shape: Shape, mould: Mould, raw: Any, target: Any
    ) -> None:
        self.level = level
        self.node = node
        self.shape = shape
        self.mould = mould
        self.raw = raw
        self.target = target
        self.around: Room | None = None
        self.depth = 0
        self.step: Any = ()
        self.queue: list[tuple[Any, Any]] = _NOTHING
        self.taken = 0
        self.queued = False
        self.attached = False
        self.awaited = mould.awaited
        self.limit: int | None = None
        self.holes = 0
        self.still: Any = HIDDEN
        self.showing = False

    def node_at(self, step: Any) -> Node | None:
        """The place in the type of a member; None where that is not certain."""
        return self.shape.item(step) if self.level.is_array else self.shape.member(step)

    def room(self, step: Any) -> Room | None:
        """Which partial objects a member can be or hold; None for any."""
        return self.around

    def keeps(self, step: Any) -> bool:
        """Whether a member of which nothing is known is kept as it is."""
        return self.mould.extra and step not in self.shape.keys

    def show(self, step: Any, value: Any) -> None:
        """Show the member that is not complete."""
        if self._put(step, value):
            self.showing = True

    def grow(self, step: Any, tree: Tree) -> None:
        """Show the open string as far as it is there."""
        if self.showing:
            self._put(step, MISSING)  # lets go of it, so that it grows where it is
        tree.settle()
        self.show(step, self.raw[step])

    def begin(self, step: Any) -> None:
        """A member has begun of which nothing is shown: what was assumed of it no longer is."""

    def complete_plain(self, step: Any, value: Any) -> bool:
        """A member is complete. Answer whether it is shown as it is, without another look."""
        if type(value) not in self.mould.plain.get(step, ()):
            return False
        self.complete(step, value, False)
        return True

    def complete(self, step: Any, value: Any, stays: bool) -> None:
        """A member is complete.

        Args:
            value: what it is shown as; `HIDDEN` if nothing is.
            stays: it is wrong, and remains as it is shown.
        """
        if value is HIDDEN or not self._put(step, value):
            self.holes += 1
            if not stays:
                self._withdraw(step)
        self.showing = False

    def withdraw(self, step: Any) -> None:
        """The member that is not complete is no longer shown."""
        if self.showing:
            self._withdraw(step)
            self.showing = False

    def final(self) -> Any:
        """What it is shown as when it is complete; `HIDDEN` if that takes validating."""
        size, mould = len(self.target), self.mould
        if self.holes or size < max(mould.fewest, self.shape.fewest):
            return HIDDEN
        return HIDDEN if mould.most is not None and size > mould.most else self.target

    def _put(self, step: Any, value: Any) -> bool:
        raise NotImplementedError

    def _withdraw(self, step: Any) -> None:
        raise NotImplementedError


class RecordPlace(Place):
    """A model, dataclass or NamedTuple."""

    __slots__ = ("_fields", "_given")

    def __init__(
        self, level: Level, node: Node, shape: Shape, mould: Mould, raw: Any, target: Any
    ) -> None:
        super().__init__(level, node, shape, mould, raw, target)
        self._fields: dict[str, Any] = target.__dict__
        self._given: set[str] = getattr(target, "__pydantic_fields_set__", set())

    def _put(self, step: Any, value: Any) -> bool:
        name = self.mould.names.get(step)
        if name is None:
            self._extra()[step] = value
            return True
        self._fields[name] = value
        self._given.add(name)
        return True

    def room(self, step: Any) -> Room | None:
        """See `Place.room`."""
        return self.mould.rooms.get(self.mould.names.get(step, ""))

    def grow(self, step: Any, tree: Tree) -> None:
        """See `Place.grow`."""
        name = self.mould.names.get(step)
        if name is None:
            super().grow(step, tree)
            return
        self._fields[name] = MISSING
        if not self.showing:
            self._given.add(name)
            self.showing = True
        tree.settle()
        self._fields[name] = self.raw[step]

    def complete_plain(self, step: Any, value: Any) -> bool:
        """See `Place.complete_plain`."""
        mould = self.mould
        if type(value) not in mould.plain.get(step, ()) or self.awaited:
            return False
        name = mould.names[step]
        self._fields[name] = value
        self._given.add(name)
        self.showing = False
        return True

    def begin(self, step: Any) -> None:
        """See `Place.begin`."""
        name = self.mould.names.get(step)
        if name in self.mould.assumed:
            self._fields[name] = MISSING

    def complete(self, step: Any, value: Any, stays: bool) -> None:
        """See `Place.complete`."""
        super().complete(step, value, stays)
        if value is not HIDDEN and self.awaited:
            self.awaited -= {self.mould.names.get(step, "")}

    def _withdraw(self, step: Any) -> None:
        name = self.mould.names.get(step)
        if name is None:
            if self.keeps(step):
                self._extra().pop(step, None)
        else:
            self._fields[name] = MISSING
            self._given.discard(name)

    def _extra(self) -> dict[str, Any]:
        """Where keys are kept that are no fields."""
        extra: dict[str, Any] | None = getattr(self.target, "__pydantic_extra__", None)
        return self._fields if extra is None else extra

    def final(self) -> Any:
        """See `Place.final`."""
        return HIDDEN


class DictPlace(Place):
    """A dict, or a TypedDict."""

    __slots__ = ()

    def _put(self, step: Any, value: Any) -> bool:
        key = self._key(step)
        if key is HIDDEN:
            return False
        self.target[key] = value
        return True

    def _key(self, step: Any) -> Any:
        mould = self.mould
        if mould.key is not None:
            return mould.key(step)
        return mould.names.get(step, step)

    def complete(self, step: Any, value: Any, stays: bool) -> None:
        """See `Place.complete`."""
        super().complete(step, value, stays)
        if value is not HIDDEN and self.awaited:
            self.awaited -= {self._key(step)}

    def _withdraw(self, step: Any) -> None:
        self.target.pop(self._key(step), None)

    def final(self) -> Any:
        """See `Place.final`."""
        return HIDDEN if self.mould.form == "mapping" else super().final()


class ListPlace(Place):
    """A list; a tuple, too, is one until it is complete."""

    __slots__ = ()

    def keeps(self, step: Any) -> bool:
        """See `Place.keeps`."""
        return self.mould.extra

    def complete_plain(self, step: Any, value: Any) -> bool:
        """See `Place.complete_plain`."""
        if type(value) not in self.mould.plain.get(None, ()):
            return False
        if self.showing:
            self.target[-1] = value
            self.showing = False
        else:
            self.target.append(value)
        return True

    def _put(self, step: Any, value: Any) -> bool:
        if self.showing:
            self.target[-1] = value
        elif self.holes and self.mould.form == "tuple":
            return False  # the places of a tuple mean something
        else:
            self.target.append(value)
        return True

    def _withdraw(self, step: Any) -> None:
        if self.showing:
            self.target.pop()

    def final(self) -> Any:
        """See `Place.final`."""
        done = super().final()
        return tuple(done) if self.mould.form == "tuple" and done is not HIDDEN else done


def shape_of(level: Level, node: Node) -> Shape | None:
    """The shape of a container; None if there may be several."""
    if level.dead:
        shapes = node.of_kind(ARRAY if level.is_array else OBJECT)
        return shapes[0] if len(shapes) == 1 else None
    slots = level.slots
    if level.node is None:
        slots = [slot for slot in slots if _lives(slot)]
    if len(slots) != 1 or not (level.settled or level.end):
        return None
    return slots[0].shape


def _lives(slot: Slot | None) -> bool:
    while slot is not None and slot.alive:
        slot = slot.up
    return slot is None
