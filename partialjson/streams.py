"""Iteration over anything incremental: fragments from a source, events out, sync and async.

    with stream(response.iter_text(), parser) as events:
        for event in events: ...

Leaving the `with`, an error and the end of the source all close the source at once, so a
model that nobody listens to any more stops. Events before an error are handed out first,
then the error is raised.
"""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from types import TracebackType
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar, overload

from typing_extensions import Self, TypeForm

from .errors import PartialJSONError, UsageError, ValidationFailed
from .events import Event, FieldCompleted, Validated, Violation
from .limits import Limits
from .parser import Parser, Repair
from .paths import Pattern
from .stats import Stats

__all__ = [
    "AsyncItems",
    "AsyncStream",
    "Items",
    "Stream",
    "aitems",
    "astream",
    "items",
    "stream",
    "validate_stream",
]

T = TypeVar("T")
OnError: TypeAlias = Literal["raise", "skip", "yield"]


class Incremental(Protocol):
    """What a stream can run over: `Parser`, `ModelParser`, `ToolCalls`, ..."""

    def feed(self, fragment: Any, /) -> list[Event]:
        """Take a fragment."""

    def close(self) -> list[Event]:
        """The source is over."""


class _Run:
    """What sync and async share: events not yet handed out, and what is to be raised then."""

    def __init__(self, parser: Incremental) -> None:
        for verb in ("feed", "close"):
            if not callable(getattr(parser, verb, None)):
                raise TypeError(
                    f"a parser has feed and close; {type(parser).__name__} has no {verb}"
                )
        self.parser = parser
        theirs = getattr(parser, "stats", None)
        self.counts = not isinstance(theirs, Stats)  # else the parser counts itself
        self.stats = theirs if isinstance(theirs, Stats) else Stats()
        self.pending: deque[Event] = deque()
        self.error: BaseException | None = None
        self.over = False  # nothing more is asked of the source

    def feed(self, fragment: Any) -> None:
        if self.counts:
            self.stats.fed(fragment)
        try:
            self._add(self.parser.feed(fragment))
        except Exception as error:
            self._fail(error)

    def _add(self, events: Iterable[Event]) -> None:
        if self.counts:
            self.stats.told(events)
        self.pending += events

    def finish(self) -> None:
        """The source is exhausted."""
        self.over = True
        try:
            self._add(self.parser.close())
        except Exception as error:
            self._fail(error)

    def broken(self, error: Exception) -> None:
        """The source raised: what the parser makes of that comes first."""
        self.over = True
        try:
            self._add(self.parser.close())
        except Exception as ours:
            self._add(events_before(ours, self.parser))
        self.error = error

    def _fail(self, error: Exception) -> None:
        self.over = True
        self._add(events_before(error, self.parser))
        self.error = error

    def next(self, end: type[Exception]) -> Event:
        """The next event, the error after the last one, or `end`."""
        if self.pending:
            return self.pending.popleft()
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        raise end

    def drop(self) -> None:
        """Nobody listens any more."""
        self.over = True
        self.error = None
        self.pending.clear()


class Stream:
    """An iterator over events, and a context manager that closes the source."""

    def __init__(self, source: Iterable[Any], parser: Incremental) -> None:
        _refuse_text(source)
        if not isinstance(source, Iterable):
            hint = "; use astream" if isinstance(source, AsyncIterable) else ""
            raise TypeError(f"source must be an iterable, not {type(source).__name__}{hint}")
        self._run = _Run(parser)
        self._source = source
        self._fragments = iter(source)
        self._closed = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event:
        run = self._run
        while not run.pending and not run.over:
            try:
                fragment = next(self._fragments)
            except StopIteration:
                run.finish()
            except Exception as error:
                run.broken(error)
            except BaseException:  # an interrupt waits for no events
                self.close()
                raise
            else:
                run.feed(fragment)
            if run.over:
                self._close_source()
        return run.next(StopIteration)

    @property
    def stats(self) -> Stats:
        """What has gone through, and how long it took."""
        return self._run.stats

    def close(self) -> None:
        """Close the source; the iteration is over."""
        self._run.drop()
        self._close_source()

    def _close_source(self) -> None:
        if not self._closed:
            self._closed = True
            closables = _closables(self._fragments, self._source)
            self._fragments = self._source = iter(())  # some close with their last reference only
            for closable in closables:
                close = getattr(closable, "close", None)
                if callable(close):
                    close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Nothing:
    """An async source that is over."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        raise StopAsyncIteration


class AsyncStream:
    """An async iterator over events, and an async context manager that closes the source."""

    def __init__(self, source: AsyncIterable[Any], parser: Incremental) -> None:
        _refuse_text(source)
        if not isinstance(source, AsyncIterable):
            hint = "; use stream" if isinstance(source, Iterable) else ""
            if inspect.isawaitable(source):
                hint = "; await it first"
            raise TypeError(f"source must be an async iterable, not {type(source).__name__}{hint}")
        self._run = _Run(parser)
        self._source = source
        self._fragments = source.__aiter__()
        self._closed = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        run = self._run
        while not run.pending and not run.over:
            try:
                fragment = await self._fragments.__anext__()
            except StopAsyncIteration:
                run.finish()
            except Exception as error:
                run.broken(error)
            except BaseException:  # a cancellation waits for no events
                await self.aclose()
                raise
            else:
                run.feed(fragment)
            if run.over:
                await self._close_source()
        return run.next(StopAsyncIteration)

    @property
    def stats(self) -> Stats:
        """What has gone through, and how long it took."""
        return self._run.stats

    async def aclose(self) -> None:
        """Close the source; the iteration is over."""
        self._run.drop()
        await self._close_source()

    async def _close_source(self) -> None:
        if not self._closed:
            self._closed = True
            closables = _closables(self._fragments, self._source)
            self._fragments = self._source = _Nothing()
            for closable in closables:
                close = getattr(closable, "aclose", None) or getattr(closable, "close", None)
                closing = close() if callable(close) else None
                if inspect.isawaitable(closing):
                    await closing

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()


class Items(Generic[T]):
    """An iterator over selected values, and a context manager that closes the source."""

    def __init__(self, events: Stream, on_error: OnError) -> None:
        self._events = events
        self._on_error = on_error

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        for event in self._events:
            kept, item = _item(event, self._on_error)
            if not kept:
                continue
            if isinstance(item, ValidationFailed):
                self.close()
                raise item
            return item  # type: ignore[no-any-return]  # what the type made of it
        raise StopIteration

    def close(self) -> None:
        """Close the source; the iteration is over."""
        self._events.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncItems(Generic[T]):
    """An async iterator over selected values, and an async context manager."""

    def __init__(self, events: AsyncStream, on_error: OnError) -> None:
        self._events = events
        self._on_error = on_error

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        async for event in self._events:
            kept, item = _item(event, self._on_error)
            if not kept:
                continue
            if isinstance(item, ValidationFailed):
                await self.aclose()
                raise item
            return item  # type: ignore[no-any-return]  # what the type made of it
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Close the source; the iteration is over."""
        await self._events.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()


def stream(source: Iterable[Any], parser: Incremental) -> Stream:
    """Events of everything that a source gives.

    Args:
        source: an iterable of what the parser's `feed` takes.
        parser: anything with `feed` and `close`.

    Returns:
        An iterator and context manager. An exception of the source is raised after the
        events that the parser makes of it (a `ToolCalls` fails the calls that are open).

    Raises:
        TypeError: for what is no source or no parser.

    >>> with stream(['{"a": tr', 'ue}'], Parser(events=FieldCompleted)) as events:
    ...     [event.path for event in events]
    [('a',), ()]
    """
    return Stream(source, parser)


def validate_stream(source: Iterable[Any], schema: Any, **options: Any) -> Stream:
    """Events of a JSON text that must satisfy a schema; the first violation ends it.

    Args:
        source: an iterable of str or bytes.
        schema: what `SchemaParser` takes.
        options: those of `SchemaParser`; `stop_on_violation=False` goes on after violations.

    Returns:
        An iterator and context manager, as from `stream`. The events before a violation
        come first, then `ValidationFailed` is raised; by then the source is closed.

    Raises:
        UsageError, TypeError: as `SchemaParser`.

    >>> schema = {"properties": {"n": {"type": "integer"}}}
    >>> with validate_stream(['{"n": ', '"one"}'], schema) as events:
    ...     try:
    ...         print(*events)
    ...     except ValidationFailed as error:
    ...         print(error.violation.path, error.violation.message)
    ('n',) is not of type 'integer'
    """
    from .schema import SchemaParser

    return Stream(source, SchemaParser(schema, **{"stop_on_violation": True, **options}))


def astream(source: AsyncIterable[Any], parser: Incremental) -> AsyncStream:
    """`stream` for an async iterable: `async with`, `async for`."""
    return AsyncStream(source, parser)


@overload
def items(
    source: Iterable[Any],
    pattern: Pattern | Iterable[Pattern],
    type: None = None,
    on_error: OnError = "raise",
    *,
    many: bool = False,
    limits: Limits | None = None,
    repair: Repair = False,
) -> Items[Any]: ...
@overload
def items(
    source: Iterable[Any],
    pattern: Pattern | Iterable[Pattern],
    type: TypeForm[T],
    on_error: Literal["raise", "skip"] = "raise",
    *,
    many: bool = False,
    limits: Limits | None = None,
    repair: Repair = False,
) -> Items[T]: ...
@overload
def items(
    source: Iterable[Any],
    pattern: Pattern | Iterable[Pattern],
    type: TypeForm[T],
    on_error: Literal["yield"],
    *,
    many: bool = False,
    limits: Limits | None = None,
    repair: Repair = False,
) -> Items[T | Violation]: ...
def items(
    source: Iterable[Any],
    pattern: Pattern | Iterable[Pattern],
    type: Any = None,
    on_error: OnError = "raise",
    *,
    many: bool = False,
    limits: Limits | None = None,
    repair: Repair = False,
) -> Items[Any]:
    """The values that a pattern selects, each as soon as it is complete; nothing else is kept.

    Args:
        source: an iterable of text or bytes, cut anywhere.
        pattern: which values; see `partialjson.paths`.
        type: what each is validated as, by Pydantic; None for plain values.
        on_error: what a value that does not fit does: `"raise"` raises ValidationFailed,
            `"skip"` leaves it out, `"yield"` hands out its Violations in its place.
        many: documents follow one another.
        limits: see `Limits`.
        repair: as for `Parser`.

    >>> list(items(['{"ids": [1, 2', ', 3]}'], "$.ids[*]", int))
    [1, 2, 3]
    """
    parser = _items_parser(pattern, type, on_error, many, limits, repair)
    return Items(Stream(source, parser), on_error)


@overload
def aitems(
    source: AsyncIterable[Any],
    pattern: Pattern | Iterable[Pattern],
    type: None = None,
    on_error: OnError = "raise",
    *,
    many: bool = False,
    limits: Limits | None = None,
    repair: Repair = False,
) -> AsyncItems[Any]: ...
@overload
def aitems(
    source: AsyncIterable[Any],
    pattern: Pattern | Iterable[Pattern],
    type: TypeForm[T],
    on_error: Literal["raise", "skip"] = "raise",
    *,
    many: bool = False,
    limits: Limits | None = None,
    repair: Repair = False,
) -> AsyncItems[T]: ...
@overload
def aitems(
    source: AsyncIterable[Any],
    pattern: Pattern | Iterable[Pattern],
    type: TypeForm[T],
    on_error: Literal["yield"],
    *,
    many: bool = False,
    limits: Limits | None = None,
    repair: Repair = False,
) -> AsyncItems[T | Violation]: ...
def aitems(
    source: AsyncIterable[Any],
    pattern: Pattern | Iterable[Pattern],
    type: Any = None,
    on_error: OnError = "raise",
    *,
    many: bool = False,
    limits: Limits | None = None,
    repair: Repair = False,
) -> AsyncItems[Any]:
    """`items` for an async iterable: `async with`, `async for`."""
    parser = _items_parser(pattern, type, on_error, many, limits, repair)
    return AsyncItems(AsyncStream(source, parser), on_error)


def _items_parser(
    pattern: Any, type_: Any, on_error: str, many: bool, limits: Limits | None, repair: Repair
) -> Parser:
    if on_error not in ("raise", "skip", "yield"):
        raise UsageError(f"on_error must be 'raise', 'skip' or 'yield', not {on_error!r}")
    if type_ is None:
        return Parser(
            events=FieldCompleted,
            paths=pattern,
            keep=False,
            many=many,
            limits=limits,
            repair=repair,
        )
    from .typed import ItemParser

    return ItemParser(pattern, type_, many=many, limits=limits, repair=repair)


def _item(event: Event, on_error: OnError) -> tuple[bool, Any]:
    """Whether an event is an item, and what to hand out; a ValidationFailed is to be raised."""
    if isinstance(event, FieldCompleted):
        return True, event.value
    if isinstance(event, Validated):
        return True, event.object
    if on_error == "raise" and isinstance(event, Violation):
        message = f"{event.message} (at {event.path!r})"
        return True, ValidationFailed(message, violation=event)
    return on_error == "yield", event


def events_before(error: Exception, parser: object) -> Iterable[Event]:
    """The events of the call that raised `error`: ours carries them, user code's cannot."""
    if isinstance(error, PartialJSONError):
        return getattr(error, "events", ())
    return getattr(parser, "undelivered", ())


def _refuse_text(source: object) -> None:
    if isinstance(source, (str, bytes, bytearray, memoryview, dict)):
        raise TypeError(
            f"source must be an iterable of fragments, not one {type(source).__name__}; "
            "put it in a list"
        )


def _closables(fragments: Iterator[Any] | AsyncIterator[Any], source: object) -> tuple[object, ...]:
    """What is to be closed: the iterator, and the response behind it if that was given."""
    return (fragments,) if fragments is source else (fragments, source)
