"""Answers made by chance: what a model may say, as far as a wire can carry it.

    >>> import random
    >>> from partialjson.testing import WIRES
    >>> made = answers(random.Random(3), WIRES["ollama"])
    >>> len(made), WIRES["ollama"].objection(made)
    (1, None)

The standard library is all this needs, so load tests and fuzzers can use it. The Hypothesis
strategy over it is `partialjson.testing.wires`.

Where chance picks among several, the simplest stands first: a `random.Random` that Hypothesis
drives shrinks to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any, TypeAlias

from .fragments import cut_at, halved
from .texts import Root, document
from .writers import Answer, Call, Finish, Part, Refusal, Said, Thought, Wire, cut

__all__ = ["Tools", "answers"]

Tools: TypeAlias = Mapping[str, Callable[[], Any]]
"""By the names of tools, what makes arguments for a call of one: JSON texts, or values."""

_MOST_PARTS = 4
_MOST_CHOICES = 3
_MOST_TURNS = 12
_SAID = (
    "Well, ",
    "é ",
    "😀",
    '"',
    "\n",
    "\r\n",
    "\u2028",
    "{",
    "}",
    "\\",
    "data: ",
    "\x00",
    "and so on ",
)
_ID_STARTS = ("call_", "toolu_", "é")


def answers(
    chance: Random,
    wire: Wire,
    *,
    tools: Tools | None = None,
    finishes: Sequence[Finish] | None = None,
) -> list[Answer]:
    """The answers of one response, such that the wire can say them.

    Args:
        chance: where chance comes from: the same state, the same answers.
        wire: the wire, with its quirks. What it cannot carry is left out.
        tools: what is called; None: any tools, any arguments.
        finishes: how answers may finish, among what the wire can tell; None: all of it.
            Calls are cut off only in answers that do not finish well, or, where a wire marks
            ends and `tools` are None, in any.
    """
    possible = [way for way in wire.finishes if finishes is None or way in finishes]
    finish = chance.choice(possible)
    good = [way for way in possible if way not in ("error", None)]
    ways = [finish]
    if wire.choices:
        more = chance.randrange(_MOST_CHOICES)
        ways += [chance.choice(good) if finish in good else finish for _ in range(more)]
    speaker = _Speaker(chance, wire, tools)
    return [speaker.answer(choice, way) for choice, way in enumerate(ways)]


class _Speaker:
    """Speaks by chance; the arguments are those of `answers`."""

    def __init__(self, chance: Random, wire: Wire, tools: Tools | None) -> None:
        self.chance = chance
        self.wire = wire
        self.tools = tools
        self.runs_all = wire.name == "anthropic_server_tools"

    def answer(self, choice: int, finish: Finish) -> Answer:
        taken: list[Part] = []
        number = 10 * choice
        end = number + _MOST_PARTS  # asked before each part, so that any can be left out
        while number < end and self.chance.randrange(_MOST_PARTS):
            part = self.part(number, finish)
            number += 1
            if self.wire.objection(Answer((*taken, part), finish)) is None:
                taken.append(part)
        said = Answer(tuple(taken), finish)
        if self.wire.parallel and taken and self.chance.random() < 0.5:
            apart = _apart(taken)
            mixed = Answer(tuple(apart), finish, tuple(self.turns(len(apart))))
            return said if self.wire.objection(mixed) else mixed
        return said

    def turns(self, parts: int) -> list[int]:
        return [self.chance.randrange(parts) for _ in range(self.chance.randint(0, _MOST_TURNS))]

    def part(self, number: int, finish: Finish) -> Part:
        kinds: list[type[Part]] = [
            kind for kind in (Said, Thought, Refusal) if kind in self.wire.kinds
        ]
        if self.chance.randrange(len(kinds) + 2) >= len(kinds):
            return self.call(number, finish)
        text = "".join(self.chance.choice(_SAID) for _ in range(self.chance.randrange(5)))
        kind: Any = self.chance.choice(kinds)
        said: Part = kind(text, self.fragments(text))
        return said

    # --- calls -----------------------------------------------------------------------

    def call(self, number: int, finish: Finish) -> Call:
        name, text = self.asked()
        if self.wire.streams_text and self.chance.random() < 0.25:
            text = halved(text)
        ended = True
        if finish != "complete" or (self.wire.marks_ends and self.tools is None):
            open_ = Call("f", "{}", ended=False)
            ended = self.chance.random() < 0.6 or self.objects(open_)
        if text and not ended and self.wire.streams_text:
            text = text[: self.chance.randrange(len(text))]
        own = self.tools is None and self.wire.servers and self.chance.random() < 0.5
        id_ = f"{self.chance.choice(_ID_STARTS)}{number}"
        fragments = self.fragments(text)
        return self.sayable(Call(name, text, id_, fragments, ended, own or self.runs_all))

    def asked(self) -> tuple[str, str]:
        """A tool and its arguments."""
        if self.tools is None:
            return self.name(), self.arguments()
        name = self.chance.choice(sorted(self.tools))
        given = self.tools[name]()
        is_text = isinstance(given, str)
        return name, given if is_text else json.dumps(given, ensure_ascii=False)

    def sayable(self, call: Call) -> Call:
        """The call, or one much like it that the wire can carry, if there is one."""
        texts = [call.arguments]
        if self.tools is None and call.ended:
            texts += ['{"a": ' + (call.arguments or "0") + "}", "{}"]
        singly = (replace(call, arguments=text, fragments=cut(text, 1)) for text in texts)
        return next((each for each in (call, *singly) if not self.objects(each)), call)

    def objects(self, call: Call) -> bool:
        call = replace(call, server=call.server or self.runs_all)
        return self.wire.objection(Answer((call,))) is not None

    def name(self) -> str:
        name = "".join(self.letter() for _ in range(self.chance.randint(1, 8)))
        return name if name != "null" else "nil"

    def letter(self) -> str:
        if self.chance.random() < 0.7:
            return chr(self.chance.randint(ord("a"), ord("z")))
        at = self.chance.randrange(0x110000 - 0x800)
        return chr(at if at < 0xD800 else at + 0x800)

    def arguments(self) -> str:
        """Arguments that the wire can carry, if possible; whole ones."""
        if self.wire.empty and self.chance.random() < 0.17:
            return ""
        if self.wire.arguments == "patches":
            value = {self.key(): self.patchable(2) for _ in range(self.chance.randrange(4))}
            return json.dumps(value, ensure_ascii=self.chance.random() < 0.5)
        only_objects = self.wire.arguments == "object" or self.wire.name == "cohere_v1"
        root: Root = "object" if only_objects or self.chance.random() < 0.6 else "any"
        text = document(self.chance, levels=2, root=root)
        is_number = self.wire.marks_ends and text.strip()[0] in "-0123456789"
        return f"[{text}]" if is_number else text  # more digits could follow the end of a number

    def key(self) -> str:
        return "".join(self.letter() for _ in range(self.chance.randrange(5)))

    def patchable(self, levels: int) -> Any:
        """A value that patches can make: no container in it is empty."""
        kind = self.chance.randrange(3) if levels else 0
        if kind == 0:
            return self.chance.choice(self.scalars())
        count = self.chance.randint(1, 3)
        if kind == 1:
            return [self.patchable(levels - 1) for _ in range(count)]
        return {self.key(): self.patchable(levels - 1) for _ in range(count)}

    def scalars(self) -> tuple[Any, ...]:
        whole, odd = self.chance.randint(-(2**53), 2**53), self.chance.uniform(-1e9, 1e300)
        said = self.chance.choice(_SAID) * self.chance.randrange(8)
        return None, True, False, 0, -0.0, whole, odd, "", said, self.key()

    def fragments(self, text: str) -> tuple[str, ...] | None:
        """How a text is cut: as it is usual, into single characters, or anywhere."""
        how = self.chance.randrange(5)
        if how < 2:
            return None
        if how == 2:
            return cut(text, 1)
        count = self.chance.randrange(7)
        return tuple(cut_at(text, (self.chance.randint(0, len(text)) for _ in range(count))))


def _apart(parts: list[Part]) -> list[Part]:
    """The parts, only one text of each channel: mixed with others, they are one text."""
    seen: set[type] = set()
    taken: list[Part] = []
    for part in parts:
        if isinstance(part, Call) or type(part) not in seen:
            taken.append(part)
        seen.add(type(part))
    return taken
