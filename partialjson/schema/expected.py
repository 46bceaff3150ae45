"""What may still come: for messages, for a retry, for completion in an editor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from .._core.grammar import LITERAL, MINUS
from .._core.grammar import STRING as STRING_STATE
from ..errors import UsageError
from .containers import Members
from .evaluation import Evaluation, Frame
from .rules import (
    ARRAY,
    FALSE,
    INTEGER,
    KINDS,
    NULL,
    OBJECT,
    REAL,
    STRING,
    TRUE,
    Child,
    Rules,
)
from .scalars import OPEN, Numeric, Text

if TYPE_CHECKING:
    from .live import LiveSchema

_TYPES: Final = {
    OBJECT: "object",
    ARRAY: "array",
    STRING: "string",
    INTEGER: "integer",
    REAL: "number",
    TRUE: "boolean",
    FALSE: "boolean",
    NULL: "null",
}
_LITERALS: Final = {NULL: None, TRUE: True, FALSE: False}


class Expected(tuple[str, ...]):
    """What may come next: as a tuple what JSON takes here, as in `Parser.expected`.

    Attributes:
        types: the JSON types that the present or next value may have.
        keys: the listed keys that may still come in the innermost object.
        required: those of its keys that must still come.
        candidates: the values of `enum` and `const` that are still possible.
        room: how many more characters, items or members may come; None for any number.

    What alternatives add up to is the union of those that are left; it may be too wide where
    several of them depend on one another.
    """

    types: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    candidates: tuple[Any, ...] = ()
    room: int | None = None


def expected(live: LiveSchema, syntax: tuple[str, ...]) -> Expected:
    """What may come next where the handler is."""
    found = Expected(syntax)
    if not syntax or live.skipped or live.complete:
        return found
    frame, tokenizer = live.frame, live.tokenizer
    begun = _open_string(live)
    if begun is not None or tokenizer.at_value() or "value" in syntax:
        _describe_value(found, frame, begun, _begun_as(live))
    elif len(live.frames) > 1 and not frame.is_array:
        _describe_object(found, frame, live.tree.frame.node, _open_key(live))
    if begun is None and len(live.frames) > 1 and frame.is_array:
        _describe_room(found, frame, frame.count)
    return found


def _open_string(live: LiveSchema) -> str | None:
    tree = live.tree
    if not tree.in_string:
        return None
    begun = tree.frame.node[tree.frame.step] if tree.placed else ""
    return begun + "".join(tree.pieces)


def _open_key(live: LiveSchema) -> str:
    tokenizer = live.tokenizer
    return tokenizer.token if STRING_STATE <= tokenizer.state < MINUS and tokenizer.in_key else ""


def _views(frame: Frame) -> list[list[Evaluation]]:
    """What must hold at once; of each, the alternatives that are left."""
    views = [[each] for each in frame.evaluations if each.spine]
    for each in frame.evaluations:
        for decision in each.decisions if each.spine else ():
            if decision.state == OPEN and decision.choice.how in ("anyOf", "oneOf"):
                left = [o for o in decision.options if o is not None and o.state == OPEN]
                views.append(left)
    return views


def _child(frame: Frame, evaluation: Evaluation) -> Child | None:
    return frame.next if evaluation is frame.sole else evaluation.next


def _begun_as(live: LiveSchema) -> tuple[str, ...]:
    """The types that a value may have which begins as the present one does."""
    tokenizer = live.tokenizer
    state = tokenizer.state
    if STRING_STATE <= state < MINUS and not tokenizer.in_key:
        return ("string",)
    if MINUS <= state < LITERAL:
        return ("integer", "number")
    if state == LITERAL:
        return ("null",) if tokenizer.word == "null" else ("boolean",)
    return tuple(_TYPES.values())


def _describe_value(
    found: Expected, frame: Frame, begun: str | None, begun_as: tuple[str, ...]
) -> None:
    types: list[str] = list(dict.fromkeys(_TYPES.values()))
    listed: list[Any] | None = None
    rooms = []
    for view in _views(frame):
        children = [_child(frame, each) for each in view]
        if None in children:
            continue
        rules = [child.rules for child in children if child is not None]
        allowed = {_TYPES[kind] for each in rules for kind in KINDS if _may_be(each, kind)}
        types = [name for name in types if name in allowed or name == "integer" in allowed]
        candidates = [_candidates(each, begun) for each in rules]
        if None not in candidates:
            union = [value for each in candidates for value in each or ()]
            listed = union if listed is None else [v for v in listed if v in union]
        rooms += [room for each in rules for room in _room(each, begun)]
    if "number" in types and "integer" in types:
        types.remove("integer")
    found.types = tuple(name for name in types if name in begun_as)
    found.candidates = tuple(listed or ())
    found.room = min(rooms, default=None) if begun is not None else None


def _may_be(rules: Rules, kind: int) -> bool:
    try:
        if kind == REAL and rules.layout(INTEGER).refusal is None:
            layout: Any = rules.layout(REAL)
            return layout.refusal is None and not layout.bounds.integral
        return rules.layout(kind).refusal is None
    except UsageError:  # it says so when a value comes there
        return True


def _candidates(rules: Rules, begun: str | None) -> list[Any] | None:
    """The values that are left of `enum` and `const`; None where any value goes."""
    values: list[Any] = []
    for kind in KINDS:
        if begun is not None and kind != STRING:
            continue
        layout = rules.layout(kind)
        if layout.refusal is not None or kind == REAL:
            continue
        if kind in _LITERALS:
            values.append(_LITERALS[kind])
        elif isinstance(layout, Text) and layout.candidates is not None:
            values += [each for each in layout.candidates if each.startswith(begun or "")]
        elif isinstance(layout, Numeric) and layout.listed is not None:
            values += layout.listed
        else:
            return None
    return values


def _room(rules: Rules, begun: str | None) -> Iterable[int]:
    if begun is not None:
        layout = rules.layout(STRING)
        if isinstance(layout, Text) and layout.most is not None:
            yield max(0, layout.most - len(begun))


def _describe_object(found: Expected, frame: Frame, members: Any, begun: str) -> None:
    keys: list[str] | None = None
    required: dict[str, None] = {}
    for view in _views(frame):
        layouts = [each.layout for each in view if isinstance(each.layout, Members)]
        open_ = [key for each in layouts for key in _keys_left(each, members, begun)]
        closed = all(each.closed for each in layouts) and layouts
        if keys is None:
            keys = [*dict.fromkeys(open_)]
        elif closed:
            keys = [key for key in keys if key in open_] or [*dict.fromkeys(open_)]
        else:
            keys = [*dict.fromkeys([*keys, *open_])]
        common = [set(each.required) for each in layouts]
        for key in layouts[0].required if layouts else ():
            if key not in members and all(key in each for each in common):
                required[key] = None
    found.keys = tuple(keys or ())
    found.required = tuple(required)
    _describe_room(found, frame, len(members))


def _keys_left(layout: Members, members: Any, begun: str) -> Iterable[str]:
    for described in layout.described:
        for key in described.properties:
            if key not in members and key.startswith(begun) and layout.member(key)[1] is None:
                yield key


def _describe_room(found: Expected, frame: Frame, count: int) -> None:
    if frame.comma is not None:
        found.room = max(0, frame.comma - count)
