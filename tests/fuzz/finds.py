"""Inputs that broke a property: kept as files, each kind of break once, and made small."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .catalogue import Target, name_of

HERE = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "finds"
_SHRINKING = 20.0  # seconds for one find


def kind_of(error: BaseException) -> str:
    """What two breaks have in common that are the same: the exception, and where it was raised."""
    places = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(HERE) and "site-packages" not in frame.filename
    ]
    last = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in places[-2:]]
    return f"{type(error).__name__} {' '.join(last)}"


def broken(run: Callable[[bytes], None], data: bytes) -> BaseException | None:
    """What the property raises for an input; also what pytest raises, which is no Exception."""
    try:
        run(data)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # all of them are finds
        return error
    return None


@dataclass
class Finds:
    """The finds of one target, in a folder.

    Attributes:
        patience: how often a find is met again until its target has nothing better to do.
        kinds: how often each was met.
    """

    target: Target
    folder: Path
    patience: int = 500

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.kinds: dict[str, int] = {}

    def run(self, data: bytes) -> bool:
        """Run the target; note what it raises. Answer whether all was well."""
        error = broken(self.target.run, data)
        if error is None:
            return True
        kind = kind_of(error)
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if self.kinds[kind] == 1:
            self._keep(kind, data, error)
        if self.kinds[kind] > self.patience:
            raise SystemExit(f"the same find {self.patience} times: {kind}")
        return False

    def _keep(self, kind: str, data: bytes, error: BaseException) -> None:
        path = self.folder / f"crash-{name_of(data)}"
        path.write_bytes(data)
        trace = "".join(traceback.format_exception(error))
        path.with_suffix(".txt").write_text(f"{kind}\n{trace}", encoding="utf-8", errors="replace")


def smaller(target: Target, data: bytes, seconds: float = _SHRINKING) -> bytes:
    """An input that breaks the same, with as little in it as is found in the time."""
    first = broken(target.run, data)
    if first is None:
        return data
    kind, end = kind_of(first), time.monotonic() + seconds
    size = max(1, len(data) // 2)
    while size:
        at, before = 0, len(data)
        while at < len(data) and time.monotonic() < end:
            less = data[:at] + data[at + size :]
            error = broken(target.run, less)
            if error is not None and kind_of(error) == kind:
                data = less
            else:
                at += size
        if time.monotonic() >= end:
            break
        size = size // 2 if len(data) == before else max(1, min(size, len(data) // 2))
    return data
