"""Inputs changed by chance: bytes, words, and the JSON values in them.

A value that is replaced by another, or left out with its comma, leaves JSON that most of the
library gets to see; single bytes seldom do.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from functools import partial

STRANGE: tuple[bytes, ...] = (
    *(b"null", b"true", b"false", b"0", b"1", b"-1", b"2", b"1.5", b"-0", b"1e400", b"1e-7"),
    *(b"9007199254740993", b"100000000000000000000", b'""', b'"x"', b'"index"', b'"\\ud83d"'),
    *(b"[]", b"{}", b"[null]", b"[[]]", b"[{}]", b'{"a":1}', b'{"a":{"b":[1]}}', b'"{\\"a\\":1}"'),
)
_SCALAR = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null')
_CLOSING = {ord("]"): ord("["), ord("}"): ord("{")}
_MOST = 400  # values that are looked for
Span = tuple[int, int]
Change = Callable[[bytearray, random.Random], None]


def mutated(
    data: bytes, rng: random.Random, max_len: int, words: Sequence[bytes], other: bytes = b""
) -> bytes:
    """The input with one to a few changes; `other` is one to borrow from."""
    changed = bytearray(data)
    lent: list[Change] = [partial(word, words=words), partial(crossed, other=other)]
    changes = [*BYTES, *lent, *(value,) * 4]
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 5))):
        rng.choice(changes)(changed, rng)
    return bytes(changed[:max_len])


# --- bytes ------------------------------------------------------------------------------


def replaced(data: bytearray, rng: random.Random) -> None:
    if data:
        data[rng.randrange(len(data))] = rng.randrange(256)


def turned(data: bytearray, rng: random.Random) -> None:
    if data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def inserted(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data) + 1)
    data[at:at] = bytes([rng.choice(b'{}[]",:\\/0123456789 \n\r\tetfnu-.\xc3\xa9\xf0\x9f\xff')])


def deleted(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data) + 1)
    del data[at : at + rng.choice((1, 1, 2, 4, 16, 64))]


def doubled(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data) + 1)
    data[at:at] = data[at : at + rng.choice((1, 2, 4, 16, 64))]


def moved(data: bytearray, rng: random.Random) -> None:
    at, to = rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)
    part = data[at : at + rng.choice((1, 4, 16, 64))]
    data[to : to + len(part)] = part


def first_bytes(data: bytearray, rng: random.Random) -> None:
    """The options."""
    if data:
        data[rng.randrange(min(8, len(data)))] = rng.choice((0, 1, 2, 3, rng.randrange(256)))


BYTES: tuple[Change, ...] = (
    *(replaced, turned, inserted, deleted, doubled, moved, first_bytes, first_bytes),
)


def word(data: bytearray, rng: random.Random, words: Sequence[bytes]) -> None:
    if words:
        at = rng.randrange(len(data) + 1)
        data[at : at + rng.choice((0, 0, 1, 4))] = rng.choice(words)


def crossed(data: bytearray, rng: random.Random, other: bytes) -> None:
    """The beginning of one and the end of the other, or a part of the other in the middle."""
    at, start = rng.randrange(len(data) + 1), rng.randrange(len(other) + 1)
    if rng.random() < 0.5:
        data[at:] = other[start:]
    else:
        data[at:at] = other[start : start + rng.choice((4, 16, 64, 256))]


# --- values -----------------------------------------------------------------------------


def value(data: bytearray, rng: random.Random) -> None:
    """A JSON value becomes another, comes twice, is put into another or is left out."""
    found = spans(bytes(data), rng)
    if not found:
        return
    start, end = rng.choice(found)
    same = bytes(data[start:end])
    a, b = rng.choice(found)
    ways = (
        *(rng.choice(STRANGE), rng.choice(STRANGE), bytes(data[a:b]), same + b"," + same),
        *(b"[" + same + b"]", b'{"a":' + same + b"}", same[1:-1], b""),
    )
    way = rng.choice(ways)
    if not way and data[end : end + 1] == b",":
        end += 1
    data[start:end] = way


def spans(data: bytes, rng: random.Random) -> list[Span]:
    """Where scalars and balanced containers stand, from some place on."""
    start = rng.randrange(len(data)) if rng.random() < 0.5 and data else 0
    found: list[Span] = []
    opened: list[int] = []
    at = start
    while at < len(data) and len(found) < _MOST:
        scalar = _SCALAR.match(data, at)
        if scalar is not None and scalar.end() > at:
            found.append(scalar.span())
            at = scalar.end()
            continue
        if data[at] in b"[{":
            opened.append(at)
        elif data[at] in _CLOSING and opened and data[opened[-1]] == _CLOSING[data[at]]:
            found.append((opened.pop(), at + 1))
        at += 1
    return found
