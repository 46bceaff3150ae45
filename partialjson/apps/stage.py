"""Where a stream is played: in a terminal as a picture, in a pipe as lines."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TextIO

from rich.console import Console
from rich.live import Live

from .. import Event, ToolCalls
from . import source as sources
from .screen import Screen
from .watch import Problem, Reading, Tally
from .words import plain

__all__ = ["Stage", "flush", "is_terminal"]

_FRAME = 1 / 25  # seconds between pictures


def is_terminal(file: TextIO | None = None) -> bool:
    """Whether a file, by default stdout, is a terminal that knows more than lines."""
    file = file or sys.stdout
    terminal = file is not None and file.isatty()
    return terminal and os.environ.get("TERM") not in ("dumb", "unknown")


class _Lines:
    """A view for pipes: one line per event on stdout, errors once more, in full, on stderr."""

    def event(self, event: Event) -> None:
        print(plain(event))

    def problem(self, problem: Problem) -> None:
        if not problem.told:
            place = f" ({problem.lines[0]})" if problem.lines else ""
            print(f"{'error':<14} {problem.headline}{place}")
        sys.stdout.flush()
        print("\n".join(problem.text()), file=sys.stderr)


class Stage:
    """A terminal, or a pipe.

    Args:
        name: what is played, for the picture.

    Attributes:
        live: whether it is a terminal.
    """

    def __init__(self, name: str) -> None:
        self.live = is_terminal()
        self._name = name
        self._draw: Callable[[], None] = flush

    def drawing(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The same blocks; before the next one is waited for, all is shown."""
        for block in blocks:
            yield block
            self._draw()

    def play(
        self, parser: Any, fragments: Iterable[bytes], rate: float, *, result: bool = False
    ) -> bool:
        """Feed everything and show what comes of it. Answers whether all was fine.

        Args:
            parser: what has `feed`, `close` and, if it is typed, `result`.
            fragments: its text.
            rate: characters a second; 0 is as fast as it goes.
            result: whether `parser.result` is to be asked for at the end.
        """
        tally = Tally(calls=isinstance(parser, ToolCalls))
        fragments = sources.paced(fragments, rate, sleep=self._sleep)
        if self.live:
            screen = Screen(tally, self._name)
            self._on_screen(screen, Reading(parser, screen, tally, result=result), fragments)
        else:
            _read(Reading(parser, _Lines(), tally, result=result), fragments)
            print(f"{'done':<14} " + ", ".join(tally.parts()))
        return not tally.failed

    def _on_screen(self, screen: Screen, reading: Reading, fragments: Iterable[bytes]) -> None:
        console = Console()
        with Live(screen, console=console, auto_refresh=False) as live:
            self._draw = live.refresh
            _read(reading, self._drawn_now_and_then(fragments))
            screen.close()
            live.refresh()
        for problem in screen.problems:
            console.print()
            for i, line in enumerate(problem.text()):
                style = "red" if i == 0 else ""
                console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)

    def _drawn_now_and_then(self, fragments: Iterable[bytes]) -> Iterator[bytes]:
        drawn = 0.0
        for fragment in fragments:
            yield fragment
            if time.monotonic() - drawn > _FRAME:
                self._draw()
                drawn = time.monotonic()

    def _sleep(self, seconds: float) -> None:
        if seconds > _FRAME:
            self._draw()
        time.sleep(seconds)


def flush() -> None:
    """What was printed is to be seen now."""
    sys.stdout.flush()


def _read(reading: Reading, fragments: Iterable[bytes]) -> None:
    for fragment in fragments:
        reading.feed(fragment, sources.characters(fragment))
        if reading.over:
            break
    reading.close()
