"""The builds cannot be told apart: the same logs, the same classes to use, pickles of each other.

What needs both of them runs in a compiled install, where `PARTIALJSON_PURE=1` chooses the other;
what a user can do with the classes is tried in whichever is tested.
"""

from __future__ import annotations

import copy
import inspect
import json
import os
import pickle
import pydoc
import subprocess
import sys
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

import partialjson
from partialjson import (
    Event,
    FieldCompleted,
    Limits,
    Parser,
    StringDelta,
    UsageError,
    loads,
)

from .fragmenting import cuts
from .strategies import times
from .test_events import CALL, SAMPLE

both = pytest.mark.skipif(
    not partialjson.COMPILED, reason="the tested package is the interpreted one, there is no other"
)

SEED = 20
COUNT = times(600)
ROOTS = (Path(partialjson.__file__).parents[1], Path(__file__).parents[1])  # the tested one first
BUILDS = {"compiled": "", "interpreted": "1"}


def environment(build: str) -> dict[str, str]:
    path = os.pathsep.join(map(str, ROOTS))
    return {**os.environ, "PYTHONPATH": path, "PARTIALJSON_PURE": BUILDS[build]}


def started(build: str, *arguments: str, folder: Path, **more: Any) -> subprocess.Popen[bytes]:
    """Python in another process and in a folder that holds no package."""
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.Popen(command, env=environment(build), cwd=folder, **more)


def compared(ours: Iterable[bytes], theirs: Iterable[bytes]) -> tuple[int, str]:
    """How many lines are the same, and the first that differ, with what run they belong to."""
    text = run = b""
    same = 0
    for a, b in zip_longest(ours, theirs, fillvalue=b"(nothing)\n"):
        if a != b:
            shown = b"".join(line[:2000].strip() + b"\n" for line in (text, run, a, b) if line)
            return same, shown.decode()
        same += 1
        if a.startswith(b'["text"'):
            text, run = a, b""
        elif a.startswith(b'["run"'):
            run = a
    return same, ""


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """How it ended, and what it said on standard error."""
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read().decode().strip()
    return process.wait(), said


@both
def test_the_builds_write_the_same_log(tmp_path: Path) -> None:
    command = ("-m", "tests.event_log", str(SEED), str(COUNT))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    running = [started(build, *command, folder=tmp_path, **pipes) for build in BUILDS]
    with running[0] as one, running[1] as two:
        lines, difference = compared(one.stdout or (), two.stdout or ())
        ends = [ended(process) for process in running]
    assert not difference, (difference, ends)
    assert ends == [(0, build) for build in BUILDS]
    assert lines > 100 * COUNT


def test_a_difference_is_shown_with_its_text_and_its_run() -> None:
    log = [b'["text", "a"]\n', b'["run", 1]\n', b'["text", "b"]\n', b'["run", 2]\n', b"[1]\n"]
    assert compared(log, iter(log)) == (5, "")
    other = [*log[:4], b"[2]\n"]
    assert compared(log, other) == (4, '["text", "b"]\n["run", 2]\n[1]\n[2]\n')
    assert compared(log, log[:1]) == (1, '["text", "a"]\n["run", 1]\n(nothing)\n')


# --- pickles --------------------------------------------------------------------------

WRITING = """
import pickle, sys
from tests.test_events import CALL, SAMPLE
protocols = range(pickle.HIGHEST_PROTOCOL + 1)
pickle.dump([pickle.dumps([CALL, *SAMPLE], p) for p in protocols], sys.stdout.buffer)
"""


@both
@pytest.mark.parametrize("build", BUILDS)
def test_events_that_one_build_pickled_are_unpickled_by_the_other(
    build: str, tmp_path: Path
) -> None:
    process = started(build, "-c", WRITING, folder=tmp_path, stdout=subprocess.PIPE)
    data, _ = process.communicate()
    assert process.returncode == 0
    for pickled in pickle.loads(data):
        found = pickle.loads(pickled)
        assert found == [CALL, *SAMPLE]
        assert [type(event) for event in found[1:]] == [event.__class__ for event in SAMPLE]


CHECKPOINTING = """
import json, sys
import partialjson
parser = partialjson.Parser()
parser.feed(sys.argv[1])
json.dump(parser.checkpoint(), sys.stdout)
"""


@both
@pytest.mark.parametrize("build", BUILDS)
def test_a_checkpoint_of_one_build_resumes_in_the_other(build: str, tmp_path: Path) -> None:
    text = '{"a": [1, {"b": "c\\ud83d'
    process = started(build, "-c", CHECKPOINTING, text, folder=tmp_path, stdout=subprocess.PIPE)
    data, _ = process.communicate()
    parser = Parser()
    parser.feed(text)
    assert json.loads(data) == parser.checkpoint()
    restored = Parser.restore(json.loads(data))
    assert restored.feed('\\ude00"}]} ') == parser.feed('\\ude00"}]} ')


# --- what there is to read about the classes ------------------------------------------

NO = inspect.Parameter.empty
OPTIONS: dict[str, Any] = {
    **dict.fromkeys(("events", "paths", "limits", "parse_int", "parse_float")),
    "keep": True,
    "many": False,
    "repair": False,
    "duplicate_keys": "last",
    **dict.fromkeys(("lone_surrogates", "bad_utf8", "trailing"), "error"),
}
METHODS: dict[str, dict[str, Any]] = {
    "feed": {"fragment": NO},
    "close": {},
    "snapshot": {},
    "state": {"path": NO},
    "checkpoint": {},
    "restore": {"checkpoint": NO, "limits": None, "parse_int": None, "parse_float": None},
    "fork": {},
}
PROPERTIES = (
    *("value", "open_path", "offset", "is_complete", "expected", "rest", "repairs"),
    *("truncated", "undelivered"),
)


def public(cls: type) -> set[str]:
    return {name for name in dir(cls) if not name.startswith("_")}


def test_a_parser_has_no_other_public_names() -> None:
    assert public(Parser) == {*METHODS, *PROPERTIES}


@pytest.mark.parametrize("name", METHODS)
def test_a_method_shows_its_parameters(name: str) -> None:
    parameters = inspect.signature(getattr(Parser, name)).parameters
    found = {name: p.default for name, p in parameters.items() if name != "self"}
    assert found == METHODS[name]
    for parameter, default in METHODS[name].items():
        named = parameters[parameter].kind is inspect.Parameter.KEYWORD_ONLY
        assert named == (default is not NO)


def test_loads_shows_its_parameters() -> None:
    parameters = inspect.signature(loads).parameters
    assert {"text", "partial", "strings", "numbers", "literals"} <= parameters.keys()
    assert {*parameters} & {*OPTIONS} == {*OPTIONS} - {
        *("events", "paths", "keep", "many", "trailing")
    }


@pytest.mark.parametrize("name", [*METHODS, *PROPERTIES, None])
def test_what_can_be_called_is_described_without_its_signature(name: str | None) -> None:
    text = inspect.getdoc(Parser if name is None else getattr(Parser, name)) or ""
    first = text.partition("\n")[0]
    assert first == text.partition("\n\n")[0].partition("\n")[0] != ""
    assert not first.startswith((f"{name}(", "Parser(", "self"))
    assert "--\n" not in text
    assert "(self" not in text


def test_help_shows_a_parser_and_an_event() -> None:
    shown = pydoc.plain(pydoc.render_doc(Parser))
    assert "A push parser for JSON" in shown
    for name in (*METHODS, *PROPERTIES):
        assert f" |  {name}" in shown
    assert "A value is complete" in pydoc.plain(pydoc.render_doc(FieldCompleted))
    assert "The value of a text" in pydoc.plain(pydoc.render_doc(loads))


def test_classes_have_the_names_they_are_pickled_by() -> None:
    assert (Parser.__module__, Parser.__qualname__) == ("partialjson.parser", "Parser")
    assert loads.__module__ == "partialjson.whole"
    assert (Event.__module__, Event.__qualname__) == ("partialjson.events", "Event")


# --- arguments ------------------------------------------------------------------------


def test_every_option_is_given_by_name() -> None:
    assert Parser(**OPTIONS).feed("[1 ") == Parser().feed("[1 ")
    for name in OPTIONS:
        Parser(**{name: OPTIONS[name]})
    with pytest.raises(TypeError):
        Parser(None)  # type: ignore[call-arg]  # the point
    with pytest.raises(TypeError):
        Parser(no_such_option=1)  # type: ignore[call-arg]  # the point


WRONG: dict[str, Callable[[Any], object]] = {
    "feed by name": lambda parser: parser.feed(fragment="1"),
    "feed of nothing": lambda parser: parser.feed(),
    "feed of two": lambda parser: parser.feed("1", "2"),
    "feed of None": lambda parser: parser.feed(None),
    "feed of an int": lambda parser: parser.feed(1),
    "feed of a list": lambda parser: parser.feed(["1"]),
    "close of something": lambda parser: parser.close(1),
    "state of nothing": lambda parser: parser.state(),
    "state of two": lambda parser: parser.state("", ""),
    "state of an int": lambda parser: parser.state(1),
    "fork of something": lambda parser: parser.fork(1),
    "restore of nothing": lambda parser: parser.restore(),
    "restore of more": lambda parser: parser.restore(parser.checkpoint(), None),
    "restore of another option": lambda parser: parser.restore(parser.checkpoint(), keep=True),
    "loads of nothing": lambda parser: loads(),  # type: ignore[call-arg]
    "loads of None": lambda parser: loads(None),  # type: ignore[arg-type]
    "loads of more": lambda parser: loads("1", True),  # type: ignore[call-arg]
    "loads of another option": lambda parser: loads("1", keep=True),  # type: ignore[call-arg]
    "a hint": lambda parser: type(parser)[int],
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arguments_are_a_type_error_and_change_nothing(name: str) -> None:
    parser = Parser()
    parser.feed('{"a": "b')
    with pytest.raises(TypeError):
        WRONG[name](parser)
    assert parser.feed('c"}') == [
        *(StringDelta(("a",), "c"), FieldCompleted(("a",), "bc"), FieldCompleted((), {"a": "bc"})),
        partialjson.DocumentCompleted({"a": "bc"}, 0),
    ]


def test_methods_take_their_arguments_by_name() -> None:
    parser = Parser(parse_float=Decimal, limits=Limits(max_depth=3))
    parser.feed("[1.5")
    assert parser.state(path="/0") == "partial"
    restored = Parser.restore(
        checkpoint=parser.checkpoint(),
        limits=Limits(max_depth=3),
        parse_int=None,
        parse_float=Decimal,
    )
    assert restored.feed("]") == parser.feed("]")
    assert restored.value == [Decimal("1.5")]
    assert loads(text="[1, 2", partial=True, numbers="keep") == [1, 2]


class Text(str):
    """Such as an enum's member or markup."""

    __slots__ = ()


class Data(bytes):
    """Bytes that somebody has marked."""


def stepped(data: bytes) -> memoryview:
    """The bytes, with others between them in memory."""
    return memoryview(bytes(b for byte in data for b in (byte, 0)))[::2]


@pytest.mark.parametrize("size", [1, 3, 50, 500])
@pytest.mark.parametrize("form", [str, Text, bytes, Data, bytearray, memoryview, stepped])
def test_text_of_every_type_is_taken(form: Callable[[Any], Any], size: int) -> None:
    text = '{"key": ["some é text 😀", 12.5, {"k": ""}], "long": "' + "x" * 200 + '"}'
    parser = Parser()
    for piece in cuts(text if form in (str, Text) else text.encode(), size):
        parser.feed(form(piece))
    assert parser.is_complete
    assert repr(parser.value) == repr(json.loads(text))
    assert {type(parser.value["long"]), *map(type, parser.value)} == {str}


def test_memory_that_cannot_be_read_is_refused() -> None:
    released = memoryview(b"1")
    released.release()
    for error in (UsageError, ValueError):
        with pytest.raises(error):
            Parser().feed(released)


# --- what a parser is -----------------------------------------------------------------


def test_a_parser_is_not_pickled_and_the_message_says_what_to_do() -> None:
    for parser in (Parser(), Shouting()):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError, match=r"checkpoint\(\)"):
                pickle.dumps(parser, protocol)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda parser: parser.fork()])
def test_a_copy_goes_on_by_itself(copied: Callable[[Parser], Parser]) -> None:
    for parser in (Parser(), Shouting()):
        parser.feed('{"a": [1, "b')
        other = copied(parser)
        assert type(other) is type(parser)
        assert other.value == parser.value
        assert other.value is not parser.value
        other.feed('c"]')
        assert (parser.value, other.value) == ({"a": [1, "b"]}, {"a": [1, "bc"]})


@pytest.mark.parametrize("name", PROPERTIES)
def test_what_is_read_from_a_parser_cannot_be_set(name: str) -> None:
    parser = Parser()
    with pytest.raises(AttributeError):
        setattr(parser, name, None)
    with pytest.raises(AttributeError):
        delattr(parser, name)


def test_a_parser_is_like_no_other() -> None:
    parser, other = Parser(), Parser()
    assert parser == parser
    assert parser != other
    assert len({parser, other}) == 2
    with pytest.raises(AttributeError):
        _ = parser.no_such_attribute  # type: ignore[attr-defined]  # the point


class Shouting(Parser):
    """What somebody may make of a parser."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.fed = 0

    def feed(self, fragment: partialjson.parser.Fragment, /) -> list[Event]:
        self.fed += 1
        return super().feed(fragment)

    @property
    def offset(self) -> int:
        """Like everybody's."""
        return super().offset

    def shout(self) -> str:
        return str(self.value).upper()


def test_a_parser_can_be_subclassed() -> None:
    parser = Shouting(events=FieldCompleted, limits=Limits(max_depth=2))
    assert isinstance(parser, Parser)
    assert parser.feed('["a", "b') == [FieldCompleted((0,), "a")]
    assert parser.feed("c") == []
    assert (parser.fed, parser.offset, parser.shout()) == (2, 9, "['A', 'BC']")
    parser.note = "new"  # type: ignore[attr-defined]  # subclasses have a __dict__
    assert repr(parser) == "<Shouting open at character 9>"
    restored = Shouting.restore(parser.checkpoint(), limits=Limits(max_depth=2))
    assert type(restored) is Shouting
    assert restored.shout() == parser.shout()
    with pytest.raises(partialjson.CheckpointError):
        Parser.restore(parser.checkpoint())


def test_a_method_of_a_subclass_gets_what_is_fed_to_it() -> None:
    seen: list[object] = []

    class Hearing(Parser):
        def feed(self, fragment: Any, /) -> list[Event]:
            seen.append(fragment)
            return super().feed(str(fragment))

    parser = Hearing()
    assert parser.feed(1) == []
    assert parser.feed("2 ") == [FieldCompleted((), 12), partialjson.DocumentCompleted(12, 0)]
    assert seen == [1, "2 "]


BEGINNING = """
import partialjson
class Careless(partialjson.Parser):
    def __init__(self):
        pass  # and not super().__init__()
for use in ({uses}):
    try:
        use(Careless())
    except AttributeError:
        pass
"""
USES = """
    lambda p: p.feed("1"), lambda p: p.feed(b"1"), lambda p: p.feed(""), lambda p: p.close(),
    lambda p: p.value, lambda p: p.snapshot(), lambda p: p.state(""), lambda p: p.open_path,
    lambda p: p.offset, lambda p: p.is_complete, lambda p: p.expected, lambda p: p.rest,
    lambda p: p.checkpoint(), lambda p: p.fork(), lambda p: repr(p), lambda p: p.undelivered,
"""


def test_a_parser_that_was_never_begun_does_no_harm(tmp_path: Path) -> None:
    build = "compiled" if partialjson.COMPILED else "interpreted"
    code = BEGINNING.format(uses=USES)
    process = started(build, "-c", code, folder=tmp_path, stderr=subprocess.PIPE)
    _, said = process.communicate()
    assert (process.returncode, said) == (0, b"")
