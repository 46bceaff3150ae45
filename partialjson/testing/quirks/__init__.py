"""What real servers do otherwise than their format says, each by a name.

A quirk can be laid over every wire that it fits, and over other quirks:

    wire("openai_chat", calls, quirks=["no_index", "empty_object_first", "crlf"])

`QUIRKS` has all of them. What was written with quirks means what it would mean without;
where it cannot (two calls that nothing tells apart any more), it is refused: `Unwritable`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from ...errors import UsageError
from ..writers import WIRES, Wire
from . import arguments, bodies, ends, identities, services
from .quirk import Layer, Quirk

__all__ = ["QUIRKS", "Quirk", "quirked"]


def _quirk(name: str, shows: str, *layers: type[Layer], against: str = "") -> Quirk:
    return Quirk(name, shows, layers, tuple(against.split()))


# In the order in which they are laid over a wire, the first ones next to it.
_ALL = (
    # --- how arguments are cut, and what is sent twice ---
    _quirk("whole_arguments", "all arguments of a call in one fragment", arguments.WholeArguments),
    _quirk("resent_text", "each fragment is all the text so far, and more", arguments.ResentText),
    _quirk("first_delta_twice", "the first fragment comes twice", arguments.FirstDeltaTwice),
    _quirk(
        "empty_object_first",
        "`{}` first, and the real arguments after it",
        arguments.EmptyObjectFirst,
    ),
    _quirk("empty_deltas", "fragments without text between the others", arguments.EmptyDeltas),
    _quirk(
        "arguments_in_opening",
        "the first fragment comes with the name; with `whole_arguments`, all of them",
        arguments.ArgumentsInOpening,
        arguments.ArgumentsInOpeningOfLangChain,
        arguments.ArgumentsInOpeningOfCohere,
    ),
    _quirk(
        "null_arguments", "a call is opened with null for its arguments", arguments.NullArguments
    ),
    _quirk(
        "object_arguments", "arguments are an object, not its JSON text", arguments.ObjectArguments
    ),
    _quirk(
        "no_deltas",
        "arguments come in no delta, only whole when they are done",
        services.NoDeltas,
        services.NoDeltasOfVercel,
        services.NoDeltasOfCohere,
    ),
    # --- which call it is ---
    _quirk(
        "no_index",
        "calls have no index",
        identities.NoIndex,
        identities.NoIndexOfLangChain,
    ),
    _quirk("index_zero", "each call has the index 0", identities.IndexZero, against="no_index"),
    _quirk(
        "no_ids",
        "calls have no ids",
        identities.NoIds,
        identities.NoIdsOfGemini,
        identities.NoIdsOfOllama,
        identities.NoIdsOfLangChain,
    ),
    _quirk("empty_ids", 'ids are `""`', identities.EmptyIds),
    _quirk("null_ids", 'ids are the word `"null"`', identities.NullIds),
    _quirk("ids_again", "each delta has its call's id again", identities.IdsAgain),
    _quirk(
        "names_again",
        "each delta has its call's name again",
        identities.NamesAgain,
        against="no_index",
    ),
    _quirk(
        "empty_later",
        'later deltas have `""` for id and name',
        identities.EmptyLater,
        against="ids_again names_again",
    ),
    _quirk(
        "null_later",
        "later deltas have null for id, type and name",
        identities.NullLater,
        against="ids_again names_again empty_later",
    ),
    _quirk(
        "invented_ids",
        "later fragments each have a new id",
        identities.InventedIds,
        against="no_ids",
    ),
    # --- what comes in one chunk, and how it ends ---
    _quirk(
        "calls_in_one_chunk",
        "all calls whole in one chunk",
        ends.CallsInOneChunkOfChat,
        ends.CallsInOneChunkOfGemini,
        ends.CallsInOneChunkOfOllama,
        ends.CallsInOneChunkOfXAI,
        ends.CallsInOneChunkOfLangChain,
    ),
    _quirk(
        "finish_with_calls",
        "the finish reason comes with the last fragment",
        ends.FinishWithCalls,
        ends.FinishWithCallsOfGemini,
    ),
    _quirk("finish_twice", "two chunks have the finish reason", ends.FinishTwice),
    _quirk(
        "text_after_finish",
        "the last fragment comes after the finish reason, and then the reason again",
        ends.TextAfterFinish,
        against="finish_twice empty_object_first",  # at the finish, `{}` are the arguments
    ),
    _quirk("finish_stop", "the finish reason is `stop`, also after calls", ends.FinishStop),
    _quirk("no_finish_reason", "`finish` gives no reason", services.NoFinishReason),
    _quirk("usage_chunk", "a last chunk has the usage, and no choices", ends.UsageChunk),
    _quirk(
        "no_usage",
        "no message of its own has the usage",
        ends.NoUsage,
        ends.NoUsageOfBedrock,
        against="usage_chunk",
    ),
    _quirk("empty_choices", "a first chunk has no choices", ends.EmptyChoices),
    _quirk("messages_too", "each delta stands in its chunk twice", ends.MessagesToo),
    _quirk(
        "reasoning_renamed",
        "reasoning stands in `reasoning`, not in `reasoning_content`",
        ends.ReasoningRenamed,
    ),
    _quirk(
        "reasoning_twice",
        "reasoning stands in `reasoning` and in `reasoning_content`",
        ends.ReasoningTwice,
        against="reasoning_renamed",
    ),
    _quirk("unknown_fields", "messages have fields that nobody knows", ends.UnknownFields),
    # --- of single services, and of gateways before them ---
    _quirk("pings", "`ping` after every event", services.Pings),
    _quirk(
        "message_start_twice",
        "a gateway sends `message_start` twice, with one id",
        services.MessageStartTwice,
    ),
    _quirk("event_twice", "a proxy sends an event with arguments twice", services.EventTwice),
    _quirk(
        "empty_until_completed",
        "items are done with empty arguments; the completed response has them",
        services.EmptyUntilCompleted,
        against="event_twice",
    ),
    _quirk(
        "done_names_no_item",
        "the event with the whole arguments does not say whose they are",
        services.DoneNamesNoItem,
    ),
    _quirk("flat_error", "an error is flat, not an object in the event", services.FlatError),
    _quirk("calls_in_lists", "`tool_calls` is a list, as its name says", services.CallsInLists),
    _quirk("in_content_too", "fragments stand in `content`, too", services.InContentToo),
    _quirk(
        "snake_case", "objects as the SDK hands them over, names in snake case", services.SnakeCase
    ),
    # --- the body ---
    _quirk("escaped", "all that is no ASCII is escaped", bodies.Escaped),
    _quirk("spaced", "JSON with spaces after commas and colons", bodies.Spaced),
    _quirk("data_lines", "the data of an event on several lines", bodies.DataLines),
    _quirk("no_event_names", "events have no names", bodies.NoEventNames),
    _quirk(
        "event_names",
        "events that have no name are called `message`",
        bodies.EventNames,
        against="no_event_names",
    ),
    _quirk("name_after_data", "an event's name comes after its data", bodies.NameAfterData),
    _quirk("comments", "comments keep the connection alive", bodies.Comments),
    _quirk("empty_data", "events without data keep the connection alive", bodies.EmptyData),
    _quirk("event_ids", "events have ids", bodies.EventIds),
    _quirk("retry", "a time to reconnect after", bodies.Retry),
    _quirk("no_done", "no `[DONE]` at the end", bodies.NoDone),
    _quirk("no_space", "no space after the colons of server-sent events", bodies.NoSpace),
    _quirk("blank_lines", "blank lines between lines of JSON", bodies.BlankLines),
    _quirk("no_last_newline", "the last line of JSON has no end", bodies.NoLastNewline),
    _quirk("crlf", "lines end in CR and LF", bodies.CRLF),
    _quirk("cr", "lines end in CR alone", bodies.CR),
    _quirk("bom", "a byte order mark first", bodies.BOM),
)

QUIRKS: dict[str, Quirk] = {quirk.name: quirk for quirk in _ALL}
"""All quirks by their names."""


def quirked(wire: str, quirks: Iterable[str] = ()) -> Wire:
    """The wire of that name, with quirks; the same object each time.

    Raises:
        UsageError: for a quirk that is none of `QUIRKS`.
        Unwritable: for one that does not fit the wire, or not with the others.
        KeyError: for a wire that is none of `WIRES`.
    """
    given = {*quirks}
    if unknown := given - {*QUIRKS}:
        names = ", ".join(QUIRKS)
        raise UsageError(f"no quirk is called {min(unknown)!r}; there are: {names}")
    return _quirked(wire, tuple(name for name in QUIRKS if name in given))


@cache
def _quirked(wire: str, quirks: tuple[str, ...]) -> Wire:
    if not quirks:
        return WIRES[wire]
    *inner, last = quirks
    return QUIRKS[last].over(_quirked(wire, tuple(inner)))
