"""Repairs that look at valid JSON, too: each was asked for by its name."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ..grammar import FIRST_KEY, ITEM, KEY, MINUS, START, STRING, VALUE
from .names import HELD
from .quotes import inner_begins

if TYPE_CHECKING:
    from .repairer import Repairer

_watched = re.compile('["{}]').search
_VALUES: Final = (START, VALUE, ITEM)


def watch(r: Repairer, text: str, i: int) -> int:
    """Read on to the next character that one of these repairs may read in its own way."""
    state = r.tokenizer.state
    found = _watched(text, i)
    end = len(text) if found is None else found.start()
    if end > i:
        return r.strict(i, end)
    c = text[i]
    if c == '"' and "key_case" in r.on and r.hints is not None and state in (FIRST_KEY, KEY):
        r.begin("cased", c)
        r.closers = c
        return i + 1
    if c == '"' and "inner_quotes" in r.on and state in (*_VALUES, FIRST_KEY, KEY):
        return inner_begins(r, i)
    if c == "{" and state in _VALUES and _wants_list(r):
        r.edit("wrap_list", i, "", "[")
        r.wrapped.append(len(r.tokenizer.stack))
    end = r.strict(i, i + 1)
    if c == "}" and not STRING <= state < MINUS:
        unwrap(r, end)
    return end


def _wants_list(r: Repairer) -> bool:
    """Whether a list that may hold objects is expected here, and no object."""
    if "wrap_list" not in r.on or r.hints is None:
        return False
    kinds = r.hints.kinds_expected()
    if kinds is None or "array" not in kinds or "object" in kinds:
        return False
    items = r.hints.items_expected()
    return items is None or "object" in items


def unwrap(r: Repairer, k: int) -> None:
    """Close the list around the object that was closed before `k`, if there is one."""
    tokenizer = r.tokenizer
    if r.wrapped and len(tokenizer.stack) == r.wrapped[-1] and not tokenizer.is_object:
        r.wrapped.pop()
        r.mark(k - 1)  # what is wrong with the list is wrong at the brace
        r.put("]")
        r.mark(k)


def cased(r: Repairer, text: str, i: int) -> int:
    """A key is held, with its quote if it has one, until it is known which key is meant."""
    if r.closers:
        j = _end_of_key(r, text, i)
    else:
        j = i
        while j < len(text) and (text[j].isalnum() or text[j] in "_$-."):
            j += 1
    r.held += text[i:j]
    if j == len(text) and len(r.held) <= HELD:
        return j
    meant = _canonical(r, r.held[bool(r.closers) :]) if j < len(text) else None
    if meant is None:
        return as_it_is(r, j)
    written = json.dumps(meant, ensure_ascii=False)
    held = r.end()
    at = j - len(held)
    return r.edit("key_case", at, held + text[j] if r.closers else held, written)


def as_it_is(r: Repairer, k: int) -> int:
    """The key that is held, up to `k`, is read as it stands there."""
    held = r.end()
    at = k - len(held)
    quote = held[:1] if r.closers else ""
    r.mark(at)
    r.put('"', at, quote)
    r.mark(at + len(quote))
    if not quote:
        r.begin("bare_key")
    elif quote != '"':
        r.begin("quoted")
    elif "inner_quotes" in r.on:
        r.begin("inner")
    return r.push_back(held[len(quote) :], k)


@lru_cache(maxsize=32)
def _ends_of_key(closers: str) -> re.Pattern[str]:
    return re.compile(rf"[\\{re.escape(closers)}]")


def _end_of_key(r: Repairer, text: str, i: int) -> int:
    ends = _ends_of_key(r.closers)
    escaped = (len(r.held) - len(r.held.rstrip("\\"))) % 2 == 1
    while True:
        if escaped:
            i += 1
        found = ends.search(text, i)
        if found is None:
            return len(text)
        i = found.start()
        if text[i] != "\\":
            return i
        escaped = True
        i += 1
        if i == len(text):
            return i


def _canonical(r: Repairer, held: str) -> str | None:
    try:
        key = json.loads(f'"{held}"')
    except ValueError:
        return None
    return None if r.hints is None else r.hints.canonical_key(key)
