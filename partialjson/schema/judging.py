"""What is certain of a value by now: the questions that the live handler asks of layouts.

Each question about a scalar is answered with a `Result`: at which character it was decided.
A scalar that is whole is judged whole, as jsonschema does; only what fails, or what alternatives
may depend on, is looked at again from its beginning to find the character.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from .._core.faults import Fault, over
from .containers import Members
from .dialects import unusable, work, working
from .equality import comparable
from .evaluation import Evaluation, Frame
from .patterns import Irregular, PatternInput
from .rules import FALSE, INTEGER, NULL, REAL, STRING, TRUE, Cause, Child, Layout, Part
from .scalars import (
    DEAD,
    SURE,
    Numeric,
    OpenText,
    Text,
    errors_of,
    keyword_passes,
    passes,
    rest_refuses,
)

if TYPE_CHECKING:
    from .nodes import Plan

_ASKED = 8  # times that jsonschema is asked about one array whose items repeat, before its end


class Result(NamedTuple):
    """What became certain of a scalar.

    Args:
        state: DEAD or SURE.
        offset: the character that decided.
        early: whether that is before the scalar's end.
        cause: why it is dead; None where the whole value says it.
        value: the scalar, if it is whole.
        child: by which rules.
        target: who wants to know.
    """

    state: int
    offset: int
    early: bool
    cause: Cause | None = None
    value: Any = None
    child: Child | None = None
    target: Any = None


class Judge:
    """Answers the questions, within the limits of a plan.

    Attributes:
        left: how many subschemas may still be applied in this document.
    """

    def __init__(self, plan: Plan, plain: bool) -> None:
        self._limits = plan.limits
        self._plain = plain
        self.left = 0

    def begin(self) -> None:
        """A document is to come."""
        self.left = self._limits.max_schema_work

    def spend(self, evaluations: int, offset: int) -> None:
        """So many subschemas are applied to the container that begins at `offset`."""
        self.left -= evaluations
        if self.left < 0:
            raise over("max_schema_work", self._limits.max_schema_work, offset)

    def ask(self, offset: int, question: Callable[[], Any]) -> Any:
        """Let jsonschema answer, within limits; `offset` is the character at hand."""
        with working(self._limits, self.left, offset) as account:
            try:
                return question()
            finally:
                self.left = account.left

    def _passes(self, layout: Layout, value: Any, offset: int) -> bool:
        return bool(self.ask(offset, lambda: passes(layout, value)))

    def fits(self, child: Child, kind: int, value: Any, offset: int) -> bool:
        """Whether a whole scalar passes."""
        layout = child.rules.layout(kind)
        if layout.refusal is not None:
            return False
        if layout.choices or layout.handed or not isinstance(layout, (Text, Numeric)):
            return self._passes(layout, value, offset)
        try:
            return layout.passes(value)
        except (PatternInput, Irregular) as error:
            raise _of_pattern(error, offset) from error

    # --- scalars -----------------------------------------------------------------------

    def literal(self, child: Child, value: bool | None, start: int) -> Result:
        """A literal, which its first letter decides."""
        layout = child.rules.layout(NULL if value is None else TRUE if value else FALSE)
        if self._passes(layout, value, start):
            return Result(SURE, start, True)
        cause = layout.refusal or self.ask(start, lambda: rest_refuses(layout, value))
        return Result(DEAD, start, True, cause, value, child)

    def number(self, child: Child, text: str, value: Any, start: int, end: int) -> Result:
        """A whole number; the character at `end` ended it."""
        if _any_number(child):
            return Result(SURE, start, True)
        layout = child.rules.layout(_form(text))
        if self._passes(layout, value, end):
            return Result(SURE, end, False)
        found = self._dies_within(child, text)
        if found is None:
            return Result(DEAD, end, False, None, value, child)
        length, cause = found
        return Result(DEAD, start + length - 1, True, cause, None, child)

    def open_number(self, child: Child, begun: str, start: int) -> Result | None:
        """A number so far."""
        if _any_number(child):
            return Result(SURE, start, True)
        found = self._dies_within(child, begun)
        if found is None:
            return None
        length, cause = found
        return Result(DEAD, start + length - 1, True, cause, None, child)

    def _dies_within(self, child: Child, text: str) -> tuple[int, Cause] | None:
        """After how many characters a number cannot pass any more, and why."""
        tried = len(text) if self._plain else 1
        length = first(tried, lambda n: n > 0 and self._number_death(child, text[:n]) is not None)
        if length is None:
            return None
        cause = self._number_death(child, text[:length])
        assert cause is not None
        return length, cause

    def _number_death(self, child: Child, begun: str) -> Cause | None:
        """Why no number that begins so can pass, whatever form it takes."""
        cause = None
        for kind in (INTEGER, REAL) if _form(begun) == INTEGER else (REAL,):
            layout = child.rules.layout(kind)
            assert isinstance(layout, Numeric)
            found = layout.death(begun, self._plain)
            if found is None:
                return None
            cause = cause or found
        return cause

    def plain_form(self, text: str, start: int, end: int) -> None:
        """Whether a number is written as was promised; `end` is -1 while it is open."""
        if text.isdigit():
            return
        exponent = next((i for i, c in enumerate(text) if c in "eE"), -1)
        message = "numbers='plain' promises that no number has an exponent or a fraction of zeros"
        if exponent >= 0:
            raise Fault("number_form", start + exponent, message)
        _, point, fraction = text.partition(".")
        if end >= 0 and point and not fraction.strip("0"):
            raise Fault("number_form", end, message)

    def string(self, child: Child, value: str, start: int, end: int) -> Result:
        """A whole string, quotes from `start` to `end`, without escapes."""
        begun = self.string_start(child, start)
        if begun is not None:
            return begun
        layout = child.rules.layout(STRING)
        assert isinstance(layout, Text)
        if self._passes(layout, value, end - 1):
            length = self._text_first(layout, value, _certain)
            if length is None:
                return Result(SURE, end - 1, False)
            return Result(SURE, start + length, True)
        length = self._text_first(layout, value, Text.death)
        if length is None:
            return Result(DEAD, end - 1, False, None, value, child)
        cause = self.ask(end, lambda: layout.death(OpenText((layout,)).grown(value[:length])))
        return Result(DEAD, start + length, True, cause, None, child)

    def _text_first(self, layout: Text, value: str, question: Any) -> int | None:
        """After how many characters a question about an open string is answered."""
        if question is _certain and layout.certain_at_end:
            return None
        text = OpenText((layout,))
        found: int | None = self.ask(
            0, lambda: first(len(value), lambda n: bool(question(layout, text.grown(value[:n]))))
        )
        return found

    def string_start(self, child: Child, start: int) -> Result | None:
        """A string begins."""
        layout = child.rules.layout(STRING)
        assert isinstance(layout, Text)
        if layout.trivial or layout.sure_at_once:
            return Result(SURE, start, True)
        if layout.refusal is not None:
            return Result(DEAD, start, True, layout.refusal, None, child)
        return None

    def string_piece(
        self,
        watching: list[tuple[Any, Child]],
        before: OpenText,
        after: OpenText,
        text: str,
        start: int,
        end: int,
    ) -> list[Result]:
        """More of an open string: what is certain now that was not before."""
        if not any(child.rules.layout(STRING).choices for _, child in watching):
            return [*self._in_piece(watching, before, after, text, start, end)]
        return self.ask(  # type: ignore[no-any-return]  # what the function below answers
            start, lambda: [*self._in_piece(watching, before, after, text, start, end)]
        )

    def _in_piece(
        self,
        watching: Iterable[tuple[Any, Child]],
        before: OpenText,
        after: OpenText,
        text: str,
        start: int,
        end: int,
    ) -> Iterable[Result]:
        plain = end - start == len(text)
        for target, child in watching:  # a Counter is on no spine
            layout = child.rules.layout(STRING)
            assert isinstance(layout, Text)
            for state, question in _ON_SPINE if target.spine else _QUESTIONS:
                if not question(layout, after):
                    continue
                length = len(text)
                if plain:
                    length = _answered_at(layout, question, before, text)
                offset = start + length - 1 if plain else end - 1
                cause = layout.death(before.grown(text[:length])) if state == DEAD else None
                yield Result(state, offset, True, cause, None, child, target)
                break

    def one_more(self, watching: list[tuple[Any, Child]], length: int, offset: int) -> list[Result]:
        """An escape begins in an open string of that length: whom one character more decides."""
        results = []
        for target, child in watching:
            layout = child.rules.layout(STRING)
            assert isinstance(layout, Text)
            cause = layout.full(length)
            if cause is not None:
                results.append(Result(DEAD, offset, True, cause, None, child, target))
        return results

    def string_end(self, child: Child, value: str, offset: int) -> Result:
        """A string that came in pieces is complete."""
        if self._passes(child.rules.layout(STRING), value, offset):
            return Result(SURE, offset, False)
        return Result(DEAD, offset, False, None, value, child)

    # --- containers --------------------------------------------------------------------

    def key(self, evaluation: Evaluation, key: str, offset: int) -> tuple[Child | None, Any]:
        """The rules of a member, and why there may be none of that key."""
        work.offset = offset
        layout = evaluation.layout
        child, cause = layout.member(key)
        if cause is None:
            for part, names in layout.names:
                if not self._passes(names, key, offset):
                    return child, Cause(part, "propertyNames")
        return child, cause

    def at_end(self, evaluation: Evaluation, value: Any, frame: Frame) -> list[tuple[Part, str]]:
        """Which keywords are broken, now that a container is complete."""
        layout = evaluation.layout
        if isinstance(layout, Members):
            wrong = _object_ends(layout, value)
        else:
            wrong = self._array_ends(evaluation, value, frame)
        for part, keyword in layout.handed:
            told = (id(part), keyword) in evaluation.told
            if not told and not self._keyword_passes(part, keyword, value):
                wrong.append((part, keyword))
        return wrong

    def _array_ends(
        self, evaluation: Evaluation, value: list[Any], frame: Frame
    ) -> list[tuple[Part, str]]:
        layout = evaluation.layout
        wrong: list[tuple[Part, str]] = []
        if len(value) < layout.least:
            wrong.append((layout.least_part, "minItems"))
        for counter in evaluation.counters:
            if counter.matched < counter.wanted.least:
                wrong.append((counter.wanted.part, "contains"))
        for part in layout.unique if frame.repeated else ():
            told = (id(part), "uniqueItems") in evaluation.told
            if not told and not self._keyword_passes(part, "uniqueItems", value):
                wrong.append((part, "uniqueItems"))
        return wrong

    def _keyword_passes(self, part: Part, keyword: str, value: Any) -> bool:
        return bool(self.ask(0, lambda: keyword_passes(part, keyword, value)))

    def is_new(self, frame: Frame, item: Any) -> bool:
        """Whether an item equals no earlier one."""
        assert frame.seen is not None
        form = comparable(item)
        if form in frame.seen:
            frame.repeated = True
            return False
        frame.seen.add(form)
        return True

    def repeats(self, frame: Frame, part: Part, items: list[Any], offset: int) -> bool:
        """Whether jsonschema finds the items equal, too; it overlooks some."""
        frame.asked += 1
        if frame.asked > _ASKED:
            return False
        return not self.ask(offset, lambda: keyword_passes(part, "uniqueItems", items))

    def repeated(self, part: Part) -> Cause:
        """Why an array with equal items is refused."""
        return Cause(part, "uniqueItems")

    def some_cause(self, child: Child) -> Cause:
        """What to name where a whole value of an alternative is wrong."""
        return Cause(Part(child.rules.entries[0], 0, (), None), "")

    def errors(self, part: Part, keyword: str, value: Any, offset: int) -> list[Any]:
        """jsonschema's errors by one keyword."""
        return list(self.ask(offset, lambda: [*errors_of(part, keyword, value)]))

    def all_errors(self, child: Child, value: Any, offset: int) -> list[tuple[int, Any]]:
        """jsonschema's errors by all rules, with the number of the subschema."""
        most = self._limits.max_violations
        return list(
            self.ask(
                offset,
                lambda: [
                    (i, error)
                    for i, node in enumerate(child.rules.entries)
                    for error in islice(node.validator.iter_errors(value), most)
                ],
            )
        )


def _of_pattern(error: PatternInput | Irregular, offset: int) -> Exception:
    """What to raise where a pattern cannot be matched."""
    if isinstance(error, PatternInput):
        return over(error.limit, error.maximum, offset)
    return unusable(error)


def _object_ends(layout: Members, value: Mapping[str, Any]) -> list[tuple[Part, str]]:
    wrong: list[tuple[Part, str]] = []
    if len(value) < layout.least and layout.least_part is not None:
        wrong.append((layout.least_part, "minProperties"))
    for key, part in layout.required.items():
        if key not in value and (part, "required") not in wrong:
            wrong.append((part, "required"))
    for part, keyword, key, keys in layout.dependent:
        missing = key in value and any(each not in value for each in keys)
        if missing and (part, keyword) not in wrong:
            wrong.append((part, keyword))
    return wrong


def _answered_at(layout: Text, question: Any, before: OpenText, text: str) -> int:
    """After how many characters of a piece a question is answered that its end answers."""
    found = first(len(text), lambda n: bool(question(layout, before.grown(text[:n]))))
    return len(text) if found is None else found


def _certain(layout: Text, text: OpenText) -> bool:
    return layout.certain(text)


_ON_SPINE: tuple[tuple[int, Any], ...] = ((DEAD, Text.death),)
_QUESTIONS: tuple[tuple[int, Any], ...] = (*_ON_SPINE, (SURE, _certain))


def _form(text: str) -> int:
    """Which form a number takes, as far as it is there."""
    return REAL if "." in text or "e" in text or "E" in text else INTEGER


def _any_number(child: Child) -> bool:
    return child.rules.layout(INTEGER).trivial and child.rules.layout(REAL).trivial


def first(most: int, holds: Callable[[int], bool]) -> int | None:
    """The least number up to `most` for which something holds that goes on to hold."""
    if not holds(most):
        return None
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
