"""partialjson: parse JSON while a language model writes it.

    >>> import partialjson
    >>> parser = partialjson.Parser()
    >>> for fragment in ('{"city": "Par', 'is", "days": 3', '}'):
    ...     for event in parser.feed(fragment):
    ...         if isinstance(event, partialjson.FieldCompleted):
    ...             print(event.path, event.value)
    ('city',) Paris
    ('days',) 3
    () {'city': 'Paris', 'days': 3}

This file is the table of contents; names are imported when they are first used. Nothing in it
asserts, which a program that has imported it and then runs pytest says so: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing's own would take as long to import as all the rest
if TYPE_CHECKING:
    from typing import Any

    from pydantic_core import MISSING as MISSING

    from .errors import (
        CheckpointError as CheckpointError,
    )
    from .errors import (
        IncompleteJSONError as IncompleteJSONError,
    )
    from .errors import (
        JSONSyntaxError as JSONSyntaxError,
    )
    from .errors import (
        LimitExceededError as LimitExceededError,
    )
    from .errors import (
        PartialJSONError as PartialJSONError,
    )
    from .errors import (
        StreamError as StreamError,
    )
    from .errors import (
        UsageError as UsageError,
    )
    from .errors import (
        ValidationFailed as ValidationFailed,
    )
    from .errors import (
        error_from_dict as error_from_dict,
    )
    from .events import (
        DROPPED as DROPPED,
    )
    from .events import (
        CallEvent as CallEvent,
    )
    from .events import (
        DocumentCompleted as DocumentCompleted,
    )
    from .events import (
        Event as Event,
    )
    from .events import (
        FieldCompleted as FieldCompleted,
    )
    from .events import (
        JSONValue as JSONValue,
    )
    from .events import (
        OutputCompleted as OutputCompleted,
    )
    from .events import (
        OutputEvent as OutputEvent,
    )
    from .events import (
        OutputFailed as OutputFailed,
    )
    from .events import (
        Repaired as Repaired,
    )
    from .events import (
        StreamFailed as StreamFailed,
    )
    from .events import (
        StringDelta as StringDelta,
    )
    from .events import (
        TextDelta as TextDelta,
    )
    from .events import (
        ToolCall as ToolCall,
    )
    from .events import (
        ToolCallCompleted as ToolCallCompleted,
    )
    from .events import (
        ToolCallFailed as ToolCallFailed,
    )
    from .events import (
        ToolCallStarted as ToolCallStarted,
    )
    from .events import (
        Validated as Validated,
    )
    from .events import (
        ValueStarted as ValueStarted,
    )
    from .events import (
        Violation as Violation,
    )
    from .events import (
        event_from_dict as event_from_dict,
    )
    from .limits import Limits as Limits
    from .parser import COMPILED as COMPILED
    from .parser import Parser as Parser
    from .paths import Path as Path
    from .paths import Pattern as Pattern
    from .paths import pointer as pointer
    from .schema import SchemaParser as SchemaParser
    from .stats import Stats as Stats
    from .streams import aitems as aitems
    from .streams import astream as astream
    from .streams import items as items
    from .streams import stream as stream
    from .streams import validate_stream as validate_stream
    from .tools import ToolCalls as ToolCalls
    from .typed import ModelParser as ModelParser
    from .typed import Partial as Partial
    from .typed import Stream as Stream
    from .whole import loads as loads

_CONTENTS = {
    "errors": (
        *("CheckpointError", "IncompleteJSONError", "JSONSyntaxError", "LimitExceededError"),
        *("PartialJSONError", "StreamError", "UsageError", "ValidationFailed"),
        "error_from_dict",
    ),
    "events": (
        *("DROPPED", "CallEvent", "DocumentCompleted", "Event", "FieldCompleted", "JSONValue"),
        *("Repaired", "StreamFailed", "StringDelta", "TextDelta", "ToolCall"),
        *("OutputCompleted", "OutputEvent", "OutputFailed"),
        *("ToolCallCompleted", "ToolCallFailed", "ToolCallStarted", "Validated"),
        *("ValueStarted", "Violation", "event_from_dict"),
    ),
    "limits": ("Limits",),
    "parser": ("COMPILED", "Parser"),
    "paths": ("Path", "Pattern", "pointer"),
    "schema": ("SchemaParser",),
    "stats": ("Stats",),
    "streams": ("aitems", "astream", "items", "stream", "validate_stream"),
    "tools": ("ToolCalls",),
    "typed": ("ModelParser", "Partial", "Stream"),
    "whole": ("loads",),
}
_HOMES = {name: room for room, names in _CONTENTS.items() for name in names}

if os.environ.get("PARTIALJSON_PURE"):  # nothing but this file was imported yet
    from ._cython import force_pure

    for _folder in __path__:
        force_pure(_folder)
        force_pure(os.path.join(_folder, "_core"))
        force_pure(os.path.join(_folder, "typed"))
        force_pure(os.path.join(_folder, "schema"))

__version__ = "0.1.0"
__all__ = sorted([*_HOMES, "MISSING", "__version__"])  # built from the table


if not TYPE_CHECKING:  # a type checker reads the list above, and finds misspelt names

    def __getattr__(name: str) -> Any:
        if name in _HOMES:
            from importlib import import_module

            value = getattr(import_module("." + _HOMES[name], __name__), name)
        elif name == "MISSING":
            from .events import missing

            value = missing()
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
