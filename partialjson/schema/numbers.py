"""Numbers: what a prefix of a JSON number can still become, and whether any of that will do.

A value is what `json.loads` makes of the text: an int when neither fraction nor exponent is
written, else the nearest float, which may overflow to infinity, vanish to zero, or turn out whole
although its digits are not (`0.99999999999999999999` is 1.0). So what a prefix can become is a
set of ints and a set of floats. Both are runs without holes, and their ends are the values of
the extreme texts, so that no rounding is ever estimated: it is done, by `float`.

Texts are handled without their sign: a negative number is judged by the mirrored bounds.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

__all__ = ["Bounds", "Number"]

Number: TypeAlias = int | float

INFINITY = math.inf
LARGEST = sys.float_info.max

# Digits that go to an end of a run of fractions. Where one float gives way to the next is a
# multiple of 2**-1075, so a number of n decimals that is not such a place is over
# 10**-(n + 324) away from it: behind this many digits nothing is rounded differently any more.
FARTHEST = 330
LEAST_DIGITS = "0" * FARTHEST + "1"
MOST_DIGITS = "9" * FARTHEST

# Ints beyond are taken for unbounded. No float is as large, and CPython can be told to convert
# no more than 640 digits between int and str.
HUGE = 10**600

# Characters that are looked at. What the others rule out is left for the end of the number, so
# that asking again at each character costs no more than the number is long, times this.
ENOUGH = 2_000


class Bounds:
    """What a number must satisfy at once: the conjunction of all that was added.

    Whatever is added is an int or a float as `json.loads` gives them, infinities included. NaN
    bounds nothing, as every comparison with it is false, and is equal to no number.

    New bounds admit every number. The attributes are there to be read; the methods tighten them:

    - `least`, `most`: the bounds on the value; infinite where there is none.
    - `least_excluded`, `most_excluded`: whether the bound itself is refused.
    - `integral`: whether an integer is demanded, that is an int or a whole float; infinity is not.
    - `candidates`: the only numbers allowed, or None for any.

    >>> bounds = Bounds()
    >>> bounds.add_minimum(10)
    >>> bounds.add_maximum(40)
    >>> [bounds.hopeless(text, plain=True) for text in ("-", "3", "5", "41")]
    [True, False, True, True]
    >>> [bounds.hopeless(text, plain=False) for text in ("-", "3", "5", "41")]
    [True, False, False, False]
    """

    __slots__ = (
        *("least", "least_excluded", "most", "most_excluded", "integral", "candidates"),
        "_sides",
    )

    def __init__(self) -> None:
        self.least: Number = -INFINITY
        self.least_excluded = False
        self.most: Number = INFINITY
        self.most_excluded = False
        self.integral = False
        self.candidates: tuple[Number, ...] | None = None
        self._sides: tuple[tuple[_Span, ...], tuple[_Span, ...]] | None = None

    def add_minimum(self, value: Number) -> None:
        """Demand a number of at least `value`."""
        if value > self.least:
            self.least, self.least_excluded, self._sides = value, False, None

    def add_exclusive_minimum(self, value: Number) -> None:
        """Demand a number above `value`."""
        if value >= self.least:
            self.least, self.least_excluded, self._sides = value, True, None

    def add_maximum(self, value: Number) -> None:
        """Demand a number of at most `value`."""
        if value < self.most:
            self.most, self.most_excluded, self._sides = value, False, None

    def add_exclusive_maximum(self, value: Number) -> None:
        """Demand a number below `value`."""
        if value <= self.most:
            self.most, self.most_excluded, self._sides = value, True, None

    def demand_integer(self) -> None:
        """Demand an int or a float without a fraction, as JSON Schema does from Draft 6 on."""
        self.integral, self._sides = True, None

    def allow_only(self, candidates: Iterable[Number]) -> None:
        """Demand one of these numbers, and one of those allowed before, if any were.

        1 and 1.0 are the same number; a bool is none.
        """
        numbers = (c for c in candidates if c == c and not isinstance(c, bool))
        if self.candidates is not None:
            before = set(self.candidates)
            numbers = (c for c in numbers if c in before)
        self.candidates, self._sides = tuple(dict.fromkeys(numbers)), None

    @property
    def impossible(self) -> bool:
        """Whether no number of either sign, int or float, satisfies all of it."""
        return not any(self._spans())

    def hopeless(self, text: str, plain: bool) -> bool:
        """Whether no number that begins with `text` satisfies the bounds. Never so by mistake.

        Once it is so, it stays so for every longer text.

        Args:
            text: a prefix of a JSON number, not empty.
            plain: whether it is certain that no exponent comes, nor a fraction of zeros only.
                Then the answer is exact, but for bounds of more than 600 digits and for what
                is written behind 2,000 characters. Otherwise it depends on the sign alone: an
                exponent can still move the digits anywhere.
        """
        negative = text[0] == "-"
        spans = self._spans()[negative]
        digits = text[negative:ENOUGH]
        if not (plain and spans and digits):
            return not spans
        if digits == "0":
            digits = "0."  # nothing else can follow; as values, 0 and 0.0 are the same
        if "." in digits:
            return not _fraction_reaches(digits, spans)
        return not any(span.begins_with(digits) for span in spans)

    def _spans(self) -> tuple[tuple[_Span, ...], tuple[_Span, ...]]:
        """The magnitudes that satisfy the bounds: of numbers from 0 up, and from 0 down."""
        if self._sides is None:
            between = self._intervals()
            self._sides = (
                tuple(_spans_of(between, self.integral)),
                tuple(_spans_of([interval.mirrored for interval in between], self.integral)),
            )
        return self._sides

    def _intervals(self) -> list[_Interval]:
        """All between the bounds, or each candidate there."""
        whole = _Interval(self.least, self.least_excluded, self.most, self.most_excluded)
        if self.candidates is None:
            return [whole]
        return [_Interval(c, False, c, False) for c in self.candidates if whole.contains(c)]


class _Interval(NamedTuple):
    """What lies between two bounds."""

    least: Number
    least_excluded: bool
    most: Number
    most_excluded: bool

    @property
    def mirrored(self) -> _Interval:
        """The same with every sign changed."""
        return _Interval(-self.most, self.most_excluded, -self.least, self.least_excluded)

    def contains(self, value: Number) -> bool:
        """Whether a number lies in it."""
        above = value > self.least if self.least_excluded else value >= self.least
        below = value < self.most if self.most_excluded else value <= self.most
        return above and below


class _Span:
    """A run of magnitudes that will do: ints from one to another, floats from one to another.

    One of the two runs may be empty, its first greater than its last. An int is infinite where
    there is no bound. With `integral`, only the whole floats count.
    """

    __slots__ = (
        *("first_int", "last_int", "first_float", "last_float", "integral"),
        *("endless", "first_width", "last_width"),
    )

    def __init__(
        self,
        *,
        ints: tuple[Number, Number],
        floats: tuple[float, float],
        integral: bool,
    ) -> None:
        self.first_int, self.last_int = ints
        self.first_float, self.last_float = floats
        self.integral = integral
        first, last = min(ints[0], floats[0]), max(ints[1], floats[1])
        self.endless = last > HUGE
        self.first_width = 0 if self.endless else len(str(int(first)))
        self.last_width = 0 if self.endless else len(str(int(last)))

    def begins_with(self, digits: str) -> bool:
        """Whether more digits, a fraction or the end of it can take an int of 1 or more here.

        With more digits it becomes ten times as large, and again. Only where it grows as long as
        the span's first number must the run be compared with the span: anything shorter is less
        than that, and of the longer ones the shortest is the least of all.
        """
        if self.endless:
            return True
        if len(digits) > self.last_width + 1:
            return False
        missing = self.first_width - len(digits)  # one off either way, as floats are rounded
        return any(
            self._meets(digits + "0" * more, digits + "9" * more)
            for more in range(max(0, missing - 1), max(0, missing + 1) + 1)
        )

    def _meets(self, lowest: str, highest: str) -> bool:
        """Whether some int from one to the other, or with a fraction behind it, is in the span."""
        least, most = int(lowest), int(highest)
        if max(least, self.first_int) <= min(most, self.last_int):
            return True
        end = most + 1
        if least - (least >> 52) > self.last_float or end + (end >> 52) < self.first_float:
            return False  # no rounding goes as far; this only spares the long texts
        return self.holds(float(f"{lowest}.{LEAST_DIGITS}"), float(f"{highest}.{MOST_DIGITS}"))

    def holds(self, lowest: float, highest: float) -> bool:
        """Whether some float from one to the other is in the span."""
        first: Number = max(lowest, self.first_float)
        if self.integral and first < INFINITY:
            first = math.ceil(first)
        return first <= min(highest, self.last_float)


def _fraction_reaches(digits: str, spans: tuple[_Span, ...]) -> bool:
    """Whether digits with a decimal point can go on to one of the spans."""
    zero = not digits.partition(".")[2].strip("0")  # this is not a number yet: no such fraction
    lowest = float(digits + LEAST_DIGITS) if zero else float(digits)
    if any(span.holds(lowest, lowest) for span in spans):
        return True
    highest = float(digits + MOST_DIGITS)
    return any(span.holds(lowest, highest) for span in spans)


def _spans_of(intervals: Iterable[_Interval], integral: bool) -> Iterator[_Span]:
    """What of each interval is not below 0, where that is not empty."""
    for interval in intervals:
        least, least_excluded, most, most_excluded = interval
        if most < 0 or (least == INFINITY and least_excluded):
            continue
        if least < 0:
            least, least_excluded = 0, False
        ints = _first_int(least, least_excluded), _last_int(most, most_excluded)
        first, last = _first_float(least, least_excluded), _last_float(most, most_excluded)
        if integral:  # infinity is no integer: it is left out
            first = first if first == INFINITY else float(math.ceil(first))
            last = float(math.floor(min(last, LARGEST)))
        no_int = ints[0] > ints[1] or ints[0] == INFINITY
        if not no_int or first <= last:
            yield _Span(ints=ints, floats=(first, last), integral=integral)


def _first_int(least: Number, excluded: bool) -> Number:
    """The least int from a bound on; infinite if that is."""
    if least == INFINITY:
        return INFINITY
    found = math.ceil(least)
    return found + 1 if excluded and found == least else found


def _last_int(most: Number, excluded: bool) -> Number:
    """The greatest int up to a bound; infinite if that is."""
    if most == INFINITY:
        return INFINITY
    found = math.floor(most)
    return found - 1 if excluded and found == most else found


def _first_float(least: Number, excluded: bool) -> float:
    """The least float from a bound on, which is not negative; infinity is the last of them."""
    try:
        found = float(least)
    except OverflowError:  # an int beyond all finite floats
        return INFINITY
    below = found < least or (excluded and found == least)
    return math.nextafter(found, INFINITY) if below else found


def _last_float(most: Number, excluded: bool) -> float:
    """The greatest float up to a bound, which is not negative; -5e-324 if not even 0 is."""
    try:
        found = float(most)
    except OverflowError:
        return LARGEST
    above = found > most or (excluded and found == most)
    return math.nextafter(found, -INFINITY) if above else found
