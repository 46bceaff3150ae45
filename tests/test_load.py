"""Streams side by side in one process: nothing is mixed up, and nothing is left of them.

`python -m benchmarks.load` does the same with ten thousand, for as long as it is told.
"""

from __future__ import annotations

import pytest

from benchmarks import load


@pytest.mark.parametrize("mode", load.MODES)
def test_streams_that_take_turns_come_out_as_they_went_in(mode: str) -> None:
    figures = load.run(mode, 24, 0.0)
    assert figures.counts.wrong == []
    assert figures.counts.streams == 24
    assert figures.counts.fragments > 24 * 10
    assert figures.objects < 500


def test_no_two_streams_are_alike_and_each_provider_has_some() -> None:
    bodies = [load.body(number) for number in range(40)]
    assert {name for name, _ in bodies} == set(load.PROVIDERS)
    assert len({b"".join(fragments) for _, fragments in bodies}) == 40
    assert all(len(fragments) > 5 for _, fragments in bodies)


def test_a_stream_that_comes_out_as_another_is_told() -> None:
    counts = load.Counts()
    load._compare(7, counts, same=False)
    assert counts.wrong == ["stream 7 came out as another"]
    figures = load.Figures("asyncio", 1, 1.0, counts, 1.0, 100.0, 30_000, 10_000, 0.5)
    assert len(figures.problems()) == 4
    assert figures.line().count("|") == load.HEAD.splitlines()[0].count("|")
