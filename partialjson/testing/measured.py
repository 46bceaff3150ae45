"""How many characters the fragments of real answers had.

Counted in public recordings of streamed answers, 144 tool calls and 34 JSON texts; printed by
`python -m benchmarks.recorded_fragments`, and with `--data` as they stand here. What rests on
fewer than a hundred fragments, or ten whole answers, says so: `few`.

    >>> round(MEASURED["anthropic"].mean, 2), MEASURED["deepseek"].few
    (6.55, True)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

_ENOUGH = 100  # fragments, from which on a distribution has a shape


@dataclass(frozen=True)
class Measured:
    """How one source cut its JSON, as counted in recordings.

    Attributes:
        answers: how many were counted: arguments of calls, or JSON texts, the empty ones aside.
        opens_empty: how many of those began with an empty fragment.
        whole: how many of three characters and more came in one fragment.
        split: how many came in several.
        lengths: how many fragments of these had so many characters.
    """

    answers: int
    opens_empty: int
    whole: int
    split: int
    lengths: Mapping[int, int] = field(default_factory=dict)

    @property
    def fragments(self) -> int:
        """How many fragments were counted, the empty ones aside."""
        return sum(self.lengths.values())

    @property
    def mean(self) -> float:
        """Characters a fragment has on average; 0.0 where all came whole."""
        characters = sum(length * count for length, count in self.lengths.items())
        return characters / (self.fragments or 1)

    @property
    def few(self) -> bool:
        """Whether this rests on so little that it tells the manner, not the shape."""
        return self.fragments < _ENOUGH if self.split else self.whole < 10


# Arguments of calls under the name of the provider (OpenAI's chat completions are `openai`),
# JSON texts as `..._text`; `bedrock` is Claude there, `bedrock_nova` Amazon's own models. The
# columns are the attributes above; a length stands before the number of its fragments.
COUNTED: Final = """
openai_text       16  0  0 16  1:86 2:134 3:101 4:47 5:87 6:32 7:16 8:1 10:1 11:10
openai_responses  11  0  3  8  1:40 2:39 3:108 4:60 5:40 6:38 7:39 8:17 9:7 10:5 11:4 12:5
anthropic         30 30  0 30  1:2 2:39 3:28 4:32 5:38 6:34 7:29 8:24 9:23 10:32 11:34 12:15
openai            16 16  0 15  1:15 2:40 3:88 4:27 5:59 6:30 7:27 8:14 9:1 10:2
anthropic_text     7  0  0  7  1:5 2:5 3:6 4:4 5:1 6:7 7:6 8:3 9:4 10:2 12:4 13:2 14:2 15:5 16:2
                               17:2 18:2 19:2 20:1 22:1 24:1 29:1 31:1 36:1 39:1
bedrock           10 10  0 10  2:6 3:6 4:5 5:3 6:4 7:6 8:6 9:5 10:5 11:2 12:2
cohere             2  2  0  2  1:6 2:4 5:2 7:2 8:2
writer             8  0  0  8  8:1 10:4 12:11
gemini_text        9  0  2  7  1:1 3:1 10:1 13:2 22:1 23:1 31:1 37:1 38:1 40:1 106:1 181:1 216:1
                               228:1
deepseek           4  3  0  1  1:6 2:1 4:1 5:1
bedrock_text       1  0  0  1  2:1 4:2 7:1 39:1
xai               15  0 15  0
mistral           11  0 11  0
gemini             9  0  9  0
openrouter         7  7  6  0
bedrock_nova       5  0  5  0
groq               2  0  2  0
ollama             2  0  2  0
"""


def _read(counted: str) -> Iterator[tuple[str, Measured]]:
    for row in counted.replace("\n  ", "  ").split("\n"):
        if row:
            name, *numbers = row.split()
            pairs = (pair.split(":") for pair in numbers[4:])
            lengths = {int(length): int(times) for length, times in pairs}
            answers, opens_empty, whole, split = map(int, numbers[:4])
            yield name, Measured(answers, opens_empty, whole, split, lengths)


MEASURED: Final[Mapping[str, Measured]] = dict(_read(COUNTED))
