"""The server of these tests: it cuts as it is told, and knows who left before the end."""

from __future__ import annotations

import http.client

from tests.sdk.replay import each_cutting
from tests.sdk.server import Body, Provider, provider

BODY = Body("text/event-stream", (b"data: 1\n\n", b"data: 2\n\n", b"data: 3\n\n"), repeats=1)
FOREVER = b"data: 1\n\n" + b"data: 2\n\n" * 9


def asked(server: Provider) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
    connection.request("POST", "/v1/x?y", b"{}")
    return connection, connection.getresponse()


@each_cutting
def test_it_sends_the_whole_body_however_it_is_cut(cutting: int) -> None:
    with provider(BODY, cutting) as server:
        connection, response = asked(server)
        assert response.read() == b"".join(BODY.messages)
        assert response.headers["Content-Type"] == BODY.content_type
        connection.close()
        assert server.paths == ["/v1/x?y"]
        assert not server.left.wait(0.1)


def test_it_sends_pieces_of_that_size() -> None:
    assert list(BODY.pieces(7))[:2] == [b"data: 1", b"\n\ndata:"]
    assert list(BODY.pieces(1))[:3] == [b"d", b"a", b"t"]


def test_it_knows_that_a_client_left_before_the_end() -> None:
    with provider(BODY, endless=True) as server:
        connection, response = asked(server)
        assert response.read(len(FOREVER)) == FOREVER
        assert not server.left.is_set()
        response.close()
        connection.close()
        assert server.left.wait(5)
