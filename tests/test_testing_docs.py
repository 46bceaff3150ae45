"""What `docs/testing.md` shows is what happens."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from partialjson import testing

from .strategies import examples

PAGE = (Path(__file__).parents[1] / "docs/testing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```\n(?:```text\n(.*?)```)?", PAGE, re.DOTALL)


@pytest.fixture
def as_in_the_suite() -> Iterator[None]:
    """The page says nothing of how many examples there are, and what that may take."""
    settings.register_profile("the page", examples(10))
    settings.load_profile("the page")
    yield
    settings.load_profile("default")


@pytest.mark.usefixtures("as_in_the_suite")
def test_the_examples_do_what_they_say() -> None:
    names: dict[str, Any] = {}
    for code, output in BLOCKS:  # each goes on where the one before ended
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            try:
                exec(compile(code, "testing.md", "exec", dont_inherit=True), names)
            except AssertionError as error:
                print(f"AssertionError: {error}")
        assert printed.getvalue() == output


def table(heading: str) -> list[str]:
    """The first cells of the table under a heading."""
    section = PAGE.split(f"{heading}\n")[1].split("\n## ")[0]
    return [line.split(" | ")[0] for line in section.splitlines() if line.startswith("| `")]


def names_in(rows: list[str]) -> list[str]:
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def test_all_names_are_listed() -> None:
    assert sorted(names_in(table("## All names"))) == testing.__all__


def test_all_faults_are_listed() -> None:
    assert names_in(table("## What goes wrong on the way")) == [*testing.FAULTS]


def test_what_is_named_is_there() -> None:
    for name in re.findall(r"`(assert_\w+|[A-Z]{3,})`", PAGE):
        assert hasattr(testing, name) or name == "MISSING", name
    for name in re.findall(r"quirks = (\[.*\])", PAGE):
        assert set(ast.literal_eval(name)) <= {*testing.QUIRKS}
