"""All attacks, in the order of the table."""

from __future__ import annotations

from typing import Final

from .attack import Attack
from .checkpoints import CHECKPOINTS
from .schemas import SCHEMAS
from .streams import STREAMS
from .texts import DEPTH, FRAGMENTS, MEMBERS, NUMBERS, REPAIRS, STRINGS

GROUPS: Final[dict[str, tuple[Attack, ...]]] = {
    "Depth": DEPTH,
    "Strings": STRINGS,
    "Numbers": NUMBERS,
    "Members and documents": MEMBERS,
    "Fragments": FRAGMENTS,
    "Repairs, all of them on": REPAIRS,
    "Streams and tool calls": STREAMS,
    "Schemas and types": SCHEMAS,
    "Checkpoints": CHECKPOINTS,
}
