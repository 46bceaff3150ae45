"""A typed parser goes on from a checkpoint as if nothing had happened."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from partialjson import (
    CheckpointError,
    Event,
    ModelParser,
    PartialJSONError,
    UsageError,
    Validated,
    ValidationFailed,
    Violation,
)


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = Field(le=9)


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str = Field(max_length=5)
    toys: list[str] = Field(default=[], max_length=2)


class Zoo(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    pets: list[Annotated[Cat | Dog, Field(discriminator="kind")]]
    any: Cat | Dog | None = None
    size: Literal["small", "large"] = "small"


TEXTS = [
    '{"name": "a", "pets": [{"kind": "cat", "lives": 9}, {"name": "rex", "kind": "dog"}], "any": '
    '{"kind": "dog", "name": "bo", "toys": ["x"]}, "size": "large"}',
    '{"name": 1, "pets": [{"lives": 10, "kind": "cat"}, {"kind": "dog", "name": "too long", '
    '"toys": ["a", "b", "c"]}, {"kind": "cow"}], "any": {"kind": 1}, "size": "medium", "sizes": 1}',
    '{"pets": {"a": [1]}, "na\\u006de": "x", "n\\u0061mes": 1}',
]


def through_json(data: Any) -> Any:
    return json.loads(json.dumps(data, allow_nan=False))


def outcome(parser: ModelParser[Any]) -> Any:
    try:
        return parser.result
    except ValidationError as error:
        return error.errors(include_url=False)
    except PartialJSONError as error:
        return str(error)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("paths", [None, "$..*", "$.pets[*]"])
def test_after_each_character_the_same_events_remain(text: str, paths: str | None) -> None:
    parser = ModelParser(Zoo, paths=paths)
    steps = [parser.feed(c) for c in text] + [parser.close()]
    parser_again = ModelParser(Zoo, paths=paths)
    for i, c in enumerate(text):
        restored = ModelParser.restore(through_json(parser_again.checkpoint()), Zoo)
        rest = [restored.feed(later) for later in text[i:]] + [restored.close()]
        assert rest == steps[i:]
        assert outcome(restored) == outcome(parser)
        parser_again.feed(c)


@pytest.mark.parametrize("text", TEXTS)
def test_restoring_after_every_character_in_turn_changes_nothing(text: str) -> None:
    straight = ModelParser(Zoo)
    parser = ModelParser(Zoo)
    for byte in text.encode():
        expected = straight.feed(bytes([byte]))
        parser = ModelParser.restore(through_json(parser.checkpoint()), Zoo)
        assert parser.feed(bytes([byte])) == expected
    assert parser.fork().close() == straight.close()


def test_no_validator_runs_for_what_was_handed_out() -> None:
    seen: list[int] = []

    def note(value: int) -> int:
        seen.append(value)
        return value

    class Noted(BaseModel):
        n: Annotated[int, AfterValidator(note)]

    parser = ModelParser(list[Noted])
    parser.feed('[{"n": 1}, {"n": 2')
    seen.clear()
    parser = ModelParser.restore(parser.checkpoint(), list[Noted])
    assert seen == []
    assert [e.path for e in parser.feed("}") if isinstance(e, Validated)] == [(1,)]
    assert seen == [2]


def test_the_result_is_there_after_a_restore() -> None:
    parser = ModelParser(list[int])
    parser.feed("[1, 2] ")
    parser = ModelParser.restore(parser.checkpoint(), list[int])
    assert parser.result == [1, 2]
    numbers = ModelParser(int, many=True)
    numbers.feed("1 2 ")
    numbers = ModelParser.restore(numbers.checkpoint(), int)
    assert numbers.result == 2
    events: list[Event] = [*numbers.feed("3"), *numbers.close()]
    assert [e.object for e in events if isinstance(e, Validated)] == [3]


LONG = '[{"kind": "dog", "name": "rex", "toys": ["' + 100 * "x" + '", "y"]}, {"kind": "dog"'


@pytest.mark.parametrize("end", ["", ", x", ', "name": 1', "}]", "}] x", "}]" + 200 * " ", "}] [{"])
@pytest.mark.parametrize("options", [{}, {"stop_on_violation": True}, {"many": True}], ids=str)
def test_what_has_grown_is_shown_after_a_restore(end: str, options: dict[str, Any]) -> None:
    make: Any = ModelParser
    parser = make(list[Dog], **options)
    with suppress(PartialJSONError):
        parser.feed(LONG + end)
    restored = ModelParser.restore(through_json(parser.checkpoint()), list[Dog])
    again = ModelParser.restore(through_json(parser.checkpoint()), list[Dog])
    assert repr(restored.partial) == repr(parser.partial)
    for each in (restored, again, parser):  # whoever has looked goes on as the others do
        with suppress(PartialJSONError):
            each.feed('  [{"kind": "dog", "name": "bo"')
    assert repr(restored.partial) == repr(parser.partial) == repr(again.partial)
    assert errors_of(restored) == errors_of(parser) == errors_of(again)


def errors_of(parser: Any) -> Any:
    """What it says against a text that is no JSON."""
    with pytest.raises(PartialJSONError) as caught:
        parser.feed("?")
    return caught.value.as_dict()


class Raises(BaseModel):
    n: Annotated[int, AfterValidator(lambda n: 6 // n)]


@pytest.mark.parametrize("at", [1, 9, 20, 36, 43])
@pytest.mark.parametrize("text", ['{"a": [{"n": 1}, {"n": 2}], "b": [{"n": 3}, {"n": 0}]}, 1', "x"])
@pytest.mark.parametrize("options", [{}, {"repair": True}], ids=str)
def test_what_has_grown_is_shown_after_a_validator_raised(
    at: int, text: str, options: dict[str, Any]
) -> None:
    make: Any = ModelParser
    looking, parser = (make(dict[str, list[Raises]], **options) for _ in "12")
    for fragment in (text[:at], text[at:]):
        for each in (looking, parser):
            with suppress(PartialJSONError, ZeroDivisionError):
                each.feed(fragment)
        with suppress(ZeroDivisionError):  # it says so once
            assert looking.partial is not None
    restored = ModelParser.restore(through_json(parser.checkpoint()), dict[str, list[Raises]])
    assert repr(restored.partial) == repr(parser.partial) == repr(looking.partial)
    assert restored.offset == parser.offset
    assert (
        looking.offset == len('{"a": [{"n": 1}, {"n": 2}], "b": [{"n": 3}, {"n": 0') or text == "x"
    )


def stopped(type_: Any, text: str) -> list[Violation]:
    """What stopped a parser, and what its restored copy says when it is fed."""
    parser: Any = ModelParser(type_, stop_on_violation=True)
    with pytest.raises(ValidationFailed) as first:
        parser.feed(text)
    restored = ModelParser.restore(through_json(parser.checkpoint()), type_)
    with pytest.raises(ValidationFailed) as again:
        restored.feed("]")
    return [first.value.violation, again.value.violation]


def test_a_stopped_parser_stays_stopped() -> None:
    first, again = stopped(list[int], '[1, "x"]')
    assert again == first


def refused(value: float) -> float:
    raise ValueError("no")


@pytest.mark.parametrize(
    "type_", [Annotated[float, AfterValidator(refused)], Literal[1]], ids=["exception", "infinite"]
)
def test_what_stopped_it_may_be_infinite_or_an_exception(type_: Any) -> None:
    first, again = stopped(list[type_], "[1e999]")
    assert again.message == first.message
    assert repr(again.detail["input"]) == "inf"


def test_another_type_is_refused() -> None:
    parser = ModelParser(Zoo)
    parser.feed('{"name"')
    checkpoint = parser.checkpoint()
    with pytest.raises(CheckpointError, match="another type"):
        ModelParser.restore(checkpoint, Cat)
    assert ModelParser.restore(checkpoint, f"{__name__}:Zoo").value == {}
    with pytest.raises(UsageError, match="there is no type"):
        ModelParser.restore(checkpoint, f"{__name__}:Nobody")
    data = {**checkpoint, "parser": "Parser"}
    with pytest.raises(CheckpointError):
        ModelParser.restore(data, Zoo)


def test_the_arguments_come_back_with_it() -> None:
    restored = ModelParser.restore(ModelParser(Cat, strict=True).checkpoint(), Cat)
    assert outcome(finished(restored, '{"kind": "cat", "lives": "1"}'))[0]["type"] == "int_type"


def finished(parser: ModelParser[Any], text: str) -> ModelParser[Any]:
    parser.feed(text)
    parser.close()
    return parser
