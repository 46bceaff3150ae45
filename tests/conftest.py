"""Which build is tested: the installed one, or this folder's sources under `python -m pytest`."""

from __future__ import annotations

from pathlib import Path

import pytest

import partialjson

HERE = Path(__file__).parents[1] / "partialjson"
TESTED = Path(partialjson.__file__).parent
SOURCES = ("*.py", "*.pxd", "*.pyx")

pure_only = pytest.mark.skipif(
    partialjson.COMPILED, reason="counts the interpreter's calls, or looks into its objects"
)


def stale(here: Path, tested: Path) -> list[str]:
    """The source files that differ between a checkout and the package under test."""
    names = {
        file.relative_to(folder)
        for folder in (here, tested)
        for pattern in SOURCES
        for file in folder.rglob(pattern)
    }
    return sorted(str(name) for name in names if text(here / name) != text(tested / name))


def text(file: Path) -> str | None:
    return file.read_text() if file.is_file() else None


def pytest_report_header() -> str:
    build = "compiled" if partialjson.COMPILED else "interpreted"
    return f"partialjson {partialjson.__version__}: {build}, {TESTED}"


def pytest_sessionstart() -> None:
    differing = stale(HERE, TESTED)
    if differing:
        pytest.exit(
            f"the installed partialjson is not what stands here ({', '.join(differing[:3])}, ...):"
            " install it again, or test the sources with python -m pytest",
            returncode=4,
        )
