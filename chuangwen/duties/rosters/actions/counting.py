"""How many people were at a post: a number, no names."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.duties.rosters.actions.base import refuse
from chuangwen.duties.rosters.models import PostDay, PostShift, RosterTurn
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor

COUNT = "duties.count_present"
LATE_DAYS = 14


def count_present(actor: Actor, *, shift_id: int, day: date, present: int, note: str = "") -> PostDay:
    """Record how many people are or were at a post in a shift; a second count of the day corrects the first. Raises Refusal, Missing, Denied."""
    access.require(actor, COUNT)
    if not 0 <= present <= 5000:
        raise refuse(_("The number of people lies from 0 to 5,000."), "present", "present")
    today = clock.today()
    if not today - timedelta(days=LATE_DAYS) <= day <= today:
        raise refuse(_("A count is of today or of the last %(days)d days.") % {"days": LATE_DAYS}, "present_day", "day")
    with transaction.atomic():
        shift = access.fetch(actor, COUNT, PostShift.objects.select_related("post"), lock=True, pk=shift_id)
        planned = RosterTurn.objects.filter(shift=shift, day=day, called_off=False, roster__state="published").count()
        known = PostDay.objects.filter(shift=shift, day=day).first()
        before = {"present": known.present} if known is not None else None
        facts = {
            "planned": planned, "present": present, "note": note.strip()[:200], "counted_at": clock.now(), "counted_by_id": actor.account_id,
        }  # fmt: skip
        counted, _made = PostDay.objects.update_or_create(shift=shift, day=day, defaults=facts)
        audit.record(actor, COUNT, title=f"{shift} {day}", before=before, after={"day": day, "present": present, "planned": planned})
    return counted
