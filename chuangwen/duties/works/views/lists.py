"""All works: the list, and the Gantt chart of the same filters."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.duties.works import gantt, queries, words
from chuangwen.duties.works.models import Work
from chuangwen.kernel import access, clock
from chuangwen.places.models import Division
from chuangwen.web.lists import (
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

HOME = gettext_lazy("Works")
OPEN_VIEW = "state=planned&state=running&state=stopped"


class WorkList(ListPage):
    """All works of the area."""

    title = export_name = HOME
    required_verb = queries.SEE
    template_name = "duties/works/list.html"
    columns = [
        ListColumn("name", gettext_lazy("Work"), phone="title", sort=("name", "pk"), width=30),
        ListColumn("state", gettext_lazy("State"), words.state_badge, export="get_state_display", sort=("state", "pk"), phone="badge"),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display", sort=("kind", "pk"), nowrap=True),
        ListColumn("division", gettext_lazy("Area"), "division.name", sort=("division__path", "pk")),
        ListColumn("unit", gettext_lazy("Responsible unit"), "unit.__str__", sort=("unit__path", "pk")),
        ListColumn("planned_start", gettext_lazy("Planned start"), kind="date", sort=("planned_start", "pk"), nowrap=True, phone="hidden"),
        ListColumn("planned_end", gettext_lazy("Planned end"), words.end_cell, sort=("planned_end", "pk"), nowrap=True),
        ListColumn("stages", gettext_lazy("Stages done"), words.stages_cell, nowrap=True),
        ListColumn("budget", gettext_lazy("Budget, yuan"), kind="decimal", sort=("budget", "pk")),
        ListColumn("granted", gettext_lazy("Granted, yuan"), queries.granted, kind="decimal", phone="hidden"),
        ListColumn("waiting_count", gettext_lazy("Cases waiting"), kind="int"),
    ]
    export_columns = [
        ListColumn("name", gettext_lazy("Work"), width=30),
        ListColumn("kind", gettext_lazy("Kind"), "get_kind_display"),
        ListColumn("division", gettext_lazy("Area"), "division.name", width=24),
        ListColumn("site", gettext_lazy("Site"), "site.name", width=24),
        ListColumn("unit", gettext_lazy("Responsible unit"), "unit.name", width=24),
        ListColumn("state", gettext_lazy("State"), "get_state_display"),
        ListColumn("planned_start", gettext_lazy("Planned start"), kind="date"),
        ListColumn("planned_end", gettext_lazy("Planned end"), kind="date"),
        ListColumn("first_end", gettext_lazy("End as planned first"), kind="date"),
        ListColumn("started_on", gettext_lazy("Begun on"), kind="date"),
        ListColumn("ended_on", gettext_lazy("Ended on"), kind="date"),
        ListColumn("stages", gettext_lazy("Stages done"), words.stages_cell),
        ListColumn("budget", gettext_lazy("Budget, yuan"), kind="decimal"),
        ListColumn("applied", gettext_lazy("Applied for, yuan"), queries.applied, kind="decimal"),
        ListColumn("granted", gettext_lazy("Granted, yuan"), queries.granted, kind="decimal"),
        ListColumn("contracted", gettext_lazy("Contracts, yuan"), queries.contracted, kind="decimal"),
        ListColumn("contractors", gettext_lazy("Contractors"), lambda row: "、".join(one.contractor for one in row.contracts.all()), width=30),
        ListColumn("waiting_count", gettext_lazy("Cases waiting"), kind="int"),
        ListColumn("content", gettext_lazy("What is to be done"), width=40),
    ]
    search_fields = ["name", "content", "unit__name", "division__name"]
    search_hint = gettext_lazy("Work, unit, place")
    default_sort = ("planned_end", "pk")
    default_size = 50
    saved_views = [
        SavedView(gettext_lazy("All")), SavedView(gettext_lazy("Still open"), OPEN_VIEW), SavedView(gettext_lazy("Overdue"), "how=overdue"),
        SavedView(gettext_lazy("Ends soon"), "how=soon"), SavedView(gettext_lazy("Slipped"), "how=slipped"),
        SavedView(gettext_lazy("Cases wait"), "how=waited"),
    ]  # fmt: skip
    empty = Empty(
        gettext_lazy("No works yet"),
        gettext_lazy("Repairs and buildings with their stages and money; cases that need one are deferred against it."), icon="traffic-cone",
    )  # fmt: skip
    charted = False

    def get_queryset(self) -> Any:
        return queries.with_money(queries.works(self.actor), contracts="export" in self.request.GET)

    def get_filters(self) -> Any:
        if not hasattr(self, "_filters"):
            today = clock.today()
            how = {
                "overdue": (_("overdue"), queries.overdue(today)), "soon": (_("ends soon"), queries.soon(today)),
                "slipped": (_("slipped"), queries.slipped()), "waited": (_("cases wait"), queries.waited_for()),
            }  # fmt: skip
            self._filters = [
                MultiChoiceFilter(key="state", label=_("State"), choices=Work.State.choices),
                MultiChoiceFilter(key="kind", label=_("Kind"), choices=Work.Kind.choices),
                QFilter(key="how", label=_("How it stands"), options=how),
                TreeFilter(key="area", label=_("Area"), field="division", tree=lambda: access.scoped(self.actor, queries.SEE, Division)),
                DateRangeFilter(key="planned_end", label=_("Planned end")),
            ]  # fmt: skip
        return self._filters

    def get_page_actions(self) -> Any:
        asked = self.request.GET.urlencode()
        mine = [PageAction(_("Gantt chart"), f"{reverse('duties:works-chart')}{'?' if asked else ''}{asked}", icon="chart-bar")]
        if not self.actor.may("duties.plan_works"):
            return mine
        return [*mine, *import_button(self.actor, "works"), PageAction(_("New work"), reverse("duties:work-new"), icon="plus", primary=True)]

    def list_context(self) -> dict[str, Any]:
        return super().list_context() | {"figures": None if self.wants_part() else queries.figures(self.actor), "open_view": OPEN_VIEW}

    def row_tone(self, row: Work) -> str:
        return "bad" if words.is_late(row) else ""


class WorkChart(WorkList):
    """The works of the same filters as a Gantt chart, page by page."""

    title = gettext_lazy("Gantt chart of works")
    export_name = ""
    template_name = "duties/works/chart.html"
    part_id = "chart"
    part_template = "duties/works/chart_part.html"
    default_sort = ("planned_start", "pk")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("duties:works"))]

    def get_page_actions(self) -> Any:
        asked = self.request.GET.urlencode()
        return [PageAction(_("As a list"), f"{reverse('duties:works')}{'?' if asked else ''}{asked}", icon="table")]

    def list_context(self) -> dict[str, Any]:
        found = ListPage.list_context(self)
        drawing = gantt.draw([words.span_of(work) for work in found["rows"].objects], clock.today())
        return found | {"drawing": drawing, "export_url": ""}
