"""What a `replay_server` answers: which bytes, how they are cut, and how fast they go."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from ..errors import UsageError

__all__ = ["Body", "Cut", "Pace", "Reply", "tokens_per_second"]

Body: TypeAlias = "bytes | Path | Mapping[str, Any] | Iterable[bytes]"
Cut: TypeAlias = "int | Literal['frames', 'whole']"
Pace: TypeAlias = "float | Callable[[int], float]"

_SSE = "text/event-stream"
_LINES = "application/x-ndjson"
_PACKETS = "application/vnd.amazon.eventstream"
_JSON = "application/json"
_BY_SUFFIX = {
    ".sse": _SSE,
    ".jsonl": _LINES,
    ".ndjson": _LINES,
    ".eventstream": _PACKETS,
    ".json": _JSON,
    ".jsonarray": _JSON,
}
_EVENTS = re.compile(rb".*?(?:\r\n\r\n|\n\n|\r\r)|.+\Z", re.DOTALL)
_ROWS = re.compile(rb"[^\n]*\n|[^\n]+")
_BETWEEN = 0.005  # seconds between the repetitions of an endless reply that has no pace


@dataclass(frozen=True, slots=True)
class Reply:
    """One response of a `replay_server`, with options of its own.

    Args:
        body: what `wire` wrote; bytes; the path of a recorded file (`.sse`, `.jsonl`,
            `.ndjson`, `.eventstream`, `.json`, `.jsonarray`); a mapping, which is sent as
            JSON; or any iterable of bytes. If iterating raises a ConnectionError, the
            connection is reset there. An iterator serves one request, anything else any
            number.
        status: the HTTP status.
        headers: more headers, such as `{"retry-after": "1"}`.
        content_type: None: that of the body: what `wire` says, or the file's suffix, or
            `application/json` for a mapping, or else `text/event-stream`.
        cut: what is sent at once, as one chunk: `"frames"`: each message, as providers do (of
            an iterable: each of its items); `"whole"`: everything; a number: so many bytes.
        pace: seconds before each chunk but the first; or a function of the chunk's number,
            which counts from 0, such as `tokens_per_second` makes.
        endless: a frame that is sent again and again until the client leaves: its number, or
            bytes that only the frames meant have in them; the first such frame is taken.
            What follows it is never sent.
        stall: after so many chunks nothing more comes, and nothing closes the connection.

    Raises:
        UsageError: for options that make no sense, for a file whose suffix says nothing and
            for a response without bytes.
        TypeError: for a body of another kind.
        FileNotFoundError: if there is no such file.

    >>> refused = Reply({"error": {"message": "Slow down."}}, status=429)
    >>> refused.type, [*refused.chunks()]
    ('application/json', [b'{"error": {"message": "Slow down."}}'])
    >>> [*Reply(b"data: 1\\n\\ndata: 2\\n\\n").chunks()]
    [b'data: 1\\n\\n', b'data: 2\\n\\n']
    """

    body: Body
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str | None = None
    cut: Cut = "frames"
    pace: Pace = 0.0
    endless: int | bytes | None = None
    stall: int | None = None

    def __post_init__(self) -> None:
        _check_body(self.body)
        if not self.type:
            raise UsageError(f"{self.body!r:.60} hands over objects; it has no bytes")
        if not (self.cut in ("frames", "whole") or (_is_count(self.cut) and self.cut)):
            raise UsageError(f"cut is 'frames', 'whole' or a number of bytes, not {self.cut!r}")
        if self.endless is not None:
            if not (isinstance(self.endless, bytes) or _is_count(self.endless)):
                raise UsageError(f"endless is a frame's number, or bytes, not {self.endless!r}")
            if self.cut == "whole":
                raise UsageError("what is endless cannot be sent whole")
        if not (self.stall is None or _is_count(self.stall)):
            raise UsageError(f"stall is a number of chunks, not {self.stall!r}")

    @property
    def type(self) -> str:
        """The media type it is sent as."""
        if self.content_type is not None:
            return self.content_type
        if isinstance(self.body, Path):
            return _type_of(self.body)
        if isinstance(self.body, Mapping):
            return _JSON
        return str(getattr(self.body, "content_type", _SSE))

    def all_headers(self) -> dict[str, str]:
        """Its headers, those that come with the body too; names in small letters."""
        written = getattr(self.body, "headers", {})
        own = {name.lower(): value for name, value in self.headers.items()}
        return {**written, "content-type": self.type, **own}

    @property
    def once(self) -> bool:
        """Whether it serves one request only, because the body is an iterator."""
        return isinstance(self.body, Iterator)

    def seconds_before(self, number: int) -> float:
        """How long to wait before a chunk."""
        if callable(self.pace):
            return self.pace(number)
        if self.endless is not None and not self.pace:
            return _BETWEEN if number else 0.0
        return self.pace if number else 0.0

    def chunks(self) -> Iterator[bytes]:
        """What is sent, chunk by chunk; none is empty.

        Raises:
            ConnectionError: where the body does.
            UsageError: if no frame is the one to repeat.
        """
        frames = self._frames()
        if self.endless is not None:
            frames = _repeated(frames, self.endless)
        if self.cut == "whole":
            frames = iter([b"".join(frames)])
        elif self.cut != "frames":
            frames = _regrouped(frames, self.cut)
        return filter(None, frames)

    def _frames(self) -> Iterator[bytes]:
        body = self.body
        if isinstance(body, Mapping):
            return iter([json.dumps(body).encode()])
        if isinstance(body, Path):
            body = body.read_bytes()
        return _split(body, self.type) if isinstance(body, bytes) else iter(body)


def tokens_per_second(
    rate: float, *, first: float = 0.0, spread: float = 0.5, seed: int = 0
) -> Callable[[int], float]:
    """A pace like a model's, if a chunk has about one token in it.

    Args:
        rate: chunks per second, on average.
        first: seconds until the first one.
        spread: how uneven it goes: 0: not at all; 1: as uneven as raindrops.
        seed: the same seed gives the same pauses.

    Returns:
        What `Reply` and `replay_server` take as `pace`.

    >>> pace = tokens_per_second(50, first=0.4)
    >>> pace(0), 0.01 < sum(map(pace, range(1, 101))) / 100 < 0.03
    (0.4, True)

    Raises:
        UsageError: unless the rate is above 0, and the others are not below.
    """
    if not rate > 0 or first < 0 or spread < 0:
        raise UsageError("a pace needs a rate above 0, and a spread and a start not below 0")

    def seconds(number: int) -> float:
        if number == 0:
            return first
        if spread == 0:
            return 1 / rate
        drawn = random.Random(f"{seed}:{number}")
        return drawn.gammavariate(1 / spread**2, spread**2) / rate

    return seconds


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check_body(body: object) -> None:
    """Refuse what is no body; a row of responses is told how several are given."""
    if isinstance(body, Path):
        body.stat()
    if isinstance(body, (bytes, Path, Mapping)):
        return
    if isinstance(body, str) or not isinstance(body, Iterable):
        raise TypeError(f"a body is bytes, a Path or an iterable of bytes, not {body!r:.60}")
    if isinstance(body, (list, tuple)) and not all(isinstance(piece, bytes) for piece in body):
        raise TypeError("a list is the pieces of one response; several are several arguments")


def _type_of(file: Path) -> str:
    if file.suffix not in _BY_SUFFIX:
        known = ", ".join(_BY_SUFFIX)
        raise UsageError(f"{file.name} ends in none of {known}; content_type= says what it is")
    return _BY_SUFFIX[file.suffix]


def _split(body: bytes, content_type: str) -> Iterator[bytes]:
    """A body in its messages, as far as it has any; no byte is lost."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == _PACKETS:
        return _packets(body)
    if kind == _SSE:
        return iter(_EVENTS.findall(body))
    if "ndjson" in kind or "jsonl" in kind or "stream+json" in kind:
        return iter(_ROWS.findall(body))
    return iter([body])


def _packets(body: bytes) -> Iterator[bytes]:
    """The messages of an AWS event stream: each begins with its length, in four bytes."""
    at = 0
    while at < len(body):
        length = int.from_bytes(body[at : at + 4], "big")
        end = at + length if length >= 16 else len(body)
        yield body[at:end]
        at = end


def _repeated(frames: Iterator[bytes], which: int | bytes) -> Iterator[bytes]:
    """The frames up to that one, then that one for good."""
    for number, frame in enumerate(frames):
        yield frame
        while number == which if isinstance(which, int) else which in frame:
            yield frame
    raise UsageError(f"the body has no frame {which!r}, so none repeats")


def _regrouped(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in pieces of that size; also those before an error."""
    held = b""
    try:
        for piece in pieces:
            held += piece
            whole = len(held) - len(held) % size
            yield from (held[at : at + size] for at in range(0, whole, size))
            held = held[whole:]
    except Exception:
        yield held
        raise
    yield held
