"""Which build is tested: the installed one, or this folder's sources under `python -m pytest`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import partialjson

HERE = Path(__file__).parents[1] / "partialjson"
TESTED = Path(partialjson.__file__).parent
SOURCES = ("*.py", "*.pxd", "*.pyx")

sys.path.append(str(HERE.parent))  # for the benchmarks; whatever is installed comes before it

pure_only = pytest.mark.skipif(
    partialjson.COMPILED, reason="counts the interpreter's calls, or looks into its objects"
)

untraced_only = pytest.mark.skipif(
    sys.gettrace() is not None, reason="a traced interpreter extends no string in its place"
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
    return file.read_text(encoding="utf-8") if file.is_file() else None


def hiding(here: Path) -> list[str]:
    """The extension modules beside the sources: whoever edits those would test something older."""
    return sorted(
        str(file.relative_to(here)) for pattern in ("*.so", "*.pyd") for file in here.rglob(pattern)
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    build = "compiled" if partialjson.COMPILED else "interpreted"
    terminalreporter.write_line(f"partialjson {partialjson.__version__}: {build}, {TESTED}")


@pytest.fixture(autouse=True, scope="module")
def old_objects_are_left_alone() -> Iterator[None]:
    """The collector looks at what a module's tests made, not at all tests there are."""
    gc.freeze()
    yield
    gc.unfreeze()


def pytest_sessionstart() -> None:
    compiled = hiding(HERE)
    if compiled:
        pytest.exit(
            f"compiled modules hide the sources beside them ({', '.join(compiled[:3])}, ...):"
            " remove them, or let pip install -e . do so",
            returncode=4,
        )
    differing = stale(HERE, TESTED)
    if differing:
        pytest.exit(
            f"the installed partialjson is not what stands here ({', '.join(differing[:3])}, ...):"
            " install it again, or test the sources with python -m pytest",
            returncode=4,
        )
