"""A provider on this machine: answers each POST with one body, cut as a test wants it.

Bodies go out with chunked transfer encoding, each piece as a chunk of its own that is sent at
once. An endless body repeats one of its messages until the client goes away; whether it did is
what the tests of leaving early look at.
"""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WHOLE = 0  # as a size of pieces: the body in one
CUTTINGS = {"whole": WHOLE, "7 bytes": 7, "1 byte": 1}
DEADLINE = 10.0  # seconds after which an endless body ends, whoever still listens
PAUSE = 0.005  # seconds between the repeated messages of an endless body


@dataclass(frozen=True)
class Body:
    """What a provider answers.

    `messages` are the bytes of the body, message by message; the one at `repeats` may come any
    number of times, which makes the body an endless one. The one at `last` brings the last of
    the arguments; what follows it says that they are over, if the body has such an end.
    """

    content_type: str
    messages: tuple[bytes, ...]
    repeats: int
    last: int | None = None

    def cut_off(self) -> Body:
        """The body without its end."""
        assert self.last is not None
        return replace(self, messages=self.messages[: self.last + 1])

    def pieces(self, cutting: int) -> Iterator[bytes]:
        """The body in pieces of so many bytes."""
        whole = b"".join(self.messages)
        size = cutting or len(whole)
        return (whole[at : at + size] for at in range(0, len(whole), size))

    def endless(self) -> Iterator[bytes]:
        """The body up to the message that repeats, then that one for as long as the deadline."""
        yield from self.messages[: self.repeats]
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            yield self.messages[self.repeats]
            time.sleep(PAUSE)


@dataclass
class Provider:
    """A running server.

    `paths` are those that were asked for. `left` is set when the client closes the connection
    before the body is over.
    """

    url: str
    paths: list[str] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def provider(body: Body, cutting: int = WHOLE, *, endless: bool = False) -> Iterator[Provider]:
    """Serve a body, in pieces of so many bytes or endlessly, until the block is left."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        running = Provider(f"http://127.0.0.1:{server.server_port}")
        server.answer = _Answer(running, body, cutting, endless)  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True)
class _Answer:
    running: Provider
    body: Body
    cutting: int
    endless: bool

    def pieces(self) -> Iterator[bytes]:
        return self.body.endless() if self.endless else self.body.pieces(self.cutting)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = DEADLINE

    def handle(self) -> None:
        """Answer requests until the client goes away, which it may do as rudely as it likes."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def do_POST(self) -> None:
        """Answer with the body."""
        answer: _Answer = self.server.answer  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer.running.paths.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", answer.body.content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for piece in answer.pieces():
                self._send(piece)
            self.connection.sendall(b"0\r\n\r\n")
        except ConnectionError:
            self.close_connection = True
            answer.running.left.set()

    def _send(self, piece: bytes) -> None:
        """Send a piece as one chunk; to notice that nobody reads it is worth looking first."""
        if _is_closed(self.connection):
            raise ConnectionAbortedError
        self.connection.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _is_closed(connection: socket.socket) -> bool:
    """Whether the other side closed it: there is something to read, and it is the end."""
    readable, _, _ = select.select([connection], [], [], 0)
    return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
