"""What `assert_cancels` gives to a consumer, here or on a local server, and what it then asks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from typing_extensions import Self

from ..replies import Reply
from ..responses import Wired
from ..server import replay_server
from ..writers import cut
from .arrivals import Arriving
from .reproductions import shortened
from .runs import Consumer, Errors, name_of

_TURNS = 10  # of the event loop, in which what was cancelled may put things in order
_CHARACTERS, _BYTES = 4, 16  # in each fragment of a text
_PATIENCE = 2.0  # seconds until a connection is known to be closed
_SETTLING = 0.05  # seconds in which a client reads what was sent


def fragments_of(stream: Any) -> Sequence[Any]:
    """A text in small fragments; anything else as it comes."""
    if isinstance(stream, str):
        return cut(stream, _CHARACTERS)
    if isinstance(stream, bytes):
        return [stream[at : at + _BYTES] for at in range(0, len(stream), _BYTES)]
    return [*stream]


class Here(Arriving):
    """A source that is handed to the consumer itself."""

    def __init__(self, fragments: Sequence[Any], **options: int) -> None:
        super().__init__(fragments, **options)
        self._options = options

    @property
    def given(self) -> Any:
        """What the consumer is given."""
        return self

    @property
    def code(self) -> str:
        """The code that makes it, as far as it was read."""
        so_far = self.fragments if self.ended else self.fragments[: self.read + 2]
        options = "".join(f", {name}={number}" for name, number in self._options.items())
        return f"source = Arriving({shortened([*so_far])}{options})"

    @property
    def seen(self) -> str:
        """The code that shows what became of it, and that."""
        return f"print(source.read, source.closed)\n# {self.read} {self.closed}"

    async def settle(self) -> None:
        """Let those who still have something to do on the loop do it."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)


class Served:
    """A stream on a local server, which stalls before its end; the consumer is given its URL.

    It has what `Arriving` has. What a client has read, a server cannot know.
    """

    read = 0
    ended = interrupted = False
    waiting = 0

    def __init__(self, stream: Any, within: int | None, stalls_after: int | None = None) -> None:
        reply = _reply(stream)
        frames = [*reply.chunks()]
        self._stall = (within or len(frames) - 1) if stalls_after is None else stalls_after
        self._bytes = sum(map(len, frames[: self._stall]))
        self._server = replay_server(replace(reply, stall=self._stall))
        self._patience = _PATIENCE

    @property
    def given(self) -> str:
        """What the consumer is given."""
        return self._server.url

    @property
    def code(self) -> str:
        """The code that serves it."""
        return f"server = replay_server(stream, stall={self._stall}).start()"

    @property
    def seen(self) -> str:
        """The code that shows what became of it, and that."""
        return f"print(server.left.wait(2))\n# {self._server.left.is_set()}"

    @property
    def closed(self) -> bool:
        """Whether the client has left."""
        return self._server.left.wait(self._patience)

    async def settle(self) -> None:
        """Let the client leave, which it may do on the loop."""
        await self._server.wait_left(self._patience)
        self._patience = 0.0

    async def stalled(self) -> None:
        """Wait until the client has what there is."""
        while self._server.sent < self._bytes:
            await asyncio.sleep(_SETTLING)
        await asyncio.sleep(_SETTLING)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.close()


def _reply(stream: Any) -> Reply:
    if isinstance(stream, Reply):
        return stream
    if isinstance(stream, (Wired, Mapping)):
        return Reply(stream)
    pieces = [p if isinstance(p, bytes) else p.encode() for p in fragments_of(stream)]
    kind = "application/json" if isinstance(stream, (str, bytes)) else "text/event-stream"
    return Reply(pieces, content_type=kind)


@dataclass(frozen=True)
class Case:
    """A consumer, its stream, and what is asked of it; see `assert_cancels`."""

    consumer: Consumer
    stream: Any
    url: bool
    after: int
    read_ahead: int
    within: int | None
    raises: Errors
    timeout: float

    @property
    def name(self) -> str:
        """What to call the consumer in code."""
        return name_of(self.consumer)

    @property
    def call(self) -> str:
        """The code that calls it."""
        return f"{self.name}({'server.url' if self.url else 'source'})"

    def source(self, **options: int) -> Here | Served:
        """The stream, as nobody has read it; a context manager."""
        if self.url:
            return Served(self.stream, self.within, **options)
        return Here(fragments_of(self.stream), **options)

    def fail(self, what: str, source: Here | Served, steps: str) -> None:
        """Say what is wrong, with the code that shows it."""
        said = f"the consumer does not stop its stream: {what}"
        raise AssertionError(f"{said}\n\n{source.code}\n{steps}\n{source.seen}")

    def must_have_stopped(self, source: Here | Served, steps: str, read: int, what: str) -> None:
        """Fail unless no more was read than was allowed to be, and the source is closed.

        Args:
            source: what it was given.
            steps: the code of what was done.
            read: how much had been read when it was to stop.
            what: how it was told to stop, after "after".
        """
        if source.read > read + self.read_ahead:
            self.fail(f"it reads on after {what}", source, steps)
        if source.waiting:
            self.fail(f"something of it still waits for a fragment after {what}", source, steps)
        if not source.closed:
            self.fail(f"its source is still open after {what}", source, steps)
