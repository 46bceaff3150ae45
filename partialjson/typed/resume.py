"""A typed parser's state as plain data, and back.

What the judging handler knows follows from the type and the text so far, so a checkpoint
holds the text of the present document, and what was told about it. Restoring reads that text
again, with no word and no validator of a user: an object that was handed out before is made
again only if somebody asks for it.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from .._core.grammar import AFTER, DONE, REST, SPACE, ZERO
from .._core.tokenizer import Tokenizer
from .._core.tree import Tree
from .verdicts import Outcome

if TYPE_CHECKING:
    from .._core.options import Options
    from .kinds import Schema
    from .live import LiveValidator
    from .plan import Plan


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


def load(live: LiveValidator, data: dict[str, Any], options: Options) -> None:
    """Bring a fresh handler to where the other one was; its parser is there already."""
    tokenizer, verdicts = live.tokenizer, live.verdicts
    start = _start(tokenizer)
    text = data["text"]
    if len(text) != max(0, tokenizer.base - start):
        raise ValueError("the text does not fit")
    tail = "".join(live.source.chunks)
    live.source.restart(start, text, tail[: max(0, len(tail) - len(text))])
    if data["outcome"] is not None:
        verdicts.outcome = Outcome(verdicts, *data["outcome"])
    again = _read_again(live, start, text, options)
    if text and (again.state, again.stack) != (tokenizer.state, tokenizer.stack):
        raise ValueError("the text leads elsewhere")
    verdicts.reported.load(data["reported"])


def look_back(live: LiveValidator, options: Options) -> None:
    """Somebody is going to look at what grows: find out what members have become so far.

    Objects of open containers that were handed out stay what they are.
    """
    tokenizer, outcome, levels = live.tokenizer, live.verdicts.outcome, live.levels
    start = _start(tokenizer)
    text = live.source.slice(start, tokenizer.base) if tokenizer.base > start else ""
    if live.closed is not None and not levels and outcome is not None:
        start, text = outcome.start, outcome.text
        end = start + len(text)
        rest = live.source.slice(end, tokenizer.base) if tokenizer.base > end else ""
        live.source.restart(start, text + rest, "")
    live.viewed = True
    live.begin()
    _read_again(live, start, text, options)
    for level, known in zip(live.levels, levels, strict=False):
        for step, made in (known.objects or {}).items():
            level.keep(step, made)


def _read_again(live: LiveValidator, start: int, text: str, options: Options) -> Tokenizer:
    """Let the handler hear the text of a document, in silence."""
    tree, tokenizer, verdicts = live.tree, live.tokenizer, live.verdicts
    reported = verdicts.reported
    verdicts.muted = True
    live.tree = verdicts.tree = Tree((), verdicts.patterns, True, "error", None, None)
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
    return again


def _start(tokenizer: Tokenizer) -> int:
    """Where the text begins that is still of use: where a document does that is not over."""
    over = tokenizer.state in (DONE, SPACE, REST)
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
