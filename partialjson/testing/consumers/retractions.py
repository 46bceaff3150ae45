"""`assert_no_retraction`: nothing that was shown may be taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from . import reproductions as code
from .cuttings import cuttings, fewest
from .given import Given, Texts, each_text
from .growth import Change, retraction
from .runs import Consumer, Errors, Runs


def assert_no_retraction(
    consumer: Consumer,
    text: Texts = None,
    *,
    shown: Callable[[Any], Any] | None = None,
    placeholders: Collection[Any] = (),
    parallel: bool = False,
    raises: Errors = (),
    examples: int = 100,
    seed: int = 0,
) -> None:
    """What the consumer shows, while the text arrives, must go on from what it showed before.

    A value goes on from an earlier one if

    - the earlier one is a placeholder: it had not come. `MISSING` always is one;
    - both are strings, and the later one starts with the earlier one;
    - both are objects (dicts, dataclasses, models), every member of the earlier one is still
      there, in the same order, and has gone on; new ones may stand anywhere;
    - both are arrays (lists, tuples), the later one is no shorter, and the items of the earlier
      one have gone on: the last one as said here; those before it may no longer grow, but
      placeholders in them may still be filled;
    - both are sets, and the later one has all that the earlier one has;
    - it is anything else, both are equal and of the same type: numbers appear whole.

    So a string may grow, and `1` may not become `12`. The text arrives one by one, in small
    fragments, as providers cut, by chance, and whole. What is shown is copied at once.

    Args:
        consumer: see `partialjson.testing.consumers`. It must yield what it shows; of something
            with `feed` it is what `feed` returns, if that is not None, or what `shown` reads.
        text: as for `assert_fragment_invariant`; so are examples and seed.
        shown: what is compared: a function of each value that is yielded, or of the thing with
            `feed` and `close`, after each `feed` and after `close`.
        placeholders: what else stands for what has not come, such as `(None,)`.
        parallel: every item of an array may go on growing, as calls written in parallel do.
        raises: exceptions that may end it. Any other is a fault.
        examples: how many texts are taken from a strategy.
        seed: of what is left to chance.

    Raises:
        AssertionError: with the fewest fragments, both values and the path; also if the
            consumer shows nothing at all.
        TypeError: for what is no consumer, and for one that is no iterator.

    >>> def show(fragments):
    ...     text = ""
    ...     for fragment in fragments:
    ...         text += fragment.strip("[]")
    ...         yield [int(text or 0)]
    >>> try:
    ...     assert_no_retraction(show, "[12]")
    ... except AssertionError as error:
    ...     print(error)
    what was shown is taken back
    <BLANKLINE>
    for value in show(iter(['[1', '2]'])):
        print(value)
    # [1]
    # [12]
    # at [0]: 1 became 12
    """
    seen: list[bool] = []

    def check(given: Given) -> None:
        with Runs(consumer, shown, given.code) as runs:
            watch = _Watch(runs, tuple(placeholders), parallel, raises)
            for fragments in _as_they_arrive(given, seed):
                if watch.taken_back(fragments) is not None:
                    _report_retraction(watch, fragments)
            seen.append(watch.seen)

    each_text(text, check, examples, seed)
    if not any(seen):
        raise AssertionError("the consumer shows nothing")


def _as_they_arrive(given: Given, seed: int) -> Iterator[list[Any]]:
    ways = cuttings(given.text, most=0, seed=seed, empty=True, quick=given.drawn)
    whole, *several = ways
    return iter([*several, whole])


class _Watch:
    """Looks at what a consumer shows."""

    def __init__(
        self, runs: Runs, placeholders: tuple[Any, ...], parallel: bool, raises: Errors
    ) -> None:
        self.runs = runs
        self.seen = False
        self._rules = (placeholders, parallel)
        self._raises = raises

    def taken_back(self, fragments: list[Any]) -> tuple[int, Any, Any, Change] | None:
        """The first time it takes something back: after which fragment, both values, where."""
        before: list[Any] = []
        try:
            for read, value in self.runs.shown(fragments):
                self.seen = True
                change = retraction(before[0], value, *self._rules) if before else None
                if change is not None:
                    return read, before[0], value, change
                before = [value]
        except self._raises:
            return None
        except TypeError:
            raise
        except Exception as error:
            said = f"the consumer fails\n\n{code.shows(self.runs, fragments)}"
            raise AssertionError(f"{said}\n# raises {error!r}") from error
        return None


def _report_retraction(watch: _Watch, fragments: list[Any]) -> None:
    shortest = fewest(fragments, lambda fewer: watch.taken_back(fewer) is not None)
    found = watch.taken_back(shortest)
    if found is None:
        raise AssertionError(f"{watch.runs.name} shows something else each time it is run")
    read, earlier, later, change = found
    values = [code.shortened(earlier), code.shortened(later), code.place(change)]
    shown = f"{code.shows(watch.runs, shortest[:read])}\n{code.commented(chr(10).join(values))}"
    raise AssertionError(f"what was shown is taken back\n\n{shown}")
