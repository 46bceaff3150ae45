"""`ToolCalls`, over bytes and text of whole responses.

Property: nothing that a stream contains is raised, but for `stop_on_violation`; each call and
each output has one fate, the stream fails once at most; what is completed is what its text
says. It does not matter how the stream is cut, nor that it goes through a checkpoint anywhere.

Documented: ValidationFailed with `stop_on_violation`, once with events and again without.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field

from partialjson import Limits, ToolCalls, ValidationFailed
from partialjson.providers import PROVIDERS
from tests.fuzz.choices import Choices, pieces
from tests.fuzz.targets.adapters import WORDS as OF_MESSAGES
from tests.fuzz.targets.adapters import written
from tests.fuzz.targets.eventstream import sealed
from tests.test_tools_robustness import (
    SCHEMA,
    all_promises,
    function,
    go_on,
    plain,
    restored,
    stopping,
)

MAX_LEN = 3000
WORDS = (
    *(*OF_MESSAGES, "data: ", "data: [DONE]\n\n", "\n\n", "event: error\n", "[", ",", "\r\n"),
    *("id: 1\n", b"\xff", b"\xf0\x9f", "event: ", b"\0\0\0\x7f"),
)


class Add(BaseModel):
    city: str = Field(default="", max_length=5)
    n: list[int] = []


_TOOLS: tuple[Any, ...] = (
    *(None, None, {"add": Add}, {"add": Add, "f": SCHEMA}, {"add": SCHEMA, "f": Add}),
    *({"add": function}, {"add": True, "f": False}, {"add": dict[str, Any]}),
)
_OUTPUTS: tuple[Any, ...] = (None, None, Add, SCHEMA, Any, list[Any])
_LIMITS = (None, None, None, Limits(max_depth=3, max_string=10, max_members=3))
_REPAIRS: tuple[Any, ...] = (False, False, True, {"single_quotes", "trailing_comma"})


def run(data: bytes) -> None:
    choices = Choices(data)
    options = options_of(choices)
    stops, seals, sizes, place = choices.flag(), choices.flag(), choices.sizes(), choices.byte()
    body = sealed(choices.rest()) if seals else choices.rest()
    if stops:
        check_stopping(body, sizes, options)
        return
    whole = go_on(ToolCalls(**options), [body])
    if not options["repair"]:
        assert [*all_promises(whole, options)] == []
    fragments = pieces(body, sizes)
    assert plain(go_on(ToolCalls(**options), fragments).events) == plain(whole.events)
    place = place * len(body) // 256
    calls = ToolCalls(**options)
    before = calls.feed(body[:place])
    rest = go_on(restored(calls, options), [body[place:]])
    assert plain([*before, *rest.events]) == plain(whole.events)


def options_of(choices: Choices) -> dict[str, Any]:
    return {
        "provider": choices.pick(("auto", "auto", "auto", *PROVIDERS)),
        "tools": choices.pick(_TOOLS),
        "output": choices.pick(_OUTPUTS),
        "limits": choices.pick(_LIMITS),
        "repair": choices.pick(_REPAIRS),
        "unknown": choices.pick(("parse", "parse", "refuse")),
    }


def check_stopping(body: bytes, sizes: list[int], options: dict[str, Any]) -> None:
    whole = stopping([body], options)
    assert not whole.late
    if not options["repair"]:
        assert [*all_promises(whole, options)] == []
    assert plain(stopping(pieces(body, sizes), options).events) == plain(whole.events)
    calls = ToolCalls(**options, stop_on_violation=True)
    try:
        calls.feed(body)
    except ValidationFailed as error:
        assert plain([error.violation]) == plain([again(calls)])


def again(calls: ToolCalls) -> Any:
    """What it raises from now on."""
    try:
        calls.feed(b"")
    except ValidationFailed as error:
        assert not error.events
        return error.violation
    raise AssertionError("it goes on")


def seeds() -> Iterator[bytes]:
    for number, (_, _, body) in enumerate(written()):
        if body:
            for head in (b"\0\0\0\0\0\0", bytes([0, number % 8, number % 6, 0, number % 4, 0])):
                yield head + bytes([number % 8 == 7, 0, 0x17, 0x2F, 90]) + body
