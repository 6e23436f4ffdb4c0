"""The desk's lists: orders by state, callbacks, and what is asked for beside what is offered."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.identifiers import number_in
from chuangwen.places.models import Division
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import actions, queries, states, words
from chuangwen.volunteers.orders.actions.base import rules_row
from chuangwen.volunteers.orders.forms import CallForm, RulesForm
from chuangwen.volunteers.orders.models import OrderCallback, ServiceKind, ServiceOrder
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import (
    ChoiceFilter,
    DateRangeFilter,
    Empty,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    PageAction,
    QFilter,
    SavedView,
    TreeFilter,
    import_button,
)
from chuangwen.web.views import PageMixin

HOME = pgettext_lazy("service order", "Service orders")
PERIODS = (30, 90, 365)


def rules_button(actor: Actor) -> list[PageAction]:
    """The way to limits and shares, for who may set them."""
    if not actor.may(verbs.DISPATCH):
        return []
    return [PageAction(_("Rules for service orders"), reverse("volunteers:order-rules"), icon="adjustments")]


class OrderList(ListPage):
    """All orders of the area, by state."""

    title = export_name = HOME
    required_verb = verbs.SEE
    template_name = "volunteers/orders/list.html"
    columns = [
        ListColumn("number", pgettext_lazy("service order", "Number"), sort="number", nowrap=True),
        ListColumn("title", pgettext_lazy("service order", "Service"), phone="title", width=24),
        ListColumn("state", gettext_lazy("State"), words.state_cell, export="get_state_display", sort=("state", "pk"), phone="badge"),
        ListColumn("name", gettext_lazy("For whom"), words.name_cell, nowrap=True),
        ListColumn("division", gettext_lazy("Community"), "division.name", sort=("division__path", "pk")),
        ListColumn("when", pgettext_lazy("service order", "When it suits"), words.when_words, sort=("start", "pk"), nowrap=True, width=24),
        ListColumn("team", pgettext_lazy("volunteers", "Team"), "team.name", sort=("team__name", "pk"), width=24),
        ListColumn("placed_at", pgettext_lazy("service order", "Came in"), kind="datetime", sort=("placed_at", "pk"), phone="hidden"),
        ListColumn("due_at", pgettext_lazy("service order", "Answer due"), kind="datetime", sort=("due_at", "pk"), phone="hidden"),
        ListColumn("rating", pgettext_lazy("service order", "Rating"), words.rating_words, export="rating", sort=("rating", "pk"), nowrap=True),
    ]
    export_columns = [
        *(column for column in columns if column.key != "due_at"),
        ListColumn("kind", pgettext_lazy("service order", "Kind"), "get_kind_display"),
        ListColumn("channel", gettext_lazy("How it came"), "get_channel_display", width=24),
        ListColumn("words", gettext_lazy("What is needed"), width=36),
        ListColumn("result", pgettext_lazy("service order", "What was done"), width=36),
        ListColumn("reason", gettext_lazy("Reason"), width=30),
    ]
    search_fields = ["=number", "words", "item__name", "division__name", "team__name"]
    search_hint = gettext_lazy("Number, service, community, team")
    default_sort = ("-placed_at", "-pk")
    default_size = 50
    saved_views = [SavedView(gettext_lazy("All")), *(SavedView(label, f"state={state}") for state, label in ServiceOrder.State.choices)]
    empty = Empty(
        gettext_lazy("No service orders yet"),
        gettext_lazy("Residents order on the open page; what is told by telephone or on a visit is entered here."), icon="heart-handshake",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.orders(self.actor)

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            late = Q(state__in=states.OPEN, end__lt=clock.now())
            how = {
                "stuck": (_("nobody took it"), Q(stuck=True, state=states.WAITING)), "late": (_("time has passed"), late),
                "bad": (_("rated one or two"), Q(rating__lte=2)),
            }  # fmt: skip
            self._filters = [
                MultiChoiceFilter(key="state", label=_("State"), choices=ServiceOrder.State.choices),
                ChoiceFilter(key="kind", label=pgettext("service order", "Kind"), choices=ServiceOrder.Kind.choices),
                ChoiceFilter(key="service", label=_("Services"), field="item__kind", choices=[
                    (str(pk), name) for pk, name in ServiceKind.objects.values_list("pk", "name")]),
                QFilter(key="how", label=_("How it stands"), options=how),
                TreeFilter(key="area", label=_("Area"), field="division", tree=lambda: access.scoped(self.actor, verbs.SEE, Division)),
                DateRangeFilter(key="placed_at", label=_("Came in")),
            ]  # fmt: skip
        return self._filters

    def get_page_actions(self) -> Any:
        found = [PageAction(_("Demand and supply"), reverse("volunteers:order-demand"), icon="chart-bar", verb=verbs.SEE)]
        if self.actor.may(verbs.DISPATCH):
            found.append(PageAction(_("Match a day"), reverse("volunteers:order-plans"), icon="hierarchy-2"))
        if self.actor.may(verbs.CALL):
            found.append(PageAction(_("Callbacks"), reverse("volunteers:order-callbacks"), icon="phone"))
        if self.actor.may(verbs.ENTER):
            found += [
                *import_button(self.actor, "service-orders"), PageAction(
                    _("Enter an order"), reverse("volunteers:order-new"), icon="plus", primary=True
                )
            ]
        return found

    def list_context(self) -> dict[str, Any]:
        return super().list_context() | {"figures": None if self.wants_part() else queries.figures(self.actor)}

    def row_tone(self, row: ServiceOrder) -> str:
        return "bad" if words.is_late(row) or (row.stuck and row.state == states.WAITING) else ""


class CallbackList(ListPage):
    """Served orders that were drawn to be asked about."""

    title = export_name = gettext_lazy("Callbacks")
    required_verb = verbs.CALL
    columns = [
        ListColumn("order", pgettext_lazy("service order", "Number"), "order.number", sort=("order__number", "pk")),
        ListColumn("service", pgettext_lazy("service order", "Service"), "order.title", phone="title", width=24),
        ListColumn("name", gettext_lazy("For whom"), lambda row: words.name_cell(row.order)),
        ListColumn("division", gettext_lazy("Community"), "order.division.name", sort=("order__division__path", "pk")),
        ListColumn("team", pgettext_lazy("volunteers", "Team"), "order.team.name", width=24),
        ListColumn("due_at", gettext_lazy("Call by"), kind="datetime", sort=("due_at", "pk"), nowrap=True),
        ListColumn("tries", gettext_lazy("Calls"), kind="int"),
        ListColumn("result", gettext_lazy("What they said"), "get_result_display", sort=("result", "pk"), phone="badge"),
        ListColumn("words", gettext_lazy("In their words"), width=30, phone="hidden"),
    ]
    default_sort = ("result", "due_at", "pk")
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("To be called"), "open=1"), SavedView(gettext_lazy("Overdue"), "open=2")
    ]
    empty = Empty(
        gettext_lazy("Nobody is to be called"), gettext_lazy(
            "A share of the served orders is drawn by itself; nobody chooses whom to ask."
        ), icon="phone"
    )

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:orders"))]

    def get_queryset(self) -> Any:
        return queries.callbacks(self.actor)

    def get_page_actions(self) -> Any:
        return rules_button(self.actor)

    def get_filters(self) -> Any:
        waits = Q(result="")
        options = {"1": (_("to be called"), waits), "2": (_("overdue"), waits & Q(due_at__lt=clock.now())), "0": (_("called"), ~waits)}
        return [
            QFilter(key="open", label=_("How it stands"), options=options),
            ChoiceFilter(key="result", label=_("What they said"), choices=OrderCallback.Result.choices),
        ]

    def row_tone(self, row: OrderCallback) -> str:
        return "bad" if row.result in ("not", "not_served") else "warn" if not row.result and row.due_at < clock.now() else ""


class CallPage(FormPage):
    """Call, and write what was said."""

    required_verb = verbs.CALL
    title = gettext_lazy("Call back")
    form_class = CallForm
    template_name = "volunteers/orders/call.html"

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:orders")), (gettext_lazy("Callbacks"), reverse("volunteers:order-callbacks"))]

    def prepare(self) -> None:
        self.row = access.fetch(self.actor, verbs.CALL, queries.callbacks(self.actor), pk=self.kwargs["pk"])

    def extra_context(self) -> dict[str, Any]:
        return {"row": self.row, "order": self.row.order, "name": words.name_cell(self.row.order), "may_phone": bool(self.row.order.phone)}

    def act(self, form: CallForm) -> str:
        actions.call_back(self.actor, callback_id=self.row.pk, **form.cleaned_data)
        return reverse("volunteers:order-callbacks")


class DemandPage(PageMixin, View):
    """What is asked for beside what is offered: for planning."""

    required_verb = verbs.SEE
    title = gettext_lazy("Demand and supply")
    http_method_names = ["get", "head", "options"]

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:orders"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = number_in(request.GET.get("days"))
        days = asked if asked in PERIODS else 90
        found = queries.demand(self.actor, days)
        context = self.get_context_data(demand=found, days=days, periods=PERIODS, may_items=self.actor.may(verbs.ITEMS))
        return render(request, "volunteers/orders/demand.html", context)


class RulesPage(FormPage):
    """Limits, passing on, share that is called back."""

    required_verb = verbs.DISPATCH
    title = gettext_lazy("Rules for service orders")
    explanation = gettext_lazy("Limits are in the working hours of the office's calendar.")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:orders"))]

    def get_form(self, data: Any = None, files: Any = None) -> RulesForm:
        return RulesForm(data, row=rules_row())

    def act(self, form: RulesForm) -> str:
        actions.save_rules(self.actor, **form.cleaned_data)
        return reverse("volunteers:orders")
