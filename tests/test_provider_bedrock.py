"""Amazon Bedrock: its own events, and those of models in an envelope."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partialjson.framing.messages import MessageDecoder
from partialjson.providers import Adapter, adapter_for
from partialjson.providers.anthropic_messages import AnthropicMessages
from partialjson.providers.bedrock_converse import BedrockConverse
from partialjson.providers.bedrock_invoke import BedrockInvoke
from partialjson.providers.deltas import (
    CallEnded,
    CallStarted,
    CallText,
    Delta,
    Ended,
    Failed,
    Finished,
    Text,
)

from .recordings import STREAMS, expected, needs_recordings

ARGUMENTS = '{"city": "Köln", "days": 3}'


def recorded(api: str) -> list[str]:
    return sorted(
        name for name, e in expected().items() if e["api"] == api and name.endswith(".eventstream")
    )


CONVERSE = recorded("bedrock.converse")
INVOKE = recorded("anthropic.messages")


_INVOKE = "InvokeModelWithResponseStream"


# --- what Bedrock sends ------------------------------------------------------------------


def opened(index: int, name: str, **more: Any) -> dict[str, Any]:
    start = {"toolUse": {"toolUseId": f"tooluse_{name}", "name": name, **more}}
    return {"contentBlockStart": {"start": start, "contentBlockIndex": index}}


def delta(index: int, **delta: Any) -> dict[str, Any]:
    return {"contentBlockDelta": {"delta": delta, "contentBlockIndex": index, "p": "abc"}}


def more(index: int, text: Any) -> dict[str, Any]:
    return delta(index, toolUse={"input": text})


def closed(index: int) -> dict[str, Any]:
    return {"contentBlockStop": {"contentBlockIndex": index}}


def over(reason: str | None) -> dict[str, Any]:
    return {"messageStop": {"stopReason": reason, "p": "ab"}}


BEGIN: dict[str, Any] = {"messageStart": {"role": "assistant"}}
METADATA: dict[str, Any] = {"metadata": {"usage": {"totalTokens": 3}, "metrics": {"latencyMs": 9}}}


def on_the_wire(event: Any) -> dict[str, Any]:
    return {"chunk": {"bytes": b64encode(json.dumps(event).encode()).decode(), "p": "abc"}}


def of_boto3(event: Any) -> dict[str, Any]:
    return {"chunk": {"bytes": json.dumps(event, ensure_ascii=False).encode()}}


CLAUDE: list[dict[str, Any]] = [
    {"type": "message_start", "message": {"id": "msg_1", "content": []}},
    {
        "type": "content_block_start",
        "index": 0,
        "content_block": {"type": "tool_use", "id": "toolu_f", "name": "f", "input": {}},
    },
    {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "input_json_delta", "partial_json": ARGUMENTS},
    },
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "tool_use"}},
    {"type": "message_stop", "amazon-bedrock-invocationMetrics": {"inputTokenCount": 3}},
]
NOVA: list[dict[str, Any]] = [
    *(BEGIN, opened(0, "f"), more(0, ARGUMENTS), closed(0), over("tool_use")),
    {**METADATA, "amazon-bedrock-invocationMetrics": {"inputTokenCount": 3}},
]
CHUNKS: list[dict[str, Any]] = [
    {
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": None}],
    }
    for call in (
        {"index": 0, "id": "call_f", "function": {"name": "f", "arguments": ""}},
        {"index": 0, "function": {"arguments": ARGUMENTS}},
    )
]
CHUNKS += [
    {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]},
    {"amazon-bedrock-invocationMetrics": {"inputTokenCount": 3}},
]
MODELS = {"Claude": CLAUDE, "Nova": NOVA, "like OpenAI's": CHUNKS}


# --- what the adapters say ---------------------------------------------------------------


def resumed(kind: type[Adapter], messages: Iterable[Any]) -> list[Delta]:
    """The same, with another adapter for each message."""
    deltas: list[Delta] = []
    adapter = kind()
    for message in messages:
        state = json.loads(json.dumps(adapter.save()))
        marks_ends = adapter.marks_ends
        adapter = kind()
        adapter.load(state)
        assert adapter.marks_ends == marks_ends
        assert adapter.save() == state
        deltas += adapter.feed(message)
    return [*deltas, *adapter.close()]


def said(kind: type[Adapter], *messages: Any) -> list[Delta]:
    """All that is said of some messages, which is the same however often it is resumed."""
    adapter = kind()
    deltas = [delta for message in messages for delta in adapter.feed(message)]
    deltas += adapter.close()
    assert resumed(kind, messages) == deltas
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


# --- recordings --------------------------------------------------------------------------


def messages_of(name: str) -> list[Any]:
    decoder = MessageDecoder("eventstream")
    return [*decoder.feed((STREAMS / name).read_bytes()), *decoder.close()]


@needs_recordings
def test_all_recordings_are_there() -> None:
    assert (len(CONVERSE), len(INVOKE)) == (6, 8)
    calls = [len(expected()[name]["calls"]) for name in (*CONVERSE, *INVOKE)]
    assert (sum(calls[:6]), sum(calls[6:])) == (7, 11)


@needs_recordings
@pytest.mark.parametrize("name", CONVERSE + INVOKE)
def test_recorded_calls_and_texts_are_exactly_those(name: str) -> None:
    messages = messages_of(name)
    kind = BedrockConverse if name in CONVERSE else BedrockInvoke
    assert type(adapter_for(messages[0])) is kind
    deltas = said(kind, *messages)
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
    assert [delta.key for delta in of(deltas, CallEnded)] == list(fragments)
    (stopped,) = expected()[name]["stop"]
    assert deltas[-2:] == [Finished(0, "complete", stopped), Ended()]


@needs_recordings
def test_the_recorded_tool_that_bedrock_runs_is_told_from_the_clients() -> None:
    (name,) = [name for name in CONVERSE if "code_execution" in name]
    starts = of(said(BedrockConverse, *messages_of(name)), CallStarted)
    assert [(start.name, start.server) for start in starts] == [
        ("nova_code_interpreter", True),
        ("final_result", False),
    ]


@needs_recordings
@pytest.mark.parametrize("name", INVOKE)
def test_boto3_decodes_the_bytes_which_changes_nothing(name: str) -> None:
    messages = messages_of(name)
    decoded = [of_boto3(inner(message)) for message in messages]
    assert said(BedrockInvoke, *decoded) == said(BedrockInvoke, *messages)


def inner(message: dict[str, Any]) -> Any:
    return json.loads(b64decode(message["chunk"]["bytes"]))


class Response:
    """What botocore reads a body from."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self) -> Iterator[bytes]:
        yield self.body


@needs_recordings
@pytest.mark.parametrize("name", CONVERSE + INVOKE)
def test_what_boto3_hands_out_says_what_the_wire_does(name: str) -> None:
    session = pytest.importorskip("botocore.session")
    parsers = pytest.importorskip("botocore.parsers")
    eventstream = pytest.importorskip("botocore.eventstream")
    kind = BedrockConverse if name in CONVERSE else BedrockInvoke
    asked = ("ConverseStream", "stream") if name in CONVERSE else (_INVOKE, "body")
    service = session.get_session().get_service_model("bedrock-runtime")
    shape = service.operation_model(asked[0]).output_shape.members[asked[1]]
    body = Response((STREAMS / name).read_bytes())
    parser = parsers.EventStreamJSONParser()
    events = list(eventstream.EventStream(body, shape, parser, asked[0]))
    assert said(kind, *events) == said(kind, *messages_of(name))


# --- ConverseStream ----------------------------------------------------------------------


def test_a_call_is_a_block_and_ends_with_it() -> None:
    pieces = [more(1, ""), more(1, ARGUMENTS[:9]), more(1, ARGUMENTS[9:])]
    events = [BEGIN, delta(0, text="So"), closed(0), opened(1, "f"), *pieces, closed(1)]
    assert said(BedrockConverse, *events, closed(1), over("tool_use"), METADATA) == [
        Text("text", "So", 0, 0),
        CallStarted(0, "tooluse_f", "f"),
        CallText(0, ARGUMENTS[:9]),
        CallText(0, ARGUMENTS[9:]),
        CallEnded(0),
        Finished(0, "complete", "tool_use"),
        Ended(),
    ]


@given(st.data())
def test_however_blocks_interleave_each_gets_its_own_text(data: Any) -> None:
    whole = data.draw(st.lists(st.text(min_size=1), min_size=1, max_size=4))
    order = data.draw(st.permutations([n for n, text in enumerate(whole) for _ in text]))
    told = [0] * len(whole)
    messages = [opened(n, str(n)) for n in range(len(whole))]
    for n in order:
        messages.append(more(n, whole[n][told[n]]))
        told[n] += 1
    deltas = said(BedrockConverse, *messages, *(closed(n) for n in range(len(whole))))
    assert texts(deltas) == dict(enumerate(whole))
    assert [delta.key for delta in of(deltas, CallEnded)] == list(range(len(whole)))


def test_reasoning_and_text_have_their_channel_and_the_index_of_their_block() -> None:
    deltas = said(
        BedrockConverse,
        delta(0, reasoningContent={"text": "Hm"}),
        delta(0, reasoningContent={"signature": "c2ln"}),
        delta(0, reasoningContent={"redactedContent": b"x"}),
        delta(1, text="So"),
        delta(1, text=""),
        delta(1, citation={"title": "t"}),
        delta(2, tomorrow={"text": "?"}),
    )
    assert deltas == [Text("reasoning", "Hm", 0, 0), Text("text", "So", 0, 1)]


def test_ids_and_names_that_stand_for_none_are_none() -> None:
    starts = said(BedrockConverse, opened(0, "null", toolUseId=""))
    assert starts == [CallStarted(0, None, "")]


def test_results_of_tools_say_nothing() -> None:
    result = {"toolUseId": "t", "status": "success", "type": "nova_code_interpreter_result"}
    start = {"contentBlockStart": {"start": {"toolResult": result}, "contentBlockIndex": 1}}
    deltas = [
        delta(1, toolResult=[{"json": {"stdOut": "7"}}]),
        delta(1, toolResult=[{"text": "7"}]),
    ]
    assert said(BedrockConverse, start, *deltas, closed(1)) == []


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("end_turn", "complete"),
        ("tool_use", "complete"),
        ("stop_sequence", "complete"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("guardrail_intervened", "content_filter"),
        ("content_filtered", "content_filter"),
        ("malformed_model_output", "unknown"),
        ("malformed_tool_use", "unknown"),
        ("tomorrow", "unknown"),
    ],
)
def test_stop_reasons(word: str, meaning: str) -> None:
    assert said(BedrockConverse, over(word)) == [Finished(0, meaning, word), Ended()]


def test_a_stop_without_a_reason_is_no_good_end() -> None:
    assert of(said(BedrockConverse, over(None)), Finished)[0].reason == "unknown"


@pytest.mark.parametrize("kind", [BedrockConverse, BedrockInvoke])
@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"throttlingException": {"message": "Slow down"}}, "throttlingException: Slow down"),
        (
            {"modelStreamErrorException": {"originalStatusCode": 500, "originalMessage": "Oops"}},
            "modelStreamErrorException: Oops",
        ),
        ({"internalServerException": "Oops"}, "internalServerException: Oops"),
        ({"error": {"code": "InternalError", "message": "Oops"}}, "InternalError: Oops"),
        ({"error": {"code": None, "message": None}}, "error: "),
    ],
)
def test_exceptions_are_told_with_their_name(
    kind: type[Adapter], message: dict[str, Any], text: str
) -> None:
    assert said(kind, message) == [Failed(text)]


@pytest.mark.parametrize(
    "message", [BEGIN, delta(0, text="a"), opened(0, "f"), {"validationException": {}}]
)
def test_its_events_are_known_by_their_shape(message: dict[str, Any]) -> None:
    adapter = adapter_for(message)
    assert isinstance(adapter, BedrockConverse)
    assert adapter.marks_ends


@pytest.mark.parametrize("message", [{}, METADATA, {"type": "message_start"}, {"choices": []}])
def test_other_messages_are_not_taken_for_its_events(message: dict[str, Any]) -> None:
    assert not BedrockConverse.matches(message)
    assert said(BedrockConverse, message, {"tomorrow": {"a": 1}}) == []


@pytest.mark.parametrize(
    "message",
    [
        {"contentBlockStart": "text"},
        {"contentBlockStart": {"start": {"toolUse": "f"}}},
        {"contentBlockStart": {"start": {"toolUse": {"toolUseId": "t", "name": 3}}}},
        opened(0, "f", toolUseId=3),
        {"contentBlockDelta": [1]},
        more(1, {"a": 1}),
        more(1, 7),
        delta(0, text=7),
        delta(0, toolUse="{"),
        {"contentBlockStop": {"contentBlockIndex": []}},
        {"messageStop": {"stopReason": 3}},
        {"throttlingException": [1]},
    ],
)
def test_wrong_shapes_are_errors(message: Any) -> None:
    adapter = BedrockConverse()
    list(adapter.feed(opened(1, "a")))
    with pytest.raises((TypeError, AttributeError, ValueError, LookupError)):
        list(adapter.feed(message))


# --- InvokeModelWithResponseStream -------------------------------------------------------


@pytest.mark.parametrize("wrapped", [on_the_wire, of_boto3])
@pytest.mark.parametrize("model", MODELS)
def test_events_of_a_models_own_api_say_what_they_do_there(model: str, wrapped: Any) -> None:
    events = MODELS[model]
    bare = adapter_for(events[0])
    assert bare is not None
    deltas = said(BedrockInvoke, *map(wrapped, events))
    assert deltas == said(type(bare), *events)
    assert texts(deltas) == {0: ARGUMENTS}
    assert len(of(deltas, Finished)) == 1


@pytest.mark.parametrize("model", MODELS)
def test_whether_calls_have_an_end_depends_on_the_model(model: str) -> None:
    adapter = BedrockInvoke()
    assert not adapter.marks_ends
    list(adapter.feed(on_the_wire(MODELS[model][0])))
    assert adapter.marks_ends == (model != "like OpenAI's")


def test_what_the_models_adapter_holds_back_comes_at_the_close() -> None:
    class Holding(AnthropicMessages):
        def close(self) -> Iterable[Delta]:
            return (CallText(0, "held"),)

    adapter = BedrockInvoke()
    assert list(adapter.close()) == []
    adapter._inner = Holding()
    assert list(adapter.close()) == [CallText(0, "held")]


def test_figures_that_come_first_choose_no_model() -> None:
    figures = on_the_wire({"amazon-bedrock-invocationMetrics": {"inputTokenCount": 3}})
    assert texts(said(BedrockInvoke, figures, *map(on_the_wire, CLAUDE))) == {0: ARGUMENTS}


def test_an_error_of_the_models_own_api_is_told() -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}}
    deltas = said(BedrockInvoke, on_the_wire(CLAUDE[0]), on_the_wire(error))
    assert deltas == [Failed("overloaded_error: Busy")]


@pytest.mark.parametrize("message", [on_the_wire({}), of_boto3({})])
def test_envelopes_are_known_by_their_shape(message: dict[str, Any]) -> None:
    assert isinstance(adapter_for(message), BedrockInvoke)


@pytest.mark.parametrize(
    "message", [{}, {"chunk": None}, {"chunk": "text"}, {"chunk": {"bytes": 1}}]
)
def test_other_messages_are_not_taken_for_envelopes(message: dict[str, Any]) -> None:
    assert not BedrockInvoke.matches(message)


@pytest.mark.parametrize(
    "message",
    [
        {"chunk": {}},
        {"chunk": {"bytes": "{not base64}"}},
        {"chunk": {"bytes": "!" + on_the_wire(CLAUDE[0])["chunk"]["bytes"]}},
        {"chunk": {"bytes": b"{not JSON}"}},
        {"chunk": {"bytes": b"\xff"}},
        {"chunk": {"bytes": b"[" * 100_000}},
        {"chunk": [1]},
        on_the_wire([1]),
        on_the_wire("text"),
        on_the_wire({"generation": "of a model that nobody knows"}),
    ],
)
def test_wrong_envelopes_are_errors(message: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        list(BedrockInvoke().feed(message))


def test_a_checkpoint_of_another_model_is_refused() -> None:
    adapter = BedrockInvoke()
    list(adapter.feed(on_the_wire(CLAUDE[0])))
    state = adapter.save()
    state["facts"]["inner"]["provider"] = "nobody"
    with pytest.raises(ValueError, match="unpack"):
        BedrockInvoke().load(state)
