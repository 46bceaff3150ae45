"""`Parser` with repairs, over text and bytes.

Property: whole, cut as the input has it and one by one, the events, the repairs, the value and
the error are the same; a checkpoint anywhere goes on the same; nothing shown is taken back; no
more is held than the bound says. The repaired text is JSON, and says the same to a strict
parser; of text that is JSON already a strict parser says the same, and nothing is repaired.
Errors and repairs stand where they say in the given text.

Documented: JSONSyntaxError, LimitExceededError, IncompleteJSONError.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from partialjson import (
    MISSING,
    IncompleteJSONError,
    JSONSyntaxError,
    Limits,
    Parser,
    PartialJSONError,
    Repaired,
)
from partialjson._core.repair.names import HELD, REPAIRS, SAFE
from tests.fragmenting import Fragments, Run
from tests.fragmenting import run as fed
from tests.fuzz.choices import Choices, pieces
from tests.repair_cases import EVERY_TEXT, Keeping, repaired_text
from tests.test_promises import exact, facts
from tests.test_repairs import apart, extends, joined

MAX_LEN = 260
WORDS = (
    *("'", '"', "`", "```", "```json\n", "//", "/*", "*/", "#", ",", ";", ":", "[", "]", "{", "}"),
    *("None", "True", "NaN", "-Infinity", "undefined", "null", "+1", ".5", "0x1F", "1_0", "007"),
    *("“", "”", "‘", "«", "\u00a0", "\\x41", "\\\n", "\\d", "\\ud83d", "\\u", "\n", "abc", "a b"),
    *("<think>", "</think>", "<tool_call>", "</tool_call>", "Sure: ", ",,", '"a":', "é", "😀"),
    *(b"\xff", b"\xc3", b"\xe2\x82", b"\xed\xa0\xbd", b"\xed\xb8\x80"),
)
_CUTS = (True, True, "json5", frozenset(REPAIRS))
_OPTIONS: tuple[dict[str, Any], ...] = (
    *({}, {}, {"many": True}, {"trailing": "keep"}, {"duplicate_keys": "error"}),
    *({"keep": False}, {"keep": False, "many": True}, {"limits": Limits(max_string=5, max_key=3)}),
    *({"limits": Limits(max_depth=2, max_members=2)}, {"limits": Limits(max_document=30)}),
)


def run(data: bytes) -> None:
    choices = Choices(data)
    kind = choices.byte() % 8
    some = choices.some([*REPAIRS])
    repair: Any = _CUTS[kind] if kind < 4 else frozenset(some) or True
    options = {"repair": repair, **choices.pick(_OPTIONS)}
    as_text, sizes, place = not choices.flag(), choices.sizes(), choices.byte()
    whole: Any = choices.text() if as_text else choices.rest()
    ways = [[whole], pieces(whole, sizes), pieces(whole, [1])]
    first, *others = [fed(Parser(**options), fragments) for fragments in ways]
    for other in others:
        same(other, first)
    goes_on(ways[1], place, options, first)
    if options.get("keep", True):
        the_repaired_text_says_the_same(ways[0], options)
    if options.keys() == {"repair"}:
        nothing_is_taken_back(ways[2], repair)
        json_is_left_alone(whole, first, repair)
        if as_text and not any("\ud800" <= c < "\ue000" for c in whole):
            places_are_right(whole, first, repair)


def same(one: Run, other: Run) -> None:
    assert apart(one.events) == apart(other.events)
    assert facts(one.error) == facts(other.error)
    assert exact(one.value) == exact(other.value)


def goes_on(fragments: Fragments, place: int, options: dict[str, Any], whole: Run) -> None:
    """A checkpoint between two fragments changes nothing."""
    place %= len(fragments) + 1
    parser, found = Parser(**options), Run()
    try:
        for fragment in fragments[:place]:
            found.add(parser.feed(fragment))
    except PartialJSONError:
        return
    data = json.loads(json.dumps(parser.checkpoint(), allow_nan=False))
    again = Parser.restore(data, limits=options.get("limits"))
    assert again.checkpoint() == data
    rest = fed(again, fragments[place:])
    found.add(rest.events)
    found.value, found.error = rest.value, rest.error
    same(found, whole)
    assert exact(again.repairs) == exact([e for e in whole.events if isinstance(e, Repaired)])


def the_repaired_text_says_the_same(fragments: Fragments, options: dict[str, Any]) -> None:
    parser = Keeping(**options)
    mended = fed(parser, fragments)
    strict = fed(Parser(**{**options, "repair": False}), [repaired_text(parser)])
    if mended.error is None:
        assert strict.error is None
        assert exact(strict.value) == exact(mended.value)
    events = joined([event for event in mended.events if not isinstance(event, Repaired)])
    told = joined(strict.events)
    n = min(len(events), len(told)) - (mended.error is not None)  # its last delta may be shorter
    assert events[: max(0, n)] == told[: max(0, n)]


def nothing_is_taken_back(fragments: Fragments, repair: Any) -> None:
    parser = Parser(repair=repair, duplicate_keys="error")
    before: Any = MISSING
    for fragment in fragments:
        try:
            parser.feed(fragment)
        except PartialJSONError as error:
            assert not isinstance(error, IncompleteJSONError)
            return
        held: Any = parser._repairer
        assert held is None or len(held.held) <= HELD + 1
        assert before is MISSING or extends(before, parser.value), (before, parser.value)
        before = parser.snapshot()


def json_is_left_alone(whole: Any, mended: Run, repair: Any) -> None:
    strict = fed(Parser(), [whole])
    if strict.error is None and (repair is True or repair == "json5" or repair <= SAFE):
        assert joined(mended.events) == joined(strict.events)
        assert mended.error is None


def places_are_right(text: str, found: Run, repair: Any) -> None:
    """Lines, columns and bytes are those of the text; what was repaired stands there."""
    error = found.error
    if isinstance(error, (JSONSyntaxError, IncompleteJSONError)):
        before = text[: error.offset]
        assert error.lineno == before.count("\n") + 1
        assert error.colno == error.offset - before.rfind("\n")
        assert error.byte_offset == len(before.encode())
        assert before.endswith(error.doc)
    for event in found.events:
        if isinstance(event, Repaired) and event.repair not in _ELSEWHERE:
            before = event.before.removesuffix("…")
            assert text[event.offset : event.offset + len(before)] == before


_ELSEWHERE = ("trailing_comma", "missing_close", "lone_surrogate")


def seeds() -> Iterator[bytes]:
    head = bytes(10)
    for _, text in EVERY_TEXT:
        data = text if isinstance(text, bytes) else text.encode()
        yield head + data
        yield b"\3" + bytes(5) + b"\0\x21\3\7" + data
