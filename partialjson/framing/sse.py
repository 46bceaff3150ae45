"""Server-sent events: bytes in, events out (WHATWG HTML 9.2, "Server-sent events").

    data: first line           a field; `data` lines of a block are joined by LF
    data: second line
    : a comment                ignored
                               the blank line ends the block and dispatches it

A line is kept as the pieces in which it came and joined once, when it ends; a CR ends its
line at once, and an LF that turns out to follow belongs to it. So each character is looked
at a bounded number of times, and an event comes with the fragment that ends its block.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from ..errors import UsageError

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


class SSEDecoder:
    """A push decoder for `text/event-stream` (WHATWG HTML 9.2.5 and 9.2.6).

    Bytes are UTF-8; what is not becomes U+FFFD, and one leading BOM is ignored. Lines end at
    CR, LF or CRLF only. How the stream is cut into fragments never matters.

    >>> decoder = SSEDecoder()
    >>> decoder.feed(b"event: ping\\r\\ndata: 1\\r")
    []
    >>> decoder.feed(b"\\n\\r\\ndata: half")
    [ServerSentEvent(event='ping', data='1', id='', retry=None)]
    >>> decoder.close(), decoder.truncated
    ([], True)
    """

    def __init__(self) -> None:
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._closed = False
        self._truncated = False
        self._begun = False  # a first character was seen: no BOM can follow
        self._after_cr = False  # the last character was CR: an LF belongs to it
        self._line: list[str] = []  # the pieces of the unfinished line
        self._in_block = False  # a field was seen since the last blank line
        self._event = ""
        self._data: list[str] = []
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

    @property
    def truncated(self) -> bool:
        """Whether the stream ended inside a block, which `close` therefore discarded."""
        return self._truncated

    def feed(self, fragment: bytes | bytearray | memoryview | str, /) -> list[ServerSentEvent]:
        """Take the next piece of the stream, of any length.

        Args:
            fragment: bytes (UTF-8) or text. It may end anywhere, also inside a UTF-8
                sequence or between CR and LF.

        Returns:
            The events whose blocks it ended, in order; often none.

        Raises:
            UsageError: after `close` (code `closed`), or for a str while bytes of an
                unfinished UTF-8 sequence are held (`mixed_input`).
            TypeError: for anything else. Nothing in a stream is an error.
        """
        if not isinstance(fragment, (bytes, bytearray, memoryview, str)):
            raise TypeError(
                f"feed takes bytes, bytearray, memoryview or str, not {type(fragment).__name__}"
            )
        if self._closed:
            raise UsageError("this decoder is closed; make a new one", code="closed")
        return self._take(self._decoded(fragment))

    def close(self) -> list[ServerSentEvent]:
        """Say that the stream is over.

        Returns:
            Always `[]`: a block without its blank line is discarded (9.2.6), and
            `truncated` says whether there was one with a field or half a line.
        """
        if not self._closed:
            self._take(self._utf8.decode(b"", final=True))
            self._closed = True
            self._truncated = self._in_block or bool(self._line)
            self._line.clear()
            self._data.clear()
        return []

    def _decoded(self, fragment: bytes | bytearray | memoryview | str) -> str:
        if not isinstance(fragment, str):
            try:
                return self._utf8.decode(bytes(fragment))
            except ValueError as error:  # a released memoryview
                raise UsageError(f"this memoryview cannot be read: {error}") from None
        if fragment and self._utf8.getstate()[0]:
            raise UsageError(
                "the last bytes ended inside a UTF-8 sequence; feed the rest of it before a str",
                code="mixed_input",
            )
        return fragment

    def _take(self, text: str) -> list[ServerSentEvent]:
        if not text:
            return []
        if not self._begun:
            self._begun = True
            text = text.removeprefix("\ufeff")
        if self._after_cr:
            text = text.removeprefix("\n")
        self._after_cr = text.endswith("\r")
        first, *others = _LINE_END.split(text)
        if first:
            self._line.append(first)
        events: list[ServerSentEvent] = []
        for following in others:
            self._end_line(events)
            if following:
                self._line.append(following)
        return events

    def _end_line(self, events: list[ServerSentEvent]) -> None:
        line = "".join(self._line)
        self._line.clear()
        if not line:
            self._end_block(events)
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            self._in_block = True
            self._field(name, value.removeprefix(" "))

    def _field(self, name: str, value: str) -> None:
        """One field, by the table of 9.2.6; other names are ignored."""
        if name == "data":
            self._data.append(value)
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
        if self._data:
            data = "\n".join(self._data)
            kind = self._event or "message"
            events.append(ServerSentEvent(kind, data, self._id, self._block_retry))
        self._event = ""
        self._data = []
        self._block_retry = None
        self._in_block = False
