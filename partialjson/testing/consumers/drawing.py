"""Texts and responses for the checks, drawn by Hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import SearchStrategy


def over(texts: Any, check: Callable[[Any], None], examples: int, seed: int) -> None:
    """Check so many texts of a strategy; None: documents.

    Raises:
        TypeError: if it is no strategy.
    """
    if texts is None:
        from .. import documents

        texts = documents()
    if not isinstance(texts, SearchStrategy):
        raise TypeError(f"a check needs a text, a response or a strategy, not {texts!r:.80}")

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @seeded(seed)
    @given(texts)
    def each(text: Any) -> None:
        check(text)

    each()
