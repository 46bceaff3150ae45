"""Valid documents, in the order of their schema: optional keys are left out from the tail only."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final, TypeAlias

from .merge import flat, merged
from .samples import sample
from .schemas import Named, Schema

Path: TypeAlias = "tuple[str | int, ...]"

ATTEMPTS: Final = 2_000  # to find a valid one; the worst schema needs a few dozen
_DEEP: Final = 3  # from here on what recurses is left out
_PROSE: Final = (
    "alpha harbour 42 nord señal Größe river stone quiet morning blue 東京 letter 7 window "
    "paper — green 🌿 market road winter table seven north"
)
_FORMATS: Final = {
    "date": r"^20[0-3]\d-0[1-9]-[12]\d$",
    "date-time": r"^20[0-3]\d-0[1-9]-[12]\dT0\d:[0-5]\d:[0-5]\dZ$",
    "email": r"^[a-z]{3,8}@[a-z]{3,8}\.(com|org)$",
    "uri": r"^https://[a-z]{3,8}\.org/[a-z]{2,9}$",
}


@dataclass(frozen=True)
class Site:
    """Where a value stands, and what it was made by."""

    path: Path
    schema: Schema


@dataclass(frozen=True)
class Document:
    """A valid document.

    Args:
        value: what it says.
        sites: all its values, outer ones first.
    """

    value: Any
    sites: tuple[Site, ...]

    @property
    def text(self) -> str:
        """As a model would write it."""
        return written(self.value)


def written(value: Any) -> str:
    """The text of a value: as it is, with the usual white space."""
    return json.dumps(value, ensure_ascii=False)


class Generator:
    """Makes values by a schema.

    Args:
        named: the schema.
        rng: decides everything.
        plain: write no number with a fraction of zero.
    """

    def __init__(self, named: Named, rng: Random, *, plain: bool = True) -> None:
        self.named = named
        self.root = named.schema
        self.rng = rng
        self.plain = plain
        self._valid: Callable[[Any], bool] = named.validator.is_valid
        self._sites: list[Site] = []

    def documents(self) -> Iterator[Document]:
        """Valid ones, without end.

        Raises:
            LookupError: none is found.
        """
        while True:
            for _ in range(ATTEMPTS):
                self._sites = []
                value = self._value(self.root, (), 0)
                if self._valid(value):
                    yield Document(value, tuple(self._sites))
                    break
            else:
                raise LookupError(f"no valid document of {self.named.name}")

    def value(self, schema: Any) -> Any:
        """A small value by a part of the schema; usually a valid one."""
        kept, self._sites = self._sites, []
        made = self._value(schema, (), _DEEP)
        self._sites = kept
        return made

    def _value(self, schema: Any, path: Path, depth: int) -> Any:
        node = flat(schema, self.root, lambda branches: self._branch(branches, depth))
        self._sites.append(Site(path, node))
        if "const" in node:
            return node["const"]
        if "enum" in node:
            return self.rng.choice(node["enum"])
        match self._type(node):
            case "object":
                return self._object(node, path, depth)
            case "array":
                return self._array(node, path, depth)
            case "string":
                return self._string(node)
            case "integer":
                return self._integer(node)
            case "number":
                return self._number(node)
            case "boolean":
                return self.rng.random() < 0.5
        return None

    def _branch(self, branches: list[Any], depth: int) -> Any:
        """One of them; in the depth one that does not recurse, if there is any."""
        if depth >= _DEEP:
            ends = [branch for branch in branches if '"$ref"' not in json.dumps(branch)]
            if not ends:
                ends = [branch for branch in branches if not self._recurses(branch)]
            branches = ends or branches
        return self.rng.choice(branches)

    def _recurses(self, branch: Any) -> bool:
        """Whether a branch, which may be a reference itself, refers to something further."""
        inside = flat(branch, self.root, lambda branches: branches[0])
        return '"$ref"' in json.dumps({k: v for k, v in inside.items() if not k.startswith("$")})

    def _type(self, node: Schema) -> str:
        types = node.get("type", _implied(node))
        return str(self.rng.choice(types) if isinstance(types, list) else types)

    def _object(self, node: Schema, path: Path, depth: int) -> dict[str, Any]:
        properties: dict[str, Any] = node.get("properties", {})
        made: dict[str, Any] = {}
        for key in self._kept([*properties], node.get("required", ()), depth):
            made[key] = self._value(properties[key], (*path, key), depth + 1)
        for key, schema in self._further(node, len(made), depth):
            if key not in properties and key not in made:
                made[key] = self._value(schema, (*path, key), depth + 1)
        return made

    def _kept(self, keys: list[str], required: Any, depth: int) -> list[str]:
        """The keys up to somewhere in the optional tail."""
        last = max((keys.index(key) + 1 for key in required if key in keys), default=0)
        return keys[: last if depth >= _DEEP else self.rng.randint(last, len(keys))]

    def _further(self, node: Schema, count: int, depth: int) -> Iterator[tuple[str, Any]]:
        """Keys that are not listed, with their schemas."""
        rest = node.get("additionalProperties", not node.get("properties"))
        kinds = [*node.get("patternProperties", {}).items()]
        if not kinds and rest is not False:
            kinds = [("^[a-z]{2,9}$", rest)]
        least = max(0, node.get("minProperties", 0) - count)
        most = min(node.get("maxProperties", count + 4) - count, 1 if depth > _DEEP else 4)
        if "properties" in node and rest in (True, {}):
            most = least
        for _ in range(self.rng.randint(min(least, most), most) if kinds else 0):
            pattern, schema = self.rng.choice(kinds)
            yield sample(node.get("propertyNames", {}).get("pattern", pattern), self.rng), schema

    def _array(self, node: Schema, path: Path, depth: int) -> list[Any]:
        first, rest = items_of(node)
        least = node.get("minItems", 0)
        most = node.get("maxItems", max(least, len(first)) + (0 if rest is False else 3))
        if rest is False:
            most = min(most, len(first))
        count = least if depth >= _DEEP else self.rng.randint(least, max(least, min(most, 5)))
        schemas = [*first[:count], *[rest] * (count - len(first))]
        if "contains" in node and schemas:
            at = self.rng.randrange(len(schemas))
            schemas[at] = merged(schemas[at], node["contains"])
        return [self._value(each, (*path, i), depth + 1) for i, each in enumerate(schemas)]

    def _string(self, node: Schema) -> str:
        least, most = node.get("minLength", 0), node.get("maxLength", math.inf)
        pattern = node.get("pattern", _FORMATS.get(node.get("format", "")))
        for _ in range(ATTEMPTS):
            text = sample(pattern, self.rng) if pattern else self._prose(least, most)
            if least <= len(text) <= most:
                return text
        raise LookupError(f"no string for {node}")

    def _prose(self, least: int, most: float) -> str:
        rng = self.rng
        count = rng.choice((1, 2, 3, 3, 5, 8, 14)) + least // 5
        words = rng.choices(_PROSE.split(), k=count)
        text = rng.choice((" ", " ", " ", "\n", ' "')).join(words)
        if len(text) > most:
            text = text[: rng.randint(least, int(most))]
        return text.ljust(least, "x")

    def _integer(self, node: Schema) -> int:
        low, high = bounds(node)
        step = node.get("multipleOf", 1)
        return int(self.rng.randint(math.ceil(low / step), math.floor(high / step)) * step)

    def _number(self, node: Schema) -> float:
        low, high = bounds(node)
        step = node.get("multipleOf")
        if step:
            value = self.rng.randint(math.ceil(low / step), math.floor(high / step)) * step
        else:
            value = round(self.rng.uniform(low, high), self.rng.randint(0, 3))
        if value == int(value) and (self.plain or self.rng.random() < 0.5):
            return int(value)
        return float(value) + 0.0  # never -0.0


def items_of(node: Schema) -> tuple[list[Any], Any]:
    """The schemas of an array's first items, and of its further ones, in either draft's words."""
    items = node.get("items", True)
    if isinstance(items, list):
        return items, node.get("additionalItems", True)
    return node.get("prefixItems", []), items


def bounds(node: Schema) -> tuple[float, float]:
    """The least and the greatest that a number is made of, both allowed."""
    integer = node.get("type") == "integer"
    gap = 1 if integer else 0.001
    low, high = node.get("minimum"), node.get("maximum")
    if "exclusiveMinimum" in node:
        low = node["exclusiveMinimum"] + gap
    if "exclusiveMaximum" in node:
        high = node["exclusiveMaximum"] - gap
    if low is None:
        low = -500 if high is None else high - 1000
    if high is None:
        high = low + 1000
    return low, high


def _implied(node: Schema) -> str:
    """The type of a schema that names none."""
    if node.keys() & {"properties", "patternProperties", "required"}:
        return "object"
    return "array" if node.keys() & {"items", "prefixItems"} else "string"
