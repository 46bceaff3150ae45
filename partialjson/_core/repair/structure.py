"""Repairs between the tokens: comments, commas, colons, white space and brackets."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from ..faults import shown
from ..grammar import (
    AFTER,
    DONE,
    FIRST_KEY,
    ITEM,
    KEY,
    LITERAL,
    MINUS,
    START,
    STRING,
    VALUE,
    ZERO,
)
from .around import as_prose
from .names import BLANKS, HELD, ODD_BLANKS
from .words import ends_text, no_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .repairer import Repairer


def between_tokens(r: Repairer) -> bool:
    """Whether no token is open."""
    return r.tokenizer.state < STRING


# --- white space and comments ------------------------------------------------------------


def is_over(r: Repairer) -> bool:
    """Whether a document was read, and nothing of another one."""
    tokenizer = r.tokenizer
    return tokenizer.state == DONE or (tokenizer.state == START and tokenizer.documents > 0)


def number_ends(r: Repairer, c: str, text: str, k: int) -> int:
    """A number is over where something stands that cannot be a part of it."""
    state = r.tokenizer.state
    if not ZERO <= state < LITERAL or c.isalnum() or c in "_$.+-":
        return -1
    if r.takes_text() and not ends_text(r, c):
        return -1
    r.mark(k)
    r.put(" ")
    r.mark(k)
    return k


def literal_ends(r: Repairer, c: str, text: str, k: int) -> int:
    """The same for a literal at the root, behind which documents may follow."""
    if c.isalnum() or c in "_$\"'" or r.tokenizer.keep_rest:
        return -1
    r.mark(k)
    r.put(" ")
    r.mark(k)
    return k


def white_space(r: Repairer, c: str, text: str, k: int) -> int:
    """White space that JSON does not know becomes a space."""
    state = r.tokenizer.state
    if c not in ODD_BLANKS or "white_space" not in r.on or MINUS <= state < ZERO:
        return -1
    if not between_tokens(r) and not ZERO <= state < LITERAL:
        return -1
    return r.edit("white_space", k, c, " ")


def comments(r: Repairer, c: str, text: str, k: int) -> int:
    """A comment begins, or may begin."""
    state = r.tokenizer.state
    if c not in "/#" or "comments" not in r.on:
        return -1
    if not between_tokens(r) and not ZERO <= state < LITERAL:
        return -1
    if c == "#":
        r.open_span("comments", k)
        r.begin("line")
        return k
    r.begin("slash", c)
    return k + 1


def slash(r: Repairer, text: str, i: int) -> int:
    """`/` was read: what it begins depends on the next character."""
    c = text[i]
    if c not in "/*" and goes_on_as_text(r):
        return no_word(r, i, c)
    if c not in "/*" and r.at_root and "prose" in r.on:
        return as_prose(r, r.end(), i)
    if c not in "/*":
        message = f"expected '/' or '*' after a slash, found {shown(c)}"
        r.refuse("unexpected_character", i, message, "/", "*")
    r.end()
    r.open_span("comments", i - 1)
    r.skip("/" + c, i - 1)
    r.begin("line" if c == "/" else "block")
    return i + 1


def goes_on_as_text(r: Repairer) -> bool:
    """Whether a number or literal with the slash behind it is a word without quotes; held now."""
    if not (r.takes_text() and r.tokenizer.state >= MINUS):
        return False
    r.go("word", r.unread() + "/")
    return True


def line(r: Repairer, text: str, i: int) -> int:
    """A comment goes on to the end of its line, which does not belong to it."""
    end = min((j for j in (text.find("\n", i), text.find("\r", i)) if j >= 0), default=len(text))
    r.skip(text[i:end], i)
    if end < len(text):
        end_comment(r, end)
    return end


def block(r: Repairer, text: str, i: int) -> int:
    """A comment goes on to `*/`, which may be cut in the middle."""
    begun = r.held == "*"
    if begun and text[i] == "/":
        r.skip("/", i)
        end_comment(r, i + 1)
        return i + 1
    end = text.find("*/", i)
    if end >= 0:
        r.skip(text[i : end + 2], i)
        end_comment(r, end + 2)
        return end + 2
    r.held = "*" if text.endswith("*") else ""
    r.skip(text[i:], i)
    return len(text)


def end_comment(r: Repairer, k: int) -> None:
    """A comment is a space."""
    r.end()
    at = r.span_at - r.start
    r.mark(at)
    r.put(" ")
    r.close_span(k)


# --- commas and colons -------------------------------------------------------------------


def held_comma(r: Repairer, c: str, text: str, k: int) -> int:
    """A comma that means something by itself is held until it is certain to be one."""
    if c != "," or not r.tokenizer.holds_commas or r.tokenizer.state != AFTER:
        return -1
    r.begin("comma", c)
    r.close_tag = ""
    return k + 1


def comma(r: Repairer, text: str, i: int) -> int:
    """`,` and white space were read: what follows shows whether it ends the container."""
    end = i
    while end < len(text) and len(r.held) <= HELD and _is_between(r, text[end]):
        r.held += text[end]
        end += 1
    if end == len(text) and len(r.held) <= HELD:
        return end
    held = r.end()
    if end < len(text) and text[end] in "]}" and "trailing_comma" in r.on:
        r.tell("trailing_comma", end, ",", "")
        r.replace(end - len(held), ",", " ")
    else:
        put_comma(r, end - len(held))
    return r.push_back(held[1:], end)


def _is_between(r: Repairer, c: str) -> bool:
    """Whether `c` is white space, or belongs to a comment: `close_tag` says to what kind."""
    kind = r.close_tag
    if kind == "/":
        r.close_tag = "*" if c == "*" else "\n" if c == "/" else ""
        return r.close_tag != ""
    if kind == "*":
        r.close_tag = "*/"
        return True
    if kind:
        if (kind == "\n" and c in "\n\r") or (kind == "*/" and r.held[-1] == "*" and c == "/"):
            r.close_tag = ""
        return True
    if c in "/#" and "comments" in r.on:
        r.close_tag = "/" if c == "/" else "\n"
        return True
    return c in BLANKS or (c in ODD_BLANKS and "white_space" in r.on)


def put_comma(r: Repairer, at: int) -> None:
    """The held comma is one."""
    r.mark(at)
    r.put(",")
    r.mark(at + 1)


def after_comma(r: Repairer) -> bool:
    """Whether a comma was read last."""
    state = r.tokenizer.state
    return state == KEY or (state == VALUE and not r.tokenizer.is_object and not r.at_root)


def trailing_comma(r: Repairer, c: str, text: str, k: int) -> int:
    """A closing bracket after a comma; or a comma after the document."""
    if "trailing_comma" not in r.on:
        return -1
    if c in "]}" and after_comma(r):
        r.drop_comma()
        r.tell("trailing_comma", k, ",", "")
        return k
    if c == "," and is_over(r):
        return r.edit("trailing_comma", k, c, "")
    return -1


def leading_comma(r: Repairer, c: str, text: str, k: int) -> int:
    """A comma after an opening bracket."""
    if c != "," or "leading_comma" not in r.on or r.tokenizer.state not in (ITEM, FIRST_KEY):
        return -1
    return r.edit("leading_comma", k, c, "")


def semicolon(r: Repairer, c: str, text: str, k: int) -> int:
    """A semicolon is a comma, and nothing after the document."""
    state = r.tokenizer.state
    over = is_over(r)
    if c != ";" or "semicolon" not in r.on or not (state == AFTER or over):
        return -1
    if over or not r.tokenizer.holds_commas:
        return r.edit("semicolon", k, c, "" if over else ",")
    r.tell("semicolon", k, c, ",")
    r.begin("comma", ",")
    r.close_tag = ""
    return k + 1


def missing_value(r: Repairer, c: str, text: str, k: int) -> int:
    """A comma or a closing brace where a member's value should be."""
    state = r.tokenizer.state
    if "missing_value" not in r.on or c not in ",}" or state != VALUE or not r.tokenizer.is_object:
        return -1
    r.edit("missing_value", k, "", "null")
    return k


# --- brackets ----------------------------------------------------------------------------


FARTHEST: Final = 256  # containers in which a bracket looks for the one that it closes


def kinds(r: Repairer) -> Iterator[bool]:
    """Which of the open containers are objects, the innermost first."""
    stack = r.tokenizer.stack
    yield r.tokenizer.is_object
    for i in range(len(stack) - 1, 0, -1):
        yield stack[i] & 1 == 1


def mismatched_close(r: Repairer, c: str, text: str, k: int) -> int:
    """A bracket that closes something else than what is open."""
    state = r.tokenizer.state
    if c not in "]}" or "mismatched_close" not in r.on or r.at_root:
        return -1
    if state not in (AFTER, ITEM, FIRST_KEY) or r.tokenizer.is_object == (c == "}"):
        return -1
    found = [*islice(kinds(r), FARTHEST)]
    wanted = c == "}"
    if wanted not in found:
        return r.edit("mismatched_close", k, c, "}" if found[0] else "]")
    if found.index(wanted) + 1 < len(r.tokenizer.stack):
        _close_to(r, c, k)
        return k
    r.begin("bracket", c)  # it would end the document
    return k + 1


def closing_brackets(r: Repairer) -> str:
    """What closes all that is open."""
    if r.at_root:
        return ""
    return "".join("}" if kind else "]" for kind in kinds(r))


def _close_to(r: Repairer, c: str, k: int) -> None:
    """Close what is open in the container that `c`, at `k`, closes."""
    found = [*islice(kinds(r), FARTHEST)]
    closing = "".join("}" if kind else "]" for kind in found[: found.index(c == "}")])
    r.edit("mismatched_close", k, "", closing)


def bracket(r: Repairer, text: str, i: int) -> int:
    """A bracket was read that closes the document, if it is not meant for what is open."""
    end, c = r.hold_blanks(text, i)
    return end if c is None else decide_bracket(r, end, c)


def decide_bracket(r: Repairer, end: int, c: str) -> int:
    """The character after the bracket is `c`."""
    held = r.end()
    at = end - len(held)
    if c and c in ",]}:":
        r.edit("mismatched_close", at, held[0], "}" if r.tokenizer.is_object else "]")
    else:
        _close_to(r, held[0], at)
        r.mark(at)
        r.put(held[0])
        r.mark(at + 1)
    return r.push_back(held[1:], end)


def extra_close(r: Repairer, c: str, text: str, k: int) -> int:
    """A closing bracket after the document."""
    if c not in "]}" or "extra_close" not in r.on or not is_over(r):
        return -1
    return r.edit("extra_close", k, c, "")
