"""The command line: what a pipe, a terminal and a mistake get to see."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("typer")
pytest.importorskip("rich")

from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner, Result

import partialjson
from partialjson import (
    CallEvent,
    DocumentCompleted,
    Event,
    FieldCompleted,
    JSONSyntaxError,
    Parser,
    Repaired,
    StreamError,
    StreamFailed,
    StringDelta,
    TextDelta,
    ToolCall,
    ToolCallCompleted,
    ToolCallFailed,
    ToolCalls,
    ToolCallStarted,
    Validated,
    ValueStarted,
    Violation,
)
from partialjson.apps import cli, source
from partialjson.apps import demo as bundled
from partialjson.apps.screen import Screen
from partialjson.apps.watch import Problem, Reading, Tally, explained
from partialjson.apps.words import brief, object_text, plain, quoted, shown
from partialjson.testing import documents
from partialjson.testing.writers import WIRES, Answer, Call

FIXTURES = Path(__file__).parents[1] / "fixtures"
ORDERS = str(FIXTURES / "orders.json")
PARALLEL = str(FIXTURES / "openai-parallel.sse")
TERMINAL = {"TERM": "xterm", "COLUMNS": "80", "LINES": "24", "PYTHONIOENCODING": "utf-8"}
RAW_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

MODELS = """
from pydantic import BaseModel, field_validator

class Item(BaseModel):
    sku: str
    quantity: int

class Order(BaseModel):
    id: int
    items: list[Item]

class Book(BaseModel):
    orders: list[Order]

class Wrong(BaseModel):
    shop: int

class Explodes(BaseModel):
    shop: str

    @field_validator("shop")
    @classmethod
    def check(cls, value: str) -> str:
        raise RuntimeError("out of order")
"""


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(cli.app, list(arguments), input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def watch(text: str | bytes, *options: str) -> Result:
    return run("watch", "-", *options, stdin=text)


def lines(result: Result, word: str = "") -> list[str]:
    return [line for line in result.stdout.splitlines() if line.startswith(word)]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "partialjson", *arguments]


# --- plain JSON, in a pipe -------------------------------------------------------------


def test_json_text_gives_one_line_per_event_and_a_tally() -> None:
    result = watch('{"city": "Paris", "days": [3, true]}')
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "started        (root) object",
        "started        /city string",
        'delta          /city "Pa"',
        'delta          /city "ris"',
        'completed      /city "Paris"',
        "started        /days array",
        "completed      /days/0 3",
        "completed      /days/1 true",
        "completed      /days array of 2",
        "completed      (root) object of 2",
        "document       0",
        "done           36 characters, 9 fragments, 11 events, 1 document completed",
    ]


def test_a_file_is_read_too() -> None:
    result = run("watch", ORDERS)
    assert result.exit_code == 0
    assert 'completed      /orders/1/customer "Σοφία"' in lines(result)
    assert result.stderr == ""


@pytest.mark.parametrize("chunk", [1, 2, 7, 10_000])
def test_chunks_change_the_deltas_and_nothing_else(chunk: int) -> None:
    def others(result: Result) -> list[str]:
        return [line for line in lines(result) if not line.startswith(("delta", "done"))]

    assert others(run("watch", ORDERS, "--chunk", str(chunk))) == others(run("watch", ORDERS))


def test_characters_are_counted_not_bytes() -> None:
    result = watch('"Zoë🎂"', "--chunk", "1")
    assert lines(result, "done") == [
        "done           6 characters, 6 fragments, 7 events, 1 document completed"
    ]


def test_many_documents_are_read_with_many() -> None:
    result = watch("1 [2]\n3", "--many")
    assert result.exit_code == 0
    assert lines(result, "document") == [f"document       {i}" for i in range(3)]


def test_without_many_a_second_document_is_an_error_that_names_the_option() -> None:
    result = watch("{}\n{}")
    assert result.exit_code == 1
    assert "--many" in result.stderr


# --- what is not fine ------------------------------------------------------------------


def test_an_error_shows_line_column_what_was_expected_and_the_place() -> None:
    result = watch('{\n  "a": 1,\n  "b" 2\n}')
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "error: expected ':', found '2'",
        "  line 3, column 7, character 18, at /b",
        "  expected: ':'",
        "",
        '    "a": 1,',
        '    "b" 2',
        "        ^",
        "  (--repairs missing_colon reads it)",
    ]
    assert lines(result, "error") == [
        "error          expected ':', found '2' (line 3, column 7, character 18, at /b)"
    ]
    assert lines(result, "done")


def test_events_before_an_error_are_shown() -> None:
    assert "completed      /0 1" in lines(watch("[1,]", "--chunk", "9"))


@pytest.mark.parametrize("text", ["", " ", "[1, 2", '{"a": "b', "tru", "-"])
def test_text_that_ended_too_early_is_an_error(text: str) -> None:
    result = watch(text)
    assert result.exit_code == 1
    assert "the text ends here" in result.stderr


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00\x01", b'["\xc3"]', b"\x00\x1b[31m", bytes(range(256)), b"\x1f\x8b\x08"]
)
@pytest.mark.parametrize("form", [[], ["--as", "sse"]])
def test_binary_garbage_is_an_error_of_the_library_in_printable_characters(
    data: bytes, form: list[str]
) -> None:
    result = watch(data, *form)
    assert result.exit_code == 1
    assert "error" in result.stderr
    assert not RAW_CONTROL.search(result.output)


def test_a_control_character_in_the_text_never_reaches_the_output() -> None:
    result = watch('{"\\u001b[2J": "\\u001b[31m\\u009b\\u202e\\n"}')
    assert result.exit_code == 0
    assert not RAW_CONTROL.search(result.stdout)
    assert "\u202e" not in result.stdout
    assert "completed      /\\u001b[2J" in result.stdout


# --- recorded streams ------------------------------------------------------------------


def test_an_openai_stream_with_two_parallel_calls_is_recognised() -> None:
    result = run("watch", PARALLEL)
    assert result.exit_code == 0
    assert lines(result, "call-started") == [
        "call-started   #0 get_weather call_9sWqLx",
        "call-started   #1 get_tides call_T2vbEm",
    ]
    assert lines(result, "call-completed") == [
        'call-completed #0 get_weather {"city": "Reykjavík", "days": 3, "units": "metric"}',
        'call-completed #1 get_tides {"harbour": "Höfn", "date": "2026-11-21", "heights": true}',
    ]
    assert lines(result, "done")[0].endswith("2 calls completed, 0 failed")


@pytest.mark.parametrize("chunk", ["1", "3", "100000"])
def test_how_a_stream_is_cut_does_not_matter(chunk: str) -> None:
    whole, cut = run("watch", PARALLEL), run("watch", PARALLEL, "--chunk", chunk)
    assert lines(cut)[:-1] == lines(whole)[:-1]


def test_a_stream_may_begin_with_a_comment_a_bom_or_blank_lines() -> None:
    body = Path(PARALLEL).read_text()
    for start in (": hello\n\n", "\ufeff", "\n\r\n", "id: 1\n\n", "retry: 5\n\n", "event: x\n"):
        assert len(lines(watch(start + body), "call-completed")) == 2


@pytest.mark.parametrize(
    ("wire", "options"),
    [
        ("bedrock_converse", []),
        ("anthropic_messages", []),
        ("ollama", ["--as", "ndjson"]),
        ("ollama", ["--provider", "ollama"]),
        ("gemini_array", ["--as", "jsonarray"]),
        ("gemini_array", ["--provider", "gemini"]),
        ("bedrock_converse", ["--as", "eventstream", "--chunk", "3"]),
    ],
)
def test_streams_of_other_providers_and_framings_are_read(wire: str, options: list[str]) -> None:
    call = Call("write_file", '{"path": "/tmp/é"}', "c1")
    result = watch(WIRES[wire].body([Answer((call,))]), *options)
    assert result.exit_code == 0
    (completed,) = lines(result, "call-completed")
    assert completed.endswith('write_file {"path": "/tmp/é"}')


def test_json_lines_are_json_text_unless_it_is_said() -> None:
    body = WIRES["ollama"].body([Answer((Call("write_file", "{}", "c1"),))])
    assert watch(body).exit_code == 1
    assert watch(body, "--many").exit_code == 0


def test_a_provider_that_nobody_knows_is_refused() -> None:
    result = watch("{}", "--provider", "bard")
    assert result.exit_code == 2
    assert "'auto', 'anthropic_messages'" in result.stderr


def test_a_stream_that_was_cut_fails_its_call_and_shows_where() -> None:
    body = bundled.stream()
    result = watch(body[: body.index(b"ake ", body.index(b"tool_use"))] + b"\n\n")
    assert result.exit_code == 1
    assert lines(result, "call-failed")
    assert "call #0 place_order" in result.stderr
    assert lines(result, "done")[0].endswith("0 calls completed, 1 failed")


def test_malformed_arguments_are_shown_with_the_place() -> None:
    body = (
        'data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c",'
        '"function":{"name":"f","arguments":"{\\"a\\": [1,]}"}}]}}]}\n\n'
        'data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}\n\n'
        "data: [DONE]\n\n"
    )
    result = watch(body)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "error: call #0 f (malformed): expected a value, found ']' (JSON has no trailing commas)",
        "  line 1, column 10, character 9, at /a/1",
        "  expected: value",
        "",
        '  {"a": [1,]}',
        "           ^",
        "  (--repairs trailing_comma reads it)",
    ]
    assert not lines(result, "error")  # the event's line has said it


@pytest.mark.parametrize(
    "body", ["data: hello\n\n", 'data: {"type": "x"}\n\n', "event: x", ": c\n"]
)
def test_a_stream_of_nobody_known_fails(body: str) -> None:
    result = watch(body)
    assert result.exit_code == 1
    assert lines(result, "stream-failed")


def test_as_overrides_what_the_text_looks_like() -> None:
    assert "found 'd'" in watch("data: {}\n\n", "--as", "json").stderr
    assert lines(watch("[1]", "--as", "sse"), "stream-failed")


# --- the demo --------------------------------------------------------------------------


def test_the_demo_validates_objects_as_their_braces_close() -> None:
    result = run("demo")
    assert result.exit_code == 0
    assert result.stderr == ""
    kinds = [line.split()[0] for line in lines(result)]
    assert kinds.count("call-completed") == 2
    assert kinds.index("validated") < kinds.index("call-completed")
    assert "validated      #0 /items/1 Item(sku='BUN-21', name='Cinnamon buns', " in result.stdout


def test_the_bundled_stream_cuts_its_arguments_inside_escapes() -> None:
    fragments = re.findall(r'"partial_json":("(?:[^"\\]|\\.)*")', bundled.stream().decode())
    texts = [partialjson.loads(fragment) for fragment in fragments]
    assert all(len(text) <= 12 for text in texts)
    assert texts.count("") == 2
    assert any(text.endswith("\\") for text in texts)
    assert any(re.search(r"\\u[0-9a-f]{0,3}$", text) for text in texts)
    assert any(re.search(r"\\ud83[cde]$", "".join(texts[:i])) for i in range(len(texts)))
    assert b"event: ping" in bundled.stream()


# --- --model ---------------------------------------------------------------------------


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "shop_of_the_tests.py").write_text(MODELS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    sys.modules.pop("shop_of_the_tests", None)


@pytest.mark.usefixtures("models")
def test_a_model_validates_json_text_as_it_comes() -> None:
    result = run("watch", ORDERS, "--model", "shop_of_the_tests:Book")
    assert result.exit_code == 0
    found = lines(result, "validated")
    assert found[0] == "validated      /orders/0/items/0 Item(sku='CAKE-07', quantity=1)"
    assert found[-1].startswith("validated      (root) Book(")


@pytest.mark.usefixtures("models")
def test_what_does_not_fit_its_model_is_a_violation_and_exit_1() -> None:
    result = run("watch", ORDERS, "--model", "shop_of_the_tests:Wrong")
    assert result.exit_code == 1
    assert lines(result, "violation")[0].startswith("violation      /shop int_parsing: ")
    assert "1 validation error for Wrong (shop: " in result.stderr


@pytest.mark.usefixtures("models")
def test_an_exception_in_a_validator_is_told_in_a_line() -> None:
    result = run("watch", ORDERS, "--model", "shop_of_the_tests:Explodes")
    assert result.exit_code == 1
    assert result.stderr == "error: RuntimeError: out of order\n"


@pytest.mark.parametrize(
    "name", ["shop", "shop:", ":Order", "no_such_module_here:X", "json:nothing", "json:__doc__"]
)
def test_a_model_that_cannot_be_had_is_wrong_usage(name: str) -> None:
    result = run("watch", ORDERS, "--model", name)
    assert result.exit_code == 2
    assert result.stderr.startswith("partialjson: --model")
    assert len(result.stderr.splitlines()) == 1


# --- wrong usage -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["watch"],
        ["watch", "nothing-here.json"],
        ["watch", "."],
        ["watch", "a\0b"],
        ["watch", ""],
        ["watch", ORDERS, "--chunk", "0"],
        ["watch", ORDERS, "--rate", "-1"],
        ["watch", ORDERS, "--as", "xml"],
        ["watch", ORDERS, "--many", "--model", "json:loads"],
        ["watch", PARALLEL, "--many"],
        ["demo", "--nothing"],
        ["dance"],
        [],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize("name", ["nothing-here.json", ".", "a\nb\x1b[31m"])
def test_what_cannot_be_read_is_one_line_on_stderr(name: str) -> None:
    result = run("watch", name)
    assert re.fullmatch(r"partialjson: cannot read [^\n\x1b]+: [^\n]+\n", result.stderr)
    assert result.stdout == ""


def test_help_documents_the_exit_codes() -> None:
    for arguments in (["--help"], ["watch", "--help"], ["demo", "--help"]):
        result = run(*arguments)
        assert result.exit_code == 0
        assert "Exit codes" in result.stdout


def test_the_versions_are_shown() -> None:
    result = run("--version")
    assert result.exit_code == 0
    build = "compiled" if partialjson.COMPILED else "interpreted"
    assert result.stdout.startswith(
        f"partialjson-live {partialjson.__version__} ({build}, Python 3."
    )
    assert "warning" not in result.stdout


def test_another_distribution_with_the_same_package_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    providers = {"partialjson": ["partialjson", "partialjson_live", "partialjson-live"]}
    monkeypatch.setattr(metadata, "packages_distributions", lambda: providers)
    result = run("--version")
    assert result.exit_code == 0
    assert "warning: the distribution 'partialjson' also provides" in result.stdout
    assert result.stdout.count("warning") == 1


@pytest.mark.parametrize("library", ["typer", "rich"])
def test_without_its_libraries_the_command_says_how_to_install_them(library: str) -> None:
    code = (
        f"import sys; sys.modules[{library!r}] = None; import partialjson.__main__ as m; m.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert "partialjson-live[cli]" in done.stderr
    assert len(done.stderr.splitlines()) == 1


# --- processes: pipes, signals, terminals ----------------------------------------------


def test_a_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    big = tmp_path / "big.json"
    big.write_text("[" + ", ".join(map(str, range(40_000))) + "]")
    process = subprocess.Popen(
        command("watch", str(big)), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


def hears_ctrl_c() -> None:
    """What a shell starts in the background does not, and neither does what that starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_is_no_traceback() -> None:
    process = subprocess.Popen(
        command("watch", "-", "--many"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hears_ctrl_c,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"[1, ")
    process.stdin.flush()
    assert process.stdout.readline() == b"started        (root) array\n"  # shown at once
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert errors == b""


def test_a_pipe_gets_no_escape_codes_whatever_the_environment_says() -> None:
    environment = {**os.environ, "FORCE_COLOR": "1", "TERM": "xterm-256color"}
    done = subprocess.run(command("demo"), capture_output=True, env=environment)
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout + done.stderr


def test_an_output_that_knows_only_ascii_gets_escapes() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command("watch", ORDERS), capture_output=True, env=environment)
    assert done.returncode == 0
    assert b'completed      /shop "Zo\\xeb' in done.stdout


def in_terminal(*arguments: str, **environment: str) -> tuple[int, str]:
    """Run in a pseudo-terminal of 80 times 24; the exit code and all that was written."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(*arguments),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={
            **{k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")},
            **TERMINAL,
            **environment,
        },
    )
    os.close(theirs)
    written = bytearray()
    try:
        while block := os.read(ours, 4096):
            written += block
    except OSError:  # Linux says so when the other side is closed
        pass
    os.close(ours)
    return process.wait(), written.decode()


def test_a_terminal_gets_a_picture() -> None:
    code, written = in_terminal("demo", "--rate", "0")
    assert code == 0
    assert "\x1b[32m✓\x1b[0m \x1b[1mplace_order" in written
    assert "Item(sku='BUN-21'" in written
    assert "2 calls completed · 0 failed" in written
    assert "\x1b[?25h" in written  # the cursor is back


def test_a_terminal_without_colour_gets_none() -> None:
    _, written = in_terminal("demo", "--rate", "0", NO_COLOR="1")
    assert "place_order" in written
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", written)


def test_a_terminal_gets_the_error_below_the_picture() -> None:
    code, written = in_terminal("watch", PARALLEL, "--as", "json")
    assert code == 1
    assert "line 1, column 1, character 0" in written


def test_a_dumb_terminal_gets_lines() -> None:
    code, written = in_terminal("watch", ORDERS, TERM="dumb")
    assert code == 0
    assert "started        (root) object" in written
    assert "\x1b" not in written


# --- words -----------------------------------------------------------------------------

CALL = ToolCall("id", 3, "f\x1b")


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (ValueStarted(("a",), "object"), "started        /a object"),
        (StringDelta(("a", 0), "x\n"), 'delta          /a/0 "x\\n"'),
        (FieldCompleted((), None), "completed      (root) null"),
        (FieldCompleted(("x/y\n",), [1]), "completed      /x~1y\\n array of 1"),
        (DocumentCompleted(1, 2), "document       2"),
        (Validated(("a",), 1.5), "validated      /a 1.5"),
        (
            Violation(("a",), "int_type", "no int", 7, True, {}),
            "violation      /a int_type: no int (character 7, early)",
        ),
        (TextDelta("text[1]", "é\x9b"), 'text[1]        "é\\u009b"'),
        (ToolCallStarted(CALL), "call-started   #3 f\\u001b id"),
        (CallEvent(CALL, FieldCompleted(("a",), True)), "completed      #3 /a true"),
        (ToolCallCompleted(CALL, {"a": 1}, "{}"), 'call-completed #3 f\\u001b {"a": 1}'),
        (ToolCallCompleted(CALL, [object], ""), "call-completed #3 f\\u001b [<class 'object'>]"),
        (
            ToolCallFailed(CALL, "length", None, {}, (), (), ""),
            "call-failed    #3 f\\u001b length",
        ),
        (StreamFailed("malformed", StreamError("bad\n")), "stream-failed  malformed: bad"),
        (
            Repaired(("a",), "raw_control", 3, "\n", "\\n"),
            "repaired       /a raw_control: '\\n' → '\\\\n' (character 3)",
        ),
        (
            Repaired((), "fence", 0, "```", ""),
            "repaired       (root) fence: '```' → nothing (character 0)",
        ),
    ],
)
def test_every_event_has_its_line(event: Event, line: str) -> None:
    assert plain(event) == line


@given(st.text())
def test_shown_text_is_printable_and_quoted_text_is_json(text: str) -> None:
    assert not RAW_CONTROL.search(shown(text))
    assert "\n" not in shown(text)
    assert partialjson.loads(quoted(text), lone_surrogates="replace") is not None
    if not re.search("[\ud800-\udfff]", text):
        assert partialjson.loads(quoted(text)) == text


def test_composed_emoji_stay_whole() -> None:
    assert shown("👩‍🚀\x00") == "👩‍🚀\\u0000"


def test_brief_looks_at_no_more_than_it_shows() -> None:
    class Endless(list[int]):
        def __iter__(self) -> Iterator[int]:
            return iter(lambda: 1, 2)

    assert brief(Endless(), 10).startswith("[1, 1, 1")
    assert len(brief("x" * 10_000, 10)) < 20
    assert brief({"a": [], "b": {}}, 99) == '{"a": [], "b": {}}'


def test_an_object_whose_repr_raises_is_named() -> None:
    class Shy:
        def __repr__(self) -> str:
            raise ZeroDivisionError

    assert object_text(Shy()) == "<Shy whose repr raised ZeroDivisionError>"


def test_the_mark_stands_below_wide_characters() -> None:
    with pytest.raises(JSONSyntaxError) as caught:
        Parser().feed('{"都市": "東京" x')
    *_, text, mark = explained(caught.value, "x").lines
    assert cell_len(text) == cell_len(mark)
    assert text.endswith("x")


def test_a_long_line_is_shown_by_its_end() -> None:
    with pytest.raises(JSONSyntaxError) as caught:
        Parser().feed('["' + "a" * 500 + "b\x00")
    *_, text, mark = explained(caught.value, "\x00").lines
    assert text.startswith("…a")
    assert text.endswith("b\\u0000")
    assert len(mark) < 60


# --- sources ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (b"data: x", "sse"),
        (b"data:x", "sse"),
        (b"\n\n  event: x", "sse"),
        (b":", "sse"),
        (b"id:", "sse"),
        (b"retry: 1", "sse"),
        (b"\xef\xbb\xbfdata: x", "sse"),
        (b"", "json"),
        (b"dat", "json"),
        (b"database: x", "json"),
        (b"\xef\xbb\xbf[", "json"),
        (b"[", "json"),
        (b'"data: "', "json"),
        (b"\xff", "json"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_source_is_recognised_by_its_beginning(text: bytes, form: str, size: int) -> None:
    found, blocks = source.recognised([text[i : i + size] for i in range(0, len(text), size)])
    assert found == form
    assert b"".join(blocks) == text


def test_no_more_is_read_than_needed_to_recognise_a_source() -> None:
    read = []

    def blocks() -> Iterator[bytes]:
        for block in (b"  ", b"{", b"}"):
            read.append(block)
            yield block

    source.recognised(blocks())
    assert read == [b"  ", b"{"]


@given(st.lists(st.binary(max_size=9) | st.text(max_size=9).map(str.encode)), st.integers(1, 5))
def test_pieces_and_messages_lose_nothing(blocks: list[bytes], size: int) -> None:
    whole = b"".join(blocks)
    assert b"".join(source.pieces(blocks, size)) == whole
    assert b"".join(source.messages(blocks)) == whole


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 5), st.data())
def test_pieces_have_that_many_characters(text: str, size: int, data: st.DataObject) -> None:
    encoded = text.encode()
    at = data.draw(st.integers(0, len(encoded)))
    for piece in source.pieces([encoded], size):
        assert len(piece.decode()) == source.characters(piece) <= size
    assert sum(map(source.characters, source.pieces([encoded[:at], encoded[at:]], size))) == len(
        text
    )


def test_messages_end_at_blank_lines() -> None:
    body = b"data: a\n\ndata: b\r\n\r\ndata: c\r\rdata"
    assert list(source.messages([body])) == [
        b"data: a\n\n",
        b"data: b\r\n\r\n",
        b"data: c\r\r",
        b"data",
    ]


def test_pacing_waits_until_so_many_characters_are_due() -> None:
    now = [100.0]
    waits = []

    def sleep(seconds: float) -> None:
        waits.append(round(seconds, 6))
        now[0] += seconds

    fragments = [b"abcd", "éé".encode(), b"ab"]
    assert list(source.paced(fragments, 2, sleep=sleep, clock=lambda: now[0])) == fragments
    assert waits == [2, 1, 1]
    assert list(source.paced(fragments, 0, sleep=sleep)) == fragments
    assert len(waits) == 3


def test_a_file_plays_pleasantly_but_not_for_long() -> None:
    assert source.pleasant("json", 100) == source.JSON_RATE
    assert source.pleasant("json", 12_000_000) == 1_000_000
    assert source.pleasant("sse", 100) == source.SSE_RATE
    assert source.pleasant("sse", None) == 0


# --- the screen ------------------------------------------------------------------------


class Stage:
    """A parser and a screen, to be looked at after every fragment."""

    def __init__(self, parser: Any) -> None:
        self.tally = Tally(calls=isinstance(parser, ToolCalls))
        self.screen = Screen(self.tally, "it")
        self.reading = Reading(parser, self.screen, self.tally)

    def feed(self, text: str) -> None:
        self.reading.feed(text.encode(), len(text))

    def picture(self, width: int = 80, height: int = 23) -> list[str]:
        return [line.plain for line in self.screen.lines(width, height)]


def test_text_grows_and_fields_are_ticked_off() -> None:
    stage = Stage(Parser())
    stage.feed('{"city": "Pari')
    assert stage.picture()[:2] == ["▸ it", '  ▸ city  "Pari▌']
    stage.feed('s", "days": [1, ')
    assert stage.picture()[:4] == [
        "▸ it",
        '  ✓ city  "Paris"',
        "  ▸ days  array, 1 so far",
        "    ✓ 0  1",
    ]
    stage.feed("2]}")
    assert stage.picture()[:5] == [
        "✓ it",
        '  ✓ city  "Paris"',
        "  ✓ days  array of 2",
        "    ✓ 0  1",
        "    ✓ 1  2",
    ]


def test_what_is_complete_folds_when_lines_are_short() -> None:
    stage = Stage(Parser())
    stage.feed('{"a": [1, 2, 3, 4], "b": ')
    assert stage.picture(80, 6)[:2] == ["▸ it", "  ✓ a  [1, 2, 3, 4]"]


def test_old_members_go_and_what_is_open_stays() -> None:
    stage = Stage(Parser())
    stage.feed("[" + "0, " * 500 + '{"a": "x')
    assert stage.picture(80, 8) == [
        "▸ it",
        "  ⋮ 498 more",
        "  ✓ 498  0",
        "  ✓ 499  0",
        "  ▸ 500  object, 1 so far",
        '    ▸ a  "x▌',
        "",
        "1,509 characters · 1 fragment · 504 events · 0 documents completed",
    ]


def test_a_long_string_is_shown_by_its_end() -> None:
    stage = Stage(Parser())
    stage.feed('{"a": "' + "x" * 1000 + "the end")
    line = stage.picture(40)[1]
    assert cell_len(line) <= 40
    assert line.startswith('  ▸ a  "…x')
    assert line.endswith("the end▌")


def test_calls_show_their_names_their_objects_and_their_ends() -> None:
    stage = Stage(ToolCalls(bundled.TOOLS))
    body = bundled.stream().decode()
    middle = body.index("content_block_stop", body.index("BUN-2"))
    stage.feed(body[:middle])
    picture = stage.picture()
    assert any(line.startswith("▸ place_order  toolu_") for line in picture)
    assert any(line.startswith("    ✓ 1  Item(sku='BUN-21'") for line in picture)
    stage.feed(body[middle:])
    stage.reading.close()
    stage.screen.close()
    final = stage.picture(80, 30)
    assert any(line.startswith("✓ place_order  → PlaceOrder(") for line in final)
    assert any(line.startswith("✓ book_courier  → BookCourier(") for line in final)
    assert not any("▌" in line for line in final)


def test_what_does_not_fit_is_marked_up_to_the_root() -> None:
    from pydantic import BaseModel

    class Item(BaseModel):
        n: int

    stage = Stage(partialjson.ModelParser(dict[str, list[Item]]))
    stage.feed('{"a": [{"n": 1}, {"n": "x"}], "b": []}')
    picture = stage.picture()
    assert picture[0] == "✗ it"
    assert picture[1].startswith("  ✗ a")
    assert "  ✗ /a/1/n  Input should be a valid integer" in "\n".join(picture)
    assert any(line.startswith("  ✓ b") for line in picture)


def test_a_failed_call_shows_its_reason_and_the_problem_is_kept() -> None:
    stage = Stage(ToolCalls({}))
    stage.feed(bundled.stream().decode())
    assert any(line.startswith("✗ place_order  unknown_tool") for line in stage.picture())
    assert [isinstance(problem, Problem) for problem in stage.screen.problems] == [True, True]


def test_nothing_is_kept_of_what_can_never_be_shown_again() -> None:
    stage = Stage(Parser(many=True))
    for i in range(3000):
        stage.feed(f'{{"k{i}": [[[1]]]}}\n')
    assert len(stage.screen._blocks) < 100
    assert stage.picture()[-3].strip()


@settings(deadline=None)  # a picture after every fragment takes what it takes
@given(documents(), st.integers(1, 90), st.integers(1, 30), st.integers(1, 9))
def test_a_picture_never_exceeds_its_frame(text: str, width: int, height: int, size: int) -> None:
    stage = Stage(Parser())
    for at in range(0, len(text), size):
        stage.feed(text[at : at + size])
        picture = stage.picture(width, height)
        assert len(picture) <= height
        assert all(cell_len(line) <= width for line in picture)
        assert not any(RAW_CONTROL.search(line) for line in picture)


@settings(deadline=None)
@given(st.integers(0, 22_000), st.integers(1, 90), st.integers(1, 30))
def test_no_frame_is_too_small_for_a_stream(at: int, width: int, height: int) -> None:
    stage = Stage(ToolCalls(bundled.TOOLS))
    stage.feed(bundled.stream().decode()[:at])
    picture = stage.picture(width, height)
    assert len(picture) <= height
    assert all(cell_len(line) <= width for line in picture)


def test_rich_can_draw_it() -> None:
    stage = Stage(Parser())
    stage.feed('{"[bold]a": "[red]')
    console = Console(width=40, height=10, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
    with console.file:
        console.print(stage.screen)
    assert '  ▸ [bold]a  "[red]▌' in console.export_text()
