"""Runs async tests, and ends with a table of what passed: SDK, version, client, cutting."""

from __future__ import annotations

import asyncio
import inspect
from collections import Counter
from importlib.metadata import version
from typing import TypeAlias

import pytest

from tests.sdk.replay import CUTTINGS

Row: TypeAlias = tuple[str, ...]
COLUMNS = ("SDK", "version", "client", "cutting", "passed")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an async test in a loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture(autouse=True)
def _row(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Note which row of the table a test counts for; ask no proxy for this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    sdk = getattr(request.module, "SDK", None)
    if sdk is not None:
        cutting = _cutting(request.node)
        client = "async" if inspect.iscoroutinefunction(request.function) else "sync"
        request.node.user_properties.append(("row", (sdk, version(sdk), client, cutting)))


def _cutting(node: pytest.Function) -> str:
    """How the test's body is cut, or what else is tested."""
    marker = node.get_closest_marker("row")
    if marker is not None:
        return str(marker.args[0])
    size = node.callspec.params.get("cutting") if hasattr(node, "callspec") else None
    return next((name for name, at in CUTTINGS.items() if at == size), "left early")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the table, if any test ran."""
    passed, others = _rows(terminalreporter, "passed"), Counter[Row]()
    for kind in ("failed", "xfailed"):
        others += _rows(terminalreporter, kind)
    if not passed + others:
        return
    terminalreporter.section("SDKs")
    for row in (COLUMNS, ("---",) * len(COLUMNS)):
        terminalreporter.write_line(f"| {' | '.join(row)} |")
    for row, count in (passed + others).items():
        terminalreporter.write_line(f"| {' | '.join(row)} | {passed[row]} of {count} |")


def _rows(reporter: pytest.TerminalReporter, kind: str) -> Counter[Row]:
    reports = (report for report in reporter.stats.get(kind, []) if report.when == "call")
    return Counter(
        value for report in reports for name, value in report.user_properties if name == "row"
    )
