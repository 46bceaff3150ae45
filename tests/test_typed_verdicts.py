"""Each constraint by hand: what is wrong, with which character it becomes so, and what is not.

The table says it; Pydantic's own verdict on the whole text is always asked, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, TypeAdapter, ValidationError

from partialjson import (
    Event,
    FieldCompleted,
    ModelParser,
    PartialJSONError,
    Validated,
    ValidationFailed,
    ValueStarted,
    Violation,
)

from .fragmenting import cuts
from .verdict_cases import VALUES, Case, Path
from .verdict_models import MODELS, Ends, even
from .verdict_unions import UNIONS

TABLE = {**VALUES, **MODELS, **UNIONS}
NO_URL = {"large_number"}  # a kind that the table's own function made up
COUNTED = {"too_long", "union_tag_invalid"}  # their early messages speak of what was read so far


def rows(bad: bool) -> list[Any]:
    """The cases of one sort, each named by its theme and its text."""
    return [
        pytest.param(case, id=f"{theme}: {case.marked.replace('⟪', '<').replace('⟫', '>')}")
        for theme, cases in TABLE.items()
        for case in cases
        if bool(case.kind) == bad
    ]


every_good_case = pytest.mark.parametrize("case", rows(bad=False))
every_bad_case = pytest.mark.parametrize("case", rows(bad=True))


def fed(case: Case, fragments: Iterable[Any], **options: Any) -> list[tuple[int, Event]]:
    """Each event with the number of the fragment that brought it; those of `close` come last."""
    parser = ModelParser(case.type, **case.options, **options)
    events: list[tuple[int, Event]] = []
    count = 0
    for count, fragment in enumerate(fragments, 1):
        events += [(count - 1, event) for event in parser.feed(fragment)]
    return events + [(count, event) for event in parser.close()]


def bare(entry: dict[str, Any]) -> dict[str, Any]:
    """An error's entry that can be compared: an exception equals no other."""
    context = {name: repr(value) for name, value in entry.get("ctx", {}).items()}
    return {**entry, "ctx": context, "input": repr(entry["input"])}


def violations(events: Iterable[tuple[int, Event]]) -> list[Any]:
    """The violations as plain data."""
    found = [event for _, event in events if isinstance(event, Violation)]
    return [(v.path, v.kind, v.message, v.offset, v.early, bare(v.detail)) for v in found]


def ways(text: str) -> list[list[Any]]:
    data = text.encode()
    return [[text], cuts(text, 1), cuts(text, 3), [data], cuts(data, 1)]


def final_object(case: Case) -> Any:
    adapter = case.type if isinstance(case.type, TypeAdapter) else TypeAdapter(case.type)
    return adapter.validate_json(case.text, **case.options)


def final_errors(case: Case) -> list[Any]:
    """Pydantic's own errors on the whole text."""
    try:
        final_object(case)
    except ValidationError as error:
        return error.errors()
    return []


def first_violation(case: Case) -> Violation:
    events = fed(case, [case.text])
    return next(event for _, event in events if isinstance(event, Violation))


# --- the table itself -------------------------------------------------------------------


def test_the_table_is_long() -> None:
    cases = [case for cases in TABLE.values() for case in cases]
    assert len(cases) >= 350
    assert len(rows(bad=False)) >= 120
    assert len(rows(bad=True)) >= 230
    assert {case.early for case in cases if case.kind} == {True, False}


def test_no_case_is_there_twice() -> None:
    seen = [(repr(c.type), c.text, repr(c.options)) for cs in TABLE.values() for c in cs]
    assert len(set(seen)) == len(seen)


def test_each_bad_case_marks_one_character() -> None:
    for cases in TABLE.values():
        for case in cases:
            marks = re.findall("⟪(.*?)⟫", case.marked, re.DOTALL)
            assert len(marks) == bool(case.kind), case.marked
            assert all(len(m) == 1 or case.offset == len(case.text) for m in marks), case.marked


@every_good_case
def test_pydantic_accepts_each_good_case(case: Case) -> None:
    assert final_errors(case) == []


@every_bad_case
def test_pydantic_refuses_each_bad_case_for_the_same_reason(case: Case) -> None:
    kinds = set(case.kind.split("|"))
    found = {(error["type"], error["loc"]) for error in final_errors(case)}
    assert found
    if case.listed:
        assert any(kind in kinds and case.loc in (None, loc) for kind, loc in found), found


# --- good cases -------------------------------------------------------------------------


@every_good_case
def test_nothing_is_said_against_a_good_text_however_it_comes(case: Case) -> None:
    for fragments in ways(case.text):
        assert violations(fed(case, fragments)) == []


@every_good_case
def test_the_result_of_a_good_text_is_pydantics_own(case: Case) -> None:
    parser = ModelParser(case.type, **case.options)
    events = [*parser.feed(case.text), *parser.close()]
    expected = final_object(case)
    assert parser.result == expected
    (root,) = [e for e in events if isinstance(e, Validated) and e.path == ()]
    assert root.object == expected


# --- bad cases --------------------------------------------------------------------------


@every_bad_case
def test_a_violation_comes_with_the_character_that_makes_it_certain(case: Case) -> None:
    events = fed(case, case.text)
    count, first = next(
        ((count, e) for count, e in events if isinstance(e, Violation)), (None, None)
    )
    assert first is not None
    assert (count, first.offset) == (case.offset, case.offset)
    assert (first.path, first.early) == (case.path, case.early)
    assert first.kind in case.kind.split("|")


@every_bad_case
def test_the_violations_are_the_same_however_the_text_comes(case: Case) -> None:
    whole, *others = [violations(fed(case, fragments)) for fragments in ways(case.text)]
    assert whole
    for other in others:
        assert other == whole


@every_bad_case
def test_each_error_is_said_once_and_nothing_below_it(case: Case) -> None:
    found = [event for _, event in fed(case, [case.text]) if isinstance(event, Violation)]
    assert len({(v.detail["loc"], v.kind, v.message) for v in found}) == len(found)
    if case.more is not None:
        assert sorted((v.path, v.kind) for v in found[1:]) == sorted(case.more)


@every_bad_case
def test_what_is_said_to_be_missing_does_not_come_later(case: Case) -> None:
    final = [(error["type"], error["loc"]) for error in final_errors(case)]
    for _, event in fed(case, [case.text]):
        if isinstance(event, Violation) and event.kind in ("missing", "union_tag_not_found"):
            assert (event.kind, event.detail["loc"]) in final


@every_bad_case
def test_the_detail_is_the_entry_that_pydantic_makes(case: Case) -> None:
    violation = first_violation(case)
    detail = violation.detail
    assert (violation.kind, violation.message) == (detail["type"], detail["msg"])
    assert {"type", "loc", "msg", "input"} <= set(detail)
    assert ("url" in detail) == (violation.kind not in NO_URL)
    if case.loc is not None:
        assert detail["loc"] == case.loc
    elif not case.listed:
        assert detail["loc"][:-1] == case.path


@every_bad_case
def test_the_words_are_those_of_the_final_verdict(case: Case) -> None:
    violation = first_violation(case)
    final = final_errors(case)
    if not violation.early and case.listed:
        assert bare(violation.detail) in [bare(entry) for entry in final]
    elif case.listed and violation.kind not in COUNTED:
        said = {
            (entry["type"], entry["msg"]) for entry in final if case.loc in (None, entry["loc"])
        }
        assert (violation.kind, violation.message) in said


@every_bad_case
def test_the_final_verdict_is_pydantics_own(case: Case) -> None:
    parser = ModelParser(case.type, **case.options)
    events = [*parser.feed(case.text), *parser.close()]
    with pytest.raises(ValidationError) as error:
        _ = parser.result
    assert [bare(e) for e in error.value.errors()] == [bare(e) for e in final_errors(case)]  # type: ignore[arg-type]  # typed dicts
    assert () not in [event.path for event in events if isinstance(event, Validated)]


@every_bad_case
def test_an_early_violation_stands_before_its_values_end_and_a_late_one_after(case: Case) -> None:
    events = [event for _, event in fed(case, [case.text])]
    at = next(i for i, event in enumerate(events) if isinstance(event, Violation))
    after = [event.path for event in events[at:] if isinstance(event, FieldCompleted)]
    assert (case.path in after) == case.early


# --- stopping at the first --------------------------------------------------------------


def stopped(case: Case, fragments: Iterable[Any]) -> tuple[int, ModelParser[Any], ValidationFailed]:
    """How many fragments were read well, the parser, and what it raised."""
    parser = ModelParser(case.type, **case.options, stop_on_violation=True)
    read = 0
    try:
        for fragment in fragments:
            parser.feed(fragment)
            read += 1
        parser.close()
    except ValidationFailed as error:
        return read, parser, error
    raise AssertionError("nothing was raised")


@every_bad_case
def test_a_parser_that_shall_stop_raises_at_that_character(case: Case) -> None:
    read, _, error = stopped(case, case.text)
    assert read == case.offset
    assert violations([(0, error.violation)]) == violations([(0, first_violation(case))])


@every_bad_case
def test_what_came_before_comes_with_the_error(case: Case) -> None:
    _, _, error = stopped(case, [case.text])
    every = [event for _, event in fed(case, [case.text])]
    at = next(i for i, event in enumerate(every) if isinstance(event, Violation))
    if case.offset < len(case.text):
        assert error.events == every[:at]
    else:
        assert error.events == [e for e in every[:at] if isinstance(e, FieldCompleted)]


def test_a_parser_that_stopped_raises_an_equal_error_again() -> None:
    case = next(case for case in TABLE["members of models"] if case.kind)
    _, parser, error = stopped(case, case.text)
    assert error.violation.path == case.path
    for again in (lambda: parser.feed(" "), parser.close, lambda: parser.result):
        with pytest.raises(PartialJSONError) as later:
            again()
        assert later.value == error
        assert later.value is not error
        assert later.value.events == []  # type: ignore[attr-defined]  # ValidationFailed has


def test_a_parser_that_shall_stop_reads_a_good_text_to_its_end() -> None:
    parser = ModelParser(Ends, stop_on_violation=True)
    events = [*parser.feed('{"n": 2, "s": "ab"}'), *parser.close()]
    assert isinstance(events[0], ValueStarted)
    assert parser.result == Ends(n=2, s="ab")


# --- selected values --------------------------------------------------------------------


def selected(type_: Any, text: str, paths: Any) -> list[tuple[Path, str, int]]:
    parser = ModelParser(type_, paths=paths, events=[Violation])
    events = [event for part in text for event in parser.feed(part)] + parser.close()
    return [(e.path, e.kind, e.offset) for e in events if isinstance(e, Violation)]


def test_a_violation_is_handed_out_if_a_selected_value_is_at_or_above_it() -> None:
    text = '{"n": [], "s": "abc", "m": {}}'
    assert selected(Ends, text, "$.s") == [(("s",), "string_too_long", 18)]
    assert [path for path, _, _ in selected(Ends, text, "$")] == [("n",), ("s",), ("m",)]
    assert selected(Ends, text, "$.late") == []


def test_an_after_validator_of_a_selected_number_speaks_at_its_end() -> None:
    type_ = list[Annotated[int, AfterValidator(even)]]
    assert selected(type_, "[2, 3, 4]", "$[*]") == [((1,), "value_error", 5)]
    assert selected(type_, "[2, 3, 4]", "$") == [((1,), "value_error", 8)]
