"""A wide family of types, made by chance from a seed, with documents for each of them.

A type is one of those written by hand or grows out of them: containers, unions, models and
their relatives, with aliases, limits, configurations and validators.
"""

from __future__ import annotations

import json
import random
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, make_dataclass
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Union, cast

import pydantic.dataclasses
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    GetPydanticSchema,
    OnErrorOmit,
    PydanticUserError,
    RootModel,
    Tag,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    computed_field,
    create_model,
    model_validator,
)
from pydantic_core import SchemaError, core_schema
from typing_extensions import NotRequired, TypedDict

from .typed_classes import CLASSES, Box
from .typed_texts import SPARES, Kin, Path, Tree, copied, damaged, nodes, plain, written
from .typed_types import (
    BEHIND,
    CONSTRAINED,
    INTS,
    SCALARS,
    STRINGS,
    Color,
    Level,
    Parts,
    Sort,
    Write,
    of,
    omitted,
    one_of,
    or_null,
    record,
    unpacked,
)

NAMES = ("a", "ab", "abc", "b", "id", "ids", "name", "names", "n", "x", "xy")


# --- models to grow on ----------------------------------------------------------------------


class Unpacking(BaseModel):
    @model_validator(mode="before")
    @classmethod
    def unpacked(cls, data: Any) -> Any:
        return unpacked(data)


class Mending(BaseModel):
    """Leaves out what it does not like."""

    @model_validator(mode="before")
    @classmethod
    def mended(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return {}
        return {key: value for key, value in data.items() if value not in (None, "a", 1)}


class Forgiving(BaseModel):
    @model_validator(mode="wrap")
    @classmethod
    def forgiven(cls, data: Any, handler: Any) -> Any:
        try:
            return handler(data)
        except ValidationError:
            return cls.model_construct()


class Choosy(BaseModel):
    @model_validator(mode="after")
    def chosen(self) -> Choosy:
        if "5" in repr(self):
            raise ValueError("there is a five")
        return self


class Making(BaseModel):
    def __init__(self, **data: Any) -> None:
        super().__init__(**{key: value for key, value in data.items() if value != 1})


class Finishing(BaseModel):
    def model_post_init(self, context: Any, /) -> None:
        if "ab" in repr(list(self.__dict__.values())):
            raise ValueError("there is an ab")


class Counting(BaseModel):
    @computed_field
    def count(self) -> int:
        return len(self.__dict__)


class Asking(BaseModel):
    @model_validator(mode="before")
    @classmethod
    def asked(cls, data: Any, info: ValidationInfo) -> Any:
        return {} if info.data and not isinstance(data, dict) else data


class AskingAfter(BaseModel):
    @model_validator(mode="after")
    def asked(self, info: ValidationInfo) -> AskingAfter:
        if info.data and "10" in repr(info.data):
            raise ValueError("there is a ten before me")
        return self


OPAQUE = (Unpacking, Mending, Forgiving, Making, Asking, AskingAfter)
BASES = (*(BaseModel,) * 9, *OPAQUE, Choosy, Finishing, Counting)
CONFIGS: tuple[Any, ...] = (
    *({},) * 6,
    *({"extra": "forbid"},) * 4,
    {"extra": "allow"},
    {"extra": "forbid", "validate_by_name": True},
    {"validate_by_name": True},
    {"validate_by_name": True, "validate_by_alias": False, "extra": "forbid"},
    {"loc_by_alias": False},
    {"strict": True},
    {"strict": True, "extra": "forbid"},
    {"str_strip_whitespace": True, "str_max_length": 3},
    {"str_to_lower": True, "str_min_length": 1},
    {"str_max_length": 2},
    {"coerce_numbers_to_str": True, "str_max_length": 2},
    {"use_enum_values": True, "allow_inf_nan": False},
    {"validate_default": True},
    {"val_json_bytes": "base64"},
    {"frozen": True},
)
ALIASES_ONLY = ("extra", "validate_by_name", "validate_by_alias", "loc_by_alias", "frozen")


# --- members --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Member:
    """A field: where its value is looked up, first things first."""

    name: str
    type: Any
    sort: Sort
    paths: tuple[Path, ...]
    required: bool
    default: Any = None


def put(tree: dict[str, Tree], path: Path, value: Tree) -> None:
    """Put the value where an alias path finds it, if nothing is in the way."""
    holder: Any = tree
    for step, following in zip(path, (*path[1:], None), strict=True):
        inner: Any = value if following is None else {} if isinstance(following, str) else []
        if isinstance(step, str) and isinstance(holder, dict):
            holder = holder.setdefault(step, inner)
        elif isinstance(step, int) and isinstance(holder, list):
            holder.extend(["null"] * (step + 1 - len(holder)))
            holder[step:] = [inner] if step < 0 else [inner, *holder[step + 1 :]]
            holder = inner
        else:
            return


def object_writer(members: Sequence[Member], extras: float) -> Callable[[random.Random], Tree]:
    def write(rng: random.Random) -> Tree:
        tree: dict[str, Tree] = {}
        for member in members:
            if member.required or rng.random() < 0.6:
                path = member.paths[0] if rng.random() < 0.85 else rng.choice(member.paths)
                put(tree, path, member.sort.write(rng))
                if len(member.paths) > 1 and rng.random() < 0.1:
                    put(tree, rng.choice(member.paths), copied(rng.choice(SPARES)))
        if rng.random() < extras:
            tree.setdefault(rng.choice(NAMES), copied(rng.choice(SPARES)))
        return tree

    return write


def parts_of(members: Sequence[Member]) -> Parts:
    """The members that are found under one key, where nobody else looks."""
    firsts = Counter(path[0] for member in members for path in member.paths)
    found = {m.paths[0][0]: m.sort for m in members if len(m.paths) == len(m.paths[0]) == 1}
    return {key: sort for key, sort in found.items() if firsts[key] == 1}


def by_kind(value: Any) -> str | None:
    """Which tag a value has that has none."""
    if isinstance(value, dict):
        return "object"
    return "array" if isinstance(value, list) else "other" if value is not None else None


def plain_config(config: Mapping[str, Any]) -> bool:
    """Whether it changes no member."""
    return all(name in ALIASES_ONLY for name in config)


def paths_of(alias: Any, name: str) -> tuple[Path, ...]:
    """Where an alias looks a field up, then its name."""
    if alias is None:
        return ((name,),)
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    paths = [tuple(x.path) if isinstance(x, AliasPath) else (x,) for x in choices]
    return (*paths, (name,))


def items_writer(inner: Sort) -> Write:
    return lambda rng: [inner.write(rng) for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 4)))]


def mapping_writer(keys: Sort, values: Sort) -> Write:
    def write(rng: random.Random) -> Tree:
        texts = (plain(keys.write(rng)) for _ in range(rng.choice((0, 1, 1, 2, 3))))
        words = (json.loads(text) if text[0] == '"' else text for text in texts)
        return {word: values.write(rng) for word in words}

    return write


def enveloped(write: Write) -> Write:
    """Sometimes in what `unpacked` and `first_of` open."""

    def write_in(rng: random.Random) -> Tree:
        tree = write(rng)
        return rng.choice((tree, tree, tree, {"payload": tree}, [tree]))

    return write_in


def three_parts(first: Any, more: Any, last: Any) -> Any:
    """The mark of a tuple with a variable middle."""
    return GetPydanticSchema(
        lambda _, handler: core_schema.tuple_schema(
            [handler(first), handler(more), handler(last)], variadic_item_index=1
        )
    )


# --- types ----------------------------------------------------------------------------------

TAGS: tuple[tuple[Any, ...], ...] = (
    ("a", "ab", "b", "cat", "cats", "dog"),
    ("a", "ab", "b", "cat", "cats", "dog"),
    (1, 2, 3, -1, 10),
    (0, 1, "1", "a", "0"),
    (Color.RED, Color.REDDISH, Color.BLUE),
    (Level.LOW, Level.HIGH, "low"),
)
LENGTHS: tuple[tuple[int | None, int | None], ...] = (
    *((None, None),) * 3,
    *((None, 0), (None, 1), (None, 2), (None, 2), (None, 3), (1, None), (2, None), (1, 2)),
)
NO_KEYS = ("Any", "Json", "object", "None", "Secret")
KEY_SORTS = tuple(
    sort for sort in (*SCALARS, *CONSTRAINED) if not any(x in str(sort.type) for x in NO_KEYS)
)
EXTRAS: tuple[Any, ...] = (*({},) * 8, {"strict": True}, {"validate_default": True})
KEY_STRINGS = of(str, '"a"', '"ab"', '"abc"', '"1"', '"01"', '" b "', '"true"')
TRANSPARENT = BEHIND[:4]


# Types made by chance are values: no type checker can know them.
Some: Any = Annotated
Either: Any = Union
OneOf: Any = Literal
Tuple: Any = tuple
Omit: Any = OnErrorOmit
Root: Any = RootModel
Boxed: Any = Box
Counts: Any = Counter
Maybe: Any = NotRequired
Dict: Any = TypedDict
Named: Any = NamedTuple


class Maker:
    """Makes types by chance."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.pick = rng.choice
        self.made = 0

    def sort(self, depth: int) -> Sort:
        """A type whose values are nested at most so deep, apart from those by hand."""
        if depth <= 0 or self.rng.random() < 0.1:
            return self.pick(self.pick((SCALARS, SCALARS, CONSTRAINED, CONSTRAINED, CLASSES)))
        made: Sort = self.pick(self.WAYS)(self, depth - 1)
        return made

    def name(self) -> str:
        self.made += 1
        return f"Made{self.made}"

    # containers

    def limits(self) -> Any:
        """Of a container: mostly none."""
        least, most = self.pick(LENGTHS)
        return Field(min_length=least, max_length=most)

    def maybe_omitted(self, inner: Sort) -> Sort:
        chance = self.rng.random()
        if chance < 0.1:
            return Sort(Some[inner.type, self.pick(BEHIND)], inner.write)
        if chance < 0.8:
            return inner
        by = (Omit[inner.type], Some[inner.type, BeforeValidator(omitted)])
        return Sort(self.pick(by), inner.write)

    def array(self, depth: int) -> Sort:
        inner = self.maybe_omitted(self.sort(depth))
        kind: Any = self.pick((list, list, list, deque, set, frozenset, Sequence))
        type_ = Some[kind[inner.type], self.limits()]
        if self.rng.random() < 0.1:
            type_ = Some[type_, Field(fail_fast=True)]
        return Sort(type_, items_writer(inner), {None: inner} if inner.parts or inner.model else {})

    def fixed(self, depth: int) -> Sort:
        inner = [self.sort(depth) for _ in range(self.rng.randint(0, 3))]
        types = tuple(sort.type for sort in inner)
        type_: Any = Tuple[types] if types else Tuple[()]
        return Sort(type_, lambda rng: [x.write(rng) for x in inner], dict(enumerate(inner)))

    def variadic(self, depth: int) -> Sort:
        first, more, last = (self.sort(depth) for _ in range(3))
        if self.rng.random() < 0.5:
            return Sort(Some[Tuple[more.type, ...], self.limits()], items_writer(more))
        type_ = Some[Tuple[Any, ...], three_parts(first.type, more.type, last.type)]
        middle = items_writer(more)
        return Sort(
            type_, lambda rng: [first.write(rng), *cast("list[Tree]", middle(rng)), last.write(rng)]
        )

    def mapping(self, depth: int) -> Sort:
        keys, values = self.pick(KEY_SORTS), self.maybe_omitted(self.sort(depth))
        if self.rng.random() < 0.5:
            keys = KEY_STRINGS
        kind: Any = self.pick((dict, dict, dict, Mapping, OrderedDict))
        if self.rng.random() < 0.05:
            return Sort(Counts[keys.type], mapping_writer(keys, INTS))
        type_: Any = kind[keys.type, values.type]
        if kind is dict:
            type_ = Some[type_, self.limits()]
        plain = kind is dict and keys is KEY_STRINGS
        return Sort(type_, mapping_writer(keys, values), {None: values} if plain else {})

    # choices

    def optional(self, depth: int) -> Sort:
        return or_null(self.sort(depth))

    def union(self, depth: int) -> Sort:
        choices = [self.sort(depth) for _ in range(self.rng.randint(2, 3))]
        type_ = Either[tuple(sort.type for sort in choices)]
        if self.rng.random() < 0.4:
            type_ = Some[type_, Field(union_mode="left_to_right")]
        return one_of(type_, *choices)

    def models_union(self, depth: int) -> Sort:
        choices = [self.model(depth) for _ in range(self.rng.randint(2, 3))]
        type_ = Either[tuple(sort.type for sort in choices)]
        return one_of(type_, *choices)

    def tagged(self, depth: int) -> Sort:
        tags = list(self.pick(TAGS))
        self.rng.shuffle(tags)
        name = self.pick(("kind", "a", "version"))
        alias = self.pick((None, None, None, "tag"))
        choices = []
        while tags:
            mine = [tags.pop() for _ in range(min(len(tags), self.rng.randint(1, 2)))]
            choices.append(self.choice(depth, name, alias, mine))
        if len(choices) == 1:
            return choices[0]
        type_ = Either[tuple(sort.type for sort in choices)]
        return one_of(Some[type_, Field(discriminator=name)], *choices)

    def choice(self, depth: int, name: str, alias: Any, tags: list[Any]) -> Sort:
        words = [json.dumps(tag.value if isinstance(tag, Enum) else tag) for tag in tags]
        type_: Any = OneOf[tuple(tags)]
        marked = Some[type_, Field(validation_alias=alias)] if alias else type_
        tag = Member(name, marked, of(type_, *words), paths_of(alias, name), required=True)
        members = [member for member in self.members(depth) if member.name != name]
        return self.record((*members, tag) if self.rng.random() < 0.5 else (tag, *members))

    def called(self, depth: int) -> Sort:
        choices = {"object": self.model(depth), "array": self.array(depth), "other": STRINGS}
        tagged = [Some[sort.type, Tag(tag)] for tag, sort in choices.items()]
        type_ = Either[tuple(tagged)]
        return one_of(Some[type_, Discriminator(by_kind)], *choices.values())

    # records

    def members(self, depth: int) -> list[Member]:
        names = self.rng.sample(NAMES, self.rng.randint(1, 4))
        return [self.member(depth, name) for name in names]

    def member(self, depth: int, name: str) -> Member:
        sort = self.sort(self.pick((depth, depth - 1, 0)))
        alias = self.pick((*(None,) * 6, f"{name}Alias", name.upper(), *self.paths(name)))
        extra: dict[str, Any] = self.pick(
            ({}, {}, {}, {}, {"strict": True}, {"validate_default": True})
        )
        type_ = Some[sort.type, Field(validation_alias=alias, **extra)]
        paths = paths_of(alias, name)
        required = self.rng.random() < 0.6
        part = sort if not extra else Sort(sort.type, sort.write)
        return Member(name, type_, part, paths, required)

    def paths(self, name: str) -> tuple[Any, ...]:
        shared = AliasPath("shared", self.pick((0, 1, -1, "inner")))
        return (
            AliasChoices(name, f"{name}s", f"{name}Alias"),
            AliasChoices("other", AliasPath("shared", 0), name),
            AliasPath(f"{name}s", self.pick((0, 2, -1, "in"))),
            shared,
        )

    def record(self, members: Sequence[Member]) -> Sort:
        kinds = (self.base_model, self.base_model, self.base_model, self.typed_dict)
        return self.pick((*kinds, self.plain_dataclass, self.pydantic_dataclass))(members)

    def model(self, depth: int) -> Sort:
        return self.base_model(self.members(depth))

    def relative(self, depth: int) -> Sort:
        return self.record(self.members(depth))

    def base_model(self, members: Sequence[Member]) -> Sort:
        base, config = self.pick(BASES), self.pick(CONFIGS)
        fields: Any = {m.name: (m.type, ... if m.required else m.default) for m in members}
        if self.rng.random() < 0.1:
            fields["late"] = (int, Field(default_factory=lambda data: len(data)))
        type_ = create_model(self.name(), __base__=base, __cls_kwargs__=config, **fields)
        extras = 0.0 if config.get("extra") == "forbid" else 0.3
        writer = object_writer(members, extras)
        if base in OPAQUE:
            packed = enveloped(writer) if base is Unpacking else writer
            return Sort(type_, packed, model=base not in (Asking, AskingAfter))
        return Sort(type_, writer, parts_of(members) if plain_config(config) else {}, model=True)

    def typed_dict(self, members: Sequence[Member]) -> Sort:
        fields = {m.name: m.type if m.required else Maybe[m.type] for m in members}
        type_: Any = Dict(self.name(), fields)
        config = self.pick(CONFIGS)
        if config:
            type_.__pydantic_config__ = dict(config)
        parts = parts_of(members) if plain_config(config) else {}
        return Sort(type_, object_writer(members, 0.2), parts, model=True)

    def plain_dataclass(self, members: Sequence[Member]) -> Sort:
        fields = [(m.name, m.type) for m in members if m.required]
        others = [(m.name, m.type, field(default=m.default)) for m in members if not m.required]
        type_ = make_dataclass(self.name(), [*fields, *others])
        return Sort(type_, object_writer(members, 0.2), parts_of(members), model=True)

    def pydantic_dataclass(self, members: Sequence[Member]) -> Sort:
        type_ = self.plain_dataclass(members).type
        config: Any = self.pick(CONFIGS[:-1])
        type_ = pydantic.dataclasses.dataclass(type_, config=config)
        parts = parts_of(members) if plain_config(config) else {}
        return Sort(type_, object_writer(members, 0.1), parts, model=True)

    def named_tuple(self, depth: int) -> Sort:
        members = sorted(self.members(depth), key=lambda m: not m.required)
        type_: Any = Named(self.name(), [(m.name, m.type) for m in members])
        type_.__new__.__defaults__ = tuple(m.default for m in members if not m.required)
        type_._field_defaults = {m.name: m.default for m in members if not m.required}
        as_object = object_writer(members, 0.0)

        def write(rng: random.Random) -> Tree:
            if rng.random() < 0.3:
                return as_object(rng)
            least = sum(m.required for m in members)
            return [m.sort.write(rng) for m in members[: rng.randint(least, len(members))]]

        return Sort(type_, write)  # a function in it may ask for what is around it

    # what lies around another

    def root_model(self, depth: int) -> Sort:
        inner = self.sort(depth)
        return Sort(Root[inner.type], inner.write, inner.parts, model=True)

    def box(self, depth: int) -> Sort:
        inner = self.sort(depth)
        return record(Boxed[inner.type], {"content": inner}, spare=or_null(inner))

    def behind(self, depth: int) -> Sort:
        """Behind a validator of a user."""
        inner, validator = self.sort(depth), self.pick(BEHIND)
        type_ = Some[inner.type, validator]
        if validator in TRANSPARENT:
            return Sort(type_, inner.write, inner.parts, inner.model)
        return Sort(type_, enveloped(inner.write))

    WAYS: ClassVar[tuple[Any, ...]] = (
        *(array, array, array, fixed, variadic, mapping, mapping, optional, union, union),
        *(models_union, tagged, tagged, tagged, called, model, model, model, model, relative),
        *(relative, named_tuple, root_model, box, behind, behind),
    )


# --- the family -----------------------------------------------------------------------------

UNBUILDABLE = (PydanticUserError, SchemaError, TypeError, RuntimeError)


@dataclass(frozen=True)
class Relative:
    """A type of the family.

    Attributes:
        sort: what it is.
        adapter: Pydantic's own.
        arguments: what validation is asked to do, other than by default.
    """

    sort: Sort
    adapter: TypeAdapter[Any]
    arguments: Mapping[str, Any]


ARGUMENTS: tuple[Mapping[str, Any], ...] = (
    *({},) * 10,
    *({"strict": True},) * 3,
    *({"strict": False},) * 2,
    {"by_name": True},
    {"by_alias": False, "by_name": True},
    {"by_alias": True, "strict": True},
)


def by_hand() -> Iterator[Sort]:
    yield from (*SCALARS, *CONSTRAINED, *CLASSES)


def family(seed: int, n: int) -> Iterator[Relative]:
    """So many types, the same for the same seed; what Pydantic cannot build is left out."""
    rng = random.Random(seed)
    maker = Maker(rng)
    while n:
        try:
            sort = maker.sort(1 + n % 3)
            adapter = TypeAdapter(sort.type)
        except UNBUILDABLE:
            continue
        yield Relative(sort, adapter, rng.choice(ARGUMENTS))
        n -= 1


def trees(sort: Sort, rng: random.Random, n: int) -> Iterator[Tree]:
    """Trees of documents for a type: as it writes them, and damaged ones."""
    valid = [sort.write(rng) for _ in range(max(2, n // 3))]
    spares = (*SPARES, *(node for tree in valid for node in nodes(tree)))
    for i in range(n):
        tree = rng.choice(valid)
        for _ in range((0, 1, 1, 1, 2)[i % 5]):
            tree = damaged(tree, rng, spares)
        yield tree


def documents(sort: Sort, rng: random.Random, n: int) -> Iterator[str]:
    """Documents for a type, valid and damaged, in any spelling."""
    for tree in trees(sort, rng, n):
        yield written(tree, rng)


def accepts(relative: Relative, text: str) -> bool:
    try:
        relative.adapter.validate_json(text, **relative.arguments)
    except Exception:  # a function may raise what is no error of validation
        return False
    return True


def kin_of(relative: Relative, rng: random.Random, n: int = 16) -> Kin:
    """Documents that the type accepts, among them those that are not as it writes them."""
    found = [*(relative.sort.write(rng) for _ in range(n)), *trees(relative.sort, rng, n)]
    return Kin([tree for tree in found if accepts(relative, written(tree, rng))])
