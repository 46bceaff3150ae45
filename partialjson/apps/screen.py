"""What a terminal shows of a stream: text growing, fields ticked off, calls and their ends.

The screen is a list of blocks, one per run of text, call or document. A block of JSON is an
outline: the containers that are open, their members one line each; what is complete folds
into its line, the deeper the sooner. When lines are short, all that is complete folds, then
old blocks fold to their headline, then old members go; what is open stays. Memory is bounded
by the open path, whatever the document's length.
"""

from __future__ import annotations

from collections import deque
from itertools import islice

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.text import Text

from ..events import (
    CallEvent,
    DocumentCompleted,
    Event,
    FieldCompleted,
    Repaired,
    StreamFailed,
    TextDelta,
    ToolCall,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCallStarted,
)
from .outline import Node, Outline, Row, key_of
from .watch import Problem, Tally
from .words import object_text, quoted, shown

__all__ = ["Screen"]

_KEPT = 60  # blocks that can still be shown
_ROOM = 300  # characters of a value that can still be shown
_PROSE = 3000  # characters of text that can still be shown
_DEEPEST = 8  # levels that are indented
_HEADLINES = 3  # lines left to older blocks when it is crowded

_OPEN, _DONE, _BAD = ("▸", "cyan"), ("✓", "green"), ("✗", "red")
_NOTE_STYLES = {_DONE: "green", _BAD: "red"}
_CURSOR = "▌"


class Prose:
    """Text beside the calls, of one channel."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.text = ""
        self.open = True

    def whole(self, width: int, room: int, unfolded: bool) -> list[Text] | None:
        """All lines; None if there is no room for them."""
        text = Text("\n".join(shown(line) for line in self.text.split("\n")))
        text.append(_CURSOR if self.open else "")
        if not self.channel.startswith("text"):
            text.stylize("dim italic")
        wrapped = list(text.wrap(Console(width=width), width, overflow="fold"))
        return [_fitted(line, width) for line in wrapped] if len(wrapped) <= room else None

    def crowded(self, width: int, room: int) -> list[Text]:
        """The last lines, as many as there is room for."""
        return (self.whole(width, _PROSE, False) or [])[-room:]


class Body:
    """A call, or a document: a headline and an outline."""

    def __init__(self, title: str, note: str = "") -> None:
        self.title = title
        self.note = note
        self.outline = Outline()
        self.mark = _OPEN

    def whole(self, width: int, room: int, unfolded: bool) -> list[Text] | None:
        """All lines, with complete containers unfolded or not; None if there is no room."""
        notes = self._notes(width)
        room -= 1 + len(notes)
        rows = list(islice(self.outline.rows(unfolded), max(room + 1, 1)))
        if len(rows) > room or self.outline.forgotten():
            return None
        return [self._headline(width), *(_row(row, width) for row in rows), *notes]

    def crowded(self, width: int, room: int) -> list[Text]:
        """The headline, what does not fit its type, and of the rest what tells most."""
        lines = [self._headline(width), *self._notes(width)][:room]
        room -= len(lines)
        if room < 1:
            return lines
        rows = list(self.outline.rows())
        hidden = self.outline.forgotten()
        more = []
        if hidden or len(rows) > room:
            kept = _most_telling(rows, room - 1)
            hidden += len(rows) - len(kept)
            more = [_fitted(Text(f"  ⋮ {hidden:,} more", "dim"), width)]
            rows = kept
        return [lines[0], *more, *(_row(row, width) for row in rows), *lines[1:]]

    def _headline(self, width: int) -> Text:
        sign, style = self.mark
        line = Text.assemble((sign, style), " ", (self.title, "bold"))
        root = self.outline.root
        if root is not None and not root.members:
            line.append("  ").append_text(_value(root, width - cell_len(line.plain) - 2, False))
        if self.note:
            line.append("  ").append(self.note, _NOTE_STYLES.get(self.mark, "dim"))
        return _fitted(line, width)

    def _notes(self, width: int) -> list[Text]:
        outline = self.outline
        said = [Text.assemble(("  ✗ ", "red"), text) for text in outline.violations]
        if outline.violated > len(said):
            said.append(Text(f"  ✗ and {outline.violated - len(said)} more", "red"))
        return [_fitted(line, width) for line in said]


def _most_telling(rows: list[Row], room: int) -> list[Row]:
    """What is open, and the latest of the rest, in their order."""
    by_weight = sorted(range(len(rows)), key=lambda i: (rows[i].node.open, i), reverse=True)
    kept = set(by_weight[:room])
    return [row for i, row in enumerate(rows) if i in kept]


def _row(row: Row, width: int) -> Text:
    node = row.node
    sign, style = _BAD if node.bad else _OPEN if node.open else _DONE
    line = Text("  " * (1 + min(row.level, _DEEPEST)))
    line.append(sign, style).append(" ")
    key = key_of(node)
    line.append(key, "bold" if isinstance(node.step, str) else "dim")
    line.append(" " * (row.keys - cell_len(key) + 2))
    line.append_text(_value(node, width - cell_len(line.plain), row.unfolded))
    return _fitted(line, width)


def _value(node: Node, room: int, unfolded: bool) -> Text:
    if node.validated:
        return _fitted(Text(node.look, "green"), room)
    if node.kind == "string":
        end = _CURSOR if node.open else '"'
        return Text(f'"{_tail(quoted(node.look)[1:-1], room - 2)}{end}')
    if node.open:
        return Text(f"{node.kind}, {node.count} so far", "dim")
    if unfolded:
        return Text(f"{node.kind} of {node.count}", "dim")
    return _fitted(Text(node.look), room)


def _fitted(line: Text, width: int) -> Text:
    """The line cut to a width, with a sign that it was."""
    line.truncate(max(width, 1), overflow="ellipsis")
    line.no_wrap = True
    return line


def _tail(text: str, room: int) -> str:
    """The end of a text, in so many columns."""
    if cell_len(text) <= room:
        return text
    text = text[-max(room - 1, 1) :]
    while cell_len(text) > room - 1 and len(text) > 1:
        text = text[1:]
    return "…" + text


# --- the screen ------------------------------------------------------------------------


class Screen:
    """A view that keeps what a terminal should show; rich asks for it when it draws.

    Args:
        tally: what is counted.
        name: what is read, for the headline of a document.
    """

    def __init__(self, tally: Tally, name: str) -> None:
        self.tally = tally
        self.name = name
        self.problems: list[Problem] = []
        self._blocks: deque[Prose | Body] = deque(maxlen=_KEPT)
        self._calls: dict[int, Body] = {}
        self._document: Body | None = None
        self._documents = 0

    def event(self, event: Event) -> None:
        """Take one event."""
        if isinstance(event, CallEvent):
            self._body_of(event.call).outline.show(event.event)
        elif isinstance(event, ToolCallStarted):
            self._body_of(event.call)
        elif isinstance(event, (ToolCallCompleted, ToolCallFailed)):
            self._call_over(event)
        elif isinstance(event, TextDelta):
            self._prose(event)
        elif isinstance(event, StreamFailed):
            block = Body("the stream failed", shown(event.reason))
            block.mark = _BAD
            self._add(block)
        else:
            self._document_event(event)

    def problem(self, problem: Problem) -> None:
        """Keep it: problems are told below the last picture."""
        self.problems.append(problem)
        if self._document is not None:
            self._document.mark = _BAD

    def _body_of(self, call: ToolCall) -> Body:
        body = self._calls.get(call.index)
        if body is None:
            body = self._calls[call.index] = Body(shown(call.name), shown(call.id or ""))
            self._add(body)
        return body

    def _add(self, block: Prose | Body) -> None:
        last = self._blocks[-1] if self._blocks else None
        if isinstance(last, Prose):
            last.open = False
        self._blocks.append(block)

    def _call_over(self, event: ToolCallCompleted | ToolCallFailed) -> None:
        body = self._body_of(event.call)
        del self._calls[event.call.index]
        root = body.outline.root
        if isinstance(event, ToolCallFailed):
            body.mark = _BAD
            body.note = shown(event.reason)
        else:
            body.mark = _DONE
            if not isinstance(event.arguments, (dict, list)):
                body.note = f"→ {object_text(event.arguments)[:_ROOM]}"
        if root is not None:
            root.open = False

    def _prose(self, event: TextDelta) -> None:
        last = self._blocks[-1] if self._blocks else None
        if not isinstance(last, Prose) or last.channel != event.channel:
            last = Prose(event.channel)
            self._add(last)
        last.text = (last.text + event.delta)[-_PROSE:]

    def _document_event(self, event: Event) -> None:
        if isinstance(event, DocumentCompleted):
            self._document = None
            return
        if isinstance(event, Repaired):
            return  # it may stand after a document, and begins no other
        if self._document is None:
            self._documents += 1
            number = f" #{self._documents}" if self._documents > 1 else ""
            self._document = Body(self.name + number)
            self._add(self._document)
        self._document.outline.show(event)
        if self._document.outline.violated:
            self._document.mark = _BAD
        elif isinstance(event, FieldCompleted) and event.path == ():
            self._document.mark = _DONE

    def close(self) -> None:
        """Nothing more will come: no text is open any longer."""
        for block in self._blocks:
            if isinstance(block, Prose):
                block.open = False

    # --- drawing ---------------------------------------------------------------------

    def lines(self, width: int, height: int) -> list[Text]:
        """The picture: at most so many lines of at most so many columns."""
        statistics = self._statistics(width)
        room = height - len(statistics) - 1
        if room < 1:
            return statistics[:height]
        picture = self._whole(width, room, True) or self._whole(width, room, False)
        return [*(picture or self._crowded(width, room)), Text(""), *statistics]

    def _whole(self, width: int, room: int, unfolded: bool) -> list[Text] | None:
        """All blocks with a blank line between them; None if there is no room."""
        picture: list[Text] = []
        for block in reversed(self._blocks):
            gap = [Text("")] if picture else []
            lines = block.whole(width, room - len(picture) - len(gap), unfolded)
            if lines is None:
                return None
            picture = [*lines, *gap, *picture]
        return picture

    def _crowded(self, width: int, room: int) -> list[Text]:
        """The latest blocks, the last with most of the lines."""
        picture: list[Text] = []
        older = len(self._blocks)
        for block in reversed(self._blocks):
            older -= 1
            left = room - len(picture)
            own = left if picture else max(left - min(older, _HEADLINES), 1)
            if left < 1:
                break
            picture = [*block.crowded(width, own), *picture]
        return picture

    def _statistics(self, width: int) -> list[Text]:
        """One line, or two where it is too long."""
        parts = self.tally.parts()
        lines = [" · ".join(parts)]
        if cell_len(lines[0]) > width:
            lines = [" · ".join(parts[:3]), " · ".join(parts[3:])]
        return [_fitted(Text(line, "dim"), width) for line in lines]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Group(*self.lines(options.max_width, max(console.height - 1, 1)))
