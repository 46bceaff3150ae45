"""Types to validate against, each with documents for it: how that is said, and the scalars.

A `Sort` is a type that can write documents for itself: most of them are accepted, some are
odd, and for some what a validator does is anybody's guess.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, Flag, IntEnum
from fractions import Fraction
from ipaddress import IPv4Address
from pathlib import PurePosixPath
from re import Pattern
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from pydantic import (
    AfterValidator,
    AnyUrl,
    AwareDatetime,
    Base64Bytes,
    BeforeValidator,
    ByteSize,
    Field,
    GetPydanticSchema,
    Json,
    NaiveDatetime,
    PlainValidator,
    SecretStr,
    Strict,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    WrapValidator,
)
from pydantic_core import (
    MISSING,
    PydanticCustomError,
    PydanticOmit,
    PydanticUseDefault,
    core_schema,
)

from .typed_texts import SPARES, Tree, copied

Write = Callable[[random.Random], Tree]
Parts = Mapping[str | int | None, "Sort"]


@dataclass(frozen=True)
class Sort:
    """A type, and how documents for it are written.

    Attributes:
        type: what `TypeAdapter` takes.
        write: writes a document, mostly one that is accepted.
        parts: the sorts of its members by step, as far as nothing around them changes what
            they are; under None that of every member there is.
        model: whether it is announced when it closes.
    """

    type: Any
    write: Write
    parts: Parts = field(default_factory=dict)
    model: bool = False


def of(type_: Any, *texts: str, odd: Sequence[str] = ()) -> Sort:
    """A sort whose documents are the texts, and seldom the odd ones."""

    def write(rng: random.Random) -> Tree:
        return rng.choice(odd if odd and rng.random() < 0.25 else texts)

    return Sort(type_, write)


def some(type_: Any, *trees: Tree) -> Sort:
    """A sort whose documents are the trees."""
    return Sort(type_, lambda rng: copied(rng.choice(trees)))


def record(
    type_: Any, required: Mapping[str, Sort], /, model: bool = True, **optional: Sort
) -> Sort:
    """A sort whose documents are objects."""

    def write(rng: random.Random) -> Tree:
        members = {key: sort.write(rng) for key, sort in required.items()}
        members |= {k: sort.write(rng) for k, sort in optional.items() if rng.random() < 0.5}
        return members

    return Sort(type_, write, cast("Parts", {**required, **optional}), model)


def listing(sort: Sort, most: int = 3) -> Write:
    return lambda rng: [sort.write(rng) for _ in range(rng.randint(0, most))]


def many(type_: Any, sort: Sort, most: int = 3) -> Sort:
    """A list of them."""
    return Sort(type_, listing(sort, most), {None: sort})


def one_of(type_: Any, *sorts: Sort) -> Sort:
    """One of them; which one nobody knows from outside."""
    return Sort(type_, lambda rng: rng.choice(sorts).write(rng))


def or_null(sort: Sort) -> Sort:
    def write(rng: random.Random) -> Tree:
        return "null" if rng.random() < 0.2 else sort.write(rng)

    return Sort(sort.type | None, write, sort.parts, sort.model)


def untold(type_: Any, sort: Sort) -> Sort:
    """The type, with the documents of the sort and nothing known of its members."""
    return Sort(type_, sort.write)


# --- what users' functions do ---------------------------------------------------------------


def same(value: Any) -> Any:
    return value


def picky(value: Any) -> Any:
    """Refuses what is long."""
    if len(repr(value)) > 14:
        raise ValueError("too long for me")
    return value


def one_of_few(value: Any) -> Any:
    """Makes equal what was not."""
    return type(value).__name__


def custom(value: Any) -> Any:
    if "5" in repr(value):
        raise PydanticCustomError("no_five", "there is a five in {it}", {"it": repr(value)})
    return value


def informed(value: Any, info: ValidationInfo) -> Any:
    """Depends on where it is called from."""
    return value if info.data or info.field_name is None else picky(value)


def first_of(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def unpacked(value: Any) -> Any:
    return value["payload"] if isinstance(value, dict) and "payload" in value else value


def stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def emptied(value: Any) -> Any:
    return None if value in ("", "null", "x") else value


def defaulted(value: Any) -> Any:
    if value is None or value == "a":
        raise PydanticUseDefault
    return value


def omitted(value: Any) -> Any:
    if value in (None, "a", 1):
        raise PydanticOmit
    return value


def forgiving(value: Any, handler: Any) -> Any:
    """Accepts everything."""
    try:
        return handler(value)
    except ValidationError:
        return "forgiven"


def listed(value: Any, handler: Any) -> Any:
    return [handler(item) for item in value] if isinstance(value, list) else handler(value)


BEHIND: tuple[Any, ...] = (
    AfterValidator(same),
    AfterValidator(picky),
    AfterValidator(custom),
    AfterValidator(one_of_few),
    AfterValidator(informed),
    BeforeValidator(same),
    BeforeValidator(first_of),
    BeforeValidator(unpacked),
    BeforeValidator(emptied),
    BeforeValidator(defaulted),
    BeforeValidator(omitted),
    BeforeValidator(informed),
    WrapValidator(forgiving),
    WrapValidator(listed),
    PlainValidator(picky),
    PlainValidator(unpacked),
)


# --- enumerations ---------------------------------------------------------------------------


class Color(str, Enum):
    RED = "red"
    REDDISH = "reddish"
    BLUE = "blue"


class Size(Enum):
    SMALL = "s"
    ONE = 1
    TWO = 2.0
    NONE = None
    YES = True


class Level(IntEnum):
    LOW = 1
    HIGH = 10


class Rate(float, Enum):
    HALF = 0.5
    ONE = 1.0


class Bits(Flag):
    A = 1
    B = 2


class Pair(Enum):
    ORIGIN = (0, 0)
    LISTED = "listed"


class Guessed(str, Enum):
    """Takes anything that begins with an a."""

    A = "alpha"
    B = "beta"

    @classmethod
    def _missing_(cls, value: object) -> Guessed | None:
        return cls.A if str(value).startswith("a") else None


class GuessedNumber(IntEnum):
    ZERO = 0
    MANY = 100

    @classmethod
    def _missing_(cls, value: object) -> GuessedNumber:
        return cls.MANY


# --- scalars --------------------------------------------------------------------------------

NUMBERS = ("0", "1", "-1", "5", "12", "100")
INTS = of(int, *NUMBERS, odd=('"1"', '" 7 "', "true", "1.0", "1e2", '"1_0"', '"01"', '"1.0"', "-0"))
FLOATS = of(float, "0.5", "1", "-1.5", "1e2", odd=('"1e2"', "true", '"inf"', '".5"', "1e400"))
STRINGS = of(str, '""', '"a"', '"ab"', '"abc"', '" a "', '"x\\u00e9"', '"A b"')
BOOLS = of(bool, "true", "false", odd=("1", "0", '"yes"', '"OFF"', "1.0", '"t"'))
NULLS = of(None, "null")
DECIMALS = of(Decimal, "1", "1.50", "1e3", odd=('"1.5"', '" 2 "', '"1_0"', "-0.0"))
ANYS = some(Any, *SPARES)
DATES = of(date, '"2024-02-29"', '"1999-12-31"', odd=("0", '"2024-02-29T00:00:00"', "86400.0"))
DATETIMES = of(
    datetime,
    *('"2024-02-29T12:00:00Z"', '"2024-02-29 12:00"', "1700000000", '"2024-02-29"'),
    odd=('"1700000000"', "1.5e9", '"2024-02-29t12:00:00+02:00"'),
)
UUIDS = of(
    UUID,
    '"12345678-1234-5678-1234-567812345678"',
    '"12345678123456781234567812345678"',
    odd=('"{12345678-1234-5678-1234-567812345678}"',),
)
GUESSED = of(Guessed, '"alpha"', '"beta"', '"apple"', '"a"')

SCALARS = (
    *(INTS, FLOATS, STRINGS, BOOLS, NULLS, DECIMALS, ANYS, DATES, DATETIMES, UUIDS, GUESSED),
    of(bytes, '"abc"', '""', '"\\u00e9"'),
    of(time, '"12:30"', '"23:59:59.5"', '"12:00Z"', odd=("3600", "0.5", '"3600"')),
    of(timedelta, '"P1D"', '"PT1H30M"', "60", odd=('"1 day, 03:04:05"', "1.5", '"01:30"', "1e2")),
    of(complex, "1", '"1+2j"', "0.5"),
    of(Fraction, '"1/3"', "2", '"0.5"'),
    of(Pattern, '"a+"', '"[a-c]"'),
    of(PurePosixPath, '"/a/b"', '"a"'),
    of(IPv4Address, '"127.0.0.1"', odd=("2130706433",)),
    of(AnyUrl, '"https://example.com/a"', '"ftp://x"'),
    of(SecretStr, '"hunter"', '"a"'),
    of(ByteSize, "100", '"1kb"', '"1.5 MiB"'),
    of(Base64Bytes, '"YWJj"', '""'),
    of(Color, '"red"', '"reddish"', '"blue"'),
    of(Size, '"s"', "1", "2", "null", "true", odd=("1.0", "2.0")),
    of(Level, "1", "10", odd=('"10"', "1.0", "true", "10.0", '"1"')),
    of(Rate, "0.5", "1", odd=('"0.5"', "true", "5e-1", "1.0")),
    of(Bits, "1", "2", odd=("3", "0", "1.0")),
    of(Pair, '"listed"', '"listed"', odd=('"[0, 0]"',)),
    of(GuessedNumber, "0", "100", "7", "-1", odd=('"x"', "1.5")),
    of(Literal["a", "ab", "b"], '"a"', '"ab"', '"b"'),
    of(Literal["true", "1"], '"true"', '"1"'),
    of(Literal[1], "1", odd=("true", "1.0", "1e0", "10e-1")),
    of(Literal[0, 2, -1], "0", "2", "-1", odd=("false", "-0", "2.0", "-1.0", "0.0", "20e-1")),
    of(Literal[True], "true", odd=("1", "1.0")),
    of(Literal["on", 1, None, False], '"on"', "1", "null", "false", odd=("true", "0", "0.0")),
    of(Literal[Color.RED, Color.BLUE], '"red"', '"blue"'),
    of(Literal[Size.ONE, Size.NONE, "s"], "1", "null", '"s"', odd=("1.0", "true")),
    of(Json, '"1"', '"[1, 2]"', '"{}"', '" null"'),
    of(Json[list[int]], '"[1]"', '"[]"', '" [1,2] "'),
    of(AwareDatetime, '"2024-02-29T12:00:00Z"', odd=("1700000000",)),
    of(NaiveDatetime, '"2024-02-29T12:00:00"'),
    of(object, *NUMBERS, '"a"', "null"),
)


# --- constrained scalars --------------------------------------------------------------------


def through(*kinds: Any) -> Any:
    return GetPydanticSchema(lambda _, h: core_schema.chain_schema([*map(h, kinds)]))


def defaults_to(value: Any, on_error: Literal["raise", "omit", "default"]) -> Any:
    return GetPydanticSchema(
        lambda source, handler: core_schema.with_default_schema(
            handler(source), default=value, on_error=on_error
        )
    )


def lax_or_strict(lax: Any, strict: Any) -> Any:
    return GetPydanticSchema(
        lambda _, handler: core_schema.lax_or_strict_schema(handler(lax), handler(strict))
    )


def json_or_python(in_json: Any, in_python: Any) -> Any:
    return GetPydanticSchema(
        lambda _, handler: core_schema.json_or_python_schema(handler(in_json), handler(in_python))
    )


def custom_error(kind: str) -> Any:
    return GetPydanticSchema(
        lambda source, handler: core_schema.custom_error_schema(
            handler(source), custom_error_type=kind, custom_error_message="not that"
        )
    )


SHORT = ('"a"', '"ab"', '"abc"', '""', '"\\u00e9\\ud83d\\ude00"', '"AB"')
PADDED = ('" a "', '"abc    "', '"\\u3000ab"', '"  abc\\n"', '"a b"')

CONSTRAINED = (
    of(Annotated[int, Field(ge=1)], "1", "5", odd=("true", '"1"', "1.0", "100e-2", "10e-1")),
    of(Annotated[int, Field(gt=0, lt=100)], "1", "99", odd=("9.9e1", '"50"')),
    of(Annotated[int, Field(multiple_of=5)], "0", "5", "-10", odd=("1e1", '"15"', "5.0")),
    of(Annotated[int, Strict()], "0", "5", "-10"),
    of(Annotated[int, Field(strict=True, ge=0)], "0", "5"),
    of(Annotated[float, Field(ge=0, le=10)], "0", "10", "-0.0", "1e-400", odd=("1000e-2",)),
    of(Annotated[float, Field(multiple_of=0.5)], "0.5", "1", "-1.5", "25e-1"),
    of(Annotated[float, Field(allow_inf_nan=False)], "0.5", "1e2", odd=('"1e5"',)),
    of(Annotated[float, Strict()], "0.5", "1e2", "1"),
    of(Annotated[bool, Strict()], "true", "false"),
    of(Annotated[Decimal, Field(ge=0, le=10)], "0", "10", "1e1", '"5"', odd=("100e-1",)),
    of(Annotated[Decimal, Field(max_digits=3, decimal_places=1)], "1.5", "12.5", '"1.5"', "10"),
    of(Annotated[Decimal, Field(multiple_of=0.5)], "1.5", '"2"', "5e-1"),
    of(Annotated[str, Field(max_length=3)], *SHORT),
    of(Annotated[str, Field(max_length=0)], '""'),
    of(Annotated[str, Field(min_length=2, max_length=4)], '"ab"', '"abcd"'),
    of(Annotated[str, Field(pattern="^[a-c]+$")], '"a"', '"abc"'),
    of(Annotated[str, Strict(), Field(max_length=2)], '"a"', '"ab"'),
    of(Annotated[str, StringConstraints(strip_whitespace=True, max_length=3)], *SHORT, *PADDED),
    of(Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], *SHORT, *PADDED),
    of(Annotated[str, StringConstraints(to_lower=True, max_length=2)], '"AB"', '"a"', '"\\u0130"'),
    of(Annotated[str, StringConstraints(to_upper=True, max_length=1)], '"a"', '"\\u00df"'),
    of(
        Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern="^a")],
        *('" AB "', '"a"'),
    ),
    of(Annotated[str, Field(coerce_numbers_to_str=True, max_length=3)], '"a"', "123", "1.5"),
    of(Annotated[bytes, Field(max_length=2)], '"ab"', '"\\u00e9"', '""'),
    of(Annotated[date, Field(gt=date(2000, 1, 1))], '"2024-02-29"', "1e9"),
    of(Annotated[datetime, Field(le=datetime(2030, 1, 1))], '"2024-02-29"', "1e9"),
    of(Annotated[timedelta, Field(ge=timedelta(0))], '"P1D"', "5", '"PT0S"'),
    of(Annotated[date, Strict()], '"2024-02-29"', "0"),
    of(Annotated[UUID, Strict()], '"12345678-1234-5678-1234-567812345678"'),
    of(Annotated[Color, Strict()], '"red"', '"blue"'),
    of(Annotated[Level, Strict()], "1", "10"),
    of(Annotated[str, AfterValidator(picky), Field(max_length=4)], '"a"', '"abcd"'),
    of(Annotated[str, BeforeValidator(stripped), Field(max_length=3)], '"a"', '"abc   "'),
    of(Annotated[int, BeforeValidator(first_of), Field(le=5)], "1", "5"),
    of(Annotated[int, WrapValidator(forgiving)], "1", '"x"', "null", odd=("1.5",)),
    of(Annotated[int, PlainValidator(emptied)], "1", '"x"', "null"),
    of(Annotated[Any, through(str, Annotated[int, Field(ge=0)])], '"1"', '"12"'),
    of(Annotated[int, defaults_to(0, "default")], "1", '"x"', "null"),
    of(Annotated[int, defaults_to(0, "raise")], "1", '"5"'),
    of(Annotated[Any, lax_or_strict(str, int)], '"x"', '"1"'),
    of(Annotated[Any, lax_or_strict(int, Annotated[int, Strict()])], "1", '"1"'),
    of(Annotated[Any, json_or_python(str, int)], '"x"', '"1"'),
    of(Annotated[int, custom_error("wrong")], "1", '"5"'),
    of(Annotated[int | str, custom_error("wrong"), Field()], "1", '"5"'),
    of(int | MISSING, "1", '"5"'),
)
