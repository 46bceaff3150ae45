"""What agents send to user interfaces: Vercel's UI message stream and AG-UI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from . import framings
from .answers import Answer, Call, Part, Said, Thought
from .wire import Finishes, Message, Place, Step, Wire, value_objection

_REASONS = {"length": "length", "content_filter": "content-filter"}


class VercelUI(Wire):
    """Vercel AI's UI message stream: input in fragments, then available, parsed."""

    name = "vercel_ui"
    provider = "vercel_ui"
    marks_ends = True
    parallel = True
    servers = True
    kinds = (Call, Said, Thought)
    finishes: ClassVar[Finishes] = ("complete", "length", "content_filter", "error", None)
    usual = (4, 6)
    done = framings.sse(b"[DONE]")

    def call_objection(self, call: Call) -> str | None:
        problem = value_objection(call.arguments or "{}") if call.ended else None
        return problem or super().call_objection(call)

    def start(self, answers: Sequence[Answer]) -> list[Message]:
        return [{"type": "start", "messageId": "msg-7f3a2b"}, {"type": "start-step"}]

    def tool(self, kind: str, call: Call, **more: Any) -> Message:
        """An event that names its tool."""
        ran = {"providerExecuted": True} if call.server else {}
        named = {"toolCallId": call.id, "toolName": call.name}
        return {"type": f"tool-input-{kind}", **named, **more, **ran}

    def said(self, kind: str, part: Part, place: Place, **more: Any) -> Message:
        """An event of a text."""
        channel = "reasoning" if isinstance(part, Thought) else "text"
        return {"type": f"{channel}-{kind}", "id": f"{channel}-{place.part}", **more}

    def opening(self, part: Part, place: Place) -> list[Message]:
        if isinstance(part, Call):
            return [self.tool("start", part)]
        return [self.said("start", part, place)]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Call):
            return [
                {"type": "tool-input-delta", "toolCallId": part.id, "inputTextDelta": text},
            ]
        return [self.said("delta", part, place, delta=text)]

    def closing(self, part: Part, place: Place) -> list[Message]:
        if isinstance(part, Call):
            return [self.tool("available", part, input=part.value)]
        return [self.said("end", part, place)]

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        reason = _REASONS.get(str(answer.finish), "tool-calls" if answer.calls else "stop")
        return [{"type": "finish", "finishReason": reason}]

    def steps(self, answer: Answer, choice: int) -> list[Step]:
        steps = super().steps(answer, choice)
        if steps and steps[-1].finished:
            steps.insert(-1, Step([{"type": "finish-step"}]))
        return steps

    def error(self) -> list[Message]:
        return [{"type": "error", "errorText": "An error occurred."}]


class AGUI(Wire):
    """AG-UI: a start, fragments and an end, of calls and of messages."""

    name = "ag_ui"
    provider = "ag_ui"
    marks_ends = True
    parallel = True
    kinds = (Call, Said, Thought)
    finishes = ("complete", "error", None)
    usual = (9, 8)

    run: ClassVar[Message] = {"threadId": "thread_01", "runId": "run_01"}

    def start(self, answers: Sequence[Answer]) -> list[Message]:
        return [{"type": "RUN_STARTED", **self.run}]

    def said(self, kind: str, part: Part, place: Place, **more: Any) -> Message:
        """An event of a message."""
        channel = "REASONING" if isinstance(part, Thought) else "TEXT"
        id_ = {"messageId": f"msg_{place.part:02}"}
        return {"type": f"{channel}_MESSAGE_{kind}", **id_, **more}

    def tool(self, kind: str, call: Call, **more: Any) -> Message:
        """An event of a call."""
        return {"type": f"TOOL_CALL_{kind}", "toolCallId": call.id, **more}

    def opening(self, part: Part, place: Place) -> list[Message]:
        if isinstance(part, Call):
            return [self.tool("START", part, toolCallName=part.name)]
        role = "reasoning" if isinstance(part, Thought) else "assistant"
        return [self.said("START", part, place, role=role)]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Call):
            return [self.tool("ARGS", part, delta=text)]
        return [self.said("CONTENT", part, place, delta=text)]

    def closing(self, part: Part, place: Place) -> list[Message]:
        return [self.tool("END", part) if isinstance(part, Call) else self.said("END", part, place)]

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        return [{"type": "RUN_FINISHED", **self.run}]

    def error(self) -> list[Message]:
        return [{"type": "RUN_ERROR", "message": "The run failed.", "code": "internal"}]


class AGUIChunks(AGUI):
    """AG-UI in its short form: chunks; only the first one names what it is a chunk of.

    What comes next ends it.
    """

    name = "ag_ui_chunks"
    parallel = False

    def call_objection(self, call: Call) -> str | None:
        return None if call.ended else "what comes next ends a call"

    def opening(self, part: Part, place: Place) -> list[Message]:
        if isinstance(part, Call):
            return [self.tool("CHUNK", part, toolCallName=part.name)]
        role = {} if isinstance(part, Thought) else {"role": "assistant"}
        return [self.said("CHUNK", part, place, **role)]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Call):
            return [{"type": "TOOL_CALL_CHUNK", "delta": text}]
        channel = "REASONING" if isinstance(part, Thought) else "TEXT"
        return [{"type": f"{channel}_MESSAGE_CHUNK", "delta": text}]

    def closing(self, part: Part, place: Place) -> list[Message]:
        return []

    def steps(self, answer: Answer, choice: int) -> list[Step]:
        steps = super().steps(answer, choice)
        ends: list[tuple[int, ...]] = [(), *(step.ends for step in steps)]
        for step, before in zip(steps, ends, strict=False):
            step.ends = before
        return steps
