"""The written list: what each kind of core-schema node can accept, and what it can not.

Early verdicts are given for the nodes in `ROWS` and no others, and only while every option
of theirs is named there: a node, or an option of one, that a later Pydantic brings is left to
Pydantic at the close. A row answers with a `Shape`, or with None where its options make the
node one that nobody can judge early. The rows speak of JSON mode and of what is accepted by
lax or strict rules; wherever Pydantic might differ they accept more.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from .wording import Candidates, Longest, TextRule

if TYPE_CHECKING:
    from .plan import Node, Plan

OBJECT, ARRAY, STRING, INTEGER, REAL, BOOLEAN, NULL = (1 << n for n in range(7))
NUMBER = INTEGER | REAL
ANY = 127

Schema: TypeAlias = dict[str, Any]
Config: TypeAlias = dict[str, Any]


class Shape:
    """One way in which a value at a place can be read; a union has several.

    Attributes:
        kinds: which kinds of JSON values it may accept.
        sure: which of them it accepts whatever they hold.
        text: when a string becomes hopeless; None: not before its end.
        loc: what Pydantic puts into `loc` for it: labels and tags of unions.
        model: it is that of a model, dataclass, TypedDict or NamedTuple.
        keys: the members of an object by key; None where nothing is certain about the member.
        names: the names of the fields that the keys of `keys` fill.
        named: in `loc` fields have their names, whatever their keys are.
        same: all keys under which a field is looked for, by each of them.
        others: the node of all other members.
        closed: whether other keys are refused; `refusal` is then the node that says so.
        items, prefix: the nodes of an array's items, and of the first ones.
        most, fewest: how many items an array can have.
        check: whether the whole container can be wrong where none of its members is.
        required: the keys that must be there.
        source: the schema of an object's fields.
        schema, config: what it was unfolded from.
        cls: the model or dataclass that an object's fields belong to.
    """

    __slots__ = (
        *("check", "closed", "cls", "config", "fewest", "items", "keys", "kinds"),
        *("layouts", "loc", "model", "most", "named", "names", "others", "prefix"),
        *("required", "same", "schema", "source", "sure", "text"),
    )

    def __init__(self, kinds: int, sure: int = 0, text: TextRule | None = None) -> None:
        self.kinds = kinds
        self.sure = sure
        self.text = text
        self.loc: tuple[Any, ...] = ()
        self.layouts: dict[bool, tuple[Any, ...]] | None = None  # what levels make of it
        self.model = False
        self.keys: dict[str, Node | None] = {}
        self.names: dict[str, str] = {}
        self.named = False
        self.same: dict[str, tuple[str, ...]] = {}
        self.others: Node | None = None
        self.closed = False
        self.items: Node | None = None
        self.prefix: tuple[Node, ...] = ()
        self.most: int | None = None
        self.fewest = 0
        self.check = False
        self.required: tuple[str, ...] = ()
        self.source: Schema | None = None
        self.schema: Schema = {"type": "none"}
        self.config: Config = NO_CONFIG
        self.cls: type | None = None

    def item(self, index: int) -> Node | None:
        """The node of an array's item."""
        return self.prefix[index] if index < len(self.prefix) else self.items

    def said(self, step: Any) -> Any:
        """What `loc` says for a step."""
        return self.names.get(step, step) if self.named else step

    def member(self, key: str) -> Node | None:
        """The node of an object's member; None where nothing is certain about it."""
        return self.keys.get(key, self.others)


Rule: TypeAlias = Callable[["Plan", Schema, Config], "Shape | None"]


class Row(NamedTuple):
    """Which options a node may have for its rule to know all about it."""

    options: frozenset[str]
    rule: Rule


NO_CONFIG: Config = {}
_NO_MISSING = Enum._missing_.__func__  # type: ignore[attr-defined]  # a class method
ALWAYS = frozenset({"type", "ref", "metadata", "serialization", "strict"})
_BOUNDS = frozenset({"multiple_of", "le", "ge", "lt", "gt"})
_LENGTHS = frozenset({"min_length", "max_length"})
_TEXT_LENGTHS = frozenset({"str_min_length", "str_max_length"})  # of the config
_TIMES = frozenset({"le", "ge", "lt", "gt", "microseconds_precision", "tz_constraint"})


# --- scalars ----------------------------------------------------------------------------


def _any(plan: Plan, schema: Schema, config: Config) -> Shape:
    return Shape(ANY, ANY)


def _none(plan: Plan, schema: Schema, config: Config) -> Shape:
    return Shape(NULL, NULL)


def _bool(plan: Plan, schema: Schema, config: Config) -> Shape:
    strict = plan.is_strict(schema, config)
    return Shape(BOOLEAN if strict else BOOLEAN | NUMBER | STRING, BOOLEAN)


def _int(plan: Plan, schema: Schema, config: Config) -> Shape:
    kinds = INTEGER if plan.is_strict(schema, config) else NUMBER | BOOLEAN | STRING
    return Shape(kinds, 0 if schema.keys() & _BOUNDS else INTEGER)


def _float(plan: Plan, schema: Schema, config: Config) -> Shape:
    kinds = NUMBER if plan.is_strict(schema, config) else NUMBER | BOOLEAN | STRING
    finite = not schema.get("allow_inf_nan", config.get("allow_inf_nan", True))
    return Shape(kinds, 0 if finite or schema.keys() & _BOUNDS else NUMBER)


def _decimal(plan: Plan, schema: Schema, config: Config) -> Shape:
    strict = plan.is_strict(schema, config)
    return Shape(NUMBER | STRING if strict else NUMBER | STRING | ARRAY)  # (sign, digits, exponent)


def _numeric(plan: Plan, schema: Schema, config: Config) -> Shape:
    return Shape(NUMBER | BOOLEAN | STRING)


def _str(plan: Plan, schema: Schema, config: Config) -> Shape:
    coerces = schema.get("coerce_numbers_to_str", config.get("coerce_numbers_to_str", False))
    longest = schema.get("max_length", config.get("str_max_length"))
    strips = schema.get("strip_whitespace", config.get("str_strip_whitespace", False))
    plain = not schema.keys() & {"pattern", "ascii_only", *_LENGTHS}
    plain = plain and not config.keys() & _TEXT_LENGTHS
    rule = None if longest is None or strips else Longest(longest)
    return Shape(STRING | NUMBER if coerces else STRING, STRING if plain else 0, rule)


def _text(plan: Plan, schema: Schema, config: Config) -> Shape:
    return Shape(STRING)


def _time(plan: Plan, schema: Schema, config: Config) -> Shape:
    return Shape(STRING if plan.is_strict(schema, config) else STRING | NUMBER)


def _literal(plan: Plan, schema: Schema, config: Config) -> Shape | None:
    return _one_of(schema["expected"], lax=False)


def _enum(plan: Plan, schema: Schema, config: Config) -> Shape | None:
    if takes_anything(schema):
        return None
    values = [member.value for member in schema["members"]]
    return _one_of(values, lax=not plan.is_strict(schema, config))


def takes_anything(schema: Schema) -> bool:
    """Whether an Enum has a function for values that it does not know.

    Before Pydantic 2.14 one with a member None took everything for that.
    """
    missing = getattr(schema["cls"]._missing_, "__func__", None)
    has_none = any(member.value is None for member in schema["members"])
    return schema.get("missing") is not None or missing is not _NO_MISSING or has_none


def _one_of(values: list[Any], lax: bool) -> Shape | None:
    """One of these; `lax`: numbers also as strings."""
    kinds = 0
    for value in values:
        if value is None:
            kinds |= NULL
        elif type(value) is str:
            kinds |= STRING
        elif type(value) in (int, float, bool):  # 1, 1.0 and true are equal
            kinds |= NUMBER | BOOLEAN | (STRING if lax else 0)
        else:
            return None
    texts = tuple(value for value in values if type(value) is str)
    closed = not lax or len(texts) == len(values)
    rule = Candidates(texts) if kinds & STRING and closed else None
    return Shape(kinds, kinds & NULL, rule)


# --- containers -------------------------------------------------------------------------


def _list(plan: Plan, schema: Schema, config: Config) -> Shape:
    shape = Shape(ARRAY)
    items = schema.get("items_schema")
    if items is not None:
        shape.items = plan.node(items, config)
    if items is None or not plan.may_omit(items):
        shape.most = schema.get("max_length")
    shape.check = bool(schema.keys() & _LENGTHS)
    return shape


def _set(plan: Plan, schema: Schema, config: Config) -> Shape:
    shape = _list(plan, schema, config)
    shape.most = None  # of equal items one counts
    return shape


def _tuple(plan: Plan, schema: Schema, config: Config) -> Shape:
    shape = Shape(ARRAY)
    items = schema["items_schema"]
    variadic = schema.get("variadic_item_index")
    fixed = items if variadic is None else items[:variadic]
    shape.prefix = tuple(plan.node(item, config) for item in fixed)
    if variadic is not None and variadic == len(items) - 1:
        shape.items = plan.node(items[variadic], config)
    if variadic is None and not any(map(plan.may_omit, items)):
        shape.most = len(items)
    shape.fewest = len(items) - (variadic is not None)
    shape.check = bool(schema.keys() & _LENGTHS) or variadic not in (None, len(items) - 1)
    return shape


def _dict(plan: Plan, schema: Schema, config: Config) -> Shape:
    shape = Shape(OBJECT)
    values = schema.get("values_schema")
    if values is not None:
        shape.others = plan.node(values, config)
    keys = schema.get("keys_schema", {"type": "any"})
    free = keys["type"] == "any" or (keys["type"] == "str" and keys.keys() <= ALWAYS)
    shape.check = not free or bool(schema.keys() & _LENGTHS or config.keys() & _TEXT_LENGTHS)
    return shape


def _model_fields(plan: Plan, schema: Schema, config: Config) -> Shape:
    fields = [(name, field) for name, field in schema["fields"].items()]
    return _fields(plan, schema, config, fields)


def _dataclass_args(plan: Plan, schema: Schema, config: Config) -> Shape:
    fields = [(field["name"], field) for field in schema["fields"] if field.get("init", True)]
    return _fields(plan, schema, config, fields)


def _typed_dict(plan: Plan, schema: Schema, config: Config) -> Shape:
    total = schema.get("total", config.get("typed_dict_total", True))
    shape = _fields(plan, schema, schema.get("config", NO_CONFIG), [*schema["fields"].items()])
    optional = {
        key
        for key, name in shape.names.items()
        if not schema["fields"][name].get("required", total)
    }
    shape.required = tuple(key for key in shape.required if key not in optional)
    return shape


def _named_tuple(plan: Plan, schema: Schema, config: Config) -> Shape:
    fields = [(field["name"], field) for field in schema["fields"]]
    shape = _fields(plan, {**schema, "extra_behavior": "forbid"}, config, fields)
    shape.kinds = OBJECT | ARRAY
    shape.prefix = tuple(plan.node(field["schema"], config) for _, field in fields)
    if not any(plan.may_omit(field["schema"]) for _, field in fields):
        shape.most = len(fields)
    return shape


def _fields(plan: Plan, schema: Schema, config: Config, fields: list[tuple[str, Schema]]) -> Shape:
    """An object with named members."""
    shape = Shape(OBJECT)
    shape.source = schema
    for name, field in fields:
        (first, *rest), *others = plan.lookups(name, field, config)
        certain = not rest and shape.keys.get(first) is None
        if certain:
            shape.keys[first] = plan.node(field["schema"], config)
            shape.names[first] = name
            if field["schema"]["type"] != "default":
                shape.required += (first,)
        else:
            shape.keys.setdefault(first, None)
        for path in others:
            shape.keys.setdefault(path[0], None)
        together = (first, *(path[0] for path in others))
        if together != (name,):
            shape.same |= dict.fromkeys((*together, name), together)
    shape.named = not config.get("loc_by_alias", True)
    extra = schema.get("extra_behavior") or config.get("extra_fields_behavior")
    shape.closed = extra == "forbid"
    if extra == "allow" and schema.get("extras_schema"):
        shape.others = plan.node(schema["extras_schema"], config)
    return shape


def _row(rule: Rule, *options: str | frozenset[str]) -> Row:
    named: set[str] = set()
    for option in options:
        named |= {option} if isinstance(option, str) else option
    return Row(ALWAYS | named, rule)


_OBJECT = frozenset({"fields", "extra_behavior", "computed_fields"})
_ITEMS = frozenset({"items_schema", "fail_fast", *_LENGTHS})
_MAPPING = frozenset({"keys_schema", "values_schema", "fail_fast", *_LENGTHS})
_URL = ("max_length", "allowed_schemes", "host_required")
_URL_DEFAULTS = ("default_host", "default_port", "default_path")

ROWS: dict[str, Row] = {
    "any": _row(_any),
    "none": _row(_none),
    "bool": _row(_bool),
    "int": _row(_int, _BOUNDS),
    "float": _row(_float, _BOUNDS, "allow_inf_nan"),
    "decimal": _row(_decimal, _BOUNDS, "allow_inf_nan", "max_digits", "decimal_places"),
    "fraction": _row(_numeric, _BOUNDS),
    "complex": _row(_numeric),
    "str": _row(
        *(_str, "pattern", _LENGTHS, "strip_whitespace", "to_lower", "to_upper"),
        *("regex_engine", "coerce_numbers_to_str", "ascii_only"),
    ),
    "bytes": _row(_text, _LENGTHS),
    "uuid": _row(_text, "version"),
    "url": _row(_text, *_URL, *_URL_DEFAULTS),
    "multi-host-url": _row(_text, *_URL, *_URL_DEFAULTS),
    "json": _row(_text, "schema"),
    "date": _row(_time, _TIMES, "now_op", "now_utc_offset"),
    "datetime": _row(_time, _TIMES, "now_op", "now_utc_offset"),
    "time": _row(_time, _TIMES),
    "timedelta": _row(_time, _TIMES, "multiple_of"),
    "literal": _row(_literal, "expected"),
    "enum": _row(_enum, "cls", "members", "sub_type", "missing"),
    "list": _row(_list, _ITEMS),
    "deque": _row(_list, _ITEMS),
    "set": _row(_set, _ITEMS),
    "frozenset": _row(_set, _ITEMS),
    "tuple": _row(_tuple, _ITEMS, "variadic_item_index"),
    "dict": _row(_dict, _MAPPING),
    "frozendict": _row(_dict, _MAPPING),
    "ordered-dict": _row(_dict, _MAPPING),
    "counter": _row(_dict, _MAPPING),
    "model-fields": _row(
        *(_model_fields, _OBJECT, "extras_schema", "extras_keys_schema"),
        *("from_attributes", "model_name"),
    ),
    "dataclass-args": _row(_dataclass_args, _OBJECT, "dataclass_name", "collect_init_only"),
    "typed-dict": _row(_typed_dict, _OBJECT, "extras_schema", "total", "config", "cls", "cls_name"),
    "named-tuple": _row(_named_tuple, "fields", "cls", "cls_name"),
}
