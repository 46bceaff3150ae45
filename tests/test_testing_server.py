"""The kit's server: it cuts as it is told, waits as it is told, and knows who left early."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import struct
import sys
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from email.message import Message as Headers
from pathlib import Path
from typing import Any

import pytest

from partialjson import UsageError
from partialjson.testing import ReplayServer, Reply, Request, connections, tokens_per_second, wire
from partialjson.testing import replay_server as serve
from partialjson.testing.server import BASE_PATHS

EVENTS = (b"data: 1\n\n", b"data: 2\n\n", b"data: 3\n\n")
BODY = b"".join(EVENTS)
LONG = 1e6  # seconds that no test waits
RUDELY = struct.pack("ii", 1, 0)  # how a socket lingers that resets its connection
SOON = 5.0  # seconds in which what must happen does


def connected(server: ReplayServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=SOON)


def asked(
    server: ReplayServer, path: str = "/v1/x", body: bytes | None = b"{}"
) -> tuple[int, Headers, bytes]:
    """Status, headers and body of a response that is read to its end."""
    with closing(connected(server)) as connection:
        connection.request("GET" if body is None else "POST", path, body)
        response = connection.getresponse()
        return response.status, response.headers, response.read()


@contextmanager
def opened(server: ReplayServer) -> Iterator[http.client.HTTPResponse]:
    """A response that is not read yet; the client leaves with the block."""
    with closing(connected(server)) as connection:
        connection.request("POST", "/v1/x", b"{}")
        with connection.getresponse() as response:
            yield response


def exchanged(server: ReplayServer, sent: bytes) -> bytes:
    """What the server says to these bytes, until it closes the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=SOON) as client:
        client.sendall(sent)
        return b"".join(iter(lambda: client.recv(65536), b""))


def received(client: socket.socket, end: bytes) -> None:
    """Read up to and with these bytes, and not much more."""
    found = b""
    while not found.endswith(end):
        byte = client.recv(1)
        assert byte
        found += byte


def chunks(server: ReplayServer) -> list[bytes]:
    """The chunks of a response, as they stand on the wire."""
    request = b"POST /x HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    _, _, rest = exchanged(server, request).partition(b"\r\n\r\n")
    found = []
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        found.append(rest[: int(size, 16)])
        rest = rest[int(size, 16) + 2 :]
    assert found.pop() == b""  # the last one
    return found


def running() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "replay_server"]


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    assert running() == []
    yield
    assert running() == []


# --- what is sent ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        ("whole", [BODY]),
        ("frames", [*EVENTS]),
        (7, [b"data: 1", b"\n\ndata:", b" 2\n\ndat", b"a: 3\n\n"]),
        (1, [bytes([byte]) for byte in BODY]),
        (10_000, [BODY]),
    ],
)
@pytest.mark.parametrize("body", [BODY, [*EVENTS], [EVENTS[0], b"", b"".join(EVENTS[1:])]])
def test_each_piece_is_a_chunk(cut: Any, expected: list[bytes], body: Any) -> None:
    with serve(body, cut=cut) as server:
        found = chunks(server)
    assert b"".join(found) == BODY
    if cut != "frames" or body == BODY:
        assert found == expected


@pytest.mark.parametrize("provider", ["openai_chat", "ollama", "bedrock_converse", "gemini_array"])
def test_what_a_wire_wrote_goes_out_frame_by_frame(provider: str) -> None:
    written = wire(provider, {"get_weather": {"city": "Reykjavík"}}, "Let me see.")
    with serve(written) as server:
        assert chunks(server) == [frame.data for frame in written.frames]
        status, headers, body = asked(server)
    assert (status, headers["content-type"], body) == (200, written.content_type, written.body)


def test_the_headers_of_a_wire_are_sent_too() -> None:
    with serve(wire("vercel_ui", text="Hi."), headers={"X-More": "1"}) as server:
        _, headers, _ = asked(server)
    assert (headers["x-vercel-ai-ui-message-stream"], headers["x-more"]) == ("v1", "1")


@pytest.mark.parametrize(
    ("name", "content_type", "parts"),
    [
        ("a.sse", "text/event-stream", (b"data: 1\r\n\r\n", b": x\n\n", b"data: 2\r\r", b"rest")),
        ("a.jsonl", "application/x-ndjson", (b"{}\n", b"\n", b'{"a":1}\r\n', b"[")),
        ("a.ndjson", "application/x-ndjson", (b"{}\n",)),
        ("a.eventstream", "application/vnd.amazon.eventstream", (b"\0\0\0\x10" + b"x" * 12,) * 2),
        ("b.eventstream", "application/vnd.amazon.eventstream", (b"\0\0\0\x01" + b"x" * 9,)),
        ("a.json", "application/json", (b"[1,\n\n2]",)),
        ("a.jsonarray", "application/json", (b"[1]\n",)),
    ],
)
def test_a_recording_goes_out_message_by_message(
    tmp_path: Path, name: str, content_type: str, parts: tuple[bytes, ...]
) -> None:
    (tmp_path / name).write_bytes(b"".join(parts))
    with serve(tmp_path / name) as server:
        assert chunks(server) == [*parts]
        assert asked(server)[1]["content-type"] == content_type


def test_a_reply_has_its_own_options() -> None:
    error = {"error": {"type": "overloaded_error", "message": "Überlast"}}
    busy = Reply(error, status=529, headers={"Retry-After": "0"})
    with serve(busy, BODY, content_type="text/plain", cut=4) as server:
        status, headers, body = asked(server)
        assert (status, headers["retry-after"], json.loads(body)) == (529, "0", error)
        assert headers["content-type"] == "application/json"
        status, headers, body = asked(server)
        assert (status, headers["content-type"], body) == (200, "text/plain", BODY)


def test_clients_that_know_no_chunks_get_none() -> None:
    with serve(BODY) as server:
        head, _, body = exchanged(server, b"GET / HTTP/1.0\r\n\r\n").partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head
    assert body == BODY


# --- which response -------------------------------------------------------------------


def test_one_response_answers_all_requests() -> None:
    with serve([*EVENTS]) as server:
        assert [asked(server)[2] for _ in range(3)] == [BODY] * 3


def test_several_come_one_after_the_other_and_then_no_more() -> None:
    with serve(b"1", b"2") as server:
        found = [asked(server) for _ in range(3)]
    assert [(status, body) for status, _, body in found[:2]] == [(200, b"1"), (200, b"2")]
    assert found[2][0] == 410
    assert "request 3, and there are 2 responses" in json.loads(found[2][2])["error"]["message"]


def test_an_iterator_serves_one_request() -> None:
    with serve(iter(EVENTS)) as server:
        assert asked(server)[2] == BODY
        assert asked(server)[0] == 410


def test_a_mapping_answers_by_path() -> None:
    def second(request: Request) -> Reply:
        return Reply(request.body, status=201)

    with serve({"/v1/one": b"1", "/v1/two": second}) as server:
        assert asked(server, "/v1/one?alt=sse")[2] == b"1"
        assert asked(server, "/v1/two", b"2")[::2] == (201, b"2")
        status, _, body = asked(server, "/v1/three")
    assert status == 410
    assert "no response for /v1/three, only for /v1/one, /v1/two" in body.decode()


def test_a_function_answers_as_it_likes() -> None:
    def stream(request: Request) -> Any:
        asked_for = request.json["stream"]
        return wire("openai_chat", text="Hi.") if asked_for else {"choices": []}

    with serve(stream) as server:
        for asked_for, kind in ((True, "text/event-stream"), (False, "application/json")):
            body = json.dumps({"stream": asked_for}).encode()
            assert asked(server, "/v1/chat/completions", body)[1]["content-type"] == kind


def test_requests_can_be_looked_at() -> None:
    with serve(BODY) as server:
        asked(server, "/v1/x?alt=sse&y", b'{"model": "m"}')
        asked(server, "/models", None)
    posted, got = server.requests
    assert (posted.method, posted.path, posted.query) == ("POST", "/v1/x", "alt=sse&y")
    assert (posted.json, posted.headers["CONTENT-length"]) == ({"model": "m"}, "14")
    assert (got.method, got.path, got.query, got.body, got.json) == (
        "GET",
        "/models",
        "",
        b"",
        None,
    )
    assert (posted.sent, server.sent) == (len(BODY), 2 * len(BODY))
    assert posted.done.is_set()
    assert not posted.left.is_set()


def test_a_request_may_come_in_chunks() -> None:
    with serve(BODY) as server, closing(connected(server)) as connection:
        connection.request("POST", "/", iter([b'{"a":', b" 1}"]), encode_chunked=True)
        assert connection.getresponse().read() == BODY
        connection.request("POST", "/again", b"{}")  # on the same connection
        assert connection.getresponse().read() == BODY
    assert [request.json for request in server.requests] == [{"a": 1}, {}]


def test_urllib_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve(BODY, cut=1) as server, urllib.request.urlopen(server.url, timeout=SOON) as got:
        assert got.read() == BODY


def test_each_sdk_is_told_where_it_is() -> None:
    with serve(BODY) as server:
        assert server.base_urls.keys() == BASE_PATHS.keys()
        assert server.base_urls["openai"] == f"{server.url}/v1"
        assert server.base_urls["anthropic"] == server.url
    table = (sys.modules[serve.__module__].__doc__ or "").partition("| SDK |")[2]
    for name, path in BASE_PATHS.items():
        (row,) = (row for row in table.splitlines() if row.strip().startswith(f"| {name} |"))
        assert ("/v1" in row) is (path == "/v1" or name == "litellm")


# --- how fast -------------------------------------------------------------------------


def test_it_waits_between_the_pieces() -> None:
    waits: list[float] = []
    with serve(BODY, pace=0.25, sleep=waits.append) as server:
        asked(server)
    assert waits == [0.25, 0.25]


def test_a_pace_may_be_a_function_of_the_pieces_number() -> None:
    waits: list[float] = []
    with serve(BODY, pace=[2.0, 0.0, 0.5].__getitem__, sleep=waits.append) as server:
        asked(server)
    assert waits == [2.0, 0.5]


def test_without_another_sleep_it_really_waits() -> None:
    with serve(BODY, pace=0.001) as server:
        assert asked(server)[2] == BODY
    with serve(BODY, pace=LONG, deadline=30) as server:
        with opened(server) as response:
            assert response.read(len(EVENTS[0])) == EVENTS[0]
            assert server.sent == len(EVENTS[0])
        assert server.left.wait(SOON)  # noticed in the middle of the wait


def test_a_pace_like_a_models_is_uneven_and_always_the_same() -> None:
    pace = tokens_per_second(50, first=0.4, seed=3)
    waits = [pace(number) for number in range(500)]
    assert waits[0] == 0.4
    assert waits == [tokens_per_second(50, first=0.4, seed=3)(number) for number in range(500)]
    assert waits[1:] != [tokens_per_second(50, seed=4)(number) for number in range(1, 500)]
    assert 0.018 < sum(waits[1:]) / 499 < 0.022
    assert min(waits) < 0.01 < 0.03 < max(waits)
    assert tokens_per_second(4, spread=0)(7) == 0.25


# --- streams that break, stall or never end -------------------------------------------


broken = pytest.raises((http.client.HTTPException, ConnectionError))  # what the client sees


def breaking(error: Exception) -> Iterator[bytes]:
    yield from EVENTS[:2]
    raise error


def test_a_connection_error_in_the_body_resets_the_connection() -> None:
    with serve(breaking(ConnectionResetError()), cut=7) as server:
        with opened(server) as response:
            assert response.read(18) == BODY[:18]  # also what is no whole piece
            with broken:
                response.read()
        assert not server.left.is_set()
    assert server.failures == []


class Faulty:
    """A stream with a fault in it, which can be iterated over again."""

    content_type = "application/x-ndjson"

    def __iter__(self) -> Iterator[bytes]:
        return breaking(ConnectionResetError())


def test_a_stream_with_a_fault_has_it_for_each_request() -> None:
    with serve(Faulty()) as server:
        for _ in range(3):
            with opened(server) as response:
                assert response.headers["content-type"] == "application/x-ndjson"
                with broken:
                    response.read()
    assert [request.sent for request in server.requests] == [18] * 3


def test_a_function_may_break_the_connection_before_it_answers() -> None:
    def refuse(request: Request) -> Any:
        raise ConnectionAbortedError

    with serve(refuse) as server, broken:
        asked(server)


@pytest.mark.parametrize("where", ["body", "function"])
def test_any_other_error_is_raised_when_the_block_is_left(where: str) -> None:
    def fail(request: Request) -> Any:
        raise LookupError("mine")

    response: Any = breaking(LookupError("mine")) if where == "body" else fail
    with pytest.raises(LookupError, match="mine"), serve(response) as server, broken:
        asked(server)


def test_an_error_of_the_block_comes_before_one_of_the_server() -> None:
    server = serve(breaking(LookupError("mine")))

    def ask_and_fail() -> None:
        with server:
            with broken:
                asked(server)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as raised:
        ask_and_fail()
    if sys.version_info >= (3, 11):
        assert raised.value.__notes__ == ["replay_server: LookupError('mine')"]
    assert list(map(repr, server.failures)) == ["LookupError('mine')"]


@pytest.mark.parametrize("endless", [1, b"2"])
@pytest.mark.parametrize("cut", ["frames", 4])
def test_an_endless_body_ends_when_the_client_leaves(endless: int | bytes, cut: Any) -> None:
    forever = EVENTS[0] + EVENTS[1] * 9
    with serve(BODY, endless=endless, cut=cut) as server:
        with opened(server) as response:
            assert response.read(len(forever)) == forever
            assert not server.left.is_set()
        assert server.left.wait(SOON)
        (request,) = server.requests
        assert request.done.wait(SOON)
        assert request.left.is_set()
        assert request.sent >= len(forever)


def test_a_frame_that_is_not_there_does_not_repeat() -> None:
    server = serve(BODY, endless=b"4")
    with pytest.raises(UsageError, match="no frame b'4'"), server, broken:
        asked(server)


@pytest.mark.parametrize("stall", [0, 2, 3])
def test_a_body_that_stalls_says_nothing_more_and_closes_nothing(stall: int) -> None:
    with serve(BODY, stall=stall) as server:
        with closing(connected(server)) as connection:
            connection.request("POST", "/v1/x", b"{}")
            response = connection.getresponse()
            for event in EVENTS[:stall]:
                assert response.read(len(event)) == event
            assert connection.sock is not None
            connection.sock.settimeout(0.05)
            with response, pytest.raises(TimeoutError):
                response.read(1)
            assert not server.left.is_set()
        assert server.left.wait(SOON)


def test_no_response_takes_longer_than_the_deadline() -> None:
    server = serve(BODY, stall=1, deadline=0.05)
    took = pytest.raises(TimeoutError, match=r"/v1/x took longer than 0\.05 seconds")
    with took, server, broken:
        asked(server)


def test_a_client_that_reads_nothing_is_late() -> None:
    server = serve([b"x" * 2**20], endless=0, deadline=0.1)
    with pytest.raises(TimeoutError, match="took longer"), server, opened(server):
        assert server.requests[0].done.wait(SOON)


# --- clients that leave ---------------------------------------------------------------


def test_who_reads_to_the_end_has_not_left() -> None:
    with serve(BODY) as server:
        asked(server)
    assert not server.left.is_set()


@pytest.mark.parametrize("sent", [b"", b"POST", b"POST / HTTP/1.1\r\n", b"\x16\x03\x01\x02\n"])
@pytest.mark.parametrize("rudely", [False, True])
def test_a_client_may_leave_in_the_middle_of_its_request(sent: bytes, rudely: bool) -> None:
    with serve(BODY) as server:
        for rest in (b"", b"Content-Length: 9\r\n\r\n{"):
            with socket.create_connection(("127.0.0.1", server.port)) as client:
                client.sendall(sent + rest)
                if rudely:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RUDELY)
        assert asked(server)[2] == BODY
    assert server.failures == []


@pytest.mark.parametrize("body", [BODY, [b"x" * 2**25]], ids=["waiting", "sending"])
def test_a_client_may_leave_in_the_middle_of_the_response(body: Any) -> None:
    with serve(body, pace=LONG) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(b"GET / HTTP/1.1\r\n\r\n")
            received(client, b"\r\n\r\n")
            received(client, b"1" if body is BODY else b"x")
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RUDELY)
        assert server.left.wait(SOON)
    assert server.failures == []


def test_a_client_may_ask_again_before_it_is_answered() -> None:
    again = b"POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nA: b\r\n\r\n"
    last = b"GET /c HTTP/1.1\r\nConnection: close\r\n\r\n"
    with serve(BODY, pace=0.05) as server, closing(socket.socket()) as client:
        client.connect(("127.0.0.1", server.port))
        client.sendall(b"GET /a HTTP/1.1\r\n\r\n")
        received(client, b"data: 1")
        client.sendall(again + last)
        found = b"".join(iter(lambda: client.recv(65536), b""))
    assert found.count(b"data: 3\n\n") == 3
    assert [(request.path, request.body) for request in server.requests] == [
        ("/a", b""),
        ("/b", b"x"),
        ("/c", b""),
    ]


def test_a_request_that_makes_no_sense_is_told() -> None:
    with pytest.raises(ValueError, match="some"), serve(BODY) as server:
        assert exchanged(server, b"POST / HTTP/1.1\r\nContent-Length: some\r\n\r\n") == b""


def test_closing_breaks_off_whatever_is_being_sent() -> None:
    server = serve(BODY, pace=LONG).start()
    with ExitStack() as clients:
        responses = [clients.enter_context(opened(server)) for _ in range(3)]
        clients.enter_context(closing(connected(server))).connect()
        server.close()
        assert running() == []
        for response in responses:
            with broken:
                response.read()
    assert not server.left.is_set()
    server.close()  # once more
    with pytest.raises(UsageError, match="runs once"):
        server.start()


def test_an_iterable_that_never_comes_back_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_GRACE", 0.05)
    reached, freed = threading.Event(), threading.Event()

    def stuck() -> Iterator[bytes]:
        yield EVENTS[0]
        reached.set()
        freed.wait(SOON)

    server = serve(stuck())
    with pytest.raises(TimeoutError, match="does not come back"), server, opened(server):
        assert reached.wait(SOON)
    freed.set()
    for thread in running():
        thread.join(SOON)


def test_many_clients_are_served_at_once() -> None:
    everybody = threading.Barrier(24)

    def together() -> Iterator[bytes]:
        yield EVENTS[0]
        everybody.wait(SOON)  # nobody gets further unless all have come this far
        yield EVENTS[1]

    with serve(lambda request: together()) as server, ThreadPoolExecutor(24) as pool:
        found = [*pool.map(lambda number: asked(server, f"/{number}")[2], range(24))]
    assert found == [BODY[:18]] * 24
    assert {request.path for request in server.requests} == {f"/{n}" for n in range(24)}


# --- async clients --------------------------------------------------------------------


async def asked_async(server: ReplayServer, path: str = "/x") -> bytes:
    """The response as it stands on the wire, without its head."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
    found = await asyncio.wait_for(reader.read(), SOON)
    writer.close()
    await writer.wait_closed()
    return found.partition(b"\r\n\r\n")[2]


def test_async_clients_are_served_at_once() -> None:
    async def main() -> list[bytes]:
        async with serve(BODY, pace=0.001) as server:
            return await asyncio.gather(*(asked_async(server) for _ in range(24)))

    whole = b"".join(b"9\r\n" + event + b"\r\n" for event in EVENTS) + b"0\r\n\r\n"
    assert asyncio.run(main()) == [whole] * 24


def test_an_async_client_that_leaves_is_noticed() -> None:
    async def main() -> None:
        async with serve(BODY, endless=1) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            await asyncio.wait_for(reader.readuntil(b"data: 2"), SOON)
            assert not await server.wait_left(0.01)
            writer.close()
            await writer.wait_closed()
            assert await server.wait_left()

    asyncio.run(main())


def test_an_async_block_raises_what_went_wrong() -> None:
    async def main() -> None:
        async with serve(breaking(LookupError("mine"))) as server:
            with pytest.raises(ConnectionResetError):
                await asked_async(server)

    with pytest.raises(LookupError, match="mine"):
        asyncio.run(main())


# --- what makes no sense --------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cut": 0}, "cut is"),
        ({"cut": True}, "cut is"),
        ({"cut": "line"}, "cut is"),
        ({"endless": True}, "endless is"),
        ({"endless": -1}, "endless is"),
        ({"endless": 0, "cut": "whole"}, "cannot be sent whole"),
        ({"stall": -1}, "stall is"),
        ({"deadline": 0}, "deadline is"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        serve(BODY, **options)


@pytest.mark.parametrize(
    ("response", "message"),
    [
        ("data: 1\n\n", "a body is bytes"),
        (7, "a body is bytes"),
        ([b"1", Reply(b"2")], "several are several arguments"),
    ],
)
def test_what_is_no_response_is_refused(response: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        serve(response)


def test_what_cannot_be_served_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs a response"):
        serve()
    with pytest.raises(UsageError, match="hands over objects"):
        serve(wire("langchain", text="Hi."))
    with pytest.raises(FileNotFoundError):
        serve(tmp_path / "gone.sse")
    (tmp_path / "a.txt").touch()
    with pytest.raises(UsageError, match="ends in none of"):
        serve(tmp_path / "a.txt")
    with pytest.raises(UsageError, match="does not run"):
        assert serve(BODY).url
    for bad in ({"rate": 0}, {"rate": 1, "first": -1}, {"rate": 1, "spread": -1}):
        with pytest.raises(UsageError, match="a pace needs"):
            tokens_per_second(**bad)
