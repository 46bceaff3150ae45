"""The files of `fixtures/streams`, and the table of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from partialjson import Event, ToolCalls
from partialjson.testing.writers import Call
from partialjson.testing.writers.answers import Part
from partialjson.testing.writers.framings import dumped

from .case import Case, described

FIXTURES = Path(__file__).parents[2] / "fixtures"
STREAMS = FIXTURES / "streams"
_HEAD = """\
# Fixtures

`openai-parallel.sse` and `orders.json` belong to the examples, and `validate` to the command of
that name:

- `validate/order.schema.json`: the schema of an order, as of draft 2020-12.
- `validate/order.json`: an order that fits it.
- `validate/broken.json`: one with seven mistakes, and an eighth where formats count.

`streams` has one response for each thing that providers are known to do, written for this
project; none is a recording.

Beside each body lies `<case>.json`, which says what it is: the answer it was written from, the
tools given, and what must be heard of it (calls with their fates, texts, whether the stream
failed); and `<case>.events.jsonl`, the events of `ToolCalls` that was fed the whole body and
closed, one `event.as_dict()` a line; they are the same whether the provider is named or not.
The lines of a `.jsonl` body are objects that a library hands over; they are fed as dicts.

`python -m tests.fixtures_made` writes all of it anew, this file included; with `--check` it
says which files differ. `tests/test_fixtures.py` holds the events against the answers. The files
of the table lie below `streams`.

| file | provider | what it shows | how it was made |
|---|---|---|---|
"""


def events_of(case: Case) -> list[Event]:
    """What the library hears of a case."""
    output = None if case.outputs is None else Any
    provider: Any = case.provider
    calls = ToolCalls(case.tools, provider=provider, output=output)
    fragments: Iterable[Any] = [case.body]
    if case.framing == "objects":
        fragments = map(json.loads, case.body.splitlines())
    events = [event for fragment in fragments for event in calls.feed(fragment)]
    return [*events, *calls.close()]


def files_of(case: Case) -> dict[Path, bytes]:
    """A case's files and their bytes."""
    body = STREAMS / case.file
    told = ",\n ".join(f"{_json(k)}: {_json(v)}" for k, v in described(case).items())
    events = b"".join(dumped(event.as_dict()) + b"\n" for event in events_of(case))
    return {
        body: case.body,
        body.with_suffix(".json"): f"{{\n {told}\n}}\n".encode(),
        body.with_suffix(".events.jsonl"): events,
    }


def _json(value: Any) -> str:
    return dumped(value, spaced=True).decode()


def table(cases: Iterable[Case]) -> bytes:
    """The table of all cases."""
    rows = sorted((case.file, case.provider, case.shows, _made(case)) for case in cases)
    return (_HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)).encode()


def _made(case: Case) -> str:
    """How a case was made, and of what answer."""
    told = []
    for answer in case.answers:
        parts = [_named(part) for part in answer.parts] or ["nothing"]
        told.append(f"{', '.join(parts)} ({answer.finish or 'dropped'})")
    return f"{case.made}: {'; '.join(told)}"


def _named(part: Part) -> str:
    if isinstance(part, Call):
        return f"`{part.name}`" + (" run by the provider" if part.server else "")
    return part.channel


def all_files(cases: Iterable[Case]) -> dict[Path, bytes]:
    """All files and their bytes."""
    cases = list(cases)
    files = {FIXTURES / "README.md": table(cases)}
    for case in cases:
        for path, data in files_of(case).items():
            if path in files:
                raise ValueError(f"two cases are called {path}")
            files[path] = data
    return files


def differing(files: dict[Path, bytes]) -> list[str]:
    """The files that are not as they should be, or should not be at all."""
    there = {path for path in STREAMS.rglob("*") if path.is_file()}
    wrong = [path for path, data in files.items() if not _holds(path, data)]
    return sorted(str(path.relative_to(FIXTURES)) for path in {*wrong, *(there - {*files})})


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def write(files: dict[Path, bytes]) -> None:
    """Write all files, and remove what is none of them."""
    for path in STREAMS.rglob("*"):
        if path.is_file() and path not in files:
            path.unlink()
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
