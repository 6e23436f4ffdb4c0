"""The list of what is to be done after an inspection, and what becomes of each thing."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chuangwen.duties.inspection_days import actions, queries, words
from chuangwen.duties.inspection_days.forms import AS_CASE, IN_MEETING, FollowForm, FoundForm
from chuangwen.duties.inspection_days.models import AfterItem, Inspection
from chuangwen.duties.inspection_days.states import Step, after
from chuangwen.duties.inspection_days.views.days import InspectionPages
from chuangwen.kernel import access
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage, PageAction, QFilter, SavedView
from chuangwen.web.templatetags.web import badge

FIND = "duties.work_up_inspection"
WAITING = Q(case__isnull=True, resolution__isnull=True, dropped_reason="")


def becomes(row: AfterItem) -> Any:
    return badge(*words.what_becomes(row))


def where_followed(row: AfterItem) -> str:
    if row.case is not None:
        return row.case.number or ""
    return str(row.resolution.meeting) if row.resolution is not None else ""


class AfterList(InspectionPages, ListPage):
    """What was pointed out, what is to be done, by whom, until when; how it stands is told from the case."""

    required_verb = queries.SEE
    title = export_name = gettext_lazy("To be done afterwards")
    columns = [
        ListColumn("found", gettext_lazy("What was found"), phone="title"),
        ListColumn("becomes", gettext_lazy("What becomes of it"), becomes, export=lambda row: words.what_becomes(row)[0], phone="badge"),
        ListColumn("todo", gettext_lazy("What is to be done")),
        ListColumn("place", gettext_lazy("Drawn place"), lambda row: str(row.place) if row.place else ""),
        ListColumn("unit", gettext_lazy("Unit that does it"), "unit.__str__"),
        ListColumn("due_on", gettext_lazy("Until"), kind="date", sort="due_on", nowrap=True),
        ListColumn("case", gettext_lazy("Case or meeting"), where_followed, nowrap=True),
        ListColumn("follow", pgettext_lazy("after list", "Decide"), "duties/inspection/cells/follow.html", export=False),
    ]
    search_fields = ["found", "todo", "unit__name"]
    default_sort = "pk"
    saved_views = [SavedView(gettext_lazy("All")), SavedView(gettext_lazy("Not followed yet"), "how=waiting")]
    empty = Empty(
        gettext_lazy("Nothing is on the list"),
        gettext_lazy("Write down what the assessors pointed out; each thing becomes a case or a resolution."), icon="checklist",
    )  # fmt: skip

    def get_breadcrumbs(self) -> Any:
        return self.crumbs(self.inspection)

    @cached_property
    def inspection(self) -> Inspection:
        return self.find(queries.SEE)

    @property
    def may_follow(self) -> bool:
        return self.actor.may(FIND) and after(self.inspection.state, Step.FOLLOW) is not None

    def get_queryset(self) -> Any:
        return queries.after_items(self.inspection)

    def row_url(self, row: AfterItem) -> str | None:
        if row.case_id:
            return reverse("cases:detail", args=[row.case_id])
        if row.resolution is not None:
            return row.resolution.meeting.get_absolute_url()
        return reverse("duties:after-edit", args=[row.pk]) if self.may_follow and row.is_open else None

    def get_filters(self) -> Any:
        options = {"waiting": (_("not followed yet"), WAITING), "followed": (_("followed"), ~WAITING)}
        return [QFilter(key="how", label=_("What becomes of it"), options=options)]

    def get_page_actions(self) -> list[PageAction]:
        if not (self.actor.may(FIND) and after(self.inspection.state, Step.FIND)):
            return []
        return [PageAction(_("Add a thing"), reverse("duties:after-new", args=[self.inspection.pk]), icon="plus", primary=True)]


class FoundEdit(InspectionPages, FormPage):
    """What was found and what is to be done; or a change of it while nobody follows it."""

    required_verb = FIND
    title = gettext_lazy("To be done afterwards")
    wide = True

    def prepare(self) -> None:
        self.row: AfterItem | None = None
        if self.request.resolver_match and self.request.resolver_match.url_name == "after-edit":
            rows = AfterItem.objects.select_related("inspection__division", "unit")
            self.row = access.fetch(self.actor, FIND, rows, pk=self.kwargs["pk"])
            self.inspection = self.row.inspection
        else:
            self.inspection = self.find(FIND)
        self.lead = str(self.inspection)

    def get_breadcrumbs(self) -> Any:
        return [*self.crumbs(self.inspection), (self.title, reverse("duties:after-list", args=[self.inspection.pk]))]

    def get_form(self, data: Any = None, files: Any = None) -> FoundForm:
        return FoundForm(data, actor=self.actor, inspection=self.inspection, row=self.row)

    def act(self, form: FoundForm) -> str:
        actions.save_found(self.actor, inspection_id=self.inspection.pk, after_id=self.row.pk if self.row else None, **form.facts())
        return reverse("duties:after-list", args=[self.inspection.pk])


class Follow(InspectionPages, FormPage):
    """Have it done: as a case, in a meeting that is open, or say why nothing is to be done."""

    required_verb = FIND
    title = gettext_lazy("What becomes of it")
    done = gettext_lazy("Settled.")

    def prepare(self) -> None:
        self.row = access.fetch(self.actor, FIND, AfterItem.objects.select_related("inspection__division", "unit"), pk=self.kwargs["pk"])
        self.lead, self.explanation = str(self.row.inspection), self.row.found

    def get_breadcrumbs(self) -> Any:
        back = reverse("duties:after-list", args=[self.row.inspection_id])
        return [*self.crumbs(self.row.inspection), (_("To be done afterwards"), back)]

    def get_form(self, data: Any = None, files: Any = None) -> FollowForm:
        return FollowForm(data, actor=self.actor, row=self.row)

    def act(self, form: FollowForm) -> str:
        given = form.cleaned_data
        who = {"unit": given["unit"], "due_on": given["due_on"]}
        if given["way"] == AS_CASE:
            actions.follow_as_case(self.actor, after_id=self.row.pk, **who)
        elif given["way"] == IN_MEETING:
            actions.follow_in_meeting(self.actor, after_id=self.row.pk, meeting_id=given["meeting"], **who)
        else:
            actions.drop_found(self.actor, after_id=self.row.pk, reason=given["reason"])
        return reverse("duties:after-list", args=[self.row.inspection_id])
