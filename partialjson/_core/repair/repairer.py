"""The repairer: fragments of the given text in, repaired text into the tokenizer.

It does nothing as long as the tokenizer takes a fragment as it is. Where a `Fault` comes out,
the rules of the tokenizer's state are asked one after the other. A rule looks at the character
that was refused and may

- write something else in its place (`edit`, `put`) or leave it out (`skip`), or
- start a *mode*: a reading of its own that gets the characters that follow, until it ends.

What a mode cannot decide yet is `held`: read, but not handed on. A mode that was wrong gives
it back (`push_back`), and it is read again in another way. Nothing that the tokenizer was told
is ever taken back, but for the beginning of a number, a literal or an escape (`unread`), of
which nobody has heard.

Two texts have offsets here. The *given* text is what was fed; the *repaired* text is what the
tokenizer reads. `edits` leads from the second to the first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from typing import TYPE_CHECKING, Any, Final, NoReturn

from ...events import Repaired, event_from_dict
from ..faults import Fault
from ..grammar import (
    AFTER,
    COLON,
    DONE,
    FIRST_KEY,
    HEX,
    HIGH,
    HIGH_ESCAPE,
    ITEM,
    KEY,
    LITERAL,
    LOW,
    MINUS,
    RAW_HIGH,
    REST,
    SPACE,
    START,
    STRING,
    VALUE,
)
from ..snapshot import open_steps
from ..source import KEPT
from ..text import size_of
from . import around, closing, guided, joints, quotes, structure, words
from .names import BLANKS, HELD, chosen
from .shape import check

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..hints import Hints
    from ..source import Source
    from ..tokenizer import Tokenizer
    from ..tree import Tree

    Rule = Callable[["Repairer", str, str, int], int]
    Mode = Callable[["Repairer", str, int], int]

_WINDOW: Final = 1024  # characters: no more is copied for one repair
_EDITS: Final = 512  # how many are remembered: offsets of what is open are looked up, no others
_MENDED: Final = frozenset(
    {
        *("unexpected_character", "invalid_number", "invalid_literal", "extra_data"),
        *("invalid_escape", "control_character", "lone_surrogate", "comma"),
    }
)
_ANYWHERE: Final[tuple[Rule, ...]] = (structure.white_space, structure.comments)
_VALUES: Final[tuple[Rule, ...]] = (
    *(structure.trailing_comma, structure.leading_comma, structure.missing_value),
    *(quotes.quote_begins, structure.mismatched_close, words.word_begins),
)
_KEYS: Final[tuple[Rule, ...]] = (
    *(structure.trailing_comma, structure.leading_comma, quotes.quote_begins),
    *(structure.mismatched_close, words.bare_key_begins),
)
_RULES: Final[dict[int, tuple[Rule, ...]]] = {  # by the tokenizer's state, in this order
    START: (
        *_ANYWHERE,
        *(structure.trailing_comma, structure.semicolon, structure.extra_close),
        *(around.ticks_begin, around.tag_begins, quotes.quote_begins, words.word_begins),
        around.prose_begins,
    ),
    VALUE: (*_ANYWHERE, *_VALUES),
    ITEM: (*_ANYWHERE, *_VALUES),
    FIRST_KEY: (*_ANYWHERE, *_KEYS),
    KEY: (*_ANYWHERE, *_KEYS),
    COLON: (*_ANYWHERE, joints.missing_colon),
    AFTER: (
        *(structure.held_comma, *_ANYWHERE, structure.semicolon),
        *(joints.missing_comma, structure.mismatched_close),
    ),
    DONE: (
        *(*_ANYWHERE, structure.trailing_comma, structure.semicolon, structure.extra_close),
        *(around.ticks_begin, around.tag_begins, around.prose_begins),
    ),
    SPACE: (*_ANYWHERE, structure.literal_ends),
    **dict.fromkeys(
        range(STRING, MINUS), (quotes.raw_control, quotes.invalid_escape, quotes.lone_surrogate)
    ),
    **dict.fromkeys(range(MINUS, REST), (*_ANYWHERE, structure.number_ends, words.word_begins)),
}
_MODES: Final[Mapping[str, Mode]] = {
    "comma": structure.comma,
    "slash": structure.slash,
    "line": structure.line,
    "block": structure.block,
    "bracket": structure.bracket,
    "quoted": quotes.quoted,
    "inner": quotes.inner,
    "hex": quotes.hex_digits,
    "crlf": quotes.crlf,
    "low": quotes.low_digits,
    "first_word": words.first_word,
    "word": words.word,
    "word_end": words.word_end,
    "next_word": words.next_word,
    "bare": words.bare,
    "bare_key": words.bare_key,
    "cased": guided.cased,
    "ticks": around.ticks,
    "info": around.info,
    "tag": around.tag,
    "thinking": around.thinking,
    "prose": around.prose,
    "after": around.after,
}
_WORD_MODES: Final = ("word", "word_end", "next_word")
_SAVED: Final = (
    *("modes", "held", "closers", "close_tag", "fenced", "line_blank", "wrapped"),
    *("shift", "lines", "newline", "counted", "truncated"),
    *("span", "span_at", "span_name", "tail", "tail_at", "heard"),
)


class Repairer:
    """Reads what is not JSON.

    Args:
        repair: as users say it.
        tokenizer: gets the repaired text.
        tree: knows the open path, and has the list of events.
        tells: whether a repair at a path is handed out as an event.

    Attributes:
        on: the repairs' names.
        named: each of them was asked for by its name.
        source: where the repaired text is kept, if anybody wants it.
        hints: what a type or schema says of the place at hand.
        repairs: all repairs so far.
        truncated: the document was cut off and completed here.
        modes: who reads the next character, the last first; the tokenizer, if nobody.
        held: characters that were read and are not decided.
    """

    def __init__(
        self, repair: object, tokenizer: Tokenizer, tree: Tree, tells: Callable[[Any], bool]
    ) -> None:
        self.on, self.named = chosen(repair)
        self.tokenizer = tokenizer
        self.tree = tree
        self.tells = tells
        self.source: Source | None = None
        self.hints: Hints | None = None
        self.repairs: list[Repaired] = []
        self.truncated = False
        self.modes: list[str] = []
        self.held = ""
        self.heard = ""  # of the held word, what was an open number
        self.closers = ""  # of the open quoted string
        self.close_tag = ""  # ends what is being skipped
        self.fenced = ""  # the fence that is open
        self.line_blank = True  # only white space so far on this line of prose
        self.wrapped: list[int] = []  # depths of lists that were put around an object
        self.shift = 0  # what was read of the given text, less the length of the repaired one
        self.bound: int | None = None  # where the given text ends that is written otherwise now
        self.edits: list[tuple[int, int]] = []  # offset in the repaired text, shift from there
        self.narrow = deque[tuple[int, int]](maxlen=HELD + 1)  # where U+FFFD spared bytes, how many
        self.lines = 0  # newlines that the tokenizer did not see
        self.newline = -1  # the given offset of the last one that was counted
        self.counted = -1  # of the tokenizer's newlines, the last that went into it
        self.span: str | None = None  # the beginning of what is being skipped
        self.span_at = 0
        self.span_name = ""
        self.watches = bool(self.on & {"inner_quotes", "wrap_list", "key_case"})
        self.text = ""  # what is being read
        self.start = 0  # its given offset
        self.at = 0  # which character of it was read last
        self._fragment = ""
        self._fragment_at = 0
        self._previous = " "  # the character before `text`
        self.tail = ""  # where the source has repaired text: the given text before the fragment,
        self.tail_at = 0  # and where that ends in the repaired text
        self.holds_commas = not self.on.isdisjoint(("trailing_comma", "missing_close"))
        tokenizer.holds_commas = self.holds_commas

    # --- reading -----------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether the next fragment has to come here before the tokenizer."""
        return bool(self.modes) or self.watches or self.guards()

    def guards(self) -> bool:
        """Whether the first word could be prose although it begins like a literal."""
        tokenizer = self.tokenizer
        if tokenizer.state != START or tokenizer.documents:
            return False
        if self.named and "bare_strings" in self.on:
            return True
        return tokenizer.tells_scalars and "prose" in self.on

    def feed(self, text: str, previous: str, fault: Fault | None = None) -> None:
        """Take a fragment, of which the tokenizer refused a character if `fault` says so.

        `previous` is the character before it.
        """
        tokenizer = self.tokenizer
        self._fragment = text
        if self.source is not None:
            self._look_back(self.source)
            previous = self.tail[-1:]
        self._previous = previous or " "
        self._fragment_at = start = tokenizer.base + self.shift
        first = 0
        if fault is not None:
            self.text, self.start = text, start
            first = self._mend(fault, 0, tokenizer.base)
            start, text = self.start, self.text  # a rule may have given something back
        while first < len(text):
            if first:
                self._previous = text[first - 1]
            self.text = (
                text if not first and len(text) <= _WINDOW else text[first : first + _WINDOW]
            )
            self.start = start + first
            first += len(self.text)
            i = 0
            while i < len(self.text):
                i = self._step(i)
        self.shift = self._fragment_at + len(self._fragment) - tokenizer.base
        if self.source is not None:
            self.tail = (self.tail + self._fragment)[-KEPT - HELD :]
            self.tail_at = tokenizer.base

    def _look_back(self, source: Source) -> None:
        """What came since the last fragment that was read here stands as it is in the source."""
        base = self.tokenizer.base
        if base > self.tail_at:
            passed = source.slice(max(self.tail_at, base - KEPT), base)
            self.tail = (self.tail + passed)[-KEPT - HELD :]

    def _step(self, i: int) -> int:
        self.at = i
        if self.modes:
            return _MODES[self.modes[-1]](self, self.text, i)
        if self.guards() and self.text[i] in "-tfn \t\n\r\ufeff":
            return words.guard(self, self.text, i)
        if self.watches:
            return guided.watch(self, self.text, i)
        return self.strict(i, len(self.text))

    def strict(self, i: int, end: int) -> int:
        """Hand the text from `i` to `end` on as it is. Answer where to go on."""
        tokenizer = self.tokenizer
        text = self.text
        piece = text if i == 0 and end == len(text) else text[i:end]
        base = tokenizer.base
        if self.source is not None:
            self.source.chunks.append(piece)
        try:
            tokenizer.feed(piece)
        except Fault as fault:
            return self._mend(fault, i, base)
        return end

    def _mend(self, fault: Fault, i: int, base: int) -> int:
        """Find another reading of what was refused; `i` stands at the offset `base`."""
        tokenizer = self.tokenizer
        k = self.at = i + fault.offset - base
        if fault.code not in _MENDED:
            raise fault
        if self.source is not None:
            self.source.cut(fault.offset)
        tokenizer.base = fault.offset
        self._tell_open()
        c = self.text[k]
        for rule in _RULES[tokenizer.state]:
            j = rule(self, c, self.text, k)
            if j >= 0:
                return j
        raise fault

    def _tell_open(self) -> None:
        """Tell what is open, as where a fragment ends: what is found by that comes first."""
        tokenizer = self.tokenizer
        if MINUS <= tokenizer.state < LITERAL:
            if tokenizer.tells_scalars:
                start = tokenizer.base - len(tokenizer.token)
                tokenizer.handler.on_open_number(tokenizer.token, start)
        elif STRING <= tokenizer.state < MINUS and tokenizer.in_key and tokenizer.tells_keys:
            end = tokenizer.base if tokenizer.state == STRING else tokenizer.mark
            tokenizer.handler.on_open_key(tokenizer.token, tokenizer.began, end)

    # --- what rules and modes do -------------------------------------------------------

    def put(self, text: str, k: int = 0, before: str = "") -> None:
        """Write a part of the repaired text, for `before`, which stands at `k`, if that differs."""
        if self.source is not None:
            self.source.chunks.append(text)
        self.tokenizer.holds_commas = False
        try:
            self.tokenizer.feed(text)
        except Fault as fault:
            self.at = at = max(self.given(fault.offset) - self.start, -_WINDOW)
            if at < 0:  # it was held
                held = text
                if before:
                    held = before[at - k :] if at >= k else ""  # else it is of a number, in ASCII
                self.text = held.ljust(-at)[:-at] + self.text
                self.start += at
                self.at = 0
            raise
        self.tokenizer.holds_commas = self.holds_commas

    def mark(self, k: int) -> None:
        """The repaired text goes on with what is given from the character `k`."""
        tokenizer = self.tokenizer
        edits = self.edits
        if tokenizer.newline > self.counted:
            self.newline = max(self.newline, tokenizer.newline + (edits[-1][1] if edits else 0))
            self.counted = tokenizer.newline
        while edits and edits[-1][0] >= tokenizer.base:
            edits.pop()
        edits.append((tokenizer.base, self.start + k - tokenizer.base))
        if len(edits) > _EDITS:
            del edits[: _EDITS // 2]

    def edit(self, name: str, k: int, before: str, after: str) -> int:
        """Read `before`, which stands at `k`, as `after`. Answer where to go on."""
        self.tell(name, k, before, after)
        return self.replace(k, before, after)

    def replace(self, k: int, before: str, after: str) -> int:
        """The same without a word."""
        self.mark(k)
        self.bound = self.start + k + len(before)
        if after:
            self.put(after, k, before)
        self.bound = None
        self.count_newlines(before, k)
        self.mark(k + len(before))
        return k + len(before)

    def tell(self, name: str, k: int, before: str, after: str) -> None:
        """A repair was made at `k`."""
        state = self.tokenizer.state
        path = open_steps(self.tree, state == ITEM or self.tokenizer.at_value())
        event = Repaired(path, name, self.start + k, shortened(before), shortened(after))
        self.repairs.append(event)
        if self.tells(path):
            self.tree.out.append(event)

    def count_newlines(self, text: str, k: int) -> None:
        """Count those in a part of the given text that the tokenizer does not get to see."""
        newlines = text.count("\n")
        if newlines:
            self.lines += newlines
            self.newline = max(self.newline, self.start + k + text.rfind("\n"))

    def begin(self, mode: str, held: str = "") -> None:
        """A mode reads on; `held` belongs to what it is to decide."""
        self.modes.append(mode)
        self.held = held

    def go(self, mode: str, held: str = "") -> None:
        """Another mode takes the place of the present one."""
        self.modes[-1] = mode
        self.held = held

    def end(self) -> str:
        """The present mode ends. Answer with what it held."""
        self.modes.pop()
        held, self.held = self.held, ""
        return held

    def hold_blanks(self, text: str, i: int, blanks: str = BLANKS) -> tuple[int, str | None]:
        """Hold the white space from `i` on. Answer where it ends, and what comes next.

        What comes next is None while nobody knows, and "" if too much is held by now.
        """
        end = i
        most = min(len(text), i + HELD + 1 - len(self.held))
        while end < most and text[end] in blanks:
            end += 1
        self.held += text[i:end]
        if len(self.held) > HELD:
            return end, ""
        return end, text[end] if end < len(text) else None

    def push_back(self, held: str, k: int) -> int:
        """What was held is to be read again, before the character `k`. Answer where to go on."""
        i = k - len(held)
        if i:
            self._previous = self.text[i - 1] if i > 0 else " "
        self.text = held + self.text[k:]
        self.start += k - len(held)
        return 0

    def open_span(self, name: str, k: int) -> None:
        """From `k` on text is left out, by the repair of that name."""
        self.span, self.span_at, self.span_name = "", self.start + k, name

    def skip(self, text: str, k: int) -> None:
        """Leave out `text`, which stands at `k`."""
        if self.span is not None and len(self.span) <= HELD:
            self.span += text[: HELD + 1 - len(self.span)]
        self.count_newlines(text, k)

    def close_span(self, k: int) -> None:
        """The span ends before `k`."""
        span, self.span = self.span, None
        if span:
            self.mark(k)
            self.tell(self.span_name, self.span_at - self.start, span, "")

    def unread(self) -> str:
        """Forget the open number, literal or escape, of which nobody has heard."""
        tokenizer = self.tokenizer
        state = tokenizer.state
        if state >= LITERAL:
            token = tokenizer.word[: tokenizer.matched]
            tokenizer.state = self._before_value()
        elif state >= MINUS:
            token, tokenizer.token = tokenizer.token, ""
            tokenizer.state = self._before_value()
            self.heard = token
        else:
            token = _escape_so_far(tokenizer)
            if state in (HIGH, HIGH_ESCAPE, LOW, RAW_HIGH):
                tokenizer.room += 1
            tokenizer.state = STRING
        tokenizer.base -= len(token)
        if self.source is not None:
            self.source.cut(tokenizer.base)
        return token

    def _before_value(self) -> int:
        """The tokenizer's state before the value that is open."""
        tokenizer = self.tokenizer
        if not tokenizer.stack:
            return START
        return VALUE if tokenizer.is_object or tokenizer.commas else ITEM

    def heard_number(self) -> str:
        """The beginning of a number that was told to be open, and may be anything now."""
        is_word = bool(self.modes) and self.modes[-1] in _WORD_MODES
        return self.heard if is_word and self.held.startswith(self.heard) else ""

    def drop_comma(self) -> None:
        """The last comma, which only white space follows, becomes white space itself."""
        tokenizer = self.tokenizer
        tokenizer.commas -= 1
        tokenizer.state = AFTER
        if self.source is not None:
            self.source.blank_comma()

    def run_back(self, held: str) -> None:
        """At the end of the text, read what a mode gave back, and `held` after it."""
        self.text += held
        self.start -= len(held)
        i = 0
        while i < len(self.text):
            i = self._step(i)
        self.start += len(self.text)
        self.text = ""

    def tell_bytes(self, data: bytes) -> None:
        """These bytes, which come next as U+FFFD, are no UTF-8."""
        self.stop()
        self.narrow.append((self.start, 3 - len(data)))
        if "bad_utf8" in self.on:
            self.tell("bad_utf8", 0, data.decode("utf-8", "backslashreplace"), "\ufffd")

    def refuse(self, code: str, k: int, message: str, *expected: str) -> NoReturn:
        """The character at `k` has no reading."""
        self.at = k
        self.count_newlines(self.held, k - len(self.held))
        raise Fault(code, self.tokenizer.base, message, expected)

    # --- the place at hand ---------------------------------------------------------------

    @property
    def at_root(self) -> bool:
        """Whether no container is open."""
        return not self.tokenizer.stack

    def takes_text(self) -> bool:
        """Whether a string may stand here, as far as anybody knows."""
        if self.at_root and not self.named:
            return False
        kinds = None if self.hints is None else self.hints.kinds_expected()
        return "bare_strings" in self.on and (kinds is None or "string" in kinds)

    def before(self, k: int) -> str:
        """The character that was read before `k`; a space at the start."""
        return self.text[k - 1] if k else self._previous

    def given(self, offset: int) -> int:
        """The offset in the given text of one in the repaired text."""
        edits = self.edits
        i = bisect_right(edits, (offset, 1 << 62))
        start, shift = edits[i - 1] if i else (0, 0)
        end = sum(edits[i]) if i < len(edits) else self.bound
        if end is None:
            return offset + shift
        return min(offset + shift, max(start + shift, end - 1))  # what replaces it may be longer

    def stopped(self, offset: int) -> None:
        """The parse ends with the character at an offset of the repaired text."""
        self.shift = self.given(offset) - offset

    def place(self, fault: Fault, wide: int, recent: str) -> dict[str, Any]:
        """Where in the given text a fault stands that was met last, and what is before it.

        Args:
            wide: how many bytes more than characters came before the fragment at hand.
            recent: the given text before that, or the end of it, if there is no source.

        Returns:
            Its offsets, line, column and character, and the text up to there.
        """
        tokenizer = self.tokenizer
        fragment, begin = self._fragment, self._fragment_at
        offset = self.start + self.at
        if fault.code == "incomplete":
            offset = begin + len(fragment)
        doc = recent if self.source is None else self.tail
        behind = ""  # it, and before the fragment: what was held
        if offset >= begin:
            before = fragment[: offset - begin]
            doc += before
            extra = size_of(before) - len(before)
        else:
            doc, behind = doc[: offset - begin], doc[offset - begin :]
            extra = len(behind) - size_of(behind)
            extra += sum(spared for at, spared in self.narrow if offset <= at < begin)
        tokenizer.base = fault.offset
        self.mark(offset - self.start)
        self.shift = offset - fault.offset
        lines, newline = tokenizer.lines + self.lines, self.newline
        if newline >= offset:  # it was counted, and comes later
            lines -= behind[: newline - offset + 1].count("\n")
            newline = offset - len(doc) + doc.rfind("\n")
        return {
            "offset": offset,
            "byte_offset": offset + wide + extra + fault.bytes_in,
            "lineno": lines + 1,
            "colno": offset - newline,
            "character": self.text[self.at : self.at + 1],
            "doc": doc[-KEPT:],
        }

    @property
    def read(self) -> int:
        """How many characters of the given text were read."""
        return self.tokenizer.base + self.shift

    def stop(self) -> None:
        """Nothing is at hand: what comes next has not come."""
        self.text, self.start = "", self.read
        self.at = 0
        self._fragment, self._fragment_at = "", self.start

    def close(self) -> None:
        """The text is over."""
        self.stop()
        if self.source is not None:
            self._look_back(self.source)
        closing.close(self)
        self.shift = self.start + len(self.text) - self.tokenizer.base

    # --- checkpoints -----------------------------------------------------------------------

    def save(self) -> dict[str, Any]:
        """The state as plain data."""
        data = {name: getattr(self, name) for name in _SAVED}
        data["modes"] = [*self.modes]
        data["wrapped"] = [*self.wrapped]
        data["edits"] = [[*edit] for edit in self.edits]
        data["narrow"] = [[*each] for each in self.narrow]
        data["repairs"] = [event.as_dict() for event in self.repairs]
        return data

    def load(self, data: dict[str, Any], failed: bool) -> None:
        """Take up a saved state; after an error nothing is read any more."""
        check(data, self, failed)
        for name in _SAVED:
            setattr(self, name, data[name])
        self.edits = [(offset, shift) for offset, shift in data["edits"]]
        self.narrow.extend((offset, spared) for offset, spared in data["narrow"])
        self.repairs = [_as_repaired(event) for event in data["repairs"]]


def _as_repaired(data: Any) -> Repaired:
    event = event_from_dict(data)
    if not isinstance(event, Repaired):
        raise ValueError("it is no repair")
    return event


def shortened(text: str) -> str:
    """A text as an event shows it."""
    return text if len(text) <= HELD else text[: HELD - 1] + "…"


def _escape_so_far(tokenizer: Tokenizer) -> str:
    """The open escape, as long as it was written."""
    state = tokenizer.state
    if state == RAW_HIGH:
        return "\ud800"
    if state < HIGH:
        if state != HEX:
            return "\\"
        return "\\u" + f"{tokenizer.unit:0{tokenizer.digits}x}" if tokenizer.digits else "\\u"
    text = f"\\u{tokenizer.high:04x}"
    if state != HIGH:
        text += "\\"
    if state == LOW:
        text += "u" + (f"{tokenizer.unit:0{tokenizer.digits}x}" if tokenizer.digits else "")
    return text
