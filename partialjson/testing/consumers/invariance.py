"""`assert_fragment_invariant`: the result must not depend on where the text is cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from . import reproductions as code
from .cuttings import Form, cuttings, fewest, formed
from .given import Given, Texts, each_text
from .runs import Consumer, Errors, Outcome, Runs

_CUTS = 1000  # single cuts of a text that is given
_CUTS_OF_DRAWN = 20  # and of one of a hundred


def assert_fragment_invariant(
    consumer: Consumer,
    text: Texts = None,
    *,
    result: Callable[[Any], Any] | None = None,
    raises: Errors = (),
    forms: Iterable[Form] = (),
    empty: bool = True,
    cuts: int | None = None,
    examples: int = 100,
    seed: int = 0,
) -> None:
    """However a text is cut, the consumer must come to the same result.

    The text is given as a whole, cut once at every place, one by one, in small fragments, as
    providers cut, by chance, and with empty fragments in between. Bytes are cut anywhere,
    also inside characters and events.

    Results are the same if they are equal and, in lists, tuples and dicts, of the same types:
    `1` is not `True`. The values of an iterator are a list. What `feed` and `close` return in
    a row are a list, too: lists are joined, and texts that follow one another.

    Args:
        consumer: see `partialjson.testing.consumers`.
        text: str, bytes, a response of `wire`, whose body it is, or a Hypothesis strategy of
            any of those; None: the documents of `documents()`. Only strategies need Hypothesis.
        result: what is compared: a function of what the consumer returns or yields, or of the
            thing with `feed` and `close`, after `close`.
        raises: exceptions that are results: of the same type however the text is cut. Any
            other is a fault.
        forms: as what it is fed: `"str"`, `"bytes"`, `"halves"` (str in which characters
            beyond U+FFFF are two surrogates, as some providers send them). All must come to
            the same. Empty: as the text is.
        empty: whether some fragments are empty.
        cuts: how many single cuts there are at most; if a text is longer, chance picks the
            places. None: 1000, and 20 for each text of a strategy.
        examples: how many texts are taken from a strategy.
        seed: of what is left to chance. The same seed, the same check.

    Raises:
        AssertionError: with the fewest fragments that make a difference, and both results.
        TypeError: for what is no consumer.

    >>> import json
    >>> def read(fragments):
    ...     return json.loads("".join(fragment.strip() for fragment in fragments))
    >>> try:
    ...     assert_fragment_invariant(read, '{"name": "Ada Lovelace"}')
    ... except AssertionError as error:
    ...     print(error)
    the result depends on how the text is cut
    <BLANKLINE>
    read(iter(['{"name": "Ada Lovelace"}']))
    # {'name': 'Ada Lovelace'}
    <BLANKLINE>
    read(iter(['{"name": "Ada', ' Lovelace"}']))
    # {'name': 'AdaLovelace'}
    # at ['name']: 'Ada Lovelace' is not 'AdaLovelace'
    """

    wanted = tuple(forms)

    def check(given: Given) -> None:
        text, text_code, drawn = given
        chosen = [formed(text, form) for form in wanted] if wanted else [text]
        wholes = [whole for whole in chosen if whole is not None]
        if not wholes:
            raise ValueError(f"the text has none of the forms {wanted}: {text!r:.80}")
        most = (_CUTS_OF_DRAWN if drawn else _CUTS) if cuts is None else cuts
        ways = partial(cuttings, most=most, seed=seed, empty=empty, quick=drawn)
        with Runs(consumer, result, text_code) as runs:
            _same_every_way(runs, wholes, ways, raises)

    each_text(text, check, examples, seed)


def _same_every_way(
    runs: Runs, wholes: list[Any], ways: Callable[[Any], Iterable[list[Any]]], raises: Errors
) -> None:
    expected = runs.outcome(wholes[:1])
    if expected.error is not None and not isinstance(expected.error, raises):
        said = f"the consumer fails at the whole text\n\n{code.call(runs, wholes[:1])}"
        raise AssertionError(f"{said}\n{code.outcome(expected)}") from expected.error
    for whole in wholes:
        for fragments in ways(whole):
            if runs.outcome(fragments).differs(expected):
                _report(runs, wholes[:1], expected, fragments)


def _report(runs: Runs, whole: list[Any], expected: Outcome, fragments: list[Any]) -> None:
    shortest = fewest(fragments, lambda fewer: runs.outcome(fewer).differs(expected))
    found = runs.outcome(shortest)
    parts = [
        "the result depends on how the text is cut",
        code.text_of(runs, whole) + code.call(runs, whole) + "\n" + code.outcome(expected),
        code.around_cut(runs, shortest) + code.call(runs, shortest) + "\n" + code.outcome(found),
    ]
    parts[-1] += code.parting(expected, found)
    if shortest == whole or not found.differs(expected):
        parts[0] = "the result differs from run to run; result= may say what is to be compared"
    raise AssertionError("\n\n".join(parts)) from found.error
