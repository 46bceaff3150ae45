"""AG-UI: the events between an agent and a user interface."""

from __future__ import annotations

from typing import Any

import pytest

from partialjson.providers.ag_ui import AGUI
from partialjson.providers.deltas import (
    CallEnded,
    CallStarted,
    CallText,
    Delta,
    Ended,
    Failed,
    Finished,
    Restarted,
    Text,
)

from .provider_streams import (
    calls_in,
    check_against_recording,
    heard,
    kinds_in,
    recordings_of,
    same_with_resuming,
    sdk,
    texts_in,
)
from .recordings import needs_recordings


def event(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, **more}


def start(id: str, name: str = "f") -> dict[str, Any]:
    return event("TOOL_CALL_START", toolCallId=id, toolCallName=name)


def args(id: str, text: str) -> dict[str, Any]:
    return event("TOOL_CALL_ARGS", toolCallId=id, delta=text)


def end(id: str) -> dict[str, Any]:
    return event("TOOL_CALL_END", toolCallId=id)


def chunk(text: str | None = None, id: str | None = None, name: str | None = None) -> Any:
    said = {"toolCallId": id, "toolCallName": name, "delta": text}
    return event("TOOL_CALL_CHUNK", **{key: value for key, value in said.items() if value})


BEGIN = event("RUN_STARTED", threadId="t", runId="r")
FINISHED = event("RUN_FINISHED", threadId="t", runId="r")


def of(*messages: Any) -> list[Delta]:
    return same_with_resuming(AGUI, list(messages))


# --- calls ------------------------------------------------------------------------------


@needs_recordings
@pytest.mark.parametrize("name", recordings_of("ag-ui"))
def test_recorded_streams_give_the_calls_that_are_in_them(name: str) -> None:
    said = check_against_recording(AGUI, name)
    assert texts_in(said)["text", 0, "msg_01"] == "Hello, how can I help you today?"
    assert kinds_in(said).count("Restarted") == 3  # four runs in one stream
    assert said.count(Finished(0, "complete", "RUN_FINISHED")) == 4


def test_a_call_streams_from_its_start_to_its_end() -> None:
    said = of(BEGIN, start("c"), args("c", "{"), args("c", ""), args("c", "}"), end("c"), FINISHED)
    assert said == [
        CallStarted(0, "c", "f"),
        CallText(0, "{"),
        CallText(0, "}"),
        CallEnded(0),
        Finished(0, "complete", "RUN_FINISHED"),
        Ended(),
    ]


def test_calls_that_stream_side_by_side_are_told_apart() -> None:
    said = of(
        *[start("a"), start("b", "g"), args("a", "{"), args("b", "{ "), args("a", "}"), end("a")],
        *[args("b", "}"), event("TOOL_CALL_RESULT", toolCallId="a", content="x"), end("b")],
    )
    assert calls_in(said) == [("a", "f", "{}", True), ("b", "g", "{ }", True)]


def test_a_call_without_arguments_has_no_text() -> None:
    assert of(start("a"), end("a")) == [CallStarted(0, "a", "f"), CallEnded(0)]


def test_chunks_are_a_call_whose_id_and_name_need_not_be_said_again() -> None:
    said = of(
        *[chunk("{", "a", "f"), chunk('"x": '), chunk("1}", "a"), chunk("{", "b", "g")],
        *[chunk("}"), FINISHED],
    )
    assert calls_in(said) == [("a", "f", '{"x": 1}', True), ("b", "g", "{}", True)]
    assert kinds_in(said)[4:6] == ["CallEnded", "CallStarted"]


def test_a_chunk_may_have_no_arguments() -> None:
    assert kinds_in(of(chunk(None, "a", "f"), chunk("{}"), chunk(None, "b", "g"))) == [
        *("CallStarted", "CallText", "CallEnded", "CallStarted"),
    ]


@pytest.mark.parametrize(
    "following",
    [
        *[event("TEXT_MESSAGE_START", messageId="m"), event("TEXT_MESSAGE_CHUNK", messageId="m")],
        *[event("TEXT_MESSAGE_CONTENT", messageId="m", delta="x"), event("STATE_DELTA", delta=[])],
        *[event("REASONING_START"), event("THINKING_START"), event("STEP_FINISHED"), start("b")],
        *[event("CUSTOM", name="x"), event("MESSAGES_SNAPSHOT"), event("TOOL_CALL_RESULT")],
        *[event("REASONING_MESSAGE_CHUNK", messageId="r", delta="x"), FINISHED],
    ],
)
def test_chunks_end_with_what_else_happens_in_the_run(following: Any) -> None:
    said = of(chunk("{}", "a", "f"), following)
    assert said[2] == CallEnded(0)
    assert calls_in(said)[0] == ("a", "f", "{}", True)


@pytest.mark.parametrize(
    "between",
    [
        *[event("RAW", event={}), event("ACTIVITY_DELTA"), event("SUBAGENT_STARTED")],
        *[event("REASONING_ENCRYPTED_VALUE"), event("SOMETHING_NEW")],
    ],
)
def test_chunks_go_on_after_what_comes_from_elsewhere(between: Any) -> None:
    assert calls_in(of(chunk("{", "a", "f"), between, chunk("}"))) == [("a", "f", "{}", False)]


@pytest.mark.parametrize(
    "last",
    [
        *[event("RUN_ERROR", message="x"), event("RUN_FINISHED", outcome={"type": "cancelled"})],
        event("TOOL_CALL_CHUNK"),
    ],
)
def test_chunks_that_were_broken_off_have_no_end(last: Any) -> None:
    assert calls_in(of(chunk("{}", "a", "f"), last)) == [("a", "f", "{}", False)]


def test_an_id_may_come_again_in_chunks_with_its_name() -> None:
    said = of(chunk("{}", "a", "f"), chunk("{}", "b", "f"), chunk("{}", "a", "f"), FINISHED)
    assert [id_ for id_, _, _, _ in calls_in(said)] == ["a", "b", "a"]


@pytest.mark.parametrize("first", [chunk("{"), chunk("{", "a"), chunk("{", name="f")])
def test_a_first_chunk_without_id_or_name_raises(first: Any) -> None:
    with pytest.raises(ValueError, match="no id or no name"):
        of(first)


# --- texts ------------------------------------------------------------------------------


def test_texts_are_told_apart_by_their_messages() -> None:
    said = of(
        event("TEXT_MESSAGE_CONTENT", messageId="1", delta="a"),
        event("TEXT_MESSAGE_CONTENT", messageId="2", delta="b"),
        event("TEXT_MESSAGE_CONTENT", messageId="1", delta=""),
        event("TEXT_MESSAGE_CHUNK", messageId="3", delta="c"),
        event("TEXT_MESSAGE_CHUNK", delta="d"),
        event("THINKING_TEXT_MESSAGE_CONTENT", delta="h"),
        event("REASONING_MESSAGE_CONTENT", messageId="r", delta="m"),
        event("REASONING_MESSAGE_CHUNK", messageId="s", delta="m"),
        event("REASONING_MESSAGE_CHUNK", delta="!"),
    )
    assert texts_in(said) == {
        ("text", 0, "1"): "a",
        ("text", 0, "2"): "b",
        ("text", 0, "3"): "cd",
        ("reasoning", 0, 0): "h",
        ("reasoning", 0, "r"): "m",
        ("reasoning", 0, "s"): "m!",
    }


# --- how it ends ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [("success", "complete"), ("interrupt", "complete"), ("cancelled", "unknown")],
)
def test_how_a_run_finished(outcome: str, reason: str) -> None:
    assert of({**FINISHED, "outcome": {"type": outcome}}) == [
        Finished(0, reason, outcome),
        Ended(),
    ]


def test_an_error_fails_the_stream() -> None:
    assert of(event("RUN_ERROR", message="boom")) == [Failed("error: boom")]
    assert of(event("RUN_ERROR", message="boom", code="E1")) == [Failed("E1: boom")]


def test_another_run_begins_anew_with_the_same_ids() -> None:
    said = of(
        *[BEGIN, start("c"), args("c", "{"), chunk("{", "d", "g"), BEGIN],
        *[start("c"), args("c", "{}"), end("c"), FINISHED],
    )
    assert said[4] == Restarted()
    assert calls_in(said) == [
        ("c", "f", "{", False),
        ("d", "g", "{", False),
        ("c", "f", "{}", True),
    ]
    with pytest.raises(LookupError):
        of(BEGIN, start("c"), BEGIN, args("c", "{"))


def test_events_of_no_concern_are_ignored() -> None:
    kinds = ["STATE_SNAPSHOT", "STATE_DELTA", "STEP_STARTED", "RAW", "CUSTOM", "NEW", "x"]
    assert of(*map(event, kinds), {}) == []


def test_its_events_are_told_from_other_apis() -> None:
    kinds = ["RUN_STARTED", "TEXT_MESSAGE_START", "TOOL_CALL_CHUNK", "STATE_SNAPSHOT"]
    for kind in kinds:
        assert AGUI.matches(event(kind))
    others = ("message_start", "message-start", "error", "start", None, 3)
    assert not any(AGUI.matches({"type": kind}) for kind in others)


@pytest.mark.parametrize(
    "message",
    [
        *[args("c", "{"), end("c"), event("TOOL_CALL_START", toolCallId=3, toolCallName="f")],
        event("TEXT_MESSAGE_CONTENT", messageId=[], delta="x"),
    ],
)
def test_other_shapes_raise(message: dict[str, Any]) -> None:
    with pytest.raises((TypeError, LookupError)):
        of(message)


# --- the SDK ----------------------------------------------------------------------------


def test_the_sdks_objects_say_the_same() -> None:
    core, pydantic = sdk("ag_ui.core"), sdk("pydantic")
    messages = [
        *[BEGIN, event("TEXT_MESSAGE_START", messageId="m", role="assistant")],
        event("TEXT_MESSAGE_CONTENT", messageId="m", delta="yes"),
        *[start("c"), args("c", '{"a": '), args("c", "1}"), end("c")],
        event("REASONING_MESSAGE_CONTENT", messageId="r", delta="hm"),
        *[chunk("{", "d", "g"), chunk("}"), chunk("{}", "e", "h")],
        {**FINISHED, "outcome": {"type": "success"}},
        event("RUN_ERROR", message="boom", code="E1"),
    ]
    reader = pydantic.TypeAdapter(core.Event)
    objects = [reader.validate_python(message) for message in messages]
    assert all(AGUI.matches(vars(message)) for message in objects)
    assert isinstance(objects[0].type, core.EventType)
    said = same_with_resuming(AGUI, objects)
    assert said == heard(AGUI(), messages)
    assert calls_in(said) == [
        ("c", "f", '{"a": 1}', True),
        ("d", "g", "{}", True),
        ("e", "h", "{}", True),
    ]
    assert Text("text", "yes", 0, "m") in said
