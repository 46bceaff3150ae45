"""What servers that copy OpenAI's chat completions have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from .answers import Answer, Call, Part, Said, Thought
from .openai_chat import OpenAIChat
from .wire import Finishes, Kinds, Message, Place, Step


class Compatible(OpenAIChat):
    """What most copies have in common: one choice, no refusals, no padding."""

    choices = False
    kinds: ClassVar[Kinds] = (Call, Said)
    finishes: ClassVar[Finishes] = ("complete", "length", None)
    usage: ClassVar[Message | None] = None

    def delta(self, choice: int, reason: str | None = None, /, **delta: Any) -> Message:
        return self.chunk([{"index": choice, "delta": delta, "finish_reason": reason}])

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        return [self.delta(choice, role="assistant", content="")]

    def numbered(self, messages: list[Message]) -> list[Message]:
        return messages


class Plain(Compatible):
    """A server that says what is needed and nothing else: quirks show best on it."""

    name = "openai_compatible"
    kinds: ClassVar[Kinds] = (Call, Said, Thought)
    envelope: ClassVar[Message] = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1787234678,
        "model": "m",
    }

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        return []

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        if isinstance(part, Thought):
            return [self.delta(place.choice, reasoning_content=text)]
        return super().piece(part, place, text)


class WholeCalls(Compatible):
    """Servers that send each call in one piece."""

    streams_text = False
    parallel = False

    def opening(self, part: Part, place: Place) -> list[Message]:
        return []

    def lane(self, part: Part, place: Place) -> list[Step]:
        if not isinstance(part, Call):
            return super().lane(part, place)
        return [Step([self.delta(place.choice, tool_calls=[self.whole(part, place)])])]


class CallsInLastChunk(WholeCalls):
    """Servers that send all calls in the chunk that has the finish reason, too."""

    def steps(self, answer: Answer, choice: int) -> list[Step]:
        places = [Place(answer, choice, i) for i in range(len(answer.parts))]
        steps = [Step([message]) for message in self.begin(answer, choice)]
        entries: list[Message] = []
        for part, place in zip(answer.parts, places, strict=True):
            if isinstance(part, Call):
                entries.append(self.whole(part, place))
            else:
                steps += self.lane(part, place)
        reason = None if answer.finish is None else self.reason(answer)
        if entries or reason is not None:
            message = self.last(choice, reason, entries)
            steps.append(Step([message], self.last_ends(answer), reason is not None))
        return steps

    def last(self, choice: int, reason: str | None, entries: list[Message]) -> Message:
        """The chunk with the calls and the finish reason."""
        said: dict[str, Any] = {"tool_calls": entries} if entries else {"content": ""}
        return self.delta(choice, reason, **said)
