"""Documents written with defects that repairs know by name, and what they mean.

A document is a value; it is written token by token, and at each token a defect may be made
that fits there. Which defects go together is said here, too: what no reader could tell apart
is not made (a bare word where a comma is missing before another bare word).
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Value = Any
_WORDS = ("true", "false", "null")
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_STRINGS = (
    *("", "a", "it's", 'a "quoted" word', "line\nbreak", "tab\tstop", "back\\dslash", "é", "😀"),
    *(
        "// no comment",
        "a, b",
        "{x: 1}",
        "[1]",
        "```",
        "True",
        "0x1F",
        "<b>",
        "”",
        "’",
        "C:\\Users",
    ),
)
_KEYS = ("a", "b", "key", "user_name", "$ref", "_x", "with space", "it's", "é", "1", "")
_BETWEEN = (" ", "\n", "\t", "\r\n", "\n  ")


def value(chance: random.Random, levels: int = 3) -> Value:
    """Any value that JSON has, of moderate size."""
    kind = chance.randrange(9 if levels else 6)
    if kind == 0:
        return chance.choice((True, False, None))
    if kind == 1:
        return chance.choice((0, 1, -1, 7, 12, 1234567, -20))
    if kind == 2:
        return chance.choice((0.5, -0.25, 1.5, 1e3, 2.0))
    if kind < 6:
        return chance.choice(_STRINGS)
    if kind == 6:
        return [value(chance, levels - 1) for _ in range(chance.randrange(4))]
    keys = chance.sample(_KEYS, chance.randrange(4))
    return {key: value(chance, levels - 1) for key in keys}


def document(chance: random.Random) -> Value:
    """An object or a list: what a model is asked for."""
    made = value(chance, 4)
    return made if isinstance(made, (dict, list)) else {"value": made}


@dataclass
class Writer:
    """Writes a value, with so many defects at most, of these names."""

    chance: random.Random
    names: frozenset[str]
    most: int
    made: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def hits(self, name: str) -> bool:
        """Whether to make this defect here."""
        if name not in self.names or len(self.made) >= self.most or self.chance.random() > 0.5:
            return False
        self.made.append(name)
        return True

    def put(self, text: str) -> None:
        self.parts.append(text)

    def gap(self) -> None:
        """White space between tokens, or a comment."""
        if self.hits("comments"):
            self.put(self.chance.choice(("/* a, b */", "// a: {b}\n", "# [1]\n", "/**/", "/***/ ")))
        elif self.hits("white_space"):
            self.put(self.chance.choice(("\u00a0", "\u3000", "\ufeff", "\f", "\u2028")))
        elif self.chance.random() < 0.3:
            self.put(self.chance.choice(_BETWEEN))

    def value(self, value: Value) -> None:
        if isinstance(value, (dict, list)):
            self.container(value)
        elif isinstance(value, str):
            self.string(value)
        elif value is True or value is False or value is None:
            word = json.dumps(value)
            if value is None and self.hits("js_literals"):
                word = "undefined"
            elif self.hits("python_literals"):
                word = str(value)
            self.put(word)
        else:
            self.put(self.number(value))

    def number(self, value: float) -> str:
        text = json.dumps(value)
        if not self.hits("number_forms"):
            return text
        added = self.made[-2:-1] == ["missing_comma"]  # `1 +2` might be a sum
        # In a list three digits might be the rest of a number.
        zeros = "0" if re.match(r"-?[0-9](?![0-9])", text) else "00"
        forms = [re.sub(r"^(-?)", rf"\g<1>{zeros}", text)]
        if value >= 0 and not added:
            forms.append("+" + text)
        if isinstance(value, int):
            forms.append(f"{'-' if value < 0 else ''}0x{abs(value):X}")
            if abs(value) >= 1000:
                forms.append(f"{value:_}")
        if text.startswith("0."):
            forms.append(text[1:])
        if text.endswith(".0"):
            forms.append(text[:-1])
        return self.chance.choice(forms)

    def string(self, value: str, key: bool = False) -> None:
        if key and _IDENTIFIER.fullmatch(value) and self.hits("bare_keys"):
            self.put(value)
            return
        quote = self.quotes(value)
        body = json.dumps(value, ensure_ascii=self.chance.random() < 0.3)[1:-1]
        if quote[0] == "'":
            body = body.replace('\\"', '"').replace("'", "\\'")
        elif quote[0] == '"' and "'" in body and self.hits("invalid_escape"):
            body = body.replace("'", "\\'")
        if re.search(r"(?<!\\)\\\\[dUw]", body) and self.hits("invalid_escape"):
            body = re.sub(r"(?<!\\)\\\\([dUw])", r"\\\1", body)
        if re.search(r"\\[nt]", body) and "\\\\" not in body and self.hits("raw_control"):
            body = body.replace("\\n", "\n").replace("\\t", "\t")
        self.put(f"{quote[0]}{body}{quote[1]}")

    def quotes(self, value: str) -> str:
        if self.hits("single_quotes"):
            return "''"
        if not set(value) & set("”’`'") and self.hits("smart_quotes"):
            return self.chance.choice(("“”", "‘’", "«»"))
        return '""'

    def container(self, value: Value) -> None:
        is_object = isinstance(value, dict)
        self.put("{" if is_object else "[")
        if value and self.hits("leading_comma"):
            self.put(",")
        members = list(value.items()) if is_object else [(None, each) for each in value]
        for i, (key, each) in enumerate(members):
            self.gap()
            if key is not None:
                self.string(key, key=True)
                self.gap()
                self.colon()
                self.gap()
            self.value(each)
            self.gap()
            if i + 1 < len(members):
                self.comma()
        if value and self.hits("trailing_comma"):
            self.put(",")
            self.gap()
        self.put("}" if is_object else "]")

    def colon(self) -> None:
        if self.parts[-1][-1:] in "\"' \n" and self.hits("missing_colon"):
            self.put(" ")
        else:
            self.put(":")

    def comma(self) -> None:
        if self.hits("missing_comma"):
            self.put(self.chance.choice((" ", "\n")))
        elif self.hits("semicolon"):
            self.put(";")
        else:
            self.put(",")


def _fenced(text: str, chance: random.Random) -> str:
    language = chance.choice(("", "json", "JSON", "python", "js"))
    return f"```{language}\n{text}\n```{chance.choice(('', chr(10)))}"


def _prosed(text: str, chance: random.Random) -> str:
    before = chance.choice(
        (
            "Here is the result:\n",
            "Sure! The set {x, y} and [1] say: ",
            "True, it is:\n\n",
            "- first:\n",
            "Use `{}` or {{name}}.\n",
        )
    )
    after = chance.choice(("", "\n\nLet me know!", " Done.", "\nIt has {a: 1} in it."))
    return before + text + after


_AROUND: dict[str, Callable[[str, random.Random], str]] = {
    "fence": _fenced,
    "prose": _prosed,
    "think": lambda text, _: f"<think>It is {{'a': [1]}}?\n</think>\n{text}",
    "tool_tag": lambda text, _: f"<tool_call>\n{text}\n</tool_call>",
    "extra_close": lambda text, chance: text + chance.choice(("}", "]", " }]")),
}
INSIDE = (
    *("comments", "trailing_comma", "leading_comma", "missing_comma", "missing_colon"),
    *("semicolon", "white_space", "single_quotes", "smart_quotes", "bare_keys", "raw_control"),
    *("invalid_escape", "python_literals", "js_literals", "number_forms"),
)
DEFECTS = (*INSIDE, *_AROUND)


@dataclass(frozen=True)
class Damaged:
    """A text with defects, what it means, and which defects there are."""

    text: str
    value: Value
    defects: tuple[str, ...]


def damaged(seed: int, names: tuple[str, ...] = DEFECTS) -> Damaged:
    """A document with one to four defects of those names, if they fit."""
    chance = random.Random(seed)
    most = chance.randint(1, 4)
    chosen = chance.sample(names, min(most, len(names)))
    meant = document(chance)
    inside = frozenset(chosen) & frozenset(INSIDE)
    writer = Writer(chance, inside, most)
    writer.value(meant)
    text = "".join(writer.parts)
    made = [*writer.made]
    around = [name for name in _AROUND if name in chosen]
    for name in reversed(around):
        if name == "prose" and not _begins_well(text):
            continue
        text = _AROUND[name](text, chance)
        made.append(name)
    return Damaged(text, meant, tuple(made))


def _begins_well(text: str) -> bool:
    """Whether a document in prose begins as one that can be told from prose."""
    return text.startswith(("```", "<think>")) or bool(re.match(r'\{\s*"[^"]*"\s*:', text))
