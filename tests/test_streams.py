"""Iteration, sync and async: every event, then the error; and the source closed at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import pytest
from pydantic import BaseModel, Field

from partialjson import (
    Event,
    FieldCompleted,
    IncompleteJSONError,
    JSONSyntaxError,
    Limits,
    Parser,
    ToolCallFailed,
    ToolCalls,
    UsageError,
    ValidationFailed,
    Violation,
    aitems,
    astream,
    items,
    stream,
)


class Source:
    """Fragments that remember whether they were closed, and how far they were read."""

    def __init__(self, *fragments: Any, error: BaseException | None = None) -> None:
        self.fragments = fragments
        self.error = error
        self.read = 0
        self.closed = 0

    def _next(self, end: type[Exception]) -> Any:
        if self.read == len(self.fragments):
            raise self.error or end
        self.read += 1
        return self.fragments[self.read - 1]

    def __iter__(self) -> Source:
        return self

    def __next__(self) -> Any:
        return self._next(StopIteration)

    def close(self) -> None:
        self.closed += 1


class AsyncSource(Source):
    def __aiter__(self) -> AsyncSource:
        return self

    async def __anext__(self) -> Any:
        await asyncio.sleep(0)
        return self._next(StopAsyncIteration)

    async def aclose(self) -> None:
        self.closed += 1


Gather = Callable[[Any, Any], tuple[list[Event], BaseException | None]]


def gather(source: Any, parser: Any) -> tuple[list[Event], BaseException | None]:
    """Everything a stream hands out, and what it raises."""
    events: list[Event] = []
    try:
        with stream(source, parser) as run:
            for event in run:
                events.append(event)  # what came before an error counts
    except Exception as error:
        return events, error
    return events, None


def agather(source: Any, parser: Any) -> tuple[list[Event], BaseException | None]:
    async def run() -> tuple[list[Event], BaseException | None]:
        events: list[Event] = []
        try:
            async with astream(source, parser) as running:
                async for event in running:
                    events.append(event)
        except Exception as error:
            return events, error
        return events, None

    return asyncio.run(run())


BOTH = pytest.mark.parametrize(
    ("gather", "kind"), [(gather, Source), (agather, AsyncSource)], ids=["sync", "async"]
)


@BOTH
def test_all_events_come_and_the_source_is_closed_at_its_end(gather: Gather, kind: Any) -> None:
    source = kind('{"a": [1', b", 2]}", "")
    events, error = gather(source, Parser(events=FieldCompleted))
    assert error is None
    assert [e.path for e in events if isinstance(e, FieldCompleted)] == [
        ("a", 0),
        ("a", 1),
        ("a",),
        (),
    ]
    assert source.closed == 1


@BOTH
def test_events_before_an_error_come_first_and_nothing_more_is_read(
    gather: Gather, kind: Any
) -> None:
    source = kind("[1, 2, ", "3, x", ", 4]")
    events, error = gather(source, Parser(events=FieldCompleted))
    assert [e.value for e in events if isinstance(e, FieldCompleted)] == [1, 2, 3]
    assert isinstance(error, JSONSyntaxError)
    assert (source.read, source.closed) == (2, 1)


@BOTH
def test_a_source_that_ends_too_early_is_incomplete(gather: Gather, kind: Any) -> None:
    events, error = gather(kind("[1, "), Parser(events=FieldCompleted))
    assert len(events) == 1
    assert isinstance(error, IncompleteJSONError)


@BOTH
def test_an_exception_of_the_source_comes_after_what_the_parser_makes_of_it(
    gather: Gather, kind: Any
) -> None:
    function = {"name": "f", "arguments": '{"a": 1}'}
    chunk = {"choices": [{"delta": {"tool_calls": [{"index": 0, "function": function}]}}]}
    source = kind(chunk, error=ConnectionError("gone"))
    events, error = gather(source, ToolCalls())
    assert [e.reason for e in events if isinstance(e, ToolCallFailed)] == ["disconnected"]
    assert isinstance(error, ConnectionError)
    assert source.closed == 1
    events, error = gather(
        kind("[1, 2", error=ConnectionError("gone")), Parser(events=FieldCompleted)
    )
    assert len(events) == 1
    assert isinstance(error, ConnectionError)


@BOTH
def test_an_exception_of_user_code_comes_after_the_events_before_it(
    gather: Gather, kind: Any
) -> None:
    def convert(text: str) -> int:
        if text == "3":
            raise ZeroDivisionError
        return int(text)

    events, error = gather(kind("[1, 2, 3, 4]"), Parser(events=FieldCompleted, parse_int=convert))
    assert [e.value for e in events if isinstance(e, FieldCompleted)] == [1, 2]
    assert isinstance(error, ZeroDivisionError)


class Alarm(Exception):
    """Somebody's own exception, with something of its own that is called events."""

    events = ("not", "ours")


@BOTH
def test_what_an_exception_of_user_code_calls_events_is_not_handed_out(
    gather: Gather, kind: Any
) -> None:
    def convert(text: str) -> int:
        raise Alarm

    events, error = gather(kind('["a", 1]'), Parser(events=FieldCompleted, parse_int=convert))
    assert events == [FieldCompleted((0,), "a")]
    assert isinstance(error, Alarm)


@BOTH
def test_events_of_an_earlier_call_are_not_handed_out_again(gather: Gather, kind: Any) -> None:
    parser = Parser(events=FieldCompleted, parse_int=lambda text: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        parser.feed('["a", 1]')
    events, error = gather(kind("2"), parser)
    assert events == []
    assert isinstance(error, UsageError)


def test_leaving_closes_the_source_and_ends_the_iteration() -> None:
    source = Source(*["[1, 2, "] + ["3, "] * 100)
    with stream(source, Parser()) as events:
        next(events)
        assert (source.read, source.closed) == (1, 0)
    assert source.closed == 1
    assert list(events) == []


def test_leaving_an_async_stream_closes_the_source() -> None:
    source = AsyncSource(*["[1, 2, "] + ["3, "] * 100)

    async def run() -> None:
        async with astream(source, Parser()) as events:
            async for _ in events:
                break
        assert [event async for event in events] == []

    asyncio.run(run())
    assert (source.read, source.closed) == (1, 1)


def test_a_generator_behind_an_iterable_is_closed_with_it() -> None:
    closed = []

    class Response:
        def __iter__(self) -> Iterator[str]:
            try:
                yield "[1, "
                yield "2]"
            finally:
                closed.append("generator")

        def close(self) -> None:
            closed.append("response")

    with stream(Response(), Parser()) as events:
        next(events)
    assert closed == ["generator", "response"]


def test_an_interrupt_is_not_kept_waiting() -> None:
    source = Source("[1, ", error=KeyboardInterrupt())
    events = stream(source, Parser(events=FieldCompleted))
    assert next(events) == FieldCompleted((0,), 1)
    with pytest.raises(KeyboardInterrupt):
        next(events)
    assert source.closed == 1


def test_a_cancelled_task_closes_its_source() -> None:
    closed = []

    async def slow() -> AsyncIterator[str]:
        try:
            yield "[1, "
            await asyncio.sleep(60)
        finally:
            closed.append(True)

    async def run() -> None:
        async def consume() -> None:
            async with astream(slow(), Parser()) as events:
                async for _ in events:
                    pass

        task = asyncio.create_task(consume())
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert closed == [True]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stream("[1]", Parser()), "put it in a list"),
        (lambda: stream(b"[1]", Parser()), "put it in a list"),
        (lambda: stream(5, Parser()), "not int"),  # type: ignore[arg-type]  # on purpose
        (lambda: stream(AsyncSource("[1]").__aiter__, Parser()), "must be an iterable"),  # type: ignore[arg-type]
        (lambda: astream(["[1]"], Parser()), "use stream"),  # type: ignore[arg-type]
        (lambda: stream(["[1]"], object()), "has no feed"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_source_or_no_parser_is_a_type_error(call: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call()


# --- items ------------------------------------------------------------------------------


class Item(BaseModel):
    sku: str
    qty: int = Field(ge=1)


TEXT = '{"items": [{"sku": "a", "qty": 1}, {"sku": "b", "qty": 0}, {"sku": "c", "qty": 3}], "n": 3}'
PARTS = [TEXT[i : i + 5] for i in range(0, len(TEXT), 5)]


def all_items(*args: Any, **options: Any) -> list[Any]:
    return list(items(PARTS, *args, **options))


def all_aitems(*args: Any, **options: Any) -> list[Any]:
    async def run() -> list[Any]:
        async with aitems(AsyncSource(*PARTS), *args, **options) as found:
            return [item async for item in found]

    return asyncio.run(run())


EITHER = pytest.mark.parametrize("listed", [all_items, all_aitems], ids=["sync", "async"])
Listed = Callable[..., list[Any]]


@EITHER
def test_items_are_plain_values_without_a_type(listed: Listed) -> None:
    assert listed("$.items[*].sku") == ["a", "b", "c"]
    assert listed(["/n", "$.items[1]"]) == [{"sku": "b", "qty": 0}, 3]


@EITHER
def test_items_are_validated_and_a_bad_one_raises(listed: Listed) -> None:
    assert listed("$.items[*].qty", int) == [1, 0, 3]
    with pytest.raises(ValidationFailed) as error:
        listed("$.items[*]", Item)
    assert error.value.violation.detail["loc"] == ("items", 1, "qty")
    assert "greater than or equal to 1" in str(error.value)


@EITHER
def test_bad_items_are_skipped_or_handed_out_as_violations(listed: Listed) -> None:
    good = [Item(sku="a", qty=1), Item(sku="c", qty=3)]
    assert listed("$.items[*]", Item, "skip") == good
    first, bad, last = listed("$.items[*]", Item, on_error="yield")
    assert [first, last] == good
    assert isinstance(bad, Violation)


def test_a_bad_item_closes_the_source_at_once() -> None:
    source = Source(*PARTS)
    with pytest.raises(ValidationFailed):
        list(items(source, "$.items[*]", Item))
    assert source.closed == 1
    assert source.read < len(PARTS)


def test_leaving_items_closes_the_source() -> None:
    source = Source(*PARTS)
    with items(source, "$.items[*]", Item) as found:
        assert next(found) == Item(sku="a", qty=1)
    assert source.closed == 1
    assert list(found) == []

    async def run(asource: AsyncSource) -> None:
        async with aitems(asource, "$.items[*]") as afound:
            async for _ in afound:
                break

    asource = AsyncSource(*PARTS)
    asyncio.run(run(asource))
    assert asource.closed == 1


def test_items_of_many_documents() -> None:
    assert list(items(["1 2", "3 ", "[4]"], "$", many=True)) == [1, 23, [4]]
    assert list(items(['{"a":1}\n{"a":2}'], "$.a", int, many=True)) == [1, 2]


def test_limits_and_malformed_text_are_raised_after_the_items_before() -> None:
    found = items(["[1, 22", "222]"], "$[*]", limits=Limits(max_number=4))
    assert next(found) == 1
    with pytest.raises(ValueError, match="max_number"):
        next(found)


def test_an_unknown_on_error_is_refused() -> None:
    with pytest.raises(UsageError, match="'raise', 'skip' or 'yield'"):
        items([], "$", None, "ignore")  # type: ignore[call-overload]  # on purpose


def types_are_inferred() -> Coroutine[Any, Any, None]:  # checked by mypy, never run
    item: Item = next(items([""], "$[*]", Item))
    either: Item | Violation = next(items([""], "$[*]", Item, on_error="yield"))

    async def run() -> None:
        async for found in aitems(AsyncSource(""), "$[*]", Item):
            sku: str = found.sku
            print(sku, item, either)

    return run()
