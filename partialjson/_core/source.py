"""The source text of open subtrees, kept when somebody will want to read it again."""

from __future__ import annotations

from bisect import bisect_right


class Source:
    """Decoded text by offset.

    Attributes:
        since: the offset from which text is wanted; None while no subtree is.
    """

    __slots__ = ("_chunks", "_end", "_starts", "since")

    def __init__(self, since: int | None = None) -> None:
        self.since = since
        self._chunks: list[str] = []
        self._starts: list[int] = []
        self._end = since or 0

    def append(self, text: str) -> None:
        """The next characters of the stream. What came before them goes, if nobody wants it."""
        if self.since is None and self._chunks:
            self._chunks.clear()
            self._starts.clear()
        self._chunks.append(text)
        self._starts.append(self._end)
        self._end += len(text)

    def restart(self, since: int) -> None:
        """Forget everything; the next characters are those from offset `since` on."""
        self.__init__(since)  # type: ignore[misc]  # the same object, for all who hold it

    def release(self, since: int) -> None:
        """What stands before offset `since` is not wanted any more."""
        self.since = since
        i = max(0, bisect_right(self._starts, since) - 1)
        del self._chunks[:i]
        del self._starts[:i]

    def slice(self, start: int, end: int) -> str:
        """The characters from offset `start` to `end`; costs their number."""
        i = bisect_right(self._starts, start) - 1
        j = bisect_right(self._starts, end - 1)
        text = "".join(self._chunks[i:j])
        skip = start - self._starts[i]
        return text[skip : skip + end - start]
