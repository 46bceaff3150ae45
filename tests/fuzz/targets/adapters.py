"""Every adapter of `partialjson.providers`, over messages: one JSON value in each line.

Property: an adapter says deltas that make sense (each text has characters, each key is of a
call that started), all it remembers is plain data, and from what it saved after any message
another one goes on the same. `ToolCalls`, which gets the same messages, raises nothing, and
tells each call's and each output's fate once; its checkpoint goes on the same.

Documented, of an adapter: TypeError, AttributeError, ValueError, LookupError, for a message of
another shape; ArithmeticError and RecursionError, which `ToolCalls` hears, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from partialjson import ToolCalls
from partialjson.framing.messages import END
from partialjson.providers import PROVIDERS, Adapter, adapter_named
from partialjson.providers.deltas import CallEnded, CallStarted, CallText, Text
from partialjson.testing import WIRES, Answer, Call, Said, Thought, cut
from partialjson.testing.writers import Wire
from tests.fuzz.choices import Choices
from tests.test_promises import exact
from tests.test_tools_robustness import all_promises, go_on, plain, restored

MAX_LEN = 3000
UNSHAPELY = (
    *(TypeError, AttributeError, ValueError, LookupError, ArithmeticError, RecursionError),
)
WORDS = (
    *('"index":', '"id":', '"type":', '"name":', '"arguments":', '"delta":', '"error":', '"text":'),
    *('"tool_calls":', '"function":', '"finish_reason":"stop"', '"input":', '"content":', "\n"),
    *('{"', '":1}', "[{", "}]", '\\"', "\\\\", "null", "1", "{}", "[]", "\\ud83d", "\\ude00"),
)
_MOST = 40  # messages


def run(data: bytes) -> None:
    choices = Choices(data)
    provider, told, place = choices.pick(PROVIDERS), not choices.flag(), choices.byte()
    messages = messages_of(choices.text())
    place %= len(messages) + 1
    check_adapter(provider, messages, place)
    options = {"provider": provider if told else "auto", "tools": None, "output": None}
    check_calls(messages, place, {**options, "limits": None})


def messages_of(text: str) -> list[Any]:
    """What the lines say, as far as they are JSON."""
    found = []
    for line in text.split("\n")[:_MOST]:
        try:
            found.append(json.loads(line))
        except (ValueError, RecursionError):
            continue
    return found


def check_adapter(provider: str, messages: list[Any], place: int) -> None:
    adapter = adapter_named(provider)
    started: set[int] = set()
    other: Adapter | None = None
    for number, message in enumerate([*messages, END]):
        if number == place:
            saved = json.loads(json.dumps(adapter.save()))
            assert exact(saved) == exact(adapter.save())
            other = adapter_named(provider)
            other.load(saved)
            assert exact(other.save()) == exact(saved)
        said, failed = heard(adapter, message)
        if other is not None:
            assert (said, failed) == heard(other, message)
        check_deltas(said, started)
        if failed:
            return


def heard(adapter: Adapter, message: Any) -> tuple[list[Any], str]:
    """What it says of a message, and what it raises."""
    said: list[Any] = []
    try:
        for delta in adapter.close() if message is END else adapter.feed(message):
            said.append(delta)  # those before an error count
    except UNSHAPELY as error:
        return said, type(error).__name__
    return said, ""


def check_deltas(said: list[Any], started: set[int]) -> None:
    for delta in said:
        if isinstance(delta, CallStarted):
            assert delta.key == len(started)
            assert type(delta.name) is str
            started.add(delta.key)
        elif isinstance(delta, (CallText, CallEnded)):
            assert delta.key in started
        if isinstance(delta, (CallText, Text)):
            assert type(delta.text) is str
            assert delta.text


def check_calls(messages: list[Any], place: int, options: dict[str, Any]) -> None:
    shaped = [message for message in messages if type(message) is dict]
    whole = go_on(ToolCalls(**options), shaped)
    assert [*all_promises(whole, options)] == []
    calls = ToolCalls(**options)
    before = [event for message in shaped[:place] for event in calls.feed(message)]
    rest = go_on(restored(calls, options), shaped[place:])
    assert plain([*before, *rest.events]) == plain(whole.events)


@cache
def written() -> list[tuple[str, list[Any], bytes]]:
    """Provider, messages and body of what each wire says of a few answers."""
    text = '{"city": "Par\\u0069s é", "n": [1]}'
    call, other = Call("add", text, "c1", cut(text, 9)), Call("f", "{}", "c2")
    rows: list[Any] = [
        Answer((call,)),
        Answer((Said("Hi."), call, other)),
        Answer((Thought("Hm."), Said('{"a": 1}'))),
        Answer((call,), "length"),
        Answer((call,), None),
        Answer((Said("Hi."),), "error"),
        [Answer((call,)), Answer((Said("x"),))],
    ]
    found = []
    for wire in WIRES.values():
        for answers in rows:
            if wire.objection(answers) is None:
                found.append((wire.provider, wire.messages(answers), body_of(wire, answers)))
    return found


def body_of(wire: Wire, answers: Any) -> bytes:
    return b"" if wire.framing == "objects" else wire.body(answers)


def seeds() -> Iterator[bytes]:
    for provider, messages, _ in written():
        lines = "\n".join(
            json.dumps(message, ensure_ascii=False, default=str) for message in messages
        )
        head = bytes([PROVIDERS.index(provider), 0, 3])
        yield head + lines.encode("utf-8", "surrogatepass")
