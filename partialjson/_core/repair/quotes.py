"""Repairs of strings: their quotes, and the characters in them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ..faults import shown
from ..grammar import (
    ESCAPE,
    FIRST_KEY,
    HEX,
    HIGH,
    HIGH_ESCAPE,
    ITEM,
    KEY,
    LOW,
    RAW_HIGH,
    START,
    STRING,
    VALUE,
)

if TYPE_CHECKING:
    from .repairer import Repairer

SMART: Final = {
    "\u201c": "\u201d\u201c",  # “ ”
    "\u201d": "\u201d\u201c",
    "\u201e": "\u201c\u201d",  # „ “
    "\u00ab": "\u00bb",  # « »
    "\u2018": "\u2019\u2018",  # ‘ ’
    "\u2019": "\u2019\u2018",
    "\u201a": "\u2018\u2019",  # ‚ ‘
    "`": "`\u00b4'",
    "\u00b4": "\u00b4`",
}
CONTROLS: Final = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_HEX: Final = "0123456789abcdefABCDEF"
_TAKES_STRING: Final = (START, VALUE, ITEM, FIRST_KEY, KEY)


# --- quotes ------------------------------------------------------------------------------


def closers_of(r: Repairer, c: str) -> str:
    """What closes a string that `c` opens; "" if it opens none."""
    if c == "'":
        return c if "single_quotes" in r.on else ""
    return SMART.get(c, "") if "smart_quotes" in r.on else ""


def quote_begins(r: Repairer, c: str, text: str, k: int) -> int:
    """A string in quotes that JSON does not know."""
    if r.tokenizer.state not in _TAKES_STRING or not closers_of(r, c):
        return -1
    r.tell("single_quotes" if c == "'" else "smart_quotes", k, c, '"')
    if "key_case" in r.on and r.hints is not None and r.tokenizer.state in (FIRST_KEY, KEY):
        r.begin("cased", c)
    else:
        r.replace(k, c, '"')
        r.begin("quoted")
    r.closers = closers_of(r, c)
    return k + 1


@lru_cache(maxsize=32)
def _special(closers: str) -> re.Pattern[str]:
    """What does not stand for itself in a string with these closing quotes."""
    return re.compile(f'[{re.escape(closers)}"\\\\\x00-\x1f\ud800-\udfff]')


def quoted(r: Repairer, text: str, i: int) -> int:
    """A string goes on to its closing quote, which no letter follows."""
    if r.held:
        return _after_quote(r, text, i)
    if r.tokenizer.state == ESCAPE and text[i] in r.closers:
        r.unread()
        return r.replace(i - 1, "\\" + text[i], text[i])
    if r.tokenizer.state != STRING:
        return r.strict(i, i + 1)
    found = _special(r.closers).search(text, i)
    end = len(text) if found is None else found.start()
    if end > i:
        return r.strict(i, end)
    c = text[i]
    if c in r.closers:
        r.held = c
        return i + 1
    if c == '"':
        return r.replace(i, c, '\\"')
    return r.strict(i, i + 1)


def _after_quote(r: Repairer, text: str, i: int) -> int:
    """What may have been the closing quote stands before `i`."""
    quote = r.held
    if quote == text[i] == "`":
        r.refuse("unexpected_character", i, "a fence cannot stand inside a document", "character")
    r.held = ""
    if text[i].isalpha():  # nothing but more of the string can go on so: an apostrophe
        r.mark(i - 1)
        r.put(quote)
        r.mark(i)
        return i
    end_quoted(r, quote, i)
    return i


def end_quoted(r: Repairer, quote: str, i: int) -> None:
    """The string ends with the quote before `i`."""
    r.end()
    r.replace(i - len(quote), quote, '"')


def inner_begins(r: Repairer, k: int) -> int:
    """A string begins whose inner quotes may not be escaped."""
    r.mark(k)
    r.put('"')
    r.mark(k + 1)
    r.begin("inner")
    return k + 1


def inner(r: Repairer, text: str, i: int) -> int:
    """A string goes on to the quote after which the document goes on."""
    if r.held:
        return _after_inner(r, text, i)
    if r.tokenizer.state != STRING:
        return r.strict(i, i + 1)
    found = _special('"').search(text, i)
    end = len(text) if found is None else found.start()
    if end > i:
        return r.strict(i, end)
    if text[i] == '"':
        r.held = '"'
        return i + 1
    return r.strict(i, i + 1)


def _after_inner(r: Repairer, text: str, i: int) -> int:
    end, c = r.hold_blanks(text, i)
    if c is None:
        return end
    held, r.held = r.held, ""
    at = end - len(held)
    if not c or _closes(r, held, c):
        close_inner(r, at)
    else:
        r.edit("inner_quotes", at, '"', '\\"')
    return r.push_back(held[1:], end)


def close_inner(r: Repairer, at: int) -> None:
    """The quote at `at` ends the string."""
    r.modes.pop()
    r.mark(at)
    r.put('"')
    r.mark(at + 1)


def _closes(r: Repairer, held: str, c: str) -> bool:
    """Whether a quote ends its string, if `c` is what comes next."""
    tokenizer = r.tokenizer
    if tokenizer.in_key:
        return len(held) > 1 or not c.isalpha()
    if c in "/#" and "comments" in r.on:
        return True
    if r.at_root:
        return "\n" in held or c == "`" or (tokenizer.many and c in '"{[-0123456789tfn')
    if c == ",":
        return True
    if c in "]}":
        return tokenizer.is_object == (c == "}") or "mismatched_close" in r.on
    if "missing_comma" not in r.on or len(held) == 1:
        return False
    if tokenizer.is_object:
        return c == '"' or ("\n" in held and (c.isalpha() or c in "_$"))
    return c in '"{[-0123456789'


# --- characters --------------------------------------------------------------------------


def raw_control(r: Repairer, c: str, text: str, k: int) -> int:
    """A control character as it is, of those that have an escape by name."""
    if r.tokenizer.state != STRING or c not in CONTROLS or "raw_control" not in r.on:
        return -1
    return r.edit("raw_control", k, c, CONTROLS[c])


def invalid_escape(r: Repairer, c: str, text: str, k: int) -> int:
    """A backslash before what JSON does not escape."""
    state = r.tokenizer.state
    if "invalid_escape" not in r.on or state not in (ESCAPE, HIGH_ESCAPE):
        return -1
    if state == HIGH_ESCAPE:
        return -1  # the surrogate before it is another matter, and comes first
    if "\ud800" <= c <= "\udfff" or (c < " " and c not in CONTROLS):
        return -1
    r.unread()
    if c == "x":
        r.begin("hex", "\\x")
        return k + 1
    if c in "\n\r\u2028\u2029":
        r.edit("invalid_escape", k - 1, "\\" + c, "")
        if c == "\r":
            r.begin("crlf")
        return k + 1
    return r.edit("invalid_escape", k - 1, "\\" + c, _meant(c))


def _meant(c: str) -> str:
    """What `c` after a backslash is in JSON."""
    if c == "v":
        return "\\u000b"
    if c == "0":
        return "\\u0000"
    if c in CONTROLS:
        return CONTROLS[c]
    return "\\\\" + c if c.isascii() and c.isalnum() else c


def crlf(r: Repairer, text: str, i: int) -> int:
    """A line break after a backslash was left out; it may have a second half."""
    r.end()
    if text[i] != "\n":
        return i
    r.skip("\n", i)
    r.mark(i + 1)
    return i + 1


def hex_digits(r: Repairer, text: str, i: int) -> int:
    r"""`\x` and two hex digits are a character; anything else is a backslash too few."""
    c = text[i]
    held = r.held
    if c not in _HEX:
        end_hex(r, i)
        return i
    r.held = held = held + c
    if len(held) == 4:
        r.end()
        r.edit("invalid_escape", i + 1 - len(held), held, "\\u00" + held[2:])
    return i + 1


def end_hex(r: Repairer, k: int) -> None:
    r"""What was read from `\x` on, up to `k`, is text."""
    held = r.end()
    r.edit("invalid_escape", k - len(held), held, "\\" + held)


def lone_surrogate(r: Repairer, c: str, text: str, k: int) -> int:
    """Half a surrogate pair stands alone."""
    tokenizer = r.tokenizer
    state = tokenizer.state
    if "lone_surrogate" not in r.on:
        return -1
    if state == STRING and "\udc00" <= c <= "\udfff":
        return r.edit("lone_surrogate", k, c, "\ufffd")
    if state == HEX and tokenizer.digits == 2 and tokenizer.unit >= 0xDC:
        tokenizer.digits, tokenizer.unit = 1, 0xD  # the second digit is what was refused
        r.begin("low", r.unread())
        return k
    if state not in (HIGH, HIGH_ESCAPE, LOW, RAW_HIGH):
        return -1
    begun = r.unread()
    half = r.before(k) if state == RAW_HIGH else begun[:6]
    r.edit("lone_surrogate", k - len(begun), half, "\ufffd")
    rest = begun[len(half) :]
    if rest:
        r.put(rest)
        r.mark(k)
    return k


def low_digits(r: Repairer, text: str, i: int) -> int:
    """The escape of a low surrogate goes on to its fourth digit."""
    c = text[i]
    if c not in _HEX:
        r.refuse("invalid_escape", i, f"expected a hex digit, found {shown(c)}", "hex digit")
    r.held += c
    if len(r.held) == 6:
        held = r.end()
        r.edit("lone_surrogate", i + 1 - len(held), held, "\ufffd")
    return i + 1
