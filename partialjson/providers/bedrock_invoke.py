"""Amazon Bedrock InvokeModelWithResponseStream: the events of the model's own API, wrapped.

Quirks:
- An event is `{"chunk": {"bytes": ...}}`. On the wire the bytes are in base64, boto3 hands
  them out decoded; either way they are the JSON text of one event.
- Whose events they are depends on the model: Claude's are Anthropic's, Nova's those of
  ConverseStream, Mistral's and others' look like OpenAI's chunks. The first event that has a
  known shape tells, and another adapter reads them; so whether calls have an end of their
  own depends on the model, too.
- The last event has a member `amazon-bedrock-invocationMetrics`, and may have no other.
- Errors are events named `...Exception`, or an object `error`.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from typing import Any, ClassVar

from ..framing.value import value_of
from .adapter import Adapter, Message
from .anthropic_messages import AnthropicMessages
from .bedrock_converse import BedrockConverse, failures
from .deltas import Delta
from .reading import fields

_METRICS = "amazon-bedrock-invocationMetrics"


class BedrockInvoke(Adapter):
    """Reads the events of one response with the adapter of the model's own API.

    Facts: none of its own; `inner` of a checkpoint is what that adapter remembers.
    """

    name: ClassVar[str] = "bedrock_invoke"

    def __init__(self) -> None:
        super().__init__()
        self._inner: Adapter | None = None

    @property
    def marks_ends(self) -> bool:  # type: ignore[override]
        """Whether the model's API says where each call ends."""
        return self._inner is not None and self._inner.marks_ends

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like an event of this API."""
        chunk = message.get("chunk")
        return isinstance(chunk, dict) and isinstance(chunk.get("bytes"), (str, bytes))

    def feed(self, message: Any) -> Iterable[Delta]:
        """What the event in an event says."""
        message = fields(message)
        chunk = message.get("chunk")
        if chunk is None:
            return failures(message)
        event = _event_in(fields(chunk).get("bytes"))
        inner = self._inner
        if inner is None:
            if event.keys() <= {_METRICS}:
                return ()
            inner = self._inner = _reader_of(event)
        return inner.feed(event)

    def close(self) -> Iterable[Delta]:
        """What the model's adapter held back."""
        return () if self._inner is None else self._inner.close()

    # --- resuming --------------------------------------------------------------------

    def save(self) -> dict[str, Any]:
        """All it and the model's adapter remember, as plain data."""
        inner = None if self._inner is None else self._inner.save()
        return {**super().save(), "facts": {"inner": inner}}

    @property
    def opened(self) -> int:
        """How many calls there have been."""
        return 0 if self._inner is None else self._inner.opened

    def load(self, data: dict[str, Any]) -> None:
        """Take up what another one remembered."""
        super().load({**data, "facts": {}})
        inner = data["facts"]["inner"]
        if inner is not None:
            (kind,) = [kind for kind in _readers() if kind.name == inner["provider"]]
            self._inner = kind()
            self._inner.load(inner)


def _event_in(data: Any) -> Message:
    """The event that a chunk's bytes are.

    Raises:
        TypeError, ValueError: for bytes that are no JSON object.
    """
    if isinstance(data, str):
        data = b64decode(data, validate=True)
    elif not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"a {type(data).__name__} stands where bytes are expected")
    event: Any = value_of(bytes(data).decode())
    return fields(event)


def _readers() -> tuple[type[Adapter], ...]:
    from .openai_chat import OpenAIChat  # not needed for most models

    return (AnthropicMessages, BedrockConverse, OpenAIChat)


def _reader_of(event: Message) -> Adapter:
    """A new adapter for the model that sends such events."""
    for kind in _readers():
        if kind.matches(event):
            return kind()
    raise ValueError(f"no known model sends events with {', '.join(event) or 'nothing'}")


ADAPTER = BedrockInvoke
