"""Messages in, text fragments out: what each provider sends, one file each."""

from .anthropic_messages import AnthropicMessages as AnthropicMessages
from .deltas import Adapter as Adapter
from .deltas import Message as Message
from .openai_chat import OpenAIChat as OpenAIChat

ADAPTERS: dict[str, type[AnthropicMessages] | type[OpenAIChat]] = {
    "openai_chat": OpenAIChat,
    "anthropic_messages": AnthropicMessages,
}


def adapter_for(message: Message) -> Adapter | None:
    """A new adapter for the provider that sends such messages; None if nobody does."""
    for kind in ADAPTERS.values():
        if kind.matches(message):
            return kind()
    return None
