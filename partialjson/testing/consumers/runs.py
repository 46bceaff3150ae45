"""What a consumer makes of fragments, whatever kind of thing it is.

A consumer is one of

- a function of an iterable of fragments, which returns its result;
- a generator function, or anything that answers an iterator: what it yields;
- the same with `async`; the fragments it is given can be iterated over both ways, so nobody
  has to say which it is;
- a class, or a function without parameters, that makes something with `feed` and `close`.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import threading
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from typing_extensions import Self

from .arrivals import Arriving
from .growth import difference, plain

T = TypeVar("T")
Consumer: TypeAlias = Callable[..., Any]
Errors: TypeAlias = type[Exception] | tuple[type[Exception], ...]


@dataclass(frozen=True)
class Outcome:
    """What came of a run: the result, or what was raised instead."""

    value: Any = None
    error: Exception | None = None

    def differs(self, other: Outcome) -> bool:
        """Whether the results differ, or the types of what was raised."""
        if self.error is not None or other.error is not None:
            return type(self.error) is not type(other.error)
        return difference(self.value, other.value) is not None


def _whole(consumer: Consumer) -> Any:
    """What a consumer is before some of its arguments were given."""
    while isinstance(consumer, functools.partial):
        consumer = consumer.func
    return consumer


def has_verbs(thing: Any) -> bool:
    """Whether it has `feed` and `close`."""
    return callable(getattr(thing, "feed", None)) and callable(getattr(thing, "close", None))


def is_fed(consumer: Consumer) -> bool:
    """Whether it makes things with `feed` and `close`.

    Raises:
        TypeError: for such a thing itself: each run needs a new one; for what is no consumer.
    """
    made_by = _whole(consumer)
    if has_verbs(made_by):
        if isinstance(made_by, type):
            return True
        kind = type(made_by).__name__
        raise TypeError(f"give what makes a {kind}, not one of them: each run needs a new one")
    if not callable(consumer):
        raise TypeError(f"a consumer is callable; {type(consumer).__name__} is not")
    try:
        return not inspect.signature(consumer).parameters
    except ValueError:  # built-in functions may have none
        return False


def name_of(consumer: Consumer) -> str:
    """What to call it in code."""
    name = getattr(_whole(consumer), "__name__", "")
    return name if name.isidentifier() else "consumer"


def off_the_loop(action: Callable[[], T]) -> T:
    """Do it here, or, where an event loop is running, in a thread that has none."""
    if asyncio._get_running_loop() is None:
        return action()
    return in_a_thread(action, None)


def in_a_thread(action: Callable[[], T], timeout: float | None) -> T:
    """Do it in a thread of its own.

    Raises:
        TimeoutError: if it takes longer than so many seconds; the thread is left alone.
    """
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(action())
        except BaseException as error:  # raised again where it was waited for
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(timeout)
    if thread.is_alive():
        raise TimeoutError
    if failed:
        raise failed[0]
    return done[0]


class Loop:
    """An event loop that is made when something needs it."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def run(self, awaitable: Awaitable[T]) -> T:
        """Wait for it, with nothing else going on."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        return self._loop.run_until_complete(_waiting(awaitable))

    def close(self) -> None:
        """End what is still running on it."""
        if self._loop is not None:
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


async def _noted(
    values: AsyncIterator[Any], note: Callable[[Any], T]
) -> tuple[list[T], Exception | None]:
    """What an async iterator yields, and the exception that ends it."""
    noted: list[T] = []
    try:
        async for value in values:
            noted.append(note(value))
    except Exception as error:
        return noted, error
    return noted, None


async def _waiting(awaitable: Awaitable[T]) -> T:
    return await awaitable


def _itself(value: T) -> T:
    return value


class Runs:
    """Runs of one consumer; a context manager, because async ones have an event loop.

    Args:
        consumer: see above.
        look: what is made of its result, or of the thing with `feed` and `close`.
        text_code: the code that makes the text it is run on, if there is one.
    """

    def __init__(
        self, consumer: Consumer, look: Callable[[Any], Any] | None = None, text_code: str = ""
    ) -> None:
        self.fed = is_fed(consumer)
        self.name = name_of(consumer)
        self.text_code = text_code
        self.looks = look is not None
        self.is_async = False  # known after the first run
        self._consumer = consumer
        self._look = look
        self._loop = Loop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.close()

    def outcome(self, fragments: Sequence[Any]) -> Outcome:
        """What it makes of these fragments."""
        try:
            return Outcome(self._result(fragments))
        except Exception as error:  # is compared
            return Outcome(error=error)

    def answered(self, fragments: Sequence[Any]) -> tuple[list[Any], Exception | None]:
        """The things that it answers, one by one, and the exception that ends them."""
        row: list[Any] = []
        try:
            for each in self._things(fragments):
                row.append(each)  # what came before an exception counts
        except Exception as error:
            return row, error
        return row, None

    def shown(self, fragments: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """What it shows, as plain data, each with how many fragments had been read by then."""
        if self.fed:
            yield from self._shown_when_fed(fragments)
            return
        arriving = Arriving(fragments)

        def note(value: Any) -> tuple[int, Any]:
            return arriving.read, plain(value if self._look is None else self._look(value))

        yield from self._iterated(self._consumer(arriving), note)

    # --- functions -------------------------------------------------------------------

    def _result(self, fragments: Sequence[Any]) -> Any:
        if self.fed:
            return self._result_when_fed(fragments)
        result = self._consumer(Arriving(fragments))
        if inspect.isawaitable(result):
            self.is_async = True
            result = self._loop.run(result)
        elif isinstance(result, (Iterator, AsyncIterator)):
            result = [*self._iterated(result, _itself)]
        return result if self._look is None else self._look(result)

    def _things(self, fragments: Sequence[Any]) -> Iterable[Any]:
        if self.fed or self._look is not None:
            things = self._result(fragments)
        else:
            things = self._consumer(Arriving(fragments))
            if inspect.isawaitable(things):
                self.is_async = True
                things = self._loop.run(things)
            elif isinstance(things, (Iterator, AsyncIterator)):
                return self._iterated(things, _itself)
        if isinstance(things, str):
            return (things,)
        if isinstance(things, Mapping):
            return things.items()
        return () if things is None else things

    def _iterated(self, values: Any, note: Callable[[Any], Any]) -> Iterator[Any]:
        """What an iterator yields, as it is noted at that moment."""
        if isinstance(values, AsyncIterator):
            self.is_async = True
            noted, error = self._loop.run(_noted(values, note))  # in one task, as in life
            yield from noted
            if error is not None:
                raise error
            return
        if inspect.iscoroutine(values):
            values.close()
        if not isinstance(values, Iterator):
            raise TypeError(f"{self.name} answers {values!r}; it must yield what it shows")
        for value in values:
            yield note(value)

    # --- feed and close --------------------------------------------------------------

    def _made(self) -> Any:
        made = self._consumer()
        if not has_verbs(made):
            kind = type(made).__name__
            raise TypeError(
                f"{self.name}() makes a {kind} without feed and close; "
                "a function that is a consumer takes an iterable of fragments"
            )
        return made

    def _answer(self, answer: Any) -> Any:
        if inspect.isawaitable(answer):
            self.is_async = True
            return self._loop.run(answer)
        return answer

    def _result_when_fed(self, fragments: Sequence[Any]) -> Any:
        made = self._made()
        answers = [self._answer(made.feed(fragment)) for fragment in fragments]
        answers.append(self._answer(made.close()))
        return joined(answers) if self._look is None else self._look(made)

    def _shown_when_fed(self, fragments: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        made = self._made()
        for number, fragment in enumerate(fragments, 1):
            answer = self._answer(made.feed(fragment))
            if self._look is not None:
                yield number, plain(self._look(made))
            elif answer is not None:
                yield number, plain(answer)
        self._answer(made.close())
        if self._look is not None:
            yield len(fragments), plain(self._look(made))


def joined(answers: Sequence[Any]) -> list[Any]:
    """Answers of `feed` and `close` in a row: lists joined, texts that follow one another too.

    >>> joined([None, ["a"], [], "b", "", "c", 1])
    ['a', 'bc', 1]
    """
    row: list[Any] = []
    last: Any = None
    for answer in answers:
        if isinstance(answer, (list, tuple, Iterator)):
            row += answer
        elif isinstance(answer, (str, bytes)) and type(answer) is type(last):
            row[-1] += answer
        elif answer is not None and answer not in ("", b""):
            row.append(answer)
        else:
            continue
        last = answer
    return row
