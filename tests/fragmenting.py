"""The one helper that takes a text to a parser in every way it can be cut."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from partialjson import Event, Parser, PartialJSONError, StringDelta
from partialjson.testing.fragments import Fragments as Fragments
from partialjson.testing.fragments import cut_at as cut_at


def cuts(text: Any, size: int) -> Fragments:
    """The text in pieces of that size."""
    return [text[i : i + size] for i in range(0, len(text), size)]


def ways(text: str | bytes, *, seed: int = 0, every_cut: int = 64) -> Iterator[Fragments]:
    """Whole, one by one, every single cut, random cuts; as text and, if it can be, as bytes."""
    forms: list[Any] = [text]
    if isinstance(text, str):
        with contextlib.suppress(UnicodeEncodeError):  # raw surrogates have no bytes
            forms.append(text.encode())
    for form in forms:
        yield [form]
        yield cuts(form, 1)
        yield cuts(form, 3)
        places = range(1, len(form))
        rng = random.Random(seed)
        for place in places if len(form) <= every_cut else rng.sample(places, every_cut):
            yield cut_at(form, [place])
        for _ in range(3):
            yield cut_at(form, [i for i in places if rng.random() < 0.3])


@dataclass
class Run:
    """What came of one way: the events (deltas of one string joined), the value, the error."""

    events: list[Event] = field(default_factory=list)
    value: Any = None
    error: PartialJSONError | None = None

    def add(self, events: Iterable[Event]) -> None:
        for event in events:
            last = self.events[-1] if self.events else None
            if (
                isinstance(event, StringDelta)
                and isinstance(last, StringDelta)
                and event.path == last.path
            ):
                self.events[-1] = StringDelta(last.path, last.delta + event.delta)
            else:
                self.events.append(event)


def run(parser: Parser, fragments: Fragments) -> Run:
    """Feed the fragments and close; errors of the library end it."""
    result = Run()
    try:
        for fragment in fragments:
            result.add(parser.feed(fragment))
        result.add(parser.close())
    except PartialJSONError as error:
        result.error = error
        result.add(getattr(error, "events", ()))
    result.value = parser.value
    return result


def same_every_way(text: str | bytes, make: Callable[[], Parser] = Parser) -> Run:
    """Run the text in every way; all must come to the same. Answer what they came to."""
    runs = [run(make(), fragments) for fragments in ways(text)]
    first = runs[0]
    for other in runs[1:]:
        assert other.events == first.events
        assert other.error == first.error, (other.error, first.error)
        assert other.value is first.value or other.value == first.value
    return first
