"""What the writers of `partialjson.testing` write: an answer over each wire, and how it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from partialjson.testing.writers import WIRES, Answer, Call, Refusal, Said, Thought, cut
from partialjson.testing.writers.answers import Part

from .case import SAID, TOOLS, Case, note, weather, written

# --- one answer over each wire ----------------------------------------------------------

_WIRES = {  # what each shows; of the first of a provider: how that provider speaks
    "openai_chat": "two calls in fragments, one after the other, after a text",
    "openai_functions": "the legacy `function_call`, which has no id",
    "openai_compatible": "a server that copies OpenAI: what is needed, and nothing else",
    "azure": "a first chunk without choices, and verdicts of content filters",
    "mistral": "Mistral: all calls whole in the chunk with the finish reason, without `index`",
    "mistral_incremental": 'other models behind Mistral: fragments with `name: ""` and no id',
    "gemini_compat": 'Gemini\'s compatible endpoint: whole calls, `id: ""`, no `index`, `stop`',
    "xai_chat": "xAI, grok-2: whole calls in the chunk with the finish reason",
    "groq": "Groq: each call whole in a chunk, reasoning before it",
    "deepseek": "DeepSeek: fragments of one or two characters, `reasoning_content`",
    "openrouter": "OpenRouter: comments between events, empty fragments before the arguments",
    "databricks": "Databricks with Claude: an empty fragment twice before the arguments",
    "qwen": 'Qwen: later deltas have `id: ""` and the type, the last one is empty',
    "together": "Together: empty opening, whole arguments, two chunks with a finish reason",
    "writer": "Writer: each delta twice, null for what is absent, no `[DONE]`",
    "ollama_v1": "Ollama's /v1: whole calls, the index 0 for each of them",
    "vllm": 'vLLM: later deltas have `id: ""`',
    "sglang": "SGLang: the id again in each delta, the index 0 for each call",
    "llama_cpp": "llama.cpp: the whole name again in each delta",
    "openai_responses": "items opened, filled by deltas, and said again whole",
    "copilot_responses": "GitHub Copilot: another `item_id` in each event",
    "llama_cpp_responses": "llama.cpp: no `output_index`; `item_id` is the call's id",
    "bedrock_mantle_responses": "Bedrock's Mantle: the event's name comes after its data",
    "lm_studio_responses": "LM Studio: arguments only in the event that says they are done",
    "anthropic_messages": "content blocks; empty first deltas, pings and padding",
    "anthropic_fine_grained": "eager input streaming: long fragments, no empty one",
    "anthropic_full_input": "programmatic tool calling: the whole input in the block's start",
    "anthropic_server_tools": "tools that the provider runs, each with a block of its result",
    "bedrock_invoke": "Claude's events as base64 in an AWS event stream",
    "bedrock_converse": "an AWS event stream; text blocks without a start",
    "gemini": "whole arguments, as objects; a thought before them",
    "gemini_array": "the same as one JSON array instead of server-sent events",
    "vertex": "arguments in patches (`partialArgs`), nested ones among them",
    "vertex_no_end": "patches where the call's last one is its only end",
    "gemini_interactions": "steps with a start, deltas and a stop",
    "cohere": "v2: `tool_calls` is an object; thinking before the text",
    "cohere_plan": "v2: a plan before the calls",
    "cohere_v1": "v1: fragments, then all calls again whole, without ids",
    "ollama": "lines of JSON; whole arguments, as objects",
    "xai": "gRPC chunks as JSON: whole calls",
    "litellm": "OpenAI's chunks as objects, None for what is absent",
    "langchain": "`tool_call_chunks` of `AIMessageChunk`s",
    "langchain_blocks": "blocks of content instead, with indexes that are words",
    "vercel_ui": "input in fragments, then available, parsed",
    "ag_ui": "a start, fragments and an end, of texts and calls",
    "ag_ui_chunks": "chunks that name what they belong to only once",
}
_ESCAPES = r'{"a":"\\\u00fc\ud83d\ude00","b":-1.5e3}'
_SHORT = '{"q":"Ç \\u263a"}'
_ONE_CALL = ("openai_functions", "azure", "openrouter", "databricks", "qwen", "writer")
_IDS = {"anthropic": "toolu_01Qy4", "bedrock": "tooluse_kZ7m", "gemini": "fc_8d1e"}


def _id(wire: str, number: int) -> str:
    """An id that looks like the provider's."""
    for start, id_ in _IDS.items():
        if wire.startswith(start):
            return f"{id_}{number}"
    return f"call_{number}Nq3Xb"


def _answer(wire: str) -> Answer:
    """An answer of all that a wire can say."""
    kinds = WIRES[wire].kinds
    server = wire == "anthropic_server_tools"
    calls = [note(id=_id(wire, 1), server=server), weather(id=_id(wire, 2), server=server)]
    if wire == "deepseek":  # with its own cuts
        calls = [Call("search", _SHORT, _id(wire, 1))]
    if wire in _ONE_CALL or (wire.endswith("_responses") and wire != "openai_responses"):
        del calls[1:]
    parts: list[Part] = [Thought("A file, then.")] if Thought in kinds else []
    parts += [SAID] if Said in kinds else []
    return Answer((*parts, *calls))


def _all_wires() -> Iterator[Case]:
    for wire, shows in _WIRES.items():
        yield written(WIRES[wire].provider, wire, shows, wire, _answer(wire))


# --- how answers break ------------------------------------------------------------------

_CUT = 37  # in the content of the note, inside an escape
_USUAL = {  # the wire that stands for a provider
    "openai_chat": "openai_chat",
    "openai_responses": "openai_responses",
    "anthropic_messages": "anthropic_messages",
    "gemini": "gemini",
    "gemini_interactions": "gemini_interactions",
    "bedrock_converse": "bedrock_converse",
    "bedrock_invoke": "bedrock_invoke",
    "mistral": "mistral_incremental",
    "cohere": "cohere",
    "cohere_v1": "cohere_v1",
    "ollama": "ollama",
    "xai": "xai",
    "litellm": "litellm",
    "langchain": "langchain",
    "vercel_ui": "vercel_ui",
    "ag_ui": "ag_ui",
}
_HOW = {  # by finish: what it is called, and what a call that is open comes to
    "length": ("length", "cut by the limit of tokens inside a string", "length"),
    "content_filter": ("content_filter", "stopped by a content filter", "content_filter"),
    "refusal": ("refusal_in_call", "refused after a call was begun", "refusal"),
    "error": ("error", "an error reported in mid-stream", "provider_error"),
    None: ("dropped", "the connection drops in mid-arguments", "disconnected"),
}
_STREAM = {"error": "provider_error", None: "disconnected"}


def _broken(provider: str, finish: str | None) -> Case:
    """A short call, and a longer one that is cut."""
    wire = WIRES[_USUAL[provider]]
    name, shows, fate = _HOW[finish]
    calls = [weather(20, id=_id(wire.name, 1)), note(15, id=_id(wire.name, 2), to=_CUT)]
    fates = ["completed" if wire.marks_ends else fate, fate]
    if not wire.streams_text:
        shows, fates = f"{shows.partition(' in')[0]}; calls come whole, and so stay", ["completed"]
        del calls[1:]
    if provider == "cohere_v1":  # the calls end with their answer
        calls[1] = replace(calls[1], ended=True)
        fates = [fate, fate]
    return written(
        provider,
        name,
        shows,
        wire.name,
        Answer((Said("Well, "), *calls), finish),  # type: ignore[arg-type]
        fates=" ".join(fates),
        stream=_STREAM.get(finish),
        tools=TOOLS,
        half=finish is None,
    )


def _all_broken() -> Iterator[Case]:
    for provider, wire in _USUAL.items():
        for finish in WIRES[wire].finishes:
            if finish != "complete":
                yield _broken(provider, finish)


# --- calls without arguments, and calls mixed with each other ---------------------------

_NO_TEXT = {"ollama": "{}", "vercel_ui": "{}"}  # where a value comes, which is then empty
_MIXING = (
    *("openai_chat", "openai_responses", "anthropic_messages", "bedrock_converse"),
    *("gemini_interactions", "cohere", "litellm", "langchain", "vercel_ui", "ag_ui"),
)


def _no_arguments() -> Iterator[Case]:
    shows = "a tool without parameters: no text of arguments, and a good end"
    for provider, wire in [*_USUAL.items(), ("openai_chat", "databricks"), ("gemini", "vertex")]:
        name = "no_arguments" if wire in _USUAL.values() else f"{wire}_no_arguments"
        call = Call("list_files", "", _id(wire, 1))
        received = {0: _NO_TEXT.get(provider, "")}
        yield written(provider, name, shows, wire, Answer((call,)), received=received)


def _mixed() -> Iterator[Case]:
    shows = "two calls open at once, their fragments in turns"
    for wire in (*_MIXING, "llama_cpp_responses"):
        calls = (note(30, id=_id(wire, 1)), weather(id=_id(wire, 2)))
        turns = (0, 1, 0, 1, 1, 0, 0, 1)
        name = "mixed" if wire in _USUAL.values() else f"{wire}_mixed"
        yield written(WIRES[wire].provider, name, shows, wire, Answer(calls, turns=turns))


# --- and what else the writers can say --------------------------------------------------


def _choices() -> Iterator[Case]:
    yield written(
        "openai_chat",
        "three_choices",
        "`n=3`: a text, a call and a call that is cut, chunk by chunk in turns",
        "openai_chat",
        [
            Answer((SAID,)),
            Answer((note(30, id="call_1"),)),
            Answer((weather(id="call_2"), note(15, id="call_3", to=_CUT)), "length"),
        ],
        fates="completed length length",
        tools=TOOLS,
    )
    yield written(
        "gemini",
        "three_candidates",
        "several candidates, each with its own reason to stop",
        "gemini",
        [Answer((note(id="a"),)), Answer((Said("No."),), "content_filter"), Answer((weather(),))],
    )


def _refusals() -> Iterator[Case]:
    for wire in ("openai_chat", "openai_responses"):
        refusal = Refusal("I can’t help with that.", ("I can’t ", "help with that."))
        shows = "a refusal, in place of a text"
        yield written(wire, "refusal", shows, wire, Answer((refusal,)))


def _server_tools() -> Iterator[Case]:
    for wire, name in (
        ("openai_responses", "mcp_call"),
        ("bedrock_converse", "server_tool"),
        ("vercel_ui", "server_tool"),
        ("xai", "server_tool"),
    ):
        call = Call("read_wiki", '{"repo":"a/b","page":[1,2]}', _id(wire, 1), server=True)
        shows = "a tool that the provider runs, and one of the caller's"
        given = Answer((call, weather(id=_id(wire, 2))))
        yield written(wire, name, shows, wire, given, tools={"get_weather": TOOLS["get_weather"]})


def _anthropic() -> Iterator[Case]:
    yield written(
        "anthropic_messages",
        "fine_grained_cut",
        "fine-grained, cut at `max_tokens` inside a string: no `content_block_stop`",
        "anthropic_fine_grained",
        Answer((SAID, note(23, id="toolu_1", to=_CUT)), "length"),
        fates="length",
        tools=TOOLS,
    )
    stopped = replace(note(23, id="toolu_1", to=_CUT), ended=True)
    yield written(
        "anthropic_messages",
        "cut_with_stop",
        "cut at `max_tokens`, with a `content_block_stop` all the same",
        "anthropic_messages",
        Answer((stopped,), "length"),
        fates="length",
        tools=TOOLS,
    )
    yield written(
        "anthropic_messages",
        "fine_grained_newlines",
        "fine-grained: raw newlines between the items of arrays",
        "anthropic_fine_grained",
        Answer((Call("plot", '{"points": [\n[1, 2.5],\n[-3e2, 0]\n]\n}', "toolu_1"),)),
    )


def _chat() -> Iterator[Case]:
    for wire, finish in (("azure", "content_filter"), ("openrouter", "error")):
        fate = {"content_filter": "content_filter", "error": "provider_error"}[finish]
        yield written(
            "openai_chat",
            f"{wire}_{finish}",
            _HOW[finish][1] + (", beside `choices`" if finish == "error" else ""),
            wire,
            Answer((Said("Well, "), note(15, to=_CUT)), finish),  # type: ignore[arg-type]
            fates=fate,
            stream=_STREAM.get(finish),
            tools=TOOLS,
        )
    yield written(
        "openai_chat",
        "groq_failed_generation",
        "Groq: the call that it could not read is text inside of an `event: error`",
        "groq",
        Answer((Thought("I call get_something_by_name."),), "error"),
        stream="provider_error",
    )
    yield written(
        "openai_chat",
        "functions_dropped",
        "the legacy `function_call`, and the connection drops",
        "openai_functions",
        Answer((note(15, to=_CUT),), None),
        fates="disconnected",
        stream="disconnected",
        half=True,
    )
    yield written(
        "openai_chat",
        "one_character_each",
        "fragments of one character: escapes, surrogate pairs and numbers are cut",
        "vllm",
        Answer((Call("f", _ESCAPES, "c", cut(_ESCAPES, 1)),)),
    )


CASES: tuple[Case, ...] = (
    *_all_wires(),
    *_all_broken(),
    *_no_arguments(),
    *_mixed(),
    *_choices(),
    *_refusals(),
    *_server_tools(),
    *_anthropic(),
    *_chat(),
)
