"""What is drafted by itself: an office says which paper of which period when; a job drafts it once, and it waits for signature."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import SYSTEM, Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.office_calendar import calendar
from chuangwen.papers import making
from chuangwen.papers.actions.drafting import draft_paper
from chuangwen.papers.actions.templates import newest_version
from chuangwen.papers.composing import PERIOD, UNIT
from chuangwen.papers.models import PaperSchedule, ScheduledDraft
from chuangwen.papers.periods import Period, due_periods
from chuangwen.places.models import Division

CATCH_UP = 4
"""So many missed periods are drafted after the program has stood still; older ones are of no use to anybody."""
FIELDS = ("name", "kind", "unit", "template", "every", "day", "at", "on_workday", "active")


def save_schedule(
    actor: Actor, *, schedule_id: int | None = None, division: Division | None = None, facts: dict[str, Any]
) -> PaperSchedule:
    """Make a schedule of an area, or change one. What was due before it was made is not drafted. Raises Denied, Missing, Refusal."""
    access.require(actor, "papers.edit_schedules")
    with transaction.atomic():
        if schedule_id is None:
            access.require(actor, "papers.edit_schedules", division=division)
            schedule = PaperSchedule(division=division, since=clock.now(), created_by_id=actor.account_id)
        else:
            schedule = access.fetch(actor, "papers.edit_schedules", PaperSchedule, lock=True, pk=schedule_id)
        before = {name: str(getattr(schedule, name, "")) for name in FIELDS} if schedule_id else None
        was_active = schedule_id is None or schedule.active
        for name in FIELDS:
            if name in facts:
                setattr(schedule, name, facts[name])
        _sensible(schedule)
        if schedule.active and not was_active:
            schedule.since = clock.now()
        schedule.save()
        after = {name: str(getattr(schedule, name)) for name in FIELDS}
        audit.record(actor, "papers.edit_schedules", schedule, before=before, after=after)
    return schedule


def _sensible(schedule: PaperSchedule) -> None:
    kind = making.kind_of(schedule.kind)
    if PERIOD not in kind.asks or UNIT in kind.needs:
        raise Refusal(_("This kind of paper is not about a period."), "papers.schedule_kind", field="kind")
    if schedule.every == PaperSchedule.Every.WEEK and schedule.day > 7:
        raise Refusal(_("A week has days 1 (Monday) to 7 (Sunday)."), "papers.schedule_day", field="day")
    if schedule.template is not None and schedule.template.kind != schedule.kind:
        raise Refusal(_("The template is for another kind of paper."), "papers.template_kind", field="template")


def remove_schedule(actor: Actor, *, schedule_id: int) -> None:
    """Take a schedule away; what it drafted stays."""
    with transaction.atomic():
        schedule = access.fetch(actor, "papers.edit_schedules", PaperSchedule, lock=True, pk=schedule_id)
        audit.record(actor, "papers.edit_schedules", schedule, after={"removed": True})
        schedule.delete()


def draft_scheduled() -> dict[str, int]:
    """Draft what has come due and was not drafted; each period of a schedule once, however many workers ask. For the job."""
    made = nothing = 0
    for schedule in PaperSchedule.objects.filter(active=True).select_related("division", "template").order_by("pk"):
        due = due_periods(
            schedule.every,
            schedule.day,
            schedule.at,
            schedule.since,
            clock.now(),
            calendar(),
            on_workday=schedule.on_workday,
            most=CATCH_UP,
        )
        known = set(
            schedule.drafts.filter(period_from__in=[period.start for period, _at in due]).values_list("period_from", flat=True)
        )
        for period, moment in due:
            if period.start in known:
                continue
            drafted = _draft(schedule, period, moment)
            made, nothing = made + (drafted is True), nothing + (drafted is False)
    return {"made": made, "nothing": nothing}


def _draft(schedule: PaperSchedule, period: Period, moment: Any) -> bool | None:
    """One period: True drafted, False nothing to tell (and written down why), None another worker was quicker."""
    try:
        with transaction.atomic():
            row = ScheduledDraft.objects.create(schedule=schedule, period_from=period.start, due_at=moment)
            try:
                with transaction.atomic():
                    row.paper = draft_paper(
                        SYSTEM,
                        kind=schedule.kind,
                        period=period,
                        division=schedule.division,
                        template=newest_version(schedule.template),
                    )
            except Refusal as refusal:
                row.words = str(refusal)[:300]
            row.save()
            return row.paper is not None
    except IntegrityError:
        return None
