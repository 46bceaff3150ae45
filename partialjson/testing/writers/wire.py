"""What all wires have in common: facts about a provider's format, and answers into frames.

A writer is a subclass that says what each step of a part looks like: its opening, its pieces,
its closing; and what stands before and after them. Weaving steps, cutting texts and framing
messages happen here.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

from . import framings
from .answers import Answer, Answers, Call, Finish, Part, Said, cut, listed

Message: TypeAlias = dict[str, Any]
Framing: TypeAlias = Literal["sse", "ndjson", "jsonarray", "eventstream", "objects"]
Arguments: TypeAlias = Literal["text", "object", "patches"]
Kinds: TypeAlias = tuple[type[Part], ...]
Finishes: TypeAlias = tuple[Finish, ...]
_BROKEN: Finishes = ("error", None)


class Unwritable(ValueError):
    """A wire has no way to say this."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece of the body that means something.

    Args:
        data: its bytes; none on wires that hand over objects.
        message: the message in it; None for comments and for the mark of the end.
        ends: the calls whose end lies in it, as numbers of choice and part.
        finished: the choices that it says are finished, well or not.
        error: whether it reports an error.
    """

    data: bytes
    message: Message | None = None
    ends: tuple[tuple[int, int], ...] = ()
    finished: tuple[int, ...] = ()
    error: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands: in which choice of which answer, as which part, as which call."""

    answer: Answer
    choice: int
    part: int

    @property
    def call(self) -> int:
        """How many calls of the answer stand before it."""
        return sum(isinstance(part, Call) for part in self.answer.parts[: self.part])


@dataclass(slots=True)
class Step:
    """Messages that nothing comes between.

    `ends`: the parts whose end lies in the first of them. `finished`: it says, too, how the
    answer finished.
    """

    messages: list[Message]
    ends: tuple[int, ...] = ()
    finished: bool = False


@dataclass(frozen=True, slots=True)
class _Written:
    """A message, and what a frame says of it."""

    message: Message
    ends: tuple[tuple[int, int], ...] = ()
    finished: tuple[int, ...] = ()
    error: bool = False


def _of_step(step: Step, choice: int) -> list[_Written]:
    first, *others = step.messages
    ends = tuple((choice, part) for part in step.ends)
    finished = (choice,) if step.finished else ()
    return [_Written(first, ends, finished), *map(_Written, others)]


class Wire:
    """Writes answers the way a provider sends them.

    Attributes:
        name: its key in `WIRES`.
        provider: what `ToolCalls(provider=...)` calls its reader.
        framing: how messages become bytes. `"objects"`: a library hands them over, there
            are none.
        arguments: how arguments travel: as `"text"`, exactly as the model wrote them; as an
            `"object"`, which loses how they were written; or as `"patches"` of one.
        streams_text: whether arguments come in fragments. Otherwise the `fragments` of calls
            are of no concern.
        marks_ends: whether a call's end is marked. Otherwise calls end when their choice
            does.
        parallel: whether parts may be mixed, as `Answer.turns` says.
        choices: whether there may be several answers.
        ids: whether calls come with their ids.
        empty: whether a call may have no arguments at all.
        servers: whether it tells tools that the provider runs from others.
        kinds: the parts it can write.
        finishes: how an answer may finish.
        usual: sizes of the fragments the provider makes, in characters; empty: it makes none.
        quirks: what it does otherwise than its name says, by names of `quirks.QUIRKS`.
    """

    name: ClassVar[str]
    provider: ClassVar[str]
    framing: ClassVar[Framing] = "sse"
    arguments: ClassVar[Arguments] = "text"
    streams_text: ClassVar[bool] = True
    marks_ends: ClassVar[bool] = False
    parallel: ClassVar[bool] = False
    choices: ClassVar[bool] = False
    ids: ClassVar[bool] = True
    empty: ClassVar[bool] = True
    servers: ClassVar[bool] = False
    kinds: ClassVar[Kinds] = (Call, Said)
    finishes: ClassVar[Finishes] = ("complete", "length", None)
    usual: ClassVar[tuple[int, ...]] = ()
    quirks: ClassVar[tuple[str, ...]] = ()

    newline: ClassVar[bytes] = b"\n"
    done: ClassVar[bytes] = b""  # the mark of the end, if it is no message
    done_after_error: ClassVar[bool] = False

    # --- for users -------------------------------------------------------------------

    def messages(self, answers: Answers) -> list[Message]:
        """The messages, decoded, in the order in which they are sent.

        They are to be read, not changed: what they have in common is the same object.

        Raises:
            Unwritable: if the wire cannot say this; `objection` says why.
        """
        return [frame.message for frame in self.frames(answers) if frame.message is not None]

    def body(self, answers: Answers) -> bytes:
        """The body of the response, byte for byte.

        Raises:
            Unwritable: if the wire cannot say this, or if it has no bytes at all.
        """
        if self.framing == "objects":
            raise Unwritable(f"{self.name} hands over objects; it has no bytes")
        return b"".join(frame.data for frame in self.frames(answers))

    def frames(self, answers: Answers) -> list[Frame]:
        """The body in pieces, each with its message and with the calls that end in it.

        Raises:
            Unwritable: if the wire cannot say this; `objection` says why.
        """
        given = listed(answers)
        problem = self.objection(given)
        if problem is not None:
            raise Unwritable(f"{self.name}: {problem}")
        finish = given[0].finish
        marked = finish is not None and (finish != "error" or self.done_after_error)
        return self.sent(self._framed(self._written(given), marked))

    def objection(self, answers: Answers) -> str | None:
        """Why the wire cannot say this; None if it can."""
        given = listed(answers)
        if not given:
            return "a response needs an answer"
        if len(given) > 1 and not self.choices:
            return "a response has one answer"
        finishes = {answer.finish for answer in given}
        if not finishes <= {*self.finishes}:
            return f"an answer finishes as one of {self.finishes}"
        if len(finishes) > 1 and not finishes.isdisjoint(_BROKEN):
            return "a stream breaks off for all its answers"
        return next(filter(None, (self.answer_objection(answer) for answer in given)), None)

    def answer_objection(self, answer: Answer) -> str | None:
        """Why the wire cannot say this answer; None if it can."""
        if answer.turns and not self.parallel:
            return "its parts come one after the other"
        if not all(0 <= turn < len(answer.parts) for turn in answer.turns):
            return "a turn is the number of a part"
        for part in answer.parts:
            if not isinstance(part, self.kinds):
                return f"it cannot say a {type(part).__name__}"
            problem = self.call_objection(part) if isinstance(part, Call) else None
            if problem is not None:
                return problem
        return None

    def call_objection(self, call: Call) -> str | None:
        """Why the wire cannot carry this call; None if it can."""
        if call.server and not self.servers:
            return "it does not know tools that the provider runs"
        if not call.arguments and not self.empty:
            return "a call needs arguments"
        if self.marks_ends and not call.ended and not self.streams_text:
            return "a call comes whole, with its end"
        if self.arguments != "text":
            return object_objection(call.arguments or "{}")
        return None

    # --- for writers -----------------------------------------------------------------

    def start(self, answers: Sequence[Answer]) -> list[Message]:
        """What comes first of all."""
        return []

    def begin(self, answer: Answer, choice: int) -> list[Message]:
        """What comes before an answer's parts."""
        return []

    def opening(self, part: Part, place: Place) -> list[Message]:
        """How a part starts."""
        return []

    def piece(self, part: Part, place: Place, text: str) -> list[Message]:
        """A fragment of a part."""
        raise NotImplementedError

    def closing(self, part: Part, place: Place) -> list[Message]:
        """How a part ends."""
        return []

    def finish(self, answer: Answer, choice: int) -> list[Message]:
        """What says how an answer finished."""
        return []

    def stop(self, answers: Sequence[Answer]) -> list[Message]:
        """What comes last of all, if the stream does not break off."""
        return []

    def error(self) -> list[Message]:
        """How the provider reports an error in mid-stream."""
        raise NotImplementedError

    def numbered(self, messages: list[Message]) -> list[Message]:
        """The messages with what counts them."""
        return messages

    def sent(self, frames: list[Frame]) -> list[Frame]:
        """The frames as they go out, all of the body in hand."""
        return frames

    def noise(self, number: int) -> bytes:
        """Bytes before message `number` that say nothing."""
        return b""

    def event(self, message: Message) -> str | None:
        """The name of the event that carries a message."""
        return None

    def pieces(self, part: Part) -> tuple[str, ...]:
        """The fragments of a part's text: those given, or as the provider is wont to cut."""
        is_call = isinstance(part, Call)
        text = part.arguments if isinstance(part, Call) else part.text
        if part.fragments is not None and (self.streams_text or not is_call):
            return part.fragments
        if self.usual and (self.streams_text or not is_call):
            return cut(text, self.usual)
        return (text,) if text else ()

    def lane(self, part: Part, place: Place) -> list[Step]:
        """The steps of one part."""
        rows = [self.opening(part, place)]
        rows += [self.piece(part, place, text) for text in self.pieces(part)]
        open_end = isinstance(part, Call) and self.marks_ends and not part.ended
        if not open_end:
            rows.append(self.closing(part, place))
        steps = [Step(row) for row in rows if row]
        if isinstance(part, Call) and self.marks_ends and part.ended:
            steps[-1].ends = (place.part,)
        return steps

    def steps(self, answer: Answer, choice: int) -> list[Step]:
        """The steps of one answer, from its beginning to its finish."""
        lanes = [self.lane(p, Place(answer, choice, i)) for i, p in enumerate(answer.parts)]
        steps = [Step([message]) for message in self.begin(answer, choice)]
        steps += woven(lanes, answer.turns)
        if answer.finish not in _BROKEN:
            steps.append(Step(self.finish(answer, choice), self.last_ends(answer), True))
        return steps

    def last_ends(self, answer: Answer) -> tuple[int, ...]:
        """The parts that end with their answer, because nothing else marks it."""
        if self.marks_ends or answer.finish != "complete":
            return ()
        return tuple(i for i, part in enumerate(answer.parts) if isinstance(part, Call))

    # --- from answers to frames ------------------------------------------------------

    def _written(self, answers: Sequence[Answer]) -> list[_Written]:
        """All messages in order, each with what `Frame` says of it."""
        written = [_Written(message) for message in self.start(answers)]
        rows = [self.steps(answer, choice) for choice, answer in enumerate(answers)]
        for turn in itertools.zip_longest(*rows):
            for choice, step in enumerate(turn):
                if step is not None:
                    written += _of_step(step, choice)
        if answers[0].finish == "error":
            written += [_Written(message, error=True) for message in self.error()]
        elif answers[0].finish is not None:
            written += [_Written(message) for message in self.stop(answers)]
        return written

    def _framed(self, written: list[_Written], marked: bool) -> list[Frame]:
        messages = self.numbered([each.message for each in written])
        frames: list[Frame] = []
        for number, (message, each) in enumerate(zip(messages, written, strict=True)):
            if self.framing != "objects" and (noise := self.noise(number)):
                frames.append(Frame(noise))
            data = self._encoded(message, number)
            frames.append(Frame(data, message, each.ends, each.finished, each.error))
        if marked and self.framing == "jsonarray":
            frames.append(Frame(b"\n]\n" if messages else b"[]\n"))
        elif marked and self.done:
            frames.append(Frame(self.done))
        return frames

    def _encoded(self, message: Message, number: int) -> bytes:
        if self.framing == "objects":
            return b""
        if self.framing == "sse":
            return self.sse(self.dumped(message, number), self.event(message))
        if self.framing == "ndjson":
            return framings.ndjson(self.dumped(message, number))
        if self.framing == "jsonarray":
            return (b"," + self.newline if number else b"[") + self.dumped(message, number)
        ((kind, payload),) = message.items()
        if kind == "chunk":
            return framings.chunk(payload["bytes"], number)
        return framings.event(kind, self.dumped(payload, number))

    def dumped(self, message: Message, number: int) -> bytes:
        """A message as JSON."""
        return framings.dumped(message)

    def sse(self, data: bytes, event: str | None) -> bytes:
        """A server-sent event."""
        return framings.sse(data, event, self.newline)


def woven(lanes: Sequence[Sequence[Step]], turns: Iterable[int]) -> Iterator[Step]:
    """The steps of all lanes: by turns first, then lane by lane.

    A lane starts no sooner than those in front of it.
    """
    rest = [iter(lane) for lane in lanes]
    begun = 0
    for turn in turns:
        for lane in rest[begun:turn]:
            yield from itertools.islice(lane, 1)
        begun = max(begun, turn + 1)
        yield from itertools.islice(rest[turn], 1)
    yield from itertools.chain.from_iterable(rest)


def value_objection(text: str) -> str | None:
    """Why arguments cannot travel as a value; None if they can."""
    try:
        json.dumps(json.loads(text), allow_nan=False)
    except ValueError as error:
        return f"arguments travel as a value; these cannot: {error}"
    return None


def object_objection(text: str) -> str | None:
    """Why arguments cannot travel as an object; None if they can."""
    problem = value_objection(text)
    if problem is None and not isinstance(json.loads(text), dict):
        return "arguments travel as an object; these are none"
    return problem
