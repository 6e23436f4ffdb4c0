"""What the leader of a team and a volunteer do on the phone: take, decline, send, begin, end; and what somebody ordered with an account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.identifiers import number_in
from chuangwen.volunteers.corps.models import Team
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import actions, queries, states, words
from chuangwen.volunteers.orders.actions.placing import link_of
from chuangwen.volunteers.orders.forms import AssignForm, FinishForm, ReasonForm
from chuangwen.volunteers.orders.models import ServiceOrder
from chuangwen.volunteers.orders.views import own
from chuangwen.volunteers.presence.models import Presence, Source
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.views import PageMixin

TEAM = gettext_lazy("Orders of my teams")


def line(order: ServiceOrder, team: Team | None = None) -> dict[str, Any]:
    """An order as the phone lists it: no name, no address."""
    query = f"?team={team.pk}" if team else ""
    return {
        "order": order, "badge": words.state_badge(order), "when": words.when_words(order),
        "url": reverse("volunteers:order-task", args=[order.pk]) + query
    }


class TeamOrders(PageMixin, View):
    """What lies with the teams that one leads, the open offers that they could take (选单), and where one is sent."""

    required_verb = verbs.TAKE
    title = TEAM
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        work = [
            {
                "team": one.team, "asked": [line(order, one.team) for order in one.asked], "serving": [
                    line(order, one.team) for order in one.serving
                ],
                "open": [line(order, one.team) for order in one.open], "offers": len(queries.offers_of(one.team)),
            }
            for one in queries.led(self.actor)
        ]  # fmt: skip
        sent = [line(order) for order in queries.sent_to(self.actor)]
        shell = own.shell_for(request, self.actor) if sent else None
        return render(request, "volunteers/orders/team.html", self.get_context_data(work=work, sent=sent, shell=shell))


class Task(PageMixin, View):
    """One order as its team or a volunteer who is sent sees it. Name, address and telephone only while they serve it."""

    required_verb = verbs.TAKE
    http_method_names = ["get", "head", "options"]

    def get_breadcrumbs(self) -> Any:
        return [(TEAM, reverse("volunteers:order-team"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        order, team, sent = reached(self.actor, pk, number_in(request.GET.get("team")))
        self.title = order.title
        leads, serving = team is not None, order.state == states.SERVING
        here = Presence.objects.filter(source=Source.ORDER, source_id=order.pk).exclude(state=Presence.State.VOID)
        present = {row.volunteer_id: row for row in here}
        people = [(row, present.get(row.volunteer_id)) for row in order.sent.select_related("volunteer__person")] if leads or sent else []
        mine = next((presence for row, presence in people if row.volunteer.person_id == self.actor.person_id), None)
        context = self.get_context_data(
            order=order, team=team, state=words.state_badge(order), when=words.when_words(order), leads=leads, sent=sent, people=people,
            serving=serving, near=serving and (leads or sent), own=mine, begun=bool(present),
            shell=own.shell_for(request, self.actor) if sent and serving else None,
            answers=leads and order.state == states.OFFERED, may_decline=leads and order.state == states.OFFERED and order.team_id is not None,
        )  # fmt: skip
        return render(request, "volunteers/orders/task.html", context)


def reached(actor: Any, key: int, team_key: int | None) -> tuple[ServiceOrder, Team | None, bool]:
    """The order, the team for which the actor answers (None: they are sent as a volunteer). Raises Missing."""
    rows = ServiceOrder.objects.select_related("item", "division", "team")
    order = rows.filter(pk=key).first()
    led = {team.pk: team for team in access.scoped(actor, verbs.TAKE, Team).filter(leader__person__account=actor.account_id)}
    if order is not None:
        if order.team_id in led:
            sent = order.sent.filter(volunteer__person__account=actor.account_id).exists()
            return order, led[order.team_id], sent
        if order.state == states.OFFERED and order.team_id is None and led:
            team = led.get(team_key or 0) or next(iter(led.values()))
            return order, team, False
        if order.state == states.SERVING and order.sent.filter(volunteer__person__account=actor.account_id).exists():
            return order, None, True
    raise Missing(_("There is no such record, or it is not in your area."))


def task_url(order: ServiceOrder) -> str:
    return reverse("volunteers:order-task", args=[order.pk])


class Take(ActionButton):
    required_verb = verbs.TAKE
    done = gettext_lazy("Your team has it. Say who goes.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        team = number_in(request.POST.get("team")) or 0
        return task_url(actions.take_order(self.actor, order_id=kwargs["pk"], serving_team_id=team))


class Begin(ActionButton):
    required_verb = verbs.TAKE
    done = gettext_lazy("The time runs.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return task_url(actions.begin_service(self.actor, order_id=kwargs["pk"]))


class BeginOwn(ActionButton):
    required_verb = verbs.TAKE
    done = gettext_lazy("The time runs.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.begin_own_service(self.actor, order_id=kwargs["pk"])
        return reverse("volunteers:order-task", args=[kwargs["pk"]])


class EndOwn(ActionButton):
    required_verb = verbs.TAKE
    done = gettext_lazy("Thank you. Your time is recorded.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        actions.end_own_service(self.actor, order_id=kwargs["pk"])
        return reverse("volunteers:order-task", args=[kwargs["pk"]])


class OfTask(FormPage):
    """A form of the leader about an order of their team."""

    required_verb = verbs.TAKE

    def prepare(self) -> None:
        self.order = access.fetch(self.actor, verbs.TAKE, ServiceOrder.objects.select_related("item", "team"), pk=self.kwargs["pk"])
        self.lead = f"{self.order.number} · {self.order.title}"

    def get_breadcrumbs(self) -> Any:
        return [(TEAM, reverse("volunteers:order-team")), (self.order.number, task_url(self.order))]


class Decline(OfTask):
    title = gettext_lazy("Decline the order")
    form_class = ReasonForm
    explanation = gettext_lazy("It goes on to the next team at once.")
    done = gettext_lazy("It was passed on.")

    def act(self, form: Any) -> str:
        actions.decline_order(self.actor, order_id=self.order.pk, **form.cleaned_data)
        return reverse("volunteers:order-team")


class Assign(OfTask):
    title = pgettext_lazy("service order", "Who goes")

    def get_form(self, data: Any = None, files: Any = None) -> AssignForm:
        return AssignForm(data, order=self.order)

    def act(self, form: Any) -> str:
        actions.assign_volunteers(self.actor, order_id=self.order.pk, volunteer_ids=[int(key) for key in form.cleaned_data["volunteers"]])
        return task_url(self.order)


class Finish(OfTask):
    title = gettext_lazy("The service is done")
    form_class = FinishForm
    explanation = gettext_lazy("Whoever is still recorded as present leaves now.")
    done = gettext_lazy("Done. Who ordered is asked to rate.")

    def act(self, form: Any) -> str:
        actions.finish_service(self.actor, order_id=self.order.pk, **form.cleaned_data)
        return reverse("volunteers:order-team")


class MyOrders(PageMixin, View):
    """What somebody ordered with their account, each with its private page."""

    required_verb = verbs.PLACE
    title = gettext_lazy("My orders")
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = [
            {
                "order": order, "badge": words.state_badge(order), "when": words.when_words(order),
                "url": reverse("volunteers:order-followed", args=[link_of(order)])
            }
            for order in queries.mine(self.actor)[:50]
        ]  # fmt: skip
        return render(request, "volunteers/orders/mine.html", self.get_context_data(rows=rows))
