"""The checks for consumers: each finds its faults, and finds none in code that has none."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from pydantic import BaseModel

from partialjson import (
    MISSING,
    FieldCompleted,
    ModelParser,
    Parser,
    SchemaParser,
    ToolCallCompleted,
    ToolCalls,
    aitems,
    astream,
    items,
    loads,
    stream,
)
from partialjson.framing import NDJSONDecoder, SSEDecoder
from partialjson.testing import (
    Answer,
    Arriving,
    Call,
    Said,
    Wired,
    assert_cancels,
    assert_fragment_invariant,
    assert_no_cut_off_call,
    assert_no_retraction,
    wire,
)
from partialjson.testing.consumers.cuttings import cuttings, fewest
from partialjson.testing.consumers.growth import plain, retraction

from . import naive_consumers as naive

TEXT = '{"name": "Zoë 😀", "tags": ["a", "b\\n\\u00e9"], "size": -12.5e1, "ok": true, "no": null}'
WEATHER = wire("openai_chat", {"get_weather": {"city": "Köln"}}, "Let me see.")


NAMES = {"asyncio": asyncio, "Arriving": Arriving}  # those that the code of messages needs
NAMES |= {"wire": wire, "Answer": Answer, "Call": Call, "Said": Said}


def said(check: Callable[..., None], *given: Any, **options: Any) -> str:
    """What a check says that fails."""
    with pytest.raises(AssertionError) as caught:
        check(*given, **options)
    return str(caught.value)


def ran(code: str, names: dict[str, Any]) -> Any:
    """The value of the last line of a piece of code."""
    *steps, last = [line for line in code.splitlines() if line and not line.startswith("#")]
    exec("\n".join(steps), names)  # it is our own text
    return eval(last, names)


# --- ways to cut --------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "a", "some text", b"some bytes"])
def test_every_way_to_cut_makes_the_text(text: Any) -> None:
    ways = [*cuttings(text, most=1000, seed=0, empty=True)]
    assert all(text[:0].join(fragments) == text for fragments in ways)
    assert {(text[:i], text[i:]) for i in range(1, len(text))} <= {*map(tuple, ways)}
    assert [text[i : i + 1] for i in range(len(text))] in ways or not text
    assert ways == [*cuttings(text, most=1000, seed=0, empty=True)]


def test_of_a_long_text_chance_picks_the_cuts() -> None:
    ways = [*cuttings("x" * 500, most=50, seed=1, empty=False)]
    assert sum(len(fragments) == 2 for fragments in ways) >= 50
    assert len(ways) < 110
    assert not any("" in fragments for fragments in ways)


def test_the_fewest_fragments_are_found() -> None:
    def fails(fragments: list[str]) -> bool:
        return {"bc", "f"} <= {*fragments}

    assert fewest(["a", "bc", *"defghijklmnop"], fails) == ["a", "bc", "de", "f", "ghijklmnop"]


# --- fragments never matter ---------------------------------------------------------------

CUT_WRONG: list[tuple[Any, Any, dict[str, Any], str]] = [
    (naive.decodes_each_fragment, TEXT.encode(), {}, "at ['name']: 'Zoë 😀' is not 'Zo"),
    (naive.strips_each_fragment, '["a b"]', {}, "(iter(['[\"a', ' b\"]']))"),
    (naive.stops_at_an_empty_fragment, "abc", {}, "(iter(['', 'abc']))"),
    (naive.joins_halves, '"😀"', {"forms": ("str", "halves")}, "\\ud83d\\ude00"),
    (naive.decodes_each_fragment_async, "é".encode(), {}, r"(Arriving([b'\xc3', b'\xa9']))"),
    (naive.LinesOfEachFragment, "ab\ncd\n", {}, "at [0]: 'ab' is not 'a'"),
    (naive.events_of_each_fragment, WEATHER, {}, "is not nothing"),
]


@pytest.mark.parametrize(("consumer", "text", "options", "shown"), CUT_WRONG)
def test_a_result_that_depends_on_the_cuts_is_found(
    consumer: Any, text: Any, options: dict[str, Any], shown: str
) -> None:
    message = said(assert_fragment_invariant, consumer, text, **options)
    head, first, second = message.split("\n\n")
    assert head == "the result depends on how the text is cut"
    names = {**NAMES, consumer.__name__: consumer}
    outcomes = [listed(ran(code, names)) for code in (first, second)]
    assert outcomes[0] != outcomes[1]
    assert shown in second


def listed(result: Any) -> Any:
    return [*result] if isinstance(result, Iterator) else result


def test_only_as_many_fragments_are_shown_as_it_needs() -> None:
    def needs_three(fragments: Iterable[str]) -> int:
        return [*fragments].count("c")

    message = said(assert_fragment_invariant, needs_three, "abcde")
    assert "needs_three(iter(['ab', 'c', 'de']))\n# 1" in message


def test_a_consumer_that_raises_for_some_cuts_is_found() -> None:
    def fussy(fragments: Iterable[str]) -> str:
        parts = [*fragments]
        if len(parts) > 1:
            raise ValueError(f"{len(parts)} parts")
        return parts[0]

    assert "# raises ValueError('2 parts')" in said(assert_fragment_invariant, fussy, "ab")
    with pytest.raises(AssertionError) as caught:
        assert_fragment_invariant(fussy, "ab", raises=ValueError)
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_consumer_that_always_raises_is_not_taken_for_a_good_one() -> None:
    def broken(fragments: Iterable[str]) -> None:
        raise KeyError("oops")

    assert "fails at the whole text" in said(assert_fragment_invariant, broken, "ab")
    assert_fragment_invariant(broken, "ab", raises=KeyError)


def test_a_result_that_is_another_each_time_is_called_so() -> None:
    message = said(assert_fragment_invariant, lambda fragments: object(), "ab")
    assert message.startswith("the result differs from run to run; result= may say")


def test_types_count() -> None:
    def counts(fragments: Iterable[str]) -> Any:
        number = len([*fragments])
        return {"n": [True if number == 1 else 1]}

    assert "# at ['n'][0]: True is not 1" in said(assert_fragment_invariant, counts, "ab")


def test_long_texts_are_shown_as_slices() -> None:
    def first(fragments: Iterable[str]) -> str:
        return next(iter(fragments))[:3]

    message = said(assert_fragment_invariant, first, "é" * 10_000, cuts=10_000)
    assert "first(iter([text[0:1], text[1:10000]]))" in message
    assert len(message) < 1000


@pytest.mark.parametrize(
    ("make", "options"),
    [
        (Parser, {"result": lambda parser: parser.value}),
        (lambda: Parser(events=FieldCompleted), {"forms": ("str", "bytes", "halves")}),
        (lambda: SchemaParser(True), {"result": lambda parser: parser.verdict}),
        (lambda: ModelParser(dict[str, Any]), {"result": lambda parser: parser.result}),
        (lambda fragments: [*items(fragments, "$.tags[*]")], {"forms": ("str", "bytes")}),
        (lambda fragments: items(fragments, "$.tags[*]"), {}),
        (lambda fragments: aitems(fragments, "$.tags[*]"), {}),
    ],
)
def test_fragments_do_not_matter_to_this_library(make: Any, options: Any) -> None:
    assert_fragment_invariant(make, TEXT, **options)


BODIES = ["openai_chat", "anthropic_messages", "gemini_array", "ollama", "bedrock_converse"]


@pytest.mark.parametrize("name", BODIES)
def test_fragments_of_bodies_do_not_matter_to_this_library(name: str) -> None:
    body = wire(name, {"f": {"city": "Köln"}})
    assert_fragment_invariant(ToolCalls, body, cuts=80)


def test_decoders_give_lists_and_texts_that_are_joined() -> None:
    assert_fragment_invariant(SSEDecoder, b"data: a\r\n\r\ndata: b\r\ndata: c\r\n\r\n")
    assert_fragment_invariant(NDJSONDecoder, '{"a": "é"}\n[1]\n'.encode(), empty=False)

    class Decoder:
        def __init__(self) -> None:
            self.inner = codecs.getincrementaldecoder("utf-8")()

        def feed(self, fragment: bytes) -> str:
            return self.inner.decode(fragment)

        def close(self) -> str:
            return self.inner.decode(b"", final=True)

    assert_fragment_invariant(Decoder, "é😀".encode())


def test_errors_are_the_same_for_texts_that_are_no_json() -> None:
    def read(fragments: Iterable[str]) -> Any:
        with stream(fragments, Parser()) as events:
            return [*events][-1]

    assert_fragment_invariant(read, '{"a": [1, tru]}', raises=ValueError)
    assert_fragment_invariant(read, '{"a": [1', raises=ValueError)


def test_texts_are_drawn_where_none_is_given() -> None:
    assert_fragment_invariant(
        lambda: Parser(events=FieldCompleted), examples=10, forms=("str", "bytes")
    )


def test_texts_are_drawn_from_a_strategy() -> None:
    words = st.text("ab ", min_size=1).map(json.dumps)
    message = said(assert_fragment_invariant, naive.strips_each_fragment, words)
    assert message == said(assert_fragment_invariant, naive.strips_each_fragment, words)
    assert "strips_each_fragment(iter(['\"', ' \"']))" in message
    assert_fragment_invariant(lambda fragments: json.loads("".join(fragments)), words, examples=20)
    with pytest.raises(TypeError, match="a strategy, not 7"):
        assert_fragment_invariant(naive.joins_halves, 7)


def test_checks_can_be_made_where_a_loop_is_running() -> None:
    async def test() -> None:
        assert_fragment_invariant(naive.decodes_each_fragment_async, b"abc")
        assert_cancels(lambda source: astream(source, Parser()))

    asyncio.run(test())


def test_what_is_no_consumer_is_refused() -> None:
    with pytest.raises(TypeError, match="give what makes a Parser, not one of them"):
        assert_fragment_invariant(Parser(), "[]")  # type: ignore[arg-type]  # not callable
    with pytest.raises(TypeError, match="a consumer is callable"):
        assert_fragment_invariant(7, "[]")  # type: ignore[arg-type]  # not callable
    unknown: list[Any] = ["utf-16"]
    with pytest.raises(ValueError, match="a form is one of"):
        assert_fragment_invariant(Parser, "[]", forms=unknown)
    with pytest.raises(ValueError, match="none of the forms"):
        assert_fragment_invariant(Parser, "\ud800", forms=("bytes",))
    message = said(assert_fragment_invariant, lambda: json.loads("[]"), "[]")
    assert "without feed and close" in message


class Upper:
    """Something with `feed` and `close`, both async."""

    async def feed(self, fragment: str) -> str:
        await asyncio.sleep(0)
        return fragment.upper()

    async def close(self) -> str:
        return "."


def test_consumers_come_in_many_shapes() -> None:
    async def joined(fragments: AsyncIterator[str]) -> str:
        return "".join([fragment async for fragment in fragments])

    def parsed(options: Any, fragments: Iterable[str]) -> Any:
        return json.loads("".join(fragments), **options)

    for consumer in (
        lambda fragments: joined(fragments),
        "".join,
        partial(parsed, {"parse_int": str}),
        partial(Parser, events=FieldCompleted, many=True),
        Upper,
    ):
        assert_fragment_invariant(consumer, "[12]")
    assert "max(iter(['[12]']))" in said(assert_fragment_invariant, max, "[12]")
    assert_no_retraction(Upper, "aaa", shown=lambda _: "the same")
    assert "print(made.feed(fragment))" in said(assert_no_retraction, Upper, "abc")
    assert_no_cut_off_call(lambda body: joined_calls(body), "ollama", calls={"f": {"a": 1}})


async def joined_calls(body: AsyncIterator[bytes]) -> dict[str, Any]:
    return {str(name): arguments for name, arguments in await completed_async(body)}


# --- nothing that was shown is taken back -------------------------------------------------

NUMBERS = '{"name": "Ada", "days": 12, "rest": [1.5, true, "x"]}'


@pytest.mark.parametrize(
    ("consumer", "text", "what"),
    [
        (naive.reparses, NUMBERS, "at ['rest'][0]: 1 became 1.5"),
        (naive.reparses_with_pydantic, NUMBERS, "at ['rest'][0]: 1 became 1.5"),
        (naive.repairs, NUMBERS, " became "),
        (naive.blinks, "abc", "None became 'a"),
    ],
)
def test_what_is_taken_back_is_found(consumer: Any, text: str, what: str) -> None:
    if consumer is naive.repairs:
        pytest.importorskip("json_repair")
    message = said(assert_no_retraction, consumer, text)
    assert message.startswith("what was shown is taken back\n\n")
    assert what in message
    assert len(message) < 600


def test_a_placeholder_may_become_anything() -> None:
    def show(fragments: Iterable[str]) -> Iterator[Any]:
        text = "".join(fragments)
        yield {"a": None, "b": MISSING}
        yield {"a": 1, "b": [MISSING, 2]}
        yield {"a": 1, "b": [text, 2]}

    assert "at ['a']: None became 1" in said(assert_no_retraction, show, "x")
    assert_no_retraction(show, "x", placeholders=(None,))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("ab", "abc"),
        ({"a": 1}, {"b": 2, "a": 1}),
        ([1, "a"], [1, "ab", 2]),
        ([["a"]], [["ab", "c"], "d"]),
        ([MISSING, 1], [2, 1]),
        ({1}, {1, 2}),
        ((), (1,)),
        (MISSING, 1),
        (float("nan"), float("nan")),
        ([], []),
    ],
)
def test_what_goes_on(earlier: Any, later: Any) -> None:
    assert retraction(plain(earlier), plain(later)) is None


@pytest.mark.parametrize(
    ("earlier", "later", "path", "what"),
    [
        ("ab", "b", (), "became"),
        ({"a": 1}, {"b": 2}, ("a",), "became"),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, (), "changed its order and became"),
        ([1, 2], [1], (1,), "became"),
        (["a", "b"], ["ab", "b"], (0,), "grew, after the next item had begun, to"),
        ([["a"], "b"], [["a", "c"], "b"], (0,), "grew, after the next item had begun, to"),
        ({1}, {2}, (), "became"),
        ({}, [], (), "became"),
        (1, True, (), "became"),
        (1, 1.0, (), "became"),
        (0.0, -0.0, (), "became"),
        (1, MISSING, (), "became"),
    ],
)
def test_what_does_not(earlier: Any, later: Any, path: tuple[Any, ...], what: str) -> None:
    change = retraction(plain(earlier), plain(later))
    assert change is not None
    assert (change.path, change.what) == (path, what)


@dataclass
class Shown:
    n: int


class Slotted:
    """Looks like a Struct of msgspec."""

    __struct_fields__ = ("n",)

    def __init__(self, n: int) -> None:
        self.n = n


class Like:
    """Looks like a class of attrs."""

    class n:  # noqa: N801  # stands for an attribute
        name = "n"

    __attrs_attrs__ = (n,)

    def __init__(self, n: int) -> None:
        self.n = n  # type: ignore[assignment,misc]  # it does


@pytest.mark.parametrize("make", [Shown, Slotted, Like, lambda n: {"n": n}])
def test_members_of_objects_are_looked_at(make: Any) -> None:
    change = retraction(plain([make(1)]), plain([make(2)]))
    assert change is not None
    assert change.path == (0, "n")
    assert plain(Shown) is Shown
    assert plain(Kind.A) is Kind.A


class Kind(Enum):
    A = "a"


def test_items_may_grow_in_parallel_if_that_is_said() -> None:
    def show(fragments: Iterable[str]) -> Iterator[list[str]]:
        calls = ["", ""]
        for number, fragment in enumerate(fragments):
            calls[number % 2] += fragment
            yield calls

    assert "grew, after the next item had begun" in said(assert_no_retraction, show, "abcd")
    assert_no_retraction(show, "abcd", parallel=True)


class Item(BaseModel):
    sku: str
    quantity: int | None = None


class Order(BaseModel):
    id: int
    items: list[Item]
    notes: dict[str, str] = {}


ORDER = '{"id": 17, "items": [{"sku": "A-1", "quantity": 20}, {"sku": "B"}], "notes": {"a": "xy"}}'


def shown_beginnings(fragments: Iterable[str]) -> Iterator[Any]:
    text = ""
    for fragment in fragments:
        text += fragment
        yield loads(text, partial=True)


@pytest.mark.parametrize(
    ("consumer", "shown"),
    [
        (Parser, lambda parser: parser.value),
        (lambda: Parser(repair=True), lambda parser: parser.snapshot()),
        (lambda: ModelParser(Order), lambda parser: parser.partial),
        (lambda: ModelParser(Order), lambda parser: parser.value),
        (lambda: SchemaParser(Order), lambda parser: parser.value),
        (shown_beginnings, None),
    ],
)
def test_this_library_takes_nothing_back(consumer: Any, shown: Any) -> None:
    assert_no_retraction(consumer, ORDER, shown=shown)


def test_this_library_takes_nothing_back_of_any_document() -> None:
    assert_no_retraction(Parser, shown=lambda parser: parser.value, examples=15)
    assert_no_retraction(shown_beginnings, examples=5)


def test_what_is_shown_is_copied_as_it_is_shown() -> None:
    def changes_one(fragments: Iterable[str]) -> Iterator[dict[str, int]]:
        shown = {"n": 0}
        for fragment in fragments:
            shown["n"] += len(fragment)
            yield shown

    assert "at ['n']: 1 became 2" in said(assert_no_retraction, changes_one, "ab")


def test_who_shows_nothing_and_who_fails_is_found() -> None:
    assert "shows nothing" in said(assert_no_retraction, lambda fragments: iter(()), "ab")

    def fails(fragments: Iterable[str]) -> Iterator[str]:
        yield "a"
        raise ValueError("no more")

    assert "# raises ValueError('no more')" in said(assert_no_retraction, fails, "ab")
    assert_no_retraction(fails, "ab", raises=ValueError)
    with pytest.raises(TypeError, match="it must yield what it shows"):
        assert_no_retraction(lambda fragments: 7, "ab")


# --- calls that were cut off --------------------------------------------------------------


@pytest.mark.parametrize(
    ("consumer", "messages", "what"),
    [
        (naive.runs_what_parses, False, "a call runs that was cut off: list_files"),
        (naive.runs_what_can_be_closed, True, "a call runs that was cut off: list_files"),
        (naive.runs_at_any_finish, True, "a call runs that was cut off: list_files"),
        (naive.runs_twice, True, "a call runs twice, or with other arguments: list_files"),
    ],
)
def test_a_call_that_was_cut_off_is_found(consumer: Any, messages: bool, what: str) -> None:
    message = said(assert_no_cut_off_call, consumer, messages=messages)
    head, code = message.split("\n\n")
    assert head == what
    ended = code.rpartition("# calls that ended: ")[2].split(", ")
    assert len(ran(code, {**NAMES, consumer.__name__: consumer})) > len(
        [name for name in ended if name != "none"]
    )


def test_a_consumer_that_reads_nothing_is_not_taken_for_a_careful_one() -> None:
    consumers: list[Any] = [lambda source: [], lambda source: 1 // 0, naive.runs_what_parses]
    for consumer in consumers:
        message = said(assert_no_cut_off_call, consumer, "anthropic_messages")
        assert message.startswith("the consumer does not run the calls of a whole response")


def test_a_consumer_that_knows_one_kind_of_line_end_only_is_found() -> None:
    def crlf(messages: Iterable[Any]) -> Iterator[bytes]:
        yield from (frame.replace(b"\n", b"\r\n") for frame in messages)

    def consumer(fragments: Iterable[bytes]) -> Any:
        return naive.runs_what_parses(crlf(fragments))

    message = said(assert_no_cut_off_call, consumer)
    assert message.startswith("the consumer does not run the calls of a whole response")


def completed(fragments: Iterable[Any]) -> Iterator[ToolCallCompleted]:
    with stream(fragments, ToolCalls()) as events:
        for event in events:
            if isinstance(event, ToolCallCompleted):
                yield event


async def completed_async(fragments: AsyncIterator[Any]) -> list[tuple[str | None, Any]]:
    async with astream(fragments, ToolCalls()) as events:
        return [
            (event.call.name, event.arguments)
            async for event in events
            if isinstance(event, ToolCallCompleted)
        ]


@pytest.mark.parametrize(
    "name",
    [
        *("openai_chat", "openai_functions", "openai_responses", "anthropic_messages", "gemini"),
        *("ollama", "cohere_v1", "bedrock_converse", "litellm", "ag_ui"),
    ],
)
def test_this_library_runs_no_call_that_was_cut_off(name: str) -> None:
    assert_no_cut_off_call(completed, name, calls={"a": {"x": 1}, "b": {"y": "z"}})
    assert_no_cut_off_call(completed_async, name, calls={"a": {"x": 1}}, messages=True)


def test_calls_can_be_told_in_many_ways() -> None:
    def telling(tell: Callable[[str, Any], Any]) -> Callable[[Iterable[bytes]], list[Any]]:
        def consumer(fragments: Iterable[bytes]) -> list[Any]:
            return [tell(str(call.call.name), call.arguments) for call in completed(fragments)]

        return consumer

    class Told:
        def __init__(self, name: str, arguments: Any) -> None:
            self.name = name
            self.args = arguments

    for tell in (
        lambda name, _: name,
        lambda name, arguments: (name, json.dumps(arguments)),
        lambda name, arguments: {"name": name, "input": arguments},
        lambda name, arguments: {"function": {"name": name, "arguments": json.dumps(arguments)}},
        Told,
    ):
        assert_no_cut_off_call(telling(tell), calls={"f": {"a": 1}})
    wrong = telling(lambda name, arguments: (name, {**arguments, "b": 2}))
    assert "does not run the calls" in said(assert_no_cut_off_call, wrong, calls={"f": {"a": 1}})
    with pytest.raises(TypeError, match="a call is a name, a pair, or has a name"):
        assert_no_cut_off_call(telling(lambda *_: 7))


def test_responses_of_wire_and_feeding_things_will_do() -> None:
    answer = Answer((Call("f", '{"a": 1}'),))
    several: list[str | Wired] = ["ollama", wire("anthropic_messages", answers=answer)]
    assert_no_cut_off_call(completed, several)

    class Reader:
        def __init__(self) -> None:
            self.events: list[Any] = []
            self.calls = ToolCalls()

        def feed(self, fragment: bytes) -> None:
            self.events += self.calls.feed(fragment)

        def close(self) -> None:
            self.events += self.calls.close()

        @property
        def completed(self) -> list[Any]:
            return [event for event in self.events if isinstance(event, ToolCallCompleted)]

    assert_no_cut_off_call(Reader, "ollama", executed=lambda reader: reader.completed)


def test_calls_whose_arguments_are_no_json_need_not_run() -> None:
    assert_no_cut_off_call(completed, wire("openai_chat", [("f", "{'a': 1}"), ("g", "{}")]))


def test_responses_are_drawn_from_a_strategy() -> None:
    responses = st.builds(
        lambda name, finish: wire(name, {"f": {"a": 1}, "g": {}}, finish=finish),
        st.sampled_from(["anthropic_messages", "openai_responses"]),
        st.sampled_from(["complete", "length"]),
    )
    assert_no_cut_off_call(completed, responses, examples=4)
    message = said(assert_no_cut_off_call, lambda body: ["f", "g"], responses, examples=4)
    assert "a call runs that was cut off: f" in message
    with pytest.raises(TypeError, match="a check needs"):
        assert_no_cut_off_call(completed, 7)


# --- stopping -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("consumer", "what"),
    [
        (naive.first_and_no_close, "its source is still open after it stopped"),
        (naive.reads_all, "it reads to the end"),
        (naive.yields_and_no_close, "its source is still open after its iterator was left"),
        (naive.drains, "it reads on after its iterator was left"),
        (naive.hides_exceptions, "its context manager swallows an exception"),
        (naive.swallows, "it swallows the cancellation of its task, which returned"),
        (naive.goes_on, "it swallows the cancellation of its task, which returned"),
        (naive.leaves_a_task, "something of it still waits for a fragment"),
        (naive.yields_and_no_aclose, "its source is still open after its iterator was left"),
    ],
)
def test_who_does_not_stop_the_stream_is_found(consumer: Any, what: str) -> None:
    message = said(assert_cancels, consumer)
    assert message.startswith(f"the consumer does not stop its stream: {what}")


def test_who_swallows_an_interrupt_is_found() -> None:
    message = said(assert_cancels, naive.tries_again, when="interrupted")
    assert "it swallows KeyboardInterrupt" in message
    assert "interrupts_after=1" in message


def test_the_code_of_a_message_shows_the_fault() -> None:
    message = said(assert_cancels, naive.yields_and_no_close)
    names = {**NAMES, "yields_and_no_close": naive.yields_and_no_close}
    code = message.split("\n\n")[1].replace("print(", "(")
    assert ran(code, names) == (1, False)


def first_tag(source: Any) -> Any:
    with items(source, "$.tags[*]") as tags:
        return next(tags)


async def first_tag_async(source: Any) -> Any:
    async with aitems(source, "$.tags[*]") as tags:
        return await anext(tags)


async def all_events(source: Any) -> Any:
    async with astream(source, Parser()) as events:
        return [event async for event in events]


def refuses(source: Any) -> Any:
    with stream(source, SchemaParser({"type": "array"}, stop_on_violation=True)) as events:
        return [*events]


@pytest.mark.parametrize(
    ("consumer", "stream_of", "options"),
    [
        (lambda source: stream(source, Parser()), None, {"after": 3}),
        (lambda source: astream(source, Parser()), None, {"after": 3}),
        (lambda source: items(source, "$[*].id"), None, {}),
        (lambda source: aitems(source, "$[*].id"), None, {"after": 2}),
        (first_tag, TEXT, {"within": 12}),
        (first_tag_async, TEXT, {"when": ("stops", "cancelled"), "within": 12}),
        (all_events, TEXT.encode(), {}),
        (refuses, TEXT, {"raises": ValueError, "when": "stops", "within": 1}),
        (completed, wire("ollama", {"a": {}, "b": {}}), {"read_ahead": 0}),
    ],
)
def test_this_library_stops_the_stream(consumer: Any, stream_of: Any, options: Any) -> None:
    assert_cancels(consumer, stream_of, **options)


class Plain:
    """An iterator that nobody can close."""

    def __init__(self, source: Any, *, circle: bool = False) -> None:
        self.source = source
        self.circle = self if circle else None

    def __iter__(self) -> Plain:
        return self

    def __next__(self) -> Any:
        return next(self.source)

    def __del__(self) -> None:
        self.source.close()


class AsyncPlain(Plain):
    __iter__ = None  # type: ignore[assignment]  # async only
    __next__ = None  # type: ignore[assignment]  # async only

    def __aiter__(self) -> AsyncPlain:
        return self

    async def __anext__(self) -> Any:
        return await anext(self.source)


@contextlib.asynccontextmanager
async def managed(source: Any) -> AsyncIterator[Any]:
    async with source:
        yield source


@contextlib.asynccontextmanager
async def hides_exceptions_async(source: Any) -> AsyncIterator[Any]:
    async with source:
        with contextlib.suppress(Exception):
            yield source


async def stops_before(source: Any) -> str:
    async with source:
        return str(await anext(source))


def test_whatever_is_iterated_over_can_be_stopped() -> None:
    assert_cancels(Plain, when="left")
    assert_cancels(lambda source: Plain(source, circle=True), when="left")
    assert_cancels(AsyncPlain)
    assert_cancels(managed)
    assert_cancels(lambda source: stops_before(source), when=("stops", "cancelled"), after=3)
    assert_cancels(lambda source: contextlib.closing(source))
    message = said(assert_cancels, hides_exceptions_async)
    assert "its context manager swallows an exception" in message
    assert "async with hides_exceptions_async(source) as values:" in message
    empty = said(assert_cancels, managed, [], when="left")
    assert "it yields 0 values, not 1" in empty


async def translates(source: Any) -> None:
    async with source:
        try:
            async for _ in source:
                pass
        except asyncio.CancelledError:
            raise ValueError("stopped") from None


async def never_ends(source: Any) -> None:
    """Waits for something else when it is cancelled."""
    async with source:
        try:
            async for _ in source:
                pass
        finally:
            await asyncio.sleep(60)


def test_a_task_has_to_end_as_cancelled() -> None:
    assert "which raised ValueError('stopped')" in said(assert_cancels, translates)
    message = said(assert_cancels, never_ends, timeout=2)
    assert "it does not end when its task is cancelled" in message or "hangs" in message


def test_an_exception_of_its_own_leaves_the_check_as_it_is() -> None:
    def fails(source: Any) -> None:
        raise KeyError("mine")

    async def fails_async(source: Any) -> None:
        raise KeyError("mine")

    for consumer in (fails, fails_async):
        with pytest.raises(KeyError, match="mine"):
            assert_cancels(consumer)


def test_reading_ahead_is_allowed_as_far_as_is_said() -> None:
    def reads_one_more(source: Any) -> Iterator[str]:
        with source:
            try:
                yield from (fragment for fragment in source)
            finally:
                next(source, None)

    assert "reads on" in said(assert_cancels, reads_one_more, when="left")
    assert_cancels(reads_one_more, when="left", read_ahead=1)
    assert "it yields 1 values, not 2" in said(assert_cancels, reads_one_more, ["a"], after=2)


def test_who_hangs_is_found() -> None:
    def waits(source: Any) -> None:
        with source, contextlib.suppress(TimeoutError):
            asyncio.run(asyncio.wait_for(asyncio.Event().wait(), 2))

    assert "waits hangs" in said(assert_cancels, waits, when="stops", timeout=0.2)


def test_who_cannot_be_stopped_that_way_is_told() -> None:
    with pytest.raises(TypeError, match="answers an awaitable: it is stops or cancelled, not left"):
        assert_cancels(naive.swallows, when="left")
    with pytest.raises(TypeError, match="a function of the stream"):
        assert_cancels(Parser)


# --- stopping a server --------------------------------------------------------------------


def first_bytes(url: str) -> Any:
    with (
        urllib.request.urlopen(url, timeout=5) as response,
        stream(iter(lambda: response.read1(), b""), Parser()) as events,
    ):
        return next(events)


class Lazy:
    """A response that is closed with its client, and not before."""

    kept: ClassVar[list[Any]] = []

    @classmethod
    def first_bytes(cls, url: str) -> Any:
        response = urllib.request.urlopen(url, timeout=5)
        cls.kept.append(response)
        return response.read1()

    @classmethod
    def close(cls) -> None:
        while cls.kept:
            cls.kept.pop().close()


async def events_async(url: str) -> Any:
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        async with astream(lines(reader), Parser()) as events:
            return [event async for event in events]
    finally:
        writer.close()
        await writer.wait_closed()


async def lines(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while await reader.readline() != b"\r\n":
        pass
    while size := int(await reader.readline(), 16):
        yield (await reader.readexactly(size + 2))[:-2]


def test_a_connection_is_left() -> None:
    assert_cancels(first_bytes, TEXT, url=True)
    assert_cancels(events_async, TEXT, url=True, after=3)


def test_a_connection_that_is_kept_is_found() -> None:
    try:
        message = said(assert_cancels, Lazy.first_bytes, TEXT, url=True, when="stops")
    finally:
        Lazy.close()
    assert "its source is still open after it stopped" in message
    assert "server = replay_server(" in message


# --- what is needed -----------------------------------------------------------------------


def test_a_text_needs_no_hypothesis() -> None:
    code = """
import sys
sys.modules["hypothesis"] = None
from partialjson.testing import assert_fragment_invariant, assert_no_retraction, assert_cancels
from partialjson.testing import assert_no_cut_off_call
from partialjson import Parser, stream
assert_fragment_invariant(Parser, "[1]", result=lambda parser: parser.value)
assert_no_retraction(Parser, "[1]", shown=lambda parser: parser.value)
assert_cancels(lambda source: stream(source, Parser()))
"""
    subprocess.run([sys.executable, "-c", code], check=True)
