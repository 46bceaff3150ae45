"""Looking at a tree that is still growing: copies of it, and the state of one value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ..paths import Token, child

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .tree import Tree

State = Literal["absent", "partial", "complete"]


def snapshot(tree: Tree) -> Any:
    """The value as it is now: open containers copied, completed subtrees shared."""
    value = tree.value()
    if not tree.stack or tree.root.node is None:
        return value
    copied = value = value.copy()
    for frame in _open_frames(tree)[:-1]:
        inner = copied[frame.step].copy()
        copied[frame.step] = inner
        copied = inner
    return value


def _open_frames(tree: Tree) -> list[Any]:
    """The open containers that are built, from the root."""
    frames = [*tree.stack[1:], tree.frame] if tree.stack else []
    return [frame for frame in frames if frame.node is not None]


def open_steps(tree: Tree, pending: bool) -> tuple[str | int, ...]:
    """The path of what is being read: of the innermost container, or of the value begun in it."""
    frames = tree.stack[1:]
    steps = [frame.step for frame in frames]
    if tree.stack and pending and tree.frame.step is not None:  # None: no key was read
        steps.append(tree.frame.step)
    return tuple(steps)


def state(tree: Tree, path: Sequence[str | int], in_value: bool, completed: bool) -> State:
    """Whether the value at `path` is absent, partial or complete.

    `in_value`: a string, number or literal is open. `completed`: no document is.
    """
    if completed:
        return "complete" if _contains(tree.root.node[()], path) else "absent"
    frames = _open_frames(tree)
    in_value = in_value and tree.stored
    for depth, step in enumerate(path):
        if depth == len(frames):  # below an open scalar, or nothing has begun
            return "absent"
        frame = frames[depth]
        if _is_present(frame, step) and (depth + 1 < len(frames) or in_value):
            continue
        return "complete" if _contains(frame.node, path[depth:]) else "absent"
    return "partial" if len(path) < len(frames) or in_value else "absent"


def _is_present(frame: Any, step: str | int) -> bool:
    """Whether `step` names the member at which an open container is."""
    if frame.is_array and isinstance(step, Token):
        return step == str(frame.step)
    return bool(step == frame.step)


def _contains(value: Any, path: Sequence[str | int]) -> bool:
    for step in path:
        found = child(value, step)
        if found is None:
            return False
        value = value[found]
    return True
