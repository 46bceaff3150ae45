"""The pytest plugin: a fixture that serves streams, closed when the test is over.

    def test_it(replay_server):
        server = replay_server(wire("anthropic_messages", {"get_weather": {"city": "Paris"}}))
        client = anthropic.Anthropic(base_url=server.url, api_key="none")

pytest loads it wherever this library is installed, so it imports nothing before a test asks
for the fixture. `-p no:partialjson` leaves it out.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .server import ReplayServer


@pytest.fixture
def replay_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ReplayServer]]:
    """Start servers that answer with streams; all are closed when the test is over.

    It is called with what `partialjson.testing.replay_server` takes, any number of times, and
    returns a server that runs. What went wrong on a server's side fails the test. No proxy is
    asked for 127.0.0.1 meanwhile.
    """
    from .server import replay_server

    for name in ("NO_PROXY", "no_proxy"):
        given = os.environ.get(name)
        monkeypatch.setenv(name, f"{given},127.0.0.1" if given else "127.0.0.1")
    with ExitStack() as servers:
        yield lambda *responses, **options: servers.enter_context(
            replay_server(*responses, **options)
        )
