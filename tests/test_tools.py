"""A call is complete when its provider marks its end, never because its text parses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, field_validator

from partialjson import (
    MISSING,
    CallEvent,
    DocumentCompleted,
    Event,
    FieldCompleted,
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    Limits,
    StreamError,
    StreamFailed,
    StringDelta,
    TextDelta,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCalls,
    ToolCallStarted,
    UsageError,
    Validated,
    ValidationFailed,
)
from tests.fragmenting import cuts


class Forecast(BaseModel):
    city: str
    days: int


WHOLE = '{"city": "Paris", "days": 3}'


# --- what providers send ----------------------------------------------------------------


def openai(
    arguments: str | None = None,
    name: str | None = None,
    *,
    index: int | None = 0,
    id: str | None = None,
    choice: int = 0,
    finish: str | None = None,
    **delta: Any,
) -> dict[str, Any]:
    if arguments is not None or name is not None:
        function = {"name": name, "arguments": arguments}
        delta["tool_calls"] = [{"index": index, "id": id, "function": function}]
    return {"choices": [{"index": choice, "delta": delta, "finish_reason": finish}]}


def block(index: int, name: str, kind: str = "tool_use", **more: Any) -> dict[str, Any]:
    content = {"type": kind, "id": f"toolu_{index}", "name": name, "input": {}, **more}
    return {"type": "content_block_start", "index": index, "content_block": content}


def json_delta(index: int, text: str) -> dict[str, Any]:
    delta = {"type": "input_json_delta", "partial_json": text}
    return {"type": "content_block_delta", "index": index, "delta": delta}


def stop(index: int) -> dict[str, Any]:
    return {"type": "content_block_stop", "index": index}


def stop_reason(reason: str) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": reason}}


START: dict[str, Any] = {"type": "message_start", "message": {"content": []}}
END: dict[str, Any] = {"type": "message_stop"}


def as_sse(messages: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(b"data: " + json.dumps(m).encode() + b"\n\n" for m in messages)


def said(messages: Iterable[Any], *, close: bool = True, **options: Any) -> list[Event]:
    calls = ToolCalls(options.pop("tools", {"forecast": Forecast}), **options)
    events = [event for message in messages for event in calls.feed(message)]
    return [*events, *calls.close()] if close else events


def fates(events: list[Event]) -> list[tuple[str, str]]:
    """Name and fate of each call, in the order in which they were told."""
    found = []
    for event in events:
        if isinstance(event, ToolCallCompleted):
            found.append((event.call.name, "completed"))
        elif isinstance(event, ToolCallFailed):
            found.append((event.call.name, event.reason))
        elif isinstance(event, StreamFailed):
            found.append(("stream", event.reason))
    return found


def only(events: list[Event], kind: type[Any]) -> Any:
    (event,) = [event for event in events if isinstance(event, kind)]
    return event


# --- complete ---------------------------------------------------------------------------


def test_an_openai_call_is_complete_when_the_stream_ends_after_its_finish_reason() -> None:
    calls = ToolCalls({"forecast": Forecast})
    events = calls.feed(openai(WHOLE, "forecast", id="c1"))
    assert fates(events) == []
    assert fates(calls.feed(openai(finish="tool_calls"))) == []
    end = calls.feed(b"data: [DONE]\n\n")
    assert fates(end) == [("forecast", "completed")]
    assert only(end, ToolCallCompleted).arguments == Forecast(city="Paris", days=3)
    assert only(end, ToolCallCompleted).text == WHOLE
    assert calls.close() == []


def test_an_anthropic_call_is_complete_at_the_stop_of_its_block() -> None:
    calls = ToolCalls({"forecast": Forecast})
    for message in (START, block(0, "forecast"), json_delta(0, ""), json_delta(0, WHOLE)):
        assert fates(calls.feed(message)) == []
    assert fates(calls.feed(stop(0))) == [("forecast", "completed")]
    assert fates(calls.feed(stop_reason("tool_use")) + calls.feed(END) + calls.close()) == []


def test_events_of_the_arguments_come_while_they_stream_but_for_the_roots_completion() -> None:
    parts = cuts(WHOLE, 6)
    messages = [openai(parts[0], "forecast", id="c1"), *[openai(part) for part in parts[1:]]]
    events = said([*messages, openai(finish="tool_calls")])
    inner = [event.event for event in events if isinstance(event, CallEvent)]
    assert "".join(e.delta for e in inner if isinstance(e, StringDelta)) == "Paris"
    assert [e.path for e in inner if isinstance(e, FieldCompleted)] == [("city",), ("days",)]
    assert not [e for e in inner if isinstance(e, (DocumentCompleted, Validated))]
    assert isinstance(events[0], ToolCallStarted)
    assert isinstance(events[-1], ToolCallCompleted)


def test_interleaved_calls_and_choices_are_kept_apart() -> None:
    events = said(
        [
            openai('{"city": "A", ', "forecast", id="a"),
            openai('{"x": ', "other", index=1, id="b"),
            openai('{"city": "C", "days": 3}', "forecast", id="c", choice=1),
            openai('"days": 1}'),
            openai("[]}", index=1),
            openai(finish="length", choice=1),
            openai(finish="tool_calls"),
        ],
        unknown="parse",
    )
    assert fates(events) == [
        ("forecast", "completed"),
        ("other", "completed"),
        ("forecast", "length"),
    ]
    completed = [e.arguments for e in events if isinstance(e, ToolCallCompleted)]
    assert completed == [Forecast(city="A", days=1), {"x": []}]


@pytest.mark.parametrize("reason", ["stop", "tool_calls", "function_call"])
def test_each_good_finish_reason_of_openai_completes(reason: str) -> None:
    assert fates(said([openai(WHOLE, "forecast"), openai(finish=reason)])) == [
        ("forecast", "completed")
    ]


def test_a_call_without_arguments_has_none() -> None:
    class Nothing(BaseModel):
        pass

    messages = [START, block(0, "now"), json_delta(0, ""), stop(0), stop_reason("tool_use"), END]
    completed = only(said(messages, tools={"now": Nothing}), ToolCallCompleted)
    assert (completed.arguments, completed.text) == (Nothing(), "")
    assert fates(said(messages, tools={"now": Forecast})) == [("now", "violation")]
    assert only(said([openai("", "now"), openai(finish="stop")], tools=None), ToolCallCompleted)


def test_a_block_may_start_with_its_whole_input() -> None:
    start = block(0, "forecast", input={"city": "Rome", "days": 1})
    completed = only(said([START, start, stop(0), stop_reason("tool_use"), END]), ToolCallCompleted)
    assert completed.arguments == Forecast(city="Rome", days=1)


def test_tools_that_the_provider_runs_are_parsed_without_a_type() -> None:
    messages = [
        START,
        block(0, "web_search", "server_tool_use"),
        json_delta(0, '{"q": "x"}'),
        stop(0),
    ]
    completed = only(said([*messages, stop_reason("end_turn"), END]), ToolCallCompleted)
    assert completed.call.server
    assert completed.arguments == {"q": "x"}


def test_text_beside_the_calls_is_told_by_channel() -> None:
    thinking = {"type": "thinking_delta", "thinking": "hm"}
    delta = {"type": "content_block_delta", "index": 0, "delta": thinking}
    assert said([START, delta], close=False) == [TextDelta("reasoning", "hm")]
    events = said(
        [openai(content="a"), openai(refusal="no"), openai(content="b", choice=1)], close=False
    )
    assert events == [TextDelta("text", "a"), TextDelta("refusal", "no"), TextDelta("text[1]", "b")]


# --- not complete -----------------------------------------------------------------------


@pytest.mark.parametrize("text", [WHOLE, '{"city": "Par', "{", '{"city": "Paris"'])
def test_the_end_of_bytes_completes_nothing_even_if_the_text_parses(text: str) -> None:
    assert fates(said([openai(text, "forecast")])) == [
        ("forecast", "disconnected"),
        ("stream", "disconnected"),
    ]
    assert fates(said([START, block(0, "forecast"), json_delta(0, text)])) == [
        ("forecast", "disconnected"),
        ("stream", "disconnected"),
    ]


@pytest.mark.parametrize(
    ("openai_reason", "anthropic_reason", "reason"),
    [
        ("length", "max_tokens", "length"),
        ("content_filter", "refusal", None),
        ("length", "model_context_window_exceeded", "length"),
    ],
)
@pytest.mark.parametrize("text", [WHOLE, '{"city": "Par'])
def test_a_bad_finish_reason_fails_the_calls_that_have_no_end(
    openai_reason: str, anthropic_reason: str, reason: str | None, text: str
) -> None:
    events = said([openai(text, "forecast"), openai(finish=openai_reason)])
    assert fates(events) == [("forecast", reason or openai_reason)]
    messages = [
        START,
        block(0, "forecast"),
        json_delta(0, text),
        stop_reason(anthropic_reason),
        END,
    ]
    assert fates(said(messages)) == [("forecast", reason or anthropic_reason)]


def test_an_unknown_finish_reason_completes_nothing() -> None:
    assert fates(said([openai(WHOLE, "forecast"), openai(finish="eos")])) == [
        ("forecast", "no_end")
    ]


def test_done_without_a_finish_reason_completes_nothing() -> None:
    events = said([openai(WHOLE, "forecast"), "data: [DONE]\n\n"])
    assert fates(events) == [("forecast", "no_end")]


def test_arguments_cut_in_spite_of_a_good_finish_are_malformed() -> None:
    events = said([openai('{"city": "Par', "forecast"), openai(finish="tool_calls")])
    failed = only(events, ToolCallFailed)
    assert failed.reason == "malformed"
    assert isinstance(failed.error, IncompleteJSONError)
    assert failed.value == {"city": "Par"}
    assert (failed.complete, failed.missing) == ((), (("city",), ("days",)))
    assert failed.text == '{"city": "Par'


def test_a_block_that_stops_in_mid_text_fails_for_the_reason_that_comes_after() -> None:
    messages = [START, block(0, "forecast"), json_delta(0, '{"city": "Par'), stop(0)]
    assert fates(said([*messages, stop_reason("max_tokens"), END])) == [("forecast", "length")]
    assert fates(said([*messages, stop_reason("tool_use"), END])) == [("forecast", "malformed")]


def test_one_bad_call_leaves_the_others_alone() -> None:
    events = said(
        [
            openai('{"city": nope}', "forecast", id="a"),
            openai(WHOLE, "forecast", index=1, id="b"),
            openai('{"city": "A", "days": "many"}', "forecast", index=2, id="c"),
            openai("{}", "fly", index=3, id="d"),
            openai("[[[[1]]]]", "forecast", index=4, id="e"),
            openai('{"city": "A", "city": "B"}', "forecast", index=5, id="f"),
            openai(finish="tool_calls"),
        ],
        limits=Limits(max_depth=3),
    )
    failed = {e.call.id: e for e in events if isinstance(e, ToolCallFailed)}
    reasons = {id_: event.reason for id_, event in failed.items()}
    assert reasons == {
        "a": "malformed",
        "c": "violation",
        "d": "unknown_tool",
        "e": "limit",
        "f": "malformed",
    }
    assert only(events, ToolCallCompleted).call.id == "b"
    assert isinstance(failed["a"].error, JSONSyntaxError)
    assert isinstance(failed["d"].error, UsageError)
    assert "there are: forecast" in str(failed["d"].error)
    assert failed["d"].value is MISSING
    assert isinstance(failed["e"].error, LimitExceededError)
    assert failed["c"].complete == (("city",), ("days",))


def test_a_validator_that_raises_fails_its_call_alone() -> None:
    class Fragile(BaseModel):
        n: int

        @field_validator("n")
        @classmethod
        def inverse(cls, n: int) -> int:
            return 1 // n

    messages = [openai('{"n": 0}', "f", id="a"), openai('{"n": 1}', "f", index=1, id="b")]
    events = said([*messages, openai(finish="tool_calls")], tools={"f": Fragile})
    assert fates(events) == [("f", "violation"), ("f", "completed")]
    assert isinstance(only(events, ToolCallFailed).error, ZeroDivisionError)


def test_text_after_the_closing_brace_is_malformed() -> None:
    events = said([openai(WHOLE, "forecast"), openai("{}"), openai(finish="tool_calls")])
    assert fates(events) == [("forecast", "malformed")]


def test_arguments_after_the_end_of_their_call_break_the_stream() -> None:
    messages = [START, block(0, "forecast"), json_delta(0, WHOLE), stop(0), json_delta(0, "x")]
    assert fates(said(messages)) == [("forecast", "completed"), ("stream", "malformed")]


def test_arguments_of_no_call_break_the_stream() -> None:
    assert fates(said([START, json_delta(7, "{}")])) == [("stream", "malformed")]


def test_an_error_of_the_provider_fails_what_is_open_and_nothing_comes_after_it() -> None:
    error: dict[str, Any] = {"error": {"message": "overloaded"}}
    events = said([openai(WHOLE, "forecast"), error, openai(finish="tool_calls")])
    assert fates(events) == [("forecast", "provider_error"), ("stream", "provider_error")]
    assert "overloaded" in str(only(events, StreamFailed).error)
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
    events = said([START, block(0, "forecast"), json_delta(0, WHOLE), stop(0), error])
    assert fates(events) == [("forecast", "completed"), ("stream", "provider_error")]


@pytest.mark.parametrize(
    "body",
    [
        b"data: {not json}\n\n",
        b"data: [1]\n\n",
        b'data: {"hello": 1}\n\n',
        b'data: {"choices": 5}\n\n',
        b'data: {"choices": [7]}\n\n',
        b'data: {"choices": [{"delta": {"tool_calls": [{"function": {"name": 5}}]}}]}\n\n',
        b'data: {"choices": [{"delta": {"tool_calls": [{"function": {"arguments": 5}}]}}]}\n\n',
        b'data: {"choices": [{"index": [], "finish_reason": "stop"}]}\n\n',
        b'data: {"choices": [{"index": "x", "finish_reason": "stop"}]}\n\n',
        b'data: {"choices": [{"delta": {"content": 5}}]}\n\n',
        as_sse([{"type": "content_block_start", "content_block": {"type": "tool_use", "id": 1}}]),
        as_sse([{**block(0, "forecast"), "index": {}}]),
        b'data: {"type": "content_block_delta", "delta": 3}\n\n',
        b"data: " + b"[" * 100_000 + b"\n\n",
        b"\xff\xfe\x00garbage",
        b"<html>502 Bad Gateway</html>",
        b"",
    ],
)
def test_a_broken_stream_is_an_event_never_an_exception(body: bytes) -> None:
    calls = ToolCalls()
    events = calls.feed(body) + calls.close()
    failed = only(events, StreamFailed)
    assert failed.reason in ("malformed", "disconnected")
    assert isinstance(failed.error, StreamError)


def test_what_a_broken_message_says_before_it_breaks_is_not_lost() -> None:
    good = {"index": 0, "id": "a", "function": {"name": "forecast", "arguments": '{"city": "A'}}
    chunk = {"choices": [{"delta": {"tool_calls": [good, {"function": {"arguments": 5}}]}}]}
    events = said([chunk])
    assert fates(events) == [("forecast", "malformed"), ("stream", "malformed")]
    assert only(events, ToolCallFailed).text == '{"city": "A'


def test_a_new_answer_fails_what_the_old_one_left_open() -> None:
    first = [START, block(0, "forecast"), json_delta(0, '{"city"')]
    second = [START, block(0, "forecast"), json_delta(0, WHOLE), stop(0), stop_reason("tool_use")]
    events = said([*first, *second, END])
    assert fates(events) == [("forecast", "no_end"), ("forecast", "completed")]
    assert [e.call.index for e in events if isinstance(e, ToolCallStarted)] == [0, 1]


# --- servers that copy OpenAI's API -----------------------------------------------------


def test_a_new_id_with_a_name_opens_a_call_whatever_its_index() -> None:
    messages = [openai(WHOLE, "forecast", id="a"), openai(WHOLE, "forecast", id="b")]
    events = said([*messages, openai(finish="tool_calls")])
    assert fates(events) == [("forecast", "completed")] * 2


def test_without_an_index_fragments_go_to_the_latest_call() -> None:
    events = said(
        [
            openai('{"city": ', "forecast", index=None, id="a"),
            openai('"A", "days": 1}', "", index=None, id=""),
            openai(WHOLE, "forecast", index=None, id="b"),
            openai(finish="tool_calls"),
        ]
    )
    assert fates(events) == [("forecast", "completed")] * 2


def test_ids_and_names_that_are_repeated_on_each_fragment_open_nothing_new() -> None:
    parts = [openai(part, "forecast", id="a") for part in cuts(WHOLE, 5)]
    assert fates(said([*parts, openai(finish="tool_calls")])) == [("forecast", "completed")]


# --- options ----------------------------------------------------------------------------


def test_without_tools_everything_is_parsed_as_it_is() -> None:
    events = said([openai("[1]", "anything"), openai(finish="stop")], tools=None)
    assert only(events, ToolCallCompleted).arguments == [1]


def test_models_in_a_list_are_tools_of_their_own_names() -> None:
    messages = [openai(WHOLE, "Forecast"), openai(finish="stop")]
    assert only(said(messages, tools=[Forecast]), ToolCallCompleted).arguments.days == 3


def test_sdk_objects_are_read_by_their_model_dump() -> None:
    class Chunk(BaseModel):
        choices: list[dict[str, Any]]

    messages = [Chunk(**openai(WHOLE, "forecast")), Chunk(**openai(finish="stop"))]
    assert fates(said(messages)) == [("forecast", "completed")]


def test_wrong_options_and_fragments_are_refused() -> None:
    with pytest.raises(UsageError, match="'auto', 'anthropic_messages', 'openai_responses'"):
        ToolCalls(provider="bard")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(UsageError, match="'refuse' or 'parse'"):
        ToolCalls(unknown="run")  # type: ignore[arg-type]  # on purpose
    calls = ToolCalls()
    with pytest.raises(TypeError, match="not int"):
        calls.feed(5)
    calls.close()
    assert calls.close() == []
    with pytest.raises(UsageError, match="closed"):
        calls.feed(b"")


# --- fragments never matter here, either ------------------------------------------------


def condensed(events: list[Event]) -> list[Any]:
    """Everything but where the deltas of a string were cut."""
    found: list[Any] = []
    for event in events:
        inner = event.event if isinstance(event, CallEvent) else None
        if isinstance(event, CallEvent) and isinstance(inner, StringDelta):
            key = (event.call.index, inner.path)
            if found and found[-1][0] == key:
                found[-1] = (key, found[-1][1] + inner.delta)
            else:
                found.append((key, inner.delta))
        elif isinstance(event, ToolCallFailed):
            found.append(("failed", event.call, event.reason, event.text, event.value))
        elif isinstance(event, StreamFailed):
            found.append(("stream", event.reason))
        else:
            found.append(("event", event))
    return found


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(
        st.sampled_from([WHOLE, "", '{"city": 1}', "{]", '{"a": [1', "[1, 2]"]), max_size=3
    ),
    size=st.integers(1, 9),
    argument_size=st.integers(1, 9),
    ends=st.booleans(),
)
def test_neither_network_nor_token_fragments_matter(
    texts: list[str], size: int, argument_size: int, ends: bool
) -> None:
    def body(part_size: int) -> bytes:
        messages = [START]
        for index, text in enumerate(texts):
            messages.append(block(index, "forecast"))
            messages += [json_delta(index, part) for part in cuts(text, part_size)]
            messages += [stop(index)]
        return as_sse([*messages, stop_reason("tool_use"), END] if ends else messages)

    reference = condensed(said([body(1000)]))
    assert condensed(said(cuts(body(argument_size), size))) == reference


TEXTS = st.text(max_size=6) | st.sampled_from([WHOLE, WHOLE[:-1], WHOLE + "x", "{}", ""])


@settings(max_examples=200, deadline=None)
@given(
    text=TEXTS,
    other=TEXTS,
    cut=st.floats(0, 1),
    finish=st.sampled_from(["tool_calls", "stop", "length", "content_filter", "odd", None]),
    marks_ends=st.booleans(),
)
def test_a_call_is_complete_when_its_provider_marks_its_end(
    text: str, other: str, cut: float, finish: str | None, marks_ends: bool
) -> None:
    """Two calls in a body cut anywhere: complete if the end came, and the arguments are valid."""
    messages: list[dict[str, Any]] = [START] if marks_ends else []
    ends = []
    for index, arguments in enumerate((text, other)):
        if marks_ends:
            parts = [json_delta(index, part) for part in cuts(arguments, 3)]
            messages += [block(index, "forecast"), *parts, stop(index)]
            ends.append(len(as_sse(messages)))
        else:
            parts = [openai(part, index=index) for part in cuts(arguments, 3)]
            messages += [openai("", "forecast", index=index, id=f"c{index}"), *parts]
    messages += [stop_reason("tool_use"), END] if marks_ends else [openai(finish=finish)]
    whole = as_sse(messages)
    if not marks_ends:
        ends = [len(whole) if finish in ("tool_calls", "stop") else len(whole) + 1] * 2
    at = round(cut * len(whole))
    events = said([whole[:at]])
    completed = [e.call.index for e in events if isinstance(e, ToolCallCompleted)]
    failed = [e.call.index for e in events if isinstance(e, ToolCallFailed)]
    started = [e.call.index for e in events if isinstance(e, ToolCallStarted)]
    valid = [arguments == WHOLE for arguments in (text, other)]
    assert completed == [i for i in (0, 1) if ends[i] <= at and valid[i]]
    assert sorted(completed + failed) == started


@pytest.mark.parametrize("size", [1, 100])
def test_a_body_that_is_no_stream_is_shown_in_the_error(size: int) -> None:
    calls = ToolCalls()
    events = [e for part in cuts(b"<html>502 Bad Gateway</html>", size) for e in calls.feed(part)]
    failed = only(events + calls.close(), StreamFailed)
    assert "no message in the stream, which begins '<html>502 Bad Gateway</html>'" in str(
        failed.error
    )


# --- what damaged streams showed ----------------------------------------------------------


@pytest.mark.parametrize("body", [b'{"":1}\na\n', b"data: {}\n\ndata: 1\n\n"])
@pytest.mark.parametrize("size", [1, 100])
def test_a_stream_fails_once(body: bytes, size: int) -> None:
    calls = ToolCalls()
    events = [event for part in cuts(body, size) for event in calls.feed(part)]
    assert fates(events + calls.close()) == [("stream", "malformed")]


def test_the_violation_that_stops_a_stream_leaves_each_call_one_fate() -> None:
    calls = ToolCalls({"a": {"minimum": 5}, "b": Forecast}, stop_on_violation=True)
    calls.feed(openai("1", "a", id="a"))
    calls.feed(openai(WHOLE, "b", index=1, id="b", finish="tool_calls"))
    with pytest.raises(ValidationFailed) as caught:
        calls.close()
    assert fates([*caught.value.events]) == [("a", "violation"), ("b", "disconnected")]


def test_nothing_is_told_of_a_call_after_its_fate() -> None:
    messages = [openai("{}", "fly", id="a"), openai("{}"), openai(WHOLE)]
    events = said(messages)
    assert fates(events)[0] == ("fly", "unknown_tool")
    assert not [event for event in events if isinstance(event, CallEvent)]


@pytest.mark.parametrize("body", [b'{"outputs": "x"}\n', b'{"chunk": {"outputs": [1]}}\n'])
def test_a_first_message_of_any_shape_is_an_event_never_an_exception(body: bytes) -> None:
    assert fates(ToolCalls().feed(body)) == [("stream", "malformed")]


@pytest.mark.parametrize("data", [300_000_000, 10**30, [1], {"a": 1}])
def test_numbers_are_no_bytes(data: Any) -> None:
    calls = ToolCalls(provider="bedrock_invoke")
    assert fates(calls.feed({"chunk": {"bytes": data}})) == [("stream", "malformed")]


@pytest.mark.parametrize("index", [float("nan"), float("inf"), [0], {}])
def test_what_cannot_be_remembered_as_plain_data_is_no_index(index: Any) -> None:
    calls = ToolCalls()
    events = calls.feed(openai("1", "forecast", id="a", index=index))
    assert fates(events)[-1] == ("stream", "malformed")
    json.dumps(calls.checkpoint(), allow_nan=False)


def test_a_checkpoint_can_be_made_after_a_malformed_delta() -> None:
    for text in (-1, ["x"], {"a": 1}):
        calls = ToolCalls()
        calls.feed(START)
        calls.feed(block(0, "forecast"))
        assert fates(calls.feed(json_delta(0, text)))[-1] == ("stream", "malformed")  # type: ignore[arg-type]  # on purpose
        json.dumps(calls.checkpoint(), allow_nan=False)


def test_a_call_that_is_done_lets_its_parser_go() -> None:
    calls = ToolCalls()
    calls.feed(START)
    for index in range(3):
        calls.feed(block(index, "forecast"))
        calls.feed(json_delta(index, WHOLE if index else "nope"))
    before = {id(opened.parser) for opened in calls._calls}
    for index in range(3):
        calls.feed(stop(index))
    assert len(before) == 3
    assert len({id(opened.parser) for opened in calls._calls}) == 1
