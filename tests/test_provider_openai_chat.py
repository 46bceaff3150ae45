"""OpenAI's chat completions, and the servers that copy them, each fault by its own test."""

from __future__ import annotations

import copy
import doctest
import enum
import itertools
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from partialjson import Parser, PartialJSONError
from partialjson.providers import arguments, openai_chat
from partialjson.providers.arguments import may_go_on, repeats
from partialjson.providers.brackets import Brackets
from partialjson.providers.deltas import CallStarted, Delta, Failed, Finished, Text
from partialjson.providers.openai_chat import OpenAIChat

from .chat_streams import (
    CHATS,
    Made,
    chunk,
    ends,
    entry,
    heard,
    made,
    mended,
    recorded,
    said,
    texts,
    told,
)
from .fragmenting import cuts
from .recordings import expected, needs_recordings

WHOLE = '{"city": "A", "days": 3}'
STOP = chunk(finish="stop")


def chat(*messages: Any) -> list[Any]:
    return said(OpenAIChat, messages)


# --- the shape ---------------------------------------------------------------------------


def test_fragments_go_to_the_call_of_their_index() -> None:
    deltas = chat(
        chunk(entry("", "f", index=0, id="a", type="function"), role="assistant", content=None),
        chunk(entry('{"x"', index=0)),
        chunk(entry("", "g", index=1, id="b")),
        chunk(entry("{", index=1)),
        chunk(entry(": 1}", index=0)),
        chunk(entry("}", index=1)),
        chunk(finish="tool_calls"),
    )
    assert deltas[0] == CallStarted(0, "a", "f")
    assert [(call.id, call.texts) for call in made(deltas)] == [
        ("a", ['{"x"', ": 1}"]),
        ("b", ["{", "}"]),
    ]
    assert deltas[-1] == Finished(0, "complete", "tool_calls")


def test_choices_interleave() -> None:
    def both(text: str, **others: Any) -> dict[str, Any]:
        return {
            "choices": [
                *chunk(entry(text, index=0, **others), choice=1)["choices"],
                *chunk(content=text, choice=0)["choices"],
            ]
        }

    deltas = chat(both("[", name="f"), both("]"), chunk(finish="stop", choice=1), STOP)
    assert made(deltas) == [Made(None, "f", 1, ["[", "]"])]
    assert [d for d in deltas if isinstance(d, Text)] == [Text("text", "["), Text("text", "]")]
    assert [d.choice for d in ends(deltas) if isinstance(d, Finished)] == [1, 0]


def test_the_same_id_in_two_choices_is_two_calls() -> None:
    first = chunk(entry("1", "f", id="a"), choice=0)
    second = chunk(entry("2", "f", id="a"), choice=1)
    assert told(chat(first, second)) == [("a", "f", "1"), ("a", "f", "2")]


def test_texts_have_channels() -> None:
    deltas = chat(
        chunk(content="a"), chunk(refusal="b"), chunk(reasoning_content="c"), chunk(reasoning="d")
    )
    assert deltas == [
        Text("text", "a"),
        Text("refusal", "b"),
        Text("reasoning", "c"),
        Text("reasoning", "d"),
    ]


def test_reasoning_under_both_names_counts_once() -> None:
    assert chat(chunk(reasoning="c", reasoning_content="c")) == [Text("reasoning", "c")]
    two = chat(chunk(reasoning="d", reasoning_content="c"))
    assert texts(two, "reasoning") == ["c", "d"]


def test_reasoning_that_is_no_text_is_stepped_over() -> None:
    assert chat(chunk(reasoning={"effort": "low"}, reasoning_content=[1])) == []


def test_content_may_be_a_list_of_parts() -> None:
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}, {"type": "reference"}]},
        {"type": "thinking", "thinking": "so"},
        {"type": "text", "text": "yes"},
        {"type": "text", "text": ""},
        {"type": "refusal", "refusal": "no"},
        {"type": "image_url", "image_url": "x"},
    ]
    assert chat(chunk(content=parts)) == [
        Text("reasoning", "hm"),
        Text("reasoning", "so"),
        Text("text", "yes"),
        Text("refusal", "no"),
    ]


def test_empty_texts_say_nothing() -> None:
    assert chat(chunk(content="", refusal="", reasoning="", role="assistant")) == []


@pytest.mark.parametrize("choices", [[], None])
def test_a_chunk_without_choices_says_nothing(choices: Any) -> None:
    usage = {"object": "chat.completion.chunk", "choices": choices, "usage": {"total_tokens": 1}}
    azure = {"object": "", "id": "", "choices": choices, "prompt_filter_results": [{}]}
    assert chat(usage, azure) == []


def test_the_legacy_function_call_is_one_call() -> None:
    deltas = chat(
        chunk(function_call={"name": "f", "arguments": ""}, content=None),
        chunk(function_call={"arguments": '{"a"'}),
        chunk(function_call={"arguments": ": 1}"}),
        chunk(finish="function_call"),
    )
    assert told(deltas) == [(None, "f", '{"a": 1}')]
    assert deltas[-1] == Finished(0, "complete", "function_call")


def test_custom_tools_have_free_text() -> None:
    deltas = chat(
        chunk({"index": 0, "id": "a", "type": "custom", "custom": {"name": "sh", "input": ""}}),
        chunk({"index": 0, "custom": {"input": "{}"}}),
        chunk({"index": 0, "custom": {"input": "{}"}}),
        chunk({"index": 0, "function": None, "custom": {"input": " ls"}}),
        chunk(finish="tool_calls"),
    )
    assert made(deltas) == [Made("a", "sh", 0, ["{}", "{}", " ls"], free=True)]
    assert mended(deltas) == []


def test_arguments_may_be_an_object() -> None:
    deltas = chat(chunk(entry({"city": "Köln", "n": [1]}, "f", id="a")), STOP)
    assert told(deltas) == [("a", "f", '{"city": "Köln", "n": [1]}')]
    assert told(chat(chunk(entry([1, 2], "f", id="a")))) == [("a", "f", "[1, 2]")]
    assert told(chat(chunk(entry({}, "f", id="a")), STOP)) == [("a", "f", "{}")]


def test_the_helper_of_the_sdk_wraps_chunks_and_repeats_them() -> None:
    wrapped = {"type": "chunk", "chunk": chunk(content="a"), "snapshot": {"choices": []}}
    repeated = {"type": "content.delta", "delta": "a", "snapshot": "a", "parsed": None}
    assert chat(wrapped, repeated) == [Text("text", "a")]


# --- ends --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("stop", "complete"),
        ("tool_calls", "complete"),
        ("function_call", "complete"),
        ("length", "length"),
        ("model_length", "length"),
        ("content_filter", "content_filter"),
        ("error", "unknown"),
        ("insufficient_system_resource", "unknown"),
    ],
)
def test_finish_reasons(word: str, reason: str) -> None:
    assert chat(chunk(finish=word)) == [Finished(0, reason, word)]


def test_a_finish_reason_may_be_a_member_of_an_enumeration() -> None:
    class Reason(enum.Enum):
        STOP = "stop"

    assert list(OpenAIChat().feed(chunk(finish=Reason.STOP))) == [Finished(0, "complete", "stop")]


def test_data_may_come_with_the_finish_reason_and_after_it_and_it_may_come_twice() -> None:
    deltas = chat(
        chunk(entry('{"a":', "f", id="a"), finish="tool_calls"),
        chunk(entry("1}")),
        chunk(finish="tool_calls"),
        {"choices": [], "usage": {}},
    )
    assert told(deltas) == [("a", "f", '{"a":1}')]
    assert len(ends(deltas)) == 2


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"error": "busy"}, "busy"),
        ({"error": {"message": "busy"}}, "busy"),
        (
            {"error": {"message": "busy", "type": "server_error", "code": None}},
            "server_error: busy",
        ),
        ({"error": {"message": "busy", "type": "a", "code": 502}}, "a, 502: busy"),
        ({"error": {"code": "overloaded"}}, "overloaded"),
        ({"error": {"strange": 1}}, "{'strange': 1}"),
        ({"error": {"message": "busy", "code": 502}, "choices": []}, "502: busy"),
        ({"object": "error", "message": "busy", "type": "E", "code": 400}, "E, 400: busy"),
        ({"choices": [], "x_groq": {"id": "r", "error": "busy"}}, "busy"),
        (["choice", {"message": "busy", "code": 429}], "429: busy"),
    ],
)
def test_errors_name_type_code_and_text(message: Any, text: str) -> None:
    if isinstance(message, list):
        message = {"choices": [{"index": 0, "delta": {}, "error": message[1]}]}
    assert OpenAIChat.matches(message)
    assert chat(message) == [Failed(text)]


def test_an_error_comes_after_what_its_chunk_says() -> None:
    message = {**chunk(content="a", finish="error"), "error": {"message": "busy"}}
    assert chat(message) == [Text("text", "a"), Finished(0, "unknown", "error"), Failed("busy")]
    message["choices"][0]["error"] = {"message": "later"}
    assert [d.message for d in chat(message) if isinstance(d, Failed)] == ["later", "busy"]


def test_groqs_failed_generation_is_quoted_and_shortened() -> None:
    error = {"message": "bad call", "code": "tool_use_failed", "failed_generation": "x" * 999}
    (failed,) = chat({"error": error})
    assert failed.message == f"tool_use_failed: bad call ({'x' * 200}...)"
    (failed,) = chat({"error": {**error, "failed_generation": '{"name": "f"}'}})
    assert failed.message == 'tool_use_failed: bad call ({"name": "f"})'


def test_an_id_of_groq_is_no_error() -> None:
    assert chat({**chunk(content="a"), "x_groq": {"id": "req_1"}}) == [Text("text", "a")]


@pytest.mark.parametrize(
    "message",
    [
        {"choices": 5},
        {"choices": [7]},
        {"choices": [{"delta": 3}]},
        {"choices": [{"delta": {"tool_calls": 3}}]},
        {"choices": [{"delta": {"tool_calls": {"index": 0}}}]},
        {"choices": [{"delta": {"tool_calls": ["x"]}}]},
        {"choices": [{"delta": {"tool_calls": [{"function": "x"}]}}]},
        {"choices": [{"delta": {"tool_calls": [{"function": {"name": 5}}]}}]},
        {"choices": [{"delta": {"tool_calls": [{"id": 5, "function": {"name": "f"}}]}}]},
        {"choices": [{"delta": {"tool_calls": [{"function": {"arguments": 5}}]}}]},
        {"choices": [{"delta": {"tool_calls": [{"custom": {"name": "f", "input": 5}}]}}]},
        {"choices": [{"delta": {"tool_calls": [{"index": {}, "function": {"name": "f"}}]}}]},
        {"choices": [{"delta": {"function_call": 5}}]},
        {"choices": [{"delta": {"content": 5}}]},
        {"choices": [{"delta": {"content": [{"type": "text", "text": 5}]}}]},
        {"choices": [{"delta": {"content": {"type": "text"}}}]},
        {"choices": [{"delta": {"refusal": 5}}]},
        {"choices": [{"index": [], "finish_reason": "stop"}]},
        {"choices": [{"index": "x", "delta": {"content": "a"}}]},
        {"choices": [{"finish_reason": 5}]},
        {"error": 5.5},
        {"choices": [], "x_groq": 5},
        {"type": "chunk", "chunk": 5},
        5,
        "text",
        [chunk(content="a")],
    ],
)
def test_wrong_shapes_raise(message: Any) -> None:
    with pytest.raises((TypeError, AttributeError, ValueError, LookupError)):
        list(OpenAIChat().feed(message))


def test_what_nests_too_deeply_raises_what_wrong_shapes_raise() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"type": "chunk", "chunk": deep}
    assert list(OpenAIChat().feed(deep)) == []
    with pytest.raises(ValueError, match="nested"):
        list(OpenAIChat().feed(chunk(entry(deep, "f"))))
    while deep:  # taking it down all at once is more than some interpreters' stack holds
        deep = deep["chunk"]


def test_what_a_broken_message_says_before_it_breaks_is_not_lost() -> None:
    deltas: list[Delta] = []
    message = chunk(entry("{", "f", id="a"), entry(5), content="x")
    with pytest.raises(TypeError):
        deltas.extend(OpenAIChat().feed(message))
    assert deltas[0] == Text("text", "x")
    assert told(deltas) == [("a", "f", "{")]


def test_what_looks_like_a_chunk() -> None:
    assert OpenAIChat.matches(STOP)
    assert OpenAIChat.matches({"choices": []})
    assert OpenAIChat.matches({"error": {"message": "x"}})
    assert OpenAIChat.matches({"object": "error", "type": "E", "message": "x"})
    assert OpenAIChat.matches({"type": "chunk", "chunk": STOP})
    assert not OpenAIChat.matches({"type": "message_start"})
    assert not OpenAIChat.matches({"type": "error", "error": {}})
    assert not OpenAIChat.matches({"type": "chunk"})
    assert not OpenAIChat.matches({"candidates": []})


# --- which call a delta belongs to -------------------------------------------------------


def test_a_known_id_says_the_call_whatever_the_index() -> None:
    """SGLang: the id on every delta, index 0 for all."""
    deltas = chat(
        chunk(entry("{", "f", id="0", index=0)),
        chunk(entry("[", "g", id="1", index=0)),
        chunk(entry("}", "f", id="0", index=0)),
        chunk(entry("]", "g", id="1", index=0)),
    )
    assert told(deltas) == [("0", "f", "{}"), ("1", "g", "[]")]


def test_a_new_id_with_a_name_opens_a_call_whatever_its_index() -> None:
    """vLLM, Dynamo, Ollama, LiteLLM: parallel calls under index 0."""
    deltas = chat(
        chunk(entry(WHOLE, "f", id="a", index=0)),
        chunk(entry("", "f", id="b", index=0)),
        chunk(entry(WHOLE, index=0)),
    )
    assert told(deltas) == [("a", "f", WHOLE), ("b", "f", WHOLE)]


def test_a_new_id_without_a_name_opens_a_call_where_the_index_has_another_id() -> None:
    deltas = chat(chunk(entry("1", "f", id="a", index=0)), chunk(entry("2", id="b", index=0)))
    assert told(deltas) == [("a", "f", "1"), ("b", "", "2")]


def test_a_new_id_under_a_new_index_opens_a_call() -> None:
    deltas = chat(chunk(entry("1", "f", id="a", index=0)), chunk(entry("2", id="b", index=1)))
    assert told(deltas) == [("a", "f", "1"), ("b", "", "2")]


def test_an_id_that_comes_late_belongs_to_the_call_of_its_index() -> None:
    deltas = chat(
        chunk(entry("[1", "f", index=0)),
        chunk(entry("2", id="a", index=0)),
        chunk(entry("3", id="a")),
        chunk(entry("]", id="b", index=0)),
    )
    assert told(deltas) == [(None, "f", "[123"), ("b", "", "]")]


def test_a_new_id_without_name_and_index_goes_to_the_latest_call() -> None:
    deltas = chat(chunk(entry("[", "f", id="a")), chunk(entry("1", id="x")), chunk(entry("]")))
    assert told(deltas) == [("a", "f", "[1]")]


@pytest.mark.parametrize("absent", ["", None, "null"])
def test_ids_and_names_that_stand_for_none_are_none(absent: Any) -> None:
    """Qwen, Writer, Mistral."""
    deltas = chat(
        chunk(entry(None, "f", id="a", index=0)),
        chunk({"index": 0, "id": absent, "function": {"name": absent, "arguments": "{"}}),
        chunk({"index": 0, "id": absent, "function": {"name": absent, "arguments": "}"}}),
        chunk({"index": 0, "id": absent, "function": {"name": absent, "arguments": ""}}),
    )
    assert told(deltas) == [("a", "f", "{}")]


def test_a_name_that_is_repeated_is_neither_appended_nor_a_new_call() -> None:
    """llama.cpp."""
    parts = [chunk(entry(part, "forecast", id="a", index=0)) for part in cuts(WHOLE, 5)]
    assert told(chat(*parts)) == [("a", "forecast", WHOLE)]
    parts = [chunk(entry(part, "forecast", index=0)) for part in cuts(WHOLE, 5)]
    assert told(chat(*parts)) == [(None, "forecast", WHOLE)]
    parts = [chunk(entry(part, "forecast")) for part in cuts(WHOLE, 5)]
    assert told(chat(*parts)) == [(None, "forecast", WHOLE)]


def test_without_an_index_fragments_go_to_the_latest_call() -> None:
    deltas = chat(
        chunk(entry('{"a": ', "f", id="a")),
        chunk(entry("1}", "", id="")),
        chunk(entry(WHOLE, "f", id="b")),
    )
    assert told(deltas) == [("a", "f", '{"a": 1}'), ("b", "f", WHOLE)]


def test_an_index_that_says_nothing_is_as_none() -> None:
    deltas = chat(chunk(entry("[", "f", id="a")), chunk(entry("]", index=3)))
    assert told(deltas) == [("a", "f", "[]")]


def test_without_an_id_another_name_opens_a_call() -> None:
    deltas = chat(
        chunk(entry("1", "f", index=0)),
        chunk(entry("2", "g", index=0)),
        chunk(entry("3", "g")),
        chunk(entry("4", "h")),
        chunk(entry("5", "h", index=7)),
    )
    assert told(deltas) == [
        (None, "f", "1"),
        (None, "g", "23"),
        (None, "h", "4"),
        (None, "h", "5"),
    ]


def test_calls_that_stand_whole_in_one_chunk_without_id_and_index() -> None:
    """Gemini's compatible endpoint."""
    calls = [entry(text, "f", id="") for text in (WHOLE, "{}", WHOLE, '{"a":')]
    assert told(chat(chunk(*calls, finish="stop"))) == [
        (None, "f", WHOLE),
        (None, "f", "{}"),
        (None, "f", WHOLE),
        (None, "f", '{"a":'),
    ]
    deltas = chat(chunk(entry("[", "f"), entry("[", "f"), entry("", "f")), chunk(entry("1")))
    assert told(deltas) == [(None, "f", "["), (None, "f", "["), (None, "f", "1")]


def test_whole_calls_in_chunk_after_chunk_without_id_and_index() -> None:
    deltas = chat(
        chunk(entry("{}", "f")),
        chunk(entry(' {"a": 1}\n', "f")),
        chunk(entry('{"a":', "f")),
        chunk(entry('{"b"', "f")),
        chunk(entry("[2]", "f")),
    )
    assert told(deltas) == [
        (None, "f", "{}"),
        (None, "f", ' {"a": 1}\n'),
        (None, "f", '{"a":{"b"[2]'),
    ]
    deltas = chat(chunk(entry("{}", "f")), chunk(entry(WHOLE, "f")), chunk(entry(WHOLE, "f")))
    assert told(deltas) == [(None, "f", "{}"), (None, "f", WHOLE), (None, "f", WHOLE)]
    assert mended(deltas) == []


def test_an_entry_that_says_nothing_opens_nothing() -> None:
    assert chat(chunk({"index": 0}), chunk({}), chunk(entry("", id="", index=0))) == []


def test_writers_message_is_not_read() -> None:
    said_twice = chunk(entry("{", "f", id="a", index=0))
    said_twice["choices"][0]["message"] = copy.deepcopy(said_twice["choices"][0]["delta"])
    assert told(chat(said_twice)) == [("a", "f", "{")]


# --- servers that repeat the arguments ---------------------------------------------------


def fragments(*parts: str) -> list[Any]:
    """One call's arguments, in these fragments."""
    first, *others = parts
    return chat(
        chunk(entry(first, "f", id="a", index=0)),
        *(chunk(entry(part, index=0)) for part in others),
        STOP,
    )


def test_an_opening_empty_object_is_undone() -> None:
    deltas = fragments("{}", '{"a": ', "1}")
    assert told(deltas) == [("a", "f", '{"a": 1}')]
    assert mended(deltas) == [(0, "empty_object_first", "{}", "")]
    assert deltas.index(*[d for d in deltas if hasattr(d, "repair")]) == 1


def test_white_space_before_the_real_arguments_is_kept() -> None:
    deltas = fragments("{}", " ", "\n", '\t{"a": 1}')
    assert told(deltas) == [("a", "f", ' \n\t{"a": 1}')]
    assert mended(deltas) == [(0, "empty_object_first", "{}", "")]


def test_an_empty_object_alone_is_the_arguments() -> None:
    deltas = fragments("{}")
    assert [type(d).__name__ for d in deltas] == ["CallStarted", "CallText", "Finished"]
    assert told(deltas) == told(fragments("", "{}", "")) == [("a", "f", "{}")]
    assert told(fragments("{}", " ", "\n")) == [("a", "f", "{} \n")]
    assert told(chat(chunk(entry("{}", "f", id="a")))) == [("a", "f", "{}")]  # at the close


def test_an_empty_object_is_handed_on_at_the_end_of_its_own_choice() -> None:
    deltas = chat(
        chunk(entry("{}", "f"), choice=0),
        chunk(entry("{}", "g"), choice=1),
        chunk(finish="stop", choice=1),
        chunk(finish="stop", choice=0),
    )
    assert [d.key if hasattr(d, "key") else d.choice for d in deltas[2:]] == [1, 1, 0, 0]


def test_an_empty_object_before_anything_else_is_handed_on() -> None:
    deltas = fragments("{}", "x", '{"a"')
    assert [call.texts for call in made(deltas)] == [["{}", "x", '{"a"']]
    assert mended(deltas) == []


def test_an_empty_object_that_is_sent_again_counts_once() -> None:
    deltas = fragments("{}", "{}")
    assert told(deltas) == [("a", "f", "{}")]
    assert mended(deltas) == [(0, "repeated_delta", "{}", "")]
    assert told(fragments("{}", "{}", '{"a"')) == [("a", "f", '{"a"')]


def test_an_empty_object_inside_the_arguments_is_left_alone() -> None:
    deltas = fragments('{"a": ', "{}", "}")
    assert told(deltas) == [("a", "f", '{"a": {}}')]
    assert mended(deltas) == []


def test_text_that_is_sent_again_and_again_is_taken_once() -> None:
    text = '{"city": {"name": "A"}, "days": 3}'
    parts = [text[:i] for i in (2, 8, 9, 15, 28, len(text))]
    deltas = fragments(*parts)
    assert told(deltas) == [("a", "f", text)]
    assert {repair for _, repair, _, _ in mended(deltas)} == {"resent_text"}
    assert mended(deltas)[0] == (0, "resent_text", '{"city":', 'city":')


def test_a_first_delta_that_comes_twice_counts_once() -> None:
    deltas = fragments('{"city', '{"city', '": "A"}')
    assert told(deltas) == [("a", "f", '{"city": "A"}')]
    assert mended(deltas) == [(0, "repeated_delta", '{"city', "")]
    assert told(fragments("{", "{", "}")) == [("a", "f", "{}")]


def test_a_call_that_repeated_a_delta_once_may_still_nest_the_same_text() -> None:
    deltas = fragments('{"a"', '{"a"', ":", '{"a": 1}}')
    assert told(deltas) == [("a", "f", '{"a":{"a": 1}}')]


@pytest.mark.parametrize(
    "parts",
    [
        ['{"a":', '{"a":', "1}}"],
        ['{"a": [', '{"a": []}', "]}"],
        ['{"a": [1, ', '{"a": [1, 2]}', "]}"],
        ['{"', '{":1}'],
        ['{"', '{"', ": 1}"],
        ['{" :', '{" :', "1}"],
        ['{"code": "', "{", '"}'],
    ],
)
def test_text_that_could_be_meant_is_never_taken_for_a_repetition(parts: list[str]) -> None:
    deltas = fragments(*parts)
    assert told(deltas) == [("a", "f", "".join(parts))]
    assert json.loads("".join(parts))
    assert mended(deltas) == []


def test_one_call_that_is_sent_again_does_not_make_others_suspect() -> None:
    deltas = chat(
        chunk(entry('{"a"', "f", index=0)),
        chunk(entry("", "g", index=1)),
        chunk(entry('{"a":', index=0)),
        chunk(entry('{"a":', index=1)),
        chunk(entry('{"a":1', index=0)),
        chunk(entry('{"a":1', index=1)),
    )
    assert told(deltas) == [(None, "f", '{"a":1'), (None, "g", '{"a":{"a":1')]


# Keys and strings that make a text look like its own middle.
NAMES = st.sampled_from(["a", "", ":", "{", '"', "\\", ",", "}", ' :{"a', "é"])
JSONS = st.recursive(
    NAMES | st.integers(-9, 99) | st.floats(0, 9) | st.sampled_from([True, None, False]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(NAMES, JSONS, max_size=3)


def accepts(text: str) -> bool:
    """Whether the parser finds nothing wrong so far: the reference."""
    try:
        Parser().feed(text)
    except PartialJSONError:
        return False
    return True


@settings(max_examples=150, deadline=None)
@given(document=OBJECTS, spaces=st.sampled_from([None, 1]), data=st.data())
def test_what_is_called_a_repetition_could_never_be_json(
    document: Any, spaces: int | None, data: st.DataObject
) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=spaces)
    for before in (text[:i] for i in range(1, len(text) + 1)):
        fragment = text[: data.draw(st.integers(len(before), len(text)))]
        assert repeats(before, fragment) is not accepts(before + fragment), (before, fragment)


@settings(max_examples=500, deadline=None)
@given(before=st.text('{}[]":,a1\\ \n', max_size=12), more=st.text('{}[]":,a1\\ \n', max_size=12))
@example(before='":', more="")
def test_soundness_does_not_depend_on_good_text(before: str, more: str) -> None:
    before = "{" + before
    if repeats(before, before + more):
        assert accepts(before)
        assert not accepts(before + before + more)


@settings(max_examples=1000, deadline=None)
@given(st.text('{}[]":,\\/u1a0e.-+ \n\x01\x7ft', max_size=14) | st.text('{}[]":,a1 ', max_size=20))
@example('{"a": "\\u00')
@example('{"a": -')
@example('{"a": 1.5e')
@example('{"a": 01')
@example("[1.]")
@example("nulL")
@example(" ")
@example("")
def test_may_go_on_says_what_the_parser_says(text: str) -> None:
    assert may_go_on(text) is accepts(text)


@settings(max_examples=300, deadline=None)
@given(document=OBJECTS, data=st.data())
def test_brackets_are_closed_where_json_is_whole(document: Any, data: st.DataObject) -> None:
    text = json.dumps(document)
    places = sorted(data.draw(st.sets(st.integers(0, len(text)))))
    brackets = Brackets()
    pieces: list[str] = []
    for a, b in itertools.pairwise([0, *places, len(text)]):
        assert brackets.closed(pieces) is (a in (0, len(text)))
        pieces.append(text[a:b])
    assert brackets.closed(pieces)
    assert not brackets.closed([*pieces, "{"])


def test_a_text_of_any_depth_is_read() -> None:
    deep = '{"a":' * 100_000
    assert may_go_on(deep)
    assert not may_go_on(deep + "}")
    assert Brackets().closed([deep + "1", "}" * 100_000])


@settings(max_examples=200, deadline=None)
@given(document=OBJECTS, data=st.data())
def test_a_server_that_resends_is_understood_from_the_first_certain_place_on(
    document: Any, data: st.DataObject
) -> None:
    """Either all of it is taken once, or nothing was undone before it could be known."""
    text = json.dumps(document)
    places = sorted(data.draw(st.sets(st.integers(1, len(text)), max_size=5)) | {len(text)})
    deltas = fragments(*(text[:i] for i in places))
    if all(not accepts(text[:a] + text[:b]) for a, b in itertools.pairwise(places)):
        assert told(deltas) == [("a", "f", text)]


@settings(max_examples=200, deadline=None)
@given(document=OBJECTS, data=st.data())
def test_arguments_that_are_sent_once_are_never_changed(document: Any, data: st.DataObject) -> None:
    text = json.dumps(document)
    places = sorted(data.draw(st.sets(st.integers(1, len(text)), max_size=8)) | {len(text)})
    parts = [text[a:b] for a, b in itertools.pairwise([0, *places])]
    deltas = fragments(*parts)
    assert [call.texts for call in made(deltas)] == [parts]
    assert mended(deltas) == []


def test_looking_for_repetitions_is_linear() -> None:
    """Fragments that begin with a brace, among many others: each is compared by its length."""
    adapter = OpenAIChat()
    list(adapter.feed(chunk(entry('{"a": "', "f", index=0))))
    call = adapter.calls[0]
    for _ in range(1000):
        list(adapter.feed(chunk(entry("{x", index=0))))
    assert len(call.texts) == 1001  # it was never joined


# --- what was recorded -------------------------------------------------------------------


def stopped(name: str) -> list[str]:
    return [str(word) for word in expected()[name]["stop"]]


@needs_recordings
def test_all_recordings_are_there() -> None:
    assert len(CHATS) == 57
    assert sum(len(expected()[name]["calls"]) for name in CHATS) == 58


@needs_recordings
@pytest.mark.parametrize("name", CHATS)
def test_recorded_calls_are_exactly_those(name: str) -> None:
    deltas = chat(*recorded(name))
    known = expected()[name]
    assert [(c.id, c.name, c.text, [len(t) for t in c.texts]) for c in made(deltas)] == [
        (c["id"], c["name"], c["args"], c["fragments"]) for c in known["calls"]
    ]
    words = [d.said for d in deltas if isinstance(d, Finished)]
    assert set(words) == set(stopped(name))
    assert mended(deltas) == []
    assert bool([d for d in deltas if isinstance(d, Failed)]) is ("error-event" in known["flags"])


@needs_recordings
@pytest.mark.parametrize("name", [name for name in CHATS if expected()[name]["texts"]])
def test_recorded_texts_are_exactly_those(name: str) -> None:
    (text,) = expected()[name]["texts"]
    assert [len(t) for t in texts(chat(*recorded(name)))] == text["fragments"]
    assert "".join(texts(chat(*recorded(name)))) == text["text"]


@needs_recordings
@pytest.mark.parametrize("name", CHATS)
def test_a_recording_is_told_by_its_first_message(name: str) -> None:
    assert OpenAIChat.matches(recorded(name)[0])


@needs_recordings
@pytest.mark.parametrize("sdk", ["openai.types.chat", "groq.types.chat"])
@pytest.mark.parametrize("name", CHATS)
def test_the_sdks_objects_say_what_the_messages_say(name: str, sdk: str) -> None:
    types = pytest.importorskip(sdk, exc_type=ImportError)
    messages = recorded(name)
    objects = [types.ChatCompletionChunk.construct(**message) for message in messages]
    assert list(heard(OpenAIChat(), objects, resume=False)) == chat(*messages)


def test_objects_of_the_sdk_that_are_checked_say_the_same() -> None:
    types = pytest.importorskip("openai.types.chat")
    head = {"id": "c", "created": 1, "model": "m", "service_tier": "default"}
    messages = [
        {**head, **chunk(entry("", "f", index=0, id="a", type="function"))},
        {**head, **chunk(entry('{"a"', index=0))},
        {**head, **chunk(content="x", reasoning_content="y", refusal="z")},
        {**head, **chunk({"index": 1, "id": "b", "custom": {"name": "g", "input": "h"}})},
        {**head, **chunk(finish="stop")},
    ]
    objects = [types.ChatCompletionChunk.construct(**message) for message in messages]
    objects[0] = types.ChatCompletionChunk.model_validate(messages[0])
    deltas = list(heard(OpenAIChat(), objects, resume=False))
    assert deltas == chat(*messages)
    assert told(deltas) == [("a", "f", '{"a"'), ("b", "g", "h")]


@pytest.mark.parametrize("module", [arguments, openai_chat])
def test_the_examples_of_the_docstrings_run(module: Any) -> None:
    results = doctest.testmod(module)
    assert results.attempted
    assert not results.failed
