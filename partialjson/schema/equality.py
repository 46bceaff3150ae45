"""When two values are the same to JSON Schema."""

from __future__ import annotations

from math import isfinite
from typing import Any

_LEAST = (1 << 61) - 1  # CPython hashes integers modulo this: larger ones collide where they like


def comparable(value: Any) -> Any:
    """A form of a value that is equal, and hashes alike, if and only if JSON Schema says so.

    `1` equals `1.0`, `true` equals no number, the order of members does not matter.
    """
    done: list[Any] = []
    todo: list[tuple[Any, bool]] = [(value, False)]
    while todo:
        each, is_below = todo.pop()
        if isinstance(each, (dict, list)) and not is_below:
            todo.append((each, True))
            todo += [(v, False) for v in (each.values() if isinstance(each, dict) else each)]
        elif isinstance(each, dict):
            forms = [done.pop() for _ in each]
            done.append(("{", frozenset(zip(each, forms, strict=True))))
        elif isinstance(each, list):
            done.append(("[", *(done.pop() for _ in each)))
        else:
            done.append(_scalar(each))
    return done.pop()


def _scalar(value: Any) -> Any:
    if isinstance(value, bool):
        return "?", value
    if type(value) in (int, float) and (value >= _LEAST or value <= -_LEAST) and isfinite(value):
        return "#", hex(int(value))  # strings hash in a way that no text can know
    return value
