"""The public conformance suite: every file, in five fragmentations."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from partialjson import FieldCompleted, Limits, Parser, PartialJSONError

from .fragmenting import Fragments, cut_at, cuts, run

SUITE = Path(__file__).parents[2] / "shared" / "suites" / "jsontestsuite"

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="the suite's files are not here")

PARSING = sorted((SUITE / "test_parsing").glob("*.json"))
TRANSFORM = sorted((SUITE / "test_transform").glob("*.json"))
DEEP = Limits(max_depth=200_000)


def beginning_with(letter: str) -> list[Path]:
    return [file for file in PARSING if file.name.startswith(letter + "_")]


def five_ways(text: bytes) -> Iterator[Fragments]:
    yield [text]
    for size in (1, 2, 7):
        yield cuts(text, size)
    rng = random.Random(len(text))
    yield cut_at(text, [i for i in range(1, len(text)) if rng.random() < 0.2])


def accepted(fragments: Fragments) -> bool:
    """Whether a parser without limits in the way, that hands out nothing, takes the text."""
    return run(Parser(limits=DEEP, events=()), fragments).error is None


def name(file: Path) -> str:
    return file.stem


def test_the_suite_has_as_many_files_of_each_kind_as_it_should() -> None:
    kinds = Counter(file.name[0] for file in PARSING)
    assert kinds == {"y": 95, "n": 188, "i": 35}
    assert len(TRANSFORM) == 22


@pytest.mark.parametrize("file", beginning_with("y"), ids=name)
def test_what_must_be_accepted_has_the_value_of_json_loads(file: Path) -> None:
    text = file.read_bytes()
    expected = json.loads(text)
    for fragments in five_ways(text):
        result = run(Parser(), fragments)
        assert result.error is None
        assert result.value == expected
        assert repr(result.value) == repr(expected)  # an int stays an int, 1.0 is not 1


@pytest.mark.parametrize("file", beginning_with("n"), ids=name)
def test_what_must_be_refused_is_refused(file: Path) -> None:
    for fragments in five_ways(file.read_bytes()):
        assert not accepted(fragments)


@pytest.mark.parametrize("file", [*PARSING, *TRANSFORM], ids=name)
def test_every_file_comes_to_the_same_however_it_is_cut(file: Path) -> None:
    text = file.read_bytes()
    first, *others = [run(Parser(), fragments) for fragments in five_ways(text)]
    for other in others:
        assert other.error == first.error
        assert other.events == first.events
        assert FieldCompleted((), other.value) == FieldCompleted((), first.value)


@pytest.mark.parametrize("file", [*PARSING, *TRANSFORM], ids=name)
def test_a_file_in_utf8_comes_to_the_same_as_text(file: Path) -> None:
    text = file.read_bytes()
    try:
        decoded = text.decode()
    except UnicodeDecodeError:
        pytest.skip("not UTF-8")
    as_bytes, as_text = run(Parser(), [text]), run(Parser(), [decoded])
    assert as_text.error == as_bytes.error
    assert as_text.events == as_bytes.events


@pytest.mark.parametrize("file", beginning_with("i"), ids=name)
def test_what_may_be_either_is_a_value_of_json_loads_or_an_error_of_this_library(
    file: Path,
) -> None:
    text = file.read_bytes()
    result = run(Parser(limits=DEEP), [text])
    if result.error is None:
        assert repr(result.value) == repr(json.loads(text.decode("utf-8-sig")))
    else:
        assert isinstance(result.error, PartialJSONError)
        assert result.error.code in ("bad_utf8", "lone_surrogate", "unexpected_character")
