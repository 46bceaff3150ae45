"""Servers for one's own machines that copy OpenAI's chat completions."""

from __future__ import annotations

from typing import Any, ClassVar

from .answers import Answer, Call
from .compatible import Compatible, WholeCalls
from .wire import Message, Place


class OllamaV1(WholeCalls):
    """Ollama's OpenAI endpoint: whole calls; each has the index 0, only the ids differ."""

    name = "ollama_v1"
    calls_reason = "stop"
    envelope: ClassVar[Message] = {
        "id": "chatcmpl-148",
        "object": "chat.completion.chunk",
        "created": 1732916961,
        "model": "llama3.1",
        "system_fingerprint": "fp_ollama",
    }

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        return []

    def whole(self, call: Call, place: Place) -> Message:
        return {**super().whole(call, place), "index": 0}

    def delta(self, choice: int, reason: str | None = None, /, **delta: Any) -> Message:
        return super().delta(choice, reason, **{"role": "assistant", "content": "", **delta})


class VLLM(Compatible):
    """vLLM: later on ids are `""`."""

    name = "vllm"
    envelope: ClassVar[Message] = {
        "id": "chatcmpl-9f149c74c42f265b",
        "object": "chat.completion.chunk",
        "created": 1787234678,
        "model": "Qwen/Qwen3-32B",
    }

    def more(self, call: Call, place: Place, text: str) -> Message:
        return {"index": place.call, "id": "", "function": {"arguments": text}}


class SGLang(Compatible):
    """SGLang: the id again in each delta, and the index 0 for every call."""

    name = "sglang"
    envelope: ClassVar[Message] = {
        "id": "0b7f6d2d6f9a4f0f9f6d4c3f8d1f5a77",
        "object": "chat.completion.chunk",
        "created": 1743651234,
        "model": "meta-llama/Llama-3.3-70B-Instruct",
    }

    def entry(self, call: Call, place: Place) -> Message:
        return {**super().entry(call, place), "index": 0}

    def more(self, call: Call, place: Place, text: str) -> Message:
        return {**super().more(call, place, text), "index": 0, "id": call.id}


class LlamaCpp(Compatible):
    """llama.cpp before it was mended: the whole name again in each delta."""

    name = "llama_cpp"
    envelope: ClassVar[Message] = {
        "id": "chatcmpl-HdvKZjJhSOFNDFbCGyJ3SdpBhcZ1YqNC",
        "object": "chat.completion.chunk",
        "created": 1748213454,
        "model": "qwen3",
        "system_fingerprint": "b5478-f5cd27b7",
    }

    def more(self, call: Call, place: Place, text: str) -> Message:
        return {"index": place.call, "function": {"name": call.name, "arguments": text}}
