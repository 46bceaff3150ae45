"""Cohere: the events of chat v2 and of chat v1."""

from __future__ import annotations

from typing import Any

import pytest

from partialjson.providers.cohere import Cohere
from partialjson.providers.cohere_v1 import CohereV1
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
    kinds_in,
    recorded,
    recordings_of,
    same_with_resuming,
    sdk,
    texts_in,
)
from .recordings import needs_recordings


def event(kind: str, index: int | None = None, **message: Any) -> dict[str, Any]:
    """An event of v2."""
    said: dict[str, Any] = {"type": kind, "delta": {"message": message}}
    return said if index is None else {**said, "index": index}


def start(index: int, name: str, id: str, arguments: str | None = "") -> dict[str, Any]:
    call = {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}
    return event("tool-call-start", index, tool_calls=call)


def more(index: int, arguments: str) -> dict[str, Any]:
    return event("tool-call-delta", index, tool_calls={"function": {"arguments": arguments}})


def end(index: int) -> dict[str, Any]:
    return {"type": "tool-call-end", "index": index}


def message_end(**delta: Any) -> dict[str, Any]:
    return {"type": "message-end", "delta": delta}


def of(*messages: Any) -> list[Delta]:
    return same_with_resuming(Cohere, list(messages))


# --- v2 ---------------------------------------------------------------------------------


@needs_recordings
@pytest.mark.parametrize("name", recordings_of("cohere.v2.chat"))
def test_recorded_streams_give_the_calls_that_are_in_them(name: str) -> None:
    said = check_against_recording(Cohere, name)
    assert said[-2:] == [Finished(0, "complete", "TOOL_CALL"), Ended()]
    plan = "I will search for the current time and weather in Tokyo."
    assert texts_in(said) == {("reasoning", 0, "plan"): plan}


def test_calls_are_told_apart_by_their_index() -> None:
    said = of(
        *[{"type": "message-start", "id": "m"}, start(0, "f", "a"), start(1, "g", "b")],
        *[more(0, '{"x":'), more(1, "{"), more(0, " 1}"), more(1, "}"), end(1), end(0)],
        message_end(finish_reason="TOOL_CALL"),
    )
    assert calls_in(said) == [("a", "f", '{"x": 1}', True), ("b", "g", "{}", True)]


def test_a_tool_without_parameters_has_no_text() -> None:
    assert of(start(0, "f", "a"), end(0)) == [CallStarted(0, "a", "f"), CallEnded(0)]
    assert of(start(0, "f", "a", None), more(0, ""), end(0))[1:] == [CallEnded(0)]


def test_arguments_may_come_with_the_start_and_calls_in_a_list() -> None:
    first = start(0, "f", "a", "{")
    first["delta"]["message"]["tool_calls"] = [first["delta"]["message"]["tool_calls"]]
    second = more(0, "}")
    second["delta"]["message"]["tool_calls"] = [second["delta"]["message"]["tool_calls"]]
    assert calls_in(of(first, second, end(0))) == [("a", "f", "{}", True)]


def test_texts_thoughts_and_the_plan_are_told_apart() -> None:
    said = of(
        event("tool-plan-delta", tool_plan="I"),
        event("content-start", 0, content={"type": "thinking", "thinking": ""}),
        event("content-delta", 0, content={"thinking": "hm"}),
        event("content-start", 1, content={"type": "text", "text": "y"}),
        event("content-delta", 1, content={"text": "es"}),
        *[{"type": "content-end", "index": 1}, event("content-delta", 2, content={"text": "2"})],
        event("tool-plan-delta", tool_plan=" will"),
    )
    assert texts_in(said) == {
        ("reasoning", 0, "plan"): "I will",
        ("reasoning", 0, 0): "hm",
        ("text", 0, 1): "yes",
        ("text", 0, 2): "2",
    }


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        *[("COMPLETE", "complete"), ("TOOL_CALL", "complete"), ("STOP_SEQUENCE", "complete")],
        *[("MAX_TOKENS", "length"), ("USER_CANCEL", "unknown")],
    ],
)
def test_finish_reasons(said: str, reason: str) -> None:
    assert of(message_end(finish_reason=said)) == [Finished(0, reason, said), Ended()]


def test_an_error_at_the_end_fails_the_stream() -> None:
    assert of(message_end(error="boom", finish_reason="ERROR")) == [Failed("boom")]
    assert of(message_end(finish_reason="ERROR")) == [Failed("ERROR")]
    assert of(message_end(finish_reason="TIMEOUT")) == [Failed("TIMEOUT")]


def test_a_second_start_begins_anew() -> None:
    begin = {"type": "message-start", "id": "m"}
    said = of(begin, start(0, "f", "a"), more(0, "{"), begin, start(0, "f", "b"), end(0))
    assert kinds_in(said)[2] == "Restarted"
    with pytest.raises(LookupError):
        of(begin, start(0, "f", "a"), begin, more(0, "{"))
    assert calls_in(said) == [("a", "f", "{", False), ("b", "f", "", True)]


def test_events_of_no_concern_are_ignored() -> None:
    assert of({"type": "citation-start", "delta": {}}, {"type": "debug"}, {"type": "new"}) == []


@pytest.mark.parametrize(
    "message",
    [
        *[more(0, "{"), end(0), event("content-delta", 0, content="x"), {"type": ["x"]}],
        *[event("tool-call-start", 0, tool_calls="x"), message_end(error={"message": "x"})],
    ],
)
def test_other_shapes_raise(message: dict[str, Any]) -> None:
    with pytest.raises((TypeError, LookupError)):
        of(message)


def test_the_apis_are_told_apart() -> None:
    assert Cohere.matches({"type": "message-start"})
    assert Cohere.matches({"type": "debug"})
    assert not Cohere.matches({"type": "message_start"})
    assert not Cohere.matches({"event_type": "stream-start"})
    assert CohereV1.matches({"event_type": "stream-start"})
    assert not CohereV1.matches({"event_type": "step.start"})
    assert not CohereV1.matches({"type": "message-start"})


def as_sdk_objects(union: str, messages: list[Any]) -> list[Any]:
    types, reading = sdk("cohere.types"), sdk("cohere.core.unchecked_base_model")
    kind = getattr(types, union, None) or getattr(sdk("cohere.v2.types"), union)
    return [reading.construct_type(type_=kind, object_=message) for message in messages]


@needs_recordings
def test_the_sdks_objects_say_the_same() -> None:
    (name,) = recordings_of("cohere.v2.chat")
    messages = [
        *recorded(name)[:-1],
        event("content-delta", 3, content={"text": "yes"}),
        event("content-delta", 4, content={"thinking": "hm"}),
        message_end(finish_reason="MAX_TOKENS"),
    ]
    objects = as_sdk_objects("V2ChatStreamResponse", messages)
    assert all(not isinstance(message, dict) for message in objects)
    assert all(Cohere.matches(vars(message)) for message in objects)
    assert same_with_resuming(Cohere, objects) == of(*messages)


# --- v1 ---------------------------------------------------------------------------------

BEGIN: dict[str, Any] = {"event_type": "stream-start", "generation_id": "g"}


def chunk(index: float | None = 0, text: str | None = None, **call: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"event_type": "tool-calls-chunk"}
    if call:
        said["tool_call_delta"] = {"index": index, **call}
    return said if text is None else {**said, "text": text}


def generation(*calls: tuple[str, Any], text: str | None = None) -> dict[str, Any]:
    whole = [{"name": name, "parameters": parameters} for name, parameters in calls]
    return {"event_type": "tool-calls-generation", "tool_calls": whole, "text": text}


def stream_end(reason: str, *calls: tuple[str, Any]) -> dict[str, Any]:
    response = {"text": "whatever", "tool_calls": generation(*calls)["tool_calls"]}
    return {"event_type": "stream-end", "finish_reason": reason, "response": response}


def of_v1(*messages: Any) -> list[Delta]:
    return same_with_resuming(CohereV1, list(messages))


def test_a_v1_call_streams_and_ends_when_it_comes_whole() -> None:
    said = of_v1(
        *[BEGIN, chunk(text="I will"), chunk(text=" look."), chunk(name="f")],
        *[chunk(parameters='{"city": '), chunk(parameters='"Bonn"}')],
        generation(("f", {"city": "Bonn"}), text="I will look."),
        stream_end("COMPLETE", ("f", {"city": "Bonn"})),
    )
    assert said == [
        Text("reasoning", "I will"),
        Text("reasoning", " look."),
        CallStarted(0, None, "f"),
        CallText(0, '{"city": '),
        CallText(0, '"Bonn"}'),
        CallEnded(0),
        Finished(0, "complete", "COMPLETE"),
        Ended(),
    ]


def test_v1_calls_without_chunks_are_whole() -> None:
    said = of_v1(generation(("f", {"a": "ö"}), ("g", {}), text="plan"), stream_end("COMPLETE"))
    assert calls_in(said) == [(None, "f", '{"a": "ö"}', True), (None, "g", "{}", True)]
    assert texts_in(said) == {("reasoning", 0, 0): "plan"}
    said = of_v1(stream_end("COMPLETE", ("f", {"a": 1})))
    assert calls_in(said) == [(None, "f", '{"a": 1}', True)]


def test_v1_calls_are_told_apart_by_their_index_also_as_a_float() -> None:
    said = of_v1(
        *[chunk(0.0, name="f"), chunk(1.0, name="g", parameters="{"), chunk(0.0, parameters="{}")],
        *[chunk(1.0, parameters="}"), generation(("f", {}), ("g", {}))],
    )
    assert calls_in(said) == [(None, "f", "{}", True), (None, "g", "{}", True)]


def test_a_v1_call_that_never_comes_whole_has_no_end() -> None:
    said = of_v1(chunk(name="f", parameters="{}"), stream_end("COMPLETE"))
    assert calls_in(said) == [(None, "f", "{}", False)]


def test_a_v1_call_without_parameters_is_an_empty_object() -> None:
    said = of_v1(chunk(name="f"), generation(("f", {})))
    assert calls_in(said) == [(None, "f", "", True)]


@pytest.mark.parametrize(
    "whole",
    [("f", {"a": 2}), ("g", {"a": 1}), ("f", {})],
)
def test_a_whole_v1_call_that_is_not_what_its_chunks_said_raises(whole: Any) -> None:
    with pytest.raises(ValueError, match="not what its fragments said"):
        of_v1(chunk(name="f", parameters='{"a": 1}'), generation(whole))


@pytest.mark.parametrize("text", ['{"a": ', "[" * 100_000])
def test_a_v1_call_whose_chunks_are_no_json_raises(text: str) -> None:
    with pytest.raises(ValueError, match=r"not what|Expecting|delimiter"):
        of_v1(chunk(name="f", parameters=text), generation(("f", {})))


def test_an_index_may_be_used_again_after_a_v1_calls_end() -> None:
    said = of_v1(
        *[chunk(name="f", parameters="{}"), generation(("f", {})), chunk(name="g")],
        *[chunk(parameters="{ }"), generation(("g", {}))],
    )
    assert calls_in(said) == [(None, "f", "{}", True), (None, "g", "{ }", True)]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        *[("COMPLETE", "complete"), ("MAX_TOKENS", "length"), ("ERROR_LIMIT", "length")],
        *[("ERROR_TOXIC", "content_filter"), ("ERROR", "unknown"), ("USER_CANCEL", "unknown")],
    ],
)
def test_v1_finish_reasons(said: str, reason: str) -> None:
    assert of_v1(stream_end(said)) == [Finished(0, reason, said), Ended()]


def test_v1_texts_and_events_of_no_concern() -> None:
    said = of_v1(
        *[BEGIN, {"event_type": "text-generation", "text": "ye"}, {"event_type": "new"}],
        *[{"event_type": "search-results"}, {"event_type": "text-generation", "text": "s"}],
    )
    assert texts_in(said) == {("text", 0, 0): "yes"}


def test_a_second_v1_start_begins_anew() -> None:
    said = of_v1(BEGIN, chunk(name="f", parameters="{"), BEGIN, chunk(name="f"))
    assert said[2:] == [Restarted(), CallStarted(1, None, "f")]


def test_the_sdks_v1_objects_say_the_same() -> None:
    messages = [
        *[BEGIN, chunk(text="I will"), chunk(name="f"), chunk(parameters='{"a": '), chunk(1.0)],
        *[chunk(parameters="[1]}"), chunk(1.0, name="g"), chunk(1.0, parameters="{}")],
        generation(("f", {"a": [1]}), ("g", {})),
        {"event_type": "text-generation", "text": "yes"},
        stream_end("COMPLETE", ("f", {"a": [1]}), ("g", {})),
    ]
    objects = as_sdk_objects("StreamedChatResponse", messages)
    assert all(not isinstance(message, dict) for message in objects)
    assert all(CohereV1.matches(vars(message)) for message in objects)
    assert same_with_resuming(CohereV1, objects) == of_v1(*messages)
