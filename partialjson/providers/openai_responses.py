"""OpenAI Responses, `stream=True`: events whose `type` begins with `response.`.

Quirks:
- A call is an output item: `output_item.added`, argument deltas, an event that ends in `.done`
  and repeats the whole text, `output_item.done` with the item once more. Everything stands
  once more in `response.completed`. There is no `[DONE]`.
- What tells items apart is `output_index`; some servers leave it out, and then `item_id` does,
  or `call_id`, which may be what later events call `item_id`. GitHub Copilot sends another
  `item_id` with every event. llama.cpp opens parallel items before it goes on with the first,
  and its `.done` may name no item: it is the open one whose text it goes on.
- Some servers send few deltas or none. The whole texts bring what the deltas did not; whole
  texts that contradict the deltas are an error. The item that is added may have the text of
  the first delta, or all of it: it counts only if nothing else comes.
- OpenRouter's whole texts are empty before `response.completed`. So a call that says it is
  over and has no text yet is over with the response.
- A call that is cut off ends with an item of status `incomplete` or `in_progress`, which is no
  end. An event `.done` may come before it. JSON tells that it was cut, free text does not; so
  the input of a custom tool is over with its item, not before.
- `mcp_call` items stream alike; the provider runs those tools. Calls of other tools that it
  runs (web search, code interpreter, tool search, shell) are left out.
- A proxy may send an event twice, with one `sequence_number`. Other servers send the same
  number for all events, so only one that just rose counts.
- `response.completed` may hold a response of status `incomplete`, with the reason.
- Errors are `error` (flat, or with an object `error`) and `response.failed`, or both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar

from .adapter import Adapter, Call, Message
from .arguments import as_text, length_of
from .deltas import (
    CallEnded,
    CallMended,
    CallStarted,
    CallText,
    Delta,
    Ended,
    Failed,
    Finished,
    Text,
)
from .reading import NOTHING, either, fields, listed, present, word

_REASONS = {
    "completed": "complete",
    "max_output_tokens": "length",
    "content_filter": "content_filter",
}
_CALLS = {  # by the type of the item: where its text is; server; free
    "function_call": ("arguments", False, False),
    "mcp_call": ("arguments", True, False),
    "custom_tool_call": ("input", False, True),
}
_ARGUMENTS = ("function_call_arguments", "mcp_call_arguments", "custom_tool_call_input")
_CHANNELS = {
    "response.output_text.delta": "text",
    "response.refusal.delta": "refusal",
    "response.reasoning_text.delta": "reasoning",
    "response.reasoning_summary_text.delta": "reasoning",
}
_CONTENT = {  # by the type of a part of an item: channel, and where its text is
    "output_text": ("text", "text"),
    "refusal": ("refusal", "refusal"),
    "reasoning_text": ("reasoning", "text"),
    "summary_text": ("reasoning", "text"),
}
_NAMES = ("output_index", "item_id", "call_id")
_CUT = ("incomplete", "in_progress")
_NOT_COMPLETED = ("incomplete", "failed", "cancelled")


class OpenAIResponses(Adapter):
    """Reads the events of one response.

    Facts: `last` is number, type, text and place of the last event, and whether its number
    rose; `free` the calls of custom tools; `waiting` those that are over with the response;
    `text`, `refusal` and `reasoning` which parts were told, and whether by deltas; `unplaced`
    whether deltas of text came without `output_index`.
    """

    name: ClassVar[str] = "openai_responses"
    marks_ends: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self.facts = {
            "last": [-1, "", None, None, False],
            "free": [],
            "waiting": [],
            "text": {},
            "refusal": {},
            "reasoning": {},
            "unplaced": False,
        }

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like an event of this API."""
        kind = message.get("type")
        if kind == "error":
            return "sequence_number" in message or ("message" in message and "error" not in message)
        return isinstance(kind, str) and kind.startswith("response.")

    def feed(self, message: Any) -> Iterable[Delta]:
        """What an event says; nothing for events that are of no concern here."""
        message = fields(message)
        kind = message.get("type")
        number = message.get("sequence_number")
        if type(number) is int and self._repeats(message, kind, number):
            return self._dropped(message, kind)
        read = _EVENTS.get(kind)
        if read is not None:
            return read(self, message)
        return _failed(message) if kind is None and message.get("error") else ()

    # --- events that came before -----------------------------------------------------

    def _repeats(self, message: Message, kind: Any, number: int) -> bool:
        """Whether this is the last event once more."""
        last = self.facts["last"]
        known = [message.get(name) for name in ("type", "delta", "output_index")]
        said = [x if isinstance(x, (str, int)) else None for x in known]
        if number != last[0]:
            self.facts["last"] = [number, *said, number > last[0]]
            return False
        if last[4] and last[1:4] == said:
            return True
        last[4] = False
        return False

    def _dropped(self, message: Message, kind: Any) -> Iterator[Delta]:
        if _EVENTS.get(kind) is OpenAIResponses._more and message.get("delta"):
            call = self._call(message)
            if call is not None:
                yield CallMended(call.key, "repeated_delta", message["delta"], "")

    # --- which call ------------------------------------------------------------------

    def _call(self, message: Message) -> Call | None:
        """The call an event is about."""
        index = message.get("output_index")
        key = None if index is None else self.slots.get(("at", index))
        return self._named(message) if key is None else self.calls[key]

    def _named(self, message: Message) -> Call | None:
        """The call an event names by an id, or the only open one."""
        call = self.known(("id", message.get("item_id")), ("id", message.get("call_id")))
        if call is None:
            unfinished = self._unfinished()
            call = unfinished[0] if len(unfinished) == 1 else None
        return call

    def _unfinished(self) -> list[Call]:
        return [call for call in self.calls if not call.ended]

    def _going_on(self, whole: str) -> Call | None:
        """The open call whose text a whole text goes on; of several the one with the most."""
        known = [(length_of(call.texts, whole), call) for call in self._unfinished()]
        fitting = [(length, call) for length, call in known if length or not call.texts]
        return max(fitting, key=lambda pair: pair[0], default=(0, None))[1]

    # --- calls -----------------------------------------------------------------------

    def _added(self, message: Message) -> Iterable[Delta]:
        item = fields(message.get("item"))
        if item.get("type") not in _CALLS:
            return ()
        return (self._opened(item, message.get("output_index")),)

    def _opened(self, item: Message, index: Any) -> CallStarted:
        field, server, free = _CALLS[item["type"]]
        ids = [present(item.get("call_id")), present(item.get("id"))]
        slots = [("at", index)] if index is not None else []
        started = self.open(
            *slots,
            *(("id", id_) for id_ in ids if id_ is not None),
            id=ids[0] or ids[1],
            name=present(item.get("name")) or "",
            server=server,
            free=free,
        )
        self.calls[-1].held = as_text(item.get(field))
        if free:
            self.facts["free"].append(started.key)
        return started

    def _more(self, message: Message) -> Iterable[Delta]:
        """A delta of arguments."""
        text = message.get("delta")
        if not text:
            return ()
        call = self._call(message)
        if call is not None:
            delta = CallText(call.key, text)
            call.texts.append(text)
            return (delta,)
        if self._unfinished():
            raise LookupError("a fragment of arguments names none of the open calls")
        return ()  # its item was not added: all of it comes with the item that is done

    def _done(self, message: Message) -> Iterator[Delta]:
        """The whole text of a call."""
        whole = as_text(either(message, "arguments", "input"))
        call = self._call(message)
        if call is None and not any(message.get(name) is not None for name in _NAMES):
            call = self._going_on(whole)
        if call is not None and not call.ended:
            yield from self._rest(call, whole)
            yield from self._over(call, wait=call.key in self.facts["free"])

    def _item_done(self, message: Message) -> Iterator[Delta]:
        item = fields(message.get("item"))
        index = message.get("output_index")
        if item.get("type") in _CALLS:
            yield from self._call_done(item, index, cut=word(item.get("status")) in _CUT)
        else:
            placed = index is not None and not self.facts["unplaced"]
            at = (item.get("id") or 0) if index is None else index
            yield from self._texts(item, at, placed)

    def _call_done(self, item: Message, index: Any, *, cut: bool) -> Iterator[Delta]:
        whole = as_text(item.get(_CALLS[item["type"]][0]))
        names = [("id", item.get("id")), ("id", item.get("call_id"))]
        call = self.known(("at", index), *names)
        if call is None and not any(name for _, name in names):
            call = self._named(NOTHING) or self._going_on(whole)
        if call is None:
            yield self._opened(item, index)
            call = self.calls[-1]
        if not call.ended:
            yield from self._rest(call, whole)
            if not cut:
                yield from self._over(call, wait=False)

    def _rest(self, call: Call, whole: str) -> Iterator[Delta]:
        """What of a call's whole text no delta brought."""
        text = call.text
        whole = whole or text or call.held
        if not whole.startswith(text):
            raise ValueError(f"the whole text of the call {call.id!r} is not that of its deltas")
        rest = whole[len(text) :]
        if rest:
            call.texts.append(rest)
            yield CallText(call.key, rest)

    def _over(self, call: Call, *, wait: bool) -> Iterator[Delta]:
        """A call says that it is over; one without any text says too little."""
        if wait or not call.text:
            self.facts["waiting"].append(call.key)
        else:
            yield _ended(call)

    # --- text ------------------------------------------------------------------------

    def _text(self, message: Message) -> Iterable[Delta]:
        """A delta of text."""
        text = message.get("delta")
        if not text:
            return ()
        channel = _CHANNELS[message["type"]]
        if message.get("output_index") is None:
            self.facts["unplaced"] = True
        part = _part(message)
        self.facts[channel][part] = True
        return (Text(channel, text, 0, part),)

    def _whole_text(self, message: Message) -> Iterator[Delta]:
        """The whole of a text."""
        placed = message.get("output_index") is not None and not self.facts["unplaced"]
        channel = _CHANNELS[message["type"].removesuffix("done") + "delta"]
        text = either(message, "text", "refusal")
        yield from self._tell(channel, text, _part(message), placed)

    def _texts(self, item: Message, at: Any, placed: bool) -> Iterator[Delta]:
        """The texts of an item."""
        for where, inside in (("content", ""), ("summary", "summary/")):
            for number, content in enumerate(listed(item.get(where))):
                content = fields(content)
                known = _CONTENT.get(content.get("type", ""))
                if known is not None:
                    text = content.get(known[1])
                    yield from self._tell(known[0], text, f"{at}/{inside}{number}", placed)

    def _tell(self, channel: str, text: Any, part: str, placed: bool) -> Iterator[Delta]:
        """Tell a whole text, if no delta did; without their place all deltas may have."""
        told = self.facts[channel]
        if text and part not in told and (placed or not any(told.values())):
            told[part] = False
            yield Text(channel, text, 0, part)

    # --- the end ---------------------------------------------------------------------

    def _finished(self, message: Message) -> Iterator[Delta]:
        response = fields(message.get("response"))
        said = _said(message["type"], response)
        reason = _REASONS.get(said, "unknown")
        yield from self._output(listed(response.get("output")), reason == "complete")
        if reason == "complete":
            for key in self.facts["waiting"]:
                if not self.calls[key].ended:
                    yield _ended(self.calls[key])
        yield Finished(0, reason, said)
        yield Ended()

    def _output(self, items: Iterable[Any], complete: bool) -> Iterator[Delta]:
        """All items once more: what did not come before."""
        calls_came = bool(self.calls)
        texts_came = any(self.facts[channel] for channel in ("text", "refusal", "reasoning"))
        for at, thing in enumerate(items):
            item = fields(thing)
            if item.get("type") in _CALLS:
                known = self.known(("id", item.get("call_id")), ("id", item.get("id")))
                if known is not None or not calls_came:
                    cut = ("incomplete",) if complete else _CUT
                    is_cut = word(item.get("status")) in cut
                    yield from self._call_done(item, None, cut=is_cut)
            elif not texts_came:
                yield from self._texts(item, at, True)

    def _fail(self, message: Message) -> Iterable[Delta]:
        response = fields(message.get("response"))
        return _failed(response if response.get("error") else message)


def _ended(call: Call) -> CallEnded:
    """The end of a call; its text is not needed any more."""
    call.ended = True
    call.texts.clear()
    call.held = ""
    return CallEnded(call.key)


def _part(message: Message) -> str:
    """Which text an event belongs to."""
    at = message.get("output_index")
    if at is None:
        at = message.get("item_id") or 0
    inside = message.get("content_index")
    if inside is not None:
        return f"{at}/{inside}"
    number = message.get("summary_index")
    return f"{at}/0" if number is None else f"{at}/summary/{number}"


def _said(kind: str, response: Message) -> str:
    """The provider's own word for how a response ended."""
    reason = word(fields(response.get("incomplete_details")).get("reason"))
    if reason is not None:
        return str(reason)
    status = word(response.get("status"))
    if kind == "response.incomplete":
        return "incomplete"
    return str(status) if status in _NOT_COMPLETED else "completed"


def _failed(message: Message) -> tuple[Failed]:
    """An error: the message itself, or an object or a text in it."""
    error = message.get("error")
    if isinstance(error, str):
        return (Failed(error),)
    error = fields(error) or message
    code = error.get("code") or error.get("type") or "error"
    return (Failed(f"{code}: {error.get('message') or 'the response failed'}"),)


_EVENTS: dict[Any, Callable[[OpenAIResponses, Message], Iterable[Delta]]] = {
    "response.output_item.added": OpenAIResponses._added,
    "response.output_item.done": OpenAIResponses._item_done,
    **{f"response.{name}.delta": OpenAIResponses._more for name in _ARGUMENTS},
    **{f"response.{name}.done": OpenAIResponses._done for name in _ARGUMENTS},
    **dict.fromkeys(_CHANNELS, OpenAIResponses._text),
    **{name.removesuffix("delta") + "done": OpenAIResponses._whole_text for name in _CHANNELS},
    "response.completed": OpenAIResponses._finished,
    "response.incomplete": OpenAIResponses._finished,
    "response.failed": OpenAIResponses._fail,
    "error": OpenAIResponses._fail,
}

ADAPTER = OpenAIResponses
