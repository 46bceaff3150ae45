"""The source text of open subtrees, kept when somebody will want to read it again."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

KEPT = 80  # characters that stay in any case: an error shows the end of the text


class Source:
    """Decoded text by offset.

    Attributes:
        chunks: the text, in pieces; who feeds the stream appends to it.
        since: the offset from which text is wanted; None while no subtree is.
    """

    __slots__ = ("_first", "_starts", "chunks", "since")

    def __init__(self, since: int | None = None) -> None:
        self.since = since
        self.chunks: list[str] = []
        self._starts: list[int] = []  # of the chunks, as far as somebody asked, and of the next
        self._first = since or 0  # where the first chunk starts

    def restart(self, since: int, text: str, before: str) -> None:
        """Forget everything: `text` begins at offset `since`, and `before` stands before it."""
        self.since = since
        self.chunks[:] = [before, text]
        self._starts.clear()
        self._first = since - len(before)

    def recall(self, start: int, text: str) -> None:
        """`text`, which began at offset `start`, is wanted again; what follows it stays."""
        known, first, end = "".join(self.chunks), self._first, start + len(text)
        gap = " " * (first - end)  # white space, that was let go
        rest = known[max(0, end - first) :]
        self.restart(start, text + gap + rest, known[: max(0, start - first)])

    def release(self, since: int) -> None:
        """What stands before offset `since` is not wanted any more."""
        self.since = since
        self._forget(bisect_right(self._index(), since) - 1)

    def tidy(self) -> int:
        """Let go what nobody wants. Answer with how many chunks that is worth the next time."""
        if self.since is None:
            self._forget(len(self.chunks))
        return 2 * max(KEPT, len(self.chunks))

    def slice(self, start: int, end: int) -> str:
        """The characters from offset `start` to `end`; costs their number."""
        starts = self._index()
        i = bisect_right(starts, start) - 1
        j = bisect_right(starts, end - 1)
        text = "".join(self.chunks[i:j])
        skip = start - starts[i]
        return text[skip : skip + end - start]

    def cut(self, end: int) -> None:
        """Forget what stands at offset `end` or after it."""
        starts = self._index()
        i = bisect_right(starts, end) - 1
        if i < len(self.chunks):
            kept = self.chunks[i][: end - starts[i]]
            self.chunks[i:] = [kept] if kept else []
            del starts[i:]

    def blank_comma(self) -> None:
        """The last comma, which only white space follows, becomes a space."""
        for i in range(len(self.chunks) - 1, -1, -1):
            before, comma, after = self.chunks[i].rpartition(",")
            if comma:
                self.chunks[i] = f"{before} {after}"
                return

    def _index(self) -> list[int]:
        """Where each chunk starts; each is counted once."""
        starts = self._starts
        last = starts.pop() if starts else self._first
        starts += accumulate(map(len, self.chunks[len(starts) :]), initial=last)
        return starts

    def _forget(self, chunks: int) -> None:
        """The first chunks go, but not the last ones of all."""
        last = len(self.chunks)
        length = 0
        while length < KEPT and last > 0:
            last -= 1
            length += len(self.chunks[last])
        chunks = min(chunks, last)
        if chunks > 0:
            starts = self._index()
            self._first = starts[chunks]
            del starts[:chunks]
            del self.chunks[:chunks]
