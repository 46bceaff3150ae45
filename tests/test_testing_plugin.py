"""The pytest plugin: there when it is asked for, and unnoticed when it is not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import partialjson

ROOT = Path(__file__).parents[1]
PACKAGE = Path(partialjson.__file__).parent
OPTIONS = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-W", "error", "-q")

Run = Callable[..., "tuple[int, str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run Python where the plugin is installed as the project's file says, whatever else is."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    entry = re.search(r'^\[project.entry-points.pytest11\]\n(\w+) = "(.+)"$', project, re.MULTILINE)
    assert entry
    info = tmp_path / "site" / "partialjson_here-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: partialjson-here\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[pytest11]\n{entry[1]} = {entry[2]}\n")
    (info / "RECORD").write_text("partialjson/__init__.py,,\n")
    paths = os.pathsep.join([str(info.parent), str(PACKAGE.parent)])
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONWARNINGS": "error"}
    folder = tmp_path / "theirs"
    folder.mkdir()

    def ran(*command: str, test: str) -> tuple[int, str]:
        (folder / "test_theirs.py").write_text(test, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, *command],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.returncode, done.stdout + done.stderr

    return ran


THEIRS = """
import os
import sys
import threading
from http.client import HTTPConnection

import pytest

LOADED = {name for name in sys.modules if name.partition(".")[0] == "partialjson"}
sys.modules["hypothesis"] = None  # as if it were not there


def ask(server):
    connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("POST", "/", b"{}")
    body = connection.getresponse().read()
    connection.close()
    return body


def test_nothing_was_imported_yet():
    choice = {"partialjson._cython"}  # imported where PARTIALJSON_PURE is set
    few = {f"partialjson{name}" for name in ("", ".testing", ".testing.plugin")}
    assert LOADED - choice == few


def test_it_serves(replay_server):
    one, two = replay_server(b"1"), replay_server(b"2", cut=1)
    assert (ask(one), ask(two)) == (b"1", b"2")
    assert os.environ["NO_PROXY"].endswith("127.0.0.1")


def test_all_servers_were_closed():
    assert threading.active_count() == 1


def test_what_went_wrong_is_an_error(replay_server):
    def broken(request):
        raise LookupError("on the server's side")

    with pytest.raises(OSError):
        ask(replay_server(broken))
"""


def test_the_fixture_serves_closes_and_reports(run: Run) -> None:
    status, output = run("-m", "pytest", *OPTIONS, test=THEIRS)
    assert status == 1, output
    assert "LookupError: on the server's side" in output
    assert "4 passed, 1 error" in output


UNTOUCHED = "import sys\n\n\ndef test_it():\n    assert 'partialjson' not in sys.modules\n"


def test_it_can_be_left_out(run: Run) -> None:
    options = (*OPTIONS, "-p", "no:partialjson")
    status, output = run("-m", "pytest", *options, test=UNTOUCHED)
    assert (status, "1 passed" in output) == (0, True), output


def test_it_may_be_imported_before_pytest_starts(run: Run) -> None:
    code = f"import sys, partialjson, pytest; sys.exit(pytest.main([*{OPTIONS!r}, '--fixtures']))"
    status, output = run("-c", code, test="")
    assert status == 0, output
    assert "replay_server -- " in output
