"""How a text arrives: in characters, as providers cut it, or in blocks of a file."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

ONE: Final = "1 character"
FOUR: Final = "4 characters"
SIXTEEN: Final = "16 characters"
OPENAI: Final = "OpenAI, 4.2 on average"
ANTHROPIC: Final = "Anthropic, 6.6 on average"
FINE_GRAINED: Final = "Anthropic, fine-grained, 23 to 112"
DEEPSEEK: Final = "DeepSeek, 1.9 on average"
BLOCKS: Final = "64 KiB blocks"
WIDE: Final = "64 Ki characters"

BLOCK = 64 * 1024
_EVEN = {ONE: 1, FOUR: 4, SIXTEEN: 16, WIDE: BLOCK}
_MEASURED = {OPENAI: "openai", ANTHROPIC: "anthropic", DEEPSEEK: "deepseek"}  # as `like=`
_RANGE = range(23, 113)  # of the fine-grained ones no more is known
NAMES = (*_EVEN, OPENAI, ANTHROPIC, FINE_GRAINED, DEEPSEEK, BLOCKS)


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
    strings = _even(text, _EVEN[name]) if name in _EVEN else _by_chance(text, name)
    return Fragments(strings, [piece.encode() for piece in strings])


def _even(text: str, size: int) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)]


def _by_chance(text: str, name: str) -> list[str]:
    from partialjson.testing.fragments import cut_at, cut_like  # not before its build is chosen

    chance = random.Random(len(text))
    if name in _MEASURED:
        return [piece for piece in cut_like(text, _MEASURED[name], chance) if piece]
    places = [0]
    while places[-1] < len(text):
        places.append(places[-1] + chance.choice(_RANGE))
    return cut_at(text, places[1:-1])
