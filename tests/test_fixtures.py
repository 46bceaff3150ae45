"""The fixtures of streams: what is heard of each is what its answer says, however it comes."""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from partialjson import (
    CallEvent,
    Event,
    FieldCompleted,
    OutputCompleted,
    OutputEvent,
    OutputFailed,
    Repaired,
    StreamFailed,
    StringDelta,
    TextDelta,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCalls,
    ToolCallStarted,
    ValueStarted,
    event_from_dict,
)
from partialjson.providers import PROVIDERS, adapter_for
from partialjson.testing.writers import WIRES, Answer, Call, Frame, Wire, cut
from tests.fixtures_made import CASES
from tests.fixtures_made.bodies import Data, messages
from tests.fixtures_made.case import logged
from tests.fixtures_made.files import STREAMS, all_files, differing
from tests.fragmenting import cuts
from tests.oracle import Entry

_BODIES = ("sse", "ndjson", "eventstream", "jsonarray", "jsonl")
FILES = sorted(
    str(path.relative_to(STREAMS))
    for path in STREAMS.rglob("*")
    if path.suffix[1:] in _BODIES and not path.name.endswith(".events.jsonl")
)
each_fixture = pytest.mark.parametrize("name", FILES)

# --- reading a fixture ------------------------------------------------------------------


@cache
def told(name: str) -> Data:
    """What stands beside a body: what it is, and what must be heard of it."""
    data: Data = json.loads((STREAMS / name).with_suffix(".json").read_bytes())
    return data


@cache
def body_of(name: str) -> bytes:
    return (STREAMS / name).read_bytes()


def golden(name: str) -> list[Data]:
    """The events that are expected, as data."""
    lines = (STREAMS / name).with_suffix(".events.jsonl").read_bytes().split(b"\n")
    return [json.loads(line) for line in lines if line]


def as_data(events: Iterable[Event]) -> list[Data]:
    """Events as they are after a JSON round trip."""
    return [json.loads(json.dumps(event.as_dict())) for event in events]


def run(name: str, fragments: Iterable[Any], **options: Any) -> list[Event]:
    """What is heard of a fixture's body in these fragments."""
    if told(name)["output"]:
        options["output"] = Any
    calls = ToolCalls(told(name)["tools"], **options)
    events = [event for fragment in fragments for event in calls.feed(fragment)]
    return [*events, *calls.close()]


@cache
def heard(name: str) -> list[Event]:
    """What is heard of a fixture that comes as its provider sends it: whole, or as objects."""
    return run(name, messages_of(name) if name.endswith(".jsonl") else [body_of(name)])


def joined(events: Iterable[Data]) -> list[Data]:
    """The events with neighbouring deltas of one text or string made one."""
    found: list[Data] = []
    for event in events:
        inner = event.get("event", event)
        place = {key: value for key, value in event.items() if key not in ("event", "delta")}
        place["of"] = {key: value for key, value in inner.items() if key != "delta"}
        if "delta" in inner and found and found[-1]["of"] == place:
            found[-1]["delta"] += inner["delta"]
        else:
            found.append({"of": place, "delta": inner.get("delta", "")})
    return found


def messages_of(name: str) -> list[Data]:
    """The messages of a body, decoded by somebody else."""
    return messages(name.rpartition(".")[2], body_of(name))


# --- the files --------------------------------------------------------------------------


def test_the_files_are_what_the_script_writes() -> None:
    assert differing(all_files(CASES)) == []


def test_there_is_a_fixture_for_each_provider_and_each_wire() -> None:
    assert {Path(name).parts[0] for name in FILES} == {*PROVIDERS}
    assert {*WIRES} <= {Path(name).stem for name in FILES}
    assert len(FILES) == len(CASES)


BREAKS = ("length", "content_filter", "refusal", "provider_error", "disconnected")
CANNOT = {  # what a provider has no way to say, or says only of a call that came whole
    "anthropic_messages": {"content_filter"},
    "bedrock_invoke": {"content_filter"},
    "openai_chat": {"refusal"},  # it is a text of its own
    "openai_responses": {"refusal"},
    "gemini": {"refusal"},
    "gemini_interactions": {"refusal", "content_filter"},
    "bedrock_converse": {"refusal"},
    "mistral": {"refusal", "content_filter"},
    "cohere": {"refusal", "content_filter"},
    "cohere_v1": {"refusal", "provider_error"},
    "ollama": {"refusal", "content_filter", "length", "provider_error", "disconnected"},
    "xai": {"refusal", "content_filter", "length", "provider_error", "disconnected"},
    "litellm": {"refusal", "provider_error"},
    "langchain": {"provider_error"},
    "vercel_ui": {"refusal"},
    "ag_ui": {"refusal", "content_filter", "length"},
}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_provider_breaks_a_call_in_all_the_ways_it_can(provider: str) -> None:
    fates = {
        call["fate"]
        for name in FILES
        if name.startswith(f"{provider}/")
        for call in told(name)["expected"]["calls"]
    }
    assert {*BREAKS} - fates == CANNOT[provider]


def test_the_fixtures_are_small() -> None:
    sizes = [path.stat().st_size for path in STREAMS.rglob("*") if path.is_file()]
    assert sum(sizes) < 1_500_000
    assert max(sizes) < 16_000


# --- what is heard ----------------------------------------------------------------------


@each_fixture
def test_the_events_are_the_expected_ones(name: str) -> None:
    assert as_data(heard(name)) == golden(name)


@each_fixture
def test_the_expected_events_can_be_read_back(name: str) -> None:
    assert [event_from_dict(data).as_dict() for data in golden(name)] == golden(name)


@each_fixture
@pytest.mark.parametrize("size", [7, 1])
def test_pieces_of_the_body_say_the_same(name: str, size: int) -> None:
    events = run(name, cuts(body_of(name), size))
    assert joined(as_data(events)) == joined(golden(name))


@each_fixture
def test_decoded_messages_say_the_same(name: str) -> None:
    if told(name)["framing_tells"]:
        pytest.skip("the framing tells what no message does")
    events = run(name, messages_of(name))
    assert joined(as_data(events)) == joined(golden(name))


@each_fixture
def test_resuming_after_each_message_says_the_same(name: str) -> None:
    if told(name)["framing_tells"]:
        pytest.skip("the framing tells what no message does")
    options: Data = {"output": Any if told(name)["output"] else None}
    calls = ToolCalls(told(name)["tools"], provider=told(name)["provider"], **options)
    events: list[Event] = []
    for message in messages_of(name):
        saved = json.loads(json.dumps(calls.checkpoint()))
        calls = ToolCalls.restore(saved, told(name)["tools"], **options)
        events += calls.feed(message)
    assert joined(as_data([*events, *calls.close()])) == joined(golden(name))


@each_fixture
def test_a_provider_that_is_guessed_is_the_one_that_is_named(name: str) -> None:
    fragments = messages_of(name) if name.endswith(".jsonl") else [body_of(name)]
    named = run(name, fragments, provider=told(name)["provider"])
    assert run(name, fragments, provider="auto") == named
    assert as_data(named) == golden(name)


ALSO = {  # who else may take a message of a provider's, to the same effect
    "mistral": "openai_chat",
    "litellm": "openai_chat",
    "bedrock_invoke": "bedrock_converse",  # exceptions
}


@each_fixture
def test_no_message_is_taken_for_that_of_another_provider(name: str) -> None:
    provider = told(name)["provider"]
    for message in messages_of(name):
        adapter = adapter_for(message)
        assert adapter is None or adapter.name in (provider, ALSO.get(provider))


# --- what is heard is what the answer says ------------------------------------------------


@each_fixture
def test_the_calls_are_those_of_the_answer(name: str) -> None:
    expected = told(name)["expected"]["calls"]
    events = heard(name)
    started = [event.call for event in events if isinstance(event, ToolCallStarted)]
    assert [call.index for call in started] == [*range(len(expected))]
    by_choice = sorted(started, key=lambda call: call.choice)
    for call, known in zip(by_choice, expected, strict=True):
        facts = (call.choice, call.id, call.name, call.server, call.free)
        assert facts == tuple(known[key] for key in ("choice", "id", "name", "server", "free"))
        check_end(ending(events, call.index), known)


def ending(events: list[Event], index: int) -> ToolCallCompleted | ToolCallFailed:
    """The one event by which a call ends; it is the last one of the call."""
    of_it = [e for e in events if getattr(getattr(e, "call", None), "index", None) == index]
    assert isinstance(of_it[0], ToolCallStarted)
    assert all(isinstance(event, CallEvent) for event in of_it[1:-1])
    last = of_it[-1]
    assert isinstance(last, (ToolCallCompleted, ToolCallFailed))
    return last


def check_end(event: ToolCallCompleted | ToolCallFailed, known: Data) -> None:
    assert as_text(event.text) == known["text"]
    if isinstance(event, ToolCallCompleted):
        assert known["fate"] == "completed"
        assert event.arguments == known["value"]
        return
    assert event.reason == known["fate"]
    told = event.as_dict()
    assert told.get("value_is", "") == ("" if "value" in known else "MISSING")
    assert told.get("value") == known.get("value")
    assert [list(path) for path in event.complete] == known["complete"]
    assert [list(path) for path in event.missing] == known["missing"]


def as_text(text: str) -> str:
    """A text whose surrogate pairs are characters."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


@each_fixture
def test_the_events_of_a_call_are_those_of_its_text(name: str) -> None:
    events = heard(name)
    started = [event.call for event in events if isinstance(event, ToolCallStarted)]
    by_choice = sorted(started, key=lambda call: call.choice)
    for call, known in zip(by_choice, told(name)["expected"]["calls"], strict=True):
        inner = [e.event for e in events if isinstance(e, CallEvent) and e.call == call]
        repairs = [event.repair for event in inner if isinstance(event, Repaired)]
        assert repairs == known["repairs"]
        said = [event for event in inner if not isinstance(event, Repaired)]
        if call.free:
            assert {type(event) for event in said} <= {TextDelta}
            assert "".join(e.delta for e in said if isinstance(e, TextDelta)) == known["text"]
        else:
            assert in_short(said) == in_full(logged(known["text"], known["fate"]))


def in_short(events: Iterable[Event]) -> list[Entry]:
    """Events of an untyped parser as the slow reader writes them, neighbouring deltas one."""
    found: list[Entry] = []
    for event in events:
        match event:
            case ValueStarted():
                found.append(("started", event.path, event.kind))
            case StringDelta():
                found.append(("delta", event.path, event.delta))
            case FieldCompleted():
                found.append(("completed", event.path, event.value))
            case _:
                raise AssertionError(f"{event!r} is no event of an untyped parser")
    return merged(found)


def in_full(log: Iterable[Entry]) -> list[Entry]:
    """What the slow reader says, without the completion of the root."""
    return merged(e for e in log if e[:2] != ("completed", ()) and e[0] != "document")


def merged(entries: Iterable[Entry]) -> list[Entry]:
    found: list[Entry] = []
    for (kind, path), group in itertools.groupby(entries, key=lambda entry: entry[:2]):
        several = [*group]
        joined = "".join(entry[2] for entry in several) if kind == "delta" else several[0][2]
        found += [(kind, path, joined)] if kind == "delta" else several
    return found


@each_fixture
def test_texts_outputs_and_the_fate_of_the_stream_are_those_of_the_answer(name: str) -> None:
    expected = told(name)["expected"]
    texts: defaultdict[str, str] = defaultdict(str)
    outputs, failed = [], []
    for event in heard(name):
        match event:
            case TextDelta():
                texts[event.channel] += event.delta
            case OutputCompleted() | OutputFailed():
                outputs.append(output_facts(event))
            case StreamFailed():
                failed.append(event.reason)
    assert texts == expected["texts"]
    assert outputs == expected["outputs"]
    assert failed == ([expected["stream"]] if expected["stream"] else [])


def output_facts(event: OutputCompleted | OutputFailed) -> Data:
    fate = event.reason if isinstance(event, OutputFailed) else "completed"
    facts: Data = {"choice": event.choice, "index": event.index, "fate": fate}
    value = event.as_dict()
    return {**facts, "value": value["value"]} if "value" in value else facts


ORDERED = [name for name in FILES if told(name)["expected"]["order"]]


@pytest.mark.parametrize("name", ORDERED)
def test_calls_start_and_end_in_the_order_of_the_answer(name: str) -> None:
    order = []
    for event in heard(name):
        if isinstance(event, ToolCallStarted):
            order.append(f"+{event.call.index}")
        elif isinstance(event, (ToolCallCompleted, ToolCallFailed)):
            order.append(f"-{event.call.index}")
    assert order == told(name)["expected"]["order"]


@each_fixture
def test_outputs_are_told_while_they_are_written(name: str) -> None:
    events = heard(name)
    for index, known in enumerate(told(name)["expected"]["outputs"]):
        inner = [e.event for e in events if isinstance(e, OutputEvent) and e.index == index]
        text = json.dumps(known.get("value"), ensure_ascii=False) if "value" in known else ""
        if known["fate"] == "completed":
            assert in_short(inner) == in_full(logged(text, ""))


# --- a text field grows while the model writes it -----------------------------------------

GROWING = (
    *("openai_chat", "openai_functions", "azure", "mistral_incremental", "deepseek"),
    *(
        "openai_compatible",
        "openrouter",
        "databricks",
        "qwen",
        "writer",
        "vllm",
        "sglang",
        "llama_cpp",
    ),
    *("openai_responses", "copilot_responses", "llama_cpp_responses"),
    "bedrock_mantle_responses",
    *("anthropic_messages", "anthropic_fine_grained", "anthropic_server_tools"),
    *("bedrock_invoke", "bedrock_converse", "vertex", "vertex_no_end", "gemini_interactions"),
    *("cohere", "cohere_plan", "cohere_v1", "litellm", "langchain", "langchain_blocks"),
    *("vercel_ui", "ag_ui", "ag_ui_chunks"),
)
CONTENT = '# Tëst ☕\n\n"It works" — 2 × 3 = 6 😀\n'


def test_all_wires_that_stream_arguments_are_in_the_table() -> None:
    streaming = {w.name for w in WIRES.values() if w.streams_text or w.arguments == "patches"}
    assert streaming == {*GROWING}
    assert len(GROWING) >= 20


@pytest.mark.parametrize("as_bytes", [False, True])
@pytest.mark.parametrize("name", GROWING)
def test_a_text_field_in_a_live_tool_call_is_shown_growing(name: str, as_bytes: bool) -> None:
    wire = WIRES[name]
    if as_bytes and wire.framing == "objects":
        pytest.skip("it has no bytes")
    calls = ToolCalls(provider="auto")
    steps: list[str] = []
    completed = False
    for frame, brought in frames_of(wire):
        events = calls.feed(frame.data if as_bytes else frame.message)
        assert not (completed and brought)
        assert growth(events) == brought
        steps += [brought] if brought else []
        completed = completed or any(isinstance(event, ToolCallCompleted) for event in events)
    last = calls.close()
    assert growth(last) == ""
    assert completed or any(isinstance(event, ToolCallCompleted) for event in last)
    assert len(steps) >= 3
    assert "".join(steps) == CONTENT


def growth(events: Iterable[Event]) -> str:
    """What was added to the field."""
    return "".join(
        event.event.delta
        for event in events
        if isinstance(event, CallEvent)
        and isinstance(event.event, StringDelta)
        and event.event.path == ("content",)
    )


def frames_of(wire: Wire) -> list[tuple[Frame, str]]:
    """A response with one call, each message with what it brings of the field."""
    text = json.dumps({"path": "a.md", "content": CONTENT, "keep": True})
    pieces = cut(text, (3, 11, 7))
    call = Call("write_file", text, "id1", pieces, server=wire.name == "anthropic_server_tools")
    if wire.arguments == "patches":
        pieces = cut(CONTENT, wire.usual)
    frames = wire.frames(Answer((call,)))
    found: list[tuple[Frame, str]] = []
    rest = [*pieces]
    so_far = before = ""
    for frame in frames:
        if frame.message is not None:
            if rest and rest[0] in strings_in(frame.message):
                so_far += rest.pop(0)
            now = so_far if wire.arguments == "patches" else visible(so_far)
            found.append((frame, now[len(before) :]))
            before = now
        elif frame.data:
            found.append((frame, ""))
    assert not rest
    return [pair for pair in found if pair[0].message is not None]


def strings_in(value: Any) -> list[str]:
    """All strings that stand in a message as values."""
    if isinstance(value, bytes):
        value = json.loads(value)
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value
    return [s for v in inside for s in strings_in(v)] if isinstance(value, (dict, list)) else []


_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})')


def visible(text: str) -> str:
    """What of the field stands in a text so far; half an escape or half a pair does not."""
    _, _, field = text.partition('"content": "')
    end = re.search(r'(?<!\\)"', field)
    field = field[: end.start()] if end else field
    while field:
        try:
            value: str = json.loads(f'"{field}"')
            value.encode()
            return value
        except ValueError:
            field = field[:-1]
    return ""
