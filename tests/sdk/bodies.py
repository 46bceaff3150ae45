"""What each provider would answer: some text, then the same two calls side by side."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import chain
from typing import Any

from tests.sdk.wire import (
    IN_A_STRING,
    LAST,
    NOTE,
    NOTE_TEXT,
    SAID,
    SAID_FIRST,
    WEATHER,
    WEATHER_TEXT,
    compact,
    cut,
    data,
    frame,
    frames,
    in_ascii,
    line,
    lines,
    named,
    server_sent,
)

Message = dict[str, Any]

DONE = b"data: [DONE]\n\n"
USAGE = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}


def _holds(name: str, value: Any) -> bytes:
    """A member as it stands in a message."""
    return compact({name: value})[1:-1].encode()


def _pieces(name: str) -> tuple[bytes, bytes]:
    """Of arguments that come in pieces as members of that name: one inside a string, the last."""
    return _holds(name, IN_A_STRING), _holds(name, LAST)


# --- OpenAI chat completions, and those who speak it ----------------------------------------


def _chunk(delta: Message, finish: str | None = None, **more: Any) -> Message:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1700000000,
        "model": "m",
        "choices": [choice],
        **more,
    }


def _chat_text() -> Iterator[Message]:
    yield _chunk({"role": "assistant", "content": ""})
    yield from (_chunk({"content": piece}) for piece in cut(SAID))


def _call(index: int, id: str, name: str, text: str) -> Message:
    function = {"name": name, "arguments": text}
    return {"index": index, "id": id, "type": "function", "function": function}


def _chat_call(index: int, id: str, name: str, text: str) -> Iterator[Message]:
    yield _chunk({"tool_calls": [_call(index, id, name, "")]})
    for piece in cut(text):
        yield _chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})


def _chat() -> Iterator[Message]:
    yield from _chat_text()
    yield from _chat_call(0, "call_A1", "write_note", NOTE_TEXT)
    yield from _chat_call(1, "call_B2", "get_weather", WEATHER_TEXT)
    yield _chunk({}, "tool_calls")
    yield {**_chunk({}), "choices": [], "usage": USAGE}


OPENAI_CHAT = server_sent([*map(data, _chat()), DONE], *_pieces("arguments"))


# --- Groq: whole arguments ------------------------------------------------------------------


def _groq() -> Iterator[Message]:
    yield from _chat_text()
    yield _chunk({"tool_calls": [_call(0, "call_a1", "write_note", NOTE_TEXT)]})
    yield _chunk({"tool_calls": [_call(1, "call_b2", "get_weather", WEATHER_TEXT)]})
    yield _chunk({}, "tool_calls", x_groq={"id": "req_1"})


GROQ = server_sent(
    [*map(data, _groq()), DONE], _holds("content", SAID_FIRST), _holds("arguments", WEATHER_TEXT)
)


# --- Mistral: whole arguments, all calls in one message, no indexes -------------------------


def _mistral() -> Iterator[Message]:
    yield from _chat_text()
    calls = [
        {"id": "QAw0JBXkB", "function": {"name": "write_note", "arguments": NOTE_TEXT}},
        {"id": "HlyhI5zAI", "function": {"name": "get_weather", "arguments": WEATHER_TEXT}},
    ]
    yield _chunk({"content": "", "tool_calls": calls}, "tool_calls", usage=USAGE)


MISTRAL = server_sent([*map(data, _mistral()), DONE], _holds("content", SAID_FIRST))


# --- OpenAI Responses -----------------------------------------------------------------------


def _responses_text() -> Iterator[Message]:
    part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
    whole = {**part, "text": SAID}
    item = {"id": "msg_1", "type": "message", "role": "assistant", "content": []}
    done = {**item, "status": "completed", "content": [whole]}
    at = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    yield {"type": "response.output_item.added", "output_index": 0, "item": item}
    yield {"type": "response.content_part.added", **at, "part": part}
    for piece in cut(SAID):
        yield {"type": "response.output_text.delta", **at, "delta": piece, "logprobs": []}
    yield {"type": "response.output_text.done", **at, "text": SAID, "logprobs": []}
    yield {"type": "response.content_part.done", **at, "part": whole}
    yield {"type": "response.output_item.done", "output_index": 0, "item": done}


def _responses_call(index: int, id: str, name: str, text: str) -> Iterator[Message]:
    item = {"id": f"fc_{index}", "type": "function_call", "call_id": id, "name": name}
    started = {**item, "arguments": "", "status": "in_progress"}
    done = {**item, "arguments": text, "status": "completed"}
    at = {"item_id": f"fc_{index}", "output_index": index}
    yield {"type": "response.output_item.added", "output_index": index, "item": started}
    for piece in cut(text):
        yield {"type": "response.function_call_arguments.delta", **at, "delta": piece}
    yield {"type": "response.function_call_arguments.done", **at, "name": name, "arguments": text}
    yield {"type": "response.output_item.done", "output_index": index, "item": done}


def _responses() -> Iterator[Message]:
    response = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1700000000,
        "model": "m",
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }
    events = chain(
        [{"type": "response.created", "response": {**response, "status": "in_progress"}}],
        _responses_text(),
        _responses_call(1, "call_A1", "write_note", NOTE_TEXT),
        _responses_call(2, "call_B2", "get_weather", WEATHER_TEXT),
        [{"type": "response.completed", "response": {**response, "status": "completed"}}],
    )
    yield from ({**event, "sequence_number": number} for number, event in enumerate(events))


OPENAI_RESPONSES = server_sent(map(named, _responses()), *_pieces("delta"))


# --- Anthropic Messages ---------------------------------------------------------------------


def _block(index: int, start: Message, deltas: list[Message]) -> list[Message]:
    return [
        {"type": "content_block_start", "index": index, "content_block": start},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def _tool_block(index: int, id: str, name: str, text: str) -> list[Message]:
    start = {"type": "tool_use", "id": id, "name": name, "input": {}}
    pieces = ["", *cut(text)]
    return _block(
        index, start, [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
    )


def _anthropic() -> Iterator[Message]:
    message: Message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 9, "output_tokens": 1},
    }
    yield {"type": "message_start", "message": message}
    yield {"type": "ping"}
    texts = [{"type": "text_delta", "text": piece} for piece in cut(SAID)]
    yield from _block(0, {"type": "text", "text": ""}, texts)
    yield from _tool_block(1, "toolu_A1", "write_note", NOTE_TEXT)
    yield {"type": "ping"}
    yield from _tool_block(2, "toolu_B2", "get_weather", WEATHER_TEXT)
    delta = {"stop_reason": "tool_use", "stop_sequence": None}
    yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 9}}
    yield {"type": "message_stop"}


ANTHROPIC = server_sent(map(named, _anthropic()), *_pieces("partial_json"))
ANTHROPIC_IN_ASCII = server_sent(
    [named(message, in_ascii) for message in _anthropic()], *_pieces("partial_json")
)


# --- Gemini: whole arguments, or a patch for each place -------------------------------------


def _gemini_chunk(*parts: Message, finish: str | None = None) -> Message:
    finished = {"finishReason": finish} if finish else {}
    candidate = {"content": {"role": "model", "parts": list(parts)}, "index": 0, **finished}
    return {"candidates": [candidate], "modelVersion": "m", "responseId": "r1"}


def _gemini_text() -> Iterator[Message]:
    return (_gemini_chunk({"text": piece}) for piece in cut(SAID))


def _gemini() -> Iterator[Message]:
    yield from _gemini_text()
    note = {"functionCall": {"id": "fc_A1", "name": "write_note", "args": NOTE}}
    weather = {"functionCall": {"id": "fc_B2", "name": "get_weather", "args": WEATHER}}
    yield _gemini_chunk({**note, "thoughtSignature": "c2ln"}, weather)
    yield _gemini_chunk({"text": ""}, finish="STOP")


def _arg(path: str, **value: Any) -> Message:
    return {"functionCall": {"partialArgs": [{"jsonPath": path, **value}], "willContinue": True}}


def _string_args(path: str, text: str) -> Iterator[Message]:
    for piece in cut(text):
        yield _arg(path, stringValue=piece, willContinue=True)
    yield _arg(path, stringValue="")


def _gemini_partial() -> Iterator[Message]:
    yield from _gemini_text()
    parts = chain(
        [{"functionCall": {"name": "write_note", "willContinue": True}}],
        _string_args("$.path", NOTE["path"]),
        _string_args("$.content", NOTE["content"]),
        [_arg("$.size", numberValue=NOTE["size"])],
        _string_args("$.tags[0]", "a"),
        [_arg("$.tags[1]", nullValue="NULL_VALUE"), {"functionCall": {}}],
        [{"functionCall": {"name": "get_weather", "willContinue": True}}],
        _string_args("$.city", WEATHER["city"]),
        [_arg("$.days", numberValue=WEATHER["days"]), {"functionCall": {}}],
    )
    yield from map(_gemini_chunk, parts)
    yield _gemini_chunk({"text": ""}, finish="STOP")


GEMINI = server_sent(
    [data(message, end="\r\n") for message in _gemini()], _holds("text", SAID_FIRST)
)
GEMINI_PARTIAL = server_sent(
    [data(message, end="\r\n") for message in _gemini_partial()],
    _holds("stringValue", cut(NOTE["content"])[0]),
    _holds("numberValue", WEATHER["days"]),
)


# --- Cohere ---------------------------------------------------------------------------------


def _cohere_event(kind: str, index: int, **message: Any) -> Message:
    return {"type": kind, "index": index, "delta": {"message": message}}


def _cohere_call(index: int, id: str, name: str, text: str) -> Iterator[Message]:
    call = {"id": id, "type": "function", "function": {"name": name, "arguments": ""}}
    yield _cohere_event("tool-call-start", index, tool_calls=call)
    for piece in cut(text):
        function = {"function": {"arguments": piece}}
        yield _cohere_event("tool-call-delta", index, tool_calls=function)
    yield {"type": "tool-call-end", "index": index}


def _cohere() -> Iterator[Message]:
    message: Message = {"role": "assistant", "tool_plan": "", "content": [], "tool_calls": []}
    yield {"id": "c1", "type": "message-start", "delta": {"message": {**message, "citations": []}}}
    yield _cohere_event("content-start", 0, content={"type": "text", "text": ""})
    yield from (_cohere_event("content-delta", 0, content={"text": piece}) for piece in cut(SAID))
    yield {"type": "content-end", "index": 0}
    yield from _cohere_call(0, "write_note_A1", "write_note", NOTE_TEXT)
    yield from _cohere_call(1, "get_weather_B2", "get_weather", WEATHER_TEXT)
    usage = {"tokens": {"input_tokens": 9, "output_tokens": 9}}
    yield {"type": "message-end", "delta": {"finish_reason": "TOOL_CALL", "usage": usage}}


COHERE = server_sent([*map(named, _cohere()), DONE], *_pieces("arguments"))


def _cohere_v1_event(kind: str, **more: Any) -> Message:
    return {"is_finished": kind == "stream-end", "event_type": kind, **more}


def _cohere_v1_call(index: int, name: str, text: str) -> Iterator[Message]:
    deltas = [{"name": name}, *({"parameters": piece} for piece in cut(text))]
    for delta in deltas:
        at = {"index": index, **delta}
        yield _cohere_v1_event("tool-calls-chunk", tool_call_delta=at)


def _cohere_v1() -> Iterator[Message]:
    yield _cohere_v1_event("stream-start", generation_id="g1")
    yield from (_cohere_v1_event("text-generation", text=piece) for piece in cut(SAID))
    yield from _cohere_v1_call(0, "write_note", NOTE_TEXT)
    yield from _cohere_v1_call(1, "get_weather", WEATHER_TEXT)
    calls = [
        {"name": "write_note", "parameters": NOTE},
        {"name": "get_weather", "parameters": WEATHER},
    ]
    yield _cohere_v1_event("tool-calls-generation", text=SAID, tool_calls=calls)
    done = {"text": SAID, "generation_id": "g1", "finish_reason": "COMPLETE", "tool_calls": calls}
    yield _cohere_v1_event("stream-end", finish_reason="COMPLETE", response=done)


COHERE_V1 = lines([line(message, in_ascii) for message in _cohere_v1()], *_pieces("parameters"))


# --- Ollama: lines, whole arguments ---------------------------------------------------------


def _ollama_line(message: Message, **more: Any) -> Message:
    said = {"role": "assistant", "content": "", **message}
    when = "2023-11-14T22:13:20.5Z"
    return {"model": "m", "created_at": when, "message": said, "done": False, **more}


def _ollama() -> Iterator[Message]:
    yield from (_ollama_line({"content": piece}) for piece in cut(SAID))
    note = {"index": 0, "name": "write_note", "arguments": NOTE}
    weather = {"index": 1, "name": "get_weather", "arguments": WEATHER}
    for id, function in (("call_a1", note), ("call_b2", weather)):
        yield _ollama_line({"tool_calls": [{"id": id, "function": function}]})
    yield _ollama_line({}, done=True, done_reason="stop", total_duration=9, eval_count=9)


OLLAMA = lines(map(line, _ollama()), _holds("content", SAID_FIRST))
OLLAMA_IN_ASCII = lines(
    [line(message, in_ascii) for message in _ollama()],
    in_ascii({"content": SAID_FIRST})[1:-1].encode(),
)


# --- Bedrock: AWS event streams -------------------------------------------------------------


def _converse_call(index: int, id: str, name: str, text: str) -> Iterator[bytes]:
    at = {"contentBlockIndex": index}
    start = {"toolUse": {"toolUseId": id, "name": name}}
    yield frame("contentBlockStart", {**at, "start": start})
    for piece in ["", *cut(text)]:
        yield frame("contentBlockDelta", {**at, "delta": {"toolUse": {"input": piece}}})
    yield frame("contentBlockStop", at)


def _converse() -> Iterator[bytes]:
    yield frame("messageStart", {"role": "assistant"})
    for piece in cut(SAID):
        said = {"contentBlockIndex": 0, "delta": {"text": piece}, "p": "abc"}
        yield frame("contentBlockDelta", said)
    yield frame("contentBlockStop", {"contentBlockIndex": 0})
    yield from _converse_call(1, "tooluse_A1", "write_note", NOTE_TEXT)
    yield from _converse_call(2, "tooluse_B2", "get_weather", WEATHER_TEXT)
    yield frame("messageStop", {"stopReason": "tool_use"})
    usage = {"inputTokens": 9, "outputTokens": 9, "totalTokens": 18}
    yield frame("metadata", {"usage": usage, "metrics": {"latencyMs": 9}})


def _invoked(message: Message) -> bytes:
    content = base64.b64encode(compact(message).encode()).decode()
    return frame("chunk", {"bytes": content, "p": "abc"})


_INVOKED = [message for message in _anthropic() if message["type"] != "ping"]
_PIECES = [_invoked(message) for message in _INVOKED if "partial_json" in str(message)]

CONVERSE = frames(_converse(), *_pieces("input"))
INVOKE_MODEL = frames(map(_invoked, _INVOKED), _PIECES[3], _PIECES[-1])
