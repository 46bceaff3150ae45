"""The end of the text: what is held is decided, and a document that is cut off is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..faults import Fault, spoken
from ..grammar import COLON, DONE, LITERAL, MINUS, REST, SPACE, START, STRING, VALUE, ZERO
from . import around, guided, quotes, structure, words
from .names import HELD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .repairer import Repairer


def close(r: Repairer) -> None:
    """The text is over: end the modes, the last first, and then what is open."""
    while r.modes:
        end = _ENDS.get(r.modes[-1])
        if end is None:
            r.end()
        else:
            end(r)
    _number_form(r)
    if "missing_close" in r.on:
        _complete(r)


def _number_form(r: Repairer) -> None:
    """A number at the root that only a repair takes for a whole one."""
    tokenizer = r.tokenizer
    if not MINUS <= tokenizer.state < ZERO or not r.at_root:
        return
    found = words.reading(r, tokenizer.token)
    if found is not None:
        token = r.unread()
        r.edit(found[0], -len(token), token, found[1])


def _incomplete(r: Repairer, *expected: str) -> None:
    message = f"the text ended, expected {spoken(expected)}"
    raise Fault("incomplete", r.tokenizer.base, message, expected)


def _is_cut(r: Repairer) -> bool:
    """Whether what is open stands in a container that nobody closes: then nobody knows its end."""
    return not r.at_root and "missing_close" not in r.on


# --- modes -------------------------------------------------------------------------------


def _comma(r: Repairer) -> None:
    held = r.end()
    if "missing_close" in r.on:
        r.replace(-len(held), ",", " ")
    else:
        structure.put_comma(r, -len(held))
    r.run_back(held[1:])


def _slash(r: Repairer) -> None:
    if not _is_cut(r) and structure.goes_on_as_text(r):
        words.no_word(r, 0, "")
    elif r.at_root and "prose" in r.on:
        around.as_prose(r, r.end(), 0)
    else:
        _incomplete(r, "/", "*")
    r.run_back("")


def _line(r: Repairer) -> None:
    structure.end_comment(r, 0)


def _block(r: Repairer) -> None:
    if "missing_close" not in r.on:
        _incomplete(r, "*/")
    structure.end_comment(r, 0)


def _bracket(r: Repairer) -> None:
    structure.decide_bracket(r, 0, "")
    r.run_back("")


def _quoted(r: Repairer) -> None:
    if r.held and not _is_cut(r):
        quotes.end_quoted(r, r.held, 0)
    else:
        r.end()


def _inner(r: Repairer) -> None:
    held, r.held = r.held, ""
    if held and not _is_cut(r):
        quotes.close_inner(r, -len(held))
        r.run_back(held[1:])
    else:
        r.count_newlines(held, -len(held))
        r.end()


def _hex(r: Repairer) -> None:
    if "missing_close" not in r.on:
        _incomplete(r, "hex digit")
    r.end()


def _first_word(r: Repairer) -> None:
    held = r.end()
    r.mark(-len(held))
    r.put(held)
    r.mark(0)


def _word(r: Repairer) -> None:
    if _is_cut(r):
        _incomplete(r, "value")
    held = r.held
    r.held = held.rstrip()
    if words.reading(r, r.held) is not None:
        words.end_word(r, len(r.held) - len(held))
        r.run_back(held[len(held.rstrip()) :])
        return
    r.held = held
    is_text = r.takes_text() and any(map(str.isalnum, held))
    if is_text or (r.at_root and "prose" in r.on):
        words.no_word(r, 0, "")
        r.run_back("")
        return
    meant = words.completed(r, held)
    if "missing_close" not in r.on or (r.at_root and meant == "null"):
        _incomplete(r, "value")
    r.end()
    r.edit("missing_close", -len(held), held, meant)


def _next_word(r: Repairer) -> None:
    if _is_cut(r):
        _incomplete(r, "value")
    words.no_word(r, 0, "")
    r.run_back("")


def _bare(r: Repairer) -> None:
    if _is_cut(r):
        r.end()
        return
    if r.held.endswith((":", "/")):
        words.put_text(r, r.held, 0)
        r.held = ""
    words.end_bare(r, 0)


def _bare_key(r: Repairer) -> None:
    words.end_bare_key(r, 0)


def _cased(r: Repairer) -> None:
    guided.as_it_is(r, 0)
    r.run_back("")


def _ticks(r: Repairer) -> None:
    if "prose" not in r.on and r.held != "```":
        _incomplete(r, "`")
    held = r.end()
    around.ticks_end(r, held, 0)
    r.run_back("")


def _tag(r: Repairer) -> None:
    if "prose" not in r.on:
        _incomplete(r, ">")
    around.as_prose(r, r.end(), 0)
    r.run_back("")


def _span(r: Repairer) -> None:
    held = r.end()
    r.skip(held, -len(held))
    r.close_span(0)


def _info(r: Repairer) -> None:
    r.end()
    r.close_span(0)


def _prose(r: Repairer) -> None:
    held = r.held
    if held and around.begins_document(r, held + "\n") == around.YES:
        r.end()
        r.close_span(-len(held))
        r.run_back(held)
    elif held:
        r.held = ""
        r.skip(held[0], -len(held))
        r.run_back(held[1:])
    elif not _is_bare_text(r):
        _span(r)


def _is_bare_text(r: Repairer) -> bool:
    """Whether all there was is a string without quotes, which is put then."""
    text = (r.span or "").rstrip()
    if not (r.named and r.takes_text()) or r.tokenizer.documents:
        return False
    if len(r.span or "") > HELD or not set(text) - set("+-.") or set(text) & set('{}[]",\n\r'):
        return False
    if any("\ud800" <= c <= "\udfff" or (c < " " and c != "\t") for c in text):
        return False
    r.end()
    at = r.span_at - r.start
    r.span = None
    written = '"' + text.replace("\\", "\\\\").replace("\t", "\\t") + '"'
    r.edit("bare_strings", at, text, written)
    r.mark(0)
    return True


_ENDS: Final[Mapping[str, Callable[[Repairer], None]]] = {
    "comma": _comma,
    "slash": _slash,
    "line": _line,
    "block": _block,
    "bracket": _bracket,
    "quoted": _quoted,
    "inner": _inner,
    "hex": _hex,
    "first_word": _first_word,
    "word": _word,
    "word_end": _word,
    "next_word": _next_word,
    "bare": _bare,
    "bare_key": _bare_key,
    "cased": _cased,
    "ticks": _ticks,
    "info": _info,
    "tag": _tag,
    "thinking": _span,
    "prose": _prose,
    "after": _span,
}


# --- missing_close -----------------------------------------------------------------------


def _complete(r: Repairer) -> None:
    """Close everything that is open. What is missing is null, and half an escape is nothing."""
    tokenizer = r.tokenizer
    before, after = "", ""
    if tokenizer.state in (START, DONE, SPACE, REST):
        return
    if STRING <= tokenizer.state < MINUS:
        if tokenizer.state != STRING:
            before = r.unread()
        after = '":null' if tokenizer.in_key else '"'
    elif MINUS <= tokenizer.state < ZERO:
        if r.at_root and tokenizer.token == "-":
            return
        before = r.unread()
        after = words.completed(r, before)
    elif tokenizer.state == LITERAL:
        after = tokenizer.word[tokenizer.matched :]
    elif structure.after_comma(r):
        r.drop_comma()
    else:
        after = {COLON: ":null", VALUE: "null"}.get(tokenizer.state, "")
    after += structure.closing_brackets(r)
    if not after and not before:
        return  # a number
    r.truncated = True
    r.wrapped.clear()
    r.tell("missing_close", -len(before), before, after)
    r.replace(-len(before), before, after)
