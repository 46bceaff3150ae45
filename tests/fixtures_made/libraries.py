"""What SDKs and libraries hand over: Mistral's, OpenAI's helper, LiteLLM, LangChain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from partialjson.testing.writers import WIRES, Answer, Call, Message, Said, cut

from .case import NOTE_TEXT, TOOLS, Case, by_hand, edited, note
from .chat import CALL, END, TEXT, WHOLE, chunk, opening, pieces

CUT = NOTE_TEXT[:37]

# --- Mistral, LiteLLM and SDKs ----------------------------------------------------------


def _mistral() -> Iterator[Case]:
    path = {"path": "/etc/hosts", "lines": [1, 2]}
    function = {"name": "read_file", "arguments": path}
    calls = [
        opening(TEXT, id="QAw0JBXkB"),
        {"function": function, "id": "null", "type": "function", "index": 0},
    ]
    message = {"data": chunk(*calls, finish="tool_calls", role="assistant", content="")}
    yield by_hand(
        "mistral",
        "sdk_defaults",
        'the SDK\'s events: index 0 for all, `"null"` for no id, arguments that are an object',
        [message],
        Answer((Call("get_weather", TEXT, "QAw0JBXkB"), Call("read_file", json.dumps(path), ""))),
        framing="objects",
    )


def _conversations() -> Iterator[Case]:
    text = cut(TEXT, 13)
    conversation: list[Message] = [
        {"type": "conversation.response.started", "conversation_id": "conv_1"},
        {"type": "message.output.delta", "output_index": 0, "content": "Well, ", "id": "m"},
        *(
            {
                "type": "function.call.delta",
                "output_index": 0,
                "id": "fc_1",
                "name": "get_weather",
                "tool_call_id": "call_W7kd20",
                "arguments": part,
            }
            for part in text
        ),
    ]
    done = {"type": "conversation.response.done", "usage": {"total_tokens": 9}}
    answer = Answer((Said("Well, "), CALL))
    yield by_hand(
        "mistral",
        "conversation",
        "the agents' events: id and name with each piece of the arguments",
        [*conversation, done],
        answer,
        wire="anthropic_messages",
    )
    cut_call = Call("get_weather", text[0], "call_W7kd20")
    yield by_hand(
        "mistral",
        "conversation_error",
        "the agents' error in mid-arguments",
        [
            *conversation[:3],
            {"type": "conversation.response.error", "message": "overloaded", "code": 3500},
        ],
        Answer((Said("Well, "), cut_call), "error"),
        wire="anthropic_messages",
        fates="provider_error",
        stream="provider_error",
        tools=TOOLS,
    )


def _litellm() -> Iterator[Case]:
    yield by_hand(
        "litellm",
        "index_zero_for_all",
        "Gemini behind LiteLLM: parallel calls that all have the index 0",
        [
            chunk(opening(TEXT), role="assistant"),
            chunk(opening('{"path":"/etc/hosts"}', id="call_2", name="read_file")),
            chunk(finish="tool_calls"),
        ],
        Answer((CALL, Call("read_file", '{"path":"/etc/hosts"}', "call_2"))),
    )
    yield by_hand(
        "litellm",
        "empty_object_first",
        "Anthropic behind LiteLLM: `{}` before the real arguments",
        [*pieces("{}", '{"city":"Zü', 'rich","days":3}'), END],
        WHOLE,
        repairs={0: ("empty_object_first",)},
    )


def _helper() -> Iterator[Case]:
    messages = WIRES["openai_chat"].messages(Answer((note(30),)))
    wrapped: list[Message] = []
    for message in messages:
        wrapped.append({"type": "chunk", "chunk": message, "snapshot": {"choices": []}})
        for choice in message["choices"]:
            for call in choice["delta"].get("tool_calls", ()):
                text = call["function"]["arguments"]
                more = {"index": 0, "name": "write_file", "arguments_delta": text}
                wrapped.append({"type": "tool_calls.function.arguments.delta", **more})
    yield edited(
        "openai_chat",
        "helper_events",
        "the events of the SDK's own helper: chunks, and others that say the same again",
        "openai_chat",
        wrapped,
        Answer((note(),)),
    )


# --- LangChain --------------------------------------------------------------------------


def lc(*calls: Message, **more: Any) -> Message:
    """An `AIMessageChunk`."""
    told = {"type": "AIMessageChunk", "content": "", "response_metadata": {}, "id": "run-1"}
    return {**told, "tool_call_chunks": [*calls], "chunk_position": None, **more}


def fragment(args: Any, *, index: Any = 0, id: Any = None, name: Any = None) -> Message:
    """An entry of `tool_call_chunks`."""
    return {"type": "tool_call_chunk", "name": name, "args": args, "id": id, "index": index}


def _langchain() -> Iterator[Case]:
    last = lc(chunk_position="last")
    both = [
        fragment(TEXT, index=None, id="a", name="get_weather"),
        fragment('{"path":"ü.md"}', index=None, id="b", name="read_file"),
    ]
    yield by_hand(
        "langchain",
        "gemini_whole",
        "Gemini behind LangChain: whole calls, the index None",
        [lc(*both), lc(response_metadata={"finish_reason": "STOP"}), last],
        Answer((Call("get_weather", TEXT, "a"), Call("read_file", '{"path":"ü.md"}', "b"))),
    )
    use = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {}, "index": 1}
    fragments = ["", TEXT[:12], TEXT[12:]]
    more = [{"type": "input_json_delta", "partial_json": text, "index": 1} for text in fragments]
    stop = {"stop_reason": "tool_use"}
    yield by_hand(
        "langchain",
        "anthropic_both_ways",
        "Anthropic behind LangChain: each fragment in `content` and in `tool_call_chunks`",
        [
            lc(content=[{"type": "text", "text": "Well, ", "index": 0}]),
            lc(fragment("", index=1, id="toolu_1", name="get_weather"), content=[use]),
            *(lc(fragment(b["partial_json"], index=1), content=[b]) for b in more),
            lc(response_metadata=stop),
            last,
        ],
        Answer((Said("Well, "), Call("get_weather", TEXT, "toolu_1"))),
    )


def _langchain_words() -> Iterator[Case]:
    last = lc(chunk_position="last")
    for said, fate in (("refusal", "refusal"), ("content_filter", "content_filter")):
        key = "stop_reason" if said == "refusal" else "finish_reason"
        answer = Answer((Call("write_file", CUT, "call_1"),), fate)  # type: ignore[arg-type]
        yield by_hand(
            "langchain",
            said if said != "refusal" else "refusal_in_call",
            f"the provider's own word to stop, in mid-arguments: `{said}`",
            [
                lc(fragment("", id="call_1", name="write_file")),
                lc(fragment(CUT)),
                lc(response_metadata={key: said}),
                last,
            ],
            answer,
            fates=fate,
            tools=TOOLS,
        )
    server = {
        "type": "server_tool_use",
        "id": "srv_1",
        "name": "web_search",
        "input": {},
        "index": 0,
    }
    yield by_hand(
        "langchain",
        "server_tool",
        "a tool that the provider runs, which is in no `tool_call_chunks`",
        [
            lc(content=[server]),
            lc(content=[{"type": "input_json_delta", "partial_json": '{"query":"ü"}', "index": 0}]),
            lc(response_metadata={"stop_reason": "end_turn"}),
            last,
        ],
        Answer((Call("web_search", '{"query":"ü"}', "srv_1", server=True),)),
    )


CASES: tuple[Case, ...] = (
    *_mistral(),
    *_conversations(),
    *_litellm(),
    *_helper(),
    *_langchain(),
    *_langchain_words(),
)
