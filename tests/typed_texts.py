"""JSON texts as trees: written in many ways, damaged, read back, and continued from any prefix.

A tree is a dict, a list, or the JSON text of a scalar. No object of any text made here repeats
a key.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from partialjson.testing import spelling
from partialjson.testing.spelling import Tree as Tree
from partialjson.testing.spelling import tree_of as tree_of

Path = tuple[str | int, ...]


def copied(tree: Tree) -> Tree:
    if isinstance(tree, dict):
        return {key: copied(member) for key, member in tree.items()}
    return [copied(item) for item in tree] if isinstance(tree, list) else tree


def nodes(tree: Tree) -> Iterator[Tree]:
    """The tree and all that is in it."""
    yield tree
    if not isinstance(tree, str):
        for member in tree.values() if isinstance(tree, dict) else tree:
            yield from nodes(member)


def at(tree: Tree | None, path: Path) -> Tree | None:
    """What stands at the path."""
    for step in path:
        if isinstance(tree, dict) and isinstance(step, str):
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int) and tree:
            tree = tree[min(step, len(tree) - 1)]
        else:
            return None
    return tree


# --- writing ------------------------------------------------------------------------------


def written(tree: Tree, rng: random.Random) -> str:
    """The tree as text, in any spelling; seldom with other digits, which alone say little."""
    return spelling.written(tree, rng, numbers=0.05)


# --- damage -------------------------------------------------------------------------------

SPARES: Sequence[Tree] = (
    *('""', '"a"', '"ab"', '"abc "', '"  a  "', '"A"', '"abcdef"', '"x" ', '" "', '"\u00e9"'),
    *('"1"', '" 1 "', '"1.0"', '"01"', '"1e2"', '"-5"', '"true"', '"no"', '"null"', '"inf"'),
    *('"2024-02-29"', '"2024-02-29T00:00:00"', '"12:30"', '"P1D"', '"cat"', '"dog"', '"red"'),
    *("0", "1", "-1", "2", "3", "5", "10", "100", "1.0", "1.5", "-0.0", "1e2", "1E-1", "1e400"),
    *("12345678901234567890", "0.1", "true", "false", "null", "1e-400", "100e-2", "-0"),
    *cast(
        "list[Tree]",
        [[], {}, ["1"], ['"a"'], ["null"], {"a": "1"}, {"kind": '"a"'}, [[]], [{}], {"a": {}}],
    ),
    *cast(
        "list[Tree]", [["0", ["1", "5"], "-1"], ["1", "1", "true", "1.0"], {"1": "1", "01": "1"}]
    ),
)
KEYS = ("a", "ab", "b", "c", "id", "ids", "kind", "name", "names", "n", "x", "", "1", "é")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_Holder = Any  # a dict or a list, and below the step of one of its members
_Damage = Callable[[_Holder, Any, random.Random, Sequence[Tree]], None]


def damaged(tree: Tree, rng: random.Random, spares: Sequence[Tree] = SPARES) -> Tree:
    """The tree with something else, something more or something less in one place."""
    root: list[Tree] = [copied(tree)]
    places = list(_places(root))
    holder, step = rng.choice(places)
    rng.choice(_damages(holder[step]))(holder, step, rng, spares)
    return root[0]


def _places(holder: Any) -> Iterator[tuple[_Holder, Any]]:
    for step in list(holder) if isinstance(holder, dict) else range(len(holder)):
        yield holder, step
        if not isinstance(holder[step], str):
            yield from _places(holder[step])


def _damages(tree: Tree) -> tuple[_Damage, ...]:
    if isinstance(tree, dict):
        return (_replace, _wrap, _rename, _rename, _add, _add, _remove, _remove)
    if isinstance(tree, list):
        return (_replace, _wrap, _append, _append, _append, _drop)
    if tree[0] == '"':
        return (_replace, _wrap, _lengthen, _lengthen, _lengthen, _shorten)
    return (_replace, _wrap, _renumber, _renumber) if _NUMBER.fullmatch(tree) else (_replace, _wrap)


def _replace(holder: _Holder, step: Any, rng: random.Random, spares: Sequence[Tree]) -> None:
    holder[step] = copied(rng.choice(spares))


def _wrap(holder: _Holder, step: Any, rng: random.Random, spares: Sequence[Tree]) -> None:
    inner = holder[step]
    wrapped: list[Tree] = [[inner], {rng.choice(KEYS): inner}, {"payload": inner}]
    wrapped += [json.dumps(inner)] if isinstance(inner, str) else list(nodes(inner))[1:2]
    holder[step] = rng.choice(wrapped)


def _rename(holder: _Holder, step: Any, rng: random.Random, spares: Sequence[Tree]) -> None:
    members = holder[step]
    if members:
        old = rng.choice(list(members))
        new = rng.choice((rng.choice(KEYS), old + "x", old[:-1], old.upper(), f" {old}"))
        if new not in members:
            holder[step] = {new if key == old else key: x for key, x in members.items()}


def _add(holder: _Holder, step: Any, rng: random.Random, spares: Sequence[Tree]) -> None:
    holder[step].setdefault(rng.choice(KEYS), copied(rng.choice(spares)))


def _remove(holder: _Holder, step: Any, rng: random.Random, spares: Sequence[Tree]) -> None:
    if holder[step]:
        del holder[step][rng.choice(list(holder[step]))]


def _append(holder: _Holder, step: Any, rng: random.Random, spares: Sequence[Tree]) -> None:
    items = holder[step]
    for _ in range(rng.choice((1, 1, 2, 4))):
        items.insert(rng.randint(0, len(items)), copied(rng.choice((*items, rng.choice(spares)))))


def _drop(holder: _Holder, step: Any, rng: random.Random, spares: Sequence[Tree]) -> None:
    if holder[step]:
        del holder[step][rng.randrange(len(holder[step])) :]


def _lengthen(holder: _Holder, step: Any, rng: random.Random, spares: Sequence[Tree]) -> None:
    text = json.loads(holder[step])
    blank = rng.choice((" ", "    ", "\u3000", "\x1f", "\n\t"))
    longer = (text + blank, blank + text, text + "x", text * 2, text + "0", text + "\U0001f600" * 3)
    holder[step] = json.dumps(rng.choice((*longer, text.upper(), text + blank + text)))


def _shorten(holder: _Holder, step: Any, rng: random.Random, spares: Sequence[Tree]) -> None:
    text = json.loads(holder[step])
    holder[step] = json.dumps(text[: rng.randint(0, len(text))])


def _renumber(holder: _Holder, step: Any, rng: random.Random, spares: Sequence[Tree]) -> None:
    number = holder[step]
    changed = [number + tail for tail in _NUMBER_TAILS] + [f"-{number}", f"1{number}"]
    holder[step] = rng.choice([x for x in changed if _NUMBER.fullmatch(x)] + [f'"{number}"'])


# --- reading ------------------------------------------------------------------------------

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*(?P<open>"|\\?\Z)|[-+.0-9eE]+|[a-z]+|[\[\]{},:]', re.DOTALL)


@dataclass
class Open:
    """A container that is not closed yet."""

    bracket: str
    start: int
    keys: list[str] = field(default_factory=list)
    count: int = 0

    @property
    def step(self) -> str | int:
        return self.keys[-1] if self.bracket == "{" else self.count - 1


class Reading:
    """A JSON text, or the beginning of one, as far as it was read.

    Attributes:
        spans: where each complete value stands, by path.
        stack: the open containers.
        state: what may come: `value`, `value?` (or `]`), `key`, `key?` (or `}`), `:`, `more`
            (a comma or a closing bracket) or `done`.
        token: the string, number or literal at the end that could go on.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans: dict[Path, tuple[int, int]] = {}
        self.stack: list[Open] = []
        self.state = "value"
        self.token = ""
        for found in _TOKEN.finditer(text):
            unfinished = found["open"] not in (None, '"') or (
                found.end() == len(text) and re.match(r"[-+.0-9eE]|[a-z]", found.group())
            )
            if unfinished and found.group() not in ("true", "false", "null"):
                self._begin(found.group())
            else:
                self._take(found.group(), *found.span())

    @property
    def path(self) -> Path:
        """Where the innermost open container stands."""
        return tuple(outer.step for outer in self.stack[:-1])

    def _begin(self, token: str) -> None:
        self.token = token
        if self.stack and self.state.startswith("value"):
            self.stack[-1].count += 1

    def _take(self, token: str, start: int, end: int) -> None:
        if token == ",":
            self.state = "value" if self.stack[-1].bracket == "[" else "key"
        elif token == ":":
            self.state = "value"
        elif token in "]}":
            opened = self.stack.pop()
            self._ended(opened.start, end)
        elif self.state in ("key", "key?"):
            self.stack[-1].keys.append(json.loads(token))
            self.state = ":"
        else:
            self._value(token, start, end)

    def _value(self, token: str, start: int, end: int) -> None:
        if self.stack:
            self.stack[-1].count += 1
        if token in "[{":
            self.stack.append(Open(token, start))
            self.state = "value?" if token == "[" else "key?"
        else:
            self._ended(start, end)

    def _ended(self, start: int, end: int) -> None:
        self.spans[tuple(outer.step for outer in self.stack)] = (start, end)
        self.state = "more" if self.stack else "done"


def spans(text: str) -> dict[Path, tuple[int, int]]:
    """Where each value of a complete text stands: from where, and to before where."""
    reading = Reading(text + " ")
    assert reading.state == "done", text
    return reading.spans


def repeats_no_key(text: str) -> bool:
    """Whether the text is JSON, and no object in it has a key twice."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a repeated key")
        return dict(pairs)

    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        json.loads(text, object_pairs_hook=members, parse_constant=refuse)
    except ValueError:
        return False
    return True


# --- continuations ------------------------------------------------------------------------

_NUMBER_TAILS = (
    *("", "0", ".0", "e0", "e-1", "e-400", "e1", "e2", "E+2", "00", "e400", ".5", "1", "0e-1"),
    *(".00", "5", "e-2", "000000000000000000000", "-1", "-400", "-0"),
)
_ESCAPE_ENDS = (
    *("n", "0020", "020", "20", "0", "0041", "041", "41", "1", "0061", "061", "61", "u0020", "\\"),
    *("\\ude00", "ude00", "de00", "e00", "00", "d\\ude00", "3d\\ude00"),
)
_STRING_TAILS = (
    *("", " ", "    ", "\\u0020", "\\n", "\\t", "\u3000", "\\u3000", "\\u001f", "x", "0", ".0"),
    *("\\u00e9", "\U0001f600", "\\ud83d\\ude00", "\\\\", "e2", "T00:00:00", " " * 30, "Z"),
)


class Kin:
    """Documents that a type accepts, to borrow from.

    Attributes:
        trees: the documents.
        nodes: all that is in them.
        words: the strings in them, and others.
    """

    def __init__(self, trees: Sequence[Tree]) -> None:
        self.trees = trees
        self.nodes = [node for tree in trees for node in nodes(tree)]
        scalars = {node for node in (*self.nodes, *SPARES) if isinstance(node, str)}
        self.words: list[str] = sorted(json.loads(node) for node in scalars if node[0] == '"')


class _Continuation:
    """One text that begins with a prefix.

    Args:
        reading: the prefix.
        kin: what to borrow from.
        rng: chance.
        plain: the shortest one.
    """

    def __init__(self, reading: Reading, kin: Kin, rng: random.Random, plain: bool = False) -> None:
        self.reading = reading
        self.kin = kin
        self.rng = rng
        self.plain = plain
        self.graft = rng.choice(kin.trees) if kin.trees and not plain else None
        self.wild = 0.0 if plain else rng.choice((0.0, 0.0, 0.1, 0.5))
        self.state = reading.state
        self.key: list[str] = []  # the key that the prefix leaves unfinished

    def text(self) -> str:
        stack = self.reading.stack
        text = self.reading.text + self._finished(self.reading.token)
        for depth in range(len(stack) - 1, -1, -1):
            graft = at(self.graft, tuple(outer.step for outer in stack[:depth]))
            if stack[depth].bracket == "[":
                text += self._items(stack[depth], graft) + "]"
            else:
                text += self._members(stack[depth], graft) + "}"
            self.state = "more"
        return text + self._any() if self.state == "value" else text

    def _finished(self, token: str) -> str:
        """The rest of the string, number or literal that the prefix cut in two."""
        if not token:
            return ""
        if token[0] == '"':
            return self._string_end(token)
        self.state = "more" if self.reading.stack else "done"
        if token[0].isalpha():
            word = next((x for x in ("true", "false", "null") if x.startswith(token)), token)
            return word[len(token) :]
        tails: list[str] = [
            x for x in (*_NUMBER_TAILS, *"0123456789") if _NUMBER.fullmatch(token + x)
        ]
        return tails[0] if self.plain or self.rng.random() < 0.2 else self.rng.choice(tails)

    def _string_end(self, token: str) -> str:
        is_key = self.state.startswith("key")
        end = self._word_end(token, is_key)
        self.key = [json.loads(f'{token}{end}"')] if is_key else []
        self.state = ":" if is_key else "more" if self.reading.stack else "done"
        return end + '"'

    def _word_end(self, token: str, is_key: bool) -> str:
        """The rest of the string: nothing, that of a known one, or something to try."""
        ends = [""] if _is_string(f'{token}"') else self._escape_ends(token, is_key)
        end = ends[0] if self.plain else self.rng.choice(ends)
        if self.plain or self.rng.random() < 0.2:
            return end
        begun = json.loads(f'{token}{end}"')
        known = [x[len(begun) :] for x in self._words(is_key) if x.startswith(begun)]
        tails = [json.dumps(x)[1:-1] for x in known]
        return end + self.rng.choice([*tails, self.rng.choice(_STRING_TAILS)])

    def _escape_ends(self, token: str, is_key: bool) -> list[str]:
        """The rest of an escape that the prefix cut in two: first those of known words."""
        cut = token.rindex("\\")
        begun, escape = token[:cut], token[cut:].lower()
        if _is_string(f'{begun}"'):
            here = len(json.loads(f'{begun}"'))
            known = {f"\\u{ord(x[here]):04x}" for x in self._words(is_key) if len(x) > here}
            ends = sorted(x[len(escape) :] for x in known if x.startswith(escape))
            if ends and self.rng.random() < 0.7:
                return ends
        return [x for x in _ESCAPE_ENDS if _is_string(f'{token}{x}"')]

    def _words(self, is_key: bool) -> list[str]:
        if not is_key:
            return self.kin.words
        inner = at(self.graft, self.reading.path)
        return [*(inner if isinstance(inner, dict) else ()), *KEYS]

    def _items(self, opened: Open, graft: Tree | None) -> str:
        """The rest of an array."""
        known = graft if isinstance(graft, list) else []
        rest = known[opened.count :] if self.rng.random() < 0.7 else known
        if not self.plain and self.rng.random() < 0.3:
            rest = [*rest, *self.rng.choices([*known, self.rng.choice(SPARES)], k=2)]
        items = [self._wild(item) for item in rest]
        if self.state == "more":
            return "".join(f",{item}" for item in items)
        return ",".join(items) if items or self.state == "value?" else self._any()

    def _members(self, opened: Open, graft: Tree | None) -> str:
        """The rest of an object."""
        known = graft if isinstance(graft, dict) else {}
        used = [*opened.keys, *self.key]
        start = ":" if self.state == ":" else ""
        if self.state in (":", "value"):
            start += self._wild(known[used[-1]]) if used[-1] in known else self._any()
        members = [f"{json.dumps(k)}:{self._wild(x)}" for k, x in known.items() if k not in used]
        if self.wild and self.rng.random() < 0.5:
            extras = self.rng.sample([key for key in KEYS if key not in (*used, *known)], 2)
            members += [f"{json.dumps(key)}:{self._any()}" for key in extras]
        if self.rng.random() < 0.5:
            self.rng.shuffle(members)
        if self.state == "key" and not members:
            members = [f'"zz":{self._any()}']
        between = "" if self.state.startswith("key") else ","
        self.key = []
        return start + (between + ",".join(members) if members else "")

    def _any(self) -> str:
        if self.plain:
            return "0"
        known = self.kin.nodes if self.kin.nodes and self.rng.random() < 0.6 else SPARES
        return plain(self.rng.choice(known))

    def _wild(self, tree: Tree) -> str:
        return plain(damaged(tree, self.rng) if self.rng.random() < self.wild else tree)


def _is_string(text: str) -> bool:
    try:
        value: str = json.loads(text)
    except ValueError:
        return False
    return re.search("[\ud800-\udfff]", value) is None


def plain(tree: Tree) -> str:
    """The tree as the shortest text."""
    if isinstance(tree, dict):
        members = (f"{json.dumps(key)}:{plain(member)}" for key, member in tree.items())
        return "{" + ",".join(members) + "}"
    return f"[{','.join(map(plain, tree))}]" if isinstance(tree, list) else tree


def continuations(prefix: str, kin: Kin, rng: random.Random, n: int = 100) -> Iterator[str]:
    """Texts that begin with the prefix: JSON all of them, none with a repeated key.

    Args:
        prefix: the beginning of a JSON text.
        kin: documents that the type accepts; their parts are grafted on.
        rng: chance.
        n: how many are tried; fewer come, for some come twice.
    """
    reading = Reading(prefix)
    ways = (_Continuation(reading, kin, rng, plain=i == 0).text() for i in range(n))
    whole = (text for text in map(plain, kin.trees) if text.startswith(prefix))
    for text in dict.fromkeys((*ways, *whole)):
        if repeats_no_key(text):
            yield text
