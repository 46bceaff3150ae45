"""The two builds: what the interpreter sees where Cython has directives, and how to choose."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

compiled = False


def freelist(size: int) -> Callable[[T], T]:
    """Keep up to `size` dead objects of a class for its next ones."""
    return lambda cls: cls


def no_gc(cls: T) -> T:
    """Objects of the class take no part in the search for reference cycles."""
    return cls


def trashcan(on: bool) -> Callable[[T], T]:
    """A long chain of objects of the class is let go without recursion."""
    return lambda cls: cls


def cclass(cls: T) -> T:
    """The class is an extension type."""
    return cls


def force_pure(folder: str) -> None:
    """From now on find no extension modules in this folder, only sources."""
    from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader

    sys.path_importer_cache[folder] = FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES))
