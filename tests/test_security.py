"""SECURITY.md promises nothing that no test and no table holds."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from partialjson import Limits
from partialjson._seal import seal

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_every_test_that_holds_a_promise_exists() -> None:
    named = set(re.findall(r"`(tests/\w+\.py)`", PAGE))
    assert len(named) > 10
    for name in named:
        assert (ROOT / name).is_file(), name
        assert "def test_" in (ROOT / name).read_text("utf-8") or name == "tests/decoding.py"


def test_every_promise_names_what_holds_it() -> None:
    for promise in re.findall(r"^- (\*\*.+?)(?=^- |^$)", PAGE, re.MULTILINE | re.DOTALL):
        assert "`tests/" in promise, promise


def test_every_limit_that_is_named_exists_and_every_one_is_named_here_or_on_the_page() -> None:
    limits = {field.name for field in fields(Limits)}
    assert set(re.findall(r"`(max_\w+)`", PAGE)) <= limits
    page = (ROOT / "docs" / "limits.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(max_\w+)` \|", page, re.MULTILINE)) == limits


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", PAGE)
    assert links
    assert all((ROOT / link).is_file() for link in links)


def test_the_digest_is_what_the_page_says() -> None:
    digest = seal({"parser": "x"})["digest"]
    assert re.fullmatch("[0-9a-f]{16}", digest)
    assert "16 hexadecimal digits of the SHA-256" in PAGE


def test_the_server_listens_where_the_page_says() -> None:
    text = (ROOT / "partialjson" / "testing" / "server.py").read_text("utf-8")
    assert "127.0.0.1" in text
    assert "0.0.0.0" not in text


def test_nobody_is_named_who_is_not_there() -> None:
    assert "@" not in PAGE  # no address of anybody
    assert "private vulnerability reporting" in PAGE
