"""`loads`: the value of a text that is there as a whole, or as far as it came."""

from __future__ import annotations

from typing import Any, Literal

from ._core.options import check_choice
from .limits import Limits
from .parser import Convert, Fragment, Parser, Repair

__all__ = ["loads"]


def loads(
    text: Fragment,
    *,
    partial: bool = False,
    strings: Literal["keep", "drop"] = "keep",
    numbers: Literal["drop", "keep"] = "drop",
    literals: Literal["drop", "keep"] = "drop",
    limits: Limits | None = None,
    duplicate_keys: Literal["last", "first", "error"] = "last",
    parse_int: Convert | None = None,
    parse_float: Convert | None = None,
    lone_surrogates: Literal["error", "replace"] = "error",
    bad_utf8: Literal["error", "replace"] = "error",
    repair: Repair = False,
) -> Any:
    """The value of a text, as `json.loads`; or of the beginning of one.

    Args:
        text: str or UTF-8 bytes.
        partial: the text may end anywhere; answer what is there.
        strings: whether an unfinished string is kept as far as it came, or dropped with
            its key.
        numbers: the same for a number at the very end: its longest beginning that is a
            number. By default it is dropped, for more digits may follow.
        literals: the same for the beginning of `true`, `false` or `null`.
        limits, duplicate_keys, parse_int, parse_float, lone_surrogates, bad_utf8, repair: as
            for `Parser`.

    Returns:
        The value; `MISSING` where none began.

    Raises:
        JSONSyntaxError, LimitExceededError: always, `partial` or not.
        IncompleteJSONError: without `partial`; its `value` holds what is there.
        UsageError, TypeError: for wrong arguments.

    >>> loads('{"a": [1, 2], "b": "x', partial=True)
    {'a': [1, 2], 'b': 'x'}
    >>> loads("```json\\n{'a': True,}\\n```", repair=True)
    {'a': True}
    """
    choice = {"strings": strings, "numbers": numbers, "literals": literals}
    check_choice(choice, partial)
    parser = Parser(
        events=(),
        limits=limits,
        duplicate_keys=duplicate_keys,
        parse_int=parse_int,
        parse_float=parse_float,
        lone_surrogates=lone_surrogates,
        bad_utf8=bad_utf8,
        repair=repair,
    )
    parser.feed(text)
    if not partial:
        parser.close()
        return parser.value
    return parser._prefix(**choice)
