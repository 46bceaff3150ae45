"""The seam: what the tokenizer says, and the base of everything that listens.

Offsets are characters of the decoded text from the start of the stream. Keys, numbers and
literals come when they are whole. A string that lies whole inside a fragment comes in one step
(`on_string`), otherwise as start, pieces and end. The text of a one-step string stands
unescaped in the source, so its character `k` has the offset `start + 1 + k`. The text of a
piece stands so too (`start + k`), unless `end - start` differs from its length: then it is
one character that was written as an escape from `start` to `end`.

A handler that needs more than the seam says has the tree behind it: it hands everything on to
the tree first, and then looks.

A handler may raise `Fault`; any other exception goes to the caller as it is.
"""

from __future__ import annotations


class Handler:
    """Ignores everything."""

    __slots__ = ()

    def on_object_start(self, offset: int) -> None:
        """A `{` stands at `offset`."""

    def on_object_end(self, offset: int) -> None:
        """Its `}` stands at `offset`."""

    def on_array_start(self, offset: int) -> None:
        """A `[` stands at `offset`."""

    def on_array_end(self, offset: int) -> None:
        """Its `]` stands at `offset`."""

    def on_key(self, key: str, start: int, end: int) -> None:
        """A whole key, quotes from `start` to `end`."""

    def on_open_key(self, begun: str, start: int, end: int) -> None:
        """An open key so far, its quote at `start`; only told if `Tokenizer.tells_keys`."""

    def on_string(self, value: str, start: int, end: int) -> None:
        """A whole string, quotes from `start` to `end`."""

    def on_string_start(self, offset: int) -> None:
        """A string's opening quote stands at `offset`."""

    def on_string_piece(self, text: str, start: int, end: int) -> None:
        """More of the open string."""

    def on_open_escape(self, offset: int) -> None:
        """An escape begins in the open string; only told if `Tokenizer.tells_scalars`."""

    def on_string_end(self, offset: int) -> None:
        """The open string's closing quote stands at `offset`."""

    def on_open_number(self, begun: str, start: int) -> None:
        """A number that a fragment ends in, so far; only told if `Tokenizer.tells_scalars`."""

    def on_open_literal(self, value: bool | None, start: int) -> None:
        """The literal that a fragment ends in; only told if `Tokenizer.tells_scalars`."""

    def on_number(self, text: str, is_float: bool, start: int, end: int) -> None:
        """A whole number; `is_float` if it has a fraction or an exponent."""

    def on_literal(self, value: bool | None, start: int, end: int) -> None:
        """`true`, `false` or `null`, from `start` to `end`."""

    def on_comma(self, offset: int, members: int) -> None:
        """A comma after so many members; only told from where `Tokenizer.count_from` said."""

    def on_document_end(self, offset: int) -> None:
        """The document's last character stands before `offset`."""

    def members(self, pending: bool) -> int:
        """How many members the innermost container retains, the pending one included."""
        return 0
