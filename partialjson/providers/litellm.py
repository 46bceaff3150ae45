"""LiteLLM: `ModelResponseStream` objects, whatever model is behind them.

They are OpenAI's chunks, and nothing in them tells that LiteLLM made them; so `"auto"` takes
the adapter for those, which reads them just as well. This one is for saying it by name.

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
"""

from __future__ import annotations

from typing import ClassVar

from .adapter import Message
from .openai_chat import OpenAIChat


class LiteLLM(OpenAIChat):
    """Reads the chunks of one response."""

    name: ClassVar[str] = "litellm"

    @staticmethod
    def matches(message: Message) -> bool:
        """Never: nothing tells these chunks from OpenAI's, whose adapter takes them."""
        return False


ADAPTER = LiteLLM
