"""LangChain: the `AIMessageChunk`s of `model.stream(...)`, whatever model is behind them.

Quirks:
- Calls come as `tool_call_chunks` with `name`, `args`, `id` and `index`. The index is an int,
  a str or None, and may start anywhere (Anthropic's are those of content blocks). Models
  that send a call whole (Gemini) have index None, and ids and names tell calls apart.
- The same fragments may stand once more in `content`, in the provider's own form
  (`input_json_delta`, `function_call`) or in LangChain's (`tool_call_chunk`). They count
  only in a chunk without `tool_call_chunks`.
- `tool_calls` beside them holds what a best guess made of cut text; it is never read, save
  in a whole `AIMessage`, which a model that cannot stream gives in place of chunks.
- An id may be invented for each fragment that has none (Mistral's integration), so an
  unknown id without a name opens a call only where there is none to go on with.
- Calls of tools that the provider runs itself have no `tool_call_chunks`, or none for their
  start; they are blocks of `content`, maybe in a `non_standard` one, and their fragments are
  told by the block's index.
- `content` is a str or a list of strs and blocks; `content_blocks`, where a dict has them,
  are the same and more. Reasoning is a block of one of several forms, or stands in
  `additional_kwargs`, which repeats a block where there is one.
- The reason to stop is the provider's own word, in `response_metadata` of the last chunk or
  an earlier one, under the provider's own name for it. A word that means the answer was cut
  or refused is never taken back.
- `chunk_position: "last"` ends the stream, with or without a reason; without one the
  integration's word that this is the last chunk has to do. But LangChain adds an empty last
  chunk to whatever ends, a dropped connection too; so where `model_provider` names one of
  those whose integrations always pass the reason on, none means that the stream was cut.
- Errors are exceptions of the iteration; none come as chunks. Messages of tools and users,
  which a graph may stream in between, are stepped over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from .adapter import Call, Message
from .arguments import as_text
from .deltas import Delta, Ended, Text
from .openai_chat import OpenAIChat
from .reading import fields, listed, present, word

_KINDS = (None, "AIMessageChunk", "ai")
_REASONS = {  # in small letters; Gemini's are in capitals
    "stop": "complete",
    "tool_calls": "complete",
    "function_call": "complete",
    "end_turn": "complete",
    "tool_use": "complete",
    "stop_sequence": "complete",
    "pause_turn": "complete",
    "completed": "complete",
    "length": "length",
    "model_length": "length",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_context_window_exceeded": "length",
    "content_filter": "content_filter",
    "content_filtered": "content_filter",
    "guardrail_intervened": "content_filter",
    "safety": "content_filter",
    "recitation": "content_filter",
    "blocklist": "content_filter",
    "prohibited_content": "content_filter",
    "spii": "content_filter",
    "refusal": "refusal",
}
_FINAL = ("length", "content_filter", "refusal")
_REPORTING = ("anthropic", "bedrock_converse", "google_genai", "mistralai", "openai")
_REASON_FIELDS = ("finish_reason", "stop_reason", "stopReason", "done_reason")
_STATUSES = ("completed", "incomplete", "failed", "cancelled")
# Blocks that are calls: where their id and arguments stand, and whether the provider runs it.
_CALLS = {
    "tool_call_chunk": ("id", "args", False),
    "tool_call": ("id", "args", False),
    "tool_use": ("id", "input", False),
    "input_json_delta": ("id", "partial_json", False),
    "function_call": ("call_id", "arguments", False),
    "server_tool_call_chunk": ("id", "args", True),
    "server_tool_call": ("id", "args", True),
    "server_tool_use": ("id", "input", True),
    "mcp_tool_use": ("id", "input", True),
    "mcp_call": ("id", "arguments", True),
}
_CHANNELS = {
    "text": "text",
    "refusal": "refusal",
    "thinking": "reasoning",
    "reasoning": "reasoning",
    "reasoning_content": "reasoning",
}


class LangChain(OpenAIChat):
    """Reads the chunks of one message."""

    name: ClassVar[str] = "langchain"

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like a chunk of a message, or a whole one."""
        kind = message.get("type")
        if kind in ("AIMessageChunk", "ai"):
            return "content" in message or "content_blocks" in message
        return kind is None and "tool_call_chunks" in message

    def feed(self, message: Any) -> Iterator[Delta]:
        """What a chunk says."""
        message = fields(message)
        kind = message.get("type")
        if kind not in _KINDS:
            return
        chunks = message.get("tool_call_chunks")
        content = message.get("content_blocks") or message.get("content")
        more = message.get("additional_kwargs")
        if isinstance(content, str):
            if content:
                yield Text("text", content)
            content = None
        if content or more:
            yield from self._beside(content, fields(more), bool(chunks))
        if kind == "ai" and not chunks:
            chunks = message.get("tool_calls")
        if chunks:
            for nth, chunk in enumerate(listed(chunks)):
                yield from self._piece(fields(chunk), "tool_call_chunk", nth)
        metadata = message.get("response_metadata")
        if metadata:
            yield from self._reason(fields(metadata))
        if message.get("chunk_position") == "last" or kind == "ai":
            yield from self._last()

    # --- texts and calls -------------------------------------------------------------

    def _beside(self, content: Any, more: Message, counted: bool) -> Iterator[Delta]:
        """The blocks of `content`, and `additional_kwargs`; without calls that are counted."""
        calls, thought = 0, False
        for block in listed(content):
            block = {"type": "text", "text": block} if isinstance(block, str) else fields(block)
            if block.get("type") == "non_standard":
                block = {**fields(block.get("value")), "index": block.get("index")}
            kind = block.get("type")
            if kind not in _CALLS:
                for text in _texts_of(block, kind):
                    thought = thought or text.channel == "reasoning"
                    yield text
            elif _CALLS[kind][2] or not counted:
                yield from self._piece(block, kind, calls)
                calls += 1
        if more.get("reasoning_content") and not thought:
            yield Text("reasoning", more["reasoning_content"])
        if more.get("refusal"):
            yield Text("refusal", more["refusal"])
        if more.get("function_call") and not counted:
            yield from self._call({"index": "legacy", "function": more["function_call"]}, 0, 0)

    def _piece(self, piece: Message, kind: str, nth: int) -> Iterator[Delta]:
        """A call, or a piece of one: an entry of `tool_call_chunks`, or a block."""
        id_field, text_field, server = _CALLS[kind]
        id_ = present(piece.get(id_field))
        text = piece.get(text_field)
        if type(text) is not str:
            if text and id_ is not None and self.known(("id", 0, id_)) is not None:
                return iter(())  # the whole call, parsed, after its pieces
            text = as_text(text or None)  # an empty object, where pieces will follow
        name = present(piece.get("name"))
        return self._take(id_, piece.get("index"), name, text, 0, nth, server=server)

    def _by_id(self, id_: Any, index: Any, name: Any, choice: int, at: Call | None) -> Call | None:
        known = self.known(("id", choice, id_))
        if known is not None or name is not None:
            return known
        return self.known(("latest", choice)) if index is None else at

    # --- the end ---------------------------------------------------------------------

    def _reason(self, metadata: Message) -> Iterator[Delta]:
        """The provider's own word for why it stopped, if it stands here."""
        if metadata.get("model_provider") in _REPORTING:
            self.facts["reports"] = True
        said = next(filter(None, map(metadata.get, _REASON_FIELDS)), None)
        if said is None and metadata.get("status") in _STATUSES:
            details = fields(metadata.get("incomplete_details"))
            said = details.get("reason") or metadata["status"]
        if said is None or self.facts.get("reason") in _FINAL:
            return
        said = word(said)
        reason = self.facts["reason"] = _REASONS.get(said.lower(), "unknown")
        yield from self._finished(0, reason, said)

    def _last(self) -> Iterator[Delta]:
        if "reason" not in self.facts:
            reason = self.facts["reason"] = "unknown" if "reports" in self.facts else "complete"
            yield from self._finished(0, reason, "last")
        yield from self.close()
        yield Ended()


def _texts_of(block: Message, kind: Any) -> Iterator[Text]:
    """The texts of a block that is no call; they stand in a field of its type's name."""
    channel = _CHANNELS.get(kind)
    if channel is None:
        return
    texts = [block.get(kind)]
    if kind == "reasoning":
        texts += [fields(part).get("text") for part in listed(block.get("summary"))]
    elif kind == "reasoning_content":
        texts = [fields(block.get(kind)).get("text")]
    index = block.get("index")
    for text in texts:
        if text:
            yield Text(channel, text, 0, 0 if index is None else index)


ADAPTER = LangChain
