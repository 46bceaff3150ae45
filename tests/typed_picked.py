"""Types and documents picked by hand: where Pydantic is laxer, or stricter, than one thinks."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal
from uuid import UUID

import pydantic.dataclasses
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Json,
    OnErrorOmit,
    StringConstraints,
    model_validator,
)
from pydantic_core import MISSING

from .typed_classes import (
    Aliased,
    Box,
    ByName,
    Called,
    Checked,
    Closed,
    Extras,
    Forgives,
    Item,
    JsonTree,
    Keeper,
    Many,
    Movie,
    NameOnly,
    Node,
    OwnInit,
    Pet,
    Ping,
    Plain,
    Point,
    PostInit,
    Sealed,
    StrictOne,
    Stripping,
    Unpacks,
    Version,
)
from .typed_types import Bits, Color, Guessed, GuessedNumber, Level, Pair, Rate, Size, omitted, same

NUMBERS = (
    "0 1 -1 5 -0 -0.0 1.0 1.5 1e2 1E-1 100e-2 1e400 -1e400 1e-400 10 1e19 12345678901234567890"
)
WORDS = "true false null"
CONTAINERS = "[] {} [1] [0,[1,2],-1]"
NUMERALS = (
    '""|"1"|" 42 "|"+1"|"01"|"1_000"|"1.0"|"1."|"1e2"|"--1"|"0x1"|".5"|"inf"|"-Infinity"|"1__0"|'
    '"\\u0661"|"true"|"\\u00a01"|"1\\u001f"|"1e400"|"0.0"|"1_0.5"|"-0"|"1.5"'
)
TIMES = (
    '"2024-02-29"|"2024-02-30"|"2024-02-29T00:00:00"|"2024-02-29 00:00"|"2024-02-29T12:00Z"|'
    '"12:30"|"12:30:60"|"24:00"|"P1D"|"P1DT2H"|"1 day, 03:04:05"|"-P1D"|"1577934245"|"1577836800"|'
    '"1577836800000"|" 2024-02-29"|"2024-02-29_00:00:00"|"2024-2-9"'
)
CONTAINERS_TOO = (
    '[[1]]|[1,2]|[1,2,3]|[1,true,1.0]|["1",1]|{"a":1}|{"1":1,"01":2}|[null]|[{}]|'
    '[1000e-2]|[true]|["x"]|["alpha","al"]|["apple"]'
)
ALL = "|".join((*NUMBERS.split(), *WORDS.split(), *CONTAINERS.split(), NUMERALS))
EVERYTHING = f"{ALL}|{TIMES}|{CONTAINERS_TOO}"

EVERYWHERE: tuple[Any, ...] = (
    *(int, float, bool, str, bytes, Decimal, date, datetime, time, timedelta, complex, Fraction),
    *(None, Any, UUID, Json, Json[int], Color, Size, Level, Rate, Bits, Pair, Guessed),
    *(GuessedNumber, Literal[1], Literal[0, "a"], Literal[True, "on"], Literal[None, 1, "1"]),
    *(list[int], set[int], frozenset[str], tuple[int, ...], tuple[int, str], deque[int]),
    *(dict[int, int], dict[str, int], Counter[str], defaultdict[str, int], list[Any]),
    *(int | str, str | int, float | int, bool | int, date | str, bytes | str, Decimal | float),
    int | MISSING,
    *(int | None, list[int] | int, list[int] | list[str], dict[str, int] | list[int]),
    Annotated[int, Field(ge=0, le=10)],
    Annotated[float, Field(ge=0, le=10)],
    Annotated[Decimal, Field(ge=0, le=10)],
    Annotated[int | str, Field(union_mode="left_to_right")],
    Annotated[set[int], Field(max_length=1)],
    Annotated[set[bool | int], Field(max_length=1)],
    Annotated[list[int], Field(max_length=1)],
    Annotated[list[OnErrorOmit[int]], Field(max_length=1)],
    Annotated[list[Annotated[int, BeforeValidator(omitted)]], Field(max_length=1)],
    Annotated[tuple[int, ...], Field(max_length=1)],
    Annotated[dict[int, int], Field(max_length=1)],
    Annotated[deque[int], Field(max_length=0)],
    *(tuple[()], list[Annotated[float, Field(le=10)]], list[Literal[1]], list[Guessed]),
)
SHORT = Annotated[str, Field(max_length=2)]
STRIPPED = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2)]
STRINGS = (
    '"ab"|"abc"|"ab "|" ab"|"  ab  "|"ab \\u3000\\n"|"a\\u0301b"|"\\ud83d\\ude00a"|"\\u00df"|'
    '"ab\\u001f"|"a   b"|"   "|'
    '"\\u0061\\u0062"|"\\u0061\\u0062\\u0063"|"\\\\\\""|"a b"|"abcdefgh"|"\\u0085ab\\u2029"'
)
ITEMS = (
    '{"sku":"a"}|{"sku":"a","qty":0}|{"qty":2,"sku":"x"}|{}|[]|{"sku":1}|{"sk":"a"}|{"skus":"a","sku":"b"}|'
    '{"sku":"a","qty":"1"}|{"sku":"a","qty":100e-2}|{"sku":"a","qty":1.5}|null|{"\\u0073ku":"a"}'
)


@pydantic.dataclasses.dataclass
class Lone:
    kind: Annotated[Literal["cat"], Field(validation_alias="tag")]


@pydantic.dataclasses.dataclass
class Pack:
    kind: Annotated[Literal["cats"], Field(validation_alias="tag")]
    first: Item


class Low(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=False)
    version: Literal["low"]


class High(BaseModel):
    model_config = ConfigDict(extra="forbid")
    version: Literal[Level.LOW, Level.HIGH]
    item: Item | None = None
    short: Annotated[str, Field(max_length=2)] = ""


class Renamed(BaseModel):
    """Its errors speak of names that are not in the text."""

    model_config = ConfigDict(loc_by_alias=False)
    inner: Closed = Field(alias="IN")

    @model_validator(mode="before")
    @classmethod
    def unchanged(cls, data: Any) -> Any:
        return data


Alike = Annotated[Lone | Pack, Field(discriminator="kind")]
Old = Annotated[Low | High, Field(discriminator="version")]

OmittedInt = Annotated[int, BeforeValidator(omitted)]
Behind = Annotated[frozenset[str], BeforeValidator(same)]
One = AfterValidator(lambda value: 1)
ONES: tuple[tuple[Any, str], ...] = (
    (list[Annotated[set[Annotated[int, One]], Field(max_length=1)]], "[[1,2]]|[[]]|[[1],[2,3,4]]"),
    (list[Annotated[dict[Annotated[str, One], int], Field(max_length=1)]], '[{"a":1,"b":2}]|[{}]'),
    (
        list[Annotated[dict[int, OnErrorOmit[Guessed]], Field(max_length=1)]],
        '[{"1":"b","2":"beta"}]',
    ),
    (
        list[Annotated[list[OnErrorOmit[Guessed]], Field(max_length=1)]],
        '[["b","beta"]]|[["a","al"]]',
    ),
    (list[Annotated[set[Behind], Field(max_length=1)]], '[[["a"]]]|[["a"]]|[[["a"],["b"]]]'),
    (list[Annotated[list[OmittedInt], Field(max_length=1)]], "[[1,2]]|[[2,1]]|[[2,3]]|[[null,5]]"),
    (list[Annotated[frozenset[Guessed], Field(max_length=1)]], '[["a","al"]]|[["alpha","beta"]]'),
    (list[Annotated[set[Json[int]], Field(min_length=2)]], '[["1","1"]]|[["1"," 1"]]|[["1","2"]]'),
    (list[str] | tuple[int], '[1,"x"]|["x",1]|[1,2]|["a","b"]|[[]]'),
    (Alike, '{"first":{},"tag":"cats"}|{"first":{"sku":"a"},"tag":"cats"}|{"tag":"cat","first":1}'),
    (
        Old,
        '{"item":{},"version":10,"short":"abc"}|{"version":"low","x":1}|{"x":1}|{"version":10}',
    ),
    (
        Box[Old],
        '{"content":{"x":1}}|{"content":{"version":1,"x":1}}|{"content":{"version":2}}',
    ),
    (
        dict[int, Renamed],
        '{"1":{"IN":{"b":1,"a":1}}}|{"x":{"IN":{"a":1}}}|{"1":{"IN":{}}}',
    ),
    (SHORT, STRINGS),
    (STRIPPED, STRINGS),
    (Annotated[str, StringConstraints(to_upper=True, max_length=1)], STRINGS),
    (Annotated[bytes, Field(max_length=2)], STRINGS),
    (Color, '"red"|"reddish"|"redd"|"r"|"blues"|"\\u0072ed"|"re\\u0064"|"green"|""|"red "'),
    (Literal["a", "ab"], '"a"|"ab"|"abc"|"b"|""|"\\u0061"|"a\\u0062"|"aB"|1|null'),
    (Guessed, '"alpha"|"alp"|"apple"|"beta"|"b"|"x"|1|null|["a"]'),
    (Item, ITEMS),
    (list[Item], "|".join(f"[{item}]" for item in ITEMS.split("|"))),
    (Many[Item], "|".join(f"[{item},{item}]" for item in ITEMS.split("|"))),
    (dict[str, Item], "|".join(f'{{"a":{item}}}' for item in ITEMS.split("|"))),
    (Box[Item], "|".join(f'{{"content":{item},"spare":null}}' for item in ITEMS.split("|"))),
    (Item | None, ITEMS),
    (Item | Movie, ITEMS + '|{"title":"x","year":"y"}|{"title":1,"sku":"a"}'),
    (Item | list[Item], ITEMS + '|[{"sku":1}]|[{"sku":"a"}]|"x"'),
    (Annotated[list[Item], Field(max_length=1)], '[]|[{"sku":"a"}]|[{"sku":"a"},{}]|[1,2]'),
    (Node, '{"value":1,"children":[{"value":2,"after":{"value":"x"}}]}|{"value":1,"label":"lea"}'),
    (Node, '{"value":1,"label":"leaf","after":null}|{"children":[[]]}|{"value":1,"after":[]}'),
    (Ping, '{"pongs":{"a":{"ping":{"pongs":{}}}}}|{"pong":1}|{"pongs":{"a":{"n":"x"}},"x":1}|{}'),
    (Aliased, '{"b":"bad","a":1}|{"a":1,"b":"bad"}|{"p":[1,"x",true]}|{"p":["x"],"a":1}|{"p":[1]}'),
    (
        Aliased,
        '{"p":[1,2,true]}|{"p":[1,"x",3]}|{"a":1,"q":{"r":{"s":"x"}}}|{"a":1,"q":1}|{"q":{}}',
    ),
    (
        Aliased,
        '{"a":1,"p":{}}|{"a":1,"pp":1}|{"a":1,"c":1}|{"a":1,"d":1}|{"p":[]}|{"p":[1,"x",0,"z"]}',
    ),
    (
        ByName,
        '{"name":"x"}|{"label":"x","name":"y"}|{"name":"y","label":"x"}|{"label":"xyz"}|{"n":1}',
    ),
    (NameOnly, '{"name":"ab"}|{"label":"ab"}|{"name":"abc","label":"a"}|{"label":5,"name":"a"}'),
    (Unpacks, '{"payload":{"a":1},"a":"x"}|{"a":"x","payload":{"a":1}}|{"a":"x"}|{"payload":[]}'),
    (Forgives, '{"a":"x"}|[]|null|{"a":1,"item":{"sku":1}}|{"a":1,"item":{"sku":"s"}}'),
    (
        Checked,
        '{"low":1,"high":2}|{"low":3,"high":2}|{"low":1,"high":3}|{"high":2}|{"low":"x","high":3}',
    ),
    (OwnInit, '{"a":"x","n":"bad"}|{"n":"bad","a":"x"}|{"a":1}|{"n":1}|[]'),
    (PostInit, '{"a":"x"}|{"a":"y"}|{"a":1}'),
    (Extras, '{"name":"a","x":1,"y":"2"}|{"x":"y","name":"a"}|{"name":1,"z":1.5}'),
    (
        Stripping,
        '{"name":" ABC ","names":["a    ","abcd"],"inner":{"title":" x "}}|{"name":"abcd"}',
    ),
    (
        Stripping,
        '{"name":"    ","by_name":{" abcd ":"x","abcd":"y"}}|{"name":"a","inner":{"title":"abcd"}}',
    ),
    (Movie, '{}|{"title":"a","year":"x"}|{"year":1,"more":2}|{"title":null}|[]'),
    (Sealed, '{"id":1}|{"id":1,"i":2}|{"id":1,"ids":[1,"x"]}|{"ids":[]}|{"id":1,"idss":[]}'),
    (StrictOne, '{"n":1,"loose":"2"}|{"n":"1"}|{"n":1.0}|{"n":true}|{"n":1,"when":"2024-02-29"}'),
    (StrictOne, '{"n":1,"keys":{"1":"a","x":"b"}}|{"n":1,"movie":{"year":"1"}}|{"n":1,"when":0}'),
    (Point, '[1]|[1,2]|[1,2,"a"]|[1,2,"a",4]|[]|{"x":1}|{"x":1,"z":2}|["x"]|{"y":1}|[1,2,3]'),
    (Plain, '{"a":1,"b":["x"]}|{"a":1,"c":2}|{"a":1,"b":[1]}|{"b":[]}|[1]'),
    (Closed, '{"a":1,"ab":"x"}|{"a":1,"abc":2}|{"a":5}|{"a":1,"b":1}|{"a":1,"ab":1}'),
    (
        Pet,
        '{"kind":"cat"}|{"lives":10,"kind":"cat"}|{"lives":10,"kind":"dog"}|{"kind":"ca"}|{"kind":1}',
    ),
    (
        Pet,
        '{"n":"x","color":"red","kind":"colored"}|{"kind":"colored","n":"x","color":"blue"}|{"lives":1}',
    ),
    (
        Pet,
        '{"kind":"colored","color":"greens"}|{"color":"green","kind":"colored","n":1}|{"kind":null}',
    ),
    (
        Version,
        '{"a":"x","version":3}|{"a":"x","version":1}|{"version":true}|{"version":1.0}|{"version":3.0}',
    ),
    (Version, '{"version":"three","a":"x"}|{"version":"1"}|{"version":2e0,"a":1}|{"version":4}|{}'),
    (Called, '{"sku":"a"}|{"kind":"cat"}|{"kind":"dog"}|"x"|1|{"kind":"cat","sku":"a"}|{}|null'),
    (Keeper, '{"pets":[{"lives":1,"kind":"cat"},{"kind":"dog","barks":[1]}],"best":{"kind":"x"}}'),
    (
        Keeper,
        '{"pets":[{"kind":"kitten","lives":1e1}],"version":{"a":"x","version":2},"called":[1]}',
    ),
    (JsonTree, '[1,{"a":[null,"2"]}]|[1,"x"]|{"a":{"b":true}}|{"a":[[["x"]]]}'),
)


def picked() -> Iterator[tuple[Any, list[str]]]:
    """Types with the documents picked for each."""
    for type_ in EVERYWHERE:
        yield type_, EVERYTHING.split("|")
    for type_, texts in ONES:
        yield type_, texts.split("|")
