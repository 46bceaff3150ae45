"""Cohere chat, the second version and the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from . import framings
from .answers import Answer, Call, Part, Said, Thought
from .wire import Finishes, Kinds, Message, Place, Step, Wire, object_objection

_REASONS = {"complete": "COMPLETE", "length": "MAX_TOKENS", "content_filter": "ERROR_TOXIC"}


class Cohere(Wire):
    """Cohere v2: each event has a type and a name; `tool_calls` is an object, not a list."""

    name = "cohere"
    provider = "cohere"
    marks_ends = True
    parallel = True
    kinds: ClassVar[Kinds] = (Call, Said, Thought)
    usual = (2, 3)
    done = framings.sse(b"[DONE]")

    def event(self, message: Message) -> str | None:
        return str(message["type"])

    def said(self, kind: str, index: int, **message: Any) -> Message:
        """An event that says something of the message."""
        return {"type": kind, "index": index, "delta": {"message": message}}

    def index(self, place: Place) -> int:
        """Calls are counted for themselves, and so is the rest."""
        here = place.answer.parts[place.part]
        return place.call if isinstance(here, Call) else place.part - place.call

    def start(self, answers: Sequence[Answer]) -> list[Message]:
        empty: Message = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": []}
        delta = {"message": {**empty, "citations": []}}
        return [
            {"id": "e6d757a9-f0f3-40fe-9b8a-44cdc3bd18a7", "type": "message-start", "delta": delta}
        ]

    def opening(self, part: Part, place: Place) -> list[Message]:
        if isinstance(part, Call):
            function = {"name": part.name, "arguments": ""}
            call = {"id": part.id, "type": "function", "function": function}
            return [self.said("tool-call-start", self.index(place), tool_calls=call)]
        field = "thinking" if isinstance(part, Thought) else "text"
        content = {"type": field, field: ""}
        return [self.said("content-start", self.index(place), content=content)]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Call):
            call = {"function": {"arguments": text}}
            return [self.said("tool-call-delta", self.index(place), tool_calls=call)]
        field = "thinking" if isinstance(part, Thought) else "text"
        return [self.said("content-delta", self.index(place), content={field: text})]

    def closing(self, part: Part, place: Place) -> list[Message]:
        kind = "tool-call-end" if isinstance(part, Call) else "content-end"
        return [{"type": kind, "index": self.index(place)}]

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        reason = _REASONS[str(answer.finish)]
        if answer.calls and answer.finish == "complete":
            reason = "TOOL_CALL"
        units = {"input_tokens": 62, "output_tokens": 28}
        usage = {"billed_units": units, "tokens": {"input_tokens": 968, "output_tokens": 83}}
        return [{"type": "message-end", "delta": {"finish_reason": reason, "usage": usage}}]


class CohereWithPlan(Cohere):
    """Cohere v2 before a call: what the model is about to do comes as `tool_plan`."""

    name = "cohere_plan"
    kinds: ClassVar[Kinds] = (Call, Thought)

    def opening(self, part: Part, place: Place) -> list[Message]:
        return super().opening(part, place) if isinstance(part, Call) else []

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Call):
            return super().piece(part, place, text)
        return [{"type": "tool-plan-delta", "delta": {"message": {"tool_plan": text}}}]

    def closing(self, part: Part, place: Place) -> list[Message]:
        return super().closing(part, place) if isinstance(part, Call) else []


class CohereV1(Wire):
    """Cohere v1: lines of JSON; arguments come in fragments, then all calls again whole.

    That second time, the arguments are objects, and it is where the calls end.
    """

    name = "cohere_v1"
    provider = "cohere_v1"
    framing = "ndjson"
    marks_ends = True
    parallel = True
    ids = False
    finishes: ClassVar[Finishes] = ("complete", "length", "content_filter", None)
    usual = (2, 3)

    def answer_objection(self, answer: Answer) -> str | None:
        if not all(call.ended for call in answer.calls):
            return "calls end with their answer"
        objections = [object_objection(call.arguments or "{}") for call in answer.calls]
        if answer.finish == "complete" and any(objections):
            return next(filter(None, objections))
        return super().answer_objection(answer)

    def lane(self, part: Part, place: Place) -> list[Step]:
        return [Step(step.messages) for step in super().lane(part, place)]

    def steps(self, answer: Answer, choice: int) -> list[Step]:
        steps = super().steps(answer, choice)
        if answer.calls and answer.finish == "complete":
            ends = [i for i, part in enumerate(answer.parts) if isinstance(part, Call)]
            steps.insert(-1, Step([self.again(answer)], tuple(ends)))
        return steps

    def said(self, kind: str, **more: Any) -> Message:
        """An event."""
        return {"is_finished": kind == "stream-end", "event_type": kind, **more}

    def start(self, answers: Sequence[Answer]) -> list[Message]:
        return [self.said("stream-start", generation_id="1f5f1c6e-6a5c-4a0c-9a4e-3c1b4f5f9d55")]

    def opening(self, part: Part, place: Place) -> list[Message]:
        if not isinstance(part, Call):
            return []
        delta = {"index": place.call, "name": part.name}
        return [self.said("tool-calls-chunk", tool_call_delta=delta)]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if not isinstance(part, Call):
            return [self.said("text-generation", text=text)]
        delta = {"index": place.call, "parameters": text}
        return [self.said("tool-calls-chunk", tool_call_delta=delta)]

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        reason = _REASONS[str(answer.finish)]
        response = {"text": "", "generation_id": "1f5f1c6e-6a5c-4a0c-9a4e-3c1b4f5f9d55"}
        return [self.said("stream-end", finish_reason=reason, response=response)]

    def again(self, answer: Answer) -> Message:
        """All calls of an answer, whole."""
        calls = [{"name": call.name, "parameters": call.value} for call in answer.calls]
        return self.said("tool-calls-generation", tool_calls=calls)
