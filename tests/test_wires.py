"""Writers and readers of wire formats are each other's inverse; and both are like the real ones."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable, Iterator
from typing import Any
from zlib import crc32

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from partialjson import StreamFailed, ToolCallCompleted
from partialjson.providers import PROVIDERS, adapter_for, adapter_named
from partialjson.testing.fragments import halved
from partialjson.testing.wiring import answers_for
from partialjson.testing.writers import (
    WIRES,
    Answer,
    Call,
    Message,
    Part,
    Refusal,
    Said,
    Thought,
    Unwritable,
    Wire,
    cut,
)
from tests.reading_back import Fed, assert_told_right, feedings, told_of_calls, written
from tests.recordings import STREAMS, expected, needs_recordings
from tests.strategies import examples

NAMES = sorted(WIRES)
WITH_BYTES = [name for name in NAMES if WIRES[name].framing != "objects"]

# --- naive readers ----------------------------------------------------------------------


def read_sse(body: bytes) -> Iterator[tuple[str | None, Message]]:
    """Event names and messages of a body whose events have one data line each."""
    newline = b"\r\n" if b"\r\n" in body else b"\n"
    for block in body.split(newline * 2)[:-1]:
        lines = [line.partition(b": ") for line in block.split(newline)]
        fields = {name.decode(): value for name, _, value in lines}
        if "data" in fields and fields["data"] != b"[DONE]":
            event = fields.get("event")
            yield None if event is None else event.decode(), json.loads(fields["data"])


def read_eventstream(body: bytes) -> Iterator[tuple[str, Message]]:
    """Names and messages of an AWS event stream; each length and each CRC must be right."""
    while body:
        total, length, check = struct.unpack(">III", body[:12])
        assert check == crc32(body[:8])
        assert struct.unpack(">I", body[total - 4 : total])[0] == crc32(body[: total - 4])
        headers = dict(read_headers(body[12 : 12 + length]))
        payload = json.loads(body[12 + length : total - 4])
        assert headers[":content-type"] == "application/json"
        kind = headers[":message-type"]
        yield headers[f":{kind}-type"], payload
        body = body[total:]


def read_headers(head: bytes) -> Iterator[tuple[str, str]]:
    while head:
        end = 1 + head[0]
        kind, length = struct.unpack(">BH", head[end : end + 3])
        assert kind == 7
        yield head[1:end].decode(), head[end + 3 : end + 3 + length].decode()
        head = head[end + 3 + length :]


def read(wire: Wire, body: bytes) -> list[Message]:
    """The messages of a body, as simply as possible."""
    if wire.framing == "sse":
        return [message for _, message in read_sse(body)]
    if wire.framing == "ndjson":
        return [json.loads(line) for line in body.decode().split("\n")[:-1]]
    if wire.framing == "jsonarray":
        array: list[Message] = json.loads(body)
        return array
    return [{name: unpacked(payload)} for name, payload in read_eventstream(body)]


def unpacked(payload: Message) -> Message:
    if "bytes" in payload:
        return {"bytes": base64.b64decode(payload["bytes"])}
    return payload


# --- answers ----------------------------------------------------------------------------


def _server(wire: Wire) -> bool:
    return wire.name == "anthropic_server_tools"


def _calls(answers: list[Answer]) -> list[Call]:
    return [call for answer in answers for call in answer.calls]


SHAPES: dict[str, tuple[str, Callable[[list[Answer]], bool]]] = {
    "no arguments": ("openai_chat", lambda a: any(not c.arguments for c in _calls(a))),
    "cut inside an escape": (
        "openai_chat",
        lambda a: any(f.endswith("\\") for c in _calls(a) for f in c.fragments or ()),
    ),
    "cut inside a character": (
        "openai_chat",
        lambda a: any("\ud800" <= f[-1:] < "\udc00" for c in _calls(a) for f in c.fragments or ()),
    ),
    "no end, and cut": (
        "anthropic_messages",
        lambda a: any(not c.ended and c.arguments for c in _calls(a)),
    ),
    "calls that mix": (
        "openai_responses",
        lambda a: len({*a[0].turns}) > 1 and len(a[0].calls) > 1,
    ),
    "several choices with calls": (
        "gemini",
        lambda a: len(a) > 1 and all(answer.calls for answer in a),
    ),
    "choices that finish otherwise": ("openai_chat", lambda a: len({x.finish for x in a}) > 1),
    "some of the provider's tools": (
        "bedrock_converse",
        lambda a: len({c.server for c in _calls(a)}) == 2,
    ),
    "objects in objects": (
        "ollama",
        lambda a: any(
            isinstance(inner, dict) and inner for c in _calls(a) for inner in c.value.values()
        ),
    ),
    "patches in lists": (
        "vertex",
        lambda a: any(isinstance(inner, list) for c in _calls(a) for inner in c.value.values()),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_answers_of_every_shape_are_tried(shape: str) -> None:
    name, is_one = SHAPES[shape]
    only_found = settings(examples(2_000), phases=[Phase.generate])
    assert find(answers_for(WIRES[name], shrink=False), is_one, settings=only_found)


# --- the writers by themselves ----------------------------------------------------------


def test_there_is_a_wire_for_each_provider_and_none_for_another() -> None:
    assert {wire.provider for wire in WIRES.values()} == {*PROVIDERS}
    assert [wire.name for wire in WIRES.values()] == [*WIRES]


@pytest.mark.parametrize("name", WITH_BYTES)
@examples(25)
@given(st.data())
def test_a_body_reads_back_as_its_messages(name: str, data: st.DataObject) -> None:
    wire = WIRES[name]
    answers = data.draw(answers_for(wire, shrink=False))
    body = wire.body(answers)
    if wire.framing == "jsonarray" and answers[0].finish in ("error", None):
        body += b"]" if body else b"[]"
    told = [json_only(message) for message in wire.messages(answers)]
    assert [json_only(message) for message in read(wire, body)] == told
    assert body.startswith(b"".join(frame.data for frame in wire.frames(answers)))


def json_only(message: Message) -> Message:
    """A message as it is after a JSON round trip; bytes are what they say."""
    if isinstance(message.get("chunk"), dict) and "bytes" in message["chunk"]:
        inner: Message = json.loads(message["chunk"]["bytes"])
        return inner
    around: Message = json.loads(json.dumps(message))
    return around


@pytest.mark.parametrize("name", NAMES)
@examples(15)
@given(st.data())
def test_each_choice_is_finished_once_and_each_call_ends_at_most_once(
    name: str, data: st.DataObject
) -> None:
    wire = WIRES[name]
    answers = data.draw(answers_for(wire, shrink=False))
    frames = wire.frames(answers)
    ends = [end for frame in frames for end in frame.ends]
    assert len(ends) == len({*ends})
    for choice, number in ends:
        assert isinstance(answers[choice].parts[number], Call)
    finished = sorted(choice for frame in frames for choice in frame.finished)
    broken = answers[0].finish in ("error", None)
    assert finished == ([] if broken else [*range(len(answers))])
    assert any(frame.error for frame in frames) == (answers[0].finish == "error")


@pytest.mark.parametrize("name", NAMES)
def test_a_wire_keeps_its_own_word(name: str) -> None:
    wire = WIRES[name]
    made = Call("get_weather", '{"a": [1, "x"]}', "the-id", server=_server(wire))
    told = repr(wire.messages(Answer((made,))))
    assert ("the-id" in told) == wire.ids
    assert "get_weather" in told
    pieces = Call(made.name, made.arguments, made.id, cut(made.arguments, 5), server=made.server)
    assert (repr(wire.messages(Answer((pieces,)))) != told) == wire.streams_text
    ends = [frame.ends for frame in wire.frames(Answer((made,), None))]
    assert any(ends) == (wire.marks_ends and name not in ("cohere_v1", "ag_ui_chunks"))


@pytest.mark.parametrize("name", NAMES)
def test_what_a_wire_cannot_say_it_refuses(name: str) -> None:
    wire = WIRES[name]
    call = Call("f", "{}", server=_server(wire))
    impossible: dict[str, Answer | list[Answer]] = {
        "kinds": Answer((Refusal("no"),)),
        "finishes": Answer((call,), "refusal"),
        "parallel": Answer((call, call), turns=(1,)),
        "choices": [Answer((call,)), Answer((call,))],
    }
    possible = {
        "kinds": Refusal in wire.kinds,
        "finishes": "refusal" in wire.finishes,
        "parallel": wire.parallel and name != "openai_functions",
        "choices": wire.choices,
    }
    for what, answers in impossible.items():
        assert (wire.objection(answers) is None) == possible[what], what
        if not possible[what]:
            with pytest.raises(Unwritable, match=f"^{name}: "):
                wire.messages(answers)
    with pytest.raises(Unwritable):
        wire.messages([])


def test_objects_have_no_bytes() -> None:
    with pytest.raises(Unwritable, match="no bytes"):
        WIRES["langchain"].body(Answer())
    assert all(not frame.data for frame in WIRES["litellm"].frames(Answer((Said("x"),))))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gemini", "[1]"),
        ("gemini", '{"a": '),
        ("ollama", '{"a": 1e999}'),
        ("anthropic_full_input", '"a"'),
        ("vertex", '{"a": []}'),
        ("vertex", '{"a": {"b": {}}}'),
        ("vertex", '{"a": 9007199254740993}'),
        ("vercel_ui", '{"a": '),
        ("cohere_v1", "[1]"),
    ],
)
def test_arguments_that_a_wire_cannot_carry_are_refused(name: str, text: str) -> None:
    assert WIRES[name].objection(Answer((Call("f", text),))) is not None
    assert WIRES["openai_chat"].objection(Answer((Call("f", text),))) is None


def test_parts_mix_by_turns_and_none_starts_before_those_in_front_of_it() -> None:
    wire = WIRES["ag_ui"]
    made = tuple(Call("f", "abc", f"id{i}", ("a", "b", "c")) for i in range(3))
    messages = wire.messages(Answer(made, turns=(0, 0, 2, 2, 0)))
    told = [(m["type"][10:], m["toolCallId"][-1]) for m in messages if "toolCallId" in m]
    assert told[:6] == [
        *(("START", "0"), ("ARGS", "0")),  # two turns of the first
        *(("START", "1"), ("START", "2")),  # the third may not start before the second
        *(("ARGS", "2"), ("ARGS", "0")),
    ]
    assert told[6:8] == [("ARGS", "0"), ("END", "0")]
    assert sorted(told) == sorted((k, str(i)) for i in range(3) for k in _OF_A_CALL)


_OF_A_CALL = ("START", "ARGS", "ARGS", "ARGS", "END")


def test_choices_take_turns() -> None:
    answers = [Answer((Said("ab", ("a", "b")),)), Answer((Said("cd", ("c", "d")),), "length")]
    messages = WIRES["openai_chat"].messages(answers)
    told = [
        (choice["index"], choice["delta"].get("content"), choice["finish_reason"])
        for message in messages
        for choice in message["choices"]
    ]
    assert told[2:] == [
        *((0, "a", None), (1, "c", None), (0, "b", None), (1, "d", None)),
        *((0, None, "stop"), (1, None, "length")),
    ]


def test_a_cut_takes_sizes_in_turns_and_loses_nothing() -> None:
    assert cut("abcdef", (1, 2)) == ("a", "bc", "d", "ef")
    assert cut("", 3) == ()
    for sizes in (0, (0, 0), (2, -1), ()):
        with pytest.raises(ValueError, match="size above 0"):
            cut("a", sizes)
    with pytest.raises(ValueError, match="do not make"):
        Call("f", "{}", fragments=("{",))


def test_half_a_surrogate_pair_travels_as_an_escape() -> None:
    call = Call("f", '"\ud83d\ude00"', "c", ('"\ud83d', '\ude00"'))
    wire = WIRES["openai_chat"]
    assert b'"arguments":"\\"\\ud83d"' in wire.body(Answer((call,)))
    assert read(wire, wire.body(Answer((call,)))) == wire.messages(Answer((call,)))


def test_messages_are_framed_as_their_provider_frames_them() -> None:
    said = Answer((Said("é"),))
    assert WIRES["anthropic_messages"].body(said).startswith(b"event: message_start\ndata: {")
    assert WIRES["gemini"].body(said).endswith(b"}\r\n\r\n")
    assert WIRES["gemini_array"].body(said).startswith(b"[{\n  ")
    assert WIRES["openai_chat"].body(said).endswith(b"\n\ndata: [DONE]\n\n")
    assert WIRES["gemini_interactions"].body(said).endswith(b"event: done\ndata: [DONE]\n\n")
    assert b"[DONE]" not in WIRES["writer"].body(said)
    assert WIRES["openrouter"].body(said).startswith(b": OPENROUTER PROCESSING\n\n")
    assert b"event: error\ndata: " in WIRES["groq"].body(Answer((), "error"))
    assert WIRES["ollama"].body(said).endswith(b"}\n")
    (first, *_) = read_eventstream(WIRES["bedrock_converse"].body(said))
    assert first == ("messageStart", {"role": "assistant", "p": "a"})


# --- like the real ones -----------------------------------------------------------------

RECORDED = {  # by wire: the API of the recordings, and whose they are
    "openai_chat": ("openai.chat", "openai"),
    "mistral": ("openai.chat", "mistral"),
    "gemini_compat": ("openai.chat", "gemini"),
    "xai_chat": ("openai.chat", "xai"),
    "groq": ("openai.chat", "groq"),
    "deepseek": ("openai.chat", "deepseek"),
    "openrouter": ("openai.chat", "openrouter"),
    "databricks": ("openai.chat", "databricks"),
    "writer": ("openai.chat", "writer"),
    "ollama_v1": ("openai.chat", "ollama"),
    "openai_responses": ("openai.responses", ""),
    "copilot_responses": ("openai.responses", ""),
    "bedrock_mantle_responses": ("openai.responses", ""),
    "anthropic_messages": ("anthropic.messages", "anthropic"),
    "anthropic_fine_grained": ("anthropic.messages", "anthropic"),
    "anthropic_full_input": ("anthropic.messages", "anthropic"),
    "anthropic_server_tools": ("anthropic.messages", "anthropic"),
    "bedrock_invoke": ("anthropic.messages", "bedrock"),
    "bedrock_converse": ("bedrock.converse", "bedrock"),
    "gemini": ("gemini.generateContent", "gemini"),
    "gemini_array": ("gemini.generateContent", "gemini"),
    "cohere": ("cohere.v2.chat", "cohere"),
    "cohere_plan": ("cohere.v2.chat", "cohere"),
    "xai": ("xai.grpc", "xai"),
    "ag_ui": ("ag-ui", "sse_streams"),
}
# Kinds of messages that are in no recording, by wire, as `kind_of` names them.
UNRECORDED: dict[str, set[str]] = {
    "ag_ui": {"RUN_ERROR", *(f"REASONING_MESSAGE_{x}" for x in ("START", "CONTENT", "END"))},
    **{
        f"anthropic_{name}": {"error"}
        for name in ("messages", "fine_grained", "full_input", "server_tools")
    },
    "bedrock_converse": {" reasoningContent contentBlockDelta", " modelStreamErrorException"},
    "bedrock_invoke": {
        *("content_block_start thinking", "content_block_delta thinking_delta"),
        "content_block_delta signature_delta",
    },
    "cohere": {"content-start message", "content-delta message", "content-end"},
    **{
        f"{name}_responses": {"error", "response.failed", "response.incomplete"}
        for name in ("openai", "copilot", "bedrock_mantle")
    },
    "deepseek": {"content"},
    "gemini": {" error"},
    "gemini_compat": {"content", "finish", "call"},
    "groq": {"content"},
    "mistral": {"content", "finish", "call"},
    "ollama_v1": {"content"},
    "openai_chat": {" error"},
    "writer": {"content"},
    "xai_chat": {"content", "finish", "call"},
}
# Where a wire and the recordings of it differ, and why.
DIFFERENT: dict[str, dict[str, str]] = {
    "anthropic_full_input": {"content_block.caller.tool_id: string": "a way of calling of its own"},
    "ollama_v1": {"choices[].delta.tool_calls[].index: number": "those servers had none yet"},
    "openrouter": {"choices[].logprobs: null": "with some models only"},
    "xai": {
        "chunk.outputs[].index: number": "0 is left out",
        "chunk.created: string": "with some models only",
    },
}
_OPAQUE = ("usage", "usageMetadata", "tools", "args", ".input", "x_groq")
_TYPES = {
    dict: "object",
    list: "array",
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


def recorded(api: str, who: str) -> list[Message]:
    """The messages of all recordings of an API."""
    found: list[Message] = []
    for name, known in expected().items():
        if known["api"] == api and name.partition("/")[2].startswith(who):
            found += messages_of(STREAMS / name)
    return found


def messages_of(path: Any) -> Iterator[Message]:
    body = path.read_bytes()
    if path.suffix == ".jsonl":
        yield from map(json.loads, body.splitlines())
    elif path.suffix == ".eventstream":
        for name, payload in read_eventstream(body):
            message: Message = {name: payload}
            yield json.loads(base64.b64decode(payload["bytes"])) if name == "chunk" else message
    else:
        for block in body.replace(b"\r\n", b"\n").split(b"\n\n"):
            lines = [line[5:] for line in block.split(b"\n") if line.startswith(b"data:")]
            try:
                message = json.loads(b"\n".join(lines))
            except ValueError:
                continue  # comments, [DONE], and what a hand-made file has of broken ones
            yield message


def kind_of(message: Message) -> str:
    """What sort of message it is: only those of one sort can be compared."""
    if "choices" in message:
        return _kind_of_chunk(message)
    if "candidates" in message:
        ((part, *_), finish) = _of_candidate(message)
        return f"{'call' if 'functionCall' in part else 'text'}{' and finish' * finish}"
    if "chunk" in message:
        (output,) = message["chunk"]["outputs"]
        return " ".join(sorted({*output["delta"], *output} - {"role", "delta", "index"}))
    words = [str(message.get("type") or "")]
    for part in message.values() if "type" not in message else [message]:
        for field in ("item", "content_block", "part", "delta", "start"):
            inner = part.get(field) if isinstance(part, dict) else None
            if isinstance(inner, dict):
                words.append(str(inner.get("type") or sorted(inner)[0]))
    return " ".join([*words, *(message if "type" not in message else ())])


def _kind_of_chunk(message: Message) -> str:
    if not message["choices"]:
        return "no choices"
    choice = message["choices"][0]
    (entry, *_) = choice["delta"].get("tool_calls") or [None]
    words = ["error"] if "error" in message else []
    if entry is not None:
        words.append("call" if entry["function"].get("name") else "more of a call")
    if choice.get("finish_reason"):
        words.append("finish")
    words += [name for name in ("refusal", "content", "reasoning") if choice["delta"].get(name)]
    return " and ".join(words) or "nothing"


def _of_candidate(message: Message) -> tuple[list[Message], bool]:
    (candidate,) = message["candidates"]
    return candidate["content"]["parts"], "finishReason" in candidate


def paths_of(value: Any) -> set[str]:
    """The paths of all keys in a message, but for what is no part of its form."""
    found: set[str] = set()
    rest = [("", value)]
    while rest:
        path, value = rest.pop()
        found.add(f"{path}: {_TYPES[type(value)]}")
        if path.endswith(_OPAQUE):
            continue
        if isinstance(value, list):
            rest += [(f"{path}[]", item) for item in value]
        elif isinstance(value, dict):
            rest += [(f"{path}.{key}" if path else key, inner) for key, inner in value.items()]
    return found


def specimens(wire: Wire) -> list[Message]:
    """Messages of all kinds that a wire writes."""
    server = _server(wire)
    made = [Call("f", '{"city": "Paris"}', f"id{i}", server=server) for i in range(2)]
    kinds = [kind for kind in (Said, Thought, Refusal) if kind in wire.kinds]
    said: list[Part] = [kind("some words") for kind in kinds]
    found: list[Message] = []
    for finish in wire.finishes:
        for taken in ([*said, *made], said, made[:1]):
            found += wire.messages(Answer(tuple(taken), finish))
    return [json_only(message) for message in found]


@needs_recordings
@pytest.mark.parametrize("name", sorted(RECORDED))
def test_messages_have_the_keys_of_recorded_ones(name: str) -> None:
    real: dict[str, list[set[str]]] = {}
    for message in recorded(*RECORDED[name]):
        real.setdefault(kind_of(message), []).append(paths_of(message))
    compared, unrecorded = set(), set()
    different = DIFFERENT.get(name, {})
    for message in specimens(WIRES[name]):
        kind, mine = kind_of(message), paths_of(message)
        if kind in real:
            compared.add(kind)
            allowed = set.union(*real[kind]) | {*different}
            required = set.intersection(*real[kind]) - {*different}
            assert mine <= allowed, (kind, sorted(mine - allowed))
            assert mine >= required, (kind, sorted(required - mine))
        else:
            unrecorded.add(kind)
    assert compared
    assert unrecorded == UNRECORDED.get(name, set())


# --- what was written is what is read ---------------------------------------------------


@pytest.mark.parametrize("provider", ["by name", "auto"])
@pytest.mark.parametrize("name", NAMES)
@examples(40)
@given(st.data())
def test_a_whole_response_reads_back_as_it_was_written(
    name: str, provider: str, data: st.DataObject
) -> None:
    wire = WIRES[name]
    fed = data.draw(feedings(wire, whole=True))
    events = fed.events(wire.provider if provider == "by name" else "auto")
    assert_told_right(fed, events)
    for answer, seen in zip(fed.answers, told_of_calls(events, fed.answers), strict=True):
        assert len(seen) == len(answer.calls)
    failures = [event.reason for event in events if isinstance(event, StreamFailed)]
    broken = {"error": ["provider_error"], None: ["disconnected"]}
    assert failures == broken.get(fed.answers[0].finish, [])


@pytest.mark.parametrize("name", NAMES)
@examples(40)
@given(st.data())
def test_of_a_response_that_is_cut_exactly_the_calls_that_ended_are_completed(
    name: str, data: st.DataObject
) -> None:
    wire = WIRES[name]
    fed = data.draw(feedings(wire, whole=False))
    assert_told_right(fed, fed.events(wire.provider))


@pytest.mark.parametrize("name", NAMES)
@examples(20)
@given(st.data())
def test_messages_read_back_as_well_as_bytes(name: str, data: st.DataObject) -> None:
    wire = WIRES[name]
    response = written(wire, data.draw(answers_for(wire, shrink=False)))
    at = len(response.frames if wire.framing == "objects" else response.body)
    whole = Fed(response, at, response.messages)
    assert_told_right(whole, whole.events(wire.provider))


STREAMING = [name for name in NAMES if WIRES[name].streams_text]
EMOJI = '{"😀": ["a😀", "😀"]}'


@pytest.mark.parametrize("name", STREAMING)
def test_a_character_whose_halves_come_one_by_one_is_whole_again(name: str) -> None:
    wire = WIRES[name]
    text = halved(EMOJI)
    call = Call("f", text, fragments=cut(text, 1), server=_server(wire))
    response = written(wire, [Answer((call,))])
    events = Fed(response, 0, response.messages).events(wire.provider)
    (completed,) = [event for event in events if isinstance(event, ToolCallCompleted)]
    assert completed.arguments == json.loads(EMOJI)


TWINS = {"mistral": "openai_chat", "litellm": "openai_chat"}  # nothing tells them apart


@pytest.mark.parametrize("name", NAMES)
def test_the_first_message_tells_who_sent_it(name: str) -> None:
    wire = WIRES[name]
    first = wire.messages(Answer((Call("f", "{}", server=_server(wire)),)))[0]
    reader = adapter_for(first)
    assert reader is not None
    assert reader.name == TWINS.get(wire.provider, wire.provider)


@pytest.mark.parametrize("name", NAMES)
def test_a_wire_and_its_reader_agree_on_who_marks_ends(name: str) -> None:
    wire = WIRES[name]
    reader = adapter_named(wire.provider)
    for message in wire.messages(Answer((Call("f", "{}", server=_server(wire)),))):
        list(reader.feed(message))
    assert reader.marks_ends == wire.marks_ends
