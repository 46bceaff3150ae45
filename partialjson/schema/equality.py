"""When two values are the same to JSON Schema."""

from __future__ import annotations

from typing import Any


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
            done.append(("?", each) if isinstance(each, bool) else each)
    return done.pop()
