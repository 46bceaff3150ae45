"""Hypothesis strategies over the generators of the other modules.

This is the room that needs Hypothesis: `pip install 'partialjson-live[testing]'`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from ..errors import UsageError
from . import texts
from .defects import Damaged, check_defects, damage
from .fragments import Fragments, cut_at, cut_like, halved
from .texts import Root

_Draw = Callable[[st.SearchStrategy[Any]], Any]

_SPREAD = 100  # characters between the least size and the greatest, if only one is given


def documents(
    *,
    min_size: int | None = None,
    max_size: int | None = None,
    levels: int = 3,
    deep: bool = True,
    root: Root = "any",
    repeated_keys: bool = False,
    white_space: bool = True,
    big_numbers: bool = True,
    escapes: bool = True,
    shrink: bool = True,
) -> st.SearchStrategy[str]:
    """The text of a valid JSON document.

    Hypothesis makes each choice of a small document, so that one that fails shrinks to one
    that a person can read. Of documents that have a size it draws levels, size and a seed: they
    are quick to make (a tenth of a second for 100,000 characters), and only levels and
    size shrink.

    Args:
        min_size: characters it has at least.
        max_size: characters it has at most. Without both, a document is small: a few dozen
            characters mostly, a few hundred where it is deep.
        levels: how deep it is nested at most, but for those that `deep` makes.
        deep: one in ten is wrapped in 21 to 40 more levels (of sized ones: those of 700
            characters and more).
        root: what it is: an object, an array, or anything.
        repeated_keys: in each object that has members one key comes twice, perhaps spelled
            in two ways, but for the levels that `deep` adds; otherwise none does.
        white_space: there is some between the tokens and around all.
        big_numbers: some are more than a double can hold, or nearer to zero.
        escapes: strings have escapes of all kinds, among them surrogate pairs.
        shrink: False makes small documents from seeds, too: in a third of the time, for
            thousands of examples.

    Raises:
        UsageError: for sizes that no document has.

    >>> from hypothesis import given
    >>> from partialjson import loads
    >>> @given(documents(min_size=10, max_size=50))
    ... def documents_are_read(text):
    ...     loads(text)
    ...     assert 10 <= len(text) <= 50
    >>> documents_are_read()
    """
    sized = min_size is not None or max_size is not None
    seeds: st.SearchStrategy[int] = st.integers(0, 2**64)
    chances = st.randoms(use_true_random=False) if shrink and not sized else seeds

    def write(levels: int, size: int | None, chance: random.Random | int) -> str:
        if isinstance(chance, int):
            chance = random.Random(chance)
        return texts.document(
            chance,
            size=size,
            levels=levels,
            deep=deep,
            root=root,
            repeated_keys=repeated_keys,
            white_space=white_space,
            big_numbers=big_numbers,
            escapes=escapes,
        )

    sizes = _sizes(min_size, max_size) if sized else st.none()
    return st.builds(write, st.integers(min(levels, 1), levels), sizes, chances)


def _sizes(least: int | None, most: int | None) -> st.SearchStrategy[int]:
    least = 2 if least is None else least
    most = least + _SPREAD if most is None else most
    if not 0 < least <= most:
        raise UsageError(f"no document has from {least} to {most} characters")
    return st.integers(least, most)


def fragmentations(text: str | bytes, *, like: str | None = None) -> st.SearchStrategy[Fragments]:
    """The text in fragments, which join to it.

    Args:
        text: a JSON text, or any other.
        like: None: whole, one by one, in a few fragments or in many, some of them empty; a
            str as it is, as UTF-8, with characters beyond U+FFFF as two surrogates that may be
            cut apart, or as str and UTF-8 in turns. UTF-8 is cut anywhere.
            `every`: whole, one by one, or in two at one place; the text as it is.
            One of `MEASURED`, such as `openai`: as long as those of that provider, as str.

    Raises:
        UsageError: for another name, and for bytes with a name that was measured.

    >>> from hypothesis import given
    >>> @given(fragmentations('{"a": "\\u00e9"}', like="anthropic"))
    ... def nothing_is_lost(fragments):
    ...     assert "".join(fragments) == '{"a": "\\u00e9"}'
    >>> nothing_is_lost()
    """
    if like is None:
        return _uniform(text)
    if like == "every":
        ways = len(text) + 1 if len(text) > 1 else 2
        return st.integers(0, ways - 1).map(lambda n: _nth_cut(text, n))
    if isinstance(text, bytes):
        raise UsageError(f"fragments like those of {like!r} were measured in characters, not bytes")
    cut_like(text, like, random.Random(0))  # a name that is not known is told now
    seeds = st.integers(0, 2**64)
    return seeds.map(lambda seed: cut_like(text, like, random.Random(seed)))


def _nth_cut(text: Any, n: int) -> Fragments:
    """Of `every_cut`."""
    if n < 2:
        return cut_at(text, range(1, len(text)) if n else ())
    return cut_at(text, [n - 1])


def _forms(text: str | bytes) -> list[str]:
    if isinstance(text, bytes) or re.search("[\ud800-\udfff]", text):
        return ["as it is"]
    if text.isascii():
        return ["as it is", "bytes"]
    return ["as it is", "bytes", "bytes", "halves", "mixed"]


@st.composite
def _uniform(draw: _Draw, text: str | bytes) -> Fragments:
    form = draw(st.sampled_from(_forms(text)))
    whole: Any = text
    if form == "bytes":
        whole = whole.encode()
    elif form == "halves":
        whole = halved(whole)
    how = draw(st.sampled_from(("whole", "one by one", "few", "few", "many")))
    if how == "one by one":
        fragments = cut_at(whole, range(1, len(whole)))
    else:
        most = {"whole": 0, "few": 4, "many": 20}[how]
        places = st.lists(st.integers(0, len(whole)), min_size=min(most, 1), max_size=most)
        fragments = cut_at(whole, draw(places))
    if form == "mixed":
        return [piece.encode() if draw(st.booleans()) else piece for piece in fragments]
    return fragments


def damaged(
    document: str | st.SearchStrategy[str] | None = None,
    *,
    mendable: bool | None = None,
    defects: Collection[str] | None = None,
    most: int = 4,
) -> st.SearchStrategy[Damaged]:
    """A document with something wrong, as `Damaged`: the text, and what is wrong by name.

    No strict parser accepts the text. It shrinks to few defects, and with the document.

    Args:
        document: a valid one, or a strategy of such; None: `documents(deep=False)`.
        mendable: True makes defects that repairs mend, False one that cannot be mended, None
            the ones or the other.
        defects: names of `DEFECTS`, and none but these are made; None: any. Of a strategy, only
            the documents are taken in which one of them fits.
        most: how many defects that can be mended there are at most; one at least.

    Raises:
        UsageError: for a name of no defect, and if none that is asked for fits in `document`.

    >>> from hypothesis import given
    >>> from partialjson import loads
    >>> @given(damaged(mendable=True))
    ... def repairs_find_what_was_meant(made):
    ...     assert loads(made.text, repair=made.repairs) == made.value
    >>> repairs_find_what_was_meant()
    """
    options: Any = {"mendable": mendable, "defects": defects, "most": most}
    check_defects(mendable, defects, 1, most)
    if isinstance(document, str):
        damage(document, random.Random(0), **options)  # what does not fit is told now
    given = documents(deep=False) if document is None else document
    return _damaged(st.just(given) if isinstance(given, str) else given, options)


@st.composite
def _damaged(draw: _Draw, documents: st.SearchStrategy[str], options: Mapping[str, Any]) -> Damaged:
    document, chance = draw(documents), draw(st.randoms(use_true_random=False))
    try:
        return damage(document, chance, **options)
    except UsageError:
        reject()


@st.composite
def truncated(draw: _Draw, document: str) -> str:
    """A proper prefix of the document.

    Args:
        document: a text that has a character at least.

    >>> from hypothesis import given
    >>> @given(truncated("[1, 2]"))
    ... def it_is_cut_short(text):
    ...     assert "[1, 2]".startswith(text) and text != "[1, 2]"
    >>> it_is_cut_short()
    """
    return document[: draw(st.integers(0, len(document) - 1))]
