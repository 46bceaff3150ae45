"""Which repair would read the character that strict JSON refuses: for the message of an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..grammar import (
    AFTER,
    COLON,
    DONE,
    ESCAPE,
    FIRST_KEY,
    ITEM,
    KEY,
    LITERAL,
    MINUS,
    POINT,
    START,
    VALUE,
    ZERO,
)
from .quotes import CONTROLS

if TYPE_CHECKING:
    from ..faults import Fault
    from ..tokenizer import Tokenizer

_TAKES_STRING: Final = (VALUE, ITEM, FIRST_KEY, KEY)
_BY_CODE: Final = {
    "bad_utf8": "bad_utf8",
    "lone_surrogate": "lone_surrogate",
    "invalid_literal": "bare_strings",
}
_AFTER_DOCUMENT: Final = {
    **dict.fromkeys("]}", "extra_close"),
    ",": "trailing_comma",
    ";": "semicolon",
    "`": "fence",
    "<": "tool_tag",
}
_WORDS: Final = {
    **dict.fromkeys("TFN", "python_literals"),
    "u": "js_literals",
    "I": "nan_infinity",
    "+": "number_forms",
    ".": "number_forms",
}


def reader(tokenizer: Tokenizer, fault: Fault, c: str, before: str) -> str:
    """The name of a repair that reads `c` where the tokenizer refused it; "" if there is none.

    `before` is the character before it.
    """
    state = tokenizer.state
    root = not tokenizer.stack
    if fault.code == "control_character":
        return "raw_control" if c in CONTROLS else ""
    if fault.code == "invalid_escape":
        return "invalid_escape" if state == ESCAPE else ""
    if fault.code == "invalid_number":
        return _number(state, c, root)
    if fault.code in _BY_CODE:
        return "prose" if root and state == LITERAL else _BY_CODE[fault.code]
    if fault.code not in ("unexpected_character", "extra_data") or not c:
        return ""
    if c > "\x7f":  # not all of its bytes need be here: whichever it is
        return "prose" if root else "smart_quotes" if state in _TAKES_STRING else ""
    if c in "/#":
        return "comments"
    if ZERO <= state < LITERAL and c in "\"'`;,<]}{[":  # what ends the number, too
        state = DONE if root else AFTER
    if c in "\v\f":
        return "white_space"
    if state == DONE:
        glued = before not in " \t\n\r" and (c.isalpha() or c == "'")
        return _AFTER_DOCUMENT.get(c, "" if glued or c in '{["' or c.isdigit() else "prose")
    return _inside(tokenizer, state, c) or ("prose" if root and state == START else "")


def _number(state: int, c: str, root: bool) -> str:
    """The same, where a number cannot go on so."""
    if state == MINUS and c in "IN":
        return "nan_infinity"
    if c.isdigit() or c in "._xX" or state == POINT:
        return "number_forms"
    return "prose" if root else "bare_strings" if c.isalnum() or c in "-:" else ""


def _inside(tokenizer: Tokenizer, state: int, c: str) -> str:
    """The same, before the end of the document."""
    takes_value = state in (START, VALUE, ITEM)
    takes_key = state in (FIRST_KEY, KEY)
    if takes_value or takes_key:
        if c in "]}" and state in (KEY, VALUE):
            return "missing_value" if state == VALUE and tokenizer.is_object else "trailing_comma"
        if c == ",":
            return {VALUE: "missing_value" if tokenizer.is_object else "", KEY: ""}.get(
                state, "leading_comma"
            )
        if c == "'":
            return "single_quotes"
        if state == START and c in "`<":
            return "fence" if c == "`" else "tool_tag"
    if takes_key and (c.isalnum() or c in "_$"):
        return "bare_keys"
    if takes_value and (c.isalnum() or c in "_$+."):
        return _WORDS.get(c, "" if state == START else "bare_strings")
    if state == COLON and (c in "\"'{[-tfn" or c.isdigit()):
        return "missing_colon"
    if c in "]}" and state in (AFTER, ITEM, FIRST_KEY):
        return "mismatched_close"
    if state == AFTER and c == ";":
        return "semicolon"
    if state == AFTER and (c in "\"'{[-_$" or c.isalnum()):
        return "missing_comma"
    return ""
