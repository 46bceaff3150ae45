"""The public suite of JSON Schema: its groups of tests, each a schema with instances as texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from referencing import Registry, Resource
from referencing.jsonschema import specification_with

from .typed_texts import Tree, plain, tree_of

SUITE = Path(__file__).parents[2] / "shared" / "suites" / "json-schema-test-suite"
LOCAL = "http://localhost:1234/"  # where the suite says that its remote schemas are

DIALECTS = {
    "draft4": "http://json-schema.org/draft-04/schema#",
    "draft6": "http://json-schema.org/draft-06/schema#",
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft2019-09": "https://json-schema.org/draft/2019-09/schema",
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
}
DRAFTS = ("draft7", "draft2019-09", "draft2020-12")


@dataclass(frozen=True)
class Instance:
    """A text, its numbers as they are written in the suite, and what the suite says of it."""

    description: str
    tree: Tree
    valid: bool

    @property
    def text(self) -> str:
        return plain(self.tree)


@dataclass(frozen=True, eq=False)
class Group:
    """A schema, with `$schema` in any case, and instances to judge by it."""

    description: str
    schema: Any
    instances: tuple[Instance, ...]


@dataclass(frozen=True, order=True)
class SuiteFile:
    """A file of the suite."""

    draft: str
    name: str

    @property
    def mandatory(self) -> bool:
        return not self.name.startswith("optional/")

    @property
    def about_format(self) -> bool:
        """Whether its instances are right or wrong by `format` alone."""
        return self.name.startswith("optional/format/")

    def groups(self) -> Iterator[Group]:
        text = (SUITE / "tests" / self.draft / f"{self.name}.json").read_text(encoding="utf-8")
        trees: Any = tree_of(text)
        for group, tree in zip(json.loads(text), trees, strict=True):
            instances = tuple(
                Instance(test["description"], part["data"], test["valid"])
                for test, part in zip(group["tests"], tree["tests"], strict=True)
            )
            yield Group(group["description"], self._dated(group["schema"]), instances)

    def _dated(self, schema: Any) -> Any:
        """The schema, which names its draft."""
        if isinstance(schema, dict) and "$schema" not in schema:
            return {"$schema": DIALECTS[self.draft], **schema}
        return schema

    def __str__(self) -> str:
        return f"{self.draft}/{self.name}"


def suite_files() -> list[SuiteFile]:
    """All files of the three drafts; none if the suite is not here."""
    return sorted(
        SuiteFile(draft, file.relative_to(SUITE / "tests" / draft).with_suffix("").as_posix())
        for draft in DRAFTS
        for file in (SUITE / "tests" / draft).rglob("*.json")
    )


@cache
def remotes(draft: str) -> Registry[Any]:
    """What schemas of a draft may refer to, by its address."""
    found: list[tuple[str, Resource[Any]]] = []
    for file in sorted((SUITE / "remotes").rglob("*.json")):
        place = file.relative_to(SUITE / "remotes")
        dialect = DIALECTS.get(place.parts[0], DIALECTS[draft])
        contents = json.loads(file.read_text(encoding="utf-8"))
        if place.parts[0] in ("v1", "draft3"):  # of drafts that jsonschema does not know well
            continue
        made = Resource.from_contents(contents, default_specification=specification_with(dialect))
        found.append((LOCAL + place.as_posix(), made))
    return Registry[Any]().with_resources(found)
