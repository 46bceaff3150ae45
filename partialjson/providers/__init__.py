"""Messages in, text fragments out: what each provider sends, one file each."""

from __future__ import annotations

from importlib import import_module
from typing import Literal, TypeAlias, get_args

from .adapter import Adapter as Adapter
from .adapter import Message as Message

Provider: TypeAlias = Literal[
    "anthropic_messages",
    "openai_responses",
    "cohere",
    "cohere_v1",
    "vercel_ui",
    "ag_ui",
    "langchain",
    "gemini_interactions",
    "gemini",
    "bedrock_converse",
    "bedrock_invoke",
    "xai",
    "ollama",
    "mistral",
    "litellm",
    "openai_chat",
]
"""The adapters, in the order in which `adapter_for` asks them. Each has a module of its name."""

PROVIDERS: tuple[Provider, ...] = get_args(Provider)


def adapter_named(name: str) -> Adapter:
    """A new adapter; its module is imported when it is first needed.

    Raises:
        KeyError: for a name that is none of `PROVIDERS`.

    >>> adapter_named("anthropic_messages").marks_ends
    True
    """
    if name not in PROVIDERS:
        raise KeyError(name)
    kind: type[Adapter] = import_module(f".{name}", __name__).ADAPTER
    return kind()


def adapter_for(message: Message) -> Adapter | None:
    """A new adapter for the provider that sends such messages; None if nobody does."""
    for name in PROVIDERS:
        adapter = adapter_named(name)
        if adapter.matches(message):
            return adapter
    return None
