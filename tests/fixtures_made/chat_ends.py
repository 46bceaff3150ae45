"""Chat completions: how they end, how errors are told, and JSON in texts."""

from __future__ import annotations

import json
from collections.abc import Iterator

from partialjson.testing.writers import WIRES, Answer, Call, Said, cut

from .case import SAID, TOOLS, Case, Output, by_hand, weather, written
from .chat import END, TEXT, WHOLE, call, case, chunk, pieces, quirky

# --- how it ends ------------------------------------------------------------------------


def _finishes() -> Iterator[Case]:
    yield quirky(
        "text_after_finish",
        "more arguments after the finish reason, and then another one",
        call('{"city":"Zü', 'rich","days":3}'),
        quirks="text_after_finish",
    )
    yield case(
        "length_then_stop",
        "two finish reasons, a bad one and a good one: the bad one counts",
        [*pieces(TEXT), chunk(finish="length"), chunk(finish="stop")],
        WHOLE,
        fates="length",
    )
    yield case(
        "unknown_finish",
        "a finish reason of which nobody knows that it is good",
        [*pieces(TEXT), chunk(finish="insufficient_system_resource")],
        WHOLE,
        fates="no_end",
    )
    yield case(
        "done_without_finish",
        "`[DONE]`, and no finish reason",
        [*pieces('{"city":"Zü')],
        Answer((Call("get_weather", '{"city":"Zü', "call_W7kd20"),)),
        fates="no_end",
        tools=TOOLS,
        framing_tells=True,
    )


def _errors() -> Iterator[Case]:
    yield case(
        "error_after_length",
        "OpenRouter: the reason `length`, and then an error beside `choices`",
        [
            *pieces('{"city":"Zü'),
            chunk(finish="length"),
            {"error": {"code": 400, "message": "Token limit reached"}, **chunk(content="")},
        ],
        Answer((Call("get_weather", '{"city":"Zü', "call_W7kd20"),), "error"),
        fates="length",
        stream="provider_error",
    )
    yield case(
        "vllm_error",
        'vLLM: a message with `object: "error"`',
        [
            *pieces('{"city":"Zü'),
            {"object": "error", "message": "out of memory", "type": "ServerError", "code": 500},
        ],
        Answer((Call("get_weather", '{"city":"Zü', "call_W7kd20"),), "error"),
        fates="provider_error",
        stream="provider_error",
    )
    opened = WIRES["openai_chat"].body(Answer((weather(30),), None))
    yield by_hand(
        "openai_chat",
        "error_in_words",
        "an `event: error` that is no JSON",
        opened + b"event: error\ndata: upstream timed out\n\n",
        Answer((weather(),), "error"),
        wire="openai_chat",
        fates="provider_error",
        stream="provider_error",
    )


def _broken() -> Iterator[Case]:
    opened = WIRES["openai_chat"].body(Answer((SAID, weather(30)), None))
    yield by_hand(
        "openai_chat",
        "not_json",
        "a gateway's page in mid-stream, which is no message at all",
        opened + b"data: <html>Bad gateway</html>\n\n",
        Answer((SAID, weather()), "error"),
        wire="openai_chat",
        fates="malformed",
        stream="malformed",
        framing_tells=True,
    )


def _spelled() -> bytes:
    first, second, third = (json.dumps(m) for m in (*pieces(TEXT), END))
    middle = second.index('"choices"')
    lines = f"data: {second[:middle]}\ndata:{second[middle:]}\n\n"
    return (
        f"\ufeff: hello\r\nretry: 1000\r\n\r\nid: 1\r\ndata:{first}\r\n\r\n{lines}"
        f": ping\n\nevent: message\rdata: {third}\r\rid\ndata:\n\ndata: [DONE]\n\n"
    ).encode()


# --- JSON in texts ----------------------------------------------------------------------


def _outputs() -> Iterator[Case]:
    one, two = {"title": "Ü", "year": 2006}, {"title": "B", "tags": ["x", None]}
    texts: dict[str, tuple[str, str, tuple[Output, ...]]] = {
        "two_documents": (
            "strict schema and tools: two JSON documents in one content",
            json.dumps(one) + "\n" + json.dumps(two),
            (Output("completed", one), Output("completed", two)),
        ),
        "json_mode": (
            "JSON mode: white space around the JSON",
            "\n  " + json.dumps(one) + "\n",
            (Output("completed", one),),
        ),
        "fenced_json": (
            "JSON in a fence of Markdown: handed on, and failed as an output",
            f"```json\n{json.dumps(one)}\n```",
            (Output("malformed"),),
        ),
        "json_after_prose": (
            "JSON after a sentence: handed on, and failed as an output",
            f"Here it is: {json.dumps(one)}",
            (Output("malformed"),),
        ),
    }
    for name, (shows, text, outputs) in texts.items():
        given = Answer((Said(text, cut(text, 9)),))
        yield written("openai_chat", name, shows, "openai_chat", given, outputs=outputs)


def _outputs_of_some() -> Iterator[Case]:
    text = json.dumps({"title": "Ü"})[:12]
    yield written(
        "openai_chat",
        "json_cut",
        "JSON that is cut by the limit of tokens",
        "openai_chat",
        Answer((Said(text, cut(text, 5)),), "length"),
        outputs=(Output("length", {"title": ""}),),
    )
    yield written(
        "anthropic_messages",
        "json_beside_a_call",
        "JSON in a text, and a call after it",
        "anthropic_messages",
        Answer((Said('{"say": "hi"}', ('{"say": "', 'hi"}')), weather(id="toolu_1"))),
        outputs=(Output("completed", {"say": "hi"}),),
    )


def _spelled_otherwise() -> Iterator[Case]:
    shows = "BOM, CRLF, CR, comments, ids, `retry`, `data:` without a space, data on several lines"
    yield by_hand("openai_chat", "spelled_otherwise", shows, _spelled(), WHOLE, wire="openai_chat")


CASES: tuple[Case, ...] = (
    *_finishes(),
    *_errors(),
    *_broken(),
    *_spelled_otherwise(),
    *_outputs(),
    *_outputs_of_some(),
)
