"""When a value shown later goes on from one shown before, and where it does not.

Values are compared as plain data: `plain` copies what is shown, at the moment it is shown, since
many consumers change one object in place.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import zip_longest
from typing import Any, NamedTuple

from ...events import missing
from ...paths import Path


class Change(NamedTuple):
    """Where two values part: the path, both values there, and what became of the first."""

    path: Path
    earlier: Any
    later: Any
    what: str


_SCALARS = {str, int, float, bool, type(None)}


# --- copies -----------------------------------------------------------------------------


def fields_of(value: Any) -> Mapping[Any, Any] | None:
    """The members of a mapping, dataclass, Pydantic model, attrs class or msgspec Struct."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, type):
        return None
    kind = type(value)
    if dataclasses.is_dataclass(value):
        names: Any = [field.name for field in dataclasses.fields(value)]
    elif hasattr(kind, "__pydantic_fields__"):
        return {**vars(value), **(getattr(value, "__pydantic_extra__", None) or {})}
    elif hasattr(kind, "__attrs_attrs__"):
        names = [field.name for field in kind.__attrs_attrs__]
    else:
        names = getattr(kind, "__struct_fields__", None)
    return None if names is None else {name: getattr(value, name) for name in names}


def plain(value: Any) -> Any:
    """A copy as dicts, lists and sets; what is none of those is the same object."""
    top: list[Any] = [None]
    todo: list[tuple[Any, Any, Any]] = [(value, top, 0)]
    while todo:
        value, owner, key = todo.pop()
        if type(value) in _SCALARS:
            owner[key] = value
            continue
        fields = None if isinstance(value, enum.Enum) else fields_of(value)
        copied: Any = value
        if fields is not None:
            copied = dict.fromkeys(fields)
            todo += [(member, copied, name) for name, member in fields.items()]
        elif isinstance(value, (list, tuple)):
            copied = [None] * len(value)
            todo += [(item, copied, i) for i, item in enumerate(value)]
        elif isinstance(value, AbstractSet):
            copied = set(value)
        owner[key] = copied
    return top[0]


# --- the same ---------------------------------------------------------------------------


def same(a: Any, b: Any) -> bool:
    """Whether two scalars are the same: 1 is not True here, 0.0 not -0.0, and NaN is NaN."""
    if type(a) is not type(b):
        return False
    return repr(a) == repr(b) if isinstance(a, float) else bool(a == b)


class _Nothing:
    """Stands where one of two values has something and the other has not."""

    def __repr__(self) -> str:
        return "nothing"


NOTHING = _Nothing()


def _children(path: Path, a: Any, b: Any) -> Iterator[tuple[Path, Any, Any]]:
    """The members of both, side by side: those of the first one in its order, then the others."""
    if isinstance(a, dict):
        keys = {**a, **b}
        return (((*path, key), a.get(key, NOTHING), b.get(key, NOTHING)) for key in keys)
    pairs = zip_longest(a, b, fillvalue=NOTHING)
    return (((*path, i), *pair) for i, pair in enumerate(pairs))


def difference(a: Any, b: Any) -> Change | None:
    """The first place, in document order, at which two values are not the same.

    Lists, tuples and dicts are looked into; everything else is compared by `==`.

    >>> difference({"a": [1, 2]}, {"a": [1, 2.0]})
    Change(path=('a', 1), earlier=2, later=2.0, what='is not')
    >>> difference([1], [1, 2])
    Change(path=(1,), earlier=nothing, later=2, what='is not')
    """
    todo: list[tuple[Path, Any, Any]] = [((), a, b)]
    while todo:
        path, a, b = todo.pop()
        if type(a) is type(b) and type(a) in (dict, list, tuple):
            todo += reversed([*_children(path, a, b)])
        elif not same(a, b):
            return Change(path, a, b, "is not")
    return None


# --- growing ----------------------------------------------------------------------------


def retraction(
    earlier: Any, later: Any, placeholders: tuple[Any, ...] = (), parallel: bool = False
) -> Change | None:
    """The first place at which `later` takes back what `earlier` showed; None if it goes on.

    What goes on from what is said at `assert_no_retraction`.

    Args:
        earlier: a value from `plain`.
        later: a value from `plain`.
        placeholders: what stands for values that have not come, beside `MISSING`.
        parallel: every item of a list may grow, not the last only.

    >>> retraction({"a": "x"}, {"a": "xy", "b": [1]})
    >>> retraction({"a": 1}, {"a": 12})
    Change(path=('a',), earlier=1, later=12, what='became')
    """
    unset = (missing(), *placeholders)
    todo: list[tuple[Path, Any, Any, bool]] = [((), earlier, later, True)]
    while todo:
        path, a, b, grows = todo.pop()
        if any(a is nothing or same(a, nothing) for nothing in unset):
            continue
        rule = _RULES.get(type(a), _scalar) if type(a) is type(b) else _scalar
        what = rule(a, b, grows)
        if what:
            return Change(path, a, b, what)
        if isinstance(a, (dict, list)) and rule is not _scalar:
            todo += reversed([*_growing(path, a, b, grows, parallel)])
    return None


def _growing(
    path: Path, a: Any, b: Any, grows: bool, parallel: bool
) -> Iterator[tuple[Path, Any, Any, bool]]:
    """What the earlier one has, each with whether it may grow."""
    for at, child in zip(range(len(a)), _children(path, a, b), strict=False):
        yield (*child, grows and (parallel or isinstance(a, dict) or at == len(a) - 1))


def _scalar(a: Any, b: Any, grows: bool) -> str:
    return "" if same(a, b) else "became"


def _string(a: str, b: str, grows: bool) -> str:
    return _size(a, b, grows) if b.startswith(a) else "became"


def _object(a: dict[Any, Any], b: dict[Any, Any], grows: bool) -> str:
    if [key for key in b if key in a] != [key for key in a if key in b]:
        return "changed its order and became"
    return _size(a, b, grows)


def _set(a: set[Any], b: set[Any], grows: bool) -> str:
    return _size(a, b, grows) if a <= b else "became"


def _size(a: Any, b: Any, grows: bool) -> str:
    return "" if grows or len(a) >= len(b) else "grew, after the next item had begun, to"


_RULES: dict[type, Callable[[Any, Any, bool], str]] = {
    str: _string,
    dict: _object,
    list: _size,
    set: _set,
}
