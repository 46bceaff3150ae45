"""Chat completions: what only some servers do, and faults that no writer writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from partialjson.testing.writers import Answer, Call, Message, Part, Thought, cut

from .case import TOOLS, Case, by_hand, written

TEXT = '{"city":"Zürich","days":3}'
CALL = Call("get_weather", TEXT, "call_W7kd20")
WHOLE = Answer((CALL,))
_THOUGHT = Thought("Hm.", ("Hm.",))
_IN_ONE = "whole_arguments arguments_in_opening"


def chunk(*calls: Message, finish: str | None = None, **delta: Any) -> Message:
    """A chunk of one choice."""
    if calls:
        delta["tool_calls"] = [*calls]
    said = {"index": 0, "delta": delta, "finish_reason": finish}
    made = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1787234678}
    return {**made, "model": "m", "choices": [said]}


def entry(text: Any = None, name: str | None = None, **others: Any) -> Message:
    """An entry of `tool_calls`; what is not given is not in it."""
    function = {"name": name, "arguments": text}
    return {**others, "function": {k: v for k, v in function.items() if v is not None}}


def opening(text: Any = "", *, index: int | None = 0, **others: Any) -> Message:
    """The entry that opens the call of the table, or another."""
    told: Message = {} if index is None else {"index": index}
    told |= {"id": "call_W7kd20", "type": "function", **others}
    return entry(text, told.pop("name", "get_weather"), **told)


def pieces(*texts: str) -> list[Message]:
    """Chunks that open the call and go on with it."""
    return [chunk(opening()), *(chunk(entry(text, index=0)) for text in texts)]


END = chunk(finish="tool_calls")


def case(name: str, shows: str, messages: Sequence[Message], answer: Any, **more: Any) -> Case:
    """A case of this provider."""
    more = {"wire": "openai_chat", **more}
    return by_hand("openai_chat", name, shows, messages, answer, **more)


def call(*texts: str) -> Call:
    """The call of the table, its arguments in these fragments."""
    return Call("get_weather", "".join(texts), "call_W7kd20", texts)


def quirky(name: str, shows: str, *parts: Part, **more: Any) -> Case:
    """A case as the plainest writer writes it, with quirks."""
    return written("openai_chat", name, shows, "openai_compatible", Answer(parts), **more)


# --- servers that say things twice ------------------------------------------------------


def _repeated() -> Iterator[Case]:
    yield quirky(
        "first_delta_twice",
        "the first delta of the arguments comes twice: one of them is dropped",
        call('{"ci', 'ty":"Zü', 'rich","days":3}'),
        quirks="first_delta_twice",
        repairs={0: ("repeated_delta",)},
    )
    yield case(
        "first_delta_twice_uncertain",
        "the same where it might be meant, as an object in an object: it stays as it came",
        [*pieces('{"city":', '{"city":', '"Zürich","days":3}'), END],
        WHOLE,
        fates="malformed",
        received={0: '{"city":{"city":"Zürich","days":3}'},
    )
    yield quirky(
        "all_text_so_far_again",
        "each delta has all the text so far, and more",
        call('{"ci', 'ty":"Zü', 'rich","days":3}'),
        quirks="resent_text",
        repairs={0: ("resent_text", "resent_text")},
    )
    yield quirky(
        "empty_object_first",
        "`{}` first, and the real arguments after it",
        call('{"city":"Zü', 'rich","days":3}'),
        quirks="empty_object_first",
        repairs={0: ("empty_object_first",)},
    )
    yield quirky(
        "empty_object",
        "`{}` and nothing after it: those are the arguments, once the answer is finished",
        call("{}"),
        quirks="arguments_in_opening",
    )


# --- which call it is -------------------------------------------------------------------


def _slots() -> Iterator[Case]:
    second: Message = {"id": "call_2", "name": "read_file"}
    both = Answer((CALL, Call("read_file", '{"path":"/etc/hosts"}', "call_2")))
    yield quirky(
        "index_zero_for_all",
        "old parsers of vLLM, NVIDIA Dynamo: each call has the index 0, later deltas no id",
        *(replace(call, fragments=cut(call.arguments, 9)) for call in both.calls),
        quirks="index_zero",
    )
    yield case(
        "ollama_v1_no_index",
        "Ollama's /v1 before it sent indexes: ids tell the calls apart",
        [
            chunk(opening(TEXT, index=None), role="assistant"),
            chunk(opening('{"path":"/etc/hosts"}', index=None, **second)),
            chunk(finish="stop"),
        ],
        both,
    )


def _slots_of_some() -> Iterator[Case]:
    yield quirky(
        "same_tool_twice_without_ids",
        "no ids, no indexes, one name: the second begins where the first cannot go on",
        CALL,
        Call("get_weather", '{"city":"Bern"}'),
        quirks=f"{_IN_ONE} no_index empty_ids finish_stop",
    )
    yield quirky(
        "xai_calls_before_finish",
        "xAI, grok-3-mini: the whole call in a chunk before the one with the finish reason",
        _THOUGHT,
        CALL,
        quirks=_IN_ONE,
    )
    yield quirky(
        "whole_call_in_one_chunk",
        "some parsers of vLLM: reasoning, then the call in one lump with the finish reason",
        _THOUGHT,
        CALL,
        quirks=f"{_IN_ONE} finish_with_calls reasoning_renamed",
    )


# --- what the arguments are -------------------------------------------------------------


def _arguments() -> Iterator[Case]:
    for name, shows, text in (
        ("arguments_are_a_list", "arguments that are no object", '["a", [1, 2.50]]'),
        ("list_as_a_string", "a list where a string says so", '{"numbers": "[1, 2]"}'),
        ("all_escapes", "all escapes of JSON", r'{"a":"\"\\\/\b\f\n\r\t\u0000\u00fc"}'),
    ):
        given = Answer((Call("f", text, "c", cut(text, 6)),))
        yield written("openai_chat", name, shows, "openai_chat", given)
    halves = Call("f", '{"a":"\ud83d\ude00"}', "c", ('{"a":"\ud83d', '\ude00"}'))
    shows = "an emoji that is cut in two halves, one in each message"
    yield written("openai_chat", "half_an_emoji", shows, "openai_chat", Answer((halves,)))
    for name, shows, texts in (
        ("text_lost", "a parser that loses text of the arguments", ('{"city":"Zü"', '"days":3}')),
        ("key_twice", "a key that comes twice", ('{"days":1,', '"days":2}')),
        (
            "goes_on_after_the_brace",
            "text after the last brace",
            ('{"city":"Bern","days":1}', '{"days":2}'),
        ),
        (
            "cut_with_finish",
            "cut inside a string, with a finish reason that is good",
            ('{"city":"Zü',),
        ),
    ):
        yield quirky(name, shows, call(*texts), fates="malformed", tools=TOOLS)


def _tools() -> Iterator[Case]:
    yield case(
        "unknown_tool",
        "a tool that was not given fails at once; the other call goes on",
        [
            chunk(opening('{"all":true}', id="call_1", name="delete_files")),
            *(chunk(entry(t, "get_weather", index=1, id="call_W7kd20")) for t in cut(TEXT, 13)),
            END,
        ],
        Answer((Call("delete_files", '{"all":true}', "call_1"), CALL)),
        fates="unknown_tool completed",
        order=("+0", "-0", "+1", "-1"),
        received={0: ""},
        tools=TOOLS,
    )
    sql = 'SELECT "a" FROM t -- {'
    custom = [{"name": "run_sql", "input": sql[:8]}, {"input": sql[8:15]}, {"input": sql[15:]}]
    first, *others = custom
    yield case(
        "custom_tool",
        "a custom tool: free text, which is not parsed",
        [
            chunk({"index": 0, "id": "call_1", "type": "custom", "custom": first}),
            *(chunk({"index": 0, "custom": more}) for more in others),
            END,
        ],
        Answer((Call("run_sql", sql, "call_1"),)),
        free=(0,),
    )


CASES: tuple[Case, ...] = (
    *_repeated(),
    *_slots(),
    *_slots_of_some(),
    *_arguments(),
    *_tools(),
)
