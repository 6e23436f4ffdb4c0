"""The open pages: the service list, ordering, and the private page of an order. No account, no session; large type, with script and without."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.intake import guard
from chuangwen.intake.errors import TooMany
from chuangwen.intake.residents.forms import RateForm
from chuangwen.intake.residents.views import WRONG_LINKS_AN_HOUR, OpenPage
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Missing, Refusal
from chuangwen.volunteers.orders import actions, queries, states, words
from chuangwen.volunteers.orders.access import orderer
from chuangwen.volunteers.orders.actions import judging
from chuangwen.volunteers.orders.actions.placing import link_of
from chuangwen.volunteers.orders.forms import CancelForm, PlaceForm
from chuangwen.volunteers.orders.models import ServiceItem, ServiceOrder
from chuangwen.volunteers.orders.states import Step, after
from chuangwen.web import panels
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, go_to, refuse

SENTENCES: dict[str, Any] = {
    states.PENDING: gettext_lazy("The office looks at it on the next working day."),
    states.REFUSED: gettext_lazy("It cannot be done by volunteers. The reason stands below."),
    states.WAITING: gettext_lazy("It was accepted. A team is being found."),
    states.OFFERED: gettext_lazy("A team is being asked."),
    states.SERVING: gettext_lazy("A team has taken it. They call before they come."),
    states.TO_RATE: gettext_lazy("It was done. How was it? Only you can say so."),
    states.DONE: gettext_lazy("It is done. Thank you."),
    states.CANCELLED: gettext_lazy("It was cancelled."),
}
STORY: dict[str, Any] = {
    Step.PLACE: gettext_lazy(
        "The order was received"
    ), Step.APPROVE: gettext_lazy("It was accepted"), Step.REFUSE: gettext_lazy("It was sent back"),
    Step.TAKE: gettext_lazy("A team took it"), Step.DIRECT: gettext_lazy("A team was given it"), Step.BEGIN: gettext_lazy(
        "The volunteers are there"
    ),
    Step.FINISH: gettext_lazy("It was done"), Step.RATE: gettext_lazy("You rated it"), Step.CANCEL: gettext_lazy("It was cancelled"),
}  # fmt: skip
STEPS = (
    (gettext_lazy("Received"), (states.PENDING,)), (gettext_lazy("A team is found"), (states.WAITING, states.OFFERED)),
    (gettext_lazy("They come"), (states.SERVING,)), (gettext_lazy("You rate"), (states.TO_RATE,)),
)  # fmt: skip


def outsider(request: HttpRequest) -> Actor:
    """Whoever it is, from this address. With an account what they order is theirs; what they may do stays bound to the link."""
    who = orderer(_("a resident"), request.META.get("REMOTE_ADDR", ""))
    signed = getattr(request, "actor", None)
    return replace(who, account_id=signed.account_id, person_id=signed.person_id) if signed is not None and signed.account_id else who


class Services(OpenPage):
    """The service list as residents read it."""

    title = gettext_lazy("Order a volunteer service")
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        groups: dict[str, list[ServiceItem]] = {}
        for item in queries.items().filter(active=True, public=True):
            groups.setdefault(item.kind.name, []).append(item)
        return render(request, "volunteers/orders/services.html", self.get_context_data(groups=list(groups.items())))


class PlacePage(OpenPage):
    """``?item=`` chooses the service."""

    title = gettext_lazy("Order a volunteer service")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(PlaceForm(initial={"uid": uuid.uuid4(), "item": request.GET.get("item", "")[:20].replace("\x00", ""), "part": ""}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PlaceForm(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            order = actions.place_order(outsider(request), proof=form.proof(), **form.facts())
        except TooMany:
            raise
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.show(form, 422)
        return go_to(reverse("volunteers:order-followed", args=[link_of(order)]) + "?new=1")

    def show(self, form: PlaceForm, status: int = 200) -> HttpResponse:
        return render(self.request, "volunteers/orders/place.html", self.get_context_data(form=form, asked=guard.question()), status=status)


class Followed(OpenPage):
    """How the order stands, for who holds its link."""

    title = gettext_lazy("Your order")

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.show(found_or_counted(request, token), token)

    def show(self, order: ServiceOrder, token: str, status: int = 200, **forms: Any) -> HttpResponse:
        new = self.request.GET.get("new") == "1"
        link = self.request.build_absolute_uri(reverse("volunteers:order-followed", args=[token]))
        rated = {"rating": order.rating, "words": order.rating_words} if order.rating else {}
        context = self.get_context_data(
            order=order, token=token, new=new, link=link, qr=segno.make(link, error="m").svg_data_uri(scale=4, border=2) if new else "",
            state=words.state_badge(order), sentence=SENTENCES[order.state], steps=_steps(order), when=words.when_words(order),
            name=words.name_cell(order), story=[(event.at, STORY[event.step]) for event in judging.told_events(order)],
            may_rate=after(order.state, Step.RATE) is not None, may_cancel=after(order.state, Step.CANCEL) is not None,
            panels=panels.shown(self.request, "volunteers.order_followed", order),
            rate=forms.get("rate") or RateForm(initial=rated), cancel=forms.get("cancel") or CancelForm(),
        )  # fmt: skip
        return render(self.request, "volunteers/orders/followed.html", context, status=status)


def _steps(order: ServiceOrder) -> list[dict[str, Any]]:
    if order.state in (states.REFUSED, states.CANCELLED):
        return []
    here = next((number for number, (_label, inside) in enumerate(STEPS) if order.state in inside), len(STEPS))
    return [{"label": label, "state": "done" if n < here else "now" if n == here else "next"} for n, (label, _inside) in enumerate(STEPS)]


def found_or_counted(request: HttpRequest, token: str) -> ServiceOrder:
    """The order of a link; wrong links are counted, so that guessing ends soon. Raises Missing, TooMany."""
    try:
        return judging.by_token(token)
    except Missing:
        guard.count("wrong link", request.META.get("REMOTE_ADDR", ""), WRONG_LINKS_AN_HOUR, guard.HOUR)
        raise


class Said(Followed):
    """A form of the private page was sent."""

    http_method_names = ["post", "options"]
    what = ""
    form_class: Any = None

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        order, form = found_or_counted(request, token), self.form_class(request.POST)
        if not form.is_valid():
            return self.show(order, token, 422, **{self.what: form})
        try:
            self.act(outsider(request), token, form.cleaned_data)
        except TooMany:
            raise
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.show(found_or_counted(request, token), token, 422, **{self.what: form})
        return go_to(reverse("volunteers:order-followed", args=[token]) + f"?said={self.what}")

    def act(self, actor: Actor, token: str, cleaned: dict[str, Any]) -> None:
        raise NotImplementedError


class Rate(Said):
    what, form_class = "rate", RateForm

    def act(self, actor: Actor, token: str, cleaned: dict[str, Any]) -> None:
        actions.rate_by_link(actor, token=token, account_id=actor.account_id, **cleaned)


class CancelOwn(Said):
    what, form_class = "cancel", CancelForm

    def act(self, actor: Actor, token: str, cleaned: dict[str, Any]) -> None:
        actions.cancel_by_link(actor, token=token, **cleaned)
