"""Objects and arrays: what applies to their members, and to how many there are."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .._core.faults import over
from .dialects import unusable, work
from .patterns import Automaton, Irregular, PatternInput, automaton, search
from .reach import evaluated_items, evaluated_keys
from .rules import STRING, Cause, Child, Label, Layout, Part, Rules
from .scalars import OpenText, Text

if TYPE_CHECKING:
    from .nodes import Node


class Described:
    """What one subschema says of the members of an object.

    Attributes:
        part: the subschema.
        properties: the listed keys.
        patterns: patterns of keys.
        additional: for all other keys; None if nothing is said of them.
    """

    __slots__ = ("additional", "part", "patterns", "properties")

    def __init__(self, part: Part) -> None:
        schema, node = part.node.schema, part.node
        self.part = part
        self.properties: Mapping[str, Any] = schema.get("properties", {})
        patterns = schema.get("patternProperties", {})
        self.patterns = {pattern: node.below(schema) for pattern, schema in patterns.items()}
        additional = schema.get("additionalProperties")
        self.additional = None if additional is None else node.below(additional)

    def of(self, key: str, layout: Layout) -> Iterator[tuple[Node, Part, Label]]:
        """The schemas of a member, and where they stand in the subschema."""
        part = self.part
        listed = key in self.properties
        if listed:
            node = part.node.below(self.properties[key])
            yield node, part, (*part.label, "properties", key)
        matched = False
        for pattern, node in self.patterns.items():
            if found(layout, pattern, key):
                matched = True
                yield node, part, (*part.label, "patternProperties", pattern)
        if not (listed or matched) and self.additional is not None:
            yield self.additional, part, (*part.label, "additionalProperties")


class Closed:
    """The only keys that a subschema takes.

    Attributes:
        part, keyword: what says so.
        listed: the keys.
        keys: those of them that some value can have, sorted.
        automata: of the patterns; None for one that is too large, which takes any key.
        longest, most: of the listed keys: the longest one, and their number, None with patterns.
    """

    __slots__ = ("automata", "keys", "keyword", "listed", "longest", "most", "part", "patterns")

    def __init__(
        self,
        part: Part,
        keyword: str,
        listed: Iterable[str],
        keys: Iterable[str],
        patterns: list[str],
    ) -> None:
        self.part = part
        self.keyword = keyword
        self.listed = frozenset(listed)
        self.keys = sorted(keys)
        self.patterns = patterns
        limits = part.node.plan.limits
        made = [automaton(pattern, limits.max_pattern_states) for pattern in patterns]
        self.automata: set[Automaton] | None = {a for a in made if a is not None}
        if None in made:
            self.automata = None
        self.longest = max(map(len, self.keys), default=0)
        self.most = None if patterns else len(self.keys)

    def takes(self, text: OpenText, begun: str, used: Container[str]) -> bool:
        """Whether a key that begins so may still come."""
        if self.automata is None:
            return True
        if any(not made.dead(text.states[made]) for made in self.automata):
            return True
        return self.left(begun, used) is not None

    def left(self, begun: str, used: Container[str]) -> str | None:
        """A listed key that begins so and may still come."""
        at = bisect_left(self.keys, begun)
        while at < len(self.keys) and self.keys[at].startswith(begun):
            if self.keys[at] not in used:
                return self.keys[at]
            at += 1
        return None


class Members(Layout):
    """What applies to objects.

    Attributes:
        required: the keys that must come, and what says so.
        least, most: how many members; None for any number.
        closed: what takes certain keys only.
        names: the rules of the keys themselves.
        dependent: keys that demand other keys.
        known: the listed keys, as far as they were looked up and can have a value.
        listed: all of them.
        waits: whether only the end can make it sure.
    """

    def __init__(self, rules: Rules, kind: int) -> None:
        super().__init__(rules, kind)
        self.described: list[Described] = []
        self.required: dict[str, Part] = {}
        self.least = 0
        self.least_part: Part | None = None
        self.most: int | None = None
        self._most_part: Part | None = None
        self._unevaluated: list[Part] = []
        self.closed: list[Closed] = []
        self._named: list[tuple[Node, Part]] = []
        self.names: list[tuple[Part, Text]] = []
        self.dependent: list[tuple[Part, str, str, list[str]]] = []
        self.known: dict[str, Child | None] = {}
        self._refused: dict[str, tuple[Child | None, Cause]] = {}
        self._others: tuple[Child | None, Cause | None] | None = None
        self.listed: frozenset[str] = frozenset()
        self._obliging = -1
        self._particular = False  # what is not listed is not all alike
        self.waits = False

    def says_more(self) -> bool:
        counted = self.least > 0 or self.most is not None
        keyed = self.required or self.closed or self._named or self.dependent or self._unevaluated
        described = any(not _says_nothing(each) for each in self.described)
        return bool(counted or keyed or described)

    # --- laying out --------------------------------------------------------------------

    def describe(self, part: Part) -> None:
        """`properties`, `patternProperties` or `additionalProperties`."""
        if not self.described or self.described[-1].part is not part:
            self.described.append(Described(part))

    def demand(self, part: Part, keys: Iterable[str]) -> None:
        """`required`."""
        for key in keys:
            self.required.setdefault(key, part)

    def at_least(self, part: Part, keyword: str, least: Any) -> None:
        """`minProperties`."""
        if least > self.least:
            self.least, self.least_part = least, part

    def at_most(self, part: Part, keyword: str, most: Any) -> None:
        """`maxProperties`."""
        if self.most is None or most < self.most:
            self.most, self._most_part = int(most), part

    def name(self, part: Part, node: Node) -> None:
        """`propertyNames`."""
        self._named.append((node, part))

    def depend(self, part: Part, keyword: str, key: str, keys: list[str]) -> None:
        """`dependentRequired`, of one key."""
        self.dependent.append((part, keyword, key, keys))

    def close_unevaluated(self, part: Part) -> None:
        """`unevaluatedProperties: false`."""
        self._unevaluated.append(part)

    def settle(self) -> None:
        self.listed = frozenset(key for each in self.described for key in each.properties)
        for node, part in self._named:
            layout = self.plan.rules((node,)).layout(STRING)
            if isinstance(layout, Text) and not layout.trivial:
                self.names.append((part, layout))
        self._particular = bool(self._unevaluated) or any(each.patterns for each in self.described)
        for each in self.described:
            if each.additional is not None and each.additional.schema is False:
                self._close(each.part, "additionalProperties", each.properties, [*each.patterns])
        for part in self._unevaluated:
            reached = evaluated_keys(part.node)
            if reached is not None:
                self._close(part, "unevaluatedProperties", *reached)
        self._count()
        if self.refusal is None:
            self._demand_possible_keys()
        easy = not (self.names or self.most is not None or self.dependent)
        self.easy = easy and not any(choice.how == "dependent" for choice in self.choices)
        self.direct = self.easy and not self.choices
        self.ends = self.least == 0 and not (self.dependent or self.handed)
        partly = any(each.patterns or each.additional is not None for each in self.described)
        self.waits = bool(partly or self.closed or not easy or self.handed)
        self.keyed = bool(self.closed or self.names)

    def _close(self, part: Part, keyword: str, listed: Iterable[str], patterns: list[str]) -> None:
        listed = [*listed]
        keys = [key for key in listed if not self._has_no_value(key)]
        try:
            self.closed.append(Closed(part, keyword, listed, keys, patterns))
        except re.error as error:
            raise unusable(error) from error

    def _has_no_value(self, key: str) -> bool:
        """Whether no value of a listed key can pass."""
        child = self._described(key)
        return child is not None and child.rules.impossible

    def _count(self) -> None:
        """From how many members on no comma may come."""
        counts = [closed.most for closed in self.closed if closed.most is not None]
        if self.most is not None:
            counts.append(self.most)
        self.comma = min(counts, default=None)
        if self.comma is None:
            return
        if self.least > self.comma and self.least_part is not None:
            said = f"no object has {self.least} properties or more, and {self.comma} or fewer"
            self.refuse(self.least_part, "minProperties", said)
        for part in self.required.values():
            if len(self.required) > self.comma:
                self.refuse(part, "required", "more properties are required than may be there")

    def _demand_possible_keys(self) -> None:
        """A key that must come but cannot."""
        for key, part in self.required.items():
            if self.member(key)[1] is not None or not all(
                names.passes(key) for _, names in self.names if not names.handed
            ):
                said = f"{key!r} is a required property, and cannot be there"
                self.refuse(part, "required", said)
                return

    # --- looking up --------------------------------------------------------------------

    def member(self, key: str) -> tuple[Child | None, Cause | None]:
        """The rules of a member, and why there may be none of that key."""
        if key in self.known:
            return self.known[key], None
        if key in self.listed:
            if key not in self._refused:
                child = self._described(key)
                cause = self._cause(key, child)
                if cause is None:
                    self.known[key] = child
                    return child, None
                self._refused[key] = child, cause
            return self._refused[key]
        if self._particular:
            child = self._described(key)
            return child, self._cause(key, child)
        if self._others is None:
            child = self._described(key)
            self._others = child, self._cause(key, child)
        return self._others

    def _described(self, key: str) -> Child | None:
        found = (each.of(key, self) for each in self.described)
        return self.child(entry for entries in found for entry in entries)

    def _cause(self, key: str, child: Child | None) -> Cause | None:
        """Why no member of this key may be there."""
        for closed in self.closed:
            if key not in closed.listed and not any(found(self, p, key) for p in closed.patterns):
                return Cause(closed.part, closed.keyword)
        if child is not None and child.rules.impossible:
            part, label = child.origins[0]
            return Cause(part, str(label[len(part.label)]))
        return None

    def left(self, begun: str, used: Container[str]) -> str | None:
        """A listed key that begins so and is left, by a look at the lists alone."""
        if self.names or len(self.closed) != 1 or self.closed[0].patterns:
            return None
        return self.closed[0].left(begun, used)

    def key_death(self, text: OpenText, begun: str, used: Container[str]) -> Cause | None:
        """Why no key that begins so may come."""
        for closed in self.closed:
            if not closed.takes(text, begun, used):
                return Cause(closed.part, closed.keyword)
        for part, names in self.names:
            if names.death(text) is not None:
                return Cause(part, "propertyNames")
        return None

    def obliging(self) -> int:
        """How many listed keys have rules."""
        if self._obliging < 0:
            self._obliging = sum(self.member(key)[0] is not None for key in self.listed)
        return self._obliging

    def overfull(self) -> Cause | None:
        """Why one member more is one too many."""
        if self.most is not None and self.most == self.comma and self._most_part is not None:
            return Cause(self._most_part, "maxProperties")
        for closed in self.closed:
            if closed.most == self.comma:
                return Cause(closed.part, closed.keyword)
        return None


def _says_nothing(described: Described) -> bool:
    schemas: list[Any] = [*described.properties.values()]
    schemas += [node.schema for node in described.patterns.values()]
    if described.additional is not None:
        schemas.append(described.additional.schema)
    return all(schema is True or schema == {} for schema in schemas)


class Contained:
    """One `contains`, and how many items must match.

    Attributes:
        part: what says so.
        rules: what an item must satisfy to count.
        least, most: how many; `most` None for any number.
    """

    __slots__ = ("least", "most", "part", "rules")

    def __init__(self, part: Part, rules: Rules, least: Any, most: Any) -> None:
        self.part = part
        self.rules = rules
        self.least = least
        self.most = most


class Items(Layout):
    """What applies to arrays.

    Attributes:
        least, most: how many items; `most` None for any number.
        unique: what says that no two are equal.
        contained: what items must be among them.
        waits: whether only the end can make it sure.
    """

    def __init__(self, rules: Rules, kind: int) -> None:
        super().__init__(rules, kind)
        self.required: dict[str, Part] = {}  # as objects have
        self.least = 0
        self.least_part: Part | None = None
        self.most: int | None = None
        self._most_part: Part | None = None
        self._overfull: Cause | None = None
        self._unevaluated: list[Part] = []
        self._described: list[tuple[Part, list[Node], Node | None, str, str]] = []
        self._prefix: list[Child | None] = []
        self.rest: Child | None = None
        self.varied = 0
        self.unique: list[Part] = []
        self.contained: list[Contained] = []
        self.waits = False

    def says_more(self) -> bool:
        counted = self.least > 0 or self.most is not None or self.comma is not None
        said = self.unique or self.contained or self._unevaluated
        items = self.rest is not None or any(child is not None for child in self._prefix)
        return bool(counted or said or items)

    def describe(self, part: Part) -> None:
        """`items`, `prefixItems` or `additionalItems`."""
        if any(known is part for known, *_ in self._described):
            return
        node, schema = part.node, part.node.schema
        first, then = "items", "additionalItems"
        prefix, rest = schema.get("items"), None
        if node.draft == "2020-12":
            first, then = "prefixItems", "items"
            prefix, rest = schema.get("prefixItems", []), schema.get("items")
        elif isinstance(prefix, list):
            rest = schema.get("additionalItems")
        elif prefix is not None:
            first, then = "", "items"
            prefix, rest = [], prefix
        nodes = [node.below(each) for each in prefix or ()]
        others = None if rest is None else node.below(rest)
        self._described.append((part, nodes, others, first, then))

    def at_least(self, part: Part, keyword: str, least: Any) -> None:
        """`minItems`."""
        if least > self.least:
            self.least, self.least_part = least, part

    def at_most(self, part: Part, keyword: str, most: Any) -> None:
        """`maxItems`."""
        if self.most is None or most < self.most:
            self.most, self._most_part = int(most), part

    def contain(self, part: Part, node: Node, least: Any, most: Any) -> None:
        """`contains` with `minContains` and `maxContains`."""
        if least > 0 or most is not None:
            self.contained.append(Contained(part, self.plan.rules((node,)), least, most))

    def close_unevaluated(self, part: Part) -> None:
        """`unevaluatedItems: false`."""
        self._unevaluated.append(part)

    def settle(self) -> None:
        self.varied = max((len(nodes) for _, nodes, *_ in self._described), default=0)
        self._prefix = [self._at(i) for i in range(self.varied)]
        self.rest = self._at(self.varied)
        self._count()
        for part in self._unevaluated:
            first = evaluated_items(part.node)
            if first is not None:
                self._stop_after(first, Cause(part, "unevaluatedItems"))
        if self.comma is not None and self.least > self.comma and self.least_part is not None:
            said = f"no array has {self.least} items or more, and {self.comma} or fewer"
            self.refuse(self.least_part, "minItems", said)
        for contained in self.contained:
            self._contain_possibly(contained)
        described = self.rest is not None or any(child is not None for child in self._prefix)
        counted = self.most is not None or self.comma is not None
        self.waits = bool(described or counted or self.unique or self.handed)
        self.easy = not (self.unique or self.contained or self.comma == 0)
        self.direct = self.easy and not self.choices
        self.ends = self.direct and self.least == 0 and not self.handed

    def _contain_possibly(self, contained: Contained) -> None:
        least, most = contained.least, contained.most
        if least > 0 and contained.rules.impossible:
            self.refuse(contained.part, "contains", "no item can match 'contains'")
        elif most is not None and least > most:
            said = f"no array has {least} matching items or more, and {most} or fewer"
            self.refuse(contained.part, "minContains", said)
        elif self.comma is not None and least > self.comma:
            said = f"no array has {least} matching items, and {self.comma} items or fewer"
            self.refuse(contained.part, "contains", said)

    def _count(self) -> None:
        if self.most is not None and self._most_part is not None:
            self._stop_after(self.most, Cause(self._most_part, "maxItems"))
        for i, child in enumerate([*self._prefix, self.rest]):
            if child is not None and child.rules.impossible:
                part, label = child.origins[0]
                self._stop_after(i, Cause(part, str(label[len(part.label)])))
                self._leave_out(i)
                break

    def _leave_out(self, index: int) -> None:
        """Nothing more is to be said of an item that may not be there."""
        if index < self.varied:
            self._prefix[index] = None
        else:
            self.rest = None

    def _stop_after(self, items: int, cause: Cause) -> None:
        if self.comma is None or items < self.comma:
            self.comma = items
            self._overfull = cause

    def _at(self, index: int) -> Child | None:
        found: list[tuple[Node, Part, Label]] = []
        for part, nodes, others, first, then in self._described:
            if index < len(nodes):
                found.append((nodes[index], part, (*part.label, first, index)))
            elif others is not None:
                found.append((others, part, (*part.label, then)))
        return self.child(found)

    def item(self, index: int) -> Child | None:
        """The rules of an item."""
        return self._prefix[index] if index < self.varied else self.rest

    def overfull(self) -> Cause | None:
        """Why one item more is one too many."""
        return self._overfull


def found(layout: Layout, pattern: str, key: str) -> bool:
    """Whether a pattern matches a whole key."""
    limits = layout.plan.limits
    try:
        return search(pattern, key, limits.max_pattern_states, limits.max_pattern_input)
    except (re.error, Irregular) as error:
        raise unusable(error) from error
    except PatternInput as error:
        raise over(error.limit, error.maximum, work.offset) from error
