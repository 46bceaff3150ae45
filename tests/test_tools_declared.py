"""What a tool may be given as: a type, a schema, a definition from a request, a function."""

from __future__ import annotations

import asyncio
import functools
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from partialjson import (
    CallEvent,
    Event,
    ToolCall,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCalls,
    UsageError,
    ValidationFailed,
    Violation,
)
from tests.fragmenting import cuts


def called(name: str, text: str, *, finish: str = "tool_calls") -> list[dict[str, Any]]:
    """A response with one call, in pieces of three characters."""
    first = {"index": 0, "id": "c", "function": {"name": name, "arguments": ""}}
    parts = [{"index": 0, "function": {"arguments": part}} for part in cuts(text, 3)]
    chunks: list[dict[str, Any]] = [{"delta": {"tool_calls": [x]}} for x in (first, *parts)]
    chunks.append({"delta": {}, "finish_reason": finish})
    return [{"choices": [{"index": 0, **chunk}]} for chunk in chunks]


def run(tools: Any, text: str, name: str = "f", **options: Any) -> list[Event]:
    calls = ToolCalls(tools, provider="openai_chat", **options)
    events = [event for message in called(name, text) for event in calls.feed(message)]
    return [*events, *calls.close()]


def completed(events: list[Event]) -> ToolCallCompleted:
    (event,) = [e for e in events if isinstance(e, ToolCallCompleted)]
    return event


def failed(events: list[Event]) -> ToolCallFailed:
    (event,) = [e for e in events if isinstance(e, ToolCallFailed)]
    return event


def violations(events: list[Event]) -> list[Violation]:
    inner = [e.event for e in events if isinstance(e, CallEvent)]
    return [e for e in inner if isinstance(e, Violation)]


# --- types ------------------------------------------------------------------------------


class Model(BaseModel):
    city: str
    days: int = 1


@dataclass
class Data:
    city: str
    days: int = 1


class Typed(TypedDict):
    city: str


def test_models_dataclasses_and_typed_dicts_are_types_of_arguments() -> None:
    text = '{"city": "Rome"}'
    assert completed(run({"f": Model}, text)).arguments == Model(city="Rome")
    assert completed(run({"f": Data}, text)).arguments == Data("Rome")
    assert completed(run({"f": Typed}, text)).arguments == {"city": "Rome"}
    assert completed(run([Model], text, "Model")).arguments == Model(city="Rome")
    assert completed(run([Data], text, "Data")).arguments == Data("Rome")


# --- functions --------------------------------------------------------------------------


def forecast(city: str, days: Annotated[int, Field(ge=1)] = 3) -> str:
    return f"{city} for {days} days"


def test_a_function_is_a_tool_and_its_completed_call_runs_it() -> None:
    event = completed(run([forecast], '{"city": "Rome", "days": "2"}', "forecast"))
    assert event.arguments == {"city": "Rome", "days": 2}
    assert event.call() == "Rome for 2 days"


def test_the_functions_own_defaults_are_its_own() -> None:
    event = completed(run({"f": forecast}, '{"city": "Rome"}'))
    assert event.arguments == {"city": "Rome"}
    assert event.call() == "Rome for 3 days"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"city": "Rome", "days": 0}', ("days",)),
        ('{"days": 2}', ("city",)),
        ('{"city": "Rome", "dayz": 2}', ()),
        ('{"city": ["Rome"]}', ("city",)),
    ],
)
def test_arguments_that_the_signature_refuses_are_violations(text: str, path: Any) -> None:
    events = run({"f": forecast}, text)
    assert failed(events).reason == "violation"
    assert [v.path for v in violations(events)] == [path]


def test_an_unknown_argument_is_found_at_its_first_wrong_letter() -> None:
    (violation,) = violations(run({"f": forecast}, '{"city": "Rome", "dayz": 2}'))
    assert (violation.early, violation.offset) == (True, 21)


def test_every_kind_of_parameter_gets_its_argument() -> None:
    def odd(schema: int, /, copy: int, *, model_dump: int = 0, **rest: float) -> Any:
        return schema, copy, model_dump, rest

    event = completed(run({"f": odd}, '{"schema": 1, "copy": 2, "model_dump": 3, "x": 4}'))
    assert event.call() == (1, 2, 3, {"x": 4.0})
    assert failed(run({"f": odd}, '{"schema": 1, "copy": 2, "x": "y"}')).reason == "violation"


def test_field_defaults_count_as_pydantic_counts_them() -> None:
    def f(n: int = Field(gt=0), m: int = Field(default=4, lt=9)) -> Any:
        return n, m

    assert completed(run({"f": f}, '{"n": 1, "m": 5}')).call() == (1, 5)
    assert failed(run({"f": f}, '{"m": 5}')).missing == (("n",),)
    assert failed(run({"f": f}, '{"n": 0}')).reason == "violation"


def test_methods_partials_and_async_functions_are_functions() -> None:
    class Desk:
        def __init__(self, name: str) -> None:
            self.name = name

        def book(self, seat: int) -> str:
            return f"{self.name} {seat}"

    async def later(n: int) -> int:
        return n + 1

    assert completed(run([Desk("A").book], '{"seat": 7}', "book")).call() == "A 7"
    fixed = functools.partial(forecast, days=9)
    assert completed(run([fixed], '{"city": "Oslo"}', "forecast")).call() == "Oslo for 9 days"
    assert asyncio.run(completed(run({"f": later}, '{"n": 1}')).call()) == 2


def test_what_the_function_raises_is_raised_by_the_call_and_by_nothing_else() -> None:
    def f(n: int) -> float:
        return 1 / n

    event = completed(run({"f": f}, '{"n": 0}'))
    with pytest.raises(ZeroDivisionError):
        event.call()


def test_a_call_that_is_not_complete_or_has_no_function_cannot_be_run() -> None:
    with pytest.raises(UsageError, match="cannot be run"):
        ToolCall("a", 0, "f")()
    with pytest.raises(UsageError, match="cannot be run"):
        completed(run({"f": Model}, '{"city": "A"}')).call()
    with pytest.raises(UsageError, match="cannot be run"):
        failed(run({"f": forecast}, '{"city": 1}')).call()


def test_functions_that_cannot_be_tools_are_refused() -> None:
    def star(*cities: str) -> None: ...

    def lost(city: NoSuchName) -> None: ...  # type: ignore[name-defined]  # noqa: F821

    for function, message in ((star, r"takes \*cities"), (lost, "cannot be read")):
        with pytest.raises(UsageError, match=message) as caught:
            ToolCalls({"f": function})
        assert caught.value.code == "unsupported_type"


# --- schemas ----------------------------------------------------------------------------

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
    "required": ["city"],
    "additionalProperties": False,
}


def test_a_schema_judges_the_arguments_when_they_are_whole() -> None:
    assert completed(run({"f": SCHEMA}, '{"city": "Rome", "days": 2}')).arguments["days"] == 2
    event = failed(run({"f": SCHEMA}, '{"days": 0}'))
    assert event.reason == "violation"
    assert isinstance(event.error, ValidationFailed)
    assert event.missing == (("city",),)
    found = violations(run({"f": SCHEMA}, '{"days": 0}'))
    assert {(v.path, v.kind) for v in found} == {(("days",), "minimum"), ((), "required")}
    assert not any(v.early for v in found)


def test_a_schema_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="no JSON Schema") as caught:
        ToolCalls({"f": {"type": 5}})
    assert caught.value.code == "invalid_schema"


def test_references_to_elsewhere_are_never_fetched() -> None:
    tools = {"f": {"$ref": "http://127.0.0.1:9/none.json"}}
    event = failed(run(tools, '{"city": "Rome"}'))
    assert event.reason == "violation"
    assert "127.0.0.1" in str(event.error)


@pytest.mark.parametrize(
    "definition",
    [
        {"type": "function", "function": {"name": "f", "parameters": SCHEMA}},
        {"type": "function", "name": "f", "parameters": SCHEMA},
        {"name": "f", "description": "-", "input_schema": SCHEMA},
        {"name": "f", "inputSchema": SCHEMA},
        {"toolSpec": {"name": "f", "inputSchema": {"json": SCHEMA}}},
        {"functionDeclarations": [{"name": "f", "parametersJsonSchema": SCHEMA}]},
    ],
    ids=["chat", "responses", "anthropic", "mcp", "converse", "gemini"],
)
def test_definitions_of_requests_are_tools(definition: dict[str, Any]) -> None:
    assert completed(run([definition], '{"city": "Rome"}')).arguments == {"city": "Rome"}
    assert failed(run([definition], '{"city": 5}')).reason == "violation"


def test_a_definition_without_parameters_takes_anything() -> None:
    assert completed(run([{"name": "f"}], '{"a": 1}')).arguments == {"a": 1}


# --- what is no tool ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tools", "error", "message"),
    [
        (5, TypeError, "mapping or a list"),
        ("f", TypeError, "mapping or a list"),
        ([5], TypeError, "holds types, functions"),
        ({1: Model}, TypeError, "name is a str"),
        ({"f": "NoSuchName"}, UsageError, "Pydantic cannot validate"),
        ([Model, {"name": "Model"}], UsageError, "two tools are called 'Model'"),
        ([{"type": "object"}], UsageError, "needs a 'name'"),
    ],
)
def test_what_is_no_tool_is_refused(tools: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        ToolCalls(tools)


# --- stopping ---------------------------------------------------------------------------


@pytest.mark.parametrize("tool", [Model, forecast, SCHEMA])
def test_the_first_violation_can_stop_everything(tool: Any) -> None:
    calls = ToolCalls({"f": tool}, provider="openai_chat", stop_on_violation=True)
    fed = 0
    with pytest.raises(ValidationFailed) as caught:  # noqa: PT012  # which one raises is the point
        for message in called("f", '{"city": 5, "days": 1}'):
            calls.feed(message)
            fed += 1
        calls.close()
    events = caught.value.events
    assert isinstance(events[-1], ToolCallFailed)
    assert events[-1].reason == "violation"
    assert violations(events) == [caught.value.violation]
    if tool is not SCHEMA:
        assert fed < 6
        with pytest.raises(ValidationFailed) as again:
            calls.feed({})
        assert again.value.events == []
        assert again.value == caught.value
        assert calls.close() == []
