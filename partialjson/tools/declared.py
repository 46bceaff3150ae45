"""What a user says the tools are, and the parser that each makes of it.

A tool is given by the type of its arguments (what Pydantic takes: a model, a dataclass, a
TypedDict), by a JSON Schema, by a provider's own tool definition, or as a function, whose
signature is the type.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from ..errors import UsageError, ValidationFailed
from ..events import Violation, missing
from ..limits import Limits
from ..parser import Parser, Repair

Tools: TypeAlias = Mapping[str, Any] | Iterable[Any] | None


class Tool:
    """A tool without a type: its arguments are any JSON. The base of the others.

    A tool makes parsers (`parser`, `restored`) and passes the final verdict on what such a
    parser has read (`arguments`).
    """

    def parser(
        self,
        limits: Limits | None,
        stop: bool = False,
        many: bool = False,
        repair: Repair = False,
    ) -> Parser:
        """A fresh parser for a text of this type."""
        return Parser(duplicate_keys="error", limits=limits, many=many, repair=repair)

    def restored(self, checkpoint: Mapping[str, Any], limits: Limits | None) -> Parser:
        """A parser that goes on where the checkpoint was made."""
        return Parser.restore(checkpoint, limits=limits)

    def arguments(self, parser: Parser) -> Any:
        """What a complete text comes to.

        Raises:
            ValueError: if it does not fit.
        """
        return parser.value

    def document(self, value: Any, made: Any, violations: list[Violation], offset: int) -> Any:
        """What a document among several comes to.

        Args:
            value: its plain value.
            made: the validated object that its parser made of it, or `MISSING`.
            violations: what its parser found wrong with it.
            offset: where its last character stands.

        Raises:
            ValidationFailed: if it does not fit.
        """
        return value

    def required(self, parser: Parser) -> tuple[str, ...]:
        """The keys that the root must have."""
        return ()

    def bound(self, arguments: Any) -> Callable[[], Any] | None:
        """What runs the tool, if it was given as a function."""
        return None

    @functools.cached_property
    def fingerprint(self) -> str:
        """What tells its type from others, in any process."""
        return ""


class Typed(Tool):
    """A tool whose arguments are of a Pydantic type."""

    def __init__(self, type_: Any) -> None:
        from ..typed import ModelParser
        from ..typed.plan import adapter_of

        self._made = ModelParser
        self._adapter = adapter_of(type_)
        self.parser(None)  # what is wrong with a type shows here, not in mid-stream

    def parser(
        self,
        limits: Limits | None,
        stop: bool = False,
        many: bool = False,
        repair: Repair = False,
    ) -> Parser:
        """A fresh parser for a text of this type."""
        return self._made(
            self._adapter, limits=limits, stop_on_violation=stop, many=many, repair=repair
        )

    def restored(self, checkpoint: Mapping[str, Any], limits: Limits | None) -> Parser:
        """A parser that goes on where the checkpoint was made."""
        return self._made.restore(checkpoint, self._adapter, limits=limits)

    def arguments(self, parser: Parser) -> Any:
        """The validated object."""
        return parser.result  # type: ignore[attr-defined]  # it is a ModelParser

    def document(self, value: Any, made: Any, violations: list[Violation], offset: int) -> Any:
        """The validated object."""
        if made is not missing():
            return made
        raise ValidationFailed(violations[0].message, violation=violations[0])

    def required(self, parser: Parser) -> tuple[str, ...]:
        """The keys that the root must have."""
        keys: tuple[str, ...] = parser.required  # type: ignore[attr-defined]  # see above
        return keys

    @functools.cached_property
    def fingerprint(self) -> str:
        """What tells its type from others, in any process."""
        from ..typed.plan import plan_of
        from ..typed.resume import fingerprint

        return fingerprint(plan_of(self._adapter, None, None, None))


class Function(Typed):
    """A tool given as a function: the type is its signature."""

    def __init__(self, function: Callable[..., Any]) -> None:
        from ..typed.functions import arguments_of, run

        super().__init__(arguments_of(function))
        self._run = functools.partial(run, function)

    def bound(self, arguments: Any) -> Callable[[], Any] | None:
        """The function, given its arguments."""
        return functools.partial(self._run, arguments)


class Schema(Tool):
    """A tool whose arguments are described by a JSON Schema, which is held against them live."""

    def __init__(self, schema: Mapping[str, Any] | bool) -> None:
        from ..schema import SchemaParser

        self._made = SchemaParser
        self._schema = schema
        self.parser(None)  # what is wrong with a schema shows here, not in mid-stream

    def parser(
        self,
        limits: Limits | None,
        stop: bool = False,
        many: bool = False,
        repair: Repair = False,
    ) -> Parser:
        """A fresh parser for a text of this type."""
        return self._made(
            self._schema, limits=limits, stop_on_violation=stop, many=many, repair=repair
        )

    def restored(self, checkpoint: Mapping[str, Any], limits: Limits | None) -> Parser:
        """A parser that goes on where the checkpoint was made."""
        return self._made.restore(checkpoint, self._schema, limits=limits)

    def arguments(self, parser: Parser) -> Any:
        """The plain value, if it is valid."""
        found = parser.violations  # type: ignore[attr-defined]  # it is a SchemaParser
        return self.document(parser.value, None, found, parser.offset - 1)

    def document(self, value: Any, made: Any, violations: list[Violation], offset: int) -> Any:
        """The plain value, if it is valid."""
        if not violations:
            return value
        first = violations[0]
        raise ValidationFailed(first.message, violation=first, events=violations[1:])

    def required(self, parser: Parser) -> tuple[str, ...]:
        """The keys that the root must have."""
        keys: tuple[str, ...] = parser.required  # type: ignore[attr-defined]  # see above
        return keys

    @functools.cached_property
    def fingerprint(self) -> str:
        """What tells its schema from others, in any process."""
        return self.parser(None).fingerprint  # type: ignore[attr-defined,no-any-return]  # see above


def tool(given: Any) -> Tool:
    """The tool that is meant by a type, a schema or a function.

    Raises:
        UsageError: for what is neither.
    """
    if isinstance(given, Tool):
        return given
    if isinstance(given, (Mapping, bool)):
        return Schema(given)
    if inspect.isroutine(given) or isinstance(given, functools.partial):
        return Function(given)
    return Typed(given)


def named_tools(tools: Tools) -> dict[str, Tool]:
    """The tools by their names.

    Raises:
        TypeError: for what is neither a mapping nor a list of things with names.
        UsageError: for a tool that makes no sense.
    """
    if isinstance(tools, Mapping):
        for name in tools:
            if not isinstance(name, str):
                raise TypeError(f"a tool's name is a str, not {type(name).__name__}")
        return {name: tool(given) for name, given in tools.items()}
    if not isinstance(tools, Iterable) or isinstance(tools, (str, bytes)):
        raise TypeError(
            f"tools must be a mapping or a list of types, functions or tool definitions, "
            f"not {type(tools).__name__}"
        )
    named: dict[str, Tool] = {}
    for given in tools:
        for name, meant in _self_named(given):
            if name in named:
                raise UsageError(f"two tools are called {name!r}")
            named[name] = tool(meant)
    return named


def _self_named(given: Any) -> Iterable[tuple[str, Any]]:
    """Name and type of something that has a name of its own."""
    if isinstance(given, Mapping):
        yield from _defined(given)
    elif isinstance(given, functools.partial):
        yield given.func.__name__, given
    elif isinstance(given, type) or inspect.isroutine(given):
        yield given.__name__, given
    else:
        raise TypeError(
            "a list of tools holds types, functions and tool definitions, "
            f"not {type(given).__name__}"
        )


_SCHEMAS = ("parameters", "input_schema", "inputSchema", "parametersJsonSchema")


def _defined(definition: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Names and schemas of a tool definition, as one of the providers' requests has it."""
    for inner in ("function", "toolSpec"):
        if isinstance(definition.get(inner), Mapping):
            definition = definition[inner]
    for several in ("functionDeclarations", "function_declarations"):
        if several in definition:
            for one in definition[several]:
                yield from _defined(one)
            return
    name = definition.get("name")
    if not isinstance(name, str):
        raise UsageError("a tool definition needs a 'name'; give schemas as {name: schema}")
    schemas = [definition[key] for key in _SCHEMAS if definition.get(key) is not None]
    schema = schemas[0] if schemas else None
    if isinstance(schema, Mapping) and isinstance(schema.get("json"), Mapping):
        schema = schema["json"]  # Bedrock wraps it once more
    if schema is None:
        yield name, Tool()
    else:
        yield name, schema
