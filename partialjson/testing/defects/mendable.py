"""Defects that repairs mend, called as these: a document is written again, with some made.

A document is written token by token, as it stands, and at each token a defect may be made that
fits there. First it is written without any, only to see which would fit where; chance picks
some of these places; then it is written with them.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Collection
from typing import Final

from .tokens import Token, tokens

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_COMMENTS = ("/* a, b */", "// a: {b}\n", "# [1]\n", "/**/", "/***/ ")
_ODD_BLANKS = ("\u00a0", "\u3000", "\ufeff", "\f", "\u2028")
_QUOTES = frozenset("'`´‘’‚‛“”„‟«»‹›")
_SMART = ("“”", "‘’", "«»")

INSIDE: Final = {
    "comments": "a comment between tokens",
    "white_space": "white space that JSON does not know",
    "leading_comma": "a comma after an opening bracket",
    "trailing_comma": "a comma before a closing bracket",
    "missing_comma": "a comma missing",
    "missing_colon": "a colon missing",
    "semicolon": "a semicolon in place of a comma",
    "single_quotes": "a string in single quotes",
    "smart_quotes": "a string in typographic quotes",
    "bare_keys": "a key without quotes",
    "raw_control": "line breaks or tabs as they are in a string",
    "invalid_escape": "a backslash before what needs none",
    "python_literals": "True, False or None",
    "js_literals": "undefined for null",
    "number_forms": "a number as +1, .5, 5., 0x1F, 1_000 or with leading zeros",
}


class Writing:
    """A document, written with some defects.

    Args:
        document: a valid one.
        chance: where chance comes from.
        wanted: which of the places of a name, counted from 0, get their defect.

    Attributes:
        places: how often each defect would have fitted.
        made: the names of those that were made, in the order of the text.
        parts: what was written.
    """

    def __init__(
        self,
        document: str,
        chance: random.Random,
        wanted: Collection[tuple[str, int]] = (),
    ) -> None:
        self.document = document
        self.chance = chance
        self.wanted = frozenset(wanted)
        self.places: Counter[str] = Counter()
        self.made: list[str] = []
        self.parts: list[str] = []
        self.glued = False  # a comma is missing before the value
        self._write()

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(self.parts)

    def fits(self, name: str) -> bool:
        """Note a place for a defect; whether to make it."""
        place = (name, self.places[name])
        self.places[name] += 1
        if place in self.wanted:
            self.made.append(name)
        return place in self.wanted

    def put(self, text: str) -> None:
        """Write something."""
        if text:
            self.parts.append(text)

    def _write(self) -> None:
        found = [*tokens(self.document), Token(len(self.document), len(self.document), " ")]
        depth = at = 0
        before = found[-1]
        for token, after in itertools.pairwise(found):
            self.put(self.document[at : token.start])
            at = token.end
            self._one(token, before, after)
            depth += {"[": 1, "]": -1}.get(token.kind, 0)
            if depth and (token.kind, after.kind) != ("[", "]"):
                self._gap()
            before = token
        self.put(self.document[at:])

    def _one(self, token: Token, before: Token, after: Token) -> None:
        kind, text = token.kind, token.text
        if kind == "[":
            self.put(text)
            if after.kind != "]" and self.fits("leading_comma"):
                self.put(",")
        elif kind == "]":
            if before.kind != "[" and self.fits("trailing_comma"):
                self.put(",")
            self.put(text)
        elif kind == ",":
            self._comma()
        elif kind == ":":
            self._colon()
        elif kind == '"':
            self._string(text, is_key=after.kind == ":")
        else:
            self.put(self._number(text) if kind == "0" else self._literal(text))
        self.glued = self.glued and kind == ","

    def _gap(self) -> None:
        if self.fits("comments"):
            self.put(self.chance.choice(_COMMENTS))
        elif self.fits("white_space"):
            self.put(self.chance.choice(_ODD_BLANKS))

    def _comma(self) -> None:
        if self.fits("missing_comma"):
            self.put(self.chance.choice((" ", "\n")))
            self.glued = True
        elif self.fits("semicolon"):
            self.put(";")
        else:
            self.put(",")

    def _colon(self) -> None:
        told_apart = self.parts[-1][-1] in "\"' \n\t\r"  # not a key without quotes
        self.put(" " if told_apart and self.fits("missing_colon") else ":")

    def _literal(self, word: str) -> str:
        if word == "null" and self.fits("js_literals"):
            return "undefined"
        if self.fits("python_literals"):
            return {"true": "True", "false": "False", "null": "None"}[word]
        return word

    def _number(self, text: str) -> str:
        if not self.fits("number_forms"):
            return text
        # In a list three digits might be the rest of a number.
        zeros = "0" if re.match(r"-?[0-9](?![0-9])", text) else "00"
        forms = [re.sub(r"^(-?)", rf"\g<1>{zeros}", text)]
        if text[0] != "-" and not self.glued:  # `1 +2` might be a sum
            forms.append("+" + text)
        if re.fullmatch("-?[0-9]+", text):
            value = int(text)
            forms.append(f"{text[:1] if text[0] == '-' else ''}0x{abs(value):X}")
            forms += [f"{value:_}"] if abs(value) >= 1000 else []
        if text.startswith("0."):
            forms.append(text[1:])
        if text.endswith(".0"):
            forms.append(text[:-1])
        return self.chance.choice(forms)

    def _string(self, text: str, is_key: bool) -> None:
        value = json.loads(text)
        if is_key and _IDENTIFIER.fullmatch(value) and self.fits("bare_keys"):
            self.put(value)
            return
        body, quotes = text[1:-1], '""'
        if self.fits("single_quotes"):
            body, quotes = body.replace('\\"', '"').replace("'", "\\'"), "''"
        elif not set(value) & _QUOTES and self.fits("smart_quotes"):
            quotes = self.chance.choice(_SMART)
        elif "'" in body and self.fits("invalid_escape"):
            body = body.replace("'", "\\'")
        if re.search(r"(?<!\\)\\\\[dUw]", body) and self.fits("invalid_escape"):
            body = re.sub(r"(?<!\\)\\\\([dUw])", r"\\\1", body)
        if re.search(r"\\[nt]", body) and "\\\\" not in body and self.fits("raw_control"):
            body = body.replace("\\n", "\n").replace("\\t", "\t")
        self.put(f"{quotes[0]}{body}{quotes[1]}")


# --- around the document ------------------------------------------------------------------


def _fenced(text: str, chance: random.Random) -> str:
    language = chance.choice(("", "json", "JSON", "python", "js"))
    return f"```{language}\n{text}\n```{chance.choice(('', chr(10)))}"


_BEFORE = (
    "Here is the result:\n",
    "Sure! The set {x, y} and [1] say: ",
    "True, it is:\n\n",
    "- first:\n",
    "Use `{}` or {{name}}.\n",
)
_AFTER = ("", "\n\nLet me know!", " Done.", "\nIt has {a: 1} in it.")


def _in_prose(text: str, chance: random.Random) -> str:
    return chance.choice(_BEFORE) + text + chance.choice(_AFTER)


def _after_thoughts(text: str, chance: random.Random) -> str:
    return f"<think>It is {{'a': [1]}}?\n</think>\n{text}"


def _tagged(text: str, chance: random.Random) -> str:
    return f"<tool_call>\n{text}\n</tool_call>"


def _closed_again(text: str, chance: random.Random) -> str:
    return text + chance.choice(("}", "]", " }]"))


_AROUND: Final[dict[str, tuple[str, Callable[[str, random.Random], str]]]] = {
    "fence": ("a Markdown fence around the document", _fenced),
    "prose": ("text around the document", _in_prose),
    "think": ("thoughts before the document", _after_thoughts),
    "tool_tag": ("the tag of a tool call around the document", _tagged),
    "extra_close": ("closing brackets after the document", _closed_again),
}
MENDABLE: Final = {**INSIDE, **{name: what for name, (what, _) in _AROUND.items()}}


def fitting(document: str) -> dict[str, int]:
    """In how many places of a document each can be made; those that fit nowhere left out."""
    places = dict(Writing(document, random.Random(0)).places)
    around = dict.fromkeys(_AROUND, 1)
    if not _begins_well(document):
        del around["prose"]
    if not document.rstrip().endswith(("]", "}")):
        del around["extra_close"]  # `True]` might be prose
    return {**places, **around}


def mendably(
    document: str, wanted: Collection[tuple[str, int]], chance: random.Random
) -> tuple[str, list[str]]:
    """The document with defects in these of their places, and the names of those made.

    One of them is made in any case; another may fit no more beside it.
    """
    writing = Writing(document, chance, wanted)
    text, made = writing.text, writing.made
    names = {name for name, _ in wanted}
    for name in reversed(_AROUND):  # the innermost first
        if name in names and (name != "prose" or _begins_well(text)):
            text = _AROUND[name][1](text, chance)
            made.append(name)
    return text, made


def _begins_well(text: str) -> bool:
    """Whether a document in prose begins as one that can be told from prose."""
    return text.startswith(("```", "<think>")) or bool(re.match(r'\{\s*"[^"]*"\s*:', text))
