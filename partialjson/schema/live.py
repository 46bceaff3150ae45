"""The handler that judges values by a schema while they arrive.

It hears everything and tells the tree first. There is a `Frame` for each open container of
which the schema says something; `skipped` counts the open ones below of which it says
nothing. Most values need a look into a layout and no more: any value of their kind will do.
What can be decided is decided at its character; a scalar that lies whole in a fragment is
looked at once, and only if something comes of it, the character is looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._core.handler import Handler
from ..limits import NEVER
from .evaluation import GONE, Counter, Decision, Evaluation, Frame, Via
from .judging import Judge, Result, first
from .rules import ARRAY, FALSE, INTEGER, NULL, OBJECT, REAL, STRING, TRUE, Child
from .scalars import DEAD, OPEN, SURE, OpenText, Text

if TYPE_CHECKING:
    from .._core.tokenizer import Tokenizer
    from .._core.tree import Tree
    from .nodes import Plan
    from .report import Reporter
    from .rules import Layout


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
        self._selective = reporter.patterns is not None
        self._root = Child(plan.root, ())
        self._news: list[tuple[Evaluation, int]] = []
        self._weighed: list[Decision | Counter] = []
        self._dirty: set[Frame] = set()
        self.begin()

    def begin(self) -> None:
        """A document is to come."""
        holder = Frame(False)
        holder.sole = Evaluation(holder, None, True, None)
        holder.evaluations = [holder.sole]
        holder.next = self._root
        self.frame = holder
        self.frames = [holder]
        self.complete = False
        self.skipped = 0
        self._heard = NEVER
        self._easy = True  # the open string needs no more than its kind
        self._open: list[tuple[Any, Child]] = []  # what an open string is still held against
        self._text = OpenText(())
        self._began: int | None = None  # where an open number or literal was told to begin
        self._failing = False  # the present scalar was found wrong on the spine
        self._decided: set[int] = set()  # who needs to know nothing more of the present scalar
        self._key_text: OpenText | None = None
        self._key_length = 0
        self._key_end = 0
        self._key_told: set[int] = set()
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
        if outer.sole is not None and outer.next is None and not self._selective:
            self._skip()
            return
        self.reporter.done = False
        if outer.sole is None and outer.is_array:
            self._item_begins(outer, offset)
        frame = Frame(kind == ARRAY)
        self.frames.append(frame)
        self.frame = frame
        made: dict[tuple[int, bool], Evaluation] = {}
        for evaluation, child in _present(outer):
            if evaluation.state == OPEN:
                self._apply(outer, made, evaluation, child, kind, offset)
        for evaluation in outer.evaluations:
            for counter in evaluation.counters:
                self._count_on(made, counter, kind, offset)
        if made:
            frame.evaluations = [*made.values()]
            self._expand(frame, made)
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
        made: dict[Any, Evaluation],
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
                self.reporter.begun(outer, above, child, layout.refusal, offset)
            else:
                self._die(above, layout.refusal)
        elif layout.trivial and not above.spine:
            self._met(above)
        else:
            key = id(child.rules), above.spine
            known = made.get(key)
            if known is None:
                via = Via(above, child.origins) if above.spine else None
                known = made[key] = Evaluation(self.frame, layout, above.spine, via)
            if not above.spine:
                known.owners.append(above)

    def _count_on(self, made: dict[Any, Evaluation], counter: Counter, kind: int, at: int) -> None:
        """An item begins that may be one of those that `contains` counts."""
        layout = counter.wanted.rules.layout(kind)
        if counter.state != OPEN or layout.refusal is not None:
            return
        if layout.trivial:
            self._counted(counter)
            return
        key = id(counter.wanted.rules), False
        known = made.get(key)
        if known is None:
            known = made[key] = Evaluation(self.frame, layout, False, None)
        known.owners.append(counter)

    def _expand(self, frame: Frame, made: dict[tuple[int, bool], Evaluation]) -> None:
        """Apply the alternatives, too, and theirs."""
        for evaluation in frame.evaluations:  # which grows meanwhile
            for choice in evaluation.layout.choices:
                decision = Decision(evaluation, choice)
                evaluation.decisions.append(decision)
                for option in choice.options:
                    decision.add(*self._optional(frame, made, option))
                self._weighed.append(decision)
            if frame.is_array:
                wanted = evaluation.layout.contained
                evaluation.counters = [Counter(evaluation, each) for each in wanted]
            if not evaluation.spine:
                evaluation.expect()

    def _optional(
        self, frame: Frame, made: dict[tuple[int, bool], Evaluation], option: Layout | None
    ) -> tuple[Evaluation | None, int]:
        """The evaluation of an alternative, and what is known of it from the start."""
        if option is None:
            return None, SURE
        if option.refusal is not None:
            return None, DEAD
        key = id(option.rules), False
        known = made.get(key)
        if known is None:
            known = made[key] = Evaluation(frame, option, False, None)
            frame.evaluations.append(known)
        return known, known.state

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
                self._value_ends(value, offset)
                self._listen()
            return
        frame = self.frame
        self.reporter.done = True
        self.reporter.closing = frame, value
        if frame.sole is None or len(frame.evaluations) > 1 or not self._holds(frame.sole, value):
            self._judge_all(frame, value, offset)
        self.reporter.closing = None
        self.frames.pop()
        outer = self.frame = self.frames[-1]
        if frame.failed:
            outer.failed = True
        elif len(self.frames) > 1 and any(e.spine for e in frame.evaluations):
            self.reporter.validated(value, self.tree.closed_told)
        self._value_ends(value, offset)
        self._listen()

    def _holds(self, evaluation: Evaluation, value: Any) -> bool:
        """Whether nothing is wrong with a closed container that its members have not said."""
        return self.judge.at_end(evaluation, value, self.frame) == []

    def _judge_all(self, frame: Frame, value: Any, offset: int) -> None:
        """The end decides everything; alternatives before those who have them."""
        for evaluation in reversed(frame.evaluations[:]):
            if evaluation.state != OPEN:
                continue
            wrong = self.judge.at_end(evaluation, value, frame)
            if not evaluation.spine:
                self._news.append((evaluation, DEAD if wrong else SURE))
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
            known = sole.layout.known
            if key in known:
                frame.next = sole.next = known[key]
                return
        self._hard_key(frame, key, start, end)
        if frame.sole is not None:
            frame.next = frame.sole.next

    def _hard_key(self, frame: Frame, key: str, start: int, end: int) -> None:
        """A key that is unknown, or in an object that several rules speak of."""
        self.reporter.done = False
        told, self._key_told = self._key_told, set()
        self._key_text = None
        if frame.count == 1 and frame.comma == 0 and not told:
            self._overflows(frame, 0, start)
        dead: list[tuple[int, Evaluation, Any]] = []
        used = self.tree.frame.node
        for evaluation in frame.evaluations:
            if evaluation.state == OPEN:
                evaluation.next, cause = self.judge.key(evaluation, key, end - 1)
                if cause is None:
                    cause = self._too_few_left(evaluation, frame, key, used)
                elif id(evaluation) in told:
                    evaluation.next = None
                else:
                    dead.append((self._key_offset(evaluation, key, start, end), evaluation, cause))
                    continue
                if cause is not None and id(evaluation) not in told:
                    dead.append((end - 1, evaluation, cause))
        for offset, evaluation, cause in sorted(dead, key=lambda entry: entry[0]):
            shown = key if offset == end - 1 else key[: offset - start]
            self._key_refused(frame, evaluation, cause, (shown, offset == end - 1), offset)
        self._key_counts(frame, key)
        self._spread(end - 1)

    def _too_few_left(self, evaluation: Evaluation, frame: Frame, key: str, used: Any) -> Any:
        """`maxProperties` leaves no room for the keys that must come."""
        layout = evaluation.layout
        if layout.most is None or not layout.required or evaluation.overfull:
            return None
        missing = sum(each not in used and each != key for each in layout.required)
        if missing > layout.most - frame.count >= 0:
            evaluation.overfull = True
            return layout.overfull()
        return None

    def _key_counts(self, frame: Frame, key: str) -> None:
        """What is there now that had to come."""
        for evaluation in frame.evaluations:
            layout = evaluation.layout
            for decision in evaluation.decisions:
                if decision.choice.how == "dependent" and decision.choice.key == key:
                    decision.active = True
                    self._weighed.append(decision)
            if not evaluation.spine and evaluation.state == OPEN:
                if key in layout.required:
                    self._met(evaluation)
                if frame.count == layout.least:
                    self._met(evaluation)

    def _key_offset(self, evaluation: Evaluation, key: str, start: int, end: int) -> int:
        """The first character of a whole key after which no key could come."""
        if end - start - 2 != len(key):  # it has escapes, so it was told in pieces before
            return end - 1
        layout = evaluation.layout
        if not (layout.closed or layout.names):
            return end - 1
        used = self.tree.frame.node
        text = OpenText((*layout.closed, *(names for _, names in layout.names)))
        length = first(
            len(key), lambda n: layout.key_death(text.grown(key[:n]), key[:n], used) is not None
        )
        return end - 1 if length is None else start + length

    def _key_refused(
        self, frame: Frame, evaluation: Evaluation, cause: Any, key: tuple[str, bool], offset: int
    ) -> None:
        """A key is refused: as far as it was read, and whether that is all of it."""
        evaluation.next = None
        if not evaluation.spine:
            self._die(evaluation, cause)
            self._spread(offset)
        elif (id(cause.part), cause.keyword) not in evaluation.told:
            evaluation.told.add((id(cause.part), cause.keyword))
            self.reporter.early(frame, evaluation, cause, offset, key)

    def on_open_key(self, begun: str, start: int, end: int) -> None:
        frame = self.frame
        if self.skipped:
            return
        self.reporter.done = False
        wanted = [e for e in frame.evaluations if e.layout and (e.layout.closed or e.layout.names)]
        if self._key_text is None:
            layouts = [each for e in wanted for each in e.layout.closed]
            names = [each for e in wanted for _, each in e.layout.names]
            self._key_text = OpenText((*layouts, *names))
            self._key_length = 0
            self._key_end = start + 1
            if not frame.count and frame.comma == 0:
                self._overflows(frame, 0, start)
        before, more = self._key_text, begun[self._key_length :]
        after = self._key_text = before.grown(more)
        used = self.tree.frame.node
        dead = []
        for evaluation in wanted:
            if evaluation.state == OPEN and id(evaluation) not in self._key_told:
                cause = evaluation.layout.key_death(after, begun, used)
                if cause is not None:
                    self._key_told.add(id(evaluation))
                    at, length = self._dies_in_key(evaluation, before, begun, start, end)
                    dead.append((at, length, evaluation, cause))
        self._key_length = len(begun)
        self._key_end = end
        for at, length, evaluation, cause in sorted(dead, key=lambda entry: entry[0]):
            self._key_refused(frame, evaluation, cause, (begun[:length], False), at)

    def _dies_in_key(
        self, evaluation: Evaluation, before: OpenText, begun: str, start: int, end: int
    ) -> tuple[int, int]:
        """At which offset, and after how many characters, an open key was lost."""
        layout, used, skip = evaluation.layout, self.tree.frame.node, self._key_length
        if end - self._key_end != len(begun) - skip:  # one escape
            return end - 1, len(begun)
        length = first(
            len(begun) - skip,
            lambda n: (
                layout.key_death(before.grown(begun[skip : skip + n]), begun[: skip + n], used)
                is not None
            ),
        )
        assert length is not None
        if skip + length == 0:
            return start, 0
        return self._key_end + length - 1, skip + length

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
                self._dirty.add(frame)
                if not evaluation.spine:
                    self._die(evaluation, cause)
                elif (id(cause.part), cause.keyword) not in evaluation.told:
                    evaluation.told.add((id(cause.part), cause.keyword))
                    self.reporter.early(frame, evaluation, cause, offset, None)
        self._spread(offset)

    def _item_begins(self, frame: Frame, offset: int) -> None:
        if frame.count == 0 and frame.comma == 0:
            self._overflows(frame, 0, offset)
        for evaluation in frame.evaluations:
            if not evaluation.spine and frame.count + 1 == evaluation.layout.least:
                self._met(evaluation)
        self._spread(offset)

    # --- scalars -----------------------------------------------------------------------

    def on_number(self, text: str, is_float: bool, start: int, end: int) -> None:
        self.tree.on_number(text, is_float, start, end)
        if self.skipped:
            if self._plain:
                self.judge.plain_form(text, start, end)
            return
        if self._plain:
            self.judge.plain_form(text, start, end)
        frame = self.frame
        kind = REAL if is_float else INTEGER
        if frame.sole is not None and not self._selective:
            child = frame.next
            if child is None or child.rules.easy & kind:
                self._scalar_ends(frame, end, end)
                return
        self._settle(self.judge.number, (text, self._completed(), start, end), True, start, end)
        self._scalar_ends(frame, start, end)

    def on_literal(self, value: bool | None, start: int, end: int) -> None:
        self.tree.on_literal(value, start, end)
        if self.skipped:
            return
        frame = self.frame
        if frame.sole is not None and not self._selective:
            child = frame.next
            kind = NULL if value is None else TRUE if value else FALSE
            if child is None or child.rules.easy & kind:
                self._scalar_ends(frame, start, end - 1)
                return
        self._settle(self.judge.literal, (value, start), True, start, end - 1)
        self._scalar_ends(frame, start, end - 1)

    def on_open_number(self, begun: str, start: int) -> None:
        if self._plain:
            self.judge.plain_form(begun, start, -1)
        if self.skipped or (self._began is not None and not self._plain):
            return
        self._settle(self.judge.open_number, (begun, start), False, start, start)
        self._began = start

    def on_open_literal(self, value: bool | None, start: int) -> None:
        if not self.skipped:
            self._settle(self.judge.literal, (value, start), False, start, start)
            self._began = start

    def on_string(self, value: str, start: int, end: int) -> None:
        self.tree.on_string(value, start, end)
        if self.skipped:
            return
        frame = self.frame
        if frame.sole is not None and not self._selective:
            child = frame.next
            if child is None or child.rules.easy & STRING or self.judge.fits(child, value, end - 1):
                self._scalar_ends(frame, start, end - 1)
                return
        self._settle(self.judge.string, (value, start, end), True, start, end - 1)
        self._scalar_ends(frame, start, end - 1)

    def on_string_start(self, offset: int) -> None:
        self.tree.on_string_start(offset)
        self.tokenizer.listener = self.tree
        if self.skipped:
            return
        frame = self.frame
        child = frame.next
        self._easy = (
            frame.sole is not None
            and not self._selective
            and (child is None or child.rules.easy & STRING != 0)
        )
        if self._easy:
            return
        self._settle(self.judge.string_start, (offset,), False, offset, offset)
        self._began = offset
        watched = [(entry, entry[1].rules.layout(STRING)) for entry in self._rules()]
        watched = [w for w in watched if isinstance(w[1], Text) and w[1].watched]
        self._open = [entry for entry, _ in watched if id(entry[0]) not in self._decided]
        if self._open:
            self._text = OpenText(layout for _, layout in watched)
            self.tokenizer.listener = self

    def on_string_piece(self, text: str, start: int, end: int) -> None:
        self.tree.on_string_piece(text, start, end)
        before, after = self._text, self._text.grown(text)
        self._text = after
        self.reporter.done = False
        results = self.judge.string_piece(self._open, before, after, text, start, end)
        if results:
            self._take(sorted(results, key=_offset_of), len(self.tree.out))
            self._open = [entry for entry in self._open if id(entry[0]) not in self._decided]

    def on_string_end(self, offset: int) -> None:
        self.tree.on_string_end(offset)
        if self.skipped:
            return
        frame = self.frame
        if not self._easy:
            value = self._completed()
            self._settle(self.judge.string_end, (value, offset), True, self._began or 0, offset)
        self._open = []
        self._scalar_ends(frame, offset, offset)

    def _settle(
        self, judge: Any, arguments: tuple[Any, ...], done: bool, start: int, end: int
    ) -> None:
        """Judge the present scalar, by all that is to apply to it.

        Args:
            judge: what finds out, for rules, what is certain by now and at which offset.
            done: whether the scalar is complete, and the tree has told it.
            start, end: the offsets of its first and its deciding last character.
        """
        frame = self.frame
        out = self.tree.out
        mark = len(out)
        if done and self._began is None:
            mark -= self.reporter.events_of_scalar(self._completed())
        if frame.sole is None and frame.is_array and self._began is None:
            self.reporter.done = done
            self.reporter.mark = mark
            told = len(out)
            self._item_begins(frame, start)
            mark += len(out) - told
            self.reporter.mark = -1
        results: list[Result] = []
        for target, rules in self._rules():
            if id(target) not in self._decided:
                result = judge(rules, *arguments)
                if result is not None:
                    results.append(result._replace(target=target))
        self.reporter.done = done
        if results:
            self._take(sorted(results, key=_offset_of), mark if done else len(out))

    def _rules(self) -> list[tuple[Any, Child]]:
        frame = self.frame
        found: list[tuple[Any, Child]] = [
            (evaluation, child)
            for evaluation, child in _present(frame)
            if child is not None and evaluation.state == OPEN
        ]
        if frame.sole is None:
            for evaluation in frame.evaluations:
                found += [
                    (counter, Child(counter.wanted.rules, ()))
                    for counter in evaluation.counters
                    if counter.state == OPEN
                ]
        return found

    def _take(self, results: list[Result], mark: int) -> None:
        """Take up what is certain of the present scalar, in the order of the text."""
        out = self.tree.out
        for result in results:
            early = result.early
            self.reporter.mark = mark if early else -1
            told = len(out)
            self._decided.add(id(result.target))
            if isinstance(result.target, Counter):
                if result.state == SURE:
                    self._counted(result.target)
            elif result.state == SURE:
                self._met(result.target)
            else:
                self._scalar_refused(result)
            self._spread(result.offset)
            if early:
                mark += len(out) - told
        self.reporter.mark = -1

    def _scalar_refused(self, result: Result) -> None:
        evaluation = result.target
        if evaluation.spine:
            self._failing = True
            self.reporter.scalar(self.frame, evaluation, result)
        else:
            self._die(evaluation, result.cause)

    def _completed(self) -> Any:
        """The scalar that was just completed."""
        frame = self.tree.frame
        return frame.node[-1] if frame.is_array else frame.node[frame.key]

    def _scalar_ends(self, frame: Frame, start: int, end: int) -> None:
        """A scalar is complete; `end` is the offset of the character that ends it."""
        if self._began is not None or self._decided:
            self._began = None
            self._decided.clear()
        if self._selective and self.tree.told and len(self.frames) > 1 and not self._failing:
            if any(evaluation.spine for evaluation in frame.evaluations):
                self.reporter.done = True
                self.reporter.validated(self._completed(), True)
        self._failing = False
        if frame.is_array or len(self.frames) == 1:
            self._value_ends(None, end)

    # --- after any value ---------------------------------------------------------------

    def _value_ends(self, value: Any, offset: int) -> None:
        """A member of the innermost frame is complete."""
        frame = self.frame
        if len(self.frames) == 1:
            self._document_ends()
            return
        if not frame.is_array:
            return
        if frame.seen is not None:
            self._compare(frame, offset)
        frame.count += 1
        sole = frame.sole
        if sole is not None:
            if sole.layout.varied:
                frame.next = sole.next = sole.layout.item(frame.count)
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
        self._key_end = offset
        self._heard = -1
        self._listen()

    def members(self, pending: bool) -> int:
        return self.tree.members(pending)

    def _compare(self, frame: Frame, offset: int) -> None:
        """Whether the item that was just completed equals an earlier one."""
        unequal = self.judge.is_new(frame, self.tree.frame.node[-1])
        if unequal:
            return
        self.reporter.done = False
        for evaluation in frame.evaluations:
            for part in evaluation.layout.unique if evaluation.state == OPEN else ():
                if self.judge.repeats(frame, part, self.tree.frame.node, offset):
                    self.reporter.closing = None
                    if not evaluation.spine:
                        self._die(evaluation, self.judge.repeated(part))
                    elif (id(part), "uniqueItems") not in evaluation.told:
                        evaluation.told.add((id(part), "uniqueItems"))
                        self.reporter.early(
                            frame, evaluation, self.judge.repeated(part), offset, None
                        )
        self._spread(offset)

    # --- what follows from what --------------------------------------------------------

    def _die(self, evaluation: Evaluation, cause: Any) -> None:
        if evaluation.died is None:
            evaluation.died = cause, self.reporter.here()
        self._news.append((evaluation, DEAD))

    def _met(self, evaluation: Evaluation) -> None:
        """Something had to come, and is there."""
        if not evaluation.spine and evaluation.met():
            self._news.append((evaluation, SURE))

    def _counted(self, counter: Counter) -> None:
        counter.hears(SURE)
        self._weighed.append(counter)

    def _spread(self, offset: int) -> None:
        """Tell everybody what follows from what was found, until nothing follows any more."""
        while self._news or self._weighed:
            if self._news:
                evaluation, state = self._news.pop(0)
                if evaluation.state == OPEN:
                    evaluation.state = state
                    self._dirty.add(evaluation.frame)
                    self._tell_owners(evaluation, state)
                    for decision in evaluation.decisions:
                        self._release(decision)
            else:
                self._weigh(self._weighed.pop(0), offset)
        if self._dirty:
            for frame in self._dirty:
                frame.arrange()
            self._dirty.clear()
            self._listen()

    def _tell_owners(self, evaluation: Evaluation, state: int) -> None:
        for owner in evaluation.owners:
            if isinstance(owner, Evaluation):
                if state == SURE:
                    self._met(owner)
                elif owner.state == OPEN:
                    owner.died = owner.died or evaluation.died
                    self._news.append((owner, DEAD))
            elif owner.state == OPEN:
                if isinstance(owner, Counter):
                    owner.hears(state)
                else:
                    owner.hears(evaluation, state)
                self._weighed.append(owner)

    def _weigh(self, weighed: Decision | Counter, offset: int) -> None:
        """Whether alternatives are decided by now."""
        owner = weighed.owner
        if weighed.state != OPEN or owner.state != OPEN:
            return
        outcome = weighed.outcome()
        if outcome == OPEN:
            if isinstance(weighed, Decision) and owner.spine:
                if not self.reporter.is_closing(owner.frame):
                    self._promote(weighed)
            return
        weighed.state = outcome
        if isinstance(weighed, Decision):
            self._release(weighed)
        if outcome == SURE:
            self._met(owner)
        elif owner.spine:
            self._dirty.add(owner.frame)
            self.reporter.decided(owner, weighed, offset)
        else:
            self._die(owner, self.reporter.cause_of(weighed))

    def _release(self, decision: Decision) -> None:
        """Nobody needs to know any more of alternatives that nothing depends on."""
        for option in decision.options:
            if option is not None and option.state == OPEN and not option.spine:
                if all(_is_decided(owner) for owner in option.owners):
                    option.state = GONE
                    self._dirty.add(option.frame)

    def _promote(self, decision: Decision) -> None:
        """The last alternative that is left must hold: it joins the spine."""
        option = decision.last()
        if option is None:
            return
        decision.state = SURE
        label = decision.label_of(option)
        part = decision.choice.part
        option.via = Via(decision.owner, [(part, (*part.label, *label))])
        joined = [option]
        for frame in self.frames[self.frames.index(option.frame) + 1 :]:
            joined += [
                each
                for each in frame.evaluations
                if each.owners and all(owner in joined for owner in each.owners)
            ]
        for each in joined:
            if each is not option:
                above = each.owners[0]
                assert isinstance(above, Evaluation)
                origins = above.next.origins if above.next is not None else ()
                each.via = Via(above, origins)
            each.spine = True
            each.owners = []
            self._dirty.add(each.frame)
            self._weighed += each.decisions

    # --- commas ------------------------------------------------------------------------

    def _listen(self) -> None:
        """Ask for the commas that matter in the innermost container."""
        comma = self.frame.comma
        self._hear(NEVER if comma is None or self.skipped else max(comma, 1))

    def _hear(self, comma: int) -> None:
        if comma != self._heard and self.tokenizer is not None:
            self._heard = comma
            self.tokenizer.count_from(comma)


def _present(frame: Frame) -> list[tuple[Evaluation, Child | None]]:
    """The evaluations of a frame, each with the rules of the present member."""
    if frame.sole is not None:
        return [(frame.sole, frame.next)]
    return [(evaluation, evaluation.next) for evaluation in frame.evaluations]


def _is_decided(owner: Evaluation | Decision | Counter) -> bool:
    if owner.state != OPEN:
        return True
    return isinstance(owner, Decision) and owner.owner.state != OPEN


def _offset_of(result: Result) -> int:
    return result.offset
