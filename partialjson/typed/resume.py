"""A typed parser's state as plain data, and back.

What the judging handler knows follows from the type and the text so far, so a checkpoint
holds the text of the present document, and what was told about it. Restoring reads that text
again, with no word and no validator of a user: an object that was handed out before is made
again only if somebody asks for it.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from .._core.grammar import AFTER, DONE, REST, SPACE, START, ZERO
from .._core.tokenizer import Tokenizer
from .._core.tree import Tree
from .verdicts import Outcome

if TYPE_CHECKING:
    from .._core.options import Options
    from .kinds import Schema
    from .live import LiveValidator
    from .plan import Plan

_OVER = (DONE, SPACE, REST)  # where a document is, that nothing follows yet


def save(live: LiveValidator, tokenizer: Tokenizer) -> dict[str, Any]:
    """The state of the handler."""
    start, end = _start(tokenizer), tokenizer.base
    outcome = live.verdicts.outcome
    return {
        "type": fingerprint(live.plan),
        "text": live.source.slice(start, end) if end > start else "",
        "reported": live.verdicts.reported.as_data(),
        "outcome": None if outcome is None else [outcome.start, outcome.text],
    }


def load(live: LiveValidator, data: dict[str, Any], options: Options, failed: bool) -> None:
    """Bring a fresh handler to where the other one was; its parser is there already.

    Args:
        failed: an error ended the parse; somebody may still look at what grew.
    """
    tokenizer, verdicts = live.tokenizer, live.verdicts
    start = _start(tokenizer)
    text = data["text"]
    if len(text) != max(0, tokenizer.base - start):
        raise ValueError("the text does not fit")
    tail = "".join(live.source.chunks)
    live.source.restart(start, text, tail[: max(0, len(tail) - len(text))])
    if data["outcome"] is not None:
        begun, whole = data["outcome"]
        if type(begun) is not int or type(whole) is not str:
            raise ValueError("there is no such outcome")
        verdicts.outcome = Outcome(verdicts, begun, whole)
    again, read = _read_again(live, start, text, options)
    if read.placed:  # the open string is looked at elsewhere
        read.frame.node.pop(*(() if read.frame.is_array else (read.frame.step,)))
    if read.root.node and not _begins(read.built(), live.tree.built()):
        raise ValueError("the text says something else")
    if text and not failed and (again.state, again.stack) != (tokenizer.state, tokenizer.stack):
        raise ValueError("the text leads elsewhere")
    verdicts.reported.load(data["reported"])


def look_back(live: LiveValidator, options: Options) -> None:
    """Somebody is going to look at what grows: find out what members have become so far.

    Objects of open containers that were handed out stay what they are.
    """
    tokenizer, outcome, levels = live.tokenizer, live.verdicts.outcome, live.levels
    start = _start(tokenizer)
    text = live.source.slice(start, tokenizer.base) if tokenizer.base > start else ""
    over = tokenizer.documents > 0 and tokenizer.state in (*_OVER, START)
    if over and outcome is not None:
        start, text = outcome.start, outcome.text
        live.source.recall(start, text)
    live.viewed = True
    live.begin()
    _read_again(live, start, text, options)
    for level, known in zip(live.levels, levels, strict=False):
        for step, made in (known.objects or {}).items():
            level.keep(step, made)


def _read_again(
    live: LiveValidator, start: int, text: str, options: Options
) -> tuple[Tokenizer, Tree]:
    """Let the handler hear the text of a document, in silence. Answer with what read it."""
    tree, tokenizer, verdicts = live.tree, live.tokenizer, live.verdicts
    reported = verdicts.reported
    verdicts.muted = True
    live.tree = verdicts.tree = read = Tree((), verdicts.patterns, True, "error", None, None)
    live.tokenizer = again = Tokenizer(live, options)
    again.base = again.document_start = start
    again.tells_keys = tokenizer.tells_keys
    again.feed(text)
    if tokenizer.state == AFTER and again.state >= ZERO:
        again.feed(" ")  # a number has ended, but what ends it is held
    live.tree = verdicts.tree = tree
    live.tokenizer = tokenizer
    verdicts.muted = False
    verdicts.reported = reported
    live.listen()
    return again, read


def _begins(begun: Any, value: Any) -> bool:
    """Whether a value may have been `begun` at some time before."""
    todo = [(begun, value)]
    while todo:
        begun, value = todo.pop()
        if type(begun) is not type(value):
            return False
        if isinstance(begun, dict):
            if not begun.keys() <= value.keys():
                return False
            todo += ((member, value[key]) for key, member in begun.items())
        elif isinstance(begun, list):
            if len(begun) > len(value):
                return False
            todo += zip(begun, value, strict=False)
        elif begun != value and not (isinstance(begun, str) and value.startswith(begun)):
            return False
    return True


def _start(tokenizer: Tokenizer) -> int:
    """Where the text begins that is still of use: where a document does that is not over."""
    over = tokenizer.state in _OVER
    return tokenizer.base if over else tokenizer.document_start


def fingerprint(plan: Plan) -> str:
    """What tells one type from another; the same in any process.

    It covers the structure of the core schema, the names of classes and functions, and the
    plain options.
    """
    from hashlib import sha256

    told = sha256()
    for schema in plan.walk(plan.root.schema):
        told.update(repr(sorted(_facts(schema))).encode())
    return told.hexdigest()[:16]


def _facts(schema: Schema) -> list[tuple[str, str]]:
    return [
        (name, _shown(value))
        for name, value in schema.items()
        if name not in ("ref", "schema_ref", "metadata", "serialization")
    ]


def _shown(value: Any) -> str:
    """A part of a schema that is not a schema, without anything that differs from run to run."""
    if isinstance(value, Enum) or callable(value):
        return getattr(value, "__qualname__", type(value).__qualname__)
    if isinstance(value, dict):
        kind = value.get("type")
        return kind if isinstance(kind, str) else f"{{{', '.join(map(str, value))}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_shown, value))}]"
    return repr(value) if isinstance(value, (str, int, float, bool, type(None))) else ""
