"""The rivals, each used as its own documentation would have it, in the fastest way found.

What arrives as text is handed to those that read bytes in UTF-8 that was made before the
clock started, which is more than their users have. They are imported by name, for they have
no stubs, or are not there.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from .contestants import (
    COMPLETED,
    EVENTS,
    FINAL,
    OURS,
    PATH,
    SCALES,
    VALUE,
    WHOLE,
    Contestant,
    Job,
    Make,
    Run,
    Way,
    Ways,
    as_bytes,
    as_given,
    as_text,
)
from .fragments import BLOCK
from .validators import VALIDATORS

JITER: Final = "jiter, re-parse"
SJP: Final = "streaming-json-parser, native"
IJSON_PARSE: Final = "ijson yajl2_c, parse"
IJSON_PUSH: Final = "ijson yajl2_c, parse_coro"


# --- those that parse the beginning again after every fragment ---------------------------


def _jiter() -> Ways:
    """Of `bytes +=`, `str +=` with encode, and a bytearray, the first is the fastest."""
    from_json = import_module("jiter").from_json

    def reparse(fragments: list[bytes]) -> object:
        value = None
        text = b""
        for fragment in fragments:
            text += fragment
            value = from_json(text, partial_mode="trailing-strings")
        return value

    return {EVENTS: Way(as_bytes(reparse)), VALUE: Way(as_bytes(reparse))}


def _pydantic_core() -> Ways:
    """It takes text, too; with bytes and bytearrays it is no faster."""
    from_json = import_module("pydantic_core").from_json

    def reparse(fragments: list[Any]) -> object:
        value = None
        text = fragments[0][:0]
        for fragment in fragments:
            text += fragment
            value = from_json(text, allow_partial="trailing-strings")
        return value

    return {VALUE: Way(as_given(reparse))}


def _reparse_text(loads: Callable[[str], object]) -> Ways:
    def reparse(fragments: list[str]) -> object:
        value = None
        text = ""
        for fragment in fragments:
            text += fragment
            value = loads(text)
        return value

    return {VALUE: Way(as_text(reparse))}


def _partial_json_parser() -> Ways:
    return _reparse_text(import_module("partial_json_parser").loads)


def _json_repair() -> Ways:
    """With `stream_stable` beginnings are read as beginnings."""
    loads = import_module("json_repair").loads
    return _reparse_text(lambda text: loads(text, stream_stable=True))


def _langchain() -> Ways:
    return _reparse_text(import_module("langchain_core.utils.json").parse_partial_json)


# --- those that go on where they stopped -------------------------------------------------


def _streaming_json_parser() -> Ways:
    """`feed` answers with the value so far; `consume` does not, and is faster for the end."""
    import_module("streaming_json_parser_native")  # without it, it is another parser
    new = import_module("streaming_json_parser").StreamingJsonParser

    def feed_only(fragments: list[bytes]) -> object:
        feed = new().feed
        result = None
        for fragment in fragments:
            result = feed(fragment)
        return result.value if result else None

    def value(fragments: list[bytes]) -> object:
        feed = new().feed
        value = None
        for fragment in fragments:
            value = feed(fragment).value
        return value

    def at_end(fragments: list[bytes]) -> object:
        parser = new()
        consume = parser.consume
        for fragment in fragments:
            consume(fragment)
        return parser.finish().value

    return {
        EVENTS: Way(as_bytes(feed_only)),
        VALUE: Way(as_bytes(value)),
        FINAL: Way(as_bytes(at_end)),
    }


def _partial_json_stream() -> Ways:
    """Its `field` and `container` events come with a path and a completed value."""
    new = import_module("partial_json_stream").JsonStreamParser

    def events(fragments: list[str]) -> object:
        parser = new()
        found: list[Any] = []

        def listen(path: list[Any], value: object) -> None:
            found.append((path, value))

        parser.on("field", listen)
        parser.on("container", listen)
        for fragment in fragments:
            parser.push(fragment)
        parser.end()
        return found[-1][1]

    def snapshots(fragments: list[str]) -> object:
        parser = new()
        for fragment in fragments:
            parser.push(fragment)
            parser.snapshot().value  # noqa: B018  # reading is the point
        parser.end()
        return parser.snapshot().value

    def at_end(fragments: list[str]) -> object:
        parser = new()
        found: list[object] = []
        parser.on("complete", found.append)
        for fragment in fragments:
            parser.push(fragment)
        parser.end()
        return found[-1]

    return {
        EVENTS: Way(as_text(events)),
        COMPLETED: Way(as_text(events)),
        VALUE: Way(as_text(snapshots)),
        FINAL: Way(as_text(at_end)),
    }


# --- ijson -------------------------------------------------------------------------------


def ijson_prefix(path: str) -> str:
    """A JSONPath of names and `[*]` as ijson writes it: `items.item.name`."""
    return path.removeprefix("$").replace("[*]", ".item").removeprefix(".")


def _ijson_push(backend: str) -> Ways:
    """Its push form. Floats as floats: Decimals would not equal what `json.loads` gives."""
    room = import_module(f"ijson.backends.{backend}")
    sendable = import_module("ijson").sendable_list

    def events(fragments: list[bytes]) -> object:
        out = sendable()
        parser = room.parse_coro(out, use_float=True)
        send = parser.send
        for fragment in fragments:
            send(fragment)
            for _prefix, _event, _value in out:
                pass
            del out[:]
        parser.close()
        return None

    def items(fragments: list[bytes], prefix: str) -> list[object]:
        out = sendable()
        parser = room.items_coro(out, prefix, use_float=True)
        send = parser.send
        for fragment in fragments:
            send(fragment)
        parser.close()
        return [*out]

    def one_path(job: Job) -> Run:
        prefix = ijson_prefix(job.workload.path)
        return lambda: items(job.fragments.data, prefix)

    whole = as_bytes(lambda fragments: items(fragments, "")[0])
    return {
        EVENTS: Way(as_bytes(events), proof=whole),
        COMPLETED: Way(as_bytes(events), proof=whole),
        PATH: Way(one_path),
        FINAL: Way(whole),
    }


def _ijson_parse() -> Ways:
    """Its pull form takes the blocks itself, from a file: no push parser, but faster."""
    room = import_module("ijson.backends.yajl2_c")

    def pull(text: bytes) -> object:
        for _prefix, _event, _value in room.parse(io.BytesIO(text), buf_size=BLOCK, use_float=True):
            pass
        return None

    def value(text: bytes) -> object:
        return next(iter(room.items(io.BytesIO(text), "", buf_size=BLOCK, use_float=True)))

    def only_blocks(run: Callable[[bytes], object]) -> Make:
        def make(job: Job) -> Run:
            if not job.fragments.blocks:
                raise NotImplementedError("fragments do not come from a file")
            text = b"".join(job.fragments.data)
            return lambda: run(text)

        return make

    proof = only_blocks(value)
    return {mode: Way(only_blocks(pull), proof=proof) for mode in (EVENTS, COMPLETED)}


_VALUES = "a value after each fragment, no events"
_IJSON = "SAX events with a path; strings only whole"
RIVALS = (
    Contestant(JITER, ("jiter",), _VALUES, _jiter),
    Contestant("pydantic_core, re-parse", ("pydantic_core",), _VALUES, _pydantic_core),
    Contestant(
        SJP,
        ("streaming-json-parser", "streaming-json-parser-native"),
        _VALUES,
        _streaming_json_parser,
    ),
    Contestant(
        "partial-json-stream",
        ("partial-json-stream",),
        "completed values with a path",
        _partial_json_stream,
    ),
    Contestant(IJSON_PARSE, ("ijson",), f"{_IJSON}; pulls", _ijson_parse),
    Contestant(IJSON_PUSH, ("ijson",), _IJSON, lambda: _ijson_push("yajl2_c")),
    Contestant("ijson python, parse_coro", ("ijson",), _IJSON, lambda: _ijson_push("python")),
    Contestant(
        "partial-json-parser, re-parse", ("partial-json-parser",), _VALUES, _partial_json_parser
    ),
    Contestant("json_repair, re-parse", ("json_repair",), _VALUES, _json_repair),
    Contestant("langchain-core, re-parse", ("langchain-core",), _VALUES, _langchain),
    *VALIDATORS,
)
ALL = (OURS, *WHOLE, *RIVALS, *SCALES)
