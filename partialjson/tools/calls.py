"""`ToolCalls`: a provider's stream in, each call's arguments parsed as they are written.

A call may be run when `ToolCallCompleted` says so, and never otherwise. It is complete when
its provider marks its end, or, where a provider marks none, when the stream is over and its
choice was finished for a reason that means so. That a text parses means nothing: the
beginning of longer arguments may parse, too.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from .errors import (
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    StreamError,
    UsageError,
)
from .events import (
    CallEvent,
    DocumentCompleted,
    Event,
    FieldCompleted,
    StreamFailed,
    TextDelta,
    ToolCall,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCallStarted,
    Validated,
)
from .framing.sse import SSEDecoder
from .limits import Limits
from .parser import Parser
from .paths import Path
from .providers import ADAPTERS, Adapter, adapter_for
from .providers import deltas as said

__all__ = ["ToolCalls"]

Tools: TypeAlias = Mapping[str, Any] | Iterable[type] | None
Provider: TypeAlias = Literal["auto", "openai_chat", "anthropic_messages"]


@dataclass
class _Open:
    """A call and what has come of it. `ended`: the provider marked its end. `done`: it is told."""

    call: ToolCall
    parser: Parser
    typed: bool
    texts: list[str] = field(default_factory=list)
    ended: bool = False
    done: bool = False


class ToolCalls:
    """Reads one response of a provider and parses its tool calls side by side.

    Args:
        tools: the types of the arguments: a mapping from tool names to Pydantic models (or
            anything `pydantic.TypeAdapter` takes), or models whose class names are the
            tools' names. None: all calls are parsed without types.
        provider: `"openai_chat"`, `"anthropic_messages"`, or `"auto"`: told by the first
            message.
        unknown: what becomes of a call whose tool is not among `tools`: `"refuse"` fails it
            (`unknown_tool`), `"parse"` parses it without a type. Calls of tools that the
            provider runs itself are always parsed without a type.
        limits: for the arguments of each call; see `Limits`.

    Raises:
        UsageError: for tools without a type, or an unknown option.

    `feed` and `close` never raise for what a stream contains: malformed or cut arguments,
    exceeded limits, values that do not fit and validators that raise are `ToolCallFailed` of
    that call, and the other calls go on; broken framing or a provider's error is
    `StreamFailed`, and fails the calls that are open.

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
        provider: Provider = "auto",
        unknown: Literal["refuse", "parse"] = "refuse",
        limits: Limits | None = None,
    ) -> None:
        if unknown not in ("refuse", "parse"):
            raise UsageError(f"unknown must be 'refuse' or 'parse', not {unknown!r}")
        if provider != "auto" and provider not in ADAPTERS:
            names = ", ".join(map(repr, ("auto", *ADAPTERS)))
            raise UsageError(f"provider must be one of {names}, not {provider!r}")
        self._tools = None if tools is None else _named(tools)
        self._refuse_unknown = unknown == "refuse"
        self._limits = limits
        for type_ in (self._tools or {}).values():
            self._parser_for(type_)  # what is wrong with a type shows here, not in mid-stream
        self._sse = SSEDecoder()
        self._adapter: Adapter | None = None if provider == "auto" else ADAPTERS[provider]()
        self._calls: dict[Any, _Open] = {}
        self._started = 0
        self._finished: dict[int, said.Finished] = {}
        self._out: list[Event] = []
        self._ended = False  # the provider said that the stream is over
        self._failed = False
        self._closed = False

    # --- in --------------------------------------------------------------------------

    def feed(self, fragment: Any, /) -> list[Event]:
        """Take the next part of the response.

        Args:
            fragment: bytes or str of the SSE body, cut anywhere; or one message: a dict, or
                an object of the provider's SDK (it must have `model_dump`).

        Returns:
            What it caused, in order.

        Raises:
            UsageError: after `close`.
            TypeError: for anything else.
        """
        if self._closed:
            raise UsageError(
                "this stream is closed; make a new ToolCalls for each response", code="closed"
            )
        if isinstance(fragment, (str, bytes, bytearray, memoryview)):
            for event in self._sse.feed(fragment):
                self._data(event.data)
        else:
            self._message(_as_dict(fragment))
        return self._take()

    def close(self) -> list[Event]:
        """Say that the response is over.

        Returns:
            The last events: calls without an end of their own are completed or failed now.
            `[]` the second time.
        """
        if self._closed:
            return []
        self._closed = True
        self._sse.close()
        if not self._ended and not self._failed:
            cut = self._is_cut()
            self._settle("disconnected")
            if cut:
                self._fail_stream(
                    "disconnected",
                    StreamError("the stream ended before its provider said so", code="truncated"),
                )
        return self._take()

    def _is_cut(self) -> bool:
        """Whether the response ended before its provider said that it is whole."""
        if self._adapter is None or self._adapter.marks_ends or not self._finished:
            return True
        choices = {opened.call.choice for opened in self._calls.values()}
        return not choices <= self._finished.keys()

    def _take(self) -> list[Event]:
        events, self._out = self._out, []
        return events

    def _data(self, data: str) -> None:
        if not data or self._failed:
            return
        if data.startswith("[DONE]"):
            self._end()
            return
        try:
            message = json.loads(data)
        except (ValueError, RecursionError) as error:
            problem = StreamError(f"a message of the stream is not JSON: {error}")
            self._fail_stream("malformed", problem)
            return
        if isinstance(message, dict):
            self._message(message)
        else:
            self._fail_stream("malformed", StreamError("a message of the stream is no object"))

    def _message(self, message: Mapping[str, Any]) -> None:
        if self._failed:
            return
        if self._adapter is None:
            self._adapter = adapter_for(message)
        if self._adapter is None:
            names = ", ".join(ADAPTERS)
            problem = f"this message is of none of the known providers ({names})"
            self._fail_stream("malformed", StreamError(problem, code="unknown_provider"))
            return
        deltas = self._deltas(self._adapter, message)
        while not self._failed and (delta := next(deltas, None)) is not None:
            _ANSWERS[type(delta)](self, delta)

    def _deltas(self, adapter: Adapter, message: Mapping[str, Any]) -> Iterator[said.Delta]:
        """What a message says, up to where it has no known shape."""
        try:
            yield from adapter.feed(message)
        except (TypeError, AttributeError, ValueError, LookupError) as error:
            problem = f"a message of the stream has an unexpected shape: {error!r}"
            self._fail_stream("malformed", StreamError(problem))

    # --- what a provider says --------------------------------------------------------

    def _call_started(self, delta: said.CallStarted) -> None:
        call = ToolCall(delta.id, self._started, delta.name, delta.choice, delta.server)
        self._started += 1
        self._out.append(ToolCallStarted(call))
        known = self._tools is not None and delta.name in self._tools and not delta.server
        type_ = (self._tools or {})[delta.name] if known else None
        opened = _Open(call, self._parser_for(type_), type_ is not None)
        self._calls[delta.key] = opened
        if self._tools is not None and self._refuse_unknown and not known and not delta.server:
            tools = ", ".join(self._tools) or "none"
            problem = UsageError(f"no tool is called {delta.name!r}; there are: {tools}")
            self._fail(opened, "unknown_tool", problem)

    def _call_text(self, delta: said.CallText) -> None:
        opened = self._calls.get(delta.key)
        if opened is None:
            problem = StreamError("arguments came for a call that was never started")
            self._fail_stream("malformed", problem)
        elif opened.ended:
            problem = StreamError(f"arguments came after the end of the call {opened.call!r}")
            self._fail_stream("malformed", problem)
        else:
            opened.texts.append(delta.text)
            if not opened.done:
                self._parse(opened, lambda: opened.parser.feed(delta.text))

    def _call_ended(self, delta: said.CallEnded) -> None:
        opened = self._calls.get(delta.key)
        if opened is not None and not opened.ended:
            opened.ended = True
            if opened.parser.is_complete or not opened.texts:
                self._complete(opened)

    def _text(self, delta: said.Text) -> None:
        self._out.append(TextDelta(delta.channel, delta.text))

    def _finish(self, delta: said.Finished) -> None:
        self._finished[delta.choice] = delta

    def _end(self, _: said.Ended | None = None) -> None:
        if not self._ended:
            self._ended = True
            self._settle("no_end")

    def _restart(self, _: said.Restarted) -> None:
        self._settle("no_end")
        self._finished.clear()
        self._ended = False

    def _error(self, delta: said.Failed) -> None:
        self._fail_stream("provider_error", StreamError(delta.message, code="provider_error"))

    # --- the fate of a call ----------------------------------------------------------

    def _parse(self, opened: _Open, step: Callable[[], list[Event]]) -> bool:
        """Take one step of a call's parser; whether it went well."""
        try:
            self._tell(opened, step())
        except (JSONSyntaxError, IncompleteJSONError) as error:
            self._tell(opened, error.events)
            self._fail(opened, "malformed", error)
        except LimitExceededError as error:
            self._tell(opened, error.events)
            self._fail(opened, "limit", error)
        except Exception as error:  # a validator's own: it fails its call alone
            self._tell(opened, opened.parser.undelivered)
            self._fail(opened, "violation", error)
        return not opened.done

    def _tell(self, opened: _Open, events: Iterable[Event]) -> None:
        """Hand on what a call's parser says, but for the root's completion."""
        for event in events:
            if isinstance(event, (FieldCompleted, Validated)):
                if event.path == ():
                    continue
            elif isinstance(event, DocumentCompleted):
                continue
            self._out.append(CallEvent(opened.call, event))

    def _complete(self, opened: _Open) -> None:
        """The call is over: its arguments are what came, if they are whole and valid."""
        if opened.done:
            return
        if not opened.texts and not self._parse(opened, lambda: opened.parser.feed("{}")):
            return  # no arguments at all mean none; what fits not, fails as any other
        if not self._parse(opened, opened.parser.close):
            return
        arguments = opened.parser.value
        if opened.typed:
            try:
                arguments = opened.parser.result  # type: ignore[attr-defined]  # a ModelParser
            except ValueError as error:
                self._fail(opened, "violation", error)
                return
        opened.done = True
        self._out.append(ToolCallCompleted(opened.call, arguments, "".join(opened.texts)))

    def _settle(self, reason: str) -> None:
        """No call goes on. Those that are neither completed nor failed are one of it now."""
        marks_ends = self._adapter is not None and self._adapter.marks_ends
        for opened in self._calls.values():
            if opened.done:
                continue
            finished = self._finished.get(opened.call.choice)
            how = "" if finished is None else finished.reason
            if how in ("length", "content_filter", "refusal"):
                self._fail(opened, how, self._cut(opened))
            elif opened.ended or (how == "complete" and not marks_ends):
                self._complete(opened)
            else:
                error = self._cut(opened) or StreamError(
                    "the stream ended before the call did", code="truncated"
                )
                self._fail(opened, reason if finished is None else "no_end", error)

    def _cut(self, opened: _Open) -> Exception | None:
        """What `close` says of arguments that were cut; None if they parse as they are."""
        try:
            self._tell(opened, opened.parser.close())
        except Exception as error:
            return error
        return None

    def _fail(self, opened: _Open, reason: str, error: BaseException | None) -> None:
        opened.done = True
        parser = opened.parser
        value = parser.value
        complete = tuple(path for path in _members(value) if parser.state(path) == "complete")
        required = parser.required if opened.typed else ()  # type: ignore[attr-defined]  # see above
        missing = tuple((key,) for key in required if (key,) not in complete)
        text = "".join(opened.texts)
        self._out.append(ToolCallFailed(opened.call, reason, error, value, complete, missing, text))

    def _fail_stream(self, reason: str, error: StreamError) -> None:
        self._failed = True
        for opened in self._calls.values():
            if not opened.done:
                self._fail(opened, reason, error)
        self._out.append(StreamFailed(reason, error))

    def _parser_for(self, type_: Any) -> Parser:
        if type_ is None:
            return Parser(duplicate_keys="error", limits=self._limits)
        from .typed import ModelParser

        return ModelParser(type_, limits=self._limits)


_ANSWERS: dict[type[Any], Callable[[ToolCalls, Any], None]] = {
    said.CallStarted: ToolCalls._call_started,
    said.CallText: ToolCalls._call_text,
    said.CallEnded: ToolCalls._call_ended,
    said.Text: ToolCalls._text,
    said.Finished: ToolCalls._finish,
    said.Ended: ToolCalls._end,
    said.Restarted: ToolCalls._restart,
    said.Failed: ToolCalls._error,
}


def _named(tools: Any) -> dict[str, Any]:
    if isinstance(tools, Mapping):
        named = dict(tools)
    elif isinstance(tools, Iterable) and not isinstance(tools, (str, bytes)):
        listed = list(tools)
        for type_ in listed:
            if not isinstance(type_, type):
                raise TypeError(f"a list of tools holds classes, not {type(type_).__name__}")
        named = {type_.__name__: type_ for type_ in listed}
    else:
        raise TypeError(f"tools must be a mapping or a list of models, not {type(tools).__name__}")
    for name, type_ in named.items():
        if not isinstance(name, str):
            raise TypeError(f"a tool's name is a str, not {type(name).__name__}")
        if inspect.isroutine(type_) or isinstance(type_, Mapping):
            raise UsageError(
                f"the tool {name!r} is a {type(type_).__name__}; so far tools are given by the "
                "type of their arguments, such as a Pydantic model",
                code="unsupported_type",
            )
    return named


def _as_dict(message: Any) -> Mapping[str, Any]:
    if isinstance(message, Mapping):
        return message
    dump = getattr(message, "model_dump", None)
    if not callable(dump):
        raise TypeError(
            "feed takes bytes or str of the body, a dict, or an SDK's object, "
            f"not {type(message).__name__}"
        )
    dumped: Mapping[str, Any] = dump()
    return dumped


def _members(value: Any) -> list[Path]:
    if isinstance(value, dict):
        return [(key,) for key in value]
    return [(i,) for i in range(len(value))] if isinstance(value, list) else []
