"""What `docs/repairs.md` and the pages beside it say is what happens."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from partialjson import IncompleteJSONError, JSONSyntaxError, loads
from partialjson._core.repair.names import JSON5, REPAIRS, SAFE

DOCS = Path(__file__).parents[1] / "docs"
MAIN = (DOCS / "repairs.md").read_text(encoding="utf-8")
PAGES = {page.stem: page.read_text(encoding="utf-8") for page in (DOCS / "repairs").glob("*.md")}
HEADINGS = [
    *("What it accepts", "Examples", "What it assumes", "When it is decided"),
    *("What it holds back", "What stays an error"),
]
_shown = str.maketrans({"␊": "\n", "␀": "\0", "␛": "\x1b"})  # as the tables write them


def section(page: str, heading: str) -> str:
    """What stands under a heading of the second level."""
    return re.split(r"^## ", page.split(f"\n## {heading}\n")[1], flags=re.MULTILINE)[0].strip()


def rows(text: str) -> list[list[str]]:
    """The cells of the only table in a text, without its head."""
    table = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in table[2:]]


def code(cell: str) -> str:
    """The text in a code span, whatever number of backticks is around it."""
    found = re.fullmatch(r"(`+) ?(.*?) ?\1", cell)
    assert found, cell
    return found[2].translate(_shown)


# --- the pages ---------------------------------------------------------------------------------


def test_each_repair_has_a_page_and_no_page_is_left_over() -> None:
    assert sorted(PAGES) == sorted(REPAIRS)


@pytest.mark.parametrize("name", REPAIRS)
def test_each_page_says_what_it_must(name: str) -> None:
    page = PAGES[name]
    assert page.startswith(f"# `{name}`\n")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == HEADINGS
    assert all(section(page, heading) for heading in HEADINGS)
    assert "```pycon\n" in section(page, "Examples")


@pytest.mark.parametrize("name", REPAIRS)
def test_each_page_says_who_has_the_repair(name: str) -> None:
    having = [choice for choice, names in (("`True`", SAFE), ('`"json5"`', JSON5)) if name in names]
    expected = f"In {' and '.join(having)}." if having else "By name only."
    assert expected in PAGES[name].split("\n## ")[0]


@pytest.mark.parametrize("name", REPAIRS)
def test_each_page_has_the_bound_of_what_is_held(name: str) -> None:
    held = section(PAGES[name], "What it holds back")
    found = re.match(r"Nothing\b|(?:Up to )?(\d+) characters?\b", held)
    assert found, held
    assert int(found[1] or 0) == REPAIRS[name].holds


@pytest.mark.parametrize("name", ["", *REPAIRS])
def test_the_examples_do_what_they_say(name: str) -> None:
    page = PAGES[name] if name else MAIN
    blocks = re.findall(r"^```pycon\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert blocks
    example = doctest.DocTestParser().get_doctest("".join(blocks), {}, name or "repairs", None, 0)
    report: list[str] = []
    doctest.DocTestRunner(verbose=False).run(example, out=report.append)
    assert not report, "".join(report)


ERRORS = [
    (name, *row) for name in PAGES for row in rows(section(PAGES[name], "What stays an error"))
]
FAULTS = (JSONSyntaxError, IncompleteJSONError)


@pytest.mark.parametrize(("name", "text", "why", "others"), ERRORS)
def test_what_stays_an_error_is_one(name: str, text: str, why: str, others: str) -> None:
    assert why
    with pytest.raises(FAULTS):
        loads(code(text), repair={name})
    helping = set(re.findall(r"`(\w+)`", others))
    if helping:
        loads(code(text), repair={name, *helping})
        return
    with pytest.raises(FAULTS):
        loads(code(text), repair=True if name in SAFE else SAFE | {name})


# --- the page about all of them ----------------------------------------------------------------


def test_the_table_is_the_one_that_the_parser_has() -> None:
    listed = [
        (code(name), reads.replace("`", ""), safe == "yes", json5 == "yes", int(held), page)
        for name, reads, safe, json5, held, page in rows(section(MAIN, "The repairs"))
    ]
    assert listed == [
        (name, one.reads, one.safe, one.json5, one.holds, f"[{name}](repairs/{name}.md)")
        for name, one in REPAIRS.items()
    ]


LINE = rows(section(MAIN, "Where the line is drawn"))


@pytest.mark.parametrize(("text", "error", "why", "by_name"), LINE)
def test_the_line_is_drawn_there(text: str, error: str, why: str, by_name: str) -> None:
    assert why
    found = re.fullmatch(r"`(\w+)` at (\d+)", error)
    assert found, error
    with pytest.raises(FAULTS) as caught:
        loads(code(text), repair=True)
    assert (caught.value.code, caught.value.offset) == (found[1], int(found[2]))
    helping = set(re.findall(r"`(\w+)`", by_name))
    if helping:
        loads(code(text), repair=SAFE | helping)
        return
    with pytest.raises(FAULTS):
        loads(code(text), repair=set(REPAIRS))
