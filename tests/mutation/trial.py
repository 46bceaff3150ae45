"""Tries the mutants that mutmut makes: `python -m tests.mutation.trial [MUTANT ...]`.

mutmut would run pytest anew for each of them, and ask at each call of a function which mutant is
in force. Here the tests are collected once; each ran once, and it is known which functions it
calls. Then each mutant has a process of its own, forked from that one, in which the tests that
call its function run until one fails, the quick ones and those that found others first. The
results stand where mutmut keeps its own, in `mutants/`.
"""

from __future__ import annotations

import argparse
import fnmatch
import gc
import os
import resource
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from _pytest.runner import runtestprotocol

MUTANTS: Final = Path("mutants")
NO_TESTS: Final = 33  # mutmut's number
_MEMORY: Final = 6_000_000_000  # bytes that a mutant may take
_LEAST: Final = 5  # seconds that any mutant has before it counts as caught in a loop
_TIMES: Final = 4  # how much longer than the tests took it may take

Function: TypeAlias = "Callable[..., Any]"


@dataclass(eq=False)
class Switch:
    """A function, and which of its variants is called in its place."""

    variants: dict[str, Function]
    now: Function

    @property
    def name(self) -> str:
        original = self.variants["_mutmut_orig"]
        return f"{original.__module__}.{original.__name__}".rpartition("__mutmut_")[0]

    def use(self, variant: str) -> None:
        function = self.variants[variant]
        self.now = getattr(function, "__func__", function)  # of a class method, unbound

    def record(self, hits: set[str]) -> None:
        name, original = self.name, self.now

        def noticed(*args: Any, **kwargs: Any) -> Any:
            hits.add(name)
            return original(*args, **kwargs)

        self.now = noticed


switches: list[Switch] = []


def switched(variants: dict[str, Function], is_classmethod: bool = False) -> Function:
    """In the place of mutmut's decorator, which asks at each call what is in force."""

    def decorate(function: Function) -> Function:
        switch = Switch(variants, function)
        switches.append(switch)

        def call(*args: Any, **kwargs: Any) -> Any:
            return switch.now(*args, **kwargs)

        call.__dict__.update(function.__dict__)
        call.__wrapped__ = function  # type: ignore[attr-defined] # as functools.wraps has it
        for name in ("__module__", "__name__", "__qualname__", "__doc__"):
            setattr(call, name, getattr(function, name))
        return call

    return decorate


@dataclass
class Trials:
    """The plugin of pytest that runs the mutants instead of the tests.

    Args:
        waiting: the mutants by name.
        judged: is told of each one, and its exit code.
        seconds: how long the tests of a mutant may take; the rest of them is left out.
        children: how many are tried at once.
    """

    waiting: list[str]
    judged: Callable[[str, int], None]
    seconds: float
    children: int
    hits: dict[pytest.Item, set[str]] = field(default_factory=dict)
    took: dict[pytest.Item, float] = field(default_factory=dict)
    found: Counter[pytest.Item] = field(default_factory=Counter)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        by_name = {switch.name: switch for switch in switches}
        self._watch(session.items, by_name.values())
        gc.collect()
        gc.freeze()
        running: dict[int, tuple[str, list[pytest.Item], int]] = {}
        for mutant in self.waiting:
            function, _, number = mutant.rpartition("__mutmut_")
            tests = self._tests(function) if function in by_name else []
            if not tests:
                self.judged(mutant, NO_TESTS)
                continue
            if len(running) == self.children:
                self._ended(running)
            begun, end = os.pipe()
            pid = os.fork()
            if pid == 0:
                variant = f"{function.rpartition('.')[2]}__mutmut_{number}"
                self._be(by_name[function], variant, tests, end)
            os.close(end)
            running[pid] = mutant, tests, begun
        while running:
            self._ended(running)
        return True

    def _watch(self, items: list[pytest.Item], functions: Iterable[Switch]) -> None:
        """Run each test once; none may fail."""
        hits: set[str] = set()
        kept = {switch: switch.now for switch in functions}
        for switch in kept:
            switch.record(hits)
        for item, following in zip(items, [*items[1:], None], strict=True):
            began = time.perf_counter()
            if _fails(item, following):
                pytest.exit(f"{item.nodeid} fails without any mutant", returncode=1)
            self.took[item] = time.perf_counter() - began
            self.hits[item] = {*hits}
            hits.clear()
        for switch, function in kept.items():
            switch.now = function

    def _tests(self, function: str) -> list[pytest.Item]:
        """The tests that call it, those first that cost least for what they found so far."""
        calling = [item for item, names in self.hits.items() if function in names]
        calling.sort(key=lambda item: self.took[item] / (1 + self.found[item]))
        chosen: list[pytest.Item] = []
        spent = 0.0
        for item in calling:
            spent += self.took[item]
            if chosen and spent > self.seconds:
                break
            chosen.append(item)
        return chosen

    def _be(self, switch: Switch, variant: str, tests: list[pytest.Item], told: int) -> None:
        """In a process of its own: the tests with that mutant, until one fails."""
        try:
            switch.use(variant)
            allowed = _LEAST + int(_TIMES * sum(self.took[test] for test in tests))
            resource.setrlimit(resource.RLIMIT_CPU, (allowed, allowed + 5))
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
            signal.alarm(4 * allowed)  # one that waits takes no processor time
            for i, (test, following) in enumerate(zip(tests, [*tests[1:], None], strict=True)):
                if _fails(test, following):
                    os.write(told, b"%d" % i)
                    os._exit(1)
            os._exit(0)
        finally:  # whatever comes out
            os._exit(1)

    def _ended(self, running: dict[int, tuple[str, list[pytest.Item], int]]) -> None:
        pid, status = os.wait()
        mutant, tests, told = running.pop(pid)
        which = os.read(told, 10)
        os.close(told)
        if which:
            self.found[tests[int(which)]] += 1
        self.judged(mutant, os.waitstatus_to_exitcode(status))


def _fails(item: pytest.Item, following: pytest.Item | None) -> bool:
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


# --- mutmut's part ----------------------------------------------------------------------


def make() -> None:
    """Have mutmut write the mutants of what has changed, and the tests beside them."""
    mutmut = import_module("mutmut.__main__")
    MUTANTS.mkdir(exist_ok=True)
    mutmut.copy_src_dir()
    mutmut.copy_also_copy_files()
    shutil.copytree("tests", MUTANTS / "tests", dirs_exist_ok=True)
    mutmut.setup_source_paths()
    mutmut.create_mutants(2)


@dataclass
class Results:
    """What mutmut keeps of each module beside the mutants."""

    modules: dict[str, Any]

    @classmethod
    def read(cls) -> Results:
        data = import_module("mutmut.mutation.data").SourceFileMutationData
        found = {}
        for meta in sorted(MUTANTS.rglob("*.py.meta")):
            of_module = data(path=meta.relative_to(MUTANTS).with_suffix(""))
            of_module.load()
            of_module.meta_path = of_module.meta_path.absolute()
            for name in of_module.exit_code_by_key:
                found[name] = of_module
        return cls(found)

    def waiting(self, patterns: list[str], again: bool) -> Iterator[str]:
        """The mutants that were not tried; or those that lived, to be tried again."""
        for name, module in self.modules.items():
            code = module.exit_code_by_key[name]
            wanted = code is None or (again and code in (0, NO_TESTS))
            if wanted and any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
                yield name

    def judge(self, name: str, code: int) -> None:
        module = self.modules[name]
        module.exit_code_by_key[name] = code
        module.save()
        print(f"{code:4} {name}", file=sys.__stderr__, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.trial", description=__doc__)
    parser.add_argument("only", nargs="*", default=["*"], help="names of mutants, * in them is any")
    parser.add_argument("--again", action="store_true", help="those that lived, too")
    parser.add_argument("--seconds", type=float, default=1e9, help="of tests for each mutant")
    parser.add_argument("--children", type=int, default=2)
    options = parser.parse_args()
    make()
    results = Results.read()
    waiting = [*results.waiting(options.only, options.again)]
    settings = import_module("mutmut.configuration").config()
    vars(import_module("mutmut.mutation.trampoline"))["wrap_in_trampoline"] = switched
    os.environ["MUTANT_UNDER_TEST"] = ""
    trials = Trials(waiting, results.judge, options.seconds, options.children)
    os.chdir(MUTANTS)
    arguments = [*settings.pytest_add_cli_args, *settings.pytest_add_cli_args_test_selection]
    return int(pytest.main(["--rootdir=.", "-q", *arguments], plugins=[trials]))


if __name__ == "__main__":
    raise SystemExit(main())
