"""Calendars as text (RFC 5545): what a phone or a mail program subscribes to. Whole days, or moments; pure, the present moment is passed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75
"""Octets of a line before it is folded (section 3.1)."""
CONTENT_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Event:
    """Something on one or several whole days, or, where ``starts_at`` and ``ends_at`` are given, from one moment to another. ``uid`` never
    changes; ``sequence`` grows with each change."""

    uid: str
    first: date
    last: date
    summary: str
    changed_at: datetime
    description: str = ""
    url: str = ""
    sequence: int = 0
    cancelled: bool = False
    categories: tuple[str, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    location: str = ""


def escaped(text: str) -> str:
    """A text value (section 3.3.11); what no calendar can hold is left out."""
    plain = "".join(sign for sign in text.replace("\r\n", "\n").replace("\r", "\n") if sign == "\n" or sign == "\t" or sign >= " ")
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets; no letter is cut in two."""
    pieces, piece, size = [], "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LONGEST_LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + sign, size + octets
    return "\r\n".join([*pieces, piece])


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def calendar_text(name: str, events: Iterable[Event], *, now: datetime, refresh_hours: int = 4) -> str:
    """A whole calendar: lines that end in CR LF, in UTF-8 when sent."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Chuangwen//Chuangwen//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}", f"REFRESH-INTERVAL;VALUE=DURATION:PT{refresh_hours}H",
    ]  # fmt: skip
    for event in events:
        lines += _event(event, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(event: Event, now: datetime) -> list[str]:
    lines = [
        "BEGIN:VEVENT", f"UID:{escaped(event.uid)}", f"DTSTAMP:{utc(now)}", f"LAST-MODIFIED:{utc(event.changed_at)}",
        f"SEQUENCE:{event.sequence}", *_times(event), f"SUMMARY:{escaped(event.summary)}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}", f"TRANSP:{'OPAQUE' if event.starts_at else 'TRANSPARENT'}",
    ]  # fmt: skip
    if event.location:
        lines.append(f"LOCATION:{escaped(event.location)}")
    if event.description:
        lines.append(f"DESCRIPTION:{escaped(event.description)}")
    if event.categories:
        lines.append("CATEGORIES:" + ",".join(escaped(one) for one in event.categories))
    if event.url:
        lines.append(f"URL:{event.url}")
    return [*lines, "END:VEVENT"]


def _times(event: Event) -> list[str]:
    if event.starts_at is not None and event.ends_at is not None:
        return [f"DTSTART:{utc(event.starts_at)}", f"DTEND:{utc(event.ends_at)}"]
    return [f"DTSTART;VALUE=DATE:{event.first:%Y%m%d}", f"DTEND;VALUE=DATE:{event.last + timedelta(days=1):%Y%m%d}"]
