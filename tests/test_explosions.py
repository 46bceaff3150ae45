"""Texts that are made to cost more than they are long: integers that collide, unions in unions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel

from partialjson import Limits, ModelParser, SchemaParser, StreamFailed, ToolCalls, Validated
from partialjson.schema.equality import comparable

MODULUS = (1 << 61) - 1  # CPython hashes integers modulo this
COLLIDING = [k * MODULUS for k in range(1, 1000)]


def test_integers_that_collide_as_they_are_do_not_in_the_form_they_are_compared_in() -> None:
    assert len({hash(value) for value in COLLIDING}) == 1
    for sign in (1, -1):
        forms = [comparable(sign * value) for value in COLLIDING]
        assert len({hash(form) for form in forms}) > 990
        assert len(set(forms)) == len(forms)


@pytest.mark.parametrize("value", [MODULUS - 1, MODULUS, 1 << 61, 1 << 70, 10**22, 10**30])
def test_large_numbers_equal_what_they_equal(value: int) -> None:
    for a in (value, float(value), -value, -float(value), 0, True, 1, float("inf")):
        for b in (value, float(value), -float(value), "x", hex(value), ["#", hex(value)]):
            assert (comparable(a) == comparable(b)) is (a == b and type(a) is not bool), (a, b)


@pytest.mark.parametrize("more", [[], ["x"]])
def test_colliding_items_are_unique_or_not_as_jsonschema_says(more: list[Any]) -> None:
    for items, verdict in (([*COLLIDING, *more], "valid"), ([MODULUS, *more, MODULUS], "invalid")):
        parser = SchemaParser({"uniqueItems": True})
        parser.feed(json.dumps(items))
        parser.close()
        assert parser.verdict == verdict


@pytest.mark.parametrize("number", [1 << 60, -(1 << 60)])
def test_indexes_that_could_collide_are_none(number: int) -> None:
    entry = {"id": "c", "function": {"name": "f", "arguments": "{}"}}
    for choice, index in ((number, 0), (0, number)):
        delta = {"tool_calls": [{**entry, "index": index}]}
        calls = ToolCalls(provider="openai_chat")
        events = calls.feed({"choices": [{"index": choice, "delta": delta}]})
        assert isinstance(events[-1], StreamFailed)
        assert events[-1].reason == "malformed"


# --- unions in unions ------------------------------------------------------------------


class Left(BaseModel):
    a: Left | Right | None = None
    b: int = 0


class Right(BaseModel):
    a: Left | Right | None = None
    b: int = 0


def test_shapes_side_by_side_are_no_more_than_max_branches() -> None:
    for most in (1, 2, 8, 256):
        limits = Limits(max_branches=most)
        parser = ModelParser(Left, limits=limits)
        parser.feed('{"a": ' * 199)
        assert max(len(level.slots) for level in parser._live.levels) == max(2, most)
        again = ModelParser.restore(parser.checkpoint(), Left, limits=limits)
        assert again._live.most == most
    assert ModelParser(Left)._live.most == Limits().max_branches


def test_what_is_not_followed_is_validated_with_what_is_around_it() -> None:
    text = '{"a": ' * 5 + '{"b": 1}' + "}" * 5
    for most in (1, 4, 256):
        parser = ModelParser(Left, limits=Limits(max_branches=most))
        events = [event for character in text for event in parser.feed(character)]
        assert [e.path for e in events if isinstance(e, Validated)][-1] == ()
        assert parser.result == Left.model_validate_json(text)
    wrong = ModelParser(Left, limits=Limits(max_branches=1))
    wrong.feed(text.replace("1", '"x"'))
    with pytest.raises(ValueError, match="valid integer"):
        _ = wrong.result
