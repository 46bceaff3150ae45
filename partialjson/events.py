"""What a parser says while a document arrives.

Events are handed out by `feed` and `close` in document order. Making one is constant work:
below 200 levels, which only a raised `max_depth` allows, events are of a subclass that holds
a link to its place and spells `path` when it is read. Values in events are the tree's own:
to be read, not changed.

`event.as_dict()` and `event_from_dict()` are the one JSON form of events, for logs, command
lines and relays.
"""

from __future__ import annotations

import reprlib
import sys
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from . import _cython as cython
from .errors import PartialJSONError, UsageError, error_from_dict

if cython.compiled:
    import cython  # type: ignore[no-redef,unused-ignore]  # where Cython learns the name

if TYPE_CHECKING:
    from collections.abc import Callable

    from .paths import Path, Where

__all__ = [
    "DROPPED",
    "CallEvent",
    "DocumentCompleted",
    "Event",
    "FieldCompleted",
    "JSONValue",
    "Kind",
    "OutputCompleted",
    "OutputEvent",
    "OutputFailed",
    "Repaired",
    "StreamFailed",
    "StringDelta",
    "TextDelta",
    "ToolCall",
    "ToolCallCompleted",
    "ToolCallFailed",
    "ToolCallStarted",
    "Validated",
    "ValueStarted",
    "Violation",
    "event_from_dict",
    "missing",
]

JSONValue: TypeAlias = bool | int | float | str | list["JSONValue"] | dict[str, "JSONValue"] | None
Kind: TypeAlias = Literal["object", "array", "string"]


class _Dropped:
    """The type of `DROPPED`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "DROPPED"

    def __reduce__(self) -> str:
        return "DROPPED"


DROPPED = _Dropped()
"""The value of a container that was completed after its members had been let go (`keep=False`)."""

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60


class Event:
    """The base of all events. `__match_args__` are the fields, in order."""

    __slots__: tuple[str, ...] = ()
    __match_args__: tuple[str, ...] = ()
    __hash__ = None  # type: ignore[assignment]  # values may be lists and dicts

    def as_dict(self) -> dict[str, Any]:
        """The event as plain data: JSON, as far as its values are."""
        data: dict[str, Any] = {"type": self.__class__.__name__}
        for name in self.__match_args__:
            value = getattr(self, name)
            sentinel = _sentinel_name(value)
            if sentinel:  # a value of its own might look like any stand-in
                data[f"{name}_is"] = sentinel
            else:
                data[name] = _plain(value)
        return data

    def __eq__(self, other: object) -> bool:
        if self.__class__ is not other.__class__:
            return NotImplemented
        return all(_same(getattr(self, f), getattr(other, f)) for f in self.__match_args__)

    def __repr__(self) -> str:
        fields = ", ".join(f"{f}={_short.repr(getattr(self, f))}" for f in self.__match_args__)
        return f"{self.__class__.__name__}({fields})"

    def __reduce__(self) -> tuple[Any, ...]:
        return self.__class__, tuple(getattr(self, f) for f in self.__match_args__)


# The three frequent events take no part in the search for cycles when compiled: they are in
# none, unless somebody stores one inside its own value.
@cython.no_gc
@cython.cclass
class ValueStarted(Event):
    """An object, array or string starts. Numbers and literals appear whole.

    Args:
        path: where it stands.
        kind: `"object"`, `"array"` or `"string"`.

    >>> import partialjson
    >>> partialjson.Parser().feed('{"a')
    [ValueStarted(path=(), kind='object')]
    """

    __slots__ = ("kind", "path")
    __match_args__ = ("path", "kind")

    def __init__(self, path: Path, kind: Kind) -> None:
        self.path = path
        self.kind = kind


@cython.no_gc
@cython.cclass
class StringDelta(Event):
    """A string grew: at most one per string and feed, never empty.

    Args:
        path: where the string stands.
        delta: the new characters, escapes decoded.
    """

    __slots__ = ("delta", "path")
    __match_args__ = ("path", "delta")

    def __init__(self, path: Path, delta: str) -> None:
        self.path = path
        self.delta = delta


@cython.no_gc
@cython.cclass
class FieldCompleted(Event):
    """A value is complete: the parser will neither change nor replace it again.

    Children come before parents, the root last with the path `()`.

    Args:
        path: where it stands.
        value: the value; `DROPPED` for a container that lost members under `keep=False`.
    """

    __slots__ = ("path", "value")
    __match_args__ = ("path", "value")

    def __init__(self, path: Path, value: Any) -> None:
        self.path = path
        self.value = value


def value_started(path: Where, kind: Kind) -> ValueStarted:
    """Make the event faster than by calling its class."""
    event = ValueStarted.__new__(ValueStarted)
    event.path = path  # type: ignore[assignment]  # see `deepened`
    event.kind = kind
    return event


def string_delta(path: Where, delta: str) -> StringDelta:
    """Make the event faster than by calling its class."""
    event = StringDelta.__new__(StringDelta)
    event.path = path  # type: ignore[assignment]  # see `deepened`
    event.delta = delta
    return event


def field_completed(path: Where, value: Any) -> FieldCompleted:
    """Make the event faster than by calling its class."""
    event = FieldCompleted.__new__(FieldCompleted)
    event.path = path  # type: ignore[assignment]  # see `deepened`
    event.value = value
    return event


def _deep(kind: type[Event]) -> type[Event]:
    """A subclass whose path is spelled when it is read, and that passes for `kind`."""

    def path(event: Any) -> Path:
        return kind.path.__get__(event).path  # type: ignore[attr-defined,no-any-return]

    def same(event: Event) -> type[Event]:
        return kind

    members = {"__slots__": (), "path": property(path), "__class__": property(same)}
    return type(kind.__name__, (kind,), {**members, "__module__": __name__})


def deepened(events: list[Event]) -> list[Event]:
    """The same events, but those of the depth, which hold a link, spell their paths."""
    return [_deepened(event) if type(event) in _DEEP else event for event in events]


def _deepened(event: Any) -> Event:
    kind = type(event)
    if type(event.path) is tuple:
        return event  # type: ignore[no-any-return]
    deep = _DEEP[kind].__new__(_DEEP[kind])
    for name in kind.__match_args__:
        getattr(kind, name).__set__(deep, getattr(event, name))
    return deep


_DEEP = {kind: _deep(kind) for kind in (ValueStarted, StringDelta, FieldCompleted)}


class DocumentCompleted(Event):
    """A document is complete, white space after it aside.

    Args:
        value: the root value, or `DROPPED`.
        index: which document of the stream, from 0.
    """

    __slots__ = ("index", "value")
    __match_args__ = ("value", "index")

    def __init__(self, value: Any, index: int) -> None:
        self.value = value
        self.index = index


class Validated(Event):
    """A completed value passed its type.

    Args:
        path: where the value stands.
        object: the validated object; as plain data when read back from JSON.
    """

    __slots__ = ("object", "path")
    __match_args__ = ("path", "object")

    def __init__(self, path: Path, object: Any) -> None:  # the contract's name
        self.path = path
        self.object = object


class Violation(Event):
    """What is wrong with a value.

    Args:
        path: the value that is wrong.
        kind: Pydantic's error type, or the JSON Schema keyword.
        message: the library's own message.
        offset: the offset of the character by which it became certain, as in syntax errors.
        early: whether the value at `path` was not complete by then.
        detail: the error as its library describes it.
    """

    __slots__ = ("detail", "early", "kind", "message", "offset", "path")
    __match_args__ = ("path", "kind", "message", "offset", "early", "detail")

    def __init__(
        self, path: Path, kind: str, message: str, offset: int, early: bool, detail: Any
    ) -> None:
        self.path = path
        self.kind = kind
        self.message = message
        self.offset = offset
        self.early = early
        self.detail = detail


class Repaired(Event):
    """Text that is not JSON was read by a named repair.

    Args:
        path: where.
        repair: the repair's name.
        offset: characters of the decoded text before it.
        before: what the text says.
        after: what it was read as.
    """

    __slots__ = ("after", "before", "offset", "path", "repair")
    __match_args__ = ("path", "repair", "offset", "before", "after")

    def __init__(self, path: Path, repair: str, offset: int, before: str, after: str) -> None:
        self.path = path
        self.repair = repair
        self.offset = offset
        self.before = before
        self.after = after


class ToolCall:
    """One tool call of a stream.

    Args:
        id: the provider's id, None where it sends none.
        index: which call of the stream, from 0, in the order of their starts.
        name: the tool's name.
        choice: which of several answers it belongs to.
        server: the provider runs this tool itself.
        free: its input is free text, which is not parsed.

    Once it is completed, a call of a tool that was given as a function runs by being called:
    `event.call()` gives what the function returns (of an async function, what to await).
    """

    __slots__ = ("_run", "choice", "free", "id", "index", "name", "server")

    def __init__(
        self,
        id: str | None,
        index: int,
        name: str,
        choice: int = 0,
        server: bool = False,
        free: bool = False,
    ) -> None:
        self.id = id
        self.index = index
        self.name = name
        self.choice = choice
        self.server = server
        self.free = free
        self._run: Callable[[], Any] | None = None

    def __call__(self) -> Any:
        """Run the tool's function with the validated arguments.

        Raises:
            UsageError: if the call is not completed, or its tool was not given as a function.
            Exception: whatever the function raises.
        """
        if self._run is None:
            raise UsageError(
                f"the call of {self.name!r} cannot be run: it is not completed, "
                "or its tool was not given as a function",
                code="not_available",
            )
        return self._run()

    def as_dict(self) -> dict[str, Any]:
        """The call as plain data."""
        names = ("id", "index", "name", "choice", "server", "free")
        return {name: getattr(self, name) for name in names}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ToolCall) and self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        return hash((self.id, self.index))

    def __repr__(self) -> str:
        return f"ToolCall(id={self.id!r}, index={self.index}, name={self.name!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return ToolCall, tuple(self.as_dict().values())


class ToolCallStarted(Event):
    """A tool call starts: its name is known, its arguments are not.

    Args:
        call: the call.
    """

    __slots__ = ("call",)
    __match_args__ = ("call",)

    def __init__(self, call: ToolCall) -> None:
        self.call = call


class CallEvent(Event):
    """An event from inside the arguments of a call.

    Args:
        call: the call.
        event: what its parser said. The root's own completion is withheld: `ToolCallCompleted`
            stands for it.
    """

    __slots__ = ("call", "event")
    __match_args__ = ("call", "event")

    def __init__(self, call: ToolCall, event: Event) -> None:
        self.call = call
        self.event = event


class ToolCallCompleted(Event):
    """The provider marked the call's end, and its arguments are valid: it may be run.

    Args:
        call: the call.
        arguments: the validated object, or the plain value of an untyped tool.
        text: the arguments exactly as received; may be empty for a tool without any.
    """

    __slots__ = ("arguments", "call", "text")
    __match_args__ = ("call", "arguments", "text")

    def __init__(self, call: ToolCall, arguments: Any, text: str) -> None:
        self.call = call
        self.arguments = arguments
        self.text = text


class ToolCallFailed(Event):
    """The call must not be run.

    Args:
        call: the call.
        reason: length, content_filter, refusal, provider_error, disconnected, no_end,
            malformed, violation, unknown_tool or limit.
        error: the exception behind it, if there is one.
        value: the arguments as far as they came.
        complete: the paths of the root's members that are complete.
        missing: the required arguments that are not complete, where a type says which.
        text: the arguments exactly as received.
    """

    __slots__ = ("call", "complete", "error", "missing", "reason", "text", "value")
    __match_args__ = ("call", "reason", "error", "value", "complete", "missing", "text")

    def __init__(
        self,
        call: ToolCall,
        reason: str,
        error: BaseException | None,
        value: Any,
        complete: tuple[Path, ...],
        missing: tuple[Path, ...],
        text: str,
    ) -> None:
        self.call = call
        self.reason = reason
        self.error = error
        self.value = value
        self.complete = complete
        self.missing = missing
        self.text = text


class OutputEvent(Event):
    """An event from inside a JSON text of the answer, where `output` asked for it.

    Args:
        choice: which of several answers the text belongs to.
        index: which JSON text of the stream, from 0, in the order of their starts.
        event: what its parser said. The root's own completion is withheld: `OutputCompleted`
            stands for it.
    """

    __slots__ = ("choice", "event", "index")
    __match_args__ = ("choice", "index", "event")

    def __init__(self, choice: int, index: int, event: Event) -> None:
        self.choice = choice
        self.index = index
        self.event = event


class OutputCompleted(Event):
    """The answer was finished properly, and this JSON text of it is whole and valid.

    Args:
        choice: which of several answers the text belongs to.
        index: which JSON text of the stream.
        value: the validated object.
        text: the text in which it stood, exactly as received.
    """

    __slots__ = ("choice", "index", "text", "value")
    __match_args__ = ("choice", "index", "value", "text")

    def __init__(self, choice: int, index: int, value: Any, text: str) -> None:
        self.choice = choice
        self.index = index
        self.value = value
        self.text = text


class OutputFailed(Event):
    """A JSON text of the answer is not to be used.

    Args:
        choice: which of several answers the text belongs to.
        index: which JSON text of the stream.
        reason: as in `ToolCallFailed`.
        error: the exception behind it, if there is one.
        value: the document as far as it came.
        complete: the paths of the root's members that are complete.
        missing: the required members that are not complete, where a type says which.
        text: the text in which it stood, exactly as received.
    """

    __slots__ = ("choice", "complete", "error", "index", "missing", "reason", "text", "value")
    __match_args__ = (
        *("choice", "index", "reason", "error"),
        *("value", "complete", "missing", "text"),
    )

    def __init__(
        self,
        choice: int,
        index: int,
        reason: str,
        error: BaseException | None,
        value: Any,
        complete: tuple[Path, ...],
        missing: tuple[Path, ...],
        text: str,
    ) -> None:
        self.choice = choice
        self.index = index
        self.reason = reason
        self.error = error
        self.value = value
        self.complete = complete
        self.missing = missing
        self.text = text


class TextDelta(Event):
    """Text beside the calls.

    Args:
        channel: `"text"`, `"reasoning"` or `"refusal"`; of answers after the first with
            their number, as in `"text[1]"`. In a `CallEvent`: `"input"`, of a tool whose
            input is free text.
        delta: the new characters.
    """

    __slots__ = ("channel", "delta")
    __match_args__ = ("channel", "delta")

    def __init__(self, channel: str, delta: str) -> None:
        self.channel = channel
        self.delta = delta


class StreamFailed(Event):
    """The stream itself broke; all calls that were open have failed.

    Args:
        reason: provider_error, disconnected, malformed or limit.
        error: what exactly.
    """

    __slots__ = ("error", "reason")
    __match_args__ = ("reason", "error")

    def __init__(self, reason: str, error: BaseException | None) -> None:
        self.reason = reason
        self.error = error


_KINDS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        *(ValueStarted, StringDelta, FieldCompleted, DocumentCompleted),
        *(Validated, Violation, Repaired),
        *(ToolCallStarted, CallEvent, ToolCallCompleted, ToolCallFailed, TextDelta, StreamFailed),
        *(OutputEvent, OutputCompleted, OutputFailed),
    )
}


def event_from_dict(data: dict[str, Any]) -> Event:
    """The event that `as_dict` described.

    Args:
        data: as `as_dict` gave it, also after a JSON round trip.

    Raises:
        UsageError: if it describes no event.

    >>> event_from_dict({"type": "StringDelta", "path": ["a", 0], "delta": "x"})
    StringDelta(path=('a', 0), delta='x')
    """
    kind = _KINDS.get(str(data.get("type"))) if isinstance(data, dict) else None
    if kind is None:
        raise UsageError(f"no event is described by {_short.repr(data)}")
    try:
        return kind(**{name: _restored(name, data) for name in kind.__match_args__})
    except KeyError as missing:
        raise UsageError(f"a {kind.__name__} needs {missing}") from None
    except TypeError as error:
        raise UsageError(f"no {kind.__name__} is described by {_short.repr(data)}") from error


_FIELDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("after", "before", "channel", "delta", "kind", "message"), (str,)),
    **dict.fromkeys(("name", "reason", "repair", "text"), (str,)),
    **dict.fromkeys(("choice", "index", "offset"), (int,)),
    **dict.fromkeys(("early", "free", "server"), (bool,)),
    "id": (str, type(None)),
}


def _restored(name: str, data: dict[str, Any]) -> Any:
    if f"{name}_is" in data and name not in _FIELDS:
        return _sentinel(data[f"{name}_is"])
    value = data[name]
    if type(value) not in _FIELDS.get(name, (type(value),)):
        raise TypeError(f"{name} cannot be {_short.repr(value)}")
    if name == "path":
        return _path(value)
    if name in ("complete", "missing"):
        return tuple(_path(path) for path in value)
    if name == "call":
        return tool_call(value)
    if name == "event":
        return _inner_event(value)
    if name == "error" and value is not None:
        return error_from_dict(value)
    return value


def tool_call(data: Any) -> ToolCall:
    """The call that its `as_dict` described.

    Raises:
        TypeError: if it describes none.
    """
    if not isinstance(data, dict):
        raise TypeError("a call is described by its fields")
    return ToolCall(**{field: _restored(field, data) for field in data})


def missing() -> Any:
    """The sentinel for what is not there yet: Pydantic's own, imported when first needed."""
    from pydantic_core import MISSING

    return MISSING


def _sentinel_name(value: Any) -> str:
    if value is DROPPED:
        return "DROPPED"
    core = sys.modules.get("pydantic_core")
    return "MISSING" if core is not None and value is core.MISSING else ""


def _sentinel(name: object) -> Any:
    if name not in ("DROPPED", "MISSING"):
        raise TypeError(f"no value is called {name!r}")
    return DROPPED if name == "DROPPED" else missing()


def _path(steps: object) -> Path:
    if not isinstance(steps, (list, tuple)) or not all(type(s) in (str, int) for s in steps):
        raise TypeError("a path is a list of keys and indexes")
    return tuple(steps)


def _inner_event(data: Any) -> Event:
    if isinstance(data, dict) and data.get("type") in ("CallEvent", "OutputEvent"):
        raise TypeError(f"no event holds a {data['type']}")
    return event_from_dict(data)


def _plain(value: Any) -> Any:
    """A field as JSON data. Parsed values are that already, at any depth."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, (Event, ToolCall, PartialJSONError)):
        return value.as_dict()
    if isinstance(value, BaseException):
        return {"type": type(value).__name__, "code": "error", "message": str(value)}
    dump = getattr(value, "model_dump", None)
    return dump(mode="json", by_alias=True) if callable(dump) else value


def _same(a: Any, b: Any) -> bool:
    """`a == b` for parsed values of any depth, without recursion."""
    todo = [(a, b)]
    while todo:
        a, b = todo.pop()
        if a is b:
            continue
        if type(a) is type(b) is list:
            if len(a) != len(b):
                return False
            todo += zip(a, b, strict=True)
        elif type(a) is type(b) is dict:
            if a.keys() != b.keys():
                return False
            todo += ((value, b[key]) for key, value in a.items())
        elif a != b:
            return False
    return True
