"""`ModelParser`: a parser that hands out validated objects as their braces close."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from importlib import import_module
from operator import attrgetter
from typing import Any, ClassVar, Generic, Literal, cast, overload

from pydantic import TypeAdapter
from typing_extensions import TypeForm, TypeVar

from .._core.checkpoint import load_violation, save_violation
from .._core.faults import Fault
from .._core.handler import Handler
from .._core.shape import check
from .._core.source import Source
from .._seal import checked, unreadable
from ..errors import CheckpointError, UsageError, ValidationFailed
from ..events import Event, Validated, Violation
from ..limits import Limits
from ..parser import Parser, Repair
from ..paths import Pattern
from .hints import TypeHints
from .live import LiveValidator
from .partial import Partial
from .plan import adapter_of, plan_of
from .resume import fingerprint, load, look_back, save
from .shown import sights_of
from .verdicts import Stop, Verdicts
from .view import View

__all__ = ["ModelParser"]

_ARGUMENTS = {**dict.fromkeys(("strict", "by_alias", "by_name"), (bool, type(None))), "stop": bool}

T = TypeVar("T")
P = TypeVar("P", default=Partial[T])


class ModelParser(Parser, Generic[T, P]):
    """A `Parser` for documents of a Pydantic type.

    Models, dataclasses, TypedDicts and NamedTuples are validated at their last character,
    wherever they stand, and with `paths` every selected value: `Validated(path, object)`.
    Each object is what `validate_json` makes of the value's own text. A `Violation` comes at
    the first character after which no text could be accepted. Parsing goes on after it;
    `result` is the final verdict, which is Pydantic's own on the whole text.

    A subtree is validated on its own, so what its ancestors' validators would do to it is
    not in its object, and an ancestor can still fail. Below a before, wrap or plain
    validator nothing is validated before that validator's owner is complete. A value inside
    k models is validated at most k + 1 times, and never before it is complete. `docs/typed.md`
    lists what is decided when.

    Args:
        type: what `pydantic.TypeAdapter` takes, or a TypeAdapter.
        events: the event classes to hand out; None for all.
        paths: a pattern or a list of patterns; only events of values they select, and
            violations in them.
        many: documents follow one another; `result` is the last complete one's.
        limits: see `Limits`. Pydantic refuses what is nested deeper than 200.
        duplicate_keys: only `"error"`: with repeated keys allowed no verdict before the end
            would be certain.
        trailing: `"keep"` collects what follows the document in `rest`.
        strict, context, by_alias, by_name: passed on to Pydantic.
        stop_on_violation: the first violation is raised as `ValidationFailed`.
        partial: a class for `partial`, if you want to write it yourself: it has the fields
            of the type, and each may be `MISSING`.
        early_defaults: plain defaults are shown in `partial` from the start.

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
        repair: Repair = False,
        strict: bool | None = None,
        context: Any = None,
        by_alias: bool | None = None,
        by_name: bool | None = None,
        stop_on_violation: bool = False,
        partial: type[P] | None = None,
        early_defaults: bool = False,
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
        repair: Repair = False,
        strict: bool | None = None,
        context: Any = None,
        by_alias: bool | None = None,
        by_name: bool | None = None,
        stop_on_violation: bool = False,
        partial: type[P] | None = None,
        early_defaults: bool = False,
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
        repair: Repair = False,
        strict: bool | None = None,
        context: Any = None,
        by_alias: bool | None = None,
        by_name: bool | None = None,
        stop_on_violation: bool = False,
        partial: type[P] | None = None,
        early_defaults: bool = False,
    ) -> None:
        if duplicate_keys != "error":
            raise UsageError(
                "ModelParser takes duplicate_keys='error' only: "
                "a repeated key could take back what was already validated"
            )
        self._adapter = adapter_of(type)
        self._plan = plan_of(self._adapter, strict, by_alias, by_name)
        self._stops = stop_on_violation
        self._shows(partial, early_defaults)
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
            repair=repair,
        )
        self._live.tokenizer = self._tokenizer
        self._tokenizer.tells_keys = self._plan.closes
        self._guide(TypeHints(self._live))
        if self._repairer is not None:
            self._verdicts.given = self._repairer.given

    def _shows(self, partial: builtins.type[Any] | None, early_defaults: bool) -> None:
        """Say how the document is shown while it grows."""
        self._showing: dict[str, Any] = {"partial": partial, "early_defaults": early_defaults}
        self._sights = sights_of(self._plan, early_defaults, partial)
        self._view: View | None = None  # until somebody looks

    def _handler(self) -> Handler:
        self._source = Source(0)
        kinds = self._wanted()
        self._verdicts = Verdicts(
            *(self._tree, self._source, self._plan, kinds, self._patterns),
            *(self._arguments, self._stops),
        )
        self._live = LiveValidator(self._tree, self._source, self._verdicts, kinds)
        if self._options.limits is not None:
            self._live.most = self._options.limits.max_branches
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

    def _broken(self, error: BaseException, text: str) -> None:
        """A function of the user raised: what was read by then can be looked at."""
        super()._broken(error, text)
        at, source = self._verdicts.broken, self._source
        if at >= 0 and source is not None:
            if text:
                source.chunks.append(text)
            source.cut(at)
            self._tokenizer.base = at
            if self._repairer is not None:
                self._repairer.stopped(at)

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
        if self._verdicts.outcome is None:
            raise UsageError("the document is not complete", code="not_available")
        made, error = self._verdicts.outcome.verdict()
        if error is not None:
            raise error
        return cast("T", made)

    @property
    def partial(self) -> P:
        """What is there of the document, with the types it is going to have.

        An object that grows in place, the same each time. Of a model, dataclass or
        NamedTuple that is open there are all fields, and what has not come is `MISSING`;
        of a TypedDict, dict or list there is what has come. A value is shown when it is
        complete and valid, as what Pydantic makes of it: models as the very objects of
        `Validated`. Strings are shown while they grow where the type is plain `str`. What
        depends on its surroundings is shown with them, and what is wrong is not shown.

        Before anything has come it is an object without any field, or `MISSING` where the
        type is none with fields. When the document is complete and valid, an object of fields
        has those of `result`, and anything else is `result` itself; if it is not valid, what
        was valid stays.

        Reading it costs what is new since the last time. It belongs to the parser: copy
        what is to stay as it is.

        >>> from pydantic import BaseModel
        >>> class Item(BaseModel):
        ...     sku: str
        ...     price: float
        >>> parser = ModelParser(list[Item])
        >>> _ = parser.feed('[{"sku": "a1", "price": 2}, {"sku": "b')
        >>> parser.partial
        [Item(sku='a1', price=2.0), PartialItem(sku='b', price=MISSING)]
        """
        if self._view is None:
            look_back(self._live, self._options)
            self._view = View(self._live, self._sights)
        shown: P = self._view.look()
        return shown

    @property
    def required(self) -> tuple[str, ...]:
        """The keys that the document must have, if it is an object with fixed ones."""
        shapes = self._plan.root.shapes
        return shapes[0].required if len(shapes) == 1 else ()

    # --- resuming ----------------------------------------------------------------------

    def _state(self) -> dict[str, Any]:
        arguments = {k: v for k, v in self._arguments.items() if k != "context"}
        state = {**super()._state(), "arguments": {**arguments, "stop": self._stops}}
        state["typed"] = save(self._live, self._tokenizer)
        if isinstance(self._error, ValidationFailed):
            state["violation"] = save_violation(self._error.violation)
        return state

    @classmethod
    def restore(  # type: ignore[override]  # a type is never read from data
        cls,
        checkpoint: Mapping[str, Any],
        type: Any,
        /,
        *,
        limits: Limits | None = None,
        context: Any = None,
        partial: builtins.type[Any] | None = None,
        early_defaults: bool = False,
    ) -> ModelParser[Any, Any]:
        """A parser that goes on where the checkpoint was made, with the same remaining events.

        No validator runs again for what was handed out before, unless `result` is asked for
        and the document was complete already.

        Args:
            checkpoint: from `checkpoint`, also after a JSON round trip.
            type: the type that the parser was made for, or its import path
                (`"package.module:Name"`); never read from data.
            limits, context, partial, early_defaults: to be given again.

        Raises:
            CheckpointError: if it is damaged, of another version, another kind of parser or
                another type.
        """
        data = cls._opened(checkpoint)
        adapter = adapter_of(type_named(type) if isinstance(type, str) else type)
        try:
            check(data)
            arguments = dict(checked(data["arguments"], **_ARGUMENTS))
            parser = cls(
                adapter,
                **cls._given(data),
                many=data["options"]["many"],
                trailing=data["options"]["trailing"],
                repair=data["options"]["repair"],
                stop_on_violation=arguments.pop("stop"),
                **arguments,
                limits=limits,
                context=context,
                partial=partial,
                early_defaults=early_defaults,
            )
            parser._load(data)
            parser._resume(data)
        except CheckpointError:
            raise
        except Exception as error:  # whatever data can bring about
            raise unreadable(error) from error
        return parser

    def _resume(self, data: dict[str, Any]) -> None:
        if data["typed"]["type"] != fingerprint(self._plan):
            raise CheckpointError("it was made for another type", code="wrong_type")
        if "violation" in data:
            violation = load_violation(data["violation"])
            violation.detail["loc"] = tuple(violation.detail["loc"])
            message = data["error"]["message"]
            self._error = ValidationFailed(message, violation=violation)
        load(self._live, data["typed"], self._options, self._error is not None)

    def fork(self) -> ModelParser[T, P]:
        """An independent parser in the same state."""
        return self.restore(
            self.checkpoint(),
            self._adapter,
            limits=self._options.limits,
            context=self._arguments["context"],
            **self._showing,
        )


def type_named(name: str) -> Any:
    """The type at an import path, `package.module:Name`."""
    module, _, attribute = name.partition(":")
    try:
        return attrgetter(attribute)(import_module(module))
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageError(
            f"there is no type at {name!r}: {error}", code="unsupported_type"
        ) from None
