"""The handler that judges values by a schema while they arrive.

It hears everything and tells the tree first. There is a `Frame` for each open container of
which the schema says something; `skipped` counts the open ones below of which it says
nothing. Most values need a look into a layout and no more: any value of their kind will do.
What can be decided is decided at its character; a scalar that lies whole in a fragment is
looked at once, and only if something comes of it, the character is looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._core.faults import Fault
from .._core.handler import Handler
from ..limits import NEVER
from .consequences import Consequences, apply, present, undecided
from .evaluation import Counter, Evaluation, Frame
from .judging import Judge, Result
from .keys import Keys
from .rules import ARRAY, FALSE, INTEGER, NULL, OBJECT, REAL, STRING, TRUE, Child
from .scalars import DEAD, OPEN, SURE, OpenText, Text

if TYPE_CHECKING:
    from .._core.hints import Hints
    from .._core.tokenizer import Tokenizer
    from .._core.tree import Tree
    from .nodes import Plan
    from .report import Reporter


_SHORTENING = ("nan_infinity", "missing_close")  # repairs that take back the end of a number
_LEAVING_OUT = ("invalid_escape", "missing_close")  # ... and a backslash as nothing


class LiveSchema(Handler):
    """Judges a document by a plan.

    Attributes:
        frames: the document, and its open containers of which something is known.
        frame: the innermost of them.
        skipped: how many containers are open below them, of which nothing is known.
        complete: whether the document is over.
    """

    def __init__(self, tree: Tree, plan: Plan, reporter: Reporter, plain: bool) -> None:
        self.tree = tree
        self.plan = plan
        self.reporter = reporter
        self.judge = Judge(plan, plain)
        self.tokenizer: Tokenizer = None  # type: ignore[assignment]  # it comes when it is made
        self._plain = plain
        self.rereads: frozenset[str] = frozenset()  # repairs, which may read a token otherwise
        self.hints: Hints = None  # type: ignore[assignment]  # it comes with them
        self._selective = reporter.patterns is not None
        self._objects = reporter.objects
        self._root = Child(plan.root, ())
        self._follow = Consequences(reporter)
        self._keys = Keys(self.judge)
        self.begin()

    def begin(self) -> None:
        """A document is to come."""
        holder = Frame(False)
        holder.sole = Evaluation(holder, None, True, None, ())
        holder.evaluations = [holder.sole]
        holder.next = self._root
        holder.counts = True
        self.frame = holder
        self.frames = [holder]
        self.complete = False
        self.skipped = 0
        self._heard = NEVER
        self._easy = True  # the open string needs no more than its kind
        self._watched: Text | None = None  # the open string has rules, but simple ones
        self._length = 0  # how much of it there is
        self._begun = ""  # and its beginning
        self._states: list[Any] = []  # of the automata that are run over it
        self._open: list[tuple[Any, Child]] = []  # what it is held against otherwise
        self._text = OpenText(())
        self._escape = -1  # where an escape begins that may come to nothing
        self._began = -1  # where an open number, literal or string was told to begin
        self._compared = False  # the present item, with those before it
        self._failing = False  # the present scalar was found wrong on the spine
        self._decided: set[int] = set()  # who needs to know nothing more of it
        self._keys.reset()
        self.judge.begin()

    # --- containers --------------------------------------------------------------------

    def on_object_start(self, offset: int) -> None:
        self.tree.on_object_start(offset)
        if self.skipped:
            self.skipped += 1
        else:
            self._enter(OBJECT, offset)

    def on_array_start(self, offset: int) -> None:
        self.tree.on_array_start(offset)
        if self.skipped:
            self.skipped += 1
        else:
            self._enter(ARRAY, offset)

    def _enter(self, kind: int, offset: int) -> None:
        outer = self.frame
        if outer.sole is not None and not self._selective:
            child = outer.next
            if child is None:
                self._skip()
                return
            layout: Any = child.rules.layout(kind)
            if layout.direct and layout.refusal is None:
                self._enter_directly(outer.sole, child, layout, kind == ARRAY)
                return
        self._enter_slowly(outer, kind, offset)

    def _enter_directly(self, above: Evaluation, child: Child, layout: Any, is_array: bool) -> None:
        """Only one thing is to be known of a container, and its members say the rest."""
        frame = Frame(is_array)
        evaluation = Evaluation(frame, layout, True, above, child.origins)
        frame.evaluations.append(evaluation)
        frame.sole = evaluation
        frame.comma = layout.comma
        if is_array:
            items: Any = layout
            frame.next = evaluation.next = items.item(0)
        self.frames.append(frame)
        self.frame = frame
        if frame.comma is not None or self._heard != NEVER:
            self._listen()

    def _enter_slowly(self, outer: Frame, kind: int, offset: int) -> None:
        self.reporter.done = False
        if outer.sole is None and outer.is_array:
            self._item_begins(outer, offset)
        frame = Frame(kind == ARRAY)
        self.frames.append(frame)
        self.frame = frame
        made: dict[tuple[int, bool], Evaluation] = {}
        for evaluation, child in present(outer):
            if evaluation.state == OPEN:
                self._apply(outer, made, evaluation, child, kind, offset)
        for evaluation in outer.evaluations:
            for counter in evaluation.counters:
                self._follow.count_on(frame, made, counter, kind)
        if made:
            frame.evaluations = [*made.values()]
            self._follow.expand(frame, made)
            self.judge.spend(len(made), offset)
            frame.arrange()
            self._start_items(frame)
        self._spread(offset)
        if made:
            self._listen()
        else:
            self.frames.pop()
            self.frame = outer
            self._skip()

    def _skip(self) -> None:
        """Nothing is known of the container that begins."""
        self.skipped = 1
        self._hear(NEVER)

    def _apply(
        self,
        outer: Frame,
        made: dict[tuple[int, bool], Evaluation],
        above: Evaluation,
        child: Child | None,
        kind: int,
        offset: int,
    ) -> None:
        """The rules of a member apply to the container that begins."""
        if child is None:
            if not (self._selective and above.spine):
                return
            child = Child(self.plan.anything, ())
        layout = child.rules.layout(kind)
        if layout.refusal is not None:
            if above.spine:
                self.frame.failed = True  # whatever else speaks of it
                self.reporter.begun(outer, above, child, layout.refusal, offset)
            else:
                self._follow.die(above, layout.refusal)
        elif above.spine:
            known = Evaluation(self.frame, layout, True, above, child.origins)
            made.setdefault((id(child.rules), True), known)
        elif layout.trivial:
            self._follow.met(above)
        else:
            apply(self.frame, made, layout, above)

    def _start_items(self, frame: Frame) -> None:
        if not frame.is_array:
            return
        if frame.sole is not None:
            frame.next = frame.sole.layout.item(0)
        for evaluation in frame.evaluations:
            evaluation.next = evaluation.layout.item(0)
            if evaluation.layout.unique:
                frame.seen = set()

    def on_object_end(self, offset: int) -> None:
        tree = self.tree
        value = tree.frame.node
        tree.on_object_end(offset)
        self._leave(value, offset)

    def on_array_end(self, offset: int) -> None:
        tree = self.tree
        value = tree.frame.node
        tree.on_array_end(offset)
        self._leave(value, offset)

    def _leave(self, value: Any, offset: int) -> None:
        if self.skipped:
            self.skipped -= 1
            if not self.skipped:
                self._left(value, offset)
            return
        frame = self.frame
        sole = frame.sole
        if sole is None or len(frame.evaluations) > 1 or not _ends_well(sole.layout, value):
            self.reporter.done = True
            self.reporter.closing = frame, value
            self._judge_all(frame, value, offset)
            self.reporter.closing = None
        self.frames.pop()
        self.frame = self.frames[-1]
        if frame.failed:
            self.frame.failed = True
        elif self._tells_objects() and _is_on_spine(frame):
            self.reporter.validated(value)
        self._left(value, offset)

    def _tells_objects(self) -> bool:
        """Whether the container that was just left is told if it is valid; the root is later."""
        return self._objects and len(self.frames) > 1 and self.tree.closed_told

    def _left(self, value: Any, offset: int) -> None:
        """A container is complete, and its own rules are done with."""
        if self.frame.counts:
            self._value_ends(offset)
        if self.frame.comma is not None or self._heard != NEVER:
            self._listen()

    def _judge_all(self, frame: Frame, value: Any, offset: int) -> None:
        """The end decides everything; alternatives before those who have them."""
        for evaluation in reversed(frame.evaluations[:]):
            if evaluation.state != OPEN:
                continue
            wrong = self.judge.at_end(evaluation, value, frame)
            if not evaluation.spine:
                self._follow.decide(evaluation, DEAD if wrong else SURE)
                self._spread(offset)
            else:
                for part, keyword in wrong:
                    self.reporter.final(frame, evaluation, part, keyword, value, offset)

    # --- keys and commas ---------------------------------------------------------------

    def on_key(self, key: str, start: int, end: int) -> None:
        self.tree.on_key(key, start, end)
        if self.skipped:
            return
        frame = self.frame
        frame.count += 1
        sole = frame.sole
        if sole is not None:
            members: Any = sole.layout
            known = members.known
            if key in known:
                frame.next = sole.next = known[key]
                self._keys.is_open = False
                return
        self._hard_key(frame, key, start, end)
        if frame.sole is not None:
            frame.next = frame.sole.next

    def _hard_key(self, frame: Frame, key: str, start: int, end: int) -> None:
        """A key that was not looked up before, or in an object that several rules speak of."""
        self.reporter.done = False
        if frame.count == 1 and frame.comma == 0 and not self._keys.is_open:
            self._overflows(frame, 0, start)
        used = self.tree.frame.node
        before = start
        for offset, length, evaluation, cause in self._keys.ends(frame, used, key, start, end):
            if offset != before:
                self._spread(before)
            before = offset
            self._key_refused(frame, evaluation, cause, (key[:length], offset == end - 1), offset)
        self._spread(before)
        self._key_counts(frame, key)
        self._spread(end - 1)

    def _key_counts(self, frame: Frame, key: str) -> None:
        """What is there now that had to come."""
        for evaluation in frame.evaluations:
            layout = evaluation.layout
            for decision in evaluation.decisions:
                if decision.choice.how == "dependent" and decision.choice.key == key:
                    decision.active = True
                    self._follow.weigh(decision)
            if not evaluation.spine and evaluation.state == OPEN:
                if key in layout.required:
                    self._follow.met(evaluation)
                if frame.count == layout.least:
                    self._follow.met(evaluation)

    def _key_refused(
        self, frame: Frame, evaluation: Evaluation, cause: Any, key: tuple[str, bool], offset: int
    ) -> None:
        """A key is refused: as far as it was read, and whether that is all of it."""
        evaluation.next = None
        if not evaluation.spine:
            self._follow.die(evaluation, cause)
        elif evaluation.tells(cause):
            self.reporter.early(frame, evaluation, cause, offset, key)

    def on_open_key(self, begun: str, start: int, end: int) -> None:
        if self.skipped:
            return
        frame = self.frame
        keys = self._keys
        if frame.sole is not None and frame.comma != 0:
            if not frame.sole.layout.keyed:
                return
            if keys.is_open and keys.guess.startswith(begun):
                keys.goes_on(len(begun), end)
                return
        self._look_at_key(frame, begun, start, end)

    def _look_at_key(self, frame: Frame, begun: str, start: int, end: int) -> None:
        """Part of an open key that is not what was expected."""
        used = self.tree.frame.node
        if frame.sole is not None and frame.comma != 0:
            members: Any = frame.sole.layout
            guess = members.left(begun, used)
            if guess is not None and self._keys.takes(guess, len(begun), end):
                return
        self.reporter.done = False
        if frame.comma == 0 and not frame.count and not self._keys.is_open:
            self._overflows(frame, 0, start)
        before = start
        for offset, length, evaluation, cause in self._keys.grows(frame, used, begun, start, end):
            if offset != before:
                self._spread(before)
            before = offset
            self._key_refused(frame, evaluation, cause, (begun[:length], False), offset)
        self._spread(before)

    def on_comma(self, offset: int, members: int) -> None:
        if not self.skipped:
            self.reporter.done = False
            self._overflows(self.frame, members, offset)
            self._listen()

    def _overflows(self, frame: Frame, members: int, offset: int) -> None:
        """One member more than so many is announced."""
        for evaluation in frame.evaluations:
            layout = evaluation.layout
            if evaluation.state != OPEN or evaluation.overfull:
                continue
            if layout.comma is not None and members >= layout.comma:
                evaluation.overfull = True
                cause = layout.overfull()
                self._follow.changed(frame)
                if not evaluation.spine:
                    self._follow.die(evaluation, cause)
                elif evaluation.tells(cause):
                    self.reporter.early(frame, evaluation, cause, offset, None)
        self._spread(offset)

    def _item_begins(self, frame: Frame, offset: int) -> None:
        if frame.count == 0 and frame.comma == 0:
            self._overflows(frame, 0, offset)
        for evaluation in frame.evaluations:
            if frame.count + 1 == evaluation.layout.least:
                self._follow.met(evaluation)
        self._spread(offset)

    # --- scalars -----------------------------------------------------------------------

    def on_number(self, text: str, is_float: bool, start: int, end: int) -> None:
        if self._plain:
            self._look_at_form(text, start, end)
        self.tree.on_number(text, is_float, start, end)
        if self.skipped:
            return
        frame = self.frame
        if frame.sole is not None and not self._selective:
            kind = REAL if is_float else INTEGER
            if self._fits(frame.next, kind, end):
                self._scalar_fits(frame, end)
                return
        self._settle(self.judge.number, (text, self._completed(), start, end), True, start)
        self._scalar_ends(frame, end)

    def on_literal(self, value: bool | None, start: int, end: int) -> None:
        self.tree.on_literal(value, start, end)
        if self.skipped:
            return
        frame = self.frame
        if frame.sole is not None and not self._selective:
            kind = NULL if value is None else TRUE if value else FALSE
            if self._fits(frame.next, kind, end - 1):
                self._scalar_fits(frame, end - 1)
                return
        open_before = self._began >= 0
        self._settle(self.judge.literal, (value, start), True, start)
        if frame.seen is not None and not open_before:
            self.reporter.mark = len(self.tree.out) - self.reporter.events_of_scalar(value)
            self._compare(frame, start, self.tree.frame.node)
            self.reporter.mark = -1
        self._scalar_ends(frame, end - 1)

    def on_open_number(self, begun: str, start: int) -> None:
        if self.rereads:
            if self._may_be_text():
                return
            if not self.rereads.isdisjoint(_SHORTENING):
                begun = begun.rstrip("+-.eE")
            if not begun:
                return
        if self._plain:
            self._look_at_form(begun, start, -1)
        self._number_so_far(begun, start)

    def _look_at_form(self, text: str, start: int, end: int) -> None:
        """Refuse a number that is not plain, after what its beginning says."""
        try:
            self.judge.plain_form(text, start, end)
        except Fault as fault:
            self._number_so_far(text[: fault.offset - start], start)
            raise

    def _number_so_far(self, begun: str, start: int) -> None:
        if self.skipped or (self._began >= 0 and not self._plain):
            return
        frame = self.frame
        if frame.sole is not None and not self._selective:
            child = frame.next
            if child is None or (not self._plain and child.rules.takes_sign(begun[0] == "-")):
                return
        self._settle(self.judge.open_number, (begun, start), False, start)
        self._began = start

    def _may_be_text(self) -> bool:
        """Whether the open token may turn out to be a string without quotes, or prose."""
        if "prose" in self.rereads and not self.tokenizer.stack:
            return True
        if "bare_strings" not in self.rereads:
            return False
        kinds = self.hints.kinds_expected()
        return kinds is None or "string" in kinds

    def on_open_literal(self, value: bool | None, start: int) -> None:
        if self.skipped or (self.rereads and self._may_be_text()):
            return
        frame = self.frame
        if frame.sole is not None and not self._selective:
            kind = NULL if value is None else TRUE if value else FALSE
            if frame.next is None or frame.next.rules.easy & kind:
                return
        self._settle(self.judge.literal, (value, start), False, start)
        self._began = start
        if frame.seen is not None:
            self._compare(frame, start, [*self.tree.frame.node, value])

    def on_string(self, value: str, start: int, end: int) -> None:
        self.tree.on_string(value, start, end)
        if self.skipped:
            return
        frame = self.frame
        if frame.sole is not None and not self._selective:
            child = frame.next
            if child is None or child.rules.easy & STRING:
                if frame.counts:
                    self._value_ends(end - 1)
                return
            if self.judge.fits(child, STRING, value, end - 1):
                self._scalar_fits(frame, end - 1)
                return
        self._settle(self.judge.string, (value, start, end), True, start)
        self._scalar_ends(frame, end - 1)

    def _fits(self, child: Child | None, kind: int, offset: int) -> bool:
        """Whether the scalar that was just completed passes, where one thing is to be known."""
        if child is None or child.rules.easy & kind:
            return True
        return self.judge.fits(child, kind, self._completed(), offset)

    def _scalar_fits(self, frame: Frame, offset: int) -> None:
        """A scalar is complete, and right."""
        self._began = -1
        if self._failing or self._decided:
            self._failing = False
            self._decided.clear()
        if frame.counts:
            self._value_ends(offset)

    def on_string_start(self, offset: int) -> None:
        self.tree.on_string_start(offset)
        self.tokenizer.listener = self.tree
        if self.skipped:
            return
        frame = self.frame
        if frame.sole is not None and not self._selective:
            child = frame.next
            self._easy = child is None or child.rules.easy & STRING != 0
            if self._easy or self._begins_simply(child):
                return
        self._easy = False
        self._settle(self.judge.string_start, (offset,), False, offset)
        self._began = offset
        self._watch([entry for entry in undecided(self.frame) if id(entry[0]) not in self._decided])

    def _begins_simply(self, child: Any) -> bool:
        """A string begins whose rules are simple, and may pass."""
        layout = child.rules.layout(STRING)
        if layout.refusal is not None or not (layout.simple or not layout.watched):
            return False
        if layout.watched:
            self._watched = layout
            self._length = 0
            self._begun = ""
            self._states = [made.start for made in layout.mortal]
            self.tokenizer.listener = self
        return True

    def _watch(self, entries: list[tuple[Any, Child]]) -> None:
        """Hear the pieces of the open string, as far as they matter."""
        known = []
        self._open = []
        for target, child in entries:
            layout = child.rules.layout(STRING)
            if isinstance(layout, Text) and (
                layout.watched or not (target.spine or layout.certain_at_end)
            ):
                known.append(layout)
                self._open.append((target, child))
        self._text = OpenText(known)
        if known:
            self.tokenizer.listener = self

    def on_string_piece(self, text: str, start: int, end: int) -> None:
        self.tree.on_string_piece(text, start, end)
        watched = self._watched
        if watched is not None:
            length = self._length + len(text)
            begun = self._begun
            if len(begun) <= watched.longest:
                begun += text[: watched.longest + 1 - len(begun)]
            states = self._states
            if states:
                pairs = zip(watched.mortal, states, strict=True)
                states = [made.step(state, text) for made, state in pairs]
            if watched.goes_on(length, begun, states):
                self._length = length
                self._begun = begun
                self._states = states
                return
            self._watch_closely()
        if start == self._escape and end - start > len(text):
            self._one_more(start)
        before, after = self._text, self._text.grown(text)
        self._text = after
        self.reporter.done = False
        results = self.judge.string_piece(self._open, before, after, text, start, end)
        if results:
            self._take(sorted(results, key=_offset_of), len(self.tree.out))
            self._open = [entry for entry in self._open if id(entry[0]) not in self._decided]

    def on_open_escape(self, offset: int) -> None:
        watched = self._watched
        if watched is not None:
            if watched.most is None or self._length < watched.most:
                return
            self._watch_closely()
        if self.rereads and not self.rereads.isdisjoint(_LEAVING_OUT):
            self._escape = offset  # it may come to no character: wait for one
        else:
            self._one_more(offset)

    def _one_more(self, offset: int) -> None:
        """There is one more character in the open string; what it is does not matter yet."""
        self.reporter.done = False
        results = self.judge.one_more(self._open, self._text.length, offset)
        if results:
            self._take(results, len(self.tree.out))
            self._open = [entry for entry in self._open if id(entry[0]) not in self._decided]

    def _watch_closely(self) -> None:
        """The open string is refused by a simple rule: find out which, and where."""
        watched = self._watched
        assert watched is not None
        self._watch(undecided(self.frame))
        states = dict(zip(watched.mortal, self._states, strict=True))
        self._text = self._text.begun_so(self._length, self._begun, states)
        self._watched = None

    def on_string_end(self, offset: int) -> None:
        self.tree.on_string_end(offset)
        if self.skipped:
            return
        frame = self.frame
        if self._easy:
            self._scalar_fits(frame, offset)
            return
        value = self._completed()
        self._watched = None
        is_sole = frame.sole is not None and not self._selective and not self._decided
        if is_sole and self._fits(frame.next, STRING, offset):
            self._scalar_fits(frame, offset)
            return
        self._began = max(self._began, 0)
        self._settle(self.judge.string_end, (value, offset), True, self._began)
        self._open = []
        self._scalar_ends(frame, offset)

    def _settle(self, judge: Any, arguments: tuple[Any, ...], done: bool, start: int) -> None:
        """Judge the present scalar, by all that is to apply to it.

        Args:
            judge: what finds out, for rules, what is certain by now and at which offset.
            done: whether the scalar is complete, and the tree has told it.
            start: the offset of its first character.
        """
        frame = self.frame
        out = self.tree.out
        mark = len(out)
        value = self._completed() if done else None
        if done and (self._began < 0 or not isinstance(value, str)):
            mark -= self.reporter.events_of_scalar(value)
        if frame.sole is None and frame.is_array and self._began < 0:
            self.reporter.done = done
            self.reporter.mark = mark
            told = len(out)
            self._item_begins(frame, start)
            mark += len(out) - told
            self.reporter.mark = -1
        results: list[Result] = []
        for target, rules in undecided(self.frame):
            if id(target) not in self._decided:
                result = judge(rules, *arguments)
                if result is not None:
                    results.append(result._replace(target=target))
        self.reporter.done = done
        if results:
            self._take(sorted(results, key=_offset_of), mark if done else len(out))

    def _take(self, results: list[Result], mark: int) -> None:
        """Take up what is certain of the present scalar, in the order of the text."""
        reporter = self.reporter
        reporter.mark = mark if results[0].early else -1
        before = results[0].offset
        for result in results:
            if result.offset != before:
                self._spread(before)
                before = result.offset
                reporter.mark = reporter.mark if result.early else -1
            self._decided.add(id(result.target))
            if result.state == DEAD:
                self._scalar_refused(result)
            elif isinstance(result.target, Counter):
                self._follow.counted(result.target)
            else:
                self._follow.met(result.target)
        self._spread(before)
        reporter.mark = -1

    def _scalar_refused(self, result: Result) -> None:
        evaluation = result.target
        if isinstance(evaluation, Counter):
            return
        if evaluation.spine:
            self._failing = True
            self.reporter.scalar(self.frame, evaluation, result)
        else:
            assert result.child is not None
            self._follow.die(evaluation, result.cause or self.judge.some_cause(result.child))

    def _completed(self) -> Any:
        """The scalar that was just completed."""
        frame = self.tree.frame
        if frame.is_array:
            items = frame.node
            return items[len(items) - 1]
        members = frame.node
        return members[frame.key]

    def _scalar_ends(self, frame: Frame, end: int) -> None:
        """A scalar is complete; `end` is the offset of the character that ends it."""
        self._began = -1
        self._decided.clear()
        told = self._selective and self.tree.told and len(self.frames) > 1
        if told and not self._failing and _is_on_spine(frame):
            self.reporter.validated(self._completed())
        self._failing = False
        if frame.counts:
            self._value_ends(end)

    # --- after any value ---------------------------------------------------------------

    def _value_ends(self, offset: int) -> None:
        """An item of the innermost frame, or the document, is complete."""
        frame = self.frame
        if not frame.is_array:
            self._document_ends()
            return
        if frame.seen is not None and not self._compared:
            self._compare(frame, offset, self.tree.frame.node)
        self._compared = False
        frame.count += 1
        sole = frame.sole
        if sole is not None:
            items: Any = sole.layout
            if items.varied:
                frame.next = sole.next = items.item(frame.count)
        else:
            for evaluation in frame.evaluations:
                evaluation.next = evaluation.layout.item(frame.count)

    def _document_ends(self) -> None:
        self.complete = True
        self.reporter.conclude(not self.frame.failed, self._root_told())

    def _root_told(self) -> bool:
        patterns = self.reporter.patterns
        return patterns is None or patterns.accepts(patterns.start)

    def on_document_end(self, offset: int) -> None:
        self.tree.on_document_end(offset)
        self.begin()
        self.complete = True

    def resume_at(self, offset: int) -> None:
        """The document was heard again; the parser goes on at this offset."""
        self._keys.end = offset
        self._heard = -1
        self._listen()

    def members(self, pending: bool) -> int:
        return self.tree.members(pending)

    def _compare(self, frame: Frame, offset: int, items: list[Any]) -> None:
        """Whether the last item, which is certain by now, equals an earlier one."""
        self._compared = True
        if self.judge.is_new(frame, items[-1]):
            return
        self.reporter.done = False
        for evaluation in frame.evaluations:
            for part in evaluation.layout.unique if evaluation.state == OPEN else ():
                if self.judge.repeats(frame, part, items, offset):
                    cause = self.judge.repeated(part)
                    if not evaluation.spine:
                        self._follow.die(evaluation, cause)
                    elif evaluation.tells(cause):
                        self.reporter.early(frame, evaluation, cause, offset, None)
        self._spread(offset)

    def _spread(self, offset: int) -> None:
        if self._follow.spread(self.frames, offset):
            self._listen()

    # --- commas ------------------------------------------------------------------------

    def _listen(self) -> None:
        """Ask for the commas that matter in the innermost container."""
        comma = self.frame.comma
        self._hear(NEVER if comma is None or self.skipped else max(comma, 1))

    def _hear(self, comma: int) -> None:
        if comma != self._heard and self.tokenizer is not None:
            self._heard = comma
            self.tokenizer.count_from(comma)


def _is_on_spine(frame: Frame) -> bool:
    return frame.sole is not None or any(each.spine for each in frame.evaluations)


def _ends_well(layout: Any, value: Any) -> bool:
    """Whether a closed container is right, as far as a look tells."""
    if not layout.ends:
        return False
    required = layout.required
    return not required or required.keys() <= value.keys()


def _offset_of(result: Result) -> int:
    return result.offset
