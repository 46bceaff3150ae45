"""Validated objects: the models of the records, who makes them, and how late they come.

This imports Pydantic, so it is imported where a job asks for it and not before: with more
imported, collecting garbage takes longer in all that is measured afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter
from typing_extensions import TypedDict

from partialjson import DocumentCompleted, ModelParser, Validated

from .contestants import Job, Run, all_events
from .targets import LATE


class Stock(BaseModel):
    """A model in each record."""

    berlin: int
    paris: int


class Record(BaseModel):
    """What `workloads.records` makes."""

    id: int
    name: str
    price: float
    tags: list[str]
    stock: Stock
    note: str
    active: bool


class Records(BaseModel):
    """The document."""

    items: list[Record]


class RecordsDict(TypedDict):
    """The same, as those want it that take no unfinished model."""

    items: list[Record]


def given(job: Job) -> list[Any]:
    """The fragments, if the text is one of records: the models are made for no other."""
    if job.workload.kind != "records":
        raise NotImplementedError("there is no model for this text")
    return [*job.fragments.given]


# --- ways, by the name that `contestants` gives them -------------------------------------


def validated(job: Job) -> Run:
    """Each record as it closes, nothing else asked for, and the verdict on the document."""
    fragments = given(job)

    def run() -> object:
        found = []
        parser = ModelParser(Records, events=Validated)
        feed = parser.feed
        for fragment in fragments:
            for event in feed(fragment):
                made = event.object  # type: ignore[attr-defined]
                if made.__class__ is Record:
                    found.append(made)
        parser.close()
        parser.result  # noqa: B018  # the final verdict is part of the work
        return found

    return run


def everything(job: Job) -> Run:
    """All events, each path read, as `contestants.all_events` does it with a `Parser`."""
    fragments = given(job)

    def run() -> object:
        parser = ModelParser(Records)
        feed = parser.feed
        for fragment in fragments[:-1]:
            for event in feed(fragment):
                event.path  # type: ignore[attr-defined]  # noqa: B018  # reading is the point
        for event in [*feed(fragments[-1]), *parser.close()]:
            if event.__class__ is not DocumentCompleted:
                event.path  # type: ignore[attr-defined]  # noqa: B018
        return parser.result

    return run


def by_hand(job: Job) -> Run:
    """A `Parser` with all events, then `validate_json` of each object's own text.

    Validators and texts are made ready before the clock starts.
    """
    fragments = given(job)
    subtrees = [*_subtrees(job.workload.text)]

    def run() -> object:
        all_events(fragments)
        return [validate(text) for validate, text in subtrees][-1]

    return run


def partial(job: Job) -> Run:
    """`partial` is read after every fragment; no events."""
    fragments = given(job)

    def run() -> object:
        parser = ModelParser(Records, events=())
        feed = parser.feed
        for fragment in fragments:
            feed(fragment)
            parser.partial  # noqa: B018  # reading is the point
        parser.close()
        return {"items": parser.partial.items}

    return run


def _subtrees(text: str) -> Iterator[tuple[Callable[[str], object], str]]:
    """A validator and the text for each object that a ModelParser hands out, in its order."""
    document = json.loads(text)
    validators = {cls: TypeAdapter(cls).validator for cls in (Stock, Record, Records)}
    parser = ModelParser(Records, events=Validated)
    for event in [*parser.feed(text), *parser.close()]:
        assert isinstance(event, Validated)
        value = document
        for step in event.path:
            value = value[step]
        own = json.dumps(value)  # the records were made by it, so this is their very text
        assert own in text
        yield validators[event.object.__class__].validate_json, own


# --- how late an item comes, counted -----------------------------------------------------


class _Cat(BaseModel):
    name: str


class _Dog(BaseModel):
    name: str
    age: int


class _Car(BaseModel):
    kind: Literal["car"]
    doors: int


class _Bus(BaseModel):
    kind: Literal["bus"]
    seats: int


class _Owner(BaseModel):
    pet: _Cat
    age: int


@dataclass
class _Row:
    name: str
    tags: list[str]


class _Entry(TypedDict):
    name: str
    by_hand: bool


_END = "\u00a4"  # stands behind the brace of each item
_DOCUMENTS: tuple[tuple[Any, int, str], ...] = (  # type, depth of the items, text; as in LATE
    (list[_Cat], 1, '[{"name": "A"}¤, {"name": "}]"}¤ ,\n{ "name" : "\\"}" }¤ ]'),
    (dict[str, _Dog], 1, '{"a": {"name": "A", "age": 1}¤, "}": {"age": 2, "name": "{"}¤}'),
    (list[_Owner], 2, '[{"pet": {"name": "A"}¤, "age": 1}, {"age": 2, "pet": {"name": "}"}¤ }]'),
    (list[_Cat | _Dog], 1, '[{"name": "A"}¤, {"name": "B", "age": 1}¤, {"age": 2, "name": "}"}¤]'),
    (
        list[Annotated[_Car | _Bus, Field(discriminator="kind")]],
        1,
        '[{"kind": "bus", "seats": 40}¤, {"doors": 4, "kind": "car"}¤ ]',
    ),
    (list[_Row], 1, '[{"name": "A", "tags": ["}", "]"]}¤, {"tags": [], "name": "B"}¤]'),
    (list[_Entry], 1, '[{"name": "A", "by_hand": true}¤, {"by_hand": false, "name": "}"}¤]'),
)


def late() -> dict[str, tuple[float, ...]]:
    """Characters between each item's `}` and its Validated, by kind of item."""
    return {
        kind: tuple(float(count) for count in _late(*document))
        for kind, document in zip(LATE, _DOCUMENTS, strict=True)
    }


def _late(type_: Any, depth: int, marked: str) -> Iterator[int]:
    """An item that never comes counts as if it came one character after the end."""
    text = marked.replace(_END, "")
    parser = ModelParser(type_, events=Validated)
    came = [
        offset
        for offset, character in enumerate(text)
        for event in parser.feed(character)
        if len(event.path) == depth  # type: ignore[attr-defined]
    ]
    parser.close()
    pieces = marked.split(_END)[:-1]
    ends = [sum(map(len, pieces[: number + 1])) - 1 for number in range(len(pieces))]
    assert len(came) <= len(ends), f"more objects than items in {text}"
    came += [len(text)] * (len(ends) - len(came))
    yield from (at - end for at, end in zip(came, ends, strict=True))
