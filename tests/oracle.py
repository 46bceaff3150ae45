"""A second reader of JSON, slow and simple, that shares nothing with the parser under test.

`read` goes over a text one character at a time and answers three questions about it: which
character, if any, is the first after which no continuation could be accepted; whether the
text may end where it ends; and what is to be said at which character. `first_hopeless_byte`
answers the first question for bytes.

Limits are taken at their word: the first character that exceeds one is hopeless, and none
before it, even where the grammar makes it certain that one more character must follow.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any, Literal

Path = tuple[str | int, ...]
Entry = tuple[Any, ...]  # ("started", path, kind), ("delta", path, text), ...

BLANK = frozenset(" \t\n\r")
DIGITS = frozenset("0123456789")
HEX = frozenset("0123456789abcdefABCDEF")
ESCAPED = {
    '"': '"',
    "\\": "\\",
    "/": "/",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}
LITERALS = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}
MUCH = 1 << 40


@dataclass(frozen=True)
class Rules:
    """What is acceptable: the options of a parser, and its limits in characters."""

    many: bool = False
    duplicate_keys: Literal["last", "first", "error"] = "last"
    lone_surrogates: Literal["error", "replace"] = "error"
    bad_utf8: Literal["error", "replace"] = "error"
    trailing: Literal["error", "keep"] = "error"
    max_depth: int = MUCH
    max_string: int = MUCH
    max_key: int = MUCH
    max_number: int = MUCH
    max_members: int = MUCH
    max_document: int = MUCH


@dataclass
class Reading:
    """What there is to say about a text.

    Attributes:
        hopeless: the index of the first hopeless character, None for a viable text.
        complete: whether the text may end here.
        log: (index of the character that brings it, what it is); the length of the text
            stands for its end.
    """

    hopeless: int | None = None
    complete: bool = False
    log: list[tuple[int, Entry]] = field(default_factory=list)

    @property
    def viable(self) -> bool:
        return self.hopeless is None


class _Hopeless(Exception):
    def __init__(self, index: int) -> None:
        self.index = index


class _Ended(Exception):
    pass


def characters(text: str) -> list[str]:
    """The characters of a text: two surrogates that belong together are one."""
    found: list[str] = []
    for c in text:
        if found and "\ud800" <= found[-1] <= "\udbff" and "\udc00" <= c <= "\udfff":
            high, low = ord(found[-1]) - 0xD800, ord(c) - 0xDC00
            found[-1] = chr(0x10000 + high * 0x400 + low)
        else:
            found.append(c)
    return found


def read(text: str, rules: Rules = Rules()) -> Reading:  # it is frozen
    """Read a text, or as much of one as there is."""
    return _Reader(text, rules).read()


def viable(prefix: str, rules: Rules = Rules()) -> bool:
    """Whether some continuation of the text is acceptable."""
    return read(prefix, rules).viable


class _Reader:
    def __init__(self, text: str, rules: Rules) -> None:
        self.chars = characters(text)
        self.rules = rules
        self.i = 0
        self.depth = 0
        self.silent = False  # inside a repeated member that is skipped
        self.may_end = False
        self.ends: list[int] = []  # where the documents ended
        self.log: list[tuple[int, Entry]] = []

    def read(self) -> Reading:
        hopeless = []
        begin = self.i = 1 if self.chars[:1] == ["\ufeff"] else 0
        try:
            while True:
                self.document()
        except _Ended:
            pass
        except _Hopeless as found:
            hopeless.append(found.index)
        hopeless += self.over_long_documents(begin)
        if not hopeless:
            return Reading(None, self.may_end, self.log)
        first = min(hopeless)
        return Reading(first, False, [entry for entry in self.log if entry[0] < first])

    def over_long_documents(self, begin: int) -> list[int]:
        ends = self.ends if self.rules.many else []
        for end in [*ends, len(self.chars)]:
            if end - begin > self.rules.max_document:
                return [begin + self.rules.max_document]
            begin = end
        return []

    # --- steps -----------------------------------------------------------------------

    def peek(self) -> str:
        if self.i == len(self.chars):
            raise _Ended
        return self.chars[self.i]

    def ahead(self) -> str:
        return self.chars[self.i] if self.i < len(self.chars) else ""

    def hopeless(self) -> _Hopeless:
        return _Hopeless(self.i)

    def blanks(self) -> None:
        while self.peek() in BLANK:
            self.i += 1

    def say(self, index: int, *entry: Any) -> None:
        if self.silent:
            return
        if entry[0] == "delta" and self.log and self.log[-1][0] == index:
            before = self.log[-1][1]
            if before[:2] == entry[:2]:  # at most one for a string and a character
                self.log[-1] = (index, (*entry[:2], before[2] + entry[2]))
                return
        self.log.append((index, entry))

    # --- documents -------------------------------------------------------------------

    def document(self) -> None:
        self.may_end = self.rules.many
        self.blanks()
        self.may_end = False
        is_word = self.peek() not in '"[{'
        value, index = self.value(())
        self.say(index, "document", value, len(self.ends))
        self.ends.append(self.i)
        self.may_end = True
        if is_word and self.peek() not in BLANK:
            raise self.hopeless()
        if self.rules.many:
            return
        if self.rules.trailing == "keep":
            raise _Ended
        self.blanks()
        raise self.hopeless()

    def value(self, path: Path) -> tuple[Any, int]:
        """Read a value; answer it, and the character that completes it."""
        c = self.peek()
        value: Any
        if c == '"':
            self.say(self.i, "started", path, "string")
            value = self.string(path, self.rules.max_string)
        elif c == "{":
            value = self.object(path)
        elif c == "[":
            value = self.array(path)
        elif c in LITERALS:
            value = self.literal(*LITERALS[c])
        elif c in DIGITS or c == "-":
            value = self.number(path)
        else:
            raise self.hopeless()
        index = self.i if c in DIGITS or c == "-" else self.i - 1
        self.say(index, "completed", path, value)
        return value, index

    # --- containers ------------------------------------------------------------------

    def open(self, path: Path, kind: str) -> None:
        if self.depth >= self.rules.max_depth:
            raise self.hopeless()
        self.say(self.i, "started", path, kind)
        self.depth += 1
        self.i += 1
        self.blanks()

    def goes_on(self, members: int, bracket: str) -> bool:
        """After a member: whether there is a comma; otherwise the bracket is read."""
        self.blanks()
        c = self.peek()
        if c == "," and (self.silent or members < self.rules.max_members):
            self.i += 1
            self.blanks()
            return True
        if c != bracket:
            raise self.hopeless()
        self.i += 1
        self.depth -= 1
        return False

    def array(self, path: Path) -> list[Any]:
        self.open(path, "array")
        items: list[Any] = []
        if self.peek() == "]":
            self.i += 1
            self.depth -= 1
            return items
        while True:
            items.append(self.value((*path, len(items)))[0])
            if not self.goes_on(len(items), "]"):
                return items

    def object(self, path: Path) -> dict[str, Any]:
        self.open(path, "object")
        members: dict[str, Any] = {}
        if self.peek() == "}":
            self.i += 1
            self.depth -= 1
            return members
        while True:
            self.member(path, members)
            if not self.goes_on(len(members), "}"):
                return members

    def member(self, path: Path, members: dict[str, Any]) -> None:
        if self.peek() != '"':
            raise self.hopeless()
        key = self.string(None, self.rules.max_key)
        repeated = key in members
        if repeated and self.rules.duplicate_keys == "error":
            raise _Hopeless(self.i - 1)
        self.blanks()
        if self.peek() != ":":
            raise self.hopeless()
        self.i += 1
        self.blanks()
        silent = self.silent
        skipped = repeated and self.rules.duplicate_keys == "first"
        self.silent = silent or skipped
        value, _ = self.value((*path, key))
        self.silent = silent
        if not skipped:
            members[key] = value

    # --- scalars ---------------------------------------------------------------------

    def literal(self, word: str, value: bool | None) -> bool | None:
        for c in word:
            if self.peek() != c:
                raise self.hopeless()
            self.i += 1
        return value

    def number(self, path: Path) -> int | float:
        start = self.i
        if self.peek() == "-":
            self.number_step(start)
        if self.peek() == "0":
            self.number_step(start)
        else:
            self.digits(start)
        if self.ahead() == ".":
            self.number_step(start)
            self.digits(start)
        if self.ahead() in ("e", "E"):
            self.number_step(start)
            if self.peek() in ("+", "-"):
                self.number_step(start)
            self.digits(start)
        if path != ():
            self.peek()  # it takes another character to end it
        text = "".join(self.chars[start : self.i])
        return int(text) if set(text) <= DIGITS | {"-"} else float(text)

    def number_step(self, start: int) -> None:
        if self.i - start >= self.rules.max_number:
            raise self.hopeless()
        self.i += 1

    def digits(self, start: int) -> None:
        if self.peek() not in DIGITS:
            raise self.hopeless()
        while self.ahead() in DIGITS:
            self.number_step(start)

    # --- strings ---------------------------------------------------------------------

    def string(self, path: Path | None, most: int) -> str:
        """Read a string of at most so many characters; a key has no path."""
        value = ""
        self.i += 1
        while self.peek() != '"':
            c = self.peek()
            if len(value) >= most or c < " ":
                raise self.hopeless()
            known, c = self.string_character(c, len(value) + 1 == most)
            value += c
            if path is not None:
                self.say(known, "delta", path, c)
        self.i += 1
        return value

    def string_character(self, c: str, is_last: bool) -> tuple[int, str]:
        """Answer a character, and the index of the one that makes it certain."""
        if c == "\\":
            return self.escape(is_last)
        if "\udc00" <= c <= "\udfff":
            if self.rules.lone_surrogates == "error":
                raise self.hopeless()
            c = "\ufffd"
        self.i += 1
        if "\ud800" <= c <= "\udbff":
            following = self.peek()
            if self.rules.lone_surrogates == "error" or (is_last and following != '"'):
                raise self.hopeless()
            return self.i, "\ufffd"
        return self.i - 1, c

    def escape(self, is_last: bool) -> tuple[int, str]:
        self.i += 1
        c = self.peek()
        if c in ESCAPED:
            self.i += 1
            return self.i - 1, ESCAPED[c]
        if c != "u":
            raise self.hopeless()
        self.i += 1
        unit = self.four_digits()
        if 0xD800 <= unit <= 0xDBFF:
            return self.second_half(unit, is_last)
        return self.i - 1, "\ufffd" if 0xDC00 <= unit <= 0xDFFF else chr(unit)

    def four_digits(self) -> int:
        digits = ""
        for _ in range(4):
            c = self.peek()
            if c not in HEX:
                raise self.hopeless()
            digits += c
            is_low = digits.lower() in ("dc", "dd", "de", "df")
            if is_low and self.rules.lone_surrogates == "error":
                raise self.hopeless()
            self.i += 1
        return int(digits, 16)

    def second_half(self, high: int, is_last: bool) -> tuple[int, str]:
        """The escape of a high surrogate was read: is that of a low one next?"""
        start = self.i
        digits = ""
        for allowed in ("\\", "u", "dD", "cdefCDEF", HEX, HEX):
            c = self.peek()
            if c not in allowed:
                break
            digits += c
            self.i += 1
        else:
            return self.i - 1, chr(0x10000 + (high - 0xD800) * 0x400 + int(digits[2:], 16) - 0xDC00)
        another = self.i > start or c != '"'
        if self.rules.lone_surrogates == "error" or (is_last and another):
            raise self.hopeless()
        known = self.i
        self.i = start  # what stands there is read for itself
        return known, "\ufffd"


# --- bytes ------------------------------------------------------------------------------


@dataclass
class Decoded:
    """Bytes, as far as they are UTF-8.

    Attributes:
        chars: the characters.
        starts: the index of the first byte of each.
        held: the bytes of a character that is not whole.
        bad: the index of a byte that cannot stand where it stands.
    """

    chars: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    held: bytes = b""
    bad: int | None = None


def decode(data: bytes, replace: bool) -> Decoded:
    """Decode, byte by byte; with `replace`, each beginning that does not go on is U+FFFD."""
    done = Decoded()
    held = b""
    for i, byte in enumerate(data):
        if held and not _goes_on(held, byte):
            if not replace:
                done.held, done.bad = held, i
                return done
            done.chars.append("\ufffd")
            done.starts.append(i - len(held))
            held = b""
        held += bytes([byte])
        size = _length(held[0])
        if size == 0 and not replace:
            done.bad = i
            return done
        if size <= len(held):
            done.chars.append(_character(held) if size else "\ufffd")
            done.starts.append(i + 1 - len(held))
            held = b""
    done.held = held
    return done


def _length(lead: int) -> int:
    """How many bytes the character has that begins with this one; 0 if none does."""
    if lead < 0x80:
        return 1
    if 0xC2 <= lead <= 0xDF:
        return 2
    if 0xE0 <= lead <= 0xEF:
        return 3
    return 4 if 0xF0 <= lead <= 0xF4 else 0


def _goes_on(held: bytes, byte: int) -> bool:
    """Whether a byte may follow the beginning of a character."""
    lowest, highest = 0x80, 0xBF
    if len(held) == 1:
        lowest = {0xE0: 0xA0, 0xF0: 0x90}.get(held[0], lowest)  # no longer than needed
        highest = {0xED: 0x9F, 0xF4: 0x8F}.get(held[0], highest)  # no surrogate, none too big
    return lowest <= byte <= highest


def _character(data: bytes) -> str:
    if len(data) == 1:
        return chr(data[0])
    code = data[0] & (0x7F >> len(data))
    for byte in data[1:]:
        code = code << 6 | byte & 0x3F
    return chr(code)


def viable_bytes(prefix: bytes, rules: Rules = Rules()) -> bool:
    """Whether some continuation of the bytes is acceptable."""
    done = decode(prefix, rules.bad_utf8 == "replace")
    text = "".join(done.chars)
    if done.bad is not None:
        return False
    if not done.held:
        return viable(text, rules)
    return any(viable(text + c, rules) for c in _completions(done.held))


def _completions(held: bytes) -> list[str]:
    """Characters that begin with these bytes: some ordinary one, and the mark if it does."""
    some = held
    while len(some) < _length(held[0]):
        some += next(bytes([b]) for b in range(0x80, 0xC0) if _goes_on(some, b))
    mark = b"\xef\xbb\xbf"
    return [_character(some), *(["\ufeff"] if mark.startswith(held) else [])]


def first_hopeless_byte(data: bytes, rules: Rules = Rules()) -> int | None:
    """The index of the first byte after which no continuation is acceptable."""
    ends = range(1, len(data) + 1)
    place = bisect_left(ends, True, key=lambda end: not viable_bytes(data[:end], rules))
    return None if place == len(ends) else place
