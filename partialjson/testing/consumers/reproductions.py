"""What a check found, as code that can be pasted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from .growth import Change, difference
from .runs import Outcome, Runs

LONG = 500  # characters of a text that is written out
RESULT = 300  # characters of a result
AROUND = 20  # what is shown on both sides of a cut of a longer one


def shortened(value: Any) -> str:
    """The repr of a value, its middle left out if it is long."""
    text = repr(value)
    half = RESULT // 2
    return text if len(text) <= RESULT else f"{text[:half]} ... {text[-half:]}"


def commented(text: str) -> str:
    """A text as comments."""
    return "\n".join(f"# {line}" for line in text.splitlines() or [""])


def listed(fragments: Sequence[Any]) -> str:
    """Fragments as code: literally, or as slices of `text` if they are long."""
    if sum(map(len, fragments)) <= LONG:
        return f"[{', '.join(map(repr, fragments))}]"
    places = [0]
    for fragment in fragments:
        places.append(places[-1] + len(fragment))
    return f"[{', '.join(f'text[{a}:{b}]' for a, b in pairwise(places))}]"


def text_of(runs: Runs, fragments: Sequence[Any]) -> str:
    """The code that makes `text`, where fragments are slices of it."""
    if sum(map(len, fragments)) <= LONG:
        return ""
    return runs.text_code or "# text is what was given\n"


def around_cut(runs: Runs, fragments: Sequence[Any]) -> str:
    """What stands on both sides of the first cut, where slices hide it."""
    if len(fragments) < 2 or not text_of(runs, fragments):
        return ""
    return f"# it is cut between {fragments[0][-AROUND:]!r} and {fragments[1][:AROUND]!r}\n"


def given(runs: Runs, fragments: str) -> str:
    """The code that runs a consumer on fragments."""
    if runs.fed:
        seen = "made.close()\nresult(made)" if runs.looks else "made.close()"
        feeding = f"for fragment in {fragments}:\n    made.feed(fragment)"
        return f"made = {runs.name}()\n{feeding}\n{seen}"
    if runs.is_async:
        return f"asyncio.run({runs.name}(Arriving({fragments})))"
    return f"{runs.name}(iter({fragments}))"


def call(runs: Runs, fragments: Sequence[Any]) -> str:
    """The same for fragments of a text."""
    return given(runs, listed(fragments))


def shows(runs: Runs, fragments: Sequence[Any]) -> str:
    """The code that shows what a consumer shows."""
    given, text = listed(fragments), text_of(runs, fragments)
    if runs.fed:
        seen = "made.feed(fragment)\n    print(shown(made))"
        seen = seen if runs.looks else "print(made.feed(fragment))"
        return f"{text}made = {runs.name}()\nfor fragment in {given}:\n    {seen}"
    if runs.is_async:
        return f"{text}async for value in {runs.name}(Arriving({given})):\n    print(value)"
    return f"{text}for value in {runs.name}(iter({given})):\n    print(value)"


def outcome(found: Outcome) -> str:
    """An outcome as comments."""
    if found.error is None:
        return commented(shortened(found.value))
    return commented(f"raises {shortened(found.error)}")


def place(change: Change) -> str:
    """Where and how two values part."""
    where = "".join(f"[{step!r}]" for step in change.path)
    parted = f"{shortened(change.earlier)} {change.what} {shortened(change.later)}"
    return f"at {where}: {parted}" if where else parted


def parting(a: Outcome, b: Outcome) -> str:
    """Where two results part, if it is somewhere inside."""
    if a.error is not None or b.error is not None:
        return ""
    change = difference(a.value, b.value)
    return "" if change is None or not change.path else f"\n# {place(change)}"
