"""`ItemParser`: validated items out of a document that nobody keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Literal, NoReturn

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from .._core.handler import Handler
from .._core.source import Source
from .._core.tree import Tree
from ..errors import UsageError
from ..events import Event, Validated, Violation
from ..limits import Limits
from ..parser import Parser, Repair
from ..paths import Pattern
from .plan import adapter_of, plan_of
from .report import violations

__all__ = ["ItemParser"]


class ItemParser(Parser):
    """A `Parser` that validates each value a pattern selects, and lets it go.

    Each selected value is a root of its own: `Validated(path, object)` from `validate_json`
    of its own text, or one `Violation` for each thing that is wrong with it. What is not
    selected is checked as JSON and not built; memory is that of one item.

    Args:
        pattern: which values; see `partialjson.paths`.
        type: what `pydantic.TypeAdapter` takes, or a TypeAdapter.
        many: documents follow one another.
        limits: see `Limits`.
        repair: as for `Parser`.

    >>> parser = ItemParser("$.ids[*]", int)
    >>> parser.feed('{"ids": [1, 2')
    [Validated(path=('ids', 0), object=1)]
    """

    _event_types: ClassVar[tuple[type[Event], ...]] = (Validated, Violation)

    def __init__(
        self,
        pattern: Pattern | Iterable[Pattern],
        type: Any,  # as in ModelParser
        /,
        *,
        many: bool = False,
        limits: Limits | None = None,
        duplicate_keys: Literal["error"] = "error",
        repair: Repair = False,
    ) -> None:
        self._adapter = adapter_of(type)
        super().__init__(
            events=self._event_types,
            paths=pattern,
            keep=False,
            many=many,
            limits=limits,
            duplicate_keys=duplicate_keys,
            repair=repair,
        )
        if self._repairer is not None:
            self._validator.given = self._repairer.given

    def _handler(self) -> Handler:
        self._source = Source()
        self._validator = ItemValidator(self._tree, self._source, self._adapter)
        return self._validator

    def checkpoint(self) -> NoReturn:
        """Not available yet: use `Parser` where a stream must survive its process."""
        raise UsageError("ItemParser has no checkpoints yet", code="not_available")

    def fork(self) -> NoReturn:
        """Not available yet, like `checkpoint`."""
        raise UsageError("ItemParser cannot be forked yet", code="not_available")


class ItemValidator(Handler):
    """Validates what the tree tells, from its own source text. The tree hears all first."""

    def __init__(self, tree: Tree, source: Source, adapter: TypeAdapter[Any]) -> None:
        self.tree = tree
        self.source = source
        self.adapter = adapter
        self.plan = plan_of(adapter)
        self.given: Callable[[int], int] = int  # offsets, where text was repaired
        self.starts: list[int] = []  # of the open selected containers
        self.began = -1  # where the open string begins

    def on_object_start(self, offset: int) -> None:
        self.tree.on_object_start(offset)
        self._open(offset)

    def on_array_start(self, offset: int) -> None:
        self.tree.on_array_start(offset)
        self._open(offset)

    def _open(self, offset: int) -> None:
        if self.tree.frame.told:
            self.starts.append(offset)
            self._want()

    def on_object_end(self, offset: int) -> None:
        self.tree.on_object_end(offset)
        self._close(offset)

    def on_array_end(self, offset: int) -> None:
        self.tree.on_array_end(offset)
        self._close(offset)

    def _close(self, offset: int) -> None:
        if self.tree.closed_told:
            self._validate(self.source.slice(self.starts.pop(), offset + 1), offset)

    def on_string(self, value: str, start: int, end: int) -> None:
        self.tree.on_string(value, start, end)
        if self.tree.told:
            self._validate(self.source.slice(start, end), end - 1)

    def on_string_start(self, offset: int) -> None:
        self.tree.on_string_start(offset)
        if self.tree.told:
            self.began = offset
            self._want()

    def on_string_end(self, offset: int) -> None:
        self.tree.on_string_end(offset)
        if self.tree.told:
            self._validate(self.source.slice(self.began, offset + 1), offset)

    def on_number(self, text: str, is_float: bool, start: int, end: int) -> None:
        self.tree.on_number(text, is_float, start, end)
        if self.tree.told:
            self._validate(text, end)

    def on_literal(self, value: bool | None, start: int, end: int) -> None:
        self.tree.on_literal(value, start, end)
        if self.tree.told:
            self._validate("null" if value is None else str(value).lower(), end - 1)

    def on_key(self, key: str, start: int, end: int) -> None:
        self.tree.on_key(key, start, end)

    def on_string_piece(self, text: str, start: int, end: int) -> None:
        self.tree.on_string_piece(text, start, end)

    def on_document_end(self, offset: int) -> None:
        self.tree.on_document_end(offset)

    def members(self, pending: bool) -> int:
        return self.tree.members(pending)

    def _want(self) -> None:
        """Keep the source from the outermost open value on."""
        self.source.since = self.starts[0] if self.starts else self.began

    def _validate(self, text: str, offset: int) -> None:
        path = self.tree.completed_path()
        try:
            item = self.adapter.validate_json(text)
        except ValidationError as error:
            node, value = self.plan.root, from_json(text)
            given = self.given(offset)
            self.tree.out += violations(self.plan, error, node, (path, path), value, given, None)
        else:
            self.tree.out.append(Validated(path, item))
        if not self.starts:
            self.source.since = None
