"""Gemini: whole calls, calls in patches, and interactions."""

from __future__ import annotations

import itertools
import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partialjson import Parser
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
from partialjson.providers.gemini import Gemini
from partialjson.providers.gemini_interactions import GeminiInteractions
from partialjson.providers.partial_args import begun, finished, read_steps, written

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

# --- what Gemini sends ------------------------------------------------------------------


def response(*parts: dict[str, Any], choice: int = 0, finish: str | None = None) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"parts": list(parts), "role": "model"}}
    if choice:
        candidate["index"] = choice
    if finish is not None:
        candidate["finishReason"] = finish
    return {"candidates": [candidate]}


def calling(**called: Any) -> dict[str, Any]:
    return {"functionCall": called}


def patch(path: str, value: Any = None, more: bool = False) -> dict[str, Any]:
    """A patch; strings, numbers, booleans and null each have a field of their own."""
    names = {str: "stringValue", bool: "boolValue", int: "numberValue", float: "numberValue"}
    said = {"jsonPath": path, names.get(type(value), "nullValue"): value}
    return {**said, "willContinue": True} if more else said


def patches(*said: dict[str, Any], more: bool = True) -> dict[str, Any]:
    """A response with patches of the call that goes on."""
    called = {"partialArgs": list(said)}
    return response(calling(**called, willContinue=True) if more else calling(**called))


BEGIN = response(calling(name="f", willContinue=True))
END = response(calling())


def of(*messages: Any) -> list[Delta]:
    return same_with_resuming(Gemini, list(messages))


# --- whole calls ------------------------------------------------------------------------


@needs_recordings
@pytest.mark.parametrize("name", recordings_of("gemini.generateContent"))
def test_recorded_streams_give_the_calls_and_texts_that_are_in_them(name: str) -> None:
    said = check_against_recording(Gemini, name)
    assert said[-1] == Finished(0, "complete", "STOP")


def test_a_whole_call_starts_and_ends_at_once() -> None:
    assert of(response(calling(name="f", args={"city": "Köln"}, id="c1"))) == [
        CallStarted(0, "c1", "f"),
        CallText(0, '{"city": "Köln"}'),
        CallEnded(0),
    ]


@pytest.mark.parametrize(("args", "text"), [({"args": {}}, "{}"), ({}, "")])
def test_a_call_without_arguments_has_the_text_that_came(args: Any, text: str) -> None:
    assert calls_in(of(response(calling(name="f", **args)))) == [(None, "f", text, True)]


def test_parallel_calls_of_one_tool_are_told_apart_by_their_order() -> None:
    said = of(
        response(calling(name="f", args={"a": 1}), calling(name="f", args={"a": 2})),
        response(calling(name="f", args={"a": 3}), finish="STOP"),
    )
    assert [text for _, _, text, _ in calls_in(said)] == ['{"a": 1}', '{"a": 2}', '{"a": 3}']


def test_candidates_are_choices() -> None:
    two = {"candidates": [response(calling(name="f"), choice=n)["candidates"][0] for n in (0, 1)]}
    said = of(two, response({"text": "x"}, choice=1, finish="MAX_TOKENS"))
    assert [delta.choice for delta in said if isinstance(delta, CallStarted)] == [0, 1]
    assert said[-2:] == [Text("text", "x", 1), Finished(1, "length", "MAX_TOKENS")]


def test_thoughts_are_reasoning_and_empty_texts_are_left_out() -> None:
    said = of(
        response({"text": "hm", "thought": True}, {"text": "yes"}),
        response({"text": "", "thoughtSignature": "Eo"}, {"executableCode": {"code": "1"}}),
    )
    assert said == [Text("reasoning", "hm"), Text("text", "yes")]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        *[("STOP", "complete"), ("MAX_TOKENS", "length"), ("CONTINUATION", "length")],
        *[("SAFETY", "content_filter"), ("MODEL_ARMOR", "content_filter")],
        *[(word, "content_filter") for word in ("RECITATION", "BLOCKLIST", "SPII", "LANGUAGE")],
        *[("PROHIBITED_CONTENT", "content_filter"), ("IMAGE_SAFETY", "content_filter")],
        *[("MALFORMED_FUNCTION_CALL", "unknown"), ("UNEXPECTED_TOOL_CALL", "unknown")],
        *[("OTHER", "unknown"), ("SOMETHING_NEW", "unknown")],
    ],
)
def test_finish_reasons(said: str, reason: str) -> None:
    assert of(response(finish=said)) == [Finished(0, reason, said)]


def test_an_unspecified_finish_reason_is_none() -> None:
    assert of(response({"text": "a"}, finish="FINISH_REASON_UNSPECIFIED")) == [Text("text", "a")]


def test_a_blocked_prompt_is_a_content_filters_doing() -> None:
    blocked = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {}}
    assert of(blocked) == [Finished(0, "content_filter", "SAFETY")]


def test_a_response_with_nothing_but_its_usage_says_nothing() -> None:
    assert of({"usageMetadata": {"totalTokenCount": 3}}) == []


def test_an_error_in_mid_stream_fails_it() -> None:
    error = {"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}}
    assert Gemini.matches(error)
    assert of(response({"text": "a"}), error)[-1] == Failed("UNAVAILABLE: overloaded")
    assert of({"error": {"code": 503}}) == [Failed("503: ")]


@pytest.mark.parametrize(
    "message",
    [
        {"candidates": "x"},
        {"candidates": [1]},
        response(calling(name=["f"])),
        response(calling(name="f", args=3)),
        response({"text": 3}),
        {"candidates": [{"finishReason": 3}]},
    ],
)
def test_other_shapes_raise(message: dict[str, Any]) -> None:
    with pytest.raises((TypeError, AttributeError, ValueError, LookupError)):
        heard(Gemini(), [message])


def test_other_apis_messages_are_not_taken_for_geminis() -> None:
    assert not Gemini.matches({"choices": []})
    assert not Gemini.matches({"error": {"message": "x", "type": "server_error"}})
    assert not Gemini.matches({"error": "x"})


# --- calls in patches -------------------------------------------------------------------


def test_a_streamed_call_is_json_text_from_its_start_to_its_end() -> None:
    said = of(
        BEGIN,
        patches(patch("$.location", "Bos", more=True)),
        patches(patch("$.location", "ton", more=True)),
        patches(patch("$.location", "")),
        END,
    )
    assert said == [
        CallStarted(0, None, "f"),
        CallText(0, '{"location": "Bos'),
        CallText(0, "ton"),
        CallText(0, '"'),
        CallText(0, "}"),
        CallEnded(0),
    ]


def test_a_last_patch_without_will_continue_ends_the_call() -> None:
    said = of(BEGIN, patches(patch("$.a[0].b", 0.3), more=False), response(finish="STOP"))
    assert calls_in(said) == [(None, "f", '{"a": [{"b": 0.3}]}', True)]


def test_an_ended_call_gets_no_second_end() -> None:
    said = of(BEGIN, patches(patch("$.a", 1), more=False), END, END)
    assert kinds_in(said) == ["CallStarted", "CallText", "CallEnded"]


def test_a_pause_is_nothing_and_calls_follow_each_other() -> None:
    pause = response(calling(willContinue=True))
    said = of(
        *[response(calling(name="none"))],
        *[BEGIN, patches(patch("$.a", "x")), pause, patches(patch("$.b", True)), END],
        *[BEGIN, pause, patches(patch("$.a", "y"), patch("$.b", None)), END],
        response({"text": ""}, finish="STOP"),
    )
    assert calls_in(said) == [
        (None, "none", "", True),
        (None, "f", '{"a": "x", "b": true}', True),
        (None, "f", '{"a": "y", "b": null}', True),
    ]


def test_a_streamed_call_without_patches_has_no_text() -> None:
    assert of(BEGIN, END) == [CallStarted(0, None, "f"), CallEnded(0)]


def test_whole_arguments_of_a_call_that_was_to_stream_are_taken_whole() -> None:
    said = of(BEGIN, response(calling(args={"a": {}})))
    assert said[1:] == [CallText(0, '{"a": {}}'), CallEnded(0)]
    said = of(BEGIN, response(calling(args={}, willContinue=True)), END)
    assert calls_in(said) == [(None, "f", "{}", True)]


def test_patches_may_come_with_the_name() -> None:
    first = calling(name="f", id="c", partialArgs=[patch("$.a", "x", more=True)], willContinue=True)
    again = calling(name="f", id="c", partialArgs=[patch("$.a", "y")], willContinue=True)
    said = of(response(first), response(again), END)
    assert calls_in(said) == [("c", "f", '{"a": "xy"}', True)]


def test_a_name_opens_a_call_though_the_one_before_has_no_end() -> None:
    said = of(BEGIN, patches(patch("$.a", "x", more=True)), BEGIN, patches(patch("$.b", 1)), END)
    assert calls_in(said) == [(None, "f", '{"a": "x', False), (None, "f", '{"b": 1}', True)]


def test_a_call_that_ends_within_a_string_stays_cut() -> None:
    said = of(BEGIN, patches(patch("$.a.b", "x", more=True)), END)
    assert calls_in(said) == [(None, "f", '{"a": {"b": "x', True)]


def test_a_call_without_an_end_has_none() -> None:
    said = of(BEGIN, patches(patch("$.a", "x")), response(finish="MAX_TOKENS"))
    assert calls_in(said) == [(None, "f", '{"a": "x"', False)]


def test_what_was_saved_stays_as_it_is_whoever_goes_on_from_it() -> None:
    adapter = Gemini()
    heard(adapter, [BEGIN, patches(patch("$.a", 1))])
    saved = adapter.save()
    before = json.dumps(saved)
    for other in (adapter, Gemini(), Gemini()):
        other.load(saved)
        assert calls_in([CallStarted(0, None, "f"), *other.feed(patches(patch("$.b", 2)))]) == [
            (None, "f", ', "b": 2', False)
        ]
    adapter.load(saved)
    heard(adapter, [END, BEGIN])
    assert json.dumps(saved) == before


def test_candidates_stream_their_calls_side_by_side() -> None:
    def both(**called: Any) -> dict[str, Any]:
        sides = [response(calling(**called), choice=choice) for choice in (0, 1)]
        return {"candidates": [side["candidates"][0] for side in sides]}

    said = of(
        both(name="f", willContinue=True),
        both(partialArgs=[patch("$.a", 1)], willContinue=True),
        both(),
    )
    assert calls_in(said) == [(None, "f", '{"a": 1}', True)] * 2


@pytest.mark.parametrize(
    "messages",
    [
        [patches(patch("$.a", 1))],
        [response(calling(args={"a": 1}))],
        [BEGIN, END, patches(patch("$.a", 1))],
        [BEGIN, patches(patch("$.a", 1)), response(calling(args={"a": 1}))],
        [BEGIN, response(calling(args={"a": 1}, willContinue=True)), patches(patch("$.b", 1))],
        [BEGIN, patches({"stringValue": "x"})],
        [BEGIN, patches({"jsonPath": "$.a", "stringValue": 3})],
        [BEGIN, patches({"jsonPath": "$.a", "numberValue": "3"})],
        [BEGIN, patches({"jsonPath": "$.a", "numberValue": True})],
        [BEGIN, patches({"jsonPath": "$.a", "boolValue": 1})],
        [BEGIN, patches(patch("$.a", float("nan")))],
    ],
)
def test_arguments_that_make_no_sense_raise(messages: list[Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        heard(Gemini(), messages)


# --- the writer -------------------------------------------------------------------------


def text_of(*said: dict[str, Any]) -> str:
    state = begun()
    return "".join(written(state, patch) for patch in said) + finished(state)


def test_nested_values_open_and_close_their_containers() -> None:
    assert (
        text_of(
            patch("$.recipe.ingredients[0].amount", "16 oz"),
            patch("$.recipe.ingredients[0].name", "noodles"),
            patch("$.recipe.ingredients[1].amount", 2.5),
            patch("$.recipe.steps[0]", "boil"),
            patch("$.recipe.steps[1]", "eat"),
            patch("$.fast", False),
        )
        == '{"recipe": {"ingredients": [{"amount": "16 oz", "name": "noodles"}, {"amount": 2.5}], '
        '"steps": ["boil", "eat"]}, "fast": false}'
    )


def test_a_string_that_goes_on_is_ended_by_another_argument() -> None:
    said = (patch("$.a.b", "x", more=True), patch("$.a.c", "y"))
    assert text_of(*said) == '{"a": {"b": "x", "c": "y"}}'


def test_the_path_of_a_string_may_be_written_in_another_way() -> None:
    assert text_of(patch("$.a", "x", more=True), patch("$['a']", "y")) == '{"a": "xy"}'


def test_what_has_no_value_is_null_or_nothing_new_for_a_string() -> None:
    assert text_of({"jsonPath": "$.a"}, {"jsonPath": "$.b", "nullValue": "NULL_VALUE"}) == (
        '{"a": null, "b": null}'
    )
    assert text_of(patch("$.a", "x", more=True), {"jsonPath": "$.a"}) == '{"a": "x"}'
    announced = {"jsonPath": "$.a", "willContinue": True}
    assert text_of(announced, patch("$.a", "x")) == '{"a": "x"}'
    assert text_of({**announced, "nullValue": None}) == '{"a": null}'


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *[(5.0, "5"), (5, "5"), (-3.0, "-3"), (0.5, "0.5"), (-0.0, "0"), (1e15, "1" + 15 * "0")],
        *[(2.0**53, "9007199254740992"), (2.0**54, "1.8014398509481984e+16"), (1e300, "1e+300")],
        *[(2**70, "1180591620717411303424"), (1e-7, "1e-07")],
    ],
)
def test_numbers_without_fraction_are_written_as_integers_while_they_are_exact(
    number: float, text: str
) -> None:
    assert text_of(patch("$.a", number)) == f'{{"a": {text}}}'


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("$.a", ["a"]),
        ("$.a.b[0][12].c", ["a", "b", 0, 12, "c"]),
        ("$['a b'].c", ["a b", "c"]),
        ('$["a.b"]["\'"]', ["a.b", "'"]),
        (r"$['it\'s']['\\'][0]", ["it's", "\\", 0]),
        (r'$["\"\u00fc\ud83d\ude00"]', ['"ü😀']),
        ("$.größe.first-name.a b", ["größe", "first-name", "a b"]),
        ("$['']", [""]),
    ],
)
def test_paths(path: str, steps: list[Any]) -> None:
    assert read_steps(path) == steps


@pytest.mark.parametrize(
    "path",
    [
        *["", "$", "a", "x.a", "$a", "$.", "$..a", "$.a.", "$.a[", "$.a[]", "$.a[-1]", "$[*]"],
        *["$[a]", "$['a]", "$.a]", "$['a'", "$[0:1]", '$["a" ]'],
    ],
)
def test_what_is_no_path_of_an_argument_raises(path: str) -> None:
    with pytest.raises(ValueError, match="no path"):
        read_steps(path)


@pytest.mark.parametrize(
    "said",
    [
        [patch("$.a", 1), patch("$.a", 2)],
        [patch("$.a.b", 1), patch("$.c", 1), patch("$.a.d", 1)],
        [patch("$.a", "x", more=True), patch("$.a.b", 1)],
        [patch("$.a", "x", more=True), patch("$.a", 1)],
        [patch("$.a", "x", more=True), patch("$.b", "y"), patch("$.a", "z")],
        [patch("$.a[1]", 1)],
        [patch("$.a[0]", 1), patch("$.a[2]", 1)],
        [patch("$.a[0]", 1), patch("$.a[1].b", 1), patch("$.a[0]", 1)],
        [patch("$.a[0]", 1), patch("$.a.b", 1)],
        [patch("$.a.b", 1), patch("$.a[0]", 1)],
        [patch("$.a", 1), patch("$[0]", 1)],
    ],
)
def test_patches_that_do_not_go_on_in_document_order_raise(said: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"argument|string that goes on"):
        text_of(*said)


def test_half_a_surrogate_pair_waits_for_the_other_half() -> None:
    state = begun()
    assert written(state, patch("$.a", "x\ud83d", more=True)) == '{"a": "x'
    assert written(json.loads(json.dumps(state)), patch("$.a", "\ude00y")) == '😀y"'
    assert written(state, patch("$.a", "", more=True)) == ""
    assert written(state, patch("$.a", "\ude00\ud83d", more=True)) == "😀"
    assert written(state, patch("$.b", 1)) == '\ud83d", "b": 1'


KEYS = st.text(max_size=5) | st.sampled_from(["a", "b", "c d", "a.b", "it's", '"', "\\", "[0]"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4)
        | st.dictionaries(KEYS, inner, min_size=1, max_size=4)
    ),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


def leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """The path and value of each leaf, in document order."""
    waiting = [("$", value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            inside = [(f"{path}[{json.dumps(key)}]", value[key]) for key in value]
        elif isinstance(value, list):
            inside = [(f"{path}[{index}]", item) for index, item in enumerate(value)]
        else:
            yield path, value
            continue
        waiting += reversed(inside)


def pieces_of(text: str, data: st.DataObject) -> list[str]:
    """A text in pieces, cut as UTF-16 is: also within a character."""
    units = text.encode("utf-16-le", "surrogatepass")
    places = sorted(data.draw(st.lists(st.integers(0, len(units) // 2), max_size=4)))
    edges = itertools.pairwise([0, *places, len(units) // 2])
    return [units[2 * a : 2 * b].decode("utf-16-le", "surrogatepass") for a, b in edges]


def all_patches(value: Any, data: st.DataObject) -> list[dict[str, Any]]:
    """The patches of an object, its strings in pieces."""
    said = []
    for path, leaf in leaves(value):
        if not isinstance(leaf, str):
            said.append(patch(path, leaf))
            continue
        pieces = pieces_of(leaf, data)
        said += [patch(path, piece, more=True) for piece in pieces[:-1]]
        said.append(patch(path, pieces[-1]))
    return said


@given(OBJECTS, st.data())
def test_patches_of_any_object_give_its_json_text(value: dict[str, Any], data: Any) -> None:
    state = begun()
    text = ""
    for said in all_patches(value, data):
        text += written(state, said)
        state = json.loads(json.dumps(state))
    text += finished(state)
    assert json.loads(text) == value
    assert json.dumps(json.loads(text), ensure_ascii=False) == text


@given(OBJECTS, st.data())
def test_streamed_arguments_are_what_whole_ones_would_be(value: dict[str, Any], data: Any) -> None:
    said = of(BEGIN, *[patches(one) for one in all_patches(value, data)], END)
    ((_, _, text, ended),) = calls_in(said)
    whole = heard(Gemini(), [response(calling(name="f", args=value))])
    assert ended
    assert json.loads(text) == json.loads(calls_in(whole)[0][2])


@given(st.lists(OBJECTS, min_size=1, max_size=3), st.data())
def test_every_prefix_of_the_text_may_become_json(values: list[Any], data: Any) -> None:
    messages: list[Any] = []
    for value in values:
        messages += [BEGIN, *[patches(one) for one in all_patches(value, data)], END]
    parsers: dict[int, Parser] = {}
    for delta in heard(Gemini(), messages):
        if isinstance(delta, CallStarted):
            parsers[delta.key] = Parser()
        elif isinstance(delta, CallText):
            parsers[delta.key].feed(delta.text)  # raises at the first hopeless character
        elif isinstance(delta, CallEnded):
            parsers[delta.key].close()
    assert [parser.value for parser in parsers.values()] == values


# --- the SDK ----------------------------------------------------------------------------


def as_sdk_objects(messages: list[Any]) -> list[Any]:
    types = sdk("google.genai.types")
    return [types.GenerateContentResponse.model_validate(message) for message in messages]


def test_the_sdks_objects_say_the_same() -> None:
    messages: list[Any] = [
        response({"text": "hm", "thought": True}, {"text": "yes"}),
        response(calling(name="g", args={"a": [1, None]}, id="c1"), calling(name="h", args={})),
        response(calling(name="none")),
        BEGIN,
        patches(patch("$.a[0].b", "x", more=True)),
        patches(patch("$.a[0].b", "")),
        response(calling(willContinue=True)),
        patches(patch("$.c", 3), patch("$.d", True), patch("$.e", None)),
        END,
        response(choice=1, finish="SAFETY"),
        response({"text": ""}, finish="STOP"),
    ]
    objects = as_sdk_objects(messages)
    assert all(Gemini.matches(vars(message)) for message in objects)
    said = same_with_resuming(Gemini, objects)
    assert said == of(*messages)
    assert calls_in(said)[-1][2] == '{"a": [{"b": "x"}], "c": 3, "d": true, "e": null}'


def test_the_sdks_object_for_a_blocked_prompt_says_the_same() -> None:
    blocked: Any = [{"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}]
    assert heard(Gemini(), as_sdk_objects(blocked)) == of(*blocked)


# --- interactions -----------------------------------------------------------------------


def step(index: int, kind: str, **more: Any) -> dict[str, Any]:
    return {"event_type": "step.start", "index": index, "step": {"type": kind, **more}}


def delta(index: int, kind: str, **more: Any) -> dict[str, Any]:
    return {"event_type": "step.delta", "index": index, "delta": {"type": kind, **more}}


def stop(index: int) -> dict[str, Any]:
    return {"event_type": "step.stop", "index": index}


def completed(status: str) -> dict[str, Any]:
    interaction = {"id": "v1", "status": status}
    return {"event_type": "interaction.completed", "interaction": interaction}


CREATED: dict[str, Any] = {
    "event_type": "interaction.created",
    "interaction": {"id": "v1", "status": "in_progress"},
}
IN_PROGRESS: dict[str, Any] = {
    "event_type": "interaction.status_update",
    "interaction_id": "v1",
    "status": "in_progress",
}
WITH_A_CALL: list[Any] = [
    *[CREATED, IN_PROGRESS, step(0, "thought"), delta(0, "thought_signature", signature="Ci")],
    delta(0, "thought_summary", content={"type": "text", "text": "hm"}),
    *[stop(0), step(1, "function_call", id="c1", name="f", arguments={}, signature="")],
    delta(1, "arguments_delta", arguments='{"city": "Bo'),
    delta(1, "arguments_delta", arguments='ston"}'),
    *[stop(1), completed("requires_action")],
]


def interaction(*messages: Any) -> list[Delta]:
    return same_with_resuming(GeminiInteractions, list(messages))


def test_an_interactions_call_streams_from_its_steps_start_to_its_stop() -> None:
    assert interaction(*WITH_A_CALL) == [
        Text("reasoning", "hm", 0, 0),
        CallStarted(0, "c1", "f"),
        CallText(0, '{"city": "Bo'),
        CallText(0, 'ston"}'),
        CallEnded(0),
        Finished(0, "complete", "requires_action"),
        Ended(),
    ]


@pytest.mark.parametrize(("start", "text"), [({"a": 1}, '{"a": 1}'), ({}, "")])
def test_without_deltas_the_arguments_are_those_of_the_start(start: Any, text: str) -> None:
    said = interaction(step(0, "function_call", id="c", name="f", arguments=start), stop(0))
    assert calls_in(said) == [("c", "f", text, True)]
    said = interaction(
        step(0, "function_call", id="c", name="f", arguments=start),
        delta(0, "arguments_delta", arguments='{"b": 2}'),
        *[stop(0), stop(0), stop(9)],
    )
    assert calls_in(said) == [("c", "f", '{"b": 2}', True)]
    assert kinds_in(said).count("CallEnded") == 1


def test_steps_that_stream_side_by_side_are_told_apart() -> None:
    said = interaction(
        *[step(n, "function_call", id=f"c{n}", name="f", arguments={}) for n in (0, 1)],
        *[delta(n, "arguments_delta", arguments=part) for part in ("{", "}") for n in (0, 1)],
        *[stop(1), stop(0)],
    )
    assert calls_in(said) == [("c0", "f", "{}", True), ("c1", "f", "{}", True)]


def test_tools_that_the_provider_runs_are_marked_so() -> None:
    said = interaction(
        step(0, "google_search_call", id="s"),
        delta(0, "google_search_call", arguments={"queries": ["a"]}),
        *[stop(0), step(1, "google_search_result"), stop(1)],
        step(2, "mcp_server_tool_call", id="m", name="ask", arguments={"a": None}),
        stop(2),
    )
    assert calls_in(said) == [
        ("s", "google_search", '{"queries": ["a"]}', True),
        ("m", "ask", '{"a": null}', True),
    ]
    assert all(delta.server for delta in said if isinstance(delta, CallStarted))


def test_texts_may_stand_in_the_start_and_are_told_apart_by_their_step() -> None:
    said = interaction(
        step(0, "thought", summary=[{"type": "text", "text": "h"}, {"type": "image"}]),
        step(1, "model_output", content=[{"type": "text", "text": "y"}]),
        delta(1, "text", text="es"),
        delta(1, "text_annotation_delta", annotations=[]),
        delta(2, "text", text="no"),
        step(3, "user_input", content=[{"type": "text", "text": "hello?"}]),
    )
    assert texts_in(said) == {
        ("reasoning", 0, 0): "h",
        ("text", 0, 1): "yes",
        ("text", 0, 2): "no",
    }


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        *[("completed", "complete"), ("requires_action", "complete"), ("incomplete", "length")],
        *[("budget_exceeded", "length"), ("cancelled", "unknown"), ("new", "unknown")],
    ],
)
def test_how_an_interaction_ended(status: str, reason: str) -> None:
    assert interaction(completed(status)) == [Finished(0, reason, status), Ended()]
    assert interaction({**IN_PROGRESS, "status": status}) == [Finished(0, reason, status)]


def test_an_interaction_that_failed_or_an_error_fails_the_stream() -> None:
    assert interaction(completed("failed")) == [Failed("the interaction failed")]
    error = {"event_type": "error", "error": {"code": "internal", "message": "sorry"}}
    assert interaction(error) == [Failed("internal: sorry")]


def test_an_interaction_that_is_continued_has_not_ended() -> None:
    first = [CREATED, delta(0, "text", text="Part 1 "), completed("requires_continuation")]
    said = interaction(*first, CREATED, delta(0, "text", text="Part 2"), completed("completed"))
    assert texts_in(said) == {("text", 0, 0): "Part 1 Part 2"}
    assert said[2:] == [Finished(0, "complete", "completed"), Ended()]
    assert interaction(*first)[1:] == [Finished(0, "length", "requires_continuation")]


def test_unknown_events_and_deltas_are_ignored() -> None:
    assert interaction({"event_type": "new"}, delta(0, "new", x=1), step(0, "new"), {}) == []


def test_arguments_of_no_call_raise() -> None:
    with pytest.raises(LookupError):
        interaction(delta(0, "arguments_delta", arguments="{"))


def test_the_sdks_interaction_events_say_the_same() -> None:
    types = sdk("google.genai._gaos.types.interactions.interactionsseevent")
    lenient = sdk("google.genai._gaos.utils.serializers").ALLOW_UNKNOWN_UNION_VARIANTS
    pydantic = sdk("pydantic")
    messages = [
        *WITH_A_CALL,
        *[step(2, "google_search_call", id="s", signature=""), delta(2, "unheard_of", x=1)],
        *[delta(2, "google_search_call", arguments={"queries": ["a"]}), stop(2)],
        *[step(3, "model_output"), delta(3, "text", text="yes"), {"event_type": "new", "x": 1}],
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = pydantic.TypeAdapter(types.InteractionSSEEvent)
        objects = [
            reader.validator.validate_python(message, context={lenient: True})
            for message in messages
        ]
    assert all(GeminiInteractions.matches(vars(message)) for message in objects[:-1])
    assert same_with_resuming(GeminiInteractions, objects) == interaction(*messages)
