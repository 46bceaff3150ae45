"""Anthropic Messages: calls are content blocks, and a message may begin anew."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partialjson.providers import adapter_for
from partialjson.providers.anthropic_messages import AnthropicMessages
from partialjson.providers.deltas import (
    CallEnded,
    CallMended,
    CallStarted,
    CallText,
    Delta,
    Ended,
    Failed,
    Finished,
    Restarted,
    Text,
)

from .fragmenting import cuts
from .recordings import STREAMS, blocks, expected, needs_recordings

ARGUMENTS = '{"city": "Köln", "days": 3}'
RECORDED = sorted(
    name
    for name, e in expected().items()
    if e["api"] == "anthropic.messages" and name.endswith(".sse")
)


# --- what servers send -------------------------------------------------------------------


def start(*content: Any, id: str | None = "msg_1", **more: Any) -> dict[str, Any]:
    return {"type": "message_start", "message": {"id": id, "content": list(content), **more}}


def use(name: str, kind: str = "tool_use", **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": f"toolu_{name}", "name": name, "input": {}, **more}


def block(index: int, content: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": content}


def delta(index: int, kind: str, **more: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **more}}


def more(index: int, text: str) -> dict[str, Any]:
    return delta(index, "input_json_delta", partial_json=text)


def stop(index: int) -> dict[str, Any]:
    return {"type": "content_block_stop", "index": index}


def reason(said: str | None) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": said, "stop_sequence": None}}


END: dict[str, Any] = {"type": "message_stop"}
PING: dict[str, Any] = {"type": "ping"}


# --- what the adapter says ---------------------------------------------------------------


def resumed(messages: Iterable[Any]) -> list[Delta]:
    """The same, with another adapter for each message."""
    deltas: list[Delta] = []
    adapter = AnthropicMessages()
    for message in messages:
        state = json.loads(json.dumps(adapter.save()))
        adapter = AnthropicMessages()
        adapter.load(state)
        deltas += adapter.feed(message)
    return [*deltas, *adapter.close()]


def said(*messages: Any) -> list[Delta]:
    """All that is said of some messages, which is the same however often it is resumed."""
    adapter = AnthropicMessages()
    deltas = [delta for message in messages for delta in adapter.feed(message)]
    deltas += adapter.close()
    assert resumed(messages) == deltas
    return deltas


def of(deltas: list[Delta], kind: type[Any]) -> list[Any]:
    return [delta for delta in deltas if isinstance(delta, kind)]


def texts(deltas: list[Delta]) -> dict[int, str]:
    """The arguments of each call."""
    found = {delta.key: "" for delta in of(deltas, CallStarted)}
    for delta in of(deltas, CallText):
        assert delta.text
        found[delta.key] += delta.text
    return found


def ended(deltas: list[Delta]) -> list[int]:
    return [delta.key for delta in of(deltas, CallEnded)]


# --- recordings --------------------------------------------------------------------------


def messages_of(name: str) -> list[dict[str, Any]]:
    return [message for _, message in blocks((STREAMS / name).read_bytes())]


@needs_recordings
def test_all_recordings_are_there() -> None:
    assert len(RECORDED) == 21
    assert sum(len(expected()[name]["calls"]) for name in RECORDED) == 33


@needs_recordings
@pytest.mark.parametrize("name", RECORDED)
def test_recorded_calls_and_texts_are_exactly_those(name: str) -> None:
    deltas = said(*messages_of(name))
    fragments: dict[int, list[str]] = {start.key: [] for start in of(deltas, CallStarted)}
    parts: dict[int | str, list[str]] = {}
    for delta in of(deltas, CallText):
        fragments[delta.key].append(delta.text)
    for delta in of(deltas, Text):
        parts.setdefault(delta.part, []).append(delta.text)
    assert [
        (start.id, start.name, "".join(fragments[start.key]), list(map(len, fragments[start.key])))
        for start in of(deltas, CallStarted)
    ] == [(c["id"], c["name"], c["args"], c["fragments"]) for c in expected()[name]["calls"]]
    told = [("".join(part), list(map(len, part))) for part in parts.values()]
    assert all((t["text"], t["fragments"]) in told for t in expected()[name]["texts"])
    assert ended(deltas) == list(fragments)
    assert all(start.server == (start.id[:6] != "toolu_") for start in of(deltas, CallStarted))
    (stopped,) = expected()[name]["stop"]
    assert deltas[-2:] == [Finished(0, "complete", stopped), Ended()]


# --- calls -------------------------------------------------------------------------------


def test_a_call_is_a_block_and_ends_with_it() -> None:
    events = [start(), PING, block(0, use("f")), more(0, "")]
    events += [PING, *(more(0, text) for text in cuts(ARGUMENTS, 9)), stop(0), stop(0)]
    assert said(*events) == [
        CallStarted(0, "toolu_f", "f"),
        *(CallText(0, text) for text in cuts(ARGUMENTS, 9)),
        CallEnded(0),
    ]


@given(st.data())
def test_however_blocks_interleave_each_gets_its_own_text(data: Any) -> None:
    whole = data.draw(st.lists(st.text(min_size=1), min_size=1, max_size=4))
    order = data.draw(st.permutations([n for n, text in enumerate(whole) for _ in text]))
    told = [0] * len(whole)
    messages = [start(), *(block(n, use(str(n))) for n in range(len(whole)))]
    for n in order:
        messages.append(more(n, whole[n][told[n]]))
        told[n] += 1
    deltas = said(*messages, *(stop(n) for n in range(len(whole))))
    assert texts(deltas) == dict(enumerate(whole))
    assert ended(deltas) == list(range(len(whole)))


def test_a_tool_without_parameters_has_no_text() -> None:
    for deltas in ([], [more(0, "")], [more(0, ""), more(0, "")]):
        events = said(start(), block(0, use("f")), *deltas, stop(0))
        assert events == [CallStarted(0, "toolu_f", "f"), CallEnded(0)]


@pytest.mark.parametrize("kind", ["server_tool_use", "mcp_tool_use", "tomorrow_tool_use", "other"])
def test_other_tools_than_the_clients_are_run_by_the_provider(kind: str) -> None:
    deltas = said(start(), block(0, use("f", kind)), more(0, "[1]"), stop(0))
    assert deltas == [CallStarted(0, "toolu_f", "f", server=True), CallText(0, "[1]"), CallEnded(0)]


@pytest.mark.parametrize(
    "content",
    [
        {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [{}]},
        {"type": "redacted_thinking", "data": "abc"},
        {"type": "fallback", "from": {"model": "a"}, "to": {"model": "b"}},
        {"type": "compaction", "content": None},
        {"type": "text", "text": ""},
        {"type": "tomorrow", "name": "n"},
        {"type": "tomorrow", "input": {}},
        {},
        None,
    ],
)
def test_blocks_that_are_no_calls_say_nothing(content: Any) -> None:
    assert said(start(), block(0, content), more(0, "{"), stop(0)) == []


def test_ids_and_names_that_stand_for_none_are_none() -> None:
    content = {"type": "tool_use", "id": "", "name": "null"}
    assert said(start(), block(0, content)) == [CallStarted(0, None, "")]


def test_input_that_the_block_starts_with_is_the_call() -> None:
    deltas = said(start(), block(0, use("f", input={"city": "Köln"})), more(0, ""), stop(0))
    assert deltas[1:] == [CallText(0, '{"city": "Köln"}'), CallEnded(0)]
    as_text = said(start(), block(0, use("f", input=ARGUMENTS)), stop(0))
    assert as_text[1:] == [CallText(0, ARGUMENTS), CallEnded(0)]


@pytest.mark.parametrize("empty", [{}, None, "", "{}"])
def test_an_empty_input_only_stands_for_the_one_to_come(empty: Any) -> None:
    content = use("f", input=empty)
    assert texts(said(start(), block(0, content), more(0, "[1]"), stop(0))) == {0: "[1]"}
    assert texts(said(start(), block(0, content), stop(0))) == {0: ""}


def test_deltas_after_a_full_input_are_an_error() -> None:
    adapter = AnthropicMessages()
    list(adapter.feed(block(0, use("f", input={"a": 1}))))
    with pytest.raises(ValueError, match="toolu_f"):
        list(adapter.feed(more(0, '{"a": 1}')))


def test_an_empty_object_before_the_arguments_is_undone() -> None:
    pieces = [more(0, ""), more(0, "{}"), more(0, '{"a"'), more(0, ": {}"), more(0, "}"), stop(0)]
    assert said(start(), block(0, use("f")), *pieces)[1:] == [
        CallMended(0, "empty_object_first", "{}", ""),
        *(CallText(0, text) for text in ('{"a"', ": {}", "}")),
        CallEnded(0),
    ]


def test_an_empty_object_that_is_all_stays() -> None:
    deltas = said(start(), block(0, use("f")), more(0, "{}"), stop(0))
    assert deltas[1:] == [CallText(0, "{}"), CallEnded(0)]
    for pieces in (["[1, ", "{}", "]"], ['"', "{}", '{"']):
        deltas = said(start(), block(0, use("f")), *(more(0, text) for text in pieces))
        assert deltas[1:] == [CallText(0, text) for text in pieces]


def test_text_after_the_end_of_a_call_is_not_swallowed() -> None:
    deltas = said(start(), block(0, use("f")), more(0, "[1]"), stop(0), more(0, "!"))
    assert deltas[-2:] == [CallEnded(0), CallText(0, "!")]


# --- messages ----------------------------------------------------------------------------


def test_finished_blocks_may_come_with_the_start_of_the_message() -> None:
    content = [
        {"type": "code_execution_tool_result", "tool_use_id": "t", "content": {}},
        {"type": "text", "text": "So:"},
        use("f", input={"id": 1}),
        use("g"),
    ]
    deltas = said(start(*content, stop_reason="tool_use"), END)
    assert deltas == [
        Text("text", "So:", 0, 1),
        CallStarted(0, "toolu_f", "f"),
        CallText(0, '{"id": 1}'),
        CallEnded(0),
        CallStarted(1, "toolu_g", "g"),
        CallEnded(1),
        Finished(0, "complete", "tool_use"),
        Ended(),
    ]


def test_blocks_that_follow_finished_ones_may_have_their_indexes() -> None:
    events = [start(use("f", input={"id": 1})), block(0, use("g")), more(0, "[2]"), stop(0)]
    assert texts(said(*events)) == {0: '{"id": 1}', 1: "[2]"}


def test_a_message_that_has_just_started_was_not_stopped() -> None:
    assert said(start(stop_reason="end_turn")) == []


@pytest.mark.parametrize("ids", [("msg_1", "msg_2"), (None, None), ("", ""), ("msg_1", None)])
def test_a_second_message_begins_the_answer_anew(ids: tuple[str | None, str | None]) -> None:
    first = [start(id=ids[0]), block(0, use("f")), more(0, '{"a": "Sp')]
    second = [start(id=ids[1]), block(0, use("f")), more(0, '{"a": "Spark"}'), stop(0)]
    deltas = said(*first, *second)
    assert deltas[1:] == [
        CallText(0, '{"a": "Sp'),
        Restarted(),
        CallStarted(1, "toolu_f", "f"),
        CallText(1, '{"a": "Spark"}'),
        CallEnded(1),
    ]


def test_after_a_restart_nothing_goes_on_that_was_open() -> None:
    restarted = start(), block(0, use("f")), start(id="msg_2"), stop(0)
    assert said(*restarted)[1:] == [Restarted()]
    with pytest.raises(LookupError, match="never started"):
        said(*restarted, more(0, "[1]"))


def test_arguments_of_a_block_that_is_no_call_are_of_no_concern() -> None:
    other = block(0, {"type": "sheet", "data": 1})
    assert said(start(), other, more(0, "[1]"), stop(0)) == []


def test_the_same_message_that_starts_twice_is_one() -> None:
    twice = said(start(), start(), block(0, use("f")), start(), more(0, "[1]"), stop(0))
    assert twice == said(start(), block(0, use("f")), more(0, "[1]"), stop(0))


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("end_turn", "complete"),
        ("tool_use", "complete"),
        ("stop_sequence", "complete"),
        ("pause_turn", "complete"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "refusal"),
        ("compaction", "unknown"),
        ("tomorrow", "unknown"),
    ],
)
def test_stop_reasons(word: str, meaning: str) -> None:
    events = [start(), block(0, use("f")), more(0, '{"a": '), reason(None), reason(word), END]
    deltas = said(*events)
    assert deltas[2:] == [Finished(0, meaning, word), Ended()]
    assert ended(deltas) == []


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
            "overloaded_error: Overloaded",
        ),
        ({"type": "error", "error": {"message": "m"}}, "error: m"),
        ({"type": "error", "error": "busy"}, "busy"),
        ({"type": "error", "message": "m"}, "error: m"),
        ({"error": {"message": "no JSON"}}, "error: no JSON"),
    ],
)
def test_errors_are_told_with_type_and_message(message: dict[str, Any], text: str) -> None:
    assert said(start(), message) == [Failed(text)]


# --- text --------------------------------------------------------------------------------


def test_texts_have_their_channel_and_the_index_of_their_block() -> None:
    deltas = said(
        start(),
        block(0, {"type": "thinking", "thinking": "", "signature": ""}),
        delta(0, "thinking_delta", thinking="Hm"),
        delta(0, "signature_delta", signature="c2ln"),
        stop(0),
        block(1, {"type": "text", "text": "So"}),
        delta(1, "text_delta", text=", "),
        delta(1, "text_delta", text=""),
        delta(1, "citations_delta", citation={"type": "page_location"}),
        delta(1, "tomorrow_delta", text="?"),
        delta(1, "text_delta", text="yes"),
        stop(1),
    )
    assert deltas == [
        Text("reasoning", "Hm", 0, 0),
        *(Text("text", text, 0, 1) for text in ("So", ", ", "yes")),
    ]


# --- shapes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [start(), PING, block(0, use("f")), {"type": "error", "error": {"message": "m"}}],
)
def test_its_events_are_known_by_their_shape(message: dict[str, Any]) -> None:
    adapter = adapter_for(message)
    assert isinstance(adapter, AnthropicMessages)
    assert adapter.marks_ends


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"type": None},
        {"type": ["message_start"]},
        {"type": "message-start"},
        {"type": "response.created"},
        {"type": "error", "message": "m", "code": "c"},
        {"type": "error", "sequence_number": 2, "error": {"message": "m"}},
        {"choices": []},
    ],
)
def test_other_messages_are_not_taken_for_its_events(message: dict[str, Any]) -> None:
    assert not AnthropicMessages.matches(message)


def test_events_of_the_sdks_helper_and_unknown_ones_say_nothing_of_their_own() -> None:
    assert (
        said(
            {"type": "text", "text": "a", "snapshot": "a"},
            {"type": "thinking", "thinking": "a", "snapshot": "a"},
            {"type": "input_json", "partial_json": "{", "snapshot": {}},
            {"type": "citation", "citation": {}, "snapshot": []},
            {"type": "signature", "signature": "a"},
            {"type": "tomorrow", "error": {"message": "m"}},
        )
        == []
    )


@pytest.mark.parametrize(
    "message",
    [
        block(0, "tool_use"),
        block(0, use("f") | {"name": 3}),
        block(0, use("f") | {"id": 3}),
        block(0, use("f") | {"input": object()}),
        block(0, {"type": "text", "text": ["a"]}),
        more(1, 7),  # type: ignore[arg-type]
        more(1, {"a": 1}),  # type: ignore[arg-type]
        delta(1, "text_delta", text=7),
        {
            "type": "content_block_delta",
            "index": None,
            "delta": {"type": "text_delta", "text": "a"},
        },
        {"type": "content_block_delta", "index": 1, "delta": "text"},
        {"type": "content_block_delta", "index": [], "delta": {"type": "input_json_delta"}},
        {"type": "message_start", "message": {"content": "text"}},
        {"type": "message_start", "message": [1]},
        {"type": "message_delta", "delta": {"stop_reason": 3}},
        {"type": []},
    ],
)
def test_wrong_shapes_are_errors(message: Any) -> None:
    adapter = AnthropicMessages()
    list(adapter.feed(block(1, use("a"))))
    with pytest.raises((TypeError, AttributeError, ValueError, LookupError)):
        list(adapter.feed(message))


def test_input_that_is_nested_too_deeply_is_an_error_like_others() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(ValueError, match="too deeply"):
        list(AnthropicMessages().feed(block(0, use("f", input=deep))))


# --- the SDK -----------------------------------------------------------------------------


def client(sdk: Any, name: str, body: bytes) -> Any:
    """A client of the SDK that is answered with a body."""
    http = getattr(sdk, f"Default{name.replace('Anthropic', '')}HttpxClient")
    library = import_module(http.__mro__[1].__module__.split(".")[0])
    headers = {"content-type": "text/event-stream"}
    transport = library.MockTransport(
        lambda _: library.Response(200, content=body, headers=headers)
    )
    return getattr(sdk, name)(api_key="k", http_client=http(transport=transport), max_retries=0)


ASKED: dict[str, Any] = {"model": "m", "max_tokens": 9, "messages": []}


@needs_recordings
@pytest.mark.parametrize("name", RECORDED)
def test_the_objects_of_the_sdk_and_of_its_helpers_say_what_the_wire_does(name: str) -> None:
    sdk = pytest.importorskip("anthropic")
    body = (STREAMS / name).read_bytes()
    wire = said(*messages_of(name))
    with client(sdk, "Anthropic", body) as anthropic:
        assert said(*anthropic.messages.create(**ASKED, stream=True)) == wire
        for messages in (anthropic.messages, anthropic.beta.messages):
            with messages.stream(**ASKED) as events:
                found = list(events)
            assert said(*found) == wire
            assert len(found) > len(messages_of(name)) - 2  # it adds events of its own

    async def collect() -> list[Any]:
        manager = client(sdk, "AsyncAnthropic", body).messages.stream(**ASKED)
        async with manager as events:
            return [event async for event in events]

    assert said(*asyncio.run(collect())) == wire


def test_blocks_of_the_sdk_that_came_whole_say_what_the_wire_does() -> None:
    sdk = pytest.importorskip("anthropic")
    content = [{"type": "text", "text": "So:"}, use("f", input={"city": "Köln"})]
    usage = {"input_tokens": 1, "output_tokens": 1}
    whole = start(*content, role="assistant", model="m", type="message", usage=usage)
    events = [whole, block(2, use("g", input={"a": [1]})), stop(2), reason("tool_use"), END]
    body = b"".join(
        f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events
    )
    with client(sdk, "Anthropic", body) as anthropic:
        assert said(*anthropic.messages.create(**ASKED, stream=True)) == said(*events)
