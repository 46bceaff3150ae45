# cython: wraparound=False
"""The tokenizer: decoded text in, calls on a handler out (RFC 8259).

Theory of operation. The text is a sequence of characters and the tokenizer a pushdown
automaton over it: a state, and a stack with one entry for each open container. `feed` takes
the automaton over one fragment and leaves it wherever the fragment ends, so nothing is ever
read again. Each character either has a meaning in the present state or is the first one
after which no continuation could be JSON; then a `Fault` is raised at its offset, before
anything was said because of it.

    state         what was read                            what may come
    ------------  ---------------------------------------  ------------------------------------
    START         nothing of a document                    a value
    VALUE         `:`, or `,` in an array                  a value
    ITEM          `[`                                      a value, `]`
    FIRST_KEY     `{`                                      `"`, `}`
    KEY           `,` in an object                         `"`
    COLON         a key                                    `:`
    AFTER         a member or an item                      `,`, the bracket
    DONE          the only document                        white space, the end
    SPACE         a literal at the root, more may follow   white space, the end
    STRING        `"`, in a key or a string value          characters, `\\`, `"`
    ESCAPE        `\\`                                      one of " \\ / b f n r t u
    HEX           `\\u` and up to three hex digits          a hex digit
    HIGH          the escape of a high surrogate           `\\`
    HIGH_ESCAPE   ... and `\\`                              `u`
    LOW           ... and `u`, up to three hex digits      the digits of a low surrogate
    RAW_HIGH      a high surrogate as a code point         nothing (pairs are joined before)
    MINUS ...     a number so far                          see `grammar.NUMBER`
    LITERAL       a part of `true`, `false` or `null`      its next letter
    REST          a document, and the rest is kept         anything

White space may come in each state from START to SPACE. With `lone_surrogates="replace"`
anything may follow HIGH, HIGH_ESCAPE, LOW and RAW_HIGH; the surrogate is U+FFFD then.

A number has no end of its own: the character after it ends it, if it may stand there. A
string's characters are handed on as they come, in pieces; an escape becomes a piece when it
is whole.

The tokenizer knows no paths and builds no values: that is what the handler does.
"""

from __future__ import annotations

from typing import Any, NoReturn

from . import scan
from .faults import Fault, over, spoken, unexpected
from .grammar import (
    AFTER,
    COLON,
    DONE,
    ESCAPE,
    ESCAPES,
    EXPECTED,
    FIRST_KEY,
    HEX,
    HIGH,
    HIGH_ESCAPE,
    INT,
    ITEM,
    KEY,
    LITERAL,
    LOW,
    MINUS,
    NUMBER_EXPECTED,
    RAW_HIGH,
    REST,
    SPACE,
    START,
    STATE_NAMES,
    STRING,
    VALUE,
    WORDS,
    ZERO,
)
from .handler import Handler
from .options import BOUNDS, PLAIN, Options


class Tokenizer:
    """One pass over a stream of text.

    Args:
        handler: hears everything.
        options: `many`, `trailing`, `lone_surrogates` and the limits.
    """

    __slots__ = (
        *(
            "base",
            "began",
            "commas",
            "counted",
            "digits",
            "document_end",
            "document_start",
            "documents",
        ),
        *("handler", "high", "holds_commas"),
        *("in_key", "is_object", "keep_rest", "lines", "listener", "many", "mark", "matched"),
        *("max_depth", "max_document", "max_key", "max_members", "max_number", "max_string"),
        *("newline",),
        *("replace", "rest", "room", "stack", "state", "tells_keys", "tells_scalars", "token"),
        *("unit", "word"),
    )

    def __init__(self, handler: Handler, options: Options) -> None:
        self.handler = handler
        self.listener = handler  # hears the pieces of strings
        bounds = BOUNDS if options.limits is None else options.limits._bounds
        self.max_depth, self.max_string, self.max_key = bounds[0], bounds[1], bounds[2]
        self.max_number, self.max_members, self.max_document = bounds[3], bounds[4], bounds[5]
        plain = options is PLAIN
        self.counted = self.max_members  # from so many members on each comma is looked at
        self.holds_commas = False  # where one is looked at, it is a fault: repairs read it
        self.tells_keys = False  # also those that are still open
        self.tells_scalars = False  # the same for numbers and literals
        self.many = not plain and options.many  # documents follow one another
        self.keep_rest = not plain and options.trailing == "keep"
        self.replace = not plain and options.lone_surrogates == "replace"
        self.base = 0  # the offset of the fragment at hand
        self.lines = 0  # newlines so far
        self.newline = -1  # the offset of the last one
        self.documents = 0  # how many are complete
        self.document_start = 0  # where the present document's text begins
        self.document_end = self.max_document  # the first offset over the limit
        self.rest: list[str] | None = None
        self.state = START
        self.stack: list[int] = []  # per open container: its parent's commas * 2 + is_object
        self.is_object = False
        self.commas = 0
        self.in_key = False  # which kind of string is open
        self.room = 0  # how many characters it may still take
        self.mark = 0  # the offset at which the open escape begins
        self.unit = 0  # its hex digits, as a number
        self.digits = 0  # how many
        self.high = 0  # the high surrogate before it
        self.token = ""  # the open key or number so far
        self.began = 0  # the offset at which the open key begins
        self.word = ""  # the open literal
        self.matched = 0  # how much of it was read

    # --- fragments -------------------------------------------------------------------

    def feed(self, text: str) -> None:
        """Take the next characters. They hold no surrogate that has its other half."""
        n = len(text)
        i = 0
        if self.base + n > self.document_end:
            self._feed_limited(text, n)
            return
        if self.state == STRING:
            if n <= self.room and not scan.special(text):
                self.room -= n  # the way of most fragments: nothing special in a string
                if self.in_key:
                    self._grow(text)
                    if self.tells_keys:
                        self._tell_key(self.base + n)
                else:
                    self.listener.on_string_piece(text, self.base, self.base + n)
                self.base += n
                return
            i = self._string(text, 0, n, scan.plain_end(text, 0, n))
        if i < n:
            if self.state >= STRING:
                i = self._resume(text, i, n)
            if i < n:
                self._structure(text, i, n)
        self.base += n

    def _feed_limited(self, text: str, n: int) -> None:
        """Take `text` up to where the document grows too long, which moves with each document."""
        start = self.base
        i = 0
        try:
            while i < n:
                j = min(n, i + max(0, self.document_end - self.base))
                if j == i:
                    if not (self.many and self._ends_number_at_root(text[i])):
                        raise over("max_document", self.max_document, self.base)
                    self.document_end += 1  # it belongs to the next document
                    j = i + 1
                self.feed(text[i:j])
                i = j
        except BaseException:
            self.base = start  # whoever catches it knows the fragment, not its parts
            raise

    def _ends_number_at_root(self, c: str) -> bool:
        return ZERO <= self.state < LITERAL and not self.stack and c in " \t\n\r"

    def close(self) -> None:
        """The text is over: a number at the root is complete, anything else open is a fault."""
        if ZERO <= self.state < LITERAL and not self.stack:
            self._end_number(self.base)
        if self.state in (DONE, SPACE, REST) or (self.state == START and self.many):
            return
        expected = self.expected()
        message = f"the text ended, expected {spoken(expected)}"
        raise Fault("incomplete", self.base, message, expected)

    def end_number_early(self) -> None:
        """Take the longest beginning of the open number that is a number, if there is one."""
        while self.token:
            _, self.state = scan.number_end(self.token, 0, len(self.token), VALUE)
            if self.state >= ZERO:
                self._end_number(self.base)
                return
            self.token = self.token[: len(self.token) - 1]

    def takes_text(self) -> bool:
        """Whether a character outside ASCII could stand here: only in a string, or in the rest."""
        if self.base >= self.document_end:
            return False
        if self.state == STRING:
            return self.room > 0
        if self.state in (HIGH, RAW_HIGH):
            return self.replace and self.room > 0
        return self.state == REST

    def in_value(self) -> bool:
        """Whether a string value, a number or a literal is open."""
        return STRING <= self.state <= LITERAL and not (self.in_key and self.state < MINUS)

    def at_value(self) -> bool:
        """Whether the next character belongs to a value whose place is known."""
        return self.state in (VALUE, COLON) or self.in_value()

    def expected(self) -> tuple[str, ...]:
        """What may come next; white space between tokens goes without saying."""
        state = self.state
        if state == START:
            return ("value", "end") if self.many else ("value",)
        if state == AFTER:
            return (",", "}" if self.is_object else "]")
        if state == LITERAL:
            return (self.word[self.matched],)
        if MINUS <= state < LITERAL:
            after: tuple[str, ...] = ()
            if state >= ZERO:
                after = (",", "}" if self.is_object else "]") if self.stack else ("end",)
            return NUMBER_EXPECTED[state] + after
        if state in (HIGH, HIGH_ESCAPE, LOW, RAW_HIGH):
            return self._expected_after_high()
        if state == STRING and self.room == 0:
            return ('"',)
        return EXPECTED[state]

    def _expected_after_high(self) -> tuple[str, ...]:
        if self.replace:
            replaced = {HIGH_ESCAPE: ("escape",), LOW: ("hex digit",)}
            return replaced.get(self.state, EXPECTED[STRING] if self.room else ('"',))
        if self.state == LOW and self.digits < 2:
            return ("d",) if self.digits == 0 else ("c", "d", "e", "f")
        return {HIGH: ("\\",), HIGH_ESCAPE: ("u",), LOW: ("hex digit",)}.get(self.state, ())

    # --- between the tokens ----------------------------------------------------------

    def _structure(self, text: str, i: int, n: int) -> None:
        """Take `text` from `i`, where no token is open."""
        while i < n:
            c = text[i]
            state = self.state
            if c in " \t\n\r":
                i = i + 1 if c == " " and state < SPACE else self._blank(text, i, n)
            elif state == AFTER:
                if c == ",":
                    if self.commas + 1 >= self.counted:
                        self._comma(i)
                    self.commas += 1
                    self.state = KEY if self.is_object else VALUE
                else:
                    self._close(c, i)
                i += 1
            elif state <= ITEM:
                i = self._value(c, text, i, n)
            elif state == COLON:
                if c != ":":
                    raise self._unexpected(c, i)
                self.state = VALUE
                i += 1
            elif state <= KEY:
                i = self._key(c, text, i, n)
            elif state == REST:
                i = self._rest(text, i, n)
            else:
                raise self._unexpected(c, i, "extra_data")

    def _blank(self, text: str, i: int, n: int) -> int:
        if self.state >= SPACE:
            if self.state == REST or self.keep_rest:
                return self._rest(text, i, n)
            self.state = START
        end, newlines, newline = scan.blank_end(text, i, n)
        if newlines:
            self.lines += newlines
            self.newline = self.base + newline
        return end

    def _rest(self, text: str, i: int, n: int) -> int:
        self.state = REST
        if self.rest is None:
            self.rest = []
        self.rest.append(text[i:])
        newline = text.rfind("\n", i)
        if newline >= 0:
            self.lines += text.count("\n", i)
            self.newline = self.base + newline
        return n

    def _unexpected(self, c: str, i: int, code: str = "unexpected_character") -> Fault:
        after_comma = self.state == KEY or (self.state == VALUE and not self.is_object)
        trailing = after_comma and c in "]}"
        return unexpected(code, self.base + i, c, self.expected(), trailing=trailing)

    def _value(self, c: str, text: str, i: int, n: int) -> int:
        """A value begins with `c`, or an array ends. Answer where to go on."""
        if c == '"':
            return self._string_value(text, i, n)
        if c in "-0123456789":
            return self._number_value(text, i, n)
        if c == "{":
            self._open(i, True)
        elif c == "[":
            self._open(i, False)
        elif c in "tfn":
            return self._literal_value(c, text, i, n)
        elif c == "]" and self.state == ITEM:
            self._close(c, i)
        elif c == "\ufeff" and self.base + i == 0:  # RFC 8259, 8.1: a BOM may be ignored
            self.document_start = 1
            self.document_end += 1
        else:
            raise self._unexpected(c, i)
        return i + 1

    def _open(self, i: int, is_object: bool) -> None:
        if len(self.stack) >= self.max_depth:
            raise over("max_depth", self.max_depth, self.base + i)
        self.stack.append(self.commas * 2 + self.is_object)
        self.is_object = is_object
        self.commas = 0
        if is_object:
            self.handler.on_object_start(self.base + i)
            self.state = FIRST_KEY
        else:
            self.handler.on_array_start(self.base + i)
            self.state = ITEM

    def _close(self, c: str, i: int) -> None:
        if c == "}" and self.is_object:
            self.handler.on_object_end(self.base + i)
        elif c == "]" and not self.is_object:
            self.handler.on_array_end(self.base + i)
        else:
            raise self._unexpected(c, i)
        entry = self.stack.pop()
        self.commas = entry >> 1
        self.is_object = entry & 1 == 1
        self._end_value(self.base + i + 1)

    def count_from(self, members: int) -> None:
        """Tell the handler of commas after that many members, in whatever container."""
        self.counted = min(members, self.max_members)

    def _comma(self, i: int) -> None:
        if self.holds_commas:
            raise Fault("comma", self.base + i, "a comma is to be looked at", self.expected())
        if self.commas + 1 >= self.max_members:
            self._check_members(i, False)
        self.handler.on_comma(self.base + i, self.commas + 1)

    def _check_members(self, i: int, pending: bool) -> None:
        """A comma announces one member more; not all that were counted need be retained."""
        if self.handler.members(pending) >= self.max_members:
            self.state = AFTER  # the place of the fault is the container, not its last number
            raise over("max_members", self.max_members, self.base + i)

    def _end_value(self, end: int) -> None:
        """A value is complete; its last character stands before the offset `end`."""
        if self.stack:
            self.state = AFTER
        else:
            self._end_document(end)

    def _end_document(self, end: int) -> None:
        self.handler.on_document_end(end)
        self.documents += 1
        if self.many:
            self.state = START
            self.document_start = end
            self.document_end = end + self.max_document
        else:
            self.state = REST if self.keep_rest else DONE

    # --- strings ---------------------------------------------------------------------

    def _key(self, c: str, text: str, i: int, n: int) -> int:
        if c != '"':
            if c == "}" and self.state == FIRST_KEY:
                self._close(c, i)
                return i + 1
            raise self._unexpected(c, i)
        end = scan.plain_end(text, i + 1, n)
        if end < n and text[end] == '"' and end - i - 1 <= self.max_key:
            self.handler.on_key(scan.key(text, i + 1, end), self.base + i, self.base + end + 1)
            end += 1
            if end < n and text[end] == ":":
                self.state = VALUE
                return end + 1
            self.state = COLON
            return end
        self.state = STRING
        self.in_key = True
        self.began = self.base + i
        self.room = self.max_key
        if self.tells_keys and end == i + 1:
            self._tell_key(self.base + end)
        return self._string(text, i + 1, n, end)

    def _string_value(self, text: str, i: int, n: int) -> int:
        end = scan.plain_end(text, i + 1, n)
        if end < n and text[end] == '"' and end - i - 1 <= self.max_string:
            self.handler.on_string(text[i + 1 : end], self.base + i, self.base + end + 1)
            if self.stack:
                self.state = AFTER
            else:
                self._end_document(self.base + end + 1)
            return end + 1
        self.handler.on_string_start(self.base + i)
        self.state = STRING
        self.in_key = False
        self.room = self.max_string
        return self._string(text, i + 1, n, end)

    def _string(self, text: str, i: int, n: int, end: int) -> int:
        """Take the open string on from `i`; its plain characters go to `end`."""
        while True:
            if i < end:
                if end - i > self.room:
                    self._cut(text, i)
                self.room -= end - i
                if self.in_key:
                    self._grow(text[i:end])
                    if self.tells_keys:
                        self._tell_key(self.base + end)
                else:
                    self.listener.on_string_piece(text[i:end], self.base + i, self.base + end)
            if end == n:
                return n
            c = text[end]
            i = end + 1
            if c == '"':
                if self.in_key:
                    token = scan.known(self.token)
                    self.token = ""
                    self.handler.on_key(token, self.began, self.base + i)
                    self.state = COLON
                else:
                    self.handler.on_string_end(self.base + end)
                    if self.stack:
                        self.state = AFTER
                    else:
                        self._end_document(self.base + i)
                return i
            if c < " ":
                raise self._control_character(c, end)
            if self.room == 0:
                raise self._string_over(end)
            self.mark = self.base + end
            if c == "\\":
                self.state = ESCAPE
                if self.tells_scalars and not self.in_key:
                    self.listener.on_open_escape(self.mark)
            elif c <= "\udbff":
                self.room -= 1
                self.state = RAW_HIGH
            elif self.replace:
                self._character("\ufffd", self.mark + 1)
            else:
                raise self._lone_surrogate(end)
            while self.state != STRING:
                if i == n:
                    return n
                i = self._escape(text[i], i)
            end = scan.plain_end(text, i, n)

    def _grow(self, text: str) -> None:
        """The open key or number goes on with `text`."""
        token = self.token
        self.token = ""  # then `token` is the only reference, and grows where it is
        token += text
        self.token = token

    def _cut(self, text: str, i: int) -> NoReturn:
        """The open string's plain characters from `i` are more than it may take."""
        stop = i + self.room
        if stop > i:
            self._piece(text[i:stop], self.base + i, self.base + stop)
        raise self._string_over(stop)

    def _piece(self, text: str, start: int, end: int) -> None:
        if self.in_key:
            self._grow(text)
            if self.tells_keys:
                self._tell_key(end)
        else:
            self.listener.on_string_piece(text, start, end)

    def _tell_key(self, end: int) -> None:
        self.handler.on_open_key(self.token, self.began, end)

    def _string_over(self, i: int) -> Fault:
        limit, maximum = "max_string", self.max_string
        if self.in_key:
            limit, maximum = "max_key", self.max_key
        return over(limit, maximum, self.base + i)

    def _control_character(self, c: str, i: int) -> Fault:
        written = f"\\u{ord(c):04x}"
        message = f"a string holds no control character as it is; {written} is to be escaped"
        return Fault("control_character", self.base + i, message, ("character", "\\", '"'))

    # --- escapes ---------------------------------------------------------------------

    def _escape(self, c: str, i: int) -> int:
        """Take `c`, inside an escape or after a high surrogate. Answer where to go on."""
        state = self.state
        if state == ESCAPE:
            self._escaped(c, i)
        elif state == HEX:
            self._hex_digit(c, i)
        elif state == LOW:
            self._low_digit(c, i)
        elif state == HIGH and c == "\\":
            self.state = HIGH_ESCAPE
        elif state == HIGH_ESCAPE and c == "u":
            self.state = LOW
            self.unit = self.digits = 0
        elif state == HIGH_ESCAPE:
            if c not in ESCAPES and self.replace:
                raise unexpected("invalid_escape", self.base + i, c, ("escape",))
            self._replace_high(i)
            self.mark = self.base + i - 1
            self.state = ESCAPE
            return i
        else:
            if c < " " and self.replace:
                raise self._control_character(c, i)
            self._replace_high(i, c != '"')
            return i
        return i + 1

    def _escaped(self, c: str, i: int) -> None:
        if c == "u":
            self.state = HEX
            self.unit = self.digits = 0
        else:
            character = scan.escaped(c)
            if not character:
                raise unexpected("invalid_escape", self.base + i, c, ("escape",))
            self._character(character, self.base + i + 1)

    def _character(self, c: str, end: int) -> None:
        """The escape from `mark` to `end` is the character `c`."""
        self.state = STRING
        self.room -= 1
        self._piece(c, self.mark, end)

    def _hex_digit(self, c: str, i: int) -> None:
        value = scan.hex_value(c)
        if value < 0:
            raise unexpected("invalid_escape", self.base + i, c, ("hex digit",))
        self.unit = unit = self.unit * 16 + value
        self.digits += 1
        if self.digits == 2 and 0xDC <= unit <= 0xDF and not self.replace:
            raise self._lone_surrogate(i)
        if self.digits == 4 and 0xD800 <= unit <= 0xDBFF:
            self.high = unit
            self.room -= 1
            self.state = HIGH
        elif self.digits == 4:
            lone = 0xDC00 <= unit <= 0xDFFF
            self._character("\ufffd" if lone else chr(unit), self.base + i + 1)

    def _low_digit(self, c: str, i: int) -> None:
        value = scan.hex_value(c)
        if value < 0:
            raise unexpected("invalid_escape", self.base + i, c, ("hex digit",))
        unit = self.unit * 16 + value
        digits = self.digits + 1
        if (digits == 1 and unit != 0xD) or (digits == 2 and unit < 0xDC):
            self._replace_high(i)  # an escape of its own, then
            self.mark = self.base + i - 1 - digits
            self.state = HEX
        self.unit = unit
        self.digits = digits
        if digits == 4:
            self.state = STRING
            pair = 0x10000 + ((self.high - 0xD800) << 10) + (unit - 0xDC00)
            self._piece(chr(pair), self.mark, self.base + i + 1)

    def _replace_high(self, i: int, more: bool = True) -> None:
        """The character at `i` shows that the high surrogate is alone; `more` follow it."""
        if not self.replace:
            raise self._lone_surrogate(i)
        if more and self.room == 0:
            raise self._string_over(i)
        width = 1 if self.state == RAW_HIGH else 6
        self.state = STRING
        self._piece("\ufffd", self.mark, self.mark + width)

    def _lone_surrogate(self, i: int) -> Fault:
        message = "half a surrogate pair stands alone; it is no character"
        return Fault("lone_surrogate", self.base + i, message, self.expected())

    # --- numbers and literals --------------------------------------------------------

    def _number_value(self, text: str, i: int, n: int) -> int:
        end, state = scan.number_end(text, i, n, VALUE)
        if end - i > self.max_number:
            self.state = VALUE
            return self._number(text, i, n)
        if end < n and self._ends_number(state, text[end]):
            self.state = state
            self.handler.on_number(text[i:end], state > INT, self.base + i, self.base + end)
            self._end_value(self.base + end)
            return end
        return self._number_to(text, i, n, end, state)

    def _number(self, text: str, i: int, n: int) -> int:
        """Take the open number on from `i`."""
        room = i + self.max_number - len(self.token)
        end, state = scan.number_end(text, i, min(n, room), self.state)
        if room <= end < n and scan.number_end(text, end, end + 1, state)[0] > end:
            self._number_to(text, i, end, end, state)
            raise over("max_number", self.max_number, self.base + end)
        return self._number_to(text, i, n, end, state)

    def _number_to(self, text: str, i: int, n: int, end: int, state: int) -> int:
        """Take the open number on from `i` to `end`, and end it, if more than that is there."""
        self.state = state
        if end > i:
            self._grow(text[i:end])
        if end < n and self._ends_number(state, text[end]):
            self._end_number(self.base + end)
            return end
        if self.tells_scalars:  # what is found by that comes before an error
            self.handler.on_open_number(self.token, self.base + end - len(self.token))
        if end < n:
            if text[end] != "," or state < ZERO or not self.stack:
                raise self._bad_number(text[end], end)
            self._check_members(end, True)
            self._end_number(self.base + end)
        return end

    def _ends_number(self, state: int, c: str) -> bool:
        """Whether `c` may come after a number here. It is looked at again as what it is.

        A comma may not where there are as many members as may be: that is to be looked at.
        """
        if state < ZERO:
            return False
        if c in " \t\n\r" or not self.stack:
            return c in " \t\n\r"
        if c == ",":
            return self.commas + 1 < self.max_members
        return c == ("}" if self.is_object else "]")

    def _bad_number(self, c: str, i: int) -> Fault:
        if c in "0123456789":
            message = "a JSON number has no leading zeros"
            return Fault("invalid_number", self.base + i, message, self.expected())
        inside = self.state < ZERO or c in "+-._" or (c.isalnum() and c < "\x80")
        return self._unexpected(c, i, "invalid_number" if inside else "unexpected_character")

    def _end_number(self, end: int) -> None:
        token = self.token
        self.token = ""
        self.handler.on_number(token, self.state > INT, end - len(token), end)
        self._end_value(end)

    def _literal_value(self, c: str, text: str, i: int, n: int) -> int:
        self.word = "true" if c == "t" else "false" if c == "f" else "null"
        end = i + len(self.word)
        if text.startswith(self.word, i):
            self._end_literal(self.base + end)
            return end
        self.state = LITERAL
        self.matched = 1
        if self.tells_scalars:
            self.handler.on_open_literal(WORDS[c][1], self.base + i)
        return self._literal(text, i + 1, n)

    def _literal(self, text: str, i: int, n: int) -> int:
        word = self.word
        while i < n:
            if text[i] != word[self.matched]:
                raise self._unexpected(text[i], i, "invalid_literal")
            self.matched += 1
            i += 1
            if self.matched == len(word):
                self._end_literal(self.base + i)
                break
        return i

    def _end_literal(self, end: int) -> None:
        word = self.word
        value = True if word == "true" else False if word == "false" else None
        self.handler.on_literal(value, end - len(word), end)
        self._end_value(end)
        if not self.stack and (self.many or self.keep_rest):
            self.state = SPACE

    def _resume(self, text: str, i: int, n: int) -> int:
        """Go on inside the token that was left open."""
        while i < n:
            state = self.state
            if state == STRING:
                i = self._string(text, i, n, scan.plain_end(text, i, n))
            elif state < STRING:
                break
            elif state < MINUS:
                i = self._escape(text[i], i)
            elif state < LITERAL:
                i = self._number(text, i, n)
            elif state == LITERAL:
                i = self._literal(text, i, n)
            else:
                i = self._rest(text, i, n)
        return i

    # --- checkpoints -----------------------------------------------------------------

    def save(self) -> dict[str, Any]:
        """The state as plain data: nothing that `limits` or the options say."""
        room = self.max_key if self.in_key else self.max_string
        data = {name: getattr(self, name) for name in _SAVED}
        data["state"] = STATE_NAMES[self.state]
        data["stack"] = list(self.stack)
        data["string_length"] = room - self.room if STRING <= self.state < MINUS else 0
        data["rest"] = "".join(self.rest or ())
        return data

    def load(self, data: dict[str, Any]) -> None:
        """Take up a saved state."""
        for name in _SAVED:
            setattr(self, name, data[name])
        self.state = STATE_NAMES.index(data["state"])
        self.stack = list(data["stack"])
        room = self.max_key if self.in_key else self.max_string
        self.room = max(0, room - data["string_length"])
        self.rest = [data["rest"]] if data["rest"] else None
        self.document_end = self.document_start + self.max_document


_SAVED = (
    *("base", "began", "commas", "digits", "document_start", "documents", "high", "in_key"),
    *("is_object", "lines", "mark", "matched", "newline", "token", "unit", "word"),
)
