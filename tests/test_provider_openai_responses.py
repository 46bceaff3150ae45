"""OpenAI Responses: which call a fragment belongs to, and where each call ends."""

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
from partialjson.providers.deltas import (
    CallEnded,
    CallMended,
    CallStarted,
    CallText,
    Delta,
    Ended,
    Failed,
    Finished,
    Text,
)
from partialjson.providers.openai_responses import OpenAIResponses

from .fragmenting import cuts
from .recordings import STREAMS, blocks, expected, needs_recordings

ARGUMENTS = '{"city": "Köln", "days": 3}'
FREE = "SELECT *\nFROM users"
RECORDED = sorted(name for name, e in expected().items() if e["api"] == "openai.responses")


# --- what servers send -------------------------------------------------------------------


def event(kind: str, index: int | None = None, **more: Any) -> dict[str, Any]:
    place = {} if index is None else {"output_index": index}
    return {"type": f"response.{kind}", **place, **more}


def call(name: str = "forecast", kind: str = "function_call", **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": f"fc_{name}", "call_id": f"call_{name}", "name": name, **more}


def added(index: int | None, item: dict[str, Any]) -> dict[str, Any]:
    return event("output_item.added", index, item=item)


def item_done(index: int | None, item: dict[str, Any]) -> dict[str, Any]:
    return event("output_item.done", index, item=item)


def more(index: int | None, text: str, **ids: Any) -> dict[str, Any]:
    return event("function_call_arguments.delta", index, delta=text, **ids)


def done(index: int | None, text: str, **ids: Any) -> dict[str, Any]:
    return event("function_call_arguments.done", index, arguments=text, **ids)


def over(*output: Any, kind: str = "completed", **response: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", "response": {"output": list(output), **response}}


def counted(*messages: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"sequence_number": number, **message} for number, message in enumerate(messages)]


# --- what the adapter says ---------------------------------------------------------------


def resumed(messages: Iterable[Any]) -> list[Delta]:
    """The same, with another adapter for each message."""
    deltas: list[Delta] = []
    adapter = OpenAIResponses()
    for message in messages:
        state = json.loads(json.dumps(adapter.save()))
        adapter = OpenAIResponses()
        adapter.load(state)
        deltas += adapter.feed(message)
    return [*deltas, *adapter.close()]


def said(*messages: Any) -> list[Delta]:
    """All that is said of some messages, which is the same however often it is resumed."""
    adapter = OpenAIResponses()
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


def spoken(deltas: list[Delta]) -> list[tuple[str, str, int | str]]:
    return [(delta.channel, delta.text, delta.part) for delta in of(deltas, Text)]


# --- recordings --------------------------------------------------------------------------


def messages_of(name: str) -> list[dict[str, Any]]:
    return [message for _, message in blocks((STREAMS / name).read_bytes())]


@needs_recordings
def test_all_recordings_are_there() -> None:
    assert len(RECORDED) == 22
    assert sum(len(expected()[name]["calls"]) for name in RECORDED) == 14


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
    assert deltas[-2:] == [Finished(0, "complete", "completed"), Ended()]


@needs_recordings
@pytest.mark.parametrize("name", RECORDED)
def test_recorded_streams_without_deltas_say_the_same_at_the_end_of_each_item(name: str) -> None:
    messages = messages_of(name)
    whole = said(*messages)
    without = said(*[m for m in messages if not m["type"].endswith(".delta")])
    only_items = said(*[m for m in messages if ".output_item." in m["type"]])
    at_last = said(*[m for m in messages if m["type"] == "response.completed"])
    for deltas in (without, only_items, at_last):
        assert texts(deltas) == texts(whole)
        assert of(deltas, CallStarted) == of(whole, CallStarted)
        assert ended(deltas) == ended(whole)
    assert at_last[-2:] == whole[-2:]
    for channel in ("text", "refusal", "reasoning"):
        told = ["".join(t for c, t, _ in spoken(d) if c == channel) for d in (whole, without)]
        assert told[0] == told[1]


@needs_recordings
@pytest.mark.parametrize("name", RECORDED)
def test_recorded_streams_with_every_event_sent_twice_say_the_same(name: str) -> None:
    messages = messages_of(name)
    twice = said(*[message for message in messages for _ in range(2)])
    assert [delta for delta in twice if not isinstance(delta, CallMended)] == said(*messages)
    mended = of(twice, CallMended)
    assert mended == [
        CallMended(delta.key, "repeated_delta", delta.text, "")
        for delta in of(said(*messages), CallText)
    ]


# --- which call --------------------------------------------------------------------------


def test_output_index_tells_interleaved_calls_apart_whatever_the_ids_say() -> None:
    a, b = cuts(ARGUMENTS, 5), cuts('{"n": [1, 2]}', 3)
    messages = [added(0, call("a")), added(1, call("b"))]
    for n, (one, two) in enumerate(zip(a, b, strict=False)):
        messages += [more(0, one, item_id=f"x{n}"), more(1, two, item_id=f"y{n}")]
    messages += [more(0, text, item_id="z") for text in a[len(b) :]]
    messages += [done(1, '{"n": [1, 2]}', item_id="u"), done(0, ARGUMENTS, item_id="v")]
    deltas = said(*messages)
    assert texts(deltas) == {0: ARGUMENTS, 1: '{"n": [1, 2]}'}
    assert ended(deltas) == [1, 0]


@pytest.mark.parametrize("name", ["item_id", "call_id"])
def test_without_output_index_an_id_tells_calls_apart(name: str) -> None:
    ids = {"item_id": ("fc_a", "fc_b"), "call_id": ("call_a", "call_b")}[name]
    messages = [added(None, call("a")), added(None, call("b"))]
    messages += [more(None, text, **{name: id_}) for text in cuts(ARGUMENTS, 4) for id_ in ids]
    messages += [done(None, ARGUMENTS, **{name: ids[1]}), done(None, ARGUMENTS, **{name: ids[0]})]
    deltas = said(*messages)
    assert texts(deltas) == {0: ARGUMENTS, 1: ARGUMENTS}
    assert ended(deltas) == [1, 0]


def test_what_later_events_call_item_id_may_be_the_call_id_of_the_item() -> None:
    items = [{"type": "function_call", "call_id": f"fc_{n}", "name": "read"} for n in (0, 1)]
    paths = ['{"path": "a"}', '{"path": "b"}']
    messages = [added(None, item) for item in items]
    messages += [more(None, paths[n], item_id=f"fc_{n}") for n in (0, 1)]
    messages += [item_done(None, {**items[n], "arguments": paths[n]}) for n in (0, 1)]
    deltas = said(*messages)
    assert [start.id for start in of(deltas, CallStarted)] == ["fc_0", "fc_1"]
    assert texts(deltas) == dict(enumerate(paths))
    assert ended(deltas) == [0, 1]


def test_a_whole_text_that_names_no_item_is_that_of_the_call_whose_text_it_goes_on() -> None:
    messages = [added(None, call("a")), added(None, call("b")), added(None, call("c"))]
    messages += [more(None, '{"n": ', item_id="fc_b")]
    messages += [done(None, '{"n": 1}'), done(None, "[1]"), done(None, '{"n": 2}')]
    deltas = said(*messages, item_done(None, call("a", arguments="")))
    assert texts(deltas) == {0: "[1]", 1: '{"n": 1}', 2: '{"n": 2}'}
    assert ended(deltas) == [1, 0, 2]


def test_a_fragment_that_names_no_item_is_that_of_the_only_open_call() -> None:
    first = [added(None, call("a")), more(None, "{"), more(None, "}"), done(None, "{}")]
    second = [added(None, {"type": "function_call", "name": "b"}), more(None, "[]", item_id="?")]
    deltas = said(*first, *second, item_done(None, {"type": "function_call", "name": "b"}))
    assert texts(deltas) == {0: "{}", 1: "[]"}
    assert ended(deltas) == [0, 1]


def test_a_fragment_that_may_be_of_several_calls_is_an_error() -> None:
    adapter = OpenAIResponses()
    for message in (added(None, call("a")), added(None, call("b"))):
        list(adapter.feed(message))
    with pytest.raises(LookupError, match="none of the open calls"):
        list(adapter.feed(more(None, "{")))


def test_a_whole_text_of_an_item_that_is_not_known_is_none_of_the_open_calls() -> None:
    two = [added(0, call("a")), added(1, call("b"))]
    assert texts(said(*two, done(7, "[1]", item_id="?"))) == {0: "", 1: ""}
    assert texts(said(two[0], item_done(7, call("c", arguments="[1]")))) == {0: "", 1: "[1]"}


def test_ids_and_names_that_stand_for_none_are_none() -> None:
    item = {"type": "function_call", "id": "", "call_id": "null", "name": "null"}
    assert said(added(0, item)) == [CallStarted(0, None, "")]
    assert said(added(0, {**item, "id": "fc_1"})) == [CallStarted(0, "fc_1", "")]


def test_a_call_whose_item_was_not_added_comes_whole_when_its_item_is_done() -> None:
    item = call(arguments=ARGUMENTS, status="completed")
    for index in (2, None):
        deltas = said(more(index, "{", item_id="fc_forecast"), item_done(index, item))
        assert deltas == [
            CallStarted(0, "call_forecast", "forecast"),
            CallText(0, ARGUMENTS),
            CallEnded(0),
        ]


def test_an_index_that_is_used_again_means_the_new_call() -> None:
    messages = [added(0, call("a")), more(0, "[1]"), done(0, "[1]")]
    messages += [added(0, call("b")), more(0, "[2]"), done(0, "[2]")]
    assert texts(said(*messages)) == {0: "[1]", 1: "[2]"}


SCHEMES: list[dict[str, Any]] = [
    {"output_index": "index"},
    {"output_index": "index", "item_id": "rotating"},
    {"item_id": "id"},
    {"item_id": "call_id"},
    {"call_id": "call_id"},
    {"output_index": "index", "item_id": "id", "call_id": "call_id"},
]


@given(st.data())
def test_however_calls_interleave_and_are_named_each_gets_its_own_text(data: Any) -> None:
    scheme = data.draw(st.sampled_from(SCHEMES))
    whole = data.draw(st.lists(st.text(min_size=1), min_size=1, max_size=4))
    place = "output_index" in scheme
    order = data.draw(st.permutations([n for n, t in enumerate(whole) for _ in t]))
    messages = [added(n if place else None, call(str(n))) for n in range(len(whole))]
    told = [0] * len(whole)
    for n in order:
        values = {"index": n, "id": f"fc_{n}", "call_id": f"call_{n}"}
        values["rotating"] = f"r{len(messages)}"
        names = {name: values[value] for name, value in scheme.items()}
        if data.draw(st.integers(0, 3)):
            messages.append(more(None, whole[n][told[n]], **names))
            told[n] += 1
    for n in range(len(whole)):
        arguments = data.draw(st.sampled_from([whole[n], ""])) if told[n] else whole[n]
        item = call(str(n), arguments=arguments)
        messages.append(item_done(n if place else None, item))
    deltas = said(*messages)
    got = texts(deltas)
    for n, text in enumerate(whole):
        assert got[n] in (text, text[: told[n]])
        assert text.startswith(got[n])
    assert ended(deltas) == list(range(len(whole)))


# --- whole texts -------------------------------------------------------------------------


@given(st.integers(0, len(ARGUMENTS)), st.integers(0, len(ARGUMENTS)), st.integers(1, 9))
def test_whole_texts_bring_what_no_delta_did(first: int, second: int, size: int) -> None:
    started = [more(0, text) for text in cuts(ARGUMENTS[:first], size)]
    told = ARGUMENTS[: max(first, second)]
    item = call(arguments=ARGUMENTS, status="completed")
    deltas = said(added(0, call()), *started, item_done(0, item))
    assert texts(deltas) == {0: ARGUMENTS}
    assert ended(deltas) == [0]
    deltas = said(added(0, call()), *started, done(0, told), item_done(0, call(arguments="")))
    assert texts(deltas) == {0: told}
    assert ended(deltas) == ([0] if told else [])


def test_the_whole_text_alone_is_the_call() -> None:
    deltas = said(added(0, call()), done(0, ARGUMENTS), item_done(0, call(arguments="{}")))
    assert deltas[1:] == [CallText(0, ARGUMENTS), CallEnded(0)]


def test_arguments_that_are_an_object_are_its_json_text() -> None:
    item = call(arguments={"city": "Köln"})
    assert texts(said(added(0, call()), item_done(0, item))) == {0: '{"city": "Köln"}'}


@pytest.mark.parametrize("last", [done(0, '{"b"'), item_done(0, call(arguments="{}"))])
def test_a_whole_text_that_contradicts_the_deltas_is_an_error(last: dict[str, Any]) -> None:
    adapter = OpenAIResponses()
    for message in (added(0, call()), more(0, '{"a": 1')):
        list(adapter.feed(message))
    with pytest.raises(ValueError, match="call_forecast"):
        list(adapter.feed(last))


def test_the_text_of_an_item_that_is_added_counts_only_if_nothing_else_comes() -> None:
    early = added(0, call(arguments=ARGUMENTS[:6]))
    pieces = [more(0, ARGUMENTS[:6]), more(0, ARGUMENTS[6:]), done(0, ARGUMENTS)]
    assert texts(said(early, *pieces)) == {0: ARGUMENTS}
    full = added(0, call(arguments=ARGUMENTS))
    assert said(full, item_done(0, call(arguments="")))[1:] == [
        CallText(0, ARGUMENTS),
        CallEnded(0),
    ]


# --- ends --------------------------------------------------------------------------------


def test_a_call_ends_once_at_whichever_end_comes_first() -> None:
    item = item_done(0, call(arguments="[1]", status="completed"))
    start = [added(0, call()), more(0, "[1]")]
    assert said(*start, done(0, "[1]"))[-1] == CallEnded(0)
    assert said(*start, item)[-1] == CallEnded(0)
    twice = [done(0, "[1]"), done(0, "[1]"), item, item]
    everything = said(*start, *twice, over(call(arguments="[1]")))
    assert everything[2:] == [CallEnded(0), Finished(0, "complete", "completed"), Ended()]


@pytest.mark.parametrize("status", ["incomplete", "in_progress"])
def test_an_item_that_was_cut_off_is_no_end(status: str) -> None:
    cut = call(arguments='{"a": 1', status=status)
    finish = over(cut, kind="incomplete", incomplete_details={"reason": "max_output_tokens"})
    deltas = said(added(0, call()), more(0, '{"a"'), item_done(0, cut), finish)
    assert texts(deltas) == {0: '{"a": 1'}
    assert deltas[-2:] == [Finished(0, "length", "max_output_tokens"), Ended()]
    assert ended(deltas) == []
    assert ended(said(added(0, call()), done(0, '{"a": 1'), item_done(0, cut), finish)) == [0]


def test_a_completed_response_ends_items_that_were_never_said_to_be_over() -> None:
    left = call(arguments="[1]", status="in_progress")
    assert ended(said(added(0, call()), more(0, "[1]"), over(left))) == [0]
    assert ended(said(added(0, call()), more(0, "[1]"), over(left, kind="incomplete"))) == []
    cut = call(arguments="[1]", status="incomplete")
    assert ended(said(added(0, call()), more(0, "[1]"), over(cut))) == []


def test_a_call_that_is_over_without_text_is_over_with_the_response() -> None:
    empty = call(arguments="", status="completed")
    start = [added(0, empty), done(0, ""), item_done(0, empty)]
    assert ended(said(*start)) == []
    assert said(*start, over())[1:] == [
        CallEnded(0),
        Finished(0, "complete", "completed"),
        Ended(),
    ]
    full = said(*start, over(call(arguments=ARGUMENTS, status="completed")))
    assert full[1:3] == [CallText(0, ARGUMENTS), CallEnded(0)]
    assert ended(full) == [0]
    assert ended(said(*start, over(kind="incomplete"))) == []


def test_calls_and_texts_may_come_with_the_completed_response_only() -> None:
    content = [{"type": "output_text", "text": "Hi"}, {"type": "refusal", "refusal": "No"}]
    reasoning = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm"}]}
    message = {"type": "message", "content": content}
    calls = [call("a", arguments="[1]"), call("b", arguments="[2", status="incomplete")]
    deltas = said(event("created", response={}), over(reasoning, message, *calls))
    assert deltas == [
        Text("reasoning", "Hm", 0, "0/summary/0"),
        Text("text", "Hi", 0, "1/0"),
        Text("refusal", "No", 0, "1/1"),
        CallStarted(0, "call_a", "a"),
        CallText(0, "[1]"),
        CallEnded(0),
        CallStarted(1, "call_b", "b"),
        CallText(1, "[2"),
        Finished(0, "complete", "completed"),
        Ended(),
    ]


def test_the_completed_response_opens_no_call_beside_those_that_came() -> None:
    start = [added(0, call("a")), more(0, "[1]"), done(0, "[1]")]
    assert len(of(said(*start, over(call("other", arguments="[2]"))), CallStarted)) == 1


@pytest.mark.parametrize(
    ("message", "finished"),
    [
        (over(), ("complete", "completed")),
        (over(status="completed", incomplete_details=None), ("complete", "completed")),
        (over(status="in_progress"), ("complete", "completed")),
        (over(status="cancelled"), ("unknown", "cancelled")),
        (over(status="incomplete"), ("unknown", "incomplete")),
        (over(incomplete_details={"reason": "max_output_tokens"}), ("length", "max_output_tokens")),
        (over(kind="incomplete", status="completed"), ("unknown", "incomplete")),
        (
            over(kind="incomplete", incomplete_details={"reason": "content_filter"}),
            ("content_filter", "content_filter"),
        ),
        (over(kind="incomplete", incomplete_details={"reason": "steered"}), ("unknown", "steered")),
        ({"type": "response.completed"}, ("complete", "completed")),
    ],
)
def test_how_a_response_ends(message: dict[str, Any], finished: tuple[str, str]) -> None:
    assert said(message) == [Finished(0, *finished), Ended()]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            {"type": "response.failed", "response": {"error": {"code": "c1", "message": "m1"}}},
            "c1: m1",
        ),
        ({"type": "response.failed", "response": {}}, "response.failed: the response failed"),
        ({"type": "error", "code": "c2", "message": "m2", "sequence_number": 3}, "c2: m2"),
        ({"type": "error", "code": None, "message": "m3"}, "error: m3"),
        ({"type": "error", "error": {"type": "t4", "code": None, "message": "m4"}}, "t4: m4"),
        ({"type": "error", "error": "m5"}, "m5"),
        ({"error": {"message": "m6"}}, "error: m6"),
    ],
)
def test_errors_are_told_with_code_and_message(message: dict[str, Any], text: str) -> None:
    assert said(message) == [Failed(text)]


# --- other tools -------------------------------------------------------------------------


def custom(kind: str, **more: Any) -> dict[str, Any]:
    return event(f"custom_tool_call_input.{kind}", 0, **more)


def test_the_input_of_a_custom_tool_is_free_text_and_over_with_its_item() -> None:
    item = call("sql", "custom_tool_call")
    start = [added(0, {**item, "input": ""}), custom("delta", delta=FREE[:9])]
    start += [custom("done", input=FREE)]
    deltas = said(*start)
    assert deltas[0] == CallStarted(0, "call_sql", "sql", free=True)
    assert texts(deltas) == {0: FREE}
    assert ended(deltas) == []
    assert ended(said(*start, item_done(0, {**item, "input": FREE}))) == [0]
    assert ended(said(*start, over())) == [0]
    cut = {**item, "input": FREE, "status": "incomplete"}
    assert ended(said(*start, item_done(0, cut), over(cut, kind="incomplete"))) == []


def test_calls_of_mcp_servers_are_run_by_the_provider_and_known_by_the_id_of_their_item() -> None:
    item = {"type": "mcp_call", "id": "mcp_1", "name": "ask", "server_label": "wiki"}
    deltas = said(
        added(0, {**item, "arguments": ""}),
        event("mcp_call_arguments.delta", 0, item_id="mcp_1", delta=ARGUMENTS),
        event("mcp_call_arguments.done", 0, item_id="mcp_1", arguments=ARGUMENTS),
        event("mcp_call.completed", 0, item_id="mcp_1"),
        item_done(0, {**item, "arguments": ARGUMENTS, "status": "failed", "output": None}),
    )
    start = CallStarted(0, "mcp_1", "ask", server=True)
    assert deltas == [start, CallText(0, ARGUMENTS), CallEnded(0)]


@pytest.mark.parametrize(
    "kind",
    [
        "web_search_call",
        "file_search_call",
        "computer_call",
        "code_interpreter_call",
        "image_generation_call",
        "tool_search_call",
        "mcp_list_tools",
        "mcp_approval_request",
        "shell_call",
        "tomorrow_call",
    ],
)
def test_items_of_other_kinds_are_left_out(kind: str) -> None:
    item = {"type": kind, "id": "x_1", "call_id": "c", "name": "n", "arguments": {"a": 1}}
    events = [event(f"{kind}.in_progress", 0), event(f"{kind}_code.delta", 0, delta="print(1)")]
    assert said(added(0, item), *events, item_done(0, item)) == []
    assert said(over(item)) == [Finished(0, "complete", "completed"), Ended()]


# --- events that come twice --------------------------------------------------------------


def test_an_event_that_comes_again_with_its_number_is_dropped() -> None:
    start, first, last = counted(added(0, call()), more(0, "[1,"), more(0, "1]"))
    deltas = said(start, start, first, first, first, last)
    mended = CallMended(0, "repeated_delta", "[1,", "")
    assert deltas[1:] == [CallText(0, "[1,"), mended, mended, CallText(0, "1]")]


def test_text_that_comes_again_with_its_number_is_dropped() -> None:
    begin, word = counted(added(0, call()), event("output_text.delta", 1, delta="no"))
    assert said(begin, word, word)[1:] == [Text("text", "no", 0, "1/0")]


@pytest.mark.parametrize("number", [0, 7])
def test_equal_deltas_are_kept_where_a_server_does_not_count(number: int) -> None:
    same = {**more(0, "1"), "sequence_number": number}
    for before in ([], [3, 4], [9], [0, 1, 2]):
        events = [event("created", sequence_number=n) for n in before]
        start = {**added(0, call()), "sequence_number": number}
        assert texts(said(*events, start, same, same, same)) == {0: "111"}


def test_a_number_that_stood_for_several_events_stands_for_none() -> None:
    start, one, two = counted(added(0, call()), more(0, "1"), more(0, "2"))
    two["sequence_number"] = one["sequence_number"]
    assert texts(said(start, one, two, one)) == {0: "121"}


def test_equal_deltas_are_kept_without_numbers_and_with_others() -> None:
    assert texts(said(added(0, call()), more(0, "1"), more(0, "1"))) == {0: "11"}
    assert texts(said(*counted(added(0, call()), more(0, "1"), more(0, "1")))) == {0: "11"}
    numbered = counted(added(0, call("a")), added(1, call("b")), more(0, "{}"))
    assert texts(said(*numbered, {**more(1, "{}"), "sequence_number": 2})) == {0: "{}", 1: "{}"}


# --- text --------------------------------------------------------------------------------


def test_texts_have_their_channel_and_their_part() -> None:
    deltas = said(
        event("reasoning_summary_text.delta", 0, summary_index=1, delta="a"),
        event("reasoning_text.delta", 0, content_index=0, delta="b"),
        event("output_text.delta", 1, content_index=2, delta="c"),
        event("refusal.delta", 1, content_index=3, delta="d"),
        event("output_text.delta", item_id="m", delta="e"),
        event("output_text.delta", delta=""),
        event("output_text.delta", delta="f"),
    )
    assert spoken(deltas) == [
        ("reasoning", "a", "0/summary/1"),
        ("reasoning", "b", "0/0"),
        ("text", "c", "1/2"),
        ("refusal", "d", "1/3"),
        ("text", "e", "m/0"),
        ("text", "f", "0/0"),
    ]


def all_of_a_text(index: int | None, text: str, **ids: Any) -> list[dict[str, Any]]:
    part = {"type": "output_text", "text": text}
    item = {"type": "message", "id": "m", "content": [part], "status": "completed"}
    return [
        event("output_text.done", index, content_index=0, text=text, **ids),
        event("content_part.done", index, content_index=0, part=part, **ids),
        item_done(index, item),
        over(item),
    ]


def test_a_text_that_no_delta_brought_is_told_once() -> None:
    events = all_of_a_text(1, "Hi", item_id="m")
    for start in range(len(events)):
        told = spoken(said(*events[start:]))
        assert [text for _, text, _ in told] == ["Hi"]
    second = all_of_a_text(2, "Ho")
    assert spoken(said(*events[:3], *second)) == [("text", "Hi", "1/0"), ("text", "Ho", "2/0")]


def test_a_text_without_a_place_is_known_by_its_item() -> None:
    events = all_of_a_text(None, "Hi", item_id="m")
    assert [spoken(said(*events[n:])) for n in (0, 2)] == [[("text", "Hi", "m/0")]] * 2
    both = [*events[:1], *all_of_a_text(None, "Ho", item_id="n")[:1]]
    assert spoken(said(*both)) == [("text", "Hi", "m/0"), ("text", "Ho", "n/0")]


def test_one_text_may_come_in_deltas_and_another_whole() -> None:
    first = event("output_text.delta", 0, content_index=0, delta="Hi")
    events = all_of_a_text(1, "Ho")
    for start in range(3):
        told = spoken(said(first, *events[start:]))
        assert told == [("text", "Hi", "0/0"), ("text", "Ho", "1/0")]


@pytest.mark.parametrize("index", [1, None])
@pytest.mark.parametrize("ids", [{}, {"item_id": "m"}])
@pytest.mark.parametrize("place", [{}, {"output_index": 1}, {"item_id": "?"}])
def test_a_text_that_deltas_brought_is_not_told_again(
    index: int | None, ids: dict[str, Any], place: dict[str, Any]
) -> None:
    deltas = [event("output_text.delta", delta=text, content_index=0, **place) for text in "Hi"]
    assert len(spoken(said(*deltas, *all_of_a_text(index, "Hi", **ids)))) == 2


# --- shapes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        event("created", response={}),
        added(0, call()),
        event("output_text.delta", 0, delta="x"),
        {"type": "error", "code": "c", "message": "m"},
        {"type": "error", "sequence_number": 2, "error": {"message": "m"}},
    ],
)
def test_its_events_are_known_by_their_shape(message: dict[str, Any]) -> None:
    adapter = adapter_for(message)
    assert isinstance(adapter, OpenAIResponses)
    assert adapter.marks_ends


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"type": None},
        {"type": ["response."]},
        {"type": "message_start"},
        {"type": "error", "error": {"type": "overloaded_error", "message": "m"}},
        {"type": "error"},
        {"choices": []},
        {"object": "response.chunk"},
    ],
)
def test_other_messages_are_not_taken_for_its_events(message: dict[str, Any]) -> None:
    assert not OpenAIResponses.matches(message)


def test_unknown_events_say_nothing() -> None:
    assert said(event("tomorrow.delta", 0, delta="x"), {"type": "keepalive"}, {}) == []
    assert said({"type": "tomorrow", "error": {"message": "m"}}) == []


@pytest.mark.parametrize(
    "message",
    [
        added(0, {**call(), "name": 3}),
        added(0, {"type": "function_call", "call_id": 5}),
        added(0, ["function_call"]),  # type: ignore[arg-type]
        more(0, {"a": 1}),  # type: ignore[arg-type]
        more(0, 7),  # type: ignore[arg-type]
        done(0, 7),  # type: ignore[arg-type]
        item_done(0, "text"),  # type: ignore[arg-type]
        item_done(0, {"type": "message", "content": "Hi"}),
        event("output_text.delta", 0, delta=b"x"),
        {"type": "response.completed", "response": [1]},
        over("item"),
        {"type": []},
    ],
)
def test_wrong_shapes_are_errors(message: Any) -> None:
    adapter = OpenAIResponses()
    list(adapter.feed(added(0, call("a"))))
    with pytest.raises((TypeError, AttributeError, ValueError, LookupError)):
        list(adapter.feed(message))


# --- the SDK -----------------------------------------------------------------------------


def client(sdk: Any, name: str, body: bytes) -> Any:
    """A client of the SDK that is answered with a body."""
    http = getattr(sdk, f"Default{name.replace('OpenAI', '')}HttpxClient")
    library = import_module(http.__mro__[1].__module__.split(".")[0])
    headers = {"content-type": "text/event-stream"}
    transport = library.MockTransport(
        lambda _: library.Response(200, content=body, headers=headers)
    )
    return getattr(sdk, name)(api_key="k", http_client=http(transport=transport), max_retries=0)


@needs_recordings
@pytest.mark.parametrize("name", RECORDED)
def test_the_objects_of_the_sdk_say_what_the_wire_does(name: str) -> None:
    sdk = pytest.importorskip("openai")
    body = (STREAMS / name).read_bytes()
    wire = said(*messages_of(name))
    with client(sdk, "OpenAI", body) as openai:
        assert said(*openai.responses.create(model="m", input="i", stream=True)) == wire
        with openai.responses.stream(model="m", input="i") as events:
            assert said(*events) == wire

    async def collect() -> list[Any]:
        async with client(sdk, "AsyncOpenAI", body) as openai:
            stream = await openai.responses.create(model="m", input="i", stream=True)
            return [event async for event in stream]

    assert said(*asyncio.run(collect())) == wire
