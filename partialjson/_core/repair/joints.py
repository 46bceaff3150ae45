"""Repairs where a comma or a colon is missing between two tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..grammar import AFTER, COLON
from .names import ODD_BLANKS
from .quotes import closers_of
from .words import begins_text, is_begun

if TYPE_CHECKING:
    from .repairer import Repairer


def missing_colon(r: Repairer, c: str, text: str, k: int) -> int:
    """A value after a key, without a colon between them."""
    if "missing_colon" not in r.on or r.tokenizer.state != COLON:
        return -1
    if c not in '"{[' and not closers_of(r, c) and not is_begun(r, c):
        return -1
    if r.before(k).isalnum() and not c.isdigit():  # glued to a key without quotes
        return -1
    r.edit("missing_colon", k, "", ":")
    return k


def missing_comma(r: Repairer, c: str, text: str, k: int) -> int:
    """A member after a member, without a comma between them."""
    if "missing_comma" not in r.on or r.tokenizer.state != AFTER:
        return -1
    apart = r.before(k) in " \t\n\r/" or r.before(k) in ODD_BLANKS
    if r.tokenizer.is_object:
        begins = c == '"' or bool(closers_of(r, c))
        begins = begins or (apart and "bare_keys" in r.on and (c.isalpha() or c in "_$"))
    else:
        begins = c in '"{[' or bool(closers_of(r, c))
        on_its_line = r.before(k) in "\n\r" and begins_text(r, c)
        begins = begins or on_its_line or (apart and c != "+" and is_begun(r, c))
    if not begins:
        return -1
    r.edit("missing_comma", k, "", ",")
    return k
