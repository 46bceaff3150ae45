"""The state of `ToolCalls` as plain data, and back: framing, adapter, calls and their parsers.

Tools, types, limits and hooks are never read from data; they are given again. What was
completed or failed is remembered by name only. Documents of an output that are whole, but
whose answer was not finished, are made again when they are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from .._seal import checked
from ..errors import CheckpointError, ValidationFailed
from ..events import ToolCall, Violation, event_from_dict
from ..framing.messages import MessageDecoder
from ..limits import Limits
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
        "violations": [violation.as_dict() for violation in output.violations],
        "parser": None if output.done else output.parser.checkpoint(),
    }


def _save_failure(error: ValidationFailed | None) -> Any:
    return None if error is None else [error.message, error.violation.as_dict()]


# --- and back ------------------------------------------------------------------------


def load(calls: ToolCalls, data: dict[str, Any]) -> None:
    """Bring fresh `ToolCalls` with the same tools to where the others were.

    Raises:
        CheckpointError: for data that no `ToolCalls` with these tools made.
    """
    if data["options"] != {**_options(calls), "refuses": data["options"]["refuses"]}:
        raise CheckpointError(
            f"it was made with other tools or options: {data['options']}", code="wrong_type"
        )
    calls._decoder = MessageDecoder.restore(data["decoder"], limits=calls._limits)
    if data["adapter"] is not None:
        calls._adapter = adapter_named(data["adapter"]["provider"])
        calls._adapter.load(data["adapter"])
    calls._calls = [_load_call(calls, index, saved) for index, saved in enumerate(data["calls"])]
    calls._unsettled = [*calls._calls]
    if calls._outputs is not None:
        _load_outputs(calls._outputs, calls._limits, data["outputs"])
    calls._finished = {choice: Finished(choice, *said) for choice, *said in data["finished"]}
    calls._spoken = set(data["spoken"])
    calls._began = str(data["began"])
    flags = checked(data["flags"], **dict.fromkeys(_FLAGS, bool))
    for name, value in flags.items():
        setattr(calls, name, value)
    calls._stopped = _load_failure(data["stopped"])
    calls.stats.load(data["stats"])


def _load_call(calls: ToolCalls, index: int, data: dict[str, Any]) -> OpenCall:
    checked(data, call=dict, text=str, ended=bool, done=bool, parser=(dict, type(None)))
    call = ToolCall(**data["call"])
    if call.index != index:
        raise CheckpointError("this checkpoint is not one: its calls are out of order")
    known = None if call.server else (calls._tools or {}).get(call.name)
    meant = known or Tool()
    if data["parser"] is None:
        parser = (
            SPENT
            if data["done"]
            else meant.parser(calls._limits, calls._stop, repair=calls._repair)
        )
    else:
        parser = meant.restored(data["parser"], calls._limits)
    opened = (FreeCall if call.free else OpenCall)(call, meant, parser)
    opened.texts = [data["text"]] if data["text"] else []
    opened.ended, opened.done = data["ended"], data["done"]
    return opened


def _load_outputs(outputs: Outputs, limits: Limits | None, data: dict[str, Any]) -> None:
    outputs.started = checked(data, started=int, texts=list)["started"]
    for choice, part, saved in data["texts"]:
        lists = {"documents": list, "violations": list}
        checked(saved, index=int, text=str, done=bool, parser=(dict, type(None)), **lists)
        output = outputs.text(choice, part)
        output.index, output.done = saved["index"], saved["done"]
        output.texts = [saved["text"]] if saved["text"] else []
        output.earlier = [*saved["documents"]]
        output.violations = [cast("Violation", event_from_dict(v)) for v in saved["violations"]]
        if saved["parser"] is not None:
            output.parser = outputs.tool.restored(saved["parser"], limits)


def _load_failure(data: Any) -> ValidationFailed | None:
    if data is None:
        return None
    message, violation = data
    return ValidationFailed(message, violation=cast("Violation", event_from_dict(violation)))
