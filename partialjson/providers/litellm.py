"""LiteLLM: `ModelResponseStream` objects, whatever model is behind them.

They are OpenAI's chunks; the field `provider_specific_fields` beside `choices` tells that
LiteLLM made them.

Quirks:
- Arguments are always text: missing ones become `""`, an object was dumped.
- An opening `{}` came before the real arguments of Anthropic's models; the `{}` is undone.
- Parallel calls of Gemini's models, and all calls of the bridge to OpenAI's Responses, may
  have index 0 each: new ids with names open calls.
- An index that is missing is filled in by the place in the chunk's list.
- A block index of Anthropic's (1, after a text) becomes tool index 0.
- Custom tools come as `custom` with `name` and `input`.
- Fields are left out of a delta altogether where they say nothing.
- Errors are exceptions of the iteration; none come as chunks.
- When the provider's stream just ends, LiteLLM makes up the reason `stop`, and nothing tells
  it from a real one, as a forced tool has with OpenAI's models. So `stop` completes no call
  of which no argument has come. Others are taken at its word; cut arguments are no JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from .adapter import Message
from .deltas import Delta, Finished
from .openai_chat import OpenAIChat


class LiteLLM(OpenAIChat):
    """Reads the chunks of one response."""

    name: ClassVar[str] = "litellm"

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like a chunk that LiteLLM made."""
        return "choices" in message and "provider_specific_fields" in message

    def _finished(self, choice: int, reason: str, said: str) -> Iterator[Delta]:
        for delta in super()._finished(choice, reason, said):
            if isinstance(delta, Finished) and said == "stop" and self._has_empty(choice):
                yield Finished(choice, "unknown", said)
            else:
                yield delta

    def _has_empty(self, choice: int) -> bool:
        return any(not any(call.texts) for call in self.calls if call.choice == choice)


ADAPTER = LiteLLM
