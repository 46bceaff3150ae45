"""The texts of a check: the one that is given, or those that Hypothesis draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from ..responses import Wired
from .runs import off_the_loop

Texts: TypeAlias = "str | bytes | Wired | Any"  # Any: a Hypothesis strategy of them


def each_text(
    text: Texts, check: Callable[[Any, int], None], cuts: tuple[int, int], examples: int, seed: int
) -> None:
    """Check a text, or so many of a strategy; None: documents.

    Args:
        text: what a check was given.
        check: is called with each text, and with one of `cuts`.
        cuts: how often a text is cut that was given, and one that was drawn.
        examples: how many are drawn.
        seed: of those.

    Raises:
        TypeError: if it is no text, and no strategy.
    """
    given = getattr(text, "body", text)
    if isinstance(given, (str, bytes)):
        off_the_loop(lambda: check(given, cuts[0]))
        return
    from .drawing import over

    off_the_loop(lambda: over(text, lambda drawn: check(drawn, cuts[1]), examples, seed))
