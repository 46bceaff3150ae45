r"""Texts of JSON documents, made by chance: every shape and spelling, of any size.

    >>> import random
    >>> document(random.Random(28))
    '{"k\\n" \n\t\r :"\\uD800\\uDC00a, b\\uD800\\uDC00"\r}'
    >>> len(document(random.Random(4), size=100_000))
    100000

The standard library is all this needs, so load tests, fuzzers and benchmarks can use it. The
Hypothesis strategy over it is `partialjson.testing.documents`.

All chance comes from the `random.Random` that is given. Where chance picks among several, the
simplest stands first: a `random.Random` that Hypothesis drives shrinks to it.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Sequence
from typing import Literal, TypeAlias

from ..errors import UsageError

Root: TypeAlias = Literal["any", "object", "array"]

# --- white space and scalars --------------------------------------------------------------

_BLANKS = ("", "", "", "", "", "", " ", "\n", "\t", "\r", "\r\n", " \n\t\r ")
_LITERALS = ("true", "false", "null")
_SHORT_ESCAPES = ('\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t")
_CODE_ESCAPES = ("\\u0000", "\\u0041", "\\u00e9", "\\u20AC", "\\uFfFd", "\\ud7ff", "\\uE000")
_PAIR_ESCAPES = ("\\ud83d\\ude00", "\\uD800\\uDC00", "\\uDBFF\\udfff", "\\uda01\\uDe55")
_LETTERS = ("a", "b", " ", "x1", "/", "'", "{", "]", ":,", "\x7f", "some words ")
_NON_ASCII = ("é", "ß", "\x80", "€", "\u2028", "\ufeff", "\ufffd", "\u0800", "\uffff")
_ASTRAL = ("😀", "\U00010000", "\U0010ffff")
_LOOKALIKES = (  # what a lenient reader might take for something else than a string
    *("True", "it's", "a, b", "{x: 1}", "[1]", "// no comment", "```", "0x1F", "<b>", "”", "’"),
)
_ESCAPED_LOOKALIKES = ("C:\\\\Users", "\\\\d", 'say \\"so\\"', "line\\nbreak", "tab\\tstop")
_PLAIN = (_LETTERS, _NON_ASCII, _ASTRAL, _LOOKALIKES)
_ESCAPES = (_SHORT_ESCAPES, _CODE_ESCAPES, _PAIR_ESCAPES, _ESCAPED_LOOKALIKES)
_INTEGERS = ("0", "-0", "-0", "7", "-1", "10", "12", "1234567890")
_FRACTIONS = ("", "", ".0", ".5", ".000", ".1234567890123456789")
_EXPONENTS = ("", "", "", "", "", "e0", "E1", "e+2", "E+03", "e-4", "E-05", "e00")
_VAST = ("e400", "E-400")
_MANY_DIGITS = 15  # a double holds as many

# --- containers -----------------------------------------------------------------------------

_EMPTIES = ("[]", "{}", '""')
_SPACED_EMPTIES = ("[ ]", "{\n}")
_KEYS = ('""', '"a"', '"b"', '"é"', '"😀"', '"user_name"', '"$ref"', '"it\'s"', '"1"')
_ESCAPED_KEYS = ('"k\\n"', '"\\u0061"')
_RESPELLED = {'"a"': '"\\u0061"', '"é"': '"\\u00e9"', '"😀"': '"\\ud83d\\ude00"'}
_WRAPPERS = (("[", "]"), ('{"":', "}"), ("[0,", ',"x"]'))
_SPACED_WRAPPERS = (('{"d" : ', ',"e":[]}'), ("[\n", "\t]"), ("[0, ", ',"x"]'))
_MEMBER = 16  # characters: any of those keys, a colon, a value, and some more
_DEEP_ROOM = 700  # characters: forty levels may take 600
_LONG = 500  # characters: from here on there are long strings among others
_DISTINCT = 24  # members of a long container; an even number, see `shares`
_MOST_MEMBERS = 100_000  # of a container
_FILLING = ("a", "b", " ", "1", "'", "{", "]", ",", ":", "é")


def document(
    chance: random.Random,
    *,
    size: int | None = None,
    levels: int = 3,
    deep: bool = True,
    root: Root = "any",
    repeated_keys: bool = False,
    white_space: bool = True,
    big_numbers: bool = True,
    escapes: bool = True,
) -> str:
    r"""The text of a valid JSON document, as RFC 8259 has it.

    Args:
        chance: where chance comes from: the same state, the same document.
        size: how many characters it has, exactly; None for a small one, of a few dozen mostly.
        levels: how deep it is nested at most, but for those that `deep` makes; from 0 on.
        deep: one in ten is wrapped in 21 to 40 more levels, if there is room:
            `size` is None or at least 700.
        root: what it is; an object has 2 characters at least.
        repeated_keys: in each object that has members one key comes twice, perhaps spelled
            in two ways, but for the levels that `deep` adds; otherwise none does.
        white_space: there is some between the tokens and around all; a `size` may need some
            in an object without members.
        big_numbers: some are more than a double can hold, or nearer to zero.
        escapes: strings have escapes of all kinds, among them surrogate pairs; otherwise
            all characters stand as they are.

    Raises:
        UsageError: for sizes and levels that no document has.

    >>> document(random.Random(23), size=40, root="object", white_space=False)
    '{"$ref":{"":"\\ud83d\\ude00\\ud83d\\ude00"}}'
    """
    writer = _Writer(
        chance,
        repeated_keys=repeated_keys,
        white_space=white_space,
        big_numbers=big_numbers,
        escapes=escapes,
    )
    least = 1 if root == "any" else 2
    if levels < (least - 1) or (size is not None and size < least):
        raise UsageError(f"no document has size={size} and levels={levels} with root={root!r}")
    if size is None:
        return writer.document(levels, deep, root)
    return writer.sized(size, levels, deep, root)


class _Writer:
    """Writes values by chance; the arguments are those of `document`."""

    def __init__(
        self,
        chance: random.Random,
        *,
        repeated_keys: bool = False,
        white_space: bool = True,
        big_numbers: bool = True,
        escapes: bool = True,
    ) -> None:
        self.chance = chance
        self.repeated_keys = repeated_keys
        self.blanks = _BLANKS if white_space else ("",)
        self.empties = (*_EMPTIES, *(_SPACED_EMPTIES if white_space else ()))
        self.wrappers = (*_WRAPPERS, *(_SPACED_WRAPPERS if white_space else ()))
        self.longest_number = 40 if big_numbers else _MANY_DIGITS
        self.exponents = (*_EXPONENTS, *(_VAST if big_numbers else ()))
        self.pieces = (*_PLAIN, *(_ESCAPES if escapes else ()))
        self.known_keys = (*_KEYS, *(_ESCAPED_KEYS if escapes else ()))
        self.respelled = _RESPELLED if escapes else {}

    def pick(self, several: Sequence[str]) -> str:
        return self.chance.choice(several)

    def often(self, share: float) -> bool:
        """True in so many of all cases; False is the simpler of the two."""
        return self.chance.randrange(100) >= 100 - 100 * share  # Hypothesis draws odd floats

    def document(self, levels: int, deep: bool, root: Root) -> str:
        """A small document."""
        value = f"{self.blank()}{self.value(levels, root)}{self.blank()}"
        if not deep or not self.often(0.1):  # asked at the end: it goes first in shrinking
            return value
        before, after = self.wrapping(root)
        return f"{before}{value}{after}"

    def wrapping(self, root: Root) -> tuple[str, str]:
        """What stands before and after a value in 21 to 40 containers."""
        outer = {"any": "[{", "object": "{", "array": "["}[root]
        first = [pair for pair in self.wrappers if pair[0][0] in outer]
        pairs = [self.chance.choice(first)]
        pairs += [self.chance.choice(self.wrappers) for _ in range(self.chance.randint(20, 39))]
        return "".join(pair[0] for pair in pairs), "".join(pair[1] for pair in reversed(pairs))

    # --- small values ---------------------------------------------------------------------

    def blank(self) -> str:
        return self.pick(self.blanks)

    def string(self) -> str:
        pieces = [self.pick(self.chance.choice(self.pieces)) for _ in self.some(0, 4)]
        return f'"{"".join(pieces)}"'

    def some(self, least: int, most: int) -> range:
        return range(self.chance.randint(least, most))

    def number(self) -> str:
        digits = self.pick(_INTEGERS)
        if self.longest_number > _MANY_DIGITS and self.often(0.3):
            digits = self.pick(("", "-")) + str(self.chance.randrange(10**19, 10**40))
        if self.often(0.5):
            digits += self.pick(_FRACTIONS) + self.pick(self.exponents)
        return digits

    def scalar(self) -> str:
        kind = self.chance.randrange(3)
        return (self.string, self.number, lambda: self.pick(_LITERALS))[kind]()

    def value(self, levels: int, root: Root = "any") -> str:
        kind = self.chance.randrange(100) if levels and root == "any" else 0
        if root == "object" or kind >= 66:
            return self.object(levels)
        if root == "array" or kind >= 38:
            return self.array(levels)
        return self.pick(self.empties) if kind >= 30 else self.scalar()

    def array(self, levels: int) -> str:
        items = [self.value(levels - 1) for _ in self.some(1, 3)]
        return self.joined("[", items, "]")

    def object(self, levels: int) -> str:
        return self.joined("{", [self.member(key, levels) for key in self.keys()], "}")

    def key(self) -> str:
        return self.string() if self.often(0.3) else self.pick(self.known_keys)

    def keys(self) -> list[str]:
        keys = [self.key() for _ in self.some(1, 3)]
        if self.repeated_keys:
            return [*keys, self.again(self.pick(keys))]
        return list({json.loads(key): key for key in keys}.values())

    def again(self, key: str) -> str:
        """The same key, in another spelling if there is one."""
        return self.respelled.get(key, key)

    def member(self, key: str, levels: int) -> str:
        return f"{key}{self.blank()}:{self.blank()}{self.value(levels - 1)}"

    def joined(self, opening: str, members: list[str], closing: str) -> str:
        spaced = [f"{self.blank()}{member}{self.blank()}" for member in members]
        return f"{opening}{','.join(spaced)}{closing}"

    # --- values of exactly so many characters ---------------------------------------------

    def sized(self, size: int, levels: int, deep: bool, root: Root) -> str:
        """A document of so many characters."""
        before, after = "", ""
        if deep and size >= _DEEP_ROOM and self.often(0.1):
            before, after = self.wrapping(root)
        room = size - len(before) - len(after)
        return before + self.padded(levels, room, "any" if before else root) + after

    def padded(self, levels: int, room: int, root: Root = "any") -> str:
        before, after = self.blank(), self.blank()
        rest = room - len(before) - len(after)
        if rest < 2:
            return self.filled(levels, room, root)
        return before + self.filled(levels, rest, root) + after

    def filled(self, levels: int, room: int, root: Root) -> str:
        if root == "object":
            return self.filled_object(levels, room)
        scalars = 0.15 if room < _LONG else 0.3
        if root == "any" and (not levels or room < 2 or not self.often(1 - scalars)):
            return self.scalar_of(room)
        if root == "any" and room >= self.least_object and self.often(0.5):
            return self.filled_object(levels, room)
        return self.filled_array(levels, room)

    @property
    def least_object(self) -> int:
        """Characters of an object that has a member, or one that is there twice."""
        return 2 * _MEMBER + 3 if self.repeated_keys else _MEMBER + 2

    def filled_array(self, levels: int, room: int) -> str:
        shares = self.shares(room - 2, 1)
        items = [self.padded(levels - 1, share) for share in shares[:_DISTINCT]]
        return f"[{','.join(self.repeated(items, shares, levels))}]"

    def filled_object(self, levels: int, room: int) -> str:
        if room < self.least_object:
            return "{" + " " * (room - 2) + "}"
        shares = self.shares(room - 2, _MEMBER)
        if self.repeated_keys and len(shares) == 1:
            shares = [_MEMBER, room - 3 - _MEMBER]
        keys = self.fitting_keys(shares)
        shares = [share - len(key) - 1 for share, key in zip(shares, keys, strict=True)]
        values = [self.padded(levels - 1, share) for share in shares[:_DISTINCT]]
        values = self.repeated(values, shares, levels)
        pairs = zip(keys, values, strict=True)
        return f"{{{','.join(f'{key}:{value}' for key, value in pairs)}}}"

    def repeated(self, made: list[str], shares: list[int], levels: int) -> list[str]:
        """The members of a long container: the same ones over and over, to be quick."""
        if len(shares) <= _DISTINCT:
            return made
        turns = itertools.islice(itertools.cycle(made), len(shares) - 1)
        return [*turns, self.padded(levels - 1, shares[-1])]

    def fitting_keys(self, shares: list[int]) -> list[str]:
        """A key for each member, that leaves room for its value."""
        if len(shares) > _DISTINCT:  # all of one length, as what follows repeats itself
            width = len(str(len(shares)))
            found = [f'"k{i:0{width}}"' for i in range(len(shares))]
            return [*found[:-1], found[0]] if self.repeated_keys else found
        keys: dict[str, str] = {}
        for share in shares[:-1] if self.repeated_keys else shares:
            key = self.key()
            if len(key) > share - 3 or (self.repeated_keys and not keys):
                key = self.pick(self.known_keys)
            if json.loads(key) in keys:
                key = f'"k{len(keys)}"'
            keys[json.loads(key)] = key
        found = list(keys.values())
        if self.repeated_keys:
            again = self.again(found[0])
            found.append(again if len(again) <= shares[-1] - 3 else found[0])
        return found

    def shares(self, room: int, least: int) -> list[int]:
        """How many characters each member gets, commas aside.

        There are many small members or a few large ones: each size is as likely as its double.
        In long containers the last one may be as large as all others.
        """
        if room < least:
            return []
        large = room // 2 if room >= _LONG and self.often(0.4) else 0
        room -= large
        size = least * (room / least) ** (1 - self.chance.random())
        count = min(_MOST_MEMBERS, max(1, int((room + 1) // (size + 1))))
        room -= count - 1
        share = room // count
        found = [share] * min(count, _DISTINCT)
        for i in range(0, len(found) - 1, 2):
            moved = self.chance.randint(0, share - least)
            found[i] += moved
            found[i + 1] -= moved
        found = [*itertools.islice(itertools.cycle(found), count)]
        found[-1] = large + room - sum(found[:-1])
        return found

    def scalar_of(self, room: int) -> str:
        words = [word for word in _LITERALS if len(word) == room]
        if words and self.often(0.5):
            return self.pick(words)
        if room == 1 or (room <= self.longest_number and self.often(0.3)):
            return self.number_of(room)
        return self.string_of(room)

    def number_of(self, room: int) -> str:
        first = self.pick("1234567890" if room == 1 else "123456789")
        digits = first + "".join(self.chance.choices("0123456789", k=room - 1))
        if room > 2 and self.often(0.5):
            point = self.chance.randint(1, room - 2)
            return f"{digits[:point]}.{digits[point + 1 :]}"
        return f"-{first}{digits[2:]}" if room > 1 and self.often(0.3) else digits

    def string_of(self, room: int) -> str:
        parts: list[str] = []
        left = room - 2
        some = [self.pick(self.chance.choice(self.pieces)) for _ in range(min(6, left // 3))]
        longest = max(map(len, some), default=0)
        while left > longest > 0:
            for piece in self.chance.choices(some, k=left // longest):
                parts.append(piece)
                left -= len(piece)
        return f'"{"".join(parts)}{"".join(self.chance.choices(_FILLING, k=left))}"'
