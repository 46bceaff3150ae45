"""When an unfinished string is one that nothing can save."""

from __future__ import annotations


class TextRule:
    """Looks at the decoded characters of a string as they come.

    `longest` is how much of the beginning it needs to see again.
    """

    __slots__ = ("longest",)
    longest: int

    def hopeless(self, begun: str, length: int, more: str) -> int:
        """Which character of `more` is the first hopeless one; -1 if none is.

        Args:
            begun: at most the first `longest` characters of what came before.
            length: how many came before.
            more: the next characters.
        """
        raise NotImplementedError


class Longest(TextRule):
    """A string of so many characters at most."""

    __slots__ = ("most",)

    def __init__(self, most: int) -> None:
        self.longest = 0
        self.most = most

    def hopeless(self, begun: str, length: int, more: str) -> int:
        """See `TextRule.hopeless`."""
        return self.most - length if length + len(more) > self.most else -1


class Candidates(TextRule):
    """One of a few strings."""

    __slots__ = ("texts",)

    def __init__(self, texts: tuple[str, ...]) -> None:
        self.longest = max(map(len, texts), default=0)
        self.texts = texts

    def hopeless(self, begun: str, length: int, more: str) -> int:
        """See `TextRule.hopeless`."""
        text = begun + more
        if any(candidate.startswith(text) for candidate in self.texts):
            return -1
        return agreed(self.texts, text) - length


def agreed(texts: tuple[str, ...], text: str) -> int:
    """How many characters at the beginning of `text` some candidate begins with, too."""
    most = 0
    for candidate in texts:
        same = next((i for i, c in enumerate(text) if candidate[i : i + 1] != c), len(text))
        most = max(most, same)
    return most
