"""Against other parsers: random documents, the same values and the same completions."""

from __future__ import annotations

import io
import json
import random
from decimal import Decimal
from typing import Any

import ijson  # type: ignore[import-untyped]  # it has no types
import pytest

from partialjson import FieldCompleted, Parser, Path
from partialjson.testing import cut_at, document

from .fragmenting import run, same_every_way


def random_text(seed: int) -> str:
    rng = random.Random(seed)
    one, other = (document(rng, levels=4, big_numbers=False) for _ in range(2))
    return f'{{"root": {one}, "more": {other}}}'


def random_cuts(text: Any, seed: int) -> list[Any]:
    rng = random.Random(seed)
    return cut_at(text, [i for i in range(1, len(text)) if rng.random() < 0.3])


def backend(name: str) -> Any:
    try:
        return ijson.get_backend(name)
    except ImportError:
        pytest.skip(f"ijson's backend {name} is not installed")


@pytest.mark.parametrize("seed", range(0, 300, 10))
def test_the_value_is_that_of_json_loads(seed: int) -> None:
    for s in range(seed, seed + 10):
        text = random_text(s)
        expected = json.loads(text)
        for form in (text, text.encode()):
            result = run(Parser(), random_cuts(form, s))
            assert result.error is None
            assert repr(result.value) == repr(expected)


def test_a_few_of_them_in_every_way() -> None:
    for seed in range(8):
        text = random_text(seed)
        assert same_every_way(text).value == json.loads(text)


def prefix_of(path: Path) -> str:
    """A path as ijson spells it: items have no index."""
    return ".".join("item" if isinstance(step, int) else step for step in path)


def ours(text: bytes, seed: int) -> list[tuple[str, str, Any]]:
    """What is completed, as (prefix, event, value) of ijson."""
    events = run(Parser(events=FieldCompleted), random_cuts(text, seed)).events
    return [told(event) for event in events if isinstance(event, FieldCompleted)]


def told(event: FieldCompleted) -> tuple[str, str, Any]:
    prefix, value = prefix_of(event.path), event.value
    if isinstance(value, dict):
        return prefix, "end_map", None
    if isinstance(value, list):
        return prefix, "end_array", None
    if value is None:
        return prefix, "null", None
    if isinstance(value, str):
        return prefix, "string", value
    return prefix, "boolean" if isinstance(value, bool) else "number", value


@pytest.mark.parametrize("name", ["python", "yajl2_c"])
@pytest.mark.parametrize("seed", range(0, 200, 20))
def test_what_is_completed_is_what_ijson_tells_in_the_same_order(name: str, seed: int) -> None:
    parse = backend(name).parse
    for s in range(seed, seed + 20):
        text = random_text(s).encode()
        theirs = [
            (prefix, event, *plain(value))
            for prefix, event, value in parse(io.BytesIO(text))
            if event not in ("start_map", "start_array", "map_key")
        ]
        mine = [(prefix, event, *plain(value)) for prefix, event, value in ours(text, s)]
        assert mine == theirs


def plain(value: Any) -> tuple[bool, Any]:
    """Numbers that are no int are decimals there and floats here."""
    return isinstance(value, int), float(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("name", ["python", "yajl2_c"])
@pytest.mark.parametrize(
    "text",
    ["[1,]", '{"a":1,}', "[1 2]", "nul", '{"a" 1}', "[", '{"a": "x', "01", "[1]]", "'a'"],
)
def test_what_ijson_refuses_is_refused(name: str, text: str) -> None:
    with pytest.raises(ijson.JSONError):
        list(backend(name).parse(io.BytesIO(text.encode())))
    assert run(Parser(), [text]).error is not None
