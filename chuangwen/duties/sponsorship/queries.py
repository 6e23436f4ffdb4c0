"""What pages, API and sheets read of sponsorship plans."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from chuangwen.duties.sponsorship.arithmetic.searching import Standing
from chuangwen.duties.sponsorship.gathering import Question, Unfinished, question_of
from chuangwen.duties.sponsorship.models import PlanEvent, PlanPair, PlanPlace, PlanSponsor, SponsorshipPlan
from chuangwen.duties.sponsorship.states import TOLD
from chuangwen.kernel import access
from chuangwen.kernel.access import UNIT, Actor
from chuangwen.kernel.errors import Missing
from chuangwen.people.models import Unit

SEE = "duties.see_sponsorship"


def plans(actor: Actor) -> QuerySet[SponsorshipPlan]:
    """The plans that the actor sees. Who neither makes nor signs plans sees them once they are signed: the units that answer for a place, and
    those seated at one that is answered for."""
    rows = SponsorshipPlan.objects.select_related("division", "made_by__person", "signed_by__person", "before", "supersedes")
    if not actor.may(SEE):
        return rows.none()
    mine = access.condition(actor, SEE, SponsorshipPlan)
    if mine is not None:
        rows = rows.filter(mine | Q(pk__in=_answered_for(actor).values("plan")))
    return rows if weighs(actor) else rows.filter(state__in=TOLD)


def _answered_for(actor: Actor) -> QuerySet[PlanPlace]:
    """The places of plans at which the actor's units are seated: a community looks up who answers for it."""
    units = Q(pk__in=[])
    for grant in actor.scopes(SEE):
        if grant.scope == UNIT:
            units |= Q(path__startswith=grant.unit_path)
    return PlanPlace.objects.filter(division__in=Unit.objects.filter(units).order_by().values("division")).order_by()


def plan_of(actor: Actor, key: int) -> SponsorshipPlan:
    """One of the plans that the actor sees. Raises Denied, Missing."""
    access.require(actor, SEE)
    found = plans(actor).filter(pk=key).first()
    if found is None:
        raise Missing(_("There is no such record, or it is not in your area."))
    return found


def weighs(actor: Actor) -> bool:
    """Whether the actor makes or signs plans, and so sees what was weighed: drafts, and why a pair must or must not be (relatives)."""
    return actor.may("duties.plan_sponsorship") or actor.may("duties.sign_sponsorship")


def counted(rows: QuerySet[SponsorshipPlan]) -> QuerySet[SponsorshipPlan]:
    """With how many sponsors, places and pairs each has."""
    counts = {
        f"{name}_count": Coalesce(
            Subquery(model.objects.filter(plan=OuterRef("pk")).order_by().values("plan").annotate(n=Count("pk")).values("n")), 0
        )
        for name, model in (("sponsor", PlanSponsor), ("place", PlanPlace), ("pair", PlanPair))
    }
    return rows.annotate(**counts)


@dataclass
class PairLine:
    """A pair as the table shows it; ``fresh``: the plan in force does not have it."""

    pair: PlanPair
    fresh: bool = False


@dataclass
class PlaceLine:
    """A place with its sponsors by kind, and the share of its due strength that it has (None where nobody has any)."""

    place: PlanPlace
    share: float | None
    weak: bool
    leaders: list[PairLine] = field(default_factory=list)
    departments: list[PairLine] = field(default_factory=list)
    offices: list[PairLine] = field(default_factory=list)


def table(plan: SponsorshipPlan) -> tuple[list[PlaceLine], Question | None]:
    """The plan by place, in the order of places. Eight queries, however many."""
    try:
        question = question_of(plan)
    except Unfinished:
        return [], None
    problem = question.problem
    standing = Standing(problem, set(question.pairs))
    lines = {}
    for at, place in enumerate(question.places):
        share = float(standing.share[at]) if problem.due[at] > 0 else None
        lines[place.pk] = PlaceLine(place, share, share is not None and share < problem.rules.enough - 1e-9)
    for pair in plan.pairs.order_by("pk"):
        i, j = question.number(pair)
        pair.sponsor, pair.place = question.sponsors[i], question.places[j]
        line = PairLine(pair, problem.running is not None and (i, j) not in problem.running)
        row = lines[pair.place_id]
        (row.leaders, row.departments, row.offices)[pair.sponsor.kind].append(line)
    return list(lines.values()), question


@dataclass
class Difference:
    """What changes against the plan in force, by sponsor."""

    sponsor: PlanSponsor
    gone: list[PlanPlace]
    fresh: list[PlanPlace]


def differences(question: Question) -> list[Difference]:
    """Sponsors whose places change; nothing without a plan in force."""
    running = question.problem.running
    if running is None:
        return []
    found = []
    for at, sponsor in enumerate(question.sponsors):
        before, now = {j for i, j in running if i == at}, {j for i, j in question.pairs if i == at}
        if before != now:
            found.append(
                Difference(sponsor, [question.places[j] for j in sorted(before - now)], [question.places[j] for j in sorted(now - before)])
            )
    return found


def events_of(plan: SponsorshipPlan) -> QuerySet[PlanEvent]:
    return plan.events.select_related("account__person").order_by("-at", "-pk")


def versions(plan: SponsorshipPlan) -> list[SponsorshipPlan]:
    """All versions of a plan, the newest first."""
    return list(SponsorshipPlan.objects.filter(division=plan.division_id, name=plan.name).order_by("-version"))
