"""The keywords: what each adds to a layout, and when it can be decided.

One function lays out one keyword, for the kinds of values that it speaks of; `KEYWORDS` says
which, and when the keyword is decided at the earliest. A keyword that is not in the table, or
not of the part's draft, is handed to jsonschema when the value is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from .containers import Items, Members
from .reach import refuse_exploding
from .rules import (
    ARRAY,
    FALSE,
    INTEGER,
    NULL,
    OBJECT,
    REAL,
    STRING,
    TRUE,
    Choice,
    Layout,
    Part,
)
from .scalars import Numeric, Text

ANY: Final = NULL | TRUE | FALSE | INTEGER | REAL | STRING | ARRAY | OBJECT
NUMBER: Final = INTEGER | REAL
TYPES: Final = {
    "null": NULL,
    "boolean": TRUE | FALSE,
    "integer": INTEGER | REAL,  # 1.0 is one
    "number": NUMBER,
    "string": STRING,
    "array": ARRAY,
    "object": OBJECT,
}
SHAPES: Final[dict[int, type[Layout]]] = {
    STRING: Text,
    INTEGER: Numeric,
    REAL: Numeric,
    ARRAY: Items,
    OBJECT: Members,
}
_FOLLOWED: Final = 64  # constant objects or arrays; of more it is quicker to ask at the end
_LITERALS: Final = {NULL: None, TRUE: True, FALSE: False}


class Keyword(NamedTuple):
    """A keyword that is streamed.

    Args:
        kinds: of the values that it speaks of.
        lay: adds what it says to a layout.
        decided: when a value is refused by it at the earliest, in words.
        drafts: in which it means what `lay` makes of it.
    """

    kinds: int
    lay: Callable[[Any, Part, Any], None]
    decided: str
    drafts: tuple[str, ...] = ("7", "2019-09", "2020-12")


def lay_out(layout: Layout, part: Part) -> None:
    """Add all that a subschema says about values of the layout's kind."""
    node = part.node
    if node.schema is False:
        layout.refuse(part, "false")
    elif not node.draft:
        if node.schema is not True:
            layout.hand(part, "")
        return
    streamed = node.validator.VALIDATORS
    for keyword, value in node.keywords():
        row = KEYWORDS.get(keyword)
        if row is not None and node.draft in row.drafts:
            if row.kinds & layout.kind:
                row.lay(layout, part, value)
        elif keyword in streamed and not (
            keyword == "format" and not node.validator.format_checker
        ):
            layout.hand(part, keyword)
        if layout.refusal:
            return


# --- any value -------------------------------------------------------------------------


def _type(layout: Layout, part: Part, types: Any) -> None:
    names = [types] if isinstance(types, str) else types
    if not all(name in TYPES for name in names):
        layout.hand(part, "type")
        return
    if not any(TYPES[name] & layout.kind for name in names):
        layout.refuse(part, "type")
    elif isinstance(layout, Numeric) and "number" not in names:
        layout.demand_integer(part)


def _enum(layout: Layout, part: Part, values: Any) -> None:
    _one_of(layout, part, "enum", values)


def _const(layout: Layout, part: Part, value: Any) -> None:
    _one_of(layout, part, "const", [value])


def _one_of(layout: Layout, part: Part, keyword: str, values: Any) -> None:
    """The value is one of these: as far as they are of its kind."""
    if isinstance(layout, Text):
        layout.allow_only(part, keyword, [v for v in values if isinstance(v, str)])
    elif isinstance(layout, Numeric):
        numbers = [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]
        layout.allow_only(part, keyword, numbers)
    elif layout.kind in _LITERALS:
        if not any(v is _LITERALS[layout.kind] for v in values):
            layout.refuse(part, keyword)
    else:
        _one_of_containers(layout, part, keyword, values)


def _one_of_containers(layout: Layout, part: Part, keyword: str, values: Any) -> None:
    wanted = Mapping if layout.kind == OBJECT else list
    constants = [value for value in values if isinstance(value, wanted)]
    if len(constants) > _FOLLOWED:
        layout.hand(part, keyword)
        return
    found = [part.node.below(_as_schema(value, part)) for value in constants]
    if not found:
        layout.refuse(part, keyword)
        return
    options = [_option(layout, node) for node in found]
    choice = Choice(part, "constant", options, [(keyword,)] * len(options), keyword=keyword)
    layout.choices.append(choice)


def _as_schema(value: Any, part: Part) -> dict[str, Any]:
    """A schema that takes a container equal to a constant one, and no other."""
    if isinstance(value, Mapping):
        members = {key: {"const": member} for key, member in value.items()}
        return {
            "type": "object",
            "required": [*members],
            "properties": members,
            "additionalProperties": False,
        }
    prefix = "prefixItems" if part.node.draft == "2020-12" else "items"
    counts = {"minItems": len(value), "maxItems": len(value)}
    items = [{"const": item} for item in value]
    return {"type": "array", **counts, **({prefix: items} if items else {})}


# --- strings and numbers ---------------------------------------------------------------


def _min_length(layout: Text, part: Part, least: Any) -> None:
    layout.at_least(part, least)


def _max_length(layout: Text, part: Part, most: Any) -> None:
    layout.at_most(part, most)


def _pattern(layout: Text, part: Part, pattern: str) -> None:
    layout.match(part, pattern)


def _minimum(layout: Numeric, part: Part, least: Any) -> None:
    layout.bounds.add_minimum(least)
    layout.bounded.append((part, "minimum"))


def _exclusive_minimum(layout: Numeric, part: Part, least: Any) -> None:
    layout.bounds.add_exclusive_minimum(least)
    layout.bounded.append((part, "exclusiveMinimum"))


def _maximum(layout: Numeric, part: Part, most: Any) -> None:
    layout.bounds.add_maximum(most)
    layout.bounded.append((part, "maximum"))


def _exclusive_maximum(layout: Numeric, part: Part, most: Any) -> None:
    layout.bounds.add_exclusive_maximum(most)
    layout.bounded.append((part, "exclusiveMaximum"))


def _multiple_of(layout: Numeric, part: Part, divisor: Any) -> None:
    layout.hand(part, "multipleOf")


# --- objects ---------------------------------------------------------------------------


def _members(layout: Members, part: Part, _: Any) -> None:
    layout.describe(part)


def _required(layout: Members, part: Part, keys: Any) -> None:
    layout.demand(part, keys)


def _min_properties(layout: Members, part: Part, least: Any) -> None:
    layout.at_least(part, "minProperties", least)


def _max_properties(layout: Members, part: Part, most: Any) -> None:
    layout.at_most(part, "maxProperties", most)


def _property_names(layout: Members, part: Part, names: Any) -> None:
    layout.name(part, part.node.below(names))


def _dependent_required(layout: Members, part: Part, dependencies: Any) -> None:
    for key, keys in dependencies.items():
        layout.depend(part, "dependentRequired", key, keys)


def _dependent_schemas(layout: Members, part: Part, dependencies: Any) -> None:
    for key, schema in dependencies.items():
        _dependent_schema(layout, part, "dependentSchemas", key, schema)


def _dependencies(layout: Members, part: Part, dependencies: Any) -> None:
    for key, dependency in dependencies.items():
        if isinstance(dependency, list):
            layout.depend(part, "dependencies", key, dependency)
        else:
            _dependent_schema(layout, part, "dependencies", key, dependency)


def _dependent_schema(layout: Members, part: Part, keyword: str, key: str, schema: Any) -> None:
    option = _option(layout, part.node.below(schema))
    if option is not None:
        label = (keyword, key)
        choice = Choice(part, "dependent", [option], [label], keyword=keyword, key=key)
        layout.choices.append(choice)


def _unevaluated_properties(layout: Members, part: Part, value: Any) -> None:
    if value is False:
        layout.close_unevaluated(part)
    if value is not True:
        refuse_exploding(part.node)
        layout.hand(part, "unevaluatedProperties")


# --- arrays ----------------------------------------------------------------------------


def _items(layout: Items, part: Part, _: Any) -> None:
    layout.describe(part)


def _min_items(layout: Items, part: Part, least: Any) -> None:
    layout.at_least(part, "minItems", least)


def _max_items(layout: Items, part: Part, most: Any) -> None:
    layout.at_most(part, "maxItems", most)


def _unique_items(layout: Items, part: Part, unique: Any) -> None:
    if unique:
        layout.unique.append(part)


def _contains(layout: Items, part: Part, schema: Any) -> None:
    least, most = 1, None
    if part.node.draft != "7":
        least = part.node.schema.get("minContains", 1)
        most = part.node.schema.get("maxContains")
    layout.contain(part, part.node.beside(schema), least, most)


def _unevaluated_items(layout: Items, part: Part, value: Any) -> None:
    if value is False:
        layout.close_unevaluated(part)
    if value is not True:
        layout.hand(part, "unevaluatedItems")


# --- schemas of the same value ---------------------------------------------------------


def _ref(layout: Layout, part: Part, reference: str) -> None:
    layout.follow(part, part.node.referred(reference))


def _dynamic_ref(layout: Layout, part: Part, reference: str) -> None:
    layout.follow(part, part.node.referred(reference), "$dynamicRef")


def _recursive_ref(layout: Layout, part: Part, _: Any) -> None:
    layout.follow(part, part.node.recurred(), "$recursiveRef")


def _all_of(layout: Layout, part: Part, schemas: Any) -> None:
    for i, schema in enumerate(schemas):
        layout.follow(part, part.node.below(schema), "allOf", i)


def _any_of(layout: Layout, part: Part, schemas: Any) -> None:
    _any_of_these(layout, part, [part.node.below(schema) for schema in schemas], "anyOf")


def _any_of_these(layout: Layout, part: Part, nodes: Any, keyword: str) -> None:
    if len(nodes) > layout.plan.limits.max_branches:
        layout.hand(part, keyword)
        return
    possible = []
    for i, node in enumerate(nodes):
        option = _option(layout, node)
        if option is None:
            return
        if not option.refusal:
            possible.append((i, node, option))
    if not possible:
        layout.refuse(part, keyword)
    elif len(possible) == 1:
        i, node, _ = possible[0]
        layout.follow(part, node, keyword, i)
    else:
        options: list[Layout | None] = [option for _, _, option in possible]
        labels = [(keyword, i) for i, _, _ in possible]
        layout.choices.append(Choice(part, "anyOf", options, labels, keyword=keyword))


def _one_of_schemas(layout: Layout, part: Part, schemas: Any) -> None:
    if len(schemas) > layout.plan.limits.max_branches:
        layout.hand(part, "oneOf")
        return
    nodes = [part.node.below(schema) for schema in schemas]
    options = [_option(layout, node) for node in nodes]
    sure = options.count(None)
    possible = [(i, o) for i, o in enumerate(options) if o is not None and not o.refusal]
    if sure > 1 or not (possible or sure):
        layout.refuse(part, "oneOf")
    elif len(possible) == 1 and not sure:
        i = possible[0][0]
        layout.follow(part, nodes[i], "oneOf", i)
    elif possible:
        left: list[Layout | None] = [option for _, option in possible]
        labels = [("oneOf", i) for i, _ in possible]
        layout.choices.append(Choice(part, "oneOf", left, labels, sure=sure))


def _not(layout: Layout, part: Part, schema: Any) -> None:
    option = _option(layout, part.node.beside(schema))
    if option is None:
        layout.refuse(part, "not")
    elif not option.refusal:
        layout.choices.append(Choice(part, "not", [option], [("not",)]))


def _if(layout: Layout, part: Part, schema: Any) -> None:
    siblings = part.node.schema
    branches = {k: part.node.below(siblings[k]) for k in ("then", "else") if k in siblings}
    if not branches:
        return
    condition = _option(layout, part.node.beside(schema))
    if condition is None or condition.refusal:
        decided = "then" if condition is None else "else"
        if decided in branches:
            layout.follow(part, branches[decided], decided)
        return
    options = [_option(layout, branches[k]) if k in branches else None for k in ("then", "else")]
    if options != [None, None]:
        labels = [("if",), ("then",), ("else",)]
        layout.choices.append(Choice(part, "if", [condition, *options], labels))


def _option(layout: Layout, node: Any) -> Layout | None:
    """A schema of the same value, laid out; None if it takes anything of this kind."""
    option = layout.plan.rules((node,)).layout(layout.kind)
    return None if option.trivial else option


_NEW: Final = ("2019-09", "2020-12")
_FIRST = "at the value's first character"
_WITHIN = "as soon as the members' own schemas are"

KEYWORDS: Final[dict[str, Keyword]] = {
    "type": Keyword(ANY, _type, f"{_FIRST}; 1.5 for an integer at the number's end"),
    "enum": Keyword(ANY, _enum, "at the character that no candidate has there; numbers at the end"),
    "const": Keyword(ANY, _const, "as `enum` with one candidate"),
    "minLength": Keyword(STRING, _min_length, "at the closing quote"),
    "maxLength": Keyword(STRING, _max_length, "at the first character too many"),
    "pattern": Keyword(
        STRING, _pattern, "at the character after which nothing matches, if the pattern is anchored"
    ),
    "minimum": Keyword(NUMBER, _minimum, "at the number's end; a sign at once"),
    "maximum": Keyword(NUMBER, _maximum, "at the number's end; a sign at once"),
    "exclusiveMinimum": Keyword(NUMBER, _exclusive_minimum, "as `minimum`"),
    "exclusiveMaximum": Keyword(NUMBER, _exclusive_maximum, "as `maximum`"),
    "multipleOf": Keyword(NUMBER, _multiple_of, "at the number's end"),
    "properties": Keyword(OBJECT, _members, _WITHIN),
    "patternProperties": Keyword(OBJECT, _members, _WITHIN),
    "additionalProperties": Keyword(
        OBJECT,
        _members,
        "`false`: at the character of a key that no key left has there, or at the comma when "
        "none is left; else as soon as the members' own schemas are",
    ),
    "required": Keyword(OBJECT, _required, "at the closing brace"),
    "minProperties": Keyword(OBJECT, _min_properties, "at the closing brace"),
    "maxProperties": Keyword(OBJECT, _max_properties, "at the comma that announces one too many"),
    "propertyNames": Keyword(OBJECT, _property_names, "within the key, as any string"),
    "dependentRequired": Keyword(OBJECT, _dependent_required, "at the closing brace", _NEW),
    "dependentSchemas": Keyword(
        OBJECT, _dependent_schemas, "as soon as the schema is, once its key is there", _NEW
    ),
    "dependencies": Keyword(OBJECT, _dependencies, "as the two above", ("7",)),
    "unevaluatedProperties": Keyword(
        OBJECT,
        _unevaluated_properties,
        "`false`: as `additionalProperties`, for keys that no subschema of the value could "
        "evaluate; else at the closing brace",
        _NEW,
    ),
    "items": Keyword(ARRAY, _items, f"{_WITHIN}; `false`: at the comma"),
    "prefixItems": Keyword(ARRAY, _items, _WITHIN, ("2020-12",)),
    "additionalItems": Keyword(ARRAY, _items, "as `items`", ("7", "2019-09")),
    "minItems": Keyword(ARRAY, _min_items, "at the closing bracket"),
    "maxItems": Keyword(ARRAY, _max_items, "at the comma that announces one too many"),
    "uniqueItems": Keyword(
        ARRAY, _unique_items, "at the end of the second equal item; a literal at its first letter"
    ),
    "contains": Keyword(
        ARRAY,
        _contains,
        "too few at the closing bracket; too many when one more is certain to match",
    ),
    "unevaluatedItems": Keyword(
        ARRAY,
        _unevaluated_items,
        "`false`: at the comma before an item that no subschema of the value could evaluate; "
        "else at the closing bracket",
        _NEW,
    ),
    "$ref": Keyword(ANY, _ref, "as the schema that it leads to"),
    "$dynamicRef": Keyword(ANY, _dynamic_ref, "as the schema that it leads to", ("2020-12",)),
    "$recursiveRef": Keyword(ANY, _recursive_ref, "as the schema that it leads to", ("2019-09",)),
    "allOf": Keyword(ANY, _all_of, "when one of its schemas is"),
    "anyOf": Keyword(ANY, _any_of, "when the last of its schemas is"),
    "oneOf": Keyword(
        ANY, _one_of_schemas, "when the last of its schemas is, or two are certain to take it"
    ),
    "not": Keyword(ANY, _not, "when its schema is certain to take the value"),
    "if": Keyword(
        ANY, _if, "as `then` or `else`, once `if` is decided; before that, when both are refused"
    ),
}
