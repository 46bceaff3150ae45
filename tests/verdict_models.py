"""The written verdicts about models and their like, and about functions that take part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, NamedTuple, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    OnErrorOmit,
    PlainValidator,
    RootModel,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
    with_config,
)
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic_core import PydanticCustomError, core_schema
from typing_extensions import NotRequired, TypeAliasType, TypedDict

from .verdict_cases import NEWER, Short, Table, among, early, good, late, unknown

T = TypeVar("T")


# --- objects ----------------------------------------------------------------------------


class Item(BaseModel):
    sku: str
    qty: int = Field(ge=1)
    note: Short = ""


class Order(BaseModel):
    id: int
    items: list[Item] = []
    best: Item | None = None
    named: dict[str, Item] = {}


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = ""
    names: list[str] = []


class Sealed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Smiling(BaseModel):
    model_config = ConfigDict(extra="forbid")
    smile: int = Field(0, alias="😀")


class Holder(BaseModel):
    closed: Closed
    free: int = 0


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, int]
    name: str = ""


class Renamed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    inner: int = Field(0, alias="innerName")
    other: int = Field(0, validation_alias=AliasChoices("o1", "o2"))
    deep: int = Field(0, validation_alias=AliasPath("p", "q", 0))


class Choosy(BaseModel):
    n: int = Field(validation_alias=AliasChoices("a", "b", AliasPath("c", 0)))
    m: int = 0


class Last(BaseModel):
    n: int = Field(validation_alias=AliasPath("list", -1))


class Deep(BaseModel):
    n: int = Field(validation_alias=AliasPath("list", 0))


class CalledByName(BaseModel):
    model_config = ConfigDict(loc_by_alias=False)
    n: int = Field(alias="num")


class Named(BaseModel):
    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)
    n: int = Field(alias="num")


class Defaulted(BaseModel):
    n: int = Field("x", validate_default=True)


class Derived(BaseModel):
    n: int
    several: list[int] = Field(default_factory=lambda data: [data["n"]])


@dataclass
class Point:
    x: int
    y: int = 0
    label: str = field(default="", init=False)


@pydantic_dataclass(config=ConfigDict(extra="forbid"))
class Pin:
    at: int
    tag: Short = Field("", alias="label")


class Row(TypedDict):
    id: int
    text: NotRequired[Short]


@with_config(ConfigDict(extra="forbid"))
class ClosedRow(TypedDict, total=False):
    id: int


class Pair(NamedTuple):
    x: int
    y: str


class PlainRow(TypedDict):
    s: str


@dataclass
class PlainPoint:
    s: str


class PlainModel(BaseModel):
    s: str


class Owner(BaseModel):
    """What has no config of its own takes this one's; a model does not."""

    model_config = ConfigDict(str_max_length=2, strict=True, extra="forbid")
    row: PlainRow | None = None
    point: PlainPoint | None = None
    model: PlainModel | None = None
    rows: list[PlainRow] = []
    n: int = 0


class Tree(BaseModel):
    value: int
    kids: list[Tree] = []
    next: Tree | None = None


Nested = TypeAliasType("Nested", "int | list[Nested]")


class Box(BaseModel, Generic[T]):
    item: T
    more: list[T] = []


Shorts: TypeAlias = RootModel[list[Short]]


class Rooted(BaseModel):
    names: Shorts
    count: RootModel[int] = RootModel[int](0)


# --- functions --------------------------------------------------------------------------


def first(value: Any) -> Any:
    if isinstance(value, list):
        return value[0] if value else None
    return value


def caught(value: Any, inner: ValidatorFunctionWrapHandler) -> Any:
    try:
        return inner(value)
    except ValueError:
        if value == "raise":
            raise
        return -1


def even(n: int) -> int:
    if n % 2:
        raise ValueError("odd")
    return n


def small(n: int) -> int:
    if n > 9:
        raise PydanticCustomError("large_number", "{n} is large", {"n": n})
    return n


def same(value: Any) -> Any:
    return value


def plain(value: Any) -> int:
    if value == {}:
        raise ValueError("empty")
    return len(str(value))


class Begins(BaseModel):
    n: Annotated[int, BeforeValidator(first)]
    m: int = 0


class Catches(BaseModel):
    n: Annotated[int, WrapValidator(caught)]
    m: int = 0


class Measures(BaseModel):
    n: Annotated[int, PlainValidator(plain)]
    m: int = 0


class Unwraps(BaseModel):
    model_config = ConfigDict(extra="forbid")
    n: int

    @model_validator(mode="before")
    @classmethod
    def unwrapped(cls, data: Any) -> Any:
        return data.get("wrapper", data) if isinstance(data, dict) else {"n": 0}


class Around(BaseModel):
    inner: Unwraps
    m: int = 0


class Makes(BaseModel):
    n: int

    def __init__(self, **data: Any) -> None:
        super().__init__(**{**data, "n": first(data.get("n"))})


class Ends(BaseModel):
    n: Annotated[int, Field(ge=0), AfterValidator(even)]
    s: Annotated[str, Field(max_length=2), AfterValidator(same)] = ""
    late: Annotated[str, AfterValidator(same), Field(max_length=2)] = ""
    m: Annotated[int, AfterValidator(small)] = 0

    @field_validator("m")
    @classmethod
    def not_seven(cls, m: int, info: ValidationInfo) -> int:
        assert m != 7, "seven"
        return m


class Scaled(BaseModel):
    n: Annotated[int, Field(ge=0)]
    m: int = 0

    @field_validator("n")
    @classmethod
    def within(cls, n: int, info: ValidationInfo) -> int:
        if info.context and n > info.context["most"]:
            raise ValueError("too much")
        return n


class Tries(BaseModel):
    n: int

    @model_validator(mode="wrap")
    @classmethod
    def twice(cls, data: Any, inner: ModelWrapValidatorHandler[Any]) -> Any:
        try:
            return inner(data)
        except ValueError:
            return inner(data["again"])


class Range(BaseModel):
    low: int
    high: int

    @model_validator(mode="after")
    def in_order(self) -> Range:
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


class Ranges(BaseModel):
    range: Range
    ranges: list[Range] = []


class FallsBack:
    """Zero where the value is wrong."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.with_default_schema(handler(source), default=0, on_error="default")


class Forgiving(BaseModel):
    n: Annotated[int, FallsBack] = 0
    several: list[Annotated[int, FallsBack]] = []
    kept: list[OnErrorOmit[Item]] = []
    m: int = 0


# --- the table --------------------------------------------------------------------------


OBJECTS: Table = {
    "members of models": [
        good(Order, '{"id": 1, "items": [{"sku": "a", "qty": "2"}], "other": [{"id": []}]}'),
        good(Order, ' { "id" : 1 , "best" : null , "named" : { } } \n'),
        early(Order, '{"id": ⟪[⟫1]}', "int_type", ("id",)),
        early(Order, '\n{ "id" :\t⟪{⟫ } }', "int_type", ("id",)),
        early(Order, '{"id": 1, "items": ⟪{⟫"sku": 1}}', "list_type", ("items",)),
        early(Order, '{"id": 1, "best": ⟪"⟫{}"}', "model_type", ("best",)),
        early(
            Order,
            '{"id": 1, "items": [{"sku": "a", "qty": 1}, {"sku": ⟪[⟫]}]}',
            "string_type",
            ("items", 1, "sku"),
            more=((("items", 1, "qty"), "missing"),),
        ),
        early(
            Order,
            '{"id": 1, "named": {"x": {"sku": "a", "qty": 1, "note": "abc⟪d⟫"}}}',
            "string_too_long",
            ("named", "x", "note"),
        ),
        early(
            Order,
            '{"id": ⟪[⟫], "items": {}, "best": 1}',
            "int_type",
            ("id",),
            more=((("items",), "list_type"), (("best",), "model_type")),
        ),
        late(Order, '{"id": 1.5⟪,⟫ "best": null}', "int_from_float", ("id",)),
        late(Order, '{"id": "x⟪"⟫}', "int_parsing", ("id",)),
        late(
            Order,
            '{"id": 1, "best": {"sku": "a", "qty": 0⟪}⟫}',
            "greater_than_equal",
            ("best", "qty"),
        ),
    ],
    "missing members": [
        late(Item, '{"sku": "a"⟪}⟫', "missing", ("qty",)),
        late(Item, "{⟪}⟫", "missing", ("sku",), more=((("qty",), "missing"),)),
        late(Order, '{"id": 1, "best": {"qty": 1⟪}⟫}', "missing", ("best", "sku")),
        late(list[Item], '[{"sku": "a", "qty": 1}, {"sku": "b" ⟪}⟫]', "missing", (1, "qty")),
        late(Choosy, '{"m": 1⟪}⟫', "missing", ("a",)),
        late(Named, "{⟪}⟫", "missing", ("num",)),
        late(Defaulted, "{⟪}⟫", "int_parsing", loc=("n",)),
        early(Derived, '{"n": ⟪[⟫]}', "int_type", ("n",), more=None),
        good(Derived, '{"n": 1}'),
        late(Point, '{"y": 1⟪}⟫', "missing", ("x",)),
        late(Row, '{"text": "abc"⟪}⟫', "missing", ("id",)),
        late(list[Row], "[{⟪}⟫]", "missing", (0, "id")),
    ],
    "unknown keys": [
        good(Closed, '{"name": "a", "names": ["b"]}'),
        good(Closed, '{"n\\u0061me": "a"}'),
        good(Smiling, '{"\\ud83d\\ude00": 1}'),
        good(Sealed, "{ }"),
        good(Holder, '{"closed": {}, "whatever": {"name": 1}}'),
        unknown(Closed, '{"⟪x⟫yz": 1}'),
        unknown(Closed, '{"name": "a", "⟪z⟫": {"name": 1}}'),
        unknown(Closed, '{"name⟪d⟫": "a"}'),
        unknown(Closed, '{"n\\u006⟪2⟫me": "a"}'),
        unknown(Closed, '{"na\\⟪n⟫me": "a"}'),
        unknown(Smiling, '{"\\ud83d\\ude0⟪1⟫": 1}'),
        unknown(Sealed, '{"⟪a⟫": 1}'),
        unknown(Holder, '{"closed": {"⟪f⟫ree": 1}, "free": 1}', ("closed",)),
        unknown(list[Closed], '[{"name": "a"}, {"names": [], "⟪i⟫d": 1}]', (1,)),
        unknown(dict[str, Closed], '{"any": {"⟪a⟫ny": 1}}', ("any",)),
        early(Closed, '{"nam⟪"⟫: 1}', "extra_forbidden", loc=("nam",)),
        early(Closed, '{"⟪"⟫: 1}', "extra_forbidden", loc=("",)),
        early(Closed, '{"\\u006e⟪"⟫: 1}', "extra_forbidden", loc=("n",)),
        early(Sealed, '{"⟪"⟫: null}', "extra_forbidden", loc=("",)),
        early(
            Holder, '{"closed": {"na⟪"⟫: 1}}', "extra_forbidden", ("closed",), loc=("closed", "na")
        ),
    ],
    "other keys that are allowed": [
        good(Open, '{"name": "a", "x": 1, "y": "2"}'),
        early(Open, '{"name": "a", "x": ⟪[⟫]}', "int_type", ("x",)),
        late(Open, '{"x": 1.5⟪}⟫', "int_from_float", ("x",)),
    ],
    "aliases": [
        good(Renamed, '{"innerName": 1, "o2": 2, "p": {"q": [3]}}'),
        good(Renamed, '{"inner": 1, "other": 2, "deep": 3}', by_name=True),
        good(Renamed, '{"inner": 1, "other": 2, "deep": 3}', by_name=True, by_alias=False),
        good(Choosy, '{"b": [], "a": 1}'),
        good(Choosy, '{"c": {}, "b": 1}'),
        good(Choosy, '{"c": ["1"]}'),
        good(Named, '{"n": [], "num": 1}'),
        good(Named, '{"n": 1}'),
        good(Last, '{"list": [[], 1]}'),
        unknown(Renamed, '{"o⟪t⟫her": 2}'),
        unknown(Renamed, '{"⟪d⟫eep": 2}'),
        unknown(Renamed, '{"o⟪1⟫": 2}', by_name=True, by_alias=False),
        unknown(Renamed, '{"inner⟪N⟫ame": 2}', by_name=True, by_alias=False),
        early(Renamed, '{"inner⟪"⟫: 2}', "extra_forbidden", loc=("inner",)),
        early(Renamed, '{"innerName": ⟪[⟫]}', "int_type", ("innerName",)),
        early(Renamed, '{"inner": ⟪[⟫]}', "int_type", ("inner",), by_name=True, by_alias=False),
        early(Renamed, '{"o1": ⟪[⟫]}', "int_type", ("o1",)),
        early(Choosy, '{"a": ⟪[⟫], "b": 1}', "int_type", ("a",)),
        early(Named, '{"num": ⟪[⟫], "n": 1}', "int_type", ("num",)),
        early(Pin, '{"at": 1, "label": "abc⟪d⟫"}', "string_too_long", ("label",)),
        good(CalledByName, '{"num": 1, "n": []}'),
        early(CalledByName, '{"num": ⟪[⟫]}', "int_type", ("num",), loc=("n",)),
        late(CalledByName, '{"num": "x⟪"⟫}', "int_parsing", ("num",), loc=("n",)),
        late(Deep, '{"list": []⟪}⟫', "missing", ("list", 0)),
        late(Deep, "{⟪}⟫", "missing", ("list",), loc=("list", 0)),
        late(Last, '{"list": []⟪}⟫', "missing", ("list",), loc=("list", -1)),
        late(Renamed, '{"o2": []⟪}⟫', "int_type", ("o2",)),
        late(Choosy, '{"b": [], "m": 1⟪}⟫', "int_type", ("b",)),
        late(Choosy, '{"c": [[]]⟪}⟫', "int_type", ("c", 0)),
        late(Named, '{"n": []⟪}⟫', "int_type", ("n",)),
        late(Renamed, '{"inner": []⟪}⟫', "int_type", ("inner",), by_name=True),
        late(Renamed, '{"p": {"q": ["x"]}⟪}⟫', "int_parsing", ("p", "q", 0)),
        late(Last, '{"list": [1, "x"]⟪}⟫', "int_parsing", ("list", 1), loc=("list", -1)),
    ],
    "dataclasses": [
        good(Point, '{"x": 1, "label": [], "other": {}}'),
        good(Pin, '{"at": 1, "label": "abc"}'),
        unknown(Pin, '{"at": 1, "⟪x⟫": 1}', kind="unexpected_keyword_argument"),
        unknown(Pin, '{"at": 1, "⟪t⟫ag": ""}', kind="unexpected_keyword_argument"),
        early(Pin, '{"at": 1, "lab⟪"⟫: ""}', "unexpected_keyword_argument", loc=("lab",)),
        early(Point, "⟪[⟫1]", "dataclass_type"),
        early(Point, '{"x": ⟪[⟫]}', "int_type", ("x",)),
        late(Point, '{"x": 1.5⟪}⟫', "int_from_float", ("x",)),
    ],
    "typed dictionaries": [
        good(Row, '{"id": 1, "text": "abc", "other": 1}'),
        good(ClosedRow, "{}"),
        unknown(ClosedRow, '{"i⟪t⟫": 1}'),
        early(ClosedRow, '{"i⟪"⟫: 1}', "extra_forbidden", loc=("i",)),
        early(Row, '{"id": 1, "text": "abc⟪d⟫"}', "string_too_long", ("text",)),
        early(Row, "⟪[⟫]", "dict_type"),
        early(dict[str, Row], '{"a": {"id": ⟪{⟫}}}', "int_type", ("a", "id")),
    ],
    "the config of an owner": [
        good(Owner, '{"model": {"s": "abc", "other": 1}, "row": {"s": "ab"}}'),
        good(Owner, '{"n": "1"}', strict=False),
        early(Owner, '{"row": {"s": "ab⟪c⟫"}}', "string_too_long", ("row", "s")),
        early(Owner, '{"point": {"s": "ab⟪c⟫"}}', "string_too_long", ("point", "s")),
        early(Owner, '{"rows": [{"s": ""}, {"s": "ab⟪c⟫"}]}', "string_too_long", ("rows", 1, "s")),
        early(Owner, '{"n": ⟪"⟫1"}', "int_type", ("n",)),
        unknown(Owner, '{"point": {"s": "", "⟪x⟫": 1}}', ("point",), "unexpected_keyword_argument"),
    ],
    "models at the root that are none": [
        good(Shorts, '["abc"]'),
        good(Rooted, '{"names": ["a"], "count": "1"}'),
        early(Shorts, "⟪{⟫}", "list_type"),
        early(Shorts, '["a", "abc⟪d⟫"]', "string_too_long", (1,)),
        early(Rooted, '{"names": ["a", "abc⟪d⟫"]}', "string_too_long", ("names", 1)),
        late(RootModel[int], "1.5⟪⟫", "int_from_float"),
        late(Rooted, '{"names": [], "count": 1.5⟪}⟫', "int_from_float", ("count",)),
    ],
    "recursive types": [
        good(Tree, '{"value": 1, "kids": [{"value": 2}], "next": {"value": 3, "next": null}}'),
        good(Nested, "[1, [2, [[], 3]]]"),
        early(Tree, '{"value": 1, "kids": [{"value": ⟪[⟫]}]}', "int_type", ("kids", 0, "value")),
        early(
            Tree,
            '{"value": 1, "next": {"value": 1, "next": ⟪[⟫]}}',
            "model_type",
            ("next", "next"),
        ),
        late(Tree, '{"value": 1, "next": {"kids": []⟪}⟫}', "missing", ("next", "value")),
        among(Nested, "[1, [2, ⟪{⟫}]]", "int_type|list_type", (1, 1)),
    ],
    "generic models": [
        good(Box[int], '{"item": 1, "more": [2]}'),
        good(Box[Item], '{"item": {"sku": "a", "qty": 1}}'),
        early(Box[int], '{"item": 1, "more": [⟪[⟫]]}', "int_type", ("more", 0)),
        early(Box[Short], '{"item": "abc⟪d⟫"}', "string_too_long", ("item",)),
        late(Box[Item], '{"item": {"sku": "a"⟪}⟫}', "missing", ("item", "qty")),
    ],
}

TUPLES = [
    good(Pair, '[1, "a"]'),
    good(Pair, '{"y": "a", "x": 1}'),
    unknown(Pair, '{"x": 1, "⟪z⟫": 1, "y": ""}'),
    early(Pair, '⟪"⟫a"', "named_tuple_type"),
    early(Pair, '[1, "a"⟪,⟫ 3]', "too_long"),
    early(Pair, '[⟪[⟫], "a"]', "int_type", (0,)),
    early(Pair, '{"y": ⟪[⟫], "x": 1}', "string_type", ("y",)),
    late(Pair, "[1, 2⟪]⟫", "string_type", (1,)),
    late(Pair, "[1⟪]⟫", "missing", (1,)),
    late(Pair, '{"x": 1⟪}⟫', "missing", ("y",)),
    late(Pair, "12⟪⟫", "named_tuple_type"),
]
if NEWER:
    OBJECTS["named tuples"] = TUPLES

FUNCTIONS: Table = {
    "before validators": [
        good(Begins, '{"n": [1, {"a": "b"}]}'),
        good(list[Annotated[int, BeforeValidator(first)]], "[[1], 2]"),
        late(Begins, '{"n": [], "m": 1⟪}⟫', "int_type", ("n",)),
        late(Begins, '{"n": {"a": 1}⟪}⟫', "int_type", ("n",)),
        late(Begins, '{"n": "x", "m": "1"⟪}⟫', "int_parsing", ("n",)),
        late(Annotated[int, BeforeValidator(first)], "[⟪]⟫", "int_type"),
        late(list[Annotated[int, BeforeValidator(first)]], "[[], 1⟪]⟫", "int_type", (0,)),
        late(list[Begins], '[{"n": {}⟪}⟫, {"n": 1}]', "int_type", (0, "n")),
        early(Begins, '{"n": [], "m": ⟪[⟫]}', "int_type", ("m",), more=((("n",), "int_type"),)),
    ],
    "wrap and plain validators": [
        good(Catches, '{"n": [1, {"a": "b"}]}'),
        good(Measures, '{"n": [1, {"a": "b"}]}'),
        late(Catches, '{"n": "raise", "m": 1⟪}⟫', "int_parsing", ("n",)),
        late(Measures, '{"n": {}, "m": 1⟪}⟫', "value_error", ("n",)),
        early(Catches, '{"n": [], "m": ⟪[⟫]}', "int_type", ("m",)),
    ],
    "before validators of a model": [
        good(Unwraps, '{"wrapper": {"n": 1}, "other": 1}'),
        good(Unwraps, "[]"),
        good(Around, '{"inner": "x"}'),
        late(Unwraps, '{"n": [], "wrapped": 1⟪}⟫', "int_type", ("n",), more=None),
        late(Around, '{"inner": {"n": []⟪}⟫}', "int_type", ("inner", "n")),
        late(Around, '{"inner": {"wrapper": {}⟪}⟫, "m": 1}', "missing", ("inner", "n")),
        early(Around, '{"inner": 1, "m": ⟪[⟫]}', "int_type", ("m",)),
    ],
    "models that make themselves": [
        good(Makes, '{"n": [1]}'),
        late(Makes, '{"n": [[]]⟪}⟫', "int_type", ("n",)),
        late(Makes, "{⟪}⟫", "int_type", loc=("n",)),
    ],
    "after validators": [
        good(Ends, '{"n": 2, "s": "ab", "late": "ab", "m": 1}'),
        late(Ends, '{"n": 3, "s": "a"⟪}⟫', "value_error", ("n",)),
        late(Ends, '{"n": 2, "m": 10⟪}⟫', "large_number", ("m",)),
        late(Ends, '{"n": 2, "m": 7, "s": ""⟪}⟫', "assertion_error", ("m",)),
        late(Ends, '{"n": 2, "late": "abc", "s": ""⟪}⟫', "too_long", ("late",)),
        late(Ends, '{"n": -1⟪,⟫ "s": "a"}', "greater_than_equal", ("n",)),
        late(Ends, '{"n": "x⟪"⟫, "s": "a"}', "int_parsing", ("n",)),
        early(Ends, '{"n": ⟪[⟫], "s": "a"}', "int_type", ("n",)),
        early(Ends, '{"n": 2, "s": "ab⟪c⟫"}', "string_too_long", ("s",)),
        early(
            Ends,
            '{"n": 3, "s": "ab⟪c⟫"}',
            "string_too_long",
            ("s",),
            more=((("n",), "value_error"),),
        ),
        late(list[Annotated[int, AfterValidator(even)]], "[2, 3, 4⟪]⟫", "value_error", (1,)),
        late(Annotated[int, AfterValidator(even)], "3⟪⟫", "value_error"),
        late(list[Ends], '[{"n": 3⟪}⟫, {"n": 2}]', "value_error", (0, "n")),
    ],
    "after validators that look at the context": [
        good(Scaled, '{"n": 5}', context={"most": 5}),
        late(Scaled, '{"n": 6, "m": 1⟪}⟫', "value_error", ("n",), context={"most": 5}),
        late(Scaled, '{"n": -1⟪,⟫ "m": 1}', "greater_than_equal", ("n",), context={"most": 5}),
    ],
    "wrap validators of a model": [
        good(Tries, '{"n": [], "again": {"n": 1}}'),
        late(list[Tries], '[{"n": [], "again": {"m": 1}⟪}⟫]', "missing", (0, "n")),
    ],
    "after validators of a model": [
        good(Range, '{"low": 1, "high": 2}'),
        late(Range, '{"low": 2, "high": 1⟪}⟫', "value_error"),
        late(Ranges, '{"range": {"low": 2, "high": 1 ⟪}⟫}', "value_error", ("range",)),
        late(
            Ranges,
            '{"range": {"low": 1, "high": 1}, "ranges": [{"high": 0, "low": 1⟪}⟫]}',
            "value_error",
            ("ranges", 0),
        ),
        late(Range, '{"low": 2⟪}⟫', "missing", ("high",)),
        early(Range, '{"low": 2, "high": ⟪[⟫]}', "int_type", ("high",)),
    ],
    "errors that are passed over": [
        good(Forgiving, '{"n": []}'),
        good(Forgiving, '{"n": "x", "several": [1, {}, "y"], "kept": [{"sku": []}, 1, []]}'),
        early(Forgiving, '{"n": [], "m": ⟪[⟫]}', "int_type", ("m",)),
        early(Forgiving, '{"several": ⟪{⟫}}', "list_type", ("several",)),
    ],
}

MODELS: Table = {**OBJECTS, **FUNCTIONS}
