"""How a text arrives in fragments: cut anywhere, at every place, or as a provider cuts it.

    >>> import random
    >>> cut_like('{"city": "Paris", "days": 3}', "openai", random.Random(1))
    ['', '{"city', '": "Pa', 'ris', '", "', 'day', 's": 3', '}']
    >>> [*every_cut("12e3")][2:]
    [['1', '2e3'], ['12', 'e3'], ['12e', '3']]

The standard library is all this needs. The Hypothesis strategy over it is
`partialjson.testing.fragmentations`.

`MEASURED` says what was counted in recordings of providers; see `partialjson.testing.measured`.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterable, Iterator
from typing import Any, AnyStr, TypeAlias

from ..errors import UsageError
from .measured import MEASURED

Fragments: TypeAlias = "list[Any]"  # of str and bytes


# --- at places ----------------------------------------------------------------------------


def cut_at(text: AnyStr, places: Iterable[int]) -> list[AnyStr]:
    """The text cut at these places: before so many of its characters or bytes.

    Args:
        text: str or bytes.
        places: in any order; a place that comes twice makes an empty fragment.

    >>> cut_at("abcd", [1, 3, 3])
    ['a', 'bc', '', 'd']
    """
    edges = [0, *sorted(places), len(text)]
    return [text[a:b] for a, b in itertools.pairwise(edges)]


def every_cut(text: AnyStr) -> Iterator[list[AnyStr]]:
    """The text whole, one by one, and in two fragments at each place there is.

    Args:
        text: str, or bytes, where cuts go through characters, too.

    >>> [*every_cut("[1]")]
    [['[1]'], ['[', '1', ']'], ['[', '1]'], ['[1', ']']]
    """
    yield [text]
    yield cut_at(text, range(1, len(text)))
    for place in range(1, len(text)):
        yield cut_at(text, [place])


def halved(text: str) -> str:
    """The text with each character beyond U+FFFF as two surrogates, as some providers send it.

    >>> len(halved("😀"))
    2
    """
    return re.sub("[\U00010000-\U0010ffff]", _halves, text)


def _halves(found: re.Match[str]) -> str:
    high, low = divmod(ord(found.group()) - 0x10000, 0x400)
    return chr(0xD800 + high) + chr(0xDC00 + low)


# --- as it was measured -------------------------------------------------------------------


def cut_like(text: str, like: str, chance: random.Random) -> list[str]:
    """The text in fragments as long as those of a provider, in characters.

    Each is as long as one that was counted, whatever stood before it. As often as the provider
    did, the text comes whole, and behind an empty fragment.

    Args:
        text: a JSON text, or any other.
        like: one of `MEASURED`, such as `openai`, `anthropic`, `deepseek` or `gemini`.
        chance: where chance comes from.

    Raises:
        UsageError: for a name that was not measured.

    >>> cut_like("[1, 2, 3]", "gemini", random.Random(0))
    ['[1, 2, 3]']
    """
    found = MEASURED.get(like)
    if found is None:
        raise UsageError(f"like must be one of {', '.join(sorted(MEASURED))}, not {like!r}")
    fragments = [""] if chance.randrange(found.answers) < found.opens_empty else []
    if chance.randrange(found.whole + found.split) < found.whole:
        return [*fragments, text]
    lengths, weights = [*found.lengths], [*found.lengths.values()]
    count = len(text) // min(lengths) + 1
    edges = itertools.accumulate(chance.choices(lengths, weights, k=count), initial=0)
    places = [*itertools.takewhile(lambda place: place < len(text), edges)]
    return [*fragments, *cut_at(text, places[1:])]
