"""`ModelParser`: types picked by hand, documents from the input.

Property: all of `tests.typed_checks.PROPERTIES`, Pydantic's own `validate_json` being the
oracle: the result is Pydantic's, nothing it accepts is refused, what is told is told once, in
time, and the same however the text is cut. A checkpoint goes on with the same events. Of what
is no JSON the error is that of a `Parser`.

Documented: what a `Parser` raises; what a user's function raises, as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from partialjson import IncompleteJSONError, ModelParser, Parser, PartialJSONError
from tests.fragmenting import run as fed
from tests.fuzz.choices import Choices, pieces
from tests.test_promises import facts
from tests.test_repair_guided import outcome, users_may_raise
from tests.typed_checks import PROPERTIES, Case, line_of, told
from tests.typed_family import Relative, by_hand
from tests.typed_picked import picked
from tests.typed_texts import repeats_no_key, tree_of
from tests.typed_types import some

MAX_LEN = 200
WORDS = (
    *(
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"a":',
        '"id":',
        '"kind":"cat"',
        '"sku":"a"',
        '"name":',
        "null",
    ),
    *("true", "1", "0", "-1", "1.5", "1e2", "1e400", '"1"', '"red"', '"a"', '""', "[1,2]", "{}"),
    *('"version":1', '"2024-02-29"', '"\\u0061"', '"x"', "é", '"children":[', '"content":'),
)
STRICT: tuple[dict[str, Any], ...] = ({}, {"strict": True}, {"strict": False})


@cache
def types() -> list[tuple[Any, list[str]]]:
    """The types, each with documents for it."""
    return [*picked(), *((sort.type, []) for sort in by_hand())]


@cache
def relative(number: int, strict: int) -> Relative:
    """A type, ready to be judged by."""
    type_, texts = types()[number]
    sort = some(type_, *map(tree_of, texts)) if texts else [*by_hand()][number - len([*picked()])]
    return Relative(sort, TypeAdapter(type_), STRICT[strict])


def run(data: bytes) -> None:
    choices = Choices(data)
    number = (choices.byte() + 256 * choices.byte()) % len(types())
    known = relative(number, choices.byte() % len(STRICT))
    sizes, place, text = choices.sizes(), choices.byte(), choices.text()
    with users_may_raise():
        if is_json(text):
            check_promises(known, text, pieces(text, sizes))
        else:
            check_error(known, text, pieces(text, sizes))
        goes_on(known, pieces(text, sizes), place)


def is_json(text: str) -> bool:
    """Whether a `Parser` takes it, and Pydantic would be asked."""
    try:
        Parser(duplicate_keys="error").feed(text + " ")
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return repeats_no_key(text) and "\\ud" not in repr(value)


def check_promises(known: Relative, text: str, fragments: list[Any]) -> None:
    case = Case(known, text)
    if case.pydantic is None:  # a user's function raised
        return
    ways = [*case.fragmentations(), fragments]
    runs = [told(known, way) for way in ways]
    for prop in PROPERTIES:
        against = [*prop(case, runs)]
        assert not against, f"{prop.__name__}: {case} {against[0]}"


def check_error(known: Relative, text: str, fragments: list[Any]) -> None:
    """The error of what is no JSON; the lines before it are the same for all fragments."""
    expected = fed(Parser(duplicate_keys="error"), [text]).error
    lines: list[list[str]] = []
    for way in ([text], fragments, pieces(text, [1])):
        parser: Any = ModelParser(known.adapter, **known.arguments)
        found = fed(parser, way)
        assert facts(found.error) == facts(expected)
        lines.append([line_of(event) for event in found.events if not hasattr(event, "delta")])
    if not isinstance(expected, IncompleteJSONError):  # an open key is told where a fragment ends
        shortest = min(map(len, lines))
        lines = [each[:shortest] for each in lines]
    assert lines[0] == lines[1] == lines[2]


def goes_on(known: Relative, fragments: list[Any], place: int) -> None:
    place %= len(fragments) + 1
    parser: Any = ModelParser(known.adapter, **known.arguments)
    try:
        for fragment in fragments[:place]:
            parser.feed(fragment)
    except PartialJSONError:
        return
    data = json.loads(json.dumps(parser.checkpoint(), allow_nan=False))
    again: Any = ModelParser.restore(data, known.adapter)
    one, two = fed(again, fragments[place:]), fed(parser, fragments[place:])
    assert facts(one.error) == facts(two.error)
    assert [*map(line_of, one.events)] == [*map(line_of, two.events)]
    if one.error is None:
        assert outcome(again) == outcome(parser)


def seeds() -> Iterator[bytes]:
    for number, (_, texts) in enumerate(types()):
        head = bytes([number % 256, number // 256, number % 3, 0x21, number % 7, number])
        for text in (texts or ["{}"])[number % 5 :: 11]:
            yield head + text.encode()
