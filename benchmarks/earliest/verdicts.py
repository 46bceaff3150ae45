"""The verdict of the parser under test: where its first Violation comes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from .schemas import Schema


@dataclass(frozen=True)
class Verdict:
    """The first violation.

    Args:
        offset: characters before the one by which it was certain.
        keyword: the schema's keyword that forbids it.
        schema_path: where the schema says so.
        path: the value that is wrong.
    """

    offset: int
    keyword: str = ""
    schema_path: str = ""
    path: tuple[str | int, ...] = ()


class Judge(Protocol):
    """Finds the first violation of a text that comes in fragments of a size."""

    def __call__(self, given: Schema, text: str, *, plain: bool, size: int) -> Verdict | None:
        """None if there is no violation at all."""
        ...


def available() -> bool:
    """Whether the library has what is measured here."""
    return hasattr(import_module("partialjson"), "SchemaParser")


def ours(given: Schema, text: str, *, plain: bool, size: int) -> Verdict | None:
    """What `SchemaParser` says."""
    library: Any = import_module("partialjson")
    numbers = "plain" if plain else "json"
    parser = library.SchemaParser(given, events=library.Violation, numbers=numbers)
    for i in range(0, len(text), size):
        for event in parser.feed(text[i : i + size]):
            return _verdict(event)
    for event in parser.close():
        return _verdict(event)
    return None


def _verdict(event: Any) -> Verdict:
    steps = (event.detail or {}).get("schema_path", ())
    return Verdict(event.offset, event.kind, "/".join(map(str, steps)), tuple(event.path))
