"""Each property of typed parsers is one that a wrong parser fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, TypeAlias

import pytest

from partialjson import Validated, Violation
from partialjson.typed import bare, report, verdicts
from tests import typed_checks as checks

Fault: TypeAlias = Callable[[pytest.MonkeyPatch], None]


def altered(change: Callable[[Violation], None]) -> Fault:
    """Violations are told otherwise than they are."""
    right = report.violations

    def wrong(*args: Any) -> Iterator[Violation]:
        for event in right(*args):
            change(event)
            yield event

    return lambda patch: patch.setattr(verdicts, "violations", wrong)


def replaced(owner: Any, name: str, wrong: Any) -> Fault:
    return lambda patch: patch.setattr(owner, name, wrong)


def later(event: Violation) -> None:
    event.offset += 1


def at_the_other_time(event: Violation) -> None:
    event.early = not event.early


def in_other_words(event: Violation) -> None:
    event.message += "!"


def elsewhere(event: Violation) -> None:
    event.path += ("nowhere", "at all")


SCHEMA = bare.Bare.schema
TELL = verdicts.Verdicts.tell
VALIDATE = verdicts.Verdicts.validate


def no_floats(self: Any, schema: Any, config: Any) -> Any:
    return {"type": "none"} if schema["type"] in ("float", "date") else SCHEMA(self, schema, config)


def told_at_the_end(self: Any, *args: Any, **options: Any) -> Any:
    return TELL(self, *args, **{**options, "mark": -1})


def validated_twice(self: Any, *args: Any) -> Any:
    VALIDATE(self, *args)
    return VALIDATE(self, *args)


def made_otherwise(self: Any, *args: Any) -> Any:
    told = len(self.tree.out)
    made = VALIDATE(self, *args)
    for event in self.tree.out:
        if len(self.tree.out) > told and isinstance(event, Validated):
            event.object = (event.object,)
    return made


FAULTS: dict[Any, Fault] = {
    checks.result_is_pydantics: replaced(verdicts.Outcome, "verdict", lambda self: ("", None)),
    checks.violations_are_sound: replaced(bare.Bare, "schema", no_floats),
    checks.refusals_are_told: replaced(verdicts.Verdicts, "tell", lambda *_, **__: True),
    checks.fragments_do_not_matter: replaced(verdicts.Verdicts, "tell", told_at_the_end),
    checks.violations_are_prompt: altered(later),
    checks.early_means_before_the_value_is_complete: altered(at_the_other_time),
    checks.nothing_is_told_below_the_dead: replaced(report.Reported, "covers", lambda *_: False),
    checks.each_error_is_told_once: replaced(report.Reported, "covers", lambda *_: False),
    checks.violations_speak_pydantics_language: altered(in_other_words),
    checks.paths_lead_somewhere: altered(elsewhere),
    checks.objects_come_once: replaced(verdicts.Verdicts, "validate", validated_twice),
    checks.objects_are_those_of_their_types: replaced(
        verdicts.Verdicts, "validate", made_otherwise
    ),
    checks.models_are_announced: replaced(verdicts.Verdicts, "validate", lambda *_: None),
}


@pytest.mark.parametrize("prop", checks.PROPERTIES, ids=lambda prop: prop.__name__)
def test_a_wrong_parser_fails_each_property(prop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [*chain(*map(checks.all_cases, (-1, 0, 1, 2, 3)))]
    FAULTS[prop](monkeypatch)
    assert any(case.pydantic is not None and contradicted(prop, case) for case in cases)


def contradicted(prop: Any, case: checks.Case) -> bool:
    runs = [checks.told(case.relative, fragments) for fragments in case.fragmentations()]
    return next(iter(prop(case, runs)), None) is not None
