"""What `SchemaParser` promises, held against jsonschema over a wide family of schemas.

Each seed makes schemas, and documents for each of them: valid, odd and damaged. jsonschema's
verdict on the whole text is the oracle of all properties.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from partialjson import FieldCompleted, JSONSyntaxError, SchemaParser, ValidationFailed
from partialjson.testing.spelling import spellings
from tests import schema_checks as checks
from tests.fragmenting import cuts
from tests.schema_checks import SEEDS, Adversary, Case, Subject, cases, found, told
from tests.schema_family import PICKED, documents, is_plain
from tests.strategies import TIMES
from tests.typed_texts import Kin, continuations, repeats_no_key, spans, tree_of

NUMBERS = pytest.mark.parametrize("numbers", ["json", "plain"])
ALL_SEEDS = pytest.mark.parametrize("seed", SEEDS)


def none_of(contradictions: Iterable[str]) -> None:
    """There is nothing; else the shortest are shown."""
    all_ = sorted(contradictions, key=len)
    assert not all_, f"{len(all_)} times, the shortest first:\n" + "\n".join(all_[:3])


@NUMBERS
@ALL_SEEDS
def test_what_jsonschema_can_judge_raises_nothing_else(seed: int, numbers: str) -> None:
    none_of(found(seed, numbers).against["crash"])


@NUMBERS
@ALL_SEEDS
@pytest.mark.parametrize("prop", checks.PROPERTIES, ids=lambda prop: prop.__name__)
def test_nothing_contradicts(prop: Any, seed: int, numbers: str) -> None:
    none_of(found(seed, numbers).against[prop.__name__])


@NUMBERS
@ALL_SEEDS
def test_accepted_documents_are_accepted_in_any_spelling(seed: int, numbers: str) -> None:
    none_of(refused_spellings(seed, numbers))


def refused_spellings(seed: int, numbers: str) -> Iterator[str]:
    rng = random.Random(seed)
    for case in cases(seed, numbers=numbers):
        for again in checks.respelled(case, rng) if case.accepted else ():
            said = told(again.subject, cuts(again.text, 1))
            if said.violations or said.verdicts[-1] != "valid":
                yield f"{again}  {said.violations} {said.verdicts[-1]}"


@NUMBERS
@ALL_SEEDS
def test_nothing_that_follows_a_violation_makes_the_document_acceptable(
    seed: int, numbers: str
) -> None:
    adversary = Adversary(random.Random(seed))
    none_of(checks.given_up(cases(seed, numbers=numbers), adversary))
    assert adversary.violations > 50
    assert adversary.tried > 10 * adversary.violations


@ALL_SEEDS
def test_who_stops_at_a_violation_hears_the_same_until_then(seed: int) -> None:
    for case in [*cases(seed)][:: 1 if TIMES > 1 else 2]:
        said = told(case.subject, [case.text]) if case.errors else checks.Told()
        if said.violations:
            first = said.events.index(said.violations[0])
            with pytest.raises(ValidationFailed) as stopped:
                told(case.subject, [case.text], stop_on_violation=True)
            events = [*stopped.value.events, stopped.value.violation]
            assert [*map(checks.spelled, events)] == said.lines()[: first + 1], case


# --- checkpoints ------------------------------------------------------------------------------


def through_json(data: Any) -> Any:
    return json.loads(json.dumps(data, allow_nan=False))


def resumed(subject: Subject, data: Any) -> Any:
    given: Any = {"registry": subject.registry, "format": subject.format}
    return SchemaParser.restore(through_json(data), subject.schema, **given)


def final(parser: Any) -> tuple[str, list[checks.Line]]:
    return parser.verdict, [checks.line_of(error) for error in parser.errors]


def small(seed: int, numbers: str, n: int) -> Iterator[Case]:
    """Some short documents that jsonschema can judge, of many schemas."""
    known = [case for case in cases(seed, numbers=numbers) if 5 < len(case.text) < 60]
    picked = random.Random(seed).sample(known, min(n, len(known)))
    yield from (case for case in picked if case.errors is not None)


@NUMBERS
@ALL_SEEDS
def test_after_each_character_the_same_events_remain(seed: int, numbers: str) -> None:
    for case in small(seed, numbers, 20):
        parser, goes_on = case.subject.parser(), case.subject.parser()
        steps = [parser.feed(c) for c in case.text] + [parser.close()]
        for i, c in enumerate(case.text):
            restored = resumed(case.subject, goes_on.checkpoint())
            assert restored.verdict == goes_on.verdict, (str(case), i)
            rest = [restored.feed(later) for later in case.text[i:]] + [restored.close()]
            assert rest == steps[i:], (str(case), i)
            assert final(restored) == final(parser), (str(case), i)
            goes_on.feed(c)


@NUMBERS
@ALL_SEEDS
def test_restoring_after_every_character_in_turn_changes_nothing(seed: int, numbers: str) -> None:
    for case in small(seed, numbers, 40):
        straight, parser = case.subject.parser(), case.subject.parser()
        for i, c in enumerate(case.text):
            parser = resumed(case.subject, parser.checkpoint()) if i % 2 else parser.fork()
            assert parser.feed(c) == straight.feed(c), (str(case), i)
        parser = resumed(case.subject, parser.checkpoint())
        assert parser.close() == straight.close(), str(case)
        assert final(parser) == final(straight), str(case)
        assert final(resumed(case.subject, parser.checkpoint())) == final(straight), str(case)


# --- plain numbers ----------------------------------------------------------------------------


@ALL_SEEDS
def test_numbers_in_another_form_are_refused_where_only_plain_ones_may_come(seed: int) -> None:
    refused = 0
    for case in cases(seed):
        if case.errors is not None and not is_plain(case.text):
            where = offending(case.text)
            subject = Subject(case.subject.schema, format=case.subject.format, plain=True)
            offsets = set()
            for fragments in ([case.text], cuts(case.text, 1)):
                with pytest.raises(JSONSyntaxError) as caught:
                    told(subject, fragments)
                assert caught.value.code == "number_form", str(case)
                offsets.add(caught.value.offset)
            assert len(offsets) == 1, str(case)
            assert offsets <= where, (str(case), offsets, where)
            refused += 1
    assert refused > 5


def offending(text: str) -> set[int]:
    """The offsets in the first number that is not plain, and of the character after it."""
    numbers = [(a, b) for a, b in spans(text).values() if text[a] in "-0123456789"]
    first, end = min((a, b) for a, b in numbers if not is_plain(text[a:b]))
    return {*range(first + 1, end + 1)}


# --- the family -------------------------------------------------------------------------------

REACHED_TEXT = (
    "type enum const properties required additionalProperties patternProperties propertyNames "
    "dependentRequired dependentSchemas dependencies items prefixItems additionalItems contains "
    "minContains maxContains minLength maxLength pattern format minimum maximum exclusiveMinimum "
    "exclusiveMaximum multipleOf minProperties maxProperties minItems maxItems uniqueItems allOf "
    "anyOf oneOf not if then else unevaluatedItems unevaluatedProperties $ref $dynamicRef "
    "$recursiveRef $anchor $defs definitions "
)
KEYWORDS = frozenset(REACHED_TEXT.split())
SILENT = {"$anchor", "$defs", "definitions", "if", "$ref", "minContains"}  # not named by errors


def keywords(schema: Any) -> Iterator[str]:
    """All keys and strings of a schema: more than its keywords, but those too."""
    if isinstance(schema, dict):
        yield from schema
    if isinstance(schema, (dict, list)):
        for inner in schema.values() if isinstance(schema, dict) else schema:
            yield from keywords(inner)


def test_the_family_reaches_what_the_properties_speak_of() -> None:
    used: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    verdicts: Counter[bool | None] = Counter()
    for case in cases(22, made=250):
        used.update({*keywords(case.subject.schema)})
        verdicts[None if case.errors is None else case.accepted] += 1
        for error in case.errors or ():
            broken.update(str(step) for step in error.absolute_schema_path)
            broken.update(str(each.validator) for each in (error, *(error.context or ())))
    assert used.keys() >= KEYWORDS, KEYWORDS - used.keys()
    assert broken.keys() >= KEYWORDS - SILENT, KEYWORDS - SILENT - broken.keys()
    assert min(verdicts[True], verdicts[False]) * 3 > max(verdicts.values()) > 300, verdicts
    assert verdicts[None] * 50 < verdicts[True], verdicts


def test_the_parser_speaks_early_and_late_and_mostly_of_what_jsonschema_lists() -> None:
    counts = sum((found(seed).counts for seed in SEEDS), Counter[str]())
    assert min(counts["early"], counts["late"]) > 25 * len(SEEDS), counts
    assert counts["unlisted"] * 5 < counts["listed"], counts  # what several keywords come to


@ALL_SEEDS
def test_documents_are_json_and_the_same_for_the_same_seed(seed: int) -> None:
    texts = [case.text for case in cases(seed)]
    assert all(map(repeats_no_key, texts))
    assert texts == [case.text for case in cases(seed)]
    assert all(is_plain(case.text) for case in cases(seed, numbers="plain"))


def test_spellings_are_other_ways_to_write_the_same_number() -> None:
    assert {"1", "1.0", "10e-1", "1e0", "0.1E+1"} <= {*spellings("1")}
    for number in ("0", "-0.0", "1e400", "12.50", "-3", "12345678901234567890"):
        assert {json.loads(text) for text in spellings(number)} == {json.loads(number)}
    plain = [text for text in spellings("25") if is_plain(text)]
    assert plain == ["25"]


def test_continuations_repeat_no_key() -> None:
    rng = random.Random(5)
    for text in documents(PICKED[5], rng, 20):
        for end in range(len(text) + 1):
            around = checks.kin({"properties": {"zz": {"const": 5}}}, [tree_of(text)], rng)
            followed = [*continuations(text[:end], around, rng, 5)]
            assert all(x.startswith(text[:end]) and repeats_no_key(x) for x in followed)
    assert isinstance(around, Kin)


def test_errors_under_conditions_are_certain_when_the_condition_is() -> None:
    schema = {
        "properties": {"a": {"if": {"required": ["k"]}, "else": {"properties": {"b": False}}}},
        "dependentSchemas": {"c": {"properties": {"a": {"type": "string"}}}},
        "items": {"allOf": [{"items": {"maximum": 1}}]},
    }
    for text, path in (
        ('{"a": {"b": 1}}', ("a",)),
        ('{"a": {}, "c": 1}', ()),
        ("[[1, 2]]", (0, 1)),
    ):
        errors = Case(Subject(schema), text).errors
        assert [*map(checks.decided_at, errors or ())] == [path]


def test_the_spine_is_what_no_condition_is_around() -> None:
    schema = {
        "$defs": {"n": {"properties": {"b": {"items": {"type": "array"}}}}},
        "properties": {"a": {"$ref": "#/$defs/n"}, "c": {"anyOf": [{"items": {"items": False}}]}},
    }
    value = {"a": {"b": [[1], []]}, "c": [[]], "d": {}}
    paths = {*checks.spine(schema, value, schema)}
    assert paths == {(), ("a",), ("a", "b"), ("a", "b", 0), ("a", "b", 1), ("c",)}


def test_values_complete_before_their_verdicts() -> None:
    said = told(Subject({"items": {"maxItems": 1}}), ["[[1, 2], [1]]"])
    order = [(type(e).__name__, e.path) for e in said.events]  # type: ignore[attr-defined]
    assert order.index(("FieldCompleted", (1,))) + 1 == order.index(("Validated", (1,)))
    assert isinstance(said.events[-1], FieldCompleted)
