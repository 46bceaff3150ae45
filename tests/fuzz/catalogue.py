"""The targets by name, with what each begins from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"

# The weight says how many shares of the time a target gets: more where inputs are slow.
WEIGHTS: dict[str, int] = {
    "parser": 3,
    "loads": 1,
    "repairs": 3,
    "guided_repairs": 3,
    "typed": 3,
    "schema": 3,
    "hostile_schema": 3,
    "patterns": 1,
    "sse": 1,
    "ndjson": 1,
    "jsonarray": 1,
    "eventstream": 1,
    "messages": 2,
    "adapters": 3,
    "tool_calls": 3,
    "checkpoints": 4,
    "paths": 1,
    "events": 1,
}
NAMES = tuple(WEIGHTS)


@dataclass(frozen=True)
class Target:
    """What is fuzzed.

    Attributes:
        name: the module's, in `targets`.
        run: takes an input; anything it raises is a crash.
        seeds: inputs to begin with.
        max_len: bytes of the longest input.
        words: what is worth putting into an input.
    """

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    max_len: int
    words: tuple[bytes, ...]

    def corpus(self) -> list[Path]:
        """The files kept of it."""
        return sorted(path for path in (CORPUS / self.name).glob("*") if path.is_file())

    def inputs(self) -> dict[str, bytes]:
        """All it begins with, by names: seeds, then files."""
        made = {f"seed {i}": data[: self.max_len] for i, data in enumerate(self.seeds())}
        return {**made, **{path.name: path.read_bytes() for path in self.corpus()}}


def target(name: str) -> Target:
    """A target; its module is imported now."""
    module = import_module(f"{__package__}.targets.{name}")
    words = tuple(w if isinstance(w, bytes) else w.encode() for w in module.WORDS)
    return Target(name, module.run, module.seeds, module.MAX_LEN, words)


def name_of(data: bytes) -> str:
    """What the file of an input is called."""
    return sha256(data).hexdigest()[:16]
