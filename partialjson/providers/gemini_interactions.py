"""Gemini Interactions, `stream=True`: events with an `event_type`.

Quirks:
- A call is a step: `step.start` (`function_call`, with id and name), `step.delta`s of type
  `arguments_delta`, whose `arguments` are fragments of JSON text, and `step.stop`. The
  step's `index` tells calls apart.
- The start's `arguments` are an object, `{}` where deltas follow. If none follow, the
  arguments are those of the start; `{}` stands for none.
- Tools that the provider runs are steps of other types, which end in `_call`
  (`google_search_call`, `code_execution_call`, `mcp_server_tool_call`, ...). Their arguments
  are an object, in the start or in one delta of the step's own type. But for MCP servers'
  tools, which have a name, the tool is named by the type.
- Text is in deltas of type `text`, thoughts in `thought_summary` ones; both may stand in the
  start already.
- `interaction.completed` says how it ended: `requires_action` if there are calls, but also
  `completed`. `interaction.status_update` may say so before.
- With the status `requires_continuation` it is no end: the model was stopped for now, and the
  SDK goes on with the events of the next interaction, text and steps included. If nothing
  comes, the answer is cut.
- An error is an event of type `error`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from .adapter import Adapter, Message
from .arguments import as_text
from .deltas import CallEnded, CallText, Delta, Ended, Failed, Finished, Text
from .reading import fields, listed, present, word

_REASONS = {
    "completed": "complete",
    "requires_action": "complete",
    "incomplete": "length",
    "budget_exceeded": "length",
}
_GOING_ON = (None, "", "in_progress", "queued", "requires_continuation")
_NAMED = ("function_call", "mcp_server_tool_call")
_TEXTS = {"model_output": ("text", "content"), "thought": ("reasoning", "summary")}


class GeminiInteractions(Adapter):
    """Reads the events of one interaction, and of those that continue it.

    `held` of a call: arguments that came whole. `facts`: `stopped`, if it was, for now.
    """

    name: ClassVar[str] = "gemini_interactions"
    marks_ends: ClassVar[bool] = True

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like an event of this API."""
        kind = message.get("event_type")
        return isinstance(kind, str) and (
            kind == "error" or kind.startswith(("interaction.", "step."))
        )

    def feed(self, message: Any) -> Iterator[Delta]:
        """What an event says; nothing for events that are of no concern here."""
        message = fields(message)
        read = _EVENTS.get(message.get("event_type"))
        return iter(()) if read is None else read(self, message)

    def close(self) -> Iterator[Delta]:
        """If the model was stopped and nothing continued it, the answer is cut."""
        if self.facts.get("stopped"):
            yield Finished(0, "length", "requires_continuation")

    def _step_start(self, message: Message) -> Iterator[Delta]:
        step = fields(message.get("step"))
        kind, index = step.get("type"), message.get("index")
        if kind in _TEXTS:
            channel, field = _TEXTS[kind]
            yield from _texts(channel, listed(step.get(field)), index)
        elif isinstance(kind, str) and kind.endswith("_call"):
            named = step.get("name") if kind in _NAMED else kind.removesuffix("_call")
            server = kind != "function_call"
            id_ = present(step.get("id"))
            yield self.open(("step", index), id=id_, name=named or "", server=server)
            self.calls[-1].held = _whole(step.get("arguments"))

    def _step_delta(self, message: Message) -> Iterator[Delta]:
        delta, index = fields(message.get("delta")), message.get("index")
        kind = delta.get("type")
        if kind == "text":
            yield from _texts("text", (delta,), index)
        elif kind == "arguments_delta":
            call = self.calls[self.slots["step", index]]
            text = delta.get("arguments")
            if text:
                call.held = ""
                yield CallText(call.key, text)
        elif kind == "thought_summary":
            yield from _texts("reasoning", (delta.get("content"),), index)
        elif delta.get("arguments"):
            self.calls[self.slots["step", index]].held = _whole(delta["arguments"])

    def _step_stop(self, message: Message) -> Iterator[Delta]:
        call = self.known(("step", message.get("index")))
        if call is None or call.ended:
            return
        call.ended = True
        if call.held:
            yield CallText(call.key, call.held)
            call.held = ""
        yield CallEnded(call.key)

    def _status(self, message: Message) -> Iterator[Delta]:
        said = word(message.get("status"))
        if said not in _GOING_ON:
            yield Finished(0, _REASONS.get(said, "unknown"), said)

    def _completed(self, message: Message) -> Iterator[Delta]:
        interaction = fields(message.get("interaction"))
        said = word(interaction.get("status"))
        self.facts["stopped"] = said == "requires_continuation"
        if said == "failed":
            yield Failed("the interaction failed")
        elif not self.facts["stopped"]:
            yield from self._status(interaction)
            yield Ended()

    def _error(self, message: Message) -> Iterator[Delta]:
        error = fields(message.get("error"))
        yield Failed(f"{error.get('code') or 'error'}: {error.get('message') or ''}")


_EVENTS: dict[Any, Callable[[GeminiInteractions, Message], Iterator[Delta]]] = {
    "step.start": GeminiInteractions._step_start,
    "step.delta": GeminiInteractions._step_delta,
    "step.stop": GeminiInteractions._step_stop,
    "interaction.status_update": GeminiInteractions._status,
    "interaction.completed": GeminiInteractions._completed,
    "error": GeminiInteractions._error,
}


def _texts(channel: str, contents: Any, index: Any) -> Iterator[Delta]:
    """The texts among contents of several types."""
    for content in map(fields, contents):
        text = content.get("text")
        if text and content.get("type") == "text":
            yield Text(channel, text, 0, index or 0)


def _whole(arguments: Any) -> str:
    """Arguments that are an object, as JSON text; "" for an empty one."""
    if not isinstance(arguments, dict):  # the SDK's object: what is None was not sent
        known = fields(arguments).items()
        arguments = {name: value for name, value in known if value is not None}
    return as_text(arguments) if arguments else ""


ADAPTER = GeminiInteractions
