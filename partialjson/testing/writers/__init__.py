"""Writers of wire formats: any calls and texts, the way each provider sends them.

    from partialjson.testing.writers import WIRES, Answer, Call, Said, cut

    text = '{"city": "Paris"}'
    call = Call("get_weather", text, "call_1", cut(text, 3))
    body = WIRES["anthropic_messages"].body(Answer((Said("Let me see."), call)))

They are the counterpart of `partialjson.providers`: what a writer wrote, its provider's
adapter reads. `WIRES` has all of them by name; a `Wire` says what it can carry, and refuses
the rest with `Unwritable`.
"""

from __future__ import annotations

from . import (
    anthropic,
    bedrock,
    cohere,
    compatible,
    google,
    hosted,
    libraries,
    local,
    ollama,
    openai_chat,
    openai_responses,
    user_interfaces,
    xai,
)
from .answers import (
    Answer,
    Answers,
    Call,
    Finish,
    Part,
    Refusal,
    Said,
    Thought,
    cut,
    unhalved,
)
from .wire import Frame, Message, Unwritable, Wire

__all__ = [
    "WIRES",
    "Answer",
    "Answers",
    "Call",
    "Finish",
    "Frame",
    "Message",
    "Part",
    "Refusal",
    "Said",
    "Thought",
    "Unwritable",
    "Wire",
    "cut",
    "unhalved",
]

_KINDS: tuple[type[Wire], ...] = (
    openai_chat.OpenAIChat,
    openai_chat.OpenAIFunctions,
    compatible.Plain,
    hosted.Azure,
    hosted.Mistral,
    hosted.MistralIncremental,
    hosted.GeminiCompatible,
    hosted.XAIChat,
    hosted.Groq,
    hosted.DeepSeek,
    hosted.OpenRouter,
    hosted.Databricks,
    hosted.Qwen,
    hosted.Together,
    hosted.Writer,
    local.OllamaV1,
    local.VLLM,
    local.SGLang,
    local.LlamaCpp,
    openai_responses.OpenAIResponses,
    openai_responses.CopilotResponses,
    openai_responses.LlamaCppResponses,
    openai_responses.LMStudioResponses,
    openai_responses.BedrockMantleResponses,
    anthropic.AnthropicMessages,
    anthropic.AnthropicFineGrained,
    anthropic.AnthropicFullInput,
    anthropic.AnthropicServerTools,
    anthropic.BedrockInvoke,
    bedrock.BedrockConverse,
    google.Gemini,
    google.GeminiArray,
    google.Vertex,
    google.VertexNoEnd,
    google.GeminiInteractions,
    cohere.Cohere,
    cohere.CohereWithPlan,
    cohere.CohereV1,
    ollama.Ollama,
    xai.XAI,
    libraries.LiteLLM,
    libraries.LangChain,
    libraries.LangChainBlocks,
    user_interfaces.VercelUI,
    user_interfaces.AGUI,
    user_interfaces.AGUIChunks,
)

WIRES: dict[str, Wire] = {kind.name: kind() for kind in _KINDS}
"""All wires by their names."""
