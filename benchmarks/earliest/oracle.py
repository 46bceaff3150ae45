"""The byte at which llguidance refuses a document: the earliest one that is known.

It holds objects to one order of keys, so the schema it is given lists each object's properties
in an order that a document has: by the first place where the document has a key of this name,
those that it lacks last. A missing required key is then missed at the end of its object. It
asserts formats, and jsonschema does not unless told to, so they are taken out. It must prove
the branches of a oneOf disjoint, and fails where they recurse: those of a discriminator are.

Its order can still make it refuse what another order of the same keys would make valid: the
first letter of a mistyped key, as the key that was meant counts as one that is lacking. So it is
asked a second time, in the order of the undamaged document, and the later of its answers counts:
each order accepts only a part of what the schema does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from .schemas import MAPS, VALUES, Schema

OPTIONS: Final = {"whitespace_flexible": True}
_LEFT_OUT: Final = ("format", "discriminator")


@dataclass(frozen=True)
class Answer:
    """What the oracle says of a document.

    Args:
        refused: index of the byte that it does not take; the length for one that it wants
            more of; None for a document that it accepts.
        unknown: why it cannot read the schema, or "".
    """

    refused: int | None = None
    unknown: str = ""


def available() -> bool:
    """Whether llguidance is installed."""
    return find_spec("llguidance") is not None


def ask(schema: Schema, value: Any, text: str) -> Answer:
    """Feed it a text byte by byte.

    Args:
        schema: the bare schema.
        value: a document whose order of keys it shall want.
        text: what it is fed.
    """
    library: Any = import_module("llguidance")
    grammar = library.LLMatcher.grammar_from_json_schema(ordered(schema, value), OPTIONS)
    matcher = library.LLMatcher(_tokens(), grammar, log_level=0)
    if matcher.is_error():
        return Answer(unknown=str(matcher.get_error()).splitlines()[0])
    data = text.encode()
    for i, byte in enumerate(data):
        if matcher.try_consume_tokens([byte]) != 1:
            return Answer(i)
    return Answer(None if matcher.is_accepting() else len(data))


@cache
def _tokens() -> Any:
    """A vocabulary of single bytes."""
    library: Any = import_module("llguidance")
    return library.LLTokenizer("byte")


def ordered(schema: Schema, value: Any) -> Any:
    """The schema without formats, its properties in the order of a document."""
    rank = {key: i for i, key in enumerate(dict.fromkeys(_keys(value)))}
    return _ordered(schema, rank, names=False)


def _keys(value: Any) -> Iterable[str]:
    """All keys of a document as they are read."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from _keys(member)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item)


def _ordered(node: Any, rank: dict[str, int], *, names: bool) -> Any:
    """A part of the schema; `names`: the keys of this part are names, not keywords."""
    if isinstance(node, list):
        return [_ordered(each, rank, names=False) for each in node]
    if not isinstance(node, dict):
        return node
    if names:
        return {name: _ordered(each, rank, names=False) for name, each in node.items()}
    kept = {key: each for key, each in node.items() if key not in _LEFT_OUT}
    if "discriminator" in node and "oneOf" in kept:
        kept["anyOf"] = kept.pop("oneOf")
    if "properties" in kept:
        last = len(rank)
        listed = sorted(kept["properties"].items(), key=lambda pair: rank.get(pair[0], last))
        kept["properties"] = dict(listed)
    return {
        key: each if key in VALUES else _ordered(each, rank, names=key in MAPS)
        for key, each in kept.items()
    }
