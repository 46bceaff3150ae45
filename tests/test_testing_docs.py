"""What `docs/testing.md` shows is what happens."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from pathlib import Path
from typing import Any

from partialjson import testing

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


def test_all_names_are_listed() -> None:
    table = PAGE.split("## All names\n")[1]
    rows = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    assert sorted(name for row in rows for name in re.findall(r"`(\w+)`", row)) == testing.__all__


def test_what_is_named_is_there() -> None:
    for name in re.findall(r"`(assert_\w+|[A-Z]{3,})`", PAGE):
        assert hasattr(testing, name) or name == "MISSING", name
    for name in re.findall(r"quirks = (\[.*\])", PAGE):
        assert set(ast.literal_eval(name)) <= {*testing.QUIRKS}
