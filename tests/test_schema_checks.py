"""Each property of schema parsers is one that a wrong parser fails, and unsound rules are found."""

from __future__ import annotations

import json
import operator
import random
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, TypeAlias

import pytest

from partialjson import COMPILED, SchemaParser, Violation
from partialjson.schema import (
    consequences,
    containers,
    evaluation,
    judging,
    keys,
    keywords,
    live,
    nodes,
    numbers,
    patterns,
    reach,
    report,
    rules,
    scalars,
)
from partialjson.schema.scalars import DEAD, OPEN, SURE
from tests import schema_checks as checks
from tests.fragmenting import cuts
from tests.schema_family import Relative, by_hand, documents, family, is_plain

pytestmark = pytest.mark.skipif(COMPILED, reason="a compiled class cannot be patched")

Plant: TypeAlias = Callable[[pytest.MonkeyPatch], None]
MADE = 50  # schemas by chance, besides those by hand
DOCUMENTS = 40  # for each


@pytest.fixture(autouse=True)
def no_plans_are_left() -> Iterator[None]:
    """Plans are shared: what a wrong rule has laid out is nobody else's."""
    forget()
    yield
    forget()


def forget() -> None:
    nodes._plan_of_text.cache_clear()
    patterns.automaton.cache_clear()


@cache
def known(numbers: str = "json") -> list[checks.Case]:
    """The cases that jsonschema can judge, the schemas by hand first: most is found by those."""
    relatives = [*by_hand(), *family(0, MADE)]
    made = (case for relative in relatives for case in cases(relative, numbers == "plain"))
    return [case for case in made if case.errors is not None]


def cases(relative: Relative, plain: bool) -> Iterator[checks.Case]:
    """Those of one schema, whatever the others are: what one rule is found by remains."""
    subject = checks.Subject(relative.schema, format=relative.format, plain=plain)
    for text in documents(relative.schema, random.Random(repr(relative)), DOCUMENTS):
        if not plain or is_plain(text):
            yield checks.Case(subject, text)


# --- planting ---------------------------------------------------------------------------------


def replaced(owner: Any, name: str, wrong: Any) -> Plant:
    return lambda patch: patch.setattr(owner, name, wrong)


def around(owner: Any, name: str, wrong: Callable[..., Any]) -> Plant:
    """A function gives way to one that is given the right one first."""
    right = getattr(owner, name)
    return replaced(owner, name, lambda *args: wrong(right, *args))


def keyword(name: str, wrong: Callable[..., Any]) -> Plant:
    """A keyword is laid out otherwise."""
    row = keywords.KEYWORDS[name]
    lay = lambda *args: wrong(row.lay, *args)  # noqa: E731
    return lambda patch: patch.setitem(keywords.KEYWORDS, name, row._replace(lay=lay))


def both(one: Plant, other: Plant) -> Plant:
    def planted(patch: pytest.MonkeyPatch) -> None:
        one(patch)
        other(patch)

    return planted


def nothing(*_: Any) -> None:
    pass


def twice(right: Any, *args: Any) -> None:
    right(*args)
    right(*args)


# --- wrong parsers ----------------------------------------------------------------------------


def told_otherwise(change: Callable[[Violation], None]) -> Plant:
    """Violations are told otherwise than they are."""

    def wrong(right: Any, self: Any, violation: Violation) -> None:
        change(violation)
        right(self, violation)

    return around(report.Reporter, "_add", wrong)


def later(event: Violation) -> None:
    event.offset += 1


def at_the_other_time(event: Violation) -> None:
    event.early = not event.early


def in_other_words(event: Violation) -> None:
    event.message += "!"


def elsewhere(event: Violation) -> None:
    event.path += ("nowhere", "at all")


def of_another_keyword(event: Violation) -> None:
    event.detail["validator"] = "nothing"


def without_the_first(right: Any, self: Any, violation: Violation) -> None:
    if self.failing:
        right(self, violation)
    self.failing = True


def as_if_right(right: Any, self: Any, frame: Any, *args: Any) -> None:
    right(self, frame, *args)
    frame.failed = False


FAULTS: dict[Any, Plant] = {
    checks.verdict_is_jsonschemas: around(
        report.Reporter, "conclude", lambda right, self, valid, told: right(self, True, told)
    ),
    checks.errors_are_jsonschemas: around(
        SchemaParser, "_errors_of", lambda right, self, value: right(self, value)[::-1]
    ),
    checks.verdicts_are_sound_and_stay: replaced(
        SchemaParser, "verdict", property(lambda self: self._reporter.concluded)
    ),
    checks.violations_are_sound: around(
        scalars.Text, "at_most", lambda right, self, part, most: right(self, part, most - 1)
    ),
    checks.refusals_are_told: replaced(report.Reporter, "_add", nothing),
    checks.refusals_are_told_in_time: around(report.Reporter, "_add", without_the_first),
    checks.fragments_do_not_matter: replaced(
        judging, "_answered_at", lambda layout, question, before, text: len(text)
    ),
    checks.violations_are_prompt: told_otherwise(later),
    checks.early_means_before_the_value_is_complete: told_otherwise(at_the_other_time),
    checks.nothing_is_told_twice: around(report.Reporter, "_add", twice),
    checks.late_violations_are_jsonschemas: told_otherwise(in_other_words),
    checks.violations_are_described: told_otherwise(of_another_keyword),
    checks.paths_lead_somewhere: told_otherwise(elsewhere),
    checks.objects_come_once: around(report.Reporter, "validated", twice),
    checks.objects_are_the_values_at_their_paths: around(
        report.Reporter, "validated", lambda right, self, value: right(self, [value])
    ),
    checks.objects_passed: around(report.Reporter, "scalar", as_if_right),
    checks.containers_are_announced: replaced(report.Reporter, "validated", nothing),
}


@pytest.mark.parametrize("prop", checks.PROPERTIES, ids=lambda prop: prop.__name__)
def test_a_wrong_parser_fails_each_property(prop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[prop](monkeypatch)
    assert any(contradicted(prop, case) for case in known())


def contradicted(prop: Any, case: checks.Case) -> bool:
    runs = [checks.told(case.subject, fragments) for fragments in case.fragmentations()]
    return next(iter(prop(case, runs)), None) is not None


# --- unsound rules: strings and numbers -------------------------------------------------------
# They speak too early, or of what is right, or not at all of what is wrong.


def full_before(right: Any, self: Any, text: Any) -> Any:
    return right(self, text) or self.full(text.length)


def goes_on_before(right: Any, self: Any, length: int, *rest: Any) -> bool:
    return right(self, length, *rest) and self.full(length) is None


def two_characters(right: Any, self: Any, offset: int) -> None:
    self._length += 1
    right(self, offset)


def in_bytes(right: Any, self: Any, value: str) -> bool:
    return right(self, value) and (self.most is None or len(value.encode()) <= self.most)


def certain_but_for(*names: str) -> Plant:
    """Only what is named makes a string wait for its end."""
    certain = property(lambda self: any(getattr(self, name) for name in names))
    return replaced(scalars.Text, "certain_at_end", certain)


STRINGS: dict[str, Plant] = {
    "maxLength refuses its last character": both(
        around(scalars.Text, "death", full_before),
        around(scalars.Text, "goes_on", goes_on_before),
    ),
    "an escape counts as two characters": around(live.LiveSchema, "on_open_escape", two_characters),
    "an escape is refused a character early": around(
        judging.Judge,
        "one_more",
        lambda right, self, open_, length, offset: right(self, open_, length + 1, offset),
    ),
    "maxLength counts bytes": around(scalars.Text, "passes", in_bytes),
    "minLength is forgotten": replaced(scalars.Text, "at_least", nothing),
    "a string is sure without maxLength": certain_but_for("candidates", "handed"),
    "a string is sure without its candidates": certain_but_for("most", "handed"),
    "a string is sure without its format": certain_but_for("most", "candidates"),
    "a string is sure a character early": around(
        scalars.Text, "certain", lambda right, self, text: right(self, text.grown("a"))
    ),
    "format is asserted by nobody": around(
        scalars.Text,
        "hand",
        lambda right, self, part, name: name == "format" or right(self, part, name),
    ),
    "a pattern is a character farther off": around(
        patterns.Automaton, "distance", lambda right, self, state: right(self, state) + 1
    ),
    "a pattern is dead that does not match yet": around(
        patterns.Automaton, "dead", lambda right, self, state: not self.accepts(state)
    ),
    "a pattern is sure that matches so far": around(
        patterns.Automaton, "sure", lambda right, self, state: self.exact and self.accepts(state)
    ),
    "a pattern matches at the beginning only": around(
        scalars, "automaton", lambda right, pattern, most: right(f"^(?:{pattern})", most)
    ),
    "an enum loses a candidate": around(
        scalars.Text,
        "allow_only",
        lambda right, self, part, name, words: right(self, part, name, words[:-1] or words),
    ),
    "an enum takes any case": both(
        around(scalars, "begins_one", lambda right, text, words: right(text.lower(), words)),
        around(
            scalars.Text,
            "passes",
            lambda right, self, value: right(self, value) or right(self, value.lower()),
        ),
    ),
}


def sign_decides_at_0(right: Any, self: Any, text: str, plain: bool) -> bool:
    return right(self, text, plain) or (text[0] == "-" and self.least == 0)


def true_is_1(right: Any, layout: Any, part: Any, name: str, values: Any) -> None:
    right(layout, part, name, [*values, *(1 for value in values if value is True)])


NUMBERS: dict[str, Plant] = {
    "a digit decides though an exponent may come": around(
        numbers.Bounds, "hopeless", lambda right, self, text, plain: right(self, text, True)
    ),
    "minimum 0 takes no -0": around(numbers.Bounds, "hopeless", sign_decides_at_0),
    "1.0 is no integer": lambda patch: patch.setitem(keywords.TYPES, "integer", rules.INTEGER),
    "exclusiveMaximum takes its bound": lambda patch: patch.setitem(
        scalars._FAILS, "exclusiveMaximum", operator.gt
    ),
    "multipleOf is handed to nobody": keyword("multipleOf", nothing),
    "true is a candidate like 1": around(keywords, "_one_of", true_is_1),
}
PLAIN: dict[str, Plant] = {
    "a number ends a digit before the greatest": around(
        numbers._Span,
        "begins_with",
        lambda right, self, digits: (
            right(self, digits) and (self.endless or len(digits) < self.last_width)
        ),
    ),
    "digits are all that there will be": replaced(
        numbers._Span, "begins_with", lambda self, digits: self._meets(digits, digits)
    ),
    "a fraction adds nothing": replaced(
        numbers,
        "_fraction_reaches",
        lambda digits, spans: any(span.holds(float(digits), float(digits)) for span in spans),
    ),
}

# --- unsound rules: objects and arrays --------------------------------------------------------


def full_a_member_early(right: Any, self: Any, *args: Any) -> None:
    right(self, *args)
    self.most = self.most and self.most - 1


def patterns_of_others(right: Any, self: Any, key: str, layout: Any) -> list[Any]:
    """What patterns say of a listed key is left out."""
    found = right(self, key, layout)
    return [x for x in found if key not in self.properties or x[2][-2] != "patternProperties"]


def additional_too(right: Any, self: Any, key: str, layout: Any) -> Iterator[Any]:
    yield from right(self, key, layout)
    if key in self.properties and self.additional is not None:
        yield self.additional, self.part, (*self.part.label, "additionalProperties")


def as_if_it_were_whole(right: Any, self: Any, key: str) -> Any:
    begins = key not in self.listed and any(each.startswith(key) for each in self.listed)
    return (None, None) if begins else right(self, key)


def unless_impossible(right: Any, *args: Any) -> Any:
    child = right(*args)
    return None if child is not None and child.rules.impossible else child


def but(name: str) -> Callable[..., list[Any]]:
    """All that the end finds broken, without one keyword."""
    return lambda right, *args: [each for each in right(*args) if each[1] != name]


def matched_so_far(right: Any, self: Any, text: Any, begun: str, used: Any) -> Any:
    wrong = (rules.Cause(part, "propertyNames") for part, x in self.names if not x.passes(begun))
    return right(self, text, begun, used) or next(wrong, None)


def met_by_key(right: Any, self: Any, frame: Any, key: str) -> None:
    for each in frame.evaluations:
        if frame.count + 1 == each.layout.least:
            self._follow.met(each)
    right(self, frame, key)


def active_at_once(right: Any, self: Any, *args: Any) -> None:
    right(self, *args)
    self.active = True


def forgetting(name: str) -> Plant:
    """What a keyword applies to the same value is no part of what may be evaluated."""

    def without(right: Any, node: Any) -> list[Any]:
        held = node.schema.get(name, ()) if isinstance(node.schema, dict) else ()
        left_out = [held, *(held.values() if isinstance(held, dict) else held)]
        return [each for each in right(node) if not any(each.schema is x for x in left_out)]

    return around(reach, "_applied", without)


OBJECTS: dict[str, Plant] = {
    "a closed object is full a member early": around(
        containers.Closed, "__init__", full_a_member_early
    ),
    "keys that are there are missing": around(
        keys, "_leaves_no_room", lambda right, each, frame, key, used: right(each, frame, key, ())
    ),
    "a closed object knows no patterns": around(
        containers.Members,
        "_close",
        lambda right, self, part, name, listed, patterns: right(self, part, name, listed, []),
    ),
    "a listed key matches no pattern": around(containers.Described, "of", patterns_of_others),
    "a listed key is an additional one, too": around(containers.Described, "of", additional_too),
    "a key that only begins one is taken": around(
        containers.Members, "member", as_if_it_were_whole
    ),
    "a value that is nothing may be anything": both(
        around(containers.Members, "_described", unless_impossible),
        around(containers.Items, "_at", unless_impossible),
    ),
    "a value is impossible that one kind cannot be": replaced(
        rules.Rules,
        "impossible",
        property(lambda self: any(self.layout(kind).refusal for kind in rules.KINDS)),
    ),
    "required is not checked": both(
        around(judging, "_object_ends", but("required")),
        replaced(live, "_ends_well", lambda layout, value: layout.ends),
    ),
    "dependencies of draft 7 are forgotten": keyword("dependencies", nothing),
    "dependentSchemas holds without its key": around(
        evaluation.Decision, "__init__", active_at_once
    ),
    "minProperties is met a member early": around(live.LiveSchema, "_key_counts", met_by_key),
    "a name must match while it is open": around(containers.Members, "key_death", matched_so_far),
    "a name is not judged at its end": replaced(
        judging.Judge, "key", lambda self, evaluation, key, offset: evaluation.layout.member(key)
    ),
    "unevaluatedProperties is nobody's": keyword("unevaluatedProperties", nothing),
    "additionalProperties elsewhere evaluates nothing": replaced(reach, "_UNLIMITED_KEYS", ()),
    **{
        f"{name} evaluates nothing": forgetting(name)
        for name in ("allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas")
    },
}


def counted_when_it_begins(right: Any, self: Any, *args: Any) -> None:
    *_, counter, kind = args
    if counter.state == OPEN and counter.wanted.rules.layout(kind).refusal is None:
        self.counted(counter)


def met_by_item(right: Any, self: Any, frame: Any, offset: int) -> None:
    for each in frame.evaluations:
        if frame.count + 2 == each.layout.least:
            self._follow.met(each)
    right(self, frame, offset)


def with_true_for_1(right: Any, value: Any) -> Any:
    return right(json.loads(re.sub(r"\btrue\b", "1", json.dumps(value))))


ARRAYS: dict[str, Plant] = {
    "an array is full an item early": around(
        containers.Items,
        "_stop_after",
        lambda right, self, items, cause: right(self, items - (items > 1), cause),
    ),
    "items are counted from one": around(
        containers.Items, "item", lambda right, self, index: right(self, index + 1)
    ),
    "contains counts what is open": around(
        consequences.Consequences, "count_on", counted_when_it_begins
    ),
    "contains counts twice": around(evaluation.Counter, "hears", twice),
    "maxContains is reached early": around(
        evaluation.Counter,
        "outcome",
        lambda right, self: DEAD if self.matched == self.wanted.most else right(self),
    ),
    "contains is not checked": around(judging.Judge, "_array_ends", but("contains")),
    "minItems is met an item early": around(live.LiveSchema, "_item_begins", met_by_item),
    "1.0 is another item than 1": replaced(
        judging, "comparable", lambda value: json.dumps(value, sort_keys=True)
    ),
    "true is the same item as 1": both(
        around(judging, "comparable", with_true_for_1),
        replaced(judging.Judge, "repeats", lambda *_: True),
    ),
    "contains elsewhere evaluates nothing": replaced(
        reach, "_UNLIMITED_ITEMS", ("additionalItems", "unevaluatedItems")
    ),
    "an item less may be evaluated": around(
        containers, "evaluated_items", lambda right, node: (found := right(node)) and found - 1
    ),
}

# --- unsound rules: alternatives and what leads to them ---------------------------------------


def outcome(how: str, wrong: Callable[[Any], int | None]) -> Plant:
    """Alternatives come to something else, where that is not None."""

    def come_to(right: Any, self: Any) -> Any:
        found = wrong(self) if self.choice.how == how else None
        return right(self) if found is None else found

    return around(evaluation.Decision, "outcome", come_to)


def last_where(wrong: Callable[[Any, list[Any]], bool]) -> Plant:
    """The first alternative that is open is the last, where that is so for a wrong reason."""

    def last(right: Any, self: Any) -> Any:
        pairs = zip(self.options, self.states, strict=True)
        left = [option for option, state in pairs if state == OPEN]
        if self.choice.how in ("anyOf", "oneOf") and left and wrong(self, left):
            return left[0] if len(left[0].owners) == 1 else None
        return right(self)

    return around(evaluation.Decision, "last", last)


def without_what_is_inside(right: Any, self: Any, decision: Any, frames: Any) -> None:
    option = decision.last()
    right(self, decision, frames if option is None else frames[: frames.index(option.frame) + 1])


def without_waiting(right: Any, self: Any) -> None:
    right(self)
    self.waits = False


ALTERNATIVES: dict[str, Plant] = {
    "anyOf is dead when one of them is": outcome(
        "anyOf", lambda it: DEAD if DEAD in it.states and SURE not in it.states else None
    ),
    "oneOf is sure with the first": outcome("oneOf", lambda it: SURE if it._sure else None),
    "oneOf does not count what takes anything": replaced(
        keywords, "Choice", lambda *args, **options: rules.Choice(*args, **{**options, "sure": 0})
    ),
    "oneOf is dead with one beside the first": outcome(
        "oneOf", lambda it: DEAD if it._sure and it._open else None
    ),
    "not is dead while its schema is open": outcome(
        "not", lambda it: DEAD if it.states == [OPEN] else None
    ),
    "if is false while it is open": outcome(
        "if", lambda it: it.states[2] if it.states[0] == OPEN else None
    ),
    "what a scalar may be is nothing while it is open": around(
        scalars, "combined", lambda right, *args: right(*args) or DEAD
    ),
    "oneOf of scalars takes two": replaced(
        scalars, "_exactly_one", lambda sure, open_: SURE if sure else OPEN if open_ else DEAD
    ),
    "an alternative is met twice": around(
        evaluation.Evaluation, "met", lambda right, self: right(self) or right(self)
    ),
    "an alternative is sure before its members are": replaced(
        containers.Members, "obliging", lambda self: 0
    ),
    "an alternative waits for no end": around(containers.Members, "settle", without_waiting),
    "the first alternative is the last": last_where(lambda it, left: not it._sure),
    "the last alternative must hold where one is sure": last_where(lambda it, left: len(left) == 1),
    "the last alternative is told without what is inside": around(
        consequences.Consequences, "_promote", without_what_is_inside
    ),
}


def several_of_one(right: Any, layout: Any, part: Any, types: Any) -> None:
    right(layout, part, types if isinstance(types, str) else types[:1])


def with_fewer_members(right: Any, *args: Any) -> dict[str, Any]:
    schema = right(*args)
    return {name: schema[name] for name in schema if name not in ("required", "minItems")}


OTHERS: dict[str, Plant] = {
    "siblings of $ref count in draft 7": around(
        nodes.Node,
        "keywords",
        lambda right, self: self.schema.items() if isinstance(self.schema, dict) else (),
    ),
    "$dynamicRef leads where it led before": around(
        nodes,
        "_says",
        lambda right, schema, *words: "$dynamicRef" not in words and right(schema, *words),
    ),
    "a constant may lack members": around(keywords, "_as_schema", with_fewer_members),
    "of several types the first counts": keyword("type", several_of_one),
    "allOf has one schema less": keyword(
        "allOf", lambda right, layout, part, schemas: right(layout, part, schemas[:-1])
    ),
}
PLANTS = {**STRINGS, **NUMBERS, **OBJECTS, **ARRAYS, **ALTERNATIVES, **OTHERS}


def loud(right: Any, *args: Any, **options: Any) -> Any:
    """A rule that makes the parser crash is not found for what is wrong with it."""
    try:
        return right(*args, **options)
    except Exception as error:
        pytest.fail(f"{error!r}")


def contradictions(known: Iterable[checks.Case]) -> Iterator[str]:
    """What contradicts the verdicts on the cases, and then, which takes longer, what follows."""
    yield from wrong_verdicts(known)
    yield from checks.contradictions(known, checks.Adversary(random.Random(1)))


def wrong_verdicts(known: Iterable[checks.Case]) -> Iterator[str]:
    for case in known:
        yield from checks.against(case, checks.told(case.subject, cuts(case.text, 1)))


@pytest.mark.parametrize("numbers", ["json", "plain"])
def test_the_right_rules_are_not_found(numbers: str) -> None:
    assert next(wrong_verdicts(known(numbers)), None) is None


def is_found(plant: Plant, numbers: str, patch: pytest.MonkeyPatch) -> bool:
    right = checks.told
    patch.setattr(checks, "told", lambda *args, **options: loud(right, *args, **options))
    plant(patch)
    return next(contradictions(known(numbers)), None) is not None


@pytest.mark.parametrize("name", PLANTS)
def test_an_unsound_rule_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_found(PLANTS[name], "json", monkeypatch)


@pytest.mark.parametrize("name", PLAIN)
def test_an_unsound_rule_for_plain_numbers_is_found(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_found(PLAIN[name], "plain", monkeypatch)
