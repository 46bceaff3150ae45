"""Messages of whatever framing it is.

Property: the messages, the error, the framing that was told and whether the stream was cut off
are the same however it is cut, as bytes or text, and wherever its state goes through a
checkpoint. Each message is a dict or `END`, and plain JSON data; those of each framing are
those that its own decoder finds.

Documented: StreamError (code `malformed`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from partialjson.framing import END, MessageDecoder
from tests.decoding import decoded
from tests.fuzz.choices import Choices, pieces
from tests.fuzz.targets import eventstream, jsonarray, ndjson, sse
from tests.fuzz.targets.eventstream import sealed
from tests.test_promises import exact

MAX_LEN = 400
WORDS = (
    *(
        "data: [DONE]\n\n",
        'data: {"a": 1}\n\n',
        "event: error\ndata: x\n\n",
        '{"a": 1}\n',
        '[{"a": 1}',
    ),
    *(":message-type\x07\x00\x09exception", ":exception-type\x07\x00\x01x", "error", "[DONE]", " "),
    *(*sse.WORDS, *jsonarray.WORDS),
)
_FRAMINGS: tuple[Any, ...] = ("auto", "sse", "ndjson", "jsonarray", "eventstream")


def run(data: bytes) -> None:
    choices = Choices(data)
    framing, form = choices.pick(_FRAMINGS), choices.pick(("bytes", "text", "sealed"))
    sizes, resume = choices.sizes(), choices.flag()
    stream: Any = choices.text() if form == "text" else choices.rest()
    if form == "text" and framing == "eventstream":
        return
    stream = sealed(stream) if form == "sealed" else stream

    def make() -> MessageDecoder:
        return MessageDecoder(framing)

    whole = decoded(make, [stream])
    for message in whole.messages:
        if message is not END:
            assert type(message) is dict
            assert exact(json.loads(json.dumps(message))) == exact(message)
    fragments = pieces(stream, sizes)
    for parts, again in ((fragments, resume and len(fragments) < 12), (pieces(stream, [1]), False)):
        assert exact(decoded(make, parts, resume=again)) == exact(whole)
    told = make()
    with_error = whole.error is not None
    try:
        told.feed(stream)
    except ValueError:
        assert with_error
    if told.framing is not None and framing == "auto":
        kind: Any = told.framing
        same = decoded(lambda: MessageDecoder(kind), [stream])
        assert exact(same) == exact(whole)


def seeds() -> Iterator[bytes]:
    modules: tuple[Any, ...] = (sse, ndjson, jsonarray, eventstream)
    for framing, module in enumerate(modules, 1):
        for seed in module.seeds():
            yield b"\0\0\0\0\0" + seed[4:]
            yield bytes([framing, seed[0], seed[1], seed[2], seed[3]]) + seed[4:]
    yield b'\0\0\0\0\0data: {"a": 1}\n\nevent: error\ndata: no\n\ndata: [DONE]\n\n'
    yield b'\0\1\x21\0\1data: {"a": 1}\n\ndata: [1]\n\n'
