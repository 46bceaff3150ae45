"""An error as the core knows it: what, and at which character.

The parser turns it into the public error, with line, column, bytes, path and events, none of
which the core has.
"""

from __future__ import annotations

# Help for characters that people and models often write where JSON has nothing like them.
_HINTS = {
    "'": "JSON strings are in double quotes",
    "N": "JSON has no None, NaN or NULL; null is in lower case",
    "I": "JSON has no Infinity",
    "T": "true is in lower case",
    "F": "false is in lower case",
    "u": "JSON has no undefined",
    "/": "JSON has no comments",
    "#": "JSON has no comments",
    "+": "a JSON number has no plus sign in front",
    ".": "a JSON number begins with a digit",
    "`": "there is a Markdown fence or code around the JSON",
}
_NAMES = {
    "value": "a value",
    "key": "a key in double quotes",
    "digit": "a digit",
    "hex digit": "a hex digit",
    "character": "a character",
    "white space": "white space",
    "escape": 'one of " \\ / b f n r t u',
    "end": "the end",
}


class Fault(Exception):
    """Raised inside the core only.

    `offset` is in characters from the start of the stream; `bytes_in` counts the bytes of
    the character at `offset` that came before the offending one.
    """

    def __init__(
        self,
        code: str,
        offset: int,
        message: str,
        expected: tuple[str, ...] = (),
        *,
        bytes_in: int = 0,
        limit: str = "",
        maximum: int = 0,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.offset = offset
        self.message = message
        self.expected = expected
        self.bytes_in = bytes_in
        self.limit = limit
        self.maximum = maximum


def unexpected(
    code: str, offset: int, c: str, expected: tuple[str, ...], *, trailing: bool = False
) -> Fault:
    """The fault of finding `c` where only `expected` may stand; `trailing`: after a comma."""
    message = f"expected {spoken(expected)}, found {shown(c)}"
    if trailing:
        message += " (JSON has no trailing commas)"
    elif c in _HINTS and ("value" in expected or c in "/#"):
        message += f" ({_HINTS[c]})"
    return Fault(code, offset, message, expected)


def over(limit: str, maximum: int, offset: int) -> Fault:
    """The fault of exceeding a limit."""
    what = limit.removeprefix("max_").replace("_", " ")
    what = f"number of {what}" if what.endswith("s") else what
    message = f"the {what} exceeds {limit}={maximum}"
    return Fault("limit_exceeded", offset, message, limit=limit, maximum=maximum)


def spoken(expected: tuple[str, ...]) -> str:
    """`expected` as a person would say it."""
    words = [_NAMES.get(word) or repr(word) for word in expected]
    if len(words) > 1:
        words[-2:] = [f"{words[-2]} or {words[-1]}"]
    return ", ".join(words)


def shown(c: str) -> str:
    """A character in a message; outside ASCII unnamed, for not all its bytes need be here."""
    if c > "\x7f":
        return "a character outside ASCII"
    return repr(c) if c >= " " and c != "\x7f" else f"the control character U+{ord(c):04X}"
