"""`wire`, quirks and `wires`: what a provider would send, also as real servers do it."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from partialjson import StreamFailed, ToolCallCompleted, ToolCalls, UsageError
from partialjson.providers import PROVIDERS
from partialjson.testing import (
    QUIRKS,
    WIRES,
    Answer,
    Call,
    Refusal,
    Said,
    Thought,
    Unwritable,
    Wired,
    wire,
    wires,
)
from partialjson.testing.quirks import quirked
from partialjson.testing.wiring import answers_for
from tests import quirks_page
from tests.fixtures_made import bodies
from tests.reading_back import arrived, assert_told_right, told_of_calls, written
from tests.strategies import exactly, examples

FITTING = [(name, each) for name, quirk in QUIRKS.items() for each in quirk.wires]
KINDS = {"sse": "sse", "ndjson": "ndjson", "jsonarray": "jsonarray", "eventstream": "eventstream"}
seeds = st.integers(0, 2**32)

# --- wire -------------------------------------------------------------------------------

CITY = {"city": "Zürich", "days": 3}


@pytest.mark.parametrize(
    "calls",
    [
        [("get_weather", CITY)],
        {"get_weather": CITY},
        [("get_weather", json.dumps(CITY))],
        iter([Call("get_weather", json.dumps(CITY), "call_0")]),
    ],
)
def test_calls_are_given_as_it_suits(calls: Any) -> None:
    response = wire("openai_chat", calls)
    (call,) = response.calls
    assert (call.name, call.value, call.id) == ("get_weather", CITY, "call_0")


def test_arguments_as_text_go_out_as_they_are() -> None:
    for text in ('{"a":  1}', '{"a": ', "no JSON", "", '{"a": "\\ud83d'):
        response = wire("openai_chat", {"f": text}, fragments=1)
        sent = [
            entry["function"]["arguments"]
            for message in response.messages
            for choice in message["choices"]
            for entry in choice["delta"].get("tool_calls", ())
        ]
        assert "".join(sent) == text


def test_parts_come_in_the_order_of_real_answers() -> None:
    response = wire(
        "openai_responses", {"f": {}}, "Hi.", thought="Hm.", refusal="No.", finish="length"
    )
    (answer,) = response.answers
    assert [type(part) for part in answer.parts] == [Thought, Said, Refusal, Call]
    assert answer.finish == "length"


def test_a_call_that_was_cut_off_has_no_end() -> None:
    for finish in ("length", "error", None):
        made = wire("anthropic_messages", [("f", {}), ("g", '{"a": "b')], finish=finish)
        assert [call.ended for call in made.calls] == [True, False]
    made = wire("anthropic_messages", [("f", {}), ("g", '{"a": "b')])
    assert [call.ended for call in made.calls] == [True, True]


def test_fragments_have_the_sizes_that_are_given() -> None:
    response = wire("ag_ui", {"f": {"a": 12}}, "Hello", fragments=(1, 3))
    assert [part.fragments for part in response.answers[0].parts] == [
        ("H", "ell", "o"),
        ("{", '"a"', ":", " 12", "}"),
    ]
    own = Call("f", "{}", fragments=("{", "}"))
    assert wire("ag_ui", [own], fragments=7).calls == (own,)
    assert wire("ag_ui", {"f": {}}).calls[0].fragments is None


def test_mixed_parts_take_turns() -> None:
    response = wire("ag_ui", {"f": [1], "g": [2]}, fragments=1, mixed=True)
    told = [message["toolCallId"][-1] for message in response.messages if "delta" in message]
    assert told == ["0", "1"] * 3
    with pytest.raises(Unwritable, match="one after the other"):
        wire("ollama", {"f": {}}, mixed=True)


def test_several_answers_are_several_choices() -> None:
    both = [Answer((Said("a"),)), Answer((Said("b"),), "length")]
    response = wire("openai_chat", answers=both)
    assert response.answers == tuple(both)
    assert {choice["index"] for m in response.messages for choice in m["choices"]} == {0, 1}
    with pytest.raises(UsageError, match="answers"):
        wire("openai_chat", text="c", answers=both)


def test_a_name_that_is_none_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"is it 'anthropic_messages'?.*openai_chat, "):
        wire("anthropic")
    with pytest.raises(UsageError, match=r"no wire is called 'xyz'\. There are: "):
        wire("xyz")
    with pytest.raises(UsageError, match=r"no quirk is called 'bon'; there are: .*bom"):
        wire("ollama", quirks=["bon"])
    with pytest.raises(UsageError, match="a call is a Call, or a pair"):
        wire("ollama", ["f"])  # type: ignore[list-item]  # a name alone


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_reads_a_provider_names_a_wire(provider: str) -> None:
    assert wire(provider).provider == provider


# --- Wired ------------------------------------------------------------------------------


def test_a_response_is_iterated_as_it_arrives() -> None:
    response = wire("ollama", {"f": {}}, "Hi.")
    assert b"".join(response) == response.body
    assert [*response] == [frame.data for frame in response.frames]
    assert b"".join(response.pieces(7)) == b"".join(response.pieces((1, 0, 9))) == response.body
    assert {len(piece) for piece in response.pieces(7)} - {7} == {len(response.body) % 7}
    for sizes in (0, -1, (), (0, 0)):
        with pytest.raises(ValueError, match="size above 0"):
            response.pieces(sizes)


def test_what_libraries_hand_over_has_no_bytes() -> None:
    response = wire("langchain", {"f": {}})
    assert [*response] == response.messages
    assert response.content_type == ""
    with pytest.raises(Unwritable, match="no bytes"):
        response.body  # noqa: B018  # it raises
    with pytest.raises(Unwritable, match="no bytes"):
        response.pieces(1)


def test_headers_are_those_of_the_provider() -> None:
    assert wire("groq").headers == {"content-type": "text/event-stream"}
    assert wire("gemini_array").content_type == "application/json"
    assert wire("bedrock_converse").content_type == "application/vnd.amazon.eventstream"
    assert wire("cohere_v1").content_type == "application/stream+json"
    assert wire("vercel_ui").headers["x-vercel-ai-ui-message-stream"] == "v1"


@examples(60)
@given(wires(shrink=False))
def test_the_repr_of_a_response_writes_it_again(response: Wired) -> None:
    names = {each.__name__: each for each in (wire, Answer, Call, Said, Thought, Refusal)}
    again = eval(repr(response), names)  # what the repr promises
    assert again == response
    assert again.frames == response.frames


# --- quirks -----------------------------------------------------------------------------


def provider_of(response: Wired) -> Any:
    return response.provider


def specimen(name: str, quirk: str) -> Wired:
    """A response in which a quirk must show."""
    server = name == "anthropic_server_tools"
    calls = [Call("get_weather", '{"city": "ü"}', "c1", ("{", '"city": "ü"}'), server=server)]
    if name != "openai_functions":
        calls.append(Call("list_files", '{"a": 1}', "c2", ("{", '"a": 1}'), server=server))
    said = Said("Well.", ("We", "ll."))
    parts: list[Any] = [said, *calls] if Said in WIRES[name].kinds else calls
    if quirk.startswith("reasoning"):
        parts.insert(0, Thought("Hm.", ("H", "m.")))
    finish: Any = "error" if quirk == "flat_error" else "complete"
    return wire(name, answers=Answer(tuple(parts), finish), quirks=[quirk])


@pytest.mark.parametrize("quirk", QUIRKS)
def test_a_quirk_shows_on_each_wire_it_fits_and_the_meaning_stays(quirk: str) -> None:
    assert QUIRKS[quirk].wires
    for name in QUIRKS[quirk].wires:
        response = specimen(name, quirk)
        plain = wire(name, answers=response.answers)
        assert response.frames != plain.frames, name
        assert response.quirks == (quirk,)
        calls = ToolCalls(provider=provider_of(response))
        events = [e for piece in response for e in calls.feed(piece)] + calls.close()
        done = [e for e in events if isinstance(e, ToolCallCompleted)]
        assert [(e.call.name, e.arguments) for e in done] == [
            (call.name, call.value) for call in response.calls
        ], name


@pytest.mark.parametrize("quirk", QUIRKS)
def test_a_quirk_that_does_not_fit_is_refused_with_the_reason(quirk: str) -> None:
    for name in {*WIRES} - {*QUIRKS[quirk].wires}:
        with pytest.raises(Unwritable, match=f"^{name}: no quirk '{quirk}': .*; it fits .*"):
            wire(name, quirks=quirk)


@pytest.mark.parametrize(
    ("name", "quirks", "why"),
    [
        ("openai_chat", "no_index index_zero", "'no_index' says otherwise"),
        ("openai_chat", "no_ids empty_ids", "no ids"),
        ("openai_chat", "no_index names_again", "'no_index' says otherwise"),
        ("openai_chat", "crlf cr", "its lines end otherwise"),
        ("gemini", "crlf", "its lines end otherwise"),
        ("mistral", "whole_arguments", "come whole"),
        ("langchain", "no_index no_ids", "no index"),
        ("ag_ui", "snake_case comments", "no server-sent events"),
        ("openai_responses", "no_deltas event_twice", "come whole"),
    ],
)
def test_quirks_that_exclude_each_other_are_refused(name: str, quirks: str, why: str) -> None:
    with pytest.raises(Unwritable, match=why):
        wire(name, {"f": {}}, quirks=quirks.split())


@pytest.mark.parametrize(
    ("quirks", "calls", "why"),
    [
        ("no_index no_ids", [("f", {"a": 1}), ("f", {"b": 2})], "nothing tells two calls"),
        ("index_zero empty_ids", [("f", {}), ("f", {})], "nothing tells two calls"),
        ("empty_object_first", {"f": "[1]"}, "only an object"),
        ("first_delta_twice", {"f": {"aa": 1}}, "might be meant twice"),
        ("resent_text", {"f": '{"a":     {"a": 1}}'}, "might go on"),
    ],
)
def test_what_a_quirk_would_make_ambiguous_is_refused(quirks: str, calls: Any, why: str) -> None:
    with pytest.raises(Unwritable, match=why):
        wire("openai_chat", calls, quirks=quirks.split(), fragments=(7, 7, 9))


def test_the_order_in_which_quirks_are_named_does_not_matter() -> None:
    assert quirked("ollama", ["bom", "no_ids"]) is quirked("ollama", ["no_ids", "bom"])
    assert wire("ollama", quirks=["bom", "no_ids"]).quirks == ("no_ids", "bom")
    assert wire("ollama", quirks="bom") == wire("ollama", quirks=["bom"]) != wire("ollama")


def drawn(quirk: str, data: st.DataObject) -> Wired:
    name = data.draw(st.sampled_from(QUIRKS[quirk].wires))
    writer = quirked(name, [quirk])
    return written(writer, data.draw(answers_for(writer, shrink=False)))


def assert_reads_back(response: Wired, seed: int, provider: str) -> None:
    fed = arrived(response, random.Random(seed), whole=True)
    events = fed.events(provider)
    assert_told_right(fed, events)
    for answer, seen in zip(fed.answers, told_of_calls(events, fed.answers), strict=True):
        assert len(seen) == len(answer.calls)
    failures = [event.reason for event in events if isinstance(event, StreamFailed)]
    broken = {"error": ["provider_error"], None: ["disconnected"]}
    assert failures == broken.get(fed.answers[0].finish, [])


@pytest.mark.parametrize("quirk", QUIRKS)
@examples(15)
@given(st.data(), seeds)
def test_what_is_written_with_a_quirk_is_read_as_without(
    quirk: str, data: st.DataObject, seed: int
) -> None:
    response = drawn(quirk, data)
    assert_reads_back(response, seed, response.provider)


CUT = [name for name in QUIRKS if name != "text_after_finish"]  # the finish reason is none there


@pytest.mark.parametrize("quirk", CUT)
@examples(8)
@given(st.data(), seeds)
def test_of_a_response_with_a_quirk_that_is_cut_the_calls_that_ended_are_completed(
    quirk: str, data: st.DataObject, seed: int
) -> None:
    fed = arrived(drawn(quirk, data), random.Random(seed), whole=False)
    assert_told_right(fed, fed.events(fed.wire.provider))


@examples(150)
@given(wires(shrink=False), seeds)
def test_what_is_written_with_several_quirks_is_read_as_without(response: Wired, seed: int) -> None:
    assert_reads_back(response, seed, response.provider)


@examples(150)
@given(wires(shrink=False), seeds)
def test_a_body_with_quirks_reads_back_as_its_messages(response: Wired, seed: int) -> None:
    if response.framing in KINDS and "error" not in {a.finish for a in response.answers}:
        read = bodies.messages(KINDS[response.framing], response.body)
        assert [*map(json_only, read)] == [*map(json_only, response.messages)]


def json_only(message: Any) -> Any:
    """A message as it is after a JSON round trip; bytes stay bytes."""
    chunk = message.get("chunk")
    return chunk["bytes"] if "bytes" in (chunk or ()) else json.loads(json.dumps(message))


# --- wires ------------------------------------------------------------------------------


def found(strategy: st.SearchStrategy[Wired], condition: Any, count: int = 2_000) -> Wired:
    return find(strategy, condition, settings=settings(examples(count), phases=[Phase.generate]))


def test_wires_and_quirks_of_all_kinds_are_drawn() -> None:
    names: set[str] = set()
    quirks: set[str] = set()

    @exactly(400)
    @given(wires(calls={"f": st.just("{}")}, shrink=False, finishes=["complete"]))
    def collect(response: Wired) -> None:
        names.add(response.wire)
        quirks.update(response.quirks)

    collect()
    assert len(names) > len(WIRES) * 0.9
    assert len(quirks) > len(QUIRKS) * 0.75


def test_wires_keep_to_what_is_asked() -> None:
    tools = {"add": st.builds(dict, a=st.integers(0, 9)), "say": st.just('{"text":  "é"}')}
    strategy = wires(["ollama", "deepseek"], calls=tools, finishes=["complete"], quirks="bom")

    @examples(100)
    @given(strategy)
    def check(response: Wired) -> None:
        assert response.wire in ("ollama", "deepseek")
        assert {*response.quirks} <= {"bom"}
        for call in response.calls:
            assert call.ended
            assert call.value == {"text": "é"} if call.name == "say" else call.value["a"] < 10
        assert all(answer.finish == "complete" for answer in response.answers)

    check()
    assert found(strategy, lambda r: len({call.name for call in r.calls}) == 2)
    assert found(wires("vercel_ui", finishes=["length"]), lambda r: r.quirks)
    assert not found(wires("ollama", quirks=False), lambda r: r.calls).quirks


def test_wires_shrink_to_little() -> None:
    """How far depends on the constants that Hypothesis finds in what is imported."""
    response = find(wires(), lambda r: r.wire.startswith("d") and r.calls, settings=examples(800))
    assert response.wire[0] == "d"
    assert len(response.quirks) <= 1
    assert len(response.answers) == 1
    assert len(response.answers[0].parts) <= 2


@pytest.mark.parametrize(
    ("given_", "why"),
    [
        ({"provider": "anthropic"}, "no wire is called 'anthropic'"),
        ({"quirks": ["bon"]}, "no quirk is called 'bon'"),
        ({"provider": "ag_ui", "finishes": ["length"]}, "finishes as one of"),
    ],
)
def test_what_no_wire_is_or_tells_is_refused_at_once(given_: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        wires(**given_)


def test_the_page_of_quirks_is_what_the_script_writes() -> None:
    assert quirks_page.PAGE.read_text() == quirks_page.page()
