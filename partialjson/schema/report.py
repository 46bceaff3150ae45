"""From what a schema refuses to violations: each once, at its character, in the stream's order."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from .._core.faults import Fault
from .._core.snapshot import open_steps
from ..events import FieldCompleted, StringDelta, Validated, Violation
from ..paths import Path, Patterns
from .evaluation import Counter, Decision, Evaluation, Frame, Origins, schema_path
from .judging import Result
from .rules import Cause, Child, Part
from .wording import early_message

if TYPE_CHECKING:
    from .._core.tree import Tree
    from ..events import Event
    from .live import LiveSchema


class Stop(Fault):
    """A violation ends the parse, because somebody asked for that.

    Args:
        violation: the first one.
        offset: where it stands in the text that the tokenizer reads.
    """

    def __init__(self, violation: Violation, offset: int) -> None:
        super().__init__("violation", offset, violation.message)
        self.violation = violation


class Reporter:
    """Tells violations and validated values.

    Attributes:
        live: whose findings they are.
        objects: whether anybody hears of validated values.
        done: whether the value at hand is complete, and the tree has told it.
        mark: where in the tree's events the next finding belongs; -1 for the end.
        closing: the frame that is just closed, and its value.
        failing: whether something was found wrong in the present document.
        concluded: the verdict on the last complete one, and `value` that document.
        found: jsonschema's errors of it, once somebody asked.
        told: the violations of the present document, or the last one.
        muted: nothing is told, because it was before: a checkpoint is restored.
    """

    def __init__(
        self,
        tree: Tree,
        kinds: Collection[type[Event]],
        patterns: Patterns | None,
        stop: bool,
        most: int,
    ) -> None:
        self.tree = tree
        self.patterns = patterns
        self.objects = Validated in kinds
        self._violations = Violation in kinds
        self._fields = FieldCompleted in kinds
        self._deltas = StringDelta in kinds
        self._stop = stop
        self._most = most
        self.live: LiveSchema = None  # type: ignore[assignment]  # it comes when it is made
        self.done = False
        self.mark = -1
        self.closing: tuple[Frame, Any] | None = None
        self.failing = False
        self.concluded = "undecided"
        self.value: Any = None
        self.found: list[Any] | None = None
        self.told: list[Violation] = []
        self.given: Callable[[int], int] = int  # offsets, where text was repaired
        self._at = 0  # where the last violation stands in what the tokenizer reads
        self.muted = False

    # --- where -------------------------------------------------------------------------

    def here(self) -> Path:
        """The path of the value at hand."""
        return self.tree.completed_path() if self.done else open_steps(self.tree, True)

    def is_closing(self, frame: Frame) -> bool:
        """Whether a container is complete, and being judged for the last time."""
        return self.closing is not None and self.closing[0] is frame

    def _path_of(self, frame: Frame) -> Path:
        steps = open_steps(self.tree, True)
        if self.closing is not None:  # the tree has left it
            steps = self.tree.completed_path()
        return steps[: self.live.frames.index(frame) - 1]

    def events_of_scalar(self, value: Any) -> int:
        """How many events the tree has told for the end of a scalar that came at once."""
        if not self.tree.told:
            return 0
        return self._fields + (self._deltas and isinstance(value, str) and value != "")

    # --- what --------------------------------------------------------------------------

    def early(
        self,
        frame: Frame,
        evaluation: Evaluation,
        cause: Cause,
        offset: int,
        key: tuple[str, bool] | None,
    ) -> None:
        """An open container is refused by something that is known of it by now."""
        frame.failed = True
        path = self._path_of(frame)
        self._tell_early(evaluation.above, evaluation.origins, cause, path, offset, key)

    def begun(
        self, outer: Frame, above: Evaluation, child: Child, cause: Cause, offset: int
    ) -> None:
        """A container is refused at its bracket."""
        outer.failed = True
        path = open_steps(self.tree, False)
        self._tell_early(above, child.origins, cause, path, offset, None)

    def scalar(self, outer: Frame, evaluation: Evaluation, result: Result) -> None:
        """A scalar is refused: by its beginning, or by the whole of it."""
        outer.failed = True
        child = result.child
        assert child is not None
        origins = child.origins
        if result.cause is not None:
            self._tell_early(evaluation, origins, result.cause, self.here(), result.offset, None)
            return
        for entry, error in self.live.judge.all_errors(child, result.value, result.offset):
            part = Part(child.rules.entries[entry], entry, (), None)
            prefix = schema_path(evaluation, origins, part)
            self._tell(error, self.here(), prefix, result.offset)

    def final(
        self,
        frame: Frame,
        evaluation: Evaluation,
        part: Part,
        keyword: str,
        value: Any,
        offset: int,
    ) -> None:
        """A closed container is refused: in jsonschema's own words."""
        frame.failed = True
        path = self._path_of(frame)
        prefix = schema_path(evaluation.above, evaluation.origins, part)
        for error in self.live.judge.errors(part, keyword, value, offset):
            if keyword:
                schema = part.node.schema
                error._set(
                    validator=keyword,
                    validator_value=schema[keyword],
                    instance=value,
                    schema=schema,
                )
                if keyword not in ("if", "$ref"):
                    error.schema_path.appendleft(keyword)
            self._tell(error, path, prefix, offset)

    def decided(self, owner: Evaluation, decided: Decision | Counter, offset: int) -> None:
        """Alternatives of a container on the spine are all refused, or too many hold."""
        frame = owner.frame
        cause = self.cause_of(decided)
        if not owner.tells(cause) and isinstance(decided, Counter):
            return
        if self.closing is not None and self.is_closing(frame):
            self.final(frame, owner, cause.part, cause.keyword, self.closing[1], offset)
        else:
            self.early(frame, owner, cause, offset, None)

    def cause_of(self, decided: Decision | Counter) -> Cause:
        """What to name as broken."""
        if isinstance(decided, Counter):
            return Cause(decided.wanted.part, "contains")
        return Cause(decided.choice.part, decided.choice.keyword)

    def _tell_early(
        self,
        above: Evaluation | None,
        origins: Origins,
        cause: Cause,
        path: Path,
        offset: int,
        key: tuple[str, bool] | None,
    ) -> None:
        part, keyword = cause.part, cause.keyword
        schema = part.node.schema
        message = early_message(cause, key)
        known = isinstance(schema, dict) and keyword in schema
        steps = (*schema_path(above, origins, part), *((keyword,) if known else ()))
        detail = {
            "validator": keyword if known else None,
            "validator_value": schema[keyword] if known else None,
            "schema_path": list(steps),
            "path": list(path),
            "message": message,
        }
        self._at = offset
        self._add(Violation(path, keyword, message, self.given(offset), True, detail))

    def _tell(self, error: Any, path: Path, prefix: Path, offset: int) -> None:
        """An error of jsonschema's about a complete value."""
        where = (*path, *error.absolute_path)
        detail = {
            "validator": error.validator,
            "validator_value": error.validator_value,
            "schema_path": [*prefix, *error.absolute_schema_path],
            "path": list(where),
            "message": error.message,
        }
        kind = "false" if error.validator is None else str(error.validator)
        self._at = offset
        self._add(Violation(where, kind, error.message, self.given(offset), False, detail))

    def _add(self, violation: Violation) -> None:
        if self.muted:
            return
        if not self.failing:
            self.failing = True
            self.told = []
        if len(self.told) < self._most:
            self.told.append(violation)
        out = self.tree.out
        at = len(out) if self.mark < 0 else self.mark
        if self._stop:
            del out[at:]
            raise Stop(violation, self._at)
        if self._violations and self.selects(violation.path):
            out.insert(at, violation)
            if self.mark >= 0:
                self.mark += 1

    def selects(self, path: Path) -> bool:
        """Whether a selected value is at or above a path."""
        return self.patterns is None or self.patterns.covers(path)

    def validated(self, value: Any) -> None:
        """A complete value passed all that the schema says of it."""
        if self.objects and not self.muted:
            self.tree.out.append(Validated(self.tree.completed_path(), value))

    def conclude(self, valid: bool, told: bool) -> None:
        """The document is complete."""
        self.concluded = "valid" if valid else "invalid"
        self.value = self.tree.value()
        self.found = None
        if not self.failing:
            self.told = []
        self.failing = False
        if valid and self.objects and told and not self.muted:
            self.tree.out.append(Validated((), self.value))
