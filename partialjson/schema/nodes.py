"""Subschemas made ready: each with the validator that speaks for it, and its references resolved.

A subschema is known by where it stands: its own object, the class of its draft, its base URI
and, where `$dynamicRef` or `$recursiveRef` could tell them apart, the URIs that led to it.
References are followed when a value reaches them, as jsonschema does: what is never reached
may be unresolvable.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from threading import RLock
from typing import TYPE_CHECKING, Any

from jsonschema.validators import (
    Draft6Validator,
    Draft7Validator,
    Draft201909Validator,
    Draft202012Validator,
)
from referencing import Specification
from referencing.exceptions import Unresolvable
from referencing.jsonschema import lookup_recursive_ref, specification_with

from .._core.faults import over
from ..limits import Limits
from .dialects import evolved, hardened, root_validator, unusable
from .rules import Rules

if TYPE_CHECKING:
    from referencing import Registry

# The drafts whose keywords are streamed; schemas of others are jsonschema's alone.
_DRAFTS: dict[Any, str] = {
    hardened(Draft6Validator): "7",
    hardened(Draft7Validator): "7",
    hardened(Draft201909Validator): "2019-09",
    hardened(Draft202012Validator): "2020-12",
}

_CLOSING = (
    *("additionalProperties", "unevaluatedProperties", "propertyNames"),
    *("maxProperties", "enum", "const"),
)


class Node:
    """A subschema.

    Attributes:
        plan: what it belongs to.
        validator: jsonschema's, for this subschema where it stands.
        schema: a dict, True or False.
        draft: "7", "2019-09" or "2020-12"; "" for a draft that is not streamed.
    """

    __slots__ = ("draft", "plan", "schema", "validator")

    def __init__(self, plan: Plan, validator: Any) -> None:
        self.plan = plan
        self.validator = validator
        self.schema: Any = validator.schema
        self.draft = _DRAFTS.get(type(validator), "")

    def keywords(self) -> Iterable[tuple[str, Any]]:
        """The keywords that apply: in drafts 6 and 7 a `$ref` hides its siblings."""
        if not isinstance(self.schema, Mapping):
            return ()
        if self.draft == "7" and self.schema.get("$ref") is not None:
            return (("$ref", self.schema["$ref"]),)
        return self.schema.items()

    def below(self, schema: Any) -> Node:
        """A subschema of this one, where a `$id` of its own counts."""
        return self.plan.node(self.validator, schema, True)

    def beside(self, schema: Any) -> Node:
        """The same, where jsonschema takes no notice of a `$id`: in `not`, `if` and `contains`."""
        return self.plan.node(self.validator, schema, False)

    def referred(self, reference: str) -> Node:
        """What a `$ref` or `$dynamicRef` leads to from here.

        Raises:
            UsageError: if that is nowhere.
        """
        try:
            resolved = self.validator._resolver.lookup(reference)
        except (Unresolvable, ValueError) as error:  # a pointer into a list may be no number
            raise unusable(Unresolvable(ref=reference)) from error
        return self.plan.known(self.validator, resolved.contents, resolved.resolver)

    def recurred(self) -> Node:
        """What `$recursiveRef` leads to from here."""
        resolved = lookup_recursive_ref(self.validator._resolver)
        return self.plan.known(self.validator, resolved.contents, resolved.resolver)


class Plan:
    """A schema made ready, as far as values have reached it.

    Args:
        schema: the whole schema.
        registry: where references that leave it lead to.
        format_checker: asserts `format`; True for the draft's own, None for nobody.
        limits: of what a schema may be.

    Attributes:
        root: the rules of the document.
        anything: no rules at all.
        closes: whether keys can be refused before they are complete.
        validator: jsonschema's, for the whole schema.

    Raises:
        UsageError: for a schema that is none.
    """

    def __init__(
        self,
        schema: Any,
        registry: Registry[Any] | None = None,
        format_checker: Any = None,
        limits: Limits | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.validator = root_validator(schema, registry, format_checker)
        self.schema = schema
        self._scoped = registry is not None or _says(schema, "$dynamicRef", "$recursiveRef")
        self.lock = RLock()
        self.asked: list[Rules] = []  # whether they are impossible, which is being found out
        self._nodes: dict[Any, Node] = {}
        self._rules: dict[tuple[int, ...], Rules] = {}
        root = self.known(self.validator, schema, self.validator._resolver)
        self.root = self.rules((root,))
        self.anything = self.rules(())
        self.closes = registry is not None or _says(schema, *_CLOSING)

    def node(self, validator: Any, schema: Any, moved: bool) -> Node:
        """The node of a subschema of what a validator speaks for."""
        resolver = validator._resolver  # jsonschema's own, or `$id` and `$ref` would go astray
        if moved and isinstance(schema, Mapping):
            specification = _specification(type(validator))  # type: ignore[arg-type]  # it can
            resolver = resolver.in_subresource(specification.create_resource(schema))
        return self.known(validator, schema, resolver)

    def known(self, validator: Any, schema: Any, resolver: Any) -> Node:
        """The node of a schema that stands where its resolver says."""
        scope: Any = None
        if self._scoped:
            scope = tuple(dict.fromkeys(uri for uri, _ in resolver.dynamic_scope()))
        base = resolver._base_uri  # one and the same dict may stand under two
        key = id(schema), type(validator), base, scope
        found = self._nodes.get(key)
        if found is None:
            if len(self._nodes) >= self.limits.max_schema_nodes:
                raise over("max_schema_nodes", self.limits.max_schema_nodes, 0)
            found = Node(self, evolved(validator, schema=schema, _resolver=resolver))
            self._nodes[key] = found
        return found

    def rules(self, nodes: tuple[Node, ...]) -> Rules:
        """What a value must satisfy that all these speak of."""
        key = tuple(map(id, nodes))
        found = self._rules.get(key)
        if found is None:
            if len(self._rules) >= self.limits.max_schema_nodes:
                raise over("max_schema_nodes", self.limits.max_schema_nodes, 0)
            found = self._rules[key] = Rules(self, nodes)
        return found


@cache
def _specification(kind: Any) -> Any:
    """By what rules a draft's subschemas are named."""
    dialect = kind.ID_OF(kind.META_SCHEMA) or "urn:unknown-dialect"
    return specification_with(dialect, default=Specification.OPAQUE)


def _says(schema: Any, *words: str) -> bool:
    """Whether a keyword stands anywhere in a schema."""
    try:
        text = json.dumps(schema)
    except (TypeError, ValueError):
        return True
    return any(word in text for word in words)


class _Same:
    """A registry, which equals itself and no other."""

    __slots__ = ("registry",)

    def __init__(self, registry: Registry[Any] | None) -> None:
        self.registry = registry

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.registry is self.registry

    def __hash__(self) -> int:
        return id(self.registry)


@lru_cache(maxsize=64)
def _plan_of_text(text: str, same: _Same, formats: bool, limits: Limits | None) -> Plan:
    # of a copy, so nobody changes it afterwards
    return Plan(json.loads(text), same.registry, formats or None, limits)


def plan_of(
    schema: Any, registry: Registry[Any] | None, format_checker: Any, limits: Limits | None
) -> Plan:
    """The plan of a schema; the same one for the same schema, where that can be told.

    Raises:
        UsageError: for a schema that is none.
    """
    if isinstance(format_checker, bool):
        try:
            text = json.dumps(schema)
        except (TypeError, ValueError, RecursionError):
            pass  # no JSON, and so nothing that a text could stand for
        else:
            return _plan_of_text(text, _Same(registry), format_checker, limits)
    return Plan(schema, registry, format_checker, limits)
