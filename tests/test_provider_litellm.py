"""LiteLLM's chunks: OpenAI's, with what it fills in and leaves out."""

from __future__ import annotations

import copy
import os
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from partialjson.providers.deltas import Finished, Text
from partialjson.providers.litellm import LiteLLM
from partialjson.providers.openai_chat import OpenAIChat
from partialjson.providers.reading import fields

from .chat_streams import CHATS, Made, chunk, entry, heard, made, mended, recorded, said, told
from .recordings import expected, needs_recordings

WHOLE = '{"city": "A"}'


def chat(*messages: Any) -> list[Any]:
    return said(LiteLLM, messages)


@pytest.fixture(scope="module")
def as_object() -> Callable[[dict[str, Any]], Any]:
    """Makes LiteLLM's own object of a message."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # nothing from the network
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own: while it is imported, and at the first object
        utils = pytest.importorskip("litellm.types.utils")
        utils.ModelResponseStream(choices=[{"delta": {"content": "a"}}])
    return lambda message: utils.ModelResponseStream(**copy.deepcopy(message))


def test_parallel_calls_of_index_0_are_told_by_their_ids_and_names() -> None:
    deltas = chat(
        chunk(entry(WHOLE, "f", id="a", index=0), entry("", "f", id="b", index=0)),
        chunk(entry(WHOLE, None, index=0)),
        chunk(entry("{}", "g", id="c", index=0)),
        chunk(finish="tool_calls"),
    )
    assert told(deltas) == [("a", "f", WHOLE), ("b", "f", WHOLE), ("c", "g", "{}")]


def test_an_opening_empty_object_is_undone() -> None:
    deltas = chat(
        chunk(entry("{}", "f", id="a", index=0)), chunk(entry("", index=0)), chunk(entry(WHOLE))
    )
    assert told(deltas) == [("a", "f", WHOLE)]
    assert mended(deltas) == [(0, "empty_object_first", "{}", "")]


def test_its_chunks_are_taken_for_openais() -> None:
    message = chunk(entry(WHOLE, "f", id="a", index=0))
    assert not LiteLLM.matches(message)
    assert OpenAIChat.matches(message)


def test_its_objects_are_taken_for_openais(as_object: Callable[[Any], Any]) -> None:
    thing = as_object(chunk(entry(WHOLE, "f", id="a", index=0)))
    assert thing["choices"][0].delta.tool_calls[0]["function"]["arguments"] == WHOLE
    assert OpenAIChat.matches(fields(thing))
    assert list(OpenAIChat().feed(thing)) == list(LiteLLM().feed(thing))
    assert told(LiteLLM().feed(thing)) == [("a", "f", WHOLE)]


@needs_recordings
@pytest.mark.parametrize("name", CHATS)
def test_its_objects_of_recordings_say_what_the_messages_say(
    name: str, as_object: Callable[[Any], Any]
) -> None:
    messages = [m for m in recorded(name) if "error" not in m]  # those are exceptions there
    objects = [as_object(message) for message in messages]
    for make in (LiteLLM, OpenAIChat):
        deltas = list(heard(make(), objects, resume=False))
        assert deltas == chat(*messages)
    assert [(c.id, c.name, c.text, [len(t) for t in c.texts]) for c in made(deltas)] == [
        (c["id"], c["name"], c["args"], c["fragments"]) for c in expected()[name]["calls"]
    ]


def test_its_objects_fill_in_indexes_and_arguments(as_object: Callable[[Any], Any]) -> None:
    objects = [
        as_object(message)
        for message in [
            chunk(entry({"a": "ü"}, "f", id="a"), entry(None, "g", id="b")),
            chunk({"index": 2, "id": "c", "custom": {"name": "sh", "input": "{}"}}),
            chunk({"index": 2, "custom": {"input": "ls"}}),
            chunk(reasoning="hm", content="yes"),
            chunk(finish="end_turn"),
        ]
    ]
    calls = objects[0].choices[0].delta.tool_calls
    assert [(call.index, call.function.arguments) for call in calls] == [
        (0, '{"a": "\\u00fc"}'),
        (1, ""),
    ]
    deltas = list(heard(LiteLLM(), objects, resume=False))
    assert made(deltas) == [
        Made("a", "f", 0, ['{"a": "\\u00fc"}']),
        Made("b", "g"),
        Made("c", "sh", 0, ["{}", "ls"], free=True),
    ]
    assert [d for d in deltas if isinstance(d, Text)] == [
        Text("reasoning", "hm"),
        Text("text", "yes"),
    ]
    assert [d for d in deltas if isinstance(d, Finished)] == [Finished(0, "complete", "stop")]


def test_its_chunks_are_known_by_a_field_of_its_own() -> None:
    chunk = {"choices": [], "object": "chat.completion.chunk"}
    assert not LiteLLM.matches(chunk)
    assert LiteLLM.matches({**chunk, "provider_specific_fields": None})


def test_a_reason_that_it_may_have_made_up_completes_no_call_without_arguments() -> None:
    def reasons(text: str, said: str) -> list[str]:
        call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": text}}
        adapter = LiteLLM()
        deltas = [*adapter.feed({"choices": [{"delta": {"tool_calls": [call]}}]})]
        deltas += adapter.feed({"choices": [{"delta": {}, "finish_reason": said}]})
        return [delta.reason for delta in deltas if isinstance(delta, Finished)]

    assert reasons("", "stop") == ["unknown"]
    assert reasons("", "tool_calls") == ["complete"]
    assert reasons("{}", "stop") == reasons('{"a": 1}', "stop") == ["complete"]
    text = {"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]}
    assert [*LiteLLM().feed(text)][-1] == Finished(0, "complete", "stop")
