"""What a fragment costs, and whether that depends on how much came before.

    python -m benchmarks

Four-character fragments, all events on, the path of each event read. Figures are
microseconds per fragment: the median and the range over the rounds, in which the shapes
take turns. The last line is the time of a 1 MB string over that of a 256 kB one.
"""

from __future__ import annotations

import json
import platform
import random
import statistics
import time
from collections.abc import Callable

from partialjson import DocumentCompleted, Parser, __version__

ROUNDS = 7


def records(size: int) -> str:
    """About `size` characters of records, as a model writes them."""
    rng = random.Random(1)
    items: list[dict[str, object]] = []
    while len(json.dumps({"items": items})) < size:
        number = len(items)
        items.append(
            {
                "id": number,
                "name": f"Product number {number}",
                "price": round(rng.random() * 100, 2),
                "tags": ["new", "sale"],
                "stock": {"berlin": rng.randrange(50), "paris": rng.randrange(50)},
                "note": "A short note about it.",
                "active": number % 2 == 1,
            }
        )
    return json.dumps({"items": items})


def long_string(size: int) -> str:
    """One member of about `size` characters, with an escape now and then."""
    line = "The quick brown fox jumps over the lazy dog, and \\u00e9 comes after it.\\n"
    return '{"content": "' + line * (size // len(line)) + '"}'


def tool_call() -> str:
    """The arguments of a small tool call."""
    return (
        '{"location": "Paris, France", "unit": "celsius", "days": 3, "hourly": true, "x": [1, 2]}'
    )


def cost(text: str, repeat: int) -> float:
    """Microseconds per four-character fragment."""
    fragments = [text[i : i + 4] for i in range(0, len(text), 4)]
    start = time.perf_counter()
    for _ in range(repeat):
        feed = Parser().feed
        for fragment in fragments:
            for event in feed(fragment):
                if event.__class__ is not DocumentCompleted:
                    event.path  # type: ignore[attr-defined]  # noqa: B018  # reading is the point
    return (time.perf_counter() - start) / (repeat * len(fragments)) * 1e6


def main() -> None:
    """Print the table."""
    shapes: dict[str, Callable[[], float]] = {
        "tool call, 90 characters": lambda: cost(tool_call(), 200),
        "records, 9 kB": lambda: cost(records(9_000), 5),
        "one string, 256 kB": lambda: cost(long_string(256 * 1024), 1),
        "one string, 1 MB": lambda: cost(long_string(1024 * 1024), 1),
    }
    figures: dict[str, list[float]] = {name: [] for name in shapes}
    for _ in range(ROUNDS):
        for name, measure in shapes.items():
            figures[name].append(measure())
    print(f"partialjson {__version__}, {platform.python_implementation()}", end=" ")
    print(f"{platform.python_version()}, {ROUNDS} rounds, microseconds per fragment")
    for name, values in figures.items():
        low, middle, high = min(values), statistics.median(values), max(values)
        print(f"  {name:26} {middle:6.2f}   ({low:.2f} to {high:.2f})")
    lengths = len(long_string(1024 * 1024)) / len(long_string(256 * 1024))
    pairs = zip(figures["one string, 1 MB"], figures["one string, 256 kB"], strict=True)
    ratio = statistics.median(big / small for big, small in pairs) * lengths
    print(f"  1 MB takes {ratio:.2f} times as long as 256 kB")


if __name__ == "__main__":
    main()
