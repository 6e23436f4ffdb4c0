"""Cases that wait for a work. They are deferred and resumed by the case room's own actions; here it is kept what they wait for, and nobody
stays away after the work has ended or slipped. Rows are always locked in the same order: the work, the case, the link."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.cases import actions as cases
from chuangwen.cases.models import Case, State
from chuangwen.duties.works.actions.base import LIFE, PLAN, refuse
from chuangwen.duties.works.models import Work, WorkCase
from chuangwen.duties.works.states import ENDED, FINISHED, OPEN, Step
from chuangwen.kernel import audit, clock
from chuangwen.kernel.access import SYSTEM, Actor
from chuangwen.kernel.lives import needed
from chuangwen.web import formatting


def defer_case(actor: Actor, *, work_id: int, case_id: int, reason: str, expected_version: int | None = None) -> WorkCase:
    """Defer a case until the planned end of a work, as the case room defers: whoever does it may plan works and defer this case. A case that
    waits for another work waits for this one from now on.

    Raises what ``cases.defer`` raises, and Refusal for a work whose planned end has come.
    """
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.DEFER, work_id)
        if work.planned_end <= clock.today():
            raise refuse(_("The planned end of the work has come: move it first, with the reason."), "ended", "work")
        case = cases.defer(actor, case_id=case_id, until=work.planned_end, reason=reason, plan=work.name, expected_version=expected_version)
        link = tie(case.pk, work, work.planned_end)
        LIFE.write(actor, Step.DEFER, work, lambda: _("Deferred against it: %(number)s") % {"number": case.number}, told={"case": case.pk})
    return link


def tie(case_id: int, work: Work, until: date) -> WorkCase:
    """The case waits for this work and for no other."""
    with override(settings.LANGUAGE_CODE):
        why = _("waits for “%(work)s” now") % {"work": work.name}
    waiting = WorkCase.objects.filter(case=case_id, returned_at__isnull=True)
    waiting.exclude(work=work).update(returned_at=clock.now(), why=why[:300])
    link = waiting.filter(work=work).first()
    if link is None:
        return WorkCase.objects.create(work=work, case_id=case_id, until=until, linked_at=clock.now())
    link.until = until
    link.save(update_fields=["until"])
    return link


def give_back(actor: Actor, *, work_id: int, case_id: int, reason: str) -> WorkCase:
    """A case does not wait any longer: it goes on, by the case room's own action. Raises Refusal for one that does not wait for this work."""
    with transaction.atomic():
        work: Work = LIFE.take(actor, Step.RETURN, work_id)
        words = needed(reason, "reason", _("Say why."), limit=300)
        link = WorkCase.objects.filter(work=work, case=case_id, returned_at__isnull=True).select_related("case").first()
        if link is None:
            raise refuse(_("This case does not wait for the work."), "not_waiting", "case")
        if Case.objects.filter(pk=case_id, state=State.DEFERRED).exists():
            cases.resume(actor, case_id=case_id, note=words)
        link.returned_at, link.why = clock.now(), words
        link.save(update_fields=["returned_at", "why"])
        LIFE.write(actor, Step.RETURN, work, lambda: _("Given back: %(number)s") % {"number": link.case.number}, told={"case": case_id})
    return link


def bring_back(work: Work, why: str) -> list[int]:
    """All cases that wait for a work come back, with the reason in each one's history; their clocks go on from now. The keys of those that were
    resumed. Inside the transaction of whoever says that the work ended or slipped."""
    links = dict(WorkCase.objects.filter(work=work, returned_at__isnull=True).values_list("case", "pk"))
    waiting = Case.objects.select_for_update(of=("self",)).filter(pk__in=links, state=State.DEFERRED).order_by("pk")
    back = [case.pk for case in waiting]
    for key in back:
        cases.resume(SYSTEM, case_id=key, note=why[:300])
    WorkCase.objects.filter(pk__in=links.values()).update(returned_at=clock.now(), why=why[:300])
    return back


def move_waiting(work: Work, why: str) -> list[int]:
    """The work ends earlier than it was planned: cases that wait for it wait until its new end, by the case room's own action. Their keys."""
    links = {link.case_id: link for link in WorkCase.objects.filter(work=work, returned_at__isnull=True)}
    waiting = Case.objects.select_for_update(of=("self",)).filter(pk__in=links, state=State.DEFERRED).order_by("pk")
    moved = [case.pk for case in waiting]
    for key in moved:
        cases.defer(SYSTEM, case_id=key, until=work.planned_end, reason=why[:300], plan=work.name)
    return moved


def look_after() -> dict[str, int]:
    """What the clock does: works whose planned end has passed and that are not over have slipped, and their cases come back; so does whatever
    still waits for a work that has ended, however that came. How many works slipped and cases came back. Can be run again at any time."""
    today = clock.today()
    found = {"slipped": 0, "returned": 0}
    late = Work.objects.filter(state__in=OPEN, planned_end__lt=today)
    waited_for = WorkCase.objects.filter(returned_at__isnull=True).order_by().values("work")
    keys = [
        *late.exclude(slipped_past=F("planned_end")).values_list("pk", flat=True), *late.filter(pk__in=waited_for).values_list("pk", flat=True),
        *Work.objects.filter(state__in=ENDED, pk__in=waited_for).values_list("pk", flat=True),
    ]  # fmt: skip
    for key in dict.fromkeys(keys):
        with transaction.atomic():
            work = Work.objects.select_for_update(of=("self",)).get(pk=key)
            over = work.state in ENDED
            if not over and work.planned_end >= today:
                continue
            with override(settings.LANGUAGE_CODE):
                why = ended_words(work) if over else late_words(work)
            back = bring_back(work, why)
            found["returned"] += len(back)
            if not over and work.slipped_past != work.planned_end:
                found["slipped"] += 1
                LIFE.write(
                    SYSTEM, Step.SLIP, work, lambda: _("The planned end has passed."), {"slipped_past": work.planned_end}, told={"cases": back}
                )
            elif back:
                audit.record(SYSTEM, PLAN, work, after={"cases": back}, note=why)
    return found


def late_words(work: Work) -> str:
    return _("“%(work)s” was to end on %(day)s and has not ended: the case comes back.") % {
        "work": work.name, "day": formatting.day(work.planned_end),
    }  # fmt: skip


def ended_words(work: Work) -> str:
    """Why cases come back from a work that is over."""
    if work.state == FINISHED:
        return _("“%(work)s” is finished: the case comes back.") % {"work": work.name}
    return _("“%(work)s” was called off (%(reason)s): the case comes back.") % {"work": work.name, "reason": work.reason}


def due_words(work: Work) -> str:
    """Why a case comes back on the day to which it was deferred."""
    return ended_words(work) if work.state in ENDED else late_words(work)


def slipped_words(work: Work, before: date, reason: str) -> str:
    return _("“%(work)s” ends on %(after)s instead of %(before)s (%(reason)s): the case comes back.") % {
        "work": work.name, "before": formatting.day(before), "after": formatting.day(work.planned_end), "reason": reason,
    }  # fmt: skip
