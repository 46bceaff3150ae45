"""Where recorded streams and conformance suites lie, if they are there at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[2] / "shared"
STREAMS = SHARED / "streams"

needs_recordings = pytest.mark.skipif(
    not (STREAMS / "EXPECTED.json").is_file(), reason="the recordings are not beside this checkout"
)
_APIS = {"openai.chat": "openai", "anthropic.messages": "anthropic"}


def _listed() -> list[tuple[str, str]]:
    """File and provider of each recording, from the index's table."""
    if not (STREAMS / "INDEX.md").is_file():
        return []
    lines = (STREAMS / "INDEX.md").read_text().splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return [(row[0].strip(), row[1].split()[0]) for row in rows if row[0].endswith(".sse")]


def expected() -> dict[str, Any]:
    """What an independent reassembly made of each recording."""
    path = STREAMS / "EXPECTED.json"
    data: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
    return data


def of_openai_and_anthropic() -> list[str]:
    """The recordings of OpenAI's chat completions and Anthropic's messages."""
    known = expected()
    return [name for name, who in _listed() if _APIS.get(known[name]["api"]) == who]


def blocks(body: bytes) -> list[tuple[int, dict[str, Any]]]:
    """The messages of an SSE body, each with the number of bytes up to its end. Naive."""
    found = []
    end = 0
    for block in body.replace(b"\r\n", b"\n").split(b"\n\n")[:-1]:
        end += len(block) + 2
        data = b"".join(line[5:] for line in block.split(b"\n") if line.startswith(b"data:"))
        if data.strip() not in (b"", b"[DONE]"):
            found.append((end, json.loads(data)))
    return found
