"""Everything this library raises, as data.

    PartialJSONError(ValueError)
    ├── JSONSyntaxError        the text is not JSON; also a json.JSONDecodeError
    ├── IncompleteJSONError    the text ended too early; also a json.JSONDecodeError
    ├── LimitExceededError     a limit of `Limits` was exceeded
    ├── ValidationFailed       `stop_on_violation=True` met a violation
    ├── CheckpointError        not a checkpoint, or not one of this parser
    ├── UsageError             wrong arguments, or a call at the wrong time
    └── StreamError            the framing around the JSON is broken

An argument of the wrong type is a plain `TypeError`. `code` is part of the API and
stays; messages are for people and may change.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .events import Event, Violation

__all__ = [
    "CheckpointError",
    "IncompleteJSONError",
    "JSONSyntaxError",
    "LimitExceededError",
    "PartialJSONError",
    "StreamError",
    "UsageError",
    "ValidationFailed",
    "error_from_dict",
]


class PartialJSONError(ValueError):
    """The base of all errors of this library.

    Attributes:
        code: a stable name for what went wrong.
        message: one sentence for a person.

    Errors compare by what they say, not by identity: a parser that failed raises a new,
    equal error on each later call.

    >>> PartialJSONError("no", code="x") == PartialJSONError("no", code="x")
    True
    """

    code = "error"
    _facts: tuple[str, ...] = ("code", "message")

    def __init__(self, message: str, *, code: str | None = None) -> None:
        ValueError.__init__(self, message)
        self.message = message
        if code is not None:
            self.code = code

    def as_dict(self) -> dict[str, Any]:
        """The error as plain JSON data, without its events; see `error_from_dict`."""
        facts = {name: getattr(self, name) for name in self._facts}
        facts = {name: list(x) if isinstance(x, tuple) else x for name, x in facts.items()}
        return {"type": type(self).__name__, **facts}

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self._facts)

    def __hash__(self) -> int:
        return hash((type(self), self.code, self.message))

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (type(self), self.args, self.__dict__)


def _revive(cls: type[PartialJSONError], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    error = cls.__new__(cls, *args)
    ValueError.__init__(error, *args)
    error.__dict__.update(state)
    return error


class _Positioned(PartialJSONError):
    """An error that stands at a character of the text.

    Attributes:
        offset, pos: characters of the decoded text before the offending one, from the
            start of the stream (`pos` is `json.JSONDecodeError`'s name for it).
        byte_offset: the same in UTF-8 bytes; for `bad_utf8` that of the offending byte.
        lineno, colno: line and column, from 1, as `json.JSONDecodeError` counts them.
        doc: at most the last 80 characters before the offending one.
        path: where in the document it happened.
        expected: what could have come instead, as `Parser.expected` names it.
        repair: a repair that would read the character, by its name; "" if there is none.
        events: what the same call found before the error; empty when it is raised again.
    """

    _facts: tuple[str, ...] = (
        *("code", "message", "offset", "byte_offset"),
        *("lineno", "colno", "doc", "path", "expected", "repair"),
    )

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        offset: int = 0,
        byte_offset: int = 0,
        lineno: int = 1,
        colno: int = 1,
        doc: str = "",
        path: Sequence[str | int] = (),
        expected: Sequence[str] = (),
        repair: str = "",
        events: Sequence[Event] = (),
    ) -> None:
        super().__init__(message, code=code)
        self.msg = message
        self.offset = self.pos = offset
        self.byte_offset = byte_offset
        self.lineno = lineno
        self.colno = colno
        self.doc = doc
        self.path = tuple(path)
        self.expected = tuple(expected)
        self.repair = repair
        self.events = list(events)

    def as_dict(self) -> dict[str, Any]:
        """The error as plain JSON data; `repair` only where there is one."""
        data = super().as_dict()
        if not self.repair:
            del data["repair"]
        return data

    def __str__(self) -> str:
        where = f"line {self.lineno} column {self.colno} (char {self.offset})"
        return f"{self.message}: {where}{_inside(self.path)}"


def _inside(path: tuple[str | int, ...]) -> str:
    if not path:
        return ""
    shown = path if len(path) <= 8 else (*path[:4], "…", *path[-3:])
    return ", in " + "".join("/" + str(step)[:40] for step in shown)


class JSONSyntaxError(_Positioned, json.JSONDecodeError):
    """The text is not JSON (RFC 8259), whatever may still come.

    `code` is one of `unexpected_character`, `invalid_number`, `invalid_literal`,
    `invalid_escape`, `control_character`, `lone_surrogate`, `bad_utf8`, `duplicate_key`,
    `extra_data`.

    >>> import partialjson
    >>> try:
    ...     partialjson.loads('[1,]')
    ... except partialjson.JSONSyntaxError as error:
    ...     print(error.code, error.offset, error.expected)
    unexpected_character 3 ('value',)
    """

    code = "unexpected_character"


class IncompleteJSONError(_Positioned, json.JSONDecodeError):
    """The text ended before the document did. Only `close` and `loads` raise it.

    Attributes:
        value: what is there, as `Parser.value` (`MISSING` where nothing began).
    """

    code = "incomplete"
    value: Any = None


class LimitExceededError(_Positioned):
    """The text exceeds one of the `Limits`, at `offset`.

    Attributes:
        limit: the limit's name, such as `max_depth`.
        maximum: what it allows.
    """

    code = "limit_exceeded"
    _facts: tuple[str, ...] = (*_Positioned._facts, "limit", "maximum")

    def __init__(self, message: str, *, limit: str = "", maximum: int = 0, **where: Any) -> None:
        super().__init__(message, **where)
        self.limit = limit
        self.maximum = maximum


class ValidationFailed(PartialJSONError):
    """A violation ended the parse, because `stop_on_violation=True` asked for it.

    Attributes:
        violation: the `Violation` event.
        events: the events before it, from the same call.
    """

    code = "validation_failed"

    def __init__(self, message: str, *, violation: Violation, events: Sequence[Event] = ()) -> None:
        super().__init__(message)
        self.violation = violation
        self.events = list(events)


class CheckpointError(PartialJSONError):
    """What was given to `restore` is not a checkpoint that this parser can go on from.

    `code` is one of `not_a_checkpoint`, `wrong_version`, `wrong_parser`,
    `wrong_functions`, `wrong_type`.
    """

    code = "not_a_checkpoint"


class UsageError(PartialJSONError):
    """A call that makes no sense: nothing was parsed, and nothing changed.

    `code` is one of `invalid_option`, `conflicting_options`, `invalid_path`,
    `unsupported_type`, `closed`, `failed`, `busy`, `mixed_input`, `not_kept`,
    `not_available`.
    """

    code = "invalid_option"


class StreamError(PartialJSONError):
    """What surrounds the JSON (SSE, the provider's messages) is broken, or exceeds a limit.

    `code` is one of `truncated`, `malformed`, `provider_error`, `unknown_provider`,
    `limit_exceeded`.

    Attributes:
        messages: what a decoder of `partialjson.framing` found before it, in the same call.
        limit: the name of the limit that was exceeded, such as `max_message`; else "".
        maximum: what it allows; else 0.
    """

    code = "malformed"
    _facts: tuple[str, ...] = ("code", "message", "limit", "maximum")

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        messages: Sequence[Any] = (),
        limit: str = "",
        maximum: int = 0,
    ) -> None:
        super().__init__(message, code=code or ("limit_exceeded" if limit else None))
        self.messages = list(messages)
        self.limit = limit
        self.maximum = maximum

    def as_dict(self) -> dict[str, Any]:
        """The error as plain JSON data; the limit only where there is one."""
        data = super().as_dict()
        if not self.limit:
            del data["limit"], data["maximum"]
        return data


_KINDS: dict[str, type[PartialJSONError]] = {
    kind.__name__: kind
    for kind in (
        *(PartialJSONError, JSONSyntaxError, IncompleteJSONError),
        *(LimitExceededError, CheckpointError, UsageError, StreamError),
    )
}


def error_from_dict(data: dict[str, Any]) -> PartialJSONError:
    """The error that `as_dict` described; kinds of other libraries come back as the base.

    >>> error_from_dict(StreamError("cut", code="truncated").as_dict())
    StreamError('cut')
    """
    needed = ("type", "message")
    if not isinstance(data, dict) or not all(isinstance(data.get(key), str) for key in needed):
        raise UsageError("an error's dict needs 'type' and 'message', both str")
    kind = _KINDS.get(data["type"], PartialJSONError)
    facts = {name: data[name] for name in kind._facts if name in data and name != "message"}
    for name, value in facts.items():
        if not _is_fact(name, value):
            raise UsageError(f"no {kind.__name__} is described by {name}={value!r:.60}")
    try:
        return kind(data["message"], **facts)
    except TypeError as error:
        raise UsageError(f"no {kind.__name__} is described by this: {error}") from None


def _is_fact(name: str, value: Any) -> bool:
    """Whether an error can say that."""
    if name in ("path", "expected"):
        steps = (str, int) if name == "path" else (str,)
        return isinstance(value, (list, tuple)) and all(type(x) in steps for x in value)
    return type(value) is (str if name in ("code", "doc", "repair", "limit") else int)
