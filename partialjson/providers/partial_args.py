"""Arguments that come as patches at JSONPaths, written as JSON text fragment by fragment.

    {"jsonPath": "$.to[0].city", "stringValue": "Bos", "willContinue": true}   {"to": [{"city": "Bos
    {"jsonPath": "$.to[0].city", "stringValue": "ton"}                         ton"
    {"jsonPath": "$.days", "numberValue": 3}                                   }], "days": 3
    (the end of the call)                                                      }

Patches come in document order, so what has to be remembered is the path of the last value
and what the containers on it hold. The text is what `json.dumps` would write, except that
a number without fraction is written without `.0`: numbers come as doubles, where 5 and 5.0
are the same. No patch says that an object or an array is empty, so there are none in the
text.

The state is plain data:

- `path`: the steps to the last value; `at`: the same, as it was written;
- `inside`: for each open container, from the root, the keys of an object or the length of
  an array;
- `open`: the last value is a string that goes on;
- `held`: the first half of a surrogate pair, until the other half comes.
"""

from __future__ import annotations

import json
import re
from typing import Any, TypeAlias

from ..paths import read_pattern
from .adapter import Message
from .reading import either

Step: TypeAlias = str | int

_STEP = re.compile(
    r"\.(?P<name>[^.\[\]]+)"
    r"|\[(?P<index>[0-9]+)\]"
    r"""|(?P<quoted>\[(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\])"""
)
_FIRST_HALVES = ("\ud800", "\udbff")
_MOST_EXACT = 2**53  # up to here each integer is a double of its own


def begun() -> dict[str, Any]:
    """The state before the first patch."""
    return {"path": [], "at": "", "inside": [], "open": False, "held": ""}


def written(state: dict[str, Any], patch: Message) -> str:
    """What a patch adds to the text; the state is brought up to date.

    A patch at the path of a string that goes on continues it. Any other patch ends that
    string, closes the containers it does not stand in, and opens those it does.

    >>> state = begun()
    >>> written(state, {"jsonPath": "$.to[0].city", "stringValue": "Bos", "willContinue": True})
    '{"to": [{"city": "Bos'
    >>> written(state, {"jsonPath": "$.to[0].city", "stringValue": "ton"})
    'ton"'
    >>> written(state, {"jsonPath": "$.days", "numberValue": 3.0}), finished(state)
    ('}], "days": 3', '}')

    Args:
        state: from `begun`.
        patch: with names as on the wire or as in the SDK.

    Raises:
        TypeError: for a value of another type than its name says.
        ValueError: for a path that is none, goes back to what was closed, or leaves out
            items of an array; for a number that JSON has not.
    """
    path = either(patch, "jsonPath", "json_path")
    piece = either(patch, "stringValue", "string_value")
    goes_on = bool(either(patch, "willContinue", "will_continue"))
    scalar = None if piece is not None else _scalar(patch)
    if state["open"] and (path == state["at"] or read_steps(path) == state["path"]):
        if scalar not in (None, "null"):
            raise ValueError(f"{scalar} came for a string that goes on")
        return _string(state, piece or "", goes_on)
    if goes_on and scalar == "null" and not _is_null(patch):
        return ""  # the value is still to come
    text = _string(state, "", False) if state["open"] else ""
    text += _moved(state, read_steps(path))
    state["at"] = path
    if scalar is not None:
        return text + scalar
    return text + '"' + _string(state, piece, goes_on)


def finished(state: dict[str, Any]) -> str:
    """What ends the text: the open containers are closed.

    Nothing is closed if a string was to go on: that text is cut. Without any patch the text
    is empty.
    """
    return "" if state["open"] else _closed(state["inside"], 0)


def read_steps(path: Any) -> list[Step]:
    r"""The steps of a JSONPath that names one value (RFC 9535, 2.3.5.2).

    After a dot everything up to the next dot or bracket is the name, also where the standard
    wants it quoted.

    >>> read_steps("$.to[0].first-name['a.b'][\"\\u00fc\"]")
    ['to', 0, 'first-name', 'a.b', 'ü']
    """
    if not isinstance(path, str):
        raise TypeError(f"jsonPath is of type {type(path).__name__}")
    steps: list[Step] = []
    at = 1
    while step := _STEP.match(path, at):
        at = step.end()
        if step["name"] is not None:
            steps.append(step["name"])
        elif step["index"] is not None:
            steps.append(int(step["index"]))
        else:
            steps.append(read_pattern("$" + step["quoted"])[0].key or "")
    if not path.startswith("$") or at != len(path) or not steps:
        raise ValueError(f"{path!r} is no path of an argument")
    return steps


# --- values ----------------------------------------------------------------------------


def _scalar(patch: Message) -> str:
    """The text of a number, a boolean or null; null is also what has no value at all."""
    number = either(patch, "numberValue", "number_value")
    if number is not None:
        return _number(number)
    truth = either(patch, "boolValue", "bool_value")
    if truth is None:
        return "null"
    if not isinstance(truth, bool):
        raise TypeError(f"boolValue is of type {type(truth).__name__}")
    return "true" if truth else "false"


def _is_null(patch: Message) -> bool:
    """Whether a null is said; on the wire it may be null itself that says so."""
    return "nullValue" in patch or patch.get("null_value") is not None


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"numberValue is of type {type(value).__name__}")
    if isinstance(value, float) and value.is_integer() and abs(value) <= _MOST_EXACT:
        value = int(value)
    return json.dumps(value, allow_nan=False)


def _string(state: dict[str, Any], piece: Any, goes_on: bool) -> str:
    """More of the open string; with its quote, unless it goes on."""
    if not isinstance(piece, str):
        raise TypeError(f"stringValue is of type {type(piece).__name__}")
    if state["held"]:
        piece = _joined(state["held"] + piece)
        state["held"] = ""
    if goes_on and piece and _FIRST_HALVES[0] <= piece[-1] <= _FIRST_HALVES[1]:
        state["held"] = piece[-1]
        piece = piece[:-1]
    state["open"] = goes_on
    text = json.dumps(piece, ensure_ascii=False)[1:]
    return text[:-1] if goes_on else text


def _joined(text: str) -> str:
    """The text with surrogate pairs as the characters that they mean."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


# --- containers ------------------------------------------------------------------------


def _moved(state: dict[str, Any], steps: list[Step]) -> str:
    """Go from the last value to the one at `steps`: all the text that stands between them."""
    path, inside = state["path"], state["inside"]
    common = 0
    while common < min(len(inside), len(steps)) - 1 and path[common] == steps[common]:
        common += 1
    text = [_closed(inside, common + 1)] if inside else [_opened(inside, steps[0])]
    text.append(_member(inside, steps[common]))
    for step in steps[common + 1 :]:
        text.append(_opened(inside, step))
        text.append(_member(inside, step))
    state["path"] = steps
    return "".join(text)


def _closed(inside: list[Any], depth: int) -> str:
    """Close the containers below that depth."""
    text = "".join("}" if isinstance(held, dict) else "]" for held in reversed(inside[depth:]))
    del inside[depth:]
    return text


def _opened(inside: list[Any], step: Step) -> str:
    """Open the container that has such a step."""
    inside.append(0 if isinstance(step, int) else {})
    return "[" if isinstance(step, int) else "{"


def _member(inside: list[Any], step: Step) -> str:
    """What stands before the value of the next member: comma, key and colon."""
    held = inside[-1]
    if isinstance(step, int):
        if isinstance(held, dict) or held != step:
            raise ValueError(f"the argument at index {step} is not the next one of its array")
        inside[-1] = step + 1
        return ", " if step else ""
    if not isinstance(held, dict) or step in held:
        raise ValueError(f"the argument {step!r} came before, or does not stand in an object")
    held[step] = True
    comma = ", " if len(held) > 1 else ""
    return f"{comma}{json.dumps(step, ensure_ascii=False)}: "
