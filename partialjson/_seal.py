"""What every checkpoint has around it: format, version, and a digest that tells damage.

The digest is no protection against somebody who means harm, which is why limits, functions
and types are never read from a checkpoint, and why what is read is checked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .errors import CheckpointError

FORMAT = "partialjson.checkpoint"
VERSION = 1


def seal(data: dict[str, Any]) -> dict[str, Any]:
    """Add format, version and digest."""
    data = {"format": FORMAT, "version": VERSION, **data}
    return {**data, "digest": _digest(data)}


def unseal(checkpoint: object, parser: str | None = None) -> dict[str, Any]:
    """Check format, version and digest; and, if it is given, who made it."""
    if not isinstance(checkpoint, Mapping):
        raise CheckpointError(f"a checkpoint is a mapping, not {type(checkpoint).__name__}")
    data = {key: value for key, value in checkpoint.items() if key != "digest"}
    if data.get("format") != FORMAT:
        raise CheckpointError(f"this is no checkpoint: it has no 'format': {FORMAT!r}")
    if data.get("version") != VERSION:
        raise CheckpointError(
            f"this checkpoint has version {data.get('version')!r}; this release reads {VERSION}",
            code="wrong_version",
        )
    try:
        intact = _digest(data) == checkpoint.get("digest")
    except (TypeError, ValueError, RecursionError):
        intact = False
    if not intact:
        raise CheckpointError("this checkpoint was changed or damaged: its digest does not fit")
    if parser is not None and data.get("parser") != parser:
        raise CheckpointError(
            f"a checkpoint of {data.get('parser')} is no checkpoint of {parser}",
            code="wrong_parser",
        )
    return data


def unreadable(error: Exception) -> CheckpointError:
    """What to raise where data that is no checkpoint's brought this about."""
    needs_name = isinstance(error, (LookupError, TypeError, AttributeError)) or not str(error)
    said = repr(error) if needs_name else str(error)
    return CheckpointError(f"this checkpoint is not one: {said:.200}")


def _digest(data: dict[str, Any]) -> str:
    from hashlib import sha256  # it takes as long to import as all the rest

    text = json.dumps(data, sort_keys=True, allow_nan=False)
    return sha256(text.encode()).hexdigest()[:16]


def checked(data: object, **kinds: Any) -> dict[str, Any]:
    """`data` itself, if it is a dict with exactly these fields, each of its type.

    Raises:
        CheckpointError: if it is not.
    """
    if not isinstance(data, dict) or data.keys() != kinds.keys():
        raise CheckpointError(f"this checkpoint is not one: it needs {', '.join(kinds)}")
    for name, kind in kinds.items():
        value = data[name]
        allowed = kind if isinstance(kind, tuple) else (kind,)
        if type(value) not in allowed:
            raise CheckpointError(f"this checkpoint is not one: {name} is {value!r:.40}")
    return data
