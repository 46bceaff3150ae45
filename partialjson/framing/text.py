"""Bytes or str in, characters out: where a stream begins, and where a fragment cuts a character."""

from __future__ import annotations

import base64
import codecs
import re
from typing import Any, Literal

from .._seal import checked
from ..errors import UsageError
from .decoder import Fragment, require, too_long

__all__ = ["SPACE", "Line", "Start", "TextDecoder", "as_bytes"]

SPACE = " \t\r\n"
"""What JSON calls white space (RFC 8259, 2)."""

_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class TextDecoder:
    """Decodes UTF-8, and holds the half of a character that a fragment ended in.

    One leading BOM is skipped. Text may have raw surrogates, where a provider cut a character
    in two: a pair is joined, also over fragments, a lone one stays.

    Args:
        errors: `"replace"`: what is not UTF-8 becomes U+FFFD. `"strict"`: the text ends before
            it, and `bad` says so.

    Attributes:
        bad: the byte after the text that is no UTF-8; None if there is none.
    """

    def __init__(self, errors: Literal["replace", "strict"]) -> None:
        self._utf8 = codecs.getincrementaldecoder("utf-8")(errors)
        self._high = ""  # half a surrogate pair
        self._begun = False  # a first character was seen: no BOM can follow
        self._plain = False  # begun, and nothing is held
        self.bad: int | None = None

    @property
    def held(self) -> bool:
        """Whether the beginning of a character is held."""
        return bool(self._high or self._utf8.getstate()[0])

    def take(self, fragment: Fragment) -> str:
        """The characters that a fragment completes.

        Raises:
            UsageError: for a str inside a UTF-8 sequence, or bytes that cannot be read.
            TypeError: for what is neither bytes nor str.
        """
        if self._plain:
            if type(fragment) is str:
                if fragment.isascii():
                    return fragment
            elif type(fragment) is bytes:
                try:
                    return fragment.decode()
                except UnicodeDecodeError:
                    pass  # cut, or bad
        return self._take(fragment)

    def close(self) -> str:
        """What the end of the stream completes, with `errors="replace"`."""
        return self._begin(self._high + self._utf8.decode(b"", final=True))

    def _take(self, fragment: Fragment) -> str:
        text = self._of_str(fragment) if isinstance(fragment, str) else self._of_bytes(fragment)
        text = self._begin(text)
        self._plain = self._begun and not self.held
        return text

    def _begin(self, text: str) -> str:
        if self._begun or not text:
            return text
        self._begun = True
        return text.removeprefix("\ufeff")

    def _of_bytes(self, fragment: bytes | bytearray | memoryview) -> str:
        data = as_bytes(fragment)
        if not data:
            return ""
        high, self._high = self._high, ""
        try:
            return high + self._utf8.decode(data)
        except UnicodeDecodeError as error:
            self.bad = error.object[error.start]
            return high + error.object[: error.start].decode()

    def _of_str(self, fragment: str) -> str:
        if fragment and self._utf8.getstate()[0]:
            raise UsageError(
                "the last bytes ended inside a UTF-8 sequence; feed the rest of it before a str",
                code="mixed_input",
            )
        if not fragment or not (self._high or _SURROGATE.search(fragment)):
            return fragment
        text = _PAIR.sub(_joined, self._high + fragment)
        self._high = text[-1] if "\ud800" <= text[-1] <= "\udbff" else ""
        return text[:-1] if self._high else text

    # --- resuming --------------------------------------------------------------------

    def save(self) -> dict[str, Any]:
        """The state as plain data."""
        held = self._utf8.getstate()[0].hex()
        return {"held": held, "high": ord(self._high or "\0"), "begun": self._begun}

    def load(self, state: object) -> None:
        """Take up what another one saved.

        Raises:
            CheckpointError, ValueError: for anything else.
        """
        data = checked(state, held=str, high=int, begun=bool)
        held = bytes.fromhex(data["held"])
        require(self._utf8.decode(held) == "", "what is held is no beginning of a character")
        high = data["high"]
        require(high == 0 or 0xD800 <= high < 0xDC00, "what is held is no high surrogate")
        require(not (held and high), "two characters are held")
        self._high = chr(high) if high else ""
        self._begun = data["begun"]
        self._plain = self._begun and not self.held


class Line:
    """Text that comes in pieces and is wanted whole, once.

    Many small pieces take far more room than what is in them, so they are joined a thousand
    at a time: each character is copied twice.

    Attributes:
        length: characters so far.
    """

    __slots__ = ("_joined", "_pieces", "length")

    def __init__(self, text: str = "") -> None:
        self._joined: list[str] = []
        self._pieces = [text] if text else []
        self.length = len(text)

    def add(self, piece: str) -> None:
        """More of it."""
        self._pieces.append(piece)
        self.length += len(piece)
        if len(self._pieces) >= _PIECES:
            self._joined.append("".join(self._pieces))
            self._pieces.clear()

    @property
    def text(self) -> str:
        """All of it."""
        return "".join([*self._joined, *self._pieces])

    def take(self) -> str:
        """All of it; the next line begins."""
        text = self.text
        self.clear()
        return text

    def clear(self) -> None:
        """Forget it."""
        self._joined.clear()
        self._pieces.clear()
        self.length = 0


_PIECES = 1000


class Start:
    """Holds a stream until its first character that is neither BOM nor white space.

    Args:
        most: how much white space that may be.

    Attributes:
        held: the fragments up to that character, with the one that brought it.
    """

    def __init__(self, most: int) -> None:
        self._text = TextDecoder("replace")
        self._most = most
        self._blank = 0
        self.held: list[bytes | str] = []

    @property
    def is_cut(self) -> bool:
        """Whether it ends inside a character."""
        return self._text.held

    def take(self, fragment: Fragment) -> str:
        """The first character, if this fragment brought it; else `""`.

        Raises:
            StreamError: if there is too much white space before it.
        """
        text = self._text.take(fragment)
        rest = text.lstrip(SPACE)
        self._blank += len(text) - len(rest)
        if self._blank > self._most:
            raise too_long(self._most)
        self._hold(fragment if isinstance(fragment, str) else as_bytes(fragment))
        return rest[:1]

    def _hold(self, part: str | bytes) -> None:
        """Small parts are put together, as long as there are few of them."""
        last = self.held[-1] if self.held else None
        if last is not None and len(last) < _TOGETHER and type(last) is type(part):
            self.held[-1] = last + part  # type: ignore[operator]  # of one type
        elif part:
            self.held.append(part)

    def save(self) -> list[dict[str, str]]:
        """What is held, as plain data."""
        return [
            {"text": part} if isinstance(part, str) else {"base64": base64.b64encode(part).decode()}
            for part in self.held
        ]

    def load(self, parts: list[Any]) -> None:
        """Take up what another one saved.

        Raises:
            CheckpointError, ValueError, TypeError: for anything else.
        """
        for part in parts:
            if "text" in part:
                first = self.take(checked(part, text=str)["text"])
            else:
                data = checked(part, base64=str)["base64"]
                first = self.take(base64.b64decode(data, validate=True))
            require(first == "", "its stream has begun")


_TOGETHER = 1000  # bytes or characters


def as_bytes(fragment: bytes | bytearray | memoryview) -> bytes:
    """A fragment's bytes, which nobody else can change.

    Raises:
        UsageError: for a released memoryview.
        TypeError: for what is no bytes.
    """
    if not isinstance(fragment, (bytes, bytearray, memoryview)):
        raise TypeError(
            f"feed takes bytes, bytearray, memoryview or str, not {type(fragment).__name__}"
        )
    try:
        return bytes(fragment)
    except ValueError as error:
        raise UsageError(f"this memoryview cannot be read: {error}") from None


def paired(text: str) -> str:
    r"""The text with the halves of surrogate pairs joined; a lone half stays.

    >>> paired("a\ud83d" + "\ude00") == "a\U0001f600"
    True
    """
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return _PAIR.sub(_joined, text)


def _joined(pair: re.Match[str]) -> str:
    return pair.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le")
