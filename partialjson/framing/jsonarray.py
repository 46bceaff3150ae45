"""One JSON array, written over time: text in, its elements out.

The array is read by the push parser, which keeps nothing but the element that is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._seal import checked
from ..errors import (
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    StreamError,
)
from ..events import Event, FieldCompleted
from ..parser import Parser
from .decoder import Decoder, Fragment, require
from .text import Start

__all__ = ["JSONArrayDecoder"]

_OPTIONS = ("options", "events", "paths")  # what a parser's checkpoint says of its making


class JSONArrayDecoder(Decoder[Any]):
    """A push decoder for a body that is one JSON array.

    Each element is given when it is complete; a number, when something follows it. White
    space around the array is fine, anything else around it is not. The parser's limits hold
    for each element (see `Limits`).

    What is no array, or no JSON, is a StreamError (code `malformed`) at its first hopeless
    character.

    >>> decoder = JSONArrayDecoder()
    >>> decoder.feed(b'[{"text": "a"}')
    [{'text': 'a'}]
    >>> decoder.feed(b',\\r\\n{"text": "b"'), decoder.close(), decoder.truncated
    ([], [], True)
    """

    def __init__(self) -> None:
        super().__init__()
        self._parser = Parser(events=FieldCompleted, paths="$[*]", keep=False)
        self._start: Start | None = Start()  # until something but space came

    def _take(self, fragment: Fragment, found: list[Any]) -> None:
        if self._start is None:
            self._parse(fragment, found)
            return
        first = self._start.take(fragment)
        if first:
            held, self._start = self._start.held, None
            if first != "[":
                raise StreamError(f"the stream is no JSON array: it {_begins(first)}")
            for part in held:
                self._parse(part, found)

    def _parse(self, fragment: Fragment, found: list[Any]) -> None:
        try:
            events = self._parser.feed(fragment)
        except (JSONSyntaxError, LimitExceededError) as error:
            found += _elements(error.events)
            raise StreamError(f"the array is malformed: {error}") from None
        found += _elements(events)

    def _end(self, found: list[Any]) -> bool:
        try:
            self._parser.close()
        except IncompleteJSONError:
            return True
        return False

    # --- resuming --------------------------------------------------------------------

    def _save(self) -> dict[str, Any]:
        held = None if self._start is None else self._start.save()
        return {"held": held, "parser": self._parser.checkpoint()}

    def _load(self, state: dict[str, Any]) -> None:
        checked(state, held=(list, type(None)), parser=dict)
        made = self._parser.checkpoint()
        told = state["parser"]
        self._parser = Parser.restore(told)
        require(all(told[x] == made[x] for x in _OPTIONS), "its parser has other options")
        if state["held"] is None:
            self._start = None
        elif self._start is not None:
            self._start.load(state["held"])
            require(self._closed or told == made, "its parser has begun")
        if not self._closed and self._error is None:
            require(not told["closed"] and told["error"] is None, "its parser does not go on")
        place = self._parser.open_path
        require(not place or isinstance(place[0], int), "its parser does not read an array")


def _begins(first: str) -> str:
    return f"starts with {first!r}" if " " <= first <= "~" else "does not start with '['"


def _elements(events: Iterable[Event]) -> list[Any]:
    return [event.value for event in events if isinstance(event, FieldCompleted)]
