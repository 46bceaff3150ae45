"""A core schema without any code of a user in it.

A validator made of it accepts whatever the original might accept, so what it refuses is
refused for certain; and nobody's function is ever called on a value that is still growing.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from pydantic_core import SchemaValidator

from .kinds import Config, Schema, takes_anything

if TYPE_CHECKING:
    from .plan import Plan

_UNION = (
    *("type", "mode", "strict", "auto_collapse", "discriminator", "from_attributes"),
    *("custom_error_type", "custom_error_message", "custom_error_context"),
)
_ANY: Schema = {"type": "any"}
_CODE = frozenset(
    {
        *("function-before", "function-wrap", "function-plain", "is-instance", "is-subclass"),
        *("callable", "arguments", "arguments-v3", "call", "generator"),
    }
)
_LENGTHS = ("min_length", "max_length")
_PLAIN = frozenset(
    {
        *("any", "none", "bool", "int", "float", "decimal", "str", "bytes", "date", "time"),
        *("datetime", "timedelta", "uuid", "literal", "nullable", "union", "enum", "tuple"),
    }
)
_LEFT_OUT = frozenset({"metadata", "serialization", "computed_fields", "validate_default"})


class Bare:
    """Makes the validators of one type's parts."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._bare_definitions: list[Any] | None = None

    def validator(self, schema: Schema, config: Config) -> SchemaValidator:
        """The validator of a part, with the config that is in force there."""
        body: Any = self.schema(schema, config)
        if self._plan.definitions:
            if self._bare_definitions is None:
                self._bare_definitions = [
                    self.schema(inner, config) | {"ref": ref}
                    for ref, inner in self._plan.definitions.items()
                ]
            body = {"type": "definitions", "schema": body, "definitions": self._bare_definitions}
        return SchemaValidator(body, config or None)  # type: ignore[arg-type]  # a plain dict

    def schema(self, schema: Schema, config: Config) -> Schema:
        """The schema without code."""
        kind = schema["type"]
        if kind in _CODE or (kind == "enum" and takes_anything(schema)):
            return _ANY
        if kind == "function-after":
            return self.schema(schema["schema"], config)
        if kind == "json-or-python":
            return self.schema(schema["json_schema"], config)
        if kind == "chain":
            return self.schema(schema["steps"][0], config)
        special = getattr(self, "_" + kind.replace("-", "_"), None)
        if special is not None:
            made: Schema = special(schema, config)
            return made
        return self._copied(schema, config)

    def _copied(self, schema: Schema, config: Config) -> Schema:
        return {
            name: self._part(part, config)
            for name, part in schema.items()
            if name not in _LEFT_OUT and name != "ref"
        }

    def _part(self, part: Any, config: Config) -> Any:
        """A part of a schema: schemas in it lose their code, all else stays."""
        if isinstance(part, dict) and isinstance(part.get("type"), str):
            if part["type"].endswith("-field"):
                return {**part, "schema": self.schema(part["schema"], config)}
            return self.schema(part, config)
        if isinstance(part, list):
            return [self._part(item, config) for item in part]
        if isinstance(part, dict):
            return {key: self._part(value, config) for key, value in part.items()}
        return part

    def _literal(self, schema: Schema, config: Config) -> Schema:
        return {"type": "literal", "expected": schema["expected"]}

    def _enum(self, schema: Schema, config: Config) -> Schema:
        return {key: value for key, value in schema.items() if key not in _LEFT_OUT | {"ref"}}

    def _default(self, schema: Schema, config: Config) -> Schema:
        inner = self.schema(schema["schema"], config)
        kept = _kept(schema, "on_error", "strict")
        return {"type": "default", "schema": inner, "default": None, **kept}

    def _model(self, schema: Schema, config: Config) -> Schema:
        if schema.get("custom_init"):
            return _ANY
        inner = self.schema(schema["schema"], schema.get("config", {}))
        root = schema.get("root_model", False)
        if inner["type"] != "model-fields" and not root:
            return _ANY  # before or wrap: a model of anything
        cls = type(schema["cls"].__name__, (_Model,), {})
        kept = _kept(schema, "config", "strict", "root_model")
        return {"type": "model", "cls": cls, "schema": inner, **kept}

    def _dataclass(self, schema: Schema, config: Config) -> Schema:
        inner = self.schema(schema["schema"], schema.get("config", {}))
        if inner["type"] != "dataclass-args":
            return _ANY
        cls = type(schema["cls"].__name__, (), {})
        kept = _kept(schema, "config", "strict", "cls_name")
        return {
            "type": "dataclass",
            "cls": cls,
            "schema": inner,
            "fields": schema["fields"],
            **kept,
        }

    def _typed_dict(self, schema: Schema, config: Config) -> Schema:
        own = schema.get("config", {})
        return {
            name: schema[name] if name in ("config", "cls") else self._part(schema[name], own)
            for name in schema
            if name not in _LEFT_OUT and name != "ref"
        }

    def _set(self, schema: Schema, config: Config) -> Schema:
        """How many differ nobody knows where code makes the items, or compares them."""
        items = schema.get("items_schema", _ANY)
        if self._is_plain(items):
            return self._copied(schema, config)
        made = self._counted(schema, config, _LENGTHS)
        inner = self.schema(items, config)
        function = {"type": "no-info", "function": _hashable}
        return {
            **made,
            "items_schema": {"type": "function-after", "schema": inner, "function": function},
        }

    _frozenset = _set

    def _dict(self, schema: Schema, config: Config) -> Schema:
        omits = self._plan.may_omit(schema.get("values_schema", _ANY))
        if not self._is_plain(schema.get("keys_schema", _ANY)):
            return self._counted(schema, config, _LENGTHS)
        return self._counted(schema, config, ("max_length",) if omits else ())

    _frozendict = _ordered_dict = _counter = _dict

    def _list(self, schema: Schema, config: Config) -> Schema:
        omits = self._plan.may_omit(schema.get("items_schema", _ANY))
        return self._counted(schema, config, ("max_length",) if omits else ())

    _deque = _list

    def _tuple(self, schema: Schema, config: Config) -> Schema:
        if any(map(self._plan.may_omit, schema["items_schema"])):
            return {"type": "tuple", "items_schema": [_ANY], "variadic_item_index": 0}
        return self._copied(schema, config)

    def _counted(self, schema: Schema, config: Config, unknown: Collection[str]) -> Schema:
        """A container, without the lengths that are unknown."""
        kept = {name: part for name, part in schema.items() if name not in unknown}
        return self._copied(kept, config)

    def _is_plain(self, schema: Schema) -> bool:
        """Whether nothing but Pydantic makes these values, and nothing but Python compares them."""
        return all(
            inner["type"] in _PLAIN and not (inner["type"] == "enum" and takes_anything(inner))
            for inner in self._plan.walk(schema)
        )

    def _union(self, schema: Schema, config: Config) -> Schema:
        choices = [
            (self.schema(choice[0] if isinstance(choice, tuple) else choice, config), label)
            for choice in schema["choices"]
            for label in [self._plan.label(choice, config)]
        ]
        kept = {
            k: v for k, v in schema.items() if k not in _LEFT_OUT and k not in ("ref", "choices")
        }
        return {**kept, "choices": choices}

    def _tagged_union(self, schema: Schema, config: Config) -> Schema:
        if callable(schema["discriminator"]):
            return _ANY
        choices = {tag: self.schema(inner, config) for tag, inner in schema["choices"].items()}
        kept = {
            k: v for k, v in schema.items() if k not in _LEFT_OUT and k not in ("ref", "choices")
        }
        return {**kept, "choices": choices}


def _kept(schema: Schema, *names: str) -> Schema:
    return {name: schema[name] for name in names if name in schema}


def _hashable(item: Any) -> None:
    """What code would have made of an item could be hashed; what stands for it need not."""


class _Model:
    """Stands for a model, and runs nothing."""

    __slots__ = (
        *("__dict__", "__pydantic_extra__", "__pydantic_fields_set__", "__pydantic_private__"),
    )
