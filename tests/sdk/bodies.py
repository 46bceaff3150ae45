"""What each provider answers: some text, then the same two calls side by side.

The arguments hold what is easily broken on the way: escapes, an emoji as two escapes, an
emoji as it is, a line separator (U+2028) as it is, a quote, a nested list and null. They are
cut without regard to any of that. How a provider says it, the writers of the test kit know.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from partialjson.testing import Call, Frame, Wired, cut, wire

NOTE_TEXT = (
    '{"path": "notes/day/gr\\u00f6\\u00dfe.md", "content": "caf\u00e9\\n\\t\\"so\\" \\ud83d\\ude00'
    ' \U0001f600 \u65e5\u672c\u2028end", "size": 12.5, "tags": ["a", null]}'
)
WEATHER_TEXT = '{"city":"Reykjav\\u00edk","days":3}'
NOTE: dict[str, Any] = json.loads(NOTE_TEXT)
WEATHER: dict[str, Any] = json.loads(WEATHER_TEXT)
SAID = "Gl\u00fcck\u2028auf: \U0001f600 first the note, then the weather."
IDS = ("call_A1", "call_B2")

LAST = (0, 2)  # the last call: the third part of the only answer

SIZE = 7  # characters of a fragment
SAID_FIRST = cut(SAID, SIZE)[0]
IN_A_STRING = cut(NOTE_TEXT, SIZE)[2]  # arguments that may come any number of times


@dataclass(frozen=True)
class Body:
    """What a provider answers; the frame at `repeats` may come any number of times."""

    response: Wired
    repeats: int

    def cut_off(self) -> Body:
        """The body up to the end of the last call, without what says that it is its end."""
        frames = self.response.frames
        end = next(at for at, frame in enumerate(frames) if LAST in frame.ends)
        return replace(self, response=replace(self.response, frames=frames[:end]))

    def reset(self) -> Iterator[bytes]:
        """The same, and then the connection breaks."""
        yield from self.cut_off().response
        raise ConnectionResetError

    def in_ascii(self) -> Body:
        """The body in ASCII, for those SDKs that break lines at a line separator."""
        frames = self.response.frames
        escaped = tuple(replace(frame, data=_escaped(frame.data)) for frame in frames)
        return replace(self, response=replace(self.response, frames=escaped))


def body(provider: str) -> Body:
    """What that provider sends."""
    calls = [Call("write_note", NOTE_TEXT, IDS[0]), Call("get_weather", WEATHER_TEXT, IDS[1])]
    response = wire(provider, calls, SAID, fragments=SIZE)
    return Body(response, _repeatable(response.frames))


def _repeatable(frames: tuple[Frame, ...]) -> int:
    """Which frame brings a piece of a string of the arguments, or else the first of the text."""
    readable = [_readable(frame) for frame in frames]
    for piece in (IN_A_STRING, SAID_FIRST):
        literal = json.dumps(piece, ensure_ascii=False).encode()
        found = [at for at, data in enumerate(readable) if literal in data]
        if found:
            return found[0]
    raise LookupError("no frame can come again")


def _readable(frame: Frame) -> bytes:
    """The bytes of a frame, also of one that has them in base64."""
    chunk = (frame.message or {}).get("chunk")
    return bytes(chunk["bytes"]) if chunk else frame.data


def _escaped(data: bytes) -> bytes:
    text = re.sub(r"[^\x00-\x7f]", lambda found: json.dumps(found.group())[1:-1], data.decode())
    return text.encode()
