"""Repairs: text that is not JSON, read as JSON while it arrives.

Strict code knows nothing of them. A `Repairer` stands between the parser's fragments and the
tokenizer: it hands text on as it is, and only where the tokenizer raises a `Fault`, the rules
of that state are asked for another reading. What a rule decides is written as JSON into the
same tokenizer, so everything behind it, trees, types and schemas, sees the *repaired text*:
strict JSON, always. Offsets in there are turned back into offsets of the given text wherever
they leave the library.
"""
