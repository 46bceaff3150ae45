"""`assert_no_cut_off_call`: what a consumer would run, of streams that break off anywhere."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

from ..responses import Calls, Wired, wire
from ..writers import WIRES, Answer, Call, Finish, Frame, Unwritable
from . import reproductions as code
from .runs import Consumer, Runs, off_the_loop

Responses: TypeAlias = "str | Wired | Iterable[str | Wired] | Any"  # Any: a strategy of them
_Told: TypeAlias = tuple[str, Any]

_CALLS: tuple[tuple[str, Any], ...] = (
    ("list_files", {"path": "/srv/notes"}),
    ("delete_files", {"path": "/srv/notes/old"}),
)
_UNKNOWN = object()  # arguments that a consumer does not tell


def assert_no_cut_off_call(
    consumer: Consumer,
    responses: Responses = "openai_chat",
    *,
    calls: Calls = _CALLS,
    messages: bool = False,
    executed: Callable[[Any], Any] | None = None,
    examples: int = 30,
    seed: int = 0,
) -> None:
    """Of a stream that breaks off anywhere, only calls may run whose end the provider marked.

    The consumer answers the calls that it would run. It is given the response as a whole, of
    which it must run all calls with all their arguments if it finishes well; then its
    beginnings, to the end and to the middle of every frame; then responses that finish
    otherwise: at the limit of tokens, by a filter, with an error, with a last call that was cut
    off. Where a provider marks no ends of calls, they end when their answer finishes well.

    That its text parses does not make a call complete: `{"path": "/srv"` may go on.

    Args:
        consumer: see `partialjson.testing.consumers`. Each call it answers is a name, a pair of
            name and arguments, a mapping or an object with `name` and `arguments` (or `args`,
            `input`), also within `function` or `call`. Arguments are values or JSON text. It
            may raise for what is cut: nothing runs then.
        responses: names of `WIRES`, or responses of `wire`, one or several; or a strategy of
            responses, such as `wires("anthropic_messages")`.
        calls: what the response of a name calls, as for `wire`: several calls have different
            names. A wire that carries one call only gets the last one.
        messages: it takes the decoded messages, not bytes. Wires without bytes have only those.
        executed: the calls, as a function of what the consumer returns, or of the thing with
            `feed` and `close`, after `close`.
        examples: how many responses are taken from a strategy.
        seed: of those.

    Raises:
        AssertionError: with the shortest such beginning, as code, and the calls.
        TypeError: for what is no consumer, and for calls without a name.

    >>> def runs_what_is_named(body):
    ...     return ["delete"] * (b"delete" in b"".join(body))
    >>> try:
    ...     assert_no_cut_off_call(runs_what_is_named, calls={"delete": 1})
    ... except AssertionError as error:
    ...     print(error)
    a call runs that was cut off: delete
    <BLANKLINE>
    response = wire('openai_chat', answers=Answer(parts=(Call(name='delete', arguments='1'),)))
    runs_what_is_named(iter([*response][:2]))
    # ['delete']
    # calls that ended: none
    """

    def check(response: str | Wired) -> None:
        written = _written(response, calls) if isinstance(response, str) else response
        with Runs(consumer, executed) as runs:
            _check(runs, written, messages or written.framing == "objects")

    _each(responses, check, examples, seed)


def _each(
    responses: Responses, check: Callable[[str | Wired], None], examples: int, seed: int
) -> None:
    if isinstance(responses, (str, Wired)):
        off_the_loop(partial(check, responses))
    elif isinstance(responses, Iterable):
        for response in responses:
            off_the_loop(partial(check, response))
    else:
        from .drawing import over

        off_the_loop(partial(over, responses, check, examples, seed))


def _written(name: str, calls: Calls) -> Wired:
    try:
        return wire(name, calls)
    except Unwritable:
        pairs = [*(calls.items() if isinstance(calls, Mapping) else calls)]
        return wire(name, pairs[-1:])


# --- what arrives -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Cut:
    """What arrived of a response, and the code of it: frames, and a part of the next one."""

    response: Wired
    frames: Sequence[Frame]
    code: str
    rest: bytes = b""

    def arriving(self, messages: bool) -> list[Any]:
        if messages:
            return [frame.message for frame in self.frames if frame.message is not None]
        return [frame.data for frame in self.frames] + ([self.rest] if self.rest else [])

    def ended(self) -> list[_Told]:
        """The calls whose end is marked in it."""
        ends = {end for frame in self.frames for end in frame.ends}
        return [
            (part.name, _meant(part))
            for choice, answer in enumerate(self.response.answers)
            for number, part in enumerate(answer.parts)
            if isinstance(part, Call) and (choice, number) in ends
        ]


def _whole(response: Wired, messages: bool) -> _Cut:
    return _Cut(response, response.frames, "response.messages" if messages else "response")


def _beginnings(response: Wired, messages: bool) -> Iterator[_Cut]:
    """The response up to every frame, and to the middle of the next one."""
    arrived = 0
    for number, frame in enumerate(response.frames):
        before = response.frames[:number]
        if messages:
            yield _Cut(response, before, f"response.messages[:{arrived}]")
            arrived += frame.message is not None
            continue
        code = f"[*response][:{number}]"
        yield _Cut(response, before, code)
        half = len(frame.data) // 2
        rest = f"{code} + [[*response][{number}][:{half}]]"
        yield _Cut(response, before, rest, frame.data[:half])


def _endings(response: Wired) -> Iterator[Wired]:
    """The response as it would be if its answers finished otherwise."""
    for finish in WIRES[response.wire].finishes:
        for last in (_as_it_is, _open, _cut_off):
            answers = [_finished(answer, finish, last) for answer in response.answers]
            if finish == "complete" or tuple(answers) == response.answers:
                continue
            with contextlib.suppress(Unwritable):
                yield wire(response.wire, answers=answers, quirks=response.quirks)


def _finished(answer: Answer, finish: Finish, last: Callable[[Call], Call]) -> Answer:
    parts = [*answer.parts]
    numbers = [number for number, part in enumerate(parts) if isinstance(part, Call)]
    if numbers:
        parts[numbers[-1]] = last(answer.calls[-1])
    return replace(answer, parts=tuple(parts), finish=finish)


def _as_it_is(call: Call) -> Call:
    return call


def _open(call: Call) -> Call:
    return replace(call, ended=False)


def _cut_off(call: Call) -> Call:
    return replace(call, arguments=call.arguments[:-1], fragments=None, ended=False)


# --- what runs --------------------------------------------------------------------------


def _told(call: Any) -> _Told:
    """Name and arguments of a call as a consumer tells it.

    Raises:
        TypeError: if it has no name.
    """
    if isinstance(call, str):
        return call, _UNKNOWN
    if isinstance(call, tuple) and len(call) == 2 and isinstance(call[0], str):
        return call[0], _value(call[1])
    for inner in ("function", "call"):
        name = _member(_member(call, inner), "name")
        if isinstance(name, str):
            inside = _first(_member(call, inner), "arguments")
            return name, _value(_first(call, "arguments", "args", "input", default=inside))
    name = _first(call, "name", "tool_name", "toolName")
    if not isinstance(name, str):
        raise TypeError(f"a call is a name, a pair, or has a name; {call!r:.200} has none")
    return name, _value(_first(call, "arguments", "args", "input"))


def _member(thing: Any, name: str) -> Any:
    if isinstance(thing, Mapping):
        return thing.get(name, _UNKNOWN)
    return getattr(thing, name, _UNKNOWN)


def _meant(call: Call) -> Any:
    try:
        return call.value
    except ValueError:  # whoever runs such a call knows what to make of it
        return _UNKNOWN


def _first(thing: Any, *names: str, default: Any = _UNKNOWN) -> Any:
    found = (_member(thing, name) for name in names)
    return next((each for each in found if each is not _UNKNOWN), default)


def _value(arguments: Any) -> Any:
    """Arguments as a value; unknown if they are neither JSON text nor a mapping."""
    if isinstance(arguments, str):
        try:
            return json.loads(arguments or "{}")
        except ValueError:
            return arguments
    return {**arguments} if isinstance(arguments, Mapping) else _UNKNOWN


def _alike(one: _Told, other: _Told) -> bool:
    unknown = one[1] is _UNKNOWN or other[1] is _UNKNOWN
    return one[0] == other[0] and (unknown or bool(one[1] == other[1]))


def _beyond(found: Sequence[_Told], allowed: Sequence[_Told]) -> _Told | None:
    """The first call that is not among the others; each of those is good for one."""
    left = [*allowed]
    for call in found:
        match = next((at for at, each in enumerate(left) if _alike(call, each)), None)
        if match is None:
            return call
        del left[match]
    return None


# --- the check --------------------------------------------------------------------------


def _check(runs: Runs, response: Wired, messages: bool) -> None:
    whole = _whole(response, messages)
    found, error = runs.answered(whole.arriving(messages))
    finishes = {answer.finish for answer in response.answers}
    can_run = [call for call in whole.ended() if call[1] is not _UNKNOWN]
    left_out = _beyond(can_run, [*map(_told, found)])
    if finishes == {"complete"} and (error is not None or left_out is not None):
        what = "the consumer does not run the calls of a whole response"
        raise AssertionError(_report(runs, whole, what, found, error)) from error
    endings = [_whole(each, messages) for each in _endings(response)]
    for cut in itertools.chain((whole,), _beginnings(response, messages), endings):
        found, error = runs.answered(cut.arriving(messages))
        beyond = _beyond([*map(_told, found)], cut.ended())
        if beyond is not None:
            raise AssertionError(_report(runs, cut, _wrong(beyond, cut), found, None))


def _wrong(call: _Told, cut: _Cut) -> str:
    if any(call[0] == name for name, _ in cut.ended()):
        return f"a call runs twice, or with other arguments: {call[0]}"
    if not any(call[0] == each.name for each in cut.response.calls):
        return f"a call runs that nobody made: {call[0]}"
    return f"a call runs that was cut off: {call[0]}"


def _report(runs: Runs, cut: _Cut, what: str, found: Sequence[Any], error: Exception | None) -> str:
    said = code.shortened([*found]) if error is None else f"raises {error!r}"
    ended = ", ".join(name for name, _ in cut.ended()) or "none"
    steps = f"response = {cut.response!r}\n{code.given(runs, cut.code)}"
    return f"{what}\n\n{steps}\n{code.commented(said)}\n# calls that ended: {ended}"
