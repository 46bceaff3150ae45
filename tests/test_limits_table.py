"""What the page on limits says: of attacks, of each limit, and where each is named.

Here the attacks are small, and only what comes of them counts; `python -m benchmarks.limits`
does them at full size, with time and memory.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from benchmarks.limits.attack import READ, Attack
from benchmarks.limits.catalogue import GROUPS
from benchmarks.limits.table import Figure, Row, as_data, from_data, tables
from partialjson import Limits
from partialjson.framing.eventstream import MAX_HEADERS

PAGE = (Path(__file__).parents[1] / "docs" / "limits.md").read_text(encoding="utf-8")
ATTACKS = [(group, attack) for group, attacks in GROUPS.items() for attack in attacks]


def is_slow(attack: Attack) -> bool:
    """Those that must be large, or work long, to reach their limit at all."""
    large = attack.unit in ("characters", "bytes", "members") and attack.small > 1_000_000
    return large or attack.outcome == "max_schema_work"


@pytest.mark.parametrize(
    ("group", "attack"),
    [pytest.param(*pair, id=f"{pair[0]}: {pair[1].name}") for pair in ATTACKS],
)
def test_each_attack_comes_to_what_the_table_says(group: str, attack: Attack) -> None:
    if not is_slow(attack):
        assert attack.run(attack.small) == attack.outcome


def test_most_attacks_are_tried_here_and_all_are_named_once() -> None:
    assert len(ATTACKS) > 80
    assert sum(is_slow(attack) for _, attack in ATTACKS) < 15
    for attacks in GROUPS.values():
        names = [attack.name for attack in attacks]
        assert len(set(names)) == len(names)


def test_what_ends_an_attack_is_a_limit_or_a_code() -> None:
    limits = {field.name for field in fields(Limits)} | {"MAX_HEADERS"}
    outcomes = {attack.outcome for _, attack in ATTACKS}
    named = {outcome for outcome in outcomes if outcome.lower().startswith("max_")}
    assert named <= limits
    assert {"max_depth", "max_string", "max_number", "max_members", "max_message"} <= named
    assert {"max_calls", "max_name", "max_schema_work", "max_document", "max_key"} <= named
    others = outcomes - named - {READ, "valid", "invalid", "invalid, 100 listed"}
    assert all(re.fullmatch("[a-z_, ]+", outcome) for outcome in others)


# --- the page --------------------------------------------------------------------------


def listed() -> dict[str, list[str]]:
    rows = re.findall(r"^\| `([A-Za-z_]+)` \| (.+) \|$", PAGE, re.MULTILINE)
    return {name: [cell.strip() for cell in rest.split(" | ")] for name, rest in rows}


def spelled(value: int | None) -> str:
    if value is None:
        return "none"
    for size, unit in ((1 << 20, " Mi"), (1 << 10, " Ki")):
        if value % size == 0:
            return f"{value // size}{unit}"
    return f"{value:,}"


def test_every_limit_is_on_the_page_with_its_default_and_a_reason() -> None:
    rows = listed()
    defaults = Limits()
    for field in fields(Limits):
        default, reason, where = rows[field.name]
        assert default.startswith(spelled(getattr(defaults, field.name))), field.name
        assert len(reason) > 20
        assert where
    assert rows["MAX_HEADERS"][0].startswith(spelled(MAX_HEADERS))


def test_every_attack_is_on_the_page_with_its_outcome() -> None:
    for group, attack in ATTACKS:
        assert f"### {group}\n" in PAGE
        assert f"| {attack.name} | `{attack.outcome}` |" in PAGE, attack.name


def test_the_example_does_what_it_says() -> None:
    ((code, output),) = re.findall(r"```python\n(.*?)```\n```text\n(.*?)```", PAGE, re.DOTALL)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "limits.md", "exec", dont_inherit=True), {})  # it is our own text
    assert printed.getvalue() == output


def test_every_test_that_the_page_names_exists() -> None:
    folder = Path(__file__).parent
    named = re.findall(r"`tests/(\w+\.py)`", PAGE)
    assert named
    assert all((folder / name).is_file() for name in named)


def test_a_row_of_the_table() -> None:
    row = Row("Depth", "x", "compiled", Figure(10, "read", 0.5, 1), Figure(40, "read", 2.1, 3))
    assert from_data(json.loads(json.dumps(as_data([row])))) == [row]
    attacks = [Attack("x", str, 40, 10, "read"), Attack("y", str, 40, 10, "max_depth")]
    *_, known, unknown = tables([row], {"Depth": attacks})
    assert known == "| x | `read` | 40 | 2.10 s | 4.2 | 3 MB |"
    assert unknown == "| y | `max_depth` |  |  |  |  |"
