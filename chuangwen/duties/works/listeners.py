"""What works hear: a case that was deferred moves, in the case room; the page of a case shows for which work it waits."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from chuangwen.cases import awaited
from chuangwen.cases.events import CaseMoved
from chuangwen.cases.models import Case, State, Verb
from chuangwen.duties.works.actions import waiting
from chuangwen.duties.works.models import Work, WorkCase
from chuangwen.duties.works.states import OPEN
from chuangwen.kernel import access, clock
from chuangwen.kernel.events import hears
from chuangwen.places.models import Division
from chuangwen.web.panels import Panel, register
from chuangwen.web.views import actor_of


@hears(CaseMoved)
def case_moved(event: CaseMoved) -> None:
    """A deferred case that goes on waits for no work any longer; one that is deferred with the name of a work as its plan waits for that work,
    wherever it was deferred."""
    if event.verb == Verb.DEFER:
        _deferred(event.case_id)
    elif event.before == State.DEFERRED and event.after != State.DEFERRED:
        for link in WorkCase.objects.filter(case=event.case_id, returned_at__isnull=True).select_related("work"):
            with override(settings.LANGUAGE_CODE):
                why = waiting.due_words(link.work) if link.until <= clock.today() else _("taken up again before its day")
            WorkCase.objects.filter(pk=link.pk).update(returned_at=clock.now(), why=why[:300])


def what_became(case_ids: Collection[int]) -> dict[int, str]:
    """Why cases whose day has come come back from the works that they waited for: finished, called off, or not ended. One query."""
    links = WorkCase.objects.filter(case__in=case_ids, returned_at__isnull=True).select_related("work")
    with override(settings.LANGUAGE_CODE):
        return {link.case_id: waiting.due_words(link.work) for link in links}


awaited.register("duties.works", what_became)


def _deferred(case_id: int) -> None:
    rows = Case.objects.filter(pk=case_id, state=State.DEFERRED).select_related("division")
    case = rows.only("deferred_plan", "deferred_until", "division").first()
    if case is None or case.deferred_until is None:
        return
    works = Work.objects.filter(name=case.deferred_plan)
    if case.division is not None:
        works = works.filter(division__path__in=_around(case.division))
    found = min(works, key=lambda work: (work.state not in OPEN, -work.pk), default=None)
    if found is not None:
        waiting.tie(case_id, found, case.deferred_until)
        return
    with override(settings.LANGUAGE_CODE):
        why = _("deferred against something else")
    WorkCase.objects.filter(case=case_id, returned_at__isnull=True).update(returned_at=clock.now(), why=why)


def _around(division: Division) -> list[str]:
    """The place itself and all above it: a work of the street is one of its communities too."""
    return list(division.ancestor_paths)


def works_of_case(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """For which work a case waits or waited, with how far that slipped: whoever checks the case sees why it took so long."""
    links = list(WorkCase.objects.filter(case=case).select_related("work__unit").order_by("-linked_at", "-pk")[:5])
    actor = actor_of(request)
    may = actor.may("duties.plan_works") and actor.may("cases.defer") and case.state in (State.DISPATCHED, State.RECTIFYING, State.DEFERRED)
    if not links and not may:
        return None
    seen = set(access.scoped(actor, "duties.see_works", Work).filter(pk__in=[link.work_id for link in links]).values_list("pk", flat=True))
    return {
        "links": [(link, link.work.get_absolute_url() if link.work_id in seen else "") for link in links],
        "defer_url": reverse("duties:work-for-case", args=[case.pk]) if may else "",
    }


register(Panel("cases.case", "works", "duties/works/case_panel.html", works_of_case, verb="duties.see_works"))
