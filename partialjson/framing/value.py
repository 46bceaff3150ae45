"""One whole JSON text: its value, or what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["shortened", "value_of"]

_decode = json.JSONDecoder().raw_decode
_SHOWN = 60


def value_of(text: str) -> Any:
    """The value of a JSON text, as `json.loads` gives it.

    Raises:
        ValueError: for anything else; it says what `json` said.

    >>> value_of(' {"a": [1]} ')
    {'a': [1]}
    """
    try:
        value, end = _decode(text)
    except (ValueError, RecursionError):
        return _carefully(text)
    return value if end == len(text) else _carefully(text)


def _carefully(text: str) -> Any:
    """The same for a text with white space around it, or with a fault in it."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def shortened(text: str) -> str:
    """The beginning of a text, as an error shows it.

    >>> shortened("x" * 100)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'"
    """
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
