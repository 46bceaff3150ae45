"""A target under atheris: coverage of the interpreted library guides what is tried.

    python -m tests.fuzz.guided TARGET FINDS [libFuzzer's options and folders]

Started by the runner. What a target raises is noted in the folder FINDS, and fuzzing goes on;
what takes too long or too much memory ends it, by libFuzzer's own limits.
"""

from __future__ import annotations

import os
import random
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

os.environ["PARTIALJSON_PURE"] = "1"

import atheris

from .catalogue import Target, target
from .finds import Finds
from .mutating import mutated


def instrumented(name: str) -> Target:
    """The target, with all modules of the library instrumented, also those imported late."""
    with atheris.instrument_imports(include=["partialjson"]):
        import partialjson

        for module in walk_packages(partialjson.__path__, "partialjson."):
            parts = module.name.split(".")
            if "apps" not in parts and "testing" not in parts and "__main__" not in parts:
                import_module(module.name)
    return target(name)


def main() -> None:
    name, folder, *options = sys.argv[1:]
    known = instrumented(name)
    finds = Finds(known, Path(folder))
    inputs = [*known.inputs().values()]

    def one(data: bytes) -> None:
        finds.run(data)

    def mutator(data: bytes, max_size: int, seed: int) -> bytes:
        rng = random.Random(seed)
        if rng.random() < 0.4:
            return bytes(atheris.Mutate(data, len(data)))
        return mutated(data, rng, max_size, known.words, rng.choice(inputs) if inputs else b"")

    atheris.Setup([sys.argv[0], *options], one, custom_mutator=mutator)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
