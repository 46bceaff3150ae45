"""`ModelParser`: a parser that hands out validated objects as their braces close."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Generic, Literal, NoReturn, TypeVar, cast, overload

from pydantic import TypeAdapter
from typing_extensions import TypeForm

from .._core.faults import Fault
from .._core.handler import Handler
from .._core.source import Source
from ..errors import UsageError, ValidationFailed
from ..events import Event, Validated, Violation
from ..limits import Limits
from ..parser import Fragment, Parser
from ..paths import Pattern
from .live import LiveValidator, Stop
from .plan import adapter_of, plan_of

__all__ = ["ModelParser"]

T = TypeVar("T")


class ModelParser(Parser, Generic[T]):
    """A `Parser` for one document of a Pydantic type.

    Models, lists of models, and models and lists of models in their fields are validated at
    their closing bracket: `Validated(path, object)`, or `Violation` for each thing that is
    wrong. Each object is what `validate_json` makes of the subtree's own text. Parsing goes
    on after a violation; `result` is the final verdict, which is Pydantic's own on the whole
    text. A value inside k models is validated at most k + 1 times.

    A subtree is validated on its own, so what its ancestors' validators would do to it is
    not in its object, and an ancestor can still fail. Below a before, wrap or plain
    validator nothing is validated before that validator's owner is complete.

    Args:
        type: what `pydantic.TypeAdapter` takes, or a TypeAdapter.
        events: the event classes to hand out; None for all.
        paths: a pattern or a list of patterns; only events of values they select.
        limits: see `Limits`. Pydantic refuses what is nested deeper than 200.
        duplicate_keys: only `"error"`: with repeated keys allowed no verdict before the end
            would be certain.
        trailing: `"keep"` collects what follows the document in `rest`.
        strict, context: passed on to Pydantic.

    Raises:
        UsageError: for a type that Pydantic cannot validate, or options that make no sense.

    >>> from pydantic import BaseModel
    >>> class City(BaseModel):
    ...     name: str
    >>> parser = ModelParser(list[City])
    >>> parser.feed('[{"name": "Paris"}')[-1]
    Validated(path=(0,), object=City(name='Paris'))
    """

    _event_types: ClassVar[tuple[type[Event], ...]] = (
        *Parser._event_types,
        *(Validated, Violation),
    )

    @overload
    def __init__(
        self,
        type: TypeAdapter[T],
        /,
        *,
        events: Iterable[type[Event]] | type[Event] | None = None,
        paths: Pattern | Iterable[Pattern] | None = None,
        many: bool = False,
        limits: Limits | None = None,
        duplicate_keys: Literal["error"] = "error",
        trailing: Literal["error", "keep"] = "error",
        strict: bool | None = None,
        context: Any = None,
        by_alias: bool | None = None,
        by_name: bool | None = None,
        stop_on_violation: bool = False,
    ) -> None: ...

    @overload
    def __init__(
        self,
        type: TypeForm[T],
        /,
        *,
        events: Iterable[type[Event]] | type[Event] | None = None,
        paths: Pattern | Iterable[Pattern] | None = None,
        many: bool = False,
        limits: Limits | None = None,
        duplicate_keys: Literal["error"] = "error",
        trailing: Literal["error", "keep"] = "error",
        strict: bool | None = None,
        context: Any = None,
        by_alias: bool | None = None,
        by_name: bool | None = None,
        stop_on_violation: bool = False,
    ) -> None: ...

    def __init__(
        self,
        type: Any,  # positional only, so nobody sees the name
        /,
        *,
        events: Any = None,
        paths: Pattern | Iterable[Pattern] | None = None,
        many: bool = False,
        limits: Limits | None = None,
        duplicate_keys: str = "error",
        trailing: Literal["error", "keep"] = "error",
        strict: bool | None = None,
        context: Any = None,
        by_alias: bool | None = None,
        by_name: bool | None = None,
        stop_on_violation: bool = False,
    ) -> None:
        if duplicate_keys != "error":
            raise UsageError(
                "ModelParser takes duplicate_keys='error' only: "
                "a repeated key could take back what was already validated"
            )
        self._adapter = adapter_of(type)
        self._plan = plan_of(self._adapter, strict, by_alias, by_name)
        self._stops = stop_on_violation
        self._arguments = {
            "strict": strict,
            "context": context,
            "by_alias": by_alias,
            "by_name": by_name,
        }
        super().__init__(
            events=events,
            paths=paths,
            many=many,
            limits=limits,
            duplicate_keys="error",
            trailing=trailing,
        )
        self._live.tokenizer = self._tokenizer

    def _handler(self) -> Handler:
        self._source = Source(0)
        self._live = LiveValidator(
            self._tree,
            self._source,
            self._plan,
            self._wanted(),
            self._patterns,
            self._arguments,
            self._stops,
        )
        return self._chain(self._live)

    def feed(self, fragment: Fragment, /) -> list[Event]:
        """Take the next piece of the text, of any length; see `Parser.feed`.

        Raises:
            ValidationFailed: at the first violation, with `stop_on_violation=True`.
        """
        events = super().feed(fragment)
        if self._tokenizer.in_key:
            try:
                self._live.open_key()
            except Stop as stop:
                raise self._failed(stop, "") from None
            events += self._take()
        return events

    def _public(self, fault: Fault, text: str) -> Any:
        if isinstance(fault, Stop):
            violation = fault.violation
            return ValidationFailed(
                f"{violation.message} (at {violation.path!r})", violation=violation
            )
        return super()._public(fault, text)

    @property
    def result(self) -> T:
        """The validated object of the whole document.

        Raises:
            pydantic.ValidationError: if the document does not fit the type.
            PartialJSONError: the error that ended the parse, if one did.
            UsageError: before the document is complete.
        """
        if self._error is not None:
            self._refuse()
        if self._live.outcome is None:
            raise UsageError("the document is not complete", code="not_available")
        kind, outcome = self._live.outcome
        if kind == "error":
            raise outcome
        return cast("T", outcome)

    @property
    def required(self) -> tuple[str, ...]:
        """The keys that the document must have, if it is an object with fixed ones."""
        shapes = self._plan.root.shapes
        return shapes[0].required if len(shapes) == 1 else ()

    def checkpoint(self) -> NoReturn:
        """Not available yet: use `Parser` where a stream must survive its process."""
        raise UsageError("ModelParser has no checkpoints yet", code="not_available")

    def fork(self) -> NoReturn:
        """Not available yet, like `checkpoint`."""
        raise UsageError("ModelParser cannot be forked yet", code="not_available")
