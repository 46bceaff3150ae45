"""The fuzz targets over their corpora, and the machinery that runs them.

Inputs that broke something once are files of the corpora, so that they are run here.
"""

from __future__ import annotations

import faulthandler
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz import leaks, unguided
from tests.fuzz.__main__ import MOST_BYTES, MOST_FILES, facts_of
from tests.fuzz.catalogue import CORPUS, NAMES, Target, target
from tests.fuzz.choices import Choices, pieces
from tests.fuzz.finds import Finds, broken, smaller
from tests.fuzz.mutating import mutated

SEEDS = 20  # of each target that are run here: there can be hundreds
FEW = 6


def few(known: Target, most: int) -> Iterator[bytes]:
    """Some of the inputs that a target begins with, from all over."""
    inputs = [*known.inputs().values()]
    yield from inputs[:: max(1, len(inputs) // most)][:most]


@pytest.mark.parametrize("name", NAMES)
def test_no_input_of_the_corpus_breaks_anything(name: str) -> None:
    known = target(name)
    for data in few(known, SEEDS):
        known.run(data)
    for path in known.corpus():
        known.run(path.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_inputs_changed_by_chance_break_nothing(name: str) -> None:
    known = target(name)
    rng = random.Random(name)
    inputs = [*few(known, SEEDS)]
    for _ in range(FEW):
        known.run(mutated(rng.choice(inputs), rng, known.max_len, known.words, rng.choice(inputs)))


@pytest.mark.parametrize("name", NAMES)
def test_a_target_says_what_it_holds_and_its_corpus_is_small(name: str) -> None:
    known = target(name)
    doc = sys.modules[known.run.__module__].__doc__ or ""
    assert "Property:" in doc
    assert "Documented" in doc
    files = known.corpus()
    assert len(files) <= MOST_FILES
    assert sum(path.stat().st_size for path in files) <= 2 * MOST_BYTES
    assert all(path.stat().st_size <= known.max_len for path in files)


def test_no_corpus_is_of_no_target() -> None:
    assert {path.name for path in CORPUS.glob("*")} <= {*NAMES}


# --- the machinery ------------------------------------------------------------------------


def fragile(data: bytes) -> None:
    """A target that is broken by two bytes."""
    assert not (b"x" in data and b"y" in data), "both"


FRAGILE = Target("fragile", fragile, lambda: [b"x1234", b"5678y", b""], 50, (b"x", b"y"))


def test_what_breaks_is_found_once_kept_and_made_small(tmp_path: Path) -> None:
    finds = Finds(FRAGILE, tmp_path, patience=5)
    with pytest.raises(SystemExit, match="the same find"):
        unguided.fuzz(FRAGILE, finds, 60, 1)
    (find,) = tmp_path.glob("crash-????????????????")
    assert "both" in find.with_suffix(".txt").read_text()
    assert sorted(smaller(FRAGILE, find.read_bytes())) == [ord("x"), ord("y")]


def test_no_watch_is_left_over_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    for name in ("dump_traceback_later", "cancel_dump_traceback_later"):
        monkeypatch.setattr(faulthandler, name, lambda *_, name=name, **__: told.append(name))
    with pytest.raises(SystemExit):
        unguided.fuzz(FRAGILE, Finds(FRAGILE, tmp_path, patience=0), 60, 1)
    assert told[-1] == "cancel_dump_traceback_later"


def test_what_is_kept_in_each_run_is_a_leak() -> None:
    kept: list[object] = []
    leaking = Target("leaking", lambda data: kept.append([data]), list, 50, ())
    assert leaks.grew(*leaks.looped(leaking, [b"a", b"b"], 20), 2, 20)
    assert not leaks.grew(*leaks.looped(FRAGILE, [b"a", b"xy"], 20), 2, 20)


@pytest.mark.parametrize("name", ["parser", "tool_calls"])
def test_memory_stays_flat(name: str) -> None:
    """The others are looped over by `python -m tests.fuzz.leaks`."""
    known = target(name)
    inputs = [*few(known, FEW)]
    spans = [leaks.looped(known, inputs, 4)]
    if leaks.grew(*spans[0], len(inputs), 4):  # something was made late, or once
        spans.append(leaks.looped(known, inputs, 4))
    assert not leaks.grew(*spans[-1], len(inputs), 4), spans


def test_what_pytest_raises_is_found_too() -> None:
    def expects(_: bytes) -> None:
        with pytest.raises(ValueError, match="no"):
            pass

    assert broken(expects, b"") is not None
    assert broken(lambda _: None, b"") is None


def test_chance_comes_from_the_seed_and_keeps_to_the_length() -> None:
    data = b'{"a": [1, "x", {"b": null}], "c": "d"}'
    made = [mutated(data, random.Random(seed), 40, (b"{}",), b"[2, 3]") for seed in range(300)]
    assert made == [
        mutated(data, random.Random(seed), 40, (b"{}",), b"[2, 3]") for seed in range(300)
    ]
    assert len({*made}) > 200
    assert max(map(len, made)) == 40


def test_the_first_bytes_choose_and_the_rest_is_text() -> None:
    choices = Choices(b"\x05\x21\x03\xed\xa0\xbd")
    assert choices.pick("abc") == "c"
    sizes = choices.sizes()
    assert (sizes, choices.text()) == ([1, 2, 3, 0], "\ud83d")
    assert pieces("abcdefgh", sizes) == ["a", "bc", "def", "", "g", "h"]
    assert pieces("abc", [0, 0]) == ["abc"]
    assert Choices(b"").flag() is False
    assert Choices(b"\xff").text() == "\udcff"


def test_the_runner_reads_what_libfuzzer_prints() -> None:
    log = "#9 NEW cov: 12 ft: 34 corp: 1\nstat::number_of_executed_units: 50\n"
    facts = facts_of(log + "stat::peak_rss_mb:              84\n", 10)
    assert (facts["cov"], facts["ft"], facts["rate"], facts["peak_rss_mb"]) == (
        *("12", "34", "5", "84"),
    )
