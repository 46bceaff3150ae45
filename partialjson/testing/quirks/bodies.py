"""Quirks of bodies: how messages are spelled and framed, and what stands between them."""

# ruff: noqa: D102  # what a writer is asked is said at `writers.wire.Wire`
from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import ClassVar

from ..writers import Frame, Message, Wire
from ..writers.anthropic import BedrockInvoke
from ..writers.framings import dumped
from ..writers.google import GeminiArray
from ..writers.hosted import Groq
from ..writers.openai_responses import BedrockMantleResponses
from .quirk import Layer, Needs, already, lines, sse, text

# --- JSON -------------------------------------------------------------------------------


def json_text(wire: Wire) -> str | None:
    """Messages are JSON on the wire."""
    if isinstance(wire, BedrockInvoke):
        return "its messages are JSON in JSON"
    return "it hands over objects" if wire.framing == "objects" else None


class Escaped(Layer):
    """All that is no ASCII is escaped."""

    needs: ClassVar[Needs] = (json_text, already(GeminiArray))

    def dumped(self, message: Message, number: int) -> bytes:
        text = super().dumped(message, number).decode()
        return re.sub("[^\x00-\x7f]", _escape, text).encode()


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found.group())[1:-1]


class Spaced(Layer):
    """Spaces after commas and colons."""

    needs: ClassVar[Needs] = (json_text,)

    def dumped(self, message: Message, number: int) -> bytes:
        return dumped(json.loads(super().dumped(message, number)), spaced=True)


# --- server-sent events -----------------------------------------------------------------


class DataLines(Layer):
    """The data of an event on several lines."""

    needs: ClassVar[Needs] = (sse,)

    def sse(self, data: bytes, event: str | None) -> bytes:
        on_lines = b"\ndata: ".join((data[:1], data[1:-1], data[-1:]))
        return super().sse(on_lines, event)


def named(wire: Wire) -> str | None:
    """Events have names."""
    if sse(wire) is None and all_named(wire) is None:
        return "its events have no names"
    return sse(wire)


def all_named(wire: Wire) -> str | None:
    """Not all events have names."""
    names = type(wire).event is not Wire.event and not isinstance(wire, Groq)  # errors only
    return "its events have names" if names else None


class NoEventNames(Layer):
    """Events have no names."""

    needs: ClassVar[Needs] = (named,)

    def event(self, message: Message) -> str | None:
        return None


class EventNames(Layer):
    """Events that have no name are called `message`."""

    needs: ClassVar[Needs] = (sse, all_named)

    def event(self, message: Message) -> str | None:
        return super().event(message) or "message"


class NameAfterData(Layer):
    """The name of an event comes after its data."""

    needs: ClassVar[Needs] = (named, already(BedrockMantleResponses))

    def sse(self, data: bytes, event: str | None) -> bytes:
        if event is None:
            return super().sse(data, event)
        unnamed = super().sse(data, None)
        at = unnamed.rstrip(b"\r\n")
        return at + self.newline + b"event: " + event.encode() + unnamed[len(at) :]


class _BeforeEach(Layer):
    """Something before each frame."""

    needs: ClassVar[Needs] = (sse,)

    def before(self) -> bytes:
        """What it is; `super` is asked, for there may be more such layers."""
        return b""

    def sent(self, frames: list[Frame]) -> list[Frame]:
        between = Frame(self.before())
        return [each for frame in super().sent(frames) for each in (between, frame)]


class Comments(_BeforeEach):
    """A comment that keeps the connection alive, before each event."""

    def before(self) -> bytes:
        return super().before() + b": keep-alive\n\n"


class EmptyData(_BeforeEach):
    """An event without data that keeps the connection alive, before each event."""

    def before(self) -> bytes:
        return super().before() + b"data:\n\n"


class Retry(Layer):
    """A time to reconnect after, before all events."""

    needs: ClassVar[Needs] = (sse,)

    def sent(self, frames: list[Frame]) -> list[Frame]:
        return [Frame(b"retry: 3000\n\n"), *super().sent(frames)]


class EventIds(Layer):
    """Events have ids."""

    needs: ClassVar[Needs] = (sse,)

    def sent(self, frames: list[Frame]) -> list[Frame]:
        return [_with_id(frame, number) for number, frame in enumerate(super().sent(frames))]


def _with_id(frame: Frame, number: int) -> Frame:
    if frame.message is None:
        return frame
    return replace(frame, data=b"id: %d\n" % number + frame.data)


class NoSpace(Layer):
    """No space after the colons."""

    needs: ClassVar[Needs] = (sse,)

    def sent(self, frames: list[Frame]) -> list[Frame]:
        return [
            replace(frame, data=re.sub(rb"((?:^|[\r\n])[a-z]*): ", rb"\1:", frame.data))
            for frame in super().sent(frames)
        ]


def with_mark(wire: Wire) -> str | None:
    """A mark that is no message says that the stream is over."""
    return None if wire.done else "it has none"


class NoDone(Layer):
    """No `[DONE]` at the end."""

    needs: ClassVar[Needs] = (with_mark,)
    done = b""


# --- line ends and edges ----------------------------------------------------------------


def in_lines(wire: Wire) -> str | None:
    """The body is made of lines that end in LF."""
    if wire.framing not in ("sse", "ndjson"):
        return "its body is not made of lines"
    return "its lines end otherwise" if wire.newline != b"\n" else None


class CRLF(Layer):
    """Lines end in CR and LF."""

    needs: ClassVar[Needs] = (in_lines,)
    newline = b"\r\n"

    def sent(self, frames: list[Frame]) -> list[Frame]:
        return [
            replace(frame, data=re.sub(rb"\r?\n", self.newline, frame.data))
            for frame in super().sent(frames)
        ]


class CR(CRLF):
    """Lines end in CR alone."""

    needs: ClassVar[Needs] = (sse, in_lines)
    newline = b"\r"


class BlankLines(Layer):
    """Blank lines between the lines."""

    needs: ClassVar[Needs] = (lines,)

    def sent(self, frames: list[Frame]) -> list[Frame]:
        return [replace(frame, data=b"\n" + frame.data) for frame in super().sent(frames)]


class NoLastNewline(Layer):
    """The last line has no end."""

    needs: ClassVar[Needs] = (lines,)

    def sent(self, frames: list[Frame]) -> list[Frame]:
        sent = super().sent(frames)
        return [*sent[:-1], *(replace(f, data=f.data.rstrip(b"\r\n")) for f in sent[-1:])]


class BOM(Layer):
    """A byte order mark before all."""

    needs: ClassVar[Needs] = (text,)

    def sent(self, frames: list[Frame]) -> list[Frame]:
        return [Frame(b"\xef\xbb\xbf"), *super().sent(frames)]
