"""What a terminal shows of a stream: text growing, fields ticked off, calls and their ends.

The screen is a list of blocks, one per run of text, call or document. A block of JSON is an
outline: the containers that are open, their members one line each; what is complete folds
into its line. When lines are short, old blocks fold to their headline, then old members go;
what is open stays. Memory is bounded by the open path, whatever the document's length.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.text import Text

from ..events import (
    CallEvent,
    DocumentCompleted,
    Event,
    FieldCompleted,
    StreamFailed,
    StringDelta,
    TextDelta,
    ToolCall,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCallStarted,
    Validated,
    ValueStarted,
    Violation,
)
from ..paths import Path
from .watch import Problem, Tally
from .words import brief, object_text, shown, where

__all__ = ["Outline", "Screen"]

_KEPT = 60  # members of a container, and blocks, that can still be shown
_ROOM = 300  # characters of a value that can still be shown
_PROSE = 3000  # characters of text that can still be shown
_DEEPEST = 8  # levels that are indented
_KEYS = 14  # columns of the longest key that others are lined up with
_LONGEST_KEY = 24
_VIOLATIONS = 3  # lines about what does not fit, per outline

_OPEN, _DONE, _BAD = ("▸", "cyan"), ("✓", "green"), ("✗", "red")
_CURSOR = "▌"


@dataclass
class Node:
    """A value in an outline: its key or index, and how it looks."""

    step: str | int
    kind: str = "value"
    open: bool = False
    look: str = ""  # a string's end, or the beginning of any other value
    validated: bool = False
    bad: bool = False
    count: int = 0
    members: deque[Node] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def add(self, node: Node) -> None:
        """One more member; the oldest goes when there are too many to show."""
        self.members.append(node)
        self.count += 1


class Outline:
    """One document or one call's arguments, kept as far as it can be shown."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.violations: list[str] = []
        self.violated = 0
        self._stack: list[Node] = []  # the open containers and the open string

    def show(self, event: Event) -> None:
        """Take one event of the parser."""
        if isinstance(event, ValueStarted):
            self._push(Node(_step(event.path), event.kind, open=True))
        elif isinstance(event, StringDelta):
            node = self._stack[-1]
            node.look = (node.look + event.delta[-_ROOM:])[-_ROOM:]
        elif isinstance(event, FieldCompleted):
            self._complete(event.path, event.value)
        elif isinstance(event, Validated):
            self._validated(event)
        elif isinstance(event, Violation):
            self._violation(event)

    def _push(self, node: Node) -> None:
        self._attach(node)
        self._stack.append(node)

    def _attach(self, node: Node) -> None:
        if self._stack:
            self._stack[-1].add(node)
        else:
            self.root = node

    def _complete(self, path: Path, value: Any) -> None:
        if len(self._stack) <= len(path):  # a number or a literal: it was never open
            self._attach(Node(_step(path), look=brief(value, _ROOM)))
            return
        node = self._stack.pop()
        node.open = False
        if node.kind != "string":
            node.look = brief(value, _ROOM)
        if path:
            node.members.clear()

    def _validated(self, event: Validated) -> None:
        node = self._nearest(event.path)
        if node is not None:
            node.validated = True
            node.look = object_text(event.object)[:_ROOM]

    def _violation(self, event: Violation) -> None:
        self.violated += 1
        if len(self.violations) < _VIOLATIONS:
            self.violations.append(f"{where(event.path)}  {shown(event.message)}")
        node = self._nearest(event.path)
        if node is not None:
            node.bad = True

    def _nearest(self, path: Path) -> Node | None:
        """The node at a path, or what it has been folded into."""
        node = self.root
        for step in path:
            found = None if node is None else _member(node, step)
            if found is None:
                break
            node = found
        return node

    def rows(self) -> Iterator[tuple[int, int, Node]]:
        """The lines below the root: level, width of the keys beside it, and the node."""
        level, container = 0, self.root
        while container is not None and container.members:
            width = max(min(cell_len(_key(node)), _KEYS) for node in container.members)
            for node in container.members:
                yield level, width, node
            container = node if node.open else None
            level += 1


def _step(path: Path) -> str | int:
    return path[-1] if path else ""


def _member(node: Node, step: str | int) -> Node | None:
    for member in reversed(node.members):
        if member.step == step:
            return member
    return None


def _key(node: Node) -> str:
    key = shown(node.step[:_ROOM]) if isinstance(node.step, str) else str(node.step)
    return key if len(key) <= _LONGEST_KEY else key[: _LONGEST_KEY - 1] + "…"


# --- blocks ----------------------------------------------------------------------------


class Prose:
    """Text beside the calls, of one channel."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.text = ""

    def lines(self, width: int, room: int, last: bool) -> list[Text]:
        """The text's last lines, as many as there is room for."""
        shown_text = "\n".join(shown(line) for line in self.text.split("\n"))
        text = Text(shown_text + (_CURSOR if last else ""))
        if not self.channel.startswith("text"):
            text.stylize("dim italic")
        ruler = Console(width=width)
        wrapped = list(text.wrap(ruler, width, overflow="fold"))
        return [_fitted(line, width) for line in wrapped[-max(room, 1) :]]


class Body:
    """A call, or a document: a headline and an outline."""

    def __init__(self, title: str, note: str = "") -> None:
        self.title = title
        self.note = note
        self.outline = Outline()
        self.mark = _OPEN

    def lines(self, width: int, room: int, last: bool) -> list[Text]:
        """The headline, the members, what does not fit; folded if there is no room."""
        head = self._headline(width)
        notes = self._notes(width)
        room -= 1 + len(notes)
        if room < 1:
            return [head, *notes[: max(room + len(notes), 0)]]
        rows = list(self.outline.rows())
        dropped = len(rows) - room
        if dropped > 0:
            rows = _most_telling(rows, room - 1)
            head_rows = [_fitted(Text(f"  ⋮ {dropped + 1} more", "dim"), width)]
        else:
            head_rows = []
        return [head, *head_rows, *(_row(*row, width) for row in rows), *notes]

    def _headline(self, width: int) -> Text:
        sign, style = self.mark
        line = Text.assemble((sign, style), " ", (self.title, "bold"))
        root = self.outline.root
        if root is not None and not root.members:
            line.append("  ").append_text(_value(root, width - cell_len(line.plain) - 2))
        if self.note:
            line.append("  ").append(self.note, "dim" if self.mark is not _BAD else "red")
        return _fitted(line, width)

    def _notes(self, width: int) -> list[Text]:
        outline = self.outline
        said = [Text.assemble(("  ✗ ", "red"), text) for text in outline.violations]
        if outline.violated > len(said):
            said.append(Text(f"  ✗ and {outline.violated - len(said)} more", "red"))
        return [_fitted(line, width) for line in said]


def _most_telling(rows: list[tuple[int, int, Node]], room: int) -> list[tuple[int, int, Node]]:
    """What is open, and the latest of the rest, in their order."""
    latest_first = sorted(range(len(rows)), key=lambda i: (rows[i][2].open, i), reverse=True)
    kept = set(latest_first[:room])
    return [row for i, row in enumerate(rows) if i in kept]


def _row(level: int, keys: int, node: Node, width: int) -> Text:
    sign, style = _BAD if node.bad else _OPEN if node.open else _DONE
    line = Text("  " * (1 + min(level, _DEEPEST)))
    line.append(sign, style).append(" ")
    key = _key(node)
    line.append(key + " " * (keys - cell_len(key)), "bold" if isinstance(node.step, str) else "dim")
    line.append("  ")
    line.append_text(_value(node, width - cell_len(line.plain)))
    return _fitted(line, width)


def _value(node: Node, room: int) -> Text:
    if node.validated:
        return _fitted(Text(node.look, "green"), room)
    if node.kind == "string":
        end = _CURSOR if node.open else '"'
        return Text(f'"{_tail(shown(node.look), room - 2)}{end}')
    if node.open:
        return Text(f"{node.kind}, {node.count} so far", "dim")
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
        self.over = False

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
            self._blocks.append(block)
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
            self._blocks.append(body)
        return body

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
            self._blocks.append(last)
        last.text = (last.text + event.delta)[-_PROSE:]

    def _document_event(self, event: Event) -> None:
        if isinstance(event, DocumentCompleted):
            self._document = None
            return
        if self._document is None:
            self._documents += 1
            number = f" #{self._documents}" if self._documents > 1 else ""
            self._document = Body(self.name + number)
            self._blocks.append(self._document)
        self._document.outline.show(event)
        if self._document.outline.violated:
            self._document.mark = _BAD
        elif isinstance(event, FieldCompleted) and event.path == ():
            self._document.mark = _DONE

    # --- drawing ---------------------------------------------------------------------

    def lines(self, width: int, height: int) -> list[Text]:
        """The picture: at most so many lines of at most so many columns."""
        statistics = _fitted(Text(" · ".join(self.tally.parts()), "dim"), width)
        room = height - 2
        shown_blocks: list[list[Text]] = []
        for i, block in enumerate(reversed(self._blocks)):
            older = len(self._blocks) - i - 1
            own = room - min(older, 2) if i == 0 else room
            if own < 1:
                break
            lines = block.lines(width, own, i == 0 and not self.over)
            shown_blocks.append(lines)
            room -= len(lines)
        picture = [line for lines in reversed(shown_blocks) for line in lines]
        return [*picture, Text(""), statistics] if height > 2 else [statistics]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Group(*self.lines(options.max_width, max(console.height - 1, 1)))
