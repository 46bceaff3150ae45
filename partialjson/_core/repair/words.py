"""Repairs of what stands there without quotes: literals, numbers, keys and strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..faults import shown
from ..grammar import DIGITS, FIRST_KEY, ITEM, KEY, LITERAL, MINUS, START, VALUE
from .names import BLANKS, HELD, ODD_BLANKS

if TYPE_CHECKING:
    from .repairer import Repairer

_LITERALS: Final = {
    "True": ("python_literals", "true"),
    "False": ("python_literals", "false"),
    "None": ("python_literals", "null"),
    "undefined": ("js_literals", "null"),
    "NaN": ("nan_infinity", "null"),
    "+NaN": ("nan_infinity", "null"),
    "-NaN": ("nan_infinity", "null"),
    "Infinity": ("nan_infinity", "1e999"),
    "+Infinity": ("nan_infinity", "1e999"),
    "-Infinity": ("nan_infinity", "-1e999"),
}
_JSON: Final = ("true", "false", "null")
_D: Final = r"[0-9](?:_?[0-9])*"
_X: Final = r"[0-9a-fA-F](?:_?[0-9a-fA-F])*"
_FORM: Final = re.compile(
    rf"(?P<sign>[+-]?)(?:0[xX](?P<hex>{_X})"
    rf"|(?:(?P<int>{_D})(?P<dot>\.(?P<frac>{_D})?)?|(?P<only>\.)(?P<after>{_D}))"
    rf"(?P<exp>[eE][+-]?{_D})?)"
)
_BEGUN: Final = re.compile(  # what a form can begin with
    rf"[+-]?(?:0[xX](?:{_X}_?)?|\.?|\.(?:{_D}_?)|{_D}(?:_|\.(?:{_D}_?)?)?"
    rf"|(?:{_D}(?:\.(?:{_D})?)?|\.{_D})[eE][+-]?(?:{_D}_?)?)"
)
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_NUMBER_BEGUN: Final = re.compile(
    r"-?(?:|(?:0|[1-9][0-9]*)(?:\.[0-9]*|(?:\.[0-9]+)?[eE][+-]?[0-9]*)?)"
)
_TEXT_BEGINS: Final = "_$@"  # besides letters and digits
_THOUSANDS: Final = re.compile("0[0-9][0-9]")  # in a list: `1,000` is no two numbers
_escaped_in_text = re.compile(r"([\\\t])")
_KEY_PART: Final = "_$-."
_END_OF_BARE: Final = ",]}\n\r"


# --- words -------------------------------------------------------------------------------


def is_word(c: str) -> bool:
    """Whether `c` can stand in a number, a literal or a name."""
    return c.isalnum() or c in "_$.+-"


def ends_text(r: Repairer, c: str) -> bool:
    """Whether `c` is no part of a string without quotes that begins like a number."""
    if c in "/#":
        return "comments" in r.on
    return c in "\"'`,;]}[{<" or c in BLANKS or c in ODD_BLANKS


def begins_word(r: Repairer, c: str) -> bool:
    """Whether a value could begin with `c` that only a repair reads."""
    return is_begun(r, c) or begins_text(r, c)


def _may_be_text(c: str) -> bool:
    return c.isalnum() or c in _TEXT_BEGINS


def begins_text(r: Repairer, c: str) -> bool:
    """Whether a string without quotes could begin with `c`."""
    return r.takes_text() and (c.isalnum() or c in _TEXT_BEGINS)


def word_begins(r: Repairer, c: str, text: str, k: int) -> int:
    """A number, a literal or a string without quotes goes on, or begins, with `c`."""
    state = r.tokenizer.state
    if MINUS <= state <= LITERAL:
        token = r.tokenizer.token or r.tokenizer.word[: r.tokenizer.matched]
        whole = not is_word(c) and reading(r, token) is not None
        begun = is_word(c) and is_begun(r, token + c)
        if not (whole or begun or r.takes_text() or _may_be_prose(r)):
            return -1
        r.begin("word", r.unread())
        return k
    if state not in (START, VALUE, ITEM) or c in '{}[]":,':
        return -1
    if not begins_word(r, c):
        return -1
    r.begin("word")
    return k


def guard(r: Repairer, text: str, i: int) -> int:
    """Nothing was read of the document: its first word is held, lest it be prose."""
    end = i
    while end < len(text) and text[end] in " \t\n\r\ufeff":
        end += 1
    if end > i:
        return r.strict(i, end)
    r.begin("word" if r.named and "bare_strings" in r.on else "first_word")
    r.heard = ""
    return i


def first_word(r: Repairer, text: str, i: int) -> int:
    """The first word may be a literal or a number, which begins with its second character."""
    c = text[i]
    begun = r.held + c
    if begun in _JSON or (r.held == "-" and c in DIGITS):
        r.end()
        r.mark(i + 1 - len(begun))
        r.put(begun)
        r.mark(i + 1)
        return i + 1
    if begun == "-" or any(word.startswith(begun) for word in _JSON):
        r.held = begun
        return i + 1
    r.go("word", r.held)
    return i


def word(r: Repairer, text: str, i: int) -> int:
    """A word goes on."""
    n = len(text)
    while i < n:
        c = text[i]
        if not is_word(c):
            return _word_ends(r, text, i)
        if not is_begun(r, r.held + c) or len(r.held) >= HELD:
            return no_word(r, i, c)
        r.held += c
        i += 1
    return n


def _word_ends(r: Repairer, text: str, i: int) -> int:
    """The word that is held ends before `i`."""
    c = text[i]
    if reading(r, r.held) is None:
        return no_word(r, i, c)
    if _THOUSANDS.fullmatch(r.held) and not (r.at_root or r.tokenizer.is_object):
        message = f"{r.held!r} is a part of a larger number, or a number with leading zeros"
        r.refuse("invalid_number", i, message, "value")
    more = r.takes_text() or _may_be_prose(r)
    if _may_be_prose(r) and c not in "`</#" and c not in BLANKS:
        return no_word(r, i, c)
    if more and (c in " \t" or (r.at_root and c in "\n\r")):
        r.go("word_end", r.held)
        return i
    if more and not ends_text(r, c):
        return no_word(r, i, c)
    end_word(r, i)
    if c in "/#" and MINUS <= r.tokenizer.state < LITERAL:
        r.put(" ")  # a comment, or nothing: the number does not go on
        r.mark(i)
    return i


def word_end(r: Repairer, text: str, i: int) -> int:
    """A whole word and white space were read: does a sentence begin with it?"""
    end, c = r.hold_blanks(text, i, BLANKS if r.at_root else " \t")
    if c is None:
        return end
    if _may_be_prose(r) and c and c not in "`</#" and "\n" not in r.held:
        return no_word(r, end, c)
    if c and is_word(c) and not (r.at_root and "\n" in r.held):
        if r.at_root or "missing_comma" not in r.on:
            return no_word(r, end, c)
        r.go("next_word", r.held)
        return end
    return value_ends(r, end)


def value_ends(r: Repairer, k: int) -> int:
    """What is held, up to `k`, begins with a value."""
    whole = r.held
    r.held = whole.split(None, 1)[0]
    rest = whole[len(r.held) :]
    end_word(r, k - len(rest))
    return r.push_back(rest, k)


def next_word(r: Repairer, text: str, i: int) -> int:
    """Behind a whole word there is another one: the next value, the next key, or more text."""
    n = len(text)
    while i < n and len(r.held) < HELD:
        c = text[i]
        if not (is_word(c) or c in " \t") or (r.held[-1] in " \t" and is_word(c) and _two(r)):
            break
        r.held += c
        i += 1
    if i == n and len(r.held) < HELD:
        return n
    if _two(r) and _next_is_apart(r, text[i] if i < n else ""):
        return value_ends(r, i)
    return no_word(r, i, text[i] if i < n else "")


def _two(r: Repairer) -> bool:
    """Whether the second word has begun."""
    return len(r.held.split()) == 2


def _next_is_apart(r: Repairer, c: str) -> bool:
    """Whether the second word, before `c`, cannot be more of a text."""
    if r.tokenizer.is_object:
        return c == ":"
    return reading(r, r.held.split()[1]) is not None


def end_word(r: Repairer, k: int) -> None:
    """The word that is held, up to `k`, is a value."""
    held = r.end()
    name, meant = reading(r, held) or ("", held)
    if name:
        r.edit(name, k - len(held), held, meant)
    else:
        r.mark(k - len(held))
        r.put(held)
        r.mark(k)


def no_word(r: Repairer, k: int, c: str) -> int:
    """What is held, up to `k` where `c` stands, is no value by itself."""
    if r.takes_text() and not _may_be_prose(r) and any(map(_may_be_text, r.held + c)):
        return bare_begins(r, k, c)
    if _may_be_prose(r):
        held = r.end()
        r.open_span("prose", k - len(held))
        r.begin("prose")
        r.line_blank = True
        return r.push_back(held, k)
    digits = r.held[:1].isdigit() or r.held[:1] in ("+", "-", ".")
    code = "invalid_number" if digits else "unexpected_character"
    found = f"{shown(c)} after {r.held!r}" if r.held else shown(c)
    return r.refuse(code, k, f"expected a value, found {found}", "value")


def _may_be_prose(r: Repairer) -> bool:
    return r.at_root and "prose" in r.on


def reading(r: Repairer, text: str) -> tuple[str, str] | None:
    """The repair that reads a word, and as what; no repair, if it is JSON."""
    if text in _JSON or _NUMBER.fullmatch(text):
        return "", text
    name, meant = _LITERALS.get(text, ("", ""))
    if name in r.on:
        return name, meant
    if "number_forms" in r.on:
        form = _FORM.fullmatch(text)
        if form is not None:
            return "number_forms", _number(form)
    return None


def completed(r: Repairer, begun: str) -> str:
    """The value that the beginning of a word comes to; null where it comes to none."""
    found = _NUMBER.match(begun)
    if found is not None:
        return found.group()
    for word in (*_JSON, *(word for word, (name, _) in _LITERALS.items() if name in r.on)):
        if begun and word.startswith(begun):
            return word if word in _JSON else _LITERALS[word][1]
    return "null"


def _number(form: re.Match[str]) -> str:
    """A number as JSON writes it."""
    parts = {name: (part or "").replace("_", "") for name, part in form.groupdict().items()}
    sign = "-" if parts["sign"] == "-" else ""
    if parts["hex"]:
        return sign + str(int(parts["hex"], 16))
    whole = parts["int"].lstrip("0") or "0"
    fraction = parts["frac"] or parts["after"]
    if parts["dot"] or parts["only"]:
        whole += "." + (fraction or "0")
    return sign + whole + parts["exp"]


def is_begun(r: Repairer, text: str) -> bool:
    """Whether a word that a repair reads, or JSON, begins so."""
    if any(word.startswith(text) for word in _JSON) or _NUMBER_BEGUN.fullmatch(text):
        return True
    for word, (name, _) in _LITERALS.items():
        if name in r.on and word.startswith(text):
            return True
    return "number_forms" in r.on and _BEGUN.fullmatch(text) is not None


# --- strings and keys --------------------------------------------------------------------


def bare_begins(r: Repairer, k: int, c: str) -> int:
    """A string without quotes: what is held, and more."""
    held = r.held
    at = k - len(held)
    r.tell("bare_strings", at, held or c, '"' + (held or c))
    r.mark(at)
    r.put('"')
    r.mark(at)
    r.go("bare")
    return r.push_back(held, k)


def bare(r: Repairer, text: str, i: int) -> int:
    """A string without quotes goes on; white space in `held` belongs to it, or ends it."""
    c = text[i]
    if r.held.endswith("/"):
        return _bare_or_comment(r, text, i)
    if r.held.endswith(":"):
        if c in " \t\n\r\"'":
            r.refuse("unexpected_character", i, "a key may begin before this colon", "character")
        put_text(r, r.held, i)
        r.held = ""
    if c in _END_OF_BARE and not (r.at_root and c != "\n" and c != "\r"):
        end_bare(r, i)
        return i
    if c in '"{[' or (c < " " and c != "\t") or (r.at_root and c in _END_OF_BARE):
        message = f"{shown(c)} cannot stand in a string without quotes"
        r.refuse("unexpected_character", i, message, "character")
    if c in " \t" and len(r.held) < HELD:
        r.held += c
        return i + 1
    if "\ud800" <= c <= "\udfff":
        if "lone_surrogate" not in r.on:
            r.refuse("lone_surrogate", i, "half a surrogate pair stands alone", "character")
        put_text(r, r.held, i)
        r.held = ""
        return r.edit("lone_surrogate", i, c, "\ufffd")
    comment = c in "/#" and r.held and "comments" in r.on
    if comment and c == "#":
        end_bare(r, i)
        return i
    if comment or (c == ":" and r.tokenizer.is_object):
        r.held += c
        return i + 1
    put_text(r, r.held + c, i + 1)
    r.held = ""
    return i + 1


def _bare_or_comment(r: Repairer, text: str, i: int) -> int:
    held = r.held
    if text[i] in "/*":
        r.held = held[:-1]
        end_bare(r, i - 1)
        return r.push_back("/", i)
    r.held = ""
    put_text(r, held, i)
    return i


def put_text(r: Repairer, text: str, end: int) -> None:
    """Put text, which stands before `end`, into the open string."""
    at = end - len(text)
    for part in _escaped_in_text.split(text):
        if part in ("\\", "\t"):
            r.replace(at, part, "\\\\" if part == "\\" else "\\t")
        elif part:
            r.put(part)
        at += len(part)


def end_bare(r: Repairer, k: int) -> None:
    """The string ends before the white space that is held, up to `k`."""
    held = r.end()
    at = k - len(held)
    r.mark(at)
    r.put('"')
    r.mark(at)
    if held:
        r.put(held)


def bare_key_begins(r: Repairer, c: str, text: str, k: int) -> int:
    """A key without quotes."""
    if r.tokenizer.state not in (FIRST_KEY, KEY) or "bare_keys" not in r.on:
        return -1
    if not (c.isalnum() or c in "_$"):
        return -1
    r.tell("bare_keys", k, c, '"' + c)
    if "key_case" in r.on and r.hints is not None:
        r.begin("cased")
        r.closers = ""
        return k
    r.mark(k)
    r.put('"')
    r.mark(k)
    r.begin("bare_key")
    return k


def bare_key(r: Repairer, text: str, i: int) -> int:
    """A key without quotes goes on."""
    end = i
    while end < len(text) and (text[end].isalnum() or text[end] in _KEY_PART):
        end += 1
    if end > i:
        r.put(text[i:end])
    if end < len(text):
        end_bare_key(r, end)
    return end


def end_bare_key(r: Repairer, k: int) -> None:
    """The key ends before `k`."""
    r.end()
    r.mark(k)
    r.put('"')
    r.mark(k)
