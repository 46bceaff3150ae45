"""Reading messages: decoded JSON and the objects of SDKs alike, without importing any SDK.

A message, and every part of one, may be a dict, a Pydantic model, a dataclass, another
object with attributes, or a protobuf message; names may be in snake or in camel case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from types import MappingProxyType
from typing import Any

NOTHING: Mapping[str, Any] = MappingProxyType({})


_models: dict[type, bool] = {}  # classes seen: whether what an object holds is in `__dict__`
_MOST = 500  # classes that are remembered


def fields(thing: Any) -> Mapping[str, Any]:
    """The fields of a message or of a part of one; of None there are none.

    Raises:
        TypeError: for what has no fields: a str, a number, a list.
    """
    kind = type(thing)
    if kind is dict:
        return thing  # type: ignore[no-any-return]  # it is a dict
    held = _models.get(kind)
    if held is None:
        held = _learned(kind, thing)
    if not held:
        return _others(thing)
    known: dict[str, Any] = thing.__dict__
    extra = getattr(thing, "__pydantic_extra__", None)  # what the SDK has no name for
    return {**known, **extra} if extra else known


def declared(thing: Any) -> Mapping[str, Any]:
    """The fields of a dict, or those that the class of a model knows; empty for all else.

    For the way that most messages take: it costs less than `fields`, and says less.
    """
    kind = type(thing)
    if kind is dict:
        return thing  # type: ignore[no-any-return]  # it is a dict
    return thing.__dict__ if _models.get(kind) else NOTHING


def undeclared(thing: Any) -> Mapping[str, Any]:
    """What a model holds that its class has no name for."""
    return getattr(thing, "__pydantic_extra__", None) or NOTHING


def _learned(kind: type, thing: Any) -> bool:
    if len(_models) >= _MOST:
        _models.clear()
    protobuf = hasattr(kind, "ListFields")  # its objects show the `__dict__` of their class
    held = hasattr(thing, "__dict__") and not (protobuf or isinstance(thing, (Mapping, type)))
    _models[kind] = held
    return held


def _others(thing: Any) -> Mapping[str, Any]:
    if thing is None:
        return NOTHING
    if isinstance(thing, Mapping):
        return thing
    slots = getattr(type(thing), "__dataclass_fields__", None)
    if slots is not None:
        return {name: getattr(thing, name) for name in slots}
    listed = getattr(thing, "ListFields", None)
    if callable(listed):
        return {field.name: _named(field, value) for field, value in listed()}
    raise TypeError(f"a {type(thing).__name__} stands where an object is expected")


def _named(field: Any, value: Any) -> Any:
    """A protobuf field's value, with the names of enumerations in place of their numbers."""
    names = getattr(field, "enum_type", None)
    if names is None or not isinstance(value, int):
        return value
    named = names.values_by_number.get(value)
    return value if named is None else named.name


def either(thing: Mapping[str, Any], camel: str, snake: str) -> Any:
    """A field by its name on the wire, or by the one that SDKs give it; None if it is absent."""
    value = thing.get(camel)
    return thing.get(snake) if value is None else value


def listed(value: Any) -> Sequence[Any]:
    """A list's items; none of None.

    Raises:
        TypeError: for anything that is no list.
    """
    if value is None:
        return ()
    if isinstance(value, (list, tuple)):
        return value
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Sequence):
        raise TypeError(f"a {type(value).__name__} stands where a list is expected")
    return value


def scalar(value: Any) -> Any:
    """A name, an id or an index: what can be remembered as plain data.

    Raises:
        TypeError: for what is none of them: a list, an object, NaN, a number beyond 2**53.
    """
    if value is None or isinstance(value, str) or (isinstance(value, int) and counts(value)):
        return value
    if isinstance(value, float) and isfinite(value):
        return value
    raise TypeError(f"a {type(value).__name__} stands where a name or an index is expected")


def counts(value: int) -> bool:
    """Whether an index is one that any reader of JSON can count to; larger ones may collide.

    >>> counts(3), counts(1 << 60)
    (True, False)
    """
    return -_LARGEST <= value <= _LARGEST


_LARGEST = 1 << 53


def present(value: Any) -> Any:
    """A name or an id; None for what stands for none: null, "", and "null" in letters."""
    return None if value in ("", "null") else value


def word(value: Any) -> Any:
    """A member of an enumeration as the word that stands on the wire."""
    return getattr(value, "value", value)
