"""What is read of the ladder. A unit learns of a step when it is sent: what is only proposed or approved lies under a veil for whoever reaches
steps by a unit alone."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.escalation.actions.steps import PUT_RIGHT
from chuangwen.cases.escalation.base import POLICY, facts_of, stands
from chuangwen.cases.escalation.states import StepVerb, possible
from chuangwen.cases.models import (
    LIVE,
    Appeal,
    Case,
    EscalationStep,
    Level,
    State,
    StepCase,
    StepEvent,
    StepState,
    Urgency,
)
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import ALL, DIVISION, Actor
from chuangwen.people.models import Unit

ROW = ("unit", "division", "office", "rule")
INSIDE = (StepState.PROPOSED, StepState.APPROVED)
SENT = tuple(state for state in StepState if state not in INSIDE)
LATE = (Urgency.OVERDUE, Urgency.SUPERVISION)
SHOWN_DAYS = 90
"""A kept promise stays on the public page for so long."""


def unsent(actor: Actor) -> Q | None:
    """What is hidden from a unit: steps that nobody sent. A withdrawn one that was never sent neither."""
    if actor.is_system or any(grant.scope in (ALL, DIVISION) for grant in actor.scopes("cases.see_steps")):
        return None
    return Q(state__in=INSIDE) | Q(state=StepState.WITHDRAWN, issued_at__isnull=True)


access.veil("cases.EscalationStep", "unsent", unsent)


def visible(actor: Actor) -> QuerySet[EscalationStep]:
    """The steps that the actor sees."""
    return access.scoped(actor, "cases.see_steps", EscalationStep)


def rows(actor: Actor) -> QuerySet[EscalationStep]:
    """The same with what a row shows; ``case_count`` and ``open_count`` are its cases and those still weighing on the unit. One query."""
    links = StepCase.objects.filter(step=OuterRef("pk")).order_by().values("step")
    weighing = links.exclude(case__state__in=PUT_RIGHT)
    return visible(actor).select_related(*ROW).annotate(
        case_count=_number(links), open_count=_number(weighing)
    )  # fmt: skip


def _number(links: QuerySet) -> Any:
    return Coalesce(Subquery(links.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


@dataclass(frozen=True)
class StepWait:
    """Work on steps that waits for somebody; ``verb`` is what they would do."""

    key: str
    label: str | Promise
    verb: str
    condition: Q
    unit_side: bool = False


def waits(now: datetime) -> tuple[StepWait, ...]:
    """The kinds of work, as conditions at ``now``."""
    today = now.astimezone(clock.LOCAL).date()
    asked = Q(state=StepState.ISSUED) & ~Q(level__in=(Level.REMINDER, Level.HAND_OVER))
    late = asked & Q(due_at__lt=now) | Q(state=StepState.ANSWERED, promised_on__lt=today) | Q(state=StepState.BROKEN)
    return (
        StepWait("to_approve", _("steps to approve"), "cases.approve_step", Q(state=StepState.PROPOSED)),
        StepWait("to_issue", _("steps to issue"), "cases.issue_step", Q(state=StepState.APPROVED)),
        StepWait("appeals", _("appeals to decide"), "cases.decide_appeal", Q(appealed_at__isnull=False)),
        StepWait("not_kept", _("promises not kept"), "cases.settle_step", late),
        StepWait("to_answer", _("steps to answer"), "cases.answer_step", asked & Q(appealed_at__isnull=True), True),
    )


def waiting_for(actor: Actor) -> list[tuple[StepWait, int]]:
    """What waits for the actor, the empty kinds left out. One query for each way in which the posts reach steps (one for most people)."""
    every = [wait for wait in waits(clock.now()) if actor.may(wait.verb) and (not wait.unit_side or _by_unit(actor, wait.verb))]
    groups: dict[object, list[StepWait]] = {}
    for wait in every:
        groups.setdefault((wait.unit_side, frozenset(actor.scopes(wait.verb))), []).append(wait)
    counted: dict[str, int] = {}
    for group in groups.values():
        steps = access.scoped(actor, group[0].verb, EscalationStep).order_by()
        if group[0].unit_side:
            steps = steps.filter(addressed_to(actor, group[0].verb))
        counted |= steps.aggregate(**{wait.key: Count("pk", filter=wait.condition) for wait in group})
    return [(wait, counted[wait.key]) for wait in every if counted[wait.key]]


def _by_unit(actor: Actor, verb: str) -> bool:
    return any(grant.scope == access.UNIT for grant in actor.scopes(verb))


def waiting_condition(actor: Actor, key: str) -> Q:
    """The steps behind a figure, as a condition; nothing for a kind that is not the actor's. Raises KeyError for an unknown key."""
    wait = {wait.key: wait for wait in waits(clock.now())}[key]
    if not actor.may(wait.verb):
        return Q(pk__in=[])
    reach = access.condition(actor, wait.verb, EscalationStep) or Q()
    return wait.condition & reach & (addressed_to(actor, wait.verb) if wait.unit_side else Q())


def addressed_to(actor: Actor, verb: str) -> Q:
    """Steps addressed to the actor's own units or those below them."""
    found = Q(pk__in=[])
    for grant in actor.scopes(verb):
        if grant.scope == access.UNIT:
            found |= Q(unit__in=Unit.subtree_ids(grant.unit_path))
        elif grant.scope in (ALL, DIVISION):
            return Q()
    return found


@dataclass
class StepDetail:
    """What the page of a step shows."""

    step: EscalationStep
    links: list[StepCase]
    events: list[StepEvent]
    appeals: list[Appeal]
    verbs: list[StepVerb]
    others: list[EscalationStep] = field(default_factory=list)


def detail(actor: Actor, pk: int) -> StepDetail:
    """One step with everything about it. Seven queries. Raises Denied, Missing."""
    step = access.fetch(
        actor, "cases.see_steps", EscalationStep.objects.select_related(*ROW, "approved_by__person", "proposed_by__person"), pk=pk
    )
    links = list(
        StepCase.objects.filter(step=step).select_related("case__site", "case__kind", "case__division", "case__handling_unit").order_by("pk")
    )
    appeals = list(step.appeals.prefetch_related("photo_links__photo").select_related("decided_by__person"))
    others = list(
        visible(actor)
        .filter(pk__in=StepCase.objects.filter(case__in=[link.case_id for link in links]).order_by().values("step"))
        .exclude(pk=step.pk)
        .select_related("unit")
        .order_by("level", "pk")[:20]
    )
    return StepDetail(step, links, list(step.events.all()), appeals, open_verbs(actor, step), others)


def open_verbs(actor: Actor, step: EscalationStep) -> list[StepVerb]:
    """The verbs that the actor can do on the step as it is. Asks for unit and division to be loaded; one query for each policy that is held."""
    reach: dict[str, bool] = {}
    found = []
    for verb in StepVerb:
        allowed = possible(step.state, verb, facts_of(step))
        policy = POLICY[verb]
        if allowed is None or not actor.may(policy) or not stands(actor, verb, allowed.side, step):
            continue
        if policy not in reach:
            reach[policy] = access.scoped(actor, policy, EscalationStep).filter(pk=step.pk).exists()
        if reach[policy]:
            found.append(verb)
    return found


def of_case(actor: Actor, case: Case) -> list[EscalationStep]:
    """The steps of a case that the actor sees, the highest first. One query."""
    keys = StepCase.objects.filter(case=case).order_by().values("step")
    return list(visible(actor).filter(pk__in=keys).select_related("unit").order_by("-level", "-pk"))


def of_unit(actor: Actor, unit: Unit) -> QuerySet[EscalationStep]:
    """The steps addressed to a unit or one below it."""
    return visible(actor).filter(unit__in=Unit.subtree_ids(unit.path)).select_related("unit")


def promises() -> QuerySet[EscalationStep]:
    """Promises of listed supervision that run, were not kept, or were kept or ended lately: what is published, of units and never of persons."""
    since = clock.now() - timedelta(days=SHOWN_DAYS)
    shown = Q(state__in=(StepState.ANSWERED, StepState.BROKEN)) | Q(
        state__in=(StepState.FULFILLED, StepState.ENDED), settled_at__gte=since
    )
    return (
        EscalationStep.objects.filter(shown, level=Level.LISTED, promised_on__isnull=False)
        .exclude(promise="")
        .select_related("unit", "division", "office")
    )


def kept(step: EscalationStep) -> bool | None:
    """Whether the promise was kept: None while it runs. A promise put right after its day was not."""
    if step.state == StepState.ANSWERED:
        return None
    if step.state == StepState.BROKEN or step.promised_on is None or step.settled_at is None:
        return False
    return step.settled_at.astimezone(clock.LOCAL).date() <= step.promised_on and not broken_once(step)


def broken_once(step: EscalationStep) -> bool:
    """Whether it was found not kept at some time; reads the prefetched events where there are any."""
    return any(event.verb == StepVerb.BREAK for event in step.events.all())


def arbitrations_late(actor: Actor) -> QuerySet[Case]:
    """Refused cases whose arbitration has run over: the clock found them, the leader is told."""
    found = access.scoped(actor, "cases.redispatch", Case)
    return found.filter(LIVE, state=State.REFUSED, urgency__in=LATE)


# -- what papers need --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PaperCase:
    """A problem as a paper about a step names it."""

    number: str
    description: str
    place: str
    kind: str
    dispatched_on: date | None
    due_at: datetime | None
    overdue_days: int
    rework: int
    handling_unit: str


@dataclass(frozen=True)
class PaperFacts:
    """Everything that a paper about a step needs; nothing in it is made up, and what is not known is empty.

    ``paper_kind``: supervision_order, order_of_headquarters, notice_of_talk, rectification_notice, or "" for a reminder. ``earlier``: the steps
    before this one about the same cases, as (level, number, day).
    """

    paper_kind: str
    step_id: int
    level: int
    level_name: str
    number: str
    organ: str
    unit: str
    unit_full_name: str
    division: str
    reason: str
    asks: str
    issued_on: date | None
    due_at: datetime | None
    answer_amount: int
    answer_unit: str
    measure: str
    promise: str
    promised_on: date | None
    approved_by: str
    cases: list[PaperCase]
    earlier: list[tuple[str, str, date | None]]


PAPER_KINDS = {
    Level.ORDER: "supervision_order", Level.LISTED: "order_of_headquarters", Level.TALK: "notice_of_talk",
    Level.HAND_OVER: "rectification_notice",
}  # fmt: skip


def paper_facts(step: EscalationStep) -> PaperFacts:
    """What the papers supervision order, order of the headquarters, notice of a talk and rectification notice are written from. Four queries."""
    now = clock.now()
    step = EscalationStep.objects.select_related(*ROW, "approved_by__person").get(pk=step.pk)
    links = StepCase.objects.filter(step=step).select_related("case__site", "case__kind", "case__division", "case__handling_unit")
    cases = [link.case for link in links.order_by("pk")]
    before = EscalationStep.objects.filter(
        pk__in=StepCase.objects.filter(case__in=cases).order_by().values("step"), level__lt=step.level, issued_at__isnull=False
    ).order_by("level", "issued_at", "pk")
    return PaperFacts(
        paper_kind=PAPER_KINDS.get(Level(step.level), ""), step_id=step.pk, level=step.level, level_name=str(step.get_level_display()),
        number=step.number or "", organ=step.office.organ if step.office else "", unit=str(step.unit), unit_full_name=step.unit.name,
        division=step.division.name if step.division else "", reason=step.reason, asks=step.asks, issued_on=_day(step.issued_at),
        due_at=step.due_at, answer_amount=step.answer_amount, answer_unit=step.answer_unit, measure=step.measure, promise=step.promise,
        promised_on=step.promised_on, approved_by=str(step.approved_by or ""),
        cases=[_of_paper(case, now) for case in cases],
        earlier=[(str(one.get_level_display()), one.number or "", _day(one.issued_at)) for one in before],
    )  # fmt: skip


def _of_paper(case: Case, now: datetime) -> PaperCase:
    place = case.site.name if case.site else case.address or (case.division.name if case.division else "")
    over = max(0, (now - case.due_at).days) if case.due_at is not None and case.urgency in LATE else 0
    return PaperCase(
        case.number or "", case.description, place, str(case.kind or ""), _day(case.dispatched_at), case.due_at, over, case.rework,
        case.handling_unit.name if case.handling_unit else "",
    )  # fmt: skip


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(clock.LOCAL).date() if moment is not None else None
