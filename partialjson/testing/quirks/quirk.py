"""What a quirk is, and how quirks are laid over a wire.

A quirk is one class, or one for each family of wires: a layer, which says what is written
otherwise. `Layer` is between it and `Wire`, and `layered` puts it in front of the wire's own
class, so that `super()` is what the wire would have written, other quirks included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, cast

from ..writers import WIRES, Unwritable, Wire

Families: TypeAlias = tuple[type[Wire], ...]
Need: TypeAlias = Callable[[Wire], "str | None"]
Needs: TypeAlias = tuple[Need, ...]


class Layer(Wire):
    """Writes something otherwise.

    Attributes:
        families: the wires that the layer can be laid over.
        needs: each says what such a wire lacks for it; None: nothing.
    """

    families: ClassVar[Families] = (Wire,)
    needs: ClassVar[Needs] = ()


@dataclass(frozen=True, slots=True)
class Quirk:
    """What some real servers do otherwise than the format says.

    Attributes:
        name: its key in `QUIRKS`.
        shows: what it is, in one line.
        layers: one for each family of wires that it fits.
        against: quirks that say otherwise.
    """

    name: str
    shows: str
    layers: tuple[type[Layer], ...]
    against: tuple[str, ...] = ()

    @property
    def wires(self) -> tuple[str, ...]:
        """The names of all wires that it fits."""
        return tuple(name for name, wire in WIRES.items() if self.objection(wire) is None)

    def objection(self, wire: Wire) -> str | None:
        """Why it does not fit a wire; None if it does."""
        for name in self.against:
            if name in wire.quirks:
                return f"{name!r} says otherwise"
        layer = self._layer(wire)
        if layer is None:
            return "its format has nothing like it"
        return next(filter(None, (need(wire) for need in layer.needs)), None)

    def over(self, wire: Wire) -> Wire:
        """The wire with this quirk.

        Raises:
            Unwritable: if it does not fit; the message tells why.
        """
        problem = self.objection(wire)
        layer = self._layer(wire)
        if problem is not None or layer is None:
            fits = f"it fits {', '.join(self.wires)}"
            raise Unwritable(f"{wire.name}: no quirk {self.name!r}: {problem}; {fits}")
        return layered(layer, wire, self.name)

    def _layer(self, wire: Wire) -> type[Layer] | None:
        fitting = (layer for layer in self.layers if isinstance(wire, layer.families))
        return next(fitting, None)


def layered(layer: type[Layer], wire: Wire, name: str) -> Wire:
    """The wire with a layer over it."""
    kind = type(wire)
    namespace = {"__doc__": kind.__doc__, "quirks": (*wire.quirks, name)}
    made = cast(type[Wire], type(kind.__name__, (layer, kind), namespace))
    return made()


# --- what layers need -------------------------------------------------------------------


def already(*kinds: type[Wire]) -> Need:
    """The wire is none of those that do so as they are."""
    return lambda wire: "it does so already" if isinstance(wire, kinds) else None


def streaming(wire: Wire) -> str | None:
    """The arguments come in fragments."""
    return None if wire.streams_text else "its arguments come whole"


def whole(wire: Wire) -> str | None:
    """The arguments come whole, as text."""
    if wire.streams_text:
        return "its arguments come in fragments"
    return None if wire.arguments == "text" else "its arguments are objects"


def with_ids(wire: Wire) -> str | None:
    """Calls come with ids."""
    return None if wire.ids else "its calls have no ids"


def sse(wire: Wire) -> str | None:
    """The messages are server-sent events."""
    return None if wire.framing == "sse" else "its messages are no server-sent events"


def lines(wire: Wire) -> str | None:
    """The messages are lines of JSON."""
    return None if wire.framing == "ndjson" else "its messages are no lines of JSON"


def text(wire: Wire) -> str | None:
    """The body is text."""
    return "its body is no text" if wire.framing in ("eventstream", "objects") else None
