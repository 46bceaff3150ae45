"""Documents that are no JSON any more, with what is wrong with them by name.

    >>> import random
    >>> made = damage('{"name": "Ada", "born": 1815}', random.Random(20), mendable=True)
    >>> made.text, made.defects
    ('{name: "Ada", "born": 1815,}', ('bare_keys', 'trailing_comma'))
    >>> from partialjson import loads
    >>> loads(made.text, repair=made.repairs) == made.value
    True

The standard library is all this needs. The Hypothesis strategy over it is
`partialjson.testing.damaged`.

There are two kinds of defects, all of them in `DEFECTS`. Those that can be mended are called as
the repairs that mend them; several may stand in one text, and which go together is said here:
what no reader could tell apart is not made. The others come alone, as two of them might make a
valid text again. No strict parser accepts any.
"""

from __future__ import annotations

import json
import random
from collections.abc import Collection
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from ...errors import UsageError
from . import hopeless
from . import mendable as mending
from .hopeless import HOPELESS
from .mendable import MENDABLE

DEFECTS: Final = MappingProxyType({**MENDABLE, **HOPELESS})


@dataclass(frozen=True)
class Damaged:
    """A text that is no JSON, and what is wrong with it.

    Attributes:
        text: the text.
        defects: the names of its defects, of `DEFECTS`; a name may come twice.
        document: the valid document that was damaged.
    """

    text: str
    defects: tuple[str, ...]
    document: str

    @property
    def mendable(self) -> bool:
        """Whether repairs read it as what it meant."""
        return bool(self.repairs)

    @property
    def repairs(self) -> frozenset[str]:
        """The repairs that mend it, for `repair=`; none if it cannot be mended."""
        return frozenset(self.defects) & frozenset(MENDABLE)

    @property
    def value(self) -> Any:
        """What the document meant, made anew each time."""
        return json.loads(self.document)


def damage(
    document: str,
    chance: random.Random,
    *,
    mendable: bool | None = None,
    defects: Collection[str] | None = None,
    least: int = 1,
    most: int = 4,
) -> Damaged:
    """The document with something wrong.

    Args:
        document: a valid JSON document.
        chance: where chance comes from.
        mendable: True makes defects that repairs mend, False one that cannot be mended, None
            the ones or the other.
        defects: names of `DEFECTS`, and none but these are made; None: any.
        least: how many places chance picks at least for defects that can be mended; where it
            picks one twice, or what no more fits beside another, there are fewer defects, but
            always one.
        most: how many there are at most.

    Raises:
        UsageError: for a name of no defect, and if none that is asked for fits in the document.

    >>> damage("[1, 2]", random.Random(3), defects={"double_comma"}).text
    '[1,, 2]'
    """
    allowed = check_defects(mendable, defects, least, most)
    places = {n: count for n, count in mending.fitting(document).items() if n in allowed}
    names = [*places, *(name for name in hopeless.fitting(document) if name in allowed)]
    if not names:
        raise UsageError(f"none of {sorted(allowed)} fits in {document[:80]!r}")
    name = chance.choice(names)
    if name in HOPELESS:
        return Damaged(hopeless.broken(document, name, chance), (name,), document)
    chosen = [name, *(chance.choice([*places]) for _ in range(chance.randint(least, most) - 1))]
    wanted = {(each, chance.randrange(places[each])) for each in chosen}
    text, made = mending.mendably(document, wanted, chance)
    return Damaged(text, tuple(made), document)


def check_defects(
    mendable: bool | None, defects: Collection[str] | None, least: int, most: int
) -> frozenset[str]:
    """The names of the defects that are asked for.

    Raises:
        UsageError: for a name of no defect, and if there is none to make.
    """
    if isinstance(defects, str) or not DEFECTS.keys() >= {*(defects or ())}:
        raise UsageError(f"defects are a set of {', '.join(DEFECTS)}; not {defects!r}")
    kinds = {True: MENDABLE, False: HOPELESS, None: DEFECTS}
    allowed = frozenset(kinds[mendable]) & frozenset(DEFECTS if defects is None else defects)
    if not allowed or not 1 <= least <= most:
        asked = f"{mendable=}, {least=} and {most=}"
        raise UsageError(f"there is none of defects={defects} with {asked}")
    return allowed
