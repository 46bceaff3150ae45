"""Documents for types, what a `ModelParser` says about them, and what contradicts its promises.

Pydantic's own `validate_json` of the whole text is the oracle.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from pydantic import TypeAdapter, ValidationError

from partialjson import Event, FieldCompleted, ModelParser, Validated, Violation

from .fragmenting import Fragments, cuts
from .strategies import times
from .typed_family import Relative, by_hand, documents, family
from .typed_picked import picked
from .typed_texts import Kin, Path, continuations, spans, tree_of
from .typed_types import Sort, some

SEEDS = range(times(4))
MADE = 30  # types made by chance, for each seed
DOCUMENTS = 9  # for each type
CONTINUATIONS = 100  # for each violation
CONTINUED = 12  # violations, for each type and seed
EXTRA = ("extra_forbidden", "unexpected_keyword_argument")  # at the object, for one key of it


# --- what Pydantic says, and what the parser says ---------------------------------------------


@dataclass(eq=False)
class Verdict:
    """What became of a text: an object, or errors."""

    object: Any
    errors: list[dict[str, Any]] | None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Verdict):
            return NotImplemented
        return same(self.object, other.object) and repr(self.errors) == repr(other.errors)


def same(a: Any, b: Any) -> bool:
    """The same object to the eye. What is not a number equals nothing, not even itself."""
    return type(a) is type(b) and repr(a) == repr(b) and (a == b or "nan" in repr(a).lower())


def verdict(error: ValidationError | None, value: Any = None) -> Verdict:
    return Verdict(value, None if error is None else plain_errors(error))


def plain_errors(error: ValidationError) -> list[dict[str, Any]]:
    """The entries, with exceptions of users' functions as text: they are never equal."""
    entries: Any = error.errors()
    for entry in entries:
        if "ctx" in entry:
            entry["ctx"] = {key: repr(value) for key, value in entry["ctx"].items()}
    return list(entries)


@dataclass
class Told:
    """What a parser said about a text that came in fragments.

    Attributes:
        events: the violations, objects and completed values.
        fed: for each of them how many characters had come; one more at the close.
        verdict: the final one.
    """

    events: list[Event] = field(default_factory=list)
    fed: list[int] = field(default_factory=list)
    verdict: Verdict | None = None

    def add(self, events: list[Event], fed: int) -> None:
        self.events += events
        self.fed += [fed] * len(events)

    @property
    def violations(self) -> list[Violation]:
        return [event for event in self.events if isinstance(event, Violation)]

    def lines(self) -> list[str]:
        return [line_of(event) for event in self.events]


def line_of(event: Event) -> str:
    """What must be the same for all fragmentations."""
    if isinstance(event, Violation):
        where = (event.path, event.offset, event.early, event.detail["loc"])
        return f"Violation {event.kind} {where}"
    return repr(event)


HEARD = (Violation, Validated, FieldCompleted)


def told(relative: Relative, fragments: Fragments, **options: Any) -> Told:
    parser: Any = ModelParser(relative.adapter, events=HEARD, **relative.arguments, **options)
    said = Told()
    fed = 0
    for fragment in fragments:
        fed += len(fragment)
        said.add(parser.feed(fragment), fed)
    said.add(parser.close(), fed + 1)
    try:
        said.verdict = verdict(None, parser.result)
    except ValidationError as error:
        said.verdict = verdict(error)
    return said


@dataclass
class Case:
    """A document for a type."""

    relative: Relative
    text: str
    seed: int = 0

    @cached_property
    def pydantic(self) -> Verdict | None:
        """None if a function of the type raises what is no error of validation."""
        try:
            adapter, arguments = self.relative.adapter, self.relative.arguments
            return verdict(None, adapter.validate_json(self.text, **arguments))
        except ValidationError as error:
            return verdict(error)
        except Exception:
            return None

    @property
    def accepted(self) -> bool:
        return self.pydantic is not None and self.pydantic.errors is None

    def fragmentations(self) -> Iterator[Fragments]:
        rng = random.Random(f"{self.seed} {self.text}")
        yield cuts(self.text, 1)
        yield [self.text]
        yield cuts(self.text, rng.choice((2, 3, 7)))

    def __str__(self) -> str:
        type_ = self.relative.sort.type
        return f"{type_}\n  {dict(self.relative.arguments)}\n  {self.text!r}\n"


# --- the properties -----------------------------------------------------------------------
# Each yields what contradicts it, for a case and what was said about it: one character at a
# time first, then in other fragments.


def result_is_pydantics(case: Case, runs: list[Told]) -> Iterator[str]:
    for said in runs:
        if said.verdict != case.pydantic:
            yield f"{said.verdict}\n  is not\n  {case.pydantic}"


def violations_are_sound(case: Case, runs: list[Told]) -> Iterator[str]:
    if case.accepted:
        yield from (f"accepted, but {violation}" for violation in runs[0].violations)


def refusals_are_told(case: Case, runs: list[Told]) -> Iterator[str]:
    if case.pydantic is not None and not case.accepted and not runs[0].violations:
        yield f"nothing told of {case.pydantic.errors}"


def fragments_do_not_matter(case: Case, runs: list[Told]) -> Iterator[str]:
    first = runs[0].lines()
    for said in runs[1:]:
        for one, other in zip(first, said.lines(), strict=False):
            if one != other:
                yield f"{one}\n  became\n  {other}"
                return
        if len(first) != len(said.events):
            yield f"{len(first)} events became {len(said.events)}"


def violations_are_prompt(case: Case, runs: list[Told]) -> Iterator[str]:
    """Each comes with the character it names, or is told by the close."""
    for event, fed in zip(runs[0].events, runs[0].fed, strict=True):
        if isinstance(event, Violation) and event.offset != fed - 1:
            yield f"told at {fed - 1}: {event}"


def early_means_before_the_value_is_complete(case: Case, runs: list[Told]) -> Iterator[str]:
    complete: set[Path] = set()
    all_complete = {e.path for e in runs[0].events if isinstance(e, FieldCompleted)}
    for event in runs[0].events:
        if isinstance(event, FieldCompleted):
            complete.add(event.path)
        elif (
            isinstance(event, Violation)
            and event.path in all_complete
            and event.early == (event.path in complete)
        ):
            yield f"{event} after {len(complete)} completed values"


def nothing_is_told_below_the_dead(case: Case, runs: list[Told]) -> Iterator[str]:
    """But all entries of one verdict: of a union there can be several."""
    dead: list[tuple[Path, int]] = []
    for event in runs[0].events:
        if isinstance(event, (Violation, Validated)):
            at = event.offset if isinstance(event, Violation) else -1
            for path, offset in dead:
                if event.path[: len(path)] == path and at != offset:
                    yield f"{event} below {path}"
        if isinstance(event, Violation) and event.early and event.kind not in EXTRA:
            dead.append((event.path, event.offset))


def each_error_is_told_once(case: Case, runs: list[Told]) -> Iterator[str]:
    """Pydantic itself may give two choices of a union the same name, but at one moment."""
    moments = {
        (e.kind, e.detail["loc"], e.path, e.offset)
        for e in runs[0].violations
        if not (e.early and e.kind in EXTRA)  # of two keys that begin alike only that was seen
    }
    entries = Counter(moment[:-1] for moment in moments)
    yield from (f"{n} times {entry}" for entry, n in entries.items() if n > 1)


def violations_speak_pydantics_language(case: Case, runs: list[Told]) -> Iterator[str]:
    for event in runs[0].violations:
        entry = (event.detail["type"], event.detail["msg"], "input" in event.detail)
        if entry != (event.kind, event.message, True):
            yield f"{event} has {event.detail}"


def paths_lead_somewhere(case: Case, runs: list[Told]) -> Iterator[str]:
    """To a value of the text, or to a member that an object or array there does not have."""
    where = spans(case.text)
    for event in runs[0].events:
        if isinstance(event, (Violation, Validated)):
            negative = any(isinstance(step, int) and step < 0 for step in event.path)
            lost = event.path not in where and event.path[:-1] not in where
            if negative or lost or (isinstance(event, Validated) and event.path not in where):
                yield f"{event} stands nowhere"


def objects_come_once(case: Case, runs: list[Told]) -> Iterator[str]:
    paths = Counter(e.path for e in runs[0].events if isinstance(e, Validated))
    yield from (f"{n} objects at {path}" for path, n in paths.items() if n > 1)
    accepted = case.accepted
    if paths[()] != accepted:
        yield f"{paths[()]} root objects"


def objects_are_those_of_their_types(case: Case, runs: list[Told]) -> Iterator[str]:
    if case.relative.arguments:
        return
    where = spans(case.text)
    for event in runs[0].events:
        sort = sort_at(case.relative.sort, event.path) if isinstance(event, Validated) else None
        if isinstance(event, Validated) and sort is not None:
            start, end = where[event.path]
            yield from differs(event, sort.type, case.text[start:end])


def differs(event: Validated, type_: Any, text: str) -> Iterator[str]:
    try:
        alone = TypeAdapter(type_).validate_json(text)
    except ValidationError as error:
        yield f"{event}, but alone {error.errors()}"
    else:
        if not same(event.object, alone):
            yield f"{event}, but alone {alone!r}"


def models_are_announced(case: Case, runs: list[Told]) -> Iterator[str]:
    """In an accepted document every model has its event, if nothing around it forbids that."""
    if case.relative.arguments or not case.accepted:
        return
    objects = {e.path for e in runs[0].events if isinstance(e, Validated)}
    for path, (start, _) in spans(case.text).items():
        sort = sort_at(case.relative.sort, path)
        if sort is not None and sort.model and path not in objects and case.text[start] in "[{":
            yield f"no object at {path}"


def sort_at(sort: Sort | None, path: Path) -> Sort | None:
    """What is known of the type at a path."""
    for step in path:
        if sort is not None:
            sort = sort.parts.get(step) or sort.parts.get(None)
    return sort


PROPERTIES = (
    result_is_pydantics,
    violations_are_sound,
    refusals_are_told,
    fragments_do_not_matter,
    violations_are_prompt,
    early_means_before_the_value_is_complete,
    nothing_is_told_below_the_dead,
    each_error_is_told_once,
    violations_speak_pydantics_language,
    paths_lead_somewhere,
    objects_come_once,
    objects_are_those_of_their_types,
    models_are_announced,
)


# --- the cases ------------------------------------------------------------------------------


def relatives(seed: int) -> Iterator[Relative]:
    """The types of a seed: its share of those by hand, and its own."""
    rng = random.Random(seed)
    for i, sort in enumerate(by_hand()):
        if (i + seed) % 4 == 0:
            strict = rng.choice(({}, {}, {"strict": True}, {"strict": False}))
            yield Relative(sort, TypeAdapter(sort.type), strict)
    yield from family(seed, MADE)


def cases(seed: int) -> Iterator[Case]:
    rng = random.Random(seed)
    for relative in relatives(seed):
        for text in documents(relative.sort, rng, DOCUMENTS):
            yield Case(relative, text, seed)


def picked_cases() -> Iterator[Case]:
    for i, (type_, texts) in enumerate(picked()):
        adapter = TypeAdapter(type_)
        sort = some(type_, *map(tree_of, texts))
        for j, strict in enumerate(({}, {"strict": True}, {"strict": False})):
            relative = Relative(sort, adapter, strict)
            yield from (Case(relative, text) for text in texts[(i + j) % 3 :: 3])


def all_cases(seed: int) -> Iterator[Case]:
    """The cases of a seed; -1: those picked by hand."""
    return picked_cases() if seed < 0 else cases(seed)


def covered(event: Violation, listed: set[tuple[str, Path]]) -> bool:
    """Whether Pydantic leaves out what is wrong with items of what is too long."""
    loc = event.detail["loc"]
    lengths = ("too_long", "too_short")
    return any(kind in lengths and loc[: len(place)] == place for kind, place in listed)


@dataclass
class Found:
    """What the cases of a seed came to: what contradicts each property, and how many there were."""

    against: dict[str, list[str]] = field(
        default_factory=lambda: {"crash": [], **{prop.__name__: [] for prop in PROPERTIES}}
    )
    counts: Counter[str] = field(default_factory=Counter)

    def look_at(self, case: Case) -> None:
        if case.pydantic is None:
            self.counts["raising"] += 1
            return
        self.counts["accepted" if case.accepted else "refused"] += 1
        try:
            runs = [told(case.relative, fragments) for fragments in case.fragmentations()]
        except Exception as error:
            self.against["crash"].append(f"{case}  {error!r}")
            return
        self.count(case, runs[0].violations)
        for prop in PROPERTIES:
            for found in prop(case, runs):
                self.against[prop.__name__].append(f"{case}  {found}")

    def count(self, case: Case, violations: list[Violation]) -> None:
        entries = case.pydantic.errors if case.pydantic is not None else None
        listed = {(entry["type"], entry["loc"]) for entry in entries or ()}
        for event in violations:
            self.counts["early" if event.early else "late"] += 1
            known = event.kind in EXTRA or (event.kind, event.detail["loc"]) in listed
            self.counts["listed" if known or covered(event, listed) else "unlisted"] += 1


@cache
def found(seed: int) -> Found:
    """What the cases of a seed came to."""
    result = Found()
    for case in all_cases(seed):
        result.look_at(case)
    return result


# --- whatever follows -----------------------------------------------------------------------


@dataclass
class Adversary:
    """Tries to complete the prefixes that a parser has given up."""

    rng: random.Random
    tried: int = 0
    violations: int = 0
    prefixes: set[str] = field(default_factory=set)

    def refutes(self, case: Case, violations: list[Violation], kin: Kin) -> Iterator[str]:
        """Documents that are accepted though a violation was told of their beginning."""
        for violation in violations:
            prefix = case.text[: violation.offset + 1]
            if violation.offset >= len(case.text) or prefix in self.prefixes:
                continue  # found at the very end: nothing can follow
            self.prefixes.add(prefix)
            self.violations += 1
            for text in continuations(prefix, kin, self.rng, CONTINUATIONS):
                self.tried += 1
                again = Case(case.relative, text)
                if again.accepted:
                    yield f"{case}  {violation}\n  but {text!r} is accepted"
                    break
