"""A provider on this machine: serves any stream to a real SDK, cut and paced as a test wants it.

    with replay_server(wire("openai_chat", {"get_weather": {"city": "Paris"}})) as server:
        client = openai.OpenAI(base_url=f"{server.url}/v1", api_key="none")

Bodies go out with chunked transfer encoding, each piece as a chunk of its own that is sent at
once. What a response is made of stands in `replies`, sockets and threads in `connections`.

Where each SDK wants the address (`server.base_urls` has them by the names of the SDKs):

| SDK | argument |
|---|---|
| anthropic | `base_url=server.url` |
| boto3 | `endpoint_url=server.url` |
| cohere | `base_url=server.url` |
| google-genai | `http_options={"base_url": server.url}` |
| groq | `base_url=server.url` |
| langchain-anthropic | `base_url=server.url` |
| langchain-openai | `base_url=f"{server.url}/v1"` |
| litellm | `api_base=server.url`; for `openai/...` models `f"{server.url}/v1"` |
| mistralai | `server_url=server.url` |
| ollama | `host=server.url` |
| openai | `base_url=f"{server.url}/v1"` |

Most SDKs try again after an error; `max_retries=0` keeps them from it. Where a proxy is
set for the whole machine, `NO_PROXY=127.0.0.1` does (the fixture sees to that).
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, TypeAlias

from ..errors import UsageError
from .connections import HOST, Listener, Request, Service
from .replies import Body, Cut, Pace, Reply

__all__ = ["BASE_PATHS", "ReplayServer", "replay_server"]

Response: TypeAlias = "Reply | Body"
Responses: TypeAlias = (
    "Response | Mapping[str, Response | Callable[[Request], Response]]"
    " | Callable[[Request], Response]"
)

BASE_PATHS: dict[str, str] = {
    "anthropic": "",
    "boto3": "",
    "cohere": "",
    "google-genai": "",
    "groq": "",
    "langchain-anthropic": "",
    "langchain-openai": "/v1",
    "litellm": "",
    "mistralai": "",
    "ollama": "",
    "openai": "/v1",
}
"""What follows the server's address in the base URL of each SDK."""

_GONE = 410  # no SDK tries again after it


class ReplayServer:
    """A running server; `replay_server` makes one.

    Attributes:
        requests: those that came, in the order of their arrival.
        left: set when any client closes the connection before the last piece is sent.
        failures: what went wrong on this side: what an iterable raised that was no
            ConnectionError, a function's error, a response that took longer than the
            deadline. The first of them is raised when the block is left; if the block itself
            raised, it is a note on that (Python 3.11 up).
    """

    def __init__(self, service: Service) -> None:
        self.requests = service.requests
        self.left = service.left
        self.failures = service.failures
        self._service = service
        self._listener: Listener | None = None

    # --- where it is -----------------------------------------------------------------

    @property
    def port(self) -> int:
        """Its port.

        Raises:
            UsageError: while it does not run.
        """
        if self._listener is None:
            raise UsageError("the server does not run: it does inside its with block")
        return self._listener.server_port

    @property
    def url(self) -> str:
        """Its address, without a slash at the end.

        Raises:
            UsageError: while it does not run.
        """
        return f"http://{HOST}:{self.port}"

    @property
    def base_urls(self) -> dict[str, str]:
        """The base URL that each SDK wants, by the SDK's name.

        Raises:
            UsageError: while it does not run.
        """
        return {name: self.url + path for name, path in BASE_PATHS.items()}

    # --- what came of it -------------------------------------------------------------

    @property
    def sent(self) -> int:
        """How many bytes of all responses' bodies were sent so far."""
        return sum(request.sent for request in self.requests)

    async def wait_left(self, timeout: float = 5.0) -> bool:
        """Wait until a client has left early, for so many seconds; whether one has.

        The loop goes on meanwhile. Without a loop there is `server.left.wait(5)`.
        """
        end = time.monotonic() + timeout
        while not self.left.is_set() and time.monotonic() < end:
            await asyncio.sleep(0.005)
        return self.left.is_set()

    # --- running ---------------------------------------------------------------------

    def start(self) -> ReplayServer:
        """Listen on a free port; entering the block does it.

        Raises:
            UsageError: if it was started before.
        """
        if self._listener is not None or self._service.closing.is_set():
            raise UsageError("a server runs once")
        self._listener = Listener(self._service)
        self._listener.start()
        return self

    def close(self) -> None:
        """Break off what is being sent, and end all threads; twice does no harm."""
        self._service.closing.set()
        listener, self._listener = self._listener, None
        if listener is not None and not listener.end():
            stuck = "the iterable of a response does not come back, so its thread still runs"
            self.failures.append(TimeoutError(stuck))

    def __enter__(self) -> ReplayServer:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
        self._tell(error)

    async def __aenter__(self) -> ReplayServer:
        return self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.close)
        self._tell(error)

    def _tell(self, error: BaseException | None) -> None:
        """Raise what went wrong on this side, or note it on an error of the block."""
        for failure in self.failures[:1]:
            if error is None:
                raise failure
            if sys.version_info >= (3, 11):
                error.add_note(f"replay_server: {failure!r}")


def replay_server(
    *responses: Responses,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    content_type: str | None = None,
    cut: Cut = "frames",
    pace: Pace = 0.0,
    endless: int | bytes | None = None,
    stall: int | None = None,
    deadline: float = 30.0,
    sleep: Callable[[float], object] | None = None,
) -> ReplayServer:
    """A server on 127.0.0.1 that answers GET and POST on any path, for a block.

    Enter it with `with` or `async with`. Clients may leave as rudely as they like.

    Args:
        responses: what is answered. One: to every request. Several: one after the other, and
            then no more. A mapping: by path (without the query), each value a response or a
            function. A function: it is given the `Request` and returns the response. A
            response is what `wire` or `faulty` made, bytes, the path of a recording, an
            iterable of bytes, or a `Reply`, which has options of its own. What is not
            foreseen is answered with the status 410 and a message.
        status, headers, content_type, cut, pace, endless, stall: options of all responses
            that are no `Reply`; they are told there.
        deadline: seconds that a response may take; then its connection is reset, and it
            counts as a failure. Clients that send or read nothing are dropped as late.
        sleep: what to call instead of waiting, with seconds; for tests without a clock.

    Returns:
        A `ReplayServer`: `url`, `base_urls` (the address as each SDK wants it), `requests`,
        `left`, `await wait_left()`, `sent`.

    Raises:
        UsageError: for options that make no sense, or no response at all.
        TypeError: for what is no response.

    >>> from http.client import HTTPConnection
    >>> from partialjson import ToolCallCompleted, ToolCalls
    >>> from partialjson.testing import Reply, replay_server, wire
    >>> busy = Reply({"error": {"message": "Slow down."}}, 429, {"retry-after": "1"})
    >>> weather = wire("openai_chat", {"get_weather": {"city": "Paris"}})
    >>> with replay_server(busy, weather, cut=10) as server:
    ...     connection = HTTPConnection("127.0.0.1", server.port)
    ...     for _ in range(2):
    ...         connection.request("POST", "/v1/chat/completions", b'{"stream": true}')
    ...         response = connection.getresponse()
    ...         print(response.status, response.headers["content-type"])
    ...         body = response.read()
    ...     connection.close()
    429 application/json
    200 text/event-stream
    >>> server.requests[1].path, server.requests[1].json, server.left.is_set()
    ('/v1/chat/completions', {'stream': True}, False)
    >>> calls = ToolCalls(provider="openai_chat")
    >>> events = calls.feed(body) + calls.close()
    >>> [event.arguments for event in events if isinstance(event, ToolCallCompleted)]
    [{'city': 'Paris'}]
    """

    def made(response: Any) -> Reply:
        if isinstance(response, Reply):
            return response
        more = headers or {}
        return Reply(response, status, more, content_type, cut, pace, endless, stall)

    if not deadline > 0:
        raise UsageError(f"a deadline is above 0, not {deadline!r}")
    return ReplayServer(Service(_chooser(responses, made), deadline, sleep))


# --- which response -------------------------------------------------------------------


def _chooser(
    responses: tuple[Any, ...], made: Callable[[Any], Reply]
) -> Callable[[Request], Reply]:
    """What answers a request with a reply, given one response, several, a mapping or a function."""
    if not responses:
        raise UsageError("a server needs a response")
    if len(responses) > 1:
        return _in_turn([made(response) for response in responses])
    (response,) = responses
    if isinstance(response, Mapping):
        return _by_path({path: _chooser((each,), made) for path, each in response.items()})
    if callable(response):
        return lambda request: made(response(request))
    reply = made(response)
    return _in_turn([reply]) if reply.once else lambda request: reply


def _in_turn(replies: list[Reply]) -> Callable[[Request], Reply]:
    count = itertools.count()

    def choose(request: Request) -> Reply:
        number = next(count)
        if number < len(replies):
            return replies[number]
        return _unforeseen(f"request {number + 1}, and there are {len(replies)} responses")

    return choose


def _by_path(choosers: Mapping[str, Callable[[Request], Reply]]) -> Callable[[Request], Reply]:
    def choose(request: Request) -> Reply:
        if request.path in choosers:
            return choosers[request.path](request)
        return _unforeseen(f"no response for {request.path}, only for {', '.join(choosers)}")

    return choose


def _unforeseen(what: str) -> Reply:
    return Reply({"error": {"type": "replay_server", "message": f"replay_server: {what}"}}, _GONE)
