"""Repairs with types and schemas: whatever a parser says of a text, a strict one says of the
repaired text, and a type or schema settles what text alone cannot."""

from __future__ import annotations

import json
import random
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
)

import partialjson
from partialjson import (
    MISSING,
    CheckpointError,
    DocumentCompleted,
    Event,
    FieldCompleted,
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    Limits,
    ModelParser,
    Parser,
    PartialJSONError,
    Repaired,
    SchemaParser,
    StringDelta,
    UsageError,
    Validated,
    ValidationFailed,
    Violation,
)
from partialjson._core.repair.names import SAFE

from . import schema_family, typed_family
from .fragmenting import cut_at, cuts, ways
from .repair_cases import (
    ALL,
    EVERY_TEXT,
    GUESSING,
    ORDER,
    TEXTS,
    Keeping,
    KeepingModel,
    KeepingSchema,
    Order,
    Said,
    choice_by,
    choice_for,
    repaired_text,
    said,
    spoilt,
)
from .strategies import examples
from .typed_checks import verdict
from .typed_texts import damaged, written

HERE = Path(partialjson.__file__).parent
MAKE: Any = ModelParser  # types and options come from tables here
SEEDS = st.integers(0, 2**32)
LONG = 400  # characters of a document
BY_HAND = [*typed_family.by_hand()]

Make = Callable[..., Any]


def fragmentations(chance: random.Random, text: str | bytes) -> Iterator[list[Any]]:
    """One by one, whole, at random, and as bytes."""
    yield cuts(text, 1)
    yield [text]
    yield cut_at(text, [i for i in range(1, len(text)) if chance.random() < 0.2])
    if isinstance(text, str) and text.isascii():
        yield cuts(text.encode(), 2)


@contextmanager
def users_may_raise() -> Iterator[None]:
    """What comes out of a function of a type goes its own way: nothing is to be said of it."""
    try:
        yield
    except (AssertionError, PartialJSONError):
        raise
    except Exception as error:
        innermost = Path(traceback.extract_tb(error.__traceback__)[-1].filename)
        if not type(error).__module__.startswith("pydantic") and HERE in innermost.parents:
            raise


def outcome(parser: Any) -> Any:
    """The final verdict."""
    try:
        if isinstance(parser, ModelParser):
            return repr(parser.result)
        if isinstance(parser, SchemaParser):
            errors = [(e.message, [*e.absolute_schema_path]) for e in parser.errors]
            return parser.verdict, errors
    except ValidationError as error:
        return repr([{**entry, "ctx": 0} for entry in verdict(error).errors or ()])
    except UsageError as error:  # there was no document, or jsonschema itself stumbled
        return parser.value is MISSING, error.code
    return repr(parser.value)


# --- what they are held to: types and schemas by chance -----------------------------------------


Damage = Callable[[random.Random, str], str]


def no_damage(chance: random.Random, text: str) -> str:
    return text


def typed(chance: random.Random, damage: Damage = no_damage) -> tuple[Make, Make, str]:
    """How to make a parser of some type that keeps its text, a plain one, and a document."""
    if chance.random() < 0.7:
        relative = next(typed_family.family(chance.randrange(10**6), 1))
    else:
        sort = chance.choice(BY_HAND)
        relative = typed_family.Relative(sort, TypeAdapter(sort.type), {})
    (text,) = typed_family.documents(relative.sort, chance, 1)
    text = text if len(text) < LONG else "[]"
    arguments: Any = relative.arguments
    return (
        lambda **options: KeepingModel(relative.adapter, **arguments, **options),
        lambda **options: MAKE(relative.adapter, **arguments, **options),
        damage(chance, text),
    )


def by_schema(chance: random.Random, damage: Damage = no_damage) -> tuple[Make, Make, str]:
    """The same for a schema."""
    relative = next(schema_family.family(chance.randrange(10**6), 1))
    tree = schema_family.Writer(relative.schema, chance).tree(relative.schema, 2)
    if chance.random() < 0.6:
        tree = damaged(tree, chance, schema_family.SPARE)
    text = damage(chance, written(tree, chance))
    plain = chance.random() < 0.3 and not set("eE.") & set(text)
    arguments: Any = {"numbers": "plain" if plain else "json"}
    return (
        lambda **options: KeepingSchema(relative.schema, **arguments, **options),
        lambda **options: SchemaParser(relative.schema, **arguments, **options),
        text,
    )


KINDS: dict[str, Any] = {"typed": typed, "schema": by_schema}
kinds = pytest.mark.parametrize("kind", KINDS)


# --- promise 11: repairs leave JSON alone -------------------------------------------------------


@kinds
@given(seed=SEEDS)
@examples(150)
def test_of_json_the_same_is_said(kind: str, seed: int) -> None:
    chance = random.Random(seed)
    make, strict, text = KINDS[kind](chance)
    repair = choice_by(chance)
    options: dict[str, Any] = chance.choice(
        ({}, {}, {"stop_on_violation": True}, {"many": True}, {"paths": "$..*"}, {"paths": "$[*]"})
    )
    with users_may_raise():
        for fragments in fragmentations(chance, text):
            plain = said(strict(**options), fragments)
            mended = said(make(repair=repair, **options), fragments)
            names = {event.repair for event in mended.parser.repairs}
            assert names <= {*GUESSING}
            if names:
                continue
            assert mended.lines() == plain.lines()
            assert mended.error == plain.error
            if plain.error is None:
                assert mended.deltas() == plain.deltas()
                assert outcome(mended.parser) == outcome(plain.parser)
            elif not isinstance(plain.error, UsageError):
                assert mended.parser.offset == plain.parser.offset


@pytest.mark.parametrize("repair", [True, ALL - {*GUESSING}])
def test_of_json_it_is_said_a_few_characters_later_at_most(repair: Any) -> None:
    """A number or literal where a string may stand, and a comma that may be the last."""
    schema = {"prefixItems": [{"maximum": 3}], "maxItems": 2, "type": "array"}
    for text in ("[true, 10, {}]", '[12345, "a", null]', '["a\\nb", 1, 2]', "[1 , 2 ,\n 3]"):
        plain = said(SchemaParser(schema), cuts(text, 1))
        mended = said(SchemaParser(schema, repair=repair), cuts(text, 1))
        assert mended.lines() == plain.lines()
        for event, fed, before in zip(mended.events, mended.fed, plain.fed, strict=True):
            assert before <= fed <= before + 3, event


# --- damaged texts ------------------------------------------------------------------------------


def agree(make: Make, strict: Make, text: str, chance: random.Random) -> None:
    """Of a text the same is said however it is cut, and what is said of the repaired one."""
    first, *others = [said(make(), fragments) for fragments in fragmentations(chance, text)]
    for other in others:
        one, two = first.lines(), other.lines()
        if first.error is not None:  # an open key is told where a fragment ends, or never
            one, two = one[: len(two)], two[: len(one)]
        assert one == two
        assert other.parser.repairs == first.parser.repairs == first.repairs
        assert other.error == first.error
        if first.error is None:
            assert other.deltas() == first.deltas()
            assert repaired_text(other.parser) == repaired_text(first.parser)
            assert outcome(other.parser) == outcome(first.parser)
    plain = Said(strict())
    try:
        plain.add(plain.parser.feed(repaired_text(first.parser)), 0)
        plain.add(plain.parser.close(), 0)
    except PartialJSONError as error:
        plain.add(getattr(error, "events", ()), 0)
        plain.error = error
    mended = first.lines(offsets=False, repairs=False)
    lines = plain.lines(offsets=False)
    if first.error is None:
        assert plain.error is None
        assert mended == lines
        assert first.deltas() == plain.deltas()
        assert outcome(first.parser) == outcome(plain.parser)
    else:
        n = min(len(mended), len(lines))
        assert mended[:n] == lines[:n]
    places_are_right(first, plain, text)


def places_are_right(mended: Said, plain: Said, text: str) -> None:
    """A violation stands in the given text, at the character that decided."""
    written = repaired_text(mended.parser)
    latest = (-1, -1)
    fed = [
        n for event, n in zip(mended.events, mended.fed, strict=True) if type(event) is Violation
    ]
    for event, n, same in zip(mended.violations, fed, plain.violations, strict=False):
        assert 0 <= event.offset <= len(text)
        assert event.offset < n
        if same.offset >= latest[0]:
            assert event.offset >= latest[1]
            latest = (same.offset, event.offset)
        inside = any(
            repair.offset <= event.offset < repair.offset + max(1, len(repair.before))
            for repair in mended.repairs
        )
        if not inside and written[same.offset : same.offset + 1].isalnum():
            assert text[event.offset] == written[same.offset]


@kinds
@given(seed=SEEDS)
@examples(400)
def test_of_a_damaged_text_is_said_what_is_said_of_the_repaired_one(kind: str, seed: int) -> None:
    chance = random.Random(seed)
    make, strict, text = KINDS[kind](chance, spoilt)
    repair = choice_by(chance)
    with users_may_raise():
        agree(lambda: make(repair=repair), strict, text, chance)


@pytest.mark.parametrize(("name", "text"), EVERY_TEXT)
def test_of_each_text_is_said_what_is_said_of_the_repaired_one(
    name: str, text: str | bytes
) -> None:
    if isinstance(text, bytes):
        return
    chance = random.Random(text)
    for repair in {choice_for(name), ALL}:
        agree(lambda: KeepingModel(Order, repair=repair), lambda: ModelParser(Order), text, chance)  # noqa: B023
        agree(
            lambda: KeepingSchema(ORDER, repair=repair),  # noqa: B023
            lambda: SchemaParser(ORDER),
            text,
            chance,
        )


@pytest.mark.parametrize(("name", "text"), EVERY_TEXT)
def test_each_text_needs_its_repair(name: str, text: str | bytes) -> None:
    for make in (
        lambda: MAKE(Order, repair=choice_for(name)),
        lambda: SchemaParser(ORDER, repair=choice_for(name)),
    ):
        parser = make()
        assert said(parser, [text]).error is None
        assert name in {event.repair for event in parser.repairs}


def test_each_repair_has_a_text() -> None:
    assert TEXTS.keys() == ALL


@given(seed=SEEDS)
@examples(100)
def test_stopping_at_the_first_violation_finds_the_same(seed: int) -> None:
    chance = random.Random(seed)
    make, _, text = KINDS[chance.choice([*KINDS])](chance, spoilt)
    repair = choice_by(chance)
    with users_may_raise():
        going_on = said(make(repair=repair), [text])
        for fragments in fragmentations(chance, text):
            stopped = said(make(repair=repair, stop_on_violation=True), fragments)
            if not going_on.violations:
                assert stopped.error == going_on.error
                continue
            error = stopped.error
            assert isinstance(error, ValidationFailed)
            first = going_on.violations[0]
            assert (error.violation.path, error.violation.kind) == (first.path, first.kind)
            assert stopped.parser.offset == error.violation.offset == first.offset
            n = len(stopped.parser.repairs)
            assert stopped.parser.repairs == going_on.parser.repairs[:n]


# --- nothing early that the repaired document contradicts ---------------------------------------

STRINGS = {"items": {"type": "string"}}
NUMBERS = {"additionalProperties": {"type": "number", "minimum": 5, "maximum": 40}}
SOUND: list[tuple[Any, str, Any]] = [
    ({"maxItems": 2}, "[1,2,]", True),
    ({"maxItems": 2}, "[1,2, /* ] */ ]", True),
    ({"maxItems": 2}, "[1,2, // 3\n# 4\n]", True),
    ({"maxItems": 2}, "[1,2,\u00a0\n]", True),
    ({"maxItems": 2}, "[1;2;]", True),
    ({"maxItems": 2}, "[1 2 /**/]", True),
    ({"maxItems": 2}, "[1,2,", {"missing_close"}),
    ({"maxItems": 2}, "[1,2, ", {"missing_close"}),
    ({"maxProperties": 1}, "{a: 1,}", True),
    ({"uniqueItems": True}, "[1, 1x]", True),
    ({"maxLength": 2}, '"ab\\\n"', True),
    ({"maxLength": 2}, '"ab\\\r\n"', True),
    ({"maxLength": 2}, '"ab\\', {"missing_close"}),
    ({"maxLength": 2}, '"ab\\u00', {"missing_close"}),
    ({"maxLength": 2}, '"ab\\ud83d\\u', {"missing_close"}),
    (STRINGS, "[north, 123abc, 2024-01-15, trudge, -x, 1.2.3, 0x]", True),
    (STRINGS, "[tru, nul, 1e]", {"bare_strings"}),
    ({"items": {"enum": ["123abc", "nul_"]}}, "[123abc, nul_]", {"bare_strings"}),
    ({"items": {"pattern": "^1e"}}, "[1east, 1e]", True),
    ({"items": {"type": "null"}}, "[-NaN, NaN, None, undefined]", True),
    ({"items": {"type": "null"}}, "[-", {"missing_close"}),
    ({"items": {"const": 1}}, "[1.", {"missing_close"}),
    ({"items": {"const": True}}, "[True, t", {"missing_close", "python_literals"}),
    (NUMBERS, "{a: +5, b: 0x1F, c: 007, d: 3_0, e: +40, f: 0x5, g: 5.}", True),
    ({"items": {"multipleOf": 0.5}}, "[.5, -.5, +1.5, 5.]", True),
    ({"items": {"maximum": 0.5}}, "[.5, -0x1F, -1_000]", True),
    ({"type": "object"}, 'not so: {"a": 1}', True),
    ({"type": "object"}, '007-: {"a": 1}', True),
    ({"type": "object"}, '- it\'s {"a": 1}', True),
    ({"type": "array"}, "- [x]\n\n[1, 2]", True),
    (
        {"additionalProperties": False, "properties": {"name": {}}},
        '{"Na\\u006de": 1}',
        {"key_case"},
    ),
    ({"propertyNames": {"pattern": "^n"}, "properties": {"name": {}}}, "{Name: 1}", ALL),
]


@pytest.mark.parametrize(("schema", "text", "repair"), SOUND)
def test_nothing_is_said_too_early(schema: Any, text: str, repair: Any) -> None:
    for fragments in ways(text):
        parser = KeepingSchema(schema, repair=repair)
        found = said(parser, fragments)
        assert found.error is None
        assert Draft202012Validator(schema).is_valid(json.loads(repaired_text(parser)))
        assert found.violations == []
        assert parser.verdict == "valid"


PLAIN: list[tuple[Any, str, Any]] = [
    ({"items": {"maximum": 3}}, '[3, "3x", 3x, 40km, 2024-01-15]', True),
    ({"items": {"type": ["integer", "string"], "maximum": 3}}, "[1east, 12abc, 5.6.7, 1e5x]", True),
    ({"items": {"type": "integer"}}, "[1.", {"missing_close"}),
    ({"items": {"enum": [1]}}, "[1, 1.", {"missing_close"}),
    ({"items": {"type": "null"}}, "[-NaN]", True),
]


@pytest.mark.parametrize(("schema", "text", "repair"), PLAIN)
def test_nothing_is_said_too_early_where_numbers_are_plain(
    schema: Any, text: str, repair: Any
) -> None:
    for fragments in ways(text):
        parser = SchemaParser(schema, repair=repair, numbers="plain")
        found = said(parser, fragments)
        assert found.error is None
        assert found.violations == []
        assert parser.verdict == "valid"


@pytest.mark.parametrize("text", ["[+5]", "[0x1F]", "[007]", "[1_0]", "[.5]"])
def test_forms_of_numbers_are_errors_where_numbers_are_plain(text: str) -> None:
    error = said(SchemaParser({}, repair=ALL - {"bare_strings"}, numbers="plain"), [text]).error
    assert isinstance(error, JSONSyntaxError)


SHORT = Annotated[list[int], Field(max_length=2)]
SOUND_TYPES: list[tuple[Any, str, Any, Any]] = [
    (SHORT, "[1,2,]", True, [1, 2]),
    (SHORT, "[1;2; /* ] */]", True, [1, 2]),
    (SHORT, "[1 2]", True, [1, 2]),
    (SHORT, "[1,2, ", {"missing_close"}, [1, 2]),
    (tuple[int, int], "[1,2,]", True, (1, 2)),
    (Annotated[str, Field(max_length=2)], '"ab\\\n"', True, "ab"),
    (Annotated[str, Field(max_length=2)], '"ab\\', {"missing_close"}, "ab"),
    (list[str], "[north, 123abc, 2024-01-15, trudge]", True, None),
    (list[Literal["123abc"]], "[123abc]", True, ["123abc"]),
    (list[None], "[None, -NaN]", True, [None, None]),
    (list[Annotated[int, Field(ge=5)]], "[+5, 0x1F, 07]", True, [5, 31, 7]),
]


@pytest.mark.parametrize(("type_", "text", "repair", "value"), SOUND_TYPES)
def test_nothing_is_said_too_early_of_a_type(
    type_: Any, text: str, repair: Any, value: Any
) -> None:
    for fragments in ways(text):
        parser = MAKE(type_, repair=repair)
        found = said(parser, fragments)
        assert (found.error, found.violations) == (None, [])
        assert value is None or parser.result == value


# --- where violations and errors stand ----------------------------------------------------------

PLACES: list[tuple[Any, str, Any, list[int]]] = [
    ({"propertyNames": {"pattern": "^ab?c?$"}}, '{"a\\\nbde": 1}', True, [6]),
    ({"maxItems": 2}, "[1 2 3]", True, [5]),
    ({"maxItems": 2}, "[1;2; /**/ 3]", True, [4]),
    ({"maxItems": 1}, "/* a */ [1, // b\n 2]", True, [10]),
    ({"maxLength": 3}, '"ab\\\ncd"', True, [6]),
    ({"maxLength": 3}, "'it\\'s'", True, [5]),
    ({"maxLength": 3}, '"abc\\x41"', True, [4]),
    ({"items": {"maxLength": 3}}, "[1\nabcd]", True, [6]),
    ({"items": {"maxLength": 3}}, "[a\\b\\c]", True, [4]),
    ({"items": {"type": "string"}}, "[None, True]", True, [1, 7]),
    ({"items": {"maximum": 5}}, "[0x1F, +7 ]", True, [5, 9]),
    ({"required": ["b"]}, "```json\n{a: 1,}\n```", True, [14]),
    ({"required": ["b"]}, "{'a': [1", {"missing_close", "single_quotes"}, [8]),
    ({"additionalProperties": False, "properties": {"ab": {}}}, "{“ab”: 1, 'ac': 2}", True, [8]),
]


@pytest.mark.parametrize(("schema", "text", "repair", "offsets"), PLACES)
def test_a_violation_stands_in_the_given_text(
    schema: Any, text: str, repair: Any, offsets: list[int]
) -> None:
    for fragments in ways(text):
        found = said(SchemaParser(schema, repair=repair), fragments)
        assert found.error is None
        assert [event.offset for event in found.violations] == offsets


class Pair(BaseModel):
    model_config = ConfigDict(extra="forbid")
    ab: int = 0
    cd: Annotated[str, Field(max_length=3)] = ""


TYPED_PLACES: list[tuple[Any, str, list[int]]] = [
    (SHORT, "[1 2 3]", [5]),
    (Pair, "{ab: 'x', ac: 1}", [7, 11]),
    (Pair, "{cd: abcdef}", [8]),
    (Pair, "// a\n{'cd': 'a\\\nb\\\nc\nd'}", [20]),
    (list[Pair], "[{“ab”: None}, {}, []]", [11, 19]),
    (list[int], "[0x1F, None]", [10]),
]


@pytest.mark.parametrize(("type_", "text", "offsets"), TYPED_PLACES)
def test_a_violation_of_a_type_stands_in_the_given_text(
    type_: Any, text: str, offsets: list[int]
) -> None:
    for fragments in ways(text):
        found = said(MAKE(type_, repair=True), fragments)
        assert found.error is None
        assert [event.offset for event in found.violations] == offsets


REPEATED: list[tuple[str, Any, int]] = [
    ("{a: 1, a: 2}", True, 8),
    ("{'a': 1, 'a': 2}", True, 11),
    ("{‘a’: 1, ‘é’: 2, ‘é’: 3}", True, 19),
    ('{"a": 1, "a" : 2}', ALL, 11),
    ('{"id": 1, "ID": 2}', ALL, 13),
    ("{id: 1, ID: 2}", ALL, 9),
    ("{'id': 1, 'ID': 2}", ALL, 13),
    ('{"id": 1, “ID”: 2}', ALL, 13),
]


@pytest.mark.parametrize(("text", "repair", "offset"), REPEATED)
def test_a_repeated_key_is_an_error_at_its_end(text: str, repair: Any, offset: int) -> None:
    for make in (lambda: MAKE(Order, repair=repair), lambda: SchemaParser(ORDER, repair=repair)):
        for fragments in ways(text):
            error = said(make(), fragments).error
            assert isinstance(error, JSONSyntaxError)
            before = text[:offset]
            assert (error.code, error.offset) == ("duplicate_key", offset)
            assert error.byte_offset == len(before.encode())
            assert error.doc == before
            assert (error.lineno, error.colno) == (1, offset + 1)


@kinds
@given(seed=SEEDS)
@examples(150)
def test_an_error_stands_in_the_given_text(kind: str, seed: int) -> None:
    chance = random.Random(seed)
    make, _, text = KINDS[kind](chance, spoilt)
    repair = choice_by(chance)
    limits = chance.choice((None, Limits(max_depth=2), Limits(max_string=3), Limits(max_key=2)))
    with users_may_raise():
        for fragments in fragmentations(chance, text):
            error = said(make(repair=repair, limits=limits), fragments).error
            if isinstance(error, (JSONSyntaxError, IncompleteJSONError, LimitExceededError)):
                stands_there(error, text)


def stands_there(error: Any, text: str) -> None:
    before = text[: error.offset]
    assert error.byte_offset == len(before.encode("utf-8", "surrogatepass"))
    assert error.lineno == before.count("\n") + 1
    assert error.colno == error.offset - before.rfind("\n")
    assert before.endswith(error.doc)
    assert len(error.doc) == min(80, len(before))


# --- promise 9: a checkpoint resumes anywhere ---------------------------------------------------


def through_json(data: Any) -> Any:
    return json.loads(json.dumps(data, allow_nan=False))


RESTORED: dict[str, tuple[Make, Make]] = {
    "Parser": (Parser, Parser.restore),
    "ModelParser": (
        lambda **options: MAKE(Order, **options),
        lambda data: ModelParser.restore(data, Order),
    ),
    "SchemaParser": (
        lambda **options: SchemaParser(ORDER, **options),
        lambda data: SchemaParser.restore(data, ORDER),
    ),
}


def steps_of(parser: Any, fragments: list[Any]) -> list[Any]:
    """The events of each fragment and of the close; an error last."""
    steps: list[Any] = []
    try:
        for fragment in fragments:
            steps.append(parser.feed(fragment))
        steps.append(parser.close())
    except PartialJSONError as error:
        steps += [list(getattr(error, "events", ())), error]
    return steps


def resumes_anywhere(make: Make, restore: Make, text: str | bytes) -> None:
    straight, resumed = make(), make()
    fragments = cuts(text, 1)
    steps = steps_of(straight, fragments)
    for i in range(min(len(steps), len(fragments) + 1)):
        again = restore(through_json(resumed.checkpoint()))
        assert steps_of(again, fragments[i:]) == steps[i:], (text[:i], text[i:])
        assert again.repairs == straight.repairs
        assert again.offset == straight.offset
        assert again.truncated == straight.truncated
        if not isinstance(steps[-1], PartialJSONError):
            assert outcome(again) == outcome(straight)
        try:
            resumed.feed(fragments[i] if i < len(fragments) else "")
        except PartialJSONError:
            break


@pytest.mark.parametrize("kind", RESTORED)
@pytest.mark.parametrize(("name", "text"), EVERY_TEXT)
def test_after_each_character_the_same_events_remain(
    kind: str, name: str, text: str | bytes
) -> None:
    make, restore = RESTORED[kind]
    for repair in {choice_for(name), ALL}:
        resumes_anywhere(lambda: make(repair=repair), restore, text)  # noqa: B023


@given(seed=SEEDS)
@examples(25)
def test_damaged_texts_resume_anywhere(seed: int) -> None:
    chance = random.Random(seed)
    make, restore = RESTORED[chance.choice([*RESTORED])]
    _, text = chance.choice([entry for entry in EVERY_TEXT if isinstance(entry[1], str)])
    text = spoilt(chance, str(text))
    options: Any = chance.choice(({}, {"many": True}, {"events": (Violation, Repaired)}))
    options = {k: v for k, v in options.items() if k == "many" or make is not Parser}
    repair = choice_by(chance)
    resumes_anywhere(lambda: make(repair=repair, **options), restore, text)


@pytest.mark.parametrize(
    ("type_", "text"),
    [(list[int], "[[007]]"), (list[float], "[1_0, 2_"), (SHORT, "[1e1, 2_0, ]"), (Order, "{id: 0")],
)
def test_a_held_number_does_not_lead_elsewhere(type_: Any, text: str) -> None:
    def restore(data: Any) -> Any:
        return ModelParser.restore(data, type_)

    for repair in (True, ALL, {"number_forms", "trailing_comma"}):
        resumes_anywhere(lambda: MAKE(type_, repair=repair), restore, text)  # noqa: B023


def test_a_violation_by_a_held_number_is_told_once() -> None:
    schema = {"exclusiveMinimum": 100, "maximum": 10}
    make = lambda: SchemaParser(schema, repair="json5")  # noqa: E731
    resumes_anywhere(make, lambda data: SchemaParser.restore(data, schema), "1_01")


def test_a_checkpoint_keeps_what_repair_was_asked_for() -> None:
    parser = MAKE(Order, repair={"wrap_list", "key_case"})
    parser.feed('{"Parts": {"sku": "a"')
    again = ModelParser.restore(through_json(parser.checkpoint()), Order)
    again.feed('}, "ID": 7}')
    assert again.result == Order(id=7, parts=[{"sku": "a"}])  # type: ignore[list-item]
    assert [event.repair for event in again.repairs] == ["key_case", "wrap_list", "key_case"]


def test_a_damaged_checkpoint_is_none() -> None:
    parser = SchemaParser(ORDER, repair=True)
    parser.feed("{'a")
    data = through_json(parser.checkpoint())
    data["repairs"]["modes"] = ["no mode"]
    with pytest.raises(CheckpointError):
        SchemaParser.restore(data, ORDER)


# --- wrap_list ----------------------------------------------------------------------------------


class Line(BaseModel):
    n: int


class Lists(BaseModel):
    plain: list[Line] = []
    maybe: list[Line] | None = None
    nested: list[list[Line]] = []
    pair: tuple[Line, ...] = ()
    either: list[Line] | Line | None = None
    numbers: list[int] = []
    dicts: list[dict[str, int]] = []
    anything: Any = None
    deep: dict[str, list[Lists]] = {}


WRAPPED: list[tuple[str, str]] = [
    ('{"plain": {"n": 1}}', '{"plain": [{"n": 1}]}'),
    ('{"plain": {"n": 1}, "numbers": [1]}', '{"plain": [{"n": 1}], "numbers": [1]}'),
    ('{"plain" : {"n": 1 } }', '{"plain" : [{"n": 1 }] }'),
    ('{"maybe": {"n": 1}}', '{"maybe": [{"n": 1}]}'),
    ('{"pair": {"n": 1}}', '{"pair": [{"n": 1}]}'),
    (
        '{"nested": [{"n": 1}, [{"n": 2}], {"n": 3}]}',
        '{"nested": [[{"n": 1}], [{"n": 2}], [{"n": 3}]]}',
    ),
    ('{"dicts": {"a": 1}, "either": {"n": 1}}', '{"dicts": [{"a": 1}], "either": {"n": 1}}'),
    ('{"dicts": {}}', '{"dicts": [{}]}'),
    ('{"anything": {"n": 1}}', '{"anything": {"n": 1}}'),
    ('{"unknown": {"plain": {"n": 1}}}', '{"unknown": {"plain": {"n": 1}}}'),
    (
        '{"deep": {"a": {"plain": {"n": 1}, "deep": {"b": {"maybe": {"n": 2}}}}}}',
        '{"deep": {"a": [{"plain": [{"n": 1}], "deep": {"b": [{"maybe": [{"n": 2}]}]}}]}}',
    ),
    ('{"plain": [{"n": 1}]}', '{"plain": [{"n": 1}]}'),
    ('{"plain": null}', '{"plain": null}'),
]


def schema_of(type_: Any) -> Any:
    return TypeAdapter(type_).json_schema()


@pytest.mark.parametrize(("text", "meant"), WRAPPED)
def test_an_object_is_wrapped_where_a_list_of_them_is_expected(text: str, meant: str) -> None:
    for fragments in ways(text):
        parser = KeepingModel(Lists, repair={"wrap_list"})
        found = said(parser, fragments)
        assert (found.error, repaired_text(parser)) == (None, meant)
        other = KeepingSchema(schema_of(Lists), repair={"wrap_list"})
        found = said(other, fragments)
        assert found.error is None
        assert other.value == json.loads(meant)


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_the_list_closes_with_its_object(size: int) -> None:
    text = '{"plain": {"n": 1}, "maybe": {"n": "x"}}'
    found = said(MAKE(Lists, repair={"wrap_list"}), cuts(text, size))
    told = [e for e in found.events if isinstance(e, (Validated, Violation, Repaired))]
    assert [(type(event).__name__, event.path) for event in told] == [
        ("Repaired", ("plain",)),
        ("Validated", ("plain", 0)),
        ("Repaired", ("maybe",)),
        ("Violation", ("maybe", 0, "n")),
    ]
    assert [found.fed[found.events.index(event)] for event in told if size == 1] == (
        [11, 18, 30, 38] if size == 1 else []
    )


def test_an_object_is_no_list_where_that_holds_none() -> None:
    parser = MAKE(Lists, repair={"wrap_list"})
    found = said(parser, ['{"numbers": {"n": 1}}'])
    assert [(event.path, event.kind) for event in found.violations] == [(("numbers",), "list_type")]
    assert parser.repairs == []
    schema = {"properties": {"a": {"type": "array", "items": {"type": "integer"}}}}
    other = SchemaParser(schema, repair={"wrap_list"})
    assert [event.kind for event in said(other, ['{"a": {}}']).violations] == ["type"]
    assert other.repairs == []


def test_the_document_is_wrapped_and_so_is_each_of_many() -> None:
    text = '{"n": 1}\n[{"n": 2}]{"n": 3}'
    for fragments in ways(text):
        parser = MAKE(list[Line], repair={"wrap_list"}, many=True)
        found = said(parser, fragments)
        done = [event.value for event in found.events if isinstance(event, DocumentCompleted)]
        assert done == [[{"n": 1}], [{"n": 2}], [{"n": 3}]]
        made = [e.object for e in found.events if isinstance(e, Validated) and e.path == ()]
        assert made == [[Line(n=1)], [Line(n=2)], [Line(n=3)]]


def test_a_list_around_an_object_goes_with_other_repairs() -> None:
    text = (
        "Here:\n```json\n{plain: {'n': 1,}, // a\n'nested': [{n: 2} {n: 3}], maybe: {n: [4}}\n```"
    )
    for fragments in ways(text):
        parser = MAKE(Lists, repair=ALL - {"missing_close"})
        found = said(parser, fragments)
        assert found.error is None
        assert parser.value == {
            "plain": [{"n": 1}],
            "nested": [[{"n": 2}], [{"n": 3}]],
            "maybe": [{"n": [4]}],
        }


def test_a_list_around_an_object_is_completed_where_the_text_is_cut_off() -> None:
    parser = MAKE(Lists, repair={"wrap_list", "missing_close"})
    assert said(parser, ['{"nested": [{"n": 1']).error is None
    assert parser.result == Lists(nested=[[Line(n=1)]])
    assert parser.truncated


# --- key_case -----------------------------------------------------------------------------------


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")
    first_name: str = ""
    homePage: str = Field(default="", alias="home-page")  # noqa: N815
    kind: Literal["a"] = "a"
    userid: int = 0
    user_id: int = 0
    friend: Person | None = None


PERSON = {
    "properties": {
        **{key: {} for key in ("first_name", "home-page", "kind", "userid", "user_id")},
        "friend": {"$ref": "#"},
    },
    "additionalProperties": False,
}
RENAMED: list[tuple[str, str]] = [
    ('{"firstName": "x"}', "first_name"),
    ('{"FIRST_NAME": "x"}', "first_name"),
    ('{"First-Name" : "x"}', "first_name"),
    ('{"_firstname_": "x"}', "first_name"),
    ('{"first\\u004eame": "x"}', "first_name"),
    ('{"homePage": "x"}', "home-page"),
    ('{"HOME_PAGE": "x"}', "home-page"),
    ("{firstName: 'x'}", "first_name"),
    ("{'firstName': 'x'}", "first_name"),
    ("{“firstName”: 'x'}", "first_name"),
    ('{ /* a */ "FirstName": "x"}', "first_name"),
    ('{"first_name": "x"}', ""),
    ('{"KIND": "a"}', "kind"),
]
KEPT = [
    '{"UserId": 1}',  # two would do
    '{"user-id": 1}',
    '{"userid": 1}',
    '{"first name": "x"}',
    '{"firstName!": "x"}',
    '{"first\\nName": "x"}',
    "{'it's': 1}",
    "{'a\"b': 1}",
    '{"\\ud83d\\ude00": 1}',
    '{"": 1}',
    '{"' + "a" * 300 + '": 1}',
    "{" + "a" * 300 + ": 1}",
    "{'" + "a" * 300 + "': 1}",
]


@pytest.mark.parametrize(("text", "key"), RENAMED)
def test_a_key_may_differ_in_case_and_underscores(text: str, key: str) -> None:
    for make in (lambda: MAKE(Person, repair=ALL), lambda: SchemaParser(PERSON, repair=ALL)):
        for fragments in ways(text):
            parser = make()
            found = said(parser, fragments)
            assert (found.error, found.violations) == (None, [])
            (known,) = parser.value
            assert known == (key or "first_name")
            made = [event for event in parser.repairs if event.repair == "key_case"]
            assert len(made) == bool(key)
            for event in made:
                assert text[event.offset :].startswith(event.before)
                assert event.path == ()
                assert json.loads(event.after) == key


@pytest.mark.parametrize("text", KEPT)
def test_other_keys_stay_as_they_are(text: str) -> None:
    for repair in (ALL, {"key_case", "single_quotes", "bare_keys"}):
        for make in (
            lambda: MAKE(Person, repair=repair),  # noqa: B023
            lambda: SchemaParser(PERSON, repair=repair),  # noqa: B023
        ):
            for fragments in (cuts(text, 1), [text], cuts(text, 7)):
                parser = make()
                assert said(parser, fragments).error is None
                assert [e for e in parser.repairs if e.repair == "key_case"] == []
                without = SchemaParser({}, repair={"single_quotes", "bare_keys"})
                assert said(without, fragments).error is None
                assert parser.value == without.value


def test_keys_are_known_where_they_stand() -> None:
    text = '{"friend": {"FriendX": 1, "Friend": {"firstName": "y"}}, "meta": {"firstName": 1}}'
    for fragments in ways(text):
        parser = MAKE(Person, repair={"key_case"})
        said(parser, fragments)
        friend = {"FriendX": 1, "friend": {"first_name": "y"}}
        assert parser.value == {"friend": friend, "meta": {"firstName": 1}}


def test_a_key_of_a_union_is_one_of_its_shapes() -> None:
    class A(BaseModel):
        kind: Literal["a"]
        some_name: int

    class B(BaseModel):
        kind: Literal["b"]
        someName: int  # noqa: N815

    for text, meant in (
        ('{"kind": "a", "SOME_NAME": 1}', {"kind": "a", "some_name": 1}),
        ('{"kind": "b", "SOME_NAME": 1}', {"kind": "b", "someName": 1}),
        ('{"SOME_NAME": 1, "kind": "b"}', {"SOME_NAME": 1, "kind": "b"}),
    ):
        parser = MAKE(Annotated[A | B, Field(discriminator="kind")], repair={"key_case"})
        said(parser, cuts(text, 3))
        assert parser.value == meant


# --- bare_strings -------------------------------------------------------------------------------


class Mixed(BaseModel):
    s: str = ""
    b: bool = False
    f: Annotated[float, Field(strict=True)] = 0
    n: None = None
    some: list[bool | None] = []
    o: Line | None = None
    either: str | bool | None = None


MIXED = {
    "properties": {
        "s": {"type": "string"},
        "b": {"type": "boolean"},
        "f": {"type": "number"},
        "n": {"type": "null"},
        "some": {"items": {"type": ["boolean", "null"]}},
        "o": {"type": ["object", "null"]},
        "either": {"type": ["string", "boolean", "null"]},
    }
}
BARE: list[tuple[str, Any]] = [
    ("{s: hello}", "hello"),
    ("{s: true}", True),
    ("{s: 12}", 12),
    ('{s: "3"}', "3"),
    ("{either: yes}", "yes"),
    ("{either: nullable}", None),  # null has been shown
    ("{unknown: hello}", "hello"),
    ("{n: hello}", None),
    ("{o: hello}", None),
    ("{f: hello}", None),
    ("{f: 12abc}", None),
    ("{some: [yes]}", None),
]


@pytest.mark.parametrize(("text", "value"), BARE)
def test_a_string_without_quotes_is_read_where_one_is_possible(text: str, value: Any) -> None:
    for make in (
        lambda: MAKE(Mixed, repair=True, strict=True),
        lambda: SchemaParser(MIXED, repair=True),
    ):
        for fragments in ways(text):
            parser = make()
            found = said(parser, fragments)
            if value is None:
                assert isinstance(found.error, JSONSyntaxError)
            else:
                assert found.error is None
                assert [*parser.value.values()] == [value]


def test_what_stays_text_is_pydantics_to_judge() -> None:
    parser = MAKE(dict[str, int], repair=True)
    assert said(parser, ['{"a": "3", b: \'4\', c: 5}']).error is None
    assert parser.result == {"a": 3, "b": 4, "c": 5}
    strict = MAKE(dict[str, int], repair=True, strict=True)
    found = said(strict, ['{"a": "3", b: 5}'])
    assert [event.kind for event in found.violations] == ["int_type"]


def test_the_whole_text_is_no_string_where_none_is_expected() -> None:
    for schema, value in (({"type": "string"}, "hello world"), ({"type": "object"}, None)):
        for fragments in ways("hello world"):
            parser = SchemaParser(schema, repair={"bare_strings", "prose"})
            found = said(parser, fragments)
            assert found.violations == []
            if value is None:
                assert isinstance(found.error, IncompleteJSONError)
            else:
                assert parser.value == value


# --- users' functions, options ------------------------------------------------------------------


class Boom(Exception):
    """Of a user."""


def explode(value: Any) -> Any:
    if value == "boom":
        raise Boom
    return value


class Fragile(BaseModel):
    a: int = 0
    b: Annotated[str, BeforeValidator(explode)] = ""


@pytest.mark.parametrize("size", [1, 4, 100])
def test_an_exception_of_a_validator_goes_its_way(size: int) -> None:
    parser = MAKE(list[Fragile], repair=True)
    told: list[Event] = []

    def feed() -> None:
        for fragment in cuts("[{a: 1,}, {'a': 2, 'b': 'boom'}]", size):
            told.extend(parser.feed(fragment))

    with pytest.raises(Boom):
        feed()
    told += parser.undelivered
    assert [event.object for event in told if isinstance(event, Validated)] == [Fragile(a=1)]
    assert {event.repair for event in told if isinstance(event, Repaired)} >= {"bare_keys"}
    assert parser.value == [{"a": 1}, {"a": 2, "b": "boom"}]
    with pytest.raises(UsageError):
        parser.feed("]")


def test_a_validator_sees_no_half_of_a_string_without_quotes() -> None:
    seen: list[Any] = []

    class Seeing(BaseModel):
        a: str

        @field_validator("a", mode="before")
        @classmethod
        def looked(cls, value: Any) -> Any:
            seen.append(value)
            return value

    parser = MAKE(list[Seeing], repair=True)
    said(parser, cuts("[{a: hello world}, {a: 'it's'}]", 1))
    assert set(seen) == {"hello world", "it's"}


@pytest.mark.parametrize("make", [MAKE, lambda _, **options: SchemaParser(ORDER, **options)])
def test_events_say_which_repairs_are_told(make: Any) -> None:
    text = "{id: 'x', tags: ['a',],}"
    every = said(make(Order, repair=True), [text])
    for kinds_ in ((Repaired,), (Violation, Repaired), (Violation,), ()):
        parser = make(Order, repair=True, events=kinds_)
        found = said(parser, cuts(text, 3))
        assert found.events == [event for event in every.events if type(event) in kinds_]
        assert parser.repairs == every.repairs


@pytest.mark.parametrize("make", [MAKE, lambda _, **options: SchemaParser(ORDER, **options)])
def test_paths_say_which_repairs_are_told(make: Any) -> None:
    text = "{id: 'x', tags: ['a', 'b',], 'name': 'n'}"
    every = said(make(Order, repair=True), [text])
    for pattern, steps in (("$.tags", ("tags",)), ("$.tags[1]", ("tags", 1)), ("$.id", ("id",))):
        for size in (1, 100):
            parser = make(Order, repair=True, paths=pattern)
            found = said(parser, cuts(text, size))
            told = [e for e in every.repairs if e.path[: len(steps)] == steps]
            assert found.repairs == told
            assert parser.repairs == every.repairs
            assert [event.path for event in found.violations] == (
                [("id",)] if pattern == "$.id" else []
            )


def test_documents_follow_one_another() -> None:
    text = "Two:\n{id: 1,}\n{'id': 'x'} {“id”: 3, parts: [{sku: a,},]} done"
    for fragments in ways(text):
        parser = MAKE(Order, repair=True, many=True)
        found = said(parser, fragments)
        assert found.error is None
        made = [e.object for e in found.events if isinstance(e, Validated) and e.path == ()]
        assert made == [Order(id=1), Order(id=3, parts=[{"sku": "a"}])]  # type: ignore[list-item]
        assert [event.offset for event in found.violations] == [text.index("x'") + 1]
        schema = SchemaParser(ORDER, repair=True, many=True)
        found = said(schema, fragments)
        assert found.error is None
        assert [event.offset for event in found.violations] == [text.index("'x'")]
        assert schema.verdict == "valid"


def test_the_rest_is_kept_as_it_is() -> None:
    for fragments in ways("{id: 7} 'and' so on"):
        parser = MAKE(Order, repair=True, trailing="keep")
        assert said(parser, fragments).error is None
        assert parser.result == Order(id=7)
        assert parser.rest == " 'and' so on"


def test_limits_hold_in_the_repaired_text() -> None:
    for text, limits, offset in (
        ("{meta: {a: {'b': 1}}}", Limits(max_depth=2), 11),
        ("{name: 'abcdef'}", Limits(max_string=3), 11),
        ("{name: abcdef}", Limits(max_string=3), 10),
        ("{abcdef: 1}", Limits(max_key=3), 4),
        ("{tags: ['a' 'b' 'c']}", Limits(max_members=2), 16),
    ):
        for fragments in ways(text):
            error = said(MAKE(Order, repair=True, limits=limits), fragments).error
            assert isinstance(error, LimitExceededError)
            assert error.offset == offset


def test_partial_shows_the_repaired_document() -> None:
    text = "```json\n{id: 7, 'name': 'it's', parts: {sku: a1}, TAGS: [x y,]}\n```"
    parser = MAKE(Order, repair=ALL)
    for c in text:
        parser.feed(c)
        shown = parser.partial
        assert parser.value is MISSING or shown is not None
    parser.close()
    assert parser.partial.parts == [Part_of("a1")]
    assert parser.result == Order(id=7, name="it's", parts=[Part_of("a1")], tags=["x y"])


def Part_of(sku: str) -> Any:  # noqa: N802
    return Order.model_fields["parts"].annotation.__args__[0](sku=sku)  # type: ignore[union-attr]


def test_a_parser_without_a_type_has_nothing_to_go_by() -> None:
    parser = Keeping(repair={"wrap_list", "key_case"})
    text = '{"Parts": {"sku": "a"}}'
    assert said(parser, [text]).error is None
    assert repaired_text(parser) == text
    assert not {"wrap_list", "key_case"} & SAFE


# --- found on the way: strict parsers -----------------------------------------------------------


def test_each_character_of_a_hopeless_string_is_in_a_delta() -> None:
    class Box(BaseModel):
        content: Literal["on", 1, None]
        spare: Literal["on", 1, None] = None

    for fragments in ways('{"content": 1, "spare": "12:30"}'):
        found = said(MAKE(Box), fragments)
        deltas = [event.delta for event in found.events if isinstance(event, StringDelta)]
        assert "".join(deltas) == "12:30"


def test_an_item_that_is_left_out_is_no_violation_the_first_time_either() -> None:
    from pydantic import OnErrorOmit

    class Row(BaseModel):
        n: OnErrorOmit[int] | None = None
        m: list[OnErrorOmit[int]] = []

    for _ in range(2):
        found = said(MAKE(Row, paths="$.m[*]"), cuts('{"m": ["x", 1]}', 1))
        assert found.violations == []


def test_why_a_key_is_refused_does_not_depend_on_how_much_of_it_came() -> None:
    schema = {
        "properties": {"b": {}},
        "additionalProperties": False,
        "propertyNames": {"const": ["a", 1]},
    }
    for fragments in ways('{"nx\\u0061": 1}'):
        found = said(SchemaParser(schema), fragments)
        assert [(event.kind, event.offset) for event in found.violations] == [("propertyNames", 1)]


@pytest.mark.parametrize(
    ("schema", "text", "offset"),
    [
        ({"not": {"pattern": "[^a]"}}, '"ab"', 2),
        ({"not": {"minLength": 2, "type": "string"}}, '"abc"', 2),
        ({"properties": {"a": {"not": {"pattern": "[^a]"}}}}, '{"a": "a5."}', 8),
        ({"not": {"minProperties": 1}, "properties": {"b": {}}}, '{"b": 6, "c": 0}', 3),
        ({"not": {"required": ["c"]}, "properties": {"c": {}}}, '{"b": 6, "c": 0}', 11),
        ({"not": {"minItems": 2}, "items": {"type": "integer"}}, "[1, 2, 3]", 4),
    ],
)
def test_an_alternative_is_sure_at_the_same_character_however_a_text_is_cut(
    schema: Any, text: str, offset: int
) -> None:
    for fragments in [[text], *ways(text)]:
        found = said(SchemaParser(schema), fragments)
        assert [(event.kind, event.offset) for event in found.violations] == [("not", offset)]


def test_a_key_demands_the_same_when_a_schema_has_met_it_before() -> None:
    schema = {
        "properties": {"x": {}, "b": {}},
        "anyOf": [{"dependentSchemas": {"x": {"required": ["a"], "additionalProperties": False}}}],
    }
    text = '{"b": 1, "x": 2}'
    for fragments in [[text], *ways(text)]:
        found = said(SchemaParser(schema), fragments)
        assert [event.offset for event in found.violations] == [11]


@pytest.mark.parametrize("made", ["x", {"a": 1}, None])
def test_partial_is_what_a_function_made_of_the_document(made: Any) -> None:
    parser = MAKE(Annotated[Line, AfterValidator(lambda _: made)], repair=True)
    parser.feed("{n: 1")
    assert parser.partial.n is MISSING
    parser.feed("}")
    assert parser.partial == parser.result == made


def test_completed_fields_are_of_the_repaired_text() -> None:
    found = said(MAKE(Order, repair=True, events=FieldCompleted), ["{id: +7, tags: ['a',]}"])
    assert [(e.path, e.value) for e in found.events if isinstance(e, FieldCompleted)] == [
        *((("id",), 7), (("tags", 0), "a"), (("tags",), ["a"])),
        ((), {"id": 7, "tags": ["a"]}),
    ]
