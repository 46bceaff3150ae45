"""Anthropic Messages and Bedrock: restarts, faults of gateways, reasons to stop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from partialjson.testing.writers import WIRES, Answer, Call, Message, Said
from partialjson.testing.writers.framings import dumped

from .case import SAID, TOOLS, Case, by_hand, edited, note, weather, written

_VALUE: dict[str, Any] = {"city": "Zürich", "days": 3}
_DUMPED = json.dumps(_VALUE, ensure_ascii=False)


def _messages(wire: str, *parts: Any, finish: Any = "complete") -> list[Message]:
    return WIRES[wire].messages(Answer(parts, finish))


# --- Anthropic, also at Bedrock ---------------------------------------------------------


def _anthropic() -> Iterator[Case]:
    wire = "anthropic_messages"
    cut_note, whole = note(id="toolu_1", to=37), weather(id="toolu_2")
    first = _messages(wire, SAID, cut_note, finish=None)
    second = _messages(wire, SAID, whole)
    message = {**second[0]["message"], "id": "msg_02"}
    restarted = [*first, {"type": "message_start", "message": message}, *second[1:]]
    yield edited(
        wire,
        "restart",
        "the answer begins anew in mid-call: a second `message_start`, indexes start over",
        wire,
        restarted,
        Answer((SAID, cut_note, SAID, whole)),
        order=("+0", "-0", "+1", "-1"),
        fates="no_end completed",
        tools=TOOLS,
    )
    yield written(
        wire,
        "message_start_twice",
        "a gateway sends `message_start` twice, with one id: it is the same answer",
        wire,
        Answer((SAID, whole)),
        quirks="message_start_twice",
    )


def _anthropic_starts() -> Iterator[Case]:
    wire = "anthropic_messages"
    whole = weather(id="toolu_2")
    second = _messages(wire, whole)
    use: Message = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": _VALUE}
    blocks: list[Message] = [{"type": "text", "text": "Hi."}, use]
    message = {**second[0]["message"], "content": blocks, "stop_reason": "tool_use"}
    yield edited(
        wire,
        "finished_blocks_in_start",
        "programmatic tool calling: finished blocks, and the stop reason, in `message_start`",
        wire,
        [{"type": "message_start", "message": message}, {"type": "message_stop"}],
        Answer((Said("Hi."), Call("get_weather", _DUMPED, "toolu_1"))),
    )
    yield written(
        wire,
        "empty_object_first",
        "a gateway sends `{}` first, and the real arguments after it",
        wire,
        Answer((whole,)),
        quirks="empty_object_first",
        repairs={0: ("empty_object_first",)},
    )
    bad = Call("get_weather", '{"city": Zürich}', "toolu_1", ('{"city": ', "Zürich}"))
    yield written(
        wire,
        "fine_grained_invalid",
        "fine-grained: arguments that are no JSON; the other call goes on",
        "anthropic_fine_grained",
        Answer((bad, whole)),
        fates="malformed completed",
        tools=TOOLS,
    )


def _bedrock_invoke() -> Iterator[Case]:
    cut_note = note(id="toolu_1", to=37)
    told = {"throttlingException": {"message": "Too many tokens, please wait."}}
    yield edited(
        "bedrock_invoke",
        "error",
        "an exception in mid-arguments, as a message of its own",
        "bedrock_invoke",
        [*_inner(_messages("bedrock_invoke", cut_note, finish=None)), told],
        Answer((cut_note,), "error"),
        fates="provider_error",
        stream="provider_error",
        tools=TOOLS,
    )
    nova = _messages("bedrock_converse", weather(30, id="tooluse_1"))
    chunks = [{"chunk": {"bytes": dumped(m)}} for m in nova if "metadata" not in m]
    yield by_hand(
        "bedrock_invoke",
        "nova",
        "Nova's events inside: those of ConverseStream",
        chunks,
        Answer((weather(id="tooluse_1"),)),
    )


def _inner(messages: list[Message]) -> list[Message]:
    return [{"chunk": {"bytes": message["chunk"]["bytes"]}} for message in messages]


def _bedrock() -> Iterator[Case]:
    wire = "bedrock_converse"
    for reason, finish, fate in (
        ("malformed_tool_use", None, "no_end"),
        ("guardrail_intervened", "content_filter", "content_filter"),
        ("model_context_window_exceeded", "length", "length"),
    ):
        call = note(id="tooluse_1", to=37)
        stop = {"messageStop": {"stopReason": reason}}
        yield edited(
            wire,
            reason,
            f"the stop reason `{reason}`, in mid-arguments",
            wire,
            [*_messages(wire, call, finish=None), stop],
            Answer((call,), finish),  # type: ignore[arg-type]
            fates=fate,
            tools=TOOLS,
        )
    given = Answer((weather(id="tooluse_1"),))
    shows = "Nova: the input whole, in one delta"
    yield written(wire, "nova", shows, wire, given, quirks="whole_arguments no_usage")


CASES: tuple[Case, ...] = (
    *_anthropic(),
    *_anthropic_starts(),
    *_bedrock_invoke(),
    *_bedrock(),
)
