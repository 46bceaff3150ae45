"""The texts: what models write, from a small tool call to a megabyte.

All are made here, the same on every machine, except for four well-known files; where those
are not beside the checkout, `files` makes stand-ins.
"""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import files

STRING_SIZES = (16, 64, 256, 1024)  # kB, here and below: 1000 bytes
RECORD_SIZES = (9, 32, 128, 512)
GROWTH_SIZES = (16, 64, 256, 1024)


@dataclass(frozen=True)
class Workload:
    """A text and what is known about it.

    Args:
        name: as tables and targets call it.
        kind: workloads of a kind differ in size only.
        size: bytes of UTF-8 it should have.
        text: valid JSON without white space around it.
        path: the JSONPath that one subscriber wants.
        stand_in: a text of the same character takes the place of the file.
    """

    name: str
    kind: str
    size: int
    text: str
    path: str
    stand_in: bool = False


def named(name: str) -> Workload:
    """The workload of that name, one of `names()`."""
    return _made(name)


def names() -> list[str]:
    """All there are, small ones first."""
    return [*_MAKERS, *files.NAMES]


@functools.lru_cache(maxsize=4)  # they are large, and used one after the other
def _made(name: str) -> Workload:
    if name in files.NAMES:
        source = files.read(name)
        size = len(source.text.encode())
        return Workload(name, "file", size, source.text, source.path, source.stand_in)
    kind, size = _MAKERS[name]
    text, path = _KINDS[kind](size)
    return Workload(name, kind, size, text, path)


def tool_call(size: int) -> tuple[str, str]:
    """The arguments of a call: 109 characters, or a search of 500, or edits of a file."""
    if size < 200:
        return (
            '{"location": "Paris, France", "unit": "celsius", "days": 3, "hourly": true, '
            '"note": "umbrella or sunglasses"}',
            "$.location",
        )
    if size < 1000:
        return json.dumps(_search()), "$.query"
    return json.dumps(_edits()), "$.edits[*].old"


def _search() -> dict[str, Any]:
    fields = [("author", "is", "Ada Lovelace"), ("year", "from", 1833), ("year", "to", 1852)]
    return {
        "query": "notes on the analytical engine, with the table of operations",
        "filters": [dict(zip(("field", "op", "value"), f, strict=True)) for f in fields],
        "sort": [{"by": "relevance", "descending": True}, {"by": "year", "descending": False}],
        "limit": 25,
        "offset": 0,
        "minimum_score": 0.35,
        "include": ["title", "abstract", "authors", "citations"],
        "language": None,
        "reason": "The user asked who wrote it first.",
    }


def _edits() -> dict[str, Any]:
    def edit(number: int) -> dict[str, Any]:
        old = f'    if total_{number} is None:\n        print("nothing to show")\n        return\n'
        new = (
            f"    if total_{number} is None:\n"
            f'        raise LookupError("no total {number}")\n    # \u2713 checked\n'
        )
        return {"line": 17 * number, "old": old, "new": new, "replace_all": number % 2 == 0}

    return {
        "path": "src/accounts/report.py",
        "edits": [edit(number) for number in range(1, 9)],
        "create": False,
        "summary": "Missing totals are errors from now on; whoever calls the report has to look "
        "for them, as the three callers in this package now do.",
    }


def records(size: int) -> tuple[str, str]:
    """About `size` characters of records, as a model writes them."""
    rng = random.Random(1)
    rows: list[str] = []
    length = len('{"items": []}') - 2
    while length < size:
        number = len(rows)
        record = {
            "id": number,
            "name": f"Product number {number}",
            "price": round(rng.random() * 100, 2),
            "tags": ["new", "sale"],
            "stock": {"berlin": rng.randrange(50), "paris": rng.randrange(50)},
            "note": "A short note about it.",
            "active": number % 2 == 1,
        }
        rows.append(json.dumps(record))
        length += len(rows[-1]) + 2
    return '{"items": [' + ", ".join(rows) + "]}", "$.items[*].name"


def prose(size: int) -> tuple[str, str]:
    """One member of ASCII text with an escape now and then."""
    line = "The quick brown fox jumps over the lazy dog, and \\u00e9 comes after it.\\n"
    return '{"content": "' + line * (size // len(line)) + '"}', "$.content"


def long_string(size: int) -> tuple[str, str]:
    """One member with escapes of all kinds and emoji, as they are and as surrogate pairs."""
    line = (
        'She said \\"go on\\" and typed C:\\\\temp, caf\\u00e9 au lait 😀, done \\ud83d\\ude80.\\n'
        "Then came a line of plain text without anything to decode in it, and one more.\\n"
    )
    number = round((size - len('{"content": ""}')) / len(line.encode()))
    return '{"content": "' + line * number + '"}', "$.content"


DEPTH = 150  # rivals give up between 200 and 256


def deep(size: int) -> tuple[str, str]:
    """Branches of objects and arrays in each other, `DEPTH` containers deep."""
    levels = DEPTH // 2 - 1
    opened = '{"level": 1, "child": [' * levels
    branch = opened + '{"leaf": "here"}' + "]}" * levels
    number = round(size / (len(branch) + 2))
    return "[" + ", ".join([branch] * number) + "]", "$[*]" + ".child[*]" * levels + ".leaf"


_KINDS = {
    "tool call": tool_call,
    "records": records,
    "prose": prose,
    "string": long_string,
    "deep": deep,
}


def _makers() -> Iterator[tuple[str, tuple[str, int]]]:
    for name, size in (("109 B", 109), ("500 B", 500), ("2 kB", 2000)):
        yield f"tool call, {name}", ("tool call", size)
    for kind, sizes in (
        ("records", sorted({*RECORD_SIZES, *GROWTH_SIZES})),
        ("prose", (115,)),
        ("string", sorted({*STRING_SIZES, *GROWTH_SIZES})),
    ):
        for size in sizes:
            yield f"{kind}, {size} kB", (kind, 1000 * size)
    yield "deep nesting, 17 kB", ("deep", 17_000)


_MAKERS = dict(_makers())
