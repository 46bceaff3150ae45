"""The text that is kept of what was read: what is wanted is there, and little else."""

from __future__ import annotations

import random

import pytest

from partialjson._core.source import KEPT, Source

TEXT = "".join(chr(0x4E00 + i) for i in range(400))  # each character stands in one place only


def made(text: str, sizes: list[int], since: int | None = None, first: int = 0) -> Source:
    """A source that was told a text in chunks of these sizes, over and over."""
    source = Source(since)
    i = first
    while i < len(text):
        size = sizes[len(source.chunks) % len(sizes)]
        source.chunks.append(text[i : i + size])
        i += size
    return source


@pytest.mark.parametrize("sizes", [[1], [3], [2, 1, 5], [400]])
def test_any_slice_is_what_stood_there(sizes: list[int]) -> None:
    text = TEXT[:40]
    source = made(text, sizes)
    for start in range(41):
        for end in range(start, 41):
            assert source.slice(start, end) == text[start:end]


def test_a_source_may_begin_anywhere() -> None:
    source = made(TEXT, [7], since=100, first=100)
    assert source.since == 100
    assert source.slice(100, 250) == TEXT[100:250]


@pytest.mark.parametrize("size", [1, 3, 8, 80, 100])
def test_the_last_characters_stay_and_no_more_chunks_than_they_need(size: int) -> None:
    source = made(TEXT, [size])
    assert source.tidy() == 2 * max(KEPT, len(source.chunks))
    assert len("".join(source.chunks[1:])) < KEPT <= len("".join(source.chunks))
    first = len(TEXT) - len("".join(source.chunks))
    assert source.slice(first + 1, len(TEXT)) == TEXT[first + 1 :]


def test_less_than_the_last_characters_stays_whole() -> None:
    source = made(TEXT[: KEPT - 1], [3])
    assert source.tidy() == 2 * KEPT
    assert source.slice(0, KEPT - 1) == TEXT[: KEPT - 1]


def test_many_chunks_are_worth_twice_as_many_the_next_time() -> None:
    source = made(TEXT, [1], since=0)
    assert source.tidy() == 800
    assert source.slice(0, 400) == TEXT


@pytest.mark.parametrize("since", [0, 1, 2, 3, 4, 100, 299, 300, 301, 319, 320, 321, 400])
def test_what_is_released_goes_up_to_its_chunk(since: int) -> None:
    source = made(TEXT, [3], since=0)
    source.release(since)
    assert source.since == since
    left = len("".join(source.chunks))
    assert len(TEXT) - left == min(since // 3 * 3, len(TEXT) - 82)  # 1 + 27 * 3: at least KEPT
    assert source.slice(max(since, len(TEXT) - left), 400) == TEXT[since:][-left:]


@pytest.mark.parametrize("end", range(12))
def test_what_is_cut_can_be_told_again(end: int) -> None:
    source = made("abcdefghij", [3])
    assert source.slice(0, 10) == "abcdefghij"
    source.cut(end)
    assert all(source.chunks)
    assert "".join(source.chunks) == "abcdefghij"[:end]
    source.chunks.append("XYZ")
    assert source.slice(0, min(end, 10) + 3) == "abcdefghij"[:end] + "XYZ"


@pytest.mark.parametrize(
    ("chunks", "after"),
    [
        (["1,", " "], ["1 ", " "]),
        (["1, ", " ", "\n"], ["1  ", " ", "\n"]),
        (["1,2,\n"], ["1,2 \n"]),
        ([",", "1", ","], [",", "1", " "]),
        (["1"], ["1"]),
        ([], []),
    ],
)
def test_the_last_comma_becomes_a_space(chunks: list[str], after: list[str]) -> None:
    source = Source(0)
    source.chunks += chunks
    source.blank_comma()
    assert source.chunks == after


def test_a_text_that_begins_anew_has_what_stood_before_it() -> None:
    source = made(TEXT, [3])
    source.restart(1000, "new", "before")
    assert source.since == 1000
    assert source.slice(1000, 1003) == "new"
    assert source.slice(994, 1000) == "before"


@pytest.mark.parametrize("first", range(10))
def test_what_is_wanted_again_joins_what_is_known(first: int) -> None:
    """Between what comes back and what is known only white space was let go."""
    text = "0123456  9abcdef"
    source = Source(first)
    source.chunks += [text[first : first + 2], text[first + 2 :]]
    source.recall(3, text[3:7])
    assert source.since == 3
    begin = min(first, 3)
    assert source.slice(begin, 16) == text[begin:]


def test_a_source_is_told_as_it_tells() -> None:
    """Any order of these steps, beside a text that is kept whole."""
    for seed in range(60):
        rng = random.Random(seed)
        source, text, least = Source(0), "", 0
        for _ in range(120):
            step = rng.randrange(6)
            if step < 2:
                piece = "".join(chr(rng.randrange(0x3040, 0x3090)) for _ in range(rng.randrange(9)))
                source.chunks.append(piece)
                text += piece
            elif step == 2:
                least = rng.randint(least, len(text))
                source.release(least)
            elif step == 3:
                source.tidy()
            elif step == 4 and len(text) > least:
                end = rng.randint(max(least, len(text) - 5), len(text))
                source.cut(end)
                text = text[:end]
            start = rng.randint(least, len(text))
            end = rng.randint(start, len(text))
            assert source.slice(start, end) == text[start:end]
