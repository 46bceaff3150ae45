"""What users of other libraries ask for, each a test with the place where they ask.

Three themes: what was cut is never taken for complete; unfinished data is never validated;
what is complete comes at once, and what is wrong is said at once.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple

import pytest
from pydantic import (
    VERSION,
    AfterValidator,
    BaseModel,
    Field,
    TypeAdapter,
    ValidationError,
    create_model,
    model_validator,
)
from typing_extensions import TypedDict

import partialjson
from partialjson import (
    DocumentCompleted,
    Event,
    IncompleteJSONError,
    JSONSyntaxError,
    ModelParser,
    Parser,
    StringDelta,
    UsageError,
    Validated,
    ValidationFailed,
    Violation,
    loads,
    stream,
)

from .fragmenting import cuts

MAKE: Any = ModelParser  # types and options come from tables here
MISSING: Any = partialjson.MISSING
LIST: Any = list


def objects(events: list[Event]) -> list[tuple[Any, Any]]:
    return [(e.path, e.object) for e in events if isinstance(e, Validated)]


def violations(events: list[Event]) -> list[tuple[Any, str, int]]:
    return [(e.path, e.kind, e.offset) for e in events if isinstance(e, Violation)]


def growing(parser: Any, text: str, size: int = 1) -> Iterator[tuple[int, Any]]:
    """How much was fed, and the partial view then."""
    fed = 0
    for fragment in cuts(text, size):
        parser.feed(fragment)
        fed += len(fragment)
        yield fed, parser.partial


# --- what was cut is never taken for complete -----------------------------------------------


class Call(BaseModel):
    path: str
    amount: int = 0
    confirm: bool = True
    commands: list[str] = []


CALL = '{"path": "/data", "amount": 100, "confirm": false, "commands": ["ls", "pwd"]}'


@pytest.mark.parametrize("end", range(len(CALL)))
def test_a_call_that_was_cut_anywhere_is_never_handed_out(end: int) -> None:
    """https://github.com/cline/cline/issues/13001
    https://github.com/kirodotdev/Kiro/issues/11533
    https://github.com/langchain-ai/langchainjs/issues/11471
    https://github.com/earendil-works/pi/issues/5964
    https://github.com/Yeachan-Heo/gajae-code/issues/1025
    https://github.com/MiaAI-Lab/DeepSeek-v4-Flash-DSpark/issues/55
    """
    parser = MAKE(Call)
    events = parser.feed(CALL[:end])
    assert not [e for e in events if isinstance(e, (Validated, Violation, DocumentCompleted))]
    assert not parser.is_complete
    with pytest.raises(UsageError) as early:
        _ = parser.result
    assert early.value.code == "not_available"
    for call in (parser.close, lambda: parser.result, lambda: loads(CALL[:end])):
        with pytest.raises(IncompleteJSONError) as cut:
            call()
        assert cut.value.value == loads(CALL[:end], partial=True)


@pytest.mark.parametrize("text", ['["ls","pwd"', '["ls","pwd",', '["ls","pw', "[", '["ls"'])
def test_a_list_that_was_cut_is_no_shorter_list(text: str) -> None:
    """https://github.com/cline/cline/issues/13001 (the case "indistinguishable by looking")."""
    parser = MAKE(list[str])
    assert not objects(parser.feed(text))
    with pytest.raises(IncompleteJSONError):
        parser.close()


def test_a_flag_that_was_cut_off_takes_no_default() -> None:
    """https://github.com/langchain-ai/langchain/pull/39274"""
    parser = MAKE(Call)
    parser.feed('{"path": "alice", "amount": 100, "conf')
    assert parser.partial.amount == 100
    assert parser.partial.confirm is MISSING
    with pytest.raises(IncompleteJSONError) as cut:
        parser.close()
    assert cut.value.value == {"path": "alice", "amount": 100}


def test_what_is_required_and_did_not_come_is_a_violation_at_the_brace() -> None:
    """https://github.com/jaseci-labs/jac/pull/6766"""
    parser = MAKE(create_model("Write", file_path=(str, ...), content=(str, ...)))
    text = '{"file_path": "x.jac"}'
    assert violations(parser.feed(text)) == [(("content",), "missing", len(text) - 1)]
    parser.close()
    with pytest.raises(ValidationError):
        _ = parser.result


def test_each_value_says_for_itself_whether_it_is_complete() -> None:
    """https://github.com/GCWing/OpenBitFun/pull/643"""

    class Write(BaseModel):
        command: str
        content: str
        mode: str = "w"

    parser = MAKE(Write)
    parser.feed('{"command": "touch", "content": "half of i')
    for _ in range(2):
        places = [parser.state(path) for path in ("", "/command", "/content", "/mode")]
        assert places == ["partial", "complete", "partial", "absent"]
        assert parser.value == {"command": "touch", "content": "half of i"}
        with pytest.raises(IncompleteJSONError):
            parser.close()


def test_nothing_is_raised_for_a_text_that_may_go_on() -> None:
    """https://github.com/openai/openai-python/issues/3263"""
    parser = MAKE(Call, stop_on_violation=True)
    for character in CALL:
        parser.feed(character)
    parser.close()
    assert parser.result == Call.model_validate_json(CALL)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        *[('{"path" "a"}', 8), ("[1}", 2), ('{"a": 1 oops "b": 2}', 8), ("nul1", 3), ("}", 0)],
        *[('{"path": ', None), ("[1", None), ('"a\\', None), ("-", None), ("", None)],
    ],
)
@pytest.mark.parametrize("make", [lambda: MAKE(Any), Parser], ids=["typed", "plain"])
def test_what_is_invalid_and_what_is_incomplete_are_two_errors(
    make: Any, text: str, offset: int | None
) -> None:
    """https://github.com/daggaz/json-stream/issues/66
    https://github.com/ruby/json/issues/1047
    """
    parser = make()
    if offset is None:
        parser.feed(text)
        with pytest.raises(IncompleteJSONError):
            parser.close()
        return
    with pytest.raises(JSONSyntaxError) as invalid:
        parser.feed(text)
    assert invalid.value.offset == offset


def test_a_first_fragment_without_arguments_is_no_call_without_arguments() -> None:
    """https://github.com/langchain-ai/langchain/issues/38682"""
    parser = MAKE(create_model("NoArguments"))
    assert parser.feed("") == []
    assert not objects(parser.feed("{"))
    assert parser.feed("") == []
    assert [path for path, _ in objects(parser.feed("}"))] == [()]
    with pytest.raises(IncompleteJSONError):
        MAKE(create_model("NoArguments")).close()


# --- unfinished data is never validated -------------------------------------------------------


class Task(BaseModel):
    name: str = Field(min_length=5, pattern="^[A-Z].*e$")
    size: int = Field(ge=10, multiple_of=10)
    tags: list[str] = Field(min_length=2)
    status: Literal["open", "opened"]
    priority: Literal["low", "high"]

    @model_validator(mode="after")
    def check_consistency(self) -> Task:
        if self.status == "opened" and self.priority != "high":
            raise ValueError("opened tasks have a high priority")
        return self


TASK = '{"name": "Alice", "size": 120, "tags": ["a", "b"], "status": "opened", "priority": "high"}'


@pytest.mark.parametrize("size", [1, 3, 10])
def test_constraints_and_model_validators_wait_for_the_end_of_what_they_judge(size: int) -> None:
    """https://github.com/567-labs/instructor/issues/1993
    https://github.com/567-labs/instructor/pull/1994
    https://github.com/567-labs/instructor/pull/1997
    https://github.com/567-labs/instructor/pull/1999
    """
    parser = MAKE(Task)
    events = [event for part in cuts(TASK, size) for event in parser.feed(part)]
    assert not violations(events)
    assert objects(events) == [((), Task.model_validate_json(TASK))]


@pytest.mark.parametrize(
    ("good", "bad", "kind", "last"),
    [
        ('"Alice"', '"Al"', "string_too_short", '"Al"'),
        ('"Alice"', '"Alices"', "string_pattern_mismatch", '"Alices"'),
        ("120", "12", "multiple_of", "12,"),
        ("120", "0", "greater_than_equal", "0,"),
        ('["a", "b"]', '["a"]', "too_short", '["a"]'),
        ('"opened"', '"ope"', "literal_error", '"ope"'),
        ('"high"', '"low"', "value_error", '"low"}'),
    ],
)
def test_what_is_complete_and_wrong_is_said_with_its_last_character(
    good: str, bad: str, kind: str, last: str
) -> None:
    """https://github.com/567-labs/instructor/pull/1999 ("only validate what is closed")"""
    text = TASK.replace(good, bad)
    where = text.index(last) + len(last) - 1
    parser = MAKE(Task)
    told = [(i, e) for i, c in enumerate(text) for e in parser.feed(c) if isinstance(e, Violation)]
    assert [(e.kind, i, e.offset, e.early) for i, e in told] == [(kind, where, where, False)]


class Guest(BaseModel):
    name: Literal["Bob", "Alice", "Alicia"]


def test_a_literal_that_is_being_spelled_is_neither_wrong_nor_shown() -> None:
    """https://github.com/567-labs/instructor/issues/879"""
    parser = MAKE(Guest)
    assert not violations(parser.feed('{"name": "Ali'))
    assert parser.partial.name is MISSING
    assert violations(parser.feed("b")) == [(("name",), "literal_error", 13)]
    parser = MAKE(Guest)
    parser.feed('{"name": "Alice"')
    assert parser.partial.name == "Alice"


class Person(BaseModel):
    type: Literal["Person"] = "Person"
    version: Literal[2]
    name: str
    mode: Literal["a", "b"] = "a"
    retries: int = 3


class People(BaseModel):
    people: list[Person]
    first: Person | None = None


def test_a_literal_of_one_value_is_known_from_the_first_fragment() -> None:
    """https://github.com/567-labs/instructor/issues/2054
    https://github.com/567-labs/instructor/pull/2108
    """
    parser = MAKE(People)
    steps: list[tuple[str, Any]] = [
        ('{"people": [{', lambda o: o.people[0]),
        ('"version": 2, "name": "x"}, {"na', lambda o: o.people[1]),
        ('me": "x", "version": 2}], "first": {', lambda o: o.first),
    ]
    for text, pick in steps:
        parser.feed(text)
        person = pick(parser.partial)
        assert (person.type, person.version) == ("Person", 2)
        assert person.name is person.mode is person.retries is MISSING


def test_declared_defaults_are_known_from_the_first_fragment_if_one_asks_for_them() -> None:
    """https://github.com/567-labs/instructor/pull/2067
    https://github.com/567-labs/instructor/pull/2204
    """
    parser = MAKE(Person, early_defaults=True)
    parser.feed("{")
    person = parser.partial
    assert (person.type, person.version, person.mode, person.retries) == ("Person", 2, "a", 3)
    assert person.name is MISSING
    parser.feed('"retries": 5, "mode": "b", ')
    assert (parser.partial.mode, parser.partial.retries) == ("b", 5)
    parser = MAKE(People, early_defaults=True)
    parser.feed('{"people": [{')
    assert parser.partial.first is None
    assert parser.partial.people[0].retries == 3


class User(BaseModel):
    name: str
    email: str = ""


class Meeting(BaseModel):
    user: User
    guests: list[User] | None
    roles: dict[str, list[User]]
    pair: tuple[int, User]
    where: str


MEETING = (
    '{"user": {"name": "a", "email": "b"}, "guests": [{"name": "c"}, {"name": "d"}], '
    '"roles": {"x": [{"name": "e"}]}, "pair": [1, {"name": "f"}], "where": "g"}'
)
PLACES: dict[str, Any] = {
    '"a", "email": "b"': lambda o: o.user,
    '"c"': lambda o: o.guests[0],
    '"d"': lambda o: o.guests[1],
    '"e"': lambda o: o.roles["x"][0],
    '"f"': lambda o: o.pair[1],
}


@pytest.mark.parametrize("inside", PLACES)
def test_models_inside_are_partial_instances_while_they_are_open(inside: str) -> None:
    """https://github.com/567-labs/instructor/issues/587
    https://github.com/567-labs/instructor/issues/1316
    https://github.com/567-labs/instructor/pull/2476
    https://github.com/567-labs/instructor/pull/2600
    https://github.com/567-labs/instructor/pull/2678
    """
    final = PLACES[inside](Meeting.model_validate_json(MEETING))
    begin = MEETING.index(inside)
    end = MEETING.index("}", begin)
    for fed, partial in growing(MAKE(Meeting), MEETING):
        if fed > begin:
            user = PLACES[inside](partial)
            assert final.name.startswith(user.name)
            assert isinstance(user, User) is (fed > end)
            assert not isinstance(user, dict)
        if fed > end:
            assert user == final
        elif fed > begin and "email" not in MEETING[begin:fed]:
            assert user.email is MISSING


def test_what_has_not_come_is_missing_and_not_null() -> None:
    """https://github.com/567-labs/instructor/issues/587 (all fields None while they stream)"""
    parser = MAKE(Meeting)
    partial = parser.partial
    for begun in ("", "{", '"guests": '):
        parser.feed(begun)
        assert partial.user is partial.guests is partial.where is MISSING
    parser.feed("null")
    assert parser.partial.guests is None
    assert parser.partial is partial


class Info(TypedDict):
    length: float
    ocean: str


class Whale(TypedDict):
    info: Info
    name: str


def test_a_nested_object_that_comes_first_is_seen_while_it_grows() -> None:
    """https://github.com/pydantic/pydantic-ai/issues/681"""
    parser = MAKE(list[Whale])
    parser.feed('[{"info": {"length": 3.5, "ocean": "Atl')
    assert parser.partial[0]["info"] == {"length": 3.5, "ocean": "Atl"}
    parser.feed('antic"}, "na')
    assert parser.partial[0] == {"info": {"length": 3.5, "ocean": "Atlantic"}}


@dataclasses.dataclass
class Parcel:
    to: User
    notes: list[str]


class Tagged(NamedTuple):
    tag: str
    user: User


class Node(BaseModel):
    name: str
    inner: Node | None = None


class Cat(BaseModel):
    kind: Literal["cat"]
    name: str


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]
OLD = pytest.mark.skipif(VERSION.startswith(("2.12.", "2.13.")), reason="a function to Pydantic")


@pytest.mark.parametrize(
    ("kind", "text", "pick"),
    [
        (list[Parcel], '[{"to": {"name": "a"}, "notes": ["some', lambda o: o[0].notes[0]),
        (tuple[int, User], '[1, {"name": "some', lambda o: o[1].name),
        (tuple[User, ...], '[{"name": "a"}, {"name": "some', lambda o: o[1].name),
        pytest.param(Tagged, '{"tag": "some', lambda o: o.tag, marks=OLD),
        (Node, '{"name": "a", "inner": {"inner": {"name": "some', lambda o: o.inner.inner.name),
        (list[Pet], '[{"kind": "dog", "name": "some', lambda o: o[0].name),
        (dict[str, Cat | Dog], '{"a": {"kind": "cat", "name": "some', lambda o: o["a"].name),
        (Cat | list[User], '[{"name": "some', lambda o: o[0].name),
        (User | None, '{"name": "some', lambda o: o.name),
    ],
)
def test_the_partial_view_knows_every_shape(kind: Any, text: str, pick: Any) -> None:
    """https://github.com/pydantic/pydantic-core/issues/1523
    https://github.com/pydantic/pydantic-core/pull/1512
    """
    parser = MAKE(kind)
    assert not violations(parser.feed(text))
    assert pick(parser.partial) == "some"
    parser.feed("thing")
    assert pick(parser.partial) == "something"


CALLS: Counter[str] = Counter()


def counted(name: str) -> str:
    CALLS[name] += 1
    return name


class Leaf(BaseModel):
    name: Annotated[str, AfterValidator(counted)]

    @model_validator(mode="after")
    def count(self) -> Leaf:
        CALLS["leaf"] += 1
        return self


def nested(depth: int) -> tuple[Any, str]:
    """So many models around each other, the innermost a Leaf; and a text."""
    model: Any = Leaf
    for _ in range(depth - 1):
        model = create_model("Around", inner=(model, ...))
    return model, '{"inner": ' * (depth - 1) + '{"name": "xyz"}' + "}" * (depth - 1)


def calls_for(kind: Any, text: str, **options: Any) -> Counter[str]:
    CALLS.clear()
    parser = MAKE(kind, **options)
    for fragment in cuts(text, 1):
        parser.feed(fragment)
    parser.close()
    assert parser.result is parser.result
    return CALLS


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("in_list", [False, True])
def test_inside_k_models_a_validator_runs_at_most_k_plus_one_times(
    depth: int, in_list: bool
) -> None:
    """https://github.com/pydantic/pydantic-ai/issues/3814"""
    kind, text = nested(depth)
    calls = calls_for(LIST[kind], f"[{text}]") if in_list else calls_for(kind, text)
    assert set(calls) == {"xyz", "leaf"}
    assert 1 <= calls["xyz"] <= depth + 1
    assert 1 <= calls["leaf"] <= depth + 1


@pytest.mark.parametrize(("path", "runs"), [("$.inner", 2), ("$.inner.inner", 2), ("$.no", 1)])
def test_selecting_one_place_leaves_two_runs(path: str, runs: int) -> None:
    """https://github.com/pydantic/pydantic-ai/issues/3814"""
    assert calls_for(*nested(5), paths=path)["xyz"] == runs


def test_a_validator_never_sees_what_is_unfinished() -> None:
    """https://github.com/pydantic/pydantic-ai/issues/131
    https://github.com/pydantic/pydantic-ai/issues/3194
    https://github.com/pydantic/pydantic-ai/pull/3918
    """
    kind, text = nested(2)
    for end in range(len(text)):
        CALLS.clear()
        parser = MAKE(kind)
        parser.feed(text[:end])
        _ = parser.partial
        assert CALLS.keys() <= {"xyz", "leaf"}
        assert bool(CALLS["xyz"]) == (end > text.index('z"') + 1)
        assert CALLS["leaf"] == (end > text.index("}"))


@pytest.mark.parametrize("tail", ['"ot', '"tags": ["a",', '"tags": {', '"size": [', '"mode": "c'])
def test_an_early_verdict_runs_no_validator(tail: str) -> None:
    """https://github.com/pydantic/pydantic-ai/issues/3194"""

    class Judged(BaseModel, extra="forbid"):
        name: Annotated[str, AfterValidator(counted)]
        size: Annotated[int, AfterValidator(counted)] = 0
        tags: Annotated[list[str], Field(max_length=1), AfterValidator(counted)] = []
        mode: Annotated[Literal["a", "b"], AfterValidator(counted)] = "a"

    CALLS.clear()
    (told,) = [e for e in MAKE(Judged).feed('{"name": "x", ' + tail) if isinstance(e, Violation)]
    assert told.early
    assert not CALLS


def test_an_unfinished_member_of_a_union_does_not_leak() -> None:
    """https://github.com/BoundaryML/baml/pull/3119"""
    parser = MAKE(list[Cat | User])
    assert not objects(parser.feed('[{"name": "a"'))
    assert objects(parser.feed('}, {"name": "b", "kind": "cat"')) == [((0,), User(name="a"))]
    assert objects(parser.feed("}")) == [((1,), Cat(kind="cat", name="b"))]


def test_waiting_for_the_last_field_holds_nothing_else_back() -> None:
    """https://github.com/BoundaryML/baml/issues/1685"""
    parser = MAKE(Meeting, paths="$.where")
    events = parser.feed(MEETING[: MEETING.index('"g"')])
    assert not objects(events)
    assert (parser.partial.user.name, parser.partial.pair[0]) == ("a", 1)
    assert objects(parser.feed('"g"}')) == [(("where",), "g")]


def test_only_what_the_text_says_is_ever_shown() -> None:
    """https://github.com/BoundaryML/baml/issues/2567"""
    text = '{"user": {"na\\u006de": "A\\"\\n\\ud83d\\ude00", "email": "{[AnyOf"}}'
    final = {"name": 'A"\n😀', "email": "{[AnyOf"}
    for _, partial in growing(MAKE(Meeting), text):
        user = partial.user
        for name in ("name", "email") if user is not MISSING else ():
            shown = getattr(user, name)
            assert shown is MISSING or final[name].startswith(shown)


class Row(BaseModel):
    n: int


class Rows(BaseModel):
    rows: list[Row]
    note: str = ""


def test_an_item_is_validated_at_its_own_brace_not_at_its_siblings() -> None:
    """https://github.com/tomnio/rubric/issues/43"""
    parser = MAKE(Rows)
    assert objects(parser.feed('{"rows": [{"n": 1}')) == [(("rows", 0), Row(n=1))]
    assert objects(parser.feed(', {"n": 2}')) == [(("rows", 1), Row(n=2))]
    assert parser.partial.rows == [Row(n=1), Row(n=2)]


def test_a_wrong_last_item_is_never_handed_out_and_never_dropped_silently() -> None:
    """https://github.com/567-labs/instructor/pull/1999
    https://github.com/pydantic/pydantic/pull/10748
    """
    text = '[{"n": 1}, {"n": "no"}]'
    lenient = TypeAdapter(list[Row]).validate_json(text, experimental_allow_partial=True)
    assert lenient == [Row(n=1)]  # Pydantic cannot know that the item is all there
    parser = MAKE(list[Row])
    events = parser.feed(text[:-1])
    assert objects(events) == [((0,), Row(n=1))]
    assert violations(events) == [((1, "n"), "int_parsing", text.index('o"') + 1)]
    assert not isinstance(parser.partial[1], Row)
    assert not objects([*parser.feed("]"), *parser.close()])
    with pytest.raises(ValidationError):
        _ = parser.result


# --- what is complete comes at once, what is wrong is said at once -------------------------------


@pytest.mark.parametrize("as_bytes", [False, True])
def test_a_string_comes_in_pieces_whatever_is_cut(as_bytes: bool) -> None:
    """https://github.com/ICRAR/ijson/issues/162
    https://github.com/ICRAR/ijson/issues/124
    https://github.com/xtao-org/jsonhilo/issues/10
    """
    text = '{"name": "a\\ud83d\\ude00 \\u00e9\\n\\"é😀"}'
    parser = MAKE(User)
    deltas = [
        event.delta
        for part in cuts(text.encode() if as_bytes else text, 1)
        for event in parser.feed(part)
        if isinstance(event, StringDelta)
    ]
    assert deltas == ["a", "😀", " ", "é", "\n", '"', "é", "😀"]


def test_whether_the_last_container_is_complete_is_known_without_what_follows() -> None:
    """https://github.com/ruby/json/issues/1041"""
    parser = MAKE(list[dict[str, str]])
    parser.feed('[\n{"column1": "value1",')
    assert (parser.state("/0"), parser.value) == ("partial", [{"column1": "value1"}])
    parser = MAKE(list[User], paths="$[*]")
    events = parser.feed('[\n{"name": "value1"}')
    assert (parser.state("/0"), parser.state("")) == ("complete", "partial")
    assert objects(events) == [((0,), User(name="value1"))]


def test_every_fragment_of_a_long_string_is_heard_of() -> None:
    """https://github.com/juanjoDiaz/streamparser-json/issues/31
    https://github.com/juanjoDiaz/streamparser-json/pull/37
    https://github.com/juanjoDiaz/streamparser-json/issues/52
    """
    parser = MAKE(User)
    parser.feed('{"name": "')
    for count in range(1, 201):
        assert parser.feed("x " * 5) == [StringDelta(("name",), "x " * 5)]
        assert parser.state("/name") == "partial"
        assert parser.partial.name == "x " * 5 * count


def test_typed_objects_grow_fragment_by_fragment() -> None:
    """https://github.com/567-labs/instructor/issues/213
    https://github.com/567-labs/instructor/issues/665
    https://github.com/567-labs/instructor/issues/1147
    https://github.com/jackmpcollins/magentic/issues/420
    https://github.com/openai/openai-agents-python/issues/36
    """
    text = '{"name": "Mary had a little lamb", "email": "m@example.org"}'
    shown = [(user.name, user.email) for _, user in growing(MAKE(User), text, 8)]
    lamb = "Mary had a little lamb"
    assert [name for name, _ in shown] == [MISSING, "Mary h", "Mary had a lit", *[lamb] * 5]
    assert [email for _, email in shown[4:]] == [MISSING, "m@e", "m@example.o", "m@example.org"]


def test_each_completed_object_is_handed_out_and_a_violation_ends_the_stream() -> None:
    """https://github.com/dottxt-ai/outlines/issues/1842
    https://github.com/dottxt-ai/outlines/issues/1856
    """
    read: list[str] = []

    def model() -> Iterator[str]:
        for fragment in cuts('{"rows": [{"n": 1}, {"n": 2}, {"n": [3]}, {"n": 4}]}', 1):
            read.append(fragment)
            yield fragment

    told: list[Event] = []
    source = model()
    parser = MAKE(Rows, stop_on_violation=True, events=[Validated, Violation])
    events = stream(source, parser)
    with pytest.raises(ValidationFailed) as failed:
        told.extend(iter(events.__next__, None))
    assert objects(told) == [(("rows", 0), Row(n=1)), (("rows", 1), Row(n=2))]
    assert failed.value.violation.kind == "int_type"
    assert "".join(read).endswith('{"n": [')
    assert next(source, None) is None  # the model was stopped


@pytest.mark.parametrize(
    ("kind", "text", "path", "error"),
    [
        (Rows, '{"rows": [{"n": {', ("rows", 0, "n"), "int_type"),
        (Rows, '{"rows": {', ("rows",), "list_type"),
        (list[Row], '[{"m": 1}', (0, "n"), "missing"),
        (list[Annotated[str, Field(max_length=3)]], '["abcd', (0,), "string_too_long"),
        (list[Literal["user", "tool"]], '["to"', (0,), "literal_error"),
        (list[Literal["user", "tool"]], '["tr', (0,), "literal_error"),
        (Annotated[list[int], Field(max_length=2)], "[1, 2,", (), "too_long"),
        (Annotated[int, Field(le=9)], "10 ", (), "less_than_equal"),
    ],
)
def test_what_no_continuation_can_mend_is_said_at_once(
    kind: Any, text: str, path: Any, error: str
) -> None:
    """https://github.com/pydantic/pydantic/issues/7879
    https://github.com/Stranger6667/jsonschema/issues/229
    https://github.com/genlm/genlm-control/pull/74
    """
    parser = MAKE(kind)
    assert not violations(parser.feed(text[:-1]))
    assert violations(parser.feed(text[-1])) == [(path, error, len(text) - 1)]
