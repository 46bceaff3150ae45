"""One value by a schema, drawn by Hypothesis; it shrinks.

Draws what each keyword asks for, one by one. What several ask for together (`not`, `oneOf`,
`unevaluatedProperties`, `multipleOf` twice) may fail, so the value has to be judged.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema

from ..errors import UsageError
from .formats import FORMATS
from .schemas import (
    DEEPEST,
    KINDS,
    SCALARS,
    Part,
    Schema,
    Schemas,
    about,
    implied_by,
    items_of,
    kinds_of,
)

Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]
Formats: TypeAlias = Mapping[str, st.SearchStrategy[str]]

_FUEL = 3  # how often what recurses may do so
_CONTAINERS = 40  # after so many there are no more than needed
_SPREAD = 4  # items of an array beyond those it needs
_HUGE = 10**6  # for numbers without bounds


class Source:
    """What values are drawn from: a schema, and strategies of strings, each made once.

    Args:
        schema: a JSON Schema.
        formats: strategies of strings, by the names of formats; `FORMATS` stands behind them.

    Raises:
        UsageError: for references to what is not in the schema, and if no value is finite.
    """

    def __init__(self, schema: Schema, formats: Formats) -> None:
        self.schemas = Schemas(schema)
        self._formats = {**FORMATS, **formats}
        self._strings: dict[str, st.SearchStrategy[Any]] = {}
        if self.schemas.height(schema) == DEEPEST:
            raise UsageError(f"nothing is valid by {schema!r}", code="invalid_schema")

    def strings(
        self, least: int = 0, most: float = math.inf, **words: str
    ) -> st.SearchStrategy[Any]:
        """Strings of so many characters, by a `pattern` and a `format`."""
        key = json.dumps([least, most, words], sort_keys=True)
        if key not in self._strings:
            self._strings[key] = self._strings_by(least, most, words)
        return self._strings[key]

    def _strings_by(
        self, least: int, most: float, words: Mapping[str, str]
    ) -> st.SearchStrategy[Any]:
        of_format = self._formats.get(words.get("format", ""))
        if of_format is None:
            longest = {} if most == math.inf else {"maxLength": most}
            return from_schema({"type": "string", "minLength": least, **longest, **words})
        matches = re.compile(words.get("pattern", "")).search
        return of_format.filter(lambda x: least <= len(x) <= most and bool(matches(x)))


@st.composite
def values(draw: Draw, source: Source) -> Any:
    """Values that are likely to be valid."""
    return _Instance(draw, source).value(source.schemas.root, _FUEL)


class _Instance:
    """Draws one value.

    `fuel` says how often more may be made of what recurses. Without any, alternatives are the
    flattest, and containers hold no more than they have to.
    """

    def __init__(self, draw: Draw, source: Source) -> None:
        self.draw = draw
        self.source = source
        self.schemas = source.schemas
        self.left = _CONTAINERS
        self.depth = 0

    def often(self, percent: int) -> bool:
        return bool(self.draw(st.integers(0, 99)) >= 100 - percent)

    def one_of(self, several: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(several)) if several else reject()

    def value(self, schema: Schema, fuel: int) -> Any:
        followed: list[str] = []

        def choose(branches: Sequence[Schema]) -> Schema:
            heights = [self.schemas.height(branch) for branch in branches]
            most = min(heights) if fuel <= 0 else DEEPEST - 1
            pairs = zip(branches, heights, strict=True)
            possible = [branch for branch, height in pairs if height <= most]
            chosen = self.one_of([x for x in possible if not _looks_around(x)] or possible)
            is_decimal = chosen == _STRING and any(map(_is_number, branches))
            return _OF_NUMBER if is_decimal and self.often(80) else chosen

        if self.depth >= DEEPEST:
            reject()  # what several parts ask for together may have no end
        parts = [*self.schemas.parts(schema, choose, followed.append)]
        fuel -= any(map(self.schemas.leads_back, followed))
        if any("const" in part or "enum" in part for part in parts):
            return self.one_of(_constants(parts))
        kinds = kinds_of(parts)
        if len(kinds) == len(KINDS):  # no type is named
            implied = implied_by(parts)
            fuel = fuel if implied else fuel - 1
            others = [kind for kind in kinds if fuel > 0 or kind in SCALARS]
            kinds = others if not implied or self.often(10) else implied
        self.depth += 1
        made = getattr(self, f"_{self.one_of(kinds)}")(parts, fuel)
        self.depth -= 1
        return made

    # --- scalars --------------------------------------------------------------------------

    def _null(self, parts: Sequence[Part], fuel: int) -> None:
        return None

    def _boolean(self, parts: Sequence[Part], fuel: int) -> Any:
        return self.draw(st.booleans())

    def _integer(self, parts: Sequence[Part], fuel: int) -> Any:
        return self.draw(_integers(_Bounds.of(parts)))

    def _number(self, parts: Sequence[Part], fuel: int) -> Any:
        return self.draw(_numbers(_Bounds.of(parts)))

    def _string(self, parts: Sequence[Part], fuel: int) -> Any:
        words: dict[str, str] = {}
        for part in parts:
            if part.get("contentMediaType") == "application/json":
                return json.dumps(self.value(part.get("contentSchema", True), fuel))
            words |= {word: part[word] for word in ("pattern", "format") if word in part}
        least, most = _sizes(parts, "Length")
        return self.draw(self.source.strings(least, most, **words))

    # --- objects --------------------------------------------------------------------------

    def _object(self, parts: Sequence[Part], fuel: int) -> dict[str, Any]:
        fuel = self._spent(fuel)
        if fuel > 0:
            parts = [*parts, *self._dependent(parts)]
        names = self._names(parts, fuel)
        return {name: self.value({"allOf": about(parts, name)}, fuel) for name in names}

    def _spent(self, fuel: int) -> int:
        self.left -= 1
        return fuel if self.left > 0 else 0

    def _dependent(self, parts: Sequence[Part]) -> Iterator[Part]:
        """What is to hold of objects that have some of the members that ask for more."""
        for part in parts:
            for word in ("dependentSchemas", "dependencies"):
                for name, inner in part.get(word, {}).items():
                    if not isinstance(inner, list) and self.often(50):
                        yield {"required": [name]}
                        yield from self.schemas.parts(inner, self.one_of, _unnoted)

    def _names(self, parts: Sequence[Part], fuel: int) -> list[str]:
        """The members of an object: all that are required, and some more."""
        least, most = _sizes(parts, "Properties")
        names = [*dict.fromkeys(name for part in parts for name in part.get("required", ()))]
        for name in self._possible(parts) if fuel > 0 else ():
            if name not in names and len(names) < most and self.often(60):
                names.append(name)
        for name in names:  # which grows
            names += [other for other in _needed(parts, name) if other not in names]
        for name in self._further(parts, least - len(names), fuel):
            if name not in names and len(names) < most:
                names.append(name)
        return names

    def _possible(self, parts: Sequence[Part]) -> list[str]:
        """The members that are named and not impossible."""
        named = [(name, x) for part in parts for name, x in part.get("properties", {}).items()]
        never = {name for name, inner in named if self.schemas.height(inner) == DEEPEST}
        return [name for name in dict.fromkeys(name for name, _ in named) if name not in never]

    def _further(self, parts: Sequence[Part], wanted: int, fuel: int) -> Iterator[str]:
        """Members that are not named: at least as many as wanted, if there may be any."""
        patterns = [pattern for part in parts for pattern in part.get("patternProperties", ())]
        rest = ("additionalProperties", "unevaluatedProperties")
        closed = any(part.get(word) is False for part in parts for word in rest)
        if fuel > 0:
            usual = 1 if any("properties" in part for part in parts) else 3
            wanted = max(wanted, self.draw(st.integers(0, usual)))
        named = [part["propertyNames"] for part in parts if "propertyNames" in part]
        names = self.one_of(_NAMES) if wanted > 0 and not closed and not named else st.nothing()
        for _ in range(wanted):
            if patterns and (closed or self.often(50)):
                yield self.draw(self.source.strings(pattern=self.one_of(patterns)))
            elif named:
                name = self.value({"allOf": [{"type": "string"}, *named]}, 0)
                yield name if isinstance(name, str) else reject()
            elif not closed:
                yield self.draw(names)

    # --- arrays ---------------------------------------------------------------------------

    def _array(self, parts: Sequence[Part], fuel: int) -> list[Any]:
        fuel = self._spent(fuel)
        least, most = _sizes(parts, "Items")
        layouts = [items_of(part) for part in parts]
        closed = [len(first) for first, rest in layouts if rest is False]
        open_ = any(part.get("unevaluatedItems") is False for part in parts)
        closed += [max(len(first) for first, _ in layouts)] if open_ else []
        most = min([most, *closed])
        wanted = [part["contains"] for part in parts for _ in range(_least_contained(part))]
        count = max(least, len(wanted))
        if fuel > 0 and most > count:
            count = self.draw(st.integers(count, int(min(most, count + _SPREAD))))
        places = self.draw(st.permutations(range(count)))[: len(wanted)] if wanted else []
        of_place = dict(zip(places, wanted, strict=False))
        schemas = [
            {"allOf": [*(_item(*layout, i) for layout in layouts), of_place.get(i, True)]}
            for i in range(count)
        ]
        unique = any(part.get("uniqueItems") for part in parts)
        return self._distinct(schemas, fuel) if unique else [self.value(s, fuel) for s in schemas]

    def _distinct(self, schemas: Sequence[Schema], fuel: int) -> list[Any]:
        """Values that differ from each other, as far as three attempts go."""
        made: dict[str, Any] = {}
        for schema in schemas:
            for _ in range(3):
                item = self.value(schema, fuel)
                if made.setdefault(_key(item), item) is item:
                    break
        return [*made.values()]


# --- what keywords ask for ------------------------------------------------------------------


# How Pydantic's schemas speak of decimals: a number, or any string.
_STRING = {"type": "string"}
_OF_NUMBER = {"type": "string", "pattern": r"^[1-9][0-9]{0,3}(\.[0-9]{1,2})?\Z"}


def _is_number(schema: Schema) -> bool:
    return isinstance(schema, Mapping) and schema.get("type") == "number"


def _looks_around(schema: Schema) -> bool:
    """Whether strings have to match what hardly any that are made of the pattern match."""
    pattern = schema.get("pattern", "") if isinstance(schema, Mapping) else ""
    return any(look in pattern for look in ("(?=", "(?!", "(?<"))


def _sizes(parts: Sequence[Part], of: str) -> tuple[int, float]:
    """The least and the greatest size that the parts allow."""
    least = max((part.get(f"min{of}", 0) for part in parts), default=0)
    return least, min((part.get(f"max{of}", math.inf) for part in parts), default=math.inf)


def _key(value: Any) -> str:
    """The same for values that JSON Schema takes for equal, mostly."""
    return json.dumps(value, sort_keys=True)


def _constants(parts: Sequence[Part]) -> list[Any]:
    """The values that all `enum` and `const` have."""
    several = [part["enum"] for part in parts if "enum" in part]
    several += [[part["const"]] for part in parts if "const" in part]
    keys = [{_key(value) for value in each} for each in several]
    return [value for value in several[0] if all(_key(value) in each for each in keys)]


def _needed(parts: Sequence[Part], name: str) -> Iterator[str]:
    """The members that an object must have beside one."""
    for part in parts:
        for word in ("dependentRequired", "dependencies"):
            needs = part.get(word, {}).get(name, ())
            yield from needs if isinstance(needs, list) else ()


def _item(first: Sequence[Schema], rest: Schema, i: int) -> Schema:
    return first[i] if i < len(first) else rest


def _least_contained(part: Part) -> int:
    return int(part.get("minContains", 1)) if "contains" in part else 0


class _Bounds(NamedTuple):
    """Of a number: from, to, whether these are excluded, and of what it is a multiple."""

    low: float | None
    high: float | None
    above: bool
    below: bool
    step: float | None

    @classmethod
    def of(cls, parts: Sequence[Part]) -> _Bounds:
        lows = [(p[w], w[0] == "e") for p in parts for w in _LOW if _is_bound(p.get(w))]
        highs = [(-p[w], w[0] == "e") for p in parts for w in _HIGH if _is_bound(p.get(w))]
        low, above = max(lows, default=(None, False))
        high, below = max(highs, default=(None, False))
        step = next((part["multipleOf"] for part in parts if "multipleOf" in part), None)
        return cls(low, None if high is None else -high, above, below, step)

    def steps(self, step: float) -> tuple[int | None, int | None]:
        """The least and the greatest number of steps that lead to a number within."""
        low = None if self.low is None else math.ceil(self.low / step)
        high = None if self.high is None else math.floor(self.high / step)
        low = low + 1 if low is not None and self.above and low * step == self.low else low
        high = high - 1 if high is not None and self.below and high * step == self.high else high
        return low, high


_LOW = ("minimum", "exclusiveMinimum")
_HIGH = ("maximum", "exclusiveMaximum")


def _is_bound(bound: Any) -> bool:
    return isinstance(bound, (int, float)) and not isinstance(bound, bool)


def _between(low: int | None, high: int | None) -> st.SearchStrategy[int]:
    if low is not None and high is not None and low > high:
        return st.nothing()
    return st.integers(low, high)


def _integers(bounds: _Bounds) -> st.SearchStrategy[Any]:
    step = bounds.step or 1
    if step == int(step):
        return _between(*bounds.steps(int(step))).map(lambda n: n * int(step))
    multiples = _between(*bounds.steps(step)).map(lambda n: round(n * step, 12))
    return multiples.filter(lambda x: x == int(x)).map(int)


def _numbers(bounds: _Bounds) -> st.SearchStrategy[Any]:
    if bounds.step:
        step = bounds.step
        return _between(*bounds.steps(step)).map(lambda n: round(n * step, 12))
    return st.one_of(
        _integers(bounds), _decimals(bounds, 10), _decimals(bounds, 100), _floats(bounds)
    )


def _decimals(bounds: _Bounds, parts: int) -> st.SearchStrategy[float]:
    """Numbers of a few places, as people write them."""
    low, high = bounds.steps(1 / parts)
    low = -_HUGE if low is None and high is None else low
    high = _HUGE if high is None and low is not None and low < _HUGE else high
    return _between(low, high).map(lambda n: n / parts)


def _floats(bounds: _Bounds) -> st.SearchStrategy[float]:
    low, high = bounds.low, bounds.high
    excluded = bounds.above or bounds.below
    if low is not None and high is not None and (low > high or (low == high and excluded)):
        return st.nothing()
    return st.floats(
        low,
        high,
        allow_nan=False,
        allow_infinity=False,
        exclude_min=bounds.above,
        exclude_max=bounds.below,
    )


# Of members that have no name in the schema, all of one object of one kind: the keys of a
# mapping may have to be numbers, and no schema says so.
_NAMES: tuple[st.SearchStrategy[str], ...] = (
    st.text(max_size=8),
    st.from_regex("[a-z]{1,6}", fullmatch=True),
    st.integers(-9, 99).map(str),
)


def _unnoted(ref: str) -> None:
    pass
