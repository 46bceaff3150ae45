"""The UI message stream of Vercel's AI SDK."""

from __future__ import annotations

from typing import Any

import pytest

from partialjson.framing.messages import END, MessageDecoder
from partialjson.providers.deltas import (
    CallEnded,
    CallStarted,
    CallText,
    Delta,
    Ended,
    Failed,
    Finished,
    Restarted,
)
from partialjson.providers.vercel_ui import VercelUI

from .provider_streams import calls_in, kinds_in, same_with_resuming, texts_in


def start(id: str, name: str = "f", **more: Any) -> dict[str, Any]:
    return {"type": "tool-input-start", "toolCallId": id, "toolName": name, **more}


def delta(id: str, text: str) -> dict[str, Any]:
    return {"type": "tool-input-delta", "toolCallId": id, "inputTextDelta": text}


def available(id: str, value: Any, name: str = "f", **more: Any) -> dict[str, Any]:
    said = {"type": "tool-input-available", "toolCallId": id, "toolName": name, **more}
    return {**said, "input": value}


FINISH = {"type": "finish"}


def of(*messages: Any) -> list[Delta]:
    return same_with_resuming(VercelUI, list(messages))


# --- calls ------------------------------------------------------------------------------


def test_a_call_streams_until_its_input_is_available() -> None:
    said = of(
        *[{"type": "start", "messageId": "m"}, {"type": "start-step"}, start("c")],
        *[delta("c", '{"city": "Bo'), delta("c", ""), delta("c", 'nn"}')],
        *[available("c", {"city": "Bonn"}), {"type": "finish-step"}, FINISH],
    )
    assert said == [
        CallStarted(0, "c", "f"),
        CallText(0, '{"city": "Bo'),
        CallText(0, 'nn"}'),
        CallEnded(0),
        Finished(0, "complete", "stop"),
        Ended(),
    ]


@pytest.mark.parametrize("before", [[], [start("c")]])
def test_a_call_without_deltas_is_its_input(before: list[Any]) -> None:
    said = of(*before, available("c", {"a": ["ö", None]}))
    assert calls_in(said) == [("c", "f", '{"a": ["ö", null]}', True)]
    assert calls_in(of(*before, available("c", {}))) == [("c", "f", "{}", True)]
    assert calls_in(of(*before, available("c", "x"))) == [("c", "f", '"x"', True)]
    assert calls_in(of(*before, available("c", None))) == [("c", "f", "", True)]


def test_calls_that_stream_side_by_side_are_told_apart() -> None:
    said = of(
        *[start("a", "f"), start("b", "g"), delta("a", "{"), delta("b", "{ "), delta("a", "}")],
        *[delta("b", "}"), available("b", {}, "g"), available("a", {})],
    )
    assert calls_in(said) == [("a", "f", "{}", True), ("b", "g", "{ }", True)]


def test_what_the_senders_schema_filled_in_is_not_what_the_model_wrote() -> None:
    said = of(start("c"), delta("c", "{}"), available("c", {"days": 3}))
    assert calls_in(said) == [("c", "f", "{}", True)]


def test_a_call_that_becomes_one_of_another_tool_raises() -> None:
    with pytest.raises(ValueError, match="became one of 'g'"):
        of(start("c"), delta("c", "{}"), available("c", {}, "g"))


def test_an_input_that_is_available_twice_ends_its_call_once() -> None:
    said = of(start("c"), delta("c", "{}"), available("c", {}), available("c", {}))
    assert kinds_in(said) == ["CallStarted", "CallText", "CallEnded"]


def test_a_call_whose_input_did_not_fit_has_no_end() -> None:
    error = {"type": "tool-input-error", "toolCallId": "c", "toolName": "f", "errorText": "no"}
    said = of(start("c"), delta("c", "{"), {**error, "input": "{"}, start("d"), available("d", {}))
    assert calls_in(said) == [("c", "f", "{", False), ("d", "f", "{}", True)]


def test_tools_that_the_provider_runs_are_marked_so() -> None:
    ran: dict[str, Any] = {"providerExecuted": True}
    said = of(start("a", **ran), available("a", {}, **ran), available("b", {}, **ran), start("c"))
    servers = [delta.server for delta in said if isinstance(delta, CallStarted)]
    assert servers == [True, True, False]


# --- texts, and how it ends -------------------------------------------------------------


def test_texts_are_told_apart_by_their_ids() -> None:
    said = of(
        *[{"type": "text-start", "id": "1"}, {"type": "reasoning-start", "id": "r"}],
        *[{"type": "text-delta", "id": "1", "delta": "ye"}, {"type": "text-start", "id": "2"}],
        {"type": "reasoning-delta", "id": "r", "delta": "hm"},
        {"type": "text-delta", "id": "2", "delta": "no"},
        *[{"type": "text-delta", "id": "1", "delta": text} for text in ("", "s")],
        *[{"type": "text-end", "id": "1"}, {"type": "reasoning-end", "id": "r"}],
    )
    assert texts_in(said) == {
        ("text", 0, "1"): "yes",
        ("reasoning", 0, "r"): "hm",
        ("text", 0, "2"): "no",
    }


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        *[("stop", "complete"), ("tool-calls", "complete"), ("length", "length")],
        *[("content-filter", "content_filter"), ("error", "unknown"), ("other", "unknown")],
    ],
)
def test_finish_reasons(said: str, reason: str) -> None:
    assert of({**FINISH, "finishReason": said}) == [Finished(0, reason, said), Ended()]


def test_what_was_aborted_is_not_complete() -> None:
    assert of({"type": "abort"}) == [Finished(0, "unknown", "abort")]
    assert of({"type": "abort", "reason": "user"}) == [Finished(0, "unknown", "user")]


def test_an_error_fails_the_stream() -> None:
    assert of({"type": "error", "errorText": "boom"}) == [Failed("boom")]


def test_a_step_that_is_reset_begins_anew_with_the_same_ids() -> None:
    said = of(
        *[{"type": "start-step"}, start("a"), available("a", {}), start("c"), delta("c", '{"x')],
        *[{"type": "reset-step"}, available("a", {"b": 1}), start("c"), delta("c", "{}")],
        available("c", {}),
    )
    assert said[5] == Restarted()
    assert calls_in(said) == [
        ("a", "f", "{}", True),
        ("c", "f", '{"x', False),
        ("a", "f", '{"b": 1}', True),
        ("c", "f", "{}", True),
    ]


def test_parts_of_no_concern_are_ignored() -> None:
    parts = ["data-weather", "source-url", "file", "tool-output-available", "message-metadata"]
    assert of(*[{"type": part, "data": {}} for part in parts], {"type": "new"}) == []


def test_its_parts_are_told_from_other_apis() -> None:
    for kind in ("start", "text-delta", "tool-input-start", "data-x", "reset-step", "finish"):
        assert VercelUI.matches({"type": kind})
    assert VercelUI.matches({"type": "error", "errorText": "x"})
    others = ["message-start", "tool-call-start", "content_block_start", "RUN_STARTED", "debug"]
    assert not any(VercelUI.matches({"type": kind}) for kind in (*others, None, 3))
    assert not VercelUI.matches({"type": "error", "error": {"type": "overloaded_error"}})


@pytest.mark.parametrize(
    "message",
    [
        *[delta("c", "{"), {"type": "text-delta", "id": "1", "delta": 3}, {"type": ["x"]}],
        *[{**start("c"), "toolName": ["f"]}, {"type": "error", "errorText": {"a": 1}}],
        {"type": "text-delta", "id": [1], "delta": "x"},
    ],
)
def test_other_shapes_raise(message: dict[str, Any]) -> None:
    with pytest.raises((TypeError, LookupError)):
        of(message)


def test_its_body_in_any_pieces_says_the_same() -> None:
    body = (
        b'data: {"type":"start"}\n\ndata: {"type":"tool-input-start","toolCallId":"c",'
        b'"toolName":"f"}\n\ndata: {"type":"tool-input-delta","toolCallId":"c",'
        b'"inputTextDelta":"{\\"a\\": 1}"}\n\ndata: {"type":"tool-input-available",'
        b'"toolCallId":"c","toolName":"f","input":{"a":1}}\n\n'
        b'data: {"type":"finish"}\n\ndata: [DONE]\n\n'
    )
    decoder = MessageDecoder("sse")
    messages = [m for byte in body for m in decoder.feed(bytes([byte]))] + decoder.close()
    assert messages[-1] is END
    assert calls_in(of(*messages[:-1])) == [("c", "f", '{"a": 1}', True)]
