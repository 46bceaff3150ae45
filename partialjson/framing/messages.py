"""Whatever the framing: fragments of a provider's stream in, its JSON objects out.

Which framing it is shows in the first character that is neither BOM nor white space:

    0x00 (in bytes)   eventstream: the length of a message comes first, less than 16 MiB
    [                 jsonarray
    {                 ndjson
    anything else     sse

What comes before that character is held, and handed on when the framing is known.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Final, Literal, TypeAlias

from .._seal import checked
from ..errors import StreamError, UsageError
from ..limits import Limits
from .decoder import Decoder, Fragment, require
from .eventstream import EventStreamDecoder, EventStreamMessage
from .jsonarray import JSONArrayDecoder
from .ndjson import NDJSONDecoder
from .sse import ServerSentEvent, SSEDecoder
from .text import SPACE, Start
from .value import shortened, value_of

__all__ = ["END", "End", "Framing", "Message", "MessageDecoder"]


class End(Enum):
    """The one `END`: `data: [DONE]`, by which some providers mark the end of a stream."""

    END = "[DONE]"

    def __repr__(self) -> str:
        return "END"


END: Final = End.END
Message: TypeAlias = "dict[str, Any] | Literal[End.END]"
Framing: TypeAlias = Literal["auto", "sse", "ndjson", "eventstream", "jsonarray"]


class MessageDecoder(Decoder[Message]):
    """A push decoder for the messages of a provider: each is a JSON object, or `END`.

    Args:
        framing: `"sse"`, `"ndjson"`, `"eventstream"`, `"jsonarray"`, or `"auto"`: told by the
            first character.
        limits: see `Limits`; the framing reads `max_message`.

    Raises:
        UsageError: for another framing.

    Messages are, by framing:

    - sse: the data of each event. Blank data are skipped; data that begin with `[DONE]` are
      `END`; what an event named `error` says, if it is no object, becomes
      `{"error": {"message": data}}`.
    - ndjson: the value of each line.
    - jsonarray: each element.
    - eventstream: `{event type: payload}`, `{exception type: payload}`, or
      `{"error": {"code": ..., "message": ...}}`.

    A message that is no JSON object is a StreamError (code `malformed`), like broken framing.

    >>> decoder = MessageDecoder()
    >>> decoder.feed(b'data: {"a": 1}\\n\\ndata: [DONE]\\n\\n'), decoder.framing
    ([{'a': 1}, END], 'sse')
    """

    def __init__(self, framing: Framing = "auto", limits: Limits | None = None) -> None:
        super().__init__(limits)
        if framing != "auto" and framing not in _FRAMINGS:
            names = ", ".join(map(repr, ("auto", *_FRAMINGS)))
            raise UsageError(f"framing must be one of {names}, not {framing!r}")
        self._framing: str | None = None
        self._decoder: Decoder[Any] | None = None
        self._read: _Read = _object  # what makes a message of what the decoder finds
        self._start = Start(self._most)  # what comes before the first character
        if framing != "auto":
            self._decide(framing)

    @property
    def framing(self) -> str | None:
        """The framing, once it is known."""
        return self._framing

    @property
    def last_event_id(self) -> str:
        """The id to reconnect with, of server-sent events; else `""`."""
        return self._decoder.last_event_id if isinstance(self._decoder, SSEDecoder) else ""

    @property
    def retry(self) -> int | None:
        """The reconnection time in milliseconds, of server-sent events; else None."""
        return self._decoder.retry if isinstance(self._decoder, SSEDecoder) else None

    def reconnect(self) -> None:
        """Go on with a new connection that was opened with `last_event_id`.

        Raises:
            UsageError: for another framing than server-sent events (code `not_available`), or
                after `close`.
        """
        if not isinstance(self._decoder, SSEDecoder):
            raise UsageError(
                "only server-sent events have ids to reconnect with; "
                "any stream goes on from a checkpoint with the rest of its bytes",
                code="not_available",
            )
        self._decoder.reconnect()

    def _take(self, fragment: Fragment, found: list[Message]) -> None:
        if self._decoder is None:
            self._begin(fragment, found)
            return
        try:
            parts = self._decoder.feed(fragment)
        except StreamError as error:
            self._add(error.messages, found)
            raise
        self._add(parts, found)

    def _add(self, parts: list[Any], found: list[Message]) -> None:
        for part in parts:
            message = self._read(part)
            if message is not None:
                found.append(message)

    def _end(self, found: list[Message]) -> bool:
        if self._decoder is None:
            return self._start.is_cut
        self._add(self._decoder.close(), found)
        return self._decoder.truncated

    # --- which framing it is ---------------------------------------------------------

    def _begin(self, fragment: Fragment, found: list[Message]) -> None:
        """Look for the first character; hand on what is held when it came."""
        first = self._start.take(fragment)
        if first:
            held = self._start.held
            self._start = Start(self._most)
            self._decide(_told_by(first, held))
            for part in held:
                self._take(part, found)

    def _decide(self, framing: str) -> None:
        kind, self._read = _FRAMINGS[framing]
        self._framing = framing
        self._decoder = kind(self._limits)

    # --- resuming --------------------------------------------------------------------

    def _save(self) -> dict[str, Any]:
        return {
            "framing": self._framing,
            "held": self._start.save(),
            "decoder": None if self._decoder is None else self._decoder.checkpoint(),
        }

    def _load(self, state: dict[str, Any]) -> None:
        absent = type(None)
        checked(state, framing=(str, absent), held=list, decoder=(dict, absent))
        framing = state["framing"]
        if framing is None:
            require(state["decoder"] is None, "it has a decoder and no framing")
            self._start.load(state["held"])
        else:
            require(framing in _FRAMINGS, f"there is no framing {framing!r:.40}")
            require(not state["held"], "it knows the framing and holds what came before")
            self._decide(framing)
            self._decoder = _FRAMINGS[framing][0].restore(state["decoder"], limits=self._limits)
            self._check(self._decoder)

    def _check(self, decoder: Decoder[Any]) -> None:
        """Whether the two agree that they go on, or do not."""
        require(decoder._closed == self._closed or self._error is not None, "one of two is closed")
        require(decoder._error is None or self._error is not None, "one of two has failed")
        require(decoder.truncated == self._truncated, "one of two is truncated")


def _told_by(first: str, held: list[bytes | str]) -> str:
    if first == "\0" and not any(isinstance(part, str) for part in held):
        return "eventstream"
    return {"[": "jsonarray", "{": "ndjson"}.get(first, "sse")


# --- what a message is ----------------------------------------------------------------


_KINDS: dict[type, str] = {
    list: "an array",
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "a boolean",
    type(None): "null",
}


def _object(value: Any) -> Message:
    if type(value) is not dict:
        raise StreamError(f"a message of the stream is no JSON object but {_KINDS[type(value)]}")
    return value


def _of_event(event: ServerSentEvent) -> Message | None:
    data = event.data
    try:
        value = value_of(data)
    except ValueError as error:
        return _not_json(event, error)
    if type(value) is dict:
        return value
    return {"error": {"message": data}} if event.event == "error" else _object(value)


def _not_json(event: ServerSentEvent, error: ValueError) -> Message | None:
    """What data that are no JSON stand for."""
    data = event.data
    if data.startswith("[DONE]"):
        return END
    if not data.strip(SPACE):
        return None
    if event.event == "error":
        return {"error": {"message": data}}
    raise StreamError(f"a message of the stream is not JSON: {error}: {shortened(data)}")


def _of_message(message: EventStreamMessage) -> Message:
    """A message of Amazon's, by its type."""
    kind = message.message_type
    if kind == "event" and message.event_type is not None:
        return {message.event_type: _payload(message.payload)}
    if kind == "exception" and message.exception_type is not None:
        return {message.exception_type: _said(message.payload)}
    if kind == "error":
        code, text = message.text_of(":error-code"), message.text_of(":error-message")
        return {"error": {"code": code, "message": text}}
    raise StreamError(
        "a message of the event stream has no type that is known: "
        f"{shortened(str(message.headers))}"
    )


def _payload(payload: bytes) -> Any:
    if not payload:
        return {}
    try:
        return value_of(payload.decode())
    except ValueError as error:
        shown = shortened(payload.decode(errors="replace"))
        raise StreamError(f"a message of the stream is not JSON: {error}: {shown}") from None


def _said(payload: bytes) -> dict[str, Any]:
    """What an exception says; not all who send them write JSON."""
    text = payload.decode(errors="replace")
    try:
        value = value_of(text)
    except ValueError:
        value = None
    return value if type(value) is dict else {"message": text}


_Read: TypeAlias = Callable[[Any], "Message | None"]
_FRAMINGS: dict[str, tuple[type[Decoder[Any]], _Read]] = {
    "sse": (SSEDecoder, _of_event),
    "ndjson": (NDJSONDecoder, _object),
    "eventstream": (EventStreamDecoder, _of_message),
    "jsonarray": (JSONArrayDecoder, _object),
}
