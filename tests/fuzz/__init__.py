"""Fuzzing of every entry of the library, guided by coverage.

    python -m tests.fuzz --seconds 180                 all targets, 180 seconds in all
    python -m tests.fuzz --target sse --seconds 60     one of them
    python -m tests.fuzz --repeat FILE --target sse    one input again, with its traceback
    python -m tests.fuzz.leaks                         memory stays flat over all corpora

A target is a module of `targets`: its docstring says which property holds for every input and
which exceptions are documented; anything else is a crash. It has

    run(data)     the property, for one input
    seeds()       inputs to begin with, beside the files of `corpus/<target>/`
    MAX_LEN       bytes of the longest input
    WORDS         what is worth putting into an input

`guided` runs a target under atheris, the library interpreted and instrumented; `unguided` runs
it without, by chance alone, in whatever build is there. An input begins with a few bytes that
choose options and cuts (`choices`); what follows is the text, the stream, the schema.
"""
