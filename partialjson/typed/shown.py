"""What of a place in a type is shown before its parent is complete, and how.

A `Sight` is that for the values of a node, a `Mould` for the containers of a shape. Like the
plan they are worked out from the core schema; where that says something unknown, nothing is
shown before it is validated with what is around it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import MISSING, SchemaValidator, to_json

from .kinds import NO_CONFIG, NULL, Config, Schema, Shape
from .partial import _MARK, Stream, blank_of, blank_record, field_names
from .written import Classes, classes_of

if TYPE_CHECKING:
    from .plan import Node, Plan
    from .written import Room

HIDDEN: Any = object()  # stands for what is not shown

# What neither changes a value nor says what it may be.
_THROUGH = frozenset({"default", "nullable", "definition-ref", "custom-error", "json-or-python"})
_AS_IS: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_CHANGES = ("strip_whitespace", "to_lower", "to_upper")
_CHANGES_ALL = ("str_strip_whitespace", "str_to_lower", "str_to_upper")
_FREE = frozenset({"type", "metadata", "ref", "strict", "serialization"})
_BOUNDED = frozenset({"str_min_length", "str_max_length", "allow_inf_nan"})
_PLAIN_TEXT = frozenset(
    {
        *("type", "ref", "metadata", "serialization", "strict", "min_length", "max_length"),
        *("coerce_numbers_to_str", "strip_whitespace", "to_lower", "to_upper", "regex_engine"),
    }
)


class Sight:
    """What is shown of the values at one place.

    Attributes:
        hidden: nothing, until the parent is complete.
        done: nothing, until the value is complete.
        required: what it is a field of is not shown before.
        grows: a string is shown while it grows.
        as_is: the types of plain values that validation leaves as they are.
        exact: a container is what its members are; nothing else changes or judges it.
        certain: the one value that it can have; `MISSING` if there are several.
    """

    __slots__ = ("as_is", "certain", "done", "exact", "grows", "hidden", "required")

    def __init__(self, plan: Plan, node: Node) -> None:
        inner, config, marks, exact = _core(plan, node.schema, node.config)
        self.exact = exact and not inner["type"].endswith("union")
        self.hidden = not node.alone or not node.shapes
        self.done = any(mark.done for mark in marks)
        self.required = any(mark.required for mark in marks)
        self.grows = not self.done and not self.hidden and _grows(plan, node.schema, node.config)
        self.as_is: tuple[type, ...] = ()
        kind = inner["type"]
        if self.exact and not self.hidden and kind in _AS_IS:
            free = not inner.keys() - _FREE and not config.keys() & _BOUNDED
            if free and not _changes(inner, config):
                self.as_is = (_AS_IS[kind],)
        if self.exact and not self.hidden and node.sure & NULL and kind != "enum":
            self.as_is += (type(None),)
        self.certain = _certain(inner) if self.exact else MISSING


def _core(plan: Plan, schema: Schema, config: Config) -> tuple[Schema, Config, list[Stream], bool]:
    """What stands inside of the wrappers of a schema.

    Returns:
        It, the config that is in force there, the marks on the way, and whether nothing on
        the way changes or judges what it makes.
    """
    marks: list[Stream] = []
    exact = True
    while True:
        mark = (schema.get("metadata") or {}).get(_MARK)
        if isinstance(mark, Stream):
            marks.append(mark)
        kind = schema["type"]
        if kind == "definition-ref":
            schema = plan.definitions[schema["schema_ref"]]
        elif kind == "json-or-python":
            schema = schema["json_schema"]
        elif kind in _THROUGH or kind.startswith("function-") or kind == "model":
            exact = exact and kind in _THROUGH
            if "schema" not in schema or (kind == "model" and not schema.get("root_model")):
                return schema, config, marks, exact
            config = schema.get("config", NO_CONFIG) if kind == "model" else config
            schema = schema["schema"]
        elif kind == "union" and len(schema["choices"]) == 1:
            choice = schema["choices"][0]
            schema = choice[0] if isinstance(choice, tuple) else choice
        else:
            return schema, config, marks, exact


def _changes(schema: Schema, config: Config) -> bool:
    """Whether a string may become another one."""
    if any(schema.get(option) for option in _CHANGES):
        return True
    return any(config.get(option) for option in _CHANGES_ALL)


def _grows(plan: Plan, schema: Schema, config: Config) -> bool:
    """Whether whatever string stands there begins with what is there of it."""
    todo = [schema]
    seen: set[str] = set()
    found = False
    while todo:
        inner = todo.pop()
        kind = inner["type"]
        if kind == "definition-ref":
            if inner["schema_ref"] not in seen:
                seen.add(inner["schema_ref"])
                todo.append(plan.definitions[inner["schema_ref"]])
        elif kind == "union":
            todo += [c[0] if isinstance(c, tuple) else c for c in inner["choices"]]
        elif kind in ("default", "nullable", "custom-error"):
            todo.append(inner["schema"])
        elif kind == "model" and inner.get("root_model") and len(todo) == 0 and not found:
            config = inner.get("config", NO_CONFIG)
            todo.append(inner["schema"])
        elif kind == "str" and inner.keys() <= _PLAIN_TEXT and not _changes(inner, config):
            found = True
        elif kind != "none":
            return False
    return found


def _certain(schema: Schema) -> Any:
    """The only value that a schema accepts."""
    if schema["type"] == "literal" and len(schema["expected"]) == 1:
        return schema["expected"][0]
    if schema["type"] == "enum" and len(schema["members"]) == 1 and not schema.get("missing"):
        return schema["members"][0]
    return MISSING


class Mould:
    """How a container of one shape is shown.

    Attributes:
        form: `"record"`, `"mapping"` (a TypedDict), `"list"`, `"tuple"`, `"dict"`, or
            `""`: not before it is complete.
        names: the names of fields by key; of a NamedTuple also by index.
        cls: the partial class of a record.
        rooms: which partial objects its fields can hold, if not any.
        extra: other members are kept.
        assumed: the names of the fields whose defaults are shown from the start.
        awaited: the names of the fields without which it is not shown.
        fewest, most: how many members it must and may have.
        key: makes the keys of a dict; None where they are as they are.
        plain: the types of the members that are shown as they are, by step; under None
            that of all other items.
    """

    __slots__ = (
        *("_blank", "_early", "_fields", "assumed", "awaited", "cls", "extra", "fewest"),
        *("form", "key", "most", "names", "plain", "rooms"),
    )

    def __init__(self, plan: Plan, shape: Shape, sights: Sights) -> None:
        schema = shape.schema
        self.form = _FORMS.get(schema["type"], "")
        self.names: dict[Any, str] = dict(shape.names)
        self.extra = False
        self.assumed: frozenset[str] = frozenset()
        self.awaited: frozenset[str] = frozenset()
        self.fewest: int = schema.get("min_length") or 0
        self.most: int | None = schema.get("max_length")
        self.key: Callable[[str], Any] | None = None
        self.plain: dict[Any, Any] = {}
        self.cls: type | None = None
        self.rooms: dict[str, Room] = {}
        self._blank: Callable[[Any, dict[str, Any]], Any] = blank_record
        self._fields: dict[str, Any] = {}
        self._early: list[tuple[str, SchemaValidator]] = []
        if self.form in ("record", "mapping"):
            self._take_fields(plan, shape, sights)
            known = [(key, sights.of(node)) for key, node in shape.keys.items() if node]
            self.plain = {key: sight.as_is for key, sight in known if sight.as_is}
        elif self.form == "dict":
            self.extra = "values_schema" not in schema
            keys = schema.get("keys_schema", {"type": "any"})
            if keys["type"] != "any" and not (keys["type"] == "str" and len(keys) == 1):
                self.key = _KeyMaker(plan, keys, shape.config)
        elif self.form == "list":
            self.extra = "items_schema" not in schema
            if shape.items is not None and sights.of(shape.items).as_is:
                self.plain = {None: sights.of(shape.items).as_is}

    def _take_fields(self, plan: Plan, shape: Shape, sights: Sights) -> None:
        schema, config = shape.schema, shape.config
        extra = schema.get("extra_behavior") or config.get("extra_fields_behavior")
        self.extra = extra == "allow"
        listed = schema["fields"]
        pairs = listed.items() if isinstance(listed, dict) else [(f["name"], f) for f in listed]
        nodes = {name: plan.node(field["schema"], config) for name, field in pairs}
        if schema["type"] == "named-tuple":
            self.names.update(enumerate(nodes))
        self.awaited = frozenset(n for n, node in nodes.items() if sights.of(node).required)
        certain = {n: sights.of(node).certain for n, node in nodes.items()}
        if self.form == "mapping":
            required = {n for n, f in pairs if f.get("required", schema.get("total", True))}
            self._fields = {n: v for n, v in certain.items() if v is not MISSING and n in required}
            return
        model = shape.cls or schema.get("cls")
        self.cls = None if model is None else sights.classes.of(model)
        if self.cls is None or model is None:
            self.form = ""
            return
        self.rooms = sights.classes.rooms(self.cls)
        self._blank = blank_of(self.cls)
        settings = getattr(self.cls, "model_config", None)
        self.extra = self.extra and (settings is None or settings.get("extra") == "allow")
        for name in field_names(model):
            self._fields[name] = _foreseen(nodes.get(name), certain.get(name, MISSING))
        self._early = [
            (name, node.validator)
            for name, node in nodes.items()
            if sights.early and self._fields.get(name) is MISSING and _has_plain_default(node)
        ]
        self.assumed = frozenset(name for name, _ in self._early)

    def new(self, arguments: dict[str, Any]) -> Any:
        """An empty one, with what is known in advance."""
        if self.form == "record":
            fields = self._fields.copy()
            for name, validator in self._early:
                fields[name] = _default(validator, arguments)
            return self._blank(self.cls, fields)
        if self.form == "mapping":
            return self._fields.copy()
        return {} if self.form == "dict" else []


_FORMS = {
    "model-fields": "record",
    "dataclass-args": "record",
    "named-tuple": "record",
    "typed-dict": "mapping",
    "list": "list",
    "tuple": "tuple",
    "dict": "dict",
}


def _foreseen(node: Node | None, certain: Any) -> Any:
    """The value of a field that can have only one."""
    if node is None or certain is MISSING or node.schema["type"] != "default":
        return certain
    default = node.schema.get("default", HIDDEN)
    return certain if default is HIDDEN or default == certain else MISSING


def _has_plain_default(node: Node) -> bool:
    schema = node.schema
    return schema["type"] == "default" and "default" in schema and node.alone


def _default(validator: SchemaValidator, arguments: dict[str, Any]) -> Any:
    known = {k: v for k, v in arguments.items() if k in ("strict", "context")}
    try:
        found = validator.get_default_value(**known)
    except ValidationError:
        return MISSING
    return MISSING if found is None else found.value


class _KeyMaker:
    """Makes the keys of a dict as Pydantic does: by its lax rules, whatever else is strict."""

    def __init__(self, plan: Plan, keys: Schema, config: Config) -> None:
        self._validator = plan.validator({"type": "dict", "keys_schema": keys}, config)

    def __call__(self, key: str) -> Any:
        try:
            made = self._validator.validate_json(to_json({key: None}))
        except ValidationError:
            return HIDDEN
        return next(iter(made), HIDDEN)


def sights_of(plan: Plan, early: bool, written: type | None) -> Sights:
    """The sights and moulds of a plan, each worked out once.

    Args:
        early: plain defaults are shown from the start.
        written: the partial class of the root, if somebody wrote it.

    Raises:
        UsageError: if that does not fit.
    """
    if written is not None:
        return Sights(plan, early, classes_of(plan, written))
    if early not in plan.sights:
        plan.sights[early] = Sights(plan, early, Classes())
    known: Sights = plan.sights[early]
    return known


class Sights:
    """What of a plan's values is shown, and as what; see `sights_of`."""

    def __init__(self, plan: Plan, early: bool, classes: Classes) -> None:
        self.plan = plan
        self.early = early
        self.classes = classes
        self._sights: dict[int, Sight] = {}  # by id: the plan keeps its nodes
        self._moulds: dict[int, tuple[Shape, Mould]] = {}

    def of(self, node: Node) -> Sight:
        """What is shown of a node's values."""
        sight = self._sights.get(id(node))
        if sight is None:
            sight = self._sights[id(node)] = Sight(self.plan, node)
        return sight

    def opaque(self, node: Node) -> Mould | None:
        """How a model is shown of whose members nothing is known: without any."""
        inner = node.schema
        while inner["type"] in ("definition-ref", "function-before", "function-after"):
            ref = inner.get("schema_ref")
            inner = inner["schema"] if ref is None else self.plan.definitions[ref]
        if inner["type"] not in ("model", "dataclass") or inner.get("root_model"):
            return None
        shape = Shape(0)
        shape.cls = inner["cls"]
        shape.schema = {"type": "model-fields", "fields": {}}
        return self.mould(shape)

    def mould(self, shape: Shape) -> Mould:
        """How a container of that shape is shown."""
        found = self._moulds.get(id(shape))
        if found is None:
            found = self._moulds[id(shape)] = shape, Mould(self.plan, shape, self)
        return found[1]
