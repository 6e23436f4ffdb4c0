"""Inspections: the list, preparing one, its start, its end, its summary."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.duties.inspection_days import actions, queries, words
from chuangwen.duties.inspection_days.forms import InspectionForm, SummaryForm
from chuangwen.duties.inspection_days.models import Inspection
from chuangwen.kernel import access
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, MultiChoiceFilter, PageAction
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Inspection days")
PLAN = "duties.plan_inspection"


class InspectionList(ListPage):
    """All inspections, the newest first."""

    title = export_name = HOME
    required_verb = queries.SEE
    columns = [
        ListColumn("name", gettext_lazy("Name"), phone="title", sort=("name", "-pk")),
        ListColumn("state", gettext_lazy("State"), words.state_of, export="get_state_display", phone="badge", nowrap=True),
        ListColumn("first", gettext_lazy("First day"), kind="date", sort="first", nowrap=True),
        ListColumn("last", gettext_lazy("Last day"), kind="date", nowrap=True, phone="hidden"),
        ListColumn("division", gettext_lazy("Area"), "division.name"),
        ListColumn("place_count", gettext_lazy("Drawn places"), kind="int"),
        ListColumn("found_count", gettext_lazy("Things on the list"), kind="int"),
        ListColumn("waiting_count", gettext_lazy("of these not followed"), kind="int"),
    ]
    search_fields = ["name", "assessors"]
    default_sort = "-first"
    empty = Empty(
        gettext_lazy("No inspection days yet"),
        gettext_lazy("Prepare one when assessors are announced: the drawn places are entered as they become known."), icon="flag",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.counted(queries.inspections(self.actor))

    def get_filters(self) -> Any:
        return [MultiChoiceFilter(key="state", label=_("State"), choices=Inspection.State.choices)]

    def get_page_actions(self) -> list[PageAction]:
        if not self.actor.may(PLAN):
            return []
        return [PageAction(_("Prepare an inspection"), reverse("duties:inspection-new"), icon="plus", primary=True)]


class InspectionPages(PageMixin):
    """What the pages of one inspection have in common."""

    kwargs: dict[str, Any]

    def find(self, verb: str) -> Inspection:
        return access.fetch(self.actor, verb, Inspection.objects.select_related("division"), pk=self.kwargs["pk"])

    def crumbs(self, row: Inspection | None = None) -> list[tuple[Any, str | None]]:
        found: list[tuple[Any, str | None]] = [(HOME, reverse("duties:inspections"))] if self.actor.may(queries.SEE) else []
        return [*found, (str(row), row.get_absolute_url())] if row and self.actor.may(queries.SEE) else found


class InspectionEdit(InspectionPages, FormPage):
    """Prepare an inspection, or change what was prepared."""

    required_verb = PLAN
    wide = True

    def prepare(self) -> None:
        self.row = self.find(PLAN) if "pk" in self.kwargs else None
        self.title = _("Change what was prepared") if self.row else _("Prepare an inspection")

    def get_breadcrumbs(self) -> Any:
        return self.crumbs(self.row)

    def get_form(self, data: Any = None, files: Any = None) -> InspectionForm:
        return InspectionForm(data, actor=self.actor, row=self.row)

    def act(self, form: InspectionForm) -> str:
        if self.row is None:
            return actions.prepare_inspection(self.actor, **form.cleaned_data).get_absolute_url()
        return actions.edit_inspection(self.actor, inspection_id=self.row.pk, **form.cleaned_data).get_absolute_url()


class StepButton(ActionButton):
    """One step in the life of an inspection."""

    required_verb = PLAN
    step: Any

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return self.step(self.actor, inspection_id=kwargs["pk"]).get_absolute_url()


class Start(StepButton):
    done = gettext_lazy("The assessors are here. The board refreshes by itself.")
    step = staticmethod(actions.start_inspection)


class End(StepButton):
    done = gettext_lazy("The assessors have left. What they found goes on the list.")
    step = staticmethod(actions.end_inspection)


class Resume(StepButton):
    done = gettext_lazy("The assessors came back.")
    step = staticmethod(actions.resume_inspection)


class Close(InspectionPages, FormPage):
    """Close it with a summary."""

    required_verb = PLAN
    title = submit = pgettext_lazy("inspection", "Close with a summary")
    done = gettext_lazy("Closed with a summary.")
    wide = True

    def prepare(self) -> None:
        self.row = self.find(PLAN)
        self.lead = str(self.row)

    def get_breadcrumbs(self) -> Any:
        return self.crumbs(self.row)

    def get_form(self, data: Any = None, files: Any = None) -> SummaryForm:
        return SummaryForm(data)

    def act(self, form: SummaryForm) -> str:
        return actions.close_inspection(self.actor, inspection_id=self.row.pk, **form.cleaned_data).get_absolute_url()
