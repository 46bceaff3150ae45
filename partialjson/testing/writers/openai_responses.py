"""OpenAI Responses, and servers that copy it."""

from __future__ import annotations

from typing import ClassVar

from . import framings
from .answers import Answer, Call, Part, Refusal, Said, Thought, unhalved
from .wire import Finishes, Kinds, Message, Place, Step, Wire

_WHY = {"length": "max_output_tokens", "content_filter": "content_filter"}


class OpenAIResponses(Wire):
    """OpenAI Responses: items, each opened, filled by deltas and said again whole when done.

    A call without arguments may still get some with the response, and ends with it.
    """

    name = "openai_responses"
    provider = "openai_responses"
    marks_ends = True
    parallel = True
    servers = True
    kinds: ClassVar[Kinds] = (Call, Said, Thought, Refusal)
    finishes: ClassVar[Finishes] = ("complete", "length", "content_filter", "error", None)
    usual = (2, 4, 5)

    response: ClassVar[Message] = {
        "id": "resp_0f9e576c8c577a130169fb7cb9cd788196843b932ad7aa5a88",
        "object": "response",
        "created_at": 1778089145,
        "status": "in_progress",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "max_tool_calls": None,
        "model": "gpt-4.1-2025-04-14",
        "output": [],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "prompt_cache_key": None,
        "reasoning": {"effort": None, "summary": None},
        "safety_identifier": None,
        "service_tier": "auto",
        "store": False,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": "auto",
        "tools": [],
        "top_logprobs": 0,
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": None,
        "user": None,
        "metadata": {},
    }
    used: ClassVar[Message] = {
        "input_tokens": 82,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 46,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 128,
    }

    def event(self, message: Message) -> str | None:
        return str(message["type"])

    # --- items -----------------------------------------------------------------------

    def item_id(self, part: Part, place: Place) -> str:
        """The id of a part's item; it is not the call's."""
        prefix = "rs" if isinstance(part, Thought) else "msg"
        if isinstance(part, Call):
            prefix = "mcp" if part.server else "fc"
        return f"{prefix}_0f9e576c8c577a130169fb7cbaa938819{place.part:04x}"

    def content(self, part: Part, text: str) -> Message:
        """The one content part of a message."""
        if isinstance(part, Refusal):
            return {"type": "refusal", "refusal": text}
        if isinstance(part, Thought):
            return {"type": "reasoning_text", "text": text}
        return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}

    def item(self, part: Part, place: Place, done: bool) -> Message:
        """A part's item, as it is opened or as it is said again whole."""
        item: Message = {"id": self.item_id(part, place)}
        status = "completed" if done else "in_progress"
        if isinstance(part, Call):
            status = status if part.ended or not done else "incomplete"
            return self.call_item(part, item, status, unhalved(part.arguments) if done else "")
        content = [self.content(part, part.text)] if done else []
        if isinstance(part, Thought):
            return {
                **item,
                "type": "reasoning",
                "status": status,
                "content": content,
                "summary": [],
            }
        return {
            **item,
            "type": "message",
            "status": status,
            "content": content,
            "role": "assistant",
        }

    def call_item(self, call: Call, item: Message, status: str, arguments: str) -> Message:
        """The item of a call."""
        item = {**item, "status": status, "arguments": arguments, "name": call.name}
        if call.server:
            server = {"server_label": "deepwiki", "approval_request_id": None}
            return {
                **item,
                "type": "mcp_call",
                "id": call.id,
                **server,
                "error": None,
                "output": None,
            }
        return {**item, "type": "function_call", "call_id": call.id}

    def where(self, part: Part, place: Place) -> Message:
        """What tells an event's item."""
        mine = isinstance(part, Call) and part.server
        id_ = part.id if isinstance(part, Call) and mine else self.item_id(part, place)
        return {"item_id": id_, "output_index": place.part}

    def inside(self, part: Part, place: Place) -> Message:
        """What tells an event's content part."""
        return {**self.where(part, place), "content_index": 0}

    def stem(self, part: Part) -> str:
        """How the events of a part's text begin."""
        if isinstance(part, Call):
            return "response." + ("mcp_call" if part.server else "function_call") + "_arguments"
        names = {Said: "output_text", Refusal: "refusal", Thought: "reasoning_text"}
        return "response." + names[type(part)]

    # --- events ----------------------------------------------------------------------

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        kinds = ("response.created", "response.in_progress")
        return [{"type": kind, "response": self.response} for kind in kinds]

    def opening(self, part: Part, place: Place) -> list[Message]:
        item = self.item(part, place, done=False)
        added = {"type": "response.output_item.added", "item": item, "output_index": place.part}
        if isinstance(part, Call):
            return [added]
        empty = self.content(part, "")
        begun = {"type": "response.content_part.added", **self.inside(part, place), "part": empty}
        return [added, begun]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        kind = f"{self.stem(part)}.delta"
        if isinstance(part, Call):
            return [{"type": kind, **self.where(part, place), "delta": text}]
        delta: Message = {"type": kind, **self.inside(part, place), "delta": text}
        return [{**delta, "logprobs": []} if isinstance(part, Said) else delta]

    def closing(self, part: Part, place: Place) -> list[Message]:
        kind = f"{self.stem(part)}.done"
        item = self.item(part, place, done=True)
        done = {"type": "response.output_item.done", "item": item, "output_index": place.part}
        if isinstance(part, Call):
            return [
                {"type": kind, **self.where(part, place), "arguments": unhalved(part.arguments)},
                done,
            ]
        field = "refusal" if isinstance(part, Refusal) else "text"
        said: Message = {"type": kind, **self.inside(part, place), field: part.text}
        if isinstance(part, Said):
            said["logprobs"] = []
        whole = self.content(part, part.text)
        ended = {"type": "response.content_part.done", **self.inside(part, place), "part": whole}
        return [said, ended, done]

    def lane(self, part: Part, place: Place) -> list[Step]:
        steps = super().lane(part, place)
        if isinstance(part, Call) and not part.arguments:
            steps[-1].ends = ()
        return steps

    def last_ends(self, answer: Answer) -> tuple[int, ...]:
        if answer.finish != "complete":
            return ()
        return tuple(
            i
            for i, part in enumerate(answer.parts)
            if isinstance(part, Call) and part.ended and not part.arguments
        )

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        status = "completed" if answer.finish == "complete" else "incomplete"
        details = {"reason": _WHY[str(answer.finish)]} if status == "incomplete" else None
        places = [Place(answer, choice, i) for i in range(len(answer.parts))]
        output = [self.item(*both, done=True) for both in zip(answer.parts, places, strict=True)]
        response = {**self.response, "status": status, "incomplete_details": details}
        response |= {"output": output, "usage": self.used, "service_tier": "default"}
        return [{"type": f"response.{status}", "response": response}]

    def error(self) -> list[Message]:
        said = {"code": "server_error", "message": "The model failed to respond."}
        told = {"type": "server_error", **said, "param": None}
        response = {**self.response, "status": "failed", "error": said}
        return [
            {"type": "error", "error": told},
            {"type": "response.failed", "response": response},
        ]

    def numbered(self, messages: list[Message]) -> list[Message]:
        numbered = []
        for number, message in enumerate(messages):
            message = {**message, "sequence_number": number}
            if message["type"].endswith(("arguments.delta", "output_text.delta")):
                message["obfuscation"] = framings.padding(number, 16)
            numbered.append(message)
        return numbered


class CopilotResponses(OpenAIResponses):
    """GitHub Copilot: every event has another item id; only `output_index` stays."""

    name = "copilot_responses"
    servers = False

    def numbered(self, messages: list[Message]) -> list[Message]:
        rotated = []
        for number, message in enumerate(super().numbered(messages)):
            id_ = f"rotated-{number:06x}"
            if "item_id" in message:
                message = {**message, "item_id": id_}
            if "item" in message:
                message = {**message, "item": {**message["item"], "id": id_}}
            rotated.append(message)
        return rotated


class LlamaCppResponses(OpenAIResponses):
    """llama.cpp: no `output_index`, items of calls have no id: `item_id` is the call's.

    Nothing says the arguments again but the item when it is done.
    """

    name = "llama_cpp_responses"
    servers = False
    kinds: ClassVar[Kinds] = (Call, Said)
    finishes: ClassVar[Finishes] = ("complete", None)

    def call_item(self, call: Call, item: Message, status: str, arguments: str) -> Message:
        item = super().call_item(call, item, status, arguments)
        return {key: value for key, value in item.items() if key != "id"}

    def where(self, part: Part, place: Place) -> Message:
        id_ = part.id if isinstance(part, Call) else self.item_id(part, place)
        return {"item_id": id_}

    def inside(self, part: Part, place: Place) -> Message:
        return self.where(part, place)

    def closing(self, part: Part, place: Place) -> list[Message]:
        closed = super().closing(part, place)
        return closed[-1:] if isinstance(part, Call) else closed

    def numbered(self, messages: list[Message]) -> list[Message]:
        gone = "output_index"
        return [{k: v for k, v in message.items() if k != gone} for message in messages]


class LMStudioResponses(OpenAIResponses):
    """LM Studio: arguments come in no delta at all, only whole when they are done."""

    name = "lm_studio_responses"
    streams_text = False
    servers = False
    kinds: ClassVar[Kinds] = (Call, Said)

    def pieces(self, part: Part) -> tuple[str, ...]:
        return () if isinstance(part, Call) else super().pieces(part)


class BedrockMantleResponses(OpenAIResponses):
    """Bedrock's own endpoint for this API: the event's name comes after its data."""

    name = "bedrock_mantle_responses"

    def sse(self, data: bytes, event: str | None) -> bytes:
        return b"data: " + data + b"\nevent: " + str(event).encode() + b"\n\n"
