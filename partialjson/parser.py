# cython: nonecheck=True
"""`Parser`: fragments in, events and a growing value out.

It wires the decoder, the tokenizer and the handlers, and turns the core's faults into the
public errors: only here are line, column, bytes, path and events all known.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NoReturn, TypeAlias, TypeVar

from . import _cython as cython
from . import events as _events
from ._core import checkpoint as _checkpoint
from ._core import scan
from ._core import snapshot as _snapshot
from ._core.checkpoint import denoted, name_of, noted
from ._core.faults import Fault
from ._core.grammar import DONE, LITERAL, REST, SPACE, START, WORDS
from ._core.handler import Handler
from ._core.hints import Hints
from ._core.options import PLAIN, Options, checked, checked_events
from ._core.shape import check
from ._core.snapshot import State
from ._core.source import Source
from ._core.text import Decoder, Piece, as_bytes, size_of
from ._core.tokenizer import Tokenizer
from ._core.tree import Tree
from ._seal import seal, unreadable, unseal
from .errors import (
    CheckpointError,
    IncompleteJSONError,
    JSONSyntaxError,
    LimitExceededError,
    PartialJSONError,
    UsageError,
    error_from_dict,
)
from .events import (
    DocumentCompleted,
    Event,
    FieldCompleted,
    Repaired,
    StringDelta,
    ValueStarted,
    deepened,
)
from .limits import Limits
from .paths import Path, Pattern, read_path, read_patterns

if TYPE_CHECKING:
    from ._core.repair.repairer import Repairer
if cython.compiled:
    import cython  # type: ignore[no-redef,unused-ignore]  # where Cython learns the name

__all__ = ["COMPILED", "Fragment", "Parser", "Repair"]

COMPILED: Final = cython.compiled
"""Whether this is the compiled build. `PARTIALJSON_PURE=1` in the environment forces the other."""

Fragment: TypeAlias = str | bytes | bytearray | memoryview
Repair: TypeAlias = bool | Literal["json5"] | Collection[str]
Convert: TypeAlias = Callable[[str], Any]
_Self = TypeVar("_Self", bound="Parser")

# How the next fragment is taken: at once, with a look at what is held or has failed, or not at
# all, because this parser is in the middle of one.
_PLAIN, _SPECIAL, _BUSY = 0, 1, 2

_TAIL = 80  # characters of `error.doc`; fragments up to here are kept whole for it
_MANY = 2 * _TAIL  # fragments, until the oldest are let go
_LONG_TAIL = 5 * _TAIL  # characters: the same, where repairs hold some back


class Parser:
    """A push parser for JSON (RFC 8259) that arrives in fragments.

    `feed` takes text as it comes and answers with events; `value` is what is there. What a
    user can rely on:

    1. Fragments never matter.
    2. The value is what `json.loads` gives.
    3. Errors come at the first hopeless character.
    4. Constant work per character.
    5. Values only grow.
    6. Each value is completed exactly once.
    7. Events are prompt.
    8. Nothing is lost.
    9. A checkpoint resumes anywhere.
    10. Early verdicts are sound, final verdicts exact.
    11. Repairs leave JSON alone.
    12. Limits hold.

    Args:
        events: the event classes to hand out; None for all.
        paths: a pattern or a list of patterns; only events of values that one of them
            selects are handed out. See `partialjson.paths`.
        keep: False builds only what `paths` selects and lets it go after its event.
        many: documents follow one another, separated by optional white space.
        repair: which text that is not JSON is read all the same: none (False), what JSON5
            allows (`"json5"`), all repairs that leave valid JSON alone (True), or a set of
            names; see `docs/repairs.md`.
        limits: see `Limits`.
        duplicate_keys: what a repeated key does: the `"last"` member wins (as in
            `json.loads`), the `"first"`, or it is an `"error"`.
        parse_int: called with the text of each integer instead of `int`.
        parse_float: called with the text of each other number instead of `float`.
        lone_surrogates: `"replace"` turns half a surrogate pair into U+FFFD.
        bad_utf8: `"replace"` turns what is not UTF-8 into U+FFFD.
        trailing: `"keep"` collects what follows the document in `rest`.

    Raises:
        UsageError: for options that make no sense, alone or together.
        TypeError: for options of the wrong type.

    >>> parser = Parser()
    >>> parser.feed('{"city": "Par')
    [ValueStarted(path=(), kind='object'), ValueStarted(path=('city',), kind='string'), \
StringDelta(path=('city',), delta='Par')]
    >>> parser.value
    {'city': 'Par'}
    """

    _event_types: ClassVar[tuple[type[Event], ...]] = (
        *(ValueStarted, StringDelta, FieldCompleted, DocumentCompleted, Repaired),
    )

    def __init__(
        self,
        *,
        events: Iterable[type[Event]] | type[Event] | None = None,
        paths: Pattern | Iterable[Pattern] | None = None,
        keep: bool = True,
        many: bool = False,
        repair: Repair = False,
        limits: Limits | None = None,
        duplicate_keys: Literal["last", "first", "error"] = "last",
        parse_int: Convert | None = None,
        parse_float: Convert | None = None,
        lone_surrogates: Literal["error", "replace"] = "error",
        bad_utf8: Literal["error", "replace"] = "error",
        trailing: Literal["error", "keep"] = "error",
    ) -> None:
        options = (
            *(keep, many, duplicate_keys, lone_surrogates, bad_utf8, trailing),
            *(limits, parse_int, parse_float, repair),
        )
        is_plain = options == PLAIN and keep is True and many is False and repair is False
        self._options = PLAIN if is_plain else checked(Options(*options))
        self._kinds: Collection[type[Event]] | None = None  # all
        if events is not None:
            self._kinds = checked_events(events, self._event_types, type(self).__name__)
        self._patterns = None if paths is None else read_patterns(paths)
        self._tree = Tree(self._kinds, self._patterns, keep, duplicate_keys, parse_int, parse_float)
        self._decoder = Decoder()
        self._source: Source | None = None  # of open subtrees, if a handler asks for it
        self._tokenizer = Tokenizer(self._handler(), self._options)
        self._repairer: Repairer | None = None
        self._special = _PLAIN  # whether the next fragment is taken as it is: see below
        self._wide = 0  # how many more bytes than characters so far
        self._recent: list[str] = []  # the last fragments, for `doc`
        if self._source is not None:
            self._recent = self._source.chunks
        self._many = _MANY  # how many may be there until the oldest are let go
        self._error: PartialJSONError | None = None
        self._closed = False
        self._over = False  # failed or closed: special
        self._undelivered: list[Event] | None = None
        if repair is not False:
            self._begin_repairs(repair)

    def _begin_repairs(self, repair: Repair) -> None:
        """Read what is not JSON, too."""
        from ._core.repair.repairer import Repairer

        told = self._kinds is None or Repaired in self._kinds
        patterns = self._patterns
        self._repairer = repairer = Repairer(
            repair,
            self._tokenizer,
            self._tree,
            lambda path: told and (patterns is None or patterns.covers(path)),
        )
        repairer.source = self._source
        self._many = 2 * _LONG_TAIL
        self._special = self._manner()

    def _handler(self) -> Handler:
        """What hears the tokenizer; other parsers add theirs."""
        return self._tree

    def _wanted(self) -> Collection[type[Event]]:
        """The event classes that are handed out."""
        return self._event_types if self._kinds is None else self._kinds

    def _guide(self, hints: Hints) -> None:
        """Repairs may ask what a type or schema expects."""
        if self._repairer is not None:
            self._repairer.hints = hints
            self._special = self._manner()

    # --- feeding ---------------------------------------------------------------------

    def feed(self, fragment: Fragment, /) -> list[Event]:
        """Take the next piece of the text, of any length.

        Args:
            fragment: str, bytes, bytearray or memoryview; bytes are UTF-8. It may end
                anywhere, also inside an escape or a UTF-8 sequence.

        Returns:
            The events that it caused, in document order; often none.

        Raises:
            JSONSyntaxError: at the first character after which the text cannot be JSON.
            LimitExceededError: at the first character that exceeds a limit.
            UsageError: after `close`; in the middle of a fragment (code `busy`).
            TypeError: for anything that is not text.

        After an error each call raises a new, equal one. An exception from `parse_int` or
        `parse_float` comes as it is; `undelivered` has the events before it.
        """
        if self._special or type(fragment) is not str:
            return self._feed_any(fragment)
        text = fragment
        if not 0 < len(text) <= _TAIL:
            return self._feed_any(text)
        wide = 0 if scan.is_ascii(text) else scan.wide(text)
        if wide < 0:
            return self._feed_any(text)
        recent = self._recent
        recent.append(text)
        tokenizer = self._tokenizer  # lives on, whatever user code does to this parser meanwhile
        self._special = _BUSY
        try:
            tokenizer.feed(text)
        except Fault as fault:
            if self._repairer is None:
                raise self._failed(fault, text) from None
            self._mend(text, fault)
            self._special = self._manner()
        except BaseException as error:
            self._broken(error, text)
            raise
        else:
            self._special = _PLAIN
        if wide or len(recent) > self._many:
            self._read(wide)
        tree = self._tree
        if tree.in_string:
            tree.flush()
        events = tree.out
        if events:
            tree.out = []
            return deepened(events) if tree.deep else events
        return []

    def _mend(self, text: str, fault: Fault | None = None) -> None:
        """Let the repairer read `text`, the last fragment, or the rest of it from a fault on."""
        repairer: Any = self._repairer
        recent = self._recent
        previous = recent[-2][-1:] if len(recent) > 1 else ""
        if self._source is not None and fault is None:
            recent.pop()
        try:
            repairer.feed(text, previous, fault)
        except Fault as final:
            if self._source is None:
                recent.pop()
            raise self._failed(final, "") from None
        except BaseException as error:
            self._broken(error, "")
            raise

    def _manner(self) -> int:
        """How the next fragment is to be taken."""
        if self._over or self._decoder.high or self._decoder.held:
            return _SPECIAL
        return _SPECIAL if self._repairer is not None and self._repairer.busy else _PLAIN

    def _begin(self) -> None:
        """Something is about to be read; `_finish` says that it was."""
        self._refuse_busy()
        self._special = _BUSY

    def _finish(self) -> None:
        if self._special == _BUSY:
            self._special = self._manner()

    def _refuse_busy(self) -> None:
        if self._special == _BUSY:
            told = (
                "this parser is in the middle of a fragment; feed, close and checkpoint must wait"
            )
            raise UsageError(told, code="busy")

    def _read(self, wide: int) -> None:
        """A fragment was read, of so many bytes more than characters."""
        self._wide += wide
        if len(self._recent) > self._many:
            if self._source is None:
                del self._recent[: -self._tail()]
            else:
                self._many = self._source.tidy()

    def _tail(self) -> int:
        """How many characters are to be at hand for `doc`."""
        return _TAIL if self._repairer is None else _LONG_TAIL

    def _feed_any(self, fragment: object) -> list[Event]:
        if not isinstance(fragment, (str, bytes, bytearray, memoryview)):
            raise TypeError(
                f"feed takes str, bytes, bytearray or memoryview, not {type(fragment).__name__}"
            )
        if self._over:
            self._refuse()
        self._begin()
        try:
            if isinstance(fragment, str):
                self._feed_str(str(fragment))
            else:
                self._feed_bytes(as_bytes(fragment))
        finally:
            self._finish()
        return self._take()

    def _feed_str(self, fragment: str) -> None:
        decoder = self._decoder
        if not fragment:
            return
        if decoder.held:
            raise UsageError(
                "the last bytes ended inside a UTF-8 sequence; feed the rest of it before a str",
                code="mixed_input",
            )
        wide = -1 if decoder.high else scan.wide(fragment)
        if wide >= 0:
            self._push(fragment, wide)
            return
        self._push_piece(decoder.of_str(fragment))
        if decoder.high and not self._takes_text():
            self._release()

    def _feed_bytes(self, data: bytes) -> None:
        decoder = self._decoder
        if data and decoder.high:
            self._release()
        if not decoder.held:
            try:
                text = data.decode()
            except UnicodeDecodeError:
                pass
            else:
                self._push(text, len(data) - len(text))
                return
        data = decoder.held + data
        decoder.held = b""
        at = 0
        while at < len(data):
            piece, at = decoder.of_bytes(data, at)
            self._push_piece(piece)
            if piece.bad >= 0:
                at = self._bad_byte(data, at, piece.bad)
        if decoder.held and not self._may_go_on(decoder.held):
            self._push_piece(Piece("\ufffd", len(decoder.held)))

    def _bad_byte(self, data: bytes, at: int, size: int) -> int:
        """The `size` bytes at `at` begin a character that does not go on. Answer where to."""
        if not self._takes_text() and not self._may_go_on(data[at : at + size]):
            self._push_piece(Piece("\ufffd", max(size, 1)))  # no character could stand here
        repairer = self._repairer
        if repairer is not None:
            repairer.stop()
        if self._options.bad_utf8 == "error" and not (repairer and "bad_utf8" in repairer.on):
            message = f"byte 0x{data[at + size]:02X} cannot stand here in UTF-8"
            fault = Fault("bad_utf8", self._tokenizer.base, message, bytes_in=size)
            raise self._failed(fault, "")
        end = at + max(size, 1)
        self._replace(data[at:end])
        return end

    def _replace(self, data: bytes) -> None:
        """Read a character in place of these bytes."""
        if self._repairer is not None:
            self._repairer.tell_bytes(data)
        self._push_piece(Piece("\ufffd", len(data)))

    def _may_go_on(self, begun: bytes) -> bool:
        """Whether the character that these bytes begin could stand here."""
        is_bom = self._tokenizer.base == 0 and b"\xef\xbb\xbf".startswith(begun) and begun
        return bool(is_bom) or self._takes_text()

    def _takes_text(self) -> bool:
        """Whether a character outside ASCII could stand here, in whatever reading."""
        return self._repairer is not None or self._tokenizer.takes_text()

    def _release(self) -> None:
        """The held surrogate stands alone."""
        high = self._decoder.high
        self._decoder.high = ""
        self._push_piece(Piece(high, 3))

    def _push_piece(self, piece: Piece) -> None:
        self._push(piece.text, piece.size - len(piece.text))

    def _push(self, text: str, wide: int) -> None:
        """Hand decoded text on; it takes `wide` bytes more than characters."""
        if not text:
            return
        whole = len(text) <= _TAIL or self._source is not None
        self._recent.append(text if whole else text[-self._tail() :])
        tokenizer = self._tokenizer  # lives on, whatever user code does to this parser meanwhile
        if self._repairer is not None and self._repairer.busy:
            self._mend(text)
        else:
            try:
                tokenizer.feed(text)
            except Fault as fault:
                if self._repairer is None:
                    raise self._failed(fault, text) from None
                self._mend(text, fault)
            except BaseException as error:
                self._broken(error, text)
                raise
        self._read(wide)
        if self._source is not None and len(text) > _TAIL:
            self._source.tidy()

    def _take(self) -> list[Event]:
        """The events since the last time."""
        tree = self._tree
        tree.flush()
        events, tree.out = tree.out, []
        return deepened(events) if tree.deep else events

    def close(self) -> list[Event]:
        """Say that the text is over.

        Returns:
            The last events: a number at the root is completed by it. `[]` the second time.

        Raises:
            IncompleteJSONError: if the text ended before its document did.
        """
        if self._closed:
            return []
        if self._error is not None:
            self._refuse()
        self._begin()
        try:
            self._close()
            self._closed = self._over = True
        finally:
            self._finish()
        return self._take()

    def _close(self) -> None:
        self._close_text()
        if self._repairer is not None:
            self._close_characters()
        try:
            if self._repairer is not None and not self._decoder.held:
                self._repairer.close()
            self._tokenizer.close()
            if self._decoder.held:
                base = self._tokenizer.base
                raise Fault("incomplete", base, "the text ended inside a UTF-8 sequence")
        except Fault as fault:
            raise self._failed(fault, "") from None
        except BaseException as error:
            self._broken(error, "")
            raise

    def _close_characters(self) -> None:
        """Half a character at the end is read before what is open is closed by a repair."""
        repairer: Any = self._repairer
        decoder = self._decoder
        if decoder.high:
            self._release()
        repairer.stop()
        if decoder.held and "bad_utf8" in repairer.on:
            held, decoder.held = decoder.held, b""
            self._replace(held)

    def _close_text(self) -> None:
        """Half a character at the end of the rest is kept, too."""
        if self._tokenizer.state != REST:
            return
        if self._decoder.high:
            self._release()
        elif self._decoder.held and self._options.bad_utf8 == "replace":
            held, self._decoder.held = self._decoder.held, b""
            self._replace(held)

    # --- failing ---------------------------------------------------------------------

    def _refuse(self) -> NoReturn:
        """Answer a call after the end."""
        if self._error is None:
            raise UsageError("this parser is closed; make a new one", code="closed")
        raise copy.copy(self._error)

    def _failed(
        self, fault: Fault, text: str
    ) -> LimitExceededError | JSONSyntaxError | IncompleteJSONError:
        """What to raise for a fault met in `text`. From now on the parser has failed."""
        recent = self._recent
        if text:
            recent.pop()
        public = self._public(fault, text)
        if text and self._source is not None:
            recent.append(text)
        self._tokenizer.base = fault.offset
        self._error = copy.copy(public)
        self._over = True
        self._special = _SPECIAL
        public.events = self._take()
        return public

    def _broken(self, error: BaseException, text: str) -> None:
        """An exception of user code goes its way. From now on the parser has failed."""
        if text:
            self._recent.pop()
        self._error = UsageError(f"an earlier call failed: {error!r}", code="failed")
        self._over = True
        self._special = _SPECIAL
        self._undelivered = self._take()

    def _public(
        self, fault: Fault, text: str
    ) -> LimitExceededError | JSONSyntaxError | IncompleteJSONError:
        where: dict[str, Any] = {
            "code": fault.code,
            **self._place(fault, text),
            "path": self.open_path,
            "expected": fault.expected,
        }
        if fault.limit:
            del where["character"]
            return LimitExceededError(
                fault.message, limit=fault.limit, maximum=fault.maximum, **where
            )
        from ._core.repair.naming import reader

        named = reader(self._tokenizer, fault, where.pop("character"), where["doc"][-1:])
        known = self._repairer is not None and named in self._repairer.on
        where["repair"] = "" if known else named
        if fault.code != "incomplete":
            reads = f"; repair={{{where['repair']!r}}} reads it" if where["repair"] else ""
            return JSONSyntaxError(fault.message + reads, **where)
        error = IncompleteJSONError(fault.message, **where)
        error.value = self.value
        return error

    def _place(self, fault: Fault, text: str) -> dict[str, Any]:
        """Where a fault stands that was met in `text`."""
        recent = "".join(self._recent)
        if self._repairer is not None:
            return self._repairer.place(fault, self._wide, recent)
        tokenizer = self._tokenizer
        before = text[: fault.offset - tokenizer.base]
        return {
            "offset": fault.offset,
            "byte_offset": tokenizer.base + self._wide + size_of(before) + fault.bytes_in,
            "lineno": tokenizer.lines + 1,
            "colno": fault.offset - tokenizer.newline,
            "character": text[fault.offset - tokenizer.base :][:1],
            "doc": (recent + before)[-_TAIL:],
        }

    # --- looking ---------------------------------------------------------------------

    @property
    def value(self) -> Any:
        """The live value, the same objects each time; `MISSING` before anything began.

        Reading it brings the open string up to date. With `many=True` it is the present
        document, else the last one; with `keep=False` it is `DROPPED`.
        """
        return self._tree.value()

    def snapshot(self) -> Any:
        """`value` as it is now: open containers are copied, completed subtrees shared."""
        return _snapshot.snapshot(self._tree)

    def state(self, path: str | Path) -> State:
        """Whether the value at a path is `"absent"`, `"partial"` or `"complete"`.

        Args:
            path: a tuple or a JSON Pointer (RFC 6901).

        Raises:
            UsageError: with `keep=False`, where nobody knows what has been.
        """
        if not self._options.keep:
            raise UsageError("state() needs a parser with keep=True", code="not_kept")
        tokenizer = self._tokenizer
        completed = tokenizer.state in (DONE, REST, SPACE, START) and tokenizer.documents > 0
        return _snapshot.state(self._tree, read_path(path), tokenizer.in_value(), completed)

    @property
    def open_path(self) -> Path:
        """The path of what is being read: the innermost value that has begun or must follow."""
        return _snapshot.open_steps(self._tree, self._tokenizer.at_value())

    @property
    def offset(self) -> int:
        """How many characters of the decoded text were read, or stand before the error."""
        return self._tokenizer.base if self._repairer is None else self._repairer.read

    @property
    def is_complete(self) -> bool:
        """Whether the text so far ends with a complete document, and nothing went wrong."""
        if self._error is not None or self._tokenizer.documents == 0:
            return False
        return self._tokenizer.state in (DONE, REST, SPACE, START)

    @property
    def expected(self) -> tuple[str, ...]:
        """What may come next; white space between tokens goes without saying.

        A part of the text in itself (`","`, `"}"`, a letter, which in numbers and escapes
        stands for both cases), or one of `value`, `key`, `character`, `digit`, `hex digit`,
        `escape`, `white space` and `end`.
        """
        return () if self._over else self._tokenizer.expected()

    @property
    def rest(self) -> str:
        """What followed the document, to the letter, with `trailing="keep"`."""
        return "".join(self._tokenizer.rest or ())

    @property
    def repairs(self) -> list[Repaired]:
        """The repairs that were made so far, in the order in which they were certain."""
        return [] if self._repairer is None else [*self._repairer.repairs]

    @property
    def truncated(self) -> bool:
        """Whether the document was cut off and `missing_close` completed it."""
        return self._repairer is not None and self._repairer.truncated

    @property
    def undelivered(self) -> list[Event]:
        """The events of the call that ended in an exception of `parse_int` or `parse_float`."""
        return self._undelivered or []

    def __repr__(self) -> str:
        state = "closed" if self._closed else "failed" if self._error else "open"
        return f"<{type(self).__name__} {state} at character {self.offset}>"

    # --- resuming --------------------------------------------------------------------

    def checkpoint(self) -> dict[str, Any]:
        """The state as plain data: strict JSON, for `restore` in any process.

        Its size is bounded by the open path and what the value retains.

        Raises:
            CheckpointError: for a value that only `parse_int` or `parse_float` knows.
            UsageError: in the middle of a fragment (code `busy`).
        """
        self._refuse_busy()
        return seal(self._state())

    def _state(self) -> dict[str, Any]:
        return {
            "parser": type(self).__name__,
            "options": self._options.as_data(),
            "events": sorted(kind.__name__ for kind in self._wanted()),
            "paths": None if self._patterns is None else [*map(noted, self._patterns.source)],
            "functions": [name_of(parse) for parse in self._options.conversions],
            "text": {
                "held": self._decoder.held.hex(),
                "high": [ord(c) for c in self._decoder.high],
                "wide": self._wide,
                "tail": "".join(self._recent)[-self._tail() :],
            },
            "tokenizer": self._tokenizer.save(),
            "tree": _checkpoint.save_tree(self._tree),
            "repairs": None if self._repairer is None else self._repairer.save(),
            "error": None if self._error is None else self._error.as_dict(),
            "closed": self._closed,
        }

    @classmethod
    def restore(
        cls: type[_Self],
        checkpoint: Mapping[str, Any],
        *,
        limits: Limits | None = None,
        parse_int: Convert | None = None,
        parse_float: Convert | None = None,
    ) -> _Self:
        """A parser that goes on where the checkpoint was made, with the same remaining events.

        Args:
            checkpoint: from `checkpoint`, also after a JSON round trip.
            limits, parse_int, parse_float: to be given again; never read from data.

        Raises:
            CheckpointError: if it is damaged, of another version or kind of parser, was made
                with other functions, or holds more than the limits allow.
        """
        data = cls._opened(checkpoint)
        functions = [name_of(parse) for parse in (parse_int, parse_float)]
        if data.get("functions") != functions:
            raise CheckpointError(
                f"it was made with parse_int and parse_float {data.get('functions')}, "
                f"not {functions}",
                code="wrong_functions",
            )
        try:
            check(data)
            parser = cls(
                **cls._given(data),
                limits=limits,
                parse_int=parse_int,
                parse_float=parse_float,
                **data["options"],
            )
            parser._load(data)
        except Exception as error:  # whatever data can bring about
            raise unreadable(error) from error
        return parser

    @classmethod
    def _opened(cls, checkpoint: Mapping[str, Any]) -> dict[str, Any]:
        """What is in a checkpoint of this kind of parser."""
        return unseal(checkpoint, cls.__name__)

    @staticmethod
    def _given(data: dict[str, Any]) -> dict[str, Any]:
        """The arguments that a checkpoint remembers: which events, and where."""
        return {
            "events": [getattr(_events, name) for name in data["events"]],
            "paths": None if data["paths"] is None else [*map(denoted, data["paths"])],
        }

    def _prefix(self, strings: str, numbers: str, literals: str) -> Any:
        """The value so far, with the open token as `loads` was told. The parser is spent then."""
        tree = self._tree
        tokenizer = self._tokenizer
        if not tokenizer.in_value() or not tree.stored:
            return tree.value()
        if tree.in_string:
            return tree.value() if strings == "keep" else tree.built()
        if tokenizer.state == LITERAL and literals == "keep":
            tree.on_literal(WORDS[tokenizer.word[0]][1], 0, 0)
        elif tokenizer.state != LITERAL and numbers == "keep":
            try:
                tokenizer.end_number_early()
            except Fault as fault:
                raise self._failed(fault, "") from None
        return tree.value()

    def _load(self, data: dict[str, Any]) -> None:
        text = data["text"]
        self._decoder.held = bytes.fromhex(text["held"])
        self._decoder.high = "".join(map(chr, text["high"]))
        self._wide = text["wide"]
        self._recent.append(text["tail"])
        self._tokenizer.load(data["tokenizer"])
        _checkpoint.check_limits(self._tokenizer)
        _checkpoint.load_tree(self._tree, data["tree"], self._options.limits)
        if self._repairer is not None:
            self._repairer.load(data["repairs"], data["error"] is not None)
        self._closed = data["closed"]
        if data["error"] is not None:
            self._error = error_from_dict(data["error"])
            if isinstance(self._error, IncompleteJSONError):
                self._error.value = self.value
        self._over = self._closed or self._error is not None
        self._special = self._manner()

    def fork(self: _Self) -> _Self:
        """An independent parser in the same state."""
        options = self._options
        return type(self).restore(
            self.checkpoint(),
            limits=options.limits,
            parse_int=options.parse_int,
            parse_float=options.parse_float,
        )

    def __copy__(self: _Self) -> _Self:
        return self.fork()

    def __deepcopy__(self: _Self, memo: object) -> _Self:
        return self.fork()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a {type(self).__name__} is not pickled: checkpoint() is its state as plain data"
        )
