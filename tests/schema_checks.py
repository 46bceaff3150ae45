"""What a `SchemaParser` says about documents for schemas, and what contradicts its promises.

The library jsonschema, on the whole text, is the oracle.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import groupby, islice
from typing import Any

from jsonschema import ValidationError
from jsonschema.validators import Draft202012Validator, validator_for
from referencing import Registry

from partialjson import (
    Event,
    FieldCompleted,
    Limits,
    SchemaParser,
    UsageError,
    Validated,
    Violation,
)

from .fragmenting import Fragments, cut_at, cuts
from .schema_family import (
    Relative,
    by_hand,
    documents,
    family,
    is_plain,
    otherwise,
    trees,
    words_of,
)
from .strategies import times
from .typed_texts import Kin, Path, Tree, continuations, nodes, plain, spans, tree_of

SEEDS = range(times(4))
MADE = 20  # schemas made by chance, for each seed
DOCUMENTS = 10  # for each schema
CONTINUATIONS = 100  # for each violation
LISTED = Limits().max_violations
CONTINUED = 5  # violations, for each schema and seed

Line = tuple[str, Path, tuple[Any, ...]]  # an error: message, path, path in the schema


# --- what jsonschema says -------------------------------------------------------------------


@dataclass(eq=False)
class Subject:
    """A schema, and how it is to be judged by.

    Attributes:
        schema: the schema.
        registry: what it may refer to; without one parsers share what they find out.
        format: whether `format` is asserted.
        plain: no number has an exponent or a fraction of zeros.
    """

    schema: Any
    registry: Registry[Any] | None = None
    format: bool = False
    plain: bool = False

    @cached_property
    def oracle(self) -> Any:
        kind: Any = validator_for(self.schema, default=Draft202012Validator)
        checker = kind.FORMAT_CHECKER if self.format else None
        registry: Registry[Any] = self.registry or Registry()  # or it would ask the network
        return kind(self.schema, registry=registry, format_checker=checker)

    def accepts(self, text: str) -> bool:
        if self.plain and not is_plain(text):
            return False
        try:
            return bool(self.oracle.is_valid(json.loads(text)))
        except Exception:  # a pattern or a reference that is wrong, an overflow
            return False

    @property
    def options(self) -> dict[str, Any]:
        """What a parser is to be told of it."""
        numbers = "plain" if self.plain else "json"
        return {"registry": self.registry, "format": self.format, "numbers": numbers}

    def parser(self, **options: Any) -> Any:
        return SchemaParser(self.schema, **{**self.options, **options})

    def __str__(self) -> str:
        told = [name for name in ("format", "plain") if getattr(self, name)]
        return f"{json.dumps(self.schema)} {' '.join(told)}"


def line_of(error: ValidationError) -> Line:
    return error.message, tuple(error.absolute_path), tuple(error.absolute_schema_path)


@dataclass
class Case:
    """A document for a schema."""

    subject: Subject
    text: str
    seed: int = 0

    @cached_property
    def value(self) -> Any:
        return json.loads(self.text)

    @cached_property
    def judged(self) -> list[ValidationError] | Exception:
        """What jsonschema finds, or raises."""
        try:
            return [*self.subject.oracle.iter_errors(self.value)]
        except Exception as error:
            return error

    @property
    def errors(self) -> list[ValidationError] | None:
        """None if jsonschema raises what is no error of validation."""
        return self.judged if isinstance(self.judged, list) else None

    @property
    def accepted(self) -> bool:
        return self.errors == []

    @cached_property
    def spans(self) -> dict[Path, tuple[int, int]]:
        return spans(self.text)

    def closes(self, path: Path) -> int:
        """The offset by which the value there is complete: of a number the character after it."""
        start, end = self.spans[path]
        return end if self.text[start] in "-0123456789" else end - 1

    def fragmentations(self) -> Iterator[Fragments]:
        """One character at a time first."""
        rng = random.Random(f"{self.seed} {self.text}")
        yield cuts(self.text, 1)
        yield [self.text]
        yield cuts(self.text, 3)
        yield cut_at(self.text, [i for i in range(1, len(self.text)) if rng.random() < 0.2])
        yield cuts(self.text.encode(), 1)

    def __str__(self) -> str:
        return f"{self.subject}\n  {self.text!r}\n"


# Where an error stands says when it is certain, unless a condition was not decided by then.
CONDITIONS = ("then", "else", "dependentSchemas", "dependencies")
NAMED = ("properties", "patternProperties", "prefixItems")  # a step in the schema, one in the value
UNNAMED = ("additionalProperties", "items", "additionalItems", "contains")
STEPS = ("allOf", "anyOf", "oneOf", "dependentSchemas", "dependencies")  # a step in the schema only


def decided_at(error: ValidationError) -> Path:
    """The value by whose end the error is certain: its own, or that of a condition around it."""
    steps, depth = [*error.absolute_schema_path], 0
    while steps:
        word = steps.pop(0)
        if word in CONDITIONS:
            break
        depth += word in NAMED or word in UNNAMED
        if word in NAMED or word in STEPS or (steps and isinstance(steps[0], int)):
            steps[:1] = []
    return tuple(error.absolute_path)[:depth]


# --- what the parser says -------------------------------------------------------------------


@dataclass
class Told:
    """What a parser said about a text that came in fragments.

    Attributes:
        events: the violations, validated and completed values.
        fed: for each of them how many characters had come; one more at the close.
        verdicts: the verdict before the first fragment, after each of them and at the close.
        known: for each of the verdicts how many of the events had come.
        errors: the final ones.
    """

    events: list[Event] = field(default_factory=list)
    fed: list[int] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    errors: list[Line] = field(default_factory=list)

    def add(self, events: Iterable[Event], fed: int, verdict: str) -> None:
        before = len(self.events)
        self.events += events
        self.fed += [fed] * (len(self.events) - before)
        self.verdicts.append(verdict)
        self.known.append(len(self.events))

    @property
    def violations(self) -> list[Violation]:
        return [event for event in self.events if isinstance(event, Violation)]

    @property
    def validated(self) -> list[Validated]:
        return [event for event in self.events if isinstance(event, Validated)]

    def lines(self) -> list[str]:
        return [spelled(event) for event in self.events]


def spelled(event: Event) -> str:
    """What must be the same for all fragmentations: everything."""
    return f"{type(event).__name__} {[getattr(event, name) for name in event.__match_args__]}"


def entry(event: Violation) -> tuple[Any, ...]:
    """What one violation tells: of the same keyword jsonschema has an entry for each key."""
    return event.path, event.kind, tuple(event.detail["schema_path"]), event.message


HEARD = (Violation, Validated, FieldCompleted)


def told(subject: Subject, fragments: Fragments, **options: Any) -> Told:
    parser = subject.parser(**{"events": HEARD, **options})
    said = Told()
    said.add([], 0, parser.verdict)
    fed = 0
    for fragment in fragments:
        fed += len(fragment)
        said.add(parser.feed(fragment), fed, parser.verdict)
    said.add(parser.close(), fed + 1, parser.verdict)
    said.errors = [line_of(error) for error in parser.errors]
    return said


# --- the properties -----------------------------------------------------------------------
# Each yields what contradicts it, for a case and what was said about it: one character at a
# time first, then in other fragments.


def verdict_is_jsonschemas(case: Case, runs: list[Told]) -> Iterator[str]:
    right = "valid" if case.accepted else "invalid"
    for said in runs:
        if said.verdicts[-1] != right:
            yield f"{said.verdicts[-1]}, but it is {right}"


def errors_are_jsonschemas(case: Case, runs: list[Told]) -> Iterator[str]:
    """In its order, but for those of additional members: jsonschema has these in a set."""
    right = [line_of(error) for error in case.errors or ()]
    any_order = any("additionalProperties" in steps for _, _, steps in right)
    for said in runs:
        same = said.errors == right[:LISTED]
        if not same and any_order and len(said.errors) == min(len(right), LISTED):
            same = not Counter(said.errors) - Counter(right)
        if not same or said.errors != runs[0].errors:
            yield f"{said.errors}\n  is not\n  {right}"


def verdicts_are_sound_and_stay(case: Case, runs: list[Told]) -> Iterator[str]:
    """Invalid is known with the first violation, valid with the last character."""
    for said in runs:
        for before, verdict, known in zip(
            ["undecided", *said.verdicts], said.verdicts, said.known, strict=False
        ):
            heard = said.events[:known]
            wrong = any(isinstance(event, Violation) for event in heard)
            whole = any(isinstance(e, FieldCompleted) and not e.path for e in heard)
            possible = ["invalid"] if wrong else ["valid"] if whole else ["undecided"]
            if not heard and verdict == "invalid":
                possible.append("invalid")  # of a schema that accepts nothing: at once
            if verdict not in possible or before not in ("undecided", verdict):
                yield f"{verdict} after {before} and {heard}"


def violations_are_sound(case: Case, runs: list[Told]) -> Iterator[str]:
    if case.accepted:
        yield from (f"accepted, but {violation}" for violation in runs[0].violations)


def refusals_are_told(case: Case, runs: list[Told]) -> Iterator[str]:
    if case.errors and not runs[0].violations:
        yield f"nothing told of {[*map(line_of, case.errors)]}"


def refusals_are_told_in_time(case: Case, runs: list[Told]) -> Iterator[str]:
    """When the smallest value closes in which jsonschema finds an error, at the latest."""
    if case.errors and runs[0].violations:
        latest, error = min(
            ((case.closes(decided_at(error)), error) for error in case.errors),
            key=lambda pair: pair[0],
        )
        first = runs[0].violations[0]
        if first.offset > latest:
            yield f"{first}\n  but at {latest} it was certain that {line_of(error)}"


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
    for event in runs[0].events:
        if isinstance(event, FieldCompleted):
            complete.add(event.path)
        elif (
            isinstance(event, Violation)
            and event.path in case.spans
            and event.early == (event.path in complete)
        ):
            yield f"{event} after {len(complete)} completed values"


def nothing_is_told_twice(case: Case, runs: list[Told]) -> Iterator[str]:
    """Unless jsonschema has as many entries, as of two parts whose references hide their names."""
    listed = Counter(line_of(error)[1:] for error in case.errors or ())
    for event, n in Counter(map(entry, runs[0].violations)).items():
        if n > max(1, listed[event[0], event[2]]):
            yield f"{n} times {event}"


def with_context(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    todo = [*errors]
    while todo:
        error = todo.pop()
        yield error
        todo += error.context or ()


def late_violations_are_jsonschemas(case: Case, runs: list[Told]) -> Iterator[str]:
    """Of a value that is complete, in jsonschema's own words.

    Where one alternative was left, its errors are told as they are, and not as the context of one.
    """
    listed = [line_of(error) for error in with_context(case.errors or ())]
    for event in runs[0].violations:
        line = (event.message, event.path, tuple(event.detail["schema_path"]))
        if not event.early and line not in listed:
            yield f"{event} is none of {listed}"


def violations_are_described(case: Case, runs: list[Told]) -> Iterator[str]:
    for event in runs[0].violations:
        detail = event.detail
        said = (detail["message"], tuple(detail["path"]))
        known = {"validator", "validator_value", "schema_path", "path", "message"} <= {*detail}
        kind = detail["validator"] is None or detail["validator"] == event.kind
        if said != (event.message, event.path) or not known or not kind or not event.message:
            yield f"{event} has {detail}"


def paths_lead_somewhere(case: Case, runs: list[Told]) -> Iterator[str]:
    """To a value of the text, or to a member that an object or array there does not have."""
    for event in runs[0].violations:
        lost = event.path not in case.spans and event.path[:-1] not in case.spans
        if lost or any(isinstance(step, int) and step < 0 for step in event.path):
            yield f"{event} stands nowhere"


def objects_come_once(case: Case, runs: list[Told]) -> Iterator[str]:
    paths = Counter(event.path for event in runs[0].validated)
    yield from (f"{n} objects at {path}" for path, n in paths.items() if n > 1)
    if (paths[()] > 0) != case.accepted:
        yield f"{paths[()]} root objects"


def objects_are_the_values_at_their_paths(case: Case, runs: list[Told]) -> Iterator[str]:
    for event in runs[0].validated:
        start, end = case.spans.get(event.path, (0, 0))
        text = case.text[start:end]
        if not text or repr(event.object) != repr(json.loads(text)):
            yield f"{event}, but there is {text}"
        elif event.path and text[0] not in "[{":
            yield f"{event} is no object or array"


def objects_passed(case: Case, runs: list[Told]) -> Iterator[str]:
    """No error stands in them, neither told before nor in the end."""
    wrong: list[Path] = []
    final = [(decided_at(error), line_of(error)) for error in case.errors or ()]
    for event in runs[0].events:
        if isinstance(event, Violation):
            wrong.append(event.path)
        elif isinstance(event, Validated):
            within = [line for path, line in final if path[: len(event.path)] == event.path]
            within += [("told", p, ()) for p in wrong if p[: len(event.path)] == event.path]
            if within:
                yield f"{event}, but {within[0]}"


def containers_are_announced(case: Case, runs: list[Told]) -> Iterator[str]:
    """In an accepted document every object and array that the schema is certain to describe."""
    if case.accepted:
        objects = {event.path for event in runs[0].validated}
        for path in {*spine(case.subject.schema, case.value, case.subject.schema)} - objects:
            yield f"no object at {path}"


def spine(schema: Any, value: Any, root: Any, path: Path = (), fuel: int = 40) -> Iterator[Path]:
    """Where the objects and arrays are that a schema describes without any condition."""
    if not isinstance(schema, dict) or not schema or fuel == 0:
        return
    if isinstance(value, (dict, list)):
        yield path
    if schema is not root and ("$id" in schema or "$schema" in schema):
        return  # what it refers to is elsewhere
    yield from spine(referred(schema.get("$ref"), root), value, root, path, fuel - 1)
    if "$ref" in schema and "draft-07" in root.get("$schema", ""):
        return  # what stands beside a reference counts for nothing
    for inner in schema.get("allOf", ()):
        yield from spine(inner, value, root, path, fuel - 1)
    for step, inner in described(schema, value):
        yield from spine(inner, value[step], root, (*path, step), fuel - 1)


def referred(ref: str | None, root: Any) -> Any:
    """The definition, or None for what is not found as simply."""
    if ref is None or ref == "#" or "$id" in root:
        return root if ref == "#" else None
    place, _, name = ref.removeprefix("#/").partition("/")
    return root[place].get(name) if place in ("$defs", "definitions") and place in root else None


def described(schema: Any, value: Any) -> Iterator[tuple[Any, Any]]:
    """The members that a schema itself describes."""
    if isinstance(value, dict):
        members = schema.get("properties", {})
        yield from ((key, members[key]) for key in value if key in members)
        if not members and "patternProperties" not in schema:
            yield from ((key, schema.get("additionalProperties")) for key in value)
    elif isinstance(value, list):
        first = schema.get("prefixItems", ())
        rest = schema.get("items")
        if isinstance(rest, list):
            first, rest = rest, schema.get("additionalItems")
        for i in range(len(value)):
            yield i, first[i] if i < len(first) else rest


PROPERTIES = (
    verdict_is_jsonschemas,
    errors_are_jsonschemas,
    verdicts_are_sound_and_stay,
    violations_are_sound,
    refusals_are_told,
    refusals_are_told_in_time,
    fragments_do_not_matter,
    violations_are_prompt,
    early_means_before_the_value_is_complete,
    nothing_is_told_twice,
    late_violations_are_jsonschemas,
    violations_are_described,
    paths_lead_somewhere,
    objects_come_once,
    objects_are_the_values_at_their_paths,
    objects_passed,
    containers_are_announced,
)
# Those that a rule contradicts which speaks too early, or not at all.
SOUND = (
    *(verdict_is_jsonschemas, violations_are_sound, refusals_are_told, refusals_are_told_in_time),
    *(objects_come_once, objects_passed, containers_are_announced),
)


# --- the cases ------------------------------------------------------------------------------


def relatives(seed: int, made: int) -> Iterator[Relative]:
    """The schemas of a seed: its share of those by hand, and its own."""
    yield from (relative for i, relative in enumerate(by_hand()) if (i + seed) % 4 == 0)
    yield from family(seed, made)


def cases(seed: int, *, numbers: str = "json", made: int = MADE) -> Iterator[Case]:
    """The cases of a seed. Those of one schema follow one another."""
    rng = random.Random(seed)
    for relative in relatives(seed, made):
        subject = Subject(relative.schema, format=relative.format, plain=numbers == "plain")
        for text in documents(relative.schema, rng, DOCUMENTS):
            if not subject.plain or is_plain(text):
                yield Case(subject, text, seed)


def kin_of(case: Case, rng: random.Random, n: int = 16) -> Kin:
    """Documents to borrow from: those that are accepted, and the constants of the schema."""
    schema = case.subject.schema
    made = [*trees(schema, rng, n)]
    accepted = [tree for tree in made if case.subject.accepts(plain(tree))]
    return kin(schema, [*accepted, tree_of(case.text)], rng)


def kin(schema: Any, known: Sequence[Tree], rng: random.Random) -> Kin:
    """Some documents, and others of the names and constants that the schema speaks of."""
    names, values = words_of(schema)
    values += [*islice((node for tree in known for node in nodes(tree)), 40), '"a"', "1", {}]
    mixed: list[Tree] = []
    for _ in range(max(3, len(known) // 3)):
        some = rng.sample(names, rng.randint(0, len(names)))
        mixed.append({name: rng.choice(values) for name in some})
        mixed.append(rng.choices(values, k=rng.randint(0, 3)))
    return Kin([*known, *mixed])


@dataclass
class Found:
    """What cases came to: what contradicts each property, and how many there were."""

    against: dict[str, list[str]] = field(
        default_factory=lambda: {"crash": [], **{prop.__name__: [] for prop in PROPERTIES}}
    )
    counts: Counter[str] = field(default_factory=Counter)

    def look_at(self, case: Case) -> list[Told]:
        """What was said about the case; nothing if jsonschema cannot judge it."""
        if case.errors is None:
            self.counts["raising"] += 1
            self.against["crash"] += raises_nothing_else(case)
            return []
        self.counts["accepted" if case.accepted else "refused"] += 1
        try:
            runs = [told(case.subject, fragments) for fragments in case.fragmentations()]
        except Exception as error:
            self.against["crash"].append(f"{case}  {error!r}")
            return []
        self.count(case, runs[0].violations)
        for prop in PROPERTIES:
            for found in prop(case, runs):
                self.against[prop.__name__].append(f"{case}  {found}")
        return runs

    def count(self, case: Case, violations: list[Violation]) -> None:
        listed = [line_of(error)[1:] for error in with_context(case.errors or ())]
        for event in violations:
            self.counts["early" if event.early else "late"] += 1
            known = (event.path, tuple(event.detail["schema_path"])) in listed
            self.counts["listed" if known else "unlisted"] += 1


def raises_nothing_else(case: Case) -> Iterator[str]:
    """What jsonschema cannot judge is refused as a schema that cannot be used.

    But for what it cannot divide: an infinite number is a multiple of nothing here.
    """
    for fragments in case.fragmentations():
        try:
            said = told(case.subject, fragments)
        except UsageError:
            continue
        except Exception as error:
            yield f"{case}  {error!r}"
        else:
            if not isinstance(case.judged, OverflowError):
                yield f"{case}  {case.judged!r}, but here it is {said.verdicts[-1]}"


@cache
def found(seed: int, numbers: str = "json") -> Found:
    """What the cases of a seed came to."""
    result = Found()
    for case in cases(seed, numbers=numbers):
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

    def refutes(
        self, case: Case, violations: Iterable[Violation], kin: Kin, n: int = CONTINUATIONS
    ) -> Iterator[str]:
        """Documents that are accepted though a violation was told of their beginning."""
        for violation in violations:
            prefix = case.text[: violation.offset + 1]
            if len(prefix) >= len(case.text.rstrip()) or prefix in self.prefixes:
                continue  # found at the very end: nothing can follow
            self.prefixes.add(prefix)
            self.violations += 1
            for text in continuations(prefix, kin, self.rng, n):
                self.tried += 1
                if case.subject.accepts(text):
                    yield f"{case}  {violation}\n  but {text!r} is accepted"
                    break


def groups(cases_: Iterable[Case]) -> Iterator[tuple[Subject, list[Case]]]:
    """The cases of each schema."""
    for subject, group in groupby(cases_, key=lambda case: case.subject):
        yield subject, [case for case in group if case.errors is not None]


def given_up(cases_: Iterable[Case], adversary: Adversary) -> Iterator[str]:
    """Documents that are accepted though a violation was told of their beginning."""
    for group, around in with_kin(cases_, adversary):
        so_far = adversary.violations
        for case in group:
            if adversary.violations - so_far < CONTINUED:
                with suppress(Exception):  # what goes wrong there is found elsewhere
                    violations = told(case.subject, [case.text]).violations
                    yield from adversary.refutes(case, violations, around)


def contradictions(cases_: Iterable[Case], adversary: Adversary) -> Iterator[str]:
    """What speaks against the rules: verdicts that were wrong, or that some end makes wrong."""
    for group, around in with_kin(cases_, adversary):
        so_far = adversary.violations
        for case in group:
            try:
                said = told(case.subject, cuts(case.text, 1))
            except Exception as error:
                yield f"{case}  {error!r}"
                continue
            yield from against(case, said)
            if adversary.violations - so_far < CONTINUED:
                yield from adversary.refutes(case, said.violations, around)


def with_kin(cases_: Iterable[Case], adversary: Adversary) -> Iterator[tuple[list[Case], Kin]]:
    for _, group in groups(cases_):
        if group:
            adversary.prefixes.clear()
            yield group, kin_of(group[0], adversary.rng)


def against(case: Case, said: Told) -> Iterator[str]:
    for prop in SOUND:
        yield from (f"{case}  {found}" for found in prop(case, [said]))


def respelled(case: Case, rng: random.Random, n: int = 2) -> Iterator[Case]:
    """The same document with other orders, spaces, escapes and numbers, if still accepted."""
    tree = tree_of(case.text)
    for _ in range(n):
        text = otherwise(tree, rng)
        if case.subject.accepts(text):
            yield Case(case.subject, text, case.seed)
