"""A connection is lost at any byte, and a checkpoint goes on with the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, field_validator

from partialjson import (
    CheckpointError,
    Event,
    ToolCallCompleted,
    ToolCalls,
    UsageError,
    ValidationFailed,
)
from partialjson._seal import seal
from partialjson.testing.writers import WIRES, Answer, Call, Said
from tests.fragmenting import cuts
from tests.strategies import EVERY_BYTE

FIXTURES = Path(__file__).parents[1] / "fixtures"


class WriteFile(BaseModel):
    path: str
    lines: list[str] = []


TEXT = '{"path": "/tmp/\\u00e9", "lines": ["a\\n", "\U0001f600"]}'
ANSWER = Answer((Said("Hä?"), Call("write_file", TEXT, "c1"), Call("other", "[1.5]", "c2")))
BODIES = {
    "sse": WIRES["openai_chat"].body([ANSWER]),
    "sse with events": WIRES["anthropic_messages"].body([ANSWER]),
    "event stream": WIRES["bedrock_converse"].body([ANSWER]),
    "JSON array": WIRES["gemini_array"].body(
        [Answer((Call("write_file", '{"path": "é"}', "c1"), Said("ok")))]
    ),
    "JSON lines": WIRES["ollama"].body([Answer((Call("write_file", '{"path": "é"}', "c1"),))]),
}
HALF = BODIES["sse"][: len(BODIES["sse"]) // 2]  # in the middle of the first call
TOOLS: dict[str, Any] = {"write_file": WriteFile}


def plain(events: list[Event]) -> list[dict[str, Any]]:
    return [event.as_dict() for event in events]


def fed(calls: ToolCalls, body: bytes, size: int = 1) -> list[Event]:
    return [event for part in cuts(body, size) for event in calls.feed(part)]


@pytest.mark.parametrize("form", [*BODIES])
def test_killed_at_any_byte_it_goes_on_with_the_rest(form: str) -> None:
    """At every byte, or at two of seven and the last."""
    body = BODIES[form]
    whole = ToolCalls(TOOLS, unknown="parse")
    expected = plain(fed(whole, body) + whole.close())
    assert [e for e in expected if e["type"] == "ToolCallCompleted"]
    one = ToolCalls(TOOLS, unknown="parse")  # is fed byte by byte, and saved after each
    before: list[dict[str, Any]] = []
    for at in range(len(body) + 1):
        if not EVERY_BYTE and at % 7 > 1 and at < len(body) - 7:
            before += plain(one.feed(body[at : at + 1]))
            continue
        saved = json.loads(json.dumps(one.checkpoint(), allow_nan=False))
        again = ToolCalls.restore(saved, TOOLS)
        assert again.checkpoint()["calls"] == saved["calls"]
        if at % 42 == 0 or at > len(body) - 7:
            assert before + plain(fed(again, body[at:]) + again.close()) == expected, at
        else:  # one more byte shows that the state is the same
            assert plain(again.feed(body[at : at + 1])) == plain(
                ToolCalls.restore(saved, TOOLS).feed(body[at : at + 1])
            )
        before += plain(one.feed(body[at : at + 1])) if at < len(body) else []


def test_no_validator_runs_again_for_what_was_handed_out() -> None:
    runs: list[str] = []

    class Counted(BaseModel):
        name: str

        @field_validator("name")
        @classmethod
        def count(cls, name: str) -> str:
            runs.append(name)
            return name

    tools = {"write_file": list[Counted], "other": list[float]}
    calls = ToolCalls(tools)
    text = '[{"name": "a"}, {"name": "b"}]'
    body = WIRES["openai_chat"].body([Answer((Call("write_file", text, "c1"),))])
    at = body.index(b"[DONE]")
    fed(calls, body[:at], 40)
    before = len(runs)
    again = ToolCalls.restore(calls.checkpoint(), tools)
    assert len(runs) == before
    completed = [e for e in fed(again, body[at:]) if isinstance(e, ToolCallCompleted)]
    assert len(completed) == 1


def test_functions_run_also_after_a_checkpoint() -> None:
    def write_file(path: str, lines: list[str] | None = None) -> str:
        return path

    calls = ToolCalls({"write_file": write_file}, unknown="parse")
    body = BODIES["sse"]
    fed(calls, body[: len(body) // 2])
    again = ToolCalls.restore(calls.checkpoint(), {"write_file": write_file})
    events = fed(again, body[len(body) // 2 :]) + again.close()
    completed = [e for e in events if isinstance(e, ToolCallCompleted)]
    assert completed[0].call() == "/tmp/é"


def test_a_stopped_stack_stays_stopped() -> None:
    calls = ToolCalls({"write_file": list[int]}, stop_on_violation=True, unknown="parse")
    with pytest.raises(ValidationFailed) as caught:
        fed(calls, BODIES["sse"])
    again = ToolCalls.restore(calls.checkpoint(), {"write_file": list[int]})
    with pytest.raises(ValidationFailed) as told:
        again.feed(b"")
    assert told.value.message == caught.value.message
    assert again.close() == []


def test_a_closed_or_failed_stack_stays_so() -> None:
    calls = ToolCalls()
    calls.close()
    again = ToolCalls.restore(calls.checkpoint())
    assert again.close() == []
    with pytest.raises(UsageError, match="closed"):
        again.feed(b"")
    broken = ToolCalls()
    assert broken.feed(b"data: nonsense\n\n")
    again = ToolCalls.restore(broken.checkpoint())
    assert again.feed(BODIES["sse"]) == []
    assert again.close() == []


def test_the_last_event_id_is_kept() -> None:
    calls = ToolCalls()
    calls.feed(b'id: 7\ndata: {"choices": []}\n\n')
    assert calls.last_event_id == "7"
    assert ToolCalls.restore(calls.checkpoint()).last_event_id == "7"
    assert ToolCalls().last_event_id == ""


def test_other_tools_are_refused() -> None:
    calls = ToolCalls(TOOLS)
    calls.feed(HALF)
    saved = calls.checkpoint()
    others: list[tuple[Any, Any]] = [
        (None, None),
        ({"other": WriteFile}, None),
        ({"write_file": list[str]}, None),
        (TOOLS, WriteFile),
    ]
    for tools, output in others:
        with pytest.raises(CheckpointError, match="other tools or options") as caught:
            ToolCalls.restore(saved, tools, output=output)
        assert caught.value.code == "wrong_type"


def damaged(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    calls = ToolCalls(TOOLS)
    calls.feed(HALF)
    data = json.loads(json.dumps(calls.checkpoint()))
    data = {k: v for k, v in data.items() if k not in ("format", "version", "digest")}
    change(data)
    return seal(data)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("calls"),
        lambda d: d.update(calls=5),
        lambda d: d["calls"][0].pop("text"),
        lambda d: d["calls"][0]["call"].update(index=3),
        lambda d: d["calls"][0]["parser"].update(closed=True),
        lambda d: d["adapter"].update(provider="nobody"),
        lambda d: d["adapter"].update(slots=[[1, 99]]),
        lambda d: d["decoder"].pop("digest"),
        lambda d: d["flags"].update(_failed=1),
        lambda d: d.update(finished=[[0]]),
        lambda d: d.update(options={}),
        lambda d: d.update(stats={}),
    ],
)
def test_what_is_no_checkpoint_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(CheckpointError):
        ToolCalls.restore(damaged(change), TOOLS)
    assert ToolCalls.restore(damaged(lambda d: None), TOOLS)


def test_a_new_connection_goes_on_after_the_last_event() -> None:
    blocks = [block + b"\n\n" for block in BODIES["sse"].split(b"\n\n")[:-1]]
    numbered = [b"id: %d\n%s" % (i, block) for i, block in enumerate(blocks)]
    whole = ToolCalls(TOOLS, unknown="parse")
    expected = plain(fed(whole, b"".join(numbered), 50) + whole.close())
    body = b"".join(numbered)
    for at in range(len(numbered[0]), len(body), 13):
        calls = ToolCalls(TOOLS, unknown="parse")
        events = fed(calls, body[:at], 50)
        calls.reconnect()
        rest = b"".join(numbered[int(calls.last_event_id) + 1 :])
        assert plain(events + fed(calls, rest, 50) + calls.close()) == expected, at


def test_only_server_sent_events_can_be_reconnected() -> None:
    calls = ToolCalls()
    with pytest.raises(UsageError, match="only server-sent events"):
        calls.reconnect()
    calls.feed(BODIES["JSON lines"][:20])
    with pytest.raises(UsageError, match="only server-sent events"):
        calls.reconnect()
    calls.close()
    with pytest.raises(UsageError, match="closed"):
        calls.reconnect()


@pytest.mark.parametrize(
    ("place", "junk"),
    [
        (("options", "repair"), None),
        (("options", "repair"), ["missing_close"]),
        (("options", "stop"), 0),
        (("options", "more"), 1),
        (("adapter", "calls"), []),
        (("adapter", "calls", 0, "texts"), [1]),
        (("adapter", "calls", 0, "held"), None),
        (("adapter", "provider"), "nobody"),
        (("calls", 0, "call", "name"), None),
        (("calls", 0, "call", "more"), None),
        (("calls", 0, "parser"), None),
        (("calls", 0, "parser", "options", "keep"), False),
        (("calls", 0, "text"), 5),
        (("finished",), [[0, None, "stop"]]),
        (("finished",), [[0, "complete"]]),
        (("spoken",), [None, 0]),
        (("began",), 5),
        (("outputs",), {}),
        (("stopped",), ["x", {"type": "TextDelta", "channel": "text", "delta": "x"}]),
        (("stats", "fragments"), None),
        (("stats", "seconds"), "1"),
        (("stats", "completed"), [[None, 1.0]]),
        (("more",), 1),
    ],
    ids=repr,
)
def test_a_made_up_entry_with_a_true_digest_is_refused(place: tuple[Any, ...], junk: Any) -> None:
    calls = ToolCalls(TOOLS, unknown="parse")
    calls.feed(HALF)
    data = json.loads(json.dumps(calls.checkpoint()))
    ToolCalls.restore(data, TOOLS)
    sealed = data.pop("digest")
    inside = data
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = junk
    if "parser" in place[:-1]:  # it is sealed itself
        parser = data["calls"][0]["parser"]
        data["calls"][0]["parser"] = seal({k: v for k, v in parser.items() if k != "digest"})
    assert seal(data)["digest"] != sealed
    with pytest.raises(CheckpointError):
        ToolCalls.restore(seal(data), TOOLS)
