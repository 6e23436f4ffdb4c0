"""The plan of a day: made, looked at with its reasons, given out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.models import Job
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import actions, matching, pairing, queries
from chuangwen.volunteers.orders.actions.planning import JOB
from chuangwen.volunteers.orders.forms import PlanForm
from chuangwen.volunteers.orders.models import OrderPlan, OrderPlanRow
from chuangwen.volunteers.orders.views.lists import HOME, rules_button
from chuangwen.volunteers.orders.views.order import slot_words
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, PageAction
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin

PLANS = gettext_lazy("Plans of a day")
SHOWN = 300
TONES = {"solving": "wait", "ready": "accent", "used": "ok"}


def plan_badge(plan: OrderPlan) -> Any:
    return badge(plan.get_state_display(), TONES[plan.state])


class PlanList(ListPage):
    """The plans that were made."""

    title = PLANS
    required_verb = verbs.DISPATCH
    columns = [
        ListColumn("day", gettext_lazy("Day"), kind="date", sort=("day", "pk"), phone="title"),
        ListColumn("division", gettext_lazy("Area"), "division.name"),
        ListColumn("state", gettext_lazy("State"), plan_badge, export="get_state_display", phone="badge"),
        ListColumn("orders", pgettext_lazy("service order", "Orders"), kind="int"),
        ListColumn("served", gettext_lazy("With a team"), kind="int"),
        ListColumn("teams", pgettext_lazy("volunteers", "Teams"), kind="int"),
        ListColumn("gap", gettext_lazy("At most above the best"), kind="percent"),
        ListColumn("made_at", pgettext_lazy("service order", "Made"), kind="datetime", sort=("made_at", "pk"), phone="hidden"),
    ]
    default_sort = ("-made_at", "-pk")
    empty = Empty(
        gettext_lazy("No plan yet"), gettext_lazy("All orders that wait and all teams of the area are matched together."), icon="hierarchy-2"
    )

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:orders"))]

    def get_queryset(self) -> Any:
        return queries.plans(self.actor)

    def get_page_actions(self) -> Any:
        return [*rules_button(self.actor), PageAction(_("Match a day"), reverse("volunteers:order-plan-new"), icon="plus", primary=True)]


class PlanNew(FormPage):
    required_verb = verbs.DISPATCH
    title = gettext_lazy("Match the orders of a day")
    explanation = gettext_lazy(
        "All orders that wait and suit the day are matched with all teams at once: by what they can do, their free time, the way, what they "
        "have already, and how long the order has waited. Nobody is asked before you look at the plan."
    )  # fmt: skip
    submit = gettext_lazy("Match")
    done = ""

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:orders")), (PLANS, reverse("volunteers:order-plans"))]

    def get_form(self, data: Any = None, files: Any = None) -> PlanForm:
        return PlanForm(data, actor=self.actor)

    def act(self, form: PlanForm) -> str:
        plan, _job = actions.make_order_plan(self.actor, **form.cleaned_data)
        return plan.get_absolute_url()


class PlanPage(PageMixin, View):
    """A plan with its reasons: why this team, what the next best would cost, who cannot be served and why."""

    required_verb = verbs.DISPATCH
    http_method_names = ["get", "head", "options"]

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:orders")), (PLANS, reverse("volunteers:order-plans"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        plan = access.fetch(self.actor, verbs.DISPATCH, queries.plans(self.actor), pk=pk)
        self.title = _("Plan of %(plan)s") % {"plan": plan}
        rows = plan.rows.select_related("order__item", "order__division", "team", "next_team")
        placed, left = (list(rows.filter(team__isnull=none).order_by("order")[:SHOWN]) for none in (False, True))
        job = Job.objects.filter(kind=JOB, arguments__plan=plan.pk).order_by("-pk").first() if plan.state == OrderPlan.State.SOLVING else None
        context = self.get_context_data(
            plan=plan, state=plan_badge(plan), job=job, shown=SHOWN, left_count=plan.orders - plan.served,
            placed=[(row, _cost(row), _slot(row)) for row in placed],
            left=[
                (row, _why(row)) for row in left
            ], saved=plan.by_hand - plan.points if plan.by_hand is not None and plan.points is not None else None,
            may_use=plan.state == OrderPlan.State.READY and plan.served > 0,
        )  # fmt: skip
        return render(request, "volunteers/orders/plan.html", context)


def _cost(row: OrderPlanRow) -> str:
    about, wished = pairing.is_about(row.order, row.team), row.team_id == row.order.wished_id
    return pairing.cost_words(row.walk, row.late, row.fair, row.metres, about, wished=wished)


def _slot(row: OrderPlanRow) -> str:
    from chuangwen.kernel import clock
    from chuangwen.volunteers.orders.rules import slot_of

    return slot_words(slot_of(row.slot.astimezone(clock.LOCAL))) if row.slot else ""


def _why(row: OrderPlanRow) -> str:
    teams = {row.next_team_id: row.next_team} if row.next_team is not None and row.next_team_id is not None else {}
    return pairing.why_words(matching.Unserved(row.order_id, row.why, row.next_team_id, row.metres), teams)


class PlanUse(ActionButton):
    """Ask all teams of the plan."""

    required_verb = verbs.DISPATCH

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        asked, left = actions.use_order_plan(self.actor, order_plan_id=kwargs["pk"])
        messages.success(request, _("%(asked)d orders were given out; %(left)d were left out because they changed meanwhile.") % {
            "asked": asked, "left": left})  # fmt: skip
        return reverse("volunteers:order-plan", args=[kwargs["pk"]])
