"""Gemini: whole arguments, arguments in patches, and the Interactions API."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from . import framings
from .answers import Answer, Call, Part, Said, Thought, cut
from .wire import Arguments, Finishes, Kinds, Message, Place, Step, Wire

_REASONS = {"complete": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
_SIGNATURE = "EqQFCqEFARFNMg/n1ZU9kj5ykZOXQwk1pXyQ5oBBXotOfGYhGEj1y41sfBXZ"
_SHORT_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_EXACT = 2**53  # numbers travel as doubles


class Gemini(Wire):
    """streamGenerateContent with `alt=sse`: each call is one part with its whole `args`."""

    name = "gemini"
    provider = "gemini"
    arguments: ClassVar[Arguments] = "object"
    streams_text = False
    marks_ends = True
    choices = True
    kinds: ClassVar[Kinds] = (Call, Said, Thought)
    finishes: ClassVar[Finishes] = ("complete", "length", "content_filter", "error", None)
    usual = (1, 63)
    newline = b"\r\n"

    def response(self, candidates: list[Message]) -> Message:
        """A message around candidates."""
        modalities = [{"modality": "TEXT", "tokenCount": 85}]
        usage = {"promptTokenCount": 85, "candidatesTokenCount": 17, "totalTokenCount": 102}
        return {
            "candidates": candidates,
            "usageMetadata": {**usage, "promptTokensDetails": modalities},
            "modelVersion": "gemini-3.5-flash",
            "responseId": "NoFfas7rAsidjrEP3fymkA4",
        }

    def candidate(self, choice: int, part: Message, reason: str | None = None) -> Message:
        """A message with one part of one candidate."""
        finish = {} if reason is None else {"finishReason": reason}
        content = {"parts": [part], "role": "model"}
        return self.response([{"content": content, **finish, "index": choice}])

    def call_part(self, call: Call) -> Message:
        """The part of a call."""
        args = {"args": call.value} if call.arguments else {}
        return {"functionCall": {"name": call.name, **args, "id": call.id}}

    def pieces(self, part: Part) -> tuple[str, ...]:
        return () if isinstance(part, Call) else super().pieces(part)

    def opening(self, part: Part, place: Place) -> list[Message]:
        if not isinstance(part, Call):
            return []
        signed = {"thoughtSignature": _SIGNATURE} if place.call == 0 else {}
        return [self.candidate(place.choice, {**self.call_part(part), **signed})]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        thought = {"thought": True} if isinstance(part, Thought) else {}
        return [self.candidate(place.choice, {"text": text, **thought})]

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        return [self.candidate(choice, {"text": ""}, _REASONS[str(answer.finish)])]

    def error(self) -> list[Message]:
        told = {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}
        return [{"error": told}]


class GeminiArray(Gemini):
    """streamGenerateContent without `alt=sse`: the same messages in one JSON array."""

    name = "gemini_array"
    framing = "jsonarray"
    finishes: ClassVar[Finishes] = ("complete", "length", "content_filter", None)

    def dumped(self, message: Message, number: int) -> bytes:
        return json.dumps(json.loads(framings.dumped(message)), indent=2).encode()


class Vertex(Gemini):
    """Vertex with `streamFunctionCallArguments`: arguments in patches, in document order.

    There are no ids, no event for an empty container, and numbers are doubles.
    """

    name = "vertex"
    arguments: ClassVar[Arguments] = "patches"
    ids = False
    finishes: ClassVar[Finishes] = ("complete", "length", None)
    usual = (9, 14)

    def call_objection(self, call: Call) -> str | None:
        problem = super().call_objection(call)
        if problem is None and call.arguments:
            value = call.value
            return (
                next(filter(None, map(_patch_objection, _leaves(value))), None) if value else None
            )
        return problem

    def response(self, candidates: list[Message]) -> Message:
        return {
            "candidates": candidates,
            "usageMetadata": {"trafficType": "ON_DEMAND"},
            "modelVersion": "gemini-3.1-pro-preview",
            "createTime": "2026-04-07T16:49:58.333958Z",
            "responseId": "tjXVaYaxFISTq8YP_MWiyAo",
        }

    def candidate(self, choice: int, part: Message, reason: str | None = None) -> Message:
        finish = {} if reason is None else {"finishReason": reason}
        content = {"role": "model", "parts": [part]}
        more = {"index": choice} if choice else {}
        return self.response([{"content": content, **finish, **more}])

    def patch(self, place: Place, *partial: Message) -> Message:
        """A message that goes on with a call."""
        patches = {"partialArgs": list(partial)} if partial else {}
        return self.candidate(place.choice, {"functionCall": {**patches, "willContinue": True}})

    def lane(self, part: Part, place: Place) -> list[Step]:
        if not isinstance(part, Call):
            return super().lane(part, place)
        value = part.value
        signed = {"thoughtSignature": _SIGNATURE} if place.call == 0 else {}
        call: Message = {"name": part.name, **({"willContinue": True} if value else {})}
        messages = [self.candidate(place.choice, {"functionCall": call, **signed})]
        if value:
            messages += self.patches(value, place)
            messages += self.ending(messages, place)
        steps = [Step([message]) for message in messages]
        steps[-1].ends = (place.part,)
        return steps

    def patches(self, value: Any, place: Place) -> Iterator[Message]:
        """The patches that make up an object."""
        item = ""
        for path, leaf in _leaves(value):
            last, item = item, path[: path.rfind("]") + 1]
            if last and item != last:
                yield self.patch(place)
            if isinstance(leaf, str):
                for text in cut(leaf, self.usual):
                    said = {"jsonPath": path, "stringValue": text, "willContinue": True}
                    yield self.patch(place, said)
                yield self.patch(place, {"jsonPath": path, "stringValue": ""})
            else:
                yield self.patch(place, {"jsonPath": path, **_scalar(leaf)})

    def ending(self, messages: list[Message], place: Place) -> list[Message]:
        """How a call ends, given what was said of it."""
        return [self.candidate(place.choice, {"functionCall": {}})]


class VertexNoEnd(Vertex):
    """Vertex where a call has no end of its own: its last patch lacks `willContinue`."""

    name = "vertex_no_end"

    def ending(self, messages: list[Message], place: Place) -> list[Message]:
        (part,) = messages[-1]["candidates"][0]["content"]["parts"]
        part["functionCall"].pop("willContinue")
        return []


class GeminiInteractions(Wire):
    """The Interactions API: steps, each with a start, deltas of text, and a stop."""

    name = "gemini_interactions"
    provider = "gemini_interactions"
    marks_ends = True
    parallel = True
    kinds: ClassVar[Kinds] = (Call, Said, Thought)
    finishes: ClassVar[Finishes] = ("complete", "length", "error", None)
    done = framings.sse(b"[DONE]", "done")

    interaction: ClassVar[Message] = {
        "id": "v1_ChdUR3NIYXVyQkFlYVA2ZGtQajZERThBVRIXVEdzSGF1ckJBZWFQNmRrUGo2REU4QVU",
        "status": "in_progress",
        "object": "interaction",
        "model": "gemini-3-flash-preview",
    }

    def event(self, message: Message) -> str | None:
        return str(message["event_type"])

    def start(self, answers: Sequence[Answer]) -> list[Message]:
        update = {"interaction_id": self.interaction["id"], "status": "in_progress"}
        return [
            {"interaction": self.interaction, "event_type": "interaction.created"},
            {**update, "event_type": "interaction.status_update"},
        ]

    def said(self, kind: str, place: Place, **more: Any) -> Message:
        """An event of a step."""
        return {"index": place.part, **more, "event_type": f"step.{kind}"}

    def opening(self, part: Part, place: Place) -> list[Message]:
        step: Message = {"type": "thought" if isinstance(part, Thought) else "model_output"}
        if isinstance(part, Call):
            step = {"id": part.id, "type": "function_call", "name": part.name, "arguments": {}}
        return [self.said("start", place, step=step)]

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        delta: Message = {"text": text, "type": "text"}
        if isinstance(part, Call):
            delta = {"arguments": text, "type": "arguments_delta"}
        if isinstance(part, Thought):
            delta = {"content": delta, "type": "thought_summary"}
        return [self.said("delta", place, delta=delta)]

    def closing(self, part: Part, place: Place) -> list[Message]:
        return [self.said("stop", place)]

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        status = "requires_action" if answer.calls else "completed"
        status = "incomplete" if answer.finish == "length" else status
        usage = {"total_tokens": 133, "total_input_tokens": 53, "total_output_tokens": 15}
        done = {**self.interaction, "status": status, "usage": usage}
        return [{"interaction": done, "event_type": "interaction.completed"}]

    def error(self) -> list[Message]:
        told = {"code": "internal_error", "message": "An internal error has occurred."}
        return [{"error": told, "event_type": "error"}]


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """Path and value of all scalars and empty containers below a value, in order."""
    rest: list[tuple[str, Any]] = [("$", value)]
    while rest:
        path, value = rest.pop()
        if isinstance(value, dict) and value:
            rest += [(path + _step(key), value[key]) for key in reversed(value)]
        elif isinstance(value, list) and value:
            rest += [(f"{path}[{i}]", value[i]) for i in reversed(range(len(value)))]
        else:
            yield path, value


def _step(key: str) -> str:
    """A key in a path (RFC 9535, 2.3.1 and 2.5.1)."""
    if _SHORT_NAME.fullmatch(key):
        return f".{key}"
    escaped = json.dumps(key, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"['{escaped}']"


def _scalar(value: Any) -> Message:
    if value is None:
        return {"nullValue": "NULL_VALUE"}
    return {"boolValue" if isinstance(value, bool) else "numberValue": value}


def _patch_objection(leaf: tuple[str, Any]) -> str | None:
    path, value = leaf
    if isinstance(value, (dict, list)):
        return f"no patch says the empty container at {path}"
    if isinstance(value, (int, float)) and not (math.isfinite(value) and float(value) == value):
        return f"the number at {path} is no double"
    return None
