"""The benchmarks measure what they say; no time is asserted here."""

from __future__ import annotations

import gc
import importlib.util
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BeforeValidator

from benchmarks import __main__ as command
from benchmarks import (
    build,
    contestants,
    files,
    fragments,
    instructions,
    measure,
    objects,
    probe,
    process,
    report,
    suite,
)
from benchmarks.contestants import (
    BY_HAND,
    CALLS,
    EVENTS,
    FINAL,
    LOADS,
    OBJECTS,
    OURS,
    PARTIAL,
    PATH,
    PLAIN,
    PLAIN_MODES,
    TYPED,
    TYPED_MODES,
    VALUE,
    Contestant,
    Job,
    Way,
    as_given,
)
from benchmarks.fragments import BLOCKS, FOUR
from benchmarks.measure import Effort, Spread
from benchmarks.results import Cell, Growth, Outcome, Results, Suite, dumps, results_of
from benchmarks.rivals import ALL, IJSON_PARSE, IJSON_PUSH, JITER, RIVALS, SJP, ijson_prefix
from benchmarks.targets import (
    DOCUMENT,
    HEAVY,
    IDLE,
    IMPORTS,
    ITEMS,
    LATE,
    NEEDED,
    STARTED,
    TARGETS,
    TYPED_TEXT,
    Target,
    judge,
    judged,
)
from benchmarks.validators import TYPE_ADAPTER
from benchmarks.workloads import RECORD_SIZES, Workload, named, names, records

NO_TIME = Effort(rounds=1, least=1, slot=0.0, run=60.0, race=0.0)
SAMPLE = Workload(
    "sample",
    "records",
    0,
    '{"items": [{"name": "A\\u00e9😀"}, {"name": "B", "n": 1.0}]}',
    "$.items[*].name",
)
RECORDS = Workload("a few records", "records", 0, *records(500))


def quiet(text: str) -> None:
    pass


# --- texts and fragments -----------------------------------------------------------------


@pytest.mark.parametrize("name", names())
def test_every_workload_is_json_of_its_stated_size(name: str) -> None:
    workload = named(name)
    value = json.loads(workload.text)
    assert len(workload.text.encode()) == pytest.approx(workload.size, rel=0.02)
    assert workload.text == workload.text.strip()
    assert [*suite.at_path(value, workload.path)]


@pytest.mark.parametrize("name", files.NAMES)
def test_stand_ins_are_json_of_about_the_files_size(name: str, tmp_path: Path) -> None:
    source = files.read(name, tmp_path)
    assert source.stand_in
    assert [*suite.at_path(json.loads(source.text), source.path)]
    size = {"github": 55_827, "twitter": 631_514, "citm_catalog": 1_727_204, "canada": 2_251_050}
    assert len(source.text.encode()) == pytest.approx(size[name], rel=0.06)


def test_a_file_that_is_there_is_used(tmp_path: Path) -> None:
    (tmp_path / "github.json").write_text(" [1]\n")
    assert files.read("github", tmp_path) == files.Source("[1]", "$[*].actor.login", False)


def test_sizes_that_targets_and_growth_name_exist() -> None:
    assert {name[0] for name in NEEDED} <= set(names())
    grown = {f"{kind}, {size} kB" for kind in ("string", "records") for size in (16, 64, 256, 1024)}
    assert grown <= set(names())
    assert len(named("tool call, 109 B").text) == 109


@pytest.mark.parametrize("cut", fragments.NAMES)
@pytest.mark.parametrize("text", [SAMPLE.text, named("string, 64 kB").text])
def test_fragments_are_the_text(cut: str, text: str) -> None:
    made = fragments.cut(text, cut)
    assert "".join(made.strings) == text
    assert b"".join(made.data) == text.encode()
    assert all(made.data)
    assert made == fragments.cut(text, cut)
    assert made.given is (made.data if cut == BLOCKS else made.strings)


@pytest.mark.parametrize(
    ("cut", "mean"),
    [(fragments.OPENAI, 4.2), (fragments.ANTHROPIC, 6.6), (fragments.DEEPSEEK, 1.9)],
)
def test_provider_fragments_have_the_measured_mean(cut: str, mean: float) -> None:
    text = named("records, 128 kB").text
    assert len(text) / len(fragments.cut(text, cut)) == pytest.approx(mean, rel=0.02)


# --- contestants -------------------------------------------------------------------------


def expected(workload: Workload, mode: str) -> Any:
    value = json.loads(workload.text)
    if mode == OBJECTS:
        return value["items"]
    return [*suite.at_path(value, workload.path)] if mode == PATH else value


@pytest.mark.parametrize("mode", PLAIN_MODES)
@pytest.mark.parametrize("cut", [fragments.ONE, FOUR, BLOCKS])
@pytest.mark.parametrize("name", ["sample", "tool call, 109 B", "deep nesting, 17 kB"])
def test_ours_finds_what_json_finds(name: str, cut: str, mode: str) -> None:
    workload = SAMPLE if name == "sample" else named(name)
    job = Job(workload, fragments.cut(workload.text, cut))
    assert OURS.load()[mode].make(job)() == expected(workload, mode)


@pytest.mark.parametrize("mode", TYPED_MODES)
@pytest.mark.parametrize("cut", [fragments.ONE, FOUR, BLOCKS])
def test_ours_makes_the_objects_that_json_describes(cut: str, mode: str) -> None:
    job = Job(RECORDS, fragments.cut(RECORDS.text, cut))
    found = OURS.load()[mode].make(job)()
    rows: Any = found.items if isinstance(found, objects.Records) else found
    rows = rows["items"] if isinstance(rows, dict) else rows
    assert {row.__class__ for row in rows} == {objects.Record}
    assert contestants.as_data(found) == expected(RECORDS, mode) == suite.expected_of(RECORDS, mode)


def test_by_hand_validates_what_a_model_parser_hands_out() -> None:
    made = [validate(text) for validate, text in objects._subtrees(RECORDS.text)]
    kinds = [value.__class__.__name__ for value in made]
    assert kinds == ["Stock", "Record"] * len(expected(RECORDS, OBJECTS)) + ["Records"]
    job = Job(RECORDS, fragments.cut(RECORDS.text, FOUR))
    assert BY_HAND.load()[TYPED].make(job)() == made[-1]


@pytest.mark.parametrize("name", ["tool call, 109 B", "prose, 115 kB", "github"])
def test_there_are_models_for_records_only(name: str) -> None:
    job = Job(named(name), fragments.cut(named(name).text, FOUR))
    for contestant in ALL:
        try:
            ways = contestant.load()
        except ImportError:
            continue
        for mode in (OBJECTS, TYPED):
            if mode in ways:
                assert suite.admit(ways[mode], job, "", 60.0) is None


def test_nothing_heavy_is_imported_before_there_is_a_job() -> None:
    code = (
        "from benchmarks.rivals import OURS, SCALES, VALIDATORS\n"
        "import contextlib, sys\n"
        "for contestant in (OURS, *SCALES, *VALIDATORS):\n"
        "    with contextlib.suppress(ImportError):\n"
        "        contestant.load()\n"
        "print([name for name in ('pydantic', 'instructor', 'pydantic_ai') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=build.ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("rival", [*ALL[1:], CALLS], ids=lambda rival: str(rival.name))
def test_those_that_are_here_are_right_about_a_small_text(rival: Contestant) -> None:
    try:
        ways = rival.load()
    except ImportError:
        pytest.skip("not installed")
    for mode, way in ways.items():
        sample = RECORDS if mode in TYPED_MODES else SAMPLE
        for cut in (FOUR, BLOCKS):
            job = Job(sample, fragments.cut(sample.text, cut))
            admitted = suite.admit(way, job, json.dumps(expected(sample, mode)), 60.0)
            assert admitted is None or isinstance(admitted, tuple), (mode, admitted)
            assert cut != FOUR or mode not in TYPED_MODES or admitted


def test_ijson_prefixes() -> None:
    assert ijson_prefix("$.items[*].name") == "items.item.name"
    assert ijson_prefix("$[*].actor.login") == "item.actor.login"


def way(run: Callable[[Any], object]) -> Way:
    return Way(as_given(run))


def admitted(entrant: Way, limit: float = 60.0) -> Any:
    job = Job(SAMPLE, fragments.cut(SAMPLE.text, FOUR))
    return suite.admit(entrant, job, json.dumps(json.loads(SAMPLE.text)), limit)


def test_who_is_wrong_or_fails_or_is_slow_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def unsuited(job: Job) -> Any:
        raise NotImplementedError

    def fails(fragments: list[str]) -> object:
        raise ValueError("no")

    assert admitted(way(lambda given: 1)).startswith("wrong: found 1, expected {")
    assert admitted(way(fails)) == "failed: ValueError: no"
    assert admitted(Way(unsuited)) is None
    assert admitted(way(lambda given: json.loads("".join(given))))[1] > 0
    monkeypatch.setattr(suite, "forecast", lambda *_: 1234.5)
    assert admitted(way(len)) == "not run (would take about 1,200 s)"


def test_one_is_not_one_point_zero() -> None:
    value = json.loads(SAMPLE.text)
    value["items"][1]["n"] = 1
    assert admitted(way(lambda given: value)).startswith("wrong: ")


def test_rivals_that_are_not_installed_are_named() -> None:
    def load() -> Any:
        return importlib.import_module("a_rival_that_is_not_there")

    gone = Contestant("gone", ("a-rival-that-is-not-there",), "", load)
    cell = suite._cell(("tool call, 109 B", FOUR, FINAL), (OURS, gone, LOADS), NO_TIME, quiet)
    assert cell.outcomes["gone"] == Outcome(note="not installed")
    assert cell.speedup("gone", OURS.name) == "not installed"
    assert isinstance(cell.speedup(LOADS.name, OURS.name), Spread)
    assert set(suite.versions()) == {package for rival in RIVALS for package in rival.packages} | {
        "orjson"
    }


# --- measuring ---------------------------------------------------------------------------


def test_runners_take_turns() -> None:
    order: list[str] = []
    runs = {name: (lambda name=name: order.append(name)) for name in "abc"}
    effort = Effort(rounds=3, least=3, slot=0.0, run=1.0, race=60.0)
    times = measure.race(runs, dict.fromkeys("abc", 1.0), effort)
    assert order == [*"abcbcacab"]
    assert all(len(seconds) == 3 for seconds in times.values())


@pytest.mark.parametrize("frozen", [False, True])
def test_what_was_there_before_is_not_searched_for_garbage(frozen: bool) -> None:
    gc.unfreeze()
    if frozen:
        gc.freeze()
    with measure.alone():
        kept = [[]]  # type: ignore[var-annotated]
        assert len(gc.get_objects()) < 1000
        assert kept in gc.get_objects()
    assert measure.most_are_frozen() is frozen


def test_heavy_races_have_fewer_rounds() -> None:
    effort = Effort(rounds=7, least=2, slot=0.0, run=1.0, race=10.0)
    times = measure.race({"a": int}, {"a": 3.0}, effort)
    assert len(times["a"]) == 3
    assert len(measure.race({"a": int}, {"a": 30.0}, effort)["a"]) == 2
    assert len(measure.race({"a": int}, {"a": 41.0}, effort)["a"]) == 1
    assert measure.FULL.least > measure.FULL.few > measure.QUICK.few > 0


@pytest.mark.parametrize(("power", "about"), [(1, 16.0), (2, 256.0)])
def test_forecasts(power: int, about: float, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def first(count: int) -> Callable[[], object]:
        def run() -> None:
            now[0] += (count / 1000) ** power
            raise ValueError("unfinished")

        return run

    monkeypatch.setattr(measure, "clock", lambda: now[0])
    assert measure.forecast(first, 16_000, 1e9) == pytest.approx(about)
    assert measure.forecast(first, 16_000, 0.9 * about) == pytest.approx(about, rel=0.1)
    spent = now[0]
    assert measure.forecast(first, 16_000, about / 100) == pytest.approx(about, rel=0.1)
    assert now[0] - spent < about / 50


# --- how late items come -----------------------------------------------------------------


def test_items_come_with_their_brace() -> None:
    late = objects.late()
    assert tuple(late) == LATE
    assert all(len(counted) > 1 for counted in late.values())
    assert {count for counted in late.values() for count in counted} == {0}


def test_an_item_that_comes_late_or_never_is_counted() -> None:
    never = Annotated[list[objects._Cat], BeforeValidator(lambda value: value)]
    marked = '[{"name": "A"}¤, {"name": "B"}¤]'
    assert [*objects._late(never, 1, marked)] == [17, 2]


# --- results, targets, report ------------------------------------------------------------


def cell(workload: str, cut: str, mode: str, seconds: Mapping[str, float | str]) -> Cell:
    outcomes = {
        name: Outcome(note=value) if isinstance(value, str) else Outcome((value, 1.2 * value))
        for name, value in seconds.items()
    }
    return Cell(workload, cut, mode, 1000, 4000, outcomes)


def made_up(build: str = "compiled") -> Results:
    """Ours takes one second everywhere; rivals take 100 of them, or did not run."""
    rivals: dict[str, float | str] = {contestant.name: 100.0 for contestant in ALL[1:]}
    cells = [
        cell(workload, cut, mode, {OURS.name: 1.0, **rivals})
        for workload, cut, mode, _rival in sorted(NEEDED)
    ]
    cells.append(cell("string, 16 kB", FOUR, VALUE, {OURS.name: 1.0, JITER: "not run", SJP: 2.0}))
    cells.append(cell("records, 9 kB", FOUR, VALUE, {OURS.name: 1.0, SJP: 2.0}))
    for kind in ("string", "records"):
        cells.append(cell(f"{kind}, 128 kB", FOUR, VALUE, {OURS.name: 1.0, SJP: 3.0}))
    for mode, scale in ((TYPED, BY_HAND), (PARTIAL, PLAIN)):
        cells.append(cell(TYPED_TEXT, FOUR, mode, {OURS.name: 1.0, scale.name: 0.5}))
    steps = tuple((4.1**i, 4.3**i) for i in range(4))
    growth = tuple(
        Growth(kind, mode, (4, 16, 64, 256), steps)
        for kind in ("string", "records")
        for mode in (EVENTS, VALUE)
    )
    pure = [
        cell(f"records, {size} kB", FOUR, EVENTS, {OURS.name: 0.001, CALLS.name: 0.0001})
        for size in RECORD_SIZES
    ]
    for mode, scale in ((TYPED, BY_HAND), (PARTIAL, PLAIN)):
        pure.append(cell(TYPED_TEXT, FOUR, mode, {OURS.name: 1.0, scale.name: 0.5}))
    return Results(
        head={"partialjson": build},
        versions={"jiter": "0", "orjson": "not installed"},
        gives={contestant.name: contestant.gives for contestant in ALL},
        stand_ins=("canada",),
        main=Suite(build, tuple(cells), growth),
        pure=Suite("interpreted", tuple(pure), growth),
        figures={
            IDLE: (1900.0,),
            STARTED: (2100.0,),
            DOCUMENT: (1.0, 1.1, 1.3),
            ITEMS: (19.0,),
            **dict.fromkeys(IMPORTS, (9.0, 9.5)),
        },
        loaded=dict.fromkeys(IMPORTS, ()),
        late={**dict.fromkeys(LATE, (0.0, 0.0)), LATE[1]: (0.0, 2.0, 0.0)},
    )


def target(part: str, what: str = "") -> Target:
    (found,) = [t for t in TARGETS if t.part == part and what in t.what]
    return found


@pytest.mark.parametrize(
    ("part", "what", "says"),
    [
        ("tool call, 109 B", "jiter", "met, and the stretch"),
        ("prose, 115 kB", "jiter", "missed by 58 %"),
        ("prose, 115 kB", "streaming-json-parser", "met"),
        ("records, 32 kB", TYPE_ADAPTER, "met"),
        ("records, 128 kB", TYPE_ADAPTER, "missed by 50 %"),
        (f"{TYPED_TEXT}, compiled", "validate_json", "met"),
        (f"{TYPED_TEXT}, interpreted", "validate_json", "missed by 33 %"),
        (f"{TYPED_TEXT}, interpreted", "partial", "met"),
        (LATE[0], "Validated", "met"),
        (LATE[1], "Validated", "missed"),
        ("string, all events, compiled", "", "met"),
        ("records, 9 kB", "interpreted", "met"),
        (IDLE, "", "met"),
        (STARTED, "", "missed by 5 %"),
        (DOCUMENT, "", "met"),
        (IMPORTS[0], "", "met, and the stretch"),
        ("modules", "", "met"),
    ],
)
def test_verdicts(part: str, what: str, says: str) -> None:
    verdict = judge(target(part, what), made_up())
    assert verdict.says == says
    assert verdict.met is says.startswith("met")


def test_an_interpreted_build_is_not_judged_as_a_compiled_one() -> None:
    results = made_up("interpreted")
    verdict = judge(target("tool call, 109 B", "jiter"), results)
    assert (verdict.met, verdict.says) == (None, "not judged: the interpreted build")
    assert judge(target("string, all events, compiled"), results).says == "not measured"
    assert judge(target(f"{TYPED_TEXT}, compiled", "partial"), results).says == "not measured"
    assert judge(target(LATE[0]), results).met is True  # counted, whatever the build
    assert report.warning() in report.markdown(results)
    assert report.warning() not in report.markdown(made_up())


def test_what_was_not_measured_is_said_to_be_so() -> None:
    nothing = Results({}, {}, {}, (), Suite("compiled"))
    verdicts = judged(nothing)
    assert {verdict.says for verdict in verdicts} == {"not measured"}
    assert all(isinstance(verdict.measured, str) for verdict in verdicts)
    assert report.markdown(nothing)


def test_a_module_that_an_import_brings_along_is_counted() -> None:
    results = made_up()
    loaded = {**results.loaded, IMPORTS[0]: HEAVY[:1]}
    changed = Results(**{**vars(results), "loaded": loaded})
    assert judge(target("modules"), changed).met is False


def test_a_ratio_is_made_round_by_round() -> None:
    found = Cell("", "", "", 1, 1, {"a": Outcome((2.0, 9.0)), "b": Outcome((1.0, 3.0))})
    assert found.speedup("a", "b") == Spread(2.5, 2.0, 3.0)
    assert found.speedup("c", "b") == "c did not run"


def test_growth_takes_the_sizes_error_out() -> None:
    growth = Growth("string", EVENTS, (100, 410, 1600), ((1.0,), (4.1,), (20.5,)))
    assert [step.median for step in growth.steps()] == pytest.approx([4.0, 5.125])
    assert growth.worst().median == pytest.approx(5.125)


def test_results_survive_json() -> None:
    assert results_of(json.loads(dumps(made_up()))) == made_up()


def test_the_report_has_all_targets_and_contestants() -> None:
    text = report.markdown(made_up(), [("a.svg", "a picture")])
    assert "![a picture](a.svg)" in text
    for found in TARGETS:
        assert found.part in text
    for name in (JITER, SJP, IJSON_PARSE, IJSON_PUSH, LOADS.name):
        assert name in text
    assert "canada: made texts" in text
    assert "**missed by 58 %**" in text
    for line, after in itertools.pairwise(text.splitlines()):  # tables have even rows
        if line.startswith("| ") and after.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == len(re.findall(r"(?<!\\)\|", after))


def test_our_own_failures_are_loud(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = made_up()
    broken = cell("github", FOUR, PATH, {OURS.name: "wrong: found 1", IJSON_PUSH: 1.0})
    main = Suite("compiled", (*results.main.cells, broken))
    changed = Results(**{**vars(results), "main": main})
    assert report.own_failures(results) == []
    (line,) = report.own_failures(changed)
    assert line == "partialjson, compiled: github; 4 characters; one path: wrong: found 1"
    assert f"> **{line}**" in report.markdown(changed)
    assert report.markdown(changed).count("wrong: found 1") == 2  # there and in its row
    (tmp_path / "raw.json").write_text(dumps(changed))
    path = [*sys.path]
    try:
        code = command.main(["--read", str(tmp_path / "raw.json"), "--out", str(tmp_path)])
    finally:
        sys.path[:] = path
    assert code == 1
    assert f"FAILED: {line}" in capsys.readouterr().out


def test_the_terminal_has_all_targets() -> None:
    text = "\n".join(report.target_lines(made_up()))
    assert all(found.part in text and found.what in text for found in TARGETS)


def test_pictures_are_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from benchmarks import plots

    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        drawn = [*plots.draw(made_up(), folder)]
        assert len(drawn) == 4
    for file, _ in drawn:
        assert (first / file).read_bytes() == (second / file).read_bytes()
        assert b"<dc:date>" not in (first / file).read_bytes()


# --- the commands ------------------------------------------------------------------------


def test_reading_what_was_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = tmp_path / "raw.json"
    raw.write_text(dumps(made_up()))
    path = [*sys.path]
    try:
        assert command.main(["--read", str(raw), "--out", str(tmp_path / "out")]) == 0
    finally:
        sys.path[:] = path
    assert "# Benchmarks" in (tmp_path / "out/benchmarks.md").read_text("utf-8")
    assert "missed by 58 %" in capsys.readouterr().out


def test_an_installed_package_comes_before_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = str(build.ROOT)
    monkeypatch.setattr(sys, "path", [tree, "/elsewhere"])
    build.prefer_installed()
    assert sys.path == ["/elsewhere", tree]


def test_a_build_says_what_it_is() -> None:
    found = build.measured()
    assert found.compiled is not found.file.endswith(".py")
    assert found.short_file.startswith("partialjson/parser")
    assert {"interpreter", "its compiler", "processor", "load before"} <= set(build.machine())


def test_probes_run_in_processes_of_their_own() -> None:
    found = process._probe("idle", '{"a|": "b', pure=True)
    assert 100 < found["fresh"] < found["started"] < 20_000
    assert found["file"].endswith("parser.py")
    if probe.STATUS.is_file():
        items = process._probe("items", "300000", pure=True)
        assert items["fed"] >= 300_000
        assert items["items"] > 1000


def test_imports_stay_light() -> None:
    assert set(process.loaded(build.measured()).values()) == {()}


def test_counts_are_compared_with_a_tolerance() -> None:
    lines, good = instructions.compare({"a": 1000, "b": 1000}, {"a": 1019, "b": 981})
    assert good
    assert len(lines) == 3
    lines, good = instructions.compare({"a": 1000}, {"a": 1021})
    assert not good
    assert "+2.10%" in lines[1]
    assert not instructions.compare({}, {"new": 1})[1]


def test_counts_of_other_tools_are_not_compared() -> None:
    tools = {"python": "CPython 3", "cython": ""}
    assert instructions._differs({"toolchain": tools}, tools) == ""
    assert "python: 'CPython 2', here 'CPython 3'" in instructions._differs(
        {"toolchain": {**tools, "python": "CPython 2"}}, tools
    )
    assert "no baseline" in instructions._differs(None, tools)


def test_without_valgrind_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert instructions.main([]) == 2
    assert "valgrind is not installed" in capsys.readouterr().out


@pytest.mark.parametrize("name", instructions.WORKS)
def test_the_counted_work_is_a_whole_text_as_often_as_asked(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[list[Any]] = []
    for run in ("all_events", "final_value"):
        monkeypatch.setattr(contestants, run, read.append)
    instructions.work(name, 3)
    joined = [b"".join(x if isinstance(x, bytes) else x.encode() for x in given) for given in read]
    assert len(joined) == 3
    assert all(json.loads(text) for text in joined)
    assert name == "blocks" or all(len(fragment) <= 4 for given in read for fragment in given)


def test_the_baseline_names_its_toolchain() -> None:
    for baseline in json.loads(instructions.BASELINE.read_text("utf-8")).values():
        assert {"python", "compiler", "cython", "valgrind"} <= set(baseline["toolchain"])
        assert set(baseline["instructions"]) == set(instructions.WORKS)


def test_matplotlib_is_asked_for_only_when_needed() -> None:
    from benchmarks import plots

    assert plots.available() is (importlib.util.find_spec("matplotlib") is not None)
