"""Each property of schema parsers is one that a wrong parser fails, and unsound rules are found."""

from __future__ import annotations

import json
import operator
import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias

import pytest

from partialjson import COMPILED, SchemaParser, Validated, Violation
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

pytestmark = pytest.mark.skipif(COMPILED, reason="a compiled class cannot be patched")

Plant: TypeAlias = Callable[[pytest.MonkeyPatch], None]
SEEDS = range(4)


@pytest.fixture(autouse=True)
def no_plans_are_left() -> Iterator[None]:
    """Plans are shared: what a fault has laid out is nobody else's."""
    forget()
    yield
    forget()


def forget() -> None:
    nodes._plan_of_text.cache_clear()
    patterns.automaton.cache_clear()


@cache
def known(seed: int) -> list[checks.Case]:
    """The cases of a seed that jsonschema can judge."""
    return [case for case in checks.cases(seed) if case.errors is not None]


def everything() -> Iterator[checks.Case]:
    for seed in SEEDS:
        yield from known(seed)


# --- planting ---------------------------------------------------------------------------------


def replaced(owner: Any, name: str, wrong: Any) -> Plant:
    return lambda patch: patch.setattr(owner, name, wrong)


def around(owner: Any, name: str, wrong: Callable[..., Any]) -> Plant:
    """A function is replaced by one that is given the right one first."""
    right = getattr(owner, name)
    return replaced(owner, name, lambda *args: wrong(right, *args))


def keyword(name: str, wrong: Callable[..., Any]) -> Plant:
    """A keyword is laid out otherwise."""
    row = keywords.KEYWORDS[name]
    lay = lambda *args: wrong(row.lay, *args)  # noqa: E731
    return lambda patch: patch.setitem(keywords.KEYWORDS, name, row._replace(lay=lay))


def all_of(*plants: Plant) -> Plant:
    def planted(patch: pytest.MonkeyPatch) -> None:
        for plant in plants:
            plant(patch)

    return planted


def nothing(*_: Any) -> None:
    pass


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


def twice(right: Any, *args: Any) -> None:
    right(*args)
    right(*args)


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
    assert any(contradicted(prop, case) for case in everything())


def contradicted(prop: Any, case: checks.Case) -> bool:
    runs = [checks.told(case.subject, fragments) for fragments in case.fragmentations()]
    return next(iter(prop(case, runs)), None) is not None


# --- unsound rules ----------------------------------------------------------------------------
# They speak too early, or of what is right, or not at all of what is wrong.


def in_order_of_names(plants: dict[str, Plant]) -> dict[str, Plant]:
    return plants


STRINGS: dict[str, Plant] = {
    "maxLength refuses its last character": all_of(
        around(
            scalars.Text,
            "death",
            lambda right, self, text: right(self, text) or self.full(text.length),
        ),
        around(
            scalars.Text,
            "goes_on",
            lambda right, self, length, *rest: (
                right(self, length, *rest) and self.full(length) is None
            ),
        ),
    ),
    "an escape counts as two characters": around(
        live.LiveSchema,
        "on_open_escape",
        lambda right, self, offset: (setattr(self, "_length", self._length + 1), right(self, offset)),
    ),
    "an escape is refused a character early in alternatives": around(
        judging.Judge,
        "one_more",
        lambda right, self, watching, length, offset: right(self, watching, length + 1, offset),
    ),
    "maxLength counts bytes": around(
        scalars.Text,
        "passes",
        lambda right, self, value: (
            right(self, value) and (self.most is None or len(value.encode()) <= self.most)
        ),
    ),
    "minLength is forgotten": replaced(scalars.Text, "at_least", nothing),
    "a string is sure without maxLength": replaced(
        scalars.Text,
        "certain_at_end",
        property(lambda self: self.candidates is not None or bool(self.handed)),
    ),
    "a string is sure without its candidates": replaced(
        scalars.Text,
        "certain_at_end",
        property(lambda self: self.most is not None or bool(self.handed)),
    ),
    "a string is sure without its format": replaced(
        scalars.Text,
        "certain_at_end",
        property(lambda self: self.most is not None or self.candidates is not None),
    ),
    "a string is sure a character early": around(
        scalars.Text, "certain", lambda right, self, text: right(self, text.grown("a"))
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
        lambda right, self, part, keyword, words: right(self, part, keyword, words[:-1] or words),
    ),
    "an enum takes any case": all_of(
        around(scalars, "begins_one", lambda right, text, words: right(text.lower(), words)),
        around(
            scalars.Text,
            "passes",
            lambda right, self, value: right(self, value) or right(self, value.lower()),
        ),
    ),
}

NUMBERS: dict[str, Plant] = {
    "digits decide though an exponent may come": around(
        judging.Judge, "__init__", lambda right, self, plan, plain: right(self, plan, True)
    ),
    "minimum 0 takes no -0": around(
        numbers.Bounds,
        "hopeless",
        lambda right, self, text, plain: (
            right(self, text, plain) or (text[0] == "-" and self.least == 0)
        ),
    ),
    "1.0 is no integer": lambda patch: patch.setitem(keywords.TYPES, "integer", rules.INTEGER),
    "exclusiveMaximum takes its bound": lambda patch: patch.setitem(
        scalars._FAILS, "exclusiveMaximum", operator.gt
    ),
    "multipleOf is handed to nobody": keyword("multipleOf", nothing),
    "true is a candidate like 1": around(
        keywords,
        "_one_of",
        lambda right, layout, part, keyword, values: right(
            layout, part, keyword, [*values, *(1 for v in values if v is True)]
        ),
    ),
}


def forgetting(name: str) -> Plant:
    """What a keyword applies to the same value is no part of what may be evaluated."""

    def without(right: Any, node: Any) -> list[Any]:
        held = node.schema.get(name, ()) if isinstance(node.schema, dict) else ()
        left_out = [held, *(held.values() if isinstance(held, dict) else held)]
        return [each for each in right(node) if not any(each.schema is x for x in left_out)]

    return around(reach, "_applied", without)


def full_early(right: Any, self: Any) -> None:
    right(self)
    if self.comma and self.closed and self.comma != self.most:
        self.comma -= 1


def names_of_patterns_too(right: Any, self: Any, key: str, layout: Any) -> Any:
    """Less what patterns say of a listed key."""
    found = right(self, key, layout)
    return [x for x in found if key not in self.properties or "patternProperties" != x[2][-2]]


def others_too(right: Any, self: Any, key: str, layout: Any) -> Any:
    yield from right(self, key, layout)
    if key in self.properties and self.additional is not None:
        yield self.additional, self.part, (*self.part.label, "additionalProperties")


OBJECTS: dict[str, Plant] = {
    "a closed object is full a member early": around(containers.Members, "_count", full_early),
    "keys that are there are missing": around(
        keys, "_leaves_no_room", lambda right, each, frame, key, used: right(each, frame, key, ())
    ),
    "a closed object knows no patterns": around(
        containers.Members,
        "_close",
        lambda right, self, part, keyword, listed, patterns: right(self, part, keyword, listed, []),
    ),
    "a listed key matches no pattern": around(containers.Described, "of", names_of_patterns_too),
    "a listed key is an additional one, too": around(containers.Described, "of", others_too),
    "a key that only begins one is taken": replaced(containers.Members, "_cause", nothing),
    "a member is impossible that one kind cannot be": replaced(
        rules.Rules,
        "impossible",
        property(lambda self: any(self.layout(kind).refusal for kind in rules.KINDS)),
    ),
    "required is not checked": all_of(
        around(
            judging,
            "_object_ends",
            lambda right, layout, value: [x for x in right(layout, value) if x[1] != "required"],
        ),
        replaced(live, "_ends_well", lambda layout, value: layout.ends),
    ),
    "dependentSchemas hold without their key": around(
        evaluation.Decision,
        "__init__",
        lambda right, self, *args: (right(self, *args), setattr(self, "active", True))[0],
    ),
    "a name must match while it is open": around(
        containers.Members,
        "key_death",
        lambda right, self, text, begun, used: (
            right(self, text, begun, used)
            or next(
                (
                    rules.Cause(part, "propertyNames")
                    for part, names in self.names
                    if not names.passes(begun)
                ),
                None,
            )
        ),
    ),
    "a name is not judged at its end": replaced(
        judging.Judge, "key", lambda self, evaluation, key, offset: evaluation.layout.member(key)
    ),
    "dependentSchemas evaluate nothing": forgetting("dependentSchemas"),
    "anyOf evaluates nothing": forgetting("anyOf"),
    "oneOf evaluates nothing": forgetting("oneOf"),
    "allOf evaluates nothing": forgetting("allOf"),
    "then evaluates nothing": forgetting("then"),
    "if evaluates nothing": forgetting("if"),
    "additionalProperties elsewhere evaluate nothing": replaced(reach, "_UNLIMITED_KEYS", ()),
    "unevaluatedProperties are nobody's": keyword("unevaluatedProperties", nothing),
}


def counted_when_it_begins(
    right: Any, self: Any, frame: Any, made: Any, counter: Any, kind: int
) -> None:
    if counter.state == OPEN and counter.wanted.rules.layout(kind).refusal is None:
        self.counted(counter)


def met_early(right: Any, self: Any, frame: Any, offset: int) -> None:
    for each in frame.evaluations:
        if frame.count + 2 == each.layout.least:
            self._follow.met(each)
    right(self, frame, offset)


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
    "contains counts twice": around(
        evaluation.Counter, "hears", lambda right, self, state: (right(self, state), right(self, state))[0]
    ),
    "maxContains is reached early": around(
        evaluation.Counter,
        "outcome",
        lambda right, self: DEAD if self.matched == self.wanted.most else right(self),
    ),
    "contains is not checked": around(
        judging.Judge,
        "_array_ends",
        lambda right, self, *args: [x for x in right(self, *args) if x[1] != "contains"],
    ),
    "minItems is met an item early": around(live.LiveSchema, "_item_begins", met_early),
    "1.0 is another item than 1": replaced(
        judging, "comparable", lambda value: json.dumps(value, sort_keys=True)
    ),
    "true is the same item as 1": all_of(
        around(
            judging,
            "comparable",
            lambda right, value: right(json.loads(re.sub(r"\btrue\b", "1", json.dumps(value)))),
        ),
        replaced(judging.Judge, "repeats", lambda *_: True),
    ),
    "contains elsewhere evaluates nothing": replaced(
        reach, "_UNLIMITED_ITEMS", ("additionalItems", "unevaluatedItems")
    ),
    "an item less may be evaluated": around(
        containers, "evaluated_items", lambda right, node: (found := right(node)) and found - 1
    ),
}


def outcome(how: str, wrong: Callable[[Any], int | None]) -> Plant:
    """Alternatives come to something else, where that is not None."""

    def come_to(right: Any, self: Any) -> Any:
        found = wrong(self) if self.choice.how == how else None
        return right(self) if found is None else found

    return around(evaluation.Decision, "outcome", come_to)


def without_what_is_inside(right: Any, self: Any, decision: Any, frames: Any) -> None:
    option = decision.last()
    right(self, decision, frames if option is None else frames[: frames.index(option.frame) + 1])


def last_though(right: Any, self: Any) -> Any:
    places = [i for i, state in enumerate(self.states) if state == OPEN]
    if self.choice.how in ("anyOf", "oneOf") and len(places) == 1 and not self._sure:
        return self.options[places[0]]
    return right(self)


def last_beside(right: Any, self: Any) -> Any:
    places = [i for i, state in enumerate(self.states) if state == OPEN]
    if self.choice.how in ("anyOf", "oneOf") and len(places) == 1:
        option = self.options[places[0]]
        return option if len(option.owners) == 1 else None
    return right(self)


def first_of(right: Any, self: Any) -> Any:
    places = [i for i, state in enumerate(self.states) if state == OPEN]
    if self.choice.how in ("anyOf", "oneOf") and places and not self._sure:
        option = self.options[places[0]]
        return option if len(option.owners) == 1 else None
    return right(self)


ALTERNATIVES: dict[str, Plant] = {
    "anyOf is dead when one of them is": outcome(
        "anyOf", lambda it: DEAD if DEAD in it.states and SURE not in it.states else None
    ),
    "oneOf is sure with the first": outcome("oneOf", lambda it: SURE if it._sure else None),
    "oneOf is dead with one beside the first": outcome(
        "oneOf", lambda it: DEAD if it._sure + it._open > 1 and it._sure else None
    ),
    "not is dead while its schema is open": outcome(
        "not", lambda it: DEAD if it.states == [OPEN] else None
    ),
    "if is false while it is open": outcome(
        "if", lambda it: it.states[2] if it.states[0] == OPEN else None
    ),
    "alternatives of scalars are dead while they are open": around(
        scalars, "combined", lambda right, *args: right(*args) or DEAD
    ),
    "oneOf takes two": replaced(
        scalars, "_exactly_one", lambda sure, open_: SURE if sure else OPEN if open_ else DEAD
    ),
    "an alternative is met twice": around(
        evaluation.Evaluation, "met", lambda right, self: right(self) or right(self)
    ),
    "an alternative is sure before its members are": replaced(
        containers.Members, "obliging", lambda self: 0
    ),
    "an alternative waits for no end": around(
        containers.Members,
        "settle",
        lambda right, self: (right(self), setattr(self, "waits", False))[0],
    ),
    "the first alternative is the last": around(evaluation.Decision, "last", first_of),
    "the last alternative is told where one is sure": around(
        evaluation.Decision, "last", last_beside
    ),
    "an alternative of two is told where it is the last of one": around(
        evaluation.Decision, "last", last_though
    ),
    "the last alternative is told without what is inside": around(
        consequences.Consequences, "_promote", without_what_is_inside
    ),
}

OTHERS: dict[str, Plant] = {
    "siblings of $ref count in draft 7": around(
        nodes.Node,
        "keywords",
        lambda right, self: self.schema.items() if isinstance(self.schema, dict) else (),
    ),
    "a $dynamicRef leads where it led before": around(
        nodes, "_says", lambda right, schema, *words: "$dynamicRef" not in words and right(schema, *words)
    ),
    "a constant may lack members": around(
        keywords,
        "_as_schema",
        lambda right, *args: {
            k: v for k, v in right(*args).items() if k not in ("required", "minItems")
        },
    ),
    "of several types the first counts": keyword(
        "type",
        lambda right, layout, part, types: right(
            layout, part, types if isinstance(types, str) else types[:1]
        ),
    ),
    "allOf has one schema less": keyword(
        "allOf", lambda right, layout, part, schemas: right(layout, part, schemas[:-1])
    ),
}
PLANTS = {**STRINGS, **NUMBERS, **OBJECTS, **ARRAYS, **ALTERNATIVES, **OTHERS}


def loud(right: Any, *args: Any, **options: Any) -> Any:
    """A plant that makes the parser crash is no rule at all."""
    try:
        return right(*args, **options)
    except Exception as error:
        pytest.fail(f"{error!r}")


@pytest.mark.parametrize("name", PLANTS)
def test_an_unsound_rule_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    around(checks, "told", loud)(monkeypatch)
    PLANTS[name](monkeypatch)
    adversary = checks.Adversary(random.Random(1))
    assert next(checks.contradictions(everything(), adversary), None), adversary
