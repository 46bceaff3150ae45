"""`python -m partialjson`, and the console script `partialjson`."""

from __future__ import annotations

import sys

_NEEDED = ("typer", "rich")


def main() -> None:
    """Run the command line; without its libraries, say how to install them and exit with 2."""
    try:
        from partialjson.apps import cli
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _NEEDED:
            raise
        print(
            f"partialjson: the command line needs {error.name}; "
            "install it with: pip install 'partialjson-live[cli]'",
            file=sys.stderr,
        )
        raise SystemExit(2) from None
    cli.main()


if __name__ == "__main__":
    main()
