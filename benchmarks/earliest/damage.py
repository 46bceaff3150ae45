"""Damaged documents: one value or key of a valid one changed so that the schema forbids it."""

from __future__ import annotations

import copy
import string
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any, Final, TypeAlias

from .generate import Document, Generator, Path, Site, bounds, items_of, written
from .schemas import Named, Schema

TYPE: Final = "type"
STRUCTURE: Final = "structure"
ENUM: Final = "enum typo"
PATTERN: Final = "pattern typo"
LONG: Final = "too long"
SHORT: Final = "too short"
KEY_TYPO: Final = "key typo"
UNKNOWN: Final = "unknown key"
MISSING: Final = "missing key"
MORE: Final = "more items"
FEWER: Final = "fewer items"
RANGE: Final = "range"
FRACTION: Final = "fraction"
NUMBERS: Final = (RANGE, FRACTION)

_ATTEMPTS: Final = 60  # documents without a place for a kind, until the kind is given up
_FURTHER: Final = ("extra", "note", "comment", "id", "ref", "zip_code", "Name", "_type", "über")

UNFIT: Final = object()
Change: TypeAlias = Callable[[Schema, Any, Random], Any]  # a site's new value, or UNFIT


@dataclass(frozen=True)
class Damaged:
    """A damaged document.

    Args:
        named: its schema.
        kind: what was done to it.
        path: the value that was changed.
        before: the document as it was.
        value: as it is.
    """

    named: Named
    kind: str
    path: Path
    before: Document
    value: Any

    @cached_property
    def text(self) -> str:
        """As a model would write it."""
        return written(self.value)


def damaged(
    named: Named, seed: int, *, plain: bool = True, kinds: Sequence[str] = ()
) -> Iterator[Damaged]:
    """Damaged documents of a schema, the kinds in turn, all different.

    Args:
        named: the schema.
        seed: of all that is random; the same seed gives the same documents.
        plain: whether no number has a fraction of zero.
        kinds: of damage, all by default.

    They end when nothing new is found. What jsonschema accepts in spite of the damage is left out.
    """
    rng = Random(f"{seed} {named.name} {plain}")
    documents = Generator(named, rng, plain=plain).documents()
    valid = named.validator.is_valid
    seen: set[str] = set()
    left = [*(kinds or KINDS)]
    while left:
        for kind in [*left]:
            for _ in range(_ATTEMPTS):
                found = _damage(named, next(documents), kind, rng, plain)
                if found and found.text not in seen and not valid(found.value):
                    seen.add(found.text)
                    yield found
                    break
            else:
                left.remove(kind)


def _damage(
    named: Named, document: Document, kind: str, rng: Random, plain: bool
) -> Damaged | None:
    """Damage of a kind at one of the values that can have it."""
    sites = [*document.sites]
    rng.shuffle(sites)
    for site in sites:
        value = at(document.value, site.path)
        new = KINDS[kind](site.schema, value, rng)
        if new is not UNFIT:
            if plain and isinstance(new, float) and new.is_integer():
                new = int(new)
            changed = _replaced(document.value, site, new)
            return Damaged(named, kind, site.path, document, changed)
    return None


def at(value: Any, path: Path) -> Any:
    """The value at a path; `LookupError` if there is none."""
    for step in path:
        if isinstance(value, str):
            raise LookupError(step)
        try:
            value = value[step]
        except TypeError:
            raise LookupError(step) from None
    return value


def _replaced(value: Any, site: Site, new: Any) -> Any:
    if not site.path:
        return new
    changed = copy.deepcopy(value)
    at(changed, site.path[:-1])[site.path[-1]] = new
    return changed


# --- the kinds ---------------------------------------------------------------------------


def _type(schema: Schema, value: Any, rng: Random) -> Any:
    if isinstance(value, (dict, list)):
        return UNFIT
    others: list[Any] = ["text", "", "7", 7, 31, 2.5, True, False, None]
    return rng.choice([new for new in others if _kind(new) != _kind(value)])


def _kind(value: Any) -> type:
    return float if type(value) is int else type(value)


def _structure(schema: Schema, value: Any, rng: Random) -> Any:
    if isinstance(value, dict):
        return rng.choice([[], [value], [*value.values()], "{}", "none", None])
    if isinstance(value, list):
        return rng.choice([{}, {"items": value}, dict.fromkeys("ab", 1), "[]", None, *value[:1]])
    return rng.choice([{}, [], [value], {"value": value}])


def _enum(schema: Schema, value: Any, rng: Random) -> Any:
    if isinstance(value, str) and ("enum" in schema or "const" in schema):
        return _typo(value, rng)
    return UNFIT


def _pattern(schema: Schema, value: Any, rng: Random) -> Any:
    return _typo(value, rng) if isinstance(value, str) and "pattern" in schema else UNFIT


def _long(schema: Schema, value: Any, rng: Random) -> Any:
    if not isinstance(value, str) or "maxLength" not in schema:
        return UNFIT
    further = schema["maxLength"] + rng.randint(1, 20) - len(value)
    filler = value + rng.choice((" and so on", "é", "0", "x", " 🌿 \n"))
    return value + (filler * further)[:further]


def _short(schema: Schema, value: Any, rng: Random) -> Any:
    if not isinstance(value, str) or not schema.get("minLength"):
        return UNFIT
    return value[: rng.randrange(schema["minLength"])]


def _key_typo(schema: Schema, value: Any, rng: Random) -> Any:
    listed = [key for key in value if key in schema.get("properties", ())] if _keyed(value) else []
    if not listed:
        return UNFIT
    key = rng.choice(listed)
    wrong = _typo(key, rng)
    if wrong in value:
        return UNFIT
    return {(wrong if name == key else name): member for name, member in value.items()}


def _unknown(schema: Schema, value: Any, rng: Random) -> Any:
    if not _keyed(value):
        return UNFIT
    free = [key for key in _FURTHER if key not in value and key not in schema.get("properties", ())]
    pairs = [*value.items()]
    new: Any = rng.choice(("x", 1, None, [], {"a": True}))
    pairs.insert(rng.randint(0, len(pairs)), (rng.choice(free), new))
    return dict(pairs)


def _missing(schema: Schema, value: Any, rng: Random) -> Any:
    there = [key for key in schema.get("required", ()) if key in value] if _keyed(value) else []
    if not there:
        return UNFIT
    gone = rng.choice(there)
    return {key: member for key, member in value.items() if key != gone}


def _more(schema: Schema, value: Any, rng: Random) -> Any:
    if isinstance(value, list):
        first, rest = items_of(schema)
        most = len(first) if rest is False else schema.get("maxItems")
        if most is None or not value:
            return UNFIT
        return value + [rng.choice(value) for _ in range(most - len(value) + rng.randint(1, 2))]
    if _keyed(value) and value and "maxProperties" in schema:
        further = schema["maxProperties"] - len(value) + rng.randint(1, 2)
        member = rng.choice([*value.values()])
        names = [word + letter for letter in string.ascii_lowercase for word in value]
        fresh = [name for name in names if name not in value]
        return {**value, **dict.fromkeys(fresh[:further], member)}
    return UNFIT


def _fewer(schema: Schema, value: Any, rng: Random) -> Any:
    if isinstance(value, list) and schema.get("minItems"):
        return value[: rng.randrange(schema["minItems"])]
    if _keyed(value) and schema.get("minProperties"):
        return dict([*value.items()][: rng.randrange(schema["minProperties"])])
    return UNFIT


def _range(schema: Schema, value: Any, rng: Random) -> Any:
    if type(value) not in (int, float):
        return UNFIT
    if "enum" in schema or "const" in schema:
        return value + rng.choice((1, 2, -1, 10)) * (1 if type(value) is int else 0.25)
    if "multipleOf" in schema and rng.random() < 0.7:
        return value + schema["multipleOf"] * rng.choice((0.5, 1.5))
    low, high = bounds(schema)
    beyond = [high + step for step in (1, 5, 40, abs(high) * 9)] if _above(schema) else []
    beyond += [low - step for step in (1, 2, 30, abs(low) * 9 + 7)] if _below(schema) else []
    if not beyond:
        return UNFIT
    far = rng.choice(beyond)
    return int(far) if type(value) is int else round(far + rng.choice((0, 0.25)), 3)


def _above(schema: Schema) -> bool:
    return "maximum" in schema or "exclusiveMaximum" in schema


def _below(schema: Schema) -> bool:
    return "minimum" in schema or "exclusiveMinimum" in schema


def _fraction(schema: Schema, value: Any, rng: Random) -> Any:
    if type(value) is not int or "integer" not in schema.get("type", ()):
        return UNFIT
    return value + rng.choice((0.5, 0.25, 0.125, 0.75))


def _keyed(value: Any) -> bool:
    return isinstance(value, dict)


def _typo(text: str, rng: Random) -> str:
    """A slip of one character, or a text cut short."""
    place = rng.randrange(len(text) + 1)
    before, here, after = text[:place], text[place : place + 1], text[place + 1 :]
    letter = rng.choice(string.ascii_lowercase + "_- 0")
    slips = (
        before + letter + after,
        before + letter + here + after,
        before + after,
        before + after[:1] + here + after[1:],
        before + here.swapcase() + after,
        before,
        text + letter,
    )
    return rng.choice([slip for slip in slips if slip != text])


KINDS: Final[dict[str, Change]] = {
    TYPE: _type,
    STRUCTURE: _structure,
    ENUM: _enum,
    PATTERN: _pattern,
    LONG: _long,
    SHORT: _short,
    KEY_TYPO: _key_typo,
    UNKNOWN: _unknown,
    MISSING: _missing,
    MORE: _more,
    FEWER: _fewer,
    RANGE: _range,
    FRACTION: _fraction,
}
