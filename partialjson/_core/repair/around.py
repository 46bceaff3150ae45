"""Repairs of what stands around the document: fences, prose and tags.

Before the document text is *prose* as soon as it is neither a value nor one of the other
things. A bracket in prose is held until it is certain that a document begins with it. After
the document everything is prose that is no second document.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..faults import shown, spoken
from ..grammar import DONE, START
from .names import BLANKS, HELD, ODD_BLANKS
from .quotes import closers_of

if TYPE_CHECKING:
    from .repairer import Repairer

_stops = re.compile(r"[{\[`<]").search
_THOUGHTS: Final = frozenset(
    {"think", "thinking", "thought", "thoughts", "reasoning", "reflection", "analysis"}
)
_DIRECT: Final = frozenset(  # languages of a fence whose text is the document
    {"", "json", "jsonc", "json5", "jsonl", "ndjson", "javascript", "js", "typescript", "ts"}
    | {"python", "py", "text", "txt", "plaintext"}
)
_name = re.compile(r"[\w|:.-]+").match
_number = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?").match
_identifier = re.compile(r"[\w$]+").match
_LITERALS: Final = frozenset(
    {"true", "false", "null", "True", "False", "None", "undefined", "NaN", "Infinity"}
)
_DEEPEST: Final = 8  # lists in lists that a document in prose begins with
YES, NO, OPEN = "yes", "no", "open"


# --- fences ------------------------------------------------------------------------------


def ticks_begin(r: Repairer, c: str, text: str, k: int) -> int:
    """A backtick where a document may begin, or after it."""
    if c != "`" or r.tokenizer.state not in (START, DONE) or not r.on & {"fence", "prose"}:
        return -1
    r.begin("ticks", c)
    return k + 1


def ticks(r: Repairer, text: str, i: int) -> int:
    """Backticks were read; three are a fence."""
    c = text[i]
    if c == "`" and len(r.held) < 3:
        r.held += c
        return i + 1
    return ticks_end(r, r.end(), i, c)


def ticks_end(r: Repairer, held: str, k: int, c: str = "") -> int:
    """The backticks that are held end before `k`, where `c` is."""
    if len(held) == 3 and "fence" in r.on:
        return _fence(r, held, k, c)
    return not_ticks(r, held, k, c)


def not_ticks(r: Repairer, held: str, k: int, c: str) -> int:
    """What stands before `k` is no fence: a quote, or prose."""
    if len(held) == 1 and r.tokenizer.state == START and not r.modes and c not in "{[":
        closers = closers_of(r, "`")
        if closers:
            r.tell("smart_quotes", k - 1, held, '"')
            r.replace(k - 1, held, '"')
            r.begin("quoted")
            r.closers = closers
            return k
    return as_prose(r, held, k)


def _fence(r: Repairer, held: str, k: int, c: str) -> int:
    """Three backticks stand before `k`, where `c` is."""
    at = k - len(held)
    if r.tokenizer.state == DONE and not r.fenced and c.isalpha() and "prose" in r.on:
        return as_prose(r, held, k)  # another block begins
    if r.modes:  # what was prose up to here
        r.close_span(at)
        r.modes.pop()
    r.open_span("fence", at)
    r.skip(held, at)
    if r.fenced or r.tokenizer.state == DONE:
        r.fenced = ""
        r.close_span(k)
    else:
        r.begin("info")
    return k


def as_prose(r: Repairer, held: str, k: int, last: int = 0) -> int:
    """What is held, and stands before `k`, is prose. Answer where to go on.

    `last` stands how many characters before `k` what shows that: it is refused without prose.
    """
    at = k - len(held)
    if not r.modes:
        if "prose" not in r.on:
            c = r.text[k - last]
            expected = r.tokenizer.expected()
            message = f"expected {spoken(expected)}, found {shown(c)} after {held[0]!r}"
            r.refuse("unexpected_character", k - last, message, *expected)
        r.open_span("prose", at)
        r.begin("after" if r.tokenizer.state == DONE else "prose")
        if r.modes == ["after"]:
            return r.push_back(held, k)
    r.line_blank = False
    r.skip(held[0], at)
    return r.push_back(held[1:], k)


def info(r: Repairer, text: str, i: int) -> int:
    """The language of a fence, up to the end of the line or to the document."""
    end = i
    most = min(len(text), i + HELD + 1 - len(r.held))
    while end < most and (text[end].isalnum() or text[end] in "_+-. \t"):
        end += 1
    r.held += text[i:end]
    r.skip(text[i:end], i)
    if end == len(text) and len(r.held) <= HELD:
        return end
    language = r.end().strip().lower()
    r.close_span(end)
    r.fenced = "```"
    if language not in _DIRECT and "prose" in r.on:
        to_prose(r, end)
    return end


# --- tags --------------------------------------------------------------------------------


def tag_begins(r: Repairer, c: str, text: str, k: int) -> int:
    """`<` where a document may begin, or after it."""
    if c != "<" or not r.at_root or r.tokenizer.state not in (START, DONE):
        return -1
    if not r.on & {"think", "tool_tag"}:
        return -1
    r.begin("tag", c)
    return k + 1


def tag(r: Repairer, text: str, i: int) -> int:
    """`<` was read, and what may be a tag."""
    c = text[i]
    if c not in "<\n>{[" and len(r.held) < HELD:
        r.held += c
        return i + 1
    held = r.end()
    last = 0
    if c == ">":
        held += c
        i += 1
        last = 1
        found = _name(held.lstrip("</"))
        name = found.group() if found else ""
        if name.lower() in _THOUGHTS and "think" in r.on and held[1] != "/":
            return _think(r, held, name, i)
        if "tool_tag" in r.on and not r.modes and name:
            return r.edit("tool_tag", i - len(held), held, "")
    return as_prose(r, held, i, last)


def _think(r: Repairer, held: str, name: str, k: int) -> int:
    at = k - len(held)
    if r.modes:
        r.close_span(at)
        r.modes.pop()
    r.open_span("think", at)
    r.skip(held, at)
    r.close_tag = f"</{name}>"
    r.begin("thinking")
    return k


def thinking(r: Repairer, text: str, i: int) -> int:
    """Everything is left out up to the closing tag, whose beginning may be held."""
    begun = len(r.held)
    both = r.held + text[i:]
    end = both.find(r.close_tag)
    if end >= 0:
        end += len(r.close_tag)
        r.skip(both[:end], i - begun)
        r.end()
        k = i + end - begun
        r.close_span(k)
        return k
    keep = min(len(both), len(r.close_tag) - 1)
    while not r.close_tag.startswith(both[len(both) - keep :]):
        keep -= 1
    r.skip(both[: len(both) - keep], i - begun)
    r.held = both[len(both) - keep :]
    return len(text)


# --- prose -------------------------------------------------------------------------------


def prose_begins(r: Repairer, c: str, text: str, k: int) -> int:
    """Something that is no value, before the document or after it."""
    state = r.tokenizer.state
    if "prose" not in r.on or not r.at_root or state not in (START, DONE):
        return -1
    if state == DONE:
        return _after_begins(r, c, k)
    to_prose(r, k)
    return k


def _after_begins(r: Repairer, c: str, k: int) -> int:
    """After the document: a second one is an error, and a letter right behind it."""
    glued = r.before(k) not in " \t\n\r/`>"
    if c in '{["' or c.isdigit() or (glued and (c.isalpha() or c == "'")):
        return -1
    r.open_span("prose", k)
    r.begin("after")
    return k


def to_prose(r: Repairer, k: int) -> None:
    """From `k` on there is prose, until a document begins."""
    r.open_span("prose", k)
    r.begin("prose")
    r.line_blank = True


def prose(r: Repairer, text: str, i: int) -> int:
    """Prose goes on to what may be a document, a fence or a tag."""
    if r.held:
        return _candidate(r, text, i)
    found = _stops(text, i)
    end = len(text) if found is None else found.start()
    if end > i:
        passed = text[i:end]
        line = passed.rpartition("\n")
        r.line_blank = not line[2].strip() and (bool(line[1]) or r.line_blank)
        r.skip(passed, i)
        return end
    c = text[i]
    if c in "{[":
        r.held = c
    elif c == "`" and "fence" in r.on:
        r.begin("ticks", c)
    elif c == "<" and "think" in r.on:
        r.begin("tag", c)
    else:
        r.skip(c, i)
    return i + 1


def _candidate(r: Repairer, text: str, i: int) -> int:
    """A bracket is held, and what follows it: does a document begin there?"""
    n = len(text)
    verdict = OPEN
    while verdict == OPEN:
        if i == n:
            return n
        if len(r.held) >= HELD:
            verdict = NO
            break
        c = text[i]
        r.held += c
        i += 1
        if (not c.isalnum() and c not in " _") or r.held[-2:-1] in "{[,:\"' \n\t":
            verdict = begins_document(r, r.held)
    held, r.held = r.held, ""
    at = i - len(held)
    if verdict == YES:
        r.close_span(at)
        r.modes.pop()
        return r.push_back(held, i)
    r.skip(held[0], at)
    r.line_blank = False
    return r.push_back(held[1:], i)


def begins_document(r: Repairer, held: str) -> str:
    """Whether a document begins so: `YES`, `NO`, or `OPEN` while that depends on what follows."""
    i = depth = 0
    while i < len(held) and held[i] == "[":
        i = _blank_end(held, i + 1)
        depth += 1
    if depth > _DEEPEST:
        return NO
    if i == len(held):
        return OPEN
    if held[i] != "{":
        return _begins_array(r, held, i)
    i = _blank_end(held, i + 1)
    return OPEN if i == len(held) else _begins_object(r, held, i)


def _begins_object(r: Repairer, held: str, i: int) -> str:
    c = held[i]
    if c == "}":
        return _stands_alone(r, held, i + 1)
    if c == '"' or closers_of(r, c):
        i = _string_end(held, i, c if c == '"' else closers_of(r, c))
    elif c in "/#" and "comments" in r.on:
        return YES
    else:
        found = _identifier(held, i) if "bare_keys" in r.on else None
        if found is None:
            return NO
        i = found.end()
    i = _blank_end(held, i)
    if i >= len(held):
        return OPEN
    return YES if held[i] == ":" else NO


def _begins_array(r: Repairer, held: str, i: int) -> str:
    c = held[i]
    if c == "]":
        return _stands_alone(r, held, i + 1)
    if c in "/#" and "comments" in r.on:
        return YES
    one = False
    if c == '"' or closers_of(r, c):
        i = _string_end(held, i, c if c == '"' else closers_of(r, c))
        one = True
    else:
        found = _number(held, i) or _identifier(held, i)
        if found is None:
            return OPEN if c == "-" and i + 1 == len(held) else NO
        i = found.end()
        number = c.isdigit() or c == "-"
        if i == len(held) or (number and held[i] in ".eE+-" and i + 1 == len(held)):
            return OPEN
        one = found.group() in _LITERALS
        if not number and not one:
            return NO
    i = _blank_end(held, i)
    if i >= len(held):
        return OPEN
    if held[i] == "]" and not one:
        return _stands_alone(r, held, i + 1)
    return YES if held[i] in ",]" else NO


def _stands_alone(r: Repairer, held: str, i: int) -> str:
    """Something short was closed before `i`: it is the document, if its line has nothing else."""
    if not r.line_blank:
        return NO
    while i < len(held) and held[i] in " \t":
        i += 1
    if i == len(held):
        return OPEN
    return YES if held[i] in "\n\r`" else NO


def _blank_end(text: str, i: int) -> int:
    while i < len(text) and (text[i] in BLANKS or text[i] in ODD_BLANKS):
        i += 1
    return i


def _string_end(held: str, i: int, closers: str) -> int:
    """Where the string that begins at `i` ends; the end of the text, if it does not."""
    i += 1
    while i < len(held) and held[i] not in closers:
        i += 2 if held[i] == "\\" else 1
    return min(i + 1, len(held) + 1)


def after(r: Repairer, text: str, i: int) -> int:
    """The document is over: the rest is left out, but for a second document in a fence."""
    if not r.held:
        end = text.find("`", i)
        end = len(text) if end < 0 else end
        r.skip(text[i:end], i)
        if end < len(text):
            r.held = "`"
            end += 1
        return end
    c = text[i]
    held = r.held
    if c in "{[" and held.startswith("```") and "\n" in held and not r.fenced:
        message = "a second document begins in a fence; many=True reads them all"
        r.refuse("extra_data", i, message, "end")
    if len(held) < HELD and (c == "`" if len(held) < 3 else _goes_on(held, c)):
        r.held += c
        return i + 1
    if held.startswith("```"):
        r.fenced = "" if r.fenced else "```"
    r.skip(held, i - len(held))
    r.held = ""
    return i


def _goes_on(held: str, c: str) -> bool:
    """Whether `c` belongs to the line of a fence, or to white space after it."""
    if "\n" in held:
        return c in BLANKS
    return c in BLANKS or c.isalnum() or c in "_+-."
