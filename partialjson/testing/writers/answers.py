"""What a model answers, before any provider has written it down.

An answer is a row of parts (calls, texts, thoughts, refusals) and how it finished. A wire
(`wire.Wire`) writes answers the way one provider sends them.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, TypeAlias

Finish: TypeAlias = Literal["complete", "length", "content_filter", "refusal", "error"] | None


def cut(text: str, sizes: int | Iterable[int]) -> tuple[str, ...]:
    """The text in fragments of these sizes, over and over, in characters.

    Args:
        text: any text; the empty text has no fragments.
        sizes: one size for all, or sizes that take turns. A size of 0 is an empty fragment;
            not all may be 0.

    >>> cut('{"a": 1}', 3)
    ('{"a', '": ', '1}')
    >>> cut('{"a": 1}', (1, 0, 4))
    ('{', '', '"a":', ' ', '', '1}')
    """
    turns = [sizes] if isinstance(sizes, int) else list(sizes)
    if not any(turns) or min(turns) < 0:
        raise ValueError(f"fragments need a size above 0, not {turns}")
    fragments: list[str] = []
    at = 0
    for size in itertools.cycle(turns):
        if at >= len(text):
            return tuple(fragments)
        fragments.append(text[at : at + size])
        at += size
    raise AssertionError("a cycle has no end")


def _checked(whole: str, fragments: tuple[str, ...] | None) -> None:
    if fragments is not None and "".join(fragments) != whole:
        raise ValueError(f"the fragments do not make {whole!r:.60}")


class _Written:
    """Its repr is the code that makes it, without what is so by default."""

    __slots__ = ()

    def __repr__(self) -> str:
        kind: Any = type(self)
        told = ((f.name, getattr(self, f.name), f.default) for f in fields(kind))
        said = ", ".join(f"{name}={value!r}" for name, value, default in told if value != default)
        return f"{kind.__name__}({said})"


@dataclass(frozen=True, slots=True, repr=False)
class Call(_Written):
    """A tool call.

    Args:
        name: the tool's.
        arguments: their JSON text; `""` where the model wrote none, which means `{}`.
        id: the call's; wires that carry no ids leave it out.
        fragments: how the text is cut; None: as the provider is wont to cut.
        ended: whether its end is marked, on wires that mark ends. Of a call that was cut
            off it is not.
        server: the provider runs the tool itself.

    Raises:
        ValueError: if the fragments do not make the text.
    """

    name: str
    arguments: str
    id: str = "call_0"
    fragments: tuple[str, ...] | None = None
    ended: bool = True
    server: bool = False

    def __post_init__(self) -> None:
        _checked(self.arguments, self.fragments)

    @property
    def value(self) -> Any:
        """The arguments as a value."""
        return json.loads(unhalved(self.arguments) or "{}")


@dataclass(frozen=True, slots=True, repr=False)
class _Text(_Written):
    """Text of some channel, and how it is cut; None: as the provider is wont to cut."""

    channel: ClassVar[str]
    text: str
    fragments: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        _checked(self.text, self.fragments)


class Said(_Text):
    """Text for the user."""

    __slots__ = ()
    channel = "text"


class Thought(_Text):
    """Reasoning, as far as the provider shows it."""

    __slots__ = ()
    channel = "reasoning"


class Refusal(_Text):
    """Why the model will not answer, where the provider keeps that apart from text."""

    __slots__ = ()
    channel = "refusal"


Part: TypeAlias = Call | Said | Thought | Refusal


@dataclass(frozen=True, slots=True, repr=False)
class Answer(_Written):
    """One choice of a response.

    Args:
        parts: in the order of their starts.
        finish: why it finished: `"error"`: the provider reports one in the stream instead;
            None: the stream breaks off.
        turns: for wires that can mix parts: the number of the part that goes on next, again
            and again; what it does not bring follows part by part. No part starts before
            those in front of it.
    """

    parts: tuple[Part, ...] = ()
    finish: Finish = "complete"
    turns: tuple[int, ...] = ()

    @property
    def calls(self) -> tuple[Call, ...]:
        """Its calls, in the order of their starts."""
        return tuple(part for part in self.parts if isinstance(part, Call))


def unhalved(text: str) -> str:
    """The text with characters that were cut in halves, into two surrogates, made whole."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


Answers: TypeAlias = Answer | Sequence[Answer]


def listed(answers: Answers) -> tuple[Answer, ...]:
    """The answers as a tuple, also if there is only one."""
    return (answers,) if isinstance(answers, Answer) else tuple(answers)
