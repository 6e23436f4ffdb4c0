"""What the room hears from rooms to its left, and what it answers when they ask."""

from django.urls import reverse

from chuangwen.cases import notices
from chuangwen.cases.actions.evidence import SUBJECT
from chuangwen.cases.escalation.events import StepMoved
from chuangwen.cases.jobs import RECKON
from chuangwen.cases.models import Case
from chuangwen.cases.risk import counts_by_site
from chuangwen.evidence import subjects
from chuangwen.fieldwork import blind, risk
from chuangwen.kernel import access, jobs
from chuangwen.kernel.access import Actor
from chuangwen.kernel.actions import CalendarChanged
from chuangwen.kernel.events import hears

risk.register("cases", counts_by_site)
access.veil("cases.Case", "blind", blind.second_rated)


hears(StepMoved)(notices.tell_step)


@hears(CalendarChanged)
def deadlines_follow(change: CalendarChanged) -> None:
    """Deadlines that run follow the calendar: by a job, however many there are."""
    first, last = (day.isoformat() if day else None for day in (change.first, change.last))
    jobs.start(access.SYSTEM, RECKON, {"first": first, "last": last})


def subject(actor: Actor, key: str) -> subjects.Subject | None:
    """The case that photos are evidence for, where the person sees it."""
    if not key.isdecimal() or len(key) > 18 or not actor.may("cases.see"):
        return None
    found = access.scoped(actor, "cases.see", Case).filter(pk=key).only("number").first()
    return subjects.Subject(found.number or "", reverse("cases:detail", args=[found.pk])) if found else None


subjects.register(SUBJECT, subject)
