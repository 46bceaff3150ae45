"""Keys: which may come in an open object, and from which character on one may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .evaluation import Evaluation, Frame
from .judging import Judge, first
from .scalars import OPEN, OpenText

if TYPE_CHECKING:
    from .rules import Cause

# A key that an evaluation refuses: the offset, how many characters of it, and why.
Refused = tuple[int, int, Evaluation, Any]


class Keys:
    """The key that is being read.

    Attributes:
        end: the offset after what was read of it.
        is_open: whether something of it was read, and not all.
        guess: a key that it may become, if there is only one thing to be known of the object.
    """

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.end = 0
        self.reset()

    def reset(self) -> None:
        """No key is open."""
        self.is_open = False
        self._length = 0  # how much of it was looked at
        self._text: OpenText | None = None  # the same, where it is held against patterns
        self._told: set[int] = set()  # the evaluations that refuse it
        self.guess = ""  # a listed key that it may become

    def takes(self, guess: str, length: int, end: int) -> bool:
        """More of an open key, which may become a listed one.

        Answer whether that needs no closer look, because nothing else looks at it.
        """
        if self.is_open and (self._text is not None or self._told):
            return False
        if not self.is_open:
            self.reset()
            self.is_open = True
        self.guess = guess
        self.goes_on(length, end)
        return True

    def goes_on(self, length: int, end: int) -> None:
        """More of an open key that is what was expected."""
        self._length = length
        self.end = end

    def grows(self, frame: Frame, used: Any, begun: str, start: int, end: int) -> list[Refused]:
        """More of an open key: which evaluations refuse it now.

        Args:
            used: the members so far.
            begun: the key so far, its quote at `start`.
        """
        if not self.is_open:
            self.reset()
            self.is_open = True
            self.end = start + 1
        refused: list[Refused] = []
        before: OpenText | None = None
        for evaluation in frame.evaluations:
            layout = evaluation.layout
            if evaluation.state != OPEN or not layout.keyed or id(evaluation) in self._told:
                continue
            if layout.left(begun, used) is not None or _has_no_key_left(evaluation):
                continue
            if before is None:
                before = self._text or self._looked_at(frame, begun)
                self._text = before.grown(begun[self._length :])
            cause = layout.key_death(self._text, begun, used)
            if cause is not None:
                self._told.add(id(evaluation))
                at, length = self._dies_at(layout, used, before, begun, start, end)
                text = before.grown(begun[self._length : length])
                cause = layout.key_death(text, begun[:length], used) or cause
                refused.append((at, length, evaluation, cause))
        if before is None and self._text is not None:
            self._text = self._text.grown(begun[self._length :])
        self._length = len(begun)
        self.end = end
        return sorted(refused, key=_offset_of)

    def _looked_at(self, frame: Frame, begun: str) -> OpenText:
        layouts = [each.layout for each in frame.evaluations]
        closed = [each for layout in layouts for each in layout.closed]
        names = [each for layout in layouts for _, each in layout.names]
        return OpenText((*closed, *names)).grown(begun[: self._length])

    def _dies_at(
        self, layout: Any, used: Any, before: OpenText, begun: str, start: int, end: int
    ) -> tuple[int, int]:
        """At which offset, and after how many characters, an open key was lost."""
        skip = self._length
        if skip == 0 and layout.key_death(before, "", used) is not None:
            return start, 0
        if end - self.end != len(begun) - skip:  # one escape
            return end - 1, len(begun)

        def is_dead(n: int) -> bool:
            text = before.grown(begun[skip : skip + n])
            return layout.key_death(text, begun[: skip + n], used) is not None

        length = first(len(begun) - skip, is_dead)
        assert length is not None
        if skip + length == 0:
            return start, 0
        return self.end + length - 1, skip + length

    def ends(self, frame: Frame, used: Any, key: str, start: int, end: int) -> list[Refused]:
        """A key is complete: which evaluations refuse it that did not before."""
        refused: list[Refused] = []
        for evaluation in frame.evaluations:
            if evaluation.state != OPEN:
                continue
            evaluation.next, cause = self._judge.key(evaluation, key, end - 1)
            if cause is None:
                cause = _leaves_no_room(evaluation, frame, key, used)
                at, length = end - 1, len(key)
            elif id(evaluation) in self._told or _has_no_key_left(evaluation):
                evaluation.next = None
                continue
            else:
                at, length, cause = self._first_refused(evaluation, used, key, start, end, cause)
            if cause is not None:
                refused.append((at, length, evaluation, cause))
        self.reset()
        return sorted(refused, key=_offset_of)

    def _first_refused(
        self, evaluation: Evaluation, used: Any, key: str, start: int, end: int, cause: Cause
    ) -> tuple[int, int, Cause]:
        """The first character of a whole key after which no key could come, and why."""
        layout = evaluation.layout
        # If it has escapes it was told in pieces before, and refused by none of them.
        if end - start - 2 != len(key) or not layout.keyed or self.is_open:
            return end - 1, len(key), cause
        text = OpenText((*layout.closed, *(names for _, names in layout.names)))

        def death(n: int) -> Cause | None:
            found: Cause | None = layout.key_death(text.grown(key[:n]), key[:n], used)
            return found

        length = first(len(key), lambda n: death(n) is not None)
        if length is None:
            return end - 1, len(key), cause
        return start + length, length, death(length) or cause


def _has_no_key_left(evaluation: Evaluation) -> bool:
    """Whether it was told already that no key may follow."""
    return evaluation.overfull and evaluation.layout.overfull().keyword != "maxProperties"


def _leaves_no_room(evaluation: Evaluation, frame: Frame, key: str, used: Any) -> Cause | None:
    """`maxProperties` leaves no room for the keys that must come."""
    layout = evaluation.layout
    if layout.most is None or not layout.required or evaluation.overfull:
        return None
    missing = sum(each not in used and each != key for each in layout.required)
    if missing > layout.most - frame.count >= 0:
        evaluation.overfull = True
        cause: Cause | None = layout.overfull()
        return cause
    return None


def _offset_of(refused: Refused) -> int:
    return refused[0]
