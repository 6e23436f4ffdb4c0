"""The centres as a list and as a tree, their results of a month, and all tasks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, clock
from chuangwen.places.models import Division
from chuangwen.volunteers.centres import queries, rules, words
from chuangwen.volunteers.centres.access import PLAN, SEE
from chuangwen.volunteers.centres.models import Centre, CentreTask
from chuangwen.volunteers.centres.views.counted import centre_named, figure
from chuangwen.web import formatting
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

HOME = gettext_lazy("Practice centres")


class CentreList(ListPage):
    """All centres of the area."""

    title = export_name = HOME
    required_verb = SEE
    columns = [
        ListColumn("name", gettext_lazy("Practice centre"), phone="title", sort=("name", "pk"), width=36),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display", sort=("kind", "path"), nowrap=True),
        ListColumn("state", gettext_lazy("State"), words.state_badge, export="get_state_display", sort=("state", "pk"), phone="badge"),
        ListColumn("division", gettext_lazy("Area"), "division.name", sort=("division__path", "pk")),
        ListColumn("unit", gettext_lazy("Responsible unit"), "unit.name", sort=("unit__path", "pk")),
        ListColumn("hours", gettext_lazy("Opening hours"), words.hours, phone="hidden"),
        ListColumn("phone", gettext_lazy("Telephone"), nowrap=True),
        ListColumn("open_tasks", gettext_lazy("Open tasks"), kind="int"),
        ListColumn("check", gettext_lazy("Newest self-check"), words.check_cell, export="check_met", nowrap=True),
    ]
    export_columns = [
        ListColumn("number", gettext_lazy("Number")),
        ListColumn("name", gettext_lazy("Practice centre"), width=36),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display"),
        ListColumn("state", gettext_lazy("State"), "get_state_display"),
        ListColumn("division", gettext_lazy("Area"), "division.name", width=24),
        ListColumn("unit", gettext_lazy("Responsible unit"), "unit.name", width=24),
        ListColumn("responsible_post", gettext_lazy("Post of the first responsible person"), width=30),
        ListColumn("address", gettext_lazy("Address"), "site.address", width=30),
        ListColumn("site", gettext_lazy("Site code"), "site.code"),
        ListColumn("hours", gettext_lazy("Opening hours"), words.hours, width=24),
        ListColumn("phone", gettext_lazy("Telephone")),
        ListColumn("open_tasks", gettext_lazy("Open tasks"), kind="int"),
        ListColumn("check_met", gettext_lazy("Points met"), kind="int"),
        ListColumn("check_asked", gettext_lazy("Points asked"), kind="int"),
    ]
    search_fields = ["name", "number", "division__name", "unit__name", "site__address"]
    search_hint = gettext_lazy("Name, place, unit, address")
    default_sort = ("path",)
    default_size = 50
    saved_views = [
        SavedView(gettext_lazy("All in use"), "state=open&state=building"), SavedView(gettext_lazy("Stations"), "kind=station"),
        SavedView(gettext_lazy("Points and posts"), "kind=point&kind=post"), SavedView(gettext_lazy("Never checked"), "how=unchecked"),
    ]  # fmt: skip
    empty = Empty(
        gettext_lazy("No practice centres yet"),
        gettext_lazy("Make the chain of a county or a street at once, or set one up by hand."), icon="building-community",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        first, last = queries.month_of(clock.today())
        rows = queries.with_records(queries.centres(self.actor), first, last)
        return rows.annotate(open_tasks=queries._count(CentreTask.objects.filter(state__in=(rules.GIVEN, rules.REPORTED))))

    def get_filters(self) -> Any:
        how = {"unchecked": (_("never checked by itself"), _unchecked()), "late": (_("a task is overdue"), _with_overdue())}
        return [
            MultiChoiceFilter(key="kind", label=_("Kind"), choices=Centre.Kind.choices),
            MultiChoiceFilter(key="state", label=_("State"), choices=Centre.State.choices),
            QFilter(key="how", label=_("How it stands"), options=how),
            TreeFilter(key="area", label=_("Area"), field="division", tree=lambda: access.scoped(self.actor, SEE, Division)),
        ]

    def get_page_actions(self) -> Any:
        mine = [
            PageAction(_("As a tree"), reverse("volunteers:centre-tree"), icon="sitemap"),
            PageAction(_("What came out"), reverse("volunteers:centre-results"), icon="chart-bar"),
            PageAction(_("Information of centres"), reverse("volunteers:centre-information"), icon="news"),
            PageAction(_("Published figures"), reverse("volunteers:centre-figures"), icon="news"),
        ]
        if self.actor.may("standards.edit"):
            mine.append(PageAction(_("Building standard"), reverse("volunteers:centre-standard"), icon="checklist"))
        if not self.actor.may(PLAN):
            return mine
        return [
            *mine, *import_button(self.actor, "centres"),
            PageAction(_("Make the chain"), reverse("volunteers:centre-chain"), icon="hierarchy-2"),
            PageAction(_("New centre"), reverse("volunteers:centre-new"), icon="plus", primary=True),
        ]  # fmt: skip


def _unchecked() -> Q:
    return Q(checks__isnull=True)


def _with_overdue() -> Q:
    return Q(pk__in=CentreTask.objects.filter(queries.overdue(clock.today())).order_by().values("centre"))


class CentreTree(PageMixin, View):
    """The chain as a tree, counted as “1+9+218+N”."""

    required_verb = SEE
    title = gettext_lazy("The chain of practice centres")
    http_method_names = ["get", "head", "options"]

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:centres"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = queries.tree(self.actor)
        counts = queries.counts(self.actor)
        kinds = [(Centre.Kind(kind).label, counts.get(kind, 0), kind) for kind in rules.KINDS]
        above = queries.above(rows)
        words = rules.chain_words(Counter(counts) + Counter(one.kind for one in above))
        context = self.get_context_data(
            rows=[(row, row.indent * 1.5, Centre.Kind(row.centre.kind).label) for row in rows], counts=kinds, words=words,
            above=[(one, Centre.Kind(one.kind).label) for one in above],
        )  # fmt: skip
        return render(request, "volunteers/centres/tree.html", context)


@dataclass(frozen=True, kw_only=True)
class MonthFilter(ChoiceFilter):
    """The month that is told; what is counted in it is the page's affair. Without it the month that goes on."""

    def apply(self, queryset: Any, value: Any) -> Any:
        return queryset


def _months() -> list[tuple[str, str]]:
    """The month that goes on and the twelve before it, the newest first."""
    month, found = clock.today().replace(day=1), []
    for _n in range(13):
        found.append((f"{month:%Y-%m}", formatting.month(month)))
        month = (month - timedelta(days=1)).replace(day=1)
    return found


class CentreResults(ListPage):
    """What each centre did in a month, in the order of the chain: a result of the centre and its unit."""

    title = gettext_lazy("Results of practice centres")
    export_name = title
    required_verb = SEE
    search_fields = ["name", "division__name", "unit__name"]
    default_sort = ("path",)
    default_size = 50
    empty = Empty(gettext_lazy("No practice centres yet"), gettext_lazy("Results come from the records of centres."), icon="chart-bar")

    @property
    def lead(self) -> Any:
        first, last = self.span
        return _("%(first)s to %(last)s; counted from the ledger and from tasks, nothing is entered twice") % {"first": first, "last": last}

    def get_columns(self) -> list[ListColumn]:
        """Each figure opens the rows that it counts."""
        return [
            ListColumn("name", _("Practice centre"), phone="title", width=36), ListColumn("unit", _("Responsible unit"), "unit.name"),
            *(
                ListColumn(name, label, figure(name, self.span), kind="int", export=name)
                for name, label in (
                    ("activities", _("Activities")), ("due", _("Tasks due")), ("in_time", _("Done in time")), ("late", _("Done late")),
                    ("sent", _("Information sent")), ("adopted", _("Information taken over")),
                )
            ),
            ListColumn("check", _("Newest self-check"), words.check_cell, export="check_met", nowrap=True),
        ]  # fmt: skip

    @cached_property
    def span(self) -> tuple[date, date]:
        """First and last day of the month asked for."""
        asked = self.request.GET.get("month", "").strip()
        day = date.fromisoformat(f"{asked}-01") if asked in dict(_months()) else clock.today()
        return queries.month_of(day)

    def get_queryset(self) -> Any:
        return queries.with_records(queries.centres(self.actor).exclude(state=Centre.State.CLOSED), *self.span)

    def get_filters(self) -> Any:
        return [
            MonthFilter(key="month", label=_("Month"), choices=_months),
            MultiChoiceFilter(key="kind", label=_("Kind"), choices=Centre.Kind.choices),
            TreeFilter(key="area", label=_("Area"), field="division", tree=lambda: access.scoped(self.actor, SEE, Division)),
        ]

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:centres"))]


class TaskList(ListPage):
    """All tasks of the area's centres."""

    title = export_name = gettext_lazy("Tasks of centres")
    required_verb = SEE
    columns = [
        ListColumn("title", gettext_lazy("Task"), phone="title", sort=("title", "pk"), width=36),
        ListColumn("state", gettext_lazy("State"), words.task_badge, export="get_state_display", sort=("state", "pk"), phone="badge"),
        ListColumn("centre", gettext_lazy("Practice centre"), "centre.name", sort=("centre__path", "pk")),
        ListColumn("unit", gettext_lazy("Responsible unit"), "centre.unit.name", phone="hidden"),
        ListColumn("given_on", gettext_lazy("Given on"), kind="date", sort=("given_on", "pk"), nowrap=True, phone="hidden"),
        ListColumn("due_on", gettext_lazy("Due by"), kind="date", sort=("due_on", "pk"), nowrap=True),
        ListColumn("done_on", gettext_lazy("Done on"), kind="date", sort=("done_on", "pk"), nowrap=True),
    ]
    search_fields = ["title", "centre__name", "centre__unit__name"]
    default_sort = ("-due_on", "-pk")
    default_size = 50
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("To be done"), "state=given"), SavedView(gettext_lazy("Overdue"), "how=overdue"),
        SavedView(gettext_lazy("To be accepted"), "state=reported"),
    ]  # fmt: skip
    empty = Empty(gettext_lazy("No tasks yet"), gettext_lazy("What is given to centres, by when, and what they did."), icon="list-check")

    def get_queryset(self) -> Any:
        return queries.tasks(self.actor)

    def get_filters(self) -> Any:
        how = {
            "overdue": (_("overdue"), queries.overdue(clock.today())), "in_time": (_("done in time"), queries.done(True)),
            "late": (_("done late"), queries.done(False)), "asked": (_("not called off"), ~Q(state=rules.CALLED_OFF)),
        }  # fmt: skip
        return [
            MultiChoiceFilter(key="state", label=_("State"), choices=CentreTask.State.choices),
            QFilter(key="how", label=_("How it stands"), options=how),
            TreeFilter(key="area", label=_("Area"), field="centre__division", tree=lambda: access.scoped(self.actor, SEE, Division)),
            DateRangeFilter(key="due_on", label=_("Due by")), centre_named(self),
        ]

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:centres"))]

    def get_page_actions(self) -> Any:
        if not self.actor.may(PLAN):
            return []
        return [PageAction(_("Give a task"), reverse("volunteers:centre-task-new"), icon="plus", primary=True)]
