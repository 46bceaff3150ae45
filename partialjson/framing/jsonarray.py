"""One JSON array, written over time: text in, its elements out.

The array is read by the push parser, which keeps nothing but the element that is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .._core.faults import over
from .._core.handler import Handler
from .._seal import checked
from ..errors import (
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    StreamError,
)
from ..events import Event, FieldCompleted
from ..limits import Limits
from ..parser import Parser
from .decoder import Decoder, Fragment, require, too_long
from .text import Start

if TYPE_CHECKING:
    from .._core.tree import Tree

__all__ = ["JSONArrayDecoder"]

_OPTIONS = ("options", "events", "paths")  # what a parser's checkpoint says of its making


class JSONArrayDecoder(Decoder[Any]):
    """A push decoder for a body that is one JSON array.

    Each element is given when it is complete; a number, when something follows it. White
    space around the array is fine, anything else around it is not. The parser's limits hold
    for each element, and `max_message` is how long it may be (see `Limits`).

    What is no array, or no JSON, is a StreamError (code `malformed`) at its first hopeless
    character; so is what exceeds a limit (`limit_exceeded`).

    >>> decoder = JSONArrayDecoder()
    >>> decoder.feed(b'[{"text": "a"}')
    [{'text': 'a'}]
    >>> decoder.feed(b',\\r\\n{"text": "b"'), decoder.close(), decoder.truncated
    ([], [], True)
    """

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits)
        self._parser = ElementParser(
            events=FieldCompleted, paths="$[*]", keep=False, limits=self._limits
        )
        self._start: Start | None = Start(self._most)  # until something but space came

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
        parser = self._parser
        try:
            events = parser.feed(fragment)
        except (JSONSyntaxError, LimitExceededError) as error:
            found += _elements(error.events)
            raise self._malformed(error) from None
        found += _elements(events)
        if parser.measure.open_length(parser.offset) > self._most:
            raise too_long(self._most)

    def _malformed(self, error: JSONSyntaxError | LimitExceededError) -> StreamError:
        """What is wrong first: the element may have been too long before that."""
        if self._parser.measure.open_length(error.offset) > self._most:
            return too_long(self._most)
        message = f"the array is malformed: {error}"
        if not isinstance(error, LimitExceededError):
            return StreamError(message)
        if error.limit == "max_message":
            return too_long(self._most)
        return StreamError(message, limit=error.limit, maximum=error.maximum)

    def _end(self, found: list[Any]) -> bool:
        try:
            self._parser.close()
        except IncompleteJSONError:
            return True
        return False

    # --- resuming --------------------------------------------------------------------

    def _save(self) -> dict[str, Any]:
        held = None if self._start is None else self._start.save()
        parser = self._parser
        return {"held": held, "parser": parser.checkpoint(), "began": parser.measure.began}

    def _load(self, state: dict[str, Any]) -> None:
        checked(state, held=(list, type(None)), parser=dict, began=int)
        made = self._parser.checkpoint()
        told = state["parser"]
        self._parser = ElementParser.restore(told, limits=self._limits)
        require(0 <= state["began"] <= self._parser.offset, "its element begins elsewhere")
        self._parser.measure.resume(state["began"], told["tokenizer"])
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


class ElementParser(Parser):
    """The parser of the array.

    Attributes:
        measure: how long its elements are.
    """

    def _handler(self) -> Handler:
        self.measure = Measure(self._tree, (self._options.limits or Limits()).max_message)
        return self.measure


class Measure(Handler):
    """Hands everything on to the tree, but no end of an element that is too long.

    Attributes:
        depth: how many containers are open.
        began: where the present element begins.
    """

    def __init__(self, tree: Tree, most: int) -> None:
        self._tree = tree
        self._most = most
        self.depth = 0
        self.began = 0
        self._in_string = False  # an element that is one

    def open_length(self, offset: int) -> int:
        """How much of the open element stands before an offset."""
        return offset - self.began if self.depth > 1 or self._in_string else 0

    def resume(self, began: int, tokenizer: dict[str, Any]) -> None:
        """Go on with an element that began there."""
        self.began = began
        self.depth = len(tokenizer["stack"])
        self._in_string = self.depth == 1 and self._tree.in_string

    def _ends(self, start: int, end: int) -> None:
        if end - start > self._most:
            raise over("max_message", self._most, start + self._most)

    def on_object_start(self, offset: int) -> None:
        """Perhaps an element begins."""
        self._enter(offset)
        self._tree.on_object_start(offset)

    def on_array_start(self, offset: int) -> None:
        """Perhaps an element begins, or the array itself."""
        self._enter(offset)
        self._tree.on_array_start(offset)

    def _enter(self, offset: int) -> None:
        if self.depth == 1:
            self.began = offset
        self.depth += 1

    def on_object_end(self, offset: int) -> None:
        """Perhaps an element ends."""
        self._leave(offset)
        self._tree.on_object_end(offset)

    def on_array_end(self, offset: int) -> None:
        """Perhaps an element ends, or the array itself."""
        self._leave(offset)
        self._tree.on_array_end(offset)

    def _leave(self, offset: int) -> None:
        if self.depth == 2:
            self._ends(self.began, offset + 1)
        self.depth -= 1

    def on_string(self, value: str, start: int, end: int) -> None:
        """Perhaps an element."""
        if self.depth == 1:
            self._ends(start, end)
        self._tree.on_string(value, start, end)

    def on_string_start(self, offset: int) -> None:
        """Perhaps an element begins."""
        if self.depth == 1:
            self.began = offset
            self._in_string = True
        self._tree.on_string_start(offset)

    def on_string_end(self, offset: int) -> None:
        """Perhaps an element ends."""
        if self._in_string:
            self._ends(self.began, offset + 1)
            self._in_string = False
        self._tree.on_string_end(offset)

    def on_number(self, text: str, is_float: bool, start: int, end: int) -> None:
        """Perhaps an element."""
        if self.depth == 1:
            self._ends(start, end)
        self._tree.on_number(text, is_float, start, end)

    def on_key(self, key: str, start: int, end: int) -> None:
        """See `Handler`."""
        self._tree.on_key(key, start, end)

    def on_string_piece(self, text: str, start: int, end: int) -> None:
        """See `Handler`."""
        self._tree.on_string_piece(text, start, end)

    def on_literal(self, value: bool | None, start: int, end: int) -> None:
        """See `Handler`; none is too long."""
        self._tree.on_literal(value, start, end)

    def on_document_end(self, offset: int) -> None:
        """See `Handler`."""
        self._tree.on_document_end(offset)

    def members(self, pending: bool) -> int:
        """See `Handler`."""
        return self._tree.members(pending)


def _begins(first: str) -> str:
    return f"starts with {first!r}" if " " <= first <= "~" else "does not start with '['"


def _elements(events: Iterable[Event]) -> list[Any]:
    return [event.value for event in events if isinstance(event, FieldCompleted)]
