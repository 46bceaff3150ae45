"""What threads may share, and what a parser says to whoever disturbs it.

Races cannot be waited for, so the tests make them: a thread stops in the middle of what it
builds, and another one asks for the same; and many threads begin at once, with the interpreter
told to change between them as often as it can.
"""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, BaseModel, Field, TypeAdapter

from partialjson import (
    FieldCompleted,
    Limits,
    ModelParser,
    Parser,
    SchemaParser,
    ToolCallCompleted,
    ToolCalls,
    UsageError,
    Validated,
    Violation,
)
from partialjson.framing import SSEDecoder
from partialjson.schema.nodes import Plan as SchemaPlan
from partialjson.schema.rules import Rules
from partialjson.testing import WIRES, Answer, Call, cut
from partialjson.typed import partial as partials
from partialjson.typed import plan
from partialjson.typed.partial import partial_class
from partialjson.typed.plan import Node, Plan, plan_of

THREADS = 8


@pytest.fixture(autouse=True)
def restless() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(work: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """What each thread answers; all of them begin together."""
    barrier = threading.Barrier(threads)

    def begin(number: int) -> Any:
        barrier.wait(60)
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(begin, range(threads)))


class Meanwhile:
    """Lets another thread ask while this one is in the middle of something."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        self._ask = ask
        self._asked = False
        self.answers: list[Any] = []

    def __call__(self) -> None:
        if not self._asked:
            self._asked = True
            self._thread = threading.Thread(target=lambda: self.answers.append(self._ask()))
            self._thread.start()
            self._thread.join(0.1)  # it waits for us, or has its answer

    def answer(self) -> Any:
        self._thread.join(60)
        return self.answers[0]


# --- types -----------------------------------------------------------------------------


class Cat(BaseModel):
    kind: Literal["cat"]
    name: str
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str
    tricks: list[str] = []


class Zoo(BaseModel):
    pets: list[Annotated[Cat | Dog, Field(discriminator="kind")]]
    motto: str | None = None


def seen(node: Node) -> tuple[Any, ...]:
    return node.shapes, node.kinds, node.objects, node.tags


def test_a_place_of_a_type_is_unfolded_by_one_thread_and_awaited_by_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    node = Plan(TypeAdapter(Cat | Dog)).root
    tagged = Plan(TypeAdapter(Annotated[Cat | Dog, Field(discriminator="kind")])).root
    for each in (node, tagged):
        meanwhile = Meanwhile(partial(seen, each))
        unfold = Plan.unfold

        def slowly(self: Plan, *given: Any, go_on: Any = unfold, look: Any = meanwhile) -> Any:
            found = go_on(self, *given)
            look()
            return found

        monkeypatch.setattr(Plan, "unfold", slowly)
        assert len(each.shapes) == 2
        monkeypatch.setattr(Plan, "unfold", unfold)
        assert meanwhile.answer() == seen(each)
        assert len(each.tags) == (each is tagged)
        assert [id(shape) for shape in each.shapes] == [id(s) for s in meanwhile.answer()[0]]


def test_a_partial_class_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Once(BaseModel):
        a: int

    make = partials._of_model
    meanwhile = Meanwhile(lambda: partial_class(Once))

    def slowly(model: type[BaseModel]) -> type:
        made = make(model)
        meanwhile()
        return made

    monkeypatch.setattr(partials, "_of_model", slowly)
    assert partial_class(Once) is partial_class(Once) is meanwhile.answer()


def test_a_plan_is_one_for_all_who_ask_at_once() -> None:
    adapter = TypeAdapter(Zoo)
    plans = at_once(lambda _: plan_of(adapter))
    assert {id(each) for each in plans} == {id(plan_of(adapter))}


def test_more_models_than_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "_MOST", 2)
    models = [type(f"M{i}", (Cat,), {}) for i in range(4)]

    cat = {"kind": "cat", "name": "Tom", "lives": 9}

    def ask(i: int) -> list[type]:
        asked = [models[(i + k) % 4] for k in range(20)]
        return [type(plan.adapter_of(each).validate_python(cat)) for each in asked]

    for i, got in enumerate(at_once(ask)):
        assert got == [models[(i + k) % 4] for k in range(20)]


def zoo(number: int) -> str:
    """A document of its own for each thread, with one thing wrong in every third."""
    pets: list[dict[str, Any]] = [
        {"kind": "cat", "name": f"c{number}-{i}", "lives": i} if (number + i) % 2 else
        {"kind": "dog", "name": f"d{number}-{i}", "tricks": ["sit", f"{i}"]}
        for i in range(4)
    ]  # fmt: skip
    if number % 3 == 0:
        pets[2] = {"kind": "cat", "name": "no", "lives": "many"}
    return json.dumps({"pets": pets, "motto": f"m{number}"})


def told(parser: Any, text: str) -> list[str]:
    """What a parser says of a text that comes in small pieces, and what it comes to."""
    events = [event for piece in cut(text, 3) for event in parser.feed(piece)] + parser.close()
    if isinstance(parser, ModelParser):
        repr(parser.partial)
    return [repr(event) for event in events]


def begin_with_type(adapter: Any, number: int) -> list[str]:
    return told(ModelParser(adapter), zoo(number))


def test_many_threads_begin_with_the_same_model() -> None:
    alone = [told(ModelParser(Zoo), zoo(number)) for number in range(THREADS)]
    for _ in range(6):
        plan._adapters.clear()
        plan._plans.clear()
        adapter = TypeAdapter(Zoo)
        found = at_once(partial(begin_with_type, adapter))
        assert found == alone
    assert any("Violation" in line for line in alone[0])
    assert any("Validated" in line for line in alone[1])


# --- schemas ---------------------------------------------------------------------------

TREE: dict[str, Any] = {
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "pattern": "^[a-z]+[0-9]*$"},
                "size": {"type": "integer", "minimum": 0},
                "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            },
            "required": ["name"],
            "additionalProperties": False,
        }
    },
    "anyOf": [{"$ref": "#/$defs/node"}, {"type": "array", "items": {"enum": ["a", "b"]}}],
}


def tree(number: int) -> str:
    children = [{"name": f"n{i}", "size": i} for i in range(4)]
    if number % 3 == 0:
        children[2]["size"] = -1
    return json.dumps({"name": f"t{number}", "children": children})


def begin_with_schema(schema: Any, number: int) -> list[str]:
    return told(SchemaParser(schema), tree(number))


def test_many_threads_begin_with_the_same_schema() -> None:
    alone = [told(SchemaParser(TREE), tree(number)) for number in range(THREADS)]
    for lap in range(6):
        schema = {**TREE, "title": f"lap {lap}"}  # of which nothing is known
        assert at_once(partial(begin_with_schema, schema)) == alone
    assert any("Violation" in line for line in alone[0])
    assert not any("Violation" in line for line in alone[1])


def test_what_is_impossible_is_not_known_before_it_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = SchemaPlan({"allOf": [{"type": "string"}, {"type": "null"}]})
    rules = made.root
    meanwhile = Meanwhile(lambda: rules.impossible)
    layout = Rules._lay_out

    def slowly(self: Rules, kind: int) -> Any:
        meanwhile()
        return layout(self, kind)

    if isinstance(Rules.__dict__.get("_lay_out"), type(slowly)):  # compiled it cannot be stopped
        monkeypatch.setattr(Rules, "_lay_out", slowly)
    assert rules.impossible
    if meanwhile._asked:
        assert meanwhile.answer() is True


# --- everything else that is shared ----------------------------------------------------


def test_threads_share_limits_options_and_tools() -> None:
    limits = Limits(max_depth=20)
    tools = {"see": Zoo, "look": TREE}

    def work(number: int) -> list[str]:
        calls = ToolCalls(tools, limits=limits)
        name, text = ("see", zoo(number)) if number % 2 else ("look", tree(number))
        call = Call(name, text, f"id{number}", cut(text, 5))
        body = WIRES["openai_chat"].body(Answer((call,)))
        events = [e for piece in cut(body.decode(), 40) for e in calls.feed(piece)]
        return [repr(event) for event in events + calls.close()]

    alone = [work(number) for number in range(THREADS)]
    assert at_once(work) == alone
    assert "ToolCallCompleted" in alone[1][-1]


def test_events_may_go_to_other_threads() -> None:
    parser = Parser(paths=["$..id"], events=FieldCompleted)
    text = json.dumps([{"id": i, "more": [{"id": -i}]} for i in range(50)])
    events: list[Any] = parser.feed(text)
    read = at_once(lambda _: [(e.path, e.value, repr(e), e.as_dict()) for e in events])
    assert all(each == read[0] for each in read)
    assert len(read[0]) == 100


def test_names_may_be_first_used_by_several_threads_at_once() -> None:
    code = """
import sys, threading
sys.setswitchinterval(1e-6)
import partialjson, partialjson.framing
barrier = threading.Barrier(8)
failed = []
def use(number):
    barrier.wait()
    names = [*partialjson.__all__]
    for name in names[number:] + names[:number]:
        try:
            getattr(partialjson, name)
        except BaseException as error:
            failed.append((name, error))
threads = [threading.Thread(target=use, args=(3 * i,)) for i in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
print(failed)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# --- what may not be shared ------------------------------------------------------------

BUSY: dict[str, Callable[[Any], Any]] = {
    "feed": lambda parser: parser.feed("1"),
    "feed bytes": lambda parser: parser.feed(b"1"),
    "close": lambda parser: parser.close(),
    "checkpoint": lambda parser: parser.checkpoint(),
}


@pytest.mark.parametrize("call", BUSY)
@pytest.mark.parametrize("fragment", ["[1, 2", b"[1, 2", "[" + " " * 200 + "1, 2", "[{a: 1, b"])
def test_a_function_of_a_parser_that_calls_it_is_told_so(call: str, fragment: Any) -> None:
    parsers: list[Parser] = []

    def number(text: str) -> int:
        with pytest.raises(UsageError) as caught:
            BUSY[call](parsers[0])
        assert caught.value.code == "busy"
        return -int(text)

    parser = Parser(parse_int=number, repair=str(fragment[1:2]) == "{")
    parsers.append(parser)
    events = parser.feed(fragment)
    assert [e.value for e in events if isinstance(e, FieldCompleted)] == [-1]
    ended = "]" if parser.value[0] == -1 else ": 2}]"  # and it goes on
    assert parser.feed(f"{ended}"[-len(ended) :])
    parser.close()
    assert parser.is_complete


def test_a_function_of_a_parser_that_calls_it_and_does_not_listen_fails_it() -> None:
    parsers: list[Parser] = []
    parser = Parser(parse_int=lambda text: parsers[0].feed(text))
    parsers.append(parser)
    with pytest.raises(UsageError, match="middle of a fragment"):
        parser.feed("[1, ")
    with pytest.raises(UsageError, match="an earlier call failed"):
        parser.feed("2]")


def test_a_number_that_close_ends_may_not_close_again() -> None:
    parsers: list[Parser] = []
    parser = Parser(parse_int=lambda text: parsers[0].close())
    parsers.append(parser)
    parser.feed("1")
    with pytest.raises(UsageError, match="middle of a fragment"):
        parser.close()


def test_a_validator_that_calls_its_parser_is_told_so() -> None:
    heard: list[str] = []
    parsers: list[Any] = []

    def check(value: int) -> int:
        for call in BUSY.values():
            with pytest.raises(UsageError) as caught:
                call(parsers[0])
            heard.append(caught.value.code)
        return value

    class Checked(BaseModel):
        n: Annotated[int, AfterValidator(check)]

    parser = ModelParser(list[Checked])
    parsers.append(parser)
    events = parser.feed('[{"n": 1}, {"n": 2}')
    assert len([e for e in events if isinstance(e, Validated)]) == 2
    assert set(heard) == {"busy"}
    calls = ToolCalls({"f": Checked}, provider="ollama")
    parsers[:] = [calls]
    function = {"name": "f", "arguments": {"n": 1}}
    events = calls.feed({"message": {"tool_calls": [{"function": function}]}})
    assert isinstance(events[-1], ToolCallCompleted)
    assert set(heard) == {"busy"}


def test_a_thread_that_comes_in_between_is_told_so_and_disturbs_nothing() -> None:
    inside, leave = threading.Event(), threading.Event()

    def number(text: str) -> int:
        inside.set()
        assert leave.wait(60)
        return int(text)

    parser = Parser(parse_int=number)
    with ThreadPoolExecutor(1) as pool:
        feeding = pool.submit(parser.feed, "[1, ")
        assert inside.wait(60)
        for call in BUSY.values():
            with pytest.raises(UsageError) as caught:
                call(parser)
            assert caught.value.code == "busy"
        leave.set()
        assert len(feeding.result(60)) == 2
    parser.feed("2]")
    assert parser.value == [1, 2]


def test_a_parser_is_copied_by_forks_and_never_pickled() -> None:
    made: list[Any] = [Parser(), ModelParser(Zoo), SchemaParser(TREE)]
    for parser in made:
        parser.feed('{"motto": "x')
        for again in (copy.copy(parser), copy.deepcopy(parser), parser.fork()):
            again.feed("y")
            assert (again.value["motto"], parser.value["motto"]) == ("xy", "x")
        with pytest.raises(TypeError, match="checkpoint"):
            pickle.dumps(parser)
    for other in (ToolCalls(), SSEDecoder()):
        for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="checkpoint"):
                attempt(other)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_process_has_parsers_of_its_own() -> None:
    code = """
import os, partialjson
parser = partialjson.SchemaParser({"type": "array", "items": {"type": "integer"}})
parser.feed("[1, ")
child = os.fork()
parser.feed("2]" if child else '3, "x"]')
found = len(parser.violations), parser.value
if child:
    _, status = os.waitpid(child, 0)
    raise SystemExit(0 if (found, status) == ((0, [1, 2]), 0) else 1)
os._exit(0 if found == (1, [1, 3, "x"]) else 1)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_violations_are_found_by_every_thread() -> None:
    def work(number: int) -> list[tuple[Any, ...]]:
        parser = SchemaParser({"items": {"maxLength": 3}}, events=Violation)
        text = json.dumps(["ab", "abcd" * (number + 1), "abc"])
        events = [e for piece in cut(text, 1) for e in parser.feed(piece)]
        return [(e.path, e.offset) for e in events]  # type: ignore[attr-defined]

    assert at_once(work) == [[((1,), 11)]] * THREADS
