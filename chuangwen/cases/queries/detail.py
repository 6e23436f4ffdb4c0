"""One case with everything its page shows: at most seven queries."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from chuangwen.cases.actions.base import WITH
from chuangwen.cases.actions.evidence import why_not_acceptable
from chuangwen.cases.models import LIVE, WORKING_STATES, Case, CaseEvent, CaseParty, CasePhoto, State, Urgency, Verb
from chuangwen.cases.queries.coming_back import PerhapsBack, perhaps_back
from chuangwen.cases.standing import open_verbs
from chuangwen.kernel import access, clock, office_calendar
from chuangwen.kernel.access import Actor

BESIDE = (
    *WITH,
    "lead_unit__division",
    "handling_unit__division",
    "site__type",
    "grid",
    "family",
    "kind",
    "criterion__requirement__indicator",
    "round",
    "reported_by__person",
    "rebound_of",
    "merged_into",
)
SIMILAR = 10


@dataclass(frozen=True)
class Reading:
    """How a case's clock stands now.

    ``minutes``: working minutes (plain ones for calendar days) until the due moment, below zero since it. ``share``: how much of the time
    is used, 0 to 1 and beyond. ``waits``: how many working minutes a refused case has waited for arbitration. ``paused``: it stands still
    (deferred, being checked).
    """

    running: bool
    paused: bool
    urgency: Urgency
    due_at: datetime | None
    minutes: int | None
    share: float | None
    waits: int | None


@dataclass(frozen=True)
class CaseDetail:
    """What the page of a case shows. ``verbs`` are what this actor can do to it now; ``similar`` are open cases of the same problem at the
    same site."""

    case: Case
    events: list[CaseEvent]
    parties: list[CaseParty]
    photos: list[CasePhoto]
    verbs: list[Verb]
    clock: Reading
    rebounds: list[Case]
    merged: list[Case]
    similar: list[Case]
    perhaps_back: list[PerhapsBack]
    not_acceptable: bool = False
    """A photo of the submission was found not acceptable: it goes back."""

    @property
    def before(self) -> list[CasePhoto]:
        return [link for link in self.photos if link.stage == CasePhoto.Stage.BEFORE]

    @property
    def after(self) -> list[CasePhoto]:
        return [link for link in self.photos if link.stage == CasePhoto.Stage.AFTER]

    @property
    def assists(self) -> list[CaseParty]:
        return [party for party in self.parties if party.part == CaseParty.Part.ASSIST]

    def may(self, verb: str) -> bool:
        return verb in self.verbs

    def photos_of(self, event: CaseEvent) -> list[CasePhoto]:
        return [link for link in self.photos if link.event_id == event.pk]


def one(actor: Actor, case_id: int) -> Case:
    """A visible case with what its page shows beside it. Raises Denied, Missing."""
    return access.fetch(actor, "cases.see", Case.objects.select_related(*BESIDE), pk=case_id)


def by_number(actor: Actor, text: str) -> Case:
    """A visible case by what somebody typed or said: its number or what follows the dash. Raises Denied, Missing."""
    from chuangwen.cases.rules import key_in

    return one(actor, key_in(text) or 0)


def detail(actor: Actor, case_id: int) -> CaseDetail:
    """Everything of one visible case. Raises Denied, Missing."""
    case = one(actor, case_id)
    parties = list(CaseParty.objects.filter(case=case).select_related("unit").order_by("pk"))
    verbs = open_verbs(actor, case, [party.unit.path for party in parties])
    related, fresh = _related(actor, case), case.state in (State.REPORTED, State.SCREENED)
    return CaseDetail(
        case=case, parties=parties, verbs=verbs, clock=reading(case, clock.now()),
        events=list(CaseEvent.objects.filter(case=case).select_related("unit").order_by("at", "pk")),
        photos=list(CasePhoto.objects.filter(case=case).select_related("photo").order_by("pk")),
        rebounds=[other for other in related if other.rebound_of_id == case.pk],
        merged=[other for other in related if other.merged_into_id == case.pk],
        similar=similar_open(actor, case) if fresh else [],
        perhaps_back=perhaps_back(actor, case) if fresh and Verb.LINK_REBOUND in verbs else [],
        not_acceptable=Verb.SEND_BACK in verbs and bool(why_not_acceptable(case)),
    )  # fmt: skip


def _related(actor: Actor, case: Case) -> list[Case]:
    """Visible cases that are rebounds of this one or were merged into it. One query, a second where there are any."""
    again, parts = (
        Case.objects.filter(**{name: case}).order_by().values_list("pk", flat=True) for name in ("rebound_of", "merged_into")
    )
    keys = list(again.union(parts))
    return list(access.scoped(actor, "cases.see", Case).filter(pk__in=keys).order_by("pk")) if keys else []


def similar_open(actor: Actor, case: Case) -> list[Case]:
    """Open cases of the same problem at the same site that this one could be merged into, oldest first."""
    if case.site_id is None or case.criterion_id is None and case.kind_id is None:
        return []
    same = Q(criterion=case.criterion_id) if case.criterion_id is not None else Q(kind=case.kind_id)
    found = access.scoped(actor, "cases.see", Case).filter(same, LIVE, site=case.site_id, closed_at__isnull=True)
    return list(found.exclude(pk=case.pk).select_related("lead_unit").order_by("pk")[:SIMILAR])


def reading(case: Case, now: datetime) -> Reading:
    """How the clock of a case stands at ``now``. No query."""
    running = case.state in (*WORKING_STATES, State.REFUSED) and case.due_at is not None
    paused = case.paused_at is not None and case.state in (State.DEFERRED, State.SUBMITTED, State.VERIFIED)
    moment = case.paused_at if paused and case.paused_at is not None else now
    minutes, share, waits = None, None, None
    if (running or paused) and case.due_at is not None:
        calendar = office_calendar.calendar()

        def between(start: datetime, end: datetime) -> float:
            if case.limit_unit == "calendar_days":
                return max(0.0, (end - start).total_seconds() / 60)
            return calendar.working_minutes_between(start, end)

        left = between(moment, case.due_at) - between(case.due_at, moment)
        minutes = round(left)
        start = case.clock_at or case.dispatched_at
        whole = between(start, case.due_at) if start is not None else 0
        share = round(1 - left / whole, 4) if whole else None
        if case.state == State.REFUSED and case.refused_at is not None:
            waits = round(calendar.working_minutes_between(case.refused_at, now))
    return Reading(running, paused, Urgency(case.urgency), case.due_at, minutes, share, waits)
