"""The command line: `partialjson watch`, `validate`, `repair`, `demo` and `partial`."""

from __future__ import annotations

import importlib
import io
import os
import sys
from enum import Enum
from operator import attrgetter
from typing import Annotated, Any, cast

import typer

from .. import Parser, PartialJSONError, ToolCalls, UsageError
from .._core.repair.names import REPAIRS
from . import demo as bundled
from . import outcome as outcomes
from . import repair as repairs
from . import source as sources
from . import validate as validation
from .findings import JSONLines, Lines, ReportOnly, View
from .guard import EXIT_CODES, INTERRUPTED, MALFORMED, guarded, refuse
from .stage import Stage, flush, is_terminal
from .versions import versions
from .words import shown

__all__ = ["app", "main"]

_CHUNK = 4

app = typer.Typer(
    help="Watch JSON while it is written, validate it and repair it. " + EXIT_CODES,
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


def _names(*, safe: bool) -> str:
    return ", ".join(name for name, repair in REPAIRS.items() if repair.safe == safe)


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


Lenient = Annotated[
    bool,
    typer.Option("--repair", help="Read what is no JSON, too: by all repairs that are safe."),
]
Named = Annotated[
    str | None,
    typer.Option(
        "--repairs",
        metavar="NAMES",
        show_default=False,
        help="Read what is no JSON, too: by the repairs that 'partialjson repair --help' names.",
    ),
]


# --- commands --------------------------------------------------------------------------


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Show the versions, and what clashes.")
    ] = False,
) -> None:
    """Watch JSON while it is written, validate it and repair it."""
    if version:
        print(versions())
        raise typer.Exit


@app.command(epilog=EXIT_CODES)
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
    repair_: Lenient = False,
    named: Named = None,
) -> None:
    """Show what happens in a stream, while it happens.

    Reads the recorded body of a provider's streamed response or JSON text. Server-sent
    events and AWS event streams are known by how they begin; a stream of JSON lines or a JSON
    array of messages looks like any JSON text, so say --as or --provider. A terminal shows a
    picture that grows; a pipe gets one line per event.
    """
    if many and model:
        refuse("--many and --model do not go together: a model is for one document")
    asked = _asked(named or "safe") if repair_ or named else None
    type_ = _imported(model, "--model") if model else None
    with guarded(), sources.opened(file) as stream:
        stage = Stage(shown("stdin" if file == "-" else os.path.basename(file)))
        form, blocks = sources.recognised(stage.drawing(sources.blocks(stream)))
        streamed = as_.value != "json" if as_ else form != "json" or provider is not None
        if streamed and (many or model):
            refuse("--many and --model are for JSON text, and this is a provider's stream")
        if streamed:
            parser: Parser | ToolCalls = _calls(provider, as_.value if as_ else "auto", asked)
        else:
            parser = _parser(many, type_, model, asked)
        if chunk is None and form == "sse":
            fragments = sources.messages(blocks)
        else:
            fragments = sources.pieces(blocks, chunk or _CHUNK)
        if rate is None and stage.live and file != "-":
            rate = sources.pleasant(form, sources.size_of(stream))
        fine = stage.play(parser, fragments, rate or 0.0, result=type_ is not None)
    raise typer.Exit(0 if fine else MALFORMED)


@app.command(epilog=EXIT_CODES)
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
    repair_: Lenient = False,
    named: Named = None,
) -> None:
    """Validate JSON text while it is read, and stop at the first violation.

    A violation is shown at the character by which it is certain: nothing that could follow
    would make the text valid. The rest, which may not even be written yet, is left unread.
    """
    if (schema is None) == (model is None):
        refuse("validate takes --schema FILE or --model MODULE:CLASS, one of the two")
    if file == schema == "-":
        refuse("the schema and the text cannot both be read from stdin")
    if model and (format_ or numbers is not Numbers.json):
        refuse("--format and --numbers go with --schema: a model says such things itself")
    asked = _asked(named or "safe") if repair_ or named else None
    name = "stdin" if file == "-" else file
    with guarded():
        if schema is not None:
            parser = validation.by_schema(
                schema, format=format_, numbers=numbers.value, many=many, goes_on=all_, asked=asked
            )
        else:
            type_ = _imported(model or "", "--model")
            parser = validation.by_model(type_, model or "", many=many, goes_on=all_, asked=asked)
        view: View = ReportOnly() if report else Lines(name, many)
        if json_:
            view = JSONLines(name, report)
        against = shown(f"--model {model}" if model else f"--schema {schema}")
        with sources.opened(file) as stream:
            verdict = validation.Validation(parser, against, view, many, asked).run(stream, flush)
    raise typer.Exit(0 if verdict.word == "valid" else MALFORMED)


@app.command(epilog=EXIT_CODES)
def repair(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What to read; - is stdin.")],
    named: Annotated[
        str,
        typer.Option(
            "--repairs",
            metavar="NAMES",
            help="The repairs to make, with commas between them. safe: those that leave valid "
            f"JSON alone, which are {_names(safe=True)}; only by their names: "
            f"{_names(safe=False)}; json5: what JSON5 allows.",
        ),
    ] = "safe",
    complete: Annotated[
        bool,
        typer.Option(
            "--complete", help="Close a document that is cut off (missing_close), and say so."
        ),
    ] = False,
    many: Annotated[
        bool,
        typer.Option("--many", help="Several documents follow one another, as in JSON lines."),
    ] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write no JSON, only say whether the text is JSON already."),
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="List the repairs: where, which, and what of what.")
    ] = False,
    json_: Annotated[
        bool,
        typer.Option("--json", help="Report a JSON object a line: the repairs, then how it went."),
    ] = False,
) -> None:
    """Write JSON for a text that is meant to be JSON, while it is read.

    What is JSON stays as it is, to the letter. What is written appears as soon as it is certain;
    an error ends it there. All that is said goes to stderr, and with --check, which writes no
    JSON, to stdout.
    """
    asked = _asked(named, complete=complete)
    name = "stdin" if file == "-" else file
    with guarded():
        said = (sys.stdout if check else sys.stderr) or io.StringIO()
        view: outcomes.View = outcomes.People(name, many, said, reports=report, checks=check)
        if json_:
            view = outcomes.JSONLines(name, said)
        if is_terminal() and not check:
            view = outcomes.Later(view)
        write = repairs.written_to(None if check else sys.stdout)
        with sources.opened(file) as stream:
            outcome = repairs.Repairing(asked, write, view, many=many).run(stream)
    raise typer.Exit(0 if outcome.is_fine(checks=check) else MALFORMED)


@app.command(epilog=EXIT_CODES)
def demo(rate: Rate = None) -> None:
    """Play a bundled stream: a model writes two tool calls, validated as each brace closes."""
    with guarded():
        stage = Stage("demo")
        if rate is None:
            rate = sources.SSE_RATE if stage.live else 0.0
        fragments = sources.messages([bundled.stream()])
        fine = stage.play(ToolCalls(bundled.TOOLS), fragments, rate)
    raise typer.Exit(0 if fine else MALFORMED)


@app.command(epilog=EXIT_CODES)
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

    with guarded():
        try:
            print(print_partial(type_), end="")
        except (PartialJSONError, TypeError) as error:
            refuse(f"{shown(model)}: {shown(str(error))}")


# --- options ---------------------------------------------------------------------------


def _imported(name: str, asked_by: str) -> Any:
    """The class that `module:Class` names, also from the working directory."""
    module, colon, path = name.partition(":")
    if not (module and colon and path):
        refuse(f"{asked_by} takes MODULE:CLASS, such as shop.models:Order, not {shown(name)!r}")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        return attrgetter(path)(importlib.import_module(module))
    except Exception as error:  # whatever somebody's module raises
        problem = shown(f"{type(error).__name__}: {error}")
        refuse(f"{asked_by} {shown(name)} cannot be imported: {problem}")


def _asked(names: str, *, complete: bool = False) -> repairs.Asked:
    try:
        return repairs.asked(names, complete=complete)
    except UsageError as error:
        refuse(f"--repairs: {shown(str(error))}")


def _calls(provider: str | None, framing: str, asked: repairs.Asked | None) -> ToolCalls:
    if asked is not None and outcomes.CUT_OFF in asked.names:
        refuse(f"--repairs {outcomes.CUT_OFF} is for JSON text: a call that is cut off has failed")
    try:
        return ToolCalls(
            provider=cast("Any", provider or "auto"),
            framing=cast("Any", framing),
            repair=asked.repair if asked else False,
        )
    except UsageError as error:
        refuse(f"--provider: {shown(str(error))}")


def _parser(many: bool, type_: Any, name: str | None, asked: repairs.Asked | None) -> Parser:
    repair = asked.repair if asked else False
    if name is None:
        parser = Parser(many=many, repair=repair)
    else:
        from ..typed import ModelParser

        try:
            parser = ModelParser(type_, many=many, repair=repair)
        except (PartialJSONError, TypeError) as error:
            refuse(f"--model {shown(name)}: {shown(str(error))}")
    return parser
