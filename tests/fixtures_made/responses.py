"""OpenAI Responses: what only some servers do, and tools with free text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from partialjson.testing.writers import Answer, Call, Message, Said, cut

from .case import TOOLS, Case, by_hand, weather, written

_TEXT = '{"city":"Zürich","days":3}'
_CALL = Call("get_weather", _TEXT, "call_1")
_CUT = Call("get_weather", '{"city":"Zü', "call_1", ended=False)


def event(kind: str, **more: Any) -> Message:
    """An event."""
    return {"type": f"response.{kind}", **more}


def item(text: str, status: str = "in_progress", **more: Any) -> Message:
    """The item of the call of the table, or another."""
    told = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "get_weather"}
    return {**told, "arguments": text, "status": status, **more}


def over(kind: str = "completed", *items: Message, **response: Any) -> Message:
    """The last event."""
    return event(kind, response={"status": kind, "output": [*items], **response})


def case(name: str, shows: str, messages: list[Message], answer: Answer, **more: Any) -> Case:
    """A case of this provider."""
    return by_hand("openai_responses", name, shows, messages, answer, **more)


AT: Message = {"output_index": 0}
IN: Message = {"item_id": "fc_1", **AT}


def opened(*texts: str) -> list[Message]:
    """The call, opened and filled."""
    return [
        event("output_item.added", **AT, item=item("")),
        *(event("function_call_arguments.delta", **IN, delta=text) for text in texts),
    ]


def _free() -> Iterator[Case]:
    patch = '*** Begin Patch\n+ say "hi" {\n*** End'
    call: Message = {"type": "custom_tool_call", "id": "ctc_1", "call_id": "call_1"}
    call |= {"name": "apply_patch"}
    done = {**call, "input": patch, "status": "completed"}
    yield case(
        "custom_tool",
        "a custom tool: free text, which is not parsed, and over with its item",
        [
            event("output_item.added", **AT, item={**call, "input": ""}),
            *(
                event("custom_tool_call_input.delta", item_id="ctc_1", **AT, delta=text)
                for text in cut(patch, 14)
            ),
            event("custom_tool_call_input.done", item_id="ctc_1", **AT, input=patch),
            event("output_item.done", **AT, item=done),
            over("completed", done),
        ],
        Answer((Call("apply_patch", patch, "call_1"),)),
        free=(0,),
    )
    yield case(
        "custom_tool_cut",
        "a custom tool whose input is cut: its item is `incomplete`",
        [
            event("output_item.added", **AT, item={**call, "input": ""}),
            event("custom_tool_call_input.delta", item_id="ctc_1", **AT, delta=patch[:20]),
            event("custom_tool_call_input.done", item_id="ctc_1", **AT, input=patch[:20]),
            event(
                "output_item.done", **AT, item={**done, "input": patch[:20], "status": "incomplete"}
            ),
            over("incomplete", incomplete_details={"reason": "max_output_tokens"}),
        ],
        Answer((Call("apply_patch", patch[:20], "call_1", ended=False),), "length"),
        fates="length",
        free=(0,),
    )


def _servers() -> Iterator[Case]:
    second: Message = {"id": None, "call_id": "call_2", "name": "read_file"}
    path = '{"path":"/etc/hosts"}'
    whole = "function_call_arguments.done"
    yield case(
        "done_names_no_item",
        "llama.cpp: items without ids; `.done` names none of the two that are open",
        [
            event("output_item.added", item=item("", id=None)),
            event("output_item.added", item=item("", **second)),
            event("function_call_arguments.delta", item_id="call_1", delta=_TEXT[:9]),
            event("function_call_arguments.delta", item_id="call_2", delta=path[:9]),
            event(whole, arguments=_TEXT),
            event(whole, arguments=path),
            event("output_item.done", item=item(_TEXT, "completed", id=None)),
            event("output_item.done", item=item(path, "completed", **second)),
            over(),
        ],
        Answer((_CALL, Call("read_file", path, "call_2"))),
    )
    yield case(
        "empty_until_completed",
        "OpenRouter: whole texts that are empty, until the response has them",
        [
            *opened(),
            event("function_call_arguments.done", **IN, arguments=""),
            event("output_item.done", **AT, item=item("", "completed")),
            over("completed", item(_TEXT, "completed")),
        ],
        Answer((_CALL,)),
    )
    yield written(
        "openai_responses",
        "event_twice",
        "a proxy sends an event twice, with one `sequence_number`",
        "openai_responses",
        Answer((weather(id="call_1"),)),
        quirks="event_twice",
        repairs={0: ("repeated_delta",)},
    )


def _ends() -> Iterator[Case]:
    cut_item = item(_CUT.arguments, "incomplete")
    yield case(
        "incomplete_item",
        "a call that is cut: `.done`, and its item with the status `incomplete`",
        [
            *opened('{"city":', '"Zü'),
            event("function_call_arguments.done", **IN, arguments=_CUT.arguments),
            event("output_item.done", **AT, item=cut_item),
            over("incomplete", cut_item, incomplete_details={"reason": "max_output_tokens"}),
        ],
        Answer((_CUT,), "length"),
        fates="length",
        tools=TOOLS,
    )
    yield case(
        "completed_but_incomplete",
        "`response.completed` with a response of status `incomplete`",
        [
            *opened('{"city":', '"Zü'),
            event(
                "completed",
                response={
                    "status": "incomplete",
                    "incomplete_details": {"reason": "max_output_tokens"},
                    "output": [cut_item],
                },
            ),
        ],
        Answer((_CUT,), "length"),
        fates="length",
        tools=TOOLS,
    )


def _errors() -> Iterator[Case]:
    yield case(
        "done_contradicts",
        "a whole text that is not that of the deltas: nobody knows which is right",
        [
            *opened('{"city":', '"Zürich"'),
            event("function_call_arguments.done", **IN, arguments='{"city":"Bern"}'),
        ],
        Answer((Call("get_weather", '{"city":"Zürich"', "call_1"),), "error"),
        fates="malformed",
        stream="malformed",
        tools=TOOLS,
    )
    flat: Message = {"type": "error", "code": "server_error", "message": "no answer", "param": None}
    yield case(
        "flat_error",
        "an `error` that is flat",
        [*opened('{"city":"Zü'), {**flat, "sequence_number": 2}],
        Answer((_CUT,), "error"),
        fates="provider_error",
        stream="provider_error",
        tools=TOOLS,
    )


def _texts() -> Iterator[Case]:
    text = json.dumps({"title": "Ü"}, ensure_ascii=False)
    told = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed"}
    done = {**told, "content": [{"type": "output_text", "text": text, "annotations": []}]}
    yield case(
        "text_only_when_done",
        "a text that comes in no delta, only with its item",
        [
            event("output_item.added", **AT, item={**told, "content": []}),
            event("output_item.done", **AT, item=done),
            over("completed", done),
        ],
        Answer((Said(text),)),
    )


CASES: tuple[Case, ...] = (*_free(), *_servers(), *_ends(), *_errors(), *_texts())
