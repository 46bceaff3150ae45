"""`SchemaParser`: schemas written by hand, documents from the input.

Property: all of `tests.schema_checks.PROPERTIES`, jsonschema being the oracle: the verdict and
the errors are jsonschema's, nothing it accepts is refused, what is told is told once, in time,
and the same however the text is cut. What jsonschema cannot judge is refused by name. A
checkpoint goes on with the same events. Of what is no JSON the error is that of a `Parser`.

Documented: what a `Parser` raises; UsageError for a schema that turns out to be of no use.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

from partialjson import IncompleteJSONError, Parser, PartialJSONError, SchemaParser, UsageError
from tests.fragmenting import run as fed
from tests.fuzz.choices import Choices, pieces
from tests.schema_checks import PROPERTIES, Case, Subject, raises_nothing_else, spelled, told
from tests.schema_family import by_hand, documents, family, is_plain
from tests.test_promises import facts
from tests.test_repair_guided import outcome

from .typed import is_json

MAX_LEN = 200
WORDS = (
    *("{", "}", "[", "]", ",", ":", '"a":', '"ab":', '"abc":', '"b":', '"x":', "null", "true"),
    *("1", "0", "-1", "1.5", "1e2", "1.0", "100", '"a"', '"ab"', '""', "[1,2]", "{}", '{"a":1}'),
    *('"2024-02-29"', '"127.0.0.1"', '"\\u0061"', '"a12a12"', "é", "😀", "false"),
)


@cache
def subjects() -> list[Subject]:
    """The schemas by hand, and some made by chance; every third of them for plain numbers."""
    relatives = [*by_hand(), *family(1, 60)]
    return [Subject(r.schema, format=r.format, plain=i % 3 == 2) for i, r in enumerate(relatives)]


def run(data: bytes) -> None:
    choices = Choices(data)
    subject = subjects()[(choices.byte() + 256 * choices.byte()) % len(subjects())]
    sizes, place, text = choices.sizes(), choices.byte(), choices.text()
    if is_json(text) and (is_plain(text) or not subject.plain):
        check_promises(subject, text, pieces(text, sizes))
    else:
        check_error(subject, text, pieces(text, sizes))
    goes_on(subject, pieces(text, sizes), place)


def check_promises(subject: Subject, text: str, fragments: list[Any]) -> None:
    case = Case(subject, text)
    if case.errors is None:
        assert [*raises_nothing_else(case)] == []
        return
    runs = [told(subject, way) for way in [*case.fragmentations(), fragments]]
    for prop in PROPERTIES:
        against = [*prop(case, runs)]
        assert not against, f"{prop.__name__}: {case} {against[0]}"


def check_error(subject: Subject, text: str, fragments: list[Any]) -> None:
    """The error of what is no JSON; the lines before it are the same for all fragments."""
    expected = fed(Parser(duplicate_keys="error"), [text]).error
    lines: list[list[str]] = []
    errors = []
    for way in ([text], fragments, pieces(text, [1])):
        found = fed(subject.parser(), way)
        errors.append(facts(found.error))
        lines.append([spelled(event) for event in found.events if not hasattr(event, "delta")])
    if not isinstance(expected, IncompleteJSONError):  # an open key is told where a fragment ends
        shortest = min(map(len, lines))
        lines = [each[:shortest] for each in lines]
    assert lines[0] == lines[1] == lines[2]
    assert errors[0] == errors[1] == errors[2]
    if not subject.plain and not (errors[0] and errors[0]["type"] is UsageError):
        assert errors[0] == facts(expected)


def goes_on(subject: Subject, fragments: list[Any], place: int) -> None:
    place %= len(fragments) + 1
    parser = subject.parser()
    try:
        for fragment in fragments[:place]:
            parser.feed(fragment)
    except PartialJSONError:
        return
    data = json.loads(json.dumps(parser.checkpoint(), allow_nan=False))
    again = SchemaParser.restore(data, subject.schema, format=subject.format)
    one, two = fed(again, fragments[place:]), fed(parser, fragments[place:])
    assert facts(one.error) == facts(two.error)
    assert [*map(spelled, one.events)] == [*map(spelled, two.events)]
    if one.error is None:
        assert outcome(again) == outcome(parser)


def seeds() -> Iterator[bytes]:
    rng = Random(1)
    for number, subject in enumerate(subjects()):
        head = bytes([number % 256, number // 256, 0x21, number % 7, number % 256])
        for text in documents(subject.schema, rng, 2):
            yield head + text.encode()
