"""Who comes: talks on the spot, and special teams, planned and held. What is planned is asked of the load meter first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.duties.partnership.actions.base import LIFE, active, coming_day, past_day, refuse
from chuangwen.duties.partnership.actions.living import keep_photos
from chuangwen.duties.partnership.actions.packing import of_pair
from chuangwen.duties.partnership.models import Partnership, PartnershipPhoto, PartnershipVisit
from chuangwen.duties.partnership.states import Step
from chuangwen.duties.rhythm.recurring import week_of
from chuangwen.kernel import clock, workload
from chuangwen.kernel.access import Actor
from chuangwen.kernel.lives import needed, one_of

MOST_PEOPLE = 100_000


def record_contact(
    actor: Actor, *, partnership_id: int, day: date, what: str, came: int | None = None, photos: Sequence[int] = ()
) -> PartnershipVisit:
    """The two have talked and looked at the place; the first time makes the pair alive. Raises Denied, Missing, NotNow, Refusal."""
    with transaction.atomic():
        pair: Partnership = LIFE.take(actor, Step.CONTACT, partnership_id)
        if past_day(day) < pair.paired_on:
            raise refuse(_("This lies before the day of pairing."), "partner_day", "day")
        visit = _held(PartnershipVisit(partnership=pair, kind=PartnershipVisit.Kind.CONTACT, planned_on=day), day, what, came, None)
        visit.save()
        keep_photos(actor, pair, photos, PartnershipPhoto.Stage.BEFORE if pair.contacted_on is None else PartnershipPhoto.Stage.NOW, visit=visit)
        changes: dict[str, Any] = active(pair, day)
        first = pair.contacted_on is None
        if pair.contacted_on is None or day < pair.contacted_on:
            changes["contacted_on"] = day
        late = first and day > pair.contact_due
        LIFE.write(
            actor, Step.CONTACT, pair, lambda: (_("First contact: %(what)s") if first else _("Contact: %(what)s")) % {"what": visit.what},
            changes, told={"visit": visit.pk, "day": day, "late": late},
        )  # fmt: skip
    return visit


def _held(visit: PartnershipVisit, day: date, what: str, came: int | None, served: int | None) -> PartnershipVisit:
    for field, count in (("came", came), ("served", served)):
        if count is not None and not 0 <= count <= MOST_PEOPLE:
            raise refuse(_("A number of people from 0 to 100,000."), "partner_people", field)
    visit.held_on, visit.came, visit.served = day, came, served
    visit.what = needed(what, "what", _("Say in a few words what was done."), limit=300)
    return visit


def plan_partner_visit(actor: Actor, *, partnership_id: int, kind: str, planned_on: date, what: str = "") -> PartnershipVisit:
    """A special team is to come on a day. Raises Refusal where the week of one of the units is full (the load meter's reason)."""
    with transaction.atomic():
        pair: Partnership = LIFE.take(actor, Step.VISIT, partnership_id)
        if coming_day(planned_on, "planned_on") < clock.today():
            raise refuse(_("What is planned lies ahead; what was held is recorded as held."), "partner_day", "planned_on")
        visit = PartnershipVisit(
            partnership=pair, kind=one_of(kind, PartnershipVisit.Kind, "kind"), planned_on=planned_on, what=what.strip()[:300]
        )
        monday = week_of(planned_on)
        workload.ask([workload.Planned(unit, monday, workload.VISITS) for unit in pair.parties.order_by("pk").values_list("unit", flat=True)])
        visit.save()
        LIFE.write(actor, Step.VISIT, pair, lambda: _("Planned: %(visit)s") % {"visit": visit}, told={"visit": visit.pk, "day": planned_on})
    return visit


def hold_partner_visit(
    actor: Actor,
    *,
    partnership_id: int,
    day: date,
    what: str,
    kind: str = PartnershipVisit.Kind.OTHER,
    came: int | None = None,
    served: int | None = None,
    visit_id: int | None = None,
    photos: Sequence[int] = (),
) -> PartnershipVisit:
    """A team was there: the planned visit that is named, or one that nobody planned. Numbers of people only, no names."""
    with transaction.atomic():
        pair: Partnership = LIFE.take(actor, Step.VISIT, partnership_id)
        if past_day(day) < pair.paired_on:
            raise refuse(_("This lies before the day of pairing."), "partner_day", "day")
        if pair.contacted_on is None:
            raise refuse(_("Record the first contact first."), "partner_contact")
        if visit_id is None:
            visit = PartnershipVisit(partnership=pair, kind=one_of(kind, PartnershipVisit.Kind, "kind"), planned_on=day)
        else:
            visit = of_pair(PartnershipVisit, pair, visit_id)
            if visit.held_on is not None or visit.cancelled:
                raise refuse(_("This visit was held or cancelled already."), "partner_visit")
        _held(visit, day, what, came, served).save()
        keep_photos(actor, pair, photos, PartnershipPhoto.Stage.NOW, visit=visit)
        LIFE.write(
            actor, Step.VISIT, pair, lambda: _("Held: %(visit)s, %(what)s") % {"visit": visit, "what": visit.what}, active(pair, day),
            told={"visit": visit.pk, "day": day, "served": served},
        )  # fmt: skip
    return visit


def cancel_partner_visit(actor: Actor, *, partnership_id: int, visit_id: int, reason: str) -> PartnershipVisit:
    """A planned visit does not take place; it says why and burdens nobody's week any more."""
    with transaction.atomic():
        pair: Partnership = LIFE.take(actor, Step.VISIT, partnership_id)
        visit = of_pair(PartnershipVisit, pair, visit_id)
        if visit.held_on is not None or visit.cancelled:
            raise refuse(_("This visit was held or cancelled already."), "partner_visit")
        visit.cancelled = needed(reason, "reason", _("Say why."), limit=200)
        visit.save(update_fields=["cancelled"])
        LIFE.write(
            actor, Step.VISIT, pair, lambda: _("Cancelled: %(visit)s (%(reason)s)") % {"visit": visit, "reason": visit.cancelled},
            told={"visit": visit.pk},
        )  # fmt: skip
    return visit
