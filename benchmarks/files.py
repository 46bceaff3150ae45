"""Four well-known JSON files, or texts of the same size and character in their place."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "shared/suites/bench"


@dataclass(frozen=True)
class Source:
    """A text, the JSONPath one would want of it, and whether it is only a stand-in."""

    text: str
    path: str
    stand_in: bool


def read(name: str, folder: Path = FOLDER) -> Source:
    """The file of that name, one of `NAMES`, without white space around it; else a stand-in."""
    file = folder / f"{name}.json"
    if file.is_file():
        return Source(file.read_text("utf-8").strip(), _FILES[name][1], stand_in=False)
    return stand_in(name)


def stand_in(name: str) -> Source:
    """The stand-in, the same on every machine."""
    make, path = _FILES[name]
    return Source(make(random.Random(1)), path, stand_in=True)


def _github(rng: random.Random) -> str:
    """56 kB: an array of objects in one line, long URLs, few numbers."""
    rows = [
        {
            "created_at": "2013-01-10T07:58:30Z",
            "actor": {"login": f"user{n}", "id": rng.randrange(10**7), "url": _url(rng, 3)},
            "payload": {
                "ref": "refs/heads/main",
                "commits": [{"sha": _hex(rng), "distinct": True}],
            },
            "repo": {"id": rng.randrange(10**7), "name": f"user{n}/project", "url": _url(rng, 5)},
            "id": str(rng.randrange(10**10)),
            "type": "PushEvent",
            "public": True,
        }
        for n in range(130)
    ]
    return json.dumps(rows)


def _twitter(rng: random.Random) -> str:
    """630 kB: indented objects of many fields, half of the text Japanese, big integers."""

    def status(number: int) -> dict[str, Any]:
        ident = rng.randrange(10**17, 10**18)
        return {
            "metadata": {"result_type": "recent", "iso_language_code": "ja"},
            "created_at": "Sun Aug 31 00:29:15 +0000 2014",
            "id": ident,
            "id_str": str(ident),
            "text": _japanese(rng, 70) + "\n😋✨ " + _url(rng, 2),
            "truncated": False,
            "in_reply_to_user_id": None,
            "user": {
                "id": rng.randrange(10**9),
                "name": _japanese(rng, 8),
                "screen_name": f"user_{number}",
                "description": _japanese(rng, 60),
                "followers_count": rng.randrange(5000),
                "protected": False,
                "profile_image_url": _url(rng, 6),
                "entities": {"description": {"urls": []}, "indices": [rng.randrange(99), 140]},
            },
            "retweet_count": rng.randrange(100),
            "lang": "ja",
        }

    return json.dumps({"statuses": [*map(status, range(490))]}, indent=2, ensure_ascii=False)


def _citm_catalog(rng: random.Random) -> str:
    """1.7 MB: deeply indented, short keys, nearly all values integers, some null."""

    def price() -> dict[str, int]:
        return {
            "amount": rng.randrange(9000, 99000),
            "audienceSubCategoryId": 337100890,
            "seatCategoryId": rng.randrange(338937200, 338937300),
        }

    def performance(number: int) -> dict[str, Any]:
        areas = [{"areaId": 205705990 + n, "blockIds": []} for n in range(14)]
        return {
            "eventId": 138586341 + number,
            "id": 339887544 + number,
            "logo": None,
            "name": None,
            "prices": [price() for _ in range(4)],
            "seatCategories": [{"areas": areas, "seatCategoryId": 338937295}] * 3,
            "start": 1372701600000,
            "venueCode": "PLEYEL_PLEYEL",
        }

    return json.dumps({"performances": [*map(performance, range(220))]}, indent=4)


def _canada(rng: random.Random) -> str:
    """2.2 MB: pairs of numbers of 15 to 18 digits, almost without white space."""

    def pair() -> str:
        return f"[{-140 + 80 * rng.random():.15f},{42 + 40 * rng.random():.15f}]"

    rings = ",\n".join("[" + ",".join(pair() for _ in range(120)) + "]" for _ in range(465))
    return (
        '{ "type": "FeatureCollection",\n"features": [\n{ "type": "Feature",\n'
        '"properties": { "name": "Canada" },\n"geometry": {"type":"Polygon","coordinates":['
        + rings
        + "]}}\n]\n}"
    )


def _hex(rng: random.Random) -> str:
    return f"{rng.getrandbits(160):040x}"


def _url(rng: random.Random, parts: int) -> str:
    return "https://example.org/" + "/".join(f"{rng.getrandbits(32):08x}" for _ in range(parts))


def _japanese(rng: random.Random, length: int) -> str:
    return "".join(chr(rng.randrange(0x3041, 0x3094)) for _ in range(length))


_FILES: dict[str, tuple[Callable[[random.Random], str], str]] = {
    "github": (_github, "$[*].actor.login"),
    "twitter": (_twitter, "$.statuses[*].user.screen_name"),
    "citm_catalog": (_citm_catalog, "$.performances[*].id"),
    "canada": (_canada, "$.features[*].properties.name"),
}
NAMES = tuple(_FILES)
