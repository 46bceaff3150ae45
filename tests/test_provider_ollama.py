"""Ollama's own API: one object per line."""

from __future__ import annotations

from typing import Any

import pytest

from partialjson.framing.messages import MessageDecoder
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
from partialjson.providers.ollama import Ollama

from .provider_streams import calls_in, same_with_resuming, sdk, texts_in


def line(content: str = "", *calls: Any, **more: Any) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": content}
    if calls:
        message["tool_calls"] = list(calls)
    if "thinking" in more:
        message["thinking"] = more.pop("thinking")
    return {"model": "m", "created_at": "2026", "message": message, "done": False, **more}


def call(name: str, arguments: Any, **more: Any) -> dict[str, Any]:
    return {"function": {"name": name, "arguments": arguments}, **more}


def of(*messages: Any) -> list[Delta]:
    return same_with_resuming(Ollama, list(messages))


DONE = line(done=True, done_reason="stop")


def test_each_entry_is_a_whole_call() -> None:
    said = of(line("", call("read", {"path": "/tmp/ä"}, id="c1")), DONE)
    assert said == [
        CallStarted(0, "c1", "read"),
        CallText(0, '{"path": "/tmp/ä"}'),
        CallEnded(0),
        Finished(0, "complete", "stop"),
        Ended(),
    ]


def test_calls_come_in_one_object_or_in_several_with_or_without_ids() -> None:
    same = call("f", {"a": 1})
    said = of(line("", same, same), line("", call("g", {}, id="")), DONE)
    assert calls_in(said) == [(None, "f", '{"a": 1}', True)] * 2 + [(None, "g", "{}", True)]


def test_a_call_without_arguments_has_no_text() -> None:
    assert calls_in(of(line("", {"function": {"name": "f"}}))) == [(None, "f", "", True)]


def test_texts_and_thoughts_are_told_apart() -> None:
    said = of(line("", thinking="hm"), line("ye"), line("s", call("f", {}), thinking=""), DONE)
    assert texts_in(said) == {("reasoning", 0, 0): "hm", ("text", 0, 0): "yes"}


def test_generated_text_is_text() -> None:
    said = of(
        {"model": "m", "response": "", "thinking": "hm", "done": False},
        {"model": "m", "response": '{"a"', "done": False},
        {"model": "m", "response": "", "done": True, "done_reason": "stop", "context": [1]},
    )
    assert said[:2] == [Text("reasoning", "hm"), Text("text", '{"a"')]
    assert said[2:] == [Finished(0, "complete", "stop"), Ended()]


@pytest.mark.parametrize(
    ("said", "reason"),
    [("stop", "complete"), ("length", "length"), ("load", "unknown"), ("unload", "unknown")],
)
def test_finish_reasons(said: str, reason: str) -> None:
    assert of(line(done=True, done_reason=said)) == [Finished(0, reason, said), Ended()]


def test_an_end_without_a_reason_is_an_end() -> None:
    assert of(line(done=True)) == [Finished(0, "unknown", "done"), Ended()]


def test_an_error_in_mid_stream_fails_it() -> None:
    assert of(line("a"), {"error": "out of memory"})[1:] == [Failed("out of memory")]


def test_its_objects_are_told_from_others() -> None:
    assert Ollama.matches(line("a"))
    assert Ollama.matches({"response": "a", "done": False})
    assert Ollama.matches({"error": "model not found"})
    assert not Ollama.matches({"error": {"message": "x"}})
    assert not Ollama.matches({"choices": [], "message": {}})
    assert not Ollama.matches({"type": "error", "error": "x"})


@pytest.mark.parametrize(
    "message",
    [
        *[line("", "f"), line("", call("f", 3)), line("", {"function": "f"}), line("", 3)],
        *[{"message": "x", "done": False}, {"message": {"tool_calls": {}}, "done": False}],
        {"error": {"a": 1}},
    ],
)
def test_other_shapes_raise(message: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        of(message)


def test_lines_in_any_pieces_say_the_same() -> None:
    body = (
        b'{"message":{"role":"assistant","content":"","tool_calls":[{"id":"c","function":'
        b'{"index":0,"name":"f","arguments":{"path":"/etc"}}}]},"done":false}\n'
        b'{"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}\n'
    )
    decoder = MessageDecoder("ndjson")
    messages = [m for byte in body for m in decoder.feed(bytes([byte]))] + decoder.close()
    assert calls_in(of(*messages)) == [("c", "f", '{"path": "/etc"}', True)]


def test_the_clients_objects_say_the_same_without_ids() -> None:
    ollama = sdk("ollama")
    messages = [
        line("", thinking="hm"),
        line("a", call("f", {"a": [1, None]}, id="c1"), call("g", {}, id="c2")),
        DONE,
    ]
    objects = [ollama.ChatResponse(**message) for message in messages]
    assert all(Ollama.matches(vars(message)) for message in objects)
    said = same_with_resuming(Ollama, objects)
    assert calls_in(said) == [(None, "f", '{"a": [1, null]}', True), (None, "g", "{}", True)]
    assert texts_in(said) == texts_in(of(*messages))
    assert said[-2:] == [Finished(0, "complete", "stop"), Ended()]
    generated = ollama.GenerateResponse(model="m", response="yes", done=True, done_reason="stop")
    assert Ollama.matches(vars(generated))
    assert of(generated)[0] == Text("text", "yes")
