"""Patterns: the automaton says what `re.search` says, and says early only what it must."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from partialjson.schema import automata, expressions, patterns
from partialjson.schema.patterns import (
    NEVER,
    Automaton,
    Irregular,
    PatternInput,
    automaton,
    risky,
    search,
)

STATES = 5_000
INPUT = 1_000

EXACT = {  # pattern: the characters that tell it apart
    "": "a\n",
    "a": "ab\n",
    "^a": "ab\n",
    "a$": "ab\n",
    r"a\Z": "ab\n",
    r"\Aa": "ab\n",
    "^a$": "ab\n",
    "^$": "a\n",
    "$": "a\n",
    "$^": "a\n",
    "a^b": "ab",
    "a$b": "ab\n",
    "a$\n": "ab\n",
    "a$\n$": "a\n",
    "a$\\n\\Z": "a\n",
    "a\\Z\n": "a\n",
    "(^|a)b": "ab\n",
    "(?m)^a": "ab\n",
    "(?m)a$": "ab\n",
    "(?m)^a$": "ab\n",
    "(?m)^$": "a\n",
    "(?m)^\n$": "a\n",
    r"(?m)a\Z": "a\n",
    r"(?m)\Aa$": "ab\n",
    "(?m)a$\n^b": "ab\n",
    "(?m:^a)b$": "ab\n",
    "^[a-b]+$": "abc\n",
    "^[^ab]+$": "abc\n",
    "^[^a]$": "ab\n",
    r"^[^\n]*$": "a\n",
    r"^[\n]$": "a\n",
    r"^[^\s\S]$": "a\n",
    r"b|[^\w\W]a": "ab",
    "[^\x00-\U0010ffff]a|b$": "ab",
    r"^[^\x00-\x09\x0b-\U0010ffff]$": "a\n",
    r"^[\d-]+$": "1-a٣",
    r"^\d{2}-\d{1,2}$": "12-",
    r"^\w+\s\w+$": "aé \n_",
    r"^[^\w ]$": "aé -",
    r"(?a)^\w+$": "aé",
    r"(?a)^[\d\s]+$": "1٣ \u2003",
    r"^\S\D\W$": "a1 -",
    "(?i)^ab$": "aAbB",
    "(?i)^é$": "éÉe",
    "(?i)^[k-l]$": "kKl\u212a",
    "(?i)^[^k]$": "kKl\u212a",
    "(?i)^s$": "sSſß",
    "(?ai)^s$": "sSſß",
    "(?i:a)b": "aAbB",
    "(?i)a(?-i:b)$": "aAbB",
    "^.$": "a\n",
    "(?s)^.$": "a\n",
    "(?s:^.)a.": "ab\n",
    "(?s)^.*$": "a\n",
    "^.*$": "a\n",
    "(?x) ^ a  b # so\n $": "ab ",
    "a|b|ab": "abc",
    "^(a|b|ab)c$": "abc",
    "^(?:aa|ab)*$": "ab",
    "^(|a)b$": "ab",
    "(a||b)c": "abc",
    "^a?b*c+$": "abc",
    "^a??b*?c+?$": "abc",
    "^a{2}$": "ab",
    "^a{2,}b$": "ab",
    "^a{,2}$": "ab",
    "^a{1,3}$": "ab\n",
    "^(ab){2,3}?$": "ab",
    "^a{0}b$": "ab",
    "^(?:a{2}){2}$": "a",
    "^(?:a?){3}$": "ab",
    "^(?:a|b{2}){2,}$": "ab",
    "^(?:){3}a$": "ab",
    "^(?:a*)*b$": "ab",
    "^(?:a*b*)*$": "abc",
    "^(a+)+$": "ab",
    "(?:^a|b$)": "ab\n",
    "(?:a$|b)+$": "ab\n",
    "(?:^|,)a(?:,|$)": "a,\n",
    "(?P<x>a)(?:b)(?#c)": "ab",
    "(?:(?!)a)|b": "ab",
    "^\ud800.$": "a\ud800\U0001f600",
}

ABOUT = {  # inexact while the text grows
    "(?=)a": "ab",
    "^(?=a)": "ab",
    "^(?!a)": "ab\n",
    "(?<=a)b": "abc",
    "(?<!a)b": "abc",
    "(?<=^a)b": "abc",
    "(?<=a$)\n": "ab\n",
    "^(?=.*a)(?=.*b).{2,}$": "abc",
    "^(?!.*ab)": "ab\n",
    "^(?!(?!a)b)": "ab",
    "(?=a(?<=ba))a$": "ab",
    "(?m)^(?=b$)": "ab\n",
    "(?:(?=a)a|b(?!b))+$": "abc",
    "(?:(?=ab)a|b){3}": "ab",
    "^(?:(?=a)|b)*c$": "abc",
    r"\ba": "a -",
    r"a\b": "a -",
    r"\bé+\b": "aé ",
    r"(?a)\bé": "aé ",
    r"a\Bb": "ab ",
    r"\B": "a ",
    r"\b": "a ",
    r"(?=\B)": "a ",
    r"^(?=(a+)+$)": "ab",
    r"^(a|b)\1$": "ab",
    r"^(a*)b\1": "ab",
    "^(?P<x>.)-(?P=x)$": "ab-",
    "^(?i:(a))\\1": "aAb",
    "^(a)?(?(1)b|c)$": "abc",
    "^(a)?(?(1)b)$": "abc",
}
if sys.version_info >= (3, 11):
    ABOUT |= {"^(?>a|ab)c": "abc", "^a*+a": "ab", "^(?:ab)?+a$": "ab", "^(?>a*)b$": "ab"}

TOGETHER = {**EXACT, **ABOUT}


def made(pattern: str) -> Automaton:
    machine = automaton(pattern, STATES)
    assert machine is not None
    return machine


def texts(alphabet: str, longest: int) -> Iterator[str]:
    for length in range(longest + 1):
        yield from map("".join, product(alphabet, repeat=length))


def accepts(machine: Automaton, text: str) -> bool:
    return machine.accepts(machine.step(machine.start, text))


def longest_for(alphabet: str) -> int:
    return 6 if len(alphabet) <= 2 else 5


class TestAnswers:
    @pytest.mark.parametrize("pattern", EXACT)
    def test_an_exact_automaton_accepts_what_re_finds(self, pattern: str) -> None:
        machine = made(pattern)
        assert machine.exact
        for text in texts(EXACT[pattern], longest_for(EXACT[pattern])):
            assert accepts(machine, text) == bool(re.search(pattern, text)), text

    @pytest.mark.parametrize("pattern", ABOUT)
    def test_an_inexact_automaton_accepts_more(self, pattern: str) -> None:
        machine = made(pattern)
        assert not machine.exact
        for text in texts(ABOUT[pattern], longest_for(ABOUT[pattern])):
            assert accepts(machine, text) or not re.search(pattern, text), text

    @pytest.mark.parametrize("pattern", TOGETHER)
    def test_search_is_what_re_says(self, pattern: str) -> None:
        program = made(pattern).program
        for text in texts(TOGETHER[pattern], 4):
            wanted = bool(re.search(pattern, text))
            assert search(pattern, text, STATES, INPUT) == wanted, text
            if expressions.read(pattern).decided:
                assert automata.occurs(program, text) == wanted, text

    def test_every_operator_of_the_parser_was_met(self) -> None:
        met = {name for pattern in TOGETHER for name in operators(pattern)}
        known = {name.upper() for name in vars(expressions._Reader) if re.match("_[^_]", name)}
        newer = {"_FAILURE", "_POSSESSIVE_REPEAT", "_ATOMIC_GROUP"}
        assert known - newer <= met <= known | {"_RANGE", "_CATEGORY", "_NEGATE"}

    def test_an_operator_that_nobody_knows_is_anything(self) -> None:
        reader = expressions._Reader("")
        tree = reader.sequence([("NEW", None)], 0)
        assert (type(tree), reader.exact, reader.decided) == (expressions.Echo, False, False)

    @pytest.mark.parametrize("pattern", [r"\w", r"\W", r"\d", r"\s", "[^a]", "(?i)[à-ÿ]", "(?i)σ"])
    def test_leaves_are_those_of_re_for_every_character(self, pattern: str) -> None:
        machine, wanted = made(f"{pattern}"), re.compile(pattern).search
        for character in map(chr, range(0, sys.maxunicode, 97)):
            assert accepts(machine, character) == bool(wanted(character))

    def test_random_patterns(self) -> None:
        rng = random.Random(7)
        shapes = set()
        for _ in range(400):
            pattern = Maker(rng).pattern()
            try:
                re.compile(pattern)
            except re.error:
                continue  # a look-behind of no fixed width
            machine = made(pattern)
            shapes.add((machine.exact, machine.mortal))
            for text in sampled(rng, 25):
                check(pattern, machine, text)
        assert len(shapes) == 4


class TestEarlyVerdicts:
    @pytest.mark.parametrize("pattern", TOGETHER)
    def test_they_hold_for_all_that_follows(self, pattern: str) -> None:
        """Each text of up to 3 characters with all that may follow it in 3 more."""
        machine, alphabet = made(pattern), TOGETHER[pattern][:3]
        found = {text: bool(re.search(pattern, text)) for text in texts(alphabet, 6)}
        for text in texts(alphabet, 3):
            state = machine.step(machine.start, text)
            after = {more: found[text + more] for more in texts(alphabet, 3)}
            if machine.dead(state):
                assert machine.mortal
                assert not any(after.values()), text
            if machine.sure(state):
                assert machine.exact
                assert all(after.values()), text
            shortest = min((len(more) for more, fits in after.items() if fits), default=4)
            assert machine.distance(state) <= shortest or shortest == 4, text
            if machine.exact and all(x in alphabet for x in TOGETHER[pattern]):
                assert min(machine.distance(state), 4) == shortest, text

    @pytest.mark.parametrize("pattern", TOGETHER)
    def test_what_is_dead_or_sure_stays_so(self, pattern: str) -> None:
        machine = made(pattern)
        for text in texts(TOGETHER[pattern][:3], 4):
            state, dead, sure = machine.start, False, False
            for character in text:
                dead, sure = dead or machine.dead(state), sure or machine.sure(state)
                state = machine.step(state, character)
                assert machine.dead(state) >= dead
                assert machine.sure(state) >= sure
                assert machine.dead(state) == (machine.distance(state) >= NEVER)
                assert machine.accepts(state) == (machine.distance(state) == 0)

    @pytest.mark.parametrize(
        ("pattern", "text", "dead_after"),
        [
            ("^[a-z]+$", "ab1", 3),
            ("^[a-z]+$", "ab\nc", 4),
            (r"^[a-z]+\Z", "ab\n", 3),
            (r"^\d{4}-\d{2}$", "2024-1x", 7),
            (r"^\d{2}$", "123", 3),
            ("^(get|put)$", "gp", 2),
            ("(?i)^a$", "Ab", 2),
            ("^a|^b", "c", 1),
            (r"^[^\s\S]", "", 0),
            ("a^b", "", 0),
            (r"^(?=ab)\w", "-", 1),
            (r"^(a)-\1$", "a+", 2),
            ("(?!)", "", 0),
        ],
    )
    def test_dead_at_the_first_character_that_no_match_has(
        self, pattern: str, text: str, dead_after: int
    ) -> None:
        machine = made(pattern)
        states = [machine.step(machine.start, text[:length]) for length in range(len(text) + 1)]
        assert [machine.dead(state) for state in states].index(True) == dead_after

    @pytest.mark.parametrize(
        ("pattern", "text", "sure_after"),
        [("a", "ba", 2), ("^a", "a", 1), ("^a*", "", 0), ("^ab|b", "ab", 2), ("(?m)a$", "a\n", 2)],
    )
    def test_sure_once_nothing_can_undo_it(self, pattern: str, text: str, sure_after: int) -> None:
        machine = made(pattern)
        states = [machine.step(machine.start, text[:length]) for length in range(len(text) + 1)]
        assert [machine.sure(state) for state in states].index(True) == sure_after

    @pytest.mark.parametrize(
        ("members", "dead"),
        [
            *[(r"^\s\S", True), (r"^\W\w", True), (r"^a\d\D", True), (r"^\w\n", False)],
            *[("^\x00-\U0010ffff", True), ("^b\x00-ac-\U0010ffff", True)],
            *[("^\x01-\U0010ffff", False), ("^\x00-\U0010fffe", False)],
            *[("^\x00-ac-\U0010ffff", False), (r"\s\S", False), ("\x00-\U0010ffff", False)],
        ],
    )
    def test_a_class_without_members_is_dead_at_once(self, members: str, dead: bool) -> None:
        machine = made(f"^[{members}]")
        assert machine.dead(machine.start) == dead

    @pytest.mark.parametrize("pattern", ["^a$", r"a\Z", "a$", "^a(?=b)"])
    def test_a_match_that_depends_on_what_follows_is_not_sure(self, pattern: str) -> None:
        machine = made(pattern)
        state = machine.step(machine.start, "a")
        assert machine.accepts(state)
        assert not machine.sure(state)

    @pytest.mark.parametrize(
        ("pattern", "text", "distance"),
        [
            ("^[0-9]{10}$", "", 10),
            ("^[0-9]{10}$", "123", 7),
            ("^(abc|d)$", "", 1),
            ("^(abc|d)$", "a", 2),
            ("foo", "xfo", 1),
            ("foo", "xfox", 3),
            ("(?m)^ab$", "x", 3),
            ("(?m)^ab$", "x\n", 2),
            ("^a$", "b", NEVER),
            (r"^(a+)\1b", "", 2),
            ("^(?:a{5}){3}", "", 15),
        ],
    )
    def test_distance_counts_the_characters_still_missing(
        self, pattern: str, text: str, distance: int
    ) -> None:
        machine = made(pattern)
        assert machine.distance(machine.step(machine.start, text)) == distance

    @pytest.mark.parametrize(
        ("pattern", "mortal"),
        [
            *[("a", False), ("^a", True), ("(?m)^a", False), ("^|a", False), (r"\Aa", True)],
            *[("^a|b", False), ("a^b", True), (r"[^\s\S]", True), ("^a*", False)],
            *[("(?m)a^b", True), ("(?m)\n^b", False)],
        ],
    )
    def test_mortal_are_those_that_must_begin_at_the_start(
        self, pattern: str, mortal: bool
    ) -> None:
        assert made(pattern).mortal == mortal


class TestStates:
    def test_a_text_in_pieces_is_the_text(self) -> None:
        machine = made("^(a|bc)+$")
        state = machine.start
        for piece in ("a", "", "bca", "b", "c"):
            state = machine.step(state, piece)
        assert state is machine.step(machine.start, "abcabc")
        assert {state: 1}[machine.step(machine.start, "abcabc")] == 1

    def test_no_step_changes_a_state(self) -> None:
        machine = made("^ab$")
        state = machine.step(machine.start, "a")
        assert machine.dead(machine.step(state, "x"))
        assert machine.accepts(machine.step(state, "b"))
        assert not machine.dead(state)

    def test_memory_is_bounded_and_states_outlive_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(automata, "_MEMORY", 50)
        monkeypatch.setattr(automata, "_CHARACTERS", 5)
        pattern = "^(?:[ab]*a[ab]{6}|[c-z]*)$"
        machine, rng, held = Automaton(expressions.read(pattern).tree, True), random.Random(1), []
        for _ in range(300):
            text = "".join(rng.choice("ab" if rng.random() < 0.7 else "xyzé1") for _ in range(12))
            held.append((text, machine.step(machine.start, text)))
            assert machine._used < 50 + 2 * 12
            remembered = [*machine._tables, *machine._states.values()]
            assert sum(len(state.after) + len(state.threads) for state in remembered) < 150
            assert len(machine.program.kinds) <= 5
        for text, state in held:
            more = text[::-1]
            assert machine.accepts(state) == bool(re.search(pattern, text))
            assert accepts(machine, text + more) == machine.accepts(machine.step(state, more))
        machine._forget()
        assert not any(state.after for _, state in held), "nobody keeps what was forgotten"

    def test_what_is_decided_is_followed_no_more(self) -> None:
        machine = made("ab|a+c")
        state = machine.step(machine.start, "xab")
        assert machine.step(state, "aac") is state
        assert len(state.threads) == 1
        machine = made(r"^a(?:b|[^\s\S]c)")
        state = machine.step(machine.start, "ax")
        assert machine.step(state, "b") is state
        assert len(machine.step(machine.start, "a").threads) == 1

    def test_patterns_are_made_once(self) -> None:
        assert automaton("^once$", 10) is automaton("^once$", 10)


class TestCost:
    @pytest.fixture
    def work(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
        """How many threads each step looked at that was not remembered."""
        seen: list[int] = []
        moved = automata.Program.moved

        def counted(program: Any, threads: Any, kind: bytes) -> list[int]:
            seen.append(len(threads))
            return moved(program, threads, kind)

        monkeypatch.setattr(automata.Program, "moved", counted)
        automaton.cache_clear()
        yield seen
        automaton.cache_clear()

    @pytest.mark.parametrize(
        "pattern", ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(a*)*b$", "(.*)*x", "^(?:a?){50}a{50}$"]
    )
    def test_hostile_patterns_are_learned_once(self, pattern: str, work: list[int]) -> None:
        assert not search(pattern, "a" * 2_000 + "!", STATES, INPUT)
        assert len(work) <= 110

    def test_a_step_that_is_new_costs_no_more_than_the_pattern(self, work: list[int]) -> None:
        rng = random.Random(3)
        machine = made("^[ab]*a[ab]{200}$")
        machine.step(machine.start, "".join(rng.choice("ab") for _ in range(1_000)))
        assert max(work) <= 4 * len(machine.program.leaf)

    @pytest.mark.parametrize("pattern", ["^(?=(a+)+$)", r"^(?:a+)+\b!!", r"^(?:(?!b)a*)*$"])
    def test_lookaround_takes_a_pass_each(
        self, pattern: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        passes = []
        original = automata._pass

        def counted(program: automata.Program, nodes: set[int], *rest: Any) -> set[int]:
            passes.append(1)
            return original(program, nodes, *rest)

        monkeypatch.setattr(automata, "_pass", counted)
        text = "a" * 500 + "!"
        assert not search(pattern, text, STATES, INPUT)
        assert len(passes) <= 6 * (len(text) + 1)

    @pytest.mark.parametrize(
        "pattern",
        [
            *["(a{1,100}){1,100}", "((a{9999}){9999}){9999}", "(){1,99999999}", "(?:a|){5001}"],
            *["(?=a{5000})b", "(" * 40 + "a" + "{2})" * 40],
        ],
    )
    def test_what_is_too_large_is_not_built(
        self, pattern: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(patterns, "Automaton", None)
        assert automaton(pattern, STATES) is None

    def test_states_are_counted_in_leaves_and_gates(self) -> None:
        assert automaton("^.{0,1000}$", 1_002) is None
        machine = automaton("^.{0,1000}$", 1_003)
        assert machine is not None
        assert machine.distance(machine.step(machine.start, "a" * 1_001)) == NEVER

    @pytest.mark.parametrize("pattern", ["a{50}", "(a|b?){40}", "(?:(?=a)b+){30}", r"(?:\b|^){9}"])
    def test_the_nodes_are_about_as_many(self, pattern: str) -> None:
        size = expressions.read(pattern).tree.size
        assert len(made(pattern).program.leaf) <= 3 * size + 2


class TestSearch:
    def test_an_exact_automaton_has_the_last_word(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(patterns, "occurs", None)
        assert search("^a+$", 2_000 * "a", STATES, INPUT)

    @pytest.mark.parametrize(
        "pattern", ["^(?=.*[A-Z])(?=.*[0-9])(?=.*[a-z]).{8,}$", "^(?!.*--)[a-zA-Z0-9-]+$"]
    )
    def test_lookaround_that_re_does_at_once_is_left_to_it(
        self, pattern: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(patterns, "occurs", None)
        assert search(pattern, 30_000 * "a" + "B1", STATES, INPUT)

    def test_re_is_not_asked_where_an_automaton_answers(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for pattern in ("^(a+)+$", r"\b(a+)+\b", "^(?=(a|b|ab)+$)", "^(?:(?!b)a*)*$"):
            search(pattern, "", STATES, INPUT)
            with monkeypatch.context() as patch:
                patch.setattr(re, "search", None)
                assert search(pattern, 1_500 * "a", STATES, INPUT)

    @pytest.mark.parametrize(
        "pattern",
        [
            *(r"^(a+)+\1$", r"^(a|a)*b\1", r"^((?:a{1,50}){1,50})\1", r"(.*)(.*)(.*)-\1"),
            *(r"^(a?){1500}\1", r"^(.*)(.*)(?=.*.*-)\1"),
        ],
    )
    def test_what_may_take_re_for_ever_is_refused(self, pattern: str) -> None:
        assert risky(pattern)
        with pytest.raises(Irregular, match="exponential") as caught:
            search(pattern, 30 * "a" + "b-", STATES, INPUT)
        assert caught.value.pattern == pattern

    def test_a_refusal_shows_the_beginning_of_the_pattern(self) -> None:
        assert len(str(Irregular("a" * 10_000))) < 200

    def test_the_automatons_no_is_final_even_then(self) -> None:
        assert search(r"^(a+)+\1!$", 5_000 * "a" + "?", STATES, INPUT) is False

    @pytest.mark.parametrize(
        "pattern",
        [
            *(r"^(['\"]).*\1$", r"^(\w+) \1$", r"(\w+)\s+\1", "^(a+)+$", "^(?=(a+)+$)"),
            *(r"\b(a+)+\b", "(a|b)*", r"^(?!.*(.).*\1)(?=.*\d)(?=.*[a-z])"),
            *(r"^(\d{1,3})(?:\.\1){3}$", r"(?:a+){0}(b)\1", r"^((?:ab?){5})\1"),
            r"^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$",
        ],
    )
    def test_ordinary_patterns_are_not_risky(self, pattern: str) -> None:
        assert not risky(pattern)

    def test_a_long_text_for_re_is_refused_where_it_costs(self) -> None:
        pattern = r"^(.*),(.*)\1$"
        assert search(pattern, "a,b" + 5_000 * "a", STATES, 6_000)
        with pytest.raises(PatternInput) as caught:
            search(pattern, "a,b" + 5_000 * "a", STATES, INPUT)
        assert (caught.value.limit, caught.value.maximum) == ("max_pattern_input", INPUT)

    def test_a_long_text_is_no_matter_where_it_does_not(self) -> None:
        assert search(r"^(['\"]).*\1$", f"'{5_000 * 'a'}'", STATES, INPUT)

    def test_what_is_too_large_goes_to_re(self) -> None:
        pattern = "^.{0,10000}$"
        assert automaton(pattern, STATES) is None
        assert search(pattern, 10_000 * "a", STATES, INPUT)
        assert not search(pattern, 10_001 * "a", STATES, INPUT)

    def test_unless_that_may_take_for_ever(self) -> None:
        pattern = "^(a{1,100}){1,100}$"
        assert search(pattern, "aaa", STATES, INPUT)
        with pytest.raises(PatternInput) as caught:
            search(pattern, 30 * "a" + "!", STATES, INPUT)
        assert (caught.value.limit, caught.value.maximum) == ("max_pattern_states", STATES)
        assert not search(pattern, 30 * "a" + "!", 10_010, INPUT)

    @pytest.mark.parametrize(
        "pattern", ["(", "a**", "[b-a]", r"\p{L}", "(?<=a+)b", "a{2,1}", r"\1", "(?P<a"]
    )
    def test_what_is_no_pattern_fails_as_in_re(self, pattern: str) -> None:
        with pytest.raises(re.error) as wanted:
            re.compile(pattern)
        for asked in (lambda: automaton(pattern, 9), lambda: search(pattern, "", 9, 9)):
            with pytest.raises(re.error) as caught:
                asked()
            assert str(caught.value) == str(wanted.value)
        with pytest.raises(re.error):
            risky(pattern)

    @pytest.mark.parametrize(
        "pattern", ["a{99999999999}", "(" * 2_000 + ")" * 2_000, "(" * 101 + "a" + ")" * 101]
    )
    def test_so_does_what_python_cannot_hold(self, pattern: str) -> None:
        with pytest.raises(re.error):
            automaton(pattern, STATES)

    def test_a_full_stack_is_not_the_patterns_fault(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_: str) -> None:
            raise RecursionError

        monkeypatch.setattr(re, "compile", full)
        with pytest.raises(RecursionError):
            automaton("^never seen before$", STATES)


def operators(pattern: str) -> Iterator[str]:
    """The names of the operators in Python's own tree of a pattern."""
    work: list[Any] = [expressions._parser.parse(pattern)]
    while work:
        item = work.pop()
        if isinstance(item, tuple) and len(item) == 2 and hasattr(item[0], "name"):
            yield f"_{item[0]!r}"
            work.append(item[1])
        elif isinstance(item, (tuple, list, expressions._parser.SubPattern)):
            work.extend(item)


LEAVES = [
    *("a", "b", "a", "b", ".", r"\w", r"\W", r"\d", r"\s", "[ab]", "[^a]", "[^ab]", "1", "é"),
    *("[a-c1]", r"\n", r"[^\n]", r"[^\s\S]", "[^k]", "k", "ſ", "_"),
]
TIMES = ["*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}", "{0}", "*?", "+?", "{1,2}?"]


class Maker:
    """Makes random patterns with every operator that all supported Pythons have."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.closed = 0

    def pattern(self) -> str:
        flags = self.rng.choice(["", "", "", "(?i)", "(?m)", "(?s)", "(?a)", "(?im)"])
        begin, end = self.rng.choice(["", "^", "^"]), self.rng.choice(["", "", "$"])
        return f"{flags}{begin}{self.branch(2)}{end}"

    def branch(self, depth: int) -> str:
        return "|".join(self.sequence(depth) for _ in range(self.rng.choice([1, 1, 1, 2, 3])))

    def sequence(self, depth: int) -> str:
        return "".join(self.item(depth) for _ in range(self.rng.choice([0, 1, 1, 2, 2, 3])))

    def item(self, depth: int) -> str:
        rng = self.rng
        if not depth or rng.random() < 0.4:
            return rng.choice(LEAVES) + (rng.choice(TIMES) if rng.random() < 0.4 else "")
        kind = rng.choice(["at", "at", "group", "group", "flags", "capture", "look", "back"])
        if kind == "at":
            return rng.choice(["^", "$", r"\A", r"\Z", r"\b", r"\B"])
        if kind == "back" and self.closed:
            number = rng.randint(1, self.closed)
            return rng.choice([rf"\{number}", f"(?({number})a|b)"])
        if kind == "flags":
            return f"(?{rng.choice(['i', 's', 'm', 'a', 'i-s', '-i'])}:{self.branch(depth - 1)})"
        if kind == "look":
            return f"(?{rng.choice(['=', '!', '<=', '<!'])}{self.branch(depth - 1)})"
        if kind == "capture":
            group = f"({self.branch(0)})"
            self.closed += 1
            return group
        return f"(?:{self.branch(depth - 1)}){rng.choice([*TIMES, '', ''])}"


def sampled(rng: random.Random, count: int) -> Iterator[str]:
    yield from ("", "\n", "a\n")
    for _ in range(count):
        alphabet = rng.choice(["ab\n", "aaabbAB1 \n_ékK\u212asſ\ud800-"])
        yield "".join(rng.choice(alphabet) for _ in range(rng.randrange(8)))


def check(pattern: str, machine: Automaton, text: str) -> None:
    """All that is promised, on one text and its beginnings."""
    try:
        wanted = re.search(pattern, text) is not None
    except SystemError:
        return  # re itself fails on some back references
    states = [machine.step(machine.start, text[:length]) for length in range(len(text) + 1)]
    where = (pattern, text)
    if machine.exact:
        assert machine.accepts(states[-1]) == wanted, where
    if wanted:
        assert machine.accepts(states[-1]), where
        assert all(machine.distance(state) <= len(text) - at for at, state in enumerate(states))
    else:
        assert not any(map(machine.sure, states)), where
    if not machine.mortal:
        assert not any(map(machine.dead, states)), where
    if expressions.read(pattern).decided:
        assert automata.occurs(machine.program, text) == wanted, where
    try:
        assert search(pattern, text, STATES, INPUT) == wanted, where
    except Irregular:
        assert risky(pattern)
