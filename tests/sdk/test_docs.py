"""What `docs/testing.md` shows with an SDK is what happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.sdk.replay import sdk

sdk("anthropic")
SDK = "anthropic"

PAGE = (Path(__file__).parents[2] / "docs/testing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```py\n(.*?)```\n(?:```text\n(.*?)```)?", PAGE, re.DOTALL)


@pytest.mark.row("the page on testing")
def test_the_examples_do_what_they_say() -> None:
    names: dict[str, Any] = {}
    shown = [block for block in BLOCKS if "def test_" not in block[0]]
    assert len(shown) == 2
    for code, output in shown:
        said = ""
        try:
            exec(compile(code, "testing.md", "exec", dont_inherit=True), names)  # our own text
        except AssertionError as error:
            said = f"AssertionError: {error}\n"
        assert said == output
