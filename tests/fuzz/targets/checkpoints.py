"""Checkpoints of every class, edited by hand and sealed again.

The first bytes choose what was parsed (`RECIPES`), and how far; the rest are edits: for each,
which entry becomes what. `seal` makes the digest fit, so that it is `restore` that must see it.

Property: it is refused with a CheckpointError, or what it makes is a parser that works: fed with
the rest, looked at, saved again and restored from that, it raises what its class documents and
nothing else. An unedited one goes on the same.

Documented: CheckpointError from `restore`; afterwards PartialJSONError from `feed`, `close`,
`errors`; of `ModelParser.result` Pydantic's ValidationError.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from pydantic import ValidationError

from partialjson import (
    CheckpointError,
    ModelParser,
    Parser,
    PartialJSONError,
    SchemaParser,
    ToolCalls,
    UsageError,
)
from partialjson._core.repair.names import REPAIRS
from partialjson._seal import seal
from partialjson.framing import (
    Decoder,
    EventStreamDecoder,
    JSONArrayDecoder,
    MessageDecoder,
    NDJSONDecoder,
    SSEDecoder,
)
from partialjson.framing.eventstream import encode
from tests.fuzz.choices import Choices, pieces
from tests.fuzz.mutating import STRANGE
from tests.fuzz.targets.adapters import written
from tests.fuzz.targets.tool_calls import Add
from tests.repair_cases import EVERY_TEXT, ORDER, Order
from tests.test_tools_robustness import SCHEMA

MAX_LEN = 120
WORDS = tuple(x for x in STRANGE if len(x) < 24)
_TEXT = (
    '{"id": 12, "tags": ["a", "b\\u00e9\\ud83d\\ude00"], '
    '"parts": [{"sku": "x", "qty": 0}], "x": -1.5e3}'
)
_MESSAGE = encode({":message-type": "event", ":event-type": "chunk"}, b'{"bytes":"e30="}')
_STREAM = (
    b'event: a\r\ndata: {"a": 1}\n\nid: 3\ndata: {"b": [\xc3\xa9"x"]}\n\nretry: 9\ndata: [DONE]\n\n'
)


@dataclass(frozen=True)
class Recipe:
    """How to make something that has checkpoints, what it reads, and how to restore it."""

    make: Callable[[], Any]
    restore: Callable[[Any], Any]
    stream: Any


@cache
def recipes() -> list[Recipe]:
    """All kinds; first the parsers, then the decoders, then `ToolCalls` over every wire."""
    return [*of_parsers(), *of_decoders(), *of_calls()]


def of_parsers() -> Iterator[Recipe]:
    every = frozenset(REPAIRS)
    options: tuple[dict[str, Any], ...] = (
        *({}, {"many": True}, {"keep": False, "paths": "$.parts[*]"}, {"duplicate_keys": "first"}),
        *({"keep": False, "duplicate_keys": "error", "paths": ["$..a", "/tags/0"]},),
        *(
            {"trailing": "keep"},
            {"repair": True},
            {"repair": every},
            {"repair": True, "many": True},
        ),
    )
    for each in options:
        yield Recipe(partial(Parser, **each), Parser.restore, _TEXT)
    model: Any = ModelParser
    for more in ({}, {"many": True}, {"stop_on_violation": True}, {"repair": every}):
        yield Recipe(partial(model, Order, **more), lambda c: model.restore(c, Order), _TEXT)
        yield Recipe(
            partial(SchemaParser, ORDER, **more), lambda c: SchemaParser.restore(c, ORDER), _TEXT
        )
    for number, (_, text) in enumerate(EVERY_TEXT):
        yield Recipe(partial(Parser, repair=every), Parser.restore, text)
        if number % 3 == 0:
            yield Recipe(
                partial(model, Order, repair=every), lambda c: model.restore(c, Order), text
            )
        if number % 3 == 1:
            yield Recipe(
                partial(SchemaParser, ORDER, repair=every),
                lambda c: SchemaParser.restore(c, ORDER),
                text,
            )


def of_decoders() -> Iterator[Recipe]:
    lines, array = b'{"a": 1}\r\n{"b": "\xc3\xa9"}\n', b' [{"a": 1}, {"b": [2, "\xc3\xa9"]}]'
    kinds: tuple[tuple[type[Decoder[Any]], bytes], ...] = (
        *((SSEDecoder, _STREAM), (NDJSONDecoder, lines), (JSONArrayDecoder, array)),
        *((EventStreamDecoder, _MESSAGE * 2), (MessageDecoder, b"\xef\xbb\xbf" + _STREAM)),
        *((MessageDecoder, lines), (MessageDecoder, array), (MessageDecoder, _MESSAGE * 2)),
    )
    for kind, stream in kinds:
        yield Recipe(kind, kind.restore, stream)


def of_calls() -> Iterator[Recipe]:
    tools: dict[str, Any] = {"add": Add, "f": SCHEMA}
    for number, (_, _, body) in enumerate(written()):
        given: dict[str, Any] = {"tools": tools if number % 3 else None}
        given["output"] = (None, Add, SCHEMA, None)[number % 4]
        more: dict[str, Any] = {"unknown": "parse", "stop_on_violation": number % 5 == 4}
        more["repair"] = number % 7 == 6
        if body:
            yield Recipe(
                partial(ToolCalls, **given, **more), partial(ToolCalls.restore, **given), body
            )


def run(data: bytes) -> None:
    choices = Choices(data)
    number, place = choices.byte() + 256 * choices.byte(), choices.byte()
    recipe = recipes()[number % len(recipes())]
    sizes = choices.sizes()
    one = recipe.make()
    cut = place * (len(recipe.stream) + 1) // 256
    with suppress(PartialJSONError):
        for piece in pieces(recipe.stream[:cut], sizes):
            one.feed(piece)
    first, later = recipe.stream[cut : cut + 60], recipe.stream[cut + 60 :]
    rest = [*pieces(first, sizes), later] if len(pieces(first, sizes)) < 12 else [first, later]
    checkpoint = json.loads(json.dumps(one.checkpoint(), allow_nan=False))
    forged = edited(checkpoint, choices)
    try:
        other = recipe.restore(forged)
    except CheckpointError:
        assert forged != checkpoint
        return
    use(other, rest, recipe)


def edited(checkpoint: dict[str, Any], choices: Choices) -> dict[str, Any]:
    """The checkpoint with the edits, sealed; with none it is what it was."""
    data = copy.deepcopy({name: x for name, x in checkpoint.items() if name != "digest"})
    for _ in range(choices.byte() % 4):
        found = [*places(data)]
        node, step = found[(choices.byte() + 256 * choices.byte()) % len(found)]
        edit(node, step, choices, found)
    return seal({name: value for name, value in data.items() if name not in ("format", "version")})


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with each key or index of it."""
    todo = [data]
    while todo:
        node = todo.pop()
        if isinstance(node, (dict, list)):
            for step in [*node] if isinstance(node, dict) else range(len(node)):
                yield node, step
                todo.append(node[step])


def edit(node: Any, step: Any, choices: Choices, found: list[Any]) -> None:
    """The entry is left out, counts more or less, becomes something strange or another one."""
    how, value = choices.byte() % 8, node[step]
    if how == 0:
        del node[step]
    elif how == 1 and type(value) is int:
        node[step] = value + choices.byte() - 128
    elif how == 2 and isinstance(value, list):
        value[choices.byte() % (len(value) + 1) :] = [*value, json.loads(choices.pick(STRANGE))]
    elif how == 3:
        other, there = choices.pick(found)
        node[step] = copy.deepcopy(other[there]) if there in range_of(other) else None
    elif how == 4 and isinstance(value, str):
        at = choices.byte() % (len(value) + 1)
        node[step] = value[:at] + chr(choices.byte()) + value[at + choices.byte() % 2 :]
    else:
        node[step] = json.loads(choices.pick(STRANGE))
    with suppress(ValueError):  # infinite numbers are no JSON: `seal` would not take them
        json.dumps(node[step] if how else None, allow_nan=False)
        return
    node[step] = None


def range_of(node: Any) -> Any:
    return node if isinstance(node, dict) else range(len(node))


def use(one: Any, rest: list[Any], recipe: Recipe, again: bool = True) -> None:
    """All that can be done with it."""
    look(one)
    with suppress(PartialJSONError):
        for piece in rest:
            one.feed(piece)
            look(one)
    saved = one.checkpoint()
    with suppress(PartialJSONError):
        one.close()
    look(one)
    one.checkpoint()
    if again:
        other = recipe.restore(json.loads(json.dumps(saved, allow_nan=False)))
        use(other, [b'"]}', b"1"], recipe, again=False)


def look(one: Any) -> None:
    """All that can be read."""
    repr(one)
    if isinstance(one, Parser):
        repr((one.value, one.snapshot(), one.open_path, one.expected, one.rest, one.repairs))
        repr((one.offset, one.is_complete, one.truncated, one.undelivered))
        with suppress(UsageError):
            one.state(one.open_path)
    if isinstance(one, SchemaParser):
        repr((one.verdict, one.violations, one.report()))
        with suppress(PartialJSONError):
            repr(one.errors)
    if isinstance(one, ModelParser):
        repr(one.partial)
        with suppress(PartialJSONError, ValidationError):
            repr(one.result)
    if isinstance(one, ToolCalls):
        repr((one.last_event_id, one.finish_reasons, one.stats, one.stats.as_dict()))
    if isinstance(one, MessageDecoder):
        repr((one.framing, one.last_event_id, one.retry))


def seeds() -> Iterator[bytes]:
    for number in range(len(recipes())):
        head = bytes([number % 256, number // 256, number * 37 % 256, number % 5, 0])
        yield head
        yield head + bytes([1, number * 7 % 256, 0, 5, number % 256])
        yield head + bytes([2, number * 11 % 256, 1, 1, 127, number * 5 % 256, 0, 3, number % 256])
