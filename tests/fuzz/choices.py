"""Decisions that the first bytes of an input make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class Choices:
    """Reads an input from its beginning. What is not there decides for the first of all options.

    >>> choices = Choices(b"\\x01\\x00rest")
    >>> choices.pick(("a", "b")), choices.flag(), choices.text()
    ('b', False, 'rest')
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1] if self.at <= len(self.data) else 0

    def flag(self) -> bool:
        return self.byte() % 2 == 1

    def pick(self, options: Sequence[T]) -> T:
        return options[self.byte() % len(options)]

    def some(self, options: Sequence[T]) -> list[T]:
        """Those whose bits are set in as many bytes as it takes."""
        bits = int.from_bytes(bytes(self.byte() for _ in range((len(options) + 7) // 8)), "little")
        return [option for i, option in enumerate(options) if bits >> i & 1]

    def sizes(self) -> list[int]:
        """Four sizes of fragments, which take turns; all 0: not cut at all."""
        first, second = self.byte(), self.byte()
        return [first % 16, first // 16, second % 16, second // 16]

    def rest(self) -> bytes:
        return self.data[self.at :]

    def text(self) -> str:
        """The rest as text: UTF-8, also of lone surrogates; what is none becomes one of these."""
        rest = self.rest()
        try:
            return rest.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return rest.decode("utf-8", "surrogateescape")


def pieces(whole: Any, sizes: Sequence[int]) -> list[Any]:
    """The whole, cut into pieces of these sizes, over and over; a size of 0 is an empty piece."""
    if not any(sizes):
        return [whole]
    found: list[Any] = []
    at = turn = 0
    while at < len(whole):
        size = sizes[turn % len(sizes)]
        found.append(whole[at : at + size])
        at += size
        turn += 1
    return found
