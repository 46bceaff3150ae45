"""An outline of JSON that is being written: what is open, and a line for what is complete.

Memory is bounded by the open path and a number of members each, whatever the document's
length.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rich.cells import cell_len

from ..events import Event, FieldCompleted, StringDelta, Validated, ValueStarted, Violation
from ..paths import Path
from .words import brief, object_text, shown, where

__all__ = ["Node", "Outline", "Row", "key_of"]

_KEPT = 60  # members of a container that can still be shown
_ROOM = 300  # characters of a value that can still be shown
_KEYS = 14  # columns of the longest key that others are lined up with
_LONGEST_KEY = 24
_UNFOLDED = 1  # down to that level a complete container still shows its members
_VIOLATIONS = 3  # lines about what does not fit, per outline


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


class Row(NamedTuple):
    """A line of an outline."""

    level: int
    keys: int  # the width that the keys of this container are lined up with
    node: Node
    unfolded: bool  # whether the node's members follow


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
        if len(path) > _UNFOLDED:
            node.members.clear()

    def _validated(self, event: Validated) -> None:
        nodes = self._along(event.path)
        if len(nodes) == len(event.path) + 1:
            nodes[-1].validated = True
            nodes[-1].look = object_text(event.object)[:_ROOM]

    def _violation(self, event: Violation) -> None:
        self.violated += 1
        if len(self.violations) < _VIOLATIONS:
            self.violations.append(f"{where(event.path)}  {shown(event.message)}")
        for node in self._along(event.path):
            node.bad = True

    def _along(self, path: Path) -> list[Node]:
        """The nodes on the way to a path, as far as they are not folded."""
        nodes: list[Node] = []
        node = self.root
        for step in path:
            if node is None:
                break
            nodes.append(node)
            node = _member(node, step)
        return nodes if node is None else [*nodes, node]

    def forgotten(self) -> int:
        """How many members there were that can no longer be shown, in what is open."""
        shown_ones = self._stack or ([] if self.root is None else [self.root])
        return sum(node.count - len(node.members) for node in shown_ones)

    def rows(self, unfolded: bool = False) -> Iterator[Row]:
        """The lines below the root: level, width of the keys beside it, and the node.

        Args:
            unfolded: whether a complete container shows its members, if it has kept them.
        """
        todo = [] if self.root is None else [_level(self.root, 0)]
        while todo:
            row = next(todo[-1], None)
            if row is None:
                todo.pop()
                continue
            level, _, node, _ = row
            below = bool(node.members) and (node.open or (unfolded and not node.validated))
            yield Row(*row[:3], below)
            if below:
                todo.append(_level(node, level + 1))


def _level(container: Node, level: int) -> Iterator[Row]:
    width = max((min(cell_len(key_of(node)), _KEYS) for node in container.members), default=0)
    for node in container.members:
        yield Row(level, width, node, False)


def _step(path: Path) -> str | int:
    return path[-1] if path else ""


def _member(node: Node, step: str | int) -> Node | None:
    for member in reversed(node.members):
        if member.step == step:
            return member
    return None


def key_of(node: Node) -> str:
    """A node's key or index, fit to be shown."""
    key = shown(node.step[:_ROOM]) if isinstance(node.step, str) else str(node.step)
    return key if len(key) <= _LONGEST_KEY else key[: _LONGEST_KEY - 1] + "…"
