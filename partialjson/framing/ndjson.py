"""One JSON value per line (NDJSON, JSON Lines): bytes in, values out.

A line ends at LF, and at nothing else: U+2028 is data, and so is whatever else Unicode counts
among the line ends. It is kept as the pieces in which it came and joined once, when it ends.
"""

from __future__ import annotations

from typing import Any

from .._seal import checked
from ..errors import StreamError
from ..limits import Limits
from .decoder import Decoder, Fragment, require, too_long
from .text import SPACE, Line, TextDecoder
from .value import shortened, value_of

__all__ = ["NDJSONDecoder"]


class NDJSONDecoder(Decoder[Any]):
    """A push decoder for lines of JSON.

    Each line that is not blank is one value, as `json.loads` gives it. Bytes are UTF-8; one
    leading BOM is skipped. A last line without its LF counts if it is whole JSON when the
    stream is closed; otherwise the stream is `truncated`.

    What is not JSON or not UTF-8 is a StreamError (code `malformed`) that names the line; so is
    a line of more than `max_message` characters (`limit_exceeded`).

    >>> decoder = NDJSONDecoder()
    >>> decoder.feed(b'{"done": false}\\r\\n\\n{"do')
    [{'done': False}]
    >>> decoder.feed(b'ne": true}'), decoder.close(), decoder.truncated
    ([], [{'done': True}], False)
    """

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits)
        self._text = TextDecoder("strict")
        self._line = Line()  # the unfinished one
        self._number = 1  # of that line

    def _take(self, fragment: Fragment, found: list[Any]) -> None:
        first, *others = self._text.take(fragment).split("\n")
        if first:
            self._grow(first)
        for following in others:
            self._end_line(found)
            self._number += 1
            if following:
                self._grow(following)
        if self._text.bad is not None:
            problem = f"byte 0x{self._text.bad:02X} is not UTF-8"
            raise self._malformed(problem, self._line.text)

    def _grow(self, piece: str) -> None:
        self._line.add(piece)
        if self._line.length > self._most:
            self._line.clear()
            raise too_long(self._most)

    def _end_line(self, found: list[Any]) -> None:
        line = self._line.take().removesuffix("\r")
        try:
            found.append(value_of(line))
        except ValueError as error:
            if line.strip(SPACE):
                raise self._malformed(str(error), line) from None

    def _malformed(self, problem: str, line: str) -> StreamError:
        self._line.clear()
        return StreamError(f"line {self._number} is not JSON: {problem}: {shortened(line)}")

    def _end(self, found: list[Any]) -> bool:
        """The last line may lack its LF; what is cut off is no error."""
        line = self._line.take()
        if self._text.held:
            return True
        try:
            found.append(value_of(line))
        except ValueError:
            return line.strip(SPACE) != ""
        return False

    # --- resuming --------------------------------------------------------------------

    def _save(self) -> dict[str, Any]:
        return {"text": self._text.save(), "line": self._line.text, "number": self._number}

    def _load(self, state: dict[str, Any]) -> None:
        checked(state, text=dict, line=str, number=int)
        require("\n" not in state["line"], "a line has a line end in it")
        require(state["number"] >= 1, "lines are counted from 1")
        self._text.load(state["text"])
        self._line = Line(state["line"])
        self._number = state["number"]
