"""What a provider would send: `wire` writes a response, `Wired` is one.

    response = wire("anthropic_messages", [("get_weather", {"city": "Paris"})], "Let me see.")
    for piece in response:
        consumer.feed(piece)

The writers below (`writers`) know how each provider speaks; here stands the easy way to them.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import partial
from random import Random
from typing import Any, TypeAlias

from ..errors import UsageError
from .fragments import cut_like
from .quirks import quirked
from .writers import (
    WIRES,
    Answer,
    Call,
    Finish,
    Frame,
    Message,
    Part,
    Refusal,
    Said,
    Thought,
    Unwritable,
    Wire,
    cut,
)
from .writers.answers import listed
from .writers.wire import Framing

__all__ = ["Calls", "Wired", "wire"]

Calls: TypeAlias = "Mapping[str, Any] | Iterable[Call | tuple[str, Any]]"

_CONTENT_TYPES: dict[Framing, str] = {
    "sse": "text/event-stream",
    "ndjson": "application/x-ndjson",
    "jsonarray": "application/json",
    "eventstream": "application/vnd.amazon.eventstream",
    "objects": "",
}
_HEADERS: dict[str, dict[str, str]] = {
    "cohere_v1": {"content-type": "application/stream+json"},
    "vercel_ui": {"x-vercel-ai-ui-message-stream": "v1"},
}


@dataclass(frozen=True, slots=True, repr=False)
class Wired:
    """A response as a provider sends it; its repr is the Python that writes it again.

    Iterating gives what arrives, frame by frame: bytes, or messages on wires that hand over
    objects (`framing` is `"objects"`).

    Attributes:
        writer: who wrote it: the wire, with its quirks.
        answers: what the response means, one for each choice.
        frames: its pieces that mean something, each with its bytes and its message.
    """

    writer: Wire
    answers: tuple[Answer, ...]
    frames: tuple[Frame, ...] = field(compare=False)

    @property
    def wire(self) -> str:
        """The wire's name in `WIRES`."""
        return self.writer.name

    @property
    def quirks(self) -> tuple[str, ...]:
        """The names of the quirks it was written with."""
        return self.writer.quirks

    @property
    def provider(self) -> str:
        """What `ToolCalls(provider=...)` calls its reader."""
        return self.writer.provider

    @property
    def framing(self) -> Framing:
        """How messages become bytes."""
        return self.writer.framing

    @property
    def body(self) -> bytes:
        """All its bytes.

        Raises:
            Unwritable: on wires that hand over objects.
        """
        if self.framing == "objects":
            raise Unwritable(f"{self.wire} hands over objects; it has no bytes")
        return b"".join(frame.data for frame in self.frames)

    @property
    def messages(self) -> list[Message]:
        """The messages, decoded, in the order in which they are sent; to be read only."""
        return [frame.message for frame in self.frames if frame.message is not None]

    @property
    def content_type(self) -> str:
        """The media type of the body; `""` on wires that hand over objects."""
        return self.headers["content-type"]

    @property
    def headers(self) -> dict[str, str]:
        """What an HTTP response with this body has for headers, in small letters."""
        own = _HEADERS.get(self.provider, {})
        return {"content-type": _CONTENT_TYPES[self.framing], **own}

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls of all answers."""
        return tuple(call for answer in self.answers for call in answer.calls)

    def pieces(self, size: int | Iterable[int]) -> Iterator[bytes]:
        """The body in pieces of that size, or of sizes that take turns, in bytes.

        >>> [*wire("ollama", text="Hi").pieces(60)][0]
        b'{"model":"qwen3","created_at":"2026-11-20T09:41:17.123456789'

        Raises:
            Unwritable: on wires that hand over objects.
            ValueError: for sizes that are all 0, or negative.
        """
        body, sizes = self.body, [size] if isinstance(size, int) else [*size]
        if not any(sizes) or min(sizes) < 0:
            raise ValueError(f"pieces need a size above 0, not {sizes}")
        return _in_pieces(body, sizes)

    def __iter__(self) -> Iterator[Any]:
        if self.framing == "objects":
            return iter(self.messages)
        return (frame.data for frame in self.frames)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))  # for Hypothesis and IPython, which would print all frames

    def __repr__(self) -> str:
        answers: Any = self.answers if len(self.answers) > 1 else self.answers[0]
        quirks = f", quirks={[*self.quirks]}" if self.quirks else ""
        return f"wire({self.wire!r}, answers={answers!r}{quirks})"


def wire(
    provider: str,
    calls: Calls = (),
    text: str = "",
    *,
    thought: str = "",
    refusal: str = "",
    finish: Finish = "complete",
    fragments: int | Iterable[int] | None = None,
    like: str | None = None,
    seed: int = 0,
    mixed: bool = False,
    quirks: str | Iterable[str] = (),
    answers: Answer | Sequence[Answer] | None = None,
) -> Wired:
    """What a provider would send for these calls and texts.

    Args:
        provider: a name of `WIRES`: a provider as `ToolCalls(provider=...)` calls it, or one
            of the servers that copy it (`"deepseek"`, `"azure"`, ...).
        calls: `Call`s, or pairs of a tool's name and its arguments, or a mapping of such.
            Arguments are a value, which is dumped, or JSON text, which goes out as it is,
            also if it is broken or cut; `""` are none.
        text: text for the user, before the calls.
        thought: reasoning, before the text.
        refusal: why the model will not answer.
        finish: why the answer finished: `"error"`: the provider reports one in the stream;
            None: the connection drops.
        fragments: the sizes of the fragments of all texts and arguments, one or several that
            take turns, in characters; None: as the provider is wont to cut.
        like: instead of sizes, a name of `MEASURED`: fragments as that provider was seen to
            cut, by chance.
        seed: where that chance comes from.
        mixed: the parts take turns, fragment by fragment, instead of following each other.
        quirks: what real servers do otherwise, by names of `QUIRKS`.
        answers: all that as one `Answer`, or one for each choice, in place of what is above.

    Raises:
        UsageError: for an unknown name, of a wire, a quirk or a measurement; for calls or
            texts beside `answers`.
        Unwritable: if the provider has no way to say this, or a quirk does not fit; the
            message tells why.

    >>> response = wire("openai_chat", {"get_weather": {"city": "Paris"}}, "Let me see.")
    >>> response.content_type, len(response.messages), response.body[-14:]
    ('text/event-stream', 14, b'data: [DONE]\\n\\n')
    """
    writer = _writer(provider, [quirks] if isinstance(quirks, str) else quirks)
    if answers is not None and (calls or text or thought or refusal or fragments or mixed):
        raise UsageError("answers say all of it themselves", code="conflicting_options")
    if answers is None:
        given = (Thought(thought), Said(text), Refusal(refusal))
        parts: list[Part] = [part for part in given if part.text]
        parts += _calls(calls, finish, writer)
        if like is not None:
            chance = Random(seed)
            parts = [_cut(part, partial(cut_like, like=like, chance=chance)) for part in parts]
        elif fragments is not None:
            sizes = fragments if isinstance(fragments, int) else [*fragments]
            parts = [_cut(part, partial(cut, sizes=sizes)) for part in parts]
        answers = Answer(tuple(parts), finish, _turns(writer, parts) if mixed else ())
    frames = tuple(writer.frames(answers))
    return Wired(writer, listed(answers), frames)


def _writer(provider: str, quirks: Iterable[str]) -> Wire:
    if provider not in WIRES:
        close = get_close_matches(provider, WIRES, 1, 0.5)
        meant = f"; is it {close[0]!r}?" if close else "."
        raise UsageError(f"no wire is called {provider!r}{meant} There are: {', '.join(WIRES)}")
    return quirked(provider, quirks)


def _calls(calls: Calls, finish: Finish, writer: Wire) -> list[Call]:
    """The calls; the last one may have been cut off, if the answer does not finish well."""
    pairs = calls.items() if isinstance(calls, Mapping) else calls
    made = [each if isinstance(each, Call) else _call(each, n) for n, each in enumerate(pairs)]
    if made and finish != "complete" and not _is_whole(made[-1].arguments):
        cut_off = replace(made[-1], ended=False)
        if writer.call_objection(cut_off) is None:
            made[-1] = cut_off
    return made


def _call(pair: Any, number: int) -> Call:
    if not (isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], str)):
        raise UsageError(f"a call is a Call, or a pair of name and arguments, not {pair!r:.60}")
    name, arguments = pair
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return Call(name, text, f"call_{number}")


def _is_whole(text: str) -> bool:
    try:
        json.loads(text or "{}")
    except ValueError:
        return False
    return True


def _cut(part: Part, into: Callable[[str], Iterable[str]]) -> Part:
    """The part in fragments, unless it has its own."""
    if part.fragments is not None:
        return part
    text = part.arguments if isinstance(part, Call) else part.text
    return replace(part, fragments=tuple(into(text)))


def _turns(writer: Wire, parts: Sequence[Part]) -> tuple[int, ...]:
    """All parts in turns, until the longest is over."""
    most = max((len(writer.pieces(part)) for part in parts), default=0)
    return (*range(len(parts)),) * (most + 2)


def _in_pieces(body: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    at = 0
    for size in itertools.cycle(sizes):
        if at >= len(body):
            return
        yield body[at : at + size]
        at += size
