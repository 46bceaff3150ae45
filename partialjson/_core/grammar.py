"""The grammar of RFC 8259 as tables: states, and what may come in each.

The states are ints, because comparing an enum costs the hot loop several times as much; their
names are for checkpoints and people. `tokenizer` says what each of them means.
"""

from __future__ import annotations

START, VALUE, ITEM, FIRST_KEY, KEY, COLON, AFTER, DONE, SPACE = range(9)
STRING, ESCAPE, HEX, HIGH, HIGH_ESCAPE, LOW, RAW_HIGH = range(9, 16)
MINUS, POINT, EXP, EXP_SIGN = range(16, 20)  # a number needs more
ZERO, INT, FRACTION, EXPONENT = range(20, 24)  # it may end; from FRACTION on it is a float
LITERAL, REST = 24, 25

STATE_NAMES = (
    *("start", "value", "item", "first_key", "key", "colon", "after", "done", "space"),
    *("string", "escape", "hex", "high", "high_escape", "low", "raw_high"),
    *("minus", "point", "exp", "exp_sign", "zero", "int", "fraction", "exponent"),
    *("literal", "rest"),
)

DIGITS = "0123456789"
NUMBER: dict[int, dict[str, int]] = {  # a number begins where a value may
    VALUE: {"-": MINUS, "0": ZERO, **dict.fromkeys("123456789", INT)},
    MINUS: {"0": ZERO, **dict.fromkeys("123456789", INT)},
    ZERO: {".": POINT, "e": EXP, "E": EXP},
    INT: {**dict.fromkeys(DIGITS, INT), ".": POINT, "e": EXP, "E": EXP},
    POINT: dict.fromkeys(DIGITS, FRACTION),
    FRACTION: {**dict.fromkeys(DIGITS, FRACTION), "e": EXP, "E": EXP},
    EXP: {**dict.fromkeys(DIGITS, EXPONENT), "+": EXP_SIGN, "-": EXP_SIGN},
    EXP_SIGN: dict.fromkeys(DIGITS, EXPONENT),
    EXPONENT: dict.fromkeys(DIGITS, EXPONENT),
}
NUMBER_EXPECTED = {
    MINUS: ("digit",),
    ZERO: (".", "e"),
    INT: ("digit", ".", "e"),
    POINT: ("digit",),
    FRACTION: ("digit", "e"),
    EXP: ("digit", "+", "-"),
    EXP_SIGN: ("digit",),
    EXPONENT: ("digit",),
}
ESCAPES = {
    '"': '"',
    "\\": "\\",
    "/": "/",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}
HEX_VALUES = {c: int(c, 16) for c in "0123456789abcdefABCDEF"}
WORDS: dict[str, tuple[str, bool | None]] = {
    "t": ("true", True),
    "f": ("false", False),
    "n": ("null", None),
}
EXPECTED: dict[int, tuple[str, ...]] = {
    VALUE: ("value",),
    ITEM: ("value", "]"),
    FIRST_KEY: ("key", "}"),
    KEY: ("key",),
    COLON: (":",),
    DONE: ("end",),
    SPACE: ("white space", "end"),
    STRING: ("character", '"'),
    ESCAPE: ("escape",),
    HEX: ("hex digit",),
    REST: ("character", "end"),
}
