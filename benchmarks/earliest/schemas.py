"""The schemas: what models are asked to write in, by name, from the files beside this module.

`beyond.json` has what the oracle cannot read; those are judged without it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from jsonschema.protocols import Validator
from jsonschema.validators import Draft202012Validator, validator_for
from referencing import Registry

FOLDER = Path(__file__).with_name("schemas")
MAPS: Final = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
VALUES: Final = ("const", "enum", "default", "examples", "required", "discriminator")

Schema: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True)
class Named:
    """A schema.

    Args:
        name: its name, of no other.
        group: the file that it is in.
        given: as it is handed to a parser: bare, or inside a request's format or tool.
        schema: the bare one.
    """

    name: str
    group: str
    given: Schema
    schema: Schema

    @property
    def validator(self) -> Validator:
        """Of the draft that the schema names; it fetches nothing."""
        kind: Any = validator_for(self.schema, default=Draft202012Validator)
        registry: Registry[Any] = Registry()
        made: Validator = kind(self.schema, registry=registry)
        return made


@cache
def load() -> Mapping[str, Named]:
    """All of them by name, in the order of the files."""
    return {named.name: named for named in _read()}


def _read() -> Iterator[Named]:
    for file in sorted(FOLDER.glob("*.json")):
        for name, given in json.loads(file.read_text("utf-8")).items():
            yield Named(name, file.stem, given, bare(given))


def bare(given: Schema) -> Schema:
    """What an OpenAI response format or tool definition holds; anything else as it is."""
    match given:
        case {"type": "json_schema", "json_schema": {"schema": dict(schema)}}:
            return schema
        case {"type": "function", "function": {"parameters": dict(schema)}}:
            return schema
    return given


def parts(schema: Any, name: str = "") -> Iterator[tuple[str, Schema]]:
    """All schemas inside one, itself first, each with the property's name if it is one's."""
    if isinstance(schema, list):
        for each in schema:
            yield from parts(each)
    if not isinstance(schema, dict):
        return
    yield name, schema
    for key, each in schema.items():
        if key in MAPS:
            for member, inner in each.items():
                yield from parts(inner, member if key == "properties" else "")
        elif key not in VALUES:
            yield from parts(each)
