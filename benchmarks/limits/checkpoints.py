"""Checkpoints that somebody edited: refused by name, whatever stands in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from partialjson import CheckpointError, Limits, Parser, SchemaParser, ToolCalls
from partialjson._seal import seal
from partialjson.framing import SSEDecoder

from .attack import READ, Attack, Run

_WAYS: Final[dict[str, Callable[[dict[str, Any]], object]]] = {
    "another version": lambda data: data.update(version=2),
    "another parser": lambda data: data.update(parser="Other"),
    "no parser": lambda data: data.pop("parser"),
    "limits of its own": lambda data: data["options"].update(limits={"max_depth": 10**9}),
    "functions of its own": lambda data: data.update(functions=["os.system", None]),
    "a pattern that is none": lambda data: data.update(paths=["$.(x)"]),
    "an event that is none": lambda data: data.update(events=["__import__"]),
    "a state that is none": lambda data: data["tokenizer"].update(state="system"),
    "a number as text": lambda data: data["tokenizer"].update(base="1"),
    "a negative offset": lambda data: data["tokenizer"].update(base=-1),
    "a number beyond all counting": lambda data: data["tokenizer"].update(lines=10**400),
    "other containers": lambda data: data["tokenizer"].update(stack=[0, 1, 1]),
    "text that is no JSON": lambda data: data["tree"]["frames"][1].__setitem__(2, "[1"),
    "an error that is none": lambda data: data.update(error={"type": "SystemExit"}),
    "a flag that is none": lambda data: data.update(closed=1),
}


def _refused(kind: Any, checkpoint: Any, *given: Any, **options: Any) -> str:
    try:
        kind.restore(checkpoint, *given, **options)
    except CheckpointError as error:
        return error.code
    return READ


def _resealed(data: dict[str, Any]) -> dict[str, Any]:
    """With a digest that fits."""
    return seal({name: value for name, value in data.items() if name != "digest"})


def _parser() -> dict[str, Any]:
    parser = Parser()
    parser.feed('{"a": [1, "b')
    return parser.checkpoint()


def _edited(n: int) -> str:
    """Each of the ways, without and with a digest that fits."""
    found = set()
    for _ in range(n):
        for edit in _WAYS.values():
            data = _parser()
            edit(data)
            found |= {_refused(Parser, data), _refused(Parser, _resealed(data))}
    return ", ".join(sorted(found))


def _deep(n: int) -> str:
    """More open containers than the limits allow."""
    wide = Limits(max_depth=n + 1)
    parser = Parser(limits=wide)
    parser.feed("[" * n)
    return _refused(Parser, parser.checkpoint())


def _holding(text: Callable[[int], str]) -> Run:
    """A checkpoint that holds something which its limits would not have let in."""

    def run(n: int) -> str:
        data = _parser()
        data["tree"]["frames"][2][2] = f"[{text(n)}]"
        return _refused(Parser, _resealed(data))

    return run


def _deep_data(n: int) -> str:
    """No text: lists in lists, where there should be something else."""
    data = _parser()
    inner: list[Any] = []
    for _ in range(n):
        inner = [inner]
    return _refused(Parser, {**data, "tree": inner})


def _other_type(n: int) -> str:
    parser = SchemaParser({"type": "array"})
    parser.feed("[1" + ", 1" * n)
    return _refused(SchemaParser, parser.checkpoint(), {"type": "object"})


def _decoder(n: int) -> str:
    decoder = SSEDecoder()
    decoder.feed("data: " + "x" * 1000)
    data = decoder.checkpoint()
    data["state"] = {**data["state"], "size": -1, "lines": "x" * n}
    return _refused(SSEDecoder, _resealed(data))


def _calls(n: int) -> str:
    """Calls of tools that nobody gave."""
    call = {"id": "x", "index": 7, "name": "f", "choice": 0, "server": False, "free": False}
    data = ToolCalls().checkpoint()
    saved = {"call": call, "text": "", "ended": False, "done": True, "parser": None}
    data["calls"] = [saved] * n
    return _refused(ToolCalls, json.loads(json.dumps(_resealed(data))))


_NO: Final = "not_a_checkpoint"
CHECKPOINTS: Final = (
    Attack(
        "edited in 15 ways, sealed anew or not",
        _edited,
        20,
        2,
        "not_a_checkpoint, wrong_functions, wrong_parser, wrong_version",
        "times",
    ),
    Attack("a million open containers", _deep, 1_000_000, 1000, _NO, "containers", per=900, slow=4),
    Attack(
        "lists in lists in place of the state", _deep_data, 1_000_000, 1000, _NO, "levels", per=900
    ),
    Attack(
        "holding a deep value",
        _holding(lambda n: "[" * n + "]" * n),
        1_000_000,
        1000,
        _NO,
        "levels",
        per=20,
    ),
    Attack("holding a long number", _holding(lambda n: "7" * n), 10_000_000, 10**4, _NO, per=12),
    Attack(
        "holding many members",
        _holding(lambda n: "[" + "0," * n + "0]"),
        4_000_000,
        1_100_000,
        _NO,
        "members",
        per=40,
        fixed=200,
    ),
    Attack("of another schema", _other_type, 300_000, 100, "wrong_type", "items", per=900, slow=4),
    Attack("of a decoder, with other contents", _decoder, 10_000_000, 1000, _NO, per=12),
    Attack(
        "a million calls that nobody made", _calls, 1_000_000, 100, _NO, "calls", per=3000, slow=4
    ),
)
