"""The one helper that takes a stream to a decoder in every way: cut, resumed, forged."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from partialjson import CheckpointError, StreamError, UsageError
from partialjson._seal import seal
from partialjson.framing import Decoder

from .fragmenting import Fragments, cuts, ways

Make = Callable[[], Decoder[Any]]


@dataclass
class Decoded:
    """What came of a stream: the messages, the error that ended it, whether it was cut."""

    messages: list[Any] = field(default_factory=list)
    error: StreamError | None = None
    truncated: bool = False


def resumed(decoder: Decoder[Any]) -> Decoder[Any]:
    """The same decoder after a checkpoint in another process."""
    text = json.dumps(decoder.checkpoint(), allow_nan=False)
    again = type(decoder).restore(json.loads(text), limits=decoder._limits)
    assert json.dumps(again.checkpoint(), sort_keys=True) == json.dumps(
        json.loads(text), sort_keys=True
    )
    return again


def decoded(make: Make, fragments: Fragments, *, resume: bool = False) -> Decoded:
    """Feed the fragments and close; with `resume`, restore a checkpoint before each call."""
    decoder, result = make(), Decoded()
    try:
        for fragment in fragments:
            decoder = resumed(decoder) if resume else decoder
            result.messages += decoder.feed(fragment)
        decoder = resumed(decoder) if resume else decoder
        result.messages += decoder.close()
        decoder = resumed(decoder) if resume else decoder
        assert decoder.close() == []
    except StreamError as error:
        result.error = error
        result.messages += error.messages
        check_failed(resumed(decoder) if resume else decoder, error)
    result.truncated = decoder.truncated
    return result


def check_failed(decoder: Decoder[Any], error: StreamError) -> None:
    """A decoder that failed raises a new, equal error from now on, without messages."""
    calls: list[Callable[[], Any]] = [lambda: decoder.feed(b""), decoder.close, decoder.close]
    for call in calls:
        with pytest.raises(StreamError) as caught:
            call()
        assert caught.value == error
        assert caught.value is not error
        assert caught.value.messages == []


def same_every_way(make: Make, stream: str | bytes, *, resume: bool = True) -> Decoded:
    """What a stream comes to, which must be the same however it is cut and resumed."""
    first, *others = [decoded(make, fragments) for fragments in ways(stream)]
    for other in others:
        assert other == first
    if resume:
        assert decoded(make, cuts(stream, 1), resume=True) == first
    return first


def check_every_checkpoint(make: Make, stream: bytes) -> Decoded:
    """Resume after each single byte; the rest must come the same, whole and byte by byte."""
    whole = decoded(make, [stream])
    decoder = make()
    before: list[Any] = []
    for at in range(len(stream) + 1):
        for size in (1, max(1, len(stream) - at)):
            later = resumed(decoder)
            rest = [m for part in cuts(stream[at:], size) for m in later.feed(part)]
            rest += later.close()
            assert [*before, *rest] == whole.messages, at
            assert later.truncated == whole.truncated
        before += decoder.feed(stream[at : at + 1])
    return whole


def forged(checkpoint: dict[str, Any], **others: Any) -> dict[str, Any]:
    """A checkpoint with other contents and a digest that fits."""
    data = {key: value for key, value in checkpoint.items() if key != "digest"}
    return seal({**data, **others})


def refused(kind: type[Decoder[Any]], checkpoint: Any) -> CheckpointError:
    with pytest.raises(CheckpointError) as caught:
        kind.restore(checkpoint)
    return caught.value


_STRANGE: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.5, 10**30, "", "x", "\n", "\r", "\0", "ff", "é", "eyJ9"),
    *([], {}, [1], ["x"], {"x": 1}, [[]], [{}], [{"text": 1}], [{"base64": "?"}]),
)


def mutations(value: Any) -> Iterator[Any]:
    """The value with one part of it replaced by each of many strange things, or gone."""
    yield from _STRANGE
    if isinstance(value, dict):
        for key, part in value.items():
            yield {name: other for name, other in value.items() if name != key}
            for strange in mutations(part):
                yield {**value, key: strange}
        yield {**value, "more": 1}


def check_forgeries(decoder: Decoder[Any], rest: bytes) -> None:
    """Whatever stands in a sealed checkpoint: it is refused, or what it makes behaves."""
    checkpoint = decoder.checkpoint()
    checks = 0
    for name in ("closed", "truncated", "error", "state"):
        for strange in mutations(copy.deepcopy(checkpoint[name])):
            checks += 1
            try:
                other = type(decoder).restore(forged(checkpoint, **{name: strange}))
            except CheckpointError:
                continue
            with contextlib.suppress(StreamError, UsageError):
                other.feed(rest)
            with contextlib.suppress(StreamError):
                other.close()
            other.checkpoint()
    assert checks > 100


def check_common_rules(make: Make, fragment: Any) -> None:
    """What is the same for every decoder: types, the end, and what is no checkpoint."""
    decoder = make()
    kind = type(decoder)
    for wrong in (None, 1, ["x"], {"a": 1}):
        with pytest.raises(TypeError, match="feed takes"):
            decoder.feed(wrong)  # type: ignore[arg-type]
    view = memoryview(b"x")
    view.release()
    with pytest.raises(UsageError):
        decoder.feed(view)
    assert decoded(make, [fragment]) == decoded(make, [bytearray(fragment)])
    assert decoded(make, [fragment]) == decoded(make, [memoryview(fragment)])
    assert decoder.feed(b"") == []
    decoder.close()
    assert decoder.close() == []
    with pytest.raises(UsageError) as caught:
        decoder.feed(fragment)
    assert caught.value.code == "closed"
    good = make().checkpoint()
    changed = {**good, "digest": "0"}
    no_checkpoints: tuple[Any, ...] = (None, 1, "x", [], {}, changed, {**good, "state": {}})
    for strange in no_checkpoints:
        refused(kind, strange)
    refused(kind, forged(good, state={**good["state"], "more": 1}))
    refused(kind, forged(good, more=1))
    assert refused(kind, forged(good, parser="Parser")).code == "wrong_parser"
    assert refused(kind, {**good, "version": 0}).code == "wrong_version"
    refused(kind, forged(good, truncated=True))
    refused(kind, forged(good, closed=True, error={"code": "x", "message": "y"}))


def check_own_bytes(make: Make, stream: bytes) -> None:
    """A caller may reuse its buffer after `feed`: nothing of it is kept by reference."""
    decoder, buffer, found = make(), bytearray(1), []
    for byte in stream:
        buffer[0] = byte
        found += decoder.feed(buffer)
        found += decoder.feed(memoryview(b""))
        buffer[0] = 0xFF
    found += decoder.close()
    assert found == decoded(make, [stream]).messages


def recordings_of(*suffixes: str) -> list[str]:
    """The recordings with these suffixes, if there are any beside this checkout."""
    from .recordings import STREAMS

    files = [file for suffix in suffixes for file in STREAMS.glob(f"*/*{suffix}")]
    return sorted(str(file.relative_to(STREAMS)) for file in files)
