"""xAI's gRPC API: chunks as JSON, as protobuf messages and as the SDK wraps them."""

from __future__ import annotations

from typing import Any

import pytest

from partialjson.providers.deltas import (
    CallEnded,
    CallStarted,
    CallText,
    Delta,
    Finished,
    Text,
)
from partialjson.providers.reading import fields
from partialjson.providers.xai import XAI

from .provider_streams import (
    calls_in,
    check_against_recording,
    recorded,
    recordings_of,
    same_with_resuming,
    sdk,
    texts_in,
)
from .recordings import needs_recordings

RECORDINGS = recordings_of("xai.grpc")


def chunk(
    index: int = 0, finish: str | None = None, role: str = "ROLE_ASSISTANT", **delta: Any
) -> dict[str, Any]:
    output: dict[str, Any] = {"delta": {"role": role, **delta}}
    if index:
        output["index"] = index
    if finish is not None:
        output["finish_reason"] = finish
    return {"id": "x", "outputs": [output], "model": "grok"}


def call(id: str, name: str, arguments: str, kind: str = "CLIENT_SIDE") -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"id": id, "type": f"TOOL_CALL_TYPE_{kind}_TOOL", "function": function}


def of(*messages: Any) -> list[Delta]:
    return same_with_resuming(XAI, list(messages))


@needs_recordings
@pytest.mark.parametrize("name", RECORDINGS)
def test_recorded_streams_give_the_calls_that_are_in_them(name: str) -> None:
    said = check_against_recording(XAI, name)
    assert all(delta.server for delta in said if isinstance(delta, CallStarted))
    assert [d for d in said if isinstance(d, Finished)][-1] == Finished(
        0, "complete", "REASON_STOP"
    )


@needs_recordings
def test_the_output_of_a_tool_is_not_the_models_text() -> None:
    (name,) = [name for name in RECORDINGS if "code_execution" in name]
    assert texts_in(of(*recorded(name))) == {("text", 0, 2): "4"}


def test_a_call_comes_whole() -> None:
    said = of(chunk(tool_calls=[call("c", "f", '{"a": 1}')]), chunk(finish="REASON_TOOL_CALLS"))
    assert said == [
        CallStarted(0, "c", "f"),
        CallText(0, '{"a": 1}'),
        CallEnded(0),
        Finished(0, "complete", "REASON_TOOL_CALLS"),
    ]


def test_calls_with_and_without_arguments_and_ids() -> None:
    said = of(
        chunk(tool_calls=[call("", "f", ""), {"function": {"name": "g", "arguments": "{}"}}]),
        chunk(tool_calls=[call("", "f", "")]),
    )
    assert calls_in(said) == [(None, "f", "", True), (None, "g", "{}", True), (None, "f", "", True)]


@pytest.mark.parametrize(
    ("kind", "server"), [("CLIENT_SIDE", False), ("WEB_SEARCH", True), ("MCP", True), ("NEW", True)]
)
def test_tools_that_xai_runs_are_marked_so(kind: str, server: bool) -> None:
    (started, *_) = of(chunk(tool_calls=[call("c", "f", "{}", kind)]))
    assert started == CallStarted(0, "c", "f", 0, server)


def test_a_call_whose_type_is_not_set_is_run_elsewhere() -> None:
    unset = {"id": "c", "function": {"name": "f", "arguments": "{}"}}
    invalid = {**unset, "id": "d", "type": "TOOL_CALL_TYPE_INVALID"}
    said = of(chunk(tool_calls=[unset, invalid]))
    assert [d.server for d in said if isinstance(d, CallStarted)] == [False, False]


def test_a_call_is_told_once_by_the_model_and_once_by_the_tool_whatever_its_status() -> None:
    running = {**call("c", "search", "{}", "WEB_SEARCH"), "status": "TOOL_CALL_STATUS_IN_PROGRESS"}
    done = {**running, "status": "TOOL_CALL_STATUS_COMPLETED"}
    said = of(
        chunk(tool_calls=[call("c", "search", "{}", "WEB_SEARCH")]),
        chunk(1, role="ROLE_TOOL", tool_calls=[running]),
        chunk(1, role="ROLE_TOOL", tool_calls=[done], content="results"),
    )
    assert calls_in(said) == [("c", "search", "{}", True)] * 2
    assert texts_in(said) == {}


def test_a_call_that_comes_again_with_other_arguments_raises() -> None:
    with pytest.raises(ValueError, match="other arguments"):
        of(chunk(tool_calls=[call("c", "f", "{}")]), chunk(tool_calls=[call("c", "f", "[]")]))


def test_an_index_is_a_turn_and_no_choice() -> None:
    said = of(
        chunk(reasoning_content="hm"),
        chunk(content="a", finish="REASON_TOOL_CALLS"),
        chunk(2, content="b"),
        chunk(2, content="c", finish="REASON_STOP"),
    )
    assert texts_in(said) == {
        ("reasoning", 0, 0): "hm",
        ("text", 0, 0): "a",
        ("text", 0, 2): "bc",
    }
    assert said[-1] == Finished(0, "complete", "REASON_STOP")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        *[("REASON_STOP", "complete"), ("REASON_TOOL_CALLS", "complete")],
        *[("REASON_MAX_LEN", "length"), ("REASON_MAX_CONTEXT", "length")],
        *[("REASON_TIME_LIMIT", "unknown"), ("REASON_NEW", "unknown")],
    ],
)
def test_finish_reasons(said: str, reason: str) -> None:
    assert of(chunk(finish=said)) == [Finished(0, reason, said)]
    assert of(chunk(finish="REASON_INVALID")) == []


def test_json_may_be_in_camel_case() -> None:
    delta = {"reasoningContent": "hm", "toolCalls": [call("c", "f", "{}")]}
    output = {"delta": delta, "finishReason": "REASON_STOP"}
    said = of({"outputs": [output]})
    assert said[0] == Text("reasoning", "hm")
    assert calls_in(said) == [("c", "f", "{}", True)]
    assert said[-1] == Finished(0, "complete", "REASON_STOP")


def test_its_chunks_are_told_from_others() -> None:
    assert XAI.matches(chunk(content="a"))
    assert XAI.matches({"chunk": chunk(content="a")})
    assert XAI.matches({"chunk": {"outputs": []}})
    assert not XAI.matches({"outputs": [{"message": {"content": "a"}}]})
    assert not XAI.matches({"chunk": {"bytes": b"x"}})
    assert not XAI.matches({"choices": []})


@pytest.mark.parametrize(
    "message",
    [
        *[{"outputs": "x"}, {"outputs": [3]}, chunk(content=3), chunk(tool_calls=["x"])],
        *[chunk(tool_calls=[{"function": {"name": 3}}]), {"chunk": 3}],
    ],
)
def test_other_shapes_raise(message: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        of(message)


@needs_recordings
@pytest.mark.parametrize("name", RECORDINGS)
def test_protobuf_messages_and_the_sdks_chunks_say_the_same(name: str) -> None:
    chat = sdk("xai_sdk.chat")
    reading = sdk("google.protobuf.json_format")
    pb = chat.chat_pb2
    messages = recorded(name)
    protos = [
        reading.ParseDict(message["chunk"], pb.GetChatCompletionChunk(), ignore_unknown_fields=True)
        for message in messages
    ]
    said = of(*messages)
    assert of(*protos) == said
    assert XAI.matches(fields(protos[0]))
    wrapped = [chat.Chunk(proto, None) for proto in protos]
    assert of(*wrapped) == said
    assert all(XAI.matches(fields(one)) for one in wrapped)
    response = chat.Response(pb.GetChatCompletionResponse(), None)
    assert not XAI.matches(fields(response))
