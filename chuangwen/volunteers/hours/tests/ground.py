"""Records in the small town, presences as they are, and doubts about them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from chuangwen.kernel import clock
from chuangwen.volunteers.hours.models import Doubt, DoubtRecord
from chuangwen.volunteers.presence.models import Presence, ServiceEntry


def at(hour: int, minute: int = 0, *, day: int = 2) -> datetime:
    """A moment of November 2026; the 2nd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=clock.LOCAL)


def served(volunteer: Any, team: Any, begin: datetime, end: datetime, **more: Any) -> ServiceEntry:
    """An ended presence from a moment to a moment, and its entry."""
    facts = {"began_by": "code", "ended_by": "code", "source": "shift", "source_id": 0} | more
    presence = Presence.objects.create(
        uid=uuid4(), volunteer=volunteer, team=team, state="ended", began_at=begin, ended_at=end, received_at=end, **facts
    )
    return ServiceEntry.objects.create(
        volunteer=volunteer, kind="presence", presence=presence, source=presence.source, source_id=presence.source_id, team=team,
        title="清洁家园", day=begin.date(), minutes=int((end - begin) / timedelta(minutes=1)), made_at=clock.now(),
    )  # fmt: skip


def make_doubt(entry: ServiceEntry, key: str, **more: Any) -> Doubt:
    """An open doubt that names one entry."""
    doubt = Doubt.objects.create(
        kind=Doubt.Kind.LONG, key=key, facts={"minutes": 800, "day": entry.day.toordinal()}, day=entry.day, division=entry.volunteer.division,
        team=entry.team, found_at=clock.now(), **more,
    )  # fmt: skip
    DoubtRecord.objects.create(doubt=doubt, entry=entry)
    return doubt
