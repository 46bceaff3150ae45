"""A fixture: a body, the answer that it was written from, and what must be heard of it.

What must be heard is derived from the answer, and from fates that the tables state call by
call; the parts of cut arguments come from the slow reader in `tests.oracle`. Nothing of the
library has a say in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from partialjson.testing.quirks import quirked
from partialjson.testing.writers import WIRES, Answer, Call, Message, Said, Wire
from partialjson.testing.writers import framings as framed
from tests.oracle import Entry, Rules, read

RULES = Rules(duplicate_keys="error")
EXTENSIONS = {
    "sse": "sse",
    "ndjson": "ndjson",
    "eventstream": "eventstream",
    "jsonarray": "jsonarray",
    "objects": "jsonl",
}
ABSENT = object()
"""The value of arguments of which nothing has come."""


@dataclass(frozen=True, slots=True)
class Output:
    """A JSON document among the texts: its fate, and its value as far as it came."""

    fate: str
    value: Any = ABSENT
    choice: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """A fixture.

    Args:
        provider: the adapter's name; the folder, too.
        name: of the file.
        shows: what it is there for, in a sentence.
        made: how it was made.
        framing: how messages became the body; `"objects"`: lines of JSON, to be fed as dicts.
        body: its bytes.
        answers: what it was written from, one for each choice.
        fates: of the calls, choice by choice: `"completed"`, or the reason of the failure.
        stream: the reason why the stream failed, if it did.
        received: arguments that come to another text than the answer's, by the call's number.
        repairs: the repairs made in a call, by its number.
        ids: whether the calls come with their ids.
        free: the numbers of calls whose input is free text.
        tools: the tools given, as JSON Schemas.
        outputs: the JSON documents in the texts; None: no `output` is asked for.
        order: in which order calls start (`"+0"`) and end (`"-0"`), where it matters.
        framing_tells: the framing, or its mark of the end, tells what no message does.
    """

    provider: str
    name: str
    shows: str
    made: str
    framing: str
    body: bytes
    answers: tuple[Answer, ...]
    fates: tuple[str, ...] = ()
    stream: str | None = None
    received: Mapping[int, str] = field(default_factory=dict)
    repairs: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    ids: bool = True
    free: tuple[int, ...] = ()
    tools: Mapping[str, Any] | None = None
    outputs: tuple[Output, ...] | None = None
    order: tuple[str, ...] = ()
    framing_tells: bool = False

    @property
    def file(self) -> str:
        """The file's name below the folder of all streams."""
        return f"{self.provider}/{self.name}.{EXTENSIONS[self.framing]}"

    @property
    def calls(self) -> list[tuple[int, Call]]:
        """All calls, with their choices."""
        return [(choice, call) for choice, said in enumerate(self.answers) for call in said.calls]


# --- making cases ---------------------------------------------------------------------


def written(
    provider: str, name: str, shows: str, wire: str, answers: Answer | Sequence[Answer], **more: Any
) -> Case:
    """A case as a writer writes it.

    `quirks`: what it does otherwise, by their names, separated by spaces. `half`: the stream
    breaks off in the middle of one more message.
    """
    quirks = more.pop("quirks", "").split()
    writer, given = quirked(wire, quirks), _listed(answers)
    body = lines(writer.messages(given)) if writer.framing == "objects" else writer.body(given)
    made = f"writer `{wire}`" + (" with " if quirks else "")
    made += ", ".join(f"`{quirk}`" for quirk in quirks)
    if more.pop("half", False) and writer.framing != "objects":
        last = writer.frames(given)[-1].data
        body += last[: len(last) // 2]
        made += ", cut in a message"
    return _case(provider, name, shows, made, writer, body, given, more)


def edited(
    provider: str,
    name: str,
    shows: str,
    wire: str,
    messages: Sequence[Message],
    answers: Answer | Sequence[Answer],
    **more: Any,
) -> Case:
    """A case whose messages are, at first, a writer's.

    `done`: whether the mark of the end follows, where there is one.
    """
    writer = WIRES[wire]
    body = encoded(writer, messages, more.pop("done", True))
    made = f"writer `{wire}`, changed by hand"
    return _case(provider, name, shows, made, writer, body, _listed(answers), more)


def by_hand(
    provider: str,
    name: str,
    shows: str,
    messages: Sequence[Message] | bytes,
    answers: Answer | Sequence[Answer],
    **more: Any,
) -> Case:
    """A case whose messages, or whose bytes, stand in the table.

    `wire`: whose framing it has, unless `framing` says it.
    """
    writer = WIRES[more.pop("wire", provider)]
    done = more.pop("done", True)
    body = messages if isinstance(messages, bytes) else encoded(writer, messages, done)
    if more.get("framing") == "objects" and not isinstance(messages, bytes):
        body = lines(messages)
    return _case(provider, name, shows, "by hand", writer, body, _listed(answers), more)


def _case(
    provider: str,
    name: str,
    shows: str,
    made: str,
    writer: Wire,
    body: bytes,
    answers: tuple[Answer, ...],
    more: dict[str, Any],
) -> Case:
    calls = [call for said in answers for call in said.calls]
    fates = tuple(more.pop("fates", "").split()) or ("completed",) * len(calls)
    if len(fates) != len(calls):
        raise ValueError(f"{name}: {len(calls)} calls and {len(fates)} fates")
    texts = dict(more.pop("received", {}))
    texts |= {n: _received(writer, call) for n, call in enumerate(calls) if n not in texts}
    more = {"framing": writer.framing, "ids": writer.ids, "received": texts, **more}
    return Case(provider, name, shows, made, body=body, answers=answers, fates=fates, **more)


def _listed(answers: Answer | Sequence[Answer]) -> tuple[Answer, ...]:
    return (answers,) if isinstance(answers, Answer) else tuple(answers)


def whole(text: str) -> str:
    """A text whose surrogate pairs are characters."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _received(writer: Wire, call: Call) -> str:
    """A call's arguments as they come over a wire."""
    if writer.arguments == "text" or not call.arguments:
        return whole(call.arguments)
    return json.dumps(call.value, ensure_ascii=False)


def lines(messages: Sequence[Message]) -> bytes:
    """Messages that are objects, as lines of JSON."""
    return b"".join(framed.ndjson(framed.dumped(message)) for message in messages)


def encoded(writer: Wire, messages: Sequence[Message], done: bool = True) -> bytes:
    """Messages in a writer's framing."""
    if writer.framing == "objects":
        return lines(messages)
    if writer.framing == "jsonarray":
        return b"[" + b",\r\n".join(map(framed.dumped, messages)) + (b"]" if done else b"")
    body = b""
    for number, message in enumerate(messages):
        data = b"" if writer.framing == "eventstream" else writer.dumped(message, number)
        if writer.framing == "sse":
            body += framed.sse(data, writer.event(message), writer.newline)
        elif writer.framing == "ndjson":
            body += framed.ndjson(data)
        else:
            ((kind, said),) = message.items()
            bytes_ = said.get("bytes")
            chunk = framed.chunk(bytes_, number) if bytes_ is not None else None
            body += chunk or framed.event(kind, framed.dumped(said))
    return body + (writer.done if done else b"")


# --- what must be heard ---------------------------------------------------------------


def described(case: Case) -> dict[str, Any]:
    """The case as data: what stands beside its body."""
    return {
        "provider": case.provider,
        "shows": case.shows,
        "made": case.made,
        "tools": case.tools,
        "output": case.outputs is not None,
        "framing_tells": case.framing_tells,
        "answers": [_answer(said) for said in case.answers],
        "expected": {
            "calls": [*_calls(case)],
            "texts": _texts(case.answers),
            "outputs": [_output(n, told) for n, told in enumerate(case.outputs or ())],
            "order": list(case.order),
            "stream": case.stream,
        },
    }


def _answer(said: Answer) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    for part in said.parts:
        if isinstance(part, Call):
            facts = {"call": part.name, "id": part.id, "arguments": whole(part.arguments)}
            parts.append({**facts, "ended": part.ended})
        else:
            parts.append({part.channel: part.text})
    return {"finish": said.finish, "parts": parts}


def _calls(case: Case) -> Iterator[dict[str, Any]]:
    for number, ((choice, call), fate) in enumerate(zip(case.calls, case.fates, strict=True)):
        text = case.received[number]
        free = number in case.free
        facts: dict[str, Any] = {
            "choice": choice,
            "id": (call.id or None) if case.ids else None,
            "name": call.name,
            "server": call.server,
            "free": free,
            "fate": fate,
            "text": text,
        }
        log = [] if free else logged(text, fate)
        value: Any = (text or ABSENT) if free else value_of(log)
        if value is not ABSENT:
            facts["value"] = value
        if fate != "completed":
            complete = [] if free else _complete(log, value)
            required = (case.tools or {}).get(call.name, {}).get("required", ())
            facts["complete"] = complete
            facts["missing"] = [[key] for key in required if [key] not in complete]
        facts["repairs"] = list(case.repairs.get(number, ()))
        yield facts


def logged(text: str, fate: str) -> list[Entry]:
    """What there is to say of arguments, by the slow reader; of none at all, if that is right."""
    if not text and fate == "completed":
        text = "{}"
    return [entry for _, entry in read(text, RULES).log]


def value_of(log: Sequence[Entry]) -> Any:
    """The value, as far as it came."""
    around: dict[str, Any] = {"": ABSENT}
    for kind, path, *what in log:
        if kind == "document":
            continue
        place, key = _place(around, path)
        if kind == "delta":
            place[key] += what[0]
        else:
            empty: dict[str, Any] = {"object": {}, "array": [], "string": ""}
            value = empty[what[0]] if kind == "started" else what[0]
            if isinstance(place, list) and key == len(place):
                place.append(value)
            else:
                place[key] = value
    return around[""]


def _place(around: Any, path: tuple[Any, ...]) -> tuple[Any, Any]:
    key: Any = ""
    for step in path:
        around, key = around[key], step
    return around, key


def _complete(log: Sequence[Entry], value: Any) -> list[list[Any]]:
    members = [list(e[1]) for e in log if e[0] == "completed" and len(e[1]) == 1]
    order = list(value) if isinstance(value, dict) else []
    return sorted(members, key=lambda path: order.index(path[0]) if order else path[0])


def _texts(answers: Sequence[Answer]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for choice, said in enumerate(answers):
        for part in said.parts:
            if not isinstance(part, Call) and part.text:
                name = part.channel + (f"[{choice}]" if choice else "")
                texts[name] = texts.get(name, "") + part.text
    return texts


def _output(number: int, told: Output) -> dict[str, Any]:
    facts = {"choice": told.choice, "index": number, "fate": told.fate}
    return facts if told.value is ABSENT else {**facts, "value": told.value}


# --- calls that many cases share --------------------------------------------------------


NOTE_TEXT = (
    '{"path":"ü.md","content":"# Café ☕\\n\\"hi\\" 😀\\u00a0!",'
    '"tags":["a",[1.5,null]],"keep":true}'
)
WEATHER_TEXT = '{"city":"Z\\u00fcrich","days":3}'
TOOLS: dict[str, Any] = {
    "write_file": {"required": ["path", "content", "keep"]},
    "get_weather": {"required": ["city", "days"]},
}
SAID = Said("I write it – now.", ("I write it ", "– now."))


def note(size: int = 16, *, id: str = "call_Nq3Xb1", to: int | None = None, **more: Any) -> Call:
    """A call with a text in it; `to`: cut after that many characters, and so not ended."""
    text = NOTE_TEXT[:to]
    pieces = tuple(text[at : at + size] for at in range(0, len(text), size))
    more = {"ended": to is None, **more}
    return Call("write_file", text, id, pieces, **more)


def weather(size: int = 12, *, id: str = "call_W7kd20", **more: Any) -> Call:
    """A short call."""
    text = WEATHER_TEXT
    pieces = tuple(text[at : at + size] for at in range(0, len(text), size))
    return Call("get_weather", text, id, pieces, **more)
