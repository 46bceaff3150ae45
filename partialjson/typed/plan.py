"""What a type says about each place of a document, worked out from its core schema.

The core schema tells what Pydantic will do, validators in `Annotated` and all; it is only read
here, and verdicts and objects always come from Pydantic's own validators. A `Node` is a place
in the type; it unfolds when a document first reaches it, so recursive types need no care and
unused parts cost nothing.

A node is *opaque* if nobody can say what Pydantic will make of what stands there: below a
before, wrap or plain validator, a custom `__init__`, or any kind of node that is not in
`kinds.ROWS`. It is validated as a whole, at its close.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from threading import RLock
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from pydantic import TypeAdapter
from pydantic_core import SchemaValidator

from ..errors import UsageError
from .bare import Bare
from .kinds import ANY, ARRAY, NO_CONFIG, NULL, OBJECT, ROWS, Config, Schema, Shape

_Found: TypeAlias = "list[Shape] | None"

_MODELS = frozenset({"model", "dataclass", "typed-dict", "named-tuple"})
_FIELDS = frozenset({"model-fields", "dataclass-args", "typed-dict"})  # they give `info.data`
_AFTER = frozenset({"schema", "function", "field_name"})
_UNION = frozenset({"custom_error_type", "custom_error_message", "custom_error_context"})
_WRAPPERS: dict[str, frozenset[str]] = {  # and the options that are known of them
    "definitions": frozenset({"schema", "definitions"}),
    "definition-ref": frozenset({"schema_ref"}),
    "missing-sentinel": frozenset({"schema"}),
    "nullable": frozenset({"schema"}),
    "default": frozenset(
        {
            *("schema", "default", "default_factory", "default_factory_takes_data"),
            *("on_error", "validate_default", "copy_default"),
        }
    ),
    "function-after": _AFTER,
    "model": frozenset(
        {
            *("cls", "schema", "custom_init", "root_model", "post_init", "revalidate_instances"),
            *("frozen", "extra_behavior", "config", "generic_origin"),
        }
    ),
    "dataclass": frozenset(
        {
            *("cls", "cls_name", "schema", "fields", "config", "post_init", "slots", "frozen"),
            *("revalidate_instances", "generic_origin"),
        }
    ),
    "custom-error": _UNION | {"schema"},
    "lax-or-strict": frozenset({"lax_schema", "strict_schema"}),
    "json-or-python": frozenset({"json_schema", "python_schema"}),
    "chain": frozenset({"steps"}),
    "union": _UNION | {"choices", "mode", "auto_collapse"},
    "tagged-union": _UNION | {"choices", "discriminator", "from_attributes"},
}
_ALWAYS = frozenset({"type", "ref", "metadata", "serialization", "strict"})


_OPAQUE = frozenset({"function-before", "function-wrap", "function-plain"})
_TELLING = (
    *("str_max_length", "str_min_length", "str_strip_whitespace", "coerce_numbers_to_str"),
    *("strict", "allow_inf_nan", "val_json_bytes", "validate_by_alias", "validate_by_name"),
    *("extra_fields_behavior", "typed_dict_total"),
)


class Tag:
    """The member of an object that says which shapes of a tagged union remain."""

    __slots__ = ("key", "shapes", "table")

    def __init__(self, key: str) -> None:
        self.key = key
        self.table: dict[Any, list[Shape]] = {}
        self.shapes: list[Shape] = []  # all of them

    def choice(self, value: Any) -> list[Shape] | None:
        """The shapes that a value leaves; None where that is not certain."""
        known = {type(tag) for tag in self.table}
        if type(value) not in (str, int) or known not in ({str}, {int}):
            return None
        return self.table.get(value, [])


class Node:
    """A place in a type.

    Attributes:
        shapes: the ways to read a value here; none if the node is opaque.
        kinds: the kinds of JSON values that one of them accepts.
        sure: which of them it accepts whatever they hold.
        tags: the members that narrow the shapes down.
        models: the kinds of values that make a model, dataclass, TypedDict or NamedTuple.
        forgiving: an error here is swallowed (`OnErrorOmit`), so none is told.
    """

    __slots__ = (
        *("_alone", "_checker", "_shapes", "_validator", "config", "forgiving"),
        *(
            "arrays",
            "asked",
            "easy",
            "kinds",
            "models",
            "objects",
            "plan",
            "schema",
            "sure",
            "tags",
        ),
    )

    def __init__(self, plan: Plan, schema: Schema, config: Config) -> None:
        self.plan = plan
        self.schema = schema
        self.config = config
        self.tags: list[Tag] = []
        self.forgiving = False
        self.kinds = self.sure = ANY
        self.models = 0
        self.asked = 0  # the models that can be validated without their surroundings
        self.easy = 0  # the kinds of scalars that are sure and not handed out
        self.objects: list[Shape] | None = None  # the shapes that an object can have, unfolded
        self.arrays: list[Shape] | None = None
        self._shapes: tuple[Shape, ...] | None = None
        self._validator: SchemaValidator | None = None
        self._checker: SchemaValidator | None = None
        self._alone: bool | None = None

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The ways to read a value here, unfolded when first asked for."""
        known = self._shapes
        return self._unfold() if known is None else known

    def _unfold(self) -> tuple[Shape, ...]:
        """Plans are shared by threads: what others look at first is put there last."""
        with self.plan.lock:
            if self._shapes is not None:  # by somebody else, meanwhile
                return self._shapes
            self.tags = []
            shapes = tuple(self.plan.unfold(self, self.schema, self.config, ()) or ())
            if shapes:
                self.sure = reduce(or_, (shape.sure for shape in shapes))
                self.models = reduce(or_, (shape.kinds for shape in shapes if shape.model), 0)
                self.kinds = reduce(or_, (shape.kinds for shape in shapes))
            elif self.plan.is_model_like(self.schema):
                self.models = ANY & ~NULL
            self.asked = self.models if self.models and self.alone else 0
            self.easy = self.sure & ~self.models
            self.arrays = [shape for shape in shapes if shape.kinds & ARRAY]
            self.objects = [shape for shape in shapes if shape.kinds & OBJECT]
            self._shapes = shapes
            return shapes

    def of_kind(self, kind: int) -> list[Shape]:
        """The shapes that a container of some kind can have."""
        return [shape for shape in self.shapes if shape.kinds & kind]

    def is_judged(self) -> bool:
        """Whether what is wrong here is told."""
        return bool(self.shapes) or not self.forgiving

    @property
    def alone(self) -> bool:
        """Whether a value here can be validated without its surroundings."""
        if self._alone is None:
            self._alone = not self.plan.needs_parent(self.schema)
        return self._alone

    @property
    def validator(self) -> SchemaValidator:
        """Pydantic's own, for a value at this place."""
        if self._validator is None:
            schema = self.schema
            while schema["type"] == "default" and schema.get("on_error", "raise") != "raise":
                schema = schema["schema"]  # alone there is nothing that it could be left out of
            self._validator = self.plan.validator(schema, self.config)
        return self._validator

    @property
    def checker(self) -> SchemaValidator:
        """The same without any function of a user: what may look at unfinished values."""
        if self._checker is None:
            self._checker = self.plan.bare.validator(self.schema, self.config)
        return self._checker


class Plan:
    """All places of one type, under the arguments that Pydantic will be called with."""

    def __init__(
        self,
        adapter: TypeAdapter[Any],
        strict: bool | None = None,
        by_alias: bool | None = None,
        by_name: bool | None = None,
    ) -> None:
        schema: Any = adapter.core_schema
        self.strict = strict
        self.by_alias = by_alias
        self.by_name = by_name
        self.definitions: dict[str, Schema] = {}
        self.lock = RLock()  # held while a node unfolds
        self._nodes: dict[tuple[int, int], Node] = {}
        self._labels: dict[tuple[int, int], Any] = {}
        self._kept: list[Any] = []  # what the ids above belong to
        self.sights: dict[bool, Any] = {}  # how its values are shown while they grow
        if schema["type"] == "definitions":
            self.definitions = {inner["ref"]: inner for inner in schema["definitions"]}
            schema = schema["schema"]
        self.bare = Bare(self)
        self.root = self.node(schema, config_of(adapter))
        self.closes = any(map(_closes, self.walk(schema)))
        self.root._validator = adapter.validator  # type: ignore[assignment]  # or its plugin

    def node(self, schema: Schema, config: Config) -> Node:
        """The node of a part of the schema; the same each time."""
        key = (id(schema), id(config))
        found = self._nodes.get(key)
        if found is None:
            self._kept += (schema, config)
            found = self._nodes.setdefault(key, Node(self, schema, config))
        return found

    def is_strict(self, schema: Schema, config: Config) -> bool:
        """Whether Pydantic will be strict about this node."""
        if self.strict is not None:
            return self.strict
        return bool(schema.get("strict", config.get("strict", False)))

    def lookups(self, name: str, field: Schema, config: Config) -> list[list[Any]]:
        """The paths under which Pydantic looks for a field, the first one first."""
        alias = field.get("validation_alias")
        by_alias = config.get("validate_by_alias", True) if self.by_alias is None else self.by_alias
        by_name = config.get("validate_by_name", False) if self.by_name is None else self.by_name
        if alias is None or not by_alias:
            return [[name]]
        if isinstance(alias, str):
            paths = [[alias]]
        else:
            paths = list(alias) if isinstance(alias[0], list) else [alias]
        return [*paths, [name]] if by_name else paths

    # --- unfolding ---------------------------------------------------------------------

    def unfold(self, node: Node, schema: Schema, config: Config, loc: tuple[Any, ...]) -> _Found:
        """The shapes of a schema; None if it is opaque."""
        kind = schema["type"]
        known = _WRAPPERS.get(kind)
        if known is not None:
            if not schema.keys() <= known | _ALWAYS:
                return None
            inner: _Found = getattr(self, "_" + kind.replace("-", "_"))(node, schema, config, loc)
            return inner
        row = ROWS.get(kind)
        if row is None or not schema.keys() <= row.options:
            return None
        shape = row.rule(self, schema, config)
        if shape is None:
            return None
        shape.loc = loc
        shape.schema, shape.config = schema, config
        shape.model = kind in _MODELS or kind in _FIELDS
        return [shape]

    def _definition_ref(self, node: Node, schema: Schema, config: Config, loc: Any) -> _Found:
        inner = self.definitions[schema["schema_ref"]]
        if inner["type"] not in _MODELS and _telling(config) != _telling(self.root.config):
            return None  # which config is in force in a type alias depends on who was built first
        return self.unfold(node, inner, config, loc)

    def _definitions(self, node: Node, schema: Schema, config: Config, loc: Any) -> _Found:
        return None  # only at the root, and there it was taken apart

    def _nullable(self, node: Node, schema: Schema, config: Config, loc: Any) -> _Found:
        found = self.unfold(node, schema["schema"], config, loc)
        return None if found is None else [Shape(NULL, NULL), *found]

    def _missing_sentinel(self, node: Node, schema: Schema, config: Config, loc: Any) -> _Found:
        if "schema" not in schema:  # before Pydantic 2.14 it was a choice of its own
            return [Shape(0)]
        return self.unfold(node, schema["schema"], config, loc)

    def _default(self, node: Node, schema: Schema, config: Config, loc: Any) -> _Found:
        if schema.get("on_error", "raise") != "raise":
            node.forgiving = True
            return None
        return self.unfold(node, schema["schema"], config, loc)

    def _inner(self, node: Node, schema: Schema, config: Config, loc: Any) -> _Found:
        return self.unfold(node, schema["schema"], config, loc)

    _function_after = _custom_error = _inner

    def _model(self, node: Node, schema: Schema, config: Config, loc: Any) -> _Found:
        if schema.get("custom_init"):
            return None
        own = schema.get("config", NO_CONFIG)
        if not schema.get("root_model") and schema.get("extra_behavior"):
            return None  # never met: the fields say it
        found = self.unfold(node, schema["schema"], own, loc)
        for shape in found or ():
            shape.model = True
            if not schema.get("root_model"):
                shape.cls = schema["cls"]
        return found

    def _dataclass(self, node: Node, schema: Schema, config: Config, loc: Any) -> _Found:
        found = self.unfold(node, schema["schema"], schema.get("config", NO_CONFIG), loc)
        for shape in found or ():
            shape.cls = schema["cls"]
        return found

    def _json_or_python(self, node: Node, schema: Schema, config: Config, loc: Any) -> _Found:
        return self.unfold(node, schema["json_schema"], config, loc)

    def _lax_or_strict(self, node: Node, schema: Schema, config: Config, loc: Any) -> _Found:
        strict = self.unfold(node, schema["strict_schema"], config, loc)
        if self.is_strict(schema, config):
            return strict
        lax = self.unfold(node, schema["lax_schema"], config, loc)
        return None if lax is None or strict is None else [*lax, *strict]

    def _chain(self, node: Node, schema: Schema, config: Config, loc: Any) -> _Found:
        return self.unfold(node, schema["steps"][0], config, loc)

    def _union(self, node: Node, schema: Schema, config: Config, loc: Any) -> _Found:
        shapes: list[Shape] = []
        single = len(schema["choices"]) == 1 and schema.get("auto_collapse", True)
        for choice in schema["choices"]:
            inner = choice[0] if isinstance(choice, tuple) else choice
            label = () if single else (Label(choice, config),)
            found = self.unfold(node, inner, config, (*loc, *label))
            if found is None:
                return None
            shapes += found
        return shapes

    def _tagged_union(self, node: Node, schema: Schema, config: Config, loc: Any) -> _Found:
        key = _discriminator(schema["discriminator"])
        if key is None:
            return None
        tag = Tag(key)
        for value, choice in schema["choices"].items():
            plain = getattr(value, "value", value)
            shown = value if type(value) in (str, int) else str(plain)
            found = self.unfold(node, choice, config, (*loc, shown))
            if found is None:
                return None
            tag.table.setdefault(plain, []).extend(found)
            tag.shapes += found
        node.tags.append(tag)
        return tag.shapes

    # --- looking through ---------------------------------------------------------------

    def is_model_like(self, schema: Schema) -> bool:
        """Whether a value of this schema can be a model, with whatever around it."""
        todo = [schema]
        seen: set[str] = set()
        while todo:
            inner = todo.pop()
            kind = inner["type"]
            if kind in _MODELS or (kind == "call" and hasattr(inner["function"], "_fields")):
                return True
            if kind in _WRAPPERS or kind.startswith("function-"):
                todo += self._below(inner, seen)
        return False

    def needs_parent(self, schema: Schema) -> bool:
        """Whether a function will ask for what only the value's surroundings know."""
        for inner in self.walk(schema, stop=_FIELDS):
            function = inner.get("function")
            if isinstance(function, dict) and function["type"].startswith("with-info"):
                return True
        return False

    def may_omit(self, schema: Schema) -> bool:
        """Whether an item of this schema can be left out of its list."""
        return any(
            inner["type"] in _OPAQUE or inner.get("on_error") == "omit"
            for inner in self.walk(schema)
        )

    def holds(self, schema: Schema, kind: str) -> bool:
        """Whether a node of some kind is anywhere in it."""
        return any(inner["type"] == kind for inner in self.walk(schema))

    def walk(self, schema: Schema, stop: frozenset[str] = frozenset()) -> Iterator[Schema]:
        """A schema and all that it is made of, but nothing below the kinds in `stop`."""
        todo = [schema]
        seen: set[str] = set()
        while todo:
            inner = todo.pop()
            yield inner
            if inner["type"] not in stop:
                todo += self._below(inner, seen)

    def _below(self, schema: Schema, seen: set[str]) -> Iterator[Schema]:
        """The schemas that one is made of; those of `definitions` once."""
        ref = schema.get("schema_ref")
        if ref is not None:
            if ref not in seen:
                seen.add(ref)
                yield self.definitions[ref]
            return
        for name, part in schema.items():
            if name not in ("metadata", "serialization", "config", "computed_fields", "expected"):
                yield from _schemas(part)

    def validator(self, schema: Schema, config: Config) -> SchemaValidator:
        """A validator of one place, with the config that is in force there."""
        body: Any = schema
        if self.definitions:
            definitions = list(self.definitions.values())
            body = {"type": "definitions", "schema": schema, "definitions": definitions}
        return SchemaValidator(body, config or None)  # type: ignore[arg-type]  # a plain dict

    def label(self, choice: Any, config: Config) -> Any:
        """What Pydantic calls the choice of a union in `loc`."""
        if isinstance(choice, tuple):
            return choice[1]
        key = (id(choice), id(config))
        if key not in self._labels:
            self._kept += (choice, config)
            untitled = {name: value for name, value in config.items() if name != "title"}
            self._labels[key] = self.validator(choice, untitled).title
        return self._labels[key]


class Label:
    """A part of `loc` that is worked out when somebody reads it."""

    __slots__ = ("choice", "config")

    def __init__(self, choice: Any, config: Config) -> None:
        self.choice = choice
        self.config = config


def _schemas(part: Any) -> Iterator[Schema]:
    """The schemas in a part of one: itself, or those in its lists and dicts."""
    todo = [part]
    while todo:
        part = todo.pop()
        if isinstance(part, dict) and isinstance(part.get("type"), str):
            if part["type"].endswith("-field"):
                part = part["schema"]
            yield part
        elif isinstance(part, dict):
            todo += part.values()
        elif isinstance(part, (list, tuple)):
            todo += part


def _closes(schema: Schema) -> bool:
    """Whether it refuses keys that it does not know."""
    config = schema.get("config") or NO_CONFIG
    extra = (schema.get("extra_behavior"), config.get("extra_fields_behavior"))
    return "forbid" in extra or schema["type"] == "named-tuple"


def _telling(config: Config) -> list[Any]:
    """The part of a config that decides what is accepted."""
    return [config.get(name) for name in _TELLING]


def _discriminator(said: Any) -> str | None:
    """The key that is looked up first; None where a function or a path of several decides."""
    if isinstance(said, list) and said:
        first = said[0] if isinstance(said[0], list) else said
        said = first[0] if len(first) == 1 else None
    return said if isinstance(said, str) else None


def config_of(adapter: TypeAdapter[Any]) -> Config:
    """The config that was given to the adapter, which is not in its schema."""
    validator: Any = adapter.validator
    validator = getattr(validator, "__pydantic_schema_validator__", validator)  # with a plugin
    _, (_, config, *_) = validator.__reduce__()
    return config or NO_CONFIG


_adapters: dict[type, TypeAdapter[Any]] = {}  # of the models that were asked for last
_MOST = 128
_lock = RLock()
_plans: WeakKeyDictionary[TypeAdapter[Any], dict[Any, Plan]] = WeakKeyDictionary()


def adapter_of(type_: Any) -> TypeAdapter[Any]:
    """The `TypeAdapter` of a type, complete; the same each time for a model.

    Raises:
        UsageError: for what Pydantic has no schema for, or an unresolved forward reference.
    """
    is_model = isinstance(type_, type) and "__pydantic_validator__" in vars(type_)
    known = _adapters.get(type_) if is_model else None
    if known is not None and known.validator is type_.__pydantic_validator__:  # not rebuilt
        return known
    try:
        adapter = type_ if isinstance(type_, TypeAdapter) else TypeAdapter(type_)
        if not adapter.pydantic_complete:
            adapter.rebuild(raise_errors=True)
    except Exception as error:  # Pydantic raises several, also plain NameError
        raise UsageError(
            f"Pydantic cannot validate {type_!r}: {error}", code="unsupported_type"
        ) from error
    if is_model:
        with _lock:
            if len(_adapters) >= _MOST:
                _adapters.pop(next(iter(_adapters)))
            _adapters[type_] = adapter
    return adapter


def plan_of(
    adapter: TypeAdapter[Any],
    strict: bool | None = None,
    by_alias: bool | None = None,
    by_name: bool | None = None,
) -> Plan:
    """The plan of a type; the same for the same adapter and arguments.

    Raises:
        UsageError: for a type that Pydantic validates only when somebody reads it.
    """
    with _lock:
        known = _plans.setdefault(adapter, {})
    key = (adapter.validator, strict, by_alias, by_name)
    if key in known:
        return known[key]
    plan = Plan(adapter, strict, by_alias, by_name)
    if plan.holds(plan.root.schema, "generator"):
        raise UsageError(
            "Iterable[...] and Generator[...] are validated by Pydantic only when they are read, "
            "and their errors never show; use list[...]",
            code="unsupported_type",
        )
    return known.setdefault(key, plan)
