"""What stands for presences and hours in the walks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from chuangwen.kernel import clock
from chuangwen.volunteers.presence.models import Presence, ServiceEntry


def make_entry(volunteer: Any, team: Any, minutes: int = 60, **more: Any) -> ServiceEntry:
    """An ended presence and the entry that came of it."""
    began = clock.now() - timedelta(days=more.pop("days", 1), minutes=minutes)
    presence = Presence.objects.create(
        uid=uuid4(), volunteer=volunteer, source="shift", source_id=more.pop("source_id", 0), team=team, state=Presence.State.ENDED,
        began_at=began, began_by="code", ended_at=began + timedelta(minutes=minutes), ended_by="code", received_at=clock.now(),
    )  # fmt: skip
    return ServiceEntry.objects.create(
        volunteer=volunteer, kind=ServiceEntry.Kind.PRESENCE, presence=presence, source="shift", source_id=presence.source_id, team=team,
        title="清洁家园", day=began.astimezone(clock.LOCAL).date(), minutes=minutes, made_at=clock.now(), **more,
    )  # fmt: skip


def things(place: Any) -> None:
    """An hour that counts, and somebody who is present now."""
    volunteer, team, leader = (place.things[name] for name in ("volunteer", "volunteer_team", "team_leader"))
    entry = make_entry(volunteer, team)
    present = Presence.objects.create(
        uid=uuid4(), volunteer=leader, source="shift", source_id=0, team=team, began_at=clock.now(), began_by="code", received_at=clock.now()
    )
    place.things.update(service_entry=entry, presence=entry.presence, present=present)


def more(place: Any, start: int, count: int) -> None:
    """That many hours more."""
    for n in range(start, start + count):
        make_entry(place.things["volunteer"], place.things["volunteer_team"], days=n)
