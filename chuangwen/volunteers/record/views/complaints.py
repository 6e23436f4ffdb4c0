"""Complaints about services: the page of who holds the link of an order, and those of who answers; the days of the rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from chuangwen.intake.guard import TooMany
from chuangwen.intake.residents.views import OpenPage
from chuangwen.kernel import access, clock, codes
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.volunteers.orders.models import ServiceOrder
from chuangwen.volunteers.orders.views.open import found_or_counted
from chuangwen.volunteers.presence.models import Source
from chuangwen.volunteers.record import actions, queries, words
from chuangwen.volunteers.record.access import JUDGE, LIMITS, TAKE, complainant
from chuangwen.volunteers.record.actions.base import rules_row
from chuangwen.volunteers.record.actions.complaining import PURPOSE, SERVED, unseal
from chuangwen.volunteers.record.forms import AnswerComplaintForm, ComplainForm, ComplaintForm, RulesForm
from chuangwen.volunteers.record.models import ServiceComplaint
from chuangwen.web.form_pages import CAN_BE_PUT_RIGHT, FormPage, go_to, refuse
from chuangwen.web.lists import Empty, ListColumn, ListPage, MultiChoiceFilter, PageAction, QFilter, SavedView
from chuangwen.web.row_pages import OfRow
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Complaints")


class ComplaintList(ListPage):
    """Complaints of the area, for who answers them; nobody else sees them."""

    title = export_name = HOME
    required_verb = JUDGE
    columns = [
        ListColumn("number", pgettext_lazy("record", "Number"), nowrap=True, phone="title"),
        ListColumn("team", pgettext_lazy("hours", "Team"), "team.name", width=24),
        ListColumn("day", gettext_lazy("Day of the service"), kind="date", sort=("day", "pk"), nowrap=True, phone="hidden"),
        ListColumn("words", pgettext_lazy("complaint", "What happened"), width=40),
        ListColumn("asked_at", pgettext_lazy("record", "Received"), kind="datetime", sort=("asked_at", "pk"), nowrap=True, phone="hidden"),
        ListColumn("due_on", gettext_lazy("Answer by"), kind="date", sort=("due_on", "pk"), nowrap=True),
        ListColumn("state", pgettext_lazy("record", "State"), words.complaint_badge, export="get_state_display", phone="badge"),
    ]
    default_sort = ("-asked_at", "-pk")
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("To be answered"), "state=open"),
        SavedView(pgettext_lazy("record", "Late"), "how=late"),
    ]  # fmt: skip
    empty = Empty(
        gettext_lazy("No complaints"), gettext_lazy("Who was served complains by the link of the order, or at the desk."), icon="message-report"
    )

    def get_queryset(self) -> Any:
        return queries.complaints(self.actor)

    def row_tone(self, row: Any) -> str:
        return "warn" if row.state == "open" and row.due_on < clock.today() else ""

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            how: dict[str, tuple[str, Q]] = {"late": (pgettext("record", "late"), queries.late(clock.today()))}
            self._filters = [
                MultiChoiceFilter(key="state", label=_("State"), choices=ServiceComplaint.State.choices),
                QFilter(key="how", label=_("How it stands"), options=how),
            ]  # fmt: skip
        return self._filters

    def get_page_actions(self) -> Any:
        found = []
        if self.actor.may(LIMITS):
            found.append(PageAction(_("Days for answers"), reverse("volunteers:record-rules"), icon="adjustments"))
        if self.actor.may(TAKE):
            found.append(PageAction(_("Take down a complaint"), reverse("volunteers:record-complaint-new"), icon="plus", primary=True))
        return found


class ComplaintPage(PageMixin, View):
    """One complaint."""

    required_verb = JUDGE

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:record-complaints"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(request, pk, "")

    def show(self, request: HttpRequest, pk: int, phone: str) -> HttpResponse:
        row = access.fetch(self.actor, JUDGE, queries.complaints(self.actor), pk=pk)
        self.title = _("Complaint %(number)s") % {"number": row.number}
        order = ServiceOrder.objects.filter(pk=row.source_id).first() if row.source == Source.ORDER else None
        context = self.get_context_data(
            row=row, state=words.complaint_badge(row), order=order, may=row.state == "open", shown=bool(phone),
            phone=phone or (codes.mask_phone(unseal(row.phone, PURPOSE)) if row.phone else ""),
        )  # fmt: skip
        return render(request, "volunteers/record/complaint.html", context)


class Phone(ComplaintPage):
    """The number in full; each opening stands in the trail."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(request, pk, actions.show_complainant(self.actor, service_complaint_id=pk))


class Take(FormPage):
    """Take down a complaint at the desk."""

    required_verb = TAKE
    title = gettext_lazy("Take down a complaint")
    submit = pgettext_lazy("record", "Take it down")
    done = gettext_lazy("Taken down. Who keeps the record of the team answers it.")
    explanation = gettext_lazy("About a service of volunteers. Only who answers it sees it; it stands in nobody's record.")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:record-complaints"))] if self.actor.may(JUDGE) else []

    def get_form(self, data: Any = None, files: Any = None) -> ComplaintForm:
        return ComplaintForm(data, actor=self.actor)

    def act(self, form: Any) -> str:
        given = dict(form.cleaned_data)
        row = actions.take_complaint(self.actor, team_id=given.pop("team"), **given)
        return row.get_absolute_url() if self.actor.may(JUDGE) else reverse("home")


class AnswerIt(OfRow):
    required_verb = JUDGE
    title = gettext_lazy("Answer the complaint")
    submit = pgettext_lazy("record", "Answer")
    done = pgettext_lazy("record", "Answered.")
    form_class = AnswerComplaintForm
    model, related, home = ServiceComplaint, ("team",), (HOME, "volunteers:record-complaints")

    def prepare(self) -> None:
        super().prepare()
        self.lead = self.about.words

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"revision": self.about.revision}}

    def do(self, form: Any) -> None:
        given = form.cleaned_data
        actions.answer_complaint(
            self.actor, service_complaint_id=self.about.pk, founded=given["founded"], answer=given["answer"], expected=given["revision"]
        )


def _outsider(request: HttpRequest) -> Actor:
    who = complainant(_("a resident"), request.META.get("REMOTE_ADDR", ""))
    signed = getattr(request, "actor", None)
    return replace(who, account_id=signed.account_id, person_id=signed.person_id) if signed is not None and signed.account_id else who


class OfOrder(OpenPage):
    """Complain about the service of an order, and read the answer: for whoever holds its link."""

    title = gettext_lazy("Complain about the service")

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.show(found_or_counted(request, token), token, ComplainForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        order, form = found_or_counted(request, token), ComplainForm(request.POST)
        if not form.is_valid():
            return self.show(order, token, form, 422)
        try:
            actions.complain_by_link(_outsider(request), token=token, words=form.cleaned_data["words"])
        except TooMany:
            raise
        except Refusal as refusal:
            if refusal.status not in CAN_BE_PUT_RIGHT:
                raise
            refuse(form, refusal)
            return self.show(order, token, form, 422)
        return go_to(reverse("volunteers:record-complain", args=[token]))

    def show(self, order: ServiceOrder, token: str, form: ComplainForm, status: int = 200) -> HttpResponse:
        there = queries.complaint_of(order)
        context = self.get_context_data(
            order=order, token=token, form=form, there=there, state=words.complaint_badge(there) if there else "",
            may=order.state in SERVED and (there is None or there.state != "open"), days=rules_row().complaint_days,
        )  # fmt: skip
        return render(self.request, "volunteers/record/complain.html", context, status=status)


class Rules(FormPage):
    """Within how many days answers are given."""

    required_verb = LIMITS
    title = gettext_lazy("Days for answers")
    explanation = gettext_lazy(
        "The rules of the ministry (民政部令第67号) say “in time” and no number: these days are the office's own. What waits keeps its day."
    )

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:record-complaints"))]

    def get_form(self, data: Any = None, files: Any = None) -> RulesForm:
        return RulesForm(data, instance=rules_row())

    def act(self, form: Any) -> str:
        actions.save_record_rules(self.actor, **form.cleaned_data)
        return reverse("volunteers:record-rules")
