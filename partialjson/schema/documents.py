"""`SchemaParser`: a parser that knows as early as can be whether a document fits its schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from .._core.checkpoint import load_violation, save_violation
from .._core.faults import Fault
from .._core.handler import Handler
from .._core.shape import check
from .._seal import unreadable
from ..errors import CheckpointError, LimitExceededError, UsageError, ValidationFailed
from ..events import Event, Validated, Violation
from ..limits import Limits
from ..parser import Parser, Repair
from ..paths import Pattern
from .expected import Expected, expected
from .given import schema_of
from .hints import SchemaHints
from .live import LiveSchema
from .nodes import Plan, plan_of
from .report import Reporter, Stop
from .resume import load, recall, save
from .wording import written_report

if TYPE_CHECKING:
    from jsonschema import FormatChecker
    from jsonschema.exceptions import ValidationError
    from referencing import Registry

__all__ = ["SchemaParser"]


class SchemaParser(Parser):
    """A `Parser` for documents that must satisfy a JSON Schema.

    A `Violation` comes at the first character after which the schema's keywords leave no
    acceptable continuation; `docs/schema.md` says for each keyword when that is. Objects and
    arrays that pass come as `Validated(path, value)` at their last character, and with
    `paths` every selected value. Parsing goes on after a violation; `verdict` and `errors`
    are jsonschema's own on the whole document.

    Drafts 7, 2019-09 and 2020-12 are streamed, by `$schema` (else 2020-12); what jsonschema
    knows of others is decided when a value is complete. Nothing is fetched.

    Args:
        schema: a JSON Schema; an OpenAI `response_format` or a provider's tool definition; or
            a type that Pydantic knows, for its schema.
        registry: a `referencing.Registry` with the schemas that references lead to.
        format: True asserts `format` as jsonschema does, a `FormatChecker` as it says.
        numbers: `"plain"` promises that no number has an exponent or a fraction of zeros:
            then bounds are decided at the digit. A number that breaks the promise is a
            JSONSyntaxError (code `number_form`).
        events: the event classes to hand out; None for all.
        paths: a pattern or a list of patterns; only events of values they select, and
            violations in them.
        many: documents follow one another; `verdict` is that of the present or last one.
        limits: see `Limits`.
        duplicate_keys: only `"error"`: with repeated keys allowed no verdict before the end
            would be certain.
        trailing: `"keep"` collects what follows the document in `rest`.
        stop_on_violation: the first violation is raised as `ValidationFailed`.
        repair: as for `Parser`; `number_forms` is none with `numbers="plain"`.

    Raises:
        UsageError: for what is no schema (code `invalid_schema`), and options that make no
            sense. `feed` raises it where a value reaches a reference that leads nowhere
            (`unresolvable_reference`), a pattern that is none (`invalid_pattern`) or a schema
            that applies itself to the same value (`endless_schema`).

    >>> parser = SchemaParser({"properties": {"unit": {"enum": ["km", "mile"]}}})
    >>> parser.feed('{"unit": "metre"')[-3]
    Violation(path=('unit',), kind='enum', message="cannot become one of ['km', 'mile']", \
offset=11, early=True, detail={'message': "cannot become one of ['km', 'mile']", 'path': ['unit'], \
'schema_path': ['properties', 'unit', 'enum'], 'validator': 'enum', ...})
    """

    _event_types: ClassVar[tuple[type[Event], ...]] = (
        *Parser._event_types,
        *(Validated, Violation),
    )

    def __init__(
        self,
        schema: Any,
        /,
        *,
        registry: Registry[Any] | None = None,
        format: bool | FormatChecker = False,
        numbers: Literal["json", "plain"] = "json",
        events: Iterable[type[Event]] | type[Event] | None = None,
        paths: Pattern | Iterable[Pattern] | None = None,
        many: bool = False,
        limits: Limits | None = None,
        duplicate_keys: Literal["error"] = "error",
        trailing: Literal["error", "keep"] = "error",
        stop_on_violation: bool = False,
        repair: Repair = False,
    ) -> None:
        if duplicate_keys != "error":
            raise UsageError(
                "SchemaParser takes duplicate_keys='error' only: "
                "a repeated key could take back what was already decided"
            )
        if numbers not in ("json", "plain"):
            raise UsageError(f"numbers must be 'json' or 'plain', not {numbers!r}")
        if limits is not None and not isinstance(limits, Limits):
            raise TypeError(f"limits must be Limits(...), not {type(limits).__name__}")
        self._given_schema = schema
        self._plan = plan_of(schema_of(schema), registry, format, limits)
        self._registry = registry
        self._format = format
        self._numbers = numbers
        self._stops = stop_on_violation
        super().__init__(
            events=events,
            paths=paths,
            many=many,
            limits=limits,
            duplicate_keys="error",
            trailing=trailing,
            repair=repair,
        )
        self._live.tokenizer = self._tokenizer
        self._tokenizer.tells_keys = self._plan.closes
        self._tokenizer.tells_scalars = True
        hints = SchemaHints(self._live)
        self._guide(hints)
        if self._repairer is not None:
            self._live.hints = hints
            self._reporter.given = self._repairer.given
            self._live.rereads = self._repairer.on
            if numbers == "plain":  # it promises more than these keep
                self._repairer.on -= {"number_forms"}

    def _handler(self) -> Handler:
        kinds = self._wanted()
        most = self._plan.limits.max_violations
        self._reporter = Reporter(self._tree, kinds, self._patterns, self._stops, most)
        plain = self._numbers == "plain"
        self._live = LiveSchema(self._tree, self._plan, self._reporter, plain)
        self._reporter.live = self._live
        return self._live

    def _public(self, fault: Fault, text: str) -> Any:
        if isinstance(fault, Stop):
            violation = fault.violation
            if self._repairer is not None:
                self._repairer.stopped(fault.offset)
            return ValidationFailed(
                f"{violation.message} (at {violation.path!r})", violation=violation
            )
        return super()._public(fault, text)

    # --- what came of it ---------------------------------------------------------------

    @property
    def schema(self) -> Any:
        """The schema that documents are held against."""
        return self._plan.schema

    @property
    def verdict(self) -> Literal["undecided", "valid", "invalid"]:
        """`"invalid"` as soon as that is certain, `"valid"` when the document is complete."""
        verdict: Any = self._reporter.concluded
        if self._in_document():
            verdict = "invalid" if self._reporter.failing else "undecided"
        if verdict == "undecided" and self._plan.root.impossible:
            return "invalid"
        return verdict  # type: ignore[no-any-return]  # one of the three

    @property
    def errors(self) -> list[ValidationError]:
        """jsonschema's own errors of the whole document, `Limits.max_violations` at most.

        Raises:
            PartialJSONError: the error that ended the parse, if one did.
            UsageError: before the document is complete.
            LimitExceededError: if they take more than `max_schema_work`.
        """
        if self._error is not None:
            self._refuse()
        reporter = self._reporter
        if reporter.concluded == "undecided" or self._tokenizer.stack:
            raise UsageError("the document is not complete", code="not_available")
        if reporter.concluded == "valid":
            return []
        if reporter.found is None:
            reporter.found = self._errors_of(reporter.value)
        return [*reporter.found]

    def _errors_of(self, value: Any) -> list[ValidationError]:
        judge, limits = self._live.judge, self._plan.limits
        judge.begin()
        found = self._plan.validator.iter_errors(value)
        try:
            return list(judge.ask(self.offset, lambda: [*islice(found, limits.max_violations)]))
        except Fault as fault:
            raise LimitExceededError(
                fault.message,
                limit=fault.limit,
                maximum=fault.maximum,
                code=fault.code,
                offset=fault.offset,
            ) from None

    @property
    def violations(self) -> list[Violation]:
        """What was found wrong with the present or last document, in the order of the text."""
        if self._in_document() and not self._reporter.failing:
            return []
        return [*self._reporter.told]

    def _in_document(self) -> bool:
        """Whether a document has begun that is not complete."""
        return bool(self._tokenizer.stack) or self._tokenizer.in_value()

    @property
    def expected(self) -> Expected:
        """What may come next: what JSON takes here, and what the schema leaves of it.

        >>> parser = SchemaParser({"properties": {"unit": {"enum": ["km", "mile"]}}})
        >>> _ = parser.feed('{"unit": "m')
        >>> parser.expected, parser.expected.candidates
        (('character', '"'), ('mile',))
        """
        return expected(self._live, super().expected)

    def report(self) -> str:
        """What is wrong in plain words, fit to be sent back to who wrote the document.

        >>> parser = SchemaParser({"type": "object", "required": ["city"]})
        >>> _ = parser.feed("{}")
        >>> print(parser.report())
        The JSON does not fit its schema:
        - the document: 'city' is a required property
        """
        return written_report(self)

    @property
    def required(self) -> tuple[str, ...]:
        """The keys that the document must have, as far as the schema itself says so."""
        required = self.schema.get("required") if isinstance(self.schema, Mapping) else None
        return tuple(required) if isinstance(required, list) else ()

    @property
    def fingerprint(self) -> str:
        """What tells the schema from others, in any process."""
        return _fingerprint(self._plan)

    # --- resuming ----------------------------------------------------------------------

    def _state(self) -> dict[str, Any]:
        state = {
            **super()._state(),
            "schema": self.fingerprint,
            "numbers": self._numbers,
            "asserts": bool(self._format),
            "stop": self._stops,
            "judged": save(self._live),
        }
        if isinstance(self._error, ValidationFailed):
            state["violation"] = save_violation(self._error.violation)
        return state

    @classmethod
    def restore(  # type: ignore[override]  # a schema is never read from data
        cls,
        checkpoint: Mapping[str, Any],
        schema: Any,
        /,
        *,
        registry: Registry[Any] | None = None,
        format: bool | FormatChecker = False,
        limits: Limits | None = None,
    ) -> SchemaParser:
        """A parser that goes on where the checkpoint was made, with the same remaining events.

        Args:
            checkpoint: from `checkpoint`, also after a JSON round trip.
            schema: what the parser was made for; never read from data.
            registry, format, limits: to be given again.

        Raises:
            CheckpointError: if it is damaged, of another version, another kind of parser or
                another schema.
        """
        data = cls._opened(checkpoint)
        try:
            check(data)
            parser = cls(
                schema,
                **cls._given(data),
                registry=registry,
                format=format,
                numbers=data["numbers"],
                many=data["options"]["many"],
                trailing=data["options"]["trailing"],
                stop_on_violation=data["stop"],
                repair=data["options"]["repair"],
                limits=limits,
            )
            if data["asserts"] != bool(format):
                raise CheckpointError("it was made with another format=", code="wrong_type")
            if data["schema"] != parser.fingerprint:
                raise CheckpointError("it was made for another schema", code="wrong_type")
            parser._load(data)
            parser._resume(data)
        except CheckpointError:
            raise
        except Exception as error:  # whatever data can bring about
            raise unreadable(error) from error
        return parser

    def _resume(self, data: dict[str, Any]) -> None:
        if "violation" in data:
            violation = load_violation(data["violation"])
            message = data["error"]["message"]
            self._error = ValidationFailed(message, violation=violation)
        if self._error is not None:
            recall(self._live, data["judged"])
            return
        number = "" if self._repairer is None else self._repairer.heard_number()
        load(self._live, data["judged"], number)

    def fork(self) -> SchemaParser:
        """An independent parser in the same state."""
        return self.restore(
            self.checkpoint(),
            self._given_schema,
            registry=self._registry,
            format=self._format,
            limits=self._options.limits,
        )


def _fingerprint(plan: Plan) -> str:
    text = json.dumps(plan.schema, sort_keys=True, default=repr)
    return sha256(text.encode()).hexdigest()[:16]
