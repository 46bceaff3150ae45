"""The written verdicts about single values and plain containers, and how they are written.

A bad text has its deciding character in brackets: `[1, ⟪"⟫x"]` becomes certain with the quote.
The brackets are empty where a number at the root is decided by the end of the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

import pydantic
from pydantic import (
    Base64Bytes,
    BaseModel,
    ConfigDict,
    FailFast,
    Field,
    FiniteFloat,
    HttpUrl,
    Json,
    OnErrorOmit,
    SecretStr,
    Strict,
    StringConstraints,
    TypeAdapter,
)
from pydantic_core import core_schema

Path: TypeAlias = tuple[str | int, ...]

# named tuples and decimals in three parts are read otherwise by older releases
NEWER = tuple(map(int, pydantic.VERSION.split(".")[:2])) >= (2, 14)


@dataclass(frozen=True)
class Case:
    """A type, a text and what is said about it.

    Attributes:
        kind: of the first violation, or several of which it is one (`a|b`); empty if there is none.
        loc: where the detail says it is; None if only that it is below the path.
        more: path and kind of the violations after the first; None: not said here.
        listed: whether Pydantic's own errors have the entry, too.
    """

    type: Any
    marked: str
    kind: str = ""
    path: Path = ()
    early: bool = False
    loc: Path | None = None
    more: tuple[tuple[Path, str], ...] | None = ()
    listed: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.marked.replace("⟪", "").replace("⟫", "")

    @property
    def offset(self) -> int:
        return self.marked.index("⟪")


def good(type_: Any, text: str, **options: Any) -> Case:
    """Nothing is wrong with it, whole or at any prefix."""
    return Case(type_, text, options=options)


def early(
    type_: Any,
    marked: str,
    kind: str,
    path: Path = (),
    *,
    loc: Path | None = None,
    more: tuple[tuple[Path, str], ...] | None = (),
    **options: Any,
) -> Case:
    """Wrong before the value at the path is complete."""
    where = path if loc is None else loc
    return Case(type_, marked, kind, path, True, where, more, options=options)


def late(
    type_: Any,
    marked: str,
    kind: str,
    path: Path = (),
    *,
    loc: Path | None = None,
    more: tuple[tuple[Path, str], ...] | None = (),
    **options: Any,
) -> Case:
    """Wrong when the value at the path is complete, or known to be missing."""
    where = path if loc is None else loc
    return Case(type_, marked, kind, path, False, where, more, options=options)


def unknown(
    type_: Any, marked: str, path: Path = (), kind: str = "extra_forbidden", **options: Any
) -> Case:
    """A key of the object at the path that begins as no allowed key does."""
    return Case(type_, marked, kind, path, True, None, (), listed=False, options=options)


def among(
    type_: Any, marked: str, kind: str, path: Path = (), early: bool = True, **options: Any
) -> Case:
    """The last alternatives of a union die at once; whose error comes first is not said."""
    return Case(type_, marked, kind, path, early, None, None, options=options)


def last(type_: Any, marked: str, kind: str, path: Path, *, loc: Path, early: bool = True) -> Case:
    """The last alternative of a union dies, of this; its siblings' errors are not said."""
    return Case(type_, marked, kind, path, early, loc, None)


Table: TypeAlias = dict[str, list[Case]]


# --- the types --------------------------------------------------------------------------


class Color(str, Enum):
    RED = "red"
    ROSE = "rose"


class Level(int, Enum):
    LOW = 1
    HIGH = 2


class Mood(Enum):
    """Takes capitals, too."""

    CALM = "calm"

    @classmethod
    def _missing_(cls, value: object) -> Mood | None:
        return cls.CALM if value in ("CALM", ["calm"]) else None


class Mixed(Enum):
    NAME = "name"
    ONE = 1


class Tight(BaseModel):
    model_config = ConfigDict(str_max_length=3)
    s: str
    many: list[str] = []
    long: str = Field("", max_length=5)


class Stripped(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)
    s: str = Field(max_length=2)


class Coerced(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)
    s: str = Field(max_length=3)


class Strictly(BaseModel):
    model_config = ConfigDict(strict=True)
    n: int = 0
    lax: int = Field(0, strict=False)
    when: date | None = None


class Loosely(BaseModel):
    n: int = 0
    exact: int = Field(0, strict=True)
    flag: Annotated[bool, Strict()] = False


class InBase64(BaseModel):
    model_config = ConfigDict(val_json_bytes="base64")
    data: bytes


class Framed:
    """A tuple of an int, any number of strings, and a bool."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        number, text = core_schema.int_schema(), core_schema.str_schema()
        items: list[Any] = [number, text, core_schema.bool_schema()]
        return core_schema.tuple_schema(items, variadic_item_index=1)


Short: TypeAlias = Annotated[str, Field(max_length=3)]
Bare: TypeAlias = Annotated[str, StringConstraints(max_length=2, strip_whitespace=True)]
Lower: TypeAlias = Annotated[str, StringConstraints(max_length=1, to_lower=True)]
Upper: TypeAlias = Annotated[str, StringConstraints(max_length=1, to_upper=True)]
Exact: TypeAlias = Annotated[str, Field(min_length=2, max_length=2)]
Code: TypeAlias = Annotated[str, Field(pattern="^[a-c]+$")]
Positive: TypeAlias = Annotated[int, Field(ge=1)]
Ten: TypeAlias = Annotated[float, Field(ge=0, le=10)]
Price: TypeAlias = Annotated[Decimal, Field(max_digits=4, decimal_places=2)]
Word: TypeAlias = Literal["red", "rose"]
Odd: TypeAlias = Literal["a", 1, None]
Two: TypeAlias = Annotated[list[int], Field(max_length=2)]
Several: TypeAlias = Annotated[list[int], Field(min_length=2)]
Empty: TypeAlias = Annotated[list[Any], Field(max_length=0)]
Omitting: TypeAlias = Annotated[list[OnErrorOmit[int]], Field(max_length=1)]
SetOfTwo: TypeAlias = Annotated[set[int], Field(max_length=2)]
DictOfOne: TypeAlias = Annotated[dict[str, int], Field(max_length=1)]
FirstOnly: TypeAlias = Annotated[list[int], FailFast()]
STRICT = TypeAdapter(list[int], config=ConfigDict(strict=True))
SHORT = TypeAdapter(dict[str, str], config=ConfigDict(str_max_length=2))
Bytes: TypeAlias = Annotated[bytes, Field(max_length=2)]


# --- the table --------------------------------------------------------------------------


KINDS: Table = {
    "a scalar of the right kind": [
        good(int, "1"),
        good(int, " \n-12\t"),
        good(int, "true"),
        good(int, "1e2"),
        good(int, '" 1_000.0 "'),
        good(float, '"1.5e3"'),
        good(bool, '"Off"'),
        good(bool, "1.0"),
        good(str, '"a\\u0000\\n\\ud83d\\ude00"'),
        good(None, "null"),
        good(int | None, "null"),
        good(Any, '{"a": [1, null, "x"]}'),
        good(date, '"2020-02-29"'),
        good(date, "1577836800"),
        good(timedelta, "1.5"),
        good(Decimal, "1.50"),
    ],
    "a container where a scalar should be": [
        early(int, "⟪[⟫1]", "int_type"),
        early(int, ' \n⟪{⟫"a": 1}', "int_type"),
        early(float, "⟪[⟫[[]]]", "float_type"),
        early(bool, "⟪{⟫}", "bool_type"),
        early(str, "⟪[⟫]", "string_type"),
        early(None, "⟪[⟫]", "none_required"),
        early(date, "⟪{⟫}", "date_type"),
        early(datetime, "⟪[⟫]", "datetime_type"),
        early(time, "⟪{⟫}", "time_type"),
        early(timedelta, "⟪[⟫]", "time_delta_type"),
        early(UUID, "⟪[⟫]", "uuid_type"),
        early(bytes, "⟪[⟫]", "bytes_type"),
        early(Decimal, "⟪{⟫}", "decimal_type"),
        early(Word, "⟪[⟫]", "literal_error"),
        early(Color, "⟪{⟫}", "enum"),
        early(Json[int], "⟪[⟫1]", "json_type"),
        early(int | None, "⟪[⟫1]", "int_type"),
        early(list[int], "[1, ⟪{⟫}]", "int_type", (1,)),
        early(dict[str, int], '{"a": ⟪[⟫1, {"b": "c"}]}', "int_type", ("a",)),
    ],
    "a string where something else should be": [
        early(list[int], '⟪"⟫x"', "list_type"),
        early(dict[str, int], '⟪"⟫{}"', "dict_type"),
        early(Tight, '⟪"⟫{}"', "model_type"),
        early(set[int], '⟪"⟫"', "set_type"),
        early(None, '⟪"⟫null"', "none_required"),
        early(list[None], '[null, ⟪"⟫null"]', "none_required", (1,)),
        early(Level, '⟪"⟫1"', "enum", strict=True),
    ],
    "one container where the other should be": [
        early(list[int], '⟪{⟫"a": 1}', "list_type"),
        early(tuple[int, int], "⟪{⟫}", "tuple_type"),
        early(frozenset[int], "⟪{⟫}", "frozen_set_type"),
        early(dict[str, int], "⟪[⟫1]", "dict_type"),
        early(Tight, "⟪[⟫]", "model_type"),
        early(list[Tight], '[{"s": "a"}, ⟪[⟫], {"s": "b"}]', "model_type", (1,)),
        early(list[list[int]], "[[1], ⟪{⟫}]", "list_type", (1,)),
    ],
    "numbers and literals are judged at their end": [
        late(int, "1.5⟪⟫", "int_from_float"),
        late(int, "1.5⟪ ⟫", "int_from_float"),
        late(int, "15e-1⟪\n⟫", "int_from_float"),
        late(int, "nul⟪l⟫", "int_type"),
        late(str, "1⟪⟫", "string_type"),
        late(str, "-12e+1⟪⟫", "string_type"),
        late(str, "tru⟪e⟫", "string_type"),
        late(bool, "2⟪⟫", "bool_parsing"),
        late(bool, "0.5⟪⟫", "bool_type"),
        late(None, "0⟪⟫", "none_required"),
        late(None, "fals⟪e⟫", "none_required"),
        late(Decimal, "tru⟪e⟫", "decimal_type"),
        late(UUID, "1⟪⟫", "uuid_type"),
        late(date, "fals⟪e⟫", "date_type"),
        late(date, "1.5⟪⟫", "date_from_datetime_inexact"),
        late(Color, "nul⟪l⟫", "enum"),
        late(list[int], "12⟪⟫", "list_type"),
        late(list[int], "[1.5⟪]⟫", "int_from_float", (0,)),
        late(list[int], "[nul⟪l⟫, 1]", "int_type", (0,)),
        late(list[Tight], "[1⟪,⟫ {}]", "model_type", (0,), more=(((1, "s"), "missing"),)),
        late(dict[str, str], '{"a": "b", "c": 12⟪}⟫', "string_type", ("c",)),
        late(int | None, "1.5⟪⟫", "int_from_float"),
        late(FiniteFloat, "1e400⟪⟫", "finite_number"),
    ],
    "strict and lax": [
        good(int, '"1"', strict=False),
        good(float, "1", strict=True),
        good(date, '"2020-01-01"', strict=True),
        good(Strictly, '{"lax": "1", "when": "2020-01-01"}'),
        good(Strictly, '{"n": "1"}', strict=False),
        good(Loosely, '{"n": "1", "exact": 1, "flag": true}'),
        good(Loosely, '{"exact": "1", "flag": "yes"}', strict=False),
        good(STRICT, '["1"]', strict=False),
        early(int, '⟪"⟫1"', "int_type", strict=True),
        early(float, '⟪"⟫1"', "float_type", strict=True),
        early(bool, '⟪"⟫yes"', "bool_type", strict=True),
        early(Strictly, '{"n": ⟪"⟫1"}', "int_type", ("n",)),
        early(Strictly, '{"lax": ⟪"⟫1"}', "int_type", ("lax",), strict=True),
        early(Loosely, '{"exact": ⟪"⟫1"}', "int_type", ("exact",)),
        early(Loosely, '{"flag": ⟪"⟫yes"}', "bool_type", ("flag",)),
        early(list[Annotated[int, Strict()]], '[1, ⟪"⟫2"]', "int_type", (1,)),
        early(STRICT, '[1, ⟪"⟫2"]', "int_type", (1,)),
        late(int, "1.0⟪⟫", "int_type", strict=True),
        late(int, "tru⟪e⟫", "int_type", strict=True),
        late(bool, "1⟪⟫", "bool_type", strict=True),
        late(Loosely, '{"exact": 1.0⟪,⟫ "n": 1}', "int_type", ("exact",)),
        late(STRICT, "[tru⟪e⟫]", "int_type", (0,)),
        late(Strictly, '{"when": 1577836801⟪}⟫', "date_type|date_from_datetime_inexact", ("when",)),
    ],
}

STRINGS: Table = {
    "max_length": [
        good(Short, '"abc"'),
        good(Short, '"\\u0061\\n\\""'),
        good(Short, '"😀\\ud83d\\ude00é"'),
        early(Short, '"abc⟪d⟫ef"', "string_too_long"),
        early(Short, ' "abc⟪d⟫"', "string_too_long"),
        early(Short, '"abc\\⟪n⟫"', "string_too_long"),
        early(Short, '"\\n\\n\\n\\⟪n⟫"', "string_too_long"),
        early(Short, '"abc\\u006⟪4⟫"', "string_too_long"),
        early(Short, '"abc\\ud83d\\ude0⟪0⟫x"', "string_too_long"),
        early(Short, '"\\ud83d\\ude00ab⟪c⟫"', "string_too_long"),
        early(Short, '"😀😀😀⟪😀⟫"', "string_too_long"),
        early(Exact, '"ab⟪c⟫"', "string_too_long"),
        early(Annotated[str, Field(max_length=0)], '"⟪a⟫"', "string_too_long"),
        early(list[Short], '["abc", "ab", "abc⟪d⟫"]', "string_too_long", (2,)),
        early(dict[str, Short], '{"abcd": "abc⟪d⟫"}', "string_too_long", ("abcd",)),
        early(Short | None, '"abc⟪d⟫"', "string_too_long"),
        early(list[list[Short | None]], '[[], [null, "abc⟪d⟫"]]', "string_too_long", (1, 1)),
    ],
    "max_length of the config": [
        good(Tight, '{"s": "abc", "many": ["abc"], "long": "abcde"}'),
        early(Tight, '{"s": "abc⟪d⟫"}', "string_too_long", ("s",)),
        good(SHORT, '{"ab": "cd"}'),
        early(SHORT, '{"a": "bc⟪d⟫"}', "string_too_long", ("a",)),
        late(SHORT, '{"abc": "d"⟪}⟫', "string_too_long", ("abc",), loc=("abc", "[key]")),
        early(Tight, '{"many": ["", "abc⟪d⟫"], "s": ""}', "string_too_long", ("many", 1)),
        early(Tight, '{"s": "", "long": "abcde⟪f⟫"}', "string_too_long", ("long",)),
    ],
    "max_length of a string that is stripped": [
        good(Bare, '"  ab  "'),
        good(Bare, '"\\u00a0\\u2003a\\u3000"'),
        good(Stripped, '{"s": "   ab"}'),
        late(Bare, '" abc ⟪"⟫', "string_too_long"),
        late(Bare, '"a b⟪"⟫', "string_too_long"),
        late(Bare, '"\\u001ca\\u001c⟪"⟫', "string_too_long"),
        late(Stripped, '{"s": "abc⟪"⟫}', "string_too_long", ("s",)),
    ],
    "max_length before the case is changed": [
        good(Lower, '"İ"'),
        good(Upper, '"ß"'),
        early(Lower, '"İ⟪a⟫"', "string_too_long"),
        early(Upper, '"ß⟪s⟫"', "string_too_long"),
    ],
    "patterns and min_length wait for the quote": [
        good(Code, '"abc"'),
        good(Exact, '"ab"'),
        late(Code, '"xa⟪"⟫', "string_pattern_mismatch"),
        late(Code, '"⟪"⟫', "string_pattern_mismatch"),
        late(Exact, '"a⟪"⟫', "string_too_short"),
        late(list[Exact], '["ab", "\\u0061⟪"⟫, "ab"]', "string_too_short", (1,)),
    ],
    "numbers as strings": [
        good(Coerced, '{"s": 123}'),
        good(Coerced, '{"s": "abc"}'),
        early(Coerced, '{"s": "abc⟪d⟫"}', "string_too_long", ("s",)),
        early(Coerced, '{"s": ⟪[⟫1]}', "string_type", ("s",)),
        late(Coerced, '{"s": 1234⟪}⟫', "string_too_long", ("s",)),
        late(Coerced, '{"s": tru⟪e⟫}', "string_type", ("s",)),
        late(Coerced, '{"s": nul⟪l⟫}', "string_type", ("s",)),
    ],
    "literals": [
        good(Word, '"red"'),
        good(Word, '"r\\u0065d"'),
        good(Odd, '"a"'),
        good(Odd, "1.0"),
        good(Odd, "true"),
        good(Odd, "null"),
        good(Literal[True], "1"),
        good(Literal["😀"], '"\\ud83d\\ude00"'),
        early(Word, '"⟪b⟫lue"', "literal_error"),
        early(Word, '"r⟪x⟫"', "literal_error"),
        early(Word, '"red⟪d⟫y"', "literal_error"),
        early(Word, '"r\\u006⟪6⟫d"', "literal_error"),
        early(Word, '"r\\⟪n⟫"', "literal_error"),
        early(Literal["😀"], '"\\ud83d\\ude0⟪1⟫"', "literal_error"),
        early(Literal["😀"], '"⟪😁⟫"', "literal_error"),
        early(Odd, '"⟪1⟫"', "literal_error"),
        early(Literal[1, 2], '⟪"⟫1"', "literal_error"),
        early(Literal[""], '"⟪a⟫"', "literal_error"),
        early(list[Word], '["red", "ro⟪w⟫"]', "literal_error", (1,)),
        early(Word | None, '"⟪n⟫ull"', "literal_error"),
        late(Word, '"re⟪"⟫', "literal_error"),
        late(Word, '"⟪"⟫', "literal_error"),
        late(Word, "nul⟪l⟫", "literal_error"),
        late(Odd, "2⟪⟫", "literal_error"),
        late(Odd, "fals⟪e⟫", "literal_error"),
        late(Literal[True], "2⟪⟫", "literal_error"),
    ],
    "enumerations": [
        good(Color, '"rose"'),
        good(Level, "1"),
        good(Level, "true"),
        good(Level, '"2"'),
        good(Mixed, "true"),
        good(Mixed, '"name"'),
        good(Mood, '"CALM"'),
        good(Mood, '["calm"]'),
        early(Color, '"r⟪u⟫st"', "enum"),
        early(Color, '"rose⟪s⟫"', "enum"),
        early(Level, "⟪[⟫1]", "enum"),
        early(Mixed, "⟪[⟫]", "enum"),
        late(Color, '"ros⟪"⟫', "enum"),
        late(Color, "1⟪⟫", "enum"),
        late(Level, "3⟪⟫", "enum"),
        late(Level, '"3⟪"⟫', "enum"),
        late(Level, "nul⟪l⟫", "enum"),
        late(Mixed, '"nam⟪"⟫', "enum"),
        late(Mood, '"angry⟪"⟫', "enum"),
        late(Mood, "[1⟪]⟫", "enum"),
    ],
    "texts with a form of their own": [
        good(HttpUrl, '"https://example.org"'),
        good(SecretStr, '"x"'),
        late(HttpUrl, '"example⟪"⟫', "url_parsing"),
        late(HttpUrl, "[1⟪]⟫", "url_type"),
        good(UUID, '"{00000000-0000-0000-0000-000000000000}"'),
        good(time, '"12:30:01.5+02:00"'),
        good(timedelta, '"P1DT2H"'),
        good(datetime, '"2020-01-01T12:00:00Z"'),
        late(int, '"1e2⟪"⟫', "int_parsing"),
        late(int, '"--1⟪"⟫', "int_parsing"),
        late(float, '"x⟪"⟫', "float_parsing"),
        late(bool, '"maybe⟪"⟫', "bool_parsing"),
        late(Decimal, '"abc⟪"⟫', "decimal_parsing"),
        late(date, '"2020-13-01⟪"⟫', "date_from_datetime_parsing"),
        late(date, '"2020-01-01T01:00⟪"⟫', "date_from_datetime_inexact"),
        late(datetime, '"yesterday⟪"⟫', "datetime_from_date_parsing"),
        late(time, '"25:00⟪"⟫', "time_parsing"),
        late(timedelta, '"P1X⟪"⟫', "time_delta_parsing"),
        late(UUID, '"xyz⟪"⟫', "uuid_parsing"),
        late(list[date], '["2020-01-01", "2020-01-32⟪"⟫]', "date_from_datetime_parsing", (1,)),
    ],
    "bytes and JSON in a string": [
        good(Bytes, '"é"'),
        good(InBase64, '{"data": "AAAA"}'),
        good(Base64Bytes, '"AAAA"'),
        good(Json[list[int]], '"[1, \\"2\\"]"'),
        late(Bytes, '"éé⟪"⟫', "bytes_too_long"),
        late(InBase64, '{"data": "A!⟪"⟫}', "bytes_invalid_encoding", ("data",)),
        late(Json[list[int]], '"[⟪"⟫', "json_invalid"),
        late(Json[list[int]], '"[\\"x\\"]⟪"⟫', "int_parsing", loc=(0,)),
        late(Json[bool], "1⟪⟫", "json_type"),
    ],
}

NUMBERS: Table = {
    "bounds": [
        good(Positive, "1"),
        good(Positive, "10e-1"),
        good(Ten, "-0.0"),
        good(Ten, "1000e-2"),
        good(Ten, "0.1e2"),
        good(Annotated[int, Field(multiple_of=5)], "15"),
        good(Annotated[date, Field(gt=date(2020, 1, 1))], '"2020-01-02"'),
        late(Positive, "0⟪⟫", "greater_than_equal"),
        late(Positive, "-1⟪\n⟫", "greater_than_equal"),
        late(Positive, '"0⟪"⟫', "greater_than_equal"),
        late(Positive, "fals⟪e⟫", "greater_than_equal"),
        late(Ten, "-0.1⟪⟫", "greater_than_equal"),
        late(Ten, "1.1e1⟪⟫", "less_than_equal"),
        late(Annotated[int, Field(gt=1)], "1⟪⟫", "greater_than"),
        late(Annotated[int, Field(lt=1)], "1⟪⟫", "less_than"),
        late(Annotated[int, Field(multiple_of=5)], "12⟪⟫", "multiple_of"),
        late(Annotated[date, Field(gt=date(2020, 1, 1))], '"2020-01-01⟪"⟫', "greater_than"),
        late(list[Positive], "[1, 0⟪,⟫ 3]", "greater_than_equal", (1,)),
        late(list[Positive], "[1, 0⟪]⟫", "greater_than_equal", (1,)),
        late(dict[str, Ten], '{"a": 11⟪ ⟫}', "less_than_equal", ("a",)),
        late(Positive | None, "0⟪⟫", "greater_than_equal"),
    ],
    "decimals": [
        good(Price, '"12.50"'),
        good(Price, "1.5"),
        late(Price, "1.234⟪⟫", "decimal_max_places"),
        late(Price, '"12345⟪"⟫', "decimal_max_digits|decimal_whole_digits"),
        late(Price, '"NaN⟪"⟫', "finite_number"),
    ],
}

THREE_PARTS = [
    good(Decimal, "[0, [1, 2], -1]"),
    late(Decimal, "[1, 2⟪]⟫", "decimal_type"),
    late(Decimal, '[["a"]⟪]⟫', "decimal_type"),
]
if NEWER:
    NUMBERS["decimals in three parts"] = THREE_PARTS

CONTAINERS: Table = {
    "lists that are too long": [
        good(Two, "[1, 2]"),
        good(Two, " [ ] "),
        good(Empty, "[]"),
        early(Two, "[1, 2⟪,⟫ 3]", "too_long"),
        early(Two, "[1 , 2 ⟪,⟫ 3, 4]", "too_long"),
        early(list[Two], "[[1, 2], [3, 4⟪,⟫ 5]]", "too_long", (1,)),
        early(Empty, '[⟪"⟫a"]', "too_long"),
        early(Empty, "[ ⟪[⟫]]", "too_long"),
        early(Empty, "[1⟪,⟫ 2]", "too_long"),
        early(Empty, "[tru⟪e⟫]", "too_long"),
        late(Two, '["x⟪"⟫, 2]', "int_parsing", (0,)),
    ],
    "lists that are too short": [
        good(Several, "[1, 2]"),
        late(Several, "[1⟪]⟫", "too_short"),
        late(Several, "[ ⟪]⟫", "too_short"),
        late(list[Several], "[[1, 2], [1⟪]⟫]", "too_short", (1,)),
    ],
    "lists that stop at the first error": [
        good(FirstOnly, "[1, 2]"),
        early(FirstOnly, "[1, ⟪[⟫], 2]", "int_type", (1,)),
        late(FirstOnly, '["x⟪"⟫, 2]', "int_parsing", (0,)),
    ],
    "lists that leave out what is wrong": [
        good(Omitting, '["x", 1]'),
        good(Omitting, '[1, "x", [], {"a": 1}]'),
        late(Omitting, "[1, 2⟪]⟫", "too_long"),
        late(Omitting, '["x", 1, [], 2⟪]⟫', "too_long"),
    ],
    "fixed tuples": [
        good(tuple[int, str], '[1, "a"]'),
        good(tuple[()], "[]"),
        early(tuple[int, str], '[1, "a"⟪,⟫ 2]', "too_long"),
        early(tuple[int, str], "[1, ⟪[⟫]]", "string_type", (1,)),
        early(tuple[()], '[⟪"⟫a"]', "too_long"),
        late(tuple[int, str], "[1, 2⟪]⟫", "string_type", (1,)),
        late(tuple[int, str], "[1⟪]⟫", "missing", (1,)),
        late(list[tuple[int, int]], "[[1, 2], [3⟪]⟫]", "missing", (1, 1)),
    ],
    "variadic tuples": [
        good(tuple[int, ...], "[1, 2, 3]"),
        good(Framed, '[1, "a", "b", true]'),
        good(Framed, "[1, 1]"),
        early(tuple[int, ...], "[1, ⟪[⟫]]", "int_type", (1,)),
        early(Framed, "[⟪[⟫], true]", "int_type", (0,)),
        late(tuple[int, ...], '["a⟪"⟫]', "int_parsing", (0,)),
        late(Framed, '[1, "a", 2⟪]⟫', "bool_parsing", (1,)),  # it is Pydantic that says 1
        late(Framed, "[1, {}, true⟪]⟫", "string_type", (1,)),
    ],
    "sets": [
        good(SetOfTwo, '[1, true, 1.0, "1", 2]'),
        early(set[int], "[1, ⟪{⟫}]", "int_type", (1,)),
        late(SetOfTwo, "[1, 2, 3⟪]⟫", "too_long"),
        late(Annotated[frozenset[int], Field(min_length=2)], "[1, 1⟪]⟫", "too_short"),
        late(list[SetOfTwo], "[[1], [1, 2, 3, 4⟪]⟫]", "too_long", (1,)),
    ],
    "dictionaries": [
        good(DictOfOne, '{"a": 1}'),
        good(dict[int, int], '{"1": 1, "01": 2}'),
        good(Annotated[dict[int, int], Field(max_length=1)], '{"1": 1, "01": 2}'),
        good(dict[Word, int], '{"red": 1}'),
        early(dict[str, list[int]], '{"a": [1], "b": ⟪"⟫x"}', "list_type", ("b",)),
        early(dict[int, list[int]], '{"1": [⟪[⟫]]}', "int_type", ("1", 0)),
        late(DictOfOne, '{"a": 1, "b": 2⟪}⟫', "too_long"),
        late(Annotated[dict[str, int], Field(min_length=1)], "{⟪}⟫", "too_short"),
        late(dict[str, int], '{"a": 1, "b": "x⟪"⟫}', "int_parsing", ("b",)),
        late(dict[int, int], '{"1": 1, "x": 2⟪}⟫', "int_parsing", ("x",), loc=("x", "[key]")),
        late(dict[Word, int], '{"blue": 1⟪}⟫', "literal_error", ("blue",), loc=("blue", "[key]")),
    ],
}

VALUES: Table = {**KINDS, **STRINGS, **NUMBERS, **CONTAINERS}
