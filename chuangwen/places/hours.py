"""Opening hours as people write them, and times of the day as the API gives and takes them. Pure."""

import re
from datetime import time
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

PATTERN = "^([01][0-9]|2[0-3]):[0-5][0-9]$"


def _plain(value: Any) -> Any:
    """Only HH:MM is a time of the day here: what comes with a zone or seconds is not."""
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not re.fullmatch(PATTERN, value):
        raise ValueError("HH:MM")
    return time.fromisoformat(value)


TimeOfDay = Annotated[
    time,
    BeforeValidator(_plain),
    PlainSerializer(lambda value: f"{value:%H:%M}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["08:30"]}),
]
"""A time of the day in China, 08:30."""

_HOURS = re.compile(r"^(\d{1,2})[:：.时](\d{2})?分?\s*(?:-|－|—|–|~|～|至|到)+\s*(\d{1,2})[:：.时](\d{2})?分?$")
ALWAYS = ("全天", "24小时", "全天开放", "0:00-24:00", "00:00-24:00")


class NoHours(ValueError):
    """The text says no hours."""


def hours(text: str) -> tuple[time, time] | None:
    """8:00-17:30, 8：00—17：30 or 8时至17时30分 as two times; 全天 as None, always open. Midnight at the end is 23:59. Raises NoHours."""
    text = text.replace(" ", "")
    if text in ALWAYS:
        return None
    found = _HOURS.match(text)
    if found is None:
        raise NoHours(text)
    first, last = ((int(found[n]), int(found[n + 1] or 0)) for n in (1, 3))
    last = (23, 59) if last == (24, 0) else last
    try:
        opens, closes = time(*first), time(*last)
    except ValueError as wrong:
        raise NoHours(text) from wrong
    if closes <= opens:
        raise NoHours(text)
    return opens, closes


def in_words(opens: time | None, closes: time | None) -> str:
    """08:00-17:30; nothing for always."""
    return f"{opens:%H:%M}-{closes:%H:%M}" if opens and closes else ""
