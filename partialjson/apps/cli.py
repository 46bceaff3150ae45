"""The command line: `partialjson watch`, `validate`, `demo` and `partial`."""

from __future__ import annotations

import importlib
import io
import os
import platform
import re
import sys
from contextlib import suppress
from enum import Enum
from importlib import metadata
from operator import attrgetter
from typing import Annotated, Any, NoReturn, cast

import typer

import partialjson

from .. import Parser, PartialJSONError, ToolCalls, UsageError
from . import demo as bundled
from . import source as sources
from . import validate as validation
from .findings import JSONLines, Lines, ReportOnly, View
from .source import Unreadable
from .stage import Stage, flush
from .words import shown

__all__ = ["app", "main"]

MALFORMED, WRONG_USAGE, INTERRUPTED, PIPE_CLOSED = 1, 2, 130, 141

_DISTRIBUTION = "partialjson-live"
_SSE_RATE = 2000.0  # characters a second that are pleasant to watch
_JSON_RATE = 250.0
_LONGEST = 12.0  # seconds that a file plays at most, unless a rate is given
_CHUNK = 4

_EXIT_CODES = (
    "Exit codes: 0 all is fine; 1 the text is malformed or incomplete, exceeds a limit, does "
    "not fit its schema or model, or a call failed; 2 wrong usage, nothing to read, or a schema "
    "or model that cannot be used; 130 interrupted; 141 the reader of the output went away."
)

app = typer.Typer(
    help="Watch JSON while it is written, and validate it. " + _EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def main() -> None:
    """Run the command line and exit."""
    try:
        app(prog_name="partialjson")
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


class Form(str, Enum):
    """How to read a source."""

    sse = "sse"
    ndjson = "ndjson"
    eventstream = "eventstream"
    jsonarray = "jsonarray"
    json = "json"


class Numbers(str, Enum):
    """How numbers may be written."""

    json = "json"
    plain = "plain"


Rate = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        metavar="N",
        show_default=False,
        help="Replay at that many characters a second; 0 is as fast as it goes. Without it, "
        "a file is replayed at a pleasant pace in a terminal, all else as it comes.",
    ),
]


# --- commands --------------------------------------------------------------------------


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Show the versions, and what clashes.")
    ] = False,
) -> None:
    """Watch JSON while it is written, and validate it."""
    if version:
        print(_versions())
        raise typer.Exit


@app.command(epilog=_EXIT_CODES)
def watch(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What to read; - is stdin.")],
    as_: Annotated[
        Form | None,
        typer.Option("--as", show_default=False, help="Do not guess what the source is."),
    ] = None,
    rate: Rate = None,
    chunk: Annotated[
        int | None,
        typer.Option(
            min=1,
            show_default=False,
            metavar="N",
            help=f"Characters per fragment: {_CHUNK} for JSON; a stream goes by its messages.",
        ),
    ] = None,
    many: Annotated[
        bool, typer.Option("--many", help="JSON text: several documents follow one another.")
    ] = False,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:CLASS",
            show_default=False,
            help="JSON text: validate against this Pydantic model as it comes.",
        ),
    ] = None,
    provider: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default=False,
            help="A provider's stream, of this API: do not tell it by its first message.",
        ),
    ] = None,
) -> None:
    """Show what happens in a stream, while it happens.

    Reads the recorded body of a provider's streamed response or JSON text. Server-sent
    events and AWS event streams are known by how they begin; a stream of JSON lines or a JSON
    array of messages looks like any JSON text, so say --as or --provider. A terminal shows a
    picture that grows; a pipe gets one line per event.
    """
    if many and model:
        _refuse("--many and --model do not go together: a model is for one document")
    type_ = _imported(model, "--model") if model else None
    with _guarded(), sources.opened(file) as stream:
        stage = Stage(shown("stdin" if file == "-" else os.path.basename(file)))
        form, blocks = sources.recognised(stage.drawing(sources.blocks(stream)))
        streamed = as_.value != "json" if as_ else form != "json" or provider is not None
        if streamed and (many or model):
            _refuse("--many and --model are for JSON text, and this is a provider's stream")
        if streamed:
            parser: Parser | ToolCalls = _calls(provider, as_.value if as_ else "auto")
        else:
            parser = _parser(many, type_, model)
        if chunk is None and form == "sse":
            fragments = sources.messages(blocks)
        else:
            fragments = sources.pieces(blocks, chunk or _CHUNK)
        if rate is None and stage.live and file != "-":
            rate = _pleasant(form, sources.size_of(stream))
        fine = stage.play(parser, fragments, rate or 0.0, result=type_ is not None)
    raise typer.Exit(0 if fine else MALFORMED)


@app.command(epilog=_EXIT_CODES)
def validate(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What to read; - is stdin.")],
    schema: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="A JSON Schema, an OpenAI response_format or a tool definition, as JSON.",
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:CLASS",
            show_default=False,
            help="A Pydantic model, in place of a schema.",
        ),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Go on after a violation, and list them all.")
    ] = False,
    many: Annotated[
        bool,
        typer.Option("--many", help="Several documents follow one another, as in JSON lines."),
    ] = False,
    format_: Annotated[
        bool, typer.Option("--format", help="Formats such as date and email must be right, too.")
    ] = False,
    numbers: Annotated[
        Numbers,
        typer.Option(help="plain: no exponents, no 1.0; then bounds are decided at the digit."),
    ] = Numbers.json,
    json_: Annotated[
        bool,
        typer.Option("--json", help="One JSON object a line: the violations, then the verdict."),
    ] = False,
    report: Annotated[
        bool,
        typer.Option("--report", help="Only say what is wrong in words to send back to a model."),
    ] = False,
) -> None:
    """Validate JSON text while it is read, and stop at the first violation.

    A violation is shown at the character by which it is certain: nothing that could follow
    would make the text valid. The rest, which may not even be written yet, is left unread.
    """
    if (schema is None) == (model is None):
        _refuse("validate takes --schema FILE or --model MODULE:CLASS, one of the two")
    if file == schema == "-":
        _refuse("the schema and the text cannot both be read from stdin")
    if model and (format_ or numbers is not Numbers.json):
        _refuse("--format and --numbers go with --schema: a model says such things itself")
    name = "stdin" if file == "-" else file
    with _guarded():
        if schema is not None:
            parser = validation.by_schema(
                schema, format=format_, numbers=numbers.value, many=many, goes_on=all_
            )
        else:
            type_ = _imported(model or "", "--model")
            parser = validation.by_model(type_, model or "", many=many, goes_on=all_)
        view: View = ReportOnly() if report else Lines(name, many)
        if json_:
            view = JSONLines(name, report)
        against = shown(f"--model {model}" if model else f"--schema {schema}")
        with sources.opened(file) as stream:
            verdict = validation.Validation(parser, against, view, many).run(stream, flush)
    raise typer.Exit(0 if verdict.word == "valid" else MALFORMED)


@app.command(epilog=_EXIT_CODES)
def demo(rate: Rate = None) -> None:
    """Play a bundled stream: a model writes two tool calls, validated as each brace closes."""
    with _guarded():
        stage = Stage("demo")
        if rate is None:
            rate = _SSE_RATE if stage.live else 0.0
        fragments = sources.messages([bundled.stream()])
        fine = stage.play(ToolCalls(bundled.TOOLS), fragments, rate)
    raise typer.Exit(0 if fine else MALFORMED)


@app.command(epilog=_EXIT_CODES)
def partial(
    model: Annotated[
        str, typer.Argument(metavar="MODULE:CLASS", help="A Pydantic model or a dataclass.")
    ],
) -> None:
    """Print the partial class of a model, to paste and to give to ModelParser.

    `ModelParser(Order, partial=PartialOrder)` shows a growing document as instances of it,
    and a type checker knows its fields.
    """
    type_ = _imported(model, "partial")
    from ..typed.printed import print_partial

    with _guarded():
        try:
            print(print_partial(type_), end="")
        except (PartialJSONError, TypeError) as error:
            _refuse(f"{shown(model)}: {shown(str(error))}")


def _pleasant(form: str, size: int | None) -> float:
    """A pace to watch a file at; nothing is known of what has no size."""
    if size is None:
        return 0.0
    return max(_SSE_RATE if form == "sse" else _JSON_RATE, size / _LONGEST)


# --- options ---------------------------------------------------------------------------


def _refuse(message: str) -> NoReturn:
    print(f"partialjson: {message}", file=sys.stderr)
    raise typer.Exit(WRONG_USAGE)


def _imported(name: str, asked_by: str) -> Any:
    """The class that `module:Class` names, also from the working directory."""
    module, colon, path = name.partition(":")
    if not (module and colon and path):
        _refuse(f"{asked_by} takes MODULE:CLASS, such as shop.models:Order, not {shown(name)!r}")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        return attrgetter(path)(importlib.import_module(module))
    except Exception as error:  # whatever somebody's module raises
        problem = shown(f"{type(error).__name__}: {error}")
        _refuse(f"{asked_by} {shown(name)} cannot be imported: {problem}")


def _calls(provider: str | None, framing: str) -> ToolCalls:
    try:
        return ToolCalls(provider=cast("Any", provider or "auto"), framing=cast("Any", framing))
    except UsageError as error:
        _refuse(f"--provider: {shown(str(error))}")


def _parser(many: bool, type_: Any, name: str | None) -> Parser:
    if name is None:
        return Parser(many=many)
    from ..typed import ModelParser

    try:
        return ModelParser(type_, many=many)
    except (PartialJSONError, TypeError) as error:
        _refuse(f"--model {shown(name)}: {shown(str(error))}")


def _versions() -> str:
    build = "compiled" if partialjson.COMPILED else "interpreted"
    python = f"Python {platform.python_version()}"
    lines = [f"{_DISTRIBUTION} {partialjson.__version__} ({build}, {python})"]
    lines += [
        f"warning: the distribution {name!r} also provides the package 'partialjson'; "
        f"uninstall it, and reinstall {_DISTRIBUTION}"
        for name in _clashes()
    ]
    return "\n".join(lines)


def _clashes() -> list[str]:
    """The other distributions that provide a top-level package of the same name."""
    providers = metadata.packages_distributions().get("partialjson", [])
    names = {re.sub("[-_.]+", "-", name).lower() for name in providers}
    return sorted(names - {_DISTRIBUTION})


# --- showing ---------------------------------------------------------------------------


class _guarded:  # noqa: N801  # it reads as a statement
    """What may happen outside: nothing to read, a closed pipe, Ctrl-C. One line, an exit code."""

    def __enter__(self) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may know no ✓

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            error = _flushed()
        if isinstance(error, (Unreadable, validation.Unusable)):
            _refuse(shown(str(error)))
        if isinstance(error, KeyboardInterrupt):
            raise typer.Exit(INTERRUPTED) from None
        if isinstance(error, BrokenPipeError):
            _let_go(sys.stdout)
            raise typer.Exit(PIPE_CLOSED) from None
        if isinstance(error, OSError):
            _let_go(sys.stdout)
            _refuse(f"cannot write: {error.strerror or error}")


def _flushed() -> OSError | None:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        return error
    return None


def _let_go(stream: Any) -> None:
    """Send what is left in a stream nowhere, or Python would try again at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
