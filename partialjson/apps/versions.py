"""Which version this is, and what it clashes with."""

from __future__ import annotations

import platform
import re
from importlib import metadata

import partialjson

__all__ = ["versions"]

_DISTRIBUTION = "partialjson-live"


def versions() -> str:
    """The version and the build in a line, and a line for each other owner of the name."""
    build = "compiled" if partialjson.COMPILED else "interpreted"
    python = f"Python {platform.python_version()}"
    lines = [f"{_DISTRIBUTION} {partialjson.__version__} ({build}, {python})"]
    lines += [
        f"warning: the distribution {name!r} also provides the package 'partialjson'; "
        f"uninstall it, and reinstall {_DISTRIBUTION}"
        for name in _clashes()
    ]
    return "\n".join(lines)


def _clashes() -> list[str]:
    """The other distributions that provide a top-level package of the same name."""
    providers = metadata.packages_distributions().get("partialjson", [])
    names = {re.sub("[-_.]+", "-", name).lower() for name in providers}
    return sorted(names - {_DISTRIBUTION})
