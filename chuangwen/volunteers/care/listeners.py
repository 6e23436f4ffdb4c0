"""What care brings to presence, and what it hears of volunteers and teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.utils.translation import gettext as _

from chuangwen.volunteers.care import helpers
from chuangwen.volunteers.care.access import SEE
from chuangwen.volunteers.care.models import CareHelper, CareRecord, Contact
from chuangwen.volunteers.corps.models import Membership, Volunteer
from chuangwen.volunteers.presence import sources
from chuangwen.volunteers.presence.models import Source


def _attended(keys: Sequence[int]) -> Mapping[int, sources.Attended]:
    """What a care visit or a counted call is to the register of hours: the community, never the person."""
    rows = CareRecord.objects.filter(pk__in=keys).select_related("plan__person__division", "plan__team__leader__person")
    words = {Contact.CALL.value: _("Care call, %(place)s")}
    return {
        row.pk: sources.Attended(
            title=words.get(row.kind, _("Care visit, %(place)s")) % {"place": row.plan.person.division.name},
            link=row.plan.person.get_absolute_url(), team_id=row.plan.team_id, lat=row.plan.person.lat, lon=row.plan.person.lon,
            place=row.plan.person.division.name,
            object=_("elderly people living alone"),
            responsible=row.plan.team.leader.person.name if row.plan.team and row.plan.team.leader else "", verb=SEE,
        )
        for row in rows
    }  # fmt: skip


sources.register(Source.CARE, _attended)


def _volunteer_saved(sender: Any, instance: Volunteer, raw: bool = False, created: bool = False, **_more: Any) -> None:
    if raw or created or instance.state == Volunteer.State.ACTIVE:
        return
    if CareHelper.objects.filter(volunteer=instance).exists():
        with transaction.atomic():
            helpers.hand_over(instance.pk)


def _membership_saved(sender: Any, instance: Membership, raw: bool = False, **_more: Any) -> None:
    if raw or instance.state in Membership.OPEN:
        return
    if CareHelper.objects.filter(volunteer=instance.volunteer_id, person__plan__team=instance.team_id).exists():
        still = Membership.objects.filter(team=instance.team_id, volunteer=instance.volunteer_id, state__in=Membership.IN)
        if not still.exists():
            with transaction.atomic():
                helpers.hand_over(instance.volunteer_id, instance.team_id)


post_save.connect(_volunteer_saved, sender=Volunteer, dispatch_uid="care.volunteer_saved")
post_save.connect(_membership_saved, sender=Membership, dispatch_uid="care.membership_saved")
