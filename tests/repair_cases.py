"""Texts that only repairs read, parsers that keep what these made of them, and what they say.

A repaired text is the oracle: whatever a parser says of a text with repairs, a strict parser
says of the repaired text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from pydantic import BaseModel, Field

from partialjson import (
    Event,
    ModelParser,
    Parser,
    PartialJSONError,
    Repaired,
    SchemaParser,
    StringDelta,
    Violation,
)
from partialjson._core.handler import Handler
from partialjson._core.repair.names import REPAIRS, SAFE
from partialjson._core.source import Source
from partialjson.typed import models

from .fragmenting import Fragments

ALL = frozenset(REPAIRS)
GUESSING = ("wrap_list", "key_case")  # these read valid JSON otherwise


# --- a text or more for each repair -------------------------------------------------------


class Part(BaseModel):
    sku: str
    qty: int = Field(default=1, ge=1)


class Order(BaseModel):
    id: int = 0
    name: str = Field(default="", max_length=12)
    done: bool | None = None
    size: float | None = None
    tags: list[str] = Field(default=[], max_length=3)
    parts: list[Part] = []
    meta: dict[str, Any] = {}


ORDER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "name": {"type": "string", "maxLength": 12},
        "done": {"type": ["boolean", "null"]},
        "size": {"type": ["number", "null"], "exclusiveMaximum": 100},
        "tags": {"type": "array", "items": {"type": "string", "pattern": "^[^!]*$"}, "maxItems": 3},
        "parts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"sku": {"type": "string"}, "qty": {"type": "integer"}},
                "required": ["sku"],
                "additionalProperties": False,
            },
        },
        "meta": {"type": "object"},
    },
    "additionalProperties": False,
    "maxProperties": 4,
}

TEXTS: dict[str, list[str | bytes]] = {
    "fence": ['```json\n{"id": 7}\n```\n', '```{"id": 7}```', '```\n{"tags": ["```"]}\n```'],
    "prose": ['Here is {it}:\n\n{"id": 7}\n\nDone [1].', 'not null: {"id": 7}', '{"id": 7} ok?'],
    "think": ['<think>{"id": 1} or 2?</think>\n{"id": 7}'],
    "tool_tag": ['<tool_call>\n{"id": 7}\n</tool_call>'],
    "comments": ['// a\n{"id": /* b */ 7, # c\n"tags": ["x", "y", "z" /* ! */, /* ] */ ]} // d'],
    "trailing_comma": ['{"id": 7, "tags": ["a", "b", "c", ], }', '{"tags": ["a"],},'],
    "leading_comma": ['{, "id": 7, "tags": [, "a"]}'],
    "missing_comma": ['{"id": 7 "tags": ["a" "b" "c" "d"]\n"done": true "size": 1 "name": "x"}'],
    "missing_colon": ['{"id" 7, "name""x"}'],
    "semicolon": ['{"id": 7; "tags": ["a"; "b"; "c"; "d";]};'],
    "white_space": ['\u00a0{"id":\u30007,\f"tags": ["a",\u2028"b", "c",\u00a0]}'],
    "single_quotes": ["{'id': 7, 'name': 'it\\'s', 'tags': ['x\"y', 'it's']}"],
    "smart_quotes": ['{“name”: ‘b’, "tags": [«c», `d´]}'],
    "bare_keys": ['{id: 7, $x: 1, name : "b"}'],
    "bare_strings": [
        '{"name": hello world !, "tags": [north, 123abc, 2024-01-15]}',
        '{"tags": [trude, C:\\dir\\new, -x, 1.2.3]}',
    ],
    "inner_quotes": ['{"name": "say "hi" to", "tags": ["5\'3"", "b"]}'],
    "raw_control": ['{"name": "a\nb\tc", "tags": ["\r\n"]}'],
    "invalid_escape": ['{"name": "it\\\'s \\d+ \\x41\\x4 \\\n", "tags": ["a\\\r\nb"]}'],
    "lone_surrogate": ['{"name": "\\ud800", "tags": ["\\udc00x", "\\ud800\\n", "\\ud83d\\ude00"]}'],
    "bad_utf8": [b'{"name": "a\xffb", "tags": ["\xe2\x82", "\xf0\x9f"]}'],
    "python_literals": ['{"done": True, "size": None, "meta": {"a": False}}'],
    "js_literals": ['{"done": undefined}'],
    "nan_infinity": ['{"size": Infinity, "done": -NaN, "meta": {"a": NaN, "b": -Infinity}}'],
    "number_forms": ['{"id": +7, "size": .5, "meta": {"a": 0x1F, "b": 1_000, "c": 007, "d": 5.}}'],
    "mismatched_close": ['{"id": 7, "tags": ["a", "b"}', '{"meta": {"a": [1}, "id": 7}'],
    "extra_close": ['{"id": 7}} ]'],
    "missing_close": [
        '{"id": 7, "tags": ["a", "b", "c", ',
        '{"id": 7, "name": "123456789012\\',
        '{"name": "x\\u00',
        '{"done": tr',
        '{"size": -',
        '{"id',
    ],
    "missing_value": ['{"id": 7, "done": , "size": }'],
    "wrap_list": ['{"parts": {"sku": "a", "qty": 1}, "id": 7}'],
    "key_case": ['{"ID": 7, "Name": "x"}', "{'Tags': ['a'], DONE: null}"],
}
EVERY_TEXT = [(name, text) for name, texts in TEXTS.items() for text in texts]


def choice_for(name: str) -> Any:
    """What `repair=` is to be for the texts of a repair: True, if that has it."""
    return True if name in SAFE else ALL


# --- damage by chance ---------------------------------------------------------------------

_PIECES = (
    *("'", '"', ",", ";", ":", "[", "]", "{", "}", "//x\n", "#y\n", "/*z*/", "\n", "\t", "  "),
    *(
        "\\",
        "\\q",
        "\\\n",
        "\\x4",
        "\\u12",
        "\\ud800",
        "\ud800",
        "`",
        "```",
        "```json\n",
        "é",
        "😀",
    ),
    *("True", "None", "NaN", "-NaN", "Infinity", "-Infinity", "undefined", "abc", "north", "a b"),
    *("trueish", "null x", "12abc", "-", "+", "+1", ".5", "5.", "0x1F", "1_0", "007", "_", "A"),
    *("<think>a</think>", "<tool_call>", "“", "”", "’", "\u00a0", "\v"),
)
_AROUND = (
    *("```json\n%s\n```", "Here you are: %s Bye.", "<think>a {</think>%s", "%s;", "// c\n%s # d"),
    *("Sure!\n\n```\n%s\n```\nok", "<tool_call>\n%s\n</tool_call>", "%s}]"),
)
_TOKENS = tuple(
    re.compile(pattern)
    for pattern in (
        *(r'"(?:[^"\\]|\\.)*"', r'"(?:[^"\\]|\\.)*"(?=\s*:)', r"[\]}]", r"[\[{]", ",", ":"),
        *("true|false|null", r"-?\d[\d.eE+-]*"),
    )
)


def _string(pick: Callable[[Any], Any], text: str) -> Any:
    inner = text[1:-1]
    quoted = [f"'{inner}'", f"“{inner}”", f"`{inner}`", inner, text.upper(), f'"{inner}', inner]
    ends = ("\n", "\\q", "\\\n", "\\ud83d", "\\", '"', "\t")
    return pick([*quoted, *(f'"{inner}{end}"' for end in ends)])


def _number(pick: Callable[[Any], Any], text: str) -> Any:
    plain = text.lstrip("-")
    forms = [f"+{text}", f"0{text}", f"{text}_0", f"{text}.", f"0x{plain}", f".{plain}", f"-{text}"]
    return pick([*forms, f"{text}a", f"{text} b", f"{text}-01-15", f"{text}e"])


def _changed(pick: Callable[[Any], Any], text: str) -> Any:
    """A token, written otherwise."""
    c = text[0]
    if c == '"':
        return _string(pick, text)
    if c in "]}":
        return pick((f",{text}", "", "]", "}", text * 2, f", {text}", f",/**/{text}"))
    if c in "[{":
        return pick((f"{text},", "{", "[", ""))
    if c in ",:":
        return pick((" ", ";", ",,", "", ",//c\n", "::"))
    if c in "tfn":
        return pick((text.capitalize(), "None", "undefined", "NaN", f"{text}x", text[:-1]))
    return _number(pick, text)


def spoilt(chance: random.Random, text: str) -> str:
    """The text with up to three things wrong; what is no JSON any more, mostly."""
    pick = chance.choice
    for _ in range(pick((1, 1, 2, 3))):
        i = chance.randrange(len(text) + 1)
        tokens = [*pick(_TOKENS).finditer(text)]
        if chance.random() < 0.4 and tokens:
            found = pick(tokens)
            text = text[: found.start()] + _changed(pick, found.group()) + text[found.end() :]
        else:
            put = pick((*_PIECES, "", "")) if chance.random() < 0.8 else ""
            text = text[:i] + put + text[i + chance.randrange(2) :]
    kind = chance.random()
    if kind < 0.1:
        return text[: chance.randrange(len(text) + 1)]
    return str(pick(_AROUND)).replace("%s", text) if kind < 0.2 else text


def choice_by(chance: random.Random) -> Any:
    """What `repair=` might be."""
    some = frozenset(chance.sample(sorted(ALL), chance.randint(1, 6)))
    return chance.choice((True, True, True, ALL, ALL, "json5", some, some))


# --- parsers that keep the repaired text ----------------------------------------------------


class Kept(Source):
    """A source that forgets nothing."""

    def release(self, since: int) -> None:
        """Keep it."""

    def tidy(self) -> int:
        """Keep it."""
        return 1 << 60


class Keeping(Parser):
    """A parser that keeps the repaired text."""

    def _handler(self) -> Handler:
        self._source = Kept(0)
        return super()._handler()


class KeepingModel(ModelParser[Any, Any]):
    """The same, with a type."""

    def _handler(self) -> Handler:
        with patch.object(models, "Source", Kept):
            return super()._handler()


class KeepingSchema(SchemaParser):
    """The same, with a schema."""

    def _handler(self) -> Handler:
        handler = super()._handler()
        self._source = Kept(0)
        return handler


def repaired_text(parser: Any) -> str:
    return "".join(parser._source.chunks)


# --- what a parser said ---------------------------------------------------------------------


@dataclass
class Said:
    """What a parser said about fragments: events, for each how much was fed, and an error."""

    parser: Any
    events: list[Event] = field(default_factory=list)
    fed: list[int] = field(default_factory=list)
    error: PartialJSONError | None = None

    def add(self, events: Iterable[Event], fed: int) -> None:
        before = len(self.events)
        self.events += events
        self.fed += [fed] * (len(self.events) - before)

    @property
    def violations(self) -> list[Violation]:
        return [event for event in self.events if isinstance(event, Violation)]

    @property
    def repairs(self) -> list[Repaired]:
        return [event for event in self.events if isinstance(event, Repaired)]

    def lines(self, *, offsets: bool = True, repairs: bool = True) -> list[str]:
        """What must be the same for all fragmentations, in order: everything but the deltas."""
        return [
            line_of(event, offsets)
            for event in self.events
            if not isinstance(event, StringDelta) and (repairs or not isinstance(event, Repaired))
        ]

    def deltas(self) -> dict[str, str]:
        """Those of each string as one."""
        found: dict[str, str] = {}
        for event in self.events:
            if isinstance(event, StringDelta):
                found[repr(event.path)] = found.get(repr(event.path), "") + event.delta
        return found


def line_of(event: Event, offsets: bool) -> str:
    """An event, and of a violation what is plain."""
    facts = {name: getattr(event, name) for name in event.__match_args__}
    if isinstance(event, Violation):
        hidden = ("ctx", "input", "url")
        facts["detail"] = {k: v for k, v in event.detail.items() if k not in hidden}
        facts["offset"] = event.offset if offsets else "?"
    return f"{type(event).__name__} {facts!r}"


def said(parser: Any, fragments: Fragments) -> Said:
    """Feed the fragments and close; errors of the library end it."""
    found = Said(parser)
    fed = 0
    try:
        for fragment in fragments:
            fed += len(fragment)
            found.add(parser.feed(fragment), fed)
        fed += 1
        found.add(parser.close(), fed)
    except PartialJSONError as error:
        found.error = error
        found.add(getattr(error, "events", None) or parser.undelivered, fed)
    return found
