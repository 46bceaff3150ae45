"""Which subtrees of a type are validated as they close, worked out once from its core schema.

The core schema says what Pydantic will do, validators in `Annotated` and all; it is only read
here, and verdicts always come from Pydantic's own validators. A node of a kind that is not
known here has no plan: nothing below it is validated before its closest known ancestor is.

Nothing is validated live below a before, wrap or plain validator, because what it will make
of its input nobody knows; nor where a function asks for its surroundings (`info`), which a
subtree on its own does not have.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import SchemaValidator

from ..errors import UsageError


@dataclass
class Node:
    """A place in a type.

    Attributes:
        validator: validates a value here on its own; None if that is left to an ancestor.
        fields: the plans of an object's members, by key.
        items: the plan of an array's items.
        required: the keys that an object must have.
    """

    validator: SchemaValidator | None = None
    fields: dict[str, Node] = field(default_factory=dict)
    items: Node | None = None
    required: tuple[str, ...] = ()

    def child(self, step: str | int) -> Node | None:
        """The plan of a member; None where there is none."""
        return self.items if isinstance(step, int) else self.fields.get(step)


def adapter_of(type_: Any) -> TypeAdapter[Any]:
    """The `TypeAdapter` of a type, complete.

    Raises:
        UsageError: for what Pydantic has no schema for, or an unresolved forward reference.
    """
    try:
        adapter = type_ if isinstance(type_, TypeAdapter) else TypeAdapter(type_)
        if not adapter.pydantic_complete:
            adapter.rebuild(raise_errors=True)
    except Exception as error:  # Pydantic raises several, also plain NameError
        raise UsageError(
            f"Pydantic cannot validate {type_!r}: {error}", code="unsupported_type"
        ) from error
    return adapter


def plan_of(adapter: TypeAdapter[Any]) -> Node:
    """The plan of a type; the root has the adapter's own validator."""
    walk = _Walk()
    found = walk.node(dict(adapter.core_schema), None) or Node()
    return Node(adapter.validator, found.fields, found.items, found.required)  # type: ignore[arg-type]  # or its plugin


class _Walk:
    def __init__(self) -> None:
        self.definitions: dict[str, Any] = {}
        self.known: dict[str, Node | None] = {}

    def node(self, schema: dict[str, Any], config: Any) -> Node | None:
        visit = getattr(self, "_" + schema["type"].replace("-", "_"), None)
        found: Node | None = None if visit is None else visit(schema, config)
        return found

    def _definitions(self, schema: dict[str, Any], config: Any) -> Node | None:
        self.definitions.update({inner["ref"]: inner for inner in schema["definitions"]})
        return self.node(schema["schema"], config)

    def _definition_ref(self, schema: dict[str, Any], config: Any) -> Node | None:
        ref = schema["schema_ref"]
        if ref not in self.known:
            self.known[ref] = shared = Node()  # recursive types meet it while it is filled
            found = self.node(self.definitions[ref], config)
            if found is None:
                self.known[ref] = None
            else:
                shared.validator, shared.fields = found.validator, found.fields
                shared.items, shared.required = found.items, found.required
        return self.known[ref]

    def _model(self, schema: dict[str, Any], config: Any) -> Node:
        own = schema.get("config")
        inner = schema["schema"]
        node = Node(None if _asks_for_parent(inner) else self._validator(schema, own))
        if inner["type"] == "model-fields" and not schema.get("custom_init"):
            for name, member in inner["fields"].items():
                self._field(node, _key(name, member, own or {}), member["schema"], own)
        return node

    def _field(self, node: Node, key: str | None, schema: dict[str, Any], config: Any) -> None:
        if key is None:
            return
        if schema["type"] != "default":
            node.required += (key,)
        found = self.node(schema, config)
        if found is not None:
            node.fields[key] = found

    def _list(self, schema: dict[str, Any], config: Any) -> Node:
        items = schema.get("items_schema")
        return Node(None, {}, None if items is None else self.node(items, config))

    def _nullable(self, schema: dict[str, Any], config: Any) -> Node | None:
        return self.node(schema["schema"], config)

    def _default(self, schema: dict[str, Any], config: Any) -> Node | None:
        if schema.get("on_error", "raise") != "raise":
            return None
        return self.node(schema["schema"], config)

    def _function_after(self, schema: dict[str, Any], config: Any) -> Node | None:
        inner = self.node(schema["schema"], config)
        if inner is None or inner.validator is None:
            return inner
        if schema["function"]["type"].startswith("with-info"):
            return replace(inner, validator=None)
        return replace(inner, validator=self._validator(schema, config))

    def _validator(self, schema: dict[str, Any], config: Any) -> SchemaValidator:
        body: Any = schema
        if self.definitions:
            body = {
                "type": "definitions",
                "schema": schema,
                "definitions": list(self.definitions.values()),
            }
        return SchemaValidator(body, config)


def _asks_for_parent(schema: dict[str, Any]) -> bool:
    """Whether a function around a model's fields takes `info`, which there is the parent's."""
    while schema["type"].startswith("function-"):
        if schema["function"]["type"].startswith("with-info"):
            return True
        schema = schema.get("schema", {"type": "any"})
    return False


def _key(name: str, member: dict[str, Any], config: dict[str, Any]) -> str | None:
    """The first key that Pydantic looks the field up by; None for a path of several."""
    alias = member.get("validation_alias")
    if alias is None or config.get("validate_by_alias") is False:
        return name
    return alias if isinstance(alias, str) else None
