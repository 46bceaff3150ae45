"""The benchmark of early verdicts measures what it says; the library's verdicts are no matter."""

from __future__ import annotations

import json
import re
from itertools import islice
from random import Random

import pytest

from benchmarks.earliest import __main__ as command
from benchmarks.earliest import oracle, report, verdicts
from benchmarks.earliest.continuations import Writer, pool, read
from benchmarks.earliest.damage import FRACTION, KINDS, MISSING, NUMBERS, UNKNOWN, at, damaged
from benchmarks.earliest.generate import Generator
from benchmarks.earliest.measure import EARLIER, EXACT, LATER, NUMBER, Bench, place
from benchmarks.earliest.places import number_at, places
from benchmarks.earliest.prefix import AFTER, IN_KEY, IN_STRING, ITEM, KEY, prefix_of
from benchmarks.earliest.samples import sample
from benchmarks.earliest.schemas import Schema, bare, load, parts
from benchmarks.earliest.verdicts import Verdict

NAMES = [*load()]


# --- schemas, documents, damage ----------------------------------------------------------


def test_there_are_schemas_enough() -> None:
    judged = [named for named in load().values() if named.group != "beyond"]
    assert len(judged) >= 30
    assert {"tools", "extraction", "unions", "recursive", "pydantic", "strict"} <= {
        named.group for named in judged
    }


@pytest.mark.parametrize("name", NAMES)
def test_documents_are_valid(name: str) -> None:
    named = load()[name]
    type(named.validator).check_schema(named.schema)
    for plain in (True, False):
        documents = Generator(named, Random(name), plain=plain).documents()
        for document in islice(documents, 10):
            assert named.validator.is_valid(document.value)
            assert read(document.text, plain=plain) == document.value
            for site in document.sites:
                at(document.value, site.path)  # is there


@pytest.mark.parametrize("name", NAMES)
def test_damaged_documents_are_invalid_and_enough(name: str) -> None:
    named = load()[name]
    cases = [*islice(damaged(named, 0), 15)]
    assert len({case.text for case in cases}) == 15
    for case in cases:
        assert case.kind in KINDS
        assert not named.validator.is_valid(json.loads(case.text))
        assert named.validator.is_valid(case.before.value)
    first = [case.text for case in cases[:7]]
    assert [case.text for case in islice(damaged(named, 0), 7)] == first
    assert [case.text for case in islice(damaged(named, 1), 7)] != first


def test_every_kind_of_damage_is_done() -> None:
    named = load()
    some = ("weather", "write_file", "shapes", "matrix")
    done = {case.kind for name in some for case in islice(damaged(named[name], 0), 13)}
    assert done == set(KINDS)
    assert set(NUMBERS) < done


def test_only_the_kinds_asked_for() -> None:
    cases = [*islice(damaged(load()["weather"], 0, kinds=(FRACTION,)), 5)]
    assert {case.kind for case in cases} == {FRACTION}
    assert all(re.search(r'"days": \d+\.\d', case.text) for case in cases)


def test_a_request_is_unpacked() -> None:
    inner = {"type": "object"}
    assert bare({"type": "json_schema", "json_schema": {"schema": inner}}) is inner
    assert bare({"type": "function", "function": {"parameters": inner}}) is inner
    assert bare(inner) is inner
    assert [name for name, _ in parts({"properties": {"a": {"items": {}}}})] == ["", "a", ""]


@pytest.mark.parametrize(
    "pattern", ["^[A-Z]{2}\\d{4}$", "^(a|bc)+-?$", "^\\S+@[^@ ]+$", "^O-O(-O)?\\w*$"]
)
def test_samples_match(pattern: str) -> None:
    rng = Random(0)
    assert all(re.search(pattern, sample(pattern, rng)) for _ in range(50))


# --- texts -------------------------------------------------------------------------------


def test_places_are_those_of_the_values() -> None:
    text = '{"a": [1, "x\\"]", {}], "b\\u0063": -2.5e1}'
    found = places(text)
    assert found[()] == (0, len(text) - 1)
    assert found["a", 0] == (7, 8)  # the comma
    assert text[slice(*found["a", 1])] == '"x\\"]'
    assert found["a", 2] == (18, 19)
    assert text[slice(*found[("bc",)])] == "-2.5e1"
    assert number_at(text, 8) == (7, 8)
    assert number_at(text, 9) is None
    assert places("12")[()] == (0, 2)


@pytest.mark.parametrize(
    ("text", "state", "token"),
    [
        ("[", ITEM, ""),
        ('["{', IN_STRING, '"{'),
        ('{"a": 1, ', KEY, ""),
        ('{"a\\', IN_KEY, '"a\\'),
        ('{"a": {}', AFTER, ""),
    ],
)
def test_a_beginning_is_read(text: str, state: str, token: str) -> None:
    found = prefix_of(text)
    assert (found.state, found.token) == (state, token)


def test_what_a_cut_string_says() -> None:
    assert prefix_of('"a\\').said == "a"
    assert prefix_of('"a\\\\').said == "a\\"
    assert prefix_of('"a\\u00').said == "a"
    assert prefix_of('"a\\u0062').said == "ab"


@pytest.mark.parametrize("name", ["calendar_event", "shapes", "translations", "filter"])
def test_continuations_begin_as_they_should(name: str) -> None:
    named = load()[name]
    rng = Random(name)
    suggested = pool(named, rng)
    for document in islice(Generator(named, rng).documents(), 3):
        for end in range(0, len(document.text), 17):
            beginning = document.text[:end]
            writer = Writer(beginning, document.value, suggested, rng, plain=True)
            found = [*writer.documents(10)]
            assert all(text.startswith(beginning) for text, _ in found)
            assert any(named.validator.is_valid(value) for _, value in found)


def test_what_no_parser_would_read_is_no_continuation() -> None:
    assert read("[1.0, 1e5]", plain=False) == [1.0, 1e5]
    for text, plain in (('{"a": 1, "a": 2}', False), ("1.0", True), ("1e5", True)):
        with pytest.raises(ValueError, match=r"repeated|plain"):
            read(text, plain=plain)


# --- the measurement ---------------------------------------------------------------------


def at_the_end(given: Schema, text: str, *, plain: bool, size: int) -> Verdict | None:
    """The verdict of who validates when all is there."""
    named = next(named for named in load().values() if named.given is given)
    if named.validator.is_valid(json.loads(text)):
        return None
    return Verdict(len(text) - 1, "end")


def at_once(given: Schema, text: str, *, plain: bool, size: int) -> Verdict | None:
    """A verdict that cannot be sound."""
    return at_the_end(given, text, plain=plain, size=size) and Verdict(0, "begin")


def test_places_are_compared() -> None:
    assert place("[12, 3]", 1, 1) == EXACT
    assert place("[12, 3]", 3, 2) == NUMBER
    assert place("[12, 3]", 4, 2) == LATER
    assert place("[12, 3]", 1, 2) == EARLIER


def test_a_late_judge_is_late_and_a_rash_one_unsound() -> None:
    named = load()["weather"]
    late = Bench(named, at_the_end, seed=0, plain=False, continuations=20).run(13)
    assert all(each.contradictions == () for each in late.outcomes)
    assert any(each.ours > each.close for each in late.outcomes)
    assert late.alarms == late.failures == ()
    rash = Bench(named, at_once, seed=0, plain=False, continuations=20).run(13)
    assert sum(bool(each.contradictions) for each in rash.outcomes) > 6
    shown = report.text({report.JSON_NUMBERS: {"weather": rash}})
    assert "UNSOUND" in shown
    assert json.dumps(report.as_data({report.JSON_NUMBERS: {"weather": rash}}))


def test_the_oracle_is_asked_in_an_order_of_keys() -> None:
    schema = {"properties": {"a": {"format": "date"}, "b": {}, "format": {"const": {"b": 1}}}}
    found = oracle.ordered(schema, {"format": 1, "b": {"x": 2}})
    assert [*found["properties"]] == ["format", "b", "a"]
    assert found["properties"]["a"] == {}
    assert found["properties"]["format"] == {"const": {"b": 1}}


def test_the_oracle_says_where() -> None:
    pytest.importorskip("llguidance")
    schema = load()["weather"].schema
    assert oracle.ask(schema, {"city": 1}, '{"city": "x", "unit": "celsius"}').refused is None
    assert oracle.ask(schema, {"city": 1}, '{"city": 1').refused == 9
    assert oracle.ask({"not": {}}, {}, "1").unknown


@pytest.mark.skipif(not verdicts.available(), reason="this partialjson has no SchemaParser")
def test_the_command_says_it(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = ["--schemas", "weather", "--documents", "13", "--continuations", "5"]
    assert command.main(wanted) in (0, 1)
    assert "at the oracle's own byte" in capsys.readouterr().out
    case = next(damaged(load()["weather"], 0, kinds=(UNKNOWN, MISSING)))
    for size in (1, len(case.text)):
        assert verdicts.ours(load()["weather"].given, case.text, plain=False, size=size)
