"""The other providers: restarts, faults, and what only they do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from partialjson.testing.writers import WIRES, Answer, Call, Message, Said, Thought

from .case import NOTE_TEXT, SAID, TOOLS, Case, by_hand, edited, note, weather, written

_TEXT = '{"city":"Zürich","days":3}'
_VALUE: dict[str, Any] = {"city": "Zürich", "days": 3}
_DUMPED = json.dumps(_VALUE, ensure_ascii=False)
_CUT = NOTE_TEXT[:37]


def _messages(wire: str, *parts: Any, finish: Any = "complete") -> list[Message]:
    return WIRES[wire].messages(Answer(parts, finish))


# --- Cohere, Ollama, xAI ----------------------------------------------------------------


def _cohere() -> Iterator[Case]:
    cut_note = note(id="call_1", to=37)
    started = _messages("cohere", Said("Well, "), cut_note, finish=None)
    for name, delta, fate in (
        ("error", {"finish_reason": "ERROR", "error": "internal error"}, "provider_error"),
        ("finish_error", {"finish_reason": "ERROR"}, "provider_error"),
    ):
        yield edited(
            "cohere",
            name,
            "v2: "
            + ("an error told with" if "error" in delta else "the reason `ERROR` in")
            + " the message's end",
            "cohere",
            [*started, {"type": "message-end", "delta": delta}],
            Answer((Said("Well, "), cut_note), "error"),
            fates=fate,
            stream="provider_error",
            tools=TOOLS,
        )
    calls = [
        {"name": "get_weather", "parameters": _VALUE},
        {"name": "list_files", "parameters": {}},
    ]
    yield by_hand(
        "cohere_v1",
        "no_fragments",
        "v1, older models: a plan, and all calls whole, without fragments before",
        [
            {"event_type": "stream-start", "is_finished": False},
            {"event_type": "tool-calls-chunk", "text": "I look ", "is_finished": False},
            {"event_type": "tool-calls-chunk", "text": "it up.", "is_finished": False},
            {"event_type": "tool-calls-generation", "tool_calls": calls, "is_finished": False},
            {"event_type": "stream-end", "finish_reason": "COMPLETE", "is_finished": True},
        ],
        Answer((Thought("I look it up."), Call("get_weather", _DUMPED), Call("list_files", "{}"))),
    )


def _ollama() -> Iterator[Case]:
    base: Message = {"model": "qwen3", "created_at": "2026-11-20T09:41:17Z"}
    functions = [
        {"function": {"name": "get_weather", "arguments": _VALUE}},
        {"function": {"name": "list_files", "arguments": {}}},
    ]
    message = {"role": "assistant", "content": "", "tool_calls": functions}
    last: Message = {**base, "done": True, "done_reason": "stop"}
    empty = {"role": "assistant", "content": ""}
    yield by_hand(
        "ollama",
        "calls_in_one_object",
        "older servers: two calls in one object, without ids",
        [{**base, "message": message, "done": False}, {**last, "message": empty}],
        Answer((Call("get_weather", _TEXT), Call("list_files", "{}"))),
        ids=False,
    )
    yield by_hand(
        "ollama",
        "generate",
        "`/api/generate`: the text in `response`",
        [
            {**base, "response": '{"a": "Ü', "done": False},
            {**base, "response": 'b"}', "done": False},
            {**last, "response": ""},
        ],
        Answer((Said('{"a": "Üb"}'),)),
    )
    told = "unexpected EOF"
    body = "".join(json.dumps({**base, "message": empty, "done": False}) + "\n" for _ in "ab")
    yield by_hand(
        "ollama",
        "error_without_lf",
        "an error in mid-stream, its line without an end",
        body.encode() + json.dumps({"error": told}).encode(),
        Answer((), "error"),
        stream="provider_error",
    )


def _xai() -> Iterator[Case]:
    text = '{"query":"Zürich"}'
    function = {"name": "web_search", "arguments": text}
    call = {"id": "call_1", "type": "TOOL_CALL_TYPE_WEB_SEARCH_TOOL", "function": function}
    done = {**call, "status": "TOOL_CALL_STATUS_COMPLETED"}
    outputs: list[Message] = [
        {"delta": {"role": "ROLE_ASSISTANT", "tool_calls": [call]}},
        {"index": 1, "delta": {"role": "ROLE_TOOL", "tool_calls": [done], "content": "{}"}},
        {"index": 2, "delta": {"role": "ROLE_ASSISTANT", "content": "Sunny."}},
        {"index": 2, "delta": {}, "finish_reason": "REASON_STOP"},
    ]
    server = Call("web_search", text, "call_1", server=True)
    yield by_hand(
        "xai",
        "told_twice",
        "a tool that xAI runs: told by the model, and again with its result",
        [{"chunk": {"id": "c", "outputs": [output]}} for output in outputs],
        Answer((server, server, Said("Sunny."))),
    )


# --- user interfaces --------------------------------------------------------------------


def _vercel() -> Iterator[Case]:
    wire = "vercel_ui"
    named = {"toolCallId": "call_1", "toolName": "get_weather"}
    ends = [{"type": "finish-step"}, {"type": "finish", "finishReason": "tool-calls"}]
    yield by_hand(
        wire,
        "input_only_available",
        "a model that does not stream its calls: the input comes parsed, and nothing before",
        [{"type": "start"}, {"type": "tool-input-available", **named, "input": _VALUE}, *ends],
        Answer((Call("get_weather", _DUMPED, "call_1"),)),
    )
    bad = '{"city":"Zürich","days":"x"}'
    yield by_hand(
        wire,
        "input_error",
        "an input that did not fit its schema: the call has no end",
        [
            {"type": "start"},
            {"type": "tool-input-start", **named},
            {"type": "tool-input-delta", "toolCallId": "call_1", "inputTextDelta": bad},
            {"type": "tool-input-error", **named, "input": bad, "errorText": "no number"},
            *ends,
        ],
        Answer((Call("get_weather", bad, "call_1", ended=False),)),
        fates="no_end",
    )


def _vercel_breaks() -> Iterator[Case]:
    wire = "vercel_ui"
    call, whole = note(id="call_1", to=37), weather(id="call_2")
    first = _messages(wire, call, finish=None)
    shows = "`reset-step` takes back what was said; the answer begins anew"
    yield edited(
        wire,
        "reset_step",
        shows,
        wire,
        [*first, {"type": "reset-step"}, *_messages(wire, whole)[1:]],
        Answer((call, whole)),
        order=("+0", "-0", "+1", "-1"),
        fates="no_end completed",
        tools=TOOLS,
    )
    yield edited(
        wire,
        "abort",
        "`abort`: the sender stopped in mid-arguments",
        wire,
        [*first, {"type": "abort", "reason": "user stopped"}],
        Answer((call,), None),
        fates="no_end",
        tools=TOOLS,
    )


def _ag_ui() -> Iterator[Case]:
    wire = "ag_ui"
    messages = _messages(wire, SAID, weather(id="call_1"))
    shows = "what the SDK hands over: names in snake case"
    answer = Answer((SAID, weather(id="call_1")))
    yield written(wire, "snake_case", shows, wire, answer, quirks="snake_case")
    call = note(id="call_0", to=37)
    first = _messages(wire, call, finish=None)
    yield edited(
        wire,
        "run_started_again",
        "a second `RUN_STARTED` in mid-call: the answer begins anew",
        wire,
        [*first, *messages],
        Answer((call, *answer.parts)),
        order=("+0", "-0", "+1", "-1"),
        fates="no_end completed",
        tools=TOOLS,
    )


CASES: tuple[Case, ...] = (
    *_cohere(),
    *_ollama(),
    *_xai(),
    *_vercel(),
    *_vercel_breaks(),
    *_ag_ui(),
)
