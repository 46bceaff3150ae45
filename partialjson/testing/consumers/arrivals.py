"""Fragments as they arrive: what the checks give to a consumer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

from typing_extensions import Self

_PATIENCE = 1000  # how often the end is told before whoever asks is left waiting


class Arriving:
    """Fragments as they arrive, one at a time: iterable sync and async, and to be closed.

    It stands for a response. Closing is `close` or `aclose`, or leaving `with` or `async with`;
    after that nothing arrives any more.

    Args:
        fragments: what arrives.
        interrupts_after: after so many fragments reading raises KeyboardInterrupt, once.
        stalls_after: after so many fragments async reading waits, once, until it is cancelled.

    Attributes:
        fragments: what arrives.
        read: how many fragments were read.
        closed: whether it was closed.
        ended: whether somebody read on to the end.
        interrupted: whether reading has raised KeyboardInterrupt.
        waiting: how many are waiting where it stalls.

    >>> source = Arriving(["ab", "c"])
    >>> [*source], source.read, source.closed
    (['ab', 'c'], 2, False)
    """

    def __init__(
        self,
        fragments: Sequence[Any],
        *,
        interrupts_after: int | None = None,
        stalls_after: int | None = None,
    ) -> None:
        self.fragments = fragments
        self.read = 0
        self.closed = False
        self.ended = False
        self.interrupted = False
        self.waiting = 0
        self._interrupts_after = interrupts_after
        self._stalls_after = stalls_after
        self._stalled = asyncio.Event()
        self._told = 0

    async def stalled(self) -> None:
        """Wait until it stalls."""
        await self._stalled.wait()

    @property
    def _over(self) -> bool:
        return self.closed or self.read == len(self.fragments)

    def _next(self, end: type[Exception]) -> Any:
        if self._over:
            self.ended = not self.closed
            self._told += 1
            raise end
        if self.read == self._interrupts_after:
            self._interrupts_after = None
            self.interrupted = True
            raise KeyboardInterrupt
        self.read += 1
        return self.fragments[self.read - 1]

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        if self._over and self._told > _PATIENCE:  # a loop without end need not burn a core
            threading.Event().wait()
        return self._next(StopIteration)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        await asyncio.sleep(0)
        if self._over and self._told > _PATIENCE:
            await asyncio.get_running_loop().create_future()
        if self.read == self._stalls_after and not self.closed:
            self._stalls_after = None
            await self._stall()
        return self._next(StopAsyncIteration)

    async def _stall(self) -> None:
        self._stalled.set()
        self.waiting += 1
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """Nothing arrives any more."""
        self.closed = True

    async def aclose(self) -> None:
        """Nothing arrives any more."""
        self.closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        self.close()
