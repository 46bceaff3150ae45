"""The kit's generators reach what they promise; else the properties would say little."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from benchmarks import recorded_fragments
from partialjson import Parser, UsageError, loads
from partialjson._core.repair.names import REPAIRS
from partialjson.testing import (
    DEFECTS,
    MEASURED,
    Damaged,
    cut_at,
    cut_like,
    damage,
    damaged,
    document,
    documents,
    every_cut,
    fragmentations,
    halved,
    truncated,
)
from partialjson.testing.defects.hopeless import HOPELESS
from partialjson.testing.defects.mendable import MENDABLE
from partialjson.testing.defects.tokens import Token, tokens
from partialjson.testing.measured import COUNTED
from partialjson.testing.spelling import respelled

from .fragmenting import run
from .oracle import Rules, read
from .recordings import needs_recordings
from .strategies import exactly, examples

Shapes = dict[str, Callable[[Any], Any]]


def counted(found: Iterable[Any], shapes: Shapes) -> None:
    """Each shape occurs."""
    counts: Counter[str] = Counter()
    for each in found:
        counts.update(name for name, is_there in shapes.items() if is_there(each))
    missing = [name for name in shapes if not counts[name]]
    assert missing == [], counts


def drawn(strategy: st.SearchStrategy[Any], n: int) -> list[Any]:
    """So many examples, the same in each run."""
    found: list[Any] = []

    @exactly(n)
    @given(strategy)
    def add(example: Any) -> None:
        found.append(example)

    add()
    return found


def by_seed(n: int, **options: Any) -> list[str]:
    return [document(random.Random(seed), **options) for seed in range(n)]


@cache
def read_tokens(text: str) -> list[Token]:
    return [*tokens(text)]


def holds(pattern: str) -> Callable[[str], Any]:
    return re.compile(pattern).search


def string_holds(pattern: str) -> Callable[[str], bool]:
    """Whether a string of the document holds it, quotes aside."""
    found = re.compile(pattern).search
    return lambda text: any(found(t.text[1:-1]) for t in read_tokens(text) if t.kind == '"')


def number_is(pattern: str) -> Callable[[str], bool]:
    matches = re.compile(pattern).fullmatch
    return lambda text: any(matches(t.text) for t in read_tokens(text) if t.kind == "0")


def depth(text: str) -> int:
    deepest = level = 0
    for token in read_tokens(text):
        level += {"[": 1, "]": -1}.get(token.kind, 0)
        deepest = max(deepest, level)
    return deepest


def pairs_of(text: str) -> list[list[tuple[str, Any]]]:
    """The members of each object."""
    found: list[list[tuple[str, Any]]] = []

    def hook(pairs: list[tuple[str, Any]]) -> None:
        found.append(pairs)

    json.loads(text, object_pairs_hook=hook)
    return found


def repeats_a_key(text: str) -> bool:
    return any(len(dict(pairs)) < len(pairs) for pairs in pairs_of(text))


def has_key(key: str) -> Callable[[str], bool]:
    return lambda text: any(key in dict(pairs) for pairs in pairs_of(text))


# --- documents --------------------------------------------------------------------------

ROOTS: Shapes = {
    "a string at the root": lambda text: text.strip()[0] == '"',
    "a number at the root": lambda text: text.strip()[0] in "-0123456789",
    "a literal at the root": lambda text: text.strip() in ("true", "false", "null"),
    "an array at the root": lambda text: text.strip()[0] == "[",
    "an object at the root": lambda text: text.strip()[0] == "{",
    "an empty array": holds(r"\[\s*\]"),
    "an empty object": holds(r"\{\s*\}"),
    "an empty string": lambda text: '""' in [t.text for t in read_tokens(text)],
    "a flat one": lambda text: depth(text) == 1,
    "three levels": lambda text: depth(text) == 3,
}
DOCUMENTS: Shapes = {
    **ROOTS,
    "more than 20 levels": lambda text: depth(text) > 20,
    "more than 35 levels": lambda text: depth(text) > 35,
    **{f"the escape {c}": string_holds(rf"(?<!\\)(\\\\)*\\{c}") for c in ('"', r"\\", *"/bfnrt")},
    "an escape by code": string_holds(r"\\u00"),
    "an escape by code in upper case": string_holds(r"\\u[0-9]*[A-F]"),
    "an escape by code in lower case": string_holds(r"\\u[0-9]*[a-f]"),
    "a pair of escapes": string_holds(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]"),
    "a raw character of two bytes": string_holds("[\x80-\u07ff]"),
    "a raw character of three bytes": string_holds("[\u0800-\uffff]"),
    "a raw character of four bytes": string_holds("[\U00010000-\U0010ffff]"),
    "a character of each size and an escape": string_holds(r"\\.*[\u0800-\uffff]"),
    "what looks like a comment": string_holds("//"),
    "what looks like a member": string_holds("x: 1"),
    "an empty key": has_key(""),
    "a key outside ASCII": has_key("é"),
    "a key beyond U+FFFF": has_key("😀"),
    "minus zero": number_is("-0"),
    "minus zero as a float": number_is(r"-0\.0"),
    "a big integer": number_is(r"[1-9]\d{19,}"),
    "a big negative integer": number_is(r"-[1-9]\d{19,}"),
    "a fraction": number_is(r"-?\d+\.\d+"),
    "an exponent": number_is(r"-?\d+e\d+"),
    "a capital exponent": number_is(r"-?\d+E\d+"),
    "an exponent with a plus": number_is(r".*e\+\d+"),
    "a capital exponent with a plus": number_is(r".*E\+\d+"),
    "an exponent with a minus": number_is(r".*e-\d+"),
    "a capital exponent with a minus": number_is(r".*E-\d+"),
    "a fraction and an exponent": number_is(r"-?\d+\.\d+[eE].*"),
    "an infinite float": number_is(r"[1-9].*e400"),
    **{f"the literal {word}": holds(rf"\b{word}\b") for word in ("true", "false", "null")},
    **{f"white space {c!r} before": holds(rf"^{c}") for c in " \t\n\r"},
    **{f"white space {c!r} after": holds(rf"{c}\Z") for c in " \t\n\r"},
    **{
        f"white space {c!r} {where}": holds(pattern.replace("_", c))
        for c in " \t\n\r"
        for where, pattern in {
            "before a colon": r'"_:',
            "after a colon": r':_["\d\[{tfn-]',
            "before a comma": "[]}el0-9]_,",
            "after a comma": ',_["\\d\\[{tfn-]',
            "before a bracket": r"[\d\"]_[]}]",
            "after a bracket": r"[{[]_[\"\d]",
        }.items()
    },
}


def test_documents_are_of_every_shape() -> None:
    counted(by_seed(1200), DOCUMENTS)


@pytest.mark.parametrize("shrink", [True, False])
def test_drawn_documents_are_of_every_kind(shrink: bool) -> None:
    found = drawn(documents(shrink=shrink), 300)
    counted(found, {**ROOTS, "more than 20 levels": lambda text: depth(text) > 20})
    assert len({*found}) > 150


@pytest.mark.parametrize("options", [{}, {"size": 60}, {"size": 900}, {"levels": 6, "size": 200}])
def test_documents_are_valid_and_repeat_no_key(options: dict[str, Any]) -> None:
    for text in by_seed(400, **options):
        assert not repeats_a_key(text)
        assert read(text).complete
        assert len(text) == options.get("size", len(text))


def test_documents_repeat_keys_if_asked() -> None:
    shapes: Shapes = {
        "a repeated key": repeats_a_key,
        "no object": lambda text: "{" not in text,
        "a key repeated in another spelling": lambda text: (
            repeats_a_key(text)
            and bool(holds(r'"a"\s*:')(text))
            and bool(holds(r'"\\u0061"\s*:')(text))
        ),
    }
    counted(by_seed(2000, repeated_keys=True), shapes)
    for size in (None, 40, 300, 5_000):
        for text in by_seed(100, repeated_keys=True, deep=False, size=size):
            assert all(len(dict(pairs)) < len(pairs) for pairs in pairs_of(text) if pairs)


@pytest.mark.parametrize("root", ["any", "object", "array"])
def test_documents_have_the_size_and_the_root_that_are_asked_for(root: Any) -> None:
    opening = {"any": "", "object": "{", "array": "["}[root]
    for size in [*range(2, 200), 701, 4_001, 30_000]:
        text = document(random.Random(size), size=size, root=root)
        assert len(text) == size
        assert text.strip().startswith(opening)
        json.loads(text)
    assert all(text.strip().startswith(opening) for text in by_seed(300, root=root))


def test_documents_are_as_plain_as_is_asked_for() -> None:
    for size in (None, 80, 800):
        options = {"size": size, "root": "array", "deep": size is None}
        for text in by_seed(80, white_space=False, **options):
            assert text == "".join(token.text for token in read_tokens(text))
        for text in by_seed(80, escapes=False, **options):
            assert "\\" not in text
        for text in by_seed(80, big_numbers=False, **options):
            for token in (x.text for x in read_tokens(text) if x.kind == "0"):
                assert abs(float(token)) < 2**53 * 1e3
                assert float(token) or not {*re.split("[eE]", token)[0]} - {*"-0."}
        for text in by_seed(80, levels=2, **{**options, "deep": False}):
            assert depth(text) <= 2


class Counting(random.Random):
    """Counts how often chance is asked."""

    asked = 0

    def random(self) -> float:
        self.asked += 1
        return super().random()

    def getrandbits(self, k: int, /) -> int:
        self.asked += 1
        return super().getrandbits(k)


@pytest.mark.parametrize("size", [100_000, 1_000_000])
def test_long_documents_take_few_decisions(size: int) -> None:
    many: Shapes = {
        "a long string": lambda text: max(len(x.text) for x in read_tokens(text)) > size / 10,
        "many members": lambda text: text.count(",") > size / 100,
    }
    found = []
    for seed in range(6 if size == 100_000 else 4):
        chance = Counting(seed)
        found.append(document(chance, size=size))
        assert chance.asked < 200_000 + size
    counted(found, many)


def test_the_same_chance_makes_the_same_document() -> None:
    assert by_seed(20) == by_seed(20)
    assert drawn(documents(), 20) == drawn(documents(), 20)


def test_documents_shrink() -> None:
    few = settings(examples(300))
    assert len(find(documents(), lambda text: "true" in text, settings=few)) <= 12
    text = find(documents(max_size=5_000), lambda text: len(text) > 100, settings=few)
    assert len(text) == 101


def test_drawn_documents_keep_to_their_sizes() -> None:
    assert {len(text) for text in drawn(documents(min_size=7, max_size=9), 60)} == {7, 8, 9}
    assert {len(text) >= 50 for text in drawn(documents(min_size=50), 30)} == {True}
    assert {len(text) <= 3 for text in drawn(documents(max_size=3), 30)} == {True}
    for text in drawn(documents(min_size=60_000, max_size=100_000), 15):
        assert 60_000 <= len(text) <= 100_000


@pytest.mark.parametrize(
    "options", [{"size": 0}, {"size": 1, "root": "object"}, {"levels": 0, "root": "array"}]
)
def test_a_document_that_cannot_be_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="no document has"):
        document(random.Random(0), **options)


@pytest.mark.parametrize("sizes", [(9, 8), (0, None), (None, 0)])
def test_sizes_that_cannot_be_are_refused(sizes: tuple[int | None, int | None]) -> None:
    with pytest.raises(UsageError, match="no document has from"):
        documents(min_size=sizes[0], max_size=sizes[1])


@examples(200)
@given(documents(deep=False), st.integers(0, 2**32))
def test_other_spellings_say_the_same(text: str, seed: int) -> None:
    other = respelled(text, random.Random(seed), numbers=0.5)
    assert json.loads(other) == json.loads(text)


def test_spellings_differ_in_all_there_is() -> None:
    text = '{"a": [1, 25.0, "x/é"], "b": null}'
    shapes: Shapes = {
        "another order": holds(r"^\s*\{\s*\"b\""),
        "white space": holds(r"\n"),
        "none": lambda text: len(text.split()) == 1,
        "an escape": holds(r"\\u00"),
        "a short escape": holds(r"\\/"),
        "an exponent": holds("[eE]"),
        "a fraction": holds(r"1\.0"),
    }
    counted([respelled(text, random.Random(seed)) for seed in range(300)], shapes)
    plain = [respelled(text, random.Random(seed), numbers=0.0) for seed in range(50)]
    assert all("25.0" in each for each in plain)


# --- fragments --------------------------------------------------------------------------

TEXT = '["é😀", "\\ud83d\\ude00", 12]'
DATA = TEXT.encode()


def joined(fragments: list[Any]) -> bytes:
    parts = (x.encode("utf-8", "surrogatepass") if isinstance(x, str) else x for x in fragments)
    data = b"".join(parts)
    halves = data.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le").encode()


def is_cut(data: bytes, place: int) -> Callable[[list[Any]], bool]:
    """Whether bytes were cut there."""

    def check(fragments: list[Any]) -> bool:
        ends = [len(b"".join(fragments[:n])) for n in range(1, len(fragments))]
        return place in ends

    return lambda fragments: {type(x) for x in fragments} == {bytes} and check(fragments)


FRAGMENTATIONS: Shapes = {
    "str": lambda fragments: {type(x) for x in fragments} == {str},
    "bytes": lambda fragments: {type(x) for x in fragments} == {bytes},
    "both": lambda fragments: {type(x) for x in fragments} == {str, bytes},
    "one": lambda fragments: len(fragments) == 1,
    "character by character": lambda fragments: fragments == list(TEXT),
    "byte by byte": lambda fragments: fragments == [DATA[i : i + 1] for i in range(len(DATA))],
    "an empty one": lambda fragments: "" in fragments or b"" in fragments,
    "an empty one at the beginning": lambda fragments: not fragments[0],
    "an empty one at the end": lambda fragments: not fragments[-1],
    "a cut in a character of two bytes": is_cut(DATA, 3),
    "a cut after the first of four bytes": is_cut(DATA, 5),
    "a cut before the last of four bytes": is_cut(DATA, 7),
    "a cut in an escape": is_cut(DATA, DATA.index(b"\\") + 1),
    "a cut between the halves": lambda fragments: any(
        isinstance(x, str) and x[-1:] == halved("😀")[0] for x in fragments
    ),
    "a cut in a number": lambda fragments: fragments[-1] in ("2]", b"2]"),
}


def test_fragmentations_are_of_every_kind_and_join_to_the_text() -> None:
    found = drawn(fragmentations(TEXT), 500)
    assert {joined(fragments) for fragments in found} == {DATA}
    counted(found, FRAGMENTATIONS)


@pytest.mark.parametrize("text", [b'"\xff\xc3', '"\ud800'])
def test_bytes_are_cut_as_bytes_and_surrogates_as_they_are(text: Any) -> None:
    found = drawn(fragmentations(text), 60)
    assert {text[:0].join(fragments) for fragments in found} == {text}
    assert max(map(len, found)) > 2


@pytest.mark.parametrize("text", ["", "x", "ab", TEXT, b"\xc3\xa9!"])
def test_every_cut_is_every_cut(text: Any) -> None:
    found = [*every_cut(text)]
    assert all(text[:0].join(fragments) == text for fragments in found)
    assert found[0] == [text]
    assert found[1] == [text[i : i + 1] for i in range(len(text))] or len(text) < 2
    assert found[2:] == [[text[:i], text[i:]] for i in range(1, len(text))]
    some = drawn(fragmentations(text, like="every"), 300)
    assert [fragments for fragments in found if fragments not in some] == []
    assert [fragments for fragments in some if fragments not in found] == []


@pytest.mark.parametrize("like", sorted(MEASURED))
def test_fragments_like_a_providers_are_as_they_were_measured(like: str) -> None:
    text = document(random.Random(1), size=3_000)
    found = MEASURED[like]
    cuttings = [cut_like(text, like, random.Random(seed)) for seed in range(40)]
    assert {"".join(fragments) for fragments in cuttings} == {text}
    empty = sum(not fragments[0] for fragments in cuttings)
    assert empty == pytest.approx(40 * found.opens_empty / found.answers, abs=8)
    inner = [x for fragments in cuttings for x in fragments[1:-1]]
    assert {len(x) for x in inner} - {len(text)} <= {*found.lengths}
    if not found.split:
        assert {len(fragments) for fragments in cuttings} <= {1, 2}
    elif not found.few:
        assert sum(map(len, inner)) / len(inner) == pytest.approx(found.mean, rel=0.05)
    assert drawn(fragmentations(text, like=like), 5)


def test_what_is_measured_of_providers_is_what_is_known_of_them() -> None:
    for like in ("gemini", "mistral", "xai", "bedrock_nova"):  # whole
        assert cut_like(TEXT, like, random.Random(0)) == [TEXT]
    for like in ("openai", "anthropic"):  # an empty one first
        assert cut_like(TEXT, like, random.Random(0))[0] == ""
    assert {1, 2} <= {*MEASURED["deepseek"].lengths}
    assert [like for like, found in MEASURED.items() if not found.few] == [
        *("openai_text", "openai_responses", "anthropic", "openai", "xai", "mistral"),
    ]


@needs_recordings
def test_the_recordings_say_what_is_written_down() -> None:
    assert "\n".join(recorded_fragments.rows(recorded_fragments.count())) == COUNTED.strip("\n")
    assert recorded_fragments.main([]) == recorded_fragments.main(["--data"]) == 0


def test_fragments_that_were_not_measured_are_refused() -> None:
    for like in ("nobody", "openai_chat"):
        with pytest.raises(UsageError, match="like must be one of anthropic, "):
            fragmentations("[1]", like=like)
    with pytest.raises(UsageError, match="measured in characters"):
        fragmentations(b"[1]", like="openai")


def test_a_text_is_cut_where_it_is_asked_to_be() -> None:
    assert cut_at(b"abc", [2, 1, 3]) == [b"a", b"b", b"c", b""]
    assert cut_at("abc", []) == ["abc"]


@examples(100)
@given(documents(deep=False).flatmap(lambda text: st.tuples(st.just(text), truncated(text))))
def test_a_truncated_document_is_a_viable_proper_prefix(example: tuple[str, str]) -> None:
    text, prefix = example
    assert text != prefix
    assert text.startswith(prefix)
    assert read(prefix).viable


def test_a_document_is_truncated_everywhere() -> None:
    text = '{"a\\n\\u00e9": [true, null, -1.5e+1]}'
    found = drawn(truncated(text), 600)
    assert {*found} == {text[:n] for n in range(len(text))}


# --- damage -----------------------------------------------------------------------------


def some_damaged(n: int, **options: Any) -> list[Damaged]:
    found = []
    for seed in range(n):
        chance = random.Random(seed)
        text = document(chance, deep=False, repeated_keys=seed % 5 == 0)
        found.append(damage(text, chance, **options))
    return found


def test_every_defect_occurs_and_none_can_be_accepted() -> None:
    seen: Counter[str] = Counter()
    hopeless: Counter[str] = Counter()
    for made in some_damaged(2000):
        reading = read(made.text, Rules())
        assert not reading.complete, made
        assert not (made.mendable and reading.viable), made
        seen.update(made.defects)
        hopeless.update(made.defects if not reading.viable else ())
    assert {*seen} == {*DEFECTS}
    assert min(seen.values()) >= 3, seen
    assert {*DEFECTS} - {*hopeless} <= {"lost_closing", "extra_opening"}


def test_drawn_defects_are_of_every_kind() -> None:
    found = drawn(damaged(), 250)
    seen = {name for made in found for name in made.defects}
    assert len(seen) > 0.7 * len(DEFECTS)
    assert {len(made.defects) for made in found} == {1, 2, 3, 4}


def test_defects_are_described() -> None:
    assert {*DEFECTS} == {*MENDABLE, *HOPELESS}
    assert not {*MENDABLE} & {*HOPELESS}
    assert {*MENDABLE} <= {*REPAIRS}
    assert all(what and what == what.strip(". ") for what in DEFECTS.values())


def test_what_is_mendable_is_mended_by_its_repairs() -> None:
    for made in some_damaged(600, mendable=True):
        assert made.repairs == {*made.defects}
        assert repr(loads(made.text, repair=made.repairs)) == repr(made.value), made
        assert made.value == json.loads(made.document)


def test_what_is_not_mendable_has_one_defect_and_no_repair() -> None:
    for made in some_damaged(300, mendable=False):
        assert len(made.defects) == 1
        assert (made.mendable, made.repairs) == (False, frozenset())


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_can_be_asked_for(name: str) -> None:
    text = '{"it\'s": [true, null, 10, "a\\\\d"], "b": "x\\ny"}'
    made = damage(text, random.Random(0), defects={name}, most=3)
    assert {*made.defects} == {name}
    assert made.text != text == made.document
    assert run(Parser(), [made.text, " "]).error is not None
    (found,) = {*drawn(damaged(text, defects=[name], most=1).map(lambda x: x.defects), 3)}
    assert found == (name,)


def test_as_many_defects_as_are_asked_for() -> None:
    for most in (1, 2, 9):
        found = some_damaged(200, mendable=True, most=most)
        assert min(len(made.defects) for made in found) >= 1
        assert max(len(made.defects) for made in found) <= most


def test_documents_in_which_a_defect_fits_are_found() -> None:
    for made in drawn(damaged(documents(), defects={"js_literals", "double_colon"}), 30):
        assert "null" in made.document or ":" in made.document


@pytest.mark.parametrize(
    "options",
    [
        {"defects": {"no_such"}},
        {"defects": "fence"},
        {"defects": {"fence"}, "mendable": False},
        {"defects": {"bare_sign"}, "mendable": True},
        {"most": 0},
        {"defects": set()},
    ],
)
def test_defects_that_cannot_be_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        damage("[1]", random.Random(0), **options)
    with pytest.raises(UsageError):
        damaged("[1]", **options)


def test_a_document_in_which_no_defect_fits_is_refused() -> None:
    for refused in (damaged, lambda text, **kw: damage(text, random.Random(0), **kw)):
        with pytest.raises(UsageError, match="fits in '12'"):
            refused("12", defects={"missing_comma", "raw_nul"})


def test_damage_is_a_value() -> None:
    made = damage("[1]", random.Random(0), defects={"fence"})
    assert made == damage("[1]", random.Random(0), defects={"fence"})
    assert len({made, damage("[1]", random.Random(1), defects={"prose", "fence"})}) <= 2
    with pytest.raises(AttributeError):
        made.text = ""  # type: ignore[misc]


def test_only_the_strategies_need_hypothesis() -> None:
    code = (
        "import random, sys; from partialjson.testing import *;"
        "from partialjson.testing import cut_like, damage, document, every_cut;"
        "from partialjson.testing.spelling import respelled;"
        "text = document(random.Random(1), size=500); chance = random.Random(2);"
        "damage(text, chance); cut_like(text, 'openai', chance); [*every_cut(text)];"
        "respelled(text, chance); print('hypothesis' in sys.modules)"
    ).replace("from partialjson.testing import *;", "")
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert printed.stdout == "False\n"
