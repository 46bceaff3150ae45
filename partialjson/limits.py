"""What a text may make a parser hold. Units are characters, unless a line says otherwise.

`docs/limits.md` has the reason for each default, and what attacks come to.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from functools import cached_property

from .errors import UsageError

__all__ = ["Limits"]

NEVER = 1 << 62  # no stream is that long


@dataclass(frozen=True)
class Limits:
    """Bounds on what one document may contain; each is raised at the first character over it.

    The last six are those of schemas; the three before them are those of streams that
    carry documents, which `ToolCalls` and `partialjson.framing` read.

    Args:
        max_depth: open containers, one inside the other. Pydantic refuses more than 201
            and jsonschema's own recursion fails somewhere between 200 and 400.
        max_string: decoded characters of one string value.
        max_key: decoded characters of one member name.
        max_number: characters of one number as written, sign and exponent included;
            CPython converts no integer of more than 4300 digits.
        max_members: members or items that one container retains; exceeded by the comma
            that announces one more than that, even if a repeated key were to follow.
        max_document: characters of one document with the white space around it (and the
            text after it under `trailing="keep"`); None, because a stream that nobody
            keeps costs nothing.
        max_schema_nodes: subschemas of a JSON Schema that are made ready; references can
            make a small schema a large one.
        max_schema_work: subschemas that are applied to the values of one document.
        max_branches: alternatives of one `anyOf` or `oneOf`, and shapes that a value in a union
            of types may have, that are followed while they stream; more are decided when the
            value is complete, or what is around it.
        max_pattern_states: states of the automaton of one `pattern`; a larger one is decided
            when the string is complete.
        max_pattern_input: characters that a pattern with back references, conditional or
            atomic groups is matched against, where that can take more than linear time.
        max_violations: errors of an invalid document that `SchemaParser.errors` lists; each
            shows the value that it speaks of.

    Raises:
        TypeError: for what is no int.
        UsageError: for an int below 1.

    >>> Limits(max_depth=50).max_depth
    50
    """

    max_depth: int = 200
    max_string: int = 16 * 1024 * 1024
    max_key: int = 64 * 1024
    max_number: int = 4300
    max_members: int = 1024 * 1024
    max_document: int | None = None
    max_message: int = 24 * 1024 * 1024
    max_calls: int = 4096
    max_name: int = 64 * 1024
    max_schema_nodes: int = 100_000
    max_schema_work: int = 1_000_000
    max_branches: int = 256
    max_pattern_states: int = 5_000
    max_pattern_input: int = 1_000
    max_violations: int = 100

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None and field.name == "max_document":
                continue
            if not isinstance(value, int) or isinstance(value, bool):
                raise TypeError(f"{field.name} must be an int, not {type(value).__name__}")
            if value < 1:
                raise UsageError(f"{field.name} must be at least 1, not {value}")

    @cached_property
    def _bounds(self) -> tuple[int, ...]:
        """The limits in their order, for counting: none over `NEVER`, none missing."""
        return tuple(min(value or NEVER, NEVER) for value in astuple(self))
