"""Quirks of chat completions that make it hard to tell which call a delta is of."""

# ruff: noqa: D102  # what a writer is asked is said at `writers.wire.Wire`
from __future__ import annotations

from itertools import pairwise
from typing import ClassVar, TypeAlias

from ..writers import Answer, Call, Message, Wire
from ..writers.compatible import CallsInLastChunk
from ..writers.google import Gemini
from ..writers.hosted import GeminiCompatible, Mistral, Writer
from ..writers.libraries import LangChain
from ..writers.local import LlamaCpp, OllamaV1, SGLang
from ..writers.ollama import Ollama
from ..writers.openai_chat import OpenAIChat
from ..writers.wire import Place
from .arguments import with_entries
from .quirk import Families, Layer, Needs, already, streaming, with_ids

_Opened: TypeAlias = tuple[Call, Message]  # a call, and the entry that opens it
_ABSENT = (None, "", "null")


class Entries(Layer, OpenAIChat):
    """Writes all entries of `tool_calls` otherwise: those that open a call and all others."""

    families: ClassVar[Families] = (OpenAIChat,)
    needs: ClassVar[Needs] = (with_entries,)

    def edited(self, entry: Message) -> Message:
        """An entry, as it is written otherwise; `super` is asked, for there may be more layers."""
        return entry

    def entry(self, call: Call, place: Place) -> Message:
        return self.edited(super().entry(call, place))

    def whole(self, call: Call, place: Place) -> Message:
        return self.edited(super().whole(call, place))

    def more(self, call: Call, place: Place, text: str) -> Message:
        return self.edited(super().more(call, place, text))

    def answer_objection(self, answer: Answer) -> str | None:
        return super().answer_objection(answer) or self._confusion(answer)

    def _confusion(self, answer: Answer) -> str | None:
        """Two calls that follow each other, which nothing tells apart."""
        places = [Place(answer, 0, i) for i, p in enumerate(answer.parts) if isinstance(p, Call)]
        write = self.entry if self.streams_text else self.whole
        opened = [
            (call, write(call, place)) for call, place in zip(answer.calls, places, strict=True)
        ]
        indexes = {entry.get("index") for _, entry in opened}
        if answer.turns and len(indexes) < len(opened) and not self.ids:
            return "nothing tells calls apart that are mixed"
        for one, other in pairwise(opened):
            if one[0].name == other[0].name and not self._told_apart(one, other):
                return f"nothing tells two calls of {one[0].name!r} apart"
        return None

    def _told_apart(self, one: _Opened, other: _Opened) -> bool:
        (_, before), (_, entry) = one, other
        if entry.get("id") not in _ABSENT or before.get("index") != entry.get("index"):
            return True
        if entry.get("index") is not None:
            return False
        one_chunk = isinstance(self, CallsInLastChunk) or "calls_in_one_chunk" in self.quirks
        return one_chunk or (_is_whole(*one) and _is_whole(*other))


def _is_whole(call: Call, entry: Message) -> bool:
    """Whether an entry has all arguments of a call, and they are an object."""
    text = entry["function"]["arguments"]
    try:
        return text == call.arguments and isinstance(call.value, dict) and bool(text)
    except ValueError:
        return False


# --- indexes ----------------------------------------------------------------------------


class NoIndex(Entries):
    """Calls have no index."""

    needs: ClassVar[Needs] = (with_entries, already(Mistral, GeminiCompatible))
    parallel = False

    def edited(self, entry: Message) -> Message:
        return {key: value for key, value in super().edited(entry).items() if key != "index"}


class IndexZero(Entries):
    """Each call has the index 0."""

    needs: ClassVar[Needs] = (with_entries, already(OllamaV1, SGLang))
    parallel = False

    def edited(self, entry: Message) -> Message:
        return {**super().edited(entry), "index": 0}


class NoIndexOfLangChain(Layer, LangChain):
    """Calls have None for an index."""

    families: ClassVar[Families] = (LangChain,)
    parallel = False

    def fragment(self, call: Call | None, place: Place, text: str) -> Message:
        return {**super().fragment(call, place, text), "index": None}


# --- ids --------------------------------------------------------------------------------


class NoIds(Entries):
    """Calls have no ids."""

    needs: ClassVar[Needs] = (with_entries, with_ids)
    ids = False

    def edited(self, entry: Message) -> Message:
        return {key: value for key, value in super().edited(entry).items() if key != "id"}


class EmptyIds(Entries):
    """Ids are empty."""

    needs: ClassVar[Needs] = (with_entries, with_ids)
    ids = False
    word: ClassVar[str] = ""

    def edited(self, entry: Message) -> Message:
        entry = super().edited(entry)
        return {**entry, "id": self.word} if "id" in entry else entry


class NullIds(EmptyIds):
    """Ids are the word null, as an SDK's default has it."""

    word = "null"


class NoIdsOfGemini(Layer, Gemini):
    """Calls have no ids."""

    families: ClassVar[Families] = (Gemini,)
    needs: ClassVar[Needs] = (with_ids,)
    ids = False

    def call_part(self, call: Call) -> Message:
        (called,) = super().call_part(call).values()
        return {"functionCall": {key: value for key, value in called.items() if key != "id"}}


class NoIdsOfOllama(Layer, Ollama):
    """Calls have neither ids nor indexes."""

    families: ClassVar[Families] = (Ollama,)
    ids = False

    def call(self, call: Call, place: Place) -> Message:
        function = super().call(call, place)["function"]
        return {"function": {key: value for key, value in function.items() if key != "index"}}


def indexed(wire: Wire) -> str | None:
    """Calls have indexes."""
    return "no index tells its calls apart" if "no_index" in wire.quirks else None


class NoIdsOfLangChain(Layer, LangChain):
    """Calls have None for an id."""

    families: ClassVar[Families] = (LangChain,)
    needs: ClassVar[Needs] = (with_ids, indexed)
    ids = False

    def fragment(self, call: Call | None, place: Place, text: str) -> Message:
        return {**super().fragment(call, place, text), "id": None}


# --- later deltas -----------------------------------------------------------------------


class Later(Layer, OpenAIChat):
    """Writes entries otherwise that go on with a call."""

    families: ClassVar[Families] = (OpenAIChat,)
    needs: ClassVar[Needs] = (streaming, with_entries)

    def later(self, call: Call, entry: Message) -> Message:
        """An entry that goes on with a call, as it is written otherwise; as with `edited`."""
        return entry

    def more(self, call: Call, place: Place, text: str) -> Message:
        return self.later(call, super().more(call, place, text))


def _named(entry: Message, name: str | None) -> Message:
    return {**entry, "function": {"name": name, **_only_text(entry)}}


def _only_text(entry: Message) -> Message:
    return {"arguments": entry["function"]["arguments"]}


class IdsAgain(Later):
    """Each delta has the id again."""

    needs: ClassVar[Needs] = (*Later.needs, with_ids, already(SGLang))

    def later(self, call: Call, entry: Message) -> Message:
        return {**super().later(call, entry), "id": call.id}


class NamesAgain(Later):
    """Each delta has the name again."""

    needs: ClassVar[Needs] = (*Later.needs, already(LlamaCpp))

    def later(self, call: Call, entry: Message) -> Message:
        return _named(super().later(call, entry), call.name)


def counting(wire: Wire) -> str | None:
    """Indexes tell calls apart."""
    return "only ids tell its calls apart" if isinstance(wire, SGLang) else None


class EmptyLater(Later):
    """Later deltas have an empty id and an empty name."""

    needs: ClassVar[Needs] = (*Later.needs, counting)

    def later(self, call: Call, entry: Message) -> Message:
        return _named({**super().later(call, entry), "id": ""}, "")


class NullLater(Later):
    """Later deltas have null for what they need not say."""

    needs: ClassVar[Needs] = (*Later.needs, counting, already(Writer))

    def later(self, call: Call, entry: Message) -> Message:
        return _named({**super().later(call, entry), "id": None, "type": None}, None)


class InventedIds(Layer, LangChain):
    """Later fragments each have a new id."""

    families: ClassVar[Families] = (LangChain,)

    def numbered(self, messages: list[Message]) -> list[Message]:
        return super().numbered([_with_id(each, n) for n, each in enumerate(messages)])


def _with_id(message: Message, number: int) -> Message:
    edited = dict(message)
    for field in ("tool_call_chunks", "content"):
        if isinstance(message[field], list):
            edited[field] = [_invented(entry, number) for entry in message[field]]
    return edited


def _invented(entry: Message, number: int) -> Message:
    later = entry.get("type") == "tool_call_chunk" and entry["id"] is None
    return {**entry, "id": f"chatcmpl-tool-{number:08x}"} if later else entry
