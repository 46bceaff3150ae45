"""Server-sent events: bytes in, events out (WHATWG HTML 9.2, "Server-sent events").

    data: first line           a field; `data` lines of a block are joined by LF
    data: second line
    : a comment                ignored
                               the blank line ends the block and dispatches it

A line is kept as the pieces in which it came and joined once, when it ends; a CR ends its
line at once, and an LF that turns out to follow belongs to it. So each character is looked
at a bounded number of times, and an event comes with the fragment that ends its block.

A fragment that holds whole blocks, as nearly all do, goes a shorter way to the same events.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .._seal import checked
from ..errors import StreamError
from ..limits import Limits
from .decoder import Decoder, Fragment, require, too_long
from .text import Line, TextDecoder

__all__ = ["SSEDecoder", "ServerSentEvent"]

_LINE_END = re.compile("\r\n|\r|\n")  # and nothing else: U+2028, U+0085, FF are data
_DIGITS = re.compile("[0-9]+")
_MOST_DIGITS = 640  # CPython's int() takes that many however it is configured


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One dispatched event.

    Args:
        event: its type, `"message"` where the block names none.
        data: the values of its `data` lines, joined by LF.
        id: the last event id, of this block or an earlier one; `""` where there was none.
        retry: the reconnection time in milliseconds, where this block has one.
    """

    event: str = "message"
    data: str = ""
    id: str = ""
    retry: int | None = None


class SSEDecoder(Decoder[ServerSentEvent]):
    """A push decoder for `text/event-stream` (WHATWG HTML 9.2.5 and 9.2.6).

    Bytes are UTF-8; what is not becomes U+FFFD, and one leading BOM is ignored. Lines end at
    CR, LF or CRLF only. How the stream is cut into fragments never matters, and nothing in a
    stream is an error but an event whose lines have more than `max_message` characters, of
    which comments that are over do not count.

    >>> decoder = SSEDecoder()
    >>> decoder.feed(b"event: ping\\r\\ndata: 1\\r")
    []
    >>> decoder.feed(b"\\n\\r\\ndata: half")
    [ServerSentEvent(event='ping', data='1', id='', retry=None)]
    >>> decoder.close(), decoder.truncated
    ([], True)
    """

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits)
        self._text = TextDecoder("replace")
        self._after_cr = False  # the last character was CR: an LF belongs to it
        self._line = Line()  # the unfinished one
        self._size = 0  # characters of the block's lines before it
        self._in_block = False  # a field was seen since the last blank line
        self._event = ""
        self._data = Line()  # the values of its `data` lines
        self._has_data = False  # there was one, be it empty
        self._id = ""  # the buffer: it counts from the end of its block on
        self._block_retry: int | None = None
        self._last_event_id = ""
        self._retry: int | None = None

    @property
    def last_event_id(self) -> str:
        """The id to reconnect with: of the last finished block that had one, else `""`."""
        return self._last_event_id

    @property
    def retry(self) -> int | None:
        """The reconnection time in force, in milliseconds; None where the stream named none."""
        return self._retry

    def reconnect(self) -> None:
        """Go on with a new connection that was opened with `last_event_id`.

        It begins with a whole block, so what the old one left of its last is dropped.

        Raises:
            UsageError: after `close` (code `closed`).
            StreamError: after an error.
        """
        if self._closed or self._error is not None:
            self._refuse()
        self._text = TextDecoder("replace")
        self._after_cr = False
        self._line.clear()
        self._start_block()
        self._id = self._last_event_id

    def feed(self, fragment: Fragment, /) -> list[ServerSentEvent]:
        """Take the next piece of the stream, of any length.

        Args:
            fragment: bytes (UTF-8) or text. It may end anywhere, also inside a UTF-8
                sequence or between CR and LF.

        Returns:
            The events whose blocks it ended, in order; often none.

        Raises:
            UsageError: after `close` (code `closed`), or for a str while bytes of an
                unfinished UTF-8 sequence are held (`mixed_input`).
            StreamError: for an event that is too long (code `limit_exceeded`).
            TypeError: for anything else.
        """
        if self._closed or self._error is not None:
            self._refuse()
        text = self._text.take(fragment)
        events: list[ServerSentEvent] = []
        if text.endswith("\n") and self._is_between() and len(text) <= self._most:
            blocks = text.replace("\r\n", "\n") if "\r" in text else text
            if blocks.endswith("\n\n") and "\r" not in blocks:
                self._whole_blocks(blocks, events)
                return events
        try:
            self._characters(text, events)
        except StreamError as error:
            raise self._failed(error, events) from None
        return events

    def _is_between(self) -> bool:
        """Whether nothing of a block is there."""
        return not (self._line.length or self._in_block or self._after_cr)

    def _whole_blocks(self, text: str, events: list[ServerSentEvent]) -> None:
        """Between two blocks: more of them, the last one ended, all lines ended by LF."""
        for block in text[:-2].split("\n\n"):
            if block.startswith("data: ") and "\n" not in block:
                events.append(ServerSentEvent("message", block[6:], self._id, None))
            else:
                for line in block.split("\n"):
                    self._end_line(line, events)
                self._end_block(events)

    def _end(self, found: list[ServerSentEvent]) -> bool:
        """A block without its blank line is discarded (9.2.6)."""
        self._characters(self._text.close(), found)
        truncated = self._in_block or self._line.length > 0
        self._start_block()
        self._line.clear()
        self._id = self._last_event_id
        return truncated

    def _characters(self, text: str, events: list[ServerSentEvent]) -> None:
        if not text:
            return
        if self._after_cr:
            text = text.removeprefix("\n")
        self._after_cr = text.endswith("\r")
        first, *others = _LINE_END.split(text)
        if first:
            self._grow(first)
        for following in others:
            self._end_line(self._line.take(), events)
            if following:
                self._grow(following)

    def _grow(self, piece: str) -> None:
        self._line.add(piece)
        if self._size + self._line.length > self._most:
            self._line.clear()
            self._start_block()
            self._id = self._last_event_id
            raise too_long(self._most)

    def _end_line(self, line: str, events: list[ServerSentEvent]) -> None:
        if not line:
            self._end_block(events)
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            self._in_block = True
            self._size += len(line)
            self._field(name, value.removeprefix(" "))

    def _field(self, name: str, value: str) -> None:
        """One field, by the table of 9.2.6; other names are ignored."""
        if name == "data":
            self._data.add("\n" + value if self._has_data else value)
            self._has_data = True
        elif name == "event":
            self._event = value
        elif name == "id":
            if "\0" not in value:
                self._id = value
        elif name == "retry" and _DIGITS.fullmatch(value):
            digits = value.lstrip("0") or "0"
            if len(digits) <= _MOST_DIGITS:
                self._retry = self._block_retry = int(digits)

    def _end_block(self, events: list[ServerSentEvent]) -> None:
        """Dispatch; without a `data` line only the id and the reconnection time count."""
        self._last_event_id = self._id
        if self._has_data:
            kind = self._event or "message"
            events.append(ServerSentEvent(kind, self._data.take(), self._id, self._block_retry))
        self._start_block()

    def _start_block(self) -> None:
        self._event = ""
        self._data.clear()
        self._has_data = False
        self._block_retry = None
        self._in_block = False
        self._size = 0

    # --- resuming --------------------------------------------------------------------

    def _save(self) -> dict[str, Any]:
        return {
            "text": self._text.save(),
            "after_cr": self._after_cr,
            "line": self._line.text,
            "size": self._size,
            "in_block": self._in_block,
            "event": self._event,
            "lines": self._data.text if self._has_data else None,
            "id": self._id,
            "block_retry": self._block_retry,
            "last_event_id": self._last_event_id,
            "retry": self._retry,
        }

    def _load(self, state: dict[str, Any]) -> None:
        absent = type(None)
        checked(
            state,
            text=dict,
            after_cr=bool,
            line=str,
            size=int,
            in_block=bool,
            event=str,
            lines=(str, absent),
            id=str,
            block_retry=(int, absent),
            last_event_id=str,
            retry=(int, absent),
        )
        _check(state)
        self._text.load(state["text"])
        self._after_cr = state["after_cr"]
        self._line = Line(state["line"])
        self._size = state["size"]
        self._in_block = state["in_block"]
        self._event = state["event"]
        self._data = Line(state["lines"] or "")
        self._has_data = state["lines"] is not None
        self._id = state["id"]
        self._block_retry = state["block_retry"]
        self._last_event_id = state["last_event_id"]
        self._retry = state["retry"]


def _check(state: dict[str, Any]) -> None:
    """Whether a stream could have brought this about."""
    lines = [state["line"], state["event"], *(state["lines"] or "").split("\n")]
    lines += [state["id"], state["last_event_id"]]
    require(not any(_LINE_END.search(line) for line in lines), "a line has a line end in it")
    require("\0" not in state["id"] + state["last_event_id"], "an id has a NUL in it")
    require((state["retry"] or 0) >= 0 <= (state["block_retry"] or 0), "a time is negative")
    require(not (state["after_cr"] and state["line"]), "a line goes on after its end")
    held = len(state["event"]) + len(state["lines"] or "")
    require(state["size"] >= max(held, state["in_block"]), "its lines are longer than it says")
    between = (state["event"], state["lines"], state["block_retry"]) == ("", None, None)
    between = between and state["size"] == 0
    same_id = state["id"] == state["last_event_id"]
    require(state["in_block"] or (between and same_id), "there are fields outside of a block")
