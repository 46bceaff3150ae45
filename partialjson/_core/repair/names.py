"""Which repairs there are, and what `repair=` says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from ...errors import UsageError


class Repair(NamedTuple):
    """What a repair is for.

    Attributes:
        reads: what is accepted, in a few words.
        safe: valid JSON is read as if it was off, so `repair=True` has it.
        json5: JSON5 has it.
        holds: how many characters it may hold back.
    """

    reads: str
    safe: bool = True
    json5: bool = False
    holds: int = 0


BLANKS: Final = " \t\n\r"
# White space of JSON5 (its 8), and what looks like it: U+180E and the zero-width U+200B.
_ODD: Final = frozenset("\v\f\xa0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007")
_ODD_TOO: Final = frozenset("\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff")
ODD_BLANKS: Final = _ODD | _ODD_TOO
HELD: Final = 256  # characters: what is held back longer is read as it was before

REPAIRS: Final[dict[str, Repair]] = {
    "fence": Repair("a Markdown fence around the document", holds=HELD),
    "prose": Repair("text before and after the document", holds=HELD),
    "think": Repair("<think> ... </think> before the document", holds=HELD),
    "tool_tag": Repair("<tool_call> ... </tool_call> around the document", holds=HELD),
    "comments": Repair("// ..., # ... and /* ... */", json5=True, holds=1),
    "trailing_comma": Repair("a comma before a closing bracket or the end", json5=True),
    "leading_comma": Repair("a comma after an opening bracket"),
    "missing_comma": Repair("members without a comma between them"),
    "missing_colon": Repair("a key and its value without a colon between them"),
    "semicolon": Repair("a semicolon in place of a comma, or after the document"),
    "white_space": Repair("white space that JSON does not know", json5=True),
    "single_quotes": Repair("'...' in place of \"...\"", json5=True, holds=1),
    "smart_quotes": Repair("typographic quotes and backticks around strings", holds=1),
    "bare_keys": Repair("keys without quotes", json5=True),
    "bare_strings": Repair("strings without quotes", holds=HELD),
    "inner_quotes": Repair("quotes inside strings that are not escaped", safe=False, holds=HELD),
    "raw_control": Repair("line breaks, tabs, \\b and \\f as they are in strings"),
    "invalid_escape": Repair("a backslash before what needs none", json5=True, holds=3),
    "lone_surrogate": Repair("half a surrogate pair, read as U+FFFD", holds=11),
    "bad_utf8": Repair("bytes in strings that are not UTF-8, read as U+FFFD"),
    "python_literals": Repair("True, False and None", holds=HELD),
    "js_literals": Repair("undefined, read as null", holds=HELD),
    "nan_infinity": Repair("NaN, read as null, and Infinity", json5=True, holds=HELD),
    "number_forms": Repair("+1, .5, 5., 0x1F, 1_000 and leading zeros", json5=True, holds=HELD),
    "mismatched_close": Repair("a closing bracket of the wrong kind", holds=HELD),
    "extra_close": Repair("closing brackets after the document"),
    "missing_close": Repair("a document that is cut off", safe=False),
    "missing_value": Repair("a member without a value, read as null", safe=False),
    "wrap_list": Repair("an object where a list of them is expected", safe=False),
    "key_case": Repair("a key that differs in case or underscores", safe=False, holds=HELD),
}
SAFE: Final = frozenset(name for name, repair in REPAIRS.items() if repair.safe)
JSON5: Final = frozenset(name for name, repair in REPAIRS.items() if repair.json5)


_SETS: Final = {"safe": SAFE, "json5": JSON5}


def chosen(repair: object) -> tuple[frozenset[str], bool]:
    """The repairs that `repair=` asks for, and whether a document may be a text without quotes.

    That delays the first word of any document, so it takes the name `bare_strings` itself.

    Raises:
        UsageError: for anything that is no choice, and names of no repair.
    """
    if isinstance(repair, bool):
        return (SAFE if repair else frozenset()), False
    if repair == "json5":
        return JSON5, False
    names = names_in(repair)
    chosen: set[str] = set()
    for name in names:
        chosen |= _SETS.get(name, {name})
    return frozenset(chosen), "bare_strings" in names


def names_in(repair: object) -> list[str]:
    """The names in a set of repairs, sorted; `safe` and `json5` stand for several."""
    if isinstance(repair, str) or not isinstance(repair, Iterable):
        hint = f"; {{{repair!r}}} is one" if repair in REPAIRS else ""
        allowed = "False, True, 'json5' or a set of names"
        raise UsageError(f"repair must be {allowed}, not {repair!r}{hint}")
    names = list(repair)
    known = ", ".join((*_SETS, *REPAIRS))
    for name in names:
        if not isinstance(name, str) or (name not in REPAIRS and name not in _SETS):
            raise UsageError(f"there is no repair {name!r}; there are {known}")
    return sorted(names)
