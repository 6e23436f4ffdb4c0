"""The plan of a day: all orders that wait and all teams together, solved by a job; then given out, row by row or whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from chuangwen.kernel import access, audit, clock, importing, jobs
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.models import Job
from chuangwen.places.models import Division
from chuangwen.volunteers.corps.models import Team
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import matching, pairing, rules, states
from chuangwen.volunteers.orders.actions.base import LIFE, refuse
from chuangwen.volunteers.orders.actions.giving import _ask
from chuangwen.volunteers.orders.models import OrderPlan, OrderPlanRow, ServiceOrder
from chuangwen.volunteers.orders.states import Step

JOB = "volunteers.solve_orders"
SECONDS = 60.0
MOST = 3_000
Tell = Callable[[int, int, str], None]
PHASES = {
    "places": (1, lambda: _("looking which team could serve what")), "solving": (2, lambda: _("looking for the best plan")),
    "explaining": (3, lambda: _("reckoning what the next best would cost")),
}  # fmt: skip


def make_order_plan(actor: Actor, *, division: Division, day: date) -> tuple[OrderPlan, Job]:
    """Have a job solve which team serves what of the orders that wait at a place and suit a day. Raises Denied, Refusal."""
    access.require(actor, verbs.DISPATCH, division=division)
    if not clock.today() <= day <= clock.today() + timedelta(days=31):
        raise refuse(_("Choose a day of the next month."), "day", "day")
    with transaction.atomic():
        if not waiting(division, day).exists():
            raise refuse(_("No order waits that suits this day."), "none", "day")
        plan = OrderPlan.objects.create(division=division, day=day, made_at=clock.now(), made_by_id=actor.account_id)
        job = jobs.start(
            actor, JOB, {"plan": plan.pk, "actor": importing.carry(actor)}, title=_("Match orders: %(plan)s") % {"plan": plan},
            result_url=reverse("volunteers:order-plan", args=[plan.pk]),
        )  # fmt: skip
        audit.record(actor, verbs.DISPATCH, plan, after={"day": day.isoformat()})
    return plan, job


def waiting(division: Division, day: date) -> QuerySet[ServiceOrder]:
    """The orders that wait for a team at a place and suit a day or have waited past it."""
    _first, last = rules.span_of(day, "", clock.LOCAL)
    rows = ServiceOrder.objects.filter(state=states.WAITING, division__in=Division.subtree_ids(division.path), start__lt=last)
    return rows.select_related("item").order_by("placed_at", "pk")


def solve_order_plan(actor: Actor, *, order_plan_id: int, tell: Tell = lambda done, total, message: None) -> OrderPlan:
    """Solve and store; run twice it solves twice. ``tell(done, total, message)`` hears how far it is. Raises Denied, Missing, Conflict."""
    plan = access.fetch(actor, verbs.DISPATCH, OrderPlan.objects.select_related("division"), pk=order_plan_id)
    orders = list(waiting(plan.division, plan.day)[:MOST])
    asks = pairing.asks_of(orders)
    first = rules.slot_of(rules.span_of(plan.day, "", clock.LOCAL)[0])
    today = set(range(first, first + 3))
    asks = [
        matching.Ask(**(ask.__dict__ | {"slots": tuple(slot for slot in ask.slots if slot in today) or tuple(sorted(today))})) for ask in asks
    ]
    teams = {team.pk: team for team in pairing.teams_near(plan.division).filter(leader__person__account__is_active=True)}
    crews = pairing.crews_of(teams.values(), today)

    def report(phase: str) -> None:
        done, words = PHASES[phase]
        tell(done, len(PHASES) + 1, words())

    answer = matching.solve(asks, crews, seconds=SECONDS, report=report)
    by_hand = matching.greedy(asks, crews)
    rows = [
        OrderPlanRow(
            plan=plan, order_id=one.ask, team_id=one.crew, slot=rules.begin_of(one.slot, clock.LOCAL), walk=one.cost.walk, late=one.cost.late,
            fair=one.cost.fair, metres=one.cost.metres, next_team_id=one.next_crew, next_more=one.next_more,
        )
        for one in answer.placed
    ] + [OrderPlanRow(plan=plan, order_id=one.ask, why=one.why, metres=one.metres, next_team_id=one.crew) for one in answer.unserved]
    with transaction.atomic():
        fresh = access.fetch(actor, verbs.DISPATCH, OrderPlan, lock=True, pk=plan.pk)
        if fresh.state == OrderPlan.State.USED:
            raise refuse(_("This plan was given out already."), "used")
        fresh.rows.all().delete()
        OrderPlanRow.objects.bulk_create(rows, batch_size=1000)
        fresh.state, fresh.orders, fresh.teams, fresh.points, fresh.bound = OrderPlan.State.READY, len(asks), len(
            crews
        ), answer.points, answer.bound
        fresh.by_hand, fresh.took, fresh.solved_at, fresh.revision = by_hand.points, answer.seconds, clock.now(), fresh.revision + 1
        fresh.save()
        audit.record(actor, verbs.DISPATCH, fresh, after={"points": answer.points, "bound": answer.bound, "served": len(answer.placed)})
    return fresh


def use_order_plan(actor: Actor, *, order_plan_id: int, row_ids: Sequence[int] | None = None) -> tuple[int, int]:
    """Ask the teams of a plan, all or only of these rows. What changed meanwhile is left out. How many were asked and how many left out."""
    with transaction.atomic():
        plan = access.fetch(actor, verbs.DISPATCH, OrderPlan, lock=True, pk=order_plan_id)
        if plan.state == OrderPlan.State.SOLVING:
            raise refuse(_("The plan is not solved yet."), "solving")
        rows = plan.rows.filter(team__isnull=False, used=False).order_by("order")
        if row_ids is not None:
            rows = rows.filter(pk__in=list(row_ids))
        teams = {team.pk: team for team in Team.objects.filter(pk__in=rows.values("team")).select_related("leader__person__account")}
        asked = left = 0
        for row in rows:
            try:
                with transaction.atomic():
                    order = LIFE.take(actor, Step.DISPATCH, row.order_id)
                    _ask(actor, order, teams[row.team_id])
                    row.used = True
                    row.save(update_fields=["used"])
                asked += 1
            except Refusal:
                left += 1
        if not plan.rows.filter(team__isnull=False, used=False).exists():
            plan.state = OrderPlan.State.USED
        plan.revision += 1
        plan.save(update_fields=["state", "revision"])
        audit.record(actor, verbs.DISPATCH, plan, after={"asked": asked, "left": left})
    return asked, left
