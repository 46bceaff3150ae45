"""Strings and numbers: what applies to them, and from which character on they are refused.

A scalar that is open is refused as soon as no continuation could pass, and *sure* as soon as
every one would. Alternatives are combined as in Kleene's logic: `anyOf` is refused when all of
its schemas are, `not` when its schema is sure, and so on.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from operator import ge, gt, le, lt
from typing import Any, Final

from .dialects import spend, unusable, working
from .numbers import Bounds
from .patterns import Automaton, Irregular, PatternInput, State, automaton, search
from .rules import REAL, Cause, Choice, Layout, Part, Rules

OPEN: Final = 0
DEAD: Final = 1
SURE: Final = 2

_FAILS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "minimum": lt,
    "exclusiveMinimum": le,
    "maximum": gt,
    "exclusiveMaximum": ge,
}


class Text(Layout):
    """What applies to strings.

    Attributes:
        least, most: how many characters; `most` None for any number.
        candidates: the strings that are left of `enum` and `const`, sorted; None for all.
        patterns: each with its automaton, None where that would be too large.
        longest: how much of the beginning has to be remembered.
        automata: all that are to be run, also those of alternatives.
        watched: whether an open string can be refused or sure before its end.
        simple: that needs no more than its length, its beginning and `mortal` patterns.
        mortal: the automata by which an open string can be refused.
        sure_at_once: whether any string passes, though much is said of it.
    """

    def __init__(self, rules: Rules, kind: int) -> None:
        super().__init__(rules, kind)
        self.least = 0
        self.most: int | None = None
        self._least_part: Part | None = None
        self._most_part: Part | None = None
        self.candidates: list[str] | None = None
        self._listed: tuple[Part, str] | None = None
        self.patterns: list[tuple[Part, str, Automaton | None]] = []
        self.longest = 0
        self.automata: set[Automaton] = set()
        self.watched = self.simple = self.sure_at_once = False
        self.mortal: list[Automaton] = []

    def says_more(self) -> bool:
        limited = self.least > 0 or self.most is not None or self.candidates is not None
        return limited or bool(self.patterns)

    def at_least(self, part: Part, least: Any) -> None:
        """`minLength`."""
        if least > self.least:
            self.least, self._least_part = least, part

    def at_most(self, part: Part, most: Any) -> None:
        """`maxLength`."""
        if self.most is None or most < self.most:
            self.most, self._most_part = most, part

    def allow_only(self, part: Part, keyword: str, candidates: list[str]) -> None:
        """`enum` or `const`, as far as they are strings."""
        if self.candidates is not None:
            candidates = [each for each in candidates if each in self.candidates]
        self.candidates = sorted({*candidates})
        self._listed = part, keyword
        if not candidates:
            self.refuse(part, keyword)

    def match(self, part: Part, pattern: str) -> None:
        """`pattern`."""
        try:
            made = automaton(pattern, self.plan.limits.max_pattern_states)
        except re.error as error:
            raise unusable(error) from error
        self.patterns.append((part, pattern, made))

    def settle(self) -> None:
        if self.most is not None and self.least > self.most and self._most_part:
            said = f"no string has {self.least} characters or more, and {self.most} or fewer"
            self.refuse(self._most_part, "maxLength", said)
        for part, pattern, made in self.patterns:
            most = self.most if made is not None else None
            if made is not None and most is not None and made.distance(made.start) > most:
                said = f"no string of {most} characters or fewer matches {pattern!r}"
                self.refuse(part, "pattern", said)
        self._weed_out()
        options = [o for choice in self.choices for o in choice.options if isinstance(o, Text)]
        own = {made for _, _, made in self.patterns if made is not None}
        self.automata = own.union(*(o.automata for o in options))
        longest = max(map(len, self.candidates or ()), default=0)
        self.longest = max([longest] + [o.longest for o in options])  # Cython
        self.watched = (
            self.most is not None
            or self.candidates is not None
            or bool(self.choices)
            or any(made.mortal for made in own)
        )
        self.simple = not self.choices
        self._look_at_once()
        self.mortal = [
            made
            for _, _, made in self.patterns
            if made is not None and (made.mortal or self.most is not None)
        ]

    def _look_at_once(self) -> None:
        """What is known of any string, before its first character."""
        if self.refusal is None and (self.choices or self.patterns):
            nothing = OpenText((self,))
            limits = self.plan.limits
            with working(limits, limits.max_schema_work, 0):
                cause = self.death(nothing)
                self.sure_at_once = cause is None and self.certain(nothing)
            if cause is not None:
                self.refuse(*cause)

    def _weed_out(self) -> None:
        """Candidates that are too long, too short or do not match are none."""
        if self.candidates is None or self._listed is None:
            return
        most = self.most
        self.candidates = [
            each
            for each in self.candidates
            if len(each) >= self.least
            and (most is None or len(each) <= most)
            and all(self._may_match(pattern, each) for _, pattern, _ in self.patterns)
        ]
        if not self.candidates:
            self.refuse(*self._listed, "no listed string satisfies all that is demanded")

    def _may_match(self, pattern: str, text: str) -> bool:
        limits = self.plan.limits
        try:
            return search(pattern, text, limits.max_pattern_states, limits.max_pattern_input)
        except PatternInput:
            return True
        except Irregular as error:
            raise unusable(error) from error

    def full(self, length: int) -> Cause | None:
        """Why a string of that length can take no character more."""
        if self.most is None or length < self.most or self._most_part is None:
            return None
        return Cause(self._most_part, "maxLength")

    def death(self, text: OpenText) -> Cause | None:
        """Why no string that begins so can pass; None as long as one could."""
        if self.refusal:
            return self.refusal
        if self.most is not None and text.length > self.most and self._most_part:
            return Cause(self._most_part, "maxLength")
        if self.candidates is not None and self._listed and not text.begins_one(self.candidates):
            return Cause(*self._listed)
        for part, _, made in self.patterns:
            if made is None:
                continue
            state = text.states[made]
            if made.dead(state):
                return Cause(part, "pattern")
            if self.most is not None and text.length + made.distance(state) > self.most:
                return Cause(part, "pattern")
        for choice in self.choices:
            if combined(choice, lambda option: _state(option, text)) == DEAD:
                return Cause(choice.part, choice.keyword)
        return None

    def goes_on(self, length: int, begun: str, states: list[State]) -> bool:
        """Whether an open string may still pass, where that is simple.

        Args:
            length: how many characters it has.
            begun: what it begins with.
            states: those of the mortal automata.
        """
        most = self.most
        if most is not None and length > most:
            return False
        if self.candidates is not None and not begins_one(begun, self.candidates):
            return False
        for made, state in zip(self.mortal, states, strict=True):
            if made.dead(state) or (most is not None and length + made.distance(state) > most):
                return False
        return True

    @property
    def certain_at_end(self) -> bool:
        """Whether only a string's end can make it sure."""
        return self.most is not None or self.candidates is not None or bool(self.handed)

    def certain(self, text: OpenText) -> bool:
        """Whether every string that begins so passes."""
        if self.certain_at_end:
            return False
        if text.length < self.least or self.refusal:
            return False
        if not all(made is not None and made.sure(text.states[made]) for *_, made in self.patterns):
            return False
        return all(combined(c, lambda option: _state(option, text)) == SURE for c in self.choices)

    def passes(self, value: str) -> bool:
        """Whether a whole string passes: what jsonschema says."""
        if self.refusal or len(value) < self.least:
            return False
        if self.most is not None and len(value) > self.most:
            return False
        if self.candidates is not None:
            at = bisect_left(self.candidates, value)
            if at == len(self.candidates) or self.candidates[at] != value:
                return False
        limits = self.plan.limits
        for _, pattern, made in self.patterns:
            if made is not None and made.exact:
                if not made.accepts(made.step(made.start, value)):
                    return False
            elif not search(pattern, value, limits.max_pattern_states, limits.max_pattern_input):
                return False
        return rest_passes(self, value) if self.handed or self.choices else True


class OpenText:
    """A string or a key that is open, as far as it was read.

    Attributes:
        length: its characters so far.
        states: where the automata are.
    """

    __slots__ = ("_begun", "_keep", "length", "states")

    def __init__(self, layouts: Iterable[Text]) -> None:
        self.length = 0
        self._begun = ""
        self._keep = 0
        self.states: dict[Automaton, State] = {}
        for layout in layouts:
            self._keep = max(self._keep, layout.longest + 1)
            for made in layout.automata:
                self.states[made] = made.start

    def grown(self, more: str) -> OpenText:
        """The same string with more characters; costs their number."""
        text: OpenText = OpenText.__new__(OpenText)
        text.length = self.length + len(more)
        text._keep = self._keep
        text._begun = self._begun
        if len(self._begun) < self._keep:
            text._begun += more[: self._keep - len(self._begun)]
        text.states = self.states
        if self.states:
            text.states = {made: made.step(state, more) for made, state in self.states.items()}
        return text

    def begun_so(self, length: int, begun: str, states: dict[Automaton, State]) -> OpenText:
        """The same rules for a string of that length that begins so, where they are simple."""
        text = self.grown("")
        text.length = length
        text._begun = begun
        text.states = {**self.states, **states}
        return text

    def begins_one(self, candidates: list[str]) -> bool:
        """Whether one of the sorted candidates begins with the text."""
        return begins_one(self._begun, candidates)


def begins_one(text: str, candidates: list[str]) -> bool:
    """Whether one of the sorted candidates begins with a text."""
    at = bisect_left(candidates, text)
    return at < len(candidates) and candidates[at].startswith(text)


class Numeric(Layout):
    """What applies to numbers of one form: without or with fraction or exponent.

    Attributes:
        bounds: what is known of all keywords together.
        bounded: the keywords that bound it.
    """

    def __init__(self, rules: Rules, kind: int) -> None:
        super().__init__(rules, kind)
        self.bounds = Bounds()
        self.bounded: list[tuple[Part, str]] = []
        self._checks: list[tuple[Any, Any]] = []
        self._sets: list[frozenset[Any]] = []
        self._listed: list[tuple[Part, str, list[Any]]] = []
        self._integral: Part | None = None

    def says_more(self) -> bool:
        limited = self.bounded or self._listed or self._integral
        return bool(limited)

    def demand_integer(self, part: Part) -> None:
        """`type` is `integer`; a number without fraction and exponent is one."""
        self.bounds.demand_integer()
        if self.kind == REAL:
            self._integral = part

    def allow_only(self, part: Part, keyword: str, candidates: list[Any]) -> None:
        """`enum` or `const`, as far as they are numbers."""
        self.bounds.allow_only(candidates)
        self._listed.append((part, keyword, candidates))
        if not candidates:
            self.refuse(part, keyword)

    @property
    def listed(self) -> tuple[Any, ...] | None:
        """The candidates that are left of `enum` and `const`; None for all numbers."""
        return self.bounds.candidates

    def settle(self) -> None:
        self._sets = [frozenset(candidates) for *_, candidates in self._listed]
        self._checks = [(_FAILS[name], part.node.schema[name]) for part, name in self.bounded]
        if self.bounds.impossible:
            part, keyword = self._first()
            self.refuse(part, keyword, "no number satisfies all that is demanded")

    def _first(self) -> tuple[Part, str]:
        """The keyword to name where they are at fault together."""
        for part, keyword, _ in self._listed:
            return part, keyword
        for part, keyword in self.bounded:
            return part, keyword
        return self._integral or self.parts[0], "type"

    def death(self, text: str, plain: bool) -> Cause | None:
        """Why no number that begins so can pass; None as long as one could.

        Args:
            plain: no exponent and no fraction of zeros will come.
        """
        if self.refusal:
            return self.refusal
        if self.bounds.hopeless(text, plain):
            part, keyword = self._blamed(text, plain)
            return Cause(part, keyword)
        for choice in self.choices:
            if combined(choice, lambda o: DEAD if _number_dies(o, text, plain) else OPEN) == DEAD:
                return Cause(choice.part, choice.keyword)
        return None

    def _blamed(self, text: str, plain: bool) -> tuple[Part, str]:
        """Which keyword alone refuses the number, or else the first of them."""
        for part, keyword in self.bounded:
            alone = Bounds()
            _BOUND[keyword](alone, part.node.schema[keyword])
            if alone.hopeless(text, plain):
                return part, keyword
        if self._integral is not None:
            alone = Bounds()
            alone.demand_integer()
            if alone.hopeless(text, plain):
                return self._integral, "type"
        return self._first()

    def passes(self, value: Any) -> bool:
        """Whether a whole number passes: what jsonschema says."""
        if self.refusal:
            return False
        for fails, bound in self._checks:
            if fails(value, bound):
                return False
        if self._integral is not None and not (isinstance(value, int) or value.is_integer()):
            return False
        for candidates in self._sets:
            if value not in candidates:
                return False
        return rest_passes(self, value) if self.handed or self.choices else True


_BOUND: Final[dict[str, Callable[[Bounds, Any], None]]] = {
    "minimum": Bounds.add_minimum,
    "exclusiveMinimum": Bounds.add_exclusive_minimum,
    "maximum": Bounds.add_maximum,
    "exclusiveMaximum": Bounds.add_exclusive_maximum,
}


def passes(layout: Layout, value: Any) -> bool:
    """Whether a whole scalar passes."""
    spend()
    if isinstance(layout, (Text, Numeric)):
        return layout.passes(value)
    return not layout.refusal and rest_passes(layout, value)


def rest_passes(layout: Layout, value: Any) -> bool:
    """Whether a whole value passes what is handed to jsonschema, and the alternatives."""
    return rest_refuses(layout, value) is None


def rest_refuses(layout: Layout, value: Any) -> Cause | None:
    """Which of them refuses a whole value."""
    for part, keyword in layout.handed:
        if not keyword_passes(part, keyword, value):
            return Cause(part, keyword)
    for choice in layout.choices:
        if combined(choice, lambda option: SURE if passes(option, value) else DEAD) != SURE:
            return Cause(choice.part, choice.keyword)
    return None


def keyword_passes(part: Part, keyword: str, value: Any) -> bool:
    """Whether jsonschema finds nothing wrong by one keyword; by all of them for ""."""
    return next(errors_of(part, keyword, value), None) is None


def errors_of(part: Part, keyword: str, value: Any) -> Any:
    """What jsonschema says of a whole value by one keyword of a subschema."""
    validator = part.node.validator
    if not keyword:
        return validator.iter_errors(value)
    schema = part.node.schema
    return iter(validator.VALIDATORS[keyword](validator, schema[keyword], value, schema) or ())


def combined(choice: Choice, judge: Callable[[Layout], int]) -> int:
    """What alternatives come to, by what each of them came to."""
    states = [SURE if option is None else judge(option) for option in choice.options]
    if choice.how in ("anyOf", "constant"):
        return SURE if SURE in states else OPEN if OPEN in states else DEAD
    if choice.how == "oneOf":
        return _exactly_one(states.count(SURE) + choice.sure, states.count(OPEN))
    if choice.how == "not":
        return (OPEN, SURE, DEAD)[states[0]]
    condition, then, otherwise = states
    if condition == OPEN:
        return then if then == otherwise else OPEN
    return then if condition == SURE else otherwise


def _exactly_one(sure: int, open_: int) -> int:
    if sure > 1 or (sure == 0 and open_ == 0):
        return DEAD
    return SURE if open_ == 0 else OPEN


def _state(option: Layout, text: OpenText) -> int:
    spend()
    assert isinstance(option, Text)
    if option.death(text):
        return DEAD
    return SURE if option.certain(text) else OPEN


def _number_dies(option: Layout, text: str, plain: bool) -> bool:
    assert isinstance(option, Numeric)
    return option.death(text, plain) is not None
