"""Validating and telling: what is handed out about a value, and what is kept.

A violation is told once, at the offset of the character that decided; what a part has told
its ancestors leave out. A typed parser hands events to the tree's list, so that everything
stands in the order of the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import SchemaError, to_json

from .._core.faults import Fault
from .._core.snapshot import open_steps
from ..events import Validated, Violation
from ..paths import Path, Patterns
from .report import Loc, Reported, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from .._core.source import Source
    from .._core.tree import Tree
    from ..events import Event
    from .plan import Node, Plan

# The path of a value, and what Pydantic's `loc` begins with there, or how to find that out.
Where = tuple[Path, "Loc | Callable[[], Loc]"]

_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")


class Stop(Fault):
    """A violation ends the parse, because somebody asked for that.

    Args:
        violation: the first one.
        offset: where it stands in the text that the tokenizer reads.
    """

    def __init__(self, violation: Violation, offset: int) -> None:
        super().__init__("violation", offset, violation.message)
        self.violation = violation


class Span(NamedTuple):
    """Where the text of a value stands that is still to be validated."""

    start: int
    end: int


class Due(Span):
    """The same for a value that was asked for, and was handed out if it was right."""

    __slots__ = ()


class Outcome:
    """What became of a document: what Pydantic makes of its whole text.

    Attributes:
        start, text: the text, and where it stood.
    """

    def __init__(self, verdicts: Verdicts, start: int, text: str) -> None:
        self._verdicts = verdicts
        self._found: tuple[Any, ValidationError | None] | None = None
        self.start = start
        self.text = text

    def verdict(self) -> tuple[Any, ValidationError | None]:
        """The object or the error. A restored parser finds it when it is first asked for."""
        if self._found is None:
            verdicts = self._verdicts
            try:
                validate = verdicts.plan.root.validator.validate_json
                self._found = validate(self.text, **verdicts.arguments), None
            except ValidationError as error:
                self._found = None, error
        return self._found


class Verdicts:
    """Validates values and tells what came of it.

    Attributes:
        outcome: what became of the last complete document.
        muted: nothing is validated or told, because it was before: a checkpoint is restored.
        broken: the character that decided when a function of the user raised; -1: none did.
    """

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
        self._checks = {k: v for k, v in self.arguments.items() if k != "context"}
        self._objects = Validated in kinds
        self._violations = Violation in kinds
        self._stop = stop
        self.wanted = self._violations or stop  # whether anybody hears of violations
        self.muted = False
        self.broken = -1
        self.outcome: Outcome | None = None
        self.reported = Reported()
        self.open_unions: Callable[[], Iterable[Path]] = tuple
        self.given: Callable[[int], int] | None = None  # offsets, where text was repaired

    def validate(
        self, node: Node, where: Where, start: int, end: int, offset: int, mark: int = -1
    ) -> Any:
        """Make the object of a value that is complete; None if there is none.

        Args:
            start, end: the offsets of its text.
            offset: the character that decides.
            mark: where that stands in the tree's events; -1 for the end.
        """
        if self.muted:
            return Due(start, end)
        try:
            made = node.validator.validate_json(self.source.slice(start, end), **self.arguments)
        except ValidationError as error:
            if node.is_judged():
                self.tell(error, node, where, self.value_at(where[0]), offset, mark=mark)
            return None
        except SchemaError:  # a function left it out, or took its default: that is its parent's
            return None
        except Exception:
            self.broken = offset
            raise
        if self._objects:
            out = self.tree.out
            out.insert(len(out) if mark < 0 else mark, Validated(where[0], made))
        return made

    def conclude(self, start: int, end: int, offset: int, tell: bool) -> None:
        """The document is complete: the final verdict, told unless something said it all."""
        if self.muted:
            return
        outcome = Outcome(self, start, self.source.slice(start, end))
        try:
            made, error = outcome.verdict()
        except Exception:
            self.broken = offset
            raise
        self.outcome = outcome
        if error is None:
            if self._objects and self.selects(()):
                self.tree.out.append(Validated((), made))
        elif tell:
            self.tell(error, self.plan.root, ((), ()), self.value_at(()), offset)

    def passes(self, node: Node, text: str) -> bool:
        """Whether a complete value is right as far as no function of a user is asked."""
        try:
            node.checker.validate_json(text, **self._checks)
        except ValidationError:
            return False
        return True

    def check(self, node: Node, where: Where, text: str, offset: int) -> None:
        """Tell what is wrong with a complete value that nobody asked for."""
        try:
            node.checker.validate_json(text, **self._checks)
        except ValidationError as error:
            self.tell(error, node, where, self.value_at(where[0]), offset)

    def judge(
        self, node: Node, where: Where, value: Any, offset: int, mark: int = -1, kind: str = ""
    ) -> bool:
        """Tell what is wrong with a value that is hopeless as far as it is there.

        Answer whether there was anything to tell; if not, its end will say it.

        Args:
            mark: where that stands in the tree's events; -1 for the end.
            kind: tell nothing else.
        """
        if not self.wanted:
            return True
        text = to_json(value, inf_nan_mode="constants")
        try:
            node.checker.validate_json(text, **self._checks)
        except ValidationError as error:
            if self.tell(error, node, where, value, offset, early=True, mark=mark, kind=kind):
                self.reported.add(where[0])
                return True
        return False

    def tell(
        self,
        error: ValidationError,
        node: Node,
        where: Where,
        value: Any,
        offset: int,
        early: bool = False,
        mark: int = -1,
        kind: str = "",
    ) -> bool:
        """Tell what an error is made of, as far as it is new. Answer whether it is of anything."""
        if not self.wanted:
            return True
        path, loc = where
        depth = len(path)
        place = path, loc() if callable(loc) else loc
        open_path = open_steps(self.tree, self.tree.in_string) if early else None
        given = offset if self.given is None else self.given(offset)
        told = list(violations(self.plan, error, node, place, value, given, open_path))
        if kind:
            told = [event for event in told if event.kind == kind]
        if self.muted:
            return bool(told)
        new = [event for event in told if not self.reported.covers(event.path, depth)]
        for event in new:
            if not early or event.kind not in _UNKNOWN or len(event.path) > depth:
                self.reported.add(event.path)
        for path in self.open_unions() if new else ():
            self.reported.add(path)
        out = self.tree.out
        at = len(out) if mark < 0 else mark
        if self._stop and new:
            del out[at:]
            raise Stop(new[0], offset)
        if self._violations:
            out[at:at] = [event for event in new if self.selects(event.path)]
        return bool(told)

    def selects(self, path: Path) -> bool:
        """Whether a selected value is at or above a path."""
        return self.patterns is None or self.patterns.covers(path)

    def value_at(self, path: Path) -> Any:
        """The plain value at a path."""
        if self.tree.in_string:
            self.tree.flush()  # what was read of it so far is told, too
        value = self.tree.value()
        for step in path:
            value = value[step]
        return value
