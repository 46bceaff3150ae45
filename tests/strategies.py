"""How Hypothesis runs here, and how much is tried by chance.

`PARTIALJSON_EXAMPLES=10` in the environment tries ten times as much everywhere, 0.1 a tenth;
`PARTIALJSON_ALL_CUTS=1` cuts streams at every byte.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = float(os.environ.get("PARTIALJSON_EXAMPLES", "1"))
EVERY_BYTE = bool(os.environ.get("PARTIALJSON_ALL_CUTS"))  # minutes instead of seconds


def times(n: int) -> int:
    """So many trials where one would be `n`."""
    return max(1, round(n * TIMES))


def examples(n: int) -> settings:
    """So many examples, the same in each run, however long they take."""
    return exactly(times(n))


def exactly(n: int) -> settings:
    """The same, where it is told what is among so many."""
    return settings(
        max_examples=n,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
