"""Write the fixtures of streams, or say which differ from what would be written."""

from __future__ import annotations

import sys

from . import CASES
from .files import all_files, differing, write


def main(arguments: list[str]) -> int:
    """Run the command; the number of files that differ decides what it returns."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m tests.fixtures_made [--check]", file=sys.stderr)
        return 2
    files = all_files(CASES)
    if not arguments:
        write(files)
        print(f"{len(CASES)} fixtures, {sum(map(len, files.values()))} bytes")
        return 0
    wrong = differing(files)
    print("\n".join(wrong) or f"all {len(files)} files are as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
