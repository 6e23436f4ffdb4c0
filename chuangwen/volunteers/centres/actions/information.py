"""Information that centres send in, where it was taken over, and what was struck; each a fact of the ledger."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.kernel import audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.lives import needed, one_of
from chuangwen.ledger.actions import withdraw_fact
from chuangwen.ledger.models import Fact
from chuangwen.volunteers.centres.access import KEEP, PLAN
from chuangwen.volunteers.centres.actions.base import NAMESPACE, checked_link, count_facts, day_between, of_centre, refuse, taken
from chuangwen.volunteers.centres.models import CentreInformation

SENT, ADOPTED = "practice-info-sent", "practice-info-adopted"


def send_information(
    actor: Actor, *, centre_id: int, title: str, sent_on: date, link: str = "", generated: bool = False
) -> CentreInformation:
    """A centre sent something in. Raises Denied, Missing, Refusal, Conflict (the same title on the same day)."""
    with transaction.atomic():
        centre = taken(actor, KEEP, centre_id)
        words = needed(title, "title", _("Say what it is about."), limit=150)
        day_between(sent_on, "sent_on")
        if CentreInformation.objects.filter(centre=centre, title=words, sent_on=sent_on, struck_on__isnull=True).exists():
            raise Conflict(_("This stands there already."), "centres.information_there", field="title")
        row = CentreInformation.objects.create(
            centre=centre, title=words, sent_on=sent_on, link=checked_link(link), sent_by_id=actor.account_id, generated=generated
        )
        _count(actor, row, SENT, sent_on)
        audit.record(actor, KEEP, centre, after={"information": words, "sent_on": sent_on})
    return row


def adopt_information(
    actor: Actor, *, information_id: int, level: str, adopted_on: date, where: str = "", link: str = ""
) -> CentreInformation:
    """The office confirms where it was taken over, with the address that shows it. Raises Denied, Missing, Refusal, Conflict."""
    with transaction.atomic():
        row = of_centre(CentreInformation, information_id, PLAN, actor)
        if row.struck_on is not None or row.level:
            raise Conflict(_("This was decided already."), "centres.information_decided")
        one_of(level, CentreInformation.Level, "level")
        day_between(adopted_on, "adopted_on", first=row.sent_on)
        address = checked_link(link) or row.link
        if not address:
            raise refuse(_("Nothing counts without evidence: give the address where it can be read."), "link", "link")
        row.level, row.adopted_on, row.adopted_where, row.link = level, adopted_on, where.strip()[:100], address
        row.save()
        _count(actor, row, ADOPTED, adopted_on)
        audit.record(actor, PLAN, row.centre, after={"information": row.title, "level": level, "adopted_on": adopted_on, "link": address})
    return row


def strike_information(actor: Actor, *, information_id: int, reason: str) -> CentreInformation:
    """It was not so: it stays to be seen, and what it counted in the ledger is taken back. Raises Denied, Missing, Refusal, Conflict."""
    with transaction.atomic():
        row = of_centre(CentreInformation, information_id, PLAN, actor)
        if row.struck_on is not None:
            raise Conflict(_("This was struck already."), "centres.information_struck")
        words = needed(reason, "reason", _("Say why."), limit=200)
        row.struck_on, row.struck_why = clock.today(), words
        row.save(update_fields=["struck_on", "struck_why"])
        uids = [uuid.uuid5(NAMESPACE, f"{code}/information/{row.pk}") for code in (SENT, ADOPTED)]
        for fact in Fact.objects.filter(uid__in=uids, counts=True):
            withdraw_fact(actor.unhindered(), fact_id=fact.pk, reason=words)
        audit.record(actor, PLAN, row.centre, before={"information": row.title}, after={"struck": True}, note=words)
    return row


def _count(actor: Actor, row: CentreInformation, code: str, day: date) -> None:
    with override(settings.LANGUAGE_CODE):
        words = _("Information of %(centre)s: %(title)s") % {"centre": row.centre, "title": row.title}
    address = row.link or row.centre.get_absolute_url()
    count_facts(actor, row.centre, [(code, f"information/{row.pk}", day, words[:200], address)], generated=row.generated)
