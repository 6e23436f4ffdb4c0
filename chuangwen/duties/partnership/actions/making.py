"""Pairs are made by hand, of a signed plan on one tap, or of a sheet; and the settings of an area."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.duties.partnership import rules, states
from chuangwen.duties.partnership.actions.base import PAIR, coming_day, past_day, refuse
from chuangwen.duties.partnership.models import Partnership, PartnershipEvent, PartnershipParty, PartnershipSettings
from chuangwen.duties.sponsorship import queries as sponsorship
from chuangwen.duties.sponsorship.models import PlanPair
from chuangwen.duties.sponsorship.states import RUNNING, SIGNED
from chuangwen.kernel import access, audit, clock, office_calendar
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Unit
from chuangwen.places.models import Division


def make_pair(
    actor: Actor,
    *,
    unit: Unit,
    division: Division,
    paired_on: date,
    contact_due: date | None = None,
    aim: str = "",
    generated: bool = False,
) -> Partnership:
    """Pair a unit with a village or community. Without a day given the first contact is due within the month (``rules.contact_due``).

    Raises Denied, Refusal (no village, paired already, a day that cannot be).
    """
    access.require(actor, PAIR, division=division)
    past_day(paired_on, "paired_on")
    _village(division)
    due = coming_day(contact_due, "contact_due") if contact_due else rules.contact_due(paired_on, office_calendar.calendar())
    if due < paired_on:
        raise refuse(_("The first contact is due on or after the day of pairing."), "contact_due", "contact_due")
    with transaction.atomic():
        _not_twice(unit, division)
        pair = _pair(actor, unit, division, paired_on, due, aim.strip()[:200], generated=generated)
        _store(actor, [pair])
        audit.record(actor, PAIR, pair, after={"unit": unit.pk, "division": division.pk, "paired_on": paired_on, "contact_due": due})
    return pair


def draw_pairs(actor: Actor, *, plan_id: int, generated: bool = False) -> list[Partnership]:
    """Make pairs of a signed plan: of each of its lines with a unit and a village that has none with that unit yet. Leaders are persons and
    make no pair. Raises Denied, Missing, Refusal for a plan that is not signed."""
    access.require(actor, PAIR)
    plan = access.fetch(actor, sponsorship.SEE, sponsorship.plans(actor), pk=plan_id)
    if plan.state not in (SIGNED, RUNNING):
        raise refuse(_("Only a signed plan makes pairs."), "plan_unsigned", "plan")
    access.require(actor, PAIR, division=plan.division)
    today, work = clock.today(), office_calendar.calendar()
    with transaction.atomic():
        list(Unit.objects.select_for_update().filter(pk__in=plan.sponsors.filter(unit__isnull=False).values("unit")).order_by("pk"))
        rows = PlanPair.objects.filter(plan=plan, sponsor__unit__isnull=False, place__division__level=Division.Level.VILLAGE)
        rows = rows.select_related("sponsor__unit", "place__division").order_by("pk")
        known = set(Partnership.objects.filter(state__in=states.OPEN).values_list("unit", "division"))
        due = rules.contact_due(today, work)
        fresh = []
        for row in rows:
            unit, division = row.sponsor.unit, row.place.division
            assert unit is not None and division is not None, "the query asked for lines with both"
            if (unit.pk, division.pk) not in known:
                known.add((unit.pk, division.pk))
                fresh.append(_pair(actor, unit, division, today, due, "", pair=row, generated=generated))
        _store(actor, fresh)
        audit.record(actor, PAIR, plan, after={"pairs": len(fresh), "contact_due": due})
    return fresh


def bring_pairs(actor: Actor, *, rows: Sequence[dict[str, Any]]) -> int:
    """Pairs of a sheet: new ones are made; of known ones that are open the aim and the day of the first contact are set, where they are given.
    How many rows were written. Raises Denied for a place elsewhere."""
    access.require(actor, PAIR)
    with transaction.atomic():
        fresh, changed = [], []
        open_ones = Partnership.objects.filter(state__in=states.OPEN).select_for_update(of=("self",))
        known = {(row.unit_id, row.division_id): row for row in open_ones.filter(unit__in=[row["unit"].pk for row in rows])}
        for row in rows:
            access.require(actor, PAIR, division=row["division"])
            there = known.get((row["unit"].pk, row["division"].pk))
            if there is None:
                due = row["contact_due"] or rules.contact_due(row["paired_on"], office_calendar.calendar())
                fresh.append(_pair(actor, row["unit"], row["division"], row["paired_on"], due, row["aim"]))
                continue
            there.aim, there.contact_due = row["aim"] or there.aim, row["contact_due"] or there.contact_due
            there.revision += 1
            changed.append(there)
        _store(actor, fresh)
        Partnership.objects.bulk_update(changed, ["aim", "contact_due", "revision"], batch_size=200)
        told = {"new": len(fresh), "changed": len(changed)}
        audit.record(actor, PAIR, title=_("%(count)d pairs of a sheet") % {"count": len(rows)}, after=told)
    return len(fresh) + len(changed)


def _village(division: Division) -> None:
    if division.level != Division.Level.VILLAGE:
        raise refuse(_("A unit is paired with a village or community."), "partner_place", "division")


def _not_twice(unit: Unit, division: Division) -> None:
    list(Unit.objects.select_for_update().filter(pk=unit.pk))
    if Partnership.objects.filter(unit=unit, division=division, state__in=states.OPEN).exists():
        raise refuse(_("These two are paired already."), "paired", "unit")


def _pair(actor: Actor, unit: Unit, division: Division, day: date, due: date, aim: str, **more: Any) -> Partnership:
    return Partnership(
        unit=unit, division=division, paired_on=day, contact_due=due, aim=aim, last_active_on=day, made_at=clock.now(),
        made_by_id=actor.account_id, **more,
    )  # fmt: skip


def _store(actor: Actor, pairs: Iterable[Partnership]) -> None:
    """Pairs with the units on both sides and their first event."""
    made = Partnership.objects.bulk_create(pairs)
    today = clock.today()
    hosts: dict[int, list[int]] = {}
    units = Unit.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), kind=Unit.Kind.COMMUNITY)
    for place, key in units.filter(division__in={pair.division_id for pair in made}).order_by("pk").values_list("division", "pk"):
        hosts.setdefault(place, []).append(key)
    PartnershipParty.objects.bulk_create(
        PartnershipParty(partnership=pair, unit_id=key)
        for pair in made for key in dict.fromkeys((pair.unit_id, *hosts.get(pair.division_id, ())))
    )  # fmt: skip
    with override(settings.LANGUAGE_CODE):
        words = {pair.pk: _("Paired: %(pair)s") % {"pair": pair} for pair in made}
    PartnershipEvent.objects.bulk_create(
        PartnershipEvent(partnership=pair, step=states.Step.PAIR.value, at=clock.now(), account_id=actor.account_id, words=words[pair.pk][:300])
        for pair in made
    )


def save_partnership_settings(
    actor: Actor, *, division: Division, silent_days: int, rings: Sequence[float], lat: float | None = None, lon: float | None = None
) -> PartnershipSettings:
    """Set for an area after how many days a pair is silent, and the centre with its rings (kilometres). Raises Denied, Refusal."""
    access.require(actor, PAIR, division=division)
    if not 1 <= silent_days <= 366:
        raise refuse(_("From 1 to 366 days."), "silent_days", "silent_days")
    try:
        edges = rules.sound_edges(rings)
    except (ValueError, TypeError, OverflowError):
        raise refuse(_("Give the edges of the rings in kilometres, 1 to 12 of them, none above 500."), "rings", "rings") from None
    if (lat is None) != (lon is None):
        raise refuse(_("Give both coordinates or none."), "centre", "lon")
    if lat is not None and lon is not None and not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise refuse(_("This is no place on the globe."), "centre", "lat")
    with transaction.atomic():
        before = PartnershipSettings.objects.filter(division=division).values("silent_days", "rings", "lat", "lon").first()
        facts = {"silent_days": silent_days, "rings": list(edges), "lat": lat, "lon": lon}
        row, _made = PartnershipSettings.objects.update_or_create(division=division, defaults=facts)
        audit.record(actor, PAIR, division, before=before, after=facts)
    return row
