"""The report on mutants, and what is said of those that live."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation.__main__ import main
from tests.mutation.report import Change, explanations, mutants

CORE = Path(__file__).parents[1] / "partialjson" / "_core"
MADE = '''\
class Counter:
    def xǁCounterǁup__mutmut_orig(self, n: int) -> int:
        """One more."""
        return n + 1

    def xǁCounterǁup__mutmut_1(self, n: int) -> int:
        """One more."""
        return n - 1

    def xǁCounterǁup__mutmut_2(self, n: int) -> int:
        """One more."""
        return n + 2
'''
UP = "xǁCounterǁup__mutmut_"


def made(folder: Path, *codes: int | None) -> Path:
    """A folder as mutmut leaves it, in which the two mutants came to these ends."""
    file = folder / "counting.py"
    file.write_text(MADE)
    spans = {f"{UP}orig": [1, 4], f"{UP}1": [5, 8], f"{UP}2": [9, 12]}
    file.with_suffix(".py.spans").write_text(json.dumps({"version": 1, "spans": spans}))
    ends = {f"counting.{UP}{i}": code for i, code in enumerate(codes, 1)}
    file.with_suffix(".py.meta").write_text(json.dumps({"exit_code_by_key": ends}))
    return folder


@pytest.mark.parametrize(
    ("code", "fate", "lives"),
    [
        (0, "survived", True),
        (1, "killed", False),
        (3, "killed", False),
        (-24, "timeout", False),
        (33, "no tests", True),
        (None, "not run", True),
        (-11, "exit code -11", True),
    ],
)
def test_a_mutant_is_read(tmp_path: Path, code: int | None, fate: str, lives: bool) -> None:
    one, two = mutants(made(tmp_path, 1, code))
    assert one.change == Change("counting.Counter.up", ("return n + 1",), ("return n - 1",))
    assert two.change == Change("counting.Counter.up", ("return n + 1",), ("return n + 2",))
    assert (two.fate, two.lives) == (fate, lives)


def test_survivors_that_nobody_explained_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(made(tmp_path, 1, 0), {}) == 1
    told = capsys.readouterr().out
    assert "- return n + 1\n+ return n + 2" in told
    assert "killed: 50.0%, at least 90%; not explained: 1; not run: 0" in told


def test_mutants_that_were_not_tried_are_counted_and_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(made(tmp_path, 1, None), {}) == 1
    told = capsys.readouterr().out
    assert "not explained: 0; not run: 1" in told
    assert "return n + 2" not in told


def test_what_is_explained_has_to_live(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "counting.Counter.up\n- return n + 1\n+ return n - 1\nNobody counts.\n"
    assert main(made(tmp_path, 1, 1), explanations(text)) == 1
    assert "explained, but killed or gone: counting.Counter.up" in capsys.readouterr().out
    assert main(made(tmp_path, 1, 1), {}) == 0


@pytest.mark.parametrize("text", ["a.b\n- x\n+ y", "a.b\nBecause."])
def test_an_explanation_has_a_change_and_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match="no change or no reason"):
        explanations(text)


@pytest.mark.parametrize("change", explanations(), ids=str)
def test_what_is_explained_stands_in_the_code(change: Change) -> None:
    module, _, names = change.function.removeprefix("partialjson._core.").partition(".")
    source = (CORE / f"{module}.py").read_text(encoding="utf-8")
    name = names.rpartition(".")[2]
    lines = {line.strip() for line in source[source.index(f"def {name}(") :].splitlines()}
    assert {*change.removed} <= lines


# --- trying them ------------------------------------------------------------------------

PROGRAM = """\
from tests.mutation.trial import switched

up: dict = {}
unused: dict = {}


@switched(up)
def one_more(n):
    return up["_mutmut_orig"](n)


@switched(unused)
def nobody_calls(n):
    return n


def made(variants, name, **functions):
    for variant, function in functions.items():
        function.__name__ = f"x_{name}__mutmut_{variant}"
        function.__module__ = __name__
        variants["_mutmut_orig" if variant == "orig" else function.__name__] = function


def loops(n):
    while True:
        pass


def takes_all_memory(n):
    return [0] * 10**12


made(up, "one_more", orig=lambda n: n + 1, a=lambda n: n - 1, b=lambda n: abs(n) + 1, c=loops)
made(up, "one_more", d=takes_all_memory)
made(unused, "nobody_calls", orig=lambda n: n, e=lambda n: -n)
"""
TESTS = """\
from counting import one_more


def test_some():
    assert one_more(0) > -9


def test_more():
    assert one_more(1) == 2
"""
RUN = """\
import os, pytest
from tests.mutation import trial

trial._LEAST = 1
names = ["one_more__mutmut_" + x for x in "abcd"] + ["nobody_calls__mutmut_e"]
told = lambda name, code: print("told", name[-1], code, file=open("told", "a"))
print(pytest.main(["-q"], plugins=[trial.Trials([f"counting.x_{n}" for n in names], told, 9, 2)]))
"""


def test_each_mutant_is_tried(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    (tmp_path / "counting.py").write_text(PROGRAM)
    (tmp_path / "test_counting.py").write_text(TESTS)
    root = str(CORE.parents[1])
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = sorted((tmp_path / "told").read_text().splitlines())
    assert told == ["told a 1", "told b 0", "told c -24", "told d 1", "told e 33"]
