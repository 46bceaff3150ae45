"""A wide family of schemas, made by chance from a seed, with documents for each of them.

Names, words and numbers are few, so that keywords meet in the same values. A schema is written
by hand or by `Maker`, in the words of 2020-12, and for some translated to an older draft.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, ClassVar, TypeAlias, cast

from partialjson.testing import spelling

from .schema_suite import DIALECTS
from .typed_texts import SPARES, Tree, damaged, nodes, tree_of, written

Schema: TypeAlias = Any  # a dict or a bool
Piece: TypeAlias = dict[str, Any]

NAMES = ("a", "ab", "abc", "b", "c", "x")  # some begin others
WORDS = (
    *("", "a", "ab", "abc", "b", "x", "aa", "abab", "ababab", "a12a12", "1", "12", "é"),
    *("\U0001f600", "a\n", "x\ud7ff"),
)
FORMATTED = ("2024-02-29", "2023-02-29", "127.0.0.1", "1.2.3.400", "a@b", "::1", "(", "[a]")
NUMBERS = (0, 1, -1, 2, 3, 4, 6, 10, 100, 0.5, 1.5, -2.5, 0.25, 1e2)
BOUNDS = (0, 1, 2, 3, 10, -1, 0.5, 2.5, 100)
PATTERNS = (
    *("^a", "b$", "^[a-c]+$", "^.?$", "a|x", "^(ab)*$", "^\\d+$", "^a{1,2}$", "^(a|b).$", "\u00e9"),
    *("^(?=a)", "^(.)\\1$", "^\\w*\\b", "^$", "[^a]", "^(?i:AB)"),
)
CONSTANTS: tuple[Any, ...] = (
    *(0, 1, 1.0, 2, True, False, None, "a", "ab", "abc", "", "x", [], {}, [1], [True], ["a", 1]),
    *({"a": 1}, {"a": 1, "b": "x"}, {"a": [True]}, 1.5, -1, 100, "a\n", [[1], [True]]),
)
TYPES = {
    "object": ("object",),
    "array": ("array",),
    "string": ("string",),
    "number": ("number", "integer"),
}
KINDS = ("object", "object", "object", "array", "array", "string", "string", "number", "number")


# --- schemas --------------------------------------------------------------------------------


class Maker:
    """Makes schemas.

    Args:
        rng: chance.

    Attributes:
        near: what a schema may refer to for the same value: never anything that leads back.
        far: what it may refer to for a value inside.
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.pick: Callable[[Sequence[Any]], Any] = rng.choice
        self.near: list[Piece] = []
        self.far: list[Piece] = []

    def root(self, depth: int) -> Schema:
        """A schema with definitions, if it has any to refer to."""
        kinds: list[str] = [self.pick(KINDS[:5]) for _ in range(self.pick((0, 1, 2, 2)))]
        named = [(f"d{i}", kind) for i, kind in enumerate(kinds)]
        anchors = [f"n{i}" if self.chance(0.3) else "" for i in range(len(named))]
        dynamic = self.pick((None, None, "", *(name for name, _ in named)))  # whose anchor it is
        self.far = [{"$ref": "#"}, *({"$ref": f"#/$defs/{name}"} for name, _ in named)]
        self.far += [{"$ref": f"#{anchor}"} for anchor in anchors if anchor]
        self.far += [] if dynamic is None else [{"$dynamicRef": "#node"}] * 2
        self.near, definitions = [], {}
        for (name, kind), anchor in zip(named, anchors, strict=True):
            made = self.of(kind, depth - 1)
            made |= {"$anchor": anchor} if anchor else {}
            definitions[name] = made | ({"$dynamicAnchor": "node"} if dynamic == name else {})
            self.near.append({"$ref": f"#/$defs/{name}"})
        schema = self.of(self.pick(KINDS), depth)
        schema |= {"$defs": definitions} if definitions else {}
        return schema | ({"$dynamicAnchor": "node"} if dynamic == "" else {})

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def schema(self, depth: int) -> Schema:
        """Of a value inside another."""
        if self.chance(0.08):
            return self.pick((True, False, {}))
        if self.far and self.chance(0.2):
            return dict(self.pick(self.far))
        near, self.near = self.near, [r for r in self.far if r.get("$ref", "").startswith("#/")]
        made = self.of(self.pick(KINDS if depth > 0 else KINDS[5:]), depth)
        self.near = near
        return made

    def of(self, kind: str, depth: int) -> Piece:
        """Mostly of one kind: what stands together should meet."""
        if self.chance(0.1):
            return self.constant()
        made: Piece = {"type": self.types(kind)} if self.chance(0.6) else {}
        ways = self.PIECES[kind]
        for _ in range(self.pick((1, 1, 2, 2, 3))):
            made = {**self.pick(ways)(self, depth), **made}
        if depth > 0 and self.chance(0.4):
            made = {**self.pick(self.APPLIED)(self, kind, depth - 1), **made}
        if self.near and self.chance(0.12):
            made = {**self.pick(self.near), **made}
        return made

    def types(self, kind: str) -> Any:
        name = self.pick(TYPES[kind])
        others = ("null", "boolean", "string", "integer", "array")
        return [name, self.pick([x for x in others if x != name])] if self.chance(0.2) else name

    def constant(self) -> Piece:
        if self.chance(0.4):
            return {"const": self.pick(CONSTANTS)}
        return {"enum": self.rng.sample(CONSTANTS, self.pick((1, 2, 3)))}

    def some(self, n: int = 3) -> list[str]:
        return self.rng.sample(NAMES, self.rng.randint(1, n))

    def least(self, most: int = 3) -> tuple[int, int]:
        low = self.rng.randint(0, most)
        return low, low + self.pick((0, 0, 1, 2, -1))

    # objects

    def properties(self, depth: int) -> Piece:
        made: Piece = {"properties": {name: self.schema(depth - 1) for name in self.some()}}
        if self.chance(0.6):
            names = [*made["properties"]]
            made["required"] = self.rng.sample(names, self.rng.randint(1, len(names)))
        if self.chance(0.3):
            made |= self.by_pattern(depth) if self.chance(0.3) else {}
            made["additionalProperties"] = False
        return made

    def required(self, depth: int) -> Piece:
        return {"required": self.some(2)}

    def others(self, depth: int) -> Piece:
        return {"additionalProperties": False if self.chance(0.4) else self.schema(depth - 1)}

    def by_pattern(self, depth: int) -> Piece:
        patterns = self.rng.sample(PATTERNS, self.pick((1, 1, 2)))
        return {"patternProperties": {pattern: self.schema(depth - 1) for pattern in patterns}}

    def names(self, depth: int) -> Piece:
        return {"propertyNames": self.of("string", 0)}

    def dependent(self, depth: int) -> Piece:
        if self.chance(0.5):
            return {"dependentRequired": {self.pick(NAMES): self.some(2) for _ in "12"}}
        return {"dependentSchemas": {self.pick(NAMES): self.of("object", depth - 1)}}

    def members(self, depth: int) -> Piece:
        low, high = self.least(2)
        return {"minProperties": low} if self.chance(0.5) else {"maxProperties": high + 1}

    def unevaluated(self, depth: int) -> Piece:
        made = False if self.chance(0.7) else self.schema(depth - 1)
        if self.chance(0.5):
            return {**self.applied("object", depth), "unevaluatedProperties": made}
        return {"unevaluatedProperties": made}

    # arrays

    def items(self, depth: int) -> Piece:
        return {"items": self.schema(depth - 1)}

    def prefix(self, depth: int) -> Piece:
        made: Piece = {"prefixItems": [self.schema(depth - 1) for _ in range(self.pick((1, 2, 3)))]}
        return made | ({"items": False} if self.chance(0.4) else {})

    def contains(self, depth: int) -> Piece:
        low, high = self.least(2)
        made: Piece = {"contains": self.schema(depth - 1)}
        made |= {"minContains": low} if self.chance(0.4) else {}
        return made | ({"maxContains": high} if self.chance(0.4) and high > 0 else {})

    def length(self, depth: int) -> Piece:
        low, high = self.least()
        return {"minItems": low} if self.chance(0.5) else {"maxItems": max(high, 0)}

    def unique(self, depth: int) -> Piece:
        return {"uniqueItems": True}

    def items_left(self, depth: int) -> Piece:
        made = False if self.chance(0.7) else self.schema(depth - 1)
        if self.chance(0.5):
            return {**self.applied("array", depth), "unevaluatedItems": made}
        return {"unevaluatedItems": made}

    # strings and numbers

    def lengths(self, depth: int) -> Piece:
        low, high = self.least()
        return {"minLength": low} if self.chance(0.5) else {"maxLength": max(high, 0)}

    def pattern(self, depth: int) -> Piece:
        return {"pattern": self.pick(PATTERNS)}

    def words(self, depth: int) -> Piece:
        return {
            "enum": self.rng.sample(("a", "ab", "abc", "b", "x", "", "é"), self.pick((1, 2, 3)))
        }

    def format(self, depth: int) -> Piece:
        return {"format": self.pick(("date", "ipv4", "ipv6", "email", "regex", "nonsense"))}

    def bounds(self, depth: int) -> Piece:
        names = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        return {self.pick(names): self.pick(BOUNDS)}

    def multiple(self, depth: int) -> Piece:
        return {"multipleOf": self.pick((1, 2, 3, 0.5, 0.01))}

    def figures(self, depth: int) -> Piece:
        return {"enum": self.rng.sample(NUMBERS, self.pick((1, 2, 3)))}

    # around

    def near_kind(self, kind: str, depth: int) -> Schema:
        if self.chance(0.06):
            return self.pick((True, False, {}))
        return self.of(kind if self.chance(0.85) else self.pick(KINDS), depth)

    def applied(self, kind: str, depth: int) -> Piece:
        keyword = self.pick(("allOf", "anyOf", "anyOf", "oneOf", "oneOf"))
        return {keyword: [self.near_kind(kind, depth) for _ in range(self.pick((1, 2, 2, 3)))]}

    def negated(self, kind: str, depth: int) -> Piece:
        return {"not": self.near_kind(kind, depth)}

    def conditional(self, kind: str, depth: int) -> Piece:
        made = {"if": self.near_kind(kind, depth)}
        made |= {"then": self.near_kind(kind, depth)} if self.chance(0.8) else {}
        return made | ({"else": self.near_kind(kind, depth)} if self.chance(0.6) else {})

    def tagged(self, kind: str, depth: int) -> Piece:
        """A union told apart by a member, as the schemas of types have it."""
        tag = self.pick(NAMES)
        choices = []
        for value in self.rng.sample(("a", "ab", "b", 1), 2):
            made = self.properties(depth)
            made["properties"] = {**made["properties"], tag: {"const": value}}
            choices.append({**made, "required": [tag]})
        return {self.pick(("oneOf", "anyOf")): choices}

    PIECES: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "object": (
            *(properties, properties, properties, properties, required, others, by_pattern),
            *(names, dependent, members, unevaluated),
        ),
        "array": (items, items, prefix, prefix, contains, length, unique, items_left),
        "string": (lengths, lengths, pattern, pattern, words, format),
        "number": (bounds, bounds, multiple, figures),
    }
    APPLIED: ClassVar[tuple[Any, ...]] = (applied, applied, applied, negated, conditional, tagged)


# --- older drafts ---------------------------------------------------------------------------

IN_EACH = ("properties", "patternProperties", "$defs", "dependentSchemas")
IN_ALL = ("allOf", "anyOf", "oneOf", "prefixItems")
INSIDE = (
    *("additionalProperties", "propertyNames", "unevaluatedProperties", "items", "contains"),
    *("unevaluatedItems", "not", "if", "then", "else"),
)


def older(schema: Schema, draft: str) -> Schema:
    """A schema of 2020-12 in the words of an older draft, as far as that has them."""
    return {"$schema": DIALECTS[draft], **_older(schema, draft)}


def _older(schema: Schema, draft: str) -> Schema:
    if isinstance(schema, bool):
        return schema
    made: Piece = {}
    for name, value in schema.items():
        if name in IN_EACH:
            value = {key: _older(inner, draft) for key, inner in value.items()}
        elif name in IN_ALL:
            value = [_older(inner, draft) for inner in value]
        elif name in INSIDE:
            value = _older(value, draft)
        made |= _renamed(name, value, draft)
    if "prefixItems" in made:
        made |= {"additionalItems": made.pop("items")} if "items" in made else {}
        made["items"] = made.pop("prefixItems")
    return made


def _renamed(name: str, value: Any, draft: str) -> Piece:
    if name == "$dynamicRef":
        return {"$recursiveRef": "#"} if draft == "draft2019-09" else {"$ref": "#"}
    if name == "$dynamicAnchor":
        return {"$recursiveAnchor": True} if draft == "draft2019-09" else {}
    if draft != "draft7":
        return {name: value}
    if name in ("dependentRequired", "dependentSchemas"):
        return {"dependencies": value}
    if name == "$anchor":
        return {"$id": f"#{value}"}
    if name in ("minContains", "maxContains", "unevaluatedItems", "unevaluatedProperties"):
        return {}
    if name == "$ref":
        return {name: value.replace("$defs", "definitions")}
    return {"definitions" if name == "$defs" else name: value}


# --- values ---------------------------------------------------------------------------------


class Writer:
    """Writes documents that a schema might accept: what it asks for, each in one place.

    Args:
        root: the whole schema.
        rng: chance.
    """

    def __init__(self, root: Schema, rng: random.Random) -> None:
        self.root = root
        self.rng = rng
        self.pick: Callable[[Sequence[Any]], Any] = rng.choice
        self.anchors = dict(_anchors(root))

    def tree(self, schema: Schema, depth: int = 4) -> Tree:
        parts = [*self.parts(schema)]
        for part in parts:
            if "const" in part or part.get("enum"):
                value = part["const"] if "const" in part else self.pick(part["enum"])
                if value in (0, 1) and self.rng.random() < 0.2:  # or what Python takes for it
                    value = self.pick((bool(value), int(value), float(value)))
                return tree_of(json.dumps(value))
        kind = self.kind(parts)
        if depth < 0 and kind in ("object", "array"):
            return cast("Tree", {} if kind == "object" else [])
        made: Tree = getattr(self, f"_{kind}")(parts, depth)
        return made

    def parts(self, schema: Schema, fuel: int = 12) -> Iterator[Piece]:
        """All that is to hold of a value, of unions one choice."""
        if isinstance(schema, bool) or fuel < 0:
            return
        yield schema
        inner = [*schema.get("allOf", ())]
        inner += [self.pick(schema[k]) for k in ("anyOf", "oneOf") if schema.get(k)]
        inner += [schema[k] for k in ("$ref", "$dynamicRef", "$recursiveRef") if k in schema]
        dependent = schema.get("dependentSchemas", {}).values()
        inner += [part for part in dependent if self.rng.random() < 0.5]
        if "if" in schema:
            inner += self.pick(
                ([schema["if"], schema.get("then", True)], [schema.get("else", True)])
            )
        for part in inner:
            yield from self.parts(self.referred(part) if isinstance(part, str) else part, fuel - 1)

    def referred(self, ref: str) -> Schema:
        if ref.startswith("#/"):
            _, where, name = ref.split("/")
            return self.root.get(where, {}).get(name, True)
        return self.root if ref == "#" else self.anchors.get(ref.lstrip("#"), True)

    def kind(self, parts: Sequence[Piece]) -> str:
        named = [part["type"] for part in parts if "type" in part]
        if named:
            types = named[0] if isinstance(named[0], list) else named[:1]
            return str(self.pick(types))
        words = {name for part in parts for name in part}
        likely = [kind for kind, own in OWN.items() if words & own]
        chosen = likely if likely and self.rng.random() < 0.95 else [*OWN]
        return str(self.pick(chosen))

    def _object(self, parts: Sequence[Piece], depth: int) -> Tree:
        known = [name for part in parts for name in part.get("properties", ())]
        names = [name for part in parts for name in part.get("required", ())]
        names += [name for name in known if self.rng.random() < 0.6]
        patterns = [pattern for part in parts for pattern in part.get("patternProperties", ())]
        fitting = [name for name in NAMES if any(re.search(x, name) for x in patterns)]
        names += [name for name in fitting if self.rng.random() < 0.3]
        if not known or self.rng.random() < 0.2:
            names += self.rng.sample(NAMES, self.pick((0, 1, 2)))
        for part in parts:
            for needs in (part.get("dependentRequired", {}), part.get("dependencies", {})):
                names += [x for n in names for x in needs.get(n, ()) if isinstance(needs[n], list)]
        most = min((part.get("maxProperties", 9) for part in parts), default=9)
        names = [*dict.fromkeys(names)][:most]
        return {name: self.tree({"allOf": self._about(parts, name)}, depth - 1) for name in names}

    def _about(self, parts: Sequence[Piece], name: str) -> list[Schema]:
        found: list[Schema] = []
        for part in parts:
            here = [part["properties"][name]] if name in part.get("properties", ()) else []
            by_pattern = part.get("patternProperties", {})
            here += [inner for pattern, inner in by_pattern.items() if re.search(pattern, name)]
            found += here or [part[k] for k in OTHERS if k in part][:1]
        return found

    def _array(self, parts: Sequence[Piece], depth: int) -> Tree:
        lists = [x for part in parts for x in (part.get("prefixItems"), part.get("items"))]
        columns = zip_longest(*(x for x in lists if isinstance(x, list)), fillvalue=True)
        prefix: list[Schema] = [{"allOf": [*column]} for column in columns]
        rest = [part[k] for part in parts for k in ("items", "additionalItems") if k in part]
        rest = [inner for inner in rest if not isinstance(inner, list)]
        wanted = [part["contains"] for part in parts if "contains" in part]
        least = max((part.get("minItems", 0) for part in parts), default=0)
        most = min((part.get("maxItems", 9) for part in parts), default=9)
        closed = False in rest
        n = len(prefix) if prefix and closed else self.rng.randint(least, max(least, min(most, 3)))
        kinds = [prefix[i] if i < len(prefix) else {"allOf": rest} for i in range(n)]
        for inner in wanted:
            if len(kinds) < most and not closed:
                kinds.append({"allOf": [inner, *rest]})
        return [self.tree(inner, depth - 1) for inner in kinds]

    def _string(self, parts: Sequence[Piece], depth: int) -> Tree:
        words = [word for word in (*WORDS, *FORMATTED) if self._fits(word, parts)]
        least = max((part.get("minLength", 0) for part in parts), default=0)
        return json.dumps(self.pick(words or ["a" * least]))

    def _fits(self, word: str, parts: Sequence[Piece]) -> bool:
        return all(
            part.get("minLength", 0) <= len(word) <= part.get("maxLength", 99)
            and re.search(part.get("pattern", ""), word)
            for part in parts
        )

    def _number(self, parts: Sequence[Piece], depth: int) -> Tree:
        bounds = {part[k] for part in parts for k in BOUNDING if k in part}
        tried = [*NUMBERS, *[-0.0, *bounds] * 3, *(bound + 1 for bound in bounds)]
        least = max((part.get("minimum", -99) for part in parts), default=-99)
        most = min((part.get("maximum", 999) for part in parts), default=999)
        fitting = [number for number in tried if least <= number <= most]
        return json.dumps(self.pick(fitting or tried))

    def _integer(self, parts: Sequence[Piece], depth: int) -> Tree:
        return str(int(float(cast("str", self._number(parts, depth)))))

    def _boolean(self, parts: Sequence[Piece], depth: int) -> Tree:
        return str(self.pick(("true", "false")))

    def _null(self, parts: Sequence[Piece], depth: int) -> Tree:
        return "null"


OTHERS = ("additionalProperties", "unevaluatedProperties")
BOUNDING = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
OWN: dict[str, set[str]] = {
    "object": {
        *("properties", "required", "patternProperties", "propertyNames", "dependentRequired"),
        *("dependentSchemas", "dependencies", "minProperties", "maxProperties", *OTHERS),
    },
    "array": {
        *("items", "prefixItems", "additionalItems", "contains", "minItems", "maxItems"),
        *("uniqueItems", "unevaluatedItems"),
    },
    "string": {"minLength", "maxLength", "pattern", "format"},
    "number": {*BOUNDING},
    "integer": {"multipleOf"},
    "boolean": set(),
    "null": set(),
}


def _anchors(schema: Any) -> Iterator[tuple[str, Schema]]:
    """All that has a name of its own, wherever it stands."""
    if isinstance(schema, dict):
        for key in ("$anchor", "$dynamicAnchor"):
            if isinstance(schema.get(key), str):
                yield schema[key], schema
        if isinstance(schema.get("$id"), str):
            yield schema["$id"].lstrip("#"), schema
    if isinstance(schema, (dict, list)):
        for inner in schema.values() if isinstance(schema, dict) else schema:
            yield from _anchors(inner)


# --- schemas by hand ------------------------------------------------------------------------

_POINT = {"type": "array", "prefixItems": [{"type": "number"}] * 2, "items": False, "minItems": 2}
_TREE = {
    "type": "object",
    "properties": {"a": {"type": "string"}, "b": {"type": "array", "items": {"$ref": "#"}}},
    "required": ["a"],
    "additionalProperties": False,
}
_ORDER = {
    "type": "object",
    "properties": {
        "a": {"type": "string", "minLength": 1, "maxLength": 3},
        "b": {"type": "integer", "minimum": 1, "maximum": 10},
        "c": {"enum": ["a", "ab", "abc", None]},
        "x": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"a": {"pattern": "^[a-c]{2}$"}, "b": {"type": "boolean"}},
                "required": ["a", "b"],
                "additionalProperties": False,
            },
            "minItems": 1,
            "maxItems": 3,
        },
    },
    "required": ["a", "b", "x"],
    "additionalProperties": False,
}
_TAGGED = {
    "oneOf": [
        {"properties": {"a": {"const": "a"}, "b": {"type": "integer"}}, "required": ["a", "b"]},
        {"properties": {"a": {"const": "ab"}, "b": {"type": "string"}}, "required": ["a"]},
        {"properties": {"a": {"const": "abc"}}, "required": ["a"], "additionalProperties": False},
    ]
}
_BASE = {"properties": {"a": {"type": "string"}, "ab": True}, "required": ["a"]}
_WORDS = {"required": ["a"], "additionalProperties": {"type": "string"}}
_OPEN_LIST = {
    "$id": "http://example.com/words",
    "$ref": "list",
    "$defs": {
        "elem": {"$dynamicAnchor": "elem", "type": "string", "maxLength": 2},
        "list": {
            "$id": "list",
            "type": "array",
            "items": {"$dynamicRef": "#elem"},
            "contains": {"const": "a"},
            "$defs": {"elem": {"$dynamicAnchor": "elem"}},
        },
    },
}
_ELEM = {"$dynamicAnchor": "elem"}
_OPEN_LISTS = {
    "$id": "http://example.com/lists",
    "properties": {"a": {"$ref": "words"}, "b": {"$ref": "flags"}},
    "$defs": {
        "list": {"$id": "list", "items": {"$dynamicRef": "#elem"}, "$defs": {"elem": _ELEM}},
        "words": {"$id": "words", "$ref": "list", "$defs": {"elem": _ELEM | {"type": "string"}}},
        "flags": {"$id": "flags", "$ref": "list", "$defs": {"elem": _ELEM | {"type": "boolean"}}},
    },
}
PICKED: tuple[Schema, ...] = (
    {"type": "array", "items": {"enum": [1, True, "a"]}, "uniqueItems": True, "maxItems": 3},
    {"type": "object", "properties": {"abc": {}, "ab": {}, "b": {}}, "additionalProperties": False},
    *(True, False, {}, _POINT, _TREE, _ORDER, _TAGGED, _OPEN_LIST),
    {"type": "array", "items": _TAGGED, "uniqueItems": True},
    {"allOf": [_BASE], "properties": {"b": {"type": "number"}}, "unevaluatedProperties": False},
    {"anyOf": [_BASE, {"required": ["b"]}], "unevaluatedProperties": {"type": "integer"}},
    {"prefixItems": [{"const": 1}], "unevaluatedItems": False}
    | {"anyOf": [{"prefixItems": [True, {"const": "a"}], "minItems": 2}, True]},
    {"if": {"properties": {"a": {"const": "a"}}, "required": ["a"]}}
    | {"then": {"required": ["b"]}, "else": {"properties": {"b": False}}},
    {"if": {"properties": {"a": {"const": 1}}}, "then": {"maxProperties": 2}}
    | {"else": {"properties": {"b": {"type": "string"}}}},
    {"not": {"required": ["a", "b"]}, "propertyNames": {"maxLength": 2, "pattern": "^[a-c]"}},
    {"not": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}},
    {"dependentSchemas": {"c": {"properties": {"a": {"type": "integer"}}, "required": ["b"]}}},
    {"dependentRequired": {"a": ["b", "c"]}, "minProperties": 1, "maxProperties": 2},
    {"contains": {"type": "string"}, "minContains": 1, "maxContains": 2, "uniqueItems": True},
    {"contains": {"type": "object", "required": ["a"]}, "minContains": 0, "maxContains": 1},
    {"oneOf": [{"type": "integer"}, {"minimum": 2}, {"const": 1.5}]},
    {"oneOf": [{"maxLength": 2}, {"pattern": "^ab"}, {"type": "array", "minItems": 2}]},
    {"type": "integer", "minimum": 0, "exclusiveMaximum": 100, "multipleOf": 2},
    {"enum": [1, 20, 2.5, "1", True, [1], {"a": 1.0}]},
    {"type": "number", "minimum": 10, "maximum": 12.5},
    {"items": {"type": "number", "minimum": -1, "exclusiveMaximum": 2.5}, "minItems": 1},
    {"const": {"a": [1, {"b": "x"}], "ab": None}},
    {"type": "string", "pattern": "^(ab|a\\d{2})+$", "minLength": 3, "maxLength": 6},
    {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$", "format": "date"},
    {"properties": {"a": {"format": "ipv4"}, "b": {"format": "email"}, "c": {"format": "regex"}}},
    {"patternProperties": {"^a": {"type": "string"}, "b$": {"maxLength": 1}}}
    | {"additionalProperties": {"type": "array", "items": {"type": "integer"}}},
    {"properties": {"a": {}, "c": {}}, "patternProperties": {"^ab": {"type": "integer"}}}
    | {"additionalProperties": False, "maxProperties": 3},
    {"patternProperties": {"^(ab)+$": True, "x": {"type": "null"}}, "unevaluatedProperties": False}
    | {"properties": {"b": True}, "allOf": [{"properties": {"abc": {"maxItems": 1}}}]},
    {"properties": {"a": {"$ref": "#/$defs/t"}}, "required": ["a"]}
    | {
        "$defs": {
            "t": {"anyOf": [{"type": "null"}, {"items": {"$ref": "#/$defs/t"}, "type": "array"}]}
        }
    },
    {"type": ["object", "array"], "minProperties": 1, "minItems": 1, "additionalProperties": False}
    | {"properties": {"a": {"enum": ["a"], "type": "integer"}, "ab": False, "b": {}}},
    {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": _ORDER}},
    {"allOf": [{"minProperties": 1}, {"anyOf": [_BASE, _TREE]}], "maxProperties": 2},
    {"items": {"maxLength": 1, "not": {"pattern": "^b"}}, "minItems": 2},
    {"items": {"type": "string", "not": {"minLength": 2, "format": "ipv4"}}},
    {"additionalProperties": {"type": "string", "not": {"pattern": "^.?$"}}}
    | {"items": {"type": "string", "not": {"maxLength": 1}}},
    {"items": {"enum": [True, 0]}},
    {"items": {"enum": [1, 1.0, True]}, "uniqueItems": True, "minItems": 2},
    {"required": ["a", "b"], "maxProperties": 2, "additionalProperties": {"minimum": 0}},
    {"items": {"properties": {"abc": {"type": "integer"}}, "additionalProperties": False}},
    {"type": ["array", "object"], "not": {"minItems": 2, "minProperties": 2}},
    {"dependentSchemas": {"a": {"properties": {"b": True}, "required": ["b"]}}}
    | {"anyOf": [{"properties": {"c": True}}, {"properties": {"a": True}, "required": ["a"]}]}
    | {"unevaluatedProperties": False},
    {"if": {"properties": {"a": {"const": "a"}}, "required": ["a"]}}
    | {"then": {"properties": {"b": True}}, "else": {"properties": {"c": True}}}
    | {"oneOf": [{"properties": {"x": True}, "required": ["x"]}, {"properties": {"ab": True}}]}
    | {"unevaluatedProperties": False},
    {"allOf": [{"additionalProperties": {"type": "integer"}}], "unevaluatedProperties": False},
    {"allOf": [{"contains": {"const": 1}}], "prefixItems": [True], "unevaluatedItems": False},
    {"oneOf": [{"required": ["a"], "minItems": 2}, {"minProperties": 2, "contains": {"const": 1}}]},
    {"oneOf": [{"properties": {"x": x}, "required": ["x"]} for x in _TAGGED["oneOf"]]},
    {"additionalProperties": {"$ref": "#/definitions/t", "maxLength": 1}}
    | {"$schema": DIALECTS["draft7"], "definitions": {"t": {"type": ["string", "null"]}}},
    {"properties": {"a": {"type": "string"}, "b": {"items": {"$recursiveRef": "#"}}}}
    | {"$schema": DIALECTS["draft2019-09"], "$recursiveAnchor": True, "minProperties": 1},
    {"properties": {"a": True, "c": True}, "dependencies": {"a": ["b"], "c": {"required": ["x"]}}}
    | {"$schema": DIALECTS["draft7"]},
    {"type": "object", "anyOf": [_WORDS, {"required": ["b"], "maxProperties": 1}]},
    _OPEN_LISTS,
)


# --- documents ------------------------------------------------------------------------------


def words_of(schema: Any) -> tuple[list[str], list[Tree]]:
    """The names of members that a schema speaks of, and its constants."""
    names: dict[str, None] = {}
    values: list[Tree] = []
    stack = [schema]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            for key, inner in part.items():
                if key in ("properties", "dependentSchemas", "dependentRequired", "dependencies"):
                    names |= dict.fromkeys(inner if isinstance(inner, dict) else ())
                elif key == "required" and isinstance(inner, list):
                    names |= dict.fromkeys(x for x in inner if isinstance(x, str))
                elif key in ("enum", "const", "default"):
                    held = inner if key == "enum" and isinstance(inner, list) else [inner]
                    values += [tree_of(json.dumps(value)) for value in held]
                stack.append(inner)
        elif isinstance(part, list):
            stack += part
    return [*names], values


SPARE: Sequence[Tree] = (*SPARES, *(tree_of(json.dumps(value)) for value in CONSTANTS))


def trees(schema: Schema, rng: random.Random, n: int) -> Iterator[Tree]:
    """Trees of documents for a schema: as `Writer` writes them, and damaged ones."""
    writer = Writer(schema, rng)
    made = [writer.tree(schema) for _ in range(max(3, n // 2))]
    spares = (*SPARE, *(node for tree in made for node in nodes(tree)), *words_of(schema)[1])
    for i in range(n):
        tree = rng.choice(made)
        for _ in range((0, 0, 1, 1, 2)[i % 5]):
            tree = damaged(tree, rng, spares)
        yield tree


def documents(schema: Schema, rng: random.Random, n: int) -> Iterator[str]:
    """Documents for a schema, valid and damaged, in any spelling."""
    for tree in trees(schema, rng, n):
        yield written(tree, rng)


def otherwise(tree: Tree, rng: random.Random) -> str:
    """The same value, written otherwise: every number, the order, white space, escapes."""
    return spelling.written(tree, rng, numbers=1.0)


_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.0*[1-9]\d*)?")


def is_plain(text: str) -> bool:
    """Whether no number in it has an exponent or a fraction of zeros."""
    scalars = (node for node in nodes(tree_of(text)) if isinstance(node, str))
    return all(_PLAIN.fullmatch(x) for x in scalars if x[0] in "-0123456789")


# --- the family -----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Relative:
    """A schema of the family, and whether it asserts `format`."""

    schema: Schema
    format: bool = False


def by_hand() -> Iterator[Relative]:
    yield from map(Relative, PICKED)
    yield from (Relative(schema, format=True) for schema in PICKED if "format" in repr(schema))


def family(seed: int, n: int) -> Iterator[Relative]:
    """So many schemas, the same for the same seed."""
    rng = random.Random(seed)
    for i in range(n):
        schema = Maker(rng).root(1 + i % 3)
        draft = rng.choice((None,) * 5 + ("draft7", "draft2019-09"))
        yield Relative(schema if draft is None else older(schema, draft), rng.random() < 0.15)
