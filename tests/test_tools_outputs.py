"""JSON texts beside the calls: parsed as they are written, complete when the answer is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel

from partialjson import (
    Event,
    FieldCompleted,
    OutputCompleted,
    OutputEvent,
    OutputFailed,
    StringDelta,
    TextDelta,
    ToolCallCompleted,
    ToolCalls,
    Validated,
    ValidationFailed,
    Violation,
    event_from_dict,
)
from tests.fragmenting import cuts


class Book(BaseModel):
    title: str
    year: int = 0


WHOLE = '{"title": "Mistborn", "year": 2006}'


def chunk(content: str | None = None, finish: str | None = None, choice: int = 0) -> dict[str, Any]:
    return {"choices": [{"index": choice, "delta": {"content": content}, "finish_reason": finish}]}


def answer(text: str, finish: str | None = "stop", size: int = 5) -> list[dict[str, Any]]:
    return [*map(chunk, cuts(text, size)), *([chunk(None, finish)] if finish else [])]


def run(messages: list[dict[str, Any]], output: Any = Book, **options: Any) -> list[Event]:
    calls = ToolCalls(None, output=output, **options)
    events = [event for message in messages for event in calls.feed(message)]
    return [*events, *calls.close()]


def only(events: list[Event], kind: Any) -> Any:
    (event,) = [event for event in events if isinstance(event, kind)]
    return event


def inner(events: list[Event]) -> list[Event]:
    return [e.event for e in events if isinstance(e, OutputEvent)]


def test_a_text_is_parsed_while_it_is_written_and_completed_when_the_answer_is() -> None:
    calls = ToolCalls(None, output=Book)
    events = [event for message in answer(WHOLE, None) for event in calls.feed(message)]
    assert "".join(e.delta for e in events if isinstance(e, TextDelta)) == WHOLE
    assert "".join(e.delta for e in inner(events) if isinstance(e, StringDelta)) == "Mistborn"
    assert [e.path for e in inner(events) if isinstance(e, FieldCompleted)] == [
        ("title",),
        ("year",),
    ]
    assert not [e for e in inner(events) if isinstance(e, Validated)]
    assert calls.feed(chunk(None, "stop")) == []
    assert calls.close() == [OutputCompleted(0, 0, Book(title="Mistborn", year=2006), WHOLE)]


@pytest.mark.parametrize(
    ("finish", "reason"),
    [("length", "length"), ("content_filter", "content_filter"), (None, "disconnected")],
)
@pytest.mark.parametrize("text", [WHOLE, WHOLE[:20]])
def test_a_text_that_parses_is_not_complete_before_the_answer_is(
    finish: str | None, reason: str, text: str
) -> None:
    failed = only(run(answer(text, finish)), OutputFailed)
    assert (failed.choice, failed.index, failed.reason, failed.text) == (0, 0, reason, text)
    assert failed.value["title"].startswith("Mist")


def test_a_cut_text_is_malformed_whatever_the_finish_says() -> None:
    failed = only(run(answer(WHOLE[:15])), OutputFailed)
    assert (failed.reason, failed.missing) == ("malformed", (("title",),))


def test_what_does_not_fit_is_a_violation() -> None:
    events = run(answer('{"title": 5}'))
    assert only(inner(events), Violation).path == ("title",)
    failed = only(events, OutputFailed)
    assert (failed.reason, failed.value) == ("violation", {"title": 5})
    assert isinstance(failed.error, ValidationFailed)


def test_prose_is_handed_on_and_fails_as_json() -> None:
    events = run(answer("I will look that up."))
    assert "".join(e.delta for e in events if isinstance(e, TextDelta)) == "I will look that up."
    assert only(events, OutputFailed).reason == "malformed"
    assert not [e for e in run(answer(" \n ")) if not isinstance(e, TextDelta)]


def test_several_documents_of_one_text_each_have_their_number() -> None:
    first, second = '{"title": "A"}', '{"title": "B"}'
    events = run(answer(f"\n{first}\n{second}\n"))
    done = [e for e in events if isinstance(e, OutputCompleted)]
    assert [(e.index, e.value) for e in done] == [(0, Book(title="A")), (1, Book(title="B"))]
    assert [e.index for e in events if isinstance(e, OutputEvent)] == sorted(
        e.index for e in events if isinstance(e, OutputEvent)
    )
    events = run(answer(f'{first}{{"title": 1}}{second[:-1]}', "length"))
    fates = [(e.index, e.reason) for e in events if isinstance(e, OutputFailed)]
    assert fates == [(0, "length"), (1, "violation"), (2, "length")]


def test_choices_are_kept_apart() -> None:
    parts = [
        chunk('{"title": ', choice=1),
        chunk('{"title": "A'),
        chunk('"B"}', choice=1),
        chunk('"}'),
        chunk(None, "length"),
        chunk(None, "stop", choice=1),
    ]
    events = run(parts)
    assert only(events, OutputCompleted).value == Book(title="B")
    assert only(events, OutputCompleted).choice == 1
    assert only(events, OutputFailed).choice == 0


def test_calls_and_outputs_stand_side_by_side() -> None:
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": '{"a": 1}'}}
    messages = [*answer(WHOLE, None), {"choices": [{"delta": {"tool_calls": [call]}}]}]
    events = run([*messages, chunk(None, "stop")])
    assert only(events, OutputCompleted).value == Book(title="Mistborn", year=2006)
    assert only(events, ToolCallCompleted).arguments == {"a": 1}


def test_a_schema_or_anything_at_all_may_be_the_output() -> None:
    schema = {"required": ["title"]}
    assert only(run(answer(WHOLE), schema), OutputCompleted).value == json.loads(WHOLE)
    events = run(answer("{}"), schema)
    assert only(inner(events), Violation).kind == "required"
    assert only(events, OutputFailed).reason == "violation"
    assert only(run(answer("[1, 2]"), Any), OutputCompleted).value == [1, 2]


def test_the_first_violation_can_stop_the_answer() -> None:
    calls = ToolCalls(None, output=Book, stop_on_violation=True)
    with pytest.raises(ValidationFailed) as caught:
        calls.feed(chunk('{"title": "A", "year": "old", "mo'))
    failed = caught.value.events[-1]
    assert isinstance(failed, OutputFailed)
    assert failed.reason == "violation"


def test_the_events_go_through_json() -> None:
    for text in (WHOLE, WHOLE[:9], '{"title": 5}'):
        for event in run(answer(text)):
            data = json.loads(json.dumps(event.as_dict()))
            again = event_from_dict(data).as_dict()
            if data.get("error"):  # errors come back as the nearest that is plain data
                again["error"]["type"] = data["error"]["type"]
            assert again == data


@pytest.mark.parametrize("text", [WHOLE, f'{WHOLE} {{"title": "B"}}', '{"title": 1} {"title": "'])
def test_an_output_is_resumed_anywhere(text: str) -> None:
    messages = answer(text, size=3)
    whole = run(messages)
    for at in range(len(messages) + 1):
        calls = ToolCalls(None, output=Book)
        events = [event for message in messages[:at] for event in calls.feed(message)]
        saved = json.loads(json.dumps(calls.checkpoint()))
        again = ToolCalls.restore(saved, None, output=Book)
        events += [event for message in messages[at:] for event in again.feed(message)]
        assert [e.as_dict() for e in [*events, *again.close()]] == [e.as_dict() for e in whole]


def test_a_restored_output_remembers_what_was_wrong() -> None:
    calls = ToolCalls(None, output=Book)
    calls.feed(chunk('{"title": 5, "ye'))
    again = ToolCalls.restore(calls.checkpoint(), None, output=Book)
    events = again.feed(chunk('ar": 1}', "stop")) + again.close()
    failed = only(events, OutputFailed)
    assert isinstance(failed.error, ValidationFailed)
    assert failed.error.violation.path == ("title",)
