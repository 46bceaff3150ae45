"""Quirks of arguments: how they are cut, what is sent twice, what comes with the name."""

# ruff: noqa: D102  # what a writer is asked is said at `writers.wire.Wire`
from __future__ import annotations

import itertools
from typing import ClassVar

from ...providers.arguments import repeats
from ..writers import Call, Message, Part, Wire
from ..writers.anthropic import AnthropicMessages
from ..writers.cohere import Cohere
from ..writers.compatible import WholeCalls
from ..writers.hosted import Together, Writer
from ..writers.libraries import LangChain
from ..writers.openai_chat import OpenAIChat, OpenAIFunctions
from ..writers.wire import Arguments, Place
from .quirk import Families, Layer, Needs, already, streaming

_WHITE = " \t\n\r"
_FIRST_HALVES = ("\ud800", "\udbff")


class WholeArguments(Layer):
    """All arguments of a call in one fragment."""

    needs: ClassVar[Needs] = (streaming,)

    def pieces(self, part: Part) -> tuple[str, ...]:
        found = super().pieces(part)
        whole = "".join(found)
        return found if not isinstance(part, Call) else (whole,) if whole else ()


# --- text that comes twice --------------------------------------------------------------


class ResentText(Layer):
    """Each fragment is all the text so far, and more."""

    families: ClassVar[Families] = (OpenAIChat, LangChain)
    needs: ClassVar[Needs] = (streaming,)

    def pieces(self, part: Part) -> tuple[str, ...]:
        found = super().pieces(part)
        if not isinstance(part, Call):
            return found
        return tuple(itertools.accumulate(filter(None, found)))

    def call_objection(self, call: Call) -> str | None:
        said = [text for text in super().pieces(call) if text]
        if any(_FIRST_HALVES[0] <= text[-1] <= _FIRST_HALVES[1] for text in said):
            return "half a character is a whole one when it comes again"
        first, again = said[0] if said else "", "".join(said[:2])
        if len(said) > 1 and not (first.startswith("{") and repeats(first, again)):
            return f"{again!r:.40} might go on from {first!r:.40}; other fragments would not"
        return super().call_objection(call)


class FirstDeltaTwice(Layer):
    """The first fragment once more."""

    families: ClassVar[Families] = (OpenAIChat, LangChain)
    needs: ClassVar[Needs] = (streaming,)

    def pieces(self, part: Part) -> tuple[str, ...]:
        found = super().pieces(part)
        at = next((i for i, text in enumerate(found) if text), None)
        if at is None or not isinstance(part, Call):
            return found
        return (*found[: at + 1], *found[at:])

    def call_objection(self, call: Call) -> str | None:
        first = next(filter(None, super().pieces(call)), "{")
        if not (first.startswith("{") and repeats(first, first)):
            return f"{first!r:.40} might be meant twice; other fragments would not"
        return super().call_objection(call)


class EmptyObjectFirst(Layer):
    """`{}`, and then the real arguments."""

    families: ClassVar[Families] = (OpenAIChat, AnthropicMessages, LangChain)
    needs: ClassVar[Needs] = (streaming,)

    def pieces(self, part: Part) -> tuple[str, ...]:
        found = super().pieces(part)
        return ("{}", *found) if isinstance(part, Call) else found

    def call_objection(self, call: Call) -> str | None:
        if call.arguments and not call.arguments.lstrip(_WHITE).startswith("{"):
            return "after `{}` only an object is known to begin anew"
        return super().call_objection(call)


class EmptyDeltas(Layer):
    """Fragments without text between the others."""

    def pieces(self, part: Part) -> tuple[str, ...]:
        found = super().pieces(part)
        if isinstance(part, Call) and not self.streams_text:
            return found
        return ("", *itertools.chain.from_iterable((text, "") for text in found))


# --- what comes with the name -----------------------------------------------------------


def with_entries(wire: Wire) -> str | None:
    """Calls are entries of `tool_calls`."""
    return "its calls are no `tool_calls`" if isinstance(wire, OpenAIFunctions) else None


class ArgumentsInOpening(Layer, OpenAIChat):
    """The first fragment comes with the name."""

    families: ClassVar[Families] = (OpenAIChat,)
    needs: ClassVar[Needs] = (streaming, with_entries)

    def entry(self, call: Call, place: Place) -> Message:
        entry = super().entry(call, place)
        first = "".join(super().pieces(call)[:1])
        return {**entry, "function": {**entry["function"], "arguments": first}}

    def pieces(self, part: Part) -> tuple[str, ...]:
        found = super().pieces(part)
        return found[1:] if isinstance(part, Call) else found


class ArgumentsInOpeningOfLangChain(Layer, LangChain):
    """The first fragment comes with the name."""

    families: ClassVar[Families] = (LangChain,)
    needs: ClassVar[Needs] = (streaming,)

    def fragment(self, call: Call | None, place: Place, text: str) -> Message:
        first = "" if call is None else "".join(super().pieces(call)[:1])
        return super().fragment(call, place, text or first)

    def pieces(self, part: Part) -> tuple[str, ...]:
        found = super().pieces(part)
        return found[1:] if isinstance(part, Call) else found


class ArgumentsInOpeningOfCohere(Layer, Cohere):
    """The first fragment comes with the name."""

    families: ClassVar[Families] = (Cohere,)
    needs: ClassVar[Needs] = (streaming,)

    def opening(self, part: Part, place: Place) -> list[Message]:
        opened = super().opening(part, place)
        if isinstance(part, Call):
            calls = opened[0]["delta"]["message"]["tool_calls"]
            (call,) = calls if isinstance(calls, list) else (calls,)
            call["function"]["arguments"] = "".join(super().pieces(part)[:1])
        return opened

    def pieces(self, part: Part) -> tuple[str, ...]:
        found = super().pieces(part)
        return found[1:] if isinstance(part, Call) else found


# --- what arguments are -----------------------------------------------------------------


class NullArguments(Layer, OpenAIChat):
    """A call is opened with null for its arguments."""

    families: ClassVar[Families] = (OpenAIChat,)
    needs: ClassVar[Needs] = (streaming, with_entries, already(Writer))

    def entry(self, call: Call, place: Place) -> Message:
        entry = super().entry(call, place)
        function = entry["function"]
        return {**entry, "function": {**function, "arguments": function["arguments"] or None}}


def in_one_entry(wire: Wire) -> str | None:
    """A call is one entry, its arguments text."""
    if isinstance(wire, Together):
        return "its arguments come after the name"
    return None if wire.arguments == "text" else "its arguments are objects"


class ObjectArguments(Layer, OpenAIChat):
    """Arguments are an object instead of its JSON text."""

    families: ClassVar[Families] = (WholeCalls,)
    needs: ClassVar[Needs] = (in_one_entry,)
    arguments: ClassVar[Arguments] = "object"

    def whole(self, call: Call, place: Place) -> Message:
        entry = super().whole(call, place)
        return {**entry, "function": {**entry["function"], "arguments": call.value}}
