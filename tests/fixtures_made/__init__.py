"""The fixtures of streams: what is in them, and the script that writes them.

    python -m tests.fixtures_made            write all files of fixtures/streams anew
    python -m tests.fixtures_made --check    say which of them differ from what it would write

`written` has the cases that the writers of `partialjson.testing` write, the others those that
no writer does, for faults and for what only some servers do.
"""

from __future__ import annotations

from . import anthropic, chat, chat_ends, libraries, others, patches, responses, written
from .case import Case

CASES: tuple[Case, ...] = (
    *written.CASES,
    *chat.CASES,
    *chat_ends.CASES,
    *libraries.CASES,
    *anthropic.CASES,
    *responses.CASES,
    *patches.CASES,
    *others.CASES,
)
