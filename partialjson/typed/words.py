"""Open strings and keys: from which character on they are hopeless."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import SchemaValidator

from .wording import TextRule, agreed

if TYPE_CHECKING:
    from .._core.source import Source
    from .kinds import Shape


class Words:
    """An open string, and the rules of all shapes that it may have.

    Attributes:
        length: how many of its characters were looked at, the hopeless one included.
    """

    __slots__ = ("_begun", "_keep", "_rules", "length")

    def __init__(self, rules: list[TextRule]) -> None:
        self._rules = rules
        self._keep = max((rule.longest for rule in rules), default=0)
        self._begun = ""
        self.length = 0

    def hopeless(self, more: str) -> int:
        """Which of the next characters is the first hopeless one for all rules; -1 for none."""
        worst = -1
        left = []
        for rule in self._rules:
            found = rule.hopeless(self._begun, self.length, more)
            if found < 0:
                left.append(rule)
            worst = max(worst, found)
        self._rules = left
        if left:
            self.length += len(more)
            if len(self._begun) < self._keep:
                self._begun += more[: self._keep]
            return -1
        self.length += worst + 1
        return worst


class Key:
    """A key that an object refuses.

    Args:
        known: the keys that it takes.
        key: as far as it was read.
        start, end: the offsets of its opening quote, and after what was read of it.
    """

    __slots__ = ("agreed", "end", "key", "start")

    def __init__(self, known: Mapping[str, object], key: str, start: int, end: int) -> None:
        self.key = key
        self.start = start
        self.end = end
        self.agreed = agreed(tuple(known), key)  # so many characters at the beginning are right

    def offset(self, source: Source) -> int:
        """The offset of the first hopeless character; the closing quote, if all are right."""
        if self.agreed == len(self.key):
            return self.end - 1
        offset = self.start + 1
        text = source.slice(self.start, self.end)
        for _ in range(self.agreed):
            offset += _width(text, offset - self.start)
        return offset + _width(text, offset - self.start) - 1

    def refused(self, shape: Shape) -> ValidationError:
        """Pydantic's own error for it."""
        key = self.key[: self.agreed + 1]
        schema: dict[str, Any] = {"type": "typed-dict", "fields": {}, "extra_behavior": "forbid"}
        if shape.source is not None and shape.source["type"] == "dataclass-args":
            schema = {"type": "dataclass-args", "fields": [], "extra_behavior": "forbid"}
            schema["dataclass_name"] = shape.source["dataclass_name"]
        try:
            SchemaValidator(schema).validate_json(json.dumps({key: None}))
        except ValidationError as error:
            return error
        raise AssertionError(key)


def _width(text: str, i: int) -> int:
    """How many characters of source the character at `i` was written with."""
    if text[i] != "\\":
        return 1
    if text[i + 1] != "u":
        return 2
    is_high = text[i + 2] in "dD" and text[i + 3] in "89abAB"
    return 12 if is_high else 6
