"""A function's signature as the type of its arguments, and the call that they make."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from inspect import Parameter
from typing import Annotated, Any, get_type_hints

from pydantic.fields import FieldInfo
from typing_extensions import NotRequired, Required, TypedDict

from ..errors import UsageError


def arguments_of(function: Callable[..., Any]) -> type:
    """A TypedDict of the function's arguments.

    An argument with a default may be left out; the function then gives it its own default.
    Other arguments than the function's are refused, unless it takes `**kwargs`.

    Raises:
        UsageError: for a function that takes `*args`, or whose annotations cannot be read.

    >>> def greet(name: str, *, times: int = 1) -> str:
    ...     return name * times
    >>> sorted(arguments_of(greet).__required_keys__)
    ['name']
    """
    name = getattr(function, "__name__", "function")
    hints = _hints(function, name)
    fields: dict[str, Any] = {}
    extra: Any = None
    for parameter in _signature(function, name).parameters.values():
        hint = hints.get(parameter.name, Any)
        if parameter.kind is Parameter.VAR_POSITIONAL:
            raise UsageError(
                f"the tool {name!r} takes *{parameter.name}: arguments of a call have names",
                code="unsupported_type",
            )
        if parameter.kind is Parameter.VAR_KEYWORD:
            extra = hint
        else:
            fields[parameter.name] = _field(hint, parameter.default)
    make: Any = TypedDict  # called with names from a signature, which may be any
    if extra is not None:
        open_ended: type = make(name, fields, extra_items=extra)
        return open_ended
    arguments: type = make(name, fields)
    arguments.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined]  # Pydantic's
    return arguments


def _signature(function: Callable[..., Any], name: str) -> inspect.Signature:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"the tool {name!r} has no signature: {error}", code="unsupported_type"
        ) from None


def _hints(function: Callable[..., Any], name: str) -> dict[str, Any]:
    while isinstance(function, functools.partial):
        function = function.func
    try:
        return get_type_hints(function, include_extras=True)
    except (NameError, TypeError) as error:
        raise UsageError(
            f"the annotations of the tool {name!r} cannot be read: {error}",
            code="unsupported_type",
        ) from None


def _field(hint: Any, default: Any) -> Any:
    if isinstance(default, FieldInfo):
        hint = Annotated[hint, default]
        return Required[hint] if default.is_required() else NotRequired[hint]
    return Required[hint] if default is Parameter.empty else NotRequired[hint]


def run(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Call a function with validated arguments, each as its kind of parameter wants it."""
    named = dict(arguments)
    placed = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is Parameter.POSITIONAL_ONLY and parameter.name in named:
            placed.append(named.pop(parameter.name))
    return function(*placed, **named)
