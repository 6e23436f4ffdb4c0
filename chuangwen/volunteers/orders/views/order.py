"""One order at the desk: its page with proposals of teams, and what is done to it."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, clock, codes
from chuangwen.kernel.identifiers import number_in
from chuangwen.volunteers.corps.models import Team
from chuangwen.volunteers.orders import access as verbs
from chuangwen.volunteers.orders import actions, matching, pairing, queries, rules, states, words
from chuangwen.volunteers.orders.actions.base import POLICY
from chuangwen.volunteers.orders.actions.placing import link_of
from chuangwen.volunteers.orders.forms import DirectForm, EditForm, EnterForm, ReasonForm
from chuangwen.volunteers.orders.models import ServiceOrder
from chuangwen.volunteers.orders.states import Step, after
from chuangwen.volunteers.orders.views.lists import HOME
from chuangwen.web import formatting
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.row_pages import OfRow, history
from chuangwen.web.views import PageMixin

DESK = (Step.EDIT, Step.APPROVE, Step.REFUSE, Step.CANCEL, Step.DISPATCH, Step.OPEN, Step.DIRECT, Step.RECALL)
PROPOSED = 8
NEW = "volunteers.order.new"


def slot_words(slot: int | None) -> str:
    """A part of a day, such as 11月30日 上午."""
    if slot is None:
        return formatting.EMPTY
    part = (_("morning"), _("afternoon"), _("evening"))[slot % 3]
    return f"{formatting.short_day(rules.begin_of(slot, clock.LOCAL).date(), clock.today())} {part}"


def _cost(order: ServiceOrder, team: Team, one: matching.Proposal) -> str:
    cost = one.cost
    return pairing.cost_words(cost.walk, cost.late, cost.fair, cost.metres, pairing.is_about(order, team), wished=team.pk == order.wished_id)


class OrderPage(PageMixin, View):
    """What is wanted, who could serve it, whom it was given to, and what happened."""

    required_verb = verbs.SEE

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:orders"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = access.fetch(self.actor, verbs.SEE, queries.orders(self.actor), pk=pk)
        self.title = order.title
        mine = {
            verb: self.actor.may(verb) and access.scoped(self.actor, verb, ServiceOrder).filter(pk=pk).exists()
            for verb in (verbs.ENTER, verbs.REVIEW, verbs.DISPATCH, verbs.SEE_PHONE)
        }  # fmt: skip
        may = {step.value: after(order.state, step) is not None and mine[POLICY[step]] for step in DESK}
        proposals, why = pairing.ranked(order, PROPOSED) if order.state == states.WAITING and mine[verbs.DISPATCH] else ([], "")
        fails = pairing.wish_fails(order) if order.state in (states.PENDING, states.WAITING) else ""
        new = request.session.pop(NEW, None) == order.pk
        link = request.build_absolute_uri(reverse("volunteers:order-followed", args=[link_of(order)])) if new else ""
        context = self.get_context_data(
            order=order, state=words.state_cell(order), may=may, when=words.when_words(order), entered=words.who_entered(order),
            name=order.name if mine[verbs.SEE_PHONE] else words.name_cell(order), may_phone=mine[verbs.SEE_PHONE] and bool(order.phone), why=why,
            wish_fails=fails,
            proposals=[(team, one, _cost(order, team, one), slot_words(one.slot)) for team, one in proposals],
            asks=[(ask, words.ask_badge(ask)) for ask in queries.asks(order)],
            sent=[codes.mask_name(str(row.volunteer)) for row in order.sent.select_related("volunteer__person")],
            callback=getattr(order, "callback", None), history=history(order.events, words.EVENT_TONES), link=link,
            qr=segno.make(link, error="m").svg_data_uri(scale=4, border=2) if new else "",
        )  # fmt: skip
        return render(request, "volunteers/orders/order.html", context)


class OrderNew(FormPage):
    """Enter an order for somebody. The private link is shown once, to be handed over on paper."""

    required_verb = verbs.ENTER
    title = gettext_lazy("Enter a service order")
    wide = True
    explanation = gettext_lazy("For people who ask by telephone, through a neighbour, or on a visit. Write as little as the volunteers need.")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:orders"))]

    def get_form(self, data: Any = None, files: Any = None) -> EnterForm:
        return EnterForm(data, actor=self.actor)

    def act(self, form: EnterForm) -> str:
        order = actions.enter_order(self.actor, **form.facts())
        if not access.scoped(self.actor, verbs.SEE, ServiceOrder).filter(pk=order.pk).exists():
            return reverse("volunteers:orders")
        self.request.session[NEW] = order.pk
        return order.get_absolute_url()


class OfOrder(OfRow):
    """A page that asks for something about an order and leads back to it."""

    required_verb = verbs.REVIEW
    model, related, home = ServiceOrder, ("item", "division", "team"), (HOME, "volunteers:orders")


class OrderEdit(OfOrder):
    required_verb = verbs.ENTER
    title = gettext_lazy("Edit the order")
    wide = True

    def get_form(self, data: Any = None, files: Any = None) -> EditForm:
        return EditForm(data, row=self.about)

    def do(self, form: Any) -> None:
        given = dict(form.cleaned_data)
        actions.edit_order(self.actor, order_id=self.about.pk, **given | {"phone": given["phone"] or None})


class OrderRefuse(OfOrder):
    title = gettext_lazy("Send the order back")
    form_class = ReasonForm
    explanation = gettext_lazy("Who ordered reads the reason.")

    def do(self, form: Any) -> None:
        actions.refuse_order(self.actor, order_id=self.about.pk, **form.cleaned_data)


class OrderCancel(OfOrder):
    title = gettext_lazy("Cancel the order")
    form_class = ReasonForm
    tone = "danger"

    def do(self, form: Any) -> None:
        actions.cancel_order(self.actor, order_id=self.about.pk, **form.cleaned_data)


class OrderRecall(OfOrder):
    required_verb = verbs.DISPATCH
    title = gettext_lazy("Take the order back from the team")
    form_class = ReasonForm

    def do(self, form: Any) -> None:
        actions.recall_order(self.actor, order_id=self.about.pk, **form.cleaned_data)


class OrderDirect(OfOrder):
    required_verb = verbs.DISPATCH
    title = gettext_lazy("Direct a team to serve it")
    explanation = gettext_lazy("The team is not asked. Use it where it cannot wait.")

    def get_form(self, data: Any = None, files: Any = None) -> DirectForm:
        return DirectForm(data, order=self.about)

    def do(self, form: Any) -> None:
        cleaned = form.cleaned_data
        actions.direct_order(self.actor, order_id=self.about.pk, serving_team_id=cleaned["team"].pk, reason=cleaned["reason"])


class OrderApprove(ActionButton):
    required_verb = verbs.REVIEW
    done = gettext_lazy("Checked: it waits for a team.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.approve_order(self.actor, order_id=kwargs["pk"]).get_absolute_url()


class OrderDispatch(ActionButton):
    required_verb = verbs.DISPATCH
    done = gettext_lazy("The team is asked.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        team = number_in(request.POST.get("team")) or 0
        return actions.dispatch_order(self.actor, order_id=kwargs["pk"], serving_team_id=team).get_absolute_url()


class OrderOpen(ActionButton):
    required_verb = verbs.DISPATCH
    done = pgettext_lazy("service order", "Offered openly: the first team that takes it has it.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.open_order(self.actor, order_id=kwargs["pk"]).get_absolute_url()


class OrderPhone(ActionButton):
    """The number in full; the opening is recorded."""

    def act(self, request: HttpRequest, **kwargs: Any) -> None:
        number = actions.show_order_phone(self.actor, order_id=kwargs["pk"])
        messages.info(request, _("Telephone: %(number)s") % {"number": number or "—"})
