"""What orders do by themselves: pass on, end, and solve the plan of a day."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from chuangwen.kernel import importing, jobs
from chuangwen.volunteers.orders import actions
from chuangwen.volunteers.orders.actions import giving, judging
from chuangwen.volunteers.orders.actions.planning import JOB


@jobs.register("volunteers.orders", every=timedelta(minutes=10), label=_("Service orders that nobody answered or rated in time"))
def orders_job(run: jobs.Run) -> dict[str, Any]:
    """Pass on what was not answered in time, end what nobody rates."""
    return giving.pass_on_due() | {"unrated": judging.close_unrated()}


@jobs.register(JOB, label=_("Match the orders of a day to teams"))
def match(run: jobs.Run) -> dict[str, Any]:
    """Run twice it solves twice."""
    actor = importing.carried(run.arguments["actor"])
    plan = actions.solve_order_plan(actor, order_plan_id=run.arguments["plan"], tell=run.progress)
    return {"plan": plan.pk, "orders": plan.orders, "points": plan.points}
