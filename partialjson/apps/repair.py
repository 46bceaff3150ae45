"""Writes the JSON that a text is read as, while it arrives, and says what was changed.

What is written is the *repaired text*: what the tokenizer reads. It is strict JSON, and where
the given text is JSON it is that text to the letter, white space, digits and all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import BinaryIO, NamedTuple, TextIO

from .._core.grammar import LITERAL, MINUS, STRING
from .._core.handler import Handler
from .._core.repair.names import chosen
from .._core.repair.structure import after_comma
from .._core.source import Source
from ..errors import IncompleteJSONError, JSONSyntaxError, LimitExceededError
from ..events import DocumentCompleted, Event, Repaired
from ..parser import Parser, Repair
from . import source as sources
from .findings import Finding, TextError
from .outcome import CUT_OFF, Outcome, View
from .place import Place, Reader
from .stage import is_terminal

__all__ = ["Asked", "Repairing", "RepairingParser", "asked", "written_to"]

_PIECE = 1 << 17  # characters at most that are fed at once: what was read is never cut


# --- what is asked for -----------------------------------------------------------------


class Asked(NamedTuple):
    """Which repairs are to be made.

    Args:
        repair: the same for a parser.
        names: each of them.
    """

    repair: Repair
    names: frozenset[str]

    @property
    def joins(self) -> bool:
        """Whether bytes that begin a character and do not end it are read as one."""
        return "bad_utf8" in self.names


def asked(names: str, *, complete: bool = False) -> Asked:
    """The repairs that somebody names.

    Args:
        names: with commas between them; `safe` and `json5` stand for several.
        complete: a document that is cut off is closed.

    Raises:
        UsageError: if there is no such repair.
    """
    words = [word.strip() for word in names.split(",")]
    if complete:
        words.append(CUT_OFF)
    return Asked(words, chosen(words)[0])


# --- the text --------------------------------------------------------------------------


class RepairingParser(Parser):
    """A parser of which nothing is wanted but the text that it reads, and what it repaired.

    It builds no value, and keeps of the text only what a repair may still change: an open
    number, literal or escape, and a comma with the white space after it, which goes when a
    bracket closes behind it.

    Args:
        asked: which repairs.
        many: whether documents may follow one another.
    """

    def __init__(self, asked: Asked, many: bool) -> None:
        super().__init__(
            events=(Repaired, DocumentCompleted), keep=False, many=many, repair=asked.repair
        )
        self._taken = 0  # how much of the text was handed out
        self._searched = 0  # up to where the last comma was looked for
        self._comma = 0  # where it stands

    def _handler(self) -> Handler:
        self._source = Source(0)
        return super()._handler()

    def text(self, *, over: bool = False) -> str:
        """More of the text: what no repair can change any more, or all of it, if that is over."""
        assert self._source is not None
        assert self._repairer is not None
        end = self._tokenizer.base if over else self._settled()
        start, self._taken = self._taken, max(end, self._taken)
        text = self._source.slice(start, end) if start < end else ""
        self._source.release(self._taken)
        self._repairer.repairs.clear()  # they were told
        return text if start else text.removeprefix("\ufeff")

    def _settled(self) -> int:
        """Where the part of the text ends that will stay as it is."""
        tokenizer = self._tokenizer
        state = tokenizer.state
        if self._repairer is not None and after_comma(self._repairer):
            return self._last_comma()
        end = tokenizer.base
        if state == LITERAL:
            end -= tokenizer.matched
        elif state >= MINUS:
            end -= len(tokenizer.token)
        elif state > STRING:
            end = tokenizer.mark
        self._searched = end
        return end

    def _last_comma(self) -> int:
        assert self._source is not None
        end = self._tokenizer.base
        at = self._source.slice(self._searched, end).rfind(",") if self._searched < end else -1
        if at >= 0:
            self._comma = self._searched + at
        self._searched = end
        return self._comma

    @property
    def left_out_from(self) -> int | None:
        """Where the text begins that is being left out, if any is."""
        repairer = self._repairer
        return None if repairer is None or repairer.span is None else repairer.span_at


# --- reading and writing ---------------------------------------------------------------


class Repairing:
    """One text, where its JSON is written, and who is told.

    Args:
        asked: the repairs to make.
        write: takes the JSON in pieces.
        view: who is told.
        many: whether documents may follow one another.
    """

    def __init__(
        self, asked: Asked, write: Callable[[str], object], view: View, *, many: bool
    ) -> None:
        self._parser = RepairingParser(asked, many)
        self._write = write
        self._view = view
        self._joins = asked.joins
        self._reader = Reader((), looks_ahead=False)
        self._outcome = Outcome(many)
        self._begun: Place | None = None  # of what is being left out
        self._last = ""  # the character that was written last

    def run(self, stream: BinaryIO) -> Outcome:
        """Read, and write what is settled before more is waited for.

        Raises:
            Unreadable: if reading fails on the way.
        """
        is_file = sources.size_of(stream) is not None
        fragments = sources.pieces(sources.blocks(stream), _PIECE)
        self._reader = Reader(fragments, looks_ahead=is_file, joins=self._joins)
        outcome = self._outcome
        for fragment in self._reader:
            self._step(partial(self._parser.feed, fragment))
            if outcome.error is not None:
                break
        else:
            self._step(self._parser.close, over=True)
            self._end_line()
        outcome.truncated = self._parser.truncated
        outcome.characters = self._parser.offset
        self._view.over(outcome)
        return outcome

    def _step(self, step: Callable[[], list[Event]], *, over: bool = False) -> None:
        """Take a step, write what it settled, and tell what came of it."""
        error: TextError | None = None
        try:
            events = step()
        except (JSONSyntaxError, IncompleteJSONError, LimitExceededError) as caught:
            events, error = caught.events, caught
        text = self._parser.text(over=over or error is not None)
        if text:
            self._outcome.written += len(text)
            self._last = text[-1]
            self._write(text)
        self._tell(events)
        at = self._parser.left_out_from
        if at is not None and (self._begun is None or self._begun.offset != at):
            self._begun = self._reader.place(at)  # later it would be too far back
        if error is not None:
            self._outcome.error = error
            self._end_line()
            self._view.found(Finding(self._document, self._reader.place(error.offset), error))

    def _end_line(self) -> None:
        """JSON ends with a newline; what is cut short by an error does so for the eye only."""
        whole = self._outcome.error is None
        if self._last not in ("", "\n") and (whole or is_terminal()):
            self._last = "\n"
            self._write("\n")

    def _tell(self, events: Iterable[Event]) -> None:
        outcome = self._outcome
        for event in events:
            if isinstance(event, DocumentCompleted):
                outcome.documents += 1
            elif isinstance(event, Repaired):
                outcome.repairs[event.repair] += 1
                self._view.repaired(self._document, self._place(event.offset), event)

    def _place(self, offset: int) -> Place:
        if self._begun is not None and self._begun.offset == offset:
            return self._begun
        return self._reader.place(offset)

    @property
    def _document(self) -> int:
        return self._outcome.documents if self._outcome.many else 0


def written_to(file: TextIO | None) -> Callable[[str], None]:
    """What writes JSON to a file at once, in UTF-8, whatever the encoding of that; or nowhere."""

    def write(text: str) -> None:
        if file is not None:
            file.buffer.write(text.encode())
            file.flush()

    return write
