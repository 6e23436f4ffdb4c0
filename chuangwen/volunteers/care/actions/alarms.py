"""An alarm is closed by whoever looked; when alarms are raised is set for an area."""

from __future__ import annotations

from datetime import time

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.lives import needed
from chuangwen.places.models import Division
from chuangwen.volunteers.care.access import SET
from chuangwen.volunteers.care.actions.base import HELPING, LIFE, plain_words, refuse, take
from chuangwen.volunteers.care.models import CareAlarm, CareSettings
from chuangwen.volunteers.care.states import Step


def close_care_alarm(actor: Actor, *, alarm_id: int, words: str) -> CareAlarm:
    """Somebody looked, and says in a few words how it was found. Raises Denied, Missing, Conflict (closed already), Refusal."""
    person_id = CareAlarm.objects.filter(pk=alarm_id).values_list("plan__person", flat=True).first()
    with transaction.atomic():
        plan, verb = take(actor, Step.ALARM, person_id or 0, HELPING)
        alarm = CareAlarm.objects.select_for_update(of=("self",)).get(pk=alarm_id)
        if alarm.closed_at is not None:
            raise Conflict(_("This alarm was closed already: %(words)s") % {"words": alarm.closing}, "volunteers.alarm_closed")
        clean = plain_words(needed(words, "words", _("Say how the person was found."), limit=200), "words")
        alarm.closed_at, alarm.closing, alarm.next_at = clock.now(), clean, None
        alarm.closed_by_id = actor.account_id
        alarm.save(update_fields=["closed_at", "closing", "next_at", "closed_by"])
        told = {"alarm": alarm.pk, "words": clean}
        LIFE.write(actor, Step.ALARM, plan, lambda: _("Alarm closed: %(words)s") % {"words": clean}, told=told, verb=verb)
    return alarm


def save_care_settings(actor: Actor, *, division: Division, alarm_at: time, step_minutes: int, keep_days: int) -> CareSettings:
    """From which time nobody having called is an alarm in an area, after how many minutes the next are told, how many days data is kept after
    the end. Raises Denied, Refusal."""
    access.require(actor, SET, division=division)
    if not 5 <= step_minutes <= 480:
        raise refuse(_("From 5 to 480 minutes."), "step_minutes", "step_minutes")
    if not 1 <= keep_days <= 1095:
        raise refuse(_("From 1 to 1,095 days."), "keep_days", "keep_days")
    with transaction.atomic():
        before = CareSettings.objects.filter(division=division).values("alarm_at", "step_minutes", "keep_days").first()
        facts = {"alarm_at": alarm_at, "step_minutes": step_minutes, "keep_days": keep_days}
        row, _made = CareSettings.objects.update_or_create(division=division, defaults=facts)
        audit.record(actor, SET, division, before=before, after=facts)
    return row
