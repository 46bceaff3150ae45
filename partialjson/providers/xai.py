"""xAI's gRPC API: chunks with `outputs[].delta`, as protobuf messages or as JSON.

Quirks:
- Each call comes whole, its arguments as JSON text.
- The `index` of an output is no alternative answer but a turn: the model calls tools in
  output 0, their results are output 1, the model goes on in output 2. An index of 0 is
  left out.
- Tools that xAI runs itself (by the `type` of their calls) are reported twice: by the model,
  and again, with a status, in the output of the tool (`ROLE_TOOL`). Both are told. The
  content of a tool's output is not the model's text and left out.
- Each output of the model has a finish reason; the last one counts. Calls of tools that are
  run elsewhere come with `REASON_TOOL_CALLS` or `REASON_STOP`.
- The stream has no end mark.
- The SDK hands out chunks that wrap the protobuf message, and a chunk may stand in a field
  `chunk`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from .adapter import Adapter, Message
from .arguments import as_text
from .deltas import CallEnded, CallText, Delta, Finished, Text
from .reading import either, fields, listed, present

_REASONS = {
    "REASON_STOP": "complete",
    "REASON_TOOL_CALLS": "complete",
    "REASON_MAX_LEN": "length",
    "REASON_MAX_CONTEXT": "length",
}
_RUN_ELSEWHERE = (None, "TOOL_CALL_TYPE_INVALID", "TOOL_CALL_TYPE_CLIENT_SIDE_TOOL")


class XAI(Adapter):
    """Reads the chunks of one response. `texts` of a call: its arguments."""

    name: ClassVar[str] = "xai"
    marks_ends: ClassVar[bool] = True

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like a chunk: an SDK's wrapper, a message, or JSON."""
        wrapped = message.get("_proto")
        if wrapped is not None:
            return type(wrapped).__name__ == "GetChatCompletionChunk"
        chunk = message.get("chunk", message)
        if not isinstance(chunk, dict) or "outputs" not in chunk:
            return False
        outputs = chunk["outputs"]
        if not isinstance(outputs, list) or not outputs:
            return outputs == []
        return isinstance(outputs[0], dict) and "delta" in outputs[0]

    def feed(self, message: Any) -> Iterator[Delta]:
        """What a chunk says."""
        chunk = fields(message)
        for wrapper in ("_proto", "chunk"):
            if wrapper in chunk:
                chunk = fields(chunk[wrapper])
        for output in listed(chunk.get("outputs")):
            yield from self._output(fields(output))

    def _output(self, output: Message) -> Iterator[Delta]:
        index = output.get("index") or 0
        delta = fields(output.get("delta"))
        if delta.get("role") != "ROLE_TOOL":
            thought = either(delta, "reasoningContent", "reasoning_content")
            if thought:
                yield Text("reasoning", thought, 0, index)
            if delta.get("content"):
                yield Text("text", delta["content"], 0, index)
        for call in listed(either(delta, "toolCalls", "tool_calls")):
            yield from self._call(fields(call), index)
        said = either(output, "finishReason", "finish_reason")
        if said and said != "REASON_INVALID":
            yield Finished(0, _REASONS.get(said, "unknown"), said)

    def _call(self, call: Message, index: int) -> Iterator[Delta]:
        function, id_ = fields(call.get("function")), present(call.get("id"))
        text = as_text(function.get("arguments"))
        slot = (index, id_)
        known = None if id_ is None else self.known(slot)
        if known is not None:  # its status changed
            if text and text != known.text:
                raise ValueError(f"the call {id_!r} came with other arguments before")
            return
        server = call.get("type") not in _RUN_ELSEWHERE
        yield self.open(slot, id=id_, name=function.get("name") or "", server=server)
        key = self.calls[-1].key
        if text:
            self.calls[-1].texts.append(text)
            yield CallText(key, text)
        yield CallEnded(key)


ADAPTER = XAI
