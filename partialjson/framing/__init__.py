"""Bytes in, messages out: how streams of messages are cut.

Each framing is a `Decoder`: `feed` takes the stream as it comes and answers with what is
complete, `close` says that it is over, `checkpoint` is the state as plain data.

    sse          server-sent events, as most providers send
    ndjson       one JSON value per line, as Ollama sends
    eventstream  Amazon's binary messages, as Bedrock sends
    jsonarray    one JSON array written over time, as Gemini sends without `alt=sse`
    messages     whichever of them it is, and the JSON objects in it

Names are imported when they are first used: the array brings the parser with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .decoder import Decoder as Decoder
    from .decoder import Fragment as Fragment
    from .eventstream import EventStreamDecoder as EventStreamDecoder
    from .eventstream import EventStreamMessage as EventStreamMessage
    from .jsonarray import JSONArrayDecoder as JSONArrayDecoder
    from .messages import END as END
    from .messages import End as End
    from .messages import Framing as Framing
    from .messages import Message as Message
    from .messages import MessageDecoder as MessageDecoder
    from .ndjson import NDJSONDecoder as NDJSONDecoder
    from .sse import ServerSentEvent as ServerSentEvent
    from .sse import SSEDecoder as SSEDecoder

_CONTENTS = {
    "decoder": ("Decoder", "Fragment"),
    "eventstream": ("EventStreamDecoder", "EventStreamMessage"),
    "jsonarray": ("JSONArrayDecoder",),
    "messages": ("END", "End", "Framing", "Message", "MessageDecoder"),
    "ndjson": ("NDJSONDecoder",),
    "sse": ("SSEDecoder", "ServerSentEvent"),
}
_HOMES = {name: module for module, names in _CONTENTS.items() for name in names}

__all__ = sorted(_HOMES)  # built from the table


if not TYPE_CHECKING:  # a type checker reads the list above, and finds misspelt names

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module("." + _HOMES[name], __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
