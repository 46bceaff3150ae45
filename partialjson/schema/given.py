"""What people have that holds a schema: types, and the requests of providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import UsageError

_PARAMETERS = ("parameters", "input_schema", "inputSchema", "parametersJsonSchema")


def schema_of(given: Any) -> Any:
    """The schema that is meant.

    Args:
        given: a JSON Schema; an OpenAI `response_format` or `text.format`; a tool definition
            with its parameters; or a type that Pydantic knows.

    Raises:
        UsageError: for a type that has no schema (code `unsupported_type`).
    """
    if isinstance(given, bool):
        return given
    if not isinstance(given, Mapping):
        return _of_type(given)
    if given.get("type") == "json_schema":
        inner = given.get("json_schema", given)
        return inner.get("schema", True) if isinstance(inner, Mapping) else inner
    if given.get("type") == "json_object":
        return {"type": "object"}
    definition = given.get("function", given) if given.get("type") == "function" else given
    for several in ("functionDeclarations", "function_declarations"):
        if several in given:
            definition = _only(given[several])
    definition = definition.get("toolSpec", definition)
    if isinstance(definition, Mapping) and isinstance(definition.get("name"), str):
        found = [definition[key] for key in _PARAMETERS if key in definition]
        if found:
            inner = found[0].get("json") if isinstance(found[0], Mapping) else None
            return inner if isinstance(inner, Mapping) else found[0]  # Bedrock wraps it once more
        if given.get("type") == "function":
            return True
    return given


def _only(definitions: Any) -> Any:
    if isinstance(definitions, list) and len(definitions) == 1:
        return definitions[0]
    raise UsageError("give the schema of one tool, and not several", code="invalid_schema")


def _of_type(type_: Any) -> Any:
    from ..typed.plan import adapter_of

    if isinstance(type_, (str, int, float, list, tuple)) or type_ is None:
        raise UsageError(
            f"a JSON Schema is an object or a boolean, not {type(type_).__name__}",
            code="invalid_schema",
        )
    adapter = adapter_of(type_)
    try:
        return adapter.json_schema()
    except Exception as error:  # Pydantic's own, of which only `typed` knows the names
        raise UsageError(
            f"{type_!r} has no JSON Schema: {error}", code="unsupported_type"
        ) from error
