"""A parser's state as plain data, and back.

Flat and strict JSON: open containers are a list of frames, from the root; what they already
hold is JSON text, with numbers as they were written, so that the same `parse_int` and
`parse_float` make the same of them. Nothing in a checkpoint is ever executed.
"""

from __future__ import annotations

import json
from dataclasses import replace
from math import isinf
from typing import Any

from ..errors import CheckpointError
from ..events import Event, Violation, event_from_dict
from ..limits import Limits
from ..paths import Pattern
from . import scan
from .faults import over
from .grammar import LITERAL, MINUS
from .options import Options
from .tokenizer import Tokenizer
from .tree import NOTHING, Frame, Tree

# --- the tree -------------------------------------------------------------------------


def save_tree(tree: Tree) -> dict[str, Any]:
    """The frames and the open token."""
    frames = [*tree.stack, tree.frame]
    inner: list[Frame | None] = [*frames[1:], None]
    return {
        "frames": [
            _save_frame(frame, tree.placed if child is None else child.node is not None)
            for frame, child in zip(frames, inner, strict=True)
        ],
        "text": _open_text(tree),
        "flags": {name: getattr(tree, name) for name in _TREE_FLAGS},
    }


_PLAIN_FLAGS = ("in_string", "index", "placed")
_TREE_FLAGS = (
    *_PLAIN_FLAGS,  # the others never change in a tree that has nothing to choose
    *("_told", "_store", "_kept", "_valued", "repeated", "want_pieces"),
)


def _open_text(tree: Tree) -> str:
    text = "".join(tree.pieces)
    return tree.frame.node[tree.frame.step] + text if tree.placed else text


def _save_frame(frame: Frame, has_hole: bool) -> list[Any]:
    """[kind, step, members as text, skipped, told, used, keys]; the open member is a hole."""
    node = frame.node
    is_root = frame.step == ()
    text = None
    if is_root and node:
        text = "null" if has_hole else write(node[()], (frame.sources or {}).get(()))
    elif not is_root and node is not None:
        text = write(node, frame.sources, (frame.step,) if has_hole else ())
    keys = None if frame.keys is None else sorted(frame.keys)
    flags = [frame.live == NOTHING, frame.told, frame.used]
    step = None if is_root else frame.step
    return ["[" if frame.is_array else "{", step, text, *flags, keys]


def check_limits(tokenizer: Tokenizer) -> None:
    """Refuse containers and numbers that the limits would not have let in.

    What is open of a string or a key may be longer: its next character is the error.

    Raises:
        ValueError: if there are any.
    """
    depth, digits = len(tokenizer.stack), len(tokenizer.token)
    if depth > tokenizer.max_depth:
        raise ValueError(f"{depth} open containers exceed max_depth={tokenizer.max_depth}")
    if MINUS <= tokenizer.state < LITERAL and digits > tokenizer.max_number:
        raise ValueError(f"a number of {digits} characters exceeds the limit max_number")


def load_tree(tree: Tree, data: dict[str, Any], limits: Limits | None) -> None:
    """Take up saved frames in a fresh tree; what they hold must be within the limits.

    Raises:
        ValueError, Fault: for frames that do not fit, or hold too much.
    """
    limits = limits or Limits()
    for name in _TREE_FLAGS if tree.choosy else _PLAIN_FLAGS:
        setattr(tree, name, data["flags"][name])
    root, *others = data["frames"]
    _load_root(tree, root, limits)
    for outside, entry in enumerate(others):
        _load_frame(tree, entry, limits, outside)
    _check_hole(tree.frame, tree.placed)
    _check_string(tree)
    tree.pieces = [data["text"]] if data["text"] else []
    tree.fresh = len(tree.pieces) if tree.in_string else 0
    if tree.in_string and tree.told:
        tree.leaf = scan.below(tree.frame.where, tree.frame.step)
    if tree.placed:
        tree.frame.node[tree.frame.step] = ""


def _check_string(tree: Tree) -> None:
    """An open string goes into a container that is built, or into none."""
    frame = tree.frame
    built = frame.node is not None
    stored = tree.stored and tree.in_string
    if (stored and not built) or (tree.placed and not stored):
        raise ValueError("the open string does not fit")
    if tree.in_string and not stored and built and frame is tree.root:
        raise ValueError("the document cannot be skipped")


def _load_root(tree: Tree, entry: list[Any], limits: Limits) -> None:
    _, _, text, _, _, tree.root.used, _ = entry
    if text is not None:
        value, sources = read(text, tree, limits)
        tree.root.node[()] = value
        tree.root.sources = {(): sources} if sources else None


def _load_frame(tree: Tree, entry: list[Any], limits: Limits, outside: int) -> None:
    """A container, and how many it stands in."""
    kind, step, text, skipped, told, used, keys = entry
    outer = tree.frame
    node, sources = (None, None) if text is None else read(text, tree, limits, outside)
    if node is not None and type(node) is not (list if kind == "[" else dict):
        raise ValueError("a frame holds another kind of container")
    frame = tree.enter(node, kind == "[", NOTHING if skipped else tree.live_at(outer))
    if frame.is_array:
        frame.index = step
    else:
        frame.key = step
    frame.told = told
    frame.used = used
    frame.sources = sources
    frame.keys = None if keys is None else set(keys)
    if node is None and tree.keep and not skipped:
        raise ValueError("an open container is missing")
    _check_hole(outer, node is not None)
    if node is not None and outer.node is not None:
        outer.node[outer.step] = node


def _check_hole(frame: Frame, has_hole: bool) -> None:
    """The members of a frame that is built must leave a hole for the open one, or none."""
    node = frame.node
    if node is None:
        return
    if frame.is_array:
        fits = len(node) == frame.step + has_hole
    else:
        fits = not has_hole or frame.step in node
    if not fits:
        raise ValueError("the members of an open container do not fit")


# --- violations -----------------------------------------------------------------------


def save_violation(event: Event) -> str:
    """What was told, as a text: strict JSON has no place for infinite numbers."""
    return json.dumps(event.as_dict(), default=_described)


def _described(thing: Any) -> Any:
    """What a library says of a violation may be any object, such as an exception."""
    return str(thing) if isinstance(thing, BaseException) else repr(thing)


def load_violation(text: Any) -> Violation:
    """What was told.

    Raises:
        ValueError, TypeError: for what is no violation.
    """
    event = event_from_dict(json.loads(text))
    if not isinstance(event, Violation):
        raise ValueError("what was told is no violation")
    return event


# --- values ---------------------------------------------------------------------------


_FLOAT = len(repr(-2.2250738585072014e-308))  # as what a shorter one may be written: 7e2, 700.0


class _Reader(Tree):
    """Reads what was written; only of integers does that say how long they were."""

    most: int

    def on_number(self, token: str, is_float: bool, start: int, end: int) -> None:
        if not is_float and len(token) > self.most:
            raise over("max_number", self.most, start)
        super().on_number(token, is_float, start, end)


def read(text: str, tree: Tree, limits: Limits, outside: int = 0) -> tuple[Any, Any]:
    """The value of retained text, with the tree's own conversions, and its number sources."""
    reader = _Reader((), None, True, "last", *tree.conversions())
    reader.most = limits.max_number
    longest = max(limits.max_number, _FLOAT)
    within = replace(limits, max_document=None, max_number=longest)
    tokenizer = Tokenizer(reader, Options(limits=within))
    tokenizer.max_depth -= outside
    tokenizer.feed(text)
    tokenizer.close()
    return reader.value(), (reader.root.sources or {}).get(())


def write(value: Any, sources: Any, hole: tuple[Any, ...] = ()) -> str:
    """A value as JSON text, without recursion; the member at `hole` becomes null."""
    parts: list[str] = []
    todo: list[Any] = [("", value, sources, hole)]
    while todo:
        prefix, value, sources, hole = todo.pop()
        parts.append(prefix)
        if isinstance(sources, str):  # a number, whatever it was converted to
            parts.append(sources)
        elif isinstance(value, (list, dict)) and value:
            parts.append("[" if isinstance(value, list) else "{")
            todo += reversed(_members(value, sources or {}, hole))
        elif value is not _CLOSED:
            parts.append(_scalar(value))
    return "".join(parts)


_CLOSED = object()


def _members(value: Any, sources: dict[Any, Any], hole: tuple[Any, ...]) -> list[Any]:
    """The members as entries of `write`'s list, and one that closes the container."""
    is_list = isinstance(value, list)
    entries: list[Any] = []
    for step, member in enumerate(value) if is_list else value.items():
        prefix = "," if entries else ""
        if not is_list:
            prefix += json.dumps(step) + ":"
        if step in hole:
            entries.append((prefix, None, None, ()))
        else:
            entries.append((prefix, member, sources.get(step), ()))
    entries.append(("]" if is_list else "}", _CLOSED, None, ()))
    return entries


def _scalar(value: Any) -> str:
    if isinstance(value, float) and isinf(value):
        return float.__repr__(value).replace("inf", "1e999")  # as written: beyond the floats
    try:
        return json.dumps(value)
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"a value cannot be written down: {error}") from None


# --- what it was made with ------------------------------------------------------------


def name_of(function: object) -> str | None:
    """How a checkpoint remembers which function there was."""
    if function is None:
        return None
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{named.__module__}.{named.__qualname__}"


def noted(pattern: Pattern) -> Any:
    """How a checkpoint remembers a pattern."""
    return pattern if isinstance(pattern, str) else {"path": list(pattern)}


def denoted(pattern: Any) -> Pattern:
    """The pattern that it remembers."""
    return pattern if isinstance(pattern, str) else tuple(pattern["path"])
