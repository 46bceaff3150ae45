"""The handler that judges values while they arrive, and validates subtrees as they close.

It hears everything and tells the tree first, whose stack says where it is. There is a level
for each open container of which something is known; `_skipped` counts the open ones below.

Three things can happen to a value. It is *hopeless* at some character: then a bare validator
says what is wrong with what is there (`Node.checker`: no user's function ever sees anything
unfinished), and nothing in it matters any more. It closes, and is one of those that are
handed out: then its own validator makes the object or says what is wrong. Or it closes and
is a part of something larger: then it is enough that it is not hopeless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from .._core.handler import Handler
from .._core.snapshot import open_steps
from ..events import FieldCompleted, StringDelta
from ..limits import NEVER, Limits
from .kinds import ARRAY, BOOLEAN, INTEGER, NULL, OBJECT, REAL, STRING
from .levels import Level, Slot, bury, kill, settle
from .report import Loc, Reported, loc_of
from .verdicts import Span
from .words import Key, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from .._core.source import Source
    from .._core.tokenizer import Tokenizer
    from .._core.tree import Tree
    from ..events import Event
    from ..paths import Path
    from .plan import Node
    from .verdicts import Verdicts, Where


Contest: TypeAlias = "tuple[Slot | None, Node, Words]"  # None: nothing else is left
Wrong: TypeAlias = "tuple[Slot, Node | None]"  # a shape, and what the present value is not there
Tell: TypeAlias = "Callable[[Wrong], None]"


class LiveValidator(Handler):
    """Judges what a plan knows of.

    Attributes:
        levels: the open containers of which something is known, from the root.
        level: the innermost of them.
        closed: the level of the root, once it is closed.
        viewed: somebody looks at what grows, so what members became is remembered.
        most: how many shapes a value may have side by side; with more nothing in it is judged
            before what is around it.
    """

    def __init__(
        self, tree: Tree, source: Source, verdicts: Verdicts, kinds: Collection[type[Event]]
    ) -> None:
        self.tree = tree
        self.source = source
        self.verdicts = verdicts
        self.plan = verdicts.plan
        verdicts.open_unions = self._open_unions
        self.tokenizer: Tokenizer = None  # type: ignore[assignment]  # it comes when it is made
        self._selective = verdicts.patterns is not None
        self._fields = FieldCompleted in kinds
        self._deltas = StringDelta in kinds
        self.closed: Level | None = None
        self.viewed = False
        self.most = Limits().max_branches
        self.begin()

    def begin(self) -> None:
        """A document is to come."""
        self.levels: list[Level] = []
        self.level: Level | None = None
        self.later: list[tuple[Level, Slot, Node, Path, int, int]] = []  # closed, not settled
        self._skipped = 0
        self._counting = False
        self._plain = False  # the open string cannot be wrong
        self._words: list[Contest] = []  # what an open string may still become
        self._start = 0  # where the document begins
        self._began = 0  # where the open string began
        self._hopeless = False  # the present string is told to be
        self._key: Key | None = None  # the open key, if it is told to be hopeless

    # --- containers --------------------------------------------------------------------

    def on_object_start(self, offset: int) -> None:
        self.tree.on_object_start(offset)
        if self._skipped:
            self._skipped += 1
        else:
            self._enter(OBJECT, offset)

    def on_array_start(self, offset: int) -> None:
        self.tree.on_array_start(offset)
        if self._skipped:
            self._skipped += 1
        else:
            self._enter(ARRAY, offset)

    def _enter(self, kind: int, offset: int) -> None:
        """Go into a container, if anything is known of it."""
        level = self.level
        up = None
        if level is None:
            node: Node | None = self.plan.root
            self._start = offset
            self.closed = None
        else:
            if not level.easy and self._enter_uneasily(level, kind, offset):
                return
            node = level.next
            if level.slots:
                up = level.slots[0]
        if self._counting:
            self._count(None)
        if node is None:
            self._skipped = 1
            return
        shapes = node.objects if kind == OBJECT else node.arrays
        if shapes is None:
            shapes = node.of_kind(kind)
        if not shapes and node.shapes:
            value: Any = {} if kind == OBJECT else []
            where = open_steps(self.tree, False), self._loc
            self.verdicts.judge(node, where, value, offset)
            self._skipped = 1
            return
        slots = [Slot(shape, up) for shape in shapes]
        inner = Level(node, slots, kind == ARRAY, offset, len(slots) <= 1)
        if node.tags and slots:
            inner.tags = node.tags
            inner.mixed = inner.easy = False
        self._push(inner)

    def _enter_uneasily(self, level: Level, kind: int, offset: int) -> bool:
        """The same, where the container needs more than a look. Answer whether that was all."""
        if self._overflows_at_once(level, offset):
            self._skipped = 1
            return True
        if level.settled:
            return False
        options = level.choices()
        wrong = [(s, node) for s, node in options if node.shapes and not node.kinds & kind]
        if wrong:
            where = open_steps(self.tree, False)
            value: Any = {} if kind == OBJECT else []
            if self._kill(wrong, offset, lambda w: self._judge(w, where, value, offset)):
                self._skipped = 1
                return True
        if level.settled:
            return False
        if self._counting:
            self._count(None)
        options = [(slot, node) for slot, node in options if slot.alive]
        inner = _side_by_side(options, kind, offset) if options else None
        if inner is None or len(inner.slots) > self.most:
            self._skipped = 1
            return True
        self._push(inner)
        return True

    def _push(self, level: Level) -> None:
        self.levels.append(level)
        self.level = level
        if level.most is not None:
            self._count(level.most)

    def on_object_end(self, offset: int) -> None:
        tree = self.tree
        where = tree.frame.where
        tree.on_object_end(offset)
        self._leave(offset, where)

    def on_array_end(self, offset: int) -> None:
        tree = self.tree
        where = tree.frame.where
        tree.on_array_end(offset)
        self._leave(offset, where)

    def _leave(self, offset: int, where: Any) -> None:
        """A container was closed; `where` it stood, if the tree knew."""
        if not self._skipped:
            level = self.levels.pop()
            outer = self.level = self.levels[-1] if self.levels else None
            if level.node is not None:
                self._closed(level, level.node, offset + 1, where)
            elif outer is not None:
                self._close_later(level, outer, offset + 1)
            level.end = offset + 1
            if outer is None:
                self.closed = level
            elif self.viewed:
                outer.keep_open(outer.step, level)
        else:
            self._skipped -= 1
            if self._skipped:
                return
            outer = self.level
            if outer is None:
                self.verdicts.conclude(self._start, offset + 1, offset, False)
        if outer is not None:
            if outer.is_array:
                outer.go_on()
            if outer.most is not None or self._counting:
                self._count(outer.most)

    def _closed(self, level: Level, node: Node, end: int, where: Any) -> None:
        """A container whose node is certain was closed."""
        if not self.levels:
            self.verdicts.conclude(level.start, end, end - 1, not level.dead or level.silent)
        elif level.dead and not level.silent:
            return
        elif self._is_asked_for(node, ARRAY if level.is_array else OBJECT, True):
            level.due = self.verdicts.muted
            level.judged = not level.due
            if level.judged:
                path = where if type(where) is tuple else self.tree.completed_path()
                self._validate(node, path, level.start, end, end - 1)
        elif level.slots and _may_be_wrong(level) and self.verdicts.wanted:
            text = self.source.slice(level.start, end)
            self.verdicts.check(node, self._completed(), text, end - 1)

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
        for slot, node in level.options or ():
            if slot.alive and self._is_asked_for(node, kind, True):
                waiting.append((outer, slot, node, path, level.start, end))
        self.later = waiting

    def _catch_up(self, offset: int, mark: int) -> None:
        """Hand out what was closed before its container was settled, at this character."""
        self.later, entries = [], self.later
        for entry in entries:
            level, slot, node, path, start, end = entry
            if not slot.alive or level.dead:
                continue
            if not level.settled:
                self.later.append(entry)
                continue
            depth = self.levels.index(level)
            loc = loc_of(self.plan, self.levels[: depth + 1])[:-1] + path[depth:]
            told = len(self.tree.out)
            made = self.verdicts.validate(node, (path, loc), start, end, offset, mark)
            if mark >= 0:
                mark += len(self.tree.out) - told
            _keep_below(level, path[depth:], made)

    # --- keys and commas ---------------------------------------------------------------

    def on_key(self, key: str, start: int, end: int) -> None:
        self.tree.on_key(key, start, end)
        if self._skipped:
            return
        level = self.level
        if level is None:
            return
        level.step = key
        if level.settled and (not level.refuses or key in level.members):
            level.next = level.members.get(key, level.others)
        else:
            self._hard_key(level, key, start, end)

    def _hard_key(self, level: Level, key: str, start: int, end: int) -> None:
        """A key that is unknown, or in an object whose shape is open."""
        told, self._key = self._key, None
        if level.settled:
            level.next = None
            if told is None:
                self._unknown_key(level, Key(level.members, key, start, end))
            self.verdicts.reported.add((*self._path_of(level), key))
            return
        dying = [s for s in level.slots if s.shape.closed and key not in s.shape.keys]
        if dying:
            self._keys_die(level, [(s, Key(s.shape.keys, key, start, end)) for s in dying])
        level.arrange()

    def on_open_key(self, begun: str, start: int, end: int) -> None:
        level = self.level
        if self._skipped or level is None or self._key is not None or not level.slots:
            return
        keys = []
        for slot in level.slots:
            if not slot.shape.closed:
                return
            key = Key(slot.shape.keys, begun, start, end)
            if key.agreed == len(begun):
                return
            keys.append((slot, key))
        if level.settled:
            self._key = keys[0][1]
            self._unknown_key(level, keys[0][1])
        else:
            self._keys_die(level, keys)

    def _keys_die(self, level: Level, keys: list[tuple[Slot, Key]]) -> None:
        """Objects of these shapes do not take the present key."""
        slot, key = max(keys, key=lambda pair: pair[1].agreed)
        offset = key.offset(self.source)
        path, loc = self._path_of(level), loc_of(self.plan, self.levels, slot)[:-1]

        def tell(_: Any) -> None:
            node = level.node
            if node is None:
                node = next(node for up, node in level.options or () if up is slot.up)
            error = key.refused(slot.shape)
            self.verdicts.tell(error, node, (path, loc), {}, offset, early=True)

        self._kill([(dying, None) for dying, _ in keys], offset, tell)

    def _unknown_key(self, level: Level, key: Key) -> None:
        node = level.node
        if self.verdicts.wanted and node is not None:
            error = key.refused(level.slots[0].shape)
            where = self._path_of(level), self._loc()[:-1]
            self.verdicts.tell(error, node, where, {}, key.offset(self.source), early=True)

    def on_comma(self, offset: int, members: int) -> None:
        if not self._skipped and self.level is not None:
            self._overflows(self.level, members, offset)

    def _overflows_at_once(self, level: Level, offset: int, mark: int = -1) -> bool:
        """The first item of an array that can have none."""
        first = level.most == 0 and level.step == 0
        return first and self._overflows(level, 0, offset, mark)

    def _overflows(self, level: Level, items: int, offset: int, mark: int = -1) -> bool:
        """One item more will follow so many: whether the array is wrong by that."""
        dying = [s for s in level.slots if s.shape.most is not None and items >= s.shape.most]
        if not dying or not level.is_array:
            return False
        if not level.settled:
            return self._kill([(slot, None) for slot in dying], offset, None, mark)
        if level.node is not None:
            where = self._where(level)
            value = [*self.verdicts.value_at(where[0])[:items], None]
            self.verdicts.judge(level.node, where, value, offset, mark, "too_long")
        bury([level])
        settle(self.levels)
        return True

    def _count(self, most: int | None) -> None:
        """Ask for the commas after so many items, and no others."""
        self._counting = most is not None
        self.tokenizer.count_from(NEVER if most is None else most)

    def listen(self) -> None:
        """Ask the tokenizer again for what is to be heard in the present container."""
        if self.level is not None and self.level.most is not None and not self._skipped:
            self._count(self.level.most)

    # --- scalars -----------------------------------------------------------------------

    def on_number(self, text: str, is_float: bool, start: int, end: int) -> None:
        self.tree.on_number(text, is_float, start, end)
        if self._skipped:
            return
        level = self.level
        kind = REAL if is_float else INTEGER
        if level is not None and level.easy:  # see `_is_easy`, which is a call
            node = level.next
            if node is None or (not self._selective and node.easy & kind):
                if level.is_array:
                    level.go_on()
                return
        self._scalar(kind, text, start, end, end)
        if level is not None:
            if is_float and self.viewed:
                level.keep_open(level.step, Span(start, end))
            if level.is_array:
                level.go_on()

    def on_literal(self, value: bool | None, start: int, end: int) -> None:
        self.tree.on_literal(value, start, end)
        if self._skipped:
            return
        level = self.level
        kind = NULL if value is None else BOOLEAN
        if not self._is_easy(level, kind):
            text = "null" if value is None else "true" if value else "false"
            self._scalar(kind, text, start, end, end - 1)
        if level is not None and level.is_array:
            level.go_on()

    def _is_easy(self, level: Level | None, kind: int) -> bool:
        """Whether a scalar of that kind can neither be wrong here nor be handed out."""
        if level is None or not level.easy:
            return False
        node = level.next
        return node is None or (not self._selective and node.easy & kind != 0)

    def on_string(self, value: str, start: int, end: int) -> None:
        self.tree.on_string(value, start, end)
        if self._skipped:
            return
        level = self.level
        if not self._is_easy(level, STRING):
            self._whole_string(value, start, end)
        if level is not None and level.is_array:
            level.go_on()

    def _whole_string(self, value: str, start: int, end: int) -> None:
        tree = self.tree
        mark = len(tree.out)  # what is found before the string's end stands before these events
        if tree.told:
            mark -= self._fields + (self._deltas and value != "")
        self._string_begins(start, mark)
        if self._words:
            self._contest(value, start + 1, -1, value, mark)
        self._string_ends(f'"{value}"', start, end)

    def on_string_start(self, offset: int) -> None:
        self.tree.on_string_start(offset)
        self.tokenizer.listener = self.tree
        if not self._skipped:
            self._plain = self._is_easy(self.level, STRING)
            if not self._plain:
                self._string_begins(offset, len(self.tree.out))
                self.tokenizer.listener = self

    def on_string_piece(self, text: str, start: int, end: int) -> None:
        self.tree.on_string_piece(text, start, end)
        if self._words:
            last = -1 if end - start == len(text) else end - 1
            self._contest(text, start, last, None, len(self.tree.out))

    def on_string_end(self, offset: int) -> None:
        self.tree.on_string_end(offset)
        if self._skipped:
            return
        if not self._plain:
            self._string_ends(None, self._began, offset + 1)
        level = self.level
        if level is not None and level.is_array:
            level.go_on()

    def _string_begins(self, offset: int, mark: int) -> None:
        """A string begins; what is to be told of that stands at `mark` in the tree's events."""
        self._began = offset
        level = self.level
        if level is not None and not level.easy:
            self._hopeless = self._begins_uneasily(level, offset, mark)
            if self._hopeless or not level.settled:
                return
        node = self.plan.root if level is None else level.next
        if node is None or not node.shapes:
            return
        if not node.kinds & STRING:
            self._hopeless = True
            self.verdicts.judge(node, self._string_where(), "", offset, mark)
        elif level is None or not level.tags or not _is_tag(level):
            self._watch(None, node)

    def _watch(self, slot: Slot | None, node: Node) -> None:
        """Look at the open string's characters, if all that it can be has rules for them."""
        rules = [shape.text for shape in node.shapes if shape.kinds & STRING]
        known = [rule for rule in rules if rule is not None]
        if len(known) == len(rules):
            self._words.append((slot, node, Words(known)))

    def _begins_uneasily(self, level: Level, offset: int, mark: int) -> bool:
        """Whether a string makes hopeless what it begins in."""
        if self._overflows_at_once(level, offset, mark):
            return True
        if level.settled:
            return False
        options = level.choices()
        wrong = [(s, node) for s, node in options if node.shapes and not node.kinds & STRING]
        if wrong:
            where = self._string_where()[0]
            tell = self._wrong_string(where, "", offset, mark)
            if self._kill(wrong, offset, tell, mark):
                return True
        if not level.settled and not (level.tags and _is_tag(level)):
            for slot, node in options:
                if slot.alive and node.shapes and node.kinds & STRING:
                    self._watch(slot, node)
        return False

    def _contest(self, text: str, start: int, last: int, value: str | None, mark: int) -> None:
        """More of the open string: what it was to be may be out of reach.

        Args:
            start: the offset of its first character.
            last: if it is one escape: that of its last character; else -1.
            value: the whole string, if it is at hand.
        """
        found = [(words.hopeless(text), slot, node, words) for slot, node, words in self._words]
        dead = sorted((entry for entry in found if entry[0] >= 0), key=lambda entry: entry[0])
        self._words = [(slot, node, words) for i, slot, node, words in found if i < 0]
        for i, slot, node, words in dead:
            path = self._string_where()[0]
            so_far = self.verdicts.value_at(path) if value is None else value
            so_far = so_far[: words.length]
            offset = start + i if last < 0 else last
            if slot is None:
                self._hopeless = True
                self.verdicts.judge(node, (path, self._loc), so_far, offset, mark)
            elif slot.alive:
                wrong = self._wrong_string(path, so_far, offset, mark)
                self._hopeless = self._kill([(slot, node)], offset, wrong, mark)

    def _wrong_string(self, path: Path, value: str, offset: int, mark: int) -> Tell:
        return lambda wrong: self._judge(wrong, path, value, offset, mark)

    def _string_where(self) -> Where:
        """Where the string stands that is open or, if it was told at once, just completed."""
        tree = self.tree
        path = open_steps(tree, True) if tree.in_string else tree.completed_path()
        return path, self._loc

    def _string_ends(self, text: str | None, start: int, end: int) -> None:
        self._words = []
        if not self._hopeless:
            self._scalar(STRING, text, start, end, end - 1)
            return
        self._hopeless = False
        if self.level is None:
            self.verdicts.conclude(start, end, end - 1, False)

    def _scalar(self, kind: int, text: str | None, start: int, end: int, offset: int) -> None:
        """A scalar is complete. `text` is its own, if that was at hand."""
        level = self.level
        if level is None:
            self.verdicts.conclude(start, end, offset, True)
            return
        if kind != STRING and self._overflows_at_once(level, offset):
            return
        if level.tags is not None:
            self._tagged(level, offset)
        if not level.settled:
            self._unsettled_scalar(level, kind, text or self.source.slice(start, end), start, end)
        elif level.next is not None:
            node = level.next
            if self._is_asked_for(node, kind, False):
                self._validate(node, self.tree.completed_path(), start, end, offset)
            elif node.shapes and not node.sure & kind and self.verdicts.wanted:
                text = text or self.source.slice(start, end)
                self.verdicts.check(node, self._completed(), text, offset)

    def _unsettled_scalar(self, level: Level, kind: int, text: str, start: int, end: int) -> None:
        dying: list[tuple[Slot, Node | None]] = []
        for slot, node in level.choices():
            if node.shapes and not node.sure & kind and not self.verdicts.passes(node, text):
                dying.append((slot, node))
            elif self._is_asked_for(node, kind, False):
                path = self.tree.completed_path()
                self.later.append((level, slot, node, path, start, end))
        if not dying:
            return
        path = self.tree.completed_path()
        offset = end if kind & (INTEGER | REAL) else end - 1

        def tell(wrong: Wrong) -> None:
            where = path, loc_of(self.plan, self.levels, wrong[0])
            if wrong[1] is not None:
                self.verdicts.check(wrong[1], where, text, offset)

        self._kill(dying, offset, None if _is_tag(level) else tell)

    def _tagged(self, level: Level, offset: int) -> None:
        """A member that may be a tag is complete: it says which shapes are left."""
        for tag in level.tags or ():
            if tag.key != level.step:
                continue
            left = tag.choice(self.verdicts.value_at(self.tree.completed_path()))
            if left is not None:
                out = [shape for shape in tag.shapes if shape not in left]
                self._kill([(slot, None) for slot in level.slots if slot.shape in out], offset)

    def on_document_end(self, offset: int) -> None:
        self.tree.on_document_end(offset)
        self.begin()
        self.verdicts.reported = Reported()
        if not self.verdicts.muted:
            self.source.release(offset)

    def members(self, pending: bool) -> int:
        return self.tree.members(pending)

    @property
    def string_is_hopeless(self) -> bool:
        """Whether the open string is wrong already."""
        return self._hopeless

    # --- what becomes of it ------------------------------------------------------------

    def _is_asked_for(self, node: Node, kind: int, closed: bool) -> bool:
        """Whether a value that was just completed is to be validated for itself."""
        if self._selective:
            return (self.tree.closed_told if closed else self.tree.told) and node.alone
        return node.shapes is not None and node.asked & kind != 0

    def _validate(self, node: Node, path: Path, start: int, end: int, offset: int) -> None:
        """Make the object of the value just completed."""
        made = self.verdicts.validate(node, (path, self._loc), start, end, offset)
        level = self.level
        if made is not None and level is not None:
            level.keep(level.step, made)

    def _kill(
        self, dying: Sequence[Wrong], offset: int, tell: Tell | None = None, mark: int = -1
    ) -> bool:
        """Let shapes die. Answer whether nothing is left that the present value could be.

        Args:
            dying: the slots, each with the node that the present value cannot have there.
            tell: says what is wrong by the last of them; else the union as a whole is judged.
            mark: where that stands in the tree's events; -1 for the end.
        """
        level = self.level
        if not dying or level is None:
            return False
        wrong = kill(self.levels, [slot for slot, _ in dying])
        if wrong is None:
            self._catch_up(offset, mark)
            return False
        if wrong.node is not None and self.verdicts.wanted:
            where = self._where(wrong)
            if tell is not None:
                tell(dying[-1])
                self.verdicts.reported.add(where[0])
            else:
                value = self.verdicts.value_at(where[0])
                told = self.verdicts.judge(wrong.node, where, value, offset, mark)
                wrong.silent = not told
        return level.dead

    def _judge(self, wrong: Wrong, path: Path, value: Any, offset: int, mark: int = -1) -> None:
        slot, node = wrong
        if node is not None:
            loc = loc_of(self.plan, self.levels, slot)
            self.verdicts.judge(node, (path, loc), value, offset, mark)

    # --- where that is -----------------------------------------------------------------

    def _loc(self) -> Loc:
        """What `loc` begins with for the present member."""
        return loc_of(self.plan, self.levels)

    def _completed(self) -> Where:
        """Where the value stands that was just completed."""
        return self.tree.completed_path(), self._loc

    def _open_unions(self) -> list[Path]:
        """What is told inside of a union says all that there is to say of the union."""
        return [self._path_of(level) for level in self.levels if level.mixed]

    def _path_of(self, level: Level) -> Path:
        return open_steps(self.tree, False)[: self.levels.index(level)]

    def _where(self, level: Level) -> Where:
        at = self.levels.index(level)
        return open_steps(self.tree, False)[:at], loc_of(self.plan, self.levels[:at])


def _side_by_side(options: list[tuple[Slot, Node]], kind: int, offset: int) -> Level:
    """The level of a container in one whose shape is open."""
    slots = []
    tags = []
    for slot, node in options:
        slots += [Slot(shape, slot) for shape in node.of_kind(kind)]
        tags += node.tags
    level = Level(None, slots, kind == ARRAY, offset, False)
    level.options = options
    if tags:
        level.tags = tags
        level.mixed = False
    return level


def _is_tag(level: Level) -> bool:
    """Whether the present member tells the shapes apart."""
    return any(tag.key == level.step for tag in level.tags or ())


def _may_be_wrong(level: Level) -> bool:
    """Whether a container can be wrong of which no member is."""
    if level.mixed or len(level.slots) > 1:
        return True
    shape = level.slots[0].shape
    return shape.check or (level.is_array and level.step < shape.fewest)


def _keep_below(level: Level, path: Path, made: Any) -> None:
    """Remember what became of something in containers of a level that are closed."""
    for step in path[:-1]:
        inner = level.objects and level.objects.get(step)
        if not isinstance(inner, Level):
            return
        level = inner
    if made is not None:
        level.keep(path[-1], made)
