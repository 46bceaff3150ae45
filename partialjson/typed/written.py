"""Partial classes that somebody wrote: which there are, and whether they fit their models."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from pydantic import BaseModel
from pydantic_core import MISSING

from ..errors import UsageError
from .partial import field_names, name_of, partial_class

if TYPE_CHECKING:
    from .kinds import Schema
    from .plan import Plan

Room = frozenset[type]  # the partial classes whose instances a field can hold


class Classes:
    """Which partial classes the models of a type have: generated, or written by somebody."""

    def of(self, model: type) -> type | None:
        """The partial class of a model; None if it is shown only when it is complete."""
        return partial_class(model)

    def rooms(self, cls: type) -> dict[str, Room]:
        """What the fields of a partial class can hold; a field that holds anything is left out."""
        return {}


class WrittenClasses(Classes):
    """The classes that somebody wrote, by their models."""

    def __init__(self, written: dict[type, type]) -> None:
        self._written = written

    def of(self, model: type) -> type | None:
        """See `Classes.of`."""
        return self._written.get(model)

    def rooms(self, cls: type) -> dict[str, Room]:
        """See `Classes.rooms`."""
        hints, _ = _fields(cls)
        return {n: frozenset(_classes_in([t])) for n, t in hints.items() if t is not Any}


def classes_of(plan: Plan, written: type) -> Classes:
    """The partial classes of a type, of which somebody wrote that of the root.

    The models in it are shown as what its fields have room for.

    Raises:
        UsageError: if it does not fit.
    """
    models = [_model_of(schema) for schema in _records(plan)]
    root = root_model(plan)
    if root is None:
        raise UsageError(f"partial={written!r}: only a model, dataclass or NamedTuple takes one")
    found: dict[type, type] = {root: written}
    todo = [(root, written)]
    while todo:
        model, partial = todo.pop()
        hints = _checked(model, partial)
        for inner in [m for m in models if m is not None and m not in found]:
            candidate = _candidate(inner, hints)
            if candidate is not None:
                found[inner] = candidate
                todo.append((inner, candidate))
    return WrittenClasses(found)


def _records(plan: Plan) -> Iterator[Schema]:
    for schema in plan.walk(plan.root.schema):
        if schema["type"] in ("model", "dataclass", "named-tuple"):
            yield schema


def _model_of(schema: Schema) -> type | None:
    return None if schema.get("root_model") else schema.get("cls")


def root_model(plan: Plan) -> type | None:
    """The model of the root, through what may stand around it."""
    root = plan.root
    found = {shape.cls or shape.schema.get("cls") for shape in root.shapes if shape.model}
    if len(found) == 1:
        return found.pop()
    return _model_of(root.schema) if root.schema["type"] in ("model", "dataclass") else None


def _checked(model: type, written: type) -> dict[str, Any]:
    """The fields of a class with their types, if it fits the model."""
    told = f"{written.__name__} is no partial class of {model.__name__}: "
    if issubclass(written, model):
        raise UsageError(told + "it is a subclass, whose methods do not know MISSING")
    hints, defaults = _fields(written)
    names = field_names(model)
    lacking = [name for name in names if name not in hints]
    unknown = [name for name in hints if name not in names]
    if lacking:
        raise UsageError(told + f"it has no field {', '.join(lacking)}")
    if unknown:
        raise UsageError(told + f"{model.__name__} has no field {', '.join(unknown)}")
    for name in names:
        if hints[name] is not Any and not any(part is MISSING for part in get_args(hints[name])):
            raise UsageError(told + f"the type of {name} must take MISSING")
        if defaults[name] is not MISSING:
            raise UsageError(told + f"the default of {name} must be MISSING")
    return hints


def _fields(written: type) -> tuple[dict[str, Any], dict[str, Any]]:
    """The types and defaults of a class's fields."""
    if issubclass(written, BaseModel):
        if not written.__pydantic_complete__:
            written.model_rebuild()
        fields = written.model_fields
        return (
            {name: field.annotation for name, field in fields.items()},
            {name: field.default for name, field in fields.items()},
        )
    if not dataclasses.is_dataclass(written) or not hasattr(written, "__dict__"):
        raise UsageError(f"{written!r} is neither a Pydantic model nor a dataclass")
    if "__slots__" in written.__dict__:
        raise UsageError(f"{written.__name__} has slots, which a partial class cannot have")
    hints = get_type_hints(written)
    listed = dataclasses.fields(written)
    return {f.name: hints[f.name] for f in listed}, {f.name: f.default for f in listed}


def _candidate(model: type, hints: dict[str, Any]) -> type | None:
    """The partial class of a model that is among the types of some fields."""
    found = [cls for cls in _classes_in(hints.values()) if cls is not model and _is_written(cls)]
    for cls in found:
        if cls.__name__ == name_of(model):
            return cls
    for cls in found:
        if set(_fields(cls)[0]) == set(field_names(model)):
            return cls
    return None


def _is_written(cls: type) -> bool:
    return (issubclass(cls, BaseModel) or dataclasses.is_dataclass(cls)) and all(
        value is MISSING for value in _fields(cls)[1].values()
    )


def _classes_in(types: Any) -> Iterator[type]:
    todo = [*types]
    while todo:
        part = todo.pop()
        if isinstance(part, type):
            yield part
        todo += get_args(part)
