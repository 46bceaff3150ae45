"""Our share of the time per event of a stream that the `openai` SDK reads from a local server.

    python -m benchmarks.share          extra `bench`, and `pip install openai`

A server process sends the chunks of one long tool call, four characters of arguments each.
The SDK iterates over them, once without and once with `ToolCalls` fed with its objects, with
the arguments validated by a model. Two figures: the time inside `feed`, of the whole; and
what the whole takes longer than without.
"""

from __future__ import annotations

import json
import multiprocessing
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import perf_counter
from typing import Any

from pydantic import BaseModel

import partialjson
from partialjson import ToolCallCompleted, ToolCalls

RUNS = 9
EVENTS = 3_000
_FRAGMENT = 4


class WriteFile(BaseModel):
    """The tool."""

    path: str
    content: str


def chunks() -> list[dict[str, Any]]:
    """The messages of the stream."""
    content = 'lorem ipsum dolor sit amet, "consectetur"\n'
    text = json.dumps({"path": "/tmp/x", "content": content * (EVENTS * _FRAGMENT // 46)})
    first = {"index": 0, "id": "call_1", "type": "function"}
    function: dict[str, Any] = {"name": "write_file", "arguments": ""}
    deltas: list[dict[str, Any]] = [
        {"role": "assistant", "content": None, "tool_calls": [{**first, "function": function}]}
    ]
    for at in range(0, len(text), _FRAGMENT):
        part = {"index": 0, "function": {"arguments": text[at : at + _FRAGMENT]}}
        deltas.append({"tool_calls": [part]})
    return [*map(_chunk, deltas), _chunk({}, "tool_calls")]


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "service_tier": "default",
        "system_fingerprint": "fp",
        "choices": [choice],
        "obfuscation": "abcdef",
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    events: list[bytes] = []  # noqa: RUF012  # set once, before the server starts

    def log_message(self, *arguments: Any) -> None:
        pass

    def do_POST(self) -> None:  # the name that http.server calls
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for event in (*self.events, b""):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))


@contextmanager
def server(messages: list[dict[str, Any]]) -> Iterator[str]:
    """A server of these messages in a process of its own; its address."""
    data = (json.dumps(message, separators=(",", ":")) for message in messages)
    _Handler.events = [f"data: {text}\n\n".encode() for text in (*data, "[DONE]")]
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    process = multiprocessing.get_context("fork").Process(target=listening.serve_forever)
    process.start()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}/v1"
    finally:
        process.terminate()
        process.join()
        listening.server_close()


def alone(client: Any) -> float:
    """Seconds that the SDK takes."""
    began = perf_counter()
    for _ in client.chat.completions.create(model="m", messages=[], stream=True):
        pass
    return perf_counter() - began


def together(client: Any) -> float:
    """Seconds that both take."""
    calls = ToolCalls({"write_file": WriteFile})
    began = perf_counter()
    for message in client.chat.completions.create(model="m", messages=[], stream=True):
        calls.feed(message)
    events = calls.close()
    whole = perf_counter() - began
    if not isinstance(events[-1], ToolCallCompleted):
        raise AssertionError(f"the call was not completed: {events[-1]!r}")
    return whole


def inside(client: Any) -> float:
    """Seconds inside `feed`, of a run that has both."""
    calls = ToolCalls({"write_file": WriteFile})
    ours = 0.0
    for message in client.chat.completions.create(model="m", messages=[], stream=True):
        start = perf_counter()
        calls.feed(message)
        ours += perf_counter() - start
    return ours


def main() -> None:
    """Measure, and print medians of some runs."""
    import openai  # type: ignore[import-not-found,unused-ignore]  # of no extra

    messages = chunks()
    with server(messages) as url:
        client = openai.OpenAI(base_url=url, api_key="k", max_retries=0)
        alone(client)
        rows = [(alone(client), together(client), inside(client)) for _ in range(RUNS)]
    build = "compiled" if partialjson.COMPILED else "interpreted"
    print(f"{build}, Python {sys.version.split()[0]}, openai {openai.__version__}")
    print(f"{len(messages):,} events, median of {RUNS} runs, microseconds per event")
    micro = [[part / len(messages) * 1e6 for part in row] for row in rows]
    for name, i in (("SDK alone", 0), ("SDK and ToolCalls", 1), ("inside feed", 2)):
        print(f"  {name:<20} {statistics.median(row[i] for row in micro):6.1f}")
    fed = statistics.median(ours / whole for _, whole, ours in rows)
    longer = statistics.median((whole - sdk) / whole for sdk, whole, _ in rows)
    print(f"our share: {fed:.1%} inside feed, {longer:.1%} by the whole (target: at most 10%)")


if __name__ == "__main__":
    main()
