"""Patterns of paths, and what parsers hand out by them.

Property: a pattern is refused by name, or read as segments; written canonically it is read as
the same ones. The values it selects in a document are those that a naive matcher selects, and
with `paths=` a parser hands out their events and no others, kept or not; `events=` alike.

Documented: UsageError (code `invalid_path`) for what is no pattern; what a `Parser` raises.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from partialjson import (
    DROPPED,
    DocumentCompleted,
    Event,
    FieldCompleted,
    Parser,
    StringDelta,
    UsageError,
    ValueStarted,
    pointer,
)
from partialjson.paths import Patterns, Segment, read_path, read_pattern
from tests.fragmenting import run as fed
from tests.fuzz.choices import Choices, pieces
from tests.test_promises import exact, facts

MAX_LEN = 200
WORDS = (
    *("$", "$.a", "$[0]", "$.*", "$..a", "$..*", "$[*]", "['a']", '["b"]', "[0]", "/", "/a/0"),
    *("~0", "~1", "..", "\\u0061", "\\ud83d\\ude00", "?(", "[-1]", "[0:1]", "['a','b']", " "),
    *("\x00", '{"a": [1, {"b": 2}]}', "[[0]]", '"x"', "é", "😀", "(", "_", "\\n", "'", '"'),
)
_KINDS: tuple[Any, ...] = (
    *(None, FieldCompleted, (FieldCompleted, StringDelta), ValueStarted, DocumentCompleted, ()),
)


def run(data: bytes) -> None:
    choices = Choices(data)
    keep, kinds, sizes = not choices.flag(), choices.pick(_KINDS), choices.sizes()
    pattern, _, text = choices.text().partition("\x00")
    patterns = [one for one in pattern.split("\x01") if is_pattern(one)]
    for one in patterns:
        check_canonical(one)
    if patterns or not pattern:
        check_selection(patterns, text, keep, kinds, sizes)


def is_pattern(text: str) -> bool:
    """Whether it is read; else it is refused by name."""
    try:
        read_pattern(text)
    except UsageError as error:
        assert error.code == "invalid_path"
        return False
    if not text.startswith("$"):
        assert pointer(tuple(str(step) for step in read_path(text))) == text
    return True


def check_canonical(text: str) -> None:
    segments = read_pattern(text)
    written = "$" + "".join(map(canonical, segments))
    again = read_pattern(written)
    if text.startswith("$"):
        assert again == segments
    else:  # in a JSON Pointer digits may be an index, too
        assert [s.key for s in again] == [s.key for s in segments]


def canonical(segment: Segment) -> str:
    below = ".." if segment.below else ""
    if segment.any:
        return below + "[*]"
    if segment.key is None:
        return f"{below}[{segment.index}]"
    return f"{below}[{json.dumps(segment.key, ensure_ascii=False)}]"


def check_selection(
    patterns: list[str], text: str, keep: bool, kinds: Any, sizes: list[int]
) -> None:
    everything = fed(Parser(), [text])
    wanted = [read_pattern(pattern) for pattern in patterns]
    automaton = Patterns(patterns)
    paths = patterns if patterns else None
    for event in everything.events:
        path = getattr(event, "path", ())
        assert accepts(automaton, path) == any(matches(segments, path) for segments in wanted)
    selected = [
        event
        for event in everything.events
        if (kinds is None or isinstance(event, kinds))
        and (paths is None or accepts(automaton, getattr(event, "path", None)))
    ]
    for fragments in ([text], pieces(text, sizes)):
        found = fed(Parser(events=kinds, paths=paths, keep=keep), fragments)
        assert facts(found.error) == facts(everything.error)
        assert [told(e, keep) for e in found.events] == [told(e, keep) for e in selected]


def accepts(automaton: Patterns, path: tuple[Any, ...] | None) -> bool:
    """What the automaton says; of what has no path, that it is handed out."""
    if path is None:
        return True
    state = automaton.start
    for step in path:
        state = automaton.step(state, step)
    return automaton.accepts(state)


def matches(segments: list[Segment], path: tuple[Any, ...]) -> bool:
    """RFC 9535, naively: the first segment takes the first step, or with `..` a later one."""
    if not segments:
        return not path
    first, *others = segments
    tries = range(len(path)) if first.below else range(min(1, len(path)))
    return any(takes(first, path[i]) and matches(others, path[i + 1 :]) for i in tries)


def takes(segment: Segment, step: Any) -> bool:
    if segment.any:
        return True
    wanted = segment.key if type(step) is str else segment.index
    return type(wanted) is type(step) and wanted == step


def told(event: Event, keep: bool) -> Any:
    """What is the same for all: with `keep=False` containers may have been let go."""
    facts_ = [exact(getattr(event, name)) for name in event.__match_args__]
    if not keep and isinstance(event, (FieldCompleted, DocumentCompleted)):
        value = event.value
        is_open = value is DROPPED or isinstance(value, (list, dict))
        facts_ = [exact(getattr(event, "path", ())), "container" if is_open else exact(value)]
        if isinstance(event, DocumentCompleted):
            facts_ = ["document"]
    return type(event).__name__, facts_


def seeds() -> Iterator[bytes]:
    document = b'\x00{"a": [1, {"b": 2, "a": "x"}], "b": [[0]], "\\u00e9/~": {"": null}}'
    for head in (b"\0\0\0\0", b"\1\2\x21\3", b"\0\1\1\0", b"\1\3\0\0"):
        for pattern in ("$", "$.a[1].b", "/a/1/b", "$..a", "$..*\x01$.b[*]", "", '$["\\u00e9/~"]'):
            yield head + pattern.encode() + document
    for pattern in ("$[?(@.a)]", "$[-1]", "$[0:1]", "a", "$.", "/~2", "$['a', 'b']"):
        yield b"\0\0\0\0" + pattern.encode() + b"\x00[1]"
