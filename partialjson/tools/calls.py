"""`ToolCalls`: a provider's stream in, each call's arguments parsed as they are written.

A call may be run when `ToolCallCompleted` says so, and never otherwise. It is complete when
its provider marks its end, or, where a provider marks none, when the stream is over and its
choice was finished for a reason that means so. That a text parses means nothing: the
beginning of longer arguments may parse, too.

A fragment goes one way: `framing` makes messages of bytes, an adapter of `providers` says
what a message says, and here that is brought to the text it belongs to (`opened`,
`outputs`). Calls are known by their number in the stream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NoReturn

from .._core.options import repair_as_data
from .._core.repair.names import chosen
from .._seal import seal, unreadable, unseal
from ..errors import CheckpointError, StreamError, UsageError, ValidationFailed
from ..events import Event, StreamFailed, TextDelta, ToolCall, ToolCallStarted
from ..framing.messages import END, Framing, MessageDecoder
from ..limits import Limits
from ..parser import Repair
from ..providers import PROVIDERS, Adapter, Message, Provider, adapter_for, adapter_named
from ..providers import deltas as said
from ..providers.reading import fields
from ..stats import Stats
from .declared import Tool, Tools, named_tools, tool
from .opened import FreeCall, OpenCall, Opened, cut_error
from .outputs import Outputs
from .resume import load, options_of, save
from .telemetry import Hook, report, report_end

__all__ = ["ToolCalls"]

_BAD = ("length", "content_filter", "refusal")
_UNSHAPELY = (
    *(TypeError, AttributeError, ValueError, LookupError),
    *(ArithmeticError, RecursionError),
)
_LIMITS = Limits()
_SHOWN = 40  # characters of a body that is none
_TEXT = (str, bytes, bytearray, memoryview)


class ToolCalls:
    """Reads one response of a provider and parses its tool calls side by side.

    Args:
        tools: a mapping from tool names to what describes their arguments: a Pydantic model,
            or anything `pydantic.TypeAdapter` takes; a JSON Schema; a function, whose
            signature does. Or a list of things that have a name: classes, functions, and
            tool definitions as they stand in a provider's request. None: all calls are
            parsed without types.
        provider: which API it is, by its name in `partialjson.providers.PROVIDERS`;
            `"auto"`: told by the first message.
        output: a type or schema for JSON texts of the answer, beside the calls; None: text is
            handed on as it is, and nothing more.
        unknown: what becomes of a call whose tool is not among `tools`: `"refuse"` fails it
            (`unknown_tool`), `"parse"` parses it without a type. Calls of tools that the
            provider runs itself are always parsed without a type.
        framing: of bytes and text: `"sse"`, `"ndjson"`, `"eventstream"`, `"jsonarray"`, or
            `"auto"`: told by the first character.
        limits: for the arguments of each call and each JSON text, and for the stream:
            `max_message`, `max_calls`, `max_name`; see `Limits`.
        stop_on_violation: the first violation in a typed call or output is raised as
            `ValidationFailed`, so that the stream can be closed.
        repair: for arguments and JSON texts, as for `Parser`. `missing_close` is not taken: a
            call that was cut off has failed.
        hook: called with a name and a dict of attributes when a call starts, completes or
            fails, and when the stream fails or is closed; made for `Span.add_event` of
            OpenTelemetry.

    Raises:
        UsageError: for tools that make no sense, or an unknown option.

    `feed` and `close` never raise for what a stream contains (but for `stop_on_violation`):
    malformed or cut arguments, exceeded limits, values that do not fit and validators that
    raise are `ToolCallFailed` of that call, and the other calls go on; broken framing or a
    provider's error is `StreamFailed`, and fails the calls that are open.

    >>> calls = ToolCalls()
    >>> def chunk(delta, finish=None):
    ...     return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
    >>> function = {"name": "add", "arguments": '{"a": 1, "b": 2}'}
    >>> start = {"tool_calls": [{"index": 0, "id": "c1", "function": function}]}
    >>> events = calls.feed(chunk(start)) + calls.feed(chunk({}, "tool_calls")) + calls.close()
    >>> events[0], events[-1]
    (ToolCallStarted(call=ToolCall(id='c1', index=0, name='add')), \
ToolCallCompleted(call=ToolCall(id='c1', index=0, name='add'), arguments={'a': 1, 'b': 2}, \
text='{"a": 1, "b": 2}'))
    """

    def __init__(
        self,
        tools: Tools = None,
        *,
        provider: Provider | Literal["auto"] = "auto",
        output: Any = None,
        unknown: Literal["refuse", "parse"] = "refuse",
        framing: Framing = "auto",
        limits: Limits | None = None,
        stop_on_violation: bool = False,
        hook: Hook | None = None,
        repair: Repair = False,
    ) -> None:
        if unknown not in ("refuse", "parse"):
            raise UsageError(f"unknown must be 'refuse' or 'parse', not {unknown!r}")
        if provider != "auto" and provider not in PROVIDERS:
            names = ", ".join(map(repr, ("auto", *PROVIDERS)))
            raise UsageError(f"provider must be one of {names}, not {provider!r}")
        if "missing_close" in chosen(repair)[0]:
            raise UsageError(
                "ToolCalls takes no repair 'missing_close': what was cut off is not to be run"
            )
        self._tools = None if tools is None else named_tools(tools)
        self._refuses = self._tools is not None and unknown == "refuse"
        self._limits = limits
        self._most = limits or _LIMITS
        self._stop = stop_on_violation
        self._repair = repair_as_data(repair)
        self._hook = hook
        self._decoder = MessageDecoder(framing, limits)
        self._adapter: Adapter | None = None if provider == "auto" else adapter_named(provider)
        self._calls: list[OpenCall] = []
        self._unsettled: list[OpenCall] = []  # those that may be open
        self._outputs: Outputs | None = None
        if output is not None:
            self._outputs = Outputs(tool(output), limits, stop_on_violation, self._repair)
        self._finished: dict[int, said.Finished] = {}
        self._spoken: set[int] = set()  # the choices that said anything
        self._out: list[Event] = []
        self._began = ""  # how the body begins
        self._ended = False  # the provider said that the stream is over
        self._failed = False
        self._stopped: ValidationFailed | None = None
        self._raised = False
        self._closed = False
        self._busy = False  # in the middle of `feed` or `close`
        self._kinds: set[type] = set()  # of messages that were fed
        self.stats = Stats()
        self.undelivered: list[Event] = []

    # --- resuming --------------------------------------------------------------------

    def checkpoint(self) -> dict[str, Any]:
        """The state of the whole stack as plain data: strict JSON, for `restore` anywhere.

        It holds what framing, adapter and parsers have in hand: made after the last byte
        that arrived, it goes on with the next one.

        Raises:
            UsageError: in the middle of a fragment (code `busy`).
        """
        self._refuse_busy()
        return seal(save(self))

    @classmethod
    def restore(
        cls,
        checkpoint: Mapping[str, Any],
        tools: Tools = None,
        *,
        output: Any = None,
        limits: Limits | None = None,
        hook: Hook | None = None,
    ) -> ToolCalls:
        """Calls that go on where the checkpoint was made, with the same remaining events.

        No validator runs again for what was handed out before.

        Args:
            checkpoint: from `checkpoint`, also after a JSON round trip.
            tools, output, limits, hook: to be given again; never read from data.

        Raises:
            CheckpointError: if it is damaged, of another version or another kind of parser,
                or was made with other tools.
            UsageError: for tools that make no sense.
        """
        data = unseal(checkpoint, cls.__name__)
        options = options_of(data)
        calls = cls(
            tools,
            output=output,
            unknown="refuse" if options["refuses"] else "parse",
            limits=limits,
            stop_on_violation=options["stop"],
            repair=options["repair"],
            hook=hook,
        )
        try:
            load(calls, data)
        except CheckpointError:
            raise
        except Exception as error:  # whatever data can bring about
            raise unreadable(error) from error
        return calls

    def __reduce__(self) -> NoReturn:
        raise TypeError("ToolCalls are neither copied nor pickled: checkpoint() is their state")

    @property
    def last_event_id(self) -> str:
        """The id to reconnect with (`Last-Event-ID`); `""` where the stream has none."""
        id_: str = self._decoder.last_event_id
        return id_

    def reconnect(self) -> None:
        """Go on with a new connection that was opened with `last_event_id`.

        Such a connection begins with a whole event; what the old one left of its last event
        is dropped. If the server sends the rest of the bytes instead, just feed them.

        Raises:
            UsageError: for a stream that is no server-sent events, or after `close`.
        """
        if self._closed or self._stopped is not None:
            self._refuse()
        self._decoder.reconnect()

    @property
    def finish_reasons(self) -> dict[int, str]:
        """Why each answer was finished, in the provider's own word, by the answer's number."""
        return {choice: finished.said for choice, finished in self._finished.items()}

    # --- in --------------------------------------------------------------------------

    def feed(self, fragment: Any, /) -> list[Event]:
        """Take the next part of the response.

        Args:
            fragment: bytes or str of the body, cut anywhere; or one message: a dict, or an
                object of the provider's SDK.

        Returns:
            What it caused, in order.

        Raises:
            UsageError: after `close`, and where a validator or a hook that is called meanwhile,
                or another thread, calls it (code `busy`).
            ValidationFailed: with `stop_on_violation`, at the first violation; its `events`
                are those of the same call, and later calls raise it again without events.
            TypeError: for what is neither text, nor bytes, nor a message.
        """
        if self._closed or self._stopped is not None:
            self._refuse()
        self._refuse_busy()
        self._busy = True
        try:
            if type(fragment) in self._kinds:
                self.stats.fragments += 1
                self._message(fragment)
            else:
                self._look_at(fragment)
            return self._take()
        finally:
            self._busy = False

    def _look_at(self, fragment: Any) -> None:
        """A part of the body, or a message of a kind that was not seen before."""
        self.stats.fed(fragment)
        if isinstance(fragment, _TEXT):
            if len(self._began) < _SHOWN:
                self._began += _beginning(fragment, _SHOWN - len(self._began))
            self._read(fragment)
        else:
            self._message(self._shape(fragment))

    def _refuse_busy(self) -> None:
        if self._busy:
            told = (
                "these calls are in the middle of a fragment; feed, close and checkpoint must wait"
            )
            raise UsageError(told, code="busy")

    def close(self) -> list[Event]:
        """Say that the response is over.

        Returns:
            The last events: calls without an end of their own are completed or failed now.
            `[]` the second time.

        Raises:
            ValidationFailed: with `stop_on_violation`, for a verdict that only the end gives.
        """
        if self._closed:
            return []
        self._refuse_busy()
        self._closed = self._busy = True
        try:
            if self._stopped is None:
                self._read(None)
                self._conclude()
            return self._take(closing=True)
        finally:
            self._busy = False

    def _refuse(self) -> NoReturn:
        if self._stopped is not None:
            raise ValidationFailed(self._stopped.message, violation=self._stopped.violation)
        raise UsageError(
            "this stream is closed; make a new ToolCalls for each response", code="closed"
        )

    def _read(self, fragment: Any) -> None:
        """Bring a piece of the body, or its end, to its messages."""
        decoder = self._decoder
        if self._failed:
            return
        try:
            messages = decoder.close() if fragment is None else decoder.feed(fragment)
            error = None
        except StreamError as broken:
            messages, error = broken.messages, broken
        for message in messages:
            if message is END:
                self._end()
            else:
                self._message(message)
        if error is not None and not self._failed and self._stopped is None:
            self._fail_stream("limit" if error.limit else "malformed", error)

    def _message(self, message: Any) -> None:
        if self._failed or self._stopped is not None:
            return
        self.stats.messages += 1
        if self._adapter is None:
            self._adapter = _told_by(message)
        if self._adapter is None:
            names = ", ".join(PROVIDERS)
            problem = f"this message is of none of the known providers ({names})"
            self._fail_stream("malformed", StreamError(problem, code="unknown_provider"))
        else:
            self._hear(self._adapter.feed, message)

    def _shape(self, message: Any) -> Message:
        """The fields of a message; of a tuple, those of the message in it."""
        parts = message if isinstance(message, tuple) else (message,)
        try:
            shapes = [fields(part) for part in parts]
        except TypeError:
            shapes = []
        known = adapter_for if self._adapter is None else self._adapter.matches
        for shape in shapes:
            if len(shapes) == 1:
                self._kinds.add(type(message))  # need not be looked at again
            elif not known(shape):
                continue
            return shape
        raise TypeError(
            "feed takes bytes or str of the body, a dict, or an SDK's object, "
            f"not {type(message).__name__}"
        )

    def _hear(self, verb: Callable[..., Iterable[said.Delta]], *message: Any) -> None:
        """Act on what an adapter says, up to where a message has no known shape."""
        deltas: list[said.Delta] = []
        problem = ""
        try:
            for delta in verb(*message):
                deltas.append(delta)  # those before an error stay
        except _UNSHAPELY as error:
            problem = f"a message of the stream has an unexpected shape: {error!r}"
        for delta in deltas:
            if self._failed:
                return
            if self._stopped is None:
                _ANSWERS[type(delta)](self, delta)
            elif isinstance(delta, said.CallText):
                self.stats.saved += len(delta.text)
        if problem:
            self._fail_stream("malformed", StreamError(problem))

    # --- what a provider says --------------------------------------------------------

    def _call_started(self, delta: said.CallStarted) -> None:
        if len(self._calls) >= self._most.max_calls:
            self._fail_stream("limit", _too_much("max_calls", self._most, "tool calls"))
            return
        call = ToolCall(
            delta.id, len(self._calls), delta.name, delta.choice, delta.server, delta.free
        )
        self._spoken.add(delta.choice)
        self._out.append(ToolCallStarted(call))
        known = None if delta.server else (self._tools or {}).get(delta.name)
        meant = known or Tool()
        kind = FreeCall if delta.free else OpenCall
        parser = meant.parser(self._limits, self._stop, repair=self._repair)
        opened = kind(call, meant, parser)
        self._calls.append(opened)
        self._unsettled.append(opened)
        if max(len(delta.name), len(delta.id or "")) > self._most.max_name:
            problem = _too_much("max_name", self._most, "characters in an id or a name")
            self._out += opened.fail("limit", problem)
        elif self._refuses and known is None and not delta.server:
            tools = ", ".join(self._tools or ()) or "none"
            unknown = UsageError(f"no tool is called {delta.name!r}; there are: {tools}")
            self._out += opened.fail("unknown_tool", unknown)

    def _call_text(self, delta: said.CallText) -> None:
        opened = self._calls[delta.key]
        if opened.ended:
            problem = StreamError(f"arguments came after the end of the call {opened.call!r}")
            self._fail_stream("malformed", problem)
        else:
            self._parse(opened, delta.text)

    def _parse(self, opened: Opened, text: str) -> None:
        if opened.done:
            self.stats.saved += len(text)
        else:
            self.stats.characters += len(text)
        self._out += opened.feed(text)
        if self._stop:
            self._watch(opened)

    def _watch(self, opened: Opened) -> None:
        """With `stop_on_violation`, the first one ends everything."""
        if opened.stopped is not None and self._stop and self._stopped is None:
            self._stopped = opened.stopped
            self._settle("disconnected")

    def _call_ended(self, delta: said.CallEnded) -> None:
        opened = self._calls[delta.key]
        if not opened.ended:
            opened.ended = True
            free = opened.call.free
            if not opened.done and (free or opened.parser.is_complete or not opened.texts):
                self._complete(opened)

    def _complete(self, opened: Opened) -> None:
        self._out += opened.complete()
        self._watch(opened)

    def _call_mended(self, delta: said.CallMended) -> None:
        opened = self._calls[delta.key]
        if not opened.done:
            self._out += opened.mend(delta.repair, delta.before, delta.after)

    def _text(self, delta: said.Text) -> None:
        self._spoken.add(delta.choice)
        name = delta.channel if delta.choice == 0 else f"{delta.channel}[{delta.choice}]"
        self._out.append(TextDelta(name, delta.text))
        if self._outputs is not None and delta.channel == "text":
            text = self._outputs.text(delta.choice, delta.part)
            if len(self._outputs.texts) > self._most.max_calls:
                problem = _too_much("max_calls", self._most, "JSON texts")
                self._fail_stream("limit", problem)
            else:
                self._parse(text, delta.text)

    def _finish(self, delta: said.Finished) -> None:
        self._spoken.add(delta.choice)
        before = self._finished.get(delta.choice)
        if before is None or before.reason not in _BAD:
            self._finished[delta.choice] = delta

    def _end(self, _: said.Ended | None = None) -> None:
        if not self._ended and not self._failed and self._stopped is None:
            if self._adapter is not None:
                self._hear(self._adapter.close)
            self._ended = True
            self._settle("no_end")

    def _restart(self, _: said.Restarted) -> None:
        self._settle("no_end")
        self._finished.clear()
        self._spoken.clear()
        if self._outputs is not None:
            self._outputs.texts.clear()
        self._ended = False

    def _error(self, delta: said.Failed) -> None:
        self._fail_stream("provider_error", StreamError(delta.message, code="provider_error"))

    # --- the end ---------------------------------------------------------------------

    def _conclude(self) -> None:
        """No more comes: complete what was finished, fail the rest."""
        if self._failed:
            return
        if not self._ended and self._adapter is not None:
            self._hear(self._adapter.close)
        whole = self._ended or (bool(self._finished) and self._spoken <= self._finished.keys())
        self._settle("no_end" if self._ended else "disconnected")
        if (not whole or self._decoder.truncated) and not self._failed:
            problem = "the stream ended before its provider said so"
            if self._began and not self.stats.messages:
                problem = f"there is no message in the stream, which begins {self._began!r}"
            self._fail_stream("disconnected", StreamError(problem, code="truncated"))

    def _open(self) -> list[Opened]:
        """What is neither completed nor failed."""
        self._unsettled = [opened for opened in self._unsettled if not opened.done]
        texts = [] if self._outputs is None else self._outputs.texts.values()
        return [*self._unsettled, *(text for text in texts if not text.done)]

    def _settle(self, reason: str) -> None:
        """Nothing that is open goes on; each is completed or failed now."""
        marks_ends = self._adapter is not None and self._adapter.marks_ends
        for opened in self._open():
            if opened.done:  # the first violation has ended all others
                continue
            finished = self._finished.get(opened.choice)
            how = "" if finished is None else finished.reason
            waits = not (isinstance(opened, OpenCall) and marks_ends)
            if self._stopped is not None:
                self._out += opened.settle(reason, cut_error())
            elif how in _BAD:
                self._out += opened.settle(how, cut_error())
            elif opened.ended or (how == "complete" and waits):
                self._complete(opened)
            else:
                why = reason if finished is None else "no_end"
                self._out += opened.settle(why, cut_error())

    def _fail_stream(self, reason: str, error: StreamError) -> None:
        self._failed = True
        for opened in self._open():
            finished = self._finished.get(opened.choice)
            why = finished.reason if finished is not None and finished.reason in _BAD else reason
            self._out += opened.fail(why, error)
        self._out.append(StreamFailed(reason, error))

    # --- out -------------------------------------------------------------------------

    def _take(self, closing: bool = False) -> list[Event]:
        events, self._out = self._out, []
        if events:
            self.stats.told(events)
        if self._hook is not None:
            self.undelivered = events  # should the hook raise
            report(self._hook, events, self.stats)
            if closing:
                report_end(self._hook, self.stats)
            self.undelivered = []
        if self._stopped is not None and not self._raised:
            stopped = self._stopped
            self._raised = True
            raise ValidationFailed(stopped.message, violation=stopped.violation, events=events)
        return events


def _too_much(limit: str, limits: Limits, what: str) -> StreamError:
    """The error of a stream that exceeds a limit."""
    maximum = getattr(limits, limit)
    message = f"there are more {what} than {limit}={maximum}"
    return StreamError(message, limit=limit, maximum=maximum)


def _told_by(message: Any) -> Adapter | None:
    """The adapter for what comes first; None for what nobody sends."""
    try:
        return adapter_for(fields(message))
    except _UNSHAPELY:
        return None


def _beginning(fragment: Any, size: int) -> str:
    """The first characters of a fragment, to be shown."""
    start = fragment[:size]
    return start if isinstance(start, str) else bytes(start).decode("ascii", "replace")


_ANSWERS: dict[type[Any], Callable[[ToolCalls, Any], None]] = {
    said.CallStarted: ToolCalls._call_started,
    said.CallText: ToolCalls._call_text,
    said.CallEnded: ToolCalls._call_ended,
    said.CallMended: ToolCalls._call_mended,
    said.Text: ToolCalls._text,
    said.Finished: ToolCalls._finish,
    said.Ended: ToolCalls._end,
    said.Restarted: ToolCalls._restart,
    said.Failed: ToolCalls._error,
}
