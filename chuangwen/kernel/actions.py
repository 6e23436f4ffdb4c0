"""What people do with jobs and with the work calendar; each leaves its entry in the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, events, jobs, office_calendar
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal
from chuangwen.kernel.holidays import statutory_days
from chuangwen.kernel.models import CalendarDay, Job, WorkingHours
from chuangwen.kernel.worktime import HOURS, WorkCalendar

FIRST_YEAR, LAST_YEAR = 1990, 2110
LONGEST_EDIT = 62  # days that one edit may set
Spans = Sequence[tuple[time, time]]


@dataclass(frozen=True)
class CalendarChanged:
    """Days or hours of the work calendar are others now; ``first`` None means all days (the hours were changed)."""

    first: date | None = None
    last: date | None = None


# -- jobs -------------------------------------------------------------------------------------------------------------


def visible_jobs(actor: Actor) -> QuerySet[Job]:
    """A person's own jobs, whatever their post; all of them for whoever may see everybody's."""
    if actor.may("kernel.see_all_jobs"):
        return access.scoped(actor, "kernel.see_all_jobs", Job)
    return Job.objects.none() if actor.account_id is None else Job.objects.filter(account_id=actor.account_id)


def cancel_job(actor: Actor, *, job_id: int) -> Job:
    """Ask a job to stop; one that has ended stays as it is. Raises Denied, Missing."""
    return _handled(actor, job_id, jobs.cancel, "cancel")


def retry_job(actor: Actor, *, job_id: int) -> Job:
    """Put a failed or cancelled job back into the queue. Raises Denied, Missing, Conflict for one that did not fail."""
    return _handled(actor, job_id, jobs.retry, "retry")


def _handled(actor: Actor, job_id: int, handle: Any, word: str) -> Job:
    with transaction.atomic():
        job = access.fetch(actor, "kernel.cancel_job", Job, lock=True, pk=job_id)
        before = {"state": job.state, "cancel_asked": job.cancel_asked}
        if word == "retry" and job.state not in (Job.State.FAILED, Job.State.CANCELLED):
            raise Conflict(_("Only a job that failed or was stopped can be run again."), "kernel.job_not_ended")
        if word == "retry" and job.kind not in jobs.HANDLERS:
            raise Refusal(_("This version of the program does not know jobs of this kind."), "kernel.unknown_job")
        handle(job)
        job.refresh_from_db()
        after = {"state": job.state, "cancel_asked": job.cancel_asked}
        if after != before:
            audit.record(actor, "kernel.cancel_job", job, before=before, after=after, note=word)
    return job


# -- the work calendar ------------------------------------------------------------------------------------------------


def set_days(actor: Actor, *, first: date, last: date | None = None, works: bool | None, name: str = "") -> int:
    """Say of every day from ``first`` to ``last`` whether it is worked; ``works`` None: as its weekday says.

    Returns how many days are others now. Raises Denied, Refusal for days that are no range or reach too far. A statutory day
    that is set back to its weekday keeps a row that says so: an upgrade does not bring the holiday back.
    """
    access.require(actor, "kernel.edit_calendar")
    last = last or first
    if not first <= last < first + timedelta(days=LONGEST_EDIT):
        raise Refusal(
            _("The last day lies at or after the first, and at most %(count)d days are set at once.") % {"count": LONGEST_EDIT},
            "kernel.calendar_range",
        )
    if not (first.year >= FIRST_YEAR and last.year <= LAST_YEAR):
        raise Refusal(
            _("The calendar reaches from %(first)d to %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR},
            "kernel.calendar_reach",
        )
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    name = " ".join(name.split())[:40]
    statutory = statutory_days()
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    with transaction.atomic():
        known = {row.day: row for row in CalendarDay.objects.select_for_update().filter(day__in=days)}
        for day in days:
            row = known.get(day)
            keeps = works is not None or day in statutory
            wanted = (day.weekday() < 5 if works is None else works, name) if keeps else None
            if wanted == ((row.works, row.name) if row else None):
                continue
            before[day.isoformat()] = _of(row)
            if wanted is None:
                CalendarDay.objects.filter(day=day).delete()
                after[day.isoformat()] = None
            else:
                facts = {"works": wanted[0], "name": wanted[1], "source": _("set by the office")}
                after[day.isoformat()] = _of(CalendarDay.objects.update_or_create(day=day, defaults=facts)[0])
        if after:
            events.say(CalendarChanged(first, last))
            _forget()
            title = f"{first}" if first == last else f"{first} – {last}"
            audit.record(actor, "kernel.edit_calendar", title=title, before=before, after=after)
    return len(after)


def _of(row: CalendarDay | None) -> dict[str, Any] | None:
    return {"works": row.works, "name": row.name} if row else None


def working_hours() -> list[tuple[time, time]]:
    """The hours of a working day in force: the office's own, or the usual ones."""
    return list(WorkingHours.objects.order_by("starts").values_list("starts", "ends")) or list(HOURS)


def set_hours(actor: Actor, *, spans: Spans) -> bool:
    """Replace the hours of a working day; whether they are others now. Raises Denied, Refusal for spans that overlap."""
    access.require(actor, "kernel.edit_calendar")
    spans = sorted(spans)
    try:
        WorkCalendar(hours=spans)
    except ValueError as problem:
        raise Refusal(
            _("Working hours: each span begins before it ends, spans do not overlap, and there is at least one."),
            "kernel.bad_hours",
        ) from problem
    with transaction.atomic():
        known = [(row.starts, row.ends) for row in WorkingHours.objects.select_for_update()]
        if known == spans or not known and spans == list(HOURS):
            return False
        WorkingHours.objects.all().delete()
        WorkingHours.objects.bulk_create(WorkingHours(starts=starts, ends=ends) for starts, ends in spans)
        events.say(CalendarChanged())
        _forget()
        audit.record(
            actor,
            "kernel.edit_calendar",
            title=_("Working hours"),
            before={"hours": _in_words(known or HOURS)},
            after={"hours": _in_words(spans)},
        )
    return True


def _in_words(spans: Spans) -> list[str]:
    return [f"{starts:%H:%M}–{ends:%H:%M}" for starts, ends in spans]


def _forget() -> None:
    """The calendar is read again: within this transaction, and once more when it holds (another thread may have kept the old one)."""
    office_calendar.forget()
    transaction.on_commit(office_calendar.forget)
