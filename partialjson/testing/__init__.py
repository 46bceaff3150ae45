"""partialjson.testing: test what reads model streams with what this library tests itself with.

    pip install 'partialjson-live[testing]'

    >>> from partialjson.testing import WIRES, Answer, Call, cut
    >>> call = Call("get_weather", '{"city": "Paris"}', "call_1", cut('{"city": "Paris"}', 4))
    >>> body = WIRES["anthropic_messages"].body(Answer((call,)))
    >>> print(body.decode().splitlines()[0])
    event: message_start

This file is the table of contents; names are imported when they are first used, and only the
strategies import Hypothesis.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in the table of contents of the whole
if TYPE_CHECKING:
    from typing import Any

    from .connections import (
        Request as Request,
    )
    from .consumers import (
        Arriving as Arriving,
    )
    from .consumers import (
        assert_cancels as assert_cancels,
    )
    from .consumers import (
        assert_fragment_invariant as assert_fragment_invariant,
    )
    from .consumers import (
        assert_no_cut_off_call as assert_no_cut_off_call,
    )
    from .consumers import (
        assert_no_retraction as assert_no_retraction,
    )
    from .defects import (
        DEFECTS as DEFECTS,
    )
    from .defects import (
        Damaged as Damaged,
    )
    from .defects import (
        damage as damage,
    )
    from .faults import (
        ENDING as ENDING,
    )
    from .faults import (
        FAULTS as FAULTS,
    )
    from .faults import (
        HARMLESS as HARMLESS,
    )
    from .faults import (
        Fault as Fault,
    )
    from .faults import (
        Faulty as Faulty,
    )
    from .faults import (
        faulty as faulty,
    )
    from .fragments import (
        cut_at as cut_at,
    )
    from .fragments import (
        cut_like as cut_like,
    )
    from .fragments import (
        every_cut as every_cut,
    )
    from .fragments import (
        halved as halved,
    )
    from .instances import documents_for as documents_for
    from .measured import (
        MEASURED as MEASURED,
    )
    from .measured import (
        Measured as Measured,
    )
    from .quirks import (
        QUIRKS as QUIRKS,
    )
    from .replies import (
        Reply as Reply,
    )
    from .replies import (
        tokens_per_second as tokens_per_second,
    )
    from .responses import (
        Wired as Wired,
    )
    from .responses import (
        wire as wire,
    )
    from .server import (
        ReplayServer as ReplayServer,
    )
    from .server import (
        replay_server as replay_server,
    )
    from .spelling import respelled as respelled
    from .strategies import (
        damaged as damaged,
    )
    from .strategies import (
        documents as documents,
    )
    from .strategies import (
        fragmentations as fragmentations,
    )
    from .strategies import (
        truncated as truncated,
    )
    from .texts import document as document
    from .wiring import (
        faulty_streams as faulty_streams,
    )
    from .wiring import (
        wires as wires,
    )
    from .writers import (
        WIRES as WIRES,
    )
    from .writers import (
        Answer as Answer,
    )
    from .writers import (
        Call as Call,
    )
    from .writers import (
        Frame as Frame,
    )
    from .writers import (
        Refusal as Refusal,
    )
    from .writers import (
        Said as Said,
    )
    from .writers import (
        Thought as Thought,
    )
    from .writers import (
        Unwritable as Unwritable,
    )
    from .writers import (
        Wire as Wire,
    )
    from .writers import (
        cut as cut,
    )

# No module is called as one of the names: importing it would hide the name.
_CONTENTS = {
    "connections": ("Request",),
    "consumers": (
        *("Arriving", "assert_cancels", "assert_fragment_invariant"),
        *("assert_no_cut_off_call", "assert_no_retraction"),
    ),
    "defects": ("DEFECTS", "Damaged", "damage"),
    "faults": ("ENDING", "FAULTS", "HARMLESS", "Fault", "Faulty", "faulty"),
    "fragments": ("cut_at", "cut_like", "every_cut", "halved"),
    "instances": ("documents_for",),
    "measured": ("MEASURED", "Measured"),
    "quirks": ("QUIRKS",),
    "replies": ("Reply", "tokens_per_second"),
    "responses": ("Wired", "wire"),
    "server": ("ReplayServer", "replay_server"),
    "spelling": ("respelled",),
    "strategies": ("damaged", "documents", "fragmentations", "truncated"),
    "texts": ("document",),
    "wiring": ("faulty_streams", "wires"),
    "writers": (
        *("WIRES", "Answer", "Call", "Frame", "Refusal", "Said", "Thought", "Unwritable"),
        *("Wire", "cut"),
    ),
}
_HOMES = {name: module for module, names in _CONTENTS.items() for name in names}
__all__ = sorted(_HOMES)  # built from the table


if not TYPE_CHECKING:  # a type checker reads the list above, and finds misspelt names

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module("." + _HOMES[name], __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
