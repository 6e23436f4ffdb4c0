"""The service list, what teams offer, and the rules of the office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.lives import needed, one_of
from chuangwen.volunteers.corps.models import Skill, Team
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders.actions.base import refuse
from chuangwen.volunteers.orders.models import OrderRules, ServiceItem, ServiceKind, TeamOffer

FACTS = ("kind", "name", "about", "minutes", "people", "mode", "public", "active")
LIMITS = ("accept_hours", "open_hours", "most_passes", "rate_days", "call_share", "call_days")


def save_item(
    actor: Actor, *, kind: ServiceKind, name: str, about: str = "", minutes: int = 60, people: int = 2, mode: str = ServiceItem.Mode.DISPATCH,
    skills: Iterable[Skill] = (), public: bool = True, active: bool = True, code: str = "", service_item_id: int | None = None,
) -> ServiceItem:  # fmt: skip
    """A new item of the service list, or a changed one. Raises Denied, Missing, Refusal."""
    with transaction.atomic():
        access.require(actor, verbs.ITEMS)
        row = access.fetch(actor, verbs.ITEMS, ServiceItem, lock=True, pk=service_item_id) if service_item_id else ServiceItem(code=code)
        facts = {
            "kind": kind, "name": needed(name, "name", _("Give it a name."), limit=40), "about": about.strip()[:300], "minutes": minutes,
            "people": people, "mode": one_of(mode, ServiceItem.Mode, "mode"), "public": public, "active": active,
        }  # fmt: skip
        before = {name: str(getattr(row, name)) for name in FACTS} if row.pk else None
        if not 10 <= minutes <= 480 or not 1 <= people <= 50:
            raise refuse(_("Ten minutes to eight hours, one to fifty people."), "size", "minutes")
        twin = ServiceItem.objects.filter(name=facts["name"]).exclude(pk=row.pk)
        if twin.exists():
            raise refuse(_("An item of this name is on the list already."), "twin", "name")
        for key, value in facts.items():
            setattr(row, key, value)
        if not row.code:
            row.code = f"item-{ServiceItem.objects.order_by('-pk').values_list('pk', flat=True).first() or 0}-{clock.now():%y%m%d%H%M%S%f}"[:40]
        row.save()
        row.skills.set(skills)
        audit.record(actor, verbs.ITEMS, row, before=before, after={name: str(getattr(row, name)) for name in FACTS})
    return row


def bring_items(actor: Actor, *, rows: Iterable[Mapping[str, Any]]) -> int:
    """Items from a sheet, new or changed; how many."""
    access.require(actor, verbs.ITEMS)
    count = 0
    for row in rows:
        save_item(actor, **row)
        count += 1
    return count


def save_offers(actor: Actor, *, serving_team_id: int, items: Sequence[ServiceItem]) -> Team:
    """What a team offers from now on: its leader says so, or the unit that answers for it. Raises Denied, Missing."""
    with transaction.atomic():
        team = access.fetch(actor, verbs.OFFERS, Team, lock=True, pk=serving_team_id)
        wanted = {item.pk for item in items if item.active}
        known = set(team.offers.values_list("item", flat=True))
        team.offers.exclude(item__in=wanted).delete()
        today = clock.today()
        TeamOffer.objects.bulk_create([TeamOffer(team=team, item_id=key, since=today) for key in sorted(wanted - known)])
        audit.record(actor, verbs.OFFERS, team, before={"items": sorted(known)}, after={"items": sorted(wanted)})
    return team


def save_rules(
    actor: Actor, *, accept_hours: int, open_hours: int, most_passes: int, rate_days: int, call_share: int, call_days: int
) -> OrderRules:
    """The office's rules for orders. Raises Denied, Refusal."""
    access.require(actor, verbs.DISPATCH)
    given = dict(zip(LIMITS, (accept_hours, open_hours, most_passes, rate_days, call_share, call_days), strict=True))
    with transaction.atomic():
        row = OrderRules.objects.select_for_update().get_or_create(pk=1)[0]
        before = {name: getattr(row, name) for name in LIMITS}
        for name, value in given.items():
            setattr(row, name, value)
        try:
            row.full_clean(validate_unique=False)
        except ValidationError as problem:
            raise refuse(" ".join(problem.messages), "rules", next(iter(problem.message_dict))) from problem
        row.save()
        audit.record(actor, verbs.DISPATCH, row, before=before, after=given)
    return row
