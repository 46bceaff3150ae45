"""partialjson.testing: test what reads model streams with what this library tests itself with.

    pip install 'partialjson-live[testing]'

Strategies for Hypothesis (`documents`, `documents_for`, `fragmentations`, `damaged`,
`truncated`, `wires`), writers of every provider's wire format (`wire`), faults of streams
(`faulty`), a local server that replays any of it to a real SDK (`replay_server`), and ready
checks for a consumer of yours, whatever parser it uses.

This file is the table of contents; names are imported when they are first used, and only the
strategies import Hypothesis.
"""
