"""The public suite of JSON Schema: each instance in five fragmentations, and what follows it.

jsonschema's own verdict is the oracle; where it is not the suite's, neither is ours.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from jsonschema.validators import (
    Draft7Validator,
    Draft201909Validator,
    Draft202012Validator,
    validator_for,
)

from partialjson import UsageError
from tests import schema_checks as checks
from tests.fragmenting import cuts
from tests.schema_checks import Adversary, Case, Found, Subject, Told, told
from tests.schema_suite import DRAFTS, LOCAL, SUITE, Group, SuiteFile, remotes, suite_files
from tests.strategies import times
from tests.typed_texts import Kin, plain

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="the suite's files are not here")

VALIDATORS: dict[str, Any] = {
    "draft7": Draft7Validator,
    "draft2019-09": Draft201909Validator,
    "draft2020-12": Draft202012Validator,
}
INSTANCES = {"draft7": 927, "draft2019-09": 1259, "draft2020-12": 1299}  # the mandatory ones
RIGHT = {"draft7": 927, "draft2019-09": 1257, "draft2020-12": 1293}  # as many by jsonschema
TRIED = times(25)  # continuations of each violation: the ways to continue are few here

ALL_FILES = pytest.mark.parametrize("file", suite_files(), ids=str)


def none_of(contradictions: Iterable[str]) -> None:
    """There is nothing; else the shortest are shown."""
    all_ = sorted(contradictions, key=len)
    assert not all_, f"{len(all_)} times, the shortest first:\n" + "\n".join(all_[:3])


@dataclass
class Outcome:
    """What the instances of a file came to.

    Attributes:
        found: what contradicts which property.
        right: how many were judged as the suite says.
        unsound: violations that another instance or spelling contradicts.
    """

    found: Found = field(default_factory=Found)
    right: int = 0
    unsound: list[str] = field(default_factory=list)
    refuted: list[str] = field(default_factory=list)

    def look_at(self, file: SuiteFile, group: Group) -> None:
        kind: Any = validator_for(group.schema, default=Draft202012Validator)
        registry = remotes(file.draft) if LOCAL in json.dumps(group.schema) else None
        subject = Subject(group.schema, registry, format=file.about_format)
        told_of: list[tuple[Case, Told]] = []
        for instance in group.instances:
            case = Case(subject, instance.text)
            runs = self.found.look_at(case)
            if runs:
                self.right += (runs[0].verdicts[-1] == "valid") == instance.valid
                told_of.append((case, runs[0]))
        assert kind is VALIDATORS[file.draft] or file.name == "vocabulary" or group.schema in (0, 1)
        rng = random.Random(group.description)
        self.unsound += contradicted_by_others(told_of)
        self.unsound += contradicted_by_spelling([case for case, _ in told_of], rng)
        self.refuted += contradicted_by_what_follows(told_of, kin_of(group, rng), rng)


def contradicted_by_others(group: list[tuple[Case, Told]]) -> Iterator[str]:
    accepted = [case.text for case, _ in group if case.accepted]
    for case, said in group:
        for event in said.violations:
            begun = case.text[: event.offset + 1]
            if event.offset < len(case.text) and any(x.startswith(begun) for x in accepted):
                yield f"{case}  {event}\n  but what begins alike is accepted"


def contradicted_by_spelling(group: list[Case], rng: random.Random) -> Iterator[str]:
    for case in group:
        for again in checks.respelled(case, rng, times(2)) if case.accepted else ():
            said = told(again.subject, cuts(again.text, 1))
            if said.violations or said.verdicts[-1] != "valid":
                yield f"{again}  {said.violations} {said.verdicts[-1]}"


def contradicted_by_what_follows(
    group: list[tuple[Case, Told]], kin: Kin, rng: random.Random
) -> Iterator[str]:
    adversary = Adversary(rng)
    for case, said in group:
        yield from adversary.refutes(case, said.violations, kin, TRIED)


def kin_of(group: Group, rng: random.Random) -> Kin:
    trees = [instance.tree for instance in group.instances if len(plain(instance.tree)) < 2000]
    return checks.kin(group.schema, trees, rng)


@cache
def outcome(file: SuiteFile) -> Outcome:
    result = Outcome()
    for group in file.groups():
        result.look_at(file, group)
    return result


# --- the verdicts -----------------------------------------------------------------------------


@ALL_FILES
def test_what_jsonschema_cannot_judge_is_refused_and_nothing_else(file: SuiteFile) -> None:
    none_of(outcome(file).found.against["crash"])


@ALL_FILES
def test_verdict_and_errors_are_jsonschemas(file: SuiteFile) -> None:
    against = outcome(file).found.against
    none_of(against["verdict_is_jsonschemas"])
    none_of(against["errors_are_jsonschemas"])


@pytest.mark.parametrize("draft", DRAFTS)
def test_as_many_are_as_the_suite_says_as_by_jsonschema(draft: str) -> None:
    files = [file for file in suite_files() if file.draft == draft and file.mandatory]
    outcomes = [outcome(file) for file in files]
    counts = sum((o.found.counts for o in outcomes), Counter[str]())
    assert counts["accepted"] + counts["refused"] + counts["raising"] == INSTANCES[draft]
    assert sum(o.right for o in outcomes) >= RIGHT[draft]


@ALL_FILES
def test_fragments_never_matter(file: SuiteFile) -> None:
    none_of(outcome(file).found.against["fragments_do_not_matter"])


# --- the violations ---------------------------------------------------------------------------


@ALL_FILES
def test_a_refused_instance_has_a_violation_in_time(file: SuiteFile) -> None:
    against = outcome(file).found.against
    none_of(against["refusals_are_told"])
    none_of(against["refusals_are_told_in_time"])


@ALL_FILES
def test_no_violation_of_what_can_still_be_accepted(file: SuiteFile) -> None:
    none_of(outcome(file).found.against["violations_are_sound"])
    none_of(outcome(file).unsound)


@ALL_FILES
def test_nothing_that_follows_a_violation_makes_the_instance_acceptable(file: SuiteFile) -> None:
    none_of(outcome(file).refuted)


OTHER = [prop.__name__ for prop in checks.PROPERTIES]


@ALL_FILES
def test_nothing_contradicts_any_property(file: SuiteFile) -> None:
    against = outcome(file).found.against
    none_of(f"{name}: {found}" for name in OTHER for found in against[name])


# --- what is no verdict -----------------------------------------------------------------------

WRONG: list[tuple[Any, str, str]] = [
    ({"$ref": "#/$defs/nowhere"}, "1", "unresolvable_reference"),
    ({"properties": {"a": {"$ref": "http://example.com/x"}}}, '{"a":1}', "unresolvable_reference"),
    ({"$ref": "#"}, "1", "endless_schema"),
    ({"allOf": [{"anyOf": [{"$ref": "#"}]}]}, "[1]", "endless_schema"),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}}, "{}", "endless_schema"),
]


@pytest.mark.parametrize(("schema", "text", "code"), WRONG)
def test_what_cannot_be_judged_is_a_documented_error(schema: Any, text: str, code: str) -> None:
    subject = Subject(schema)
    assert Case(subject, text).errors is None
    for fragments in ([text], cuts(text, 1)):
        with pytest.raises(UsageError) as caught:
            told(subject, fragments)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"properties": {"a": {"$ref": "#/$defs/nowhere"}}}, '{"b":1}'),
        ({"items": {"$ref": "#"}}, "[[],[[]]]"),
        ({"type": "object", "additionalProperties": {"$ref": "http://example.com/x"}}, "{}"),
    ],
)
def test_what_is_not_reached_does_no_harm(schema: Any, text: str) -> None:
    said = told(Subject(schema), [text])
    assert said.verdicts[-1] == "valid"
