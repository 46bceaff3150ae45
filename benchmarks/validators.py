"""The rivals that make validated objects, each used as its own documentation would have it.

None of them says when an item is complete. So the items before the last are taken as soon as
they are shown, the last one at the end of the text: an item comes when the next one begins.
What they need is imported when there is a job for them: see `objects`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from .contestants import OBJECTS, Contestant, Job, Make, Run, Way, Ways, as_data

TYPE_ADAPTER: Final = "TypeAdapter, allow_partial"
INSTRUCTOR: Final = "instructor, Partial"
PYDANTIC_AI: Final = "pydantic-ai, stream_output"


def _closed(found: list[Any], rows: list[Any] | None) -> None:
    """Take what is new in the rows; the last may be unfinished, and stays."""
    if rows and len(rows) - 1 > len(found):
        found += rows[len(found) : -1]


def _type_adapter(job: Job) -> Run:
    """Of text and bytes, and of both ways to treat an unfinished string, none is faster.

    The document is a TypedDict: with a model nothing would be valid before its end. Errors
    are passed over: only the first characters and the beginning of an item have some.
    """
    from pydantic import TypeAdapter, ValidationError

    from .objects import RecordsDict, given

    fragments = given(job)
    validate = TypeAdapter(RecordsDict).validate_json

    def run() -> object:
        found: list[Any] = []
        rows: list[Any] = []
        text = fragments[0][:0]
        for fragment in fragments:
            text += fragment
            try:
                rows = validate(text, experimental_allow_partial="trailing-strings")["items"]
            except ValidationError:
                continue
            _closed(found, rows)
        return found + rows[len(found) :]

    return run


def _instructor(job: Job) -> Run:
    """Its own `Partial`, fed what its adapters would take out of a provider's chunks."""
    from .objects import Records, given

    given(job)
    partial = import_module("instructor.dsl.partial").Partial[Records]
    chunks = job.fragments.strings

    def run() -> object:
        found: list[Any] = []
        rows: list[Any] = []
        for shown in partial.model_from_chunks(iter(chunks)):
            rows = shown.items
            _closed(found, rows)
        return found + rows[len(found) :]

    return run


def _pydantic_ai(job: Job) -> Run:
    """An agent whose model is a function, which says the fragments; nothing is grouped.

    Of what an output can be, a prompted TypedDict is the fastest that shows items before the
    end. The agent and its event loop are in the time, as they are in that of its user.
    """
    import asyncio

    from .objects import RecordsDict, given

    given(job)
    package = import_module("pydantic_ai")
    model = import_module("pydantic_ai.models.function").FunctionModel
    chunks = job.fragments.strings

    async def says(messages: Any, about: Any) -> Any:
        for chunk in chunks:
            yield chunk

    agent = package.Agent(
        model(stream_function=says), output_type=package.PromptedOutput(RecordsDict)
    )

    async def stream() -> object:
        found: list[Any] = []
        rows: list[Any] = []
        async with agent.run_stream("all records") as answer:
            async for shown in answer.stream_output(debounce_by=None):
                rows = shown["items"]
                _closed(found, rows)
        return found + rows[len(found) :]

    return lambda: asyncio.run(stream())


def _ways(module: str, make: Make) -> Ways:
    """One way, if the module is there; it is not imported yet."""
    if find_spec(module) is None:
        raise ImportError(module)
    return {OBJECTS: Way(make, read=as_data)}


_SHOWS = "validated items, the last one perhaps unfinished"
VALIDATORS = (
    Contestant(
        TYPE_ADAPTER,
        ("pydantic",),
        f"{_SHOWS}; parses and validates all of it after each fragment",
        lambda: _ways("pydantic", _type_adapter),
    ),
    Contestant(
        INSTRUCTOR,
        ("instructor",),
        f"{_SHOWS} and not validated; parses and validates all of it after each fragment",
        lambda: _ways("instructor", _instructor),
    ),
    Contestant(
        PYDANTIC_AI,
        ("pydantic-ai-slim",),
        f"{_SHOWS}; as TypeAdapter does it, in an agent and its event loop",
        lambda: _ways("pydantic_ai", _pydantic_ai),
    ),
)
