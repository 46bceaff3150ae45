"""What to say of a value that is not complete: jsonschema's own words show the whole value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from ..errors import ValidationFailed
from ..paths import pointer
from .rules import Cause

if TYPE_CHECKING:
    from .documents import SchemaParser

_SHOWN = 80  # characters of a list of candidates


def early_message(cause: Cause, key: tuple[str, bool] | None) -> str:
    """Why a value that has only begun is refused.

    Args:
        key: a refused key as far as it was read, and whether that is all of it.
    """
    schema: Any = cause.part.node.schema
    keyword = cause.keyword
    value = schema.get(keyword) if isinstance(schema, Mapping) else None
    if key is not None and keyword in _OF_KEYS:
        return _of_key(keyword, *key) + _allowed(keyword, schema)
    if cause.said:
        return cause.said
    say = _OF_VALUES.get(keyword)
    return f"is not valid by {keyword!r}" if say is None else say(value)


def _of_key(keyword: str, key: str, whole: bool) -> str:
    if not whole:
        return f"no key that is allowed here begins with {key!r}"
    if keyword in ("properties", "patternProperties"):
        return f"no value is allowed for the key {key!r}"
    return f"the key {key!r} is not allowed here"


def _allowed(keyword: str, schema: Any) -> str:
    listed = ", ".join(map(repr, schema.get("properties", {})))
    if keyword != "additionalProperties" or not listed:
        return ""
    return f" (allowed: {listed if len(listed) <= _SHOWN else listed[:_SHOWN] + '…'})"


def _types(types: Any) -> str:
    names = [types] if isinstance(types, str) else types
    return "is not of type " + " or ".join(map(repr, names))


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"


_OF_KEYS: Final = (
    *("additionalProperties", "unevaluatedProperties", "propertyNames"),
    *("properties", "patternProperties"),
)
_OF_VALUES: Final[dict[str, Callable[[Any], str]]] = {
    "false": lambda _: "no value is allowed here",
    "type": _types,
    "enum": lambda values: f"cannot become one of {_short(values)}",
    "const": lambda value: f"cannot become {_short(value)}",
    "minLength": lambda n: f"cannot have {n} characters or more",
    "maxLength": lambda n: f"is longer than {n} characters",
    "pattern": lambda pattern: f"cannot match {pattern!r} any more",
    "minimum": lambda n: f"is less than the minimum of {n}",
    "maximum": lambda n: f"is greater than the maximum of {n}",
    "exclusiveMinimum": lambda n: f"is not greater than {n}",
    "exclusiveMaximum": lambda n: f"is not less than {n}",
    "additionalProperties": lambda _: "has all the keys that are allowed, and goes on",
    "unevaluatedProperties": lambda _: "has all the keys that are allowed, and goes on",
    "minProperties": lambda n: f"cannot have {n} properties or more",
    "maxProperties": lambda n: f"has more than {n} properties, or will have",
    "minItems": lambda n: f"cannot have {n} items or more",
    "maxItems": lambda n: f"has more than {n} items",
    "items": lambda _: "has an item too many",
    "prefixItems": lambda _: "has an item that no value is allowed for",
    "additionalItems": lambda _: "has an item too many",
    "unevaluatedItems": lambda _: "has an item too many",
    "uniqueItems": lambda _: "has equal items",
    "contains": lambda _: "has too many or too few items that match 'contains'",
    "minContains": lambda n: f"cannot have {n} matching items or more",
    "anyOf": lambda _: "fits none of the alternatives",
    "oneOf": lambda _: "fits none, or more than one, of the alternatives",
    "not": lambda _: "is what 'not' rules out",
    "if": lambda _: "is refused whatever 'if' comes to",
    "dependentSchemas": lambda _: "does not fit what one of its keys demands",
    "dependencies": lambda _: "does not fit what one of its keys demands",
}


def written_report(parser: SchemaParser) -> str:
    """What is wrong with a document in plain words."""
    error = parser._error
    lines = [_line(violation.path, violation.message) for violation in parser.violations]
    if isinstance(error, ValidationFailed):
        lines.append(_line(error.violation.path, error.violation.message))
    elif error is not None:
        lines.append(f"- the text is no JSON that can be read: {error}")
    if lines:
        return "\n".join(["The JSON does not fit its schema:", *dict.fromkeys(lines)])
    if parser.verdict == "invalid":
        return "No JSON fits the schema."
    if parser.verdict == "valid":
        return "The JSON fits its schema."
    return "Nothing is wrong with the JSON so far; it is not complete."


def _line(path: tuple[str | int, ...], message: str) -> str:
    return f"- {pointer(path) if path else 'the document'}: {message}"
