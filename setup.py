"""The compiled build: the hot modules, compiled from the same files that the interpreter reads.

    PARTIALJSON_SKIP_COMPILE=1      compile nothing
    PARTIALJSON_REQUIRE_COMPILED=1  fail where a fallback would be taken

All of the modules are compiled or none. Extension modules exist in wheels only, never beside
the sources: an editable install is interpreted, so no edit is ever hidden by an older build.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from shutil import rmtree

from setuptools import Extension, setup
from setuptools.command.build import build
from setuptools.command.build_ext import build_ext
from setuptools.command.editable_wheel import editable_wheel
from setuptools.errors import SetupError

PACKAGE = Path("partialjson")
SOURCES = [
    *("partialjson/events.py", "partialjson/paths.py", "partialjson/parser.py"),
    *(f"partialjson/_core/{name}.py" for name in ("handler", "source", "text")),
    *(f"partialjson/_core/{name}.py" for name in ("tokenizer", "tree")),
    *(f"partialjson/typed/{name}.py" for name in ("levels", "live")),
    *(f"partialjson/schema/{name}.py" for name in ("automata", "consequences", "containers")),
    *(f"partialjson/schema/{name}.py" for name in ("evaluation", "judging", "keys", "live")),
    *(f"partialjson/schema/{name}.py" for name in ("rules", "scalars")),
    "partialjson/_core/scan.pyx",
]
DIRECTIVES = {
    "language_level": "3",
    "annotation_typing": False,  # hints are for people and type checkers; types are in the .pxd
    "auto_pickle": False,  # what is to be pickled says so itself, alike in both builds
    "binding": False,
    "embedsignature": True,
    "embedsignature.format": "clinic",
}
FLAGS = [] if sys.platform == "win32" else ["-O3", "-g0"]
SKIP = bool(os.environ.get("PARTIALJSON_SKIP_COMPILE"))
REQUIRE = bool(os.environ.get("PARTIALJSON_REQUIRE_COMPILED"))


def extension(source: str) -> Extension:
    """The extension module of a source file."""
    name = source.rpartition(".")[0].replace("/", ".")
    return Extension(name, [source], extra_compile_args=FLAGS)


def stay_interpreted() -> None:
    """Leave nothing beside the sources that would be imported in their place."""
    if REQUIRE:
        raise SetupError(
            "an editable install is interpreted, so that edits are never hidden by an older "
            "build; PARTIALJSON_REQUIRE_COMPILED goes with 'pip install .'"
        )
    for stray in [*PACKAGE.rglob("*.so"), *PACKAGE.rglob("*.pyd")]:  # put there by hand
        stray.unlink()


class BuildAfresh(build):
    """Puts nothing into a wheel that an older build has left behind."""

    def run(self) -> None:
        """Build into empty folders."""
        base = Path(self.build_base)
        for folder in (Path(self.build_lib), *base.glob("bdist.*/wheel")):
            left = folder / PACKAGE
            if left.resolve() != PACKAGE.resolve():
                rmtree(left, ignore_errors=True)
        super().run()


class BuildCore(build_ext):
    """Compiles everything, or says once why not and builds a package without extensions."""

    def run(self) -> None:
        """Compile into the build folder."""
        if self.inplace or self.editable_mode:
            stay_interpreted()
            self.extensions = []
            return
        try:
            self._compile()
        except Exception as error:
            if REQUIRE:
                raise
            for ext in self.extensions:
                Path(self.get_ext_fullpath(ext.name)).unlink(missing_ok=True)
            self.extensions = []
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            self.warn(
                f"partialjson was not compiled and will run interpreted, ten times slower: {reason}"
            )

    def _compile(self) -> None:
        from Cython.Build import cythonize

        made = cythonize(
            self.extensions,
            compiler_directives=DIRECTIVES,
            build_dir=self.build_temp,
            nthreads=os.cpu_count() or 1,
            force=True,  # it takes seconds, and file times can lie
        )
        self.force = True
        for ext in made:
            self.ext_map[ext.name].sources = ext.sources
        self.parallel = self.parallel or os.cpu_count()
        super().run()


class EditableInterpreted(editable_wheel):
    """Shows the sources as they stand, with the skip switch too."""

    def run(self) -> None:
        """Install a link to the sources."""
        stay_interpreted()
        super().run()


if __name__ == "__main__":  # and not where a worker of the compiler imports this file
    if SKIP and REQUIRE:
        raise SystemExit("of PARTIALJSON_SKIP_COMPILE and PARTIALJSON_REQUIRE_COMPILED, set one")
    setup(
        ext_modules=[] if SKIP else [extension(source) for source in SOURCES],
        cmdclass={
            "build": BuildAfresh,
            "build_ext": BuildCore,
            "editable_wheel": EditableInterpreted,
        },
    )
