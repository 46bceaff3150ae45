"""A JSON Schema taken apart: what holds of one value, and how flat its instances can be.

All drafts' words are understood together. What is said of a value may stand in several schemas:
beside each other, behind references, in alternatives. `Schemas.parts` gathers them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

from ..errors import UsageError

Schema: TypeAlias = Any  # a dict or a bool
Part: TypeAlias = Mapping[str, Any]
Choose: TypeAlias = "Callable[[Sequence[Schema]], Schema]"

REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
DEEPEST: Final = 40  # levels: what needs more has no instance, as far as this goes
SCALARS = frozenset(("null", "boolean", "integer", "number", "string"))
KINDS = ("null", "boolean", "integer", "number", "string", "array", "object")
_NAMES = ("$anchor", "$dynamicAnchor")
_IMPLIED = {  # by words that say something of one kind of value only
    "object": ("properties", "required", "patternProperties", "additionalProperties"),
    "array": ("items", "prefixItems", "contains", "minItems", "maxItems"),
    "string": ("pattern", "format", "minLength", "maxLength"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


class Schemas:
    """The schemas in a schema.

    Args:
        root: the whole schema.

    Raises:
        UsageError: for references to what is not in it.
    """

    def __init__(self, root: Schema) -> None:
        self.root = root
        self._named = dict(_names(root))
        self._recursive: dict[str, bool] = {}
        self._fits: dict[tuple[int, int], bool] = {}
        for ref in _references(root):
            self.referred(ref)

    # --- references -----------------------------------------------------------------------

    def referred(self, ref: str) -> Schema:
        """What a reference names."""
        if ref in self._named:
            return self._named[ref]
        found = self.root
        try:
            if not ref.startswith("#/"):
                raise KeyError(ref)
            for step in unquote(ref[2:]).split("/"):
                step = step.replace("~1", "/").replace("~0", "~")
                found = found[int(step) if isinstance(found, list) else step]
        except (LookupError, ValueError, TypeError):
            raise UsageError(
                f"the reference {ref!r} names nothing in the schema", code="unresolvable_reference"
            ) from None
        return found

    def leads_back(self, ref: str) -> bool:
        """Whether what a reference names refers to itself, at once or by way of others."""
        if ref not in self._recursive:
            seen: dict[str, None] = {}
            ahead = [*_references(self.referred(ref))]
            while ahead:
                other = ahead.pop()
                if other not in seen:
                    seen[other] = None
                    ahead += _references(self.referred(other))
            self._recursive[ref] = ref in seen
        return self._recursive[ref]

    # --- what holds of a value ------------------------------------------------------------

    def parts(self, schema: Schema, choose: Choose, note: Callable[[str], None]) -> Iterator[Part]:
        """All that is to hold of one value; `{"not": {}}` if nothing may.

        Args:
            schema: a schema.
            choose: takes one of several alternatives.
            note: is told the references that were followed.
        """
        ahead: list[Schema] = [schema]
        followed: set[str] = set()
        while ahead:
            part = ahead.pop(0)
            if not isinstance(part, Mapping):
                if part is False:
                    yield {"not": {}}
                continue
            yield part
            ahead += part.get("allOf", ())
            ahead += [choose(part[word]) for word in ("anyOf", "oneOf") if part.get(word)]
            for ref in (part[word] for word in REFERENCES if isinstance(part.get(word), str)):
                if ref not in followed:
                    followed.add(ref)
                    note(ref)
                    ahead.append(self.referred(ref))
            if "if" in part:
                then = part.get("then", True)
                chosen = choose([then, part.get("else", True)])
                ahead += [part["if"], then] if chosen is then else [chosen]

    # --- how flat it can be ---------------------------------------------------------------

    def height(self, schema: Schema) -> int:
        """How many levels of containers the flattest instance has; `DEEPEST` for none at all."""
        return next((n for n in range(DEEPEST) if self.fits(schema, n)), DEEPEST)

    def fits(self, schema: Schema, levels: int) -> bool:
        """Whether there may be an instance of no more levels. Only what recurses is looked at."""
        key = (id(schema), levels)
        if key not in self._fits:
            self._fits[key] = self._fitting(schema, levels, frozenset())
        return self._fits[key]

    def _fitting(self, schema: Schema, levels: int, followed: frozenset[str]) -> bool:
        if not isinstance(schema, Mapping):
            return schema is not False

        def fits(inner: Schema) -> bool:
            return self._fitting(inner, levels, followed)

        for ref in (schema[word] for word in REFERENCES if isinstance(schema.get(word), str)):
            beyond = followed | {ref}
            if ref not in followed and not self._fitting(self.referred(ref), levels, beyond):
                return False
        if not all(map(fits, schema.get("allOf", ()))):
            return False
        several = [schema[word] for word in ("anyOf", "oneOf") if schema.get(word)]
        if not all(any(map(fits, branches)) for branches in several):
            return False
        return self._kind_fits(schema, levels)

    def _kind_fits(self, schema: Part, levels: int) -> bool:
        kinds = kinds_of([schema])
        if "enum" in schema or "const" in schema or SCALARS & {*kinds}:
            return True
        return bool(levels) and any(
            all(self.fits(inner, levels - 1) for inner in self._needed(schema, kind))
            for kind in kinds
        )

    def _needed(self, schema: Part, kind: str) -> list[Schema]:
        """The schemas of what a container has to hold."""
        if kind == "object":
            return [inner for n in schema.get("required", ()) for inner in about([schema], n)]
        first, rest = items_of(schema)
        least = schema.get("minItems", 0)
        found = [*first[:least], *([rest] if least > len(first) else [])]
        if "contains" in schema and schema.get("minContains", 1):
            found.append(schema["contains"])
        return found


def kinds_of(parts: Sequence[Part]) -> list[str]:
    """The kinds of values that the parts allow."""
    kinds = [*KINDS]
    for part in parts:
        if "type" in part:
            named = part["type"] if isinstance(part["type"], list) else [part["type"]]
            named = [*named, *(["integer"] if "number" in named else [])]
            kinds = [kind for kind in kinds if kind in named]
    return kinds


def implied_by(parts: Sequence[Part]) -> list[str]:
    """The kinds of values of which the parts say something."""
    words = {word for part in parts for word in part}
    return [kind for kind, own in _IMPLIED.items() if words.intersection(own)]


def items_of(schema: Part) -> tuple[Sequence[Schema], Schema]:
    """The schemas of an array's first items, and of its further ones, in any draft's words."""
    items = schema.get("items", True)
    if isinstance(items, list):
        return items, schema.get("additionalItems", True)
    return schema.get("prefixItems", ()), items


def about(parts: Sequence[Part], name: str) -> list[Schema]:
    """What the parts say of the member of that name."""
    found: list[Schema] = []
    for part in parts:
        patterns = part.get("patternProperties", {})
        here = [part["properties"][name]] if name in part.get("properties", ()) else []
        here += [inner for pattern, inner in patterns.items() if re.search(pattern, name)]
        found += here or [part.get("additionalProperties", True)]
    return found


def _names(schema: Any) -> Iterator[tuple[str, Schema]]:
    """All schemas that have a name of their own, and the root."""
    yield "#", schema
    ahead = [schema]
    while ahead:
        found = ahead.pop()
        if isinstance(found, Mapping):
            yield from ((f"#{found[w]}", found) for w in _NAMES if isinstance(found.get(w), str))
            if isinstance(found.get("$id"), str):
                yield found["$id"], found
            ahead += found.values()
        elif isinstance(found, list):
            ahead += found


def _references(schema: Any) -> Iterator[str]:
    """The references in a schema, wherever they stand but in definitions."""
    ahead = [schema]
    while ahead:
        found = ahead.pop()
        if isinstance(found, Mapping):
            yield from (found[word] for word in REFERENCES if isinstance(found.get(word), str))
            ahead += (inner for word, inner in found.items() if word not in _HOLDING)
        elif isinstance(found, list):
            ahead += found


_HOLDING = ("$defs", "definitions", "enum", "const", "default", "examples")
