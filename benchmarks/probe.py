"""What runs in a process of its own: `python -m benchmarks.probe NAME ARGUMENT`.

Each probe prints JSON. Memory is what the system gave the process (on Linux: VmRSS and
VmHWM of /proc/self/status), without what it had before it began; for idle parsers, which
are too small for that, what `tracemalloc` counts.
"""

from __future__ import annotations

import json
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .build import measured, prefer_installed

BLOCK = 64 * 1024
STATUS = Path("/proc/self/status")
_PARSERS = 1000


def idle(argument: str) -> dict[str, float]:
    """Bytes of one of a thousand parsers: fresh, and in the middle of a tool call."""
    from partialjson import Parser

    def started() -> Parser:
        parser = Parser()
        for fragment in argument.split("|"):
            parser.feed(fragment)
        return parser

    started()  # what is made once for all parsers is not theirs
    found = {}
    for name, make in (("fresh", Parser), ("started", started)):
        kept: list[Any] = [None] * _PARSERS
        tracemalloc.start()
        for i in range(_PARSERS):
            kept[i] = make()
        found[name] = tracemalloc.get_traced_memory()[0] / _PARSERS
        tracemalloc.stop()
    return found


def document(argument: str) -> dict[str, float]:
    """Bytes at the peak of reading a file in blocks and parsing it, the value included."""
    from partialjson import Parser

    Parser(events=()).feed("[]")
    before = _memory("VmRSS")
    parser = Parser(events=())
    with open(argument, "rb") as file:
        while block := file.read(BLOCK):
            parser.feed(block)
    parser.close()
    value = parser.value
    assert value
    return {"peak": _memory("VmHWM") - before}


def loads(argument: str) -> dict[str, float]:
    """The same of `json.load`, which reads the whole text; of a text file, its leanest way."""
    before = _memory("VmRSS")
    with open(argument, encoding="utf-8") as file:
        value = json.load(file)
    assert value
    return {"peak": _memory("VmHWM") - before}


def items(argument: str) -> dict[str, float]:
    """Bytes by which the process grows over an endless array whose items are let go."""
    from partialjson import FieldCompleted, Parser

    parser = Parser(events=FieldCompleted, paths="$[*]", keep=False)
    size = int(argument)
    seen = fed = 0
    before = _memory("VmRSS")
    for block in _array(size):
        for event in parser.feed(block):
            event.path  # type: ignore[attr-defined]  # noqa: B018  # as a user would
            seen += 1
        fed += len(block)
    parser.close()
    return {"growth": _memory("VmHWM") - before, "items": seen, "fed": fed}


def _array(size: int) -> Iterator[bytes]:
    """About `size` bytes of an array of records, in blocks."""
    number = 0
    held = b"["
    fed = 0
    while fed + len(held) < size:
        while len(held) < BLOCK:
            text = f'{{"id": {number}, "name": "Item {number}", "tags": ["new"], "price": 9.5}}, '
            held += text.encode() * 50
            number += 1
        yield held[:BLOCK]
        fed += BLOCK
        held = held[BLOCK:]
    yield held + b"null]"


def pure(argument: str) -> dict[str, Any]:
    """The suite of the interpreted build."""
    from . import suite

    build = measured()
    if build.compiled:
        raise SystemExit(f"asked for the interpreted build, but {build.file} was imported")
    found = suite.pure(build.name, argument == "quick", lambda text: print(text, file=sys.stderr))
    from .results import dumps

    data: dict[str, Any] = json.loads(dumps(found))
    return data


def _memory(name: str) -> float:
    """Bytes, from the line of that name."""
    for line in STATUS.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return 1024.0 * int(line.split()[1])
    raise SystemExit(f"{STATUS} has no {name}")


PROBES = {f.__name__: f for f in (idle, document, loads, items, pure)}

if __name__ == "__main__":
    prefer_installed()
    print(json.dumps({**PROBES[sys.argv[1]](sys.argv[2]), "file": measured().file}))
