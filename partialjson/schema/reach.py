"""Which members the subschemas of a value could evaluate at all, whatever the value.

That is what `unevaluatedProperties: false` and `unevaluatedItems: false` leave: a key that no
subschema of the same value could ever evaluate is refused early. Which of them do evaluate a
member is known when the value is complete, and jsonschema's to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ..errors import UsageError
from .patterns import explodes

if TYPE_CHECKING:
    from .nodes import Node

_UNLIMITED_KEYS = ("additionalProperties", "unevaluatedProperties")
_UNLIMITED_ITEMS = ("additionalItems", "contains", "unevaluatedItems")


def evaluated_keys(node: Node) -> tuple[list[str], list[str]] | None:
    """The keys and the patterns of keys that could be evaluated; None if any key could."""
    keys: dict[str, None] = {}
    patterns: dict[str, None] = {}
    for each in in_place(node):
        schema = each.schema
        if not isinstance(schema, Mapping):
            continue
        if not each.draft or (
            each is not node and any(keyword in schema for keyword in _UNLIMITED_KEYS)
        ):
            return None
        if each is node and schema.get("additionalProperties") is not None:
            return None
        keys.update(dict.fromkeys(schema.get("properties", {})))
        patterns.update(dict.fromkeys(schema.get("patternProperties", {})))
    return [*keys], [*patterns]


def evaluated_items(node: Node) -> int | None:
    """How many items at the beginning could be evaluated; None if any item could."""
    most = 0
    for each in in_place(node):
        schema = each.schema
        if not isinstance(schema, Mapping):
            continue
        if not each.draft or (
            each is not node and any(keyword in schema for keyword in _UNLIMITED_ITEMS)
        ):
            return None
        if each is node and ("contains" in schema or "additionalItems" in schema):
            return None
        prefix = schema.get("prefixItems" if each.draft == "2020-12" else "items", [])
        if (each.draft == "2020-12" and "items" in schema) or not isinstance(prefix, list):
            return None
        most = max(most, len(prefix))
    return most


def refuse_exploding(node: Node) -> None:
    """A pattern of keys that `re` might need exponential time for is refused.

    Which keys are evaluated jsonschema asks `re`, and no automaton.

    Raises:
        UsageError: naming the pattern.
    """
    for each in in_place(node):
        schema = each.schema
        for pattern in schema.get("patternProperties", ()) if isinstance(schema, Mapping) else ():
            if explodes(pattern):
                message = f"{pattern!r} may take exponential time beside unevaluatedProperties"
                raise UsageError(f"a pattern cannot be used: {message}", code="invalid_pattern")


def in_place(node: Node) -> Iterator[Node]:
    """A subschema and all that its keywords apply to the same value, each once."""
    todo = [node]
    seen: set[int] = set()
    while todo:
        each = todo.pop()
        if id(each) not in seen:
            seen.add(id(each))
            yield each
            todo += _applied(each)


def _applied(node: Node) -> Iterator[Node]:
    if not node.draft:
        return
    schema = dict(node.keywords())
    for keyword in ("allOf", "anyOf", "oneOf"):
        yield from (node.below(each) for each in schema.get(keyword, ()))
    for keyword in ("if", "then", "else"):
        if keyword in schema:
            yield node.below(schema[keyword])
    yield from (node.below(each) for each in schema.get("dependentSchemas", {}).values())
    for keyword in ("$ref", "$dynamicRef"):
        if keyword in schema:
            yield node.referred(schema[keyword])
    if "$recursiveRef" in schema and node.draft == "2019-09":
        yield node.recurred()
