"""The tree: what the tokenizer said becomes values, and events about them.

One `Frame` for each open container, on a stack; the document itself is the member `()` of a
holder, so that a root needs no rules of its own. A container is put into its parent when it
starts and grows there; an open string is a list of pieces and comes into its container when
it is complete, or when somebody reads the value before.

Which values are told and which are built is decided once, when a value starts (`_select`).
A parser that keeps all, filters nothing and lets repeated keys replace decides it never.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .. import _cython as cython
from ..events import (
    DROPPED,
    DocumentCompleted,
    Event,
    FieldCompleted,
    Kind,
    StringDelta,
    ValueStarted,
    field_completed,
    missing,
    string_delta,
    value_started,
)
from ..paths import Patterns, Where
from . import scan
from .faults import Fault
from .handler import Handler

if cython.compiled:
    import cython  # type: ignore[no-redef,unused-ignore]  # where Cython learns the name
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

NOTHING = -1  # the automaton's state below a member that is skipped


@cython.freelist(32)
@cython.cclass
class Frame:
    """An open container.

    Attributes:
        node: the list or dict; None if it is not built.
        where: its path, or a link to it, if events of its members may be told.
        key: the present key; `()` in the holder of the root.
        index: of the present or next item.
        is_array: which.
        live: the patterns' state here, `NOTHING` inside a skipped member.
        told: whether the container's own events are handed out.
        used: whether a member was begun.
        keys: the keys so far, where the node does not tell them and they matter.
        sources: the source text of its numbers by step, and of its containers' numbers.
    """

    __slots__ = (
        *("index", "is_array", "key", "keys", "live", "node", "sources", "told", "used", "where"),
    )

    node: Any
    where: Where | None
    key: Any
    index: int
    is_array: bool
    live: int
    told: bool
    used: bool
    keys: set[str] | None
    sources: dict[Any, Any] | None

    @property
    def step(self) -> Any:
        """From the container to its present member: the key or the index."""
        return self.index if self.is_array else self.key


def _frame(node: Any, where: Where | None, is_array: bool) -> Frame:
    frame = Frame.__new__(Frame)
    frame.node = node
    frame.where = where
    frame.key = None
    frame.index = 0
    frame.is_array = is_array
    frame.live = 0
    frame.told = True
    frame.used = False
    frame.keys = None
    frame.sources = None
    return frame


class Tree(Handler):
    """Builds the values and collects events in `out`, until somebody takes the list away.

    Args:
        kinds: the event classes that are wanted; None for all.
        patterns: which values' events are wanted; None for all.
        keep: build everything; else only what `patterns` selects, and let it go then.
        duplicate_keys: last, first or error.
        parse_int, parse_float: called with a number's source text.
    """

    __slots__ = (  # a class of so many attributes is slower without
        *("_convert_float", "_convert_int", "_deltas", "_documents", "_fields", "_kept"),
        *("_placing", "_starts", "_store", "_told", "_valued", "choosy", "closed_told", "deep"),
        *("dropped", "duplicates", "frame", "fresh", "in_string", "index", "keep"),
        *("leaf", "out", "patterns", "pieces", "placed", "repeated", "root"),
        *("sourced", "stack", "want_pieces"),
    )

    def __init__(
        self,
        kinds: Collection[type[Event]] | None,
        patterns: Patterns | None,
        keep: bool,
        duplicate_keys: str,
        parse_int: Callable[[str], Any] | None,
        parse_float: Callable[[str], Any] | None,
    ) -> None:
        self.out: list[Event] = []
        self.patterns = patterns
        self.keep = keep
        self.duplicates = duplicate_keys
        self.sourced = parse_int is not None or parse_float is not None
        self._convert_int = parse_int
        self._convert_float = parse_float
        self._starts = kinds is None or ValueStarted in kinds
        self._deltas = kinds is None or StringDelta in kinds
        self._fields = kinds is None or FieldCompleted in kinds
        self._documents = kinds is None or DocumentCompleted in kinds
        self._placing = self._starts or self._deltas or self._fields
        self.choosy = patterns is not None or not keep or duplicate_keys == "first"
        self._told = True  # the present value's events are wanted
        self._store = True  # it goes into its parent
        self._kept = True  # it is built, if it is a container
        self._valued = True  # it is converted and joined, if it is a scalar
        self.root = self.frame = _frame({} if keep else None, None, False)
        self.root.key = ()
        self.root.live = patterns.start if patterns is not None else 0
        self.closed_told = True  # whether the container that was left last was told
        self.stack: list[Frame] = []
        self.deep = False  # events may hold a link for a path
        self.index = 0  # documents completed
        self.dropped: Any = DROPPED  # the root that was just completed and not kept
        self.repeated = False  # the present key is a repeated one to be skipped
        self.in_string = False
        self.pieces: list[str] = []  # of the open string
        self.fresh = 0  # how many pieces earlier deltas told
        self.leaf: Where | None = None  # where it stands, if it is told
        self.placed = False  # the open string is in its container, up to the pieces
        self.want_pieces = True

    # --- what becomes of the value that starts ---------------------------------------

    def _select(self, frame: Frame) -> int:
        """Decide about the value at the frame's step. Answer its state in the patterns."""
        frame.used = True
        patterns = self.patterns
        if frame.live == NOTHING or self.repeated:
            self.repeated = self._told = self._store = self._kept = self._valued = False
            return NOTHING
        self._store = frame.node is not None
        live = self.live_at(frame)
        if patterns is None:
            self._told = True
            self._kept = self._store
        else:
            self._told = patterns.accepts(live)
            self._kept = self._store or self._told
        wanted = self._fields or (self._documents and frame is self.root)
        self._valued = self._store or (self._told and wanted)
        return live

    def live_at(self, frame: Frame) -> int:
        """The patterns' state at the frame's step; 0 without patterns."""
        if self.patterns is None or frame is self.root or not frame.live:
            return frame.live
        return self.patterns.step(frame.live, frame.step)

    def conversions(self) -> tuple[Callable[[str], Any] | None, Callable[[str], Any] | None]:
        """What numbers are converted by; None for what Python does."""
        return self._convert_int, self._convert_float

    def _put(self, frame: Frame, leaf: Where | None, value: Any, source: str | None = None) -> None:
        """The value at the frame's step is complete: a scalar, which stands at `leaf`."""
        if self._told and self._fields:
            if leaf is None:
                leaf = scan.below(frame.where, frame.index if frame.is_array else frame.key)
            self.out.append(field_completed(leaf, value))
        if self._store:
            if self.sourced:
                _note(frame, source)
            if frame.is_array:
                items = frame.node
                items.append(value)
            else:
                members = frame.node
                members[frame.key] = value
        frame.index += 1
        if frame.node is None and not self.stack:
            self.dropped = value if self._told else DROPPED

    # --- containers ------------------------------------------------------------------

    def on_object_start(self, offset: int) -> None:
        self._open({}, False)

    def on_array_start(self, offset: int) -> None:
        self._open([], True)

    def _open(self, node: Any, is_array: bool) -> None:
        frame = self.frame
        live = 0
        if self.choosy:
            live = self._select(frame)
            if not self._kept:
                node = None
        if self._store:
            if frame.is_array:
                items = frame.node
                items.append(node)
            else:
                members = frame.node
                members[frame.key] = node
        inner = self.enter(node, is_array, live)
        if self._told and self._starts:
            kind: Kind = "array" if is_array else "object"
            self.out.append(value_started(inner.where, kind))  # type: ignore[arg-type]  # told

    def enter(self, node: Any, is_array: bool, live: int) -> Frame:
        """Go into the container at the frame's step."""
        frame = self.frame
        where = None
        if self._placing and (live > 0 or (self.patterns is None and live == 0)):
            where = scan.below(frame.where, frame.index if frame.is_array else frame.key)
            if type(where) is not tuple:
                self.deep = True
        self.stack.append(frame)
        self.frame = inner = _frame(node, where, is_array)
        inner.live = live
        inner.told = self._told
        if node is None and not is_array and self.duplicates != "last":
            inner.keys = set()
        return inner

    def on_object_end(self, offset: int) -> None:
        self._close()

    def on_array_end(self, offset: int) -> None:
        self._close()

    def _close(self) -> None:
        inner = self.frame
        self.closed_told = inner.told
        frame = self.frame = self.stack.pop()
        value = inner.node
        if self.sourced and frame.node is not None and inner.live != NOTHING:
            _note(frame, inner.sources)
        frame.index += 1
        if value is None:
            value = DROPPED if inner.used else [] if inner.is_array else {}
        if inner.told and self._fields:
            self.out.append(field_completed(inner.where, value))  # type: ignore[arg-type]  # told
        if frame.node is None and not self.stack:
            self.dropped = value if inner.told else DROPPED

    def members(self, pending: bool) -> int:
        frame = self.frame
        kept = frame.keys if frame.node is None else frame.node
        if kept is None:
            return 0
        if frame.is_array:
            return len(kept) + pending
        return len(kept) + (pending and not self.repeated and frame.key not in kept)

    # --- keys ------------------------------------------------------------------------

    def on_key(self, key: str, start: int, end: int) -> None:
        frame = self.frame
        if self.duplicates != "last" and frame.live != NOTHING:
            known: Any = frame.keys if frame.node is None else frame.node
            if key in known:
                self._repeat(key, end - 1)
            elif frame.keys is not None:
                frame.keys.add(key)
        frame.key = key

    def _repeat(self, key: str, offset: int) -> None:
        if self.duplicates == "error":
            shown = key if len(key) <= 40 else key[:39] + "…"
            raise Fault("duplicate_key", offset, f"the key {shown!r} is repeated in its object")
        self.repeated = True

    # --- strings ---------------------------------------------------------------------

    def on_string(self, value: str, start: int, end: int) -> None:
        frame = self.frame
        if self.choosy:
            self._select(frame)
        leaf = None
        if self._told and self._placing:
            leaf = scan.below(frame.where, frame.index if frame.is_array else frame.key)
            if self._starts:
                self.out.append(value_started(leaf, "string"))
            if self._deltas and value:
                self.out.append(string_delta(leaf, value))
        self._put(frame, leaf, value)

    def on_string_start(self, offset: int) -> None:
        frame = self.frame
        if self.choosy:
            self._select(frame)
            self.want_pieces = self._valued or (self._told and self._deltas)
        if self._told and self._placing:
            self.leaf = scan.below(frame.where, frame.index if frame.is_array else frame.key)
            if self._starts:
                self.out.append(value_started(self.leaf, "string"))
        self.in_string = True

    def on_string_piece(self, text: str, start: int, end: int) -> None:
        if self.want_pieces:
            self.pieces.append(text)

    def on_string_end(self, offset: int) -> None:
        frame = self.frame
        if len(self.pieces) != self.fresh:
            self.flush()
        if self.placed:
            self.settle()
            value = frame.node[frame.step]
            if frame.is_array:
                frame.node.pop()
        else:
            value = "".join(self.pieces)
        self.pieces.clear()
        self.fresh = 0
        self.in_string = self.placed = False
        self._put(frame, self.leaf, value)
        self.leaf = None

    def flush(self) -> None:
        """Tell what the open string grew by; once per fragment."""
        fresh = self.fresh
        pieces = self.pieces
        n = len(pieces)
        if n > fresh and self.in_string and self._deltas and self._told:
            delta = pieces[fresh] if n - fresh == 1 else "".join(pieces[fresh:])
            self.out.append(string_delta(self.leaf, delta))  # type: ignore[arg-type]  # told
            if self._valued:
                self.fresh = n
            else:
                pieces.clear()

    def settle(self) -> None:
        """Bring the open string up to date in its container, at the cost of what is new."""
        if not self.in_string or not self._store:
            return
        node = self.frame.node
        step = self.frame.step
        if not self.placed:
            self.placed = True
            if self.frame.is_array:
                node.append("")
            else:
                node[step] = ""
        text = node[step]
        node[step] = None  # then `text` is the only reference, and grows where it is
        text += "".join(self.pieces)
        node[step] = text
        self.pieces.clear()
        self.fresh = 0

    # --- numbers and literals --------------------------------------------------------

    def on_number(self, text: str, is_float: bool, start: int, end: int) -> None:
        frame = self.frame
        if self.choosy:
            self._select(frame)
            if not self._valued:
                self._put(frame, None, None)
                return
        convert = self._convert_float if is_float else self._convert_int
        value: Any
        if convert is not None:
            value = convert(text)
        elif is_float:
            value = scan.real(text)
        else:
            try:
                value = scan.integer(text)
            except ValueError:
                raise _digits_fault(text, end) from None
        self._put(frame, None, value, text)

    def on_literal(self, value: bool | None, start: int, end: int) -> None:
        frame = self.frame
        if self.choosy:
            self._select(frame)
        self._put(frame, None, value)

    # --- documents -------------------------------------------------------------------

    def on_document_end(self, offset: int) -> None:
        if self._documents:
            value = self.dropped if self.root.node is None else self.root.node[()]
            self.out.append(DocumentCompleted(value, self.index))
        self.dropped = DROPPED
        self.index += 1

    @property
    def told(self) -> bool:
        """Whether the present value's events are wanted."""
        return self._told

    def completed_path(self) -> tuple[str | int, ...]:
        """The path of the value that was just completed; an array counts on by then."""
        steps = [frame.step for frame in self.stack[1:]]
        if self.stack:
            frame = self.frame
            steps.append(frame.step - 1 if frame.is_array else frame.step)
        return tuple(steps)

    @property
    def stored(self) -> bool:
        """Whether the present value goes into its container."""
        return self._store and not self.repeated

    def value(self) -> Any:
        """The live value of the present document, else of the last one."""
        self.settle()
        return self.built()

    def built(self) -> Any:
        """The same without an open string that nobody has read."""
        root = self.root
        if root.node is None:
            return DROPPED if root.used else missing()
        return root.node[()] if root.node else missing()


def _digits_fault(text: str, offset: int) -> Fault:
    maximum = sys.get_int_max_str_digits()
    message = (
        f"this interpreter converts no integer of {len(text)} digits "
        f"(sys.set_int_max_str_digits is {maximum}); max_number allows them"
    )
    return Fault("limit_exceeded", offset, message, limit="max_number", maximum=maximum)


def _note(frame: Frame, source: Any) -> None:
    """Remember the present member's source, and forget that of the member it replaces."""
    step = frame.step
    if source is not None:
        if frame.sources is None:
            frame.sources = {}
        frame.sources[step] = source
    elif frame.sources is not None:
        frame.sources.pop(step, None)
