"""How providers cut JSON, counted in recordings: `python -m benchmarks.recorded_fragments`.

Prints a table, and with `--data` the rows of `partialjson.testing.fragments.MEASURED`. The
recordings lie beside the checkout, in `shared/streams`, and are no part of it. What an
independent reassembly made of them says how long the fragments are; the messages themselves,
read naively, say whether an empty one came first.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any

from .build import prefer_installed

STREAMS = Path(__file__).parents[2] / "shared/streams"
_NAMED = {  # provider and API, as the index has them: what `like=` calls it
    "openai chat.completions": "openai",
    "openai responses": "openai_responses",
    "anthropic messages": "anthropic",
    "bedrock messages": "bedrock",
    "bedrock ConverseStream": "bedrock",
    "deepseek chat.completions": "deepseek",
    "deepseek responses": "deepseek",
    "cohere v2/chat": "cohere",
    "writer chat.completions": "writer",
    "gemini streamGenerateContent": "gemini",
    "gemini chat.completions": "gemini",
    "mistral chat.completions": "mistral",
    "xai chat.completions": "xai",
    "xai xAI gRPC GetCompletionChunk": "xai",
    "groq chat.completions": "groq",
    "ollama chat.completions": "ollama",
    "openrouter chat.completions": "openrouter",
}
_TEXTS = {"openai_responses": "openai"}  # their texts come as one kind
_SMALLEST = 3  # characters: `{}` is whole everywhere


def main(arguments: Sequence[str] | None = None) -> int:
    """Count and print. Answers with 0; 2 where there are no recordings."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.recorded_fragments",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", action="store_true", help="print the rows for the package")
    options = parser.parse_args(arguments)
    prefer_installed()
    if not STREAMS.is_dir():
        print(f"no recordings in {STREAMS}")
        return 2
    counted = count()
    print("\n".join(rows(counted) if options.data else table(counted)))
    return 0


# --- counting ----------------------------------------------------------------------------


def count(folder: Path = STREAMS) -> dict[str, Any]:
    """What was measured of each source, as `Measured`, those with most fragments first."""
    from partialjson.testing.measured import Measured

    tallies: dict[str, list[tuple[list[int], bool]]] = {}
    expected = json.loads((folder / "EXPECTED.json").read_text("utf-8"))
    for name, like in sources(folder):
        calls = expected[name]["calls"]
        empty = openings(name, (folder / name).read_bytes()) or [False] * len(calls)
        for call, opens_empty in zip(calls, empty, strict=True):
            tallies.setdefault(like, []).append((call["fragments"], opens_empty))
        for text in expected[name]["texts"]:
            of_texts = f"{_TEXTS.get(like, like)}_text"
            tallies.setdefault(of_texts, []).append((text["fragments"], False))
    found = {}
    for like, cuttings in tallies.items():
        told = [(lengths, empty) for lengths, empty in cuttings if lengths]
        whole = [lengths for lengths, _ in told if len(lengths) == 1 and lengths[0] >= _SMALLEST]
        split = [lengths for lengths, _ in told if len(lengths) > 1]
        found[like] = Measured(
            answers=len(told),
            opens_empty=sum(empty for _, empty in told),
            whole=len(whole),
            split=len(split),
            lengths=dict(sorted(Counter(n for lengths in split for n in lengths).items())),
        )
    return dict(sorted(found.items(), key=lambda row: (-row[1].fragments, -row[1].whole, row[0])))


def sources(folder: Path) -> Iterator[tuple[str, str]]:
    """The recordings that are counted, by the index, and what `like=` calls their source."""
    for line in (folder / "INDEX.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) > 5 and cells[5].startswith("recorded"):
            like = _NAMED.get(f"{cells[1].split()[0]} {cells[2]}")
            if like == "bedrock" and "nova" in cells[0]:
                like = "bedrock_nova"
            if like is not None:
                yield cells[0], like


# --- which calls open with an empty fragment -----------------------------------------------


def openings(name: str, body: bytes) -> list[bool]:
    """Whether the first fragment of each call is empty; [] where arguments come as objects."""
    from partialjson.framing.messages import END, MessageDecoder

    first: dict[Any, bool] = {}
    for message in MessageDecoder().feed(body):
        if message is not END:
            wrapped = (message.get("chunk") or {}).get("bytes")
            inner = json.loads(base64.b64decode(wrapped)) if wrapped else message
            for call, text in pieces(inner):
                first.setdefault(call, text == "")
    return [*first.values()]


def pieces(message: Any) -> Iterator[tuple[Any, str]]:
    """Which call a message brings text for, and the text."""
    for choice in message.get("choices") or ():
        for call in (choice.get("delta") or {}).get("tool_calls") or ():
            place = call.get("index", call.get("id"))
            yield (choice.get("index"), place), call["function"].get("arguments")
    kind = message.get("type") or ""
    if kind == "content_block_delta" and message["delta"]["type"] == "input_json_delta":
        yield message["index"], message["delta"]["partial_json"]
    elif re.fullmatch(r"response\.\w+_arguments\.delta", kind):
        yield message["output_index"], message["delta"]
    elif kind in ("tool-call-start", "tool-call-delta"):
        call = message["delta"]["message"]["tool_calls"]
        yield message["index"], call["function"]["arguments"]
    block = message.get("contentBlockDelta") or {}
    if "toolUse" in (block.get("delta") or {}):
        yield block["contentBlockIndex"], block["delta"]["toolUse"]["input"]


# --- the table ---------------------------------------------------------------------------


def table(counted: dict[str, Any]) -> list[str]:
    """The figures, a line for each source."""
    lines = ["source            answers  open empty  whole  split  fragments   mean"]
    for like, found in counted.items():
        mean = f"{found.mean:6.2f}" if found.lengths else "      "
        lines.append(
            f"{like:18}{found.answers:7} {found.opens_empty:11} {found.whole:6} {found.split:6} "
            f"{found.fragments:10} {mean}{'  (few)' if found.few else ''}"
        )
    return lines


def rows(counted: dict[str, Any]) -> list[str]:
    """The figures as the package has them: see `COUNTED` there."""
    lines = []
    for like, found in counted.items():
        told = (found.answers, found.opens_empty, found.whole, found.split)
        lengths = " ".join(f"{n}:{times}" for n, times in found.lengths.items())
        line = f"{like:17}" + "".join(f"{number:3}" for number in told) + f"  {lengths}"
        lines += wrap(line, 98, subsequent_indent=" " * 31)
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
