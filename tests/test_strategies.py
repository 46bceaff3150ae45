"""The strategies reach what they promise; else the properties would say little."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .oracle import Rules, read
from .strategies import DEFECTS, damaged, documents, fragmentations, halved, tokens, truncated

many_examples = settings(
    max_examples=800,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def counted(strategy: st.SearchStrategy[Any], shapes: dict[str, Callable[[Any], Any]]) -> None:
    """Each shape occurs among many examples."""
    counts: Counter[str] = Counter()

    @many_examples
    @given(strategy)
    def count(example: Any) -> None:
        counts.update(name for name, is_there in shapes.items() if is_there(example))

    count()
    missing = [name for name in shapes if not counts[name]]
    assert missing == [], counts


def holds(pattern: str) -> Callable[[str], Any]:
    return re.compile(pattern).search


def string_holds(pattern: str) -> Callable[[str], bool]:
    """Whether a string of the document holds it, quotes aside."""
    found = re.compile(pattern).search
    return lambda text: any(found(t[1:-1]) for _, _, t in tokens(text) if t[0] == '"')


def number_is(pattern: str) -> Callable[[str], bool]:
    matches = re.compile(pattern).fullmatch
    return lambda text: any(matches(t) for _, _, t in tokens(text) if t[0] in "-0123456789")


def depth(text: str) -> int:
    deepest = level = 0
    for _, _, token in tokens(text):
        level += (token in "[{") - (token in "]}")
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


DOCUMENTS: dict[str, Callable[[str], Any]] = {
    "a flat one": lambda text: depth(text) == 1,
    "three levels": lambda text: depth(text) == 3,
    "more than 20 levels": lambda text: depth(text) > 20,
    "more than 35 levels": lambda text: depth(text) > 35,
    "a string at the root": lambda text: text.strip()[0] == '"',
    "a number at the root": lambda text: text.strip()[0] in "-0123456789",
    "a literal at the root": lambda text: text.strip() in ("true", "false", "null"),
    "an array at the root": lambda text: text.strip()[0] == "[",
    "an object at the root": lambda text: text.strip()[0] == "{",
    **{f"the escape {c}": string_holds(rf"(?<!\\)(\\\\)*\\{c}") for c in ('"', r"\\", *"/bfnrt")},
    "an escape by code": string_holds(r"\\u00"),
    "an escape by code in upper case": string_holds(r"\\u[0-9]*[A-F]"),
    "an escape by code in lower case": string_holds(r"\\u[0-9]*[a-f]"),
    "a pair of escapes": string_holds(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]"),
    "a raw character of two bytes": string_holds("[\x80-\u07ff]"),
    "a raw character of three bytes": string_holds("[\u0800-\uffff]"),
    "a raw character of four bytes": string_holds("[\U00010000-\U0010ffff]"),
    "a character of each size and an escape": string_holds(r"\\.*[\u0800-\uffff]"),
    "an empty string": lambda text: '""' in [t for _, _, t in tokens(text)],
    "an empty key": has_key(""),
    "a key outside ASCII": has_key("é"),
    "a key beyond U+FFFF": has_key("😀"),
    "an empty array": holds(r"\[\s*\]"),
    "an empty object": holds(r"\{\s*\}"),
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
    counted(documents(), DOCUMENTS)


def test_documents_are_valid_and_repeat_no_key() -> None:
    @many_examples
    @given(documents())
    def check(text: str) -> None:
        assert not repeats_a_key(text)
        assert read(text).complete

    check()


def test_documents_repeat_keys_if_asked() -> None:
    shapes: dict[str, Callable[[str], Any]] = {
        "a repeated key": repeats_a_key,
        "no object": lambda text: "{" not in text,
        "a key repeated in another spelling": lambda text: (
            repeats_a_key(text)
            and bool(holds(r'"a"\s*:')(text))
            and bool(holds(r'"\\u0061"\s*:')(text))
        ),
    }
    counted(documents(repeated_keys=True), shapes)


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


FRAGMENTATIONS: dict[str, Callable[[list[Any]], Any]] = {
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
    def joins(fragments: list[Any]) -> bool:
        assert joined(fragments) == DATA
        return True

    counted(fragmentations(TEXT), {**FRAGMENTATIONS, "the text": joins})


def test_bytes_are_cut_as_bytes_and_surrogates_as_they_are() -> None:
    for text in (b'"\xff\xc3', '"\ud800'):

        def joins(fragments: list[Any], text: Any = text) -> bool:
            assert text[:0].join(fragments) == text
            return True

        shapes = {"it": joins, "several": lambda fragments: len(fragments) > 2}
        counted(fragmentations(text), shapes)


def test_every_defect_occurs_and_none_can_be_accepted() -> None:
    seen: Counter[str] = Counter()
    hopeless: Counter[str] = Counter()

    def check(example: tuple[str, str]) -> bool:
        text, what = example
        reading = read(text, Rules())
        assert not reading.complete, (text, what)
        seen[what] += 1
        hopeless[what] += not reading.viable
        return True

    cases = documents(deep=False).flatmap(damaged)
    counted(
        st.lists(cases, min_size=5, max_size=5).map(lambda x: all(map(check, x))), {"any": bool}
    )
    assert set(seen) == set(DEFECTS)
    missing = [what for what in DEFECTS if not hopeless[what]]
    assert missing in ([], ["a bracket missing"], ["a bracket too many"])


def test_a_truncated_document_is_a_viable_proper_prefix_of_every_kind() -> None:
    def check(example: tuple[str, str]) -> bool:
        text, prefix = example
        assert text != prefix
        assert text.startswith(prefix)
        assert read(prefix).viable
        return True

    cases = documents(deep=False).flatmap(lambda t: st.tuples(st.just(t), truncated(t)))
    shapes: dict[str, Callable[[tuple[str, str]], Any]] = {
        "a viable prefix": check,
        "nothing": lambda example: example[1] == "",
        "all but the last": lambda example: len(example[1]) + 1 == len(example[0]),
        "in a string": lambda example: example[1].count('"') % 2 and "\\" not in example[1],
        "in an escape": lambda example: holds(r"(?<!\\)(\\\\)*\\(u.{0,3})?\Z")(example[1]),
        "in a literal": lambda example: holds(r"[:\[]\s*(t|tr|tru|f|fa|n|nu|nul)\Z")(example[1]),
        "in a number": lambda example: holds(r"[-.eE+]\Z")(example[1]),
    }
    counted(cases, shapes)
