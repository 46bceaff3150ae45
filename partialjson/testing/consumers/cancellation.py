"""`assert_cancels`: a consumer that stops early, stops its stream.

What it is given stands for the response; what happened to that is looked at afterwards. Every
run is in a thread of its own with a limit of time, because some faults are endless loops.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, Literal, TypeAlias

from ..replies import Reply
from ..responses import Wired
from .leaving import is_async_iterator, is_iterator, left
from .reproductions import shortened
from .runs import Consumer, Errors, Loop, has_verbs, in_a_thread
from .stopping import Case, Here, Served

When: TypeAlias = Literal["stops", "left", "interrupted", "cancelled"]
_POSSIBLE: dict[str, tuple[When, ...]] = {  # by what the consumer answers
    "result": ("stops", "interrupted"),
    "iterator": ("left", "interrupted"),
    "awaitable": ("stops", "cancelled"),
    "async iterator": ("left", "cancelled"),
}
_USUAL: dict[str, tuple[When, ...]] = {**_POSSIBLE, "awaitable": ("cancelled",)}
_ITEMS = [{"id": number, "text": f"item number {number}"} for number in range(50)]


def assert_cancels(
    consumer: Consumer,
    stream: Any = None,
    *,
    when: When | Iterable[When] = (),
    url: bool = False,
    after: int = 1,
    read_ahead: int = 0,
    within: int | None = None,
    raises: Errors = (),
    timeout: float = 10.0,
) -> None:
    """A consumer that stops early must close its source at once, and read no more of it.

    The source can be iterated over sync and async, and closed by `close`, `aclose`, `with` and
    `async with`, as a response can. What is tried depends on what the consumer answers:

    - `"stops"`: a function that returns its result. It must stop on its own before the end of
      the stream: give it one in which it finds what it wants.
    - `"left"`: an iterator, sync or async, or a context manager of one. After so many values it
      is left: by the end of its `with` block, by an exception in that, by `close` or `aclose`,
      or, if it has none of these, by being forgotten.
    - `"interrupted"`: anything sync. Reading raises KeyboardInterrupt, which must come through.
    - `"cancelled"`: anything async. Its task is cancelled while the stream stalls; it must end
      as cancelled.

    Args:
        consumer: a function of the source, sync or async.
        stream: str or bytes, which arrive in small pieces, a response of `wire`, or an iterable
            of fragments, messages or objects; None: JSON text, a list of 50 objects.
        when: which of the above; empty: those that fit what the consumer answers, but of an
            awaitable only `"cancelled"`. A function that has to read to the end is only to be
            `"interrupted"`.
        url: it is given the URL of a `replay_server` instead, which serves the stream, stalls
            before its end, and must see it leave. It cannot be `"interrupted"`.
        after: after how many values an iterator is left; after how many fragments reading is
            interrupted or stalls.
        read_ahead: how many fragments may be read after that.
        within: how many fragments may be read by one that stops on its own; None: all but one.
        raises: exceptions by which the consumer may stop on its own.
        timeout: seconds after which a run hangs.

    Raises:
        AssertionError: with what is wrong, and code that shows it.
        TypeError: for what is no such consumer.

    >>> def first_line(source):
    ...     text = ""
    ...     for fragment in source:
    ...         text += fragment
    ...         if "\\n" in text:
    ...             return text.partition("\\n")[0]
    >>> try:
    ...     assert_cancels(first_line, ["a", "b\\n", "c", "d"])
    ... except AssertionError as error:
    ...     print(error)
    the consumer does not stop its stream: its source is still open after it stopped
    <BLANKLINE>
    source = Arriving(['a', 'b\\n', 'c', 'd'])
    first_line(source)
    print(source.read, source.closed)
    # 2 False
    """
    given = json.dumps(_ITEMS) if stream is None else stream
    if not isinstance(given, (str, bytes, Wired, Reply)):
        given = [*given]  # it is read several times
    case = Case(consumer, given, url, after, read_ahead, within, raises, timeout)
    kind = _bounded(case, partial(_kind_of, case))
    possible = tuple(each for each in _POSSIBLE[kind] if not url or each != "interrupted")
    chosen = (when,) if isinstance(when, str) else tuple(when)
    for each in chosen or tuple(each for each in _USUAL[kind] if each in possible):
        if each not in possible:
            fitting = " or ".join(possible)
            raise TypeError(f"{case.name} answers an {kind}: it is {fitting}, not {each}")
        _bounded(case, partial(_WAYS[each], case))


def _bounded(case: Case, run: Callable[[], Any]) -> Any:
    try:
        return in_a_thread(run, case.timeout)
    except TimeoutError:
        said = f"the consumer does not stop its stream: {case.name} hangs"
        raise AssertionError(f"{said}; after {case.timeout} seconds it still runs") from None


def _kind_of(case: Case) -> str:
    if has_verbs(case.consumer) or not callable(case.consumer):
        raise TypeError("what stops a stream is a function of the stream")
    if inspect.iscoroutinefunction(case.consumer):
        return "awaitable"
    with case.source() as source:
        try:
            answer = case.consumer(source.given)
        except Exception:
            return "result"  # is run again, and looked at, as one that stops
    if inspect.iscoroutine(answer):
        answer.close()
    if inspect.isawaitable(answer):
        return "awaitable"
    if is_async_iterator(answer):
        return "async iterator"
    return "iterator" if is_iterator(answer) else "result"


# --- it stops on its own ----------------------------------------------------------------


def _stops(case: Case) -> None:
    steps = case.call
    with case.source() as source, Loop() as loop:
        try:
            answer = case.consumer(source.given)
            if inspect.isawaitable(answer):
                steps = f"asyncio.run({steps})"
                loop.run(answer)
                loop.run(source.settle())
        except case.raises:
            steps += "  # raises"
        if source.ended:
            case.fail("it reads to the end", source, steps)
        if case.within is not None and source.read > case.within:
            case.fail(f"it reads more than {case.within} fragments", source, steps)
        case.must_have_stopped(source, steps, source.read, "it stopped")


# --- it is interrupted ------------------------------------------------------------------


def _interrupted(case: Case) -> None:
    steps = case.call
    came_through = False
    with case.source(interrupts_after=case.after) as source:
        try:
            answer = case.consumer(source.given)
            if hasattr(answer, "__enter__"):
                steps = f"with {steps} as values:\n    [*values]"
                with answer as entered:
                    _exhaust(entered)
            elif hasattr(answer, "__next__"):
                steps = f"[*{steps}]"
                _exhaust(answer)
        except (KeyboardInterrupt, SystemExit):
            came_through = True
        if source.interrupted and not came_through:
            case.fail("it swallows KeyboardInterrupt", source, steps)
        if source.interrupted:  # or else it has stopped before
            case.must_have_stopped(source, steps, case.after, "KeyboardInterrupt")


def _exhaust(values: Any) -> None:
    for _ in values:
        pass


# --- it is cancelled --------------------------------------------------------------------


def _cancelled(case: Case) -> None:
    stalling = "server.left.wait(1)" if case.url else "await source.stalled()"
    steps = (
        f"task = asyncio.create_task({case.call})\n{stalling}\n"
        "task.cancel()\nawait asyncio.wait([task])"
    )
    with case.source(stalls_after=case.after) as source, Loop() as loop:
        end = loop.run(_cancelling(case, source))
        if end == "pending":
            case.fail("it does not end when its task is cancelled", source, steps)
        if end not in ("cancelled", "finished"):
            case.fail(f"it swallows the cancellation of its task, which {end}", source, steps)
        case.must_have_stopped(source, steps, case.after, f"its task was {end}")


async def _cancelling(case: Case, source: Here | Served) -> str:
    """Cancel it where the stream stalls. Answer how its task ended."""
    task = asyncio.ensure_future(_awaited(case.consumer(source.given)))
    stalled = asyncio.ensure_future(source.stalled())
    await asyncio.wait((task, stalled), return_when=asyncio.FIRST_COMPLETED)
    stalled.cancel()
    if task.done():
        task.result()  # raises what it raised
        return "finished"  # before there was anything to cancel
    task.cancel()
    await asyncio.wait((task,), timeout=case.timeout / 2)
    await source.settle()
    if not task.done():
        return "pending"
    if task.cancelled():
        return "cancelled"
    error = task.exception()
    return f"returned {shortened(task.result())}" if error is None else f"raised {error!r}"


async def _awaited(answer: Any) -> Any:
    if hasattr(answer, "__aenter__"):
        async with answer as entered:
            return [value async for value in entered]
    if is_async_iterator(answer):
        try:
            return [value async for value in answer]
        finally:
            await _closing(answer)
    return await answer


async def _closing(values: Any) -> None:
    """Close it, as whoever iterates over it has to."""
    close: Callable[[], Awaitable[None]] | None = getattr(values, "aclose", None)
    if close is not None:
        await close()


_WAYS: dict[When, Callable[[Case], None]] = {
    "stops": _stops,
    "left": left,
    "interrupted": _interrupted,
    "cancelled": _cancelled,
}
