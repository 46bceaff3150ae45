"""Consumers as people write them, each with the fault that such code has.

What `partialjson.testing` checks must find it; their correct twins stand in
`test_testing_consumers.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from pydantic_core import from_json

Calls = list[tuple[str, Any]]


# --- text in, value out -------------------------------------------------------------------


def decodes_each_fragment(fragments: Iterable[bytes]) -> Any:
    """A character whose bytes come in two fragments is lost."""
    return json.loads("".join(fragment.decode(errors="replace") for fragment in fragments))


def strips_each_fragment(fragments: Iterable[str]) -> Any:
    """White space at the edges of fragments is lost."""
    return json.loads("".join(fragment.strip() for fragment in fragments))


def stops_at_an_empty_fragment(fragments: Iterable[str]) -> str:
    """Takes an empty fragment for the end."""
    text = ""
    for fragment in fragments:
        if not fragment:
            break
        text += fragment
    return text


def joins_halves(fragments: Iterable[str]) -> str:
    """Two surrogates that make a character stay two."""
    return "".join(fragments)


async def decodes_each_fragment_async(fragments: AsyncIterator[bytes]) -> str:
    return "".join([fragment.decode(errors="ignore") async for fragment in fragments])


class LinesOfEachFragment:
    """A line that is cut in two counts as two."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def feed(self, fragment: str) -> None:
        self.lines += fragment.splitlines()

    def close(self) -> list[str]:
        return self.lines


# --- server-sent events ------------------------------------------------------------------


def events_of_each_fragment(fragments: Iterable[bytes]) -> Iterator[Any]:
    """An event that is cut in two is lost."""
    for fragment in fragments:
        for event in fragment.split(b"\n\n"):
            if event.startswith(b"data: {"):
                yield json.loads(event[6:])


def messages_of(fragments: Iterable[bytes]) -> Iterator[Any]:
    """Finds events between line feeds only, so none where lines end with CRLF."""
    rest = b""
    for fragment in fragments:
        *events, rest = (rest + fragment).split(b"\n\n")
        for event in events:
            data = b"".join(line[6:] for line in event.split(b"\n") if line.startswith(b"data: "))
            if data.startswith(b"{"):
                yield json.loads(data)


# --- what is shown ------------------------------------------------------------------------


def closed(text: str) -> str:
    """A beginning of a document with the brackets and the quote that it lacks."""
    opened: list[str] = []
    in_string = escaped = False
    for character in text:
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_string = True
        elif character in "[{":
            opened.append("]" if character == "[" else "}")
        elif character in "]}":
            opened.pop()
    return text + '"' * in_string + "".join(reversed(opened))


def reparses(fragments: Iterable[str]) -> Iterator[Any]:
    """A number is shown before its last digit came."""
    text = ""
    for fragment in fragments:
        text += fragment
        with contextlib.suppress(ValueError):
            yield json.loads(closed(text))


def reparses_with_pydantic(fragments: Iterable[str]) -> Iterator[Any]:
    text = ""
    for fragment in fragments:
        text += fragment
        if text.strip():
            yield from_json(text, allow_partial="trailing-strings")


def repairs(fragments: Iterable[str]) -> Iterator[Any]:
    """Shows what a text would be if it ended here."""
    import json_repair

    text = ""
    for fragment in fragments:
        text += fragment
        yield json_repair.loads(text, stream_stable=True)


async def blinks(fragments: AsyncIterator[str]) -> AsyncIterator[str | None]:
    """Between two fragments nothing is shown."""
    text = ""
    async for fragment in fragments:
        yield None
        text += fragment
        yield text


# --- tool calls ---------------------------------------------------------------------------


def openai_calls(messages: Iterable[Any]) -> dict[int, list[str]]:
    """Names and argument texts, by the index of the call."""
    calls: dict[int, list[str]] = {}
    for message in messages:
        for choice in message.get("choices", ()):
            for entry in choice["delta"].get("tool_calls", ()):
                call = calls.setdefault(entry["index"], ["", ""])
                call[0] += entry["function"].get("name") or ""
                call[1] += entry["function"].get("arguments") or ""
    return calls


def runs_what_parses(fragments: Iterable[bytes]) -> Calls:
    """Takes a text that parses for a call that is complete."""
    found = []
    for name, text in openai_calls(messages_of(fragments)).values():
        with contextlib.suppress(ValueError):
            found.append((name, json.loads(text)))
    return found


def runs_what_can_be_closed(messages: Iterable[Any]) -> Calls:
    """Takes the beginning of a text for all of it."""
    return [
        (name, from_json(text, allow_partial=True))
        for name, text in openai_calls(messages).values()
    ]


def runs_at_any_finish(messages: Iterable[Any]) -> Calls:
    """Takes every finish for a good one."""
    seen = [*messages]
    if any(choice["finish_reason"] for message in seen for choice in message.get("choices", ())):
        return [(name, json.loads(text)) for name, text in openai_calls(seen).values()]
    return []


def runs_twice(messages: Iterable[Any]) -> Calls:
    """Runs every call again when the usage comes."""
    found: Calls = []
    seen = []
    for message in messages:
        seen.append(message)
        reasons = [choice["finish_reason"] for choice in message["choices"]]
        if "tool_calls" in reasons or (not reasons and found):
            found += [(name, json.loads(text)) for name, text in openai_calls(seen).values()]
    return found


# --- stopping -----------------------------------------------------------------------------


def first_and_no_close(source: Iterable[str]) -> str:
    for fragment in source:
        return fragment
    raise ValueError("nothing came")


def reads_all(source: Any) -> str:
    """Looks for what it wants when everything is there."""
    with source:
        return "".join(source)[:3]


def yields_and_no_close(source: Iterable[str]) -> Iterator[str]:
    yield from map(str.upper, source)


def drains(source: Any) -> Iterator[str]:
    """Reads the rest when it is left, so that the connection can be used again."""
    with source:
        try:
            yield from (fragment for fragment in source)
        finally:
            for _ in source:
                pass


@contextlib.contextmanager
def hides_exceptions(source: Any) -> Iterator[Iterator[str]]:
    with source, contextlib.suppress(Exception):
        yield source


def tries_again(source: Any) -> list[str]:
    """A bare except takes an interrupt for an error."""
    found: list[str] = []
    with source:
        while True:
            try:
                found.append(next(source))
            except StopIteration:
                return found
            except:  # noqa: E722  # the fault
                continue


async def swallows(source: Any) -> list[str]:
    found: list[str] = []
    async with source:
        with contextlib.suppress(asyncio.CancelledError):
            async for fragment in source:
                found.append(fragment)
    return found


async def goes_on(source: Any) -> list[str]:
    found: list[str] = []
    async with source:
        while True:
            try:
                found.append(await anext(source))
            except StopAsyncIteration:
                return found
            except asyncio.CancelledError:
                continue


async def leaves_a_task(source: Any) -> list[str]:
    """The task that reads is not cancelled with the one that waits for it."""
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    async def read() -> None:
        async for fragment in source:
            queue.put_nowait(fragment)
        queue.put_nowait(None)

    reading = asyncio.ensure_future(read())
    found: list[str] = []
    try:
        while (fragment := await queue.get()) is not None:
            found.append(fragment)
        await reading
    finally:
        await source.aclose()
    return found


async def yields_and_no_aclose(source: AsyncIterator[str]) -> AsyncIterator[str]:
    async for fragment in source:
        yield fragment
