"""The written verdicts about unions, with tags and without."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, Discriminator, Field, Tag

from .verdict_cases import Exact, Short, Table, Word, among, early, good, last, late


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Fish(BaseModel):
    kind: Literal["catfish"]
    name: Short


class Taxi(BaseModel):
    sort: Literal["car"]
    seats: int


class SortedCat(Cat):
    sort: Literal["pet"]


class SortedFish(Fish):
    sort: Literal["pet"]


class SameCat(BaseModel):
    kind: Literal["cat"]
    x: int


class SameFish(BaseModel):
    kind: Literal["catfish"]
    x: int


class First(BaseModel):
    v: Literal[1]
    x: int


class Second(BaseModel):
    v: Literal[2]
    x: list[int]


class Size(str, Enum):
    SMALL = "s"
    LARGE = "l"


class Small(BaseModel):
    size: Literal[Size.SMALL]
    x: int


class Large(BaseModel):
    size: Literal[Size.LARGE]
    x: int


class Typed(BaseModel):
    kind: Literal["cat"] = Field(alias="type")
    x: int


class TypedToo(BaseModel):
    kind: Literal["catfish"] = Field(alias="type")
    x: int


def mark(value: Any) -> Any:
    return value.get("mark") if isinstance(value, dict) else None


Either: TypeAlias = Cat | Fish
InOrder: TypeAlias = Annotated[Cat | Fish, Field(union_mode="left_to_right")]
OneList: TypeAlias = list[int] | list[str]
Pet: TypeAlias = Annotated[Cat | Fish, Field(discriminator="kind")]
Same: TypeAlias = Annotated[SameCat | SameFish, Field(discriminator="kind")]
Version: TypeAlias = Annotated[First | Second, Field(discriminator="v")]
Sized: TypeAlias = Annotated[Small | Large, Field(discriminator="size")]
ByType: TypeAlias = Annotated[Typed | TypedToo, Field(discriminator="kind")]
SortedPet: TypeAlias = Annotated[SortedCat | SortedFish, Field(discriminator="kind")]
Thing: TypeAlias = Annotated[SortedPet | Taxi, Field(discriminator="sort")]
Marked: TypeAlias = Annotated[
    Annotated[Cat, Tag("c")] | Annotated[Fish, Tag("f")], Discriminator(mark)
]


class House(BaseModel):
    either: Either | None = None
    pet: Pet | None = None
    pets: list[Pet] = []
    marked: Marked | None = None
    m: int = 0


# --- the table ---


UNIONS: Table = {
    "unions of scalars": [
        good(int | str, '"x"'),
        good(int | str | None, "null"),
        good(list[int | str], '[1, "x", true]'),
        good(Short | int, '"12345"'),
        among(int | str, "⟪[⟫]", "int_type|string_type"),
        among(list[int | str], "[1, ⟪{⟫}]", "int_type|string_type", (1,)),
        among(Short | int, '"abc⟪d⟫"', "string_too_long|int_type", strict=True),
        among(int | str, "nul⟪l⟫", "int_type|string_type", early=False),
        among(Short | Exact, '"abc⟪d⟫"', "string_too_long"),
        among(Word | Literal["blue"], '"⟪g⟫reen"', "literal_error"),
        among(Word | Literal["blue"], '"b⟪e⟫ige"', "literal_error"),
        among(Word | Literal["blue"], '"blu⟪"⟫', "literal_error", early=False),
        good(Word | Literal["blue"], '"blue"'),
    ],
    "unions of containers": [
        good(OneList, '["a", "b"]'),
        good(OneList, "[1, 2]"),
        good(list[int] | dict[str, int], '{"a": 1}'),
        among(OneList, "⟪{⟫}", "list_type"),
        among(OneList, '["a", ⟪{⟫}]', "int_type|string_type", (1,)),
        among(list[int] | dict[str, int], '⟪"⟫a"', "list_type|dict_type"),
        last(
            list[int] | dict[str, int],
            '{"a": ⟪[⟫]}',
            "int_type",
            ("a",),
            loc=("dict[str,int]", "a"),
        ),
        last(list[int] | dict[str, int], "[⟪[⟫]]", "int_type", (0,), loc=("list[int]", 0)),
        among(list[Short] | tuple[Short, Short], '["abc⟪d⟫"]', "string_too_long", (0,)),
        last(OneList, '["a", 1⟪,⟫ 2]', "string_type", (1,), loc=("list[str]", 1), early=False),
    ],
    "unions of models": [
        good(Either, '{"lives": "x", "kind": "catfish", "name": "abc"}'),
        good(InOrder, '{"lives": "x", "kind": "catfish", "name": "abc"}'),
        good(House, '{"either": null}'),
        among(Either, "⟪[⟫]", "model_type"),
        among(Either, '{"kind": "⟪d⟫og"}', "literal_error", ("kind",)),
        among(Either, '{"kind": ⟪[⟫]}', "literal_error", ("kind",)),
        among(Either, '{"kind": ⟪[⟫], "lives": 1, "name": ""}', "literal_error", ("kind",)),
        among(InOrder, "⟪[⟫]", "model_type"),
        among(
            Either,
            '{"kind": "cat⟪s⟫"}',
            "literal_error",
            ("kind",),
        ),
        last(
            Either,
            '{"kind": "cat", "lives": ⟪[⟫]}',
            "int_type",
            ("lives",),
            loc=("Cat", "lives"),
        ),
        last(
            Either,
            '{"kind": "catfish", "lives": 1, "name": "abc⟪d⟫"}',
            "string_too_long",
            ("name",),
            loc=("Fish", "name"),
        ),
        last(
            Either,
            '{"lives": [], "kind": "catfish", "name": ⟪[⟫]}',
            "string_type",
            ("name",),
            loc=("Fish", "name"),
        ),
        last(
            InOrder,
            '{"kind": "cat", "lives": ⟪[⟫]}',
            "int_type",
            ("lives",),
            loc=("Cat", "lives"),
        ),
        last(
            House,
            '{"either": {"kind": "cat", "lives": ⟪[⟫]}}',
            "int_type",
            ("either", "lives"),
            loc=("either", "Cat", "lives"),
        ),
        last(
            Either,
            '{"kind": "cat", "lives": "x⟪"⟫}',
            "int_parsing",
            ("lives",),
            loc=("Cat", "lives"),
            early=False,
        ),
    ],
    "tagged unions": [
        good(Pet, '{"kind": "cat", "lives": 9, "name": []}'),
        good(Pet, '{"name": "abc", "lives": [], "kind": "catfish"}'),
        good(House, '{"pet": null, "pets": [{"lives": 9, "kind": "cat"}]}'),
        early(Pet, "⟪[⟫]", "dict_type"),
        early(Pet, '{"kind": "cat", "lives": ⟪[⟫]}', "int_type", ("lives",), loc=("cat", "lives")),
        early(
            Pet,
            '{"kind": "catfish", "lives": [], "name": "abc⟪d⟫"}',
            "string_too_long",
            ("name",),
            loc=("catfish", "name"),
        ),
        early(
            House,
            '{"pets": [{"kind": "cat", "lives": 1}, {"kind": "cat", "lives": ⟪[⟫]}]}',
            "int_type",
            ("pets", 1, "lives"),
            loc=("pets", 1, "cat", "lives"),
        ),
        late(
            Pet,
            '{"kind": "cat", "lives": "x⟪"⟫}',
            "int_parsing",
            ("lives",),
            loc=("cat", "lives"),
        ),
        late(Pet, '{"kind": "cat"⟪}⟫', "missing", ("lives",), loc=("cat", "lives")),
    ],
    "tags that are none": [
        early(Pet, '{"kind": "ca⟪"⟫, "lives": 1}', "union_tag_invalid"),
        early(Pet, '{"kind": "⟪"⟫}', "union_tag_invalid"),
        early(Pet, '{"lives": 1, "kind": 1⟪,⟫ "name": ""}', "union_tag_invalid"),
        early(Pet, '{"kind": nul⟪l⟫}', "union_tag_invalid"),
        early(House, '{"pet": {"kind": "ca⟪"⟫, "lives": []}}', "union_tag_invalid", ("pet",)),
        late(Pet, '{"lives": 1⟪}⟫', "union_tag_not_found"),
        late(House, '{"pets": [{⟪}⟫]}', "union_tag_not_found", ("pets", 0)),
    ],
    "tags that come last": [
        late(
            Pet,
            '{"lives": "x", "kind": "cat⟪"⟫}',
            "int_parsing",
            ("lives",),
            loc=("cat", "lives"),
        ),
        late(
            Pet,
            '{"lives": [1, {}], "kind": "cat⟪"⟫, "name": ""}',
            "int_type",
            ("lives",),
            loc=("cat", "lives"),
        ),
        late(
            House,
            '{"pet": {"lives": [], "kind": "cat⟪"⟫}}',
            "int_type",
            ("pet", "lives"),
            loc=("pet", "cat", "lives"),
        ),
        early(Pet, '{"lives": "x", "kind": "ca⟪"⟫}', "union_tag_invalid"),
        good(Pet, '{"lives": "x", "name": "abc", "kind": "catfish"}'),
    ],
    "members that no tag can save": [
        among(Same, '{"x": ⟪[⟫], "kind": "cat"}', "int_type", ("x",)),
        among(Same, '{"x": ⟪[⟫], "kind": "catfish"}', "int_type", ("x",)),
        good(Same, '{"x": 1, "kind": "catfish"}'),
    ],
    "tags of other kinds": [
        good(Version, '{"v": 1, "x": 1}'),
        good(Version, '{"x": [1], "v": 2.0}'),
        good(Sized, '{"size": "l", "x": 1}'),
        good(ByType, '{"type": "cat", "x": 1}'),
        good(ByType, '{"kind": "cat", "x": 1, "type": "cat"}'),
        early(Version, '{"v": 1, "x": ⟪[⟫]}', "int_type", ("x",), loc=(1, "x")),
        early(Version, '{"v": true, "x": ⟪[⟫]}', "int_type", ("x",), loc=(1, "x")),
        early(Version, '{"v": 2, "x": [⟪[⟫]]}', "int_type", ("x", 0), loc=(2, "x", 0)),
        early(Version, '{"v": 3⟪,⟫ "x": 1}', "union_tag_invalid"),
        early(Sized, '{"size": "s", "x": ⟪[⟫]}', "int_type", ("x",), loc=("s", "x")),
        early(Sized, '{"size": "⟪"⟫, "x": 1}', "union_tag_invalid"),
        late(ByType, '{"type": "cat"⟪}⟫', "missing", ("x",), loc=("cat", "x")),
        late(ByType, '{"x": 1⟪}⟫', "union_tag_not_found"),
    ],
    "tags inside tags": [
        good(Thing, '{"kind": "cat", "sort": "pet", "lives": 1}'),
        good(Thing, '{"lives": [], "sort": "car", "seats": 1}'),
        early(
            Thing,
            '{"sort": "pet", "kind": "cat", "lives": ⟪[⟫]}',
            "int_type",
            ("lives",),
            loc=("pet", "cat", "lives"),
        ),
        early(
            Thing,
            '{"kind": "catfish", "sort": "pet", "name": ⟪[⟫]}',
            "string_type",
            ("name",),
            loc=("pet", "catfish", "name"),
        ),
        early(
            Thing, '{"sort": "car", "seats": ⟪[⟫]}', "int_type", ("seats",), loc=("car", "seats")
        ),
        early(Thing, '{"sort": "⟪"⟫}', "union_tag_invalid"),
        early(Thing, '{"sort": "pet", "kind": "ca⟪"⟫}', "union_tag_invalid", loc=("pet",)),
        late(Thing, '{"sort": "pet"⟪}⟫', "union_tag_not_found", loc=("pet",)),
    ],
    "tags that a function finds": [
        good(Marked, '{"mark": "c", "kind": "cat", "lives": 9}'),
        late(
            Marked,
            '{"mark": "c", "lives": [], "kind": "cat"⟪}⟫',
            "int_type",
            ("lives",),
            loc=("c", "lives"),
        ),
        late(Marked, '{"mark": "z", "lives": []⟪}⟫', "union_tag_invalid"),
        late(Marked, "{⟪}⟫", "union_tag_not_found"),
        late(Marked, "[⟪]⟫", "union_tag_not_found"),
        late(
            House,
            '{"marked": {"mark": "f", "kind": "catfish"⟪}⟫, "m": 1}',
            "missing",
            ("marked", "name"),
            loc=("marked", "f", "name"),
        ),
    ],
}
