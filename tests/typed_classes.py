"""Types to validate against, each with documents for it: the classes by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

import pydantic.dataclasses
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    RootModel,
    Tag,
    ValidationError,
    ValidationInfo,
    computed_field,
    field_validator,
    model_validator,
)
from typing_extensions import NotRequired, TypeAliasType, TypedDict

from .typed_texts import Tree
from .typed_types import (
    ANYS,
    BOOLS,
    DATES,
    INTS,
    PADDED,
    STRINGS,
    Color,
    Sort,
    Write,
    listing,
    many,
    of,
    one_of,
    or_null,
    record,
    unpacked,
    untold,
)

# --- classes --------------------------------------------------------------------------------


class Item(BaseModel):
    sku: str
    qty: int = Field(default=1, ge=1)


class Node(BaseModel):
    value: int
    label: Literal["leaf", "left", "right"] = "leaf"
    children: list[Node] = []
    after: Node | None = None


class Ping(BaseModel):
    model_config = ConfigDict(extra="forbid")
    pongs: dict[str, Pong] = {}


@dataclass
class Pong:
    ping: Ping | None = None
    n: int = 0


T = TypeVar("T")


class Box(BaseModel, Generic[T]):
    content: T
    spare: T | None = None


class Many(RootModel[list[T]], Generic[T]):
    pass


class Aliased(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: int = Field(validation_alias=AliasChoices("a", "b", AliasPath("p", 0)))
    b: str = Field(default="", validation_alias=AliasPath("p", 1))
    c: int = Field(default=0, validation_alias=AliasPath("q", "r", "s"))
    d: bool = Field(default=False, validation_alias=AliasPath("p", -1))


class ByName(BaseModel):
    model_config = ConfigDict(validate_by_name=True, extra="forbid")
    name: Literal["x", "xy"] = Field(alias="label")
    n: int = Field(default=0, alias="number")


class NameOnly(BaseModel):
    model_config = ConfigDict(validate_by_name=True, validate_by_alias=False)
    name: str = Field(alias="label", max_length=2)


class Unpacks(BaseModel):
    """Takes what it needs out of what it is given."""

    a: int
    b: list[Item] = []

    @model_validator(mode="before")
    @classmethod
    def unpacked(cls, data: Any) -> Any:
        return unpacked(data)


class Forgives(BaseModel):
    a: int
    item: Item | None = None

    @model_validator(mode="wrap")
    @classmethod
    def forgiven(cls, data: Any, handler: Any) -> Any:
        try:
            return handler(data)
        except ValidationError:
            return cls(a=0)


class Checked(BaseModel):
    low: int
    high: int
    items: list[Item] = []

    @field_validator("high")
    @classmethod
    def even(cls, high: int, info: ValidationInfo) -> int:
        if high % 2:
            raise ValueError("odd")
        return high + int(info.data.get("low", 0)) * 0

    @model_validator(mode="after")
    def in_order(self) -> Checked:
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


class OwnInit(BaseModel):
    """Its own way to be made: bad counts do not matter to it."""

    a: str
    n: int = 0

    def __init__(self, **data: Any) -> None:
        n = data.pop("n", 0)
        super().__init__(**data, n=n if isinstance(n, int) else -1)


class PostInit(BaseModel):
    a: str
    _seen: list[str] = []

    def model_post_init(self, context: Any, /) -> None:
        if self.a == "x":
            raise ValueError("no x")
        self._seen.append(self.a)


class Computed(BaseModel):
    a: list[int] = Field(max_length=2)

    @computed_field
    def total(self) -> int:
        return sum(self.a)


class Extras(BaseModel):
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, int] = Field(init=False)
    name: str = ""


class Stripping(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True, str_max_length=3, str_to_lower=True)
    name: str
    names: list[str] = []
    by_name: dict[str, str] = {}
    inner: Movie | None = None


class Movie(TypedDict, total=False):
    title: str
    year: NotRequired[int]


class Sealed(TypedDict):
    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]  # Pydantic reads it
    id: int
    ids: NotRequired[list[int]]


class StrictOne(BaseModel):
    model_config = ConfigDict(strict=True)
    n: int
    when: date = date(2000, 1, 1)
    loose: int = Field(default=0, strict=False)
    keys: dict[int, str] = {}
    movie: Movie | None = None


class Point(NamedTuple):
    x: int
    y: int = 0
    label: str = ""


@dataclass
class Plain:
    a: int
    b: list[str] = field(default_factory=list)
    c: int = field(default=0, init=False)


@pydantic.dataclasses.dataclass(config=ConfigDict(extra="forbid"), kw_only=True)
class Closed:
    a: int
    ab: str = "x"

    def __post_init__(self) -> None:
        if self.a == 5:
            raise ValueError("no five")


class Cat(BaseModel):
    kind: Literal["cat", "kitten"]
    lives: int = Field(default=9, le=9)


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    barks: list[str] = []


class RedCat(BaseModel):
    kind: Literal["colored"]
    color: Literal[Color.RED]
    n: int = 0


class BlueCat(BaseModel):
    kind: Literal["colored"]
    color: Literal[Color.BLUE, "green"]
    n: str = ""


class Numbered(BaseModel):
    version: Literal[1, 2]
    a: int = 0


class Lettered(BaseModel):
    version: Literal[3, "three"]
    a: str = ""


Colored = Annotated[RedCat | BlueCat, Field(discriminator="color")]
Pet = Annotated[Cat | Dog | Colored, Field(discriminator="kind")]
Version = Annotated[Numbered | Lettered, Field(discriminator="version")]


def tag_of(value: Any) -> str | None:
    if isinstance(value, dict):
        return "item" if "sku" in value else "cat" if "kind" in value else None
    return "text" if isinstance(value, str) else None


Called = Annotated[
    Annotated[Item, Tag("item")] | Annotated[Cat, Tag("cat")] | Annotated[str, Tag("text")],
    Discriminator(tag_of),
]
JsonTree = TypeAliasType("JsonTree", "list[JsonTree] | dict[str, JsonTree] | int | None")


class Keeper(BaseModel):
    pets: list[Pet] = []
    best: Pet | None = None
    version: Version | None = None
    called: list[Called] = []


# --- how documents for them are written -----------------------------------------------------


ITEM = record(Item, {"sku": STRINGS}, qty=of(Annotated[int, Field(ge=1)], "1", "5", odd=('"2"',)))

ITEMS = many(list[Item], ITEM)


def _node(rng: random.Random, depth: int = 3) -> Tree:
    node: dict[str, Tree] = {"value": INTS.write(rng)}
    if rng.random() < 0.5:
        node["label"] = rng.choice(('"leaf"', '"left"', '"right"'))
    if depth and rng.random() < 0.7:
        node["children"] = [_node(rng, depth - 1) for _ in range(rng.randint(0, 2))]
    if depth and rng.random() < 0.4:
        node["after"] = rng.choice(("null", _node(rng, depth - 1)))
    return node


def _recursive() -> Sort:
    parts: dict[str | int | None, Sort] = {"value": INTS}
    node = Sort(Node, _node, parts, model=True)
    parts["children"] = Sort(list[Node], listing(node), {None: node})
    parts["after"] = Sort(Node | None, _node, parts)
    return node


def _aliased(rng: random.Random) -> Tree:
    members: dict[str, Tree] = {}
    if rng.random() < 0.6:
        members[rng.choice("ab")] = INTS.write(rng)
    if rng.random() < 0.6 or not members:
        members["p"] = [INTS.write(rng), STRINGS.write(rng), BOOLS.write(rng)]
    if rng.random() < 0.4:
        members["q"] = {"r": {"s": rng.choice(("1", '"2"')), "t": "3"}}
    return members


def _either(first: str, second: str, sort: Sort) -> Callable[[random.Random], dict[str, Tree]]:
    return lambda rng: {rng.choice((first, second)): sort.write(rng)}


def _by_name(rng: random.Random) -> Tree:
    members = _either("name", "label", of(str, '"x"', '"xy"'))(rng)
    return members if rng.random() < 0.5 else {**members, **_either("n", "number", INTS)(rng)}


def _wrapped(sort: Sort) -> Write:
    """As it is, or in the envelope that `unpacked` opens."""

    def write(rng: random.Random) -> Tree:
        inner = sort.write(rng)
        return inner if rng.random() < 0.5 else {"payload": inner, "a": "null"}

    return write


NODE = _recursive()
AS = {"a": INTS}
UNPACKS = record(Unpacks, AS, b=ITEMS)
MOVIE = record(Movie, {}, title=STRINGS, year=INTS)
CAT = record(Cat, {"kind": of(str, '"cat"', '"kitten"')}, lives=of(int, "9", "1", '"3"', "90e-1"))
DOG = record(Dog, {"kind": of(str, '"dog"')}, barks=many(list[str], STRINGS))
COLORED = of(str, '"colored"')
RED = record(RedCat, {"kind": COLORED, "color": of(Literal[Color.RED], '"red"')}, n=INTS)
BLUES = of(Literal[Color.BLUE, "green"], '"blue"', '"green"')
BLUE = record(BlueCat, {"kind": COLORED, "color": BLUES}, n=STRINGS)
PETS = one_of(Pet, CAT, DOG, RED, BLUE)
NUMBERED = record(Numbered, {"version": of(int, "1", "2", odd=("1.0", "true"))}, a=INTS)
LETTERED = record(Lettered, {"version": of(int, "3", '"three"', odd=("3.0",))}, a=STRINGS)
VERSIONS = one_of(Version, NUMBERED, LETTERED)
CALLED = one_of(Called, ITEM, CAT, STRINGS)
PONG = record(Pong, {}, ping=of(Ping | None, "null"), n=INTS)
POINT = record(Point, {"x": INTS}, y=INTS, label=STRINGS)


def _point(rng: random.Random) -> Tree:
    items = [INTS.write(rng), INTS.write(rng), STRINGS.write(rng)]
    return POINT.write(rng) if rng.random() < 0.3 else items[: rng.randint(1, 3)]


def _pongs(rng: random.Random) -> Tree:
    keys = rng.sample(("a", "b", "ab"), rng.randint(0, 2))
    return {key: PONG.write(rng) for key in keys}


def _json_tree(rng: random.Random, depth: int = 3) -> Tree:
    if not depth or rng.random() < 0.4:
        return rng.choice(("1", "null", '"2"', "3.0"))
    if rng.random() < 0.5:
        return [_json_tree(rng, depth - 1) for _ in range(rng.randint(0, 3))]
    return {key: _json_tree(rng, depth - 1) for key in rng.sample(("a", "b", "c"), 2)}


CLASSES = (
    *(ITEM, NODE, MOVIE, CAT, PETS, VERSIONS, CALLED, PONG),
    Sort(Point, _point, {}, model=True),
    record(Ping, {}, pongs=Sort(dict[str, Pong], _pongs, {None: PONG})),
    record(Box[int], {"content": INTS}, spare=or_null(INTS)),
    record(Box[Item], {"content": ITEM}, spare=or_null(ITEM)),
    Sort(Many[Item], listing(ITEM), {None: ITEM}, model=True),
    Sort(Many[int], listing(INTS), {None: INTS}, model=True),
    Sort(Aliased, _aliased, {}, model=True),
    Sort(ByName, _by_name, {}, model=True),
    record(NameOnly, {"name": of(str, '"a"', '"ab"')}),
    Sort(Unpacks, _wrapped(UNPACKS), {}, model=True),
    untold(Forgives, one_of(Any, record(Any, AS, item=or_null(ITEM)), ANYS)),
    record(Checked, {"low": of(int, "0", "1"), "high": of(int, "2", "10")}, items=ITEMS),
    untold(OwnInit, record(Any, {"a": STRINGS}, n=ANYS)),
    record(PostInit, {"a": STRINGS}),
    record(Computed, {"a": many(Annotated[list[int], Field(max_length=2)], INTS, 2)}),
    record(Extras, {}, name=STRINGS, more=INTS),
    untold(
        Stripping,
        record(Any, {"name": of(str, *PADDED)}, names=many(Any, of(str, *PADDED)), inner=MOVIE),
    ),
    record(Sealed, {"id": INTS}, ids=many(list[int], INTS)),
    untold(StrictOne, record(Any, {"n": of(int, "1")}, loose=INTS, when=DATES, movie=MOVIE)),
    record(Plain, AS, b=many(list[str], STRINGS)),
    record(Closed, AS, ab=STRINGS),
    Sort(JsonTree, _json_tree),
    record(Keeper, {}, pets=many(list[Pet], PETS), best=or_null(PETS), version=or_null(VERSIONS)),
    record(Keeper, {}, called=many(list[Called], CALLED)),
    many(Annotated[list[Pet], Field(max_length=2)], PETS, 2),
)
