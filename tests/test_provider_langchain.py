"""LangChain's message chunks: every place where a call can stand, and none counted twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from partialjson.providers.deltas import Ended, Finished, Text
from partialjson.providers.langchain import LangChain
from partialjson.providers.reading import fields

from .chat_streams import CHATS, Made, ends, heard, made, mended, recorded, said, texts, told
from .recordings import expected, needs_recordings

WHOLE = '{"city": "A"}'


def chat(*messages: Any) -> list[Any]:
    return said(LangChain, messages)


def tool(args: Any = None, name: Any = None, id: Any = None, index: Any = None) -> dict[str, Any]:
    """An entry of `tool_call_chunks`, which has all fields always."""
    return {"name": name, "args": args, "id": id, "index": index, "type": "tool_call_chunk"}


def chunk(*calls: dict[str, Any], content: Any = "", **others: Any) -> dict[str, Any]:
    """A chunk as a dict, with the fields that its object has."""
    message: dict[str, Any] = {
        "content": content,
        "additional_kwargs": {},
        "response_metadata": {},
        "type": "AIMessageChunk",
        "name": None,
        "id": "run-1",
        "tool_calls": [{"name": "guess", "args": {}, "id": None}] if calls else [],
        "invalid_tool_calls": [],
        "usage_metadata": None,
        "tool_call_chunks": list(calls),
        "chunk_position": None,
    }
    return {**message, **others}


def reason(**metadata: Any) -> dict[str, Any]:
    return chunk(response_metadata=metadata)


LAST = chunk(chunk_position="last")


# --- calls -------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 2), ("lc_tc_0", "lc_tc_1")])
def test_fragments_go_to_the_call_of_their_index(first: Any, second: Any) -> None:
    deltas = chat(
        chunk(tool("", "f", "a", first)),
        chunk(tool('{"x"', index=first)),
        chunk(tool("[", "g", "b", second)),
        chunk(tool(": 1}", index=first), tool("]", index=second)),
        LAST,
    )
    assert told(deltas) == [("a", "f", '{"x": 1}'), ("b", "g", "[]")]


def test_whole_calls_without_an_index_are_told_by_their_ids() -> None:
    """Gemini."""
    deltas = chat(
        chunk(tool(WHOLE, "f", "a"), tool(WHOLE, "f", "b")), chunk(tool("{}", "f", "c")), LAST
    )
    assert told(deltas) == [("a", "f", WHOLE), ("b", "f", WHOLE), ("c", "f", "{}")]


def test_whole_calls_without_index_and_id_in_one_chunk_are_calls_each() -> None:
    deltas = chat(chunk(tool(WHOLE, "f"), tool(WHOLE, "f"), tool("{}", "g")), LAST)
    assert told(deltas) == [(None, "f", WHOLE), (None, "f", WHOLE), (None, "g", "{}")]


def test_ids_that_are_invented_for_fragments_open_nothing() -> None:
    """Mistral's integration gives each fragment without an id one of its own."""
    for index in (0, None):
        messages = [
            chunk(tool("{", "f", "a", index)),
            *(chunk(tool(c, "", f"invented{n}", index)) for n, c in enumerate('"x": 1}')),
            LAST,
        ]
        assert told(chat(*messages)) == [("a", "f", '{"x": 1}')]
        adapter = LangChain()
        for message in messages:
            list(adapter.feed(message))
        assert len(adapter.slots) <= 3  # and nothing is remembered of them


def test_a_call_may_open_without_a_name() -> None:
    deltas = chat(chunk(tool("[", None, "a", 0)), chunk(tool("1", None, "b", 1)))
    assert told(deltas) == [("a", "", "["), ("b", "", "1")]


def test_arguments_that_were_parsed_are_taken_as_text() -> None:
    assert told(chat(chunk(tool({"a": "ü"}, "f", "a", 0)), LAST)) == [("a", "f", '{"a": "ü"}')]


def test_an_opening_empty_object_and_text_that_is_sent_again_are_undone() -> None:
    deltas = chat(chunk(tool("{}", "f", "a", 0)), chunk(tool(WHOLE, index=0)), LAST)
    assert (told(deltas), len(mended(deltas))) == ([("a", "f", WHOLE)], 1)
    parts = [WHOLE[:3], WHOLE[:8], WHOLE]
    deltas = chat(*(chunk(tool(part, "f", "a", 0)) for part in parts), LAST)
    assert (told(deltas), len(mended(deltas))) == ([("a", "f", WHOLE)], 2)


def test_an_empty_object_that_is_held_back_comes_before_the_end() -> None:
    deltas = chat(reason(finish_reason="stop"), chunk(tool("{}", "f", "a", 0)), LAST)
    assert [type(d).__name__ for d in deltas] == ["Finished", "CallStarted", "CallText", "Ended"]
    deltas = chat(chunk(tool("{}", "f", "a", 0)), LAST)
    assert [type(d).__name__ for d in deltas] == ["CallStarted", "CallText", "Finished", "Ended"]


def test_the_best_guess_at_cut_arguments_is_never_read() -> None:
    deltas = chat(chunk(tool_calls=[{"name": "f", "args": {"a": 1}, "id": "a"}]), LAST)
    assert told(deltas) == []


def test_a_whole_message_gives_whole_calls() -> None:
    call = {"name": "f", "args": {"a": 1}, "id": "a", "type": "tool_call"}
    more = {"name": "g", "args": {}, "id": "b", "type": "tool_call"}
    message = {"type": "ai", "content": "x", "tool_calls": [call, more]}
    deltas = chat({**message, "response_metadata": {"finish_reason": "tool_calls"}})
    assert told(deltas) == [("a", "f", '{"a": 1}'), ("b", "g", "")]
    assert ends(deltas) == [Finished(0, "complete", "tool_calls"), Ended()]
    assert texts(deltas) == ["x"]


def test_the_legacy_function_call_stands_beside() -> None:
    deltas = chat(
        chunk(additional_kwargs={"function_call": {"name": "f", "arguments": "{"}}),
        chunk(additional_kwargs={"function_call": {"name": "", "arguments": "}"}}),
        LAST,
    )
    assert told(deltas) == [(None, "f", "{}")]


# --- calls in content --------------------------------------------------------------------

ANTHROPIC = [
    {"type": "tool_use", "id": "a", "name": "f", "input": {}, "index": 1},
    {"type": "input_json_delta", "partial_json": "", "index": 1},
    {"type": "input_json_delta", "partial_json": '{"x"', "index": 1},
    {"type": "input_json_delta", "partial_json": ": 1}", "index": 1},
]
RESPONSES = [
    {"type": "function_call", "name": "f", "arguments": "", "call_id": "a", "id": "fc", "index": 1},
    {"type": "function_call", "arguments": '{"x"', "index": 1},
    {"type": "function_call", "arguments": ": 1}", "index": 1},
]
STANDARD = [tool("", "f", "a", "lc_1"), tool('{"x"', index="lc_1"), tool(": 1}", index="lc_1")]
CONVERSE = [
    {"type": "tool_use", "name": "f", "id": "a", "index": 1},
    {"type": "tool_use", "input": '{"x"', "id": None, "index": 1},
    {"type": "tool_use", "input": ": 1}", "id": None, "index": 1},
]


@pytest.mark.parametrize("blocks", [ANTHROPIC, RESPONSES, STANDARD, CONVERSE])
def test_calls_may_stand_in_content_alone(blocks: list[Any]) -> None:
    deltas = chat(*(chunk(content=[block]) for block in blocks), LAST)
    assert told(deltas) == [("a", "f", '{"x": 1}')]
    assert mended(deltas) == []


@pytest.mark.parametrize("blocks", [ANTHROPIC, RESPONSES, STANDARD, CONVERSE])
def test_calls_in_content_are_not_counted_beside_tool_call_chunks(blocks: list[Any]) -> None:
    parts = ["", "", '{"x"', ": 1}"][-len(blocks) :]
    calls = [tool(part, index=1) for part in parts]
    calls[0].update(name="f", id="a")
    messages = [chunk(c, content=[b]) for c, b in zip(calls, blocks, strict=True)]
    deltas = chat(*messages, LAST)
    assert told(deltas) == [("a", "f", '{"x": 1}')]
    assert mended(deltas) == []


@pytest.mark.parametrize("content", ["", [], None, "x"])
def test_calls_may_stand_in_content_blocks(content: Any) -> None:
    """In dicts; objects have it as a property, made of the other fields."""
    spoken = [{"type": "text", "text": "x"}] if content else []
    deltas = chat(
        *(chunk(content=content, content_blocks=[*spoken, block]) for block in STANDARD), LAST
    )
    assert told(deltas) == [("a", "f", '{"x": 1}')]
    assert texts(deltas) == (["x"] * 3 if content else [])
    counted = chunk(tool(WHOLE, "f", "a", 0), content_blocks=[tool(WHOLE, "f", "a", 0)])
    assert told(chat(counted, LAST)) == [("a", "f", WHOLE)]


def test_a_whole_call_after_its_pieces_is_not_counted_again() -> None:
    whole = {"type": "tool_call", "id": "a", "name": "f", "args": {"x": 1}}
    deltas = chat(
        chunk(content=[tool('{"x":1}', "f", "a", 0)]),
        chunk(content=[whole], chunk_position="last"),
    )
    assert told(deltas) == [("a", "f", '{"x":1}')]
    assert mended(deltas) == []


def test_whole_calls_may_stand_in_content() -> None:
    whole = {"type": "tool_call", "id": "a", "name": "f", "args": {"x": 1}}
    used = {"type": "tool_use", "id": "b", "name": "g", "input": {"y": 2}, "index": 3}
    deltas = chat(chunk(content=[whole, used], chunk_position="last"))
    assert told(deltas) == [("a", "f", '{"x": 1}'), ("b", "g", '{"y": 2}')]
    deltas = chat(chunk(content=["x", tool("[", "f"), tool("[", "f")]), LAST)
    assert told(deltas) == [(None, "f", "["), (None, "f", "[")]


@pytest.mark.parametrize(
    "blocks",
    [
        [
            {"type": "server_tool_use", "id": "s", "name": "search", "input": {}, "index": 1},
            {"type": "input_json_delta", "partial_json": "{}", "index": 1},
        ],
        [
            {"type": "server_tool_call_chunk", "id": "s", "name": "search", "args": "", "index": 1},
            {"type": "server_tool_call_chunk", "args": "{}", "index": 1},
        ],
        [
            {
                "type": "non_standard",
                "value": {"type": "server_tool_use", "id": "s", "name": "search"},
                "index": 1,
            },
            {"type": "input_json_delta", "partial_json": "{}", "index": 1},
        ],
        [{"type": "mcp_call", "id": "s", "name": "search", "arguments": "{}", "index": 1}],
    ],
)
def test_calls_that_the_provider_runs_are_marked(blocks: list[Any]) -> None:
    deltas = chat(*(chunk(content=[block]) for block in blocks), LAST)
    assert made(deltas) == [Made("s", "search", 0, ["{}"], server=True)]


def test_a_call_of_the_provider_may_stand_beside_one_of_the_callers() -> None:
    search = {"type": "server_tool_use", "id": "s", "name": "search", "input": {}, "index": 0}
    used = {"type": "tool_use", "id": "a", "name": "f", "input": {}, "index": 1}
    deltas = chat(chunk(tool("", "f", "a", 1), content=[search, used]), LAST)
    assert [(call.id, call.server) for call in made(deltas)] == [("s", True), ("a", False)]


# --- texts -------------------------------------------------------------------------------


def test_content_is_text_or_a_list() -> None:
    blocks = [
        "a",
        "",
        {"type": "text", "text": "b", "index": 2},
        {"type": "text", "text": "c", "index": "lc_txt_0"},
        {"type": "text", "annotations": [{}]},
        {"type": "refusal", "refusal": "d"},
        {"type": "thinking", "thinking": "e", "signature": "", "index": 0},
        {"type": "reasoning", "reasoning": "f", "index": 0},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "g", "index": 0}]},
        {"type": "reasoning_content", "reasoning_content": {"type": "text", "text": "h"}},
        {"type": "image", "url": "x"},
        {"type": "tool_result", "content": "x"},
        {"no": "type"},
    ]
    assert chat(chunk(content="t"), chunk(content=blocks)) == [
        Text("text", "t"),
        Text("text", "a"),
        Text("text", "b", 0, 2),
        Text("text", "c", 0, "lc_txt_0"),
        Text("refusal", "d"),
        Text("reasoning", "e"),
        Text("reasoning", "f"),
        Text("reasoning", "g"),
        Text("reasoning", "h"),
    ]


def test_reasoning_and_refusal_may_stand_beside_and_count_once() -> None:
    beside = {"reasoning_content": "hm", "refusal": "no", "tool_calls": [{"index": 0}]}
    assert chat(chunk(content="t", additional_kwargs=beside)) == [
        Text("text", "t"),
        Text("reasoning", "hm"),
        Text("refusal", "no"),
    ]
    block = {"type": "reasoning", "reasoning": "hm", "index": "lc_rs_0"}
    deltas = chat(chunk(content=[block], additional_kwargs={"reasoning_content": "hm"}))
    assert deltas == [Text("reasoning", "hm", 0, "lc_rs_0")]


def test_messages_of_others_are_stepped_over() -> None:
    result = {"type": "tool", "content": "x", "tool_call_id": "a"}
    human = {"type": "HumanMessageChunk", "content": "x"}
    assert chat(result, human, {**chunk(content="x"), "type": "ToolMessageChunk"}) == []


# --- ends --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metadata", "kind"),
    [
        ({"finish_reason": "tool_calls"}, "complete"),
        ({"finish_reason": "stop"}, "complete"),
        ({"finish_reason": "STOP"}, "complete"),
        ({"stop_reason": "tool_use"}, "complete"),
        ({"stop_reason": "end_turn"}, "complete"),
        ({"stopReason": "tool_use"}, "complete"),
        ({"done_reason": "stop", "done": True}, "complete"),
        ({"status": "completed"}, "complete"),
        ({"finish_reason": "length"}, "length"),
        ({"finish_reason": "MAX_TOKENS"}, "length"),
        ({"stop_reason": "max_tokens"}, "length"),
        (
            {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
            "length",
        ),
        (
            {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}},
            "content_filter",
        ),
        ({"finish_reason": "content_filter"}, "content_filter"),
        ({"finish_reason": "SAFETY"}, "content_filter"),
        ({"stopReason": "guardrail_intervened"}, "content_filter"),
        ({"stop_reason": "refusal"}, "refusal"),
        ({"finish_reason": "length", "status": "completed"}, "length"),
        ({"status": "incomplete"}, "unknown"),
        ({"status": "failed"}, "unknown"),
        ({"finish_reason": "MALFORMED_FUNCTION_CALL"}, "unknown"),
        ({"finish_reason": "STOPSTOP"}, "unknown"),
    ],
)
def test_reasons_are_the_providers_own_words(metadata: dict[str, Any], kind: str) -> None:
    deltas = chat(reason(**metadata), LAST)
    assert [type(d) for d in deltas] == [Finished, Ended]
    assert deltas[0].reason == kind
    assert chat({**reason(**metadata), "chunk_position": "last"}) == deltas


@pytest.mark.parametrize(
    "metadata",
    [{}, {"model_name": "m"}, {"finish_reason": None}, {"finish_reason": ""}, {"status": "queued"}],
)
def test_the_last_chunk_without_a_reason_is_a_good_end(metadata: dict[str, Any]) -> None:
    deltas = chat(reason(**metadata), LAST)
    assert deltas == [Finished(0, "complete", "last"), Ended()]


@pytest.mark.parametrize("provider", ["openai", "anthropic", "google_genai", "mistralai"])
def test_the_last_chunk_without_a_reason_is_a_cut_where_reasons_always_come(provider: str) -> None:
    deltas = chat(reason(model_provider=provider), LAST)
    assert deltas == [Finished(0, "unknown", "last"), Ended()]
    deltas = chat(reason(model_provider=provider, finish_reason="stop"), LAST)
    assert deltas == [Finished(0, "complete", "stop"), Ended()]


@pytest.mark.parametrize("bad", ["length", "content_filter", "SAFETY", "refusal", "max_tokens"])
def test_a_bad_reason_is_never_taken_back(bad: str) -> None:
    first = reason(stop_reason=bad)
    for later in (reason(finish_reason="stop"), reason(finish_reason="odd"), LAST):
        finished = [d for d in chat(first, later, LAST) if isinstance(d, Finished)]
        assert [d.said for d in finished] == [bad]
    after = chat(reason(finish_reason="stop"), first, LAST)
    assert [d.said for d in after if isinstance(d, Finished)] == ["stop", bad]


def test_a_stream_without_a_last_chunk_has_no_end() -> None:
    assert ends(chat(chunk(tool("{}", "f", "a", 0)))) == []


# --- shapes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        chunk(tool(5, "f", "a", 0)),
        chunk(tool("", 5, "a", 0)),
        chunk(tool("", "f", 5, 0)),
        chunk(tool("", "f", "a", [])),
        chunk(content=5),
        chunk(content=[5]),
        chunk(content=[{"type": []}]),
        chunk(content=[{"type": "text", "text": 5}]),
        chunk(content=[{"type": "text", "text": "a", "index": 1.5}]),
        chunk(content={"type": "text"}),
        {**chunk(), "tool_call_chunks": 5},
        {**chunk(), "tool_call_chunks": ["x"]},
        {**chunk(), "tool_call_chunks": tool("")},
        chunk(additional_kwargs=5),
        chunk(additional_kwargs={"reasoning_content": 5}),
        chunk(response_metadata=5),
        reason(finish_reason=5),
        5,
        "text",
    ],
)
def test_wrong_shapes_raise(message: Any) -> None:
    with pytest.raises((TypeError, AttributeError, ValueError, LookupError)):
        list(LangChain().feed(message))


def test_what_looks_like_a_chunk() -> None:
    assert LangChain.matches(chunk())
    assert LangChain.matches({"type": "ai", "content": ""})
    assert LangChain.matches({"tool_call_chunks": [], "content": ""})
    assert LangChain.matches({"type": "AIMessageChunk", "content_blocks": []})
    assert not LangChain.matches({"type": "human", "content": ""})
    assert not LangChain.matches({"type": "ai"})
    assert not LangChain.matches({"choices": []})
    assert not LangChain.matches({"type": "message_start"})


# --- its own objects ---------------------------------------------------------------------


def objects(*messages: dict[str, Any]) -> list[Any]:
    """Chunks as objects of LangChain's class."""
    kind = pytest.importorskip("langchain_core.messages").AIMessageChunk
    known = ("content", "additional_kwargs", "response_metadata", "tool_call_chunks", "id")
    return [
        kind(**{key: message[key] for key in (*known, "chunk_position") if key in message})
        for message in messages
    ]


@pytest.mark.parametrize("blocks", [ANTHROPIC, RESPONSES, STANDARD, CONVERSE])
def test_objects_say_what_dicts_say(blocks: list[Any]) -> None:
    messages = [
        *(chunk(content=[block]) for block in blocks),
        chunk(tool("{", "g", "b", 5), content="x"),
        chunk(tool("}", index=5), additional_kwargs={"reasoning_content": "hm"}),
        chunk(tool(WHOLE, "f", "c"), tool(WHOLE, "f", "d")),
        reason(stop_reason="tool_use"),
        LAST,
    ]
    things = objects(*messages)
    assert all(LangChain.matches(fields(thing)) for thing in things)
    deltas = list(heard(LangChain(), things, resume=False))
    assert deltas == chat(*messages)
    assert chat(*(json.loads(json.dumps(thing.model_dump())) for thing in things)) == deltas
    assert [call.text for call in made(deltas)] == ['{"x": 1}', "{}", WHOLE, WHOLE]


def test_objects_of_whole_messages_say_what_dicts_say() -> None:
    kind = pytest.importorskip("langchain_core.messages").AIMessage
    thing = kind(
        content="x",
        tool_calls=[{"name": "f", "args": {"a": 1}, "id": "a"}],
        response_metadata={"finish_reason": "tool_calls"},
    )
    assert LangChain.matches(fields(thing))
    deltas = list(LangChain().feed(thing))
    assert told(deltas) == [("a", "f", '{"a": 1}')]
    assert ends(deltas) == [Finished(0, "complete", "tool_calls"), Ended()]


def test_an_object_made_of_parsed_calls_alone_is_read_as_its_chunks() -> None:
    kind = pytest.importorskip("langchain_core.messages").AIMessageChunk
    call = {"name": "f", "args": {"a": 1}, "id": "a"}
    things = [kind(content="", tool_calls=[call, {**call, "id": "b"}]), *objects(LAST)]
    deltas = list(heard(LangChain(), things, resume=False))
    assert told(deltas) == [("a", "f", '{"a": 1}'), ("b", "f", '{"a": 1}')]


def as_chunk(message: dict[str, Any]) -> dict[str, Any]:
    """A chunk of OpenAI's as the integration makes one of LangChain's."""
    choice = (message.get("choices") or [{"delta": {}}])[0]
    delta, finish = choice["delta"], choice.get("finish_reason")
    calls = []
    for call in delta.get("tool_calls") or ():
        function = call["function"]
        known = (function.get("arguments"), function.get("name"), call.get("id"))
        calls.append(tool(*known, call.get("index")))
    metadata = {"finish_reason": finish} if finish else {}
    metadata["model_provider"] = "openai"
    return chunk(*calls, content=delta.get("content") or "", response_metadata=metadata)


@needs_recordings
@pytest.mark.parametrize("name", CHATS)
def test_recorded_calls_are_exactly_those(name: str) -> None:
    if "error-event" in expected()[name]["flags"]:
        pytest.skip("an error is an exception there")
    messages = [*map(as_chunk, recorded(name)), LAST]
    deltas = chat(*messages)
    assert [(c.id, c.name, c.text, [len(t) for t in c.texts]) for c in made(deltas)] == [
        (c["id"], c["name"], c["args"], c["fragments"]) for c in expected()[name]["calls"]
    ]
    assert {d.reason for d in deltas if isinstance(d, Finished)} == {"complete"}
    assert deltas[-1] == Ended()
