"""Gemini: arguments in patches that break off, what the SDK hands over, blocked prompts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from partialjson.testing.writers import WIRES, Answer, Call, Message, Said

from .case import NOTE_TEXT, TOOLS, Case, by_hand, edited

_CITY = {"city": "Zürich", "days": 3}
_CALL = Call("get_weather", json.dumps(_CITY, ensure_ascii=False))


def response(*parts: Message, reason: str | None = None) -> Message:
    """A response with these parts."""
    candidate: Message = {"content": {"role": "model", "parts": [*parts]}}
    if reason is not None:
        candidate["finishReason"] = reason
    return {"candidates": [candidate], "modelVersion": "gemini-3.1-pro-preview"}


def patch(path: str, text: str | None = None, more: bool = True, **value: Any) -> Message:
    """A response with one patch of the open call; `more`: its string goes on."""
    told: Message = {"jsonPath": path, **value}
    if text is not None:
        told |= {"stringValue": text, **({"willContinue": True} if more else {})}
    return response({"functionCall": {"partialArgs": [told], "willContinue": True}})


OPEN = response({"functionCall": {"name": "write_file", "willContinue": True}})
CLOSE = response({"functionCall": {}})
_CUT_TEXT = '{"path": "ü.md", "content": "# Café'


def cut_patches() -> list[Message]:
    """A call that is cut inside a string."""
    return [
        OPEN,
        patch("$.path", "ü.md"),
        patch("$.path", "", more=False),
        patch("$.content", "# Ca"),
        patch("$.content", "fé"),
    ]


def case(name: str, shows: str, messages: list[Message], answer: Answer, **more: Any) -> Case:
    """A case of this provider."""
    more = {"wire": "vertex", **more}
    return by_hand("gemini", name, shows, messages, answer, **more)


def _broken() -> Iterator[Case]:
    for name, finish, last, fate in (
        ("vertex_length", "length", response({"text": ""}, reason="MAX_TOKENS"), "length"),
        ("vertex_filter", "content_filter", response(reason="SAFETY"), "content_filter"),
        ("vertex_malformed", None, response(reason="MALFORMED_FUNCTION_CALL"), "no_end"),
        ("vertex_dropped", None, None, "disconnected"),
        (
            "vertex_error",
            "error",
            {"error": {"code": 503, "message": "Overloaded.", "status": "UNAVAILABLE"}},
            "provider_error",
        ),
    ):
        call = Call("write_file", _CUT_TEXT, ended=False)
        answer = Answer((call,), finish)  # type: ignore[arg-type]
        yield case(
            name,
            f"patches that stop inside a string: {fate}",
            [*cut_patches(), *([last] if last else [])],
            answer,
            received={0: _CUT_TEXT},
            fates=fate,
            stream=fate if fate in ("disconnected", "provider_error") else None,
            tools=TOOLS,
        )


def _nested() -> Iterator[Case]:
    recipe = {
        "name": "Rösti",
        "parts": [{"what": "potato", "grams": 500}, {"what": "salt", "grams": 2.5}],
        "a b": {"it's": True, "no": None},
    }
    yield case(
        "vertex_nested",
        "patches in nested arrays and objects, keys in quotes, several patches in one message",
        [
            OPEN,
            patch("$.name", "Rös"),
            patch("$.name", "ti", more=False),
            patch("$.parts[0].what", "potato", more=False),
            patch("$.parts[0].grams", numberValue=500.0),
            response({"functionCall": {"willContinue": True}}),
            patch("$.parts[1].what", "salt", more=False),
            response(
                {
                    "functionCall": {
                        "partialArgs": [
                            {"jsonPath": "$.parts[1].grams", "numberValue": 2.5},
                            {"jsonPath": "$['a b']['it\\'s']", "boolValue": True},
                            {"jsonPath": "$['a b'].no", "nullValue": "NULL_VALUE"},
                        ],
                        "willContinue": True,
                    }
                }
            ),
            CLOSE,
            response({"text": ""}, reason="STOP"),
        ],
        Answer((Call("write_file", json.dumps(recipe, ensure_ascii=False)),)),
    )


def _shapes() -> Iterator[Case]:
    path = {"path": "ü.md", "lines": 2}
    yield case(
        "vertex_next_ends_string",
        "a string that was to go on is ended by the next argument",
        [
            OPEN,
            patch("$.path", "ü.md"),
            patch("$.lines", numberValue=2),
            CLOSE,
            response(reason="STOP"),
        ],
        Answer((Call("write_file", json.dumps(path, ensure_ascii=False)),)),
    )
    yield case(
        "vertex_end_inside_string",
        "a call that ends, and the stream well, while a string was to go on: the text stays cut",
        [*cut_patches(), CLOSE, response(reason="STOP")],
        Answer((Call("write_file", _CUT_TEXT),)),
        received={0: _CUT_TEXT},
        fates="malformed",
        tools=TOOLS,
    )
    yield case(
        "no_ids",
        "older models: no ids, two calls in one response, and its reason to stop",
        [
            response(
                {"functionCall": {"name": "get_weather", "args": _CITY}},
                {"functionCall": {"name": "list_files", "args": {}}},
                reason="STOP",
            )
        ],
        Answer((_CALL, Call("list_files", "{}"))),
    )
    yield case(
        "blocked_prompt",
        "a prompt that was blocked: there is no candidate at all",
        [{"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {}}],
        Answer((), "content_filter"),
    )


def _sdk() -> Iterator[Case]:
    call = {"id": "fc_1", "name": "get_weather", "args": _CITY, "partial_args": None}
    call["will_continue"] = None
    parts = [{"text": None, "function_call": call}, {"text": "Done.", "function_call": None}]
    candidate = {"content": {"parts": parts, "role": "model"}, "index": None}
    yield case(
        "snake_case",
        "what the SDK hands over: names in snake case, None for what is absent",
        [{"candidates": [{**candidate, "finish_reason": "STOP"}], "usage_metadata": None}],
        Answer((Call("get_weather", _CALL.arguments, "fc_1"), Said("Done."))),
        framing="objects",
        ids=True,
    )
    patched = [
        {"json_path": "$.city", "string_value": "Zü", "will_continue": True},
        {"json_path": "$.city", "string_value": "rich"},
        {"json_path": "$.days", "number_value": 3.0},
    ]
    calls = [
        {"name": "get_weather", "will_continue": True},
        *({"partial_args": [each], "will_continue": True, "name": None} for each in patched),
        {"name": None, "args": None},
    ]
    yield case(
        "snake_case_patches",
        "patches as the SDK hands them over",
        [{"candidates": [{"content": {"parts": [{"function_call": each}]}}]} for each in calls]
        + [{"candidates": [{"finish_reason": "STOP"}]}],
        Answer((_CALL,)),
        framing="objects",
    )


def _interactions() -> Iterator[Case]:
    cut_note = Call("write_file", NOTE_TEXT[:37], "fc_1", (NOTE_TEXT[:20], NOTE_TEXT[20:37]))
    started = WIRES["gemini_interactions"].messages(Answer((cut_note,), None))[:-1]
    for status, name, fate in (
        ("requires_continuation", "stopped_for_now", "length"),
        ("failed", "failed", "provider_error"),
        ("cancelled", "cancelled", "no_end"),
    ):
        last = {"event_type": "interaction.completed", "interaction": {"status": status}}
        finish = {"length": "length", "provider_error": "error"}.get(fate)
        answer = Answer((Call("write_file", NOTE_TEXT[:37], "fc_1", ended=False),), finish)  # type: ignore[arg-type]
        yield edited(
            "gemini_interactions",
            name,
            f"an interaction that ends with the status `{status}`",
            "gemini_interactions",
            [*started, last],
            answer,
            fates=fate,
            stream="provider_error" if fate == "provider_error" else None,
            tools=TOOLS,
        )
    search = {"type": "google_search_call", "id": "gs_1", "arguments": {"queries": ["Zürich"]}}
    yield by_hand(
        "gemini_interactions",
        "server_tool",
        "a tool that the provider runs: named by the step's type, its arguments an object",
        [
            {"event_type": "step.start", "index": 0, "step": search},
            {"event_type": "step.stop", "index": 0},
            {"event_type": "interaction.completed", "interaction": {"status": "completed"}},
        ],
        Answer((Call("google_search", '{"queries": ["Zürich"]}', "gs_1", server=True),)),
    )


CASES: tuple[Case, ...] = (*_broken(), *_nested(), *_shapes(), *_sdk(), *_interactions())
