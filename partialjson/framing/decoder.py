"""What every framing is: a decoder with `feed` and `close`, and a state that is plain data.

This base knows when a decoder is closed or has failed, and what a checkpoint has around the
state; a subclass knows its framing:

- `_take(fragment, found)` adds the messages that a fragment completes to `found`, and raises
  StreamError where the framing is broken;
- `_end(found)` adds what only the end completes, and answers whether it came inside a message;
- `_save()` and `_load(state)` are its state as plain data, the latter with every check.

It also knows `_most`, the longest message that is waited for; `too_long` is the error beyond it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar

from .._seal import checked, seal, unreadable, unseal
from ..errors import CheckpointError, StreamError, UsageError
from ..limits import Limits

__all__ = ["Decoder", "Fragment"]

Fragment: TypeAlias = bytes | bytearray | memoryview | str
_M = TypeVar("_M")
_Self = TypeVar("_Self", bound="Decoder[Any]")


class Decoder(Generic[_M]):
    """A push decoder: fragments of a stream in, messages out.

    How the stream is cut never matters: any cut gives the same messages and the same error.
    Each byte is looked at a bounded number of times.

    Args:
        limits: `max_message` is the longest message that is waited for; see `Limits`.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        if limits is not None and not isinstance(limits, Limits):
            raise TypeError(f"limits must be Limits(...), not {type(limits).__name__}")
        self._limits = limits
        self._most = (limits or _LIMITS).max_message
        self._closed = False
        self._truncated = False
        self._error: StreamError | None = None

    @property
    def truncated(self) -> bool:
        """Whether the stream ended inside a message, which `close` therefore discarded."""
        return self._truncated

    def feed(self, fragment: Fragment, /) -> list[_M]:
        """Take the next piece of the stream, of any length.

        Args:
            fragment: bytes (UTF-8, where the framing is text) or str. It may end anywhere.

        Returns:
            The messages that it completed, in order; often none.

        Raises:
            StreamError: where the framing is broken (code `malformed`), or a message is too
                long (`limit_exceeded`); `error.messages` has the messages before it. Each
                later call raises a new, equal error without them.
            UsageError: after `close` (code `closed`), or for a str while bytes of an
                unfinished UTF-8 sequence are held (`mixed_input`).
            TypeError: for anything else.
        """
        if self._closed or self._error is not None:
            self._refuse()
        found: list[_M] = []
        try:
            self._take(fragment, found)
        except StreamError as error:
            raise self._failed(error, found) from None
        return found

    def close(self) -> list[_M]:
        """Say that the stream is over.

        Returns:
            What only its end completed. `[]` the second time.

        Raises:
            StreamError: after an error of `feed`, or if what the end completed is broken.
        """
        if self._closed:
            return []
        if self._error is not None:
            self._refuse()
        found: list[_M] = []
        try:
            self._truncated = self._end(found)
        except StreamError as error:
            raise self._failed(error, found) from None
        self._closed = True
        return found

    def _refuse(self) -> NoReturn:
        """Answer a call after the end."""
        if self._error is None:
            raise UsageError("this decoder is closed; make a new one", code="closed")
        raise _again(self._error, ())

    def _failed(self, error: StreamError, found: list[_M]) -> StreamError:
        """What to raise for an error. From now on the decoder has failed."""
        self._error = _again(error, ())
        return _again(error, found)

    # --- resuming --------------------------------------------------------------------

    def checkpoint(self) -> dict[str, Any]:
        """The state as plain data: strict JSON, for `restore` in any process.

        Its size is that of the unfinished message.
        """
        error = self._error
        return seal(
            {
                "parser": type(self).__name__,
                "closed": self._closed,
                "truncated": self._truncated,
                "error": error and {name: getattr(error, name) for name in _FACTS},
                "state": self._save(),
            }
        )

    @classmethod
    def restore(
        cls: type[_Self], checkpoint: Mapping[str, Any], *, limits: Limits | None = None
    ) -> _Self:
        """A decoder that goes on where the checkpoint was made.

        Args:
            checkpoint: from `checkpoint`, also after a JSON round trip.
            limits: to be given again; never read from data.

        Raises:
            CheckpointError: if it is damaged, of another version or another decoder.
        """
        data = checked(
            unseal(checkpoint, cls.__name__),
            format=str,
            version=int,
            parser=str,
            closed=bool,
            truncated=bool,
            error=(dict, type(None)),
            state=dict,
        )
        decoder = cls(limits=limits)
        decoder._resume(data)
        try:
            decoder._load(data["state"])
        except CheckpointError:
            raise
        except (TypeError, ValueError, LookupError) as error:
            raise unreadable(error) from error
        return decoder

    def _resume(self, data: dict[str, Any]) -> None:
        """Take up whether it was closed or has failed."""
        self._closed = data["closed"]
        self._truncated = data["truncated"]
        if data["error"] is not None:
            error = checked(data["error"], code=str, message=str, limit=str, maximum=int)
            self._error = StreamError(**error)
        require(not self._truncated or self._closed, "it is truncated and not closed")
        require(not self._closed or self._error is None, "it is closed and has failed")

    def __reduce__(self) -> NoReturn:
        name = type(self).__name__
        raise TypeError(f"a {name} is neither copied nor pickled: checkpoint() is its state")

    # --- for framings ----------------------------------------------------------------

    def _take(self, fragment: Fragment, found: list[_M]) -> None:
        raise NotImplementedError

    def _end(self, found: list[_M]) -> bool:
        raise NotImplementedError

    def _save(self) -> dict[str, Any]:
        raise NotImplementedError

    def _load(self, state: dict[str, Any]) -> None:
        raise NotImplementedError


def too_long(most: int) -> StreamError:
    """The error of a message that goes on beyond `max_message`."""
    message = f"a message of the stream is longer than max_message={most}"
    return StreamError(message, limit="max_message", maximum=most)


def _again(error: StreamError, messages: Sequence[Any]) -> StreamError:
    """The same error, with the messages that came before it."""
    return StreamError(**{name: getattr(error, name) for name in _FACTS}, messages=messages)


_FACTS = ("message", "code", "limit", "maximum")
_LIMITS = Limits()


def require(fits: bool, otherwise: str) -> None:
    """Refuse a checkpoint whose parts do not fit together.

    Raises:
        CheckpointError: if they do not.
    """
    if not fits:
        raise CheckpointError(f"this checkpoint is not one: {otherwise}")
