"""All that parsers say about many texts, as lines: two builds must write the same bytes.

    python -m tests.event_log 7 1000        the log of the files and of 1000 texts from seed 7

Each run begins with a line that names its text, its fragments, its options and its manner;
what the parser said follows, one JSON line for each event, error, look and checkpoint. Standard
error names the build. Chance comes from the seed alone.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import partialjson
from partialjson import (
    DocumentCompleted,
    Event,
    FieldCompleted,
    IncompleteJSONError,
    JSONSyntaxError,
    Limits,
    Parser,
    PartialJSONError,
    StringDelta,
    UsageError,
    ValueStarted,
    loads,
)
from partialjson._core.repair.names import REPAIRS
from partialjson.testing import damage, document, halved

from .fragmenting import Fragments, cut_at, cuts
from .recordings import SHARED, blocks, expected
from .test_promises import mutated, soup, spoilt, string_soup

Text = str | bytes
ENCODE = json.JSONEncoder(default=repr).encode
LONG = 1500  # characters from which on a text is not looked at after each piece
FIXTURES = Path(__file__).parents[1] / "fixtures"


# --- texts ----------------------------------------------------------------------------


def turned(text: str, chance: random.Random) -> str:
    """The document with one of its brackets as another, or a comma as one."""
    places = [i for i, c in enumerate(text) if c in "[]{},:"]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + chance.choice("[]{},:") + text[at + 1 :]


def generated(seed: int) -> tuple[str, Text]:
    """A kind of text, and one of it."""
    chance = random.Random(seed)
    repeated = chance.random() < 0.4
    text = document(chance, levels=chance.randint(1, 3), repeated_keys=repeated)
    text += chance.choice(("", " " * 20))  # scanning may go by how much more there is
    kinds: dict[str, Callable[[], Text]] = {
        "well-formed": lambda: text,
        "with halves of pairs": lambda: halved(text),
        "damaged": lambda: damage(text, chance, mendable=False).text,
        "turned": lambda: turned(text, chance),
        "mutated": lambda: mutated(text, seed, chance.randint(1, 3)),
        "cut short": lambda: text[: chance.randrange(len(text))],
        "several": lambda: text + chance.choice(("", " ", "\n")) + text,
        "soup": lambda: soup(seed, chance.randint(1, 12)),
        "a string of soup": lambda: string_soup(seed, chance.randint(1, 8)),
        "bad bytes": lambda: spoilt(text, seed, chance.randint(1, 3)),
        "with known defects": lambda: damage(text, chance, mendable=True).text,
        "bad bytes in a string": lambda: spoilt(string_soup(seed, 4), seed, 1),
    }
    kind = chance.choice([*kinds, "turned", "turned", "damaged"])
    return f"{kind} {seed}", kinds[kind]()


def files() -> Iterator[tuple[str, Text]]:
    """The fixtures, the arguments in the recordings, and the conformance suite, where they are."""
    for file in sorted(FIXTURES.glob("*.json")):
        yield file.name, file.read_bytes()
    for file in sorted(FIXTURES.glob("*.sse")):
        for i, (_, message) in enumerate(blocks(file.read_bytes())):
            yield f"{file.name} {i}", json.dumps(message)
    for name, stream in sorted(expected().items()):
        for i, call in enumerate(stream["calls"]):
            yield f"{name} {i}", call["args"]
    for file in sorted((SHARED / "suites" / "jsontestsuite").glob("*/*.json")):
        yield file.name, file.read_bytes()


LENGTHS: dict[str, list[int]] = {
    f"{name} {i}": call["fragments"]
    for name, stream in expected().items()
    for i, call in enumerate(stream["calls"])
}


# --- fragments ------------------------------------------------------------------------


def forms(text: Text) -> Iterator[tuple[str, Any]]:
    """As it is, and in the other type, if it can be."""
    try:
        other = text.encode() if isinstance(text, str) else text.decode()
    except UnicodeError:
        yield type(text).__name__, text
        return
    yield type(text).__name__, text
    yield type(other).__name__, other


TYPES: tuple[Callable[[str], Any], ...] = (
    *(str, str.encode, lambda x: bytearray(x.encode()), lambda x: memoryview(x.encode())),
)


def mixed(text: str) -> Fragments:
    """Pieces of every type that `feed` takes in turn, with empty ones between them."""
    pieces = [make(piece) for make, piece in zip(itertools.cycle(TYPES), cuts(text, 3))]
    return [x for pair in zip(pieces, itertools.cycle(["", b""])) for x in pair]


def ways(name: str, text: Text) -> Iterator[tuple[str, Fragments]]:
    """The text cut in several ways."""
    sizes = (1, 4, 7) if len(text) <= LONG else (61, 4096)
    for form, whole in forms(text):
        yield f"{form} whole", [whole]
        for size in sizes:
            yield f"{form} by {size}", cuts(whole, size)
        if form == "str" and len(text) <= LONG and not any("\ud800" <= c < "\ue000" for c in whole):
            yield "mixed", mixed(whole)
    if name in LENGTHS:
        yield "as recorded", cut_at(text, itertools.accumulate(LENGTHS[name][:-1]))


# --- options --------------------------------------------------------------------------


def picky(text: str) -> Any:
    """Converts numbers, and fails for some."""
    if text.endswith("7"):
        raise ArithmeticError(text)
    return Decimal(text)


OPTIONS: dict[str, dict[str, Any]] = {
    "all": {},
    "fields of some": {"events": FieldCompleted, "paths": ["$..a", "/0"]},
    "only some": {"keep": False, "paths": ["$..a", "$[*]", "/b/0"]},
    "nothing kept": {"keep": False},
    "everything, not kept": {"keep": False, "paths": "$..*"},
    "deltas": {"events": [StringDelta], "paths": "$.*"},
    "starts and ends": {"events": (ValueStarted, DocumentCompleted)},
    "no events": {"events": ()},
    "many": {"many": True},
    "many, not kept": {"many": True, "keep": False, "paths": "$", "bad_utf8": "replace"},
    "first": {"duplicate_keys": "first"},
    "first, not kept": {"duplicate_keys": "first", "keep": False, "paths": ["$..*", "$"]},
    "no repeated keys": {"duplicate_keys": "error"},
    "replaced": {"lone_surrogates": "replace", "bad_utf8": "replace"},
    "rest": {"trailing": "keep", "lone_surrogates": "replace"},
    "rest of bytes": {"trailing": "keep", "bad_utf8": "replace"},
    "shallow": {"limits": Limits(max_depth=2)},
    "short strings": {"limits": Limits(max_string=3, max_key=2), "lone_surrogates": "replace"},
    "short numbers": {"limits": Limits(max_number=4), "many": True},
    "few members": {"limits": Limits(max_members=2), "duplicate_keys": "first"},
    "short documents": {"limits": Limits(max_document=20), "many": True},
    "a short text": {"limits": Limits(max_document=30, max_members=3), "trailing": "keep"},
    "decimals": {"parse_float": Decimal},
    "numbers as text": {"parse_int": str, "parse_float": str, "duplicate_keys": "first"},
    "picky": {"parse_int": picky, "parse_float": picky},
    "repaired": {"repair": True},
    "all repairs": {"repair": [*REPAIRS], "duplicate_keys": "error"},
    "repaired, not kept": {"repair": True, "keep": False, "paths": "$..*", "many": True},
    "deep": {"limits": Limits(max_depth=1 << 40, max_members=1 << 60)},
}
MANNERS = ("feeding", "looking", "noting", "resuming", "forking")


# --- the log --------------------------------------------------------------------------


class Log:
    """Writes lines."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def line(self, *what: object) -> None:
        try:
            text = ENCODE(what)
        except RecursionError:  # of values in the depth: their events have told them
            text = ENCODE(["deep", what[0]])
        self.out.write(text + "\n")

    def events(self, events: list[Event]) -> None:
        for event in events:
            self.line("event", event.as_dict(), repr(event), type(event).__name__)

    def error(self, what: str, error: BaseException) -> None:
        facts = error.as_dict() if isinstance(error, PartialJSONError) else None
        behind = [type(x).__name__ for x in (error, error.__cause__, error.__context__)]
        self.line("error", what, str(error), facts, behind, error.__suppress_context__)
        if isinstance(error, (JSONSyntaxError, IncompleteJSONError)):
            self.line("positions", error.pos, error.msg, error.args)
        self.events(getattr(error, "events", []))
        if isinstance(error, IncompleteJSONError):
            self.line("value", error.value)

    def call(self, what: str, call: Callable[[], Any]) -> bool:
        """Write what the call says. Answer whether it went well."""
        try:
            answer = call()
        except UsageError as error:
            self.line("refused", what, error.code)
            return False
        except (PartialJSONError, ArithmeticError) as error:
            self.error(what, error)
            return False
        if isinstance(answer, list) and answer and isinstance(answer[0], Event):
            self.events(answer)
        else:
            self.line(what, answer)
        return True

    def look(self, parser: Parser) -> None:
        """All that can be read."""
        place = parser.open_path
        shown = place if len(place) < 250 else (len(place), *place[:4], *place[-4:])
        facts = (shown, parser.expected, parser.offset, parser.is_complete, parser.rest)
        self.line("look", repr(parser), *facts, parser.repairs, [*map(repr, parser.undelivered)])
        self.line("value", parser.value)
        copied = parser.snapshot()
        same = FieldCompleted((), copied) == FieldCompleted((), parser.value)
        self.line("snapshot", copied is parser.value, same, type(copied).__name__)
        for path in (place, "/a", ("b", 0)):
            self.call("state", partial(parser.state, path))


def resumed(parser: Parser, options: dict[str, Any]) -> Parser:
    """The parser, as it is in another process."""
    given = {name: options[name] for name in options if name in ("limits", *_FUNCTIONS)}
    return Parser.restore(json.loads(json.dumps(parser.checkpoint())), **given)


_FUNCTIONS = ("parse_int", "parse_float")


def run(log: Log, fragments: Fragments, options: dict[str, Any], manner: str) -> None:
    """One parser over one text."""
    try:
        parser = Parser(**options)
    except UsageError as error:  # these do not go together
        log.error("options", error)
        return
    every = 1 + len(fragments) // 25
    for k, fragment in enumerate(fragments):
        going = log.call("fed", partial(parser.feed, fragment))
        if k % every == 0 or not going:
            parser = behaving(log, parser, options, manner, k)
        if not going:
            break
    log.call("closed", parser.close)
    log.look(parser)
    log.call("closed again", parser.close)
    log.call("fed again", partial(parser.feed, "1"))
    noting(log, parser)


def behaving(log: Log, parser: Parser, options: dict[str, Any], manner: str, k: int) -> Parser:
    """What is done between two fragments. Answer which parser goes on."""
    if manner == "looking":
        log.look(parser)
    elif manner == "noting":
        noting(log, parser)
    elif manner == "resuming" and k % 3 == 0:
        parser = resumed(parser, options)
    elif manner == "forking" and k % 3 == 0:
        fork = parser.fork()
        log.call("the fork", partial(fork.feed, ' "'))
        log.look(fork)
    return parser


def noting(log: Log, parser: Parser) -> None:
    log.call("checkpoint", parser.checkpoint)


def read_at_once(log: Log, text: Any) -> None:
    """What `loads` says, for whole texts and for beginnings of them."""
    if not log.call("loads", partial(loads, text, partial=True)):
        return
    log.call("loads all", partial(loads, text))
    for strings, numbers, literals in itertools.product(("keep", "drop"), repeat=3):
        choice: dict[str, Any] = {"strings": strings, "numbers": numbers, "literals": literals}
        log.call(f"beginning {choice}", partial(loads, text, partial=True, **choice))


def chosen(number: int, turn: int) -> tuple[str, dict[str, Any]]:
    """Options by turns; every second time two sets of them together."""
    names = list(OPTIONS)
    first, second = names[number % len(names)], names[(number // len(names) * 7) % len(names)]
    if turn == 0:
        return first, OPTIONS[first]
    return f"{first}, {second}", {**OPTIONS[first], **OPTIONS[second]}


def over(log: Log, number: int, name: str, text: Text) -> None:
    """A text with two sets of options, in half of the ways each."""
    log.line("text", name, text if isinstance(text, str) else text.hex())
    read_at_once(log, text)
    for turn in range(2):
        choice, options = chosen(number, turn)
        if "deep" in choice and len(text) > LONG:
            choice, options = "all", {}
        for way, (how, fragments) in enumerate(ways(name, text)):
            if (number // len(OPTIONS) + turn + way) % 2:
                continue
            manner = MANNERS[(number + turn + way) % len(MANNERS)]
            log.line("run", name, how, choice, manner)
            run(log, fragments, options, manner)


def write(out: TextIO, seed: int, count: int) -> None:
    """The log of all files, and of so many texts from a seed."""
    log = Log(out)
    for number, (name, text) in enumerate(files()):
        over(log, number, name, text)
    for number in range(count):
        over(log, number, *generated(seed * 1_000_000 + number))
    log.line("end", seed, count)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="ascii", newline="\n")  # type: ignore[union-attr]  # a file
    write(sys.stdout, int(sys.argv[1]), int(sys.argv[2]))
    print("compiled" if partialjson.COMPILED else "interpreted", file=sys.stderr)
