"""Gemini and Vertex AI, `streamGenerateContent`: responses with `candidates[].content.parts[]`.

Quirks:
- A call is a `functionCall` part with all its arguments, an object, in `args`. Without
  parameters `args` is `{}` or absent. Calls have an `id` with some models only; parallel
  calls are parts of one response or of several.
- With `streamFunctionCallArguments` (Vertex) a call begins with its name and `willContinue`;
  its arguments come as `partialArgs`, patches at JSONPaths, from which `partial_args` makes
  JSON text. Such calls never interleave within a candidate.
- A `functionCall` without `willContinue` ends its call, whatever else it holds: patches,
  or nothing at all (`{}`). One with nothing but `willContinue` is a pause.
- A string that is to go on may be followed by another argument instead, which ends it. If
  the call ends there, the text stays cut.
- `finishReason` is `STOP` for calls, too. The last part is often an empty text.
- A blocked prompt has no candidates but `promptFeedback.blockReason`.
- `executableCode` and `codeExecutionResult` are the provider's own doing and left out.
- The stream has no end mark. An error in mid-stream is a message with `error`.
- The SDK's objects have the same fields in snake case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from .adapter import Adapter, Message
from .arguments import as_text
from .deltas import CallEnded, CallStarted, CallText, Delta, Failed, Finished, Text
from .partial_args import begun, finished, written
from .reading import either, fields, listed, present, word

_REASONS = {
    "STOP": "complete",
    "MAX_TOKENS": "length",
    "CONTINUATION": "length",
    **dict.fromkeys(
        (
            *("SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"),
            *("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"),
            *("MODEL_ARMOR", "ESCALATION"),
        ),
        "content_filter",
    ),
}
_MARKS = ("candidates", "promptFeedback", "prompt_feedback", "usageMetadata", "usage_metadata")


class Gemini(Adapter):
    """Reads the responses of one stream. `facts`: by candidate, the call that goes on."""

    name: ClassVar[str] = "gemini"
    marks_ends: ClassVar[bool] = True

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like a response, or an error in place of one."""
        error = message.get("error")
        return any(message.get(mark) is not None for mark in _MARKS) or (
            isinstance(error, dict) and "status" in error
        )

    def feed(self, message: Any) -> Iterator[Delta]:
        """What a response says."""
        message = fields(message)
        candidates = message.get("candidates")
        for candidate in listed(candidates):
            yield from self._candidate(fields(candidate))
        if not candidates:
            yield from _without_candidates(message)

    def _candidate(self, candidate: Message) -> Iterator[Delta]:
        choice = candidate.get("index") or 0
        for part in listed(fields(candidate.get("content")).get("parts")):
            part = fields(part)
            text = part.get("text")
            if text:
                yield Text("reasoning" if part.get("thought") else "text", text, choice)
            called = either(part, "functionCall", "function_call")
            if called is not None:
                yield from self._call(fields(called), choice)
        said = word(either(candidate, "finishReason", "finish_reason"))
        if said and said != "FINISH_REASON_UNSPECIFIED":
            yield Finished(choice, _REASONS.get(said, "unknown"), said)

    def _call(self, called: Message, choice: int) -> Iterator[Delta]:
        slot = str(choice)
        state = self.facts.get(slot)
        started = self._start(called, choice, state)
        if started is not None:
            yield started
            state = {**begun(), "key": started.key, "whole": False}
            self.facts[slot] = state
        elif state is None:
            _expect_nothing(called)
            return
        text = _text_of(called, state)
        if either(called, "willContinue", "will_continue"):
            if text:
                yield CallText(state["key"], text)
            return
        text += finished(state)
        del self.facts[slot]
        if text:
            yield CallText(state["key"], text)
        yield CallEnded(state["key"])

    def _start(self, called: Message, choice: int, state: Any) -> CallStarted | None:
        """The start of a call: each name opens one, unless it comes with the id of the open one."""
        name, id_ = present(called.get("name")), present(called.get("id"))
        if name is None or (state and id_ is not None and self.calls[state["key"]].id == id_):
            return None
        return self.open(id=id_, name=name, choice=choice)


def _text_of(called: Message, state: dict[str, Any]) -> str:
    """What a part of a call adds to its text."""
    args = called.get("args")
    patches = listed(either(called, "partialArgs", "partial_args"))
    if (args and (patches or state["path"] or state["whole"])) or (patches and state["whole"]):
        raise ValueError("the arguments of a call come both whole and in pieces")
    if args is not None and not state["path"] and not patches:
        state["whole"] = True
        return as_text(args)
    return "".join(written(state, fields(patch)) for patch in patches)


def _expect_nothing(called: Message) -> None:
    """A part without a name while no call goes on: the end of a call that has ended already."""
    if called.get("args") or either(called, "partialArgs", "partial_args"):
        raise ValueError("there are arguments of no call")


def _without_candidates(message: Message) -> Iterator[Delta]:
    """An error, or a prompt that was blocked; often just the usage."""
    error = message.get("error")
    if error:
        error = fields(error)
        kind = error.get("status") or error.get("code") or "error"
        yield Failed(f"{kind}: {error.get('message') or ''}")
    feedback = fields(either(message, "promptFeedback", "prompt_feedback"))
    said = word(either(feedback, "blockReason", "block_reason"))
    if said:
        yield Finished(0, "content_filter", said)


ADAPTER = Gemini
