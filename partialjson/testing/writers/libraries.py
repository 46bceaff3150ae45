"""What LiteLLM and LangChain hand over: objects, here as dicts, and so no bytes."""

from __future__ import annotations

from typing import Any, ClassVar

from .answers import Answer, Call, Part, Said, Thought
from .compatible import Compatible
from .wire import Message, Place, Wire


class LiteLLM(Compatible):
    """LiteLLM's `ModelResponseStream`: OpenAI's chunks, all absent fields None."""

    name = "litellm"
    provider = "litellm"
    framing = "objects"
    choices = True
    kinds = (Call, Said, Thought)
    finishes = ("complete", "length", "content_filter", None)
    done = b""
    envelope: ClassVar[Message] = {
        "id": "chatcmpl-9f3e7f0e-2c58-4c0c-bb6c-1c1f4c2e3d11",
        "created": 1763061030,
        "model": "claude-sonnet-4-5",
        "object": "chat.completion.chunk",
        "system_fingerprint": None,
    }

    def entry(self, call: Call, place: Place) -> Message:
        function = {"arguments": "", "name": call.name}
        return {"id": call.id, "function": function, "type": "function", "index": place.call}

    def more(self, call: Call, place: Place, text: str) -> Message:
        function = {"arguments": text, "name": None}
        return {"id": None, "function": function, "type": "function", "index": place.call}

    def delta(self, choice: int, reason: str | None = None, /, **delta: Any) -> Message:
        empty = {"content": None, "role": None, "function_call": None, "tool_calls": None}
        said = {"finish_reason": reason, "index": choice, "delta": {**empty, **delta}}
        return self.chunk([{**said, "logprobs": None}])

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Thought):
            return [self.delta(place.choice, reasoning_content=text)]
        return super().piece(part, place, text)


class LangChain(Wire):
    """LangChain's `AIMessageChunk` with `tool_call_chunks`; the last one says that it is."""

    name = "langchain"
    provider = "langchain"
    framing = "objects"
    parallel = True
    usual = (4, 6)

    def chunk(self, **said: Any) -> Message:
        """An `AIMessageChunk`."""
        return {
            "content": "",
            "additional_kwargs": {},
            "response_metadata": {},
            "type": "AIMessageChunk",
            "name": None,
            "id": "lc_run--019a3c5e-7f62-7d10-a7c5-3f7f5d1c9b7e",
            "tool_calls": [],
            "invalid_tool_calls": [],
            "usage_metadata": None,
            "tool_call_chunks": [],
            "chunk_position": None,
            **said,
        }

    def fragment(self, call: Call | None, place: Place, text: str) -> Message:
        """A chunk of a call; only its first has name and id."""
        name, id_ = (None, None) if call is None else (call.name, call.id)
        chunk = {"name": name, "args": text, "id": id_, "index": place.call}
        return {**chunk, "type": "tool_call_chunk"}

    def of(self, fragments: list[Message]) -> Message:
        """A chunk with fragments of calls."""
        return self.chunk(tool_call_chunks=fragments)

    def opening(self, part: Part, place: Place) -> list[Message]:
        if not isinstance(part, Call):
            return []
        return [self.of([self.fragment(part, place, "")])]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Call):
            return [self.of([self.fragment(None, place, text)])]
        return [self.chunk(content=text)]

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        reason = "tool_calls" if answer.calls else "stop"
        reason = "length" if answer.finish == "length" else reason
        said = {"finish_reason": reason, "model_name": "gpt-4o-2024-08-06"}
        return [self.chunk(response_metadata=said), self.chunk(chunk_position="last")]


class LangChainBlocks(LangChain):
    """`AIMessageChunk` whose content is a list of blocks, `tool_call_chunk`s among them."""

    name = "langchain_blocks"
    kinds = (Call, Said, Thought)

    def fragment(self, call: Call | None, place: Place, text: str) -> Message:
        return {**super().fragment(call, place, text), "index": f"lc_tc_{place.part}"}

    def of(self, fragments: list[Message]) -> Message:
        return self.chunk(content=fragments)

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Call):
            return super().piece(part, place, text)
        kind = "reasoning" if isinstance(part, Thought) else "text"
        return [self.chunk(content=[{"type": kind, kind: text, "index": place.part}])]
