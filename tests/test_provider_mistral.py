"""Mistral's SDK: chat chunks in `data`, and the events of conversations."""

from __future__ import annotations

from typing import Any

import pytest

from partialjson.providers.deltas import Ended, Failed, Finished, Text
from partialjson.providers.mistral import Mistral

from .chat_streams import CHATS, Made, chunk, ends, entry, heard, made, mended, recorded, said, told
from .recordings import expected, needs_recordings

RECORDED = [name for name in CHATS if "mistral" in name]
DONE = {"type": "conversation.response.done", "usage": {}}


def chat(*messages: Any) -> list[Any]:
    return said(Mistral, messages)


def call(text: Any, name: str = "f", id_: str | None = "a", **others: Any) -> dict[str, Any]:
    """An event of a conversation that brings arguments."""
    event = {"id": "fc_1", "name": name, "arguments": text, "output_index": 0, **others}
    return {"type": "function.call.delta", "tool_call_id": id_, **event}


def as_event(data: dict[str, Any]) -> dict[str, Any]:
    return {"event": data["type"], "data": data}


# --- chat --------------------------------------------------------------------------------


def test_chunks_may_be_wrapped_or_raw() -> None:
    message = chunk(entry('{"a": 1}', "f", id="a", index=0), finish="tool_calls")
    assert chat({"data": message}) == chat(message)
    assert told(chat(message)) == [("a", "f", '{"a": 1}')]


def test_parallel_calls_of_index_0_are_told_by_their_ids() -> None:
    calls = [entry('{"a": 1}', name, id=id_, index=0) for name, id_ in ("fa", "gb", "fc")]
    assert told(chat({"data": chunk(*calls, finish="tool_calls")})) == [
        ("a", "f", '{"a": 1}'),
        ("b", "g", '{"a": 1}'),
        ("c", "f", '{"a": 1}'),
    ]


def test_fragments_without_id_and_name_go_on() -> None:
    deltas = chat(
        {"data": chunk(entry("", "f", id="a", index=0))},
        {"data": chunk(entry('{"a"', "", id="null", index=0))},
        {"data": chunk(entry(": 1}", "", id="null", index=0))},
    )
    assert told(deltas) == [("a", "f", '{"a": 1}')]


def test_arguments_may_be_an_object() -> None:
    deltas = chat({"data": chunk(entry({"a": "ü"}, "f", id="a", index=0))})
    assert told(deltas) == [("a", "f", '{"a": "ü"}')]


def test_thinking_is_reasoning() -> None:
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    parts = [thinking, {"type": "text", "text": "yes"}]
    assert chat({"data": chunk(content=parts)}) == [Text("reasoning", "hm"), Text("text", "yes")]


def test_errors_are_read_raw_and_wrapped() -> None:
    error = {"object": "error", "message": "busy", "type": "overloaded", "code": 3505}
    assert chat(error) == chat({"data": error}) == [Failed("overloaded, 3505: busy")]


# --- conversations -----------------------------------------------------------------------


def test_arguments_of_a_conversation_are_told_by_the_calls_id() -> None:
    events = [
        {"type": "conversation.response.started", "conversation_id": "c"},
        call('{"a"'),
        call("[", "g", "b", id="fc_2"),
        call(": 1}"),
        call("]", "g", "b", id="fc_2"),
        DONE,
    ]
    deltas = chat(*events)
    assert told(deltas) == [("a", "f", '{"a": 1}'), ("b", "g", "[]")]
    assert deltas[-2:] == [Finished(0, "complete", "conversation.response.done"), Ended()]
    assert chat(*map(as_event, events)) == deltas


def test_without_an_id_the_name_and_the_index_tell_calls_apart() -> None:
    deltas = chat(call("[", id_=None), call("]", id_=None), call("{}", "g", None), DONE)
    assert told(deltas) == [(None, "f", "[]"), (None, "g", "{}")]


def test_an_empty_object_comes_before_the_end() -> None:
    deltas = chat(call("{}"), DONE)
    assert [type(d).__name__ for d in deltas] == ["CallStarted", "CallText", "Finished", "Ended"]
    deltas = chat(call("{}"), call('{"a": 1}'), DONE)
    assert told(deltas) == [("a", "f", '{"a": 1}')]
    assert mended(deltas) == [(0, "empty_object_first", "{}", "")]


def test_texts_of_a_conversation_have_their_places() -> None:
    def text(content: Any, **places: Any) -> dict[str, Any]:
        return {"type": "message.output.delta", "id": "m", "content": content, **places}

    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    assert chat(
        text("a"),
        text("b", output_index=1, content_index=2),
        text({"type": "text", "text": "c"}, output_index=1),
        text(thinking),
        text([{"type": "text", "text": "d"}]),
        text(""),
        text({"type": "tool_reference", "tool": "web_search"}),
    ) == [
        Text("text", "a", 0, "0/0"),
        Text("text", "b", 0, "1/2"),
        Text("text", "c", 0, "1/0"),
        Text("reasoning", "hm", 0, "0/0"),
        Text("text", "d", 0, "0/0"),
    ]


def test_an_error_of_a_conversation_fails_the_stream() -> None:
    error = {"type": "conversation.response.error", "message": "busy", "code": 3000}
    deltas = chat(call("{"), as_event(error))
    assert ends(deltas) == [Failed("3000: busy")]


def test_other_events_say_nothing() -> None:
    tool = {"type": "tool.execution.delta", "name": "web_search", "arguments": "{", "id": "t"}
    handoff = {"type": "agent.handoff.started", "previous_agent_id": "x"}
    unknown = {"type": "UNKNOWN", "raw": {"type": "some.thing"}, "is_unknown": True}
    assert chat(as_event(tool), handoff, {"event": "x", "data": unknown}) == []


@pytest.mark.parametrize(
    "message",
    [
        {"data": 5},
        {"data": {"choices": 5}},
        {"type": "function.call.delta", "name": 5, "arguments": ""},
        {"type": "function.call.delta", "name": "f", "arguments": 5},
        {"type": "function.call.delta", "name": "f", "output_index": []},
        {"type": "message.output.delta", "content": 5},
        {"type": "message.output.delta", "content": {"type": "text", "text": 5}},
        5,
    ],
)
def test_wrong_shapes_raise(message: Any) -> None:
    with pytest.raises((TypeError, AttributeError, ValueError, LookupError)):
        list(Mistral().feed(message))


def test_what_looks_like_an_event() -> None:
    assert Mistral.matches({"data": chunk()})
    assert Mistral.matches(DONE)
    assert Mistral.matches(as_event(call("")))
    assert Mistral.matches(call(""))
    assert Mistral.matches({"type": "message.output.delta", "content": "a"})
    assert Mistral.matches({"type": "tool.execution.started"})
    assert not Mistral.matches(chunk())  # OpenAI's adapter reads it just as well
    assert not Mistral.matches({"data": "text"})
    assert not Mistral.matches({"data": {"x": 1}})
    assert not Mistral.matches({"type": "message_start"})
    assert not Mistral.matches({"type": 5})


# --- what was recorded, and the SDK's own objects ----------------------------------------


@needs_recordings
@pytest.mark.parametrize("name", RECORDED)
@pytest.mark.parametrize("wrapped", [False, True])
def test_recorded_calls_are_exactly_those(name: str, wrapped: bool) -> None:
    messages = [{"data": m} if wrapped else m for m in recorded(name)]
    deltas = chat(*messages)
    assert [(c.id, c.name, c.text, [len(t) for t in c.texts]) for c in made(deltas)] == [
        (c["id"], c["name"], c["args"], c["fragments"]) for c in expected()[name]["calls"]
    ]


@needs_recordings
def test_there_are_recordings() -> None:
    assert len(RECORDED) == 9
    assert sum(len(expected()[name]["calls"]) for name in RECORDED) == 11


def sdk(events: list[tuple[str, Any]]) -> list[Any]:
    """Events as objects of the SDK's classes."""
    models = pytest.importorskip("mistralai.client.models")
    return [getattr(models, kind).model_validate(data) for kind, data in events]


@needs_recordings
@pytest.mark.parametrize("name", RECORDED)
def test_the_sdks_objects_say_what_the_messages_say(name: str) -> None:
    messages = recorded(name)
    objects = sdk([("CompletionEvent", {"data": message}) for message in messages])
    assert list(heard(Mistral(), objects, resume=False)) == chat(*messages)


def test_the_sdks_objects_fill_in_ids_and_indexes() -> None:
    head = {"id": "c", "model": "m", "object": "chat.completion.chunk", "created": 1}
    messages = [
        {**head, **chunk(entry('{"a": 1}', "f", id="a"), entry({"b": 1}, "g", id="b"))},
        {
            **head,
            **chunk(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "x"}]}]),
        },
        {**head, **chunk(content=None, finish="tool_calls")},
    ]
    objects = sdk([("CompletionEvent", {"data": message}) for message in messages])
    deltas = list(heard(Mistral(), objects, resume=False))
    assert deltas == chat(*messages)
    assert made(deltas) == [
        Made("a", "f", 0, ['{"a": 1}']),
        Made("b", "g", 0, ['{"b": 1}']),
    ]
    first = objects[0].data.choices[0].delta.tool_calls
    assert [call.index for call in first] == [0, 0]


def test_the_sdks_objects_of_a_conversation_say_what_the_messages_say() -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    think = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    events: list[dict[str, Any]] = [
        {"type": "conversation.response.started", "conversation_id": "c"},
        {"type": "message.output.delta", "id": "m", "content": "hi", "role": "assistant"},
        {"type": "message.output.delta", "id": "m", "content": think, "role": "assistant"},
        call('{"a": '),
        call("1}"),
        call("{}", "g", "b"),
        {"type": "conversation.response.done", "usage": usage},
        {"type": "conversation.response.error", "message": "busy", "code": 1},
    ]
    objects = sdk([("ConversationEvents", as_event(event)) for event in events])
    deltas = list(heard(Mistral(), objects, resume=False))
    assert deltas == chat(*events)
    assert told(deltas) == [("a", "f", '{"a": 1}'), ("b", "g", "{}")]
