"""What is shown of a document while it grows: kept up to date when somebody looks.

There is a `Place` for each open container that is shown, on a stack that goes along with the
levels of the judging handler. A look takes over what was completed since the last one, in
the innermost place first; places that were closed meanwhile are finished and leave the
stack, and the present path is gone down anew from where they stood. So a look costs what
changed, and nothing is done before the first one.

A completed member is what the judging handler made of it; a scalar is validated by itself
when it is first taken over. Nothing is shown that is not valid.
"""

from __future__ import annotations

from dataclasses import is_dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import MISSING, SchemaError, to_json

from .._core.grammar import DONE, REST, SPACE, START
from .levels import Level
from .places import DictPlace, ListPlace, Place, RecordPlace, shape_of
from .shown import HIDDEN, Mould, Sights
from .verdicts import Outcome, Span

if TYPE_CHECKING:
    from .live import LiveValidator
    from .plan import Node
    from .written import Room

_BETWEEN = (DONE, REST, SPACE, START)  # documents
_PLACES: dict[str, type[Place]] = {
    "record": RecordPlace,
    "mapping": DictPlace,
    "dict": DictPlace,
    "list": ListPlace,
    "tuple": ListPlace,
}


class View:
    """Shows what is there of a document."""

    def __init__(self, live: LiveValidator, sights: Sights) -> None:
        self._live = live
        self._sights = sights
        self._verdicts = live.verdicts
        self._raised: Exception | None = None
        self._final: Outcome | None = None  # that is shown
        self._begin(-1)

    def _begin(self, document: int) -> None:
        """Nothing of a document has come."""
        self._document = document
        self._places: list[Place] = []
        self._entered = False  # the root's place was made
        self._empty: Any = MISSING  # an object of fields without any
        self._nothing: Any = MISSING  # what that is shown as
        mould = self._root_mould()
        if mould is not None:
            self._empty = mould.new(self._verdicts.arguments)
            if not mould.awaited:
                self._nothing = self._empty
        self._shown = self._nothing

    def _root_mould(self) -> Mould | None:
        """How the root is shown if it is an object of fields; None if that is not certain."""
        root = self._live.plan.root
        if self._sights.of(root).done:
            return None
        if not root.shapes:
            return self._sights.opaque(root)
        mould = self._sights.mould(root.shapes[0])
        return mould if len(root.shapes) == 1 and mould.form in ("record", "mapping") else None

    # --- looking -----------------------------------------------------------------------

    def look(self) -> Any:
        """What is there.

        An exception of a user's validator is raised once, when everything is up to date.
        """
        places = self._places
        if not places or not self._is_as_before(places[-1]):
            self._bring_up_to_date()
            if self._raised is not None:
                raised, self._raised = self._raised, None
                raise raised
        return self._shown

    def _is_as_before(self, place: Place) -> bool:
        """Whether nothing but the open string has changed, and that is shown."""
        live = self._live
        tree = live.tree
        placed = tree.in_string and tree.placed
        if place.level is not live.level or len(place.raw) - placed != place.taken:
            return False
        if place.depth + 1 != len(tree.stack) or place.queue or place.level.dead:
            return False
        if not tree.in_string:
            return not place.mould.assumed
        if not place.showing:
            return bool(place.still == tree.frame.step)
        if live.string_is_hopeless:
            return False
        if tree.pieces:
            place.grow(tree.frame.step, tree)
        return True

    def _bring_up_to_date(self) -> None:
        live = self._live
        places = self._places
        if not places or not live.levels or live.levels[0] is not places[0].level:
            if self._begin_or_end():
                return
            places = self._places
        if places and places[-1].level.dead:
            self._give_up()
        while places and self._go_on(places[-1]):
            pass

    def _begin_or_end(self) -> bool:
        """The root is to be gone into, or was left. Answer whether its object is there."""
        live = self._live
        tokenizer = live.tokenizer
        completed = tokenizer.documents > 0 and tokenizer.state in _BETWEEN
        document = live.tree.index - completed
        if document != self._document:
            self._begin(document)
        outcome = self._verdicts.outcome
        if completed and outcome is not None:
            made, error = outcome.verdict()
            if error is None:
                if outcome is not self._final:
                    self._final = outcome
                    self._conclude(made)
                return True
        if not self._entered:
            self._enter(completed)
        return False

    def _conclude(self, made: Any) -> None:
        """The document is complete: an object of fields takes them over, all else is replaced."""
        if not self._entered:
            self._enter(True)
        root = self._places[0] if self._places else None
        self._places = []
        if not isinstance(root, RecordPlace) or root.mould.form != "record":
            self._shown = made
            return
        target: Any = root.target
        is_model = hasattr(target, "__pydantic_fields_set__")
        if not (hasattr(made, "__pydantic_fields_set__") if is_model else _has_fields(made)):
            self._shown = made  # a function made something else of it
            return
        fields = target.__dict__
        for name in fields:
            fields[name] = getattr(made, name, MISSING)
        if is_model:
            object.__setattr__(target, "__pydantic_fields_set__", made.__pydantic_fields_set__)
            object.__setattr__(target, "__pydantic_extra__", made.__pydantic_extra__)
        self._shown = target

    def _enter(self, completed: bool) -> None:
        """Go into the root, if it is a container."""
        live = self._live
        level = live.closed if completed else live.levels[0] if live.levels else None
        if level is None:
            self._show_root_string()
            return
        raw = live.tree.root.node[()]
        place = self._place(level, live.plan.root, raw, None, self._empty)
        if place is not None:
            self._entered = True
            self._push(place, ())

    def _show_root_string(self) -> None:
        live = self._live
        self._shown = self._nothing  # lets go of a string, so that it grows where it is
        is_open = live.tree.in_string and not live.tree.stack and not live.string_is_hopeless
        if is_open and self._sights.of(live.plan.root).grows:
            self._shown = live.tree.value()

    def _give_up(self) -> None:
        """Something is wrong with the innermost place, and perhaps with others around it."""
        places = self._places
        at = len(places) - 1
        while at > 0 and places[at - 1].level.dead:
            at -= 1
        place = places[at]
        if place.limit is not None:
            return
        place.limit = place.shape.most if place.level.is_array else None
        if place.limit is None or shape_of(place.level, place.node) is None:
            place.limit = 0
            place.queue = []
            self._detach(place)
        del places[at + 1 :]

    # --- going on ----------------------------------------------------------------------

    def _go_on(self, place: Place) -> bool:
        """Take over what is new in the innermost place. Answer whether there may be more."""
        level = place.level
        if level.end:
            self._go_out(place)
            return True
        tree = self._live.tree
        is_inside = place.depth + 1 < len(tree.stack)
        frame = tree.stack[place.depth + 1] if is_inside else tree.frame
        count = len(place.raw) - (is_inside or (tree.in_string and tree.placed))
        if (count > place.taken or place.queue) and self._take(place, count):
            return True
        if level.dead:
            return False
        if is_inside:
            return not place.showing and self._go_in(place, frame.step)
        if tree.in_string:
            self._show_string(place, frame.step)
        elif place.mould.assumed and frame.step is not None and frame.step not in place.raw:
            place.begin(frame.step)
        return False

    def _go_out(self, place: Place) -> None:
        """The innermost place was closed."""
        made: Any = HIDDEN
        if place.depth:
            objects = self._places[-2].level.objects
            made = HIDDEN if objects is None else objects.get(place.step, HIDDEN)
            if isinstance(made, Span):
                made = self._validated(place.node, made)
        if made is HIDDEN or type(made) is Level:
            if self._take(place, len(place.raw)):
                return
            made = self._finished(place)
        self._leave(place, made)

    def _go_in(self, place: Place, step: Any) -> bool:
        """Go into the container that is open in the innermost place, if it is to be shown."""
        place.begin(step)
        levels = self._live.levels
        node = place.node_at(step)
        if node is None or len(levels) < place.depth + 2:
            return False
        inner = self._place(levels[place.depth + 1], node, place.raw[step], place.room(step))
        if inner is None:
            return False
        inner.depth = place.depth + 1
        self._push(inner, step)
        return True

    def _take(self, place: Place, count: int) -> bool:
        """Take over the completed members. Answer whether one is to be gone into before."""
        queue = place.queue
        if not queue and count > place.taken:
            queue = place.queue = self._new_members(place, count)
        while queue:
            step, value = queue.pop()
            if place.complete_plain(step, value):
                continue
            shown = self._member(place, step, value)
            if isinstance(shown, Place):
                shown.queued = True
                self._push(shown, step)
                return True
            place.complete(step, shown, False)
            if not place.attached:
                self._attach(place)
        return False

    def _new_members(self, place: Place, count: int) -> list[tuple[Any, Any]]:
        """The members that were completed since the last time, the first one last."""
        raw = place.raw
        last = len(raw) - count  # whether one is there that is not complete
        if place.limit is not None and count > place.limit:
            last += count - place.limit
            count = place.limit
        taken, place.taken = place.taken, max(count, place.taken)
        if place.level.is_array:
            return [(i, raw[i]) for i in range(count - 1, taken - 1, -1)]
        return [(key, raw[key]) for key in islice(reversed(raw), last, last + count - taken)]

    def _show_string(self, place: Place, step: Any) -> None:
        """Show the open string as far as it is there."""
        node = place.node_at(step)
        if node is None or not self._sights.of(node).grows or self._live.string_is_hopeless:
            place.withdraw(step)
            place.begin(step)
            place.still = step
        else:
            place.grow(step, self._live.tree)

    # --- members -----------------------------------------------------------------------

    def _member(self, place: Place, step: Any, value: Any) -> Any:
        """What a completed member is shown as; a place if its parts are to be looked at."""
        node = place.node_at(step)
        if node is None:
            return value if place.keeps(step) else HIDDEN
        objects = place.level.objects
        made = HIDDEN if objects is None else objects.get(step, HIDDEN)
        if type(made) is Level:
            return self._closed(place, step, made, node)
        if made is HIDDEN:
            return self._scalar(node, value)
        if isinstance(made, Span):
            is_hidden = self._sights.of(node).hidden and type(made) is Span
            return HIDDEN if is_hidden else self._validated(node, made)
        return made

    def _scalar(self, node: Node, value: Any) -> Any:
        sight = self._sights.of(node)
        if sight.hidden or isinstance(value, (dict, list)):  # nobody knew what to do with it
            return HIDDEN
        if type(value) in sight.as_is:
            return value
        return self._made(node, to_json(value, inf_nan_mode="constants"))

    def _closed(self, place: Place, step: Any, level: Level, node: Node) -> Any:
        """A container that is not known to have become an object when it was closed."""
        inner = self._place(level, node, place.raw[step], place.room(step))
        if inner is not None:
            inner.depth = place.depth + 1
            return inner
        is_hidden = self._sights.of(node).hidden and not level.due
        if level.judged or level.dead or is_hidden:
            return HIDDEN
        return self._validated(node, Span(level.start, level.end))

    def _validated(self, node: Node, span: Span) -> Any:
        """What a node makes of the text of a member."""
        return self._made(node, self._live.source.slice(span.start, span.end))

    def _made(self, node: Node, text: str | bytes) -> Any:
        """What a node makes of a text; `HIDDEN` if that is wrong."""
        try:
            return node.validator.validate_json(text, **self._verdicts.arguments)
        except (ValidationError, SchemaError):  # also what wants to be omitted or a default
            return HIDDEN
        except Exception as error:
            self._raised = self._raised or error
            return HIDDEN

    # --- places ------------------------------------------------------------------------

    def _place(
        self, level: Level, node: Node, raw: Any, room: Room | None, empty: Any = MISSING
    ) -> Place | None:
        """A place for a container; None if nothing is shown of it before it is complete."""
        sight = self._sights.of(node)
        if sight.hidden or (sight.done and not level.end):
            return None
        shape = shape_of(level, node)
        mould = None if shape is None else self._sights.mould(shape)
        if shape is None or mould is None or not mould.form:
            return None
        if room is not None and mould.cls is not None and mould.cls not in room:
            return None
        if level.dead and (not level.is_array or shape.most is None):
            return None
        target = mould.new(self._verdicts.arguments) if empty is MISSING else empty
        place = _PLACES[mould.form](level, node, shape, mould, raw, target)
        place.around = room
        if level.dead:
            place.limit = shape.most
        return place

    def _push(self, place: Place, step: Any) -> None:
        place.step = step
        self._places.append(place)
        self._attach(place)

    def _attach(self, place: Place) -> None:
        """Show the innermost place in the one around it, unless something is awaited."""
        if place.attached or place.awaited or self._sights.of(place.node).done:
            return
        place.attached = True
        if place.depth:
            self._places[-2].show(place.step, place.target)
        else:
            self._shown = place.target

    def _detach(self, place: Place) -> None:
        """Nothing is shown of a place any more."""
        place.attached = False
        if place.depth:
            self._places[place.depth - 1].withdraw(place.step)
        else:
            self._shown = self._nothing

    def _leave(self, place: Place, made: Any) -> None:
        """The innermost place was closed, and that is what it became."""
        self._places.pop()
        if not self._places:
            return
        outer = self._places[-1]
        if not place.queued:
            outer.taken += 1
        outer.complete(place.step, made, place.attached)
        if not outer.attached:
            self._attach(outer)

    def _finished(self, place: Place) -> Any:
        """What a closed place is shown as that is not known to have become an object."""
        level = place.level
        if level.judged or level.dead or not place.depth:
            return HIDDEN
        if self._sights.of(place.node).exact:
            done = place.final()
            if done is not HIDDEN:
                return done
        made = self._validated(place.node, Span(level.start, level.end))
        is_same = type(made) is type(place.target) and made == place.target
        return place.target if is_same else made


def _has_fields(made: Any) -> bool:
    """Whether an object is a dataclass's or a NamedTuple's."""
    return is_dataclass(made) or hasattr(made, "_fields")
