"""The shape of the house: which room imports which, and what may not be found in any."""

from __future__ import annotations

import ast
import doctest
import importlib
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import partialjson

PACKAGE = Path(partialjson.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

NOUNS = {"errors", "limits", "events", "paths", "_seal"}
CORE = {*NOUNS, "_core", "_cython"}
PARSING = {*CORE, "parser"}
EVERYTHING = {
    *(*PARSING, "stats", "typed", "schema", "framing", "providers", "tools", "streams"),
    *("whole", "patches"),
    *("testing", "compat", "__init__"),
}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "limits": {"errors"},
    "events": {"errors", "_cython"},
    "paths": {"errors", "_cython"},
    "_cython": set(),
    "_seal": {"errors"},
    "stats": NOUNS,
    "_core": CORE,
    "parser": CORE,
    "whole": PARSING,
    "typed": {*PARSING, "typed"},
    "schema": {*PARSING, "typed", "schema"},
    "framing": {*PARSING, "framing"},
    "providers": {*NOUNS, "framing", "providers"},
    "tools": {*PARSING, "stats", "typed", "schema", "framing", "providers", "tools"},
    "streams": {*PARSING, "stats", "typed", "schema", "framing", "providers", "tools"},
    "patches": {*PARSING, "streams", "patches"},
    "testing": {*EVERYTHING},
    "compat": {*EVERYTHING},
    "apps": {*EVERYTHING, "apps"},
    "__init__": {*EVERYTHING, "_cython"},
    "__main__": {"apps"},
}
ONLY_IN = {  # third parties, and the one room that knows them
    "pydantic": {"typed"},
    "pydantic_core": {"typed"},
    "jsonschema": {"schema"},
    "referencing": {"schema"},
    "typer": {"apps"},
    "rich": {"apps"},
    "hypothesis": {"testing"},
}
ANNOTATIONS_ONLY = "TYPE_CHECKING"


def named(file: Path) -> str:
    return str(file.relative_to(PACKAGE))


def room_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def running(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes, except what only a type checker sees."""
    yield node
    if isinstance(node, ast.If) and ast.unparse(node.test) == ANNOTATIONS_ONLY:
        children: list[ast.AST] = [*node.orelse]
    else:
        children = [*ast.iter_child_nodes(node)]
    for child in children:
        yield from running(child)


def imports(file: Path) -> Iterator[tuple[str, str]]:
    """The absolute name of each module that is imported, and of what is taken from it."""
    package = ["partialjson", *file.relative_to(PACKAGE).parts[:-1]]
    for node in running(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            module = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            yield from ((module, alias.name) for alias in node.names)


def rooms_imported(file: Path) -> set[str]:
    found = set()
    for module, name in imports(file):
        first, *below = module.split(".")
        if first == "partialjson":
            steps = [*below, name]
            room = steps[0] or "__init__"
            is_room = (PACKAGE / room).is_dir() or (PACKAGE / f"{room}.py").is_file()
            found.add(room if is_room else "__init__")
    return found


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_room_imports_only_what_stands_above_it(file: Path) -> None:
    room = room_of(file)
    assert room in MAY_IMPORT, f"{room} is in no table of rooms"
    found = rooms_imported(file)
    if room == "framing" and file.stem != "jsonarray":
        found |= {"framing"}
        assert "parser" not in found
        assert "_core" not in found
    assert found <= MAY_IMPORT[room]


@pytest.mark.parametrize("file", FILES, ids=named)
def test_a_third_party_is_known_to_one_room_only(file: Path) -> None:
    for module, name in imports(file):
        first = module.partition(".")[0]
        if (named(file), module, name) == ("events.py", "pydantic_core", "MISSING"):
            continue  # the one sentinel
        if (named(file), module) == ("apps/demo.py", "pydantic"):
            continue  # its models play the user's own
        assert room_of(file) in ONLY_IN.get(first, {room_of(file)}), module


def test_the_sentinel_is_imported_where_it_is_needed_and_not_before() -> None:
    module = tree_of(PACKAGE / "events.py")
    at_the_top = [node for node in module.body if isinstance(node, ast.ImportFrom)]
    assert "pydantic_core" not in [node.module for node in at_the_top]


def test_the_core_needs_the_standard_library_only() -> None:
    for file in FILES:
        if room_of(file) in PARSING:
            firsts = {module.partition(".")[0] for module, _ in imports(file)}
            firsts -= {"partialjson", "pydantic_core", "cython"}  # only the compiler sees that one
            assert firsts <= sys.stdlib_module_names


@pytest.mark.parametrize("file", FILES, ids=named)
def test_every_module_is_a_noun_and_of_a_readable_size(file: Path) -> None:
    assert not {"utils", "util", "helpers", "common", "misc"} & {
        part.removesuffix(".py").strip("_") for part in file.relative_to(PACKAGE).parts
    }
    text = file.read_text()
    assert len(text.splitlines()) <= 800
    if text.strip():
        assert ast.get_docstring(tree_of(file)), "a module says what it is"
    for node in ast.walk(tree_of(file)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert (node.end_lineno or 0) - node.lineno < 75, node.name


@pytest.mark.parametrize("file", FILES, ids=named)
def test_no_error_is_swallowed_unnamed(file: Path) -> None:
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.ExceptHandler):
            wide = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
            assert not (wide and all(isinstance(s, (ast.Pass, ast.Continue)) for s in node.body))


@pytest.mark.parametrize("file", FILES, ids=named)
def test_nothing_is_executed_or_unpickled(file: Path) -> None:
    modules = {module for module, _ in imports(file)}
    assert not {"pickle", "marshal", "shelve"} & modules
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec", "compile", "__import__")


# A field of an event: a tuple of paths at the very most.
RECURSIVE = {("events.py", "_plain")}


@pytest.mark.parametrize("file", [file for file in FILES if room_of(file) in PARSING], ids=named)
def test_no_function_of_the_core_calls_itself(file: Path) -> None:
    found = set()
    for node in ast.walk(tree_of(file)):
        if not isinstance(node, ast.FunctionDef):
            continue
        for call in ast.walk(node):
            if not isinstance(call, ast.Call):
                continue
            called = ast.unparse(call.func)
            is_method = called == f"self.{node.name}"
            if called == node.name or is_method:
                found.add((named(file), node.name))
    assert found <= RECURSIVE


# --- what is loaded when -------------------------------------------------------------


@pytest.mark.parametrize(
    "statements",
    [
        "import partialjson",
        "from partialjson import Parser, Limits, FieldCompleted, loads, event_from_dict",
        "import partialjson; p = partialjson.Parser(); p.feed('[1'); p.value; p.checkpoint()",
        "import partialjson; partialjson.loads('[1]'); dir(partialjson)",
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(statements: str) -> None:
    heavy = {"pydantic", "pydantic_core", "jsonschema", "typer", "rich", "hypothesis", "asyncio"}
    code = f"import sys; {statements}; print(sorted({heavy!r} & set(sys.modules)))"
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert printed.stdout == "[]\n"


@pytest.mark.parametrize("name", partialjson.__all__)
def test_every_name_in_the_table_of_contents_is_there(name: str) -> None:
    value = getattr(partialjson, name)
    assert name in dir(partialjson)
    if isinstance(value, type) and value.__module__.startswith("partialjson"):
        assert value.__doc__


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_like_it"):
        getattr(partialjson, "nothing_like_it")  # noqa: B009


def modules() -> Iterator[str]:
    for file in FILES:
        steps = ["partialjson", *file.relative_to(PACKAGE).with_suffix("").parts]
        yield ".".join(step for step in steps if step != "__init__")


@pytest.mark.parametrize("module", [*modules()])
def test_the_examples_in_docstrings_are_true(module: str) -> None:
    for extra in ("typer", "rich"):
        if ".apps" in module or "__main__" in module:
            pytest.importorskip(extra)
    result = doctest.testmod(importlib.import_module(module))
    assert result.failed == 0


def test_no_other_distribution_provides_this_package() -> None:
    assert set(packages_distributions()["partialjson"]) == {"partialjson-live"}
