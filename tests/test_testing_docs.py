"""What `docs/testing.md` shows is what happens."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

PAGE = (Path(__file__).parents[1] / "docs/testing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```\n(?:```text\n(.*?)```)?", PAGE, re.DOTALL)


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
