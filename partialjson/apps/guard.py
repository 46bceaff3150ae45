"""How a command ends: its exit code, and one line where the world outside is to blame."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

import typer

from .source import Unreadable
from .validate import Unusable
from .words import shown

__all__ = ["EXIT_CODES", "INTERRUPTED", "MALFORMED", "guarded", "refuse"]

MALFORMED, WRONG_USAGE, INTERRUPTED, PIPE_CLOSED = 1, 2, 130, 141

EXIT_CODES = (
    "Exit codes: 0 all is fine; 1 the text is malformed or incomplete, exceeds a limit, does "
    "not fit its schema or model, is no JSON yet under repair --check, or a call failed; 2 wrong "
    "usage, nothing to read, or a schema or model that cannot be used; 130 interrupted; 141 the "
    "reader of the output went away."
)


def refuse(message: str) -> NoReturn:
    """Say in a line why there is nothing to do, and exit."""
    print(f"partialjson: {message}", file=sys.stderr)
    raise typer.Exit(WRONG_USAGE)


class guarded:  # noqa: N801  # it reads as a statement
    """What may happen outside: nothing to read, a closed pipe, Ctrl-C. One line, an exit code."""

    def __enter__(self) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may know no ✓

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            error = _flushed()
        if isinstance(error, (Unreadable, Unusable)):
            refuse(shown(str(error)))
        if isinstance(error, KeyboardInterrupt):
            raise typer.Exit(INTERRUPTED) from None
        if isinstance(error, BrokenPipeError):
            _let_go(sys.stdout)
            raise typer.Exit(PIPE_CLOSED) from None
        if isinstance(error, OSError):
            _let_go(sys.stdout)
            refuse(f"cannot write: {error.strerror or error}")


def _flushed() -> OSError | None:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        return error
    return None


def _let_go(stream: Any) -> None:
    """Send what is left in a stream nowhere, or Python would try again at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
