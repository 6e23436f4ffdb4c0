"""Parts of days as numbers, who is called back. Pure."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

PARTS = (time(8), time(12), time(18), time(21))
"""Morning, afternoon and evening lie between these; the same three parts as in a volunteer's week."""


def slot_of(moment: datetime) -> int:
    """The part of a day as a number that grows with time; ``moment`` is local.

    >>> slot_of(datetime(2026, 5, 1, 9)) + 1 == slot_of(datetime(2026, 5, 1, 13)) == slot_of(datetime(2026, 5, 1, 20)) - 1
    True
    """
    return moment.date().toordinal() * 3 + (moment.time() >= PARTS[1]) + (moment.time() >= PARTS[2])


def bit_of(slot: int) -> int:
    """The bit of the week that a slot is (from Monday, three a day).

    >>> bit_of(slot_of(datetime(2026, 11, 30, 9))), bit_of(slot_of(datetime(2026, 12, 6, 19)))
    (0, 20)
    """
    day, part = divmod(slot, 3)
    return date.fromordinal(day).weekday() * 3 + part


def begin_of(slot: int, zone: tzinfo) -> datetime:
    """When a slot begins."""
    day, part = divmod(slot, 3)
    return datetime.combine(date.fromordinal(day), PARTS[part], zone)


def span_of(day: date, part: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """From when until when a part of a day is: ``morning``, ``afternoon``, ``evening``, anything else the whole day."""
    first, last = {"morning": (0, 1), "afternoon": (1, 2), "evening": (2, 3)}.get(part, (0, 3))
    return datetime.combine(day, PARTS[first], zone), datetime.combine(day, PARTS[last], zone)


def slots_between(start: datetime, end: datetime, most: int = 9) -> tuple[int, ...]:
    """The slots that lie, at least in part, within two local moments; the first ones where there are many.

    >>> len(
        slots_between(datetime(2026, 5, 1, 8), datetime(2026, 5, 1, 21))
    ), len(slots_between(datetime(2026, 5, 1, 8), datetime(2026, 5, 1, 12)))
    (3, 1)
    """
    last = slot_of(end - timedelta(microseconds=1))
    return tuple(range(slot_of(start), min(last, slot_of(start) + most - 1) + 1))


def drawn(uid: UUID, share: int) -> bool:
    """Whether a served order is called back: ``share`` of a hundred, by its identifier and by nobody's choice.

    >>> drawn(UUID(int=7), 100), drawn(UUID(int=7), 0)
    (True, False)
    """
    digest = hashlib.sha256(f"callback:{uid}".encode()).digest()
    return int.from_bytes(digest[:8]) * 100 < share * 2**64
