"""The texts of a check: the one that is given, or those that Hypothesis draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from ..responses import Wired
from .runs import off_the_loop

Texts: TypeAlias = "str | bytes | Wired | Any"  # Any: a Hypothesis strategy of them


class Given(NamedTuple):
    """A text, the code that makes it if there is one, and whether it is one of many."""

    text: str | bytes
    code: str
    drawn: bool


def each_text(texts: Texts, check: Callable[[Given], None], examples: int, seed: int) -> None:
    """Check a text, or so many of a strategy; None: documents.

    Args:
        texts: what a check was given.
        check: is called with each text.
        examples: how many are drawn.
        seed: of those.

    Raises:
        TypeError: if it is no text, and no strategy.
    """

    def given(text: Any, drawn: bool) -> Given:
        if isinstance(text, Wired):
            return Given(text.body, f"text = {text!r}.body\n", drawn)
        return Given(text, "", drawn)

    if isinstance(texts, (str, bytes, Wired)):
        off_the_loop(lambda: check(given(texts, False)))
        return
    from .drawing import over

    off_the_loop(lambda: over(texts, lambda text: check(given(text, True)), examples, seed))
