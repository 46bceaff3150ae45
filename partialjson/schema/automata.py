"""Regular expressions as automata that read a text as it grows.

Theory of operation. A pattern is a tree: leaves that take one character, gates that take
none, and sequences, branches and repeats of them. `Program` lays it out as a graph of nodes
in which each leaf waits for its character and all else is passed at once; counted repeats
are written out. Node 0 is reached when the pattern has matched, and takes any character.

A *thread* is a node that waits, with what its match allows to follow. A `$` that was passed
is a promise about text that is not there yet, and there are four promises, each stricter
than the one before, so that passing several leaves the strictest:

    FREE   anything          LINE   the end, or a newline and then anything
    TAIL   the end, or one newline and then the end         END   the end

A *state* is the set of all threads alive. `Automaton` makes states as texts ask for them and
remembers what follows which. Characters that the same leaves match are of one *kind*, so the
memory is small; it is bounded all the same, and forgetting it costs time only. As a match
may begin anywhere, the threads of a match that begins here are added at every character.

Lookaround is taken as true: what is dead then is dead indeed, what accepts only may match.
The answer on a whole text is `occurs`. It finds first where each lookaround holds, innermost
first, in one pass each (an assertion about what follows is read from the end), and then
needs one pass more. Whatever the pattern, a character costs at most a visit to each node for
each promise, and nothing at all of that where it is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable

from .expressions import (
    ANYTHING,
    ANYWHERE,
    END,
    FREE,
    LINE,
    LINE_START,
    TAIL,
    TEXT_START,
    Branch,
    Gate,
    Leaf,
    Look,
    Repeat,
    Sequence,
    Tree,
)

NEVER = 1 << 60
"""The distance from what is dead."""

_AFTER_NEWLINE = (FREE, FREE, END)  # what each promise leaves, where it leaves anything
_EMPTY = -1  # the leaf of a node that takes no character
_NEWLINE, _ANYTHING = 0, 1  # the leaves that every program has
_MATCHED = frozenset((FREE, LINE, TAIL, END))  # the threads of node 0
_MEMORY = 20_000  # threads and transitions, about 100 bytes each
_CHARACTERS = 4_096  # whose kinds are remembered, and at most
_FLAGS = 1_000_000  # so many bytes of them
_NEWLINES = Leaf("\n".__eq__)


class Program:
    """A tree laid out as nodes, in parallel lists; `backward`, for texts read from their end.

    Attributes:
        start: the node where a match begins. It ends at node 0.
        leaf: what each node waits for, an index into `leaves`, or -1 for nothing.
        out: the nodes after each node.
        since, follow: the gate of each node that waits for nothing.
        looks: the lookarounds among them.
        kinds: of each character met, one flag for each of `leaves`.
    """

    def __init__(self, tree: Tree, backward: bool = False) -> None:
        self.leaf: list[int] = []
        self.out: list[tuple[int, ...]] = []
        self.since: list[int] = []
        self.follow: list[int] = []
        self.looks: dict[int, Look] = {}
        self.kinds: dict[str, bytes] = {}
        self.leaves = {_NEWLINES: _NEWLINE, ANYTHING: _ANYTHING}
        self._same: dict[bytes, bytes] = {}
        self._backward = backward
        self._node(_ANYTHING, (0,))
        self.start = self._build(tree, 0)

    def kind(self, character: str) -> bytes:
        """One flag for each leaf: whether it takes the character."""
        kind = self.kinds.get(character)
        if kind is None:
            if len(self.kinds) >= min(_CHARACTERS, 64 + _FLAGS // len(self.leaves)):
                self.kinds.clear()
                self._same.clear()
            kind = bytes([1 if leaf.matches(character) else 0 for leaf in self.leaves])
            kind = self.kinds[character] = self._same.setdefault(kind, kind)
        return kind

    def _node(self, leaf: int, out: tuple[int, ...], since: int = 0, follow: int = FREE) -> int:
        self.leaf.append(leaf)
        self.out.append(out)
        self.since.append(since)
        self.follow.append(follow)
        return len(self.leaf) - 1

    def _build(self, tree: Tree, after: int) -> int:
        """The node that begins a tree which `after` comes after."""
        if isinstance(tree, Leaf):
            return self._node(self.leaves.setdefault(tree, len(self.leaves)), (after,))
        if isinstance(tree, Sequence):
            for item in tree.items if self._backward else reversed(tree.items):
                after = self._build(item, after)
            return after
        if isinstance(tree, Repeat):
            return self._repeat(tree, after)
        if isinstance(tree, Branch):
            return self._node(_EMPTY, tuple([self._build(item, after) for item in tree.items]))
        if isinstance(tree, Gate):
            return self._node(_EMPTY, (after,), tree.since, tree.follow)
        node = self._node(_EMPTY, (after,))
        self.looks[node] = tree
        return node

    def _repeat(self, tree: Repeat, after: int) -> int:
        begin, copies = after, tree.least
        if tree.most is None:
            again = self._node(_EMPTY, ())
            body = self._build(tree.body, again)
            self.out[again] = (body, after)
            begin, copies = (body, copies - 1) if copies else (again, 0)
        else:
            for _ in range(tree.most - tree.least):
                begin = self._node(_EMPTY, (self._build(tree.body, begin), after))
        for _ in range(copies):
            begin = self._build(tree.body, begin)
        return begin

    def waiting(self, threads: Iterable[int], place: int) -> set[int]:
        """The threads that wait for a character, once all that takes none is passed.

        A thread is four times its node plus what may follow.
        """
        found: set[int] = set()
        work = list(threads)
        seen = set(work)
        while work:
            thread = work.pop()
            node, follow = thread >> 2, thread & 3
            if self.leaf[node] != _EMPTY:
                found.add(thread)
            elif place >= self.since[node]:
                follow = max(follow, self.follow[node])
                for after in self.out[node]:
                    if (thread := after << 2 | follow) not in seen:
                        seen.add(thread)
                        work.append(thread)
        return found

    def moved(self, threads: Iterable[int], kind: bytes) -> list[int]:
        """Where the threads that take a character of this kind are after it."""
        moved = []
        for thread in threads:
            node, follow = thread >> 2, thread & 3
            if kind[self.leaf[node]]:
                if follow == FREE:
                    moved.append(self.out[node][0] << 2)
                elif kind[_NEWLINE] and follow != END:
                    moved.append(self.out[node][0] << 2 | _AFTER_NEWLINE[follow])
        return moved


class State:
    """What an automaton knows of a text; good for as long as the automaton is."""

    __slots__ = ("after", "distance", "threads")

    def __init__(self, threads: frozenset[int], distance: int) -> None:
        self.threads = threads
        self.distance = distance
        self.after: dict[bytes, State] = {}


class Automaton:
    """A pattern that reads a text as it grows, as `re.search` would find it in the whole.

    Attributes:
        exact: False where the pattern has parts that are taken as matching: then what
            accepts only may match, and nothing is ever sure.
        mortal: False where no text can be dead.
        start: the state of the empty text.
        program: the pattern's nodes.
    """

    def __init__(self, tree: Tree, exact: bool) -> None:
        self.exact = exact
        self.program = program = Program(tree)
        self._ahead = _distances(program)
        self._lines = LINE_START in program.since
        self._states: dict[frozenset[int], State] = {}
        self._tables: list[State] = []  # those that remember what comes after them
        self._used = 0
        begin = [self._alive([program.start << 2], place) for place in range(3)]
        self._begin = begin
        # a match that begins later needs a character more, and after a newline that newline
        self._later = 1 + min([self._ahead[x] for x in begin[0] | begin[self._newline]] + [NEVER])
        self.start = self._state(frozenset(begin[TEXT_START]))
        self.mortal = self._later > NEVER and FREE not in self.start.threads

    @property
    def _newline(self) -> int:
        """The place after a newline, where that is a place of its own."""
        return LINE_START if self._lines else ANYWHERE

    def step(self, state: State, text: str) -> State:
        """The state after more text."""
        kinds = self.program.kinds
        for character in text:
            try:
                state = state.after[kinds[character]]
            except KeyError:
                state = self._learn(state, character)
        return state

    def dead(self, state: State) -> bool:
        """Whether no continuation, the empty one included, can match."""
        return state.distance >= NEVER

    def sure(self, state: State) -> bool:
        """Whether every continuation matches."""
        return self.exact and FREE in state.threads

    def accepts(self, state: State) -> bool:
        """Whether the text as it is matches; if not `exact`, whether it may."""
        return not _MATCHED.isdisjoint(state.threads)

    def distance(self, state: State) -> int:
        """How many characters must at least follow before it accepts; `NEVER` when dead."""
        return state.distance

    def _learn(self, state: State, character: str) -> State:
        kind = self.program.kind(character)
        place = self._newline if kind[_NEWLINE] else ANYWHERE
        threads = self._alive(self.program.moved(state.threads, kind), place)
        threads |= self._begin[place]
        if self._used > _MEMORY:
            self._forget()
        following = self._state(frozenset((FREE,)) if FREE in threads else frozenset(threads))
        if not state.after:
            self._tables.append(state)
        state.after[kind] = following
        self._used += 1
        return following

    def _alive(self, threads: list[int], place: int) -> set[int]:
        ahead = self._ahead
        return {x for x in self.program.waiting(threads, place) if ahead[x] < NEVER}

    def _state(self, threads: frozenset[int]) -> State:
        state = self._states.get(threads)
        if state is None:
            distance = min([self._ahead[thread] for thread in threads] + [self._later, NEVER])
            state = self._states[threads] = State(threads, distance)
            self._used += 1 + len(threads)
        return state

    def _forget(self) -> None:
        for state in self._tables:
            state.after.clear()
        self._tables.clear()
        self._states.clear()
        self._used = 0


def _distances(program: Program) -> list[int]:
    """For each thread, how many characters it needs to match; `NEVER` where none will do.

    From the matches backwards along the moves, a character at a time.
    """
    before = _moves_before(program)
    ahead = [NEVER] * (4 * len(program.leaf))
    level = [(thread, ANYWHERE) for thread in _MATCHED if (thread, ANYWHERE) in before]
    done = set()
    distance = 0
    while level:
        later: list[tuple[int, int]] = []
        while level:
            at = level.pop()
            if at in done:
                continue
            done.add(at)
            if program.leaf[at[0] >> 2] != _EMPTY:
                ahead[at[0]] = min(distance, ahead[at[0]])
            for earlier in before[at]:
                takes = program.leaf[earlier[0] >> 2] != _EMPTY
                (later if takes else level).append(earlier)
        level = later
        distance += 1
    return ahead


def _moves_before(program: Program) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """What each thread and place that can be reached is reached from."""
    leaves = list(program.leaves)
    newlines = [bool(leaf.matches("\n")) for leaf in leaves]
    newline = LINE_START if LINE_START in program.since else ANYWHERE
    work = [(program.start << 2, place) for place in (ANYWHERE, newline, TEXT_START)]
    before: dict[tuple[int, int], list[tuple[int, int]]] = {at: [] for at in work}
    while work:
        thread, place = at = work.pop()
        node, follow = thread >> 2, thread & 3
        leaf = program.leaf[node]
        moves = []
        if leaf != _EMPTY:
            after = program.out[node][0] << 2
            if leaves[leaf].possible and follow == FREE:
                moves.append((after, ANYWHERE))
            if newlines[leaf] and follow != END:
                moves.append((after | _AFTER_NEWLINE[follow], newline))
        elif place >= program.since[node]:
            follow = max(follow, program.follow[node])
            moves = [(after << 2 | follow, place) for after in program.out[node]]
        for move in moves:
            if program.leaf[move[0] >> 2] != _EMPTY:
                move = (move[0], ANYWHERE)  # what waits does not mind where
            if move not in before:
                before[move] = []
                work.append(move)
            before[move].append(at)
    return before


def occurs(program: Program, text: str) -> bool:
    """Whether a match is anywhere in a whole text, lookaround and all."""
    return any(_ends(program, text, range(len(text) + 1)))


def _ends(program: Program, text: str, places: range) -> bytearray:
    """At which places of the text a match ends (or, read from the end, begins): flags."""
    looks = {look: _holds(look, text) for look in set(program.looks.values())}
    ends = bytearray(len(text) + 1)
    nodes: set[int] = set()
    for place in places:
        nodes = _pass(program, nodes | {program.start}, text, place, looks)
        ends[place] = 0 in nodes
        next_character = place if places.step > 0 else place - 1
        if 0 <= next_character < len(text):
            kind = program.kind(text[next_character])
            nodes = {program.out[node][0] for node in nodes if node and kind[program.leaf[node]]}
    return ends


def _holds(look: Look, text: str) -> bytearray:
    """At which places of the text a lookaround holds, as flags."""
    everywhere = range(len(text) + 1)
    places = everywhere[::-1] if look.ahead else everywhere
    ends = _ends(Program(look.body, backward=look.ahead), text, places)
    return ends.translate(bytes([1, 0]) + bytes(254)) if look.negated else ends


def _pass(
    program: Program, nodes: set[int], text: str, place: int, looks: dict[Look, bytearray]
) -> set[int]:
    """The nodes that wait for a character at a place of a whole text."""
    work = list(nodes)
    seen = set(work)
    found: set[int] = set()
    while work:
        node = work.pop()
        if program.leaf[node] != _EMPTY:
            found.add(node)
            continue
        look = program.looks.get(node)
        if not (looks[look][place] if look else _open(program, node, text, place)):
            continue
        for after in program.out[node]:
            if after not in seen:
                seen.add(after)
                work.append(after)
    return found


def _open(program: Program, node: int, text: str, place: int) -> bool:
    """Whether a gate may be passed at a place of a whole text."""
    since, follow = program.since[node], program.follow[node]
    if since and place and (since == TEXT_START or text[place - 1] != "\n"):
        return False
    rest = len(text) - place
    if follow == FREE or not rest:
        return True
    return text[place] == "\n" and (follow == LINE or (follow == TAIL and rest == 1))
