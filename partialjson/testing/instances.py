"""Valid documents of a type or a schema: `documents_for`.

Values are drawn by a schema, spelled in many ways, and kept if Pydantic's or jsonschema's own
verdict is that they are valid.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from hypothesis import reject
from hypothesis import strategies as st
from typing_extensions import Never

from ..errors import UsageError
from ..paths import Patterns
from ..schema import SchemaParser
from ..schema.given import schema_of
from ..typed import ModelParser
from .formats import FORMATS_OF_TYPES
from .spelling import respelled
from .values import Draw, Source, values

Values: TypeAlias = st.SearchStrategy[Any]

_TRIES = 5  # for each document
_HOPELESS = 25  # documents given up and none accepted: before Hypothesis gives up itself


def documents_for(
    given: Any,
    *,
    overrides: Mapping[Any, Values] | None = None,
    formats: Mapping[str, st.SearchStrategy[str]] | None = None,
    respell: bool = True,
) -> st.SearchStrategy[str]:
    """JSON texts that are valid instances of a type or a schema.

    Values are drawn by the JSON Schema (for a type, by the one that Pydantic makes for
    validation), strings of a pattern or a format by hypothesis-jsonschema; they shrink. What a
    schema cannot say, such as a validator's demands, is left to chance: texts that are not
    valid are drawn again.

    Args:
        given: a model, dataclass, TypedDict or any other type that Pydantic validates; or a
            JSON Schema, as `SchemaParser` takes it.
        overrides: for some places the values to be drawn there, in place of those that the
            schema gives: paths or patterns, as in `paths=`, and strategies of JSON values.
            For what a validator asks for, and for lookalikes of real data.
        formats: for names of `format` strategies of such strings.
        respell: members in any order, white space, escapes, numbers in other digits. False
            writes them as `json.dumps` does.

    Raises:
        UsageError: for what is neither a type nor a schema, for references that lead nowhere,
            and, when drawn, if no text is valid.

    >>> from hypothesis import given
    >>> from partialjson import SchemaParser
    >>> schema = {"type": "array", "items": {"enum": ["red", "green"]}, "maxItems": 3}
    >>> @given(documents_for(schema))
    ... def valid_texts_are_accepted(text):
    ...     parser = SchemaParser(schema)
    ...     parser.feed(text)
    ...     parser.close()
    ...     assert parser.verdict == "valid"
    >>> valid_texts_are_accepted()
    """
    refusal = _refusal_of(given)
    usual = {} if isinstance(given, (bool, Mapping)) else FORMATS_OF_TYPES
    source = Source(schema_of(given), {**usual, **(formats or {})})
    places = [(Patterns([path]), s) for path, s in (overrides or {}).items()]
    return _valid_texts(values(source), places, refusal, _Tally(given), respell)


# --- the verdict --------------------------------------------------------------------------


def _refusal_of(given: Any) -> Callable[[str], str]:
    """What says why a text is not valid; "" if it is."""
    parser: Any = SchemaParser(given) if isinstance(given, (bool, Mapping)) else ModelParser(given)

    def refusal(text: str) -> str:
        judge = parser.fork()
        try:
            judge.feed(text)
            judge.close()
            if isinstance(judge, SchemaParser):
                return "" if judge.verdict == "valid" else judge.errors[0].message
            _ = judge.result
        except ValueError as error:  # Pydantic's own, and those of the parser
            return str(error) or repr(error)
        return ""

    return refusal


class _Tally:
    """How many documents were accepted and refused."""

    def __init__(self, given: Any) -> None:
        self.given = given
        self.accepted = 0
        self.refused = 0

    def give_up(self, text: str, reason: str) -> Never:
        """Leave the document, or the test, if none was ever accepted."""
        self.refused += 1
        if self.refused < _HOPELESS or self.accepted:
            reject()
        raise UsageError(
            f"none of {_TRIES * self.refused} values by the schema of {self.given!r} is valid. The "
            f"last was {text[:200]!r}, and of that: {reason[:300]}\nWhere a validator asks for "
            "more than the schema says, overrides={path: strategy} draws other values",
            code="not_available",
        )


@st.composite
def _valid_texts(
    draw: Draw,
    drawn: Values,
    places: list[tuple[Patterns, Values]],
    refusal: Callable[[str], str],
    tally: _Tally,
    respell: bool,
) -> str:
    text = reason = ""
    for _ in range(_TRIES):
        value = draw(drawn)
        for patterns, others in places:
            value = _overridden(value, patterns, patterns.start, draw, others)
        for text in _spellings(value, draw, respell):
            reason = refusal(text)
            if not reason:
                tally.accepted += 1
                return text
    return tally.give_up(text, reason)


def _spellings(value: Any, draw: Draw, respell: bool) -> Iterator[str]:
    """A text of the value, and a plainer one: some types tell `1` from `1.0`."""
    text = json.dumps(value)
    seed = draw(st.integers(0, 2**32)) if respell else 0
    if seed:  # what fails in any spelling shrinks to the plain one
        chance = random.Random(seed)
        yield respelled(text, chance, numbers=chance.choice((0.0, 0.0, 0.5)))
    yield text


def _overridden(value: Any, patterns: Patterns, state: int, draw: Draw, others: Values) -> Any:
    """The value with another one drawn in each place that is selected."""

    def inside(step: str | int, inner: Any) -> Any:
        return _overridden(inner, patterns, patterns.step(state, step), draw, others)

    if patterns.accepts(state):
        return draw(others)
    if state and isinstance(value, dict):
        return {name: inside(name, inner) for name, inner in value.items()}
    if state and isinstance(value, list):
        return [inside(i, inner) for i, inner in enumerate(value)]
    return value
