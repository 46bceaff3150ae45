"""What follows from what: from a rule that is broken or kept to everything that waited for it.

The handler finds out that an evaluation is dead, that something is met or counted. Here that is
carried on, step by step and without recursion, until nothing follows any more: to the
evaluation of the container around, to decisions between alternatives, and onto the spine.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .evaluation import GONE, Counter, Decision, Evaluation, Frame
from .rules import Child
from .scalars import DEAD, OPEN, SURE

if TYPE_CHECKING:
    from .report import Reporter
    from .rules import Cause, Layout


class Consequences:
    """Carries on what was found.

    Args:
        reporter: hears what becomes certain on the spine.
    """

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._news: deque[tuple[Evaluation, int]] = deque()
        self._weighed: deque[Decision | Counter] = deque()
        self._dirty: set[Frame] = set()

    # --- what is found -----------------------------------------------------------------

    def decide(self, evaluation: Evaluation, state: int) -> None:
        """An evaluation is dead or sure."""
        self._news.append((evaluation, state))

    def die(self, evaluation: Evaluation, cause: Cause) -> None:
        """An evaluation is dead, and why."""
        if evaluation.died is None:
            evaluation.died = cause, self._reporter.here()
        self._news.append((evaluation, DEAD))

    def met(self, evaluation: Evaluation) -> None:
        """Something had to come, and is there."""
        if not evaluation.spine and evaluation.met():
            self._news.append((evaluation, SURE))

    def counted(self, counter: Counter) -> None:
        """An item is certain to match."""
        counter.hears(SURE)
        self._weighed.append(counter)

    def weigh(self, decision: Decision) -> None:
        """Something changed for alternatives."""
        self._weighed.append(decision)

    def changed(self, frame: Frame) -> None:
        """What is heard in a container may be another now."""
        self._dirty.add(frame)

    # --- what follows ------------------------------------------------------------------

    def spread(self, frames: list[Frame], offset: int) -> bool:
        """Carry on what was found at the character at `offset`, to the last consequence.

        Returns:
            Whether containers are to be heard differently now.
        """
        while self._news or self._weighed:
            if self._news:
                evaluation, state = self._news.popleft()
                if evaluation.state == OPEN:
                    self._decided(evaluation, state)
            else:
                self._weigh(self._weighed.popleft(), frames, offset)
        if not self._dirty:
            return False
        for frame in self._dirty:
            frame.arrange()
        self._dirty.clear()
        return True

    def _decided(self, evaluation: Evaluation, state: int) -> None:
        evaluation.state = state
        self._dirty.add(evaluation.frame)
        for owner in evaluation.owners:
            if isinstance(owner, Evaluation):
                if state == SURE:
                    self.met(owner)
                elif owner.state == OPEN:
                    owner.died = owner.died or evaluation.died
                    self._news.append((owner, DEAD))
            elif owner.state == OPEN:
                if isinstance(owner, Counter):
                    owner.hears(state)
                else:
                    owner.hears(evaluation, state)
                self._weighed.append(owner)
        for decision in evaluation.decisions:
            self._release(decision)

    def _weigh(self, weighed: Decision | Counter, frames: list[Frame], offset: int) -> None:
        """Whether alternatives are decided by now."""
        owner = weighed.owner
        if weighed.state != OPEN or owner.state != OPEN:
            return
        outcome = weighed.outcome()
        if outcome == OPEN:
            if isinstance(weighed, Decision) and self._may_promote(owner):
                self._promote(weighed, frames)
            return
        weighed.state = outcome
        if isinstance(weighed, Decision):
            self._release(weighed)
        if outcome == SURE:
            self.met(owner)
        elif owner.spine:
            self._dirty.add(owner.frame)
            self._reporter.decided(owner, weighed, offset)
        else:
            self.die(owner, self._reporter.cause_of(weighed))

    def _may_promote(self, owner: Evaluation) -> bool:
        """Whether an alternative would matter: at its container's end it has had its say."""
        return owner.spine and not self._reporter.is_closing(owner.frame)

    def _release(self, decision: Decision) -> None:
        """Nobody needs to know any more of alternatives that nothing depends on."""
        for option in decision.options:
            if option is None or option.state != OPEN or option.spine:
                continue
            if all(_is_decided(owner) for owner in option.owners):
                option.state = GONE
                self._dirty.add(option.frame)

    def _promote(self, decision: Decision, frames: list[Frame]) -> None:
        """The last alternative that is left must hold: it joins the spine."""
        option = decision.last()
        if option is None:
            return
        decision.state = SURE
        label = decision.label_of(option)
        part = decision.choice.part
        option.above = decision.owner
        option.origins = [(part, (*part.label, *label))]
        joined = [option]
        for frame in frames[frames.index(option.frame) + 1 :]:
            joined += [e for e in frame.evaluations if e.owners and _all_in(e.owners, joined)]
        for each in joined:
            if each is not option:
                above = each.owners[0]
                assert isinstance(above, Evaluation)
                each.above = above
                each.origins = above.next.origins if above.next is not None else ()
            each.spine = True
            each.owners = ()
            self._dirty.add(each.frame)
            self._weighed += each.decisions

    # --- alternatives ------------------------------------------------------------------

    def expand(self, frame: Frame, made: dict[tuple[int, bool], Evaluation]) -> None:
        """Apply the alternatives, too, and theirs.

        Args:
            made: the evaluations of the frame by their rules, and whether on the spine.
        """
        for evaluation in frame.evaluations:  # which grows meanwhile
            for choice in evaluation.layout.choices:
                decision = Decision(evaluation, choice)
                evaluation.decisions = [*evaluation.decisions, decision]
                for option in choice.options:
                    decision.add(*_optional(frame, made, option))
                self._weighed.append(decision)
            if frame.is_array:
                wanted = evaluation.layout.contained
                evaluation.counters = [Counter(evaluation, each) for each in wanted]
            if not evaluation.spine:
                evaluation.expect()

    def count_on(
        self, frame: Frame, made: dict[tuple[int, bool], Evaluation], counter: Counter, kind: int
    ) -> None:
        """A container begins that may be one of those that `contains` counts."""
        layout = counter.wanted.rules.layout(kind)
        if counter.state != OPEN or layout.refusal is not None:
            return
        if layout.trivial:
            self.counted(counter)
            return
        apply(frame, made, layout, counter)


def apply(
    frame: Frame,
    made: dict[tuple[int, bool], Evaluation],
    layout: Any,
    owner: Evaluation | Decision | Counter,
) -> None:
    """Apply rules of an alternative to a container; once, also if several ways lead to them."""
    key = id(layout.rules), False
    known = made.get(key)
    if known is None:
        known = made[key] = Evaluation(frame, layout, False, None, ())
    known.owners = [*known.owners, owner]


def _optional(
    frame: Frame, made: dict[tuple[int, bool], Evaluation], option: Layout | None
) -> tuple[Evaluation | None, int]:
    """The evaluation of an alternative, and what is known of it from the start."""
    if option is None:
        return None, SURE
    if option.refusal is not None:
        return None, DEAD
    key = id(option.rules), False
    known = made.get(key)
    if known is None:
        known = made[key] = Evaluation(frame, option, False, None, ())
        frame.evaluations.append(known)
    return known, known.state


def _is_decided(owner: Evaluation | Decision | Counter) -> bool:
    if owner.state != OPEN:
        return True
    return isinstance(owner, Decision) and owner.owner.state != OPEN


def _all_in(owners: Iterable[Any], joined: list[Evaluation]) -> bool:
    return all(any(owner is each for each in joined) for owner in owners)


def present(frame: Frame) -> list[tuple[Evaluation, Child | None]]:
    """The evaluations of a frame, each with the rules of the present member."""
    if frame.sole is not None:
        return [(frame.sole, frame.next)]
    return [(evaluation, evaluation.next) for evaluation in frame.evaluations]


def undecided(frame: Frame) -> list[tuple[Any, Child]]:
    """Whom the present member may still decide, each with the rules that it is to pass."""
    found: list[tuple[Any, Child]] = [
        (evaluation, child)
        for evaluation, child in present(frame)
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
