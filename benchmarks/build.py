"""Which build of partialjson is measured, and on what; said aloud in every report."""

from __future__ import annotations

import datetime
import os
import platform
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PURE = "PARTIALJSON_PURE"  # set in a process of its own, it forces the interpreted build there
CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class Build:
    """The library as it was imported.

    Args:
        version: its own.
        compiled: whether the core is compiled.
        file: the parser's module.
        cython: what compiled it, or "".
    """

    version: str
    compiled: bool
    file: str
    cython: str = ""

    @property
    def name(self) -> str:
        """`compiled` or `interpreted`."""
        return "compiled" if self.compiled else "interpreted"

    @property
    def short_file(self) -> str:
        """The parser's module from the package's folder on: the suffix tells the build."""
        return "/".join(Path(self.file).parts[-2:])


def prefer_installed() -> None:
    """Let an installed partialjson come before the sources beside this package.

    `python -m` looks into the current folder first, where the sources are not compiled. The
    sources stay the last resort. To be called before anything imports partialjson.
    """
    tree = os.path.realpath(ROOT)
    sys.path[:] = [*(path for path in sys.path if os.path.realpath(path) != tree), tree]


def measured() -> Build:
    """The build that this process has. An imported module of the other kind is an error."""
    import partialjson
    from partialjson import parser

    file = str(parser.__file__)
    if partialjson.COMPILED is file.endswith(".py"):
        raise SystemExit(f"partialjson.COMPILED is {partialjson.COMPILED}, but {file} was imported")
    return Build(partialjson.__version__, partialjson.COMPILED, file, _cython())


def _cython() -> str:
    """Cython's modules share one whose name is the version."""
    found = [name for name in sys.modules if name.startswith("_cython_")]
    return ", ".join(sorted(name.removeprefix("_cython_").replace("_", ".") for name in found))


def machine() -> dict[str, str]:
    """Interpreter, its build, processor, system, load and date, for the head of a report."""
    flags = f"{sysconfig.get_config_var('CONFIG_ARGS') or ''}"
    tuned = [name for name in ("--enable-optimizations", "--with-lto") if name in flags]
    levels = f"{sysconfig.get_config_var('PY_CFLAGS') or ''}".split()
    optimised = [flag for flag in levels if flag.startswith("-O")][-1:]
    return {
        "interpreter": f"{platform.python_implementation()} {platform.python_version()}",
        "its compiler": f"{platform.python_compiler()}, {' '.join(optimised + tuned) or 'unknown'}",
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.machine()}, {' '.join(platform.libc_ver())}",
        "load before": load(),
        "date": datetime.date.today().isoformat(),
    }


def load() -> str:
    """The load averages, as far as the system tells them."""
    return " ".join(f"{x:.2f}" for x in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"


def _processor() -> str:
    if CPUINFO.is_file():
        for line in CPUINFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"
