"""Mistral's SDK: `client.chat.stream` and the agents' `client.beta.conversations`.

Quirks:
- Chat chunks are OpenAI's, wrapped: each event has its chunk in `data`. They are read raw,
  too.
- The SDK fills in what the wire leaves out: every call has index 0, and one without an id
  has the id `"null"`. So ids and names tell parallel calls apart, and the index only serves
  deltas that have neither.
- A call's arguments are whole and come in the chunk with the finish reason; the type allows
  an object instead of text. Other models behind the same API send fragments, with `name: ""`
  and no id from the second on.
- `content` may be a list of `text` and `thinking` parts. Fields that are not set hold an
  object that is false.
- A conversation's events have a `type` in their `data`. `function.call.delta` has id, name
  and the next piece of the arguments each time, and `output_index` 0 for every call.
- `message.output.delta` has one piece of content: text, or one part. Its `output_index` and
  `content_index` say which text goes on.
- `conversation.response.done` ends a conversation's response, and means that it is whole;
  there is no finish reason.
- Tools that Mistral runs itself (`tool.execution.*`) and handoffs between agents are no
  calls of the caller's, and are stepped over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from .adapter import Message
from .arguments import as_text
from .deltas import Delta, Ended, Failed
from .openai_chat import OpenAIChat, content_texts, error_text
from .reading import fields, present

_CALL = "function.call.delta"
_TEXT = "message.output.delta"
_DONE = "conversation.response.done"
_ERROR = "conversation.response.error"
_OTHERS = ("conversation.response.", "tool.execution.", "agent.handoff.")


class Mistral(OpenAIChat):
    """Reads the events of one response, of a chat or of a conversation."""

    name: ClassVar[str] = "mistral"

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like an event of the SDK, or of a conversation."""
        data = message.get("data")
        if data is None:
            return _is_of_conversation(message)
        try:
            inside = fields(data)
        except TypeError:
            return False
        return "choices" in inside or _is_of_conversation(inside)

    def feed(self, message: Any) -> Iterator[Delta]:
        """What an event says."""
        message = fields(message)
        data = message.get("data")
        if data is not None:
            message = fields(data)
        kind = message.get("type")
        if kind == _CALL:
            yield from self._function_call(message)
        elif kind == _TEXT:
            yield from _output(message)
        elif kind == _DONE:
            yield from self._finished(0, "complete", _DONE)
            yield Ended()
        elif kind == _ERROR:
            error = {"code": message.get("code"), "message": message.get("message")}
            yield Failed(error_text(error))
        else:
            yield from super().feed(message)

    def _function_call(self, message: Message) -> Iterator[Delta]:
        id_ = present(message.get("tool_call_id"))
        text = as_text(message.get("arguments"))
        return self._take(
            id_, message.get("output_index"), present(message.get("name")), text, 0, 0
        )


def _is_of_conversation(message: Message) -> bool:
    kind = message.get("type")
    return isinstance(kind, str) and (kind in (_CALL, _TEXT) or kind.startswith(_OTHERS))


def _output(message: Message) -> Iterator[Delta]:
    """The text of a conversation's message."""
    content = message.get("content")
    if not content:
        return
    if not isinstance(content, (str, list)):
        content = [content]
    part = f"{message.get('output_index') or 0}/{message.get('content_index') or 0}"
    for text in content_texts(content, 0):
        yield replace(text, part=part)


ADAPTER = Mistral
