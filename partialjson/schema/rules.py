"""What a value must satisfy: all subschemas that apply to it at once, laid out by its kind.

As soon as a value's first character is read, its kind is known, and most of what a schema says
is about other kinds. So `Rules`, which are a set of subschemas, are laid out for a kind: `$ref`
and `allOf` are followed, alternatives that this kind cannot have fall away, and what is left
of all of them stands together, the tightest first. What is laid out stays, so a document only
looks things up.

A layout is *trivial* if any value of the kind passes, and *refused* if none can. Whatever this
file finds refused is certain; what it does not find is found when the value is complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from .._core.faults import Fault
from ..errors import UsageError

if TYPE_CHECKING:
    from .nodes import Node, Plan

NULL: Final = 1
TRUE: Final = 2
FALSE: Final = 4
INTEGER: Final = 8  # a number without fraction and exponent
REAL: Final = 16
STRING: Final = 32
ARRAY: Final = 64
OBJECT: Final = 128
_DEEP: Final = 40  # members within members that are looked at to see whether a value can be
KINDS: Final = (STRING, INTEGER, OBJECT, ARRAY, TRUE, FALSE, NULL, REAL)  # the likeliest first

Label: TypeAlias = tuple[str | int, ...]


class Part:
    """A subschema among those that apply to a value at once.

    Attributes:
        node: the subschema.
        entry: by which of the rules' own subschemas it is there.
        label: the part of its `schema_path` from that one to here.
        above: what led to it in place, to find a schema that applies itself.
    """

    __slots__ = ("above", "entry", "label", "node")

    def __init__(self, node: Node, entry: int, label: Label, above: Part | None) -> None:
        self.node = node
        self.entry = entry
        self.label = label
        self.above = above


class Cause(NamedTuple):
    """Why a value is refused: a keyword of a part, and what to say of it."""

    part: Part
    keyword: str
    said: str = ""


class Child:
    """The rules of a member, and where each of their subschemas comes from."""

    __slots__ = ("origins", "rules")

    def __init__(self, rules: Rules, origins: tuple[tuple[Part, Label], ...]) -> None:
        self.rules = rules
        self.origins = origins


class Choice:
    """Alternatives that only the value itself decides between.

    Attributes:
        part, keyword: the keyword that says so.
        how: "anyOf", "oneOf", "not", "if", "dependent", or "constant": one of some values.
        options: the layouts; for "if" those of `if`, `then` and `else`, None where anything
            goes.
        labels: the parts of `schema_path` of the options.
        sure: of "oneOf": how many more alternatives take anything of this kind.
        key: of "dependent": the key that makes it count.
    """

    __slots__ = ("how", "key", "keyword", "labels", "options", "part", "sure")

    def __init__(
        self,
        part: Part,
        how: str,
        options: Sequence[Layout | None],
        labels: Sequence[Label],
        *,
        keyword: str = "",
        sure: int = 0,
        key: str = "",
    ) -> None:
        self.part = part
        self.how = how
        self.keyword = keyword or how
        self.options = options
        self.labels = labels
        self.sure = sure
        self.key = key


class Rules:
    """All that applies to a value: some subschemas, and what they come to for each kind.

    Attributes:
        entries: the subschemas.
        easy: the kinds for which any value is known to pass.
    """

    __slots__ = ("_impossible", "_layouts", "_signs", "easy", "entries", "plan")

    def __init__(self, plan: Plan, entries: tuple[Node, ...]) -> None:
        self.plan = plan
        self.entries = entries
        self.easy = 0
        self._layouts: dict[int, Layout | None] = {}
        self._impossible: bool | None = None
        self._signs = -1

    def layout(self, kind: int) -> Layout:
        """What applies to values of a kind.

        Raises:
            UsageError: for a schema that applies itself to the same value, and for a
                reference or a pattern that is none.
        """
        found = self._layouts.get(kind)
        return found or self._lay_out(kind)

    def _lay_out(self, kind: int) -> Layout:
        with self.plan.lock:  # plans are shared
            found = self._layouts.get(kind)
            if found is not None:  # by somebody else, meanwhile
                return found
            if kind in self._layouts:
                raise endless()
            self._layouts[kind] = None  # it is being made
            try:
                found = _laid_out(self, kind)
            except (Fault, UsageError):
                raise
            except RecursionError:
                message = "the schema is nested too deeply"
                raise UsageError(message, code="too_deep") from None
            except Exception as error:  # what a reference leads to may be no schema
                message = f"the schema cannot be used: {error!r}"
                raise UsageError(message, code="unusable_schema") from error
            finally:
                del self._layouts[kind]
            self._layouts[kind] = found
            if found.trivial:
                self.easy |= kind
            return found

    @property
    def impossible(self) -> bool:
        """Whether it is certain that no value at all can satisfy them."""
        known = self._impossible
        return self._find_out() if known is None else known

    def _find_out(self) -> bool:
        plan = self.plan
        with plan.lock:
            if self in plan.asked or len(plan.asked) >= _DEEP:
                return False  # as long as it is being found out: they may be recursive
            plan.asked.append(self)
            try:
                found = all(self.layout(kind).refusal for kind in KINDS)
            except UsageError:  # it says so when a value comes there
                found = False
            finally:
                plan.asked.pop()
            self._impossible = found
            return found

    def takes_sign(self, negative: bool) -> bool:
        """Whether a number with that sign may pass, and nothing depends on that."""
        if self._signs < 0:
            self._signs = self._taken_signs()
        return self._signs & (2 if negative else 1) != 0

    def _taken_signs(self) -> int:
        layouts: list[Any] = [self.layout(INTEGER), self.layout(REAL)]
        if any(each.choices for each in layouts):
            return 0
        allowed = [each.bounds for each in layouts if each.refusal is None]
        positive = any(not bounds.hopeless("0", False) for bounds in allowed)
        return positive + 2 * any(not bounds.hopeless("-", False) for bounds in allowed)


def endless() -> UsageError:
    """What to raise for a schema that needs itself to judge a value."""
    return UsageError("the schema applies itself to the same value", code="endless_schema")


class Layout:
    """What applies to values of one kind. This class itself: of `true`, `false` and `null`.

    Attributes:
        parts: the subschemas.
        refusal: why no value of this kind can pass, if that is certain.
        choices: what the value decides.
        handed: keywords that jsonschema decides when the value is complete.

    Of objects and arrays, so that the way of most values is short:
        comma: after how many members a comma is one too many; None for never.
        easy: a member needs no more than a look at its rules.
        direct: the same, and nothing else goes on while the container is open.
        ends: whether the end asks for no more than keys that must be there.
        keyed: whether a key can be refused while it is open.
    """

    def __init__(self, rules: Rules, kind: int) -> None:
        self.comma: int | None = None
        self.easy = self.direct = self.ends = self.keyed = False
        self.rules = rules
        self.plan = rules.plan
        self.kind = kind
        self.parts: list[Part] = []
        self.refusal: Cause | None = None
        self.choices: list[Choice] = []
        self.handed: list[tuple[Part, str]] = []
        self.todo: list[Part] = []

    @property
    def trivial(self) -> bool:
        """Whether any value of this kind passes."""
        return not (self.refusal or self.choices or self.handed or self.says_more())

    def says_more(self) -> bool:
        """Whether anything is said that only values of this kind have."""
        return False

    def refuse(self, part: Part, keyword: str, said: str = "") -> None:
        """No value of this kind can pass; the first reason is kept."""
        if self.refusal is None:
            self.refusal = Cause(part, keyword, said)

    def follow(self, part: Part, node: Node, *label: str | int) -> None:
        """Another subschema applies to the same value, too."""
        self.todo.append(Part(node, part.entry, (*part.label, *label), part))

    def hand(self, part: Part, keyword: str) -> None:
        """A keyword is jsonschema's to decide."""
        self.handed.append((part, keyword))

    def child(self, found: Iterable[tuple[Node, Part, Label]]) -> Child | None:
        """The rules of a member that several parts speak of; None if any value will do."""
        nodes: dict[int, Node] = {}
        origins = []
        for node, part, label in found:
            if node.schema is not True and node.schema != {} and id(node) not in nodes:
                nodes[id(node)] = node
                origins.append((part, label))
        if not nodes:
            return None
        return Child(self.plan.rules(tuple(nodes.values())), tuple(origins))

    def settle(self) -> None:
        """All parts are there: work out what follows from them together."""


def _laid_out(rules: Rules, kind: int) -> Layout:
    """Lay rules out for a kind."""
    from .keywords import SHAPES, lay_out  # the table, which is made of these classes

    layout = SHAPES.get(kind, Layout)(rules, kind)
    layout.todo = [Part(node, i, (), None) for i, node in enumerate(rules.entries)]
    seen: set[int] = set()
    while layout.todo and layout.refusal is None:
        part = layout.todo.pop(0)
        if id(part.node) in seen:
            _refuse_circles(part)
            continue
        seen.add(id(part.node))
        layout.parts.append(part)
        lay_out(layout, part)
    if layout.refusal is None:
        layout.settle()
    return layout


def _refuse_circles(part: Part) -> None:
    above = part.above
    while above is not None:
        if above.node is part.node:
            raise endless()
        above = above.above
