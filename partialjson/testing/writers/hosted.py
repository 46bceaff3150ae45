"""Hosted services that copy OpenAI's chat completions, each with what it does otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from .answers import Answer, Call, Part, Said, Thought
from .compatible import CallsInLastChunk, Compatible, WholeCalls
from .openai_chat import OpenAIChat
from .wire import Message, Place, Step

_SAFE = {"filtered": False, "severity": "safe"}
_FILTERS = {"hate": _SAFE, "self_harm": _SAFE, "sexual": _SAFE, "violence": _SAFE}


class Azure(OpenAIChat):
    """Azure OpenAI: a first chunk without choices, and verdicts of content filters."""

    name = "azure"
    envelope: ClassVar[Message] = {
        "id": "chatcmpl-CYPS1lijGoK8gd9lYzY3r9Sx50nbt",
        "object": "chat.completion.chunk",
        "created": 1762317021,
        "model": "gpt-5-nano-2025-08-07",
        "system_fingerprint": None,
    }

    def start(self, answers: Sequence[Answer]) -> list[Message]:
        results = [{"prompt_index": 0, "content_filter_results": _FILTERS}]
        empty: Message = {"choices": [], "created": 0, "id": "", "model": "", "object": ""}
        return [{**empty, "prompt_filter_results": results}]

    def choice(self, number: int, delta: Message, reason: str | None = None) -> Message:
        results = _FILTERS if delta.get("content") else {}
        return {"content_filter_results": results, **super().choice(number, delta, reason)}


class Mistral(CallsInLastChunk):
    """Mistral: all calls whole in one chunk with the finish reason; they have no `index`."""

    name = "mistral"
    provider = "mistral"
    envelope: ClassVar[Message] = {
        "id": "1403bf4a3e5f4f4a860a3b3be51f6ee6",
        "object": "chat.completion.chunk",
        "created": 1731829466,
        "model": "mistral-large-latest",
    }

    def whole(self, call: Call, place: Place) -> Message:
        return {"id": call.id, "function": {"name": call.name, "arguments": call.arguments}}

    def last(self, choice: int, reason: str | None, entries: list[Message]) -> Message:
        message = super().last(choice, reason, entries)
        usage = {"prompt_tokens": 187, "total_tokens": 232, "completion_tokens": 45}
        return message if reason is None else {**message, "usage": usage}


class MistralIncremental(Compatible):
    """Other models behind Mistral: text in fragments; later on no id, and the name is `""`.

    Text and reasoning come as a list of parts.
    """

    name = "mistral_incremental"
    provider = "mistral"
    kinds = (Call, Said, Thought)
    envelope: ClassVar[Message] = {
        "id": "735e434874a24f68a2390b3cab149242",
        "object": "chat.completion.chunk",
        "created": 1787234678,
        "model": "zai-glm-5-2",
    }

    def delta(self, choice: int, reason: str | None = None, /, **delta: Any) -> Message:
        delta = {**delta, "index": 0, "content": delta.get("content", "")}
        return self.chunk([self.choice(choice, delta, reason)])

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        return []

    def more(self, call: Call, place: Place, text: str) -> Message:
        function = {"name": "", "arguments": text}
        return {"type": "function", "function": function, "index": place.call}

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Call):
            return super().piece(part, place, text)
        said: Message = {"type": "text", "text": text}
        if isinstance(part, Thought):
            said = {"type": "thinking", "thinking": [said]}
        return [self.delta(place.choice, content=[said])]

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        usage = {"prompt_tokens": 171, "total_tokens": 185, "completion_tokens": 14}
        return [{**self.delta(choice, self.reason(answer)), "usage": usage}]


class GeminiCompatible(CallsInLastChunk):
    """Gemini behind its OpenAI endpoint: no `index`, ids are `""`, the reason is `stop`."""

    name = "gemini_compat"
    ids = False
    calls_reason = "stop"
    envelope: ClassVar[Message] = {
        "created": 1740894644,
        "model": "gemini-2.0-flash",
        "object": "chat.completion.chunk",
    }

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        return []

    def whole(self, call: Call, place: Place) -> Message:
        function = {"arguments": call.arguments, "name": call.name}
        return {"function": function, "id": "", "type": "function"}

    def delta(self, choice: int, reason: str | None = None, /, **delta: Any) -> Message:
        usage = {"completion_tokens": 4, "prompt_tokens": 8, "total_tokens": 12}
        said = {"delta": {"role": "assistant", **delta}, "finish_reason": reason, "index": choice}
        return {"choices": [said], **self.envelope, "usage": usage}


class XAIChat(CallsInLastChunk):
    """xAI's chat completions: all calls whole, in the chunk with the finish reason."""

    name = "xai_chat"
    envelope: ClassVar[Message] = {
        "id": "de74ba11-c54f-4f19-b2c5-c9c0c3ae511d",
        "object": "chat.completion.chunk",
        "created": 1740892514,
        "model": "grok-2-1212",
        "system_fingerprint": "fp_5c0c5bd9d9",
    }

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        return []

    def whole(self, call: Call, place: Place) -> Message:
        function = {"name": call.name, "arguments": call.arguments}
        return {"id": call.id, "function": function, "index": place.call, "type": "function"}

    def delta(self, choice: int, reason: str | None = None, /, **delta: Any) -> Message:
        message = super().delta(choice, reason, role="assistant", **delta)
        usage = {"prompt_tokens": 122, "completion_tokens": 1, "total_tokens": 123}
        return message if reason is None else {**message, "usage": usage}


class Groq(WholeCalls):
    """Groq: whole calls, reasoning; a bad call is text inside an `event: error`."""

    name = "groq"
    kinds = (Call, Said, Thought)
    finishes = ("complete", "length", "error", None)
    envelope: ClassVar[Message] = {
        "id": "chatcmpl-e35442a8-12c0-4fb4-8be4-0e51727ce7b7",
        "object": "chat.completion.chunk",
        "created": 1771434740,
        "model": "openai/gpt-oss-120b",
        "system_fingerprint": "fp_caa2017b29",
    }

    def delta(self, choice: int, reason: str | None = None, /, **delta: Any) -> Message:
        return self.chunk([self.choice(choice, delta, reason)])

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        told = {"id": "req_01khrvt32ze9rb75za4xqmdz13", "seed": 1367355884}
        return [{**message, "x_groq": told} for message in super().begin(answer, choice)]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Thought):
            return [self.delta(place.choice, reasoning=text, channel="analysis")]
        return super().piece(part, place, text)

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        usage = {"prompt_tokens": 304, "completion_tokens": 49, "total_tokens": 353}
        told = {"id": "req_01khrvt32ze9rb75za4xqmdz13", "usage": usage}
        return [{**self.delta(choice, self.reason(answer)), "x_groq": told, "usage": usage}]

    def error(self) -> list[Message]:
        return [
            {
                "error": {
                    "message": "Tool call validation failed",
                    "type": "invalid_request_error",
                    "code": "tool_use_failed",
                    "failed_generation": '{"name": "get_something_by_name", "arguments": {\n  "',
                    "status_code": 400,
                }
            }
        ]

    def event(self, message: Message) -> str | None:
        return "error" if "error" in message else None


class DeepSeek(Compatible):
    """DeepSeek: fragments of one or two characters, and `reasoning_content`."""

    name = "deepseek"
    kinds = (Call, Said, Thought)
    usual = (1, 1, 2)
    envelope: ClassVar[Message] = {
        "id": "e3e74eb8-f868-4384-a58b-46f44d1596e8",
        "object": "chat.completion.chunk",
        "created": 1778109601,
        "model": "deepseek-v4-flash",
        "system_fingerprint": "fp_058df29938_prod0820_fp8_kvcache_20260402",
    }

    def delta(self, choice: int, reason: str | None = None, /, **delta: Any) -> Message:
        return self.chunk([self.choice(choice, delta, reason)], usage=None)

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        return [self.delta(choice, role="assistant", content=None, reasoning_content="")]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Thought):
            return [self.delta(place.choice, content=None, reasoning_content=text)]
        return super().piece(part, place, text)

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        usage = {"prompt_tokens": 297, "completion_tokens": 35, "total_tokens": 332}
        last = self.delta(choice, self.reason(answer), content="", reasoning_content=None)
        return [{**last, "usage": usage}]


class OpenRouter(Compatible):
    """OpenRouter: comments between events; empty fragments first; errors beside `choices`."""

    name = "openrouter"
    kinds = (Call, Said, Thought)
    finishes = ("complete", "length", "content_filter", "error", None)
    done_after_error = True
    used: ClassVar[Message] = {
        "prompt_tokens": 173,
        "completion_tokens": 40,
        "total_tokens": 213,
        "cost": 0.00016401,
        "is_byok": False,
    }
    envelope: ClassVar[Message] = {
        "id": "gen-1762179802-UN8pkJI4AGZvryk0kFnb",
        "provider": "Anthropic",
        "model": "anthropic/claude-sonnet-4.5",
        "object": "chat.completion.chunk",
        "created": 1762179802,
    }

    def choice(self, number: int, delta: Message, reason: str | None = None) -> Message:
        return {**super().choice(number, delta, reason), "native_finish_reason": reason}

    def delta(self, choice: int, reason: str | None = None, /, **delta: Any) -> Message:
        said = {"role": "assistant", "content": None if "tool_calls" in delta else "", **delta}
        return self.chunk([self.choice(choice, said, reason)])

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        return []

    def opening(self, part: Part, place: Place) -> list[Message]:
        opened = super().opening(part, place)
        return opened + [m for _ in opened for m in self.piece(part, place, "") * 2]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Thought):
            detail = {"type": "reasoning.text", "text": text, "index": 0, "format": None}
            return [self.delta(place.choice, reasoning=text, reasoning_details=[detail])]
        return super().piece(part, place, text)

    def error(self) -> list[Message]:
        error = {"code": 400, "message": "Token limit reached"}
        return [{"error": error, **self.delta(0), "usage": self.used}]

    def stop(self, answers: Sequence[Answer]) -> list[Message]:
        return [self.chunk([], usage=self.used)]

    def noise(self, number: int) -> bytes:
        comment = b": OPENROUTER PROCESSING\n\n"
        return comment * 2 if number == 0 else comment if number % 4 == 3 else b""


class Databricks(Compatible):
    """Databricks with Claude: a call without arguments is two empty fragments."""

    name = "databricks"
    envelope: ClassVar[Message] = {
        "model": "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
        "object": "chat.completion.chunk",
        "id": "msg_bdrk_012JYpyQ5HcfreGXo94KFBnJ",
        "created": 1767213424,
    }

    def delta(self, choice: int, reason: str | None = None, /, **delta: Any) -> Message:
        said = {"role": "assistant", "content": None if "tool_calls" in delta else "", **delta}
        choices = [{"delta": said, "index": choice, "finish_reason": reason}]
        return self.chunk(choices, usage={"prompt_tokens": 402, "completion_tokens": None})

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        return []

    def opening(self, part: Part, place: Place) -> list[Message]:
        opened = super().opening(part, place)
        return opened + self.piece(part, place, "") if opened else []


class Qwen(Compatible):
    """Alibaba's Qwen: later on `id: ""` and the type again; an empty fragment at the end."""

    name = "qwen"
    envelope: ClassVar[Message] = {
        "object": "chat.completion.chunk",
        "created": 1770764938,
        "system_fingerprint": None,
        "model": "qwen3-max",
        "id": "chatcmpl-8e243c57-23b3-9db2-a02e-e3c53929c368",
    }

    def delta(self, choice: int, reason: str | None = None, /, **delta: Any) -> Message:
        return self.chunk([self.choice(choice, delta, reason)], usage=None)

    def more(self, call: Call, place: Place, text: str) -> Message:
        return {**super().more(call, place, text), "id": "", "type": "function"}

    def closing(self, part: Part, place: Place) -> list[Message]:
        return self.piece(part, place, "") if isinstance(part, Call) else []


class Together(WholeCalls):
    """Together: an empty opening, then the whole arguments; two chunks with a finish reason.

    The first of them has the arguments of the last call in it.
    """

    name = "together"
    envelope: ClassVar[Message] = {
        "id": "o7ZAJEt-2kFHot-9a2b31b81d0c1b0e",
        "object": "chat.completion.chunk",
        "created": 1763061030,
        "model": "Qwen/Qwen3-235B-A22B-Instruct-2507-tput",
    }

    def lane(self, part: Part, place: Place) -> list[Step]:
        if not isinstance(part, Call):
            return super().lane(part, place)
        opened = self.delta(place.choice, tool_calls=[self.entry(part, place)])
        more = self.delta(place.choice, tool_calls=[self.more(part, place, part.arguments)])
        return [Step([opened]), Step([more])]

    def steps(self, answer: Answer, choice: int) -> list[Step]:
        steps = super().steps(answer, choice)
        if answer.finish is not None and answer.parts and isinstance(answer.parts[-1], Call):
            first = steps[-2].messages[0]["choices"][0]
            first["finish_reason"] = self.reason(answer)
            steps[-2].ends, steps[-1].ends = steps[-1].ends, ()
            steps[-2].finished, steps[-1].finished = True, False
        return steps


class Writer(Compatible):
    """Writer: each delta comes twice, absent fields are null; and there is no `[DONE]`."""

    name = "writer"
    done = b""
    envelope: ClassVar[Message] = {
        "id": "1908e68d-0a48-4394-a155-d160bca81742",
        "object": "chat.completion.chunk",
        "created": 1756221269,
        "model": "palmyra-x4",
        "system_fingerprint": "v1",
        "service_tier": None,
    }

    def entry(self, call: Call, place: Place) -> Message:
        function = {"name": call.name, "arguments": None}
        return {"index": place.call, "id": call.id, "type": "function", "function": function}

    def more(self, call: Call, place: Place, text: str) -> Message:
        function = {"name": None, "arguments": text}
        return {"index": place.call, "id": None, "type": None, "function": function}

    def delta(self, choice: int, reason: str | None = None, /, **delta: Any) -> Message:
        absent = ("tool_calls", "llm_data", "image_data", "translation_data", "web_search_data")
        graph = {"sources": None, "status": None, "subqueries": None}
        said = {"content": None, "role": "assistant", "graph_data": graph, "refusal": None}
        said = {**said, **dict.fromkeys(absent), **delta}
        told = {"index": choice, "finish_reason": reason, "message": said, "delta": said}
        return self.chunk([{**told, "logprobs": None, "trace_details": None}], usage=None)

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        return [self.delta(choice)]

    def stop(self, answers: Sequence[Answer]) -> list[Message]:
        usage = {"prompt_tokens": 212, "total_tokens": 365, "completion_tokens": 153}
        return [self.chunk([], usage=usage)]
