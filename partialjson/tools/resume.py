"""The state of `ToolCalls` as plain data, and back: framing, adapter, calls and their parsers.

Tools, types, limits and hooks are never read from data; they are given again. What was
completed or failed is remembered by name only. Documents of an output that are whole, but
whose answer was not finished, are made again when they are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._core.checkpoint import load_violation, save_violation
from .._core.repair.names import chosen
from .._seal import checked, unreadable
from ..errors import CheckpointError, UsageError, ValidationFailed
from ..events import tool_call
from ..framing.decoder import require
from ..framing.messages import MessageDecoder
from ..limits import Limits
from ..parser import Parser
from ..providers import adapter_named
from ..providers.deltas import Finished
from .declared import Tool
from .opened import SPENT, FreeCall, OpenCall
from .outputs import Output, Outputs

if TYPE_CHECKING:
    from .calls import ToolCalls

_FLAGS = ("_ended", "_failed", "_closed", "_raised")


def save(calls: ToolCalls) -> dict[str, Any]:
    """Everything that cannot be given again."""
    adapter = calls._adapter
    return {
        "parser": "ToolCalls",
        "options": _options(calls),
        "decoder": calls._decoder.checkpoint(),
        "adapter": None if adapter is None else adapter.save(),
        "calls": [_save_call(opened) for opened in calls._calls],
        "outputs": None if calls._outputs is None else _save_outputs(calls._outputs),
        "finished": [[f.choice, f.reason, f.said] for f in calls._finished.values()],
        "spoken": sorted(calls._spoken),
        "began": calls._began,
        "flags": {name: getattr(calls, name) for name in _FLAGS},
        "stopped": _save_failure(calls._stopped),
        "stats": calls.stats.as_dict(),
    }


def _options(calls: ToolCalls) -> dict[str, Any]:
    tools = calls._tools
    named = sorted((tools or {}).items())
    return {
        "repair": calls._repair,
        "tools": None if tools is None else [[name, tool.fingerprint] for name, tool in named],
        "output": None if calls._outputs is None else calls._outputs.tool.fingerprint,
        "refuses": calls._refuses,
        "stop": calls._stop,
    }


def _save_call(opened: OpenCall) -> dict[str, Any]:
    parses = not opened.done and not opened.call.free
    return {
        "call": opened.call.as_dict(),
        "text": "" if opened.done else opened.text,
        "ended": opened.ended,
        "done": opened.done,
        "parser": opened.parser.checkpoint() if parses else None,
    }


def _save_outputs(outputs: Outputs) -> dict[str, Any]:
    return {
        "started": outputs.started,
        "texts": [[*key, _save_output(output)] for key, output in outputs.texts.items()],
    }


def _save_output(output: Output) -> dict[str, Any]:
    return {
        "index": output.index,
        "text": "" if output.done else output.text,
        "done": output.done,
        "documents": [*output.earlier, *(document.index for document in output.documents)],
        "violations": [save_violation(violation) for violation in output.violations],
        "parser": None if output.done else output.parser.checkpoint(),
    }


def _save_failure(error: ValidationFailed | None) -> Any:
    return None if error is None else [error.message, save_violation(error.violation)]


# --- and back ------------------------------------------------------------------------

_NOTHING = type(None)
_FIELDS: dict[str, Any] = {
    **dict.fromkeys(("format", "parser", "began"), str),
    **dict.fromkeys(("options", "decoder", "flags", "stats"), dict),
    **dict.fromkeys(("calls", "finished", "spoken"), list),
    "version": int,
    "stopped": (list, _NOTHING),
    **dict.fromkeys(("adapter", "outputs"), (dict, _NOTHING)),
}
_OPTIONS: dict[str, Any] = {
    "repair": (bool, str, list),
    "tools": (list, _NOTHING),
    "output": (str, _NOTHING),
    "refuses": bool,
    "stop": bool,
}
_MADE = ("parser", "options", "events", "paths", "functions", "arguments", "numbers", "stop")


def options_of(data: dict[str, Any]) -> dict[str, Any]:
    """What the calls were made with that needs not be given again.

    Raises:
        CheckpointError: for data that no `ToolCalls` made.
    """
    options = checked(checked(data, **_FIELDS)["options"], **_OPTIONS)
    try:
        repairs, _ = chosen(options["repair"])
    except UsageError as error:
        raise unreadable(error) from None
    require("missing_close" not in repairs, "it mends what was cut off")
    return options


def load(calls: ToolCalls, data: dict[str, Any]) -> None:
    """Bring fresh `ToolCalls` with the same tools to where the others were.

    Raises:
        CheckpointError: for data that no `ToolCalls` with these tools made.
        Exception: anything else, for data that were made up.
    """
    if data["options"] != {**_options(calls), "refuses": data["options"]["refuses"]}:
        raise CheckpointError(
            f"it was made with other tools or options: {data['options']}", code="wrong_type"
        )
    calls._decoder = MessageDecoder.restore(data["decoder"], limits=calls._limits)
    calls._calls = [_load_call(calls, index, saved) for index, saved in enumerate(data["calls"])]
    calls._unsettled = [*calls._calls]
    _load_outputs(calls, data["outputs"])
    calls._finished = {finished.choice: finished for finished in map(_finished, data["finished"])}
    require(all(type(choice) is int for choice in data["spoken"]), "an answer has no number")
    calls._spoken = set(data["spoken"])
    calls._began = data["began"]
    flags = checked(data["flags"], **dict.fromkeys(_FLAGS, bool))
    for name, value in flags.items():
        setattr(calls, name, value)
    calls._stopped = _load_failure(data["stopped"])
    calls.stats.load(data["stats"])
    _load_adapter(calls, data["adapter"])


def _finished(data: Any) -> Finished:
    choice, reason, said = data
    require(type(reason) is str, "an answer was finished for no reason")
    return Finished(choice, reason, said)


def _load_adapter(calls: ToolCalls, data: dict[str, Any] | None) -> None:
    """It must know the same calls, or say something of one that nobody knows."""
    opened = 0
    if data is not None:
        calls._adapter = adapter_named(data["provider"])
        calls._adapter.load(data)
        opened = calls._adapter.opened
    over = calls._failed or calls._stopped is not None
    require(over or opened == len(calls._calls), "its adapter knows other calls")


def _load_call(calls: ToolCalls, index: int, data: dict[str, Any]) -> OpenCall:
    checked(data, call=dict, text=str, ended=bool, done=bool, parser=(dict, _NOTHING))
    call = tool_call(data["call"])
    require(call.index == index, "its calls are out of order")
    known = None if call.server else (calls._tools or {}).get(call.name)
    meant = known or Tool()
    parser = SPENT
    if not data["done"]:
        parser = meant.parser(calls._limits, calls._stop, repair=calls._repair)
    if not data["done"] and not call.free:
        parser = _load_parser(meant, parser, data["parser"], calls._limits)
    opened = (FreeCall if call.free else OpenCall)(call, meant, parser)
    opened.texts = [data["text"]] if data["text"] else []
    opened.ended, opened.done = data["ended"], data["done"]
    return opened


def _load_parser(tool: Tool, made: Parser, told: Any, limits: Limits | None) -> Parser:
    """The parser of a text, which must be made as `made` is."""
    like = made.checkpoint()
    require(isinstance(told, dict), "a text that goes on has no parser")
    require(all(told.get(x) == like.get(x) for x in _MADE), "a parser has other options")
    return tool.restored(told, limits)


def _load_outputs(calls: ToolCalls, data: Any) -> None:
    outputs = calls._outputs
    if outputs is None or data is None:
        require(outputs is data, "it has other outputs")
        return
    outputs.started = checked(data, started=int, texts=list)["started"]
    for choice, part, saved in data["texts"]:
        require(type(choice) is int and type(part) in (int, str), "a text has no number")
        _load_output(outputs, outputs.text(choice, part), saved, calls._limits)


def _load_output(outputs: Outputs, output: Output, data: Any, limits: Limits | None) -> None:
    lists = {"documents": list, "violations": list}
    checked(data, index=int, text=str, done=bool, parser=(dict, _NOTHING), **lists)
    output.index, output.done = data["index"], data["done"]
    output.texts = [data["text"]] if data["text"] else []
    require(all(type(index) is int for index in data["documents"]), "a document has no number")
    output.earlier = [*data["documents"]]
    output.violations = [load_violation(each) for each in data["violations"]]
    if not output.done:
        output.parser = _load_parser(outputs.tool, output.parser, data["parser"], limits)


def _load_failure(data: Any) -> ValidationFailed | None:
    if data is None:
        return None
    message, violation = data
    require(type(message) is str, "a violation has no message")
    return ValidationFailed(message, violation=load_violation(violation))
