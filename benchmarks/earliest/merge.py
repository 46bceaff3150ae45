"""One flat schema for one value: references followed, parts joined, a branch chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .schemas import Schema

Choose = Callable[[list[Any]], Any]


def flat(schema: Any, root: Schema, choose: Choose) -> Schema:
    """What a value has to be, without references, unions and conditions at its top.

    Args:
        schema: a part of the schema.
        root: the whole, which references look into.
        choose: picks one branch of those of a union.
    """
    node: Schema = {} if isinstance(schema, bool) else schema
    while True:
        node = {**node}
        if "$ref" in node:
            node = _followed(node, root)
            continue
        if "allOf" in node:
            part: Schema = {}
            for each in node.pop("allOf"):
                part = merged(part, _followed(each, root))
        elif "anyOf" in node:
            part = choose(node.pop("anyOf"))
        elif "oneOf" in node:
            part = choose(node.pop("oneOf"))
        elif "if" in node:
            condition = node.pop("if")
            then, other = node.pop("then", {}), node.pop("else", {})
            part = choose([merged(condition, then), other])
        else:
            return node
        node = merged(node, part)


def _followed(schema: Any, root: Schema) -> Any:
    """The part without a reference at its top."""
    while isinstance(schema, dict) and "$ref" in schema:
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        schema = merged(resolved(schema["$ref"], root), rest)
    return schema


def resolved(reference: str, root: Schema) -> Any:
    """What a reference inside the same document refers to.

    >>> resolved("#/$defs/a", {"$defs": {"a": {"type": "null"}}})
    {'type': 'null'}
    """
    found: Any = root
    for step in reference.removeprefix("#").split("/")[1:]:
        found = found[step]
    return found if found is not root else {k: v for k, v in root.items() if k != "$defs"}


def merged(one: Any, other: Any) -> Schema:
    """One schema that asks for what both ask for, as far as a generator needs to know.

    >>> merged({"required": ["a"]}, {"required": ["b"], "type": "object"})
    {'required': ['a', 'b'], 'type': 'object'}
    """
    if isinstance(one, bool) or isinstance(other, bool):
        return other if isinstance(one, bool) and not isinstance(other, bool) else _schema(one)
    out = {**one}
    for key, value in other.items():
        before = out.get(key, value)
        if before == value:
            out[key] = value
        elif key == "properties":
            out[key] = {**before, **_both(before, value)}
        elif key == "required":
            out[key] = [*before, *(name for name in value if name not in before)]
        elif key in ("anyOf", "oneOf", "allOf", "$ref", "if"):
            out["allOf"] = [*out.get("allOf", ()), {key: value}]
        else:
            out[key] = value
    return out


def _schema(node: Any) -> Schema:
    return {} if isinstance(node, bool) else node


def _both(before: Schema, value: Schema) -> Schema:
    """Properties of which some are asked for twice."""
    return {
        name: merged(before[name], schema) if name in before else schema
        for name, schema in value.items()
    }
