"""What an attack is, and what can come of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from partialjson import Limits, ModelParser, Parser, PartialJSONError, SchemaParser
from partialjson.limits import NEVER

Run: TypeAlias = Callable[[int], str]

BLOCK: Final = 64 * 1024
READ: Final = "read"  # all of it, and it was whole
WIDE: Final = Limits(
    max_depth=NEVER,
    max_string=NEVER,
    max_key=NEVER,
    max_number=NEVER,
    max_members=NEVER,
    max_message=NEVER,
)


@dataclass(frozen=True)
class Attack:
    """Something that is made to cost too much.

    Args:
        name: what it is, in a few words.
        run: does it at a size, and answers what came of it: the name of the limit that ended
            it, the code of another error, or `READ`.
        size: how large it is in the table.
        small: how large in a test.
        outcome: what must come of it.
        unit: what is counted.
        per: bytes of memory that one unit may take; 0 where it takes none.
        fixed: megabytes that it may take beside them.
        slow: by what the size is divided for the interpreted build.
    """

    name: str
    run: Run
    size: int
    small: int
    outcome: str
    unit: str = "characters"
    per: float = 0
    fixed: int = 64
    slow: int = 1


def outcome(action: Callable[[], object]) -> str:
    """The name of the limit or the code of the error that an action ends in, else its answer."""
    try:
        return str(action())
    except PartialJSONError as error:
        return str(getattr(error, "limit", "") or error.code)


def repeated(text: str, n: int) -> Iterator[str]:
    """About n characters of a text over and over, in blocks; each block is an object of its own."""
    block = text * max(1, min(BLOCK, n) // len(text))
    for _ in range(max(1, n // len(block))):
        yield block[:-1] + block[-1:]


def fed(parser: Any, pieces: Iterable[Any], *last: Any) -> str:
    """Feed all of it and close; events are let go at once."""
    for piece in pieces:
        parser.feed(piece)
    for piece in last:
        parser.feed(piece)
    parser.close()
    return READ if parser.is_complete else "incomplete"


def text(before: str, again: str, after: str = "", **options: Any) -> Run:
    """An attack on `Parser`: a text in the middle of which something comes over and over."""

    def run(n: int) -> str:
        parser = Parser(**options)
        pieces = repeated(again, n)
        return outcome(lambda: fed(parser, _after(before, pieces), *filter(None, [after])))

    return run


def _after(before: str, pieces: Iterator[str]) -> Iterator[str]:
    if before:
        yield before
    yield from pieces


def judged(parser: ModelParser[Any, Any] | SchemaParser, pieces: Iterable[str]) -> str:
    """Feed all of it to a parser with a verdict, and answer with that."""

    def verdict() -> str:
        fed(parser, pieces)
        if isinstance(parser, SchemaParser):
            return str(parser.verdict)
        try:
            _ = parser.result
        except ValueError as error:
            return getattr(error, "code", "invalid")
        return "valid"

    return outcome(verdict)
