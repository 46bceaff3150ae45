"""jsonschema's validators, made fit for schemas and texts that nobody vouches for.

The final word on a value is always jsonschema's. What differs from its classes as they come:
a pattern is matched by an automaton in linear time where it can be, and `enum` and `uniqueItems`
look values up; nothing is fetched; each schema that is applied to a value counts, so that no
schema takes for ever; and `multipleOf` has an answer for numbers beyond the floats, where
jsonschema fails.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from typing import Any

from attrs import fields
from jsonschema.exceptions import SchemaError, UnknownType, ValidationError
from jsonschema.validators import Draft202012Validator, extend, validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

from .._core.faults import Fault, over
from ..errors import UsageError
from ..limits import Limits
from .equality import comparable
from .patterns import Irregular, PatternInput, search

_STEPS = 10  # that jsonschema takes to apply a schema: it makes a validator each time
_NOTHING_FETCHED: Registry[Any] = Registry()


class Work(threading.local):
    """How many schemas may still be applied, and the limits of patterns, for this thread."""

    left = 0
    limits = Limits()
    offset = 0


work = Work()


@contextmanager
def working(limits: Limits, left: int, offset: int) -> Iterator[Work]:
    """Let jsonschema judge, within limits.

    Args:
        left: how many schemas it may apply to values.
        offset: which character is at hand, for the error.

    Raises:
        UsageError: for references, patterns and types that are none, and where jsonschema
            itself fails.
        Fault: if a limit is exceeded.
    """
    before = work.left, work.limits, work.offset
    work.left, work.limits, work.offset = left, limits, offset
    try:
        yield work
    except (Unresolvable, re.error, Irregular, UnknownType) as error:
        raise unusable(error) from error
    except RecursionError as error:
        raise UsageError(
            "jsonschema cannot follow the value so deeply by this schema; a limit below "
            f"max_depth={limits.max_depth} refuses such a text at its first bracket too many",
            code="too_deep",
        ) from error
    except (Fault, UsageError):
        raise
    except PatternInput as error:
        raise over(error.limit, error.maximum, offset) from error
    except Exception as error:  # jsonschema has a few corners where it fails
        message = f"jsonschema cannot judge by this schema: {error!r}"
        raise UsageError(message, code="unusable_schema") from error
    finally:
        work.left, work.limits, work.offset = before


def unusable(error: Exception) -> UsageError:
    """What to say of a part of a schema that turns out to be unusable."""
    if isinstance(error, Unresolvable):
        ref = getattr(error, "ref", "") or str(error)
        return UsageError(
            f"the reference {ref!r} cannot be resolved; what is not in the schema itself "
            "comes from the registry that you pass, and nothing is fetched",
            code="unresolvable_reference",
        )
    if isinstance(error, (re.error, Irregular)):
        return UsageError(f"a pattern cannot be used: {error}", code="invalid_pattern")
    return UsageError(f"this is no JSON Schema: {error}", code="invalid_schema")


def spend(steps: int = 1) -> None:
    """One schema more is applied to a value, which takes so many steps of work."""
    work.left -= steps
    if work.left < 0:
        limits = work.limits
        raise over("max_schema_work", limits.max_schema_work, work.offset)


def matches(pattern: str, text: str) -> bool:
    """Whether `re.search` finds the pattern, in linear time where that can be."""
    limits = work.limits
    return search(pattern, text, limits.max_pattern_states, limits.max_pattern_input)


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Any], instance: Any, schema: Any
) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    for pattern, subschema in patterns.items():
        for key, value in instance.items():
            if matches(pattern, key):
                yield from validator.descend(value, subschema, path=key, schema_path=pattern)


def _additional_properties(
    validator: Any, additional: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    """What jsonschema says, once the keys that patterns take are out of the way."""
    if not validator.is_type(instance, "object"):
        return
    patterns = schema.get("patternProperties") or {}
    if not patterns:
        yield from _additional(validator, additional, instance, schema)
        return
    known = schema.get("properties", {})
    extras = [
        key
        for key in instance
        if key not in known and not any(matches(pattern, key) for pattern in patterns)
    ]
    if validator.is_type(additional, "object"):
        for extra in extras:
            yield from validator.descend(instance[extra], additional, path=extra)
    elif not additional and extras:
        verb = "does" if len(extras) == 1 else "do"
        named = ", ".join(repr(each) for each in sorted(extras))
        listed = ", ".join(repr(each) for each in sorted(patterns))
        yield ValidationError(f"{named} {verb} not match any of the regexes: {listed}")


def _multiple_of(
    validator: Any, divisor: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    """What jsonschema says, also where it fails: of numbers that are beyond the floats."""
    try:
        yield from _multiple(validator, divisor, instance, schema) or ()
    except OverflowError:
        is_float = isinstance(instance, float)  # infinite, then, and a multiple of nothing
        if is_float or (Fraction(instance) / Fraction(divisor)).denominator != 1:
            yield ValidationError(f"{instance!r} is not a multiple of {divisor}")


def _unique_items(
    validator: Any, unique: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    if unique and validator.is_type(instance, "array") and not are_unique(instance):
        yield ValidationError(f"{instance!r} has non-unique elements")


def are_unique(items: list[Any]) -> bool:
    """What jsonschema says of items; in quadratic time where it does not matter.

    It compares neighbours where the items can be sorted, and may overlook something; else it
    compares each with each, and any two equal ones are found.
    """
    try:
        sortable: list[Any] = [_Unsorted() if isinstance(item, bool) else item for item in items]
        sortable.sort()
    except TypeError:
        return len({comparable(item) for item in items}) == len(items)
    return next(_unique(None, True, items, {}), None) is None


class _Unsorted:
    """Stands for a bool, which jsonschema compares by identity only."""


def _unique(validator: Any, unique: Any, items: Any, schema: Any) -> Iterator[ValidationError]:
    yield from _uniqueness(_ANY_TYPE, unique, items, schema) or ()


class _AnyType:
    """Takes anything for an array."""

    def is_type(self, instance: Any, name: str) -> bool:
        return True


def _enum(validator: Any, values: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """The same as jsonschema, which looks at each value in turn."""
    if comparable(instance) not in _forms(values):
        yield ValidationError(f"{instance!r} is not one of {values!r}")


def _forms(values: list[Any]) -> frozenset[Any]:
    """The values in a form to be found by; remembered for some lists at a time."""
    known = _remembered.get(id(values))
    if known is None or known[0] is not values:
        if len(_remembered) >= _MOST_REMEMBERED:
            _remembered.pop([*_remembered][0], None)  # noqa: RUF015  # next() could meet a thread
        known = values, frozenset(map(comparable, values))
        _remembered[id(values)] = known
    return known[1]


_MOST_REMEMBERED = 256
_remembered: dict[int, tuple[list[Any], frozenset[Any]]] = {}
_uniqueness = Draft202012Validator.VALIDATORS["uniqueItems"]
_ANY_TYPE = _AnyType()
_multiple = Draft202012Validator.VALIDATORS["multipleOf"]
_additional = Draft202012Validator.VALIDATORS["additionalProperties"]
_OWN = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "multipleOf": _multiple_of,
    "uniqueItems": _unique_items,
    "enum": _enum,
}


@cache
def hardened(kind: Any) -> Any:
    """The validator class of a draft, with what is different here."""
    if getattr(kind, "is_hardened", False):
        return kind
    own = {k: v for k, v in _OWN.items() if k in kind.VALIDATORS}
    made: Any = extend(kind, own)  # type: ignore[no-untyped-call]  # it has no types
    made.evolve = _evolve  # also the class that another $schema asks for is a hardened one
    made.is_hardened = True
    return made


def _evolve(self: Any, **changes: Any) -> Any:
    spend(_STEPS)
    return evolved(self, **changes)


def evolved(self: Any, **changes: Any) -> Any:
    """A validator for another schema or place, which is not counted as work."""
    schema = changes.setdefault("schema", self.schema)
    kind = hardened(dialect(schema, type(self), "unusable_schema"))
    for field in fields(type(self)):
        if field.init and field.alias not in changes:
            changes[field.alias] = getattr(self, field.name)
    return kind(**changes)


def dialect(schema: Any, default: Any, code: str) -> Any:
    """jsonschema's validators of the draft that a schema names, or of the default.

    Raises:
        UsageError: for a `$schema` that is no URI, with this code.
    """
    try:
        return validator_for(schema, default=default)
    except (TypeError, AttributeError, ValueError):  # it is split as a URL
        named = f"{schema['$schema']!r:.60}"
        raise UsageError(f"this is no JSON Schema: its $schema is {named}", code=code) from None


def root_validator(schema: Any, registry: Registry[Any] | None, format_checker: Any) -> Any:
    """The validator of a whole schema, of the draft that its `$schema` names (else 2020-12).

    Raises:
        UsageError: for a schema that is none (code `invalid_schema`).
    """
    if not isinstance(schema, (Mapping, bool)):
        raise UsageError(
            f"a JSON Schema is an object or a boolean, not {type(schema).__name__}",
            code="invalid_schema",
        )
    kind = dialect(schema, Draft202012Validator, "invalid_schema")
    try:
        kind.check_schema(schema)
    except SchemaError as error:
        where = error.json_path
        raise UsageError(
            f"this is no JSON Schema: {error.message} (at {where})", code="invalid_schema"
        ) from None
    except RecursionError as error:
        raise UsageError("the schema is nested too deeply", code="invalid_schema") from error
    except OverflowError as error:  # `format: regex` asks `re`
        raise UsageError(f"this is no JSON Schema: {error}", code="invalid_schema") from None
    given = _NOTHING_FETCHED if registry is None else registry
    checker = kind.FORMAT_CHECKER if format_checker is True else format_checker or None
    return hardened(kind)(schema, registry=given, format_checker=checker)
