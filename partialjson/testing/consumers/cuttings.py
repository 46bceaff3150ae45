"""Every way to cut a text, in a fixed order, and the fewest cuts that still show a fault."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, TypeAlias

from ..fragments import cut_at, cut_like, halved
from ..measured import MEASURED

Form: TypeAlias = Literal["str", "bytes", "halves"]
FORMS: tuple[Form, ...] = ("str", "bytes", "halves")
RANDOM_CUTTINGS = 24  # of a text that is given
TRIALS = 2000  # how many runs may be spent on finding the fewest cuts


def formed(text: str | bytes, form: Form) -> str | bytes | None:
    """The text in another form; None if it has none.

    `"halves"` has each character beyond U+FFFF as two surrogates, as some providers send them.
    """
    if form not in FORMS:
        raise ValueError(f"a form is one of {FORMS}, not {form!r}")
    try:
        if form == "bytes":
            return text if isinstance(text, bytes) else text.encode()
        whole = text.decode() if isinstance(text, bytes) else text
    except UnicodeError:  # raw surrogates have no bytes, and not all bytes are text
        return None
    return halved(whole) if form == "halves" else whole


def single_cuts(text: Any, most: int, seed: int) -> Iterator[list[Any]]:
    """The text in two, at every place, or at so many that chance picks."""
    places: Sequence[int] = range(1, len(text))
    if len(places) > most:
        places = sorted(random.Random(seed).sample(places, most))
    return (cut_at(text, [place]) for place in places)


def many_cuts(text: Any, seed: int, quick: bool) -> Iterator[list[Any]]:
    """The text one by one, in small fragments, as providers cut, and by chance."""
    chance = random.Random(seed if not quick else f"{seed} {text!r}")
    for size in (1, chance.randint(2, 7)) if quick else (1, 2, 3, 7):
        yield cut_at(text, range(size, len(text), size))
    providers = [*MEASURED]
    for name in chance.sample(providers, 2) if quick else providers:
        yield like_a_provider(text, name, chance)
    for number in range(2 if quick else RANDOM_CUTTINGS):
        often = (0.5, 0.2, 0.05, 0.01)[number % 4]
        yield cut_at(text, [i for i in range(1, len(text)) if chance.random() < often])


def like_a_provider(text: Any, name: str, chance: random.Random) -> list[Any]:
    """The text cut as a provider cuts; of bytes, so many bytes as elsewhere characters."""
    if isinstance(text, str):
        return cut_like(text, name, chance)
    return [f.encode("latin-1") for f in cut_like(text.decode("latin-1"), name, chance)]


def cuttings(
    text: Any, *, most: int, seed: int, empty: bool, quick: bool = False
) -> Iterator[list[Any]]:
    """Every way to cut a text, the ones with the fewest cuts first.

    Args:
        text: str or bytes.
        most: how many single cuts there are at most.
        seed: of what is left to chance.
        empty: whether some fragments are empty.
        quick: fewer ways with more than one cut, picked by chance: for one of many texts.
    """
    yield [text]
    yield from single_cuts(text, most, seed)
    for fragments in many_cuts(text, seed, quick):
        yield fragments if empty else [fragment for fragment in fragments if fragment]
    if empty:
        yield [text[:0], text]
        yield [text, text[:0]]
        middle = cut_at(text, [len(text) // 2])
        yield [text[:0], middle[0], text[:0], text[:0], middle[1], text[:0]]


def fewest(fragments: list[Any], fails: Callable[[list[Any]], bool]) -> list[Any]:
    """The fragments joined as far as it still fails.

    >>> fewest(["a", "b", "c", "d"], lambda fragments: "c" in fragments)
    ['ab', 'c', 'd']
    """
    trials = TRIALS
    size = max(1, len(fragments) // 2)
    while True:
        before = len(fragments)
        at = 0
        while at + 1 < len(fragments) and trials:
            trials -= 1
            group = fragments[at : at + size + 1]
            merged = [*fragments[:at], _join(group), *fragments[at + size + 1 :]]
            if fails(merged):
                fragments = merged
            else:
                at += size
        if (size == 1 and len(fragments) == before) or not trials:
            return fragments
        size = max(1, size // 2)


def _join(fragments: Sequence[Any]) -> Any:
    return fragments[0][:0].join(fragments)
