"""The handler that judges values while they arrive, and validates subtrees as they close.

It hears everything after the tree, whose stack says where it is. There is a level for each
open container of which something is known; `_skipped` counts the open ones below.

Three things can happen to a value. It is *hopeless* at some character: then a bare validator
says what is wrong with what is there (`Node.checker`: no user's function ever sees anything
unfinished), and nothing in it matters any more. It closes, and is one of those that are
handed out: then its own validator makes the object or says what is wrong. Or it closes and
is a part of something larger: then it is enough that it is not hopeless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import to_json

from .._core.faults import Fault
from .._core.grammar import MINUS
from .._core.grammar import STRING as STRING_OPEN
from .._core.handler import Handler
from .._core.snapshot import open_steps
from .._core.tree import Tree
from ..events import FieldCompleted, StringDelta, Validated, Violation
from ..limits import NEVER
from ..paths import Path, Patterns
from .kinds import ARRAY, BOOLEAN, INTEGER, NULL, OBJECT, REAL, STRING, Shape
from .levels import Level, Slot, kill, settle
from .report import Reported, loc_of, violations
from .words import Key, Words

if TYPE_CHECKING:
    from collections.abc import Collection

    from .._core.source import Source
    from .._core.tokenizer import Tokenizer
    from ..events import Event
    from .plan import Node, Plan


class Stop(Fault):
    """A violation ends the parse, because somebody asked for that."""

    def __init__(self, violation: Violation) -> None:
        super().__init__("violation", violation.offset, violation.message)
        self.violation = violation


class Span(NamedTuple):
    """Where the text of a value stands that is still to be validated."""

    start: int
    end: int


class Outcome:
    """What became of a document: what Pydantic makes of its whole text.

    Attributes:
        start, text: the text, and where it stood.
    """

    def __init__(self, live: LiveValidator, start: int, text: str) -> None:
        self._live = live
        self._found: tuple[Any, ValidationError | None] | None = None
        self.start = start
        self.text = text

    def verdict(self) -> tuple[Any, ValidationError | None]:
        """The object or the error. A restored parser finds it when it is first asked for."""
        if self._found is None:
            try:
                validate = self._live.plan.root.validator.validate_json
                self._found = validate(self.text, **self._live.arguments), None
            except ValidationError as error:
                self._found = None, error
        return self._found


class LiveValidator(Handler):
    """Judges and validates what a plan knows of.

    Attributes:
        outcome: what became of the last complete document.
        muted: nothing is validated, because it was before: a checkpoint is being restored.
    """

    tokenizer: Tokenizer

    def __init__(
        self,
        tree: Tree,
        source: Source,
        plan: Plan,
        kinds: Collection[type[Event]],
        patterns: Patterns | None,
        arguments: dict[str, Any],
        stop: bool,
    ) -> None:
        self.tree = tree
        self.source = source
        self.plan = plan
        self.patterns = patterns
        self.arguments = {k: v for k, v in arguments.items() if v is not None}
        self.checks = {k: v for k, v in self.arguments.items() if k != "context"}
        self.tells_objects = Validated in kinds
        self.tells_violations = Violation in kinds
        self.tells_fields = FieldCompleted in kinds
        self.tells_deltas = StringDelta in kinds
        self.stop = stop
        self.muted = False
        self.outcome: Outcome | None = None
        self.begin()

    def begin(self) -> None:
        """A document is to come."""
        self.levels: list[Level] = []
        self.level: Level | None = None
        self.reported = Reported()
        self.later: list[tuple[Level, Slot, Node, Path, int, int]] = []  # closed, not settled
        self._skipped = 0
        self._counting = False
        self._words: Words | None = None  # what an open string may still become
        self._start = 0  # where the document begins
        self._began = 0  # where the open string began
        self._hopeless = False  # the present scalar is told to be
        self._key: Key | None = None  # the open key, if it is told to be hopeless

    # --- containers --------------------------------------------------------------------

    def on_object_start(self, offset: int) -> None:
        if self._skipped:
            self._skipped += 1
        else:
            self._enter(OBJECT, offset)

    def on_array_start(self, offset: int) -> None:
        if self._skipped:
            self._skipped += 1
        else:
            self._enter(ARRAY, offset)

    def _enter(self, kind: int, offset: int) -> None:
        """Go into a container, if anything is known of it."""
        level = self.level
        if level is None:
            node: Node | None = self.plan.root
            up = None
            self._start = offset
        else:
            if self._overflows_at_once(level, offset):
                self._skipped = 1
                return
            if not level.settled:
                self._enter_each(level, kind, offset)
                return
            node = level.next
            up = level.slots[0] if level.slots else None
        if node is None:
            self._skipped = 1
            self._count(None)
            return
        shapes = [shape for shape in node.shapes if shape.kinds & kind]
        if node.shapes and not shapes:
            self._wrong_kind(node, open_steps(self.tree, False), kind, offset)
            self._skipped = 1
            self._count(None)
            return
        inner = Level(node, [Slot(shape, up) for shape in shapes], kind == ARRAY, offset)
        inner.settled = len(shapes) <= 1
        if node.tags:
            inner.tags = node.tags
            inner.mixed = False
        self._push(inner)

    def _enter_each(self, level: Level, kind: int, offset: int) -> None:
        """The same, where several shapes are left."""
        options = level.choices()
        dying = [s for s, node in options if node.shapes and not node.kinds & kind]
        if dying and self._kill(dying, offset, opened=True):
            self._skipped = 1
            self._count(None)
            return
        if level.settled:
            self._enter(kind, offset)
            return
        inner = Level(None, [], kind == ARRAY, offset)
        inner.options = [(slot, node) for slot, node in options if slot.alive]
        for slot, node in inner.options:
            inner.slots += [Slot(shape, slot) for shape in node.shapes if shape.kinds & kind]
            inner.tags += node.tags
        inner.mixed = len(inner.slots) > 1 and not inner.tags
        if inner.options:
            self._push(inner)
        else:
            self._skipped = 1
            self._count(None)

    def _push(self, level: Level) -> None:
        self.levels.append(level)
        self.level = level
        if level.is_array:
            level.look_up()
            self._count(level)
        elif self._counting:
            self._count(None)

    def on_object_end(self, offset: int) -> None:
        self._leave(offset)

    def on_array_end(self, offset: int) -> None:
        self._leave(offset)

    def _leave(self, offset: int) -> None:
        if self._skipped:
            self._skipped -= 1
            if not self._skipped:
                if self.level is None:
                    self._conclude(self._start, offset + 1)
                else:
                    self._advance(self.level)
            return
        level = self.levels.pop()
        outer = self.level = self.levels[-1] if self.levels else None
        if level.node is not None:
            self._closed(level, level.node, offset + 1)
        elif outer is not None:
            self._close_later(level, outer, offset + 1)
        if outer is not None:
            self._advance(outer)

    def _advance(self, level: Level) -> None:
        """A member is complete, and the level its container's."""
        if level.is_array:
            level.step += 1
            level.look_up()
            self._count(level)
        else:
            level.next = None
            if self._counting:
                self._count(None)

    def _closed(self, level: Level, node: Node, end: int) -> None:
        """A container whose node is certain was closed."""
        if level.dead:
            if not self.levels:
                self._conclude(level.start, end)
            return
        kind = ARRAY if level.is_array else OBJECT
        if not self.levels or self._is_asked_for(node, kind, self.tree.closed_told):
            self._validate(node, level.start, end)
        elif level.slots and self._may_be_wrong(level):
            self._check(node, self.source.slice(level.start, end), end - 1)

    def _may_be_wrong(self, level: Level) -> bool:
        if level.mixed or len(level.slots) > 1:
            return True
        shape = level.slots[0].shape
        return shape.check or (level.is_array and level.step < shape.fewest)

    def _close_later(self, level: Level, outer: Level, end: int) -> None:
        """A container was closed in one whose shape is open: what is known of it must wait."""
        sole = level.slots[0] if len(level.slots) == 1 else None
        waiting = []
        for entry in self.later:
            if entry[0] is not level:
                waiting.append(entry)
            elif sole is not None and entry[1] is sole and sole.up is not None:
                waiting.append((outer, sole.up, *entry[2:]))
        path = self.tree.completed_path()
        kind = ARRAY if level.is_array else OBJECT
        for slot, node in level.options:
            if slot.alive and self._is_asked_for(node, kind, self.tree.closed_told):
                waiting.append((outer, slot, node, path, level.start, end))
        self.later = waiting

    def _catch_up(self) -> None:
        """Hand out what was closed before its container was settled."""
        self.later, entries = [], self.later
        for level, slot, node, path, start, end in entries:
            if not slot.alive or level.dead:
                continue
            if level.settled:
                self._validate_at(node, path, start, end, owner=level)
            else:
                self.later.append((level, slot, node, path, start, end))

    # --- keys and commas ---------------------------------------------------------------

    def on_key(self, key: str, start: int, end: int) -> None:
        if self._skipped:
            return
        level = self.level
        if level is None:
            return
        level.step = key
        told, self._key = self._key, None
        if not level.settled:
            self._keyed(level, key, start, end)
        elif level.slots:
            shape = level.slots[0].shape
            if shape.closed and key not in shape.keys:
                level.next = None
                if told is None:
                    self._unknown_key(level, shape, Key(shape.keys, key, start, end))
                self.reported.add((*self._path_of(level), key))
            else:
                level.next = shape.member(key)

    def _keyed(self, level: Level, key: str, start: int, end: int) -> None:
        dying = [s for s in level.slots if s.shape.closed and key not in s.shape.keys]
        if dying:
            worst = max(Key(slot.shape.keys, key, start, end).offset(self.source) for slot in dying)
            self._kill(dying, worst)
        level.look_up()

    def open_key(self) -> None:
        """A fragment ended inside a key: it may be hopeless already."""
        level = self.level
        if self._skipped or level is None or self._key is not None or level.is_array:
            return
        tokenizer = self.tokenizer
        if not tokenizer.in_key or not STRING_OPEN <= tokenizer.state < MINUS:
            return
        if not level.slots or not all(slot.shape.closed for slot in level.slots):
            return
        key, start = tokenizer.token, tokenizer.began
        for slot in level.slots:
            found = Key(slot.shape.keys, key, start, tokenizer.base)
            if found.agreed == len(key):
                return
        self._key = found
        if level.settled:
            self._unknown_key(level, slot.shape, found)
        else:
            offset = found.offset(self.source)
            self._kill(list(level.slots), offset)

    def _unknown_key(self, level: Level, shape: Shape, key: Key) -> None:
        if self._wants_violations() and level.node is not None:
            error = key.refused(shape)
            place = (self._path_of(level), loc_of(self.plan, self.levels)[:-1])
            self._tell(error, level.node, place, {}, key.offset(self.source), early=True)

    def on_comma(self, offset: int, members: int) -> None:
        if not self._skipped and self.level is not None:
            self._overflows(self.level, members, offset)

    def _overflows_at_once(self, level: Level, offset: int) -> bool:
        """The first item of an array that can have none."""
        return level.is_array and level.step == 0 and self._overflows(level, 0, offset)

    def _overflows(self, level: Level, items: int, offset: int) -> bool:
        """One item more will follow so many: whether the array is wrong by that."""
        dying = [
            slot
            for slot in level.slots
            if slot.shape.most is not None and items >= slot.shape.most and level.is_array
        ]
        if not dying:
            return False
        if not level.settled:
            return self._kill(dying, offset)
        if level.node is not None:
            path = self._path_of(level)
            items_ = [*self._value_at(path), None]
            self._judge(level.node, (path, self._loc_of(level)), items_, offset)
        self._bury(level)
        return True

    def _count(self, level: Level | None) -> None:
        """Ask for the commas that matter in the present container, and no others."""
        most = None if level is None else level.most()
        if most is not None or self._counting:
            self._counting = most is not None
            self.tokenizer.count_from(NEVER if most is None else most)

    # --- scalars -----------------------------------------------------------------------

    def on_number(self, text: str, is_float: bool, start: int, end: int) -> None:
        if self._skipped:
            return
        level = self.level
        kind = REAL if is_float else INTEGER
        if level is None or not level.settled or level.tags or level.step == 0:
            self._scalar(kind, text, start, end, end)
        else:
            node = level.next
            if node is not None and (self.patterns is not None or not node.free(kind)):
                self._scalar(kind, text, start, end, end)
        if level is not None:
            self._advance(level)

    def on_literal(self, value: bool | None, start: int, end: int) -> None:
        if self._skipped:
            return
        level = self.level
        text = "null" if value is None else "true" if value else "false"
        self._scalar(NULL if value is None else BOOLEAN, text, start, end, end - 1)
        if level is not None:
            self._advance(level)

    def on_string(self, value: str, start: int, end: int) -> None:
        if self._skipped:
            return
        level = self.level
        if level is None or not level.settled or level.tags or level.is_array:
            self._whole_string(value, start, end)
        else:
            node = level.next
            if node is not None and (self.patterns is not None or not node.free(STRING)):
                self._whole_string(value, start, end)
        if level is not None:
            self._advance(level)

    def _whole_string(self, value: str, start: int, end: int) -> None:
        mark = self._before_string(value)
        self._string_begins(start, mark)
        words = self._words
        if words is not None and not self._hopeless:
            found = words.hopeless(value)
            if found >= 0:
                self._string_dies(start + 1 + found, value[: found + 1], mark)
        self._string_ends(f'"{value}"', start, end)

    def _before_string(self, value: str) -> int:
        """Where a violation stands that came before the end of the string just completed."""
        at = len(self.tree.out)
        if self.tree.told:
            at -= self.tells_fields
            at -= self.tells_deltas and value != ""
        return at

    def on_string_start(self, offset: int) -> None:
        if not self._skipped:
            self._string_begins(offset, len(self.tree.out))

    def on_string_piece(self, text: str, start: int, end: int) -> None:
        words = self._words
        if words is None:
            return
        found = words.hopeless(text)
        if found >= 0:
            offset = start + found if end - start == len(text) else end - 1
            self._string_dies(offset, None, len(self.tree.out))

    def on_string_end(self, offset: int) -> None:
        if self._skipped:
            return
        self._string_ends(None, self._began, offset + 1)
        if self.level is not None:
            self._advance(self.level)

    def _string_begins(self, offset: int, mark: int) -> None:
        """A string begins; what is to be told of that stands at `mark` in the tree's events."""
        self._began = offset
        self._hopeless = False
        self._words = None
        level = self.level
        if level is not None and self._overflows_at_once(level, offset):
            self._hopeless = True
            return
        if level is not None and not level.settled:
            options = level.choices()
            dying = [s for s, node in options if node.shapes and not node.kinds & STRING]
            if dying:
                self._hopeless = self._kill(dying, offset)
            if not level.settled or self._hopeless:
                return
        node = self.plan.root if level is None else level.next
        if node is None or not node.shapes:
            return
        if not node.kinds & STRING:
            self._hopeless = True
            self._judge(node, self._place(), "", offset, mark)
            return
        rules = [shape.text for shape in node.shapes if shape.kinds & STRING]
        if None not in rules:
            self._words = Words([rule for rule in rules if rule is not None])

    def _string_dies(self, offset: int, value: str | None, mark: int) -> None:
        """No end of the open string can save it."""
        words, self._words = self._words, None
        self._hopeless = True
        node = self.plan.root if self.level is None else self.level.next
        if node is not None and words is not None:
            if value is None:
                value = self._value_at(open_steps(self.tree, True))[: words.length]
            self._judge(node, self._place(), value, offset, mark)

    def _string_ends(self, text: str | None, start: int, end: int) -> None:
        self._words = None
        if self._hopeless:
            self._hopeless = False
            if self.level is None:
                self._conclude(start, end)
        else:
            self._scalar(STRING, text, start, end, end - 1)

    def _scalar(self, kind: int, text: str | None, start: int, end: int, offset: int) -> None:
        """A scalar is complete. `text` is its own, if that was at hand."""
        level = self.level
        if level is None:
            self._validate(self.plan.root, start, end, offset)
            return
        if kind != STRING and self._overflows_at_once(level, offset):
            return
        if level.settled:
            node = level.next
            if node is not None:
                self._settled_scalar(node, kind, text, start, end, offset)
        else:
            self._unsettled_scalar(level, kind, text or self.source.slice(start, end), offset)
        if level.tags and not level.dead:
            self._tagged(level, offset)

    def _settled_scalar(
        self, node: Node, kind: int, text: str | None, start: int, end: int, offset: int
    ) -> None:
        if self._is_asked_for(node, kind, self.tree.told):
            self._validate(node, start, end, offset)
        elif node.shapes and not node.sure & kind:
            self._check(node, text or self.source.slice(start, end), offset)

    def _unsettled_scalar(self, level: Level, kind: int, text: str, offset: int) -> None:
        dying = []
        path = None
        for slot, node in level.choices():
            if node.shapes and not node.sure & kind and not self._passes(node, text):
                dying.append(slot)
            elif self._is_asked_for(node, kind, self.tree.told):
                path = path or self.tree.completed_path()
                end = offset if kind & (INTEGER | REAL) else offset + 1
                self.later.append((level, slot, node, path, end - len(text), end))
        if dying:
            self._kill(dying, offset)

    def _passes(self, node: Node, text: str) -> bool:
        try:
            node.checker.validate_json(text, **self.checks)
        except ValidationError:
            return False
        return True

    def _tagged(self, level: Level, offset: int) -> None:
        """A member that may be a tag is complete: it says which shapes are left."""
        for tag in level.tags:
            if tag.key != level.step:
                continue
            value = self._value_at(self.tree.completed_path())
            left = tag.choice(value)
            if left is not None:
                self._kill(
                    [s for s in level.slots if s.shape in tag.shapes and s.shape not in left],
                    offset,
                )

    # --- what becomes of it ------------------------------------------------------------

    def _is_asked_for(self, node: Node, kind: int, told: bool) -> bool:
        """Whether a value is to be validated for itself."""
        wanted = node.models & kind != 0 if self.patterns is None else told
        return wanted and node.alone

    def _wants_violations(self) -> bool:
        return self.tells_violations or self.stop

    def _validate(self, node: Node, start: int, end: int, offset: int = -1) -> None:
        """The value just completed makes an object, or what is wrong with it is told."""
        if not self.levels:
            self._conclude(start, end, offset if offset >= 0 else end - 1, True)
        else:
            self._validate_at(node, self.tree.completed_path(), start, end, offset)

    def _validate_at(
        self,
        node: Node,
        path: Path,
        start: int,
        end: int,
        offset: int = -1,
        owner: Level | None = None,
    ) -> None:
        """Validate what stands at a path; `owner`: it was closed before that level was settled."""
        if self.muted:
            self._keep(path, owner, Span(start, end))
            return
        try:
            made = node.validator.validate_json(self.source.slice(start, end), **self.arguments)
        except ValidationError as error:
            if not node.forgiving:
                loc = self._loc_below(owner, path)
                self._tell(error, node, (path, loc), None, offset if offset >= 0 else end - 1)
            return
        self._keep(path, owner, made)
        if self.tells_objects:
            self.tree.out.append(Validated(path, made))

    def _loc_below(self, owner: Level | None, path: Path) -> tuple[Any, ...]:
        if owner is None:
            return loc_of(self.plan, self.levels)
        depth = self.levels.index(owner)
        return loc_of(self.plan, self.levels[: depth + 1])[:-1] + path[depth:]

    def _keep(self, path: Path, owner: Level | None, made: Any) -> None:
        """Remember what a member of an open container was made into."""
        depth = len(path) - 1
        if depth >= len(self.levels):
            return
        level = self.levels[depth]
        if owner is None or owner is level:
            if level.objects is None:
                level.objects = {}
            level.objects[path[-1]] = made

    def _conclude(self, start: int, end: int, offset: int = 0, tell: bool = False) -> None:
        """The document is complete: the final verdict."""
        if self.muted:
            return
        outcome = Outcome(self, start, self.source.slice(start, end))
        made, error = outcome.verdict()
        self.outcome = outcome
        if error is None:
            if self.tells_objects and self._selects(()):
                self.tree.out.append(Validated((), made))
        elif tell:
            self._tell(error, self.plan.root, ((), ()), None, offset)

    def _check(self, node: Node, text: str, offset: int) -> None:
        """A complete value that nobody asked for may still be wrong."""
        if not self._wants_violations():
            return
        try:
            node.checker.validate_json(text, **self.checks)
        except ValidationError as error:
            path = self.tree.completed_path()
            self._tell(error, node, (path, loc_of(self.plan, self.levels)), None, offset)

    def _wrong_kind(self, node: Node, path: Path, kind: int, offset: int) -> None:
        place = (path, loc_of(self.plan, self.levels))
        self._judge(node, place, {} if kind == OBJECT else [], offset)

    def _place(self) -> tuple[Path, tuple[Any, ...]]:
        """The path and `loc` of the string that is open or, if told at once, just completed."""
        tree = self.tree
        path = open_steps(tree, True) if tree.in_string else tree.completed_path()
        return path, loc_of(self.plan, self.levels)

    def _judge(
        self,
        node: Node,
        place: tuple[Path, tuple[Any, ...]],
        value: Any,
        offset: int,
        mark: int = -1,
    ) -> None:
        """Say what is wrong with a value that is hopeless as far as it is there."""
        if not self._wants_violations():
            return
        try:
            node.checker.validate_json(to_json(value, inf_nan_mode="constants"), **self.checks)
        except ValidationError as error:
            self._tell(error, node, place, value, offset, early=True, mark=mark)
            self.reported.add(place[0])

    def _kill(self, dying: list[Slot], offset: int, opened: bool = False) -> bool:
        """Let shapes die. Answer whether nothing is left that the present value could be."""
        before = self.level
        wrong = kill(self.levels, dying)
        if wrong is None:
            self._catch_up()
            if self.level is not None and self.level.is_array:
                self._count(self.level)
            return False
        if wrong.node is not None:
            path = self._path_of(wrong)
            self._judge(wrong.node, (path, self._loc_of(wrong)), self._value_at(path), offset)
        return before is not None and before.dead

    def _bury(self, level: Level) -> None:
        """The innermost level is wrong; nothing in it matters."""
        level.dead = True
        level.slots = []
        settle(self.levels)

    def _path_of(self, level: Level) -> Path:
        return open_steps(self.tree, False)[: self.levels.index(level)]

    def _loc_of(self, level: Level) -> tuple[Any, ...]:
        return loc_of(self.plan, self.levels[: self.levels.index(level)])

    def _value_at(self, path: Path) -> Any:
        value = self.tree.value()
        for step in path:
            value = value[step]
        return value

    def _selects(self, path: Path) -> bool:
        """Whether a selected value is at or above a path."""
        patterns = self.patterns
        if patterns is None:
            return True
        state = patterns.start
        for step in path:
            if patterns.accepts(state):
                return True
            state = patterns.step(state, step)
        return patterns.accepts(state)

    def _tell(
        self,
        error: ValidationError,
        node: Node,
        place: tuple[Path, tuple[Any, ...]],
        value: Any,
        offset: int,
        early: bool = False,
        mark: int = -1,
    ) -> None:
        """Tell what an error is made of, as far as it is new."""
        if self.muted:
            return
        if value is None:
            value = self._value_at(place[0])
        depth = len(place[0])
        told = list(violations(self.plan, error, node, place, value, offset, early))
        new = [event for event in told if not self.reported.covers(event.path, depth)]
        for event in new:
            if event.kind != "extra_forbidden" and event.kind != "unexpected_keyword_argument":
                self.reported.add(event.path)
        for level in self.levels:
            if level.mixed:
                self.reported.add(self._path_of(level))
        self._hand_out(new, mark)

    def _hand_out(self, events: list[Violation], mark: int) -> None:
        out = self.tree.out
        at = len(out) if mark < 0 else mark
        if self.stop and events:
            del out[at:]
            raise Stop(events[0])
        if self.tells_violations:
            out[at:at] = [event for event in events if self._selects(event.path)]

    def on_document_end(self, offset: int) -> None:
        self.begin()
        self.source.release(offset)

    def listen(self) -> None:
        """Ask the tokenizer again for what is to be heard in the present container."""
        level = self.level
        if level is not None and level.is_array and not self._skipped:
            self._count(level)
