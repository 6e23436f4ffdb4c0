"""Services that wait for a word of who organised them; the word for one of them, or for many at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from chuangwen.kernel.codes import mask_name
from chuangwen.kernel.errors import Missing
from chuangwen.volunteers.corps.access import LEAD
from chuangwen.volunteers.hours import words as hours_words
from chuangwen.volunteers.record import actions, queries
from chuangwen.volunteers.record.actions.appraising import MOST_AT_ONCE
from chuangwen.volunteers.record.forms import AppraiseForm, ReasonForm
from chuangwen.volunteers.record.models import ServiceAppraisal
from chuangwen.web import formatting
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import BulkAction, DateRangeFilter, Empty, ListColumn, ListPage
from chuangwen.web.views import actor_of

HOME = gettext_lazy("Services to appraise")


def appraise_many(request: HttpRequest, rows: Any, given: dict[str, Any]) -> str:
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    made = actions.appraise_services(actor_of(request), entries=keys, **given)
    return ngettext("%(count)d service appraised.", "%(count)d services appraised.", len(made)) % {"count": len(made)}


class ToAppraise(ListPage):
    """What nobody has appraised yet, of the desk's area and of teams that one leads."""

    title = export_name = HOME
    required_verb = LEAD
    columns = [
        ListColumn("title", gettext_lazy("Service"), phone="title", width=30),
        ListColumn("day", gettext_lazy("Day"), kind="date", sort=("day", "pk"), nowrap=True),
        ListColumn("name", gettext_lazy("Volunteer"), lambda row: mask_name(row.volunteer.person.name), nowrap=True),
        ListColumn("team", pgettext_lazy("hours", "Team"), "team.name", width=24),
        ListColumn("minutes", gettext_lazy("Duration"), lambda row: hours_words.served(row.minutes), nowrap=True, phone="badge"),
    ]
    search_fields = ["title", "team__name"]
    search_hint = gettext_lazy("Service or team")
    default_sort = ("-day", "-pk")
    default_size = 50
    bulk_actions = [
        BulkAction("appraise", gettext_lazy("Appraise"), appraise_many, icon="list-check", form=AppraiseForm, cap=MOST_AT_ONCE)
    ]
    empty = Empty(
        gettext_lazy("Nothing waits for a word"),
        gettext_lazy("Services that count stand here until who organised them has said how they were."), icon="list-check",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.to_appraise(self.actor)

    def get_filters(self) -> Any:
        return [DateRangeFilter(key="day", label=_("Day"))]

    def row_url(self, row: Any) -> str:
        return reverse("volunteers:record-appraise", args=[row.pk])


class Appraise(FormPage):
    """A word for one service."""

    required_verb = LEAD
    title = gettext_lazy("Appraise a service")
    explanation = gettext_lazy("One word for this service, never for a person as a whole. It stands in the volunteer's record, who may object.")
    form_class = AppraiseForm

    def prepare(self) -> None:
        self.about = queries.to_appraise(self.actor).filter(pk=self.kwargs["pk"]).first()
        if self.about is None:
            raise Missing(_("There is no such record, or it is not in your area."))
        facts = (self.about.title, self.about.volunteer.person.name, formatting.day(self.about.day), hours_words.served(self.about.minutes))
        self.lead = " · ".join(facts)

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:record-to-appraise"))]

    def act(self, form: Any) -> str:
        actions.appraise_services(self.actor, entries=[self.about.pk], **form.cleaned_data)
        return reverse("volunteers:record-to-appraise")


class Withdraw(FormPage):
    """An appraisal was wrong."""

    required_verb = LEAD
    title = gettext_lazy("Withdraw the appraisal")
    submit = pgettext_lazy("record", "Withdraw it")
    done = gettext_lazy("Withdrawn. It stays to be seen, with the reason.")
    tone = "danger"
    form_class = ReasonForm

    def prepare(self) -> None:
        rows = ServiceAppraisal.objects.select_related("entry__volunteer__person")
        self.about = rows.filter(pk=self.kwargs["pk"]).first()
        mine = self.about is not None and self.actor.account_id is not None and self.about.made_by_id == self.actor.account_id
        if self.about is None or not (mine or queries.appraisals(self.actor, "volunteers.appraise").filter(pk=self.about.pk).exists()):
            raise Missing(_("There is no such record, or it is not in your area."))
        self.lead = f"{self.about.entry.title} · {self.about.get_grade_display()}"
        self.cancel_url = self.about.get_absolute_url()

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:record-to-appraise"))]

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"revision": self.about.revision}}

    def act(self, form: Any) -> str:
        given = form.cleaned_data
        actions.withdraw_appraisal(self.actor, service_appraisal_id=self.about.pk, reason=given["reason"], expected=given["revision"])
        return reverse("volunteers:record-to-appraise")
