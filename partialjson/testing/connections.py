"""The sockets and threads below a `replay_server`: requests in, chunks out, clients that leave.

One thread listens, one serves each connection. Every wait is bounded by the deadline, and ends
at once when the server is closed.
"""

from __future__ import annotations

import contextlib
import json
import math
import selectors
import socket
import socketserver
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message as Headers
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .replies import Reply

__all__ = ["HOST", "Listener", "Request", "Service"]

HOST = "127.0.0.1"
_POLL = 0.02  # seconds in which the listening thread notices that it is to end
_GRACE = 5.0  # seconds that the threads have to end once their connections are shut
_Selector: type[selectors.BaseSelector] = getattr(  # as socketserver chooses
    selectors, "PollSelector", selectors.SelectSelector
)


@dataclass(eq=False, slots=True)
class Request:
    """What a client asked for, and what became of the response.

    Attributes:
        method: `"POST"` or `"GET"`.
        path: without the query.
        query: what follows the `?`, as it came.
        headers: found in any case of letters.
        body: its bytes.
        left: set when the client closes the connection before the last piece is sent.
        done: set when the response is over, whichever way.
        sent: how many bytes of the response's body were sent so far.
    """

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    left: threading.Event = field(default_factory=threading.Event, repr=False)
    done: threading.Event = field(default_factory=threading.Event, repr=False)
    sent: int = 0

    @property
    def json(self) -> Any:
        """The body's value; None if there is no body.

        Raises:
            ValueError: if it is no JSON.
        """
        return json.loads(self.body) if self.body else None


@dataclass(eq=False, slots=True)
class Service:
    """What all connections of a server share.

    Attributes:
        choose: what answers a request.
        deadline: seconds that a response may take.
        sleep: what to call instead of waiting.
        requests: those that came.
        left: set when a client left early.
        closing: set when the server is being closed.
        failures: what went wrong on this side.
    """

    choose: Callable[[Request], Reply]
    deadline: float
    sleep: Callable[[float], object] | None
    requests: list[Request] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
    failures: list[BaseException] = field(default_factory=list)


# --- threads --------------------------------------------------------------------------


class Listener(ThreadingHTTPServer):
    """Listens on a free port; knows its threads and connections, so that it can end them."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, service: Service) -> None:
        super().__init__((HOST, 0), _Handler)
        self.service = service
        self._open: dict[threading.Thread, socket.socket] = {}
        self._listening = self._thread(self.serve_forever, _POLL)

    def server_bind(self) -> None:
        """Bind without asking a name server what this machine is called."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def start(self) -> None:
        """Listen."""
        self._listening.start()

    def end(self) -> bool:
        """End all threads, wherever they are; whether they did end."""
        self.shutdown()
        self._listening.join()
        self.server_close()
        connections = dict(self._open)
        for connection in connections.values():
            with contextlib.suppress(OSError):  # it may be closed already
                connection.shutdown(socket.SHUT_RDWR)
        end = time.monotonic() + _GRACE
        for thread in connections:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in connections)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection a thread, and no wait for its client more than the deadline."""
        request.settimeout(self.service.deadline)
        thread = self._thread(self._serve, request, client_address)
        self._open[thread] = request
        thread.start()

    def _serve(self, request: Any, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            del self._open[threading.current_thread()]

    def _thread(self, target: Callable[..., None], *args: Any) -> threading.Thread:
        return threading.Thread(target=target, args=args, name="replay_server", daemon=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep an error of this side instead of printing it."""
        error = sys.exc_info()[1]
        if error is not None:
            self.service.failures.append(error)


# --- one connection -------------------------------------------------------------------


class _Left(Exception):
    """The client closed the connection."""


class _Closing(Exception):
    """The server is being closed."""


class _Late(Exception):
    """The response took longer than it may."""


class _Handler(BaseHTTPRequestHandler):
    """One connection, and its requests one after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener
    broken = False  # whether to reset the connection

    def handle(self) -> None:
        """Answer requests until the client goes away, which it may do as rudely as it likes."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def finish(self) -> None:
        """Close, or reset what is to break."""
        if self.broken:
            no_linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
        super().finish()
        if self.broken:
            self.connection.close()

    def do_GET(self) -> None:
        """Answer."""
        self._answer()

    def do_POST(self) -> None:
        """Answer."""
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        service, request = self.server.service, self._received()
        service.requests.append(request)
        try:
            self._send(service.choose(request), request)
        except _Left:
            self.close_connection = True
            request.left.set()
            service.left.set()
        except (_Closing, ConnectionError):  # the latter out of the body, which wants it so
            self._reset()
        except _Late:
            self._reset()
            late = f"{request.path} took longer than {service.deadline} seconds (deadline=)"
            service.failures.append(TimeoutError(late))
        except Exception as error:
            self._reset()
            service.failures.append(error)
        finally:
            request.done.set()

    def _reset(self) -> None:
        self.broken = self.close_connection = True

    def _received(self) -> Request:
        path, _, query = self.path.partition("?")
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b"".join(self._chunked())
        else:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            if len(body) < length:
                raise ConnectionAbortedError("the client left in the middle of its request")
        return Request(self.command, path, query, self.headers, body)

    def _chunked(self) -> Iterator[bytes]:
        """The chunks of a request; what follows the last one is skipped."""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    def _send(self, reply: Reply, request: Request) -> None:
        way = _Way(self, request)
        way.send_head(reply)
        for number, chunk in enumerate(reply.chunks()):
            if number == reply.stall:
                break
            way.pause(reply.seconds_before(number))
            way.send(chunk)
        if reply.stall is not None:
            way.wait(math.inf)
        way.end()


class _Way:
    """The way to the client: sends pieces, and looks whether anybody is still there."""

    def __init__(self, handler: _Handler, request: Request) -> None:
        self._handler = handler
        self._connection: socket.socket = handler.connection
        self._request = request
        self._service = handler.server.service
        self._chunked = handler.request_version >= "HTTP/1.1"
        self._end = time.monotonic() + self._service.deadline

    def send_head(self, reply: Reply) -> None:
        """Send status and headers."""
        self._handler.send_response(reply.status)
        for name, value in reply.all_headers().items():
            self._handler.send_header(name, value)
        if self._chunked:
            self._handler.send_header("transfer-encoding", "chunked")
        with self._sending():
            self._handler.end_headers()

    def send(self, piece: bytes) -> None:
        """Send a piece; to notice that nobody reads it is worth looking first."""
        self.wait(0)
        self._request.sent += len(piece)  # before anybody can have received it
        with self._sending():
            chunk = b"%x\r\n%b\r\n" % (len(piece), piece) if self._chunked else piece
            self._connection.sendall(chunk)

    def end(self) -> None:
        """Say that the body is over; who has left by now has not left early."""
        with contextlib.suppress(OSError):
            self._connection.sendall(b"0\r\n\r\n" if self._chunked else b"")
        if not self._chunked:
            self._handler.close_connection = True

    @contextlib.contextmanager
    def _sending(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            raise _Late from None
        except OSError:
            raise (_Closing if self._service.closing.is_set() else _Left) from None

    def pause(self, seconds: float) -> None:
        """Wait, or do what stands for it."""
        if self._service.sleep is None:
            self.wait(seconds)
        elif seconds > 0:
            self._service.sleep(seconds)

    def wait(self, seconds: float) -> None:
        """Wait for so long, or until the client leaves, the server closes, or it is late."""
        until = time.monotonic() + seconds
        while True:
            rest = max(0.0, min(until, self._end) - time.monotonic())
            readable = _is_readable(self._connection, rest)
            if self._service.closing.is_set():
                raise _Closing
            if readable and self._is_closed():
                raise _Left
            now = time.monotonic()
            if now >= self._end:
                raise _Late
            if now >= until:
                return
            if readable:  # the next request, early
                self._service.closing.wait(min(rest, _POLL))

    def _is_closed(self) -> bool:
        """Whether the other side closed it: there is something to read, and it is the end."""
        try:
            return self._connection.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True


def _is_readable(connection: socket.socket, seconds: float) -> bool:
    """Whether there is something to read, or the end, within so many seconds."""
    with _Selector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return len(selector.select(seconds)) > 0
