"""OpenAI chat completions, `stream=True`, and all servers that copy them.

Quirks:
- The arguments of a call come as string fragments under `(choice, index)`; only the first
  delta of a call has `id` and `name`. A call has no end of its own: it is over when its
  choice has a finish reason and the stream ends.
- Choices of `n > 1` interleave freely.
- `finish_reason` is `stop`, not `tool_calls`, where the request named the tool, and from
  Gemini's and Ollama's compatible endpoints. It may come in the chunk that brings the
  arguments, before more of them, and several times; the last one counts.
- `choices` may be empty or null (usage, Azure's prompt filter results).
- A tool without parameters sends `{}` or nothing.
- The legacy `function_call` is one call for each choice.
- A custom tool (`custom` in place of `function`) has free text for input.
- Reasoning stands in `reasoning_content` or `reasoning`, or in both with the same text.
- `content` may be a list of parts; Mistral's `thinking` parts are reasoning.
- Mistral's arguments may be an object instead of text.
- Writer sends each delta twice, as `delta` and as `message`; only `delta` is read.
- An error in mid-stream is a message with `error` instead of, or beside, `choices`, or an
  `error` of a choice (OpenRouter); Groq may say it in `x_groq`, and adds the call that it
  could not read (`failed_generation`); vLLM's has `object: "error"`.
- OpenAI's own helper (`client.chat.completions.stream`) wraps chunks in events of type
  `chunk`; its other events repeat what the chunks say.

Which call a delta belongs to, where servers leave out indexes or repeat them for every call,
repeat ids and names, or send `""`, null or `"null"` for them:
- A known id says it. A new id opens a call if a name comes with it, or if its index is new or
  its index's call has another id already (an index that is used again).
- Without an id, the index's call goes on, or the choice's latest call where there is no
  index or it says nothing. A name that is said again opens nothing and is not appended.
- Without an id, a name that is not the call's own, or a name under a new index, opens a call.
- Without id and index (Gemini's compatible endpoint), a name opens a call from the second
  entry of one chunk on; and over chunks, where it comes with text that begins with `{` while
  the latest call's text is a whole JSON value, which nothing could follow.
- `arguments` tells how an opening `{}` and text that is sent again are undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from .adapter import Adapter, Call, Message
from .arguments import as_text, release, take
from .deltas import CallText, Delta, Failed, Finished, Text
from .reading import declared, fields, listed, present, undeclared, word

_REASONS = {
    "stop": "complete",
    "tool_calls": "complete",
    "function_call": "complete",
    "length": "length",
    "model_length": "length",
    "content_filter": "content_filter",
}
_FAULTS = frozenset(("error", "x_groq"))
_OTHERS = ("content", "refusal", "function_call", "reasoning", "reasoning_content")
_LONGEST = 200  # characters of a would-be call that an error quotes


class OpenAIChat(Adapter):
    """Reads the chunks of one response."""

    name: ClassVar[str] = "openai_chat"
    marks_ends: ClassVar[bool] = False

    @staticmethod
    def matches(message: Message) -> bool:
        """Whether this looks like a chunk, or an error in place of one."""
        if message.get("object") in ("chat.completion.chunk", "error"):
            return True
        if "type" in message:
            return message["type"] == "chunk" and "chunk" in message
        return "choices" in message or "error" in message

    def feed(self, message: Any) -> Iterable[Delta]:
        """What a chunk says."""
        text = self._plain(message)
        return self._said(message) if text is None else (text,)

    def _plain(self, message: Any) -> CallText | None:
        """The usual chunk, the short way: more of a call whose index is known, nothing else."""
        choices = declared(message).get("choices")
        if not choices or len(choices) > 1 or not _FAULTS.isdisjoint(undeclared(message)):
            return None
        (choice,) = choices
        known = declared(choice)
        delta = known.get("delta")
        spoken = declared(delta)
        calls = spoken.get("tool_calls")
        if not calls or len(calls) > 1 or known.get("finish_reason") or undeclared(choice):
            return None
        if undeclared(delta) or any(map(spoken.get, _OTHERS)):
            return None
        return self._goes_on(declared(calls[0]), known.get("index") or 0)

    def _goes_on(self, entry: Message, choice: int) -> CallText | None:
        index = entry.get("index")
        key = None if entry.get("id") else self.slots.get(("index", choice, index))
        function = declared(entry.get("function"))
        text = function.get("arguments")
        if key is None or type(text) is not str or not text or function.get("name"):
            return None
        call = self.calls[key]
        if text[0] == "{" or call.held:
            return None
        if self.slots["latest", choice] != key:
            self.slots["latest", choice] = key
        call.texts.append(text)
        return CallText(key, text)

    def _said(self, message: Any) -> Iterator[Delta]:
        message = fields(message)
        choices = message.get("choices")
        if choices is None and message.get("type") == "chunk":
            message = fields(message.get("chunk"))
            choices = message.get("choices")
        if choices:
            for choice in listed(choices):
                yield from self._choice(fields(choice))
        elif message.get("object") == "error":
            yield Failed(error_text(message))
        for place in ("error", "x_groq"):
            if message.get(place):
                yield from self._failed(place, message[place])

    def _failed(self, place: str, error: Any) -> Iterator[Delta]:
        if place == "x_groq":
            error = fields(error).get("error")
        if error:
            yield Failed(error_text(error))

    def close(self) -> Iterator[Delta]:
        """The stream is over: what was held back."""
        for key in tuple(self.facts.get("held", ())):
            yield from release(self.calls[key], self.facts)

    # --- a choice --------------------------------------------------------------------

    def _choice(self, choice: Message) -> Iterator[Delta]:
        number = choice.get("index")
        if number is None:
            number = 0
        delta = choice.get("delta")
        if delta:
            delta = fields(delta)
            yield from self._texts(delta, number)
            calls = delta.get("tool_calls")
            if calls:
                for nth, call in enumerate(listed(calls)):
                    yield from self._call(fields(call), number, nth)
            legacy = delta.get("function_call")
            if legacy:
                yield from self._call({"index": "legacy", "function": legacy}, number, 0)
        said = choice.get("finish_reason")
        if said:
            said = word(said)
            yield from self._finished(number, _REASONS.get(said, "unknown"), said)
        if choice.get("error"):
            yield Failed(error_text(choice["error"]))

    def _texts(self, delta: Message, choice: int) -> Iterator[Delta]:
        thought = delta.get("reasoning_content")
        if thought and isinstance(thought, str):
            yield Text("reasoning", thought, choice)
        other = delta.get("reasoning")
        if other and isinstance(other, str) and other != thought:
            yield Text("reasoning", other, choice)
        content = delta.get("content")
        if content:
            yield from content_texts(content, choice)
        refusal = delta.get("refusal")
        if refusal:
            yield Text("refusal", refusal, choice)

    def _finished(self, choice: int, reason: str, said: str) -> Iterator[Delta]:
        """The end of a choice: what its calls held back comes before it."""
        for key in tuple(self.facts.get("held", ())):
            if self.calls[key].choice == choice:
                yield from release(self.calls[key], self.facts)
        yield Finished(choice, reason, said)

    # --- a call ----------------------------------------------------------------------

    def _call(self, entry: Message, choice: int, nth: int) -> Iterator[Delta]:
        """What an entry of `tool_calls` says; `nth` is its place in the list."""
        function = entry.get("function")
        custom = None if function else entry.get("custom")
        part = fields(custom or function)
        text = part.get("input" if custom else "arguments")
        if type(text) is not str:
            text = as_text(text)
        id_ = present(entry.get("id"))
        name = present(part.get("name"))
        return self._take(id_, entry.get("index"), name, text, choice, nth, free=bool(custom))

    def _take(
        self,
        id_: Any,
        index: Any,
        name: Any,
        text: str,
        choice: int,
        nth: int,
        *,
        free: bool = False,
        server: bool = False,
    ) -> Iterator[Delta]:
        """One delta of a call, whoever sends it: it may open the call, and have text."""
        call = self._which(id_, index, name, text, choice, nth)
        if call is None:
            if id_ is None and name is None and not text:
                return
            started = self.open(id=id_, name=name or "", choice=choice, free=free, server=server)
            call = self.calls[started.key]
            self._bind(call, id_, index, choice)
            yield started
        else:
            self._bind(call, id_, index, choice)
        if not text:
            return
        if (text[0] == "{" or call.held) and not free:
            yield from take(call, text, self.facts)
        else:
            call.texts.append(text)
            yield CallText(call.key, text)

    def _which(
        self, id_: Any, index: Any, name: Any, text: str, choice: int, nth: int
    ) -> Call | None:
        """The call that a delta continues; None if it opens one."""
        if index is None:
            at = None
        else:
            at = self.known(("index", choice, index))
            if at is not None and id_ is None and name is None:
                return at
        if id_ is not None:
            return self._by_id(id_, index, name, choice, at)
        if name is None:
            return self.known(("latest", choice))
        if index is not None:
            return at if at is not None and at.name == name else None
        if nth:
            return None
        latest = self.known(("latest", choice))
        if latest is None or latest.name != name:
            return None
        closed = (latest.texts or [latest.held])[-1].rstrip()[-1:] in ("}", "]")
        again = closed and text.lstrip().startswith("{") and latest.is_closed
        return None if again else latest

    def _by_id(self, id_: Any, index: Any, name: Any, choice: int, at: Call | None) -> Call | None:
        known = self.known(("id", choice, id_))
        if known is not None or name is not None:
            return known
        if index is None:
            return self.known(("latest", choice))
        return at if at is not None and at.id is None else None

    def _bind(self, call: Call, id_: Any, index: Any, choice: int) -> None:
        """From now on the call is known by these; its first id stays its own."""
        if id_ is not None and (call.id is None or call.id == id_):
            call.id = id_
            self.slots["id", choice, id_] = call.key
        if index is not None:
            self.slots["index", choice, index] = call.key
        self.slots["latest", choice] = call.key


def content_texts(content: Any, choice: int) -> Iterator[Text]:
    """The texts of a message's `content`: a str, or a list of parts.

    Raises:
        TypeError: for anything else.
    """
    if isinstance(content, str):
        yield Text("text", content, choice)
        return
    for part in listed(content):
        part = fields(part)
        kind = part.get("type")
        if kind == "text" and part.get("text"):
            yield Text("text", part["text"], choice)
        elif kind == "thinking":
            yield from _thoughts(part.get("thinking"), choice)
        elif kind == "refusal" and part.get("refusal"):
            yield Text("refusal", part["refusal"], choice)


def _thoughts(thinking: Any, choice: int) -> Iterator[Text]:
    parts = ({"text": thinking},) if isinstance(thinking, str) else listed(thinking)
    for part in parts:
        text = fields(part).get("text")
        if text:
            yield Text("reasoning", text, choice)


def error_text(error: Any) -> str:
    """An error that a provider reports, in one line: type, code and text.

    >>> error_text({"type": "server_error", "code": 502, "message": "No answer"})
    'server_error, 502: No answer'
    """
    if isinstance(error, (str, int, list)):
        return str(error)
    known = fields(error)
    kind = ", ".join(str(known[name]) for name in ("type", "code") if known.get(name))
    said = str(known.get("message") or "")
    text = f"{kind}: {said}" if kind and said else kind or said or str(error)
    failed = known.get("failed_generation")
    return f"{text} ({_shortened(str(failed))})" if failed else text


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


ADAPTER = OpenAIChat
