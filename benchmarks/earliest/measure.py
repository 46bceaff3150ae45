"""One damaged document: the verdict, the oracle's, the close of what is wrong, and proofs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any, Final

from . import oracle
from .continuations import Pool, Writer, pool
from .damage import NUMBERS, Damaged, damaged
from .oracle import ask
from .places import number_at, places
from .schemas import Named
from .verdicts import Judge, Verdict

EXACT: Final = "exact"
NUMBER: Final = "same number"
LATER: Final = "later"
EARLIER: Final = "earlier"
ALONE: Final = "no oracle"

_WITNESSES: Final = 150  # documents tried to show that a verdict could not have come before


@dataclass(frozen=True)
class Outcome:
    """What became of a damaged document. All places are bytes of its text.

    Args:
        schema: the schema's name.
        kind: of damage.
        text: the document.
        plain: whether the parser was told that numbers are plain.
        verdict: of the first violation: offset, keyword, schema path, path.
        ours: its byte; the length for a verdict at the end, or for none.
        oracle: the oracle's byte, moved to the first byte of its character: the later of its
            answers in the order of this document and in that of the undamaged one.
        own_order: its answer in the order of this document alone. None of both without one.
        close: where the first value closes that jsonschema complains about.
        length: of the document.
        place: one of the constants above.
        whole: the verdict's byte when the text came in one piece.
        contradictions: valid documents that begin as this one does up to the verdict.
        tried: how many documents were tried for that.
        witness: a valid document that begins as this one does before the verdict, or "".
    """

    schema: str
    kind: str
    text: str
    plain: bool
    verdict: Verdict | None
    ours: int
    oracle: int | None
    own_order: int | None
    close: int
    length: int
    place: str
    whole: int | None
    contradictions: tuple[str, ...]
    tried: int
    witness: str

    @property
    def distance(self) -> int:
        """Bytes from the oracle's to ours."""
        return self.ours - (self.ours if self.oracle is None else self.oracle)

    @property
    def proved(self) -> bool:
        """Whether no verdict could have come before: a witness says so."""
        return bool(self.witness)

    @property
    def excused(self) -> bool:
        """Whether it is the oracle that is too early, by its order of keys: a witness says so."""
        return self.place == LATER and self.proved


@dataclass(frozen=True)
class Measured:
    """All outcomes of a schema.

    Args:
        outcomes: of its damaged documents.
        refused: how many documents did not count since the oracle refuses them undamaged.
        unknown: why the oracle cannot read the schema, or "".
        alarms: valid documents with a violation: undamaged ones and witnesses.
        failures: what the parser raised, with the text.
    """

    outcomes: tuple[Outcome, ...]
    refused: int
    unknown: str
    alarms: tuple[str, ...]
    failures: tuple[str, ...]


class Bench:
    """Measures the damaged documents of one schema.

    Args:
        named: the schema.
        judge: the parser under test.
        seed: of all that is random.
        plain: whether documents, parser and continuations keep to plain numbers.
        continuations: how many documents are tried after each verdict.
    """

    def __init__(
        self, named: Named, judge: Judge, *, seed: int, plain: bool, continuations: int
    ) -> None:
        self.named = named
        self.judge = judge
        self.seed = seed
        self.plain = plain
        self.continuations = continuations
        self.validator = named.validator
        self.rng = Random(f"continuations {seed} {named.name}")
        self.pool: Pool = pool(named, self.rng)

    def run(self, count: int, kinds: tuple[str, ...] = ()) -> Measured:
        """Measure so many documents, if there are as many; of these kinds of damage only."""
        outcomes: list[Outcome] = []
        alarms: list[str] = []
        failures: list[str] = []
        refused = 0
        unknown = self._unknown()
        for case in damaged(self.named, self.seed, plain=self.plain, kinds=kinds):
            if not unknown and self._refused(case):
                refused += 1
                if refused > 20 * count:
                    break
                continue
            try:
                outcomes.append(self.outcome(case, oracle_knows=not unknown))
                valid = (case.before.text, outcomes[-1].witness)
                alarms += [text for text in valid if text and self._judged(text) is not None]
            except Exception as error:  # a crash is a result, too
                failures.append(f"{type(error).__name__}: {error} | {case.text}")
            if len(outcomes) + len(failures) >= count:
                break
        return Measured(tuple(outcomes), refused, unknown, tuple(alarms), tuple(failures))

    def _unknown(self) -> str:
        if not oracle.available():
            return "llguidance is not installed"
        return ask(self.named.schema, {}, "").unknown

    def _refused(self, case: Damaged) -> bool:
        before = case.before
        return ask(self.named.schema, before.value, before.text).refused is not None

    def _judged(self, text: str, size: int = 1) -> Verdict | None:
        return self.judge(self.named.given, text, plain=self.plain, size=size)

    def outcome(self, case: Damaged, *, oracle_knows: bool = True) -> Outcome:
        """What becomes of one damaged document."""
        text = case.text
        bytes_at = _bytes(text)
        verdict = self._judged(text)
        whole = self._judged(text, len(text))
        ours = len(text) if verdict is None else verdict.offset
        theirs = own = None
        if oracle_knows:
            own = self._asked(case.value, text)
            theirs = max(own, self._asked(case.before.value, text))
        contradictions, tried = self._contradictions(case, ours)
        return Outcome(
            schema=self.named.name,
            kind=case.kind,
            text=text,
            plain=self.plain,
            verdict=verdict,
            ours=bytes_at(ours),
            oracle=None if theirs is None else bytes_at(theirs),
            own_order=None if own is None else bytes_at(own),
            close=bytes_at(self._close(case)),
            length=bytes_at(len(text)),
            place=place(text, ours, theirs),
            whole=None if whole is None else bytes_at(whole.offset),
            contradictions=contradictions,
            tried=tried,
            witness=self._witness(case, ours),
        )

    def _asked(self, order: Any, text: str) -> int:
        """The oracle's character."""
        answer = ask(self.named.schema, order, text)
        if answer.refused is None:
            return len(text)  # jsonschema refuses it, and is right
        data = text.encode()[: answer.refused]
        return len(data.decode(errors="ignore"))

    def _close(self, case: Damaged) -> int:
        """The close of the first to close of all values that jsonschema complains about."""
        found = places(case.text)
        return min(
            found[tuple(error.absolute_path)][1] for error in self.validator.iter_errors(case.value)
        )

    def _contradictions(self, case: Damaged, ours: int) -> tuple[tuple[str, ...], int]:
        """Valid documents that begin as this one up to the verdict's character."""
        found: list[str] = []
        tried = 0
        if ours < len(case.text):
            for text, value in self._written(case, ours + 1, self.continuations):
                tried += 1
                if self.validator.is_valid(value):
                    found.append(text)
        return tuple(found), tried

    def _witness(self, case: Damaged, ours: int) -> str:
        """A valid document that begins as this one up to before the verdict's character."""
        for text, value in self._written(case, ours, _WITNESSES):
            if self.validator.is_valid(value):
                return text
        return ""

    def _written(self, case: Damaged, end: int, count: int) -> Iterator[tuple[str, Any]]:
        beginning = case.text[:end]
        writer = Writer(beginning, case.before.value, self.pool, self.rng, plain=self.plain)
        return islice(writer.documents(count), count)


def place(text: str, ours: int, theirs: int | None) -> str:
    """Where ours is, seen from the oracle's; both are characters."""
    if theirs is None:
        return ALONE
    if ours == theirs:
        return EXACT
    number = number_at(text, theirs)
    if number and theirs < ours <= number[1]:
        return NUMBER
    return LATER if ours > theirs else EARLIER


def is_number(outcome: Outcome) -> bool:
    """Whether the damage is inside a number; these are reported apart."""
    return outcome.kind in NUMBERS


def _bytes(text: str) -> Callable[[int], int]:
    return lambda at: len(text[:at].encode())
