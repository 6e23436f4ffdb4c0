"""How a presence begins and ends, for the actions of the parts: they ask the policy before and write the trail after."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import clock, events
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Missing, Refusal
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.presence import rules, sources
from chuangwen.volunteers.presence.events import HoursCounted, HoursStruck
from chuangwen.volunteers.presence.models import Presence, ServiceEntry


class Elsewhere(Conflict):
    """The volunteer is still present at something else."""

    code = "volunteers.present_elsewhere"


@dataclass(frozen=True)
class Spot:
    """Where somebody was at the begin or at the end. Degrees (WGS-84), accuracy in metres."""

    lat: float
    lon: float
    accuracy: int | None = None


def device_hash(text: str) -> str:
    """The short mark of a phone: finds one phone that signs in many people, and gives no phone away."""
    if not text:
        return ""
    return hmac.new(settings.SECRET_KEY.encode(), b"volunteers.device/" + text.encode(), hashlib.sha256).hexdigest()[:16]


def begin(
    actor: Actor, *, uid: UUID, volunteer: Volunteer, source: str, source_id: int, at: datetime, proof: str, spot: Spot | None = None,
    device: str = "", skew: int = 0,
) -> Presence:  # fmt: skip
    """A presence begins. The same ``uid`` again gives the same presence. Raises Missing, Refusal (not registered, in the future), Elsewhere."""
    assert transaction.get_connection().in_atomic_block
    Volunteer.objects.select_for_update().get(pk=volunteer.pk)
    known = Presence.objects.filter(uid=uid).first()
    if known is not None:
        if known.volunteer_id != volunteer.pk or (known.source, known.source_id) != (source, source_id):
            raise Refusal(_("This record belongs to something else."), "volunteers.uid")
        return known
    if volunteer.state != Volunteer.State.ACTIVE:
        raise Refusal(_("%(name)s is not registered as a volunteer now.") % {"name": volunteer}, "volunteers.not_active")
    what = sources.find(source, [source_id]).get(source_id)
    if what is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    now = clock.now()
    if at > now:
        raise Refusal(_("This time is still to come."), "volunteers.future", field="at")
    open_now = Presence.objects.filter(volunteer=volunteer, state=Presence.State.OPEN).first()
    if open_now is not None:
        other = sources.find(open_now.source, [open_now.source_id]).get(open_now.source_id)
        raise Elsewhere(_("Still present at “%(title)s”: end that first.") % {"title": other.title if other else open_now})
    return Presence.objects.create(
        uid=uid, volunteer=volunteer, source=source, source_id=source_id, team_id=what.team_id, began_at=at, began_by=proof, device=device[:16],
        began_lat=spot.lat if spot else None, began_lon=spot.lon if spot else None, began_accuracy=spot.accuracy if spot else None,
        skew=skew, received_at=now, entered_by_id=actor.account_id,
    )  # fmt: skip


def end(actor: Actor, *, presence: Presence, at: datetime, proof: str, spot: Spot | None = None) -> ServiceEntry | None:
    """It ends, and what of it lies in the planned time is served; None where that is nothing. Ending it again changes nothing."""
    row = Presence.objects.select_for_update().get(pk=presence.pk)
    if row.state == Presence.State.ENDED:
        return row.entries.filter(kind=ServiceEntry.Kind.PRESENCE).first()
    if row.state != Presence.State.OPEN:
        raise Conflict(_("This presence is not counted."), "volunteers.void")
    if at < row.began_at:
        raise Refusal(_("It cannot end before it began."), "volunteers.backwards", field="at")
    if at > clock.now():
        raise Refusal(_("This time is still to come."), "volunteers.future", field="at")
    if at - row.began_at > rules.LONGEST:
        raise Refusal(_("Longer than a day: ask the leader to put this record right."), "volunteers.too_long", field="at")
    row.state, row.ended_at, row.ended_by = Presence.State.ENDED, at, proof
    if spot is not None:
        row.ended_lat, row.ended_lon, row.ended_accuracy = spot.lat, spot.lon, spot.accuracy
    row.save(update_fields=["state", "ended_at", "ended_by", "ended_lat", "ended_lon", "ended_accuracy"])
    what = sources.find(row.source, [row.source_id]).get(row.source_id)
    minutes = rules.counted(row.began_at, at, what.start if what else None, what.end if what else None)
    if not minutes:
        return None
    entry = ServiceEntry.objects.create(
        volunteer_id=row.volunteer_id, kind=ServiceEntry.Kind.PRESENCE, presence=row, source=row.source, source_id=row.source_id,
        team_id=row.team_id, title=(what.title if what else str(row))[:120], day=row.began_at.astimezone(clock.LOCAL).date(), minutes=minutes,
        made_at=clock.now(), made_by_id=actor.account_id, generated=row.generated,
    )  # fmt: skip
    events.say(HoursCounted(entry.pk))
    return entry


def void(actor: Actor, *, presence: Presence, reason: str) -> None:
    """It does not count: its entry stays, with the reason, and counts no longer."""
    row = Presence.objects.select_for_update().get(pk=presence.pk)
    row.state = Presence.State.VOID
    row.save(update_fields=["state"])
    for entry in row.entries.filter(counts=True):
        strike(entry, reason)


def strike(entry: ServiceEntry, reason: str) -> None:
    """An entry counts no longer and says why."""
    entry.counts, entry.reason = False, reason[:300]
    entry.save(update_fields=["counts", "reason"])
    events.say(HoursStruck(entry.pk))
