"""A schema parser's state as plain data, and back.

What the judging handler knows follows from the schema and the document so far, and that is in
the parser's own checkpoint: restoring lets the handler hear the document again, in silence.
Only what was told is written down.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .._core.checkpoint import load_violation, save_violation, write
from .._core.grammar import (
    AFTER,
    DONE,
    ESCAPE,
    FIRST_KEY,
    ITEM,
    KEY,
    LITERAL,
    LOW,
    MINUS,
    REST,
    SPACE,
    STRING,
    VALUE,
)
from .._core.options import Options
from .._core.tokenizer import Tokenizer
from .._core.tree import Tree
from .._seal import checked
from ..limits import NEVER, Limits

if TYPE_CHECKING:
    from .live import LiveSchema

_ALL = Options(limits=Limits(NEVER, NEVER, NEVER, NEVER, NEVER))


def save(live: LiveSchema) -> dict[str, Any]:
    """What was told, and the verdicts."""
    reporter = live.reporter
    return {
        "told": [save_violation(violation) for violation in reporter.told],
        "failing": reporter.failing,
        "concluded": reporter.concluded,
    }


def load(live: LiveSchema, data: dict[str, Any], number: str) -> None:
    """Bring a fresh handler to where the other one was; its parser is there already.

    Args:
        number: the beginning of one that was told, and is held by a repair since.
    """
    reporter, tokenizer, tree = live.reporter, live.tokenizer, live.tree
    again = Tokenizer(live, _ALL)
    again.tells_keys, again.tells_scalars = tokenizer.tells_keys, tokenizer.tells_scalars
    heard = text_so_far(tree, tokenizer)
    live.tree = reporter.tree = Tree((), reporter.patterns, True, "error", None, None)
    live.tokenizer = again
    reporter.muted = True
    again.feed(heard)
    if ESCAPE <= tokenizer.state <= LOW and not tokenizer.in_key:
        live.on_open_escape(tokenizer.mark)
    if number:
        live.on_open_number(number, tokenizer.base)
    reporter.muted = False
    live.tree = reporter.tree = tree
    live.tokenizer = tokenizer
    if heard and again.stack != tokenizer.stack:
        raise ValueError("the document leads elsewhere")
    live.resume_at(tokenizer.mark if STRING < tokenizer.state < MINUS else tokenizer.base)
    recall(live, data)
    if tokenizer.documents and not heard:
        reporter.value = tree.value()


def recall(live: LiveSchema, data: dict[str, Any]) -> None:
    """What was told, and the verdicts: all that is of use after an error."""
    checked(data, told=list, failing=bool, concluded=str)
    told = [load_violation(each) for each in data["told"]]
    if data["concluded"] not in ("undecided", "valid", "invalid"):
        raise ValueError("there is no such verdict")
    reporter = live.reporter
    reporter.told = told
    reporter.failing = data["failing"]
    reporter.concluded = data["concluded"]


def text_so_far(tree: Tree, tokenizer: Tokenizer) -> str:
    """A text that leads to the same place: the document that is open, as it would be written."""
    frames = [*tree.stack[1:], tree.frame] if tree.stack else []
    parts = []
    for frame in frames[:-1]:
        parts.append(write(frame.node, None, (frame.step,))[: -len("null]")])
    token = _open_token(tree, tokenizer)
    if not frames:
        return token
    last = frames[-1]
    if tree.placed:
        parts.append(write(last.node, None, (last.step,))[: -len("null]")])
        return "".join([*parts, token])
    body = write(last.node, None)[:-1]
    parts.append(body)
    if tokenizer.state == AFTER:
        return "".join([*parts, " "])  # what ended a number, if that was the last member
    if tokenizer.state not in (FIRST_KEY, ITEM) and (token or _goes_on(tokenizer)):
        parts.append("," if len(body) > 1 else "")
        if not last.is_array and not _in_key(tokenizer) and tokenizer.state != KEY:
            parts.append(json.dumps(last.key))
            parts.append(":" if token or tokenizer.state == VALUE else "")
    return "".join([*parts, token])


def _in_key(tokenizer: Tokenizer) -> bool:
    """Whether a key is open; of what was open before the flag may still tell."""
    return tokenizer.in_key and STRING <= tokenizer.state < MINUS


def _goes_on(tokenizer: Tokenizer) -> bool:
    """Whether a key, a colon or a comma was read that nothing followed yet."""
    return tokenizer.expected() not in ((",", "}"), (",", "]"))


def _open_token(tree: Tree, tokenizer: Tokenizer) -> str:
    state = tokenizer.state
    if state in (DONE, SPACE, REST) or state < STRING:
        return ""
    if state == LITERAL:
        return tokenizer.word[: tokenizer.matched]
    if state >= MINUS:
        return tokenizer.token
    if _in_key(tokenizer):
        return json.dumps(tokenizer.token)[:-1]
    begun = tree.frame.node[tree.frame.step] if tree.placed else ""
    return json.dumps(begun + "".join(tree.pieces))[:-1]
