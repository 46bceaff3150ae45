"""Two builds from one source: what is compiled and when, and where no compiled module may be.

The tests marked `builds` really build, in copies of this folder and environments of their own, and
take minutes: `PARTIALJSON_BUILD_TESTS=1` runs them.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import pytest

import partialjson

from . import conftest

ROOT = Path(__file__).parents[1]
PACKAGE = Path(partialjson.__file__).parent
NOT_COPIED = (".*", "build", "dist", "*.egg-info", "__pycache__", "*.so", "*.pyd")
FELL_BACK = "partialjson was not compiled and will run interpreted"
SUFFIX = str(sysconfig.get_config_var("EXT_SUFFIX"))
SWITCHES = {"SKIP": "PARTIALJSON_SKIP_COMPILE", "REQUIRE": "PARTIALJSON_REQUIRE_COMPILED"}
NO_COMPILER = {"CC": "/bin/false"}

Test = TypeVar("Test", bound=Callable[..., None])


def builds(test: Test) -> Test:
    """A test that runs compilers and installers."""
    asked_for = bool(os.environ.get("PARTIALJSON_BUILD_TESTS")) and sys.platform != "win32"
    reason = "takes minutes: set PARTIALJSON_BUILD_TESTS=1 (not on Windows)"
    marked: Test = pytest.mark.builds(pytest.mark.skipif(not asked_for, reason=reason)(test))
    return marked


def is_compiled(file: str | Path) -> bool:
    return str(file).endswith((".so", ".pyd"))


def compiled_in(folder: Path) -> list[str]:
    return sorted(str(f.relative_to(folder)) for f in folder.rglob("*") if is_compiled(f))


def hot(package: Path) -> set[str]:
    """The modules that are compiled, as paths without a suffix: a .pxd stands beside each."""
    return {
        str(PurePosixPath("partialjson", file.relative_to(package).with_suffix("").as_posix()))
        for file in package.rglob("*.pxd")
    }


# --- this build -----------------------------------------------------------------------


def test_all_hot_modules_are_compiled_or_none() -> None:
    assert type(partialjson.COMPILED) is bool
    modules = [importlib.import_module(name.replace("/", ".")) for name in hot(PACKAGE)]
    assert len(modules) > 5
    for module in modules:
        assert is_compiled(module.__file__ or "") is partialjson.COMPILED, module


def test_what_is_compiled_has_a_pxd_beside_it() -> None:
    module = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8"))
    (listed,) = (
        node.value
        for node in module.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SOURCES"
    )
    sources = eval(compile(ast.Expression(listed), "setup.py", "eval"))  # it is our own text
    scan = "partialjson/_core/scan"
    assert sorted(sources) == sorted(
        f"{name}.pyx" if name == scan else f"{name}.py" for name in hot(ROOT / "partialjson")
    )


# --- the check that the tests begin with ----------------------------------------------


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A checkout's package, and one installed from it."""
    here, tested = tmp_path / "here", tmp_path / "tested"
    (here / "_core").mkdir(parents=True)
    for name in ("parser.py", "parser.pxd", "_core/tree.py", "_core/tree.pxd", "_core/scan.pyx"):
        (here / name).write_text(f"# {name}: ä\n", encoding="utf-8")
    shutil.copytree(here, tested)
    (tested / f"parser{SUFFIX}").touch()
    return here, tested


def test_an_equal_package_is_not_stale(pair: tuple[Path, Path]) -> None:
    assert conftest.stale(*pair) == []


@pytest.mark.parametrize("name", ["parser.py", "_core/tree.pxd", "_core/scan.pyx"])
@pytest.mark.parametrize("side", [0, 1])
def test_a_changed_missing_or_additional_file_is_stale(
    pair: tuple[Path, Path], side: int, name: str
) -> None:
    (pair[side] / name).write_text("# edited\n")
    assert conftest.stale(*pair) == [str(Path(name))]
    (pair[side] / name).unlink()
    assert conftest.stale(*pair) == [str(Path(name))]
    shutil.copy(pair[1 - side] / name, pair[side] / name)
    assert conftest.stale(*pair) == []
    (pair[side] / "_core/more.pxd").touch()
    assert conftest.stale(*pair) == [str(Path("_core/more.pxd"))]


def test_no_test_runs_on_a_stale_package(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conftest, "HERE", pair[0])
    monkeypatch.setattr(conftest, "TESTED", pair[1])
    conftest.pytest_sessionstart()
    (pair[0] / "parser.py").write_text("# edited\n")
    with pytest.raises(pytest.exit.Exception, match=r"\(parser\.py, \.\.\.\): install it again"):
        conftest.pytest_sessionstart()


@pytest.mark.parametrize("name", [f"parser{SUFFIX}", "parser.so", "_core/tree.pyd"])
def test_no_test_runs_on_an_extension_beside_the_sources(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(conftest, "HERE", pair[0])
    monkeypatch.setattr(conftest, "TESTED", pair[0])
    conftest.pytest_sessionstart()
    (pair[0] / name).touch()
    assert conftest.hiding(pair[0]) == [str(Path(name))]
    with pytest.raises(pytest.exit.Exception, match="hide the sources"):
        conftest.pytest_sessionstart()


# --- the tools ------------------------------------------------------------------------


def surroundings(**changes: str) -> dict[str, str]:
    """The environment without what steers a build or an interpreter, and with these changes."""
    steering = re.compile(r"PARTIALJSON_|PYTHON|(CC|CFLAGS|LDSHARED|VIRTUAL_ENV)$")
    kept = {name: value for name, value in os.environ.items() if not steering.match(name)}
    return {**kept, **changes}


@dataclass(frozen=True)
class Ran:
    """What became of a command."""

    status: int
    output: str


def attempt(*command: str | Path, cwd: Path, **environment: str) -> Ran:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=surroundings(**environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    return Ran(done.returncode, done.stdout)


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    ran = attempt(*command, cwd=cwd, **environment)
    assert ran.status == 0, ran.output
    return ran.output


def venv(folder: Path, python: str | Path, *options: str) -> Path:
    """The interpreter of a new environment."""
    run(python, "-m", "venv", *options, folder, cwd=folder.parent)
    return folder / "bin/python"


def answer(python: Path, code: str, **environment: str) -> Any:
    """What a program prints as JSON, run where no sources lie about."""
    return json.loads(run(python, "-c", code, cwd=python.parent, **environment))


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with what builds the package, runs it and tests it, not with the package."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    needed = ["build"]
    for name in ("requires", "dependencies", "cli", "test"):
        (found,) = re.findall(rf"^{name} = (\[.*\])$", project, re.MULTILINE)
        needed += json.loads(found)
    folder = tmp_path_factory.mktemp("tools")
    python = venv(folder / "venv", sys.executable)
    run(python, "-m", "pip", "install", "-q", *needed, cwd=folder)
    return python


@pytest.fixture
def python(tmp_path: Path, tools: Path) -> Path:
    """An interpreter that sees all of the tools; what is installed with it is its own."""
    mine = venv(tmp_path / "venv", tools, "--without-pip")
    where = "import json, sysconfig; print(json.dumps(sysconfig.get_path('purelib')))"
    Path(answer(mine, where), "tools.pth").write_text(f"{answer(tools, where)}\n")
    return mine


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A compiler that does not optimise."""
    return {"CC": compiler(tmp_path_factory.mktemp("quick"))}


def compiler(folder: Path, *, but_not: str = "nothing") -> str:
    """A quick one, which refuses one file."""
    script = folder / "cc"
    script.write_text(
        f'#!/bin/sh\ncase "$*" in *"/{but_not}.c "*) exit 1;; esac\nexec cc "$@" -O0\n'
    )
    script.chmod(0o755)
    return str(script)


def copied(folder: Path) -> Path:
    """A copy of this folder as it would be checked out."""
    return shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return copied(tmp_path / "tree")


def wheel_of(folder: Path) -> Path:
    (wheel,) = folder.glob("*.whl")
    return wheel


def names_in(wheel: Path) -> set[str]:
    """What a wheel installs, without what it says about itself."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    return {name for name in names if ".dist-info/" not in name}


def compile_wheel(tools: Path, tree: Path, out: Path, **environment: str) -> tuple[Path, str]:
    output = run(
        *(tools, "-m", "build", "--wheel", "--no-isolation", "--outdir", out),
        cwd=tree,
        **environment,
    )
    return wheel_of(out), output


def installing(python: Path, *what: str | Path) -> list[str | Path]:
    return [python, "-m", "pip", "install", "--no-deps", "--no-build-isolation", *what]


WHICH = """
import json, sys, pkgutil, importlib, partialjson
for found in pkgutil.walk_packages(partialjson.__path__, "partialjson."):
    importlib.import_module(found.name)
files = {n: m.__file__ for n, m in sys.modules.items() if n.partition(".")[0] == "partialjson"}
print(json.dumps([partialjson.COMPILED, files, partialjson.loads('{"a": [1, tr', partial=True)]))
"""


def which(python: Path, **environment: str) -> tuple[bool, dict[str, str]]:
    """Which build an interpreter finds, and the file of each of its modules."""
    compiled, files, value = answer(python, WHICH, **environment)
    assert value == {"a": [1]}
    return compiled, files


def modules_of(package: Path) -> set[str]:
    steps = (
        ("partialjson", *file.relative_to(package).with_suffix("").parts)
        for file in package.rglob("*.py")
    )
    return {".".join(step for step in names if step != "__init__") for names in steps}


# --- python -m build ------------------------------------------------------------------


@dataclass(frozen=True)
class Built:
    """What `python -m build` made, and of what."""

    tree: Path
    sdist: Path
    wheel: Path
    output: str
    files: frozenset[str]  # of the tree, before litter was dropped in it


LITTER = (
    *("partialjson/parser.so", f"partialjson/_core/tree{SUFFIX}", "partialjson/_core/limits.pyd"),
    *("partialjson/parser.c", "partialjson/_core/scan.c", "tests/helper.so"),
    *("partialjson/__pycache__/parser.cpython-311.pyc", "tests/__pycache__/x.cpython-311.pyc"),
)


@pytest.fixture(scope="module")
def built(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Both distributions, of a littered tree, with nothing but what they themselves ask for."""
    folder = tmp_path_factory.mktemp("built")
    tree = copied(folder / "tree")
    files = frozenset(f.relative_to(tree).as_posix() for f in tree.rglob("*") if f.is_file())
    for name in LITTER:
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_bytes(b"")
    out = folder / "out"
    output = run(tools, "-m", "build", "--outdir", out, cwd=tree, **{SWITCHES["REQUIRE"]: "1"})
    (sdist,) = out.glob("*.tar.gz")
    assert len([*out.iterdir()]) == 2
    return Built(tree, sdist, wheel_of(out), output, files)


def of_the_package(names: frozenset[str]) -> set[str]:
    return {name for name in names if name.startswith("partialjson/")}


@builds
def test_the_wheel_is_built_from_the_sdist_and_not_in_the_tree(built: Built) -> None:
    assert "build" not in {file.name for file in built.tree.iterdir()}
    left = {f.relative_to(built.tree).as_posix() for f in built.tree.rglob("*") if f.is_file()}
    assert {name for name in left if ".egg-info/" not in name} == built.files | set(LITTER)


@builds
def test_the_sdist_holds_what_builds_and_tests_the_package(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}
    folders = ("partialjson/", "tests/", "fixtures/", "benchmarks/", "docs/")
    files = {"CHANGELOG.md", "LICENSE", "MANIFEST.in", "README.md", "pyproject.toml", "setup.py"}
    files |= {"SECURITY.md", "noxfile.py"}
    expected = {name for name in built.files if name.startswith(folders)} | files
    assert files <= built.files
    made = {name for name in names if ".egg-info/" in name} | {"PKG-INFO", "setup.cfg"}
    assert names == expected | made
    suffixes = {PurePosixPath(name).suffix for name in of_the_package(frozenset(names))}
    assert {".py", ".pxd", ".pyx", ".typed", ".sse"} == suffixes


@builds
def test_the_wheel_holds_all_sources_and_an_extension_for_each_hot_one(built: Built) -> None:
    names = names_in(built.wheel)
    extensions = {name + SUFFIX for name in hot(built.tree / "partialjson")}
    assert names == of_the_package(built.files) | extensions
    assert "partialjson/py.typed" in names
    assert "partialjson/apps/demo.sse" in names
    assert "partialjson/_core/scan.pyx" in names
    assert "py3-none-any" not in built.wheel.name
    assert FELL_BACK not in built.output


@builds
def test_the_wheel_runs_compiled(built: Built, python: Path) -> None:
    run(*installing(python, built.wheel), cwd=python.parent)
    compiled, files = which(python)
    assert compiled is True
    assert set(files) == modules_of(built.tree / "partialjson")
    expected = {name.replace("/", ".") for name in hot(built.tree / "partialjson")}
    assert {name for name, file in files.items() if is_compiled(file)} == expected


@builds
def test_the_same_wheel_runs_interpreted_where_that_is_asked_for(
    built: Built, python: Path
) -> None:
    run(*installing(python, built.wheel), cwd=python.parent)
    compiled, files = which(python, PARTIALJSON_PURE="1")
    assert compiled is False
    assert set(files) == modules_of(built.tree / "partialjson")
    assert [file for file in files.values() if not file.endswith(".py")] == []


@builds
def test_the_sdist_tests_the_wheel(built: Built, python: Path, tmp_path: Path) -> None:
    run(*installing(python, built.wheel), cwd=tmp_path)
    shutil.unpack_archive(built.sdist, tmp_path / "sdist", filter="data")
    (folder,) = (tmp_path / "sdist").iterdir()
    pytest_ = (python, "-c", "import sys, pytest; sys.exit(pytest.main(sys.argv[1:]))")
    run(*pytest_, "--collect-only", folder / "tests", cwd=tmp_path)
    output = run(
        *pytest_, folder / "tests/test_loads.py", folder / "tests/test_builds.py", cwd=tmp_path
    )
    assert f"partialjson {partialjson.__version__}: compiled, {tmp_path / 'venv'}" in output
    (folder / "partialjson/limits.py").write_text('"""Edited."""\n')
    ran = attempt(*pytest_, folder / "tests/test_loads.py", cwd=tmp_path)
    assert ran.status == 4
    assert "limits.py" in ran.output


# --- pip install . --------------------------------------------------------------------


@builds
def test_pip_compiles_where_there_is_a_compiler(
    python: Path, tree: Path, quick: dict[str, str]
) -> None:
    output = run(*installing(python, "-v", "."), cwd=tree, **quick)
    assert FELL_BACK not in output
    compiled, files = which(python)
    assert compiled is True
    assert sum(map(is_compiled, files.values())) == len(hot(tree / "partialjson"))
    assert compiled_in(tree / "partialjson") == []
    assert [*(tree / "partialjson").rglob("*.c")] == []


@builds
def test_pip_falls_back_where_there_is_none_and_says_so_once(python: Path, tree: Path) -> None:
    output = run(*installing(python, "-v", "."), cwd=tree, **NO_COMPILER)
    assert output.count(FELL_BACK) == 1
    (line,) = (line for line in output.splitlines() if FELL_BACK in line)
    assert "warning: " in line
    assert "/bin/false" in line
    compiled, files = which(python)
    assert compiled is False
    assert [file for file in files.values() if not file.endswith(".py")] == []
    assert compiled_in(Path(files["partialjson"]).parent) == []
    assert compiled_in(tree) == []


@builds
def test_an_older_build_in_the_same_folder_leaves_nothing_to_a_later_one(
    tools: Path, tree: Path, quick: dict[str, str], tmp_path: Path
) -> None:
    (tree / "partialjson/former.py").write_text('"""To be deleted."""\n')
    first, _ = compile_wheel(tools, tree, tmp_path / "first", **quick)
    sources = {name for name in names_in(first) if not is_compiled(name)}
    assert "partialjson/former.py" in sources
    assert len(names_in(first) - sources) == len(hot(tree / "partialjson"))

    (lib,) = (tree / "build").glob("lib.*")
    assert len(compiled_in(lib)) == len(hot(tree / "partialjson"))
    (lib / f"partialjson/former{SUFFIX}").touch()
    (interrupted,) = (tree / "build").glob("bdist.*")
    (interrupted / "wheel/partialjson").mkdir(parents=True)
    (interrupted / f"wheel/partialjson/parser{SUFFIX}").touch()

    (tree / "partialjson/former.py").unlink()
    second, output = compile_wheel(tools, tree, tmp_path / "second", **NO_COMPILER)
    assert output.count(FELL_BACK) == 1
    assert names_in(second) == sources - {"partialjson/former.py"}
    assert compiled_in(tree) == []


@builds
def test_one_module_that_does_not_compile_takes_all_with_it(
    tools: Path, tree: Path, tmp_path: Path
) -> None:
    cc = compiler(tmp_path, but_not="tree")
    wheel, output = compile_wheel(tools, tree, tmp_path / "out", CC=cc)
    assert output.count(FELL_BACK) == 1
    assert [*(tree / "build").rglob("tokenizer*.o")], "others were compiled"
    assert not [*filter(is_compiled, names_in(wheel))]
    assert compiled_in(tree) == []


@builds
def test_a_mistake_in_one_pxd_takes_all_with_it(tools: Path, tree: Path, tmp_path: Path) -> None:
    with (tree / "partialjson/_core/source.pxd").open("a") as file:
        file.write("cdef class Broken(:\n")
    wheel, output = compile_wheel(tools, tree, tmp_path / "out")
    assert output.count(FELL_BACK) == 1
    assert "source.pxd" in output
    assert not [*filter(is_compiled, names_in(wheel))]
    assert compiled_in(tree) == []


@builds
def test_a_missing_cython_is_no_more_than_a_missing_compiler(
    tools: Path, tree: Path, tmp_path: Path
) -> None:
    hidden = tmp_path / "hidden/Cython/__init__.py"
    hidden.parent.mkdir(parents=True)
    hidden.write_text("raise ModuleNotFoundError(\"No module named 'Cython'\")\n")
    output = run(
        *(tools, "-m", "pip", "wheel", "-v", "--no-deps", "--no-build-isolation"),
        *("-w", tmp_path / "out", "."),
        cwd=tree,
        PYTHONPATH=str(hidden.parents[1]),
    )
    assert output.count(FELL_BACK) == 1
    assert "No module named 'Cython'" in output
    assert not [*filter(is_compiled, names_in(wheel_of(tmp_path / "out")))]


@builds
def test_the_compilers_workers_do_not_build_again(tools: Path, tree: Path, tmp_path: Path) -> None:
    """Where processes are not forked, each of them imports the program that started it."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import multiprocessing\nmultiprocessing.set_start_method('spawn')\n"
    )
    output = run(
        *(tools, "setup.py", "bdist_wheel", "-d", tmp_path / "out"),
        cwd=tree,
        PYTHONPATH=str(site),
        **NO_COMPILER,
    )
    assert output.count(FELL_BACK) == 1
    assert output.count("running bdist_wheel") == 1
    (line,) = (line for line in output.splitlines() if FELL_BACK in line)
    assert "/bin/false" in line


# --- the switches ---------------------------------------------------------------------


@builds
def test_a_required_compilation_does_not_fall_back(tools: Path, tree: Path, tmp_path: Path) -> None:
    ran = attempt(
        *(tools, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "out"),
        cwd=tree,
        **{SWITCHES["REQUIRE"]: "1"},
        **NO_COMPILER,
    )
    assert ran.status != 0
    assert FELL_BACK not in ran.output
    assert "/bin/false" in ran.output
    assert [*tmp_path.glob("out/*")] == []


@builds
def test_a_skipped_compilation_makes_a_wheel_for_every_platform(
    tools: Path, tree: Path, python: Path, tmp_path: Path
) -> None:
    wheel, output = compile_wheel(tools, tree, tmp_path / "out", **{SWITCHES["SKIP"]: "1"})
    assert wheel.name.endswith("-py3-none-any.whl")
    assert FELL_BACK not in output
    package = tree / "partialjson"
    assert names_in(wheel) == {
        f.relative_to(tree).as_posix() for f in package.rglob("*") if f.is_file()
    }
    run(*installing(python, wheel), cwd=tmp_path)
    compiled, files = which(python)
    assert compiled is False
    assert set(files) == modules_of(package)


@builds
def test_skipped_and_required_is_refused(tools: Path, tree: Path, tmp_path: Path) -> None:
    both = dict.fromkeys(SWITCHES.values(), "1")
    ran = attempt(tools, "-m", "build", "--wheel", "--no-isolation", cwd=tree, **both)
    assert ran.status != 0
    assert all(name in ran.output for name in both)


# --- editable installs ----------------------------------------------------------------


def littered(tree: Path) -> list[Path]:
    """Puts extension modules beside the sources, as other tools do."""
    names = (f"parser{SUFFIX}", "parser.so", f"_core/tree{SUFFIX}", "_core/tree.cp39-win_amd64.pyd")
    files = [tree / "partialjson" / name for name in (*names, "limits.abi3.so")]
    for file in files:
        file.write_bytes(b"no module at all")
    return files


@builds
@pytest.mark.parametrize("switches", [{}, {SWITCHES["SKIP"]: "1"}], ids=["plain", "skip"])
def test_an_editable_install_is_interpreted_and_shows_each_edit(
    built: Built, tree: Path, python: Path, switches: dict[str, str]
) -> None:
    run(*installing(python, built.wheel), cwd=python.parent)
    littered(tree)
    output = run(*installing(python, "-v", "-e", "."), cwd=tree, **switches)
    assert FELL_BACK not in output
    assert compiled_in(tree) == []
    compiled, files = which(python)
    assert compiled is False
    assert {Path(file) for file in files.values()} == {*(tree / "partialjson").rglob("*.py")}
    with (tree / "partialjson/_core/tokenizer.py").open("a") as file:
        file.write("\nEDITED = 'at once'\n")
    look = "import json; from partialjson._core import tokenizer as t; print(json.dumps(t.EDITED))"
    assert answer(python, look) == "at once"


@builds
def test_an_editable_install_that_is_to_be_compiled_is_refused_with_advice(
    tree: Path, python: Path
) -> None:
    ran = attempt(*installing(python, "-e", "."), cwd=tree, **{SWITCHES["REQUIRE"]: "1"})
    assert ran.status != 0
    assert "an editable install is interpreted" in ran.output
    assert "PARTIALJSON_REQUIRE_COMPILED goes with 'pip install .'" in ran.output
    assert "Traceback" not in ran.output
    assert compiled_in(tree) == []


@builds
def test_build_ext_inplace_puts_nothing_beside_the_sources(tools: Path, tree: Path) -> None:
    littered(tree)
    run(tools, "setup.py", "build_ext", "--inplace", cwd=tree)
    assert compiled_in(tree) == []
    assert [*(tree / "partialjson").rglob("*.c")] == []


# --- wheels for everybody -------------------------------------------------------------


@builds
def test_wheels_are_configured_for_each_interpreter(tools: Path, tree: Path) -> None:
    if attempt(tools, "-m", "pip", "install", "-q", "cibuildwheel>=3.2", cwd=tree).status:
        pytest.skip("no cibuildwheel that knows Python 3.14 is to be had here")
    for platform in ("linux", "macos", "windows"):
        asked = ("--print-build-identifiers", "--platform", platform, ".")
        names = run(tools, "-m", "cibuildwheel", *asked, cwd=tree).split()
        found = {name.partition("-")[0] for name in names}
        assert {f"cp3{minor}" for minor in range(10, 15)} <= found
        assert not [name for name in found if name.endswith("t")]
