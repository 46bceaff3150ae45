"""How a text arrives: in characters, as providers cut it, or in blocks of a file."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

ONE: Final = "1 character"
FOUR: Final = "4 characters"
SIXTEEN: Final = "16 characters"
OPENAI: Final = "OpenAI, 3.5 on average"
ANTHROPIC: Final = "Anthropic, 6.4 on average"
FINE_GRAINED: Final = "Anthropic, fine-grained, 23 to 112"
DEEPSEEK: Final = "DeepSeek, 1 or 2"
BLOCKS: Final = "64 KiB blocks"
WIDE: Final = "64 Ki characters"

BLOCK = 64 * 1024
_EVEN = {ONE: 1, FOUR: 4, SIXTEEN: 16, WIDE: BLOCK}
# Lengths of the argument fragments in recorded tool calls, in per cent. The shapes are those
# of a few hundred fragments, weighted to the mean of all calls that were seen.
_MEASURED: dict[str, dict[int, int]] = {
    OPENAI: dict(enumerate((9, 20, 34, 9, 15, 6, 5, 2), start=1)),
    ANTHROPIC: dict(enumerate((1, 13, 9, 10, 12, 10, 9, 7, 7, 9, 10, 4), start=1)),
    FINE_GRAINED: dict.fromkeys(range(23, 113), 1),  # only the range was measured
    DEEPSEEK: dict(enumerate((50, 50), start=1)),
}
NAMES = (*_EVEN, *_MEASURED, BLOCKS)


@dataclass(frozen=True)
class Fragments:
    """A text as it arrives.

    Args:
        strings: its fragments as text.
        data: its fragments as UTF-8, cut where the text was, or anywhere for blocks.
        blocks: it arrives as bytes, from a file or a socket; else as text, from an SDK.
    """

    strings: list[str]
    data: list[bytes]
    blocks: bool = False

    @property
    def given(self) -> list[str] | list[bytes]:
        """The fragments in the form in which they arrive."""
        return self.data if self.blocks else self.strings

    def first(self, count: int) -> Fragments:
        """Only the first fragments."""
        return Fragments(self.strings[:count], self.data[:count], self.blocks)

    def __len__(self) -> int:
        return len(self.data)


def cut(text: str, name: str) -> Fragments:
    """The text in fragments of the kind, one of `NAMES`; the same ones each time."""
    if name == BLOCKS:
        data = text.encode()
        pieces = [data[i : i + BLOCK] for i in range(0, len(data), BLOCK)]
        return Fragments(_even(text, BLOCK), pieces, blocks=True)
    strings = _even(text, _EVEN[name]) if name in _EVEN else [*_as_measured(text, _MEASURED[name])]
    return Fragments(strings, [piece.encode() for piece in strings])


def _even(text: str, size: int) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)]


def _as_measured(text: str, weights: dict[int, int]) -> Iterator[str]:
    rng = random.Random(len(text))
    sizes = rng.choices([*weights], [*weights.values()], k=len(text) // min(weights) + 1)
    edges = itertools.accumulate(sizes, initial=0)
    for start, end in itertools.pairwise(edges):
        if start >= len(text):
            return
        yield text[start:end]
