"""OpenAI chat completions and the legacy function calls before them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from . import framings
from .answers import Answer, Call, Part, Refusal, Said
from .wire import Finishes, Kinds, Message, Place, Wire


class OpenAIChat(Wire):
    """OpenAI chat completions: a call's id and name come first, its text in short fragments.

    Nothing marks the end of a call; the usage comes in a chunk without choices.
    """

    name = "openai_chat"
    provider = "openai_chat"
    parallel = True
    choices = True
    kinds: ClassVar[Kinds] = (Call, Said, Refusal)
    finishes: ClassVar[Finishes] = ("complete", "length", "content_filter", "error", None)
    usual = (2, 4, 4)
    done = framings.sse(b"[DONE]")

    calls_reason = "tool_calls"  # the finish reason of an answer with calls
    envelope: ClassVar[Message] = {
        "id": "chatcmpl-C2QD4vblfNcSDeoXmULJR4umoKNqY",
        "object": "chat.completion.chunk",
        "created": 1754693442,
        "model": "gpt-4o-2024-08-06",
        "service_tier": "default",
        "system_fingerprint": "fp_07871e2ad8",
    }
    usage: ClassVar[Message | None] = {
        "prompt_tokens": 448,
        "completion_tokens": 62,
        "total_tokens": 510,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }

    # --- shapes ----------------------------------------------------------------------

    def chunk(self, choices: list[Message], **more: Any) -> Message:
        """A chunk around choices."""
        return {**self.envelope, "choices": choices, **more}

    def choice(self, number: int, delta: Message, reason: str | None = None) -> Message:
        """One choice of a chunk."""
        return {"index": number, "delta": delta, "logprobs": None, "finish_reason": reason}

    def delta(self, choice: int, reason: str | None = None, /, **delta: Any) -> Message:
        """A chunk that says one thing of one choice."""
        return self.chunk([self.choice(choice, delta, reason)], usage=None)

    def entry(self, call: Call, place: Place) -> Message:
        """The entry of `tool_calls` that opens a call, without arguments yet."""
        function = {"name": call.name, "arguments": ""}
        return {"index": place.call, "id": call.id, "type": "function", "function": function}

    def more(self, call: Call, place: Place, text: str) -> Message:
        """An entry of `tool_calls` that goes on with a call."""
        return {"index": place.call, "function": {"arguments": text}}

    def whole(self, call: Call, place: Place) -> Message:
        """The one entry of `tool_calls` of a call that comes in one piece."""
        entry = self.entry(call, place)
        return {**entry, "function": {"name": call.name, "arguments": call.arguments}}

    def reason(self, answer: Answer) -> str:
        """The finish reason of an answer."""
        if answer.finish == "complete":
            return self.calls_reason if answer.calls else "stop"
        return str(answer.finish)

    # --- the parts -------------------------------------------------------------------

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        return [self.delta(choice, role="assistant", content=None, refusal=None)]

    def opening(self, part: Part, place: Place) -> list[Message]:
        if not isinstance(part, Call):
            return []
        return [self.delta(place.choice, tool_calls=[self.entry(part, place)])]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Call):
            return [self.delta(place.choice, tool_calls=[self.more(part, place, text)])]
        field = "refusal" if isinstance(part, Refusal) else "content"
        return [self.delta(place.choice, **{field: text})]

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        return [self.delta(choice, self.reason(answer))]

    def stop(self, answers: Sequence[Answer]) -> list[Message]:
        return [] if self.usage is None else [self.chunk([], usage=self.usage)]

    def error(self) -> list[Message]:
        message = "The server had an error while processing your request. Sorry about that!"
        return [
            {"error": {"message": message, "type": "server_error", "param": None, "code": None}}
        ]

    def numbered(self, messages: list[Message]) -> list[Message]:
        return [
            {**message, "obfuscation": framings.padding(i, 16)} if "choices" in message else message
            for i, message in enumerate(messages)
        ]


class OpenAIFunctions(OpenAIChat):
    """The legacy `function_call`: one call for each choice, and no ids."""

    name = "openai_functions"
    ids = False
    kinds: ClassVar[Kinds] = (Call, Said)
    calls_reason = "function_call"
    envelope: ClassVar[Message] = {
        "id": "chatcmpl-7Uv6V7xYmCoV9mCk6cDTQhZ5jZG2V",
        "object": "chat.completion.chunk",
        "created": 1687614023,
        "model": "gpt-3.5-turbo-0613",
    }
    usage: ClassVar[Message | None] = None

    def answer_objection(self, answer: Answer) -> str | None:
        if len(answer.calls) > 1:
            return "an answer has one call"
        return super().answer_objection(answer)

    def delta(self, choice: int, reason: str | None = None, /, **delta: Any) -> Message:
        return self.chunk([{"index": choice, "delta": delta, "finish_reason": reason}])

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        return [self.delta(choice, role="assistant", content=None)]

    def opening(self, part: Part, place: Place) -> list[Message]:
        if not isinstance(part, Call):
            return []
        return [self.delta(place.choice, function_call={"name": part.name, "arguments": ""})]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Call):
            return [self.delta(place.choice, function_call={"arguments": text})]
        return [self.delta(place.choice, content=text)]

    def numbered(self, messages: list[Message]) -> list[Message]:
        return messages
