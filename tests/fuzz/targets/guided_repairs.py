"""`ModelParser` and `SchemaParser` with repairs.

Property: however a text is cut, the events, repairs, violations, errors and verdicts are the
same; of the repaired text a strict parser says the same, and what is wrong stands in the given
text (`tests.test_repair_guided.agree`). A checkpoint goes on with the same events.

Documented: what a `Parser` raises; what a user's function raises, as it is.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import partial
from typing import Any

from partialjson import ModelParser, PartialJSONError, SchemaParser
from partialjson._core.repair.names import REPAIRS
from tests.fuzz.choices import Choices, pieces
from tests.fuzz.targets.repairs import WORDS as WORDS
from tests.repair_cases import EVERY_TEXT, ORDER, KeepingModel, KeepingSchema, Order, said
from tests.test_repair_guided import agree, outcome, users_may_raise

from .schema import subjects
from .typed import relative, types

MAX_LEN = 200
_REPAIRS: tuple[Any, ...] = (True, True, "json5", frozenset(REPAIRS))


def run(data: bytes) -> None:
    choices = Choices(data)
    kind, number = choices.byte(), choices.byte() + 256 * choices.byte()
    chosen, some = choices.byte() % 8, choices.some([*REPAIRS])
    repair: Any = _REPAIRS[chosen] if chosen < 4 else frozenset(some) or True
    sizes, place, text = choices.sizes(), choices.byte(), choices.text()
    make, strict, restore = makers(kind % 4, number)
    with users_may_raise():
        agree(partial(make, repair=repair), strict, text, random.Random(text))
        goes_on(partial(strict, repair=repair), restore, pieces(text, sizes), place)


def makers(kind: int, number: int) -> tuple[Any, Any, Any]:
    """How to make a parser that keeps its text, a plain one, and one from a checkpoint."""
    if kind == 0:
        return partial(KeepingModel, Order), partial(ModelParser, Order), partial(again, Order)
    if kind == 1:
        return partial(KeepingSchema, ORDER), partial(SchemaParser, ORDER), partial(again, ORDER)
    if kind == 2:
        known = relative(number % len(types()), 0)
        adapter: Any = known.adapter
        return (
            partial(KeepingModel, adapter),
            partial(ModelParser, adapter),
            partial(again, adapter),
        )
    subject = subjects()[number % len(subjects())]
    options: Any = subject.options
    return (
        partial(KeepingSchema, subject.schema, **options),
        partial(SchemaParser, subject.schema, **options),
        partial(again, subject.schema, format=subject.format),
    )


def again(known: Any, data: Any, **given: Any) -> Any:
    """The parser from its checkpoint."""
    kind: Any = SchemaParser if data["parser"] == "SchemaParser" else ModelParser
    return kind.restore(data, known, **given)


def goes_on(make: Any, restore: Any, fragments: list[Any], place: int) -> None:
    place %= len(fragments) + 1
    parser = make()
    try:
        for fragment in fragments[:place]:
            parser.feed(fragment)
    except PartialJSONError:
        return
    other = restore(json.loads(json.dumps(parser.checkpoint(), allow_nan=False)))
    one, two = said(other, fragments[place:]), said(parser, fragments[place:])
    assert one.lines() == two.lines()
    assert one.error == two.error
    assert other.repairs == parser.repairs
    if one.error is None:
        assert outcome(other) == outcome(parser)


def seeds() -> Iterator[bytes]:
    for number, (_, text) in enumerate(EVERY_TEXT):
        if isinstance(text, str):
            head = bytes([number % 2, 0, 0, 3 * (number % 3)]) + bytes(4)
            yield head + bytes([0x21, number % 7, number]) + text.encode("utf-8", "surrogatepass")
    for number, (_, texts) in enumerate(types()):
        head = bytes([2, number % 256, number // 256, number % 4]) + bytes(4)
        for text in texts[number % 9 :: 19]:
            yield head + bytes([0x21, 1, 5]) + text.replace('"', "'").encode()
