"""Checks for code that reads model streams, whatever parser it uses.

    def test_my_reader() -> None:
        assert_fragment_invariant(read_answer, '{"city": "Paris \\u2764"}')
        assert_no_retraction(show_answer, '{"days": 12, "city": "Paris"}')

Each takes a consumer, which is any of these:

- a function of an iterable of fragments, which returns its result;
- a generator function, or anything that answers an iterator: what it yields;
- the same with `async`: what they are given can be iterated over both ways;
- a class, or a function without parameters, that makes something with `feed` and `close`.

A check raises AssertionError, whose message is code that shows the fault again.
"""

from __future__ import annotations

from .arrivals import Arriving
from .cancellation import assert_cancels
from .executions import assert_no_cut_off_call
from .invariance import assert_fragment_invariant
from .retractions import assert_no_retraction

__all__ = [
    "Arriving",
    "assert_cancels",
    "assert_fragment_invariant",
    "assert_no_cut_off_call",
    "assert_no_retraction",
]
