"""The page of all quirks, `docs/quirks.md`.

python -m tests.quirks_page     write it anew
"""

from __future__ import annotations

from pathlib import Path

from partialjson.testing import QUIRKS, WIRES

PAGE = Path(__file__).parents[1] / "docs" / "quirks.md"
_MOST_NAMES = 6
_HEAD = """\
# Quirks

What real servers do otherwise than their format says, by name. Each can be laid over every wire
that it fits, and over other quirks: `wire("openai_chat", calls, quirks=["no_index", "crlf"])`;
see [testing](testing.md#quirks). What was written with quirks means what it would mean without,
and this library reads it so; a test tries each on each of its wires.

{count} quirks of {wires} wires. This page is written by `python -m tests.quirks_page`.

| quirk | what it is | wires |
|---|---|---|
"""


def page() -> str:
    """The text of the page."""
    rows = [
        f"| `{quirk.name}` | {quirk.shows} | {_wires(quirk.wires)} |" for quirk in QUIRKS.values()
    ]
    return _HEAD.format(count=len(QUIRKS), wires=len(WIRES)) + "\n".join(rows) + "\n"


def _wires(names: tuple[str, ...]) -> str:
    if len(names) <= _MOST_NAMES:
        return ", ".join(f"`{name}`" for name in names)
    others = [name for name in WIRES if name not in names]
    if len(others) <= _MOST_NAMES:
        without = ", ".join(f"`{name}`" for name in others)
        return f"all but {without}" if others else "all"
    return f"{len(names)}, among them {', '.join(f'`{name}`' for name in names[:3])}"


if __name__ == "__main__":
    PAGE.write_text(page())
