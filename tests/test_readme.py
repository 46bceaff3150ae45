"""What the README shows is what happens."""

from __future__ import annotations

import contextlib
import inspect
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import partialjson
from partialjson import Limits, Parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CALLS = (ROOT / "docs/tool-calls.md").read_text(encoding="utf-8")
FIXTURES = ROOT / "fixtures"
BLOCKS = re.findall(r"```python\n(.*?)```\n(?:```text\n(.*?)```)?", README + CALLS, re.DOTALL)
PROMISES = re.findall(r"^\d+\. \*\*(.+?)\*\*", README, re.MULTILINE)


class Response:
    """Stands for a provider's response in the examples."""

    def iter_bytes(self) -> Iterator[bytes]:
        yield (FIXTURES / "openai-parallel.sse").read_bytes()


@pytest.mark.parametrize(("code", "output"), BLOCKS)
def test_the_examples_do_what_they_say(code: str, output: str) -> None:
    printed = io.StringIO()
    names: dict[str, Any] = {"response": Response(), "run": print, "report": print}
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec", dont_inherit=True), names)  # it is our own text
    if output:
        assert printed.getvalue() == output


def test_there_are_exactly_two_set_up_commands() -> None:
    assert len(re.findall(r"```sh\n", README)) == 2
    assert len(re.findall(r"pip install -q", README)) == 2


def test_the_promises_are_those_of_the_parser() -> None:
    documented = re.findall(r"^\d+\. (.+)$", inspect.getdoc(Parser) or "", re.MULTILINE)
    of_the_parser = [p for p in PROMISES if not p.startswith("A call is complete")]
    assert [p.rstrip(".") for p in of_the_parser] == [d.rstrip(".") for d in documented]


def test_each_promise_is_a_test_of_the_same_name() -> None:
    folder = Path(__file__).parent
    for promise in PROMISES:
        homes = {"A call": "tools", "Early ": "typed_properties", "Repair": "repairs"}
        home = homes.get(promise[:6], "promises")
        tests = (folder / f"test_{home}.py").read_text(encoding="utf-8")
        name = re.sub(r"[^a-z0-9]+", "_", promise.lower().replace("`", "")).strip("_")
        assert f"def test_{name}(" in tests, name


def test_the_limits_are_the_real_ones() -> None:
    limits = Limits()
    assert (limits.max_depth, limits.max_number) == (200, 4300)
    assert limits.max_string == 16 * 1024 * 1024
    assert (limits.max_key, limits.max_members) == (64 * 1024, 1024 * 1024)
    assert "strings 16 Mi, keys 64 Ki, numbers 4300 characters, 1 Mi members" in README
    assert "`max_depth`, 200" in README


def test_every_name_that_is_spoken_of_exists() -> None:
    for name in re.findall(r"`([A-Z][A-Za-z]+)`", README):
        known = hasattr(partialjson, name) or name in ("ValueError", "TypeError", "NaN", "Infinity")
        assert known, name
