"""Strings of formats, beside those that hypothesis-jsonschema knows."""

from __future__ import annotations

from datetime import datetime, time, timezone
from typing import Literal

from hypothesis import strategies as st


def _durations() -> st.SearchStrategy[str]:
    days = st.integers(0, 999).map("{}D".format)
    parts = [st.integers(0, 59).map(f"{{}}{unit}".format) for unit in "HMS"]
    return st.builds("P{}T{}{}{}".format, days, *parts)


def _addresses(version: Literal[4, 6], after: str) -> st.SearchStrategy[str]:
    return st.ip_addresses(v=version).map(lambda address: f"{address}{after}")


# Formats that Pydantic's schemas name, and hypothesis-jsonschema does not know.
FORMATS: dict[str, st.SearchStrategy[str]] = {
    "uuid": st.uuids().map(str),
    **{f"uuid{n}": st.uuids(version=n).map(str) for n in (1, 2, 3, 4, 5)},
    "duration": _durations(),
    "ipv4network": _addresses(4, "/32"),
    "ipv6network": _addresses(6, "/128"),
    "ipv4interface": _addresses(4, "/24"),
    "ipv6interface": _addresses(6, "/64"),
    "ipvanyaddress": _addresses(4, "") | _addresses(6, ""),
    "ipvanynetwork": _addresses(4, "/32") | _addresses(6, "/128"),
    "ipvanyinterface": _addresses(4, "/24") | _addresses(6, "/64"),
}
# Where Pydantic takes more than the format says: times without an offset.
FORMATS_OF_TYPES: dict[str, st.SearchStrategy[str]] = {
    "date-time": st.datetimes(timezones=st.none() | st.just(timezone.utc)).map(datetime.isoformat),
    "time": st.times(timezones=st.none() | st.just(timezone.utc)).map(time.isoformat),
}
