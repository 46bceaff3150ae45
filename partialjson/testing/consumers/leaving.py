"""Iterators that are left before their end, in each of the ways that Python has for it."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from typing import Any

from .runs import Loop
from .stopping import Case, Here, Served

_LEAVING = "its iterator was left"


class _Left(Exception):
    """What a block that leaves an iterator raises."""


def is_iterator(values: Any) -> bool:
    """Whether it is an iterator or a context manager of one."""
    return hasattr(values, "__next__") or hasattr(values, "__enter__")


def is_async_iterator(values: Any) -> bool:
    """Whether it is an async iterator or an async context manager of one."""
    return isinstance(values, AsyncIterator) or hasattr(values, "__aenter__")


def left(case: Case) -> None:
    """Take some values and leave: as the block ends, and by an exception in it."""
    for raising in (False, True):
        with case.source() as source, Loop() as loop:
            values = case.consumer(source.given)
            if is_async_iterator(values):
                read, steps = loop.run(_left_async(case, values, source, raising))
            else:
                read, steps = _left_sync(case, values, source, raising)
            del values
            if not source.closed:  # but it may be in a circle that holds the iterator
                gc.collect()
            if source.ended and source.read == read:
                what = f"it reads to the end before it yields {case.after} values"
                case.fail(what, source, steps)
            case.must_have_stopped(source, steps, read, _LEAVING)


def _left_sync(case: Case, values: Any, source: Here | Served, raising: bool) -> tuple[int, str]:
    """Take some values and leave. Answer how much was read by then, and the code of it."""
    if not hasattr(values, "__enter__"):
        _take(case, iter(values), source)
        return source.read, _plainly(case, values, "next", "values.close()")
    steps = _block(case, "with", "next(values)", raising)
    read = 0
    try:
        with values as entered:
            _take(case, iter(entered), source)
            read = source.read
            if raising:
                raise _Left
    except _Left:
        return read, steps
    if raising:
        case.fail("its context manager swallows an exception", source, steps)
    return read, steps


def _take(case: Case, iterator: Any, source: Here | Served) -> None:
    for number in range(case.after):
        try:
            next(iterator)
        except StopIteration:
            _too_few(case, source, number)


def _plainly(case: Case, values: Any, take: str, close: str) -> str:
    """Close what is no context manager, if it can be. Answer the code of it."""
    closes = hasattr(values, "close")
    if closes:
        values.close()
    return f"values = {case.call}\n{take}(values)\n{close if closes else 'del values'}"


async def _left_async(
    case: Case, values: Any, source: Here | Served, raising: bool
) -> tuple[int, str]:
    if hasattr(values, "__aenter__"):
        read, steps = await _left_block(case, values, source, raising)
    else:
        await _atake(case, values.__aiter__(), source)
        read, steps = source.read, f"values = {case.call}\nawait anext(values)"
        if hasattr(values, "aclose"):
            await values.aclose()
            steps += "\nawait values.aclose()"
    del values
    await source.settle()
    return read, steps


async def _left_block(
    case: Case, values: Any, source: Here | Served, raising: bool
) -> tuple[int, str]:
    steps = _block(case, "async with", "await anext(values)", raising)
    read = 0
    try:
        async with values as entered:
            await _atake(case, entered.__aiter__(), source)
            read = source.read
            if raising:
                raise _Left
    except _Left:
        return read, steps
    if raising:
        case.fail("its context manager swallows an exception", source, steps)
    return read, steps


async def _atake(case: Case, iterator: Any, source: Here | Served) -> None:
    for number in range(case.after):
        try:
            await iterator.__anext__()
        except StopAsyncIteration:
            _too_few(case, source, number)


def _too_few(case: Case, source: Here | Served, number: int) -> None:
    case.fail(f"it yields {number} values, not {case.after}", source, f"[*{case.call}]")


def _block(case: Case, statement: str, take: str, raising: bool) -> str:
    leave = "\n    raise ValueError" if raising else ""
    return f"{statement} {case.call} as values:\n    {take}{leave}"
