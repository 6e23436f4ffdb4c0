"""Commendations: the list of the area, one of them, entering and withdrawing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.cases.views.photo_pages import PhotoPage, photos_shown
from chuangwen.kernel import access
from chuangwen.kernel.codes import mask_name
from chuangwen.places.models import Division
from chuangwen.volunteers.corps.models import Volunteer
from chuangwen.volunteers.hours import queries as hours
from chuangwen.volunteers.record import actions, queries, words
from chuangwen.volunteers.record.access import COMMEND, OBJECT
from chuangwen.volunteers.record.forms import CommendationForm, ReasonForm
from chuangwen.volunteers.record.models import Commendation, Standing
from chuangwen.web.lists import (
    DateRangeFilter,
    Empty,
    ListColumn,
    ListPage,
    MultiChoiceFilter,
    SavedView,
    TreeFilter,
    import_button,
)
from chuangwen.web.row_pages import OfRow
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Commendations")


def record_crumb(actor: Any, volunteer: Volunteer) -> tuple[Any, str]:
    """The way back to the record, one's own or the desk's."""
    if volunteer.person_id == actor.person_id or not actor.may(hours.SEE):
        return (_("My service record"), reverse("volunteers:hours-mine"))
    return (_("Service record of %(name)s") % {"name": volunteer.person.name}, reverse("volunteers:hours-record", args=[volunteer.pk]))


class CommendationList(ListPage):
    """What was given in the area, newest first; names stand masked. It cannot be sorted by persons: nobody is ranked."""

    title = export_name = HOME
    required_verb = hours.SEE
    columns = [
        ListColumn("title", gettext_lazy("Commendation"), phone="title", width=30),
        ListColumn("name", gettext_lazy("Volunteer"), lambda row: mask_name(row.volunteer.person.name), nowrap=True),
        ListColumn("level", pgettext_lazy("commendation", "Level"), "get_level_display", nowrap=True),
        ListColumn("given_by", gettext_lazy("Given by"), width=24),
        ListColumn("day", pgettext_lazy("commendation", "Given on"), kind="date", sort=("day", "pk"), nowrap=True),
        ListColumn("document_number", pgettext_lazy("commendation", "Number of the document"), phone="hidden"),
        ListColumn("state", pgettext_lazy("record", "State"), words.standing_badge, export="get_state_display", phone="badge"),
    ]
    export_columns = [
        ListColumn("number", "志愿者编号", "volunteer.number"), ListColumn("person", "姓名", "volunteer.person.name"),
        ListColumn("title", "表彰奖励名称", width=30),
        ListColumn("level", "级别", "get_level_display"), ListColumn("given_by", "授予单位", width=24),
        ListColumn("day", "授予日期", kind="date"), ListColumn("document_number", "文号"), ListColumn("state", "状态", "get_state_display"),
        ListColumn("reason", "撤回原因", width=30),
    ]  # fmt: skip
    search_fields = ["title", "given_by", "document_number", "=volunteer__number", "volunteer__person__name"]
    search_hint = gettext_lazy("Commendation, giver, number, name")
    default_sort = ("-day", "-pk")
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("That stand"), "state=stands"),
        SavedView(pgettext_lazy("record", "Withdrawn"), "state=withdrawn"),
    ]  # fmt: skip
    empty = Empty(
        gettext_lazy("No commendations yet"), gettext_lazy("Enter one on a volunteer's record, or bring in a sheet."), icon="award"
    )

    def get_queryset(self) -> Any:
        return queries.commendations(self.actor)

    def row_tone(self, row: Any) -> str:
        return "" if row.state == Standing.STANDS else "quiet"

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            tree = TreeFilter(
                key="area", label=_("Area"), field="volunteer__division", tree=lambda: access.scoped(self.actor, hours.SEE, Division)
            )
            self._filters = [
                MultiChoiceFilter(key="state", label=_("State"), choices=Standing.choices),
                MultiChoiceFilter(key="level", label=_("Level"), choices=Commendation.Level.choices), DateRangeFilter(key="day", label=_("Day")),
                tree,
            ]  # fmt: skip
        return self._filters

    def get_page_actions(self) -> Any:
        return import_button(self.actor, "volunteer-commendations") if self.actor.may(COMMEND) else []


class CommendationPage(PageMixin, View):
    """One commendation: for whoever it was given to, and for who sees the record."""

    required_verb = hours.OWN

    def get_breadcrumbs(self) -> Any:
        return [record_crumb(self.actor, self.row.volunteer)]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Commendation.objects.select_related("volunteer__person", "unit", "team", "photo", "made_by__person", "ended_by__person")
        self.row = row = hours.visible(self.actor, rows, pk=pk)
        self.title = row.title
        own = row.volunteer.person_id == self.actor.person_id
        stands = row.state == Standing.STANDS
        waits = row.objections.filter(state="open").exists()
        may = not own and stands and self.actor.may(COMMEND) and access.scoped(self.actor, COMMEND, Commendation).filter(pk=pk).exists()
        context = self.get_context_data(
            row=row, state=words.standing_badge(row), own=own, may=may, may_object=stands and not waits and self.actor.may(OBJECT),
            photos=photos_shown([row.photo] if row.photo else [], self.actor.account_id),
            objections=[(one, words.objection_badge(one)) for one in row.objections.select_related(*queries.OBJECTION)],
        )  # fmt: skip
        return render(request, "volunteers/record/commendation.html", context)


class Enter(PhotoPage):
    """Write a commendation into a volunteer's record."""

    required_verb = COMMEND
    title = gettext_lazy("Enter a commendation")
    done = gettext_lazy("Written into the record. The volunteer is told.")
    explanation = gettext_lazy("One person enters it, never for themselves, with the number of the document or a photo of it.")
    form_class = CommendationForm

    def prepare(self) -> None:
        rows = Volunteer.objects.select_related("person", "division")
        self.about = access.fetch(self.actor, COMMEND, rows, pk=self.kwargs["pk"])
        self.lead = self.about.person.name

    def get_breadcrumbs(self) -> Any:
        return [record_crumb(self.actor, self.about)]

    def form_arguments(self) -> dict[str, Any]:
        return {"volunteer": self.about}

    def act(self, form: Any) -> str:
        given = {name: form.cleaned_data[name] for name in ("title", "level", "given_by", "day", "document_number")}
        photos = form.photos("photos") if form.has_photos else ()
        row = actions.enter_commendation(self.actor, volunteer_id=self.about.pk, team_id=form.cleaned_data["team"], photos=photos, **given)
        return row.get_absolute_url()


class Withdraw(OfRow):
    required_verb = COMMEND
    title = gettext_lazy("Withdraw the commendation")
    submit = pgettext_lazy("record", "Withdraw it")
    done = gettext_lazy("Withdrawn. It stays to be seen, with the reason.")
    explanation = gettext_lazy("It stays in the record with the reason; certificates that name it are withdrawn.")
    tone = "danger"
    form_class = ReasonForm
    model, related, home = Commendation, ("volunteer__person",), (HOME, "volunteers:record-commendations")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"revision": self.about.revision}}

    def do(self, form: Any) -> None:
        given = form.cleaned_data
        actions.withdraw_commendation(self.actor, commendation_id=self.about.pk, reason=given["reason"], expected=given["revision"])
